/* Orphans: ends without a beginning, when the first word of a thing is that it is well again, or over. */
#include "analyse/condition.h"

struct orphans {
	VEC(const struct event *) list;
};

/* "completed, started at 06:10" tells its own beginning; "all is well" speaks of nothing in particular. */
static bool is_orphan(struct study *s, const struct event *e)
{
	return kind_is_an_end(e->kind) && !event_field(s->arena, e, "all_of").n &&
	       !event_field(s->arena, e, "started").n;
}

void orphans_read(struct study *s)
{
	struct map heard = MAP(s->arena);
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		void **first = e->subject.n && e->lane != LANE_OTHER ? map_put(&heard, e->subject) : NULL;
		if (!first || *first)
			continue;
		*first = (void *)e;
		if (is_orphan(s, e))
			*PUSH(&s->orphans, s->arena) = e;
	}
}

static void tell(struct study *s, const struct orphans *o)
{
	const struct event *e = o->list.v[0];
	struct str more = o->list.n > 1 ? str_fmt(s->arena, " and %zu more", o->list.n - 1) : STR_NONE;
	study_finding(s, o->list.v, o->list.n,
		"%.*s of %.*s%.*s without a beginning: what it ended lies before the evidence or in a hole of it",
		STR_ARG(e->kind->name), STR_ARG(e->subject), STR_ARG(more));
}

void orphans_tell(struct study *s)
{
	struct map by_kind = MAP(s->arena);
	for (size_t i = 0; i < s->orphans.n; i++) {
		const struct event *e = s->orphans.v[i];
		if (e->at < s->out->from || e->at >= s->out->to)
			continue;
		void **slot = map_put(&by_kind, e->kind->name);
		if (!*slot)
			*slot = NEW(s->arena, struct orphans);
		struct orphans *orphans = *slot;
		*PUSH(&orphans->list, s->arena) = e;
	}
	for (size_t i = 0; i < by_kind.n; i++)
		tell(s, by_kind.entries[i].value);
}
