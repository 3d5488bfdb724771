/* The one hash table: strings to pointers, in insertion order, in an arena. */
#ifndef LINEUP_MAP_H
#define LINEUP_MAP_H

#include "str.h"

struct map_entry {
	struct str key;
	void *value;
	uint64_t hash;
};
/* Zero it with MAP(arena). Entries stand in insertion order in entries[0..n): iterate over them, so that output
 * is deterministic. Keys are not copied: they must live as long as the map. Nothing is ever removed. */
struct map {
	struct arena *arena;
	struct map_entry *entries;
	size_t n, cap;
	uint32_t *slots;
	size_t slots_n; /* power of two */
};
#define MAP(a) ((struct map){.arena = (a)})
void *map_get(const struct map *, struct str key); /* NULL: not there */
/* The place for KEY's value, made (NULL) when it was not there. Valid until the next map_put. */
void **map_put(struct map *, struct str key);
uint64_t str_hash(struct str); /* FNV-1a folded; not for hostile keys without a limit on their count */

#endif
