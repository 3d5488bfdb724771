/* How the failures lined up, in words: the sentence, the overlaps, the chain, what could have been known. */
#include "base/map.h"
#include "render/chart.h"
#include "render/context.h"
#include "render/render.h"
#include "render/say.h"

#include <stdlib.h>

enum { OVERLAPS_SHOWN = 24, OPEN_SHOWN = 40, LINED_UP_SHOWN = 24, TIES_SHOWN = 12 };
/* What began this shortly before the impact is the fault itself: true then, but nobody could have acted on it. */
#define TOO_LATE (15 * MINUTE)

static struct str since(const struct context *c, instant at)
{
	return at == INSTANT_NONE ? STR("before the evidence begins") : say_time(c->arena, at, c->zone);
}

/* Proofs of all spans of a segment, one list. */
static struct proofs segment_proofs(const struct context *c, const struct segment *s)
{
	VEC(const struct event *) list = {0};
	for (size_t i = 0; i < s->spans_n; i++) {
		const struct event *first = s->spans[i]->events.n ? s->spans[i]->events.v[0] : NULL;
		bool known = !first;
		for (size_t k = 0; k < list.n; k++)
			known |= list.v[k] == first;
		if (!known)
			*PUSH(&list, c->arena) = first;
	}
	return (struct proofs){list.v, list.n};
}

void put_span(const struct context *c, struct json *o, const struct span *s)
{
	json_add_str(c->arena, o, "lane", str_of(lane_names[s->lane]));
	struct str condition = say_condition(c->arena, s->condition);
	json_add_str(c->arena, o, "condition", condition);
	json_add_str(c->arena, o, "subject", say_subject(c->arena, s->subject, condition));
	json_add_str(c->arena, o, "from", since(c, s->from));
	json_add_str(c->arena, o, "to",
		s->to == INSTANT_NONE ? STR("not over when the evidence ends") : say_time(c->arena, s->to, c->zone));
	put_cites(c, o, "cites", &s->events);
}

/* By area, then by start. */
static int compare_spans(const void *x, const void *y)
{
	const struct span *a = *(const struct span *const *)x, *b = *(const struct span *const *)y;
	if (a->lane != b->lane)
		return a->lane < b->lane ? -1 : 1;
	return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a > b) - (a < b);
}

/* What nothing ends is known to hold as far as the evidence goes, not to the end of the window. */
static struct str where_evidence_ends(const struct context *c)
{
	return str_fmt(c->arena, "%.*s, where the evidence ends",
		STR_ARG(say_time(c->arena, c->analysis->evidence_to, c->zone)));
}

static struct str length_so_far(const struct context *c, instant from)
{
	return str_fmt(c->arena, "%.*s at least", STR_ARG(duration_str(c->arena, c->analysis->evidence_to - from)));
}

/* What held in it: of each area something, though a storm blows in one of them. */
static void held_then(const struct context *c, struct json *o, const struct segment *s)
{
	const struct span **order = NEW_N(c->arena, const struct span *, s->spans_n + 1);
	size_t wanted[LANES] = {0}, given[LANES], shown = 0;
	struct json *list = json_add_array(c->arena, o, "spans");
	for (size_t i = 0; i < s->spans_n; i++) {
		order[i] = s->spans[i];
		wanted[s->spans[i]->lane]++;
	}
	qsort(order, s->spans_n, sizeof *order, compare_spans);
	share_out(wanted, LANES, LINED_UP_SHOWN, given);
	for (size_t i = 0; i < s->spans_n; i++) {
		if (!given[order[i]->lane])
			continue;
		given[order[i]->lane]--;
		put_span(c, json_push(c->arena, list, json_object(c->arena)), order[i]);
		shown++;
	}
	if (shown < s->spans_all)
		json_add_str(c->arena, o, "spans_left_out", say_count(c->arena, s->spans_all - shown, "row", "rows"));
}

static void lined_up(const struct context *c, struct json *root)
{
	const struct segment *s = c->analysis->lineup;
	if (!s)
		return;
	struct json *o = json_add_object(c->arena, root, "lineup");
	json_add_str(c->arena, o, "lanes", say_lanes(c->arena, s->lanes));
	json_add_str(c->arena, o, "count", say_areas(c->arena, s->lanes));
	put_time(c, o, "from", s->from);
	if (analysis_is_open_at(c->analysis, s->from, s->to)) {
		json_add_str(c->arena, o, "to", where_evidence_ends(c));
		json_add_str(c->arena, o, "length", length_so_far(c, s->from));
	} else {
		put_time(c, o, "to", s->to);
		put_length(c, o, "length", s->from != INSTANT_NONE && s->to != INSTANT_NONE, s->to - s->from);
	}
	struct proofs p = segment_proofs(c, s);
	put_cites(c, o, "cites", &p);
	held_then(c, o, s);
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

/* Both its ends, side by side. */
static struct str stretch_of(const struct overlap *v)
{
	_Static_assert(offsetof(struct overlap, to) == offsetof(struct overlap, from) + sizeof v->from, "side by side");
	return str_n((const char *)&v->from, sizeof v->from + sizeof v->to);
}

/* Stretches -> the lanes of all that lie in the very same one: where two sets do, so does their union, as a row of its
 * own. */
static struct map lanes_of_stretches(const struct context *c)
{
	struct map lanes = MAP(c->arena);
	for (size_t i = 0; i < c->analysis->overlaps_n; i++) {
		const struct overlap *v = &c->analysis->overlaps[i];
		void **all = map_put(&lanes, stretch_of(v));
		*all = (void *)((uintptr_t)*all | v->lanes);
	}
	return lanes;
}

/* Says nothing new: more lanes overlap in the very same stretch. */
static bool is_implied(const struct map *lanes, const struct overlap *v)
{
	return (uintptr_t)map_get(lanes, stretch_of(v)) != v->lanes;
}

/* How two areas lay to each other, as Allen's relation from the first of them to the second says it. */
static struct str relation(const struct context *c, const struct overlap *v)
{
	enum { ONE = 1, OTHER, NEITHER };
	static const struct {
		const char *name;
		int began, ended; /* which of them began first, which ended last */
	} rows[] = {{"overlaps", ONE, OTHER}, {"overlapped-by", OTHER, ONE}, {"starts", NEITHER, OTHER},
		{"started-by", NEITHER, ONE}, {"during", OTHER, OTHER}, {"contains", ONE, ONE},
		{"finishes", OTHER, NEITHER}, {"finished-by", ONE, NEITHER}, {"equals", NEITHER, NEITHER}};
	const char *of[] = {NULL, lane_names[__builtin_ctz(v->lanes)], lane_names[31 - __builtin_clz(v->lanes)]};
	for (size_t i = 0; v->relation && i < LEN(rows); i++) {
		int began = rows[i].began, ended = rows[i].ended;
		if (strcmp(rows[i].name, v->relation) != 0)
			continue;
		if (began == ended)
			return began == NEITHER ? STR("began and ended together")
						: str_fmt(c->arena, "%s within %s", of[3 - began], of[began]);
		struct str begins =
			began == NEITHER ? STR("began together") : str_fmt(c->arena, "%s began first", of[began]);
		struct str ends =
			ended == NEITHER ? STR("ended together") : str_fmt(c->arena, "%s ended last", of[ended]);
		return str_fmt(c->arena, "%.*s, %.*s", STR_ARG(begins), STR_ARG(ends));
	}
	return STR_NONE;
}

static void overlaps(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	const struct overlap **order = NEW_N(c->arena, const struct overlap *, an->overlaps_n + 1);
	size_t order_n = 0;
	struct map lanes = lanes_of_stretches(c);
	for (size_t i = 0; i < an->overlaps_n; i++)
		if (!is_implied(&lanes, &an->overlaps[i]) && an->overlaps[i].length >= SECOND)
			order[order_n++] = &an->overlaps[i];
	qsort(order, order_n, sizeof *order, compare_overlaps);
	struct json *list;
	json_add_bool(c->arena, root, "has_overlaps", order_n > 0);
	size_t n = order_n < OVERLAPS_SHOWN ? order_n : OVERLAPS_SHOWN;
	list = json_add_array(c->arena, root, "overlaps");
	if (n < an->overlaps_n)
		json_add_str(
			c->arena, root, "overlaps_left_out", say_count(c->arena, an->overlaps_n - n, "row", "rows"));
	for (size_t i = 0; i < n; i++) {
		const struct overlap *v = order[i];
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lanes", say_lanes(c->arena, v->lanes));
		json_add_str(c->arena, o, "from", since(c, v->from));
		bool open = analysis_is_open_at(an, v->from, v->to);
		json_add_str(c->arena, o, "to", open ? where_evidence_ends(c) : say_time(c->arena, v->to, c->zone));
		json_add_str(c->arena, o, "length",
			open ? length_so_far(c, v->from)
			     : say_length(c->arena, v->length, v->length_min, v->length_max));
		json_add_str(c->arena, o, "relation", relation(c, v));
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
		put_span(c, json_push(c->arena, list, json_object(c->arena)), s);
	}
	if (open > OPEN_SHOWN)
		json_add_str(
			c->arena, root, "open_spans_left_out", say_count(c->arena, open - OPEN_SHOWN, "row", "rows"));
}

static void chain(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "chain");
	instant before = INSTANT_NONE;
	json_add_bool(c->arena, root, "has_chain", c->analysis->chain_n > 0);
	for (size_t i = 0; i < c->analysis->chain_n; i++) {
		const struct chain_link *l = &c->analysis->chain[i];
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "lane", str_of(lane_names[l->lane]));
		json_add_str(c->arena, o, "from", since(c, l->from));
		struct str condition = l->span ? say_condition(c->arena, l->span->condition) : STR_NONE;
		json_add_str(c->arena, o, "condition", condition);
		json_add_str(c->arena, o, "subject",
			l->span ? say_subject(c->arena, l->span->subject, condition) : STR_NONE);
		bool later = i && before != INSTANT_NONE && l->from != INSTANT_NONE;
		json_add_str(
			c->arena, o, "after_previous", later ? duration_str(c->arena, l->from - before) : STR_NONE);
		json_add_str(c->arena, o, "to_impact",
			!l->impact_known || l->from == INSTANT_NONE ? STR("unknown")
			: l->to_impact == 0                         ? STR("at the impact")
			: l->to_impact > 0
				? str_fmt(c->arena, "%.*s before", STR_ARG(duration_str(c->arena, l->to_impact)))
				: str_fmt(c->arena, "%.*s after", STR_ARG(duration_str(c->arena, -l->to_impact))));
		put_cites(c, o, "cites", l->span ? &l->span->events : &(struct proofs){0});
		before = l->from;
	}
}

/* It is told among the notices that were missed. */
static bool is_missed_notice(const struct context *c, const struct span *s)
{
	bool told = false;
	for (size_t i = 0; i < c->analysis->notices_n; i++)
		told |= c->analysis->notices[i].missed && c->analysis->notices[i].received == s->from &&
			c->analysis->notices[i].actual_from == s->to;
	return told && str_eq(s->condition, STR("notice.unanswered"));
}

/* An unanswered notice of a change that was still to come has not brought the impact about. */
static bool is_ahead(const struct context *c, const struct span *s)
{
	instant impact = analysis_milestone(c->analysis, "impact_start")->at;
	for (size_t i = 0; i < c->analysis->notices_n && str_eq(s->condition, STR("notice.unanswered")); i++) {
		const struct notice *n = &c->analysis->notices[i];
		if (n->received == s->from && n->actual_from == INSTANT_NONE && n->promised_from > impact)
			return true;
	}
	return false;
}

static void knowable(const struct context *c, struct json *root)
{
	struct json *early = json_add_array(c->arena, root, "knowable"),
		    *late = json_add_array(c->arena, root, "too_late");
	for (size_t i = 0; i < c->analysis->knowable_n; i++) {
		const struct knowable *k = &c->analysis->knowable[i];
		bool in_time = k->since == INSTANT_NONE || k->before_impact >= TOO_LATE;
		struct json *o = json_push(c->arena, in_time ? early : late, json_object(c->arena));
		put_span(c, o, k->span);
		struct str length = say_held(c->arena, k);
		json_add_str(c->arena, o, "since",
			str_fmt(c->arena, "%.*s%s", STR_ARG(since(c, k->since)),
				may_have_begun_later(k) ? " at the earliest" : ""));
		json_add_str(c->arena, o, "how_long",
			k->since == INSTANT_NONE ? STR("longer than the evidence goes back") : length);
		json_add_str(c->arena, o, "held",
			k->since == INSTANT_NONE
				? STR("since before the evidence begins")
				: str_fmt(c->arena, "for %.*s when the impact began", STR_ARG(length)));
		json_add_bool(c->arena, o, "is_missed_notice", is_missed_notice(c, k->span));
		json_add_bool(c->arena, o, "is_ahead", is_ahead(c, k->span));
		json_add_bool(c->arena, o, "answered", k->answered);
		json_add_str(c->arena, o, "answer_cites", cite_event(c->arena, c->cites, k->answer));
	}
	json_add_bool(c->arena, root, "has_knowable", json_size(early) > 0);
	json_add_bool(c->arena, root, "has_too_late", json_size(late) > 0);
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

/* Things that one event names together are one row: "volume pvc-7c1e, pod db-0, namespace shop". */
static void ties(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct json *list = json_add_array(c->arena, root, "ties");
	size_t rows = 0;
	for (size_t i = 0, end; i < an->bonds_n; i = end) {
		const struct bond *first = &an->bonds[i];
		struct map things = MAP(c->arena);
		for (end = i; end < an->bonds_n && an->bonds[end].event == first->event &&
			      str_eq(an->bonds[end].because, first->because);
			end++) {
			map_put(&things, an->bonds[end].a);
			map_put(&things, an->bonds[end].b);
		}
		if (rows++ >= TIES_SHOWN)
			continue;
		struct buf words = BUF(c->arena);
		for (size_t k = 0; k < things.n; k++)
			buf_fmt(&words, "%s%.*s", k ? ", " : "",
				STR_ARG(say_subject(c->arena, things.entries[k].key, STR_NONE)));
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "things", buf_str(&words));
		struct str kind = str_slice(first->because, 0, first->because.n - strlen(" names both"));
		json_add_str(c->arena, o, "because",
			str_ends(first->because, STR(" names both"))
				? str_fmt(c->arena, "named together by %.*s", STR_ARG(kind))
				: first->because);
		json_add_str(c->arena, o, "cites", cite_event(c->arena, c->cites, first->event));
	}
	json_add_bool(c->arena, root, "has_ties", rows > 0);
	if (rows > TIES_SHOWN)
		json_add_str(c->arena, root, "ties_left_out", say_count(c->arena, rows - TIES_SHOWN, "row", "rows"));
}

static bool nothing_to_draw(const struct analysis *an)
{
	const struct milestone *known[MILESTONES];
	return !an->spans_n && !an->notices_n && !an->recovery_n && !milestones_by_time(an, known);
}

void context_lineup(const struct context *c, struct json *root)
{
	lined_up(c, root);
	overlaps(c, root);
	chain(c, root);
	knowable(c, root);
	open_spans(c, root);
	ties(c, root);
	if (nothing_to_draw(c->analysis))
		; /* an empty frame says nothing */
	else if (c->svg_name.n)
		json_add_str(c->arena, root, "chart_file", destination(c->arena, c->svg_name));
	else {
		struct buf chart = BUF(c->arena);
		chart_mermaid(&chart, c->analysis);
		json_add_str(c->arena, root, "mermaid_md", buf_str(&chart));
	}
	struct json *what_ifs = json_add_array(c->arena, root, "what_ifs");
	json_add_bool(c->arena, root, "has_what_ifs", c->analysis->what_ifs_n > 0);
	for (size_t i = 0; i < c->analysis->what_ifs_n; i++) {
		struct json *o = json_push(c->arena, what_ifs, json_object(c->arena));
		json_add_str(c->arena, o, "text", say_stamps(c->arena, c->analysis->what_ifs[i].text, c->zone));
		put_cites(c, o, "cites", &c->analysis->what_ifs[i].events);
	}
}
