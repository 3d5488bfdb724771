/*
 * Feeds of status pages: RSS 2.0 (rssboard.org/rss-specification) and Atom (RFC 4287). An entry is read as a mail
 * would be: its title is the subject, its text the body, the page the sender; the posts it repeats are records of
 * their own.
 */
#include "formats/formats_all.h"

#include "formats/html.h"
#include "formats/mail_need.h"
#include "formats/mail_record.h"
#include "formats/xml.h"

enum { ENTRIES_MAX = 5000 };

/* What an entry says, by the names that RSS and Atom have for it; the first that is there is taken. */
enum part { PART_TITLE, PART_TEXT, PART_DATE, PART_LINK, PART_ID, PARTS };
static const struct {
	const char *element;
	enum part part;
} parts[] = {
	{"title", PART_TITLE},
	{"content:encoded", PART_TEXT},
	{"content", PART_TEXT},
	{"description", PART_TEXT},
	{"summary", PART_TEXT},
	{"updated", PART_DATE},
	{"pubDate", PART_DATE},
	{"published", PART_DATE},
	{"dc:date", PART_DATE},
	{"link", PART_LINK},
	{"guid", PART_ID},
	{"id", PART_ID},
};

struct entry {
	struct arena *arena;
	struct buf text[LEN(parts)]; /* by row */
	size_t row;                  /* that what comes now belongs to; LEN(parts): to none */
	int depth;
};

/* --- XML --- */

static void on_start(void *arg, const char *name, const char *const *attributes)
{
	struct entry *e = arg;
	e->depth++;
	if (e->depth != 2)
		return;
	for (e->row = 0; e->row < LEN(parts) && strcmp(name, parts[e->row].element) != 0;)
		e->row++;
	if (e->row < LEN(parts) && parts[e->row].part == PART_LINK)
		buf_add(&e->text[e->row], xml_attribute(attributes, "href"));
}

static void on_end(void *arg)
{
	struct entry *e = arg;
	if (e->depth-- == 2)
		e->row = LEN(parts);
}

static void on_text(void *arg, struct str text)
{
	struct entry *e = arg;
	if (e->row < LEN(parts))
		buf_add(&e->text[e->row], text);
}

static struct entry read_entry(struct arena *arena, struct str xml)
{
	static const struct xml_reader reader = {on_start, on_end, on_text};
	struct entry e = {.arena = arena, .row = LEN(parts)};
	for (size_t i = 0; i < LEN(parts); i++)
		e.text[i] = BUF(arena);
	xml_read(xml, &reader, &e);
	return e;
}

static struct str part_of(struct entry *e, enum part part)
{
	for (size_t i = 0; i < LEN(parts); i++)
		if (parts[i].part == part && str_trim(buf_str(&e->text[i])).n)
			return str_trim(buf_str(&e->text[i]));
	return STR_NONE;
}

/* --- entries --- */

/* What a feed's entries are called: RSS's items, Atom's entries. */
static const struct element {
	const char *begin, *end;
} elements[] = {
	{"<item", "</item>"},
	{"<entry", "</entry>"},
};

/* Where the next element begins, from AT on; STR_NPOS: there is none. */
static size_t find_begin(struct str text, const struct element *k, size_t at)
{
	while ((at = str_find(text, str_of(k->begin), at)) != STR_NPOS) {
		size_t behind = at + strlen(k->begin);
		if (behind < text.n && str_find_byte(STR(" \t\r\n>"), text.p[behind], 0) != STR_NPOS)
			break;
		at = behind;
	}
	return at;
}

/* A feed has entries of one kind, that of its first: to look for the other again and again would be to read all of it
 * for every entry. */
static const struct element *element_of(struct str text)
{
	return find_begin(text, &elements[0], 0) <= find_begin(text, &elements[1], 0) ? &elements[0] : &elements[1];
}

/* The next "<item ...>...</item>" or "<entry ...>...</entry>" from *AT on. */
static struct str next_element(struct str text, const struct element *k, size_t *at)
{
	size_t from = find_begin(text, k, *at);
	if (from == STR_NPOS)
		return STR_NONE;
	size_t to = str_find(text, str_of(k->end), from);
	*at = to == STR_NPOS ? text.n : to + strlen(k->end);
	return str_slice(text, from, *at);
}

/* "GitHub Status - Incident History": what the page is called. */
static struct str name_of_page(struct arena *arena, struct str text, const struct element *entries)
{
	size_t at = 0;
	struct str first = next_element(text, entries, &at),
		   head = str_slice(text, 0, first.n ? (size_t)(first.p - text.p) : text.n);
	size_t from = str_find(head, STR("<title"), 0), to = str_find(head, STR("</title>"), 0);
	if (from == STR_NPOS || to == STR_NPOS || to < from)
		return STR_NONE;
	struct entry e = read_entry(arena, str_fmt(arena, "<head>%.*s</head>", STR_ARG(str_slice(head, from, to + 8))));
	struct str title = mail_fold(arena, part_of(&e, PART_TITLE));
	return str_trim(str_slice(title, 0, str_find(title, STR(" - "), 0)));
}

/* What stands behind the last "/" or ":" of an entry's id: the page's own id of the incident. */
static struct str tail_of(struct str id)
{
	size_t n = id.n;
	while (n > 0 && !strchr("/:#", id.p[n - 1]))
		n--;
	return str_from(id, n);
}

static void put_entry(struct doc *doc, struct sink *sink, struct str page, const struct slice *at)
{
	struct arena *arena = doc->scratch;
	struct entry e = read_entry(arena, at->text);
	bool cut = false;
	struct str link = part_of(&e, PART_LINK), id = part_of(&e, PART_ID), date = part_of(&e, PART_DATE);
	id = id.n ? id : link;
	struct mailbox from = {.name = page};
	if (url_host(link).n)
		from.address = str_fmt(arena, "status@%.*s", STR_ARG(url_host(link)));
	struct letter l = letter_of_post(
		arena, part_of(&e, PART_TITLE), html_text(arena, part_of(&e, PART_TEXT), &cut), date, from);
	struct outlet o = outlet_of(doc, sink, at, &l, STR_NONE);
	l.from.address = STR_NONE; /* nobody has sent it */
	outlet_date_by_posts(&o);
	if (!o.notice.reference.n && !notice_is_silent(&o.notice))
		o.notice.reference = tail_of(id);
	if (id.n) /* else its own bytes tell it from others */
		o.identity = str_fmt(arena, "feed/%.*s/%.*s", STR_ARG(id), STR_ARG(o.when));
	outlet_put(&o);
	need_forget();
	if (cut)
		sink_note(sink, at->from, l.title, "HTML nested deeper than %d elements is read up to there",
			HTML_DEPTH_MAX);
}

/* --- the format --- */

static int feed_bid(struct doc *doc)
{
	bool rss = doc_contains(doc, "<rss") && doc_contains(doc, "<channel"),
	     atom = doc_contains(doc, "<feed") && doc_contains(doc, "http://www.w3.org/2005/Atom");
	struct str head = str_trim(str_slice(doc->head, 0, 200));
	return (rss || atom) && str_starts(head, STR("<")) ? BID_IDENTITY : BID_NONE;
}

static struct where where_of(const struct slice *all, struct str part, size_t *line_at, int *line)
{
	struct where w = all->from;
	size_t at = (size_t)(part.p - all->text.p);
	for (; *line_at < at; (*line_at)++)
		*line += all->text.p[*line_at] == '\n';
	w.offset += (int64_t)at;
	w.length = (int64_t)part.n;
	w.line += *line;
	return w;
}

static void skip_between(struct sink *sink, const struct slice *all, size_t from, size_t to)
{
	struct where w = all->from;
	w.offset += (int64_t)from;
	w.length = (int64_t)(to - from);
	if (to > from)
		sink_skip(sink, w);
}

static bool feed_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice all;
	ARENA_SCOPE(doc->scratch);
	if (!doc_whole(doc, doc->scratch, &all, e))
		return false;
	const struct element *entries = element_of(all.text);
	struct str page = name_of_page(doc->scratch, all.text, entries), entry;
	size_t at = 0, done = 0, line_at = 0;
	int line = 0, n = 0;
	while ((entry = next_element(all.text, entries, &at)).n) {
		ARENA_SCOPE(doc->scratch);
		size_t from = (size_t)(entry.p - all.text.p);
		skip_between(sink, &all, done, from);
		if (n++ == ENTRIES_MAX) {
			sink_note(sink, where_of(&all, str_from(all.text, from), &line_at, &line), STR_NONE,
				"more than %d entries in one feed; the rest is not read", ENTRIES_MAX);
			return true;
		}
		struct slice s = {.text = entry, .from = where_of(&all, entry, &line_at, &line)};
		put_entry(doc, sink, page, &s);
		done = at;
	}
	skip_between(sink, &all, done, all.text.n);
	return true;
}

const struct format format_feed = {
	.name = "feed",
	.blurb = "feeds of status pages: RSS and Atom",
	.bid = feed_bid,
	.parse = feed_parse,
};
