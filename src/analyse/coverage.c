/* Coverage: where a source that usually talks was silent, so that no events are not taken for no trouble. */
#include "analyse/study.h"

#include <stdlib.h>

/*
 * A source is judged when it holds this many events, understood or not. Its pauses (TALK_PAUSE and more) are its habit; a pause is
 * a hole when it is longer than one and a half times the median pause and an hour, as for the cadence of a job.
 */
enum { TALKATIVE = 20 };

static int length_order(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
	return (a > b) - (a < b);
}

static int64_t habit_of(struct study *s, const struct talk *t)
{
	size_t n = t->pauses_n;
	if (n < 3)
		return 0;
	int64_t *pauses = NEW_N(s->arena, int64_t, n);
	for (size_t i = 0; i < n; i++)
		pauses[i] = t->pauses[i].to - t->pauses[i].from;
	qsort(pauses, n, sizeof *pauses, length_order);
	return pauses[n / 2];
}

static void talk_holes(struct study *s, const struct talk *t)
{
	const struct source *source = s->sources ? source_find(s->sources, t->source) : NULL;
	if (!source || t->events < TALKATIVE)
		return;
	int64_t habit = habit_of(s, t), most = habit + habit / 2 + TALK_HOLE;
	for (size_t i = 0; i < t->pauses_n; i++) {
		const struct pause *p = &t->pauses[i];
		if (p->to - p->from <= most)
			continue;
		struct draft *d = draft_open(s, condition_find(STR("evidence.silent")),
			str_fmt(s->arena, "source:%.*s", STR_ARG(source->name)), p->before);
		d->span.lane = LANE_OTHER;
		d->span.severity = d->condition->severity;
		draft_prove(s, d, p->after);
		draft_begin(d, p->from, event_end_bounds(p->before), STR("the last event before a hole"));
		draft_end(d, p->to, event_bounds(p->after), STR("the first event after it"));
	}
}

void coverage_read(struct study *s)
{
	const struct talks *talks = s->out->settings.talks;
	for (size_t i = 0; talks && i < talks->n; i++)
		talk_holes(s, &talks->v[i]);
}
