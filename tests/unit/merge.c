/* What people write in a report survives whatever is generated around it. */
#include "render/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;
static uint64_t seed = 88172645463325252u;

static size_t pick(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

static struct str fresh_report(int generation)
{
	return report_seal(a,
		str_fmt(a,
			"<!-- lineup:report -->\n<!-- lineup:generated header -->\n# Title\n<!-- /lineup:generated -->\n\n## Summary\n\n"
			"<!-- lineup:human summary -->\ndraft\n<!-- /lineup:human -->\n\n## Numbers\n\n<!-- lineup:generated numbers -->\n"
			"number %d\n```text\n<!-- /lineup:generated -->\n```\n<!-- /lineup:generated -->\n\n## Lessons\n\n<!-- lineup:human lessons -->\ndraft\n"
			"<!-- /lineup:human -->\n",
			generation));
}

static struct str merged(struct str fresh, struct str previous, int edited, struct str *conflicts)
{
	struct err e = {0};
	struct str out, ignored;
	if (!report_merge(a, fresh, previous, edited, &out, conflicts ? conflicts : &ignored, &e))
		fail_msg("%s", e.text);
	return out;
}

static struct str replaced(struct str s, const char *was, const char *is)
{
	struct str before, after;
	assert_true(str_cut(s, str_of(was), &before, &after));
	return str_fmt(a, "%.*s%s%.*s", STR_ARG(before), is, STR_ARG(after));
}

static void a_fresh_report_is_its_own_merge(void **state)
{
	(void)state;
	struct str one = fresh_report(1);
	struct pieces p = report_split(a, one);
	for (size_t i = 0; i < p.n; i++)
		assert_false(piece_is_edited(a, &p.v[i]));
	assert_string_equal(str_cstr(a, merged(one, one, REPORT_KEEP, NULL)), str_cstr(a, one));
	assert_string_equal(str_cstr(a, merged(fresh_report(2), one, REPORT_KEEP, NULL)), str_cstr(a, fresh_report(2)));
}

/* Fragments that could confuse whoever takes a report apart. */
static const char *const fragments[] = {"plain words\n", "# heading\n", "```\ncode\n", "````\n", "<!-- a comment -->\n",
	"| a | b |\n|---|---|\n", "[E12] said so\n", "\n", "\n\n", "  indented\n", "- [ ] task\n",
	"<!-- lineup: not a marker -->\n", "no end of line", "\tTab\r\n", "> quote\n", "é 日本 \xf0\x9f\x91\xa9\n",
	"<!-- lineup:generated\n", "-->\n", "~~~\n"};

static struct str random_prose(void)
{
	struct buf b = BUF(a);
	for (size_t n = pick(8); n > 0; n--)
		buf_cstr(&b, fragments[pick(LEN(fragments))]);
	if (b.n && b.p[b.n - 1] != '\n')
		buf_byte(&b, '\n');
	return buf_str(&b);
}

static struct str with_crlf(struct str s)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			buf_byte(&b, '\r');
		buf_byte(&b, s.p[i]);
	}
	return buf_str(&b);
}

/* Somebody moved the sections: the report's pieces, last one first. */
static struct str turned_round(struct str report)
{
	struct pieces p = report_split(a, report);
	struct buf b = BUF(a);
	for (size_t i = p.n; i-- > 0;)
		buf_add(&b, p.v[i].whole);
	return buf_str(&b);
}

/* Random words in every place that is a person's, headings renamed, sections moved, another system's line ends: all of
 * it stays. */
static void prose_survives(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		ARENA_SCOPE(a);
		bool crlf = pick(4) == 0, moved = pick(4) == 0;
		struct str said[] = {random_prose(), random_prose(), random_prose(), random_prose()};
		said[2] = str_fmt(a, "## Renamed\n%.*s", STR_ARG(said[2]));
		said[3] = str_fmt(a, "\n## Our own section\n%.*s", STR_ARG(said[3]));
		struct str report = replaced(fresh_report(1), "draft\n", str_cstr(a, said[0]));
		report = replaced(report, "draft\n", str_cstr(a, said[1]));
		report = replaced(report, "## Numbers\n", str_cstr(a, said[2]));
		report = str_fmt(a, "%.*s%.*s", STR_ARG(report), STR_ARG(said[3]));
		if (moved)
			report = turned_round(report);
		if (crlf)
			report = with_crlf(report);
		for (size_t i = 0; crlf && i < LEN(said); i++)
			said[i] = with_crlf(said[i]);
		for (int again = 2; again < 5; again++) {
			struct str conflicts;
			report = merged(fresh_report(again), report, REPORT_KEEP, &conflicts);
			assert_int_equal(conflicts.n, 0);
			struct pieces p = report_split(a, report);
			assert_true(str_eq(piece_find(&p, PIECE_HUMAN, STR("summary"))->body, said[0]));
			assert_true(str_eq(piece_find(&p, PIECE_HUMAN, STR("lessons"))->body, said[1]));
			assert_true(str_contains(report, said[2]));
			assert_true(moved ? str_contains(report, said[3]) : str_ends(report, said[3]));
			assert_true(str_contains(report, str_fmt(a, "number %d%s", again, crlf ? "\r\n" : "\n")));
		}
		assert_true(str_eq(report, merged(fresh_report(4), report, REPORT_KEEP, NULL)));
	}
}

static void an_edited_part_is_kept_and_shown(void **state)
{
	(void)state;
	struct str report = replaced(fresh_report(1), "number 1", "number one"), conflicts;
	struct str kept = merged(fresh_report(2), report, REPORT_KEEP, &conflicts);
	assert_true(str_contains(kept, STR("number one")));
	assert_true(str_contains(conflicts, STR("-number 2\n+number one\n")));
	kept = merged(fresh_report(3), kept, REPORT_THEIRS, &conflicts);
	assert_true(str_contains(kept, STR("number one")));
	assert_int_equal(conflicts.n, 0);
	assert_string_equal(
		str_cstr(a, merged(fresh_report(4), kept, REPORT_OURS, NULL)), str_cstr(a, fresh_report(4)));
}

/* Whoever takes the end of a code block away hides no section behind it, nor what is written there. */
static void a_fence_without_end_hides_nothing(void **state)
{
	(void)state;
	struct str report = replaced(replaced(fresh_report(1), "\n```\n<!-- /lineup", "\n<!-- /lineup"),
		"human lessons -->\ndraft", "human lessons -->\nours");
	for (int edited = REPORT_KEEP; edited <= REPORT_THEIRS; edited++) {
		struct str kept = merged(fresh_report(2), report, edited, NULL);
		struct pieces p = report_split(a, kept);
		assert_true(str_eq(piece_find(&p, PIECE_HUMAN, STR("lessons"))->body, STR("ours\n")));
	}
}

static void other_line_ends_and_blanks_are_no_edits(void **state)
{
	(void)state;
	struct str conflicts, report = with_crlf(fresh_report(1));
	report = merged(fresh_report(2), report, REPORT_KEEP, &conflicts);
	assert_int_equal(conflicts.n, 0);
	assert_string_equal(str_cstr(a, report), str_cstr(a, with_crlf(fresh_report(2))));
	report = replaced(fresh_report(1), "number 1\n", "number 1   \n");
	merged(fresh_report(2), report, REPORT_KEEP, &conflicts);
	assert_int_equal(conflicts.n, 0);
}

static struct str generated(const char *body)
{
	return report_seal(a, str_fmt(a, "<!-- lineup:generated x -->\n%s<!-- /lineup:generated -->\n", body));
}

/* Whether a section sealed over ONE counts as edited when it reads OTHER. */
static bool is_an_edit(const char *one, const char *other)
{
	struct pieces p = report_split(a, replaced(generated(one), one, other));
	return piece_is_edited(a, &p.v[0]);
}

static void what_editors_do_unasked_is_no_edit(void **state)
{
	(void)state;
	const char *table = "| What | How long |\n|---|---:|\n| time to detect | **2 h** [E1] |\n";
	assert_false(is_an_edit(table,
		"| What           |    How long |\n| -------------- | ----------: |\n| time to detect | **2 h** [E1] |\n"));
	assert_false(is_an_edit(table, "| What | How long |\r\n|---|---:|\r\n| time to detect | __2 h__ [E1] |\r\n"));
	assert_false(is_an_edit("- one two three\n- [ ] four\n", "* one two\n  three\n\n* [ ] four\n"));
	assert_true(is_an_edit(table, "| What | How long |\n|---|---:|\n| time to detect | **3 h** [E1] |\n"));
	assert_true(is_an_edit(table, "| What | How long |\n|---|---:|\n| time to detect | **2 h** [E2] |\n"));
	assert_true(is_an_edit("- [ ] four\n", "- [x] four\n"));
	const char *code = "```text\na  b - *c*\n```\n";
	assert_false(is_an_edit(code, "```text\na  b - *c*  \r\n```\n\n"));
	assert_true(is_an_edit(code, "```text\na b - *c*\n```\n"));
	assert_true(is_an_edit(code, "```text\na  b - _c_\n```\n"));
	assert_true(is_an_edit(code, "```text\na  b - \n*c*\n```\n"));
}

static void what_was_taken_out_comes_back_in_its_place(void **state)
{
	(void)state;
	struct str report = fresh_report(1);
	struct pieces p = report_split(a, report);
	struct str whole = piece_find(&p, PIECE_GENERATED, STR("numbers"))->whole;
	report = replaced(report, str_cstr(a, str_fmt(a, "\n## Numbers\n\n%.*s", STR_ARG(whole))), "");
	report = merged(fresh_report(2), report, REPORT_KEEP, NULL);
	assert_true(str_find(report, STR("## Numbers"), 0) < str_find(report, STR("## Lessons"), 0));
	assert_true(str_contains(report, STR("number 2")));
}

static void a_missing_end_loses_nothing(void **state)
{
	(void)state;
	struct str report = replaced(fresh_report(1), "draft\n<!-- /lineup:human -->\n", "my words\n");
	report = merged(fresh_report(2), report, REPORT_KEEP, NULL);
	assert_true(str_contains(report, STR("my words\n")));
	assert_true(str_contains(report, STR("number 2")));
}

static void what_was_left_out_becomes_text_until_somebody_writes_into_it(void **state)
{
	(void)state;
	struct str left_out = report_seal(a,
		str_fmt(a, "%.*s\n<!-- lineup:generated gone -->\n" REPORT_LEFT_OUT "\n\n<!-- /lineup:generated -->\n",
			STR_ARG(fresh_report(1))));
	struct str out = merged(fresh_report(2), left_out, REPORT_KEEP, NULL);
	assert_true(str_contains(out, STR(REPORT_LEFT_OUT)));
	assert_false(str_contains(out, STR("lineup:generated gone")));
	struct str edited = replaced(left_out, REPORT_LEFT_OUT, REPORT_LEFT_OUT " Why?");
	out = merged(fresh_report(2), edited, REPORT_KEEP, NULL);
	assert_true(str_contains(out, STR("lineup:generated gone")));
	assert_true(str_contains(out, STR(REPORT_LEFT_OUT " Why?")));
}

static void foreign_text_is_refused(void **state)
{
	(void)state;
	struct err e = {0};
	struct str out, conflicts;
	assert_false(report_merge(a, fresh_report(1), STR("# My notes\n"), REPORT_OURS, &out, &conflicts, &e));
	assert_non_null(strstr(e.text, "not overwritten"));
}

int main(void)
{
	a = arena_open();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_report_is_its_own_merge),
		cmocka_unit_test(prose_survives),
		cmocka_unit_test(an_edited_part_is_kept_and_shown),
		cmocka_unit_test(other_line_ends_and_blanks_are_no_edits),
		cmocka_unit_test(what_editors_do_unasked_is_no_edit),
		cmocka_unit_test(what_was_taken_out_comes_back_in_its_place),
		cmocka_unit_test(a_missing_end_loses_nothing),
		cmocka_unit_test(a_fence_without_end_hides_nothing),
		cmocka_unit_test(what_was_left_out_becomes_text_until_somebody_writes_into_it),
		cmocka_unit_test(foreign_text_is_refused),
	};
	int failed = cmocka_run_group_tests_name("merge", tests, NULL, NULL);
	arena_close(a);
	return failed;
}
