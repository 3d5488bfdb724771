/* What the files of this room hand to each other while one analysis is made. */
#ifndef LINEUP_STUDY_H
#define LINEUP_STUDY_H

#include "analyse/analyse.h"
#include "analyse/interval.h"
#include "base/map.h"

/* One row of schema/conditions.json: what makes a span. */
enum { CONDITION_IDENTITIES = 4 };
struct condition {
	struct str name;
	bool lane_of_event; /* "lane": null: the event's own lane */
	enum lane lane;
	enum severity severity;
	int64_t gap;       /* silence that ends it, microseconds; 0: only a closing event does */
	const char *since; /* field of a closing event that states a beginning which nothing else told; NULL: none */
	bool state;    /* a single report states something that lasts: a closing event ends it however late it comes */
	bool replaced; /* something new takes the place of what it holds for */
	struct str
		by[CONDITION_IDENTITIES]; /* what makes two events speak of the same thing; first is the span's own */
	size_t by_n;
};
const struct condition *condition_find(struct str name); /* bug() when the table lacks it: the code needs it */
bool conditions_init(struct err *);

/* A span in the making. */
struct draft {
	struct span span;
	const struct condition *condition;
	VEC(const struct event *) proofs;
	const struct event *opener;
	instant last;      /* end of the last opening event */
	instant last_said; /* its start */
	struct bounds last_bounds;
	int64_t reports; /* opening events, repeats counted */
	bool announced;  /* a notice of it was found */
	bool typed;      /* a person said so: silence does not end it */
	bool closed;
	bool silent; /* by silence */
};

/* Nodes that were captured together. */
struct herd {
	struct herd *of;       /* itself, or the one it was found to be part of */
	struct str first_node; /* its name: the first of its nodes that was seen */
	size_t nodes;
	instant first, last;
	bool alone; /* no other herd at that time: there may be but one cluster */
};

/* The copies of an asset, newest data first. */
struct holding {
	const struct asset *asset;
	VEC(struct copy *) copies;
};

/* First made of all evidence; each incident then has one of its own, which begins as a copy of that. */
struct study {
	struct arena *arena;   /* the result's; what is made on the way lives in it too, for analysis_recovery_at */
	struct arena *lasting; /* for what incidents share; the same while no incident is looked at */
	struct analysis_settings settings;
	struct events events;   /* all, in canonical order */
	const struct event **v; /* dated events in canonical order */
	size_t n;
	instant first, last;                 /* of the evidence; INSTANT_NONE without any */
	VEC(const struct event *) responses; /* what people did and said: response.person.*, and mails from our side */
	const struct sources *sources;
	const struct ledger *ledger;
	const struct incident *incident; /* this and the next: NULL while none is looked at */
	struct analysis *out;
	VEC(struct draft *) drafts;
	VEC(struct draft *) upgrades; /* those of upgrade.running */
	VEC(struct copy *) copies;
	VEC(const struct event *) backups; /* backup.* events */
	VEC(const struct event *) orphans;
	VEC(struct finding) findings;
	VEC(struct notice) notices;
	const struct notice *change_notice; /* of the incident's change; NULL: none is known */
	const struct asset *assets;
	size_t assets_n;
	struct holding *holdings; /* one an asset */
	VEC(struct bond) bonds;
	struct map herds;      /* node -> struct herd */
	struct map only_place; /* tool -> struct str */
	struct map only_job;   /* tool -> struct str: its one job; empty when it has several */
	struct map only_tool; /* job -> struct str: the one tool with a job of that name; empty when several have one */
	struct map places;    /* plain name -> struct place */
	VEC(struct place) place_list;
	struct map targets; /* tool and the name it gives a target -> struct str, where that lies */
};

/* --- fields.c --- */
/* Value of one field of an event, empty when absent. Scans the JSON text; memory only where the value has escapes. */
struct str event_field(struct arena *, const struct event *, const char *name);
/* Several at once, in one walk. */
void event_fields(struct arena *, const struct event *, const struct str *names, size_t n, struct str *values);
bool event_field_time(struct arena *, const struct event *, const char *name, instant *out);
/* "pvc-7c1e" of "volume:longhorn-system/pvc-7c1e" for WANTED "volume"; empty for another type. An untyped subject is of
 * any. */
struct str subject_name(struct str subject, struct str wanted);
struct str subject_rest(struct str subject);                 /* behind the type: "longhorn-system/pvc-7c1e" */
struct str event_tool(struct arena *, const struct event *); /* field tool, else that of "backup:velero/daily" */
struct bounds event_bounds(const struct event *); /* of its start: bounds of the clock and of a coarse precision */
struct bounds event_end_bounds(const struct event *);
struct bounds grain_bounds(instant, struct grain);
instant event_end(const struct event *);               /* until, else at */
bool event_lane_is_stated(const struct event *);       /* a person put it in another lane than its kind's */
bool event_is(const struct event *, const char *kind); /* exact, or a prefix ending in "." */
bool text_names(struct str text, struct str word);     /* WORD stands in TEXT, caseless, not inside a longer word */
bool text_word(struct str *text, struct str *word);    /* next word in that sense; false: there is none */

/* --- names.c --- */
/* "old-nas.example/Daily" of "sftp://backup@OLD-NAS.example/Daily/". */
struct str name_plain(struct arena *, struct str);
/* Equal once plain, or one a prefix of the other that ends at one of - _ / : . or before a time stamp. */
bool name_matches(struct arena *, struct str, struct str);
/* SHORTER is LONGER, or its prefix as above; both plain already. */
bool name_begins(struct str longer, struct str shorter);
/* Without a trailing time stamp: "velero/daily" of "velero/daily-20240601020000". */
struct str name_stem(struct str);
struct str name_last(struct str); /* behind the last slash */

/* --- span.c --- */
struct draft *draft_open(struct study *, const struct condition *, struct str subject, const struct event *opener);
void draft_prove(struct study *, struct draft *, const struct event *);
void draft_begin(struct draft *, instant from, struct bounds, struct str why);
void draft_end(struct draft *, instant to, struct bounds, struct str why);
struct bounds exactly(instant);
void spans_read(struct study *);   /* conditions over events */
void spans_finish(struct study *); /* drafts that touch the window become out->spans, and get what incidents share */

void herds_read(struct study *);                                   /* herd.c */
const struct herd *herd_of(const struct study *, struct str node); /* NULL: nothing tells its cluster from others */
struct str event_node(struct study *, const struct event *);       /* upgrade.c: the node it happened to */
void orphans_read(struct study *);                                 /* orphan.c: ends without a beginning */
void orphans_tell(struct study *);                                 /* those of the window, as findings */
void upgrades_read(struct study *);                                /* upgrade.c */
bool upgrade_is_typed(const struct event *);                       /* a run that a person stated with its end */
void nodes_place(struct study *);                                  /* upgrade.c: lane of node.unavailable */
void notices_read(struct study *);                                 /* notice.c: threads and their states */
void notices_link(struct study *);                   /* change.c: which change each one announced, and the spans */
void notices_answer(struct study *);                 /* answer.c: who answered them in time */
struct bounds notice_promise(const struct notice *); /* change.c: of the start; valid when one was promised */
void places_read(struct study *);                    /* place.c */
void copies_read(struct study *);                    /* copy.c */
void cadences_read(struct study *);                  /* cadence.c: backup.silent */
void exposures_read(struct study *);                 /* exposure.c */
void coverage_read(struct study *);                  /* coverage.c: evidence.silent, and the bounds that holes give */
void sweep(struct study *);                          /* sweep.c */
void overlaps_read(struct study *);                  /* overlap.c */
void chain_read(struct study *);                     /* chain.c */
void knowable_read(struct study *);                  /* chain.c */
void milestones_read(struct study *);                /* milestone.c */
void recovery_read(struct study *);                  /* recovery.c */
void metrics_read(struct study *);                   /* metric.c */
void what_ifs_read(struct study *);                  /* whatif.c */
void knowledge_read(struct study *);                 /* decision.c */
void links_read(struct study *);                     /* link.c: what belongs together */
void links_choose(struct study *);                   /* link.c: what of that ties troubles together */

/* --- place.c --- */
/* What is known of a location at an instant; NULL: nothing. */
const struct reach *place_reach(const struct place *, instant);
const struct place *place_find(const struct study *, struct str location);
struct str event_location(struct study *, const struct event *);
/* The same; where an event of a backup tool names no location, the tool stands for it. */
struct str event_whereabouts(struct study *, const struct event *);
struct str tool_whereabouts(const struct study *, struct str tool);
/* Also when nothing is known: then *unknown. NULL, an unknown place, is unknown. */
bool place_is_reachable(const struct place *, instant, bool *unknown);
/* When the location was out of reach. */
struct intervals place_outages(struct arena *, const struct place *, struct interval within);

/* --- copy.c --- */
bool copy_is_there(const struct copy *, instant at); /* finished, and not expired, deleted or invalidated by then */
/* --- asset.c --- */
void assets_read(struct study *); /* the declared ones, else those that the evidence suggests */
/* --- recovery.c --- */
struct recovery recovery_of(
	struct arena *, const struct study *, const struct holding *, instant judged_at, instant loss);
/* --- cadence.c --- */
struct str job_of(
	struct study *, const struct event *); /* what recurs: field job, else the copy's name without its stamp */
/* A job by a name that no other has: with its tool where another tool has a job of that name, too. */
struct str job_key(struct study *, struct str tool, struct str job);
void jobs_name(struct study *); /* which tools have but one job, for: */
/* The job of a run that may not have got as far as naming it: then its tool's only one, else the tool's name. */
struct str job_that_ran(struct study *, const struct event *);
/* "backup:restic/nightly": what recurs by its own name, not by that of the run that E tells of. */
struct str job_subject(struct study *, const struct event *, struct str job);
void notices_prepared(struct study *); /* backups out of cadence between a notice and its change */

/* --- choice.c --- */
bool choice_restores(struct str words); /* in which a decision was told */

/* --- the rest --- */
void study_finding(struct study *, const struct event *const *, size_t n, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct proofs proofs_of(struct arena *, const struct event *const *, size_t n); /* sorted, without repeats or NULLs */
void proofs_add(struct arena *, struct proofs *, const struct event *);         /* to one that only this made */
int event_order(const struct study *, const struct event *, const struct event *);
unsigned lanes_counted(void); /* bits of the lanes that can line up: not response, not other */
const struct span *span_at(const struct analysis *, const char *condition, instant);

#endif
