/* Replaying statements into nouns. */
#include "store/ledger.h"

#include "base/json.h"
#include "base/map.h"
#include "store/typed.h"

enum { OBJECTIVE_HOURS = 26 };

/* All that was said of one thing, in order. */
struct thing {
	VEC(const struct statement *) said;
};

struct replay {
	struct arena *arena;
	struct ledger *ledger;
	struct err *err;
	VEC(struct incident) incidents;
	VEC(struct mark) marks;
	VEC(struct decision) decisions;
	VEC(struct action) actions;
	VEC(struct asset) assets;
	VEC(struct location_claim) locations;
};

static const struct statement *last_of(const struct thing *thing)
{
	return thing->said.v[thing->said.n - 1];
}

static struct strs strs_of(struct arena *arena, const struct json *array)
{
	VEC(struct str) list = {0};

	for (const struct json *j = json_first(array); j; j = json_next(j))
		*PUSH(&list, arena) = str_dup(arena, json_str(j));
	return (struct strs){list.v, list.n};
}

static void replay_incident(struct replay *r, const struct thing *thing, const struct json *body)
{
	struct incident *i = PUSH(&r->incidents, r->arena);

	*i = (struct incident){
		.id = last_of(thing)->id,
		.title = body_str(r->arena, body, "title"),
		.status = body_str(r->arena, body, "status"),
		.severity = SEVERITY_ERROR,
		.from = body_instant(body, "from"),
		.to = body_instant(body, "to"),
		.closed = json_is_true(json_get(body, "closed")),
		.summary = body_str(r->arena, body, "summary"),
		.author = last_of(thing)->author,
		.said = last_of(thing),
		.origin = body_str(r->arena, body, "origin"),
		.origin_name = body_str(r->arena, body, "origin_name"),
	};
	i->from_is_stated = i->from != thing->said.v[0]->recorded_at;
	severity_find(json_get_str(body, "severity"), &i->severity);
}

static void replay_mark(struct replay *r, const struct thing *thing, const struct json *body)
{
	*PUSH(&r->marks, r->arena) = (struct mark){
		.incident = body_str(r->arena, body, "incident"),
		.name = body_str(r->arena, body, "name"),
		.event = body_str(r->arena, body, "event"),
		.because = body_str(r->arena, body, "because"),
		.author = last_of(thing)->author,
		.at = body_instant(body, "at"),
		.grain = body_grain(body),
		.recorded_at = last_of(thing)->recorded_at,
		.said = last_of(thing),
	};
}

static void replay_decision(struct replay *r, const struct thing *thing, const struct json *body)
{
	*PUSH(&r->decisions, r->arena) = (struct decision){
		.id = last_of(thing)->id,
		.incident = body_str(r->arena, body, "incident"),
		.chosen = body_str(r->arena, body, "chosen"),
		.because = body_str(r->arena, body, "because"),
		.by = last_of(thing)->author,
		.over = strs_of(r->arena, json_get(body, "over")),
		.at = body_instant(body, "at"),
		.grain = body_grain(body),
		.recorded_at = last_of(thing)->recorded_at,
		.said = last_of(thing),
	};
}

/* --- actions and what became of them --- */

static const char *const action_keys[] = {"state", "owner", "due", "title", "type", "incident", "reference"};

static struct str either(struct str s)
{
	return s.n ? s : STR("none");
}

/* "2024-06-20T10:00:00Z mara: opened", "...: state open -> done, owner none -> jo: because" */
static struct str history_line(
	struct replay *r, const struct statement *s, const struct json *before, const struct json *body)
{
	struct buf b = BUF(r->arena);
	const char *between = ": ";

	buf_add(&b, instant_str(r->arena, s->recorded_at));
	buf_fmt(&b, " %.*s", STR_ARG(s->author));
	if (!before || !body)
		buf_cstr(&b, body ? ": opened" : ": withdrawn");
	for (size_t i = 0; before && body && i < LEN(action_keys); i++) {
		struct str old = json_get_str(before, action_keys[i]), new = json_get_str(body, action_keys[i]);
		if (str_eq(old, new))
			continue;
		buf_fmt(&b, "%s%s %.*s -> %.*s", between, action_keys[i], STR_ARG(either(old)), STR_ARG(either(new)));
		between = ", ";
	}
	struct str because = json_get_str(body, "because");
	if (because.n && !str_eq(because, json_get_str(before, "because")))
		buf_fmt(&b, ": %.*s", STR_ARG(because));
	return buf_str(&b);
}

static struct strs history_of(struct replay *r, const struct thing *thing)
{
	VEC(struct str) lines = {0};
	struct json *before = NULL;

	for (size_t i = 0; i < thing->said.n; i++) {
		const struct statement *s = thing->said.v[i];
		struct err damaged = {0};
		struct json *body = s->body.n ? json_parse(r->arena, s->body, &damaged) : NULL;
		*PUSH(&lines, r->arena) = history_line(r, s, before, body);
		before = body;
	}
	return (struct strs){lines.v, lines.n};
}

static void replay_action(struct replay *r, const struct thing *thing, const struct json *body)
{
	*PUSH(&r->actions, r->arena) = (struct action){
		.id = last_of(thing)->id,
		.incident = body_str(r->arena, body, "incident"),
		.title = body_str(r->arena, body, "title"),
		.type = body_str(r->arena, body, "type"),
		.owner = body_str(r->arena, body, "owner"),
		.state = body_str(r->arena, body, "state"),
		.because = body_str(r->arena, body, "because"),
		.due = body_instant(body, "due"),
		.opened_at = body_instant(body, "opened_at"),
		.ended_at = body_instant(body, "ended_at"),
		.reference = body_str(r->arena, body, "reference"),
		.event = body_str(r->arena, body, "event"),
		.history = history_of(r, thing),
		.author = last_of(thing)->author,
		.said = last_of(thing),
	};
}

instant action_deadline(const struct action *action)
{
	bool is_day = action->due != INSTANT_NONE && action->due % DAY == 0;
	return is_day ? action->due + DAY : action->due;
}

bool action_is_overdue(const struct action *action, instant now)
{
	bool open = str_eq(action->state, STR("open"));
	return open && action->due != INSTANT_NONE && action_deadline(action) <= now;
}

static void replay_asset(struct replay *r, const struct thing *thing, const struct json *body)
{
	struct asset *asset = PUSH(&r->assets, r->arena);

	*asset = (struct asset){
		.name = last_of(thing)->id,
		.namespaces = strs_of(r->arena, json_get(body, "namespaces")),
		.volumes = strs_of(r->arena, json_get(body, "volumes")),
		.databases = strs_of(r->arena, json_get(body, "databases")),
		.backups = strs_of(r->arena, json_get(body, "backups")),
		.loss = body_instant(body, "loss"),
		.author = last_of(thing)->author,
		.said = last_of(thing),
	};
	if (!json_int(json_get(body, "objective_us"), &asset->objective) || asset->objective <= 0)
		asset->objective = OBJECTIVE_HOURS * HOUR;
	if (!json_int(json_get(body, "cadence_us"), &asset->cadence) || asset->cadence < 0)
		asset->cadence = 0;
}

static void replay_location(struct replay *r, const struct thing *thing, const struct json *body)
{
	*PUSH(&r->locations, r->arena) = (struct location_claim){
		.name = body_str(r->arena, body, "name"),
		.state = body_str(r->arena, body, "state"),
		.from = body_instant(body, "from"),
		.to = body_instant(body, "to"),
		.grain = body_grain(body),
		.event = typed_id(r->arena, thing->said.v[0]),
	};
}

static void replay_week(struct replay *r, const struct thing *thing, const struct json *body)
{
	int64_t from = 0, to = 0, days = 0;

	(void)thing;
	json_int(json_get(body, "from_minute"), &from);
	json_int(json_get(body, "to_minute"), &to);
	json_int(json_get(body, "days"), &days);
	if (from < 0 || from >= to || to > 24 * 60)
		return; /* nobody's hours: a damaged or hostile database */
	r->ledger->week = (struct week){true, body_str(r->arena, body, "zone"), (int)from, (int)to,
		(unsigned)days & 0x7f, strs_of(r->arena, json_get(body, "holidays"))};
}

static void replay_focus(struct replay *r, const struct thing *thing, const struct json *body)
{
	(void)thing;
	r->ledger->focus = body_str(r->arena, body, "incident");
}

static const struct {
	const char *noun;
	void (*replay)(struct replay *, const struct thing *, const struct json *body);
} nouns[] = {
	{"incident", replay_incident},
	{"milestone", replay_mark},
	{"decision", replay_decision},
	{"action", replay_action},
	{"asset", replay_asset},
	{"location", replay_location},
	{"focus", replay_focus},
	{"week", replay_week},
};

static bool replay_thing(struct replay *r, const struct thing *thing)
{
	const struct statement *last = last_of(thing);
	struct json *body;

	for (size_t i = 0; i < LEN(nouns); i++) {
		if (!str_eq(last->noun, str_of(nouns[i].noun)) || !last->body.n)
			continue;
		ERR_IN(r->err, str_fmt(r->arena, "statement %lld", (long long)last->seq));
		if (!(body = json_parse(r->arena, last->body, r->err)))
			return false;
		nouns[i].replay(r, thing, body);
	}
	return true; /* log lines are events, other nouns a newer lineup's */
}

/* Things in the order in which they were first spoken of. */
static struct map things_of(struct arena *arena, const struct statements *all)
{
	struct map things = MAP(arena);

	for (size_t i = 0; i < all->n; i++) {
		const struct statement *s = &all->v[i];
		void **place = map_put(&things, str_fmt(arena, "%.*s %.*s", STR_ARG(s->noun), STR_ARG(s->id)));
		if (!*place)
			*place = NEW(arena, struct thing);
		*PUSH(&((struct thing *)*place)->said, arena) = s;
	}
	return things;
}

bool ledger_load(struct store *store, struct arena *arena, struct ledger *out, struct err *err)
{
	struct ledger ledger = {0};
	struct replay r = {.arena = arena, .ledger = &ledger, .err = err};
	struct statements all;

	if (!store_statements(store, "log", arena, &all, err))
		return false;
	struct map things = things_of(arena, &all);
	for (size_t i = 0; i < things.n; i++)
		if (!replay_thing(&r, things.entries[i].value))
			return false;
	*out = (struct ledger){r.incidents.v, r.incidents.n, r.marks.v, r.marks.n, r.decisions.v, r.decisions.n,
		r.actions.v, r.actions.n, r.assets.v, r.assets.n, r.locations.v, r.locations.n, ledger.focus,
		ledger.week};
	return true;
}

const struct incident *ledger_incident(const struct ledger *ledger, struct str id)
{
	for (size_t i = 0; i < ledger->incidents_n; i++)
		if (str_eq_case(ledger->incidents[i].id, id))
			return &ledger->incidents[i];
	return NULL;
}

static const struct incident *refuse_to_guess(const struct ledger *ledger, struct err *err)
{
	struct arena *arena = arena_open();
	struct buf b = BUF(arena);

	for (size_t i = 0; i < ledger->incidents_n; i++) {
		const struct incident *incident = &ledger->incidents[i];
		buf_fmt(&b, "%s%.*s '%.*s'%s", i ? ", " : "", STR_ARG(incident->id), STR_ARG(incident->title),
			incident->closed ? " (closed)" : "");
	}
	err_set(err, "which incident? say --incident with one of: %.*s", STR_ARG(buf_str(&b)));
	arena_close(arena);
	return NULL;
}

/* The only one there is will do although it is closed: nothing else can be meant. */
const struct incident *ledger_implied(const struct ledger *ledger, struct err *err)
{
	const struct incident *focus = ledger_incident(ledger, ledger->focus), *open = NULL;
	size_t open_n = 0;

	if (ledger->focus.n && focus)
		return focus;
	for (size_t i = 0; i < ledger->incidents_n; i++) {
		if (ledger->incidents[i].closed)
			continue;
		open = &ledger->incidents[i];
		open_n++;
	}
	if (open_n == 1)
		return open;
	if (ledger->incidents_n == 1)
		return &ledger->incidents[0];
	if (ledger->incidents_n)
		return refuse_to_guess(ledger, err);
	err_set(err, "no incident yet; 'lineup incident new TITLE --from TIME' begins one");
	return NULL;
}
