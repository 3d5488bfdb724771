/* Bonds: which volumes, claims, pods, nodes and namespaces belong together, from events that name several of them. */
#include "analyse/study.h"

enum thing { VOLUME, NAMESPACE, CLAIM, POD, NODE, THINGS };
static const struct str things[THINGS] = {{"volume", 6}, {"namespace", 9}, {"pvc", 3}, {"pod", 3}, {"node", 4}};

/* Pairs worth binding when one event names both. */
static const struct {
	enum thing a, b;
} pairs[] = {{VOLUME, NAMESPACE}, {VOLUME, CLAIM}, {CLAIM, POD}, {VOLUME, POD}, {VOLUME, NODE}, {POD, NAMESPACE},
	{POD, NODE}};
enum { BONDS_MAX = 20000 };

/* Where storage systems keep their own resources: their volumes are there, their users are not. */
static const char *const own_namespaces[] = {"longhorn-system", "rook-ceph", "openebs", "kube-system", "velero"};

/* The things that E names: in its subject, else in its fields. */
static void names_of(struct study *s, const struct event *e, struct str names[THINGS])
{
	event_fields(s->arena, e, things, THINGS, names);
	for (int i = 0; i < THINGS && str_find_byte(e->subject, ':', 0) != STR_NPOS; i++) {
		struct str name = i == NAMESPACE ? STR_NONE : subject_name(e->subject, things[i]);
		if (name.n)
			names[i] = name;
	}
}

/* "volume:pvc-7c1e" */
static void buf_thing(struct buf *b, enum thing thing, struct str name)
{
	buf_add(b, things[thing]);
	buf_byte(b, ':');
	buf_add(b, name);
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
	struct buf both = BUF(s->arena), because = BUF(s->arena);
	buf_thing(&both, a, names[a]);
	size_t cut = both.n;
	buf_byte(&both, ' ');
	buf_thing(&both, b, names[b]);
	struct str key = buf_str(&both);
	void **slot = map_put(seen, key);
	if (*slot)
		return;
	*slot = (void *)e;
	buf_add(&because, e->kind->name);
	buf_cstr(&because, " names both");
	*PUSH(&s->bonds, s->arena) =
		(struct bond){str_slice(key, 0, cut), str_from(key, cut + 1), buf_str(&because), e};
}

static void bonds_of(struct study *s, struct map *seen, const struct event *e)
{
	struct str names[THINGS];
	names_of(s, e, names);
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
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		if (e->lane != LANE_STORAGE && e->lane != LANE_SERVICE && e->lane != LANE_BACKUP)
			continue;
		if (s->bonds.n >= BONDS_MAX) {
			study_finding(s, NULL, 0,
				"more than %d pairs of volumes, pods, nodes and namespaces belong together: what events from %.*s on name together was not looked at",
				BONDS_MAX, STR_ARG(instant_str(s->arena, e->at)));
			return;
		}
		bonds_of(s, &seen, e);
	}
}

/* --- those that tie troubles together --- */

static void trouble_add(struct map *troubled, const struct event *e, enum thing thing, struct str name)
{
	struct buf b = BUF(troubled->arena);
	if (!name.n)
		return;
	buf_thing(&b, thing, name);
	*map_put(troubled, buf_str(&b)) = (void *)e;
}

/* What was in trouble in the window: nodes that were away, volumes, claims and pods of storage and service; and the
 * assets' namespaces. */
static struct map troubled_things(struct study *s, struct arena *arena)
{
	struct map troubled = MAP(arena);
	for (size_t i = 0; i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		const struct event *e = span->events.n ? span->events.v[0] : NULL;
		bool node = str_eq(span->condition, STR("node.unavailable")),
		     others = span->lane == LANE_STORAGE || span->lane == LANE_SERVICE;
		struct str names[THINGS];
		if (!e || !(node || others))
			continue;
		names_of(s, e, names);
		for (int k = others ? 0 : NODE; k < (node ? THINGS : NODE); k++)
			trouble_add(&troubled, e, k, names[k]);
	}
	for (size_t i = 0; i < s->assets_n; i++) {
		for (size_t k = 0; k < s->assets[i].namespaces.n; k++)
			*map_put(&troubled, str_fmt(arena, "namespace:%.*s", STR_ARG(s->assets[i].namespaces.v[k]))) =
				s;
	}
	return troubled;
}

void links_choose(struct study *s)
{
	AUTO(arena_close) struct arena *workings = arena_open();
	struct map troubled = troubled_things(s, workings);
	VEC(struct bond) chosen = {0};
	for (size_t i = 0; troubled.n && i < s->bonds.n; i++) {
		if (map_get(&troubled, s->bonds.v[i].a) && map_get(&troubled, s->bonds.v[i].b))
			*PUSH(&chosen, s->arena) = s->bonds.v[i];
	}
	s->out->bonds = chosen.v;
	s->out->bonds_n = chosen.n;
}
