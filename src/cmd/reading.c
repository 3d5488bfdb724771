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

/* "none" takes back what was told before. */
static const char *told(struct cmd *c, const char *option)
{
	const char *value = cmd_option(c, option);
	return value && strcmp(value, "none") != 0 ? value : NULL;
}

bool reading_options(struct cmd *c, struct ingest_options *o)
{
	const char *zone = told(c, "zone"), *as = told(c, "as");
	int64_t year = 0;
	*o = (struct ingest_options){
		.now = c->now, .captured_at = INSTANT_NONE, .zone_name = str_of(zone), .as = str_of(as)};
	if (zone && !(o->zone = zone_open(str_of(zone), &c->err)))
		return err_prefix(&c->err, STR("--zone"));
	if ((told(c, "year") && !cmd_number(c, "year", &year)) ||
		(told(c, "skew") && !cmd_shift(c, "skew", &o->skew)) ||
		(told(c, "captured-at") && !cmd_time(c, "captured-at", &o->captured_at, NULL)))
		return false;
	if (year && (year < 1970 || year > 9999))
		return err_set(&c->err, "--year: '%lld' is no year", (long long)year);
	o->year = (int)year;
	return reading_dirs(c, o);
}

bool reading_as(struct cmd *c, const struct source *s, struct ingest_options *o)
{
	*o = (struct ingest_options){
		.zone_name = s->zone,
		.year = (int)s->year,
		.skew = s->skew,
		.captured_at = s->captured_at,
		.as = s->as,
		.now = s->taken_at,
	};
	o->zone = s->zone.n ? zone_open(s->zone, &c->err) : NULL;
	return (!s->zone.n || o->zone) && reading_dirs(c, o);
}

bool reading_unfinished(struct cmd *c, const struct sources *all, struct strs *out, struct err *e)
{
	VEC(struct str) lines = {0};
	bool rebuilding;
	if (!store_rebuilding(c->store, &rebuilding, e))
		return false;
	if (rebuilding)
		*PUSH(&lines, c->arena) = STR(
			"a rebuild was begun and not finished: events are missing; unless it is still running, 'lineup rebuild' finishes it");
	for (size_t i = 0; !rebuilding && i < all->n; i++) {
		const struct source *s = &all->v[i];
		bool is_stream = !s->sha256.n || str_eq(s->name, STR("-"));
		if (s->state == SOURCE_READING && !s->parent)
			*PUSH(&lines, c->arena) =
				str_fmt(c->arena, "'%.*s' is not completely taken in; %s", STR_ARG(s->name),
					is_stream ? "unless it is still coming, 'lineup rebuild' reads what came of it"
						  : "run its ingest again");
	}
	*out = (struct strs){lines.v, lines.n};
	return true;
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
