/* What base/json.h promises. */
#include "base/json.h"
#include "base/instant.h"
#include "base/pull.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static struct json *parse(const char *text)
{
	struct err e = {0};
	struct json *j = json_parse(a, str_of(text), &e);

	if (!j)
		fail_msg("'%s': %s", text, e.text);
	return j;
}

static const char *refusal(struct str text)
{
	struct err e = {0};

	assert_null(json_parse(a, text, &e));
	return str_of(e.text).n ? str_cstr(a, str_of(e.text)) : "no message";
}

static void values(void **state)
{
	struct json *j =
		parse(" {\"a\": [1, 2.5, true, null, \"x\\u00e9\\n\"], \"A\": {\"b\": {\"c\": \"deep\"}}, \"a\": 9} ");
	int64_t i = 0;
	double d = 0;

	(void)state;
	assert_true(json_is_object(j));
	assert_int_equal(json_size(j), 3);
	struct json *list = json_get(j, "a");
	assert_true(json_is_array(list));
	assert_int_equal(json_size(list), 5);
	struct json *item = json_first(list);
	assert_true(json_int(item, &i) && i == 1);
	item = json_next(item);
	assert_false(json_int(item, &i));
	assert_true(json_double(item, &d) && d > 2.4 && d < 2.6);
	assert_str(json_text(a, item), "2.5");
	item = json_next(item);
	assert_true(json_is_bool(item) && json_is_true(item));
	assert_str(json_text(a, item), "true");
	item = json_next(item);
	assert_true(json_is_null(item));
	item = json_next(item);
	assert_str(json_str(item), "xé\n");
	assert_null(json_next(item));
	assert_str(json_str(json_at(j, "A", "b", "c", NULL)), "deep");
	assert_null(json_at(j, "A", "B", "c", NULL));
	assert_str(json_key(json_next(json_first(j))), "A");
	assert_true(json_key_is(json_next(json_first(j)), STR("A")));
	assert_false(json_key_is(json_next(json_first(j)), STR("A\0\0\0")));
}

static void nothing_is_harmless(void **state)
{
	int64_t i = 5;
	double d;

	(void)state;
	assert_null(json_get(NULL, "x"));
	assert_null(json_get(parse("[1]"), "x"));
	assert_null(json_get(parse("3"), "x"));
	assert_null(json_at(NULL, "x", "y", NULL));
	assert_null(json_first(NULL));
	assert_null(json_next(NULL));
	assert_int_equal(json_size(NULL), 0);
	assert_true(json_is_null(NULL));
	assert_false(json_is_object(NULL) || json_is_string(NULL) || json_is_true(NULL));
	assert_int_equal(json_str(NULL).n, 0);
	assert_int_equal(json_get_str(parse("{\"x\": 3}"), "x").n, 0);
	assert_int_equal(json_text(a, parse("[1]")).n, 0);
	assert_false(json_int(NULL, &i) || json_double(NULL, &d) || json_int(parse("\"5\""), &i));
	assert_int_equal(i, 5);
}

static void wrong_text_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_string_equal(refusal(STR("{\"a\": 1,\n\"b\" 2}")), "line 2: not valid JSON");
	assert_string_equal(refusal(STR("{}\n\n{}")), "line 3: text after the JSON value");
	assert_string_equal(refusal(STR("{} x")), "line 1: text after the JSON value");
	assert_string_equal(refusal(STR("  \n ")), "line 1: empty, not JSON");
	assert_string_equal(refusal(STR_NONE), "line 1: empty, not JSON");
	static const char *const wrong[] = {"{", "[1,]", "{\"a\":}", "\"abc", "\"\\", "\"\\u", "\"\\u12", "\"\\uZZZZ\"",
		"nul", "{'a': 1}", "[1 2]", "\"\\ud83d", "-", "tru", "[", "]", "{\"a\"", "\"\\x\""};
	for (size_t i = 0; i < LEN(wrong); i++)
		refusal(str_of(wrong[i]));
	refusal(STR("{}\0"));
}

/* Every prefix, cut out exactly: the sanitizer sees a read beyond the view (ours; cJSON is not instrumented). */
static void truncated_text(void **state)
{
	struct str full =
		STR("{\"a\\u0000\": [1, -2.5e3, true, null, \"\\ud83d\\ude00\"], \"b\": 1234567890123456789}");

	(void)state;
	for (size_t n = 0; n < full.n; n++) {
		char *exact = arena_alloc(a, n);
		memcpy(exact, full.p, n);
		refusal(str_n(exact, n));
	}
}

static struct str nested(int depth)
{
	struct buf b = BUF(a);

	for (int i = 0; i < depth; i++)
		buf_cstr(&b, i % 2 ? "{\"[\":" : "[\n");
	buf_byte(&b, '1');
	while (depth-- > 0)
		buf_byte(&b, depth % 2 ? '}' : ']');
	return buf_str(&b);
}

static void depth_is_limited(void **state)
{
	struct err e = {0};
	struct buf b = BUF(a);

	(void)state;
	assert_non_null(json_parse(a, nested(100), &e));
	assert_string_equal(refusal(nested(101)), "line 51: nested too deep");
	assert_string_equal(refusal(nested(1000000)), "line 51: nested too deep");
	buf_byte(&b, '"');
	for (int i = 0; i < 1000; i++)
		buf_cstr(&b, "[{\\\"");
	buf_byte(&b, '"');
	assert_int_equal(json_str(json_parse(a, buf_str(&b), &e)).n, 3000);
}

static void what_cjson_cannot_hold_is_mended(void **state)
{
	struct err e = {0};

	(void)state;
	assert_str(json_str(parse("\"a\\u0000b\"")), "a\xef\xbf\xbd"
						     "b");
	assert_str(json_str(parse("\"a\\\\u0000b\"")), "a\\u0000b");
	assert_str(json_get_str(parse("{\"k\\u0000\": \"v\"}"), "k\xef\xbf\xbd"), "v");
	assert_str(json_str(parse("\"\\ud83d\\ude00\"")), "😀");
	assert_str(json_str(parse("\"\\ud83dx\"")), "\xef\xbf\xbd"
						    "x");
	assert_str(json_str(parse("\"\\ude00\\ud83d\"")), "\xef\xbf\xbd\xef\xbf\xbd");
	assert_str(json_str(json_parse(a, STR("\"a\0\xff\""), &e)), "a\xef\xbf\xbd\xef\xbf\xbd");
	struct str text = STR("{\"a\": \"\\u0000\"}");
	json_parse(a, text, &e);
	assert_str(text, "{\"a\": \"\\u0000\"}");
	assert_int_equal(json_size(json_parse(a, STR("\xef\xbb\xbf[1]"), &e)), 1);
}

static void numbers_keep_their_digits(void **state)
{
	const char *text = "[12,\"99999999999999999999\",{\"id\":1234567890123456789,\"x\":-9223372036854775808},"
			   "[[9007199254740993]],18446744073709551616,0.1,1.5e300,-0.000001]";
	struct json *j = parse(text);
	int64_t i = 0;

	(void)state;
	assert_str(json_print(a, j),
		"[12,\"99999999999999999999\",{\"id\":1234567890123456789,\"x\":-9223372036854775808},"
		"[[9007199254740993]],18446744073709551616,0.1,1.5e+300,-1e-06]");
	struct json *ids = json_next(json_next(json_first(j)));
	assert_true(json_int(json_get(ids, "id"), &i) && i == 1234567890123456789);
	assert_true(json_int(json_get(ids, "x"), &i) && i == INT64_MIN);
	assert_str(json_text(a, json_get(ids, "id")), "1234567890123456789");
	struct json *huge = json_next(json_next(ids));
	assert_false(json_int(huge, &i));
	assert_str(json_text(a, huge), "18446744073709551616");
	assert_true(json_int(parse("1e3"), &i) && i == 1000);
	assert_true(json_int(parse("-7"), &i) && i == -7);
	assert_str(json_print(a, parse("1e999")), "null");
	assert_str(json_print(a, parse("0.30000000000000004")), "0.30000000000000004");
}

static void building(void **state)
{
	struct json *o = json_object(a);
	char value[] = "text";

	(void)state;
	struct json *list = json_add_array(a, o, "list");
	json_add_str(a, o, "s", str_of(value));
	value[0] = '?'; /* it was copied */
	json_push(a, list, json_object(a));
	json_push_str(a, list, STR("a\0b"));
	json_push(a, list, json_object(a));
	json_add_int(a, o, "max", INT64_MAX);
	json_add_int(a, o, "exact", 9007199254740991);
	json_add_int(a, o, "none", INSTANT_NONE);
	json_add_str(a, o, "absent", STR_NONE);
	json_add_str(a, o, "empty", STR(""));
	json_add_bool(a, o, "yes", true);
	json_add_null(a, o, "null");
	json_add_raw(a, o, "raw", STR("[1, 2]"));
	json_add_int(a, json_add_object(a, o, "o"), "x", -5);
	json_add(a, o, "parsed", parse("[\"p\"]"));
	assert_str(json_print(a, o),
		"{\"list\":[{},\"a\\u0000b\",{}],\"s\":\"text\",\"max\":9223372036854775807,\"exact\":9007199254740991,\"none\":null,"
		"\"absent\":null,\"empty\":\"\",\"yes\":true,\"null\":null,\"raw\":[1, 2],\"o\":{\"x\":-5},\"parsed\":[\"p\"]}");
	assert_int_equal(json_str(json_next(json_first(list))).n, 3);
	assert_str(json_print_pretty(a, parse("{\"a\":[1,{}],\"b\":{\"c\":[]}}")),
		"{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
	assert_str(json_print_pretty(a, parse("3")), "3");
	assert_str(json_print(a, NULL), "null");
}

static void many_elements_are_fast(void **state)
{
	struct json *list = json_array(a);

	(void)state;
	for (int i = 0; i < 200000; i++)
		json_push_str(a, list, STR("x"));
	assert_int_equal(json_size(list), 200000);
}

static void strings_are_safe_in_a_script(void **state)
{
	struct buf b = BUF(a);

	(void)state;
	buf_json_str(&b, STR("</script>&\"\\\n\t\r\b\f\x01\x7f\u2028\u2029é😀\xff"
			     "n\0"));
	assert_str(buf_str(&b),
		"\"\\u003c/script\\u003e\\u0026\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u007f\\u2028\\u2029é😀\\ufffdn\\u0000\"");
	b.n = 0;
	buf_json_str(&b, STR_NONE);
	assert_str(buf_str(&b), "\"\"");
}

/* Law: what is printed and read again is the same, and printing is stable. */
static void every_code_goes_there_and_back(void **state)
{
	struct buf b = BUF(a);
	struct err e = {0};

	(void)state;
	for (uint32_t code = 1; code < 0x110000; code += code < 0x3000 ? 1 : 97)
		buf_utf8(&b, code);
	struct json *list = json_array(a);
	json_push_str(a, list, buf_str(&b));
	struct str text = json_print(a, list);
	struct json *again = json_parse(a, text, &e);
	assert_true(str_eq(json_str(json_first(again)), buf_str(&b)));
	assert_true(str_eq(json_print(a, again), text));
}

static void flat_text_is_told(void **state)
{
	(void)state;
	static const char *const good[] = {"{}", "{\"a\":\"b\"}", "{\"a\":\"\",\"b\\n\":\"\\u00e9 \\\"\\\\\"}"};
	static const char *const bad[] = {"", "{", "}", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\":\"b\"}}", "{\"a\":\"b\",}",
		"{\"a\" :\"b\"}", "{\"a\":\"b\\\"}", "{\"a\":\"\\u00g0\"}", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}",
		"{\"a\":{}}", "[\"a\"]", "{\"a\",\"b\"}", "{\"a\":\"\\q\"}"};
	for (size_t i = 0; i < LEN(good); i++)
		assert_true(json_text_is_flat(str_of(good[i])));
	for (size_t i = 0; i < LEN(bad); i++)
		if (json_text_is_flat(str_of(bad[i])))
			fail_msg("'%s' is taken for flat", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(nothing_is_harmless),
		cmocka_unit_test(wrong_text_is_refused_with_its_line),
		cmocka_unit_test(truncated_text),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(what_cjson_cannot_hold_is_mended),
		cmocka_unit_test(numbers_keep_their_digits),
		cmocka_unit_test(building),
		cmocka_unit_test(many_elements_are_fast),
		cmocka_unit_test(strings_are_safe_in_a_script),
		cmocka_unit_test(every_code_goes_there_and_back),
		cmocka_unit_test(flat_text_is_told),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
