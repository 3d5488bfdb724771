/* The one room that understands clocks: text of a time to an instant with precision, basis and bounds. */
#ifndef LINEUP_CLOCK_H
#define LINEUP_CLOCK_H

#include "base/zone.h"
#include "lineup.h"

/* What is assumed for one source; all inputs, no environment. */
struct clock_setting {
	const struct zone *zone; /* for stamps without one; NULL: UTC, and the basis says assumed */
	int year;                /* --year; 0: infer */
	instant not_after;   /* year-less stamps end at or before this: file mtime, mail Date or the ingest instant */
	instant captured_at; /* ages count back from it; INSTANT_NONE: ages are undated */
	int64_t skew;        /* added to every instant of the source */
};

struct clock;
struct clock *clock_open(struct arena *, const struct clock_setting *);

/*
 * First pass over the times of a source in file order, for sources that need it (year-less stamps, or local stamps in a
 * zone with daylight saving): finds year rolls, files that run backwards, and which reading of a folded hour file order
 * proves. clock_needs_survey says so when the first stamp has been read that is year-less or falls into a folded hour.
 * Without a survey clock_read still works, with wider bounds.
 *
 * The survey also finds the zone of a clock that does not state it: where two clocks write the same moment, or lines
 * that follow each other at once, what they differ by is a zone if it is a multiple of a quarter of an hour. zoning.c
 * says what proves it.
 */
bool clock_needs_survey(const struct clock *);
void clock_wants_survey(struct clock *);                  /* the document may tell its zone */
void clock_glance(struct clock *, const struct record *); /* the same, where this line states one */
void clock_survey_begin(struct clock *);                  /* the stamp just read will be read again after the survey */
void clock_survey(struct clock *, const struct record *);
void clock_surveyed(struct clock *);

/* The times read next are this record's, which must last until they are. */
void clock_turn_to(struct clock *, const struct record *);

struct reading {
	instant at, at_min, at_max; /* INSTANT_NONE when it could not be read */
	enum precision precision;
	enum basis basis;
	const char *note; /* static text: "time does not exist: clocks went forward", ..., NULL */
	int64_t proof;    /* the line that proves its zone; 0: none was needed, or found */
	int offset;       /* seconds east that it proves */
};

/*
 * Understood without a layout: RFC 3339/ISO 8601 (T or blank, fraction . or , 1-9 digits, Z, +hh:mm, +hhmm, +hh, zone
 * name or abbreviation after it); RFC 5322 and 1123 dates (weekday, two-digit year, comments, obsolete zones, -0000);
 * ctime and date(1)
 * ("Tue Dec 20 23:40:36 UTC 2022", German and French day and month names too); 12-hour clocks with AM/PM ("2021-02-23
 * 6:44:14.460 AM", "Apr 16, 2020 7:44:42.085 PM"); "dd-Mon-yyyy HH:MM:SS"; "2006/01/02 15:04:05.000000"; "dd.mm.yyyy
 * HH:MM"; nginx "10/Oct/2000:13:55:36 -0700"; Go "2023-12-05 20:55:00 +0000 UTC"; syslog "Jun 18 14:02:03[.123456]";
 * klog "0618 14:02:03.123456"; journal "Wed 2025-06-18 14:02:03 UTC"; compact "20260612T200000[Z]", "20261122-201214",
 * "20261122T131531"; date only; epoch numbers by size (<1e11 s, <1e14 ms, <1e17 us, else ns; fractions of seconds).
 * "", "null", "-", "<none>", "n/a", "0001-01-01...", "1970-01-01T00:00:00Z" and 0 are no time at all.
 * Year-less stamps may exceed not_after by 14 hours, since a zone-less clock may be so far ahead of UTC.
 * LAYOUT: strptime letters %Y %y %m %d %e %b %B %a %H %I %M %S %f (fraction) %p %z %Z %s %j and %%, "%(a%|b%)" for an
 * optional part (layout.c has a few more), a blank for blanks; a zone may always follow; or "age" ("3m30s", "2d4h",
 * "29d": HumanDuration of kubectl, bounds as wide as its resolution); or "epoch".
 */
bool clock_read(struct clock *, struct str when, struct str zone, const char *layout, struct reading *);

/* The same for times that are not the record's own (an end, a window in a mail): they stand outside file order. What
 * they leave out is completed nearest to NEAR, the record's time; INSTANT_NONE: as late as not_after allows. */
bool clock_read_beside(
	struct clock *, struct str when, struct str zone, const char *layout, instant near, struct reading *);

/* The document says when it was printed: ages count back from WHEN from here on, where it can be read. */
void clock_printed(struct clock *, struct str when);

/* The document says that nothing in it is later than WHEN, where that can be read. */
void clock_ended(struct clock *, struct str when);

/* A time that a person typed, as understood. */
struct typed_time {
	instant at, end;        /* END of what was named: a day, a quarter, a minute */
	instant at_min, at_max; /* differ when the clock showed that time twice: AT is the earlier, AT_MAX the later */
	enum precision precision;
	const struct zone *zone; /* in which it was read */
	bool of_day;             /* a time of day alone: today's was taken */
};
/* Times people type: "2024-06-18 09:30", "09:30", "yesterday 14:00", "monday", "10m ago", "-2h", "@1718700000", RFC
 * 3339, "2024-06-18", "2024Q2", "now", "today". Zone-less ones are in ZONE. The message names forms that work. */
bool time_typed(struct str, instant now, const struct zone *, struct typed_time *, struct err *);

#endif
