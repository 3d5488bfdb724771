/* Coverage: where a source that usually talks was silent, so that no events are not taken for no trouble. */
#include "analyse/study.h"

/*
 * A source is judged when it holds this many events, understood or not. Its pauses (TALK_PAUSE and more) are its habit;
 * a pause is a hole when it is longer than one and a half times the median pause and an hour, as for the cadence of a
 * job.
 */
enum { TALKATIVE = 20 };

static int64_t habit_of(struct study *s, const struct talk *t)
{
	size_t n = t->pauses_n;
	if (n < 3)
		return 0;
	int64_t *pauses = NEW_N(s->arena, int64_t, n);
	for (size_t i = 0; i < n; i++)
		pauses[i] = t->pauses[i].to - t->pauses[i].from;
	return length_median(pauses, n);
}

struct hole_list {
	VEC(const struct pause *) list; /* by time */
};

static struct str source_key(struct arena *a, int64_t source)
{
	return str_fmt(a, "%lld", (long long)source);
}

static const struct hole_list *holes_of(struct arena *a, const struct map *holes, const struct event *e)
{
	return map_get(holes, source_key(a, e->source));
}

static void talk_holes(struct study *s, struct map *holes, const struct talk *t)
{
	const struct source *source = s->sources ? source_find(s->sources, t->source) : NULL;
	if (!source || t->events < TALKATIVE)
		return;
	int64_t habit = habit_of(s, t), most = habit + habit / 2 + TALK_HOLE;
	for (size_t i = 0; i < t->pauses_n; i++) {
		const struct pause *p = &t->pauses[i];
		if (p->to - p->from <= most)
			continue;
		void **slot = map_put(holes, source_key(s->arena, t->source));
		if (!*slot)
			*slot = NEW(s->arena, struct hole_list);
		struct hole_list *own = *slot;
		*PUSH(&own->list, s->arena) = p;
		struct draft *d = draft_open(s, condition_find(STR("evidence.silent")),
			str_fmt(s->arena, "source:%.*s", STR_ARG(source->name)), p->before);
		d->span.lane = LANE_OTHER;
		d->span.severity = d->condition->severity;
		draft_prove(s, d, p->after);
		draft_begin(d, p->from, event_end_bounds(p->before), STR("the last event before a hole"));
		draft_end(d, p->to, event_bounds(p->after), STR("the first event after it"));
	}
}

/* --- what may have begun or ended in a hole --- */

static const struct pause *hole_from(const struct hole_list *holes, instant at, int64_t within)
{
	for (size_t i = 0; holes && i < holes->list.n; i++) {
		if (holes->list.v[i]->from >= at && holes->list.v[i]->from - at <= within)
			return holes->list.v[i];
	}
	return NULL;
}

static const struct pause *hole_until(const struct hole_list *holes, instant at, int64_t within)
{
	for (size_t i = 0; holes && i < holes->list.n; i++) {
		if (holes->list.v[i]->to <= at && at - holes->list.v[i]->to <= within)
			return holes->list.v[i];
	}
	return NULL;
}

/*
 * Reports that stop because their source stopped talking may have gone on in its hole; those that come first after it
 * may have begun in it. What states its own end or beginning needs no such bounds.
 */
static void draft_loosen(struct arena *a, const struct map *holes, struct draft *d)
{
	const struct event *last = d->proofs.n ? d->proofs.v[d->proofs.n - 1] : NULL;
	bool reports = d->condition->gap && !d->typed && last && d->opener;
	const struct pause *after =
		reports && d->silent ? hole_from(holes_of(a, holes, last), d->span.to, d->condition->gap) : NULL;
	const struct pause *before =
		reports ? hole_until(holes_of(a, holes, d->opener), d->span.from, d->condition->gap) : NULL;
	if (after && after->to > d->span.to_bounds.max)
		d->span.to_bounds.max = after->to;
	if (after)
		d->span.why_to = STR("closed by silence: its last event, before a hole in its source");
	if (before && before->from < d->span.from_bounds.min)
		d->span.from_bounds.min = before->from;
}

void coverage_read(struct study *s)
{
	const struct talks *talks = s->settings.talks;
	size_t drafts = s->drafts.n;
	struct map holes = MAP(s->arena);
	for (size_t i = 0; talks && i < talks->n; i++)
		talk_holes(s, &holes, &talks->v[i]);
	for (size_t i = 0; holes.n && i < drafts; i++)
		draft_loosen(s->arena, &holes, s->drafts.v[i]);
}
