/* What a template can say: header, milestones and key numbers; the other parts have files of their own. */
#include "render/context.h"
#include "render/render.h"
#include "render/say.h"

void put_time(const struct context *c, struct json *o, const char *key, instant at)
{
	json_add_str(c->arena, o, key, say_time(c->arena, at, c->zone));
}

void put_cites(const struct context *c, struct json *o, const char *key, const struct proofs *p)
{
	json_add_str(c->arena, o, key, cite_proofs(c->arena, p));
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

static void header(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	const struct incident *in = an->incident;
	json_add_str(c->arena, root, "id", in ? in->id : STR("all of the evidence"));
	json_add_str(c->arena, root, "title", in ? in->title : STR("All of the evidence"));
	json_add_str(c->arena, root, "status", in && in->status.n ? in->status : STR("draft"));
	json_add_str(c->arena, root, "severity", in ? str_of(severity_names[in->severity]) : STR("unknown"));
	json_add_str(c->arena, root, "note", in ? in->summary : STR_NONE);
	json_add_bool(c->arena, root, "open", !in || in->to == INSTANT_NONE);
	put_time(c, root, "from", an->incident_from);
	put_time(c, root, "to", an->incident_to);
	put_time(c, root, "window_from", an->from);
	put_time(c, root, "window_to", an->to);
	json_add_str(c->arena, root, "date", an->incident_from == INSTANT_NONE ? STR_NONE : say_date(c->arena, an->incident_from));
	json_add_str(c->arena, root, "zone", c->zone ? str_of(zone_name(c->zone)) : STR_NONE);
	json_add_str(c->arena, root, "events_count", say_count(c->arena, an->events.n, "event", "events"));
	json_add_str(c->arena, root, "sources_count", say_count(c->arena, an->sources ? an->sources->n : 0, "source", "sources"));
}

static void milestones(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "milestones"), *missing = json_add_array(c->arena, root, "milestones_unknown");
	struct json *by_name = json_add_object(c->arena, root, "milestone");
	for (size_t i = 0; i < MILESTONES; i++) {
		const struct milestone *m = &c->analysis->milestones[i];
		if (!m->name)
			continue;
		if (m->at == INSTANT_NONE) {
			struct json *o = json_push(c->arena, missing, json_object(c->arena));
			json_add_str(c->arena, o, "name", say_name(c->arena, str_of(m->name)));
			json_add_str(c->arena, o, "why", m->because.n ? m->because : STR("no event says so and nobody has marked it"));
			continue;
		}
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "name", say_name(c->arena, str_of(m->name)));
		put_time(c, o, "at", m->at);
		json_add_str(c->arena, o, "status", m->confirmed ? STR("confirmed") : STR("proposed"));
		json_add_str(c->arena, o, "because", m->because);
		json_add_str(c->arena, o, "by", m->by);
		json_add_str(c->arena, o, "cites", cite_event(c->arena, m->event));
		json_add(c->arena, by_name, m->name, json_parse(c->arena, json_print(c->arena, o), &(struct err){0}));
	}
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

static void metrics(const struct context *c, struct json *root)
{
	struct arena *a = c->arena;
	struct json *known = json_add_array(a, root, "metrics"), *unknown = json_add_array(a, root, "metrics_unknown");
	struct json *all = json_add_array(a, root, "definitions"), *by_name = json_add_object(a, root, "metric");
	for (size_t i = 0; i < METRICS; i++) {
		const struct metric *m = &c->analysis->metrics[i];
		if (!m->name)
			continue;
		struct json *d = json_push(a, all, json_object(a));
		json_add_str(a, d, "name", say_name(a, str_of(m->name)));
		json_add_str(a, d, "formula", str_of(m->formula));
		json_add_str(a, d, "meaning", meaning(m->name));
		struct json *o = json_push(a, m->known ? known : unknown, json_object(a));
		json_add_str(a, o, "name", say_name(a, str_of(m->name)));
		json_add_str(a, o, "formula", str_of(m->formula));
		json_add_str(a, o, "why", m->why.n ? m->why : STR("a milestone is missing"));
		if (!m->known)
			continue;
		json_add_str(a, o, "length", say_length(a, m->length, m->length_bounds.min, m->length_bounds.max));
		json_add_str(a, o, "working", m->has_working ? duration_str(a, m->working) : STR_NONE);
		put_time(c, o, "from", m->from);
		put_time(c, o, "to", m->to);
		json_add_str(a, o, "from_name", say_name(a, str_of(m->from_name)));
		json_add_str(a, o, "to_name", say_name(a, str_of(m->to_name)));
		put_cites(c, o, "cites", &m->events);
		json_add(a, by_name, m->name, json_parse(a, json_print(a, o), &(struct err){0}));
	}
}

struct json *context_make(const struct context *c)
{
	struct json *root = json_object(c->arena);
	header(c, root);
	milestones(c, root);
	metrics(c, root);
	context_lineup(c, root);
	context_notices(c, root);
	context_recovery(c, root);
	context_people(c, root);
	context_timeline(c, root);
	context_coverage(c, root);
	return root;
}
