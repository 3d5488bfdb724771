/* A letter: what one message of a mail says in its sender's own words, without history and wrapping. */
#ifndef LINEUP_MAIL_LETTER_H
#define LINEUP_MAIL_LETTER_H

#include "base/instant.h"
#include "read/mail.h"

enum { LETTER_TEXT_MAX = 512 << 10 }; /* bytes of text that facts are looked for in */

struct letter {
	struct str title;   /* the subject as decoded */
	struct str subject; /* folded; without list tags and marks of reply or forward */
	struct str body;    /* folded; the sender's own words */
	struct str whole;   /* folded; everything, for names and links */
	struct str history; /* folded; quoted words of the sender's own house; empty */
	struct mailbox from;
	struct str date; /* the Date header; or the top Received where it is no use */
	bool date_from_received;
	struct str sent_at, sent_zone; /* of an inline forward: when the notice itself was sent; empty: not
					  said. Mail programs show that in the zone of who passes it on */
	struct civil sent;             /* calendar date of the notice itself; month 0: unknown */
	struct str message_id, in_reply_to, references;
	struct str forwarded_by;                               /* address of who passed it on; empty */
	struct str forwarded_at;                               /* the Date of the mail that passed it on */
	enum { WITHIN_UNKNOWN, WITHIN_YES, WITHIN_NO } within; /* who passed it on is of the house that got it */
	bool answers;                                          /* In-Reply-To, References or "Re:", and not forwarded */
	bool answers_others; /* ... and what it answers came from another house than its own */
	bool was_read;       /* mbox: "Status: RO" */
	bool is_report;      /* delivery report or the like */
	struct str table;    /* folded; tables attached as CSV, cells between tabs */
	struct str *calendars;
	size_t calendars_n;
};

struct letters {
	struct letter *v;
	size_t n, cap;
	bool own;            /* the one letter is the mail itself */
	struct letter outer; /* the mail itself: what it is where none of the letters inside is a notice */
};
/* The letters of a mail: itself, or the messages it forwards or digests. */
struct letters letters_of(struct arena *, const struct mail *, struct complaints *);

/* A post of a status page, read like a letter of its own: TITLE and TEXT as decoded, DATE as written. */
struct letter letter_of_post(struct arena *, struct str title, struct str text, struct str date, struct mailbox from);

/* The body without quoted history. *FORWARDED (may be NULL): headers of an inline forward, when the text
 * holds one. */
struct forward {
	struct str from, date, subject;
	bool found;
};
struct str letter_unquote(struct arena *, struct str body, bool forwarded, struct forward *);
/* The quoted history that letter_unquote leaves out, quote marks off, and who is said to have written it. */
struct str letter_history(struct arena *, struct str body, struct str *author);

#endif
