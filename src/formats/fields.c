/* Fields of a record on their way to it, and lists of names in one of them. */
#include "formats/fields.h"

void fields_put(struct fields *f, const char *name, struct str value)
{
	if (!value.n)
		return;
	if (f->n == FIELDS_MAX)
		bug("no room for field '%s'", name);
	f->v[f->n++] = (struct field){str_of(name), value};
}

void names_add(struct names *names, struct str name)
{
	if (!name.n)
		return;
	if (names->n++ < NAMES_MAX)
		buf_fmt(&names->text, "%s%.*s", names->n > 1 ? ", " : "", STR_ARG(name));
}

struct str names_str(struct names *names)
{
	if (names->n > NAMES_MAX)
		buf_fmt(&names->text, " and %zu more", names->n - NAMES_MAX);
	return buf_str(&names->text);
}
