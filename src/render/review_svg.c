/* The review's picture: metrics over the periods, and a table of the lanes that were in trouble together; told by shape
 * and number too. */
#include "render/review.h"
#include "render/say.h"

#include <math.h>

enum {
	WIDTH = 800,
	LABELS = 176, /* names of metrics */
	RIGHT = 12,
	HEAD = 54,
	PANEL = 92, /* one metric */
	INSET = 14, /* above and below its values */
	METRICS_SHOWN = 6,
	CELL_W = 98,
	CELL_H = 34,
	LEGEND = 20,
	LANES_COUNTED = 6
};

static const enum lane lanes[LANES_COUNTED] = {
	LANE_NOTICE, LANE_UPGRADE, LANE_STORAGE, LANE_BACKUP, LANE_SERVICE, LANE_CHANGE};

/* Which are drawn when more are known than there is room for: what people ask first. */
static const char *const wanted[] = {"impact_duration", "time_to_detect", "time_to_mitigate", "time_to_resolve",
	"recovery_point_actual", "notice_lead", "time_to_acknowledge", "recovery_time_actual", "exposure",
	"backup_age_at_change", "decision_latency", "window_slip"};

static const char style[] =
	"<style>.rv{font:13px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;--bg:#fff;--fg:#1c1f24;--soft:#565c66;--line:#d5d9e0;"
	"--dot:#1f5fa8;--cell:#b3261e;--band:#f4f5f8}\n"
	"@media (prefers-color-scheme:dark){.rv{--bg:#15181d;--fg:#e8eaee;--soft:#aab1bd;--line:#3a404b;--dot:#7db7f5;--cell:#ff8a80;--band:#1d2128}}\n"
	"@media print{.rv{--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--dot:#1f5fa8;--cell:#888;--band:#f4f4f4}}\n"
	".rv text{fill:var(--fg)}.rv .soft{fill:var(--soft);font-size:12px}.rv .name{font-weight:600}.rv .bg{fill:var(--bg)}.rv .band{fill:var(--band)}"
	".rv .grid{stroke:var(--line);stroke-width:1;fill:none}.rv .dot{fill:var(--bg);stroke:var(--dot);stroke-width:1.5}"
	".rv .median{stroke:var(--fg);stroke-width:3}.rv .trend{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3;fill:none}"
	".rv .cell{fill:var(--cell)}.rv .now{fill:none;stroke:var(--fg);stroke-width:1.5}</style>\n";

struct canvas {
	struct arena *arena;
	struct buf *out;
	const struct review *review;
	const char *shown[METRICS_SHOWN];
	int shown_n, y;
};

static void text(struct canvas *c, double x, double y, const char *cls, const char *anchor, struct str s)
{
	buf_fmt(c->out, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
	if (*cls)
		buf_fmt(c->out, " class=\"%s\"", cls);
	if (*anchor)
		buf_fmt(c->out, " text-anchor=\"%s\"", anchor);
	buf_byte(c->out, '>');
	buf_html(c->out, s);
	buf_cstr(c->out, "</text>\n");
}

static const struct review_period *period_at(const struct canvas *c, size_t i)
{
	return &c->review->trend[i];
}

static void choose_metrics(struct canvas *c)
{
	for (size_t i = 0; i < LEN(wanted) && c->shown_n < METRICS_SHOWN; i++) {
		size_t known = 0, n;
		for (size_t k = 0; k < c->review->trend_n; k++) {
			review_values(c->arena, period_at(c, k), wanted[i], &n);
			known += n;
		}
		if (known)
			c->shown[c->shown_n++] = wanted[i];
	}
}

/* ---- metrics over periods ---- */

static double column_width(const struct canvas *c)
{
	return (double)(WIDTH - LABELS - RIGHT) / (double)c->review->trend_n;
}

/* Lengths from seconds to weeks share a scale of logarithms; what is not after its beginning lies at the bottom. */
struct scale {
	double low, high;
	int top, bottom;
};

static double height_of(const struct scale *s, int64_t length)
{
	double at = log((double)(length > SECOND ? length : SECOND));
	return s->high > s->low ? s->bottom - (at - s->low) / (s->high - s->low) * (s->bottom - s->top)
				: (s->top + s->bottom) / 2.0;
}

static struct scale scale_of(struct canvas *c, const char *metric, int64_t *least, int64_t *most)
{
	bool any = false;
	for (size_t k = 0; k < c->review->trend_n; k++) {
		size_t n;
		struct review_value *v = review_values(c->arena, period_at(c, k), metric, &n);
		if (!n)
			continue;
		*least = !any || v[0].length < *least ? v[0].length : *least;
		*most = !any || v[n - 1].length > *most ? v[n - 1].length : *most;
		any = true;
	}
	return (struct scale){log((double)(*least > SECOND ? *least : SECOND)),
		log((double)(*most > SECOND ? *most : SECOND)), c->y + INSET, c->y + PANEL - INSET - 14};
}

static void draw_values(struct canvas *c, const struct scale *s, const struct review_value *v, size_t n, double middle)
{
	double room = column_width(c) / 2 - 12, step = n > 1 ? room * 2 / (double)(n - 1) : 0;
	step = step > 9 ? 9 : step;
	for (size_t i = 0; i < n; i++) {
		buf_fmt(c->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"dot\"><title>",
			middle + ((double)i - (double)(n - 1) / 2) * step, height_of(s, v[i].length));
		buf_html(c->out, v[i].incident->id);
		buf_fmt(c->out, ": %.*s</title></circle>\n", STR_ARG(duration_str(c->arena, v[i].length)));
	}
}

static void draw_metric(struct canvas *c, const char *metric, bool band)
{
	int64_t least = 0, most = 0;
	struct scale s = scale_of(c, metric, &least, &most);
	double before_x = 0, before_y = 0;
	bool line = false;
	if (band)
		buf_fmt(c->out, "<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"band\"/>\n", c->y, WIDTH,
			PANEL);
	text(c, 8, c->y + 22, "name", "", say_name(c->arena, str_of(metric)));
	text(c, 8, c->y + 40, "soft", "", duration_str(c->arena, least));
	text(c, 8, c->y + 56, "soft", "", str_fmt(c->arena, "to %.*s", STR_ARG(duration_str(c->arena, most))));
	for (size_t k = 0; k < c->review->trend_n; k++) {
		size_t n;
		const struct review_period *p = period_at(c, k);
		struct review_value *v = review_values(c->arena, p, metric, &n);
		double middle = LABELS + column_width(c) * ((double)k + .5);
		text(c, middle, c->y + PANEL - 5, "soft", "middle",
			n ? str_fmt(c->arena, "%.*s (%zu of %zu)",
				    STR_ARG(duration_str(c->arena, review_quartile(v, n, 2))), n, p->n)
			  : str_fmt(c->arena, "none of %zu", p->n));
		if (!n)
			continue;
		double y = height_of(&s, review_quartile(v, n, 2));
		if (line)
			buf_fmt(c->out, "<path d=\"M%.1f %.1fL%.1f %.1f\" class=\"trend\"/>\n", before_x, before_y,
				middle, y);
		draw_values(c, &s, v, n, middle);
		buf_fmt(c->out, "<path d=\"M%.1f %.1fH%.1f\" class=\"median\"/>\n", middle - 16, y, middle + 16);
		before_x = middle;
		before_y = y;
		line = true;
	}
	c->y += PANEL;
}

static void draw_metrics(struct canvas *c)
{
	text(c, 8, c->y + 18, "name", "", STR("Metrics over time"));
	for (size_t k = 0; k < c->review->trend_n; k++)
		text(c, LABELS + column_width(c) * ((double)k + .5), c->y + 42, "name", "middle",
			period_at(c, k)->name);
	c->y += HEAD;
	for (int i = 0; i < c->shown_n; i++)
		draw_metric(c, c->shown[i], i % 2 == 0);
	buf_fmt(c->out,
		"<circle cx=\"16\" cy=\"%d\" r=\"3.5\" class=\"dot\"/><path d=\"M196 %dH228\" class=\"median\"/>\n",
		c->y + 16, c->y + 16);
	text(c, 28, c->y + 20, "soft", "", STR("one incident"));
	text(c, 236, c->y + 20, "soft", "",
		STR("median, and of how many incidents it is known; scales are logarithmic"));
	c->y += LEGEND + 16;
}

/* ---- lanes together ---- */

static void draw_cell(struct canvas *c, int row, int column, double x, int y)
{
	const struct review *r = c->review;
	unsigned set = 1u << lanes[row] | 1u << lanes[column];
	int64_t n = review_count_lanes(&r->period, set), was = review_count_lanes(&r->before, set);
	if (n)
		buf_fmt(c->out,
			"<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"cell\" opacity=\"%.2f\"/>\n", x,
			y, CELL_W, CELL_H, .08 + .3 * (double)n / (double)(r->period.n ? r->period.n : 1));
	buf_fmt(c->out, "<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"%s\" fill=\"none\"/>\n", x, y,
		CELL_W, CELL_H, row == column ? "now" : "grid");
	text(c, x + CELL_W / 2.0, y + 22, row == column ? "name" : "", "middle",
		str_fmt(c->arena, "%lld (%lld)", (long long)n, (long long)was));
}

static void draw_lanes(struct canvas *c)
{
	const struct review *r = c->review;
	text(c, 8, c->y + 18, "name", "", STR("Areas in trouble together"));
	text(c, WIDTH - RIGHT, c->y + 18, "soft", "end",
		str_fmt(c->arena, "incidents of %.*s, of %zu in all; in brackets %.*s, of %zu", STR_ARG(r->period.name),
			r->period.n, STR_ARG(r->before.name), r->before.n));
	for (int k = 0; k < LANES_COUNTED; k++)
		text(c, LABELS + CELL_W * (k + .5), c->y + 44, "soft", "middle", str_of(lane_names[lanes[k]]));
	c->y += HEAD;
	for (int row = 0; row < LANES_COUNTED; row++) {
		text(c, 8, c->y + 22, "name", "", str_of(lane_names[lanes[row]]));
		for (int column = 0; column <= row; column++)
			draw_cell(c, row, column, LABELS + CELL_W * column, c->y);
		c->y += CELL_H;
	}
	text(c, 8, c->y + 20, "soft", "",
		STR("Framed: trouble in that area at all. Other cells: both areas in trouble at once. The more incidents, the darker."));
	c->y += LEGEND + 10;
}

/* ---- the whole ---- */

static void describe(struct canvas *c)
{
	const struct review *r = c->review;
	buf_fmt(c->out, "<title id=\"rv-title\">" REVIEW_CHART ": ");
	buf_html(c->out, r->period.name);
	buf_cstr(c->out, "</title>\n<desc id=\"rv-desc\">");
	for (int i = 0; i < c->shown_n; i++) {
		buf_html(c->out, str_fmt(c->arena, "Median %.*s: ", STR_ARG(say_name(c->arena, str_of(c->shown[i])))));
		for (size_t k = 0; k < r->trend_n; k++) {
			size_t n;
			struct review_value *v = review_values(c->arena, &r->trend[k], c->shown[i], &n);
			buf_html(c->out, str_fmt(c->arena, "%s%.*s %.*s", k ? ", " : "", STR_ARG(r->trend[k].name),
						 STR_ARG(n ? duration_str(c->arena, review_quartile(v, n, 2))
							   : STR("unknown"))));
		}
		buf_cstr(c->out, ". ");
	}
	for (int row = 0; row < LANES_COUNTED; row++)
		for (int column = 0; column <= row; column++) {
			unsigned set = 1u << lanes[row] | 1u << lanes[column];
			int64_t n = review_count_lanes(&r->period, set);
			if (n)
				buf_html(c->out,
					str_fmt(c->arena, "%.*s: %lld of %zu incidents. ",
						STR_ARG(say_lane_set(c->arena, set)), (long long)n, r->period.n));
		}
	buf_cstr(c->out, "</desc>\n");
}

void review_svg(struct buf *out, const struct review *r)
{
	struct canvas c = {.arena = out->arena, .out = out, .review = r};
	choose_metrics(&c);
	int metrics = c.shown_n ? HEAD + c.shown_n * PANEL + LEGEND + 16 : 0;
	int height = 10 + metrics + HEAD + LANES_COUNTED * CELL_H + LEGEND + 10;
	buf_fmt(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rv\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-labelledby=\"rv-title rv-desc\">\n",
		WIDTH, height);
	describe(&c);
	buf_cstr(out, style);
	buf_fmt(out, "<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" class=\"bg\"/>\n", WIDTH, height);
	c.y = 4;
	if (c.shown_n)
		draw_metrics(&c);
	draw_lanes(&c);
	buf_cstr(out, "</svg>\n");
}
