/* Kubernetes events by the names that stores and agents give their members. */
#include "formats/kube.h"
#include "formats/kube_copy.h"

/*
 * AKS writes rows of the table KubeEvents (learn.microsoft.com, Azure Monitor tables); Metricbeat's kubernetes module
 * the metricset event (elastic.co, exported fields); New Relic's nri-kube-events flattens what the API gave; layouts of
 * kubernetes-event-exporter are free, and mostly flat.
 */
enum { MARKS = 3, MEMBERS = 14 };

static const struct dialect {
	const char *marks[MARKS]; /* paths that an event of this dialect has */
	struct {
		const char *path;
		size_t at;
	} members[MEMBERS];
	const char *count;
} dialects[] = {
	{.marks = {"ObjectKind", "Reason", "FirstSeen"},
		.members = {{"ObjectKind", offsetof(struct kube_event, object_kind)},
			{"Name", offsetof(struct kube_event, object_name)},
			{"Namespace", offsetof(struct kube_event, object_namespace)},
			{"Reason", offsetof(struct kube_event, reason)},
			{"Message", offsetof(struct kube_event, message)},
			{"KubeEventType", offsetof(struct kube_event, type)},
			{"SourceComponent", offsetof(struct kube_event, source)},
			{"FirstSeen", offsetof(struct kube_event, first)},
			{"LastSeen", offsetof(struct kube_event, last)},
			{"ClusterName", offsetof(struct kube_event, cluster)}},
		.count = "Count"},
	{.marks = {"kubernetes/event/involved_object/kind", "kubernetes/event/reason"},
		.members = {{"kubernetes/event/involved_object/kind", offsetof(struct kube_event, object_kind)},
			{"kubernetes/event/involved_object/name", offsetof(struct kube_event, object_name)},
			{"kubernetes/event/involved_object/api_version", offsetof(struct kube_event, object_api)},
			{"kubernetes/event/metadata/namespace", offsetof(struct kube_event, object_namespace)},
			{"kubernetes/event/metadata/uid", offsetof(struct kube_event, uid)},
			{"kubernetes/event/metadata/name", offsetof(struct kube_event, name)},
			{"kubernetes/event/reason", offsetof(struct kube_event, reason)},
			{"kubernetes/event/message", offsetof(struct kube_event, message)},
			{"kubernetes/event/type", offsetof(struct kube_event, type)},
			{"kubernetes/event/source/component", offsetof(struct kube_event, source)},
			{"kubernetes/event/timestamp/first_occurrence", offsetof(struct kube_event, first)},
			{"kubernetes/event/timestamp/last_occurrence", offsetof(struct kube_event, last)},
			{"@timestamp", offsetof(struct kube_event, created)},
			{"orchestrator/cluster/name", offsetof(struct kube_event, cluster)}},
		.count = "kubernetes/event/count"},
	{.marks = {"event.involvedObject.kind", "event.reason", "event.message"},
		.members = {{"event.involvedObject.kind", offsetof(struct kube_event, object_kind)},
			{"event.involvedObject.name", offsetof(struct kube_event, object_name)},
			{"event.involvedObject.apiVersion", offsetof(struct kube_event, object_api)},
			{"event.involvedObject.namespace", offsetof(struct kube_event, object_namespace)},
			{"event.metadata.uid", offsetof(struct kube_event, uid)},
			{"event.metadata.name", offsetof(struct kube_event, name)},
			{"event.reason", offsetof(struct kube_event, reason)},
			{"event.message", offsetof(struct kube_event, message)},
			{"event.type", offsetof(struct kube_event, type)},
			{"event.source.component", offsetof(struct kube_event, source)},
			{"event.firstTimestamp", offsetof(struct kube_event, first)},
			{"event.lastTimestamp", offsetof(struct kube_event, last)},
			{"event.metadata.creationTimestamp", offsetof(struct kube_event, created)},
			{"clusterName", offsetof(struct kube_event, cluster)}},
		.count = "event.count"},
};

static bool has_marks(const struct dialect *d, const struct json *j)
{
	for (size_t i = 0; i < MARKS && d->marks[i]; i++)
		if (!kube_path(j, d->marks[i]))
			return false;
	return json_is_object(j);
}

bool kube_dialect_read(struct arena *arena, const struct json *j, struct kube_event *e)
{
	const struct json *source = json_get(j, "_source"); /* Elasticsearch's wrapping */

	j = json_is_object(source) ? source : j;
	for (const struct dialect *d = dialects; d < dialects + LEN(dialects); d++) {
		if (!has_marks(d, j))
			continue;
		*e = (struct kube_event){.name = STR_NONE};
		for (size_t i = 0; i < MEMBERS && d->members[i].path; i++)
			*(struct str *)((char *)e + d->members[i].at) = kube_path_text(arena, j, d->members[i].path);
		str_int(kube_path_text(arena, j, d->count), &e->count);
		e->namespace = e->object_namespace;
		return true;
	}
	return false;
}
