/* Counting identical records: open addressing in twelve bytes a slot. */
#include "normalise/ordinals.h"

#include <stdlib.h>

struct ordinals {
	struct slot {
		uint32_t low, high;
		uint32_t count; /* 0: empty */
	} * slots;              /* malloc'ed: those that were outgrown are given back at once */
	size_t slots_n, used;
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
	slots_make(o, 256);
	return o;
}

void ordinals_close(struct ordinals *o)
{
	if (o)
		free(o->slots);
}

static struct slot *slot_find(struct slot *slots, size_t n, uint32_t low, uint32_t high)
{
	size_t i = low & (n - 1);
	while (slots[i].count && (slots[i].low != low || slots[i].high != high))
		i = (i + 1) & (n - 1);
	return slots + i;
}

static void ordinals_grow(struct ordinals *o)
{
	struct ordinals old = *o;
	slots_make(o, old.slots_n < 1 << 16 ? old.slots_n * 4 : old.slots_n * 2);
	for (size_t i = 0; i < old.slots_n; i++)
		if (old.slots[i].count)
			*slot_find(o->slots, o->slots_n, old.slots[i].low, old.slots[i].high) = old.slots[i];
	free(old.slots);
}

uint32_t ordinals_next(struct ordinals *o, uint64_t hash)
{
	uint32_t low = (uint32_t)hash, high = (uint32_t)(hash >> 32);
	struct slot *slot = slot_find(o->slots, o->slots_n, low, high);

	if (slot->count)
		return slot->count == UINT32_MAX ? 0 : ++slot->count;
	if (o->used + o->used / 3 >= o->slots_n) {
		if (o->slots_n == ORDINALS_SLOTS_MAX)
			return 0;
		ordinals_grow(o);
		slot = slot_find(o->slots, o->slots_n, low, high);
	}
	*slot = (struct slot){low, high, 1};
	o->used++;
	return 1;
}
