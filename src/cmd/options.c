/* The words of the command line, by each command's table of options. */
#include "cmd/cmd.h"
#include "normalise/clock.h"

#include <strings.h>

const struct option global_options[] = {
	{"db", "FILE", "the database (else $LINEUP_DB, else lineup.db here); also -d"},
	{"json", NULL, "results as JSON"},
	{"tz", "ZONE", "show times in this zone too, and read typed times without a zone in it"},
	{"help", NULL, "how the command is used"},
	{0},
};
#define FUTURE_SLACK (5 * MINUTE) /* clocks differ a little */
#define LAST_NIGHT (12 * HOUR)    /* so long ago at most was what is meant by a time of day that is to come */
enum { GLOBAL = 1000 };           /* options of the command are numbered from 0, global ones from here */

static int option_find(const struct option *options, const char *name, size_t n)
{
	for (int i = 0; options && options[i].name; i++)
		if (strlen(options[i].name) == n && memcmp(options[i].name, name, n) == 0)
			return i;
	return -1;
}

static int option_number(const struct cmd *c, const char *name, size_t n)
{
	int own = c->command ? option_find(c->command->options, name, n) : -1;
	int global = option_find(global_options, name, n);
	return own >= 0 ? own : global >= 0 ? global + GLOBAL : -1;
}

/* As GNU's programs take them: the beginning of a name will do when no other begins so. */
static int option_abbreviated(const struct cmd *c, const char *name, size_t n)
{
	const struct option *tables[] = {c->command ? c->command->options : NULL, global_options};
	int found = -1;
	for (size_t t = 0; t < LEN(tables) && n >= 2; t++) {
		for (int i = 0; tables[t] && tables[t][i].name; i++) {
			if (strncmp(tables[t][i].name, name, n) != 0)
				continue;
			if (found >= 0)
				return -1;
			found = t ? i + GLOBAL : i;
		}
	}
	return found;
}

/* What other programs call it. */
struct other_word {
	const char *word, *ours;
};
static const struct other_word other_options[] = {{"since", "from"}, {"after", "from"}, {"start", "from"},
	{"until", "to"}, {"before", "to"}, {"tail", "last"}, {"undo", "amend"}, {"edit", "amend"}, {"time", "at"},
	{"when", "at"}, {"message", "because"}, {"reason", "because"}, {"author", "by"}, {"out", "output"},
	{"database", "db"}, {"level", "min-severity"}, {"timezone", "tz"}};

static const char *other_option(const struct cmd *c, const char *word)
{
	for (size_t i = 0; i < LEN(other_options); i++)
		if (strcmp(word, other_options[i].word) == 0 &&
			option_number(c, other_options[i].ours, strlen(other_options[i].ours)) >= 0)
			return other_options[i].ours;
	return NULL;
}

static int option_unknown(struct cmd *c, const char *word)
{
	const char *names[64];
	size_t n = 0;
	for (const struct option *o = global_options; o->name; o++)
		names[n++] = o->name;
	for (const struct option *o = c->command ? c->command->options : NULL; o && o->name && n < LEN(names); o++)
		names[n++] = o->name;
	const char *other = other_option(c, word + 2);
	const char *near = other ? other : nearest_name(word + 2, names, n);
	return near ? cmd_usage(c, "unknown option '%s'; did you mean '--%s'?", word, near)
		    : cmd_usage(c, "unknown option '%s'", word);
}

/* One "--name", "--name=value" or "--name value" at argv[*i]. */
static int option_take(struct cmd *c, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	int number = option_number(c, name, n);
	if (number < 0)
		number = option_abbreviated(c, name, n);
	if (number < 0)
		return option_unknown(c, argv[*i]);
	const struct option *row = number >= GLOBAL ? &global_options[number - GLOBAL] : &c->command->options[number];
	const char *value = equals ? equals + 1 : "";
	if (!row->metavar && equals)
		return cmd_usage(c, "option '--%s' takes no value", row->name);
	if (row->metavar && !equals) {
		if (*i + 1 >= argc)
			return cmd_usage(c, "option '--%s' needs a value: --%s %s", row->name, row->name, row->metavar);
		value = argv[++*i];
	}
	c->given_option[c->given_n] = number;
	c->given[c->given_n++] = value;
	return EXIT_DONE;
}

/* Short forms that everybody's fingers know. */
static const struct {
	const char *word, *option;
} short_forms[] = {{"-d", "--db"}, {"-h", "--help"}, {"-o", "--output"}, {"-n", "--limit"}, {"-i", "--incident"},
	{"-V", "--version"}};

static char *long_form(char *word)
{
	for (size_t i = 0; i < LEN(short_forms); i++)
		if (strcmp(word, short_forms[i].word) == 0)
			return (char *)short_forms[i].option;
	return word;
}

/* "-2h" is a time and "-" is standard input: only letters after a dash make an option. */
static bool is_option(const char *word)
{
	return word[0] == '-' && (word[1] == '-' ? word[2] != '\0' : byte_is_alpha(word[1]));
}

static const struct other_word other_commands[] = {{"undo", "forget"}, {"delete", "forget"}, {"remove", "forget"},
	{"rm", "forget"}, {"note", "log"}, {"add", "log"}, {"write", "log"}, {"edit", "log"}, {"amend", "log"},
	{"status", "watch"}, {"tail", "watch"}, {"top", "watch"}, {"ls", "timeline"}, {"list", "timeline"},
	{"events", "timeline"}, {"history", "timeline"}, {"start", "incident"}, {"new", "incident"},
	{"open", "incident"}, {"close", "incident"}, {"grep", "search"}, {"find", "search"}, {"load", "ingest"},
	{"read", "ingest"}, {"chart", "overlap"}, {"restore", "backups"}, {"copies", "backups"}, {"milestone", "mark"},
	{"todo", "action"}, {"actions", "action"}, {"handover", "report"}, {"postmortem", "report"}, {"html", "report"},
	{"check", "doctor"}, {"man", "help"}, {"dump", "export"}};

int command_unknown(struct cmd *c, const char *word)
{
	const char *names[64];
	size_t n = 0;
	for (size_t i = 0; i < LEN(other_commands); i++)
		if (strcmp(word, other_commands[i].word) == 0)
			return cmd_usage(c, "unknown command '%s'; perhaps '%s': %s", word, other_commands[i].ours,
				command_find(other_commands[i].ours)->blurb);
	for (; n < LEN(names) && commands[n]; n++)
		names[n] = commands[n]->name;
	const char *near = nearest_name(word, names, n);
	return near ? cmd_usage(c, "unknown command '%s'; did you mean '%s'?", word, near)
		    : cmd_usage(c, "unknown command '%s'; 'lineup help' lists them", word);
}

static int words_take(struct cmd *c, int argc, char **argv)
{
	bool only_words = false;
	for (int i = 1; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			continue;
		}
		if (!only_words && is_option(argv[i])) {
			argv[i] = long_form(argv[i]);
			if (argv[i][1] != '-')
				return cmd_usage(c, "unknown option '%s'", argv[i]);
			if (!c->command && strcmp(argv[i], "--version") == 0) {
				c->command = command_find("version");
				continue;
			}
			int status = option_take(c, argc, argv, &i);
			if (status != EXIT_DONE)
				return status;
		} else if (c->command) {
			c->words[c->words_n++] = argv[i];
		} else if (!(c->command = command_find(argv[i]))) {
			return command_unknown(c, argv[i]);
		}
	}
	return EXIT_DONE;
}

int command_main(struct cmd *c, int argc, char **argv)
{
	c->given = NEW_N(c->arena, const char *, (size_t)argc + 1);
	c->given_option = NEW_N(c->arena, int, (size_t)argc + 1);
	c->words = NEW_N(c->arena, const char *, (size_t)argc + 1);
	int status = words_take(c, argc, argv);
	if (status != EXIT_DONE)
		return status;
	if (!c->command && !cmd_flag(c, "help"))
		return help_first(c);
	if (!c->command || cmd_flag(c, "help")) {
		c->words_n = c->command ? 1 : 0;
		c->words[0] = c->command ? c->command->name : NULL;
		c->command = command_find("help");
	}
	const char *zone = cmd_option(c, "tz");
	c->db = cmd_option(c, "db") ? cmd_option(c, "db") : c->db;
	if (zone && !(c->zone = zone_open(str_of(zone), &c->err)))
		return cmd_fail(c), EXIT_USAGE;
	pager_open(c);
	status = c->command->run(c);
	return pager_close(c) ? status : cmd_fail(c);
}

void cmd_give(struct cmd *c, const char *name, const char *value)
{
	c->given = NEW(c->arena, const char *);
	c->given_option = NEW(c->arena, int);
	c->given[0] = value;
	c->given_option[0] = option_number(c, name, strlen(name));
	c->given_n = 1;
}

bool command_takes(const struct command *command, const char *option)
{
	return option_find(command->options, option, strlen(option)) >= 0;
}

const char *cmd_option_nth(const struct cmd *c, const char *name, int n)
{
	int number = option_number(c, name, strlen(name));
	for (int i = 0; number >= 0 && i < c->given_n; i++)
		if (c->given_option[i] == number && n-- == 0)
			return c->given[i];
	return NULL;
}

const char *cmd_option(const struct cmd *c, const char *name)
{
	int number = option_number(c, name, strlen(name));
	for (int i = c->given_n - 1; number >= 0 && i >= 0; i--)
		if (c->given_option[i] == number)
			return c->given[i];
	return NULL;
}

bool cmd_time_typed(struct cmd *c, const char *option, struct str value, struct typed_time *t)
{
	if (!time_typed(value, c->now, c->zone, t, &c->err))
		return option ? err_prefix(&c->err, str_fmt(c->arena, "--%s", option)) : false;
	if (t->at_min != t->at_max)
		cmd_say(c,
			"lineup: the clocks in %s showed '%.*s' twice: taken as %.*s; if %.*s is meant, say an offset, as in '+02:00'",
			zone_name(t->zone), STR_ARG(value), STR_ARG(instant_str(c->arena, t->at_min)),
			STR_ARG(instant_str(c->arena, t->at_max)));
	return true;
}

bool cmd_time_past(struct cmd *c, const char *option, struct str value, instant end, struct typed_time *t)
{
	if (!cmd_time_typed(c, option, value, t))
		return false;
	end = end == INSTANT_NONE ? t->at : end;
	bool is_late = t->at > c->now + LAST_NIGHT || (t->at > end && t->at - end >= DAY - LAST_NIGHT);
	if (!t->of_day || !is_late)
		return true;
	struct str yesterday = str_fmt(c->arena, "yesterday %.*s", STR_ARG(value));
	if (!cmd_time_typed(c, option, yesterday, t))
		return false;
	cmd_say(c, "lineup: '%.*s' is taken as yesterday's", STR_ARG(value));
	return true;
}

bool cmd_time(struct cmd *c, const char *option, instant *at, instant *end)
{
	const char *value = cmd_option(c, option);
	if (!value)
		return true;
	struct typed_time t;
	if (!cmd_time_typed(c, option, str_of(value), &t))
		return false;
	*at = t.at;
	if (end)
		*end = t.end;
	return true;
}

struct grain grain_of(const struct typed_time *t)
{
	return (struct grain){t->precision, t->at_max != t->at ? t->at_max : INSTANT_NONE};
}

struct str cmd_words(struct cmd *c, int first)
{
	struct buf text = BUF(c->arena);
	for (int i = first; i < c->words_n; i++)
		buf_fmt(&text, "%s%s", i > first ? " " : "", c->words[i]);
	return buf_str(&text);
}

void cmd_doubt_future(struct cmd *c, instant at, enum precision precision)
{
	if (at != INSTANT_NONE && at > c->now + FUTURE_SLACK)
		cmd_say(c, "lineup: %.*s is still to come: is that meant?", STR_ARG(cmd_instant(c, at, precision)));
}

bool cmd_moment(struct cmd *c, const char *option, instant *at, struct grain *typed)
{
	const char *value = cmd_option(c, option);
	struct typed_time t;
	if (!value)
		return true;
	if (!cmd_time_typed(c, option, str_of(value), &t))
		return false;
	*at = t.at;
	*typed = grain_of(&t);
	return true;
}

bool cmd_duration(struct cmd *c, const char *option, int64_t *us)
{
	const char *value = cmd_option(c, option);
	return !value || duration_parse(str_of(value), us) ||
	       err_set(&c->err, "--%s: '%s' is no duration; write 90s, 15m, 26h or 14d", option, value);
}

bool cmd_shift(struct cmd *c, const char *option, int64_t *us)
{
	const char *value = cmd_option(c, option);
	struct str rest = str_of(value ? value : "");
	bool back = str_starts(rest, STR("-")), has_sign = back || str_starts(rest, STR("+"));
	if (!value)
		return true;
	if (!duration_parse(str_from(rest, has_sign), us))
		return err_set(&c->err, "--%s: '%s' is no duration; write 90s, -15m or -10m5s", option, value);
	*us = back ? -*us : *us;
	return true;
}

bool cmd_number(struct cmd *c, const char *option, int64_t *out)
{
	const char *value = cmd_option(c, option);
	return !value || str_int(str_of(value), out) || err_set(&c->err, "--%s: '%s' is no number", option, value);
}

static bool name_unknown(struct cmd *c, const char *option, const char *value, const char *const *names, size_t n)
{
	struct buf list = BUF(c->arena);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&list, "%s%s", i ? ", " : "", names[i]);
	const char *near = nearest_name(value, names, n);
	return err_set(&c->err, "--%s: unknown '%s'%s%s%s; one of %.*s", option, value, near ? ", perhaps '" : "",
		near ? near : "", near ? "'" : "", STR_ARG(buf_str(&list)));
}

bool cmd_lane(struct cmd *c, const char *option, enum lane *lane)
{
	const char *value = cmd_option(c, option);
	return !value || lane_find(str_of(value), lane) || name_unknown(c, option, value, lane_names, LANES);
}

/* "SEV1", "sev-2", "P3": the first two ranks stop work, as they do where such numbers are used. */
static bool severity_ranked(const char *value, enum severity *severity)
{
	static const enum severity ranks[] = {
		SEVERITY_CRITICAL, SEVERITY_CRITICAL, SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTICE, SEVERITY_INFO};
	size_t word = strncasecmp(value, "sev", 3) == 0 ? 3 : strncasecmp(value, "p", 1) == 0 ? 1 : 0;
	const char *rank = value + word + (word && value[word] == '-');
	if (!word || !byte_is_digit(rank[0]) || rank[1] || (size_t)(rank[0] - '0') >= LEN(ranks))
		return false;
	*severity = ranks[rank[0] - '0'];
	return true;
}

bool cmd_severity(struct cmd *c, const char *option, enum severity *severity)
{
	const char *value = cmd_option(c, option);
	return !value || severity_find(str_of(value), severity) || severity_ranked(value, severity) ||
	       name_unknown(c, option, value, severity_names, SEVERITIES);
}
