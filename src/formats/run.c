/* Runs in logs: a sink that knows, when a line tells how a run ended, what the lines before it said. */
#include "formats/steps.h"

struct runs {
	struct sink sink; /* first: what is put here is put to us */
	struct sink *to;
	const struct steps *own;
	const struct steps *const *carried;
	struct arena *arena, *home; /* of the record at hand; of this */
	struct run v[RUNS_OPEN_MAX];
	size_t n;
	int64_t clock;
	/* A record that tells of a tentative end. */
	struct arena *held_arena;
	struct record held;
	const struct run *held_run;
};

/* A record longer than this is no line of a tool and what it printed below. */
enum { RECORD_LINES_MAX = 2000 };

static struct run *run_of(struct runs *runs, struct str key)
{
	char cut[RUN_KEY] = "";
	if (key.n)
		memcpy(cut, key.p, key.n < RUN_KEY ? key.n : RUN_KEY);
	struct run *oldest = &runs->v[0];
	for (size_t i = 0; i < runs->n; i++) {
		struct run *run = &runs->v[i];
		if (memcmp(run->key, cut, RUN_KEY) == 0)
			return run;
		if (run->used < oldest->used)
			oldest = run;
	}
	struct run *run = runs->n < RUNS_OPEN_MAX ? &runs->v[runs->n++] : oldest;
	if (!run->arena)
		run->arena = arena_open();
	run_forget(run);
	memcpy(run->key, cut, RUN_KEY);
	return run;
}

static struct str key_of(const struct record *record)
{
	static const struct str names[] = {STR("pid"), STR("pod"), STR("container")};
	for (size_t k = 0; k < LEN(names); k++)
		for (size_t i = 0; i < record->fields_n; i++)
			if (str_eq(record->fields[i].name, names[k]))
				return record->fields[i].value;
	return STR_NONE;
}

static const struct step *match(const struct runs *runs, const struct run *run, struct str line, const struct steps **steps)
{
	const struct step *step = NULL;
	*steps = runs->own;
	if (runs->own)
		return steps_match(runs->own, run, line, true);
	for (size_t i = 0; !step && runs->carried[i]; i++) {
		*steps = runs->carried[i];
		step = steps_match(*steps, run, line, false);
	}
	return step;
}

/* The first line of a run tells when it began, unless it says so itself. */
static void begin(struct run *run, const struct step *step, const struct record *record)
{
	if (step->begins)
		run_forget(run);
	if (!run_stamp(run, STR("started")))
		run_tell_time(run, &(struct stamp){STR("started"), record->when, record->zone, record->layout});
}

/* What the lines of a record tell together. */
struct told {
	enum word word; /* the heaviest */
	bool known, tentative;
};

static void read_line(struct runs *runs, struct run *run, const struct record *record, struct str line, struct told *told)
{
	const struct steps *steps;
	const struct step *step = match(runs, run, line, &steps);
	if (!step)
		return;
	/* After its end a run is told of only by those who repeat that it ended: the script around it. */
	if (run->ended && !run_words[step->word].ends)
		run_forget(run);
	if (step->begins || run_words[step->word].begins)
		begin(run, step, record);
	step_take(steps, step, run, line);
	run->ended |= run_words[step->word].ends;
	if (step->word > told->word)
		told->tentative = step->tentative;
	told->word = step->word > told->word ? step->word : told->word;
	told->known = true;
}

static struct told read_lines(struct runs *runs, struct run *run, const struct record *record)
{
	struct told told = {.word = WORD_NONE};
	struct str rest = record->text, line;
	for (int lines = 0; lines < RECORD_LINES_MAX && str_next(&rest, '\n', &line); lines++)
		read_line(runs, run, record, str_trim(line), &told);
	return told;
}

/* --- holding back --- */
static void hold(struct runs *runs, const struct run *run, const struct record *record)
{
	struct arena *a = runs->held_arena;
	struct str *texts[] = {&runs->held.raw, &runs->held.when, &runs->held.zone, &runs->held.level, &runs->held.text,
		&runs->held.identity};
	runs->held = *record;
	runs->held_run = run;
	for (size_t i = 0; i < LEN(texts); i++)
		*texts[i] = str_dup(a, *texts[i]);
	struct field *fields = NEW_N(a, struct field, record->fields_n);
	struct stamp *stamps = NEW_N(a, struct stamp, record->stamps_n);
	for (size_t i = 0; i < record->fields_n; i++)
		fields[i] = (struct field){str_dup(a, record->fields[i].name), str_dup(a, record->fields[i].value)};
	for (size_t i = 0; i < record->stamps_n; i++) {
		const struct stamp *stamp = &record->stamps[i];
		stamps[i] = (struct stamp){stamp->name, str_dup(a, stamp->when), str_dup(a, stamp->zone), stamp->layout};
	}
	runs->held.fields = fields;
	runs->held.stamps = stamps;
}

/* What was held back tells of no end when RUN, the same, goes on to say that it failed. */
static void release(struct runs *runs, const struct run *run, enum word word)
{
	if (!runs->held_run)
		return;
	bool refuted = run == runs->held_run && word >= WORD_PARTIAL;
	for (size_t i = 0; refuted && i < runs->held.fields_n; i++)
		if (str_eq(runs->held.fields[i].name, STR("run")))
			runs->held.fields_n = i;
	runs->held_run = NULL;
	sink_put(runs->to, &runs->held);
	arena_reset(runs->held_arena);
}

void runs_flush(struct runs *runs)
{
	release(runs, NULL, WORD_NONE);
}

static void put(struct sink *sink, const struct record *record)
{
	struct runs *runs = (struct runs *)sink;
	struct run *run = run_of(runs, key_of(record));
	run->used = ++runs->clock;
	struct told told = read_lines(runs, run, record);
	release(runs, run, told.word);
	if (!told.known || !told.word) {
		sink_put(runs->to, record);
		return;
	}
	arena_reset(runs->arena);
	struct record full = *record;
	run_fill(run, runs->arena, told.word, &full);
	if (told.tentative)
		hold(runs, run, &full);
	else
		sink_put(runs->to, &full);
}

static void note(struct sink *sink, struct where where, struct str text, struct str why)
{
	struct runs *runs = (struct runs *)sink;
	runs->to->note(runs->to, where, text, why);
}

static void skip(struct sink *sink, struct where where)
{
	sink_skip(((struct runs *)sink)->to, where);
}

struct runs *runs_open(const struct steps *own, struct sink *to)
{
	struct arena *arena = arena_open();
	struct runs *runs = NEW(arena, struct runs);
	*runs = (struct runs){.sink = {put, note, skip}, .to = to, .own = own, .arena = arena_open(), .held_arena = arena_open()};
	runs->carried = own ? NULL : steps_carried();
	runs->home = arena;
	return runs;
}

void runs_close(struct runs *runs)
{
	if (!runs)
		return;
	runs_flush(runs);
	for (size_t i = 0; i < runs->n; i++)
		arena_close(runs->v[i].arena);
	arena_close(runs->held_arena);
	arena_close(runs->arena);
	arena_close(runs->home);
}

struct sink *runs_sink(struct runs *runs)
{
	return &runs->sink;
}
