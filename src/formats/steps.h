/* Steps compiled. Private to run.c, output.c and steps.c. */
#ifndef LINEUP_STEPS_H
#define LINEUP_STEPS_H

#include "base/regex.h"
#include "formats/run.h"

enum { STEPS_MAX = 64, STEP_ALSO = 8, STEP_FIELDS = 8, RUN_KEY = 48 };

/* What a line can tell of a run. Where one record holds several, the heavier counts. */
enum word {
	WORD_NONE,
	WORD_STARTED,
	WORD_RESTORE_STARTED,
	WORD_LISTED,
	WORD_REACHABLE,
	WORD_VERIFIED,
	WORD_EXPIRED,
	WORD_DELETED,
	WORD_COMPLETED,
	WORD_RESTORE_COMPLETED,
	WORD_UNDECIDED, /* what looked like an end is none */
	WORD_PARTIAL,
	WORD_MISSED,
	WORD_RESTORE_FAILED,
	WORD_FAILED,
	WORD_UNREACHABLE,
	WORDS
};
extern const struct run_word {
	const char *name;
	bool begins, ends;
} run_words[WORDS];

struct bytes {
	bool has[256];
};
/* Which bytes a text can begin with to match PATTERN; all of them when that is not plain to see. */
struct bytes first_bytes(struct str pattern);

struct step {
	const struct regex *line, *also[STEP_ALSO];
	size_t also_n;
	enum word word;
	bool begins, row, own, tentative;
	const char *layout;
	struct str twin;    /* name of the time that is the same instant as data_time; empty: none */
	struct bytes first; /* what a line that matches can begin with */
	bool open;          /* anything: the pattern takes long to say no, and the words of the line are asked before */
	struct field set[STEP_FIELDS], where[STEP_FIELDS];
	size_t set_n, where_n;
};
/* The steps of all formats that are looked for in other programs' logs, by the first byte of a line. In carried.c. */
struct carried_step {
	const struct steps *steps;
	const struct step *step;
};
const struct carried_step *steps_carried(char first, size_t *n);
/* The steps of the tool that TEXT names first, as a word; NULL: it names none that has steps of its own. */
const struct steps *steps_named(struct str text);

struct steps {
	struct step v[STEPS_MAX];
	size_t n;
	const struct field *fields; /* of every run */
	size_t fields_n;
};

/* Does a time say its zone (an offset, a name), or need none (an epoch)? */
bool time_is_exact(struct str when);

/* What is known of one run. Texts live in its arena. */
struct run {
	struct arena *arena;
	char key[RUN_KEY]; /* cut, and ended by NULs */
	struct field fields[RUN_FIELDS];
	struct stamp stamps[RUN_STAMPS];
	size_t fields_n, stamps_n;
	const struct steps *steps; /* whose it is */
	struct str zone;
	int errors;
	bool ended, begun;
	bool exact;     /* the record at hand says in which zone its time is */
	enum word said; /* the end that was told, and by what */
	const struct step *said_by;
	int64_t used;  /* when last, counted in lines */
	instant heard; /* and by whatever clock its lines have; 0: not yet */
};
void run_forget(struct run *);
/* A field or a time: the newest value counts, but of several errors the first. */
void run_tell(struct run *, struct str name, struct str value, const char *layout);
void run_tell_time(struct run *, const struct stamp *);
struct str run_field(const struct run *, struct str name);

const struct stamp *run_stamp(const struct run *, struct str name); /* NULL: no such time */

/* The first step that LINE is; OWN: steps that count only in the tool's own format are tried, too. */
const struct step *steps_match(const struct steps *, const struct run *, struct probe *line, bool own);
/* Is LINE, which is not empty, that step of the run? */
bool step_matches(const struct step *, const struct run *, struct probe *line);
/* What LINE, a STEP of STEPS, says is told to RUN. */
void step_take(const struct steps *, const struct step *, struct run *, struct str line);
/* RECORD with the fields and times of RUN added where it has none of that name, and what WORD says. In the arena. */
void run_fill(const struct run *, struct arena *, enum word, struct record *);

#endif
