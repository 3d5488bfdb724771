/* One self-contained page from a report's Markdown, by cmark in safe mode. */
#include "base/digest.h"
#include "base/map.h"
#include "embed.h"
#include "render/pipes.h"
#include "render/render.h"
#include "render/review.h"

#include <cmark.h>

enum { STACKED_FROM = 3 }; /* columns: fewer fit on a telephone */

/* The walk over cmark's output: tags of interest are rewritten, all else is copied. */
struct page {
	struct arena *arena;
	struct buf out, toc, labels; /* labels: a narrow page stacks cells and names their columns by style */
	struct str svg;
	struct strs code; /* evidence that was not parsed */
	struct map ids;
	struct str letters; /* alignment of the open table */
	size_t column;
	struct str proof; /* "E12", whose summary is still to come */
	int row;          /* of the open table, the header is 1 */
	int table;        /* its number */
	bool in_proof, wants_summary, svg_used;
	size_t contents_at; /* in front of the first section; 0: there is none yet */
};

/* What stands up to CLOSER, which is taken off too. */
static struct str take(struct str *rest, const char *closer)
{
	struct str inner;
	str_cut(*rest, str_of(closer), &inner, rest);
	return inner;
}

static struct str text_of(struct arena *a, struct str html)
{
	struct buf b = BUF(a);
	bool tag = false;
	for (size_t i = 0; i < html.n; i++) {
		tag = html.p[i] == '<' ? true : tag;
		if (!tag)
			buf_byte(&b, html.p[i]);
		tag = html.p[i] == '>' ? false : tag;
	}
	return buf_str(&b);
}

/* The page's own ids, which its citations, script and charts go by: those of proofs, "e12", too. */
static bool is_taken(struct str id, int level)
{
	int64_t n;
	return str_eq(id, STR("report")) || (level != 2 && str_eq(id, STR("timeline"))) || str_starts(id, STR("lu-")) ||
	       str_starts(id, STR("rv-")) || (str_starts(id, STR("e")) && str_int(str_from(id, 1), &n));
}

enum { ID_LENGTH = 80 };

/* "Why we were lucky" -> "why-we-were-lucky"; numbered when it is there already. */
static struct str new_id(struct page *p, int level, struct str text)
{
	struct buf b = BUF(p->arena);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (b.n >= ID_LENGTH && (c & 0xc0) != 0x80) /* whole characters only */
			break;
		if (byte_is_alpha(c) || byte_is_digit(c) || (c & 0x80))
			buf_byte(&b, byte_lower(c));
		else if ((c == ' ' || c == '-') && b.n && b.p[b.n - 1] != '-')
			buf_byte(&b, '-');
	}
	struct str slug = b.n ? buf_str(&b) : STR("section");
	if (is_taken(slug, level))
		slug = str_fmt(p->arena, "section-%.*s", STR_ARG(slug));
	struct str id = slug;
	uintptr_t times = (uintptr_t)map_get(&p->ids, slug);
	while (map_get(&p->ids, id))
		id = str_fmt(p->arena, "%.*s-%zu", STR_ARG(slug), (size_t)++times);
	*map_put(&p->ids, id) = (void *)1;
	*map_put(&p->ids, slug) = (void *)(times ? times : 1);
	return id;
}

static void end_proof(struct page *p)
{
	if (p->in_proof)
		buf_cstr(&p->out, "</div></details>\n");
	p->in_proof = p->wants_summary = false;
}

/* --- inline --- */

/* "2024-06-17 06:04 UTC", with seconds or without, in front of the end of S: its length, or 0. */
static size_t time_before(struct str s)
{
	static const char *const shapes[] = {"dddd-dd-dd dd:dd", "dddd-dd-dd dd:dd:dd"};
	for (size_t i = 0; i < LEN(shapes); i++) {
		size_t n = strlen(shapes[i]), k = 0;
		if (s.n < n)
			continue;
		const char *p = s.p + s.n - n;
		while (k < n && (shapes[i][k] == 'd' ? byte_is_digit(p[k]) : p[k] == shapes[i][k]))
			k++;
		if (k == n)
			return n;
	}
	return 0;
}

/* A number and its unit at FROM, " min 05 s" as well as " d": what stands behind them, or FROM. */
static size_t length_part(struct str s, size_t from)
{
	static const struct str units[] = {{"d", 1}, {"h", 1}, {"min", 3}, {"s", 1}, {"ms", 2}, {"us", 2}};
	size_t unit = from, end;
	while (unit < s.n && byte_is_digit(s.p[unit]))
		unit++;
	if (unit == from || unit >= s.n || s.p[unit++] != ' ')
		return from;
	for (end = unit; end < s.n && byte_is_alpha(s.p[end]); end++)
		;
	for (size_t i = 0; i < LEN(units); i++)
		if (str_eq(str_slice(s, unit, end), units[i]) && !(end < s.n && byte_is_digit(s.p[end])))
			return end;
	return from;
}

/* "1 d 21 h" around the blank at AT, the first of it: where it begins, and what stands behind it; or AT. */
static size_t length_around(struct str s, size_t at, size_t *end)
{
	size_t from = at, next;
	while (from > 0 && byte_is_digit(s.p[from - 1]))
		from--;
	if (from == at || (from > 0 && (byte_is_alpha(s.p[from - 1]) || memchr(".,_/:", s.p[from - 1], 5))))
		return at;
	*end = length_part(s, from);
	if (*end == from)
		return at;
	next = *end < s.n && s.p[*end] == ' ' ? length_part(s, *end + 1) : 0;
	*end = next > *end + 1 ? next : *end;
	return from;
}

static void put_kept(struct buf *b, const char *open, struct str s, const char *close)
{
	buf_cstr(b, open);
	buf_add(b, s);
	buf_cstr(b, close);
}

/* Words with their times and lengths of time kept on one line, however narrow the column. */
static void put_words(struct buf *b, struct str s)
{
	size_t done = 0, from, end = 0;
	for (size_t at = 0; at < s.n; at++) {
		if (s.p[at] != ' ' || at == done)
			continue;
		if (s.n - at >= 4 && memcmp(s.p + at, " UTC", 4) == 0 && (from = time_before(str_slice(s, done, at)))) {
			buf_add(b, str_slice(s, done, at - from));
			put_kept(b, "<time>", str_slice(s, at - from, at + 4), "</time>");
			done = at + 4;
		} else if (byte_is_digit(s.p[at - 1]) && (from = length_around(s, at, &end)) < at) {
			buf_add(b, str_slice(s, done, from));
			put_kept(b, "<span class=\"length\">", str_slice(s, from, end), "</span>");
			done = end;
		} else
			continue;
		at = done - 1;
	}
	buf_add(b, str_from(s, done));
}

/* Boxes that turned out to stand in code or in a paragraph are what they were. */
static void put_text(struct buf *b, struct str s, void (*put)(struct buf *, struct str))
{
	for (size_t at;
		str_find_byte(s, '\xef', 0) != STR_NPOS && (at = str_find(s, STR("\xef\xb7"), 0)) != STR_NPOS;) {
		struct str box = str_slice(s, at, at + strlen(PIPES_OPEN));
		bool done = str_eq(box, STR(PIPES_DONE));
		put(b, str_slice(s, 0, at));
		buf_add(b, done ? STR("[x]") : str_eq(box, STR(PIPES_OPEN)) ? STR("[ ]") : box);
		s = str_from(s, at + box.n);
	}
	put(b, s);
}

static void put_svg(struct page *p)
{
	buf_fmt(&p->out, "<figure class=\"chart\" tabindex=\"0\">%.*s</figure>\n", STR_ARG(p->svg));
	p->svg_used = true;
}

static bool is_chart(struct str tag)
{
	return str_contains(tag, STR("alt=\"How the failures lined up")) ||
	       str_contains(tag, STR("alt=\"" REVIEW_CHART));
}

/* Our chart; other pictures would need the network, so their words stand for them. */
static void image(struct page *p, struct str tag)
{
	struct str before, alt, after;
	if (p->svg.n && !p->svg_used && is_chart(tag)) {
		put_svg(p);
		return;
	}
	if (str_cut(tag, STR("alt=\""), &before, &alt) && str_cut(alt, STR("\""), &alt, &after))
		buf_fmt(&p->out, "<em>[picture: %.*s]</em>", STR_ARG(alt));
}

/* The tag that S begins with, as it is: no time stands in it, and no picture comes from elsewhere. */
static void put_tag(struct page *p, struct str *s)
{
	if (str_starts(*s, STR("<img "))) {
		image(p, take(s, "/>"));
		return;
	}
	struct str tag = take(s, ">");
	if (!str_eq(tag, STR("<!-- raw HTML omitted --"))) {
		buf_add(&p->out, tag);
		buf_byte(&p->out, '>');
	}
}

/* A block of code stays as it is: most of a page is evidence. False: *html begins with none. */
static bool put_code(struct page *p, struct str *html)
{
	size_t end = str_starts(*html, STR("<pre>")) ? str_find(*html, STR("</pre>"), 0) : STR_NPOS;
	if (end == STR_NPOS)
		return false;
	put_text(&p->out, str_slice(*html, 0, end), buf_add);
	*html = str_from(*html, end);
	return true;
}

static void put_inline(struct page *p, struct str s)
{
	while (s.n) {
		size_t tag = str_find_byte(s, '<', 0);
		put_text(&p->out, str_slice(s, 0, tag), put_words);
		s = str_from(s, tag);
		if (s.n)
			put_tag(p, &s);
	}
}

/* --- headings --- */

enum { PROOF_LEVEL = 4 };

/* "E12" */
static bool is_proof_number(struct str s)
{
	int64_t n;
	return str_starts(s, STR("E")) && str_int(str_from(s, 1), &n) && n > 0;
}

static void heading(struct page *p, int level, struct str inner)
{
	struct str text = text_of(p->arena, inner);
	end_proof(p);
	if (level == PROOF_LEVEL && is_proof_number(text)) {
		buf_fmt(&p->out, "<details class=\"proof\"><summary><b>%.*s</b> ", STR_ARG(text));
		p->wants_summary = p->in_proof = true;
		p->proof = text;
		return;
	}
	struct str id = new_id(p, level, text);
	if (level == 2 && !p->contents_at)
		p->contents_at = p->out.n;
	buf_fmt(&p->out, "<h%d id=\"%.*s\">", level, STR_ARG(id));
	put_inline(p, inner);
	buf_fmt(&p->out, " <a class=\"anchor\" href=\"#%.*s\" aria-label=\"link to this section\">#</a></h%d>\n",
		STR_ARG(id), level);
	if (level == 2 || level == 3)
		buf_fmt(&p->toc, "<li class=\"toc%d\"><a href=\"#%.*s\">%.*s</a></li>\n", level, STR_ARG(id),
			STR_ARG(text));
}

/* --- tables --- */

static const char *alignment(const struct page *p)
{
	char c = p->column < p->letters.n ? p->letters.p[p->column] : 'n';
	return c == 'r' ? " class=\"right\"" : c == 'c' ? " class=\"center\"" : "";
}

static void end_row(struct page *p)
{
	if (p->row)
		buf_cstr(&p->out, p->row == 1 ? "</tr></thead>\n<tbody>\n" : "</tr>\n");
}

/* "From" -> ".t3 td:nth-child(2)::before{content:"From"}", where nothing but letters, digits and blanks stands for
 * itself. */
static void put_label(struct page *p, struct str html)
{
	struct str text = text_of(p->arena, html);
	if (!text.n || p->letters.n < STACKED_FROM)
		return;
	buf_fmt(&p->labels, ".t%d td:nth-child(%zu)::before{content:\"", p->table, p->column + 1);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (byte_is_alpha(c) || byte_is_digit(c) || c == ' ' || (c & 0x80))
			buf_byte(&p->labels, c);
		else
			buf_fmt(&p->labels, "\\%06x", (unsigned char)c);
	}
	buf_cstr(&p->labels, "\"}\n");
}

static void cell(struct page *p, struct str html)
{
	bool head = p->row == 1;
	if (head)
		put_label(p, html);
	buf_cstr(&p->out, head ? "<th" : "<td");
	buf_cstr(&p->out, alignment(p));
	buf_cstr(&p->out, ">");
	put_inline(p, html);
	buf_cstr(&p->out, head ? "</th>" : "</td>");
	p->column++;
}

/* Those of one paragraph, from behind the sign of the first. */
static void cells(struct page *p, struct str rest)
{
	struct str html;
	bool more = true;
	while (more) {
		more = str_cut(rest, STR(PIPES_CELL), &html, &rest);
		html = str_from(html, str_starts(html, STR(" ")));
		cell(p, str_slice(html, 0, html.n - (more && str_ends(html, STR(" ")))));
	}
}

static void table_part(struct page *p, struct str inner)
{
	struct str rest = str_from(inner, strlen(PIPES_CELL));
	if (str_starts(inner, STR(PIPES_TABLE))) {
		p->letters = rest;
		p->row = 0;
		p->table++;
		if (p->letters.n >= STACKED_FROM)
			buf_fmt(&p->out, "<div class=\"table wide t%d\" tabindex=\"0\"><table>\n<thead>", p->table);
		else
			buf_cstr(&p->out, "<div class=\"table\" tabindex=\"0\"><table>\n<thead>");
	} else if (str_starts(inner, STR(PIPES_ROW))) {
		end_row(p);
		p->row++;
		p->column = 0;
		buf_cstr(&p->out, "<tr>");
		cells(p, str_from(rest, strlen(PIPES_CELL)));
	} else if (str_starts(inner, STR(PIPES_CELL))) {
		cells(p, rest);
	} else {
		end_row(p);
		buf_cstr(&p->out, "</tbody></table></div>\n");
		p->row = 0;
	}
}

/* As the parser would have told it. */
static void evidence(struct page *p, struct str number)
{
	static const struct str entities[256] = {
		['&'] = {"&amp;", 5}, ['<'] = {"&lt;", 4}, ['>'] = {"&gt;", 4}, ['"'] = {"&quot;", 6}};
	int64_t i;
	if (!str_int(number, &i) || i < 0 || (size_t)i >= p->code.n)
		return;
	struct str code = p->code.v[i];
	size_t done = 0;
	buf_cstr(&p->out, "<pre><code class=\"language-text\">");
	for (size_t at = 0; at < code.n; at++) {
		const struct str *entity = &entities[(unsigned char)code.p[at]];
		if (!entity->n)
			continue;
		buf_add(&p->out, str_slice(code, done, at));
		buf_add(&p->out, *entity);
		done = at + 1;
	}
	buf_add(&p->out, str_from(code, done));
	buf_cstr(&p->out, "</code></pre>\n");
}

static void paragraph(struct page *p, struct str inner)
{
	if (str_starts(inner, STR(PIPES_CODE)))
		evidence(p, str_from(inner, strlen(PIPES_CODE)));
	else if (str_starts(inner, STR("\xef\xb7")) && inner.n >= 3 && (unsigned char)inner.p[2] >= 0x90 &&
		 (unsigned char)inner.p[2] <= 0x93)
		table_part(p, inner);
	else if (p->wants_summary) {
		struct str id = str_lower(p->arena, p->proof);
		put_inline(p, inner);
		buf_fmt(&p->out, "</summary><div id=\"%.*s\">\n", STR_ARG(id));
		p->wants_summary = false;
	} else {
		buf_cstr(&p->out, "<p>");
		put_inline(p, inner);
		buf_cstr(&p->out, "</p>\n");
	}
}

/* --- the rest --- */

static bool task(struct page *p, struct str *rest, struct str lead)
{
	struct str box = str_slice(*rest, lead.n, lead.n + strlen(PIPES_OPEN));
	bool done = str_eq(box, STR(PIPES_DONE));
	if (!done && !str_eq(box, STR(PIPES_OPEN)))
		return false;
	buf_fmt(&p->out, "<li class=\"task\">%.*s<input type=\"checkbox\" disabled%s>", STR_ARG(str_from(lead, 4)),
		done ? " checked" : "");
	*rest = str_from(*rest, lead.n + box.n);
	return true;
}

#define MERMAID "<pre><code class=\"language-mermaid\">"

/* The tag at the start of *rest, when it is one that is rewritten. */
static bool rewrite(struct page *p, struct str *rest)
{
	struct str s = *rest;
	if (str_starts(s, STR("<p><img ")) && !p->svg_used && p->svg.n) {
		struct str inner = take(&s, "</p>");
		if (is_chart(inner)) {
			*rest = s;
			put_svg(p);
			return true;
		}
		return false;
	}
	if (str_starts(s, STR("<p>"))) {
		bool marked = str_starts(str_from(s, 3), STR("\xef\xb7"));
		if (!marked && !p->wants_summary)
			return false;
		*rest = str_from(s, 3);
		paragraph(p, take(rest, "</p>\n"));
		return true;
	}
	if (s.n > 4 && s.p[1] == 'h' && s.p[2] >= '1' && s.p[2] <= '6' && s.p[3] == '>') {
		int level = s.p[2] - '0';
		*rest = str_from(s, 4);
		struct str inner = take(rest, str_cstr(p->arena, str_fmt(p->arena, "</h%d>\n", level)));
		heading(p, level, inner);
		return true;
	}
	if (str_starts(s, STR("<li>\n<p>")))
		return task(p, rest, STR("<li>\n<p>"));
	if (str_starts(s, STR("<li>")))
		return task(p, rest, STR("<li>"));
	if (str_starts(s, STR(MERMAID)) && p->svg.n && !p->svg_used) {
		take(rest, "</code></pre>\n");
		put_svg(p);
		return true;
	}
	return false;
}

static void rewrite_all(struct page *p, struct str html)
{
	while (html.n) {
		size_t tag = str_find_byte(html, '<', 0);
		put_text(&p->out, str_slice(html, 0, tag), put_words);
		html = str_from(html, tag);
		if (html.n && !rewrite(p, &html) && !put_code(p, &html))
			put_tag(p, &html);
	}
	end_proof(p);
}

/* --- the policy: nothing from anywhere, and only the styles and the script that are in the page --- */

static struct str base64(struct arena *a, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf b = BUF(a);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t three =
			(uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
		for (int k = 0; k < 4; k++)
			buf_byte(&b, i + (size_t)k > n ? '=' : digits[three >> (18 - 6 * k) & 63]);
	}
	return buf_str(&b);
}

static struct str hash_source(struct arena *a, struct str text)
{
	struct digest d = digest_of(text);
	return str_fmt(a, "'sha256-%.*s'", STR_ARG(base64(a, d.byte, DIGEST_SIZE)));
}

static struct str policy(struct arena *a, struct str style, struct str script, struct str svg)
{
	struct str before, inner = STR_NONE, after;
	if (str_cut(svg, STR("<style>"), &before, &after))
		str_cut(after, STR("</style>"), &inner, &before);
	return str_fmt(a,
		"default-src 'none'; style-src %.*s %.*s; script-src %.*s; img-src data:; base-uri 'none'; form-action 'none'",
		STR_ARG(hash_source(a, style)), STR_ARG(hash_source(a, inner)), STR_ARG(hash_source(a, script)));
}

/* --- cmark, given memory that goes all at once: freeing a tree node by node costs as much as reading it --- */

static struct arena *tree_arena; /* cmark's allocators are told nothing but sizes */
enum { TREE_HEAD = 16 };         /* the size stands before each allocation */

static void *tree_calloc(size_t n, size_t size)
{
	char *p = arena_alloc(tree_arena, n * size + TREE_HEAD);
	memcpy(p, &(size_t){n * size}, sizeof(size_t));
	return p + TREE_HEAD;
}

static void *tree_realloc(void *old, size_t size)
{
	size_t had = 0;
	if (old)
		memcpy(&had, (char *)old - TREE_HEAD, sizeof had);
	char *p = arena_grow_raw(
		tree_arena, old ? (char *)old - TREE_HEAD : NULL, old ? had + TREE_HEAD : 0, size + TREE_HEAD);
	if (size > had)
		memcpy(p, &size, sizeof size);
	return p + TREE_HEAD;
}

static void tree_free(void *p)
{
	(void)p;
}

static void rewrite_markdown(struct page *p, struct str source)
{
	static cmark_mem memory = {tree_calloc, tree_realloc, tree_free};
	tree_arena = arena_open();
	cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, &memory);
	cmark_parser_feed(parser, str_text(source), source.n);
	rewrite_all(p, str_of(cmark_render_html(cmark_parser_finish(parser), CMARK_OPT_DEFAULT)));
	arena_close(tree_arena);
	tree_arena = NULL;
}

/* The body is large: it is moved once, and not copied. */
static void put_around(struct buf *body, struct str front, size_t at, struct str middle, struct str end)
{
	size_t more = front.n + middle.n;
	buf_room(body, more + end.n);
	memmove(body->p + at + more, body->p + at, body->n - at);
	memmove(body->p + front.n, body->p, at);
	memcpy(body->p, front.p, front.n);
	memcpy(body->p + front.n + at, middle.p, middle.n);
	body->n += more;
	buf_add(body, end);
}

#define BODY_MARK "\x02" /* stands in the page's frame for what is too large to be copied through a template */

bool report_html(
	struct arena *a, struct str markdown, struct str title, struct str svg, struct str *out, struct err *err)
{
	struct page p = {.arena = a, .out = BUF(a), .toc = BUF(a), .labels = BUF(a), .svg = svg, .ids = MAP(a)};
	struct str marked = pipes_mark(a, markdown, &p.code);
	buf_room(&p.out, 2 * markdown.n); /* so that it need not be copied as it grows */
	rewrite_markdown(&p, marked);
	struct str style = str_fmt(a, "%.*s@media screen and (max-width:40rem){%.*s}\n",
		STR_ARG(embedded_find("templates/style.css")), STR_ARG(buf_str(&p.labels)));
	struct str script = embedded_find("templates/page.js");
	struct json *root = json_object(a);
	json_add_str(a, root, "title", title);
	json_add_str(a, root, "policy", policy(a, style, script, svg));
	json_add_str(a, root, "style", style);
	json_add_str(a, root, "script", script);
	json_add_str(a, root, "contents", p.toc.n ? buf_str(&p.toc) : STR_NONE);
	json_add_str(a, root, "lead", STR(BODY_MARK));
	json_add_str(a, root, "body", STR(BODY_MARK));
	struct buf frame = BUF(a);
	struct str front, middle, rest;
	ERR_IN(err, STR("page.html"));
	if (!mustache_render(
		    a, embedded_find("templates/page.html"), root, &(struct mustache){.escape = buf_html}, &frame, err))
		return false;
	rest = buf_str(&frame);
	str_cut(rest, STR(BODY_MARK), &front, &rest);
	str_cut(rest, STR(BODY_MARK), &middle, &rest);
	put_around(&p.out, front, p.contents_at, middle, rest);
	*out = buf_str(&p.out);
	return true;
}

const char *markdown_library(void)
{
	return cmark_version_string();
}
