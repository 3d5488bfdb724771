/* The review of a stretch of time: what its incidents have in common, and whether it gets better. */
#ifndef LINEUP_REVIEW_H
#define LINEUP_REVIEW_H

#include "render/redact.h"
#include "render/render.h"

/* Incidents of a period, each analysed by itself, in the order of their begin. */
struct review_period {
	struct str name;  /* "2024Q2" */
	instant from, to; /* half-open; an incident belongs where it began */
	const struct analysis *v;
	size_t n;
};
enum { REVIEW_TREND = 6 };
struct review {
	struct review_period period, before; /* before: what it is compared with */
	struct review_period earlier;        /* all incidents before the period, for repeats */
	struct review_period
		trend[REVIEW_TREND]; /* periods of the same length, oldest first; the last is the period itself */
	size_t trend_n;
	const struct ledger *ledger;
	instant now; /* decides what is overdue */
};
/* The whole review as JSON, {"lineup":1,"period":...}; also the context of templates/review.md. A metric says of how
 * many incidents it is known (n of m), its median, quartiles (by linear interpolation between the two nearest values),
 * least and most, and each value; nothing is averaged, for means of such data mislead. */
struct json *review_json(struct arena *, const struct review *);
/* Its charts as one picture: metrics over the periods, lanes that were in trouble together. */
void review_svg(struct buf *, const struct review *);
#define REVIEW_CHART "Metrics over time, and areas in trouble together" /* words for the picture in Markdown */
/* Markdown from templates/review.md or TEMPLATE (empty: ours). SVG_NAME: file of the picture; empty: none. */
bool review_markdown(struct arena *, const struct json *review, struct str template_text, struct str svg_name,
	struct str *out, struct err *);
/* The same review with names, hosts, addresses and secrets replaced, and "redacted" telling how many. */
struct json *review_redacted(struct arena *, struct redactor *, const struct json *review);

/* --- its parts, for review_json --- */
#define REVIEW_LANES                                                                                                   \
	(1u << LANE_NOTICE | 1u << LANE_UPGRADE | 1u << LANE_STORAGE | 1u << LANE_BACKUP | 1u << LANE_SERVICE |        \
		1u << LANE_CHANGE)
/* How many incidents had trouble in a lane, or in a pair of lanes at once. */
int64_t review_count_lanes(const struct review_period *, unsigned lanes);
/* Known lengths of a metric, from least to most. */
struct review_value {
	const struct incident *incident;
	int64_t length;
};
struct review_value *review_values(struct arena *, const struct review_period *, const char *metric, size_t *n);
/* The value below which QUARTERS fourths of them lie: 2 is the median. N is at least 1. */
int64_t review_quartile(const struct review_value *, size_t n, int quarters);
void review_add_length(
	struct arena *, struct json *, const char *seconds, const char *text, bool known, int64_t length);
void review_add_repeats(struct arena *, struct json *root, const struct review *);
void review_add_actions(struct arena *, struct json *root, const struct review *);
void review_add_notices(struct arena *, struct json *root, const struct review_period *);
void review_add_exposure(struct arena *, struct json *root, const struct review_period *);

#endif
