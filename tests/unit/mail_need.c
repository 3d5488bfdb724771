/* What formats/mail_need.h promises: a pattern that is not tried would not have matched. */
#include "base/regex.h"
#include "formats/mail_need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PATTERNS = 3000, TEXTS_EACH = 40 };

static struct arena *a;

static bool met(const char *pattern, const char *text)
{
	struct need need = need_of(a, str_of(pattern));
	need_gather((const struct str[NEED_TEXTS]){str_of(text)});
	return need_met(&need, str_of(text));
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
		{"a|never", "so", true},
		{"(?x) spa ced", "spaced", true},
		{"\\x41bcd", "Abcd", true},
	};
	(void)state;
	for (size_t i = 0; i < LEN(rows); i++)
		if (met(rows[i].pattern, rows[i].text) != rows[i].met)
			fail_msg("'%s' on '%s'", rows[i].pattern, rows[i].text);
}

static void other_texts_are_open(void **state)
{
	(void)state;
	struct need need = need_of(a, STR("upgrade"));
	need_gather((const struct str[NEED_TEXTS]){STR("nothing")});
	assert_true(need_met(&need, STR("not gathered")));
	assert_true(need_met(&need, STR_NONE));
}

static void put_pattern(struct buf *b, int depth)
{
	static const char *const atoms[] = {
		"a", "b", "0", "\\d", "[0-9]", "[ab]", ".", "\\b", "ab", "b0a", "aab", "\\w", "(?=a)"};
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
			need_gather((const struct str[NEED_TEXTS]){text});
			bool open = need_met(&need, text), matches = regex_match(regex, text, NULL) > 0;
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
		cmocka_unit_test(other_texts_are_open),
		cmocka_unit_test(nothing_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
