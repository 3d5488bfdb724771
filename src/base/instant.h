/* Instants, civil dates and durations: exact arithmetic in microseconds UTC. */
#ifndef LINEUP_INSTANT_H
#define LINEUP_INSTANT_H

#include "str.h"

/* Microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds. Never local, never struct tm. */
typedef int64_t instant;
#define INSTANT_NONE INT64_MIN /* unknown, or not over yet */
#define INSTANT_MAX INT64_MAX  /* only for comparisons */

#define MILLISECOND INT64_C(1000)
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* How finely a time was written; ordered from fine to coarse. PRECISION_NONE: undated. */
enum precision {
	PRECISION_US,
	PRECISION_MS,
	PRECISION_S,
	PRECISION_MIN,
	PRECISION_HOUR,
	PRECISION_DAY,
	PRECISION_NONE
};
extern const char *const precision_names[]; /* "us" "ms" "s" "min" "hour" "day" "none" */
int64_t precision_length(enum precision);   /* in microseconds: how long one unit is; 0 for us and none */

struct civil {
	int year, month, day; /* 1..12, 1..31 */
	int hour, minute, second, us;
};
/* Any field may be out of range and carries over (second 60, day 0, month 13). Years -9999..9999; false outside. */
bool instant_from_civil(const struct civil *, instant *out);
struct civil civil_from_instant(instant);
/* The date that an instant of PRECISION_DAY stands for: it is midnight where the day was meant, from UTC-10 to UTC+13:45
 * (what is midnight in American Samoa is so in a summer of New Zealand, too, and taken for that). */
struct civil civil_from_day(instant);
bool civil_is_valid(const struct civil *); /* fields in range for their month; second may be 60 */
int civil_weekday(const struct civil *);   /* 0 = Sunday */
int days_in_month(int year, int month);

/* RFC 3339 with Z, digits by precision: "2024-06-18T09:30:00Z", ".123Z", ".123456Z". Day precision still prints a full
 * stamp: machine output is always RFC 3339. INSTANT_NONE prints "unknown". */
void buf_instant(struct buf *, instant, enum precision);
struct str instant_str(struct arena *, instant); /* shortest exact: s, ms or us */

/* RFC 3339 / ISO 8601 with a zone: date, 'T' 't' or ' ', time, optional fraction of . or , (digits beyond six are cut),
 * Z or +hh[[:]mm]; seconds may be missing, second 60 carries over. Whole string must match. Fast: this is the hot path.
 * False: not this shape (no message). */
bool instant_parse_rfc3339(struct str, instant *out, enum precision *);

/* "90s" "10m" "26h" "14d" "2w" "1h30m" "250ms" "5us"; whole string; at most 10,000 days. */
bool duration_parse(struct str, int64_t *us);
/* Two largest units: "2 d 3 h", "1 h 05 min", "45 s", "0 s"; a leading minus for negative. For people. */
void buf_duration(struct buf *, int64_t us);
struct str duration_str(struct arena *, int64_t us);

#endif
