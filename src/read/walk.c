/* Paths to files: folders in a stable order, Maildirs understood, links not followed. */
#include "read/ingest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct tour {
	struct walk *walk;
	struct arena *arena;
	int64_t files, hidden;
	struct str first_hidden; /* its path */
	bool full;
};

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Names in a folder, sorted, without . and .. */
static bool list(struct tour *t, int fd, struct str **names, size_t *n)
{
	VEC(struct str) found = {0};
	DIR *dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return false;
	}
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			*PUSH(&found, t->arena) = str_dup(t->arena, str_of(entry->d_name));
	closedir(dir);
	if (found.n)
		qsort(found.v, found.n, sizeof *found.v, by_bytes);
	*names = found.v;
	*n = found.n;
	return true;
}

static bool has(int fd, const char *name)
{
	struct stat st;
	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* "1718.M1P2.host:2,RS" has the flags RS; systems without colons in names write "!2,". */
static struct str maildir_flags(struct str name)
{
	size_t at = str_find(name, STR(":2,"), 0);
	if (at == STR_NPOS)
		at = str_find(name, STR("!2,"), 0);
	return at == STR_NPOS ? STR_NONE : str_from(name, at + 3);
}

static instant mtime_of(const struct stat *st)
{
	return (instant)st->st_mtim.tv_sec * SECOND + st->st_mtim.tv_nsec / 1000;
}

enum maildir { MAILDIR_NONE, MAILDIR_CUR, MAILDIR_NEW };

static const char *refusal(const struct stat *st)
{
	return S_ISLNK(st->st_mode) ? "is a symbolic link and was not followed; name it on the command line to read it"
	       : S_ISFIFO(st->st_mode) ? "is a named pipe and was not read; 'lineup ingest - < PIPE' reads it"
	       : S_ISSOCK(st->st_mode) ? "is a socket and was not read"
				       : "is a device and was not read";
}

static void pass(struct tour *t, struct str path, const char *why)
{
	if (t->walk->passed)
		t->walk->passed(t->walk, path, why);
}

static bool visit_file(
	struct tour *t, int fd, struct str path, const struct stat *st, enum maildir maildir, struct err *e)
{
	struct walk_file f = {.path = path, .fd = fd, .mtime = mtime_of(st), .size = st->st_size};
	size_t slash = str_rfind_byte(path, '/');
	if (maildir != MAILDIR_NONE)
		f.flags = maildir_flags(slash == STR_NPOS ? path : str_from(path, slash + 1));
	f.new_mail = maildir == MAILDIR_NEW;
	if (t->files++ >= WALK_FILES) {
		if (!t->full)
			pass(t, path,
				"and what follows was not read: more than 1000000 files; name the folders "
				"that matter");
		t->full = true;
		return true;
	}
	return t->walk->file(t->walk, &f, e);
}

static bool visit_folder(struct tour *, int fd, struct str path, int depth, enum maildir, struct err *);

static bool visit_entry(
	struct tour *t, int folder, struct str path, const char *name, int depth, enum maildir maildir, struct err *e)
{
	struct stat st;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		pass(t, path, strerror(errno));
		return true;
	}
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		pass(t, path, refusal(&st));
		return true;
	}
	/* what was a file when it was looked at may be a pipe when it is opened: never wait for a writer */
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0) {
		pass(t, path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return true;
	}
	if (S_ISDIR(st.st_mode))
		return visit_folder(t, fd, path, depth + 1, maildir, e);
	bool good = true;
	if (S_ISREG(st.st_mode))
		good = visit_file(t, fd, path, &st, maildir, e);
	else
		pass(t, path, refusal(&st));
	close(fd);
	return good;
}

/* Hidden names are left out, but for a Maildir's subfolders (".Name"); what lies in its tmp/ is not delivered yet. A
 * message that somebody dropped beside cur/ and new/ is evidence all the same. */
static bool is_left_out(bool maildir, bool is_folder, struct str name)
{
	if (maildir && is_folder)
		return str_eq(name, STR("tmp"));
	return name.p[0] == '.';
}

/* Counted, to be said once. What is still being delivered is nobody's yet. */
static void hide(struct tour *t, struct str path, const char *name)
{
	if (name[0] == '.' && t->hidden++ == 0)
		t->first_hidden = path;
}

static void tell_hidden(const struct tour *t)
{
	if (t->hidden && t->walk->hidden)
		t->walk->hidden(t->walk, t->first_hidden, t->hidden);
}

/* Flags in a name mean something in cur/ and new/ only. */
static enum maildir maildir_part(bool maildir, struct str name, enum maildir inside)
{
	if (!maildir)
		return inside;
	return str_eq(name, STR("new")) ? MAILDIR_NEW : str_eq(name, STR("cur")) ? MAILDIR_CUR : MAILDIR_NONE;
}

/* Closes FD. */
static bool visit_folder(struct tour *t, int fd, struct str path, int depth, enum maildir inside, struct err *e)
{
	struct str *names;
	size_t n;
	bool maildir = has(fd, "cur") && has(fd, "new"), good = true;
	int listing = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (depth > WALK_DEPTH)
		pass(t, path, "lies more than 64 folders deep and was not read");
	else if (listing < 0 || !list(t, listing, &names, &n))
		pass(t, path, strerror(errno));
	else
		for (size_t i = 0; good && i < n && !t->full; i++) {
			const char *name = str_cstr(t->arena, names[i]);
			bool slash = path.n && path.p[path.n - 1] == '/';
			struct str below = str_fmt(t->arena, "%.*s%s%s", STR_ARG(path), slash ? "" : "/", name);
			if (is_left_out(maildir, has(fd, name), names[i])) {
				hide(t, below, name);
				continue;
			}
			good = visit_entry(t, fd, below, name, depth, maildir_part(maildir, names[i], inside), e);
		}
	close(fd);
	return good;
}

static bool visit_stream(struct tour *t, int fd, struct str name, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_sys(e, "cannot be read");
	if (S_ISDIR(st.st_mode))
		return err_set(e, "is a folder; name it instead of '-'");
	if (S_ISREG(st.st_mode))
		return visit_file(t, fd, name, &st, MAILDIR_NONE, e);
	struct walk_file f = {.path = name, .fd = fd, .mtime = INSTANT_NONE, .size = -1, .stream = true};
	return t->walk->file(t->walk, &f, e);
}

static bool visit_top(struct tour *t, const char *path, struct err *e)
{
	struct stat st;
	struct str name = str_of(path);
	if (!strcmp(path, "-"))
		return visit_stream(t, STDIN_FILENO, name, e);
	ERR_IN(e, name);
	if (stat(path, &st) != 0)
		return err_sys(e, "cannot open");
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return err_set(e, "%s", refusal(&st));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_sys(e, "cannot open");
	if (S_ISDIR(st.st_mode))
		return visit_folder(t, fd, name, 0, MAILDIR_NONE, e);
	bool good =
		S_ISREG(st.st_mode) ? visit_file(t, fd, name, &st, MAILDIR_NONE, e) : err_set(e, "%s", refusal(&st));
	close(fd);
	return good;
}

bool walk_path(struct walk *w, const char *path, struct err *e)
{
	struct arena *arena = arena_open();
	struct tour t = {.walk = w, .arena = arena};
	bool good = visit_top(&t, path, e);
	tell_hidden(&t);
	arena_close(arena);
	return good;
}
