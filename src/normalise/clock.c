/* Clocks: text of a time to an instant with precision, basis and bounds. */
#include "normalise/clockwork.h"

#include <stdlib.h>

static const char note_unread[] = "time is not understood";
static const char note_date[] = "a time of day without its date";
static const char note_year[] = "year is not written and cannot be inferred; give it with --year";
static const char note_day[] = "no such day in the year that file order gives";
static const char note_twice[] = "local time exists twice: clocks went back; the earlier is taken";
static const char note_never[] = "local time does not exist: clocks went forward; read by the offset before";
static const char note_age[] = "an age, and it is not known when it was printed; give --captured-at";
static const char note_leap[] = "leap second: taken as the first second of the next minute";

/* Zone-less stamps may be up to so far ahead of UTC, and mtimes a moment behind. */
static const int64_t year_slack = 14 * HOUR, day_slack = 5 * MINUTE;

#define READING_NONE                                                                                                   \
	((struct reading){INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, PRECISION_NONE, BASIS_MANUAL, NULL, 0, 0})

struct clock *clock_open(struct arena *arena, const struct clock_setting *setting)
{
	struct clock *clock = NEW(arena, struct clock);
	clock->arena = arena;
	clock->setting = *setting;
	clock->assumed = (struct place){.zone = setting->zone, .basis = BASIS_ASSUMED};
	clock->order.dated = INSTANT_NONE;
	return clock;
}

bool clock_needs_survey(const struct clock *clock)
{
	return clock->order.wanted && !clock->order.surveyed;
}

void clock_wants_survey(struct clock *clock)
{
	clock->order.wanted = true;
}

static bool reading_fail(struct reading *r, const char *note)
{
	*r = READING_NONE;
	r->note = note;
	return false;
}

/* Instants that stand for nothing: the year 1 of Go, the epoch of everybody. */
static bool is_nothing(instant at)
{
	const instant year_one = INT64_C(-62135596800) * SECOND;
	return at == 0 || (at >= year_one - DAY && at < year_one + DAY);
}

static bool reading_exact(const struct clock *clock, struct reading *r, instant at)
{
	if (is_nothing(at))
		return reading_fail(r, NULL);
	r->at = r->at_min = r->at_max = at + clock->setting.skew;
	return true;
}

static bool read_age(const struct clock *clock, struct str when, struct reading *r)
{
	int64_t age, width;
	if (!age_read(when, &age, &width, &r->precision))
		return reading_fail(r, note_unread);
	if (clock->setting.captured_at == INSTANT_NONE)
		return reading_fail(r, note_age);
	r->basis = BASIS_INFERRED;
	r->at = r->at_max = clock->setting.captured_at - age + clock->setting.skew;
	r->at_min = r->at - width;
	return true;
}

static bool read_epoch(const struct clock *clock, struct str when, struct reading *r)
{
	instant at;
	if (!epoch_read(when, &at, &r->precision))
		return reading_fail(r, note_unread);
	r->basis = BASIS_OFFSET;
	return reading_exact(clock, r, at);
}

static bool written_read(struct clock *clock, struct str when, const char *layout, struct written *w)
{
	return layout ? layout_read(layout, when, w) : written_recognise(when, &clock->shape, w);
}

/* The last local time that can be: not_after as the place's clocks show it. Asked for with each stamp, so it is kept.
 */
static instant local_limit(struct clock *clock, const struct place *place, const struct written *w)
{
	struct limit *l = &clock->limit;
	if (clock->setting.not_after == INSTANT_NONE)
		return INSTANT_NONE;
	if (!l->known || l->zone != place->zone || l->offset != place->offset)
		*l = (struct limit){place->zone, place->offset,
			place_local(place, clock->setting.not_after - clock->setting.skew), true};
	return l->local + (w->has_month ? year_slack : day_slack);
}

static bool is_partial(const struct written *w)
{
	return !w->has_year;
}

static instant local_of(const struct written *w)
{
	instant local = 0;
	if (is_partial(w))
		return round_position(w);
	instant_from_civil(&w->civil, &local);
	return local;
}

/* From the meanings of a local time to a reading with its bounds. */
static bool reading_settle(struct clock *clock, const struct place *place, const struct civil *civil,
	instant order_local, bool in_order, struct reading *r)
{
	struct meaning m = place_meaning(clock, place, civil);
	int proven = -1;

	if (m.at == INSTANT_NONE)
		return reading_fail(r, note_unread);
	if (m.times == LOCAL_TWICE && in_order) {
		clock->order.wanted = true;
		proven = order_fold(&clock->order, order_local);
	}
	if (m.times == LOCAL_ONCE || proven >= 0)
		return reading_exact(clock, r, proven == 1 ? m.other : m.at);
	r->note = m.times == LOCAL_TWICE ? note_twice : note_never;
	r->at = m.at + clock->setting.skew;
	r->at_min = (m.at < m.other ? m.at : m.other) + clock->setting.skew;
	r->at_max = (m.at < m.other ? m.other : m.at) + clock->setting.skew;
	return true;
}

/* What lines of the document prove of a clock of whose zone nothing else is known. */
static void place_prove(
	const struct clock *clock, const struct civil *civil, const char *form, struct place *place, struct reading *r)
{
	instant local;

	if (place->basis != BASIS_ASSUMED || place->note || clock->setting.zone || clock->zoning.n == 0 ||
		r->precision >= PRECISION_DAY || !instant_from_civil(civil, &local))
		return;
	const struct proof *proof = zoning_find(&clock->zoning, form, clock->host, local, clock->line);
	if (!proof)
		return;
	*place = (struct place){.offset = proof->offset, .basis = BASIS_HEADER};
	r->basis = r->basis == BASIS_ASSUMED ? BASIS_HEADER : r->basis;
	r->proof = proof->line;
	r->offset = proof->offset;
}

static bool read_written(struct clock *clock, struct str zone, struct written *w, const char *form, bool in_order,
	instant near, struct reading *r)
{
	struct civil civil = w->civil;
	struct place place = place_of(clock, w, zone);
	instant order_local = local_of(w);
	bool moves = is_partial(w) || place.zone || place.basis == BASIS_ASSUMED;

	r->precision = w->precision;
	r->basis = place.basis;
	r->note = w->note ? w->note : place.note;
	if (in_order && moves)
		order_add(&clock->order, clock->arena, order_local);
	clock->met_zoned |= place.basis == BASIS_OFFSET || place.basis == BASIS_ZONE;
	clock->order.wanted |= clock->met_zoned && place.basis == BASIS_ASSUMED && !clock->setting.zone;
	if (is_partial(w)) {
		instant limit = local_limit(clock, &place, w);
		bool beside = !in_order && near != INSTANT_NONE;
		bool done = beside ? order_nearest(w, place_local(&place, near), &civil)
				   : order_complete(&clock->order, w, limit, clock->setting.year, &civil);
		r->basis = BASIS_INFERRED;
		if (!done)
			return reading_fail(r, limit == INSTANT_NONE ? note_year : note_day);
	}
	if (w->is_slashed && !clock->slashes.known)
		r->basis = BASIS_INFERRED;
	place_prove(clock, &civil, in_order ? form : NULL, &place, r);
	return reading_settle(clock, &place, &civil, order_local, in_order, r);
}

static bool read_any(struct clock *clock, struct str when, struct str zone, const char *layout, bool in_order,
	instant near, struct reading *r)
{
	struct written w;
	instant at;

	*r = READING_NONE;
	when = str_trim(when);
	if (!layout && instant_parse_rfc3339(when, &at, &r->precision)) {
		r->basis = BASIS_OFFSET;
		r->note = when.n > 18 && when.p[17] == '6' ? note_leap : NULL;
		clock->met_zoned = true;
		return reading_exact(clock, r, at);
	}
	if (written_is_nothing(when))
		return reading_fail(r, NULL);
	if (layout && strcmp(layout, "age") == 0)
		return read_age(clock, when, r);
	if (layout && strcmp(layout, "epoch") == 0)
		return read_epoch(clock, when, r);
	if (!written_read(clock, when, layout, &w))
		return reading_fail(r, layout_read("%H:%M%(:%S%N%)%( %p%)", when, &w) ? note_date : note_unread);
	if (w.epoch != INSTANT_NONE) {
		r->precision = w.precision;
		r->basis = BASIS_OFFSET;
		return reading_exact(clock, r, w.epoch);
	}
	slashes_learn(&clock->slashes, when, &w);
	slashes_apply(&clock->slashes, &w, near, clock->line);
	clock->order.wanted |= in_order && w.is_slashed && !clock->slashes.known;
	return read_written(clock, zone, &w, layout ? layout : clock->shape, in_order, near, r);
}

bool clock_read(struct clock *clock, struct str when, struct str zone, const char *layout, struct reading *r)
{
	return read_any(clock, when, zone, layout, true, INSTANT_NONE, r);
}

bool clock_read_beside(
	struct clock *clock, struct str when, struct str zone, const char *layout, instant near, struct reading *r)
{
	return read_any(clock, when, zone, layout, false, near, r);
}

void clock_printed(struct clock *clock, struct str when)
{
	struct reading r;
	if (clock_read_beside(clock, when, STR_NONE, NULL, INSTANT_NONE, &r) && r.at != INSTANT_NONE)
		clock->setting.captured_at = r.at - clock->setting.skew;
}

void clock_ended(struct clock *clock, struct str when)
{
	struct reading r;
	instant *limit = &clock->setting.not_after;
	if (!clock_read_beside(clock, when, STR_NONE, NULL, INSTANT_NONE, &r) || r.at_max == INSTANT_NONE)
		return;
	if (*limit == INSTANT_NONE || r.at_max < *limit)
		*limit = r.at_max;
	clock->limit.known = false;
}

/* A stamp, for the zone of its clock: its instant where it states one. False: it says no time. */
static bool see(struct clock *clock, struct str when, struct str zone, const char *layout, struct seen *seen)
{
	enum precision precision;
	struct reading r;

	*seen = (struct seen){.form = layout, .written = WRITTEN, .at = INSTANT_NONE};
	when = str_trim(when);
	if (layout && strcmp(layout, "age") == 0)
		return false;
	if (layout && strcmp(layout, "epoch") == 0)
		return epoch_read(when, &seen->at, &precision);
	if (written_is_nothing(when) || !written_read(clock, when, layout, &seen->written))
		return false;
	seen->form = layout ? layout : clock->shape;
	if (seen->written.epoch != INSTANT_NONE) {
		seen->at = seen->written.epoch;
		return true;
	}
	struct place place = place_of(clock, &seen->written, zone);
	if (place.basis != BASIS_ASSUMED && seen->written.has_year &&
		reading_settle(clock, &place, &seen->written.civil, 0, false, &r))
		seen->at = r.at - clock->setting.skew;
	return place.basis == BASIS_ASSUMED ? !place.note : seen->at != INSTANT_NONE;
}

/* Who wrote its time, where one document holds what several wrote. */
static struct str host_of(const struct record *r)
{
	static const char *const names[] = {"host", "node", "pod"};

	for (size_t i = 0; i < LEN(names); i++)
		for (size_t k = 0; k < r->fields_n; k++)
			if (str_eq(r->fields[k].name, str_of(names[i])))
				return str_slice(r->fields[k].value, 0, HOST_MAX);
	return STR_NONE;
}

void clock_turn_to(struct clock *clock, const struct record *r)
{
	clock->host = host_of(r);
	clock->line = r->from.line;
}

static void survey_zone(struct clock *clock, const struct record *r)
{
	struct seen now, other;

	if (clock->setting.zone || (!r->is_line && r->twin.when.n == 0) ||
		!see(clock, r->when, r->zone, r->layout, &now))
		return;
	now.line = r->from.line;
	now.host = host_of(r);
	clock->zoning.not_after = clock->setting.not_after == INSTANT_NONE
					  ? INSTANT_NONE
					  : clock->setting.not_after - clock->setting.skew;
	if (r->twin.when.n && see(clock, r->twin.when, r->twin.zone, r->twin.layout, &other)) {
		other.line = r->from.line;
		other.host = now.host;
		zoning_twin(
			&clock->zoning, clock->arena, &now, &other, !str_eq(r->twin.name, STR("zone")), r->witnessed);
	}
	if (r->is_line)
		zoning_see(&clock->zoning, clock->arena, &now);
}

void clock_glance(struct clock *clock, const struct record *r)
{
	struct seen seen;

	if (r->is_line && !clock->order.wanted && !clock->setting.zone)
		clock->order.wanted = see(clock, r->when, r->zone, r->layout, &seen) && seen.at != INSTANT_NONE;
}

static void survey_order(struct clock *clock, struct str when, struct str zone, const char *layout)
{
	struct written w;
	instant at;
	enum precision precision;

	when = str_trim(when);
	if (layout && (strcmp(layout, "age") == 0 || strcmp(layout, "epoch") == 0))
		return;
	if (!layout && instant_parse_rfc3339(when, &at, &precision)) {
		if (!is_nothing(at))
			order_dated(&clock->order, at);
		return;
	}
	if (written_is_nothing(when) || !written_read(clock, when, layout, &w) || w.epoch != INSTANT_NONE)
		return;
	slashes_learn(&clock->slashes, when, &w);
	slashes_see(&clock->slashes, &w);
	struct place place = place_of(clock, &w, zone);
	instant local = local_of(&w);
	if (is_partial(&w))
		order_partial(&clock->order, &w, local);
	else
		order_dated(&clock->order, local);
	if (is_partial(&w) || place.zone || place.basis == BASIS_ASSUMED)
		order_add(&clock->order, clock->arena, local);
}

void clock_survey(struct clock *clock, const struct record *r)
{
	survey_order(clock, r->when, r->zone, r->layout);
	survey_zone(clock, r);
}

void clock_survey_begin(struct clock *clock)
{
	uint64_t number = clock->order.number;
	clock->order = (struct order){.dated = INSTANT_NONE, .resume = number ? number - 1 : 0};
}

void clock_surveyed(struct clock *clock)
{
	struct order *order = &clock->order;
	struct written any = {.has_month = order->round != &round_day};
	instant limit = local_limit(clock, &clock->assumed, &any);
	slashes_settle(&clock->slashes, limit);
	order_settle(order, limit, clock->setting.year);
	order->number = order->resume;
}
