/* lineup watch: the line-up and the last events, refreshed as they come. */
#include "cmd/cmd.h"
#include "base/utf8.h"
#include "render/render.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { REFRESH_MS = 1000, CLOCK_MS = 30000, EVENTS_MIN = 3, HEIGHT_USUAL = 24 };

struct watch {
	struct cmd *c;
	struct arena *picture; /* reset for each one */
	unsigned lanes;        /* shown among the last events; 0: all */
	instant until;         /* INSTANT_NONE: follows what comes; else events before it */
	bool whole;            /* the whole window rather than the line-up, closer */
	int height;
	bool plain;             /* a terminal that cannot move its cursor */
	struct str said;        /* by a key, or by what went wrong; in the arena PICTURE */
	instant lineup, impact; /* where to jump; INSTANT_NONE: there is none */
	struct stat seen;       /* the database as it was for the last picture */
};

static volatile sig_atomic_t resized, ended;
static void on_resize(int signal)
{
	(void)signal;
	resized = 1;
}
static void on_end(int signal)
{
	ended = signal;
}

/* ---- the picture ---- */

static void print_head(struct watch *w, FILE *out, const struct case_file *f)
{
	struct cmd *c = w->c;
	struct buf b = BUF(w->picture);
	buf_fmt(&b, "lineup  %.*s", STR_ARG(cmd_instant(c, c->now, PRECISION_S)));
	if (f->incident) {
		buf_fmt(&b, "  %.*s", STR_ARG(f->incident->id));
		if (f->incident->to == INSTANT_NONE && c->now > f->incident->from)
			buf_fmt(&b, "  running %.*s", STR_ARG(duration_str(c->arena, c->now - f->incident->from)));
		buf_fmt(&b, "  %.*s", STR_ARG(utf8_visible(c->arena, f->incident->title)));
	}
	fprintf(out, "%.*s\n", STR_ARG(utf8_fit(buf_str(&b), c->width)));
}

static int lines_in(struct str text)
{
	int n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* One of the chart's views, which stand apart by an empty line; behind the last one come what its signs mean. */
static struct str chart_view_of(struct str chart, bool whole)
{
	struct str first, second, rest;
	str_cut(chart, STR("\n\n"), &first, &rest);
	bool two = str_cut(rest, STR("\n\n"), &second, &rest) && rest.n;
	return two && !whole ? second : first;
}

static struct str without_colours(struct arena *a, struct str line)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\033')
			while (i < line.n && line.p[i] != 'm')
				i++;
		else
			buf_byte(&b, line.p[i]);
	}
	return buf_str(&b);
}

/* As many of its rows as there is room for; how many are left out is said. */
static int print_chart(struct watch *w, FILE *out, struct str chart, int room)
{
	struct str view = chart_view_of(chart, w->whole), line;
	int rows = lines_in(view) + 1, shown = 0;
	for (; str_next(&view, '\n', &line); shown++) {
		if (shown == room - 1 && rows > room) {
			fprintf(out, "... %d more rows; 'lineup overlap' shows all\n", rows - shown);
			return room;
		}
		struct str bare = without_colours(w->picture, line);
		fprintf(out, "%.*s\n", STR_ARG(utf8_width(bare) > w->c->width ? utf8_fit(bare, w->c->width) : line));
	}
	return shown;
}

static void print_filter(struct watch *w, FILE *out)
{
	struct buf b = BUF(w->picture);
	buf_cstr(&b, "-- last events");
	for (int lane = 0; lane < LANES; lane++)
		if (w->lanes >> lane & 1)
			buf_fmt(&b, "%s%s", w->lanes & ((1u << lane) - 1) ? "+" : ": ", lane_names[lane]);
	if (w->until != INSTANT_NONE)
		buf_fmt(&b, ", before %.*s", STR_ARG(cmd_instant(w->c, w->until, PRECISION_S)));
	fprintf(out, "%.*s\n", STR_ARG(utf8_fit(buf_str(&b), w->c->width)));
}

static bool print_last(struct watch *w, FILE *out, int room)
{
	struct cmd shown = *w->c;
	struct events last;
	struct query q = {
		.from = INSTANT_NONE,
		.to = w->until,
		.lanes = w->lanes,
		.min_severity = SEVERITY_NOTICE,
		.typed_too = true,
		.limit = room > EVENTS_MIN ? room : EVENTS_MIN,
		.newest_first = true,
	};
	if (!store_events(w->c->store, &q, w->c->arena, &last, &w->c->err))
		return false;
	shown.out = out;
	for (size_t i = last.n; i-- > 0;)
		cmd_print_event(&shown, &last.v[i]);
	return true;
}

static void remember_places(struct watch *w, const struct analysis *a)
{
	const struct milestone *impact = a->incident ? analysis_milestone(a, "impact_start") : NULL;
	w->lineup = a->lineup ? a->lineup->from : INSTANT_NONE;
	w->impact = impact ? impact->at : INSTANT_NONE;
}

/* On a terminal all of it fits: the head, what there is room for of the chart, and the rest for events. */
static bool compose(struct watch *w, FILE *out)
{
	struct cmd *c = w->c;
	struct case_file f = {0};
	struct buf chart = BUF(w->picture);
	struct chart_options options = {.width = c->width,
		.unicode = c->unicode,
		.colour = c->colour,
		.zone = c->zone == zone_utc() ? NULL : c->zone};
	if (!cmd_analyse(c, &f, c->words_n ? c->words[0] : NULL, false))
		return false;
	remember_places(w, &f.analysis);
	chart_terminal(&chart, &f.analysis, &options);
	print_head(w, out, &f);
	if (!c->out_is_tty) {
		fprintf(out, "%.*s\n", STR_ARG(buf_str(&chart)));
		return print_last(w, out, w->height - lines_in(buf_str(&chart)) - 4);
	}
	int each = cmd_event_lines(c), room = w->height - 3; /* less head, filter and keys */
	room -= print_chart(w, out, buf_str(&chart), room - EVENTS_MIN * each);
	print_filter(w, out);
	return print_last(w, out, room / each);
}

/* Line by line over what is there: nothing flickers, and a slow line carries little. */
static void put(struct watch *w, struct str picture)
{
	FILE *out = w->c->out;
	struct str line;
	if (!w->plain)
		fputs("\033[H", out);
	while (str_next(&picture, '\n', &line))
		fprintf(out, "%.*s%s\n", STR_ARG(line), w->plain ? "" : "\033[K");
	if (!w->plain)
		fputs("\033[J", out);
}

/* Opens, loads and closes: a watcher holds no lock while it waits. */
static bool draw(struct watch *w)
{
	struct cmd *c = w->c;
	struct arena *whole = c->arena;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return err_sys(&c->err, "no picture");
	arena_reset(w->picture);
	w->said = STR_NONE;
	c->arena = w->picture;
	bool done = compose(w, out);
	store_close(c->store);
	c->store = NULL;
	c->arena = whole;
	fclose(out);
	if (done && c->out_is_tty)
		put(w, str_n(text, size));
	else if (done)
		cmd_print(c, str_n(text, size));
	free(text);
	fflush(c->out);
	return done;
}

/* ---- keys ---- */

static const char keys_long[] = "1-8 lanes  0 all  -/+ hour  p/n error  l line-up  i impact  = now  v view  q";
static const char keys_short[] = "1-8 0 lanes  -/+ p/n l i =  v  q quit";

static void print_keys(struct watch *w)
{
	const char *keys = w->c->width > (int)strlen(keys_long) ? keys_long : keys_short;
	if (w->plain)
		return;
	fprintf(w->c->out, "\r\033[K%.*s", STR_ARG(w->said.n ? utf8_fit(w->said, w->c->width - 1) : str_of(keys)));
	fflush(w->c->out);
}

static void go_hour(struct watch *w, int by)
{
	w->until = (w->until == INSTANT_NONE ? w->c->now : w->until) + by * HOUR;
}

static void go_to(struct watch *w, instant at, const char *what)
{
	if (at == INSTANT_NONE)
		w->said = str_fmt(w->picture, "no %s is known", what);
	else
		w->until = at + 1;
}

/* The error or worse before or behind what is shown last. */
static void go_error(struct watch *w, bool back)
{
	struct cmd *c = w->c;
	instant here = w->until == INSTANT_NONE ? c->now : w->until;
	struct query q = {
		.from = back ? INSTANT_NONE : here,
		.to = back ? here - 1 : INSTANT_NONE,
		.lanes = w->lanes,
		.min_severity = SEVERITY_ERROR,
		.limit = 1,
		.newest_first = back,
	};
	struct events found = {0};
	if (!cmd_open(c, STORE_READ) || !store_events(c->store, &q, w->picture, &found, &c->err))
		w->said = str_dup(w->picture, str_of(c->err.text));
	else
		go_to(w, found.n ? found.v[0].at : INSTANT_NONE, back ? "earlier error" : "later error");
	err_clear(&c->err);
	store_close(c->store);
	c->store = NULL;
}

/* False: it is over. */
static bool key(struct watch *w, char k)
{
	w->said = STR_NONE;
	switch (k) {
	case 'q':
	case 'Q':
	case 4:
		return false;
	case '0':
		w->lanes = 0;
		break;
	case '-':
	case 'D':
		go_hour(w, -1);
		break; /* "ESC [ D", the left arrow */
	case '+':
	case 'C':
		go_hour(w, 1);
		break;
	case '=':
	case 'F':
		w->until = INSTANT_NONE;
		break;
	case 'p':
		go_error(w, true);
		break;
	case 'n':
		go_error(w, false);
		break;
	case 'l':
		go_to(w, w->lineup, "line-up");
		break;
	case 'i':
		go_to(w, w->impact, "impact");
		break;
	case 'v':
		w->whole = !w->whole;
		break;
	default:
		if (k >= '1' && k < '1' + LANES)
			w->lanes ^= 1u << (k - '1');
	}
	return true;
}

/* ---- the terminal ---- */

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

static void measure(struct watch *w)
{
	struct winsize size;
	w->height = HEIGHT_USUAL;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row) {
		w->height = size.ws_row;
		w->c->width = size.ws_col;
	}
}

/* What cannot be drawn now (a lock, a disk) is said below the last picture, and tried again. */
static bool refresh(struct watch *w, bool first)
{
	if (draw(w))
		return true;
	if (first)
		return false;
	w->said = str_dup(w->picture, str_of(w->c->err.text));
	err_clear(&w->c->err);
	return true;
}

/* Waits for a key or a change. False: it is over. */
static bool wait_for_key(struct watch *w, bool *stale)
{
	struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
	char k[32];
	if (poll(&keys, 1, REFRESH_MS) <= 0 || !(keys.revents & (POLLIN | POLLHUP | POLLERR)))
		return true;
	ssize_t n = read(STDIN_FILENO, k, sizeof k);
	if (n < 0 && errno == EINTR)
		return true;
	for (ssize_t i = 0; i < n; i++)
		if (!key(w, k[i]))
			return false;
	*stale = true;
	return n > 0;
}

static bool watch_loop(struct watch *w)
{
	bool stale = true, first = true;
	instant drawn = 0;
	do {
		if (resized) {
			resized = 0;
			measure(w);
			stale = true;
		}
		struct str said = w->said;
		w->c->now = cmd_clock(w->c);
		stale |= w->c->now - drawn >= CLOCK_MS * MILLISECOND &&
			 !w->plain; /* the clock of the incident goes on */
		if (changed(w) || stale) {
			said = str_dup(w->c->arena, said);
			if (!refresh(w, first))
				return false;
			drawn = w->c->now;
			w->said = w->said.n ? w->said : said;
		}
		print_keys(w);
		stale = first = false;
	} while (!ended && wait_for_key(w, &stale));
	return true;
}

static bool watch_terminal(struct watch *w)
{
	struct cmd *c = w->c;
	struct termios cooked, raw;
	const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	const char *term = getenv("TERM");
	if (tcgetattr(STDIN_FILENO, &cooked) != 0)
		return err_sys(&c->err, "watch needs a terminal; --once prints one picture");
	w->plain = !term || !*term || strcmp(term, "dumb") == 0;
	raw = cooked;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	sigaction(SIGWINCH, &(struct sigaction){.sa_handler = on_resize}, NULL);
	for (size_t i = 0; i < LEN(signals); i++)
		sigaction(signals[i], &(struct sigaction){.sa_handler = on_end}, NULL);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	bool done = watch_loop(w);
	tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
	if (ended != SIGHUP)
		fputc('\n', c->out);
	return done;
}

static int watch_run(struct cmd *c)
{
	struct watch w = {.c = c, .picture = arena_open(), .until = INSTANT_NONE};
	measure(&w);
	bool once = cmd_flag(c, "once") || !c->out_is_tty;
	if (once && !cmd_flag(c, "once"))
		w.height = 0;
	bool tty = c->out_is_tty;
	c->out_is_tty = tty && !once; /* one picture is printed whole, whatever the terminal's height */
	bool done = once ? draw(&w) : watch_terminal(&w);
	c->out_is_tty = tty;
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
		"the last events, 0 shows all; - and + (or the arrows) walk an hour back and forth, p and n to the error before and behind,\n"
		"l to the line-up, i to the impact, = follows again; v changes between the line-up and the whole window; q ends.\n"
		"It holds no lock while it waits.",
	.options = watch_options,
	.run = watch_run,
};
