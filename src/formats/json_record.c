/* One JSON object of a log as a record: which of its members are its time, level and text, whoever wrote it. */
#include "formats/lines.h"

#include "base/json.h"
#include "base/utf8.h"
#include "formats/wrap.h"

enum { JSONLOG_DEPTH = 3 }; /* objects within objects whose members become fields "a.b.c" */

/* OpenTelemetry's severity numbers: four of each (opentelemetry-specification, logs/data-model). */
static struct str level_of_otel(struct arena *arena, const struct json *value)
{
	static const char *const words[] = {"trace", "debug", "info", "warn", "error", "fatal"};
	int64_t number;
	return str_int(json_text(arena, value), &number) && number >= 1 && number <= 24
		       ? str_of(words[(number - 1) / 4])
		       : STR_NONE;
}

/* log4js and others give what they were called with: ["disk full", "sda"]. */
static struct str joined_text(struct arena *arena, const struct json *value)
{
	struct buf text = BUF(arena);
	for (const struct json *one = json_is_array(value) ? json_first(value) : NULL; one; one = json_next(one)) {
		if (!json_str(one).n)
			return STR_NONE;
		buf_fmt(&text, "%s%.*s", text.n ? " " : "", STR_ARG(json_str(one)));
	}
	return buf_str(&text);
}

/* What a member is, by its (dotted) name. Within a part the earlier row wins. */
enum part { PART_WHEN, PART_LEVEL, PART_TEXT, PART_IDENTITY, PARTS };
static const struct {
	const char *key;
	enum part part;
	struct str (*text)(struct arena *, const struct json *); /* NULL: as the part is usually written */
} parts[] = {
	{"__REALTIME_TIMESTAMP", PART_WHEN},
	{"@timestamp", PART_WHEN},
	{"timestamp", PART_WHEN},
	{"time", PART_WHEN},
	{"ts", PART_WHEN},
	{"t", PART_WHEN},
	{"datetime", PART_WHEN},
	{"asctime", PART_WHEN},
	{"Timestamp", PART_WHEN},
	{"Time", PART_WHEN},
	{"instant", PART_WHEN},
	{"_time", PART_WHEN},
	{"log_time", PART_WHEN},
	{"logTime", PART_WHEN},
	{"timeMillis", PART_WHEN},
	{"time_local", PART_WHEN},
	{"time_iso8601", PART_WHEN},
	{"insertInstant", PART_WHEN},
	{"createInstant", PART_WHEN},
	{"created_at", PART_WHEN},
	{"createdAt", PART_WHEN},
	{"date", PART_WHEN},
	{"@t", PART_WHEN},
	{"TimeGenerated", PART_WHEN},
	{"timeGenerated", PART_WHEN},
	{"eventTime", PART_WHEN},
	{"EventTime", PART_WHEN},
	{"event_time", PART_WHEN},
	{"clock", PART_WHEN},
	{"attributes.timestamp", PART_WHEN},
	{"result._time", PART_WHEN},
	{"@timestamp_ns", PART_WHEN},
	{"receiveTimestamp", PART_WHEN},
	{"ingestionTime", PART_WHEN},
	{"started_at", PART_WHEN},
	{"generated_at", PART_WHEN},
	{"_ts", PART_WHEN},
	{"event.created", PART_WHEN},
	{"record.error_severity", PART_LEVEL},
	{"error_severity", PART_LEVEL},
	{"PRIORITY", PART_LEVEL},
	{"log.level", PART_LEVEL},
	{"level", PART_LEVEL},
	{"lvl", PART_LEVEL},
	{"severity", PART_LEVEL},
	{"levelname", PART_LEVEL},
	{"loglevel", PART_LEVEL},
	{"Level", PART_LEVEL},
	{"LogLevel", PART_LEVEL},
	{"logLevel", PART_LEVEL},
	{"log_level", PART_LEVEL},
	{"@l", PART_LEVEL},
	{"severityText", PART_LEVEL},
	{"severity_text", PART_LEVEL},
	{"Severity", PART_LEVEL},
	{"s", PART_LEVEL},
	{"attributes.status", PART_LEVEL},
	{"jsonPayload.level", PART_LEVEL},
	{"jsonPayload.severity", PART_LEVEL},
	{"level.levelStr", PART_LEVEL},
	{"content.attributes.status", PART_LEVEL},
	{"severityNumber", PART_LEVEL, level_of_otel},
	{"severity_number", PART_LEVEL, level_of_otel},
	{"SeverityNumber", PART_LEVEL, level_of_otel},
	{"type", PART_LEVEL},
	{"record.message", PART_TEXT},
	{"MESSAGE", PART_TEXT},
	{"message", PART_TEXT},
	{"msg", PART_TEXT},
	{"short_message", PART_TEXT},
	{"Message", PART_TEXT},
	{"@m", PART_TEXT},
	{"RenderedMessage", PART_TEXT},
	{"textPayload", PART_TEXT},
	{"jsonPayload.message", PART_TEXT},
	{"jsonPayload.msg", PART_TEXT},
	{"_msg", PART_TEXT},
	{"fields.message", PART_TEXT},
	{"attributes.message", PART_TEXT},
	{"result._raw", PART_TEXT},
	{"@message", PART_TEXT},
	{"LogMessage", PART_TEXT},
	{"LogEntry", PART_TEXT},
	{"properties.log", PART_TEXT},
	{"line", PART_TEXT},
	{"event", PART_TEXT},
	{"log", PART_TEXT},
	{"text", PART_TEXT},
	{"txt", PART_TEXT},
	{"body", PART_TEXT},
	{"@mt", PART_TEXT},
	{"MessageTemplate", PART_TEXT},
	{"protoPayload.methodName", PART_TEXT},
	{"_raw", PART_TEXT},
	{"_line", PART_TEXT},
	{"data", PART_TEXT, joined_text},
	{"description", PART_TEXT},
	{"__CURSOR", PART_IDENTITY},
};

/* Members by other names than the vocabulary's. */
static const struct {
	const char *key, *name;
} renames[] = {
	{"err", "error"},
	{"error.message", "error"},
	{"err.message", "error"},
	{"exception.message", "error"},
	{"_HOSTNAME", "host"},
	{"hostname", "host"},
	{"hostName", "host"},
	{"host.name", "host"},
	{"SYSLOG_IDENTIFIER", "process"},
	{"_SYSTEMD_UNIT", "unit"},
	{"UNIT", "unit"},
	{"_PID", "pid"},
	{"logging_pod", "pod"},
	{"kubernetes.pod_name", "pod"},
	{"kubernetes.pod.name", "pod"},
	{"kubernetes.namespace_name", "namespace"},
	{"kubernetes.namespace", "namespace"},
	{"kubernetes.container_name", "container"},
	{"kubernetes.host", "node"},
	{"record.detail", "detail"},
	{"record.database_name", "database"},
	{"dbname", "database"},
	{"k8s.pod.name", "pod"},
	{"error_info.message", "error"},
	{"@x", "error"},
	{"Exception", "error"},
	{"PodName", "pod"},
	{"PodNamespace", "namespace"},
	{"ContainerName", "container"},
	{"Computer", "node"},
	{"kubernetes.pod_namespace", "namespace"},
	{"kubernetes.container.name", "container"},
	{"kubernetes.node.name", "node"},
	{"kubernetes.pod_node_name", "node"},
	{"resource.labels.cluster_name", "cluster"},
	{"resource.labels.namespace_name", "namespace"},
	{"resource.labels.pod_name", "pod"},
	{"resource.labels.container_name", "container"},
	{"labels.pod", "pod"},
	{"labels.namespace", "namespace"},
	{"labels.container", "container"},
	{"fields.pod", "pod"},
	{"fields.error", "error"},
	{"attributes.host", "host"},
	{"attributes.service", "service"},
	{"result.host", "host"},
	{"content.host", "host"},
	{"content.service", "service"},
	{"_host", "host"},
	{"_app", "service"},
};

struct taking {
	struct arena *arena;
	struct record record;
	struct field *fields;
	size_t rank[PARTS]; /* row that gave the part, + 1; 0: none yet */
};

/* {"epochSecond": 1663977609, "nanoOfSecond": 484000000} of log4j, {"$date": "..."} of MongoDB, {"seconds": N, "nanos":
 * N} of protobuf. */
static struct str instant_text(struct arena *arena, const struct json *value)
{
	int64_t second, nano = 0;
	const struct json *date = json_get(value, "$date");
	if (date)
		return json_text(arena, json_is_object(date) ? json_get(date, "$numberLong") : date);
	if (json_int(json_get(value, "seconds"), &second)) {
		json_int(json_get(value, "nanos"), &nano);
		return str_fmt(arena, "%lld.%09lld", (long long)second, (long long)nano);
	}
	if (!json_int(json_get(value, "epochSecond"), &second))
		return STR_NONE;
	json_int(json_get(value, "nanoOfSecond"), &nano);
	return str_fmt(arena, "%lld.%09lld", (long long)second, (long long)nano);
}

/* journald gives a text that is not UTF-8 as an array of byte values. */
static struct str bytes_text(struct arena *arena, const struct json *array)
{
	struct buf bytes = BUF(arena);
	int64_t byte;
	for (const struct json *one = json_first(array); one; one = json_next(one)) {
		if (!json_int(one, &byte) || byte < 0 || byte > 255)
			return STR_NONE;
		buf_byte(&bytes, (char)byte);
	}
	return utf8_mend(arena, buf_str(&bytes));
}

/* journald counts severity from 0 as syslog does, bunyan and pino by tens. */
static struct str level_text(struct arena *arena, const struct json *value)
{
	int64_t number;
	struct str text = json_text(arena, value);
	size_t offset = 0; /* slog's ERROR+2 */
	while (offset < text.n && byte_is_alpha(text.p[offset]))
		offset++;
	if (offset && offset < text.n && str_int(str_from(text, offset + (text.p[offset] == '+')), &number))
		return str_slice(text, 0, offset);
	if (!str_int(text, &number))
		return text;
	return number >= 10 ? level_of_tens(number) : level_of_priority(number);
}

static struct str part_text(struct arena *arena, enum part part, const struct json *value)
{
	if (part == PART_WHEN && json_is_object(value))
		return instant_text(arena, value);
	if (part == PART_TEXT && json_is_array(value))
		return bytes_text(arena, value);
	return part == PART_LEVEL ? level_text(arena, value) : json_text(arena, value);
}

/* True when KEY's value is a part of the record better than what was there. */
static bool take_part(struct taking *t, struct str key, const struct json *value)
{
	struct str *places[PARTS] = {&t->record.when, &t->record.level, &t->record.text, &t->record.identity};
	for (size_t i = 0; i < LEN(parts); i++) {
		if (!str_eq(key, str_of(parts[i].key)))
			continue;
		enum part part = parts[i].part;
		struct str text = parts[i].text ? parts[i].text(t->arena, value) : part_text(t->arena, part, value);
		enum severity known;
		if (text.n == 0 || (t->rank[part] && t->rank[part] <= i + 1) ||
			(part == PART_LEVEL && !severity_find(text, &known)))
			return false;
		t->rank[part] = i + 1;
		*places[part] = text;
		return true;
	}
	return false;
}

static struct str renamed(struct str key)
{
	for (size_t i = 0; i < LEN(renames); i++)
		if (str_eq(key, str_of(renames[i].key)))
			return str_of(renames[i].name);
	return key;
}

/* journald's trusted fields and code places say nothing an operator asks for, but for those that have a name of ours.
 */
static bool is_noise(struct str key, struct str name)
{
	return key.p == name.p && (str_starts(key, STR("_")) || str_starts(key, STR("CODE_")));
}

static void take_members(struct taking *t, struct str prefix, const struct json *object, int depth)
{
	for (const struct json *member = json_first(object); member; member = json_next(member)) {
		struct str key = json_key(member);
		if (prefix.n)
			key = str_fmt(t->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(key));
		if (take_part(t, key, member))
			continue;
		struct str name = renamed(key);
		if (json_is_object(member) && depth < JSONLOG_DEPTH)
			take_members(t, key, member, depth + 1);
		else if (!is_noise(key, name))
			fields_add(t->fields, &t->record.fields_n, name, json_text(t->arena, member));
	}
}

/* "2024-06-18T04:00", or an epoch of this century in any unit. */
static bool is_time(struct str value)
{
	static const char shape[] = "dddd-dd-dd";
	size_t digits = 0;
	while (digits < value.n && byte_is_digit(value.p[digits]))
		digits++;
	if (digits >= 10 && digits <= 19 && (digits - 10) % 3 == 0 && (digits == value.n || value.p[digits] == '.'))
		return value.p[0] == '1';
	for (size_t i = 0; shape[i]; i++)
		if (i >= value.n || (shape[i] == 'd' ? !byte_is_digit(value.p[i]) : value.p[i] != '-'))
			return false;
	return value.n >= 16 && (value.p[10] == 'T' || value.p[10] == ' ');
}

/* Names that may be anything's: whole, or as what an object within the object is called. */
static bool is_called(struct str name, struct str word, bool whole)
{
	size_t dot = str_rfind_byte(name, '.');
	return whole ? str_eq_case(str_from(name, dot == STR_NPOS ? 0 : dot + 1), word)
		     : str_find_case(name, word, 0) != STR_NPOS;
}

/* A writer with names of its own: the first member that is called some kind of time and is one; levels and texts
 * likewise. */
static void guess_parts(struct taking *t)
{
	static const struct {
		struct str word;
		enum part part;
		bool whole;
	} words[] = {{STR("time"), PART_WHEN, false}, {STR("date"), PART_WHEN, false}, {STR("stamp"), PART_WHEN, false},
		{STR("ts"), PART_WHEN, false}, {STR("occurred"), PART_WHEN, false}, {STR("happened"), PART_WHEN, false},
		{STR("logged"), PART_WHEN, false}, {STR("generated"), PART_WHEN, false},
		{STR("received"), PART_WHEN, false}, {STR("emitted"), PART_WHEN, false}, {STR("at"), PART_WHEN, true},
		{STR("when"), PART_WHEN, true}, {STR("t"), PART_WHEN, true}, {STR("dt"), PART_WHEN, true},
		{STR("created"), PART_WHEN, true}, {STR("epoch"), PART_WHEN, false}, {STR("level"), PART_LEVEL, false},
		{STR("severity"), PART_LEVEL, false}, {STR("lvl"), PART_LEVEL, false},
		{STR("status"), PART_LEVEL, true}, {STR("label"), PART_LEVEL, true}, {STR("l"), PART_LEVEL, true},
		{STR("message"), PART_TEXT, false}, {STR("msg"), PART_TEXT, false}, {STR("m"), PART_TEXT, true}};
	struct str *places[PARTS] = {&t->record.when, &t->record.level, &t->record.text};
	enum severity known;
	for (size_t i = 0; i < t->record.fields_n; i++) {
		const struct field *f = &t->fields[i];
		for (size_t w = 0; w < LEN(words); w++) {
			struct str *place = places[words[w].part];
			if (place->n || !is_called(f->name, words[w].word, words[w].whole))
				continue;
			if (words[w].part == PART_WHEN ? is_time(f->value)
						       : words[w].part == PART_TEXT || severity_find(f->value, &known))
				*place = f->value;
		}
	}
}

/* A request, whose record has no words: its method, path and status, by whatever names. */
enum request_part { REQUEST_LINE, REQUEST_METHOD, REQUEST_PATH, REQUEST_STATUS, REQUEST_PARTS };
static void take_request(struct taking *t)
{
	static const char *const names[REQUEST_PARTS][6] = {[REQUEST_LINE] = {"request"},
		[REQUEST_METHOD] = {"method", "request_method", "RequestMethod", "requestMethod", "verb"},
		[REQUEST_PATH] = {"path", "uri", "request_uri", "RequestPath", "requestUrl", "url"},
		[REQUEST_STATUS] = {"status", "response_code", "DownstreamStatus", "status_code", "resp_status"}};
	struct str found[REQUEST_PARTS] = {STR_NONE}, request;
	for (size_t i = 0; i < t->record.fields_n; i++)
		for (size_t k = 0; k < LEN(names); k++)
			for (size_t m = 0; m < LEN(names[k]) && names[k][m] && !found[k].n; m++)
				if (is_called(t->fields[i].name, str_of(names[k][m]), true))
					found[k] = t->fields[i].value;
	request = found[REQUEST_LINE];
	if (!request.n && found[REQUEST_METHOD].n && found[REQUEST_PATH].n)
		request = str_fmt(t->arena, "%.*s %.*s", STR_ARG(found[REQUEST_METHOD]), STR_ARG(found[REQUEST_PATH]));
	if (!request.n || !found[REQUEST_STATUS].n)
		return;
	t->record.text = str_fmt(t->arena, "%.*s %.*s", STR_ARG(request), STR_ARG(found[REQUEST_STATUS]));
	fields_add(t->fields, &t->record.fields_n, STR("request"), request);
	fields_add(t->fields, &t->record.fields_n, STR("status"), found[REQUEST_STATUS]);
}

/* The collector of a node may hand a line on with the node's own time and stream before it. */
static struct str unwrapped(struct arena *arena, struct str text)
{
	struct wrap wrap;
	return wrap_open(arena, text, &wrap) && wrap.when.n && wrap.stream.n ? wrap.text : wrap_plain(arena, text);
}

/* Zabbix counts severities upward, from what is not classified to disasters. */
static struct str level_of_zabbix(const struct json *object)
{
	static const struct str levels[] = {
		STR("info"), STR("info"), STR("warning"), STR("error"), STR("error"), STR("critical")};
	struct str severity = json_get_str(object, "severity");
	bool is_event = severity.n == 1 && json_get(object, "eventid") && json_get(object, "clock");
	size_t number = is_event ? (size_t)(severity.p[0] - '0') : LEN(levels);
	return number < LEN(levels) ? levels[number] : STR_NONE;
}

/* What an object that has no message is called. */
static struct str name_of(const struct record *record)
{
	struct str title = record_field(record, STR("title"));
	return title.n ? title : record_field(record, STR("name"));
}

/* False: OBJECT has neither a time nor both a level and a message. */
bool jsonlog_object(struct arena *arena, const struct json *object, struct record *record)
{
	struct taking t = {.arena = arena, .fields = NEW_N(arena, struct field, LINES_FIELDS)};
	const struct json *source = json_get(object, "_source"); /* Elasticsearch's wrapping */
	take_members(&t, STR_NONE, json_is_object(source) ? source : object, 1);
	t.record.fields = t.fields;
	struct str zabbix = level_of_zabbix(object);
	t.record.level = zabbix.n ? zabbix : t.record.level;
	guess_parts(&t);
	if (!t.record.when.n && !(t.record.level.n && t.record.text.n))
		return false;
	struct str error = record_field(&t.record, STR("error"));
	if (error.n && !t.record.level.n && !str_eq(error, STR("false"))) /* klog's JSON has no level */
		t.record.level = STR("error");
	if (!t.record.text.n && !error.n)
		take_request(&t);
	bool silent = !t.record.text.n;
	if (silent)
		t.record.text = error.n ? error : name_of(&t.record);
	if (!t.record.text.n)
		t.record.text = json_print(arena, object);
	if (!silent && error.n && !str_contains(t.record.text, error))
		t.record.text = str_fmt(arena, "%.*s: %.*s", STR_ARG(t.record.text), STR_ARG(error));
	t.record.text = unwrapped(arena, t.record.text);
	*record = t.record;
	return true;
}
