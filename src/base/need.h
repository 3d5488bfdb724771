/* Words that a pattern cannot match without: most patterns are about things that a text never speaks of, and need not be
 * tried on it. */
#ifndef LINEUP_NEED_H
#define LINEUP_NEED_H

#include "str.h"

/* What a text is made of: the set of its groups of three bytes, hashed into bits. Case is folded, all digits are one. */
enum { GRAM_BITS = 1 << 15 };
struct grams {
	uint64_t bits[GRAM_BITS / 64];
};
void grams_gather(struct grams *, struct str text); /* what it held before is gone */

enum need_kind { NEED_NOTHING, NEED_WORD, NEED_ALL, NEED_ANY };
struct need {
	enum need_kind kind;
	uint16_t first; /* of the grams: what most texts lack is told by it */
	uint32_t n;     /* of the grams or the parts */
	union {
		const uint16_t *grams; /* of a word: the bits that a text with it has */
		const struct need *parts;
	};
};
/* PATTERN is PCRE2's syntax, matched with or without regard to case, never 'x'tended. What it does not know it takes for
 * anything. */
struct need need_of(struct arena *, struct str pattern);
/* False: no text of these can match, nor any part of one. */
bool need_met(const struct need *, const struct grams *);

#endif
