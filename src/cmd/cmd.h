/* Commands: one file and one row each; only here do messages reach the user. */
#ifndef LINEUP_CMD_H
#define LINEUP_CMD_H

#include "analyse/analyse.h"
#include "base/json.h"
#include "store/store.h"

#include <stdio.h>

/* Exit statuses, the same for every command. */
enum { EXIT_DONE = 0, EXIT_COULD_NOT = 1, EXIT_USAGE = 2, EXIT_FINDINGS = 3 };

/* One option of a command: "--NAME METAVAR" or, without METAVAR, a flag. The table is also its help and its completion.
 */
struct option {
	const char *name, *metavar, *help;
};

struct command;

/* What a run of the program knows: its surroundings (read once, in main) and the words of the command line. */
struct cmd {
	const struct command *command;
	struct arena *arena;
	struct err err;
	const char *db;           /* path of the database */
	struct store *store;      /* opened by cmd_open */
	instant now;              /* the clock, or $LINEUP_NOW */
	bool now_is_pinned;       /* by $LINEUP_NOW */
	const struct zone *zone;  /* reader's zone: --tz, else $LINEUP_TZ, else UTC */
	const struct zone *local; /* the machine's; UTC when that is not known */
	struct str author;        /* $LINEUP_AUTHOR, else the login name */
	bool out_is_tty, err_is_tty, colour, unicode;
	int width;            /* of the terminal, or 80 */
	FILE *out, *progress; /* results; chatter */
	const char **given;   /* values of options, in order */
	int *given_option;    /* and which option each is of */
	int given_n;
	const char **words; /* positional arguments */
	int words_n;
};

struct command {
	const char *group, *name;
	const char *usage;            /* after "lineup NAME " */
	const char *blurb;            /* one line */
	const char *help;             /* paragraphs for `lineup help NAME` */
	const struct option *options; /* ends with a NULL name; NULL: none of its own */
	int (*run)(struct cmd *);
};
extern const struct command *const commands[]; /* ends with NULL; in the order of `lineup help` */
extern const struct option global_options[];
const struct command *command_find(const char *name);
bool command_takes(const struct command *, const char *option);
int help_templates(struct cmd *);                      /* of `lineup help templates [NAME]` */
int help_first(struct cmd *);                          /* where to begin, on a small terminal */
void help_names(struct cmd *);                         /* all commands, a line a group */
int command_unknown(struct cmd *, const char *word);   /* says so, and which is near; the exit status */
int command_main(struct cmd *, int argc, char **argv); /* argv[0] is the program; global options may stand anywhere */

/* --- words of the command line --- */
void cmd_give(struct cmd *, const char *name, const char *value); /* as if only "--NAME VALUE" had been typed */
const char *cmd_option(const struct cmd *, const char *name);     /* last value given; "" for a flag; NULL: not given */
static inline bool cmd_flag(const struct cmd *c, const char *name)
{
	return cmd_option(c, name) != NULL;
}
struct str cmd_words(struct cmd *, int first); /* from the FIRST on, as one text: quotes are easily forgotten */
/* Values of an option that may be repeated, in order: N = 0, 1, ... until NULL. */
const char *cmd_option_nth(const struct cmd *, const char *name, int n);
/* Typed values; an option not given leaves *out alone and is true. False with err set. */
bool cmd_time(struct cmd *, const char *option, instant *at, instant *end);
struct typed_time;
/* The same for any VALUE; a time that the clock showed twice is said aloud. OPTION, where it stands, may be NULL. */
bool cmd_time_typed(struct cmd *, const char *option, struct str value, struct typed_time *);
/* The same where only the past is likely: a time of day that is long to come, or long after the END (INSTANT_NONE:
 * none) of what it begins, is yesterday's, and that is said. */
bool cmd_time_past(struct cmd *, const char *option, struct str value, instant end, struct typed_time *);
/* The clock as it is now, for what stays open; a pinned one stays. */
instant cmd_clock(const struct cmd *);
/* The same with how finely it was typed; *at and *typed stay as they are when the option was not given. */
struct grain grain_of(const struct typed_time *);
bool cmd_moment(struct cmd *, const char *option, instant *at, struct grain *);
/* Says so when AT is still to come, where only the past is likely. */
void cmd_doubt_future(struct cmd *, instant at, enum precision);
bool cmd_duration(struct cmd *, const char *option, int64_t *us);
bool cmd_shift(struct cmd *, const char *option, int64_t *us); /* a duration with a sign */
bool cmd_lane(struct cmd *, const char *option, enum lane *);
bool cmd_severity(struct cmd *, const char *option, enum severity *);
bool cmd_number(struct cmd *, const char *option, int64_t *out);

/* --- failing: print "lineup: message" once and give the exit status --- */
int cmd_fail(struct cmd *);                                                              /* what c->err says */
int cmd_usage(struct cmd *, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* with the usage line */
/* The nearest of NAMES to a mistyped WORD, or NULL. */
const char *nearest_name(const char *word, const char *const *names, size_t n);

/* --- the database and what people said in it --- */
bool cmd_open(struct cmd *, enum store_mode);
/* The same with another patience for other writers; a spool is left to the caller, who is in a hurry. */
/* Opens for a change that depends on what is there: nobody else writes until cmd_changed ends it, well or not. */
bool cmd_open_change(struct cmd *, enum store_mode);
int cmd_changed(struct cmd *, bool done);
bool cmd_open_within(struct cmd *, enum store_mode, int patience_ms);
/* Everything that analysis needs, loaded and analysed. WORD names the incident (NULL: --incident, else the implied
 * one). Without NEED_INCIDENT a database without incidents is analysed as a whole. */
struct case_file {
	struct ledger ledger;
	struct sources sources;
	const struct incident *incident;
	struct events events; /* all that were analysed */
	struct analysis analysis;
};
bool cmd_incident(
	struct cmd *, struct case_file *, const char *word, bool need_incident); /* ledger and incident only */
bool cmd_analyse(struct cmd *, struct case_file *, const char *word, bool need_incident);

/* --- printing --- */
/* Lets results of a looking command go through $PAGER when they would go to a terminal; every pager_open has its
 * pager_close, which waits until the reader has seen enough. False: there is no such pager. */
void pager_open(struct cmd *);
bool pager_close(struct cmd *);
/* A table for people: cells are made safe for a terminal, columns aligned, the last one cut to the terminal's width
 * only when results go to one. */
struct grid;
struct grid *grid_open(struct cmd *, const char *const *heads, int n);
void grid_cell(struct grid *, struct str);
void grid_fmt(struct grid *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void grid_close(struct grid *);
/* "2024-06-18 09:30:00Z", with the reader's zone beside it: " (11:30 CEST)"; always with its date. */
struct str cmd_instant(struct cmd *, instant, enum precision);
void cmd_print(struct cmd *, struct str); /* to results, as it is */
void cmd_print_json(struct cmd *, const struct json *);
void cmd_say(struct cmd *, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* chatter, one line */
/* One event for people: time, lane, severity, subject, text, id; on a narrow terminal on two lines. */
int cmd_event_lines(const struct cmd *);
void cmd_print_event(struct cmd *, const struct event *);
/* A file that was made or renamed is on disk only once its folder is synced too. */
void sync_folder_of(struct arena *, const char *path);
/* Whole file written by temporary name, fsync and rename; "-" is results. */
bool cmd_write_file(struct cmd *, const char *path, struct str);
/* "a/report.svg" for "a/report.md" and ".svg". */
struct str cmd_path_beside(struct cmd *, const char *path, const char *suffix);
struct str cmd_path_base(struct str path);                                         /* without its folders */
bool cmd_read_file(struct cmd *, const char *path, size_t limit, struct str *out); /* "-" is standard input */

#endif
