/* Interval algebra: half-open stretches of time, their unions, meets and differences, and how two of them relate. */
#ifndef LINEUP_INTERVAL_H
#define LINEUP_INTERVAL_H

#include "base/instant.h"

/* [from, to). from INSTANT_NONE: since ever; to INSTANT_MAX: without end. Empty when from >= to. */
struct interval {
	instant from, to;
};
/* A set of instants: sorted, disjoint, not even touching, none empty. Every function here returns such a set and costs
 * O(n) on its operands; intervals_of sorts. */
struct intervals {
	struct interval *v;
	size_t n;
};

/* A stretch whose ends are only known within bounds. */
struct loose_interval {
	instant from_min, from_max, to_min, to_max;
};

static inline bool interval_is_empty(struct interval i)
{
	return i.from >= i.to;
}
struct interval interval_meet(struct interval, struct interval);
int64_t interval_length(struct interval); /* INT64_MAX when an end is open; 0 when empty */

struct intervals intervals_of(struct arena *, const struct interval *, size_t n);
struct intervals intervals_minus(struct arena *, struct intervals, struct intervals);
int64_t intervals_length(struct intervals); /* INT64_MAX when one is open */

/* The middle one, of two the longer; sorts them. N is at least 1. */
int64_t length_median(int64_t *lengths, size_t n);

/* Shortest and longest that all N can hold at once, over every choice of ends within their bounds. */
void loose_meet_length(const struct loose_interval *, size_t n, int64_t *min, int64_t *max);

/* Allen's thirteen relations (1983), from A to B, both not empty: "before" "meets" "overlaps" "starts" "during"
 * "finishes" "equals" and the converses "after" "met-by" "overlapped-by" "started-by" "contains" "finished-by". */
const char *interval_relation(struct interval a, struct interval b);

#endif
