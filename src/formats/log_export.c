/* log-export: logs as the stores that keep them hand them out: one JSON document, the records somewhere inside. */
#include "formats/formats_all.h"
#include "formats/echo.h"
#include "formats/kube.h"
#include "formats/lines.h"

/*
 * Loki and Grafana      {"data":{"result":[{"stream":{"pod":"p"},"values":[["1718683201123456789","LINE"]]}]}}
 * Elastic, OpenSearch   {"hits":{"hits":[{"_source":{"@timestamp":...}}]}}
 * CloudWatch            {"events":[{"timestamp":1718683201123,"message":"LINE"}]}; Insights {"results":[[{"field":"@timestamp","value":...}]]}
 *                       what it sends to subscribers {"logGroup":"g","logEvents":[{"timestamp":...,"message":"LINE"}]}
 * Azure Monitor         {"tables":[{"columns":[{"name":"TimeGenerated"}],"rows":[["...","..."]]}]}
 * OpenTelemetry         {"resourceLogs":[{"resource":{...},"scopeLogs":[{"logRecords":[{"timeUnixNano":"...","body":{...}}]}]}]}
 * Zabbix                {"result":[{"eventid":"7","clock":"1759212180","name":...}]}
 * Datadog and others    {"data":[{"attributes":{"timestamp":...}}]}: any list of objects that have a time
 */
enum { EXPORT_DEPTH = 4 }; /* how deep a list of records may lie */

static const struct {
	const char *marks[3];
} shapes[] = {
	{{"\"stream\"", "\"values\"", "\"result\""}},
	{{"\"hits\"", "\"_source\"", "\"_index\""}},
	{{"\"events\"", "\"timestamp\"", "\"message\""}},
	{{"\"logEvents\"", "\"timestamp\"", "\"message\""}},
	{{"\"results\"", "\"field\"", "\"@timestamp\""}},
	{{"\"tables\"", "\"columns\"", "\"rows\""}},
	{{"\"resourceLogs\"", "\"scopeLogs\"", "\"logRecords\""}},
	{{"\"data\"", "\"attributes\"", "\"timestamp\""}},
	{{"\"entries\"", "\"logName\"", "\"insertId\""}},
	{{"\"records\"", "\"time\"", "\"category\""}},
	{{"\"events\"", "\"date_happened\"", "\"title\""}},
	{{"\"result\"", "\"eventid\"", "\"clock\""}},
};

static int bid(struct doc *doc)
{
	if (!doc_looks_json(doc))
		return BID_NONE;
	for (size_t i = 0; i < LEN(shapes); i++)
		if (doc_contains(doc, shapes[i].marks[0]) && doc_contains(doc, shapes[i].marks[1]) &&
			doc_contains(doc, shapes[i].marks[2]))
			return BID_SHAPE + 15;
	return BID_NONE;
}

/* Where the records of one document go. */
struct exported {
	struct sink *sink;
	struct arena *scratch;
	struct where from;
	int64_t n;
};

static void record_put(struct exported *x, struct record *r, struct str raw)
{
	r->from = x->from;
	r->raw = raw;
	lines_read_inner(x->scratch, r);
	echo_read(x->scratch, r);
	sink_put(x->sink, r);
	x->n++;
}

static void object_put(struct exported *x, const struct json *j)
{
	ARENA_SCOPE(x->scratch);
	struct record r = {0};
	if (!kube_carried(x->scratch, j, &r) && !jsonlog_object(x->scratch, j, &r))
		r.text = json_print(x->scratch, j);
	record_put(x, &r, json_print(x->scratch, j));
}

/* --- lists that are not of objects with members of their own --- */
/* A line with its time, and what is known of who wrote it: the names that jsonlog knows are taken from LABELS. */
static void line_put(struct exported *x, const struct json *labels, struct str when, struct str line)
{
	ARENA_SCOPE(x->scratch);
	struct json *j = json_object(x->scratch);
	struct err e = {{0}};
	json_add_str(x->scratch, j, "time", when);
	json_add_str(x->scratch, j, "message", line);
	if (json_is_object(labels)) /* a copy: a tree has one parent */
		json_add(x->scratch, j, "labels", json_parse(x->scratch, json_print(x->scratch, labels), &e));
	object_put(x, j);
}

static void streams_put(struct exported *x, const struct json *list)
{
	for (const struct json *stream = json_first(list); stream; stream = json_next(stream))
		for (const struct json *v = json_first(json_get(stream, "values")); v; v = json_next(v))
			line_put(x, json_get(stream, "stream"), json_text(x->scratch, json_first(v)),
				json_str(json_next(json_first(v))));
}

/* [{"field": NAME, "value": V}], or [{"key": NAME, "value": {"stringValue": V}}], as members of TO. */
static void pairs_add(struct arena *arena, struct json *to, const struct json *list, const char *name)
{
	for (const struct json *pair = json_first(list); pair; pair = json_next(pair)) {
		const struct json *value = json_get(pair, "value");
		struct str key = json_get_str(pair, name);
		if (key.n)
			json_add_str(arena, to, str_cstr(arena, key),
				json_text(arena, json_is_object(value) ? json_first(value) : value));
	}
}

static void insights_put(struct exported *x, const struct json *results)
{
	for (const struct json *row = json_first(results); row; row = json_next(row)) {
		struct json *j = json_object(x->scratch);
		pairs_add(x->scratch, j, row, "field");
		object_put(x, j);
	}
}

static void tables_put(struct exported *x, const struct json *tables)
{
	for (const struct json *table = json_first(tables); table; table = json_next(table))
		for (const struct json *row = json_first(json_get(table, "rows")); row; row = json_next(row)) {
			struct json *j = json_object(x->scratch);
			const struct json *column = json_first(json_get(table, "columns"));
			for (const struct json *cell = json_first(row); cell && column;
				cell = json_next(cell), column = json_next(column))
				json_add_str(x->scratch, j, str_cstr(x->scratch, json_get_str(column, "name")),
					json_text(x->scratch, cell));
			object_put(x, j);
		}
}

/* AnyValue of OTLP (opentelemetry-proto, common.proto) as the JSON it stands for: {"kvlistValue": {"values": [{"key":
 * K, "value": V}]}}, {"arrayValue": {"values": [V]}}, {"stringValue": S} and the like. */
static struct json *otlp_value(struct arena *arena, const struct json *value)
{
	const struct json *kind = json_first(value);
	struct str name = json_key(kind);
	bool is_object = str_eq(name, STR("kvlistValue"));
	struct json *whole = is_object ? json_object(arena) : json_array(arena);
	struct err e = {{0}};
	if (!is_object && !str_eq(name, STR("arrayValue"))) /* a copy: a tree has one parent */
		return json_parse(arena, kind ? json_print(arena, kind) : STR("null"), &e);
	for (const struct json *m = json_first(json_get(kind, "values")); m; m = json_next(m)) {
		struct json *inner = otlp_value(arena, is_object ? json_get(m, "value") : m);
		if (inner && is_object)
			json_add(arena, whole, str_cstr(arena, json_get_str(m, "key")), inner);
		else if (inner)
			json_push(arena, whole, inner);
	}
	return whole;
}

static struct str otlp_text(struct arena *arena, const struct json *value)
{
	const struct json *plain = json_is_object(value) ? otlp_value(arena, value) : value;
	return json_is_object(plain) || json_is_array(plain) ? json_print(arena, plain) : json_text(arena, plain);
}

static void otlp_log_put(struct exported *x, const struct json *resource, const struct json *log)
{
	ARENA_SCOPE(x->scratch);
	struct json *j = json_object(x->scratch);
	struct str at = json_text(x->scratch, json_get(log, "timeUnixNano"));
	if (!at.n || str_eq(at, STR("0")))
		at = json_text(x->scratch, json_get(log, "observedTimeUnixNano"));
	json_add_str(x->scratch, j, "time", at);
	json_add_str(x->scratch, j, "severity", json_get_str(log, "severityText"));
	json_add_str(x->scratch, j, "message", otlp_text(x->scratch, json_get(log, "body")));
	pairs_add(x->scratch, j, json_at(resource, "resource", "attributes", NULL), "key");
	pairs_add(x->scratch, j, json_get(log, "attributes"), "key");
	object_put(x, j);
}

static void otlp_put(struct exported *x, const struct json *resources)
{
	for (const struct json *resource = json_first(resources); resource; resource = json_next(resource))
		for (const struct json *scope = json_first(json_get(resource, "scopeLogs")); scope;
			scope = json_next(scope))
			for (const struct json *log = json_first(json_get(scope, "logRecords")); log;
				log = json_next(log))
				otlp_log_put(x, resource, log);
}

static void objects_put(struct exported *x, const struct json *list)
{
	for (const struct json *j = json_first(list); j; j = json_next(j))
		object_put(x, j);
}

/* --- finding them --- */
static const struct {
	const char *key;    /* of the list; NULL: any */
	const char *member; /* that its first element has; NULL: it is a list of pairs */
	void (*put)(struct exported *, const struct json *);
} lists[] = {
	{"result", "values", streams_put},
	{"streams", "values", streams_put},
	{"results", NULL, insights_put},
	{"tables", "rows", tables_put},
	{"resourceLogs", "scopeLogs", otlp_put},
};

static bool list_put(struct exported *x, const struct json *list)
{
	const struct json *first = json_first(list);
	for (size_t i = 0; i < LEN(lists); i++) {
		bool fits = lists[i].member ? json_get(first, lists[i].member) != NULL
					    : json_get(json_first(first), "field") != NULL;
		if (!fits || !str_eq(json_key(list), str_of(lists[i].key)))
			continue;
		lists[i].put(x, list);
		return true;
	}
	struct record r = {0};
	if (!json_is_object(first) || !jsonlog_object(x->scratch, first, &r) || !r.when.n)
		return false;
	objects_put(x, list);
	return true;
}

/* All lists of records, wherever they lie: one answer may hold those of several questions. */
static bool find(struct exported *x, const struct json *j, int depth)
{
	bool found = false;
	if (json_is_array(j) && list_put(x, j))
		return true;
	for (const struct json *m = json_first(j); m && depth < EXPORT_DEPTH; m = json_next(m))
		if (json_is_object(m) || json_is_array(m))
			found |= find(x, m, depth + 1);
	return found;
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;
	(void)e;
	while (doc_json(doc, NULL, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err failed = {{0}};
		struct exported x = {.sink = sink, .scratch = doc->scratch, .from = s.from};
		const struct json *j = s.cut || s.broken ? NULL : json_parse(doc->scratch, s.text, &failed);
		if (!j)
			sink_note(sink, s.from, s.text, "%s", failed.text[0] ? failed.text : slice_fault(&s));
		else if (!find(&x, j, 0))
			object_put(&x, j);
	}
	return true;
}

const struct format format_log_export = {
	.name = "log-export",
	.blurb =
		"logs as their stores give them, as one JSON: Loki, Elastic, CloudWatch, Azure Monitor, OpenTelemetry, Datadog",
	.bid = bid,
	.parse = parse,
};
