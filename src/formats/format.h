/* A format: how documents become records. One file, one row, one pair of samples each. */
#ifndef LINEUP_FORMAT_H
#define LINEUP_FORMAT_H

#include "read/doc.h"

/* Where records go. Tests give a sink that prints, the worker one that normalises. */
struct sink {
	void (*put)(struct sink *, const struct record *);
	void (*note)(struct sink *, struct where, struct str text, struct str why);
	void (*skip)(struct sink *,
		struct where); /* bytes understood to carry no record: progress lines, rulers, brackets */
	void (*printed)(struct sink *, struct str when); /* a time written there: ages after it count back from it */
	void (*ended)(struct sink *, struct str when);   /* a time written there: nothing in the document is later */
};
struct str record_field(const struct record *, struct str name); /* empty: it has none */
void sink_put(struct sink *, const struct record *);
void sink_note(struct sink *, struct where, struct str text, const char *why, ...)
	__attribute__((format(printf, 4, 5)));
void sink_skip(struct sink *, struct where);
void sink_printed(struct sink *, struct str when);
void sink_ended(struct sink *, struct str when);

/* Bids in words. A tie between two formats on a real sample is a failing test. */
enum {
	BID_NONE = 0,
	BID_FALLBACK = 1,  /* plain: keeps the text and says so */
	BID_SHAPE = 30,    /* shape only: lines begin with a time */
	BID_PHRASE = 60,   /* a distinctive phrase */
	BID_IDENTITY = 90, /* declared identity: apiVersion + kind, sender + id header */
	BID_CERTAIN = 100
};

struct format {
	const char *name;         /* also the folder tests/formats/NAME */
	const char *blurb;        /* one line for `lineup formats` */
	int (*bid)(struct doc *); /* peeks */
	/* Records to the sink. False: the document could not be read on; what was put before stands. */
	bool (*parse)(struct doc *, struct sink *, struct err *);
	bool tells_runs;  /* records of it may be runs of a backup tool (run.h) */
	int most;         /* it never bids more; 0: nobody knows */
	const void *data; /* a pattern format's compiled definition (see pattern.h); NULL for formats that are C */
	int (*bid_with)(struct doc *, const void *data);
	bool (*parse_with)(struct doc *, const void *data, struct sink *, struct err *);
};

/* All formats: those in C, then those from schema/formats/ and directories added with formats_load. */
size_t formats_count(void);
const struct format *formats_get(size_t i);
const struct format *format_find(struct str name);
int format_bid(const struct format *, struct doc *);
bool format_parse(const struct format *, struct doc *, struct sink *, struct err *);
/* The highest bidder; never NULL (plain bids 1). *second gets the runner-up's bid when not NULL. */
const struct format *format_choose(struct doc *, int *second);
/* Of those that tell of runs. */
const struct format *format_choose_runs(struct doc *);
/* Pattern formats: the embedded ones are loaded once by formats_init; a directory of *.json adds more, checked by their
 * samples. Those of the embedded ones do not change: formats_check is for doctor. */
bool formats_init(struct err *);
bool formats_check(struct err *);
bool formats_load(const char *dir, struct err *);
/* Makes machine code of all patterns, for readers that may make none. */
void formats_hasten(void);
/* One more, before the others, behind formats_init: for tests. It lives as long as the process. */
void formats_add(const struct format *);

/*
 * The vocabulary of fields: what parsers and rules call things, and analyse/ reads. Values are strings; leave out what
 * the evidence does not say.
 *
 * anywhere   namespace, pod, node, volume (PV/Longhorn name), pvc, container, host, cluster, service, error
 * notices    class = maintenance | upgrade | deprecation | incident | reply | none
 *            status = announced | tentative | confirmed | rescheduled | cancelled | started | completed | updated |
 *            resolved | reminder
 *            provider, account (whose services it is about), reference (the provider's id of the work), uid, sequence,
 *            title (decoded mail subject), sender (address), message_id, in_reply_to, references,
 *            resource (what is affected; several joined by ", "), version_from, version_to, reminder = yes, about (of
 *            a reply: the class of what it answers), forwarded_by (address), forwarded_within = yes | no (who passed
 *            it on is of our house), impact, window (1-based number in the mail), update (state of an earlier post that a status page's mail
 *            repeats), read = yes when Maildir or mbox flags say it was read
 *            stamps window_from, window_to, sent (of a notice that was passed on: its own date), forwarded (that of
 *            the mail around it)
 * upgrades   version_from, version_to, cluster, node
 * backups    tool, copy (name or id of the copy), job (schedule, stanza, repository, tag, label: what recurs), location
 *            (as the tool names it), namespace, volume, database, path, host, size, error, phase
 *            stamps data_time (the instant whose data it holds), data_time_min (earliest, for file copies), finished,
 *            started, expires
 * restores   tool, copy, stamp data_time where stated
 * kube       reason, type, object.kind, object.name, namespace (the object's), component, uid, api (core/v1...)
 */

#endif
