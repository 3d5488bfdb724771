/* lineup help templates: how a report's template is written. */
#include "cmd/cmd.h"
#include "embed.h"
#include "render/render.h"

static void list_files(struct cmd *c, const char *suffix, const char *what)
{
	fprintf(c->out, "%s:", what);
	for (const struct embedded *e = embedded_files; e->path; e++) {
		struct str path = str_of(e->path);
		if (str_starts(path, STR("templates/")) && str_ends(path, str_of(suffix)) &&
			!str_eq(path, STR("templates/review.md")))
			fprintf(c->out, " %.*s", STR_ARG(str_slice(path, 10, path.n - strlen(suffix))));
	}
	fputc('\n', c->out);
}

static int print_template(struct cmd *c, const char *name)
{
	for (const struct embedded *e = embedded_files; e->path; e++) {
		struct str path = str_of(e->path), stem = str_fmt(c->arena, "templates/%s.", name);
		if (str_starts(path, stem) && (str_ends(path, STR(".md")) || str_ends(path, STR(".part")))) {
			cmd_print(c, embedded_find(e->path));
			return EXIT_DONE;
		}
	}
	return cmd_usage(c, "no template '%s'; 'lineup help templates' lists them", name);
}

int help_templates(struct cmd *c)
{
	if (c->words_n > 1)
		return print_template(c, c->words[1]);
	fprintf(c->out,
		"Templates of 'lineup report --template FILE' are Mustache, without lambdas.\n\n"
		"{{name}} is a value as literal Markdown text; {{{name}}} goes in as it is, as citations (names that end in cites) and Markdown\n"
		"(names that end in md) must. {{#name}} ... {{/name}} is rendered for each of a list, once for what is true or not empty;\n"
		"{{^name}} ... {{/name}} when there is nothing. 'lineup report --format context' prints all values as JSON.\n\n"
		"What people write stands between <!-- lineup:human NAME --> and <!-- /lineup:human -->, what is renewed between\n"
		"<!-- lineup:generated NAME --> and <!-- /lineup:generated -->, each alone on its line. A report that cites ends with {{>evidence}}.\n\n");
	list_files(c, ".md", "Templates to start from ('lineup help templates NAME' prints one)");
	list_files(c, ".part", "Partials, {{>NAME}}");
	fputc('\n', c->out);
	for (const struct template_name *n = template_names; n->name; n++)
		fprintf(c->out, "  %-36s %s\n", n->name, n->means);
	return EXIT_DONE;
}
