/* Windows: the stretches of time a mail promises, from the moments in its text. */
#ifndef LINEUP_MAIL_WINDOW_H
#define LINEUP_MAIL_WINDOW_H

#include "formats/mail_moment.h"

enum { WINDOWS_MAX = 64 };

struct window {
	struct moment from, to;
	bool ends;      /* `to` is said or follows from a duration */
	bool only_end;  /* `from` is its new end; when it begins was told before */
	bool tentative; /* a backup or alternate date */
	bool in_subject;
	bool fresh;         /* "new date": it stands for another one that was told before */
	bool expiry;        /* the end of a version's life, not something done */
	bool impact;        /* when it will be felt: part of a window, where the mail states one */
	bool acted;         /* the words around it tell of something being done */
	int rank;           /* enum rank in mail_place.h */
	struct str cluster; /* that the row of a table it stands in names; empty */
	struct str zone;    /* of both ends where they did not say one */
};
struct windows {
	struct window *v;
	size_t n, cap;
	bool cut;          /* there were more than WINDOWS_MAX, or MOMENTS_MAX dates and times */
	const char *doubt; /* what a reader should know about them; NULL */
};

struct window_question {
	struct str subject, body; /* folded */
	struct civil sent;        /* the mail's Date as written; month 0: unknown */
	const size_t *aside;      /* where moments of the body stand that are known to be no windows */
	size_t aside_n;
};
struct windows windows_find(struct arena *, const struct window_question *);

/* "2021-05-20 01:00", or "2021-05-20" where no time of day is said: for the clock room. */
struct str moment_text(struct arena *, const struct moment *);

/* Completes years, and which of two numbers is the month, over all moments of a mail together. In
 * mail_year.c. */
void moments_complete(struct moments *subject, struct moments *body, struct civil sent);
void moment_borrow_date(struct moment *to, const struct moment *from);
void moment_add_days(struct moment *, int days);
/* The day FROM, or the first one after it that is the weekday it names. */
void moment_on_weekday(struct moment *, struct civil from);
/* Wall-clock reading as if it were UTC, for comparing. */
instant moment_naive(const struct moment *);
/* By its zone when that is known, else as if it were UTC. */
instant moment_instant(const struct moment *, struct str zone);

#endif
