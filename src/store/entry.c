/* Lines that operators type: said, amended, and found again. */
#include "store/typed.h"

#include "store/sql.h"

static struct json *entry_body(struct arena *a, const struct entry *entry)
{
	const struct event *e = &entry->event;
	struct json *body = json_object(a);

	body_add_instant(a, body, "at", e->at);
	body_add_instant(a, body, "until", e->until);
	if (e->at_min != e->at)
		body_add_instant(a, body, "at_min", e->at_min);
	if (e->at_max != e->at)
		body_add_instant(a, body, "at_max", e->at_max);
	json_add_str(a, body, "precision", str_of(precision_names[e->precision]));
	json_add_str(a, body, "when", e->when);
	json_add_str(a, body, "kind", e->kind ? e->kind->name : STR("response.person.observed"));
	json_add_str(a, body, "lane", str_of(lane_names[e->lane]));
	json_add_str(a, body, "severity", str_of(severity_names[e->severity]));
	json_add_str(a, body, "subject", e->subject);
	json_add_str(a, body, "text", e->text);
	if (entry->incident.n)
		json_add_str(a, body, "incident", entry->incident);
	if (entry->begun.n)
		json_add_str(a, body, "begun", entry->begun);
	return body;
}

/* Lines are many: their ids take the statement's own number, which needs no counting. */
static bool say_entry(struct store *store, struct saying *saying, struct entry *entry, struct err *err)
{
	struct digest head;
	int64_t length;

	saying->id = entry->id;
	saying->revises = entry->id.n > 0;
	if (!saying->revises) {
		if (!store_head(store, &length, &head, err))
			return false;
		saying->id = str_fmt(store->arena, "log-%lld", (long long)length + 1);
	}
	if (!saying_say(store, saying, &entry->event, err))
		return false;
	entry->id = saying->id;
	return true;
}

bool ledger_say_entry(struct store *store, struct entry *entry, struct str author, instant now, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct saying saying = {"log", .author = author, .body = entry_body(store->scratch, entry), .now = now};
	struct entry said = *entry;
	bool own;

	if (!store_enter(store, &own, err) || !store_leave(store, own, say_entry(store, &saying, &said, err), err))
		return false;
	*entry = said;
	return true;
}

bool ledger_entry(struct arena *arena, const struct event *e, struct entry *out, struct err *err)
{
	struct json *fields = json_parse(arena, e->fields, err);

	if (!fields)
		return false;
	*out = (struct entry){
		json_get_str(fields, "statement"), json_get_str(fields, "incident"), json_get_str(fields, "begun"), *e};
	return str_starts(out->id, STR("log-")) || err_set(err, "it is no line that somebody logged");
}

/* --- what goes on --- */

static bool begun_ids(struct store *store, struct arena *arena, struct strs *out, struct err *err)
{
	static const char sql[] =
		"SELECT id FROM statement WHERE noun = 'log' AND instr(body, '\"begun\":') > 0 GROUP BY id ORDER BY min(seq)";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct str) ids = {0};
	enum step step;

	if (!stmt)
		return false;
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&ids, arena) = str_dup(arena, col_str(stmt, 0));
	*out = (struct strs){ids.v, ids.n};
	return step == STEP_DONE;
}

bool ledger_begun(struct store *store, struct arena *arena, struct entries *out, struct err *err)
{
	VEC(struct entry) list = {0};
	struct statements said;
	struct strs ids;
	struct entry entry;

	if (!begun_ids(store, arena, &ids, err))
		return false;
	for (size_t i = 0; i < ids.n; i++) {
		if (!store_statements_of(store, STR("log"), ids.v[i], arena, &said, err))
			return false;
		if (!said.n || !said.v[said.n - 1].body.n)
			continue;
		if (!typed_event(&said.v[0], &said.v[said.n - 1], arena, &entry.event, err) ||
			!ledger_entry(arena, &entry.event, &entry, err))
			return false;
		if (entry.begun.n && entry.event.until == INSTANT_NONE)
			*PUSH(&list, arena) = entry;
	}
	*out = (struct entries){list.v, list.n};
	return true;
}
