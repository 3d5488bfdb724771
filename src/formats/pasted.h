/* What a terminal shows around an output: the prompt and the command, and the time that date or watch printed. */
#ifndef LINEUP_PASTED_H
#define LINEUP_PASTED_H

#include "formats/format.h"

/* Is SLICE such a line? Then it is skipped, and the ages of records after it count back from the time it shows. */
bool pasted_line(struct sink *, const struct slice *);

#endif
