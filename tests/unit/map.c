/* What base/map.h promises. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

static void ten_thousand_keys(void **state)
{
	struct map m = MAP(a);

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		*map_put(&m, str_fmt(a, "key %zu", i)) = (void *)(i + 1);
	assert_int_equal(m.n, 10000);
	for (size_t i = 0; i < 10000; i++) {
		struct str key = str_fmt(a, "key %zu", i);
		assert_int_equal((size_t)map_get(&m, key), i + 1);
		assert_true(str_eq(m.entries[i].key, key));
		assert_ptr_equal(*map_put(&m, key), map_get(&m, key));
	}
	assert_null(map_get(&m, STR("key 10000")));
	assert_int_equal(m.n, 10000);
}

static void odd_keys(void **state)
{
	struct map m = MAP(a);

	(void)state;
	assert_null(map_get(&m, STR("nothing yet")));
	assert_null(*map_put(&m, STR_NONE));
	*map_put(&m, STR("")) = a;
	*map_put(&m, STR("a\0b")) = &m;
	assert_ptr_equal(map_get(&m, STR_NONE), a);
	assert_null(map_get(&m, STR("a")));
	assert_ptr_equal(map_get(&m, STR("a\0b")), &m);
	assert_int_equal(m.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_keys),
		cmocka_unit_test(odd_keys),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
