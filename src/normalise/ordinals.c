/* Counting identical records: open addressing in eight bytes a slot. */
#include "normalise/ordinals.h"

#include "base/map.h"

#include <stdlib.h>

/*
 * A slot holds the upper 58 bits of a hash, and in the others how often it was met; 0: empty, MANY: the count stands in
 * a map, for hardly any record is as frequent. Two of ten million records are taken for one another once in ten
 * thousand such documents.
 */
enum { MANY = 63 };

struct ordinals {
	uint64_t *slots; /* malloc'ed: those that were outgrown are given back at once */
	size_t slots_n, used;
	struct arena *arena; /* of the map */
	struct map many;     /* hashes, as in their slots, to counts */
};

static void slots_make(struct ordinals *o, size_t n)
{
	o->slots_n = n;
	o->slots = calloc(n, sizeof *o->slots);
	if (!o->slots)
		bug("out of memory for %zu hashes", n);
}

struct ordinals *ordinals_open(struct arena *arena)
{
	struct ordinals *o = NEW(arena, struct ordinals);
	o->arena = arena;
	o->many = MAP(arena);
	slots_make(o, 256);
	return o;
}

void ordinals_close(struct ordinals *o)
{
	if (o)
		free(o->slots);
}

static unsigned slot_count(uint64_t slot)
{
	return slot & MANY;
}

static uint64_t *slot_find(const struct ordinals *o, uint64_t hash)
{
	size_t i = hash / (MANY + 1) & (o->slots_n - 1);
	while (o->slots[i] && (o->slots[i] ^ hash) > MANY)
		i = (i + 1) & (o->slots_n - 1);
	return o->slots + i;
}

static void ordinals_grow(struct ordinals *o)
{
	uint64_t *old = o->slots;
	size_t n = o->slots_n;
	slots_make(o, n < 1 << 16 ? n * 4 : n * 2);
	for (size_t i = 0; i < n; i++)
		if (old[i])
			*slot_find(o, old[i]) = old[i];
	free(old);
}

/* The count of a hash that was met MANY times and more; 0: too often. */
static uint32_t many_next(struct ordinals *o, const uint64_t *slot)
{
	struct str key = {(const char *)slot, sizeof *slot};
	uintptr_t *count = map_get(&o->many, key);
	if (!count) {
		count = NEW(o->arena, uintptr_t);
		*count = MANY - 1;
		*map_put(&o->many, str_dup(o->arena, key)) = count;
	}
	return *count == UINT32_MAX ? 0 : (uint32_t)++ * count;
}

uint32_t ordinals_next(struct ordinals *o, uint64_t hash)
{
	uint64_t *slot = slot_find(o, hash);

	if (*slot && slot_count(*slot) < MANY)
		++*slot;
	if (*slot)
		return slot_count(*slot) < MANY ? slot_count(*slot) : many_next(o, slot);
	if (o->used + o->used / 3 >= o->slots_n) {
		if (o->slots_n == ORDINALS_SLOTS_MAX)
			return 0;
		ordinals_grow(o);
		slot = slot_find(o, hash);
	}
	*slot = (hash & ~(uint64_t)MANY) + 1;
	o->used++;
	return 1;
}
