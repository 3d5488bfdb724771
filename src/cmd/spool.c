/* Typed lines that the database could not take: kept in a synced file beside it, folded in by the next command. */
#include "cmd/spool.h"
#include "normalise/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_MAX = 64 << 20 };

static const char *spool_path(struct cmd *c)
{
	return str_cstr(c->arena, str_fmt(c->arena, "%s.spool", c->db));
}

static struct str spool_line(struct cmd *c, const struct event *e, struct str incident)
{
	struct json *j = json_object(c->arena);
	json_add_int(c->arena, j, "at", e->at);
	if (e->until != INSTANT_NONE)
		json_add_int(c->arena, j, "until", e->until);
	json_add_int(c->arena, j, "precision", e->precision);
	json_add_str(c->arena, j, "kind", e->kind->name);
	json_add_str(c->arena, j, "lane", str_of(lane_names[e->lane]));
	json_add_str(c->arena, j, "severity", str_of(severity_names[e->severity]));
	json_add_str(c->arena, j, "subject", e->subject);
	json_add_str(c->arena, j, "text", e->text);
	json_add_str(c->arena, j, "when", e->when);
	json_add_str(c->arena, j, "incident", incident);
	json_add_str(c->arena, j, "author", c->author);
	json_add_int(c->arena, j, "recorded_at", c->now);
	return str_fmt(c->arena, "%.*s\n", STR_ARG(json_print(c->arena, j)));
}

bool spool_put(struct cmd *c, const struct event *e, struct str incident)
{
	int fd = open(spool_path(c), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	struct str line = spool_line(c, e, incident);
	/* One write under the lock: lines of several operators do not mix, and a folding command waits for it. */
	bool done = flock(fd, LOCK_EX) == 0 && write(fd, line.p, line.n) == (ssize_t)line.n && fdatasync(fd) == 0;
	close(fd);
	return done;
}

static bool spool_take(struct cmd *c, struct str line)
{
	struct json *j = json_parse(c->arena, line, &c->err);
	if (!j)
		return false;
	int64_t at = INSTANT_NONE, until = INSTANT_NONE, recorded = c->now, precision = PRECISION_US;
	json_int(json_get(j, "at"), &at);
	json_int(json_get(j, "until"), &until);
	json_int(json_get(j, "recorded_at"), &recorded);
	json_int(json_get(j, "precision"), &precision);
	struct event e = {.at = at, .until = until, .at_min = at, .at_max = at, .count = 1, .basis = BASIS_MANUAL};
	e.precision = (enum precision)precision;
	e.kind = kind_find(json_get_str(j, "kind"));
	if (!e.kind)
		e.kind = kind_find(STR("response.person.observed"));
	e.lane = e.kind->lane;
	lane_find(json_get_str(j, "lane"), &e.lane);
	severity_find(json_get_str(j, "severity"), &e.severity);
	e.subject = json_get_str(j, "subject");
	e.text = json_get_str(j, "text");
	e.when = json_get_str(j, "when");
	return ledger_say_log(c->store, &e, json_get_str(j, "incident"), json_get_str(j, "author"), recorded, &c->err);
}

/* Lines fold in one transaction; the file goes only after the commit, under the lock that writers take. */
static bool spool_take_all(struct cmd *c, struct str text, int *taken)
{
	if (!store_begin(c->store, &c->err))
		return false;
	struct str line;
	for (*taken = 0; str_next(&text, '\n', &line);) {
		if (!str_trim(line).n)
			continue;
		if (!spool_take(c, line)) {
			store_rollback(c->store);
			return false;
		}
		++*taken;
	}
	return store_commit(c->store, &c->err);
}

bool spool_fold(struct cmd *c)
{
	const char *path = spool_path(c);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || err_sys(&c->err, "cannot open the spool '%s'", path);
	struct str text;
	struct stat now;
	int taken = 0;
	bool done = flock(fd, LOCK_EX) == 0 && fstat(fd, &now) == 0;
	if (done && now.st_nlink > 0 && now.st_size > 0) {
		done = cmd_read_file(c, path, SPOOL_MAX, &text) && spool_take_all(c, text, &taken) &&
			(unlink(path) == 0 || ftruncate(fd, 0) == 0);
		if (done && taken)
			cmd_say(c, "took in %d spooled line%s", taken, taken == 1 ? "" : "s");
	}
	close(fd);
	if (!done) {
		/* Nothing is lost: the lines stay in the spool, and the command goes on without them. */
		cmd_say(c, "lineup: the spool '%s' could not be taken in yet: %s", path, c->err.text);
		err_clear(&c->err);
	}
	return true;
}
