/* lineup help: the manual, from the tables of commands and options. */
#include "cmd/cmd.h"

static void print_options(struct cmd *c, const struct option *options)
{
	for (; options && options->name; options++) {
		struct str head = str_fmt(c->arena, "--%s%s%s", options->name, options->metavar ? " " : "",
			options->metavar ? options->metavar : "");
		fprintf(c->out, "  %-24.*s %s\n", STR_ARG(head), options->help);
	}
}

static int help_of(struct cmd *c, const struct command *command)
{
	fprintf(c->out, "lineup %s: %s\n\nusage: lineup %s %s\n", command->name, command->blurb, command->name, command->usage);
	if (command->help)
		fprintf(c->out, "\n%s\n", command->help);
	if (command->options) {
		fprintf(c->out, "\noptions\n");
		print_options(c, command->options);
	}
	fprintf(c->out, "\noptions of every command\n");
	print_options(c, global_options);
	return EXIT_DONE;
}

static int help_all(struct cmd *c)
{
	fprintf(c->out, "lineup: how the failures of an outage lined up, from its evidence\n\n"
			"usage: lineup [-d FILE] COMMAND [words] [--options]\n");
	const char *group = "";
	for (const struct command *const *row = commands; *row; row++) {
		if (strcmp(group, (*row)->group) != 0)
			fprintf(c->out, "\n%s\n", group = (*row)->group);
		fprintf(c->out, "  %-10s %s\n", (*row)->name, (*row)->blurb);
	}
	fprintf(c->out, "\n'lineup help COMMAND' tells one; 'lineup help templates' what a report's template can say.\n"
			"Exit status: 0 done, 1 could not, 2 usage, 3 done, with findings.\n");
	return EXIT_DONE;
}

static int help_run(struct cmd *c)
{
	if (c->words_n == 0)
		return help_all(c);
	if (strcmp(c->words[0], "templates") == 0)
		return help_templates(c);
	const struct command *command = command_find(c->words[0]);
	if (!command)
		return cmd_usage(c, "no help on '%s'; 'lineup help' lists the commands", c->words[0]);
	return help_of(c, command);
}

const struct command help_command = {
	.group = "help",
	.name = "help",
	.usage = "[COMMAND | templates [NAME]]",
	.blurb = "the manual of a command",
	.run = help_run,
};

static int version_run(struct cmd *c)
{
	fprintf(c->out, "lineup %s\n", LINEUP_VERSION);
	return EXIT_DONE;
}

const struct command version_command = {
	.group = "help",
	.name = "version",
	.usage = "",
	.blurb = "which lineup this is",
	.run = version_run,
};
