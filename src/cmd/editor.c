/* A text that a person writes in $VISUAL or $EDITOR. */
#include "cmd/editor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EDITED_MAX = 1 << 20, NO_SUCH_COMMAND = 127 };

static const char scissors[] = "# ------------------------ >8 ------------------------";
static const char advice[] =
	"# Write above this line what you see or do. A time in front (\"10m ago: ...\", \"at 09:40 ...\"), #LANE and\n"
	"# @SUBJECT are understood. This line and all below it are left out; without a text nothing is logged.\n";

static const char *editor_name(void)
{
	static const char *const names[] = {"VISUAL", "EDITOR"};
	for (size_t i = 0; i < LEN(names); i++)
		if (getenv(names[i]) && *getenv(names[i]))
			return getenv(names[i]);
	return "vi";
}

static const char *draft_make(struct cmd *c, struct str before)
{
	const char *folder = getenv("TMPDIR");
	char *path = (char *)str_cstr(
		c->arena, str_fmt(c->arena, "%s/lineup-log.XXXXXX", folder && *folder ? folder : "/tmp"));
	struct str text = str_fmt(c->arena, "%.*s\n%s\n%s", STR_ARG(before), scissors, advice);
	int fd = mkostemp(path, O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n;
	if (!done)
		err_sys(&c->err, "cannot write '%s'", path);
	if (fd >= 0)
		close(fd);
	return done ? path : NULL;
}

/* The editor's words may hold blanks ("code --wait"): a shell takes them apart. Ctrl-C is the editor's while it runs.
 */
static int editor_run(const char *editor, const char *path)
{
	int status = -1;
	struct sigaction before, ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGINT, &ignore, &before);
	pid_t child = fork();
	if (child == 0) {
		sigaction(SIGINT, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
		signal(SIGPIPE, SIG_DFL);
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path, NULL);
		_exit(NO_SUCH_COMMAND);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	sigaction(SIGINT, &before, NULL);
	return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool editor_text(struct cmd *c, struct str before, struct str *text, const char **path)
{
	const char *editor = editor_name();
	struct str whole, below;
	*path = draft_make(c, before);
	if (!*path)
		return false;
	fflush(c->out);
	int status = editor_run(editor, *path);
	if (status == NO_SUCH_COMMAND) {
		unlink(*path);
		return err_set(
			&c->err, "cannot run the editor '%s'; set $EDITOR, or give the text: lineup log TEXT", editor);
	}
	if (status != 0)
		return err_set(&c->err, "the editor '%s' failed; what was written is in '%s'", editor, *path);
	if (!cmd_read_file(c, *path, EDITED_MAX, &whole))
		return false;
	str_cut(whole, str_of(scissors), text, &below);
	*text = str_trim(*text);
	return true;
}
