/* lineup action: what is to be done so that it does not happen again. */
#include "cmd/cmd.h"
#include "normalise/clock.h"

static const char *const action_types[] = {"prevent", "detect", "mitigate", "process"};

/* A day without its midnight. */
static struct str due_text(struct cmd *c, const struct action *a)
{
	if (a->due == INSTANT_NONE)
		return STR_NONE;
	return a->due % DAY == 0 ? str_slice(instant_str(c->arena, a->due), 0, 10)
				 : cmd_instant(c, a->due, PRECISION_MIN);
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
	json_add_str(
		c->arena, j, "ended_at", a->ended_at == INSTANT_NONE ? STR_NONE : instant_str(c->arena, a->ended_at));
	json_add_bool(c->arena, j, "overdue", action_is_overdue(a, c->now));
	json_add_str(c->arena, j, "reference", a->reference.n ? a->reference : STR_NONE);
	json_add_str(c->arena, j, "event", a->event.n ? a->event : STR_NONE);
	struct json *history = json_add_array(c->arena, j, "history");
	for (size_t i = 0; i < a->history.n; i++)
		json_push_str(c->arena, history, a->history.v[i]);
	return j;
}

/* What --incident and --state leave; "overdue" is a state to those who ask. */
static bool is_wanted(struct cmd *c, const struct action *a)
{
	const char *incident = cmd_option(c, "incident"), *state = cmd_option(c, "state");
	if (incident && !str_eq_case(a->incident, str_of(incident)))
		return false;
	return !state || str_eq(a->state, str_of(state)) ||
	       (strcmp(state, "overdue") == 0 && action_is_overdue(a, c->now));
}

static int action_list(struct cmd *c)
{
	static const char *const states[] = {"open", "done", "dropped", "overdue"};
	struct case_file f = {0};
	const char *state = cmd_option(c, "state");
	int status = EXIT_DONE;
	size_t known = 0;
	while (state && known < LEN(states) && strcmp(state, states[known]) != 0)
		known++;
	if (state && known == LEN(states))
		return cmd_usage(c, "--state: one of open, done, dropped, overdue");
	if (!cmd_open(c, STORE_READ) ||
		!(cmd_option(c, "incident") ? cmd_incident(c, &f, NULL, true)
					    : ledger_load(c->store, c->arena, &f.ledger, &c->err)))
		return cmd_fail(c);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "actions");
	struct grid *g = grid_open(c, (const char *[]){"ID", "INCIDENT", "TYPE", "STATE", "OWNER", "DUE", "TITLE"}, 7);
	for (size_t i = 0; i < f.ledger.actions_n; i++) {
		const struct action *a = &f.ledger.actions[i];
		if (!is_wanted(c, a))
			continue;
		bool overdue = action_is_overdue(a, c->now);
		json_push(c->arena, list, action_json(c, a));
		grid_cell(g, a->id);
		grid_cell(g, a->incident);
		grid_cell(g, a->type);
		grid_cell(g, overdue ? STR("overdue") : a->state);
		grid_cell(g, a->owner);
		grid_cell(g, due_text(c, a));
		grid_cell(g, a->title);
		status = overdue ? EXIT_FINDINGS : status;
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else
		grid_close(g);
	return status;
}

/* --type, --owner, --due, --title, those that were given. A due that is a day is that day everywhere: midnight UTC. */
static bool action_options_read(struct cmd *c, struct action *a)
{
	const char *type = cmd_option(c, "type"), *due = cmd_option(c, "due");
	size_t known = 0;
	while (type && known < LEN(action_types) && strcmp(type, action_types[known]) != 0)
		known++;
	if (type && known == LEN(action_types))
		return err_set(&c->err, "--type: one of prevent, detect, mitigate, process");
	a->type = type ? str_of(type) : a->type;
	a->owner = cmd_option(c, "owner") ? str_of(cmd_option(c, "owner")) : a->owner;
	a->title = cmd_option(c, "title") ? str_of(cmd_option(c, "title")) : a->title;
	if (due && strcmp(due, "none") == 0) {
		a->due = INSTANT_NONE;
		return true;
	}
	struct typed_time t;
	if (!due)
		return true;
	if (!cmd_time_typed(c, "due", str_of(due), &t))
		return false;
	struct civil day = zone_civil(c->zone, t.at);
	day.hour = day.minute = day.second = day.us = 0;
	a->due = t.at;
	return t.precision != PRECISION_DAY || instant_from_civil(&day, &a->due);
}

static int action_add(struct cmd *c)
{
	struct action a = {.state = STR("open"), .due = INSTANT_NONE, .opened_at = c->now, .ended_at = INSTANT_NONE};
	struct case_file f = {0};
	if (!str_trim(cmd_words(c, 1)).n)
		return cmd_usage(c, "an action needs a title");
	if (!cmd_option(c, "type"))
		return cmd_usage(c, "--type: one of prevent, detect, mitigate, process");
	a.title = cmd_words(c, 1);
	if (!action_options_read(c, &a))
		return cmd_fail(c), EXIT_USAGE;
	if (!cmd_open(c, STORE_WRITE) || !cmd_incident(c, &f, NULL, true))
		return cmd_fail(c);
	a.incident = f.incident->id;
	if (!ledger_say_action(c->store, &a, c->author, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s\n", STR_ARG(a.id));
	return EXIT_DONE;
}

/* The action named by the second word. */
static bool action_load(struct cmd *c, enum store_mode mode, struct action *a)
{
	struct ledger ledger;
	if (!(mode == STORE_WRITE ? cmd_open_change(c, mode) : cmd_open(c, mode)) ||
		!ledger_load(c->store, c->arena, &ledger, &c->err))
		return false;
	for (size_t i = 0; i < ledger.actions_n; i++) {
		if (!str_eq_case(ledger.actions[i].id, str_of(c->words[1])))
			continue;
		*a = ledger.actions[i];
		return true;
	}
	return err_set(&c->err, "no action '%s'; 'lineup action list' shows them", c->words[1]);
}

static int action_end(struct cmd *c, const char *state)
{
	struct action a;
	if (!action_load(c, STORE_WRITE, &a))
		return cmd_fail(c);
	if (str_eq(a.state, str_of(state))) {
		cmd_say(c, "%.*s is %s already", STR_ARG(a.id), state);
		return EXIT_DONE;
	}
	a.state = str_of(state);
	a.because = str_of(cmd_option(c, "because"));
	a.ended_at = c->now;
	return cmd_changed(c, ledger_say_action(c->store, &a, c->author, c->now, &c->err));
}

static int action_done(struct cmd *c)
{
	return action_end(c, "done");
}

static int action_drop(struct cmd *c)
{
	return cmd_option(c, "because") ? action_end(c, "dropped") : cmd_usage(c, "say --because why it is dropped");
}

/* Another owner, date, type or title; one that was ended is open again. */
static int action_set(struct cmd *c)
{
	struct action a;
	if (!action_load(c, STORE_WRITE, &a))
		return cmd_fail(c);
	if (!action_options_read(c, &a))
		return cmd_fail(c), EXIT_USAGE;
	if (cmd_flag(c, "reopen"))
		a.state = STR("open");
	a.because = str_of(cmd_option(c, "because"));
	return cmd_changed(c, ledger_say_action(c->store, &a, c->author, c->now, &c->err));
}

/* One line a fact, and below them what became of it. */
static int action_show(struct cmd *c)
{
	struct action a;
	if (!action_load(c, STORE_READ, &a))
		return cmd_fail(c);
	int status = action_is_overdue(&a, c->now) ? EXIT_FINDINGS : EXIT_DONE;
	struct json *j = action_json(c, &a);
	if (cmd_flag(c, "json")) {
		struct json *all = json_object(c->arena);
		json_add_int(c->arena, all, "lineup", 1);
		json_add(c->arena, all, "action", j);
		cmd_print_json(c, all);
		return status;
	}
	struct grid *g = grid_open(c, (const char *[]){"ACTION", ""}, 2);
	for (struct json *m = json_first(j); m; m = json_next(m)) {
		if (json_is_array(m) || json_is_null(m))
			continue;
		grid_cell(g, json_key(m));
		grid_cell(g, str_eq(json_key(m), STR("due")) ? due_text(c, &a) : json_text(c->arena, m));
	}
	for (size_t i = 0; i < a.history.n; i++) {
		grid_cell(g, i ? STR_NONE : STR("history"));
		grid_cell(g, a.history.v[i]);
	}
	grid_close(g);
	return status;
}

static int action_run(struct cmd *c)
{
	static const struct {
		const char *verb;
		int (*run)(struct cmd *);
		bool of_one;
	} verbs[] = {{"list", action_list}, {"add", action_add}, {"done", action_done, true},
		{"drop", action_drop, true}, {"set", action_set, true}, {"show", action_show, true}};
	const char *verb = c->words_n ? c->words[0] : "list";
	for (size_t i = 0; i < LEN(verbs); i++) {
		if (strcmp(verbs[i].verb, verb) != 0)
			continue;
		if (verbs[i].of_one && c->words_n != 2)
			return cmd_usage(c, "which action? 'lineup action list' shows their ids");
		return verbs[i].run(c);
	}
	return cmd_usage(c, "no 'action %s'", verb);
}

static const struct option action_options[] = {
	{"type", "TYPE", "prevent, detect, mitigate or process"},
	{"owner", "NAME", "who does it"},
	{"due", "DATE", "until when; 'none' takes it back (set). A day is the whole day"},
	{"title", "TEXT", "another title (set)"},
	{"reopen", NULL, "what was done or dropped is open again (set)"},
	{"state", "STATE", "only those open, done, dropped or overdue (list)"},
	{"because", "TEXT", "why it is done, dropped or changed"},
	{"incident", "ID", "of which incident"},
	{0},
};
const struct command action_command = {
	.group = "decide",
	.name = "action",
	.usage =
		"add TITLE --type prevent|detect|mitigate|process [--owner NAME] [--due DATE] | list [--state S] | show ID | set ID ... | done ID | "
		"drop ID --because TEXT",
	.blurb = "follow-ups: add, list, show, set, done, drop",
	.help = "'action list' and 'action show' exit with 3 when one is overdue. Every change is kept: 'action show ID' tells its history.",
	.options = action_options,
	.run = action_run,
};
