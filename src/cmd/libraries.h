/* The libraries that lineup runs with, and what is known against some of their versions. */
#ifndef LINEUP_LIBRARIES_H
#define LINEUP_LIBRARIES_H

struct library {
	const char *name;
	const char *(*version)(void);
	const char *before; /* versions below this one... */
	const char *known;  /* ...have this against them, and why lineup can live with it; NULL: nothing */
};
extern const struct library libraries[]; /* ends with a NULL name */
/* Whether what is known holds for the version that is here. */
int library_is_affected(const struct library *);

#endif
