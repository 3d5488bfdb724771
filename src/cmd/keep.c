/* lineup backup, lineup sql: looking after the database. */
#include "cmd/cmd.h"
#include "base/utf8.h"

static int backup_run(struct cmd *c)
{
	if (c->words_n != 1)
		return cmd_usage(c, "where to?");
	if (!cmd_open(c, STORE_READ) || !store_backup(c->store, c->words[0], &c->err))
		return cmd_fail(c);
	cmd_say(c, "%s: a verified copy of %s", c->words[0], c->db);
	return EXIT_DONE;
}

const struct command backup_command = {
	.group = "take in",
	.name = "backup",
	.usage = "FILE",
	.blurb = "a verified copy of the database, also while others write",
	.help = "Copying the file with cp while somebody writes gives a torn copy; this does not.",
	.run = backup_run,
};

struct rows {
	struct cmd *c;
	bool heads;
};

static bool print_row(void *arg, int n, const struct str *names, const struct str *values)
{
	struct rows *rows = arg;
	struct cmd *c = rows->c;
	ARENA_SCOPE(c->arena);
	if (cmd_flag(c, "json")) {
		struct json *j = json_object(c->arena);
		for (int i = 0; i < n; i++)
			json_add_str(c->arena, j, str_cstr(c->arena, names[i]), values[i]);
		cmd_print(c, json_print(c->arena, j));
		fputc('\n', c->out);
		return true;
	}
	for (int i = 0; !rows->heads && i < n; i++)
		fprintf(c->out, "%s%.*s", i ? "\t" : "", STR_ARG(utf8_visible(c->arena, names[i])));
	fputs(rows->heads ? "" : "\n", c->out);
	rows->heads = true;
	for (int i = 0; i < n; i++)
		fprintf(c->out, "%s%.*s", i ? "\t" : "", STR_ARG(utf8_visible(c->arena, values[i])));
	fputc('\n', c->out);
	return !ferror(c->out);
}

static int sql_run(struct cmd *c)
{
	struct rows rows = {.c = c};
	if (c->words_n != 1)
		return cmd_usage(c, "give one SELECT in quotes");
	if (!cmd_open(c, STORE_READ) || !store_sql(c->store, str_of(c->words[0]), print_row, &rows, &c->err))
		return cmd_fail(c);
	return EXIT_DONE;
}

const struct command sql_command = {
	.group = "look",
	.name = "sql",
	.usage = "\"SELECT ...\" [--json]",
	.blurb = "ask the database itself, read-only",
	.help = "Columns are separated by tabs. Anything but reading is refused.",
	.run = sql_run,
};
