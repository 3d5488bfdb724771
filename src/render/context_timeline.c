/* The timeline of a report: which events it tells, which it leaves out and says so. */
#include "render/context.h"
#include "render/say.h"

#include <stdlib.h>

enum { TOLD_SUBJECT_REPEATS = 3, LATEST_SHOWN = 20 }; /* repeats: of one kind and subject */

static bool lane_is_always_told(enum lane lane)
{
	return lane == LANE_NOTICE || lane == LANE_CHANGE || lane == LANE_RESPONSE;
}

static int compare_events(const void *x, const void *y)
{
	const struct event *const *a = x, *const *b = y;
	return (*a > *b) - (*a < *b);
}

/* Events that prove something: all of them, sorted by address. */
static struct proofs proving(const struct context *c)
{
	VEC(const struct event *) list = {0};
	const struct analysis *an = c->analysis;
	for (size_t i = 0; i < an->spans_n; i++) {
		const struct proofs *p = &an->spans[i].events;
		if (an->spans[i].lane == LANE_OTHER || !p->n)
			continue;
		*PUSH(&list, c->arena) = p->v[0];
		*PUSH(&list, c->arena) = p->v[p->n - 1];
	}
	for (size_t i = 0; i < MILESTONES; i++)
		if (an->milestones[i].event)
			*PUSH(&list, c->arena) = an->milestones[i].event;
	for (size_t i = 0; i < an->notices_n; i++)
		for (size_t k = 0; k < an->notices[i].events.n; k++)
			*PUSH(&list, c->arena) = an->notices[i].events.v[k];
	if (list.n)
		qsort(list.v, list.n, sizeof *list.v, compare_events);
	return (struct proofs){list.v, list.n};
}

/* Told: what proves something, people, notices and changes, and whatever is worth a notice; the third of the same still, the
 * fourth no longer unless it is a warning that stands alone. */
static bool is_told(const struct context *c, const struct event *e, const struct proofs *proofs, struct map *seen)
{
	if (e->at == INSTANT_NONE || !e->kind)
		return false;
	if (e->source == 0) /* somebody thought it worth typing, whatever its lane */
		return true;
	if ((proofs->n && bsearch(&e, proofs->v, proofs->n, sizeof *proofs->v, compare_events)) || lane_is_always_told(e->lane))
		return true;
	if (e->severity < SEVERITY_NOTICE || e->lane == LANE_OTHER)
		return false;
	struct str key = str_fmt(c->arena, "%.*s %.*s", STR_ARG(e->kind->name), STR_ARG(e->subject));
	uintptr_t *count = (uintptr_t *)map_put(seen, key);
	return ++*count <= TOLD_SUBJECT_REPEATS;
}

static void put_event(const struct context *c, struct json *list, const struct event *e)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	json_add_str(c->arena, o, "at", say_event_time(c->arena, e, c->zone));
	json_add_str(c->arena, o, "lane", str_of(lane_names[e->lane]));
	json_add_str(c->arena, o, "kind", e->kind->name);
	json_add_str(c->arena, o, "severity", str_of(severity_names[e->severity]));
	json_add_bool(c->arena, o, "grave", e->severity >= SEVERITY_CRITICAL);
	json_add_str(c->arena, o, "subject", e->subject);
	size_t end = str_find_byte(e->text, '\n', 0);
	json_add_str(c->arena, o, "text", end == STR_NPOS ? e->text : str_fmt(c->arena, "%.*s (more lines in the evidence)", STR_ARG(str_slice(e->text, 0, end))));
	if (e->count > 1)
		json_add_str(c->arena, o, "repeats", str_fmt(c->arena, "%lld times%s%.*s", (long long)e->count, e->until == INSTANT_NONE ? "" : ", last ",
			STR_ARG(e->until == INSTANT_NONE ? STR_NONE : say_time(c->arena, e->until, NULL))));
	else if (e->until != INSTANT_NONE && e->until > e->at)
		json_add_str(c->arena, o, "repeats", str_fmt(c->arena, "until %.*s", STR_ARG(say_time(c->arena, e->until, NULL))));
	json_add_str(c->arena, o, "cites", cite_event(c->arena, e));
}

/* The last ones told, for a handover. */
static void put_latest(const struct context *c, struct json *root, const struct json *timeline, size_t told)
{
	struct json *latest = json_add_array(c->arena, root, "latest");
	size_t i = 0;
	for (const struct json *e = json_first(timeline); e; e = json_next(e), i++)
		if (i + LATEST_SHOWN >= told)
			json_push(c->arena, latest, json_parse(c->arena, json_print(c->arena, e), &(struct err){0}));
}

void context_timeline(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct proofs proofs = proving(c);
	struct map seen = MAP(c->arena);
	struct json *list = json_add_array(c->arena, root, "timeline");
	size_t told = 0;
	for (size_t i = 0; i < an->events.n; i++) {
		if (!is_told(c, &an->events.v[i], &proofs, &seen))
			continue;
		put_event(c, list, &an->events.v[i]);
		told++;
	}
	put_latest(c, root, list, told);
	json_add_str(c->arena, root, "timeline_count", say_count(c->arena, told, "event", "events"));
	json_add_bool(c->arena, root, "has_timeline", told > 0);
	if (told < an->events.n)
		json_add_str(c->arena, root, "timeline_left_out", say_count(c->arena, an->events.n - told, "event", "events"));
}
