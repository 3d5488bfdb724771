/* lineup show: one event whole, down to the bytes it came from. */
#include "cmd/cmd.h"
#include "cmd/evidence.h"
#include "base/utf8.h"
#include "store/ledger.h"
#include "render/render.h"

static bool event_named(struct cmd *c, const char *id, struct event *e)
{
	int found;
	if (!store_event(c->store, str_of(id), c->arena, e, &found, &c->err))
		return false;
	if (found == 0)
		return err_set(&c->err, "no event '%s'; ids stand at the end of timeline lines", id);
	return found == 1 || err_set(&c->err, "'%s' is the beginning of several ids; give more of it", id);
}

static int show_raw(struct cmd *c, const struct sources *sources, const struct event *e)
{
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, sources);
	struct str bytes;
	if (!evidence_of(evidence, e, &bytes, &c->err))
		return cmd_fail(c);
	if (c->out_is_tty) { /* hostile bytes do not reach a terminal */
		struct str line, rest = bytes;
		while (str_next(&rest, '\n', &line))
			fprintf(c->out, "%.*s\n", STR_ARG(utf8_visible(c->arena, line)));
	} else {
		cmd_print(c, bytes);
	}
	return EXIT_DONE;
}

static void show_fields(struct cmd *c, struct grid *g, const struct event *e)
{
	struct json *fields = json_parse(c->arena, e->fields, &c->err);
	for (struct json *f = json_first(fields); f; f = json_next(f)) {
		grid_cell(g, json_key(f));
		grid_cell(g, json_text(c->arena, f));
	}
	err_clear(&c->err);
}

/* ---- what a typed line was before it was amended ---- */

/* What was said of it, oldest first; the last is what stands now. None for what nobody typed. */
static bool revisions_of(struct cmd *c, const struct event *e, struct statements *said)
{
	struct entry entry;
	struct err ignored = {0};
	*said = (struct statements){0};
	return !ledger_entry(c->arena, e, &entry, &ignored) ||
	       store_statements_of(c->store, STR("log"), entry.id, c->arena, said, &c->err);
}

static void show_revisions(struct cmd *c, struct grid *g, const struct statements *said)
{
	struct err ignored = {0};
	for (size_t i = 0; i + 1 < said->n; i++) {
		const struct statement *s = &said->v[i];
		struct json *body = json_parse(c->arena, s->body, &ignored);
		grid_cell(g, i ? STR("then") : STR("was at first"));
		if (body)
			grid_fmt(g, "%.*s, by %.*s: %.*s  %.*s  %.*s",
				STR_ARG(cmd_instant(c, s->recorded_at, PRECISION_S)), STR_ARG(s->author),
				STR_ARG(json_get_str(body, "at")), STR_ARG(json_get_str(body, "lane")),
				STR_ARG(json_get_str(body, "text")));
		else
			grid_fmt(g, "%.*s, by %.*s: taken back", STR_ARG(cmd_instant(c, s->recorded_at, PRECISION_S)),
				STR_ARG(s->author));
	}
	if (said->n > 1) {
		grid_cell(g, STR("amended"));
		grid_fmt(g, "%.*s, by %.*s", STR_ARG(cmd_instant(c, said->v[said->n - 1].recorded_at, PRECISION_S)),
			STR_ARG(said->v[said->n - 1].author));
	}
}

/* ---- what an event was before it grew ---- */

static bool history_of(struct cmd *c, const struct event *e, struct earlier **past, size_t *n)
{
	*past = NULL;
	*n = 0;
	return !e->source || store_history(c->store, e->row, c->arena, past, n, &c->err);
}

static void show_history(
	struct cmd *c, struct grid *g, const struct sources *sources, const struct earlier *past, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct source *s = source_find(sources, past[i].source);
		grid_cell(g, i ? STR("then") : STR("was at first"));
		grid_fmt(g, "%lld time%s, last %.*s, from %.*s: %.*s", (long long)past[i].count,
			past[i].count == 1 ? "" : "s", STR_ARG(cmd_instant(c, past[i].until, PRECISION_S)),
			STR_ARG(s ? s->name : STR("?")), STR_ARG(past[i].text));
	}
}

static void history_json(struct cmd *c, struct json *j, const struct earlier *past, size_t n)
{
	struct json *list = n ? json_add_array(c->arena, j, "history") : NULL;
	for (size_t i = 0; i < n; i++) {
		struct json *one = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, one, "recorded_at", instant_str(c->arena, past[i].recorded_at));
		json_add_str(c->arena, one, "at", instant_str(c->arena, past[i].at));
		json_add_str(c->arena, one, "until", instant_str(c->arena, past[i].until));
		json_add_int(c->arena, one, "count", past[i].count);
		json_add_str(c->arena, one, "severity", str_of(severity_names[past[i].severity]));
		json_add_str(c->arena, one, "text", past[i].text);
	}
}

/* ---- what a person said that is no event: a mark, an action; reports cite it by the beginning of its chain ---- */

static bool statement_named(struct cmd *c, const char *id, struct statement *out)
{
	struct statements all;
	struct err ignored = {0};
	size_t found = 0;
	if (strlen(id) < 5 || id[0] != 'e' || !store_statements(c->store, "", c->arena, &all, &ignored))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		if (!str_starts(digest_hex(c->arena, &all.v[i].chain), str_of(id + 1)))
			continue;
		*out = all.v[i];
		found++;
	}
	return found == 1;
}

static void show_statement_json(struct cmd *c, const struct statement *s)
{
	struct json *j = json_object(c->arena);
	json_add_int(c->arena, j, "lineup", 1);
	json_add_int(c->arena, j, "statement", s->seq);
	json_add_str(c->arena, j, "noun", s->noun);
	json_add_str(c->arena, j, "of", s->id);
	json_add_str(c->arena, j, "author", s->author);
	json_add_str(c->arena, j, "recorded_at", instant_str(c->arena, s->recorded_at));
	json_add_raw(c->arena, j, "said", s->body.n ? s->body : STR("null"));
	cmd_print_json(c, j);
}

static int show_statement(struct cmd *c, const struct statement *s)
{
	struct err ignored = {0};
	struct json *body = s->body.n ? json_parse(c->arena, s->body, &ignored) : NULL;
	if (cmd_flag(c, "json")) {
		show_statement_json(c, s);
		return EXIT_DONE;
	}
	struct grid *g = grid_open(c, (const char *[]){"", ""}, 2);
	grid_cell(g, STR("statement"));
	grid_fmt(g, "%lld, of %.*s %.*s%s", (long long)s->seq, STR_ARG(s->noun), STR_ARG(s->id),
		s->body.n ? "" : ", taken back");
	grid_cell(g, STR("said by"));
	grid_cell(g, s->author);
	grid_cell(g, STR("recorded"));
	grid_cell(g, cmd_instant(c, s->recorded_at, PRECISION_S));
	for (struct json *f = json_first(body); f; f = json_next(f)) {
		grid_cell(g, json_key(f));
		grid_cell(g, json_text(c->arena, f));
	}
	grid_close(g);
	return EXIT_DONE;
}

static struct json *event_json(
	struct cmd *c, const struct sources *sources, const struct event *e, const struct statements *said)
{
	struct json *j = json_of_event(c->arena, e, sources);
	struct json *list = said->n > 1 ? json_add_array(c->arena, j, "revisions") : NULL;
	for (size_t i = 0; list && i < said->n; i++) {
		struct json *one = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, one, "recorded_at", instant_str(c->arena, said->v[i].recorded_at));
		json_add_str(c->arena, one, "author", said->v[i].author);
		json_add_raw(c->arena, one, "said", said->v[i].body.n ? said->v[i].body : STR("null"));
	}
	struct earlier *past;
	size_t n;
	if (history_of(c, e, &past, &n))
		history_json(c, j, past, n);
	return j;
}

static void show_people(
	struct cmd *c, const struct sources *sources, const struct event *e, const struct statements *said)
{
	const struct source *s = source_find(sources, e->source);
	cmd_print_event(c, e);
	struct grid *g = grid_open(c, (const char *[]){"", ""}, 2);
	grid_cell(g, STR("kind"));
	grid_cell(g, e->kind->name);
	if (e->when.n) {
		grid_cell(g, STR("time as written"));
		grid_cell(g, e->when);
	}
	grid_cell(g, STR("precision, basis"));
	if (e->at == INSTANT_NONE)
		grid_cell(g, STR("none: undated"));
	else
		grid_fmt(g, "%s, %s", precision_names[e->precision], basis_names[e->basis]);
	if (e->at_min != e->at_max) {
		grid_cell(g, STR("bounds"));
		grid_fmt(g, "%.*s to %.*s", STR_ARG(cmd_instant(c, e->at_min, PRECISION_S)),
			STR_ARG(cmd_instant(c, e->at_max, PRECISION_S)));
	}
	grid_cell(g, STR("recorded"));
	grid_cell(g, cmd_instant(c, e->recorded_at, PRECISION_S));
	grid_cell(g, STR("source"));
	if (s)
		grid_fmt(g, "%.*s, line %lld, bytes %lld+%lld", STR_ARG(s->name), (long long)e->from.line,
			(long long)e->from.offset, (long long)e->from.length);
	else
		grid_cell(g, STR("typed"));
	if (s) {
		grid_cell(g, STR("SHA-256"));
		grid_cell(g, s->sha256);
	}
	struct sighting *seen;
	size_t n;
	if (store_sightings(c->store, e->row, c->arena, &seen, &n, &c->err)) {
		for (size_t i = 0; i < n; i++) {
			const struct source *also = source_find(sources, seen[i].source);
			grid_cell(g, STR("also in"));
			grid_fmt(g, "%.*s, line %lld", STR_ARG(also ? also->name : STR("?")),
				(long long)seen[i].from.line);
		}
	}
	show_fields(c, g, e);
	show_revisions(c, g, said);
	struct earlier *past;
	if (history_of(c, e, &past, &n))
		show_history(c, g, sources, past, n);
	grid_close(g);
	struct str line, rest = e->text;
	while (str_next(&rest, '\n', &line))
		fprintf(c->out, "  | %.*s\n", STR_ARG(utf8_visible(c->arena, line)));
}

static int show_run(struct cmd *c)
{
	struct event e;
	struct sources sources;
	struct statements said;
	if (c->words_n != 1)
		return cmd_usage(c, "which event?");
	if (!cmd_open(c, STORE_READ))
		return cmd_fail(c);
	struct statement statement;
	if (!event_named(c, c->words[0], &e)) {
		if (!statement_named(c, c->words[0], &statement))
			return cmd_fail(c);
		err_clear(&c->err);
		return show_statement(c, &statement);
	}
	if (!store_sources(c->store, c->arena, &sources, &c->err) || !revisions_of(c, &e, &said))
		return cmd_fail(c);
	if (cmd_flag(c, "raw"))
		return show_raw(c, &sources, &e);
	if (cmd_flag(c, "json"))
		cmd_print_json(c, event_json(c, &sources, &e, &said));
	else
		show_people(c, &sources, &e, &said);
	return EXIT_DONE;
}

static const struct option show_options[] = {
	{"raw", NULL, "the bytes it came from, as received (made visible on a terminal)"},
	{0},
};
const struct command show_command = {
	.group = "look",
	.name = "show",
	.usage = "ID [--raw] [--json]",
	.blurb = "one event whole, down to the bytes it came from",
	.help = "ID is what stands at the end of timeline lines; any beginning of it that is unique will do. Of a typed line that was amended\n"
		"it tells what it was before, when and by whom; of an event that grew, its earlier states. A citation of a mark or an action\n"
		"leads to what was said.",
	.options = show_options,
	.run = show_run,
};
