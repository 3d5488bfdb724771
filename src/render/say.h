/* Words for people: times, lengths, names, as sentences need them. */
#ifndef LINEUP_SAY_H
#define LINEUP_SAY_H

#include "analyse/analyse.h"

/* "2024-06-17 08:00 UTC", seconds when there are any; with ZONE " (2024-06-17 10:00 CEST)" behind. "unknown" for none.
 */
struct str say_time(struct arena *, instant, const struct zone *);
/* The same for an event: a day's precision shows no time, and the basis is named when it is a guess. */
struct str say_event_time(struct arena *, const struct event *, const struct zone *);
struct str say_day(struct arena *, instant midnight); /* "2024-06-17", wherever on earth its midnight is */
/* A tick of an axis, as finely as its STEP asks for: "17 Jun 2024", "15 Jun", "17 Jun 06:00", "06:00:15". */
struct str say_tick(struct arena *, instant, int64_t step);
struct str say_date(struct arena *, instant); /* "2024-06-17" */
/* "volume.degraded", "time_to_detect" -> "volume degraded", "time to detect". */
struct str say_name(struct arena *, struct str);
struct str say_condition(
	struct arena *, struct str name); /* the same, in a reader's words where the name alone says too little */
/* "volume:pvc-7c1e" -> "volume pvc-7c1e", or "pvc-7c1e" behind BEFORE that has the word already ("volume degraded"). */
struct str say_subject(struct arena *, struct str subject, struct str before);
/* "upgrade, storage and backup". */
struct str say_lanes(struct arena *, unsigned lanes);
struct str say_lane_set(struct arena *, unsigned lanes); /* "upgrade + storage + backup", for cells */
struct str say_areas(struct arena *, unsigned lanes);    /* "Three areas" */
/* "3 d 4 h", "3 d 4 h (between 2 h and 3 h)" when the bounds differ, "10 min (at most 1 h)" when nothing is the least,
 * "at most 3 d" when the length itself is the most. */
struct str say_length(struct arena *, int64_t length, int64_t min, int64_t max);
/* How long it had held when the impact began: "3 d 4 h", "at most 9 h" where it may have begun later. */
struct str say_held(struct arena *, const struct knowable *);
bool may_have_begun_later(const struct knowable *);
/* TEXT with its RFC 3339 times, which machines read, as say_time says them. */
struct str say_stamps(struct arena *, struct str text, const struct zone *);
/* "1 event", "3 events". */
struct str say_number(struct arena *, size_t n); /* "12,345" */
struct str say_count(struct arena *, size_t n, const char *one, const char *many);
struct str say_size(struct arena *, int64_t bytes); /* "1,234 bytes" */

#endif
