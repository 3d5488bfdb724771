/* What a template can say: header, milestones and key numbers; the other parts have files of their own. */
#include "render/context.h"
#include "base/map.h"
#include "render/chart.h"
#include "render/render.h"
#include "render/say.h"

void put_time(const struct context *c, struct json *o, const char *key, instant at)
{
	json_add_str(c->arena, o, key, say_time(c->arena, at, c->zone));
}

void put_cites(const struct context *c, struct json *o, const char *key, const struct proofs *p)
{
	json_add_str(c->arena, o, key, cite_proofs(c->arena, c->cites, p));
}

void put_length(const struct context *c, struct json *o, const char *key, bool known, int64_t length)
{
	json_add_str(c->arena, o, key, known ? duration_str(c->arena, length) : STR("unknown"));
}

size_t put_list(const struct context *c, struct json *root, const char *key, size_t n, size_t most, struct json **list)
{
	*list = json_add_array(c->arena, root, key);
	if (n <= most)
		return n;
	json_add_str(c->arena, root, str_cstr(c->arena, str_fmt(c->arena, "%s_left_out", key)),
		say_count(c->arena, n - most, "row", "rows"));
	return most;
}

/* INSTANT_NONE: there is none. */
static instant last_event(const struct analysis *an)
{
	instant last = INSTANT_NONE;
	for (size_t i = 0; i < an->events.n; i++) {
		const struct event *e = &an->events.v[i];
		bool lasted = e->source && e->until != INSTANT_NONE; /* what people say will last tells nothing yet */
		if (e->at > last)
			last = e->at;
		if (lasted && e->until > last)
			last = e->until;
	}
	return last;
}

static void header(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	const struct incident *in = an->incident;
	json_add_str(c->arena, root, "id", in ? in->id : STR("all of the evidence"));
	json_add_str(c->arena, root, "title", in ? in->title : STR("All of the evidence"));
	json_add_str(c->arena, root, "status", in && in->status.n ? in->status : STR("draft"));
	json_add_str(c->arena, root, "severity", in ? str_of(severity_names[in->severity]) : STR("unknown"));
	json_add_str(c->arena, root, "note", in ? in->summary : STR_NONE);
	bool open = !in || in->to == INSTANT_NONE, unseen = open && an->evidence_to <= an->incident_from;
	json_add_bool(c->arena, root, "open", open);
	put_time(c, root, "from", an->incident_from);
	json_add_str(
		c->arena, root, "to", unseen ? STR("before it begins") : say_time(c->arena, an->incident_to, c->zone));
	put_time(c, root, "window_from", an->from);
	put_time(c, root, "window_to", an->to);
	json_add_str(c->arena, root, "date",
		an->incident_from == INSTANT_NONE ? STR_NONE : say_date(c->arena, an->incident_from));
	json_add_str(c->arena, root, "zone", c->zone ? str_of(zone_name(c->zone)) : STR_NONE);
	json_add_str(c->arena, root, "events_count", say_count(c->arena, an->events.n, "event", "events"));
	put_time(c, root, "last", last_event(an));
	int64_t records = 0;
	for (size_t i = 0; an->sources && i < an->sources->n; i++)
		records += an->sources->v[i].records;
	size_t typed = 0;
	for (size_t i = 0; i < an->events.n; i++)
		typed += an->events.v[i].source == 0;
	json_add_str(c->arena, root, "typed_count", typed ? say_count(c->arena, typed, "entry", "entries") : STR_NONE);
	json_add_str(c->arena, root, "records_count", say_count(c->arena, (size_t)records, "record", "records"));
	json_add_str(c->arena, root, "sources_count",
		say_count(c->arena, an->sources ? an->sources->n : 0, "source", "sources"));
}

static void put_milestone(const struct context *c, struct json *o, const struct milestone *m)
{
	json_add_str(c->arena, o, "name", say_name(c->arena, str_of(m->name)));
	put_time(c, o, "at", m->at);
	json_add_str(c->arena, o, "status", m->confirmed ? STR("confirmed") : STR("proposed"));
	json_add_str(c->arena, o, "because", say_stamps(c->arena, m->because, c->zone));
	json_add_str(c->arena, o, "by", m->confirmed ? m->by : STR_NONE);
	json_add_str(c->arena, o, "cites", cite_milestone(c->arena, c->cites, m));
}

/* What is unknown for the same reason is told in one breath: names by reason. */
static void unknown_add(const struct context *c, struct map *names, struct str why, const char *name)
{
	struct buf **b = (struct buf **)map_put(names, why);
	if (!*b) {
		*b = NEW(c->arena, struct buf);
		**b = BUF(c->arena);
	}
	buf_fmt(*b, "%s%.*s", (*b)->n ? ", " : "", STR_ARG(say_name(c->arena, str_of(name))));
}

static void put_unknown(const struct context *c, struct json *list, const struct map *names)
{
	for (size_t i = 0; i < names->n; i++) {
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "name", buf_str(names->entries[i].value));
		json_add_str(c->arena, o, "why", names->entries[i].key);
		json_add_bool(c->arena, o, "more", i + 1 < names->n);
	}
}

static void milestones(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "milestones"),
		    *missing = json_add_array(c->arena, root, "milestones_unknown");
	struct json *by_name = json_add_object(c->arena, root, "milestone");
	const struct milestone *known[MILESTONES];
	size_t known_n = milestones_by_time(c->analysis, known);
	for (size_t i = 0; i < known_n; i++) {
		put_milestone(c, json_push(c->arena, list, json_object(c->arena)), known[i]);
		put_milestone(c, json_add_object(c->arena, by_name, known[i]->name), known[i]);
	}
	struct map names = MAP(c->arena);
	for (size_t i = 0; i < MILESTONES; i++) {
		const struct milestone *m = &c->analysis->milestones[i];
		if (m->name && m->at == INSTANT_NONE)
			unknown_add(c, &names,
				m->because.n ? say_stamps(c->arena, m->because, c->zone)
					     : STR("no event says so and nobody has marked it"),
				m->name);
	}
	put_unknown(c, missing, &names);
	json_add_bool(c->arena, root, "has_milestones_unknown", json_size(missing) > 0);
}

/* The milestone of that name; NULL: it is none, or not known. */
static const struct milestone *milestone_known(const struct analysis *an, const char *name)
{
	for (size_t i = 0; i < MILESTONES; i++)
		if (an->milestones[i].name && !strcmp(an->milestones[i].name, name) &&
			an->milestones[i].at != INSTANT_NONE)
			return &an->milestones[i];
	return NULL;
}

static const struct {
	const char *name, *means;
} meanings[] = {
	{"notice_lead", "how long the notice was known before the change began"},
	{"window_slip", "how much later than promised the change began"},
	{"time_to_detect", "from the impact until somebody or something noticed"},
	{"time_to_acknowledge", "from detection until somebody took it on"},
	{"time_to_mitigate", "from the impact until it was made bearable"},
	{"time_to_resolve", "from the impact until the incident was over"},
	{"impact_duration", "how long the service was hurt"},
	{"recovery_point_actual", "how much data was lost: from the data of the copy restored to the loss"},
	{"recovery_time_actual", "from the decision to restore until it was done"},
	{"backup_age_at_change", "how old the newest reachable copy was when the change began"},
	{"exposure", "how long no reachable copy met the objective, up to the impact"},
	{"decision_latency", "from detection to the decision to restore"},
};

static struct str meaning(const char *name)
{
	for (size_t i = 0; i < LEN(meanings); i++)
		if (!strcmp(meanings[i].name, name))
			return str_of(meanings[i].means);
	return STR_NONE;
}

/* What proves a length: the events at its ends, and the word of whoever marked one of them. */
static struct str cite_metric(const struct context *c, const struct metric *m)
{
	const struct milestone *ends[] = {
		milestone_known(c->analysis, m->from_name), milestone_known(c->analysis, m->to_name)};
	struct str cites = cite_proofs(c->arena, c->cites, &m->events);
	for (size_t i = 0; i < LEN(ends); i++)
		if (ends[i] && ends[i]->said)
			cites = cite_both(c->arena, cites,
				cite_milestone(c->arena, c->cites,
					&(struct milestone){.name = ends[i]->name,
						.at = ends[i]->at,
						.because = ends[i]->because,
						.by = ends[i]->by,
						.said = ends[i]->said}));
	return cites;
}

static void put_metric(const struct context *c, struct json *o, const struct metric *m)
{
	struct arena *a = c->arena;
	json_add_str(a, o, "name", say_name(a, str_of(m->name)));
	json_add_str(a, o, "formula", str_of(m->formula));
	json_add_str(a, o, "length", say_length(a, m->length, m->length_bounds.min, m->length_bounds.max));
	json_add_bool(a, o, "in_order", m->length >= 0);
	json_add_str(a, o, "working",
		!m->has_working ? STR_NONE
		: m->working    ? duration_str(a, m->working)
				: STR("none"));
	put_time(c, o, "from", m->from);
	put_time(c, o, "to", m->to);
	json_add_str(a, o, "from_name", say_name(a, str_of(m->from_name)));
	json_add_str(a, o, "to_name", say_name(a, str_of(m->to_name)));
	json_add_str(a, o, "cites", cite_metric(c, m));
}

/* Why a length is unknown: "detected is not known" says too little to those who do not know it for a milestone. */
static struct str metric_why(const struct context *c, const struct metric *m)
{
	struct str name, rest;
	if (!m->why.n)
		return STR("a milestone is missing");
	str_cut(m->why, STR(" is not known"), &name, &rest);
	for (size_t i = 0; i < MILESTONES; i++)
		if (str_eq(name, str_of(milestone_names[i])))
			return str_fmt(
				c->arena, "the milestone \"%.*s\" is not known", STR_ARG(say_name(c->arena, name)));
	return say_stamps(c->arena, m->why, c->zone);
}

static void metrics(const struct context *c, struct json *root)
{
	struct arena *a = c->arena;
	struct json *known = json_add_array(a, root, "metrics"), *unknown = json_add_array(a, root, "metrics_unknown");
	struct json *all = json_add_array(a, root, "definitions"), *by_name = json_add_object(a, root, "metric"),
		    *unknown_by_name = json_add_object(a, root, "metric_unknown");
	struct map names = MAP(a);
	for (size_t i = 0; i < METRICS; i++) {
		const struct metric *m = &c->analysis->metrics[i];
		if (!m->name)
			continue;
		struct json *d = json_push(a, all, json_object(a));
		json_add_str(a, d, "name", say_name(a, str_of(m->name)));
		json_add_str(a, d, "formula", str_of(m->formula));
		json_add_str(a, d, "meaning", meaning(m->name));
		if (m->known) {
			put_metric(c, json_push(a, known, json_object(a)), m);
			put_metric(c, json_add_object(a, by_name, m->name), m);
		} else {
			struct str why = metric_why(c, m);
			unknown_add(c, &names, why, m->name);
			json_add_str(a, json_add_object(a, unknown_by_name, m->name), "why", why);
		}
	}
	put_unknown(c, unknown, &names);
}

struct json *context_make(const struct context *c, struct mustache_rows *timeline)
{
	struct json *root = json_object(c->arena);
	header(c, root);
	milestones(c, root);
	metrics(c, root);
	context_lineup(c, root);
	context_notices(c, root);
	context_recovery(c, root);
	context_people(c, root);
	*timeline = context_timeline(c, root);
	context_coverage(c, root);
	return root;
}
