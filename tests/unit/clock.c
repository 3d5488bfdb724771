/* What normalise/clock.h promises: every row of tests/time.tsv (or of the file that TIME_TSV names). */
#include "normalise/clock.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum mode { ALONE, IN_FILE, BESIDE, TYPED };

struct row {
	int line;
	struct str text, assumed, zone, expected;
	const char *layout;
};

struct sheet {
	struct arena *arena;
	enum mode mode;
	struct clock_setting setting; /* its zone comes with each row */
	bool surveys;
	instant near, now;
	const struct zone *typed_zone;
	VEC(struct row) file;
	int line, rows, wrong;
};

static instant time_of(struct str s)
{
	instant at = INSTANT_NONE;
	enum precision p;
	if (!str_eq(s, STR("none")) && !instant_parse_rfc3339(s, &at, &p))
		fail_msg("'%.*s' is no time", STR_ARG(s));
	return at;
}

static const struct zone *zone_of(struct str name)
{
	struct err e = {0};
	const struct zone *z = name.n ? zone_open(name, &e) : NULL;
	if (name.n && !z)
		fail_msg("%s", e.text);
	return z;
}

/* "key=value key=value" */
static void settings_read(struct sheet *s, struct str rest)
{
	struct str word, key, value;
	s->setting = (struct clock_setting){.not_after = INSTANT_NONE, .captured_at = INSTANT_NONE};
	s->surveys = true;
	while (str_word(&rest, &word)) {
		int64_t number;
		str_cut(word, STR("="), &key, &value);
		if (str_eq(key, STR("not_after")))
			s->setting.not_after = time_of(value);
		else if (str_eq(key, STR("captured_at")))
			s->setting.captured_at = time_of(value);
		else if (str_eq(key, STR("near")))
			s->near = time_of(value);
		else if (str_eq(key, STR("now")))
			s->now = time_of(value);
		else if (str_eq(key, STR("zone")))
			s->typed_zone = zone_of(value);
		else if (str_eq(key, STR("survey")))
			s->surveys = !str_eq(value, STR("no"));
		else if (str_eq(key, STR("year")) && str_int(value, &number))
			s->setting.year = (int)number;
		else if (str_eq(key, STR("skew")) && duration_parse(str_from(value, 1), &number))
			s->setting.skew = value.p[0] == '-' ? -number : number;
		else
			fail_msg("line %d: unknown setting '%.*s'", s->line, STR_ARG(word));
	}
}

static const char *reading_text(struct arena *a, const struct reading *r, bool read)
{
	struct buf b = BUF(a);
	if (read != (r->at != INSTANT_NONE))
		buf_cstr(&b, "result and instant contradict each other: ");
	if (!read)
		return r->note ? "unread" : "none";
	buf_fmt(&b, "%s %s %s", instant_str(a, r->at).p, precision_names[r->precision], basis_names[r->basis]);
	if (r->at_min != r->at || r->at_max != r->at)
		buf_fmt(&b, " %s..%s", instant_str(a, r->at_min).p, instant_str(a, r->at_max).p);
	return buf_str(&b).p;
}

static void complain(struct sheet *s, int line, struct str text, const char *got, const char *note, struct str expected)
{
	s->wrong++;
	print_message("tests/time.tsv:%d: %.*s\n  expected %.*s\n  got      %s%s%s\n", line, STR_ARG(text),
		STR_ARG(expected), got, note ? " note: " : "", note ? note : "");
}

static void row_check(struct sheet *s, struct clock *clock, const struct row *row)
{
	struct reading r;
	struct str result, note;
	bool has_note = str_cut(row->expected, STR("note: "), &result, &note);
	bool read = s->mode == BESIDE ? clock_read_beside(clock, row->text, row->zone, row->layout, s->near, &r)
				      : clock_read(clock, row->text, row->zone, row->layout, &r);
	const char *got = reading_text(s->arena, &r, read);
	bool unread_needs_none = !has_note && str_eq(str_trim(result), STR("unread"));
	bool note_fits =
		has_note ? r.note && str_contains(str_of(r.note), str_trim(note)) : !r.note || unread_needs_none;

	s->rows++;
	if (!str_eq(str_of(got), str_trim(result)) || !note_fits)
		complain(s, row->line, row->text, got, r.note, row->expected);
}

static struct clock *clock_for(struct sheet *s, const struct row *row)
{
	s->setting.zone = zone_of(row->assumed);
	return clock_open(s->arena, &s->setting);
}

static void file_check(struct sheet *s)
{
	struct clock *clock = clock_for(s, s->file.v);
	if (s->surveys) {
		clock_survey_begin(clock);
		for (size_t i = 0; i < s->file.n; i++) {
			const struct row *row = s->file.v + i;
			clock_survey(clock, &(struct record){.from = {.line = row->line},
						    .when = row->text,
						    .zone = row->zone,
						    .layout = row->layout,
						    .is_line = true});
		}
		clock_surveyed(clock);
		assert_false(clock_needs_survey(clock));
	}
	for (size_t i = 0; i < s->file.n; i++)
		row_check(s, clock, s->file.v + i);
	s->file.n = 0;
}

static void typed_check(struct sheet *s, struct str text, struct str expected)
{
	struct err e = {0};
	struct typed_time t;
	const char *got = e.text;

	s->rows++;
	bool known = time_typed(text, s->now, s->typed_zone, &t, &e);
	if (known)
		got = str_fmt(s->arena, "%s %s %s%s%s", instant_str(s->arena, t.at).p, instant_str(s->arena, t.end).p,
			precision_names[t.precision], t.at_max != t.at_min ? " or " : "",
			t.at_max != t.at_min ? instant_str(s->arena, t.at_max).p : "")
			      .p;
	bool wants_error = str_starts(expected, STR("error: "));
	bool fits = wants_error ? !known && str_contains(str_of(got), str_from(expected, 7))
				: known && str_eq(str_of(got), expected);
	if (!fits)
		complain(s, s->line, text, got, NULL, expected);
}

static void row_read(struct sheet *s, struct str left, struct str expected)
{
	struct row row = {.line = s->line, .expected = expected};
	struct str rest, zones, word;

	/* "text | zones | layout |": from the right, since the text may hold bars; layouts hold none */
	left = str_trim_end(left);
	left = str_slice(left, 0, str_rfind_byte(left, '|'));
	struct str layout = str_trim(str_from(left, str_rfind_byte(left, '|') + 1));
	rest = str_slice(left, 0, str_rfind_byte(left, '|'));
	zones = str_from(rest, str_rfind_byte(rest, '|') + 1);
	row.text = str_slice(rest, 0, str_rfind_byte(rest, '|'));
	row.layout = layout.n ? str_cstr(s->arena, layout) : NULL;
	while (str_word(&zones, &word)) {
		if (word.p[0] == '=')
			row.zone = str_from(word, 1);
		else
			row.assumed = word;
	}
	if (s->mode == IN_FILE)
		*PUSH(&s->file, s->arena) = row;
	else
		row_check(s, clock_for(s, &row), &row);
}

static void line_read(struct sheet *s, struct str line)
{
	struct str left, expected;
	bool is_typed_row = s->mode == TYPED && str_contains(line, STR("==>"));

	if (str_starts(line, STR("@")) && !is_typed_row) {
		struct str rest = line, word;
		str_word(&rest, &word);
		if (str_eq(word, STR("@end"))) {
			file_check(s);
			s->mode = ALONE;
			return;
		}
		s->mode = str_eq(word, STR("@file"))     ? IN_FILE
			  : str_eq(word, STR("@beside")) ? BESIDE
			  : str_eq(word, STR("@typed"))  ? TYPED
							 : ALONE;
		settings_read(s, rest);
		return;
	}
	if (line.n == 0 || line.p[0] == '#')
		return;
	if (!str_cut(line, STR("==>"), &left, &expected))
		fail_msg("line %d has no ==>", s->line);
	if (s->mode == TYPED)
		typed_check(s, str_trim(left), str_trim(expected));
	else
		row_read(s, left, str_trim(expected));
}

static void every_row_holds(void **state)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	const char *path = getenv("TIME_TSV") ? getenv("TIME_TSV") : "tests/time.tsv";
	FILE *file = fopen(path, "r");
	struct sheet s = {.arena = arena};
	char line[1024];

	(void)state;
	if (!file)
		fail_msg("cannot open %s: run from the repository's root, or set TIME_TSV", path);
	while (fgets(line, sizeof line, file)) {
		s.line++;
		line_read(&s, str_dup(arena, str_trim_end(str_of(line))));
	}
	fclose(file);
	print_message("%d rows, %d wrong\n", s.rows, s.wrong);
	assert_int_equal(s.wrong, 0);
	assert_true(s.rows >= 150);
}

/* The survey is asked for only where it can help. */
static void surveys_are_asked_for(void **state)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	static const struct {
		const char *when;
		bool wanted;
	} cases[] = {{"2025-06-26 02:30:00", false}, {"2025-10-26T02:30:00Z", false}, {"2025-10-26 02:30:00", true},
		{"Jun 18 14:02:03", true}, {"1718700000", false}};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct clock_setting setting = {
			.zone = zone_of(STR("Europe/Paris")), .not_after = time_of(STR("2026-01-01T00:00:00Z"))};
		struct clock *clock = clock_open(arena, &setting);
		struct reading r;
		clock_read(clock, str_of(cases[i].when), STR_NONE, NULL, &r);
		assert_int_equal(clock_needs_survey(clock), cases[i].wanted);
	}
}

/* A document that names a new zone in every line must cost neither time nor memory. */
static void hostile_zones_are_cheap(void **state)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct clock_setting setting = {.not_after = INSTANT_NONE, .captured_at = INSTANT_NONE};
	struct clock *clock = clock_open(arena, &setting);
	size_t before = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[64];
		struct reading r;
		snprintf(text, sizeof text, "2024-06-18 09:30:00 Zone/A%c%c%c%c", 'A' + i % 26, 'A' + i / 26 % 26,
			'A' + i / 676 % 26, 'A' + i / 17576);
		assert_true(clock_read(clock, str_of(text), STR_NONE, NULL, &r));
		before = i == 100 ? arena_size(arena) : before;
	}
	assert_int_equal(arena_size(arena), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_holds),
		cmocka_unit_test(surveys_are_asked_for),
		cmocka_unit_test(hostile_zones_are_cheap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
