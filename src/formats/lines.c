/* Documents made of lines: from lines to records. */
#include "formats/lines.h"

#include "formats/echo.h"
#include "formats/run.h"
#include "formats/wrap.h"

/*
 * A record is put when the next one begins, so two drafts take turns: the one that is open, and the one the next line
 * is read into. Each has an arena of its own that is reset when it is its turn again.
 */
struct draft {
	struct arena *arena;
	struct record record;
	struct wrap wrap;
	struct buf text, raw; /* filled once there is a second line */
	struct where blank;   /* blank lines behind it that belong to it only if more follows */
	bool open, is_long;
};

#define PARTIAL_PATIENCE (10 * SECOND) /* no part follows another later than this */

/* Parts of one line (CRI, docker), waiting for the last part of the same stream. */
struct partial {
	struct arena *arena;
	struct buf text, raw;
	struct where from;
	struct wrap wrap;
};

struct reading {
	const struct line_format *format;
	struct sink *sink;
	struct draft *open, *next;
	struct partial partial[2]; /* stdout and others; stderr */
	bool wrapped;              /* the record before was */
	bool cut;                  /* the slice before was only the beginning of its line */
};

void fields_add(struct field *fields, size_t *n, struct str name, struct str value)
{
	if (value.n && *n < LINES_FIELDS)
		fields[(*n)++] = (struct field){name, value};
}

struct field field_of_writer(struct arena *arena, struct field f)
{
	static const char *const places[] = {"pod", "namespace", "container", "node"};
	for (size_t i = 0; i < LEN(places); i++)
		if (str_eq(f.name, str_of(places[i])))
			f.name = str_fmt(arena, "writer.%s", places[i]);
	return f;
}

struct str level_of_priority(int64_t priority)
{
	static const char *const words[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
	return priority >= 0 && priority < (int64_t)LEN(words) ? str_of(words[priority]) : STR_NONE;
}

struct str level_of_tens(int64_t level)
{
	static const char *const words[] = {"trace", "debug", "info", "warn", "error", "fatal"};
	return level >= 10 && level < 70 ? str_of(words[level / 10 - 1]) : STR_NONE;
}

/* --- what a line looks like --- */
static bool is_blank(struct str line)
{
	return str_trim(line).n == 0;
}

/* "java.net.ConnectException: refused": the name of a class in a package, over the frames of its trace. */
static bool names_throwable(struct str line)
{
	static const char *const ends[] = {"Exception", "Error", "Throwable"};
	size_t n = 0, dots = 0;
	while (n < line.n && (byte_is_alpha(line.p[n]) || byte_is_digit(line.p[n]) || memchr("._$", line.p[n], 3)))
		dots += line.p[n++] == '.';
	if (!dots || (n < line.n && line.p[n] != ':') || line.p[0] < 'a' || line.p[0] > 'z')
		return false;
	for (size_t i = 0; i < LEN(ends); i++)
		if (str_ends(str_slice(line, 0, n), str_of(ends[i])))
			return true;
	return false;
}

/* "#0 /srv/x.php(12): f()" */
static bool is_php_frame(struct str line)
{
	size_t n = 1;
	while (n < line.n && n < 5 && byte_is_digit(line.p[n]))
		n++;
	return line.n > n + 1 && line.p[0] == '#' && n > 1 && line.p[n] == ' ' &&
	       (line.p[n + 1] == '/' || line.p[n + 1] == '{' || line.p[n + 1] == '[');
}

/* Indented, or a piece of a stack trace: no program begins a message of its own so. */
static bool looks_continued(struct str line)
{
	static const char *const heads[] = {"at ", "Caused by:", "Suppressed:", "goroutine ", "... ", "}", ")", "]",
		"[stacktrace]", "Stack trace:", "\"} "};
	if (line.n == 0 || byte_is_space(line.p[0]) || is_php_frame(line))
		return true;
	for (size_t i = 0; i < LEN(heads); i++)
		if (str_starts(line, str_of(heads[i])))
			return true;
	return names_throwable(line);
}

static int64_t end_of(struct where where)
{
	return where.offset + where.length;
}

/* Makes A reach to the end of B. */
static void extend(struct where *a, struct where b)
{
	if (a->line == 0)
		*a = b;
	a->length = end_of(b) - a->offset;
}

/* --- from draft to record --- */
static void put(struct reading *r)
{
	struct draft *draft = r->open;
	if (draft->open) {
		struct record *record = &draft->record;
		if (draft->raw.n) {
			record->text = buf_str(&draft->text);
			record->raw = buf_str(&draft->raw);
		}
		record->text = str_trim(record->text);
		if (draft->is_long)
			sink_note(r->sink, (struct where){record->from.offset, 0, record->from.line},
				str_slice(record->text, 0, 200), "record is longer than %d KiB: its text is cut",
				LINES_TEXT_MAX >> 10);
		sink_put(r->sink, record);
	}
	if (draft->blank.length)
		sink_skip(r->sink, draft->blank);
	draft->open = false;
	draft->blank = (struct where){0};
}

static void add_within(struct draft *draft, struct buf *buf, struct str more, size_t limit)
{
	size_t room = limit > buf->n + 1 ? limit - buf->n - 1 : 0;
	draft->is_long |= more.n > room;
	if (room == 0)
		return;
	if (buf->n)
		buf_byte(buf, '\n');
	buf_add(buf, str_slice(more, 0, room));
}

/* Adds a line to the open draft. */
static void add_more(struct reading *r, struct str text, struct str line, struct where from)
{
	struct draft *draft = r->open;
	if (draft->raw.n == 0) {
		draft->text = BUF(draft->arena);
		draft->raw = BUF(draft->arena);
		buf_add(&draft->text, draft->record.text);
		buf_add(&draft->raw, draft->record.raw);
	}
	if (draft->blank.length) {
		add_within(draft, &draft->text, STR_NONE, LINES_TEXT_MAX);
		add_within(draft, &draft->raw, STR_NONE, LINES_RAW_MAX);
		draft->blank = (struct where){0};
	}
	add_within(draft, &draft->text, text, LINES_TEXT_MAX);
	add_within(draft, &draft->raw, line, LINES_RAW_MAX);
	int64_t before = draft->record.from.length;
	extend(&draft->record.from, from);
	draft->record.continued += draft->record.from.length - before;
}

/* The wrapper's time counts: it has year and zone, and the line's own may be another clock's. A fact that knows what it
 * is keeps its own. */
static void add_wrapping(struct arena *arena, const struct wrap *wrap, struct record *record)
{
	struct field *fields = NEW_N(arena, struct field, record->fields_n + WRAP_FIELDS + 1);
	size_t n = record->fields_n;
	if (n)
		memcpy(fields, record->fields, n * sizeof *fields);
	for (size_t i = 0; i < wrap->fields_n; i++)
		fields[n++] = record->identity.n ? field_of_writer(arena, wrap->fields[i]) : wrap->fields[i];
	if (wrap->when.n && !record->identity.n) {
		if (record->when.n && !str_eq(record->when, wrap->when))
			fields[n++] = (struct field){STR("written"), record->when};
		record->when = wrap->when;
		record->zone = STR_NONE;
		record->layout = NULL;
		record->basis = BASIS_MANUAL;
	}
	record->fields = fields;
	record->fields_n = n;
}

/* Year and zone are in it: an ISO stamp or an epoch number. */
static bool is_complete(struct str when)
{
	int64_t epoch;
	return wrap_stamp_length(when) > 0 || (when.n >= 10 && str_int(when, &epoch));
}

/* INNER knows what it is, and when; whoever passed it on only adds. */
static void take_known(struct arena *arena, struct record *record, struct record *inner, struct field *fields)
{
	size_t n = 0;
	for (size_t i = 0; i < inner->fields_n; i++)
		fields[n++] = inner->fields[i];
	for (size_t i = 0; i < record->fields_n; i++)
		fields[n++] = field_of_writer(arena, record->fields[i]);
	inner->from = record->from;
	inner->raw = record->raw;
	inner->fields = fields;
	inner->fields_n = n;
	*record = *inner;
}

void lines_read_inner(struct arena *arena, struct record *record)
{
	struct record inner = {0};
	if (record->grows || !lines_carried(arena, record->text, &inner))
		return;
	struct field *fields = NEW_N(arena, struct field, record->fields_n + inner.fields_n + 1);
	size_t n = 0;
	if (inner.identity.n) {
		take_known(arena, record, &inner, fields);
		return;
	}
	for (size_t i = 0; i < record->fields_n; i++)
		fields[n++] = record->fields[i];
	for (size_t i = 0; i < inner.fields_n; i++)
		fields[n++] = inner.fields[i];
	if (inner.when.n && !is_complete(record->when) && is_complete(inner.when)) {
		record->twin = (struct stamp){STR("written"), record->when, record->zone, record->layout};
		record->when = inner.when;
		record->layout = inner.layout;
		record->zone = STR_NONE;
	} else if (inner.when.n && record->when.n) {
		fields[n++] = (struct field){STR("written"), inner.when};
	} else if (inner.when.n) {
		record->when = inner.when;
		record->layout = inner.layout;
		record->zone = inner.zone;
	}
	if (inner.level.n)
		record->level = inner.level;
	if (inner.text.n)
		record->text = inner.text;
	record->fields = fields;
	record->fields_n = n;
}

static void begin(struct reading *r, struct str line, struct where from)
{
	put(r);
	struct draft *draft = r->next;
	echo_read(draft->arena, &draft->record);
	draft->record.from = from;
	draft->record.is_line = draft->record.when.n > 0;
	draft->record.raw = line;
	if (draft->record.text.n > LINES_TEXT_MAX) {
		draft->record.text.n = LINES_TEXT_MAX;
		draft->is_long = true;
	}
	draft->open = true;
	r->wrapped = draft->wrap.text.p != NULL;
	r->next = r->open;
	r->open = draft;
}

static bool same_writer(const struct reading *r, const struct wrap *wrap)
{
	return str_eq(r->open->wrap.name, wrap->name) && str_eq(r->open->wrap.stream, wrap->stream);
}

/* Several programs may write into one log: a line that begins with a full time of its own is none of the lines before.
 */
static bool is_of_another(struct arena *arena, struct str text, struct record *record)
{
	static const char *const heads[] = {"{", "[", "time=", "ts=", "level=", "t=", "Mon ", "Tue ", "Wed ", "Thu ",
		"Fri ", "Sat ", "Sun ", "Mo ", "Di ", "Mi ", "Do ", "Fr ", "Sa ", "So "}; /* date(1) */
	bool may_be = text.n && byte_is_digit(text.p[0]);
	for (size_t i = 0; i < LEN(heads) && !may_be; i++)
		may_be = str_starts(text, str_of(heads[i]));
	return may_be && lines_carried(arena, text, record) && (is_complete(record->when) || record->when.n >= 16);
}

/* A line that is not the format's: more of the record before, a line some other program wrote, or text without a time.
 */
static void take_stray(struct reading *r, struct str text, struct str line, struct where from)
{
	struct draft *draft = r->next;
	bool dated = draft->wrap.when.n > 0;
	bool more = looks_continued(text) || (r->format->strays_continue && !dated);
	draft->record = (struct record){0};
	bool is_other = more && !looks_continued(text) && is_of_another(draft->arena, text, &draft->record);
	if (more && !is_other && r->open->open && same_writer(r, &draft->wrap)) {
		add_more(r, text, line, from);
		return;
	}
	if (!is_other && !lines_carried(draft->arena, text, &draft->record))
		draft->record.text = text;
	if (draft->wrap.text.p)
		add_wrapping(draft->arena, &draft->wrap, &draft->record);
	begin(r, line, from);
}

/* --- parts of lines --- */
static struct partial *partial_of(struct reading *r, const struct wrap *wrap)
{
	return &r->partial[str_eq(wrap->stream, STR("stderr"))];
}

static void keep_part(struct reading *r, const struct wrap *wrap, struct str line, struct where from)
{
	struct partial *part = partial_of(r, wrap);
	if (part->raw.n == 0) {
		arena_reset(part->arena);
		part->text = BUF(part->arena);
		part->raw = BUF(part->arena);
		part->wrap = (struct wrap){
			.when = str_dup(part->arena, wrap->when), .stream = str_dup(part->arena, wrap->stream)};
		part->from = from;
	} else {
		buf_byte(&part->raw, '\n');
		/* Parts of another stream may lie between: then only the first run is cited, and the rest understood.
		 */
		if (end_of(part->from) == from.offset)
			extend(&part->from, from);
		else
			sink_skip(r->sink, from);
	}
	if (part->text.n < LINES_RAW_MAX)
		buf_add(&part->text, wrap->text);
	if (part->raw.n < LINES_RAW_MAX)
		buf_add(&part->raw, line);
}

/* --- one line --- */
static void take_kind(struct reading *r, enum line_kind kind, struct str text, struct str line, struct where from)
{
	struct draft *draft = r->next;
	switch (kind) {
	case LINE_RECORD:
		if (r->format->carrier)
			lines_read_inner(draft->arena, &draft->record);
		if (draft->wrap.text.p)
			add_wrapping(draft->arena, &draft->wrap, &draft->record);
		begin(r, line, from);
		return;
	case LINE_MORE:
		if (r->open->open) {
			add_more(r, draft->record.text.n ? draft->record.text : text, line, from);
			return;
		}
		break;
	case LINE_SKIP:
		put(r);
		if (draft->record.until.when.n)
			sink_ended(r->sink, draft->record.until.when);
		sink_skip(r->sink, from);
		return;
	case LINE_OTHER:
		break;
	}
	take_stray(r, text, line, from);
}

/* Parts whose last one never came: what there is of the line. Only then there is a third draft, over the parts' own
 * arena. */
static void put_part(struct reading *r, struct partial *part)
{
	if (part->raw.n == 0)
		return;
	put(r);
	struct draft *open = r->open, *next = r->next;
	struct draft draft = {.arena = part->arena, .wrap = part->wrap};
	struct str text = draft.wrap.text = buf_str(&part->text);
	r->next = &draft;
	enum line_kind kind = r->format->read(r->format->data, draft.arena, text, &draft.record);
	take_kind(r, kind, text, buf_str(&part->raw), part->from);
	put(r);
	r->open = open;
	r->next = next;
	part->raw.n = 0;
}

/* A part whose rest never came (the container was killed) must not swallow a line of its next life. */
static bool belong_together(struct str a, struct str b)
{
	instant from, to;
	enum precision precision;
	if (!instant_parse_rfc3339(a, &from, &precision) || !instant_parse_rfc3339(b, &to, &precision))
		return true;
	return to - from < PARTIAL_PATIENCE;
}

/* Puts the parts that waited in front of the last one. */
static void join_parts(struct reading *r, struct wrap *wrap, struct str *line, struct where *from)
{
	struct partial *part = partial_of(r, wrap);
	if (part->raw.n == 0)
		return;
	if (!belong_together(part->wrap.when, wrap->when)) {
		put_part(r, part);
		return;
	}
	keep_part(r, wrap, *line, *from);
	*line = str_dup(r->next->arena, buf_str(&part->raw));
	wrap->text = str_dup(r->next->arena, buf_str(&part->text));
	wrap->when = str_dup(r->next->arena, part->wrap.when);
	*from = part->from;
	part->raw.n = 0;
}

static void take_blank(struct reading *r, struct where from)
{
	if (r->open->open)
		extend(&r->open->blank, from);
	else
		sink_skip(r->sink, from);
}

static void take_line(struct reading *r, const struct slice *slice)
{
	struct draft *draft = r->next;
	arena_reset(draft->arena);
	*draft = (struct draft){.arena = draft->arena};
	struct str line = str_dup(draft->arena, slice->text);
	struct where from = slice->from;
	struct str text = wrap_plain(draft->arena, line);
	if (is_blank(text)) {
		take_blank(r, from);
		return;
	}
	enum line_kind kind = r->format->read(r->format->data, draft->arena, text, &draft->record);
	struct wrap wrap;
	if (kind == LINE_OTHER && wrap_open(draft->arena, text, &wrap)) {
		if (wrap.partial) {
			keep_part(r, &wrap, line, from);
			return;
		}
		join_parts(r, &wrap, &line, &from);
		struct str inner = wrap_plain(draft->arena, wrap.text);
		draft->record = (struct record){0};
		kind = r->format->read(r->format->data, draft->arena, inner, &draft->record);
		if (kind != LINE_OTHER || wrap.when.n || r->wrapped) {
			draft->wrap = wrap;
			text = inner;
			if (is_blank(inner)) {
				take_blank(r, from);
				return;
			}
		}
	}
	take_kind(r, kind, text, line, from);
}

bool lines_parse(struct doc *doc, const struct line_format *format, struct sink *sink)
{
	AUTO(arena_close) struct arena *a = arena_open();
	AUTO(arena_close) struct arena *b = arena_open();
	AUTO(arena_close) struct arena *c = arena_open();
	AUTO(arena_close) struct arena *d = arena_open();
	AUTO(runs_close) struct runs *runs = format->steps || format->tools ? runs_open(format->steps, sink) : NULL;
	struct draft drafts[2] = {{.arena = a}, {.arena = b}};
	struct reading r = {.format = format,
		.sink = runs ? runs_sink(runs) : sink,
		.open = &drafts[0],
		.next = &drafts[1],
		.partial = {{.arena = c}, {.arena = d}}};
	struct slice slice;
	for (;;) {
		if (doc_waits(doc)) {
			put(&r);
			if (runs)
				runs_flush(runs);
		}
		if (!doc_line(doc, &slice))
			break;
		if (r.cut && r.open->open)
			add_more(&r, slice.text, slice.text, slice.from);
		else
			take_line(&r, &slice);
		r.cut = slice.cut;
	}
	for (size_t i = 0; i < LEN(r.partial); i++)
		put_part(&r, &r.partial[i]);
	put(&r);
	return true;
}

/* --- bidding --- */
enum {
	BID_LINES = 200,   /* lines of the head that are tried */
	BID_HOPELESS = 64, /* give up when none of so many was a record */
};

/* What LINE is to FORMAT when a bid looks at it. */
static enum line_kind kind_of(const struct line_format *format, struct arena *scratch, struct str line)
{
	ARENA_SCOPE(scratch);
	struct str text = wrap_plain(scratch, line);
	struct record record = {0};
	enum line_kind kind = format->read(format->data, scratch, text, &record);
	struct wrap wrap;
	if (kind != LINE_OTHER || !wrap_open(scratch, text, &wrap))
		return kind == LINE_OTHER && looks_continued(text) ? LINE_MORE : kind;
	text = wrap_plain(scratch, wrap.text);
	kind = wrap.partial ? LINE_MORE : format->read(format->data, scratch, text, &record);
	return kind == LINE_OTHER && looks_continued(text) ? LINE_MORE : kind;
}

int lines_bid(struct doc *doc, const struct line_format *format, int bid, double share)
{
	int records = 0, others = 0, skips = 0, tried = 0;
	struct str rest = doc->head, line;
	while (tried < BID_LINES && doc_head_next(doc, &rest, &line)) {
		line = str_trim_end(line);
		if (line.n == 0)
			continue;
		tried++;
		enum line_kind kind = kind_of(format, doc->scratch, line);
		records += kind == LINE_RECORD;
		others += kind == LINE_OTHER;
		skips += kind == LINE_SKIP;
		if (records == 0 && tried >= BID_HOPELESS)
			break;
	}
	if (records == 0)
		return skips && skips == tried ? BID_FALLBACK + 1 : BID_NONE; /* a heading, and nothing yet */
	double is = (double)records / (records + others);
	return is >= share ? bid : is >= 0.1 && bid >= BID_SHAPE ? bid / 6 : BID_NONE;
}
