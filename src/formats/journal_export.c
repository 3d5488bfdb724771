/* journal-export: entries of the journal as blocks of KEY=VALUE: journalctl -o export, and -o verbose. */
#include "formats/formats_all.h"
#include "formats/lines.h"

/*
 * export (systemd.io/JOURNAL_EXPORT_FORMATS): lines KEY=VALUE, entries parted by an empty line; a value with line ends
 * or bytes that are no text stands behind a line KEY as its length (64 bits, little endian), itself, and a line end.
 * verbose: "Tue 2024-06-18 04:00:01.123456 UTC [s=...;i=...]" (the time, the cursor), and lines KEY=VALUE, indented.
 */
enum { ENTRY_MAX = 1 << 20, JOURNAL_LINES = 40 };

struct entry {
	struct arena *arena;
	struct json *members; /* NULL: none is open */
	struct where from;
	struct buf raw;
	char key[65]; /* whose length and value come next; empty: none */
	struct buf value;
	size_t wanted; /* bytes of it */
	bool sized;
};

/* The length of the name that LINE begins with, as the journal spells names. */
static size_t name_length(struct str line)
{
	size_t n = 0;
	while (n < line.n && n < 65 &&
		(line.p[n] == '_' || byte_is_digit(line.p[n]) || (line.p[n] >= 'A' && line.p[n] <= 'Z')))
		n++;
	return n && n < 65 && !byte_is_digit(line.p[0]) ? n : 0;
}

/* Of verbose output: the time, and the cursor in brackets at the end. */
static bool head_cut(struct str line, struct str *when, struct str *cursor)
{
	size_t at = str_find(line, STR(" [s="), 0);
	if (at == STR_NPOS || at > 60 || !str_ends(line, STR("]")))
		return false;
	*when = str_slice(line, 0, at);
	*cursor = str_slice(line, at + 2, line.n - 1);
	return true;
}

static int bid(struct doc *doc)
{
	int pairs = 0, lines = 0;
	bool timed = false;
	struct str rest = doc->head, line, when, cursor;
	while (lines < JOURNAL_LINES && str_next(&rest, '\n', &line)) {
		struct str text = str_trim(line);
		size_t n = name_length(text);
		lines += text.n > 0;
		pairs += n && n < text.n && text.p[n] == '=';
		timed |= str_starts(text, STR("__REALTIME_TIMESTAMP=")) || head_cut(text, &when, &cursor);
	}
	return timed && pairs * 4 > lines * 3 ? BID_IDENTITY : BID_NONE;
}

static void entry_put(struct entry *e, struct sink *sink)
{
	struct record r = {0};
	if (!e->members)
		return;
	if (!jsonlog_object(e->arena, e->members, &r))
		r.text = json_print(e->arena, e->members);
	lines_read_inner(e->arena, &r);
	r.from = e->from;
	r.raw = buf_str(&e->raw);
	sink_put(sink, &r);
	e->members = NULL;
	arena_reset(e->arena);
}

static void entry_open(struct entry *e, const struct slice *s)
{
	e->members = json_object(e->arena);
	e->raw = BUF(e->arena);
	e->from = (struct where){s->from.offset, 0, s->from.line};
	e->key[0] = '\0';
}

static void member_add(struct entry *e, struct str name, struct str value)
{
	json_add_str(e->arena, e->members, str_cstr(e->arena, name), value);
}

/* A piece of a value whose length was told; the last takes it in. */
static void value_take(struct entry *e, struct str line)
{
	uint64_t length = 0;
	if (!e->sized && line.n >= sizeof length) {
		memcpy(&length, line.p, sizeof length);
		e->sized = true;
		e->wanted = length < ENTRY_MAX ? (size_t)length : ENTRY_MAX;
		line = str_from(line, sizeof length);
	} else if (e->value.n) {
		buf_byte(&e->value, '\n');
	}
	buf_add(&e->value, line);
	if (e->value.n < e->wanted)
		return;
	member_add(e, str_of(e->key), buf_str(&e->value));
	e->key[0] = '\0';
}

static void line_take(struct entry *e, struct sink *sink, const struct slice *s)
{
	struct str text = s->text, line = str_trim(text), when, cursor;
	size_t n = name_length(line);
	bool is_head = !e->key[0] && head_cut(text, &when, &cursor);
	if (!e->key[0] && (is_head || !line.n))
		entry_put(e, sink);
	if (!e->key[0] && !line.n) {
		sink_skip(sink, s->from);
		return;
	}
	if (!e->members)
		entry_open(e, s);
	e->from.length = s->from.offset + s->from.length - e->from.offset;
	if (e->raw.n < ENTRY_MAX) {
		buf_add(&e->raw, text);
		buf_byte(&e->raw, '\n');
	}
	if (e->key[0]) {
		value_take(e, text);
	} else if (is_head) {
		member_add(e, STR("time"), when);
		member_add(e, STR("__CURSOR"), cursor);
	} else if (n && n < line.n && line.p[n] == '=') {
		member_add(e, str_slice(line, 0, n), str_from(line, n + 1));
	} else if (n && n == line.n) {
		memcpy(e->key, line.p, n);
		e->key[n] = '\0';
		e->value = BUF(e->arena);
		e->wanted = 0;
		e->sized = false;
	}
}

static bool parse(struct doc *doc, struct sink *sink, struct err *err)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct entry e = {.arena = arena};
	struct slice s;
	(void)err;
	while (doc_line(doc, &s))
		line_take(&e, sink, &s);
	entry_put(&e, sink);
	return true;
}

const struct format format_journal_export = {
	.name = "journal-export",
	.blurb = "journalctl -o export and -o verbose",
	.bid = bid,
	.parse = parse,
};
