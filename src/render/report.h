/* The making of a report before it is merged: shared by report_markdown and report_verify. */
#ifndef LINEUP_REPORT_H
#define LINEUP_REPORT_H

#include "render/cite.h"
#include "render/render.h"

/* Rendered, and sealed unless the options say otherwise; numbers of citations as in o->previous. *cites knows them
 * afterwards. */
bool report_fresh(struct arena *, const struct analysis *, const struct excerpts *, const struct report_options *,
	struct citations *cites, struct str *out, struct err *);

#endif
