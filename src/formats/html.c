/*
 * HTML to text, by libxml2's event parser: it mends what mail programs write, decodes the entities, builds no
 * tree (so depth costs nothing), and is in the program anyway (libarchive brings it). gumbo builds a tree and
 * frees it by recursion.
 */
#include "formats/html.h"

#include <libxml/HTMLparser.h>

/* What separates two words, from weak to strong. A cell that ends with its row is a row's end. */
enum gap { GAP_NONE, GAP_BLANK, GAP_BLOCK, GAP_CELL, GAP_ROW };

struct writer {
	struct buf out;
	htmlParserCtxtPtr parser;
	int depth;
	bool cut;
	enum gap gap;
	int hidden;   /* elements open whose text is not shown */
	int verbatim; /* and whose blanks and line ends are */
};

static const struct {
	const char *name;
	enum gap gap;
	bool hidden, verbatim;
} elements[] = {
	{"td", GAP_CELL, false},
	{"th", GAP_CELL, false},
	{"tr", GAP_ROW, false},
	{"table", GAP_ROW, false},
	{"p", GAP_BLOCK, false},
	{"div", GAP_BLOCK, false},
	{"br", GAP_BLOCK, false},
	{"li", GAP_BLOCK, false},
	{"ul", GAP_BLOCK, false},
	{"ol", GAP_BLOCK, false},
	{"h1", GAP_BLOCK, false},
	{"h2", GAP_BLOCK, false},
	{"h3", GAP_BLOCK, false},
	{"h4", GAP_BLOCK, false},
	{"h5", GAP_BLOCK, false},
	{"h6", GAP_BLOCK, false},
	{"hr", GAP_BLOCK, false},
	{"pre", GAP_BLOCK, false, true},
	{"blockquote", GAP_BLOCK, false},
	{"dt", GAP_BLOCK, false},
	{"dd", GAP_CELL, false},
	{"section", GAP_BLOCK, false},
	{"center", GAP_BLOCK, false},
	{"body", GAP_BLOCK, false},
	{"head", GAP_BLOCK, true},
	{"title", GAP_BLOCK, true},
	{"style", GAP_NONE, true},
	{"script", GAP_NONE, true},
	{"noscript", GAP_NONE, true},
	{"s", GAP_NONE, true}, /* what is struck out no longer holds: "<s>12 June</s> 19 June" */
	{"strike", GAP_NONE, true},
	{"del", GAP_NONE, true},
};

static void note_gap(struct writer *w, enum gap gap)
{
	if (gap > w->gap)
		w->gap = gap;
}

static void mark_element(struct writer *w, const xmlChar *name, int step)
{
	for (size_t i = 0; i < LEN(elements); i++)
		if (!strcmp((const char *)name, elements[i].name)) {
			note_gap(w, elements[i].gap);
			w->hidden += elements[i].hidden ? step : 0;
			w->verbatim += elements[i].verbatim ? step : 0;
			return;
		}
}

static void on_start(void *arg, const xmlChar *name, const xmlChar **attributes)
{
	struct writer *w = arg;
	(void)attributes;
	mark_element(w, name, 1);
	if (++w->depth > HTML_DEPTH_MAX) { /* the parser looks through all open elements at every end tag */
		w->cut = true;
		xmlStopParser(w->parser);
	}
}

static void on_end(void *arg, const xmlChar *name)
{
	struct writer *w = arg;
	mark_element(w, name, -1);
	w->depth--;
}

static void close_gap(struct writer *w)
{
	static const char *const written[] = {"", " ", "\n", "\t", "\n"};
	if (w->out.n)
		buf_cstr(&w->out, written[w->gap]);
	w->gap = GAP_NONE;
}

/* How many bytes of blank stand there. */
static size_t blank_at(struct str s, size_t at)
{
	bool no_break = s.p[at] == '\xc2' && at + 1 < s.n && s.p[at + 1] == '\xa0';
	return no_break ? 2 : byte_is_space(s.p[at]);
}

static void on_text(void *arg, const xmlChar *text, int n)
{
	struct writer *w = arg;
	struct str s = str_n((const char *)text, (size_t)n);
	if (w->hidden > 0)
		return;
	if (w->verbatim > 0) {
		close_gap(w);
		buf_add(&w->out, s);
		return;
	}
	for (size_t i = 0, to, blank; i < s.n; i = to + blank) {
		for (to = i, blank = 0; to < s.n && !(blank = blank_at(s, to)); to++)
			;
		if (to > i && w->gap)
			close_gap(w);
		buf_add(&w->out, str_slice(s, i, to));
		if (blank)
			note_gap(w, GAP_BLANK);
	}
}

static void on_error(void *arg, const char *fmt, ...)
{
	(void)arg;
	(void)fmt; /* mail HTML is never right; what is wrong with it is nobody's concern here */
}

struct str html_text(struct arena *arena, struct str html, bool *cut)
{
	struct writer w = {.out = BUF(arena)};
	htmlSAXHandler sax = {.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.error = on_error,
		.warning = on_error,
		.fatalError = on_error};
	htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&sax, &w, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!parser)
		return STR_NONE;
	/* A meta charset inside speaks of the bytes before the mail was decoded: it is ignored. */
	w.parser = parser;
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					   HTML_PARSE_IGNORE_ENC);
	enum { STEP = 1 << 16 };
	for (size_t at = 0; at < html.n && !w.cut; at += STEP)
		htmlParseChunk(parser, html.p + at, (int)(html.n - at < STEP ? html.n - at : STEP), 0);
	htmlParseChunk(parser, "", 0, 1);
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
	*cut = w.cut;
	return buf_str(&w.out);
}

const char *html_library(void)
{
	return LIBXML_DOTTED_VERSION;
}
