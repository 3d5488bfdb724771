/* Incidents and maintenance of a provider's status page, as its interface has them in JSON. */
#include "formats/formats_all.h"
#include "formats/html.h"
#include "formats/kube.h"

enum { STATUSPAGE_BID = 78 };

/*
 * Atlassian Statuspage, /api/v2/summary.json, incidents.json, scheduled-maintenances.json, and its webhooks; others
 * have the same shape (statuspage.io/api). Each update is an event: its body under the incident's name.
 */
static const struct {
	const char *state, *class, *status;
} states[] = {
	{"investigating", "incident", "announced"},
	{"identified", "incident", "updated"},
	{"monitoring", "incident", "updated"},
	{"resolved", "incident", "resolved"},
	{"postmortem", "incident", "updated"},
	{"scheduled", "maintenance", "announced"},
	{"in_progress", "maintenance", "started"},
	{"verifying", "maintenance", "started"},
	{"completed", "maintenance", "completed"},
};

/* An incident or a maintenance, and where it stands. */
struct episode {
	struct sink *sink;
	struct arena *arena;
	const struct json *j;
	struct str provider;
	struct where from;
};

static void stamp_add(struct record *r, struct stamp *stamps, const char *name, struct str when)
{
	if (!kube_time(when).n)
		return;
	stamps[r->stamps_n++] = (struct stamp){.name = str_of(name), .when = when};
	r->stamps = stamps;
}

static struct str words_of(struct arena *arena, struct str body)
{
	bool cut = false;

	return str_trim(str_contains(body, STR("<")) ? html_text(arena, body, &cut) : body);
}

static void update_put(const struct episode *e, const struct json *update)
{
	struct str state = json_get_str(update, "status"), name = json_get_str(e->j, "name"), number = STR_NONE;
	struct str body = words_of(e->arena, json_get_str(update, "body")), shown = json_get_str(update, "display_at");
	struct record r = {.from = e->from, .raw = json_print(e->arena, update), .grows = true};
	struct kube_fields f = {.n = 0};
	struct stamp stamps[2];

	number = json_get_str(e->j, "id");
	r.when = kube_time(shown).n ? shown : json_get_str(update, "created_at");
	r.text = str_fmt(e->arena, "%.*s%s%.*s", STR_ARG(name), body.n ? ": " : "", STR_ARG(body));
	r.identity = str_fmt(e->arena, "statuspage/%.*s/%.*s/%.*s", STR_ARG(number),
		STR_ARG(json_get_str(update, "id")), STR_ARG(r.when));
	for (size_t i = 0; i < LEN(states); i++)
		if (str_eq(state, str_of(states[i].state))) {
			kube_field(&f, "class", str_of(states[i].class));
			kube_field(&f, "status", str_of(states[i].status));
		}
	kube_field(&f, "provider", e->provider);
	kube_field(&f, "reference", number);
	kube_field(&f, "title", name);
	kube_field(&f, "state", state);
	kube_field(&f, "impact", json_get_str(e->j, "impact"));
	stamp_add(&r, stamps, "window_from", json_get_str(e->j, "scheduled_for"));
	stamp_add(&r, stamps, "window_to", json_get_str(e->j, "scheduled_until"));
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(e->sink, &r);
}

/* The page has the newest update first; all of them have their times. */
static bool episode_put(const struct episode *e)
{
	const struct json *updates = json_get(e->j, "incident_updates");

	for (const struct json *update = json_first(updates); update; update = json_next(update))
		update_put(e, update);
	return json_first(updates) != NULL;
}

static bool page_put(struct sink *sink, struct arena *arena, const struct json *j, const struct slice *s)
{
	static const char *const lists[] = {"incidents", "scheduled_maintenances"};
	struct str name = json_get_str(json_get(j, "page"), "name");
	struct episode e = {.sink = sink, .arena = arena, .j = j, .provider = name, .from = s->from};
	bool any = episode_put(&e);

	e.j = json_get(j, "incident"); /* a webhook's */
	any |= episode_put(&e);
	for (size_t i = 0; i < LEN(lists); i++) {
		const struct json *list = json_get(j, lists[i]);

		for (e.j = json_first(list); e.j; e.j = json_next(e.j))
			any |= episode_put(&e);
		any |= list && !json_first(list);
	}
	return any;
}

static int bid(struct doc *doc)
{
	bool any = doc_contains(doc, "\"incident_updates\"") ||
		   (doc_contains(doc, "\"scheduled_maintenances\"") && doc_contains(doc, "\"page\""));

	return doc_looks_json(doc) && any ? STATUSPAGE_BID : BID_NONE;
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;

	(void)e;
	while (doc_json(doc, NULL, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {{0}};
		const struct json *j = s.cut || s.broken ? NULL : json_parse(doc->scratch, s.text, &bad);

		if (!j || !page_put(sink, doc->scratch, j, &s))
			sink_note(sink, s.from, s.text, "%s", j ? "no incident with its updates" : "not JSON");
	}
	return true;
}

const struct format format_statuspage = {
	.name = "statuspage",
	.blurb = "incidents and maintenance of status pages as JSON (Statuspage)",
	.bid = bid,
	.parse = parse,
};
