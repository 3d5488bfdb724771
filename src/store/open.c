/* Opening a timeline: the connection's settings, whose file it is, and its schema. */
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x4c4e5550 }; /* "LNUP", as in schema/001 */

/* --- settings --- */

/* A text, a statement or a plan beyond these is a mistake or an attack. */
static const struct {
	int id, value;
} limits[] = {
	{SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
	{SQLITE_LIMIT_COLUMN, 200},
	{SQLITE_LIMIT_EXPR_DEPTH, 200},
	{SQLITE_LIMIT_COMPOUND_SELECT, 50},
	{SQLITE_LIMIT_FUNCTION_ARG, 32},
	{SQLITE_LIMIT_ATTACHED, 0},
	{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
	{SQLITE_LIMIT_VARIABLE_NUMBER, 200},
	{SQLITE_LIMIT_TRIGGER_DEPTH, 10},
	{SQLITE_LIMIT_WORKER_THREADS, 0},
};

/*
 * Rollback journal with full syncs: nothing acknowledged is lost at power loss, and a read-only medium can be read. Not
 * WAL: the SQLite of Debian 12 can corrupt one. mmap off: a truncated file must be an error, not a SIGBUS. The page
 * size counts only for a new file.
 */
static bool set_up(struct store *store, struct err *err)
{
	static const char settings[] =
		"PRAGMA page_size = 16384; PRAGMA mmap_size = 0; PRAGMA synchronous = FULL;"
		" PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON";

	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	for (size_t i = 0; i < LEN(limits); i++)
		sqlite3_limit(store->db, limits[i].id, limits[i].value);
	return query_functions(store, err) && store_exec(store, settings, err);
}

static bool is_in_wal_mode(struct store *store)
{
	struct err ignored = {0};
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, "PRAGMA journal_mode", &ignored);

	return stmt && store_step(store, stmt, &ignored) == STEP_ROW && str_eq(col_str(stmt, 0), STR("wal"));
}

/* TRUNCATE is a connection's choice, but a file left in WAL mode by another program must be brought back first, which
 * needs it alone. */
static bool use_rollback_journal(struct store *store, struct err *err)
{
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, "PRAGMA journal_mode = TRUNCATE", err);

	if (stmt && store_step(store, stmt, err) != STEP_FAILED && str_eq(col_str(stmt, 0), STR("truncate")))
		return true;
	if (!stmt || !is_in_wal_mode(store))
		return false;
	err_clear(err);
	store->failure = FAILURE_BUSY;
	return err_set(err, "cannot use '%s': another program has it open in WAL mode; close that first", store->path);
}

/* --- whose file it is --- */

struct identity {
	int64_t application, version, tables;
};

static bool identity_read(struct store *store, struct identity *id, struct err *err)
{
	static const char sql[] =
		"SELECT (SELECT application_id FROM pragma_application_id),"
		" (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt || store_step(store, stmt, err) != STEP_ROW)
		return false;
	*id = (struct identity){col_int(stmt, 0), col_int(stmt, 1), col_int(stmt, 2)};
	return true;
}

static bool refuse(struct store *store, enum store_failure failure, struct err *err, const char *why)
{
	store->failure = failure;
	return err_set(err, "cannot use '%s': %s", store->path, why);
}

static bool settle_schema(struct store *store, struct err *err)
{
	struct identity id;
	bool inert;

	if (!identity_read(store, &id, err))
		return false;
	if (!id.application && !id.version && !id.tables)
		return store->mode == STORE_CREATE
			       ? schema_apply(store, err)
			       : refuse(store, FAILURE_NOT_OURS, err,
					 "it is empty; 'lineup ingest' or 'lineup log' begins a timeline");
	if (id.application != APPLICATION_ID)
		return refuse(store, FAILURE_NOT_OURS, err,
			"it is another program's database; name a lineup database with -d");
	if (id.version > schema_newest()) {
		store->failure = FAILURE_NEWER;
		return err_set(err, "cannot use '%s': it needs lineup with schema %lld; this one knows %lld",
			store->path, (long long)id.version, (long long)schema_newest());
	}
	if (!schema_is_inert(store, &inert, err))
		return false;
	if (!inert)
		return refuse(store, FAILURE_NOT_OURS, err,
			"another program put a trigger into it, or a view in the place of a table; drop it with the sqlite3 shell, "
			"or restore a backup");
	if (id.version == schema_newest())
		return true;
	return store->mode == STORE_READ
		       ? refuse(store, FAILURE_OLDER, err,
				 "an older lineup made it, and it is read-only here; copy it to where you may write")
		       : schema_apply(store, err);
}

/* --- opening --- */

/* Made by us, so that nobody else can read it from the first moment on. */
static bool make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else if (errno == ENOENT)
		return err_set(
			err, "cannot make '%s': its folder is not there; make it, or name another place with -d", path);
	else if (errno != EEXIST)
		return err_sys(err, "cannot make '%s' (-d names another place)", path);
	return true;
}

static bool check_file(const char *path, enum store_mode mode, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno == ENOENT && mode == STORE_CREATE)
			return make_file(path, err);
		if (errno == ENOENT)
			return err_set(err,
				"no timeline at '%s'; 'lineup ingest' or 'lineup log' begins one, -d names another",
				path);
		return err_sys(err, "cannot open '%s'", path);
	}
	if (S_ISDIR(st.st_mode))
		return err_set(err, "cannot open '%s': it is a directory; name a file in it", path);
	if (access(path, R_OK) != 0 || (mode != STORE_READ && access(path, W_OK) != 0))
		return err_sys(err, "cannot open '%s'", path);
	return true;
}

/*
 * Somebody else writes: tries again after a few milliseconds, never the same number of them, until patience is over.
 * SQLite's own waiting grows to a tenth of a second, in which many short writers overtake whoever waits. Patience is
 * for all that leads to a commit together (looking at the file, beginning, committing), not for each.
 */
static int wait_a_moment(void *arg, int tries)
{
	struct store *store = arg;
	instant now = monotonic_now();

	if (tries == 0)
		store->waiting_since = now;
	if (store->waited + now - store->waiting_since >= store->patience_ms * MILLISECOND)
		return 0;
	int64_t most = tries < 100 ? 5000 : 25000;
	usleep((useconds_t)(1000 + now % most));
	store->waited += monotonic_now() - store->waiting_since;
	store->waiting_since = monotonic_now();
	return 1;
}

static bool connect(struct store *store, int flags, int patience, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	/* A relative path gets "./", so that "file:..." and ":memory:" are file names too. */
	struct str path = str_fmt(store->scratch, "%s%s", store->path[0] == '/' ? "" : "./", store->path);

	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(str_cstr(store->scratch, path), &store->db, flags, NULL) != SQLITE_OK)
		return store_fail(store, "open", err);
	store->patience_ms = patience;
	sqlite3_busy_handler(store->db, wait_a_moment, store);
	return set_up(store, err);
}

static void disconnect(struct store *store)
{
	for (size_t i = 0; i < STATEMENTS_MAX; i++)
		sqlite3_finalize(store->prepared[i].stmt);
	memset(store->prepared, 0, sizeof store->prepared);
	sqlite3_close(store->db);
	store->db = NULL;
}

/* A writer that was killed leaves a journal, which only a connection that may write can roll back. */
static bool roll_back_for_reader(struct store *store, int patience, struct err *err)
{
	struct identity id;
	bool mended;

	disconnect(store);
	mended = connect(store, SQLITE_OPEN_READWRITE, patience, err) && identity_read(store, &id, err);
	disconnect(store);
	return mended && connect(store, SQLITE_OPEN_READONLY, patience, err);
}

/* A timeline that an older lineup made is brought up to date by whoever opens it first and may write. */
static bool upgrade_for_reader(struct store *store, int patience, struct err *err)
{
	bool upgraded;

	disconnect(store);
	upgraded = connect(store, SQLITE_OPEN_READWRITE, patience, err) && schema_apply(store, err);
	disconnect(store);
	return upgraded && connect(store, SQLITE_OPEN_READONLY, patience, err);
}

static bool open_to_read(struct store *store, int patience, struct err *err)
{
	static bool (*const remedies[])(struct store *, int, struct err *) = {roll_back_for_reader, upgrade_for_reader};
	bool writable = access(store->path, W_OK) == 0;

	if (connect(store, SQLITE_OPEN_READONLY, patience, err) && settle_schema(store, err))
		return true;
	for (size_t i = 0; i < LEN(remedies) && writable; i++) {
		bool helps = i == 0 ? store->code == SQLITE_READONLY_ROLLBACK : store->failure == FAILURE_OLDER;
		if (!helps)
			continue;
		err_clear(err);
		store->failure = FAILURE_NONE;
		if (remedies[i](store, patience, err) && settle_schema(store, err))
			return true;
	}
	return false;
}

static bool open_to_write(struct store *store, int patience, struct err *err)
{
	return connect(store, SQLITE_OPEN_READWRITE, patience, err) && settle_schema(store, err) &&
	       use_rollback_journal(store, err) && batch_table(store, err);
}

static struct store *store_new(const char *path, enum store_mode mode)
{
	struct store *store = calloc(1, sizeof *store);
	static bool configured;

	if (!store)
		bug("out of memory");
	if (!configured) { /* before SQLite's first use; its own counting of memory costs an eighth of a bulk load */
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
		configured = true;
	}
	store->mode = mode;
	store->arena = arena_open();
	store->scratch = arena_open();
	store->digester = digester_open();
	store->path = str_cstr(store->arena, str_of(path));
	store->kinds = MAP(store->arena);
	store->origins = MAP(store->arena);
	store->indexed_to = -1;
	return store;
}

struct store *store_connect(const char *path, int flags, struct err *err)
{
	struct store *store = store_new(path, STORE_READ);

	if (connect(store, flags, STORE_PATIENCE_MS, err))
		return store;
	store_close(store);
	return NULL;
}

struct store *store_open_within(
	const char *path, enum store_mode mode, int patience_ms, enum store_failure *why, struct err *err)
{
	struct store *store;

	*why = FAILURE_OTHER;
	if (!check_file(path, mode, err))
		return NULL;
	store = store_new(path, mode);
	if (mode == STORE_READ ? open_to_read(store, patience_ms, err) : open_to_write(store, patience_ms, err)) {
		*why = FAILURE_NONE;
		return store;
	}
	*why = store->failure;
	store_close(store);
	return NULL;
}

struct store *store_open(const char *path, enum store_mode mode, struct err *err)
{
	enum store_failure why;

	return store_open_within(path, mode, STORE_PATIENCE_MS, &why, err);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	disconnect(store);
	digester_close(store->digester);
	arena_close(store->scratch);
	arena_close(store->arena);
	free(store);
}
