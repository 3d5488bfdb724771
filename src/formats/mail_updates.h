/* Updates: the earlier posts that a status page's mail repeats, each with its time and state. */
#ifndef LINEUP_MAIL_UPDATES_H
#define LINEUP_MAIL_UPDATES_H

#include "formats/mail_moment.h"

enum { UPDATES_MAX = 200 };

struct update {
	struct moment when;
	struct str zone;  /* where the moment names none */
	struct str state; /* as written, lower case: "investigating", "in progress"; empty: it stands without
			     one */
	struct str text;  /* its first line */
};
struct updates {
	struct update *v;
	size_t n, cap;
};

/* BODY is folded. SENT completes years. In the order in which they stand, which is newest first on most
 * pages. */
struct updates updates_find(struct arena *, struct str body, struct civil sent);
/* The latest; NULL where there is none. */
const struct update *updates_newest(const struct updates *);
/* At least two posts with states make the page of an incident, or of planned work; empty: neither. */
struct str updates_class(const struct updates *);
/* What a state means in the vocabulary of format.h, for an incident and for planned work. */
struct str update_status(struct str state, bool incident);

#endif
