/* lineup mark and lineup decide: what people settle about an incident. */
#include "cmd/cmd.h"
#include "normalise/clock.h"
#include "normalise/normalise.h"

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

/* "--event e1a2..." gives the milestone its evidence and, without a time, its instant. */
static bool mark_event(struct cmd *c, struct mark *m)
{
	const char *id = cmd_option(c, "event");
	if (!id)
		return true;
	struct event e;
	int found;
	if (!store_event(c->store, str_of(id), c->arena, &e, &found, &c->err))
		return false;
	if (found != 1)
		return err_set(&c->err, "%s '%s'; ids stand at the end of timeline lines",
			found ? "several events begin with" : "no event", id);
	m->event = event_id(c->arena, e.key);
	if (m->at == INSTANT_NONE)
		m->at = e.at, m->grain = (struct grain){e.precision, e.at_max != e.at ? e.at_max : INSTANT_NONE};
	return true;
}

static int mark_run(struct cmd *c)
{
	if (c->words_n < 1)
		return cmd_usage(c, "which milestone? %.*s", STR_ARG(milestones_listed(c)));
	struct mark m = {.name = str_of(c->words[0]),
		.at = INSTANT_NONE,
		.author = c->author,
		.grain = {PRECISION_US, INSTANT_NONE}};
	if (!milestone_known(c, c->words[0]))
		return cmd_fail(c), EXIT_USAGE;
	struct buf typed = BUF(c->arena);
	for (int i = 1; i < c->words_n; i++)
		buf_fmt(&typed, "%s%s", i > 1 ? " " : "", c->words[i]);
	struct typed_time when = {.at = INSTANT_NONE, .precision = PRECISION_S};
	if (typed.n && !cmd_time_past(c, NULL, buf_str(&typed), INSTANT_NONE, &when))
		return cmd_fail(c), EXIT_USAGE;
	m.at = when.at;
	if (typed.n)
		m.grain = grain_of(&when);
	if (cmd_option(c, "because"))
		m.because = str_of(cmd_option(c, "because"));
	struct case_file f = {0};
	if (!cmd_open(c, STORE_WRITE) || !cmd_incident(c, &f, NULL, true) || !mark_event(c, &m))
		return cmd_fail(c);
	if (m.at == INSTANT_NONE)
		m.at = c->now;
	m.incident = f.incident->id;
	cmd_doubt_future(c, m.at, when.precision);
	if (!ledger_say_mark(c->store, &m, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s  %.*s  %.*s\n", STR_ARG(m.name), STR_ARG(cmd_instant(c, m.at, when.precision)),
		STR_ARG(m.incident));
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
		"lineup proposes them from the evidence; what is marked here stands above any proposal. TIME defaults to now.",
	.options = mark_options,
	.run = mark_run,
};

static int decide_run(struct cmd *c)
{
	if (!c->words_n || !str_trim(cmd_words(c, 0)).n)
		return cmd_usage(c, "say what was chosen");
	struct decision d = {
		.chosen = cmd_words(c, 0), .at = c->now, .by = c->author, .grain = {PRECISION_US, INSTANT_NONE}};
	VEC(struct str) over = {0};
	for (int i = 0; cmd_option_nth(c, "over", i); i++)
		*PUSH(&over, c->arena) = str_of(cmd_option_nth(c, "over", i));
	d.over.v = over.v;
	d.over.n = over.n;
	if (cmd_option(c, "because"))
		d.because = str_of(cmd_option(c, "because"));
	if (cmd_option(c, "by"))
		d.by = str_of(cmd_option(c, "by"));
	struct typed_time when = {.at = c->now, .at_max = c->now, .precision = PRECISION_US};
	if (cmd_option(c, "at") && !cmd_time_past(c, "at", str_of(cmd_option(c, "at")), INSTANT_NONE, &when))
		return cmd_fail(c), EXIT_USAGE;
	d.at = when.at;
	d.grain = grain_of(&when);
	cmd_doubt_future(c, d.at, PRECISION_S);
	struct case_file f = {0};
	struct event e;
	if (!cmd_open(c, STORE_WRITE) || !cmd_incident(c, &f, NULL, true))
		return cmd_fail(c);
	d.incident = f.incident->id;
	if (!ledger_say_decision(c->store, &d, &e, c->now, &c->err))
		return cmd_fail(c);
	fprintf(c->out, "%.*s  %.*s  %.*s  %.*s\n", STR_ARG(d.id), STR_ARG(cmd_instant(c, d.at, PRECISION_S)),
		STR_ARG(d.incident), STR_ARG(event_id(c->arena, e.key)));
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
	.help = "The report shows beside each decision what the timeline knew at that moment and what turned out to be true then.",
	.options = decide_options,
	.run = decide_run,
};
