/* What base/zone.h promises. */
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static const struct zone *zone(const char *name)
{
	struct err e = {0};
	const struct zone *z = zone_open(str_of(name), &e);

	if (!z)
		fail_msg("%s", e.text);
	return z;
}

static instant at(const char *text)
{
	instant t = 0;
	enum precision p;

	if (!instant_parse_rfc3339(str_of(text), &t, &p))
		fail_msg("'%s' was refused", text);
	return t;
}

/* LOCAL is written like UTC. The answers: "1 2024-01-01T..Z 2024-..". */
static const char *readings(const char *name, const char *local)
{
	struct civil c = civil_from_instant(at(local));
	instant out[2];
	int n = zone_instants(zone(name), &c, out);

	if (n == 1)
		return str_fmt(a, "1 %s", instant_str(a, out[0]).p).p;
	return str_fmt(a, "%d %s %s", n, instant_str(a, out[0]).p, instant_str(a, out[1]).p).p;
}

static void gaps_and_folds(void **state)
{
	static const struct {
		const char *zone, *local, *expected;
	} cases[] = {
		{"Europe/Paris", "2025-03-30T01:59:59Z", "1 2025-03-30T00:59:59Z"},
		{"Europe/Paris", "2025-03-30T02:30:00Z", "0 2025-03-30T01:30:00Z 2025-03-30T00:30:00Z"},
		{"Europe/Paris", "2025-03-30T03:00:00Z", "1 2025-03-30T01:00:00Z"},
		{"Europe/Paris", "2025-10-26T01:59:59Z", "1 2025-10-25T23:59:59Z"},
		{"Europe/Paris", "2025-10-26T02:00:00Z", "2 2025-10-26T00:00:00Z 2025-10-26T01:00:00Z"},
		{"Europe/Paris", "2025-10-26T02:59:59Z", "2 2025-10-26T00:59:59Z 2025-10-26T01:59:59Z"},
		{"Europe/Paris", "2025-10-26T03:00:00Z", "1 2025-10-26T02:00:00Z"},
		{"Australia/Lord_Howe", "2024-10-06T02:15:00Z", "0 2024-10-05T15:45:00Z 2024-10-05T15:15:00Z"},
		{"Australia/Lord_Howe", "2024-10-06T02:30:00Z", "1 2024-10-05T15:30:00Z"},
		{"Australia/Lord_Howe", "2024-04-07T01:45:00Z", "2 2024-04-06T14:45:00Z 2024-04-06T15:15:00Z"},
		{"Pacific/Apia", "2011-12-29T23:59:59Z", "1 2011-12-30T09:59:59Z"},
		{"Pacific/Apia", "2011-12-30T12:00:00Z", "0 2011-12-30T22:00:00Z 2011-12-29T22:00:00Z"},
		{"Pacific/Apia", "2011-12-31T00:00:00Z", "1 2011-12-30T10:00:00Z"},
		{"America/New_York", "2024-07-01T12:00:00Z", "1 2024-07-01T16:00:00Z"},
		{"Asia/Kolkata", "2024-07-01T12:00:00Z", "1 2024-07-01T06:30:00Z"},
		{"Africa/Casablanca", "2024-03-10T02:30:00Z", "2 2024-03-10T01:30:00Z 2024-03-10T02:30:00Z"},
		{"-03:30", "2024-07-01T12:00:00Z", "1 2024-07-01T15:30:00Z"},
		{"UTC", "2024-07-01T12:00:00Z", "1 2024-07-01T12:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(readings(cases[i].zone, cases[i].local), cases[i].expected);
	instant out[2];
	assert_int_equal(zone_instants(zone_utc(), &(struct civil){.year = 20000, .month = 1, .day = 1}, out), 0);
}

/* Law: every instant is among the readings of its own local time. */
static void local_times_lead_back(void **state)
{
	static const char *const names[] = {"Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
		"Africa/Casablanca", "Asia/Tehran", "America/Sao_Paulo"};

	(void)state;
	for (size_t i = 0; i < LEN(names); i++)
		for (instant t = at("2009-01-01T00:10:00Z"); t < at("2026-01-01T00:00:00Z"); t += 47 * MINUTE * 7) {
			instant out[2];
			struct civil c = zone_civil(zone(names[i]), t);
			int n = zone_instants(zone(names[i]), &c, out);
			if (n < 1 || (out[0] != t && out[1] != t) || (n == 2 && out[0] >= out[1]))
				fail_msg("%s %s", names[i], instant_str(a, t).p);
		}
}

static void names(void **state)
{
	static const struct {
		const char *name, *expected;
		int offset;
	} right[] = {{"UTC", "UTC", 0}, {"Z", "UTC", 0}, {"gmt", "UTC", 0}, {"+02:00", "+02:00", 7200},
		{"+0200", "+02:00", 7200}, {"UTC+2", "+02:00", 7200}, {"GMT-3", "-03:00", -10800},
		{"UTC+05:30", "+05:30", 19800}, {"-00:00", "UTC", 0}, {"-0330", "-03:30", -12600},
		{"Etc/GMT+3", "Etc/GMT+3", -10800}, {"EST5EDT", "EST5EDT", -18000},
		{"Asia/Kathmandu", "Asia/Kathmandu", 20700}};
	static const char *const wrong[] = {"", "CEST", "Mars/Olympus", "../../etc/passwd", "/etc/localtime",
		"Europe/../UTC", "XYZ5", "ABC-1DEF", "localtime", "right/UTC", "+25:00", "+2:0", "+02:60", "+", "+123",
		"UTC+", "+x", "+1x:00", "+19:00", "+02:0x", "+02xx",
		"Area/ofmorethansixtyfourlettersofmorethansixtyfourlettersofmorethansixtyfourletters", "Europe",
		"+02:", "Europe/Paris ", "zone.tab", "europe/paris", "+1:-1", "++1"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < LEN(right); i++) {
		const struct zone *z = zone(right[i].name);
		assert_string_equal(zone_name(z), right[i].expected);
		assert_int_equal(zone_offset(z, at("2024-01-01T00:00:00Z")), right[i].offset);
		assert_ptr_equal(z, zone(right[i].name));
	}
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < LEN(wrong); i++) {
			e = (struct err){0};
			if (zone_open(str_of(wrong[i]), &e))
				fail_msg("'%s' was taken", wrong[i]);
			assert_true(str_starts(str_of(e.text), STR("unknown time zone '")));
		}
	assert_null(zone_open(STR("Europe/Paris\0x"), &e));
}

static void seasons(void **state)
{
	const struct zone *z = zone("Europe/Paris");

	(void)state;
	assert_int_equal(zone_offset(z, at("2024-07-01T00:00:00Z")), 7200);
	assert_string_equal(zone_abbreviation(z, at("2024-07-01T00:00:00Z")), "CEST");
	assert_string_equal(zone_abbreviation(z, at("2024-01-01T00:00:00Z")), "CET");
	assert_int_equal(zone_offset(z, at("2025-03-30T00:59:59.999999Z")), 3600);
	assert_int_equal(zone_offset(z, at("2025-03-30T01:00:00Z")), 7200);
	assert_string_equal(zone_abbreviation(zone("+02:00"), 0), "+02:00");
	assert_int_equal(zone_civil(z, at("2024-12-31T23:30:00Z")).year, 2025);
}

static void abbreviations(void **state)
{
	int offset = 1;
	bool ambiguous = true;
	const struct zone *z = NULL;

	(void)state;
	assert_int_equal(zone_abbreviation_find(STR("CEST"), &offset, &z, &ambiguous), ZONE_ABBR_OFFSET);
	assert_int_equal(offset, 7200);
	assert_false(ambiguous);
	assert_int_equal(zone_abbreviation_find(STR("IST"), &offset, NULL, &ambiguous), ZONE_ABBR_OFFSET);
	assert_int_equal(offset, 19800);
	assert_true(ambiguous);
	assert_int_equal(zone_abbreviation_find(STR("NST"), &offset, NULL, NULL), ZONE_ABBR_OFFSET);
	assert_int_equal(offset, -12600);
	assert_int_equal(zone_abbreviation_find(STR("PT"), NULL, &z, &ambiguous), ZONE_ABBR_ZONE);
	assert_string_equal(zone_name(z), "America/Los_Angeles");
	assert_false(ambiguous);
	assert_int_equal(zone_abbreviation_find(STR("Eastern"), NULL, NULL, NULL), ZONE_ABBR_ZONE);
	assert_int_equal(zone_abbreviation_find(STR("CET"), NULL, NULL, NULL), ZONE_ABBR_OFFSET);
	assert_int_equal(zone_abbreviation_find(STR("XYZ"), NULL, NULL, NULL), ZONE_ABBR_UNKNOWN);
	assert_int_equal(zone_abbreviation_find(STR_NONE, NULL, NULL, NULL), ZONE_ABBR_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_and_folds),
		cmocka_unit_test(local_times_lead_back),
		cmocka_unit_test(names),
		cmocka_unit_test(seasons),
		cmocka_unit_test(abbreviations),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
