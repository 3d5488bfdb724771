/* What people said, replayed from statements into nouns: incidents, milestones, decisions, actions, assets, locations.
 */
#ifndef LINEUP_LEDGER_H
#define LINEUP_LEDGER_H

#include "store/store.h"

struct strs {
	struct str *v;
	size_t n;
};

struct incident {
	struct str id, title, status; /* draft | in review | final */
	enum severity severity;
	instant from, to;    /* to INSTANT_NONE: open */
	bool from_is_stated; /* somebody said so; else it is when it was begun here */
	bool closed;
	struct str summary;
	struct str author; /* of the last change */
	const struct statement
		*said; /* the last one, as it is to be cited; not read by ledger_say_incident; so everywhere below */
	struct str origin,
		origin_name; /* digest and name of the document it was imported from; empty: a person began it */
};
/* How finely a time was typed: a minute is any instant of it. AT_MAX: later reading of an hour that came twice; 0 or
 * INSTANT_NONE: none. */
struct grain {
	enum precision precision;
	instant at_max;
};
struct mark {                                              /* a milestone confirmed by a person */
	struct str incident, name, event, because, author; /* event: an id, or empty */
	instant at, recorded_at;
	struct grain grain;
	const struct statement *said;
};
struct decision { /* by: the author of the statement */
	struct str id, incident, chosen, because, by;
	struct strs over;
	instant at, recorded_at;
	struct grain grain;
	const struct statement *said;
};
struct action {
	struct str id, incident, title, type, owner, state, because; /* open | done | dropped */
	instant due, opened_at, ended_at;                            /* due: INSTANT_NONE when none */
	struct str reference; /* where it is tracked: a ticket, an address; empty */
	struct str event;     /* id of the event it was imported with; empty: a person opened it here */
	struct strs history;  /* one line a change */
	struct str author;
	const struct statement *said;
};
/* Open, and past its due date: a due at midnight UTC is that whole day. */
bool action_is_overdue(const struct action *, instant now);
/* When it is due at the latest; INSTANT_NONE: no date. */
instant action_deadline(const struct action *);

struct asset {
	struct str name;
	struct strs namespaces, volumes, databases, backups;
	int64_t objective; /* microseconds; default 26 h */
	int64_t cadence;   /* how often each of its backups is to run; 0: as the evidence shows */
	instant loss;      /* INSTANT_NONE: from the milestones */
	struct str author;
	const struct statement *said;
};
struct week {                       /* when somebody is at work */
	bool said;                  /* somebody stated it */
	struct str zone;            /* empty: UTC */
	int from_minute, to_minute; /* of the day */
	unsigned days;              /* bit 1u << weekday, 0 = Sunday */
	struct strs holidays;       /* dates, "2024-12-25" */
};
struct location_claim {
	struct str name, state; /* reachable | unreachable | decommissioned */
	instant from, to;       /* to INSTANT_NONE: until further notice */
	struct grain grain;     /* of from and to */
	struct str event;       /* id of the event that the claim also is; not read by ledger_say_location */
};

struct entry {                   /* a line that an operator logged */
	struct str id, incident; /* id: its statement's ("log-17") */
	struct str begun;        /* the name of what it began, until that is ended; or empty */
	struct event event;
};

struct ledger {
	struct incident *incidents;
	size_t incidents_n;
	struct mark *marks; /* the newest per incident and name */
	size_t marks_n;
	struct decision *decisions;
	size_t decisions_n;
	struct action *actions;
	size_t actions_n;
	struct asset *assets;
	size_t assets_n;
	struct location_claim *locations;
	size_t locations_n;
	struct str focus; /* id of the incident in focus, or empty */
	struct week week;
};
bool ledger_load(struct store *, struct arena *, struct ledger *, struct err *);
const struct incident *ledger_incident(const struct ledger *, struct str id); /* NULL: none */
/* The one meant when nobody says: in focus, else the only open one, else the only one. NULL with a message that lists
 * what there is. */
const struct incident *ledger_implied(const struct ledger *, struct err *);

/*
 * Saying things: each appends a statement with the whole new state, and where it is also an event on the timeline (a
 * log line; a decision: response.person.decided; a location: backup.target.STATE of location:NAME) takes that in the
 * same transaction. AUTHOR and NOW come from cmd/. An empty id is a new thing: the id is written back (and lives as
 * long as the store, as do an OUT event's strings); a given one must be known and is revised. OUT may be NULL. A
 * location claim that begins at the same instant replaces the earlier one. An action is opened and ended NOW, unless it
 * was imported: then as its document says, ended_at INSTANT_NONE for "not said".
 */
bool ledger_say_incident(struct store *, struct incident *, struct str author, instant now, struct err *);
bool ledger_say_mark(struct store *, const struct mark *, instant now, struct err *);
bool ledger_say_decision(struct store *, struct decision *, struct event *out, instant now, struct err *);
bool ledger_say_action(struct store *, struct action *, struct str author, instant now, struct err *);
bool ledger_say_asset(struct store *, const struct asset *, struct str author, instant now, struct err *);
bool ledger_say_location(
	struct store *, const struct location_claim *, struct str author, struct event *out, instant now, struct err *);
bool ledger_say_week(struct store *, const struct week *, struct str author, instant now, struct err *);
bool ledger_say_focus(struct store *, struct str incident, struct str author, instant now, struct err *);
/* A line an operator typed: its event's at, until, bounds, kind, lane, severity, subject, text and when are read; key,
 * fields and recorded_at are filled in. With the id of one that was said before it amends that: the event keeps its id,
 * and what it was goes to its history. Logging the same sentence twice gives two events. */
bool ledger_say_entry(struct store *, struct entry *, struct str author, instant now, struct err *);
/* The line behind an event; false with a message when nobody typed it. */
bool ledger_entry(struct arena *, const struct event *, struct entry *, struct err *);
struct entries {
	struct entry *v;
	size_t n;
};
/* The lines that began something (log --begin) which nobody has ended, in the order in which they were typed. */
bool ledger_begun(struct store *, struct arena *, struct entries *, struct err *);
/* Takes back one statement: what the thing was before it is said again, or it is withdrawn. Refused when something
 * newer was said of it. */
bool ledger_undo(struct store *, int64_t seq, struct str author, instant now, struct statement *undone, struct err *);
/* Takes back a thing by noun ("log", "action", "location"...) and id: a tombstone; the event it also was leaves the
 * timeline. */
bool ledger_withdraw(struct store *, const char *noun, struct str id, struct str author, instant now, struct err *);
/* For rebuild: the events of all that was said, again, bit for bit. */
bool ledger_rebuild_events(struct store *, struct err *);

#endif
