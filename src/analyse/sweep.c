/* The sweep: which lanes were in trouble at the same time, stretch by stretch. */
#include "analyse/lanes.h"

#include <stdlib.h>

/* A segment names the first spans of each lane, the longest standing ones; a storm of thousands would tell nobody more.
 */
enum { LANE_SPANS_MAX = 16 };

unsigned lanes_counted(void)
{
	return 1u << LANE_NOTICE | 1u << LANE_UPGRADE | 1u << LANE_STORAGE | 1u << LANE_BACKUP | 1u << LANE_SERVICE |
	       1u << LANE_CHANGE;
}

struct interval span_interval(const struct span *s)
{
	return (struct interval){s->from, s->to == INSTANT_NONE ? INSTANT_MAX : s->to};
}

static bool span_counts(const struct span *s)
{
	return lanes_counted() & 1u << s->lane && !interval_is_empty(span_interval(s));
}

static struct loose_interval span_loose(const struct span *s)
{
	bool no_end = s->to == INSTANT_NONE;
	return (struct loose_interval){s->from_bounds.min, s->from_bounds.max, no_end ? INSTANT_MAX : s->to_bounds.min,
		no_end ? INSTANT_MAX : s->to_bounds.max};
}

/* Spans come by start: a span that starts within the stretch so far, or where it ends, prolongs it. */
static void lane_take(struct lane_state *lane, const struct span *s)
{
	struct interval i = span_interval(s);
	struct loose_interval loose = span_loose(s);
	struct stretch *last = lane->n ? &lane->v[lane->n - 1] : NULL;
	if (!last || i.from > last->at.to) {
		lane->v[lane->n++] = (struct stretch){i, loose, s, s};
		return;
	}
	/* The union starts with the earliest and ends with the latest of them, whichever those turn out to be. */
	if (loose.from_min < last->loose.from_min)
		last->loose.from_min = loose.from_min;
	if (loose.from_max < last->loose.from_max)
		last->loose.from_max = loose.from_max;
	if (loose.to_min > last->loose.to_min)
		last->loose.to_min = loose.to_min;
	if (loose.to_max > last->loose.to_max)
		last->loose.to_max = loose.to_max;
	if (i.to > last->at.to) {
		last->at.to = i.to;
		last->last = s;
	}
}

void lanes_read(struct arena *a, const struct span *spans, size_t n, struct lane_state lanes[LANES])
{
	size_t count[LANES] = {0};
	for (size_t i = 0; i < n; i++)
		count[spans[i].lane]++;
	for (int lane = 0; lane < LANES; lane++)
		lanes[lane] = (struct lane_state){NEW_N(a, struct stretch, count[lane]), 0};
	for (size_t i = 0; i < n; i++) {
		if (span_counts(&spans[i]))
			lane_take(&lanes[spans[i].lane], &spans[i]);
	}
}

const struct stretch *lane_at(const struct lane_state *lane, instant at)
{
	size_t low = 0, high = lane->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (lane->v[mid].at.to <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < lane->n && lane->v[low].at.from <= at ? &lane->v[low] : NULL;
}

/* --- segments --- */

struct edge {
	instant at;
	enum lane lane;
};

static int edge_order(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;
	return (a->at > b->at) - (a->at < b->at);
}

static struct edge *edges_of(const struct lane_state *lanes, struct interval window, struct arena *a, size_t *n)
{
	size_t most = 0;
	for (int lane = 0; lane < LANES; lane++)
		most += 2 * lanes[lane].n;
	struct edge *v = NEW_N(a, struct edge, most);
	*n = 0;
	for (int lane = 0; lane < LANES; lane++) {
		for (size_t i = 0; i < lanes[lane].n; i++) {
			struct interval seen = interval_meet(lanes[lane].v[i].at, window);
			if (interval_is_empty(seen))
				continue;
			v[(*n)++] = (struct edge){seen.from, (enum lane)lane};
			v[(*n)++] = (struct edge){seen.to, (enum lane)lane};
		}
	}
	qsort(v, *n, sizeof *v, edge_order);
	return v;
}

/* Every edge turns its lane on or off; between two instants with edges the set of lanes stands still. */
static void segments_read(struct study *s, const struct edge *edges, size_t n)
{
	struct analysis *out = s->out;
	out->segments = NEW_N(s->arena, struct segment, n);
	unsigned lanes = 0;
	for (size_t i = 0; i < n;) {
		instant at = edges[i].at;
		while (i < n && edges[i].at == at)
			lanes ^= 1u << edges[i++].lane;
		if (!lanes || i == n)
			continue;
		out->segments[out->segments_n++] = (struct segment){.from = at, .to = edges[i].at, .lanes = lanes};
	}
}

/* Next segment at or after I that still has room, by following and shortening links. */
static size_t next_with_room(size_t *next, size_t i)
{
	while (next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

/* The first segment that ends after an instant, and the first that begins at one or later. */
static size_t segment_after(const struct analysis *out, instant at)
{
	size_t low = 0, high = out->segments_n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (out->segments[mid].to <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t segment_from(const struct analysis *out, instant at)
{
	size_t k = segment_after(out, at);
	return k < out->segments_n && out->segments[k].from < at ? k + 1 : k;
}

static void segment_name(struct arena *a, struct segment *g, const struct span *span)
{
	bool full = (g->spans_n & (g->spans_n - 1)) == 0; /* room doubles: 0, 1, 2, 4, 8 ... */
	if (full) {
		size_t size = g->spans_n * sizeof *g->spans;
		g->spans = arena_grow(a, g->spans, size, size ? 2 * size : sizeof *g->spans);
	}
	g->spans[g->spans_n++] = span;
}

static void segments_name_lane(struct study *s, enum lane lane, size_t *next, size_t *named)
{
	struct analysis *out = s->out;
	size_t n = out->segments_n;
	for (size_t i = 0; i <= n; i++) {
		next[i] = i;
		named[i] = 0;
	}
	for (size_t i = 0; i < out->spans_n; i++) {
		const struct span *span = &out->spans[i];
		struct interval at = span_interval(span);
		if (span->lane != lane || !span_counts(span))
			continue;
		size_t k = next_with_room(next, segment_after(out, at.from));
		for (; k < n && out->segments[k].from < at.to; k = next_with_room(next, k + 1)) {
			segment_name(s->arena, &out->segments[k], span);
			if (++named[k] == LANE_SPANS_MAX)
				next[k] = k + 1;
		}
	}
}

/* How many there are, named or not: each begins to count at one segment and ends at another. */
static void segments_count_spans(struct study *s)
{
	struct analysis *out = s->out;
	int64_t *changes = NEW_N(s->arena, int64_t, out->segments_n + 1), held = 0;
	for (size_t i = 0; i < out->spans_n; i++) {
		struct interval at = span_interval(&out->spans[i]);
		if (!span_counts(&out->spans[i]))
			continue;
		changes[segment_after(out, at.from)]++;
		changes[segment_from(out, at.to)]--;
	}
	for (size_t i = 0; i < out->segments_n; i++) {
		held += changes[i];
		out->segments[i].spans_all = (size_t)held;
	}
}

static int place_order(const void *pa, const void *pb)
{
	const struct span *a = *(const struct span *const *)pa, *b = *(const struct span *const *)pb;
	return (a > b) - (a < b);
}

/* Named lane by lane, they stand as all spans do: by start. */
static void segments_name_spans(struct study *s)
{
	struct analysis *out = s->out;
	size_t *next = NEW_N(s->arena, size_t, out->segments_n + 1),
	       *named = NEW_N(s->arena, size_t, out->segments_n + 1);
	for (int lane = 0; lane < LANES; lane++) {
		if (lanes_counted() & 1u << lane)
			segments_name_lane(s, (enum lane)lane, next, named);
	}
	for (size_t i = 0; i < out->segments_n; i++)
		qsort(out->segments[i].spans, out->segments[i].spans_n, sizeof *out->segments[i].spans, place_order);
	segments_count_spans(s);
}

static bool segment_touches(const struct segment *g, instant from, instant to)
{
	return g->from < to && g->to > from;
}

/* Part of an outage that is an incident of its own, and not of this one. */
static bool is_elsewhere(const struct study *s, const struct segment *g)
{
	const struct ledger *ledger = s->ledger;
	if (!s->incident || !ledger || segment_touches(g, s->out->incident_from, s->out->incident_to))
		return false;
	for (size_t i = 0; i < ledger->incidents_n; i++) {
		const struct incident *other = &ledger->incidents[i];
		instant to = other->to == INSTANT_NONE ? INSTANT_MAX : other->to;
		if (!str_eq(other->id, s->incident->id) && segment_touches(g, other->from, to))
			return true;
	}
	return false;
}

/* Most lanes at once; of those the one with more causes (all but service), then one that is not another incident's,
 * then the earliest. */
static const struct segment *lineup_of(const struct study *s)
{
	const struct segment *best = NULL;
	int best_rank = 0;
	for (size_t i = 0; i < s->out->segments_n; i++) {
		const struct segment *g = &s->out->segments[i];
		int rank = 4 * __builtin_popcount(g->lanes) + 2 * !(g->lanes & 1u << LANE_SERVICE);
		if (__builtin_popcount(g->lanes) < 2 || rank + 1 <= best_rank)
			continue;
		rank += !is_elsewhere(s, g);
		if (rank > best_rank) {
			best = g;
			best_rank = rank;
		}
	}
	return best;
}

void sweep(struct study *s)
{
	struct lane_state lanes[LANES];
	lanes_read(s->arena, s->out->spans, s->out->spans_n, lanes);
	size_t n;
	struct edge *edges = edges_of(lanes, (struct interval){s->out->from, s->out->to}, s->arena, &n);
	segments_read(s, edges, n);
	segments_name_spans(s);
	s->out->lineup = lineup_of(s);
}
