/* lineup forget: take back what was typed. */
#include "cmd/cmd.h"
#include "base/utf8.h"

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
		"nothing typed is called '%s'; give an id of timeline, of decisions (d-1), of actions (a-1) or an asset's name",
		word);
}

static int forget_run(struct cmd *c)
{
	struct target t = {0};
	if (c->words_n != 1)
		return cmd_usage(c, "what? an id of a typed line, a decision or an action, or an asset's name");
	bool really = cmd_flag(c, "yes");
	if (!cmd_open(c, really ? STORE_WRITE : STORE_READ))
		return cmd_fail(c);
	bool hex = c->words[0][0] == 'e' && strspn(c->words[0] + 1, "0123456789abcdef") >= 4;
	if (!(hex ? event_target(c, c->words[0], &t) : action_target(c, c->words[0], &t)))
		return cmd_fail(c);
	cmd_say(c, "%s %s %.*s: %.*s", really ? "forgotten:" : "would forget", t.noun, STR_ARG(t.id), STR_ARG(t.text));
	if (!really) {
		cmd_say(c,
			"say it again with --yes; it leaves the timeline, and the record of what was said keeps it behind a tombstone");
		return EXIT_DONE;
	}
	return ledger_withdraw(c->store, t.noun, t.id, c->author, c->now, &c->err) ? EXIT_DONE : cmd_fail(c);
}

static const struct option forget_options[] = {{"yes", NULL, "do it; without it only say what would be done"}, {0}};
const struct command forget_command = {
	.group = "take in",
	.name = "forget",
	.usage = "ID [--yes]",
	.blurb = "take back what was typed (a tombstone, not an erasure)",
	.help = "Nothing typed is ever hard-deleted, and evidence cannot be forgotten. Without --yes nothing is done.",
	.options = forget_options,
	.run = forget_run,
};
