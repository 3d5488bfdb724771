/* What store/ promises when SQLite refuses: each of its calls in turn answers with a failure, and whatever is asked is right, or said to have failed. */
#include "store_asked.h"

#include "../faults/refuse.c"
#include "embed.h"
#include <sys/stat.h>

static const int refusals[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_NOMEM, SQLITE_BUSY,
	SQLITE_CORRUPT, SQLITE_CANTOPEN};

static bool was_refused(void)
{
	return refusal.done;
}

/* --- what is asked besides --- */

static const char *in_folder(struct fixture *f, const char *name)
{
	return str_cstr(f->arena, str_fmt(f->arena, "%s/%s", f->folder, name));
}

static void copy_file(const char *from, const char *to)
{
	char bytes[65536];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	assert_true(in && out);
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
		fwrite(bytes, 1, n, out);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* As the first lineup left it. */
static void make_old(struct fixture *f)
{
	const char *schema = in_folder(f, "old.sql");
	FILE *file = fopen(schema, "w");

	fwrite(embedded_files[0].data, 1, embedded_files[0].size, file);
	fclose(file);
	assert_int_equal(system(str_cstr(f->arena, str_fmt(f->arena, "sqlite3 %s/old.db <%s", f->folder, schema))), 0);
}

/* With the journal of a writer that was killed: all of its pages are written, and not committed. */
static void make_torn(struct fixture *f)
{
	struct source s = {.name = STR("many.log"), .sha256 = STR("ee"), .taken_at = NOON, .mtime = INSTANT_NONE};

	must(f, store_begin(f->store, &f->err) && store_source_add(f->store, &s, &f->err));
	for (int i = 0; i < 1000; i++)
		take(f, make_event(f, s.row, NOON + DAY + i, str_cstr(f->arena, str_fmt(f->arena, "line %d", i))),
			false);
	must(f, store_commit(f->store, &f->err));
	static const char sql[] =
		"PRAGMA cache_size = 1; BEGIN; UPDATE event SET written = text || hex(randomblob(99))";
	must(f, system(str_cstr(f->arena,
			str_fmt(f->arena,
				"cd %s && sqlite3 t.db '%s' '.shell cp t.db torn.db; cp t.db-journal torn.db-journal' ROLLBACK >/dev/null",
				f->folder, sql))) == 0);
}

static bool opens_a_copy(struct fixture *f, const char *of, enum store_mode mode)
{
	const char *path = in_folder(f, "copy.db");

	copy_file(in_folder(f, of), path);
	struct store *store = store_open(path, mode, &f->err);
	store_close(store);
	return store;
}

static bool opens_the_old(struct fixture *f)
{
	return opens_a_copy(f, "old.db", STORE_WRITE);
}

static bool reads_the_old(struct fixture *f)
{
	return opens_a_copy(f, "old.db", STORE_READ);
}

static bool reads_the_torn(struct fixture *f)
{
	copy_file(in_folder(f, "torn.db-journal"), in_folder(f, "copy.db-journal"));
	bool done = opens_a_copy(f, "torn.db", STORE_READ);

	unlink(in_folder(f, "copy.db-journal"));
	return done;
}

/* Too many to be looked up at once, and most of them at one instant. */
enum { FEW = 100, MANY = 9000 };

static void make_many(struct fixture *f)
{
	struct event *v = NEW_N(f->arena, struct event, MANY);
	enum taken *out = NEW_N(f->arena, enum taken, MANY);
	bool *grows = NEW_N(f->arena, bool, MANY);
	int64_t source = add_source(f, "many.log", "ee");

	for (int i = 0; i < MANY; i++) {
		v[i] = make_event(
			f, source, NOON + DAY * (i < FEW ? 1 : 2), str_cstr(f->arena, str_fmt(f->arena, "line %d", i)));
		grows[i] = false;
	}
	must(f, store_begin(f->store, &f->err) && store_take_batch(f->store, v, MANY, grows, out, &f->err) &&
			store_commit(f->store, &f->err));
}

static bool walks_far(struct fixture *f)
{
	struct query q = {.from = NOON + DAY - HOUR, .to = NOON + 9 * DAY, .limit = MANY - 1};
	int n = 0;

	if (!store_each(f->store, &q, count_one, &n, &f->err))
		return false;
	assert_int_equal(n, MANY - 1);
	return true;
}

/* Asks with the Nth call refused. True: there is nothing more to refuse. */
static bool ask_refused(struct fixture *f, bool (*asked)(struct fixture *), long nth, int code, bool for_good)
{
	refusal.at = 0;
	reopen(f, STORE_WRITE);
	refusal.count = 0;
	refusal.done = false;
	refusal.code = code;
	refusal.for_good = for_good;
	refusal.at = nth;
	bool done = asked(f);
	refusal.at = 0;
	if (!done && !err_is_set(&f->err))
		fail_msg("call %ld: failed without a word", nth);
	if (done != !refusal.done)
		fail_msg("call %ld, %s: %s", nth, sqlite3_errstr(code), done ? "said to be done" : f->err.text);
	err_clear(&f->err);
	reopen(f, STORE_WRITE);
	assert_int_equal(ask(f, "SELECT count(*) FROM event WHERE text = 'one more'"), lines_said);
	return !refusal.done;
}

static void refuse_each(struct fixture *f, bool (*asked)(struct fixture *))
{
	for (size_t i = 0; i < 2 * LEN(refusals); i++) {
		long nth = 1;
		while (!ask_refused(f, asked, nth, refusals[i % LEN(refusals)], i >= LEN(refusals)))
			assert_true(nth++ < 2000); /* it ends */
		assert_true(nth > 3);              /* it did ask SQLite */
	}
}

static void refuse(void **state, bool (*asked)(struct fixture *))
{
	struct fixture *f = *state;

	tell(f);
	refuse_each(f, asked);
	assert_fine(f);
}

#define REFUSED(name)                                                                                                  \
	static void refused_it_##name(void **state)                                                                    \
	{                                                                                                              \
		refuse(state, name);                                                                                   \
	}
EACH_QUESTION(REFUSED)

/* So many that their words are indexed in pieces. */
static void make_a_heap(struct fixture *f)
{
	static const char sql[] =
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
		" INSERT INTO event(at, key, kind, lane, severity, precision, basis, source, offset, length, line, count, subject,"
		" text, written, fields)"
		" SELECT i, randomblob(16), 1, 7, 1, 2, 1, 1, i, 1, i, 1, '', 'heap' || i, '', '{}' FROM n";
	assert_int_equal(shell(f, sql), 0);
}

static bool indexes_ahead(struct fixture *f)
{
	return store_index_ahead(f->store, &f->err);
}

static bool indexes(struct fixture *f)
{
	return store_index(f->store, &f->err);
}

/* --- files --- */

static void refused_they_open(void **state)
{
	struct fixture *f = *state;

	tell(f);
	make_old(f);
	make_torn(f);
	refuse_each(f, opens_the_old);
	refuse_each(f, reads_the_old);
	refuse_each(f, reads_the_torn);
	must(f, reads_the_torn(f));
}

static void refused_it_walks_far(void **state)
{
	struct fixture *f = *state;
	static const char *const some[] = {
		"SELECT at FROM event", "INDEXED BY event_time", "INDEXED BY event_band", "WHERE e.id = ?1", "BEGIN"};

	tell(f);
	make_many(f);
	must(f, walks_far(f));
	for (size_t i = 0; i < LEN(some); i++) {
		refusal.only = some[i];
		for (long nth = 1; nth < 6; nth++)
			ask_refused(f, walks_far, nth, SQLITE_IOERR_READ, false);
	}
	refusal.only = NULL;
	assert_fine(f);
}

static void refused_it_indexes_a_heap(void **state)
{
	struct fixture *f = *state;
	static const char *const some[] = {"BEGIN", "INSERT INTO event_text", "UPDATE state", "coalesce(max(id), 0)"};
	struct query q = everything;

	tell(f);
	make_a_heap(f);
	for (size_t i = 0; i < LEN(some); i++) {
		refusal.only = some[i];
		for (long nth = 1; nth < 3; nth++)
			ask_refused(f, indexes_ahead, nth, SQLITE_FULL, false);
		ask_refused(f, indexes, 2, SQLITE_FULL, false);
	}
	refusal.only = NULL;
	must(f, indexes_ahead(f) && indexes(f) && indexes(f));
	q.words = STR("heap49999");
	assert_int_equal(look(f, q).n, 1);
	assert_fine(f);
}

static void a_refused_commit_is_a_write(void **state)
{
	struct fixture *f = *state;
	struct entry line = typed_line("one more");

	tell(f);
	refusal.only = "COMMIT";
	refusal.code = SQLITE_FULL;
	for (refusal.at = 1; refusal.at <= 2; refusal.at++) {
		refusal.count = 0;
		reopen(f, STORE_WRITE);
		assert_false(ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err));
		assert_says(f, refusal.at == 1 ? "cannot read" : "cannot write to");
	}
	refusal.at = 0;
	refusal.only = NULL;
}

/* What lineup itself asks of the system for a copy. */
static int sync_at, rename_at;

int fsync(int fd)
{
	bool fails = !depth && sync_at && --sync_at == 0;

	errno = EIO;
	return fails ? -1 : TRUE(fsync)(fd);
}

int rename(const char *from, const char *to)
{
	bool fails = rename_at && --rename_at == 0;

	errno = EIO;
	return fails ? -1 : TRUE(rename)(from, to);
}

static void a_copy_is_whole_or_none(void **state)
{
	struct fixture *f = *state;
	const char *to = in_folder(f, "kept.db");

	tell(f);
	sync_at = 1;
	assert_false(store_backup(f->store, to, &f->err));
	assert_says(f, "cannot sync");
	rename_at = 1;
	assert_false(store_backup(f->store, to, &f->err));
	assert_says(f, "cannot write");
	assert_int_not_equal(access(to, F_OK), 0);
	sync_at = 2; /* of the folder: the copy is there, but may not be after a power cut */
	assert_false(store_backup(f->store, to, &f->err));
	assert_says(f, "cannot sync");
	refusal.only = "goes on";
	refusal.code = SQLITE_OK; /* not all of it in one go */
	refusal.count = 0;
	refusal.at = 1;
	must(f, store_backup(f->store, to, &f->err));
	assert_true(refusal.done);
	refusal.at = 0;
	refusal.only = NULL;
	assert_int_not_equal(system(str_cstr(f->arena, str_fmt(f->arena, "ls %s.* 2>/dev/null", to))), 0);
	f->path = to;
	reopen(f, STORE_READ);
	assert_int_equal(look(f, everything).n, 4);
	f->path = in_folder(f, "t.db");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(refused_it_##name, set_up, tear_down),
#define TEST_TOO(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down),
	const struct CMUnitTest tests[] = {EACH_QUESTION(TEST) TEST_TOO(refused_they_open)
			TEST_TOO(refused_it_walks_far) TEST_TOO(refused_it_indexes_a_heap)
				TEST_TOO(a_refused_commit_is_a_write) TEST_TOO(a_copy_is_whole_or_none)};

	stay_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
