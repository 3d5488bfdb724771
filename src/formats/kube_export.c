/* kube-export: Kubernetes events as exporters, collectors and their stores wrap them. */
#include "formats/formats_all.h"
#include "formats/kube.h"
#include "formats/lines.h"

/* Of core/v1 with or without an identity: compact lists (OpenShift insights) have only reason, message and a time. */
static bool is_event(const struct json *j)
{
	bool is_told = json_is_string(json_get(j, "reason")) &&
		       (json_is_string(json_get(j, "message")) || json_is_string(json_get(j, "note")));
	bool is_timed = json_get(j, "lastTimestamp") || json_get(j, "firstTimestamp") || json_get(j, "eventTime");
	bool is_about = json_is_object(json_get(j, "involvedObject")) || json_is_object(json_get(j, "regarding"));

	return !kube_is_audit(j) && (kube_is_event(j) || (is_told && (is_timed || is_about)));
}

/* eventrouter {"verb","event"}, stanza {"body"}, Elastic {"_source"}; kubernetes-event-exporter wraps nothing. */
static const struct json *unwrapped(const struct json *j)
{
	static const char *const keys[] = {"event", "body", "_source", "object", "jsonPayload"};

	for (size_t i = 0; i < LEN(keys); i++)
		if (is_event(json_get(j, keys[i])))
			return json_get(j, keys[i]);
	return is_event(j) ? j : NULL;
}

/* Collections: where they hold their elements. */
static const struct json *loki_streams(const struct json *j)
{
	return json_at(j, "data", "result", NULL);
}

static const struct json *elastic_hits(const struct json *j)
{
	return json_at(j, "hits", "hits", NULL);
}

static bool is_otlp_event(const struct json *j)
{
	const struct json *records = json_first(json_get(j, "resourceLogs"));
	const struct json *record = json_first(json_get(json_first(json_get(records, "scopeLogs")), "logRecords"));

	for (const struct json *a = json_first(json_get(record, "attributes")); a; a = json_next(a))
		if (str_starts(json_get_str(a, "key"), STR("k8s.event.")))
			return true;
	return false;
}

static bool is_loki_event(const struct json *j)
{
	const struct json *value = json_first(json_get(json_first(loki_streams(j)), "values"));
	struct str line = json_str(json_next(json_first(value)));

	return str_contains(line, STR("involvedObject")) ||
	       (str_contains(line, STR("reason=")) && str_contains(line, STR("kind=")));
}

/* fluent-bit writes a line [epoch,{event}]. */
static bool is_tagged(const struct doc *doc)
{
	struct str first = str_trim(doc_head_line(doc, 0));

	return first.n > 1 && first.p[0] == '[' && byte_is_digit(first.p[1]);
}

static int bid(struct doc *doc)
{
	ARENA_SCOPE(doc->scratch);
	const struct json *j = doc_looks_json(doc) ? doc_item(doc) : NULL;
	struct kube_event e;

	if (is_tagged(doc) && (doc_contains(doc, "\"involvedObject\"") || doc_contains(doc, "\"regarding\"")))
		return BID_IDENTITY;
	if (is_otlp_event(j) || is_loki_event(j) || unwrapped(json_first(elastic_hits(j))))
		return BID_IDENTITY;
	if (kube_dialect_read(doc->scratch, j, &e) || kube_dialect_read(doc->scratch, json_first(elastic_hits(j)), &e))
		return BID_IDENTITY;
	if (!unwrapped(j) || kube_watched(j))
		return BID_NONE;
	if (unwrapped(j) != j)
		return BID_IDENTITY;
	if (json_get(j, "clusterName") || json_get(json_get(j, "involvedObject"), "labels") ||
		json_get(json_get(j, "involvedObject"), "annotations") ||
		json_get(json_get(j, "involvedObject"), "ownerReferences") ||
		json_is_bool(json_get(json_get(j, "involvedObject"), "deleted")))
		return BID_IDENTITY;
	return kube_is_event(j) ? BID_NONE : BID_PHRASE;
}

/* The event that J is, wraps or tells by other names. An exporter that drops an event's times says when it passed. */
static bool event_find(struct arena *arena, const struct json *j, struct kube_event *e)
{
	const struct json *event = unwrapped(j);

	if (!event)
		return kube_dialect_read(arena, j, e);
	kube_event_read(event, e);
	if (event != j && !kube_time(e->first).n && !kube_time(e->last).n && !kube_time(e->event_time).n)
		e->last = json_get_str(j, "timestamp");
	return true;
}

bool kube_may_carry(struct str text)
{
	return str_contains(text, STR("eason")) || str_contains(text, STR("\"auditID\""));
}

bool kube_carried(struct arena *arena, const struct json *j, struct record *record)
{
	struct kube_event e;

	if (kube_is_audit(j) && kube_audit_is_over(j))
		kube_audit_record(arena, j, record);
	else if (event_find(arena, j, &e))
		kube_event_record(arena, &e, record);
	else
		return false;
	return true;
}

/* An element among events that is none: a log line, as stores mix them. */
static void other_put(struct sink *sink, struct arena *scratch, const struct json *j, struct where from, struct str raw)
{
	struct record r = {0};

	if (!jsonlog_object(scratch, j, &r))
		sink_note(sink, from, raw, "not an event");
	r.from = from;
	r.raw = raw;
	if (r.text.n)
		sink_put(sink, &r);
}

/* How OpenTelemetry's k8sevents receiver names what an event says; k8s.object.* stand on the resource. */
static const struct {
	struct str key;
	size_t at;
} attributes[] = {
	{STR("k8s.event.reason"), offsetof(struct kube_event, reason)},
	{STR("k8s.event.name"), offsetof(struct kube_event, name)},
	{STR("k8s.event.uid"), offsetof(struct kube_event, uid)},
	{STR("k8s.event.action"), offsetof(struct kube_event, action)},
	{STR("k8s.event.start_time"), offsetof(struct kube_event, first)},
	{STR("k8s.namespace.name"), offsetof(struct kube_event, namespace)},
	{STR("k8s.object.kind"), offsetof(struct kube_event, object_kind)},
	{STR("k8s.object.name"), offsetof(struct kube_event, object_name)},
	{STR("k8s.object.api_version"), offsetof(struct kube_event, object_api)},
	{STR("k8s.node.name"), offsetof(struct kube_event, host)},
	{STR("k8s.cluster.name"), offsetof(struct kube_event, cluster)},
};

static void attributes_read(struct arena *scratch, const struct json *list, struct kube_event *e)
{
	for (const struct json *a = json_first(list); a; a = json_next(a)) {
		struct str key = json_get_str(a, "key"), value = json_text(scratch, json_first(json_get(a, "value")));

		for (size_t i = 0; i < LEN(attributes); i++)
			if (str_eq(attributes[i].key, key))
				*(struct str *)((char *)e + attributes[i].at) = value;
		if (str_eq(key, STR("k8s.event.count")))
			str_int(value, &e->count);
	}
}

static void otlp_put(struct sink *sink, struct arena *scratch, const struct json *resource, const struct slice *s)
{
	for (const struct json *scope = json_first(json_get(resource, "scopeLogs")); scope; scope = json_next(scope))
		for (const struct json *log = json_first(json_get(scope, "logRecords")); log; log = json_next(log)) {
			struct kube_event e = {.type = json_get_str(log, "severityText")};

			attributes_read(scratch, json_at(resource, "resource", "attributes", NULL), &e);
			attributes_read(scratch, json_get(log, "attributes"), &e);
			e.message = json_str(json_first(json_get(log, "body")));
			e.object_namespace = e.namespace;
			/* start_time is Go's time.String(); the record's own time is an epoch of nanoseconds. */
			e.last = json_text(scratch, json_get(log, "timeUnixNano"));
			if (!e.first.n)
				e.first = e.last;
			kube_event_put(sink, scratch, &e, s->from, STR_NONE);
		}
}

/* A line of Loki: the event as JSON, or in logfmt as Grafana's agent writes it. */
static void loki_line_put(
	struct sink *sink, struct arena *scratch, struct str when, struct str line, const struct slice *s)
{
	struct err e = {{0}};
	const struct json *j = str_starts(line, STR("{")) ? json_parse(scratch, line, &e) : NULL;
	struct record pairs = {.from = s->from};
	struct kube_event event = {.first = when};

	if (event_find(scratch, j, &event)) {
		kube_event_put(sink, scratch, &event, s->from, s->text);
		return;
	}
	event = (struct kube_event){.first = when};
	if (!logfmt_pairs(scratch, line, &pairs)) {
		sink_note(sink, s->from, line, "not an event");
		return;
	}
	const struct {
		struct str key, *to;
	} rows[] = {{STR("kind"), &event.object_kind}, {STR("name"), &event.object_name},
		{STR("reason"), &event.reason}, {STR("type"), &event.type}, {STR("namespace"), &event.object_namespace},
		{STR("sourcecomponent"), &event.source}, {STR("sourcehost"), &event.host},
		{STR("objectAPIversion"), &event.object_api}};

	event.message = pairs.text;
	for (size_t i = 0; i < pairs.fields_n; i++)
		for (size_t k = 0; k < LEN(rows); k++)
			if (str_eq(pairs.fields[i].name, rows[k].key))
				*rows[k].to = pairs.fields[i].value;
	kube_event_put(sink, scratch, &event, s->from, STR_NONE);
}

static void loki_put(struct sink *sink, struct arena *scratch, const struct json *stream, const struct slice *s)
{
	for (const struct json *v = json_first(json_get(stream, "values")); v; v = json_next(v)) {
		const struct json *when = json_first(v);

		loki_line_put(sink, scratch, json_text(scratch, when), json_str(json_next(when)), s);
	}
}

static void each_put(struct sink *sink, struct arena *scratch, const struct json *list, const struct slice *s,
	void (*put)(struct sink *, struct arena *, const struct json *, const struct slice *))
{
	for (const struct json *j = json_first(list); j; j = json_next(j))
		put(sink, scratch, j, s);
}

static void hit_put(struct sink *sink, struct arena *scratch, const struct json *hit, const struct slice *s)
{
	struct kube_event e;

	if (event_find(scratch, hit, &e))
		kube_event_put(sink, scratch, &e, s->from, s->text);
	else
		other_put(sink, scratch, hit, s->from, json_print(scratch, hit));
}

static void slice_put(struct sink *sink, struct doc *doc, const struct slice *s)
{
	ARENA_SCOPE(doc->scratch);
	struct arena *scratch = doc->scratch;
	struct err e = {{0}};
	const struct json *j = s->cut || s->broken ? NULL : json_parse(scratch, s->text, &e);
	struct kube_event event;

	if (!j)
		sink_note(sink, s->from, s->text, "%s", s->cut || s->broken ? slice_fault(s) : e.text);
	else if (event_find(scratch, j, &event) || event_find(scratch, json_next(json_first(j)), &event))
		kube_event_put(sink, scratch, &event, s->from, s->text);
	else if (json_get(j, "resourceLogs"))
		each_put(sink, scratch, json_get(j, "resourceLogs"), s, otlp_put);
	else if (loki_streams(j))
		each_put(sink, scratch, loki_streams(j), s, loki_put);
	else if (elastic_hits(j))
		each_put(sink, scratch, elastic_hits(j), s, hit_put);
	else if (json_is_array(json_get(j, "items")))
		sink_skip(sink, s->from);
	else
		other_put(sink, scratch, j, s->from, s->text);
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	bool by_line = is_tagged(doc);
	struct slice s;

	(void)e;
	while (by_line ? doc_line(doc, &s) : doc_json(doc, "items", &s))
		if (!by_line || str_trim(s.text).n)
			slice_put(sink, doc, &s);
	return true;
}

const struct format format_kube_export = {
	.name = "kube-export",
	.blurb = "Kubernetes events wrapped by exporters: event-exporter, eventrouter, fluent-bit, OTLP, Loki, Elastic",
	.bid = bid,
	.parse = parse,
};
