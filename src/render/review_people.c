/* What of a review people answer for: actions and how they age, notices, and how long assets were exposed. */
#include "analyse/interval.h"
#include "base/map.h"
#include "render/review.h"
#include "render/say.h"

#include <stdlib.h>

/* ---- notices ---- */

static void add_notice(struct arena *a, struct json *list, const struct notice *n)
{
	struct json *row = json_push(a, list, json_object(a));
	json_add_str(a, row, "provider", n->provider);
	json_add_str(a, row, "subject", n->subject);
	json_add_str(a, row, "received", instant_str(a, n->received));
	json_add_str(a, row, "when", say_time(a, n->received, NULL));
	json_add_str(a, row, "lead", n->actual_from == INSTANT_NONE ? STR("unknown") : duration_str(a, n->lead));
}

/* Two incidents may have seen the same notice, or the same change without one: it counts once. */
static bool is_new(struct map *seen, struct str id)
{
	void **slot = map_put(seen, id);
	bool is_first = !*slot;
	*slot = seen; /* anything but NULL */
	return is_first;
}

static void add_unannounced(struct arena *a, struct json *list, const struct analysis *an, struct map *seen)
{
	for (size_t i = 0; i < an->unannounced_n; i++) {
		const struct span *s = an->unannounced[i].span;
		if (!is_new(seen, s->id))
			continue;
		struct json *row = json_push(a, list, json_object(a));
		json_add_str(a, row, "incident", an->incident->id);
		json_add_str(a, row, "subject", s->subject);
		json_add_str(a, row, "from", s->from == INSTANT_NONE ? STR_NONE : instant_str(a, s->from));
	}
}

void review_add_notices(struct arena *a, struct json *root, const struct review_period *p)
{
	struct json *j = json_add_object(a, root, "notices"), *missed = json_add_array(a, j, "missed"),
		    *silent = json_add_array(a, j, "unannounced");
	struct map seen = MAP(a);
	int64_t total = 0, answered = 0;
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < p->v[i].notices_n; k++) {
			const struct notice *n = &p->v[i].notices[k];
			if (!is_new(&seen, n->id))
				continue;
			total++;
			answered += n->answered;
			if (n->missed)
				add_notice(a, missed, n);
		}
		add_unannounced(a, silent, &p->v[i], &seen);
	}
	json_add_int(a, j, "total", total);
	json_add_int(a, j, "answered_n", answered);
	json_add_int(a, j, "missed_n", (int64_t)json_size(missed));
	json_add_int(a, j, "unannounced_n", (int64_t)json_size(silent));
}

/* ---- exposure ---- */

struct exposed {
	VEC(struct interval) v;
};

static void note_exposure(struct arena *a, struct map *assets, const struct review_period *p, const struct analysis *an)
{
	for (size_t k = 0; k < an->spans_n; k++) {
		const struct span *s = &an->spans[k];
		if (!str_eq(s->condition, STR("exposure")))
			continue;
		struct interval all = {p->from, p->to < an->incident_to ? p->to : an->incident_to};
		struct interval held = {s->from, s->to == INSTANT_NONE ? INSTANT_MAX : s->to};
		held = interval_meet(held, all);
		struct exposed **slot = (struct exposed **)map_put(assets, s->subject);
		*slot = *slot ? *slot : NEW(a, struct exposed);
		if (!interval_is_empty(held))
			*PUSH(&(*slot)->v, a) = held;
	}
}

/* Two incidents may have seen the same exposure: it is counted once. */
void review_add_exposure(struct arena *a, struct json *root, const struct review_period *p)
{
	struct map assets = MAP(a);
	for (size_t i = 0; i < p->n; i++)
		note_exposure(a, &assets, p, &p->v[i]);
	struct json *list = json_add_array(a, root, "exposure");
	for (size_t i = 0; i < assets.n; i++) {
		const struct exposed *e = assets.entries[i].value;
		int64_t length = intervals_length(intervals_of(a, e->v.v, e->v.n));
		struct json *j = json_push(a, list, json_object(a));
		json_add_str(a, j, "asset", assets.entries[i].key);
		json_add_str(a, j, "what", say_subject(a, assets.entries[i].key, STR_NONE));
		review_add_length(a, j, "seconds", "text", true, length);
	}
}

/* ---- actions ---- */

static bool within(const struct review_period *p, instant at)
{
	return at != INSTANT_NONE && at >= p->from && at < p->to;
}

static bool is_open(const struct action *x)
{
	return str_eq(x->state, STR("open"));
}

static void add_open(struct arena *a, struct json *list, const struct action *x, instant now)
{
	struct json *row = json_push(a, list, json_object(a));
	bool late = action_is_overdue(x, now);
	json_add_str(a, row, "id", x->id);
	json_add_str(a, row, "incident", x->incident);
	json_add_str(a, row, "title", x->title);
	json_add_str(a, row, "type", x->type.n ? x->type : STR("no type"));
	json_add_str(a, row, "owner", x->owner.n ? x->owner : STR("nobody"));
	json_add_str(a, row, "due", x->due == INSTANT_NONE ? STR("no date") : str_slice(instant_str(a, x->due), 0, 10));
	json_add_bool(a, row, "overdue", late);
	review_add_length(a, row, "age_seconds", "age", true, now - x->opened_at);
	review_add_length(a, row, "late_seconds", "late", late, late ? now - action_deadline(x) : 0);
}

static const struct {
	const char *label;
	int64_t from, to; /* of the age */
} ages[] = {{"up to 30 days", INT64_MIN, 30 * DAY}, {"31 to 90 days", 30 * DAY, 90 * DAY},
	{"over 90 days", 90 * DAY, INT64_MAX}};

static int length_order(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
	return a < b ? -1 : a > b;
}

static void add_ageing(struct arena *a, struct json *j, const struct ledger *l, instant now)
{
	int64_t *v = NEW_N(a, int64_t, l->actions_n + 1);
	size_t n = 0;
	for (size_t i = 0; i < l->actions_n; i++)
		if (is_open(&l->actions[i]))
			v[n++] = now - l->actions[i].opened_at;
	qsort(v, n, sizeof *v, length_order);
	struct json *list = json_add_array(a, j, "ageing");
	for (size_t k = 0; k < LEN(ages); k++) {
		int64_t count = 0;
		for (size_t i = 0; i < n; i++)
			count += v[i] > ages[k].from && v[i] <= ages[k].to;
		struct json *row = json_push(a, list, json_object(a));
		json_add_str(a, row, "name", str_of(ages[k].label));
		json_add_int(a, row, "n", count);
	}
	json_add_int(a, j, "open_n", (int64_t)n);
	review_add_length(a, j, "median_age_seconds", "median_age", n > 0, n ? (v[(n - 1) / 2] + v[n / 2]) / 2 : 0);
}

/* Ended ones with a due date: how many by it. When an imported one ended may not be known. */
static void add_punctuality(struct arena *a, struct json *j, const struct review *r)
{
	int64_t by_due = 0, of = 0, unknown = 0;
	for (size_t i = 0; i < r->ledger->actions_n; i++) {
		const struct action *x = &r->ledger->actions[i];
		unknown += !is_open(x) && x->ended_at == INSTANT_NONE;
		if (is_open(x) || x->due == INSTANT_NONE || !within(&r->period, x->ended_at))
			continue;
		of++;
		by_due += x->ended_at < action_deadline(x);
	}
	json_add_int(a, j, "closed_by_due", by_due);
	json_add_int(a, j, "closed_with_due", of);
	json_add_int(a, j, "ended_unknown", unknown);
	json_add_str(a, j, "ended_unknown_words",
		unknown ? say_count(a, (size_t)unknown, "imported action", "imported actions") : STR_NONE);
}

static int by_age(const void *pa, const void *pb)
{
	const struct action *a = *(const struct action *const *)pa, *b = *(const struct action *const *)pb;
	instant due_a = a->due == INSTANT_NONE ? INSTANT_MAX : a->due,
		due_b = b->due == INSTANT_NONE ? INSTANT_MAX : b->due;
	if (due_a != due_b)
		return due_a < due_b ? -1 : 1;
	return a->opened_at != b->opened_at ? (a->opened_at < b->opened_at ? -1 : 1) : str_cmp(a->id, b->id);
}

/* The open ones, the longest overdue first. */
void review_add_actions(struct arena *a, struct json *root, const struct review *r)
{
	const struct ledger *l = r->ledger;
	struct json *j = json_add_object(a, root, "actions"), *open = json_add_array(a, j, "open");
	int64_t opened = 0, closed = 0, overdue = 0, opened_before = 0, closed_before = 0;
	const struct action **v = NEW_N(a, const struct action *, l->actions_n + 1);
	size_t n = 0;
	for (size_t i = 0; i < l->actions_n; i++) {
		const struct action *x = &l->actions[i];
		opened += within(&r->period, x->opened_at);
		closed += within(&r->period, x->ended_at);
		opened_before += within(&r->before, x->opened_at);
		closed_before += within(&r->before, x->ended_at);
		overdue += action_is_overdue(x, r->now);
		if (is_open(x))
			v[n++] = x;
	}
	qsort(v, n, sizeof *v, by_age);
	for (size_t i = 0; i < n; i++)
		add_open(a, open, v[i], r->now);
	json_add_int(a, j, "opened", opened);
	json_add_int(a, j, "closed", closed);
	json_add_int(a, j, "overdue", overdue);
	json_add_int(a, j, "opened_before", opened_before);
	json_add_int(a, j, "closed_before", closed_before);
	add_ageing(a, j, l, r->now);
	add_punctuality(a, j, r);
}
