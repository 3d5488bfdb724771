/* journal-export: entries of the journal as blocks of KEY=VALUE: journalctl -o export, and -o verbose. */
#include "formats/formats_all.h"
#include "formats/lines.h"

/*
 * export (systemd.io/JOURNAL_EXPORT_FORMATS): lines KEY=VALUE, entries parted by an empty line; a value with line ends
 * or bytes that are no text stands behind a line KEY as its length (64 bits, little endian), itself, and a line end.
 * verbose: "Tue 2024-06-18 04:00:01.123456 UTC [s=...;i=...]" (the time, the cursor), and lines KEY=VALUE, indented;
 * what follows of a value stands below its first line, indented to where that begins. Only the next head ends an entry:
 * a value may hold empty lines, and what trims its lines leaves them bare.
 */
enum {
	ENTRY_MAX = 1 << 20,   /* bytes of an entry's identity, and of one value */
	VALUE_MAX = 768 << 20, /* a length over it is none: the journal has no such values */
	LENGTH_SIZE = 8,
	JOURNAL_LINES = 40
};

struct entry {
	struct arena *arena;
	struct json *members; /* NULL: none is open */
	struct where from;
	struct buf raw;
	bool verbose;
	size_t indent;    /* verbose: of its members */
	struct where gap; /* verbose: the empty lines before this one, the entry's if it goes on; length 0: none */
	size_t gap_lines;
	char key[65]; /* of the member that may go on; empty: none */
	struct buf value;
	bool sized;      /* it comes with its length, not as a line */
	uint64_t length; /* of the value */
	uint64_t seen;   /* bytes of LENGTH itself, the value and its line end */
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
	return timed && pairs * 2 > lines ? BID_IDENTITY : BID_NONE;
}

/* About a line of an entry; its bytes are the entry's. */
static void remark(struct sink *sink, const struct slice *s, const char *why)
{
	sink_note(sink, (struct where){s->from.offset, 0, s->from.line}, str_slice(s->text, 0, 200), "%s", why);
}

static void member_add(struct entry *e, struct str name, struct str value)
{
	json_add_str(e->arena, e->members, str_cstr(e->arena, name), value);
}

static void member_open(struct entry *e, struct str name, struct str value, bool sized)
{
	memcpy(e->key, name.p, name.n);
	e->key[name.n] = '\0';
	e->value = BUF(e->arena);
	buf_add(&e->value, value);
	e->sized = sized;
	e->length = e->seen = 0;
}

static void member_close(struct entry *e)
{
	if (e->key[0])
		member_add(e, str_of(e->key), buf_str(&e->value));
	e->key[0] = '\0';
}

static void gap_extend(struct entry *e, const struct slice *s)
{
	if (!e->gap.length)
		e->gap = s->from;
	e->gap.length = s->from.offset + s->from.length - e->gap.offset;
	e->gap_lines++;
}

/* Its lines are B's. */
static void gap_fill(const struct entry *e, struct buf *b)
{
	for (size_t i = 0; i < e->gap_lines && b->n < ENTRY_MAX; i++)
		buf_byte(b, '\n');
}

static void gap_forget(struct entry *e)
{
	e->gap = (struct where){0};
	e->gap_lines = 0;
}

/* Its lines are nothing's. */
static void gap_skip(struct entry *e, struct sink *sink)
{
	if (e->gap.length)
		sink_skip(sink, e->gap);
	gap_forget(e);
}

static void entry_put(struct entry *e, struct sink *sink)
{
	struct record r = {0};
	if (!e->members)
		return;
	member_close(e);
	if (!jsonlog_object(e->arena, e->members, &r))
		r.text = json_print(e->arena, e->members);
	lines_read_inner(e->arena, &r);
	r.from = e->from;
	r.raw = buf_str(&e->raw);
	sink_put(sink, &r);
	gap_skip(e, sink);
	e->members = NULL;
	arena_reset(e->arena);
}

static void entry_open(struct entry *e, const struct slice *s, bool verbose)
{
	e->members = json_object(e->arena);
	e->raw = BUF(e->arena);
	e->from = (struct where){s->from.offset, 0, s->from.line};
	e->verbose = verbose;
	e->indent = 0;
	e->key[0] = '\0';
}

/* The entry reaches up to here. */
static void entry_extend(struct entry *e, const struct slice *s)
{
	e->from.length = s->from.offset + s->from.length - e->from.offset;
	gap_fill(e, &e->raw);
	gap_forget(e);
	if (e->raw.n >= ENTRY_MAX)
		return;
	buf_add(&e->raw, s->text);
	buf_byte(&e->raw, '\n');
}

/* --- values that come with their length --- */
static bool value_is_whole(const struct entry *e)
{
	return e->seen > LENGTH_SIZE && e->seen - LENGTH_SIZE > e->length;
}

/* Takes what is its length's, then its own; what is left of BYTES follows it. */
static struct str value_take(struct entry *e, struct str bytes)
{
	for (; e->seen < LENGTH_SIZE && bytes.n; bytes = str_from(bytes, 1))
		e->length |= (uint64_t)(unsigned char)bytes.p[0] << (8 * e->seen++);
	if (!bytes.n || e->seen < LENGTH_SIZE || value_is_whole(e))
		return bytes;
	uint64_t missing = e->length - (e->seen - LENGTH_SIZE);
	struct str own = str_slice(bytes, 0, missing < bytes.n ? (size_t)missing : bytes.n);
	buf_add(&e->value, str_slice(own, 0, ENTRY_MAX - e->value.n));
	e->seen += bytes.n;
	return str_from(bytes, own.n);
}

/* Lines come without their ends, which may be bytes of the value, and of its length. */
static void value_line(struct entry *e, struct sink *sink, const struct slice *s)
{
	size_t end = (size_t)s->from.length - s->text.n;
	struct str behind = value_take(e, s->text);
	if (end)
		value_take(e, end > 1 ? STR("\r\n") : STR("\n"));
	if (e->seen >= LENGTH_SIZE && e->length > VALUE_MAX) {
		remark(sink, s, "length of a value is over 768 MiB: it is passed over");
		e->key[0] = '\0';
	} else if (value_is_whole(e)) {
		if (e->length > ENTRY_MAX)
			remark(sink, s, "value longer than 1 MiB: cut");
		if (str_trim(behind).n)
			remark(sink, s, "value goes on behind its length");
		member_close(e);
	}
}

/* --- lines --- */
static size_t indent_of(struct str line)
{
	size_t n = 0;
	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

/* What journalctl says of itself between entries. */
static bool is_ruler(struct str line)
{
	static const char *const begins[] = {"-- Boot ", "-- Reboot --", "-- No entries --", "-- Journal begins at ",
		"-- Logs begin at ", "-- cursor: "};
	for (size_t i = 0; i < LEN(begins); i++)
		if (str_starts(line, str_of(begins[i])))
			return true;
	return false;
}

static void member_take(struct entry *e, struct sink *sink, const struct slice *s)
{
	struct str line = str_trim(s->text);
	size_t n = name_length(line);
	bool sized = n && n == line.n && !e->verbose;
	if (!sized && !(n && n < line.n && line.p[n] == '=')) {
		if (is_ruler(line))
			sink_skip(sink, s->from);
		else
			sink_note(sink, s->from, s->text, "no line of a journal's entry");
		gap_skip(e, sink);
		return;
	}
	if (e->gap_lines && indent_of(s->text) < e->indent) /* the other form, behind this one */
		entry_put(e, sink);
	if (!e->members)
		entry_open(e, s, false);
	if (!e->indent)
		e->indent = indent_of(s->text);
	entry_extend(e, s);
	member_close(e);
	member_open(e, str_slice(line, 0, n), str_from(line, n + 1), sized);
}

/* Of a value over several lines, without what it is indented by to stand below its first. */
static void text_take(struct entry *e, struct sink *sink, const struct slice *s)
{
	size_t begin = e->indent + strlen(e->key) + 1, indent = indent_of(s->text);
	struct str line = str_from(s->text, indent < begin ? indent : begin);
	gap_fill(e, &e->value);
	entry_extend(e, s);
	if (e->value.n + line.n < ENTRY_MAX) {
		buf_byte(&e->value, '\n');
		buf_add(&e->value, line);
	} else {
		remark(sink, s, "value longer than 1 MiB: cut");
	}
}

static void line_take(struct entry *e, struct sink *sink, const struct slice *s)
{
	struct str when, cursor;
	if (e->key[0] && e->sized) {
		entry_extend(e, s);
		value_line(e, sink, s);
	} else if (e->key[0] && e->verbose && indent_of(s->text) > e->indent) {
		text_take(e, sink, s);
	} else if (head_cut(s->text, &when, &cursor)) {
		entry_put(e, sink);
		entry_open(e, s, true);
		entry_extend(e, s);
		member_add(e, STR("time"), when);
		member_add(e, STR("__CURSOR"), cursor);
	} else if (e->members && e->verbose && !str_trim(s->text).n) {
		gap_extend(e, s);
	} else if (!str_trim(s->text).n) {
		entry_put(e, sink);
		sink_skip(sink, s->from);
	} else {
		member_take(e, sink, s);
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
	if (e.key[0] && e.sized && e.seen != LENGTH_SIZE + e.length)
		sink_note(sink, (struct where){e.from.offset, 0, e.from.line}, str_of(e.key),
			"document ends within a value");
	entry_put(&e, sink);
	return true;
}

const struct format format_journal_export = {
	.name = "journal-export",
	.blurb = "journalctl -o export and -o verbose",
	.bid = bid,
	.parse = parse,
};
