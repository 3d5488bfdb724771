/* The nouns of lineup, and nothing else. */
#ifndef LINEUP_H
#define LINEUP_H

#include "base/instant.h"
#include "base/str.h"

enum lane {
	LANE_NOTICE,
	LANE_UPGRADE,
	LANE_STORAGE,
	LANE_BACKUP,
	LANE_SERVICE,
	LANE_CHANGE,
	LANE_RESPONSE,
	LANE_OTHER,
	LANES
};
extern const char *const lane_names[LANES];
bool lane_find(struct str name, enum lane *);

enum severity {
	SEVERITY_DEBUG,
	SEVERITY_INFO,
	SEVERITY_NOTICE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
	SEVERITY_CRITICAL,
	SEVERITIES
};
extern const char *const severity_names[SEVERITIES];
/* Also understands how logs write levels: "warn", "WARN", "E", "fatal", "err", "notice", "alert", "panic", syslog
 * numbers are not. */
bool severity_find(struct str name, enum severity *);

/* What makes us believe an instant; where several apply the largest (least certain) is given. */
enum basis {
	BASIS_MANUAL,   /* typed by a person */
	BASIS_OFFSET,   /* an explicit offset or Z, or an epoch number */
	BASIS_ZONE,     /* a named zone or abbreviation in the text */
	BASIS_HEADER,   /* taken from the mail's or file's header, or proved by other lines of the file */
	BASIS_FALLBACK, /* another field of the same record stands in */
	BASIS_ASSUMED,  /* zone from --zone, configuration, or UTC because nothing was said */
	BASIS_INFERRED, /* year or date completed */
	BASES
};
extern const char *const basis_names[BASES];

/* A place in a source: byte offset and length in its decoded bytes, first line (1-based, 0 where lines mean nothing).
 */
struct where {
	int64_t offset, length, line;
};

struct event;
struct field {
	struct str name, value;
};
/* A further time of a record, as written: "window_from", "data_time", "finished"... The clock turns it into a field of
 * that name holding RFC 3339 text. */
struct stamp {
	struct str name, when, zone;
	const char *layout;
};

/*
 * What a format parser found, as written: text only, no time arithmetic. Views may point into the document or scratch
 * memory; whoever keeps a record copies it.
 */
struct record {
	struct where from;
	int64_t continued; /* of these bytes, the last ones that are continuation lines */
	struct str
		raw; /* the record's bytes as they stand in the document: its identity when nothing better is known */
	struct str when; /* text of the time; empty: undated */
	struct str zone; /* text of a zone that stands elsewhere ("CET", "+02:00"); empty: none */
	const char
		*layout;  /* how to read `when`: NULL recognise, "age", "epoch", or a strptime-like layout (clock.h) */
	enum basis basis; /* at least this uncertain: BASIS_HEADER for mail, BASIS_FALLBACK for stand-ins; else
			      BASIS_MANUAL */
	const char *reader;  /* the format that read it as a document inside of its own; NULL: its document's */
	bool is_line;        /* a line written at that time, after those before it: not a row of a list, nor a cell */
	struct stamp twin;   /* the same moment as `when` once more, one of them with its zone; named "zone": another
			      moment, but in the zone that this document's clock shows */
	bool witnessed;      /* lines of its document may have such twins: they tell the zone of the others */
	struct stamp until;  /* end or last repeat; when empty: none */
	int64_t count;       /* repeats; 0 or 1: once */
	struct str identity; /* makes two records the same fact (a uid, a Message-ID); empty: the record's own bytes */
	bool grows;          /* same identity again with a higher count or later until is the same event grown */
	struct str level;    /* severity as written */
	struct str text;     /* one-line message (may hold newlines of continuation lines) */
	struct str body;     /* what stands below the text, for rules only, as the field "body"; empty: nothing */
	const struct field *fields; /* facts by name; formats.h has the vocabulary */
	size_t fields_n;
	const struct stamp *stamps;
	size_t stamps_n;
	const struct event *told; /* an event that lineup wrote out: its key, kind (by name), lane, severity, subject,
				     precision and basis stand */
};

/* One row of schema/kinds.json: "lane.thing.verb". Lives as long as the process. */
struct kind {
	struct str name;
	enum lane lane;
	enum severity severity; /* usual one */
	struct str blurb;
};

enum { EVENT_KEY = 16 };

/* A record as understood. */
struct event {
	int64_t row;            /* in the store; 0 before it is stored */
	uint8_t key[EVENT_KEY]; /* SHA-256 of identity or bytes, and of the ordinal among identical ones; makes the id
				 */
	instant at;             /* undated: INSTANT_NONE */
	instant until;          /* INSTANT_NONE: a point */
	instant at_min, at_max; /* at_min <= at <= at_max; equal when exact; undated: what is known, or INSTANT_NONE */
	enum precision precision;
	enum basis basis;
	const struct kind *kind; /* its lane is the event's lane unless a person said otherwise */
	enum lane lane;
	enum severity severity;
	struct str subject; /* "type:namespace/name", may be empty */
	struct str text;
	struct str fields; /* JSON object, values all strings */
	struct str when;   /* the time as written */
	int64_t count;     /* >= 1 */
	bool grows;        /* its record's: on the way in only, not stored */
	int64_t source;    /* row of its source; 0: typed by a person */
	struct where from;
	instant recorded_at; /* when lineup learned it */
};

struct str event_basis(const struct event *); /* by name; STR_NONE when undated: there is no time to know */

/* Where the bytes of a source went: after decompression, and UTF-16 as UTF-8. The last four add up to the first. */
struct allotment {
	int64_t input;
	int64_t records;      /* in records */
	int64_t continuation; /* in lines that continue one */
	int64_t structure; /* around them: brackets, blanks, rulers, headers, framing of archives (of an archive itself:
			      all) */
	int64_t not_understood; /* the rest */
};

/* One piece of evidence as received, or a member of one. */
enum source_state { SOURCE_READING, SOURCE_COMPLETE, SOURCE_DAMAGED };
struct source {
	int64_t row, parent; /* parent: the archive it came out of, or 0 */
	struct str name;     /* "bundle.zip: logs/manager.log"; as given, escape before showing */
	struct str format;   /* name of the format that read it; empty: nobody's or a container */
	struct str sha256;   /* hex, of the decoded bytes (members) or the bytes as received */
	int64_t size;
	bool kept; /* its bytes (or its archive's) are in the database */
	instant mtime, taken_at;
	struct str zone;     /* assumed for stamps without one */
	int64_t skew;        /* microseconds added to its clock */
	int64_t year;        /* told for stamps without one; 0: inferred */
	instant captured_at; /* told: ages count back from it; INSTANT_NONE */
	struct str as;       /* format it was told to be; empty: recognised */
	enum source_state state;
	int64_t records, fresh, grown, duplicate, undated, not_understood;
	struct allotment bytes;
	bool counted; /* bytes are known: not before it was read to its end, nor where an older lineup read it */
};

/* Something not understood, kept with its place. */
struct note {
	int64_t source;
	struct where from;
	struct str text; /* excerpt of the evidence, at most 1 KiB */
	struct str why;
};

#endif
