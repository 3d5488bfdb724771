/* A line that a person types at a terminal: the door to libedit. */
#include "cmd/typing.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { HISTORY_LINES = 500, IDLE_MS = 500 };

struct typing {
	struct typing_host host;
	struct arena *scratch;
	EditLine *editor;
	History *history;
	bool plain; /* a terminal that cannot move its cursor, or none */
};

/* Signals only leave a mark; the loop that waits for keys looks at it. */
static volatile sig_atomic_t hangup, interrupt;
static void on_signal(int number)
{
	if (number == SIGINT)
		interrupt = 1;
	else
		hangup = number;
}

bool typing_hung_up(void)
{
	return hangup != 0;
}

bool typing_is_behind(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&in, 1, 0) > 0 && (in.revents & POLLIN);
}

/* The terminal goes away: what stands in the line is kept. */
static void draft_save(const struct typing *t)
{
	const LineInfo *line = el_line(t->editor);
	size_t n = (size_t)(line->lastchar - line->buffer);
	int fd = n ? open(t->host.draft, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd < 0)
		return;
	if (write(fd, line->buffer, n) == (ssize_t)n && write(fd, "\n", 1) == 1)
		fsync(fd);
	close(fd);
}

/* ---- above the prompt ---- */

static int columns_of_terminal(void)
{
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* Takes the prompt and what is typed off the screen, shows TEXT in their place, and puts them back below it. */
static void show_above(struct typing *t, struct str text)
{
	const LineInfo *line = el_line(t->editor);
	struct str typed = str_n(line->buffer, (size_t)(line->cursor - line->buffer));
	int before = utf8_width(str_of(t->host.prompt(t->host.arg))) + utf8_width(typed);
	if (t->plain) {
		printf("\n%.*s", STR_ARG(text));
	} else {
		for (int rows = before / columns_of_terminal(); rows > 0; rows--)
			fputs("\033[A", stdout);
		printf("\r\033[J%.*s", STR_ARG(text));
	}
	fflush(stdout);
	el_set(t->editor, EL_REFRESH);
}

/* With an empty text the prompt alone is drawn again. */
static void look_for_news(struct typing *t)
{
	ARENA_SCOPE(t->scratch);
	bool redraw = false;
	struct str text = t->host.news(t->host.arg, &redraw);
	if (text.n || (redraw && !t->plain))
		show_above(t, text);
}

/* ---- keys ---- */

/* One byte, as soon as there is one. 1: there it is; 0: the end. */
static int next_byte(struct typing *t, char *byte)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	for (;;) {
		if (hangup)
			return 0;
		if (interrupt) { /* Ctrl-C clears the line, and nothing else */
			interrupt = 0;
			*byte = '\x15';
			return 1;
		}
		int ready = poll(&in, 1, IDLE_MS);
		if (ready == 0)
			look_for_news(t);
		if (ready <= 0 || interrupt) /* Ctrl-C came before whatever else is there by now */
			continue;
		ssize_t n = read(STDIN_FILENO, byte, 1);
		if (n > 0)
			return 1;
		if (n == 0 || errno != EINTR) {
			hangup = hangup ? hangup : isatty(STDOUT_FILENO) ? SIGHUP : 0; /* a pipe only ends */
			return 0;
		}
	}
}

/* A byte that is no UTF-8 is the character of its number, as Latin-1 has it. */
static int next_key(EditLine *editor, wchar_t *key)
{
	struct typing *t;
	mbstate_t state = {0};
	char byte;
	el_get(editor, EL_CLIENTDATA, &t);
	for (;;) {
		if (!next_byte(t, &byte)) {
			if (hangup)
				draft_save(t);
			return 0;
		}
		size_t done = mbrtowc(key, &byte, 1, &state);
		if (done == (size_t)-1)
			*key = (unsigned char)byte;
		if (done != (size_t)-2)
			return 1;
	}
}

static char *prompt_of(EditLine *editor)
{
	struct typing *t;
	el_get(editor, EL_CLIENTDATA, &t);
	return (char *)t->host.prompt(t->host.arg);
}

/* ---- completion ---- */

static size_t common_length(const struct words *w)
{
	size_t common = w->v[0].n;
	for (size_t i = 1; i < w->n; i++) {
		size_t same = 0;
		while (same < common && same < w->v[i].n && w->v[0].p[same] == w->v[i].p[same])
			same++;
		common = same;
	}
	return common;
}

static void show_candidates(struct typing *t, const struct words *w)
{
	struct buf list = BUF(t->scratch);
	int column = 0, width = columns_of_terminal();
	for (size_t i = 0; i < w->n; i++) {
		int own = utf8_width(w->v[i]) + 2;
		if (column && column + own >= width) {
			buf_byte(&list, '\n');
			column = 0;
		}
		buf_fmt(&list, "%.*s  ", STR_ARG(w->v[i]));
		column += own;
	}
	buf_byte(&list, '\n');
	show_above(t, buf_str(&list));
}

/* Tab: what all candidates have in common; when that is nothing more, they are shown. */
static unsigned char complete(EditLine *editor, int key)
{
	struct typing *t;
	(void)key;
	el_get(editor, EL_CLIENTDATA, &t);
	ARENA_SCOPE(t->scratch);
	const LineInfo *info = el_line(editor);
	struct str line = str_n(info->buffer, (size_t)(info->cursor - info->buffer)), word = line;
	struct words found = {0};
	for (size_t i = 0; i < line.n; i++)
		if (byte_is_space(line.p[i]))
			word = str_from(line, i + 1);
	t->host.candidates(t->host.arg, line, word, &found);
	if (!found.n)
		return CC_ERROR;
	size_t common = common_length(&found);
	struct str rest = str_slice(found.v[0], word.n, common);
	if (found.n == 1)
		rest = str_fmt(t->scratch, "%.*s ", STR_ARG(rest));
	if (rest.n)
		return el_insertstr(editor, str_cstr(t->scratch, rest)) == 0 ? CC_REFRESH : CC_ERROR;
	show_candidates(t, &found);
	return CC_NORM;
}

/* ---- the whole ---- */

static bool editor_open(struct typing *t, struct err *e)
{
	HistEvent event;
	setlocale(LC_CTYPE, "");
	t->editor = el_init("lineup", stdin, stdout, stderr);
	t->history = history_init();
	if (!t->editor || !t->history)
		return err_set(e, "the line editor cannot start");
	history(t->history, &event, H_SETSIZE, HISTORY_LINES);
	el_set(t->editor, EL_CLIENTDATA, t);
	el_set(t->editor, EL_PROMPT, prompt_of);
	el_set(t->editor, EL_EDITOR, "emacs");
	el_set(t->editor, EL_HIST, history, t->history);
	el_set(t->editor, EL_GETCFN, next_key);
	el_set(t->editor, EL_ADDFN, "complete", "complete a word", complete);
	el_set(t->editor, EL_BIND, "^I", "complete", NULL);
	el_set(t->editor, EL_BIND, "^U", "em-kill-line", NULL);
	el_set(t->editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
	return true;
}

struct typing *typing_open(struct arena *arena, const struct typing_host *host, struct err *e)
{
	const int signals[] = {SIGHUP, SIGTERM, SIGINT};
	struct typing *t = NEW(arena, struct typing);
	const char *term = getenv("TERM");
	*t = (struct typing){.host = *host, .scratch = arena_open()};
	t->plain = !isatty(STDOUT_FILENO) || !term || !*term || strcmp(term, "dumb") == 0;
	for (size_t i = 0; i < LEN(signals); i++)
		sigaction(signals[i], &(struct sigaction){.sa_handler = on_signal}, NULL);
	return editor_open(t, e) ? t : NULL;
}

void typing_close(struct typing *t)
{
	el_end(t->editor);
	history_end(t->history);
	arena_close(t->scratch);
}

bool typing_line(struct typing *t, struct str *line)
{
	HistEvent event;
	int n;
	const char *typed = el_gets(t->editor, &n);
	if (!typed || n <= 0 || hangup)
		return false;
	*line = str_trim(str_n(typed, (size_t)n));
	if (line->n)
		history(t->history, &event, H_ENTER, typed);
	return true;
}

const char *typing_library(void)
{
	static char text[32];
	snprintf(text, sizeof text, "%d.%d", LIBEDIT_MAJOR, LIBEDIT_MINOR);
	return text;
}
