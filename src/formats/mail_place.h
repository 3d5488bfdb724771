/* What stands around a moment in a mail's text and says what it is: label, sentence, heading. */
#ifndef LINEUP_MAIL_PLACE_H
#define LINEUP_MAIL_PLACE_H

#include "formats/mail_ask.h"
#include "formats/mail_window.h"

/* One stretch of text with its moments. */
struct section {
	struct arena *arena;
	struct str text;
	struct moments moments;
	struct windows windows;
	bool is_subject;
	struct civil sent;   /* the mail's Date as written; month 0: unknown */
	const size_t *aside; /* where moments stand that are known to tell of something else */
	size_t aside_n;
};

/* How plainly a window is one: a range of times, a time alone, a range of days, a day. */
enum rank { RANK_NONE, RANK_DATE, RANK_DATES, RANK_START, RANK_FULL };
enum { TWIN_REACH = 500 }; /* bytes between a window and itself in another zone */

/* What the windows collected from both sections promise; theirs are used up. In mail_choice.c. */
struct windows windows_choose(struct section *subject, struct section *body, struct civil sent);

enum saying {
	SAYS_START,
	SAYS_END,
	SAYS_OTHER,
	SAYS_OTHER_AFTER,
	SAYS_RECURRING,
	SAYS_WINDOW,
	SAYS_TENTATIVE,
	SAYS_ACTION,
	SAYS_ZONE,
	SAYS_DURATION,
	SAYS_BETWEEN,
	SAYS_MOVED_FROM,
	SAYS_LOCAL,
	SAYS_EXPIRY,
	SAYS_IMPACT,
	SAYS_EXTENDED,
	SAYS_NIGHT,
	SAYS_TILL,
	SAYS_EXTENDED_AFTER,
	SAYS_DEADLINE,
	SAYS_FORCED,
	SAYS_WEEK,
	SAYS_REPEATED,
	SAYS_HABIT,
	SAYS_ASIDE,
	SAYS_NEW,
	SAYS_EXTENDED_FROM,
};
bool says(enum saying, struct str text);
/* Hours or minutes of a stated duration, as microseconds; 0: none is stated. */
int64_t duration_said(struct str text);

size_t line_start(struct str text, size_t at);
size_t line_end(struct str text, size_t at);
/* Letters in S, any alphabet's. */
size_t letters(struct str s);
bool has_moment(const struct moments *, size_t from, size_t to);
/* What names moment I: the text before it on its line, else the head of its column, else the line above. */
struct str label_of(const struct section *, size_t i);
/* The sentence or row it stands in, within reason. */
struct str sentence_of(const struct section *, size_t at);
/* The paragraph that introduces the list or table it stands in; empty. */
struct str introduction_of(const struct section *, size_t at);
/* A date that tells of something else: when the mail was sent, a deadline, the date it was moved from. */
bool is_beside_the_point(const struct section *, size_t i);

#endif
