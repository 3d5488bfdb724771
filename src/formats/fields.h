/* Fields of a record on their way to it, and lists of names in one of them. */
#ifndef LINEUP_FIELDS_H
#define LINEUP_FIELDS_H

#include "lineup.h"

enum {
	FIELDS_MAX = 32, /* that a format names for one record */
	NAMES_MAX = 50   /* in one field; how many more there are is said in it */
};
struct fields {
	struct field v[FIELDS_MAX];
	size_t n;
};
/* Unless VALUE is empty. Names are the format's own, so that too many are a bug. */
void fields_put(struct fields *, const char *name, struct str value);

/* "a, b, c", or "a, b, ... and 12 more". */
struct names {
	struct buf text;
	size_t n;
};
void names_add(struct names *, struct str name); /* unless it is empty */
struct str names_str(struct names *);

#endif
