/* Counting identical records of a document: the n-th of them is the n-th of every other capture. Private to normalise/.
 */
#ifndef LINEUP_ORDINALS_H
#define LINEUP_ORDINALS_H

#include "base/arena.h"

enum { ORDINALS_SLOTS_MAX = 1 << 24 };
struct ordinals;
struct ordinals *ordinals_open(struct arena *);
void ordinals_close(struct ordinals *); /* NULL is harmless */
/* 1 for the first record with this hash (64 bits of its SHA-256), 2 for the second... 0: the table is full. */
uint32_t ordinals_next(struct ordinals *, uint64_t hash);

#endif
