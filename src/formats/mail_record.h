/* Notices on their way into records. */
#ifndef LINEUP_MAIL_RECORD_H
#define LINEUP_MAIL_RECORD_H

#include "formats/format.h"
#include "formats/mail_notice.h"

struct outlet {
	struct notice notice;
	struct doc *doc;
	struct sink *sink;
	struct where from;
	struct str raw;
	struct str when, zone; /* when it was sent, as written */
	enum basis basis;
	struct str identity;      /* of its first record */
	struct str printed;       /* lines of a tool, which stand for the text until it is known what they tell */
	struct str excerpt;       /* of the body, for rules; empty: they need none */
	bool sums_up;             /* the runs it is about have records of their own */
	const struct record *run; /* the one run that it tells of: its fields and times; NULL: none */
	size_t records;           /* put so far */
};

/* A letter studied, to be told as of its date. The document's scratch must outlive it. */
struct outlet outlet_of(
	struct doc *, struct sink *, const struct slice *all, const struct letter *, struct str identity);
/* A page that repeats its posts says by the newest how things stand, and when. */
void outlet_date_by_posts(struct outlet *);
void outlet_put(struct outlet *);
/* A mail of cron or of a backup tool, and no notice: what its lines tell of a run is told as of its date. */
bool outlet_is_printed(const struct outlet *);
void outlet_put_printed(struct outlet *);

#endif
