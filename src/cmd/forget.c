/* lineup forget: take back what was typed. */
#include "cmd/cmd.h"
#include "base/utf8.h"

#include <strings.h>

/* What a word names: its noun by its shape, and how a person would say it. */
struct target {
	const char *noun;
	struct str id, text;
};

static bool event_target(struct cmd *c, const char *word, struct target *t)
{
	struct event e;
	int found;
	if (!store_event(c->store, str_of(word), c->arena, &e, &found, &c->err))
		return false;
	if (found != 1)
		return err_set(&c->err, "%s '%s'", found ? "several events begin with" : "no event", word);
	struct json *fields = json_parse(c->arena, e.fields, &c->err);
	t->id = json_get_str(fields, "statement");
	t->text = e.text;
	t->noun = str_starts(t->id, STR("log-")) ? "log" : str_starts(t->id, STR("d-")) ? "decision" : "location";
	if (!t->id.n)
		return err_set(&c->err,
			"'%s' comes from evidence, and evidence stays; what was typed can be taken back", word);
	return true;
}

static bool action_target(struct cmd *c, const char *word, struct target *t)
{
	struct ledger ledger;
	if (!ledger_load(c->store, c->arena, &ledger, &c->err))
		return false;
	for (size_t i = 0; i < ledger.actions_n; i++)
		if (str_eq(ledger.actions[i].id, str_of(word)))
			return *t = (struct target){"action", ledger.actions[i].id, ledger.actions[i].title}, true;
	for (size_t i = 0; i < ledger.decisions_n; i++)
		if (str_eq(ledger.decisions[i].id, str_of(word)))
			return *t = (struct target){"decision", ledger.decisions[i].id, ledger.decisions[i].chosen},
			       true;
	for (size_t i = 0; i < ledger.assets_n; i++)
		if (str_eq(ledger.assets[i].name, str_of(word)))
			return *t = (struct target){"asset", ledger.assets[i].name, ledger.assets[i].name}, true;
	return err_set(&c->err,
		"nothing typed is called '%s'; give an id of timeline, of decisions (d-1), of actions (a-1), of incidents (inc-1), a milestone or an asset's name",
		word);
}

static bool is_milestone(const char *word)
{
	for (int i = 0; i < MILESTONES; i++)
		if (strcmp(milestone_names[i], word) == 0)
			return true;
	return false;
}

/* What a person marked, of the incident meant; then what the evidence proposes stands again. */
static bool milestone_target(struct cmd *c, const char *word, struct target *t)
{
	struct case_file f = {0};
	if (!cmd_incident(c, &f, NULL, true))
		return false;
	for (size_t i = 0; i < f.ledger.marks_n; i++) {
		const struct mark *m = &f.ledger.marks[i];
		if (!str_eq(m->incident, f.incident->id) || !str_eq(m->name, str_of(word)))
			continue;
		*t = (struct target){"milestone", str_fmt(c->arena, "%.*s/%s", STR_ARG(m->incident), word),
			cmd_instant(c, m->at, PRECISION_S)};
		return true;
	}
	return err_set(&c->err, "nobody marked %s of %.*s", word, STR_ARG(f.incident->id));
}

/* Only one that nothing hangs on: decisions and actions would be of an incident that there is not. */
static bool incident_target(struct cmd *c, const char *word, struct target *t)
{
	struct case_file f = {0};
	size_t decisions = 0, actions = 0;
	if (!cmd_incident(c, &f, word, true))
		return false;
	for (size_t i = 0; i < f.ledger.decisions_n; i++)
		decisions += str_eq(f.ledger.decisions[i].incident, f.incident->id);
	for (size_t i = 0; i < f.ledger.actions_n; i++)
		actions += str_eq(f.ledger.actions[i].incident, f.incident->id);
	if (decisions || actions)
		return err_set(&c->err,
			"%.*s has %zu decision%s and %zu action%s: take those back first, or close it: 'lineup incident close %.*s'",
			STR_ARG(f.incident->id), decisions, decisions == 1 ? "" : "s", actions, actions == 1 ? "" : "s",
			STR_ARG(f.incident->id));
	*t = (struct target){"incident", f.incident->id, f.incident->title};
	return true;
}

static bool find_target(struct cmd *c, const char *word, struct target *t)
{
	bool hex = word[0] == 'e' && strspn(word + 1, "0123456789abcdef") >= 4;
	if (hex)
		return event_target(c, word, t);
	if (is_milestone(word))
		return milestone_target(c, word, t);
	return strncasecmp(word, "inc-", 4) == 0 ? incident_target(c, word, t) : action_target(c, word, t);
}

static int forget_run(struct cmd *c)
{
	struct target t = {0};
	if (c->words_n != 1)
		return cmd_usage(c,
			"what? an id of a typed line, a decision, an action or an incident, a milestone, or an asset's name");
	bool really = cmd_flag(c, "yes");
	if (!cmd_open(c, really ? STORE_WRITE : STORE_READ))
		return cmd_fail(c);
	if (!find_target(c, c->words[0], &t))
		return cmd_fail(c);
	cmd_say(c, "%s %s %.*s: %.*s", really ? "forgotten:" : "would forget", t.noun, STR_ARG(t.id), STR_ARG(t.text));
	if (!really) {
		cmd_say(c,
			"say it again with --yes; it leaves the timeline, and the record of what was said keeps it behind a tombstone");
		return EXIT_DONE;
	}
	return ledger_withdraw(c->store, t.noun, t.id, c->author, c->now, &c->err) ? EXIT_DONE : cmd_fail(c);
}

static const struct option forget_options[] = {
	{"yes", NULL, "do it; without it only say what would be done"},
	{"incident", "ID", "of which incident, where a milestone is taken back"},
	{0},
};
const struct command forget_command = {
	.group = "take in",
	.name = "forget",
	.usage = "ID [--yes]",
	.blurb = "take back what was typed (a tombstone, not an erasure)",
	.help = "ID is that of a typed line, a decision (d-1), an action (a-1) or an incident (inc-2) that has neither, a milestone that was\n"
		"marked, or the name of an asset. A typing error is better amended: 'lineup log --amend ID TEXT'. Nothing typed is ever\n"
		"hard-deleted, and evidence cannot be forgotten. Without --yes nothing is done.",
	.options = forget_options,
	.run = forget_run,
};
