/* Applying rules: one record through its format's program, which is laid out for the first one. */
#include "normalise/ruleset.h"

/* An index is worth it from so many rules on. */
enum { INDEX_FROM = 6 };

static void list_add(struct rules *rules, struct rule_list *list, const struct rule *rule)
{
	if (list->n == list->cap)
		list->v = vec_grow(rules->arena, list->v, &list->cap, sizeof *list->v);
	list->v[list->n++] = rule;
}

static const struct test *equality_on(const struct rule *rule, int slot)
{
	for (size_t i = 0; i < rule->tests_n; i++)
		if (rule->tests[i].how == TEST_EQUALS && !rule->tests[i].negated && rule->tests[i].slot == slot)
			return rule->tests + i;
	return NULL;
}

/* The slot that most rules test for equality. */
static int index_choose(const struct rules *rules, const struct rule_list *all)
{
	size_t asked[RULES_SLOTS] = {0}, best_n = INDEX_FROM - 1;
	int best = -1;
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->v[i]->tests_n; k++) {
			const struct test *test = all->v[i]->tests + k;
			asked[test->slot] += equality_on(all->v[i], test->slot) == test;
		}
	for (int slot = 0; slot < rules->slots_n; slot++)
		if (asked[slot] > best_n) {
			best = slot;
			best_n = asked[slot];
		}
	return best;
}

static void list_add_once(struct rules *rules, struct rule_list *list, const struct rule *rule)
{
	if (!list->n || list->v[list->n - 1] != rule)
		list_add(rules, list, rule);
}

/* Each value's list holds, in order, the rules that ask for it and those that do not care. */
static void index_build(struct rules *rules, struct program *p)
{
	p->index_slot = index_choose(rules, &p->all);
	p->by_value = MAP(rules->arena);
	if (p->index_slot < 0)
		return;
	for (size_t i = 0; i < p->all.n; i++) {
		const struct test *test = equality_on(p->all.v[i], p->index_slot);
		for (size_t k = 0; test && k < test->n; k++) {
			void **place = map_put(&p->by_value, test->values[k]);
			*place = *place ? *place : NEW(rules->arena, struct rule_list);
		}
	}
	for (size_t i = 0; i < p->all.n; i++) {
		const struct test *test = equality_on(p->all.v[i], p->index_slot);
		for (size_t k = 0; test && k < test->n; k++)
			list_add_once(rules, map_get(&p->by_value, test->values[k]), p->all.v[i]);
		for (size_t v = 0; !test && v < p->by_value.n; v++)
			list_add(rules, p->by_value.entries[v].value, p->all.v[i]);
		if (!test)
			list_add(rules, &p->rest, p->all.v[i]);
	}
}

static bool file_is_for(const struct rule_file *file, struct str format)
{
	for (size_t i = 0; i < file->formats_n; i++)
		if (str_eq(file->formats[i], format))
			return true;
	return false;
}

/* Within a layer: files that say they come first, the format's own, those for all. */
static int file_rank(const struct rule_file *file)
{
	return file->first ? 0 : file->for_all ? 2 : 1;
}

/* Later layers first. */
static void program_build(struct rules *rules, struct program *p, struct str format)
{
	for (int layer = rules->layers; layer >= 0; layer--)
		for (int rank = 0; rank <= 2; rank++)
			for (size_t f = 0; f < rules->files.n; f++) {
				const struct rule_file *file = rules->files.v + f;
				if (file->layer != layer || file_rank(file) != rank ||
					(!file->for_all && !file_is_for(file, format)))
					continue;
				for (size_t i = 0; i < file->rules_n; i++)
					list_add(rules, &p->all, file->rules + i);
			}
	index_build(rules, p);
}

/* Built for its first record. What the rules say does not change by it. */
static const struct program *program_of(const struct rules *given, const char *format)
{
	struct program *p = map_get(&given->programs, str_of(format));
	if (p)
		return p;
	struct rules *rules = (struct rules *)(uintptr_t)given;
	p = NEW(rules->arena, struct program);
	program_build(rules, p, str_of(format));
	*map_put(&rules->programs, str_dup(rules->arena, str_of(format))) = p;
	return p;
}

/* The record's fields by slot; p NULL: not there. */
struct values {
	struct str slot[RULES_SLOTS];
	struct probe *probe[RULES_SLOTS]; /* of those that patterns were tried on */
	struct arena *arena;
	struct field found[RULES_SET_MAX]; /* by named groups */
	size_t found_n;
	const struct rules *rules;
};

static void values_fill(struct values *v, const struct rules *rules, const char *format, const struct record *r)
{
	static const char empty[1];
	v->rules = rules;
	v->found_n = 0;
	memset(v->slot, 0, sizeof *v->slot * (size_t)rules->slots_n);
	memset(v->probe, 0, sizeof *v->probe * (size_t)rules->slots_n);
	for (size_t i = r->fields_n; i-- > 0;) { /* the first of a name wins */
		uintptr_t slot = (uintptr_t)map_get(&rules->slots, r->fields[i].name);
		if (slot > SLOTS_FIXED)
			v->slot[slot - 1] =
				(struct str){r->fields[i].value.p ? r->fields[i].value.p : empty, r->fields[i].value.n};
	}
	v->slot[SLOT_TEXT] = (struct str){r->text.p ? r->text.p : empty, r->text.n};
	v->slot[SLOT_LEVEL] = r->level;
	v->slot[SLOT_FORMAT] = str_of(format);
}

static void groups_keep(struct values *v, const struct regex *regex, const struct str *groups)
{
	for (int g = 1; g <= regex_groups(regex) && g < REGEX_GROUPS; g++) {
		const char *name = regex_group_name(regex, g);
		if (!name || groups[g].n == 0 || v->found_n == LEN(v->found))
			continue;
		v->found[v->found_n++] = (struct field){str_of(name), groups[g]};
	}
}

static struct probe *probe_of(struct values *v, int slot)
{
	if (!v->probe[slot]) {
		v->probe[slot] = arena_alloc_raw(v->arena, sizeof *v->probe[slot]);
		probe_begin(v->probe[slot], v->slot[slot]);
	}
	return v->probe[slot];
}

static bool pattern_holds(const struct test *t, size_t i, struct str value, struct values *v)
{
	struct str groups[REGEX_GROUPS];
	if (!probe_may_match(probe_of(v, t->slot), t->patterns[i]) || !regex_match(t->patterns[i], value, groups))
		return false;
	if (!t->negated)
		groups_keep(v, t->patterns[i], groups);
	return true;
}

static bool value_holds(const struct test *t, size_t i, struct str value, struct values *v)
{
	switch (t->how) {
	case TEST_EQUALS:
		return str_eq(value, t->values[i]);
	case TEST_PREFIX:
		return str_starts(value, t->values[i]);
	case TEST_CONTAINS:
		return str_contains(value, t->values[i]);
	case TEST_REGEX:
		return pattern_holds(t, i, value, v);
	default:
		return false;
	}
}

static bool test_holds(const struct test *t, struct values *v)
{
	struct str value = v->slot[t->slot];
	bool holds = t->how == TEST_PRESENT ? value.p != NULL : t->how == TEST_ABSENT ? !value.p : false;
	for (size_t i = 0; i < t->n && !holds; i++)
		holds = value_holds(t, i, value, v);
	return holds != t->negated;
}

static bool rule_holds(const struct rule *rule, struct values *v)
{
	v->found_n = 0;
	for (size_t i = 0; i < rule->tests_n; i++)
		if (!test_holds(rule->tests + i, v))
			return false;
	return true;
}

/* Groups of this rule's patterns come before the record's fields of the same name. */
static struct str value_named(const struct values *v, int slot)
{
	struct str name = v->rules->slot_names[slot];
	for (size_t i = 0; i < v->found_n; i++)
		if (str_eq(v->found[i].name, name))
			return v->found[i].value;
	return v->slot[slot];
}

static bool template_fill(const struct template *t, const struct values *v, struct arena *arena, struct str *out)
{
	struct buf b = BUF(arena);
	for (size_t i = 0; i < t->n; i++) {
		struct str piece = t->parts[i].slot < 0 ? t->parts[i].literal : value_named(v, t->parts[i].slot);
		if (piece.n == 0)
			return false;
		buf_add(&b, piece);
	}
	*out = buf_str(&b);
	return true;
}

static bool templates_fill(const struct templates *list, const struct values *v, struct arena *arena, struct str *out)
{
	for (size_t i = 0; i < list->n; i++)
		if (template_fill(list->v + i, v, arena, out))
			return true;
	return false;
}

static void verdict_fill(const struct rule *rule, const struct values *v, struct arena *arena, struct verdict *out)
{
	struct field *set = NEW_N(arena, struct field, v->found_n + rule->set_n);
	size_t n = 0;

	for (size_t i = 0; i < rule->set_n; i++) {
		set[n].name = rule->set[i].name;
		n += templates_fill(&rule->set[i].value, v, arena, &set[n].value);
	}
	for (size_t i = 0; i < v->found_n; i++) {
		size_t k = 0;
		while (k < n && !str_eq(set[k].name, v->found[i].name))
			k++;
		if (k == n)
			set[n++] = v->found[i];
	}
	templates_fill(&rule->subject, v, arena, &out->subject);
	out->set = set;
	out->set_n = n;
	if (rule->kind)
		out->kind = rule->kind;
	if (rule->kind && !rule->severity_is_level)
		out->severity = rule->kind->severity;
	if (rule->severity_stated)
		out->severity = rule->severity;
}

void rules_apply(
	const struct rules *rules, struct arena *arena, const char *format, const struct record *r, struct verdict *out)
{
	static const struct kind *line;
	struct values v;
	const struct program *p = program_of(rules, format);

	line = line ? line : kind_find(STR("other.log.line"));
	*out = (struct verdict){.kind = line, .severity = line->severity};
	bool has_level = r->level.n && severity_find(r->level, &out->severity);
	v.arena = arena;
	values_fill(&v, rules, format, r);
	const struct rule_list *list = &p->all;
	if (p->index_slot >= 0) {
		struct str value = v.slot[p->index_slot];
		list = value.p ? map_get(&p->by_value, value) : NULL;
		list = list ? list : &p->rest;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct rule *rule = list->v[i];
		if (!rule_holds(rule, &v))
			continue;
		/* A rule that wants the record's level falls back on its kind's usual severity. */
		if (rule->severity_is_level && !has_level && rule->kind)
			out->severity = rule->kind->severity;
		verdict_fill(rule, &v, arena, out);
		return;
	}
}
