/* What an event was before it grew. */
#include "store/sql.h"

bool store_history(
	struct store *store, int64_t event_row, struct arena *arena, struct earlier **out, size_t *n, struct err *err)
{
	static const char sql[] =
		"SELECT h.at, h.until, h.recorded_at, h.count, h.severity, h.text, h.source, h.line FROM event_history h"
		" WHERE h.event = ?1 ORDER BY h.recorded_at, h.count, h.until";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	VEC(struct earlier) list = {0};
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, event_row);
	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		*PUSH(&list, arena) = (struct earlier){.at = col_int(stmt, 0),
			.until = col_int(stmt, 1),
			.recorded_at = col_int(stmt, 2),
			.count = col_int(stmt, 3),
			.severity = (enum severity)col_int(stmt, 4),
			.text = str_dup(arena, col_str(stmt, 5)),
			.source = col_int(stmt, 6),
			.line = col_int(stmt, 7)};
	*out = list.v;
	*n = list.n;
	return step == STEP_DONE;
}
