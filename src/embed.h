/* Files of schema/ and templates/ that the build put into the program. */
#ifndef LINEUP_EMBED_H
#define LINEUP_EMBED_H

#include "base/str.h"

struct embedded {
	const char *path; /* "schema/rules/kube.json", "templates/postmortem.md" */
	const unsigned char *data;
	size_t size;
};
extern const struct embedded embedded_files[]; /* sorted by path, ends with a NULL path */
struct str embedded_find(const char *path);    /* empty: not there */

#endif
