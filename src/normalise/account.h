/* Where the bytes of a document went: none is passed over in silence. */
#ifndef LINEUP_ACCOUNT_H
#define LINEUP_ACCOUNT_H

#include "base/arena.h"
#include "lineup.h"

/*
 * Formats claim stretches of a document by what they put, note and skip. Claims come mostly front to back; a record
 * that was held back comes later than its neighbours, so stretches that were passed by are remembered, ACCOUNT_GAPS of
 * them. Several claims of one byte count once, for the first.
 */
enum { ACCOUNT_GAPS = 1024 };
struct account;
struct account *account_open(struct arena *);
/* What of WHERE was not claimed before goes to the first *TO; its last CONTINUED bytes, where they are more than none,
 * to *MORE. */
void account_claim(struct account *, struct where, int64_t continued, int64_t *to, int64_t *more);

#endif
