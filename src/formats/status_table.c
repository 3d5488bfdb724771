/* status-table: any table with a column of states: volumes, pools, disks, replicas and nodes, whatever printed it. */
#include "base/utf8.h"
#include "formats/columns.h"
#include "formats/fields.h"
#include "formats/formats_all.h"
#include "formats/pasted.h"

/*
 *  ID        REPLICAS  TARGET-NODE  ACCESSIBILITY  STATUS    SIZE        kubectl mayastor get volumes
 *  0c08667c  3         w1           nvmf           Degraded  10GiB
 *
 * Which things its rows are its headings tell; a table of anything else is not ours. The state is what held when it was
 * printed, which --captured-at tells, or the terminal in which it was typed.
 */
enum { HEADING_LINES = 24, THING_WORDS = 14 };

static const struct str state_headings[] = {STR("STATUS"), STR("STATE"), STR("HEALTH"), STR("CONDITION")};

/* In this order: a table of replicas names volumes and nodes, too. */
static const struct thing {
	const char *name;
	struct str headings[THING_WORDS];
	struct str
		sized[THING_WORDS]; /* tell only where a size stands beside: pools have members, slots hold fans, too */
	bool is_whole; /* tables of its parts, copies and users name it as well: it is meant only where it comes first */
} things[] = {
	{"replica", {STR("REPLICA"), STR("REPLICA ID"), STR("CSTORVOLUMENAME")}, {STR_NONE}, false},
	{"pool",
		{STR("DISKS"), STR("ALLOC"), STR("RAID_LEVEL"), STR("AGGREGATE"), STR("STORAGEPOOL"),
			STR("FREECAPACITY"), STR("DEDUP")},
		{STR("POOL"), STR("FREE")}, true},
	{"volume",
		{STR("VOLUME"), STR("VOLUME NAME"), STR("VOLUMENAME"), STR("REPLICACOUNT"), STR("ACCESSIBILITY"),
			STR("ALLOCATED"), STR("LUN"), STR("DATASTORE"), STR("VD"), STR("ARRAY"), STR("VIRTUAL DISK")},
		{STR("REPLICAS"), STR("HA")}, true},
	{"disk",
		{STR("DISK"), STR("DRIVE"), STR("BLOCKDEVICE"), STR("PD"), STR("PHYSICAL DISK"), STR("EID:SLT"),
			STR("PRI-AFF")},
		{STR("DEVICE"), STR("SLOT"), STR("SERIAL"), STR("BAY")}, false},
};
static const struct str sizes[] = {STR("SIZE"), STR("CAPACITY"), STR("SIZE (GB)"), STR("ALLOC"), STR("ALLOCATED")};

/* What is done to the things that a table names, and with them: the states are of that. */
static const struct str doings[] = {STR("SERVICE"), STR("SERVICES"), STR("JOB"), STR("TASK"), STR("CHECK"), STR("TEST"),
	STR("BACKUP"), STR("SNAPSHOT"), STR("PROCESS"), STR("COMMAND"), STR("MONITOR"), STR("URL")};
/* Whose states they are where they stand before the name; behind it they belong to a volume or a disk, but not to a
 * node. */
static const struct str others[] = {STR("APP"), STR("APPLICATION"), STR("CONTAINER"), STR("POD"), STR("INTERFACE"),
	STR("CONNECTION"), STR("SCHEDULE"), STR("MEMBERS"), STR("VM")};

/* Nodes have their name below one of these; below NAME or ID only where another heading tells. What else has a node is
 * not one. */
static const struct str node_names[] = {
	STR("NODE"), STR("NODE NAME"), STR("SCHEDULERNODENAME"), STR("HOSTNAME"), STR("HOST"), STR("SERVER")};
static const struct str node_marks[] = {
	STR("GRPC ENDPOINT"), STR("MANAGER STATUS"), STR("STORAGENODE"), STR("NODETYPE")};
static const struct str member_names[] = {STR("MEMBER"), STR("PEER")};
static const struct thing node = {.name = "node"}, member = {.name = "member"};

/* Where the name stands, the best first: parts before what they are parts of. */
static const struct str name_headings[] = {STR("NAME"), STR("REPLICA"), STR("PHYSICAL DISK"), STR("DISK"), STR("DRIVE"),
	STR("VIRTUAL DISK"), STR("VD"), STR("VOLUME"), STR("VOLUME NAME"), STR("VOLUMENAME"), STR("LUN"),
	STR("DATASTORE"), STR("ARRAY"), STR("POOL"), STR("STORAGEPOOL"), STR("AGGREGATE"), STR("DEVICE"), STR("SLOT"),
	STR("MEMBER"), STR("NODE"), STR("NODE NAME"), STR("SCHEDULERNODENAME"), STR("HOSTNAME"), STR("HOST"),
	STR("SERVER"), STR("PEER"), STR("TYPE NAME"), STR("ID"), STR("ADDRESS"), STR("IP")};

/* What a state can be: a table of orders has one, too, but other words. */
static const struct str states[] = {STR("online"), STR("offline"), STR("healthy"), STR("unhealthy"), STR("degraded"),
	STR("faulted"), STR("failed"), STR("up"), STR("down"), STR("ready"), STR("notready"), STR("unknown"), STR("ok"),
	STR("error"), STR("normal"), STR("optimal"), STR("unavailable"), STR("unavail"), STR("alive"), STR("left"),
	STR("missing"), STR("rebuilding"), STR("resyncing"), STR("removed"), STR("crashed"), STR("warning"),
	STR("critical"), STR("inaccessible"), STR("suspended"), STR("running"), STR("streaming")};

static bool is_among(struct str word, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n && words[i].n; i++)
		if (str_eq_case(word, words[i]))
			return true;
	return false;
}

struct table {
	struct columns columns;
	const struct thing *thing;
	size_t name, state;
};

static size_t column_of(const struct columns *c, const struct str *headings, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < c->n; i++)
			if (str_eq_case(c->name[i], headings[k]))
				return i;
	return COLUMNS_MAX;
}

static const struct thing *thing_of(const struct columns *c, size_t name)
{
	bool sized = column_of(c, sizes, LEN(sizes)) != COLUMNS_MAX;
	size_t other = column_of(c, others, LEN(others));
	if (column_of(c, doings, LEN(doings)) != COLUMNS_MAX || other < name)
		return NULL;
	for (const struct thing *t = things; t < things + LEN(things); t++)
		for (size_t i = 0; i < c->n; i++)
			if ((is_among(c->name[i], t->headings, THING_WORDS) ||
				    (sized && is_among(c->name[i], t->sized, THING_WORDS))) &&
				(i == name || !t->is_whole || !is_among(c->name[i], name_headings, LEN(name_headings))))
				return t;
	if (other != COLUMNS_MAX)
		return NULL;
	bool is_node = is_among(c->name[name], node_names, LEN(node_names)) ||
		       column_of(c, node_marks, LEN(node_marks)) != COLUMNS_MAX;
	bool is_member = is_among(c->name[name], member_names, LEN(member_names));
	return is_member ? &member : is_node ? &node : NULL;
}

static bool heading_read(struct str line, struct table *t)
{
	columns_read(&t->columns, line);
	t->state = t->columns.n < 3 ? COLUMNS_MAX : column_of(&t->columns, state_headings, LEN(state_headings));
	if (t->state == COLUMNS_MAX)
		return false;
	t->name = column_of(&t->columns, name_headings, LEN(name_headings));
	if (t->name == COLUMNS_MAX || t->name == t->state)
		return false;
	t->thing = thing_of(&t->columns, t->name);
	return t->thing != NULL;
}

static bool is_state(struct str word)
{
	return is_among(word, states, LEN(states));
}

/* "Offline (2 of 3)" is offline, "start failed" is failed. Empty: it is none. */
static struct str state_of(struct str cell)
{
	struct str rest = cell, word, first = STR_NONE, last = STR_NONE;
	while (str_word(&rest, &word)) {
		first = first.n ? first : word;
		last = word;
	}
	while (first.n && (first.p[first.n - 1] == ',' || first.p[first.n - 1] == ';'))
		first.n--;
	return is_state(first) ? first : is_state(last) ? last : STR_NONE;
}

/* Its name and its state; false: LINE is no row of the table. */
static bool row_read(const struct table *t, struct str line, struct str *name, struct str *state)
{
	struct str cells[COLUMNS_MAX];
	columns_cut(&t->columns, line, cells);
	*name = cells[t->name];
	*state = state_of(cells[t->state]);
	return name->n && state->n;
}

static int bid(struct doc *doc)
{
	struct table t;
	struct str rest = doc->head, line, name, state;
	bool begun = false;
	for (int i = 0; i < HEADING_LINES && str_next(&rest, '\n', &line); i++) {
		struct table other;
		if (begun && row_read(&t, str_trim_end(line), &name, &state))
			return BID_SHAPE + 3;
		if (heading_read(str_trim_end(line), &other)) {
			t = other;
			begun = true;
		}
	}
	return BID_NONE;
}

static void row_put(struct doc *doc, struct sink *sink, const struct slice *s, const struct table *t, struct str name,
	struct str state)
{
	struct fields fields = {.n = 0};
	fields_put(&fields, "object", str_of(t->thing->name));
	fields_put(&fields, "name", name);
	fields_put(&fields, "state", str_lower(doc->scratch, state));
	struct record record = {
		.from = s->from, .raw = s->text, .text = str_trim(s->text), .fields = fields.v, .fields_n = fields.n};
	if (doc->captured_at != INSTANT_NONE) {
		record.when = STR("0s");
		record.layout = "age";
	}
	sink_put(sink, &record);
}

/* Nothing but strokes: "+-----+", "|====|", "├─────┤". */
static bool is_rule(struct str line)
{
	for (size_t i = 0, n = 1; i < line.n; i += n) {
		uint32_t code = utf8_decode(line, i, &n);
		bool is_stroke = (code >= 0x2500 && code < 0x2580) || (code < 0x80 && strchr("+-=|_ \t", (int)code));
		if (!code || !is_stroke)
			return false;
	}
	return true;
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct table t = {.thing = NULL};
	struct slice s;
	(void)e;
	while (doc_line(doc, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct str line = str_trim_end(s.text), name, state;
		struct table other;
		if (is_rule(line)) { /* a blank line ends a table, one of strokes does not */
			t.thing = str_trim(line).n ? t.thing : NULL;
			sink_skip(sink, s.from);
		} else if (heading_read(line, &other)) {
			t = other;
			sink_skip(sink, s.from);
		} else if (pasted_line(sink, &s)) {
			continue;
		} else if (t.thing && row_read(&t, line, &name, &state)) {
			row_put(doc, sink, &s, &t, name, state);
		} else {
			sink_put(sink, &(struct record){.from = s.from, .raw = s.text, .text = str_trim(line)});
		}
	}
	return true;
}

const struct format format_status_table = {
	.name = "status-table",
	.blurb = "tables with a column of states, of volumes, pools, disks, replicas or nodes, whatever printed them",
	.bid = bid,
	.parse = parse,
};
