/* Maintenance windows in iCalendar text: X-MAINTNOTE (BCOP "maintnote-std") and plain appointments. */
#ifndef LINEUP_ICAL_H
#define LINEUP_ICAL_H

#include "base/err.h"

enum { ICAL_EVENTS_MAX = 200, ICAL_SIZE_MAX = 4 << 20 };

/* A time as written: "20210810T040000Z" with the zone its TZID names; a floating one has no zone. */
struct ical_time {
	struct str when, zone;
};
struct ical_event {
	bool maintnote; /* it has X-MAINTNOTE properties: a notice; else an appointment like any other */
	bool broken;    /* lines of it were not iCalendar */
	struct str uid, sequence, summary, organizer, method;
	struct str status; /* of X-MAINTNOTE-STATUS, STATUS or METHOD, in the vocabulary of format.h; empty:
			      not said */
	struct str provider, account, reference, impact;
	struct str resource; /* object ids joined by ", " */
	struct ical_time start, end, stamp;
};
struct ical_events {
	struct ical_event *v;
	size_t n, cap;
	bool cut;
};
/* Everything found, in order; an empty list when TEXT is no calendar. VTIMEZONE and VALARM are no events. */
struct ical_events ical_read(struct arena *, struct str text);

const char *ical_library(void); /* version of libical */

#endif
