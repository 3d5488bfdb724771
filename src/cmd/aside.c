/* One piece of work at a time beside the caller's own. */
#include "cmd/aside.h"

static void *run(void *arg)
{
	struct aside *a = arg;
	a->failed = !a->job(a->arg, &a->err);
	__atomic_store_n(&a->running, 0, __ATOMIC_RELEASE);
	return NULL;
}

bool aside_start(struct aside *a, bool (*job)(void *, struct err *), void *arg, struct err *e)
{
	if (!aside_wait(a, e))
		return false;
	a->job = job;
	a->arg = arg;
	a->running = 1;
	a->started = pthread_create(&a->thread, NULL, run, a) == 0;
	if (!a->started)
		run(a); /* no thread to be had: then here and now */
	return true;
}

bool aside_wait(struct aside *a, struct err *e)
{
	if (a->started)
		pthread_join(a->thread, NULL);
	a->started = false;
	if (!a->failed)
		return true;
	a->failed = false;
	err_set(e, "%s", a->err.text);
	err_clear(&a->err);
	return false;
}

bool aside_is_busy(const struct aside *a)
{
	return __atomic_load_n(&a->running, __ATOMIC_ACQUIRE) != 0;
}
