/* The schema: its numbered files, and bringing a timeline of an older lineup up to date. */
#include "store/sql.h"

#include "embed.h"

/* Number of "schema/NNN_name.sql"; 0: another file. */
static int64_t schema_number(const struct embedded *file)
{
	struct str path = str_of(file->path);
	int64_t number;

	if (!str_starts(path, STR("schema/")) || !str_ends(path, STR(".sql")) || path.n < 11 || path.p[10] != '_' ||
		!str_int(str_slice(path, 7, 10), &number))
		return 0;
	return number;
}

int64_t schema_newest(void)
{
	int64_t newest = 0;

	for (const struct embedded *file = embedded_files; file->path; file++)
		if (schema_number(file) > newest)
			newest = schema_number(file);
	return newest;
}

static bool schema_version(struct store *store, int64_t *version, struct err *err)
{
	return store_ask_int(store, "SELECT user_version FROM pragma_user_version", version, err);
}

/* Files are embedded in the order of their names. Each sets user_version to its own number. */
static bool apply_files(struct store *store, int64_t have, struct err *err)
{
	int64_t now;

	for (const struct embedded *file = embedded_files; file->path; file++) {
		if (schema_number(file) <= have)
			continue;
		ERR_IN(err, str_of(file->path));
		ARENA_SCOPE(store->scratch);
		if (!store_exec(store, str_cstr(store->scratch, str_n((const char *)file->data, file->size)), err) ||
			!schema_version(store, &now, err))
			return false;
		if (now != schema_number(file))
			bug("%s leaves user_version at %lld", file->path, (long long)now);
	}
	return true;
}

/* A file that makes a table anew cannot have its references checked row by row; all of them are before it counts. */
static bool references_hold(struct store *store, struct err *err)
{
	int64_t broken;

	if (!store_ask_int(store, "SELECT count(*) FROM pragma_foreign_key_check", &broken, err))
		return false;
	return !broken || err_set(err, "%lld rows of it would name what is not there", (long long)broken);
}

/* Looks again now that nobody else can write: another process may have been here first. */
static bool upgrade(struct store *store, struct err *err)
{
	int64_t have;

	if (!schema_version(store, &have, err))
		return false;
	if (have >= schema_newest())
		return true;
	ERR_IN(err, have ? STR("cannot bring it up to date") : STR("cannot lay it out"));
	ARENA_SCOPE(store->scratch);
	const char *copy =
		str_cstr(store->scratch, str_fmt(store->scratch, "%s.schema-%lld", store->path, (long long)have));
	if (have && !store_copy_aside(store, copy, err))
		return false;
	if (!apply_files(store, have, err) || !references_hold(store, err))
		return false;
	store->upgraded_from = have;
	return true;
}

bool schema_apply(struct store *store, struct err *err)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	bool done = store_begin(store, err) && store_leave(store, true, upgrade(store, err), err);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	return done;
}

/* --- what acts by itself --- */

static bool is_in_our_files(struct str sql)
{
	for (const struct embedded *file = embedded_files; file->path; file++)
		if (schema_number(file) && str_contains(str_n((const char *)file->data, file->size), sql))
			return true;
	return false;
}

static bool is_our_table(struct arena *arena, struct str name)
{
	return is_in_our_files(str_fmt(arena, "CREATE TABLE %.*s(", STR_ARG(name))) ||
	       is_in_our_files(str_fmt(arena, "CREATE VIRTUAL TABLE %.*s ", STR_ARG(name)));
}

/*
 * A timeline may come from anybody. Triggers run when we write, views and virtual tables when we read what we take for
 * a table: only those of our own files do. Views of other names are their owner's business, for nobody here asks them.
 */
bool schema_is_inert(struct store *store, bool *inert, struct err *err)
{
	static const char sql[] =
		"SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') OR rootpage = 0";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	*inert = true;
	if (!stmt)
		return false;
	while (*inert && (step = store_step(store, stmt, err)) != STEP_DONE) {
		ARENA_SCOPE(store->scratch);
		if (step == STEP_FAILED)
			return false;
		bool trigger = str_eq(col_str(stmt, 0), STR("trigger"));
		*inert = is_in_our_files(col_str(stmt, 2)) ||
			 (!trigger && !is_our_table(store->scratch, col_str(stmt, 1)));
	}
	return true;
}

int64_t store_upgraded_from(const struct store *store)
{
	return store->upgraded_from;
}
