/* The evidence list: every cited event with its source, place, hash and excerpt. */
#ifndef LINEUP_PROOF_H
#define LINEUP_PROOF_H

#include "render/context.h"
#include "render/render.h"

/* Adds "evidence", "evidence_sources" and "links_md" to ROOT, for the citations in USED, by number. */
void proof_list(const struct context *, const struct map *used, const struct excerpts *, struct json *root);
/* A fenced block that holds TEXT whatever it is: hazards shown, long lines and many lines cut, with a word about it. */
void buf_fenced(struct buf *, struct str text);

#endif
