/* The review of a stretch of time: what its incidents have in common, and whether it gets better. */
#include "render/review.h"
#include "base/map.h"
#include "embed.h"
#include "render/say.h"

#include <stdlib.h>

/* ---- numbers of one metric over several incidents ---- */

struct sample {
	const struct incident *incident;
	int64_t length;
};

static int sample_order(const void *pa, const void *pb)
{
	const struct sample *a = pa, *b = pb;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return str_cmp(a->incident->id, b->incident->id);
}

static const struct metric *metric_of(const struct analysis *a, const char *name)
{
	const struct metric *m = analysis_metric(a, name);
	return m && m->known ? m : NULL;
}

static struct sample *samples_of(struct arena *a, const struct review_period *p, const char *name, size_t *n)
{
	struct sample *v = NEW_N(a, struct sample, p->n + 1);
	*n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct metric *m = metric_of(&p->v[i], name);
		if (m)
			v[(*n)++] = (struct sample){p->v[i].incident, m->length};
	}
	qsort(v, *n, sizeof *v, sample_order);
	return v;
}

static int64_t median(const struct sample *v, size_t n)
{
	return n % 2 ? v[n / 2].length : v[n / 2 - 1].length + (v[n / 2].length - v[n / 2 - 1].length) / 2;
}

static void add_length(struct arena *a, struct json *j, const char *seconds, const char *text, bool known, int64_t length)
{
	if (known)
		json_add_int(a, j, seconds, length / SECOND);
	else
		json_add_null(a, j, seconds);
	json_add_str(a, j, text, known ? duration_str(a, length) : STR("unknown"));
}

static struct json *metric_json(struct arena *a, const struct review_period *p, const struct review_period *before, const struct metric *m)
{
	size_t n, was_n = 0;
	struct sample *v = samples_of(a, p, m->name, &n), *was = before ? samples_of(a, before, m->name, &was_n) : NULL;
	struct json *j = json_object(a);
	json_add_str(a, j, "name", str_of(m->name));
	json_add_str(a, j, "formula", str_of(m->formula));
	json_add_int(a, j, "n", (int64_t)n);
	json_add_int(a, j, "of", (int64_t)p->n);
	add_length(a, j, "median_seconds", "median", n > 0, n ? median(v, n) : 0);
	add_length(a, j, "min_seconds", "min", n > 0, n ? v[0].length : 0);
	add_length(a, j, "max_seconds", "max", n > 0, n ? v[n - 1].length : 0);
	add_length(a, j, "before_median_seconds", "before_median", was_n > 0, was_n ? median(was, was_n) : 0);
	json_add_int(a, j, "before_n", (int64_t)was_n);
	struct json *values = json_add_array(a, j, "values");
	for (size_t i = 0; i < n; i++) {
		struct json *value = json_push(a, values, json_object(a));
		json_add_str(a, value, "incident", v[i].incident->id);
		add_length(a, value, "seconds", "text", true, v[i].length);
		json_add_bool(a, value, "last", i + 1 == n);
	}
	return j;
}

/* ---- lanes ---- */

#define COUNTED_LANES \
	(1u << LANE_NOTICE | 1u << LANE_UPGRADE | 1u << LANE_STORAGE | 1u << LANE_BACKUP | 1u << LANE_SERVICE | 1u << LANE_CHANGE)

static unsigned lanes_of(const struct analysis *an)
{
	unsigned lanes = 0;
	for (size_t i = 0; i < an->spans_n; i++)
		lanes |= 1u << an->spans[i].lane;
	return lanes & COUNTED_LANES;
}

static bool overlapped(const struct analysis *an, unsigned pair)
{
	for (size_t i = 0; i < an->overlaps_n; i++)
		if (an->overlaps[i].lanes == pair)
			return true;
	return false;
}

static struct str lanes_text(struct arena *a, unsigned lanes)
{
	struct buf b = BUF(a);
	for (int i = 0; i < LANES; i++)
		if (lanes & 1u << i)
			buf_fmt(&b, "%s%s", b.n ? " + " : "", lane_names[i]);
	return buf_str(&b);
}

static int64_t count_lanes(const struct review_period *p, unsigned lanes)
{
	int64_t n = 0;
	for (size_t i = 0; p && i < p->n; i++)
		n += __builtin_popcount(lanes) == 1 ? (lanes_of(&p->v[i]) & lanes) != 0 : overlapped(&p->v[i], lanes);
	return n;
}

static void add_recurrence(struct arena *a, struct json *list, const struct review_period *p, const struct review_period *before, unsigned lanes)
{
	int64_t n = count_lanes(p, lanes), was = count_lanes(before, lanes);
	if (!n && !was)
		return;
	struct json *j = json_push(a, list, json_object(a));
	struct json *names = json_add_array(a, j, "lanes");
	for (int i = 0; i < LANES; i++)
		if (lanes & 1u << i)
			json_push_str(a, names, str_of(lane_names[i]));
	json_add_str(a, j, "text", lanes_text(a, lanes));
	json_add_int(a, j, "incidents", n);
	json_add_int(a, j, "of", (int64_t)p->n);
	json_add_int(a, j, "before", was);
}

static void add_lanes(struct arena *a, struct json *root, const struct review_period *p, const struct review_period *before)
{
	struct json *single = json_add_array(a, root, "lanes"), *pairs = json_add_array(a, root, "pairs");
	for (int i = 0; i < LANES; i++) {
		if (!(COUNTED_LANES & 1u << i))
			continue;
		add_recurrence(a, single, p, before, 1u << i);
		for (int k = i + 1; k < LANES; k++)
			if (COUNTED_LANES & 1u << k)
				add_recurrence(a, pairs, p, before, 1u << i | 1u << k);
	}
}

/* ---- repeats ---- */

/* An incident repeats an earlier one when the same lanes lined up; the newest earlier one is named, and its open prevention. */
static const struct analysis *repeated(const struct analysis *an, const struct review_period *among)
{
	const struct analysis *found = NULL;
	for (size_t i = 0; among && i < among->n; i++) {
		const struct analysis *other = &among->v[i];
		if (other->incident != an->incident && other->lineup && an->lineup && other->lineup->lanes == an->lineup->lanes &&
			other->incident->from < an->incident->from)
			found = other;
	}
	return found;
}

static const struct action *open_prevention(const struct ledger *l, struct str incident)
{
	for (size_t i = 0; i < l->actions_n; i++)
		if (str_eq(l->actions[i].incident, incident) && str_eq(l->actions[i].state, STR("open")) &&
			str_eq(l->actions[i].type, STR("prevent")))
			return &l->actions[i];
	return NULL;
}

static void add_repeats(struct arena *a, struct json *root, const struct review_period *p, const struct review_period *earlier,
	const struct ledger *l)
{
	struct json *list = json_add_array(a, root, "repeats");
	for (size_t i = 0; i < p->n; i++) {
		const struct analysis *before = repeated(&p->v[i], p);
		if (!before)
			before = repeated(&p->v[i], earlier);
		if (!before)
			continue;
		const struct action *action = open_prevention(l, before->incident->id);
		struct json *j = json_push(a, list, json_object(a));
		json_add_str(a, j, "incident", p->v[i].incident->id);
		json_add_str(a, j, "repeats", before->incident->id);
		json_add_str(a, j, "lanes", lanes_text(a, p->v[i].lineup->lanes));
		json_add_str(a, j, "open_action", action ? action->id : STR_NONE);
		json_add_str(a, j, "open_action_title", action ? action->title : STR_NONE);
	}
}

/* ---- incidents, notices, exposure, actions ---- */

static void add_incidents(struct arena *a, struct json *root, const struct review_period *p)
{
	struct json *list = json_add_array(a, root, "incidents");
	for (size_t i = 0; i < p->n; i++) {
		const struct analysis *an = &p->v[i];
		struct json *j = json_push(a, list, json_object(a));
		json_add_str(a, j, "id", an->incident->id);
		json_add_str(a, j, "title", an->incident->title);
		json_add_str(a, j, "severity", str_of(severity_names[an->incident->severity]));
		json_add_str(a, j, "status", an->incident->status);
		json_add_str(a, j, "from", instant_str(a, an->incident->from));
		json_add_str(a, j, "to", an->incident->to == INSTANT_NONE ? STR_NONE : instant_str(a, an->incident->to));
		json_add_str(a, j, "lined_up", an->lineup ? lanes_text(a, an->lineup->lanes) : STR_NONE);
		const struct metric *m = metric_of(an, "impact_duration");
		add_length(a, j, "impact_seconds", "impact", m != NULL, m ? m->length : 0);
	}
}

static void add_notices(struct arena *a, struct json *root, const struct review_period *p)
{
	struct json *j = json_add_object(a, root, "notices"), *missed = json_add_array(a, j, "missed");
	struct map seen = MAP(a);
	int64_t total = 0;
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < p->v[i].notices_n; k++) {
			const struct notice *n = &p->v[i].notices[k];
			void **slot = map_put(&seen, n->id);
			if (*slot)
				continue; /* two incidents may have seen the same notice */
			*slot = (void *)n;
			total++;
			if (!n->missed)
				continue;
			struct json *row = json_push(a, missed, json_object(a));
			json_add_str(a, row, "provider", n->provider);
			json_add_str(a, row, "subject", n->subject);
			json_add_str(a, row, "received", instant_str(a, n->received));
			json_add_str(a, row, "lead", duration_str(a, n->lead));
		}
	}
	json_add_int(a, j, "total", total);
	json_add_int(a, j, "missed_n", (int64_t)json_size(missed));
}

static void add_exposure(struct arena *a, struct json *root, const struct review_period *p)
{
	struct map lengths = MAP(a);
	for (size_t i = 0; i < p->n; i++) {
		const struct analysis *an = &p->v[i];
		for (size_t k = 0; k < an->spans_n; k++) {
			const struct span *s = &an->spans[k];
			if (!str_eq(s->condition, STR("exposure")))
				continue;
			instant from = s->from == INSTANT_NONE || s->from < p->from ? p->from : s->from;
			instant to = s->to == INSTANT_NONE ? an->incident_to : s->to;
			int64_t **slot = (int64_t **)map_put(&lengths, s->subject);
			*slot = *slot ? *slot : NEW(a, int64_t);
			**slot += to > from ? to - from : 0;
		}
	}
	struct json *list = json_add_array(a, root, "exposure");
	for (size_t i = 0; i < lengths.n; i++) {
		struct json *j = json_push(a, list, json_object(a));
		json_add_str(a, j, "asset", lengths.entries[i].key);
		add_length(a, j, "seconds", "text", true, *(int64_t *)lengths.entries[i].value);
	}
}

static bool within(const struct review_period *p, instant at)
{
	return at != INSTANT_NONE && at >= p->from && at < p->to;
}

static void add_actions(struct arena *a, struct json *root, const struct review_period *p, const struct ledger *l, instant now)
{
	struct json *j = json_add_object(a, root, "actions"), *open = json_add_array(a, j, "open");
	int64_t opened = 0, closed = 0, overdue = 0;
	for (size_t i = 0; i < l->actions_n; i++) {
		const struct action *x = &l->actions[i];
		opened += within(p, x->opened_at);
		closed += within(p, x->ended_at);
		if (!str_eq(x->state, STR("open")))
			continue;
		bool late = x->due != INSTANT_NONE && x->due < now;
		overdue += late;
		struct json *row = json_push(a, open, json_object(a));
		json_add_str(a, row, "id", x->id);
		json_add_str(a, row, "incident", x->incident);
		json_add_str(a, row, "title", x->title);
		json_add_str(a, row, "owner", x->owner.n ? x->owner : STR("nobody"));
		json_add_str(a, row, "due", x->due == INSTANT_NONE ? STR("no date") : str_slice(instant_str(a, x->due), 0, 10));
		json_add_bool(a, row, "overdue", late);
		add_length(a, row, "age_seconds", "age", true, now - x->opened_at);
	}
	json_add_int(a, j, "opened", opened);
	json_add_int(a, j, "closed", closed);
	json_add_int(a, j, "overdue", overdue);
}

static struct json *period_json(struct arena *a, const struct review_period *p)
{
	struct json *j = json_object(a);
	json_add_str(a, j, "name", p->name);
	json_add_str(a, j, "from", instant_str(a, p->from));
	json_add_str(a, j, "to", instant_str(a, p->to));
	json_add_int(a, j, "incidents", (int64_t)p->n);
	json_add_str(a, j, "count", say_count(a, p->n, "incident", "incidents"));
	return j;
}

struct json *review_json(struct arena *a, const struct review_period *p, const struct review_period *before,
	const struct review_period *earlier, const struct ledger *l, instant now)
{
	struct json *root = json_object(a);
	json_add_int(a, root, "lineup", 1);
	json_add(a, root, "period", period_json(a, p));
	if (before)
		json_add(a, root, "before", period_json(a, before));
	else
		json_add_null(a, root, "before");
	add_incidents(a, root, p);
	struct json *metrics = json_add_array(a, root, "metrics");
	for (int i = 0; p->n && i < METRICS; i++)
		json_push(a, metrics, metric_json(a, p, before, &p->v[0].metrics[i]));
	add_lanes(a, root, p, before);
	add_repeats(a, root, p, earlier, l);
	add_notices(a, root, p);
	add_exposure(a, root, p);
	add_actions(a, root, p, l, now);
	return root;
}

bool review_markdown(struct arena *a, const struct json *review, struct str text, struct str *out, struct err *e)
{
	struct buf b = BUF(a);
	struct mustache m = {.escape = buf_markdown};
	if (!mustache_render(a, text.n ? text : embedded_find("templates/review.md"), review, &m, &b, e))
		return false;
	*out = buf_str(&b);
	return true;
}
