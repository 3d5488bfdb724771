/* lineup sources and lineup notes: what was taken in, and what of it was not understood. */
#include "cmd/cmd.h"
#include "base/utf8.h"
#include "cmd/counts.h"

static const char *const state_names[] = {"not complete", "complete", "damaged"};

static struct json *source_json(struct cmd *c, const struct source *s)
{
	struct json *j = json_object(c->arena);
	json_add_int(c->arena, j, "number", s->row);
	if (s->parent)
		json_add_int(c->arena, j, "part_of", s->parent);
	else
		json_add_null(c->arena, j, "part_of");
	json_add_str(c->arena, j, "name", s->name);
	json_add_str(c->arena, j, "format", s->format.n ? s->format : STR_NONE);
	json_add_str(c->arena, j, "state", str_of(state_names[s->state]));
	json_add_int(c->arena, j, "size", s->size);
	json_add_str(c->arena, j, "sha256", s->sha256.n ? s->sha256 : STR_NONE);
	json_add_bool(c->arena, j, "kept", s->kept);
	json_add_str(c->arena, j, "taken_at", instant_str(c->arena, s->taken_at));
	json_add_str(c->arena, j, "zone", s->zone.n ? s->zone : STR_NONE);
	json_add_int(c->arena, j, "skew_seconds", s->skew / SECOND);
	counts_json(c->arena, j, s);
	return j;
}

static int sources_run(struct cmd *c)
{
	struct sources sources;
	if (!cmd_open(c, STORE_READ) || !store_sources(c->store, c->arena, &sources, &c->err))
		return cmd_fail(c);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "sources");
	struct grid *g = grid_open(
		c, (const char *[]){"N", "FORMAT", "STATE", "RECORDS", "NOT UNDERSTOOD", "SIZE", "SHA-256", "NAME"}, 8);
	for (size_t i = 0; i < sources.n; i++) {
		const struct source *s = &sources.v[i];
		json_push(c->arena, list, source_json(c, s));
		grid_fmt(g, "%lld", (long long)s->row);
		grid_cell(g, s->format.n ? s->format : STR("-"));
		grid_fmt(g, "%s%s", state_names[s->state], s->kept ? "" : ", not kept");
		grid_fmt(g, "%lld", (long long)s->records);
		grid_cell(g, counts_not_understood(c->arena, s));
		grid_fmt(g, "%lld", (long long)s->size);
		grid_cell(g, str_slice(s->sha256, 0, 12));
		grid_fmt(g, "%s%.*s", s->parent ? "  " : "", STR_ARG(s->name));
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else
		grid_close(g);
	return EXIT_DONE;
}

const struct command sources_command = {
	.group = "look",
	.name = "sources",
	.usage = "[--json]",
	.blurb = "what was taken in",
	.help = "The kept bytes stand in the database's table sqlar: 'sqlite3 DB -A --list' shows them.",
	.run = sources_run,
};

struct notes {
	struct cmd *c;
	struct sources sources;
	int64_t n;
};

static bool note_print(void *arg, const struct note *note)
{
	struct notes *notes = arg;
	struct cmd *c = notes->c;
	ARENA_SCOPE(c->arena);
	const struct source *s = source_find(&notes->sources, note->source);
	struct str name = s ? s->name : STR("?");
	notes->n++;
	if (cmd_flag(c, "json")) {
		struct json *j = json_object(c->arena);
		json_add_str(c->arena, j, "source", name);
		if (note->from.line)
			json_add_int(c->arena, j, "line", note->from.line);
		else
			json_add_null(c->arena, j, "line");
		json_add_int(c->arena, j, "offset", note->from.offset);
		json_add_str(c->arena, j, "text", note->text);
		json_add_str(c->arena, j, "why", note->why);
		cmd_print(c, json_print(c->arena, j));
		fputc('\n', c->out);
		return true;
	}
	fprintf(c->out, "%.*s:", STR_ARG(utf8_visible(c->arena, name)));
	if (note->from.line)
		fprintf(c->out, " line %lld:", (long long)note->from.line);
	else if (note->from.offset)
		fprintf(c->out, " byte %lld:", (long long)note->from.offset);
	fprintf(c->out, " %.*s\n", STR_ARG(utf8_visible(c->arena, note->why)));
	if (note->text.n)
		fprintf(c->out, "    %.*s\n", STR_ARG(utf8_visible(c->arena, str_slice(note->text, 0, 160))));
	return true;
}

static int notes_run(struct cmd *c)
{
	struct notes notes = {.c = c};
	if (!cmd_open(c, STORE_READ) || !store_sources(c->store, c->arena, &notes.sources, &c->err) ||
		!store_notes(c->store, note_print, &notes, &c->err))
		return cmd_fail(c);
	if (notes.n == 0)
		cmd_say(c, "nothing: all that was taken in was understood");
	return notes.n ? EXIT_FINDINGS : EXIT_DONE;
}

const struct command notes_command = {
	.group = "look",
	.name = "notes",
	.usage = "[--json]",
	.blurb = "what was not understood, with its place",
	.help = "Nothing is dropped in silence: whatever no format or rule understood is kept and listed here. The status is 3 when there is any.",
	.run = notes_run,
};
