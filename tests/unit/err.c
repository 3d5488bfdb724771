/* What base/err.h promises. */
#include "base/err.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

static bool read_line(struct err *e)
{
	ERR_IN(e, str_fmt(a, "line %d", 12));
	return err_set(e, "no '%s'", "involvedObject");
}

static bool read_file(struct err *e)
{
	ERR_IN(e, STR("bundle.zip"));
	ERR_IN(e, STR("events.yaml"));
	return read_line(e);
}

static void contexts_nest(void **state)
{
	struct err e = {0};

	(void)state;
	assert_false(read_file(&e));
	assert_string_equal(e.text, "bundle.zip: events.yaml: line 12: no 'involvedObject'");
}

static void contexts_stay_away_from_older_errors(void **state)
{
	struct err e = {0};

	(void)state;
	err_set(&e, "first");
	assert_false(read_file(&e));
	assert_string_equal(e.text, "first");
	err_clear(&e);
	assert_false(err_is_set(&e));
	{
		ERR_IN(&e, STR("quiet"));
	}
	assert_false(err_is_set(&e));
	{
		ERR_IN(&e, STR("recovered"));
		err_set(&e, "oops");
		err_clear(&e);
	}
	assert_false(err_is_set(&e));
}

static void system_errors_have_their_reason(void **state)
{
	struct err e = {0};

	(void)state;
	errno = ENOENT;
	assert_false(err_sys(&e, "cannot open '%s'", "x"));
	assert_string_equal(e.text, "cannot open 'x': No such file or directory");
}

static void long_text_is_cut_between_characters(void **state)
{
	struct err e = {0};
	char text[4000];

	(void)state;
	for (size_t odd = 0; odd < 2; odd++) {
		memset(text, 'x', sizeof text);
		for (size_t i = odd; i + 1 < sizeof text; i += 2)
			memcpy(text + i, "é", 2);
		text[sizeof text - 1] = '\0';
		err_clear(&e);
		err_set(&e, "%s", text);
		assert_int_equal(strlen(e.text), odd ? 1023 : 1022);
		assert_memory_equal(e.text, text, strlen(e.text));
		err_prefix(&e, STR("p"));
		assert_memory_equal(e.text, "p: ", 3);
		assert_int_equal(strlen(e.text), odd ? 1022 : 1023);
		err_prefix(&e, str_of(text));
		assert_int_equal(strlen(e.text) > 1019, 1);
		assert_non_null(strstr(e.text, ": p: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contexts_nest),
		cmocka_unit_test(contexts_stay_away_from_older_errors),
		cmocka_unit_test(system_errors_have_their_reason),
		cmocka_unit_test(long_text_is_cut_between_characters),
	};

	a = arena_open();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(a);
	return failed;
}
