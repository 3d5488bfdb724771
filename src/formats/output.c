/* What a backup tool prints, untimed: one record for each run, and for each row of a list. */
#include "formats/lines.h"
#include "formats/steps.h"

enum {
	OUTPUT_BID_LINES = 300,   /* lines of the head that a bid looks at */
	TIMED_LINES = 40,         /* ... to see whether a script dates them */
	OUTPUT_HEADINGS = 40,     /* lines of a run that are looked at for a time of the script around it */
	OUTPUT_RAW_MAX = 64 << 10 /* bytes of a run that make its identity */
};

/* The run that is being read. */
struct output {
	struct arena *home; /* of this */
	const struct steps *steps;
	struct sink *sink;
	struct run run;
	struct where from;
	struct buf raw;
	struct str first, told; /* its first line; the line that tells what WORD says */
	enum word word;
	bool rows, begun; /* lines of a list were put; its beginning was told */
	int headings;     /* lines that no step knows */
};

static void forget(struct output *o)
{
	run_forget(&o->run);
	o->raw = BUF(o->run.arena);
	o->from = (struct where){0};
	o->first = o->told = STR_NONE;
	o->word = WORD_NONE;
	o->rows = o->begun = false;
	o->headings = 0;
}

/* The time that dates the record of a run is that of its end, for lack of it that of its beginning. A restore happens
 * long after what it restores. */
static void date(const struct run *run, enum word word, struct record *record)
{
	static const char *const names[] = {"when", "finished", "started", "data_time"};
	bool restores = word == WORD_RESTORE_STARTED || word == WORD_RESTORE_COMPLETED || word == WORD_RESTORE_FAILED;
	for (size_t i = 0; i < LEN(names) - restores; i++) {
		const struct stamp *stamp = run_stamp(run, str_of(names[i]));
		if (!stamp)
			continue;
		record->when = stamp->when;
		record->zone = stamp->zone.n ? stamp->zone : run->zone;
		record->layout = stamp->layout;
		return;
	}
}

/* A run that told of an error and not of its end has failed. */
static enum word outcome(const struct output *o)
{
	return o->word < WORD_LISTED && o->run.errors ? WORD_FAILED : o->word;
}

static void put_run(struct output *o)
{
	if (o->from.line == 0)
		return;
	if (o->rows && !o->word) {
		sink_skip(o->sink, o->from);
		forget(o);
		return;
	}
	enum word word = outcome(o);
	struct str error = run_field(&o->run, STR("error"));
	struct str text = o->told.n ? o->told : error.n ? error : o->first;
	if (word >= WORD_PARTIAL && error.n && !str_contains(text, error))
		text = str_fmt(o->run.arena, "%.*s: %.*s", STR_ARG(text), STR_ARG(error));
	if (o->begun && run_words[word].begins)
		sink_note(o->sink, o->from, o->first,
			"this run has no end here: neither failed nor known to be complete");
	struct record record = {.from = o->from, .raw = buf_str(&o->raw), .text = text};
	date(&o->run, word, &record);
	run_fill(&o->run, o->run.arena, word, &record);
	sink_put(o->sink, &record);
	forget(o);
}

/* What was told of the part that ended here: the next one has an error, and after a run a copy and times, of its own.
 */
static void forget_part(struct run *run, enum word word)
{
	static const char *const names[] = {"error", "copy", "size", "started", "finished", "data_time"};
	size_t n = word == WORD_LISTED ? 1 : LEN(names);
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < run->fields_n; i++)
			if (str_eq(run->fields[i].name, str_of(names[k])))
				run->fields[i--] = run->fields[--run->fields_n];
		for (size_t i = 0; i < run->stamps_n; i++)
			if (str_eq(run->stamps[i].name, str_of(names[k])))
				run->stamps[i--] = run->stamps[--run->stamps_n];
	}
	run->errors = 0;
}

/* One line of a list, with what the lines above the list said. */
static void put_row(
	struct output *o, const struct step *step, struct arena *scratch, struct str line, const struct slice *slice)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct run row = {.arena = arena};
	for (size_t i = 0; i < o->run.fields_n; i++)
		run_tell(&row, o->run.fields[i].name, o->run.fields[i].value, NULL);
	for (size_t i = 0; i < o->run.stamps_n; i++)
		run_tell_time(&row, &o->run.stamps[i]);
	row.zone = o->run.zone;
	step_take(o->steps, step, &row, line);
	struct record record = {.from = slice->from, .raw = slice->text, .text = line};
	if (step->word != WORD_DELETED && step->word != WORD_EXPIRED) /* when, nobody says */
		date(&row, step->word, &record);
	run_fill(&row, scratch, step->word, &record);
	sink_put(o->sink, &record);
	o->rows = true;
	if (run_words[step->word].ends) {
		o->word = WORD_NONE;
		forget_part(&o->run, step->word);
	}
}

static void extend(struct output *o, const struct slice *slice)
{
	if (o->from.line == 0)
		o->from = slice->from;
	o->from.length = slice->from.offset + slice->from.length - o->from.offset;
	if (o->raw.n + slice->text.n < OUTPUT_RAW_MAX) {
		buf_add(&o->raw, slice->text);
		buf_byte(&o->raw, '\n');
	}
}

static bool reads_time(struct arena *scratch, struct str line, struct record *record)
{
	*record = (struct record){0};
	return lines_carried(scratch, line, record) && record->when.n;
}

/* Where the tool says no time, the script that wrote one above its output says when it began. */
static void take_heading(struct output *o, struct arena *scratch, struct str line)
{
	struct record record;
	if (!line.n || o->headings++ >= OUTPUT_HEADINGS || o->run.stamps_n || !reads_time(scratch, line, &record))
		return;
	run_tell_time(&o->run, &(struct stamp){STR("started"), record.when, record.zone, record.layout});
}

void output_line(struct output *o, struct arena *scratch, const struct slice *slice)
{
	ARENA_SCOPE(scratch);
	struct str line = str_trim(slice->text);
	struct probe probe;
	probe_begin(&probe, line);
	const struct step *step = steps_match(o->steps, &o->run, &probe, true);
	if (step && step->begins && o->run.fields_n) /* what came before told nothing: a banner */
		put_run(o);
	if (step && step->row) {
		put_row(o, step, scratch, line, slice);
		return;
	}
	if (line.n || o->from.line)
		extend(o, slice);
	else
		sink_skip(o->sink, slice->from);
	if (line.n && !o->first.n)
		o->first = str_dup(o->run.arena, line);
	if (!step) {
		take_heading(o, scratch, line);
		return;
	}
	o->begun |= step->begins && run_words[step->word].begins;
	step_take(o->steps, step, &o->run, line);
	if (step->word >= o->word && step->word) {
		o->word = step->word;
		o->told = str_dup(o->run.arena, line);
	}
}

struct output *output_open(const struct steps *steps, struct sink *sink)
{
	struct arena *arena = arena_open();
	struct output *o = NEW(arena, struct output);
	*o = (struct output){.steps = steps, .sink = sink, .home = arena, .run = {.arena = arena_open()}};
	forget(o);
	return o;
}

void output_close(struct output *o)
{
	if (!o)
		return;
	put_run(o);
	arena_close(o->run.arena);
	arena_close(o->home);
}

bool output_parse(struct doc *doc, const struct steps *steps, struct sink *sink)
{
	AUTO(output_close) struct output *o = output_open(steps, sink);
	struct slice slice;
	while (doc_line(doc, &slice))
		output_line(o, doc->scratch, &slice);
	return true;
}

/* A log of a script that dates its lines is read by its times. */
static bool is_timed(struct arena *scratch, struct str line)
{
	ARENA_SCOPE(scratch);
	struct record record;
	return reads_time(scratch, line, &record);
}

int output_bid(struct doc *doc, const struct steps *steps, int bid)
{
	int known = 0, timed = 0;
	struct probe probe;
	struct str rest = doc->head, line;
	for (int lines = 0; lines < OUTPUT_BID_LINES && str_next(&rest, '\n', &line); lines++) {
		probe_begin(&probe, str_trim(line));
		const struct step *step = steps_match(steps, NULL, &probe, true);
		known += step && (step->word || !step->own);
	}
	rest = known ? doc->head : STR_NONE;
	for (int lines = 0; lines < TIMED_LINES && timed < 2 && str_next(&rest, '\n', &line); lines++) {
		line = str_trim(line);
		probe_begin(&probe, line);
		timed += line.n && is_timed(doc->scratch, line) && !steps_match(steps, NULL, &probe, true);
	}
	return known && timed < 2 ? bid : BID_NONE;
}
