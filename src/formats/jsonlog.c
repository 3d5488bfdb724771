/* Logs that are JSON objects: zap, zerolog, bunyan, pino, ECS, logrus, log4j, journald, PostgreSQL and whoever else. */
#include "formats/formats_all.h"

#include "formats/echo.h"
#include "formats/kube.h"
#include "formats/lines.h"
#include "formats/slack.h"

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
	.tells_runs = true,
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
	.tells_runs = true,
	.parse_with = dialect_parse,
};
