/* Typed lines that the database could not take: kept in a synced file beside it, folded in by the next command. */
#include "cmd/spool.h"
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_MAX = 64 << 20 };

/* Beside the database; or, when that disk is full, on the machine's own, under the database's name as a hash. */
enum spool_place { SPOOL_BESIDE, SPOOL_LOCAL, SPOOL_PLACES };

static const char *spool_path(struct cmd *c, enum spool_place place)
{
	if (place == SPOOL_BESIDE)
		return str_cstr(c->arena, str_fmt(c->arena, "%s.spool", c->db));
	char *whole = realpath(c->db, NULL);
	struct str name = str_dup(c->arena, str_of(whole ? whole : c->db));
	free(whole);
	struct digest digest = digest_of(name);
	return str_cstr(c->arena, str_fmt(c->arena, "/var/tmp/lineup-%u-%.16s.spool", (unsigned)getuid(),
					  digest_hex(c->arena, &digest).p));
}

static struct str spool_line(struct cmd *c, const struct typed *t)
{
	struct json *j = json_object(c->arena);
	json_add_str(c->arena, j, "author", t->author);
	json_add_int(c->arena, j, "recorded_at", t->recorded_at);
	if (t->incident_known)
		json_add_str(c->arena, j, "incident", t->incident);
	json_add_str(c->arena, j, "amends", t->amends);
	json_add_str(c->arena, j, "begins", t->begins);
	json_add_str(c->arena, j, "ends", t->ends);
	sentence_write(c->arena, j, &t->said);
	return str_fmt(c->arena, "%.*s\n", STR_ARG(json_print(c->arena, j)));
}

/* A file begins with a name of its own, so that one which was taken in, but not yet removed when the power went, is
 * known again. */
static struct str spool_head(struct cmd *c)
{
	uint64_t name = 0;
	if (getrandom(&name, sizeof name, 0) != sizeof name)
		return STR_NONE;
	return str_fmt(c->arena, "{\"spool\":\"%016llx\"}\n", (unsigned long long)name);
}

/* Behind what stands in FD, as one write; a line that a crash tore is closed first, and one that does not fit is taken
 * back. */
static bool spool_append(struct arena *arena, int fd, struct str line)
{
	struct stat st;
	char last = '\n';
	if (fstat(fd, &st) != 0 || (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1))
		return false;
	if (last != '\n')
		line = str_fmt(arena, "\n%.*s", STR_ARG(line));
	errno = 0;
	if (write(fd, line.p, line.n) == (ssize_t)line.n && fdatasync(fd) == 0)
		return true;
	int why = errno ? errno : ENOSPC;
	int left = ftruncate(fd, st.st_size); /* a full disk took a part; if that stays, whoever comes next closes it */
	(void)left;
	errno = why;
	return false;
}

/* Under its lock: lines of several operators do not mix, and a folding command waits for it. One that was folded, and
 * so removed, while we waited is not the spool any more. */
static int spool_open(const char *path, bool mine, struct stat *st)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return -1;
		bool locked = flock(fd, LOCK_EX) == 0 && fstat(fd, st) == 0;
		if (locked && st->st_nlink > 0 && (!mine || st->st_uid == geteuid()))
			return fd;
		close(fd);
		if (!locked || st->st_nlink > 0)
			return -1;
	}
}

/* Whoever shares the database shares what lies beside it. */
static void spool_share(struct cmd *c, int fd)
{
	struct stat db;
	if (stat(c->db, &db) == 0 && S_ISREG(db.st_mode) && fchmod(fd, db.st_mode & 0666) != 0)
		errno = 0; /* then it stays the writer's own */
}

static bool spool_put_at(struct cmd *c, enum spool_place place, const char *path, struct str line)
{
	struct stat st;
	int fd = spool_open(path, place == SPOOL_LOCAL, &st);
	if (fd < 0)
		return false;
	if (st.st_size == 0 && place == SPOOL_BESIDE)
		spool_share(c, fd);
	struct str head = st.st_size == 0 ? spool_head(c) : STR_NONE;
	bool done = spool_append(c->arena, fd, str_fmt(c->arena, "%.*s%.*s", STR_ARG(head), STR_ARG(line)));
	if (done && st.st_size == 0)
		sync_folder_of(c->arena, path);
	int why = errno;
	close(fd);
	errno = why;
	return done;
}

static bool put_line(struct cmd *c, struct str line, const char **path)
{
	*path = spool_path(c, SPOOL_BESIDE);
	if (spool_put_at(c, SPOOL_BESIDE, *path, line))
		return true;
	if (errno != ENOSPC && errno != EDQUOT)
		return false;
	*path = spool_path(c, SPOOL_LOCAL);
	return spool_put_at(c, SPOOL_LOCAL, *path, line);
}

bool spool_put(struct cmd *c, const struct typed *t, const char **path)
{
	return put_line(c, spool_line(c, t), path);
}

bool spool_put_settled(struct cmd *c, const struct settled *s, const char **path)
{
	struct json *j = json_object(c->arena);
	settled_write(c->arena, j, s);
	return put_line(c, str_fmt(c->arena, "%.*s\n", STR_ARG(json_print(c->arena, j))), path);
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

/* What it spoke of is not there: kept as a line of its own, since whoever typed it is gone. */
static bool keep_as_line(struct cmd *c, struct typed *t)
{
	struct stored stored;
	bool refused;
	cmd_say(c, "lineup: spooled line kept as it stands: %s", c->err.text);
	err_clear(&c->err);
	t->said.text = str_fmt(c->arena, "%s%.*s%s%.*s", t->amends.n ? "amends " : "ends ",
		STR_ARG(t->amends.n ? t->amends : t->ends), t->said.text.n ? ": " : "", STR_ARG(t->said.text));
	t->amends = t->ends = STR_NONE;
	return entry_store(c, t, &stored, &refused);
}

/* Nobody could ask which incident was in focus when it was typed: the one that is now. */
static bool take_focus(struct cmd *c, struct typed *t)
{
	struct ledger ledger;
	struct err none_meant = {0};
	if (!ledger_load(c->store, c->arena, &ledger, &c->err))
		return false;
	const struct incident *implied = ledger.incidents_n ? ledger_implied(&ledger, &none_meant) : NULL;
	t->incident = implied ? implied->id : STR_NONE;
	return true;
}

/* What it speaks of is not there any more: kept as a line, with its words. */
static bool take_settled(struct cmd *c, struct settled *s)
{
	struct event e;
	struct stored stored;
	bool refused;
	struct settled kept = *s;
	if (settled_store(c, s, &e, &refused))
		return true;
	if (!refused)
		return false;
	cmd_say(c, "lineup: what was spooled is kept as a line: %s", c->err.text);
	err_clear(&c->err);
	struct typed t = {.author = kept.author, .recorded_at = kept.recorded_at};
	struct json *j = json_object(c->arena);
	instant at = kept.is_mark ? kept.mark.at : kept.decision.at;
	json_add_int(c->arena, j, "at", at == INSTANT_NONE ? kept.recorded_at : at);
	json_add_str(c->arena, j, "text", settled_text(c->arena, &kept));
	sentence_parse(j, &t.said);
	return take_focus(c, &t) && entry_store(c, &t, &stored, &refused);
}

static bool spool_take(struct cmd *c, struct str line)
{
	struct json *j = json_parse(c->arena, line, &c->err);
	struct typed t = {.recorded_at = c->now};
	struct stored stored;
	struct settled settled;
	bool refused;
	if (!j)
		j = torn_line(c, line);
	if (settled_parse(c->arena, j, &settled))
		return take_settled(c, &settled);
	json_int(json_get(j, "recorded_at"), &t.recorded_at);
	t.author = json_get_str(j, "author");
	t.incident = json_get_str(j, "incident");
	t.incident_known = json_get(j, "incident") != NULL;
	t.amends = json_get_str(j, "amends");
	t.begins = json_get_str(j, "begins");
	t.ends = json_get_str(j, "ends");
	sentence_parse(j, &t.said);
	if (!t.incident_known && !t.amends.n && !take_focus(c, &t))
		return false;
	return entry_store(c, &t, &stored, &refused) || (refused && (t.amends.n || t.ends.n) && keep_as_line(c, &t));
}

/* How many lines of the file called NAME were taken in before. */
static bool lines_known(struct cmd *c, struct str name, int64_t *lines)
{
	struct statements said;
	*lines = 0;
	if (!name.n)
		return true;
	if (!store_statements_of(c->store, STR("spool"), name, c->arena, &said, &c->err))
		return false;
	struct json *body = said.n ? json_parse(c->arena, said.v[said.n - 1].body, &c->err) : NULL;
	json_int(json_get(body, "lines"), lines);
	return !said.n || body;
}

static bool remember_lines(struct cmd *c, struct str name, int64_t lines)
{
	struct json *body = json_object(c->arena);
	json_add_int(c->arena, body, "lines", lines);
	struct statement s = {.noun = STR("spool"),
		.id = name,
		.author = c->author,
		.recorded_at = c->now,
		.body = json_print(c->arena, body)};
	return !name.n || store_say(c->store, &s, &c->err);
}

static bool take_lines(struct cmd *c, struct str text, int *taken)
{
	struct str line, name = STR_NONE;
	struct err ignored = {0};
	struct str first;
	str_cut(text, STR("\n"), &first, &line);
	struct json *head = json_parse(c->arena, first, &ignored);
	int64_t known, number = 0;
	if (json_get_str(head, "spool").n) {
		name = json_get_str(head, "spool");
		text = line;
	}
	if (!lines_known(c, name, &known))
		return false;
	for (*taken = 0; str_next(&text, '\n', &line);) {
		if (!str_trim(line).n || ++number <= known)
			continue;
		if (!spool_take(c, line))
			return false;
		++*taken;
	}
	return *taken == 0 || remember_lines(c, name, number);
}

/* In a folder that everybody can write to, only what is our own counts. */
static bool spool_is_there(enum spool_place place, const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	       (place == SPOOL_BESIDE || st.st_uid == geteuid());
}

bool spool_waits(struct cmd *c)
{
	for (int place = 0; place < SPOOL_PLACES; place++)
		if (spool_is_there(place, spool_path(c, place)))
			return true;
	return false;
}

/* Inside a transaction: the lines are in it, the file goes only after its commit. Nobody waits for a spool that another
 * takes in. */
static bool fold_locked(struct cmd *c, enum spool_place place, const char *path, int fd, int *taken)
{
	struct str text;
	struct stat now;
	*taken = 0;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &now) != 0 || now.st_nlink == 0 || now.st_size == 0)
		return store_rollback(c->store), true;
	if (place == SPOOL_LOCAL && now.st_uid != geteuid())
		err_set(&c->err, "it is somebody else's");
	else if (cmd_read_file(c, path, SPOOL_MAX, &text) && take_lines(c, text, taken))
		return store_commit(c->store, &c->err) && (unlink(path) == 0 || ftruncate(fd, 0) == 0);
	store_rollback(c->store);
	return false;
}

/* The database's lock first, then the spool's: whoever writes a line into it while the database is busy waits for
 * neither. */
static bool spool_fold_at(struct cmd *c, enum spool_place place, const char *path)
{
	int taken = 0, fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || err_sys(&c->err, "cannot open it");
	int64_t said = store_last_said(c->store);
	bool done = store_begin(c->store, &c->err) && fold_locked(c, place, path, fd, &taken);
	store_forget_said(c->store, said);
	close(fd);
	if (done && taken)
		cmd_say(c, "took in %d spooled line%s", taken, taken == 1 ? "" : "s");
	return done;
}

void spool_fold(struct cmd *c)
{
	for (int place = 0; place < SPOOL_PLACES; place++) {
		const char *path = spool_path(c, place);
		if (!spool_is_there(place, path) || spool_fold_at(c, place, path))
			continue;
		/* Nothing is lost: the lines stay in the spool, and the command goes on without them. */
		cmd_say(c, "lineup: the spool '%s' could not be taken in yet: %s", path, c->err.text);
		err_clear(&c->err);
	}
}
