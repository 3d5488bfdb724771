/* Overlaps: for every set of lanes, the longest stretches in which all of them were in trouble. */
#include "analyse/lanes.h"

#include <stdlib.h>

static int64_t clamp_length(int64_t length, struct interval window)
{
	int64_t most = interval_length(window);
	return length > most ? most : length;
}

static void overlap_lengths(struct overlap *o, const struct stretch *const *members, size_t n, struct interval window)
{
	struct loose_interval loose[LANES + 1];
	for (size_t i = 0; i < n; i++)
		loose[i] = members[i]->loose;
	/* What lies outside the window is not counted: the window is one more member, with firm ends. */
	loose[n] = (struct loose_interval){window.from, window.from, window.to, window.to};
	o->length = o->to - o->from;
	loose_meet_length(loose, n + 1, &o->length_min, &o->length_max);
	o->length_max = clamp_length(o->length_max, window);
}

static struct proofs overlap_proofs(struct arena *a, const struct stretch *const *members, size_t n)
{
	const struct event *v[2 * LANES];
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		const struct proofs *first = &members[i]->first->events, *last = &members[i]->last->events;
		if (first->n)
			v[count++] = first->v[0];
		if (last->n && members[i]->last->to != INSTANT_NONE)
			v[count++] = last->v[last->n - 1];
	}
	return proofs_of(a, v, count);
}

static void overlap_fill(struct study *s, const struct lane_state *lanes, struct overlap *o)
{
	const struct stretch *members[LANES];
	size_t n = 0;
	for (int lane = 0; lane < LANES; lane++) {
		if (o->lanes & 1u << lane)
			members[n++] = lane_at(&lanes[lane], o->from);
	}
	overlap_lengths(o, members, n, (struct interval){s->out->from, s->out->to});
	o->relation = n == 2 ? interval_relation(members[0]->at, members[1]->at) : NULL;
	o->events = overlap_proofs(s->arena, members, n);
}

struct rows {
	VEC(struct overlap) list;
};

/* Neighbouring segments that all hold SET make one interval. */
static void overlaps_of(struct study *s, const struct lane_state *lanes, unsigned set, struct rows *rows)
{
	const struct analysis *out = s->out;
	for (size_t i = 0; i < out->segments_n;) {
		if ((out->segments[i].lanes & set) != set) {
			i++;
			continue;
		}
		struct overlap o = {.lanes = set, .from = out->segments[i].from, .to = out->segments[i].to};
		for (i++; i < out->segments_n && out->segments[i].from == o.to && (out->segments[i].lanes & set) == set;
			i++)
			o.to = out->segments[i].to;
		overlap_fill(s, lanes, &o);
		*PUSH(&rows->list, s->arena) = o;
	}
}

/* In lane order, bit by bit: notice+upgrade before notice+storage. */
static int set_order(unsigned a, unsigned b)
{
	unsigned first = (a ^ b) & -(a ^ b); /* lane that one has and the other has not */

	return !!(b & first) - !!(a & first);
}

/* Pairs first, then larger sets; by time within a set. */
static int overlap_order(const void *pa, const void *pb)
{
	const struct overlap *a = pa, *b = pb;
	int size = __builtin_popcount(a->lanes) - __builtin_popcount(b->lanes);
	if (size)
		return size;
	if (a->lanes != b->lanes)
		return set_order(a->lanes, b->lanes);
	return (a->from > b->from) - (a->from < b->from);
}

void overlaps_read(struct study *s)
{
	struct analysis *out = s->out;
	struct lane_state lanes[LANES];
	lanes_read(s->arena, out->spans, out->spans_n, lanes);
	bool occurs[1u << LANES] = {false};
	for (size_t i = 0; i < out->segments_n; i++)
		occurs[out->segments[i].lanes] = true;
	struct rows rows = {{0}};
	for (unsigned set = 0; set < 1u << LANES; set++) {
		bool found = false;
		for (unsigned whole = 0; whole < 1u << LANES && !found; whole++)
			found = occurs[whole] && (whole & set) == set;
		if (found && __builtin_popcount(set) >= 2)
			overlaps_of(s, lanes, set, &rows);
	}
	if (rows.list.n)
		qsort(rows.list.v, rows.list.n, sizeof *rows.list.v, overlap_order);
	out->overlaps = rows.list.v;
	out->overlaps_n = rows.list.n;
}
