/* Evidence in: paths and streams to sources, records and events, through the sandboxed worker. */
#ifndef LINEUP_INGEST_H
#define LINEUP_INGEST_H

#include "base/zone.h"
#include "lineup.h"
#include "base/err.h"

/*
 * The worker is a child forked before the database is opened. It holds an input descriptor (sent over a socket, one
 * source at a time) and a pipe; it decompresses, walks archives and mailboxes, recognises, parses and normalises. The
 * parent stores. A crash, hang or memory bomb in it costs one part, which is named; the worker is forked again and goes
 * on behind that part. This room knows nothing of SQL: what is found goes to a receiver (store/ gives one; tests give a
 * printing one).
 */
struct ingest_options {
	const struct zone *zone; /* NULL: UTC, basis assumed */
	struct str zone_name;
	int year;
	int64_t skew;
	instant captured_at;
	struct str as;                  /* format name; empty: bid */
	instant now;                    /* the ingest instant */
	const char *const *format_dirs; /* NULL-terminated; more pattern formats */
	const char *const *rule_dirs;
	bool only_unpacks; /* worker_extract is all that is wanted: formats and rules are not loaded */
	bool no_sandbox;   /* for debuggers and coverage only */
	int part_seconds;  /* 0: READ_PART_SECONDS; tests are in a hurry */
};

enum {
	READ_PART_SECONDS = 10,   /* a worker that uses up so much CPU time without a sign of life hangs ... */
	READ_STILL_SECONDS = 180, /* ... and so does one that is silent for so long, whatever it waits for */
	READ_CRASHES = 100,       /* dead workers after which the rest of one source is given up */
	READ_HANGS = 6
};

/* Sources as the receiver sees them: row = id of this run, parent = id of the container or 0. */
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
	/* Bytes of a stream as they are received, before they are read: to hash and to keep. NULL: not wanted. */
	bool (*bytes)(struct receiver *, struct str, struct err *);
};

struct worker;
/* Forks the process that makes workers: before the database is opened. It loads formats and rules, and makes the first
 * worker, when there is something to read; at once where the options name a format, or directories of them. */
struct worker *worker_start(const struct ingest_options *, struct err *);
/* There will be something to read: what workers need is loaded while the caller goes on. */
void worker_ready(struct worker *);
/* False: the formats or rules cannot be loaded. */
bool worker_knows(struct worker *, struct str format, bool *known, struct err *);
void worker_stop(struct worker *);
AUTO_CLOSER(struct worker *, worker_stop)
/* What of the sandbox could not be had on this kernel ("landlock: not supported"), for doctor; empty: all of it.
 * False: no worker can be had. */
bool worker_sandbox_report(struct worker *, struct str *, struct err *);

/* What the sources read from now on are told: zone, year, skew, captured_at, as, now (directories stay those of the
 * start). */
void worker_set(struct worker *, const struct ingest_options *);

/*
 * Reads one open file, or a stream (anything that is not a regular file, "-") to its end, through the worker. NAME is
 * its label, FLAGS Maildir flags. ID is its number in this run: its members get ID + 1, ID + 2, ... in the order met.
 * begin is called for the source itself, end for it and for every member, whatever happens. Where no worker can be had, a
 * note says so, and the source ends in state SOURCE_READING. False: the receiver failed.
 */
bool worker_read(struct worker *, int fd, struct str name, instant mtime, struct str flags, int64_t id,
	struct receiver *, struct err *);
/* Bytes [offset, offset + length) of what a source's events count in: decompressed, UTF-8. MEMBER is what its name has
 * behind "NAME: " (empty: the file itself). LENGTH -1: to the end. At most EXTRACT_MAX bytes. */
bool worker_extract(struct worker *, int fd, struct str name, struct str member, int64_t offset, int64_t length,
	struct arena *, struct str *out, struct err *);
#define EXTRACT_MAX ((int64_t)1 << 30)

/* --- bytes as received: hashed, and deflated for keeping --- */
struct receipt;
struct receipt *receipt_open(int64_t keep_max); /* more bytes than KEEP_MAX are hashed only */
void receipt_close(struct receipt *);
AUTO_CLOSER(struct receipt *, receipt_close)
void receipt_add(struct receipt *, struct str);
/* All of a regular file from its beginning, whatever its descriptor's offset; false with the reason. */
bool receipt_add_file(struct receipt *, int fd, struct err *);
/* Hex digest and size of all that was added; *KEPT the zlib stream of it, STR_NONE when it was more than KEEP_MAX.
 * Views live until receipt_close. */
struct str receipt_end(struct receipt *, struct arena *, int64_t *size, struct str *kept);

/* --- paths to files --- */
struct walk_file {
	struct str path; /* as given, or below the folder given */
	int fd;          /* open for reading; closed behind the call */
	instant mtime;
	int64_t size;
	struct str flags; /* Maildir flags, sorted as they stand: "RS" */
	bool new_mail;    /* in a Maildir's new/: not seen by any reader */
	bool stream;      /* "-", a pipe: no size, read once */
};
struct walk {
	/* A file to read. False stops the walk. */
	bool (*file)(struct walk *, const struct walk_file *, struct err *);
	/* Something that was passed over: the path and why ("is a symbolic link; ..."). */
	void (*passed)(struct walk *, struct str path, const char *why);
	/* How many hidden names were left out, and the first of them; once, at the end. */
	void (*hidden)(struct walk *, struct str first, int64_t n);
};
enum { WALK_DEPTH = 64, WALK_FILES = 1000000 };
/* Files in bytewise order of their paths. A folder is walked (hidden names and Maildir's tmp/ left out, links not
 * followed below PATH); "-" is standard input. False: PATH itself cannot be read, or the callback stopped. */
bool walk_path(struct walk *, const char *path, struct err *);

#endif
