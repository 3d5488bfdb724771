/* Cadence: how often each backup job runs, the runs that were expected and not seen, and those made out of turn. */
#include "analyse/study.h"

/*
 * A job's cadence is the median time between its successful runs, learned from three of them or more. The next run is
 * due one cadence after the last; it is missed when none of any outcome is seen within one and a half cadences and an
 * hour. The silence then counts from when the run was due.
 */
enum { RUNS_TO_LEARN = 3 };
static int64_t patience(int64_t cadence)
{
	return cadence + cadence / 2 + HOUR;
}

struct job {
	struct str name, key;
	VEC(const struct event *) runs; /* of any outcome, by time */
	VEC(const struct event *) successes;
	int64_t cadence; /* 0: neither declared nor learned */
	bool declared;
};

struct str job_of(struct study *s, const struct event *e)
{
	struct str job = event_field(s->arena, e, "job");
	if (job.n)
		return job;
	struct str copy = name_last(event_field(s->arena, e, "copy")), stem = name_stem(copy);
	if (stem.n < copy.n)
		return stem;
	/* A copy with a bare number for a name says nothing of what recurs: all of its tool are taken for one job. */
	struct str tool = event_field(s->arena, e, "tool");
	if (copy.n && tool.n)
		return tool;
	return str_starts(e->subject, STR("backup:")) ? name_stem(name_last(subject_rest(e->subject))) : STR_NONE;
}

struct str job_subject(struct study *s, const struct event *e, struct str job)
{
	struct str tool = event_field(s->arena, e, "tool");
	bool alone = !tool.n || str_eq(tool, job) || str_find_byte(job, '/', 0) != STR_NPOS;
	return str_fmt(s->arena, "backup:%.*s%s%.*s", STR_ARG(alone ? STR_NONE : tool), alone ? "" : "/", STR_ARG(job));
}

/* Several events tell of one run: ends closer than this are the same. */
#define SAME_RUN (5 * MINUTE)

static bool job_is_of(struct study *s, const struct holding *h, const struct job *j)
{
	for (size_t i = 0; i < h->asset->backups.n; i++) {
		if (name_matches(s->arena, h->asset->backups.v[i], name_last(j->name)) ||
			name_matches(s->arena, h->asset->backups.v[i], j->name))
			return true;
	}
	for (size_t i = 0; i < h->copies.n; i++) {
		if (str_eq(job_key(s, h->copies.v[i]->tool, h->copies.v[i]->job), j->key))
			return true;
	}
	return false;
}

/* What somebody declared for the job's asset; of several the tightest. */
static void job_declare(struct study *s, struct job *j)
{
	for (size_t i = 0; i < s->assets_n; i++) {
		int64_t cadence = s->assets[i].cadence;
		bool tighter = cadence > 0 && (!j->declared || cadence < j->cadence);
		if (!tighter || !job_is_of(s, &s->holdings[i], j))
			continue;
		j->cadence = cadence;
		j->declared = true;
	}
}

static void job_learn(struct study *s, struct job *j)
{
	size_t n = 0;
	int64_t *gaps = NEW_N(s->arena, int64_t, j->successes.n);
	for (size_t i = 1; i < j->successes.n; i++) {
		int64_t gap = j->successes.v[i]->at - j->successes.v[i - 1]->at;
		if (gap > SAME_RUN)
			gaps[n++] = gap;
	}
	if (n + 1 < RUNS_TO_LEARN)
		return;
	j->cadence = length_median(gaps, n);
}

static void job_silence(struct study *s, const struct job *j, const struct event *before, const struct event *next)
{
	struct draft *d = draft_open(s, condition_find(STR("backup.silent")), job_subject(s, before, j->name), before);
	instant due = event_end(before) + j->cadence;
	draft_begin(d, due, exactly(due),
		str_fmt(s->arena, "a run was due%s, %.*s after the one before", j->declared ? " as declared" : "",
			STR_ARG(duration_str(s->arena, j->cadence))));
	if (next) {
		draft_prove(s, d, next);
		draft_end(d, next->at, event_bounds(next), STR("the job ran again"));
	} else {
		d->span.why_to = STR("no run seen until the evidence ends");
	}
}

static void job_watch(struct study *s, const struct job *j)
{
	if (!j->cadence)
		return;
	for (size_t i = 0; i < j->runs.n; i++) {
		const struct event *next = i + 1 < j->runs.n ? j->runs.v[i + 1] : NULL;
		instant until = next ? next->at : s->last;
		if (until - event_end(j->runs.v[i]) > patience(j->cadence))
			job_silence(s, j, j->runs.v[i], next);
	}
}

/* A run that named no job: it did not get as far as that. */
static bool is_attempt(struct study *s, const struct event *e)
{
	return str_starts(e->kind->name, STR("backup.job.")) ||
	       (event_is(e, "backup.target.unreachable") && event_field(s->arena, e, "run").n);
}

/* VALUE is the one that goes with KEY, unless another one does, too: then none. */
static void only_put(struct arena *a, struct map *map, struct str key, struct str value)
{
	void **slot = map_put(map, key);
	struct str *only = *slot;
	if (!only)
		*slot = memcpy(NEW(a, struct str), &value, sizeof value);
	else if (!str_eq(*only, value))
		*only = STR_NONE;
}

void jobs_name(struct study *s)
{
	s->only_job = MAP(s->arena);
	s->only_tool = MAP(s->arena);
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		struct str tool = event_tool(s->arena, e), job = is_attempt(s, e) ? job_of(s, e) : STR_NONE;
		if (!tool.n || !job.n || str_eq(job, tool))
			continue;
		only_put(s->arena, &s->only_tool, job, tool);
		if (event_field(s->arena, e, "tool").n)
			only_put(s->arena, &s->only_job, tool, job);
	}
}

struct str job_key(struct study *s, struct str tool, struct str job)
{
	const struct str *only = tool.n ? map_get(&s->only_tool, job) : NULL;
	return only && !only->n ? str_fmt(s->arena, "%.*s/%.*s", STR_ARG(tool), STR_ARG(job)) : job;
}

struct str job_that_ran(struct study *s, const struct event *e)
{
	struct str job = job_of(s, e), tool = event_field(s->arena, e, "tool");
	if (!is_attempt(s, e) || !tool.n || (job.n && !str_eq(job, tool)))
		return job;
	const struct str *one = map_get(&s->only_job, tool);
	return one && one->n ? *one : tool;
}

static struct map jobs_of(struct study *s)
{
	struct map jobs = MAP(s->arena);
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		struct str name = is_attempt(s, e) ? job_that_ran(s, e) : STR_NONE;
		if (!name.n || event_is(e, "backup.job.missed"))
			continue;
		struct str key = job_key(s, event_tool(s->arena, e), name);
		void **slot = map_put(&jobs, key);
		if (!*slot)
			*slot = NEW(s->arena, struct job);
		struct job *j = *slot;
		j->name = name;
		j->key = key;
		*PUSH(&j->runs, s->arena) = e;
		if (event_is(e, "backup.job.completed"))
			*PUSH(&j->successes, s->arena) = e;
	}
	for (size_t i = 0; i < jobs.n; i++) {
		job_learn(s, jobs.entries[i].value);
		job_declare(s, jobs.entries[i].value);
	}
	return jobs;
}

/* Declared to run, and never seen. */
static void asset_silence(struct study *s, const struct holding *h, const struct map *jobs)
{
	for (size_t i = 0; i < jobs->n; i++) {
		if (job_is_of(s, h, jobs->entries[i].value))
			return;
	}
	struct draft *d = draft_open(s, condition_find(STR("backup.silent")),
		str_fmt(s->arena, "asset:%.*s", STR_ARG(h->asset->name)), NULL);
	d->span.why_from = STR("backups of it were declared: none was ever seen to run");
	d->span.why_to = STR("no run seen until the evidence ends");
}

void cadences_read(struct study *s)
{
	struct map jobs = jobs_of(s);
	for (size_t i = 0; i < jobs.n; i++)
		job_watch(s, jobs.entries[i].value);
	for (size_t i = 0; i < s->assets_n; i++) {
		if (s->assets[i].cadence > 0)
			asset_silence(s, &s->holdings[i], &jobs);
	}
}

/* --- out of turn --- */

/* Tried on another day, too, whatever came of it: then it recurs, though its beat is not known. */
static bool job_recurs(const struct job *j)
{
	return event_end(j->runs.v[j->runs.n - 1]) - j->runs.v[0]->at > DAY / 2;
}

/* A job that is called after its turn is in it, though only one of its runs is known. */
static bool job_is_routine(const struct job *j)
{
	static const char *const words[] = {"hourly", "daily", "nightly", "weekly", "monthly", "cron", "schedule"};
	for (size_t i = 0; i < LEN(words); i++)
		if (str_find_case(j->name, str_of(words[i]), 0) != STR_NPOS)
			return true;
	return false;
}

/* More than a quarter of the cadence off the beat of the run before, or of a job that ran only this once. */
static bool run_is_extra(const struct job *j, size_t i)
{
	if (j->successes.n == 1)
		return !job_recurs(j) && !job_is_routine(j);
	if (!j->cadence || i == 0)
		return false;
	int64_t off = (j->successes.v[i]->at - j->successes.v[i - 1]->at) % j->cadence;
	return off > j->cadence / 4 && off < j->cadence - j->cadence / 4;
}

static struct map jobs_of_assets(struct study *s)
{
	struct map held = MAP(s->arena);
	for (size_t i = 0; i < s->assets_n; i++) {
		for (size_t k = 0; k < s->holdings[i].copies.n; k++) {
			const struct copy *c = s->holdings[i].copies.v[k];
			*map_put(&held, job_key(s, c->tool, c->job)) = &s->holdings[i];
		}
	}
	return held;
}

void notices_prepared(struct study *s)
{
	struct map jobs = jobs_of(s), held = jobs_of_assets(s);
	for (size_t i = 0; i < jobs.n && s->notices.n; i++) {
		const struct job *j = jobs.entries[i].value;
		if (!map_get(&held, j->key))
			continue;
		for (size_t k = 0; k < j->successes.n; k++) {
			for (size_t m = 0; m < s->notices.n && run_is_extra(j, k); m++) {
				struct notice *n = &s->notices.v[m];
				instant end = n->actual_from == INSTANT_NONE ? INSTANT_MAX : n->actual_from;
				const struct event *success = j->successes.v[k];
				bool newer = !n->preparation || n->preparation->at < success->at;
				if (success->at >= n->received && success->at < end && newer)
					n->preparation = success;
			}
		}
	}
}
