/* All commands, in the order `lineup help` shows them. A new one is a file, an extern and a row. */
#include "cmd/cmd.h"

extern const struct command formats_command, help_command, kinds_command, version_command;

const struct command *const commands[] = {
	&formats_command,
	&kinds_command,
	&help_command,
	&version_command,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}
