/* Asking a text by tables of patterns: the first row that matches decides. */
#ifndef LINEUP_MAIL_ASK_H
#define LINEUP_MAIL_ASK_H

#include "base/regex.h"
#include "formats/mail_need.h"

/* A pattern, without regard to case, and what it means; compiled when it is first asked. */
struct row {
	const char *value;
	const char *pattern;
	struct regex *regex;
};

/* The first row that matches, with its groups (G may be NULL); NULL. */
const struct row *ask(struct row *rows, size_t n, struct str text, struct str g[REGEX_GROUPS]);
/* The same, from AT on. */
const struct row *ask_at(struct row *rows, size_t n, struct str text, size_t at, struct str g[REGEX_GROUPS]);
#define ASK(rows, text, g) ask((rows), LEN(rows), (text), (g))
#define SAYS(rows, text) (ASK(rows, text, NULL) != NULL)
/* Its value; empty. */
struct str answer(struct row *rows, size_t n, struct str text);
#define ANSWER(rows, text) answer((rows), LEN(rows), (text))
/* What the group NAME of a row that matched holds; empty where ROW is NULL or has none. */
struct str row_part(const struct row *row, const struct str *g, const char *name);
/* Without the punctuation that stands around a name or number in running text. */
struct str tidy(struct str);

#endif
