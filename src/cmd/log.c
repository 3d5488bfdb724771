/* lineup log: a sentence is enough. */
#include "cmd/log.h"
#include "cmd/editor.h"
#include "cmd/spool.h"
#include "base/utf8.h"
#include "normalise/normalise.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- the echo ---- */

static void echo_json(struct cmd *c, const struct entry *entry, const struct typed *t, struct str id)
{
	const struct event *e = &entry->event;
	struct json *j = json_object(c->arena);
	json_add_int(c->arena, j, "lineup", 1);
	json_add_str(c->arena, j, "id", id);
	json_add_bool(c->arena, j, "spooled", !id.n);
	json_add_str(c->arena, j, "at", instant_str(c->arena, e->at));
	if (e->at_min != e->at_max) {
		struct json *bounds = json_add_array(c->arena, j, "at_bounds");
		json_push_str(c->arena, bounds, instant_str(c->arena, e->at_min));
		json_push_str(c->arena, bounds, instant_str(c->arena, e->at_max));
	}
	json_add_str(c->arena, j, "until", e->until == INSTANT_NONE ? STR_NONE : instant_str(c->arena, e->until));
	json_add_str(c->arena, j, "lane", str_of(lane_names[e->lane]));
	json_add_str(c->arena, j, "incident", entry->incident);
	if (t->begins.n || t->ends.n)
		json_add_str(c->arena, j, t->begins.n ? "begun" : "ended", t->begins.n ? t->begins : t->ends);
	cmd_print(c, json_print(c->arena, j));
	fputc('\n', c->out);
}

/* "e12ab34cd56ef  2024-06-18 07:30Z (09:30 CEST)  storage?  inc-1": in the reader's zone too, or else in the machine's.
 */
static void echo(struct cmd *c, const struct entry *entry, const struct typed *t, struct str id)
{
	const struct event *e = &entry->event;
	struct cmd shown = *c;
	if (shown.zone == zone_utc())
		shown.zone = c->local;
	if (cmd_flag(c, "json")) {
		echo_json(c, entry, t, id);
		return;
	}
	fprintf(c->out, "%.*s  %.*s  %s%s", STR_ARG(id.n ? id : STR("spooled")),
		STR_ARG(cmd_instant(&shown, e->at, e->precision)), lane_names[e->lane],
		t->said.lane_guessed && !t->amends.n ? "?" : "");
	if (e->until != INSTANT_NONE)
		fprintf(c->out, "  until %.*s", STR_ARG(cmd_instant(&shown, e->until, e->precision)));
	if (t->amends.n)
		fprintf(c->out, "  amended");
	if (t->begins.n)
		fprintf(c->out, "  '%.*s' begins", STR_ARG(utf8_visible(c->arena, t->begins)));
	if (t->ends.n && e->until != INSTANT_NONE)
		fprintf(c->out, "  '%.*s' took %.*s", STR_ARG(utf8_visible(c->arena, t->ends)),
			STR_ARG(duration_str(c->arena, e->until - e->at)));
	if (entry->incident.n)
		fprintf(c->out, "  %.*s", STR_ARG(entry->incident));
	fputc('\n', c->out);
}

static void echo_stored(struct cmd *c, const struct typed *t, const struct stored *stored)
{
	struct typed plain = {.said = t->said};
	echo(c, &stored->entry, t, event_id(c->arena, stored->entry.event.key));
	if (stored->also)
		echo(c, &stored->text, &plain, event_id(c->arena, stored->text.event.key));
}

/* What it would be; an amendment shows only what it says. */
static void echo_spooled(struct cmd *c, const struct typed *t)
{
	struct entry entry = {.incident = t->incident};
	entry.event = (struct event){
		.at = c->now, .at_min = c->now, .at_max = c->now, .until = INSTANT_NONE, .lane = LANE_RESPONSE};
	sentence_apply(&t->said, &entry.event);
	echo(c, &entry, t, STR_NONE);
}

/* ---- storing ---- */

/* The incident in focus is meant, except that an amendment leaves a line where it was. */
static bool take_incident(struct cmd *c, struct typed *t)
{
	struct case_file f = {0};
	if (t->amends.n && !cmd_option(c, "incident"))
		return true;
	if (!cmd_incident(c, &f, NULL, false))
		return false;
	t->incident = f.incident ? f.incident->id : STR_NONE;
	t->incident_known = true;
	return true;
}

static bool log_store(struct cmd *c, struct typed *t, struct stored *stored, bool *refused)
{
	*refused = false;
	if (!cmd_open_within(c, STORE_CREATE, SPOOL_PATIENCE_MS) || !store_begin(c->store, &c->err))
		return false;
	if (take_incident(c, t) && entry_store(c, t, stored, refused))
		return store_commit(c->store, &c->err);
	*refused = store_last_failure(c->store) == FAILURE_NONE;
	store_rollback(c->store);
	return false;
}

/* What it ends or amends may wait in the spool. */
static bool log_store_spooled(struct cmd *c, struct typed *t, struct stored *stored, bool *refused)
{
	if (!*refused || !(t->ends.n || t->amends.n) || !spool_waits(c))
		return false;
	struct err why = c->err;
	err_clear(&c->err);
	spool_fold(c);
	c->err = why;
	if (spool_waits(c))
		return false;
	err_clear(&c->err);
	return log_store(c, t, stored, refused);
}

/* A line for the spool says of which incident it is, where the busy database can still be asked. */
static void ask_incident(struct cmd *c, struct typed *t)
{
	struct err why = c->err;
	enum store_failure failure;
	store_close(c->store);
	err_clear(&c->err);
	c->store = store_open_within(c->db, STORE_READ, SPOOL_CALM_MS, &failure, &c->err);
	if (c->store && !t->incident_known)
		take_incident(c, t);
	store_close(c->store);
	c->store = NULL;
	c->err = why;
}

static bool typed_read(struct cmd *c, struct str text, struct typed *t)
{
	*t = (struct typed){
		.incident = str_of(cmd_option(c, "incident")),
		.incident_known = cmd_option(c, "incident") != NULL,
		.amends = str_of(cmd_option(c, "amend")),
		.begins = str_of(cmd_option(c, "begin")),
		.ends = str_of(cmd_option(c, "end")),
		.author = c->author,
		.recorded_at = c->now,
	};
	if (t->begins.n && !str_trim(text).n)
		text = t->begins;
	if ((t->begins.n && cmd_option(c, "to")) || (t->ends.n && cmd_option(c, "from")))
		return err_set(&c->err, "--begin and --end have one time each: give it with --at");
	return sentence_read(c, text, &t->said);
}

/* What was typed must not be lost: what the database cannot take now goes to the spool. */
int log_line(struct cmd *c, struct str text)
{
	struct typed t;
	struct stored stored;
	bool refused;
	const char *spool;
	if (!typed_read(c, text, &t))
		return cmd_fail(c), EXIT_USAGE;
	if (log_store(c, &t, &stored, &refused) || log_store_spooled(c, &t, &stored, &refused)) {
		echo_stored(c, &t, &stored);
		fflush(c->out); /* whoever typed has the answer; what was spooled before comes now, or when others write
				   less */
		bool calm = store_waited(c->store) < SPOOL_CALM_MS * MILLISECOND;
		if (calm && spool_waits(c))
			spool_fold(c);
		return EXIT_DONE;
	}
	if (!refused)
		ask_incident(c, &t);
	if (refused || !spool_put(c, &t, &spool)) {
		if (text.n)
			cmd_say(c, "not logged: %.*s", STR_ARG(text));
		return cmd_fail(c);
	}
	cmd_say(c, "lineup: %s", c->err.text);
	cmd_say(c, "the line is safe in '%s' and is taken in by the next command that can write", spool);
	err_clear(&c->err);
	echo_spooled(c, &t);
	return EXIT_DONE;
}

/* ---- where the text comes from ---- */

static int log_lines(struct cmd *c)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = EXIT_DONE;
	while ((n = getline(&line, &room, stdin)) > 0) {
		ARENA_SCOPE(c->arena);
		if (!str_trim(str_n(line, (size_t)n)).n)
			continue;
		c->now = cmd_clock(c);
		int one = log_line(c, str_n(line, (size_t)n));
		fflush(c->out);
		if (one != EXIT_DONE) {
			err_clear(&c->err);
			status = one;
		}
	}
	free(line);
	return status;
}

/* The text that an amendment begins with in the editor. */
static bool text_before(struct cmd *c, struct str *text)
{
	const char *id = cmd_option(c, "amend");
	struct event e;
	int found;
	*text = STR_NONE;
	if (!id)
		return true;
	if (!cmd_open(c, STORE_WRITE) || !store_event(c->store, str_of(id), c->arena, &e, &found, &c->err))
		return false;
	*text = found == 1 ? e.text : STR_NONE;
	return true;
}

static int log_from_editor(struct cmd *c)
{
	struct str before, text;
	const char *path;
	if (!text_before(c, &before) || !editor_text(c, before, &text, &path))
		return cmd_fail(c);
	store_close(c->store); /* the editor may have been open for long */
	c->store = NULL;
	c->now = cmd_clock(c);
	if (!text.n)
		cmd_say(c, "nothing was written, nothing is logged");
	int status = text.n ? log_line(c, text) : EXIT_COULD_NOT;
	if (status == EXIT_DONE || !text.n)
		unlink(path);
	else
		cmd_say(c, "the text is in '%s'", path);
	return status;
}

/* Options that say something by themselves. */
static bool says_without_text(struct cmd *c)
{
	static const char *const changes[] = {"at", "from", "to", "kind", "lane", "subject", "severity", "incident"};
	if (cmd_option(c, "begin") || cmd_option(c, "end"))
		return true;
	for (size_t i = 0; cmd_option(c, "amend") && i < LEN(changes); i++)
		if (cmd_option(c, changes[i]))
			return true;
	return false;
}

static int log_run(struct cmd *c)
{
	bool alone = !cmd_option(c, "amend") && !cmd_option(c, "begin") && !cmd_option(c, "end");
	if (cmd_flag(c, "amend") + cmd_flag(c, "begin") + cmd_flag(c, "end") > 1)
		return cmd_usage(c, "one of --amend, --begin and --end at a time");
	if (cmd_option(c, "by"))
		c->author = str_of(cmd_option(c, "by"));
	if (c->words_n == 1 && strcmp(c->words[0], "-") == 0)
		return alone ? log_lines(c) : cmd_usage(c, "'log -' takes each line as an entry of its own");
	struct buf text = BUF(c->arena);
	for (int i = 0; i < c->words_n; i++)
		buf_fmt(&text, "%s%s", i ? " " : "", c->words[i]);
	bool said = str_trim(buf_str(&text)).n || says_without_text(c);
	if (said)
		return log_line(c, buf_str(&text));
	return c->words_n == 0 && isatty(STDIN_FILENO) ? log_from_editor(c)
						       : cmd_usage(c, "nothing to log: say what you see");
}

static const struct option log_options[] = {
	{"at", "TIME", "when it happened (now): 09:40, \"10m ago\", \"yesterday 14:00\", 2024-06-18T09:40Z"},
	{"from", "TIME", "when it began, for something that lasted"},
	{"to", "TIME", "when it ended"},
	{"begin", "NAME", "it begins now (or --at) and goes on until --end NAME"},
	{"end", "NAME", "what began under this name ends now (or --at)"},
	{"amend", "ID", "put right a line that was logged before; what it was stays on record"},
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
	.usage =
		"TEXT [--at TIME | --from TIME --to TIME | --begin NAME | --end NAME | --amend ID] [--kind K] [--lane L]\n"
		"       [--subject S] [--severity S] [--by NAME] | log - | log",
	.blurb = "write down what you see or do",
	.help = "lineup log \"volumes faulted on 3 nodes @fusionauth #storage\"\n"
		"lineup log 10m ago: restarted the ingress\n"
		"lineup log --begin drain \"draining pool-a\"        and later: lineup log --end drain\n"
		"lineup log --amend e12ab34cd --at 09:40 --lane storage\n\n"
		"The text is kept as typed, less a time in front of it. Its id and time (UTC, and the reader's or the machine's zone) are\n"
		"printed once it is safe on disk. A lane with a question mark is a guess. When the database stays busy for a second or the\n"
		"disk is full, the line goes to DB.spool instead and is taken in by the next command. 'log -' reads a line an entry; without\n"
		"a text, on a terminal, $VISUAL or $EDITOR asks for one. An amended line keeps its id, and 'lineup show ID' what it was.",
	.options = log_options,
	.run = log_run,
};
