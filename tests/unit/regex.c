/* What base/regex.h promises. */
#include "base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static struct regex *regex(const char *pattern, const char *flags)
{
	struct err e = {0};
	struct regex *r = regex_compile(a, str_of(pattern), flags, &e);

	if (!r)
		fail_msg("%s", e.text);
	return r;
}

static void groups_are_views(void **state)
{
	struct regex *r = regex("(?<what>\\w+)=(\\d+)(x)?", NULL);
	struct str g[REGEX_GROUPS], text = STR("a b=12 c=3x");

	(void)state;
	assert_int_equal(regex_match(r, text, g), 4);
	assert_str(g[0], "b=12");
	assert_ptr_equal(g[1].p, text.p + 2);
	assert_str(g[2], "12");
	assert_null(g[3].p);
	assert_int_equal(regex_match_at(r, text, 6, g), 4);
	assert_str(g[3], "x");
	assert_int_equal(regex_match_at(r, text, 99, g), 0);
	assert_int_equal(regex_group(r, "what"), 1);
	assert_int_equal(regex_group(r, "who"), -1);
	assert_string_equal(regex_group_name(r, 1), "what");
	assert_null(regex_group_name(r, 2));
	assert_int_equal(regex_groups(r), 3);
	assert_int_equal(regex_match(r, text, NULL), 4);
}

static void look_behind_sees_what_stands_before(void **state)
{
	struct regex *r = regex("(?<=a)b|^c", NULL);

	(void)state;
	assert_int_equal(regex_match_at(r, STR("ab"), 1, NULL), 1);
	assert_int_equal(regex_match_at(r, STR("xc"), 1, NULL), 0);
}

static void odd_subjects(void **state)
{
	struct str g[REGEX_GROUPS];

	(void)state;
	assert_int_equal(regex_match(regex("^$", NULL), STR_NONE, g), 1);
	assert_int_equal(regex_match(regex("", NULL), STR_NONE, g), 1);
	assert_int_equal(regex_match(regex("a.b", NULL),
				 STR("a\xff"
				     "b"),
				 g),
		1);
	assert_int_equal(regex_match(regex("a\\x00b", NULL), STR("a\0b"), g), 1);
	assert_int_equal(regex_match(regex("É", NULL), STR("xÉ"), g), 1);
	assert_int_equal(regex_match(regex("a\\Kb", NULL), STR("ab"), g), 1);
	assert_str(g[0], "b");
}

static void flags(void **state)
{
	(void)state;
	assert_int_equal(regex_match(regex("warning", "i"), STR("WARNING"), NULL), 1);
	assert_int_equal(regex_match(regex("warning", NULL), STR("WARNING"), NULL), 0);
	assert_int_equal(regex_match(regex("a b # note", "xi"), STR("AB"), NULL), 1);
}

static void wrong_patterns_are_explained(void **state)
{
	struct err e = {0};
	struct buf many = BUF(a);

	(void)state;
	assert_null(regex_compile(a, STR("a(b"), NULL, &e));
	assert_string_equal(e.text, "pattern 'a(b': at 3: missing closing parenthesis");
	err_clear(&e);
	assert_null(regex_compile(a, STR("(*UTF)a"), NULL, &e));
	assert_true(err_is_set(&e));
	for (int i = 0; i < 31; i++)
		buf_cstr(&many, "(a)?");
	err_clear(&e);
	struct str g[REGEX_GROUPS];
	assert_int_equal(regex_match(regex_compile(a, buf_str(&many), NULL, &e), STR("aa"), g), 32);
	assert_null(g[31].p);
	buf_cstr(&many, "(b)?");
	assert_null(regex_compile(a, buf_str(&many), NULL, &e));
	assert_non_null(strstr(e.text, "more than 31 groups"));
}

static void hostile_patterns_end(void **state)
{
	struct buf b = BUF(a);

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, 'a');
	assert_int_equal(
		regex_match(regex("^(a+)+$", NULL), STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), NULL), 0);
	assert_int_equal(regex_match(regex("^(a|aa)+$", NULL), buf_str(&b), NULL) >= 0, 1);
	assert_int_equal(regex_match(regex("^.*$", NULL), buf_str(&b), NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_views),
		cmocka_unit_test(look_behind_sees_what_stands_before),
		cmocka_unit_test(odd_subjects),
		cmocka_unit_test(flags),
		cmocka_unit_test(wrong_patterns_are_explained),
		cmocka_unit_test(hostile_patterns_end),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
