/* lineup incident: named windows of trouble. */
#include "cmd/cmd.h"
#include "normalise/clock.h"

static struct json *incident_json(struct cmd *c, const struct incident *i)
{
	struct json *j = json_object(c->arena);
	json_add_str(c->arena, j, "id", i->id);
	json_add_str(c->arena, j, "title", i->title);
	json_add_str(c->arena, j, "status", i->status);
	json_add_str(c->arena, j, "severity", str_of(severity_names[i->severity]));
	json_add_str(c->arena, j, "from", i->from == INSTANT_NONE ? STR_NONE : instant_str(c->arena, i->from));
	json_add_str(c->arena, j, "to", i->to == INSTANT_NONE ? STR_NONE : instant_str(c->arena, i->to));
	json_add_bool(c->arena, j, "closed", i->closed);
	json_add_str(c->arena, j, "summary", i->summary.n ? i->summary : STR_NONE);
	return j;
}

static int incident_list(struct cmd *c)
{
	struct case_file f = {0};
	if (!cmd_open(c, STORE_READ) || !ledger_load(c->store, c->arena, &f.ledger, &c->err))
		return cmd_fail(c);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "incidents");
	struct grid *g = grid_open(c, (const char *[]){"ID", "SEVERITY", "STATUS", "FROM", "TO", "TITLE"}, 6);
	for (size_t n = 0; n < f.ledger.incidents_n; n++) {
		const struct incident *i = &f.ledger.incidents[n];
		json_push(c->arena, list, incident_json(c, i));
		grid_fmt(g, "%.*s%s", STR_ARG(i->id), str_eq(i->id, f.ledger.focus) ? " *" : "");
		grid_cell(g, str_of(severity_names[i->severity]));
		grid_cell(g, i->status);
		grid_cell(g, cmd_instant(c, i->from, PRECISION_MIN));
		grid_cell(g, i->to != INSTANT_NONE ? cmd_instant(c, i->to, PRECISION_MIN)
			     : i->closed           ? STR("closed")
						   : STR("open"));
		grid_cell(g, i->title);
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else if (f.ledger.incidents_n == 0)
		cmd_say(c, "no incidents yet; make one with 'lineup incident new TITLE --from TIME'");
	else
		grid_close(g);
	return EXIT_DONE;
}

static bool incident_options(struct cmd *c, struct incident *i)
{
	const char *title = cmd_option(c, "title"), *status = cmd_option(c, "status"), *to = cmd_option(c, "to"),
		   *from = cmd_option(c, "from");
	struct typed_time begins;
	if (title)
		i->title = str_of(title);
	if (status)
		i->status = str_of(status);
	if (cmd_option(c, "summary"))
		i->summary = str_of(cmd_option(c, "summary"));
	if (!str_eq(i->status, STR("draft")) && !str_eq(i->status, STR("in review")) &&
		!str_eq(i->status, STR("final")))
		return err_set(&c->err, "--status: unknown '%s'; one of draft, in review, final", status);
	if (!cmd_severity(c, "severity", &i->severity))
		return false;
	if (to && strcmp(to, "open") == 0)
		i->to = INSTANT_NONE;
	else if (!cmd_time(c, "to", &i->to, NULL))
		return false;
	if (from && !cmd_time_past(c, "from", str_of(from), i->to, &begins))
		return false;
	if (from)
		i->from = begins.at;
	if (i->to != INSTANT_NONE && i->to < i->from)
		return err_set(&c->err, "--to is before --from; say the day too, as in 'yesterday 23:00'");
	if ((from || to) && i->to == i->from)
		return err_set(
			&c->err, "it would end when it begins; a date alone is its midnight, the next one its end");
	return true;
}

static bool incident_say(struct cmd *c, struct incident *i)
{
	return ledger_say_incident(c->store, i, c->author, c->now, &c->err);
}

static int incident_new(struct cmd *c)
{
	if (!str_trim(cmd_words(c, 1)).n)
		return cmd_usage(c, "an incident needs a title");
	struct incident i = {
		.title = cmd_words(c, 1),
		.status = STR("draft"),
		.severity = SEVERITY_ERROR,
		.from = c->now,
		.to = INSTANT_NONE,
	};
	if (!incident_options(c, &i))
		return cmd_fail(c), EXIT_USAGE;
	cmd_doubt_future(c, i.from, PRECISION_MIN);
	if (!cmd_open(c, STORE_CREATE) || !incident_say(c, &i))
		return cmd_fail(c);
	fprintf(c->out, "%.*s\n", STR_ARG(i.id));
	cmd_say(c, "%s from %.*s", i.title.p, STR_ARG(cmd_instant(c, i.from, PRECISION_MIN)));
	return EXIT_DONE;
}

/* The incident named by the second word, ready to be said anew. */
static bool incident_load(struct cmd *c, struct case_file *f, struct incident *i)
{
	if (!cmd_open_change(c, STORE_WRITE) || !cmd_incident(c, f, c->words_n > 1 ? c->words[1] : NULL, true))
		return false;
	*i = *f->incident;
	return true;
}

static int incident_set(struct cmd *c)
{
	struct case_file f = {0};
	struct incident i;
	return cmd_changed(c, incident_load(c, &f, &i) && incident_options(c, &i) && incident_say(c, &i));
}

static int incident_close(struct cmd *c)
{
	struct case_file f = {0};
	struct incident i;
	if (!incident_load(c, &f, &i))
		return cmd_fail(c);
	i.closed = true;
	if (i.to == INSTANT_NONE)
		i.to = c->now;
	if (cmd_changed(c, incident_options(c, &i) && incident_say(c, &i)) != EXIT_DONE)
		return EXIT_COULD_NOT;
	cmd_say(c, "%.*s closed at %.*s", STR_ARG(i.id), STR_ARG(cmd_instant(c, i.to, PRECISION_MIN)));
	return EXIT_DONE;
}

static int incident_focus(struct cmd *c)
{
	struct case_file f = {0};
	struct incident i = {0};
	if (cmd_changed(c, incident_load(c, &f, &i) && ledger_say_focus(c->store, i.id, c->author, c->now, &c->err)) !=
		EXIT_DONE)
		return EXIT_COULD_NOT;
	cmd_say(c, "%.*s is in focus", STR_ARG(i.id));
	return EXIT_DONE;
}

static int incident_show(struct cmd *c)
{
	struct case_file f = {0};
	if (!cmd_open(c, STORE_READ) || !cmd_incident(c, &f, c->words_n > 1 ? c->words[1] : NULL, true))
		return cmd_fail(c);
	if (cmd_flag(c, "json")) {
		struct json *all = json_object(c->arena);
		json_add_int(c->arena, all, "lineup", 1);
		json_add(c->arena, all, "incident", incident_json(c, f.incident));
		cmd_print_json(c, all);
		return EXIT_DONE;
	}
	struct grid *g = grid_open(c, (const char *[]){"INCIDENT", ""}, 2);
	const struct incident *i = f.incident;
	const struct {
		const char *name;
		struct str value;
	} rows[] = {{"id", i->id}, {"title", i->title}, {"status", i->status},
		{"severity", str_of(severity_names[i->severity])}, {"from", cmd_instant(c, i->from, PRECISION_S)},
		{"to", i->to != INSTANT_NONE ? cmd_instant(c, i->to, PRECISION_S)
			: i->closed          ? STR("closed")
					     : STR("open")},
		{"summary", i->summary}};
	for (size_t n = 0; n < LEN(rows); n++) {
		if (!rows[n].value.n)
			continue;
		grid_cell(g, str_of(rows[n].name));
		grid_cell(g, rows[n].value);
	}
	for (size_t n = 0; n < f.ledger.marks_n; n++) {
		const struct mark *m = &f.ledger.marks[n];
		if (!str_eq(m->incident, f.incident->id))
			continue;
		grid_cell(g, m->name);
		grid_fmt(g, "%.*s  %.*s", STR_ARG(cmd_instant(c, m->at, PRECISION_S)), STR_ARG(m->because));
	}
	for (size_t n = 0; n < f.ledger.decisions_n; n++) {
		const struct decision *d = &f.ledger.decisions[n];
		if (!str_eq(d->incident, f.incident->id))
			continue;
		grid_fmt(g, "decided %.*s", STR_ARG(d->id));
		grid_fmt(g, "%.*s  %.*s", STR_ARG(cmd_instant(c, d->at, PRECISION_S)), STR_ARG(d->chosen));
	}
	grid_close(g);
	return EXIT_DONE;
}

static int incident_run(struct cmd *c)
{
	static const struct {
		const char *verb;
		int (*run)(struct cmd *);
	} verbs[] = {{"new", incident_new}, {"list", incident_list}, {"show", incident_show}, {"set", incident_set},
		{"close", incident_close}, {"focus", incident_focus}};
	const char *verb = c->words_n ? c->words[0] : "list";
	for (size_t i = 0; i < LEN(verbs); i++)
		if (strcmp(verbs[i].verb, verb) == 0)
			return verbs[i].run(c);
	return cmd_usage(c, "no 'incident %s'", verb);
}

static const struct option incident_options_table[] = {
	{"severity", "SEVERITY", "debug, info, notice, warning, error or critical"},
	{"from", "TIME", "when it began (now)"},
	{"to", "TIME", "when it ended; 'open' for not yet"},
	{"title", "TEXT", "another title (set)"},
	{"status", "STATUS", "draft, in review or final"},
	{"summary", "TEXT", "one paragraph"},
	{"incident", "ID", "which one"},
	{0},
};
const struct command incident_command = {
	.group = "decide",
	.name = "incident",
	.usage =
		"new TITLE [--severity S] [--from T] [--to T] | list | show [ID] | set [ID] ... | close [ID] | focus ID",
	.blurb = "incidents: new, list, show, set, close, focus",
	.help = "A new incident prints its id (inc-1, inc-2, ...). Without --to it is open. The one in focus, else the only open one,\n"
		"is meant wherever no --incident is given.",
	.options = incident_options_table,
	.run = incident_run,
};
