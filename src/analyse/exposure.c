/* Exposure: the times at which no reachable copy of an asset was newer than its objective. */
#include "analyse/study.h"

static int64_t objective_of(const struct study *s, const struct asset *a)
{
	return a->objective > 0 ? a->objective : s->settings.objective;
}

/* While a copy is there, within reach and young enough, it shelters its asset. */
static struct intervals copy_shelter(struct study *s, const struct copy *c, int64_t objective)
{
	instant end = c->data_time + objective;
	if (c->ended != INSTANT_NONE && c->ended < end)
		end = c->ended;
	struct interval life = {c->finished, end};
	return intervals_minus(s->arena, intervals_of(s->arena, &life, 1), place_outages(s->arena, c->place, life));
}

struct shelters {
	VEC(struct interval) list;
};

static void shelters_of(struct study *s, const struct holding *h, struct shelters *all)
{
	for (size_t i = 0; i < h->copies.n; i++) {
		struct intervals own = copy_shelter(s, h->copies.v[i], objective_of(s, h->asset));
		for (size_t k = 0; k < own.n; k++)
			*PUSH(&all->list, s->arena) = own.v[k];
	}
}

/* The newest copy that sheltered its asset at an instant: what an exposure that begins or ends there is proven by. */
static const struct copy *newest_shelter(const struct study *s, const struct holding *h, instant at)
{
	for (size_t i = 0; i < h->copies.n; i++) {
		const struct copy *c = h->copies.v[i];
		bool unknown;
		if (copy_is_there(c, at) && at < c->data_time + objective_of(s, h->asset) &&
			place_is_reachable(c->place, at, &unknown))
			return c;
	}
	return NULL;
}

/* What ended a copy, where an event tells; NULL: the date that it was given when it was made. */
static const struct event *end_of(const struct copy *c)
{
	for (size_t i = 0; i < c->events.n; i++) {
		if (c->events.v[i]->at == c->ended)
			return c->events.v[i];
	}
	return NULL;
}

/* How far anything tells of the asset's backups: its tools' last word. A listing does not say when it was made. */
static instant heard_last(struct study *s, const struct holding *h)
{
	instant last = INSTANT_NONE;
	struct map tools = MAP(s->arena);
	for (size_t i = 0; i < h->copies.n; i++)
		*map_put(&tools, h->copies.v[i]->tool) = h->copies.v[i];
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		if (event_end(e) > last && map_get(&tools, event_field(s->arena, e, "tool")))
			last = event_end(e);
	}
	return last;
}

static void draft_exposure(struct study *s, const struct holding *h, instant heard, struct interval at)
{
	const struct asset *a = h->asset;
	const struct copy *before = at.from == INSTANT_NONE ? NULL : newest_shelter(s, h, at.from - 1);
	const struct event *opener = before && before->events.n ? before->events.v[0] : NULL;
	struct draft *d = draft_open(
		s, condition_find(STR("exposure")), str_fmt(s->arena, "asset:%.*s", STR_ARG(a->name)), opener);
	struct str why = STR("before the first known copy: open to the past");
	if (before && at.from >= before->data_time + objective_of(s, a))
		why = str_fmt(s->arena, "the newest reachable copy passed %.*s",
			STR_ARG(duration_str(s->arena, objective_of(s, a))));
	else if (before && before->ended == at.from)
		why = STR("the newest reachable copy expired, was deleted or was found to be none");
	else if (before)
		why = STR("the newest copy went out of reach");
	struct bounds from = exactly(at.from);
	if (before && heard < at.from) {
		why = str_fmt(s->arena, "%.*s; nothing tells of its backups after %.*s, a later copy would not show",
			STR_ARG(why), STR_ARG(instant_str(s->arena, heard)));
		from.max = s->last > from.max ? s->last : from.max;
	}
	draft_begin(d, at.from, from, why);
	if (before && before->ended == at.from && end_of(before))
		draft_prove(s, d, end_of(before));
	const struct reach *reach = before && before->place ? place_reach(before->place, at.from) : NULL;
	if (reach && reach->events.n && !str_eq(reach->state, STR("reachable")))
		draft_prove(s, d, reach->events.v[0]);
	if (at.to == INSTANT_MAX) {
		d->span.why_to = STR("no reachable copy since: open when the evidence ends");
		return;
	}
	const struct copy *after = newest_shelter(s, h, at.to);
	if (after && after->events.n)
		draft_prove(s, d, after->events.v[0]);
	draft_end(d, at.to, exactly(at.to), STR("a copy within the objective was within reach"));
}

static void exposure_read(struct study *s, const struct holding *h)
{
	struct shelters all = {{0}};
	shelters_of(s, h, &all);
	struct interval ever = {INSTANT_NONE, INSTANT_MAX};
	struct intervals sheltered = intervals_of(s->arena, all.list.v, all.list.n);
	struct intervals bare = intervals_minus(s->arena, intervals_of(s->arena, &ever, 1), sheltered);
	instant heard = heard_last(s, h);
	for (size_t i = 0; i < bare.n; i++) {
		/* What would begin after the evidence ends is not known to have begun. */
		if (bare.v[i].from == INSTANT_NONE || bare.v[i].from <= s->last)
			draft_exposure(s, h, heard, bare.v[i]);
	}
}

/* Without anything known of any backup there is nothing to be said; an asset that somebody declared is exposed, though.
 */
void exposures_read(struct study *s)
{
	for (size_t i = 0; i < s->assets_n; i++)
		exposure_read(s, &s->holdings[i]);
}
