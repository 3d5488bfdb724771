/* What normalise/normalise.h promises, through a format that puts what the test gives it. */
#include "normalise/normalise.h"
#include "normalise/ordinals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a, *scratch;
static const struct rules *rules;

/* Collects what comes out as text: an event a line. */
struct printer {
	struct event_sink sink;
	struct buf out, notes;
	struct str last_text;
	int events, notes_n;
	uint8_t keys[64][EVENT_KEY];
};

static void print_event(struct event_sink *sink, const struct event *e)
{
	struct printer *p = (struct printer *)sink;
	buf_instant(&p->out, e->at, e->precision);
	if (e->at_min != e->at || e->at_max != e->at) {
		buf_byte(&p->out, '[');
		buf_instant(&p->out, e->at_min, PRECISION_S);
		buf_cstr(&p->out, "..");
		buf_instant(&p->out, e->at_max, PRECISION_S);
		buf_byte(&p->out, ']');
	}
	if (e->until != INSTANT_NONE) {
		buf_cstr(&p->out, " until ");
		buf_instant(&p->out, e->until, PRECISION_S);
	}
	buf_fmt(&p->out, " %s %.*s %s '%.*s' %.*s x%d\n", basis_names[e->basis], STR_ARG(e->kind->name),
		severity_names[e->severity], STR_ARG(str_slice(e->text, 0, 60)), STR_ARG(e->fields), (int)e->count);
	if (p->events < (int)LEN(p->keys))
		memcpy(p->keys[p->events], e->key, EVENT_KEY);
	p->last_text = str_dup(a, e->text);
	p->events++;
}

static void print_note(struct event_sink *sink, struct where where, struct str text, struct str why)
{
	struct printer *p = (struct printer *)sink;
	p->notes_n++;
	buf_fmt(&p->notes, "%d: %.*s: %.*s\n", (int)where.line, STR_ARG(str_slice(text, 0, 40)), STR_ARG(why));
}

/* A format whose records are the test's. */
static const struct record *given;
static size_t given_n;
static bool give(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)doc, (void)e;
	for (size_t i = 0; i < given_n; i++)
		sink_put(sink, given + i);
	return true;
}
static const struct format format_given = {.name = "given", .parse = give};

static struct doc *again(void *arg)
{
	(void)arg;
	return doc_of(a, STR("again"), STR("x"));
}

static struct printer *run(const struct record *records, size_t n, struct clock_setting setting)
{
	struct printer *p = NEW(a, struct printer);
	struct err e = {0};
	*p = (struct printer){.sink = {print_event, print_note}, .out = BUF(a), .notes = BUF(a)};
	given = records;
	given_n = n;
	AUTO(normaliser_close)
	struct normaliser *norm = normaliser_open(a, scratch, rules, "given", &setting, &p->sink);
	AUTO(doc_close) struct doc *doc = doc_of(a, STR("t"), STR("x"));
	assert_true(normalise_doc(norm, &format_given, doc, again, NULL, &e));
	assert_int_equal(norm->records, n);
	assert_int_equal(norm->noted, p->notes_n);
	return p;
}

static instant at(const char *text)
{
	instant t = INSTANT_NONE;
	enum precision p;
	assert_true(instant_parse_rfc3339(str_of(text), &t, &p));
	return t;
}

static const struct clock_setting plain = {.not_after = INSTANT_NONE, .captured_at = INSTANT_NONE};

#define assert_out(printer, expected) assert_string_equal(buf_str(&(printer)->out).p, (expected))
#define assert_notes(printer, expected) assert_string_equal(buf_str(&(printer)->notes).p, (expected))

static void events_have_times_and_fields(void **state)
{
	struct field fields[] = {{STR("pod"), STR("web-0")}, {STR("pod"), STR("second of a name")},
		{STR("empty"), STR_NONE}, {STR("q\"uote"), STR("a\nb")}};
	struct stamp stamps[] = {{.name = STR("finished"), .when = STR("2024-06-18 10:00:00")},
		{.name = STR("expires"), .when = STR("2024-07-18T00:00:00Z")},
		{.name = STR("started"), .when = STR("2024-06-18")}, {.name = STR("data_time"), .when = STR("soon")},
		{.name = STR("gone"), .when = STR("<none>")}};
	struct record r = {.when = STR("2024-06-18T09:30:00Z"),
		.level = STR("warn"),
		.text = STR("hello"),
		.fields = fields,
		.fields_n = 4,
		.stamps = stamps,
		.stamps_n = 5,
		.until = {.when = STR("2024-06-18T09:40:00Z")},
		.count = 7,
		.from = {.line = 3}};
	struct printer *p = run(&r, 1, plain);

	(void)state;
	assert_out(p,
		"2024-06-18T09:30:00Z until 2024-06-18T09:40:00Z offset other.log.line warning 'hello' "
		"{\"pod\":\"web-0\",\"q\\\"uote\":\"a\\nb\",\"finished\":\"2024-06-18T10:00:00Z\",\"finished_basis\":\"assumed\","
		"\"expires\":\"2024-07-18T00:00:00Z\",\"started\":\"2024-06-18T00:00:00Z\",\"started_basis\":\"assumed\","
		"\"started_precision\":\"day\",\"data_time_written\":\"soon\"} x7\n");
	assert_notes(p, "3: soon: time is not understood\n");
}

static void undated_records_are_kept(void **state)
{
	struct record r[] = {
		{.text = STR("before")},
		{.when = STR("2024-06-18T09:30:00Z"), .text = STR("dated"), .basis = BASIS_FALLBACK},
		{.when = STR("gibberish"), .text = STR("after"), .from = {.line = 9}},
		{.when = STR("null"), .text = STR("nothing")},
		{.when = STR("2024-06-18T09:30:00Z"),
			.until = {.when = STR("2024-06-18T09:00:00Z")},
			.text = STR("backwards")},
	};
	struct printer *p = run(r, LEN(r), plain);

	(void)state;
	assert_out(p,
		"unknown manual other.log.line info 'before' {} x1\n"
		"2024-06-18T09:30:00Z fallback other.log.line info 'dated' {} x1\n"
		"unknown[2024-06-18T09:30:00Z..unknown] manual other.log.line info 'after' {} x1\n"
		"unknown[2024-06-18T09:30:00Z..unknown] manual other.log.line info 'nothing' {} x1\n"
		"2024-06-18T09:30:00Z offset other.log.line info 'backwards' {\"until\":\"2024-06-18T09:00:00Z\"} x1\n");
	assert_notes(
		p, "9: gibberish: time is not understood\n0: 2024-06-18T09:00:00Z: its end is before its beginning\n");
}

static void files_are_surveyed_when_it_helps(void **state)
{
	struct record r[] = {{.when = STR("Oct  1 10:00:00"), .text = STR("a")},
		{.when = STR("Jan  1 10:00:00"), .text = STR("b")}, {.when = STR("Oct  2 10:00:00"), .text = STR("c")},
		{.when = STR("Oct  3 10:00:00"), .text = STR("d")}};
	struct clock_setting setting = {.not_after = at("2024-02-01T00:00:00Z"), .captured_at = INSTANT_NONE};
	struct printer *p = run(r, LEN(r), setting);

	(void)state;
	assert_out(p, "2022-10-01T10:00:00Z inferred other.log.line info 'a' {} x1\n"
		      "2023-01-01T10:00:00Z inferred other.log.line info 'b' {} x1\n"
		      "2023-10-02T10:00:00Z inferred other.log.line info 'c' {} x1\n"
		      "2023-10-03T10:00:00Z inferred other.log.line info 'd' {} x1\n");
}

static void keys_count_identical_records(void **state)
{
	struct record r[] = {{.raw = STR("same"), .text = STR("a")}, {.raw = STR("same"), .text = STR("b")},
		{.raw = STR("other"), .text = STR("c")}, {.raw = STR("x"), .identity = STR("uid-1")},
		{.raw = STR("y"), .identity = STR("uid-1")}, {.raw = STR("uid-1")},
		{.when = STR("w"), .text = STR("t")}, {.when = STR("w"), .text = STR("t")}, {.when = STR("wt")}};
	struct printer *p = run(r, LEN(r), plain), *q = run(r + 1, 2, plain);
	uint8_t key[EVENT_KEY];

	(void)state;
	assert_memory_not_equal(p->keys[0], p->keys[1], EVENT_KEY);
	assert_memory_equal(p->keys[0], q->keys[0], EVENT_KEY); /* the first of its kind, wherever it stands */
	assert_memory_equal(p->keys[2], q->keys[1], EVENT_KEY);
	assert_memory_equal(p->keys[3], p->keys[4], EVENT_KEY);
	assert_memory_not_equal(p->keys[3], p->keys[5], EVENT_KEY);
	assert_memory_not_equal(p->keys[6], p->keys[7], EVENT_KEY);
	assert_memory_not_equal(p->keys[6], p->keys[8], EVENT_KEY);
	AUTO(digester_close) struct digester *d = digester_open();
	event_key(d, STR("uid-1"), 1, key);
	assert_memory_equal(p->keys[3], key, EVENT_KEY);
	assert_int_equal(event_id(a, key).n, 13);
	assert_true(str_starts(event_id(a, key), STR("e")));
}

/* Many different records, then all of them again: each must be the second of its kind. */
static void ordinals_survive_growth(void **state)
{
	enum { MANY = 30000 };
	struct record *r = NEW_N(a, struct record, 2 * MANY);
	struct printer *p;

	(void)state;
	for (int i = 0; i < 2 * MANY; i++)
		r[i].raw = str_fmt(a, "record %d", i % MANY);
	p = run(r + MANY - 1, 2, plain);
	struct printer *all = run(r, MANY + 1, plain);
	assert_int_equal(all->events, MANY + 1);
	assert_memory_equal(p->keys[1], all->keys[0], EVENT_KEY); /* "record 0" once */
	struct record few[] = {{.raw = STR("record 0")}, {.raw = STR("record 0")}};
	struct printer *two = run(few, 2, plain);
	assert_memory_equal(two->keys[0], all->keys[0], EVENT_KEY);
}

/* Between others that make the table grow, each is one more of its kind, however often it came before. */
static void ordinals_count_what_is_frequent(void **state)
{
	struct ordinals *o = ordinals_open(a);

	(void)state;
	for (uint64_t i = 1; i <= 5000; i++) {
		assert_int_equal(ordinals_next(o, UINT64_MAX), i);
		assert_int_equal(ordinals_next(o, 0), i);
		assert_int_equal(ordinals_next(o, i << 40 | i << 6), 1);
		if (i % 100 == 0)
			assert_int_equal(ordinals_next(o, UINT64_C(7) << 58), i / 100);
	}
	ordinals_close(o);
}

static void text_is_cleaned_only_for_validity(void **state)
{
	static const struct {
		struct str text, expected;
	} cases[] = {
		{STR("plain | *text* <b>"), STR("plain | *text* <b>")},
		{STR("\x1b[31mred\x1b[0m and \x1b[1;32mgreen\x1b[m"), STR("red and green")},
		{STR("\x1b]0;title\x07shown"), STR("shown")},
		{STR("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), STR("link")},
		{STR("end\x1b"), STR("end")},
		{STR("end\x1b["), STR("end")},
		{STR("bad \xff byte"), STR("bad \xef\xbf\xbd byte")},
		{STR("\x1b]never ended"), STR("never ended")},
		{STR("tab\tand\nline"), STR("tab\tand\nline")},
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct record r = {.text = cases[i].text};
		struct printer *p = run(&r, 1, plain);
		if (!str_eq(p->last_text, cases[i].expected))
			fail_msg("case %zu: '%.*s'", i, STR_ARG(p->last_text));
	}
}

static void limits_have_notes(void **state)
{
	struct buf b = BUF(a);
	struct field many[300];
	struct record *strange = NEW_N(a, struct record, 150);

	(void)state;
	for (int i = 0; i < 40000; i++)
		buf_cstr(&b, "ä");
	struct record r = {.text = buf_str(&b)};
	struct printer *p = run(&r, 1, plain);
	assert_int_equal(p->last_text.n, 65536);
	assert_true(str_contains(buf_str(&p->notes), STR("longer than 64 KiB")));

	r.text.n = 65539; /* the cut would fall into a letter */
	r.text.p++;
	p = run(&r, 1, plain);
	assert_true(p->last_text.n >= 65535);

	for (int i = 0; i < 300; i++)
		many[i] = (struct field){str_fmt(a, "f%d", i), STR("v")};
	r = (struct record){.fields = many, .fields_n = 300};
	p = run(&r, 1, plain);
	assert_true(str_contains(buf_str(&p->out), STR("\"f255\"")));
	assert_false(str_contains(buf_str(&p->out), STR("\"f256\"")));
	assert_true(str_contains(buf_str(&p->notes), STR("more or longer fields")));

	for (int i = 0; i < 150; i++)
		strange[i].when = STR("strange");
	p = run(strange, 150, plain);
	assert_int_equal(p->events, 150);
	assert_int_equal(p->notes_n, 100);
	assert_true(str_contains(buf_str(&p->notes), STR("further ones are not listed")));
}

static int setup(void **state)
{
	struct err e = {0};
	(void)state;
	a = arena_open();
	scratch = arena_open();
	rules = rules_open(a, &e);
	return rules ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_close(a);
	arena_close(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_have_times_and_fields),
		cmocka_unit_test(undated_records_are_kept),
		cmocka_unit_test(files_are_surveyed_when_it_helps),
		cmocka_unit_test(keys_count_identical_records),
		cmocka_unit_test(ordinals_survive_growth),
		cmocka_unit_test(ordinals_count_what_is_frequent),
		cmocka_unit_test(text_is_cleaned_only_for_validity),
		cmocka_unit_test(limits_have_notes),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
