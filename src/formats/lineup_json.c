/* lineup's own events, as `lineup timeline --json` and `lineup export` write them: one JSON object a line. */
#include "formats/formats_all.h"

#include "formats/lines.h"
#include "base/json.h"

static const char *const members[] = {"id", "at", "lane", "kind", "severity", "recorded_at", "fields"};

static bool read_key(struct str hex, uint8_t key[EVENT_KEY])
{
	uint64_t byte;
	if (hex.n != 2 * EVENT_KEY)
		return false;
	for (size_t i = 0; i < EVENT_KEY; i++) {
		if (!str_hex(str_slice(hex, 2 * i, 2 * i + 2), &byte))
			return false;
		key[i] = (uint8_t)byte;
	}
	return true;
}

static int name_index(struct str name, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (str_eq(name, str_of(names[i])))
			return i;
	return -1;
}

static instant read_instant(const struct json *text)
{
	enum precision precision;
	instant at;
	return instant_parse_rfc3339(json_str(text), &at, &precision) ? at : INSTANT_NONE;
}

/* False: something in it is not what this lineup writes. */
static bool read_told(struct arena *a, const struct json *j, struct event *e)
{
	const struct json *bounds = json_get(j, "at_bounds");
	int precision = name_index(json_get_str(j, "precision"), precision_names, PRECISION_NONE + 1);
	bool undated = json_is_null(json_get(j, "at"));
	int basis = undated ? BASIS_MANUAL : name_index(json_get_str(j, "basis"), basis_names, BASES);
	if (!read_key(json_get_str(j, "key"), e->key) || !lane_find(json_get_str(j, "lane"), &e->lane) ||
		precision < 0 || basis < 0 || !severity_find(json_get_str(j, "severity"), &e->severity))
		return false;
	struct kind *kind = NEW(a, struct kind);
	*kind = (struct kind){.name = json_get_str(j, "kind"), .lane = e->lane, .severity = e->severity};
	e->kind = kind;
	e->precision = (enum precision)precision;
	e->basis = (enum basis)basis;
	e->subject = json_get_str(j, "subject");
	e->at = e->at_min = e->at_max = read_instant(json_get(j, "at"));
	if (bounds) {
		e->at_min = read_instant(json_first(bounds));
		e->at_max = read_instant(json_next(json_first(bounds)));
	}
	return true;
}

static enum line_kind read_line(const void *data, struct arena *a, struct str line, struct record *r)
{
	(void)data;
	struct err ignored = {0};
	if (!str_starts(line, STR("{\"")))
		return LINE_OTHER;
	struct json *j = json_parse(a, line, &ignored), *fields = json_get(j, "fields");
	for (size_t i = 0; i < LEN(members); i++)
		if (!json_get(j, members[i]))
			return LINE_OTHER;
	struct event *told = NEW(a, struct event);
	if (!read_told(a, j, told))
		return LINE_OTHER;
	struct field *list = NEW_N(a, struct field, json_size(fields) + 1);
	r->fields = list;
	for (const struct json *f = json_first(fields); f; f = json_next(f))
		list[r->fields_n++] = (struct field){json_key(f), json_str(f)};
	r->told = told;
	r->when = json_get_str(j, "at");
	r->until.name = STR("until");
	r->until.when = json_get_str(j, "until");
	r->level = json_get_str(j, "severity");
	r->text = json_get_str(j, "text");
	r->identity = str_fmt(a, "lineup/%.*s", STR_ARG(json_get_str(j, "key")));
	if (!json_int(json_get(j, "count"), &r->count))
		r->count = 1;
	r->grows = r->count > 1;
	return LINE_RECORD;
}

static const struct line_format lines = {.read = read_line};

static int bid(struct doc *doc)
{
	return lines_bid(doc, &lines, BID_CERTAIN, 0.9);
}

static bool parse(struct doc *doc, struct sink *sink, struct err *err)
{
	(void)err;
	return lines_parse(doc, &lines, sink);
}

const struct format format_lineup_json = {
	.name = "lineup-json",
	.blurb = "lineup's own events, from `lineup export` or `lineup timeline --json`",
	.bid = bid,
	.parse = parse,
};
