/* A time as it was written, before anyone knows its zone or year. Private to normalise/. */
#ifndef LINEUP_WRITTEN_H
#define LINEUP_WRITTEN_H

#include "base/names.h"
#include "lineup.h"

enum said { SAID_NOTHING, SAID_OFFSET, SAID_NAME };

/* Zero but for what layout_read fills in: start from WRITTEN. */
struct written {
	struct civil civil;
	enum precision precision;
	bool has_year, has_month, has_day, has_hour;
	bool is_slashed; /* 03/04/2024: day and month as written, but perhaps the other way round */
	bool is_twelve, is_pm;
	int weekday;   /* 0 = Sunday, -1: not written */
	int yearday;   /* 1..366, 0: not written */
	instant epoch; /* INSTANT_NONE: not written as a number */
	enum said zone_said;
	int offset;       /* seconds east */
	struct str zone;  /* name */
	const char *note; /* static; what was odd about it */
};
#define WRITTEN ((struct written){.precision = PRECISION_DAY, .weekday = -1, .epoch = INSTANT_NONE})

/*
 * Reads the front of TEXT by a layout (letters in clock.h) and the zone that may follow it; all of TEXT must be used
 * up. Then checks what was found: false for days that no month has; an impossible time of day leaves the date, with a
 * note.
 */
bool layout_read(const char *layout, struct str text, struct written *);
/* Tries the layouts that need no naming, *shape (the last that fitted) first; sets it. */
bool written_recognise(struct str text, const char **shape, struct written *);
/* "null", "<none>", 0001-01-01, 0: forms of saying nothing. */
bool written_is_nothing(struct str text);
/* Epoch numbers; the unit follows from the size. */
bool epoch_read(struct str text, instant *, enum precision *);
/* The zone at the end of a time: "Z", "+02:00", "(UTC)", "CEST", "GMT+3", "+0000 UTC", "Europe/Paris", "". */
bool zone_tail_read(struct str, struct written *);
/* "+02", "+0200", "+02:00", "GMT+2", and RFC 5322's unsigned "0200" and "200" when LOOSE. */
bool offset_read(struct str, bool loose, int *seconds);

/* Ages as kubectl prints them ("3m30s", "2d4h", "29d"). WIDTH: how much longer it may have been. */
bool age_read(struct str, int64_t *age, int64_t *width, enum precision *);

#endif
