/* What people settle about an incident, on its way into the ledger: a milestone that is marked, or a decision. */
#ifndef LINEUP_SETTLE_H
#define LINEUP_SETTLE_H

#include "cmd/cmd.h"

struct settled {
	bool is_mark;
	struct mark mark; /* its event as it was typed; at INSTANT_NONE: the event's, else recorded_at */
	struct decision decision;
	struct str incident; /* id; empty: the one that is implied when it is stored */
	struct str author;
	instant recorded_at;
};

/*
 * Stores it, in the caller's transaction; a mark's time and event, and a decision's id and EVENT are set. False with
 * *REFUSED: what it speaks of is not there, and trying again does not help; false without: the database could not take
 * it.
 */
bool settled_store(struct cmd *, struct settled *, struct event *, bool *refused);
/* What it says, as one line. */
struct str settled_text(struct arena *, const struct settled *);
/* For the spool: whole into JSON, and back. False: it is neither. */
void settled_write(struct arena *, struct json *, const struct settled *);
bool settled_parse(struct arena *, const struct json *, struct settled *);

#endif
