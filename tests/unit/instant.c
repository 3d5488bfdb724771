/* What base/instant.h promises. */
#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static instant at(const char *text)
{
	instant t = 0;
	enum precision p;

	if (!instant_parse_rfc3339(str_of(text), &t, &p))
		fail_msg("'%s' was refused", text);
	return t;
}

static void known_instants(void **state)
{
	(void)state;
	assert_int_equal(at("1970-01-01T00:00:00Z"), 0);
	assert_int_equal(at("1969-12-31T23:59:59.999999Z"), -1);
	assert_int_equal(at("2024-02-29T12:00:00Z"), INT64_C(1709208000) * SECOND);
	assert_int_equal(at("0001-01-01T00:00:00Z"), INT64_C(-62135596800) * SECOND);
	assert_int_equal(at("9999-12-31T23:59:59Z"), INT64_C(253402300799) * SECOND);
	assert_int_equal(at("2016-12-31T23:59:60Z"), at("2017-01-01T00:00:00Z"));
	assert_int_equal(at("2024-06-18 11:30:00+02:00"), at("2024-06-18t09:30:00z"));
	assert_int_equal(at("2024-06-18T11:30+0200"), at("2024-06-18T09:30:00Z"));
	assert_int_equal(at("2024-06-18T04:00:00-05:30"), at("2024-06-18T09:30:00Z"));
	assert_int_equal(at("2024-06-18 09:30:00+00"), at("2024-06-18T09:30:00-00:00"));
	assert_int_equal(at("2024-06-18T09:30:00,5Z"), at("2024-06-18T09:30:00.500Z"));
	assert_int_equal(at("2024-06-18T09:30:00.123456789Z"), at("2024-06-18T09:30:00.123456Z"));
}

static void precision_follows_the_digits(void **state)
{
	static const struct {
		const char *text;
		enum precision precision;
	} cases[] = {{"2024-06-18T09:30Z", PRECISION_MIN}, {"2024-06-18T09:30:00Z", PRECISION_S},
		{"2024-06-18T09:30:00.1Z", PRECISION_MS}, {"2024-06-18T09:30:00.123Z", PRECISION_MS},
		{"2024-06-18T09:30:00.1234Z", PRECISION_US}};
	instant t;
	enum precision p;

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		assert_true(instant_parse_rfc3339(str_of(cases[i].text), &t, &p));
		assert_int_equal(p, cases[i].precision);
	}
	assert_int_equal(precision_length(PRECISION_MIN), MINUTE);
	assert_string_equal(precision_names[PRECISION_NONE], "none");
}

static void wrong_stamps_are_refused(void **state)
{
	static const char *const wrong[] = {"", "Z", "2024-06-18", "2024-06-18T09:30:00", "2024-06-18T09:30:00.Z",
		"2024-13-18T09:30:00Z", "2024-00-18T09:30:00Z", "2023-02-29T09:30:00Z", "1900-02-29T09:30:00Z",
		"2024-06-00T09:30:00Z", "2024-06-31T09:30:00Z", "2024-06-18T24:00:00Z", "2024-06-18T09:60:00Z",
		"2024-06-18T09:30:61Z", "2024-06-18T09:30:00+2", "2024-06-18T09:30:00+24:00",
		"2024-06-18T09:30:00+02:60", "2024-06-18T09:30:00+02-00", "2024-06-18T09:30:00Z ",
		" 2024-06-18T09:30:00Z", "2024-06-18X09:30:00Z", "2024-06-18T0a:30:00Z", "2024-06-18T09:30:0Z",
		"2024-06-18T09:30:Z", "2024-06-18T09:30:00ZZ", "2024-06-18T09:30:00.12", "2024-06-18T09:30:00+",
		"2024/06/18T09:30:00Z", "+024-06-18T09:30:00Z"};
	instant t = 42;
	enum precision p = PRECISION_NONE;

	(void)state;
	assert_false(instant_parse_rfc3339(STR_NONE, &t, &p));
	for (size_t i = 0; i < LEN(wrong); i++)
		if (instant_parse_rfc3339(str_of(wrong[i]), &t, &p))
			fail_msg("'%s' was taken", wrong[i]);
	assert_int_equal(t, 42);
	assert_int_equal(p, PRECISION_NONE);
}

/* Cut out of longer text without a terminator: the sanitizer sees a read beyond the view. */
static void every_prefix_is_read_within_bounds(void **state)
{
	struct str full = STR("2024-06-18T09:30:00.123456+02:00");
	instant t;
	enum precision p;

	(void)state;
	for (size_t n = 0; n < full.n; n++) {
		char *exact = arena_alloc(a, n);
		memcpy(exact, full.p, n);
		assert_int_equal(instant_parse_rfc3339(str_n(exact, n), &t, &p), n == 29);
	}
}

static void every_day_goes_there_and_back(void **state)
{
	struct civil c = {-9999, 1, 1, 0, 0, 0, 0}, d;
	int weekday = civil_weekday(&c);
	instant first, t;

	(void)state;
	assert_true(instant_from_civil(&c, &first));
	for (int64_t days = 0; c.year <= 9999; days++) {
		assert_true(instant_from_civil(&c, &t));
		if (t != first + days * DAY || civil_weekday(&c) != weekday)
			fail_msg("%d-%d-%d", c.year, c.month, c.day);
		d = civil_from_instant(t + DAY - 1);
		if (d.year != c.year || d.month != c.month || d.day != c.day || d.us != 999999)
			fail_msg("%d-%d-%d backwards", c.year, c.month, c.day);
		weekday = (weekday + 1) % 7;
		if (++c.day > days_in_month(c.year, c.month))
			c.day = 1, c.month++;
		if (c.month > 12)
			c.month = 1, c.year++;
	}
	c = (struct civil){2024, 6, 18, 0, 0, 0, 0};
	assert_int_equal(civil_weekday(&c), 2);
}

static void fields_carry_over(void **state)
{
	instant t;

	(void)state;
	assert_true(instant_from_civil(&(struct civil){2024, 14, 0, 25, -1, 60, -1}, &t));
	assert_int_equal(t, at("2025-02-01T01:00:00Z") - MINUTE + MINUTE - 1);
	assert_true(instant_from_civil(&(struct civil){2024, 0, 31, 0, 0, 0, 0}, &t));
	assert_int_equal(t, at("2023-12-31T00:00:00Z"));
	assert_true(instant_from_civil(&(struct civil){2024, 3, 0, 0, 0, 0, 0}, &t));
	assert_int_equal(t, at("2024-02-29T00:00:00Z"));
	t = 5;
	assert_false(instant_from_civil(&(struct civil){10000, 1, 1, 0, 0, 0, 0}, &t));
	assert_false(instant_from_civil(&(struct civil){9999, 12, 31, 24, 0, 0, 0}, &t));
	assert_false(instant_from_civil(&(struct civil){-9999, 1, 1, 0, 0, 0, -1}, &t));
	assert_false(instant_from_civil(
		&(struct civil){INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}, &t));
	assert_false(instant_from_civil(
		&(struct civil){INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN}, &t));
	assert_int_equal(t, 5);
	civil_from_instant(INT64_MIN);
	civil_from_instant(INT64_MAX);
}

static void validity(void **state)
{
	(void)state;
	assert_true(civil_is_valid(&(struct civil){2000, 2, 29, 23, 59, 60, 999999}));
	assert_true(civil_is_valid(&(struct civil){-9999, 1, 1, 0, 0, 0, 0}));
	static const struct civil wrong[] = {{2100, 2, 29, 0, 0, 0, 0}, {2024, 13, 1, 0, 0, 0, 0},
		{2024, 1, 1, 24, 0, 0, 0}, {2024, 1, 1, 0, 0, 0, 1000000}, {2024, 1, 1, 0, 0, 0, -1},
		{-10000, 1, 1, 0, 0, 0, 0}, {10000, 1, 1, 0, 0, 0, 0}, {2024, 0, 1, 0, 0, 0, 0},
		{2024, 1, 0, 0, 0, 0, 0}, {2024, 1, 1, -1, 0, 0, 0}, {2024, 1, 1, 0, -1, 0, 0},
		{2024, 1, 1, 0, 60, 0, 0}, {2024, 1, 1, 0, 0, -1, 0}, {2024, 1, 1, 0, 0, 61, 0}};
	for (size_t i = 0; i < LEN(wrong); i++)
		if (civil_is_valid(&wrong[i]))
			fail_msg("case %zu was taken", i);
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	for (int month = 1; month <= 12; month++)
		assert_int_equal(days_in_month(2023, month), lengths[month - 1]);
}

static void printing(void **state)
{
	struct buf b = BUF(a);

	(void)state;
	assert_str(instant_str(a, at("2024-06-18T09:30:00Z")), "2024-06-18T09:30:00Z");
	assert_str(instant_str(a, at("2024-06-18T09:30:00.050Z")), "2024-06-18T09:30:00.050Z");
	assert_str(instant_str(a, -1), "1969-12-31T23:59:59.999999Z");
	assert_str(instant_str(a, INSTANT_NONE), "unknown");
	assert_str(instant_str(a, INSTANT_MAX), "294247-01-10T04:00:54.775807Z");
	assert_str(instant_str(a, at("0000-01-01T00:00:00Z") - DAY), "-0001-12-31T00:00:00Z");
	assert_str(instant_str(a, -INSTANT_MAX), "-290308-12-21T19:59:05.224193Z");
	buf_cstr(&b, "at ");
	buf_instant(&b, at("0987-01-02T03:04:05.678901Z"), PRECISION_DAY);
	buf_byte(&b, ' ');
	buf_instant(&b, at("0987-01-02T03:04:05.678901Z"), PRECISION_MS);
	assert_str(buf_str(&b), "at 0987-01-02T03:04:05Z 0987-01-02T03:04:05.678Z");
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} right[] = {{"90s", 90 * SECOND}, {"26h", 26 * HOUR}, {"1h30m", 90 * MINUTE}, {"250ms", 250000},
		{"2w", 14 * DAY}, {"0s", 0}, {"10000d", 10000 * DAY}, {"5us", 5}};
	static const char *const wrong[] = {"", "5", "h", "5x", "-5m", "+5m", "1.5h", "5 m", "5m ", "10001d", "1h30",
		"9223372036854775807d", "9223372036854775807us1us", "1ms9223372036854775807us", "99999999999999999999s",
		"1M", "10000d1us"};
	static const struct {
		int64_t us;
		const char *text;
	} shown[] = {{2 * DAY + 3 * HOUR + 59 * MINUTE, "2 d 3 h"}, {65 * MINUTE, "1 h 05 min"}, {45 * SECOND, "45 s"},
		{0, "0 s"}, {-65 * MINUTE, "-1 h 05 min"}, {HOUR, "1 h"}, {DAY + MINUTE, "1 d"},
		{330 * SECOND, "5 min 30 s"}, {250 * MILLISECOND, "250 ms"}, {7, "7 us"},
		{INT64_MIN, "-106751991 d 4 h"}};
	int64_t us;

	(void)state;
	for (size_t i = 0; i < LEN(right); i++) {
		assert_true(duration_parse(str_of(right[i].text), &us));
		assert_int_equal(us, right[i].us);
	}
	for (size_t i = 0; i < LEN(wrong); i++)
		if (duration_parse(str_of(wrong[i]), &us))
			fail_msg("'%s' was taken", wrong[i]);
	for (size_t i = 0; i < LEN(shown); i++)
		assert_str(duration_str(a, shown[i].us), shown[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_instants),
		cmocka_unit_test(precision_follows_the_digits),
		cmocka_unit_test(wrong_stamps_are_refused),
		cmocka_unit_test(every_prefix_is_read_within_bounds),
		cmocka_unit_test(every_day_goes_there_and_back),
		cmocka_unit_test(fields_carry_over),
		cmocka_unit_test(validity),
		cmocka_unit_test(printing),
		cmocka_unit_test(durations),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
