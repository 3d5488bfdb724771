/* What people decided and took upon themselves, in words. */
#include "render/context.h"
#include "render/say.h"

static bool concerns(const struct analysis *an, struct str incident)
{
	return !an->incident || str_eq(an->incident->id, incident);
}

static const struct knowledge *knowledge_of(const struct analysis *an, const struct decision *d)
{
	for (size_t i = 0; i < an->knowledge_n; i++)
		if (an->knowledge[i].decision == d || str_eq(an->knowledge[i].decision->id, d->id))
			return &an->knowledge[i];
	return NULL;
}

/* Many in one line, so that each cites only what opened it. */
static void put_spans(const struct context *c, struct json *o, const char *key, const struct span **v, size_t n)
{
	struct json *list;
	size_t most = put_list(c, o, key, n, 12, &list);
	for (size_t i = 0; i < most; i++) {
		struct json *s = json_push(c->arena, list, json_object(c->arena));
		struct str condition = say_condition(c->arena, v[i]->condition);
		json_add_str(c->arena, s, "condition", condition);
		json_add_str(c->arena, s, "subject", say_subject(c->arena, v[i]->subject, condition));
		put_cites(c, s, "cites", &(struct proofs){v[i]->events.v, v[i]->events.n > 0});
		json_add_bool(c->arena, s, "more", i + 1 < most);
	}
}

static const struct event *event_of(const struct analysis *an, const struct decision *d)
{
	for (size_t i = 0; i < an->events.n; i++) {
		const struct event *e = &an->events.v[i];
		if (e->at == d->at && e->kind && str_eq(e->kind->name, STR("response.person.decided")) &&
			str_contains(e->text, d->chosen))
			return e;
	}
	return NULL;
}

static void put_decision(const struct context *c, struct json *list, const struct decision *d)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	put_time(c, o, "at", d->at);
	json_add_str(c->arena, o, "chosen", d->chosen);
	json_add_str(c->arena, o, "because", d->because);
	json_add_str(c->arena, o, "by", d->by);
	const struct event *event = event_of(c->analysis, d);
	json_add_str(c->arena, o, "cites",
		event ? cite_event(c->arena, c->cites, event)
		      : cite_said(c->arena, c->cites, &(struct said){d->said, d->by, d->chosen, d->at}));
	struct json *over = json_add_array(c->arena, o, "over");
	for (size_t i = 0; i < d->over.n; i++)
		json_push_str(c->arena, over, d->over.v[i]);
	const struct knowledge *k = knowledge_of(c->analysis, d);
	if (!k)
		return;
	struct json *known = json_add_object(c->arena, o, "knowledge");
	json_add_bool(c->arena, known, "none_recorded", k->known == 0);
	json_add_str(c->arena, known, "recorded",
		say_number(c->arena, (size_t)(k->known < k->happened ? k->known : k->happened)));
	json_add_str(c->arena, known, "happened", say_count(c->arena, (size_t)k->happened, "event", "events"));
	json_add_bool(c->arena, known, "has_known", k->known_spans_n > 0);
	json_add_bool(c->arena, known, "has_hidden", k->hidden_spans_n > 0);
	put_spans(c, known, "known", k->known_spans, k->known_spans_n);
	put_spans(c, known, "hidden", k->hidden_spans, k->hidden_spans_n);
}

/* What chats and notes tell of, and nobody has recorded. */
static void put_told(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "decisions_told");
	const struct analysis *an = c->analysis;
	for (size_t i = 0; an->incident && i < an->events.n; i++) {
		const struct event *e = &an->events.v[i];
		bool within = e->at >= an->incident_from && e->at < an->incident_to;
		if (!within || !e->source || !str_eq(e->kind->name, STR("response.person.decided")))
			continue;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		put_time(c, o, "at", e->at);
		json_add_str(c->arena, o, "text", str_first_line(e->text));
		json_add_str(c->arena, o, "by",
			str_starts(e->subject, STR("person:")) ? str_from(e->subject, strlen("person:")) : STR_NONE);
		json_add_str(c->arena, o, "cites", cite_event(c->arena, c->cites, e));
	}
}

static void put_action(const struct context *c, struct json *list, const struct action *act)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	json_add_str(c->arena, o, "id", act->id);
	json_add_str(c->arena, o, "title", act->title);
	json_add_str(c->arena, o, "type", act->type.n ? act->type : STR("no type"));
	json_add_str(c->arena, o, "owner", act->owner);
	json_add_str(c->arena, o, "due", act->due == INSTANT_NONE ? STR_NONE : say_date(c->arena, act->due));
	json_add_str(c->arena, o, "state", act->state);
	json_add_str(c->arena, o, "reference", act->reference);
	json_add_bool(c->arena, o, "ended", !str_eq(act->state, STR("open")));
	json_add_bool(c->arena, o, "done", str_eq(act->state, STR("done")));
	json_add_bool(c->arena, o, "dropped", str_eq(act->state, STR("dropped")));
	put_time(c, o, "opened", act->opened_at);
	json_add_str(c->arena, o, "because", act->because);
	struct str words = str_fmt(c->arena, "action %.*s: %.*s", STR_ARG(act->state), STR_ARG(act->title));
	json_add_str(c->arena, o, "cites",
		cite_said(c->arena, c->cites,
			&(struct said){
				act->said, act->author, words, act->said ? act->said->recorded_at : act->opened_at}));
}

void context_people(const struct context *c, struct json *root)
{
	const struct ledger *l = c->analysis->ledger;
	struct json *decisions = json_add_array(c->arena, root, "decisions"),
		    *actions = json_add_array(c->arena, root, "actions");
	for (size_t i = 0; l && i < l->decisions_n; i++)
		if (concerns(c->analysis, l->decisions[i].incident))
			put_decision(c, decisions, &l->decisions[i]);
	put_told(c, root);
	for (size_t i = 0; l && i < l->actions_n; i++)
		if (concerns(c->analysis, l->actions[i].incident))
			put_action(c, actions, &l->actions[i]);
	json_add_bool(c->arena, root, "has_actions", json_size(actions) > 0);
}
