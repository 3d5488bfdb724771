/* Text made fit for the store: valid UTF-8, no terminal sequences, not endless. Private to normalise/. */
#ifndef LINEUP_CLEAN_H
#define LINEUP_CLEAN_H

#include "base/utf8.h"

/* The same text where nothing is wrong. *CUT: it was longer than MAX bytes. */
struct str text_clean(struct arena *, struct str, size_t max, bool *cut);

#endif
