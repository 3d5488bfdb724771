/* Markdown to a flat list of blocks with their lines: the door to cmark for documents that come in (render/ has its
 * own, going out). */
#ifndef LINEUP_MARKDOWN_H
#define LINEUP_MARKDOWN_H

#include "base/err.h"
#include "lineup.h"

enum {
	MARKDOWN_MAX = 16 << 20,  /* bytes of one document */
	MARKDOWN_BLOCKS = 200000, /* blocks and table rows */
	MARKDOWN_CELLS = 500000,  /* cells of all its tables */
	MARKDOWN_DEPTH = 200      /* quotes and lists in one another */
};

enum block_type {
	BLOCK_HEADING,
	BLOCK_TEXT, /* a paragraph; also one inside a list item, behind the item's first */
	BLOCK_ITEM, /* a list item's first paragraph; empty when it begins with something else */
	BLOCK_ROW,  /* of a pipe table; the heads are its row 0 */
	BLOCK_OTHER /* code, raw HTML: nothing that a person says */
};
enum task { TASK_NONE, TASK_OPEN, TASK_DONE };

/* In the order of the document. Text is what a reader sees: markup is gone, comments too; lines are separated by \n. */
struct block {
	enum block_type type;
	int level;         /* heading: 1 to 6; else how many lists it lies in */
	struct where from; /* whole lines */
	struct str text;
	bool strong;             /* all of it is bold or a code span */
	enum task task;          /* "[ ]", "[x]" at its beginning, taken off the text */
	struct str link;         /* where its first link leads, else empty */
	struct str raw;          /* as it stands in the document */
	int table, row;          /* number of the table, from 1; of the row in it */
	const struct str *cells; /* as text */
	const struct str *links; /* of each cell */
	size_t cells_n;
};
struct blocks {
	struct block *v;
	size_t n, cap;
};

/* Front matter ("---" lines at the beginning) is left out: see markdown_front. False with a message when TEXT is over a
 * limit. */
bool markdown_read(struct arena *, struct str text, struct blocks *, struct err *);
/* What stands between the two lines of front matter, and the length of all of it; empty when there is none. */
struct str markdown_front(struct str text, size_t *length);

#endif
