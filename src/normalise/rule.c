/* Compiling one rule from its JSON. */
#include "normalise/ruleset.h"

/* The slot of a field name, made when it is new; -1 when there are too many. */
static int slot_of(struct compiler *c, struct str name)
{
	struct rules *rules = c->rules;
	void **place = map_put(&rules->slots, name);
	if (*place)
		return (int)(uintptr_t)*place - 1;
	if (rules->slots_n == RULES_SLOTS) {
		err_set(c->err, "more than %d different fields in rules", RULES_SLOTS);
		return -1;
	}
	rules->slot_names[rules->slots_n++] = name;
	*place = (void *)(uintptr_t)rules->slots_n;
	return rules->slots_n - 1;
}

/* A string, or a list of strings. */
static bool strings_read(struct compiler *c, const struct json *j, const char *what, const struct str **out, size_t *n)
{
	size_t count = json_is_array(j) ? json_size(j) : 1, i = 0;
	struct str *list = NEW_N(c->rules->arena, struct str, count);

	const struct json *item = json_is_array(j) ? json_first(j) : j;
	if (count == 0)
		return err_set(c->err, "%s: an empty list matches nothing", what);
	for (; i < count; item = json_next(item), i++) {
		if (!json_is_string(item))
			return err_set(c->err, "%s: expected a string or a list of strings", what);
		list[i] = json_str(item);
	}
	*out = list;
	*n = count;
	return true;
}

static bool patterns_compile(struct compiler *c, struct test *test)
{
	const struct regex **list = arena_alloc_n(c->rules->arena, test->n, sizeof *list);
	for (size_t i = 0; i < test->n; i++) {
		struct regex *regex = regex_compile(c->rules->arena, test->values[i], NULL, c->err);
		if (!regex)
			return false;
		list[i] = regex;
	}
	test->patterns = list;
	return true;
}

static const struct {
	const char *key;
	enum test_how how;
} hows[] = {
	{"present", TEST_PRESENT},
	{"absent", TEST_ABSENT},
	{"equals", TEST_EQUALS},
	{"prefix", TEST_PREFIX},
	{"contains", TEST_CONTAINS},
	{"regex", TEST_REGEX},
};

struct tests {
	struct test *v;
	size_t n, cap;
};

/* One test of a field: a value, a list of values, or an object of "prefix", "contains", "regex", "present", "absent",
 * "not". */
static bool test_compile(
	struct compiler *c, struct str field, const struct json *j, bool negated, int depth, struct tests *tests)
{
	ERR_IN(c->err, field);
	struct test test = {.how = TEST_EQUALS, .slot = slot_of(c, field), .negated = negated};

	if (test.slot < 0)
		return false;
	if (!json_is_object(j)) {
		if (!strings_read(c, j, "test", &test.values, &test.n))
			return false;
		*PUSH(tests, c->rules->arena) = test;
		return true;
	}
	/* not (a and b) is not (not a) and (not b) */
	if (negated && json_size(j) != 1)
		return err_set(c->err, "'not' takes one test");
	for (const struct json *m = json_first(j); m; m = json_next(m)) {
		struct str key = json_key(m);
		size_t i = 0;
		if (str_eq(key, STR("not"))) {
			if (depth == RULES_NEST)
				return err_set(c->err, "'not' nested too deeply");
			if (!test_compile(c, field, m, !negated, depth + 1, tests))
				return false;
			continue;
		}
		while (i < LEN(hows) && !str_eq(key, str_of(hows[i].key)))
			i++;
		if (i == LEN(hows))
			return err_set(c->err,
				"unknown test '%.*s'; there are present, absent, equals, prefix, contains, regex, not",
				STR_ARG(key));
		test.how = hows[i].how;
		if (test.how <= TEST_ABSENT && !json_is_true(m))
			return err_set(c->err, "'%s' takes true", hows[i].key);
		if (test.how > TEST_ABSENT && !strings_read(c, m, hows[i].key, &test.values, &test.n))
			return false;
		if (test.how == TEST_REGEX && !patterns_compile(c, &test))
			return false;
		*PUSH(tests, c->rules->arena) = test;
	}
	return true;
}

/* Cheap tests first, otherwise as they stand: insertion keeps equals in order. */
static void tests_sort(struct tests *tests)
{
	for (size_t i = 1; i < tests->n; i++)
		for (size_t k = i; k > 0 && tests->v[k].how < tests->v[k - 1].how; k--) {
			struct test swap = tests->v[k];
			tests->v[k] = tests->v[k - 1];
			tests->v[k - 1] = swap;
		}
}

static bool tests_compile(struct compiler *c, const struct json *when, struct rule *rule)
{
	struct tests tests = {0};
	if (!json_is_object(when))
		return err_set(c->err, "no 'when'; {} matches every record");
	for (const struct json *m = json_first(when); m; m = json_next(m))
		if (!test_compile(c, json_key(m), m, false, 0, &tests))
			return false;
	tests_sort(&tests);
	rule->tests = tests.v;
	rule->tests_n = tests.n;
	return true;
}

static bool template_compile(struct compiler *c, struct str text, struct template *out)
{
	VEC(struct part) parts = {0};
	size_t at = 0;

	while (at < text.n) {
		size_t open = str_find_byte(text, '{', at), close;
		open = open == STR_NPOS ? text.n : open;
		if (open > at)
			*PUSH(&parts, c->rules->arena) = (struct part){str_slice(text, at, open), -1};
		if (open == text.n)
			break;
		close = str_find_byte(text, '}', open);
		if (close == STR_NPOS || close == open + 1)
			return err_set(c->err, "'%.*s': '{' without a name and '}'", STR_ARG(text));
		int slot = slot_of(c, str_slice(text, open + 1, close));
		if (slot < 0)
			return false;
		*PUSH(&parts, c->rules->arena) = (struct part){.slot = slot};
		at = close + 1;
	}
	*out = (struct template){parts.v, parts.n};
	return true;
}

static bool templates_compile(struct compiler *c, const struct json *j, const char *what, struct templates *out)
{
	const struct str *texts;
	size_t n;
	if (!strings_read(c, j, what, &texts, &n))
		return false;
	struct template *list = NEW_N(c->rules->arena, struct template, n);
	for (size_t i = 0; i < n; i++)
		if (!template_compile(c, texts[i], list + i))
			return false;
	*out = (struct templates){list, n};
	return true;
}

static bool set_compile(struct compiler *c, const struct json *set, struct rule *rule)
{
	size_t i = 0;
	if (!json_is_object(set))
		return err_set(c->err, "'set' takes an object of fields");
	if (json_size(set) > RULES_SET_MAX)
		return err_set(c->err, "'set' has more than %d fields", RULES_SET_MAX);
	rule->set_n = json_size(set);
	rule->set = NEW_N(c->rules->arena, struct setter, rule->set_n);
	for (const struct json *m = json_first(set); m; m = json_next(m), i++) {
		rule->set[i].name = json_key(m);
		if (!templates_compile(c, m, "set", &rule->set[i].value))
			return false;
	}
	return true;
}

static bool kind_compile(struct compiler *c, const struct json *j, struct rule *rule)
{
	if (!j)
		return err_set(c->err, "no 'kind'; null leaves the record other.log.line");
	if (json_is_null(j))
		return true;
	rule->kind = kind_find(json_str(j));
	return rule->kind || err_set(c->err, "unknown kind '%.*s'; see lineup kinds", STR_ARG(json_str(j)));
}

static bool severity_compile(struct compiler *c, const struct json *j, struct rule *rule)
{
	struct str name = json_str(j);
	rule->severity_is_level = str_eq(name, STR("level"));
	rule->severity_stated = !rule->severity_is_level;
	if (rule->severity_is_level || severity_find(name, &rule->severity))
		return true;
	return err_set(c->err, "unknown severity '%.*s'", STR_ARG(name));
}

bool subject_compile(struct compiler *c, const struct json *j, struct templates *out)
{
	return templates_compile(c, j, "subject", out);
}

bool rule_compile(struct compiler *c, const struct json *j, struct rule *rule)
{
	static const char *const keys[] = {"when", "kind", "severity", "subject", "set", "comment"};

	*rule = (struct rule){0};
	if (!json_is_object(j))
		return err_set(c->err, "expected an object");
	for (const struct json *m = json_first(j); m; m = json_next(m)) {
		size_t i = 0;
		while (i < LEN(keys) && !str_eq(json_key(m), str_of(keys[i])))
			i++;
		if (i == LEN(keys))
			return err_set(c->err, "unknown key '%.*s'", STR_ARG(json_key(m)));
	}
	const struct json *severity = json_get(j, "severity"), *subject = json_get(j, "subject"),
			  *set = json_get(j, "set");
	if (!tests_compile(c, json_get(j, "when"), rule) || !kind_compile(c, json_get(j, "kind"), rule))
		return false;
	if (severity && !severity_compile(c, severity, rule))
		return false;
	rule->subject = c->subject;
	if (subject && !subject_compile(c, subject, &rule->subject))
		return false;
	return !set || set_compile(c, set, rule);
}
