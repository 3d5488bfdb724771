/* The review of a stretch of time: metrics, lanes and incidents; review_people.c and review_repeats.c have the rest. */
#include "render/review.h"
#include "embed.h"
#include "render/say.h"

#include <stdlib.h>

/* ---- numbers of one metric over several incidents ---- */

static int value_order(const void *pa, const void *pb)
{
	const struct review_value *a = pa, *b = pb;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return str_cmp(a->incident->id, b->incident->id);
}

static const struct metric *metric_of(const struct analysis *a, const char *name)
{
	const struct metric *m = analysis_metric(a, name);
	return m && m->known ? m : NULL;
}

struct review_value *review_values(struct arena *a, const struct review_period *p, const char *name, size_t *n)
{
	struct review_value *v = NEW_N(a, struct review_value, p->n + 1);
	*n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct metric *m = metric_of(&p->v[i], name);
		if (m)
			v[(*n)++] = (struct review_value){p->v[i].incident, m->length};
	}
	qsort(v, *n, sizeof *v, value_order);
	return v;
}

int64_t review_quartile(const struct review_value *v, size_t n, int quarters)
{
	size_t place = (n - 1) * (size_t)quarters, low = place / 4, rest = place % 4;
	return rest ? v[low].length + (v[low + 1].length - v[low].length) * (int64_t)rest / 4 : v[low].length;
}

void review_add_length(
	struct arena *a, struct json *j, const char *seconds, const char *text, bool known, int64_t length)
{
	if (known)
		json_add_int(a, j, seconds, length / SECOND);
	else
		json_add_null(a, j, seconds);
	json_add_str(a, j, text, known ? duration_str(a, length) : STR("unknown"));
}

static void add_values(struct arena *a, struct json *j, const struct review_value *v, size_t n)
{
	struct json *values = json_add_array(a, j, "values");
	for (size_t i = 0; i < n; i++) {
		struct json *value = json_push(a, values, json_object(a));
		json_add_str(a, value, "incident", v[i].incident->id);
		review_add_length(a, value, "seconds", "text", true, v[i].length);
		json_add_bool(a, value, "last", i + 1 == n);
	}
}

static struct json *metric_json(struct arena *a, const struct review *r, const struct metric *m)
{
	size_t n, was_n;
	struct review_value *v = review_values(a, &r->period, m->name, &n),
			    *was = review_values(a, &r->before, m->name, &was_n);
	struct json *j = json_object(a);
	json_add_str(a, j, "name", str_of(m->name));
	json_add_str(a, j, "words", say_name(a, str_of(m->name)));
	json_add_str(a, j, "formula", str_of(m->formula));
	json_add_int(a, j, "n", (int64_t)n);
	json_add_int(a, j, "of", (int64_t)r->period.n);
	review_add_length(a, j, "median_seconds", "median", n > 0, n ? review_quartile(v, n, 2) : 0);
	review_add_length(a, j, "min_seconds", "min", n > 0, n ? v[0].length : 0);
	review_add_length(a, j, "max_seconds", "max", n > 0, n ? v[n - 1].length : 0);
	review_add_length(a, j, "quartile1_seconds", "quartile1", n > 0, n ? review_quartile(v, n, 1) : 0);
	review_add_length(a, j, "quartile3_seconds", "quartile3", n > 0, n ? review_quartile(v, n, 3) : 0);
	json_add_str(a, j, "quartiles",
		n ? str_fmt(a, "%.*s to %.*s", STR_ARG(duration_str(a, review_quartile(v, n, 1))),
			    STR_ARG(duration_str(a, review_quartile(v, n, 3))))
		  : STR("unknown"));
	review_add_length(
		a, j, "before_median_seconds", "before_median", was_n > 0, was_n ? review_quartile(was, was_n, 2) : 0);
	json_add_int(a, j, "before_n", (int64_t)was_n);
	json_add_int(a, j, "before_of", (int64_t)r->before.n);
	add_values(a, j, v, n);
	return j;
}

/* Medians of every period; what the chart shows, for machines. */
static void add_trend(struct arena *a, struct json *root, const struct review *r)
{
	struct json *list = json_add_array(a, root, "trend");
	for (size_t i = 0; i < r->trend_n; i++) {
		const struct review_period *p = &r->trend[i];
		struct json *j = json_push(a, list, json_object(a));
		json_add_str(a, j, "name", p->name);
		json_add_int(a, j, "incidents", (int64_t)p->n);
		struct json *metrics = json_add_array(a, j, "metrics");
		for (int k = 0; p->n && k < METRICS; k++) {
			size_t n;
			struct review_value *v = review_values(a, p, p->v[0].metrics[k].name, &n);
			if (!n)
				continue;
			struct json *m = json_push(a, metrics, json_object(a));
			json_add_str(a, m, "name", str_of(p->v[0].metrics[k].name));
			json_add_int(a, m, "n", (int64_t)n);
			review_add_length(a, m, "median_seconds", "median", true, review_quartile(v, n, 2));
		}
	}
}

/* ---- lanes ---- */

/* Causes may lie days before an incident; trouble of a service counts while it ran, or it would be that of its
 * neighbours. */
static bool belongs(const struct analysis *an, unsigned lanes, instant from, instant to)
{
	bool during = from < an->incident_to &&
		      (to == INSTANT_NONE || to > an->incident_from || (from == to && to >= an->incident_from));
	return during || !(lanes & 1u << LANE_SERVICE);
}

static unsigned lanes_of(const struct analysis *an)
{
	unsigned lanes = 0;
	for (size_t i = 0; i < an->spans_n; i++)
		if (belongs(an, 1u << an->spans[i].lane, an->spans[i].from, an->spans[i].to))
			lanes |= 1u << an->spans[i].lane;
	return lanes & REVIEW_LANES;
}

static bool overlapped(const struct analysis *an, unsigned pair)
{
	for (size_t i = 0; i < an->overlaps_n; i++)
		if (an->overlaps[i].lanes == pair && belongs(an, pair, an->overlaps[i].from, an->overlaps[i].to))
			return true;
	return false;
}

int64_t review_count_lanes(const struct review_period *p, unsigned lanes)
{
	int64_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		n += __builtin_popcount(lanes) == 1 ? (lanes_of(&p->v[i]) & lanes) != 0 : overlapped(&p->v[i], lanes);
	return n;
}

static void add_recurrence(struct arena *a, struct json *list, const struct review *r, unsigned lanes)
{
	int64_t n = review_count_lanes(&r->period, lanes), was = review_count_lanes(&r->before, lanes);
	if (!n && !was)
		return;
	struct json *j = json_push(a, list, json_object(a));
	struct json *names = json_add_array(a, j, "lanes");
	for (int i = 0; i < LANES; i++)
		if (lanes & 1u << i)
			json_push_str(a, names, str_of(lane_names[i]));
	json_add_str(a, j, "text", say_lane_set(a, lanes));
	json_add_int(a, j, "incidents", n);
	json_add_int(a, j, "of", (int64_t)r->period.n);
	json_add_int(a, j, "before", was);
	json_add_int(a, j, "before_of", (int64_t)r->before.n);
}

static void add_lanes(struct arena *a, struct json *root, const struct review *r)
{
	struct json *single = json_add_array(a, root, "lanes"), *pairs = json_add_array(a, root, "pairs");
	for (int i = 0; i < LANES; i++) {
		if (!(REVIEW_LANES & 1u << i))
			continue;
		add_recurrence(a, single, r, 1u << i);
		for (int k = i + 1; k < LANES; k++)
			if (REVIEW_LANES & 1u << k)
				add_recurrence(a, pairs, r, 1u << i | 1u << k);
	}
}

/* ---- incidents ---- */

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
		json_add_str(a, j, "began", say_time(a, an->incident->from, NULL));
		json_add_str(
			a, j, "to", an->incident->to == INSTANT_NONE ? STR_NONE : instant_str(a, an->incident->to));
		json_add_str(a, j, "lined_up", an->lineup ? say_lane_set(a, an->lineup->lanes) : STR_NONE);
		json_add_str(a, j, "imported_from", an->incident->origin_name.n ? an->incident->origin_name : STR_NONE);
		const struct metric *m = metric_of(an, "impact_duration");
		review_add_length(a, j, "impact_seconds", "impact", m != NULL, m ? m->length : 0);
	}
}

static struct json *period_json(struct arena *a, const struct review_period *p)
{
	struct json *j = json_object(a);
	json_add_str(a, j, "name", p->name);
	json_add_str(a, j, "from", instant_str(a, p->from));
	json_add_str(a, j, "to", instant_str(a, p->to));
	json_add_str(a, j, "first_day", say_date(a, p->from));
	json_add_str(a, j, "last_day", say_date(a, p->to - 1));
	json_add_int(a, j, "incidents", (int64_t)p->n);
	json_add_str(a, j, "count", say_count(a, p->n, "incident", "incidents"));
	return j;
}

struct json *review_json(struct arena *a, const struct review *r)
{
	struct json *root = json_object(a);
	json_add_int(a, root, "lineup", 1);
	json_add(a, root, "period", period_json(a, &r->period));
	json_add(a, root, "before", period_json(a, &r->before));
	json_add_bool(a, root, "any_incidents", r->period.n > 0);
	add_incidents(a, root, &r->period);
	struct json *metrics = json_add_array(a, root, "metrics");
	for (int i = 0; r->period.n && i < METRICS; i++)
		json_push(a, metrics, metric_json(a, r, &r->period.v[0].metrics[i]));
	add_trend(a, root, r);
	add_lanes(a, root, r);
	review_add_repeats(a, root, r);
	review_add_notices(a, root, &r->period);
	review_add_exposure(a, root, &r->period);
	review_add_actions(a, root, r);
	return root;
}

/* ---- Markdown, redaction ---- */

bool review_markdown(struct arena *a, const struct json *review, struct str text, struct str svg_name, struct str *out,
	struct err *e)
{
	struct buf b = BUF(a);
	struct mustache m = {.escape = buf_markdown};
	struct json *context = json_parse(a, json_print(a, review), e); /* a copy: the picture is the document's own */
	if (!context)
		return false;
	if (svg_name.n) {
		json_add_str(a, context, "chart_file", svg_name);
		json_add_str(a, context, "chart_words", STR(REVIEW_CHART));
	}
	if (!mustache_render(a, text.n ? text : embedded_find("templates/review.md"), context, &m, &b, e))
		return false;
	*out = buf_str(&b);
	return true;
}

/* What lineup itself says needs no redaction, and must not be mistaken for a name. */
static bool is_ours(struct str key)
{
	static const char *const keys[] = {"id", "incident", "repeats", "name", "words", "formula", "severity",
		"status", "from", "to", "began", "first_day", "last_day", "state", "type", "due", "received", "when",
		"open_action", "lanes", "lined_up", "impact", "count"};
	for (size_t i = 0; i < LEN(keys); i++)
		if (str_eq(key, str_of(keys[i])))
			return true;
	return false;
}

static struct json *redacted(struct arena *a, struct redactor *r, const struct json *j, struct str key)
{
	if (json_is_object(j)) {
		struct json *to = json_object(a);
		for (const struct json *m = json_first(j); m; m = json_next(m))
			json_add(a, to, str_cstr(a, json_key(m)), redacted(a, r, m, json_key(m)));
		return to;
	}
	if (json_is_array(j)) {
		struct json *to = json_array(a);
		for (const struct json *m = json_first(j); m; m = json_next(m))
			json_push(a, to, redacted(a, r, m, key));
		return to;
	}
	struct json *holder = json_object(a);
	struct str s = json_str(j);
	bool person = str_eq(key, STR("owner")) && s.n && !str_eq(s, STR("nobody"));
	if (person)
		return json_add_str(a, holder, "x", redact_whole(r, a, REDACTED_PERSON, s));
	if (json_is_string(j) && !is_ours(key))
		return json_add_str(a, holder, "x", redact(r, a, s));
	return json_add_raw(a, holder, "x", json_print(a, j));
}

struct json *review_redacted(struct arena *a, struct redactor *r, const struct json *review)
{
	struct json *to = redacted(a, r, review, STR("review"));
	json_add_str(a, to, "redacted", redaction_count(a, json_print(a, to)));
	return to;
}
