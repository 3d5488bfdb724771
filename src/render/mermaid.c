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

static size_t rows_of_lane(struct buf *b, const struct chart *c, enum lane lane, size_t room)
{
	size_t drawn = 0;
	for (size_t i = 0; i < c->rows_n; i++) {
		const struct chart_row *r = &c->rows[i];
		for (size_t k = 0; r->lane == lane && k < r->bars_n && drawn < room; k++, drawn++) {
			if (drawn == 0)
				buf_fmt(b, "    section %s\n", lane_names[lane]);
			const struct chart_bar *bar = &r->bars[k];
			instant to = bar->to - bar->from < SECOND ? bar->from + SECOND : bar->to;
			task(b, str_fmt(b->arena, "%.*s%s", STR_ARG(r->label), bar->open_future ? ", goes on" : ""),
				lane == LANE_STORAGE || lane == LANE_SERVICE ? "crit, " : "", bar->from, to);
		}
	}
	return drawn;
}

void chart_mermaid(struct buf *b, const struct analysis *an)
{
	struct chart c;
	size_t bars = 0, drawn = 0;
	chart_plan(b->arena, an, &c);
	for (size_t i = 0; i < c.rows_n; i++)
		bars += c.rows[i].bars_n;
	buf_cstr(b, "gantt\n    title How the failures lined up - times in UTC\n    dateFormat YYYY-MM-DDTHH:mm:ss\n"
		    "    axisFormat %Y-%m-%d %H:%M\n");
	for (int lane = 0; lane < LANES; lane++)
		drawn += rows_of_lane(b, &c, (enum lane)lane, MERMAID_BARS - drawn);
	if (an->lineup && an->lineup->to != INSTANT_NONE && an->lineup->from != INSTANT_NONE) {
		buf_cstr(b, "    section line-up\n");
		task(b, say_lanes(b->arena, an->lineup->lanes), "active, ", an->lineup->from, an->lineup->to);
	}
	if (drawn < bars)
		buf_fmt(b, "    %%%% %zu more bars are left out\n", bars - drawn);
}
