/*
 * Taking many events in at once: SQLite reads them as the rows of a table. Bound and run one by one, they cost a third
 * more.
 */
#include "store/sql.h"

#include <stdlib.h>

enum { SLICE_EVENTS = 1024 }; /* by one statement, which holds a copy of every page it changes until it is through */

/* --- the table: its rows are the slice of a batch that store->batch points to --- */

struct batch_table {
	sqlite3_vtab base;
	struct store *store;
};

struct batch_cursor {
	sqlite3_vtab_cursor base;
	const struct arrival *at, *end;
};

static int table_connect(
	sqlite3 *db, void *store, int argc, const char *const *argv, sqlite3_vtab **out, char **message)
{
	struct batch_table *table = sqlite3_malloc(sizeof *table);
	int code = table ? sqlite3_declare_vtab(db, "CREATE TABLE batch(" EVENT_FIELDS ", event)") : SQLITE_NOMEM;

	(void)argc, (void)argv, (void)message;
	if (code != SQLITE_OK) {
		sqlite3_free(table);
		return code;
	}
	*table = (struct batch_table){.store = store};
	*out = &table->base;
	return sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
}

static int table_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int table_plan(sqlite3_vtab *table, sqlite3_index_info *plan)
{
	(void)table;
	plan->estimatedRows = SLICE_EVENTS;
	return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct batch_cursor *cursor = sqlite3_malloc(sizeof *cursor);

	(void)table;
	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (struct batch_cursor){.at = NULL};
	*out = &cursor->base;
	return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int cursor_first(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
	struct batch_cursor *cursor = (struct batch_cursor *)base;
	const struct store *store = ((struct batch_table *)base->pVtab)->store;

	(void)plan, (void)text, (void)argc, (void)argv;
	cursor->at = store->batch;
	cursor->end = store->batch + store->batch_n;
	return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *cursor)
{
	((struct batch_cursor *)cursor)->at++;
	return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
	const struct batch_cursor *cursor = (struct batch_cursor *)base;

	return cursor->at == cursor->end;
}

static int cursor_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int i)
{
	struct value v = arrival_value(((struct batch_cursor *)cursor)->at, i);

	switch (v.type) {
	case VALUE_NULL:
		break;
	case VALUE_INT:
		sqlite3_result_int64(context, v.number);
		break;
	case VALUE_TEXT:
		sqlite3_result_text64(context, v.text.p ? v.text.p : "", v.text.n, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case VALUE_BYTES:
		sqlite3_result_blob64(context, v.text.p, v.text.n, SQLITE_STATIC);
		break;
	}
	return SQLITE_OK;
}

static int cursor_row(sqlite3_vtab_cursor *base, sqlite3_int64 *row)
{
	*row = ((struct batch_cursor *)base)->at - ((struct batch_table *)base->pVtab)->store->batch;
	return SQLITE_OK;
}

bool batch_table(struct store *store, struct err *err)
{
	static const sqlite3_module module = {
		.xCreate = table_connect,
		.xConnect = table_connect,
		.xBestIndex = table_plan,
		.xDisconnect = table_disconnect,
		.xDestroy = table_disconnect,
		.xOpen = cursor_open,
		.xClose = cursor_close,
		.xFilter = cursor_first,
		.xNext = cursor_next,
		.xEof = cursor_eof,
		.xColumn = cursor_column,
		.xRowid = cursor_row,
	};

	if (sqlite3_create_module_v2(store->db, "batch", &module, store, NULL) != SQLITE_OK)
		return store_fail(store, "use", err);
	return store_exec(store, "CREATE VIRTUAL TABLE temp.batch USING batch", err);
}

/* --- taking a batch in --- */

static int arrival_cmp(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;
	int by_key;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	by_key = memcmp(x->event->key, y->event->key, EVENT_KEY);
	return by_key ? by_key : (x->event > y->event) - (x->event < y->event);
}

/* Runs SQL, which reads the table, over all of V. *CHANGED: rows that it put in. */
static bool insert_all(
	struct store *store, const char *sql, const struct arrival *v, size_t n, size_t *changed, struct err *err)
{
	bool done = true;

	*changed = 0;
	for (size_t i = 0; done && i < n; i += SLICE_EVENTS) {
		sqlite3_stmt *stmt = store_sql_of(store, sql, err);
		store->batch = v + i;
		store->batch_n = n - i < SLICE_EVENTS ? n - i : SLICE_EVENTS;
		done = stmt && store_run(store, stmt, err);
		*changed += done ? (size_t)sqlite3_changes(store->db) : 0;
	}
	store->batch_n = 0;
	return done;
}

/* Which rows from FIRST on there are. */
static bool inserted_read(struct store *store, int64_t first, bool *inserted, struct err *err)
{
	static const char sql[] = "SELECT id FROM event WHERE id >= ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, first);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		inserted[col_int(stmt, 0) - first] = true;
	return step == STEP_DONE;
}

/* Rows whose time and key are taken stay out. */
static bool events_insert(
	struct store *store, const struct arrival *v, size_t n, int64_t first, bool *inserted, struct err *err)
{
	static const char sql[] = "INSERT INTO event(id, " EVENT_FIELDS ") SELECT event, " EVENT_FIELDS
				  " FROM temp.batch WHERE true ON CONFLICT(at, key) DO NOTHING";
	size_t changed;

	if (!insert_all(store, sql, v, n, &changed, err))
		return false;
	if (changed < n)
		return inserted_read(store, first, inserted, err);
	memset(inserted, true, n);
	return true;
}

static bool histories_insert(struct store *store, const struct arrival *v, size_t n, struct err *err)
{
	static const char sql[] =
		"INSERT INTO event_history(" HISTORY_FIELDS
		") SELECT event, at, kind, lane, severity, precision, basis, source, offset, length, line, count,"
		" coalesce(until, at), at_min, at_max,"
		" coalesce(recorded_at, (SELECT s.taken_at FROM source s WHERE s.id = b.source), 0),"
		" subject, text, written, fields FROM temp.batch b WHERE true"
		" ON CONFLICT(event, count, until, recorded_at) DO NOTHING";
	size_t changed;

	return insert_all(store, sql, v, n, &changed, err);
}

struct batch {
	struct event *events; /* in the order they came */
	const bool *grows;
	enum taken *taken;
	struct arrival *sorted;
	size_t n;
};

static size_t came(const struct batch *b, size_t i)
{
	return (size_t)(b->sorted[i].event - b->events);
}

static bool take_each(struct store *store, const struct batch *b, struct err *err)
{
	for (size_t i = 0; i < b->n; i++)
		if (!store_take(store, b->sorted[i].event, b->grows[came(b, i)], &b->taken[came(b, i)], err))
			return false;
	return true;
}

/* --- one event, as often as it stands in a batch: sorted[from..to) --- */

struct run {
	size_t from, to;
	bool grows; /* its states can be told apart without the database */
	size_t top; /* the largest of them */
};

static bool is_larger(const struct arrival *a, const struct arrival *than)
{
	return event_growth(a->event, event_count(than->event), event_until(than->event)) > 0;
}

static struct run run_at(const struct batch *b, size_t from)
{
	const struct arrival *first = &b->sorted[from], *next;
	struct run r = {.from = from, .to = from + 1, .grows = b->grows[came(b, from)], .top = from};

	for (; r.to < b->n; r.to++) {
		next = &b->sorted[r.to];
		if (next->slot != first->slot || memcmp(next->event->key, first->event->key, EVENT_KEY) != 0)
			break;
		r.grows &= b->grows[came(b, r.to)] && next->event->source == first->event->source;
		r.top = is_larger(next, &b->sorted[r.top]) ? r.to : r.top;
	}
	r.top = r.grows ? r.top : from;
	return r;
}

/* The event was new and is stored as its largest state: as if each had come by itself, the others are its history. */
static void run_grow(const struct batch *b, const struct run *r, struct arrival *earlier, size_t *earlier_n)
{
	int64_t row = b->sorted[r->top].event->row;
	size_t top = r->from;

	b->taken[came(b, top)] = TAKEN_NEW;
	b->sorted[top].event->row = row;
	for (size_t i = r->from + 1; i < r->to; i++) {
		bool larger = is_larger(&b->sorted[i], &b->sorted[top]);
		b->taken[came(b, i)] = larger ? TAKEN_GROWN : TAKEN_DUPLICATE;
		b->sorted[i].event->row = row;
		if (larger || is_larger(&b->sorted[top], &b->sorted[i]))
			earlier[(*earlier_n)++] = b->sorted[larger ? top : i];
		top = larger ? i : top;
	}
}

static bool run_again(struct store *store, const struct batch *b, const struct run *r, bool inserted, struct err *err)
{
	if (inserted)
		b->taken[came(b, r->from)] = TAKEN_NEW;
	for (size_t i = r->from + inserted; i < r->to; i++)
		if (!take_again(store, &b->sorted[i], b->grows[came(b, i)], &b->taken[came(b, i)], err))
			return false;
	return true;
}

/* What is new first, in rows from FIRST on; then what was known, or stands more than once in the batch. */
static bool take_together(struct store *store, const struct batch *b, int64_t first, struct err *err)
{
	struct run *runs = NEW_N(store->scratch, struct run, b->n);
	struct arrival *tops = NEW_N(store->scratch, struct arrival, b->n);
	struct arrival *earlier = NEW_N(store->scratch, struct arrival, b->n);
	bool *inserted = NEW_N(store->scratch, bool, b->n);
	size_t n = 0, earlier_n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (!arrival_of(store, b->sorted[i].event, &b->sorted[i], err))
			return false;
	for (size_t i = 0; i < b->n; i = runs[n++].to) {
		runs[n] = run_at(b, i);
		tops[n] = b->sorted[runs[n].top];
		tops[n].event->row = first + (int64_t)n;
	}
	if (!events_insert(store, tops, n, first, inserted, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (inserted[i] && runs[i].grows)
			run_grow(b, &runs[i], earlier, &earlier_n);
		else if (!run_again(store, b, &runs[i], inserted[i], err))
			return false;
	return histories_insert(store, earlier, earlier_n, err);
}

bool store_take_batch(
	struct store *store, struct event *v, size_t n, const bool *grows, enum taken *out, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct batch batch = {v, grows, out, NEW_N(store->scratch, struct arrival, n), n};
	int64_t last;
	bool concerns;

	store->offsets_known = false; /* others write, too */
	if (!reread_concerns(store, v, n, &concerns, err) || !store_newest(store, &last, err))
		return false;
	for (size_t i = 0; i < n; i++)
		batch.sorted[i] = (struct arrival){.event = &v[i], .slot = slot_of(&v[i])};
	qsort(batch.sorted, n, sizeof *batch.sorted, arrival_cmp);
	if (concerns || last > INT64_MAX - (int64_t)n)
		return take_each(store, &batch, err);
	return take_together(store, &batch, last + 1, err);
}
