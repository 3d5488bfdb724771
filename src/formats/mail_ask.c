/* Asking a text by tables of patterns. */
#include "formats/mail_ask.h"

static void row_compile(struct row *row)
{
	static struct arena *kept;
	kept = kept ? kept : arena_open();
	row->regex = regex_own(kept, row->pattern, "i");
}

const struct row *ask_at(struct row *rows, size_t n, struct str text, size_t at, struct str g[REGEX_GROUPS])
{
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].regex)
			row_compile(&rows[i]);
		if (letter_may_match(rows[i].regex, text) && regex_match_at(rows[i].regex, text, at, g))
			return &rows[i];
	}
	return NULL;
}

const struct row *ask(struct row *rows, size_t n, struct str text, struct str g[REGEX_GROUPS])
{
	return ask_at(rows, n, text, 0, g);
}

struct str answer(struct row *rows, size_t n, struct str text)
{
	const struct row *r = ask(rows, n, text, NULL);
	return r ? str_of(r->value) : STR_NONE;
}

struct str row_part(const struct row *row, const struct str *g, const char *name)
{
	int i = row ? regex_group(row->regex, name) : -1;
	return i < 0 ? STR_NONE : g[i];
}

struct str tidy(struct str s)
{
	s = str_trim(s);
	while (s.n && strchr(".,:;*_\"'()[]-/", s.p[s.n - 1]))
		s.n--;
	while (s.n && strchr(".,:;*_\"'([-#", s.p[0]))
		s = str_from(s, 1);
	return s;
}
