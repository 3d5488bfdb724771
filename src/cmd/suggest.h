/* Words that a line in the shell could go on with: commands, options and their values, lanes, subjects. */
#ifndef LINEUP_SUGGEST_H
#define LINEUP_SUGGEST_H

#include "cmd/cmd.h"
#include "cmd/typing.h"

/* WORD is the last one of LINE; OUT lives in the arena. */
void suggest(struct cmd *, struct arena *, struct str line, struct str word, struct words *out);

#endif
