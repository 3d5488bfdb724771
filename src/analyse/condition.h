/* The table of conditions: which kinds open and close what. */
#ifndef LINEUP_CONDITION_H
#define LINEUP_CONDITION_H

#include "analyse/study.h"

enum role { ROLE_OPENS, ROLE_CLOSES, ROLE_REPLACES };
struct part {
	const struct condition *condition;
	enum role role;
	const char *with; /* only an event that has this field; NULL: any */
};
/* What an event of KIND does, in table order; lives as long as the process. */
struct parts {
	const struct part *v;
	size_t n;
};
struct parts condition_parts(const struct kind *);
bool kind_is_an_end(const struct kind *); /* of what something must have begun */

#endif
