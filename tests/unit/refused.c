/* What store/ promises when SQLite refuses: each of its calls in turn answers with a failure, and whatever is asked is right, or said to have failed. */
#include "store_asked.h"

#include "../faults/refuse.c"

static const int refusals[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_NOMEM, SQLITE_BUSY, SQLITE_CORRUPT};

static bool was_refused(void)
{
	return refusal.done;
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

static void refuse(void **state, bool (*asked)(struct fixture *))
{
	struct fixture *f = *state;

	tell(f);
	for (size_t i = 0; i < 2 * LEN(refusals); i += LEN(refusals)) {
		long nth = 1;
		while (!ask_refused(f, asked, nth, refusals[(nth + i) % LEN(refusals)], i > 0))
			nth++;
		assert_true(nth > 3); /* it did ask SQLite */
	}
	assert_fine(f);
}

#define REFUSED(name)                                                                                                  \
	static void refused_it_##name(void **state)                                                                    \
	{                                                                                                              \
		refuse(state, name);                                                                                   \
	}
EACH_QUESTION(REFUSED)

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(refused_it_##name, set_up, tear_down),
	const struct CMUnitTest tests[] = {EACH_QUESTION(TEST)};

	stay_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
