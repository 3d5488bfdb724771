/* What was found, told: JSON, Markdown, HTML, SVG, Mermaid, terminal, CSV, ICS. */
#ifndef LINEUP_RENDER_H
#define LINEUP_RENDER_H

#include "analyse/analyse.h"
#include "base/json.h"

/* --- JSON, as promised in the manual (the "lineup": 1 documents) --- */
struct json *json_of_event(struct arena *, const struct event *, const struct sources *);
struct json *json_of_analysis(struct arena *, const struct analysis *);
struct json *json_of_notices(struct arena *, const struct analysis *);
struct json *json_of_spans(struct arena *, const struct analysis *);
struct json *json_of_recovery(struct arena *, const struct analysis *, instant at, const struct recovery *, size_t n);
struct json *json_of_places(struct arena *, const struct analysis *);

/* --- escapers: evidence is attackers' text --- */
void buf_markdown(
	struct buf *, struct str); /* literal text in GitHub's and cmark's dialect, also inside table cells; one line */
void buf_html(struct buf *, struct str); /* text and attribute values */
void buf_csv(struct buf *, struct str);  /* one cell: RFC 4180 quoting, formula guard */
void buf_ics(struct buf *, struct str);  /* RFC 5545 text value, not yet folded */
void buf_mermaid(struct buf *, struct str);

/* --- charts --- */
struct chart_options {
	int width; /* columns of the terminal; pixels do not matter for SVG, which scales */
	bool unicode, colour;
	const struct zone *zone; /* second axis; NULL: UTC only */
};
void chart_svg(struct buf *, const struct analysis *);
void chart_terminal(struct buf *, const struct analysis *, const struct chart_options *);
void chart_mermaid(struct buf *, const struct analysis *);

/* --- reports --- */
struct report_options {
	struct str template_text; /* empty: the embedded postmortem.md */
	struct str template_name;
	struct str previous;                                     /* the report as it stands now; empty: a new one */
	enum { REPORT_KEEP, REPORT_OURS, REPORT_THEIRS } edited; /* what to do with generated blocks someone edited */
	struct str svg_name;     /* file the Markdown refers to; empty: chart as Mermaid */
	const struct zone *zone; /* reader's zone beside UTC; NULL: UTC only */
	bool unsealed;           /* to become a page, which shows no markers and so needs no seals */
	bool redact;             /* the analysis and the excerpts are redacted: say so (redact.h does it) */
};
/* Bytes of an event as received, for excerpts; cmd/ gives it (store and worker). Empty: not kept. WANT is told before
 * which ones will be asked for; it may be NULL. */
struct excerpts {
	struct str (*get)(void *, struct arena *, const struct event *);
	void (*want)(void *, const struct event *const *, size_t n);
	void *arg;
};
/* Markdown. *conflicts gets a diff of edited generated blocks that were kept; empty: none. */
bool report_markdown(struct arena *, const struct analysis *, const struct excerpts *, const struct report_options *,
	struct str *out, struct str *conflicts, struct err *);
/* What a template sees, as JSON, its citations numbered. */
bool report_context(struct arena *, const struct analysis *, const struct excerpts *, const struct report_options *,
	struct str *out, struct err *);
bool report_is_redacted(struct arena *, struct str report); /* it says so itself */
bool report_is_ours(struct arena *, struct str text);       /* it has sections to be kept or renewed */
/* One self-contained page from that Markdown by cmark in safe mode, chart inlined. */
bool report_html(struct arena *, struct str markdown, struct str title, struct str svg, struct str *out, struct err *);
/* Recomputes every citation and generated block of a report; *why names the first that does not hold; empty: all hold.
 */
bool report_verify(struct arena *, const struct analysis *, const struct excerpts *, const struct report_options *,
	struct str report, struct str *why, struct err *);

/* --- names for templates --- */
struct template_name {
	const char *name, *means; /* "timeline[].at": a name inside the section "timeline", one round for each */
};
extern const struct template_name template_names[]; /* ends with a row without a name */

/* --- Mustache --- */
/* A list whose rows are made when it is their turn: thousands of them need not be there at once. */
struct mustache_rows {
	size_t n;
	struct json *(*row)(void *, struct arena *, size_t i); /* in that arena, which the next row clears */
	void *arg;
};
/*
 * Renders TEMPLATE over CONTEXT; {{x}} goes through ESCAPE, {{{x}}} through RAW; partials come from PARTIAL. A name
 * that the context does not have is asked of LATE, which may know it only now: a value, or a list (then the value is
 * NULL). Each may be NULL.
 */
struct mustache {
	void (*escape)(struct buf *, struct str);
	struct str (*partial)(void *, struct str name);
	void *arg; /* of all of these */
	void (*raw)(void *, struct buf *, struct str name, struct str value);
	const struct json *(*late)(void *, struct str name, const struct mustache_rows **rows);
};
bool mustache_render(struct arena *, struct str template_text, const struct json *context, const struct mustache *,
	struct buf *out, struct err *);

const char *markdown_library(void); /* version of cmark */

#endif
