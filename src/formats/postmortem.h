/* Postmortems that people wrote in Markdown, in whatever template: shared by the postmortem_*.c files. */
#ifndef LINEUP_POSTMORTEM_H
#define LINEUP_POSTMORTEM_H

#include "formats/format.h"
#include "read/markdown.h"

/*
 * The records of a postmortem, by their field "part":
 *
 *   incident   one, with its title as text; its window, where stated or told by timeline and length, as its time and
 *              until; fields title, severity (one of ours), severity_written, status (draft | in review | final),
 *              authors, reference, length (as written), summary, window = stated | inferred
 *   milestone  a time or length with a name, in a list, table or heading; field milestone; a length (time to detect)
 *              counts from the start and says so in field length
 *   timeline   an entry of the timeline; fields person, link, and milestone where its words name one
 *   action     a follow-up, undated; fields owner, type (prevent | detect | mitigate | process), state (open | done |
 *              dropped), reference, link, priority; stamps due, ended
 */

/* --- words (postmortem_words.c) --- */
/* Lower case, without numbering, markup and signs at either end, blanks as one. */
struct str words_plain(struct arena *, struct str);
/* Which section a heading begins: "timeline", "actions", "summary", "impact", "aside" (chat logs, appendices), "prose";
 * empty: not known. */
struct str section_named(struct str plain);
/* What a label means: a milestone's name, "window", "date", "length", "to_detect" and its like, "severity", "status",
 * "title", "authors", "reference", "summary"; empty: not known. */
struct str label_named(struct str plain);
/* Which column of a table a head means; empty: not known. */
struct str timeline_column(struct str plain), action_column(struct str plain);
/* The milestone that a label names ("Detected", "End of impact"); empty: none. */
struct str milestone_labelled(struct str plain);
/* The milestone that an entry of a timeline names ("outage begins"); empty: none. */
struct str milestone_told(struct str text);
struct str severity_told(struct str text), status_told(struct str text), state_told(struct str text),
	action_type_told(struct str text);
/* "66 minutes", "1 h 13 m", "1.5 hours", "about two"...: microseconds; 0: no length. BARE: a number alone counts
 * minutes. */
int64_t length_told(struct str text, bool bare);
/* What stands where a template wants something: "TBD", "[Name]", "YYYY-MM-DD", "n/a", "-". */
bool is_placeholder(struct str text);
/* "Postmortem", "Incident report": names the kind of document only; *rest is what follows ("Postmortem: Logins down").
 */
bool title_is_generic(struct str title, struct str *rest);

/* --- times (postmortem_time.c) --- */
/* The day and zone that hold for entries that state none. */
struct calendar {
	struct civil date; /* of the entry before, its heading or the document; month 0: unknown */
	int minutes;       /* time of day of the entry before; -1: none */
	bool rolled;       /* a midnight was inferred since a date was written */
	struct str zone;   /* what the section, else the document says; empty: nothing */
	bool borrowed;     /* the zone is that of a labelled time elsewhere: likely, not said */
};
/* A time as it stands in prose; text for the clock, no instants. */
struct told_time {
	struct str when, zone, until, until_zone; /* until: the text was a range */
	const char *layout;                       /* of both; NULL: the clock's own */
	enum basis basis;
	bool dated, timed, until_timed;
	struct civil at, end; /* the same, to reckon with; end.month 0: no range */
	struct str rest;      /* what follows it, without dashes and brackets */
};
/* TEXT begins with a time (behind brackets, "at", "on"...). What it leaves out comes from the calendar, which moves on
 * to it. */
bool time_leads(struct calendar *, struct arena *, struct str text, struct told_time *);
/* The first date that stands anywhere in TEXT; a time of day without one is passed over. The calendar is asked, not
 * moved. */
bool time_within(const struct calendar *, struct arena *, struct str text, struct told_time *);
/* The first range of times of day that stands anywhere in TEXT: "between 01:57 and 08:58 UTC on 21 January". */
bool range_within(const struct calendar *, struct arena *, struct str text, struct told_time *);
/* A zone that TEXT names outside any time: "Timeline (UTC)", "all times in PST"; empty. */
struct str zone_told(struct arena *, struct str text);
/* T + LENGTH on the same wall clock, as text for the clock. */
struct str time_after(struct arena *, const struct told_time *, int64_t length, struct civil *at);
/* The time of a milestone record or of the window: CIVIL as text. */
struct str civil_text(struct arena *, const struct civil *, bool timed);

/* --- reading (postmortem.c and its parts) --- */
struct head_fact {
	struct str name; /* label_named's answer */
	struct str label, value;
	struct where from;
	struct str raw;
	bool in_prose; /* below a heading that tells a story: what it says there may be no value */
};
struct found_time {
	struct str name; /* milestone */
	struct told_time time;
	struct str text; /* its line */
	struct where from;
	bool labelled;  /* by a label, not by the words of an entry */
	size_t finding; /* the entry's number among the findings, from 1; 0: none */
};
/* What goes to the sink, in the order of the document whatever part found it first. */
struct finding {
	struct record record;
	struct where from;
	struct str why; /* of a note; its text is the record's */
	size_t order;
};
/* Where the last line of a block was found: the next one stands behind it. */
struct line_cursor {
	const struct block *block;
	struct str rest;
	int64_t offset;
	size_t n;
};

struct postmortem {
	struct arena *arena;
	VEC(struct finding) findings;
	struct str base; /* file name */
	struct blocks blocks;
	struct str *sections;           /* of each block */
	struct str *under;              /* its nearest heading, plain */
	const struct block **above;     /* of a heading: the one it stands below; NULL: none */
	const struct block *title_head; /* the first heading */
	struct line_cursor cursor;
	struct calendar calendar;
	struct str title, title_raw;
	struct where title_at;
	VEC(struct head_fact) facts;
	VEC(struct found_time) times;
	bool in_prose;                /* where facts are being read */
	struct civil day;             /* the document's own; month 0: it names none */
	struct told_time first, last; /* entries of the timeline; the first one of that day where there is one */
	bool first_of_day;
	int64_t entries;
};
const struct head_fact *fact_named(const struct postmortem *, struct str name); /* the first of that name; NULL: none */
void postmortem_head(struct postmortem *, struct str text); /* title, facts and the first day; puts nothing */
void postmortem_timeline(struct postmortem *);              /* puts entries */
void postmortem_actions(struct postmortem *);
void postmortem_milestones(struct postmortem *); /* and the incident itself, last of all */
/* A record with the bytes of a block as its raw text and place; its fields and stamps are copied. */
void postmortem_put(struct postmortem *, struct record *, const struct block *, const char *part);
void postmortem_note(struct postmortem *, struct where, struct str text, const char *why);
/* The Nth line of a block's text, from 0, as a block of its own. */
const struct block *block_line(struct postmortem *, const struct block *, size_t n);

#endif
