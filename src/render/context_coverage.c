/* What the evidence covers and what it leaves unknown, in words. */
#include "render/context.h"
#include "render/say.h"

#include <stdlib.h>

struct reach_of_source {
	instant first, last;
	size_t n, guessed;
};

static void put_source(
	const struct context *c, struct json *list, const struct source *s, const struct reach_of_source *r)
{
	static const char *const states[] = {
		[SOURCE_READING] = "not read to its end", [SOURCE_COMPLETE] = "", [SOURCE_DAMAGED] = "damaged"};
	struct arena *a = c->arena;
	struct json *o = json_push(a, list, json_object(a));
	json_add_str(a, o, "name", s->name);
	json_add_str(a, o, "format", s->format.n ? s->format : STR("not recognised"));
	json_add_str(a, o, "size", say_size(a, s->size));
	json_add_int(a, o, "records", s->records);
	json_add_int(a, o, "undated", s->undated);
	json_add_int(a, o, "not_understood", s->not_understood);
	json_add_str(a, o, "first", r->n ? say_time(a, r->first, NULL) : STR("-"));
	json_add_str(a, o, "last", r->n ? say_time(a, r->last, NULL) : STR("-"));
	json_add_str(a, o, "state", str_of(states[s->state]));
	json_add_str(a, o, "zone", s->zone);
	json_add_str(a, o, "skew", s->skew ? duration_str(a, s->skew) : STR_NONE);
	json_add_str(a, o, "sha256", s->sha256);
}

static void measure(const struct analysis *an, struct reach_of_source *v)
{
	for (size_t i = 0; i < an->events.n; i++) {
		const struct event *e = &an->events.v[i];
		const struct source *s = source_find(an->sources, e->source);
		if (!s || e->at == INSTANT_NONE)
			continue;
		struct reach_of_source *r = &v[s - an->sources->v];
		instant last = e->until == INSTANT_NONE ? e->at : e->until;
		if (!r->n || e->at < r->first)
			r->first = e->at;
		if (!r->n || last > r->last)
			r->last = last;
		r->n++;
		r->guessed += e->basis >= BASIS_FALLBACK;
	}
}

static void put_guesses(const struct context *c, struct json *root)
{
	static const struct {
		const char *words;
		enum basis basis; /* BASES: between bounds */
	} guesses[] = {{"the time had no zone: that of the source was assumed, UTC where none is given", BASIS_ASSUMED},
		{"the year or date was inferred", BASIS_INFERRED},
		{"the time was taken from another field of the same record", BASIS_FALLBACK},
		{"the instant is only known between bounds", BASES}};
	struct json *list = json_add_array(c->arena, root, "guesses");
	for (size_t i = 0; i < LEN(guesses); i++) {
		VEC(const struct event *) ends = {0}; /* the first and the last stand for all */
		size_t n = 0;
		for (size_t k = 0; k < c->analysis->events.n; k++) {
			const struct event *e = &c->analysis->events.v[k];
			bool between = e->at != INSTANT_NONE && e->at_min != e->at_max;
			if (e->at == INSTANT_NONE ||
				(guesses[i].basis == BASES ? !between : e->basis != guesses[i].basis))
				continue;
			if (n++ < 2)
				(void)PUSH(&ends, c->arena);
			ends.v[ends.n - 1] = e;
		}
		if (!n)
			continue;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "text",
			str_fmt(c->arena, "In %.*s %s", STR_ARG(say_count(c->arena, n, "event", "events")),
				guesses[i].words));
		put_cites(c, o, "cites", &(struct proofs){ends.v, ends.n});
	}
}

static void put_silences(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "silences");
	for (size_t i = 0; i < c->analysis->spans_n; i++) {
		const struct span *s = &c->analysis->spans[i];
		if (!str_eq(s->condition, STR("evidence.silent")))
			continue;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "subject",
			str_starts(s->subject, STR("source:")) ? str_from(s->subject, strlen("source:")) : s->subject);
		put_time(c, o, "from", s->from);
		json_add_str(c->arena, o, "to",
			s->to == INSTANT_NONE ? STR("the end of the window") : say_time(c->arena, s->to, c->zone));
		put_cites(c, o, "cites", &s->events);
	}
}

/* Sources by name: the order in which they came in is nobody's business. */
static int source_order(const void *pa, const void *pb)
{
	const struct source *a = *(const struct source *const *)pa, *b = *(const struct source *const *)pb;
	int by_name = str_cmp(a->name, b->name);
	return by_name ? by_name : str_cmp(a->sha256, b->sha256);
}

static const struct source **sources_sorted(struct arena *a, const struct sources *sources, size_t n)
{
	const struct source **v = NEW_N(a, const struct source *, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = &sources->v[i];
	qsort(v, n, sizeof *v, source_order);
	return v;
}

void context_coverage(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct json *list = json_add_array(c->arena, root, "sources");
	size_t sources_n = an->sources ? an->sources->n : 0;
	struct reach_of_source *v = NEW_N(c->arena, struct reach_of_source, sources_n + 1);
	if (sources_n)
		measure(an, v);
	const struct source **sorted = sources_sorted(c->arena, an->sources, sources_n);
	for (size_t i = 0; i < sources_n; i++) {
		const struct reach_of_source *r = &v[sorted[i] - an->sources->v];
		if (r->n || sorted[i]->not_understood || sorted[i]->state != SOURCE_COMPLETE)
			put_source(c, list, sorted[i], r);
	}
	json_add_bool(c->arena, root, "has_sources", json_size(list) > 0);
	size_t silent = sources_n - json_size(list);
	if (silent)
		json_add_str(c->arena, root, "sources_left_out", say_count(c->arena, silent, "source", "sources"));
	put_guesses(c, root);
	put_silences(c, root);
	list = json_add_array(c->arena, root, "findings");
	for (size_t i = 0; i < an->findings_n; i++) {
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "text", say_stamps(c->arena, an->findings[i].text, c->zone));
		put_cites(c, o, "cites", &an->findings[i].events);
	}
}
