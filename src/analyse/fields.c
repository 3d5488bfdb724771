/* Reading facts off an event: its fields, the parts of its subject, the bounds of its times. */
#include "analyse/study.h"
#include "base/json.h"

/* The end of the JSON string whose first byte after the quote is at I: the index of the closing quote. */
static size_t string_end(struct str s, size_t i, bool *escaped)
{
	*escaped = false;
	while (i < s.n && s.p[i] != '"') {
		if (s.p[i] == '\\') {
			*escaped = true;
			i++;
		}
		i++;
	}
	return i < s.n ? i : s.n;
}

static struct str unescape(struct arena *a, struct str quoted)
{
	struct err e = {0};
	return json_str(json_parse(a, quoted, &e));
}

struct member {
	struct str key, quoted; /* as written */
	bool escaped;
};

/* The next field at or after *at, which goes behind it. */
static bool next_member(struct str s, size_t *at, struct member *f)
{
	bool escaped;
	size_t key = str_find_byte(s, '"', *at);
	size_t key_end = key < s.n ? string_end(s, key + 1, &escaped) : s.n;
	size_t open = str_find_byte(s, '"', key_end + 1);
	if (open >= s.n)
		return false;
	size_t close = string_end(s, open + 1, &f->escaped);
	f->key = str_slice(s, key + 1, key_end);
	f->quoted = str_slice(s, open, close + 1);
	*at = close + 1;
	return true;
}

static struct str member_value(struct arena *a, const struct member *f)
{
	return f->escaped ? unescape(a, f->quoted) : str_slice(f->quoted, 1, f->quoted.n - 1);
}

/*
 * The fields are one flat object of strings, written by us. A tree for each of a million events would cost seconds;
 * walking over its strings costs a tenth of a microsecond.
 */
struct str event_field(struct arena *a, const struct event *e, const char *name)
{
	struct str wanted = str_of(name);
	struct member f;
	if (!str_contains(e->fields, wanted)) /* most are not there */
		return STR_NONE;
	for (size_t at = 0; next_member(e->fields, &at, &f);)
		if (str_eq(f.key, wanted))
			return member_value(a, &f);
	return STR_NONE;
}

void event_fields(struct arena *a, const struct event *e, const struct str *names, size_t n, struct str *values)
{
	struct member f;
	for (size_t i = 0; i < n; i++)
		values[i] = STR_NONE;
	for (size_t at = 0; next_member(e->fields, &at, &f);)
		for (size_t i = 0; i < n; i++)
			if (!values[i].p && str_eq(f.key, names[i]))
				values[i] = member_value(a, &f);
}

bool event_field_time(struct arena *a, const struct event *e, const char *name, instant *out)
{
	enum precision precision;
	struct str s = event_field(a, e, name);
	return s.n && instant_parse_rfc3339(s, out, &precision);
}

struct str subject_rest(struct str subject)
{
	size_t colon = str_find_byte(subject, ':', 0);
	return colon == STR_NPOS ? subject : str_from(subject, colon + 1);
}

struct str subject_name(struct str subject, struct str wanted)
{
	size_t colon = str_find_byte(subject, ':', 0);
	if (colon != STR_NPOS && !str_eq(str_slice(subject, 0, colon), wanted))
		return STR_NONE;
	struct str rest = subject_rest(subject);
	size_t slash = str_rfind_byte(rest, '/');
	return slash == STR_NPOS ? rest : str_from(rest, slash + 1);
}

struct str event_tool(struct arena *a, const struct event *e)
{
	struct str tool = event_field(a, e, "tool");
	if (tool.n || !str_starts(e->subject, STR("backup:")))
		return tool;
	struct str rest = subject_rest(e->subject);
	size_t slash = str_find_byte(rest, '/', 0);
	return slash == STR_NPOS ? STR_NONE : str_slice(rest, 0, slash);
}

static struct bounds bounds_from(const struct event *e, instant at)
{
	struct bounds b = {at, at};
	if (at == e->at && e->at_min != INSTANT_NONE && e->at_min < b.min)
		b.min = e->at_min;
	if (at == e->at && e->at_max != INSTANT_NONE && e->at_max > b.max)
		b.max = e->at_max;
	/* "09:30" is any instant of that minute; a stamp to the second or better counts as exact. */
	if (e->precision >= PRECISION_MIN && e->precision < PRECISION_NONE &&
		b.max < at + precision_length(e->precision))
		b.max = at + precision_length(e->precision);
	return b;
}

struct bounds grain_bounds(instant at, struct grain grain)
{
	struct event e = {.at = at, .at_min = at, .at_max = grain.at_max, .precision = grain.precision};
	return bounds_from(&e, at);
}

struct bounds event_bounds(const struct event *e)
{
	return bounds_from(e, e->at);
}

struct bounds event_end_bounds(const struct event *e)
{
	return bounds_from(e, event_end(e));
}

instant event_end(const struct event *e)
{
	return e->until != INSTANT_NONE && e->until > e->at ? e->until : e->at;
}

bool event_lane_is_stated(const struct event *e)
{
	struct str lane = str_of(lane_names[e->lane]);
	return !str_starts(e->kind->name, lane) || e->kind->name.n <= lane.n || e->kind->name.p[lane.n] != '.';
}

bool event_is(const struct event *e, const char *kind)
{
	struct str wanted = str_of(kind);
	return str_ends(wanted, STR(".")) ? str_starts(e->kind->name, wanted) : str_eq(e->kind->name, wanted);
}

static bool is_word_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

bool text_word(struct str *text, struct str *word)
{
	size_t from = 0, to;
	while (from < text->n && !is_word_byte(text->p[from]))
		from++;
	for (to = from; to < text->n && is_word_byte(text->p[to]);)
		to++;
	*word = str_slice(*text, from, to);
	*text = str_from(*text, to);
	return word->n > 0;
}

bool text_names(struct str text, struct str word)
{
	if (word.n < 2)
		return false;
	for (size_t i = str_find_case(text, word, 0); i != STR_NPOS; i = str_find_case(text, word, i + 1)) {
		bool starts = i == 0 || !is_word_byte(text.p[i - 1]);
		bool ends = i + word.n >= text.n || !is_word_byte(text.p[i + word.n]);
		if (starts && ends)
			return true;
	}
	return false;
}
