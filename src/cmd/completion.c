/* lineup completion: what shells need to complete commands and options, from the tables. */
#include "cmd/cmd.h"
#include "normalise/rules.h"

/* What an option's value can be, as far as its table tells: 0: anything. */
static size_t values_of(const struct option *o, const char **out, size_t room)
{
	size_t n = 0;
	bool lane = o->metavar && strcmp(o->metavar, "LANE") == 0,
	     severity = o->metavar && strcmp(o->metavar, "SEVERITY") == 0;
	for (int i = 0; lane && i < LANES && n < room; i++)
		out[n++] = lane_names[i];
	for (int i = 0; severity && i < SEVERITIES && n < room; i++)
		out[n++] = severity_names[i];
	for (size_t i = 0; o->metavar && strcmp(o->metavar, "KIND") == 0 && i < kinds_count() && n < room; i++)
		out[n++] = kinds_get(i)->name.p;
	return n;
}

/* What a command's first word can be: "new", "list" ... of its usage "new TITLE | list | ..."; milestones, commands,
 * shells. */
static size_t verbs_of(struct cmd *c, const struct command *command, const char **out, size_t room)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};
	size_t n = 0;
	struct str rest = str_of(command->usage), way, tail, word;
	if (strcmp(command->name, "mark") == 0)
		for (int i = 0; i < MILESTONES && n < room; i++)
			out[n++] = milestone_names[i];
	if (strcmp(command->name, "help") == 0)
		for (const struct command *const *row = commands; *row && n < room; row++)
			out[n++] = (*row)->name;
	if (strcmp(command->name, "completion") == 0)
		for (size_t i = 0; i < LEN(shells); i++)
			out[n++] = shells[i];
	for (bool more = str_find(rest, STR(" | "), 0) != STR_NPOS && !n; more && n < room;) {
		more = str_cut(rest, STR(" | "), &way, &tail);
		bool verb = str_word(&way, &word) && word.p[0] >= 'a' && word.p[0] <= 'z' &&
			    !str_eq(word, str_of(command->name));
		if (verb)
			out[n++] = str_cstr(c->arena, word);
		rest = tail;
	}
	return n;
}

enum { VALUES_MAX = 128 };

static void words_of(struct cmd *c, const struct option *options)
{
	for (; options && options->name; options++)
		fprintf(c->out, " --%s", options->name);
}

static void bash_list(struct cmd *c, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(c->out, "%s%s", i ? " " : "", words[i]);
}

/* "--lane) words='notice upgrade ...' ;;" for each option whose values are known, and files for those that want one. */
static void bash_values(struct cmd *c, const struct command *command)
{
	const char *values[VALUES_MAX];
	for (const struct option *o = command->options; o && o->name; o++) {
		size_t n = values_of(o, values, LEN(values));
		if (!n)
			continue;
		fprintf(c->out, "\t%s:--%s) words='", command->name, o->name);
		bash_list(c, values, n);
		fprintf(c->out, "'; value=1 ;;\n");
	}
}

static void bash(struct cmd *c)
{
	const char *verbs[VALUES_MAX];
	fprintf(c->out,
		"_lineup() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= verbs= value= at=0 i\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t\t-d|--db|--tz) ((i++)) ;;\n"
		"\t\t-*) ;;\n\t\t*) command=${COMP_WORDS[i]} at=$i; break ;;\n\t\tesac\n\tdone\n\tcase $command in\n\t'') words='");
	for (const struct command *const *row = commands; *row; row++)
		fprintf(c->out, "%s%s", row == commands ? "" : " ", (*row)->name);
	fprintf(c->out, "' ;;\n");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\t%s) words='", (*row)->name);
		words_of(c, (*row)->options);
		words_of(c, global_options);
		fprintf(c->out, "' verbs='");
		bash_list(c, verbs, verbs_of(c, *row, verbs, LEN(verbs)));
		fprintf(c->out, "' ;;\n");
	}
	fprintf(c->out, "\tesac\n\tcase $command:$prev in\n");
	for (const struct command *const *row = commands; *row; row++)
		bash_values(c, *row);
	fprintf(c->out,
		"\tesac\n"
		"\tif [[ -n $value || -z $command || $cur == -* ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		"\telif [[ -n $verbs && $COMP_CWORD == $((at + 1)) ]]; then COMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n"
		"\telse COMPREPLY=($(compgen -f -- \"$cur\")); fi\n}\n"
		"complete -o filenames -F _lineup lineup\n");
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
	const char *values[VALUES_MAX];
	for (; options && options->name; options++) {
		fprintf(c->out, " \\\n\t\t\t'--%s[", options->name);
		quoted(c, options->help);
		fprintf(c->out, "]%s%s", options->metavar ? ":" : "", options->metavar ? options->metavar : "");
		size_t n = values_of(options, values, LEN(values));
		for (size_t i = 0; i < n; i++)
			fprintf(c->out, "%s%s", i ? " " : ":(", values[i]);
		fputs(n                                         ? ")'"
			: !options->metavar                     ? "'"
			: strcmp(options->metavar, "FILE") == 0 ? ":_files'"
								: ": '",
			c->out);
	}
}

static void zsh(struct cmd *c)
{
	const char *verbs[VALUES_MAX];
	fprintf(c->out, "#compdef lineup\n_lineup() {\n\tlocal -a commands=(");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\n\t\t'%s:", (*row)->name);
		quoted(c, (*row)->blurb);
		fprintf(c->out, "'");
	}
	fprintf(c->out, ")\n\tif ((CURRENT == 2)); then _describe command commands; return; fi\n"
			"\tlocal command=$words[2]\n\tshift words\n\t((CURRENT--))\n\tcase $command in\n");
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "\t%s) _arguments", (*row)->name);
		zsh_options(c, (*row)->options);
		zsh_options(c, global_options);
		size_t n = verbs_of(c, *row, verbs, LEN(verbs));
		for (size_t i = 0; i < n; i++)
			fprintf(c->out, "%s%s", i ? " " : " '1:what:(", verbs[i]);
		fprintf(c->out, "%s '*:file:_files' ;;\n", n ? ")'" : "");
	}
	fprintf(c->out,
		"\tesac\n}\nif [[ $funcstack[1] == _lineup ]]; then _lineup \"$@\"; else compdef _lineup lineup; fi\n");
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
	const char *values[VALUES_MAX];
	for (; options && options->name; options++) {
		fprintf(c->out, "complete -c lineup %s%s%s -l %s%s -d ",
			command ? "-n '__fish_seen_subcommand_from " : "", command ? command : "", command ? "'" : "",
			options->name, options->metavar ? " -r" : "");
		fish_text(c, options->help);
		size_t n = values_of(options, values, LEN(values));
		for (size_t i = 0; i < n; i++)
			fprintf(c->out, "%s%s", i ? " " : " -f -a '", values[i]);
		fputs(n ? "'\n" : "\n", c->out);
	}
}

static void fish_verbs(struct cmd *c, const struct command *command)
{
	const char *verbs[VALUES_MAX];
	size_t n = verbs_of(c, command, verbs, LEN(verbs));
	if (n)
		fprintf(c->out, "complete -c lineup -n '__fish_seen_subcommand_from %s' -f -a '", command->name);
	for (size_t i = 0; i < n; i++)
		fprintf(c->out, "%s%s", i ? " " : "", verbs[i]);
	fputs(n ? "'\n" : "", c->out);
}

static void fish(struct cmd *c)
{
	for (const struct command *const *row = commands; *row; row++) {
		fprintf(c->out, "complete -c lineup -n __fish_use_subcommand -f -a %s -d ", (*row)->name);
		fish_text(c, (*row)->blurb);
		fputc('\n', c->out);
		fish_verbs(c, *row);
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
	.help = "bash: source <(lineup completion bash); zsh: the same after compinit, or a file _lineup on $fpath; fish: lineup completion fish |\n"
		"source. 'make install' puts all three where the shells look for them.",
	.run = completion_run,
};
