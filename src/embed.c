/* Finding a file that the build put into the program. */
#include "embed.h"

struct str embedded_find(const char *path)
{
	for (const struct embedded *e = embedded_files; e->path; e++)
		if (strcmp(e->path, path) == 0)
			return str_n((const char *)e->data, e->size);
	return STR_NONE;
}
