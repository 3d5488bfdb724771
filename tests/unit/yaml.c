/* YAML: elements one by one with their places, redactions, damage and bombs. */
#include "read/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena *arena;

/* "offset+length:line json" an element, "! message" a damaged place, joined by "|". */
static struct str describe(struct str text)
{
	struct buf b = BUF(arena);
	AUTO(yaml_close) struct yaml *y = yaml_open(arena, text);
	for (;;) {
		struct json *j;
		struct where w;
		struct err e = {{0}};
		bool got = yaml_next(y, arena, &j, &w, &e);
		if (!got && !err_is_set(&e))
			return buf_str(&b);
		if (b.n)
			buf_byte(&b, '|');
		if (!got) {
			buf_fmt(&b, "! %s", e.text);
			continue;
		}
		buf_fmt(&b, "%d+%d:%d ", (int)w.offset, (int)w.length, (int)w.line);
		buf_add(&b, json_print(arena, j));
	}
}

#define CHECK(text, expected) assert_string_equal(describe(STR(text)).p ? describe(STR(text)).p : "", expected)

static void documents_and_lists(void **state)
{
	(void)state;
	CHECK("a: 1\nb: [x, true, null, 007, \"8\", 1.5]\n---\nc: ~\n",
		"0+38:1 {\"a\":1,\"b\":[\"x\",true,null,\"007\",\"8\",\"1.5\"]}|43+4:4 {\"c\":null}");
	CHECK("apiVersion: v1\nitems:\n- a: \xc3\xa9\n- b: 2\n  c:\n  - d\nkind: List\n",
		"24+5:3 {\"a\":\"\xc3\xa9\"}|32+15:4 {\"b\":2,\"c\":[\"d\"]}");
	CHECK("- x: 1\n- y\n", "2+4:1 {\"x\":1}|9+1:2 \"y\"");
	CHECK("items: []\n", "");
	CHECK("", "");
	CHECK("a: &x {b: 1}\nc: *x\n", "0+18:1 {\"a\":{\"b\":1},\"c\":\"*x\"}");
}

static void redactions_are_text(void **state)
{
	(void)state;
	CHECK("a: ***HIDDEN***\nb: |\n  x ***\n", "0+28:1 {\"a\":\"***HIDDEN***\",\"b\":\"x ***\\n\"}");
}

static void bytes_that_yaml_forbids(void **state)
{
	(void)state;
	CHECK("a: x\xff\x01y\nb: 2\n", "0+12:1 {\"a\":\"x??y\",\"b\":2}");
}

static void damage_costs_one_element(void **state)
{
	(void)state;
	CHECK("items:\n- a: 1\n- b: {\n- c: 3\nkind: List\n",
		"9+4:2 {\"a\":1}|! line 4: did not find expected node content|23+4:4 {\"c\":3}");
	CHECK("a: [\n---\nb: 1\n", "! line 2: did not find expected node content|9+4:3 {\"b\":1}");
}

static void depth_is_capped(void **state)
{
	(void)state;
	char bomb[200000];
	memset(bomb, '[', sizeof bomb);
	memcpy(bomb + sizeof bomb - 9, "\n---\na: 1", 9);
	assert_string_equal(
		describe(str_n(bomb, sizeof bomb)).p, "! line 1: nested deeper than 64 levels|199996+4:3 {\"a\":1}");
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_open();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {TEST(documents_and_lists), TEST(redactions_are_text),
		TEST(bytes_that_yaml_forbids), TEST(damage_costs_one_element), TEST(depth_is_capped)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
