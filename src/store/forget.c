/* Forgetting what can be worked out again: of all sources for a rebuild, of one that is read otherwise. */
#include "store/sql.h"

static bool run_each(struct store *store, const char *const *steps, size_t n, int64_t row, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *stmt = store_sql_of(store, steps[i], err);
		if (!stmt)
			return false;
		if (sqlite3_bind_parameter_count(stmt))
			bind_int(stmt, 1, row);
		if (!store_run(store, stmt, err))
			return false;
	}
	return true;
}

/* The words are indexed anew, from the beginning. */
static bool forget_words(struct store *store, struct err *err)
{
	static const char *const steps[] = {
		"INSERT INTO event_text(event_text) VALUES ('delete-all')",
		"UPDATE state SET value = 0 WHERE name = 'indexed_to'",
	};

	store->indexed_to = 0;
	return run_each(store, steps, LEN(steps), 0, err);
}

/* --- all of them --- */

/* Only what can be made again: events of sources whose bytes (or whose archive's bytes) are kept, and typed ones. */
#define KEPT_SOURCES                                                                                                   \
	"WITH RECURSIVE kept(id) AS (SELECT id FROM source WHERE evidence IS NOT NULL"                                 \
	" UNION SELECT s.id FROM source s JOIN kept k ON s.parent = k.id) "

static bool forget_derived(struct store *store, struct err *err)
{
	static const char *const steps[] = {
		KEPT_SOURCES "DELETE FROM sighting WHERE source IN kept",
		KEPT_SOURCES "DELETE FROM event WHERE source IS NULL OR source IN kept",
		KEPT_SOURCES "DELETE FROM note WHERE source IN kept",
		KEPT_SOURCES
		"UPDATE source SET state = 'reading', records = 0, fresh = 0, grown = 0, duplicate = 0, undated = 0,"
		" not_understood = 0, bytes_records = NULL, bytes_continuation = NULL, bytes_structure = NULL,"
		" bytes_not_understood = NULL WHERE id IN kept",
		"INSERT INTO state(name, value) VALUES ('rebuilding', 1) ON CONFLICT(name) DO NOTHING",
	};

	store->claimed.n = 0;
	return forget_words(store, err) && run_each(store, steps, LEN(steps), 0, err);
}

bool store_forget_derived(struct store *store, struct err *err)
{
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, forget_derived(store, err), err);
}

bool store_rebuilding(struct store *store, bool *yes, struct err *err)
{
	int64_t n = 0;
	bool done = store_ask_int(store, "SELECT count(*) FROM state WHERE name = 'rebuilding'", &n, err);

	*yes = n > 0;
	return done;
}

bool store_rebuilt(struct store *store, struct err *err)
{
	static const char sql[] = "DELETE FROM state WHERE name = 'rebuilding'";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	return stmt && store_run(store, stmt, err);
}

/* --- one source that is read otherwise --- */

#define FAMILY                                                                                                         \
	"WITH RECURSIVE family(id) AS (VALUES (?1) UNION SELECT c.id FROM source c JOIN family f ON c.parent = f.id) "
#define ELSEWHERE "FROM sighting WHERE event = event.id AND source NOT IN family"

bool source_forget(struct store *store, int64_t row, struct err *err)
{
	static const char *const steps[] = {
		FAMILY
		"UPDATE event SET (source, offset, length, line) = (SELECT source, offset, length, line " ELSEWHERE
		" ORDER BY source LIMIT 1) WHERE source IN family AND EXISTS (SELECT 1 " ELSEWHERE ")",
		FAMILY "DELETE FROM event WHERE source IN family",
		FAMILY "DELETE FROM sighting WHERE source IN family"
		       " OR EXISTS (SELECT 1 FROM event e WHERE e.id = sighting.event AND e.source = sighting.source)",
		FAMILY "DELETE FROM note WHERE source IN family",
	};

	return forget_words(store, err) && run_each(store, steps, LEN(steps), row, err);
}

/* --- what a source tells that has grown since --- */

/* As a JSON array, for json_each. */
static struct str rows_of(struct arena *arena, const struct sources *sources)
{
	struct buf list = BUF(arena);

	for (size_t i = 0; i < sources->n; i++)
		buf_fmt(&list, "%c%lld", i ? ',' : '[', (long long)sources->v[i].row);
	buf_cstr(&list, "]");
	return buf_str(&list);
}

#define WERE "(SELECT value FROM json_each(?1))"
static bool only_they_tell(
	struct store *store, struct str were, int64_t now, int64_t **rows, size_t *n, struct err *err)
{
	static const char sql[] = "SELECT id FROM event e WHERE source IN " WERE
				  " AND NOT EXISTS (SELECT 1 FROM sighting WHERE event = e.id AND source = ?2)";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(int64_t) list = {0};
	enum step step;

	if (!stmt)
		return false;
	bind_str(stmt, 1, were);
	bind_int(stmt, 2, now);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&list, store->scratch) = col_int(stmt, 0);
	*rows = list.v;
	*n = list.n;
	return step == STEP_DONE;
}

/* The event is told by others too: then it is the first of those's. */
static bool move_elsewhere(struct store *store, struct str were, int64_t event, bool *moved, struct err *err)
{
	static const char move[] =
		"UPDATE event SET (source, offset, length, line) = (s.source, s.offset, s.length, s.line)"
		" FROM (SELECT * FROM sighting WHERE event = ?2 AND source NOT IN " WERE
		" ORDER BY source LIMIT 1) s WHERE id = ?2";
	static const char *const steps[] = {
		"DELETE FROM sighting WHERE event = ?1 AND source = (SELECT source FROM event WHERE id = ?1)"};
	sqlite3_stmt *stmt = store_sql_of(store, move, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, were);
	bind_int(stmt, 2, event);
	if (!store_run(store, stmt, err))
		return false;
	*moved = sqlite3_changes(store->db) > 0;
	return !*moved || run_each(store, steps, LEN(steps), event, err);
}

static bool outgrown(struct store *store, const struct sources *were, int64_t now, struct err *err)
{
	static const char *const notes[] = {"DELETE FROM note WHERE source = ?1"};
	ARENA_SCOPE(store->scratch);
	struct str list = rows_of(store->scratch, were);
	int64_t *rows;
	size_t n;

	if (!only_they_tell(store, list, now, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool moved;
		if (!move_elsewhere(store, list, rows[i], &moved, err) ||
			(!moved && !store_remove(store, rows[i], err)))
			return false;
	}
	for (size_t i = 0; i < were->n; i++)
		if (!run_each(store, notes, LEN(notes), were->v[i].row, err))
			return false;
	return true;
}

bool store_source_outgrown(struct store *store, const struct sources *were, int64_t now, struct err *err)
{
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, outgrown(store, were, now, err), err);
}
