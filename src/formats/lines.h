/* Documents made of lines: unwrapping, continuation, and the way from lines to records. */
#ifndef LINEUP_LINES_H
#define LINEUP_LINES_H

#include "formats/format.h"

enum {
	LINES_TEXT_MAX = 64 << 10, /* joined text of one record; more stays in the evidence only, with a note */
	LINES_RAW_MAX = 1 << 20,   /* bytes of one record that make its identity */
	LINES_FIELDS = 24,         /* fields a line format takes from one line */
};

struct steps;

enum line_kind {
	LINE_OTHER,  /* not this format's */
	LINE_RECORD, /* begins a record */
	LINE_MORE,   /* belongs to the record before */
	LINE_SKIP,   /* carries nothing */
};

struct line_format {
	/* What is LINE (unwrapped, without escapes)? RECORD: fills when, zone, layout, level, text and fields of
	 * *record. MORE: text is what is added, empty: all of LINE. Views may point into LINE and the arena. */
	enum line_kind (*read)(const void *data, struct arena *, struct str line, struct record *);
	const void *data;
	/* Any line that is not this format's belongs to the record before. Otherwise only lines that look like it do
	 * (indented, frames of a stack trace); the rest are records of their own, read as lines_carried does, else
	 * undated. */
	bool strays_continue;
	/* The text of a record is often a line of another format: read it with lines_carried too. */
	bool carrier;
	const struct steps *steps; /* what the lines tell of a tool's runs (run.h) */
	bool tools;                /* without STEPS: look for those of any tool */
};

bool lines_parse(struct doc *, const struct line_format *, struct sink *);
/* BID when of the head's lines that are records or nobody's at least SHARE (0..1) are records; a sixth of it when a
 * tenth are and a bid of shape or more would have been due. */
int lines_bid(struct doc *, const struct line_format *, int bid, double share);

/* A line inside another program's line (a container's, a journal's): JSON, logfmt, and the pattern formats that say
 * they are carried. False: none of them; *record is as it was. */
bool lines_carried(struct arena *, struct str line, struct record *);

/* One logfmt line; one JSON object that is a log line. False: it is not. */
bool logfmt_line(struct arena *, struct str line, struct record *);
/* Any key=value pairs, with fewer demands: time, level, message and the rest as fields. False: none. */
bool logfmt_pairs(struct arena *, struct str text, struct record *);
bool jsonlog_line(struct arena *, struct str line, struct record *);
struct json;
bool jsonlog_object(struct arena *, const struct json *, struct record *);
/* The text of a record as a line of another format: its level, its fields and, where the record's lacks year or zone,
 * its time. */
void lines_read_inner(struct arena *, struct record *);

/* Level words for numbers: syslog's 0..7 (as in <PRI>, PRIORITY), bunyan's and pino's 10..60. Empty when out of range.
 */
struct str level_of_priority(int64_t);
struct str level_of_tens(int64_t);

/* Appends a field unless its value is empty; FIELDS has room for LINES_FIELDS, more are left out. */
void fields_add(struct field *fields, size_t *n, struct str name, struct str value);

/* A field of a line that passes on what is about something else: where the writer is ("pod") is not where that is
 * ("writer.pod"). */
struct field field_of_writer(struct arena *, struct field);

#endif
