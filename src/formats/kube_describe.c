/* kube-describe: what `kubectl describe` prints: the table of events, conditions, and how containers ended. */
#include "formats/formats_all.h"
#include "formats/kube_row.h"
#include "formats/pasted.h"

enum { DESCRIBE_COLUMNS = 8 };

/* Which label of a description gives away the kind of the object; the first met decides. */
static const struct {
	struct str label, kind;
} labels[] = {
	{STR("PodCIDR:"), STR("Node")},
	{STR("Taints:"), STR("Node")},
	{STR("Node:"), STR("Pod")},
	{STR("Reclaim Policy:"), STR("PersistentVolume")},
	{STR("Access Modes:"), STR("PersistentVolumeClaim")},
	{STR("Used By:"), STR("PersistentVolumeClaim")},
	{STR("Volume:"), STR("PersistentVolumeClaim")},
	{STR("StrategyType:"), STR("Deployment")},
	{STR("Parallelism:"), STR("Job")},
	{STR("Starting Deadline Seconds:"), STR("CronJob")},
	{STR("Desired Number of Nodes Scheduled:"), STR("DaemonSet")},
};

/* The object being described; texts are copied, for lines last only until the next. */
struct described {
	struct str name, namespace, kind;
	struct kube_columns columns;
	bool in_events, in_conditions;
	size_t condition_at[DESCRIBE_COLUMNS]; /* where the columns of the conditions begin */
	struct str condition_names[DESCRIBE_COLUMNS];
	size_t conditions_n;
	struct json *object;            /* the same as the API gives it: what of it has instants; NULL: nothing yet */
	struct json *container, *state; /* in it: the one being described */
	struct where from;              /* of its lines that told any of it */
};

/* "  ----     ------" under the header of the block. */
static bool line_is_ruler(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '-' && line.p[i] != ' ')
			return false;
	return line.n > 0;
}

/* Of an object without events: its labels stand at the left edge. */
static bool describes(const struct doc *doc)
{
	static const struct str known[] = {STR("Namespace:"), STR("Labels:"), STR("Annotations:"), STR("Status:"),
		STR("Conditions:"), STR("Events:"), STR("Containers:"), STR("Taints:")};
	struct str rest = doc->head, line;
	size_t met = 0;
	bool named = false;

	while (str_next(&rest, '\n', &line)) {
		named = named || str_starts(line, STR("Name:"));
		for (size_t i = 0; i < LEN(known); i++)
			met += str_starts(line, known[i]);
	}
	return named && met >= 3 && (doc_contains(doc, "\nEvents:") || doc_contains(doc, "\nConditions:"));
}

static int bid(struct doc *doc)
{
	struct kube_columns c;
	struct str rest = doc->head, line;
	int rows = 0, lines = 0;

	if (doc_looks_json(doc))
		return BID_NONE;
	while (str_next(&rest, '\n', &line)) {
		if (!str_trim(line).n)
			continue;
		lines++;
		if (kube_columns_read(str_trim(line), &c) && (c.v[0] == COLUMN_TYPE || byte_is_space(line.p[0])))
			return BID_IDENTITY;
		if (kube_columns_guess(line, &c) && c.v[0] == COLUMN_TYPE)
			rows++;
	}
	if (describes(doc))
		return BID_PHRASE - 8;
	return rows * 2 > lines ? BID_PHRASE : BID_NONE;
}

/* Keeps what says which object this is. */
static void label_read(struct arena *arena, struct described *d, struct str line)
{
	struct str trimmed = str_trim(line), label, value;

	if (!str_cut(trimmed, STR(":"), &label, &value))
		return;
	value = str_trim(value);
	if (str_starts(line, STR("Name:")))
		*d = (struct described){.name = str_dup(arena, value)};
	else if (str_starts(line, STR("Namespace:")))
		d->namespace = str_dup(arena, value);
	else if (str_starts(line, STR("Kind:")))
		d->kind = str_dup(arena, value);
	for (size_t i = 0; !d->kind.n && !byte_is_space(line.p[0]) && i < LEN(labels); i++)
		if (str_starts(line, labels[i].label))
			d->kind = labels[i].kind;
}

/* --- what has instants, put together as the API has it --- */

/* "Tue, 18 Jun 2024 06:13:31 +0200" as RFC 3339; anything else as it is. */
static struct str api_time(struct arena *arena, struct str text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct str part[6], rest = text;
	size_t n = 0, month;

	while (n < LEN(part) && str_next(&rest, ' ', &part[n]))
		n += part[n].n > 0;
	if (n != LEN(part) || part[1].n != 2 || part[2].n != 3 || part[4].n != 8 || part[5].n != 5)
		return text;
	month = str_find(str_of(months), part[2], 0);
	if (month == STR_NPOS || month % 3)
		return text;
	return str_fmt(arena, "%.*s-%02d-%.*sT%.*s%.*s:%.*s", STR_ARG(part[3]), (int)month / 3 + 1, STR_ARG(part[1]),
		STR_ARG(part[4]), STR_ARG(str_slice(part[5], 0, 3)), STR_ARG(str_from(part[5], 3)));
}

/* As the API spells the name of a member: "lastTransitionTime". */
static const char *key_of(struct arena *arena, struct str heading)
{
	return heading.n ? str_fmt(arena, "%c%.*s", heading.p[0] | 0x20, STR_ARG(str_from(heading, 1))).p : "";
}

static struct json *member(struct arena *arena, struct json *parent, const char *key, bool is_list)
{
	struct json *j = json_get(parent, key);

	if (j)
		return j;
	return is_list ? json_add_array(arena, parent, key) : json_add_object(arena, parent, key);
}

static struct json *status_of(struct arena *arena, struct described *d)
{
	if (!d->object)
		d->object = json_object(arena);
	return member(arena, d->object, "status", false);
}

static void told_by(struct described *d, const struct slice *s)
{
	if (!d->from.line)
		d->from = s->from;
	d->from.length = s->from.offset + s->from.length - d->from.offset;
}

static void object_put(struct sink *sink, struct doc *doc, struct arena *arena, struct described *d)
{
	if (!d->object)
		return;
	struct json *metadata = member(arena, d->object, "metadata", false);

	json_add_str(arena, d->object, "kind", d->kind);
	json_add_str(arena, d->object, "apiVersion", STR("v1"));
	json_add_str(arena, metadata, "name", d->name);
	if (d->namespace.n)
		json_add_str(arena, metadata, "namespace", d->namespace);
	kube_object_put(sink, doc->scratch, d->object, d->from, json_print(arena, d->object));
	d->object = NULL;
}

/* "  Type   Status  LastHeartbeatTime  LastTransitionTime  Reason  Message" */
static bool conditions_begin(struct arena *arena, struct described *d, struct str line)
{
	size_t at = 0;

	if (!str_contains(line, STR("LastTransitionTime")) || !str_starts(str_trim(line), STR("Type")))
		return false;
	line = str_dup(arena, line);
	for (d->conditions_n = 0; d->conditions_n < DESCRIBE_COLUMNS; d->conditions_n++) {
		size_t end;

		while (at < line.n && line.p[at] == ' ')
			at++;
		if (at >= line.n)
			break;
		end = str_find_byte(line, ' ', at);
		end = end == STR_NPOS ? line.n : end;
		d->condition_at[d->conditions_n] = at;
		d->condition_names[d->conditions_n] = str_slice(line, at, end);
		at = end;
	}
	d->in_conditions = true;
	return true;
}

/* Members of a condition are spelled as its columns, but for the first letter. */
static void condition_take(struct arena *arena, struct described *d, struct str line)
{
	struct json *one = json_push(arena, member(arena, status_of(arena, d), "conditions", true), json_object(arena));

	for (size_t i = 0; i < d->conditions_n; i++) {
		size_t from = d->condition_at[i], to = i + 1 < d->conditions_n ? d->condition_at[i + 1] : line.n;

		if (from < line.n)
			json_add_str(arena, one, key_of(arena, d->condition_names[i]),
				api_time(arena, str_trim(str_slice(line, from, to))));
	}
}

/* Below "Containers:" a name, below it "State:" and "Last State:", below these "Reason:", "Exit Code:", "Started:",
 * "Finished:". */
static bool container_take(struct arena *arena, struct described *d, struct str line)
{
	static const struct {
		struct str label;
		const char *key;
	} members[] = {{STR("Reason"), "reason"}, {STR("Exit Code"), "exitCode"}, {STR("Started"), "startedAt"},
		{STR("Finished"), "finishedAt"}};
	struct str label, value, trimmed = str_trim(line);
	size_t indent = 0;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	if (!str_cut(trimmed, STR(":"), &label, &value))
		return false;
	value = str_trim(value);
	if (indent == 2 && !value.n) {
		d->container = json_push(
			arena, member(arena, status_of(arena, d), "containerStatuses", true), json_object(arena));
		json_add_str(arena, d->container, "name", label);
		d->state = NULL;
		return true;
	}
	if (indent == 4)
		d->state = NULL;
	if (indent == 4 && d->container && (str_eq(label, STR("State")) || str_eq(label, STR("Last State")))) {
		struct json *around = member(arena, d->container, label.p[0] == 'S' ? "state" : "lastState", false);

		d->state = member(arena, around, key_of(arena, value.n ? value : STR("unknown")), false);
		return true;
	}
	for (size_t i = 0; indent == 6 && d->state && i < LEN(members); i++)
		if (str_eq(label, members[i].label))
			return json_add_str(arena, d->state, members[i].key, api_time(arena, value)) != NULL;
	return false;
}

/* A line outside of the table of events. */
static void told(struct sink *sink, struct doc *doc, struct arena *arena, const struct slice *s, struct described *d)
{
	struct str line = s->text;

	if (str_starts(line, STR("Name:")))
		object_put(sink, doc, arena, d);
	if (line.n && !byte_is_space(line.p[0]))
		d->in_conditions = false;
	if (d->in_conditions && str_starts(line, STR("  "))) {
		condition_take(arena, d, line);
		told_by(d, s);
	} else if (str_starts(line, STR("Start Time:"))) {
		json_add_str(arena, status_of(arena, d), "startTime", api_time(arena, str_trim(str_from(line, 11))));
		told_by(d, s);
	} else if (container_take(arena, d, line)) {
		told_by(d, s);
	}
	label_read(arena, d, line);
	sink_skip(sink, s->from);
}

static void line_put(
	struct sink *sink, struct doc *doc, struct arena *arena, const struct slice *s, struct described *d)
{
	ARENA_SCOPE(doc->scratch);
	struct kube_columns columns;
	struct kube_row row;
	struct str trimmed = str_trim(s->text);

	if (kube_columns_read(trimmed, &columns)) {
		d->columns = columns;
		d->in_events = true;
		sink_skip(sink, s->from);
	} else if (conditions_begin(arena, d, s->text)) {
		sink_skip(sink, s->from);
	} else if (!trimmed.n || line_is_ruler(s->text)) {
		d->in_events = d->in_events && trimmed.n;
		sink_skip(sink, s->from);
	} else if (pasted_line(sink, s)) {
		d->in_events = false;
	} else if (d->in_events && kube_row_read(trimmed, &d->columns, &row)) {
		kube_row_put(sink, doc->scratch, &row, d->kind, d->name, d->namespace, s);
	} else if (!d->in_conditions && kube_columns_guess(trimmed, &columns) &&
		   kube_row_read(trimmed, &columns, &row)) {
		kube_row_put(sink, doc->scratch, &row, d->kind, d->name, d->namespace, s);
	} else {
		d->in_events = false;
		told(sink, doc, arena, s, d);
	}
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct arena *arena AUTO(arena_close) = arena_open();
	struct described d = {.in_events = false};
	struct slice s;

	(void)e;
	while (doc_line(doc, &s))
		line_put(sink, doc, arena, &s, &d);
	object_put(sink, doc, arena, &d);
	return true;
}

const struct format format_kube_describe = {
	.name = "kube-describe",
	.blurb = "kubectl describe: events (ages need --captured-at), conditions, ends of containers",
	.bid = bid,
	.parse = parse,
};
