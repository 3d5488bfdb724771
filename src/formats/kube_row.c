/* Rows of the tables that kubectl prints of events. */
#include "formats/kube_row.h"

static const struct {
	struct str name;
	enum kube_column column;
} headers[] = {
	{STR("NAMESPACE"), COLUMN_NAMESPACE},
	{STR("LAST SEEN"), COLUMN_LAST},
	{STR("LASTSEEN"), COLUMN_LAST},
	{STR("LAST"), COLUMN_LAST},
	{STR("LAST-SEEN"), COLUMN_LAST},
	{STR("LAST_SEEN"), COLUMN_LAST},
	{STR("LASTTIMESTAMP"), COLUMN_LAST},
	{STR("TIME"), COLUMN_LAST},
	{STR("TIMESTAMP"), COLUMN_LAST},
	{STR("WHEN"), COLUMN_LAST},
	{STR("AGE"), COLUMN_LAST},
	{STR("FIRST"), COLUMN_FIRST},
	{STR("FIRST_SEEN"), COLUMN_FIRST},
	{STR("FIRSTTIMESTAMP"), COLUMN_FIRST},
	{STR("NS"), COLUMN_NAMESPACE},
	{STR("FIRST SEEN"), COLUMN_FIRST},
	{STR("FIRSTSEEN"), COLUMN_FIRST},
	{STR("COUNT"), COLUMN_COUNT},
	{STR("NAME"), COLUMN_NAME},
	{STR("KIND"), COLUMN_KIND},
	{STR("OBJECT KIND"), COLUMN_KIND},
	{STR("OBJECT_KIND"), COLUMN_KIND},
	{STR("OBJECT NAME"), COLUMN_OBJECT},
	{STR("OBJECT_NAME"), COLUMN_OBJECT},
	{STR("INVOLVED OBJECT"), COLUMN_OBJECT},
	{STR("COMPONENT"), COLUMN_SOURCE},
	{STR("SUBOBJECT"), COLUMN_SUBOBJECT},
	{STR("SUBOBJECTPATH"), COLUMN_SUBOBJECT},
	{STR("TYPE"), COLUMN_TYPE},
	{STR("REASON"), COLUMN_REASON},
	{STR("OBJECT"), COLUMN_OBJECT},
	{STR("SOURCE"), COLUMN_SOURCE},
	{STR("FROM"), COLUMN_SOURCE},
	{STR("MESSAGE"), COLUMN_MESSAGE},
};

/* Up to two blanks in a row, or a tab. */
static struct str cell_take(struct str line, size_t *at)
{
	while (*at < line.n && byte_is_space(line.p[*at]))
		(*at)++;

	size_t from = *at;
	while (*at < line.n && line.p[*at] != '\t' &&
		!(line.p[*at] == ' ' && *at + 1 < line.n && line.p[*at + 1] == ' '))
		(*at)++;
	return str_trim(str_slice(line, from, *at));
}

static struct str word_take(struct str line, size_t *at)
{
	while (*at < line.n && byte_is_space(line.p[*at]))
		(*at)++;

	size_t from = *at;
	while (*at < line.n && !byte_is_space(line.p[*at]))
		(*at)++;
	return str_slice(line, from, *at);
}

static bool header_find(struct str text, enum kube_column *column)
{
	for (size_t i = 0; i < LEN(headers); i++)
		if (str_eq_case(headers[i].name, text)) {
			*column = headers[i].column;
			return true;
		}
	return false;
}

static bool columns_have(const struct kube_columns *c, enum kube_column wanted)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == wanted)
			return true;
	return false;
}

bool kube_columns_read(struct str line, struct kube_columns *columns)
{
	struct kube_columns c = {.n = 0};
	size_t at = 0;
	struct str cell;

	while ((cell = cell_take(line, &at)).n) {
		if (c.n == LEN(c.v) || !header_find(cell, &c.v[c.n]) || columns_have(&c, c.v[c.n]))
			return false;
		c.at[c.n++] = (size_t)(cell.p - line.p);
	}
	if (!columns_have(&c, COLUMN_LAST) || !columns_have(&c, COLUMN_REASON) || !columns_have(&c, COLUMN_MESSAGE))
		return false;
	*columns = c;
	return true;
}

/* HumanDuration of k8s.io/apimachinery/pkg/util/duration: "58m", "3h2m", "2y34d", "<unknown>", "<invalid>". */
bool kube_age_is(struct str text)
{
	size_t i = 0;

	if (str_eq(text, STR("<unknown>")) || str_eq(text, STR("<invalid>")))
		return true;
	while (i < text.n) {
		size_t digits = i;

		while (i < text.n && byte_is_digit(text.p[i]))
			i++;
		if (i == digits || i == text.n || !memchr("smhdy", text.p[i], 5))
			return false;
		i++;
	}
	return text.n > 0;
}

static bool type_is(struct str word)
{
	return str_eq(word, STR("Normal")) || str_eq(word, STR("Warning"));
}

bool kube_columns_guess(struct str line, struct kube_columns *columns)
{
	static const struct kube_columns shapes[] = {
		{.v = {COLUMN_LAST, COLUMN_TYPE, COLUMN_REASON, COLUMN_OBJECT, COLUMN_MESSAGE}, .n = 5},
		{.v = {COLUMN_NAMESPACE, COLUMN_LAST, COLUMN_TYPE, COLUMN_REASON, COLUMN_OBJECT, COLUMN_MESSAGE},
			.n = 6},
		{.v = {COLUMN_TYPE, COLUMN_REASON, COLUMN_LAST, COLUMN_SOURCE, COLUMN_MESSAGE}, .n = 5},
	};

	for (size_t i = 0; i < LEN(shapes); i++) {
		struct kube_row row;

		if (!kube_row_read(line, &shapes[i], &row) || !type_is(row.cell[COLUMN_TYPE]) || !kube_age_is(row.last))
			continue;
		if (shapes[i].v[3] != COLUMN_SOURCE && str_find_byte(row.cell[COLUMN_OBJECT], '/', 0) == STR_NPOS)
			continue;
		*columns = shapes[i];
		return true;
	}
	return false;
}

/* "3m30s (x256 over 58m)" is seen last 3m30s and first 58m ago. An absolute time ("2017-12-13 16:58:29 -0800 PST") is
 * one cell. */
static struct str seen_take(struct str line, size_t *at, struct kube_row *row)
{
	size_t start = *at, after;
	struct str age = word_take(line, at), rest = str_from(line, *at), over;

	if (!kube_age_is(age)) {
		*at = start;
		return cell_take(line, at);
	}
	if (!str_starts(rest, STR(" (x")) || (after = str_find_byte(rest, ')', 0)) == STR_NPOS)
		return age;

	struct str count = str_slice(rest, 3, after);
	if (str_cut(count, STR(" over "), &count, &over) && str_int(count, &row->count))
		row->first = over;
	*at += after + 1;
	return age;
}

/* Reasons may hold blanks ("FailedCreating: Volume x"), but a hand-made table may part columns by one. */
static struct str reason_take(struct str line, size_t *at)
{
	size_t start = *at, word_end;
	struct str cell = cell_take(line, at), word;

	word_end = start;
	word = word_take(line, &word_end);
	if (word.n < cell.n && word.p[word.n - 1] != ':' && str_find_byte(cell, '/', 0) != STR_NPOS) {
		*at = word_end;
		return word;
	}
	return cell;
}

/* Columns right of the message (wide): from the end of the line. */
static void tail_take(struct str *rest, const struct kube_columns *c, size_t message, struct kube_row *row)
{
	for (size_t i = c->n - 1; i > message; i--) {
		size_t gap = rest->n;

		while (gap >= 2 && !(rest->p[gap - 1] == ' ' && rest->p[gap - 2] == ' '))
			gap--;
		row->cell[c->v[i]] = str_trim(str_from(*rest, gap));
		*rest = str_trim_end(str_slice(*rest, 0, gap));
	}
}

static struct str column_take(struct str line, size_t *at, enum kube_column column, struct kube_row *row)
{
	switch (column) {
	case COLUMN_LAST:
		return seen_take(line, at, row);
	case COLUMN_REASON:
		return reason_take(line, at);
	case COLUMN_NAMESPACE:
	case COLUMN_TYPE:
	case COLUMN_COUNT:
	case COLUMN_NAME:
	case COLUMN_KIND:
		return word_take(line, at);
	default:
		return cell_take(line, at);
	}
}

/* True when what comes next in the line stands under a later column. */
static bool cell_is_empty(struct str line, size_t at, const struct kube_columns *c, size_t i)
{
	bool may_be = c->v[i] == COLUMN_SUBOBJECT || c->v[i] == COLUMN_SOURCE || c->v[i] == COLUMN_TYPE;

	while (at < line.n && byte_is_space(line.p[at]))
		at++;
	return may_be && c->at[c->n - 1] && i + 1 < c->n && at >= c->at[i + 1];
}

bool kube_row_read(struct str line, const struct kube_columns *c, struct kube_row *row)
{
	size_t at = 0, message = 0;

	*row = (struct kube_row){0};
	while (message < c->n && c->v[message] != COLUMN_MESSAGE)
		message++;
	for (size_t i = 0; i < message; i++) {
		if (cell_is_empty(line, at, c, i))
			continue;
		row->cell[c->v[i]] = column_take(line, &at, c->v[i], row);
		if (!row->cell[c->v[i]].n)
			return false;
	}
	struct str rest = str_trim(str_from(line, at));
	tail_take(&rest, c, message, row);
	row->cell[COLUMN_MESSAGE] = rest;
	row->last = row->cell[COLUMN_LAST];
	if (row->cell[COLUMN_FIRST].n)
		row->first = row->cell[COLUMN_FIRST];
	if (row->cell[COLUMN_COUNT].n && !str_int(row->cell[COLUMN_COUNT], &row->count))
		return false;
	return true;
}

/* kubectl prints kinds in lower case; the rules know them as the API spells them. */
static const struct {
	struct str lower, kind, api;
} spelled[] = {
	{STR("pod"), STR("Pod"), STR("v1")},
	{STR("node"), STR("Node"), STR("v1")},
	{STR("persistentvolumeclaim"), STR("PersistentVolumeClaim"), STR("v1")},
	{STR("persistentvolume"), STR("PersistentVolume"), STR("v1")},
	{STR("deployment"), STR("Deployment"), STR("apps/v1")},
	{STR("replicaset"), STR("ReplicaSet"), STR("apps/v1")},
	{STR("statefulset"), STR("StatefulSet"), STR("apps/v1")},
	{STR("daemonset"), STR("DaemonSet"), STR("apps/v1")},
	{STR("job"), STR("Job"), STR("batch/v1")},
	{STR("cronjob"), STR("CronJob"), STR("batch/v1")},
	{STR("plan"), STR("Plan"), STR("upgrade.cattle.io/v1")},
	{STR("volume"), STR("Volume"), STR("longhorn.io/v1beta2")},
	{STR("engine"), STR("Engine"), STR("longhorn.io/v1beta2")},
	{STR("replica"), STR("Replica"), STR("longhorn.io/v1beta2")},
	{STR("volumesnapshot"), STR("VolumeSnapshot"), STR("snapshot.storage.k8s.io/v1")},
	{STR("systembackup"), STR("SystemBackup"), STR("longhorn.io/v1beta2")},
	{STR("systemrestore"), STR("SystemRestore"), STR("longhorn.io/v1beta2")},
	{STR("snapshot"), STR("Snapshot"), STR("longhorn.io/v1beta2")},
	{STR("backup"), STR("Backup"), STR("")},
	{STR("scheduledbackup"), STR("ScheduledBackup"), STR("postgresql.cnpg.io/v1")},
	{STR("dataupload"), STR("DataUpload"), STR("velero.io/v2alpha1")},
	{STR("datadownload"), STR("DataDownload"), STR("velero.io/v2alpha1")},
	{STR("podvolumebackup"), STR("PodVolumeBackup"), STR("velero.io/v1")},
	{STR("podvolumerestore"), STR("PodVolumeRestore"), STR("velero.io/v1")},
	{STR("cstorvolume"), STR("CStorVolume"), STR("cstor.openebs.io/v1")},
	{STR("cstorvolumereplica"), STR("CStorVolumeReplica"), STR("cstor.openebs.io/v1")},
	{STR("cstorpoolinstance"), STR("CStorPoolInstance"), STR("cstor.openebs.io/v1")},
};

static void object_name(struct kube_event *e, struct str kind, struct str name)
{
	e->object_kind = kind;
	e->object_name = name;
	for (size_t i = 0; i < LEN(spelled); i++)
		if (str_eq_case(spelled[i].lower, kind)) {
			e->object_kind = spelled[i].kind;
			e->object_api = spelled[i].api;
		}
	/* A Node of Longhorn looks like one of Kubernetes; only who speaks of it differs. */
	if (str_eq(e->object_kind, STR("Node")) && str_starts(e->source, STR("longhorn-node-controller")))
		e->object_api = STR("longhorn.io/v1beta2");
}

static bool kind_is_known(struct str kind)
{
	for (size_t i = 0; i < LEN(spelled); i++)
		if (str_eq_case(spelled[i].lower, kind))
			return true;
	return false;
}

/* "pod/web-0", "/longhorn-pre-upgrade", or only a kind, or, in columns of one's own, only a name; old tables have the
 * kind beside the event's name "web-0.1503e8a3f0c1d2e4". */
static void object_of(const struct kube_row *row, struct str kind, struct str name, struct kube_event *e)
{
	struct str object = row->cell[COLUMN_OBJECT], event = row->cell[COLUMN_NAME];

	if (object.n) {
		if (!str_cut(object, STR("/"), &kind, &name)) {
			bool is_kind = !row->cell[COLUMN_KIND].n && kind_is_known(object);

			kind = is_kind ? object : row->cell[COLUMN_KIND];
			name = is_kind ? STR_NONE : object;
		}
	} else if (event.n) {
		size_t dot = str_rfind_byte(event, '.');
		uint64_t nanoseconds;
		bool is_event =
			dot != STR_NPOS && event.n - dot > 12 && str_hex(str_from(event, dot + 1), &nanoseconds);

		name = is_event ? str_slice(event, 0, dot) : event;
		kind = row->cell[COLUMN_KIND];
	}
	object_name(e, kind, name);
}

void kube_row_put(struct sink *sink, struct arena *scratch, const struct kube_row *row, struct str kind,
	struct str name, struct str namespace, const struct slice *s)
{
	struct kube_event e = {.reason = row->cell[COLUMN_REASON], .type = row->cell[COLUMN_TYPE]};
	struct str first = row->first.n ? row->first : row->last;
	bool is_age = kube_age_is(first);

	e.message = row->cell[COLUMN_MESSAGE];
	e.namespace = row->cell[COLUMN_NAMESPACE].n ? row->cell[COLUMN_NAMESPACE] : namespace;
	str_cut(row->cell[COLUMN_SOURCE], STR(", "), &e.source, &e.host);
	object_of(row, kind, name, &e);

	struct record r = {
		.from = s->from, .raw = s->text, .when = first, .layout = is_age ? "age" : NULL, .count = row->count};
	if (first.n && first.p[0] == '<') /* <unknown>, <invalid> */
		r.when = STR_NONE;
	if (row->first.n && !str_eq(row->first, row->last) && row->last.p[0] != '<')
		r.until = (struct stamp){
			.name = STR("until"), .when = row->last, .layout = kube_age_is(row->last) ? "age" : NULL};
	kube_event_put_timed(sink, scratch, &e, &r);
}
