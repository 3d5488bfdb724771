/* Looking: events by time, lane, kind, subject and words, in an order that does not depend on how they came in. */
#include "store/sql.h"

#include "normalise/rules.h"

enum {
	PAGE_EVENTS = 2048, /* read at a time by store_each, so that a slow reader does not keep writers waiting */
	PAGE_BYTES = 4 << 20,
	STRETCH_ROWS = 2048, /* looked up at a time: some thousandths of a second */
	ID_DIGITS_MIN = 4
};

/* --- a row to an event --- */

static int clamp(int64_t value, int last)
{
	return value < 0 || value > last ? last : (int)value;
}

const struct kind *kind_named(struct arena *arena, struct str name, enum lane lane, enum severity severity)
{
	const struct kind *known = kind_find(name);
	struct kind *kind;

	if (known)
		return known;
	kind = NEW(arena, struct kind);
	*kind = (struct kind){str_dup(arena, name), lane, severity, STR("unknown to this version of lineup")};
	return kind;
}

static void key_of(sqlite3_stmt *stmt, int i, uint8_t key[EVENT_KEY])
{
	struct str blob = col_str(stmt, i);

	memset(key, 0, EVENT_KEY);
	memcpy(key, str_text(blob), blob.n < EVENT_KEY ? blob.n : EVENT_KEY);
}

static instant or_else(instant t, instant usual)
{
	return t == INSTANT_NONE ? usual : t;
}

void event_of(sqlite3_stmt *stmt, struct arena *arena, struct event *e)
{
	instant slot = col_int(stmt, 1);

	*e = (struct event){
		.row = col_int(stmt, 0),
		.lane = (enum lane)clamp(col_int(stmt, 4), LANE_OTHER),
		.severity = (enum severity)clamp(col_int(stmt, 5), SEVERITY_CRITICAL),
		.precision = (enum precision)clamp(col_int(stmt, 6), PRECISION_NONE),
		.basis = (enum basis)clamp(col_int(stmt, 7), BASIS_INFERRED),
		.source = col_int(stmt, 8),
		.from = {col_int(stmt, 9), col_int(stmt, 10), col_int(stmt, 11)},
		.count = col_int(stmt, 12),
		.until = col_instant(stmt, 13),
		.at_min = or_else(col_instant(stmt, 14), slot),
		.recorded_at = col_instant(stmt, 16),
		.subject = str_dup(arena, col_str(stmt, 17)),
		.text = str_dup(arena, col_str(stmt, 18)),
		.when = str_dup(arena, col_str(stmt, 19)),
		.fields = str_dup(arena, col_str(stmt, 20)),
	};
	e->at = e->precision == PRECISION_NONE ? INSTANT_NONE : slot;
	e->at_max = or_else(col_instant(stmt, 15), e->at);
	e->kind = kind_named(arena, col_str(stmt, 3), e->lane, e->severity);
	key_of(stmt, 2, e->key);
}

static bool event_read(
	struct store *store, int64_t row, struct arena *arena, struct event *out, bool *found, struct err *err)
{
	static const char sql[] = "SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES " WHERE e.id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	step = store_step(store, stmt, err);
	*found = step == STEP_ROW;
	if (*found)
		event_of(stmt, arena, out);
	return step != STEP_FAILED;
}

/* --- words without the index --- */

static bool in_a_word(struct str text, size_t at)
{
	return at < text.n && (byte_is_alpha(text.p[at]) || byte_is_digit(text.p[at]) || (text.p[at] & 0x80));
}

static bool says_word(struct str text, struct str word)
{
	for (size_t at = 0; (at = str_find_case(text, word, at)) != STR_NPOS; at++)
		if (!(at > 0 && in_a_word(text, at - 1)) && !in_a_word(text, at + word.n))
			return true;
	return false;
}

/* SQL function says(words, text, subject): near enough to what FTS5 would find. */
static void says(sqlite3_context *context, int n, sqlite3_value **values)
{
	struct str arg[3], word;

	for (int i = 0; i < n; i++) {
		const char *p = sqlite3_value_blob(values[i]);
		arg[i] = str_n(p, (size_t)sqlite3_value_bytes(values[i]));
	}
	while (str_word(&arg[0], &word)) {
		if (!says_word(arg[1], word) && !says_word(arg[2], word)) {
			sqlite3_result_int(context, 0);
			return;
		}
	}
	sqlite3_result_int(context, 1);
}

bool query_functions(struct store *store, struct err *err)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	if (sqlite3_create_function_v2(store->db, "says", 3, flags, NULL, says, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return store_fail(store, "use", err);
}

/* --- which rows --- */

/* Parameters of every selection: ?1 from, ?2 to, ?3 lanes, ?4 kind, ?5 subject, ?6 part of a subject, ?7 severity, ?8
 * source, ?9 undated too, ?10 no log lines, ?11 limit, ?12 words for FTS5, ?13 indexed to, ?14 words as typed, ?15
 * after this row, ?16 what was typed, whatever its severity. A lane or severity that there is none of, in a database that
 * somebody made up, is the last of them, as event_of reads it. */
#define MATCHES                                                                                                                            \
	" AND (?3 = 0 OR (?3 >> iif(e.lane BETWEEN 0 AND 7, e.lane, 7)) & 1)"                                                              \
	" AND (e.severity >= ?7 OR e.severity < 0 OR (?16 AND e.source IS NULL)) AND (?9 OR e.precision < 6) AND (NOT ?10 OR e.kind <> 1)" \
	" AND (?4 IS NULL OR e.kind IN (SELECT k.id FROM kind k WHERE k.name = ?4"                                                         \
	" OR (substr(?4, -1) = '.' AND substr(k.name, 1, length(?4)) = ?4)))"                                                              \
	" AND (?5 IS NULL OR e.subject = ?5) AND (?6 IS NULL OR instr(e.subject, ?6) > 0)"                                                 \
	" AND (?8 = 0 OR e.source = ?8 OR EXISTS (SELECT 1 FROM sighting g WHERE g.event = e.id AND g.source = ?8))"
#define IN_ORDER " ORDER BY e.at, coalesce(s.name, ''), e.offset, e.key LIMIT ?11"
#define REVERSED " ORDER BY e.at DESC, coalesce(s.name, '') DESC, e.offset DESC, e.key DESC LIMIT ?11"
/* Those that begin in the window, by the time index. */
#define BEGIN_IN                                                                                                       \
	"SELECT e.id FROM event e INDEXED BY event_time LEFT JOIN source s ON s.id = e.source WHERE e.at >= ?1 AND e.at < ?2"
/* The same without log lines. */
#define TOLD_IN                                                                                                        \
	"SELECT e.id FROM event e INDEXED BY event_told LEFT JOIN source s ON s.id = e.source"                         \
	" WHERE e.kind <> 1 AND e.at >= ?1 AND e.at < ?2"
/* Those that began before it and reach into it, by the index of bands. */
#define REACH_IN                                                                                                       \
	"SELECT e.id FROM event e INDEXED BY event_band LEFT JOIN source s ON s.id = e.source"                         \
	" WHERE e.until > e.at AND e.until >= ?1 AND e.at < ?1"
/* Those that say all the words; rows that are not indexed yet (a bulk load is under way) are looked through. */
#define SAY                                                                                                            \
	"SELECT e.id FROM event e LEFT JOIN source s ON s.id = e.source"                                               \
	" WHERE e.id IN (SELECT rowid FROM event_text WHERE event_text MATCH ?12"                                      \
	" UNION ALL SELECT x.id FROM event x WHERE x.id > ?13 AND says(?14, x.text, x.subject))"                       \
	" AND e.at < ?2 AND (e.at >= ?1 OR (e.until > e.at AND e.until >= ?1))"

/* Those that came in last. */
#define FRESH                                                                                                          \
	"SELECT e.id FROM event e LEFT JOIN source s ON s.id = e.source WHERE e.id > ?15 AND e.at >= ?1 AND e.at < ?2"

enum selection { SELECT_BEGIN, SELECT_TOLD, SELECT_REACH, SELECT_SAY, SELECT_FRESH };
static const char *const selections[][2] = {
	[SELECT_BEGIN] = {BEGIN_IN MATCHES IN_ORDER, BEGIN_IN MATCHES REVERSED},
	[SELECT_TOLD] = {TOLD_IN MATCHES IN_ORDER, TOLD_IN MATCHES REVERSED},
	[SELECT_REACH] = {REACH_IN MATCHES IN_ORDER, REACH_IN MATCHES REVERSED},
	[SELECT_SAY] = {SAY MATCHES IN_ORDER, SAY MATCHES REVERSED},
	[SELECT_FRESH] = {FRESH MATCHES IN_ORDER, FRESH MATCHES REVERSED},
};

struct rows {
	VEC(int64_t) list;
	int64_t limit; /* how many more; negative: any number */
};

static bool subject_is_whole(const struct query *q)
{
	return str_contains(q->subject, STR(":"));
}

/* Every word in quotes, so that nothing in it is FTS5's query language; a blank between phrases means AND. */
static struct str words_quoted(struct arena *arena, struct str words)
{
	struct buf b = BUF(arena);
	struct str word;

	while (str_word(&words, &word)) {
		buf_cstr(&b, b.n ? " \"" : "\"");
		for (size_t i = 0; i < word.n; i++) {
			buf_byte(&b, word.p[i] ? word.p[i] : ' ');
			if (word.p[i] == '"')
				buf_byte(&b, '"');
		}
		buf_byte(&b, '"');
	}
	return buf_str(&b);
}

static void bind_query(sqlite3_stmt *stmt, const struct query *q, int64_t limit)
{
	bind_int(stmt, 1, q->from); /* INSTANT_NONE is the least there is */
	bind_int(stmt, 2, q->to == INSTANT_NONE ? INSTANT_MAX : q->to);
	bind_int(stmt, 3, q->lanes);
	if (q->kind.n)
		bind_str(stmt, 4, q->kind);
	if (q->subject.n)
		bind_str(stmt, subject_is_whole(q) ? 5 : 6, q->subject);
	bind_int(stmt, 7, q->min_severity);
	bind_int(stmt, 8, q->source);
	bind_int(stmt, 9, q->undated);
	bind_int(stmt, 10, q->skip_log_lines);
	bind_int(stmt, 11, limit);
}

static bool select_rows(struct store *store, const struct query *q, enum selection selection, struct arena *arena,
	struct rows *rows, struct err *err)
{
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, selections[selection][q->newest_first], err);
	int64_t indexed_to;
	enum step step;

	if (!stmt || !store_indexed_to(store, &indexed_to, err))
		return false;
	bind_query(stmt, q, rows->limit);
	struct str words = words_quoted(arena, q->words);
	bind_str(stmt, 12, words);
	bind_int(stmt, 13, indexed_to);
	bind_str(stmt, 14, q->words);
	bind_int(stmt, 15, q->after_row);
	bind_int(stmt, 16, q->typed_too);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&rows->list, arena) = col_int(stmt, 0);
	if (rows->limit > 0)
		rows->limit = q->limit - (int64_t)rows->list.n;
	return step == STEP_DONE;
}

/* Bands from before the window come first, or last when the newest do. */
static bool rows_of(struct store *store, const struct query *q, struct arena *arena, struct rows *rows, struct err *err)
{
	bool say = words_quoted(arena, q->words).n > 0, reach = q->from != INSTANT_NONE;
	enum selection begin = q->skip_log_lines ? SELECT_TOLD : SELECT_BEGIN;
	enum selection first = q->newest_first ? begin : SELECT_REACH;
	enum selection second = q->newest_first ? SELECT_REACH : begin;

	*rows = (struct rows){.limit = q->limit > 0 ? q->limit : -1};
	if (q->after_row)
		return select_rows(store, q, SELECT_FRESH, arena, rows, err);
	if (say)
		return select_rows(store, q, SELECT_SAY, arena, rows, err);
	if (!reach)
		return select_rows(store, q, begin, arena, rows, err);
	if (!select_rows(store, q, first, arena, rows, err))
		return false;
	return rows->limit == 0 || select_rows(store, q, second, arena, rows, err);
}

/* --- stretch by stretch --- */

/* A listing of any length is looked up in stretches of time, each under a lock of its own: nobody who writes waits for
 * all of it. */
struct stretches {
	struct query q;          /* its FROM is where the next one begins */
	int64_t left;            /* how many events more; negative: any number */
	int64_t rows;            /* asked for at a time; more when one instant has more */
	bool begun, over, whole; /* whole: it cannot be cut, so there is but one */
};

static struct stretches stretches_of(const struct query *q)
{
	bool whole = q->words.n || q->newest_first || q->after_row || (q->limit > 0 && q->limit <= STRETCH_ROWS);

	return (struct stretches){.q = *q, .left = q->limit > 0 ? q->limit : -1, .rows = STRETCH_ROWS, .whole = whole};
}

static bool row_at(struct store *store, int64_t row, instant *at, struct err *err)
{
	static const char sql[] = "SELECT at FROM event WHERE id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	if (store_step(store, stmt, err) == STEP_FAILED)
		return false;
	*at = col_int(stmt, 0);
	return true;
}

/* The last instant of a full stretch may go on: it is left for the next, and *next is where that begins. False: it is
 * all one instant. */
static bool stretch_cut(struct store *store, struct rows *rows, size_t first, instant *next, bool *cut, struct err *err)
{
	size_t n = rows->list.n;
	instant last, at;

	*cut = false;
	if (!row_at(store, rows->list.v[n - 1], &last, err))
		return false;
	while (n > first) {
		if (!row_at(store, rows->list.v[n - 1], &at, err))
			return false;
		if (at != last)
			break;
		n--;
	}
	*cut = n > first;
	*next = last;
	rows->list.n = *cut ? n : rows->list.n;
	return true;
}

/* The rows of the next stretch, in order. Under a lock of the caller's. */
static bool stretch_next(
	struct store *store, struct stretches *s, struct arena *arena, struct rows *rows, struct err *err)
{
	enum selection begin = s->q.skip_log_lines ? SELECT_TOLD : SELECT_BEGIN;
	bool first = !s->begun, cut = false;
	instant next;

	s->begun = true;
	if (s->whole) {
		s->over = true;
		return rows_of(store, &s->q, arena, rows, err);
	}
	for (;; s->rows *= 2) {
		*rows = (struct rows){.limit = -1};
		if (first && s->q.from != INSTANT_NONE && !select_rows(store, &s->q, SELECT_REACH, arena, rows, err))
			return false;
		size_t reach = rows->list.n;
		rows->limit = s->rows;
		struct query part = s->q;
		part.limit = s->rows + (int64_t)reach;
		if (!select_rows(store, &part, begin, arena, rows, err))
			return false;
		s->over = (int64_t)(rows->list.n - reach) < s->rows;
		if (s->over)
			break;
		if (!stretch_cut(store, rows, reach, &next, &cut, err))
			return false;
		if (cut) {
			s->q.from = next;
			break;
		}
	}
	if (s->left >= 0 && (int64_t)rows->list.n >= s->left) {
		rows->list.n = (size_t)s->left;
		s->over = true;
	}
	s->left -= s->left >= 0 ? (int64_t)rows->list.n : 0;
	return true;
}

/* --- handing them out --- */

/* One stretch of events, under one lock. */
static bool events_read(
	struct store *store, struct stretches *s, struct arena *arena, struct events *out, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct rows rows;

	if (!stretch_next(store, s, store->scratch, &rows, err))
		return false;
	out->v = NEW_N(arena, struct event, rows.list.n + 1);
	for (size_t i = 0; i < rows.list.n; i++) {
		bool found;
		if (!event_read(store, rows.list.v[i], arena, &out->v[out->n], &found, err))
			return false;
		out->n += found;
	}
	return true;
}

bool store_newest(struct store *store, int64_t *row, struct err *err)
{
	return store_ask_int(store, "SELECT max(id) FROM event", row, err);
}

bool row_behind(struct store *store, int64_t row, int64_t *next, struct err *err)
{
	static const char sql[] = "SELECT coalesce(min(id), ?1) FROM event WHERE id > ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	if (store_step(store, stmt, err) != STEP_ROW)
		return false;
	*next = col_int(stmt, 0);
	return true;
}

bool store_events(struct store *store, const struct query *q, struct arena *arena, struct events *out, struct err *err)
{
	struct stretches s = stretches_of(q);
	VEC(struct event) list = {0};

	while (!s.over) {
		struct events part = {0};
		bool own;
		if (!store_look(store, &own, err))
			return false;
		bool done = events_read(store, &s, arena, &part, err);
		store_looked(store, own);
		if (!done)
			return false;
		for (size_t i = 0; i < part.n; i++)
			*PUSH(&list, arena) = part.v[i];
	}
	*out = (struct events){list.v, list.n};
	return true;
}

/* As many of the rows as make a page, from *at on. */
static bool page_read(struct store *store, const struct rows *rows, size_t *at, struct arena *arena,
	struct events *page, struct err *err)
{
	size_t bytes = 0;
	bool own, found;

	if (!store_look(store, &own, err))
		return false;
	page->v = NEW_N(arena, struct event, PAGE_EVENTS);
	for (page->n = 0; page->n < PAGE_EVENTS && *at < rows->list.n && bytes < PAGE_BYTES; ++*at) {
		struct event *e = &page->v[page->n];
		if (!event_read(store, rows->list.v[*at], arena, e, &found, err))
			break;
		page->n += found;
		if (found)
			bytes += e->text.n + e->fields.n;
	}
	store_looked(store, own);
	return !err_is_set(err);
}

static bool each_of_stretch(struct store *store, struct stretches *s, bool (*each)(void *, const struct event *),
	void *arg, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct rows rows;
	bool own, done;

	if (!store_look(store, &own, err))
		return false;
	done = stretch_next(store, s, store->scratch, &rows, err);
	store_looked(store, own);
	for (size_t at = 0; done && at < rows.list.n;) {
		ARENA_SCOPE(store->scratch);
		struct events page;
		if (!page_read(store, &rows, &at, store->scratch, &page, err))
			return false;
		for (size_t i = 0; i < page.n; i++) {
			if (!each(arg, &page.v[i])) {
				s->over = true;
				return true;
			}
		}
	}
	return done;
}

bool store_each(struct store *store, const struct query *q, bool (*each)(void *, const struct event *), void *arg,
	struct err *err)
{
	struct stretches s = stretches_of(q);

	while (!s.over)
		if (!each_of_stretch(store, &s, each, arg, err))
			return false;
	return true;
}

/* --- one event --- */

static int digit_of(char c)
{
	c = byte_lower(c);
	return byte_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The smallest and the largest key that begin with these digits. */
static bool key_range(struct str id, uint8_t low[EVENT_KEY], uint8_t high[EVENT_KEY])
{
	if (id.n < 1 + ID_DIGITS_MIN || id.n > 1 + 2 * EVENT_KEY || byte_lower(id.p[0]) != 'e')
		return false;
	memset(low, 0, EVENT_KEY);
	memset(high, 0xff, EVENT_KEY);
	for (size_t i = 1; i < id.n; i++) {
		int digit = digit_of(id.p[i]), shift = i % 2 ? 4 : 0;
		size_t at = (i - 1) / 2;
		if (digit < 0)
			return false;
		low[at] = (uint8_t)(low[at] | digit << shift);
		high[at] = (uint8_t)((high[at] & ~(0xf << shift)) | digit << shift);
	}
	return true;
}

/* Keys are found by looking through the time index, which holds them: a tenth of a second for a million. */
bool store_event(
	struct store *store, struct str id, struct arena *arena, struct event *out, int *found, struct err *err)
{
	static const char sql[] =
		"SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES
		" WHERE e.id IN (SELECT x.id FROM event x INDEXED BY event_time WHERE x.key BETWEEN ?1 AND ?2)"
		" ORDER BY e.at, e.key";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	uint8_t low[EVENT_KEY], high[EVENT_KEY];
	enum step step = STEP_DONE;

	if (!stmt)
		return false;
	*found = 0;
	if (!key_range(id, low, high))
		return true;
	bind_bytes(stmt, 1, low, EVENT_KEY);
	bind_bytes(stmt, 2, high, EVENT_KEY);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		if (++*found == 1)
			event_of(stmt, arena, out);
	return step == STEP_DONE;
}

bool store_sightings(
	struct store *store, int64_t event_row, struct arena *arena, struct sighting **out, size_t *n, struct err *err)
{
	static const char sql[] =
		"SELECT g.source, g.offset, g.length, g.line FROM sighting g JOIN source s ON s.id = g.source"
		" WHERE g.event = ?1 ORDER BY s.name, g.offset, g.source";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct sighting) list = {0};
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, event_row);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&list, arena) =
			(struct sighting){col_int(stmt, 0), {col_int(stmt, 1), col_int(stmt, 2), col_int(stmt, 3)}};
	*out = list.v;
	*n = list.n;
	return step == STEP_DONE;
}

/* --- the whole --- */
