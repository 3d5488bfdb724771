/* Sources: where events came from, and what was not understood in them. */
#include "store/sql.h"

static const char *const state_names[] = {"reading", "complete", "damaged"};
enum { NOTE_TEXT_MAX = 1024, NOTES_A_TIME = 500 };

static enum source_state state_of(struct str name)
{
	for (size_t i = 0; i < LEN(state_names); i++)
		if (str_eq(name, str_of(state_names[i])))
			return (enum source_state)i;
	return SOURCE_DAMAGED;
}

/* --- sources --- */

int64_t store_source_known(struct store *store, struct str sha256, struct err *err)
{
	static const char sql[] = "SELECT id FROM source WHERE sha256 = ?1 AND parent IS NULL AND state <> 'reading'"
				  " ORDER BY id LIMIT 1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return 0;
	bind_str(stmt, 1, sha256);
	return store_step(store, stmt, err) == STEP_ROW ? col_int(stmt, 0) : 0;
}

bool store_source_sized(struct store *store, int64_t size, bool *known, struct err *err)
{
	static const char sql[] = "SELECT 1 FROM source WHERE size = ?1 AND parent IS NULL LIMIT 1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, size);
	step = store_step(store, stmt, err);
	*known = step == STEP_ROW;
	return step != STEP_FAILED;
}

static bool is_claimed(const struct store *store, int64_t row)
{
	for (size_t i = store->claimed.n; i-- > 0;)
		if (store->claimed.v[i] == row)
			return true;
	return false;
}

/*
 * The row that an earlier, killed ingest (or a rebuild) left for this source: top-level by name and bytes, while it is
 * being read; a member by its name below the same parent, in the order of their rows, for an archive may hold a name
 * twice.
 */
static bool source_resume(struct store *store, struct source *s, struct err *err)
{
	static const char sql[] = "SELECT id, taken_at FROM source WHERE parent IS ?1 AND name = ?2"
				  " AND (parent IS NOT NULL OR (state = 'reading' AND sha256 = ?3"
				  " AND (?3 <> '' OR id = ?4))) ORDER BY id";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_row(stmt, 1, s->parent);
	bind_str(stmt, 2, s->name);
	bind_str(stmt, 3, s->sha256);
	bind_int(stmt, 4, s->row); /* a stream has no digest yet: only a rebuild knows that it is the same one */
	s->row = 0;
	while ((step = store_step(store, stmt, err)) == STEP_ROW) {
		if (is_claimed(store, col_int(stmt, 0)))
			continue;
		s->row = col_int(stmt, 0);
		s->taken_at = col_int(stmt, 1);
		return true;
	}
	return step == STEP_DONE;
}

static void bind_source(sqlite3_stmt *stmt, const struct source *s)
{
	bind_str(stmt, 2, s->format);
	bind_str(stmt, 3, s->sha256);
	bind_int(stmt, 4, s->size);
	bind_instant(stmt, 5, s->mtime);
	bind_str(stmt, 6, s->zone);
	bind_int(stmt, 7, s->skew);
	bind_str(stmt, 8, str_of(state_names[s->state]));
	bind_int(stmt, 9, s->records);
	bind_int(stmt, 10, s->fresh);
	bind_int(stmt, 11, s->grown);
	bind_int(stmt, 12, s->duplicate);
	bind_int(stmt, 13, s->undated);
	bind_int(stmt, 14, s->not_understood);
}

static void bind_bytes_of(sqlite3_stmt *stmt, int first, const struct source *s)
{
	const int64_t parts[] = {s->bytes.records, s->bytes.continuation, s->bytes.structure, s->bytes.not_understood};

	for (int i = 0; i < (int)LEN(parts); i++)
		s->counted ? sqlite3_bind_int64(stmt, first + i, parts[i]) : sqlite3_bind_null(stmt, first + i);
}

static bool source_insert(struct store *store, struct source *s, struct err *err)
{
	static const char sql[] =
		"INSERT INTO source(parent, name, taken_at, format, sha256, size, mtime, zone, skew, state, records, fresh, grown,"
		" duplicate, undated, not_understood, year, captured_at, told)"
		" VALUES (?1, ?15, ?16, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?17, ?18, ?19)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_row(stmt, 1, s->parent);
	bind_str(stmt, 15, s->name);
	bind_int(stmt, 16, s->taken_at);
	bind_int(stmt, 17, s->year);
	bind_instant(stmt, 18, s->captured_at);
	bind_str(stmt, 19, s->as);
	bind_source(stmt, s);
	if (!store_run(store, stmt, err))
		return false;
	s->row = sqlite3_last_insert_rowid(store->db);
	return true;
}

static bool source_tell(struct store *store, const struct source *s, bool *otherwise, struct err *err)
{
	static const char sql[] =
		"UPDATE source SET (zone, skew, year, captured_at, told) = (?2, ?3, ?4, ?5, ?6) WHERE id = ?1"
		" AND (zone, skew, year, captured_at, told) IS NOT (?2, ?3, ?4, ?5, ?6)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, s->row);
	bind_str(stmt, 2, s->zone);
	bind_int(stmt, 3, s->skew);
	bind_int(stmt, 4, s->year);
	bind_instant(stmt, 5, s->captured_at);
	bind_str(stmt, 6, s->as);
	if (!store_run(store, stmt, err))
		return false;
	*otherwise = sqlite3_changes(store->db) > 0;
	return true;
}

bool store_source_told(struct store *store, const struct source *s, struct err *err)
{
	bool otherwise;

	return source_tell(store, s, &otherwise, err);
}

/* They are made again, but for those of what went wrong then. */
static bool notes_forget(struct store *store, int64_t row, struct err *err)
{
	static const char sql[] = "DELETE FROM note WHERE source = ?1";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	return store_run(store, stmt, err);
}

/* What a killed ingest left is read as it is told to be now; what was read otherwise would stand beside that. */
static bool source_go_on(struct store *store, const struct source *s, struct err *err)
{
	bool otherwise;

	return notes_forget(store, s->row, err) && source_tell(store, s, &otherwise, err) &&
	       (!otherwise || source_forget(store, s->row, err));
}

static bool source_add(struct store *store, struct source *s, struct err *err)
{
	if (!source_resume(store, s, err) || (s->row && !s->parent && !source_go_on(store, s, err)) ||
		(!s->row && !source_insert(store, s, err)))
		return false;
	*PUSH(&store->claimed, store->arena) = s->row;
	return true;
}

bool store_source_add(struct store *store, struct source *s, struct err *err)
{
	bool own;

	return store_enter(store, &own, err) && store_leave(store, own, source_add(store, s, err), err);
}

bool store_source_update(struct store *store, const struct source *s, struct err *err)
{
	static const char sql[] =
		"UPDATE source SET format = ?2, sha256 = ?3, size = ?4, mtime = ?5, zone = ?6, skew = ?7, state = ?8, records = ?9,"
		" fresh = ?10, grown = ?11, duplicate = ?12, undated = ?13, not_understood = ?14, bytes_records = ?15, bytes_continuation = ?16,"
		" bytes_structure = ?17, bytes_not_understood = ?18 WHERE id = ?1";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, s->row);
	bind_source(stmt, s);
	bind_bytes_of(stmt, 15, s);
	return store_run(store, stmt, err);
}

/* A member counts as kept when the archive around it is. */
#define SOURCE_COLUMNS                                                                                                     \
	"s.id, s.parent, s.name, s.format, s.sha256, s.size, s.evidence IS NOT NULL, s.mtime, s.taken_at, s.zone, s.skew," \
	" s.state, s.records, s.fresh, s.grown, s.duplicate, s.undated, s.not_understood,"                                 \
	" s.year, s.captured_at, s.told, s.bytes_records, s.bytes_continuation, s.bytes_structure, s.bytes_not_understood"

static void source_of(sqlite3_stmt *stmt, struct arena *arena, struct source *s)
{
	*s = (struct source){
		.row = col_int(stmt, 0),
		.parent = col_int(stmt, 1),
		.name = str_dup(arena, col_str(stmt, 2)),
		.format = str_dup(arena, col_str(stmt, 3)),
		.sha256 = str_dup(arena, col_str(stmt, 4)),
		.size = col_int(stmt, 5),
		.kept = col_int(stmt, 6) != 0,
		.mtime = col_instant(stmt, 7),
		.taken_at = col_int(stmt, 8),
		.zone = str_dup(arena, col_str(stmt, 9)),
		.skew = col_int(stmt, 10),
		.state = state_of(col_str(stmt, 11)),
		.records = col_int(stmt, 12),
		.fresh = col_int(stmt, 13),
		.grown = col_int(stmt, 14),
		.duplicate = col_int(stmt, 15),
		.undated = col_int(stmt, 16),
		.not_understood = col_int(stmt, 17),
		.year = col_int(stmt, 18),
		.captured_at = col_instant(stmt, 19),
		.as = str_dup(arena, col_str(stmt, 20)),
		.counted = sqlite3_column_type(stmt, 21) != SQLITE_NULL,
		.bytes = {.records = col_int(stmt, 21),
			.continuation = col_int(stmt, 22),
			.structure = col_int(stmt, 23),
			.not_understood = col_int(stmt, 24)},
	};
	s->bytes.input = s->bytes.records + s->bytes.continuation + s->bytes.structure + s->bytes.not_understood;
}

bool store_source_begun(struct store *store, struct str name, struct str sha256, struct arena *arena,
	struct source *out, struct err *err)
{
	static const char sql[] =
		"SELECT " SOURCE_COLUMNS " FROM source s WHERE s.parent IS NULL AND s.name = ?1 AND s.sha256 = ?2"
		" AND s.state = 'reading' AND ?2 <> '' ORDER BY s.id LIMIT 1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	*out = (struct source){0};
	if (!stmt)
		return false;
	bind_str(stmt, 1, name);
	bind_str(stmt, 2, sha256);
	if ((step = store_step(store, stmt, err)) == STEP_ROW)
		source_of(stmt, arena, out);
	return step != STEP_FAILED;
}

bool store_sources_before(struct store *store, struct str name, const struct source *now, struct arena *arena,
	struct sources *out, struct err *err)
{
	static const char sql[] = "SELECT " SOURCE_COLUMNS
				  " FROM source s WHERE s.parent IS NULL AND s.name = ?1 AND s.size > 0 AND s.size < ?2"
				  " AND s.sha256 <> '' AND s.state <> 'reading' AND (?3 = 0 OR s.id < ?3)"
				  " ORDER BY s.id DESC LIMIT 1000";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct source) list = {0};
	enum step step;

	if (!stmt)
		return false;
	bind_str(stmt, 1, name);
	bind_int(stmt, 2, now->size);
	bind_int(stmt, 3, now->row);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		source_of(stmt, arena, PUSH(&list, arena));
	*out = (struct sources){list.v, list.n};
	return step == STEP_DONE;
}

bool store_sources(struct store *store, struct arena *arena, struct sources *out, struct err *err)
{
	static const char sql[] = "SELECT " SOURCE_COLUMNS " FROM source s ORDER BY s.id";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct source) list = {0};
	enum step step;

	if (!stmt)
		return false;
	while ((step = store_step(store, stmt, err)) == STEP_ROW) {
		struct source *s = PUSH(&list, arena);
		source_of(stmt, arena, s);
		const struct source *parent = source_find(&(struct sources){list.v, list.n - 1}, s->parent);
		s->kept |= parent && parent->kept;
	}
	if (step == STEP_FAILED)
		return false;
	*out = (struct sources){list.v, list.n};
	return true;
}

bool store_source_family(struct store *store, int64_t row, struct arena *arena, struct sources *out, struct err *err)
{
	static const char sql[] =
		"WITH RECURSIVE family(id) AS (VALUES (?1) UNION SELECT c.id FROM source c JOIN family f ON c.parent = f.id)"
		" SELECT " SOURCE_COLUMNS " FROM source s WHERE s.id IN family ORDER BY s.id";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct source) list = {0};
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		source_of(stmt, arena, PUSH(&list, arena));
	*out = (struct sources){list.v, list.n};
	return step == STEP_DONE;
}

const struct source *source_find(const struct sources *sources, int64_t row)
{
	size_t low = 0, high = sources->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (sources->v[middle].row == row)
			return &sources->v[middle];
		if (sources->v[middle].row < row)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* --- notes --- */

bool store_note(struct store *store, const struct note *note, struct err *err)
{
	static const char sql[] =
		"INSERT INTO note(source, offset, length, line, text, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT(source, offset, length, why) DO NOTHING";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, note->source);
	bind_int(stmt, 2, note->from.offset);
	bind_int(stmt, 3, note->from.length);
	bind_int(stmt, 4, note->from.line);
	bind_str(stmt, 5, str_slice(note->text, 0, NOTE_TEXT_MAX));
	bind_str(stmt, 6, note->why);
	return store_run(store, stmt, err);
}

struct notes {
	struct note *v;
	size_t n;
	int64_t last; /* where to go on */
};

static bool notes_read(struct store *store, struct arena *arena, struct notes *notes, struct err *err)
{
	static const char sql[] =
		"SELECT id, source, offset, length, line, text, why FROM note WHERE id > ?1 ORDER BY id"
		" LIMIT ?2";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, notes->last);
	bind_int(stmt, 2, NOTES_A_TIME);
	notes->v = NEW_N(arena, struct note, NOTES_A_TIME);
	for (notes->n = 0; (step = store_step(store, stmt, err)) == STEP_ROW; notes->n++) {
		notes->last = col_int(stmt, 0);
		notes->v[notes->n] =
			(struct note){col_int(stmt, 1), {col_int(stmt, 2), col_int(stmt, 3), col_int(stmt, 4)},
				str_dup(arena, col_str(stmt, 5)), str_dup(arena, col_str(stmt, 6))};
	}
	return step == STEP_DONE;
}

/* A page at a time: a reader at a pager must not keep writers waiting. */
bool store_notes(struct store *store, bool (*each)(void *, const struct note *), void *arg, struct err *err)
{
	struct notes notes = {.last = INT64_MIN};

	do {
		ARENA_SCOPE(store->scratch);
		if (!notes_read(store, store->scratch, &notes, err))
			return false;
		for (size_t i = 0; i < notes.n; i++)
			if (!each(arg, &notes.v[i]))
				return true;
	} while (notes.n == NOTES_A_TIME);
	return true;
}
