/* What the Kubernetes formats share: events of either API, and how objects are named. */
#ifndef LINEUP_KUBE_H
#define LINEUP_KUBE_H

#include "formats/format.h"

/*
 * An event as its two APIs write it (core/v1: k8s.io/api/core/v1/types.go, events.k8s.io/v1:
 * k8s.io/api/events/v1/types.go); deprecated* members stand in the row of what they became. Views into the tree they
 * were read from.
 */
struct kube_event {
	struct str api, kind;
	struct str name, namespace, uid, created; /* metadata */
	struct str object_api, object_kind, object_name, object_namespace;
	struct str reason, type, message, action;
	struct str component, host, source, instance; /* component: reportingComponent, source: source.component */
	struct str first, last, event_time, series_last;
	int64_t count, series_count, old_count;
	struct str cluster; /* kubernetes-event-exporter */
	bool nulls;         /* has "null" strings: support-bundle-kit rewrote null and "" into them */
};
void kube_event_read(const struct json *, struct kube_event *);
/* The same without a tree, from the text of an event or of a line of a watch that adds, changes or deletes one: what
 * kube_is_event and kube_event_read make of its tree, in a quarter of the time. False: no event, or something unusual
 * in it; the tree must be asked. */
bool kube_event_pull(struct arena *, struct str text, struct kube_event *);
/* Puts one record. Fields: reason, type, object.kind, object.name, object.api, object (its kind as subjects spell it),
 * namespace (of the object, none when it is not namespaced), pod, node, volume, pvc, component, host, uid, api, action,
 * cluster. */
void kube_event_put(struct sink *, struct arena *scratch, const struct kube_event *, struct where, struct str raw);
/* What it puts, but for the place; RECORD's fields live in the arena. */
void kube_event_record(struct arena *, const struct kube_event *, struct record *);
/* The same for one whose times, place and identity are in RECORD already; fills in the rest. */
void kube_event_put_timed(struct sink *, struct arena *scratch, const struct kube_event *, struct record *);

/* By its members, a core/v1 or events.k8s.io event; audit events have kind Event too and are none. */
bool kube_is_event(const struct json *);
bool kube_is_audit(const struct json *);
/* The object of a line of a watch, {"type":"ADDED","object":{...}}; NULL: not of a watch. */
const struct json *kube_watched(const struct json *);
/* The text as it is, but empty for what means "never": null, "null", "", Go's zero time. */
struct str kube_time(struct str);
/* How subjects spell a kind: pod, node, volume, pvc, longhorn-node; else the kind in lower case. */
struct str kube_type(struct arena *, struct str kind, struct str api);
bool kube_is_namespaced(struct str kind, struct str api);
/* The volume that a Longhorn engine, replica or share manager belongs to, by its name ("pvc-7c1e-r-2501c5e5"); else
 * NAME. */
struct str kube_volume_of(struct str name);

/* Either an event or the facts of another object; AMID_EVENTS leaves out workloads, whose events tell the same. */
void kube_item_put(
	struct sink *, struct arena *scratch, const struct json *, struct where, struct str raw, bool amid_events);
/* Every instant of an object's conditions and status (kube_object.c). */
void kube_object_put(struct sink *, struct arena *scratch, const struct json *, struct where, struct str raw);

/* An event, in one of the objects that exporters wrap around it or by the names their stores give its members
 * (kube_export.c), or an audit event. False: neither, and *record is as it was. */
bool kube_carried(struct arena *, const struct json *, struct record *);
/* True when TEXT may be the JSON of such an object: cheap, and sure when it says no. */
bool kube_may_carry(struct str text);
/* A request that is over, as a record; its fields live in the arena (kube_audit.c). */
void kube_audit_record(struct arena *, const struct json *, struct record *);
bool kube_audit_is_over(const struct json *);
/* An event by the names that a store gave its members (kube_dialect.c). False: none that is known. */
bool kube_dialect_read(struct arena *, const struct json *, struct kube_event *);

/* Reading a whole document of YAML or JSON items with kube_item_put. */
bool kube_items_parse(struct doc *, struct sink *, struct err *, bool amid_events);
/* The value of a member of the first object in a YAML head, which may be an item of a list; empty: no such line. */
struct str kube_yaml_head(const struct doc *, const char *key);

/* Fields of one record, empty ones left out. */
enum { KUBE_FIELDS = 40 };
struct kube_fields {
	struct field v[KUBE_FIELDS];
	size_t n;
};
void kube_field(struct kube_fields *, const char *name, struct str value);
/* The fields of an event that kube_event_put names: also for events that a log line echoes. */
void kube_event_fields(struct arena *scratch, const struct kube_event *, struct kube_fields *);

#endif
