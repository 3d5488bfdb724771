/* Reading evidence through the worker into the store: what ingest and rebuild share. */
#include "cmd/reading.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DIRS_MAX = 16 };

/* The directories named by OPTION, then NAME below the user's configuration folder where it exists. */
static const char *const *dirs(struct cmd *c, const char *option, const char *name)
{
	const char **list = NEW_N(c->arena, const char *, DIRS_MAX + 2);
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n = 0;
	for (int i = 0; n < DIRS_MAX && cmd_option_nth(c, option, i); i++)
		list[n++] = cmd_option_nth(c, option, i);
	struct str own = config && *config ? str_fmt(c->arena, "%s/lineup/%s", config, name)
					   : str_fmt(c->arena, "%s/.config/lineup/%s", home ? home : "", name);
	if (access(own.p, R_OK | X_OK) == 0)
		list[n++] = own.p;
	return list;
}

bool reading_dirs(struct cmd *c, struct ingest_options *o)
{
	o->format_dirs = dirs(c, "formats", "formats");
	o->rule_dirs = dirs(c, "rules", "rules");
	o->no_sandbox = cmd_flag(c, "no-sandbox");
	return !cmd_option_nth(c, "formats", DIRS_MAX) && !cmd_option_nth(c, "rules", DIRS_MAX)
		       ? true
		       : err_set(&c->err, "at most %d directories of formats or rules", DIRS_MAX);
}

bool reading_options(struct cmd *c, struct ingest_options *o)
{
	const char *zone = cmd_option(c, "zone"), *as = cmd_option(c, "as");
	int64_t year = 0;
	*o = (struct ingest_options){
		.now = c->now, .captured_at = INSTANT_NONE, .zone_name = str_of(zone), .as = str_of(as)};
	if (zone && !(o->zone = zone_open(str_of(zone), &c->err)))
		return err_prefix(&c->err, STR("--zone"));
	if (!cmd_number(c, "year", &year) || !cmd_shift(c, "skew", &o->skew) ||
		!cmd_time(c, "captured-at", &o->captured_at, NULL))
		return false;
	if (year && (year < 1970 || year > 9999))
		return err_set(&c->err, "--year: '%lld' is no year", (long long)year);
	o->year = (int)year;
	return reading_dirs(c, o);
}

struct source reading_source(const struct ingest_options *o, const struct walk_file *file)
{
	return (struct source){
		.name = file->path,
		.size = file->size,
		.mtime = file->mtime,
		.taken_at = o->now,
		.zone = o->zone_name,
		.skew = o->skew,
		.year = o->year,
		.captured_at = o->captured_at,
		.as = o->as,
		.state = SOURCE_READING,
	};
}

bool reading_read(
	struct worker *worker, struct taking *taking, int fd, struct str flags, const struct source *s, struct err *e)
{
	int64_t id = taking_source(taking, s);
	return worker_read(worker, fd, s->name, s->mtime, flags, id, taking_receiver(taking), e) &&
	       taking_flush(taking, e);
}

int memory_file(struct str bytes)
{
	int fd = memfd_create("evidence", MFD_CLOEXEC);
	size_t done = 0;
	while (fd >= 0 && done < bytes.n) {
		ssize_t n = write(fd, bytes.p + done, bytes.n - done);
		if (n <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	return fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 ? fd : -1;
}

void memory_file_close(int fd)
{
	close(fd);
}
