/* The escapers, with cmark as the judge: whatever evidence says comes out as that text and nothing else. */
#include "fuzz.h"

#include "base/utf8.h"
#include "render/render.h"

#include <cmark.h>

static struct arena *arena;

/* Text nodes below N, zero-width spaces taken out; anything that is neither text nor a paragraph is a broken promise.
 */
static struct str text_of(cmark_node *document)
{
	struct buf raw = BUF(arena), text = BUF(arena);
	cmark_iter *iter = cmark_iter_new(document);
	for (cmark_event_type ev; (ev = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
		cmark_node *n = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(n);
		PROMISE(type == CMARK_NODE_TEXT || type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_DOCUMENT);
		if (type == CMARK_NODE_TEXT)
			buf_cstr(&raw, cmark_node_get_literal(n));
	}
	cmark_iter_free(iter);
	for (size_t i = 0; i < raw.n; i++) {
		if (str_starts(str_from(buf_str(&raw), i), STR("\u200b")))
			i += 2;
		else
			buf_byte(&text, raw.p[i]);
	}
	return buf_str(&text);
}

static struct str escaped(void (*escape)(struct buf *, struct str), struct str s)
{
	struct buf b = BUF(arena);
	escape(&b, s);
	return buf_str(&b);
}

static bool is_free_of(struct str s, const char *bytes)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(bytes, s.p[i]))
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		arena = arena_open();
	struct str text = fuzz_text(data, size), md = escaped(buf_markdown, text);
	PROMISE(is_free_of(md, "\n\r|<\x1b"));
	cmark_node *document = cmark_parse_document(md.p, md.n, CMARK_OPT_DEFAULT);
	struct str got = text_of(document), want = utf8_visible(arena, text);
	cmark_node_free(document);
	PROMISE(str_eq(got, want));
	PROMISE(is_free_of(escaped(buf_html, text), "<>\"'\x1b"));
	PROMISE(is_free_of(escaped(buf_ics, text), "\n\r\x1b"));
	PROMISE(is_free_of(escaped(buf_mermaid, text), ":\"'`<>%{}[]()&\n\x1b"));
	struct str cell = escaped(buf_csv, text);
	PROMISE(!cell.n || cell.p[0] == '"' || is_free_of(cell, ",\"\n\r"));
	arena_reset(arena);
	return 0;
}
