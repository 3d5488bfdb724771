/* What is known of one run: facts and times, told line by line. */
#include "formats/steps.h"

#include "formats/wrap.h"

/* Groups of these names are times. */
static const struct str stamp_names[] = {
	STR("started"),
	STR("finished"),
	STR("data_time"),
	STR("data_time_min"),
	STR("expires"),
	STR("when"),
};

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

/* Where the record's own time is exact, a tool's local one is worse than that of the records that begin and end the
 * run. */
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

enum {
	ZONE_GRAIN = 15,
	ZONE_MAX = 14 * 60
}; /* minutes: zones differ by quarters of an hour, and by no more than that */

/* The zone of the run's local times, when one of them and its data_time are the same instant within a grain. */
static void tell_twin(struct run *run, struct str name)
{
	const struct stamp *local = run_stamp(run, name), *exact = run_stamp(run, STR("data_time"));
	instant there, here;
	enum precision precision;
	if (!local || !exact || time_is_exact(local->when))
		return;
	struct str as_utc = str_fmt(run->arena, "%.*sZ", STR_ARG(local->when));
	if (!instant_parse_rfc3339(as_utc, &there, &precision) ||
		!instant_parse_rfc3339(exact->when, &here, &precision))
		return;
	int64_t grain = ZONE_GRAIN * MINUTE, apart = there - here;
	int64_t grains = (apart + (apart < 0 ? -grain : grain) / 2) / grain, minutes = grains * ZONE_GRAIN;
	int64_t rest = apart - grains * grain;
	if (minutes < -ZONE_MAX || minutes > ZONE_MAX || rest > MINUTE || rest < -MINUTE)
		return;
	int64_t size = minutes < 0 ? -minutes : minutes;
	run->zone = str_fmt(run->arena, "%c%02d:%02d", minutes < 0 ? '-' : '+', (int)(size / 60), (int)(size % 60));
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
	if (step->twin.n)
		tell_twin(run, step->twin);
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
		if (!stamps[stamps_n].zone.n && !time_is_exact(stamps[stamps_n].when))
			stamps[stamps_n].zone = run->zone;
		stamps_n += !str_eq(run->stamps[i].name, STR("when"));
	}
	record->fields = fields;
	record->fields_n = n;
	record->stamps = stamps;
	record->stamps_n = stamps_n;
}
