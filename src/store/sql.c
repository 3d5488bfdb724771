/* Running SQL: prepared statements, transactions, and failures in words. */
#include "store/sql.h"

#include <time.h>
#include <unistd.h>

#include <errno.h>

/* What SQLite says, what it means to the caller, what to tell and what to do about it. */
static const struct {
	int code;
	enum store_failure failure;
	const char *why, *remedy;
} failures[] = {
	{SQLITE_READONLY_ROLLBACK, FAILURE_READONLY, "a write to it was cut off and this user cannot undo it here",
		"open it once where its folder can be written"},
	{SQLITE_READONLY, FAILURE_READONLY, "it or its folder is read-only", "copy it to where you may write"},
	{SQLITE_BUSY, FAILURE_BUSY, "another process is writing to it", "try again in a moment"},
	{SQLITE_LOCKED, FAILURE_BUSY, "this process is using it", "try again in a moment"},
	{SQLITE_FULL, FAILURE_FULL, "the disk is full", "free some space and run it again: nothing was half-written"},
	{SQLITE_NOTADB, FAILURE_NOT_OURS, "it is not a database", "name a lineup database with -d"},
	{SQLITE_CORRUPT, FAILURE_CORRUPT, "it is damaged", "restore a backup, or salvage with: sqlite3 FILE .recover"},
	{SQLITE_TOOBIG, FAILURE_OTHER, "a text or file in it would be too large", "see --keep"},
	{SQLITE_PERM, FAILURE_READONLY, "permission denied", "see its owner and mode"},
	{SQLITE_INTERRUPT, FAILURE_OTHER, "it took too long", "ask for less"},
};

static bool fail_with_errno(struct store *store, const char *doing, int code, struct err *err)
{
	int number = sqlite3_system_errno(store->db);

	store->failure = number == ENOSPC || number == EDQUOT ? FAILURE_FULL : FAILURE_OTHER;
	return err_set(err, "cannot %s '%s': %s", doing, store->path, number ? strerror(number) : sqlite3_errstr(code));
}

bool store_fail(struct store *store, const char *doing, struct err *err)
{
	int code = sqlite3_extended_errcode(store->db);

	if (code == SQLITE_OK)
		code = SQLITE_ERROR;
	store->code = code;
	for (size_t i = 0; i < LEN(failures); i++) {
		if (failures[i].code != code && failures[i].code != (code & 0xff))
			continue;
		store->failure = failures[i].failure;
		return err_set(err, "cannot %s '%s': %s; %s", doing, store->path, failures[i].why, failures[i].remedy);
	}
	if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)
		return fail_with_errno(store, doing, code, err);
	store->failure = FAILURE_OTHER;
	return err_set(err, "cannot %s '%s': %s", doing, store->path, sqlite3_errmsg(store->db));
}

enum store_failure store_last_failure(const struct store *store)
{
	return store->failure;
}

/* Statements are found by the address of their text, which is static. */
static struct prepared *prepared_slot(struct store *store, const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	for (size_t tried = 0; tried < STATEMENTS_MAX; tried++, i++) {
		struct prepared *slot = &store->prepared[i % STATEMENTS_MAX];
		if (slot->sql == sql || !slot->sql)
			return slot;
	}
	bug("more than %d statements", STATEMENTS_MAX);
}

sqlite3_stmt *store_sql_of(struct store *store, const char *sql, struct err *err)
{
	struct prepared *slot = prepared_slot(store, sql);

	if (slot->stmt) {
		if (sqlite3_stmt_busy(slot->stmt))
			bug("statement is running: %s", sql);
		sqlite3_clear_bindings(slot->stmt);
		return slot->stmt;
	}
	if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL) != SQLITE_OK) {
		store_fail(store, "read", err);
		return NULL;
	}
	slot->sql = sql;
	return slot->stmt;
}

enum step store_step(struct store *store, sqlite3_stmt *stmt, struct err *err)
{
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return STEP_ROW;
	case SQLITE_DONE:
		return STEP_DONE;
	default:
		store_fail(store, sqlite3_stmt_readonly(stmt) ? "read" : "write to", err);
		return STEP_FAILED;
	}
}

bool store_run(struct store *store, sqlite3_stmt *stmt, struct err *err)
{
	enum step step = store_step(store, stmt, err);

	sqlite3_reset(stmt);
	return step == STEP_DONE;
}

bool store_run_with_row(struct store *store, sqlite3_stmt *to, sqlite3_stmt *from, struct err *err)
{
	for (int i = 0; i < sqlite3_column_count(from); i++)
		if (sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i)) != SQLITE_OK)
			return store_fail(store, "write to", err);
	return store_run(store, to, err);
}

bool store_exec(struct store *store, const char *sql, struct err *err)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return store_fail(store, "use", err);
}

bool store_ask_int(struct store *store, const char *sql, int64_t *out, struct err *err)
{
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt || (step = store_step(store, stmt, err)) == STEP_FAILED)
		return false;
	*out = step == STEP_ROW ? col_int(stmt, 0) : 0;
	return true;
}

static void forget_what_is_known(struct store *store)
{
	store->kinds = MAP(store->arena);
	store->origins = MAP(store->arena);
	store->kind = NULL;
	store->origin = NULL;
	store->indexed_to = -1;
	store->offsets_known = false;
}

/* --- transactions --- */

enum { GROUP_MS = 150 }; /* how long a group may keep others from writing, a wait of the worker's aside */

instant monotonic_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* Whoever kept the lock for long leaves a gap before taking it again: those who wait look every few milliseconds. */
enum { LONG_MS = 50, COURTESY_MS = 6 };

static bool group_is_open(const struct store *store)
{
	return store->grouping && !sqlite3_get_autocommit(store->db);
}

void store_group(struct store *store)
{
	store->grouping = true;
}

bool store_group_end(struct store *store, struct err *err)
{
	bool failed = store->group_failed;

	store->group_failed = false;
	if (!sqlite3_get_autocommit(store->db)) {
		store->grouping = false;
		bool done = store_commit(store, err);
		store->grouping = true;
		store->group_joined = 0;
		return done;
	}
	if (failed)
		return err_set(err, "some of what was read before could not be stored with it; run it again");
	return true;
}

int64_t store_waited(const struct store *store)
{
	return store->waited_before;
}

bool store_begin(struct store *store, struct err *err)
{
	static const char sql[] = "BEGIN IMMEDIATE";
	if (group_is_open(store))
		return store->inside = true;
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	store->indexed_to = -1;
	store->offsets_known = false;
	store->group_began = monotonic_now();
	store->group_joined = 0;
	store->inside = stmt && store_run(store, stmt, err);
	return store->inside;
}

/* SQLite has it that a COMMIT reads; what fails is the writing. */
static bool commit_run(struct store *store, struct err *err)
{
	static const char sql[] = "COMMIT";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	return stmt && (sqlite3_step(stmt) == SQLITE_DONE || store_fail(store, "write to", err));
}

bool store_commit(struct store *store, struct err *err)
{
	store->inside = false;
	if (group_is_open(store) && monotonic_now() - store->group_began < GROUP_MS * MILLISECOND) {
		store->group_joined++;
		return true;
	}
	if (commit_run(store, err)) {
		store->waited_before = store->waited;
		store->waited = 0;
		if (monotonic_now() - store->group_began >= LONG_MS * MILLISECOND)
			usleep(COURTESY_MS * 1000);
		return true;
	}
	store_rollback(store);
	return false;
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->inside = false;
	store->group_failed |= store->grouping && store->group_joined > 0;
	store->group_joined = 0;
	forget_what_is_known(store);
}

bool store_enter(struct store *store, bool *own, struct err *err)
{
	*own = !store->inside;
	return !*own || store_begin(store, err);
}

bool store_leave(struct store *store, bool own, bool done, struct err *err)
{
	if (!own)
		return done;
	if (done)
		return store_commit(store, err);
	store_rollback(store);
	return false;
}

bool store_look(struct store *store, bool *own, struct err *err)
{
	static const char sql[] = "BEGIN";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	*own = sqlite3_get_autocommit(store->db) != 0;
	return stmt && (!*own || store_run(store, stmt, err));
}

void store_looked(struct store *store, bool own)
{
	store->waited = 0;
	if (own)
		sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
}
