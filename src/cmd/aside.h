/* Work beside the caller's own, one piece after the other, so that both cores are busy. */
#ifndef LINEUP_ASIDE_H
#define LINEUP_ASIDE_H

#include "base/err.h"

#include <pthread.h>

enum { ASIDE_JOBS = 16 }; /* that may wait for their turn */

/* All zero: nothing was begun. What a job touches is its own until aside_wait says that it is done. */
struct aside {
	pthread_t thread;
	bool begun, alone, stopping; /* alone: no thread was to be had */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct {
		bool (*job)(void *, struct err *);
		void *arg;
	} jobs[ASIDE_JOBS];
	uint64_t given, done; /* jobs ever */
	struct err err;
	bool failed;
};
/* JOB runs behind those before, once none of them failed; waits while ASIDE_JOBS are waiting. The number of the job. */
uint64_t aside_give(struct aside *, bool (*job)(void *, struct err *), void *arg);
/* Waits for all jobs up to number UP_TO. False with its message when one failed: then all that were given are over, and
 * those behind it did not run. */
bool aside_wait(struct aside *, uint64_t up_to, struct err *);
bool aside_wait_all(struct aside *, struct err *);
bool aside_is_busy(struct aside *);
void aside_close(struct aside *); /* what was given is done first */

#endif
