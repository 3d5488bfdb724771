/* Kubernetes events of either API, as records. */
#include "formats/kube.h"

struct str kube_time(struct str when)
{
	bool is_never = when.n < 10 || str_starts(when, STR("0001-01-01T00:00:00"));

	return is_never ? STR_NONE : when;
}

/*
 * Both recorders name an event "OBJECT.HEX", HEX being the nanoseconds since 1970 of its first occurrence (client-go
 * tools/record/event.go, tools/internal/events GenerateEventName). Others may not: then nothing.
 */
static struct str time_of_name(struct arena *arena, struct str name)
{
	size_t dot = str_rfind_byte(name, '.');
	uint64_t nanoseconds;
	struct buf b = BUF(arena);

	if (dot == STR_NPOS || name.n - dot - 1 != 16 || !str_hex(str_from(name, dot + 1), &nanoseconds) ||
		nanoseconds >> 63)
		return STR_NONE;
	buf_instant(&b, (instant)(nanoseconds / 1000), PRECISION_US);
	return buf_str(&b);
}

/* A name tells more of a second than what cuts it off. */
static bool is_before(struct str a, struct str b)
{
	instant first, second;
	enum precision p;

	return instant_parse_rfc3339(a, &first, &p) && instant_parse_rfc3339(b, &second, &p) && first < second;
}

static void times_put(struct arena *scratch, const struct kube_event *e, struct record *r)
{
	struct str event_time = kube_time(e->event_time), last = kube_time(e->series_last);

	r->when = kube_time(e->first);
	if (!r->when.n)
		r->when = event_time;
	if (!last.n)
		last = kube_time(e->last);
	if (!last.n && r->when.n)
		last = event_time;
	if (!r->when.n) {
		r->when = time_of_name(scratch, e->name);
		r->basis = BASIS_FALLBACK;
	}
	if (!r->when.n)
		r->when = kube_time(e->created);
	if (!r->when.n) { /* a compact list may say only when it was last seen */
		r->when = last;
		r->basis = BASIS_MANUAL;
	}
	if (last.n && !str_eq(last, r->when) && !(r->basis == BASIS_FALLBACK && is_before(last, r->when)))
		r->until = (struct stamp){.name = STR("until"), .when = last};
	r->count = e->series_count > 0 ? e->series_count : e->count > 0 ? e->count : e->old_count;
}

static struct str identity_of(struct arena *scratch, const struct kube_event *e, struct str when)
{
	struct buf b = BUF(scratch);

	buf_add(&b, STR("kube-event/"));
	if (e->uid.n) {
		buf_add(&b, e->uid);
		return buf_str(&b);
	}
	const struct str named[] = {e->namespace, e->name};
	const struct str told[] = {
		when, e->object_namespace, e->object_kind, e->object_name, e->reason, e->message, e->namespace};
	const struct str *parts = e->name.n ? named : told;

	for (size_t i = 0, n = e->name.n ? LEN(named) : LEN(told); i < n; i++) {
		buf_add(&b, parts[i]);
		buf_byte(&b, '/');
	}
	return buf_str(&b);
}

void kube_field(struct kube_fields *f, const char *name, struct str value)
{
	if (!value.n)
		return;
	if (f->n == LEN(f->v))
		bug("more than %d fields", KUBE_FIELDS);
	f->v[f->n++] = (struct field){str_of(name), value};
}

/* Kinds that subjects spell otherwise, or that have no namespace. GROUP: ends the group of the API; empty: any. */
static const struct kube_kind {
	struct str kind, group, type;
	bool is_global;
} kube_kinds[] = {
	{STR("Pod"), {0}, STR("pod"), false},
	{STR("Node"), STR("longhorn.io"), STR("longhorn-node"), false},
	{STR("Node"), {0}, STR("node"), true},
	{STR("PersistentVolumeClaim"), {0}, STR("pvc"), false},
	{STR("PersistentVolume"), {0}, STR("volume"), true},
	{STR("Volume"), STR("longhorn.io"), STR("volume"), false},
	{STR("CStorVolume"), {0}, STR("volume"), false},
	{STR("VolumeAttachment"), STR("storage.k8s.io"), STR("volumeattachment"), true},
	{STR("Namespace"), {0}, STR("namespace"), true},
	{STR("StorageClass"), {0}, STR("storageclass"), true},
	{STR("CSINode"), {0}, STR("csinode"), true},
	{STR("VolumeSnapshotContent"), {0}, STR("volumesnapshotcontent"), true},
	{STR("ClusterOperator"), {0}, STR("clusteroperator"), true},
	{STR("ClusterVersion"), {0}, STR("clusterversion"), true},
	{STR("MachineConfigPool"), {0}, STR("machineconfigpool"), true},
};

static const struct kube_kind *kube_kind_find(struct str kind, struct str api)
{
	struct str group = str_slice(api, 0, str_find_byte(api, '/', 0));

	for (const struct kube_kind *k = kube_kinds; k < kube_kinds + LEN(kube_kinds); k++)
		if (str_eq(k->kind, kind) && str_ends(group, k->group))
			return k;
	return NULL;
}

struct str kube_type(struct arena *arena, struct str kind, struct str api)
{
	const struct kube_kind *k = kube_kind_find(kind, api);

	return k ? k->type : str_lower(arena, kind);
}

bool kube_is_namespaced(struct str kind, struct str api)
{
	const struct kube_kind *k = kube_kind_find(kind, api);

	return !k || !k->is_global;
}

struct str kube_volume_of(struct str name)
{
	size_t dash = str_rfind_byte(name, '-');
	struct str head = str_slice(name, 0, dash);
	bool is_instance = dash != STR_NPOS && (str_ends(head, STR("-e")) || str_ends(head, STR("-r")));

	return is_instance ? str_slice(head, 0, head.n - 2) : name;
}

/* What the object is: its names under those the rest of the program looks for. */
static void object_put(struct arena *scratch, const struct kube_event *e, struct kube_fields *f)
{
	struct str type = kube_type(scratch, e->object_kind, e->object_api);
	bool is_longhorn = !e->object_api.n || str_starts(e->object_api, STR("longhorn.io/"));
	bool is_part = is_longhorn && (str_eq(e->object_kind, STR("Engine")) || str_eq(e->object_kind, STR("Replica")));

	kube_field(f, "object.kind", e->object_kind);
	kube_field(f, "object.name", e->object_name);
	kube_field(f, "object.api", e->object_api);
	kube_field(f, "object", type);
	if (kube_is_namespaced(e->object_kind, e->object_api))
		kube_field(f, "namespace", e->object_namespace.n ? e->object_namespace : e->namespace);
	if (str_eq(type, STR("pod")) || str_eq(type, STR("pvc")))
		kube_field(f, type.n == 3 && type.p[1] == 'o' ? "pod" : "pvc", e->object_name);
	else if (str_eq(type, STR("volume")) || is_part)
		kube_field(f, "volume", kube_volume_of(e->object_name));
}

/* The node that spoke or is spoken of. A reportingInstance is the node's name for what runs on every node. */
static void node_put(const struct kube_event *e, struct str component, struct kube_fields *f)
{
	bool is_node = str_eq(e->object_kind, STR("Node"));
	bool on_node = str_eq(component, STR("kubelet")) || str_eq(component, STR("kube-proxy"));
	struct str host = e->host.n ? e->host : on_node ? e->instance : STR_NONE;

	kube_field(f, "node", is_node ? e->object_name : on_node ? host : STR_NONE);
	kube_field(f, "component", component);
	kube_field(f, "host", host);
}

static struct str api_name(struct str api)
{
	return str_eq(api, STR("v1")) ? STR("core/v1") : api;
}

void kube_event_fields(struct arena *scratch, const struct kube_event *e, struct kube_fields *f)
{
	kube_field(f, "reason", e->reason);
	kube_field(f, "type", e->type);
	object_put(scratch, e, f);
	node_put(e, e->component.n ? e->component : e->source, f);
	kube_field(f, "uid", e->uid);
	kube_field(f, "api", api_name(e->api));
	kube_field(f, "action", e->action);
	kube_field(f, "cluster", e->cluster);
}

/* F: room for the fields. */
static void told_put(struct arena *scratch, const struct kube_event *e, struct record *r, struct kube_fields *f)
{
	r->level = e->type;
	r->text = e->message.n ? e->message : e->reason;
	kube_event_fields(scratch, e, f);
	r->fields = f->v;
	r->fields_n = f->n;
}

void kube_event_put_timed(struct sink *sink, struct arena *scratch, const struct kube_event *e, struct record *r)
{
	struct kube_fields f = {.n = 0};

	told_put(scratch, e, r, &f);
	sink_put(sink, r);
}

static void known_put(struct arena *scratch, const struct kube_event *e, struct record *r)
{
	r->grows = true;
	times_put(scratch, e, r);
	r->identity = identity_of(scratch, e, r->when);
}

void kube_event_record(struct arena *arena, const struct kube_event *e, struct record *r)
{
	*r = (struct record){0};
	known_put(arena, e, r);
	told_put(arena, e, r, NEW(arena, struct kube_fields));
}

void kube_event_put(
	struct sink *sink, struct arena *scratch, const struct kube_event *e, struct where from, struct str raw)
{
	struct record r = {.from = from, .raw = raw};

	known_put(scratch, e, &r);
	kube_event_put_timed(sink, scratch, e, &r);
}

bool kube_is_audit(const struct json *j)
{
	return str_starts(json_get_str(j, "apiVersion"), STR("audit.k8s.io/")) ||
	       (json_is_string(json_get(j, "auditID")) && json_is_string(json_get(j, "stage")));
}

bool kube_is_event(const struct json *j)
{
	struct str api = json_get_str(j, "apiVersion"), kind = json_get_str(j, "kind");

	if (!json_is_object(j) || kube_is_audit(j))
		return false;
	if (kind.n || api.n)
		return str_eq(kind, STR("Event")) && (str_eq(api, STR("v1")) || str_starts(api, STR("events.k8s.io/")));
	return (json_is_object(json_get(j, "involvedObject")) || json_is_object(json_get(j, "regarding"))) &&
	       json_is_object(json_get(j, "metadata"));
}

const struct json *kube_watched(const struct json *j)
{
	const struct json *object = json_get(j, "object");

	return json_is_object(object) && json_is_string(json_get(j, "type")) ? object : NULL;
}
