/* Results through $PAGER, when a person at a terminal looks. */
#include "cmd/cmd.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Commands that only look, and end by themselves. */
static bool is_paged(const struct command *command)
{
	static const char *const groups[] = {"look", "help"};
	if (strcmp(command->name, "watch") == 0)
		return false;
	for (size_t i = 0; i < LEN(groups); i++)
		if (strcmp(command->group, groups[i]) == 0)
			return true;
	return false;
}

void pager_open(struct cmd *c)
{
	const char *pager = getenv("PAGER");
	if (!c->out_is_tty || !pager || !*pager || strcmp(pager, "cat") == 0 || !is_paged(c->command))
		return;
	setenv("LESS", "FRX", 0); /* less: leave at once when one screen holds it all, and keep colours */
	FILE *pipe = popen(pager, "we");
	if (!pipe) /* then as without one */
		return;
	signal(SIGINT, SIG_IGN); /* ^C is the pager's while it has the terminal */
	signal(SIGQUIT, SIG_IGN);
	c->out = pipe;
}

bool pager_close(struct cmd *c)
{
	enum { NOT_FOUND = 127 }; /* what the shell says of a command that is not there */
	if (c->out == stdout)
		return true;
	int status = pclose(c->out);
	c->out = stdout;
	return !(status > 0 && WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) ||
	       err_set(&c->err, "$PAGER, '%s', is not there; unset it to see results without one", getenv("PAGER"));
}
