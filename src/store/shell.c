/* Read-only SQL for people: an authorizer lets through nothing but reading. */
#include "store/sql.h"

enum {
	SHELL_BYTES = 256 << 20, /* of an answer */
	SHELL_COLUMNS = 200,
	SHELL_STEPS = 100000, /* virtual machine steps between two looks at the count */
	SHELL_LOOKS = 50000   /* 5e9 steps: some minutes */
};

static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)arg, (void)c, (void)d;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return sqlite3_stricmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_PRAGMA: /* FTS5 asks this one for itself */
		return !b && sqlite3_stricmp(a, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int too_long(void *arg)
{
	return ++*(int *)arg > SHELL_LOOKS;
}

struct table {
	int columns;
	VEC(struct str) cells;
	size_t bytes;
};

static bool rows_collect(struct store *store, sqlite3_stmt *stmt, struct table *table, struct err *err)
{
	enum step step;

	while ((step = store_step(store, stmt, err)) == STEP_ROW) {
		for (int i = 0; i < table->columns; i++) {
			const char *text = (const char *)sqlite3_column_text(stmt, i);
			struct str cell = str_n(text, (size_t)sqlite3_column_bytes(stmt, i));
			table->bytes += cell.n + sizeof cell;
			*PUSH(&table->cells, store->scratch) = text ? str_dup(store->scratch, cell) : STR_NONE;
			if (text && !cell.n)
				table->cells.v[table->cells.n - 1] = STR("");
		}
		if (table->bytes > SHELL_BYTES)
			return err_set(err, "the answer is larger than %d MiB; add a LIMIT", SHELL_BYTES >> 20);
	}
	return step == STEP_DONE;
}

static sqlite3_stmt *shell_prepare(struct store *store, struct str sql, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *rest = NULL;
	const char *text = str_cstr(store->scratch, sql);

	if (sqlite3_prepare_v2(store->db, text, -1, &stmt, &rest) != SQLITE_OK) {
		err_set(err, "%s",
			sqlite3_errcode(store->db) == SQLITE_AUTH
				? "only SELECT is allowed; nothing can be changed here"
				: sqlite3_errmsg(store->db));
		return NULL;
	}
	if (stmt && str_trim(str_of(rest)).n == 0)
		return stmt;
	sqlite3_finalize(stmt);
	err_set(err, stmt ? "one statement at a time" : "no statement");
	return NULL;
}

static inline void stmt_finalize(sqlite3_stmt *s)
{
	sqlite3_finalize(s);
}
AUTO_CLOSER(sqlite3_stmt *, stmt_finalize)

static bool shell_run(
	struct store *store, struct str sql, struct table *table, struct str names[SHELL_COLUMNS], struct err *err)
{
	AUTO(stmt_finalize) sqlite3_stmt *stmt = shell_prepare(store, sql, err);

	if (!stmt)
		return false;
	table->columns = sqlite3_column_count(stmt);
	for (int i = 0; i < table->columns; i++)
		names[i] = str_dup(store->scratch, str_of(sqlite3_column_name(stmt, i)));
	return rows_collect(store, stmt, table, err);
}

/* The answer is read whole before it is handed out: whoever reads it slowly keeps no writer waiting. */
bool store_sql(struct store *store, struct str sql,
	bool (*row)(void *, int n, const struct str *names, const struct str *values), void *arg, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct str names[SHELL_COLUMNS];
	struct table table = {0};
	int looks = 0;
	bool done;

	sqlite3_set_authorizer(store->db, authorize, NULL);
	sqlite3_progress_handler(store->db, SHELL_STEPS, too_long, &looks);
	done = shell_run(store, sql, &table, names, err);
	sqlite3_progress_handler(store->db, 0, NULL, NULL);
	sqlite3_set_authorizer(store->db, NULL, NULL);
	if (!done)
		return false;
	for (size_t i = 0; i < table.cells.n; i += (size_t)table.columns)
		if (!row(arg, table.columns, names, table.cells.v + i))
			break;
	return true;
}
