/* How results and messages look to people. */
#include "cmd/cmd.h"
#include "base/utf8.h"
#include "normalise/normalise.h"

int cmd_fail(struct cmd *c)
{
	struct str text = utf8_visible(c->arena, str_of(c->err.text));
	fflush(c->out);
	fprintf(stderr, "lineup: %.*s\n", STR_ARG(text));
	return EXIT_COULD_NOT;
}

int cmd_usage(struct cmd *c, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct str text = utf8_visible(c->arena, str_vfmt(c->arena, fmt, args));
	va_end(args);
	fflush(c->out);
	fprintf(stderr, "lineup: %.*s\n", STR_ARG(text));
	if (c->command)
		fprintf(stderr, "usage: lineup %s %s\n", c->command->name, c->command->usage);
	else
		fprintf(stderr, "usage: lineup [-d FILE] COMMAND ...; 'lineup help' lists the commands\n");
	return EXIT_USAGE;
}

/* Levenshtein's distance of two short words. */
static int distance(const char *a, const char *b)
{
	int row[64];
	int n = (int)strnlen(b, LEN(row) - 1);
	for (int j = 0; j <= n; j++)
		row[j] = j;
	for (int i = 1; a[i - 1]; i++) {
		int diagonal = row[0];
		row[0] = i;
		for (int j = 1; j <= n; j++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			int gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			row[j] = change < gap ? change : gap;
		}
	}
	return row[n];
}

const char *nearest_name(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	int least = 3; /* farther than two slips is another word */
	for (size_t i = 0; i < n; i++) {
		int d = distance(word, names[i]);
		if (d < least && d < (int)strlen(names[i])) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

void cmd_print(struct cmd *c, struct str text)
{
	fwrite(text.p, 1, text.n, c->out);
}

void cmd_print_json(struct cmd *c, const struct json *json)
{
	cmd_print(c, json_print_pretty(c->arena, json));
	fputc('\n', c->out);
}

void cmd_say(struct cmd *c, const char *fmt, ...)
{
	ARENA_SCOPE(c->arena);
	va_list args;
	va_start(args, fmt);
	struct str text = utf8_visible(c->arena, str_vfmt(c->arena, fmt, args));
	va_end(args);
	fprintf(c->progress, "%.*s\n", STR_ARG(text));
}

/* ---- times ---- */

struct str cmd_instant(struct cmd *c, instant at, enum precision precision)
{
	if (at == INSTANT_NONE)
		return STR("unknown");
	struct civil utc = precision == PRECISION_DAY ? civil_from_day(at) : civil_from_instant(at);
	struct buf b = BUF(c->arena);
	buf_fmt(&b, "%04d-%02d-%02d", utc.year, utc.month, utc.day);
	if (precision == PRECISION_DAY)
		return buf_str(&b);
	buf_fmt(&b, " %02d:%02d", utc.hour, utc.minute);
	if (precision < PRECISION_MIN)
		buf_fmt(&b, ":%02d", utc.second);
	buf_byte(&b, 'Z');
	if (c->zone != zone_utc()) {
		struct civil local = zone_civil(c->zone, at);
		buf_cstr(&b, " (");
		if (local.day != utc.day)
			buf_fmt(&b, "%04d-%02d-%02d ", local.year, local.month, local.day);
		buf_fmt(&b, "%02d:%02d %s)", local.hour, local.minute, zone_abbreviation(c->zone, at));
	}
	return buf_str(&b);
}

/* ---- tables ---- */

struct grid {
	struct cmd *c;
	int columns;
	VEC(struct str) cells;
};

struct grid *grid_open(struct cmd *c, const char *const *heads, int n)
{
	struct grid *g = NEW(c->arena, struct grid);
	g->c = c;
	g->columns = n;
	for (int i = 0; i < n; i++)
		*PUSH(&g->cells, c->arena) = str_of(heads[i]);
	return g;
}

void grid_cell(struct grid *g, struct str text)
{
	*PUSH(&g->cells, g->c->arena) = utf8_visible(g->c->arena, str_dup(g->c->arena, text));
}

void grid_fmt(struct grid *g, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	grid_cell(g, str_vfmt(g->c->arena, fmt, args));
	va_end(args);
}

static struct str cell_fit(struct cmd *c, struct str cell, int room)
{
	if (!c->out_is_tty || utf8_width(cell) <= room)
		return cell;
	return str_fmt(c->arena, "%.*s%s", STR_ARG(utf8_fit(cell, room - 1)), c->unicode ? "…" : "~");
}

/* How many cells there are up to the last one that says something: no line ends in spaces. */
static size_t cells_filled(const struct str *row, size_t columns)
{
	while (columns && !row[columns - 1].n)
		columns--;
	return columns;
}

void grid_close(struct grid *g)
{
	struct cmd *c = g->c;
	int *widths = NEW_N(c->arena, int, (size_t)g->columns), before_last = 0;
	for (size_t i = 0; i < g->cells.n; i++) {
		int w = utf8_width(g->cells.v[i]);
		int *widest = &widths[i % (size_t)g->columns];
		*widest = w > *widest ? w : *widest;
	}
	for (int k = 0; k < g->columns - 1; k++)
		before_last += widths[k] + 2;
	int room = c->width - before_last > 20 ? c->width - before_last : 20;
	size_t columns = (size_t)g->columns;
	for (size_t i = cells_filled(g->cells.v, columns) ? 0 : columns, end = 0; i < g->cells.n; i++) {
		size_t column = i % columns;
		if (column == 0)
			end = i + cells_filled(g->cells.v + i, columns);
		if (i >= end && column < columns - 1)
			continue;
		bool last = i + 1 >= end, heading = i < columns && c->colour;
		struct str cell = column == columns - 1 ? cell_fit(c, g->cells.v[i], room) : g->cells.v[i];
		if (cell.n)
			fprintf(c->out, "%s%.*s%s", heading ? "\033[1m" : "", STR_ARG(cell), heading ? "\033[0m" : "");
		if (column == columns - 1)
			fputc('\n', c->out);
		else if (!last)
			fprintf(c->out, "%*s", widths[column] - utf8_width(cell) + 2, "");
	}
}

/* ---- one event ---- */

enum { NARROW = 100 }; /* a terminal in which an event needs two lines: one would leave no room for what happened */

static const char *const severity_colours[SEVERITIES] = {"\033[2m", "", "", "\033[33m", "\033[31m", "\033[1;31m"};

static void add_repeats(struct cmd *c, struct buf *b, const struct event *e)
{
	if (e->count <= 1 && (e->until == INSTANT_NONE || e->until == e->at))
		return;
	buf_cstr(b, "  [");
	if (e->count > 1)
		buf_fmt(b, "x%lld%s", (long long)e->count, e->until != INSTANT_NONE ? " " : "");
	if (e->until != INSTANT_NONE)
		buf_fmt(b, "until %.*s", STR_ARG(cmd_instant(c, e->until, e->precision)));
	buf_byte(b, ']');
}

/* Subject, text, repeats. */
static void add_what(struct cmd *c, struct buf *b, const struct event *e)
{
	struct str first, rest;
	str_cut(e->text, STR("\n"), &first, &rest);
	if (e->subject.n) {
		buf_visible(b, e->subject);
		buf_cstr(b, "  ");
	}
	buf_visible(b, first);
	add_repeats(c, b, e);
}

int cmd_event_lines(const struct cmd *c)
{
	return c->out_is_tty && c->width < NARROW ? 2 : 1;
}

void cmd_print_event(struct cmd *c, const struct event *e)
{
	ARENA_SCOPE(c->arena);
	struct buf b = BUF(c->arena);
	if (e->at != INSTANT_NONE)
		buf_add(&b, cmd_instant(c, e->at, e->precision));
	else if (e->at_min != INSTANT_NONE)
		buf_fmt(&b, "undated, after %.*s", STR_ARG(cmd_instant(c, e->at_min, PRECISION_S)));
	else
		buf_cstr(&b, "undated             ");
	struct str id = event_id(c->arena, e->key);
	const char *colour = c->colour ? severity_colours[e->severity] : "", *plain = c->colour ? "\033[0m" : "";
	if (c->out_is_tty && c->width < NARROW) {
		buf_fmt(&b, "  %s %s  %.*s", lane_names[e->lane], severity_names[e->severity], STR_ARG(id));
		fprintf(c->out, "%s%.*s%s\n", colour, STR_ARG(buf_str(&b)), plain);
		b = (struct buf)BUF(c->arena);
		buf_cstr(&b, "  ");
		add_what(c, &b, e);
		fprintf(c->out, "%s%.*s%s\n", colour, STR_ARG(cell_fit(c, buf_str(&b), c->width)), plain);
		return;
	}
	buf_fmt(&b, "  %-8s %-8s ", lane_names[e->lane], severity_names[e->severity]);
	add_what(c, &b, e);
	struct str line = cell_fit(c, buf_str(&b), c->width - (int)id.n - 2);
	fprintf(c->out, "%s%.*s%s  %.*s\n", colour, STR_ARG(line), plain, STR_ARG(id));
}
