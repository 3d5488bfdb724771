/* What base/need.h promises: a pattern that is not tried would not have matched. */
#include "formats/mail_need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PATTERNS = 3000, TEXTS_EACH = 40 };

static struct arena *a;

static bool met(struct str pattern, struct str text)
{
	static struct grams grams;
	struct need need = need_of(a, pattern);
	grams_gather(&grams, text);
	return need_met(&need, &grams);
}

static void words_decide(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool met;
	} rows[] = {
		{"\\bupgrade\\b", "an UPGRADE", true},
		{"\\bupgrade\\b", "nothing of it", false},
		{"upgrad(?:e|ing)", "upgrading", true},
		{"(?:maintenance|outage) window", "a window", false},
		{"(?:maintenance|outage) window", "a window after the outage",
			true} /* may match: the order is not looked at */,
		{"(?:maintenance|outage)? window", "the window", true},
		{"v?\\d{1,2}\\.\\d{1,3}", "version 1.28", true},
		{"v?\\d{1,2}\\.\\d{1,3}", "version one", false},
		{"[0-2]?\\d:[0-5]\\d", "at 9:30", true},
		{"[0-2]?\\d:[0-5]\\d", "at nine", false},
		{"[0-2-]:[0-5]\\d", "-:30", true},
		{"coo+l", "cooool", true},
		{"col{2,3}ar", "collar", true},
		{"(?!never)always", "always", true},
		{"^(?!re:)(?=.*\\bbackup)", "the weekly report", false},
		{"(?<=took )\\w+", "it lasted long", false},
		{"[^]abc]+", "xyz", true},
		{"[-0-9]", "-", true},
		{"abc{,2}d", "abcd", true} /* since PCRE2 10.43 */,
		{"ab{2}{0,1}c", "ac", true},
		{"(a)\\10", "a\b", true} /* an octal number, where there is one group */,
		{"(?<n>a)\\k{n}b|cde", "cde", true},
		{"a|never", "so", true},
		{"(?x) spa ced", "spaced", true},
		{"\\x41bcd", "Abcd", true},
		{"[\\Qa]bcd[\\E]", "[", true} /* one class */,
		{"[\\c]]abc", "\035abc", true} /* a class of one control character */,
	};
	(void)state;
	for (size_t i = 0; i < LEN(rows); i++)
		if (met(str_of(rows[i].pattern), str_of(rows[i].text)) != rows[i].met)
			fail_msg("'%s' on '%s'", rows[i].pattern, rows[i].text);
}

static void only_gathered_letters_are_closed(void **state)
{
	(void)state;
	struct err e = {0};
	struct str letter = STR("nothing of it");
	const struct regex *upgrade = regex_compile(a, STR("upgrade"), NULL, &e);
	need_gather((const struct str[NEED_TEXTS]){letter});
	assert_false(letter_may_match(upgrade, str_slice(letter, 2, 9)));
	assert_true(letter_may_match(upgrade, STR("not gathered")));
	assert_true(letter_may_match(upgrade, STR_NONE));
	need_forget();
	assert_true(letter_may_match(upgrade, letter));
}

/* From some pattern on a text is closed to those it cannot match, and never to others. */
static void probes_close(void **state)
{
	(void)state;
	struct err e = {0};
	struct probe probe;
	const struct regex *upgrade = regex_compile(a, STR("upgrade"), NULL, &e),
			   *spaced = regex_compile(a, STR("up grade #"), "x", &e),
			   *it = regex_compile(a, STR("it$"), NULL, &e);
	for (int again = 0; again < 2; again++) {
		probe_begin(&probe, again ? STR("an upgrade of it") : STR("nothing of it"));
		for (int i = 0; i < 20; i++)
			assert_true(probe_may_match(&probe, it) && probe_may_match(&probe, spaced));
		assert_int_equal(probe_may_match(&probe, upgrade), again);
	}
}

static void put_pattern(struct buf *b, int depth)
{
	static const char *const atoms[] = {"a", "b", "0", "\\d", "[0-9]", "[ab]", ".", "\\b", "ab", "b0a", "aab",
		"\\w", "(?=a)", "(?=.*aab)", "(?<=ba)", "(?!ab)", "(?<!b)", "[^]ab]", "[0-9-]", "[\\d b]", "\\Qab\\E",
		"[\\Qb]a0b[\\E]", "a{1,2}", "ba{,2}", "b{2x", "(a)", "\\1", "\\ "};
	static const char *const times[] = {"", "", "", "", "?", "*", "+", "{2}", "{0,2}", "+?"};
	for (int n = 1 + rand() % 4; n > 0; n--) {
		bool group = depth < 3 && rand() % 4 == 0;
		size_t atom = (size_t)rand() % LEN(atoms);
		if (group) {
			buf_cstr(b, rand() % 2 ? "(?:" : "(?<x>");
			put_pattern(b, depth + 1);
			while (rand() % 3 == 0) {
				buf_byte(b, '|');
				put_pattern(b, depth + 1);
			}
			buf_byte(b, ')');
		} else {
			buf_cstr(b, atoms[atom]);
		}
		if (group || (atoms[atom][0] != '(' && atoms[atom][1] != 'b'))
			buf_cstr(b, times[(size_t)rand() % LEN(times)]);
	}
}

static struct str some_text(void)
{
	struct buf b = BUF(a);
	for (int n = rand() % 24; n > 0; n--)
		buf_byte(&b, "aabb01 B"[rand() % 8]);
	return buf_str(&b);
}

/* PCRE2 is the oracle: whatever matches has what the pattern needs. */
static void nothing_is_missed(void **state)
{
	(void)state;
	srand(7);
	size_t matched = 0, spared = 0;
	static struct grams grams;
	for (int i = 0; i < PATTERNS; i++) {
		ARENA_SCOPE(a);
		struct err e = {0};
		struct buf pattern = BUF(a);
		put_pattern(&pattern, 0);
		struct regex *regex = regex_compile(a, buf_str(&pattern), "i", &e);
		if (!regex)
			continue; /* a name given twice */
		struct need need = need_of(a, buf_str(&pattern));
		for (int k = 0; k < TEXTS_EACH; k++) {
			struct str text = some_text();
			grams_gather(&grams, text);
			bool open = need_met(&need, &grams), matches = regex_match(regex, text, NULL) > 0;
			if (matches && !open)
				fail_msg("'%.*s' on '%.*s'", STR_ARG(buf_str(&pattern)), STR_ARG(text));
			matched += matches;
			spared += !open;
		}
	}
	assert_true(matched > 1000 && spared > 1000);
}

int main(void)
{
	a = arena_open();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_decide),
		cmocka_unit_test(only_gathered_letters_are_closed),
		cmocka_unit_test(probes_close),
		cmocka_unit_test(nothing_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
