/* Nights: the hours of several days, "each night from 15 to 18 June, 22:00-02:00". */
#ifndef LINEUP_MAIL_NIGHTS_H
#define LINEUP_MAIL_NIGHTS_H

#include "formats/mail_place.h"

struct nights {
	struct moment first, last;   /* days */
	struct moment opens, closes; /* hours of each of them */
	size_t used;                 /* moments it takes; 0: it is something else */
	int each;                    /* windows after the first: the hours repeat on every day; 0: one stretch */
};

/* What begins with moment I of a section. */
struct nights nights_at(const struct section *, size_t i);

#endif
