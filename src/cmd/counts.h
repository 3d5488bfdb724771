/* What came of a source, in numbers: of records, and of bytes. */
#ifndef LINEUP_COUNTS_H
#define LINEUP_COUNTS_H

#include "cmd/cmd.h"

/* "records": N ... "bytes": {...}; null where an older lineup read it. */
void counts_json(struct arena *, struct json *, const struct source *);
void counts_add(struct source *total, const struct source *);
/* "3", "3 (516 bytes)" */
struct str counts_not_understood(struct arena *, const struct source *);
/* "1000 bytes: 700 in records, 200 in their continuation, 90 of structure, 10 not understood" */
struct str counts_of_bytes(struct arena *, const struct allotment *);

#endif
