/* Tokens: the dates, times, zones and weekdays in a mail's text, one after another. */
#ifndef LINEUP_MAIL_TOKEN_H
#define LINEUP_MAIL_TOKEN_H

#include "base/regex.h"
#include "formats/mail_moment.h"

enum token_kind { TOKEN_DATE, TOKEN_TIME, TOKEN_ZONE, TOKEN_WEEKDAY };
struct token {
	enum token_kind kind;
	struct moment is; /* only the members of its kind */
};

/* Reads TEXT from front to back; TODAY is what "today" means (month 0: unknown). */
struct tokens {
	struct arena *arena;
	struct str text;
	struct civil today;
	size_t done;                      /* read up to here */
	struct str (*next)[REGEX_GROUPS]; /* what each pattern finds next */
};
struct tokens tokens_open(struct arena *, struct str text, struct civil today);
bool tokens_next(struct tokens *, struct token *);

#endif
