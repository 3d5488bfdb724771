/* The "lineup": 1 documents: what was found, as JSON that others may rely on. */
#include "render/render.h"
#include "normalise/normalise.h"

static void add_instant(struct arena *a, struct json *o, const char *key, instant at)
{
	if (at == INSTANT_NONE)
		json_add_null(a, o, key);
	else
		json_add_str(a, o, key, instant_str(a, at));
}

/* Unknown text is null, and empty text is unknown. */
static void add_text(struct arena *a, struct json *o, const char *key, struct str s)
{
	json_add_str(a, o, key, s.n ? s : STR_NONE);
}

static void add_seconds(struct arena *a, struct json *o, const char *key, bool known, int64_t us)
{
	if (known)
		json_add_int(a, o, key, us / SECOND);
	else
		json_add_null(a, o, key);
}

static void add_period(struct arena *a, struct json *o, const char *key, instant from, instant to)
{
	struct json *p = json_add_object(a, o, key);
	add_instant(a, p, "from", from);
	add_instant(a, p, "to", to);
}

static void push_instant(struct arena *a, struct json *array, instant at)
{
	json_push_str(a, array, at == INSTANT_NONE ? STR_NONE : instant_str(a, at));
}

static void add_bounds(struct arena *a, struct json *o, const char *key, struct bounds b)
{
	struct json *pair = json_add_array(a, o, key);
	push_instant(a, pair, b.min);
	push_instant(a, pair, b.max);
}

static void add_lanes(struct arena *a, struct json *o, unsigned lanes)
{
	struct json *list = json_add_array(a, o, "lanes");
	for (unsigned i = 0; i < LANES; i++)
		if (lanes & 1u << i)
			json_push_str(a, list, str_of(lane_names[i]));
}

static void add_event_id(struct arena *a, struct json *o, const char *key, const struct event *e)
{
	json_add_str(a, o, key, e ? event_id(a, e->key) : STR_NONE);
}

static void add_proofs(struct arena *a, struct json *o, const struct proofs *p)
{
	struct json *list = json_add_array(a, o, "events");
	for (size_t i = 0; i < p->n; i++)
		json_push_str(a, list, event_id(a, p->v[i]->key));
}

static struct json *document(struct arena *a)
{
	struct json *doc = json_object(a);
	json_add_int(a, doc, "lineup", 1);
	return doc;
}

/* --- events --- */

static void add_source(struct arena *a, struct json *o, const struct event *e, const struct sources *sources)
{
	const struct source *s = source_find(sources, e->source);
	if (!s) { /* typed by a person */
		json_add_null(a, o, "source");
		return;
	}
	struct json *j = json_add_object(a, o, "source");
	json_add_str(a, j, "name", s->name);
	add_text(a, j, "format", s->format);
	json_add_int(a, j, "offset", e->from.offset);
	json_add_int(a, j, "length", e->from.length);
	if (e->from.line > 0)
		json_add_int(a, j, "line", e->from.line);
	else
		json_add_null(a, j, "line");
	add_text(a, j, "sha256", s->sha256);
}

/* The whole of what the id is the beginning of: by it the event is known again when it is taken in elsewhere. */
static void add_key(struct arena *a, struct json *o, const struct event *e)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < EVENT_KEY; i++)
		buf_fmt(&b, "%02x", e->key[i]);
	json_add_str(a, o, "key", buf_str(&b));
}

struct json *json_of_event(struct arena *a, const struct event *e, const struct sources *sources)
{
	struct json *o = json_object(a);
	add_event_id(a, o, "id", e);
	if (e->row)
		add_key(a, o, e);
	add_instant(a, o, "at", e->at);
	add_instant(a, o, "until", e->until);
	if (e->at_min != e->at_max)
		add_bounds(a, o, "at_bounds", (struct bounds){e->at_min, e->at_max});
	json_add_str(a, o, "precision", str_of(precision_names[e->precision]));
	json_add_str(a, o, "basis", event_basis(e));
	json_add_str(a, o, "lane", str_of(lane_names[e->lane]));
	json_add_str(a, o, "kind", e->kind ? e->kind->name : STR_NONE);
	json_add_str(a, o, "severity", str_of(severity_names[e->severity]));
	add_text(a, o, "subject", e->subject);
	json_add_str(a, o, "text", e->text.p ? e->text : STR(""));
	json_add_int(a, o, "count", e->count);
	json_add_raw(a, o, "fields", e->fields.n ? e->fields : STR("{}"));
	if (sources)
		add_source(a, o, e, sources);
	add_instant(a, o, "recorded_at", e->recorded_at);
	return o;
}

/* --- spans and what they do together --- */

static struct json *span_json(struct arena *a, const struct span *s)
{
	struct json *o = json_object(a);
	json_add_str(a, o, "id", s->id);
	json_add_str(a, o, "lane", str_of(lane_names[s->lane]));
	json_add_str(a, o, "condition", s->condition);
	add_text(a, o, "subject", s->subject);
	json_add_str(a, o, "severity", str_of(severity_names[s->severity]));
	add_instant(a, o, "from", s->from);
	add_instant(a, o, "to", s->to);
	add_bounds(a, o, "from_bounds", s->from_bounds);
	add_bounds(a, o, "to_bounds", s->to_bounds);
	add_text(a, o, "why_from", s->why_from);
	add_text(a, o, "why_to", s->why_to);
	add_proofs(a, o, &s->events);
	return o;
}

static void add_spans(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "spans");
	for (size_t i = 0; i < an->spans_n; i++)
		json_push(a, list, span_json(a, &an->spans[i]));
}

static void add_segments(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "segments");
	for (size_t i = 0; i < an->segments_n; i++) {
		const struct segment *s = &an->segments[i];
		struct json *o = json_push(a, list, json_object(a));
		add_instant(a, o, "from", s->from);
		add_instant(a, o, "to", s->to);
		add_lanes(a, o, s->lanes);
		struct json *ids = json_add_array(a, o, "spans");
		for (size_t k = 0; k < s->spans_n; k++)
			json_push_str(a, ids, s->spans[k]->id);
		if (s->spans_all > s->spans_n)
			json_add_int(a, o, "spans_left_out", (int64_t)(s->spans_all - s->spans_n));
	}
}

static void add_overlaps(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "overlaps");
	for (size_t i = 0; i < an->overlaps_n; i++) {
		const struct overlap *v = &an->overlaps[i];
		struct json *o = json_push(a, list, json_object(a));
		add_lanes(a, o, v->lanes);
		add_instant(a, o, "from", v->from);
		add_instant(a, o, "to", v->to);
		json_add_int(a, o, "seconds", v->length / SECOND);
		json_add_int(a, o, "seconds_min", v->length_min / SECOND);
		json_add_int(a, o, "seconds_max", v->length_max / SECOND);
		json_add_str(a, o, "relation", v->relation ? str_of(v->relation) : STR_NONE);
		add_proofs(a, o, &v->events);
	}
}

static void add_lineup(struct arena *a, struct json *doc, const struct segment *s)
{
	if (!s) {
		json_add_null(a, doc, "lineup_at");
		return;
	}
	struct json *o = json_add_object(a, doc, "lineup_at");
	add_lanes(a, o, s->lanes);
	add_instant(a, o, "from", s->from);
	add_instant(a, o, "to", s->to);
	add_seconds(a, o, "seconds", s->from != INSTANT_NONE && s->to != INSTANT_NONE, s->to - s->from);
}

static void add_chain(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "chain");
	for (size_t i = 0; i < an->chain_n; i++) {
		const struct chain_link *c = &an->chain[i];
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "lane", str_of(lane_names[c->lane]));
		add_instant(a, o, "from", c->from);
		json_add_str(a, o, "span", c->span ? c->span->id : STR_NONE);
		add_seconds(a, o, "seconds_to_impact", c->impact_known, c->to_impact);
	}
}

static void add_knowable(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "knowable");
	for (size_t i = 0; i < an->knowable_n; i++) {
		const struct knowable *k = &an->knowable[i];
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "condition", k->span->condition);
		add_text(a, o, "subject", k->span->subject);
		json_add_str(a, o, "span", k->span->id);
		add_instant(a, o, "since", k->since);
		add_seconds(a, o, "seconds_before_impact", k->since != INSTANT_NONE, k->before_impact);
		json_add_bool(a, o, "answered", k->answered);
		add_event_id(a, o, "answer", k->answer);
		add_proofs(a, o, &k->span->events);
	}
}

/* --- milestones and metrics --- */

static void add_milestones(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *all = json_add_object(a, doc, "milestones");
	for (size_t i = 0; i < LEN(an->milestones); i++) {
		const struct milestone *m = &an->milestones[i];
		if (!m->name)
			continue;
		bool known = m->at != INSTANT_NONE;
		struct json *o = json_add_object(a, all, m->name);
		add_instant(a, o, "at", m->at);
		if (known && m->bounds.min != m->bounds.max)
			add_bounds(a, o, "bounds", m->bounds);
		add_event_id(a, o, "event", m->event);
		json_add_str(a, o, "status", !known ? STR_NONE : m->confirmed ? STR("confirmed") : STR("proposed"));
		add_text(a, o, "because", m->because);
		add_text(a, o, "by", m->by);
	}
}

static void add_metrics(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *all = json_add_object(a, doc, "metrics");
	for (size_t i = 0; i < LEN(an->metrics); i++) {
		const struct metric *m = &an->metrics[i];
		if (!m->name)
			continue;
		struct json *o = json_add_object(a, all, m->name);
		add_seconds(a, o, "seconds", m->known, m->length);
		if (m->has_working)
			add_seconds(a, o, "working_seconds", m->known, m->working);
		add_seconds(a, o, "seconds_min", m->known, m->length_bounds.min);
		add_seconds(a, o, "seconds_max", m->known, m->length_bounds.max);
		json_add_str(a, o, "formula", str_of(m->formula));
		add_instant(a, o, "from", m->from);
		add_instant(a, o, "to", m->to);
		add_text(a, o, "why", m->known ? STR_NONE : m->why);
		add_proofs(a, o, &m->events);
	}
}

/* --- notices --- */

/* Both times of a notice that was passed on, and which of them it counts from. */
static void add_passed_on(struct arena *a, struct json *o, const struct notice *n)
{
	if (n->forwarded == INSTANT_NONE) {
		json_add_null(a, o, "passed_on");
		return;
	}
	struct json *passed = json_add_object(a, o, "passed_on");
	add_instant(a, passed, "sent", n->sent);
	add_instant(a, passed, "forwarded", n->forwarded);
	add_text(a, passed, "received_because", n->received_because);
}

static struct json *notice_json(struct arena *a, const struct notice *n)
{
	struct json *o = json_object(a);
	json_add_str(a, o, "id", n->id);
	add_text(a, o, "provider", n->provider);
	add_text(a, o, "subject", n->subject);
	add_text(a, o, "reference", n->reference);
	add_text(a, o, "class", n->cls);
	add_text(a, o, "status", n->status);
	add_instant(a, o, "received", n->received);
	add_passed_on(a, o, n);
	add_instant(a, o, "read", n->read);
	add_period(a, o, "promised", n->promised_from, n->promised_to);
	add_period(a, o, "actual", n->actual_from, n->actual_to);
	struct json *versions = json_add_object(a, o, "versions");
	add_text(a, versions, "from", n->versions.from);
	add_text(a, versions, "to", n->versions.to);
	add_text(a, o, "resource", n->resource);
	json_add_bool(a, o, "answered", n->answered);
	json_add_bool(a, o, "missed", n->missed);
	json_add_bool(a, o, "prepared", n->preparation != NULL);
	add_event_id(a, o, "answer", n->answer);
	bool started = n->actual_from != INSTANT_NONE;
	add_seconds(a, o, "lead_seconds", started, n->lead);
	add_seconds(a, o, "lead_working_seconds", started, n->lead_working);
	add_seconds(a, o, "slip_seconds", started && n->promised_from != INSTANT_NONE, n->slip);
	add_text(a, o, "linked_because", n->linked_because);
	add_proofs(a, o, &n->events);
	return o;
}

static void add_notices(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "notices");
	for (size_t i = 0; i < an->notices_n; i++)
		json_push(a, list, notice_json(a, &an->notices[i]));
	struct json *unannounced = json_add_array(a, doc, "unannounced");
	for (size_t i = 0; i < an->unannounced_n; i++)
		json_push_str(a, unannounced, an->unannounced[i].span->id);
}

/* --- recovery --- */

static void add_copy_short(struct arena *a, struct json *o, const char *key, const struct copy *c)
{
	if (!c) {
		json_add_null(a, o, key);
		return;
	}
	struct json *j = json_add_object(a, o, key);
	json_add_str(a, j, "copy", c->id);
	add_instant(a, j, "data_time", c->data_time);
	add_text(a, j, "location", c->location);
	add_text(a, j, "location_because", c->location_because);
}

static struct json *copy_json(struct arena *a, const struct copy *c)
{
	struct json *o = json_object(a);
	json_add_str(a, o, "id", c->id);
	add_text(a, o, "tool", c->tool);
	add_text(a, o, "job", c->job);
	add_text(a, o, "location", c->location);
	add_text(a, o, "location_because", c->location_because);
	add_text(a, o, "holds", c->holds);
	add_instant(a, o, "data_time", c->data_time);
	add_instant(a, o, "finished", c->finished);
	add_instant(a, o, "ended", c->ended);
	json_add_str(a, o, "grade", str_of(grade_names[c->grade]));
	json_add_bool(a, o, "reachable", c->reachable);
	json_add_bool(a, o, "reachability_unknown", c->reachability_unknown);
	if (c->partial)
		json_add_bool(a, o, "partial", true);
	add_proofs(a, o, &c->events);
	return o;
}

static void add_recovery(struct arena *a, struct json *doc, const struct recovery *v, size_t n)
{
	struct json *list = json_add_array(a, doc, "recovery");
	for (size_t i = 0; i < n; i++) {
		const struct recovery *r = &v[i];
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "asset", r->asset);
		add_instant(a, o, "judged_at", r->judged_at);
		add_copy_short(a, o, "existing", r->existing);
		add_copy_short(a, o, "reachable", r->reachable);
		add_copy_short(a, o, "restored", r->restored);
		add_instant(a, o, "loss", r->loss);
		add_seconds(a, o, "loss_seconds", r->loss_known, r->loss_length);
		struct json *copies = json_add_array(a, o, "copies");
		for (size_t k = 0; k < r->copies_n; k++)
			json_push(a, copies, copy_json(a, &r->copies[k]));
	}
}

static void add_places(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "locations");
	for (size_t i = 0; i < an->places_n; i++) {
		const struct place *p = &an->places[i];
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "name", p->name);
		struct json *spans = json_add_array(a, o, "reachability");
		for (size_t k = 0; k < p->n; k++) {
			struct json *s = json_push(a, spans, json_object(a));
			json_add_str(a, s, "state", p->v[k].state);
			add_instant(a, s, "from", p->v[k].from);
			add_instant(a, s, "to", p->v[k].to);
			add_proofs(a, s, &p->v[k].events);
		}
	}
}

static void add_what_ifs(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "what_if");
	for (size_t i = 0; i < an->what_ifs_n; i++) {
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "text", an->what_ifs[i].text);
		json_add_int(a, o, "seconds", an->what_ifs[i].length / SECOND);
		add_proofs(a, o, &an->what_ifs[i].events);
	}
	list = json_add_array(a, doc, "findings");
	for (size_t i = 0; i < an->findings_n; i++) {
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "text", an->findings[i].text);
		add_proofs(a, o, &an->findings[i].events);
	}
}

/* --- the documents --- */

static void add_links(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "links");
	for (size_t i = 0; i < an->bonds_n; i++) {
		struct json *o = json_push(a, list, json_object(a));
		add_text(a, o, "a", an->bonds[i].a);
		add_text(a, o, "b", an->bonds[i].b);
		add_text(a, o, "because", an->bonds[i].because);
		add_event_id(a, o, "event", an->bonds[i].event);
	}
}

/* Those whose time lies in this one's window: what lines up in theirs alone is not this one's line-up. */
static void add_other_incidents(struct arena *a, struct json *doc, const struct analysis *an)
{
	struct json *list = json_add_array(a, doc, "other_incidents");
	for (size_t i = 0; an->incident && an->ledger && i < an->ledger->incidents_n; i++) {
		const struct incident *other = &an->ledger->incidents[i];
		bool ended = other->to != INSTANT_NONE && other->to <= an->from;
		if (str_eq(other->id, an->incident->id) || other->from >= an->to || ended)
			continue;
		struct json *o = json_push(a, list, json_object(a));
		json_add_str(a, o, "id", other->id);
		add_instant(a, o, "from", other->from);
		add_instant(a, o, "to", other->to);
	}
}

struct json *json_of_analysis(struct arena *a, const struct analysis *an)
{
	struct json *doc = document(a);
	json_add_str(a, doc, "incident", an->incident ? an->incident->id : STR_NONE);
	add_period(a, doc, "window", an->from, an->to);
	add_period(a, doc, "incident_window", an->incident_from, an->incident_to);
	add_other_incidents(a, doc, an);
	add_spans(a, doc, an);
	add_segments(a, doc, an);
	add_overlaps(a, doc, an);
	add_lineup(a, doc, an->lineup);
	add_chain(a, doc, an);
	add_knowable(a, doc, an);
	add_milestones(a, doc, an);
	add_metrics(a, doc, an);
	add_notices(a, doc, an);
	add_recovery(a, doc, an->recovery, an->recovery_n);
	add_places(a, doc, an);
	add_links(a, doc, an);
	add_what_ifs(a, doc, an);
	return doc;
}

struct json *json_of_notices(struct arena *a, const struct analysis *an)
{
	struct json *doc = document(a);
	add_notices(a, doc, an);
	return doc;
}

struct json *json_of_spans(struct arena *a, const struct analysis *an)
{
	struct json *doc = document(a);
	add_spans(a, doc, an);
	return doc;
}

struct json *json_of_recovery(
	struct arena *a, const struct analysis *an, instant at, const struct recovery *v, size_t n)
{
	struct json *doc = document(a);
	add_instant(a, doc, "at", at);
	add_recovery(a, doc, v, n);
	add_places(a, doc, an);
	return doc;
}

struct json *json_of_places(struct arena *a, const struct analysis *an)
{
	struct json *doc = document(a);
	add_places(a, doc, an);
	return doc;
}
