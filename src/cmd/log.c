/* lineup log: a sentence is enough. */
#include "cmd/log.h"
#include "cmd/spool.h"
#include "normalise/clock.h"
#include "normalise/normalise.h"
#include "normalise/rules.h"

#include <stdlib.h>
#include <unistd.h>

enum { LOG_TEXT_MAX = 64 << 10 };

/* Words that say which lane a sentence is about, when the operator does not. First hit wins; a guess is shown with a "?". */
static const struct {
	const char *word;
	enum lane lane;
} lane_words[] = {
	{"backup", LANE_BACKUP}, {"restore", LANE_BACKUP}, {"snapshot", LANE_BACKUP}, {"velero", LANE_BACKUP}, {"restic", LANE_BACKUP},
	{"volume", LANE_STORAGE}, {"replica", LANE_STORAGE}, {"disk", LANE_STORAGE}, {"storage", LANE_STORAGE}, {"mount", LANE_STORAGE},
	{"longhorn", LANE_STORAGE}, {"ceph", LANE_STORAGE}, {"upgrade", LANE_UPGRADE}, {"node", LANE_UPGRADE}, {"drain", LANE_UPGRADE},
	{"cordon", LANE_UPGRADE}, {"maintenance", LANE_NOTICE}, {"announced", LANE_NOTICE}, {"deploy", LANE_CHANGE},
	{"migration", LANE_CHANGE}, {"rollback", LANE_CHANGE}, {"down", LANE_SERVICE}, {"login", LANE_SERVICE}, {"latency", LANE_SERVICE},
	{"database", LANE_SERVICE}, {"timeout", LANE_SERVICE}, {"errors", LANE_SERVICE},
};

static bool lane_guess(struct str text, enum lane *lane)
{
	for (size_t i = 0; i < LEN(lane_words); i++) {
		if (str_find_case(text, str_of(lane_words[i].word), 0) != STR_NPOS) {
			*lane = lane_words[i].lane;
			return true;
		}
	}
	return false;
}

/* "#storage" names the lane, "@fusionauth" the subject; both stay in the text, which is kept as typed. */
static void take_tags(struct cmd *c, struct event *e, bool *lane_said)
{
	struct str rest = e->text, word;
	while (str_word(&rest, &word)) {
		struct str name = str_from(word, 1);
		while (name.n && strchr(",.;:!?)", name.p[name.n - 1]))
			name.n--;
		if (word.p[0] == '#' && lane_find(name, &e->lane))
			*lane_said = true;
		else if (word.p[0] == '@' && name.n && !e->subject.n)
			e->subject = str_find_byte(name, ':', 0) != STR_NPOS ? name : str_fmt(c->arena, "service:%.*s", STR_ARG(name));
	}
}

/* "10m ago: text", "at 09:40 text": the time stands in front. */
static bool take_leading_time(struct cmd *c, struct event *e)
{
	struct str text = e->text, head, tail;
	struct err ignored = {0};
	enum precision precision;
	instant at;
	if (str_starts_case(text, STR("at ")))
		text = str_from(text, 3);
	else if (!str_cut(text, STR(": "), &head, &tail) || !str_ends(head, STR(" ago")))
		return false;
	if (str_cut(text, STR(": "), &head, &tail) && time_typed(str_trim(head), c->now, c->zone, &at, NULL, &precision, &ignored))
		e->text = str_trim(tail);
	else if (str_cut(text, STR(" "), &head, &tail) && byte_is_digit(head.p[0]) &&
		time_typed(head, c->now, c->zone, &at, NULL, &precision, &ignored))
		e->text = str_trim(tail);
	else
		return false;
	e->at = at;
	e->precision = precision;
	e->when = head;
	return true;
}

/* "10:02:00" is to the second; "10:02" is some time in that minute. */
static bool says_seconds(struct str when)
{
	size_t colon = str_find_byte(when, ':', 0);
	return colon != STR_NPOS && str_slice(when, colon + 3, colon + 4).n && when.p[colon + 3] == ':';
}

static bool log_times(struct cmd *c, struct event *e)
{
	instant from = INSTANT_NONE, to = INSTANT_NONE, at = INSTANT_NONE;
	if (!cmd_time(c, "at", &at, NULL) || !cmd_time(c, "from", &from, NULL) || !cmd_time(c, "to", &to, NULL))
		return false;
	if (at != INSTANT_NONE && from != INSTANT_NONE)
		return err_set(&c->err, "say --at for a moment, or --from and --to for a span, not both");
	if (to != INSTANT_NONE && from == INSTANT_NONE)
		return err_set(&c->err, "--to needs --from");
	if (to != INSTANT_NONE && to < from)
		return err_set(&c->err, "--to is before --from");
	if (at != INSTANT_NONE || from != INSTANT_NONE) {
		e->at = at != INSTANT_NONE ? at : from;
		e->when = str_of(cmd_option(c, at != INSTANT_NONE ? "at" : "from"));
		e->precision = e->at % MINUTE == 0 && !says_seconds(e->when) ? PRECISION_MIN : PRECISION_S;
	} else if (!take_leading_time(c, e)) {
		e->at = c->now;
		e->precision = PRECISION_US;
	}
	e->until = to;
	e->at_min = e->at_max = e->at;
	return true;
}

static bool log_event(struct cmd *c, struct str text, struct event *e, bool *guessed)
{
	*e = (struct event){.text = str_trim(text), .until = INSTANT_NONE, .basis = BASIS_MANUAL, .count = 1};
	const char *kind = cmd_option(c, "kind");
	if (e->text.n > LOG_TEXT_MAX)
		return err_set(&c->err, "a line may be %d bytes; attach longer text with 'lineup ingest FILE'", LOG_TEXT_MAX);
	if (!log_times(c, e))
		return false;
	e->kind = kind_find(kind ? str_of(kind) : STR("response.person.observed"));
	if (!e->kind)
		return err_set(&c->err, "--kind: unknown '%s'; 'lineup kinds' lists them", kind);
	e->lane = e->kind->lane;
	e->severity = e->kind->severity;
	e->subject = str_of(cmd_option(c, "subject"));
	bool said = kind || cmd_option(c, "lane");
	take_tags(c, e, &said);
	*guessed = !said && lane_guess(e->text, &e->lane);
	return cmd_lane(c, "lane", &e->lane) && cmd_severity(c, "severity", &e->severity);
}

static void log_echo(struct cmd *c, const struct event *e, bool guessed, struct str incident, bool spooled)
{
	struct str id = spooled ? STR("spooled") : event_id(c->arena, e->key);
	if (cmd_flag(c, "json")) {
		struct json *j = json_object(c->arena);
		json_add_int(c->arena, j, "lineup", 1);
		json_add_str(c->arena, j, "id", spooled ? STR_NONE : id);
		json_add_bool(c->arena, j, "spooled", spooled);
		json_add_str(c->arena, j, "at", instant_str(c->arena, e->at));
		json_add_str(c->arena, j, "lane", str_of(lane_names[e->lane]));
		json_add_str(c->arena, j, "incident", incident);
		cmd_print(c, json_print(c->arena, j));
		fputc('\n', c->out);
		return;
	}
	fprintf(c->out, "%.*s  %.*s  %s%s", STR_ARG(id), STR_ARG(cmd_instant(c, e->at, e->precision)), lane_names[e->lane],
		guessed ? "?" : "");
	if (e->until != INSTANT_NONE)
		fprintf(c->out, "  until %.*s", STR_ARG(cmd_instant(c, e->until, e->precision)));
	if (incident.n)
		fprintf(c->out, "  %.*s", STR_ARG(incident));
	fputc('\n', c->out);
}

/* What was typed must not be lost: what the database cannot take now goes to the spool. */
int log_line(struct cmd *c, struct str text)
{
	struct event e;
	bool guessed = false;
	struct str incident = STR_NONE;
	if (!str_trim(text).n)
		return cmd_usage(c, "nothing to log: say what you see");
	if (!log_event(c, text, &e, &guessed))
		return cmd_fail(c), EXIT_USAGE;
	if (cmd_option(c, "incident"))
		incident = str_of(cmd_option(c, "incident"));
	struct case_file f = {0};
	bool spooled = false;
	if (cmd_open(c, STORE_CREATE) && cmd_incident(c, &f, NULL, false)) {
		incident = f.incident ? f.incident->id : STR_NONE;
		if (!ledger_say_log(c->store, &e, incident, c->author, c->now, &c->err))
			spooled = spool_put(c, &e, incident);
		else
			return log_echo(c, &e, guessed, incident, false), EXIT_DONE;
	} else if (!c->store) {
		spooled = spool_put(c, &e, incident);
	}
	if (!spooled)
		return cmd_say(c, "not logged: %.*s", STR_ARG(e.text)), cmd_fail(c);
	cmd_say(c, "lineup: %s", c->err.text);
	cmd_say(c, "the line is safe in '%s.spool' and is taken in by the next command that can write", c->db);
	err_clear(&c->err);
	log_echo(c, &e, guessed, incident, true);
	return EXIT_DONE;
}

static int log_lines(struct cmd *c)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = EXIT_DONE;
	while ((n = getline(&line, &room, stdin)) > 0) {
		if (!str_trim(str_n(line, (size_t)n)).n)
			continue;
		int one = log_line(c, str_dup(c->arena, str_n(line, (size_t)n)));
		fflush(c->out);
		if (one != EXIT_DONE) {
			err_clear(&c->err);
			status = one;
		}
	}
	free(line);
	return status;
}

static int log_run(struct cmd *c)
{
	if (cmd_option(c, "by"))
		c->author = str_of(cmd_option(c, "by"));
	if (c->words_n == 1 && strcmp(c->words[0], "-") == 0)
		return log_lines(c);
	struct buf text = BUF(c->arena);
	for (int i = 0; i < c->words_n; i++)
		buf_fmt(&text, "%s%s", i ? " " : "", c->words[i]);
	return log_line(c, buf_str(&text));
}

static const struct option log_options[] = {
	{"at", "TIME", "when it happened (now): 09:40, \"10m ago\", \"yesterday 14:00\", 2024-06-18T09:40Z"},
	{"from", "TIME", "when it began, for something that lasted"},
	{"to", "TIME", "when it ended"},
	{"kind", "KIND", "what it is ('lineup kinds'); default response.person.observed"},
	{"lane", "LANE", "which lane it belongs to; also #LANE in the text"},
	{"subject", "SUBJECT", "what it is about, as volume:pvc-1; also @NAME in the text"},
	{"severity", "SEVERITY", "debug, info, notice, warning, error or critical"},
	{"by", "NAME", "who says so (else $LINEUP_AUTHOR, else your login name)"},
	{"incident", "ID", "which incident it belongs to"},
	{0},
};
const struct command log_command = {
	.group = "take in",
	.name = "log",
	.usage = "TEXT [--at TIME | --from TIME --to TIME] [--kind K] [--lane L] [--subject S] [--severity S] [--by NAME] | log -",
	.blurb = "write down what you see or do",
	.help = "lineup log \"volumes faulted on 3 nodes @fusionauth #storage\"\n"
		"lineup log \"10m ago: restarted the ingress\"\n\n"
		"The text is kept as typed. Its id and time are printed once it is safe on disk; when the database is busy or the disk is\n"
		"full, the line goes to DB.spool instead and is taken in by the next command. 'log -' reads a line an entry.",
	.options = log_options,
	.run = log_run,
};
