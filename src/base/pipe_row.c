/* Rows of GFM pipe tables, line by line. */
#include "base/pipe_row.h"

bool pipe_row_read(struct str line, struct pipe_row *r)
{
	r->n = 0;
	line = str_trim(line);
	if (str_starts(line, STR("|")))
		line = str_from(line, 1);
	size_t from = 0;
	for (size_t i = 0; i <= line.n; i++) {
		if (i < line.n && line.p[i] == '\\') {
			i++;
			continue;
		}
		if (i < line.n && line.p[i] != '|')
			continue;
		if (i >= line.n && from >= line.n && r->n)
			break; /* behind the last frame */
		if (r->n == PIPE_COLUMNS_MAX)
			return false;
		r->cells[r->n++] = str_trim(str_slice(line, from, i < line.n ? i : line.n));
		from = i + 1;
	}
	return r->n > 0;
}

bool pipe_ruler_read(struct str line, char letters[PIPE_COLUMNS_MAX + 1], size_t *n)
{
	struct pipe_row r;
	if (str_find_byte(line, '-', 0) == STR_NPOS || !pipe_row_read(line, &r))
		return false;
	for (size_t i = 0; i < r.n; i++) {
		struct str c = r.cells[i];
		bool left = str_starts(c, STR(":")), right = c.n > 1 && str_ends(c, STR(":"));
		struct str dashes = str_slice(c, left, c.n - right);
		if (!dashes.n)
			return false;
		for (size_t k = 0; k < dashes.n; k++)
			if (dashes.p[k] != '-')
				return false;
		letters[i] = left && right ? 'c' : right ? 'r' : left ? 'l' : 'n';
	}
	letters[r.n] = '\0';
	*n = r.n;
	return true;
}

void buf_pipe_cell(struct buf *b, struct str cell)
{
	for (size_t at; (at = str_find(cell, STR("\\|"), 0)) != STR_NPOS; cell = str_from(cell, at + 1))
		buf_add(b, str_slice(cell, 0, at));
	buf_add(b, cell);
}
