/* lineup rebuild: everything derived, worked out anew from the kept evidence and from what was typed. */
#include "cmd/cmd.h"
#include "cmd/grown.h"
#include "cmd/reading.h"
#include "cmd/taking.h"
#include "render/say.h"

/* Read the same way, one after the other. */
static bool same_reading(const struct source *a, const struct source *b)
{
	return str_eq(a->zone, b->zone) && a->skew == b->skew && a->year == b->year &&
	       a->captured_at == b->captured_at && str_eq(a->as, b->as) && a->taken_at == b->taken_at;
}

/* A message of a Maildir bears its flags in its name: "...:2,RS". */
static struct str maildir_flags(struct str name)
{
	size_t at = str_rfind_byte(name, ',');
	return at != STR_NPOS && at >= 2 &&
			       (str_ends(str_slice(name, 0, at), STR(":2")) ||
				       str_ends(str_slice(name, 0, at), STR("!2")))
		       ? str_from(name, at + 1)
		       : STR_NONE;
}

static bool read_again(struct cmd *c, struct worker *worker, struct taking *taking, const struct source *s)
{
	ARENA_SCOPE(c->arena);
	struct str bytes;
	struct source again = *s;
	again.records = again.fresh = again.grown = again.duplicate = again.undated = again.not_understood = 0;
	if (!store_evidence(c->store, s->row, c->arena, &bytes, &c->err) ||
		!store_source_add(c->store, &again, &c->err))
		return false;
	if (!s->sha256.n) { /* a stream that was killed: what came of it is all there is */
		struct digest d = digest_of(bytes);
		again.sha256 = digest_hex(c->arena, &d);
		again.size = (int64_t)bytes.n;
	}
	ERR_IN(&c->err, s->name);
	int fd = memory_file(bytes);
	if (fd < 0)
		return err_sys(&c->err, "cannot be held in memory");
	struct sources was;
	bool done = grown_from(c, fd, &again, c->arena, &was, &c->err) &&
		    reading_read(worker, taking, fd, maildir_flags(s->name), &again, &c->err) &&
		    grown_settle(c, taking, fd, &was, again.row, &c->err);
	return memory_file_close(fd), done;
}

/* --- a source that is to be read otherwise --- */

static const char *const readings[] = {"zone", "skew", "year", "captured-at", "as"};

static bool any_reading(const struct cmd *c)
{
	bool any = false;
	for (size_t i = 0; i < LEN(readings); i++)
		any = any || cmd_option(c, readings[i]);
	return any;
}

/* By its name, or the end of its path: "app.log" of "evidence/app.log". */
static bool is_called(const struct source *s, struct str word)
{
	size_t behind = s->name.n - word.n;
	return str_eq(s->name, word) ||
	       (word.n && s->name.n > word.n && s->name.p[behind - 1] == '/' && str_ends(s->name, word));
}

/* By its number, or by its name where no other has it. */
static struct source *source_meant(struct cmd *c, const struct sources *all)
{
	const char *word = cmd_option(c, "source");
	struct source *found = NULL;
	int64_t row = 0;
	bool is_number = str_int(str_of(word), &row);
	for (size_t i = 0; i < all->n; i++) {
		struct source *s = &all->v[i];
		if (is_number ? s->row != row : s->parent || !is_called(s, str_of(word)))
			continue;
		if (found)
			return err_set(&c->err,
				       "several sources are called '%s'; give the number that 'lineup sources' shows",
				       word),
			       NULL;
		found = s;
	}
	if (!found)
		err_set(&c->err, "no source '%s'; 'lineup sources' lists them", word);
	else if (found->parent)
		err_set(&c->err, "'%s' came out of another source; name that (number %lld)", word,
			(long long)found->parent);
	else if (!found->kept)
		err_set(&c->err, "the bytes of '%s' were not kept, so it cannot be read again", word);
	return err_is_set(&c->err) ? NULL : found;
}

/* Only what is said now changes. */
static bool source_tell(struct cmd *c, const struct sources *all, const struct ingest_options *o)
{
	struct source *s = source_meant(c, all);
	if (!s)
		return false;
	if (cmd_option(c, "zone"))
		s->zone = o->zone_name;
	if (cmd_option(c, "skew"))
		s->skew = o->skew;
	if (cmd_option(c, "year"))
		s->year = o->year;
	if (cmd_option(c, "captured-at"))
		s->captured_at = o->captured_at;
	if (cmd_option(c, "as"))
		s->as = o->as;
	return store_source_told(c->store, s, &c->err);
}

/* A format of somebody's own may be gone. */
static bool formats_are_there(struct cmd *c, struct worker *worker, const struct sources *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct source *s = &all->v[i];
		bool known = true;
		if (s->kept && s->as.n && !worker_knows(worker, s->as, &known, &c->err))
			return false;
		if (!known)
			return err_set(&c->err,
				"'%.*s' was read as '%.*s', which is no format now; say another with --as",
				STR_ARG(s->name), STR_ARG(s->as));
	}
	return true;
}

/* Together: a rebuild that is killed is finished as it was begun, and what people typed is never missing. */
static bool forget_derived(
	struct cmd *c, struct worker *worker, const struct sources *all, const struct ingest_options *o)
{
	if (!store_begin(c->store, &c->err))
		return false;
	if ((!cmd_option(c, "source") || source_tell(c, all, o)) && formats_are_there(c, worker, all) &&
		store_forget_derived(c->store, &c->err) && ledger_rebuild_events(c->store, &c->err))
		return store_commit(c->store, &c->err);
	store_rollback(c->store);
	return false;
}

static bool options_read(struct cmd *c, struct ingest_options *o)
{
	if (any_reading(c) != (cmd_option(c, "source") != NULL))
		return err_set(&c->err,
			"--source says which, and --zone, --skew, --year, --captured-at or --as how to read it");
	return reading_options(c, o);
}

static bool read_all(struct cmd *c, struct worker *worker, const struct source *v, size_t n)
{
	struct ingest_options options;
	struct taking *taking = taking_open(c);
	bool done = true;
	for (size_t i = 0; done && i < n; i++) {
		if (i == 0 || !same_reading(&v[i - 1], &v[i])) {
			done = reading_as(c, &v[i], &options);
			if (done)
				worker_set(worker, &options);
		}
		done = done && read_again(c, worker, taking, &v[i]);
	}
	done = store_group_end(c->store, &c->err) && done;
	if (done && taking_unread(taking))
		done = err_set(&c->err,
			"%zu of %.*s %s not read; 'lineup notes' says why, and 'lineup rebuild' reads what is left",
			taking_unread(taking), STR_ARG(say_count(c->arena, n, "source", "sources")),
			taking_unread(taking) == 1 ? "was" : "were");
	taking_close(taking);
	return done;
}

static int rebuild_run(struct cmd *c)
{
	struct sources all;
	VEC(struct source) roots = {0};
	struct ingest_options options;
	struct str report;
	int64_t kept_as_they_are = 0;
	if (!options_read(c, &options))
		return cmd_fail(c), EXIT_USAGE;
	/* One worker reads all; it is forked before the database is opened, so that it cannot touch it, and asked for
	 * now: where there is none to be had, nothing may be forgotten. */
	AUTO(worker_stop) struct worker *worker = worker_start(&options, &c->err);
	if (!worker || !worker_sandbox_report(worker, &report, &c->err) || !cmd_open(c, STORE_WRITE) ||
		!store_sources(c->store, c->arena, &all, &c->err) || !forget_derived(c, worker, &all, &options))
		return cmd_fail(c);
	for (size_t i = 0; i < all.n; i++) {
		if (!all.v[i].parent && all.v[i].kept)
			*PUSH(&roots, c->arena) = all.v[i];
		kept_as_they_are += !all.v[i].parent && !all.v[i].kept;
	}
	if (!read_all(c, worker, roots.v, roots.n) || !store_index(c->store, &c->err) ||
		!store_group_end(c->store, &c->err) || !store_rebuilt(c->store, &c->err))
		return cmd_fail(c);
	cmd_say(c, "rebuilt from %zu source%s%s", roots.n, roots.n == 1 ? "" : "s",
		kept_as_they_are ? "; events of sources whose bytes were not kept stay as they are" : "");
	return EXIT_DONE;
}

static const struct option rebuild_options[] = {
	{"source", "N",
		"read this source anew, otherwise than before: its number or name in 'lineup sources'; all others as they were"},
	{"zone", "ZONE", "zone of its times that state none"},
	{"year", "YEAR", "year of its times that state none"},
	{"skew", "DUR", "add this to its clock; -90s if it was fast"},
	{"captured-at", "TIME", "when it was taken, if it shows ages"},
	{"as", "FORMAT", "read it as this format ('lineup formats')"},
	{0},
};
const struct command rebuild_command = {
	.group = "take in",
	.name = "rebuild",
	.usage = "[--source N [--zone ZONE] [--year YEAR] [--skew DUR] [--captured-at TIME] [--as FORMAT]]",
	.blurb = "work everything derived out anew from the kept evidence",
	.help = "Gives the same timeline to the byte, and a better one after formats or rules got better. A killed rebuild is finished, as it\n"
		"was begun, by 'lineup rebuild'.\n\n"
		"A source that was read with the wrong zone, year or clock is put right so:\n"
		"lineup rebuild --source app.log --zone Europe/Berlin\n\n"
		"What it was told wrongly is taken back by the word none: --zone none, --year none, --as none.",
	.options = rebuild_options,
	.run = rebuild_run,
};
