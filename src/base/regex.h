/* Regular expressions: the door to PCRE2, with limits so that no pattern and no line can hang it. */
#ifndef LINEUP_REGEX_H
#define LINEUP_REGEX_H

#include "err.h"
#include "need.h"

struct regex; /* compiled with JIT where there is one; lives as long as its arena's process */
enum { REGEX_GROUPS = 32 };

/* FLAGS: 'i' caseless, 'x' extended; NULL for none. NULL with "pattern 'P': at N: ..." on failure. */
struct regex *regex_compile(struct arena *, struct str pattern, const char *flags, struct err *);
/* The same for a pattern of the program itself: one that does not compile is a bug. */
struct regex *regex_own(struct arena *, const char *pattern, const char *flags);
/* Number of groups + 1 when it matches (groups[0] is the whole; unmatched groups are empty with p NULL), 0 when it does
 * not, also when a limit was met. GROUPS may be NULL. */
int regex_match(const struct regex *, struct str subject, struct str groups[REGEX_GROUPS]);
/* The same, starting at offset FROM (look-behind sees what stands before). */
int regex_match_at(const struct regex *, struct str subject, size_t from, struct str groups[REGEX_GROUPS]);
/* False: a text of these words does not match. Cheaper than trying; worth it where many are asked. */
bool regex_may_match(const struct regex *, const struct grams *);
/* A text that many patterns are tried on: after a few of them its words are gathered, and most others ruled out. */
struct probe {
	struct str text;
	unsigned tried;
	struct grams grams;
};
void probe_begin(struct probe *, struct str text); /* what it held before is gone */
bool probe_may_match(struct probe *, const struct regex *);
/* Makes machine code of it now. Otherwise its first match does, which cannot where no code may be made any more. */
void regex_hasten(const struct regex *);
/* Index of a named group, -1 if there is none; name of group I, NULL if it has none. */
int regex_group(const struct regex *, const char *name);
const char *regex_group_name(const struct regex *, int i);
int regex_groups(const struct regex *); /* number of groups, without the whole */

const char *regex_library(void); /* version of PCRE2 */

#endif
