/* One typed line on its way onto the timeline: new, an amendment, or the end of what an earlier one began. */
#ifndef LINEUP_ENTRY_H
#define LINEUP_ENTRY_H

#include "cmd/sentence.h"

struct typed {
	struct sentence said;
	struct str incident;
	bool incident_known;     /* said or asked for; else it is the one in focus */
	struct str amends;       /* id of the event that it puts right; empty: none */
	struct str begins, ends; /* names (--begin, --end); empty: none */
	struct str author;
	instant recorded_at;
};
/* What came of it. */
struct stored {
	struct entry entry; /* as it stands now; begins[], what else goes on under that name, is not in it */
	bool also;          /* --end with a text: that is an entry of its own */
	struct entry text;
};

/*
 * Stores it, in the caller's transaction. False with *REFUSED: what it speaks of is not there (nothing called so, no
 * such id), and trying again does not help; false without: the database could not take it.
 */
bool entry_store(struct cmd *, const struct typed *, struct stored *, bool *refused);

#endif
