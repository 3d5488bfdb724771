/* lineup asset and lineup location: what is worth recovering, and where its copies lie. */
#include "cmd/cmd.h"
#include "render/render.h"
#include "normalise/normalise.h"

enum { OBJECTIVE_DEFAULT = 26 };

static struct strs option_list(struct cmd *c, const char *name)
{
	VEC(struct str) list = {0};
	for (int i = 0; cmd_option_nth(c, name, i); i++)
		*PUSH(&list, c->arena) = str_of(cmd_option_nth(c, name, i));
	return (struct strs){list.v, list.n};
}

static struct str joined(struct cmd *c, struct strs list)
{
	struct buf b = BUF(c->arena);
	for (size_t i = 0; i < list.n; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(list.v[i]));
	return buf_str(&b);
}

static void add_list(struct cmd *c, struct json *j, const char *key, struct strs list)
{
	struct json *array = json_add_array(c->arena, j, key);
	for (size_t i = 0; i < list.n; i++)
		json_push_str(c->arena, array, list.v[i]);
}

static int asset_list(struct cmd *c)
{
	struct ledger ledger;
	if (!cmd_open(c, STORE_READ) || !ledger_load(c->store, c->arena, &ledger, &c->err))
		return cmd_fail(c);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "assets");
	struct grid *g = grid_open(
		c, (const char *[]){"ASSET", "OBJECTIVE", "NAMESPACES", "VOLUMES", "DATABASES", "BACKUPS"}, 6);
	for (size_t i = 0; i < ledger.assets_n; i++) {
		const struct asset *a = &ledger.assets[i];
		struct json *j = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, j, "name", a->name);
		json_add_int(c->arena, j, "objective", a->objective / SECOND);
		json_add_int(c->arena, j, "cadence", a->cadence / SECOND);
		json_add_str(c->arena, j, "loss", a->loss == INSTANT_NONE ? STR_NONE : instant_str(c->arena, a->loss));
		add_list(c, j, "namespaces", a->namespaces);
		add_list(c, j, "volumes", a->volumes);
		add_list(c, j, "databases", a->databases);
		add_list(c, j, "backups", a->backups);
		grid_cell(g, a->name);
		grid_cell(g, duration_str(c->arena, a->objective));
		grid_cell(g, joined(c, a->namespaces));
		grid_cell(g, joined(c, a->volumes));
		grid_cell(g, joined(c, a->databases));
		grid_cell(g, joined(c, a->backups));
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else
		grid_close(g);
	return EXIT_DONE;
}

static int asset_add(struct cmd *c)
{
	if (c->words_n != 2 || !str_trim(str_of(c->words[1])).n)
		return cmd_usage(c, "an asset needs a name");
	struct asset a = {
		.name = str_of(c->words[1]),
		.namespaces = option_list(c, "namespace"),
		.volumes = option_list(c, "volume"),
		.databases = option_list(c, "database"),
		.backups = option_list(c, "backup"),
		.objective = OBJECTIVE_DEFAULT * HOUR,
		.loss = INSTANT_NONE,
	};
	if (!cmd_duration(c, "objective", &a.objective) || !cmd_duration(c, "cadence", &a.cadence) ||
		!cmd_time(c, "loss", &a.loss, NULL))
		return cmd_fail(c), EXIT_USAGE;
	if (!cmd_open(c, STORE_CREATE) || !ledger_say_asset(c->store, &a, c->author, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s\n", STR_ARG(a.name));
	return EXIT_DONE;
}

static int asset_run(struct cmd *c)
{
	if (c->words_n == 0 || strcmp(c->words[0], "list") == 0)
		return asset_list(c);
	if (strcmp(c->words[0], "add") == 0)
		return asset_add(c);
	return cmd_usage(c, "no 'asset %s'", c->words[0]);
}

static const struct option asset_options[] = {
	{"namespace", "NAME", "a Kubernetes namespace of it; may be repeated"},
	{"volume", "NAME", "a volume of it; may be repeated"},
	{"database", "NAME", "a database of it; may be repeated"},
	{"backup", "NAME", "a schedule, job, stanza, tag, repository or label that backs it up; may be repeated"},
	{"objective", "DUR", "how old its newest reachable copy may be (26h)"},
	{"cadence", "DUR", "how often each of its backups is to run (as the evidence shows)"},
	{"loss", "TIME", "when its data was lost, if the milestones do not tell"},
	{"incident", "ID", "taken as everywhere; an asset belongs to every incident"},
	{0},
};
const struct command asset_command = {
	.group = "decide",
	.name = "asset",
	.usage =
		"add NAME [--namespace N] [--volume V] [--database D] [--backup B] [--objective 26h] [--cadence 24h] [--loss T] | list",
	.blurb = "things worth recovering",
	.help = "Said again, an asset is replaced whole (the earlier wording is kept). Names match backups by schedule, job, stanza, tag,\n"
		"repository, path or label: equal, or a prefix that ends at one of - _ / : . or before a time stamp.",
	.options = asset_options,
	.run = asset_run,
};

static int location_list(struct cmd *c)
{
	struct case_file f = {0};
	if (!cmd_analyse(c, &f, NULL, false))
		return cmd_fail(c);
	if (cmd_flag(c, "json")) {
		cmd_print_json(c, json_of_places(c->arena, &f.analysis));
		return EXIT_DONE;
	}
	struct grid *g = grid_open(c, (const char *[]){"LOCATION", "STATE", "FROM", "TO"}, 4);
	for (size_t i = 0; i < f.analysis.places_n; i++) {
		const struct place *p = &f.analysis.places[i];
		for (size_t k = 0; k < p->n; k++) {
			grid_cell(g, p->name);
			grid_cell(g, p->v[k].state);
			grid_cell(g, cmd_instant(c, p->v[k].from, PRECISION_S));
			grid_cell(g, p->v[k].to == INSTANT_NONE ? STR("until further notice")
								: cmd_instant(c, p->v[k].to, PRECISION_S));
		}
	}
	grid_close(g);
	return EXIT_DONE;
}

static bool location_state(struct cmd *c, struct str state)
{
	return str_eq(state, STR("reachable")) || str_eq(state, STR("unreachable")) ||
	       str_eq(state, STR("decommissioned")) ||
	       err_set(&c->err, "unknown state '%.*s'; one of reachable, unreachable, decommissioned", STR_ARG(state));
}

static int location_set(struct cmd *c)
{
	if (c->words_n != 3 || !str_trim(str_of(c->words[1])).n)
		return cmd_usage(c, "say which location, and its state");
	struct location_claim l = {.name = str_of(c->words[1]),
		.state = str_of(c->words[2]),
		.from = c->now,
		.to = INSTANT_NONE,
		.grain = {PRECISION_US, INSTANT_NONE}};
	if (!location_state(c, l.state) || !cmd_moment(c, "from", &l.from, &l.grain) || !cmd_time(c, "to", &l.to, NULL))
		return cmd_fail(c), EXIT_USAGE;
	if (l.to != INSTANT_NONE && l.to <= l.from)
		return err_set(&c->err, "--to is not after --from; say the day too, as in 'yesterday 23:00'"),
		       cmd_fail(c), EXIT_USAGE;
	struct event e;
	if (!cmd_open(c, STORE_CREATE) || !ledger_say_location(c->store, &l, c->author, &e, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s  %.*s from %.*s\n", STR_ARG(event_id(c->arena, e.key)), STR_ARG(l.state),
		STR_ARG(cmd_instant(c, l.from, PRECISION_S)));
	return EXIT_DONE;
}

static int location_run(struct cmd *c)
{
	if (c->words_n == 0 || strcmp(c->words[0], "list") == 0)
		return location_list(c);
	if (strcmp(c->words[0], "set") == 0)
		return location_set(c);
	return cmd_usage(c, "no 'location %s'", c->words[0]);
}

static const struct option location_options[] = {
	{"from", "TIME", "since when (now)"},
	{"to", "TIME", "until when; without it until further notice"},
	{"incident", "ID", "taken as everywhere; a location belongs to every incident"},
	{0},
};
const struct command location_command = {
	.group = "decide",
	.name = "location",
	.usage = "set NAME reachable|unreachable|decommissioned --from T [--to T] | list",
	.blurb = "where copies lie, and whether they could be reached",
	.help = "Reachability comes from the evidence (failed runs, unavailable backup targets) and from what is said here.",
	.options = location_options,
	.run = location_run,
};
