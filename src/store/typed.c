/* Typed things that are also events: made from the statement alone, so that a rebuild makes the same. */
#include "store/typed.h"

#include "normalise/normalise.h"
#include "store/sql.h"

/* --- bodies --- */

void body_add_instant(struct arena *arena, struct json *body, const char *key, instant t)
{
	json_add_str(arena, body, key, t == INSTANT_NONE ? STR_NONE : instant_str(arena, t));
}

instant body_instant(const struct json *body, const char *key)
{
	enum precision precision;
	instant t;

	return instant_parse_rfc3339(json_get_str(body, key), &t, &precision) ? t : INSTANT_NONE;
}

static enum precision precision_of(struct str name)
{
	for (int i = PRECISION_US; i < PRECISION_NONE; i++)
		if (str_eq(name, str_of(precision_names[i])))
			return (enum precision)i;
	return PRECISION_US;
}

void body_add_grain(struct arena *arena, struct json *body, struct grain grain)
{
	if (grain.precision != PRECISION_US)
		json_add_str(arena, body, "precision", str_of(precision_names[grain.precision]));
	if (grain.at_max > 0)
		body_add_instant(arena, body, "at_max", grain.at_max);
}

struct grain body_grain(const struct json *body)
{
	return (struct grain){precision_of(json_get_str(body, "precision")), body_instant(body, "at_max")};
}

struct str body_str(struct arena *arena, const struct json *body, const char *key)
{
	return str_dup(arena, json_get_str(body, key));
}

/* --- what each noun says --- */

static void set_kind(struct arena *arena, struct event *e, struct str name, enum lane lane)
{
	e->lane = lane;
	e->severity = SEVERITY_NOTICE;
	e->kind = kind_named(arena, name, lane, SEVERITY_NOTICE);
	if (e->kind->blurb.n && e->kind->lane == lane)
		e->severity = e->kind->severity;
}

static void log_event(
	struct arena *arena, const struct statement *s, const struct json *body, struct event *e, struct json *fields)
{
	struct str kind = body_str(arena, body, "kind");
	enum lane lane = LANE_RESPONSE;

	(void)s;
	if (json_get_str(body, "begun").n)
		json_add_str(arena, fields, "begun", json_get_str(body, "begun"));
	lane_find(json_get_str(body, "lane"), &lane);
	set_kind(arena, e, kind.n ? kind : STR("response.person.observed"), lane);
	severity_find(json_get_str(body, "severity"), &e->severity);
	e->at = body_instant(body, "at");
	e->until = body_instant(body, "until");
	e->at_min = body_instant(body, "at_min");
	e->at_max = body_instant(body, "at_max");
	e->precision = e->at == INSTANT_NONE ? PRECISION_NONE : precision_of(json_get_str(body, "precision"));
	e->subject = body_str(arena, body, "subject");
	e->text = body_str(arena, body, "text");
	e->when = body_str(arena, body, "when");
}

static struct str joined(struct arena *arena, const struct json *list)
{
	struct buf b = BUF(arena);

	for (const struct json *j = json_first(list); j; j = json_next(j)) {
		if (b.n)
			buf_cstr(&b, "; ");
		buf_add(&b, json_str(j));
	}
	return buf_str(&b);
}

static void event_grain(struct event *e, const struct json *body)
{
	struct grain grain = body_grain(body);

	e->precision = grain.precision;
	e->at_max = grain.at_max > 0 ? grain.at_max : INSTANT_NONE;
}

static void decision_event(
	struct arena *arena, const struct statement *s, const struct json *body, struct event *e, struct json *fields)
{
	set_kind(arena, e, STR("response.person.decided"), LANE_RESPONSE);
	e->at = body_instant(body, "at");
	event_grain(e, body);
	e->text = body_str(arena, body, "chosen");
	json_add_str(arena, fields, "decision", s->id);
	json_add_str(arena, fields, "chosen", e->text);
	json_add_str(arena, fields, "over", joined(arena, json_get(body, "over")));
	json_add_str(arena, fields, "because", body_str(arena, body, "because"));
}

static void location_event(
	struct arena *arena, const struct statement *s, const struct json *body, struct event *e, struct json *fields)
{
	struct str name = json_get_str(body, "name"), state = json_get_str(body, "state");

	(void)s;
	set_kind(arena, e, str_fmt(arena, "backup.target.%.*s", STR_ARG(state)), LANE_BACKUP);
	e->at = body_instant(body, "from");
	event_grain(e, body);
	e->until = body_instant(body, "to");
	e->subject = str_fmt(arena, "location:%.*s", STR_ARG(name));
	e->text = str_fmt(arena, "%.*s is %.*s", STR_ARG(name), STR_ARG(state));
	json_add_str(arena, fields, "location", name);
	json_add_str(arena, fields, "state", state);
}

static const struct {
	const char *noun;
	void (*event)(
		struct arena *, const struct statement *, const struct json *body, struct event *, struct json *fields);
} nouns[] = {{"log", log_event}, {"decision", decision_event}, {"location", location_event}};

static int noun_find(struct str noun)
{
	for (size_t i = 0; i < LEN(nouns); i++)
		if (str_eq(noun, str_of(nouns[i].noun)))
			return (int)i;
	return -1;
}

/* --- a statement to its event --- */

static void key_from(struct arena *arena, const struct statement *first, uint8_t key[EVENT_KEY])
{
	AUTO(digester_close) struct digester *digester = digester_open();
	struct str hex = digest_hex(arena, &first->chain);

	event_key(digester, str_fmt(arena, "statement/%.*s", STR_ARG(hex)), 1, key);
}

struct str typed_id(struct arena *arena, const struct statement *first)
{
	uint8_t key[EVENT_KEY];

	key_from(arena, first, key);
	return event_id(arena, key);
}

bool typed_event(
	const struct statement *first, const struct statement *s, struct arena *arena, struct event *e, struct err *err)
{
	struct json *fields = json_object(arena), *body;

	ERR_IN(err, str_fmt(arena, "statement %lld", (long long)s->seq));
	if (!(body = json_parse(arena, s->body, err)))
		return false;
	*e = (struct event){.until = INSTANT_NONE, .at_min = INSTANT_NONE, .at_max = INSTANT_NONE, .count = 1};
	json_add_str(arena, fields, "author", s->author);
	if (json_get_str(body, "incident").n)
		json_add_str(arena, fields, "incident", json_get_str(body, "incident"));
	nouns[noun_find(s->noun)].event(arena, s, body, e, fields);
	if (e->at != INSTANT_NONE && e->at_min == INSTANT_NONE)
		e->at_min = e->at;
	if (e->at != INSTANT_NONE && e->at_max == INSTANT_NONE)
		e->at_max = e->at;
	json_add_str(arena, fields, "statement", s->id);
	e->basis = BASIS_MANUAL;
	e->recorded_at = s->recorded_at;
	e->fields = json_print(arena, fields);
	key_from(arena, first, e->key);
	return true;
}

static bool typed_row(
	struct store *store, const struct statements *said, struct arena *arena, int64_t *row, struct err *err)
{
	const struct statement *before = said->n > 1 ? &said->v[said->n - 2] : NULL;
	struct event e;

	*row = 0;
	if (!before || !before->body.n)
		return true;
	return typed_event(&said->v[0], before, arena, &e, err) && store_row_of(store, &e, row, err);
}

bool typed_apply(
	struct store *store, const struct statements *said, struct arena *arena, struct event *out, struct err *err)
{
	struct event e;
	int64_t row;

	if (!said->n)
		return err_set(err, "what was said is not in the timeline; another program changed it meanwhile");
	const struct statement *now = &said->v[said->n - 1];
	if (noun_find(now->noun) < 0)
		return true;
	if (!typed_row(store, said, arena, &row, err))
		return false;
	if (!now->body.n)
		return !row || store_remove(store, row, err);
	if (!typed_event(&said->v[0], now, arena, &e, err))
		return false;
	e.row = row;
	if (!(row ? store_replace(store, &e, err) : store_take_one(store, &e, err)))
		return false;
	if (out)
		*out = e;
	return true;
}

/* --- all of them again --- */

static bool apply_up_to(struct store *store, const struct statement *s, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct statements said;

	if (noun_find(s->noun) < 0)
		return true;
	if (!store_statements_of(store, s->noun, s->id, store->scratch, &said, err))
		return false;
	while (said.n > 1 && said.v[said.n - 1].seq > s->seq)
		said.n--;
	return typed_apply(store, &said, store->scratch, NULL, err);
}

static bool remove_typed(struct store *store, struct err *err)
{
	static const char sql[] = "SELECT id FROM event WHERE source IS NULL";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(int64_t) rows = {0};
	enum step step;

	if (!stmt)
		return false;
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&rows, store->scratch) = col_int(stmt, 0);
	sqlite3_reset(stmt);
	for (size_t i = 0; step == STEP_DONE && i < rows.n; i++)
		if (!store_remove(store, rows.v[i], err))
			return false;
	return step == STEP_DONE;
}

static bool rebuild_typed(struct store *store, struct err *err)
{
	struct statements all;

	if (!remove_typed(store, err) || !store_statements(store, "", store->scratch, &all, err))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (!apply_up_to(store, &all.v[i], err))
			return false;
	return true;
}

bool ledger_rebuild_events(struct store *store, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, rebuild_typed(store, err), err);
}
