/* How sources talk: when each told of anything at all, and where it paused. */
#include "store/sql.h"

#include <stdlib.h>

enum { STRETCH_ROWS = 8192 }; /* looked through under one lock: some thousandths of a second */

/* When an event was, and enough of its key to tell it from others of that instant whatever row it got. */
struct moment {
	instant at, end;
	uint64_t key;
	int64_t row;
};
struct moments {
	int64_t source;
	VEC(struct moment) list;
	bool sorted;
};

static int moment_order(const void *pa, const void *pb)
{
	const struct moment *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

static uint64_t key_begins(struct str key)
{
	uint64_t number = 0;

	for (size_t i = 0; i < 8; i++)
		number = number << 8 | (i < key.n ? (uint8_t)key.p[i] : 0);
	return number;
}

static struct moments *moments_of(struct arena *arena, struct map *sources, int64_t source)
{
	struct moments *m = map_get(sources, str_n((const char *)&source, sizeof source));

	if (!m) {
		m = NEW(arena, struct moments);
		*m = (struct moments){.source = source, .sorted = true};
		*map_put(sources, str_n((const char *)&m->source, sizeof m->source)) = m;
	}
	return m;
}

static int64_t stretch_end(int64_t from)
{
	return from > INT64_MAX - STRETCH_ROWS ? INT64_MAX : from + STRETCH_ROWS - 1;
}

/* Those of the events from row FROM on, a stretch of them. */
static bool moments_read(
	struct store *store, const char *sql, int64_t from, struct arena *arena, struct map *sources, struct err *err)
{
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	struct moments *m = NULL;
	enum step step = STEP_FAILED;

	if (stmt) {
		bind_int(stmt, 1, from);
		bind_int(stmt, 2, stretch_end(from));
	}
	while (stmt && (step = store_step(store, stmt, err)) == STEP_ROW) {
		int64_t source = col_int(stmt, 0);
		instant until = col_instant(stmt, 2);
		struct moment now = {
			.at = col_int(stmt, 1), .key = key_begins(col_str(stmt, 3)), .row = col_int(stmt, 4)};

		now.end = until > now.at ? until : now.at;
		if (!m || m->source != source)
			m = moments_of(arena, sources, source);
		m->sorted &= !m->list.n || moment_order(&m->list.v[m->list.n - 1], &now) <= 0;
		*PUSH(&m->list, arena) = now;
	}
	return step == STEP_DONE;
}

static bool event_told(struct store *store, int64_t row, struct arena *arena, struct event *out, struct err *err)
{
	static const char sql[] = "SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES " WHERE e.id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, row);
	if ((step = store_step(store, stmt, err)) == STEP_DONE)
		return err_set(err,
			"cannot read '%s': an event of it was taken away meanwhile, or is damaged; run it again, or see 'lineup doctor'",
			store->path);
	if (step == STEP_ROW)
		event_of(stmt, arena, out);
	return step == STEP_ROW;
}

struct pauses {
	VEC(struct pause) list;
};

static bool pause_add(struct store *store, struct pauses *pauses, const struct moment *before,
	const struct moment *after, int64_t hole, struct arena *arena, struct err *err)
{
	struct pause *p = PUSH(&pauses->list, arena);

	*p = (struct pause){.from = before->end, .to = after->at};
	if (p->to - p->from <= hole)
		return true;
	p->before = NEW(arena, struct event);
	p->after = NEW(arena, struct event);
	return event_told(store, before->row, arena, p->before, err) &&
	       event_told(store, after->row, arena, p->after, err);
}

static bool talk_read(struct store *store, struct moments *m, int64_t shortest, int64_t hole, struct arena *arena,
	struct talk *out, struct err *err)
{
	struct pauses pauses = {{0}};
	const struct moment *last = &m->list.v[0];

	if (!m->sorted)
		qsort(m->list.v, m->list.n, sizeof *m->list.v, moment_order);
	for (size_t i = 1; i < m->list.n; i++) {
		const struct moment *now = &m->list.v[i];

		if (now->at - last->end > shortest && !pause_add(store, &pauses, last, now, hole, arena, err))
			return false;
		if (now->end >= last->end)
			last = now;
	}
	*out = (struct talk){.source = m->source,
		.events = (int64_t)m->list.n,
		.first = m->list.v[0].at,
		.last = last->end,
		.pauses = pauses.list.v,
		.pauses_n = pauses.list.n};
	return true;
}

/* A record found again in another source was told by both. Stretch by stretch, so that nobody who writes waits for all
 * of it. */
static bool moments_all(struct store *store, struct arena *arena, struct map *sources, struct err *err)
{
	static const char told[] = "SELECT source, at, until, key, id FROM event"
				   " WHERE id BETWEEN ?1 AND ?2 AND source IS NOT NULL AND precision < 6";
	static const char seen[] =
		"SELECT g.source, e.at, e.until, e.key, e.id FROM sighting g JOIN event e ON e.id = g.event"
		" WHERE g.event BETWEEN ?1 AND ?2 AND e.precision < 6";
	int64_t done = 0, from;

	for (; row_behind(store, done, &from, err) && from > done; done = stretch_end(from))
		if (!moments_read(store, told, from, arena, sources, err) ||
			!moments_read(store, seen, from, arena, sources, err))
			break;
	return !err_is_set(err);
}

bool store_talks(
	struct store *store, int64_t shortest, int64_t hole, struct arena *arena, struct talks *out, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct map sources = MAP(store->scratch);
	struct talks talks;

	if (!moments_all(store, store->scratch, &sources, err))
		return false;
	talks = (struct talks){NEW_N(arena, struct talk, sources.n), sources.n};
	for (size_t i = 0; i < sources.n; i++)
		if (!talk_read(store, sources.entries[i].value, shortest, hole, arena, &talks.v[i], err))
			return false;
	*out = talks;
	return true;
}
