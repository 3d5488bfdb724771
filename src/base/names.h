/* Names of months and days, as dates of several languages write them. */
#ifndef LINEUP_NAMES_H
#define LINEUP_NAMES_H

#include "base/str.h"

/* English, German, French, Spanish, Italian and Dutch names, whole or shortened as usual; *used bytes of the text. 1..12, 0..6; -1: none. */
int month_named(struct str text, size_t *used);
int weekday_named(struct str text, size_t *used);

#endif
