/* The letters that questions are about, and the words that they lack. */
#ifndef LINEUP_MAIL_NEED_H
#define LINEUP_MAIL_NEED_H

#include "base/regex.h"

/* From now on. Whoever gathered forgets them before their bytes are gone: what stands there next is another text. */
enum { NEED_TEXTS = 3 };
void need_gather(const struct str texts[NEED_TEXTS]);
void need_forget(void);
/* False: the pattern matches no part of TEXT, because the gathered letter that it lies in lacks the words. */
bool letter_may_match(const struct regex *, struct str text);

#endif
