/* kube-event-yaml: Kubernetes events as YAML: lists, and documents one after another with other objects among them. */
#include "formats/formats_all.h"
#include "formats/kube.h"

static int bid(struct doc *doc)
{
	struct str api = kube_yaml_head(doc, "apiVersion"), kind = kube_yaml_head(doc, "kind");
	bool is_api = str_eq(api, STR("v1")) || str_starts(api, STR("events.k8s.io/"));

	if (doc_looks_json(doc))
		return BID_NONE;
	if (!kind.n && !api.n) /* items of an EventList of the API itself */
		return doc_contains(doc, "involvedObject:") && kube_yaml_head(doc, "reason").n ? BID_IDENTITY
											       : BID_NONE;
	return is_api && str_eq(kind, STR("Event")) ? BID_IDENTITY : BID_NONE;
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	return kube_items_parse(doc, sink, e, true);
}

const struct format format_kube_event_yaml = {
	.name = "kube-event-yaml",
	.blurb = "Kubernetes events as YAML, of support bundles and must-gather too",
	.bid = bid,
	.parse = parse,
};
