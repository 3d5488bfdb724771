/* Files that commands read and write whole. */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, struct str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text = str_from(text, (size_t)n);
	}
	return true;
}

void sync_folder_of(struct arena *a, const char *path)
{
	size_t slash = str_rfind_byte(str_of(path), '/');
	struct str folder = slash == STR_NPOS ? STR(".") : slash == 0 ? STR("/") : str_n(path, slash);
	int fd = open(str_cstr(a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static mode_t mode_for(const char *path)
{
	struct stat old;
	if (stat(path, &old) == 0)
		return old.st_mode & 0777;
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

bool cmd_write_file(struct cmd *c, const char *path, struct str text)
{
	if (strcmp(path, "-") == 0) {
		cmd_print(c, text);
		return true;
	}
	char *temporary = (char *)str_cstr(c->arena, str_fmt(c->arena, "%s.XXXXXX", path));
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_sys(&c->err, "cannot write beside '%s'", path);
	bool done = write_all(fd, text) && fchmod(fd, mode_for(path)) == 0 && fsync(fd) == 0;
	if (!done)
		err_sys(&c->err, "cannot write '%s'", path);
	close(fd);
	if (done && rename(temporary, path) != 0)
		done = err_sys(&c->err, "cannot rename into '%s'", path);
	if (done)
		sync_folder_of(c->arena, path);
	else
		unlink(temporary);
	return done;
}

bool cmd_read_file(struct cmd *c, const char *path, size_t limit, struct str *out)
{
	ERR_IN(&c->err, str_of(path));
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(&c->err, "cannot open");
	struct buf b = BUF(c->arena);
	ssize_t n;
	do {
		n = read(fd, buf_room(&b, 1 << 16), 1 << 16);
		if (n > 0)
			b.n += (size_t)n;
	} while ((n > 0 || (n < 0 && errno == EINTR)) && b.n <= limit);
	if (n < 0)
		err_sys(&c->err, "cannot read");
	else if (b.n > limit)
		err_set(&c->err, "longer than %zu bytes", limit);
	if (fd != STDIN_FILENO)
		close(fd);
	if (n < 0 || b.n > limit)
		return false;
	*out = buf_str(&b);
	return true;
}

struct str cmd_path_base(struct str path)
{
	size_t slash = str_rfind_byte(path, '/');
	return slash == STR_NPOS ? path : str_from(path, slash + 1);
}

struct str cmd_path_beside(struct cmd *c, const char *path, const char *suffix)
{
	struct str s = str_of(path);
	size_t slash = str_rfind_byte(s, '/'), dot = str_rfind_byte(s, '.');
	if (dot != STR_NPOS && (slash == STR_NPOS || dot > slash + 1))
		s.n = dot;
	return str_fmt(c->arena, "%.*s%s", STR_ARG(s), suffix);
}
