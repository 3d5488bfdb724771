/* Steps of runs: compiled from JSON, and found in lines. */
#include "formats/steps.h"

const struct run_word run_words[WORDS] = {
	[WORD_NONE] = {"", false, false},
	[WORD_STARTED] = {"started", true, false},
	[WORD_RESTORE_STARTED] = {"restore-started", true, false},
	[WORD_LISTED] = {"listed", false, false},
	[WORD_REACHABLE] = {"reachable", false, false},
	[WORD_VERIFIED] = {"verified", false, false},
	[WORD_EXPIRED] = {"expired", false, false},
	[WORD_DELETED] = {"deleted", false, false},
	[WORD_COMPLETED] = {"completed", false, true},
	[WORD_RESTORE_COMPLETED] = {"restore-completed", false, true},
	[WORD_UNDECIDED] = {"undecided", false, false},
	[WORD_PARTIAL] = {"partial", false, true},
	[WORD_MISSED] = {"missed", false, true},
	[WORD_RESTORE_FAILED] = {"restore-failed", false, true},
	[WORD_FAILED] = {"failed", false, true},
	[WORD_UNREACHABLE] = {"unreachable", false, false},
};

/* --- compiling --- */

static bool load_line(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	step->first = first_bytes(json_str(value));
	step->open = step->first.has['\0'];
	step->line = regex_compile(arena, str_dup(arena, json_str(value)), NULL, e);
	return step->line != NULL;
}

static bool load_also(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	for (const struct json *one = json_first(value); one; one = json_next(one)) {
		if (step->also_n == STEP_ALSO)
			return err_set(e, "more than %d in 'also'", STEP_ALSO);
		const struct regex *regex = regex_compile(arena, str_dup(arena, json_str(one)), NULL, e);
		if (!regex)
			return false;
		step->also[step->also_n++] = regex;
	}
	return true;
}

static bool load_run(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	for (int word = WORD_NONE + 1; word < WORDS; word++) {
		if (!str_eq(json_str(value), str_of(run_words[word].name)))
			continue;
		step->word = (enum word)word;
		step->begins |= run_words[word].begins;
		return true;
	}
	struct buf words = BUF(arena);
	for (int word = WORD_NONE + 1; word < WORDS; word++)
		buf_fmt(&words, "%s%s", words.n ? ", " : "", run_words[word].name);
	return err_set(e, "'run' says '%.*s'; it can say %.*s", STR_ARG(json_str(value)), STR_ARG(buf_str(&words)));
}

static bool load_flag(bool *flag, const struct json *value)
{
	*flag = json_is_true(value);
	return true;
}

static bool load_tentative(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	return load_flag(&step->tentative, value);
}

static bool load_twin(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)e;
	step->twin = str_dup(arena, json_str(value));
	return true;
}

static bool load_layout(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)e;
	step->layout = str_cstr(arena, json_str(value));
	return true;
}

static bool load_begins(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	return load_flag(&step->begins, value);
}

static bool load_row(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	return load_flag(&step->row, value);
}

static bool load_own(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	return load_flag(&step->own, value);
}

static bool load_fields(struct arena *arena, struct field *fields, size_t *n, const struct json *value, struct err *e)
{
	for (const struct json *one = json_first(value); one; one = json_next(one)) {
		if (*n == STEP_FIELDS)
			return err_set(e, "more than %d fields in a step", STEP_FIELDS);
		fields[(*n)++] = (struct field){str_dup(arena, json_key(one)), str_dup(arena, json_str(one))};
	}
	return true;
}

static bool load_set(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	return load_fields(arena, step->set, &step->set_n, value, e);
}

static bool load_where(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	return load_fields(arena, step->where, &step->where_n, value, e);
}

static const struct {
	const char *key;
	bool (*load)(struct arena *, struct step *, const struct json *, struct err *);
} keys[] = {
	{"line", load_line},
	{"also", load_also},
	{"run", load_run},
	{"begins", load_begins},
	{"row", load_row},
	{"own", load_own},
	{"tentative", load_tentative},
	{"layout", load_layout},
	{"twin", load_twin},
	{"set", load_set},
	{"where", load_where},
};

static bool step_load(struct arena *arena, struct step *step, const struct json *json, struct err *e)
{
	for (const struct json *member = json_first(json); member; member = json_next(member)) {
		size_t i = 0;
		while (i < LEN(keys) && !str_eq(json_key(member), str_of(keys[i].key)))
			i++;
		if (i == LEN(keys))
			return err_set(e, "unknown key '%.*s' in a step", STR_ARG(json_key(member)));
		if (!keys[i].load(arena, step, member, e))
			return false;
	}
	return step->line || err_set(e, "a step without 'line'");
}

struct steps *steps_load(
	struct arena *arena, const struct json *list, const struct field *fields, size_t n, struct err *e)
{
	struct steps *steps = NEW(arena, struct steps);
	steps->fields = fields;
	steps->fields_n = n;
	for (const struct json *one = json_first(list); one; one = json_next(one)) {
		if (steps->n == STEPS_MAX) {
			err_set(e, "more than %d steps", STEPS_MAX);
			return NULL;
		}
		ERR_IN(e, str_fmt(arena, "step %zu", steps->n + 1));
		if (!step_load(arena, &steps->v[steps->n++], one, e))
			return NULL;
	}
	return steps;
}

void steps_hasten(const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		regex_hasten(steps->v[i].line);
		for (size_t k = 0; k < steps->v[i].also_n; k++)
			regex_hasten(steps->v[i].also[k]);
	}
}

/* --- matching --- */
static bool step_fits(const struct step *step, const struct run *run)
{
	for (size_t i = 0; i < step->where_n; i++)
		if (!str_eq(run_field(run, step->where[i].name), step->where[i].value))
			return false;
	return true;
}

bool step_matches(const struct step *step, const struct run *run, struct probe *line)
{
	return step->first.has[(unsigned char)line->text.p[0]] &&
	       (step->where_n == 0 || (run && step_fits(step, run))) &&
	       (!step->open || probe_may_match(line, step->line)) && regex_match(step->line, line->text, NULL);
}

const struct step *steps_match(const struct steps *steps, const struct run *run, struct probe *line, bool own)
{
	for (size_t i = 0; line->text.n && i < steps->n; i++)
		if ((own || !steps->v[i].own) && step_matches(&steps->v[i], run, line))
			return &steps->v[i];
	return NULL;
}
