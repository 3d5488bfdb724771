/* Evidence: the bytes as received, kept in sqlite's own archive format. */
#include "store/sql.h"

#include <zlib.h>

enum {
	EVIDENCE_NAME_MAX = 100,
	EVIDENCE_MAX = 1000000000, /* SQLite's own limit for one value */
	INFLATE_WINDOW = 64 << 10
};

/* "7/bundle.zip": unique by its row, and safe for whoever extracts it: only the last component, plain characters, no
 * leading dot. */
static struct str evidence_name(struct arena *arena, int64_t row, struct str name)
{
	struct buf b = BUF(arena);
	size_t slash = str_rfind_byte(name, '/');
	struct str base = slash == STR_NPOS ? name : str_from(name, slash + 1);

	base = str_slice(base, 0, EVIDENCE_NAME_MAX);
	buf_int(&b, row);
	buf_byte(&b, '/');
	for (size_t i = 0; i < base.n; i++) {
		char c = base.p[i];
		bool plain = byte_is_alpha(c) || byte_is_digit(c) || strchr("_-+=@", c) || (c == '.' && i > 0);
		buf_byte(&b, c && plain ? c : '_');
	}
	if (!base.n)
		buf_cstr(&b, "evidence");
	return buf_str(&b);
}

static bool evidence_put_file(
	struct store *store, struct str name, struct str data, int64_t size, instant mtime, struct err *err)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO sqlar(name, mode, mtime, sz, data) VALUES (?1, 33152, ?2, ?3, ?4)";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err); /* 33152: a plain file, 0600 */

	if (!stmt)
		return false;
	bind_str(stmt, 1, name);
	bind_int(stmt, 2, mtime == INSTANT_NONE ? 0 : mtime / SECOND);
	bind_int(stmt, 3, size);
	bind_bytes(stmt, 4, data.p, data.n);
	return store_run(store, stmt, err);
}

static bool evidence_refer(struct store *store, int64_t source, struct str name, struct err *err)
{
	static const char sql[] = "UPDATE source SET evidence = nullif(?2, '') WHERE id = ?1";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_int(stmt, 1, source);
	bind_str(stmt, 2, name);
	return store_run(store, stmt, err);
}

static bool source_name(struct store *store, int64_t source, struct arena *arena, struct str *name, struct err *err)
{
	static const char sql[] = "SELECT name FROM source WHERE id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, source);
	if ((step = store_step(store, stmt, err)) == STEP_ROW)
		*name = str_dup(arena, col_str(stmt, 0));
	return step == STEP_ROW || (step == STEP_DONE && err_set(err, "no source %lld", (long long)source));
}

/* --- a stream's bytes, as they come --- */

/* "7/-.part-000000001048576": in the order of their offsets when sorted by name. */
static struct str part_name(struct arena *arena, struct str whole, int64_t offset)
{
	return str_fmt(arena, "%.*s.part-%015lld", STR_ARG(whole), (long long)offset);
}

bool store_evidence_add(struct store *store, int64_t source, int64_t offset, struct str bytes, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct str name = STR_NONE;
	bool own, done;

	if (!store_enter(store, &own, err))
		return false;
	done = source_name(store, source, store->scratch, &name, err);
	if (done) {
		name = part_name(store->scratch, evidence_name(store->scratch, source, name), offset);
		done = evidence_put_file(store, name, bytes, (int64_t)bytes.n, INSTANT_NONE, err);
		if (done && offset == 0)
			done = evidence_refer(store, source, name, err);
	}
	return store_leave(store, own, done, err);
}

/* The whole stands in for its parts. */
static bool parts_drop(struct store *store, struct str whole, struct err *err)
{
	static const char sql[] = "DELETE FROM sqlar WHERE name > ?1 || '.part-' AND name < ?1 || '.part.'";
	sqlite3_stmt *stmt = store_sql_of(store, sql, err);

	if (!stmt)
		return false;
	bind_str(stmt, 1, whole);
	return store_run(store, stmt, err);
}

static bool parts_join(struct store *store, struct str first, struct arena *arena, struct str *out, struct err *err)
{
	static const char sql[] = "SELECT data FROM sqlar WHERE name >= ?1 AND name < ?2 || '.part.' ORDER BY name";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	struct buf all = BUF(arena);
	enum step step;

	if (!stmt)
		return false;
	bind_str(stmt, 1, first);
	bind_str(stmt, 2, str_slice(first, 0, str_find(first, STR(".part-"), 0)));
	while ((step = store_step(store, stmt, err)) == STEP_ROW) {
		buf_add(&all, col_str(stmt, 0));
		if (all.n > EVIDENCE_MAX)
			return err_set(err, "its kept bytes are damaged; restore a backup");
	}
	*out = buf_str(&all);
	return step == STEP_DONE;
}

bool store_evidence_drop(struct store *store, int64_t source, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct str name = STR_NONE;
	bool own, done;

	if (!store_enter(store, &own, err))
		return false;
	done = source_name(store, source, store->scratch, &name, err) && evidence_refer(store, source, STR_NONE, err) &&
	       parts_drop(store, evidence_name(store->scratch, source, name), err);
	return store_leave(store, own, done, err);
}

bool store_evidence_put(
	struct store *store, int64_t source, struct str deflated, int64_t plain_size, instant mtime, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct str name = STR_NONE;
	bool own, done;

	if (deflated.n > EVIDENCE_MAX)
		return err_set(err, "%zu bytes are too many to keep in the database; see --keep", deflated.n);
	if (!store_enter(store, &own, err))
		return false;
	done = source_name(store, source, store->scratch, &name, err);
	if (done) {
		name = evidence_name(store->scratch, source, name);
		done = evidence_put_file(store, name, deflated, plain_size, mtime, err) &&
		       evidence_refer(store, source, name, err) && parts_drop(store, name, err);
	}
	return store_leave(store, own, done, err);
}

static bool inflate_all(struct arena *arena, struct str data, int64_t size, struct str *out, struct err *err)
{
	uLongf n = (uLongf)size;

	if (size < 0 || size > EVIDENCE_MAX)
		return err_set(err, "its kept bytes are damaged; restore a backup");
	if ((int64_t)data.n == size) {
		*out = str_dup(arena, data);
		return true;
	}
	char *plain = arena_alloc(arena, (size_t)size + 1);
	if (uncompress((Bytef *)plain, &n, (const Bytef *)data.p, data.n) != Z_OK || (int64_t)n != size)
		return err_set(err, "its kept bytes are damaged; restore a backup");
	*out = str_n(plain, n);
	return true;
}

/* What is kept of a source, copied out of the file: nobody who writes waits while it is unpacked. */
struct kept {
	struct str source, name; /* name: in the archive; empty: nothing is kept */
	struct str data;
	int64_t size; /* of the plain bytes */
};

static bool kept_read(struct store *store, int64_t source, struct arena *arena, struct kept *out, struct err *err)
{
	static const char sql[] =
		"SELECT s.name, a.name, a.data, a.sz FROM source s LEFT JOIN sqlar a ON a.name = s.evidence"
		" WHERE s.id = ?1";
	AUTO(stmt_reset) sqlite3_stmt *stmt = store_sql_of(store, sql, err);
	enum step step;

	if (!stmt)
		return false;
	bind_int(stmt, 1, source);
	if ((step = store_step(store, stmt, err)) == STEP_FAILED)
		return false;
	if (step == STEP_DONE)
		return err_set(err, "no source %lld", (long long)source);
	*out = (struct kept){str_dup(arena, col_str(stmt, 0)), str_dup(arena, col_str(stmt, 1)),
		str_dup(arena, col_str(stmt, 2)), col_int(stmt, 3)};
	return true;
}

bool store_evidence(struct store *store, int64_t source, struct arena *arena, struct str *out, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct kept kept;

	if (!kept_read(store, source, store->scratch, &kept, err))
		return false;
	ERR_IN(err, str_dup(store->arena, kept.source));
	if (!kept.name.n)
		return err_set(err, "its bytes were not kept; ingest it again with --keep all");
	if (str_contains(kept.name, STR(".part-")))
		return parts_join(store, kept.name, arena, out, err);
	return inflate_all(arena, kept.data, kept.size, out, err);
}

/* --- some of them --- */

struct pieces {
	struct piece_of_evidence *v; /* by offset */
	size_t n, first;             /* those before FIRST are filled */
};

static int64_t piece_end(const struct piece_of_evidence *p)
{
	return p->offset + p->length;
}

/* BYTES stand at offset AT, and follow those that came before. */
static void pieces_fill(struct pieces *pieces, int64_t at, struct str bytes)
{
	int64_t end = at + (int64_t)bytes.n;

	for (size_t i = pieces->first; i < pieces->n && pieces->v[i].offset < end; i++) {
		struct piece_of_evidence *p = &pieces->v[i];
		int64_t from = p->offset > at ? p->offset : at, to = piece_end(p) < end ? piece_end(p) : end;
		if (p->bytes.p && to > from)
			memcpy((char *)(uintptr_t)p->bytes.p + (from - p->offset), bytes.p + (from - at),
				(size_t)(to - from));
	}
	while (pieces->first < pieces->n && piece_end(&pieces->v[pieces->first]) <= end)
		pieces->first++;
}

static bool inflate_pieces(struct str data, int64_t size, struct pieces *pieces)
{
	unsigned char window[INFLATE_WINDOW];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)data.p, .avail_in = (uInt)data.n};
	int64_t at = 0;
	int status = inflateInit(&z);

	while (status == Z_OK && at <= size) {
		z.next_out = window;
		z.avail_out = sizeof window;
		status = inflate(&z, Z_NO_FLUSH);
		size_t n = sizeof window - z.avail_out;
		pieces_fill(pieces, at, str_n((const char *)window, n));
		at += (int64_t)n;
	}
	inflateEnd(&z);
	return status == Z_STREAM_END && at == size;
}

bool store_evidence_pieces(struct store *store, int64_t source, struct arena *arena, struct piece_of_evidence *v,
	size_t n, struct err *err)
{
	ARENA_SCOPE(store->scratch);
	struct pieces pieces = {v, n, 0};
	struct kept kept;

	if (!kept_read(store, source, store->scratch, &kept, err))
		return false;
	if (!kept.name.n)
		return err_set(err, "its bytes were not kept");
	struct str data = kept.data;
	int64_t size = kept.size;
	if (size < 0 || size > EVIDENCE_MAX || str_contains(kept.name, STR(".part-")))
		return err_set(err, "its bytes do not stand in one piece");
	for (size_t i = 0; i < n; i++) {
		bool inside = v[i].offset >= 0 && v[i].length >= 0 && v[i].length <= size &&
			      v[i].offset <= size - v[i].length;
		v[i].bytes =
			inside ? str_n(arena_alloc_raw(arena, (size_t)v[i].length), (size_t)v[i].length) : STR_NONE;
		if (!inside)
			v[i].length = 0;
	}
	if ((int64_t)data.n == size)
		pieces_fill(&pieces, 0, data);
	else if (!inflate_pieces(data, size, &pieces))
		return err_set(err, "its kept bytes are damaged; restore a backup");
	return true;
}
