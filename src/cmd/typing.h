/* A line that a person types at a terminal, with history and completion, while other things are shown above it: the
 * door to libedit. */
#ifndef LINEUP_TYPING_H
#define LINEUP_TYPING_H

#include "base/err.h"

struct words {
	struct str *v;
	size_t n;
};
/* What the one who asks for lines answers; ARG is theirs. */
struct typing_host {
	void *arg;
	const char *(*prompt)(void *arg);
	/* While nobody types, about twice a second: lines to be shown above the prompt, or none. *REDRAW: the prompt
	 * has changed. */
	struct str (*news)(void *arg, bool *redraw);
	/* All words that WORD, the last one of LINE, could become. */
	void (*candidates)(void *arg, struct str line, struct str word, struct words *out);
	const char *draft; /* file that keeps what stood in the line when the terminal went away */
};

struct typing;
struct typing *typing_open(struct arena *, const struct typing_host *, struct err *);
void typing_close(struct typing *);
/* The next line, valid until the next call; false: the end (Ctrl-D, or a hangup). */
bool typing_line(struct typing *, struct str *line);
bool typing_hung_up(void);
/* More is there to be read at once: lines that were pasted, or come through a pipe. */
bool typing_is_behind(void);

const char *typing_library(void); /* version of libedit, as it was compiled with: it tells no other */

#endif
