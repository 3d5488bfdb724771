/* What an operator sees before the cursor: which incident, how long it has been running, which lanes are in trouble. */
#ifndef LINEUP_PROMPT_H
#define LINEUP_PROMPT_H

#include "cmd/cmd.h"

#include <sys/stat.h>

struct prompt {
	struct cmd *c;
	struct str incident; /* its id; lives in ARENA */
	instant from;        /* INSTANT_NONE: it is not running */
	unsigned lanes;      /* bits: in trouble now */
	struct stat seen;    /* the database as it was when this was worked out */
	int64_t cost;        /* microseconds that took */
	instant worked_out;
	struct arena *arena;
	FILE *nowhere;  /* for chatter: it would stand in the line being typed */
	char text[160]; /* "inc-1 33 h 12 min storage+backup> " */
};
void prompt_open(struct prompt *, struct cmd *, FILE *nowhere);
void prompt_close(struct prompt *);
/* True: the database changed since the last call. */
bool prompt_sees_change(struct prompt *);
/* Works out incident and lanes anew, when that does not take too much of the operator's time. */
void prompt_work_out(struct prompt *);
/* Writes TEXT from what is known, by the clock. True: it reads otherwise than before. */
bool prompt_write(struct prompt *);

#endif
