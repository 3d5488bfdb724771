/* Markdown to a flat list of blocks with their lines, by cmark; pipe tables, which it does not know, are found in its
 * paragraphs. */
#include "read/markdown.h"

#include "base/pipe_row.h"

#include <cmark.h>

AUTO_CLOSER(cmark_node *, cmark_node_free)
AUTO_CLOSER(cmark_iter *, cmark_iter_free)

struct reader {
	struct arena *arena;
	struct str text;   /* with front matter */
	VEC(size_t) lines; /* where each line begins */
	struct blocks *out;
	struct err *err;
	int depth, lists, tables;
	int64_t cells;
	bool item_open; /* an item has begun and none of its text was seen */
	struct where item_at;
};

struct str markdown_front(struct str text, size_t *length)
{
	struct str rest = text, line;
	*length = 0;
	if (!str_next(&rest, '\n', &line))
		return STR_NONE;
	struct str fence = str_trim_end(line);
	if (!str_eq(fence, STR("---")) && !str_eq(fence, STR("+++")))
		return STR_NONE;
	const char *from = rest.p;
	while (str_next(&rest, '\n', &line)) {
		if (!str_eq(str_trim_end(line), fence))
			continue;
		*length = rest.n ? (size_t)(rest.p - text.p) : text.n;
		return str_n(from, (size_t)(line.p - from));
	}
	return STR_NONE;
}

static void find_lines(struct reader *r)
{
	*PUSH(&r->lines, r->arena) = 0;
	for (size_t at = str_find_byte(r->text, '\n', 0); at != STR_NPOS; at = str_find_byte(r->text, '\n', at + 1))
		*PUSH(&r->lines, r->arena) = at + 1;
}

/* Lines are counted from 1; beyond the last one everything ends. */
static size_t line_at(const struct reader *r, int64_t line)
{
	return line < 1 ? 0 : (size_t)line <= r->lines.n ? r->lines.v[line - 1] : r->text.n;
}

static struct where lines_where(const struct reader *r, int64_t first, int64_t last)
{
	size_t from = line_at(r, first), to = line_at(r, (last < first ? first : last) + 1);
	return (struct where){.offset = (int64_t)from, .length = (int64_t)(to - from), .line = first};
}

static struct str raw_of(const struct reader *r, struct where at)
{
	return str_slice(r->text, (size_t)at.offset, (size_t)(at.offset + at.length));
}

static bool add_block(struct reader *r, const struct block *b)
{
	if (r->out->n >= MARKDOWN_BLOCKS)
		return err_set(r->err, "more than %d headings, paragraphs, items and rows", MARKDOWN_BLOCKS);
	*PUSH(r->out, r->arena) = *b;
	r->out->v[r->out->n - 1].raw = raw_of(r, b->from);
	return true;
}

/* --- inline text --- */
struct inlines {
	struct buf text;
	struct str link;
	int strong;
	size_t plain; /* bytes that are not bold */
};

static void add_text(struct inlines *in, const char *literal)
{
	struct str s = str_of(literal);
	buf_add(&in->text, s);
	in->plain += in->strong ? 0 : str_trim(s).n;
}

static bool is_break(struct str html)
{
	return str_starts_case(html, STR("<br"));
}

static void take_inline(struct arena *arena, struct inlines *in, cmark_event_type event, cmark_node *node)
{
	bool enter = event == CMARK_EVENT_ENTER;
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		add_text(in, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_CODE:
		in->strong++;
		add_text(in, cmark_node_get_literal(node));
		in->strong--;
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		buf_byte(&in->text, '\n');
		break;
	case CMARK_NODE_HTML_INLINE:
		if (is_break(str_of(cmark_node_get_literal(node))))
			buf_byte(&in->text, '\n');
		break;
	case CMARK_NODE_STRONG:
		in->strong += enter ? 1 : -1;
		break;
	case CMARK_NODE_LINK:
		if (enter && !in->link.n)
			in->link = str_dup(arena, str_of(cmark_node_get_url(node)));
		break;
	default:
		break;
	}
}

/* All inline text below a block; ITER stands on its beginning and is left on its end. */
static struct inlines read_inlines(struct arena *arena, cmark_iter *iter, cmark_node *block)
{
	struct inlines in = {.text = BUF(arena)};
	cmark_event_type event;
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		if (event == CMARK_EVENT_EXIT && node == block)
			break;
		take_inline(arena, &in, event, node);
	}
	return in;
}

/* --- tables --- */
/* A cell is a document of its own: its links, code and emphasis become text. */
static struct str cell_text(struct arena *arena, struct str cell, struct str *link)
{
	struct buf b = BUF(arena);
	*link = STR_NONE;
	buf_pipe_cell(&b, cell);
	bool marked = false;
	for (size_t i = 0; i < b.n && !marked; i++)
		marked = memchr("*_`[<\\&!~", b.p[i], 9) != NULL;
	if (!marked)
		return buf_str(&b);
	AUTO(cmark_node_free) cmark_node *root = cmark_parse_document(b.p, b.n, CMARK_OPT_DEFAULT);
	cmark_node *first = cmark_node_first_child(root);
	if (!first || cmark_node_get_type(first) != CMARK_NODE_PARAGRAPH)
		return buf_str(&b);
	AUTO(cmark_iter_free) cmark_iter *iter = cmark_iter_new(first);
	cmark_iter_next(iter);
	struct inlines in = read_inlines(arena, iter, first);
	*link = in.link;
	return str_trim(buf_str(&in.text));
}

static bool add_row(struct reader *r, const struct pipe_row *row, size_t columns, int number, int64_t line)
{
	struct str *cells = NEW_N(r->arena, struct str, columns), *links = NEW_N(r->arena, struct str, columns);
	r->cells += (int64_t)columns;
	if (r->cells > MARKDOWN_CELLS)
		return err_set(r->err, "more than %d cells in tables", MARKDOWN_CELLS);
	for (size_t i = 0; i < columns && i < row->n; i++)
		cells[i] = cell_text(r->arena, row->cells[i], &links[i]);
	struct block b = {.type = BLOCK_ROW,
		.level = r->lists,
		.from = lines_where(r, line, line),
		.table = r->tables,
		.row = number,
		.cells = cells,
		.links = links,
		.cells_n = columns};
	return add_block(r, &b);
}

/* What stands on a line behind the marks of quotes. */
static struct str bare_line(const struct reader *r, int64_t line)
{
	struct str s = str_trim(raw_of(r, lines_where(r, line, line)));
	while (str_starts(s, STR(">")))
		s = str_trim(str_from(s, 1));
	return s;
}

/* The first line in [first, last] that heads a table; 0: there is none. */
static int64_t table_in(const struct reader *r, int64_t first, int64_t last, size_t *columns)
{
	struct pipe_row head;
	char letters[PIPE_COLUMNS_MAX + 1];
	for (int64_t line = first; line < last; line++) {
		struct str s = bare_line(r, line);
		if (str_find_byte(s, '|', 0) == STR_NPOS || !pipe_ruler_read(bare_line(r, line + 1), letters, columns))
			continue;
		if (pipe_row_read(s, &head) && head.n == *columns)
			return line;
	}
	return 0;
}

static bool add_table(struct reader *r, int64_t first, int64_t last, size_t columns)
{
	int number = 0;
	r->tables++;
	for (int64_t line = first; line <= last; line++) {
		struct pipe_row row;
		if (line == first + 1 || !pipe_row_read(bare_line(r, line), &row))
			continue;
		if (!add_row(r, &row, columns, number++, line))
			return false;
	}
	return true;
}

/* --- blocks --- */
static enum task take_task(struct str *text)
{
	static const struct {
		const char *box;
		enum task task;
	} boxes[] = {{"[ ]", TASK_OPEN}, {"[x]", TASK_DONE}, {"[X]", TASK_DONE}};
	for (size_t i = 0; i < LEN(boxes); i++) {
		if (!str_starts(*text, str_of(boxes[i].box)) || (text->n > 3 && !byte_is_space(text->p[3])))
			continue;
		*text = str_trim(str_from(*text, 3));
		return boxes[i].task;
	}
	return TASK_NONE;
}

static bool read_paragraph(struct reader *r, cmark_iter *iter, cmark_node *node)
{
	int64_t first = cmark_node_get_start_line(node), last = cmark_node_get_end_line(node), head;
	size_t columns = 0;
	struct inlines in = read_inlines(r->arena, iter, node);
	bool item = r->item_open;
	r->item_open = false;
	head = table_in(r, first, last, &columns);
	if (head && head == first)
		return add_table(r, first, last, columns);
	struct block b = {.type = item ? BLOCK_ITEM : BLOCK_TEXT,
		.level = r->lists,
		.from = lines_where(r, first, head ? head - 1 : last),
		.text = str_trim(buf_str(&in.text)),
		.strong = in.text.n && !in.plain,
		.link = in.link};
	if (head) { /* the text above the table is what its lines say */
		struct buf above = BUF(r->arena);
		for (int64_t line = first; line < head; line++)
			buf_fmt(&above, "%s%.*s", above.n ? "\n" : "", STR_ARG(bare_line(r, line)));
		b.text = buf_str(&above);
	}
	b.task = item ? take_task(&b.text) : TASK_NONE;
	return add_block(r, &b) && (!head || add_table(r, head, last, columns));
}

/* An item that begins with something other than text has a block all the same. */
static bool end_open_item(struct reader *r)
{
	struct block b = {.type = BLOCK_ITEM, .level = r->lists, .from = r->item_at};
	bool open = r->item_open;
	r->item_open = false;
	return !open || add_block(r, &b);
}

static bool read_heading(struct reader *r, cmark_iter *iter, cmark_node *node)
{
	struct block b = {.type = BLOCK_HEADING,
		.level = cmark_node_get_heading_level(node),
		.from = lines_where(r, cmark_node_get_start_line(node), cmark_node_get_end_line(node))};
	struct inlines in = read_inlines(r->arena, iter, node);
	b.text = str_trim(buf_str(&in.text));
	b.link = in.link;
	return end_open_item(r) && add_block(r, &b);
}

static bool enter_block(struct reader *r, cmark_iter *iter, cmark_node *node)
{
	struct where at = lines_where(r, cmark_node_get_start_line(node), cmark_node_get_end_line(node));
	struct block other = {.type = BLOCK_OTHER, .level = r->lists, .from = at};
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HEADING:
		return read_heading(r, iter, node);
	case CMARK_NODE_PARAGRAPH:
		return read_paragraph(r, iter, node);
	case CMARK_NODE_LIST:
		r->lists++;
		return true;
	case CMARK_NODE_ITEM:
		if (!end_open_item(r))
			return false;
		r->item_open = true;
		r->item_at = (struct where){at.offset, (int64_t)(line_at(r, at.line + 1) - (size_t)at.offset), at.line};
		return true;
	case CMARK_NODE_CODE_BLOCK:
	case CMARK_NODE_HTML_BLOCK:
		return end_open_item(r) && add_block(r, &other);
	default:
		return true;
	}
}

static bool leave_block(struct reader *r, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	if (type == CMARK_NODE_ITEM)
		return end_open_item(r);
	r->lists -= type == CMARK_NODE_LIST;
	return true;
}

static bool is_container(cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	return type == CMARK_NODE_LIST || type == CMARK_NODE_ITEM || type == CMARK_NODE_BLOCK_QUOTE;
}

static bool walk(struct reader *r, cmark_node *root)
{
	AUTO(cmark_iter_free) cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		bool enter = event == CMARK_EVENT_ENTER;
		r->depth += !is_container(node) ? 0 : enter ? 1 : -1;
		if (r->depth > MARKDOWN_DEPTH)
			return err_set(r->err, "more than %d lists and quotes in one another", MARKDOWN_DEPTH);
		if (!(enter ? enter_block(r, iter, node) : leave_block(r, node)))
			return false;
	}
	return true;
}

/* Front matter becomes as many empty lines, so that cmark counts as we do. */
static struct str without_front(struct arena *arena, struct str text)
{
	size_t length;
	markdown_front(text, &length);
	if (!length)
		return text;
	char *copy = arena_alloc(arena, text.n + 1);
	memcpy(copy, text.p, text.n);
	for (size_t i = 0; i < length; i++)
		copy[i] = copy[i] == '\n' ? '\n' : ' ';
	return str_n(copy, text.n);
}

bool markdown_read(struct arena *arena, struct str text, struct blocks *out, struct err *e)
{
	struct reader r = {.arena = arena, .text = text, .out = out, .err = e};
	*out = (struct blocks){0};
	if (text.n > MARKDOWN_MAX)
		return err_set(e, "longer than %d MiB", MARKDOWN_MAX >> 20);
	find_lines(&r);
	struct str body = without_front(arena, text);
	AUTO(cmark_node_free) cmark_node *root = cmark_parse_document(str_text(body), body.n, CMARK_OPT_DEFAULT);
	return walk(&r, root);
}
