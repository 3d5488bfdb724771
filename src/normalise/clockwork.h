/* The insides of a clock: what it knows of zones and of the order of a file. Private to normalise/. */
#ifndef LINEUP_CLOCKWORK_H
#define LINEUP_CLOCKWORK_H

#include "normalise/clock.h"
#include "normalise/written.h"

/* A zone as somebody wrote it, understood. */
struct place {
	struct str text;
	const struct zone *zone; /* NULL: a fixed offset */
	int offset;              /* seconds east */
	enum basis basis;
	const char *note;
};

/* What local times of a place can mean, or what is most likely. */
struct meaning {
	instant at, other; /* OTHER: the second reading of a fold or gap; else the same as AT */
	enum { LOCAL_ONCE, LOCAL_TWICE, LOCAL_NEVER } times;
};

/*
 * Stamps that leave out the year (or the whole date) go round: December is followed by January. A turn is a step
 * against the file's direction that is too long to be mere disorder; a step nearly as long as the round the other way
 * takes it back (a late line of the old year after the first of the new).
 */
struct round {
	int64_t turn, undo; /* steps at least so long, in microseconds */
};
extern const struct round round_year, round_day;

/* Going through a file under the supposition that it runs forward, or backward. */
struct course {
	int turn;     /* rounds since the first stamp */
	instant last; /* place in the round of the stamp before */
	bool begun, turned;
	instant edge; /* place in the round from which it turned last: late lines lie near it */
	int top_turn; /* the latest stamp */
	instant top;
	bool has_base; /* a dated neighbour gave the round's number */
	int64_t base;  /* year (or day since 1970) of turn 0 */
	bool has_leap;
	int leap_turn;             /* a 29 February stood there */
	int weekday, weekday_turn; /* a weekday stood there; -1: none */
	instant weekday_at;
};

/* A step of 10 to 70 minutes in local time: perhaps the second pass through a folded hour. */
struct step {
	uint64_t number; /* of the stamp after it */
	instant before, after;
};
enum { STEPS_MAX = 4096 };

struct order {
	const struct round *round; /* of its year-less or date-less stamps; NULL: none met */
	struct course ahead, back, reading;
	instant dated;     /* the last full date, INSTANT_NONE */
	uint64_t up, down; /* steps of local times */
	uint64_t number;   /* local stamps so far */
	uint64_t resume;   /* where reading goes on after the survey */
	instant local;     /* the last one */
	bool reversed, surveyed, wanted;
	VEC(struct step) ups, downs;
};

/* A stretch of local time for which lines of the document prove the offset of a clock. */
struct proof {
	instant from, to; /* local */
	int offset;       /* seconds east */
	int weight;       /* of its pairs */
	int64_t line;     /* of the first of them, ... */
	int64_t line_to;  /* ... and of the last */
	int64_t by;       /* line that stated the zone last */
};

/* The clocks of a document that do not state their zone, told apart by the form of what they write and by their host. */
enum { WRITERS_MAX = 64, PROOFS_MAX = 1000, HOST_MAX = 255 };
struct zoning {
	struct writer {
		const char *form; /* layout; NULL: whatever its form */
		struct str host;  /* empty: not stated */
		VEC(struct proof) proofs;
		bool refuted;
	} writers[WRITERS_MAX];
	size_t n;
	instant not_after; /* nothing in the document happened later; INSTANT_NONE: unknown */
	struct seen {      /* the line before */
		const char *form;
		struct str host;
		struct written written;
		instant at;   /* INSTANT_NONE: it does not state its zone */
		int64_t line; /* 0: none yet */
	} last;
	char last_host[HOST_MAX];
};
/* A line of the survey, in file order. */
void zoning_see(struct zoning *, struct arena *, const struct seen *);
/* Two writings of one moment, or where !SAME one of another moment in the same zone. DECLARED: its format is known to
 * write it twice. */
void zoning_twin(struct zoning *, struct arena *, const struct seen *, const struct seen *, bool same, bool declared);
/* What is proved for a local time on a line (0: it has none). FORM NULL: for every form that is proved. NULL: nothing. */
const struct proof *zoning_find(const struct zoning *, const char *form, struct str host, instant local, int64_t line);

/* Whether day or month stands first in the document's 03/04/2024. */
struct slashes {
	bool known;     /* proved by a number over twelve, or since the other way is in the future */
	bool day_first; /* not known: likely, as the dates follow each other better then */
	bool begun;
	struct slash_course { /* all of them, if the month stands first, or the day */
		instant min, max, last;
		uint64_t ups, downs; /* steps of a day or more */
	} month, day;
	int64_t said; /* line at which it was noted that it is not known; 0: not yet */
};
/* What one date proves. */
void slashes_learn(struct slashes *, struct str when, const struct written *);
/* Survey: each date; and its end. LIMIT: local time that none exceeds. */
void slashes_see(struct slashes *, const struct written *);
void slashes_settle(struct slashes *, instant limit);
/* Puts day and month of W in their places: as the document has them; else, NEAR a mail's or record's own time, the
 * reading next after that. What is not known is noted, once a document. */
void slashes_apply(struct slashes *, struct written *, instant near, int64_t line);

struct clock {
	struct arena *arena;
	struct clock_setting setting;
	const char *shape; /* layout that fitted last */
	struct place assumed;
	struct place places[16];
	size_t places_n, places_next;
	struct calm { /* a stretch of local time in which nothing changes */
		const struct zone *zone;
		instant from, to;
		int64_t offset;
	} calm;
	struct limit {
		const struct zone *zone;
		int offset;
		instant local;
		bool known;
	} limit;
	struct order order;
	struct zoning zoning;
	instant printed; /* ages count back from it; INSTANT_NONE: from the setting's */
	struct slashes slashes;
	bool met_zoned;  /* a stamp that states its zone */
	struct str host; /* of the record being read, and its line: who wrote its time */
	int64_t line;
};

/* The zone of a time: its own text, else ZONE (text beside it), else what is assumed. */
struct place place_of(struct clock *, const struct written *, struct str zone);
struct meaning place_meaning(struct clock *, const struct place *, const struct civil *local);
/* Local time of a place at an instant, in microseconds as if it were UTC. */
instant place_local(const struct place *, instant);

/* A local time in file order: POSITION within its round for incomplete ones. Only for the stamps of records, not for
 * others. */
void order_add(struct order *, struct arena *, instant local);
/* Which of two readings file order proves: -1 not proven, 0 the earlier, 1 the later. */
int order_fold(const struct order *, instant local);
/* Survey: an incomplete stamp, and a complete one. */
void order_partial(struct order *, const struct written *, instant position);
void order_dated(struct order *, instant local);
/* End of the survey. LIMIT: local time that no stamp exceeds; FIRST_YEAR: 0 infer. */
void order_settle(struct order *, instant limit, int first_year);
/* Completes an incomplete local time: by file order, else as late as LIMIT allows. False: it cannot be known. */
bool order_complete(struct order *, const struct written *, instant limit, int first_year, struct civil *);
/* Completes it nearest to NEAR (local). */
bool order_nearest(const struct written *, instant near, struct civil *);
/* Microseconds into its round: a leap year, or a day. */
instant round_position(const struct written *);

#endif
