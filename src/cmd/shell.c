/* lineup shell: stays open, a line an entry, "/" for everything else. */
#include "cmd/cmd.h"
#include "cmd/log.h"
#include "cmd/news.h"
#include "cmd/prompt.h"
#include "cmd/suggest.h"
#include "cmd/typing.h"
#include "base/utf8.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHELL_WORDS = 64, SPOOLED = 0 }; /* SPOOLED: of a line that no statement tells of yet */

struct shell {
	struct cmd *c;
	struct prompt prompt;
	struct news news;
	struct arena *aside; /* of what is shown above the prompt, and of candidates */
	VEC(int64_t) said;   /* statements made here, for /undo; the newest last */
};

/* ---- one line ---- */

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

static void remember(struct shell *s, int64_t seq)
{
	if (seq)
		*PUSH(&s->said, s->news.arena) = seq;
}

/* Each line is a run of its own over one arena: what it opened is closed, what it allocated is gone. */
static void log_typed(struct shell *s, struct str line)
{
	struct cmd once = *s->c;
	once.arena = arena_open();
	once.store = NULL;
	once.command = command_find("log");
	once.given_n = once.words_n = 0;
	if (cmd_option(s->c, "incident"))
		cmd_give(&once, "incident", cmd_option(s->c, "incident"));
	bool done = log_line(&once, line) == EXIT_DONE;
	fflush(once.out);
	if (done)
		*PUSH(&s->said, s->news.arena) = once.store ? store_last_said(once.store) : SPOOLED;
	store_close(once.store);
	arena_close(once.arena);
}

/* The shell's incident is meant by its commands too; what is typed behind it weighs more. */
static int add_incident(const struct shell *s, char **words, int n)
{
	const char *incident = cmd_option(s->c, "incident");
	const struct command *command = n > 1 ? command_find(words[1]) : NULL;
	if (!incident || !command || !command_takes(command, "incident"))
		return n;
	memmove(words + 4, words + 2, (size_t)(n - 2) * sizeof *words);
	words[2] = (char *)"--incident";
	words[3] = (char *)incident;
	return n + 2;
}

/* A command runs in a process of its own: Ctrl-C ends it and not the shell, and so does whatever else befalls it. */
static void run_child(struct shell *s, struct str line, int told)
{
	struct cmd once = *s->c;
	static char self[] = "lineup";
	char *words[SHELL_WORDS + 3] = {self};
	const int signals[] = {SIGHUP, SIGTERM, SIGINT};
	for (size_t i = 0; i < LEN(signals); i++)
		signal(signals[i], SIG_DFL);
	once.arena = arena_open();
	once.now = s->news.now;
	once.command = NULL;
	once.given_n = once.words_n = 0;
	int n = split(once.arena, str_from(line, 1), words);
	n = add_incident(s, words, n);
	command_main(&once, n, words);
	fflush(once.out);
	int64_t seq = once.store ? store_last_said(once.store) : 0;
	bool heard = write(told, &seq, sizeof seq) == sizeof seq;
	store_close(once.store);
	_exit(heard ? EXIT_DONE : EXIT_COULD_NOT);
}

static void run_command(struct shell *s, struct str line)
{
	int pipes[2], status;
	int64_t seq = 0;
	fflush(NULL);
	if (pipe(pipes) != 0) {
		cmd_say(s->c, "lineup: no pipe for a command");
		return;
	}
	pid_t child = fork();
	if (child == 0)
		run_child(s, line, pipes[1]);
	close(pipes[1]);
	if (child < 0)
		cmd_say(s->c, "lineup: no process for a command");
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (child > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
		fputs("\ninterrupted\n", s->c->progress);
	else if (child > 0 && WIFSIGNALED(status))
		cmd_say(s->c, "lineup: the command died of signal %d", WTERMSIG(status));
	if (child > 0 && read(pipes[0], &seq, sizeof seq) == sizeof seq)
		remember(s, seq);
	close(pipes[0]);
}

/* Takes back what was said here last; said again, what was said before that. */
static void undo(struct shell *s)
{
	struct cmd *c = s->c;
	struct statement undone;
	if (!s->said.n) {
		cmd_say(c,
			"nothing was said here that could be taken back; 'forget ID' takes back what was said elsewhere");
		return;
	}
	if (s->said.v[s->said.n - 1] == SPOOLED) {
		cmd_say(c, "that line is in the spool; once it is taken in, 'forget ID' takes it back");
		s->said.n--;
		return;
	}
	if (!cmd_open(c, STORE_WRITE) ||
		!ledger_undo(c->store, s->said.v[s->said.n - 1], c->author, s->news.now, &undone, &c->err)) {
		cmd_fail(c);
		err_clear(&c->err);
	} else {
		struct err ignored = {0};
		struct json *body = json_parse(c->arena, undone.body, &ignored);
		struct str text = json_get_str(body, "text");
		text = text.n ? text : json_get_str(body, "chosen");
		cmd_say(c, "taken back: %.*s %.*s%s%.*s", STR_ARG(undone.noun), STR_ARG(undone.id), text.n ? ": " : "",
			STR_ARG(text));
	}
	s->said.n--;
	store_close(c->store);
	c->store = NULL;
}

static void tell_how(struct cmd *c)
{
	static const char how[] =
		"  10m ago: restarted it @fusionauth #storage    a line is an entry: its time, subject and lane in it\n"
		"  /undo                                         takes back what was said here last\n"
		"  /mark impact_start 04:10                      a milestone\n"
		"  /decide \"restore\" --over \"wait\" --because \"...\"\n"
		"  /timeline --last 10   /overlap   /search WORDS   /help COMMAND   /quit\n\n";
	fputs(how, c->out);
	help_names(c);
	fflush(c->out);
}

static void run_line(struct shell *s, struct str line)
{
	s->c->now = s->news.now = cmd_clock(s->c);
	if (str_eq(line, STR("/undo")))
		undo(s);
	else if (str_eq(line, STR("/help")))
		tell_how(s->c);
	else if (line.p[0] == '/')
		run_command(s, line);
	else
		log_typed(s, line);
}

/* ---- what typing asks ---- */

static const char *prompt_now(void *arg)
{
	struct shell *s = arg;
	return s->prompt.text;
}

static struct str news_now(void *arg, bool *redraw)
{
	struct shell *s = arg;
	arena_reset(s->aside);
	bool changed = prompt_sees_change(&s->prompt);
	struct str text = news_take(&s->news, changed, s->aside);
	if (changed)
		prompt_work_out(&s->prompt);
	*redraw = prompt_write(&s->prompt);
	return text;
}

static void candidates(void *arg, struct str line, struct str word, struct words *out)
{
	struct shell *s = arg;
	arena_reset(s->aside);
	suggest(s->c, s->aside, line, word, out);
}

/* ---- the whole ---- */

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

/* Lines that were pasted are taken one after the other; only the last prompt is worth working out. */
static void shell_loop(struct shell *s, struct typing *typing)
{
	struct cmd *c = s->c;
	struct str line;
	for (;;) {
		ARENA_SCOPE(c->arena);
		if (!typing_is_behind() && prompt_sees_change(&s->prompt))
			prompt_work_out(&s->prompt);
		prompt_write(&s->prompt);
		if (!typing_line(typing, &line) || str_eq(line, STR("/quit")) || str_eq(line, STR("/exit")))
			return;
		if (line.n)
			run_line(s, line);
	}
}

static int shell_run(struct cmd *c)
{
	struct shell s = {.c = c, .aside = arena_open()};
	struct typing_host host = {
		&s, prompt_now, news_now, candidates, str_cstr(c->arena, str_fmt(c->arena, "%s.draft", c->db))};
	struct case_file f = {0};
	if (c->words_n)
		return cmd_usage(c, "shell takes no words: start it, then type");
	if (!cmd_open(c, STORE_CREATE) || !cmd_incident(c, &f, NULL, false) || !news_open(&s.news, c))
		return cmd_fail(c);
	store_close(c->store);
	c->store = NULL;
	struct typing *typing = typing_open(c->arena, &host, &c->err);
	if (!typing)
		return news_close(&s.news), cmd_fail(c);
	offer_draft(c, host.draft);
	cmd_say(c, "each line is logged; /undo takes it back, /help tells more, /quit ends");
	prompt_open(&s.prompt, c, s.news.nowhere);
	shell_loop(&s, typing);
	prompt_close(&s.prompt);
	news_close(&s.news);
	typing_close(typing);
	arena_close(s.aside);
	if (!typing_hung_up())
		fputc('\n', c->out);
	return EXIT_DONE;
}

static const struct option shell_options[] = {
	{"incident", "ID", "which incident the lines belong to"},
	{"follow", "FILE", "take in what is appended to this file meanwhile; may be repeated"},
	{"quiet", NULL, "do not show what others log and what evidence comes"},
	{0},
};
const struct command shell_command = {
	.group = "take in",
	.name = "shell",
	.usage = "[--incident ID] [--follow FILE]... [--quiet]",
	.blurb = "stays open: a line is a log entry, /COMMAND does the rest",
	.help = "The prompt shows the incident, how long it has been running, and which lanes are in trouble. '/decide \"...\" --because \"...\"',\n"
		"'/mark detected', '/timeline --limit 5', '/overlap': every command works behind a slash; Tab completes commands, options,\n"
		"#LANE and @SUBJECT. '/undo' takes back what was said here last. What others log, and what evidence comes (of notice and\n"
		"worse), is shown above the line being typed. Ctrl-C clears the line. When the terminal goes away, what stood in the line\n"
		"is kept in DB.draft and shown at the next start; what the database cannot take goes to the spool, as with 'lineup log'.",
	.options = shell_options,
	.run = shell_run,
};
