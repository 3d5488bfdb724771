/* JSON front to back without a tree: for a few wanted members of a million records. */
#ifndef LINEUP_PULL_H
#define LINEUP_PULL_H

#include "str.h"

/*
 * Stricter than json_parse, never laxer: what is pulled to its end without failing, json_parse takes too, with the same
 *members and values (a law: tests/unit/pull.c, tests/fuzz/pull.c). Besides what is not JSON (RFC 8259), it fails on all
 *that json_parse treats in its own way: U+0000 and surrogates by number, invalid UTF-8, long numbers, escapes in keys,
 *nesting over JSON_DEPTH. Nothing is known before pull_done; whoever learns there that it failed asks json_parse.
 *
 *	struct pull p = pull_of(arena, text);
 *	for (pull_enter(&p); pull_key(&p, &key);)
 *		if (!wanted(key) || !pull_str(&p, &value))
 *			pull_skip(&p);
 *	return pull_done(&p);
 */
struct pull {
	const char *at, *end;
	struct str text;
	struct arena *arena; /* of strings with escapes; others are views into the text */
	int depth;
	bool fresh; /* behind an opening brace: no comma is due */
	bool high;  /* bytes over 0x7f were met */
	bool failed;
};

struct pull pull_of(struct arena *, struct str text);
/* Each asks for what stands here and moves behind it; false, without moving, when something else does. */
bool pull_enter(struct pull *); /* an object */
bool pull_str(struct pull *, struct str *);
bool pull_int(struct pull *, int64_t *); /* a number without fraction and exponent */
void pull_skip(struct pull *);           /* anything */
/* The next member of the object entered last, whose value must be taken or skipped; false: the object is at its end,
 * and left. */
bool pull_key(struct pull *, struct str *key);
/* All of the text was read, and nothing failed. */
bool pull_done(struct pull *);

/* From P on, the first byte that ends a JSON string, begins an escape or has no place in one: a quote, a backslash, a
 * control character; END if there is none. *HIGH turns true when bytes over 0x7f stand before it. */
const char *json_string_stop(const char *p, const char *end, bool *high);
/* True when TEXT is one object whose values are all strings, without blanks, as json_print writes it: a scan, no tree
 * is made. */
bool json_text_is_flat(struct str text);

#endif
