/* Documents: windows, lines and JSON slices, whatever the size of the pieces the bytes come in. */
#include "read/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena *arena;

/* An input that hands over STEP bytes at a time, so that every boundary is met. */
struct drip {
	struct input in;
	struct str rest;
	size_t step;
};

static ssize_t drip_read(struct input *in, void *to, size_t n)
{
	struct drip *d = (struct drip *)in;
	struct str piece = str_slice(d->rest, 0, n < d->step ? n : d->step);
	if (piece.n)
		memcpy(to, piece.p, piece.n);
	d->rest = str_from(d->rest, piece.n);
	return (ssize_t)piece.n;
}

static struct doc *doc_dripping(struct str text, size_t step)
{
	struct drip *d = NEW(arena, struct drip);
	d->in.read = drip_read;
	d->rest = text;
	d->step = step;
	return doc_open(arena, STR("test"), &d->in, false);
}

/* "offset+length:line[cb] text" a slice, joined by "|". */
static struct str describe(struct doc *d, bool lines, const char *key)
{
	struct buf b = BUF(arena);
	struct slice s;
	while (lines ? doc_line(d, &s) : doc_json(d, key, &s)) {
		buf_fmt(&b, "%s%d+%d:%d%s%s ", b.n ? "|" : "", (int)s.from.offset, (int)s.from.length, (int)s.from.line,
			s.cut ? "c" : "", s.broken ? "b" : "");
		buf_add(&b, s.text);
	}
	doc_close(d);
	return buf_str(&b);
}

static void check(struct str text, bool lines, const char *key, const char *expected)
{
	assert_string_equal(describe(doc_of(arena, STR("test"), text), lines, key).p, expected);
	for (size_t step = 1; step <= text.n + 1; step++)
		assert_string_equal(describe(doc_dripping(text, step), lines, key).p, expected);
}

static void lines_count_bytes(void **state)
{
	(void)state;
	check(STR("a\nbb\r\n\nlast"), true, NULL, "0+2:1 a|2+4:2 bb|6+1:3 |7+4:4 last");
	check(STR("\xef\xbb\xbf"
		  "a\nb\n"),
		true, NULL, "3+2:1 a|5+2:2 b");
	check(STR("x\ry\n"), true, NULL, "0+4:1 x\ry");
}

static void utf16_is_converted(void **state)
{
	(void)state;
	check(STR("\xff\xfe"
		  "a\0\xe9\0\n\0=\xd8\0\xde\n\0"),
		true, NULL, "0+4:1 a\xc3\xa9|4+5:2 \xf0\x9f\x98\x80");
	check(STR("\xfe\xff\0a\0\n"), true, NULL, "0+2:1 a");
	check(STR("a\0b\0c\0\r\0\n\0"), true, NULL, "0+5:1 abc");
}

static void long_lines_come_in_pieces(void **state)
{
	(void)state;
	size_t n = DOC_LINE_MAX + 10;
	char *p = arena_alloc(arena, n + 2);
	memset(p, 'x', n);
	memcpy(p + DOC_LINE_MAX - 1, "\xc3\xa9", 2);
	memcpy(p + n, "\nz", 2);
	struct slice s;
	AUTO(doc_close) struct doc *d = doc_dripping(str_n(p, n + 2), 65536);
	assert_true(doc_line(d, &s) && s.cut && s.text.n == DOC_LINE_MAX - 1 && s.from.line == 1);
	assert_true(doc_line(d, &s) && !s.cut && s.text.n == 11 && s.from.line == 1);
	assert_true(doc_line(d, &s) && s.from.line == 2 && str_eq(s.text, STR("z")));
	assert_false(doc_line(d, &s));
}

static void json_values_one_by_one(void **state)
{
	(void)state;
	check(STR("{\"a\":1}\n{\"b\":\"}\\\"{\"} {\n \"c\": [1]\n}"), false, "items",
		"0+7:1 {\"a\":1}|8+12:2 {\"b\":\"}\\\"{\"}|21+13:2 {\n \"c\": [1]\n}");
	check(STR("[{\"a\":1}, {\"b\":2}]"), false, "items", "1+7:1 {\"a\":1}|10+7:1 {\"b\":2}");
	check(STR("[]\n{}"), false, "items", "3+2:2 {}");
	check(STR("[\"x]\",null ,1]"), false, NULL, "1+4:1 \"x]\"|6+4:1 null|12+1:1 1");
}

static void json_lists_are_opened(void **state)
{
	(void)state;
	check(STR("{\"kind\":\"List\",\"items\":[{\"a\":{\"items\":[1]}},\n{\"b\":2}],\"metadata\":{\"x\":\"]"
		  "}\"}}\n{\"c\":3}"),
		false, "items", "24+19:1 {\"a\":{\"items\":[1]}}|45+7:2 {\"b\":2}|77+7:3 {\"c\":3}");
	check(STR("{\"items\":[{\"a\":1}],\"items\" : [{\"b\":2}]}"), false, "items",
		"10+7:1 {\"a\":1}|30+7:1 {\"b\":2}");
	check(STR("{\"items\":null,\"kind\":\"List\"}{\"a\":\"items\"}"), false, "items", "28+13:1 {\"a\":\"items\"}");
	check(STR("{\"kind\":\"List\",\"items\":null}"), false, "items", "");
	check(STR("{\"items\":[{}]}"), false, NULL, "0+14:1 {\"items\":[{}]}");
}

static void json_tail_is_cut(void **state)
{
	(void)state;
	check(STR("{\"a\":1}\n{\"b\":\"x"), false, "items", "0+7:1 {\"a\":1}|8+7:2c {\"b\":\"x");
	check(STR("{\"items\":[{\"a\":1},{\"b\""), false, "items", "10+7:1 {\"a\":1}|18+4:1c {\"b\"");
	check(STR("{\"items\":[{\"a\":1},"), false, "items", "10+7:1 {\"a\":1}|18+0:1c ");
	check(STR("{\"items\":[{\"a\":1}],\"x\":"), false, "items", "10+7:1 {\"a\":1}|23+0:1c ");
}

static void json_goes_on_behind_damage(void **state)
{
	(void)state;
	/* a writer that was killed in a string, between strings, and behind a bracket too many */
	check(STR("{\"a\":\"b\n{\"c\":1}\n"), false, "items", "0+8:1b {\"a\":\"b\n|8+7:2 {\"c\":1}");
	check(STR("{\"a\":{\"b\":1,\n{\"c\":1}\n"), false, "items", "0+13:1b {\"a\":{\"b\":1,\n|13+7:2 {\"c\":1}");
	check(STR("{\"a\":1]}\n{\"c\":1}\n"), false, "items", "0+9:1b {\"a\":1]}\n|9+7:2 {\"c\":1}");
	check(STR("{\"items\": [\n  {\n    \"a\": [1}\n  },\n  {\n    \"b\": 2\n  }\n]}"), false, "items",
		"14+22:2b {\n    \"a\": [1}\n  },\n  |36+16:5 {\n    \"b\": 2\n  }");
	check(STR("$ kubectl get\n{\"a\":1}\nerror: x\n}"), false, "items",
		"0+13:1b $ kubectl get|14+7:2 {\"a\":1}|22+8:3b error: x|31+1:4b }");
	check(STR("[2024-06-18] text\n{\"a\":1}"), false, "items", "0+17:1b [2024-06-18] text|18+7:2 {\"a\":1}");
}

static void valid_json_is_never_given_up(void **state)
{
	(void)state;
	check(STR("{\"l\":[\n{\"a\":1},\n{\"b\":\n{\"c\":2}\n}\n]}"), false, "items",
		"0+34:1 {\"l\":[\n{\"a\":1},\n{\"b\":\n{\"c\":2}\n}\n]}");
}

static void huge_values_are_passed_over(void **state)
{
	(void)state;
	size_t n = (size_t)DOC_OBJECT_MAX + FEED_WINDOW;
	struct buf b = BUF(arena);
	buf_cstr(&b, "{\"a\":\"");
	memset(buf_room(&b, n), 'x', n);
	b.n += n;
	buf_cstr(&b, "\"}\n{\"b\":2}");
	struct slice s;
	AUTO(doc_close) struct doc *d = doc_dripping(buf_str(&b), 1 << 20);
	assert_true(doc_json(d, "items", &s) && s.cut && s.broken && s.text.n == 0 && s.from.offset == 0 &&
		    s.from.length == (int64_t)n + 8);
	assert_true(doc_json(d, "items", &s) && str_eq(s.text, STR("{\"b\":2}")) && s.from.line == 2);
	assert_false(doc_json(d, "items", &s));
}

static void bids_see_the_first_item(void **state)
{
	(void)state;
	AUTO(doc_close)
	struct doc *d = doc_of(arena, STR("a.zip: logs/x.log"), STR(" {\"items\":[{\"kind\":\"Event\"}]}"));
	assert_true(str_eq(json_get_str(doc_item(d), "kind"), STR("Event")));
	assert_true(str_eq(d->base, STR("x.log")));
	AUTO(doc_close) struct doc *text = doc_of(arena, STR("x"), STR("one\r\ntwo"));
	assert_null(doc_item(text));
	assert_true(str_eq(doc_head_line(text, 0), STR("one")) && str_eq(doc_head_line(text, 1), STR("two")));
	assert_true(doc_head_line(text, 2).n == 0);
}

static void whole_has_a_limit(void **state)
{
	(void)state;
	struct slice s;
	struct err e = {{0}};
	AUTO(doc_close)
	struct doc *d = doc_dripping(STR("\xef\xbb\xbf"
					 "ab\ncd"),
		2);
	assert_true(doc_line(d, &s));
	assert_true(doc_whole(d, arena, &s, &e) && str_eq(s.text, STR("cd")) && s.from.line == 2 && s.from.offset == 6);
	char *big = arena_alloc(arena, (size_t)DOC_WHOLE_MAX + 1);
	AUTO(doc_close) struct doc *too_big = doc_of(arena, STR("x"), str_n(big, (size_t)DOC_WHOLE_MAX + 1));
	assert_false(doc_whole(too_big, arena, &s, &e));
	assert_non_null(strstr(e.text, "64 MiB"));
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_open();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {TEST(lines_count_bytes), TEST(utf16_is_converted),
		TEST(long_lines_come_in_pieces), TEST(json_values_one_by_one), TEST(json_lists_are_opened),
		TEST(json_tail_is_cut), TEST(json_goes_on_behind_damage), TEST(valid_json_is_never_given_up),
		TEST(huge_values_are_passed_over), TEST(bids_see_the_first_item), TEST(whole_has_a_limit)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
