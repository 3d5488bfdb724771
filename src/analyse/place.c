/* Places: where copies lie, and when each was within reach. */
#include "analyse/study.h"

#include <stdlib.h>

enum reach_state { REACHABLE, UNREACHABLE, DECOMMISSIONED };
static const char *const reach_states[] = {"reachable", "unreachable", "decommissioned"};

/* Something that was said or shown about a place at an instant. */
struct claim {
	instant at, until; /* until INSTANT_NONE: until further notice */
	enum reach_state state;
	bool use; /* shown by using it: true then, not necessarily later */
	bool typed;
	const struct event *event;
};
struct claims {
	struct str name, plain; /* as first written, and comparable */
	VEC(struct claim) list;
};

static struct str target_key(struct study *s, const struct event *e, struct str target)
{
	return str_fmt(s->arena, "%.*s %.*s", STR_ARG(event_field(s->arena, e, "tool")), STR_ARG(target));
}

struct str event_location(struct study *s, const struct event *e)
{
	struct str location = event_field(s->arena, e, "location");
	if (!location.n && str_starts(e->subject, STR("location:")))
		location = subject_rest(e->subject);
	const struct str *place = location.n && s->targets.n ? map_get(&s->targets, target_key(s, e, location)) : NULL;
	return place ? *place : location;
}

/* A run that names both its target and where the copy went tells where that target is. */
static void targets_read(struct study *s)
{
	s->targets = MAP(s->arena);
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		struct str target = event_field(s->arena, e, "target"), location = event_field(s->arena, e, "location");
		if (!target.n || !location.n || str_eq(target, location))
			continue;
		void **slot = map_put(&s->targets, target_key(s, e, target));
		if (!*slot)
			*slot = NEW(s->arena, struct str);
		*(struct str *)*slot = location;
	}
}

/* The one location that the events of each tool name; a tool that uses several stands for itself. */
static void only_places_read(struct study *s)
{
	s->only_place = MAP(s->arena);
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		struct str tool = event_field(s->arena, e, "tool"), location = event_location(s, e);
		if (!tool.n || !location.n)
			continue;
		void **slot = map_put(&s->only_place, tool);
		struct str *only = *slot;
		if (!only) {
			*slot = only = NEW(s->arena, struct str);
			*only = location;
		} else if (!name_matches(s->arena, *only, location)) {
			*only = tool;
		}
	}
}

struct str tool_whereabouts(const struct study *s, struct str tool)
{
	const struct str *only = map_get(&s->only_place, tool);
	return only ? *only : tool;
}

struct str event_whereabouts(struct study *s, const struct event *e)
{
	struct str location = event_location(s, e);
	if (!location.n)
		location = tool_whereabouts(s, event_field(s->arena, e, "tool"));
	if (!location.n && str_starts(e->subject, STR("backup:")))
		location = subject_rest(e->subject);
	return location;
}

/* --- what events say of places --- */

static const struct {
	const char *kind;
	enum reach_state state;
	bool use;
} says[] = {
	{"backup.target.reachable", REACHABLE, false},
	{"backup.target.unreachable", UNREACHABLE, false},
	{"backup.target.decommissioned", DECOMMISSIONED, false},
	{"backup.job.completed", REACHABLE, true},
	{"backup.job.partial", REACHABLE, true},
	{"backup.copy.verified", REACHABLE, true},
	{"backup.restore.completed", REACHABLE, true},
};
/* A run that failed for one of these did not get to the far side, or was not let in. */
static const char *const out_of_reach[] = {"connection refused", "no route to host", "no such host",
	"name or service not known", "i/o timeout", "timed out", "timeout connecting", "hostconnecterror",
	"unable to find a valid repository", "unreachable", "could not resolve", "connection closed", "accessdenied",
	"access denied", "forbidden", "unauthorized", "expiredtoken", "expired token", "invalidaccesskeyid",
	"signaturedoesnotmatch", "nosuchbucket", "status code: 401", "status code: 403", "401 (", "403 (",
	"host is down", "locate credentials", "invalid credentials", "access key id you provided does not exist",
	"signature we calculated does not match", "permission denied (publickey", "authentication failed",
	"403 forbidden"};
/* ... and one for these did not get that far: it waited for the cluster. */
static const char *const near_side[] = {
	"expose error", "timed out waiting for the condition", "context deadline exceeded while waiting for pod"};

static bool failed_to_reach(struct study *s, const struct event *e)
{
	/* A run that failed before it named its target was for the tool's one place, where it has but one. */
	struct str location = event_location(s, e), tool = event_field(s->arena, e, "tool"),
		   only = tool_whereabouts(s, tool);
	if (!location.n && !str_eq(only, tool))
		location = only;
	struct str texts[] = {e->text, event_field(s->arena, e, "error"), event_field(s->arena, e, "refused")};
	/* A local path is always there: what refused was the thing to be saved. */
	if (!location.n || location.p[0] == '/')
		return false;
	for (size_t i = 0; i < LEN(texts) * LEN(near_side); i++)
		if (str_find_case(texts[i / LEN(near_side)], str_of(near_side[i % LEN(near_side)]), 0) != STR_NPOS)
			return false;
	for (size_t i = 0; i < LEN(texts); i++) {
		for (size_t k = 0; k < LEN(out_of_reach); k++) {
			if (str_find_case(texts[i], str_of(out_of_reach[k]), 0) != STR_NPOS)
				return true;
		}
	}
	return false;
}

static struct claims *claims_of(struct study *s, struct map *places, struct str name)
{
	struct str plain = name_plain(s->arena, name);
	void **slot = map_put(places, plain);
	if (!*slot) {
		struct claims *fresh = NEW(s->arena, struct claims);
		fresh->name = name;
		fresh->plain = plain;
		*slot = fresh;
	}
	return *slot;
}

static void claim_event(struct study *s, struct map *places, const struct event *e)
{
	struct str location = event_whereabouts(s, e);
	if (!location.n)
		return;
	struct claims *claims = claims_of(s, places, location);
	for (size_t i = 0; i < LEN(says); i++) {
		if (!event_is(e, says[i].kind))
			continue;
		instant until =
			e->source == 0 && e->until != INSTANT_NONE && e->until > e->at ? e->until : INSTANT_NONE;
		*PUSH(&claims->list, s->arena) = (struct claim){.at = e->at,
			.until = until,
			.state = says[i].state,
			.use = says[i].use,
			.typed = e->source == 0,
			.event = e};
	}
	instant began;
	/* What was read until its end was within reach from its beginning. */
	if (event_is(e, "backup.restore.completed") && event_field_time(s->arena, e, "started", &began) &&
		began < e->at)
		*PUSH(&claims->list, s->arena) = (struct claim){.at = began,
			.until = INSTANT_NONE,
			.state = REACHABLE,
			.use = true,
			.typed = e->source == 0,
			.event = e};
	if (event_is(e, "backup.job.failed") && failed_to_reach(s, e))
		*PUSH(&claims->list, s->arena) =
			(struct claim){.at = e->at, .until = INSTANT_NONE, .state = UNREACHABLE, .event = e};
}

/* What a person said of a location is an event too, unless the events at hand begin later. */
static void claim_ledger(struct study *s, struct map *places, const struct location_claim *l)
{
	struct claims *claims = claims_of(s, places, l->name);
	for (size_t i = 0; i < claims->list.n; i++) {
		if (claims->list.v[i].typed && claims->list.v[i].at == l->from) {
			claims->list.v[i].until = l->to;
			return;
		}
	}
	for (int state = 0; state < (int)LEN(reach_states); state++) {
		if (str_eq(l->state, str_of(reach_states[state])))
			*PUSH(&claims->list, s->arena) = (struct claim){
				.at = l->from, .until = l->to, .state = (enum reach_state)state, .typed = true};
	}
}

/* --- from claims to stretches --- */

static int claim_order(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->typed != b->typed)
		return a->typed - b->typed;
	return (a->state > b->state) - (a->state < b->state);
}

struct reading_of_place {
	struct study *s;
	struct place *place;
	VEC(struct reach) list;
	VEC(const struct event *) proofs;
	struct claim now;
	bool any;
	instant last_use;
};

static void reach_end(struct reading_of_place *r, instant to)
{
	if (!r->any)
		return;
	struct reach *reach = &r->list.v[r->list.n - 1];
	reach->to = to;
	reach->events = proofs_of(r->s->arena, r->proofs.v, r->proofs.n);
	r->proofs.n = 0;
	r->any = false;
}

/* Use proves reach up to the last use; a stated condition holds until something else is stated. */
static instant reach_proven_to(const struct reading_of_place *r)
{
	return r->now.use ? r->last_use : INSTANT_NONE;
}

static void reach_take(struct reading_of_place *r, const struct claim *c)
{
	if (r->any && r->now.until != INSTANT_NONE && c->at >= r->now.until)
		reach_end(r, r->now.until);
	/* Within a stretch that a person gave, and after they wrote a place off, evidence does not overrule them. */
	bool firm = r->any && r->now.typed && (r->now.until != INSTANT_NONE || r->now.state == DECOMMISSIONED);
	if (firm && !c->typed)
		return;
	bool same = r->any && r->now.state == c->state && !c->typed;
	if (!same) {
		instant proven = r->any ? reach_proven_to(r) : INSTANT_NONE;
		reach_end(r, proven != INSTANT_NONE ? proven : c->at);
		*PUSH(&r->list, r->s->arena) =
			(struct reach){str_of(reach_states[c->state]), c->at, INSTANT_NONE, {NULL, 0}};
		r->now = *c;
		r->any = true;
	}
	r->now.use &= c->use;
	r->last_use = c->at;
	if (c->event)
		*PUSH(&r->proofs, r->s->arena) = c->event;
}

static void place_read(struct study *s, struct place *place, struct claim *v, size_t n)
{
	struct reading_of_place r = {.s = s, .place = place, .last_use = INSTANT_NONE};
	if (n)
		qsort(v, n, sizeof *v, claim_order);
	for (size_t i = 0; i < n; i++)
		reach_take(&r, &v[i]);
	if (r.any)
		reach_end(&r, r.now.until != INSTANT_NONE ? r.now.until : reach_proven_to(&r));
	place->v = r.list.v;
	place->n = r.list.n;
}

/* Why the stretch at I ended: by what followed at once, else as it was stated. */
static struct str reach_why_to(struct study *s, const struct place *place, size_t i)
{
	const struct reach *next = i + 1 < place->n ? &place->v[i + 1] : NULL;
	if (!next || next->from != place->v[i].to)
		return STR("as stated");
	if (str_eq(next->state, str_of(reach_states[REACHABLE])))
		return STR("seen or said to be reachable again");
	return str_fmt(s->arena, "from then on %.*s", STR_ARG(next->state));
}

static void place_spans(struct study *s, const struct place *place)
{
	for (size_t i = 0; i < place->n; i++) {
		const struct reach *reach = &place->v[i];
		if (str_eq(reach->state, STR("reachable")))
			continue;
		const struct event *opener = reach->events.n ? reach->events.v[0] : NULL;
		struct draft *d = draft_open(s, condition_find(STR("target.unreachable")),
			str_fmt(s->arena, "location:%.*s", STR_ARG(place->name)), opener);
		for (size_t k = 1; k < reach->events.n; k++)
			draft_prove(s, d, reach->events.v[k]);
		bool shown = opener && opener->at == reach->from;
		draft_begin(d, reach->from, shown ? event_bounds(opener) : exactly(reach->from), reach->state);
		if (reach->to != INSTANT_NONE)
			draft_end(d, reach->to, exactly(reach->to), reach_why_to(s, place, i));
		else
			d->span.why_to = STR("nothing shows it within reach again");
	}
}

struct claim_list {
	VEC(struct claim) list;
};

/* Where a tool stands for the place it did not name, it is within reach again when any of its places is. */
static bool claim_counts(struct study *s, struct str tool, const struct claim *c)
{
	return c->event && c->state == REACHABLE && str_eq(event_field(s->arena, c->event, "tool"), tool);
}

/* What was said of a part, or of the whole it is part of, counts for a place too. */
static struct claim_list claims_for(struct study *s, const struct map *names, const struct claims *own)
{
	struct claim_list all = {{0}};
	bool is_tool = map_get(&s->only_place, own->plain) != NULL;
	for (size_t k = 0; k < names->n; k++) {
		const struct claims *other = names->entries[k].value;
		bool related = name_begins(own->plain, other->plain) || name_begins(other->plain, own->plain);
		for (size_t j = 0; (related || is_tool) && j < other->list.n; j++) {
			if (related || claim_counts(s, own->plain, &other->list.v[j]))
				*PUSH(&all.list, s->arena) = other->list.v[j];
		}
	}
	return all;
}

/* A tool that was merely used, with several places of its own, is no place: nobody knows which of them it was. */
static bool is_place(const struct study *s, const struct claims *own)
{
	bool is_tool = map_get(&s->only_place, own->name) != NULL, stated = false;
	for (size_t i = 0; i < own->list.n; i++)
		stated |= !own->list.v[i].use;
	return own->list.n && (stated || !is_tool);
}

void places_read(struct study *s)
{
	struct map names = MAP(s->arena);
	targets_read(s);
	only_places_read(s);
	for (size_t i = 0; i < s->backups.n; i++)
		claim_event(s, &names, s->backups.v[i]);
	for (size_t i = 0; s->ledger && i < s->ledger->locations_n; i++)
		claim_ledger(s, &names, &s->ledger->locations[i]);
	s->places = MAP(s->arena);
	s->place_list.v = NEW_N(s->arena, struct place, names.n);
	for (size_t i = 0; i < names.n; i++) {
		const struct claims *own = names.entries[i].value;
		if (!is_place(s, own))
			continue;
		struct claim_list all = claims_for(s, &names, own);
		struct place *place = &s->place_list.v[s->place_list.n++];
		place->name = own->name;
		*map_put(&s->places, own->plain) = place;
		place_read(s, place, all.list.v, all.list.n);
		place_spans(s, place);
	}
}

/* --- questions --- */

const struct reach *place_reach(const struct place *place, instant at)
{
	for (size_t i = 0; place && i < place->n; i++) {
		const struct reach *r = &place->v[i];
		if (r->from <= at && (r->to == INSTANT_NONE || at < r->to || (at == r->to && at == r->from)))
			return r;
	}
	return NULL;
}

bool place_is_reachable(const struct place *place, instant at, bool *unknown)
{
	const struct reach *r = place_reach(place, at);
	*unknown = r == NULL;
	return !r || str_eq(r->state, STR("reachable"));
}

const struct place *place_find(const struct study *s, struct str location)
{
	ARENA_SCOPE(s->arena);
	return location.n ? map_get(&s->places, name_plain(s->arena, location)) : NULL;
}

struct intervals place_outages(struct arena *a, const struct place *place, struct interval within)
{
	VEC(struct interval) outages = {0};
	for (size_t i = 0; place && i < place->n; i++) {
		const struct reach *r = &place->v[i];
		struct interval at = {r->from, r->to == INSTANT_NONE ? INSTANT_MAX : r->to};
		if (!str_eq(r->state, STR("reachable")) && !interval_is_empty(interval_meet(at, within)))
			*PUSH(&outages, a) = at;
	}
	return intervals_of(a, outages.v, outages.n);
}
