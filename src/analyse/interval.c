/* Interval algebra over half-open stretches of time. */
#include "analyse/interval.h"

#include <stdlib.h>

struct interval interval_meet(struct interval a, struct interval b)
{
	return (struct interval){a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to};
}

int64_t interval_length(struct interval i)
{
	if (interval_is_empty(i))
		return 0;
	if (i.from == INSTANT_NONE || i.to == INSTANT_MAX)
		return INT64_MAX;
	return i.to - i.from;
}

static int interval_order(const void *pa, const void *pb)
{
	const struct interval *a = pa, *b = pb;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

/* Appends I, whose start is not before that of the last one: melts into it when they touch. */
static void intervals_append(struct intervals *set, struct interval i)
{
	if (interval_is_empty(i))
		return;
	struct interval *last = set->n ? &set->v[set->n - 1] : NULL;
	if (last && i.from <= last->to) {
		if (i.to > last->to)
			last->to = i.to;
		return;
	}
	set->v[set->n++] = i;
}

struct intervals intervals_of(struct arena *a, const struct interval *v, size_t n)
{
	struct intervals set = {NEW_N(a, struct interval, n), 0};
	struct interval *sorted = NEW_N(a, struct interval, n);
	if (n)
		memcpy(sorted, v, n * sizeof *v);
	qsort(sorted, n, sizeof *sorted, interval_order);
	for (size_t i = 0; i < n; i++)
		intervals_append(&set, sorted[i]);
	return set;
}

struct intervals intervals_minus(struct arena *arena, struct intervals a, struct intervals b)
{
	struct intervals set = {NEW_N(arena, struct interval, a.n + b.n), 0};
	size_t j = 0;
	for (size_t i = 0; i < a.n; i++) {
		struct interval rest = a.v[i];
		while (j < b.n && b.v[j].to <= rest.from)
			j++;
		for (size_t k = j; k < b.n && b.v[k].from < rest.to; k++) {
			intervals_append(&set, (struct interval){rest.from, b.v[k].from});
			rest.from = b.v[k].to;
		}
		intervals_append(&set, rest);
	}
	return set;
}

int64_t intervals_length(struct intervals set)
{
	int64_t sum = 0;
	for (size_t i = 0; i < set.n; i++) {
		int64_t length = interval_length(set.v[i]);
		if (length == INT64_MAX)
			return INT64_MAX;
		sum += length;
	}
	return sum;
}

static int length_order(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
	return (a > b) - (a < b);
}

int64_t length_median(int64_t *lengths, size_t n)
{
	qsort(lengths, n, sizeof *lengths, length_order);
	return lengths[n / 2];
}

void loose_meet_length(const struct loose_interval *v, size_t n, int64_t *min, int64_t *max)
{
	struct interval tight = {INSTANT_NONE, INSTANT_MAX}, wide = tight;
	for (size_t i = 0; i < n; i++) {
		tight = interval_meet(tight, (struct interval){v[i].from_max, v[i].to_min});
		wide = interval_meet(wide, (struct interval){v[i].from_min, v[i].to_max});
	}
	*min = interval_length(tight);
	*max = interval_length(wide);
}

static int sign(instant a, instant b)
{
	return (a > b) - (a < b);
}

const char *interval_relation(struct interval a, struct interval b)
{
	/* By how the starts and how the ends compare, for intervals that share an instant. */
	static const char *const sharing[3][3] = {
		{"overlaps", "finished-by", "contains"},
		{"starts", "equals", "started-by"},
		{"during", "finishes", "overlapped-by"},
	};
	if (a.to <= b.from)
		return a.to < b.from ? "before" : "meets";
	if (b.to <= a.from)
		return b.to < a.from ? "after" : "met-by";
	return sharing[sign(a.from, b.from) + 1][sign(a.to, b.to) + 1];
}
