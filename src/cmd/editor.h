/* A text that a person writes in $VISUAL or $EDITOR. */
#ifndef LINEUP_EDITOR_H
#define LINEUP_EDITOR_H

#include "cmd/cmd.h"

/* Opens the editor on BEFORE; *TEXT is what stands there above the scissors afterwards, and *PATH the file, which the
 * caller removes once the text is safe. */
bool editor_text(struct cmd *, struct str before, struct str *text, const char **path);

#endif
