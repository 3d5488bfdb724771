/* The closing block of an ingest. */
#include "cmd/closing.h"

#include "cmd/counts.h"

#include <stdlib.h>

enum { ROWS_MAX = 40 }; /* more sources than this are told by format */

struct block {
	struct cmd *c;
	struct grid *grid;
	struct json *list;
	struct source total;
	bool folded;
	VEC(struct source) formats; /* row is how many sources it has */
};

static const char *const state_marks[] = {
	[SOURCE_READING] = " (not complete)", [SOURCE_COMPLETE] = "", [SOURCE_DAMAGED] = " (damaged)"};

static void close_row(struct block *k, const struct source *s, struct str name)
{
	const int64_t numbers[] = {s->records, s->fresh, s->grown, s->duplicate, s->undated};
	for (size_t i = 0; i < LEN(numbers); i++)
		grid_fmt(k->grid, "%lld", (long long)numbers[i]);
	grid_cell(k->grid, counts_not_understood(k->c->arena, s));
	grid_cell(k->grid, s->format.n ? s->format : STR("-"));
	grid_fmt(k->grid, "%.*s%s", STR_ARG(name), state_marks[s->state]);
}

static struct source *format_row(struct block *k, struct str format)
{
	for (size_t i = 0; i < k->formats.n; i++)
		if (str_eq(k->formats.v[i].format, format))
			return &k->formats.v[i];
	struct source *row = PUSH(&k->formats, k->c->arena);
	*row = (struct source){.format = format, .name = STR_NONE, .state = SOURCE_COMPLETE, .counted = true};
	return row;
}

static void close_source(struct block *k, const struct source *s)
{
	struct arena *a = k->c->arena;
	struct json *j = json_push(a, k->list, json_object(a));
	json_add_str(a, j, "name", s->name);
	json_add_str(a, j, "format", s->format.n ? s->format : STR_NONE);
	counts_json(a, j, s);
	counts_add(&k->total, s);
	if (k->folded && s->state == SOURCE_COMPLETE) {
		struct source *row = format_row(k, s->format);
		counts_add(row, s);
		row->name = row->row++ ? STR_NONE : s->name;
	} else {
		close_row(k, s, s->name);
	}
}

static int by_records(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	return x->records == y->records ? str_cmp(x->format, y->format) : x->records < y->records ? 1 : -1;
}

static void close_formats(struct block *k)
{
	if (k->formats.n)
		qsort(k->formats.v, k->formats.n, sizeof *k->formats.v, by_records);
	for (size_t i = 0; i < k->formats.n; i++) {
		const struct source *row = &k->formats.v[i];
		close_row(
			k, row, row->row == 1 ? row->name : str_fmt(k->c->arena, "%lld sources", (long long)row->row));
	}
}

/* What was not understood is told at once, the first of it; an operator does not go looking for it. */
static void tell_notes(struct cmd *c, const struct taking *taking, int64_t not_understood)
{
	size_t n, sources_n;
	const struct note *notes = taking_notes(taking, &n);
	const struct source *sources = taking_sources(taking, &sources_n);
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(c->arena);
		struct str place =
			notes[i].from.line ? str_fmt(c->arena, "line %lld: ", (long long)notes[i].from.line) : STR_NONE;
		cmd_say(c, "%.*s: %.*s%.*s", STR_ARG(sources[notes[i].source - 1].name), STR_ARG(place),
			STR_ARG(notes[i].why));
	}
	if (not_understood > (int64_t)n)
		cmd_say(c, "... and %lld more; 'lineup notes' lists all of it",
			(long long)not_understood - (long long)n);
}

/* The bytes are there, and another try may do better: nothing else stops the run, but it is no success. */
static bool tell_unread(struct cmd *c, const struct taking *taking, size_t n)
{
	size_t unread = taking_unread(taking);
	if (!unread)
		return false;
	cmd_say(c, "lineup: %zu of %zu sources %s not read; run this again", unread, n, unread == 1 ? "was" : "were");
	return true;
}

/* A wrong zone moves what is read by hours, and nothing else would show it. */
static void tell_guessed(struct cmd *c, const struct taking *taking)
{
	int64_t n = taking_guessed(taking), proved = taking_proved(taking);
	if (proved)
		cmd_say(c,
			"%lld new event%s no zone, which other lines of %s file prove (zone_proof in 'lineup show'); say --zone if you know better",
			(long long)proved, proved == 1 ? " states" : "s state", proved == 1 ? "its" : "their");
	if (n)
		cmd_say(c,
			"%lld new event%s no zone or no year: UTC is assumed, the year worked out; say --zone or --year if you know better",
			(long long)n, n == 1 ? " states" : "s state");
}

/* A row for each source or, where there are many, for each format. */
static void close_sources(struct block *k, const struct source *taken, size_t n, const struct closing *closing)
{
	FILE *results = k->c->out;

	k->c->out = k->c->progress; /* the closing block is chatter: results are for --json */
	k->grid = grid_open(k->c,
		(const char *[]){
			"RECORDS", "NEW", "GROWN", "DUPLICATE", "UNDATED", "NOT UNDERSTOOD", "FORMAT", "SOURCE"},
		8);
	for (size_t i = 0; i < n; i++)
		close_source(k, &taken[i]);
	for (size_t i = 0; i < closing->known_n; i++)
		close_source(k, &closing->known[i]);
	close_formats(k);
	grid_close(k->grid);
	k->c->out = results;
	if (k->folded)
		cmd_say(k->c, "%zu sources; 'lineup sources' lists each", n + closing->known_n);
}

static void tell_total(struct cmd *c, const struct source *total)
{
	cmd_say(c, "%lld record%s: %lld new, %lld grown, %lld duplicate, %lld undated, %lld not understood",
		(long long)total->records, total->records == 1 ? "" : "s", (long long)total->fresh,
		(long long)total->grown, (long long)total->duplicate, (long long)total->undated,
		(long long)total->not_understood);
	if (total->counted)
		cmd_say(c, "%s", counts_of_bytes(c->arena, &total->bytes).p);
}

int closing_tell(
	struct cmd *c, const struct taking *taking, const struct ingest_options *options, const struct closing *closing)
{
	size_t n;
	const struct source *taken = taking_sources(taking, &n);
	size_t all_n = n + closing->known_n;
	struct json *all = json_object(c->arena);
	json_add_int(c->arena, all, "lineup", 1);
	struct block k = {.c = c,
		.list = json_add_array(c->arena, all, "sources"),
		.total.counted = true,
		.folded = all_n > ROWS_MAX};
	if (all_n == 0 && closing->status == EXIT_COULD_NOT && !cmd_flag(c, "json"))
		return closing->status; /* why was said */
	close_sources(&k, taken, n, closing);
	tell_total(c, &k.total);
	if (n == 1 && k.total.counted && !k.total.bytes.input && str_eq(taken[0].name, STR("-")))
		cmd_say(c, "nothing came in: standard input was empty");
	if (!options->zone)
		tell_guessed(c, taking);
	tell_notes(c, taking, k.total.not_understood);
	bool unread = tell_unread(c, taking, n);
	counts_json(c->arena, json_add_object(c->arena, all, "total"), &k.total);
	if (cmd_flag(c, "json") && !closing->quiet)
		cmd_print_json(c, all);
	if (unread)
		return EXIT_COULD_NOT;
	return k.total.not_understood && closing->status == EXIT_DONE ? EXIT_FINDINGS : closing->status;
}
