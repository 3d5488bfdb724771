/* lineup formats: what can be read, and how a file is understood. */
#include "cmd/cmd.h"
#include "cmd/counts.h"
#include "formats/format.h"
#include "normalise/normalise.h"
#include "render/render.h"
#include "render/say.h"

#include <stdlib.h>

enum { TEST_FILE_MAX = 256 << 20 };

static int formats_list(struct cmd *c)
{
	struct grid *g = grid_open(c, (const char *[]){"FORMAT", "WHAT IT READS"}, 2);
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct json *list = json_add_array(c->arena, all, "formats");
	for (size_t i = 0; i < formats_count(); i++) {
		const struct format *f = formats_get(i);
		grid_cell(g, str_of(f->name));
		grid_cell(g, str_of(f->blurb));
		struct json *row = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, row, "name", str_of(f->name));
		json_add_str(c->arena, row, "reads", str_of(f->blurb));
		json_add_bool(c->arena, row, "pattern", f->data != NULL);
	}
	if (cmd_flag(c, "json"))
		cmd_print_json(c, all);
	else
		grid_close(g);
	return EXIT_DONE;
}

/* Prints what passes, one JSON object a line. */
struct printer {
	struct event_sink sink;
	struct cmd *c;
	int64_t limit, notes;
};

static void print_event(struct event_sink *sink, const struct event *e)
{
	struct printer *p = (struct printer *)sink;
	struct arena *a = p->c->arena;
	if (p->limit-- <= 0)
		return;
	ARENA_SCOPE(a);
	struct json *j = json_of_event(a, e, NULL);
	json_add_str(a, j, "when", e->when);
	struct json *from = json_add_object(a, j, "from");
	json_add_int(a, from, "offset", e->from.offset);
	json_add_int(a, from, "length", e->from.length);
	json_add_int(a, from, "line", e->from.line);
	cmd_print(p->c, json_print(a, j));
	fputc('\n', p->c->out);
}

static void print_note(struct event_sink *sink, struct where from, struct str text, struct str why)
{
	struct printer *p = (struct printer *)sink;
	struct arena *a = p->c->arena;
	p->notes++;
	ARENA_SCOPE(a);
	struct json *j = json_object(a);
	json_add_str(a, j, "note", why);
	json_add_int(a, j, "line", from.line);
	json_add_int(a, j, "offset", from.offset);
	json_add_str(a, j, "text", str_slice(text, 0, 200));
	cmd_print(p->c, json_print(a, j));
	fputc('\n', p->c->out);
}

static void print_bids(struct cmd *c, struct doc *doc)
{
	for (size_t i = 0; i < formats_count(); i++) {
		const struct format *f = formats_get(i);
		int bid = format_bid(f, doc);
		if (bid)
			cmd_say(c, "%s: %s bids %d", doc->name.p, f->name, bid);
	}
}

static struct doc *doc_again(void *arg)
{
	struct str *file = arg;
	static struct arena *arena;
	if (!arena)
		arena = arena_open();
	return doc_of(arena, file[0], file[1]);
}

static bool clock_options(struct cmd *c, struct clock_setting *setting)
{
	int64_t year = 0, skew = 0;
	instant captured = INSTANT_NONE;
	const char *zone = cmd_option(c, "zone");
	if (!cmd_number(c, "year", &year) || !cmd_shift(c, "skew", &skew) ||
		!cmd_time(c, "captured-at", &captured, NULL))
		return false;
	*setting = (struct clock_setting){
		.zone = zone ? zone_open(str_of(zone), &c->err) : NULL,
		.year = (int)year,
		.not_after = c->now,
		.captured_at = captured,
		.skew = skew,
	};
	return !zone || setting->zone;
}

static int formats_test(struct cmd *c, const char *path)
{
	struct str text;
	struct clock_setting setting;
	if (!clock_options(c, &setting) || !cmd_read_file(c, path, TEST_FILE_MAX, &text))
		return cmd_fail(c);
	struct rules *rules = rules_open(c->arena, &c->err);
	if (!rules || (cmd_option(c, "rules") && !rules_load(rules, cmd_option(c, "rules"), &c->err)))
		return cmd_fail(c);
	struct str name = str_of(path);
	AUTO(doc_close) struct doc *doc = doc_of(c->arena, name, text);
	doc->captured_at = setting.captured_at;
	if (!cmd_flag(c, "quiet"))
		print_bids(c, doc);
	const struct format *format =
		cmd_option(c, "as") ? format_find(str_of(cmd_option(c, "as"))) : format_choose(doc, NULL);
	if (!format)
		return cmd_usage(c, "no format '%s'; 'lineup formats' lists them", cmd_option(c, "as"));
	struct printer printer = {.sink = {print_event, print_note}, .c = c, .limit = INT64_MAX};
	if (!cmd_number(c, "limit", &printer.limit))
		return cmd_fail(c);
	AUTO(arena_close) struct arena *kept = arena_open();
	AUTO(arena_close) struct arena *scratch = arena_open();
	AUTO(normaliser_close)
	struct normaliser *n = normaliser_open(kept, scratch, rules, format->name, &setting, &printer.sink);
	struct str again[2] = {name, text};
	if (!normalise_doc(n, format, doc, doc_again, again, &c->err))
		cmd_fail(c);
	if (!cmd_flag(c, "quiet"))
		cmd_say(c, "%s: read as %s: %.*s, %lld undated, %lld not understood; %s", path, format->name,
			STR_ARG(say_count(c->arena, (size_t)n->records, "record", "records")), (long long)n->undated,
			(long long)n->noted, counts_of_bytes(c->arena, &n->bytes).p);
	if (n->unclaimed && !cmd_flag(c, "quiet"))
		cmd_say(c, "%s: of these, %lld bytes were left out by the format without a word", path,
			(long long)n->unclaimed);
	return printer.notes || err_is_set(&c->err) ? EXIT_FINDINGS : EXIT_DONE;
}

static int formats_run(struct cmd *c)
{
	if (!formats_init(&c->err))
		return cmd_fail(c);
	for (int i = 0; cmd_option_nth(c, "formats", i); i++)
		if (!formats_load(cmd_option_nth(c, "formats", i), &c->err))
			return cmd_fail(c);
	if (c->words_n == 0 || strcmp(c->words[0], "list") == 0)
		return formats_list(c);
	if (c->words_n == 2 && strcmp(c->words[0], "test") == 0)
		return formats_test(c, c->words[1]);
	return cmd_usage(c, "say 'formats' or 'formats test FILE'");
}

static const struct option formats_options[] = {
	{"as", "FORMAT", "read the file as this format, whatever it looks like"},
	{"zone", "ZONE", "zone of stamps that state none"},
	{"year", "YEAR", "year of stamps that state none"},
	{"skew", "DUR", "add this to every time"},
	{"captured-at", "TIME", "when a snapshot with ages was taken"},
	{"formats", "DIR", "more formats as data; may be repeated"},
	{"rules", "DIR", "more rules"},
	{"limit", "N", "print at most so many records"},
	{"quiet", NULL, "print records only"},
	{0},
};
const struct command formats_command = {
	.group = "help",
	.name = "formats",
	.usage = "[list] | test FILE [--as FORMAT] [--zone ZONE] [--year YEAR] [--captured-at TIME]",
	.blurb = "formats that can be read; how a file is understood",
	.help = "'formats test FILE' shows on stderr how sure each format is of the file, and prints one JSON object for each\n"
		"record as lineup understands it, and for each thing it did not understand; the status is 3 when there was any.\n"
		"It is how one writes a format: put a JSON file into a folder, and say --formats FOLDER.",
	.options = formats_options,
	.run = formats_run,
};
