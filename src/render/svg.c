/* The line-up chart as SVG: readable small, on paper, in the dark, and without telling colours apart. */
#include "base/utf8.h"
#include "render/chart.h"
#include "render/render.h"
#include "render/say.h"

enum { WIDTH = 880, LABELS = 240, RIGHT = 14, ROW = 24, BAR = 14, HEAD = 56, TICKS = 7, LEGEND = 22 };

struct drawing {
	struct arena *arena;
	struct buf *out;
	const struct chart *chart;
	const struct chart_view *view;
	int top, plot; /* y of the panel, y of its first row */
	int y;         /* next row */
};

/* Lanes differ by colour and by pattern; both schemes keep 4.5:1 for text and 3:1 for bars. */
static const char style[] =
	"<style>.lu{font:13px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;--bg:#fff;--fg:#1c1f24;--soft:#565c66;--line:#d5d9e0;"
	"--band:#f4f5f8;--hit:#b3261e;--notice:#1f5fa8;--upgrade:#7a3fb5;--storage:#b3261e;--backup:#9a5b00;--service:#b0125b;--change:#33691e;"
	"--response:#00696f;--other:#5b6068;--mark:#ffffff}\n"
	"@media (prefers-color-scheme:dark){.lu{--bg:#15181d;--fg:#e8eaee;--soft:#aab1bd;--line:#3a404b;--band:#1d2128;--hit:#ff8a80;--notice:#7db7f5;"
	"--upgrade:#c79bf2;--storage:#ff8a80;--backup:#f0b357;--service:#ff86b8;--change:#9ccc65;--response:#5fd0d6;--other:#aab1bd;--mark:#15181d}}\n"
	"@media print{.lu{--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--band:#f4f4f4;--mark:#fff}}\n"
	".lu text{fill:var(--fg)}.lu .soft{fill:var(--soft);font-size:12px}.lu .name{font-weight:600}.lu .lane{font-weight:700}"
	".lu .grid{stroke:var(--line);stroke-width:1}.lu .band{fill:var(--band)}.lu .bg{fill:var(--bg)}"
	".lu .impact{fill:var(--hit);opacity:.12}.lu .edge{stroke:var(--hit);stroke-width:1.5;stroke-dasharray:3 3;fill:none}"
	".lu .lineup{fill:none;stroke:var(--fg);stroke-width:2}.lu .halo{fill:var(--fg);opacity:.07}"
	".lu .milestone{stroke:var(--fg);stroke-width:1;stroke-dasharray:1 3}.lu .number{font-size:11px;font-weight:700;text-anchor:middle}"
	".lu .disc{fill:var(--bg);stroke:var(--fg)}.lu .pole{stroke:var(--notice);stroke-width:1.5}"
	".lu .texture{stroke:var(--mark);stroke-width:1.5;opacity:.55;fill:none}"
	".lu .hollow{fill:var(--bg);stroke:var(--backup);stroke-width:2}.lu .solid{fill:var(--backup);stroke:var(--backup);stroke-width:2}";

static void begin_style(struct buf *b)
{
	buf_cstr(b, style);
	for (int i = 0; i < LANES; i++)
		buf_fmt(b, "\n.lu .%s{fill:var(--%s)}.lu .s-%s{stroke:var(--%s)}.lu .t-%s{stop-color:var(--%s)}",
			lane_names[i], lane_names[i], lane_names[i], lane_names[i], lane_names[i], lane_names[i]);
	buf_cstr(b, "</style>\n");
}

static void patterns(struct buf *b)
{
	static const char *const textures[LANES] = {[LANE_NOTICE] = "",
		[LANE_UPGRADE] = "M0 8L8 0",
		[LANE_STORAGE] = "M0 0L8 8M0 8L8 0",
		[LANE_BACKUP] = "M0 0L8 8",
		[LANE_SERVICE] = "M4 0V8",
		[LANE_CHANGE] = "M0 4H8",
		[LANE_RESPONSE] = "M2 4H4",
		[LANE_OTHER] = "M0 8L8 0M2 2H3"};
	buf_cstr(b, "<defs>\n");
	for (int i = 0; i < LANES; i++) {
		buf_fmt(b,
			"<pattern id=\"lu-%s\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" class=\"%s\"/>"
			"<path d=\"%s\" class=\"texture\"/></pattern>\n",
			lane_names[i], lane_names[i], *textures[i] ? textures[i] : "M0 0");
		for (int end = 0; end < 2; end++) /* fading in and fading out */
			buf_fmt(b,
				"<linearGradient id=\"lu-%s-%s\"><stop offset=\"0\" class=\"t-%s\" stop-opacity=\"%s\"/>"
				"<stop offset=\"1\" class=\"t-%s\" stop-opacity=\"%s\"/></linearGradient>\n",
				lane_names[i], end ? "out" : "in", lane_names[i], end ? ".85" : ".1", lane_names[i],
				end ? ".1" : ".85");
	}
	buf_cstr(b, "</defs>\n");
}

static double x_of(const struct drawing *d, instant t)
{
	double share = (double)(t - d->view->from) / (double)(d->view->to - d->view->from);
	return LABELS + (share < 0 ? 0 : share > 1 ? 1 : share) * (WIDTH - LABELS - RIGHT);
}

static bool in_view(const struct drawing *d, instant t)
{
	return t != INSTANT_NONE && t >= d->view->from && t <= d->view->to;
}

static void text(struct drawing *d, double x, double y, const char *cls, const char *anchor, struct str s)
{
	buf_fmt(d->out, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
	if (*cls)
		buf_fmt(d->out, " class=\"%s\"", cls);
	if (*anchor)
		buf_fmt(d->out, " text-anchor=\"%s\"", anchor);
	buf_byte(d->out, '>');
	buf_html(d->out, s);
	buf_cstr(d->out, "</text>\n");
}

static void rect(struct drawing *d, double x, double y, double w, double h, const char *attributes)
{
	buf_fmt(d->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>\n", x, y, w, h, attributes);
}

/* --- one panel --- */

static int rows_of(const struct chart *c, const struct chart_view *v)
{
	int n = 0;
	for (size_t i = 0; i < c->rows_n; i++)
		n += chart_row_shows(&c->rows[i], v);
	for (size_t i = 0; i < c->marks_n; i = chart_marks_end(c, i))
		n += chart_marks_show(c, i, v);
	return n;
}

static int panel_height(const struct chart *c, const struct chart_view *v)
{
	return HEAD + rows_of(c, v) * ROW + 34;
}

static void draw_axis(struct drawing *d)
{
	const struct chart_view *v = d->view;
	int bottom = d->plot + rows_of(d->chart, d->view) * ROW;
	int64_t step = chart_step(v->to - v->from, TICKS);
	text(d, 8, d->top + 18, "name", "", str_of(v->title));
	text(d, WIDTH - RIGHT, d->top + 18, "soft", "end",
		str_fmt(d->arena, "%.*s to %.*s", STR_ARG(say_time(d->arena, v->from / MINUTE * MINUTE, NULL)),
			STR_ARG(say_time(d->arena, v->to / MINUTE * MINUTE, NULL))));
	for (instant t = chart_first_tick(v->from, step); t <= v->to; t += step) {
		double x = x_of(d, t);
		buf_fmt(d->out, "<path d=\"M%.1f %dV%d\" class=\"grid\"/>\n", x, d->plot - 4, bottom);
		const char *anchor = x > WIDTH - 50 ? "end" : "middle";
		text(d, x > WIDTH - 50 ? WIDTH - RIGHT : x, d->plot - 9, "soft", anchor, say_tick(d->arena, t, step));
	}
}

static void draw_bands(struct drawing *d)
{
	const struct chart *c = d->chart;
	int y = d->plot, last = LANES, band = 0;
	for (size_t i = 0; i < c->rows_n; i++) {
		int lane = (int)c->rows[i].lane;
		if (!chart_row_shows(&c->rows[i], d->view))
			continue;
		band += lane != last;
		if (band % 2)
			rect(d, 0, y, WIDTH, ROW, "class=\"band\"");
		if (lane != last)
			text(d, 8, y + 17, "lane", "", str_of(lane_names[lane]));
		last = lane;
		y += ROW;
	}
}

static void draw_stretch(struct drawing *d, instant from, instant to, const char *cls, const char *name)
{
	if (from == INSTANT_NONE || from > d->view->to || (to != INSTANT_NONE && to < d->view->from))
		return;
	double x = x_of(d, from), w = x_of(d, to == INSTANT_NONE ? d->view->to : to) - x;
	int height = rows_of(d->chart, d->view) * ROW;
	buf_fmt(d->out, "<g><title>%s</title>\n", name);
	if (!strcmp(cls, "impact")) {
		rect(d, x, d->plot, w < 2 ? 2 : w, height, "class=\"impact\"");
		buf_fmt(d->out, "<path d=\"M%.1f %dV%d", x, d->plot, d->plot + height);
		if (to != INSTANT_NONE)
			buf_fmt(d->out, "M%.1f %dV%d", x + w, d->plot, d->plot + height);
		buf_cstr(d->out, "\" class=\"edge\"/>\n");
	} else {
		rect(d, x, d->plot, w < 3 ? 3 : w, height, "class=\"halo\"");
		rect(d, x, d->plot, w < 3 ? 3 : w, height, "class=\"lineup\"");
	}
	buf_cstr(d->out, "</g>\n");
}

static void arrow(struct drawing *d, double x, double y, int direction, const char *lane)
{
	buf_fmt(d->out, "<path d=\"M%.1f %.1fl%d 7l%d 7z\" class=\"%s\"/>\n", x, y, direction * 8, -direction * 8,
		lane);
}

static void bar_title(struct drawing *d, const struct chart_row *row, const struct chart_bar *b)
{
	struct arena *a = d->arena;
	buf_cstr(d->out, "<g><title>");
	buf_html(d->out, str_fmt(a, "%s: %.*s, %.*s to %.*s", lane_names[row->lane], STR_ARG(row->label),
				 STR_ARG(b->open_past ? STR("before the window") : say_time(a, b->from, NULL)),
				 STR_ARG(b->open_future ? STR("not over in the window") : say_time(a, b->to, NULL))));
	if (b->joined)
		buf_html(d->out, str_fmt(a, ", %.*s", STR_ARG(say_count(a, b->joined + 1, "stretch", "stretches"))));
	buf_cstr(d->out, "</title>\n");
}

static void draw_bar(struct drawing *d, const struct chart_row *row, const struct chart_bar *b, double y)
{
	const char *lane = lane_names[row->lane];
	double x = x_of(d, b->from), sure = x_of(d, b->from_max), unsure = x_of(d, b->to_min), end = x_of(d, b->to);
	bool past = b->open_past || b->from < d->view->from, future = b->open_future || b->to > d->view->to;
	bar_title(d, row, b);
	if (sure > x)
		rect(d, x, y, sure - x, BAR, str_cstr(d->arena, str_fmt(d->arena, "fill=\"url(#lu-%s-in)\"", lane)));
	if (end > unsure)
		rect(d, unsure, y, end - unsure, BAR,
			str_cstr(d->arena, str_fmt(d->arena, "fill=\"url(#lu-%s-out)\"", lane)));
	double w = unsure - sure < 3 ? 3 : unsure - sure;
	rect(d, sure, y, w, BAR, str_cstr(d->arena, str_fmt(d->arena, "rx=\"2\" fill=\"url(#lu-%s)\"", lane)));
	if (past)
		arrow(d, LABELS, y, -1, lane);
	if (future)
		arrow(d, WIDTH - RIGHT, y, 1, lane);
	buf_cstr(d->out, "</g>\n");
}

static void draw_rows(struct drawing *d)
{
	const struct chart *c = d->chart;
	for (size_t i = 0; i < c->rows_n; i++) {
		if (!chart_row_shows(&c->rows[i], d->view))
			continue;
		text(d, 88, d->y + 17, "soft", "", utf8_fit(c->rows[i].label, 25));
		struct chart_bar *bars;
		size_t bars_n = chart_row_bars(d->arena, &c->rows[i], d->view,
			(d->view->to - d->view->from) / (WIDTH - LABELS - RIGHT), &bars);
		for (size_t k = 0; k < bars_n; k++)
			draw_bar(d, &c->rows[i], &bars[k], d->y + (ROW - BAR) / 2.0);
		d->y += ROW;
	}
}

static void mark_shape(struct drawing *d, enum chart_mark_type type, double x, double y)
{
	static const char *const shapes[] = {
		[MARK_NOTICE] = "l11 4l-11 4z\" class=\"notice\"",
		[MARK_EXISTING] = "m0 -3l10 10l-10 10l-10 -10z\" class=\"hollow\"",
		[MARK_REACHABLE] = "m0 1l6 6l-6 6l-6 -6z\" class=\"solid\"",
		[MARK_RESTORED] = "m-6 1h12v12h-12z\" class=\"solid\"",
	};
	if (type == MARK_NOTICE)
		buf_fmt(d->out, "<path d=\"M%.1f %.1fv15\" class=\"pole\"/>\n", x, y);
	buf_fmt(d->out, "<path d=\"M%.1f %.1f%s/>\n", x, y, shapes[type]);
}

static const char *const mark_names[] = {"notice received", "newest copy", "newest reachable copy", "copy restored"};

static void draw_mark(struct drawing *d, const struct chart_mark *m)
{
	bool early = m->at < d->view->from;
	if (m->at > d->view->to || (early && m->type == MARK_NOTICE))
		return;
	buf_cstr(d->out, "<g><title>");
	buf_html(d->out, str_fmt(d->arena, "%s: %.*s, %.*s", mark_names[m->type], STR_ARG(str_slice(m->label, 0, 200)),
				 STR_ARG(say_time(d->arena, m->at, NULL))));
	buf_cstr(d->out, "</title>\n");
	double x = x_of(d, m->at) + (early ? 24 + 22 * (m->type - MARK_EXISTING) : 0);
	if (early)
		arrow(d, LABELS + 2, d->y + 5, -1, "backup");
	mark_shape(d, m->type, x, d->y + 5);
	if (early && m->type == MARK_RESTORED && d->view == d->chart->views) /* once is enough */
		text(d, x + 12, d->y + 17, "soft", "",
			str_fmt(d->arena, "data of %.*s", STR_ARG(say_date(d->arena, m->at))));
	buf_cstr(d->out, "</g>\n");
}

static void draw_marks(struct drawing *d)
{
	const struct chart *c = d->chart;
	for (size_t i = 0, end; i < c->marks_n; i = end) {
		end = chart_marks_end(c, i);
		if (!chart_marks_show(c, i, d->view))
			continue;
		text(d, 8, d->y + 17, "soft", "", utf8_fit(c->marks[i].row, 34));
		for (size_t k = i; k < end; k++)
			draw_mark(d, &c->marks[k]);
		d->y += ROW;
	}
}

/* Numbers on the time line below the rows; those too near each other share a place: "5-9". */
static void draw_milestones(struct drawing *d)
{
	const struct chart *c = d->chart;
	for (size_t i = 0; i < c->milestones_n;) {
		size_t first = i;
		double x = x_of(d, c->milestones[i]->at);
		if (!in_view(d, c->milestones[i++]->at))
			continue;
		while (i < c->milestones_n && in_view(d, c->milestones[i]->at) &&
			x_of(d, c->milestones[i]->at) < x + 36)
			i++;
		double end = x_of(d, c->milestones[i - 1]->at), width = i - first > 1 ? 38 : 18;
		buf_cstr(d->out, "<g><title>");
		for (size_t k = first; k < i; k++)
			buf_fmt(d->out, "%s%.*s, %.*s", k > first ? "; " : "",
				STR_ARG(say_name(d->arena, str_of(c->milestones[k]->name))),
				STR_ARG(say_time(d->arena, c->milestones[k]->at, NULL)));
		buf_cstr(d->out, "</title>\n");
		for (size_t k = first; k < i; k++)
			buf_fmt(d->out, "<path d=\"M%.1f %dV%d\" class=\"milestone\"/>\n",
				x_of(d, c->milestones[k]->at), d->plot, d->y + 6);
		double middle = (x + end) / 2 > WIDTH - width / 2 ? WIDTH - width / 2 : (x + end) / 2;
		rect(d, middle - width / 2, d->y + 6, width, 18, "rx=\"9\" class=\"disc\"");
		text(d, middle, d->y + 19, "number", "",
			i - first > 1 ? str_fmt(d->arena, "%zu-%zu", first + 1, i) : str_fmt(d->arena, "%zu", i));
		buf_cstr(d->out, "</g>\n");
	}
}

static void draw_panel(struct drawing *d)
{
	const struct segment *s = d->chart->analysis->lineup;
	d->plot = d->y = d->top + HEAD;
	draw_bands(d);
	draw_axis(d);
	draw_stretch(d, d->chart->impact_from, d->chart->impact_to, "impact", "Impact");
	draw_rows(d);
	draw_marks(d);
	if (s)
		draw_stretch(d, s->from, s->to, "lineup", "The line-up: most lanes in trouble at once");
	draw_milestones(d);
}

/* --- below the panels --- */

static void legend_item(struct drawing *d, int column, const char *words)
{
	text(d, 34 + column * 290, d->y + 14, "soft", "", str_of(words));
}

static void draw_legend(struct drawing *d)
{
	for (int i = MARK_NOTICE; i <= MARK_RESTORED; i++) {
		int x = 18 + i % 3 * 290, y = d->y + i / 3 * LEGEND;
		mark_shape(d, (enum chart_mark_type)i, x, y + 3);
		text(d, x + 16, y + 14, "soft", "", str_of(mark_names[i]));
	}
	d->y += LEGEND;
	rect(d, 300, d->y + 3, 14, 12, "class=\"impact\"");
	rect(d, 300, d->y + 3, 14, 12, "class=\"edge\"");
	legend_item(d, 1, "impact");
	rect(d, 590, d->y + 3, 14, 12, "class=\"lineup\"");
	legend_item(d, 2, "line-up: most lanes at once");
	d->y += LEGEND;
	text(d, 12, d->y + 14, "soft", "",
		STR("Fading ends are uncertain; an arrow goes on beyond the picture. A number in brackets counts what was affected."));
	d->y += LEGEND + 6;
}

static void draw_key(struct drawing *d)
{
	const struct chart *c = d->chart;
	for (size_t i = 0; i < c->milestones_n; i++) {
		int column = (int)(i % 2), y = d->y + (int)(i / 2) * 20;
		const struct milestone *m = c->milestones[i];
		buf_fmt(d->out,
			"<circle cx=\"%d\" cy=\"%d\" r=\"9\" class=\"disc\"/><text x=\"%d\" y=\"%d\" class=\"number\">%zu</text>\n",
			18 + column * 435, y + 10, 18 + column * 435, y + 14, i + 1);
		text(d, 34 + column * 435, y + 14, "soft", "",
			str_fmt(d->arena, "%.*s  %.*s%s", STR_ARG(say_time(d->arena, m->at, NULL)),
				STR_ARG(say_name(d->arena, str_of(m->name))), m->confirmed ? "" : " (proposed)"));
	}
	d->y += ((int)c->milestones_n + 1) / 2 * 20;
}

static void describe(struct drawing *d)
{
	const struct analysis *an = d->chart->analysis;
	buf_cstr(d->out, "<title id=\"lu-title\">How the failures lined up");
	if (an->incident) {
		buf_cstr(d->out, ": ");
		buf_html(d->out, an->incident->title);
	}
	buf_cstr(d->out, "</title>\n<desc id=\"lu-desc\">");
	if (an->lineup) {
		bool open = analysis_is_open_at(an, an->lineup->from, an->lineup->to);
		buf_html(d->out, str_fmt(d->arena, "%.*s were in trouble at the same time from %.*s %s%.*s.",
					 STR_ARG(say_lanes(d->arena, an->lineup->lanes)),
					 STR_ARG(say_time(d->arena, an->lineup->from, NULL)),
					 open ? "on, and still when the evidence ends, at " : "to ",
					 STR_ARG(say_time(d->arena, open ? an->evidence_to : an->lineup->to, NULL))));
	} else
		buf_cstr(d->out, "The failures did not line up: no two lanes were in trouble at the same time.");
	for (size_t i = 0; i < d->chart->rows_n; i++) {
		const struct chart_row *r = &d->chart->rows[i];
		buf_html(d->out, str_fmt(d->arena, " %s: %.*s from %.*s.", lane_names[r->lane], STR_ARG(r->label),
					 STR_ARG(r->bars[0].open_past ? STR("before the window")
								      : say_time(d->arena, r->bars[0].from, NULL))));
	}
	buf_cstr(d->out, "</desc>\n");
}

void chart_svg(struct buf *out, const struct analysis *an)
{
	struct chart c;
	chart_plan(out->arena, an, &c);
	int height = 10 + 3 * LEGEND + 6 + ((int)c.milestones_n + 1) / 2 * 20 + 10;
	for (size_t i = 0; i < c.views_n; i++)
		height += panel_height(&c, &c.views[i]);
	struct drawing d = {out->arena, out, &c, c.views, 0, 0, 0};
	buf_fmt(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lu\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-labelledby=\"lu-title lu-desc\">\n",
		WIDTH, height);
	describe(&d);
	begin_style(out);
	patterns(out);
	rect(&d, 0, 0, WIDTH, height, "class=\"bg\"");
	for (size_t i = 0; i < c.views_n; i++) {
		d.view = &c.views[i];
		draw_panel(&d);
		d.top += panel_height(&c, d.view);
	}
	d.y = d.top + 10;
	draw_legend(&d);
	draw_key(&d);
	buf_cstr(out, "</svg>\n");
}
