/* Lines inside other programs' lines: what a container's, a journal's or a mixed log carries. */
#include "formats/lines.h"
#include "formats/pattern.h"
#include "formats/steps.h"

/* Collected anew when formats were added, which happens only while the program starts. */
static struct {
	struct arena *arena;
	size_t formats; /* how many there were */
	struct {
		VEC(struct carried_step) list;
	} by_first[256];
} carried;

/* Steps of general formats come last: what a tool itself says tells more than what scripts say of it. */
static bool is_general(const struct format *format)
{
	return pattern_bid_of(format->data) < BID_PHRASE;
}

static void collect(const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		const struct step *step = &steps->v[i];
		for (int c = 0; c < 256 && !step->own; c++)
			if (step->first.has[c])
				*PUSH(&carried.by_first[c].list, carried.arena) = (struct carried_step){steps, step};
	}
}

const struct carried_step *steps_carried(char first, size_t *n)
{
	if (carried.formats != formats_count()) {
		arena_close(carried.arena);
		memset(&carried, 0, sizeof carried);
		carried.arena = arena_open();
		carried.formats = formats_count();
		for (int general = 0; general <= 1; general++)
			for (size_t i = 0; i < formats_count(); i++) {
				const struct format *format = formats_get(i);
				if (format->parse_with == pattern_parse && pattern_steps(format->data) &&
					is_general(format) == general)
					collect(pattern_steps(format->data));
			}
	}
	*n = carried.by_first[(unsigned char)first].list.n;
	return carried.by_first[(unsigned char)first].list.v;
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
