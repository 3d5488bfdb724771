/* What the worker gives up before it looks at evidence. */
#ifndef LINEUP_SANDBOX_H
#define LINEUP_SANDBOX_H

#include "base/str.h"

enum { SANDBOX_MEMORY = 1 << 30 }; /* bytes of address space */

/*
 * Limits, no new privileges, Landlock (only zone files and character set tables may be opened, read-only) and a
 * system-call filter that kills. What this kernel lacks is left out, and said: "landlock: not supported; ...". Empty:
 * all of it holds.
 */
void sandbox_enter(struct buf *report);

const char *sandbox_library(void); /* version of libseccomp */

#endif
