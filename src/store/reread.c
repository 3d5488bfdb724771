/* One record, read once with its zone proved and once without: one event, at the time that is proved. */
#include "store/sql.h"

/*
 * A log taken again is longer, and may prove the zone of its first lines only then; or is cut, and no longer does. The
 * record is the same (its key is), but its times differ by the offset that is proved. The offsets in use are kept in
 * table state, so that a record without proof is looked for at one or two further times, and at none as a rule.
 */
enum { OFFSETS_MAX = 16 };
static const char zone_field[] = "\"zone_proof\":\"";

/* Seconds east that the event's own fields say are proved; 0: none, or UTC, where both readings are alike. */
static int64_t offset_of(const struct event *e)
{
	enum { WIDTH = 6 }; /* "+02:00" */
	int64_t hours, minutes;

	if (e->basis < BASIS_HEADER)
		return 0;
	size_t at = str_find(e->fields, str_of(zone_field), 0);
	if (at == STR_NPOS)
		return 0;
	struct str text = str_slice(e->fields, at + strlen(zone_field), at + strlen(zone_field) + WIDTH);
	if (text.n < WIDTH || !str_int(str_slice(text, 1, 3), &hours) || !str_int(str_slice(text, 4, 6), &minutes))
		return 0;
	return (text.p[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
}

static bool is_zoneless(const struct event *e)
{
	return e->source && e->at != INSTANT_NONE && (e->basis == BASIS_ASSUMED || e->basis == BASIS_INFERRED);
}

/* Is the row that SQL below found the same record, written at the same time, with PROOF (seconds east) of its zone? 0:
 * without proof, and without a zone of its own. */
static bool is_same(sqlite3_stmt *stmt, const struct event *e, int64_t proof)
{
	struct event held = {.basis = (enum basis)col_int(stmt, 5), .fields = col_str(stmt, 7)};
	int64_t offset = offset_of(&held);

	if (!e->when.n || !str_eq(col_str(stmt, 6), e->when))
		return false;
	return proof ? offset == proof : !offset && (held.basis == BASIS_ASSUMED || held.basis == BASIS_INFERRED);
}

/* The row of the same record at AT; 0: none. */
struct place_of_row {
	int64_t row, source;
	struct where from;
};
static bool row_at(struct store *store, instant at, const struct event *e, int64_t proof, struct place_of_row *out,
	struct err *err)
{
	static const char sql[] =
		"SELECT id, coalesce(source, 0), offset, length, line, basis, written, fields FROM event"
		" WHERE at = ?1 AND key = ?2";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	*out = (struct place_of_row){0};
	if (!stmt)
		return false;
	bind_int(stmt, 1, at);
	bind_bytes(stmt, 2, e->key, EVENT_KEY);
	if ((step = store_step(store, stmt, err)) == STEP_ROW && is_same(stmt, e, proof))
		*out = (struct place_of_row){
			col_int(stmt, 0), col_int(stmt, 1), {col_int(stmt, 2), col_int(stmt, 3), col_int(stmt, 4)}};
	return step != STEP_FAILED;
}

static bool offsets_read(struct store *store, struct err *err)
{
	static const char sql[] = "SELECT value FROM state WHERE name >= 'zone' AND name < 'zonf' LIMIT 16";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	for (store->offsets_n = 0; (step = store_step(store, stmt, err)) == STEP_ROW && store->offsets_n < OFFSETS_MAX;)
		store->offsets[store->offsets_n++] = col_int(stmt, 0);
	store->offsets_known = step != STEP_FAILED;
	return store->offsets_known;
}

static bool offset_keep(struct store *store, int64_t offset, struct err *err)
{
	static const char sql[] =
		"INSERT INTO state(name, value) VALUES ('zone' || ?1, ?1) ON CONFLICT(name) DO NOTHING";
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < store->offsets_n; i++)
		if (store->offsets[i] == offset)
			return true;
	if (store->offsets_n == OFFSETS_MAX || !(stmt = store_sql_of(store, sql, err)))
		return store->offsets_n == OFFSETS_MAX;
	store->offsets[store->offsets_n++] = offset;
	bind_int(stmt, 1, offset);
	return store_run(store, stmt, err);
}

static bool sightings_move(struct store *store, int64_t from, const struct event *to, struct err *err)
{
	static const char sql[] =
		"INSERT INTO sighting(event, source, offset, length, line)"
		" SELECT ?2, source, offset, length, line FROM sighting WHERE event = ?1 AND source <> ?3"
		" ON CONFLICT(event, source) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, from);
	bind_int(stmt, 2, to->row);
	bind_int(stmt, 3, to->source);
	return store_run(store, stmt, err);
}

bool reread_concerns(struct store *store, const struct event *v, size_t n, bool *concerns, struct err *err)
{
	bool zoneless = false;

	*concerns = false;
	for (size_t i = 0; i < n && !*concerns; i++) {
		*concerns = v[i].at != INSTANT_NONE && offset_of(&v[i]);
		zoneless |= is_zoneless(&v[i]);
	}
	if (*concerns || !zoneless)
		return true;
	if (!store->offsets_known && !offsets_read(store, err))
		return false;
	*concerns = store->offsets_n > 0;
	return true;
}

bool reread_known(struct store *store, struct event *e, bool *known, struct err *err)
{
	struct place_of_row held = {0};

	*known = false;
	if (!is_zoneless(e) || offset_of(e))
		return true;
	if (!store->offsets_known && !offsets_read(store, err))
		return false;
	for (size_t i = 0; i < store->offsets_n && !held.row; i++)
		if (!row_at(store, e->at - store->offsets[i] * SECOND, e, store->offsets[i], &held, err))
			return false;
	if (!held.row)
		return true;
	*known = true;
	e->row = held.row;
	return held.source == e->source || sighting_add(store, held.row, e->source, e->from, err);
}

bool reread_replace(struct store *store, const struct event *e, bool *replaced, struct err *err)
{
	int64_t offset = offset_of(e);
	struct place_of_row held;

	*replaced = false;
	if (!offset || e->at == INSTANT_NONE)
		return true;
	if ((!store->offsets_known && !offsets_read(store, err)) || !offset_keep(store, offset, err) ||
		!row_at(store, e->at + offset * SECOND, e, 0, &held, err))
		return false;
	if (!held.row || held.row == e->row)
		return true;
	*replaced = true;
	if (held.source && held.source != e->source && !sighting_add(store, e->row, held.source, held.from, err))
		return false;
	return sightings_move(store, held.row, e, err) && store_remove(store, held.row, err);
}
