/* What came onto the timeline since the last look. */
#include "cmd/news.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NEWS_MAX = 8, FOLLOWED_MAX = 16, SAYS_MAX = 4096 };

/* ---- the follower ---- */

static void follower_run(struct news *n, int says, char **words)
{
	int nothing = open("/dev/null", O_RDWR);
	prctl(PR_SET_PDEATHSIG, SIGHUP); /* its tail ends with the terminal, or with us */
	setpgid(0, 0);                   /* Ctrl-C is not for it */
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(says, STDERR_FILENO);
	setenv("LINEUP_DB", n->c->db, 1);
	execv("/proc/self/exe", words);
	_exit(EXIT_COULD_NOT);
}

static bool follower_start(struct news *n)
{
	char *words[FOLLOWED_MAX + 5] = {(char *)"lineup", (char *)"ingest", (char *)"--follow", (char *)"--"};
	int pipes[2], files = 0;
	const char *file;
	for (; (file = cmd_option_nth(n->c, "follow", files)); files++) {
		if (files == FOLLOWED_MAX)
			return err_set(&n->c->err, "at most %d files can be followed here", FOLLOWED_MAX);
		if (access(file, R_OK) != 0)
			return err_sys(&n->c->err, "cannot follow '%s'", file);
		words[4 + files] = (char *)file;
	}
	if (!files)
		return true;
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return err_sys(&n->c->err, "cannot follow");
	n->follower = fork();
	if (n->follower == 0)
		follower_run(n, pipes[1], words);
	close(pipes[1]);
	if (n->follower < 0)
		return err_sys(&n->c->err, "cannot follow");
	n->follower_says = pipes[0];
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	return true;
}

static void follower_stop(struct news *n)
{
	if (n->follower <= 0)
		return;
	kill(-n->follower, SIGINT); /* its tail ends on it, and what was read is stored */
	waitpid(n->follower, NULL, 0);
}

static void add_sayings(struct news *n, struct buf *out)
{
	char text[SAYS_MAX];
	ssize_t got = n->follower_says >= 0 ? read(n->follower_says, text, sizeof text) : -1;
	struct str line, rest = str_n(text, got > 0 ? (size_t)got : 0);
	while (str_next(&rest, '\n', &line)) {
		size_t last = str_rfind_byte(line, '\r'); /* progress writes over itself */
		buf_visible(out, last == STR_NPOS ? line : str_from(line, last + 1));
		buf_byte(out, '\n');
	}
	if (got == 0) {
		close(n->follower_says);
		n->follower_says = -1;
	}
}

/* ---- the timeline ---- */

/* What was said here has been echoed already. */
static bool is_own(const struct news *n, const struct event *e)
{
	return e->source == 0 && e->recorded_at == n->now;
}

static void add_event(struct news *n, struct arena *a, struct buf *out, const struct event *e)
{
	char *text;
	size_t size;
	struct cmd aside = *n->c;
	aside.arena = a;
	aside.out = open_memstream(&text, &size);
	if (!aside.out)
		return;
	cmd_print_event(&aside, e);
	fclose(aside.out);
	buf_bytes(out, text, size);
	free(text);
}

/* From evidence what is of notice and worse, from people everything. */
static void add_events(struct news *n, struct arena *a, struct buf *out)
{
	struct cmd once = *n->c;
	struct query q = {.from = INSTANT_NONE,
		.to = INSTANT_NONE,
		.after_row = n->row > 0 ? n->row : -1,
		.min_severity = SEVERITY_NOTICE,
		.typed_too = true};
	struct events fresh = {0};
	int64_t newest = n->row;
	once.store = NULL;
	once.arena = a;
	once.progress = n->nowhere;
	if (cmd_open(&once, STORE_READ) && store_newest(once.store, &newest, &once.err) && newest > n->row)
		store_events(once.store, &q, a, &fresh, &once.err);
	store_close(once.store);
	int shown = 0, left = 0;
	for (size_t i = 0; i < fresh.n; i++) {
		const struct event *e = &fresh.v[i];
		if (is_own(n, e))
			continue;
		if (++shown <= NEWS_MAX)
			add_event(n, a, out, e);
		else
			left++;
	}
	if (left)
		buf_fmt(out, "... and %d more: /timeline\n", left);
	n->row = newest > n->row ? newest : n->row;
}

bool news_open(struct news *n, struct cmd *c)
{
	*n = (struct news){
		.c = c, .arena = arena_open(), .now = c->now, .quiet = cmd_flag(c, "quiet"), .follower_says = -1};
	n->nowhere = fopen("/dev/null", "we");
	if (!n->nowhere)
		return err_sys(&c->err, "cannot open '/dev/null'");
	return store_newest(c->store, &n->row, &c->err) && follower_start(n);
}

void news_close(struct news *n)
{
	follower_stop(n);
	if (n->follower_says >= 0)
		close(n->follower_says);
	fclose(n->nowhere);
	arena_close(n->arena);
}

struct str news_take(struct news *n, bool changed, struct arena *a)
{
	struct buf out = BUF(a);
	add_sayings(n, &out);
	if (changed && !n->quiet)
		add_events(n, a, &out);
	return buf_str(&out);
}
