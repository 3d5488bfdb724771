/* The members of a Kubernetes event, from a tree or straight from its text. */
#include "base/pull.h"
#include "formats/kube.h"

/* What a member of a JSON object is to an event. Its table ends with a row without a key. */
struct member {
	struct str key;
	enum {
		MEMBER_TEXT,
		MEMBER_NUMBER,
		MEMBER_OBJECT,
		MEMBER_OF_OTHERS
	} is;                        /* the last: of what is no event, or not only one */
	size_t at;                   /* of a text or number in struct kube_event */
	const struct member *inside; /* an object's */
};
#define TEXT(key_, field)                                                                                              \
	{                                                                                                              \
		STR(key_), MEMBER_TEXT, offsetof(struct kube_event, field), NULL                                       \
	}
#define NUMBER(key_, field)                                                                                            \
	{                                                                                                              \
		STR(key_), MEMBER_NUMBER, offsetof(struct kube_event, field), NULL                                     \
	}
#define OBJECT(key_, rows)                                                                                             \
	{                                                                                                              \
		STR(key_), MEMBER_OBJECT, 0, rows                                                                      \
	}
#define OF_OTHERS(key_)                                                                                                \
	{                                                                                                              \
		STR(key_), MEMBER_OF_OTHERS, 0, NULL                                                                   \
	}

static const struct member metadata_members[] = {
	TEXT("name", name),
	TEXT("namespace", namespace),
	TEXT("uid", uid),
	TEXT("creationTimestamp", created),
	{.inside = NULL},
};
static const struct member object_members[] = {
	TEXT("kind", object_kind),
	TEXT("name", object_name),
	TEXT("namespace", object_namespace),
	TEXT("apiVersion", object_api),
	{.inside = NULL},
};
static const struct member source_members[] = {
	TEXT("component", source),
	TEXT("host", host),
	{.inside = NULL},
};
static const struct member series_members[] = {
	NUMBER("count", series_count),
	TEXT("lastObservedTime", series_last),
	{.inside = NULL},
};
static const struct member event_members[] = {
	TEXT("apiVersion", api),
	TEXT("kind", kind),
	TEXT("reason", reason),
	TEXT("type", type),
	TEXT("message", message),
	TEXT("note", message),
	TEXT("action", action),
	TEXT("firstTimestamp", first),
	TEXT("deprecatedFirstTimestamp", first),
	TEXT("lastTimestamp", last),
	TEXT("deprecatedLastTimestamp", last),
	TEXT("eventTime", event_time),
	NUMBER("count", count),
	NUMBER("deprecatedCount", old_count),
	TEXT("reportingComponent", component),
	TEXT("reportingController", component),
	TEXT("reportingInstance", instance),
	TEXT("clusterName", cluster),
	TEXT("namespace", namespace),
	OBJECT("metadata", metadata_members),
	OBJECT("involvedObject", object_members),
	OBJECT("regarding", object_members),
	OBJECT("source", source_members),
	OBJECT("deprecatedSource", source_members),
	OBJECT("series", series_members),
	OF_OTHERS("auditID"),
	OF_OTHERS("items"),
	OF_OTHERS("object"),
	{.inside = NULL},
};

static const struct member *member_find(const struct member *table, struct str key)
{
	for (; table->key.n; table++)
		if (table->key.n == key.n && *table->key.p == *key.p && memcmp(table->key.p, key.p, key.n) == 0)
			return table;
	return NULL;
}

static struct str *text_of(struct kube_event *e, const struct member *m)
{
	return (struct str *)(void *)((char *)e + m->at);
}

static int64_t *number_of(struct kube_event *e, const struct member *m)
{
	return (int64_t *)(void *)((char *)e + m->at);
}

/* What support-bundle-kit makes of null and "". */
static bool is_null(struct str text)
{
	return str_eq(text, STR("null"));
}

/* By troubleshoot. */
static bool is_redacted(struct str text)
{
	return str_eq(text, STR("***HIDDEN***"));
}

/* --- from a tree --- */

static void number_read(const struct json *value, int64_t *to)
{
	double rounded; /* bundles print 1.2e+06, which YAML takes for text */
	bool is_one = json_double(value, &rounded) || str_double(json_str(value), &rounded);

	if (!json_int(value, to) && is_one && rounded > 0 && rounded < 1e15)
		*to = (int64_t)rounded;
}

static void text_read(struct str text, const struct member *m, struct kube_event *e)
{
	if (is_null(text))
		e->nulls = true;
	else if (text.n && !is_redacted(text))
		*text_of(e, m) = text;
}

static void members_read(const struct json *object, const struct member *table, struct kube_event *e)
{
	for (const struct json *j = json_first(object); j; j = json_next(j)) {
		const struct member *m = member_find(table, json_key(j));

		if (m && m->is == MEMBER_OBJECT)
			members_read(j, m->inside, e);
		else if (m && m->is == MEMBER_NUMBER)
			number_read(j, number_of(e, m));
		else if (m && m->is == MEMBER_TEXT)
			text_read(json_str(j), m, e);
	}
}

void kube_event_read(const struct json *object, struct kube_event *e)
{
	*e = (struct kube_event){0};
	members_read(object, event_members, e);
	/* The kit's rewriting of "" also meets the end of a string whose last character is a quote. */
	if (e->nulls && str_ends(e->message, STR("\"null")))
		e->message.n -= strlen("null");
}

/* --- from its text --- */

static bool members_pull(struct pull *, const struct member *, struct kube_event *);

/* False: the tree must be asked. */
static bool member_pull(struct pull *p, const struct member *m, struct kube_event *e)
{
	struct str text = STR_NONE;

	if (m->is == MEMBER_OF_OTHERS)
		return false;
	if (m->is == MEMBER_NUMBER)
		return pull_int(p, number_of(e, m));
	if (m->is == MEMBER_OBJECT && pull_enter(p))
		return members_pull(p, m->inside, e);
	if (m->is == MEMBER_OBJECT || !pull_str(p, &text))
		pull_skip(p);
	if (text.n)
		*text_of(e, m) = text;
	return !is_null(text) && !is_redacted(text);
}

/* A member that stands twice is nothing usual either. */
static bool members_pull(struct pull *p, const struct member *table, struct kube_event *e)
{
	uint64_t met = 0;
	struct str key;

	_Static_assert(LEN(event_members) <= 64, "a bit each");
	while (pull_key(p, &key)) {
		const struct member *m = member_find(table, key);
		uint64_t bit = m ? UINT64_C(1) << (m - table) : 0;

		if (met & bit)
			return false;
		met |= bit;
		if (!m)
			pull_skip(p);
		else if (!member_pull(p, m, e))
			return false;
	}
	return true;
}

/* {"type":"ADDED","object":{...}}, as the API server writes it. */
static bool watched_pull(struct pull *p, struct kube_event *e)
{
	struct str key, change;

	if (!pull_enter(p) || !pull_key(p, &key) || !str_eq(key, STR("type")) || !pull_str(p, &change))
		return false;
	if (!str_eq(change, STR("ADDED")) && !str_eq(change, STR("MODIFIED")) && !str_eq(change, STR("DELETED")))
		return false;
	return pull_key(p, &key) && str_eq(key, STR("object")) && pull_enter(p) && members_pull(p, event_members, e) &&
	       !pull_key(p, &key);
}

/* As kube_is_event; what a list of the API leaves out, its items still show. */
static bool is_event(const struct kube_event *e)
{
	if (e->kind.n || e->api.n)
		return str_eq(e->kind, STR("Event")) &&
		       (str_eq(e->api, STR("v1")) || str_starts(e->api, STR("events.k8s.io/")));
	return e->object_kind.n && (e->name.n || e->uid.n);
}

bool kube_event_pull(struct arena *arena, struct str text, struct kube_event *e)
{
	struct pull p = pull_of(arena, text), watch = p;

	*e = (struct kube_event){0};
	if (!watched_pull(&watch, e) || !pull_done(&watch)) {
		*e = (struct kube_event){0};
		if (!pull_enter(&p) || !members_pull(&p, event_members, e) || !pull_done(&p))
			return false;
	}
	return is_event(e);
}
