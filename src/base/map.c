/* The one hash table: open addressing over an array in insertion order. */
#include "map.h"

uint64_t str_hash(struct str s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32; /* FNV's low bits are its weak ones */
}

/* The slot that holds KEY, or the free one where it belongs. A slot is an index into entries, plus one. */
static uint32_t *map_slot(const struct map *m, struct str key, uint64_t hash)
{
	for (size_t i = hash & (m->slots_n - 1);; i = (i + 1) & (m->slots_n - 1)) {
		uint32_t *slot = &m->slots[i];
		const struct map_entry *e = *slot ? &m->entries[*slot - 1] : NULL;
		if (!e || (e->hash == hash && str_eq(e->key, key)))
			return slot;
	}
}

void *map_get(const struct map *m, struct str key)
{
	if (m->n == 0)
		return NULL;
	uint32_t slot = *map_slot(m, key, str_hash(key));
	return slot ? m->entries[slot - 1].value : NULL;
}

/* At most half full, so that probing stays short. */
static void map_widen(struct map *m)
{
	if (m->n >= UINT32_MAX / 2)
		bug("map of %zu entries", m->n);
	m->slots_n = m->slots_n ? m->slots_n * 2 : 16;
	m->slots = NEW_N(m->arena, uint32_t, m->slots_n);
	for (uint32_t i = 0; i < m->n; i++)
		*map_slot(m, m->entries[i].key, m->entries[i].hash) = i + 1;
}

void **map_put(struct map *m, struct str key)
{
	uint64_t hash = str_hash(key);

	if (m->n * 2 >= m->slots_n)
		map_widen(m);
	uint32_t *slot = map_slot(m, key, hash);
	if (!*slot) {
		if (m->n == m->cap)
			m->entries = vec_grow(m->arena, m->entries, &m->cap, sizeof *m->entries);
		m->entries[m->n] = (struct map_entry){.key = key, .hash = hash};
		*slot = (uint32_t)++m->n;
	}
	return &m->entries[*slot - 1].value;
}
