/* The timeline on disk: the only room with SQL. No SQL and no sqlite3 type leaves it. */
#ifndef LINEUP_STORE_H
#define LINEUP_STORE_H

#include "base/digest.h"
#include "base/err.h"
#include "lineup.h"

struct store;

enum store_mode {
	STORE_READ,  /* must exist; nothing is written, but what a killed writer or an older lineup left is put right if
			it can be */
	STORE_WRITE, /* must exist */
	STORE_CREATE /* made when it is not there (0600) */
};
/* Applies schema/NNN_*.sql by user_version inside one transaction, after a copy to PATH.schema-N; refuses a newer file,
 * a file that is not lineup's (application_id), and damage, each with its remedy. Waits for other writers up to 30 s.
 */
struct store *store_open(const char *path, enum store_mode, struct err *);
void store_close(struct store *);
/* Number of the schema it had before it was opened and brought up to date; 0: it was. */
int64_t store_upgraded_from(const struct store *);
/* What kind of failure it was, for callers that can do something about it (the spool of `lineup log`). */
enum store_failure {
	FAILURE_NONE,
	FAILURE_BUSY, /* somebody else kept it locked for the whole patience */
	FAILURE_FULL, /* disk or quota */
	FAILURE_READONLY,
	FAILURE_CORRUPT,
	FAILURE_NEWER,    /* made by a newer lineup */
	FAILURE_OLDER,    /* made by an older one, and it cannot be written to */
	FAILURE_NOT_OURS, /* not a database, or another program's */
	FAILURE_OTHER
};
enum { STORE_PATIENCE_MS = 30000 };
/* The same with another patience for other writers, and why it failed. */
struct store *store_open_within(
	const char *path, enum store_mode, int patience_ms, enum store_failure *why, struct err *);
enum store_failure store_last_failure(const struct store *);
/* What PATH lies on, for doctor. On a network locks and syncs cannot be relied on; on FUSE they are as good as its
 * program. */
enum ground {
	GROUND_FIRM, /* as far as is known */
	GROUND_NETWORK,
	GROUND_FUSE,
	GROUND_LAYER, /* of a container: it goes with it */
	GROUND_MEMORY /* gone at the next boot */
};
enum ground store_ground(const char *path, const char **name); /* name: "nfs"; NULL: unknown */
const char *store_library(void);                               /* version of SQLite */
AUTO_CLOSER(struct store *, store_close)

bool store_begin(struct store *, struct err *); /* BEGIN IMMEDIATE */
bool store_commit(struct store *, struct err *);
void store_rollback(struct store *);
int64_t store_waited(const struct store *); /* microseconds that the last commit had to wait for other writers */
/* From now on transactions that follow within a moment are committed together, at the next commit after 150 ms or at
 * store_group_end: for taking in many small sources. A failure in the group takes back all of it; store_group_end says
 * so. Call store_group_end before waiting for anything. */
void store_group(struct store *);
bool store_group_end(struct store *, struct err *);

struct sources {
	struct source *v;
	size_t n;
};

/* --- taking in (ingest) --- */
/* A source with the same sha256, fully read before: its row, else 0. */
int64_t store_source_known(struct store *, struct str sha256, struct err *);
/* Whether any source of this size was read or begun before: if not, there is no need to ask by hash. */
bool store_source_sized(struct store *, int64_t size, bool *known, struct err *);
/* A new source row (s->row is 0, or in a rebuild the row that is read again), or the unfinished row of an ingest that
 * was killed (same sha256 and name, state reading). */
bool store_source_add(struct store *, struct source *s, struct err *);
/* What an ingest or rebuild that was killed left of a source of that name and these bytes; row 0: nothing. */
bool store_source_begun(
	struct store *, struct str name, struct str sha256, struct arena *, struct source *out, struct err *);
/* What was read by NAME before, the newest (a thousand at most) first, and is shorter than NOW (whose row, if it has one,
 * comes later). */
bool store_sources_before(
	struct store *, struct str name, const struct source *now, struct arena *, struct sources *, struct err *);
/* NOW holds all bytes of those that WERE: events and notes that only they told are gone, with their words. */
bool store_source_outgrown(struct store *, const struct sources *were, int64_t now, struct err *);
/* How it is to be read from now on: zone, skew, year, captured_at and as. */
bool store_source_told(struct store *, const struct source *, struct err *);
bool store_source_update(struct store *, const struct source *, struct err *); /* counts, format, state */
/* Evidence: the bytes as received, into sqlar (zlib). DEFLATED may be equal to the plain bytes when it does not
 * compress. */
bool store_evidence_put(
	struct store *, int64_t source, struct str deflated, int64_t plain_size, instant mtime, struct err *);
/* A stream's bytes as they come, before anything in them is believed: BYTES stand at OFFSET. store_evidence_put
 * replaces them all. */
bool store_evidence_add(struct store *, int64_t source, int64_t offset, struct str bytes, struct err *);
/* The stream turned out longer than what is kept of a source: none of it is, rather than a part that looks like the
 * whole. */
bool store_evidence_drop(struct store *, int64_t source, struct err *);
/* All kept bytes of a source (a member's come from re-reading its archive: see read/). False with a message when not
 * kept. */
bool store_evidence(struct store *, int64_t source, struct arena *, struct str *out, struct err *);
/* Some of them, ordered by offset, without all being in memory at once. What lies beyond the end stays STR_NONE. */
struct piece_of_evidence {
	int64_t offset, length;
	struct str bytes;
};
bool store_evidence_pieces(
	struct store *, int64_t source, struct arena *, struct piece_of_evidence *, size_t n, struct err *);

enum taken { TAKEN_NEW, TAKEN_GROWN, TAKEN_DUPLICATE };
/* Insert by (at, key); the same key again: duplicate, or grown when GROWS and count or until is larger (the earlier
 * state goes to event_history). A duplicate from another source is remembered as a further sighting. e->row is set. */
bool store_take(struct store *, struct event *, bool grows, enum taken *, struct err *);
bool store_note(struct store *, const struct note *, struct err *);
/* The same for a batch, sorted by time before inserting so that the index grows at its end: several times faster when a
 * source is not in time order. Best with some thousands of events, at most 64k. OUT[i] says what became of V[i]. */
bool store_take_batch(struct store *, struct event *v, size_t n, const bool *grows, enum taken *out, struct err *);
/* After a bulk load: index the new events' text in one go. Single rows (log) are indexed at once by store_take_one. */
bool store_index(struct store *, struct err *);
/* The same in the midst of the load, when so many wait that it is worth it. */
bool store_index_ahead(struct store *, struct err *);
bool store_take_one(struct store *, struct event *, struct err *);

/* --- looking --- */
struct query {
	instant from, to;   /* events that touch [from, to); INSTANT_NONE: unbounded */
	unsigned lanes;     /* bits 1u << lane; 0: all */
	struct str kind;    /* exact, or a prefix ending in "."; empty: all */
	struct str subject; /* exact, or contained when it has no ':'; empty: all */
	enum severity min_severity;
	bool typed_too;      /* what people logged, whatever its severity */
	struct str words;    /* all of these words in text or subject (FTS5, each quoted); empty: all */
	int64_t source;      /* 0: all */
	bool undated;        /* also the undated ones */
	bool skip_log_lines; /* leave out other.log.line (analysis) */
	int64_t limit;       /* 0: none */
	bool newest_first;
	int64_t after_row; /* only those taken in after this row; 0: all */
};
struct events {
	struct event *v;
	size_t n;
};
/* In order of (at, source name, offset, key): independent of the order they came in. */
bool store_events(struct store *, const struct query *, struct arena *, struct events *, struct err *);
/* The same, one at a time in little memory; the callback's event lasts until it returns; false from it stops. */
bool store_each(struct store *, const struct query *, bool (*each)(void *, const struct event *), void *, struct err *);
/* By "e1a2..." (any unique prefix of 4 digits or more). *found counts matches: 0, 1, or more with *out the first. */
bool store_event(struct store *, struct str id, struct arena *, struct event *out, int *found, struct err *);
struct sighting {
	int64_t source;
	struct where from;
};
bool store_sightings(struct store *, int64_t event_row, struct arena *, struct sighting **, size_t *n, struct err *);

/* An earlier state of an event that grew, by when it was learned. */
struct earlier {
	instant at, until, recorded_at; /* until: as at for a point */
	int64_t count, source, line;    /* source: row, 0 for a typed one */
	enum severity severity;
	struct str text;
};
bool store_history(struct store *, int64_t event_row, struct arena *, struct earlier **, size_t *n, struct err *);

/* Where a source was silent for longer than SHORTEST; where longer than HOLE, with the events that it told before and
 * after. */
struct pause {
	instant from, to;
	struct event *before, *after; /* NULL: not so long */
};
/* How a source talks, whatever of it was understood: also by records that another source told first. */
struct talk {
	int64_t source, events; /* dated ones */
	instant first, last;
	struct pause *pauses; /* by time */
	size_t pauses_n;
};
struct talks {
	struct talk *v;
	size_t n;
};
/* Of all sources with dated events; reads every event's time, some tenths of a second a million. */
bool store_talks(struct store *, int64_t shortest, int64_t hole, struct arena *, struct talks *, struct err *);

bool store_sources(struct store *, struct arena *, struct sources *, struct err *); /* by row */
/* The source of that row and all that came out of it, at any depth. */
bool store_source_family(struct store *, int64_t row, struct arena *, struct sources *, struct err *);
const struct source *source_find(const struct sources *, int64_t row); /* NULL: none */
bool store_notes(struct store *, bool (*each)(void *, const struct note *), void *, struct err *);
/* Row of the event taken in last; 0: there is none. */
bool store_newest(struct store *, int64_t *row, struct err *);
/* First and last instant of all events; INSTANT_NONE when there are none. */

/* --- what people say: append-only, hash-chained; ledger.h replays it --- */
struct statement {
	int64_t seq;
	struct str noun; /* "incident" "milestone" "decision" "action" "asset" "location" "log" "focus" "ack" ... */
	struct str id;   /* "inc-1", "a-3", "fusionauth"; revisions share it */
	struct str author;
	instant recorded_at;
	struct str body;     /* JSON object: the whole new state; empty: a tombstone */
	struct digest chain; /* SHA-256 of the chain before and of this statement */
};
/* Appends (seq and chain are set). Inside the caller's transaction, or its own when there is none. */
bool store_say(struct store *, struct statement *, struct err *);
int64_t store_last_said(const struct store *);       /* seq of the last one said through this store; 0: none */
void store_forget_said(struct store *, int64_t seq); /* what was said since SEQ was not said by whoever types */
struct statements {
	struct statement *v;
	size_t n;
};
/* All, by seq; but those of one noun ("": of none). */
bool store_statements(struct store *, const char *but, struct arena *, struct statements *, struct err *);
/* All that was said of one thing, by seq. */
bool store_statements_of(
	struct store *, struct str noun, struct str id, struct arena *, struct statements *, struct err *);
/* How many statements there are and the chain of the last one: what to note elsewhere, for only then is a cut tail
 * found out. */
bool store_head(struct store *, int64_t *length, struct digest *chain, struct err *);
/* Next free number for ids of a noun: 1 + how many distinct ids it has had. */
bool store_next(struct store *, struct str noun, int64_t *out, struct err *);

/* --- keeping --- */
bool store_backup(struct store *, const char *to, struct err *); /* verified copy of a live database */
bool store_check(struct store *, struct arena *, struct str *report,
	struct err *); /* integrity, references, words (not in STORE_READ), chain; empty report: fine */
/* For rebuild: drops the events, notes and sightings of sources whose bytes are kept, and typed events
 * (ledger_rebuild_events makes those again, in the same transaction). The sources stand as being read: store_source_add
 * finds them again by name and bytes, with their taken_at. */
bool store_forget_derived(struct store *, struct err *);
/* Between that and store_rebuilt, which the rebuild that read all of them says. */
bool store_rebuilding(struct store *, bool *, struct err *);
bool store_rebuilt(struct store *, struct err *);
/* Read-only SQL for `lineup sql`: an authorizer denies all but SELECT. Values as text; NULL has no pointer. */
bool store_sql(struct store *, struct str sql,
	bool (*row)(void *, int n, const struct str *names, const struct str *values), void *, struct err *);

#endif
