/* lineup ingest: evidence in. */
#include "cmd/cmd.h"
#include "cmd/closing.h"
#include "cmd/grown.h"
#include "cmd/reading.h"
#include "cmd/taking.h"
#include "read/follow.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEP_DEFAULT ((int64_t)64 << 20)
enum { LARGE = 1 << 20 }; /* hashing less takes no time worth saving */

struct ingest {
	struct walk walk;
	struct cmd *c;
	struct worker *worker;
	struct taking *taking;
	struct ingest_options options;
	int64_t keep;
	VEC(struct source) known; /* read before, byte for byte */
	bool quiet;               /* results are another command's to print */
	int status;
};

static bool keep_option(struct cmd *c, int64_t *keep)
{
	const char *word = cmd_option(c, "keep");
	*keep = KEEP_DEFAULT;
	if (!word)
		return true;
	if (strcmp(word, "all") == 0 || strcmp(word, "none") == 0) {
		*keep = word[0] == 'a' ? INT64_MAX : -1;
		return true;
	}
	struct str digits = str_of(word);
	int shift = 0;
	for (int i = 0; digits.n && i < 3; i++)
		if ((digits.p[digits.n - 1] | 32) == "kmg"[i])
			shift = 10 * (i + 1);
	digits.n -= shift != 0;
	return (str_int(digits, keep) && *keep >= 0 && *keep < (INT64_MAX >> 31) && (*keep <<= shift, true)) ||
	       err_set(&c->err, "--keep: '%s' is no size; write all, none, 500k, 64M or 2G", word);
}

/* Options that would have them read otherwise change nothing then: said, with what does. */
static void tell_otherwise(struct ingest *in, const struct source *was, const struct source *now)
{
	struct cmd *c = in->c;
	const struct {
		const char *option;
		bool same;
		const char *value; /* as it can be typed again, and means the same then */
	} readings[] = {{"zone", str_eq(was->zone, now->zone), cmd_option(c, "zone")},
		{"skew", was->skew == now->skew, cmd_option(c, "skew")},
		{"year", was->year == now->year, cmd_option(c, "year")},
		{"captured-at", was->captured_at == now->captured_at,
			now->captured_at == INSTANT_NONE ? "none"
							 : str_cstr(c->arena, instant_str(c->arena, now->captured_at))},
		{"as", str_eq(was->as, now->as), cmd_option(c, "as")}};
	struct buf otherwise = BUF(c->arena);
	for (size_t i = 0; i < LEN(readings); i++)
		if (cmd_option(c, readings[i].option) && !readings[i].same)
			buf_fmt(&otherwise, " --%s %s", readings[i].option, readings[i].value);
	if (!otherwise.n)
		return;
	cmd_say(c,
		"lineup: %.*s: is known already and stays as it was read; 'lineup rebuild --source %lld%.*s' reads it anew",
		STR_ARG(now->name), (long long)was->row, STR_ARG(buf_str(&otherwise)));
	in->status = in->status == EXIT_DONE ? EXIT_FINDINGS : in->status;
}

/* The same bytes were read to the end before, maybe by another name: nothing is new, and nothing is read again. BARE is
 * the row of the source when its bytes are to be kept, and were not. */
static bool is_known(struct ingest *in, const struct source *now, bool *known, int64_t *bare, struct err *e)
{
	struct sources family;
	int64_t row = store_source_known(in->c->store, now->sha256, e);
	*known = row != 0;
	if (!row)
		return !err_is_set(e);
	if (!store_source_family(in->c->store, row, in->c->arena, &family, e))
		return false;
	if (family.n)
		tell_otherwise(in, &family.v[0], now);
	*bare = family.n && !family.v[0].kept && cmd_option(in->c, "keep") && now->size <= in->keep ? row : 0;
	for (size_t i = 0; i < family.n; i++) {
		const struct source *s = &family.v[i];
		struct source *mine = PUSH(&in->known, in->c->arena);
		*mine = *s;
		if (s->row == row)
			mine->name = str_dup(in->c->arena, now->name);
		mine->duplicate = s->records;
		mine->fresh = mine->grown = 0;
	}
	return true;
}

/* Bytes first: the source and its evidence are on disk before anything in it is believed. */
static bool add_source(struct ingest *in, struct source *s, struct str kept, struct err *e)
{
	struct store *store = in->c->store;
	if (!store_begin(store, e))
		return false;
	if (store_source_add(store, s, e) && (!kept.p || store_evidence_put(store, s->row, kept, s->size, s->mtime, e)))
		return store_commit(store, e);
	store_rollback(store);
	return false;
}

/* A file on its way in, with what is needed to hash and keep its bytes. */
struct arrival {
	struct ingest *in;
	struct arena *arena;
	struct source source;
	struct sources was; /* what it has grown from */
	int fd;
};

static bool hash_file(struct arrival *a, int64_t keep, struct receipt **receipt, struct str *kept, struct err *e)
{
	*receipt = receipt_open(a->source.size > keep ? -1 : keep);
	if (!receipt_add_file(*receipt, a->fd, e))
		return false;
	a->source.sha256 = receipt_end(*receipt, a->arena, &a->source.size, kept);
	return true;
}

static bool arrive(void *arg, struct err *e)
{
	struct arrival *a = arg;
	AUTO(receipt_close) struct receipt *receipt = NULL;
	struct str kept;
	return hash_file(a, a->in->keep, &receipt, &kept, e) && add_source(a->in, &a->source, kept, e);
}

static bool put_bytes(struct store *store, int64_t row, const struct source *s, struct str kept, struct err *e)
{
	if (!store_begin(store, e))
		return false;
	if (store_evidence_put(store, row, kept, s->size, s->mtime, e))
		return store_commit(store, e);
	store_rollback(store);
	return false;
}

/* Bytes that were not kept when they were read, and are now asked to be. */
static bool keep_bytes(struct arrival *a, int64_t row, struct err *e)
{
	AUTO(receipt_close) struct receipt *receipt = NULL;
	struct str kept;
	if (!hash_file(a, a->in->keep, &receipt, &kept, e) || !kept.p)
		return !err_is_set(e);
	if (!put_bytes(a->in->c->store, row, &a->source, kept, e))
		return false;
	cmd_say(a->in->c, "%.*s: its bytes are kept from now on", STR_ARG(a->source.name));
	return true;
}

static bool was_read(struct arrival *a, bool *known, struct err *e)
{
	AUTO(receipt_close) struct receipt *receipt = NULL;
	struct str kept;
	int64_t bare = 0;
	return hash_file(a, -1, &receipt, &kept, e) && is_known(a->in, &a->source, known, &bare, e) &&
	       (!bare || keep_bytes(a, bare, e));
}

/* What S was told BEFORE holds, but for what is told otherwise now. */
static bool hold_told(struct cmd *c, const struct source *before, struct source *s)
{
	struct source told = *s;
	s->zone = cmd_option(c, "zone") ? s->zone : str_dup(c->arena, before->zone);
	s->skew = cmd_option(c, "skew") ? s->skew : before->skew;
	s->year = cmd_option(c, "year") ? s->year : before->year;
	s->as = cmd_option(c, "as") ? s->as : str_dup(c->arena, before->as);
	return !str_eq(s->zone, told.zone) || s->skew != told.skew || s->year != told.year || !str_eq(s->as, told.as);
}

/* What was begun and killed goes on as it was begun, and what has grown as it was read before. */
static bool read_as_before(struct ingest *in, struct arrival *a, struct err *e)
{
	struct cmd *c = in->c;
	struct source *s = &a->source, begun;
	struct ingest_options options = in->options;
	if (!store_source_begun(c->store, s->name, s->sha256, a->arena, &begun, e) ||
		(!begun.row && !grown_from(c, a->fd, s, a->arena, &a->was, e)))
		return false;
	if (begun.row) {
		hold_told(c, &begun, s);
		s->captured_at = cmd_option(c, "captured-at") ? s->captured_at : begun.captured_at;
		s->taken_at = begun.taken_at;
	} else if (a->was.n && hold_told(c, &a->was.v[0], s)) {
		cmd_say(c,
			"%.*s: has grown, and is read as it was told to be before; 'none' takes that back: --zone none",
			STR_ARG(s->name));
	}
	if ((begun.row || a->was.n) && !reading_as(c, s, &options))
		return false;
	worker_set(in->worker, &options);
	return true;
}

/* Only a large file of a size that no known source has is read at once; of all others the hash is asked for first. */
static bool read_file(struct ingest *in, const struct walk_file *file, struct err *e)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct arrival a = {.in = in, .arena = arena, .source = reading_source(&in->options, file), .fd = file->fd};
	bool large = file->size >= LARGE, known = true;
	if (large && !store_source_sized(in->c->store, file->size, &known, e))
		return false;
	if (known && !was_read(&a, &known, e))
		return false;
	if (known)
		return true;
	worker_ready(in->worker);
	if (!read_as_before(in, &a, e))
		return false;
	struct source told = a.source; /* A is the other thread's while a large file arrives */
	if (large ? !taking_await(in->taking, arrive, &a, &a.source, e) : !arrive(&a, e))
		return false;
	bool done = reading_read(in->worker, in->taking, file->fd, file->flags, large ? &told : &a.source, e);
	return taking_flush(in->taking, e) && done && grown_settle(in->c, in->taking, a.fd, &a.was, a.source.row, e);
}

static bool read_stream(struct ingest *in, const struct walk_file *file, struct err *e)
{
	struct source s = reading_source(&in->options, file);
	AUTO(receipt_close) struct receipt *receipt = receipt_open(in->keep);
	worker_ready(in->worker);
	if (!add_source(in, &s, STR_NONE, e))
		return false;
	taking_stream(in->taking, receipt, in->keep);
	bool done = reading_read(in->worker, in->taking, file->fd, file->flags, &s, e);
	return taking_stream_end(in->taking, e) && done;
}

/* What cannot be read is said, and the rest goes on; only a failing database stops the run. */
static bool take_file(struct walk *w, const struct walk_file *file, struct err *e)
{
	struct ingest *in = (struct ingest *)w;
	ERR_IN(e, file->path);
	if (in->c->err_is_tty)
		fprintf(in->c->progress, "reading %.*s ...\033[K\r", STR_ARG(str_slice(file->path, 0, 60)));
	return file->stream ? read_stream(in, file, e) : read_file(in, file, e);
}

static void passed_over(struct walk *w, struct str path, const char *why)
{
	struct ingest *in = (struct ingest *)w;
	cmd_say(in->c, "lineup: %.*s: %s", STR_ARG(path), why);
	in->status = in->status == EXIT_DONE ? EXIT_FINDINGS : in->status;
}

/* As it should be, mostly: said, so that nobody looks in vain for what was in ".logs". */
static void left_out(struct walk *w, struct str first, int64_t n)
{
	struct ingest *in = (struct ingest *)w;
	cmd_say(in->c, "%lld hidden name%s left out (%.*s%s); name what matters on the command line", (long long)n,
		n == 1 ? " was" : "s were", STR_ARG(first), n == 1 ? "" : ", ...");
}

/* The worker is forked before the database is opened. */
static bool ingest_open(struct ingest *in)
{
	struct cmd *c = in->c;
	in->worker = worker_start(&in->options, &c->err);
	if (!in->worker)
		return false;
	if (access(c->db, F_OK) != 0) /* it will know nothing of what comes */
		worker_ready(in->worker);
	if (!cmd_open(c, STORE_CREATE))
		return false;
	in->taking = taking_open(c);
	return true;
}

static int ingest_close(struct ingest *in)
{
	struct cmd *c = in->c;
	if (c->err_is_tty)
		fprintf(c->progress, "indexing ...\033[K\r");
	if (!store_group_end(c->store, &c->err) || !store_index(c->store, &c->err) ||
		!store_group_end(c->store, &c->err))
		in->status = cmd_fail(c);
	in->status = closing_tell(c, in->taking, &in->options,
		&(struct closing){
			.known = in->known.v, .known_n = in->known.n, .quiet = in->quiet, .status = in->status});
	taking_close(in->taking);
	worker_stop(in->worker);
	return in->status;
}

/* An end asked of us alone (kill, a service manager) is passed on: to the tail, or to who follows each of several
 * files. */
static pid_t *followers;
static volatile sig_atomic_t followers_n;

static void pass_on(int number)
{
	int before = errno;
	for (int i = 0; i < followers_n; i++)
		kill(followers[i], number);
	errno = before;
}

static void follower_add(pid_t pid)
{
	struct sigaction end = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
	followers[followers_n] = pid;
	followers_n++;
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
}

/* One followed file: a process, a worker and a connection of its own, so that none waits for another. */
static int follow_one(struct ingest *in, const char *path)
{
	struct cmd *c = in->c;
	pid_t tail;
	int fd = follow_open(path, &tail, &c->err);
	if (fd < 0)
		return cmd_fail(c);
	followers_n = 0;
	follower_add(tail); /* it ends, and then so does the stream */
	struct walk_file file = {.path = str_of(path), .fd = fd, .mtime = c->now, .size = -1, .stream = true};
	if (!ingest_open(in) || !read_stream(in, &file, &c->err))
		in->status = cmd_fail(c);
	close(fd);
	waitpid(tail, NULL, 0);
	return in->taking ? ingest_close(in) : in->status;
}

static int ingest_follow(struct ingest *in)
{
	struct cmd *c = in->c;
	int status = EXIT_DONE;
	followers = NEW_N(c->arena, pid_t, (size_t)c->words_n);
	for (int i = 0; i < c->words_n; i++) {
		pid_t child = c->words_n == 1 ? 0 : fork();
		if (child < 0)
			return err_sys(&c->err, "cannot follow '%s'", c->words[i]), cmd_fail(c);
		if (child == 0) {
			status = follow_one(in, c->words[i]);
			if (c->words_n == 1)
				return status;
			fflush(NULL);
			_exit(status);
		}
		follower_add(child);
	}
	for (int ended; wait(&ended) > 0;)
		if (WIFEXITED(ended) && WEXITSTATUS(ended) != EXIT_DONE && status != EXIT_COULD_NOT)
			status = WEXITSTATUS(ended);
	return status;
}

static int take_paths(struct ingest *in, const char *const *paths, int n)
{
	struct cmd *c = in->c;
	if (!ingest_open(in))
		return cmd_fail(c);
	for (int i = 0; i < n; i++) {
		if (!walk_path(&in->walk, paths[i], &c->err)) {
			in->status = cmd_fail(c);
			err_clear(&c->err);
		}
	}
	return ingest_close(in);
}

int ingest_paths(struct cmd *c, const struct ingest_options *options, const char *const *paths, int n)
{
	struct ingest in = {.walk = {take_file, passed_over, left_out},
		.c = c,
		.options = *options,
		.keep = KEEP_DEFAULT,
		.quiet = true};
	return take_paths(&in, paths, n);
}

static int ingest_run(struct cmd *c)
{
	struct ingest in = {.walk = {take_file, passed_over, left_out}, .c = c};
	if (c->words_n == 0)
		return cmd_usage(c, "which files? give paths, folders, or - for standard input");
	if (!reading_options(c, &in.options) || !keep_option(c, &in.keep))
		return cmd_fail(c), EXIT_USAGE;
	return cmd_flag(c, "follow") ? ingest_follow(&in) : take_paths(&in, c->words, c->words_n);
}

static const struct option ingest_options_table[] = {
	{"as", "FORMAT", "read as this format, whatever it looks like ('lineup formats')"},
	{"zone", "ZONE", "zone of times that state none (UTC, and marked as assumed)"},
	{"year", "YEAR", "year of times that state none (worked out)"},
	{"skew", "DUR", "add this to the clock of these sources; -90s if it was fast"},
	{"captured-at", "TIME", "when a snapshot that shows ages was taken, unless date or watch printed it there"},
	{"keep", "SIZE", "keep evidence up to this size: all, none, 500k, 64M (default)"},
	{"formats", "DIR", "more line formats as data; may be repeated"},
	{"rules", "DIR", "more rules; may be repeated"},
	{"follow", NULL, "keep reading what is appended to the files, across rotation and truncation, until Ctrl-C"},
	{"no-sandbox", NULL, "parse without the sandbox (for debuggers only)"},
	{0},
};
const struct command ingest_command = {
	.group = "take in",
	.name = "ingest",
	.usage =
		"PATH... | - | --follow FILE... [--zone ZONE] [--year YEAR] [--skew DUR] [--captured-at TIME] [--as FORMAT] [--keep SIZE] [--json]",
	.blurb = "take evidence in: files, folders, archives, mailboxes, streams",
	.help = "Each document is recognised by its content, inside .gz .zst .xz .bz2 .tar .zip too. Reading the same bytes again adds nothing, a\n"
		"grown file adds what is new, overlapping captures fold together. What was not understood is counted, and listed by\n"
		"'lineup notes'; the status is 3 then. The closing block accounts for every byte. A killed ingest is completed by running it again.\n"
		"What it was told holds for what it had begun, and for a file that has grown since, unless it is told otherwise.\n\n"
		"kubectl get events -A -w -o json | lineup ingest -",
	.options = ingest_options_table,
	.run = ingest_run,
};
