/* The closing block of an ingest: what came of each source, in all, and what to look at. */
#ifndef LINEUP_CLOSING_H
#define LINEUP_CLOSING_H

#include "cmd/taking.h"

struct closing {
	const struct source *known; /* read before, byte for byte */
	size_t known_n;
	bool quiet; /* results are another command's to print */
	int status; /* of the run so far */
};
/* Tells of all that was taken and what was known; the run's exit status. */
int closing_tell(struct cmd *, const struct taking *, const struct ingest_options *, const struct closing *);

#endif
