/* The bytes behind an event, out of the kept evidence. */
#ifndef LINEUP_CMD_EVIDENCE_H
#define LINEUP_CMD_EVIDENCE_H

#include "cmd/cmd.h"

/* Fetches bytes by source and keeps what it fetched; members of archives are read again through the sandboxed worker.
 */
struct evidence;
struct evidence *evidence_open(struct cmd *, const struct sources *);
void evidence_close(struct evidence *);
AUTO_CLOSER(struct evidence *, evidence_close)
/* The bytes of an event as they stood in its source; false with a message when they were not kept or cannot be read. */
bool evidence_of(struct evidence *, const struct event *, struct str *out, struct err *);
/* These will be asked for: their bytes are fetched together, so that no source is in memory as a whole for it. */
void evidence_gather(struct evidence *, const struct event *const *, size_t n);
/* All decoded bytes of a source. */
bool evidence_bytes(struct evidence *, const struct source *, struct str *out, struct err *);

#endif
