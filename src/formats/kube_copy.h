/* Objects that are one run of a backup or restore: one record each, with the vocabulary of formats/format.h. */
#ifndef LINEUP_KUBE_COPY_H
#define LINEUP_KUBE_COPY_H

#include "formats/kube.h"

/* Puts one record and says true when the object is such a run; else does nothing. */
bool kube_copy_put(struct sink *, struct arena *scratch, const struct json *, struct where, struct str raw);

/* The member at a path cut at "/" ("status/phase"); NULL: not there. Its text; "null" is empty. */
const struct json *kube_path(const struct json *, const char *path);
struct str kube_path_text(struct arena *, const struct json *, const char *path);

#endif
