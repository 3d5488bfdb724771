/* JSON without a tree: what it takes, what it leaves, and that it never disagrees with the tree. */
#include "pull_law.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *a;

static bool takes(const char *text)
{
	bool taken;
	const char *broken = pull_law(a, str_of(text), &taken);

	if (broken)
		fail_msg("%s: %s", text, broken);
	return taken;
}

static void takes_what_is_usual(void **state)
{
	static const char *const good[] = {"{}", " { } ", "[]", "[ 1 , [ ] , {} ]", "\"\"", "0", "-1.5e+3", "null",
		"true", "false", "{\"a\":{\"b\":\"c\"},\"d\":[1,2,\"]}\"],\"e\":7}",
		"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u003c\\u00e9\\u20ac\"}",
		"\"Gr\xc3\xb6\xc3\x9f"
		"e\"",
		"{\n        \"a\": \"sixteen bytes and more of it\",\n        \"a\": 2\n}\n"};

	(void)state;
	for (size_t i = 0; i < LEN(good); i++)
		if (!takes(good[i]))
			fail_msg("'%s' was not taken", good[i]);
}

static void leaves_what_is_not(void **state)
{
	static const char *const bad[] = {"", " ", "{", "}", "[", "]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
		"[1,]", "[,1]", "[1 2]", "{} {}", "01", "-", "1.", ".5", "1e", "+1", "1234567890123456", "nul", "True",
		"'a'", "\"a", "\"a\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"",
		"\"a\nb\"", "\"\xff\"", "\"\xc3\"", "{\"\\u0061\":1}", "{\"a\":1 \"b\":2}", "{\"a\" 1}",
		"\xef\xbb\xbf{}", "{}\f", "[1}"};
	struct buf deep = BUF(a);
	bool taken;

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++)
		if (takes(bad[i]))
			fail_msg("'%s' was taken", bad[i]);
	for (int i = 0; i <= JSON_DEPTH; i++)
		buf_cstr(&deep, i % 2 ? "{\"a\":" : "[");
	pull_law(a, buf_str(&deep), &taken);
	assert_false(taken);
}

/* --- events --- */

#define EVENT(more)                                                                                                                           \
	"{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\"},\"metadata\":{\"name\":\"p.1\"}" more \
	"}"

static bool is_pulled(const char *text)
{
	bool taken;
	const char *broken = kube_law(a, str_of(text), &taken);

	if (broken)
		fail_msg("%s: %s", text, broken);
	return taken;
}

static void events_by_themselves_and_watched(void **state)
{
	(void)state;
	assert_true(is_pulled(EVENT(",\"count\":3,\"message\":\"a \\\"b\\\"\",\"series\":null")));
	assert_true(is_pulled("{\"type\":\"ADDED\",\"object\":" EVENT(",\"type\":\"Normal\"") "}"));
	assert_true(is_pulled(
		"{\"metadata\":{\"uid\":\"u\"},\"regarding\":{\"kind\":\"Node\",\"name\":\"n\"},\"note\":\"n\"}"));
}

static void whatever_is_unusual_is_left(void **state)
{
	static const char *const left[] = {EVENT(",\"count\":\"1.2e+06\""), EVENT(",\"reason\":\"null\""),
		EVENT(",\"reason\":\"***HIDDEN***\""), EVENT(",\"reason\":\"a\",\"reason\":\"b\""),
		EVENT(",\"items\":[]"), EVENT(",\"auditID\":\"x\",\"stage\":\"y\""),
		EVENT(",\"object\":{},\"type\":\"x\""), "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\"}}",
		"{\"type\":\"BOOKMARK\",\"object\":" EVENT("") "}", "{\"object\":" EVENT("") ",\"type\":\"ADDED\"}",
		"{\"type\":\"ADDED\",\"object\":" EVENT("") ",\"more\":1}",
		"{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p\"}}",
		"{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\"}", "{\"reason\":\"a\",\"message\":\"b\"}", "[]",
		"7"};

	(void)state;
	for (size_t i = 0; i < LEN(left); i++)
		if (is_pulled(left[i]))
			fail_msg("'%s' was pulled", left[i]);
}

/* --- the samples, and the samples damaged --- */

static uint32_t dice(uint32_t n)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

/* One to three bytes become others, mostly those that mean something. */
static struct str damaged(struct str text)
{
	static const char bytes[] = "\"\\{}[]:,.-+eE0123u\n\t \xc3\xff";
	struct str copy = str_dup(a, text);

	for (uint32_t i = 0; i <= dice(3) && copy.n; i++)
		((char *)(uintptr_t)copy.p)[dice((uint32_t)copy.n)] =
			dice(4) ? bytes[dice(sizeof bytes)] : (char)dice(256);
	return copy;
}

struct samples {
	size_t whole, taken, pulled;
};

static void sample_check(struct str text, struct samples *n)
{
	for (int i = 0; i < 300; i++) {
		ARENA_SCOPE(a);
		struct str variant = i ? damaged(text) : text;
		bool taken, pulled;
		const char *broken = pull_law(a, variant, &taken), *kube = kube_law(a, variant, &pulled);

		if (broken || kube)
			fail_msg("%s: %.*s", broken ? broken : kube, STR_ARG(variant));
		n->whole += i == 0;
		n->taken += taken;
		n->pulled += i == 0 && pulled;
	}
}

static struct str file_read(const char *path)
{
	struct buf b = BUF(a);
	FILE *f = fopen(path, "rb");

	for (int c; f && (c = fgetc(f)) != EOF;)
		buf_byte(&b, (char)c);
	if (f)
		fclose(f);
	return buf_str(&b);
}

static void agrees_with_the_tree(void **state)
{
	glob_t files;
	struct samples n = {0};

	(void)state;
	assert_int_equal(glob("tests/formats/kube*/*json", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		AUTO(doc_close) struct doc *d = doc_of(a, STR("sample"), file_read(files.gl_pathv[i]));
		struct slice s;
		while (doc_json(d, "items", &s))
			if (!s.cut && !s.broken)
				sample_check(str_dup(a, s.text), &n);
	}
	globfree(&files);
	assert_true(n.whole > 30 && n.pulled > 15);
	assert_true(n.taken > 20 * n.whole); /* damage is not always the end of JSON */
}

static int open_arena(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_usual),
		cmocka_unit_test(leaves_what_is_not),
		cmocka_unit_test(events_by_themselves_and_watched),
		cmocka_unit_test(whatever_is_unusual_is_left),
		cmocka_unit_test(agrees_with_the_tree),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
