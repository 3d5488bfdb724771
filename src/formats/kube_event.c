/* kube-event: Kubernetes events as JSON: List, EventList, bare array, watch, objects one after another. */
#include "formats/formats_all.h"
#include "formats/kube.h"

/* What only kubernetes-event-exporter writes (pkg/kube/event.go): kube-export reads those. */
static bool is_exported(const struct json *j)
{
	const struct json *object = json_get(j, "involvedObject");

	return json_get(j, "clusterName") || json_get(object, "labels") || json_get(object, "annotations") ||
	       json_get(object, "ownerReferences") || json_is_bool(json_get(object, "deleted"));
}

/* An EventList without items ("items": null), or a plain List whose file says what it would have held. */
static bool is_empty_list(struct doc *doc, const struct json *j)
{
	struct str kind = json_get_str(j, "kind");

	if (str_eq(kind, STR("EventList")))
		return true;
	return !j && doc_contains(doc, "\"items\"") &&
	       (doc_contains(doc, "\"EventList\"") ||
		       (doc_contains(doc, "\"List\"") && str_find_case(doc->base, STR("event"), 0) != STR_NPOS));
}

static int bid(struct doc *doc)
{
	if (!doc_looks_json(doc))
		return BID_NONE;

	const struct json *j = doc_item(doc), *object = kube_watched(j);
	struct str first = str_trim(doc_head_line(doc, 0));

	if (is_empty_list(doc, j))
		return BID_IDENTITY;
	if (object && !json_get(object, "kind"))
		return kube_is_event(object) ? BID_IDENTITY : BID_NONE;
	if (first.n > 1 && first.p[0] == '[' && byte_is_digit(first.p[1])) /* fluent-bit: [epoch,{event}] */
		return BID_NONE;
	object = object ? object : j;
	return kube_is_event(object) && !is_exported(object) ? BID_IDENTITY : BID_NONE;
}

/* BOOKMARK says how far the watch is; ERROR holds a Status, and the watch ends with it. */
static void watch_put(struct sink *sink, struct doc *doc, const struct json *line, const struct slice *s)
{
	struct str type = json_get_str(line, "type");
	const struct json *object = kube_watched(line);

	if (str_eq(type, STR("BOOKMARK")))
		sink_skip(sink, s->from);
	else if (str_eq(type, STR("ERROR")))
		sink_note(
			sink, s->from, s->text, "the watch broke off: %.*s", STR_ARG(json_get_str(object, "message")));
	else
		kube_item_put(sink, doc->scratch, object, s->from, s->text, true);
}

/* Whatever is not simply an event. */
static void value_put(struct sink *sink, struct doc *doc, const struct slice *s)
{
	struct err e = {{0}};
	const struct json *j = json_parse(doc->scratch, s->text, &e);

	if (!j)
		sink_note(sink, s->from, s->text, "%s", e.text);
	else if (kube_watched(j))
		watch_put(sink, doc, j, s);
	else if (json_get(j, "items") && !json_is_object(json_get(j, "involvedObject")))
		sink_skip(sink, s->from); /* a list without items */
	else
		kube_item_put(sink, doc->scratch, j, s->from, s->text, true);
}

static void slice_put(struct sink *sink, struct doc *doc, const struct slice *s)
{
	ARENA_SCOPE(doc->scratch);
	struct kube_event e;

	if (s->cut || s->broken)
		sink_note(sink, s->from, s->text, "%s", slice_fault(s));
	else if (kube_event_pull(doc->scratch, s->text, &e))
		kube_event_put(sink, doc->scratch, &e, s->from, s->text);
	else
		value_put(sink, doc, s);
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;

	(void)e;
	while (doc_json(doc, "items", &s))
		slice_put(sink, doc, &s);
	return true;
}

const struct format format_kube_event = {
	.name = "kube-event",
	.blurb = "Kubernetes events as JSON: lists, arrays, watches, both APIs",
	.bid = bid,
	.parse = parse,
};
