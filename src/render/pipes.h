/* GFM pipe tables and task lists for a parser that knows neither, and verbatim text that it need not see. */
#ifndef LINEUP_PIPES_H
#define LINEUP_PIPES_H

#include "store/ledger.h"

/*
 * Tables become runs of paragraphs, each beginning with one of these noncharacters (those of the text itself are shown
 * as \ufdd0), so that their cells are parsed as inline text in the same document, with its link definitions: one
 * begins each row, one with a blank each cell, and a blank stands before a further cell of a paragraph. Whoever renders
 * turns the paragraphs into rows and cells. The box of a task becomes a noncharacter too; an escaped one stays
 * text. Evidence, which stands in fences and is most of a report, is nothing to be parsed: a paragraph that names its
 * place in *code takes the place of each such block.
 */
#define PIPES_CELL "\xef\xb7\x90"
#define PIPES_TABLE "\xef\xb7\x91" /* followed by a letter for each column: n, l, c, r */
#define PIPES_ROW "\xef\xb7\x92"
#define PIPES_END "\xef\xb7\x93"
#define PIPES_OPEN "\xef\xb7\x94" /* [ ] */
#define PIPES_DONE "\xef\xb7\x95" /* [x] */
#define PIPES_CODE "\xef\xb7\x96" /* followed by a place in *code */
struct str pipes_mark(struct arena *, struct str markdown, struct strs *code);

#endif
