/* The index of events' words: told of every change, in pieces after a bulk load. */
#include "store/sql.h"

enum { INDEX_A_TIME = 50000 }; /* events whose words are indexed in a fifth of a second or so */

bool store_indexed_to(struct store *store, int64_t *row, struct err *err)
{
	if (store->indexed_to < 0 || sqlite3_get_autocommit(store->db))
		if (!store_ask_int(store, "SELECT value FROM state WHERE name = 'indexed_to'", &store->indexed_to, err))
			return false;
	*row = store->indexed_to;
	return true;
}

static bool indexed_to_set(struct store *store, int64_t row, struct err *err)
{
	static const char sql[] = "UPDATE state SET value = ?1 WHERE name = 'indexed_to'";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	store->indexed_to = row;
	return store_run(store, stmt, err);
}

/*
 * An external-content index must be told the old words to forget them. A single row, whose values are bound: INSERT ...
 * SELECT would open a savepoint, at which FTS5 writes out all that it has gathered.
 */
bool words_forget(struct store *store, int64_t row, struct err *err)
{
	static const char before[] = "SELECT id, text, subject FROM event WHERE id = ?1";
	static const char sql[] =
		"INSERT INTO event_text(event_text, rowid, text, subject) VALUES ('delete', ?1, ?2, ?3)";
	int64_t indexed_to;

	if (!store_indexed_to(store, &indexed_to, err))
		return false;
	if (row > indexed_to)
		return true;
	AUTO(stmt_reset) sqlite3_stmt *from = store_sql_of(store, before, err);
	sqlite3_stmt *to = store_sql_of(store, sql, err);
	enum step step;
	if (!from || !to)
		return false;
	bind_int(from, 1, row);
	if ((step = store_step(store, from, err)) != STEP_ROW)
		return step == STEP_DONE;
	return store_run_with_row(store, to, from, err);
}

bool words_add(struct store *store, const struct event *e, struct err *err)
{
	static const char sql[] = "INSERT INTO event_text(rowid, text, subject) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, e->row);
	bind_str(stmt, 2, e->text);
	bind_str(stmt, 3, e->subject);
	return store_run(store, stmt, err);
}

static bool words_add_all(struct store *store, int64_t after, int64_t to, struct err *err)
{
	static const char sql[] = "INSERT INTO event_text(rowid, text, subject)"
				  " SELECT id, text, subject FROM event WHERE id > ?1 AND id <= ?2";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, after);
	bind_int(stmt, 2, to);
	return store_run(store, stmt, err);
}

static bool last_row(struct store *store, int64_t *row, struct err *err)
{
	return store_ask_int(store, "SELECT coalesce(max(id), 0) FROM event", row, err);
}

bool words_index(struct store *store, bool *more, struct err *err)
{
	int64_t done, last, next, to;

	*more = false;
	if (!store_indexed_to(store, &done, err) || !last_row(store, &last, err) ||
		!row_behind(store, done, &next, err))
		return false;
	if (next == done)
		return true;
	*more = (uint64_t)last - (uint64_t)next >= INDEX_A_TIME;
	to = *more ? next + INDEX_A_TIME - 1 : last;
	return words_add_all(store, done, to, err) && indexed_to_set(store, to, err);
}

/* The id of the last row is given out again when that row is gone: then it must not count as indexed. */
bool words_settle(struct store *store, struct err *err)
{
	int64_t done, last;

	return store_indexed_to(store, &done, err) && last_row(store, &last, err) &&
	       (done <= last || indexed_to_set(store, last, err));
}

bool store_index_ahead(struct store *store, struct err *err)
{
	int64_t done, last;
	bool own, more;

	if (!store_indexed_to(store, &done, err) || !last_row(store, &last, err))
		return false;
	if (last - done < INDEX_A_TIME)
		return true;
	return store_enter(store, &own, err) && store_leave(store, own, words_index(store, &more, err), err);
}

bool store_index(struct store *store, struct err *err)
{
	bool own, more = false;

	do {
		if (!store_enter(store, &own, err) || !store_leave(store, own, words_index(store, &more, err), err))
			return false;
	} while (more);
	return true;
}
