/* The line-up chart as a Mermaid gantt, where a picture cannot go. */
#include "render/chart.h"
#include "render/render.h"
#include "render/say.h"

enum { MERMAID_BARS = 50 }; /* more make the diagram unreadable */

/* Times without a zone: Mermaid reads and shows them in the browser's, which leaves them as they are. It accepts no Z
 * at an end. */
static struct str plain_time(struct arena *a, instant t)
{
	struct str s = instant_str(a, t / SECOND * SECOND);
	return str_slice(s, 0, s.n - str_ends(s, STR("Z")));
}

static void task(struct buf *b, struct str label, const char *tag, instant from, instant to)
{
	struct arena *a = b->arena;
	buf_cstr(b, "    ");
	buf_mermaid(b, label);
	buf_fmt(b, " :%s%.*s, %.*s\n", tag, STR_ARG(plain_time(a, from)), STR_ARG(plain_time(a, to)));
}

static void draw_row(struct buf *b, const struct chart_row *r, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const struct chart_bar *bar = &r->bars[k];
		instant to = bar->to - bar->from < SECOND ? bar->from + SECOND : bar->to;
		task(b, str_fmt(b->arena, "%.*s%s", STR_ARG(r->label), bar->open_future ? ", goes on" : ""),
			r->lane == LANE_STORAGE || r->lane == LANE_SERVICE ? "crit, " : "", bar->from, to);
	}
}

/* Returns how many bars are left out. */
static size_t draw_rows(struct buf *b, const struct chart *c)
{
	size_t *wanted = NEW_N(b->arena, size_t, c->rows_n), *given = NEW_N(b->arena, size_t, c->rows_n);
	for (size_t i = 0; i < c->rows_n; i++)
		wanted[i] = c->rows[i].bars_n;
	size_t left_out = share_out(wanted, c->rows_n, MERMAID_BARS, given);
	for (size_t i = 0; i < c->rows_n; i++) {
		const struct chart_row *r = &c->rows[i];
		if (given[i] && (i == 0 || r->lane != r[-1].lane))
			buf_fmt(b, "    section %s\n", lane_names[r->lane]);
		draw_row(b, r, given[i]);
	}
	return left_out;
}

void chart_mermaid(struct buf *b, const struct analysis *an)
{
	struct chart c;
	struct buf rows = BUF(b->arena);
	chart_plan(b->arena, an, &c);
	size_t left_out = draw_rows(&rows, &c);
	buf_cstr(b, "gantt\n    title How the failures lined up - times in UTC");
	if (left_out)
		buf_fmt(b, ", %.*s left out", STR_ARG(say_count(b->arena, left_out, "bar", "bars")));
	buf_cstr(b, "\n    dateFormat YYYY-MM-DDTHH:mm:ss\n    axisFormat %Y-%m-%d %H:%M\n");
	buf_add(b, buf_str(&rows));
	if (an->lineup && an->lineup->to != INSTANT_NONE && an->lineup->from != INSTANT_NONE) {
		buf_cstr(b, "    section line-up\n");
		bool open = analysis_is_open_at(an, an->lineup->from, an->lineup->to);
		task(b,
			str_fmt(b->arena, "%.*s%s", STR_ARG(say_lanes(b->arena, an->lineup->lanes)),
				open ? ", goes on" : ""),
			"active, ", an->lineup->from, open ? an->evidence_to : an->lineup->to);
	}
}
