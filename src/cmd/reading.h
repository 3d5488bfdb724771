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
/* As S was, or is to be, read. */
bool reading_as(struct cmd *, const struct source *s, struct ingest_options *);
/* Why what was taken in is not all there, with the remedy: a line each, mostly none. */
bool reading_unfinished(struct cmd *, const struct sources *, struct strs *, struct err *);
/* The source that a file will be, read so; without its bytes' digest and size. */
struct source reading_source(const struct ingest_options *, const struct walk_file *);
/* Reads FD, whose source S has its row, to the end. False: the database failed. */
bool reading_read(struct worker *, struct taking *, int fd, struct str flags, const struct source *, struct err *);

/* Takes files in as 'lineup ingest' does and says how it went; the results are the caller's. The exit status. In
 * ingest.c. */
int ingest_paths(struct cmd *, const struct ingest_options *, const char *const *paths, int n);

/* Bytes in a file that has no name, for the worker to read; -1 with errno. */
int memory_file(struct str bytes);
void memory_file_close(int fd);

#endif
