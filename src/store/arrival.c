/* What an event is in the database: the rows it names, and the values of its columns. */
#include "store/sql.h"

/* --- kinds --- */

static bool kind_insert(struct store *store, struct str name, int64_t *id, struct err *err)
{
	static const char sql[] = "INSERT INTO kind(name) VALUES (?1)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, name);
	if (!store_run(store, stmt, err))
		return false;
	*id = sqlite3_last_insert_rowid(store->db);
	return true;
}

static bool kind_select(struct store *store, struct str name, int64_t *id, struct err *err)
{
	static const char sql[] = "SELECT id FROM kind WHERE name = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_str(stmt, 1, name);
	if ((step = store_step(store, stmt, err)) == STEP_ROW)
		*id = col_int(stmt, 0);
	return step != STEP_FAILED;
}

static bool kind_id(struct store *store, const struct kind *kind, int64_t *out, struct err *err)
{
	int64_t *id;

	if (kind == store->kind) {
		*out = store->kind_id;
		return true;
	}
	id = map_get(&store->kinds, kind->name);
	if (!id) {
		id = NEW(store->arena, int64_t);
		if (!kind_select(store, kind->name, id, err) || (!*id && !kind_insert(store, kind->name, id, err)))
			return false;
		*map_put(&store->kinds, str_dup(store->arena, kind->name)) = id;
	}
	store->kind = kind;
	*out = store->kind_id = *id;
	return true;
}

/* --- where events come from --- */

static bool origin_read(struct store *store, int64_t row, struct origin *origin, struct err *err)
{
	static const char sql[] = "SELECT taken_at, name, sha256 FROM source WHERE id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	if ((step = store_step(store, stmt, err)) == STEP_FAILED)
		return false;
	if (step == STEP_DONE)
		return err_set(err, "no source %lld", (long long)row);
	*origin = (struct origin){row, col_int(stmt, 0), str_dup(store->arena, col_str(stmt, 1)),
		str_dup(store->arena, col_str(stmt, 2))};
	return true;
}

static bool origin_of(struct store *store, const struct event *e, const struct origin **out, struct err *err)
{
	static const struct origin a_person = {.taken_at = INSTANT_NONE};
	struct str row = {(const char *)&e->source, sizeof e->source};
	struct origin *origin;

	*out = e->source ? store->origin : &a_person;
	if (*out && (*out)->row == e->source)
		return true;
	origin = map_get(&store->origins, row);
	if (!origin) {
		origin = NEW(store->arena, struct origin);
		if (!origin_read(store, e->source, origin, err))
			return false;
		*map_put(&store->origins, (struct str){(const char *)&origin->row, sizeof origin->row}) = origin;
	}
	*out = store->origin = origin;
	return true;
}

/* --- values --- */

instant slot_of(const struct event *e)
{
	return e->precision == PRECISION_NONE || e->at == INSTANT_NONE ? e->at_min : e->at;
}

static instant unless(instant t, instant usual)
{
	return t == usual ? INSTANT_NONE : t;
}

static struct value value_int(int64_t number)
{
	return (struct value){VALUE_INT, .number = number};
}

static struct value value_instant(instant t)
{
	const struct value unknown = {VALUE_NULL};

	return t == INSTANT_NONE ? unknown : value_int(t);
}

static struct value value_str(struct str text)
{
	return (struct value){VALUE_TEXT, .text = text};
}

/* In the order of EVENT_FIELDS. */
enum column {
	AT,
	KEY,
	KIND,
	LANE,
	SEVERITY,
	PRECISION,
	BASIS,
	SOURCE,
	OFFSET,
	LENGTH,
	LINE,
	COUNT,
	UNTIL,
	AT_MIN,
	AT_MAX,
	RECORDED_AT,
	SUBJECT,
	TEXT,
	WRITTEN,
	FIELDS,
	EVENT_VALUES,
	ROW = EVENT_VALUES
};

struct value arrival_value(const struct arrival *a, int column)
{
	const struct event *e = a->event;

	switch ((enum column)column) {
	case AT:
		return value_int(a->slot);
	case KEY:
		return (struct value){VALUE_BYTES, .text = str_n((const char *)e->key, EVENT_KEY)};
	case KIND:
		return value_int(a->kind);
	case LANE:
		return value_int(e->lane);
	case SEVERITY:
		return value_int(e->severity);
	case PRECISION:
		return value_int(e->at == INSTANT_NONE ? PRECISION_NONE : e->precision);
	case BASIS:
		return value_int(e->basis);
	case SOURCE:
		return e->source ? value_int(e->source) : (struct value){VALUE_NULL};
	case OFFSET:
		return value_int(e->from.offset);
	case LENGTH:
		return value_int(e->from.length);
	case LINE:
		return value_int(e->from.line);
	case COUNT:
		return value_int(event_count(e));
	case UNTIL:
		return value_instant(e->until);
	case AT_MIN:
		return value_instant(unless(e->at_min, a->slot));
	case AT_MAX:
		return value_instant(unless(e->at_max, e->at));
	case RECORDED_AT:
		return value_instant(unless(e->recorded_at, a->origin->taken_at));
	case SUBJECT:
		return value_str(e->subject);
	case TEXT:
		return value_str(e->text);
	case WRITTEN:
		return value_str(e->when);
	case FIELDS:
		return value_str(e->fields);
	case ROW:
		return value_int(e->row);
	}
	bug("events have no column %d", column);
}

bool arrival_of(struct store *store, struct event *e, struct arrival *out, struct err *err)
{
	out->event = e;
	out->slot = slot_of(e);
	return origin_of(store, e, &out->origin, err) && kind_id(store, e->kind, &out->kind, err);
}

void bind_arrival(sqlite3_stmt *stmt, const struct arrival *a)
{
	for (int i = 0; i < EVENT_VALUES; i++) {
		struct value v = arrival_value(a, i);
		switch (v.type) {
		case VALUE_NULL:
			sqlite3_bind_null(stmt, i + 1);
			break;
		case VALUE_INT:
			bind_int(stmt, i + 1, v.number);
			break;
		case VALUE_TEXT:
			bind_str(stmt, i + 1, v.text);
			break;
		case VALUE_BYTES:
			bind_bytes(stmt, i + 1, v.text.p, v.text.n);
			break;
		}
	}
}
