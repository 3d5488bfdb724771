/* Moments: the dates and times that stand in a mail's text, as written. */
#ifndef LINEUP_MAIL_MOMENT_H
#define LINEUP_MAIL_MOMENT_H

#include "base/instant.h"

enum { MOMENTS_MAX = 2000 };

struct moment {
	size_t at, end; /* where it stands in the text */
	bool dated, timed, seconds;
	bool swappable;                              /* day and month could be the other way round */
	bool weak;                                   /* "8/13", "today": a date only in good company */
	bool relative;                               /* "today": a date that is written out outweighs it */
	bool compact;                                /* its separator is a point: day first */
	bool numeric_day_first, numeric_month_first; /* numbers with one over twelve among them */
	bool guessed;                                /* the year was not written */
	int year;                                    /* 0: not said */
	int month, day;
	int weekday; /* 0 = Sunday; -1: not said */
	int hour, minute, second;
	struct str zone; /* as the clock room understands it; empty: not said */
	bool universal;  /* that zone is UTC, GMT or an offset of nothing */
	bool twin;       /* the same instant again, in another zone */
	bool to_next;    /* "to", "until", "-" stands between it and the next one */
};
struct moments {
	struct moment *v;
	size_t n, cap;
	bool cut;                         /* there were more than MOMENTS_MAX */
	const struct zone_mention *zones; /* zones that stand without a time beside them */
	size_t zones_n;
};
struct zone_mention {
	size_t at, end;
	struct str zone;
	bool universal;
};

/* TEXT is folded (mail_fold). TODAY stands for "today" and "tomorrow"; month 0: unknown. */
struct moments moments_find(struct arena *, struct str text, struct civil today);
/* The zone a place is in ("Los Angeles"), for texts that say "local time"; empty: none in the table, or several. */
struct str moment_zone_of_place(struct str text);
/* What people call the time of their country ("hora peninsular"); empty: not in the table. */
struct str moment_zone_spoken(struct str text);
/* Dashes, quotes, no-break spaces and such to ASCII, so that one pattern finds them all. */
struct str mail_fold(struct arena *, struct str text);

#endif
