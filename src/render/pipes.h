/* GFM pipe tables and task lists for a parser that knows neither. */
#ifndef LINEUP_PIPES_H
#define LINEUP_PIPES_H

#include "base/str.h"

/*
 * Tables become runs of paragraphs, each beginning with one of these noncharacters (those of the text itself are shown
 * as \ufdd0), so that their cells are parsed as inline text in the same document, with its link definitions. Whoever
 * renders turns the paragraphs into rows and cells. The box of a task becomes a noncharacter too; an escaped one stays
 * text.
 */
#define PIPES_CELL "\xef\xb7\x90"
#define PIPES_TABLE "\xef\xb7\x91" /* followed by a letter for each column: n, l, c, r */
#define PIPES_ROW "\xef\xb7\x92"
#define PIPES_END "\xef\xb7\x93"
#define PIPES_OPEN "\xef\xb7\x94" /* [ ] */
#define PIPES_DONE "\xef\xb7\x95" /* [x] */
struct str pipes_mark(struct arena *, struct str markdown);

#endif
