/* lineup action: what is to be done so that it does not happen again. */
#include "cmd/cmd.h"

static const char *const action_types[] = {"prevent", "detect", "mitigate", "process"};

static bool action_overdue(const struct cmd *c, const struct action *a)
{
	return str_eq(a->state, STR("open")) && a->due != INSTANT_NONE && a->due < c->now;
}

static struct json *action_json(struct cmd *c, const struct action *a)
{
	struct json *j = json_object(c->arena);
	json_add_str(c->arena, j, "id", a->id);
	json_add_str(c->arena, j, "incident", a->incident);
	json_add_str(c->arena, j, "title", a->title);
	json_add_str(c->arena, j, "type", a->type.n ? a->type : STR_NONE);
	json_add_str(c->arena, j, "owner", a->owner.n ? a->owner : STR_NONE);
	json_add_str(c->arena, j, "state", a->state);
	json_add_str(c->arena, j, "due", a->due == INSTANT_NONE ? STR_NONE : instant_str(c->arena, a->due));
	json_add_str(c->arena, j, "opened_at", instant_str(c->arena, a->opened_at));
	json_add_str(c->arena, j, "ended_at", a->ended_at == INSTANT_NONE ? STR_NONE : instant_str(c->arena, a->ended_at));
	json_add_bool(c->arena, j, "overdue", action_overdue(c, a));
	json_add_str(c->arena, j, "reference", a->reference.n ? a->reference : STR_NONE);
	json_add_str(c->arena, j, "event", a->event.n ? a->event : STR_NONE);
	struct json *history = json_add_array(c->arena, j, "history");
	for (size_t i = 0; i < a->history.n; i++)
		json_push_str(c->arena, history, a->history.v[i]);
	return j;
}

static int action_list(struct cmd *c)
{
	struct ledger ledger;
	int status = EXIT_DONE;
	if (!cmd_open(c, STORE_READ) || !ledger_load(c->store, c->arena, &ledger, &c->err))
		return cmd_fail(c);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "actions");
	struct grid *g = grid_open(c, (const char *[]){"ID", "INCIDENT", "TYPE", "STATE", "OWNER", "DUE", "TITLE"}, 7);
	for (size_t i = 0; i < ledger.actions_n; i++) {
		const struct action *a = &ledger.actions[i];
		if (cmd_option(c, "incident") && !str_eq(a->incident, str_of(cmd_option(c, "incident"))))
			continue;
		json_push(c->arena, list, action_json(c, a));
		grid_cell(g, a->id);
		grid_cell(g, a->incident);
		grid_cell(g, a->type);
		grid_cell(g, action_overdue(c, a) ? STR("overdue") : a->state);
		grid_cell(g, a->owner);
		grid_cell(g, a->due == INSTANT_NONE ? STR("") : cmd_instant(c, a->due, PRECISION_DAY));
		grid_cell(g, a->title);
		status = action_overdue(c, a) ? EXIT_FINDINGS : status;
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else
		grid_close(g);
	return status;
}

static int action_add(struct cmd *c)
{
	struct action a = {.state = STR("open"), .due = INSTANT_NONE, .opened_at = c->now, .ended_at = INSTANT_NONE};
	if (!str_trim(cmd_words(c, 1)).n)
		return cmd_usage(c, "an action needs a title");
	const char *type = cmd_option(c, "type");
	size_t known = 0;
	while (type && known < LEN(action_types) && strcmp(type, action_types[known]) != 0)
		known++;
	if (!type || known == LEN(action_types))
		return cmd_usage(c, "--type: one of prevent, detect, mitigate, process");
	a.title = cmd_words(c, 1);
	a.type = str_of(type);
	a.owner = str_of(cmd_option(c, "owner"));
	if (!cmd_time(c, "due", &a.due, NULL))
		return cmd_fail(c), EXIT_USAGE;
	struct case_file f = {0};
	if (!cmd_open(c, STORE_WRITE) || !cmd_incident(c, &f, NULL, true))
		return cmd_fail(c);
	a.incident = f.incident->id;
	if (!ledger_say_action(c->store, &a, c->author, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s\n", STR_ARG(a.id));
	return EXIT_DONE;
}

static int action_end(struct cmd *c, const char *state)
{
	if (c->words_n != 2)
		return cmd_usage(c, "which action? 'lineup action list' shows their ids");
	struct ledger ledger;
	if (!cmd_open(c, STORE_WRITE) || !ledger_load(c->store, c->arena, &ledger, &c->err))
		return cmd_fail(c);
	for (size_t i = 0; i < ledger.actions_n; i++) {
		struct action a = ledger.actions[i];
		if (!str_eq(a.id, str_of(c->words[1])))
			continue;
		a.state = str_of(state);
		a.because = str_of(cmd_option(c, "because"));
		a.ended_at = c->now;
		return ledger_say_action(c->store, &a, c->author, c->now, &c->err) ? EXIT_DONE : cmd_fail(c);
	}
	err_set(&c->err, "no action '%s'; 'lineup action list' shows them", c->words[1]);
	return cmd_fail(c);
}

static int action_run(struct cmd *c)
{
	const char *verb = c->words_n ? c->words[0] : "list";
	if (strcmp(verb, "list") == 0)
		return action_list(c);
	if (strcmp(verb, "add") == 0)
		return action_add(c);
	if (strcmp(verb, "done") == 0)
		return action_end(c, "done");
	if (strcmp(verb, "drop") == 0)
		return cmd_option(c, "because") ? action_end(c, "dropped") : cmd_usage(c, "say --because why it is dropped");
	return cmd_usage(c, "no 'action %s'", verb);
}

static const struct option action_options[] = {
	{"type", "TYPE", "prevent, detect, mitigate or process"},
	{"owner", "NAME", "who does it"},
	{"due", "DATE", "until when"},
	{"because", "TEXT", "why it is done or dropped"},
	{"incident", "ID", "of which incident"},
	{0},
};
const struct command action_command = {
	.group = "decide",
	.name = "action",
	.usage = "add TITLE --type prevent|detect|mitigate|process [--owner NAME] [--due DATE] | list | done ID | drop ID --because TEXT",
	.blurb = "follow-ups: add, list, done, drop",
	.help = "'action list' exits with 3 when one is overdue.",
	.options = action_options,
	.run = action_run,
};
