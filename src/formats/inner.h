/* A document inside of another: the output of a command in a terminal's transcript, the text of a mail. */
#ifndef LINEUP_INNER_H
#define LINEUP_INNER_H

#include "formats/format.h"

enum {
	INNER_MAX = 1 << 20,       /* bytes of one; what is longer comes in several */
	INNER_LINES_MAX = 1 << 16, /* and lines */
};

/* Lines of the outer document that are gathered until they are read. Zero it with INNER(arena); the arena is reset when
 * they were. */
struct inner {
	struct arena *arena;
	struct buf text;
	VEC(struct inner_line {
		size_t at; /* in TEXT */
		struct where from;
	})
	lines;
};
#define INNER(a) ((struct inner){.arena = (a), .text = BUF(a)})

/* False: it is full, and is to be read first. */
bool inner_add(struct inner *, const struct slice *);

/* What the outer document tells of the inner one. */
struct inner_setting {
	struct str printed;  /* when it was printed: what states no time is dated by it; empty: unknown */
	struct str zone;     /* of times that state none; empty: not told */
	bool tells_past;     /* what states no time happened earlier: it stays undated */
	enum basis basis;    /* of what is dated by it */
	bool runs_only;      /* only formats that tell of runs are asked */
	struct str location; /* where what is listed lies, for rows of runs that say none; empty: not told */
};

/*
 * Reads what was gathered as the document that it is: its records come out at SINK with their places in the outer one
 * and the name of the format that read them. False: nobody knows it, nothing was put, and it is still there.
 */
bool inner_parse(struct inner *, const struct doc *outer, const struct inner_setting *, struct sink *);
void inner_forget(struct inner *);

#endif
