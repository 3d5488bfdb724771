/* The review of a stretch of time: what its incidents have in common, and whether it gets better. */
#ifndef LINEUP_REVIEW_H
#define LINEUP_REVIEW_H

#include "render/render.h"

/* Incidents of the period, each analysed by itself, in the order of their begin; ALL of the database's for repeats. */
struct review_period {
	struct str name;      /* "2024Q2" */
	instant from, to;     /* half-open; an incident belongs where it began */
	const struct analysis *v;
	size_t n;
};
/* The whole review as JSON, {"lineup":1,"period":...}; also the context of templates/review.md. A metric says of how many incidents it
 * is known (n of m), its median, least and most, and each value; nothing is averaged, for means of such data mislead. BEFORE may be
 * NULL: nothing to compare with. EARLIER are incidents before the period, for repeats. NOW decides what is overdue. */
struct json *review_json(struct arena *, const struct review_period *period, const struct review_period *before,
	const struct review_period *earlier, const struct ledger *, instant now);
/* Markdown from templates/review.md or TEMPLATE (empty: ours). */
bool review_markdown(struct arena *, const struct json *review, struct str template_text, struct str *out, struct err *);

#endif
