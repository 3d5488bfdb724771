/* kube-object: what the instants in conditions and status of Kubernetes objects tell, as JSON or YAML. */
#include "formats/formats_all.h"
#include "formats/kube.h"
#include "formats/kube_copy.h"

enum { OBJECT_DEPTH = 12 }; /* deepest known: conditions of a disk of a Longhorn node, 5 */

/* Where an object tells something about itself that each of its facts should carry. Paths are cut at "/"; of a list
 * they take the first. */
static const struct context {
	const char *field, *kind, *path; /* kind: only of this one; NULL: any */
} contexts[] = {
	{"phase", NULL, "status/phase"},
	{"state", NULL, "status/state"},
	{"state", NULL, "status/currentState"},
	{"attached", "VolumeAttachment", "status/attached"},
	{"robustness", "Volume", "status/robustness"},
	{"node", NULL, "spec/nodeName"},
	{"node", NULL, "spec/nodeID"},
	{"node", NULL, "status/currentNodeID"},
	{"volume", NULL, "spec/volumeName"},
	{"volume", "VolumeAttachment", "spec/source/persistentVolumeName"},
	{"volume", "BackupVolume", "spec/volumeName"},
	{"claim", "PersistentVolume", "spec/claimRef/name"},
	{"claim", "Volume", "status/kubernetesStatus/pvcName"},
	{"claim.namespace", "PersistentVolume", "spec/claimRef/namespace"},
	{"claim.namespace", "Volume", "status/kubernetesStatus/namespace"},
	{"location", "BackupTarget", "spec/backupTargetURL"},
	{"location", "BackupStorageLocation", "metadata/name"},
	{"available", "BackupTarget", "status/available"},
	{"last_backup", "Volume", "status/lastBackup"},
	{"last_backup", "BackupVolume", "status/lastBackupName"},
	{"version", "Node", "status/nodeInfo/kubeletVersion"},
	{"version", "Machine", "spec/version"},
	{"version", "Plan", "spec/version"},
	{"node_name", "Machine", "status/nodeRef/name"},
	{"cluster", "Machine", "spec/clusterName"},
	{"health", "CephCluster", "status/ceph/health"},
	{"error", NULL, "status/error"},
	{"error", "BackupStorageLocation", "status/message"},
};

struct object {
	struct sink *sink;
	struct arena *scratch;
	struct where from;
	struct str raw;
	const struct json *tree;
	struct str kind, api, name, namespace, uid, type;
	int facts;
};

/* Beside an instant in the same object: what it is about. */
static const struct {
	const char *key, *field;
} beside[] = {
	{"type", "condition"},
	{"status", "status"},
	{"reason", "reason"},
	{"exitCode", "exit_code"},
	{"key", "taint"},
	{"effect", "effect"},
	{"state", "state"},
	{"version", "version_to"},
};

/* Instants that say only when somebody looked. */
static const struct str looked[] = {
	STR("lastProbeTime"), STR("lastHeartbeatTime"), STR("lastUpdateTime"), STR("probeTime"), STR("renewTime")};

/* Of a list of conditions the one of that type; of any other list its first. */
static const struct json *one_of(const struct json *list, struct str type, bool *typed)
{
	for (const struct json *one = json_first(list); one; one = json_next(one))
		if ((*typed = str_eq(json_get_str(one, "type"), type)))
			return one;
	return json_first(list);
}

const struct json *kube_path(const struct json *j, const char *path)
{
	struct str rest = str_of(path), piece;
	char key[64];

	while (j && str_next(&rest, '/', &piece)) {
		if (piece.n >= sizeof key)
			return NULL;
		memcpy(key, piece.p, piece.n);
		key[piece.n] = '\0';
		bool typed = false;
		if (json_is_array(j))
			j = one_of(j, piece, &typed);
		if (!typed)
			j = json_get(j, key);
	}
	return j;
}

struct str kube_path_text(struct arena *arena, const struct json *j, const char *path)
{
	struct str text = json_text(arena, kube_path(j, path));

	return str_eq(text, STR("null")) ? STR_NONE : text;
}

static void identity_put(const struct object *o, struct kube_fields *f)
{
	kube_field(f, "object.kind", o->kind);
	kube_field(f, "object.name", o->name);
	kube_field(f, "object.api", o->api);
	kube_field(f, "object", o->type);
	if (kube_is_namespaced(o->kind, o->api))
		kube_field(f, "namespace", o->namespace);
	kube_field(f, "uid", o->uid);
	if (str_eq(o->type, STR("pod")) || str_eq(o->type, STR("pvc")) || str_eq(o->type, STR("node")))
		kube_field(f, str_cstr(o->scratch, o->type), o->name);
	else if (str_eq(o->type, STR("volume")))
		kube_field(f, "volume", o->name);
}

static bool field_is_there(const struct kube_fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->v[i].name, str_of(name)))
			return true;
	return false;
}

static void contexts_put(const struct object *o, struct kube_fields *f)
{
	for (const struct context *c = contexts; c < contexts + LEN(contexts); c++)
		if ((!c->kind || str_eq(o->kind, str_of(c->kind))) && !field_is_there(f, c->field))
			kube_field(f, c->field, kube_path_text(o->scratch, o->tree, c->path));
}

/* "Node n1: Ready is False, KubeletNotReady: container runtime is down" */
static struct str fact_text(const struct object *o, struct str fact, struct str part, const struct json *around)
{
	struct buf b = BUF(o->scratch);
	struct str condition = json_get_str(around, "type"), status = json_text(o->scratch, json_get(around, "status"));
	struct str reason = json_get_str(around, "reason"), message = json_get_str(around, "message");

	if (o->name.n)
		buf_fmt(&b, "%.*s%s%.*s: ", STR_ARG(o->kind), o->kind.n ? " " : "", STR_ARG(o->name));
	if (part.n)
		buf_fmt(&b, "%.*s ", STR_ARG(part));
	if (condition.n && status.n)
		buf_fmt(&b, "%.*s is %.*s", STR_ARG(condition), STR_ARG(status));
	else
		buf_add(&b, fact);
	if (reason.n && !str_eq(reason, condition))
		buf_fmt(&b, ", %.*s", STR_ARG(reason));
	if (message.n && (condition.n || part.n)) /* a status has one message for all its instants */
		buf_fmt(&b, ": %.*s", STR_ARG(message));
	return buf_str(&b);
}

/* One instant: FACT is its key, PART where in the object it stands ("diskStatus.default-disk-1"), AROUND its siblings.
 */
static void fact_put(struct object *o, struct str fact, struct str part, const struct json *around, struct str when)
{
	ARENA_SCOPE(o->scratch);
	struct kube_fields f = {.n = 0};
	struct str condition = json_get_str(around, "type");
	struct record r = {.from = o->from, .raw = o->raw, .when = when, .text = fact_text(o, fact, part, around)};

	r.identity = str_fmt(o->scratch, "kube-object/%.*s/%.*s/%.*s/%.*s/%.*s/%.*s/%.*s/%.*s", STR_ARG(o->kind),
		STR_ARG(o->namespace), STR_ARG(o->name), STR_ARG(o->uid), STR_ARG(part), STR_ARG(fact),
		STR_ARG(condition), STR_ARG(when));
	identity_put(o, &f);
	kube_field(&f, "fact", fact);
	kube_field(&f, "part", part);
	for (size_t i = 0; around && i < LEN(beside); i++)
		kube_field(&f, beside[i].field, json_text(o->scratch, json_get(around, beside[i].key)));
	contexts_put(o, &f);
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(o->sink, &r);
	o->facts++;
}

static bool is_instant(struct str text)
{
	instant at;
	enum precision precision;

	return kube_time(text).n && text.n >= 20 && instant_parse_rfc3339(text, &at, &precision);
}

static bool is_looked(struct str key)
{
	for (size_t i = 0; i < LEN(looked); i++)
		if (str_eq(looked[i], key))
			return true;
	return false;
}

/* system-upgrade-controller and others of Rancher's give their conditions no other instant. */
static bool is_only_time(const struct json *around, struct str key)
{
	return str_eq(key, STR("lastUpdateTime")) && json_get(around, "type") &&
	       !json_get(around, "lastTransitionTime");
}

/* The name of a part: a list's element is known by its name, a map's by its key; conditions by their type. */
static struct str part_of(struct arena *arena, struct str part, const struct json *child)
{
	struct str name = json_key(child);

	if (!name.n)
		name = json_get_str(child, "name");
	if (!name.n || str_eq(name, STR("conditions")) || str_eq(name, json_get_str(child, "type")))
		return part;
	return part.n ? str_fmt(arena, "%.*s.%.*s", STR_ARG(part), STR_ARG(name)) : name;
}

static void walk(struct object *o, const struct json *j, struct str part, int depth, bool is_spec)
{
	for (const struct json *m = json_first(j); m; m = json_next(m)) {
		struct str key = json_key(m), text = json_str(m);

		if ((json_is_object(m) || json_is_array(m)) && depth < OBJECT_DEPTH)
			walk(o, m, part_of(o->scratch, part, m), depth + 1, is_spec);
		else if (is_instant(text) && (!is_looked(key) || is_only_time(j, key)) &&
			 (!is_spec || str_ends(key, STR("At")) || str_eq(key, STR("timeAdded"))))
			fact_put(o, key.n ? key : STR("time"), part, json_is_object(j) ? j : NULL, text);
	}
}

static void object_open(struct object *o, const struct json *tree)
{
	const struct json *metadata = json_get(tree, "metadata");

	o->tree = tree;
	o->kind = json_get_str(tree, "kind");
	o->api = json_get_str(tree, "apiVersion");
	o->name = json_text(o->scratch, json_get(metadata, "name"));
	o->namespace = json_get_str(metadata, "namespace");
	o->uid = json_get_str(metadata, "uid");
	o->type = kube_type(o->scratch, o->kind, o->api);
}

void kube_object_put(
	struct sink *sink, struct arena *scratch, const struct json *tree, struct where from, struct str raw)
{
	struct object o = {.sink = sink, .scratch = scratch, .from = from, .raw = raw};
	const struct json *metadata = json_get(tree, "metadata"), *status = json_get(tree, "status");

	if (kube_copy_put(sink, scratch, tree, from, raw))
		return;
	object_open(&o, tree);
	if (!metadata && !o.kind.n) /* an excerpt: one condition, or a status alone */
		walk(&o, tree, STR_NONE, 0, false);
	walk(&o, json_get(tree, "spec"), STR_NONE, 0, true);
	walk(&o, status, STR_NONE, 0, false);
	if (is_instant(json_get_str(metadata, "deletionTimestamp")))
		fact_put(&o, STR("deleted"), STR_NONE, NULL, json_get_str(metadata, "deletionTimestamp"));
	/* What has no status (roles, config maps) tells nothing by having been created. */
	if ((o.facts || json_is_object(status)) && is_instant(json_get_str(metadata, "creationTimestamp")))
		fact_put(&o, STR("created"), STR_NONE, NULL, json_get_str(metadata, "creationTimestamp"));
	if (!o.facts)
		sink_skip(sink, from);
}

/* Kinds whose events tell what the objects do: amid events they are the state around them. */
static bool is_workload(const struct json *j)
{
	struct str kind = json_get_str(j, "kind");

	return str_eq(kind, STR("Pod")) || str_starts(json_get_str(j, "apiVersion"), STR("apps/"));
}

void kube_item_put(struct sink *sink, struct arena *scratch, const struct json *j, struct where from, struct str raw,
	bool amid_events)
{
	struct kube_event e;
	bool is_list = json_is_array(json_get(j, "items"));

	if (kube_is_event(j) || (amid_events && !json_get(j, "kind") && json_get(j, "reason"))) {
		kube_event_read(j, &e);
		kube_event_put(sink, scratch, &e, from, raw);
	} else if (!json_is_object(j)) {
		sink_note(sink, from, raw, "not a Kubernetes object");
	} else if (is_list || (amid_events && is_workload(j))) {
		sink_skip(sink, from);
	} else if (kube_is_audit(j)) {
		sink_note(sink, from, raw, "an audit event among others; read it with --as kube-audit");
	} else {
		kube_object_put(sink, scratch, j, from, raw);
	}
}

/* An object by its declared identity; else what looks like one, or like a part of one. */
static int json_bid(struct doc *doc)
{
	const struct json *j = doc_item(doc), *object = kube_watched(j) ? kube_watched(j) : j;
	const struct json *metadata = json_get(object, "metadata");

	if (kube_is_event(object) || kube_is_audit(object) || str_eq(json_get_str(object, "kind"), STR("EventList")))
		return BID_NONE;
	if (!object)
		return doc_contains(doc, "\"apiVersion\"") && doc_contains(doc, "List\"") ? BID_PHRASE : BID_NONE;
	if (json_get_str(object, "apiVersion").n && json_get_str(object, "kind").n)
		return BID_IDENTITY;
	if (json_is_object(metadata) && doc_contains(doc, "\"apiVersion\"") && doc_contains(doc, "List\""))
		return BID_PHRASE; /* a raw list of the API names the kind once */
	return json_get_str(metadata, "resourceVersion").n && json_get_str(metadata, "uid").n ? BID_PHRASE : BID_NONE;
}

static int object_bid(struct doc *doc)
{
	if (doc_looks_json(doc))
		return json_bid(doc);

	struct str api = kube_yaml_head(doc, "apiVersion"), kind = kube_yaml_head(doc, "kind");
	if (api.n && kind.n && !str_starts(api, STR("audit.k8s.io/")))
		return str_eq(kind, STR("Event")) ? BID_NONE : BID_IDENTITY;
	return kube_yaml_head(doc, "lastTransitionTime").n && kube_yaml_head(doc, "status").n ? BID_PHRASE : BID_NONE;
}

static bool object_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	return kube_items_parse(doc, sink, e, false);
}

const struct format format_kube_object = {
	.name = "kube-object",
	.blurb = "Kubernetes objects as JSON or YAML: nodes, claims, volumes, Longhorn, Velero, CloudNativePG",
	.bid = object_bid,
	.parse = object_parse,
};
