/*
 * Status pages as JSON: Statuspage's API (developer.statuspage.io: /api/v2/incidents.json, scheduled-maintenances.json,
 * summary.json, one incident) and its webhooks (support.atlassian.com/statuspage: webhook notifications), which others
 * imitate. Every post of an incident is a record of its own.
 */
#include "formats/fields.h"
#include "formats/formats_all.h"

#include "formats/html.h"
#include "formats/mail_updates.h"
#include "formats/mail_words.h"

struct page {
	struct arena *arena;
	struct sink *sink;
	struct where from;
	struct str raw;
	struct str provider;
	size_t posts;
	bool noted; /* that something on it was left out */
};

/* --- whose page it is --- */

/* "Example Status", "Status of Example": the page is called by what it is. */
static struct str without_status(struct str name)
{
	static const char *const tails[] = {" Status Page", " System Status", " Service Status", " Status"};
	name = str_trim(name);
	for (size_t i = 0; i < LEN(tails); i++)
		if (str_ends(name, str_of(tails[i])))
			return str_slice(name, 0, name.n - strlen(tails[i]));
	return name;
}

static struct str provider_of(struct arena *arena, const struct json *doc)
{
	const struct json *page = json_get(doc, "page");
	struct str name = without_status(json_get_str(page, "name"));
	struct str urls[] = {json_get_str(page, "url"), json_get_str(json_get(doc, "meta"), "unsubscribe"),
		json_get_str(doc, "url")};
	for (size_t i = 0; i < LEN(urls) && !name.n; i++) {
		struct str host = url_host(urls[i]);
		size_t carrier = str_find(host, STR(".statuspage.io"), 0);
		if (host.n)
			name = domain_name(arena, carrier == STR_NPOS ? host : str_slice(host, 0, carrier));
	}
	return name;
}

/* --- posts --- */

/* "operational" of Statuspage, "OPERATIONAL" of those that imitate it. */
static bool is_operational(struct str state)
{
	return str_eq_case(state, STR("operational"));
}

static struct str names_of(struct arena *arena, const struct json *list)
{
	struct names names = {.text = BUF(arena)};
	for (const struct json *j = json_first(list); j; j = json_next(j))
		names_add(&names, json_get_str(j, "name"));
	return names_str(&names);
}

static struct str words_of(struct arena *arena, struct str body)
{
	bool cut = false;
	return str_trim(str_contains(body, STR("<")) ? html_text(arena, body, &cut) : body);
}

static bool is_planned(const struct json *incident)
{
	return str_eq(json_get_str(incident, "impact"), STR("maintenance")) ||
	       json_get_str(incident, "scheduled_for").n;
}

/* The first of these times that is stated. */
static struct str time_of(const struct json *j, const char *const keys[4])
{
	struct str when = STR_NONE;
	for (size_t i = 0; i < 4 && keys[i] && !when.n; i++)
		when = json_get_str(j, keys[i]);
	return when;
}

struct post {
	struct str id, state, when, body;
	struct str raw; /* its bytes */
};

static void put_post(struct page *p, const struct json *incident, const struct post *post)
{
	bool planned = is_planned(incident);
	struct str state = post->state, id = json_get_str(incident, "id"), body = words_of(p->arena, post->body);
	struct str when = post->when;
	struct str title = json_get_str(incident, "name"),
		   text = str_fmt(p->arena, "%.*s%s%.*s", STR_ARG(title), body.n ? ": " : "", STR_ARG(body));
	struct wording words = {.subject = title, .body = body, .whole = body};
	struct versions versions = wording_versions(&words);
	struct str class = wording_class(&words, &versions, planned);
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	fields_put(&f, "class",
		!planned                        ? STR("incident")
		: str_eq(class, STR("upgrade")) ? class
						: STR("maintenance"));
	fields_put(&f, "status", update_status(state, !planned));
	fields_put(&f, "provider", p->provider);
	fields_put(&f, "reference", id);
	fields_put(&f, "title", title);
	fields_put(&f, "state", state);
	fields_put(&f, "impact", json_get_str(incident, "impact"));
	fields_put(&f, "resource", names_of(p->arena, json_get(incident, "components")));
	fields_put(&f, "version_from", versions.from);
	fields_put(&f, "version_to", versions.to);
	struct str from = json_get_str(incident, "scheduled_for"), to = json_get_str(incident, "scheduled_until");
	if (from.n)
		stamps[stamps_n++] = (struct stamp){.name = STR("window_from"), .when = from};
	if (to.n)
		stamps[stamps_n++] = (struct stamp){.name = STR("window_to"), .when = to};
	struct str key = post->id.n ? post->id : when, identity = STR_NONE;
	if (id.n || post->id.n) /* else its own bytes tell it from others */
		identity = str_fmt(p->arena, "statuspage/%.*s/%.*s/%.*s", STR_ARG(id), STR_ARG(key), STR_ARG(when));
	sink_put(p->sink, &(struct record){.from = p->from,
				  .raw = post->raw,
				  .when = when,
				  .identity = identity,
				  .text = text,
				  .grows = true,
				  .fields = f.v,
				  .fields_n = f.n,
				  .stamps = stamps,
				  .stamps_n = stamps_n});
	p->posts++;
}

/* What stands on the page and cannot be told is said; the page's bytes may be those of what is told. */
static void note_left_out(struct page *p, const struct json *what, const char *why)
{
	struct where from = p->from;
	from.length = 0;
	sink_note(p->sink, from, json_print(p->arena, what), "%s", why);
	p->noted = true;
}

/* Since when an incident stands as it does. */
static struct str since_of(const struct json *incident, struct str state)
{
	static const struct {
		const char *state;
		const char *keys[4];
	} rows[] = {
		{"resolved", {"resolved_at", "updated_at"}},
		{"completed", {"completed_at", "resolved_at", "updated_at"}},
		{"postmortem", {"resolved_at", "updated_at"}},
		{"monitoring", {"monitoring_at", "updated_at"}},
		{"", {"updated_at"}},
	};
	for (size_t i = 0;; i++)
		if (str_starts_case(state, str_of(rows[i].state)))
			return time_of(incident, rows[i].keys);
}

/* A list without its posts: what it says of its beginning stays when it is listed again, as it stands then. */
static void put_listed(struct page *p, const struct json *incident)
{
	static const char *const began[4] = {"display_at", "started_at", "created_at"};
	const struct str first = is_planned(incident) ? STR("scheduled") : STR("investigating"),
			 state = json_get_str(incident, "status"), opened = time_of(incident, began),
			 since = since_of(incident, state), raw = json_print(p->arena, incident);
	bool is_new = str_eq_case(state, first) || !state.n, has_id = json_get_str(incident, "id").n > 0;
	struct post begin = {.state = is_new ? state : first, .when = opened, .raw = raw},
		    now = {.state = state, .when = since.n ? since : opened, .raw = raw};
	begin.id = has_id ? STR("opened") : STR_NONE;
	now.id = has_id ? str_fmt(p->arena, "as %.*s", STR_ARG(state)) : STR_NONE;
	if (opened.n && (is_new || (since.n && !str_eq(since, opened))))
		put_post(p, incident, &begin);
	if (is_new ? !opened.n && since.n : opened.n || since.n)
		put_post(p, incident, &now);
	if (!opened.n && !since.n)
		note_left_out(p, incident, "an incident without posts and without a time");
}

static void put_incident(struct page *p, const struct json *incident)
{
	static const char *const made[4] = {"display_at", "created_at", "started_at", "updated_at"};
	const struct json *posts = json_get(incident, "incident_updates");
	if (!json_size(posts))
		put_listed(p, incident);
	for (const struct json *j = json_first(posts); j; j = json_next(j))
		put_post(p, incident,
			&(struct post){json_get_str(j, "id"), json_get_str(j, "status"), time_of(j, made),
				json_get_str(j, "body"), json_print(p->arena, j)});
}

/* How a component stands; *R says since when, in what words and by what identity. */
static void put_state(struct page *p, const struct json *component, struct str state, struct record *r)
{
	struct str name = json_get_str(component, "name");
	struct fields f = {0};
	fields_put(&f, "class", STR("incident"));
	fields_put(&f, "status",
		is_operational(state)                  ? STR("resolved")
		: str_starts_case(state, STR("under")) ? STR("updated") /* "under_maintenance", "UNDERMAINTENANCE" */
						       : STR("announced"));
	fields_put(&f, "provider", p->provider);
	fields_put(&f, "reference", json_get_str(component, "id"));
	fields_put(&f, "title", name);
	fields_put(&f, "resource", name);
	fields_put(&f, "service", name);
	fields_put(&f, "state", state);
	r->from = p->from;
	r->fields = f.v;
	r->fields_n = f.n;
	sink_put(p->sink, r);
	p->posts++;
}

/* A webhook's "component_update": one component went from a state to another. */
static void put_component_update(struct page *p, const struct json *doc)
{
	const struct json *update = json_get(doc, "component_update"), *component = json_get(doc, "component");
	struct str id = json_get_str(update, "id"), state = json_get_str(update, "new_status"),
		   old = json_get_str(update, "old_status"), name = json_get_str(component, "name");
	struct record r = {.raw = p->raw, .when = json_get_str(update, "created_at")};
	if (id.n) /* else its own bytes tell it from others */
		r.identity = str_fmt(p->arena, "statuspage/%.*s", STR_ARG(id));
	r.text = str_fmt(
		p->arena, "%.*s: %.*s%s%.*s", STR_ARG(name), STR_ARG(state), old.n ? ", was " : "", STR_ARG(old));
	put_state(p, component, state, &r);
}

/* A page may say that a component is down before it says why: then that is all there is to tell. */
static void put_components(struct page *p, const struct json *doc)
{
	for (const struct json *j = json_first(json_get(doc, "components")); j; j = json_next(j)) {
		struct str state = json_get_str(j, "status"), name = json_get_str(j, "name"),
			   id = json_get_str(j, "id");
		struct record r = {.raw = json_print(p->arena, j), .when = json_get_str(j, "updated_at")};
		if (!state.n || is_operational(state))
			continue;
		if (!r.when.n) {
			note_left_out(p, j, "a component that is not operational, without a time");
			continue;
		}
		if (id.n)
			r.identity = str_fmt(p->arena, "statuspage/component/%.*s/%.*s/%.*s", STR_ARG(id),
				STR_ARG(state), STR_ARG(r.when));
		r.text = str_fmt(p->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(state));
		put_state(p, j, state, &r);
	}
}

static void put_incidents(struct page *p, const struct json *list)
{
	for (const struct json *j = json_first(list); j; j = json_next(j))
		put_incident(p, j);
}

static void put_document(struct page *p, const struct json *doc)
{
	p->provider = provider_of(p->arena, doc);
	put_incidents(p, json_get(doc, "incidents"));
	if (json_get(doc, "incidents") && !json_size(json_get(doc, "incidents")))
		put_components(p, doc);
	put_incidents(p, json_get(doc, "scheduled_maintenances"));
	if (json_get(doc, "incident"))
		put_incident(p, json_get(doc, "incident"));
	if (json_get(doc, "incident_updates"))
		put_incident(p, doc);
	if (json_get(doc, "component_update"))
		put_component_update(p, doc);
}

/* --- the format --- */

static int statuspage_bid(struct doc *doc)
{
	bool incidents = doc_contains(doc, "\"incident_updates\"") &&
			 (doc_contains(doc, "\"impact\"") || doc_contains(doc, "\"scheduled_for\"")),
	     component = doc_contains(doc, "\"component_update\"") && doc_contains(doc, "\"new_status\""),
	     empty = doc_contains(doc, "\"page\"") && doc_contains(doc, "\"time_zone\"") &&
		     (doc_contains(doc, "\"incidents\"") || doc_contains(doc, "\"scheduled_maintenances\""));
	return doc_looks_json(doc) && (incidents || component || empty) ? BID_IDENTITY : BID_NONE;
}

static bool statuspage_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;
	(void)e;
	while (doc_json(doc, NULL, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {0};
		const struct json *j = s.broken || s.cut ? NULL : json_parse(doc->scratch, s.text, &bad);
		struct page p = {.arena = doc->scratch, .sink = sink, .from = s.from, .raw = s.text};
		if (j)
			put_document(&p, j);
		if (!j)
			sink_note(sink, s.from, s.text, "%s", s.broken || s.cut ? slice_fault(&s) : bad.text);
		else if (!p.posts && p.noted)
			sink_note(sink, s.from, STR_NONE, "a status page of which nothing could be told");
		else if (!p.posts)
			sink_skip(sink, s.from); /* a page on which nothing stands */
	}
	return true;
}

const struct format format_statuspage = {
	.name = "statuspage",
	.blurb = "status pages as JSON: Statuspage's incidents, planned maintenance, webhooks",
	.bid = statuspage_bid,
	.parse = statuspage_parse,
};
