/* Logs that are JSON objects: zap, zerolog, bunyan, pino, ECS, logrus, log4j, journald, PostgreSQL and whoever else. */
#include "formats/formats_all.h"

#include "base/utf8.h"
#include "formats/echo.h"
#include "formats/kube.h"
#include "formats/lines.h"
#include "formats/slack.h"
#include "formats/wrap.h"

enum { JSONLOG_DEPTH = 3 }; /* objects within objects whose members become fields "a.b.c" */

/* What a member is, by its (dotted) name. Within a part the earlier row wins. */
enum part { PART_WHEN, PART_LEVEL, PART_TEXT, PART_IDENTITY, PARTS };
static const struct {
	const char *key;
	enum part part;
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
	{"attributes.timestamp", PART_WHEN},
	{"result._time", PART_WHEN},
	{"@timestamp_ns", PART_WHEN},
	{"receiveTimestamp", PART_WHEN},
	{"ingestionTime", PART_WHEN},
	{"started_at", PART_WHEN},
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
		struct str text = part_text(t->arena, part, value);
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

static struct str error_of(const struct record *record)
{
	for (size_t i = 0; i < record->fields_n; i++)
		if (str_eq(record->fields[i].name, STR("error")))
			return record->fields[i].value;
	return STR_NONE;
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

/* A writer with names of its own: the first member that is called some kind of time and is one; levels and texts
 * likewise. */
static void guess_parts(struct taking *t)
{
	static const struct {
		struct str word;
		enum part part;
	} words[] = {{STR("time"), PART_WHEN}, {STR("date"), PART_WHEN}, {STR("stamp"), PART_WHEN},
		{STR("ts"), PART_WHEN}, {STR("level"), PART_LEVEL}, {STR("severity"), PART_LEVEL},
		{STR("message"), PART_TEXT}, {STR("msg"), PART_TEXT}};
	struct str *places[PARTS] = {&t->record.when, &t->record.level, &t->record.text};
	enum severity known;
	for (size_t i = 0; i < t->record.fields_n; i++) {
		const struct field *f = &t->fields[i];
		for (size_t w = 0; w < LEN(words); w++) {
			struct str *place = places[words[w].part];
			if (place->n || str_find_case(f->name, words[w].word, 0) == STR_NPOS)
				continue;
			if (words[w].part == PART_WHEN ? is_time(f->value)
						       : words[w].part == PART_TEXT || severity_find(f->value, &known))
				*place = f->value;
		}
	}
}

/* False: OBJECT has neither a time nor both a level and a message. */
bool jsonlog_object(struct arena *arena, const struct json *object, struct record *record)
{
	struct taking t = {.arena = arena, .fields = NEW_N(arena, struct field, LINES_FIELDS)};
	const struct json *source = json_get(object, "_source"); /* Elasticsearch's wrapping */
	take_members(&t, STR_NONE, json_is_object(source) ? source : object, 1);
	t.record.fields = t.fields;
	guess_parts(&t);
	if (!t.record.when.n && !(t.record.level.n && t.record.text.n))
		return false;
	struct str error = error_of(&t.record);
	if (error.n && !t.record.level.n && !str_eq(error, STR("false"))) /* klog's JSON has no level */
		t.record.level = STR("error");
	if (!t.record.text.n)
		t.record.text = error.n ? error : json_print(arena, object);
	else if (error.n && !str_contains(t.record.text, error))
		t.record.text = str_fmt(arena, "%.*s: %.*s", STR_ARG(t.record.text), STR_ARG(error));
	t.record.text = wrap_plain(arena, t.record.text);
	*record = t.record;
	return true;
}

bool jsonlog_line(struct arena *arena, struct str line, struct record *record)
{
	line = str_trim(line);
	if (line.n < 2 || line.p[0] != '{' || line.p[line.n - 1] != '}')
		return false;
	struct err e = {0};
	struct json *object = json_parse(arena, line, &e);
	if (object && kube_may_carry(line) && kube_carried(arena, object, record))
		return true;
	return object && jsonlog_object(arena, object, record);
}

/* --- the formats --- */
struct dialect {
	struct line_format lines;
	const char *const *phrases; /* one of them stands in the head */
	int bid;
	double share;
	bool (*object)(struct arena *, const struct json *, struct record *); /* NULL: jsonlog_object */
};

static bool dialect_object(
	const struct dialect *d, struct arena *arena, const struct json *object, struct record *record)
{
	return d->object ? d->object(arena, object, record) : jsonlog_object(arena, object, record);
}

/* {"index":{"_index":"logs"}} before each document of Elasticsearch's bulk format. */
static bool is_bulk_action(struct str line)
{
	static const struct str heads[] = {
		STR("{\"index\":{"), STR("{\"create\":{"), STR("{ \"index\" : {"), STR("{ \"index\":")};
	for (size_t i = 0; i < LEN(heads); i++)
		if (str_starts(line, heads[i]) && line.n < 300 &&
			(str_contains(line, STR("\"_index\"")) || str_contains(line, STR("{}"))))
			return true;
	return false;
}

static enum line_kind read_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	(void)data;
	if (is_bulk_action(line))
		return LINE_SKIP;
	return jsonlog_line(arena, line, record) ? LINE_RECORD : LINE_OTHER;
}

static const char *const any[] = {"{", NULL};
static const char *const journal_phrases[] = {"\"__REALTIME_TIMESTAMP\"", NULL};
static const char *const postgres_phrases[] = {"\"error_severity\"", NULL};
static const char *const velero_phrases[] = {"\"logSource\"", "velero", NULL};
static const char *const longhorn_phrases[] = {"\"controller\":\"longhorn-", "\"controller\": \"longhorn-",
	"longhorn-manager", "longhorn.io/v1", "longhorn-engine", "longhorn-instance-manager", NULL};
static const char *const slack_phrases[] = {"\"user_profile\"", "\"client_msg_id\"", "\"blocks\"", "\"thread_ts\"",
	"\"bot_message\"", "\"event_callback\"", "\"message_changed\"", "\"type\":\"message\"", "\"type\": \"message\"",
	NULL};

/* Collectors put events and audit events among the lines of programs. */
static bool any_object(struct arena *arena, const struct json *object, struct record *record)
{
	return kube_carried(arena, object, record) || jsonlog_object(arena, object, record);
}

static const struct dialect generic = {{.read = read_line, .carrier = true, .tools = true}, any, 40, 0.3, any_object};
static const struct dialect journal = {
	{.read = read_line, .carrier = true, .tools = true}, journal_phrases, BID_IDENTITY, 0.3};
static const struct dialect postgres = {{.read = read_line}, postgres_phrases, 75, 0.3};
static const struct dialect velero = {{.read = read_line}, velero_phrases, 65, 0.5};
static const struct dialect slack = {{.read = slack_line}, slack_phrases, 70, 0.5, slack_object};
static const struct dialect longhorn = {{.read = read_line}, longhorn_phrases, 60, 0.5};

/* Objects over several lines, or in an array: the first line is JSON, but no whole object. */
static bool is_document(struct doc *doc)
{
	struct str first = doc_head_line(doc, 0);
	for (int i = 1; i < 100 && !str_trim(first).n; i++)
		first = doc_head_line(doc, i);
	return doc_looks_json(doc) && !(str_trim(first).p[0] == '{' && str_ends(str_trim(first), STR("}")));
}

static bool is_log(struct doc *doc, const struct dialect *d)
{
	struct record record;
	return doc_item(doc) && dialect_object(d, doc->scratch, doc_item(doc), &record) && record.when.n;
}

static int dialect_bid(struct doc *doc, const void *data)
{
	const struct dialect *dialect = data;
	bool hopeful = false;
	for (const char *const *phrase = dialect->phrases; *phrase; phrase++)
		hopeful |= doc_contains(doc, *phrase);
	if (!hopeful)
		return BID_NONE;
	ARENA_SCOPE(doc->scratch);
	if (!is_document(doc))
		return lines_bid(doc, &dialect->lines, dialect->bid, dialect->share);
	return is_log(doc, dialect) ? dialect->bid : BID_NONE;
}

static void put_object(struct doc *doc, const struct dialect *dialect, const struct slice *slice, struct sink *sink)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {0};
	struct json *object = slice->broken ? NULL : json_parse(doc->scratch, slice->text, &e);
	struct record record = {0};
	if (!object) {
		if (str_trim(slice->text).n == 0)
			sink_skip(sink, slice->from);
		else
			sink_note(sink, slice->from, slice->text, "%s", e.text[0] ? e.text : slice_fault(slice));
		return;
	}
	if (!dialect_object(dialect, doc->scratch, object, &record))
		record.text = json_print(doc->scratch, object);
	else if (dialect->lines.carrier)
		lines_read_inner(doc->scratch, &record);
	echo_read(doc->scratch, &record);
	record.from = slice->from;
	record.raw = slice->text;
	sink_put(sink, &record);
}

static bool dialect_parse(struct doc *doc, const void *data, struct sink *sink, struct err *e)
{
	(void)e;
	const struct dialect *dialect = data;
	if (!is_document(doc))
		return lines_parse(doc, &dialect->lines, sink);
	struct slice slice;
	while (doc_json(doc, NULL, &slice))
		put_object(doc, dialect, &slice, sink);
	return true;
}

const struct format format_journald_json = {
	.name = "journald-json",
	.blurb = "journalctl -o json",
	.data = &journal,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_postgres_json = {
	.name = "postgres-json",
	.blurb = "PostgreSQL jsonlog, and CloudNativePG's records of it",
	.data = &postgres,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_velero_json = {
	.name = "velero-json",
	.blurb = "Velero logs as JSON",
	.data = &velero,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_longhorn_json = {
	.name = "longhorn-json",
	.blurb = "Longhorn manager logs as JSON",
	.data = &longhorn,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_slack = {
	.name = "slack",
	.blurb = "Slack: a day of a channel as its export has it, messages of its Events API",
	.data = &slack,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_json_log = {
	.name = "json-log",
	.blurb = "JSON objects with a time: zap, zerolog, bunyan, pino, ECS, logrus, log4j and others",
	.data = &generic,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
