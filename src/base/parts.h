/* Parts of patterns: what several regular expressions have in common, written once. */
#ifndef LINEUP_PARTS_H
#define LINEUP_PARTS_H

#include "err.h"

/*
 * In the text of a JSON document "%{name}" within a string stands for a part, as it does in grok: for the member NAME
 * of the document's own object "parts", else of SHARED, a JSON object (empty: there is none). A part may use others;
 * "%\u007bname}" is text.
 * The text with all of them put in; STR_NONE with "no part '%{name}'", or "parts use each other" on failure.
 */
struct str parts_put(struct arena *, struct str json, struct str shared, struct err *);

#endif
