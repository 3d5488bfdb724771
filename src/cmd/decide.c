/* lineup mark and lineup decide: what people settle about an incident. */
#include "cmd/spool.h"
#include "normalise/clock.h"
#include "normalise/normalise.h"

#include <unistd.h>

static struct str milestones_listed(struct cmd *c)
{
	struct buf list = BUF(c->arena);
	for (int i = 0; i < MILESTONES; i++)
		buf_fmt(&list, "%s%s", i ? ", " : "", milestone_names[i]);
	return buf_str(&list);
}

static bool milestone_known(struct cmd *c, const char *name)
{
	for (int i = 0; i < MILESTONES; i++)
		if (strcmp(milestone_names[i], name) == 0)
			return true;
	const char *near = nearest_name(name, milestone_names, MILESTONES);
	return near ? err_set(&c->err, "no milestone '%s'; did you mean '%s'?", name, near)
		    : err_set(&c->err, "no milestone '%s'; one of %.*s", name, STR_ARG(milestones_listed(c)));
}

/* ---- storing ---- */

/* The incident's id, so that the spool says of which it is. */
static bool take_incident(struct cmd *c, struct settled *s)
{
	struct case_file f = {0};
	if (!cmd_incident(c, &f, NULL, true))
		return false;
	s->incident = f.incident->id;
	return true;
}

/* False with *REFUSED: the database took it, but there is nothing for it to be said of. */
static bool settle_now(struct cmd *c, struct settled *s, struct event *e, bool *refused)
{
	*refused = access(c->db, F_OK) != 0;
	if (!cmd_open_within(c, STORE_WRITE, SPOOL_PATIENCE_MS))
		return false;
	if (spool_waits(c)) /* what was said before comes first */
		spool_fold(c);
	if (!store_begin(c->store, &c->err))
		return false;
	*refused = !take_incident(c, s) && store_last_failure(c->store) == FAILURE_NONE;
	if (!err_is_set(&c->err) && settled_store(c, s, e, refused))
		return store_commit(c->store, &c->err);
	store_rollback(c->store);
	return false;
}

/* The busy database can be read, mostly. False: it can, and there is no such incident, as its err says. */
static bool ask_incident(struct cmd *c, struct settled *s)
{
	struct err why = c->err;
	enum store_failure failure;
	store_close(c->store);
	err_clear(&c->err);
	c->store = store_open_within(c->db, STORE_READ, SPOOL_CALM_MS, &failure, &c->err);
	bool known = c->store && take_incident(c, s);
	bool refused = c->store && !known && store_last_failure(c->store) == FAILURE_NONE;
	if (!known)
		s->incident = str_of(cmd_option(c, "incident"));
	store_close(c->store);
	c->store = NULL;
	if (!refused)
		c->err = why;
	return !refused;
}

/* As a logged line: what the database cannot take now goes to the spool. The exit status; *SPOOLED: that was so. */
static int settle(struct cmd *c, struct settled *s, struct event *e, bool *spooled)
{
	bool refused;
	const char *path;
	s->author = s->is_mark ? c->author : s->decision.by;
	s->recorded_at = c->now;
	*spooled = false;
	if (settle_now(c, s, e, &refused))
		return EXIT_DONE;
	if (refused || !ask_incident(c, s) || !spool_put_settled(c, s, &path))
		return cmd_fail(c);
	cmd_say(c, "lineup: %s", c->err.text);
	cmd_say(c, "it is safe in '%s' and is taken in by the next command that can write", path);
	err_clear(&c->err);
	*spooled = true;
	return EXIT_DONE;
}

static int mark_run(struct cmd *c)
{
	if (c->words_n < 1)
		return cmd_usage(c, "which milestone? %.*s", STR_ARG(milestones_listed(c)));
	struct settled s = {.is_mark = true};
	struct mark *m = &s.mark;
	struct event e;
	bool spooled;
	*m = (struct mark){.name = str_of(c->words[0]),
		.at = INSTANT_NONE,
		.event = str_of(cmd_option(c, "event")),
		.because = str_of(cmd_option(c, "because")),
		.grain = {PRECISION_US, INSTANT_NONE}};
	if (!milestone_known(c, c->words[0]))
		return cmd_fail(c), EXIT_USAGE;
	struct buf typed = BUF(c->arena);
	for (int i = 1; i < c->words_n; i++)
		buf_fmt(&typed, "%s%s", i > 1 ? " " : "", c->words[i]);
	struct typed_time when = {.at = INSTANT_NONE, .precision = PRECISION_S};
	if (typed.n && !cmd_time_past(c, NULL, buf_str(&typed), INSTANT_NONE, &when))
		return cmd_fail(c), EXIT_USAGE;
	m->at = when.at;
	if (typed.n)
		m->grain = grain_of(&when);
	cmd_doubt_future(c, m->at, when.precision);
	int status = settle(c, &s, &e, &spooled);
	if (status != EXIT_DONE)
		return status;
	instant at = m->at == INSTANT_NONE ? c->now : m->at;
	fprintf(c->out, "%.*s  %s%.*s  %.*s\n", STR_ARG(m->name), spooled ? "spooled  " : "",
		STR_ARG(cmd_instant(c, at, when.precision)), STR_ARG(s.incident));
	return EXIT_DONE;
}

static const struct option mark_options[] = {
	{"event", "ID", "the event that shows it"},
	{"because", "TEXT", "why this instant"},
	{"incident", "ID", "of which incident"},
	{0},
};
const struct command mark_command = {
	.group = "decide",
	.name = "mark",
	.usage = "MILESTONE [TIME] [--event ID] [--because TEXT]",
	.blurb = "confirm or correct a milestone of the incident",
	.help = "Milestones: notice_sent, notice_received, notice_read, change_start, change_end, fault_start, impact_start, detected,\n"
		"acknowledged, mitigated, impact_end, resolved, restore_decided, restore_start, restore_done, review_done.\n"
		"lineup proposes them from the evidence; what is marked here stands above any proposal. TIME defaults to now.\n"
		"When the database stays busy for a second or the disk is full, it goes to DB.spool and is taken in by the next command.",
	.options = mark_options,
	.run = mark_run,
};

static int decide_run(struct cmd *c)
{
	if (!c->words_n || !str_trim(cmd_words(c, 0)).n)
		return cmd_usage(c, "say what was chosen");
	struct settled s = {0};
	struct event e;
	bool spooled;
	struct decision *d = &s.decision;
	*d = (struct decision){
		.chosen = cmd_words(c, 0), .at = c->now, .by = c->author, .grain = {PRECISION_US, INSTANT_NONE}};
	VEC(struct str) over = {0};
	for (int i = 0; cmd_option_nth(c, "over", i); i++)
		*PUSH(&over, c->arena) = str_of(cmd_option_nth(c, "over", i));
	d->over.v = over.v;
	d->over.n = over.n;
	if (cmd_option(c, "because"))
		d->because = str_of(cmd_option(c, "because"));
	if (cmd_option(c, "by"))
		d->by = str_of(cmd_option(c, "by"));
	struct typed_time when = {.at = c->now, .at_max = c->now, .precision = PRECISION_US};
	if (cmd_option(c, "at") && !cmd_time_past(c, "at", str_of(cmd_option(c, "at")), INSTANT_NONE, &when))
		return cmd_fail(c), EXIT_USAGE;
	d->at = when.at;
	d->grain = grain_of(&when);
	cmd_doubt_future(c, d->at, PRECISION_S);
	int status = settle(c, &s, &e, &spooled);
	if (status != EXIT_DONE)
		return status;
	fprintf(c->out, "%.*s  %.*s  %.*s%s%.*s\n", STR_ARG(spooled ? STR("spooled") : d->id),
		STR_ARG(cmd_instant(c, d->at, PRECISION_S)), STR_ARG(s.incident), spooled ? "" : "  ",
		STR_ARG(spooled ? STR_NONE : event_id(c->arena, e.key)));
	return EXIT_DONE;
}

static const struct option decide_options[] = {
	{"over", "TEXT", "what was not chosen; may be repeated"},
	{"because", "TEXT", "the reason"},
	{"by", "NAME", "who decided"},
	{"at", "TIME", "when (now)"},
	{"incident", "ID", "in which incident"},
	{0},
};
const struct command decide_command = {
	.group = "decide",
	.name = "decide",
	.usage = "\"what was chosen\" --over \"what was not\" --because TEXT [--by NAME] [--at TIME]",
	.blurb = "record a decision, its options and its reason",
	.help = "The report shows beside each decision what the timeline knew at that moment and what turned out to be true then.\n"
		"When the database stays busy for a second or the disk is full, it goes to DB.spool and is taken in by the next command.",
	.options = decide_options,
	.run = decide_run,
};
