/* What the order of a file says about times that leave something out: years, dates, and which pass of a folded hour. */
#include "normalise/clockwork.h"

#include <stdlib.h>

const struct round round_year = {30 * DAY, 336 * DAY};
const struct round round_day = {6 * HOUR, 23 * HOUR};

enum { YEARS_BACK = 12 }; /* any date has any weekday at least once in so many years (but for 29 February) */

instant round_position(const struct written *w)
{
	struct civil civil = w->civil;
	instant at = 0;
	civil.year = w->has_month ? 2000 : 1970;
	civil.month = w->has_month ? civil.month : 1;
	civil.day = w->has_month ? civil.day : 1;
	instant_from_civil(&civil, &at);
	return at;
}

static const struct round *round_of(const struct written *w)
{
	return w->has_month ? &round_year : &round_day;
}

/* The local time at POSITION of the round numbered BASE (a year, or a day since 1970). */
static instant round_instant(const struct round *round, int64_t base, instant position)
{
	instant at = 0;
	if (round == &round_day)
		return base * DAY + position;
	struct civil civil = civil_from_instant(position);
	civil.year = (int)base;
	return instant_from_civil(&civil, &at) ? at : INSTANT_NONE;
}

static int64_t round_number(const struct round *round, instant local)
{
	return round == &round_day ? (local - (local % DAY + DAY) % DAY) / DAY : civil_from_instant(local).year;
}

/* SIGN is 1 when the file runs forward, -1 when it runs backward. */
static void course_step(struct course *c, const struct round *round, instant position, int sign)
{
	int64_t step = c->begun ? (position - c->last) * sign : 0;
	bool is_late = step >= round->undo && (!c->turned || llabs(position - c->edge) <= round->turn);
	if (step <= -round->turn) {
		c->turn += sign;
		c->turned = true;
		c->edge = c->last;
	} else if (is_late) {
		c->turn -= sign;
	}
	c->last = position;
	if (!c->begun || c->turn > c->top_turn || (c->turn == c->top_turn && position > c->top)) {
		c->top_turn = c->turn;
		c->top = position;
	}
	c->begun = true;
}

static int64_t nearest_number(const struct round *round, instant position, instant near)
{
	int64_t best = round_number(round, near), middle = best, best_distance = INT64_MAX;
	for (int64_t n = middle - 1; n <= middle + 1; n++) {
		instant at = round_instant(round, n, position);
		int64_t distance = at == INSTANT_NONE ? INT64_MAX : llabs(at - near);
		if (distance < best_distance) {
			best = n;
			best_distance = distance;
		}
	}
	return best;
}

static void course_anchor(struct course *c, const struct round *round, instant near)
{
	if (c->has_base || !c->begun || near == INSTANT_NONE)
		return;
	c->base = nearest_number(round, c->last, near) - c->turn;
	c->has_base = true;
}

static void course_survey(
	struct course *c, const struct round *round, const struct written *w, instant position, int sign)
{
	course_step(c, round, position, sign);
	if (w->has_month && w->civil.month == 2 && w->civil.day == 29 && !c->has_leap) {
		c->has_leap = true;
		c->leap_turn = c->turn;
	}
	if (w->has_month && w->weekday >= 0 && c->weekday < 0) {
		c->weekday = w->weekday;
		c->weekday_turn = c->turn;
		c->weekday_at = position;
	}
}

void order_partial(struct order *o, const struct written *w, instant position)
{
	if (!o->round) {
		o->round = round_of(w);
		o->ahead.weekday = o->back.weekday = -1;
	}
	if (o->round != round_of(w))
		return;
	course_survey(&o->ahead, o->round, w, position, 1);
	course_survey(&o->back, o->round, w, position, -1);
	course_anchor(&o->ahead, o->round, o->dated);
	course_anchor(&o->back, o->round, o->dated);
}

void order_dated(struct order *o, instant local)
{
	if (o->dated != INSTANT_NONE && o->round)
		return; /* the nearest one before the first that is not, else the first behind it */
	o->dated = local;
	if (o->round) {
		course_anchor(&o->ahead, o->round, local);
		course_anchor(&o->back, o->round, local);
	}
}

static bool weekday_holds(instant local, int weekday)
{
	struct civil civil = civil_from_instant(local);
	return local != INSTANT_NONE && civil_weekday(&civil) == weekday;
}

/* The latest round in which the latest stamp is not after LIMIT, leap days exist and weekdays hold, if there is one. */
static void course_settle(struct course *c, const struct round *round, instant limit, int first_year)
{
	int64_t latest = round_number(round, limit);
	if (first_year && round == &round_year)
		c->base = first_year;
	else if (!c->has_base) {
		while (round_instant(round, latest, c->top) > limit)
			latest--;
		c->base = latest - c->top_turn;
		for (int64_t base = c->base; round == &round_year && base > c->base - YEARS_BACK; base--) {
			bool leap = !c->has_leap || days_in_month((int)base + c->leap_turn, 2) == 29;
			bool weekday =
				c->weekday < 0 ||
				weekday_holds(round_instant(round, base + c->weekday_turn, c->weekday_at), c->weekday);
			if (leap && weekday) {
				c->base = base;
				break;
			}
		}
	}
	c->has_base = true;
}

void order_settle(struct order *o, instant limit, int first_year)
{
	o->reversed = o->down > o->up;
	o->surveyed = true;
	if (!o->round || limit == INSTANT_NONE)
		return;
	struct course *course = o->reversed ? &o->back : &o->ahead;
	course_settle(course, o->round, limit, first_year);
	o->reading = (struct course){.base = course->base, .has_base = true};
}

static bool number_set(const struct round *round, int64_t number, const struct written *w, struct civil *civil)
{
	*civil = w->civil;
	if (round == &round_year) {
		civil->year = (int)number;
		return civil->day <= days_in_month(civil->year, civil->month);
	}
	instant day = number * DAY;
	struct civil date = civil_from_instant(day);
	civil->year = date.year;
	civil->month = date.month;
	civil->day = date.day;
	return true;
}

/* A single stamp, without its file: a course of one. */
static int64_t number_alone(const struct round *round, const struct written *w, instant position, instant limit)
{
	struct course alone = {.weekday = -1};
	course_survey(&alone, round, w, position, 1);
	course_settle(&alone, round, limit, 0);
	return alone.base;
}

bool order_complete(struct order *o, const struct written *w, instant limit, int first_year, struct civil *civil)
{
	const struct round *round = round_of(w);
	instant position = round_position(w);
	bool by_order = o->surveyed ? o->reading.has_base && o->round == round : first_year && round == &round_year;

	o->wanted = true;
	if (!by_order && limit == INSTANT_NONE)
		return false;
	if (!by_order)
		return number_set(round, number_alone(round, w, position, limit), w, civil);
	course_step(&o->reading, round, position, o->surveyed && o->reversed ? -1 : 1);
	if (!o->reading.has_base)
		o->reading.base = first_year;
	o->reading.has_base = true;
	return number_set(round, o->reading.base + o->reading.turn, w, civil);
}

bool order_nearest(const struct written *w, instant near, struct civil *civil)
{
	const struct round *round = round_of(w);
	instant position = round_position(w);
	int64_t middle = nearest_number(round, position, near);

	if (round == &round_year && w->weekday >= 0)
		for (int64_t away = 0; away <= 6; away++)
			for (int sign = -1; sign <= 1; sign += 2)
				if (weekday_holds(round_instant(round, middle + sign * away, position), w->weekday))
					return number_set(round, middle + sign * away, w, civil);
	return number_set(round, middle, w, civil);
}

void order_add(struct order *o, struct arena *arena, instant local)
{
	int64_t step = o->number ? local - o->local : 0;
	bool may_be_fold = llabs(step) >= 10 * MINUTE && llabs(step) <= 70 * MINUTE;

	if (!o->surveyed) {
		o->up += step > 0;
		o->down += step < 0;
		if (may_be_fold && step < 0 && o->downs.n < STEPS_MAX)
			*PUSH(&o->downs, arena) = (struct step){o->number, o->local, local};
		if (may_be_fold && step > 0 && o->ups.n < STEPS_MAX)
			*PUSH(&o->ups, arena) = (struct step){o->number, o->local, local};
	}
	o->local = local;
	o->number++;
}

/* A folded hour: both sides of the step lie in it, and it is the only such step. */
int order_fold(const struct order *o, instant local)
{
	bool reversed = o->surveyed && o->reversed;
	const struct step *steps = reversed ? o->ups.v : o->downs.v;
	size_t n = reversed ? o->ups.n : o->downs.n;
	const struct step *proof = NULL;

	for (size_t i = 0; i < n; i++) {
		if (llabs(steps[i].before - local) > HOUR || llabs(steps[i].after - local) > HOUR)
			continue;
		if (proof)
			return -1;
		proof = steps + i;
	}
	if (!proof)
		return -1;
	bool is_past_it = o->number > proof->number; /* order_add has counted this stamp already */
	return is_past_it != reversed;
}
