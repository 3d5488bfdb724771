/* Nights: days by hours, whichever are written first. */
#include "formats/mail_nights.h"

static bool is_day(const struct moment *m)
{
	return m->dated && !m->timed;
}

static bool is_hour(const struct moment *m)
{
	return m->timed && !m->dated;
}

/* "June 8 through June 19, between 7am and 7pm"; the second day may have taken the first hour to it. */
static struct nights days_first(const struct section *s, size_t i)
{
	const struct moment *v = s->moments.v + i;
	size_t left = s->moments.n - i;
	if (left < 3 || !is_day(v) || !v[0].to_next || !v[1].dated)
		return (struct nights){0};
	if (v[1].timed && v[1].to_next && is_hour(v + 2))
		return (struct nights){.first = v[0], .last = v[1], .opens = v[1], .closes = v[2], .used = 3};
	if (left < 4 || v[1].timed || !is_hour(v + 2) || v[3].dated || !v[2].to_next ||
		!says(SAYS_BETWEEN, str_slice(s->text, v[1].end, v[2].at)))
		return (struct nights){0};
	return (struct nights){.first = v[0], .last = v[1], .opens = v[2], .closes = v[3], .used = 4};
}

/* "between 01:00 and 04:00 UTC from September 9 to September 11"; the second hour takes the first day to it.
 */
static struct nights hours_first(const struct section *s, size_t i)
{
	const struct moment *v = s->moments.v + i;
	size_t left = s->moments.n - i;
	if (left < 3 || !is_hour(v) || !v[0].to_next || !v[1].timed)
		return (struct nights){0};
	if (v[1].dated && v[1].to_next && is_day(v + 2))
		return (struct nights){.first = v[1], .last = v[2], .opens = v[0], .closes = v[1], .used = 3};
	if (left < 4 || v[1].dated || !is_day(v + 2) || !v[2].to_next || !is_day(v + 3))
		return (struct nights){0};
	return (struct nights){.first = v[2], .last = v[3], .opens = v[0], .closes = v[1], .used = 4};
}

struct nights nights_at(const struct section *s, size_t i)
{
	struct nights n = days_first(s, i);
	bool each = n.used && says(SAYS_REPEATED, sentence_of(s, s->moments.v[i].at));
	if (!n.used) {
		n = hours_first(s, i);
		each = n.used > 0;
	}
	if (!each)
		return n;
	n.first.timed = n.last.timed = false;
	n.first.hour = n.first.minute = n.first.second = n.last.hour = n.last.minute = n.last.second = 0;
	instant days = (moment_naive(&n.last) - moment_naive(&n.first)) / DAY;
	n.each = days > 0 && days <= WINDOWS_MAX ? (int)days : 0;
	return n;
}

void moment_borrow_date(struct moment *to, const struct moment *from)
{
	to->dated = from->dated;
	to->year = from->year, to->month = from->month, to->day = from->day;
	to->guessed = from->guessed;
}

void moment_on_weekday(struct moment *m, struct civil from)
{
	m->dated = m->guessed = true;
	m->year = from.year, m->month = from.month, m->day = from.day;
	moment_add_days(m, (m->weekday - civil_weekday(&from) + 7) % 7);
}

void moment_add_days(struct moment *m, int days)
{
	struct civil c = {.year = m->year, .month = m->month, .day = m->day + days};
	instant at;
	if (!instant_from_civil(&c, &at))
		return;
	c = civil_from_instant(at);
	m->year = c.year, m->month = c.month, m->day = c.day;
}
