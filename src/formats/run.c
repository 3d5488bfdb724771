/* Runs in logs: a sink that knows, when a line tells how a run ended, what the lines before it said. */
#include "formats/steps.h"

#define RUN_PATIENCE (20 * HOUR)

/* What the lines of a record tell together. */
struct told {
	const struct step *by;
	enum word word; /* the heaviest; but what ends the run in the first line is what the record is about */
	bool known, tentative, begun, settled, fresh;
};

enum {
	HELD_MAX = 8,
	NAMED_RECORDS = 20 /* in so many records after its name a tool's commoner phrases are taken for its own */
};
struct runs {
	struct sink sink; /* first: what is put here is put to us */
	struct sink *to;
	const struct steps *own;
	struct arena *arena, *home; /* of the record at hand; of this */
	struct run v[RUNS_OPEN_MAX];
	size_t n;
	int64_t clock;
	const struct steps *named; /* of the tool that was named last, in logs that carry the lines of any */
	const struct run *named_in;
	int64_t named_at;
	/* A record that tells of a tentative end, and those that came since. */
	struct arena *held_arena;
	struct record held[HELD_MAX];
	size_t held_n;
	struct run *held_run; /* NULL: nothing is held back */
	struct told held_told;
};

/* A record longer than this is no line of a tool and what it printed below. */
enum { RECORD_LINES_MAX = 2000, LOGGER_MAX = 80 };

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
	static const struct str names[] = {STR("pid"), STR("task"), STR("pod"), STR("container"), STR("backup")};
	for (size_t k = 0; k < LEN(names); k++) {
		struct str key = record_field(record, names[k]);
		if (key.n)
			return key;
	}
	return STR_NONE;
}

/* systemd tells what became of units; which of them are backups is for rules to know. */
static bool is_of_units(const struct record *record)
{
	return str_eq(record_field(record, STR("process")), STR("systemd"));
}

/* One of the steps that are looked for in any log, and whose it is. */
static const struct step *match_carried(const struct run *run, struct probe *line, const struct steps **steps)
{
	size_t n = 0;
	const struct carried_step *carried = line->text.n ? steps_carried(line->text.p[0], &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		*steps = carried[i].steps;
		if (step_matches(carried[i].step, run, line))
			return carried[i].step;
	}
	return NULL;
}

/* What fails in a record of no level that does not name the tool may be anything. */
static const struct step *match(const struct runs *runs, const struct run *run, const struct record *record,
	struct str line, const struct steps **steps)
{
	struct probe probe;
	probe_begin(&probe, line);
	*steps = runs->own;
	if (runs->own)
		return steps_match(runs->own, run, &probe, true);
	const struct step *step = match_carried(run, &probe, steps);
	if (step)
		return step;
	*steps = runs->named;
	bool near = runs->named && run == runs->named_in && runs->clock - runs->named_at <= NAMED_RECORDS;
	step = near ? steps_match(runs->named, run, &probe, true) : NULL;
	bool here = runs->clock == runs->named_at || record->level.n;
	return step && step->word >= WORD_PARTIAL && !here ? NULL : step;
}

static void hear_name(struct runs *runs, const struct run *run, const struct record *record)
{
	struct str rest = record->text, first;
	const struct steps *named = !runs->own && str_next(&rest, '\n', &first) ? steps_named(first) : NULL;
	if (!named)
		return;
	runs->named = named;
	runs->named_in = run;
	runs->named_at = runs->clock;
}

/* The first line of a run tells when it began, unless it says so itself. */
static void begin(struct run *run, const struct step *step, const struct record *record)
{
	if (step->begins)
		run_forget(run);
	run->begun = true;
	if (!run_stamp(run, STR("started")))
		run_tell_time(run, &(struct stamp){STR("started"), record->when, record->zone, record->layout});
}

static void tell(struct told *told, const struct step *step, enum word word, bool first)
{
	told->known = true;
	told->settled |= first && run_words[word].ends;
	told->begun |= run_words[word].begins;
	if (word <= told->word || (told->settled && !first && !run_words[word].ends))
		return;
	told->word = word;
	told->by = step;
	told->tentative = step->tentative;
}

/* The same end again: by the script around the tool, or by other words of the tool. Where runs do not tell that they
 * begin, the same words again are another run. */
static bool is_repeated(const struct run *run, const struct told *told)
{
	return run_words[told->word].ends && told->word == run->said && (run->begun || told->by != run->said_by);
}

/* A list of copies below a record: what is gone since is said on its own, the rest is only there. */
static void put_row(struct runs *runs, const struct steps *steps, const struct step *step, const struct record *record,
	struct str line)
{
	if (step->word != WORD_DELETED && step->word != WORD_EXPIRED)
		return;
	AUTO(arena_close) struct arena *arena = arena_open();
	struct run row = {.arena = arena};
	step_take(steps, step, &row, line);
	struct record own = {.from = record->from,
		.raw = line,
		.text = line,
		.when = record->when,
		.zone = record->zone,
		.layout = record->layout,
		.basis = record->basis};
	run_fill(&row, arena, step->word, &own);
	sink_put(runs->to, &own);
}

/* "backup.upload - ERROR - LINE": Python's logging puts who speaks before what is said. */
static struct str past_logger(struct str line)
{
	static const char *const words[] = {
		" - INFO - ", " - WARNING - ", " - ERROR - ", " - CRITICAL - ", " - DEBUG - "};
	size_t at = 0;
	while (at < line.n && at < LOGGER_MAX && !byte_is_space(line.p[at]))
		at++;
	for (size_t i = 0; i < LEN(words); i++)
		if (str_starts(str_from(line, at), str_of(words[i])))
			return str_from(line, at + strlen(words[i]));
	return line;
}

static void read_line(
	struct runs *runs, struct run *run, const struct record *record, struct str line, struct told *told)
{
	const struct steps *steps;
	bool first = line.p == str_trim(record->text).p || line.p == record->level.p;
	line = runs->own ? line : past_logger(line);
	const struct step *step = match(runs, run, record, line, &steps);
	if (!step)
		return;
	if (step->row && !first) {
		put_row(runs, steps, step, record, line);
		return;
	}
	/* After its end a run is told of only by those who repeat that it ended: the script around it. One that failed
	 * does not end well afterwards: that is another. */
	bool recovers = step->word == WORD_COMPLETED && run->said >= WORD_MISSED;
	if (run->ended && (!run_words[step->word].ends || recovers))
		run_forget(run);
	bool again = run_words[step->word].begins && !step->begins && run_stamp(run, STR("started"));
	if (step->begins || run_words[step->word].begins)
		begin(run, step, record);
	told->fresh |= step->begins;
	step_take(steps, step, run, line);
	run->ended |= run_words[step->word].ends;
	tell(told, step, again ? WORD_NONE : step->word, first);
}

/* "Fatal: no such host": what a log's pattern took for the level of its line may be the tool's own word. Empty where it
 * did not. */
static struct str line_with_level(const struct record *record)
{
	const char *begins = record->level.p, *ends = record->raw.p + record->raw.n;
	bool inside = record->level.n && begins >= record->raw.p && begins + record->level.n < ends;
	if (!inside || begins[record->level.n] != ':')
		return STR_NONE;
	struct str rest = str_n(begins, (size_t)(ends - begins)), line = STR_NONE;
	str_next(&rest, '\n', &line);
	return str_trim(line);
}

static struct told read_lines(struct runs *runs, struct run *run, const struct record *record)
{
	struct told told = {.word = WORD_NONE};
	run->exact = time_is_exact(record->when) || time_is_exact(record->zone);
	struct str rest = record->text, line, whole = line_with_level(record);
	if (whole.n)
		read_line(runs, run, record, whole, &told);
	if (told.known)
		str_next(&rest, '\n', &line);
	for (int lines = 0; lines < RECORD_LINES_MAX && str_next(&rest, '\n', &line); lines++)
		read_line(runs, run, record, str_trim(line), &told);
	/* A record that also tells of the beginning is dated by it: a later one may tell the end, and when. */
	told.tentative |= told.begun && run_words[told.word].ends;
	return told;
}

/* --- holding back --- */
static void hold(struct runs *runs, const struct record *record)
{
	struct arena *a = runs->held_arena;
	struct record *held = &runs->held[runs->held_n++];
	struct str *texts[] = {&held->raw, &held->when, &held->zone, &held->level, &held->text, &held->identity,
		&held->twin.when, &held->twin.zone, &held->until.when, &held->until.zone};
	*held = *record;
	for (size_t i = 0; i < LEN(texts); i++)
		*texts[i] = str_dup(a, *texts[i]);
	struct field *fields = NEW_N(a, struct field, record->fields_n);
	struct stamp *stamps = NEW_N(a, struct stamp, record->stamps_n);
	for (size_t i = 0; i < record->fields_n; i++)
		fields[i] = (struct field){str_dup(a, record->fields[i].name), str_dup(a, record->fields[i].value)};
	for (size_t i = 0; i < record->stamps_n; i++) {
		const struct stamp *stamp = &record->stamps[i];
		stamps[i] =
			(struct stamp){stamp->name, str_dup(a, stamp->when), str_dup(a, stamp->zone), stamp->layout};
	}
	held->fields = fields;
	held->stamps = stamps;
}

static void say(struct run *run, enum word word, const struct step *by)
{
	if (!run_words[word].ends)
		return;
	run->said = word;
	run->said_by = by;
}

void runs_flush(struct runs *runs)
{
	if (runs->held_run)
		say(runs->held_run, runs->held_told.word, runs->held_told.by);
	for (size_t i = 0; i < runs->held_n; i++)
		sink_put(runs->to, &runs->held[i]);
	arena_reset(runs->held_arena);
	runs->held_n = 0;
	runs->held_run = NULL;
}

/* The end that was held back is none; the record tells of the beginning if it did that, too. */
static void refute(struct runs *runs)
{
	struct record *held = &runs->held[0];
	struct field *fields = (struct field *)held->fields;
	for (size_t i = 0; i < held->fields_n; i++)
		if (str_eq(fields[i].name, STR("run")))
			fields[i].value = runs->held_told.begun ? str_of(run_words[WORD_STARTED].name)
								: str_of(run_words[WORD_UNDECIDED].name);
	runs->held_told.word = WORD_NONE;
	runs_flush(runs);
}

/* "2024-06-18 04:00:01" as an instant of whatever clock wrote it; INSTANT_NONE: it is written otherwise. */
static instant rough(struct str when)
{
	int64_t n[5];
	static const struct {
		size_t from, to;
	} parts[] = {{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}};
	for (size_t i = 0; i < LEN(parts); i++)
		if (!str_int(str_slice(when, parts[i].from, parts[i].to), &n[i]))
			return INSTANT_NONE;
	struct civil c = {(int)n[0], (int)n[1], (int)n[2], (int)n[3], (int)n[4], 0, 0};
	instant t;
	return civil_is_valid(&c) && instant_from_civil(&c, &t) ? t : INSTANT_NONE;
}

/* A run that was silent for so long is over: of the next one nobody knows anything yet. */
static void outlive(struct runs *runs, struct run *run, const struct record *record)
{
	instant now = rough(record->when);
	bool over = now != INSTANT_NONE && run->heard && now - run->heard > RUN_PATIENCE;
	if (over && run == runs->held_run)
		runs_flush(runs);
	if (over)
		run_forget(run);
	run->heard = now == INSTANT_NONE ? run->heard : now;
}

static void release(struct runs *runs, const struct run *run, struct told told)
{
	bool same = run == runs->held_run;
	if (!runs->held_n)
		return;
	if (same && !told.fresh && (told.word >= WORD_PARTIAL || (runs->held_told.begun && run_words[told.word].ends)))
		refute(runs);
	else if ((same && told.word) || runs->held_n == HELD_MAX)
		runs_flush(runs);
}

static void put(struct sink *sink, const struct record *record)
{
	struct runs *runs = (struct runs *)sink;
	struct run *run = run_of(runs, key_of(record));
	run->used = ++runs->clock;
	outlive(runs, run, record);
	hear_name(runs, run, record);
	struct told told = {.word = WORD_NONE};
	if (!is_of_units(record))
		told = read_lines(runs, run, record);
	release(runs, run, told);
	if (is_repeated(run, &told))
		told.word = WORD_NONE;
	struct record full = *record;
	arena_reset(runs->arena);
	if (told.by && told.by->row) /* the time of a copy: nobody wrote a line then */
		full.is_line = false;
	if (told.word)
		run_fill(run, runs->arena, told.word, &full);
	if (told.word && told.tentative) {
		runs_flush(runs);
		runs->held_run = run;
		runs->held_told = told;
	} else {
		say(run, told.word, told.by);
	}
	if (runs->held_run)
		hold(runs, &full);
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

static void ended(struct sink *sink, struct str when)
{
	sink_ended(((struct runs *)sink)->to, when);
}

struct runs *runs_open(const struct steps *own, struct sink *to)
{
	struct arena *arena = arena_open();
	struct runs *runs = NEW(arena, struct runs);
	*runs = (struct runs){.sink = {.put = put, .note = note, .skip = skip, .ended = ended},
		.to = to,
		.own = own,
		.arena = arena_open(),
		.held_arena = arena_open()};
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
