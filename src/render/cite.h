/* Citations: which events a report cites, and by which numbers. */
#ifndef LINEUP_CITE_H
#define LINEUP_CITE_H

#include "analyse/analyse.h"
#include "base/map.h"

/*
 * While a template is rendered nobody knows the numbers: in the values for it a citation stands as a token, which is
 * the place of its event in a list between two control characters that no escaper lets through. When a value is written
 * its tokens are numbered by first appearance, except that an event keeps the number which the previous report gave it,
 * so that human prose citing [E12] stays right.
 */
struct citation {
	int64_t number;
	struct str id;
	const struct event
		*event; /* NULL: the previous report cited it, the evidence of this incident no longer has it */
	bool used;      /* by the text written so far */
};
struct citations {
	struct arena *arena;
	VEC(struct cited {
		const struct event *event;
		struct citation *citation; /* NULL: not written yet */
	})
	cited;
	struct map places; /* address of an event -> 1 + its place in that list */
	struct map by_id;  /* id -> citation */
	struct map by_number;
	int64_t highest; /* number given so far */
	size_t used_n;
};
struct citations citations_open(struct arena *);
/* Numbers of an earlier report, from its lines '[E12]: #e12 "e1a2b3..."'. Only reserves them. */
void citations_remember(struct citations *, const struct analysis *, struct str report);
/* "[E1] [E2]" for proofs, as tokens; the first three and the last when there are many. */
struct str cite_proofs(struct arena *, struct citations *, const struct proofs *);
struct str cite_event(struct arena *, struct citations *, const struct event *);
/* What a person said that is no event (a mark, an action): a record of its own, told as WORDS. SAID may be NULL:
 * nothing. */
struct said {
	const struct statement *statement;
	struct str author, words; /* redacted where the report is */
	instant at;
};
struct str cite_said(struct arena *, struct citations *, const struct said *);
/* Its event, and the word of the person who marked it. */
struct str cite_milestone(struct arena *, struct citations *, const struct milestone *);
/* "[E1] [E2]" of two citations, either of which may be empty; the same one twice is told once. */
struct str cite_both(struct arena *, struct str, struct str);
/* Adds to OUT the TEXT with its tokens turned into "[E12]". */
void citations_number(struct citations *, struct str text, struct buf *out);
/* What TEXT (human prose) cites by number is used, too: also what people said, once a value for the template cites it.
 */
void citations_use(struct citations *, struct str text);
const struct citation *citation_numbered(const struct citations *, int64_t number);
/* The next "[E12]" in *rest, which is cut behind it. */
bool citation_next(struct str *rest, int64_t *number);

#endif
