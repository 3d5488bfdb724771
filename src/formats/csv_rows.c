/* Lines of CSV joined into records while quotes are open, and parted again where they were never closed. */
#include "formats/csv_rows.h"

enum {
	SETTLE_LINES = 4096,
	AGAIN_MAX = 1 << 26, /* bytes read in vain for the ends of quotes ... */
	REACH_MIN = 1 << 12, /* ... until they are sought no further than this: else every row might seek far */
};

/* Those from AT on were read already. */
struct csv_rows {
	struct doc *doc;
	struct sink *sink;
	struct arena *arena, *held;
	VEC(struct row_line {
		struct str text;
		struct where from;
	})
	lines;
	size_t at;
	size_t again; /* bytes that were gathered though a row began among them */
};

/* Whether a line looks like a row beside the first of a record. */
struct row_test {
	bool (*is_row)(const void *, struct str first, struct str line);
	const void *arg;
	struct str first;
};

struct csv_rows *csv_rows_open(struct doc *doc, struct sink *sink)
{
	struct arena *arena = arena_open();
	struct csv_rows *rows = NEW(arena, struct csv_rows);
	rows->doc = doc;
	rows->sink = sink;
	rows->arena = arena;
	rows->held = arena_open();
	return rows;
}

void csv_rows_close(struct csv_rows *rows)
{
	if (!rows)
		return;
	arena_close(rows->held);
	arena_close(rows->arena);
}

/* Where in a cell a line ends. A quote opens one only as its first byte: 5" is an inch. */
enum inside { CELL_BEGIN, CELL_PLAIN, CELL_QUOTED, CELL_QUOTE };

/* *TORN: quotes end in the midst of a cell, which no writer makes but one who had not opened them. */
static enum inside cell_follow(enum inside in, struct str line, struct str parting, bool *torn)
{
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];
		bool parts = memchr(parting.p, c, parting.n) != NULL;
		*torn |= in == CELL_QUOTE && c != '"' && !parts && !byte_is_space(c);
		if (in == CELL_QUOTED)
			in = c == '"' ? CELL_QUOTE : CELL_QUOTED;
		else if (c == '"' && in != CELL_PLAIN) /* behind a quote: it is doubled, the cell goes on */
			in = CELL_QUOTED;
		else
			in = parts ? CELL_BEGIN : CELL_PLAIN;
	}
	return in;
}

/* Takes a line that may have to be taken again. */
static bool line_hold(struct csv_rows *rows, struct row_line *out)
{
	struct slice slice;
	if (rows->at == rows->lines.n) {
		if (!doc_line(rows->doc, &slice))
			return false;
		*PUSH(&rows->lines, rows->held) = (struct row_line){str_dup(rows->held, slice.text), slice.from};
	}
	*out = rows->lines.v[rows->at++];
	return true;
}

/* An arena gives back only all at once: what is still to come moves to a new one now and then. */
static void lines_settle(struct csv_rows *rows)
{
	if (rows->at < rows->lines.n && rows->at < SETTLE_LINES)
		return;
	struct csv_rows old = *rows;
	rows->held = arena_open();
	rows->lines.v = NULL;
	rows->lines.n = rows->lines.cap = rows->at = 0;
	for (size_t i = old.at; i < old.lines.n; i++)
		*PUSH(&rows->lines, rows->held) =
			(struct row_line){str_dup(rows->held, old.lines.v[i].text), old.lines.v[i].from};
	arena_close(old.held);
}

/* The first line that looks like a row, of those from *SEEN on that were not asked for yet. */
static const struct row_line *row_among(struct csv_rows *rows, const struct row_test *test, size_t *seen)
{
	for (; test->is_row && *seen < rows->at; ++*seen)
		if (test->is_row(test->arg, test->first, rows->lines.v[*seen].text))
			return &rows->lines.v[*seen];
	return NULL;
}

/* More lines, while the quotes stay open. Where they are not closed as they should be: the row that begins there. */
static const struct row_line *gather(
	struct csv_rows *rows, enum inside *in, struct str parting, const struct row_test *test)
{
	struct row_line line;
	bool torn = false;
	const struct row_line *next = NULL;
	const size_t max = rows->again < AGAIN_MAX ? CSV_RECORD_MAX : REACH_MIN;
	size_t n = test->first.n, seen = rows->at;
	while (*in == CELL_QUOTED && !next && n < max && line_hold(rows, &line)) {
		*in = cell_follow(*in, line.text, parting, &torn);
		n += line.text.n + 1;
		next = torn ? row_among(rows, test, &seen) : NULL;
	}
	if (*in == CELL_QUOTED && !next)
		next = row_among(rows, test, &seen);
	rows->again += next ? n : 0;
	return next;
}

static void say_open(struct csv_rows *rows, struct where from, struct str text, const struct row_line *next)
{
	struct where begin = {from.offset, 0, from.line};
	text = str_slice(text, 0, 200);
	if (next)
		sink_note(rows->sink, begin, text,
			"its quotes are not closed: it ends before line %lld, which is a row",
			(long long)next->from.line);
	else
		sink_note(rows->sink, begin, text, "its quotes are not closed: rows may stand in this one");
}

/* Lines that belong to the record in ALL, whose quotes are open. */
static void join(struct csv_rows *rows, enum inside in, struct str parting, const struct row_test *test,
	struct buf *all, struct where *from)
{
	size_t i = rows->at;
	const struct row_line *next = gather(rows, &in, parting, test);
	if (next)
		rows->at = (size_t)(next - rows->lines.v);
	for (; i < rows->at; i++) {
		const struct row_line *line = &rows->lines.v[i];
		buf_byte(all, '\n');
		buf_add(all, line->text);
		from->length = line->from.offset + line->from.length - from->offset;
	}
	if (next || in == CELL_QUOTED)
		say_open(rows, *from, buf_str(all), next);
}

bool csv_next(struct csv_rows *rows, struct str parting,
	bool (*is_row)(const void *, struct str first, struct str line), const void *arg, struct str *record,
	struct where *from)
{
	struct slice slice;
	struct row_line first;
	bool torn = false;
	if (rows->lines.n)
		lines_settle(rows);
	if (rows->at < rows->lines.n)
		first = rows->lines.v[rows->at++];
	else if (doc_line(rows->doc, &slice))
		first = (struct row_line){slice.text, slice.from};
	else
		return false;
	struct buf all = BUF(rows->doc->scratch);
	buf_add(&all, first.text); /* the window moves on */
	*from = first.from;
	enum inside in = cell_follow(CELL_BEGIN, first.text, parting, &torn);
	if (in == CELL_QUOTED)
		join(rows, in, parting, &(struct row_test){is_row, arg, buf_str(&all)}, &all, from);
	*record = buf_str(&all);
	return true;
}
