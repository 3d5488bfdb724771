/* Work beside the caller's own, one piece after the other. */
#include "cmd/aside.h"

/* With the lock held, which is let go while the job runs. */
static void run_next(struct aside *a)
{
	struct err err = {{0}};
	size_t next = a->done % ASIDE_JOBS;
	bool good = true;

	if (!a->failed) {
		pthread_mutex_unlock(&a->lock);
		good = a->jobs[next].job(a->jobs[next].arg, &err);
		pthread_mutex_lock(&a->lock);
	}
	if (!good) {
		a->failed = true;
		a->err = err;
	}
	a->done++;
	pthread_cond_broadcast(&a->moved);
}

static void *run(void *arg)
{
	struct aside *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stopping || a->done < a->given)
		if (a->done < a->given)
			run_next(a);
		else
			pthread_cond_wait(&a->moved, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static void begin(struct aside *a)
{
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->moved, NULL);
	a->alone = pthread_create(&a->thread, NULL, run, a) != 0;
	a->begun = true;
}

uint64_t aside_give(struct aside *a, bool (*job)(void *, struct err *), void *arg)
{
	uint64_t number;

	if (!a->begun)
		begin(a);
	pthread_mutex_lock(&a->lock);
	while (a->given - a->done == ASIDE_JOBS)
		pthread_cond_wait(&a->moved, &a->lock);
	a->jobs[a->given % ASIDE_JOBS].job = job;
	a->jobs[a->given % ASIDE_JOBS].arg = arg;
	number = ++a->given;
	pthread_cond_broadcast(&a->moved);
	if (a->alone)
		run_next(a);
	pthread_mutex_unlock(&a->lock);
	return number;
}

bool aside_wait(struct aside *a, uint64_t up_to, struct err *e)
{
	bool good;

	if (!a->begun)
		return true;
	pthread_mutex_lock(&a->lock);
	while (a->done < (a->failed ? a->given : up_to))
		pthread_cond_wait(&a->moved, &a->lock);
	if (!(good = !a->failed))
		err_set(e, "%s", a->err.text);
	a->failed = false;
	pthread_mutex_unlock(&a->lock);
	return good;
}

bool aside_wait_all(struct aside *a, struct err *e)
{
	return aside_wait(a, a->given, e);
}

bool aside_is_busy(struct aside *a)
{
	bool busy;

	if (!a->begun)
		return false;
	pthread_mutex_lock(&a->lock);
	busy = a->done < a->given;
	pthread_mutex_unlock(&a->lock);
	return busy;
}

void aside_close(struct aside *a)
{
	if (!a->begun)
		return;
	pthread_mutex_lock(&a->lock);
	a->stopping = true;
	pthread_cond_broadcast(&a->moved);
	pthread_mutex_unlock(&a->lock);
	if (!a->alone)
		pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->lock);
	*a = (struct aside){0};
}
