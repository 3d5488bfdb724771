/* A file that was read before and has grown since: what it told then, it tells again, whole. */
#ifndef LINEUP_GROWN_H
#define LINEUP_GROWN_H

#include "cmd/taking.h"

/*
 * The sources that NOW, open as FD, has grown from, the newest first: read before by the same name (or, where there are
 * none, the one before a rotation's suffix: "app.log" for "app.log.1"), and NOW begins with all of their bytes.
 */
bool grown_from(struct cmd *, int fd, const struct source *now, struct arena *, struct sources *was, struct err *);
/* NOW (its row) is read to its end: what they told otherwise is taken back, as half of a last line, a year or a zone
 * that only the rest shows. */
bool grown_settle(struct cmd *, const struct taking *, int fd, const struct sources *was, int64_t now, struct err *);

#endif
