/* What a template can say: the analysis as a tree of ready words. */
#ifndef LINEUP_CONTEXT_H
#define LINEUP_CONTEXT_H

#include "base/json.h"
#include "render/cite.h"
#include "render/render.h"

/* Every text is as it came, to be escaped by the template's {{}}; names ending in "cites" and "md" hold Markdown of
 * ours and need
 * {{{}}}. Lengths and times are words. `lineup help templates` lists the names. */
struct context {
	struct arena *arena;
	struct citations *cites;
	const struct analysis *analysis;
	const struct zone *zone;
	struct str svg_name; /* empty: chart as Mermaid */
};
/* The timeline, which is long, is made row by row. */
struct json *context_make(const struct context *, struct mustache_rows *timeline);

/* The parts, each adding its own names to ROOT. */
void context_lineup(const struct context *, struct json *root);
void context_notices(const struct context *, struct json *root);
void context_recovery(const struct context *, struct json *root);
void context_people(const struct context *, struct json *root); /* decisions and actions */
struct mustache_rows context_timeline(const struct context *, struct json *root);
void context_coverage(const struct context *, struct json *root);

/* For the parts. */
void put_time(const struct context *, struct json *, const char *key, instant);
void put_cites(const struct context *, struct json *, const char *key, const struct proofs *);
void put_length(const struct context *, struct json *, const char *key, bool known, int64_t length);
/* A span's lane, condition, subject, ends and citations. */
void put_span(const struct context *, struct json *, const struct span *);
/* The list KEY, and KEY_left_out when it had more than MOST rows (then only MOST are to be added). */
size_t put_list(const struct context *, struct json *root, const char *key, size_t n, size_t most, struct json **list);

#endif
