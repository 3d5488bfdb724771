/* The line-up chart in a terminal: Unicode blocks, or ASCII, as wide as the window. */
#include "base/utf8.h"
#include "render/chart.h"
#include "render/render.h"
#include "render/say.h"

enum { LABEL_WIDTH = 32, NARROWEST = 60, WIDEST = 240 };

struct plot {
	struct arena *arena;
	struct buf *out;
	const struct chart *chart;
	const struct chart_view *view;
	const struct chart_options *options;
	int columns;
};

/* What a cell can say, in Unicode and in ASCII. */
enum cell {
	CELL_EMPTY,
	CELL_FULL,
	CELL_UNSURE,
	CELL_SHORT,
	CELL_PAST,
	CELL_FUTURE,
	CELL_NOTICE,
	CELL_EXISTING,
	CELL_REACHABLE,
	CELL_RESTORED,
	CELL_IMPACT,
	CELL_LINEUP,
	CELL_TICK
};
static const struct {
	const char *unicode, *ascii;
} glyphs[] = {
	[CELL_EMPTY] = {"·", "."},
	[CELL_FULL] = {"█", "#"},
	[CELL_UNSURE] = {"▒", "~"},
	[CELL_SHORT] = {"▌", "|"},
	[CELL_PAST] = {"◀", "<"},
	[CELL_FUTURE] = {"▶", ">"},
	[CELL_NOTICE] = {"▼", "v"},
	[CELL_EXISTING] = {"◇", "o"},
	[CELL_REACHABLE] = {"◆", "@"},
	[CELL_RESTORED] = {"■", "R"},
	[CELL_IMPACT] = {"▓", "!"},
	[CELL_LINEUP] = {"▲", "^"},
	[CELL_TICK] = {"│", "|"},
};
static const char *const colours[LANES] = {
	"\x1b[34m", "\x1b[35m", "\x1b[31m", "\x1b[33m", "\x1b[91m", "\x1b[32m", "\x1b[36m", "\x1b[90m"};

static const char *glyph(const struct plot *p, enum cell cell)
{
	return p->options->unicode ? glyphs[cell].unicode : glyphs[cell].ascii;
}

static int column_of(const struct plot *p, instant t)
{
	double share = (double)(t - p->view->from) / (double)(p->view->to - p->view->from);
	int column = share < 0 ? 0 : share >= 1 ? p->columns : (int)(share * p->columns);
	return column < p->columns ? column : p->columns - 1;
}

static bool in_view(const struct plot *p, instant t)
{
	return t != INSTANT_NONE && t >= p->view->from && t <= p->view->to;
}

static void colour(const struct plot *p, const char *sequence)
{
	if (p->options->colour)
		buf_cstr(p->out, sequence);
}

static void label(const struct plot *p, const char *lane, struct str name)
{
	struct str shown = utf8_fit(utf8_visible(p->arena, name), LABEL_WIDTH - 10);
	buf_fmt(p->out, "%-8s %.*s%*s", lane, STR_ARG(shown), LABEL_WIDTH - 9 - utf8_width(shown), "");
}

static enum cell *empty_row(const struct plot *p)
{
	return NEW_N(p->arena, enum cell, (size_t)p->columns); /* CELL_EMPTY is 0 */
}

static void put_row(const struct plot *p, const enum cell *cells, const char *sequence)
{
	bool lit = false;
	for (int i = 0; i < p->columns; i++) {
		bool wanted = cells[i] != CELL_EMPTY;
		if (wanted != lit)
			colour(p, wanted ? sequence : "\x1b[0m");
		lit = wanted;
		buf_cstr(p->out, glyph(p, cells[i]));
	}
	if (lit)
		colour(p, "\x1b[0m");
	buf_byte(p->out, '\n');
}

static void fill(enum cell *cells, int from, int to, enum cell cell)
{
	for (int i = from; i <= to; i++)
		cells[i] = cell;
}

static void plot_bar(const struct plot *p, const struct chart_bar *b, enum cell *cells)
{
	if (!chart_bar_shows(b, p->view))
		return;
	int from = column_of(p, b->from), sure = column_of(p, b->from_max), unsure = column_of(p, b->to_min),
	    to = column_of(p, b->to);
	fill(cells, from, to, CELL_UNSURE);
	fill(cells, sure, unsure, CELL_FULL);
	bool tiny = b->to - b->from < (p->view->to - p->view->from) / p->columns / 2;
	if (tiny && from == to)
		cells[from] = CELL_SHORT;
	if (b->open_past || b->from < p->view->from)
		cells[0] = CELL_PAST;
	if (b->open_future || b->to > p->view->to)
		cells[p->columns - 1] = CELL_FUTURE;
}

static void plot_rows(const struct plot *p)
{
	const struct chart_row *last = NULL;
	for (size_t i = 0; i < p->chart->rows_n; i++) {
		const struct chart_row *row = &p->chart->rows[i];
		if (!chart_row_shows(row, p->view))
			continue;
		bool first = !last || row->lane != last->lane;
		last = row;
		enum cell *cells = empty_row(p);
		for (size_t k = 0; k < row->bars_n; k++)
			plot_bar(p, &row->bars[k], cells);
		label(p, first ? lane_names[row->lane] : "", row->label);
		put_row(p, cells, colours[row->lane]);
	}
}

static void plot_marks(const struct plot *p)
{
	const struct chart *c = p->chart;
	for (size_t i = 0; i < c->marks_n;) {
		if (!chart_marks_show(c, i, p->view)) {
			i = chart_marks_end(c, i);
			continue;
		}
		enum cell *cells = empty_row(p);
		struct str row = c->marks[i].row;
		bool notice = c->marks[i].type == MARK_NOTICE;
		int early = 0;
		for (; i < c->marks_n && str_eq(c->marks[i].row, row); i++) {
			enum cell cell = (enum cell)(CELL_NOTICE + (int)c->marks[i].type);
			if (in_view(p, c->marks[i].at))
				cells[column_of(p, c->marks[i].at)] = cell;
			else if (!notice && c->marks[i].at < p->view->from) {
				early += early + 1 < p->columns; /* a row of many copies has no room for all */
				cells[0] = CELL_PAST;
				cells[early] = cell;
			}
		}
		label(p, notice ? "notice" : "backup", row);
		put_row(p, cells, colours[notice ? LANE_NOTICE : LANE_BACKUP]);
	}
}

static void plot_stretch(
	const struct plot *p, const char *name, instant from, instant to, enum cell cell, const char *sequence)
{
	if (from == INSTANT_NONE || from > p->view->to || (to != INSTANT_NONE && to < p->view->from))
		return;
	enum cell *cells = empty_row(p);
	fill(cells, column_of(p, from), to == INSTANT_NONE ? p->columns - 1 : column_of(p, to), cell);
	label(p, "", str_of(name));
	put_row(p, cells, sequence);
}

/* Ticks above, their dates and times beside them, in UTC and in the reader's zone. */
static void plot_axis(const struct plot *p, const struct zone *zone, const char *name)
{
	int64_t step = chart_step(p->view->to - p->view->from, p->columns / 16);
	struct buf line = BUF(p->arena);
	int64_t fine = zone && step >= DAY && step <= 28 * DAY ? HOUR : step; /* midnight is another time elsewhere */
	int column = 0;
	for (instant t = chart_first_tick(p->view->from, step); t <= p->view->to; t += step) {
		instant shown = zone ? t + zone_offset(zone, t) * SECOND : t;
		struct str words = say_tick(p->arena, shown, fine);
		int at = column_of(p, t);
		if (at < column || at + 1 + (int)words.n > p->columns)
			continue;
		buf_fmt(&line, "%*s%s%.*s", at - column, "", glyph(p, CELL_TICK), STR_ARG(words));
		column = at + 1 + (int)words.n;
	}
	label(p, "", str_of(name));
	buf_add(p->out, buf_str(&line));
	buf_byte(p->out, '\n');
}

static void plot_view(const struct plot *p)
{
	const struct segment *s = p->chart->analysis->lineup;
	colour(p, "\x1b[1m");
	struct str from = say_time(p->arena, p->view->from / MINUTE * MINUTE, NULL),
		   to = say_time(p->arena, p->view->to / MINUTE * MINUTE, NULL);
	bool fits = (int)(strlen(p->view->title) + from.n + to.n + strlen(":  to ")) <= p->columns + LABEL_WIDTH;
	buf_fmt(p->out, "%s:%s%.*s to %.*s\n", p->view->title, fits ? " " : "\n  ", STR_ARG(from), STR_ARG(to));
	colour(p, "\x1b[0m");
	plot_axis(p, NULL, "UTC");
	if (p->options->zone)
		plot_axis(p, p->options->zone, zone_name(p->options->zone));
	plot_rows(p);
	plot_marks(p);
	plot_stretch(p, "impact", p->chart->impact_from, p->chart->impact_to, CELL_IMPACT, "\x1b[31m");
	if (s)
		plot_stretch(p, "line-up", s->from, s->to, CELL_LINEUP, "\x1b[1m");
	buf_byte(p->out, '\n');
}

static void plot_legend(const struct plot *p)
{
	static const struct {
		enum cell cell;
		const char *words;
	} items[] = {{CELL_FULL, "held"}, {CELL_UNSURE, "perhaps"}, {CELL_SHORT, "a moment"},
		{CELL_PAST, "since before"}, {CELL_FUTURE, "goes on"}, {CELL_NOTICE, "notice received"},
		{CELL_EXISTING, "newest copy"}, {CELL_REACHABLE, "newest reachable"}, {CELL_RESTORED, "restored"}};
	int column = 0;
	for (size_t i = 0; i < LEN(items); i++) {
		int width = (int)strlen(items[i].words) + 4;
		if (column && column + width > p->columns + LABEL_WIDTH) {
			buf_byte(p->out, '\n');
			column = 0;
		}
		buf_fmt(p->out, "%s%s %s", column ? "  " : "", glyph(p, items[i].cell), items[i].words);
		column += width;
	}
	buf_byte(p->out, '\n');
}

void chart_terminal(struct buf *out, const struct analysis *an, const struct chart_options *options)
{
	struct chart c;
	chart_plan(out->arena, an, &c);
	int width = options->width < NARROWEST ? NARROWEST : options->width > WIDEST ? WIDEST : options->width;
	struct plot p = {out->arena, out, &c, NULL, options, width - LABEL_WIDTH};
	for (size_t i = 0; i < c.views_n; i++) {
		p.view = &c.views[i];
		plot_view(&p);
	}
	plot_legend(&p);
}
