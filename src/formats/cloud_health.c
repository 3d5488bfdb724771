/*
 * What clouds say of their own health, as JSON: Azure Service Health (webhooks of activity log alerts, the common alert
 * schema, Microsoft.ResourceHealth/events: learn.microsoft.com/azure/service-health) and Google Cloud
 * (status.cloud.google.com/incidents.json, events of Personalized Service Health). AWS Health: aws_health.c.
 */
#include "formats/fields.h"
#include "formats/formats_all.h"

#include "formats/html.h"
#include "formats/kube_copy.h"
#include "formats/mail_words.h"

enum { LINE_MAX_BYTES = 300 };

/* A word of the cloud's, and ours. */
struct word {
	const char *theirs, *ours;
};
static const struct word azure_classes[] = {{"Incident", "incident"}, {"ServiceIssue", "incident"},
	{"Maintenance", "maintenance"}, {"PlannedMaintenance", "maintenance"},
	{NULL, NULL} /* advisories: by their words */};
static const struct word google_classes[] = {
	{"INCIDENT", "incident"}, {"PLANNED_MAINTENANCE", "maintenance"}, {NULL, "incident"}};
static const struct word azure_incident_states[] = {{"Resolved", "resolved"}, {"Complete", "resolved"},
	{"RCA", "resolved"}, {"Canceled", "resolved"}, {"Updated", "updated"}, {"Active", "announced"},
	{NULL, "updated"}};
static const struct word azure_planned_states[] = {{"Planned", "announced"}, {"Active", "announced"},
	{"InProgress", "started"}, {"In Progress", "started"}, {"Updated", "rescheduled"},
	{"Rescheduled", "rescheduled"}, {"Canceled", "cancelled"}, {"Complete", "completed"}, {"Resolved", "completed"},
	{NULL, "announced"}};
static const struct word google_states[] = {{"AVAILABLE", "resolved"}, {"RESOLVED", "resolved"}, {"CLOSED", "resolved"},
	{"FALSE_POSITIVE", "resolved"}, {"AUTO_CLOSED", "resolved"}, {"EMERGING", "announced"}, {NULL, "updated"}};

/* Where a cloud puts what; paths from the event, the first that is there is taken. */
struct shape {
	const char *marks[3]; /* all of them stand in such a document */
	const char *list;     /* its events stand in an array of that name; NULL: they are the values themselves */
	const char *base;     /* path to the event's own object */
	const char *provider;
	const char *class[3], *reference[3], *title[2], *state[3], *at[5], *from[3], *to[3], *text[3], *things[3];
	const char *posts; /* array of updates: "when", "text", "status" */
	const struct word *classes, *incident_states, *planned_states;
};
static const struct shape shapes[] = {
	{.marks = {"azureMonitorCommonAlertSchema", "\"incidentType\"", "\"trackingId\""},
		.base = "data",
		.provider = "Microsoft Azure",
		.class = {"alertContext/properties/incidentType"},
		.reference = {"alertContext/properties/trackingId"},
		.title = {"alertContext/properties/title", "alertContext/properties/defaultLanguageTitle"},
		.state = {"alertContext/properties/stage", "alertContext/status"},
		.at = {"alertContext/eventTimestamp", "alertContext/submissionTimestamp", "essentials/firedDateTime"},
		.from = {"alertContext/properties/impactStartTime"},
		.to = {"alertContext/properties/impactMitigationTime"},
		.text = {"alertContext/properties/communication", "alertContext/properties/defaultLanguageContent"},
		.things = {"alertContext/properties/service", "alertContext/properties/region"},
		.classes = azure_classes,
		.incident_states = azure_incident_states,
		.planned_states = azure_planned_states},
	{.marks = {"\"eventSource\"", "\"ServiceHealth\"", "\"trackingId\""},
		.base = "data/context/activityLog",
		.provider = "Microsoft Azure",
		.class = {"properties/incidentType"},
		.reference = {"properties/trackingId"},
		.title = {"properties/title", "properties/defaultLanguageTitle"},
		.state = {"properties/stage", "status"},
		.at = {"properties/communicationPublishedTime", "eventTimestamp", "submissionTimestamp"},
		.from = {"properties/impactStartTime"},
		.to = {"properties/impactMitigationTime", "properties/impactEndTime"},
		.text = {"properties/communication", "properties/defaultLanguageContent"},
		.things = {"properties/service", "properties/region"},
		.classes = azure_classes,
		.incident_states = azure_incident_states,
		.planned_states = azure_planned_states},
	{.marks = {"Microsoft.ResourceHealth/events", "\"eventType\"", "\"impactStartTime\""},
		.list = "value",
		.provider = "Microsoft Azure",
		.class = {"properties/eventType"},
		.reference = {"name", "properties/trackingId"},
		.title = {"properties/title"},
		.state = {"properties/status"},
		.at = {"properties/lastUpdateTime", "properties/impactStartTime"},
		.from = {"properties/impactStartTime"},
		.to = {"properties/impactMitigationTime"},
		.text = {"properties/summary", "properties/description", "properties/header"},
		.things = {"properties/impact"},
		.classes = azure_classes,
		.incident_states = azure_incident_states,
		.planned_states = azure_planned_states},
	{.marks = {"\"external_desc\"", "\"most_recent_update\"", "\"status_impact\""},
		.provider = "Google Cloud",
		.class = {"kind"},
		.reference = {"id", "number"},
		.title = {"external_desc"},
		.state = {"most_recent_update/status"},
		.at = {"modified", "created", "begin"},
		.from = {"begin"},
		.to = {"end"},
		.text = {"external_desc"},
		.things = {"service_name"},
		.posts = "updates",
		.classes = google_classes,
		.incident_states = google_states,
		.planned_states = google_states},
	{.marks = {"google.cloud.servicehealth", "\"detailedState\"", "\"impactedProducts\""},
		.base = "jsonPayload",
		.provider = "Google Cloud",
		.class = {"category"},
		.reference = {"name", "parentEvent", "title"},
		.title = {"title"},
		.state = {"detailedState", "state"},
		.at = {"updateTime", "updatedTime", "startTime"},
		.from = {"startTime"},
		.to = {"endTime"},
		.text = {"description", "symptom"},
		.things = {"impactedProducts"},
		.classes = google_classes,
		.incident_states = google_states,
		.planned_states = google_states},
};

static struct str first_of(struct arena *arena, const struct json *j, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n && paths[i]; i++) {
		struct str s = json_text(arena, kube_path(j, paths[i]));
		if (str_trim(s).n)
			return str_trim(s);
	}
	return STR_NONE;
}
#define FIRST_OF(arena, j, paths) first_of((arena), (j), (paths), LEN(paths))

static struct str translate(const struct word *words, struct str theirs)
{
	size_t i = 0;
	while (words[i].theirs && !str_eq_case(theirs, str_of(words[i].theirs)))
		i++;
	return str_of(words[i].ours);
}

/* "Service, Region", or what an array of products is called. */
static struct str things_of(struct arena *arena, const struct json *event, const struct shape *s)
{
	struct names names = {.text = BUF(arena)};
	for (size_t i = 0; i < LEN(s->things) && s->things[i]; i++) {
		const struct json *j = kube_path(event, s->things[i]);
		names_add(&names, json_text(arena, j));
		for (const struct json *k = json_is_array(j) ? json_first(j) : NULL; k; k = json_next(k))
			names_add(&names, json_is_object(k) ? json_get_str(k, "impactedService") : json_str(k));
	}
	return names_str(&names);
}

/* Descriptions are HTML or Markdown: the first line that says something. */
static struct str line_of(struct arena *arena, struct str text)
{
	bool cut;
	if (str_find_byte(text, '<', 0) != STR_NPOS)
		text = html_text(arena, text, &cut);
	return str_slice(str_first_line(text), 0, LINE_MAX_BYTES);
}

struct telling {
	struct arena *arena;
	struct sink *sink;
	const struct slice *slice;
	const struct shape *shape;
	const struct json *event;
	struct str class, reference, title;
};

static void put(struct telling *t, struct str state, struct str at, struct str text)
{
	const struct shape *s = t->shape;
	bool incident = str_eq(t->class, STR("incident"));
	struct str line = line_of(t->arena, text);
	struct wording words = {.subject = t->title, .body = text, .whole = text};
	struct versions versions = wording_versions(&words);
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	bool deprecation = str_eq(t->class, STR("deprecation"));
	fields_put(&f, "class", t->class);
	fields_put(&f, "status",
		deprecation ? STR("announced") : translate(incident ? s->incident_states : s->planned_states, state));
	fields_put(&f, "provider", str_of(s->provider));
	fields_put(&f, "reference", t->reference);
	fields_put(&f, "title", t->title);
	fields_put(&f, "phase", state);
	fields_put(&f, "resource", things_of(t->arena, t->event, s));
	fields_put(&f, "version_from", versions.from);
	fields_put(&f, "version_to", versions.to);
	struct str from = FIRST_OF(t->arena, t->event, s->from), to = FIRST_OF(t->arena, t->event, s->to);
	if (from.n && !deprecation)
		stamps[stamps_n++] = (struct stamp){.name = STR("window_from"), .when = from};
	if (to.n && !deprecation)
		stamps[stamps_n++] = (struct stamp){.name = STR("window_to"), .when = to};
	sink_put(t->sink, &(struct record){.from = t->slice->from,
				  .raw = t->slice->text,
				  .when = at,
				  .identity = str_fmt(t->arena, "cloud-health/%.*s/%.*s/%.*s", STR_ARG(t->reference),
					  STR_ARG(at), STR_ARG(state)),
				  .text = line.n ? line : t->title,
				  .fields = f.v,
				  .fields_n = f.n,
				  .stamps = stamps,
				  .stamps_n = stamps_n});
}

/* The oldest of several posts opened the matter: they stand newest first. */
static void put_posts(struct telling *t, const struct json *posts)
{
	for (const struct json *p = json_first(posts); p; p = json_next(p)) {
		bool oldest = !json_next(p) && json_size(posts) > 1;
		put(t, oldest ? STR("EMERGING") : json_get_str(p, "status"), json_get_str(p, "when"),
			json_get_str(p, "text"));
	}
}

/* An advisory may be of anything. */
static struct str class_by_words(struct str title, struct str text)
{
	struct wording words = {.subject = title, .body = text, .whole = text};
	struct versions versions = wording_versions(&words);
	return wording_class(&words, &versions, false);
}

static bool put_event(
	struct doc *doc, struct sink *sink, const struct shape *s, const struct slice *slice, const struct json *j)
{
	struct arena *arena = doc->scratch;
	const struct json *event = (s->base ? kube_path(j, s->base) : NULL), *own = json_is_object(event) ? event : j;
	struct telling t = {.arena = arena, .sink = sink, .slice = slice, .shape = s, .event = own};
	t.reference = FIRST_OF(arena, own, s->reference);
	t.title = line_of(arena, FIRST_OF(arena, own, s->title));
	if (!t.reference.n)
		return false;
	t.class = translate(s->classes, FIRST_OF(arena, own, s->class));
	struct str by_words = class_by_words(t.title, FIRST_OF(arena, own, s->text));
	if (!t.class.n || (str_eq(t.class, STR("maintenance")) && str_eq(by_words, STR("upgrade"))))
		t.class = by_words;
	const struct json *posts = s->posts ? json_get(own, s->posts) : NULL;
	if (json_size(posts))
		put_posts(&t, posts);
	else
		put(&t, FIRST_OF(arena, own, s->state), FIRST_OF(arena, own, s->at), FIRST_OF(arena, own, s->text));
	return true;
}

/* --- the format --- */

static const struct shape *shape_of(struct doc *doc)
{
	for (size_t i = 0; i < LEN(shapes); i++) {
		bool fits = doc_looks_json(doc);
		for (size_t k = 0; k < LEN(shapes[i].marks); k++)
			fits = fits && doc_contains(doc, shapes[i].marks[k]);
		if (fits)
			return &shapes[i];
	}
	return NULL;
}

static int health_bid(struct doc *doc)
{
	return shape_of(doc) ? BID_IDENTITY : BID_NONE;
}

static bool health_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct shape *s = shape_of(doc);
	struct slice slice;
	if (!s)
		return err_set(e, "no cloud's health events that are known here");
	while (doc_json(doc, s->list, &slice)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {0};
		const struct json *j = slice.broken || slice.cut ? NULL : json_parse(doc->scratch, slice.text, &bad);
		if (!j)
			sink_note(sink, slice.from, slice.text, "%s",
				slice.broken || slice.cut ? slice_fault(&slice) : bad.text);
		else if (!put_event(doc, sink, s, &slice, j))
			sink_note(sink, slice.from, slice.text, "no event of a cloud's health");
	}
	return true;
}

const struct format format_cloud_health = {
	.name = "cloud-health",
	.blurb = "health of clouds as JSON: Azure Service Health, Google Cloud's incidents and service health",
	.bid = health_bid,
	.parse = health_parse,
};
