/* The evidence list: every cited event with its source, place, hash and excerpt. */
#ifndef LINEUP_PROOF_H
#define LINEUP_PROOF_H

#include "render/context.h"
#include "render/render.h"

/* The list of what is cited so far, by number, row by row. Adds to O what else a template can say of it:
 * "evidence_sources" and "links_md". */
struct mustache_rows proof_list(const struct context *, const struct excerpts *, struct json *o);
/* A fenced block that holds TEXT whatever it is: hazards shown, long lines and many lines cut, with a word about it. */
void buf_fenced(struct buf *, struct str text);

#endif
