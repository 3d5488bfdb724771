/* Events as rows of other programs' files: CSV, Markdown tables, iCalendar. */
#include "render/export.h"
#include "normalise/normalise.h"
#include "render/say.h"

static struct str source_name(const struct event *e, const struct sources *sources)
{
	const struct source *s = sources ? source_find(sources, e->source) : NULL;
	return s ? s->name : STR_NONE;
}

static struct str machine_time(struct arena *a, instant at)
{
	return at == INSTANT_NONE ? STR_NONE : instant_str(a, at);
}

void export_csv_head(struct buf *b)
{
	buf_cstr(b,
		"id,at,until,precision,basis,lane,kind,severity,subject,text,count,source,line,offset,recorded_at\r\n");
}

void export_csv(struct buf *b, const struct event *e, const struct sources *sources)
{
	struct arena *a = b->arena;
	const struct str cells[] = {
		event_id(a, e->key),
		machine_time(a, e->at),
		machine_time(a, e->until),
		str_of(precision_names[e->precision]),
		event_basis(e),
		str_of(lane_names[e->lane]),
		e->kind ? e->kind->name : STR_NONE,
		str_of(severity_names[e->severity]),
		e->subject,
		e->text,
		str_fmt(a, "%lld", (long long)e->count),
		source_name(e, sources),
		e->from.line > 0 ? str_fmt(a, "%lld", (long long)e->from.line) : STR_NONE,
		str_fmt(a, "%lld", (long long)e->from.offset),
		machine_time(a, e->recorded_at),
	};
	for (size_t i = 0; i < LEN(cells); i++) {
		if (i)
			buf_byte(b, ',');
		buf_csv(b, cells[i]);
	}
	buf_cstr(b, "\r\n");
}

void export_markdown_head(struct buf *b)
{
	buf_cstr(b, "| Time | Lane | Severity | Subject | What happened | Event |\n|---|---|---|---|---|---|\n");
}

void export_markdown(struct buf *b, const struct event *e, const struct sources *sources)
{
	struct arena *a = b->arena;
	(void)sources;
	struct str at = say_event_time(a, e, NULL), id = event_id(a, e->key);
	buf_fmt(b, "| %.*s | %s | %s | ", STR_ARG(at), lane_names[e->lane], severity_names[e->severity]);
	buf_markdown(b, e->subject);
	buf_cstr(b, " | ");
	buf_markdown(b, e->text);
	if (e->count > 1)
		buf_fmt(b, " (%lld times%s%.*s)", (long long)e->count, e->until != INSTANT_NONE ? ", last " : "",
			STR_ARG(e->until != INSTANT_NONE ? say_time(a, e->until, NULL) : STR_NONE));
	buf_fmt(b, " | %.*s |\n", STR_ARG(id));
}

/* --- RFC 5545: lines of at most 75 bytes, folded between code points --- */

static void ics_line(struct buf *b, const char *name, struct str value)
{
	struct buf line = BUF(b->arena);
	buf_fmt(&line, "%s:%.*s", name, STR_ARG(value));
	struct str s = buf_str(&line);
	for (size_t at = 0, room = 75; at < s.n; room = 74) {
		size_t to = at + room < s.n ? at + room : s.n;
		while (to < s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
			to--;
		buf_fmt(b, "%s%.*s\r\n", at ? " " : "", STR_ARG(str_slice(s, at, to)));
		at = to;
	}
}

static void ics_text(struct buf *b, const char *name, struct str text)
{
	struct buf escaped = BUF(b->arena);
	buf_ics(&escaped, text);
	ics_line(b, name, buf_str(&escaped));
}

static void ics_time(struct buf *b, const char *name, instant at)
{
	struct civil c = civil_from_instant(at);
	buf_fmt(b, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
}

/* A day is known as such: an event of the whole day, whatever the reader's zone. */
static void ics_day(struct buf *b, instant at)
{
	struct civil c = civil_from_day(at);
	buf_fmt(b, "DTSTART;VALUE=DATE:%04d%02d%02d\r\n", c.year, c.month, c.day);
}

static struct str ics_description(struct arena *a, const struct event *e, struct str source)
{
	struct buf b = BUF(a);
	buf_fmt(&b, "%.*s %s %.*s", STR_ARG(e->kind ? e->kind->name : STR_NONE), severity_names[e->severity],
		STR_ARG(e->subject));
	if (e->count > 1)
		buf_fmt(&b, "\n%lld times", (long long)e->count);
	if (source.n)
		buf_fmt(&b, "\nfrom %.*s", STR_ARG(source));
	if (source.n && e->from.line > 0)
		buf_fmt(&b, ", line %lld", (long long)e->from.line);
	return buf_str(&b);
}

void export_ics_head(struct buf *b)
{
	buf_cstr(b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//lineup//timeline//EN\r\n");
}

void export_ics(struct buf *b, const struct event *e, const struct sources *sources)
{
	struct arena *a = b->arena;
	if (e->at == INSTANT_NONE)
		return;
	buf_cstr(b, "BEGIN:VEVENT\r\n");
	ics_line(b, "UID", str_fmt(a, "%.*s@lineup", STR_ARG(event_id(a, e->key))));
	ics_time(b, "DTSTAMP", e->recorded_at == INSTANT_NONE ? e->at : e->recorded_at);
	if (e->precision == PRECISION_DAY)
		ics_day(b, e->at);
	else
		ics_time(b, "DTSTART", e->at);
	if (e->until != INSTANT_NONE && e->until > e->at && e->precision != PRECISION_DAY)
		ics_time(b, "DTEND", e->until);
	if (e->count > 1) /* grown since it was exported last: the calendar takes the newer one */
		buf_fmt(b, "SEQUENCE:%lld\r\n", (long long)e->count - 1);
	ics_text(b, "SUMMARY", str_fmt(a, "%s: %.*s", lane_names[e->lane], STR_ARG(e->text)));
	ics_text(b, "DESCRIPTION", ics_description(a, e, source_name(e, sources)));
	ics_text(b, "CATEGORIES", str_of(lane_names[e->lane]));
	buf_cstr(b, "TRANSP:TRANSPARENT\r\n"); /* nobody is busy with it */
	buf_cstr(b, "END:VEVENT\r\n");
}

void export_ics_tail(struct buf *b)
{
	buf_cstr(b, "END:VCALENDAR\r\n");
}

/* --- Grafana: POST /api/annotations takes one; a JSON data source or a script takes the list --- */

static int64_t milliseconds(instant at)
{
	return at / MILLISECOND - (at % MILLISECOND < 0);
}

void export_grafana(struct buf *b, const struct event *e, const struct sources *sources)
{
	struct arena *a = b->arena;
	struct json *o = json_object(a), *tags;
	(void)sources;
	json_add_int(a, o, "time", milliseconds(e->at));
	if (e->until != INSTANT_NONE && e->until > e->at)
		json_add_int(a, o, "timeEnd", milliseconds(e->until));
	tags = json_add_array(a, o, "tags");
	json_push_str(a, tags, STR("lineup"));
	json_push_str(a, tags, str_of(lane_names[e->lane]));
	json_push_str(a, tags, str_of(severity_names[e->severity]));
	if (e->kind)
		json_push_str(a, tags, e->kind->name);
	struct buf text = BUF(a); /* Grafana shows it as HTML */
	if (e->subject.n) {
		buf_html(&text, e->subject);
		buf_cstr(&text, ": ");
	}
	buf_html(&text, e->text);
	json_add_str(a, o, "text", buf_str(&text));
	json_add_str(a, o, "id", event_id(a, e->key));
	buf_add(b, json_print(a, o));
}
