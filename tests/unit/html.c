/* Pages: tables, task lists, links and proofs as GitHub's dialect has them; nothing of the evidence becomes markup. */
#include "render/pipes.h"
#include "base/utf8.h"
#include "render/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *a;

/* What stands in <main>. */
static struct str body_of(const char *markdown, const char *svg)
{
	struct err e = {0};
	struct str page, before, body, after;
	assert_true(report_html(a, str_of(markdown), STR("t"), str_of(svg), &page, &e));
	assert_true(str_cut(page, STR("<main id=\"report\">\n"), &before, &body));
	assert_true(str_cut(body, STR("</main>"), &body, &after));
	return str_trim(body);
}

#define assert_body(markdown, html) assert_string_equal(str_cstr(a, body_of(markdown, "")), html)
#define HEAD_AB "<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody>\n"
#define TAIL "</tbody></table></div>"

static void tables(void **state)
{
	(void)state;
	assert_body("| a | b |\n|---|---|\n| 1 | *2* |\n", HEAD_AB "<tr><td>1</td><td><em>2</em></td></tr>\n" TAIL);
	assert_body("a | b\n--- | ---\n1 | 2 | 3\n", HEAD_AB "<tr><td>1</td><td>2</td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n| 1 |\n", HEAD_AB "<tr><td>1</td><td></td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n| 1 \\| 2 | `x\\|y` |\n",
		HEAD_AB "<tr><td>1 | 2</td><td><code>x|y</code></td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n| # 1 | - 2 |\n", HEAD_AB "<tr><td># 1</td><td>- 2</td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n",
		"<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody>\n" TAIL);
	assert_body("| a | b |\n|:-:|--:|\n| 1 | 2 |\n",
		"<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr><th class=\"center\">a</th><th class=\"right\">b</th></tr></thead>\n<tbody>\n"
		"<tr><td class=\"center\">1</td><td class=\"right\">2</td></tr>\n" TAIL);
}

/* Each cell is parsed by itself, whichever share a paragraph. */
static void cells(void **state)
{
	(void)state;
	assert_body("| a | b |\n|---|---|\n| *1 | 2* |\n| `1 | 2` |\n| <b | c> |\n",
		HEAD_AB "<tr><td>*1</td><td>2*</td></tr>\n<tr><td>`1</td><td>2`</td></tr>\n"
			"<tr><td>&lt;b</td><td>c&gt;</td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n| 1 | *\"2\"* |\n| *\"1\"* | 2 |\n",
		HEAD_AB "<tr><td>1</td><td><em>&quot;2&quot;</em></td></tr>\n"
			"<tr><td><em>&quot;1&quot;</em></td><td>2</td></tr>\n" TAIL);
	assert_body("| a | b |\n|---|---|\n| | |\n| 1\\ | \\ |\n| &#32;1&#32; | 2 |\n", HEAD_AB
		"<tr><td></td><td></td></tr>\n<tr><td>1\\</td><td>\\</td></tr>\n<tr><td> 1 </td><td>2</td></tr>\n" TAIL);
}

/* Evidence is not parsed, and comes out as if it were. */
static void evidence(void **state)
{
	(void)state;
	assert_body("a\n\n```text\n*b* <c>&\"'\n\n| d | e |\n|---|---|\n```\nf\n",
		"<p>a</p>\n<pre><code class=\"language-text\">*b* &lt;c&gt;&amp;&quot;'\n\n| d | e |\n|---|---|\n</code></pre>\n<p>f</p>");
	assert_body("````text\n```\n````\n```text\n```\n===\n",
		"<pre><code class=\"language-text\">```\n</code></pre>\n<pre><code class=\"language-text\"></code></pre>\n<p>===</p>");
	assert_body("- a\n\n```text\nb\n```\n- c\n",
		"<ul>\n<li>a</li>\n</ul>\n<pre><code class=\"language-text\">b\n</code></pre>\n<ul>\n<li>c</li>\n</ul>");
	assert_body("- a\n\n  ```text\n  b\n  ```\n",
		"<ul>\n<li>\n<p>a</p>\n<pre><code class=\"language-text\">b\n</code></pre>\n</li>\n</ul>");
	assert_body("```text\nno end\n", "<pre><code class=\"language-text\">no end\n</code></pre>");
	assert_body("<!--\n\n```text\nhidden\n```\n-->\nshown\n", "<p>shown</p>");
	assert_body("\xef\xb7\x96"
		    "0\n\n```text\n\xef\xb7\x94 \xef\xb7\x96\n```\n",
		"<p>\\ufdd60</p>\n<pre><code class=\"language-text\">\\\\ufdd4 \\\\ufdd6\n</code></pre>");
}

static void no_tables(void **state)
{
	(void)state;
	assert_body("a | b\n", "<p>a | b</p>");
	assert_body("| a | b |\n|---|\n", "<p>| a | b |\n|---|</p>");
	assert_body("```\n| a | b |\n|---|---|\n```\n", "<pre><code>| a | b |\n|---|---|\n</code></pre>");
	assert_body("    | a | b |\n    |---|---|\n", "<pre><code>| a | b |\n|---|---|\n</code></pre>");
	assert_body("\xef\xb7\x90 \xef\xb7\x91lr", "<p>\\ufdd0 \\ufdd1lr</p>");
}

static void tasks_headings_and_proofs(void **state)
{
	(void)state;
	assert_body("- [ ] open\n- [x] done\n- [y] no\n",
		"<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled> open</li>\n<li class=\"task\"><input type=\"checkbox\" disabled checked> done</li>\n"
		"<li>[y] no</li>\n</ul>");
	assert_body("    - [ ] code\n", "<pre><code>- [ ] code\n</code></pre>");
	assert_body("- \\[ ] text\n", "<ul>\n<li>[ ] text</li>\n</ul>");
	struct str twice = body_of("## Why, then?\n## Why then\n", "");
	assert_true(str_contains(twice, STR("<h2 id=\"why-then\">Why, then?")));
	assert_true(str_contains(twice, STR("<h2 id=\"why-then-2\">")));
	struct str thrice = body_of("## a\n## a\n## a 2\n## a\n", "");
	assert_true(str_contains(thrice, STR("<h2 id=\"a-2\">a <")));
	assert_true(str_contains(thrice, STR("<h2 id=\"a-2-2\">a 2")));
	assert_true(str_contains(thrice, STR("<h2 id=\"a-3\">a <")));
	struct str ours = body_of("### E1\n### lu-title\n### Timeline\n## Timeline\n### Report\n", "");
	static const char *const headings[] = {"<h3 id=\"section-e1\">E1", "<h3 id=\"section-lu-title\">",
		"<h3 id=\"section-timeline\">", "<h2 id=\"timeline\">", "<h3 id=\"section-report\">"};
	for (size_t i = 0; i < LEN(headings); i++)
		assert_true(str_contains(ours, str_of(headings[i])));
	struct str cut = body_of(
		"### a\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n",
		"");
	assert_true(utf8_is_valid(cut));
	struct str proof =
		body_of("see [E1]\n\n#### E1\n\nwhere it was\n\n```text\nline\n```\n\n[E1]: #e1 \"e123456\"\n", "");
	assert_true(str_contains(proof, STR("<p>see <a href=\"#e1\" title=\"e123456\">E1</a></p>")));
	assert_true(str_contains(
		proof, STR("<details class=\"proof\"><summary><b>E1</b> where it was</summary><div id=\"e1\">")));
	assert_true(str_ends(proof, STR("</div></details>")));
}

static void nothing_from_outside(void **state)
{
	(void)state;
	static const char *const texts[] = {"<script>alert(1)</script>\n", "a <b onclick=x>b</b>\n",
		"<img src=http://x/y>\n", "![beacon](http://x.example/y.png)\n", "[x](javascript:alert(1))\n",
		"![x](data:image/png;base64,AAAA)\n", "<!-- lineup:human x -->\n"};
	for (size_t i = 0; i < LEN(texts); i++) {
		struct str body = body_of(texts[i], "<svg></svg>");
		assert_false(str_contains(body, STR("<script")) || str_contains(body, STR("<img")) ||
			     str_contains(body, STR("<svg")) || str_contains(body, STR("javascript:")) ||
			     str_contains(body, STR("onclick")) || str_contains(body, STR("<!--")));
	}
}

static void the_chart_is_inlined_once(void **state)
{
	(void)state;
	struct str body = body_of(
		"![How the failures lined up: x](y.svg)\n\n![How the failures lined up: x](y.svg)\n", "<svg>1</svg>");
	size_t first = str_find(body, STR("<svg>1</svg>"), 0);
	assert_true(first != STR_NPOS);
	assert_int_equal(str_find(body, STR("<svg>"), first + 1), STR_NPOS);
	body = body_of("```mermaid\ngantt\n```\n", "<svg>1</svg>");
	assert_true(str_contains(body, STR("<svg>1</svg>")));
}

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

/* Hostile text, escaped, in every place a template puts it, leaves the page with the tags it has for harmless text. */
static size_t tags(struct str html)
{
	size_t n = 0;
	for (size_t i = 0; i < html.n; i++)
		n += html.p[i] == '<';
	return n;
}

static struct str place_everywhere(struct str text)
{
	struct buf e = BUF(a), b = BUF(a);
	buf_markdown(&e, text);
	struct str s = buf_str(&e);
	buf_fmt(&b,
		"# %.*s\n\n%.*s\n\n- %.*s\n\nx (%.*s), **b**\n\n| a | b |\n|---|---|\n| %.*s | x %.*s |\n| 1 | 2 |\n",
		STR_ARG(s), STR_ARG(s), STR_ARG(s), STR_ARG(s), STR_ARG(s), STR_ARG(s));
	return body_of(str_cstr(a, buf_str(&b)), "");
}

static void hostile_text_makes_no_tags(void **state)
{
	(void)state;
	struct err e = {0};
	struct json *list = json_parse(a, file_text("tests/hostile/words.json"), &e);
	assert_non_null(list);
	size_t expected = tags(place_everywhere(STR("harmless")));
	for (struct json *j = json_first(list); j; j = json_next(j)) {
		ARENA_SCOPE(a);
		if (!str_trim(json_str(j)).n)
			continue; /* an empty paragraph is none */
		size_t got = tags(place_everywhere(json_str(j)));
		if (got != expected)
			fail_msg("'%.*s' makes %zu tags, not %zu: %.*s", STR_ARG(json_str(j)), got, expected,
				STR_ARG(place_everywhere(json_str(j))));
	}
}

int main(void)
{
	a = arena_open();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(cells),
		cmocka_unit_test(evidence),
		cmocka_unit_test(no_tables),
		cmocka_unit_test(tasks_headings_and_proofs),
		cmocka_unit_test(nothing_from_outside),
		cmocka_unit_test(the_chart_is_inlined_once),
		cmocka_unit_test(hostile_text_makes_no_tags),
	};
	int failed = cmocka_run_group_tests_name("html", tests, NULL, NULL);
	arena_close(a);
	return failed;
}
