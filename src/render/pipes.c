/* GFM pipe tables and task lists (sections 4.10 and 5.3 of its specification) for a parser that knows neither. */
#include "render/pipes.h"

#include "base/pipe_row.h"

static void put_cell(struct buf *b, struct str cell)
{
	buf_cstr(b, PIPES_CELL);
	buf_pipe_cell(b, cell);
	buf_cstr(b, "\n\n");
}

static void put_row(struct buf *b, const struct pipe_row *r, size_t columns)
{
	buf_cstr(b, PIPES_ROW "\n\n");
	for (size_t i = 0; i < columns; i++)
		put_cell(b, i < r->n ? r->cells[i] : STR_NONE);
}

static bool is_indented(struct str line)
{
	return str_starts(line, STR("    ")) || str_starts(line, STR("\t"));
}

/* Begins another block, so ends a table. */
static bool ends_table(struct str line)
{
	struct str s = str_trim(line);
	return !s.n || is_indented(line) || str_starts(s, STR("```")) || str_starts(s, STR("~~~")) ||
	       str_starts(s, STR("#")) || str_starts(s, STR(">")) || str_starts(s, STR("<!--"));
}

/* The table whose header is LINE, taken off *rest; false when it is none. */
static bool put_table(struct buf *b, struct str line, struct str *rest)
{
	struct str ahead = *rest, next;
	struct pipe_row header, row;
	char letters[PIPE_COLUMNS_MAX + 1];
	size_t columns;
	if (str_find_byte(line, '|', 0) == STR_NPOS || is_indented(line) || !str_next(&ahead, '\n', &next) ||
		is_indented(next) || !pipe_ruler_read(next, letters, &columns) || !pipe_row_read(line, &header) ||
		header.n != columns)
		return false;
	buf_fmt(b, "\n" PIPES_TABLE "%s\n\n", letters);
	put_row(b, &header, columns);
	*rest = ahead;
	while (str_next(&ahead, '\n', &next) && !ends_table(next) && pipe_row_read(next, &row)) {
		put_row(b, &row, columns);
		*rest = ahead;
	}
	buf_cstr(b, PIPES_END "\n\n");
	return true;
}

/* Length of a code fence of C at the start of LINE; 0: none. */
static size_t fence_of(struct str line, char *c)
{
	size_t indent = 0, n = 0;
	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	line = str_from(line, indent);
	if (indent > 3 || !line.n || (line.p[0] != '`' && line.p[0] != '~'))
		return 0;
	*c = line.p[0];
	while (n < line.n && line.p[n] == *c)
		n++;
	bool info = *c == '`' && str_find_byte(str_from(line, n), '`', 0) != STR_NPOS;
	return n >= 3 && !info ? n : 0;
}

static void put_plain(struct buf *b, struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (str_starts(str_from(line, i), STR("\xef\xb7")) && i + 2 < line.n &&
			(unsigned char)line.p[i + 2] >= 0x90 && (unsigned char)line.p[i + 2] <= 0x95) {
			buf_fmt(b, "\\\\ufdd%d", (unsigned char)line.p[i + 2] - 0x90);
			i += 2;
		} else
			buf_byte(b, line.p[i]);
	}
}

/* "- [ ] " or "1. [x] " at the start of a line, however deep: offset of the bracket, or 0. */
static size_t task_box(struct str line)
{
	size_t i = 0, from;
	while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	for (from = i; i < line.n && i < from + 9 && byte_is_digit(line.p[i]); i++)
		;
	if (i >= line.n || !memchr(i > from ? ".)" : "-*+", line.p[i], i > from ? 2 : 3))
		return 0;
	for (from = ++i; i < line.n && line.p[i] == ' ' && i < from + 4; i++)
		;
	if (i == from || i + 3 >= line.n || line.p[i] != '[' || line.p[i + 2] != ']' || !byte_is_space(line.p[i + 3]))
		return 0;
	return memchr(" xX", line.p[i + 1], 3) ? i : 0;
}

static void put_as_is(struct buf *b, struct str line)
{
	buf_add(b, line);
	buf_byte(b, '\n');
}

static void put_line(struct buf *b, struct str line)
{
	size_t box = task_box(line);
	if (box)
		buf_fmt(b, "%.*s%s%.*s\n", STR_ARG(str_slice(line, 0, box)),
			line.p[box + 1] == ' ' ? PIPES_OPEN : PIPES_DONE, STR_ARG(str_from(line, box + 3)));
	else
		put_as_is(b, line);
}

struct str pipes_mark(struct arena *a, struct str markdown)
{
	struct buf plain = BUF(a), b = BUF(a);
	struct str line, rest = markdown;
	size_t fence = 0;
	char open = 0, c = 0;
	if (str_find_byte(markdown, '\xef', 0) != STR_NPOS && str_contains(markdown, STR("\xef\xb7"))) {
		put_plain(&plain, markdown);
		rest = buf_str(&plain);
	}
	buf_room(&b, rest.n + rest.n / 8); /* so that it need not be copied as it grows */
	while (str_next(&rest, '\n', &line)) {
		size_t n = fence_of(line, &c);
		bool in_fence = fence > 0;
		if (fence && n >= fence && c == open && str_trim(line).n == n)
			fence = 0;
		else if (!fence && n) {
			fence = n;
			open = c;
		}
		if (in_fence || fence)
			put_as_is(&b, line);
		else if (!put_table(&b, line, &rest))
			put_line(&b, line);
	}
	return buf_str(&b);
}
