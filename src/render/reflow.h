/* Whether two Markdown texts say the same, however an editor broke their lines. */
#ifndef LINEUP_REFLOW_H
#define LINEUP_REFLOW_H

#include "base/str.h"

/*
 * 16 hex digits of a SHA-256 of what TEXT says. Outside code fences neither blanks, line ends and the length of a
 * table's ruler count, nor which of its signs a list or an emphasis is written with: editors change these without being
 * asked. Inside fences, where evidence stands, every byte counts but blanks at the ends of lines.
 */
struct str reflow_digest(struct arena *, struct str text);
/* Length of the fence that LINE opens or closes: three or more backticks; 0: none. */
size_t fence_length(struct str line);

#endif
