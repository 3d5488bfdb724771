/* Rows of GFM pipe tables (section 4.10 of its specification), line by line. */
#ifndef LINEUP_PIPE_ROW_H
#define LINEUP_PIPE_ROW_H

#include "base/str.h"

enum { PIPE_COLUMNS_MAX = 128 };

/* Views into the line, trimmed; an escaped pipe still has its backslash (pipe_cell takes it off). */
struct pipe_row {
	struct str cells[PIPE_COLUMNS_MAX];
	size_t n;
};
/* Cells between unescaped pipes; a pipe at either end is a frame. False: too many, or none. */
bool pipe_row_read(struct str line, struct pipe_row *);
/* The row below the heads, "---", ":--", "--:", ":-:" of every column: letters n, l, r, c, terminated. */
bool pipe_ruler_read(struct str line, char letters[PIPE_COLUMNS_MAX + 1], size_t *n);
/* "\|" is a pipe, even in code. */
void buf_pipe_cell(struct buf *, struct str cell);

#endif
