/* Runs: what the lines of a backup tool mean together, from its first line to the one that tells how it ended. */
#ifndef LINEUP_RUN_H
#define LINEUP_RUN_H

#include "base/json.h"
#include "formats/format.h"

/*
 * A tool's lines are data: the "steps" of a pattern format (pattern.h).
 *   "steps": [ { "line": "^backup command begin .*--stanza=(?<job>\\S+)", "run": "started" },
 *              { "line": "^new backup label = (?<copy>\\S+)" },
 *              { "line": "^backup command end: completed", "run": "completed" } ]
 *   line     a regular expression for one line, without the blanks around it. What its named groups take is told by
 *            that line and remembered for the run; `cause` is a more specific `error`; started, finished, data_time,
 *            data_time_min and expires are times, zone is the zone of those that state none, the rest are fields. The
 *            first step that matches a line counts
 *   also     more of them for the same line, each of which may match or not
 *   run      what the line tells (the words of run_words below); without it the line only adds to what is known of the
 *            run
 *   begins   true: whatever was known belonged to the run before; started and restore-started do so unless it says
 *            false
 *   set      fields besides those of the groups
 *   where    fields that the run must know already, with these values
 *   row      true: a line of a list, and a record of its own. Below another record only those that tell of a copy's end
 *            are
 *   tentative  true: an end only if the next line of the run does not say that it failed (rsync prints its totals
 *              first)
 *   twin     a time of the run that is the instant of this line's data_time, but local: what they differ by is the zone
 *            of the run's other local times
 *   layout   of the times in this line (clock.h)
 *   own      true: too common a phrase to be looked for in other programs' logs, unless they name the tool
 *
 * The record of a line that tells something gets the field `run` with that word (rules/backup.json makes it a kind),
 * and all that the run knows: an end names the copy, the job, the place and the error that lines before it told. A run
 * that nobody ends stays started: neither failed nor complete. Several errors of one run are one failure with their
 * number in the field `errors`.
 */
struct steps;
/* FIELDS: of every run ("tool"). */
struct steps *steps_load(struct arena *, const struct json *, const struct field *fields, size_t n, struct err *);
void steps_hasten(const struct steps *); /* regex_hasten, all of them */

/* Follows the runs in one document. Records go through it on their way to a sink. RUNS_OPEN_MAX runs are told apart, by
 * the field `pid`; the one that was silent longest gives way to another. */
enum { RUNS_OPEN_MAX = 32, RUN_FIELDS = 24, RUN_STAMPS = 6 };
struct runs;
/* STEPS: the tool's own; NULL: those of all tools, for logs that carry the lines of others. Its end puts what was held
 * back. */
struct runs *runs_open(const struct steps *, struct sink *);
void runs_close(struct runs *); /* NULL is harmless */
AUTO_CLOSER(struct runs *, runs_close)
/* What is put here comes out at the sink, with what it tells of a run. */
struct sink *runs_sink(struct runs *);
/* Puts what is held back because of what the next line may say. */
void runs_flush(struct runs *);

/* What a tool prints, untimed: one record for each run, and for each row of a list. */
int output_bid(struct doc *, const struct steps *, int bid);
bool output_parse(struct doc *, const struct steps *, struct sink *);
/* The same line by line, for outputs that come inside of something else. SCRATCH is given back as it was. */
struct output;
struct output *output_open(const struct steps *, struct sink *);
void output_line(struct output *, struct arena *scratch, const struct slice *);
void output_close(struct output *); /* puts the last run; NULL is harmless */
AUTO_CLOSER(struct output *, output_close)

#endif
