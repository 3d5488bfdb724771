/* Evidence in: paths and streams to sources, records and events, through the sandboxed worker. */
#ifndef LINEUP_INGEST_H
#define LINEUP_INGEST_H

#include "base/zone.h"
#include "lineup.h"
#include "base/err.h"

/*
 * The worker is a child forked before the database is opened. It holds an input descriptor (sent over a socket, one source at
 * a time) and a pipe; it decompresses, walks archives and mailboxes, recognises, parses and normalises. The parent stores. A crash,
 * hang or memory bomb in it costs one part, which is named; the worker is forked again and goes on behind that part.
 * This room knows nothing of SQL: what is found goes to a receiver (store/ gives one; tests give a printing one).
 */
struct ingest_options {
	const struct zone *zone;   /* NULL: UTC, basis assumed */
	struct str zone_name;
	int year;
	int64_t skew;
	instant captured_at;
	struct str as;             /* format name; empty: bid */
	instant now;               /* the ingest instant */
	const char *const *format_dirs; /* NULL-terminated; more pattern formats */
	const char *const *rule_dirs;
	bool no_sandbox;           /* for debuggers and coverage only */
};

/* One document that the worker read, as seen by the receiver. Ids count up from 1 within the run. */
struct ingest_source {
	struct source source;      /* row = id of this run, parent = id of the container or 0 */
};

struct receiver {
	/* A top-level source begins: bytes are not read yet. */
	bool (*begin)(struct receiver *, const struct source *, struct err *);
	/* A member or decoded layer of it begins. */
	bool (*member)(struct receiver *, const struct source *, struct err *);
	bool (*event)(struct receiver *, const struct event *, bool grows, struct err *);
	bool (*note)(struct receiver *, const struct note *, struct err *);
	/* A source (member or top-level) is done: final counts, sha256, format, state. */
	bool (*end)(struct receiver *, const struct source *, struct err *);
	/* Called at least every second while a stream waits, and after each read that waits. */
	bool (*pause)(struct receiver *, struct err *);
};

struct worker;
struct worker *worker_start(const struct ingest_options *, struct err *);
void worker_stop(struct worker *);
AUTO_CLOSER(struct worker *, worker_stop)
/* What of the sandbox could not be had on this kernel ("landlock: not supported"), for doctor; empty: all of it. */
struct str worker_sandbox_report(const struct worker *);

/* Reads one open file through the worker. NAME is its label, FLAGS Maildir flags. ID is the source's row for the frames. */
bool worker_read(struct worker *, int fd, struct str name, instant mtime, struct str flags, int64_t id, struct receiver *,
	struct err *);
/* Bytes [offset, offset + length) of a member of evidence (PATH below NAME, as in source names; empty: the decoded layer itself). */
bool worker_extract(struct worker *, int fd, struct str name, struct str member, int64_t offset, int64_t length, struct arena *,
	struct str *out, struct err *);

#endif
