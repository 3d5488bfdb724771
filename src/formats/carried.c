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
	struct regex *names; /* of tools that have steps of their own */
	VEC(const struct steps *) named;
} carried;

static struct str tool_of(const struct steps *steps)
{
	for (size_t i = 0; i < steps->fields_n; i++)
		if (str_eq(steps->fields[i].name, STR("tool")))
			return steps->fields[i].value;
	return STR_NONE;
}

/* Steps of general formats come last: what a tool itself says tells more than what scripts say of it. */
static bool is_general(const struct format *format)
{
	return pattern_bid_of(format->data) < BID_PHRASE;
}

static bool has_own(const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->v[i].own)
			return true;
	return false;
}

static void collect(const struct steps *steps)
{
	if (has_own(steps) && tool_of(steps).n)
		*PUSH(&carried.named, carried.arena) = steps;
	for (size_t i = 0; i < steps->n; i++) {
		const struct step *step = &steps->v[i];
		for (int c = 0; c < 256 && !step->own; c++)
			if (step->first.has[c])
				*PUSH(&carried.by_first[c].list, carried.arena) = (struct carried_step){steps, step};
	}
}

/* Names may stand in each other: whole words only. */
static void collect_names(void)
{
	struct buf b = BUF(carried.arena);
	for (size_t i = 0; i < carried.named.n; i++)
		buf_fmt(&b, "%s\\Q%.*s\\E", i ? "|" : "\\b(", STR_ARG(tool_of(carried.named.v[i])));
	buf_cstr(&b, ")\\b");
	if (carried.named.n)
		carried.names = regex_own(carried.arena, str_cstr(carried.arena, buf_str(&b)), "i");
}

static void collect_all(void)
{
	if (carried.formats == formats_count())
		return;
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
	collect_names();
}

const struct steps *steps_named(struct str text)
{
	struct str groups[REGEX_GROUPS];
	collect_all();
	if (!carried.names || !regex_match(carried.names, text, groups))
		return NULL;
	for (size_t i = 0; i < carried.named.n; i++)
		if (str_eq_case(tool_of(carried.named.v[i]), groups[1]))
			return carried.named.v[i];
	return NULL;
}

const struct carried_step *steps_carried(char first, size_t *n)
{
	collect_all();
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
