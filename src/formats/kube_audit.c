/* kube-audit: what the API server was asked to do, by whom; cordons and evictions stand only here. */
#include "formats/formats_all.h"
#include "formats/kube.h"

static int bid(struct doc *doc)
{
	return doc_looks_json(doc) && kube_is_audit(doc_item(doc)) ? BID_IDENTITY : BID_NONE;
}

/* One request is logged at several stages with one auditID; only the last ones tell how it ended. */
bool kube_audit_is_over(const struct json *j)
{
	struct str stage = json_get_str(j, "stage");

	return !stage.n || str_eq(stage, STR("ResponseComplete")) || str_eq(stage, STR("Panic"));
}

static struct str first_time(const struct json *j)
{
	static const char *const keys[] = {"requestReceivedTimestamp", "stageTimestamp", "timestamp"};

	for (size_t i = 0; i < LEN(keys); i++) {
		struct str when = kube_time(json_get_str(j, keys[i]));

		if (when.n)
			return when;
	}
	return kube_time(json_get_str(json_get(j, "metadata"), "creationTimestamp")); /* v1beta1 */
}

/* "patch nodes/pool-a-1 by ops@example.org: 200" */
static struct str request_text(struct arena *arena, const struct json *j, const struct json *object)
{
	struct buf b = BUF(arena);
	struct str subresource = json_get_str(object, "subresource"), name = json_get_str(object, "name");
	struct str namespace = json_get_str(object, "namespace");
	int64_t code;

	buf_add(&b, json_get_str(j, "verb"));
	buf_byte(&b, ' ');
	if (!json_get_str(object, "resource").n)
		buf_add(&b, json_get_str(j, "requestURI"));
	buf_add(&b, json_get_str(object, "resource"));
	if (subresource.n)
		buf_fmt(&b, "/%.*s", STR_ARG(subresource));
	if (name.n)
		buf_fmt(&b, " %.*s%s%.*s", STR_ARG(namespace), namespace.n ? "/" : "", STR_ARG(name));
	buf_fmt(&b, " by %.*s", STR_ARG(json_get_str(json_get(j, "user"), "username")));
	if (json_int(json_at(j, "responseStatus", "code", NULL), &code))
		buf_fmt(&b, ": %lld", (long long)code);
	if (json_get_str(json_get(j, "responseStatus"), "message").n)
		buf_fmt(&b, " %.*s", STR_ARG(json_get_str(json_get(j, "responseStatus"), "message")));
	return buf_str(&b);
}

static const struct {
	const char *field, *in, *key; /* IN: NULL for the event itself */
} members[] = {
	{"verb", NULL, "verb"},
	{"stage", NULL, "stage"},
	{"uid", NULL, "auditID"},
	{"uri", NULL, "requestURI"},
	{"agent", NULL, "userAgent"},
	{"user", "user", "username"},
	{"impersonated", "impersonatedUser", "username"},
	{"resource", "objectRef", "resource"},
	{"subresource", "objectRef", "subresource"},
	{"namespace", "objectRef", "namespace"},
	{"object.name", "objectRef", "name"},
	{"code", "responseStatus", "code"},
	{"error", "responseStatus", "message"},
};

void kube_audit_record(struct arena *arena, const struct json *j, struct record *r)
{
	const struct json *object = json_get(j, "objectRef");
	const struct json *unschedulable = json_at(j, "requestObject", "spec", "unschedulable", NULL);
	struct kube_fields *f = NEW(arena, struct kube_fields);

	*r = (struct record){.when = first_time(j), .level = STR("info")};
	for (size_t i = 0; i < LEN(members); i++) {
		const struct json *in = members[i].in ? json_get(j, members[i].in) : j;

		kube_field(f, members[i].field, json_text(arena, json_get(in, members[i].key)));
	}
	kube_field(f, "unschedulable", json_text(arena, unschedulable));
	if (str_eq(json_get_str(object, "resource"), STR("nodes")))
		kube_field(f, "node", json_get_str(object, "name"));
	if (str_eq(json_get_str(object, "resource"), STR("pods")))
		kube_field(f, "pod", json_get_str(object, "name"));
	r->text = request_text(arena, j, object);
	if (json_get_str(j, "auditID").n)
		r->identity = str_fmt(arena, "kube-audit/%.*s/%.*s", STR_ARG(json_get_str(j, "auditID")),
			STR_ARG(json_get_str(j, "stage")));
	r->fields = f->v;
	r->fields_n = f->n;
}

static void slice_put(struct sink *sink, struct doc *doc, const struct slice *s)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {{0}};
	const struct json *j = s->cut || s->broken ? NULL : json_parse(doc->scratch, s->text, &e);

	if (!j)
		sink_note(sink, s->from, s->text, "%s", s->cut || s->broken ? slice_fault(s) : e.text);
	else if (!kube_is_audit(j) && json_get(j, "items"))
		sink_skip(sink, s->from); /* an EventList without items */
	else if (!json_is_object(j) || !(kube_is_audit(j) || json_get(j, "verb")))
		sink_note(sink, s->from, s->text, "not an audit event");
	else if (!kube_audit_is_over(j))
		sink_skip(sink, s->from);
	else {
		struct record r;

		kube_audit_record(doc->scratch, j, &r);
		r.from = s->from;
		r.raw = s->text;
		sink_put(sink, &r);
	}
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;

	(void)e;
	while (doc_json(doc, "items", &s))
		slice_put(sink, doc, &s);
	return true;
}

const struct format format_kube_audit = {
	.name = "kube-audit",
	.blurb = "audit log of the Kubernetes API server, v1 and v1beta1",
	.bid = bid,
	.parse = parse,
};
