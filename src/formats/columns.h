/* Columns of a table that a program printed: where its heading has them, and the cells of its rows. */
#ifndef LINEUP_COLUMNS_H
#define LINEUP_COLUMNS_H

#include "base/str.h"

enum { COLUMNS_MAX = 24 };
/* Views into the heading. Columns are parted by a bar where the heading has one, by tabs where it has those, else by two
 * blanks or more. */
struct columns {
	struct str name[COLUMNS_MAX];
	size_t at[COLUMNS_MAX]; /* where they begin, ascending */
	size_t n;
	struct str bar; /* "|", "│", "┊" or a tab; empty: blanks part them */
};
void columns_read(struct columns *, struct str heading);
/* The cells of a row: below their headings, or, where a long one pushed the rest away, between blanks. Missing ones are
 * empty. */
void columns_cut(const struct columns *, struct str row, struct str cells[COLUMNS_MAX]);

#endif
