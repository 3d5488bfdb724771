/* Coverage: where a source that usually talks was silent, so that no events are not taken for no trouble. */
#include "analyse/study.h"

#include <stdlib.h>

/*
 * A source is judged when it holds this many events. Its pauses of ten minutes and more are its habit; a pause is a hole
 * when it is longer than one and a half times the median pause and an hour, as for the cadence of a job.
 */
enum { TALKATIVE = 20 };
#define PAUSE (10 * MINUTE)

struct talk {
	int64_t source;
	size_t events;
	const struct event *last;
	VEC(const struct event *) before; /* the event before each pause, and the one after it */
	VEC(const struct event *) after;
};

static int length_order(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
	return (a > b) - (a < b);
}

static void talk_hear(struct study *s, struct talk *t, const struct event *e)
{
	if (t->last && e->at - event_end(t->last) > PAUSE) {
		*PUSH(&t->before, s->arena) = t->last;
		*PUSH(&t->after, s->arena) = e;
	}
	if (!t->last || event_end(e) > event_end(t->last))
		t->last = e;
	t->events++;
}

static int64_t habit_of(struct study *s, const struct talk *t)
{
	size_t n = t->before.n;
	if (n < 3)
		return 0;
	int64_t *pauses = NEW_N(s->arena, int64_t, n);
	for (size_t i = 0; i < n; i++)
		pauses[i] = t->after.v[i]->at - event_end(t->before.v[i]);
	qsort(pauses, n, sizeof *pauses, length_order);
	return pauses[n / 2];
}

static void talk_holes(struct study *s, const struct talk *t)
{
	const struct source *source = s->sources ? source_find(s->sources, t->source) : NULL;
	if (!source || t->events < TALKATIVE)
		return;
	int64_t habit = habit_of(s, t), most = habit + habit / 2 + HOUR;
	for (size_t i = 0; i < t->before.n; i++) {
		const struct event *before = t->before.v[i], *after = t->after.v[i];
		if (after->at - event_end(before) <= most)
			continue;
		struct draft *d = draft_open(s, condition_find(STR("evidence.silent")),
			str_fmt(s->arena, "source:%.*s", STR_ARG(source->name)), before);
		d->span.lane = LANE_OTHER;
		d->span.severity = d->condition->severity;
		draft_prove(s, d, after);
		draft_begin(d, event_end(before), event_end_bounds(before), STR("the last event before a hole"));
		draft_end(d, after->at, event_bounds(after), STR("the first event after it"));
	}
}

void coverage_read(struct study *s)
{
	struct map talks = MAP(s->arena);
	struct talk *t = NULL;
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		if (e->source == 0)
			continue;
		if (!t || t->source != e->source) {
			struct str key = str_n((const char *)&e->source, sizeof e->source);
			void **slot = map_put(&talks, key);
			if (!*slot)
				*slot = NEW(s->arena, struct talk);
			t = *slot;
			t->source = e->source;
		}
		talk_hear(s, t, e);
	}
	for (size_t i = 0; i < talks.n; i++)
		talk_holes(s, talks.entries[i].value);
}
