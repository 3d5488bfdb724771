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
	fprintf(c->out, "lineup %s: %s\n\nusage: lineup %s %s\n", command->name, command->blurb, command->name,
		command->usage);
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

void help_names(struct cmd *c)
{
	enum { INDENT = 8, EDGE = 80 };
	const char *group = "";
	int at = 0;
	for (const struct command *const *row = commands; *row; row++) {
		int n = 1 + (int)strlen((*row)->name);
		bool begins = strcmp(group, (*row)->group) != 0;
		if (begins || at + n > EDGE)
			at = fprintf(c->out, "%s%-*s", *group ? "\n" : "", INDENT, begins ? (*row)->group : "");
		at += fprintf(c->out, " %s", (*row)->name);
		group = (*row)->group;
	}
	fputc('\n', c->out);
}

int help_first(struct cmd *c)
{
	static const char first[] = "lineup: how the failures of an outage lined up, from its evidence\n\n"
				    "usage: lineup [-d FILE] COMMAND [words] [--options]\n\n"
				    "  lineup log \"volumes faulted on 3 nodes\"     what you see or do, now\n"
				    "  lineup log \"10m ago: restarted it\"          or then\n"
				    "  lineup shell                                stays open: a line is an entry\n"
				    "  lineup ingest FILE... | FOLDER | -          evidence: logs, mails, events\n"
				    "  lineup incident new TITLE --from 06:30      what the report is about\n"
				    "  lineup overlap                              how the failures lined up\n"
				    "  lineup report -o postmortem.html            the page; .md to edit it\n\n";
	fputs(first, c->out);
	help_names(c);
	fprintf(c->out, "\n'lineup help' says what each is for, 'lineup help COMMAND' all about one.\n");
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
	fprintf(c->out, "\n'lineup help COMMAND' tells one, 'lineup help templates' what reports can say.\n"
			"Exit status: 0 done, 1 could not, 2 usage, 3 done, with findings.\n");
	return EXIT_DONE;
}

/* ---- the reference of the manual page ---- */

/* Text of ours as mdoc's: no line of it begins a request, no backslash an escape. */
static void man_text(struct cmd *c, const char *text)
{
	bool begins = true;
	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			fputs("\\&", c->out);
		if (*text == '\\')
			fputs("\\e", c->out);
		else if (*text == '-')
			fputs("\\-", c->out);
		else if (*text == '"')
			fputs("\\(dq", c->out);
		else
			fputc(*text, c->out);
		begins = *text == '\n';
	}
	fputc('\n', c->out);
}

static void man_options(struct cmd *c, const struct option *options)
{
	if (!options || !options->name)
		return;
	fprintf(c->out, ".Bl -tag -width Ds\n");
	for (; options->name; options++) {
		fprintf(c->out, ".It Fl Fl %s", options->name);
		if (options->metavar)
			fprintf(c->out, " Ar %s", options->metavar);
		fputc('\n', c->out);
		man_text(c, options->help);
	}
	fprintf(c->out, ".El\n");
}

/* Paragraphs are filled; what is to be typed stands on lines of its own. */
static void man_help(struct cmd *c, const char *help)
{
	struct str line, rest = str_of(help);
	while (str_next(&rest, '\n', &line)) {
		bool typed = str_starts(line, STR("lineup ")) || str_starts(line, STR("kubectl "));
		if (!line.n) {
			fprintf(c->out, ".Pp\n");
			continue;
		}
		if (typed)
			fprintf(c->out, ".D1 ");
		man_text(c, str_cstr(c->arena, line));
	}
}

/* For the build: the manual page has every command and option, because it has them from here. */
static int help_man(struct cmd *c)
{
	fprintf(c->out, ".Sh REFERENCE\n.Ss Options of every command\n");
	man_options(c, global_options);
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, ".Ss lineup %s\n", (*row)->name);
		man_text(c, str_cstr(c->arena, str_fmt(c->arena, "lineup %s %s", (*row)->name, (*row)->usage)));
		fprintf(c->out, ".Pp\n");
		man_text(c, str_cstr(c->arena, str_fmt(c->arena, "%s.", (*row)->blurb)));
		fputs((*row)->help ? ".Pp\n" : "", c->out);
		man_help(c, (*row)->help ? (*row)->help : "");
		man_options(c, (*row)->options);
	}
	return EXIT_DONE;
}

static int help_run(struct cmd *c)
{
	if (cmd_flag(c, "man"))
		return help_man(c);
	if (c->words_n == 0)
		return help_all(c);
	if (strcmp(c->words[0], "templates") == 0)
		return help_templates(c);
	const struct command *command = command_find(c->words[0]);
	if (!command)
		return command_unknown(c, c->words[0]);
	return help_of(c, command);
}

static const struct option help_options[] = {
	{"man", NULL, "print the reference of all commands as mdoc, for the manual page"},
	{0},
};
const struct command help_command = {
	.group = "help",
	.name = "help",
	.usage = "[COMMAND | templates [NAME]]",
	.blurb = "the manual of a command",
	.options = help_options,
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
