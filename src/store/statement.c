/* What people say: statements, each chained to the one before. */
#include "store/sql.h"

/* One part of what is hashed: "LENGTH:BYTES,", so that no two statements read alike. */
static void chain_part(struct digester *digester, struct arena *arena, struct str part)
{
	struct str length = str_fmt(arena, "%zu:", part.n);

	digester_add(digester, length.p, length.n);
	digester_add(digester, part.p, part.n);
	digester_add(digester, ",", 1);
}

/* As schema/001 describes it. BEFORE is NULL for the first statement. */
static struct digest chain_of(struct store *store, const struct digest *before, const struct statement *s)
{
	ARENA_SCOPE(store->scratch);
	struct arena *a = store->scratch;
	struct digester *digester = store->digester;

	digester_begin(digester);
	if (before)
		digester_add(digester, before->byte, DIGEST_SIZE);
	chain_part(digester, a, str_fmt(a, "%lld", (long long)s->seq));
	chain_part(digester, a, s->noun);
	chain_part(digester, a, s->id);
	chain_part(digester, a, s->author);
	chain_part(digester, a, str_fmt(a, "%lld", (long long)s->recorded_at));
	chain_part(digester, a, s->body);
	return digester_end(digester);
}

#define STATEMENT_COLUMNS "seq, noun, id, author, recorded_at, body, chain"

static void statement_of(sqlite3_stmt *stmt, struct arena *arena, struct statement *s)
{
	struct str chain = col_str(stmt, 6);

	*s = (struct statement){
		.seq = col_int(stmt, 0),
		.noun = str_dup(arena, col_str(stmt, 1)),
		.id = str_dup(arena, col_str(stmt, 2)),
		.author = str_dup(arena, col_str(stmt, 3)),
		.recorded_at = col_int(stmt, 4),
		.body = str_dup(arena, col_str(stmt, 5)),
	};
	memcpy(s->chain.byte, str_text(chain), chain.n < DIGEST_SIZE ? chain.n : DIGEST_SIZE);
}

static bool statement_last(struct store *store, int64_t *seq, struct digest *chain, struct err *err)
{
	static const char sql[] = "SELECT " STATEMENT_COLUMNS " FROM statement ORDER BY seq DESC LIMIT 1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	ARENA_SCOPE(store->scratch);
	struct statement last = {0};
	enum step step;

	if (!stmt)
		return false;
	if ((step = store_step(store, stmt, err)) == STEP_ROW)
		statement_of(stmt, store->scratch, &last);
	*seq = last.seq;
	*chain = last.chain;
	return step != STEP_FAILED;
}

static bool statement_insert(struct store *store, const struct statement *s, struct err *err)
{
	static const char sql[] = "INSERT INTO statement(" STATEMENT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, s->seq);
	bind_str(stmt, 2, s->noun);
	bind_str(stmt, 3, s->id);
	bind_str(stmt, 4, s->author);
	bind_int(stmt, 5, s->recorded_at);
	bind_str(stmt, 6, s->body);
	bind_bytes(stmt, 7, s->chain.byte, DIGEST_SIZE);
	return store_run(store, stmt, err);
}

static bool say(struct store *store, struct statement *s, struct err *err)
{
	struct digest before;
	int64_t last;

	if (!statement_last(store, &last, &before, err))
		return false;
	s->seq = last + 1;
	s->chain = chain_of(store, last ? &before : NULL, s);
	return statement_insert(store, s, err);
}

bool store_say(struct store *store, struct statement *s, struct err *err)
{
	bool own;

	if (!store_enter(store, &own, err) || !store_leave(store, own, say(store, s, err), err))
		return false;
	store->last_said = s->seq;
	return true;
}

int64_t store_last_said(const struct store *store)
{
	return store->last_said;
}

void store_forget_said(struct store *store, int64_t seq)
{
	store->last_said = seq;
}

bool statement_at(
	struct store *store, int64_t seq, struct arena *arena, struct statement *s, bool *found, struct err *err)
{
	static const char sql[] = "SELECT " STATEMENT_COLUMNS " FROM statement WHERE seq = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, seq);
	if ((*found = (step = store_step(store, stmt, err)) == STEP_ROW))
		statement_of(stmt, arena, s);
	return step != STEP_FAILED;
}

static bool statements_collect(
	struct store *store, sqlite3_stmt *stmt, struct arena *arena, struct statements *out, struct err *err)
{
	VEC(struct statement) list = {0};
	enum step step;

	while ((step = store_step(store, stmt, err)) == STEP_ROW)
		statement_of(stmt, arena, PUSH(&list, arena));
	if (step == STEP_DONE)
		*out = (struct statements){list.v, list.n};
	return step == STEP_DONE;
}

bool store_statements(
	struct store *store, const char *but, struct arena *arena, struct statements *out, struct err *err)
{
	static const char sql[] = "SELECT " STATEMENT_COLUMNS " FROM statement WHERE noun <> ?1 ORDER BY seq";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, str_of(but));
	return statements_collect(store, stmt, arena, out, err);
}

bool store_statements_of(struct store *store, struct str noun, struct str id, struct arena *arena,
	struct statements *out, struct err *err)
{
	static const char sql[] =
		"SELECT " STATEMENT_COLUMNS " FROM statement WHERE noun = ?1 AND id = ?2 ORDER BY seq";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, noun);
	bind_str(stmt, 2, id);
	return statements_collect(store, stmt, arena, out, err);
}

bool store_next(struct store *store, struct str noun, int64_t *out, struct err *err)
{
	static const char sql[] = "SELECT 1 + count(DISTINCT id) FROM statement WHERE noun = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, noun);
	if (store_step(store, stmt, err) != STEP_ROW)
		return false;
	*out = col_int(stmt, 0);
	return true;
}

/* Where the chain breaks; 0: it holds. Finds every row that was edited, swapped, added or taken out, but not a cut
 * tail: for that, the head must have been noted elsewhere. */
bool statements_check(struct store *store, int64_t *broken, struct err *err)
{
	static const char sql[] = "SELECT " STATEMENT_COLUMNS " FROM statement ORDER BY seq";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	struct digest before = {0};
	int64_t seq = 0;
	enum step step;

	if (!stmt)
		return false;
	*broken = 0;
	while (!*broken && (step = store_step(store, stmt, err)) != STEP_DONE) {
		ARENA_SCOPE(store->scratch);
		struct statement s;
		if (step == STEP_FAILED)
			return false;
		statement_of(stmt, store->scratch, &s);
		struct digest chain = chain_of(store, seq ? &before : NULL, &s);
		if (s.seq != ++seq || memcmp(chain.byte, s.chain.byte, DIGEST_SIZE) != 0)
			*broken = seq;
		before = s.chain;
	}
	return true;
}

bool store_head(struct store *store, int64_t *length, struct digest *chain, struct err *err)
{
	return statement_last(store, length, chain, err);
}
