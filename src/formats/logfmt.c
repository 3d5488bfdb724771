/* logfmt: key=value pairs, as logrus, go-kit and many others write them; Longhorn's and Velero's logs among them. */
#include "formats/formats_all.h"

#include "base/utf8.h"
#include "formats/lines.h"

/* Go's strconv.Quote: \" \\ \n \t \xNN \uNNNN. Anything else is kept as it stands. */
static size_t unescape_one(struct str s, size_t at, struct buf *out)
{
	static const char plain[][2] = {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'"', '"'}, {'\\', '\\'}, {'\'', '\''}};
	for (size_t i = 0; i < LEN(plain); i++) {
		if (s.p[at + 1] == plain[i][0]) {
			buf_byte(out, plain[i][1]);
			return 2;
		}
	}
	size_t digits = s.p[at + 1] == 'x' ? 2 : s.p[at + 1] == 'u' ? 4 : 0;
	uint64_t code;
	if (digits && at + 2 + digits <= s.n && str_hex(str_slice(s, at + 2, at + 2 + digits), &code)) {
		if (digits == 2)
			buf_byte(out, (char)code);
		else
			buf_utf8(out, (uint32_t)code);
		return 2 + digits;
	}
	buf_byte(out, '\\');
	return 1;
}

static struct str unescape(struct arena *arena, struct str s)
{
	if (s.n == 0 || !memchr(s.p, '\\', s.n))
		return s;
	struct buf out = BUF(arena);
	for (size_t at = 0; at < s.n;) {
		if (s.p[at] == '\\' && at + 1 < s.n)
			at += unescape_one(s, at, &out);
		else
			buf_byte(&out, s.p[at++]);
	}
	return buf_str(&out);
}

static bool is_key_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '@';
}

/* Takes a value off the front of *rest: quoted, or up to the next blank. */
static struct str take_value(struct arena *arena, struct str *rest)
{
	struct str value;
	if (rest->n == 0 || rest->p[0] != '"') {
		size_t end = 0;
		while (end < rest->n && !byte_is_space(rest->p[end]))
			end++;
		value = str_slice(*rest, 0, end);
		*rest = str_from(*rest, end);
		return value;
	}
	size_t end = 1;
	while (end < rest->n && rest->p[end] != '"')
		end += rest->p[end] == '\\' ? 2 : 1;
	value = unescape(arena, str_slice(*rest, 1, end));
	*rest = str_from(*rest, end + 1);
	return value;
}

/* Takes the next "key=value" off the front; bare words in between are passed over. */
static bool take_pair(struct arena *arena, struct str *rest, struct str *key, struct str *value)
{
	for (;;) {
		while (rest->n && byte_is_space(rest->p[0]))
			*rest = str_from(*rest, 1);
		if (rest->n == 0)
			return false;
		size_t n = 0;
		while (n < rest->n && is_key_byte(rest->p[n]))
			n++;
		if (n && n < rest->n && rest->p[n] == '=') {
			*key = str_slice(*rest, 0, n);
			*rest = str_from(*rest, n + 1);
			*value = take_value(arena, rest);
			return true;
		}
		while (n < rest->n && !byte_is_space(rest->p[n]))
			n++;
		*rest = str_from(*rest, n);
	}
}

/* Which part of a record a key is. */
enum part { PART_WHEN, PART_LEVEL, PART_TEXT, PART_FIELD };
static const struct {
	struct str key;
	enum part part;
} parts[] = {
	{STR("time"), PART_WHEN},
	{STR("ts"), PART_WHEN},
	{STR("t"), PART_WHEN},
	{STR("timestamp"), PART_WHEN},
	{STR("@timestamp"), PART_WHEN},
	{STR("level"), PART_LEVEL},
	{STR("lvl"), PART_LEVEL},
	{STR("severity"), PART_LEVEL},
	{STR("msg"), PART_TEXT},
	{STR("message"), PART_TEXT},
};

/* Keys by other names than the vocabulary's. */
static const struct {
	struct str key, name;
} renames[] = {
	{STR("err"), STR("error")},
	{STR("volumeName"), STR("volume")},
	{STR("volume_name"), STR("volume")},
	{STR("nodeID"), STR("node")},
	{STR("hostname"), STR("host")},
	{STR("podName"), STR("pod")},
};

static struct str renamed(struct str key)
{
	for (size_t i = 0; i < LEN(renames); i++)
		if (str_eq(key, renames[i].key))
			return renames[i].name;
	return key;
}

static enum part part_of(struct str key)
{
	for (size_t i = 0; i < LEN(parts); i++)
		if (str_eq(key, parts[i].key))
			return parts[i].part;
	return PART_FIELD;
}

static void take_part(struct str key, struct str value, struct record *record, struct field *fields)
{
	struct str *places[] = {
		[PART_WHEN] = &record->when, [PART_LEVEL] = &record->level, [PART_TEXT] = &record->text};
	enum part part = part_of(key);
	if (part == PART_FIELD)
		fields_add(fields, &record->fields_n, renamed(key), value);
	else if (places[part]->p == NULL)
		*places[part] = value;
}

bool logfmt_pairs(struct arena *arena, struct str text, struct record *record)
{
	struct field *fields = NEW_N(arena, struct field, LINES_FIELDS);
	*record = (struct record){.fields = fields};
	struct str key, value;
	int pairs = 0;
	for (; take_pair(arena, &text, &key, &value); pairs++)
		take_part(key, value, record, fields);
	return pairs > 0;
}

bool logfmt_line(struct arena *arena, struct str line, struct record *record)
{
	size_t n = 0;
	while (n < line.n && is_key_byte(line.p[n]))
		n++;
	struct record found;
	if (n == 0 || n >= line.n || line.p[n] != '=' || !logfmt_pairs(arena, line, &found))
		return false;
	bool is_event = found.text.n && record_field(&found, STR("reason")).n && record_field(&found, STR("kind")).n;
	if (!found.when.n && !(found.level.n && found.text.p) && !is_event)
		return false;
	if (!found.level.n && !found.text.p && found.fields_n < 2)
		return false;
	struct str error = record_field(&found, STR("error"));
	if (!found.text.n)
		found.text = line;
	else if (error.n && !str_contains(found.text, error))
		found.text = str_fmt(arena, "%.*s: %.*s", STR_ARG(found.text), STR_ARG(error));
	*record = found;
	return true;
}

/* --- the formats --- */
/* A Longhorn engine or replica is named after its volume: "pvc-7c1e-e-0", "pvc-7c1e-r-2501c5e5". */
static void add_instance(struct str name, struct record *record)
{
	struct field *fields = (struct field *)record->fields;
	size_t e = str_find(name, STR("-e-"), 0), r = str_find(name, STR("-r-"), 0);
	size_t end = e < r ? e : r;
	fields_add(fields, &record->fields_n, STR("instance"), name);
	if (end != STR_NPOS && !record_field(record, STR("volume")).n)
		fields_add(fields, &record->fields_n, STR("volume"), str_slice(name, 0, end));
}

/* Old managers log an engine's own line as their message, 'pvc-7c1e-e-0: time="..." level=error msg="..."': what it
 * says is the engine's, when it was logged the manager's. */
static void take_nested(struct arena *arena, struct record *record)
{
	size_t colon = str_find(record->text, STR(": time=\""), 0);
	struct record inner;
	if (colon == STR_NPOS || str_find_byte(record->text, ' ', 0) < colon)
		return;
	if (!logfmt_line(arena, str_from(record->text, colon + 2), &inner))
		return;
	struct field *fields = (struct field *)record->fields;
	add_instance(str_slice(record->text, 0, colon), record);
	fields_add(fields, &record->fields_n, STR("written"), inner.when);
	for (size_t i = 0; i < inner.fields_n; i++)
		fields_add(fields, &record->fields_n, inner.fields[i].name, inner.fields[i].value);
	record->text = inner.text;
	record->level = inner.level;
}

/* An instance-manager puts "[name] " before what its children write. */
static enum line_kind read_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	(void)data;
	struct str name = STR_NONE;
	size_t end = str_find(line, STR("] "), 0);
	if (line.n && line.p[0] == '[' && end != STR_NPOS) {
		name = str_slice(line, 1, end);
		line = str_from(line, end + 2);
	}
	if (!logfmt_line(arena, line, record))
		return LINE_OTHER;
	if (name.n)
		add_instance(name, record);
	take_nested(arena, record);
	return LINE_RECORD;
}

struct dialect {
	struct line_format lines;
	const char *const *phrases; /* one of them stands in the head; NULL: not needed */
	int bid;
};

static const char *const longhorn_phrases[] = {"longhorn", "instance manager", "instance-manager", "Instance Manager",
	"on replica ", "backend with address tcp://", "Set replica tcp://", "engine process", "tgtd: bs_longhorn",
	NULL};
static const char *const velero_phrases[] = {"velero", "logSource=", "Velero", NULL};

static const struct dialect logfmt = {{.read = read_line, .tools = true}, NULL, 50};
static const struct dialect longhorn = {{.read = read_line}, longhorn_phrases, 70};
static const struct dialect velero = {{.read = read_line}, velero_phrases, 75};

static bool has_phrase(const struct doc *doc, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (doc_contains(doc, *phrases))
			return true;
	return false;
}

static int dialect_bid(struct doc *doc, const void *data)
{
	const struct dialect *dialect = data;
	if (!doc_contains(doc, "=") || (dialect->phrases && !has_phrase(doc, dialect->phrases)))
		return BID_NONE;
	return lines_bid(doc, &dialect->lines, dialect->bid, 0.5);
}

static bool dialect_parse(struct doc *doc, const void *data, struct sink *sink, struct err *e)
{
	(void)e;
	const struct dialect *dialect = data;
	return lines_parse(doc, &dialect->lines, sink);
}

const struct format format_longhorn_log = {
	.name = "longhorn-log",
	.blurb = "Longhorn manager, engine, replica and instance-manager logs",
	.data = &longhorn,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_velero_log = {
	.name = "velero-log",
	.blurb = "Velero server, node-agent and backup logs",
	.data = &velero,
	.bid_with = dialect_bid,
	.parse_with = dialect_parse,
};
const struct format format_logfmt = {
	.name = "logfmt",
	.blurb = "key=value lines: logrus text, go-kit and others",
	.data = &logfmt,
	.bid_with = dialect_bid,
	.tells_runs = true,
	.parse_with = dialect_parse,
};
