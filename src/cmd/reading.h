/* Reading evidence through the worker into the store: what ingest and rebuild share. */
#ifndef LINEUP_READING_H
#define LINEUP_READING_H

#include "cmd/cmd.h"
#include "cmd/taking.h"
#include "read/ingest.h"

/* Formats and rules beside the embedded ones: --formats, --rules, and the user's configuration folder. */
bool reading_dirs(struct cmd *, struct ingest_options *);
/* Everything --zone, --skew, --year, --captured-at and --as say. */
bool reading_options(struct cmd *, struct ingest_options *);
/* Reads FD, whose source S has its row, to the end. */
bool reading_read(struct cmd *, struct worker *, struct taking *, int fd, const struct source *);

/* Bytes in a file that has no name, for the worker to read; -1 with errno. */
int memory_file(struct str bytes);
void memory_file_close(int fd);

#endif
