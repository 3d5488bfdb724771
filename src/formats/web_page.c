/*
 * Web pages as browsers save them. What is printed on one, a console's output or a table, is read as the document that
 * it is; any other page as a feed's entry would be: its title is the subject, its text the body, the posts of a status
 * page that it repeats are records of their own.
 */
#include "formats/formats_all.h"

#include "formats/html.h"
#include "formats/inner.h"
#include "formats/mail_need.h"
#include "formats/mail_record.h"

enum { HEAD_MAX = 256 << 10 }; /* title and address are looked for so far */

struct page {
	struct arena *arena;
	struct sink *sink;
	struct slice all;
	struct str title, owner, address;
	struct str text;
};

/* --- its head --- */

static struct str title_of(struct arena *arena, struct str head)
{
	bool cut;
	size_t from = str_find_case(head, STR("<title"), 0);
	size_t text = from == STR_NPOS ? from : str_find_byte(head, '>', from);
	size_t to = text == STR_NPOS ? text : str_find_case(head, STR("</title"), text);
	if (to == STR_NPOS)
		return STR_NONE;
	return str_trim(html_text(arena, str_fmt(arena, "<p>%.*s", STR_ARG(str_slice(head, text + 1, to))), &cut));
}

/* The value of ATTRIBUTE="..." in the element that holds MARK. */
static struct str attribute_beside(struct str head, struct str mark, struct str attribute)
{
	size_t at = str_find_case(head, mark, 0), end = str_find_byte(head, '>', at == STR_NPOS ? head.n : at);
	while (at != STR_NPOS && at > 0 && head.p[at] != '<')
		at--;
	struct str element = end == STR_NPOS ? STR_NONE : str_slice(head, at, end);
	size_t value = str_find_case(element, attribute, 0);
	if (value == STR_NPOS)
		return STR_NONE;
	value += attribute.n;
	return str_slice(element, value, str_find_byte(element, '"', value));
}

/* Where it was saved from, as it says itself. */
static struct str address_of(struct str head)
{
	struct str canonical = attribute_beside(head, STR("rel=\"canonical\""), STR("href=\""));
	return canonical.n ? canonical : attribute_beside(head, STR("property=\"og:url\""), STR("content=\""));
}

/* "Kestrel Status - Elevated errors", "Elevated errors | Kestrel Status": what it is about, and whose page it is. */
static void split_title(struct page *page, struct str title)
{
	static const char *const between[] = {" | ", " - ", " \xe2\x80\x93 ", " \xe2\x80\x94 ", " \xc2\xb7 "};
	struct str first, second;
	page->title = title;
	for (size_t i = 0; i < LEN(between); i++) {
		if (!str_cut(title, str_of(between[i]), &first, &second))
			continue;
		bool leads = str_find_case(first, STR("status"), 0) != STR_NPOS;
		page->owner = str_trim(leads ? first : second);
		page->title = str_trim(leads ? second : first);
		return;
	}
}

/* --- its text --- */

/* A document of another kind, shown on the page. */
static bool put_shown(struct doc *doc, struct page *page)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct inner inner = INNER(arena);
	struct slice line = page->all;
	struct str rest = page->text;
	bool fits = true;
	while (fits && str_next(&rest, '\n', &line.text))
		fits = inner_add(&inner, &line);
	return fits && inner_parse(&inner, doc, &(struct inner_setting){.basis = BASIS_INFERRED}, page->sink);
}

static void put_letter(struct doc *doc, struct page *page)
{
	struct str host = url_host(page->address);
	struct mailbox from = {
		.name = page->owner, .address = host.n ? str_fmt(page->arena, "web@%.*s", STR_ARG(host)) : STR_NONE};
	struct letter letter = letter_of_post(page->arena, page->title, page->text, STR_NONE, from);
	struct outlet o = outlet_of(doc, page->sink, &page->all, &letter, STR_NONE);
	letter.from.address = STR_NONE; /* nobody has sent it */
	outlet_date_by_posts(&o);
	if (page->address.n && o.when.n) /* saved once more it is the same, whatever else is on it then */
		o.identity = str_fmt(page->arena, "web-page/%.*s/%.*s", STR_ARG(page->address), STR_ARG(o.when));
	outlet_put(&o);
	need_forget();
}

/* Posts with times and states are a status page's, whatever else its text looks like. */
static bool has_posts(struct page *page)
{
	struct updates us = updates_find(page->arena, page->text, (struct civil){0});
	return updates_class(&us).n > 0;
}

static bool web_page_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	ARENA_SCOPE(doc->scratch);
	struct page page = {.arena = doc->scratch, .sink = sink};
	bool cut = false;
	if (!doc_whole(doc, page.arena, &page.all, e))
		return false;
	struct str head = str_slice(page.all.text, 0, HEAD_MAX);
	page.text = html_text(page.arena, page.all.text, &cut);
	page.address = address_of(head);
	split_title(&page, title_of(page.arena, head));
	if (cut)
		sink_note(sink, page.all.from, page.title, "HTML nested deeper than %d elements is read up to there",
			HTML_DEPTH_MAX);
	if (page.text.n > LETTER_TEXT_MAX) {
		sink_note(sink, page.all.from, page.title, "text of %zu bytes is searched up to %d", page.text.n,
			LETTER_TEXT_MAX);
		page.text = str_slice(page.text, 0, LETTER_TEXT_MAX);
	}
	if (has_posts(&page) || !put_shown(doc, &page))
		put_letter(doc, &page);
	return true;
}

/* --- the format --- */

static int web_page_bid(struct doc *doc)
{
	struct str head = str_trim(str_slice(doc->head, 0, 4096));
	while (str_starts(head, STR("<!--")) && str_find(head, STR("-->"), 0) != STR_NPOS)
		head = str_trim(str_from(head, str_find(head, STR("-->"), 0) + 3));
	bool begins = str_starts_case(head, STR("<!doctype html")) || str_starts_case(head, STR("<html"));
	return begins ? BID_IDENTITY : BID_NONE;
}

const struct format format_web_page = {
	.name = "web-page",
	.blurb = "web pages as browsers save them: status pages, notices, consoles",
	.bid = web_page_bid,
	.parse = web_page_parse,
};
