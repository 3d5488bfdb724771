/* What base/str.h promises. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static void equality_and_order(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_false(str_eq(STR("a"), STR("A")));
	assert_true(str_eq_case(STR("CeSt"), STR("cEsT")));
	assert_false(str_eq_case(STR("@"), STR("`")));
	assert_false(str_eq_case(STR("["), STR("{")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR_NONE, STR_NONE), 0);
	assert_true(str_eq(str_of(NULL), STR_NONE));
}

static void prefixes_and_suffixes(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR_NONE, STR_NONE));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_true(str_starts_case(STR("Subject: x"), STR("subject:")));
	assert_true(str_ends(STR("a.json"), STR(".json")));
	assert_false(str_ends(STR("json"), STR(".json")));
}

static void finding(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abcabc"), STR("bc"), 2), 4);
	assert_true(str_find(STR("abc"), STR("x"), 0) == STR_NPOS);
	assert_true(str_find(STR("abc"), STR("a"), 9) == STR_NPOS);
	assert_int_equal(str_find(STR("abc"), STR(""), 3), 3);
	assert_int_equal(str_find(STR_NONE, STR_NONE, 0), 0);
	assert_int_equal(str_find_case(STR("xxFooBar"), STR("foob"), 0), 2);
	assert_true(str_find_case(STR("fo"), STR("foo"), 0) == STR_NPOS);
	assert_int_equal(str_find_byte(STR("a\0b"), 'b', 0), 2);
	assert_true(str_find_byte(STR("abc"), 'a', 1) == STR_NPOS);
	assert_int_equal(str_rfind_byte(STR("a.b.c"), '.'), 3);
	assert_true(str_rfind_byte(STR_NONE, '.') == STR_NPOS);
	assert_true(str_contains(STR("needle in hay"), STR("in")));
}

static void slices_are_clamped(void **state)
{
	(void)state;
	assert_str(str_slice(STR("abcdef"), 2, 4), "cd");
	assert_str(str_slice(STR("abc"), 2, 99), "c");
	assert_str(str_slice(STR("abc"), 5, 2), "");
	assert_str(str_from(STR("abc"), 4), "");
	assert_int_equal(str_from(STR_NONE, 0).n, 0);
	assert_str(str_trim(STR(" \t\r\nx y\v\f ")), "x y");
	assert_str(str_trim(STR("   ")), "");
	assert_str(str_trim_end(STR(" x\n")), " x");
	assert_str(str_lower(a, STR("ÄBC-z")), "Äbc-z");
}

static void cutting(void **state)
{
	struct str head, tail, rest = STR("a,,b,"), piece;
	int n = 0;

	(void)state;
	assert_true(str_cut(STR("key: value: x"), STR(": "), &head, &tail));
	assert_str(head, "key");
	assert_str(tail, "value: x");
	assert_false(str_cut(STR("key"), STR(":"), &head, &tail));
	assert_str(head, "key");
	assert_int_equal(tail.n, 0);
	while (str_next(&rest, ',', &piece))
		assert_str(piece, ((const char *[]){"a", "", "b"})[n++]);
	assert_int_equal(n, 3);
	rest = STR("  one\ttwo ");
	assert_true(str_word(&rest, &piece));
	assert_str(piece, "one");
	assert_true(str_word(&rest, &piece));
	assert_str(piece, "two");
	assert_false(str_word(&rest, &piece));
	assert_int_equal(rest.n, 0);
}

static void numbers(void **state)
{
	int64_t i = 7;
	double d;
	uint64_t h;

	(void)state;
	assert_true(str_int(STR("-9223372036854775808"), &i));
	assert_true(i == INT64_MIN);
	assert_false(str_int(STR("9223372036854775808"), &i));
	assert_true(i == INT64_MIN);
	assert_true(str_int(STR("+007"), &i) && i == 7);
	for (size_t n = 0; n < 7; n++)
		assert_false(str_int(((struct str[]){STR(""), STR("-"), STR(" 1"), STR("1 "), STR("1.0"), STR("+-1"),
					     STR("0x1")})[n],
			&i));
	assert_true(str_double(STR("-1.5e3"), &d) && d < -1499 && d > -1501);
	for (size_t n = 0; n < 8; n++)
		assert_false(str_double(((struct str[]){STR(""), STR("nan"), STR("inf"), STR("0x1p3"), STR(" 1"),
						STR("1e999"), STR("1,5"), STR("1.5.")})[n],
			&d));
	assert_true(str_hex(STR("DeadBeef00000001"), &h) && h == 0xdeadbeef00000001);
	assert_false(str_hex(STR("0x1"), &h));
	assert_false(str_hex(STR("12345678901234567"), &h));
	assert_false(str_hex(STR(""), &h));
}

static void building(void **state)
{
	struct buf b = BUF(a);
	char want[3000];

	(void)state;
	assert_string_equal(buf_str(&b).p, "");
	buf_int(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_int(&b, 0);
	buf_fmt(&b, " %s %d", "x", 42);
	buf_cstr(&b, NULL);
	buf_add(&b, STR_NONE);
	buf_bytes(&b, "\0!", 2);
	struct str s = buf_str(&b);
	assert_int_equal(s.n, 29);
	assert_memory_equal(s.p, "-9223372036854775808 0 x 42\0!", 30);
	memset(want, 'y', sizeof want - 1);
	want[sizeof want - 1] = '\0';
	assert_str(str_fmt(a, "%s", want), want);
	assert_string_equal(str_fmt(a, "%63d|", 1).p + 62, "1|");
	memcpy(buf_room(&b, 3), "abc", 3);
	b.n += 3;
	assert_true(str_ends(buf_str(&b), STR("!abc")));
	assert_string_equal(str_dup(a, STR("view")).p, "view");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_and_order),
		cmocka_unit_test(prefixes_and_suffixes),
		cmocka_unit_test(finding),
		cmocka_unit_test(slices_are_clamped),
		cmocka_unit_test(cutting),
		cmocka_unit_test(numbers),
		cmocka_unit_test(building),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
