/* Lines inside other programs' lines: what a container's, a journal's or a mixed log carries. */
#include "formats/lines.h"
#include "formats/pattern.h"
#include "formats/run.h"

enum { STEPS_CARRIED_MAX = 256 }; /* formats that have steps */

/* Collected once: the table of formats grows only while the program starts. */
const struct steps *const *steps_carried(void)
{
	static const struct steps *all[STEPS_CARRIED_MAX + 1];
	static size_t seen;
	if (seen == formats_count())
		return all;
	size_t n = 0;
	seen = formats_count();
	for (size_t i = 0; i < seen && n < STEPS_CARRIED_MAX; i++) {
		const struct format *format = formats_get(i);
		if (format->parse_with == pattern_parse && pattern_steps(format->data))
			all[n++] = pattern_steps(format->data);
	}
	all[n] = NULL;
	return all;
}

/* The pattern that bids highest of those that match: the general ones come last. */
static bool pattern_carried(struct arena *arena, struct str line, struct record *record)
{
	int best = 0;
	for (size_t i = 0; i < formats_count(); i++) {
		const struct format *format = formats_get(i);
		if (format->parse_with != pattern_parse || !pattern_is_carried(format->data))
			continue;
		struct record found;
		int bid = pattern_bid_of(format->data);
		if (bid > best && pattern_line(format->data, arena, line, &found)) {
			best = bid;
			*record = found;
		}
	}
	return best > 0;
}

bool lines_carried(struct arena *arena, struct str line, struct record *record)
{
	if (line.n == 0)
		return false;
	if (line.p[0] == '{')
		return jsonlog_line(arena, line, record);
	return logfmt_line(arena, line, record) || pattern_carried(arena, line, record);
}
