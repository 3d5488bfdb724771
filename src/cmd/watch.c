/* lineup watch: the line-up and the last events, refreshed as they come. */
#include "cmd/cmd.h"
#include "base/utf8.h"
#include "render/render.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { REFRESH_MS = 1000 };

struct watch {
	struct cmd *c;
	struct arena *picture; /* reset for each one */
	unsigned lanes;        /* shown among the last events; 0: all */
	instant until;         /* INSTANT_NONE: follows what comes; else events before it */
	int height;
	struct stat seen;      /* the database as it was for the last picture */
};

static volatile sig_atomic_t resized;
static void on_resize(int signal)
{
	(void)signal;
	resized = 1;
}

/* The instant that the database knows something of last; the clock would make a quiet evening look like a hole. */
static void print_head(struct watch *w, const struct case_file *f)
{
	struct cmd *c = w->c;
	fprintf(c->out, "lineup  %.*s", STR_ARG(cmd_instant(c, c->now, PRECISION_S)));
	if (f->incident) {
		fprintf(c->out, "  %.*s  %.*s", STR_ARG(f->incident->id), STR_ARG(utf8_fit(utf8_visible(c->arena, f->incident->title), 30)));
		if (f->incident->to == INSTANT_NONE && c->now > f->incident->from)
			fprintf(c->out, "  running %.*s", STR_ARG(duration_str(c->arena, c->now - f->incident->from)));
	}
	fputc('\n', c->out);
}

static bool print_last(struct watch *w, int room)
{
	struct cmd *c = w->c;
	struct events last;
	struct query q = {
		.from = INSTANT_NONE,
		.to = w->until,
		.lanes = w->lanes,
		.min_severity = SEVERITY_NOTICE,
		.limit = room > 3 ? room : 3,
		.newest_first = true,
	};
	if (!store_events(c->store, &q, c->arena, &last, &c->err))
		return false;
	for (size_t i = last.n; i-- > 0;)
		cmd_print_event(c, &last.v[i]);
	return true;
}

static int lines_in(struct str text)
{
	int n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* Opens, loads and closes: a watcher holds no lock while it waits. */
static bool draw(struct watch *w)
{
	struct cmd *c = w->c;
	struct case_file f = {0};
	struct arena *whole = c->arena;
	arena_reset(w->picture);
	c->arena = w->picture;
	bool done = cmd_analyse(c, &f, c->words_n ? c->words[0] : NULL, false);
	if (done) {
		struct buf chart = BUF(w->picture);
		struct chart_options options = {
			.width = c->width, .unicode = c->unicode, .colour = c->colour, .zone = c->zone == zone_utc() ? NULL : c->zone};
		chart_terminal(&chart, &f.analysis, &options);
		if (c->out_is_tty)
			fputs("\033[H\033[2J", c->out);
		print_head(w, &f);
		cmd_print(c, buf_str(&chart));
		fputc('\n', c->out);
		done = print_last(w, w->height - lines_in(buf_str(&chart)) - 4);
	}
	store_close(c->store);
	c->store = NULL;
	c->arena = whole;
	fflush(c->out);
	return done;
}

static bool changed(struct watch *w)
{
	struct stat now;
	if (stat(w->c->db, &now) != 0)
		return false;
	bool other = now.st_mtim.tv_sec != w->seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != w->seen.st_mtim.tv_nsec ||
		now.st_size != w->seen.st_size;
	w->seen = now;
	return other;
}

/* Keys: a lane's digit shows or hides it, 0 shows all, - and + walk an hour back and forth, = follows again, q ends. */
static bool key(struct watch *w, char k)
{
	if (k == 'q' || k == 4)
		return false;
	if (k >= '1' && k < '1' + LANES)
		w->lanes ^= 1u << (k - '1');
	else if (k == '0')
		w->lanes = 0;
	else if (k == '-' || k == '+')
		w->until = (w->until == INSTANT_NONE ? w->c->now : w->until) + (k == '-' ? -HOUR : HOUR);
	else if (k == '=')
		w->until = INSTANT_NONE;
	return true;
}

static void measure(struct watch *w)
{
	struct winsize size;
	w->height = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row) {
		w->height = size.ws_row;
		w->c->width = size.ws_col;
	}
}

static bool watch_loop(struct watch *w)
{
	struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
	bool stale = true;
	for (;;) {
		if (resized) {
			resized = 0;
			measure(w);
			stale = true;
		}
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		w->c->now = t.tv_sec * SECOND + t.tv_nsec / 1000;
		if ((changed(w) || stale) && !draw(w))
			return false;
		if (stale || w->c->out_is_tty) {
			fprintf(w->c->out, "\r\033[K1-8 lanes  0 all  -/+ an hour  = follow  q ends ");
			fflush(w->c->out);
		}
		stale = false;
		char k;
		if (poll(&keys, 1, REFRESH_MS) > 0 && (keys.revents & (POLLIN | POLLHUP))) {
			if (read(STDIN_FILENO, &k, 1) != 1 || !key(w, k))
				return true;
			stale = true;
		}
	}
}

static int watch_run(struct cmd *c)
{
	struct watch w = {.c = c, .picture = arena_open(), .until = INSTANT_NONE};
	measure(&w);
	if (cmd_flag(c, "once") || !c->out_is_tty) {
		w.height = cmd_flag(c, "once") ? w.height : 0;
		bool done = draw(&w);
		arena_close(w.picture);
		return done ? EXIT_DONE : cmd_fail(c);
	}
	struct termios cooked, raw;
	if (tcgetattr(STDIN_FILENO, &cooked) != 0)
		return err_sys(&c->err, "watch needs a terminal; --once prints one picture"), cmd_fail(c);
	raw = cooked;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	signal(SIGWINCH, on_resize);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	bool done = watch_loop(&w);
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
	fputc('\n', c->out);
	arena_close(w.picture);
	return done ? EXIT_DONE : cmd_fail(c);
}

static const struct option watch_options[] = {
	{"once", NULL, "print one picture and end, for scripts"},
	{"incident", "ID", "which incident"},
	{0},
};
const struct command watch_command = {
	.group = "look",
	.name = "watch",
	.usage = "[INCIDENT] [--once]",
	.blurb = "the line-up and the last events, refreshed as they come",
	.help = "Keys: 1 to 8 show or hide the lanes in their order (notice, upgrade, storage, backup, service, change, response, other) among\n"
		"the last events, 0 shows all, - and + walk an hour back and forth, = follows again, q ends. It holds no lock while it waits.",
	.options = watch_options,
	.run = watch_run,
};
