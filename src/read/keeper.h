/* The process that makes workers: forked before the database is opened, so that no worker ever holds any of it. */
#ifndef LINEUP_KEEPER_H
#define LINEUP_KEEPER_H

#include "read/frame.h"
#include "read/ingest.h"

#include <sys/types.h>

struct keeper {
	int control; /* to the keeper; its closing ends keeper and worker */
	pid_t pid;
	struct channel *channel;
	bool no_sandbox;
	bool was_asked; /* for a worker */
};
/* A worker's ends that the parent holds. -1: none. */
struct line {
	int requests; /* socket */
	int frames;   /* pipe, to read */
	int errors;   /* what it says on stderr when it aborts */
	pid_t pid;
};
#define LINE_NONE ((struct line){-1, -1, -1, 0})

/* The OPTIONS (directories, sandbox) are those of all its workers. */
bool keeper_start(struct keeper *, const struct ingest_options *options, struct err *);
void keeper_stop(struct keeper *);
/* Has formats and rules loaded, which the first worker waits for: now, while the parent has other things to do. */
void keeper_ready(struct keeper *);
/* Whether the workers have such a format. False: what they read with cannot be loaded. */
bool keeper_knows(struct keeper *, struct str format, bool *known, struct err *);
/* A new worker. There is one at a time. */
bool keeper_spawn(struct keeper *, struct line *, struct err *);
/* Ends the worker (KILL: by force) and tells how it ended: wait(2)'s status. What it said before can still be read. */
int keeper_reap(struct keeper *, struct line *, bool kill);
void line_close(struct line *);
/* CPU time its worker has used, milliseconds; 0: it is gone. */
int64_t line_cpu_ms(const struct line *);
/* Sends bytes and a descriptor as one message. */
bool send_with_fd(int socket, struct str bytes, const int *fds, size_t fds_n);

#endif
