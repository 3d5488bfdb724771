/* Citations: which events a report cites, and by which numbers. */
#ifndef LINEUP_CITE_H
#define LINEUP_CITE_H

#include "analyse/analyse.h"
#include "base/map.h"

/*
 * While a template is rendered nobody knows the numbers: a citation stands as a token (a control character that no
 * escaper lets through, the event's id and address, the control character). Afterwards the tokens are numbered by first
 * appearance, except that an event keeps the number which the previous report gave it, so that human prose citing [E12]
 * stays right.
 */
struct citation {
	int64_t number;
	struct str id;
	const struct event
		*event; /* NULL: the previous report cited it, the evidence of this incident no longer has it */
};
struct citations {
	struct arena *arena;
	const struct analysis *analysis;
	struct map events; /* id -> event, of the whole analysis; made when it is first needed */
	struct map by_id;  /* id -> citation */
	struct map by_number;
	int64_t highest; /* number given so far */
};
struct citations citations_open(struct arena *, const struct analysis *);
/* Numbers of an earlier report, from its lines '[E12]: #e12 "e1a2b3..."'. Only reserves them. */
void citations_remember(struct citations *, struct str report);
/* " [E1] [E2]" for proofs, as tokens; the first three and the last when there are many. */
struct str cite_proofs(struct arena *, const struct proofs *);
struct str cite_event(struct arena *, const struct event *);
/* What a person said that is no event (a mark, an action): a record of its own, told as WORDS. SAID may be NULL:
 * nothing. */
struct said {
	const struct statement *statement;
	struct str author, words; /* redacted where the report is */
	instant at;
};
struct str cite_said(struct arena *, const struct said *);
struct str cite_milestone(
	struct arena *, const struct milestone *); /* its event, and the word of the person who marked it */
/* "[E1] [E2]" of two citations, either of which may be empty; the same one twice is told once. */
struct str cite_both(struct arena *, struct str, struct str);
/* Adds to OUT the TEXT with its tokens turned into "[E12]"; every number is recorded in USED (by id -> citation, in
 * order). */
void citations_number(struct citations *, struct str text, struct map *used, struct buf *out);
/* Adds to USED what TEXT (human prose) cites by number. */
void citations_add_cited(struct citations *, struct str text, struct map *used);
const struct citation *citation_numbered(const struct citations *, int64_t number);
/* The next "[E12]" in *rest, which is cut behind it. */
bool citation_next(struct str *rest, int64_t *number);

#endif
