/* The table of conditions, read from schema/conditions.json. */
#include "analyse/condition.h"
#include "base/json.h"
#include "embed.h"
#include "normalise/rules.h"

enum { CONDITIONS_MAX = 100 };
static struct condition conditions[CONDITIONS_MAX];
static size_t conditions_n;

struct kind_parts {
	VEC(struct part) list;
};
static struct map by_kind; /* kind -> struct kind_parts */
static struct map ends;    /* kinds -> the table */
static struct arena *table_arena;

static bool role_read(struct condition *c, const struct json *kinds, enum role role, struct err *e)
{
	for (const struct json *j = json_first(kinds); j; j = json_next(j)) {
		/* "KIND", or { "kind": KIND, "with": FIELD } */
		struct str name = json_get(j, "kind") ? json_get_str(j, "kind") : json_str(j),
			   with = json_get_str(j, "with");
		const struct kind *kind = kind_find(name);
		if (!kind)
			return err_set(e, "no kind '%.*s'; lineup kinds lists them", STR_ARG(name));
		void **slot = map_put(&by_kind, kind->name);
		if (!*slot)
			*slot = NEW(table_arena, struct kind_parts);
		struct kind_parts *parts = *slot;
		c->replaced |= role == ROLE_REPLACES;
		*PUSH(&parts->list, table_arena) = (struct part){c, role, with.n ? str_cstr(table_arena, with) : NULL};
	}
	return true;
}

static bool condition_read(struct condition *c, const struct json *j, struct err *e)
{
	c->name = json_get_str(j, "name");
	ERR_IN(e, c->name);
	const struct json *lane = json_get(j, "lane");
	c->lane_of_event = json_is_null(lane);
	if (!c->lane_of_event && !lane_find(json_str(lane), &c->lane))
		return err_set(e, "no lane '%.*s'", STR_ARG(json_str(lane)));
	if (!severity_find(json_get_str(j, "severity"), &c->severity))
		return err_set(e, "no severity '%.*s'", STR_ARG(json_get_str(j, "severity")));
	struct str gap = json_get_str(j, "gap");
	if (gap.n && !duration_parse(gap, &c->gap))
		return err_set(e, "gap '%.*s' is no duration", STR_ARG(gap));
	if (json_get_str(j, "since").n)
		c->since = str_cstr(table_arena, json_get_str(j, "since"));
	c->state = json_is_true(json_get(j, "state"));
	for (const struct json *by = json_first(json_get(j, "by")); by; by = json_next(by)) {
		if (c->by_n == CONDITION_IDENTITIES)
			return err_set(e, "more than %d in 'by'", CONDITION_IDENTITIES);
		c->by[c->by_n++] = json_str(by);
	}
	if (!c->name.n || !c->by_n)
		return err_set(e, "a condition needs 'name' and 'by'");
	return role_read(c, json_get(j, "opens"), ROLE_OPENS, e) &&
	       role_read(c, json_get(j, "closes"), ROLE_CLOSES, e) &&
	       role_read(c, json_get(j, "replaces"), ROLE_REPLACES, e);
}

bool conditions_init(struct err *e)
{
	if (conditions_n)
		return true;
	if (!kinds_init(e))
		return false;
	ERR_IN(e, STR("schema/conditions.json"));
	table_arena = arena_open();
	by_kind = MAP(table_arena);
	ends = MAP(table_arena);
	const struct json *all = json_parse(table_arena, embedded_find("schema/conditions.json"), e);
	if (!all)
		return false;
	for (const struct json *j = json_first(json_get(all, "ends")); j; j = json_next(j))
		*map_put(&ends, json_str(j)) = conditions;
	size_t n = 0;
	for (const struct json *j = json_first(json_get(all, "conditions")); j; j = json_next(j)) {
		if (n == CONDITIONS_MAX)
			return err_set(e, "more than %d conditions", CONDITIONS_MAX);
		if (!condition_read(&conditions[n++], j, e))
			return false;
	}
	conditions_n = n;
	return true;
}

const struct condition *condition_find(struct str name)
{
	for (size_t i = 0; i < conditions_n; i++) {
		if (str_eq(conditions[i].name, name))
			return &conditions[i];
	}
	bug("schema/conditions.json has no '%.*s'", STR_ARG(name));
}

struct parts condition_parts(const struct kind *kind)
{
	const struct kind_parts *parts = map_get(&by_kind, kind->name);
	return parts ? (struct parts){parts->list.v, parts->list.n} : (struct parts){NULL, 0};
}

bool kind_is_an_end(const struct kind *kind)
{
	return map_get(&ends, kind->name) != NULL;
}
