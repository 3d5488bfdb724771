/* A document inside of another: read by the format that knows it, told at the places of the outer one's lines. */
#include "formats/inner.h"

#include "formats/formats_all.h"

bool inner_add(struct inner *inner, const struct slice *slice)
{
	if (inner->text.n + slice->text.n >= INNER_MAX || inner->lines.n >= INNER_LINES_MAX)
		return false;
	*PUSH(&inner->lines, inner->arena) = (struct inner_line){inner->text.n, slice->from};
	buf_add(&inner->text, slice->text);
	buf_byte(&inner->text, '\n');
	return true;
}

void inner_forget(struct inner *inner)
{
	arena_reset(inner->arena);
	*inner = INNER(inner->arena);
}

/* The line that holds byte AT: the last one that begins at or before it. */
static const struct inner_line *line_at(const struct inner *inner, int64_t at)
{
	size_t low = 0, high = inner->lines.n;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if ((int64_t)inner->lines.v[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return &inner->lines.v[low];
}

/* A place in the inner document as one in the outer: from the beginning of its first line to the end of its last. */
static struct where outer_place(const struct inner *inner, struct where from)
{
	const struct where first = line_at(inner, from.offset)->from;
	if (from.length == 0)
		return (struct where){first.offset, 0, first.line};
	const struct where last = line_at(inner, from.offset + from.length - 1)->from;
	return (struct where){first.offset, last.offset + last.length - first.offset, first.line};
}

struct inner_sink {
	struct sink sink;
	struct sink *to;
	struct arena *arena;
	const struct inner *inner;
	const struct inner_setting *setting;
	const char *reader;
};

/* The same words printed at another time are another record. */
static struct str dated_raw(struct inner_sink *s, struct str raw)
{
	return str_fmt(s->arena, "%.*s\n%.*s", STR_ARG(s->setting->printed), STR_ARG(raw));
}

/* Rows of a list lie where the list is of. */
static void locate(struct inner_sink *s, struct record *record)
{
	if (!s->setting->location.n || !record_field(record, STR("run")).n || record_field(record, STR("location")).n)
		return;
	struct field *fields = NEW_N(s->arena, struct field, record->fields_n + 1);
	memcpy(fields, record->fields, record->fields_n * sizeof *fields);
	fields[record->fields_n++] = (struct field){STR("location"), s->setting->location};
	record->fields = fields;
}

/* Times that state no zone are of the clock that the outer document tells. */
static void set_zone(struct inner_sink *s, struct record *record)
{
	if (!s->setting->zone.n)
		return;
	struct stamp *stamps = NEW_N(s->arena, struct stamp, record->stamps_n);
	for (size_t i = 0; i < record->stamps_n; i++) {
		stamps[i] = record->stamps[i];
		if (!stamps[i].zone.n)
			stamps[i].zone = s->setting->zone;
	}
	record->stamps = stamps;
	if (!record->zone.n)
		record->zone = s->setting->zone;
}

static void inner_put(struct sink *sink, const struct record *record)
{
	struct inner_sink *s = (struct inner_sink *)sink;
	ARENA_SCOPE(s->arena);
	struct str printed = s->setting->printed;
	struct record told = *record;
	bool is_age = record->layout && str_eq(str_of(record->layout), STR("age"));
	told.from = outer_place(s->inner, record->from);
	told.continued = record->continued < told.from.length ? record->continued : 0;
	if (!told.reader)
		told.reader = s->reader;
	if (printed.n && (is_age || !record->when.n))
		told.raw = dated_raw(s, record->raw);
	if (printed.n && !record->when.n && !s->setting->tells_past) {
		told.when = printed;
		told.basis = s->setting->basis;
	}
	locate(s, &told);
	set_zone(s, &told);
	sink_put(s->to, &told);
}

static void inner_note(struct sink *sink, struct where where, struct str text, struct str why)
{
	struct inner_sink *s = (struct inner_sink *)sink;
	s->to->note(s->to, outer_place(s->inner, where), text, why);
}

static void inner_printed(struct sink *sink, struct str when)
{
	sink_printed(((struct inner_sink *)sink)->to, when);
}

static void inner_skip(struct sink *sink, struct where where)
{
	struct inner_sink *s = (struct inner_sink *)sink;
	sink_skip(s->to, outer_place(s->inner, where));
}

bool inner_parse(struct inner *inner, const struct doc *outer, const struct inner_setting *setting, struct sink *sink)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	AUTO(doc_close) struct doc *doc = doc_of(arena, outer->name, buf_str(&inner->text));
	struct err e = {{0}};
	/* Formats of what holds when it is printed ask whether that is known. */
	doc->captured_at = setting->printed.n ? 0 : outer->captured_at;
	const struct format *format = inner->lines.n == 0  ? &format_plain
				      : setting->runs_only ? format_choose_runs(doc)
							   : format_choose(doc, NULL);
	if (format == &format_plain)
		return false;
	AUTO(arena_close) struct arena *scratch = arena_open();
	struct inner_sink s = {
		{inner_put, inner_note, inner_skip, inner_printed}, sink, scratch, inner, setting, format->name};
	if (!format_parse(format, doc, &s.sink, &e))
		sink_note(sink, inner->lines.v[0].from, STR_NONE, "%s", e.text);
	return true;
}
