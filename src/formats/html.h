/* HTML to text, for reading facts: one line a row or block, a tab between cells. */
#ifndef LINEUP_HTML_H
#define LINEUP_HTML_H

#include "base/str.h"

enum { HTML_DEPTH_MAX = 1000 }; /* elements open at once */

/*
 * HTML is UTF-8. Heads, styles, scripts and comments are gone, entities decoded, blanks folded but in <pre>, no-break
 * spaces blanks. *CUT: elements were nested deeper than HTML_DEPTH_MAX and the text ends there.
 */
struct str html_text(struct arena *, struct str html, bool *cut);

const char *html_library(void); /* version of libxml2 */

#endif
