/* lineup doctor: is everything there, and is the database well? */
#include "cmd/cmd.h"
#include "cmd/libraries.h"
#include "cmd/spool.h"
#include "cmd/reading.h"
#include "base/utf8.h"
#include "formats/format.h"
#include "normalise/rules.h"
#include "render/say.h"

#include <sys/statvfs.h>
#include <unistd.h>

enum verdict_of { FINE, WORTH_KNOWING, WRONG };

struct doctor {
	struct cmd *c;
	int status;
};

static void say(struct doctor *d, enum verdict_of verdict, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static void say(struct doctor *d, enum verdict_of verdict, const char *what, const char *fmt, ...)
{
	static const char *const marks[] = {"ok  ", "note", "BAD "};
	va_list args;
	va_start(args, fmt);
	struct str text = utf8_visible(d->c->arena, str_vfmt(d->c->arena, fmt, args));
	va_end(args);
	fprintf(d->c->out, "%s  %-10s %.*s\n", marks[verdict], what, STR_ARG(text));
	if (verdict == WRONG)
		d->status = EXIT_FINDINGS;
}

/* Says the error and forgets it: the next examination goes on. */
static void say_error(struct doctor *d, const char *what)
{
	say(d, WRONG, what, "%s", d->c->err.text);
	err_clear(&d->c->err);
}

static void examine_program(struct doctor *d)
{
	struct cmd *c = d->c;
	struct ingest_options options = {.now = c->now, .captured_at = INSTANT_NONE};
	if (formats_init(&c->err) && formats_check(&c->err))
		say(d, FINE, "formats", "%zu formats, their samples read as they should", formats_count());
	else
		say_error(d, "formats");
	struct rules *rules = rules_open(c->arena, &c->err);
	if (rules)
		say(d, FINE, "rules", "%zu kinds, all rules load", kinds_count());
	else
		say_error(d, "rules");
	for (int i = 0; reading_dirs(c, &options) && options.format_dirs[i]; i++)
		if (!formats_load(options.format_dirs[i], &c->err))
			say_error(d, "formats");
	for (int i = 0; rules && options.rule_dirs && options.rule_dirs[i]; i++)
		if (!rules_load(rules, options.rule_dirs[i], &c->err))
			say_error(d, "rules");
	fflush(c->out); /* a child must not inherit what is not printed yet */
	AUTO(worker_stop) struct worker *worker = worker_start(&options, &c->err);
	struct str lacks;
	if (!worker || !worker_sandbox_report(worker, &lacks, &c->err))
		say_error(d, "sandbox");
	else if (lacks.n)
		say(d, WORTH_KNOWING, "sandbox", "this kernel lacks some of it: %.*s", STR_ARG(lacks));
	else
		say(d, FINE, "sandbox", "evidence is parsed without files, network or privileges");
}

static void examine_libraries(struct doctor *d)
{
	struct buf all = BUF(d->c->arena);
	for (const struct library *l = libraries; l->name; l++)
		buf_fmt(&all, "%s%s %s", l == libraries ? "" : ", ", l->name, l->version());
	say(d, FINE, "libraries", "%.*s", STR_ARG(buf_str(&all)));
	for (const struct library *l = libraries; l->name; l++)
		if (library_is_affected(l))
			say(d, WORTH_KNOWING, l->name, "%s %s", l->version(), l->known);
}

static void examine_clock(struct doctor *d)
{
	struct cmd *c = d->c;
	say(d, FINE, "clock", "now is %.*s", STR_ARG(cmd_instant(c, c->now, PRECISION_S)));
	if (zone_open(STR("Europe/Paris"), &c->err))
		say(d, FINE, "zones", "the time zone database is there");
	else
		say(d, WRONG, "zones", "no time zone database: named zones cannot be read; install tzdata");
	err_clear(&c->err);
}

static void examine_disk(struct doctor *d)
{
	struct cmd *c = d->c;
	struct statvfs disk;
	static const struct {
		enum verdict_of verdict;
		const char *what;
	} grounds[] = {
		[GROUND_NETWORK] = {WRONG,
			"a network: locks and syncs cannot be relied on there; keep the database on a local disk"},
		[GROUND_FUSE] = {WORTH_KNOWING,
			"a program's file system: locks and syncs are as good as that; do not rely on one over a network (sshfs, s3fs)"},
		[GROUND_LAYER] = {WORTH_KNOWING,
			"a container's own layer, which goes when the container goes; keep the database on a volume"},
		[GROUND_MEMORY] = {WORTH_KNOWING, "memory: all of it is gone at the next boot"},
	};
	size_t slash = str_rfind_byte(str_of(c->db), '/');
	struct str folder = slash == STR_NPOS ? STR(".") : str_n(c->db, slash ? slash : 1);
	const char *path = str_cstr(c->arena, folder);
	const char *name;
	enum ground ground = store_ground(path, &name);
	if (ground != GROUND_FIRM)
		say(d, grounds[ground].verdict, "disk", "'%s' lies on %s, %s", c->db, name, grounds[ground].what);
	if (access(path, W_OK) != 0)
		say(d, WORTH_KNOWING, "disk", "'%s' cannot be written to: reading works, logging does not", path);
	if (statvfs(path, &disk) == 0) {
		int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
		say(d, room < ((int64_t)256 << 20) ? WRONG : FINE, "disk", "%lld MiB free", (long long)(room >> 20));
	}
	if (spool_waits(c))
		say(d, WORTH_KNOWING, "spool",
			"'%s.spool' (or one in /var/tmp) holds typed lines; the next command takes them in", c->db);
}

static void examine_database(struct doctor *d)
{
	struct cmd *c = d->c;
	struct sources sources;
	struct str report;
	if (access(c->db, F_OK) != 0) {
		say(d, WORTH_KNOWING, "database",
			"there is no '%s' yet; the first 'lineup log' or 'lineup ingest' makes it", c->db);
		return;
	}
	if (!cmd_open(c, access(c->db, W_OK) == 0 ? STORE_WRITE : STORE_READ) ||
		!store_check(c->store, c->arena, &report, &c->err) ||
		!store_sources(c->store, c->arena, &sources, &c->err)) {
		say_error(d, "database");
		return;
	}
	struct str line;
	if (!report.n)
		say(d, FINE, "database", "'%s' is sound, %.*s", c->db,
			STR_ARG(say_count(c->arena, sources.n, "source", "sources")));
	while (str_next(&report, '\n', &line))
		say(d, WRONG, "database", "%.*s", STR_ARG(line));
	struct strs unfinished = {0};
	if (!reading_unfinished(c, &sources, &unfinished, &c->err))
		say_error(d, "database");
	for (size_t i = 0; i < unfinished.n; i++)
		say(d, WORTH_KNOWING, "source", "%.*s", STR_ARG(unfinished.v[i]));
	int64_t length;
	struct digest head;
	if (store_head(c->store, &length, &head, &c->err))
		say(d, FINE, "chain", "%.*s; head %.*s",
			STR_ARG(say_count(c->arena, (size_t)length, "statement", "statements")),
			STR_ARG(digest_hex(c->arena, &head)));
	else
		say_error(d, "chain");
}

static int doctor_run(struct cmd *c)
{
	struct doctor d = {c, EXIT_DONE};
	say(&d, FINE, "lineup", "%s", LINEUP_VERSION);
	examine_program(&d);
	examine_libraries(&d);
	examine_clock(&d);
	examine_disk(&d);
	examine_database(&d);
	return d.status;
}

const struct command doctor_command = {
	.group = "help",
	.name = "doctor",
	.usage = "",
	.blurb = "is everything there, and is the database well?",
	.help = "Examines formats, rules, sandbox, libraries (and what is known against their versions), clock, zones, disk (and what kind of file\n"
		"system it is), spool and database. The status is 3 when something is wrong.",
	.run = doctor_run,
};

static int seal_run(struct cmd *c)
{
	int64_t length;
	struct digest head;
	if (!cmd_open(c, STORE_READ) || !store_head(c->store, &length, &head, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%lld %.*s\n", (long long)length, STR_ARG(digest_hex(c->arena, &head)));
	return EXIT_DONE;
}

const struct command seal_command = {
	.group = "tell",
	.name = "seal",
	.usage = "",
	.blurb = "the head of the chain of what was typed, to be kept elsewhere",
	.help = "Prints how many statements there are and the hash that stands at the end of their chain. Keep it where the holder of the database\n"
		"cannot write: whoever holds the file could otherwise rewrite all of it. 'lineup verify' checks the chain itself.",
	.run = seal_run,
};
