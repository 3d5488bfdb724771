/*
 * Dates completed by their company: the year that was not written, and whether 06/08 is June or August. The
 * mail's own date is the anchor; weekdays, other dates of the mail and the length of ranges are stronger
 * witnesses than it.
 */
#include "formats/mail_window.h"

#include "base/zone.h"

enum { YEARS_AROUND = 6, LONG_RANGE_DAYS = 7 };

instant moment_naive(const struct moment *m)
{
	struct civil c = {.year = m->year,
		.month = m->month,
		.day = m->day,
		.hour = m->hour,
		.minute = m->minute,
		.second = m->second};
	instant at;
	return m->dated && m->year && instant_from_civil(&c, &at) ? at : INSTANT_NONE;
}

instant moment_instant(const struct moment *m, struct str zone)
{
	struct err e = {0};
	instant naive = moment_naive(m), readings[2];
	int offset = 0;
	const struct zone *z = NULL;
	zone = m->zone.n ? m->zone : zone;
	if (naive == INSTANT_NONE || !zone.n || !m->timed)
		return naive;
	switch (zone_abbreviation_find(zone, &offset, &z, NULL)) {
	case ZONE_ABBR_OFFSET:
		return naive - offset * SECOND;
	case ZONE_ABBR_ZONE:
		break;
	case ZONE_ABBR_UNKNOWN:
		z = zone_open(zone, &e);
		break;
	}
	if (!z)
		return naive;
	struct civil c = civil_from_instant(naive);
	zone_instants(z, &c, readings);
	return readings[0];
}

static instant apart(instant a, instant b)
{
	return a < b ? b - a : a - b;
}

static instant sent_at(struct civil sent)
{
	instant at;
	return sent.month && instant_from_civil(&sent, &at) ? at : INSTANT_NONE;
}

/* --- day or month first --- */

static void swap(struct moment *m)
{
	int day = m->day;
	m->day = m->month;
	m->month = day;
}

/* As written the first number is the month. */
static bool day_first_by_witness(const struct moments *ms, bool *day_first)
{
	for (size_t i = 0; i < ms->n; i++) {
		const struct moment *m = &ms->v[i];
		if (m->swappable || !m->dated || m->weak || m->compact)
			continue;
		for (size_t k = 0; k < ms->n; k++) { /* "(Friday 6 August)" beside 06/08 */
			const struct moment *other = &ms->v[k];
			if (!other->swappable || (m->year && other->year && m->year != other->year))
				continue;
			if (m->month == other->day && m->day == other->month && m->month != m->day)
				return *day_first = true;
		}
	}
	return false;
}

static bool range_is_long(const struct moment *a, const struct moment *b, bool swapped)
{
	struct moment x = *a, y = *b;
	if (swapped && x.swappable)
		swap(&x);
	if (swapped && y.swappable)
		swap(&y);
	instant from = moment_naive(&x), to = moment_naive(&y);
	return from == INSTANT_NONE || to == INSTANT_NONE || to < from || to - from > LONG_RANGE_DAYS * DAY;
}

static bool day_first_by_range(const struct moments *ms, bool *day_first)
{
	for (size_t i = 0; i + 1 < ms->n; i++) {
		const struct moment *a = &ms->v[i], *b = &ms->v[i + 1];
		if (!a->swappable || !b->dated || (a->day == b->day && a->month == b->month))
			continue;
		bool as_written = range_is_long(a, b, false), swapped = range_is_long(a, b, true);
		if (as_written != swapped)
			return *day_first = as_written, true;
	}
	return false;
}

/* The reading nearest to and after the mail; where neither is after it, the nearest. */
static bool day_first_by_mail(const struct moment *m, struct civil sent)
{
	struct moment swapped = *m;
	swap(&swapped);
	instant mail = sent_at(sent), a = moment_naive(m), b = moment_naive(&swapped);
	if (mail == INSTANT_NONE || a == INSTANT_NONE || b == INSTANT_NONE)
		return true; /* most of the world */
	bool a_after = a >= mail - DAY, b_after = b >= mail - DAY;
	return a_after != b_after ? b_after : apart(b, mail) < apart(a, mail);
}

static bool weekday_fits(const struct moment *m, int year)
{
	struct civil c = {.year = year, .month = m->month, .day = m->day};
	return m->weekday < 0 || civil_weekday(&c) == m->weekday;
}

static bool day_first_by_weekday(const struct moments *ms, bool *day_first)
{
	for (size_t i = 0; i < ms->n; i++) {
		const struct moment *m = &ms->v[i];
		struct moment swapped = *m;
		swap(&swapped);
		if (m->swappable && m->weekday >= 0 && m->year &&
			weekday_fits(m, m->year) != weekday_fits(&swapped, m->year))
			return *day_first = !weekday_fits(m, m->year), true;
	}
	return false;
}

/* A number over twelve settles it for the whole mail: people do not mix. */
static bool day_first_by_number(const struct moments *ms, bool *day_first)
{
	for (size_t i = 0; i < ms->n; i++)
		if (ms->v[i].numeric_day_first || ms->v[i].numeric_month_first)
			return *day_first = ms->v[i].numeric_day_first, true;
	return false;
}

static void order_days(struct moments *ms, const struct moments *other, struct civil sent)
{
	bool day_first = false, known = false;
	size_t first = 0;
	while (first < ms->n && !ms->v[first].swappable)
		first++;
	if (first == ms->n)
		return;
	known = day_first_by_weekday(ms, &day_first) || day_first_by_range(ms, &day_first) ||
		day_first_by_number(ms, &day_first) || day_first_by_number(other, &day_first) ||
		day_first_by_witness(ms, &day_first);
	if (!known) {
		struct moment m = ms->v[first];
		m.year = m.year ? m.year : sent.year;
		day_first = day_first_by_mail(&m, sent);
	}
	for (size_t i = 0; i < ms->n && day_first; i++)
		if (ms->v[i].swappable)
			swap(&ms->v[i]);
}

/* --- the year --- */

/* A full date of the same mail, the same day or one beside it. */
static int year_by_witness(const struct moment *m, const struct moments *ms)
{
	for (size_t i = 0; i < ms->n; i++) {
		const struct moment *full = &ms->v[i];
		if (!full->dated || !full->year)
			continue;
		for (int y = full->year - 1; y <= full->year + 1; y++) {
			struct moment guess = *m, day = *full;
			guess.year = y;
			guess.hour = day.hour = 0;
			if (weekday_fits(m, y) && apart(moment_naive(&guess), moment_naive(&day)) <= 2 * DAY)
				return y;
		}
	}
	return 0;
}

static int year_by_mail(const struct moment *m, struct civil sent)
{
	instant mail = sent_at(sent), best = INSTANT_MAX;
	int year = 0;
	if (mail == INSTANT_NONE)
		return 0;
	for (int y = sent.year - YEARS_AROUND; y <= sent.year + YEARS_AROUND; y++) {
		struct moment guess = *m;
		guess.year = y;
		instant at = moment_naive(&guess);
		if (at == INSTANT_NONE || !weekday_fits(m, y) || apart(at, mail) >= best)
			continue;
		best = apart(at, mail);
		year = y;
	}
	return year;
}

static void complete_years(struct moments *ms, const struct moments *other, struct civil sent)
{
	for (size_t i = 0; i < ms->n; i++) {
		struct moment *m = &ms->v[i];
		if (!m->dated || m->year)
			continue;
		int year = m->to_next && i + 1 < ms->n ? ms->v[i + 1].year : 0; /* "June 5 - June 7, 2024" */
		if (!year || !weekday_fits(m, year))
			year = year_by_witness(m, ms);
		if (!year)
			year = year_by_witness(m, other);
		if (!year)
			year = year_by_mail(m, sent);
		m->year = year;
		m->guessed = true;
	}
}

void moments_complete(struct moments *subject, struct moments *body, struct civil sent)
{
	order_days(body, subject, sent);
	order_days(subject, body, sent);
	complete_years(subject, body, sent);
	complete_years(body, subject, sent);
}
