/* One typed line on its way onto the timeline. */
#include "cmd/entry.h"
#include "normalise/rules.h"

static struct entry entry_new(const struct typed *t)
{
	struct entry entry = {.incident = t->incident, .begun = t->begins};
	struct event *e = &entry.event;
	*e = (struct event){
		.at = t->recorded_at,
		.until = INSTANT_NONE,
		.at_min = t->recorded_at,
		.at_max = t->recorded_at,
		.precision = PRECISION_US,
		.basis = BASIS_MANUAL,
		.kind = kind_find(STR("response.person.observed")),
		.count = 1,
	};
	e->lane = e->kind->lane;
	e->severity = e->kind->severity;
	sentence_apply(&t->said, e);
	return entry;
}

static bool entry_named(struct cmd *c, struct str id, struct entry *entry)
{
	struct event e;
	int found;
	ERR_IN(&c->err, str_fmt(c->arena, "cannot amend '%.*s'", STR_ARG(id)));
	if (!store_event(c->store, id, c->arena, &e, &found, &c->err))
		return false;
	if (found == 0)
		return err_set(&c->err, "no event has that id; ids stand at the end of timeline lines");
	if (found > 1)
		return err_set(&c->err, "several ids begin so; give more of it");
	return ledger_entry(c->arena, &e, entry, &c->err);
}

static bool amend(struct cmd *c, const struct typed *t, struct stored *out)
{
	if (!entry_named(c, t->amends, &out->entry))
		return false;
	struct event *e = &out->entry.event;
	struct sentence said = t->said;
	said.lane_guessed = false; /* a guess does not overrule what somebody saw and left */
	sentence_apply(&said, e);
	if (e->until != INSTANT_NONE && e->until < e->at_min)
		return err_set(&c->err, "it would end before it begins");
	if (t->incident.n)
		out->entry.incident = t->incident;
	if (t->begins.n)
		out->entry.begun = t->begins;
	return ledger_say_entry(c->store, &out->entry, t->author, t->recorded_at, &c->err);
}

static bool nothing_begun(struct cmd *c, struct str name, const struct entries *open)
{
	struct buf list = BUF(c->arena);
	for (size_t i = 0; i < open->n; i++)
		buf_fmt(&list, "%s'%.*s'", i ? ", " : "", STR_ARG(open->v[i].begun));
	if (!open->n)
		return err_set(&c->err, "nothing has begun that could end; 'lineup log --begin NAME' begins something");
	return err_set(&c->err, "nothing called '%.*s' goes on; there is %.*s", STR_ARG(name), STR_ARG(buf_str(&list)));
}

/* The one begun last, when several go under the name. */
static bool end(struct cmd *c, const struct typed *t, struct stored *out)
{
	struct entries open;
	size_t i;
	if (!ledger_begun(c->store, c->arena, &open, &c->err))
		return false;
	for (i = open.n; i > 0 && !str_eq_case(open.v[i - 1].begun, t->ends);)
		i--;
	if (i == 0)
		return nothing_begun(c, t->ends, &open);
	out->entry = open.v[i - 1];
	struct event *e = &out->entry.event;
	e->until = t->said.at != INSTANT_NONE ? t->said.at : t->recorded_at;
	if (e->until < e->at_min)
		return err_set(&c->err, "'%.*s' would end before it began; give the end with --at", STR_ARG(t->ends));
	if (!ledger_say_entry(c->store, &out->entry, t->author, t->recorded_at, &c->err))
		return false;
	out->also = t->said.text.n > 0;
	out->text = entry_new(t);
	return !out->also || ledger_say_entry(c->store, &out->text, t->author, t->recorded_at, &c->err);
}

static bool store_it(struct cmd *c, const struct typed *t, struct stored *out)
{
	*out = (struct stored){0};
	if (t->amends.n)
		return amend(c, t, out);
	if (t->ends.n)
		return end(c, t, out);
	out->entry = entry_new(t);
	return ledger_say_entry(c->store, &out->entry, t->author, t->recorded_at, &c->err);
}

bool entry_store(struct cmd *c, const struct typed *t, struct stored *out, bool *refused)
{
	bool done = store_it(c, t, out);
	*refused = !done && store_last_failure(c->store) == FAILURE_NONE;
	return done;
}
