/* 03/04/2024: whether the day or the month stands first, by what else a document says. */
#include "normalise/clockwork.h"

#include <stdlib.h>

enum { NEARER = 4 }; /* so many times shorter must be the time that all dates span */

static struct civil swapped(const struct civil *civil)
{
	struct civil c = *civil;
	c.month = civil->day;
	c.day = civil->month;
	return c;
}

void slashes_learn(struct slashes *s, struct str when, const struct written *w)
{
	size_t slash = str_find_byte(when, '/', 0);
	if (s->known || w->is_slashed || slash == STR_NPOS || slash == 0 || w->civil.day <= 12)
		return;
	if (slash >= 3 && byte_is_digit(when.p[slash - 3])) /* the year: nobody writes day or month first then */
		return;
	/* The day stands where its number is: before the first slash, or after it. */
	size_t from = slash >= 2 && byte_is_digit(when.p[slash - 2]) ? slash - 2 : slash - 1;
	int64_t first;
	if (!str_int(str_slice(when, from, slash), &first) || first > 31)
		return;
	s->known = true;
	s->day_first = first == w->civil.day;
}

static void course_see(struct slash_course *c, const struct civil *civil, bool begun)
{
	instant at = 0;
	instant_from_civil(civil, &at);
	if (begun && llabs(at - c->last) >= DAY)
		*(at > c->last ? &c->ups : &c->downs) += 1;
	c->min = begun && c->min < at ? c->min : at;
	c->max = begun && c->max > at ? c->max : at;
	c->last = at;
}

void slashes_see(struct slashes *s, const struct written *w)
{
	struct civil other = swapped(&w->civil);
	if (!w->is_slashed)
		return;
	course_see(&s->month, &w->civil, s->begun);
	course_see(&s->day, &other, s->begun);
	s->begun = true;
}

/* Steps against the direction in which a document runs. */
static uint64_t against(const struct slash_course *c)
{
	return c->ups < c->downs ? c->ups : c->downs;
}

void slashes_settle(struct slashes *s, instant limit)
{
	const struct slash_course *month = &s->month, *day = &s->day;
	if (s->known || !s->begun)
		return;
	if (limit != INSTANT_NONE && (month->max > limit) != (day->max > limit)) {
		s->known = true; /* nothing is logged before it happens */
		s->day_first = month->max > limit;
	} else if (against(month) != against(day)) {
		s->day_first = against(day) < against(month);
	} else {
		s->day_first = (day->max - day->min) * NEARER < month->max - month->min;
	}
}

void slashes_apply(struct slashes *s, struct written *w, instant near, int64_t line)
{
	static const char *const notes[] = {
		"day and month could be the other way round; the month is taken to stand first, here and below",
		"day and month could be the other way round; the day is taken to stand first, here and below"};
	struct civil other = swapped(&w->civil);
	instant month_first = INSTANT_NONE, day_first = INSTANT_NONE;
	if (!w->is_slashed)
		return;
	instant_from_civil(&w->civil, &month_first);
	instant_from_civil(&other, &day_first);
	bool swap = s->day_first;
	if (!s->known && near != INSTANT_NONE) {
		instant from = near - DAY;
		swap = (day_first >= from && month_first < from) ||
		       ((day_first >= from) == (month_first >= from) &&
			       llabs(day_first - near) < llabs(month_first - near));
	}
	if (swap)
		w->civil = other;
	if (s->known || w->note || (s->said && s->said != line))
		return;
	w->note = notes[swap];
	s->said = near == INSTANT_NONE ? line : s->said;
}
