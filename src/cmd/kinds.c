/* lineup kinds: the vocabulary of events. */
#include "cmd/cmd.h"
#include "normalise/rules.h"

static int kinds_json(struct cmd *c)
{
	struct json *all = json_object(c->arena), *list;
	json_add_int(c->arena, all, "lineup", 1);
	list = json_add_array(c->arena, all, "kinds");
	for (size_t i = 0; i < kinds_count(); i++) {
		const struct kind *k = kinds_get(i);
		struct json *row = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, row, "kind", k->name);
		json_add_str(c->arena, row, "lane", str_of(lane_names[k->lane]));
		json_add_str(c->arena, row, "severity", str_of(severity_names[k->severity]));
		json_add_str(c->arena, row, "meaning", k->blurb);
	}
	cmd_print_json(c, all);
	return EXIT_DONE;
}

static int kinds_run(struct cmd *c)
{
	if (cmd_flag(c, "json"))
		return kinds_json(c);
	struct grid *g = grid_open(c, (const char *[]){"KIND", "SEVERITY", "MEANING"}, 3);
	for (size_t i = 0; i < kinds_count(); i++) {
		const struct kind *k = kinds_get(i);
		grid_cell(g, k->name);
		grid_cell(g, str_of(severity_names[k->severity]));
		grid_cell(g, k->blurb);
	}
	grid_close(g);
	return EXIT_DONE;
}

const struct command kinds_command = {
	.group = "help",
	.name = "kinds",
	.usage = "[--json]",
	.blurb = "kinds of events, by lane",
	.run = kinds_run,
};
