/* Typed lines that the database could not take: kept in a synced file beside it, folded in by the next command. */
#ifndef LINEUP_SPOOL_H
#define LINEUP_SPOOL_H

#include "cmd/entry.h"
#include "cmd/settle.h"

/* Appends one line to DB.spool, or where that disk is full to one in /var/tmp, and syncs it. True: it is safe in *PATH.
 */
bool spool_put(struct cmd *, const struct typed *, const char **path);
bool spool_put_settled(struct cmd *, const struct settled *, const char **path);
/* Takes the lines of both into the open store, each once, and removes the files; a folded line keeps its time and
 * author. Where that cannot be done now, says so, and leaves them. */
void spool_fold(struct cmd *);
/* Whether there are any. */
bool spool_waits(struct cmd *);

enum {
	SPOOL_PATIENCE_MS = 900, /* nobody waits longer with a sentence in hand: then it goes to the spool */
	SPOOL_CALM_MS = 100      /* nor to take in what stands in the spool, while others write */
};

#endif
