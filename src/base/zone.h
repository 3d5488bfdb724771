/* Named time zones: the door to GTimeZone (glib), which reads the system's tz database. */
#ifndef LINEUP_ZONE_H
#define LINEUP_ZONE_H

#include "err.h"
#include "instant.h"

struct zone; /* lives as long as the process; opened zones are cached */

/* "UTC", "Z", an IANA name ("Europe/Paris"), or an offset "+02:00" "+0200" "UTC+2" "GMT-3" (east is positive). NULL
 * with a message naming the remedy when it is not known; never silently UTC. Names with ".." or a leading "/" are
 * refused. */
const struct zone *zone_open(struct str name, struct err *);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *);

/* Seconds east of UTC at an instant. */
int zone_offset(const struct zone *, instant);
/* Abbreviation at an instant ("CEST"); for display. Valid as long as the process. */
const char *zone_abbreviation(const struct zone *, instant);

/* All instants a local time can mean, earliest first. Returns 1 usually, 2 in a fold (autumn), 0 in a gap (spring):
 * then out[0] is the reading by the offset before the gap and out[1] the one by the offset after it. */
int zone_instants(const struct zone *, const struct civil *local, instant out[2]);
struct civil zone_civil(const struct zone *, instant);

/* Zone abbreviations as people and logs write them. AMBIGUOUS ones (IST, CST, BST...) give their commonest offset and
 * set *ambiguous. Daylight-aware ones ("ET", "CT", "PT") answer with an IANA zone instead. NULL-safe outputs.
 * Upper and lower case are one. Fixed offset in seconds in *offset when the result is ZONE_ABBR_OFFSET; a zone in *zone
 * when ZONE_ABBR_ZONE. */
enum zone_abbr { ZONE_ABBR_UNKNOWN, ZONE_ABBR_OFFSET, ZONE_ABBR_ZONE };
enum zone_abbr zone_abbreviation_find(struct str, int *offset, const struct zone **, bool *ambiguous);

const char *zone_library(void); /* version of glib */

#endif
