/* GFM pipe tables for a parser that knows none. */
#ifndef LINEUP_PIPES_H
#define LINEUP_PIPES_H

#include "base/str.h"

/*
 * Tables become runs of paragraphs, each beginning with one of these noncharacters (those of the text itself are shown as
 * \ufdd0), so that their cells are parsed as inline text in the same document, with its link definitions. Whoever renders
 * turns the paragraphs into rows and cells.
 */
#define PIPES_CELL "\xef\xb7\x90"
#define PIPES_TABLE "\xef\xb7\x91" /* followed by a letter for each column: n, l, c, r */
#define PIPES_ROW "\xef\xb7\x92"
#define PIPES_END "\xef\xb7\x93"
struct str pipes_mark(struct arena *, struct str markdown);

#endif
