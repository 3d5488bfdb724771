/* lineup shell: stays open, a line an entry, "/" for everything else. */
#include "cmd/cmd.h"
#include "cmd/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

enum { SHELL_WORDS = 64, HISTORY_LINES = 500 };

struct shell {
	struct cmd *c;
	EditLine *editor;
	History *history;
	const char *prompt, *draft;
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

/* The terminal goes away: what stands in the line is kept. */
static void save_draft(const struct shell *s)
{
	const LineInfo *line = el_line(s->editor);
	size_t n = (size_t)(line->lastchar - line->buffer);
	int fd = n ? open(s->draft, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd < 0)
		return;
	if (write(fd, line->buffer, n) == (ssize_t)n && write(fd, "\n", 1) == 1)
		fsync(fd);
	close(fd);
}

/* One key, for the editor. 1: there it is; 0: the end. */
static int next_key(EditLine *editor, wchar_t *key)
{
	struct shell *s;
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	mbstate_t state = {0};
	char byte;
	el_get(editor, EL_CLIENTDATA, &s);
	for (;;) {
		if (hangup) {
			save_draft(s);
			return 0;
		}
		if (interrupt) { /* Ctrl-C clears the line, and nothing else */
			interrupt = 0;
			*key = L'\x15';
			return 1;
		}
		if (poll(&in, 1, 500) <= 0)
			continue;
		ssize_t n = read(STDIN_FILENO, &byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			save_draft(s);
			return 0;
		}
		size_t done = mbrtowc(key, &byte, 1, &state);
		if (done == (size_t)-1)
			*key = L'?', done = 1;
		if (done != (size_t)-2)
			return 1;
	}
}

static char *prompt_of(EditLine *editor)
{
	struct shell *s;
	el_get(editor, EL_CLIENTDATA, &s);
	return (char *)s->prompt;
}

static instant clock_again(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* "inc-1 33 h 12 min> ": which incident, and how long it has been running. */
static const char *prompt(struct cmd *c)
{
	struct case_file f = {0};
	struct str text = STR("> ");
	if (cmd_open(c, STORE_CREATE) && cmd_incident(c, &f, NULL, false) && f.incident) {
		const struct incident *i = f.incident;
		text = i->to == INSTANT_NONE && c->now > i->from
			? str_fmt(c->arena, "%.*s %.*s> ", STR_ARG(i->id), STR_ARG(duration_str(c->arena, c->now - i->from)))
			: str_fmt(c->arena, "%.*s> ", STR_ARG(i->id));
	}
	err_clear(&c->err);
	store_close(c->store);
	c->store = NULL;
	return str_cstr(c->arena, text);
}

/* Words of "/decide \"restore now\" --over wait", quotes as in a shell, without expansion. */
static int split(struct arena *a, struct str line, char **words)
{
	int n = 1;
	size_t i = 0;
	while (i < line.n && n < SHELL_WORDS) {
		struct buf word = BUF(a);
		char quote = 0;
		while (i < line.n && byte_is_space(line.p[i]))
			i++;
		if (i == line.n)
			break;
		for (; i < line.n && (quote || !byte_is_space(line.p[i])); i++) {
			char b = line.p[i];
			if (quote ? b == quote : b == '"' || b == '\'')
				quote = quote ? 0 : b;
			else
				buf_byte(&word, b);
		}
		words[n++] = (char *)str_cstr(a, buf_str(&word));
	}
	return n;
}

/* Each line is a run of its own over one arena: what it opened is closed, what it allocated is gone. */
static void run_line(struct cmd *c, struct str line)
{
	struct cmd once = *c;
	static char self[] = "lineup";
	char *words[SHELL_WORDS + 1] = {self};
	once.arena = arena_open();
	once.store = NULL;
	once.now = clock_again();
	once.given_n = once.words_n = 0;
	if (line.p[0] != '/') {
		log_line(&once, line);
	} else {
		int n = split(once.arena, str_from(line, 1), words);
		once.command = NULL;
		command_main(&once, n, words);
	}
	fflush(once.out);
	store_close(once.store);
	arena_close(once.arena);
}

/* Tab behind a slash: what all commands that begin so have in common. */
static unsigned char complete(EditLine *editor, int key)
{
	(void)key;
	const LineInfo *line = el_line(editor);
	struct str typed = str_n(line->buffer, (size_t)(line->cursor - line->buffer));
	const char *first = NULL;
	size_t common = 0;
	if (!str_starts(typed, STR("/")) || str_find_byte(typed, ' ', 0) != STR_NPOS)
		return CC_ERROR;
	typed = str_from(typed, 1);
	for (const struct command *const *row = commands; *row; row++) {
		const char *name = (*row)->name;
		if (!str_starts(str_of(name), typed))
			continue;
		size_t same = 0;
		while (first && name[same] && name[same] == first[same])
			same++;
		common = !first ? strlen(name) : same < common ? same : common;
		first = first ? first : name;
	}
	if (!first || common <= typed.n)
		return CC_ERROR;
	char rest[64];
	snprintf(rest, sizeof rest, "%.*s", (int)(common - typed.n), first + typed.n);
	return el_insertstr(editor, rest) == 0 ? CC_REFRESH : CC_ERROR;
}

/* A draft that a hangup left behind is offered once. */
static void offer_draft(struct cmd *c, const char *path)
{
	struct str draft;
	if (access(path, R_OK) == 0 && cmd_read_file(c, path, 1 << 20, &draft) && str_trim(draft).n) {
		cmd_say(c, "not sent when the terminal went away: %.*s", STR_ARG(str_trim(draft)));
		unlink(path);
	}
	err_clear(&c->err);
}

static bool editor_open(struct shell *s)
{
	HistEvent event;
	setlocale(LC_CTYPE, "");
	s->editor = el_init("lineup", stdin, stdout, stderr);
	s->history = history_init();
	if (!s->editor || !s->history)
		return err_set(&s->c->err, "the line editor cannot start");
	history(s->history, &event, H_SETSIZE, HISTORY_LINES);
	el_set(s->editor, EL_CLIENTDATA, s);
	el_set(s->editor, EL_PROMPT, prompt_of);
	el_set(s->editor, EL_EDITOR, "emacs");
	el_set(s->editor, EL_HIST, history, s->history);
	el_set(s->editor, EL_GETCFN, next_key);
	el_set(s->editor, EL_ADDFN, "complete", "complete a command", complete);
	el_set(s->editor, EL_BIND, "^I", "complete", NULL);
	el_set(s->editor, EL_BIND, "^U", "em-kill-line", NULL);
	return true;
}

static void shell_loop(struct shell *s)
{
	struct cmd *c = s->c;
	for (;;) {
		ARENA_SCOPE(c->arena);
		HistEvent event;
		int n;
		c->now = clock_again();
		s->prompt = prompt(c);
		const char *typed = el_gets(s->editor, &n);
		struct str line = str_trim(str_n(typed, typed && n > 0 ? (size_t)n : 0));
		if (!typed || n <= 0 || hangup || str_eq(line, STR("/quit")))
			return;
		if (!line.n)
			continue;
		history(s->history, &event, H_ENTER, typed);
		run_line(c, line);
	}
}

static int shell_run(struct cmd *c)
{
	struct shell s = {.c = c, .draft = str_cstr(c->arena, str_fmt(c->arena, "%s.draft", c->db))};
	const int signals[] = {SIGHUP, SIGTERM, SIGINT};
	for (size_t i = 0; i < LEN(signals); i++)
		sigaction(signals[i], &(struct sigaction){.sa_handler = on_signal}, NULL);
	if (!editor_open(&s))
		return cmd_fail(c);
	offer_draft(c, s.draft);
	cmd_say(c, "a line is logged as it is typed; /help lists commands, /quit or Ctrl-D ends");
	shell_loop(&s);
	el_end(s.editor);
	history_end(s.history);
	if (!hangup)
		fputc('\n', c->out);
	return EXIT_DONE;
}

static const struct option shell_options[] = {
	{"incident", "ID", "which incident the lines belong to"},
	{0},
};
const struct command shell_command = {
	.group = "take in",
	.name = "shell",
	.usage = "[--incident ID]",
	.blurb = "stays open: a line is a log entry, /COMMAND does the rest",
	.help = "The prompt shows the incident and how long it has been running. '/decide \"...\" --because \"...\"', '/mark detected',\n"
		"'/timeline --limit 5', '/overlap': every command works behind a slash. When the terminal goes away, what stood in the line\n"
		"is kept in DB.draft and shown at the next start; what the database cannot take goes to the spool, as with 'lineup log'.",
	.options = shell_options,
	.run = shell_run,
};
