/* One piece of work at a time beside the caller's own, so that both cores are busy. */
#ifndef LINEUP_ASIDE_H
#define LINEUP_ASIDE_H

#include "base/err.h"

#include <pthread.h>

/* All zero: nothing runs. What a job touches is its own until aside_wait. */
struct aside {
	pthread_t thread;
	bool (*job)(void *, struct err *);
	void *arg;
	struct err err;
	bool started, failed;
	int running; /* atomic */
};
/* Starts JOB behind the one before. False: that one failed, and JOB was not started. */
bool aside_start(struct aside *, bool (*job)(void *, struct err *), void *arg, struct err *);
/* Waits for what runs. False with its message when it failed, once. */
bool aside_wait(struct aside *, struct err *);
bool aside_is_busy(const struct aside *);

#endif
