/* Documents of Kubernetes objects, JSON or YAML, one object after another. */
#include "formats/kube.h"
#include "read/yaml.h"

enum { EXCERPT = 200 }; /* bytes of damaged YAML shown in a note */

static size_t indent_of(struct str line)
{
	size_t i = 0;

	while (i < line.n && line.p[i] == ' ')
		i++;
	return i;
}

/* The value when LINE is "KEY: value" at this indent, "- KEY: value" counting as indented by two more. */
static bool line_is_key(struct str line, size_t indent, const char *key, struct str *value)
{
	size_t at = indent_of(line);

	if (at + 1 < line.n && line.p[at] == '-' && line.p[at + 1] == ' ')
		at += 2;

	struct str name, rest = str_from(line, at);
	if (at != indent || !str_cut(rest, STR(":"), &name, &rest) || !str_eq(name, str_of(key)))
		return false;
	*value = str_trim(rest);
	if (value->n >= 2 && (value->p[0] == '"' || value->p[0] == '\'') && value->p[value->n - 1] == value->p[0])
		*value = str_slice(*value, 1, value->n - 1);
	return true;
}

/* How far the members of the first object are indented: 0, or behind the dash of the first item of a list. */
static size_t item_indent(struct str head)
{
	struct str line;

	while (str_next(&head, '\n', &line)) {
		size_t at = indent_of(line);

		if (at == line.n || line.p[at] == '#' || str_starts(line, STR("---")) || line.p[at] == '\r')
			continue;
		if (at + 1 < line.n && line.p[at] == '-' && line.p[at + 1] == ' ')
			return at + 2;
		if (at > 0 || !(str_starts(line, STR("apiVersion:")) || str_starts(line, STR("items:")) ||
				      str_starts(line, STR("kind: List"))))
			return 0;
	}
	return 0;
}

struct str kube_yaml_head(const struct doc *doc, const char *key)
{
	struct str head = doc->head, line, value;
	size_t indent = item_indent(head);
	bool is_inside = false;

	while (str_next(&head, '\n', &line)) {
		if (is_inside && str_starts(line, STR("---")))
			return STR_NONE;
		/* Above the first item the members are the list's. */
		is_inside = is_inside ||
			    (str_trim(line).n && line.p[0] != '#' && !str_starts(line, STR("---")) &&
				    (indent == 0 || (indent_of(line) == indent - 2 && line.p[indent - 2] == '-')));
		if (is_inside && line_is_key(line, indent, key, &value))
			return value;
	}
	return STR_NONE;
}

/* The value of the first "KEY" in the head when it ends in SUFFIX: a list names what its items are. */
static struct str list_member(const struct doc *doc, struct str key, struct str suffix)
{
	size_t at = str_find(doc->head, key, 0);
	struct str rest = str_from(doc->head, at == STR_NPOS ? doc->head.n : at + key.n), value;

	rest = str_trim(str_slice(rest, 0, 200));
	if (!str_starts(rest, STR(":")))
		return STR_NONE;
	rest = str_trim(str_from(rest, 1));
	if (!str_starts(rest, STR("\"")) || !str_cut(str_from(rest, 1), STR("\""), &value, &rest) ||
		!str_ends(value, suffix))
		return STR_NONE;
	return str_slice(value, 0, value.n - suffix.n);
}

/* What the items of a raw API list leave out: {"kind":"NodeList","apiVersion":"v1","items":[{"metadata":...}]}. */
struct items {
	struct doc *doc;
	struct sink *sink;
	bool amid_events;
	struct str kind, api;
};

static void json_put(struct items *items, const struct slice *s)
{
	ARENA_SCOPE(items->doc->scratch);
	struct arena *scratch = items->doc->scratch;
	struct err e = {{0}};
	struct json *j = s->cut || s->broken ? NULL : json_parse(scratch, s->text, &e);

	if (!j) {
		sink_note(items->sink, s->from, s->text, "%s", s->cut || s->broken ? slice_fault(s) : e.text);
		return;
	}
	if (items->kind.n && json_is_object(json_get(j, "metadata")) && !json_get(j, "kind")) {
		json_add_str(scratch, j, "kind", items->kind);
		json_add_str(scratch, j, "apiVersion", items->api);
	}
	kube_item_put(
		items->sink, scratch, kube_watched(j) ? kube_watched(j) : j, s->from, s->text, items->amid_events);
}

static bool json_items(struct doc *doc, struct sink *sink, bool amid_events)
{
	struct arena *arena AUTO(arena_close) = arena_open();
	struct items items = {.doc = doc, .sink = sink, .amid_events = amid_events};
	struct slice s;

	/* The head goes when reading begins. */
	items.kind = str_dup(arena, list_member(doc, STR("\"kind\""), STR("List")));
	items.api = str_dup(arena, list_member(doc, STR("\"apiVersion\""), STR("")));
	while (doc_json(doc, "items", &s))
		json_put(&items, &s);
	return true;
}

/* A top-level list may come as one value. */
static void yaml_put(
	struct doc *doc, struct sink *sink, const struct json *j, struct where from, struct str raw, bool amid_events)
{
	if (!json_is_array(j)) {
		kube_item_put(sink, doc->scratch, j, from, raw, amid_events);
		return;
	}
	for (const struct json *item = json_first(j); item; item = json_next(item))
		kube_item_put(sink, doc->scratch, item, from, raw, amid_events);
}

/* What may stand around the objects of a list or stream. */
static bool is_frame(struct str line)
{
	static const char *const heads[] = {"---", "...", "#", "apiVersion:", "kind:", "items:", "metadata:",
		"  resourceVersion:", "  selfLink:", "  continue:", "  remainingItemCount:"};

	for (size_t i = 0; i < LEN(heads); i++)
		if (str_starts(line, str_of(heads[i])))
			return true;
	return str_trim(line).n == 0 || str_eq(str_trim(line), STR("-"));
}

/* The text from FROM to TO, which belongs to no object: the frame of a list, or something nobody reads. */
static void put_between(struct sink *sink, const struct slice *whole, size_t from, size_t to)
{
	struct str rest = str_slice(whole->text, from, to), line;
	struct where at = {whole->from.offset + (int64_t)from, (int64_t)rest.n, 0};

	if (from >= to)
		return;
	while (str_next(&rest, '\n', &line)) {
		if (is_frame(line))
			continue;
		sink_note(sink, at, str_slice(line, 0, EXCERPT), "stands between objects and is none");
		return;
	}
	sink_skip(sink, at);
}

static bool yaml_items(struct doc *doc, struct sink *sink, struct err *e, bool amid_events)
{
	struct arena *arena AUTO(arena_close) = arena_open();
	struct slice whole;

	if (!doc_whole(doc, arena, &whole, e))
		return false;

	struct yaml *yaml AUTO(yaml_close) = yaml_open(arena, whole.text);
	for (size_t done = 0;;) {
		ARENA_SCOPE(doc->scratch);
		struct where from = {0};
		struct err damage = {{0}};
		struct json *j = NULL;

		if (yaml_next(yaml, doc->scratch, &j, &from, &damage)) {
			size_t end = (size_t)(from.offset + from.length);
			struct str raw = str_slice(whole.text, (size_t)from.offset, end);

			put_between(sink, &whole, done, (size_t)from.offset);
			done = end;
			from.offset += whole.from.offset;
			yaml_put(doc, sink, j, from, raw, amid_events);
		} else if (err_is_set(&damage)) {
			put_between(sink, &whole, done, (size_t)from.offset);
			done = (size_t)(from.offset + from.length);
			sink_note(sink, from, str_slice(whole.text, (size_t)from.offset, (size_t)from.offset + EXCERPT),
				"%s", damage.text);
		} else {
			put_between(sink, &whole, done, whole.text.n);
			return true;
		}
	}
}

bool kube_items_parse(struct doc *doc, struct sink *sink, struct err *e, bool amid_events)
{
	return doc_looks_json(doc) ? json_items(doc, sink, amid_events) : yaml_items(doc, sink, e, amid_events);
}
