/*
 * SQLite refuses: the REFUSE_AT-th call of it (with a + behind: and every one after it) answers REFUSE_WITH and does
 * nothing. REFUSE_ONLY: of those whose SQL has this in it. A preload for faults.py, and part of tests/unit/refused.c,
 * which sets the same from inside. REFUSE_LOG: a file that gets a line for each call.
 *
 * Only what a program asks of SQLite is refused, never what SQLite asks of itself, nor what gives a lock back: a
 * transaction that is rolled back is gone, whatever went wrong.
 */
#include <sqlite3.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	long at;          /* which call; 0: none */
	bool for_good;    /* and all after it */
	int code;         /* what it answers */
	const char *only; /* NULL: any call */
	long count;       /* calls so far */
	bool done;
	int log;
} refusal = {.log = -1};

static int depth;              /* SQLite's own calls are not counted */
static const sqlite3 *sulking; /* its last call was refused */

/* The function that this one stands before. */
#define TRUE(name)                                                                                                     \
	({                                                                                                             \
		static __typeof__(&name) found;                                                                        \
		if (!found)                                                                                            \
			found = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                            \
		found;                                                                                                 \
	})

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("REFUSE_AT"), *with = getenv("REFUSE_WITH"), *log = getenv("REFUSE_LOG");

	refusal.at = at ? atol(at) : 0;
	refusal.for_good = at && strchr(at, '+');
	refusal.code = with ? atoi(with) : SQLITE_IOERR;
	refusal.only = getenv("REFUSE_ONLY");
	if (log)
		refusal.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static bool refuses(sqlite3 *db, const char *call, const char *sql)
{
	if (depth)
		return false;
	sulking = NULL;
	if (refusal.only && !(sql && strstr(sql, refusal.only)))
		return false;
	refusal.count++;
	if (refusal.log >= 0)
		dprintf(refusal.log, "%s %.300s\n", call, sql ? sql : "");
	if (!refusal.at || refusal.count < refusal.at || (refusal.count > refusal.at && !refusal.for_good))
		return false;
	refusal.done = true;
	sulking = db;
	return true;
}

#define PASS_ON(call)                                                                                                  \
	({                                                                                                             \
		depth++;                                                                                               \
		__typeof__(call) answer = (call);                                                                      \
		depth--;                                                                                               \
		answer;                                                                                                \
	})

/* After some failures SQLite takes the transaction back by itself, after others not. */
static void take_back(sqlite3 *db)
{
	int code = refusal.code & 0xff;

	if ((code == SQLITE_FULL || code == SQLITE_IOERR) && !sqlite3_get_autocommit(db))
		PASS_ON(TRUE(sqlite3_exec)(db, "ROLLBACK", NULL, NULL, NULL));
}

int sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs)
{
	int code = PASS_ON(TRUE(sqlite3_open_v2)(path, db, flags, vfs));

	if (code != SQLITE_OK || !refuses(*db, "open", path))
		return code;
	if (refusal.code != SQLITE_NOMEM)
		return refusal.code;
	sqlite3_close(*db);
	sulking = *db = NULL; /* as where there is no room for a connection */
	return refusal.code;
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **stmt, const char **rest)
{
	if (!refuses(db, "prepare", sql))
		return PASS_ON(TRUE(sqlite3_prepare_v3)(db, sql, n, flags, stmt, rest));
	*stmt = NULL;
	return refusal.code;
}

int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **rest)
{
	if (!refuses(db, "prepare", sql))
		return PASS_ON(TRUE(sqlite3_prepare_v2)(db, sql, n, stmt, rest));
	*stmt = NULL;
	return refusal.code;
}

int sqlite3_step(sqlite3_stmt *stmt)
{
	sqlite3 *db = sqlite3_db_handle(stmt);
	const char *sql = sqlite3_sql(stmt);

	if (!refuses(db, "step", sql))
		return PASS_ON(TRUE(sqlite3_step)(stmt));
	if (!sqlite3_stmt_readonly(stmt) || strcmp(sql, "COMMIT") == 0)
		take_back(db);
	return refusal.code;
}

int sqlite3_bind_value(sqlite3_stmt *stmt, int i, const sqlite3_value *value)
{
	if (!refuses(sqlite3_db_handle(stmt), "bind", sqlite3_sql(stmt)))
		return PASS_ON(TRUE(sqlite3_bind_value)(stmt, i, value));
	return refusal.code;
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *arg, char **why)
{
	bool gives_back = strcmp(sql, "ROLLBACK") == 0 || strcmp(sql, "COMMIT") == 0;

	if (gives_back || !refuses(db, "exec", sql))
		return PASS_ON(TRUE(sqlite3_exec)(db, sql, row, arg, why));
	take_back(db);
	return refusal.code;
}

int sqlite3_create_function_v2(sqlite3 *db, const char *name, int n, int flags, void *arg,
	void (*each)(sqlite3_context *, int, sqlite3_value **), void (*step)(sqlite3_context *, int, sqlite3_value **),
	void (*last)(sqlite3_context *), void (*destroy)(void *))
{
	if (!refuses(db, "function", name))
		return PASS_ON(TRUE(sqlite3_create_function_v2)(db, name, n, flags, arg, each, step, last, destroy));
	return refusal.code;
}

static sqlite3 *backup_to, *backup_from;

sqlite3_backup *sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from, const char *from_name)
{
	backup_to = to;
	backup_from = from;
	if (!refuses(to, "backup", "begins"))
		return PASS_ON(TRUE(sqlite3_backup_init)(to, to_name, from, from_name));
	return NULL;
}

int sqlite3_backup_step(sqlite3_backup *backup, int pages)
{
	if (!refuses(refusal.code == SQLITE_CORRUPT ? backup_from : backup_to, "backup", "goes on"))
		return PASS_ON(TRUE(sqlite3_backup_step)(backup, pages));
	return refusal.code;
}

/* --- what is said of it --- */

static bool is_sulking(const sqlite3 *db)
{
	return db && db == sulking && !depth;
}

int sqlite3_extended_errcode(sqlite3 *db)
{
	return is_sulking(db) ? refusal.code : TRUE(sqlite3_extended_errcode)(db);
}

int sqlite3_errcode(sqlite3 *db)
{
	return is_sulking(db) ? refusal.code & 0xff : TRUE(sqlite3_errcode)(db);
}

const char *sqlite3_errmsg(sqlite3 *db)
{
	return is_sulking(db) ? sqlite3_errstr(refusal.code) : TRUE(sqlite3_errmsg)(db);
}

int sqlite3_system_errno(sqlite3 *db)
{
	int code = refusal.code & 0xff;

	if (!is_sulking(db))
		return TRUE(sqlite3_system_errno)(db);
	return refusal.code == SQLITE_IOERR_WRITE ? EDQUOT
	       : code == SQLITE_FULL              ? ENOSPC
	       : code == SQLITE_IOERR             ? EIO
						  : 0;
}
