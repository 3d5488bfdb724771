/* Events of Windows as XML: what the event viewer saves, wevtutil and collectors print. */
#include "formats/formats_all.h"

#include "formats/lines.h"
#include "formats/run.h"
#include "formats/xml.h"

enum { EVENTS_MAX = 200000, EVENT_DEPTH = 8 };

/*
 * learn.microsoft.com/windows/win32/wes/eventschema-schema: System says what, when and where; EventData holds the
 * values; RenderingInfo, where it was asked for, the message and words for the level.
 */
enum part { PART_ID, PART_LEVEL, PART_CHANNEL, PART_COMPUTER, PART_MESSAGE, PART_LEVEL_WORD, PART_DATA, PARTS };
static const struct {
	const char *parent, *element;
	enum part part;
} parts[] = {
	{"System", "EventID", PART_ID},
	{"System", "Level", PART_LEVEL},
	{"System", "Channel", PART_CHANNEL},
	{"System", "Computer", PART_COMPUTER},
	{"RenderingInfo", "Message", PART_MESSAGE},
	{"RenderingInfo", "Level", PART_LEVEL_WORD},
	{"EventData", "Data", PART_DATA},
};
static const char *const levels[] = {"", "critical", "error", "warning", "info", "debug"};

struct event_xml {
	struct arena *arena;
	struct buf text[PARTS];
	struct str provider, time;
	const char *parents[EVENT_DEPTH]; /* names of the open elements */
	int depth;
	enum part part; /* that text belongs to; PARTS: to none */
};

/* --- XML --- */

static enum part part_of(const char *parent, const char *element)
{
	for (size_t i = 0; parent && i < LEN(parts); i++)
		if (!strcmp(parent, parts[i].parent) && !strcmp(element, parts[i].element))
			return parts[i].part;
	return PARTS;
}

static void on_start(void *arg, const char *name, const char *const *attributes)
{
	struct event_xml *e = arg;
	const char *parent = e->depth > 0 && e->depth <= EVENT_DEPTH ? e->parents[e->depth - 1] : NULL;

	if (e->depth < EVENT_DEPTH)
		e->parents[e->depth] = str_cstr(e->arena, str_of(name));
	e->depth++;
	if (!strcmp(name, "Provider"))
		e->provider = str_dup(e->arena, xml_attribute(attributes, "Name"));
	if (!strcmp(name, "TimeCreated"))
		e->time = str_dup(e->arena, xml_attribute(attributes, "SystemTime"));
	e->part = part_of(parent, name);
	if (e->part == PART_DATA && e->text[PART_DATA].n)
		buf_cstr(&e->text[PART_DATA], ", ");
}

static void on_end(void *arg)
{
	struct event_xml *e = arg;
	e->depth -= e->depth > 0;
	e->part = PARTS;
}

static void on_text(void *arg, struct str text)
{
	struct event_xml *e = arg;
	if (e->part < PARTS)
		buf_add(&e->text[e->part], text);
}

static struct event_xml event_read(struct arena *arena, struct str xml)
{
	static const struct xml_reader reader = {on_start, on_end, on_text};
	struct event_xml e = {.arena = arena, .part = PARTS};
	for (size_t i = 0; i < PARTS; i++)
		e.text[i] = BUF(arena);
	xml_read(xml, &reader, &e);
	return e;
}

/* --- events --- */

static struct str text_of(struct event_xml *e, enum part part)
{
	return str_trim(buf_str(&e->text[part]));
}

static struct str level_of(struct event_xml *e)
{
	int64_t number;
	if (str_int(text_of(e, PART_LEVEL), &number) && number > 0 && number < (int64_t)LEN(levels))
		return str_of(levels[number]);
	return text_of(e, PART_LEVEL_WORD);
}

/* A message, else the values: a sentence stands for itself, others need to say of what they are. */
static struct str words_of(struct event_xml *e)
{
	struct str message = text_of(e, PART_MESSAGE), data = text_of(e, PART_DATA);
	if (message.n || str_ends(data, STR(".")))
		return message.n ? message : data;
	return str_fmt(e->arena, "%.*s %.*s%s%.*s", STR_ARG(e->provider), STR_ARG(text_of(e, PART_ID)),
		data.n ? ": " : "", STR_ARG(data));
}

static void event_put(struct sink *sink, struct arena *arena, const struct slice *s)
{
	struct event_xml e = event_read(arena, s->text);
	struct field fields[LINES_FIELDS];
	struct record r = {.from = s->from, .raw = s->text, .when = e.time, .level = level_of(&e), .fields = fields};

	r.text = words_of(&e);
	fields_add(fields, &r.fields_n, STR("host"), text_of(&e, PART_COMPUTER));
	fields_add(fields, &r.fields_n, STR("source"), e.provider);
	fields_add(fields, &r.fields_n, STR("event_id"), text_of(&e, PART_ID));
	fields_add(fields, &r.fields_n, STR("channel"), text_of(&e, PART_CHANNEL));
	fields_add(fields, &r.fields_n, STR("data"), text_of(&e, PART_DATA));
	sink_put(sink, &r);
}

static size_t find_begin(struct str text, size_t from)
{
	static const struct str begin = STR("<Event");
	for (; (from = str_find(text, begin, from)) != STR_NPOS; from += begin.n)
		if (from + begin.n == text.n || memchr(" \t\r\n>", text.p[from + begin.n], 5))
			return from;
	return STR_NPOS;
}

/* The next "<Event ...>...</Event>" from *AT on, or what there is of one that is cut; empty: no more. */
static struct str next_event(struct str text, size_t *at)
{
	static const struct str end = STR("</Event>");
	size_t from = find_begin(text, *at);
	if (from == STR_NPOS)
		return STR_NONE;
	size_t to = str_find(text, end, from);
	*at = to == STR_NPOS ? text.n : to + end.n;
	return str_slice(text, from, *at);
}

static void skip_between(struct sink *sink, const struct slice *all, size_t from, size_t to)
{
	struct where w = all->from;
	w.offset += (int64_t)from;
	w.length = (int64_t)(to - from);
	if (to > from)
		sink_skip(sink, w);
}

static int bid(struct doc *doc)
{
	return doc_contains(doc, "http://schemas.microsoft.com/win/2004/08/events/event") ? BID_IDENTITY : BID_NONE;
}

static bool parse(struct doc *doc, struct sink *to, struct err *e)
{
	struct slice all;
	ARENA_SCOPE(doc->scratch);
	if (!doc_whole(doc, doc->scratch, &all, e))
		return false;
	AUTO(runs_close) struct runs *runs = runs_open(NULL, to);
	struct sink *sink = runs_sink(runs);
	struct str element;
	size_t at = 0, done = 0, counted = 0;
	int line = 0;
	for (int n = 0; (element = next_event(all.text, &at)).n; n++) {
		ARENA_SCOPE(doc->scratch);
		struct slice s = {.text = element, .from = all.from};
		size_t from = (size_t)(element.p - all.text.p);
		bool is_cut = !str_ends(element, STR("</Event>"));
		for (; counted < from; counted++)
			line += all.text.p[counted] == '\n';
		s.from.offset += (int64_t)from;
		s.from.length = (int64_t)element.n;
		s.from.line += line;
		skip_between(sink, &all, done, from);
		done = at;
		if (n == EVENTS_MAX) {
			s.from.length = (int64_t)(all.text.n - from);
			sink_note(sink, s.from, STR_NONE, "more than %d events in one document", EVENTS_MAX);
			return true;
		}
		if (is_cut)
			sink_note(sink, (struct where){s.from.offset, 0, s.from.line}, str_slice(element, 0, 200),
				"the event is cut: what there is of it is read");
		event_put(sink, doc->scratch, &s);
	}
	skip_between(sink, &all, done, all.text.n);
	return true;
}

const struct format format_windows_event = {
	.name = "windows-event",
	.blurb = "events of Windows as XML",
	.bid = bid,
	.parse = parse,
};
