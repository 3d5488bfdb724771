/* Keeping a timeline whole: a verified copy, checks, and the ground it lies on. */
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	BACKUP_PAGES = 4096, /* copied at a time, 64 MiB: writers get in between */
	BACKUP_STARTS = 3    /* each of their commits makes the copy begin anew: after so many in vain they must wait */
};

/* --- checks --- */

static bool report_rows(struct store *store, const char *sql, const char *what, struct buf *report, struct err *err)
{
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		if (!str_eq(col_str(stmt, 0), STR("ok")))
			buf_fmt(report, "%s: %.*s\n", what, STR_ARG(col_str(stmt, 0)));
	return step == STEP_DONE;
}

/* FTS5 compares its index with the events only when it is asked to in the form of a write. */
static bool check_words(struct store *store, struct buf *report, struct err *err)
{
	static const char sql[] = "INSERT INTO event_text(event_text, rank) VALUES ('integrity-check', 1)";
	struct err why = {0};
	sqlite3_stmt *stmt;

	if (store->mode == STORE_READ)
		return true;
	if (!store_index(store, err) || !(stmt = store_sql_of(store, sql, err)))
		return false;
	if (store_run(store, stmt, &why))
		return true;
	if (store->failure != FAILURE_CORRUPT)
		return err_set(err, "%s", why.text);
	store->failure = FAILURE_NONE;
	buf_cstr(report, "search: the index of words does not match the events; 'lineup rebuild' makes it again\n");
	return true;
}

static bool check_chain(struct store *store, struct buf *report, struct err *err)
{
	int64_t broken;

	if (!statements_check(store, &broken, err))
		return false;
	if (broken)
		buf_fmt(report,
			"statements: the chain breaks at number %lld: it was altered, or one before it removed\n",
			(long long)broken);
	return true;
}

bool store_check(struct store *store, struct arena *arena, struct str *report, struct err *err)
{
	struct buf b = BUF(arena);

	if (!report_rows(store, "PRAGMA integrity_check", "database", &b, err) ||
		!report_rows(store,
			"SELECT \"table\" || ' row ' || rowid || ' names no ' || parent FROM pragma_foreign_key_check",
			"reference", &b, err) ||
		!check_words(store, &b, err) || !check_chain(store, &b, err))
		return false;
	*report = buf_str(&b);
	return true;
}

/* --- backup --- */

static bool copy_pages(struct store *store, struct store *to, struct err *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", store->db, "main");
	int64_t copied = 0, all = INT64_MAX;
	int code;

	if (!backup)
		return store_fail(to, "write to", err);
	do {
		code = sqlite3_backup_step(backup, copied / BACKUP_STARTS < all ? BACKUP_PAGES : -1);
		copied += BACKUP_PAGES;
		all = sqlite3_backup_pagecount(backup);
	} while (code == SQLITE_OK);
	sqlite3_backup_finish(backup);
	if (code == SQLITE_DONE)
		return true;
	return store_fail(sqlite3_errcode(to->db) != SQLITE_OK ? to : store, "copy", err);
}

static bool check_copy(struct store *copy, struct err *err)
{
	ARENA_SCOPE(copy->scratch);
	struct str report;

	if (!store_check(copy, copy->scratch, &report, err))
		return false;
	if (!report.n)
		return true;
	return err_set(err, "the copy does not check: %.*s", STR_ARG(str_trim(report)));
}

static bool sync_path(const char *path, int flags, struct err *err)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (!done)
		err_sys(err, "cannot sync '%s'", path);
	if (fd >= 0)
		close(fd);
	return done;
}

/* A writer leaves an empty journal behind. */
static void unlink_journal(struct arena *scratch, const char *path)
{
	unlink(str_cstr(scratch, str_fmt(scratch, "%s-journal", path)));
}

static bool write_copy(struct store *store, const char *path, struct err *err)
{
	AUTO(store_close) struct store *copy = store_connect(path, SQLITE_OPEN_READWRITE, err);

	return copy && copy_pages(store, copy, err);
}

static bool verify_copy(const char *path, struct err *err)
{
	AUTO(store_close) struct store *copy = store_open(path, STORE_WRITE, err);

	return copy && check_copy(copy, err);
}

/* A copy of another schema: no more is known of it than that its pages must be in order. */
static bool verify_pages(const char *path, struct err *err)
{
	AUTO(store_close) struct store *copy = store_connect(path, SQLITE_OPEN_READONLY, err);
	struct buf report = {0};

	if (!copy)
		return false;
	report = BUF(copy->scratch);
	if (!report_rows(copy, "PRAGMA integrity_check", "database", &report, err))
		return false;
	return !report.n || err_set(err, "it is damaged: %.*s", STR_ARG(str_trim(buf_str(&report))));
}

/* Written beside the target under another name, checked, synced, then renamed: TO is never half a copy. */
static bool copy_to(struct store *store, const char *to, bool (*verify)(const char *, struct err *), struct err *err)
{
	ARENA_SCOPE(store->scratch);
	char *temporary = (char *)str_cstr(store->scratch, str_fmt(store->scratch, "%s.XXXXXX", to));
	char *folder = dirname((char *)str_cstr(store->scratch, str_of(to)));
	bool done;
	int fd;

	if ((fd = mkstemp(temporary)) < 0)
		return err_sys(err, "cannot write '%s'", to);
	close(fd);
	done = write_copy(store, temporary, err) && verify(temporary, err) && sync_path(temporary, O_RDWR, err);
	unlink_journal(store->scratch, temporary);
	if (done) {
		if (rename(temporary, to) == 0)
			return sync_path(folder, O_RDONLY | O_DIRECTORY, err);
		err_sys(err, "cannot write '%s'", to);
	}
	unlink(temporary);
	return false;
}

bool store_backup(struct store *store, const char *to, struct err *err)
{
	struct stat here, there;

	if (stat(store->path, &here) == 0 && stat(to, &there) == 0 && here.st_ino == there.st_ino &&
		here.st_dev == there.st_dev)
		return err_set(err, "'%s' is the timeline itself; name another file", to);
	return copy_to(store, to, verify_copy, err);
}

bool store_copy_aside(struct store *store, const char *to, struct err *err)
{
	AUTO(store_close) struct store *on_disk = store_connect(store->path, SQLITE_OPEN_READONLY, err);

	return on_disk && copy_to(on_disk, to, verify_pages, err);
}

/* --- where the file lies --- */

/* Numbers without a name are of file systems that the kernel's headers do not have. */
static const struct {
	unsigned long type;
	enum ground ground;
	const char *name;
} grounds[] = {
	{NFS_SUPER_MAGIC, GROUND_NETWORK, "nfs"},
	{SMB_SUPER_MAGIC, GROUND_NETWORK, "smb"},
	{0xff534d42, GROUND_NETWORK, "cifs"},
	{0xfe534d42, GROUND_NETWORK, "smb2"},
	{CODA_SUPER_MAGIC, GROUND_NETWORK, "coda"},
	{AFS_SUPER_MAGIC, GROUND_NETWORK, "afs"},
	{0x00c36400, GROUND_NETWORK, "ceph"},
	{V9FS_MAGIC, GROUND_NETWORK, "9p"},
	{0x0bd00bd0, GROUND_NETWORK, "lustre"},
	{0x47504653, GROUND_NETWORK, "gpfs"},
	{0x01161970, GROUND_NETWORK, "gfs2"},
	{OCFS2_SUPER_MAGIC, GROUND_NETWORK, "ocfs2"},
	{FUSE_SUPER_MAGIC, GROUND_FUSE, "fuse"},
	{OVERLAYFS_SUPER_MAGIC, GROUND_LAYER, "overlay"},
	{TMPFS_MAGIC, GROUND_MEMORY, "tmpfs"},
	{RAMFS_MAGIC, GROUND_MEMORY, "ramfs"},
};

enum ground store_ground(const char *path, const char **name)
{
	struct statfs fs;

	*name = NULL;
	if (statfs(path, &fs) != 0)
		return GROUND_FIRM;
	for (size_t i = 0; i < LEN(grounds); i++) {
		if (grounds[i].type == ((unsigned long)fs.f_type & 0xffffffff)) {
			*name = grounds[i].name;
			return grounds[i].ground;
		}
	}
	return GROUND_FIRM;
}

const char *store_library(void)
{
	return sqlite3_libversion();
}
