/* Times as evidence writes them and as people type them. "WHEN|ZONE|LAYOUT"; the layout may be left out. */
#include "fuzz.h"

#include "normalise/clock.h"

static struct arena *arena;

static void check_reading(const struct reading *r)
{
	PROMISE(r->at == INSTANT_NONE || (r->at_min <= r->at && r->at <= r->at_max));
	PROMISE(r->at == INSTANT_NONE || (r->precision >= 0 && r->precision <= PRECISION_NONE));
	if (r->at != INSTANT_NONE) {
		struct buf b = BUF(arena);
		buf_instant(&b, r->at, r->precision);
		PROMISE(b.n > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const layouts[] = {NULL, "age", "epoch"};
	if (!arena)
		arena = arena_open();
	struct str text = fuzz_text(data, size), when, rest, zone, layout;
	int64_t now = INT64_C(1718700000) * SECOND;
	str_cut(text, STR("|"), &when, &rest);
	str_cut(rest, STR("|"), &zone, &layout);
	struct err e = {{0}};
	const struct zone *paris = zone_open(STR("Europe/Paris"), &e);
	for (int local = 0; local < 2; local++) {
		struct clock_setting setting = {.zone = local ? paris : NULL,
			.not_after = now,
			.captured_at = now,
			.skew = local ? -90 * SECOND : 0};
		struct clock *clock = clock_open(arena, &setting);
		for (size_t i = 0; i <= LEN(layouts); i++) {
			const char *how = i < LEN(layouts) ? layouts[i] : str_cstr(arena, layout);
			struct reading r;
			if (clock_read(clock, when, zone, how, &r))
				check_reading(&r);
			if (clock_needs_survey(clock)) {
				clock_survey_begin(clock);
				clock_survey(clock, &(struct record){.when = when, .zone = zone, .layout = how});
				clock_survey(clock, &(struct record){.when = STR("Jun 18 02:30:00"), .zone = rest});
				clock_surveyed(clock);
				if (clock_read(clock, when, zone, how, &r))
					check_reading(&r);
			}
			if (clock_read_beside(clock, when, zone, how, i % 2 ? now : INSTANT_NONE, &r))
				check_reading(&r);
		}
	}
	struct typed_time t;
	err_clear(&e);
	if (time_typed(text, now, paris, &t, &e))
		PROMISE(t.at != INSTANT_NONE && t.end >= t.at && t.at_min == t.at && t.at_max >= t.at);
	else
		PROMISE(err_is_set(&e));
	arena_reset(arena);
	return 0;
}
