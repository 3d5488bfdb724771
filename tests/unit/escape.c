/* The law of the escapers: hostile text comes out as the literal text it is, in every format. */
#include "render/render.h"
#include "base/utf8.h"

#include <cmark.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *a;
static struct str *payloads;
static size_t payloads_n;

static struct str file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	struct buf b = BUF(a);
	char chunk[4096];
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f));)
		buf_bytes(&b, chunk, n);
	fclose(f);
	return buf_str(&b);
}

static int load(void **state)
{
	(void)state;
	struct err e = {0};
	struct json *list = json_parse(a, file_text("tests/hostile/words.json"), &e);
	VEC(struct str) all = {0};
	for (struct json *j = json_first(list); j; j = json_next(j))
		*PUSH(&all, a) = json_str(j);
	for (int byte = 0; byte < 256; byte++) { /* every byte alone, first, last and between letters */
		char c = (char)byte;
		*PUSH(&all, a) = str_dup(a, str_n(&c, 1));
		*PUSH(&all, a) = str_dup(a, str_n((char[]){c, c, 'x', ' ', c, 'y', c, '1', c}, 9));
	}
	payloads = all.v;
	payloads_n = all.n;
	return list && json_size(list) >= 200 ? 0 : -1;
}

static struct str escaped(void (*escape)(struct buf *, struct str), const char *before, struct str s, const char *after)
{
	struct buf b = BUF(a);
	buf_cstr(&b, before);
	escape(&b, s);
	buf_cstr(&b, after);
	return buf_str(&b);
}

/* Text nodes below N; anything else that could show is an error, named in *other. */
static void collect(cmark_node *node, struct buf *text, const char **other)
{
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type ev;
	while ((ev = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *n = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(n);
		if (ev != CMARK_EVENT_ENTER || n == node)
			continue;
		if (type == CMARK_NODE_TEXT)
			buf_cstr(text, cmark_node_get_literal(n));
		else if (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING)
			*other = cmark_node_get_type_string(n);
	}
	cmark_iter_free(iter);
}

static struct str without_zero_width(struct str s)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < s.n; i++) {
		if (str_starts(str_from(s, i), STR("\u200b")))
			i += 2;
		else
			buf_byte(&b, s.p[i]);
	}
	return buf_str(&b);
}

static void round_trip_in(
	struct str payload, const char *before, const char *after, const char *text_before, const char *text_after)
{
	struct str md = escaped(buf_markdown, before, payload, after);
	cmark_node *doc = cmark_parse_document(md.p, md.n, CMARK_OPT_DEFAULT);
	struct buf text = BUF(a);
	const char *other = NULL;
	collect(doc, &text, &other);
	cmark_node_free(doc);
	struct str expected = str_fmt(a, "%s%.*s%s", text_before, STR_ARG(utf8_visible(a, payload)), text_after);
	struct str got = without_zero_width(buf_str(&text));
	if (other || !str_eq(got, expected))
		fail_msg("payload '%.*s' as '%.*s' reads '%.*s' with %s", STR_ARG(payload), STR_ARG(md), STR_ARG(got),
			other ? other : "text only");
}

static void markdown_reads_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < payloads_n; i++) {
		round_trip_in(payloads[i], "", "", "", "");
		round_trip_in(payloads[i], "# ", "\n", "", "");
		round_trip_in(payloads[i], "see: ", " and so on\n", "see: ", " and so on");
		round_trip_in(payloads[i], "(", ").\n", "(", ").");
		round_trip_in(payloads[i], "para\n\n", "\n", "para", "");
		if (payloads[i].n) /* an empty one leaves "x" and a line of its own behind */
			round_trip_in(payloads[i], "(x ", " y)", "(x ", " y)");
	}
}

/* What GitHub, GitLab and their like look for after the parser: none of it is left. */
static bool has_reference(struct str md)
{
	for (size_t i = 0; i + 1 < md.n; i++) {
		char c = md.p[i], next = md.p[i + 1];
		bool entity = c == '#' && i > 0 && md.p[i - 1] == '&'; /* &#124; */
		if (c == '@' && (byte_is_alpha(next) || byte_is_digit(next) || next == '_'))
			return true;
		if (memchr("#!~%$", c, 5) && byte_is_digit(next) && !entity)
			return true;
	}
	size_t scheme = str_find(md, STR("://"), 0);
	return str_contains(md, STR("www.")) || str_contains(md, STR("mailto:")) ||
	       (scheme != STR_NPOS && scheme > 0 && md.p[scheme - 1] != '\\');
}

static void markdown_has_no_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < payloads_n; i++) {
		struct str md = escaped(buf_markdown, "", payloads[i], "");
		if (has_reference(md) || str_find_byte(md, '|', 0) != STR_NPOS ||
			str_find_byte(md, '\n', 0) != STR_NPOS || str_find_byte(md, '<', 0) != STR_NPOS)
			fail_msg("payload '%.*s' leaves something in '%.*s'", STR_ARG(payloads[i]), STR_ARG(md));
	}
	assert_true(has_reference(STR("@user")));
	assert_true(has_reference(STR("x #12")));
}

static void names_stay_readable(void **state)
{
	(void)state;
	static const char *const plain[] = {"pvc-7c1e4a2b-19aa-4a7e-9a55-6d7de5b5a2f1", "data_time",
		"2024-06-18 09:30:00", "volume faulted (3 of 5)", "fusionauth/fusionauth-0", "a -> b", "99.9 %"};
	for (size_t i = 0; i < LEN(plain); i++)
		assert_string_equal(escaped(buf_markdown, "", str_of(plain[i]), "").p, plain[i]);
}

static bool has_hazard(struct str s)
{
	size_t len;
	for (size_t i = 0; i < s.n; i += len)
		if (code_is_hazardous(utf8_decode(s, i, &len)))
			return true;
	return false;
}

static void html_is_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < payloads_n; i++) {
		struct str html = escaped(buf_html, "", payloads[i], "");
		for (size_t k = 0; k < html.n; k++)
			assert_null(memchr("<>\"'", html.p[k], 4));
		assert_false(has_hazard(html));
		assert_true(utf8_is_valid(html));
	}
	assert_string_equal(
		escaped(buf_html, "", STR("<a href=\"x\">'&amp;"), "").p, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;");
}

/* One cell in, one cell out: reads RFC 4180 back. */
static struct str csv_read(struct str cell)
{
	if (!cell.n || cell.p[0] != '"')
		return cell;
	struct buf b = BUF(a);
	for (size_t i = 1; i + 1 < cell.n; i++) {
		if (cell.p[i] == '"')
			assert_int_equal(cell.p[++i], '"');
		buf_byte(&b, cell.p[i]);
	}
	return buf_str(&b);
}

static void csv_cells_are_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < payloads_n; i++) {
		struct str cell = escaped(buf_csv, "", payloads[i], "");
		struct str text = csv_read(cell);
		double number;
		if (text.n && !str_double(text, &number))
			assert_null(memchr("=+-@\t\r", text.p[0], 6));
		if (cell.n && cell.p[0] != '"')
			assert_int_equal(str_find_byte(cell, ',', 0), STR_NPOS);
	}
	static const char *const pairs[][2] = {{"plain", "plain"}, {"a,b", "\"a,b\""},
		{"say \"x\"", "\"say \"\"x\"\"\""}, {"=1+1", "\"'=1+1\""}, {"-5", "-5"}, {" =1", "\"' =1\""},
		{"a\nb", "\"a\nb\""}, {"", ""}};
	for (size_t i = 0; i < LEN(pairs); i++)
		assert_string_equal(str_cstr(a, escaped(buf_csv, "", str_of(pairs[i][0]), "")), pairs[i][1]);
}

static void ics_and_mermaid_are_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < payloads_n; i++) {
		struct str ics = escaped(buf_ics, "", payloads[i], ""),
			   mermaid = escaped(buf_mermaid, "", payloads[i], "");
		assert_false(has_hazard(ics) || has_hazard(mermaid));
		assert_int_equal(str_find_byte(ics, '\n', 0), STR_NPOS);
		for (size_t k = 0; k < mermaid.n; k++)
			assert_null(memchr(":\"'`<>%{}[]()&\n", mermaid.p[k], 14));
	}
	assert_string_equal(escaped(buf_ics, "", STR("a,b;c\\d\ne"), "").p, "a\\,b\\;c\\\\d\\ne");
	assert_string_equal(escaped(buf_mermaid, "", STR("a: b; c"), "").p, "a#58; b#59; c");
}

int main(void)
{
	a = arena_open();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_reads_as_written),
		cmocka_unit_test(markdown_has_no_references),
		cmocka_unit_test(names_stay_readable),
		cmocka_unit_test(html_is_text),
		cmocka_unit_test(csv_cells_are_text),
		cmocka_unit_test(ics_and_mermaid_are_text),
	};
	int failed = cmocka_run_group_tests_name("escape", tests, load, NULL);
	arena_close(a);
	return failed;
}
