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
	int code = table ? sqlite3_declare_vtab(db, "CREATE TABLE batch(" EVENT_FIELDS ")") : SQLITE_NOMEM;

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

static int cursor_row(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row)
{
	*row = ((struct batch_cursor *)cursor)->at->event->row;
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

/* Rows whose time and key are taken stay out. */
static bool slice_insert(struct store *store, const struct arrival *slice, size_t n, size_t *inserted, struct err *err)
{
	static const char sql[] = "INSERT INTO event(id, " EVENT_FIELDS ") SELECT rowid, " EVENT_FIELDS
				  " FROM temp.batch WHERE true ON CONFLICT(at, key) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	bool done;

	store->batch = slice;
	store->batch_n = n;
	done = stmt && store_run(store, stmt, err);
	store->batch_n = 0;
	*inserted += done ? (size_t)sqlite3_changes(store->db) : 0;
	return done;
}

/* Which of the rows from FIRST on there are. */
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

struct batch {
	struct event *events; /* in the order they came */
	const bool *grows;
	enum taken *taken;
	struct arrival *sorted;
	size_t n;
};

static bool take_each(struct store *store, const struct batch *b, struct err *err)
{
	for (size_t i = 0; i < b->n; i++) {
		ptrdiff_t came = b->sorted[i].event - b->events;
		if (!store_take(store, b->sorted[i].event, b->grows[came], &b->taken[came], err))
			return false;
	}
	return true;
}

static bool take_known(struct store *store, const struct batch *b, const bool *inserted, struct err *err)
{
	for (size_t i = 0; i < b->n; i++) {
		ptrdiff_t came = b->sorted[i].event - b->events;
		b->taken[came] = TAKEN_NEW;
		if (!inserted[i] && !take_again(store, &b->sorted[i], b->grows[came], &b->taken[came], err))
			return false;
	}
	return true;
}

/* What is new first, in rows from FIRST on; then what was known, or came twice. */
static bool take_together(struct store *store, const struct batch *b, int64_t first, struct err *err)
{
	bool *inserted = NEW_N(store->scratch, bool, b->n);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		b->sorted[i].event->row = first + (int64_t)i;
		if (!arrival_of(store, b->sorted[i].event, &b->sorted[i], err))
			return false;
	}
	for (size_t i = 0, slice; i < b->n; i += slice) {
		slice = b->n - i < SLICE_EVENTS ? b->n - i : SLICE_EVENTS;
		if (!slice_insert(store, b->sorted + i, slice, &n, err))
			return false;
	}
	if (n == b->n)
		memset(inserted, true, b->n);
	else if (!inserted_read(store, first, inserted, err))
		return false;
	return take_known(store, b, inserted, err);
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
