/* The line-up chart before it is drawn: rows, bars, marks and the views worth showing. */
#ifndef LINEUP_CHART_H
#define LINEUP_CHART_H

#include "analyse/analyse.h"

/* A stretch in which a condition held for at least one subject. */
struct chart_bar {
	instant from, to;         /* clipped to the analysed window */
	instant from_max, to_min; /* certain part: from_max <= to_min where there is one; else equal to from and to */
	bool open_past, open_future;
	size_t joined; /* further stretches drawn with it, since no eye could part them */
	const struct span *first;
};
/* One condition of one lane, over all its subjects. */
struct chart_row {
	enum lane lane;
	struct str label; /* "volume degraded (3)" */
	struct chart_bar *bars;
	size_t bars_n;
};
enum chart_mark_type { MARK_NOTICE, MARK_EXISTING, MARK_REACHABLE, MARK_RESTORED };
struct chart_mark {
	enum chart_mark_type type;
	instant at;
	struct str label; /* for a tooltip */
	struct str row;   /* "notices received", "copies of fusionauth" */
};
struct chart_view {
	instant from, to;
	const char *title; /* "The whole window", "The line-up, closer" */
};
enum { VIEWS = 3 };
struct chart {
	const struct analysis *analysis;
	struct chart_row *rows; /* in lane order, then by first start */
	size_t rows_n;
	struct chart_mark *marks; /* grouped by row */
	size_t marks_n;
	struct chart_view views[VIEWS]; /* the whole window, then what would be too short to see in it */
	size_t views_n;
	instant impact_from, impact_to;      /* INSTANT_NONE: unknown, or not over */
	const struct milestone **milestones; /* known ones, by time */
	size_t milestones_n;
};
/* Milestones that are known, by time. */
size_t milestones_by_time(const struct analysis *, const struct milestone *v[MILESTONES]);
/* ROW's bars that show in the view, those less than GAP apart joined: no picture has more than its width can hold. */
size_t chart_row_bars(
	struct arena *, const struct chart_row *, const struct chart_view *, int64_t gap, struct chart_bar **);
/* Marks of one row are [i, end); those of notices show only inside the view, copies also in front of it. */
size_t chart_marks_end(const struct chart *, size_t i);
bool chart_marks_show(const struct chart *, size_t i, const struct chart_view *);
bool chart_bar_shows(const struct chart_bar *, const struct chart_view *);
bool chart_row_shows(const struct chart_row *, const struct chart_view *); /* some bar of it does */
void chart_plan(struct arena *, const struct analysis *, struct chart *);

/* Room for MOST among N that want some: each has its share, and of what others leave of theirs the first ones have more.
 * Returns how many are left out. */
size_t share_out(const size_t *wanted, size_t n, size_t most, size_t *given);

/* A step for an axis such that about MOST ticks fit, and the first tick at or after FROM. */
int64_t chart_step(int64_t length, int most);
instant chart_first_tick(instant from, int64_t step);

#endif
