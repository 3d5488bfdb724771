/* Reading episodes by the table of their shapes. */
#include "formats/episode.h"

#include "formats/kube.h"
#include "formats/lines.h"
#include "formats/kube_copy.h"

/* How states are written, over all shapes; any other says that it goes on. */
static const struct {
	const char *state, *turn;
} turns[] = {
	{"resolved", "ended"},
	{"ok", "ended"},
	{"DONE", "ended"},
	{"Successful", "ended"},
	{"Succeeded", "ended"},
	{"Completed", "ended"},
	{"closed", "ended"},
	{"finished", "ended"},
	{"success", "ended"},
	{"Failed", "failed"},
	{"errored", "failed"},
	{"error", "failed"},
	{"Cancelled", "failed"},
	{"ABORTED", "failed"},
};

struct episode {
	const struct episode_format *format;
	const struct episode_shape *shape;
	const struct json *j;
	struct sink *sink;
	struct arena *scratch;
	struct where from;
	struct str raw, id, state, turn, text, level;
	struct kube_fields fields;
};

static struct str at(const struct episode *e, const char *path)
{
	return path ? kube_path_text(e->scratch, e->j, path) : STR_NONE;
}

static struct str instant_at(const struct episode *e, const char *path)
{
	return kube_time(at(e, path));
}

static struct str turn_of(const struct episode *e)
{
	if (e->shape->to_ends && instant_at(e, e->shape->to).n && at(e, "error/message").n)
		return STR("failed");
	for (size_t i = 0; i < LEN(turns); i++)
		if (str_eq_case(e->state, str_of(turns[i].state)))
			return str_of(turns[i].turn);
	return e->shape->to_ends && instant_at(e, e->shape->to).n ? STR("ended") : STR("began");
}

static struct str text_of(const struct episode *e)
{
	const struct episode_shape *s = e->shape;
	struct str name = at(e, s->name), text = STR_NONE;

	for (size_t i = 0; i < LEN(s->text) && !text.n; i++)
		text = str_trim(at(e, s->text[i]));
	if (!name.n || !text.n || str_eq(name, text))
		return name.n ? name : text;
	return str_fmt(e->scratch, "%.*s: %.*s", STR_ARG(name), STR_ARG(text));
}

static bool field_is_named(const struct episode *e, struct str name)
{
	for (size_t i = 0; i < e->fields.n; i++)
		if (str_eq(e->fields.v[i].name, name))
			return true;
	return false;
}

static void labels_put(struct episode *e)
{
	const struct json *labels = e->shape->labels ? kube_path(e->j, e->shape->labels) : NULL;

	for (const struct json *m = json_first(labels); m; m = json_next(m))
		if (!field_is_named(e, json_key(m)))
			kube_field(&e->fields, str_cstr(e->scratch, json_key(m)), json_text(e->scratch, m));
}

/* [{"type": "Version", "value": "1.28"}]: AWS says type, others name or key. */
static void pairs_put(struct episode *e)
{
	static const char *const names[] = {"type", "name", "key"};
	const struct json *pairs = e->shape->pairs ? kube_path(e->j, e->shape->pairs) : NULL;

	for (const struct json *m = json_first(pairs); m; m = json_next(m)) {
		struct str name = STR_NONE;

		for (size_t i = 0; i < LEN(names) && !name.n; i++)
			name = json_get_str(m, names[i]);
		if (name.n && !field_is_named(e, name))
			kube_field(&e->fields, str_cstr(e->scratch, name), json_text(e->scratch, json_get(m, "value")));
	}
}

/* All labels together tell an alert from others where nothing shorter does. */
static struct str id_part(const struct episode *e, const char *path)
{
	const struct json *j = path ? kube_path(e->j, path) : NULL;

	if (json_is_array(j) && json_is_string(json_first(j))) /* of several the first */
		return json_str(json_first(j));
	return json_is_object(j) ? json_print(e->scratch, j) : at(e, path);
}

static struct str id_of(const struct episode *e)
{
	struct str first = id_part(e, e->shape->id[0]), second = id_part(e, e->shape->id[1]);

	return first.n ? str_fmt(e->scratch, "%.*s/%.*s", STR_ARG(first), STR_ARG(second)) : STR_NONE;
}

static void turn_put(struct episode *e, struct str turn, struct str when, struct str state, bool is_stand_in)
{
	/* Senders repeat themselves: the same identity again is no second event. */
	struct record r = {
		.from = e->from, .raw = e->raw, .when = when, .text = e->text, .level = e->level, .grows = e->id.n > 0};
	struct kube_fields f = e->fields;

	if (e->id.n)
		r.identity = str_fmt(
			e->scratch, "%s/%.*s/%.*s/%.*s", e->format->kind, STR_ARG(e->id), STR_ARG(turn), STR_ARG(when));
	kube_field(&f, "turn", turn);
	kube_field(&f, "state", state);
	r.zone = str_of(e->shape->zone);
	r.basis = is_stand_in ? BASIS_FALLBACK : BASIS_MANUAL;
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(e->sink, &r);
}

/* A failure whose time is not told is put where the episode began, marked as a stand-in; a good end without one is
 * undated. */
static void episode_put(struct episode *e)
{
	const struct episode_shape *s = e->shape;
	struct str from = instant_at(e, s->from), to = instant_at(e, s->to);
	bool is_over;

	for (size_t i = 0; i < LEN(s->level) && !e->level.n; i++)
		e->level = at(e, s->level[i]);
	e->id = id_of(e);
	e->state = at(e, s->state);
	e->turn = turn_of(e);
	e->text = text_of(e);
	for (size_t i = 0; i < LEN(s->fields) && s->fields[i].field; i++)
		if (!field_is_named(e, str_of(s->fields[i].field)))
			kube_field(&e->fields, s->fields[i].field, id_part(e, s->fields[i].path));
	labels_put(e);
	pairs_put(e);
	is_over = !str_eq(e->turn, STR("began"));
	struct str whole = e->text, name = at(e, s->name);
	if (str_eq(e->turn, STR("failed")) && name.n) /* what became of it was not known when it began */
		e->text = name;
	if (s->to && (from.n || !is_over))
		turn_put(e, STR("began"), from, is_over ? STR_NONE : e->state, false);
	e->text = whole;
	if (is_over && !to.n && s->to)
		turn_put(e, e->turn, str_eq(e->turn, STR("failed")) ? from : STR_NONE, e->state, true);
	else if (is_over || !s->to)
		turn_put(e, e->turn, to.n ? to : from, e->state, false);
}

static bool shape_fits(const struct episode_shape *s, const struct json *j)
{
	for (size_t i = 0; i < LEN(s->required) && s->required[i]; i++)
		if (!kube_path(j, s->required[i]))
			return false;
	return json_is_object(j);
}

struct reading {
	const struct episode_format *format;
	struct sink *sink;
	struct arena *scratch;
	const struct slice *slice;
};

/* A copy of J with what its inner text holds; NULL: there is none. */
static const struct json *unfolded(struct arena *scratch, const struct episode_shape *s, const struct json *j)
{
	struct err bad = {{0}};
	struct str text = json_str(kube_path(j, s->inner));
	struct json *inner = text.n ? json_parse(scratch, text, &bad) : NULL;
	struct json *whole = inner ? json_parse(scratch, json_print(scratch, j), &bad) : NULL;

	if (whole)
		json_add(scratch, whole, "inner", inner);
	return whole;
}

static bool one_put(const struct reading *r, const struct episode_shape *s, const struct json *j)
{
	ARENA_SCOPE(r->scratch);

	if (s->inner)
		j = unfolded(r->scratch, s, j);
	if (!j || !shape_fits(s, j))
		return false;
	episode_put(&(struct episode){.format = r->format,
		.shape = s,
		.j = j,
		.sink = r->sink,
		.scratch = r->scratch,
		.from = r->slice->from,
		.raw = r->slice->text});
	return true;
}

/* True when VALUE holds episodes of the shape, or could: an empty list is understood as well. */
static bool value_put(const struct reading *r, const struct episode_shape *s, const struct json *value)
{
	const struct json *list = s->list ? kube_path(value, s->list) : value;
	int64_t left_out = 0, strange = 0;
	bool any = false;

	if (s->left_out && json_int(kube_path(value, s->left_out), &left_out) && left_out > 0)
		sink_note(r->sink, r->slice->from, r->slice->text, "%lld more were left out by the sender",
			(long long)left_out);
	if (!s->list || json_is_object(list))
		return one_put(r, s, list);
	for (const struct json *j = json_first(list); j; j = json_next(j)) {
		bool put = one_put(r, s, j);

		any |= put;
		strange += !put;
	}
	if (any && strange) /* the bytes are those of the others' records */
		sink_note(r->sink, (struct where){r->slice->from.offset, 0, r->slice->from.line}, r->slice->text,
			"%lld of the list have no shape that is known", (long long)strange);
	if (!any && json_is_array(list) && !json_first(list)) {
		sink_skip(r->sink, r->slice->from);
		any = true;
	}
	return any;
}

static bool tree_put(const struct reading *r, const struct json *j)
{
	for (size_t i = 0; i < r->format->shapes_n; i++)
		if (value_put(r, r->format->shapes + i, j))
			return true;
	return false;
}

bool episode_tree_put(
	const void *data, struct sink *sink, struct arena *scratch, const struct json *j, const struct slice *s)
{
	return tree_put(&(struct reading){data, sink, scratch, s}, j);
}

/* A log holds other lines, too. */
static bool other_put(const struct reading *r, const struct json *j)
{
	struct record line = {0};

	if (!jsonlog_object(r->scratch, j, &line))
		return false;
	line.from = r->slice->from;
	line.raw = r->slice->text;
	sink_put(r->sink, &line);
	return true;
}

bool episode_parse(struct doc *doc, const void *data, struct sink *sink, struct err *e)
{
	struct slice s;

	(void)e;
	while (doc_json(doc, NULL, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct reading r = {data, sink, doc->scratch, &s};
		struct err bad = {{0}};
		const struct json *j = s.cut || s.broken ? NULL : json_parse(doc->scratch, s.text, &bad);

		if (!j || (!tree_put(&r, j) && !other_put(&r, j)))
			sink_note(sink, s.from, s.text, "%s", j ? "no episode of a known shape" : "not JSON");
	}
	return true;
}

int episode_bid(struct doc *doc, const void *data)
{
	const struct episode_format *f = data;

	if (!doc_looks_json(doc))
		return BID_NONE;
	for (const struct episode_shape *s = f->shapes; s < f->shapes + f->shapes_n; s++) {
		bool fits = true;

		for (size_t i = 0; i < LEN(s->marks) && s->marks[i]; i++)
			fits &= doc_contains(doc, s->marks[i]);
		if (fits && !s->list && !s->inner && doc_item(doc))
			fits = shape_fits(s, doc_item(doc));
		if (fits)
			return f->bid;
	}
	return BID_NONE;
}
