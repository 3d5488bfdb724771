/* Where a time was written: zones as text, and what local times there can mean. */
#include "normalise/clockwork.h"

static const char note_ambiguous[] = "zone abbreviation has several meanings; the commonest is taken";
static const char note_unknown[] = "zone is not known; the assumed one is taken";
static const char note_military[] = "one-letter zone: taken as UTC (RFC 5322, 4.3)";

static struct place place_named(const struct clock *clock, struct str text)
{
	struct place place = {.basis = BASIS_ZONE};
	struct err ignored = {0};
	bool is_ambiguous = false;

	if (text.n == 1 && byte_is_alpha(text.p[0]) && (text.p[0] | 32) != 'z')
		return (struct place){.basis = BASIS_ASSUMED, .note = note_military};
	if ((text.n == 1 && (text.p[0] | 32) == 'z') || offset_read(text, false, &place.offset)) {
		place.basis = BASIS_OFFSET;
		return place;
	}
	switch (zone_abbreviation_find(text, &place.offset, &place.zone, &is_ambiguous)) {
	case ZONE_ABBR_OFFSET:
	case ZONE_ABBR_ZONE:
		place.note = is_ambiguous ? note_ambiguous : NULL;
		return place;
	case ZONE_ABBR_UNKNOWN:
		break;
	}
	place.zone = zone_open(text, &ignored);
	if (place.zone)
		return place;
	place = clock->assumed;
	place.note = note_unknown;
	return place;
}

/* Documents name few zones: the last ones are kept, so that a stamp costs one comparison. */
static const struct place *place_find(struct clock *clock, struct str text)
{
	for (size_t i = 0; i < clock->places_n; i++)
		if (str_eq(clock->places[i].text, text))
			return clock->places + i;
	struct place *slot = clock->places + clock->places_next;
	struct place found = place_named(clock, text);
	/* Slots are of one size, so that a document naming a new zone in each line costs no memory. */
	enum { ZONE_TEXT_MAX = 64 };
	char *room = slot->text.p ? (char *)(uintptr_t)slot->text.p : arena_alloc(clock->arena, ZONE_TEXT_MAX);
	size_t n = text.n < ZONE_TEXT_MAX ? text.n : 0;
	memcpy(room, text.p, n);
	*slot = found;
	slot->text = str_n(room, n);
	clock->places_next = (clock->places_next + 1) % LEN(clock->places);
	clock->places_n += clock->places_n < LEN(clock->places);
	return slot;
}

struct place place_of(struct clock *clock, const struct written *w, struct str zone)
{
	if (w->zone_said == SAID_OFFSET)
		return (struct place){.offset = w->offset, .basis = BASIS_OFFSET};
	if (w->zone_said == SAID_NAME && w->zone.n)
		return *place_find(clock, w->zone);
	zone = str_trim(zone);
	return zone.n ? *place_find(clock, zone) : clock->assumed;
}

instant place_local(const struct place *place, instant at)
{
	return at + (place->zone ? zone_offset(place->zone, at) : place->offset) * SECOND;
}

/* No zone changes twice within days: equal offsets on both sides of a local day hold throughout it. */
static bool calm_find(struct calm *calm, const struct zone *zone, instant local)
{
	instant day = local - ((local % DAY) + DAY) % DAY;
	int before = zone_offset(zone, day - DAY), after = zone_offset(zone, day + 2 * DAY);
	if (before != after)
		return false;
	*calm = (struct calm){zone, day, day + DAY, before * SECOND};
	return true;
}

struct meaning place_meaning(struct clock *clock, const struct place *place, const struct civil *civil)
{
	instant local, out[2];
	struct calm *calm = &clock->calm;

	if (!instant_from_civil(civil, &local))
		return (struct meaning){INSTANT_NONE, INSTANT_NONE, LOCAL_ONCE};
	if (!place->zone) {
		instant at = local - place->offset * SECOND;
		return (struct meaning){at, at, LOCAL_ONCE};
	}
	bool is_calm = calm->zone == place->zone && local >= calm->from && local < calm->to;
	if (is_calm || calm_find(calm, place->zone, local))
		return (struct meaning){local - calm->offset, local - calm->offset, LOCAL_ONCE};
	switch (zone_instants(place->zone, civil, out)) {
	case 1:
		return (struct meaning){out[0], out[0], LOCAL_ONCE};
	case 2:
		return (struct meaning){out[0], out[1], LOCAL_TWICE};
	default:
		return (struct meaning){out[0], out[1], LOCAL_NEVER};
	}
}
