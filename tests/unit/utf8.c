/* What base/utf8.h promises. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static void every_code_goes_there_and_back(void **state)
{
	(void)state;
	for (uint32_t code = 0; code < 0x110000; code++) {
		ARENA_SCOPE(a);
		struct buf b = BUF(a);
		size_t len;
		buf_utf8(&b, code);
		uint32_t again = utf8_decode(buf_str(&b), 0, &len);
		bool is_surrogate = code >= 0xd800 && code < 0xe000;
		if (again != (is_surrogate ? 0xfffd : code) || len != b.n || !utf8_is_valid(buf_str(&b)))
			fail_msg("U+%04X", code);
	}
	struct buf b = BUF(a);
	buf_utf8(&b, 0x110000);
	assert_str(buf_str(&b), "\xef\xbf\xbd");
}

static void invalid_bytes(void **state)
{
	static const char *const wrong[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "abcdefgh\xe2\x82",
		"\xfe\xfe\xff\xff"};

	(void)state;
	for (size_t i = 0; i < LEN(wrong); i++) {
		struct str s = str_of(wrong[i]), mended = utf8_mend(a, s);
		if (utf8_is_valid(s) || !utf8_is_valid(mended) || !str_contains(mended, STR("\xef\xbf\xbd")))
			fail_msg("case %zu", i);
	}
	assert_str(utf8_mend(a, STR("a\xc3(b\xe2\x82"
				    "c")),
		"a\xef\xbf\xbd(b\xef\xbf\xbd\xef\xbf\xbd"
		"c");
	struct str nul = utf8_mend(a, STR("a\0b"));
	assert_str(nul, "a\xef\xbf\xbd"
			"b");
	struct str fine = STR("schön €😀");
	assert_ptr_equal(utf8_mend(a, fine).p, fine.p);
	assert_true(utf8_is_valid(STR_NONE));
	assert_int_equal(utf8_mend(a, STR_NONE).n, 0);
}

/* Cut out of longer text: the sanitizer sees a read beyond the view. */
static void truncated_text_is_read_within_bounds(void **state)
{
	struct str full = STR("0123456é😀");

	(void)state;
	for (size_t n = 0; n <= full.n; n++) {
		char *exact = arena_alloc(a, n);
		memcpy(exact, full.p, n);
		utf8_mend(a, str_n(exact, n));
		utf8_width(str_n(exact, n));
		utf8_visible(a, str_n(exact, n));
	}
}

static void columns(void **state)
{
	(void)state;
	assert_int_equal(utf8_width(STR("abc")), 3);
	assert_int_equal(utf8_width(STR("障害")), 4);
	assert_int_equal(utf8_width(STR("e\u0301")), 1);
	assert_int_equal(utf8_width(STR("😀")), 2);
	assert_int_equal(utf8_width(STR("한글")), 4);
	assert_int_equal(utf8_width(STR("zero\u200bwidth")), 9);
	assert_int_equal(utf8_width(STR("\xff")), 1);
	assert_int_equal(utf8_width(STR("✅ ok — “x”")), 11);
	assert_int_equal(utf8_width(STR("ÀßЖΩ")), 4);
	assert_str(utf8_fit(STR("障害report"), 5), "障害r");
	assert_str(utf8_fit(STR("障害"), 3), "障");
	assert_str(utf8_fit(STR("e\u0301x"), 1), "e\u0301");
	assert_str(utf8_fit(STR("abc"), 0), "");
	assert_str(utf8_fit(STR("abc"), 9), "abc");
}

static void hazards(void **state)
{
	static const uint32_t bad[] = {0, 7, 0x0b, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x61c, 0x200b,
		0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff, 0xe0000,
		0xe0001, 0xe0041, 0xe007f};
	static const uint32_t good[] = {'\t', '\n', ' ', '~', 0xa0, 0xad, 0x61b, 0x200a, 0x2010, 0x2027, 0x202f, 0x2061,
		0x2065, 0x206a, 0xfffd, 0x1f600, 0xe0080, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++)
		assert_true(code_is_hazardous(bad[i]));
	for (size_t i = 0; i < LEN(good); i++)
		assert_false(code_is_hazardous(good[i]));
}

static void visible_text(void **state)
{
	(void)state;
	assert_str(utf8_visible(a, STR("\x1b[31mred\x1b[0m\ta\nb\r")), "\\x1b[31mred\\x1b[0m a b\\x0d");
	assert_str(utf8_visible(a, STR("user\u202egnp.exe")), "user\\u202egnp.exe");
	assert_str(utf8_visible(a, STR("\xc2\x9b"
				       "2J \xff \0")),
		"\\u009b2J \\xff \\x00");
	assert_str(utf8_visible(a, STR("\U000e0041")), "\\U000e0041");
	assert_str(utf8_visible(a, STR("schön 😀")), "schön 😀");
}

static void utf16(void **state)
{
	(void)state;
	assert_str(utf8_from_utf16(a,
			   STR("\xff\xfe"
			       "a\0\xac\x20"),
			   true),
		"a€");
	assert_str(utf8_from_utf16(a, STR("\xfe\xff\0a"), false), "a");
	assert_str(utf8_from_utf16(a, STR("\0a"), true), "a");
	assert_str(utf8_from_utf16(a, STR("\x3d\xd8\x00\xde"), false), "😀");
	assert_str(utf8_from_utf16(a,
			   STR("\x3d\xd8"
			       "a\0"),
			   false),
		"\xef\xbf\xbd"
		"a");
	assert_str(utf8_from_utf16(a,
			   STR("\x00\xde"
			       "x"),
			   false),
		"\xef\xbf\xbd\xef\xbf\xbd");
	assert_str(utf8_from_utf16(a, STR("\x3d\xd8\x00"), false), "\xef\xbf\xbd\xef\xbf\xbd");
	assert_str(utf8_from_utf16(a, STR_NONE, false), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_goes_there_and_back),
		cmocka_unit_test(invalid_bytes),
		cmocka_unit_test(truncated_text_is_read_within_bounds),
		cmocka_unit_test(columns),
		cmocka_unit_test(hazards),
		cmocka_unit_test(visible_text),
		cmocka_unit_test(utf16),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
