/* The state of a lane: the union of its spans, stretch by stretch, with the bounds of its ends. */
#ifndef LINEUP_LANES_H
#define LINEUP_LANES_H

#include "analyse/study.h"

struct stretch {
	struct interval at; /* true ends, not clamped to any window */
	struct loose_interval loose;
	const struct span *first, *last; /* that give it its start and its end */
};
struct lane_state {
	struct stretch *v;
	size_t n;
};
struct interval span_interval(const struct span *);
/* SPANS by start. Only lanes that count and spans that are not empty. */
void lanes_read(struct arena *, const struct span *spans, size_t n, struct lane_state lanes[LANES]);
const struct stretch *lane_at(const struct lane_state *, instant); /* NULL: quiet then */

#endif
