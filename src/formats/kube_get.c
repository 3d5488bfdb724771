/* kube-get: tables that `kubectl get`, `oc get`, `velero get` and `docker ps` print: backups with their times, and how things stood.
 */
#include "formats/columns.h"
#include "formats/formats_all.h"
#include "formats/kube_row.h"
#include "formats/pasted.h"

enum { GET_LINES = 20, GET_KNOWN = 9 };

/* What a column holds: a field of the record, a time of it (an age, too), the time that counts before others, or "12
 * (3m2s ago)": a number and how long ago it last grew. */
enum content { HOLDS_FIELD, HOLDS_TIME, HOLDS_END, HOLDS_COUNT };
struct column {
	struct str header, field;
	enum content holds;
};
#define F(header, field)                                                                                               \
	{                                                                                                              \
		STR(header), STR(field), HOLDS_FIELD                                                                   \
	}
#define T(header, field)                                                                                               \
	{                                                                                                              \
		STR(header), STR(field), HOLDS_TIME                                                                    \
	}
/*
 * Tables by the columns that no other before them has. Of backups the first time that is there is the record's; a state
 * is what held when the table was printed, which only --captured-at tells.
 */
static const struct table {
	const char *tool, *object;
	bool is_state;
	struct str marks[2];
	struct column columns[GET_KNOWN];
} tables[] = {
	{"longhorn", "backup", false, {STR("SNAPSHOTCREATEDAT"), STR("STATE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "copy"), F("SNAPSHOTNAME", "snapshot"),
			F("SNAPSHOTSIZE", "size"), T("SNAPSHOTCREATEDAT", "data_time"), F("STATE", "phase"),
			T("LASTSYNCEDAT", "synced")}},
	{"velero", "backup", false, {STR("STORAGE LOCATION"), STR("CREATED")},
		{F("NAME", "copy"), F("STATUS", "phase"), F("ERRORS", "errors"), F("WARNINGS", "warnings"),
			T("CREATED", "data_time"), F("STORAGE LOCATION", "location")}},
	{"velero", "restore", false, {STR("BACKUP"), STR("CREATED")},
		{F("NAME", "restore"), F("BACKUP", "copy"), F("STATUS", "phase"), T("STARTED", "started"),
			{STR("COMPLETED"), STR("finished"), HOLDS_END}, F("ERRORS", "errors"),
			F("WARNINGS", "warnings"), T("CREATED", "created")}},
	{"velero", "schedule", true, {STR("BACKUP TTL"), STR("LAST BACKUP")},
		{F("NAME", "job"), F("STATUS", "phase"), T("CREATED", "created"), F("SCHEDULE", "schedule"),
			F("BACKUP TTL", "retention"), T("LAST BACKUP", "last_backup"), F("PAUSED", "paused")}},
	{"velero", "backupstoragelocation", false, {STR("LAST VALIDATED"), STR("PHASE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "location"), F("PHASE", "phase"),
			T("LAST VALIDATED", "validated")}},
	{"cloudnative-pg", "backup", false, {STR("METHOD"), STR("PHASE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "copy"), T("AGE", "started"), F("CLUSTER", "job"),
			F("METHOD", "method"), F("PHASE", "phase"), F("ERROR", "error")}},
	{"percona", "backup", false, {STR("DESTINATION"), STR("STORAGE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "copy"), F("CLUSTER", "job"),
			F("DESTINATION", "location"), F("STATUS", "phase"), T("COMPLETED", "finished"),
			T("AGE", "started")}},
	{"k8up", "backup", false, {STR("SCHEDULE REF"), STR("COMPLETION")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "copy"), F("SCHEDULE REF", "job"),
			F("COMPLETION", "phase"), T("AGE", "started")}},
	{"stash", "backup", false, {STR("INVOKER-NAME"), STR("PHASE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "copy"), F("INVOKER-NAME", "job"), F("PHASE", "phase"),
			T("AGE", "started")}},
	{NULL, "container", true, {STR("COMMAND"), STR("STATUS")},
		{F("NAME", "container"), F("NAMES", "container"), F("IMAGE", "image"), F("SERVICE", "service"),
			T("CREATED", "created"), F("STATUS", "phase")}},
	{NULL, "node", true, {STR("ROLES"), STR("VERSION")},
		{F("NAME", "node"), F("STATUS", "phase"), F("ROLES", "roles"), T("AGE", "created"),
			F("VERSION", "version"), F("INTERNAL-IP", "address")}},
	{NULL, "pod", true, {STR("READY"), STR("RESTARTS")},
		{F("NAMESPACE", "namespace"), F("NAME", "pod"), F("READY", "ready"), F("STATUS", "phase"),
			{STR("RESTARTS"), STR("restarts"), HOLDS_COUNT}, T("AGE", "created"), F("NODE", "node")}},
	{NULL, "volume", true, {STR("RECLAIM POLICY"), STR("CLAIM")},
		{F("NAME", "volume"), F("STATUS", "phase"), F("CLAIM", "claim"), F("STORAGECLASS", "storage_class"),
			F("REASON", "reason"), T("AGE", "created")}},
	{NULL, "pvc", true, {STR("ACCESS MODES"), STR("VOLUME")},
		{F("NAMESPACE", "namespace"), F("NAME", "pvc"), F("STATUS", "phase"), F("VOLUME", "volume"),
			F("STORAGECLASS", "storage_class"), T("AGE", "created")}},
	{NULL, "volumeattachment", true, {STR("ATTACHER"), STR("ATTACHED")},
		{F("NAME", "object.name"), F("ATTACHER", "driver"), F("PV", "volume"), F("NODE", "node"),
			F("ATTACHED", "phase"), T("AGE", "created")}},
	{NULL, "volume", true, {STR("ROBUSTNESS"), STR("STATE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "volume"), F("STATE", "state"), F("ROBUSTNESS", "phase"),
			F("SCHEDULED", "scheduled"), F("NODE", "node"), T("AGE", "created")}},
	{NULL, "replica", true, {STR("INSTANCEMANAGER"), STR("STATE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "replica"), F("STATE", "phase"), F("NODE", "node"),
			F("DISK", "disk"), F("VOLUME", "volume"), T("AGE", "created")}},
	{NULL, "longhorn-node", true, {STR("ALLOWSCHEDULING"), STR("SCHEDULABLE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "node"), F("READY", "phase"),
			F("SCHEDULABLE", "schedulable"), T("AGE", "created")}},
	{NULL, "clusteroperator", false, {STR("PROGRESSING"), STR("DEGRADED")},
		{F("NAME", "operator"), F("VERSION", "version"), F("AVAILABLE", "available"),
			F("PROGRESSING", "progressing"), F("DEGRADED", "degraded"), T("SINCE", "since"),
			F("MESSAGE", "message")}},
	{NULL, "clusterversion", false, {STR("PROGRESSING"), STR("SINCE")},
		{F("NAME", "cluster"), F("VERSION", "version"), F("AVAILABLE", "available"),
			F("PROGRESSING", "progressing"), T("SINCE", "since"), F("STATUS", "phase")}},
	{NULL, "machineconfigpool", true, {STR("UPDATING"), STR("DEGRADED")},
		{F("NAME", "pool"), F("UPDATED", "updated"), F("UPDATING", "updating"), F("DEGRADED", "degraded"),
			T("AGE", "created")}},
	{NULL, "machine", true, {STR("PROVIDERID"), STR("PHASE")},
		{F("NAMESPACE", "object.namespace"), F("NAME", "machine"), F("CLUSTER", "cluster"),
			F("NODENAME", "node"), F("PHASE", "phase"), T("AGE", "created"), F("VERSION", "version")}},
	{NULL, "volumesnapshot", false, {STR("READYTOUSE"), STR("CREATIONTIME")},
		{F("NAMESPACE", "namespace"), F("NAME", "snapshot"), F("READYTOUSE", "phase"), F("SOURCEPVC", "pvc"),
			T("CREATIONTIME", "created"), F("SNAPSHOTCONTENT", "content")}},
	{NULL, "deployment", true, {STR("UP-TO-DATE"), STR("AVAILABLE")},
		{F("NAMESPACE", "namespace"), F("NAME", "deployment"), F("READY", "ready"), F("AVAILABLE", "available"),
			T("AGE", "created")}},
	{NULL, "replicaset", true, {STR("DESIRED"), STR("CURRENT")},
		{F("NAMESPACE", "namespace"), F("NAME", "name"), F("DESIRED", "desired"), F("READY", "ready"),
			T("AGE", "created")}},
	{NULL, "job", true, {STR("COMPLETIONS"), STR("DURATION")},
		{F("NAMESPACE", "namespace"), F("NAME", "job"), F("STATUS", "phase"), F("COMPLETIONS", "ready"),
			F("DURATION", "duration"), T("AGE", "created")}},
	{NULL, "statefulset", true, {STR("READY"), STR("AGE")},
		{F("NAMESPACE", "namespace"), F("NAME", "statefulset"), F("READY", "ready"), T("AGE", "created")}},
};
#undef F
#undef T

struct header {
	const struct table *table;
	struct columns columns;
	const struct column *column[COLUMNS_MAX]; /* NULL: of no interest */
};

static const struct column *column_find(const struct table *t, struct str name)
{
	for (size_t i = 0; i < LEN(t->columns) && t->columns[i].header.n; i++)
		if (str_eq(t->columns[i].header, name))
			return t->columns + i;
	return NULL;
}

static bool header_read_as(const struct columns *columns, const struct table *t, struct header *h)
{
	size_t met = 0;

	*h = (struct header){.table = t, .columns = *columns};
	for (size_t i = 0; i < columns->n; i++) {
		h->column[i] = column_find(t, columns->name[i]);
		met += str_eq(columns->name[i], t->marks[0]) || str_eq(columns->name[i], t->marks[1]);
	}
	return met == LEN(t->marks);
}

static bool header_read(struct str line, struct header *h)
{
	struct columns columns;

	if (!line.n || (line.p[0] != 'N' && line.p[0] != 'C'))
		return false;
	columns_read(&columns, line);
	for (const struct table *t = tables; t < tables + LEN(tables); t++)
		if (header_read_as(&columns, t, h))
			return true;
	return false;
}

static int bid(struct doc *doc)
{
	struct header h;
	struct str rest = doc->head, line;

	for (int i = 0; i < GET_LINES && str_next(&rest, '\n', &line); i++)
		if (header_read(str_trim_end(line), &h))
			return BID_IDENTITY;
	return BID_NONE;
}

/* A record in the making. */
struct row {
	struct kube_fields fields;
	struct stamp stamps[COLUMNS_MAX];
	struct record record;
	struct str name, phase, ready;
	struct buf rest; /* "AVAILABLE True, DEGRADED False": what there is instead of a phase */
};

static void time_take(struct row *row, struct str name, struct str text, bool is_its_own)
{
	text = str_slice(text, 0, text.n - (str_ends(text, STR(" ago")) ? STR(" ago").n : 0));
	struct stamp stamp = {.name = name, .when = text, .layout = kube_age_is(text) ? "age" : NULL};

	if (!stamp.layout && !kube_time(text).n)
		return;
	row->stamps[row->record.stamps_n++] = stamp;
	if (!is_its_own || row->record.when.n)
		return;
	row->record.when = text;
	row->record.layout = stamp.layout;
}

static void end_take(struct row *row, struct str name, struct str text)
{
	size_t before = row->record.stamps_n;

	time_take(row, name, text, false);
	if (row->record.stamps_n == before)
		return;
	row->record.when = text;
	row->record.layout = row->stamps[before].layout;
}

/* "<none>" and "<no value>" are empty; kubectl get all puts the kind before the name. */
static void cell_take(struct row *row, const struct table *t, const struct column *c, struct str text)
{
	struct str number, ago;
	bool is_name = str_eq(c->header, STR("NAME")) || str_eq(c->header, STR("NAMES"));

	if (text.n && text.p[0] == '<')
		return;
	if (is_name && str_find_byte(text, '/', 0) != STR_NPOS)
		text = str_from(text, str_find_byte(text, '/', 0) + 1);
	if (c->holds == HOLDS_TIME) {
		time_take(row, c->field, text, !t->is_state);
		return;
	}
	if (c->holds == HOLDS_END) {
		end_take(row, c->field, text);
		return;
	}
	if (c->holds == HOLDS_COUNT && str_cut(text, STR(" ("), &number, &ago)) {
		kube_field(&row->fields, c->field.p, number);
		time_take(row, STR("restarted"), str_slice(ago, 0, ago.n - str_ends(ago, STR(")"))), false);
		return;
	}
	kube_field(&row->fields, c->field.p, text);
	if (is_name)
		row->name = text;
	if (str_eq(c->field, STR("phase")))
		row->phase = text;
	if (str_eq(c->field, STR("ready")))
		row->ready = text;
	if (!is_name)
		buf_fmt(&row->rest, "%s%.*s %.*s", row->rest.n ? ", " : "", STR_ARG(c->header), STR_ARG(text));
}

/* "0/1", "1/2": not all of what is wanted is there. */
static bool is_short(struct str ready)
{
	struct str have, want;

	return str_cut(ready, STR("/"), &have, &want) && !str_eq(have, want);
}

static void row_put(struct sink *sink, struct arena *scratch, const struct header *h, const struct slice *s)
{
	struct row row = {.record = {.from = s->from, .raw = s->text}, .rest = BUF(scratch)};
	const struct table *t = h->table;
	struct str cells[COLUMNS_MAX];

	columns_cut(&h->columns, s->text, cells);
	kube_field(&row.fields, "tool", str_of(t->tool));
	kube_field(&row.fields, "object", str_of(t->object));
	for (size_t i = 0; i < h->columns.n; i++)
		if (h->column[i])
			cell_take(&row, t, h->column[i], cells[i]);
	if (is_short(row.ready))
		kube_field(&row.fields, "short", STR("yes"));
	if (t->is_state) {
		row.record.when = STR("0s");
		row.record.layout = "age";
	}
	struct str phase = row.phase.n ? row.phase : row.ready.n ? row.ready : buf_str(&row.rest);
	row.record.text = str_fmt(
		scratch, "%s %.*s: %.*s", t->object, STR_ARG(row.name), STR_ARG(phase.n ? phase : STR("no state yet")));
	row.record.stamps = row.stamps;
	row.record.fields = row.fields.v;
	row.record.fields_n = row.fields.n;
	sink_put(sink, &row.record);
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct header h = {.table = NULL};
	struct slice s;

	(void)e;
	while (doc_line(doc, &s)) {
		ARENA_SCOPE(doc->scratch);

		if (!str_trim(s.text).n || header_read(str_trim_end(s.text), &h))
			sink_skip(sink, s.from);
		else if (pasted_line(sink, &s))
			continue;
		else if (h.table && !byte_is_space(s.text.p[0]))
			row_put(sink, doc->scratch, &h, &s);
		else
			sink_note(sink, s.from, s.text, "not a row of the table");
	}
	return true;
}

const struct format format_kube_get = {
	.name = "kube-get",
	.blurb =
		"tables of kubectl get (nodes, pods, claims, volumes, attachments, operators...), oc get, velero backup, restore and schedule get, docker ps; states need --captured-at",
	.bid = bid,
	.parse = parse,
};
