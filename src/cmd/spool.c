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

/* Behind what stands in FD, as one write; a line that a crash tore is closed first, and one that does not fit is taken back. */
static bool spool_append(struct arena *arena, int fd, struct str line)
{
	struct stat st;
	char last = '\n';
	if (fstat(fd, &st) != 0 || (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1))
		return false;
	if (last != '\n')
		line = str_fmt(arena, "\n%.*s", STR_ARG(line));
	if (write(fd, line.p, line.n) == (ssize_t)line.n && fdatasync(fd) == 0)
		return true;
	int left = ftruncate(fd, st.st_size); /* a full disk took a part; if that stays, whoever comes next closes it */
	(void)left;
	return false;
}

bool spool_put(struct cmd *c, const struct event *e, struct str incident)
{
	int fd = open(spool_path(c), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	/* Under the lock: lines of several operators do not mix, and a folding command waits for it. */
	bool done = flock(fd, LOCK_EX) == 0 && spool_append(c->arena, fd, spool_line(c, e, incident));
	close(fd);
	return done;
}

/* A line that a crash tore holds nothing that was acknowledged; what is left of it is kept as it stands. */
static struct json *torn_line(struct cmd *c, struct str line)
{
	struct json *j = json_object(c->arena);
	cmd_say(c, "lineup: a line of the spool is damaged; it is kept as it stands");
	err_clear(&c->err);
	json_add_int(c->arena, j, "at", c->now);
	json_add_str(c->arena, j, "text", str_fmt(c->arena, "damaged line of the spool: %.*s", STR_ARG(line)));
	json_add_str(c->arena, j, "author", c->author);
	return j;
}

static bool spool_take(struct cmd *c, struct str line)
{
	struct json *j = json_parse(c->arena, line, &c->err);
	if (!j)
		j = torn_line(c, line);
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
