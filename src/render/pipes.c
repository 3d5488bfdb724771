/* GFM pipe tables and task lists (sections 4.10 and 5.3 of its specification) for a parser that knows neither, and
 * verbatim text that it need not see. */
#include "render/pipes.h"

#include "base/pipe_row.h"
#include "base/utf8.h"

/* Neither a sign of Markdown nor what could end one that was begun in another cell. */
static bool is_words(struct str cell)
{
	for (size_t i = 0; i < cell.n; i++)
		if (!byte_is_alpha(cell.p[i]) && !byte_is_digit(cell.p[i]) && !memchr(" -.,:/", cell.p[i], 6))
			return false;
	return true;
}

/* Cells are parsed each by itself: no paragraph has two with more than words, which may stand beside any other. */
static void put_row(struct buf *b, const struct pipe_row *r, size_t columns)
{
	bool more_than_words = false;
	buf_cstr(b, PIPES_ROW);
	for (size_t i = 0; i < columns; i++) {
		struct str cell = i < r->n ? r->cells[i] : STR_NONE;
		bool words = is_words(cell);
		if (i)
			buf_cstr(b, !words && more_than_words ? "\n\n" : " ");
		more_than_words |= !words;
		buf_cstr(b, PIPES_CELL " ");
		buf_pipe_cell(b, cell);
	}
	buf_cstr(b, "\n\n");
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
			(unsigned char)line.p[i + 2] >= 0x90 && (unsigned char)line.p[i + 2] <= 0x96) {
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

/* An open code fence: N times C. */
struct fence {
	size_t n; /* 0: none is open */
	char c;
};

static bool ends_fence(struct str line, const struct fence *f)
{
	char c = 0;
	size_t n = fence_of(line, &c);
	return n >= f->n && c == f->c && str_trim(line).n == n;
}

/* Nothing that a parser would mend. */
static bool is_plain(struct str code)
{
	return str_find_byte(code, '\0', 0) == STR_NPOS && str_find_byte(code, '\r', 0) == STR_NPOS &&
	       utf8_is_valid(code);
}

/*
 * A block of evidence, "```text" to its end: its text, taken off *rest; false when it is none, or lies where its fence
 * might be part of something else.
 */
static bool take_code(struct str line, struct str before, struct str *rest, struct str *code)
{
	struct fence open = {.c = '`'};
	struct str ahead = *rest, next;
	while (open.n < line.n && line.p[open.n] == '`')
		open.n++;
	if (open.n < 3 || !str_eq(str_from(line, open.n), STR("text")) || str_trim(before).n)
		return false;
	while (str_next(&ahead, '\n', &next)) {
		if (!ends_fence(next, &open))
			continue;
		*code = str_n(rest->p, (size_t)(next.p - rest->p));
		if (!is_plain(*code))
			break;
		*rest = ahead;
		return true;
	}
	return false;
}

struct str pipes_mark(struct arena *a, struct str markdown, struct strs *code)
{
	struct buf plain = BUF(a), b = BUF(a);
	struct str line, before = STR_NONE, rest = markdown, verbatim;
	VEC(struct str) blocks = {0};
	struct fence fence = {0};
	if (str_find_byte(markdown, '\xef', 0) != STR_NPOS && str_contains(markdown, STR("\xef\xb7"))) {
		put_plain(&plain, markdown);
		rest = buf_str(&plain);
	}
	for (; str_next(&rest, '\n', &line); before = line) {
		if (fence.n) {
			fence.n = ends_fence(line, &fence) ? 0 : fence.n;
			put_as_is(&b, line);
		} else if (take_code(line, before, &rest, &verbatim)) {
			buf_fmt(&b, PIPES_CODE "%zu\n\n", blocks.n);
			*PUSH(&blocks, a) = verbatim;
			line = STR_NONE;
		} else if ((fence.n = fence_of(line, &fence.c)))
			put_as_is(&b, line);
		else if (!put_table(&b, line, &rest))
			put_line(&b, line);
	}
	*code = (struct strs){blocks.v, blocks.n};
	return buf_str(&b);
}
