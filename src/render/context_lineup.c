/* How the failures lined up, in words: the sentence, the overlaps, the chain, what could have been known. */
#include "render/context.h"
#include "render/render.h"
#include "render/say.h"

#include <stdlib.h>

enum { OVERLAPS_SHOWN = 24, OPEN_SHOWN = 40 };

static struct str since(const struct context *c, instant at)
{
	return at == INSTANT_NONE ? STR("before the evidence begins") : say_time(c->arena, at, c->zone);
}

/* Proofs of all spans of a segment, one list. */
static struct proofs segment_proofs(const struct context *c, const struct segment *s)
{
	VEC(const struct event *) list = {0};
	for (size_t i = 0; i < s->spans_n; i++)
		if (s->spans[i]->events.n)
			*PUSH(&list, c->arena) = s->spans[i]->events.v[0];
	return (struct proofs){list.v, list.n};
}

static void lined_up(const struct context *c, struct json *root)
{
	const struct segment *s = c->analysis->lineup;
	if (!s)
		return;
	struct json *o = json_add_object(c->arena, root, "lineup");
	json_add_str(c->arena, o, "lanes", say_lanes(c->arena, s->lanes));
	json_add_int(c->arena, o, "count", __builtin_popcount(s->lanes));
	put_time(c, o, "from", s->from);
	put_time(c, o, "to", s->to);
	put_length(c, o, "length", s->from != INSTANT_NONE && s->to != INSTANT_NONE, s->to - s->from);
	struct proofs p = segment_proofs(c, s);
	put_cites(c, o, "cites", &p);
	struct json *list = json_add_array(c->arena, o, "spans");
	for (size_t i = 0; i < s->spans_n; i++) {
		const struct span *span = s->spans[i];
		struct json *j = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, j, "lane", str_of(lane_names[span->lane]));
		json_add_str(c->arena, j, "condition", say_name(c->arena, span->condition));
		json_add_str(c->arena, j, "subject", span->subject);
		json_add_str(c->arena, j, "from", since(c, span->from));
		json_add_str(c->arena, j, "to", span->to == INSTANT_NONE ? STR("not over in the evidence") : say_time(c->arena, span->to, c->zone));
		put_cites(c, j, "cites", &span->events);
	}
}

/* More lanes first, then longer ones: what a reader wants to see when not all are shown. */
static int compare_overlaps(const void *x, const void *y)
{
	const struct overlap *a = *(const struct overlap *const *)x, *b = *(const struct overlap *const *)y;
	int more = __builtin_popcount(b->lanes) - __builtin_popcount(a->lanes);
	if (more)
		return more;
	if (a->length != b->length)
		return a->length > b->length ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* Says nothing new: more lanes overlap in the very same stretch. */
static bool is_implied(const struct analysis *an, const struct overlap *v)
{
	for (size_t i = 0; i < an->overlaps_n; i++) {
		const struct overlap *w = &an->overlaps[i];
		if (w->from == v->from && w->to == v->to && w->lanes != v->lanes && (w->lanes & v->lanes) == v->lanes)
			return true;
	}
	return false;
}

static void overlaps(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	const struct overlap **order = NEW_N(c->arena, const struct overlap *, an->overlaps_n + 1);
	size_t order_n = 0;
	for (size_t i = 0; i < an->overlaps_n; i++)
		if (!is_implied(an, &an->overlaps[i]))
			order[order_n++] = &an->overlaps[i];
	qsort(order, order_n, sizeof *order, compare_overlaps);
	struct json *list;
	size_t n = order_n < OVERLAPS_SHOWN ? order_n : OVERLAPS_SHOWN;
	list = json_add_array(c->arena, root, "overlaps");
	if (n < an->overlaps_n)
		json_add_str(c->arena, root, "overlaps_left_out", say_count(c->arena, an->overlaps_n - n, "row", "rows"));
	for (size_t i = 0; i < n; i++) {
		const struct overlap *v = order[i];
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lanes", say_lanes(c->arena, v->lanes));
		json_add_str(c->arena, o, "from", since(c, v->from));
		json_add_str(c->arena, o, "to", say_time(c->arena, v->to, c->zone));
		json_add_str(c->arena, o, "length", say_length(c->arena, v->length, v->length_min, v->length_max));
		json_add_str(c->arena, o, "relation", v->relation ? say_name(c->arena, str_of(v->relation)) : STR_NONE);
		put_cites(c, o, "cites", &v->events);
	}
}

/* What is not over as far as the evidence goes. */
static void open_spans(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct json *list = json_add_array(c->arena, root, "open_spans");
	size_t open = 0;
	for (size_t i = 0; i < an->spans_n; i++) {
		const struct span *s = &an->spans[i];
		if (s->to != INSTANT_NONE || s->lane == LANE_OTHER || open++ >= OPEN_SHOWN)
			continue;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lane", str_of(lane_names[s->lane]));
		json_add_str(c->arena, o, "condition", say_name(c->arena, s->condition));
		json_add_str(c->arena, o, "subject", s->subject);
		json_add_str(c->arena, o, "from", since(c, s->from));
		put_cites(c, o, "cites", &s->events);
	}
	if (open > OPEN_SHOWN)
		json_add_str(c->arena, root, "open_spans_left_out", say_count(c->arena, open - OPEN_SHOWN, "row", "rows"));
}

static void chain(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "chain");
	instant before = INSTANT_NONE;
	for (size_t i = 0; i < c->analysis->chain_n; i++) {
		const struct chain_link *l = &c->analysis->chain[i];
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lane", str_of(lane_names[l->lane]));
		json_add_str(c->arena, o, "from", since(c, l->from));
		json_add_str(c->arena, o, "condition", l->span ? say_name(c->arena, l->span->condition) : STR_NONE);
		json_add_str(c->arena, o, "subject", l->span ? l->span->subject : STR_NONE);
		bool later = i && before != INSTANT_NONE && l->from != INSTANT_NONE;
		json_add_str(c->arena, o, "after_previous", later ? duration_str(c->arena, l->from - before) : STR_NONE);
		json_add_str(c->arena, o, "to_impact", !l->impact_known || l->from == INSTANT_NONE ? STR("unknown") :
			l->to_impact == 0 ? STR("at the impact") : l->to_impact > 0 ? str_fmt(c->arena, "%.*s before", STR_ARG(duration_str(c->arena, l->to_impact))) :
			str_fmt(c->arena, "%.*s after", STR_ARG(duration_str(c->arena, -l->to_impact))));
		put_cites(c, o, "cites", l->span ? &l->span->events : &(struct proofs){0});
		before = l->from;
	}
}

static void knowable(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "knowable");
	for (size_t i = 0; i < c->analysis->knowable_n; i++) {
		const struct knowable *k = &c->analysis->knowable[i];
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lane", str_of(lane_names[k->span->lane]));
		json_add_str(c->arena, o, "condition", say_name(c->arena, k->span->condition));
		json_add_str(c->arena, o, "subject", k->span->subject);
		json_add_str(c->arena, o, "since", since(c, k->since));
		json_add_str(c->arena, o, "how_long", k->since == INSTANT_NONE ? STR("unknown") : duration_str(c->arena, k->before_impact));
		json_add_bool(c->arena, o, "answered", k->answered);
		json_add_str(c->arena, o, "answer_cites", cite_event(c->arena, k->answer));
		put_cites(c, o, "cites", &k->span->events);
	}
}

/* A link's destination: in angle brackets when it holds more than plain characters. */
static struct str destination(struct arena *a, struct str file)
{
	struct buf b = BUF(a);
	bool plain = true;
	for (size_t i = 0; i < file.n; i++) {
		char c = file.p[i];
		plain &= byte_is_alpha(c) || byte_is_digit(c) || memchr("._-/", c, 4);
		if (!memchr("<>\n\r\\", c, 5))
			buf_byte(&b, c);
	}
	return plain ? file : str_fmt(a, "<%.*s>", STR_ARG(buf_str(&b)));
}

void context_lineup(const struct context *c, struct json *root)
{
	lined_up(c, root);
	overlaps(c, root);
	chain(c, root);
	knowable(c, root);
	open_spans(c, root);
	if (c->svg_name.n)
		json_add_str(c->arena, root, "chart_file", destination(c->arena, c->svg_name));
	else {
		struct buf chart = BUF(c->arena);
		chart_mermaid(&chart, c->analysis);
		json_add_str(c->arena, root, "mermaid_md", buf_str(&chart));
	}
	struct json *what_ifs = json_add_array(c->arena, root, "what_ifs");
	for (size_t i = 0; i < c->analysis->what_ifs_n; i++) {
		struct json *o = json_push(c->arena, what_ifs, json_object(c->arena));
		json_add_str(c->arena, o, "text", c->analysis->what_ifs[i].text);
		put_cites(c, o, "cites", &c->analysis->what_ifs[i].events);
	}
}
