/* Working time: how much of a stretch lay within the hours in which somebody was at work. */
#include "analyse/analyse.h"

/* The instant at which a local day (UTC midnight of its date) shows that many minutes. */
static instant day_minute(const struct zone *zone, instant day, int minute)
{
	struct civil local = civil_from_instant(day + minute * MINUTE);
	instant readings[2] = {day, day};
	zone_instants(zone, &local, readings);
	return readings[0];
}

static bool day_is_worked(const struct working_time *w, instant day)
{
	struct civil date = civil_from_instant(day);
	if (!(w->days & 1u << civil_weekday(&date)))
		return false;
	for (size_t i = 0; i < w->holidays_n; i++) {
		if (w->holidays[i] == day)
			return false;
	}
	return true;
}

int64_t working_time_between(const struct working_time *w, instant from, instant to)
{
	const struct zone *zone = w->zone ? w->zone : zone_utc();
	int64_t sum = 0;
	if (from == INSTANT_NONE || to == INSTANT_NONE || from >= to)
		return 0;
	struct civil first = zone_civil(zone, from);
	instant day;
	if (!instant_from_civil(&(struct civil){.year = first.year, .month = first.month, .day = first.day}, &day))
		return 0;
	for (; day < to + 2 * DAY;
		day += DAY) { /* wherever on earth: the last years have days that no clock can show */
		if (!day_is_worked(w, day))
			continue;
		instant opens = day_minute(zone, day, w->from_minute), closes = day_minute(zone, day, w->to_minute);
		instant start = opens > from ? opens : from, end = closes < to ? closes : to;
		if (start < end)
			sum += end - start;
	}
	return sum;
}
