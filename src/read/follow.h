/* Following a file that grows, as a stream that can be read to an end that may never come. */
#ifndef LINEUP_FOLLOW_H
#define LINEUP_FOLLOW_H

#include "base/err.h"

#include <sys/types.h>

/*
 * Forks a process that hands over the bytes of the file at PATH as they are written, from its beginning: all that is
 * there, then what is appended. A file that was moved away (rotation) is read to its end before the new one under PATH
 * is begun; one that became shorter (copytruncate) is read from its beginning again. The file need not exist yet. Ends
 * on SIGINT or SIGTERM, after a last look. Returns the descriptor to read, -1 with err set; *PID is the process, to be
 * waited for. Fork it before the database is opened. What is written between the last read and a truncation cannot be
 * had: that window is what copytruncate costs.
 */
int follow_open(const char *path, pid_t *pid, struct err *);

#endif
