/* Regular expressions: the door to PCRE2. */
#include "regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	MATCH_LIMIT = 100000,
	DEPTH_LIMIT = 1000,
	JIT_STACK = 1 << 20,
	PROBE_TRIES = 4 /* before it pays to gather a text's words */
};

struct regex {
	pcre2_code *code;
	int groups;
	bool hastened;
	struct arena *arena;
	struct str pattern; /* until its need is known; none where it is extended */
	struct need need;
};

/*
 * One for all patterns: matching does not nest, and what was matched is copied out at once. Bytes are
 * matched, never in UTF mode: so broken text is harmless.
 */
static pcre2_match_context *limits;
static pcre2_match_data *found;

static void *memory_get(size_t size, void *arena)
{
	return arena_alloc_raw(arena, size);
}

static void memory_put(void *p, void *arena)
{
	(void)p, (void)arena;
}

static void regex_prepare(void)
{
	limits = pcre2_match_context_create(NULL);
	found = pcre2_match_data_create(REGEX_GROUPS, NULL);
	pcre2_jit_stack *stack = pcre2_jit_stack_create(32 << 10, JIT_STACK, NULL); /* NULL without JIT */
	if (!limits || !found)
		bug("out of memory");
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	pcre2_set_depth_limit(limits, DEPTH_LIMIT);
	pcre2_jit_stack_assign(limits, NULL, stack);
}

struct regex *regex_compile(struct arena *arena, struct str pattern, const char *flags, struct err *e)
{
	pcre2_general_context *memory = pcre2_general_context_create(memory_get, memory_put, arena);
	pcre2_compile_context *context = pcre2_compile_context_create(memory);
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, groups;
	int code;
	size_t at;

	for (; flags && *flags; flags++)
		options |= *flags == 'i' ? PCRE2_CASELESS : *flags == 'x' ? PCRE2_EXTENDED : 0;
	struct regex *r = NEW(arena, struct regex);
	PCRE2_SPTR text = (PCRE2_SPTR)str_text(pattern);
	r->code = pcre2_compile(text, pattern.n, options, &code, &at, context);
	if (!r->code) {
		char reason[256];
		pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason);
		err_set(e, "pattern '%.*s': at %zu: %s", STR_ARG(pattern), at, reason);
		return NULL;
	}
	pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups >= REGEX_GROUPS) {
		err_set(e, "pattern '%.*s': at 0: more than %d groups", STR_ARG(pattern), REGEX_GROUPS - 1);
		return NULL;
	}
	r->groups = (int)groups;
	r->arena = arena;
	r->pattern = options & PCRE2_EXTENDED ? STR_NONE : str_dup(arena, pattern);
	return r;
}

struct regex *regex_own(struct arena *arena, const char *pattern, const char *flags)
{
	struct err e = {0};
	struct regex *r = regex_compile(arena, str_of(pattern), flags, &e);
	if (!r)
		bug("%s", e.text);
	return r;
}

/* What is known of a pattern does not change by it. */
void regex_hasten(const struct regex *r)
{
	if (!r || r->hastened)
		return;
	((struct regex *)(uintptr_t)r)->hastened = true;
	pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE); /* where it fails, the interpreter matches */
}

bool regex_may_match(const struct regex *r, const struct grams *words)
{
	if (r->pattern.n) {
		struct regex *known = (struct regex *)(uintptr_t)r;
		known->need = need_of(r->arena, r->pattern);
		known->pattern = STR_NONE;
	}
	return need_met(&r->need, words);
}

void probe_begin(struct probe *probe, struct str text)
{
	probe->text = text;
	probe->tried = 0;
}

bool probe_may_match(struct probe *probe, const struct regex *r)
{
	if (probe->tried <= PROBE_TRIES && probe->tried++ == PROBE_TRIES)
		grams_gather(&probe->grams, probe->text);
	return probe->tried <= PROBE_TRIES || regex_may_match(r, &probe->grams);
}

int regex_match_at(const struct regex *r, struct str subject, size_t from, struct str groups[REGEX_GROUPS])
{
	if (!found)
		regex_prepare();
	regex_hasten(r);
	PCRE2_SPTR text = (PCRE2_SPTR)str_text(subject);
	if (from > subject.n || pcre2_match(r->code, text, subject.n, from, 0, found, limits) < 0)
		return 0;
	const size_t *at = pcre2_get_ovector_pointer(found);
	for (int i = 0; groups && i <= r->groups; i++)
		if (at[2 * i] == PCRE2_UNSET)
			groups[i] = STR_NONE;
		else
			groups[i] = str_slice(str_n((const char *)text, subject.n), at[2 * i], at[2 * i + 1]);
	return r->groups + 1;
}

int regex_match(const struct regex *r, struct str subject, struct str groups[REGEX_GROUPS])
{
	return regex_match_at(r, subject, 0, groups);
}

int regex_group(const struct regex *r, const char *name)
{
	int i = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)name);

	return i < 0 ? -1 : i;
}

const char *regex_group_name(const struct regex *r, int i)
{
	uint32_t n, size;
	PCRE2_SPTR row; /* two bytes of number, then the name */

	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &row);
	for (; n > 0; n--, row += size)
		if ((row[0] << 8 | row[1]) == i)
			return (const char *)row + 2;
	return NULL;
}

int regex_groups(const struct regex *r)
{
	return r->groups;
}

const char *regex_library(void)
{
	static char text[64];
	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) > (int)sizeof text || pcre2_config(PCRE2_CONFIG_VERSION, text) < 0)
		return "?";
	char *blank = strchr(text, ' '); /* "10.42 2022-12-11" */
	if (blank)
		*blank = '\0';
	return text;
}
