/* What store/ promises when SQLite gets no memory: each of its allocations fails in turn, and whatever is asked is right, or said to have failed. */
#include "store_asked.h"

#include <sqlite3.h>

static sqlite3_mem_methods plenty;
static long until_none; /* allocations until one fails; 0: none does */
static bool for_good;   /* and all after it */
static bool refused;    /* one did */

static bool was_refused(void)
{
	return refused;
}

static bool refuses(void)
{
	if (!until_none || (until_none > 1 && until_none--))
		return false;
	refused = true;
	until_none = for_good;
	return true;
}

static void *starved_malloc(int n)
{
	return refuses() ? NULL : plenty.xMalloc(n);
}

static void *starved_realloc(void *old, int n)
{
	return refuses() ? NULL : plenty.xRealloc(old, n);
}

/* --- the hunger --- */

/* Asks with the Nth allocation failing. True: there is nothing more to refuse. */
static bool ask_starved(struct fixture *f, bool (*asked)(struct fixture *), long nth)
{
	reopen(f, STORE_WRITE); /* nothing is prepared */
	refused = false;
	until_none = nth;
	bool done = asked(f);
	until_none = 0;
	if (!done && !err_is_set(&f->err))
		fail_msg("allocation %ld: failed without a word", nth);
	if (!done && !refused)
		fail_msg("allocation %ld: %s", nth, f->err.text);
	err_clear(&f->err);
	return !refused;
}

static void starve(void **state, bool (*asked)(struct fixture *))
{
	struct fixture *f = *state;

	tell(f);
	for (int mode = 0; mode < 2; mode++) {
		for_good = mode;
		long nth = 1;
		while (!ask_starved(f, asked, nth))
			nth += 1 + nth / 64;
		assert_true(nth > 10); /* it did ask for memory */
	}
	reopen(f, STORE_WRITE);
	assert_fine(f);
}

#define STARVED(name)                                                                                                  \
	static void starved_it_##name(void **state)                                                                    \
	{                                                                                                              \
		starve(state, name);                                                                                   \
	}
EACH_QUESTION(STARVED)

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(starved_it_##name, set_up, tear_down),
	const struct CMUnitTest tests[] = {EACH_QUESTION(TEST)};
	sqlite3_mem_methods starved;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plenty) != SQLITE_OK)
		return 1; /* it is running already */
	starved = plenty;
	starved.xMalloc = starved_malloc;
	starved.xRealloc = starved_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &starved);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	stay_in_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
