/* Words that a pattern cannot match without: most patterns are about things that a letter never speaks of,
 * and need not be tried on it. */
#ifndef LINEUP_MAIL_NEED_H
#define LINEUP_MAIL_NEED_H

#include "base/str.h"

enum need_kind { NEED_NOTHING, NEED_WORD, NEED_ALL, NEED_ANY };
struct need {
	enum need_kind kind;
	const uint16_t *grams; /* of a word: the bits that a text with it has */
	const struct need *parts;
	size_t n;
};

/* PATTERN is PCRE2's syntax, matched with or without regard to case, never 'x'tended. What it does not know
 * it takes for anything. */
struct need need_of(struct arena *, struct str pattern);

/* The letters that questions are about from now on. Whoever gathered forgets them before their bytes are gone: what
 * stands there next is another text. */
enum { NEED_TEXTS = 3 };
void need_gather(const struct str texts[NEED_TEXTS]);
void need_forget(void);
/* False: no part of TEXT can match, because the gathered text that it lies in lacks the words. */
bool need_met(const struct need *, struct str text);

#endif
