/* Saying things: nouns to statements, and where they are events too, onto the timeline in the same transaction. */
#include "store/typed.h"

#include "store/sql.h"

static bool check_known(const struct saying *saying, const struct statements *before, struct err *err)
{
	if (before->n && before->v[before->n - 1].body.n)
		return true;
	return err_set(err, before->n ? "%s '%.*s' was withdrawn; say it anew" : "no %s '%.*s'", saying->noun,
		STR_ARG(saying->id));
}

bool saying_say(struct store *store, const struct saying *saying, struct event *out, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct statement s = {
		.noun = str_of(saying->noun), .id = saying->id, .author = saying->author, .recorded_at = saying->now};
	struct statements said;

	if (!store_statements_of(store, s.noun, s.id, store->scratch, &said, err))
		return false;
	if (saying->revises && !check_known(saying, &said, err))
		return false;
	if (saying->body)
		s.body = json_print(store->scratch, saying->body);
	if (!store_say(store, &s, err) || !store_statements_of(store, s.noun, s.id, store->scratch, &said, err))
		return false;
	return typed_apply(store, &said, store->arena, out, err);
}

static bool say(struct store *store, const struct saying *saying, struct event *out, struct err *err)
{
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, saying_say(store, saying, out, err), err);
}

/* An id is chosen inside the transaction, so that two people never get the same one. */
static bool say_numbered(struct store *store, struct saying *saying, const char *prefix, struct str *id,
	struct event *out, struct err *err)
{
	struct str chosen = *id;
	bool own, done = true;
	int64_t number;

	if (!store_enter(store, &own, err))
		return false;
	saying->revises = id->n > 0;
	if (!id->n && (done = store_next(store, str_of(saying->noun), &number, err)))
		chosen = str_fmt(store->arena, "%s-%lld", prefix, (long long)number);
	saying->id = chosen;
	done = done && saying_say(store, saying, out, err);
	if (!store_leave(store, own, done, err))
		return false;
	*id = chosen;
	return true;
}

static void add_strs(struct arena *arena, struct json *body, const char *key, struct strs list)
{
	struct json *array = json_add_array(arena, body, key);

	for (size_t i = 0; i < list.n; i++)
		json_push_str(arena, array, list.v[i]);
}

bool ledger_say_incident(struct store *store, struct incident *i, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);

	json_add_str(a, body, "title", i->title);
	json_add_str(a, body, "status", i->status.n ? i->status : STR("draft"));
	json_add_str(a, body, "severity", str_of(severity_names[i->severity]));
	body_add_instant(a, body, "from", i->from);
	body_add_instant(a, body, "to", i->to);
	json_add_bool(a, body, "closed", i->closed);
	json_add_str(a, body, "summary", i->summary);
	if (i->origin.n) {
		json_add_str(a, body, "origin", i->origin);
		json_add_str(a, body, "origin_name", i->origin_name);
	}
	return say_numbered(store, &(struct saying){"incident", .author = author, .body = body, .now = now}, "inc",
		&i->id, NULL, err);
}

bool ledger_say_mark(struct store *store, const struct mark *m, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);
	struct str id = str_fmt(a, "%.*s/%.*s", STR_ARG(m->incident), STR_ARG(m->name));

	json_add_str(a, body, "incident", m->incident);
	json_add_str(a, body, "name", m->name);
	body_add_instant(a, body, "at", m->at);
	body_add_grain(a, body, m->grain);
	json_add_str(a, body, "event", m->event);
	json_add_str(a, body, "because", m->because);
	return say(store, &(struct saying){"milestone", id, m->author, body, now}, NULL, err);
}

bool ledger_say_decision(struct store *store, struct decision *d, struct event *out, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);

	json_add_str(a, body, "incident", d->incident);
	json_add_str(a, body, "chosen", d->chosen);
	add_strs(a, body, "over", d->over);
	json_add_str(a, body, "because", d->because);
	body_add_instant(a, body, "at", d->at);
	body_add_grain(a, body, d->grain);
	return say_numbered(
		store, &(struct saying){"decision", .author = d->by, .body = body, .now = now}, "d", &d->id, out, err);
}

bool ledger_say_action(struct store *store, struct action *action, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);
	bool open = !action->state.n || str_eq(action->state, STR("open"));

	bool imported = action->event.n > 0;

	if (!action->id.n && !imported)
		action->opened_at = now;
	if (open)
		action->ended_at = INSTANT_NONE;
	else if (action->ended_at == INSTANT_NONE && !imported)
		action->ended_at = now;
	json_add_str(a, body, "incident", action->incident);
	json_add_str(a, body, "title", action->title);
	json_add_str(a, body, "type", action->type);
	json_add_str(a, body, "owner", action->owner);
	json_add_str(a, body, "state", open ? STR("open") : action->state);
	json_add_str(a, body, "because", action->because);
	body_add_instant(a, body, "due", action->due);
	body_add_instant(a, body, "opened_at", action->opened_at);
	body_add_instant(a, body, "ended_at", action->ended_at);
	if (action->reference.n)
		json_add_str(a, body, "reference", action->reference);
	if (action->event.n)
		json_add_str(a, body, "event", action->event);
	return say_numbered(store, &(struct saying){"action", .author = author, .body = body, .now = now}, "a",
		&action->id, NULL, err);
}

bool ledger_say_asset(struct store *store, const struct asset *asset, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);

	add_strs(a, body, "namespaces", asset->namespaces);
	add_strs(a, body, "volumes", asset->volumes);
	add_strs(a, body, "databases", asset->databases);
	add_strs(a, body, "backups", asset->backups);
	json_add_int(a, body, "objective_us", asset->objective);
	if (asset->cadence)
		json_add_int(a, body, "cadence_us", asset->cadence);
	body_add_instant(a, body, "loss", asset->loss);
	return say(store, &(struct saying){"asset", asset->name, author, body, now}, NULL, err);
}

/* A claim that begins at the same instant corrects the earlier one. */
bool ledger_say_location(struct store *store, const struct location_claim *claim, struct str author, struct event *out,
	instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);
	struct str from = instant_str(a, claim->from);
	struct str id = str_fmt(a, "%.*s@%.*s", STR_ARG(claim->name), STR_ARG(from));

	json_add_str(a, body, "name", claim->name);
	json_add_str(a, body, "state", claim->state);
	body_add_instant(a, body, "from", claim->from);
	body_add_instant(a, body, "to", claim->to);
	body_add_grain(a, body, claim->grain);
	return say(store, &(struct saying){"location", id, author, body, now}, out, err);
}

bool ledger_say_week(struct store *store, const struct week *week, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct json *body = json_object(a);

	json_add_str(a, body, "zone", week->zone);
	json_add_int(a, body, "from_minute", week->from_minute);
	json_add_int(a, body, "to_minute", week->to_minute);
	json_add_int(a, body, "days", week->days);
	add_strs(a, body, "holidays", week->holidays);
	return say(store, &(struct saying){"week", STR("week"), author, body, now}, NULL, err);
}

bool ledger_say_focus(struct store *store, struct str incident, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct json *body = json_object(store->scratch);

	json_add_str(store->scratch, body, "incident", incident);
	return say(store, &(struct saying){"focus", STR("focus"), author, body, now}, NULL, err);
}

bool ledger_withdraw(
	struct store *store, const char *noun, struct str id, struct str author, instant now, struct err *err)
{
	return say(store, &(struct saying){noun, id, author, NULL, now, .revises = true}, NULL, err);
}

bool ledger_undo(
	struct store *store, int64_t seq, struct str author, instant now, struct statement *undone, struct err *err)
{
	struct statements said;
	bool found, own;

	if (!statement_at(store, seq, store->arena, undone, &found, err))
		return false;
	if (!found)
		return err_set(err, "no statement %lld", (long long)seq);
	if (str_eq(undone->noun, STR("spool")))
		return err_set(err, "a note of lineup's own is not taken back");
	if (!store_enter(store, &own, err))
		return false;
	bool done = store_statements_of(store, undone->noun, undone->id, store->arena, &said, err);
	if (done && said.v[said.n - 1].seq != seq)
		done = err_set(err, "%.*s '%.*s' was changed since, by %.*s", STR_ARG(undone->noun),
			STR_ARG(undone->id), STR_ARG(said.v[said.n - 1].author));
	const struct statement *before = done && said.n > 1 ? &said.v[said.n - 2] : NULL;
	struct saying saying = {str_cstr(store->arena, undone->noun), undone->id, author, .now = now};
	if (before && before->body.n)
		done = (saying.body = json_parse(store->arena, before->body, err)) != NULL;
	done = done && saying_say(store, &saying, NULL, err);
	return store_leave(store, own, done, err);
}
