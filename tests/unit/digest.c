/* What base/digest.h promises. */
#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

#define assert_str(s, expected) assert_string_equal(str_cstr(a, (s)), (expected))

static void known_digests(void **state)
{
	struct digest d = digest_of(STR("abc"));

	(void)state;
	assert_str(digest_hex(a, &d), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	d = digest_of(STR_NONE);
	assert_str(digest_hex(a, &d), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void one_digester_many_digests(void **state)
{
	AUTO(digester_close) struct digester *d = digester_open();
	struct digest abc = digest_of(STR("abc"));

	(void)state;
	for (int i = 0; i < 3; i++) {
		digester_begin(d);
		digester_add(d, "a", 1);
		digester_add(d, NULL, 0);
		digester_add(d, "bc", 2);
		struct digest end = digester_end(d);
		assert_memory_equal(&end, &abc, DIGEST_SIZE);
	}
	digester_begin(d); /* begun and left */
	digester_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_digests),
		cmocka_unit_test(one_digester_many_digests),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
