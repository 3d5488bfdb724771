/* Bonds: which volumes, claims, pods, nodes and namespaces belong together, from events that name several of them. */
#include "analyse/study.h"

enum thing { VOLUME, NAMESPACE, CLAIM, POD, NODE, THINGS };
static const char *const things[THINGS] = {"volume", "namespace", "pvc", "pod", "node"};

/* Pairs worth binding when one event names both. */
static const struct {
	enum thing a, b;
} pairs[] = {{VOLUME, NAMESPACE}, {VOLUME, CLAIM}, {CLAIM, POD}, {VOLUME, POD}, {VOLUME, NODE}, {POD, NAMESPACE},
	{POD, NODE}};
enum { BONDS_MAX = 20000 };

/* Where storage systems keep their own resources: their volumes are there, their users are not. */
static const char *const own_namespaces[] = {"longhorn-system", "rook-ceph", "openebs", "kube-system", "velero"};

static struct str named_by(struct study *s, const struct event *e, const char *what)
{
	struct str type = str_of(what), name = STR_NONE;
	if (!str_eq(type, STR("namespace")) && str_find_byte(e->subject, ':', 0) != STR_NPOS)
		name = subject_name(e->subject, type);
	return name.n ? name : event_field(s->arena, e, what);
}

static bool is_own_namespace(struct str name)
{
	for (size_t i = 0; i < LEN(own_namespaces); i++) {
		if (str_eq(name, str_of(own_namespaces[i])))
			return true;
	}
	return false;
}

static void bond_add(struct study *s, struct map *seen, const struct event *e, enum thing a, enum thing b,
	const struct str names[THINGS])
{
	struct str key =
		str_fmt(s->arena, "%s:%.*s %s:%.*s", things[a], STR_ARG(names[a]), things[b], STR_ARG(names[b]));
	void **slot = map_put(seen, key);
	if (*slot)
		return;
	*slot = (void *)e;
	size_t cut = str_find_byte(key, ' ', 0);
	*PUSH(&s->bonds, s->arena) = (struct bond){str_slice(key, 0, cut), str_from(key, cut + 1),
		str_fmt(s->arena, "%.*s names both", STR_ARG(e->kind->name)), e};
}

static void bonds_of(struct study *s, struct map *seen, const struct event *e)
{
	struct str names[THINGS];
	for (int i = 0; i < THINGS; i++)
		names[i] = named_by(s, e, things[i]);
	if (is_own_namespace(names[NAMESPACE]))
		names[NAMESPACE] = STR_NONE;
	for (size_t k = 0; k < LEN(pairs); k++) {
		if (names[pairs[k].a].n && names[pairs[k].b].n)
			bond_add(s, seen, e, pairs[k].a, pairs[k].b, names);
	}
}

void links_read(struct study *s)
{
	struct map seen = MAP(s->arena);
	for (size_t i = 0; i < s->n && s->bonds.n < BONDS_MAX; i++) {
		const struct event *e = s->v[i];
		if (e->lane == LANE_STORAGE || e->lane == LANE_SERVICE || e->lane == LANE_BACKUP)
			bonds_of(s, &seen, e);
	}
}

/* --- those that tie troubles together --- */

static void trouble_add(struct study *s, struct map *troubled, const struct event *e, const char *what)
{
	struct str name = named_by(s, e, what);
	if (name.n)
		*map_put(troubled, str_fmt(s->arena, "%s:%.*s", what, STR_ARG(name))) = (void *)e;
}

/* What was in trouble in the window: nodes that were away, volumes, claims and pods of storage and service; and the
 * assets' namespaces. */
static struct map troubled_things(struct study *s)
{
	struct map troubled = MAP(s->arena);
	for (size_t i = 0; i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		const struct event *e = span->events.n ? span->events.v[0] : NULL;
		if (e && str_eq(span->condition, STR("node.unavailable")))
			trouble_add(s, &troubled, e, things[NODE]);
		for (int k = 0; e && (span->lane == LANE_STORAGE || span->lane == LANE_SERVICE) && k < NODE; k++)
			trouble_add(s, &troubled, e, things[k]);
	}
	for (size_t i = 0; i < s->assets_n; i++) {
		for (size_t k = 0; k < s->assets[i].namespaces.n; k++)
			*map_put(&troubled,
				str_fmt(s->arena, "namespace:%.*s", STR_ARG(s->assets[i].namespaces.v[k]))) = s;
	}
	return troubled;
}

void links_choose(struct study *s)
{
	struct map troubled = troubled_things(s);
	s->out->bonds = NEW_N(s->arena, struct bond, s->bonds.n);
	for (size_t i = 0; i < s->bonds.n; i++) {
		if (map_get(&troubled, s->bonds.v[i].a) && map_get(&troubled, s->bonds.v[i].b))
			s->out->bonds[s->out->bonds_n++] = s->bonds.v[i];
	}
}
