/* Plans the line-up chart: which rows, which bars, which stretches of time. */
#include "base/map.h"
#include "render/chart.h"
#include "render/say.h"

#include <stdlib.h>

static instant clip(instant t, instant from, instant to)
{
	return t < from ? from : t > to ? to : t;
}

static struct chart_bar bar_of(const struct analysis *an, const struct span *s)
{
	struct chart_bar b = {.first = s};
	b.open_past = s->from == INSTANT_NONE || s->from < an->from;
	b.open_future = s->to == INSTANT_NONE || s->to > an->to;
	b.from = b.open_past ? an->from : clip(s->from, an->from, an->to);
	b.to = b.open_future ? an->to : clip(s->to, an->from, an->to);
	b.from_max =
		b.open_past || s->from_bounds.max == INSTANT_NONE ? b.from : clip(s->from_bounds.max, b.from, b.to);
	b.to_min = b.open_future || s->to_bounds.min == INSTANT_NONE ? b.to : clip(s->to_bounds.min, b.from_max, b.to);
	if (!b.open_past && s->from_bounds.min != INSTANT_NONE)
		b.from = clip(s->from_bounds.min, an->from, b.from_max);
	if (!b.open_future && s->to_bounds.max != INSTANT_NONE)
		b.to = clip(s->to_bounds.max, b.to_min, an->to);
	return b;
}

/* LAST grows by B, which begins after it does. */
static void join_bars(struct chart_bar *last, const struct chart_bar *b)
{
	if (b->from_max < last->from_max)
		last->from_max = b->from_max;
	if (b->to_min > last->to_min)
		last->to_min = b->to_min;
	if (b->to > last->to)
		last->to = b->to;
	last->open_future |= b->open_future;
	last->open_past |= b->open_past;
}

/* Spans come by start: each either grows the last bar or begins a new one. */
static void add_bar(struct chart_row *row, const struct chart_bar *b)
{
	struct chart_bar *last = row->bars_n ? &row->bars[row->bars_n - 1] : NULL;
	if (!last || b->from > last->to)
		row->bars[row->bars_n++] = *b;
	else
		join_bars(last, b);
}

size_t chart_row_bars(
	struct arena *a, const struct chart_row *row, const struct chart_view *v, int64_t gap, struct chart_bar **out)
{
	VEC(struct chart_bar) list = {0};
	for (size_t i = 0; i < row->bars_n; i++) {
		const struct chart_bar *b = &row->bars[i];
		struct chart_bar *last = list.n ? &list.v[list.n - 1] : NULL;
		if (!chart_bar_shows(b, v))
			continue;
		if (!last || b->from - last->to >= gap) {
			*PUSH(&list, a) = *b;
			continue;
		}
		join_bars(last, b);
		last->joined++;
	}
	*out = list.v;
	return list.n;
}

static int compare_bars(const void *a, const void *b)
{
	const struct chart_bar *x = a, *y = b;
	return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

/* The spans of one condition in one lane. */
struct condition_spans {
	VEC(const struct span *) list;
};

static void plan_row(
	struct arena *a, const struct analysis *an, const struct condition_spans *spans, struct chart_row *row)
{
	const struct span *model = spans->list.v[0];
	struct chart_bar *bars = NEW_N(a, struct chart_bar, spans->list.n);
	struct map subjects = MAP(a);
	for (size_t i = 0; i < spans->list.n; i++) {
		map_put(&subjects, spans->list.v[i]->subject);
		bars[i] = bar_of(an, spans->list.v[i]);
	}
	qsort(bars, spans->list.n, sizeof *bars, compare_bars);
	*row = (struct chart_row){.lane = model->lane, .bars = NEW_N(a, struct chart_bar, spans->list.n)};
	row->label = say_condition(a, model->condition);
	if (subjects.n > 1)
		row->label = str_fmt(a, "%.*s (%zu)", STR_ARG(row->label), subjects.n);
	for (size_t i = 0; i < spans->list.n; i++)
		add_bar(row, &bars[i]);
}

static void plan_rows(struct arena *a, struct chart *c)
{
	const struct analysis *an = c->analysis;
	struct map rows[LANES];
	size_t n = 0;
	for (int lane = 0; lane < LANES; lane++)
		rows[lane] = MAP(a);
	for (size_t i = 0; i < an->spans_n; i++) {
		void **slot = map_put(&rows[an->spans[i].lane], an->spans[i].condition);
		if (!*slot) {
			*slot = NEW(a, struct condition_spans);
			n++;
		}
		struct condition_spans *spans = *slot;
		*PUSH(&spans->list, a) = &an->spans[i];
	}
	c->rows = NEW_N(a, struct chart_row, n);
	for (int lane = 0; lane < LANES; lane++)
		for (size_t i = 0; i < rows[lane].n; i++)
			plan_row(a, an, rows[lane].entries[i].value, &c->rows[c->rows_n++]);
}

/* More assets than that share the last row: nobody looks for the line-up below two hundred. */
enum { COPY_ROWS = 12 };

static bool has_points(const struct recovery *r)
{
	return r->existing || r->reachable || r->restored;
}

static size_t assets_with_points(const struct analysis *an)
{
	size_t n = 0;
	for (size_t i = 0; i < an->recovery_n; i++)
		n += has_points(&an->recovery[i]);
	return n;
}

struct marks {
	VEC(struct chart_mark) list;
};

static void plan_copies(struct arena *a, const struct analysis *an, struct marks *marks)
{
	size_t all = assets_with_points(an), own = all > COPY_ROWS ? COPY_ROWS - 1 : all, rows = 0;
	for (size_t i = 0; i < an->recovery_n; i++) {
		const struct recovery *r = &an->recovery[i];
		const struct copy *points[] = {r->existing, r->reachable, r->restored};
		if (!has_points(r))
			continue;
		struct str row = rows++ < own ? str_fmt(a, "copies of %.*s", STR_ARG(r->asset))
					      : str_fmt(a, "copies of %zu others", all - own);
		for (size_t k = 0; k < LEN(points); k++)
			if (points[k] && points[k]->data_time != INSTANT_NONE)
				*PUSH(&marks->list, a) = (struct chart_mark){(enum chart_mark_type)(MARK_EXISTING + k),
					points[k]->data_time, points[k]->id, row};
	}
}

static void plan_marks(struct arena *a, struct chart *c)
{
	const struct analysis *an = c->analysis;
	struct marks marks = {{0}};
	for (size_t i = 0; i < an->notices_n; i++) {
		const struct notice *n = &an->notices[i];
		if (n->received != INSTANT_NONE)
			*PUSH(&marks.list, a) =
				(struct chart_mark){MARK_NOTICE, n->received, n->subject, STR("notice received")};
	}
	plan_copies(a, an, &marks);
	c->marks = marks.list.v;
	c->marks_n = marks.list.n;
}

static int compare_milestones(const void *a, const void *b)
{
	const struct milestone *x = *(const struct milestone *const *)a, *y = *(const struct milestone *const *)b;
	return x->at != y->at ? (x->at < y->at ? -1 : 1) : (x > y) - (x < y);
}

size_t milestones_by_time(const struct analysis *an, const struct milestone *v[MILESTONES])
{
	size_t n = 0;
	for (size_t i = 0; i < MILESTONES; i++)
		if (an->milestones[i].name && an->milestones[i].at != INSTANT_NONE)
			v[n++] = &an->milestones[i];
	qsort(v, n, sizeof *v, compare_milestones);
	return n;
}

static void widen(struct chart_view *v, instant t)
{
	if (t == INSTANT_NONE)
		return;
	if (v->from == INSTANT_NONE || t < v->from)
		v->from = t;
	if (v->to == INSTANT_NONE || t > v->to)
		v->to = t;
}

static void pad(struct chart_view *v, int64_t percent, instant from, instant to)
{
	int64_t margin = (v->to - v->from) / 100 * percent;
	if (margin < MINUTE)
		margin = MINUTE;
	v->from = v->from - margin < from ? from : v->from - margin;
	v->to = v->to + margin > to ? to : v->to + margin;
}

/* From the first thing that begins inside the window to the last that ends there; never beyond the window. */
static struct chart_view whole_view(const struct chart *c)
{
	const struct analysis *an = c->analysis;
	struct chart_view v = {INSTANT_NONE, INSTANT_NONE, "The whole window"};
	widen(&v, an->incident_from);
	widen(&v, an->incident_to);
	for (size_t i = 0; i < c->rows_n; i++) {
		for (size_t k = 0; k < c->rows[i].bars_n; k++) {
			const struct chart_bar *b = &c->rows[i].bars[k];
			widen(&v, b->open_past ? INSTANT_NONE : b->from);
			widen(&v, b->open_future ? INSTANT_NONE : b->to);
		}
	}
	for (size_t i = 0; i < c->milestones_n; i++)
		widen(&v, c->milestones[i]->at);
	if (v.from == INSTANT_NONE)
		v.from = an->from, v.to = an->to;
	pad(&v, 3, INSTANT_NONE + 1, INSTANT_MAX);
	v.from = clip(v.from, an->from, an->to);
	v.to = clip(v.to, an->from, an->to);
	if (v.to <= v.from)
		v.to = v.from + HOUR;
	return v;
}

/* Is [from, to) long enough to be read in one of the views so far? */
static bool is_readable(const struct chart *c, instant from, instant to, int64_t share)
{
	for (size_t i = 0; i < c->views_n; i++) {
		const struct chart_view *v = &c->views[i];
		if (from >= v->from && to <= v->to && (to - from) * share >= v->to - v->from)
			return true;
	}
	return false;
}

static void add_view(struct chart *c, const char *title, instant from, instant to)
{
	struct chart_view v = {from, to, title};
	pad(&v, 40, c->views[0].from, c->views[0].to);
	if (v.to > v.from && v.to - v.from <= (c->views[0].to - c->views[0].from) / 100 * 45)
		c->views[c->views_n++] = v;
}

/*
 * The line-up is looked at closer unless it fills a quarter of the window; the impact, unless it can be made out where
 * it is already shown: a twelfth of a picture is enough for that. Two that lie close together share a view.
 */
static void plan_views(struct chart *c)
{
	const struct segment *s = c->analysis->lineup;
	struct chart_view both = {INSTANT_NONE, INSTANT_NONE, NULL};
	bool lineup = s && s->from != INSTANT_NONE && s->to != INSTANT_NONE && s->to > s->from;
	bool impact = c->impact_from != INSTANT_NONE && c->impact_to != INSTANT_NONE && c->impact_to > c->impact_from;
	c->views[0] = whole_view(c);
	c->views_n = 1;
	if (lineup && impact) {
		widen(&both, s->from);
		widen(&both, s->to);
		widen(&both, c->impact_from);
		widen(&both, c->impact_to);
		int64_t shorter = s->to - s->from < c->impact_to - c->impact_from ? s->to - s->from
										  : c->impact_to - c->impact_from;
		if (both.to - both.from <= 8 * shorter)
			add_view(c, "The line-up and the impact, closer", both.from, both.to);
	}
	if (lineup && !is_readable(c, s->from, s->to, c->views_n == 1 ? 4 : 12))
		add_view(c, "The line-up, closer", s->from, s->to);
	if (impact && c->views_n < VIEWS && !is_readable(c, c->impact_from, c->impact_to, 12))
		add_view(c, "The impact, closer", c->impact_from, c->impact_to);
}

void chart_plan(struct arena *a, const struct analysis *an, struct chart *c)
{
	*c = (struct chart){.analysis = an, .impact_from = INSTANT_NONE, .impact_to = INSTANT_NONE};
	plan_rows(a, c);
	plan_marks(a, c);
	c->milestones = NEW_N(a, const struct milestone *, MILESTONES);
	c->milestones_n = milestones_by_time(an, c->milestones);
	for (size_t i = 0; i < c->milestones_n; i++) {
		if (!strcmp(c->milestones[i]->name, "impact_start"))
			c->impact_from = c->milestones[i]->at;
		if (!strcmp(c->milestones[i]->name, "impact_end"))
			c->impact_to = c->milestones[i]->at;
	}
	plan_views(c);
}

size_t chart_marks_end(const struct chart *c, size_t i)
{
	size_t end = i;
	while (end < c->marks_n && str_eq(c->marks[end].row, c->marks[i].row))
		end++;
	return end;
}

bool chart_marks_show(const struct chart *c, size_t i, const struct chart_view *v)
{
	for (size_t end = chart_marks_end(c, i); i < end; i++) {
		const struct chart_mark *m = &c->marks[i];
		if (m->at <= v->to && (m->at >= v->from || m->type != MARK_NOTICE))
			return true;
	}
	return false;
}

bool chart_bar_shows(const struct chart_bar *b, const struct chart_view *v)
{
	return b->to >= v->from && b->from <= v->to;
}

bool chart_row_shows(const struct chart_row *row, const struct chart_view *v)
{
	for (size_t i = 0; i < row->bars_n; i++)
		if (chart_bar_shows(&row->bars[i], v))
			return true;
	return false;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t share_out(const size_t *wanted, size_t n, size_t most, size_t *given)
{
	size_t wanting = 0, spare = most, left_out = 0;
	for (size_t i = 0; i < n; i++)
		wanting += wanted[i] > 0;
	size_t share = wanting ? most / wanting : 0;
	for (size_t i = 0; i < n; i++)
		spare -= least(wanted[i], share);
	for (size_t i = 0; i < n; i++) {
		size_t own = least(wanted[i], share), more = least(wanted[i] - own, spare);
		given[i] = own + more;
		spare -= more;
		left_out += wanted[i] - given[i];
	}
	return left_out;
}

int64_t chart_step(int64_t length, int most)
{
	static const int64_t steps[] = {SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY,
		182 * DAY};
	for (size_t i = 0; i < LEN(steps); i++)
		if (length / steps[i] <= most)
			return steps[i];
	int64_t years = 365 * DAY;
	while (length / years > most)
		years *= 2;
	return years;
}

instant chart_first_tick(instant from, int64_t step)
{
	instant t = from / step * step;
	return t < from ? t + step : t;
}
