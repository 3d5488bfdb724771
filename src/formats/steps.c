/* The steps of a run: compiled from JSON, found in lines, kept as what is known of the run. */
#include "formats/steps.h"

#include "formats/wrap.h"

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

/* Groups of these names are times. */
static const struct str stamp_names[] = {
	STR("started"), STR("finished"), STR("data_time"), STR("data_time_min"), STR("expires"), STR("when"),
};

/* --- compiling --- */

static bool load_line(struct arena *arena, struct step *step, const struct json *value, struct err *e)
{
	step->first = first_bytes(json_str(value));
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
	(void)arena;
	for (int word = WORD_NONE + 1; word < WORDS; word++) {
		if (!str_eq(json_str(value), str_of(run_words[word].name)))
			continue;
		step->word = (enum word)word;
		step->begins |= run_words[word].begins;
		return true;
	}
	return err_set(e, "'run' says '%.*s', which is no word for what becomes of a run", STR_ARG(json_str(value)));
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
	{"line", load_line}, {"also", load_also}, {"run", load_run}, {"begins", load_begins}, {"row", load_row},
	{"own", load_own}, {"tentative", load_tentative}, {"layout", load_layout}, {"set", load_set},
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

struct steps *steps_load(struct arena *arena, const struct json *list, const struct field *fields, size_t n, struct err *e)
{
	struct steps *steps = NEW(arena, struct steps);
	steps->fields = fields;
	steps->fields_n = n;
	for (const struct json *one = json_first(list); one; one = json_next(one)) {
		if (steps->n == STEPS_MAX) {
			err_set(e, "more than %d steps", STEPS_MAX);
			return NULL;
		}
		if (!step_load(arena, &steps->v[steps->n++], one, e))
			return NULL;
	}
	return steps;
}

/* --- matching --- */
static bool step_fits(const struct step *step, const struct run *run)
{
	for (size_t i = 0; i < step->where_n; i++)
		if (!str_eq(run_field(run, step->where[i].name), step->where[i].value))
			return false;
	return true;
}

bool step_matches(const struct step *step, const struct run *run, struct str line)
{
	return step->first.has[(unsigned char)line.p[0]] && (step->where_n == 0 || (run && step_fits(step, run))) &&
		regex_match(step->line, line, NULL);
}

const struct step *steps_match(const struct steps *steps, const struct run *run, struct str line, bool own)
{
	for (size_t i = 0; line.n && i < steps->n; i++)
		if ((own || !steps->v[i].own) && step_matches(&steps->v[i], run, line))
			return &steps->v[i];
	return NULL;
}

/* --- what is known --- */
void run_forget(struct run *run)
{
	arena_reset(run->arena);
	run->fields_n = run->stamps_n = 0;
	run->steps = NULL;
	run->zone = STR_NONE;
	run->errors = 0;
	run->ended = run->begun = false;
	run->said = WORD_NONE;
	run->said_by = NULL;
}

struct str run_field(const struct run *run, struct str name)
{
	for (size_t i = 0; i < run->fields_n; i++)
		if (str_eq(run->fields[i].name, name))
			return run->fields[i].value;
	return STR_NONE;
}

bool time_is_exact(struct str when)
{
	if (when.n == 0)
		return false;
	bool number = true;
	for (size_t i = 0; i < when.n; i++)
		number &= byte_is_digit(when.p[i]) || when.p[i] == '.';
	if (number || wrap_stamp_length(when) == when.n)
		return true;
	struct str rest = when, word;
	while (str_word(&rest, &word)) {
		size_t capitals = 0;
		while (capitals < word.n && word.p[capitals] >= 'A' && word.p[capitals] <= 'Z')
			capitals++;
		bool offset = word.n >= 3 && (word.p[0] == '+' || word.p[0] == '-') && byte_is_digit(word.p[1]);
		if (offset || (capitals == word.n && word.n >= 3 && word.n <= 5))
			return true;
	}
	return false;
}

/* Where the record's own time is exact, a tool's local one is worse than that of the records that begin and end the run. */
static bool is_worse(const struct run *run, const struct stamp *stamp)
{
	bool bounds = str_eq(stamp->name, STR("started")) || str_eq(stamp->name, STR("finished"));
	return run->exact && bounds && !stamp->zone.n && !run->zone.n && !time_is_exact(stamp->when);
}

void run_tell_time(struct run *run, const struct stamp *stamp)
{
	size_t i = 0;
	while (i < run->stamps_n && !str_eq(run->stamps[i].name, stamp->name))
		i++;
	if (i == RUN_STAMPS || stamp->when.n == 0 || is_worse(run, stamp))
		return;
	run->stamps_n += i == run->stamps_n;
	run->stamps[i] = (struct stamp){.name = stamp->name,
		.when = str_dup(run->arena, stamp->when),
		.zone = str_dup(run->arena, stamp->zone),
		.layout = stamp->layout};
}

static void tell_field(struct run *run, struct str name, struct str value)
{
	bool cause = str_eq(name, STR("cause"));
	bool error = str_eq(name, STR("error"));
	if (cause)
		name = STR("error");
	run->errors += error || (cause && !run->errors);
	for (size_t i = 0; i < run->fields_n; i++) {
		if (!str_eq(run->fields[i].name, name))
			continue;
		if (!error && !str_eq(run->fields[i].value, value))
			run->fields[i].value = str_dup(run->arena, value);
		return;
	}
	if (run->fields_n < RUN_FIELDS)
		run->fields[run->fields_n++] = (struct field){str_dup(run->arena, name), str_dup(run->arena, value)};
}

const struct stamp *run_stamp(const struct run *run, struct str name)
{
	for (size_t i = 0; i < run->stamps_n; i++)
		if (str_eq(run->stamps[i].name, name))
			return &run->stamps[i];
	return NULL;
}

static bool is_stamp(struct str name, struct str *stamp)
{
	for (size_t i = 0; i < LEN(stamp_names); i++) {
		*stamp = stamp_names[i];
		if (str_eq(name, stamp_names[i]))
			return true;
	}
	return false;
}

void run_tell(struct run *run, struct str name, struct str value, const char *layout)
{
	if (value.n == 0)
		return;
	struct str stamp;
	if (is_stamp(name, &stamp))
		run_tell_time(run, &(struct stamp){.name = stamp, .when = value, .layout = layout});
	else if (str_eq(name, STR("zone")))
		run->zone = str_dup(run->arena, value);
	else
		tell_field(run, name, value);
}

static void tell_groups(const struct regex *regex, struct run *run, struct str line, const char *layout)
{
	struct str groups[REGEX_GROUPS];
	int n = regex_match(regex, line, groups);
	for (int i = 1; i < n; i++)
		if (regex_group_name(regex, i))
			run_tell(run, str_of(regex_group_name(regex, i)), groups[i], layout);
}

void step_take(const struct steps *steps, const struct step *step, struct run *run, struct str line)
{
	/* A tool in a script: the run is the tool's. */
	for (size_t i = 0; i < steps->fields_n; i++)
		if (steps != run->steps || !run_field(run, steps->fields[i].name).n)
			run_tell(run, steps->fields[i].name, steps->fields[i].value, NULL);
	if (steps->fields_n)
		run->steps = steps;
	for (size_t i = 0; i < step->set_n; i++)
		run_tell(run, step->set[i].name, step->set[i].value, NULL);
	tell_groups(step->line, run, line, step->layout);
	for (size_t i = 0; i < step->also_n; i++)
		tell_groups(step->also[i], run, line, step->layout);
}

static bool record_has(const struct record *record, struct str name)
{
	for (size_t i = 0; i < record->fields_n; i++)
		if (str_eq(record->fields[i].name, name))
			return true;
	return false;
}

void run_fill(const struct run *run, struct arena *arena, enum word word, struct record *record)
{
	struct field *fields = NEW_N(arena, struct field, record->fields_n + run->fields_n + 2);
	struct stamp *stamps = NEW_N(arena, struct stamp, record->stamps_n + run->stamps_n);
	size_t n = record->fields_n, stamps_n = record->stamps_n;
	for (size_t i = 0; i < n; i++) {
		fields[i] = record->fields[i];
		if (str_eq(fields[i].name, STR("tool")) && run_field(run, STR("tool")).n)
			fields[i].value = run_field(run, STR("tool"));
	}
	if (stamps_n)
		memcpy(stamps, record->stamps, stamps_n * sizeof *stamps);
	for (size_t i = 0; i < run->fields_n; i++)
		if (!record_has(record, run->fields[i].name))
			fields[n++] = run->fields[i];
	if (word && word != WORD_UNDECIDED)
		fields[n++] = (struct field){STR("run"), str_of(run_words[word].name)};
	if (word && run->errors > 1)
		fields[n++] = (struct field){STR("errors"), str_fmt(arena, "%d", run->errors)};
	for (size_t i = 0; i < run->stamps_n; i++) {
		stamps[stamps_n] = run->stamps[i];
		if (!stamps[stamps_n].zone.n)
			stamps[stamps_n].zone = run->zone;
		stamps_n += !str_eq(run->stamps[i].name, STR("when"));
	}
	record->fields = fields;
	record->fields_n = n;
	record->stamps = stamps;
	record->stamps_n = stamps_n;
}
