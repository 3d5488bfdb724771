/* Records to events: clock, rules, subject, severity, identity. */
#ifndef LINEUP_NORMALISE_H
#define LINEUP_NORMALISE_H

#include "base/digest.h"
#include "formats/format.h"
#include "normalise/account.h"
#include "normalise/clock.h"
#include "normalise/home.h"
#include "normalise/rules.h"

/* Where events go (the frames to the parent; a printing one in tests). The event's views last until the call returns.
 */
struct event_sink {
	void (*event)(struct event_sink *, const struct event *);
	void (*note)(struct event_sink *, struct where, struct str text, struct str why);
};

/* One document's normaliser. It is a sink: give &n->sink to format_parse. Counts what passes, and where every byte
 * went. */
struct normaliser {
	struct sink sink;
	struct event_sink *out;
	const struct rules *rules;
	struct clock *clock;
	struct arena *arena;   /* for what lasts as long as the document: ordinals of identical records */
	struct arena *scratch; /* one record's workings */
	const char *format;
	enum { PASS_READING, PASS_GLANCE, PASS_SURVEY } pass; /* passes before the reading: only the clock listens */
	bool glanced;
	struct str head; /* the document's */
	struct doc *(*reopen)(
		void *); /* for the survey, made when the first stamp shows that it is needed; NULL: not possible */
	void *reopen_arg;
	const struct format *reading;
	struct home home; /* what the document's place says of all its records */
	instant last_at;  /* time of the dated record before: lower bound of undated ones */
	struct ordinals *ordinals;
	struct digester *digester;
	struct tally *tally; /* how often the clock's notes were given */
	int64_t records, undated, noted;
	struct account *account;
	struct allotment bytes; /* several facts of one place count its bytes once; adds up once the document is read */
	int64_t unclaimed;      /* of what was not understood, what its format did not even note: a fault in it, unless
				   reading broke off */
	int64_t received;       /* bytes the document was read from */
};
struct normaliser *normaliser_open(struct arena *, struct arena *scratch, const struct rules *, const char *format,
	const struct clock_setting *, struct event_sink *);
/* Gives back what is not in the arena. NULL is harmless. */
void normaliser_close(struct normaliser *);
AUTO_CLOSER(struct normaliser *, normaliser_close)
/* Reads DOC with FORMAT, to its end whatever becomes of the format, with a survey pass first when the clock wants one
 * (REOPEN gives a fresh document over the same bytes, which is closed here; NULL: no survey possible, as for streams).
 */
bool normalise_doc(struct normaliser *, const struct format *, struct doc *, struct doc *(*reopen)(void *),
	void *reopen_arg, struct err *);

/* Also for typed entries: the key of an event from its identity bytes and ordinal (1 for the first). */
void event_key(struct digester *, struct str identity, uint32_t ordinal, uint8_t key[EVENT_KEY]);
/* "e" + 12 hex digits of the key. */
struct str event_id(struct arena *, const uint8_t key[EVENT_KEY]);

#endif
