/* Taking events in: new, grown, known already, found elsewhere too. */
#include "store/sql.h"

/* --- rows --- */

static bool event_insert(struct store *store, const struct arrival *a, bool *fresh, struct err *err)
{
	static const char sql[] = "INSERT INTO event(" EVENT_FIELDS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
				  " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) ON CONFLICT(at, key) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_arrival(stmt, a);
	if (!store_run(store, stmt, err))
		return false;
	*fresh = sqlite3_changes(store->db) > 0;
	if (*fresh)
		a->event->row = sqlite3_last_insert_rowid(store->db);
	return true;
}

/*
 * IN_PLACE: time, key, kind and source stay. Then SQLite need not look at what refers to an event and what an event
 * refers to, and so not keep a copy of every page for the case that it must take the statement back.
 */
static bool event_update(struct store *store, const struct arrival *a, bool in_place, struct err *err)
{
	static const char all[] =
		"UPDATE event SET (" EVENT_FIELDS ") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) WHERE id = ?21";
	static const char some[] =
		"UPDATE event SET (lane, severity, precision, basis, offset, length, line, count, until, at_min,"
		" at_max, recorded_at, subject, text, written, fields) = (?4, ?5, ?6, ?7, ?9, ?10, ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) WHERE id = ?21";
	sqlite3_stmt *stmt = store_sql_of(store, in_place ? some : all, err);

	if (!stmt)
		return false;
	bind_arrival(stmt, a);
	bind_int(stmt, 21, a->event->row);
	return store_run(store, stmt, err);
}

/* --- history --- */

/* One statement that reads, and one that writes a single row: an INSERT ... SELECT would keep copies of pages. */
static bool history_keep(struct store *store, int64_t row, struct err *err)
{
	static const char before[] =
		"SELECT e.id, e.at, e.kind, e.lane, e.severity, e.precision, e.basis,"
		" e.source, e.offset, e.length, e.line, e.count, coalesce(e.until, e.at), e.at_min, e.at_max,"
		" coalesce(e.recorded_at, s.taken_at, 0), e.subject, e.text, e.written, e.fields"
		" FROM event e LEFT JOIN source s ON s.id = e.source WHERE e.id = ?1";
	static const char sql[] =
		"INSERT INTO event_history(" HISTORY_FIELDS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
		" ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)"
		" ON CONFLICT(event, count, until, recorded_at) DO NOTHING";
	AUTO(stmt_reset) sqlite3_stmt *from = store_sql_of(store, before, err);
	sqlite3_stmt *to = store_sql_of(store, sql, err);
	enum step step;

	if (!from || !to)
		return false;
	bind_int(from, 1, row);
	if ((step = store_step(store, from, err)) != STEP_ROW)
		return step == STEP_DONE;
	return store_run_with_row(store, to, from, err);
}

/* An earlier state that comes in late is history at once. */
static bool history_add(struct store *store, const struct arrival *a, struct err *err)
{
	static const char sql[] =
		"INSERT INTO event_history(" HISTORY_FIELDS ") VALUES (?21, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" ?10, ?11, ?12, coalesce(?13, ?1), ?14, ?15, ?22, ?17, ?18, ?19, ?20)"
		" ON CONFLICT(event, count, until, recorded_at) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_arrival(stmt, a);
	bind_int(stmt, 21, a->event->row);
	bind_int(stmt, 22, a->event->recorded_at);
	return store_run(store, stmt, err);
}

/* --- replacing --- */

static bool words_replace(struct store *store, const struct event *e, struct err *err)
{
	int64_t indexed_to;

	return store_indexed_to(store, &indexed_to, err) && (e->row > indexed_to || words_add(store, e, err));
}

bool store_replace(struct store *store, struct event *e, struct err *err)
{
	struct arrival a;

	return arrival_of(store, e, &a, err) && history_keep(store, e->row, err) && words_forget(store, e->row, err) &&
	       event_update(store, &a, false, err) && words_replace(store, e, err);
}

bool store_remove(struct store *store, int64_t row, struct err *err)
{
	static const char sql[] = "DELETE FROM event WHERE id = ?1";
	sqlite3_stmt *stmt;

	if (!words_forget(store, row, err) || !(stmt = store_sql_of(store, sql, err)))
		return false;
	bind_int(stmt, 1, row);
	return store_run(store, stmt, err) && words_settle(store, err);
}

/* --- known already --- */

/* The row that has the same (at, key). */
struct held {
	int64_t row, source, count, kind;
	bool same_words;
	instant until, recorded_at;
	struct where from;
	struct str name, sha256; /* of its source */
};

static bool held_read(
	struct store *store, const struct event *e, struct arena *arena, struct held *held, struct err *err)
{
	static const char sql[] =
		"SELECT e.id, e.source, e.count, coalesce(e.until, e.at), coalesce(e.recorded_at, s.taken_at),"
		" e.offset, e.length, e.line, s.name, s.sha256, e.kind, e.text = ?3 AND e.subject = ?4"
		" FROM event e LEFT JOIN source s ON s.id = e.source WHERE e.at = ?1 AND e.key = ?2";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	*held = (struct held){0};
	if (!stmt)
		return false;
	bind_int(stmt, 1, slot_of(e));
	bind_bytes(stmt, 2, e->key, EVENT_KEY);
	bind_str(stmt, 3, e->text);
	bind_str(stmt, 4, e->subject);
	if ((step = store_step(store, stmt, err)) == STEP_ROW)
		*held = (struct held){
			.row = col_int(stmt, 0),
			.source = col_int(stmt, 1),
			.count = col_int(stmt, 2),
			.until = col_int(stmt, 3),
			.recorded_at = col_instant(stmt, 4),
			.from = {col_int(stmt, 5), col_int(stmt, 6), col_int(stmt, 7)},
			.name = str_dup(arena, col_str(stmt, 8)),
			.sha256 = str_dup(arena, col_str(stmt, 9)),
			.kind = col_int(stmt, 10),
			.same_words = col_int(stmt, 11) != 0,
		};
	return step != STEP_FAILED;
}

bool store_row_of(struct store *store, const struct event *e, int64_t *row, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct held held;

	if (!held_read(store, e, store->scratch, &held, err))
		return false;
	*row = held.row;
	return true;
}

int event_growth(const struct event *e, int64_t held_count, instant held_until)
{
	int64_t count = event_count(e);
	instant until = event_until(e);

	if (count != held_count)
		return count > held_count ? 1 : -1;
	return (until > held_until) - (until < held_until);
}

/* Which of two sources an event names must not depend on which was read first. */
static int place_cmp(const struct arrival *a, const struct held *held)
{
	const struct event *e = a->event;
	int by_name = str_cmp(a->origin->name, held->name);

	if (by_name)
		return by_name;
	if (e->from.offset != held->from.offset)
		return e->from.offset < held->from.offset ? -1 : 1;
	return str_cmp(a->origin->sha256, held->sha256);
}

bool sighting_add(struct store *store, int64_t event, int64_t source, struct where from, struct err *err)
{
	static const char sql[] =
		"INSERT INTO sighting(event, source, offset, length, line) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT(event, source) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, event);
	bind_int(stmt, 2, source);
	bind_int(stmt, 3, from.offset);
	bind_int(stmt, 4, from.length);
	bind_int(stmt, 5, from.line);
	return store_run(store, stmt, err);
}

static bool sighting_remove(struct store *store, int64_t event, int64_t source, struct err *err)
{
	static const char sql[] = "DELETE FROM sighting WHERE event = ?1 AND source = ?2";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, event);
	bind_int(stmt, 2, source);
	return store_run(store, stmt, err);
}

/* The event takes the place of what is held under its time and key. */
static bool replace(struct store *store, const struct arrival *a, const struct held *held, struct err *err)
{
	const struct event *e = a->event;
	bool in_place = a->kind == held->kind && e->source == held->source;

	return (held->same_words || words_forget(store, held->row, err)) && event_update(store, a, in_place, err) &&
	       (held->same_words || words_replace(store, e, err));
}

/* The event names E's source from now on; the one it named becomes a sighting. */
static bool move_place(struct store *store, const struct event *e, const struct held *held, struct err *err)
{
	return e->source == held->source || !held->source ||
	       (sighting_remove(store, held->row, e->source, err) &&
		       sighting_add(store, held->row, held->source, held->from, err));
}

/* The larger state wins; of equal ones the one from the first place by name; in whatever order they come. */
bool take_again(struct store *store, const struct arrival *a, bool grows, enum taken *taken, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct event *e = a->event;
	struct held held;
	int grown;

	if (!held_read(store, e, store->scratch, &held, err))
		return false;
	e->row = held.row;
	grown = grows ? event_growth(e, held.count, held.until) : 0;
	*taken = grown > 0 ? TAKEN_GROWN : TAKEN_DUPLICATE;
	if (grown > 0)
		return history_keep(store, e->row, err) && replace(store, a, &held, err) &&
		       move_place(store, e, &held, err);
	if (grown < 0 && !history_add(store, a, err))
		return false;
	if (e->source == held.source || !e->source)
		return true;
	if (grown < 0 || place_cmp(a, &held) >= 0)
		return sighting_add(store, e->row, e->source, e->from, err);
	if (held.recorded_at < e->recorded_at)
		e->recorded_at = held.recorded_at;
	return replace(store, a, &held, err) && move_place(store, e, &held, err);
}

bool store_take(struct store *store, struct event *e, bool grows, enum taken *taken, struct err *err)
{
	struct arrival a;
	bool fresh, known, replaced;

	if (!reread_known(store, e, &known, err))
		return false;
	*taken = TAKEN_DUPLICATE;
	if (known)
		return true;
	if (!arrival_of(store, e, &a, err) || !event_insert(store, &a, &fresh, err))
		return false;
	*taken = TAKEN_NEW;
	if (!fresh && !take_again(store, &a, grows, taken, err))
		return false;
	if (!reread_replace(store, e, &replaced, err))
		return false;
	if (replaced && fresh)
		*taken = TAKEN_DUPLICATE;
	return true;
}

static bool take_one(struct store *store, struct event *e, struct err *err)
{
	enum taken taken;
	bool more;

	return store_take(store, e, false, &taken, err) && words_index(store, &more, err);
}

bool store_take_one(struct store *store, struct event *e, struct err *err)
{
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, take_one(store, e, err), err);
}
