/* Counting identical records: open addressing in twelve bytes a slot. */
#include "normalise/ordinals.h"

struct ordinals {
	struct arena *arena;
	struct slot {
		uint32_t low, high;
		uint32_t count; /* 0: empty */
	} *slots;
	size_t slots_n, used;
};

struct ordinals *ordinals_open(struct arena *arena)
{
	struct ordinals *o = NEW(arena, struct ordinals);
	o->arena = arena;
	o->slots_n = 256;
	o->slots = NEW_N(arena, struct slot, o->slots_n);
	return o;
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
	size_t n = o->slots_n * 4 <= ORDINALS_SLOTS_MAX ? o->slots_n * 4 : ORDINALS_SLOTS_MAX;
	struct slot *slots = NEW_N(o->arena, struct slot, n);
	for (size_t i = 0; i < o->slots_n; i++)
		if (o->slots[i].count)
			*slot_find(slots, n, o->slots[i].low, o->slots[i].high) = o->slots[i];
	o->slots = slots;
	o->slots_n = n;
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
