/* kube-get: tables of backups and their locations that `kubectl get` and `velero backup get` print. */
#include "formats/formats_all.h"
#include "formats/kube_row.h"

enum { GET_COLUMNS = 16, GET_LINES = 20 };

/* What a column holds: a field of the record, or a time of it. */
struct column {
	struct str header, field;
	bool is_time;
};
/* Tables by the columns that no other has. Times: the first that is there is the record's. */
static const struct table {
	const char *tool, *object;
	struct str marks[2];
	struct column columns[8];
} tables[] = {
	{"longhorn", "backup", {STR("SNAPSHOTCREATEDAT"), STR("STATE")},
		{{STR("NAMESPACE"), STR("object.namespace"), false}, {STR("NAME"), STR("copy"), false},
			{STR("SNAPSHOTNAME"), STR("snapshot"), false}, {STR("SNAPSHOTSIZE"), STR("size"), false},
			{STR("SNAPSHOTCREATEDAT"), STR("data_time"), true}, {STR("STATE"), STR("phase"), false},
			{STR("LASTSYNCEDAT"), STR("synced"), true}}},
	{"velero", "backup", {STR("STORAGE LOCATION"), STR("CREATED")},
		{{STR("NAME"), STR("copy"), false}, {STR("STATUS"), STR("phase"), false},
			{STR("ERRORS"), STR("errors"), false}, {STR("WARNINGS"), STR("warnings"), false},
			{STR("CREATED"), STR("data_time"), true}, {STR("STORAGE LOCATION"), STR("location"), false}}},
	{"velero", "backupstoragelocation", {STR("LAST VALIDATED"), STR("PHASE")},
		{{STR("NAMESPACE"), STR("object.namespace"), false}, {STR("NAME"), STR("location"), false},
			{STR("PHASE"), STR("phase"), false}, {STR("LAST VALIDATED"), STR("validated"), true}}},
};

struct header {
	const struct table *table;
	size_t at[GET_COLUMNS];                      /* where columns begin, ascending */
	const struct column *column[GET_COLUMNS];    /* NULL: of no interest */
	size_t n;
};

static const struct column *column_find(const struct table *t, struct str name)
{
	for (size_t i = 0; i < LEN(t->columns) && t->columns[i].header.n; i++)
		if (str_eq(t->columns[i].header, name))
			return t->columns + i;
	return NULL;
}

/* Headings are parted by two blanks or more. */
static bool header_read_as(struct str line, const struct table *t, struct header *h)
{
	size_t at = 0, met = 0;

	*h = (struct header){.table = t};
	while (at < line.n && h->n < GET_COLUMNS) {
		size_t end = str_find(line, STR("  "), at);
		struct str name = str_slice(line, at, end == STR_NPOS ? line.n : end);

		h->at[h->n] = at;
		h->column[h->n++] = column_find(t, str_trim(name));
		met += str_eq(str_trim(name), t->marks[0]) || str_eq(str_trim(name), t->marks[1]);
		for (at += name.n; at < line.n && line.p[at] == ' '; at++)
			;
	}
	return met == LEN(t->marks);
}

static bool header_read(struct str line, struct header *h)
{
	for (const struct table *t = tables; t < tables + LEN(tables); t++)
		if (line.n && line.p[0] == 'N' && header_read_as(line, t, h))
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

/* A cell of a row that keeps to its columns; "<none>" and "<no value>" are empty. */
static struct str cell(struct str line, const struct header *h, size_t i)
{
	struct str text = str_trim(str_slice(line, h->at[i], i + 1 < h->n ? h->at[i + 1] : line.n));

	return text.n && text.p[0] == '<' ? STR_NONE : text;
}

static void row_put(struct sink *sink, struct arena *scratch, const struct header *h, const struct slice *s)
{
	struct kube_fields f = {.n = 0};
	struct stamp stamps[GET_COLUMNS];
	struct record r = {.from = s->from, .raw = s->text, .stamps = stamps};
	struct str name = STR_NONE, phase = STR_NONE;

	kube_field(&f, "tool", str_of(h->table->tool));
	kube_field(&f, "object", str_of(h->table->object));
	for (size_t i = 0; i < h->n; i++) {
		const struct column *c = h->column[i];
		struct str text = c ? cell(s->text, h, i) : STR_NONE;

		if (c && !c->is_time)
			kube_field(&f, c->field.p, text);
		if (c && str_eq(c->field, STR("phase")))
			phase = text;
		if (c && str_eq(c->header, STR("NAME")))
			name = text;
		if (!c || !c->is_time || !(kube_age_is(text) || kube_time(text).n))
			continue;
		stamps[r.stamps_n] = (struct stamp){.name = c->field, .when = text, .layout = kube_age_is(text) ? "age" : NULL};
		if (!r.when.n) {
			r.when = text;
			r.layout = stamps[r.stamps_n].layout;
		}
		r.stamps_n++;
	}
	r.text = str_fmt(scratch, "%s %.*s: %.*s", h->table->object, STR_ARG(name), STR_ARG(phase.n ? phase : STR("no state yet")));
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(sink, &r);
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
		else if (h.table && !byte_is_space(s.text.p[0]))
			row_put(sink, doc->scratch, &h, &s);
		else
			sink_note(sink, s.from, s.text, "not a row of the table");
	}
	return true;
}

const struct format format_kube_get = {
	.name = "kube-get",
	.blurb = "tables of backups by kubectl get and velero backup get",
	.bid = bid,
	.parse = parse,
};
