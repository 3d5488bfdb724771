/* lineup completion: what shells need to complete commands and options, from the tables. */
#include "cmd/cmd.h"

static void words_of(struct cmd *c, const struct option *options)
{
	for (; options && options->name; options++)
		fprintf(c->out, " --%s", options->name);
}

static void bash(struct cmd *c)
{
	fprintf(c->out, "_lineup() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= words= i\n"
			"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t\t-d|--db|--tz) ((i++)) ;;\n"
			"\t\t-*) ;;\n\t\t*) command=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone\n\tcase $command in\n\t'') words='");
	for (const struct command *const *row = commands; *row; row++)
		fprintf(c->out, "%s%s", row == commands ? "" : " ", (*row)->name);
	fprintf(c->out, "' ;;\n");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\t%s) words='", (*row)->name);
		words_of(c, (*row)->options);
		words_of(c, global_options);
		fprintf(c->out, "' ;;\n");
	}
	fprintf(c->out, "\tesac\n\tif [[ -n $command && $cur != -* ]]; then COMPREPLY=($(compgen -f -- \"$cur\")); else\n"
			"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\")); fi\n}\ncomplete -F _lineup lineup\n");
}

/* Help texts stand in single quotes: a quote in them is closed, escaped and opened again. */
static void quoted(struct cmd *c, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", c->out);
		else if (*text == '[' || *text == ']' || *text == ':')
			fprintf(c->out, "\\%c", *text);
		else
			fputc(*text, c->out);
	}
}

static void zsh_options(struct cmd *c, const struct option *options)
{
	for (; options && options->name; options++) {
		fprintf(c->out, " \\\n\t\t\t'--%s[", options->name);
		quoted(c, options->help);
		fprintf(c->out, "]%s%s%s'", options->metavar ? ":" : "", options->metavar ? options->metavar : "",
			options->metavar ? (strcmp(options->metavar, "FILE") == 0 ? ":_files" : ": ") : "");
	}
}

static void zsh(struct cmd *c)
{
	fprintf(c->out, "#compdef lineup\n_lineup() {\n\tlocal -a commands=(");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\n\t\t'%s:", (*row)->name);
		quoted(c, (*row)->blurb);
		fprintf(c->out, "'");
	}
	fprintf(c->out, ")\n\tif ((CURRENT == 2)); then _describe command commands; return; fi\n\tcase $words[2] in\n");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\t%s) _arguments", (*row)->name);
		zsh_options(c, (*row)->options);
		zsh_options(c, global_options);
		fprintf(c->out, " '*:file:_files' ;;\n");
	}
	fprintf(c->out, "\tesac\n}\n_lineup \"$@\"\n");
}

static void fish_text(struct cmd *c, const char *text)
{
	fputc('\'', c->out);
	for (; *text; text++)
		fprintf(c->out, "%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
	fputc('\'', c->out);
}

static void fish_options(struct cmd *c, const char *command, const struct option *options)
{
	for (; options && options->name; options++) {
		fprintf(c->out, "complete -c lineup %s%s%s -l %s%s -d ", command ? "-n '__fish_seen_subcommand_from " : "",
			command ? command : "", command ? "'" : "", options->name, options->metavar ? " -r" : "");
		fish_text(c, options->help);
		fputc('\n', c->out);
	}
}

static void fish(struct cmd *c)
{
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "complete -c lineup -n __fish_use_subcommand -f -a %s -d ", (*row)->name);
		fish_text(c, (*row)->blurb);
		fputc('\n', c->out);
		fish_options(c, (*row)->name, (*row)->options);
	}
	fish_options(c, NULL, global_options);
}

static int completion_run(struct cmd *c)
{
	static const struct {
		const char *shell;
		void (*print)(struct cmd *);
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
	for (size_t i = 0; c->words_n == 1 && i < LEN(shells); i++) {
		if (strcmp(shells[i].shell, c->words[0]) == 0) {
			shells[i].print(c);
			return EXIT_DONE;
		}
	}
	return cmd_usage(c, "which shell? bash, zsh or fish");
}

const struct command completion_command = {
	.group = "help",
	.name = "completion",
	.usage = "bash|zsh|fish",
	.blurb = "completion of commands and options for a shell",
	.help = "bash: source <(lineup completion bash); zsh: into a file _lineup on $fpath; fish: | source",
	.run = completion_run,
};
