/* From events to what they mean together: spans, overlaps, the line-up, notices, recovery, milestones, metrics. */
#ifndef LINEUP_ANALYSE_H
#define LINEUP_ANALYSE_H

#include "base/zone.h"
#include "lineup.h"
#include "store/ledger.h"

/*
 * A pure function: events, ledger and settings in, an analysis out, in one arena; no clock, no database, no
 * environment. Everything is deterministic and independent of the order in which evidence came in.
 */
struct working_time {
	const struct zone *zone;    /* NULL: UTC */
	int from_minute, to_minute; /* minutes of the day: 540, 1020 */
	unsigned days;              /* bit 1u << weekday, 0 = Sunday; Monday to Friday 0x3e */
	const instant *holidays;    /* UTC midnights of local dates */
	size_t holidays_n;
};
#define TALK_PAUSE (10 * MINUTE)
#define TALK_HOLE HOUR
struct analysis_settings {
	int64_t before, after; /* default 14 d, 2 d */
	int64_t objective;     /* default 26 h */
	struct working_time week;
	instant now; /* for --upcoming only; INSTANT_NONE: nothing depends on it */
	const struct talks
		*talks; /* how the sources talk (store_talks with TALK_PAUSE and TALK_HOLE); NULL: not known */
};
struct analysis_settings analysis_defaults(void);

struct bounds {
	instant min, max;
};
/* Events by pointer into the analysed array, in time order, without repeats. */
struct proofs {
	const struct event **v;
	size_t n;
};

struct span {
	struct str id; /* "s" + 8 hex digits, from condition, subject and opening event's key */
	enum lane lane;
	struct str condition, subject;
	enum severity severity;
	instant from,
		to; /* from INSTANT_NONE: open to the past; to INSTANT_NONE: not over as far as the evidence goes */
	struct bounds from_bounds, to_bounds;
	struct proofs events;
	struct str why_from, why_to; /* "closed by silence: last event", "still open when the evidence ends", ... */
};
struct segment {
	instant from, to;
	unsigned lanes;
	const struct span **spans; /* the first of each lane, by start */
	size_t spans_n, spans_all; /* those, and how many hold in it */
};
struct overlap {
	unsigned lanes;
	instant from, to;
	int64_t length, length_min, length_max; /* microseconds */
	const char *relation; /* Allen's, pairs only: "before" never; "overlaps", "during", "contains", "starts"...;
				 else NULL */
	struct proofs events;
};
struct chain_link {
	enum lane lane;
	instant from;
	const struct span *span;
	bool impact_known;
	int64_t to_impact; /* impact_start - from */
};
struct knowable {
	const struct span *span;
	instant since;
	int64_t before_impact;
	bool answered;
	const struct event *answer;
};
struct milestone {
	const char *name; /* one of milestone_names */
	instant at;       /* INSTANT_NONE: unknown */
	const struct event *event;
	struct bounds bounds; /* of at: as finely as its event or its typing states it */
	bool confirmed;
	struct str because; /* why proposed, or what the person said */
	struct str by;
	const struct statement
		*said; /* the mark, or what else a person said that it is taken from; NULL: proposed from events */
};
enum { MILESTONES = 16 };
extern const char *const milestone_names[MILESTONES];
struct metric {
	const char *name, *formula; /* "change_start - notice_received" */
	bool known;
	int64_t length;
	bool has_working;
	int64_t working;
	struct bounds length_bounds;     /* min, max of length */
	const char *from_name, *to_name; /* milestones or inputs used */
	instant from, to;
	struct str why; /* unknown because... */
	struct proofs events;
};
enum { METRICS = 12 };
struct version_pair {
	struct str from, to;
};
struct notice {
	struct str id;                                        /* "n" + 8 hex */
	struct str provider, subject, reference, status, cls; /* cls: maintenance, upgrade, deprecation, incident */
	instant received, read;                               /* read: INSTANT_NONE unknown */
	instant sent, forwarded;     /* of a notice that was passed on: as it says itself, and as the mail around it */
	struct str received_because; /* which of them it was received at, and why; empty: its first mail came then */
	bool was_read;
	instant promised_from, promised_to;
	enum precision promised_precision;
	instant actual_from, actual_to;
	const struct event *began, *ended; /* what shows the actual change's ends; NULL: unknown */
	struct version_pair versions;
	struct str resource, cluster;
	bool answered, missed;
	const struct event *answer;
	const struct event *preparation; /* the last backup out of cadence before the change; NULL: none */
	int64_t lead, lead_working;      /* of the actual start; valid when actual_from is known */
	int64_t slip;                    /* actual_from - promised_from */
	struct str linked_because;       /* why the actual change is taken to be this one */
	int64_t sequence;                /* greatest SEQUENCE of its mails; INT64_MIN: none states one */
	struct proofs events;
};
/* A change that ran although no notice of it was found. */
struct unannounced {
	const struct span *span;
};
enum grade { GRADE_CLAIMED, GRADE_LISTED, GRADE_CHECKED, GRADE_DRILLED, GRADE_RESTORED, GRADES };
extern const char *const grade_names[GRADES];
struct copy {
	struct str id, tool, job, location, holds; /* holds: namespaces, volumes, paths as written */
	struct str namespaces, volume, database,
		path;                /* the same one by one; namespaces may be several, joined by "," */
	struct str location_because; /* why it is taken to lie there, though nothing says so; empty: it is stated */
	const struct place *place;   /* of its location; NULL: unknown where it lies */
	instant data_time, data_time_min, finished, ended; /* ended: expired, deleted, invalidated at; INSTANT_NONE */
	enum grade grade;
	bool reachable;                 /* at the instant of judgement */
	bool reachability_unknown;      /* counts as reachable and says so */
	bool partial;                   /* its run left something out */
	struct proofs events, restores; /* restores: of it, drills and others */
};
struct reach {
	struct str state; /* reachable | unreachable | decommissioned */
	instant from, to;
	struct proofs events;
};
struct place {
	struct str name;
	struct reach *v;
	size_t n;
};
struct recovery {
	struct str asset;
	instant judged_at, loss;
	const struct copy *existing, *reachable, *restored;
	bool loss_known;
	int64_t loss_length; /* loss - data time restored (or of the newest reachable one), microseconds */
	struct copy *copies; /* newest data first */
	size_t copies_n;
};
struct what_if {
	struct str text;
	int64_t length;
	struct proofs events;
};
/* What the timeline knew when a decision was made, beside what was already true. */
struct knowledge {
	const struct decision *decision;
	int64_t known, happened;                         /* events recorded by then; events that had happened by then */
	const struct span **known_spans, **hidden_spans; /* held then, with a proof recorded by then, and without one */
	size_t known_spans_n, hidden_spans_n;
};
/* Two things that belong together: "volume:pvc-7c1e" and "namespace:fusionauth", and the event that says so. */
struct bond {
	struct str a, b, because;
	const struct event *event;
};
/* Something the analysis wants said: an impossible order, an illegal transition, a change without notice. */
struct finding {
	struct str text;
	struct proofs events;
};

struct analysis {
	const struct incident *incident; /* NULL for spans of everything */
	struct analysis_settings settings;
	instant from, to;                   /* the widened window */
	instant incident_from, incident_to; /* to: end of evidence when open */
	instant evidence_to; /* behind its last event; INSTANT_NONE: there is none. What is open is known to hold until then */
	struct events events; /* those of the window, and earlier ones that matter */
	const struct ledger *ledger;
	const struct sources *sources;
	struct span *spans; /* by from, lane, subject, id */
	size_t spans_n;
	struct segment *segments;
	size_t segments_n;
	struct overlap *overlaps;
	size_t overlaps_n;
	const struct segment *lineup; /* NULL: the failures did not line up (never two lanes at once) */
	struct chain_link *chain;
	size_t chain_n;
	struct knowable *knowable;
	size_t knowable_n;
	struct notice *notices;
	size_t notices_n;
	struct unannounced *unannounced;
	size_t unannounced_n;
	struct place *places;
	size_t places_n;
	struct recovery *recovery;
	size_t recovery_n;
	struct milestone milestones[MILESTONES];
	struct metric metrics[METRICS];
	struct what_if *what_ifs;
	size_t what_ifs_n;
	struct finding *findings;
	size_t findings_n;
	struct knowledge *knowledge; /* per decision of the incident */
	size_t knowledge_n;
	struct bond *bonds; /* between things that were both in trouble: a node that was away and a volume with a
			       replica on it */
	size_t bonds_n;
	struct study *study; /* this room's own */
};

/*
 * What evidence tells whichever incident is looked at, worked out once: what it is made from must outlive it, and it the
 * analyses of incidents. NULL on failure.
 */
struct study *study_read(struct arena *, const struct events *, const struct sources *, const struct ledger *,
	const struct analysis_settings *, struct err *);
/* INCIDENT may be NULL: then the window is all of the evidence and there are no milestones. */
void study_incident(struct arena *, const struct study *, const struct incident *, struct analysis *out);
/* Both, for one. EVENTS in store order. */
bool analyse(struct arena *, const struct events *, const struct sources *, const struct ledger *,
	const struct incident *, const struct analysis_settings *, struct analysis *out, struct err *);
const struct milestone *analysis_milestone(const struct analysis *, const char *name);
const struct metric *analysis_metric(const struct analysis *, const char *name);
/* What could be restored at T, for `lineup backups --at`. */
bool analysis_recovery_at(struct arena *, const struct analysis *, instant at, struct recovery **, size_t *n);
/* Microseconds of working time in [from, to). */
int64_t working_time_between(const struct working_time *, instant from, instant to);

/* Does something that lasts until TO only do so because nothing ends it? Then it is known up to evidence_to alone. */
bool analysis_is_open_at(const struct analysis *, instant from, instant to);

#endif
