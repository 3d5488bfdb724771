/* The kinds of events: schema/kinds.json, read once, in its order. */
#include "normalise/rules.h"

#include "base/json.h"
#include "base/map.h"
#include "embed.h"

static struct {
	struct arena *arena;
	struct map by_name;
	VEC(struct kind) list;
} kinds;

/* "lane.thing.verb": the lane is the first word. */
static bool kind_read(const struct json *row, struct kind *kind, struct err *e)
{
	struct str lane, rest, severity = json_get_str(row, "severity");
	*kind = (struct kind){.name = json_get_str(row, "name"), .blurb = json_get_str(row, "blurb")};
	if (!str_cut(kind->name, STR("."), &lane, &rest) || !str_contains(rest, STR(".")))
		return err_set(e, "kind '%.*s' is not lane.thing.verb", STR_ARG(kind->name));
	if (!lane_find(lane, &kind->lane))
		return err_set(e, "kind '%.*s': no such lane", STR_ARG(kind->name));
	if (!severity_find(severity, &kind->severity))
		return err_set(e, "kind '%.*s': no such severity '%.*s'", STR_ARG(kind->name), STR_ARG(severity));
	return true;
}

bool kinds_init(struct err *e)
{
	if (kinds.list.n)
		return true;
	ERR_IN(e, STR("schema/kinds.json"));
	kinds.arena = arena_open();
	kinds.by_name = MAP(kinds.arena);
	struct json *file = json_parse(kinds.arena, embedded_find("schema/kinds.json"), e);
	if (!file)
		return false;
	for (struct json *row = json_first(json_get(file, "kinds")); row; row = json_next(row)) {
		struct kind *kind = PUSH(&kinds.list, kinds.arena);
		if (!kind_read(row, kind, e))
			return false;
	}
	for (size_t i = 0; i < kinds.list.n; i++) {
		void **place = map_put(&kinds.by_name, kinds.list.v[i].name);
		if (*place)
			return err_set(e, "kind '%.*s' stands there twice", STR_ARG(kinds.list.v[i].name));
		*place = kinds.list.v + i;
	}
	if (!map_get(&kinds.by_name, STR("other.log.line")))
		return err_set(e, "no kind 'other.log.line'");
	return true;
}

size_t kinds_count(void)
{
	return kinds.list.n;
}

const struct kind *kinds_get(size_t i)
{
	return i < kinds.list.n ? kinds.list.v + i : NULL;
}

size_t kinds_index(const struct kind *kind)
{
	return (size_t)(kind - kinds.list.v);
}

const struct kind *kind_find(struct str name)
{
	return map_get(&kinds.by_name, name);
}
