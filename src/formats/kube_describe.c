/* kube-describe: the Events: blocks of `kubectl describe`. */
#include "formats/formats_all.h"
#include "formats/kube_row.h"

/* Which label of a description gives away the kind of the object; the first met decides. */
static const struct {
	struct str label, kind;
} labels[] = {
	{STR("PodCIDR:"), STR("Node")},
	{STR("Taints:"), STR("Node")},
	{STR("Node:"), STR("Pod")},
	{STR("Reclaim Policy:"), STR("PersistentVolume")},
	{STR("Access Modes:"), STR("PersistentVolumeClaim")},
	{STR("StrategyType:"), STR("Deployment")},
	{STR("Parallelism:"), STR("Job")},
	{STR("Starting Deadline Seconds:"), STR("CronJob")},
	{STR("Desired Number of Nodes Scheduled:"), STR("DaemonSet")},
};

/* The object being described; texts are copied, for lines last only until the next. */
struct described {
	struct str name, namespace, kind;
	struct kube_columns columns;
	bool in_events;
};

/* "  ----     ------" under the header of the block. */
static bool line_is_ruler(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '-' && line.p[i] != ' ')
			return false;
	return line.n > 0;
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

static void line_put(struct sink *sink, struct doc *doc, struct arena *arena, const struct slice *s, struct described *d)
{
	ARENA_SCOPE(doc->scratch);
	struct kube_columns columns;
	struct kube_row row;
	struct str trimmed = str_trim(s->text);

	if (kube_columns_read(trimmed, &columns)) {
		d->columns = columns;
		d->in_events = true;
		sink_skip(sink, s->from);
	} else if (!trimmed.n || line_is_ruler(s->text)) {
		d->in_events = d->in_events && trimmed.n;
		sink_skip(sink, s->from);
	} else if (d->in_events && kube_row_read(trimmed, &d->columns, &row)) {
		kube_row_put(sink, doc->scratch, &row, d->kind, d->name, d->namespace, s);
	} else if (kube_columns_guess(trimmed, &columns) && kube_row_read(trimmed, &columns, &row)) {
		kube_row_put(sink, doc->scratch, &row, d->kind, d->name, d->namespace, s);
	} else {
		d->in_events = false;
		label_read(arena, d, s->text);
		sink_skip(sink, s->from);
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
	return true;
}

const struct format format_kube_describe = {
	.name = "kube-describe",
	.blurb = "events that `kubectl describe` prints; ages need --captured-at",
	.bid = bid,
	.parse = parse,
};
