/* Copies: what the logs, listings and resources of backup tools say exists, each copy once. */
#include "analyse/study.h"
#include "base/digest.h"

#include <stdlib.h>

/* A log line, a listing and a resource of one run state its data time within this of each other. */
#define SAME_COPY (2 * SECOND)
/* A run found to have failed this soon after its end never gave a copy; later, the copy was lost again. */
#define LATE_FAILURE HOUR

/* Which instant a copy's data is of, where the tool does not say: most freeze it at the start of the run; those that
 * copy a database's log along are consistent only at the end; plain file copies hold anything between. */
static const struct {
	const char *tool;
	enum { DATA_AT_END, DATA_BETWEEN } data;
} tools[] = {
	{"pgbackrest", DATA_AT_END},
	{"barman", DATA_AT_END},
	{"wal-g", DATA_AT_END},
	{"walg", DATA_AT_END},
	{"wal-e", DATA_AT_END},
	{"cnpg", DATA_AT_END},
	{"cloudnative-pg", DATA_AT_END},
	{"pg_basebackup", DATA_AT_END},
	{"mariabackup", DATA_AT_END},
	{"xtrabackup", DATA_AT_END},
	{"etcd", DATA_AT_END},
	{"etcdctl", DATA_AT_END},
	{"rsync", DATA_BETWEEN},
	{"rclone", DATA_BETWEEN},
	{"tar", DATA_BETWEEN},
};

struct shelf {
	struct study *s;
	struct map by_name; /* tool, name -> struct copy */
	struct map by_time; /* tool, time bucket -> struct batch */
	struct map started; /* tool, name or job -> the newest start */
};
struct batch {
	VEC(struct copy *) list;
};

/* --- what an event says --- */

static struct str copy_name(struct study *s, const struct event *e)
{
	return name_last(event_field(s->arena, e, "copy"));
}

static struct str key_of(struct study *s, const struct event *e, struct str name)
{
	struct str tool = event_tool(s->arena, e);
	return str_fmt(s->arena, "%.*s\n%.*s", STR_ARG(tool), STR_ARG(name));
}

static instant run_start(struct shelf *sh, const struct event *e)
{
	instant at;
	if (event_field_time(sh->s->arena, e, "started", &at))
		return at;
	struct str names[] = {copy_name(sh->s, e), job_of(sh->s, e)};
	for (size_t i = 0; i < LEN(names); i++) {
		const struct event *start = names[i].n ? map_get(&sh->started, key_of(sh->s, e, names[i])) : NULL;
		if (start && start->at <= e->at)
			return start->at;
	}
	return INSTANT_NONE;
}

static void copy_times(struct shelf *sh, struct copy *c, const struct event *e)
{
	instant start = run_start(sh, e);
	if (!event_field_time(sh->s->arena, e, "finished", &c->finished))
		c->finished = event_end(e);
	if (!event_field_time(sh->s->arena, e, "expires", &c->ended))
		c->ended = INSTANT_NONE;
	c->data_time = start != INSTANT_NONE ? start : c->finished;
	c->data_time_min = c->data_time;
	for (size_t i = 0; i < LEN(tools); i++) {
		if (str_eq_case(c->tool, str_of(tools[i].tool))) {
			c->data_time_min = tools[i].data == DATA_BETWEEN ? c->data_time : c->finished;
			c->data_time = c->finished;
		}
	}
	if (event_field_time(sh->s->arena, e, "data_time", &c->data_time))
		c->data_time_min = c->data_time;
	event_field_time(sh->s->arena, e, "data_time_min", &c->data_time_min);
}

static struct str holds_of(struct arena *a, const struct copy *c)
{
	struct str parts[] = {c->namespaces, c->volume, c->database, c->path};
	struct buf b = BUF(a);
	for (size_t i = 0; i < LEN(parts); i++) {
		if (parts[i].n)
			buf_fmt(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(parts[i]));
	}
	return buf_str(&b);
}

/* A listing or a resource shows that a copy is there; a line of the run only claims it. A listing has no time of its
 * own: its entries stand at their data time. */
static bool event_lists(struct study *s, const struct event *e)
{
	instant data;
	bool at_data = event_field_time(s->arena, e, "data_time", &data) && data == e->at && e->source != 0;
	return str_eq(event_field(s->arena, e, "phase"), STR("listed")) || event_field(s->arena, e, "object").n ||
	       at_data;
}

static struct copy copy_of(struct shelf *sh, const struct event *e)
{
	struct arena *a = sh->s->arena;
	struct copy c = {.id = copy_name(sh->s, e),
		.tool = event_tool(sh->s->arena, e),
		.job = job_of(sh->s, e),
		.location = event_location(sh->s, e),
		.namespaces = event_field(a, e, "namespace"),
		.volume = event_field(a, e, "volume"),
		.database = event_field(a, e, "database"),
		.path = event_field(a, e, "path"),
		.grade = GRADE_CLAIMED};
	if (str_eq(c.job, c.tool))
		c.job = STR_NONE; /* a stand-in: another event of the same copy may know better */
	if (event_lists(sh->s, e))
		c.grade = GRADE_LISTED;
	copy_times(sh, &c, e);
	return c;
}

/* --- one copy, told by several --- */

static bool agree(struct str x, struct str y)
{
	return !x.n || !y.n || str_eq(x, y);
}

/* Ids may be cut short: restic's 8 digits for 64. */
static bool names_agree(struct str x, struct str y)
{
	return agree(x, y) || (x.n >= 8 && y.n >= 8 && (str_starts(x, y) || str_starts(y, x)));
}

static bool copies_agree(const struct copy *x, const struct copy *y)
{
	int64_t apart = x->data_time - y->data_time;
	return names_agree(x->id, y->id) && agree(x->volume, y->volume) && agree(x->database, y->database) &&
	       agree(x->path, y->path) && apart <= SAME_COPY && apart >= -SAME_COPY;
}

static struct str bucket_key(struct study *s, const struct copy *c, int64_t bucket)
{
	return str_fmt(s->arena, "%.*s\n%lld", STR_ARG(c->tool), (long long)bucket);
}

static struct copy *shelf_find(struct shelf *sh, const struct copy *c, const struct event *e)
{
	if (c->id.n) {
		struct copy *same = map_get(&sh->by_name, key_of(sh->s, e, c->id));
		if (same && agree(same->volume, c->volume))
			return same;
	}
	for (int64_t step = -1; step <= 1; step++) {
		struct batch *batch = map_get(&sh->by_time, bucket_key(sh->s, c, c->data_time / SAME_COPY + step));
		for (size_t i = 0; batch && i < batch->list.n; i++) {
			if (copies_agree(batch->list.v[i], c))
				return batch->list.v[i];
		}
	}
	return NULL;
}

static void keep(struct str *value, struct str more)
{
	if (!value->n || (more.n > value->n && str_starts(more, *value)))
		*value = more;
}

/* What a listing or a resource states of its data time outweighs what a log line lets one infer. */
static void copy_merge(struct copy *c, const struct copy *more)
{
	keep(&c->id, more->id);
	keep(&c->job, more->job);
	keep(&c->location, more->location);
	keep(&c->namespaces, more->namespaces);
	keep(&c->volume, more->volume);
	keep(&c->database, more->database);
	keep(&c->path, more->path);
	if (more->grade > c->grade) {
		c->grade = more->grade;
		c->data_time = more->data_time;
		c->data_time_min = more->data_time_min;
	}
	/* What stands at its data time has not said when it was finished. */
	bool said = c->finished > c->data_time, says = more->finished > c->data_time;
	if (says && (!said || more->finished < c->finished))
		c->finished = more->finished;
	if (more->ended != INSTANT_NONE)
		c->ended = more->ended;
}

static void copy_prove(struct study *s, struct copy *c, const struct event *e)
{
	proofs_add(s->arena, &c->events, e);
}

/* A step of a run (one volume's transfer, say) that names neither copy nor job nor what or where is no copy by itself;
 * the end of a tool's whole run is. */
static bool is_whole(struct study *s, const struct copy *c, const struct event *e)
{
	bool ends_run = c->tool.n && str_eq(event_field(s->arena, e, "run"), STR("completed"));
	return ends_run || c->id.n || c->job.n || c->location.n || c->path.n || c->database.n || c->volume.n;
}

static void shelf_add(struct shelf *sh, const struct event *e)
{
	struct study *s = sh->s;
	struct copy c = copy_of(sh, e);
	if (!is_whole(s, &c, e))
		return;
	struct copy *known = shelf_find(sh, &c, e);
	if (known) {
		copy_merge(known, &c);
	} else {
		known = NEW(s->arena, struct copy);
		*known = c;
		*PUSH(&s->copies, s->arena) = known;
		void **slot = map_put(&sh->by_time, bucket_key(s, &c, c.data_time / SAME_COPY));
		if (!*slot)
			*slot = NEW(s->arena, struct batch);
		struct batch *batch = *slot;
		*PUSH(&batch->list, s->arena) = known;
	}
	known->partial |= event_is(e, "backup.job.partial");
	if (c.id.n)
		*map_put(&sh->by_name, key_of(s, e, c.id)) = known;
	copy_prove(s, known, e);
}

/* --- what happens to copies --- */

static void copy_gone(struct shelf *sh, const struct event *e)
{
	struct str name = copy_name(sh->s, e);
	struct copy *c = name.n ? map_get(&sh->by_name, key_of(sh->s, e, name)) : NULL;
	if (!c)
		return;
	if (event_is(e, "backup.job.failed") && e->at <= c->finished + LATE_FAILURE)
		c->ended = c->data_time; /* it never was one */
	else if (c->ended == INSTANT_NONE || e->at < c->ended)
		c->ended = e->at;
	copy_prove(sh->s, c, e);
}

/* A check names a copy, or holds for all that lie where it looked. */
static void copies_checked(struct shelf *sh, const struct event *e)
{
	struct str name = copy_name(sh->s, e), location = event_location(sh->s, e), tool = event_tool(sh->s->arena, e);
	for (size_t i = 0; i < sh->s->copies.n; i++) {
		struct copy *c = sh->s->copies.v[i];
		if (c->grade >= GRADE_CHECKED || c->finished > e->at || !agree(tool, c->tool))
			continue;
		bool named = name.n && names_agree(name, c->id) && c->id.n;
		bool there = !name.n && location.n && name_matches(sh->s->arena, location, c->location);
		if (named || there) {
			c->grade = GRADE_CHECKED;
			copy_prove(sh->s, c, e);
		}
	}
}

/* A drill, as far as is known here: whether it was more depends on when the incident began. */
static void copy_restored(struct shelf *sh, const struct event *e)
{
	struct study *s = sh->s;
	struct str name = name_last(event_field(s->arena, e, "backup"));
	if (!name.n)
		name = copy_name(s, e);
	for (size_t i = 0; name.n && i < s->copies.n; i++) {
		struct copy *c = s->copies.v[i];
		if (!c->id.n || !names_agree(name, c->id))
			continue;
		proofs_add(s->arena, &c->restores, e);
		if (c->grade < GRADE_DRILLED) {
			c->grade = GRADE_DRILLED;
			copy_prove(s, c, e);
		}
	}
}

static void shelf_start(struct shelf *sh, const struct event *e)
{
	struct str names[] = {copy_name(sh->s, e), job_of(sh->s, e)};
	for (size_t i = 0; i < LEN(names); i++) {
		if (names[i].n)
			*map_put(&sh->started, key_of(sh->s, e, names[i])) = (void *)e;
	}
}

static const struct {
	const char *kind;
	void (*does)(struct shelf *, const struct event *);
} deeds[] = {
	{"backup.job.started", shelf_start},
	{"backup.job.completed", shelf_add},
	{"backup.job.partial", shelf_add},
	{"backup.job.failed", copy_gone},
	{"backup.copy.expired", copy_gone},
	{"backup.copy.deleted", copy_gone},
	{"backup.copy.verified", copies_checked},
	{"backup.restore.completed", copy_restored},
};

static int copy_order(const void *pa, const void *pb)
{
	const struct copy *a = *(struct copy *const *)pa, *b = *(struct copy *const *)pb;
	if (a->data_time != b->data_time)
		return a->data_time > b->data_time ? -1 : 1;
	if (a->finished != b->finished)
		return a->finished > b->finished ? -1 : 1;
	return str_cmp(a->id, b->id);
}

static struct str job_of_tool(struct study *s, const struct copy *c)
{
	return str_fmt(s->arena, "%.*s\n%.*s", STR_ARG(c->tool), STR_ARG(c->job));
}

/* Jobs -> a copy with the place that all their copies went to which name one; NULL: they went to several. */
static struct map places_of_jobs(struct study *s)
{
	struct map jobs = MAP(s->arena);
	for (size_t i = 0; i < s->copies.n; i++) {
		struct copy *c = s->copies.v[i];
		if (!c->job.n || !c->location.n)
			continue;
		size_t known = jobs.n;
		void **slot = map_put(&jobs, job_of_tool(s, c));
		const struct copy *other = *slot;
		if (jobs.n > known)
			*slot = c;
		else if (other && !name_matches(s->arena, other->location, c->location))
			*slot = NULL;
	}
	return jobs;
}

/* A copy that nothing places lies where all others of its job do, else where its tool puts all of them: most likely. */
static void copy_infer_location(struct study *s, const struct map *jobs, struct copy *c)
{
	const struct copy *other = c->job.n ? map_get(jobs, job_of_tool(s, c)) : NULL;
	struct str only = tool_whereabouts(s, c->tool);
	if (other) {
		c->location = other->location;
		c->location_because = STR("inferred: the other copies of its job lie there");
	} else if (!str_eq(only, c->tool)) {
		c->location = only;
		c->location_because = STR("inferred: the only place its tool is known to use");
	}
}

static void copies_place(struct study *s)
{
	struct map jobs = places_of_jobs(s);
	for (size_t i = 0; i < s->copies.n; i++) {
		struct copy *c = s->copies.v[i];
		if (!c->location.n)
			copy_infer_location(s, &jobs, c);
		c->place = place_find(s, c->location.n ? c->location : c->tool);
		if (!c->job.n)
			c->job = c->tool;
		c->holds = holds_of(s->arena, c);
		if (!c->id.n)
			c->id = str_fmt(s->arena, "%.*s@%.*s", STR_ARG(c->job.n ? c->job : c->tool),
				STR_ARG(instant_str(s->arena, c->data_time)));
		c->events = proofs_of(s->arena, c->events.v, c->events.n);
	}
}

/* --- completions that are only a scheduler's word --- */

/* How long before its end a run may have begun when nothing says so, and how long after it its failure is told. */
#define RUN_BEFORE HOUR
#define RUN_AFTER (2 * MINUTE)

/* A scheduler sees its process end well, not whether there is a copy: it names neither tool nor copy. */
static bool copy_is_hearsay(struct study *s, const struct copy *c)
{
	const struct event *e = c->events.n == 1 ? c->events.v[0] : NULL;
	return e && e->source != 0 && !c->tool.n && c->grade == GRADE_CLAIMED && !copy_name(s, e).n;
}

/* What the tools themselves said during the run: the failure that belies it, unless one of them completed a copy. */
static const struct event *belied_by(struct study *s, const struct copy *c)
{
	instant from = c->data_time < c->finished ? c->data_time : c->finished - RUN_BEFORE;
	const struct event *failure = NULL;
	for (size_t i = 0; i < s->backups.n && s->backups.v[i]->at <= c->finished + RUN_AFTER; i++) {
		const struct event *e = s->backups.v[i];
		if (event_end(e) < from || e == c->events.v[0])
			continue;
		if (event_is(e, "backup.job.completed") && event_tool(s->arena, e).n)
			return NULL;
		if (event_is(e, "backup.job.failed") || event_is(e, "backup.target.unreachable"))
			failure = e;
	}
	return failure;
}

static void hearsay_check(struct study *s)
{
	for (size_t i = 0; i < s->copies.n; i++) {
		struct copy *c = s->copies.v[i];
		const struct event *failure = copy_is_hearsay(s, c) ? belied_by(s, c) : NULL;
		if (!failure)
			continue;
		c->ended = c->data_time;
		const struct event *proofs[] = {c->events.v[0], failure};
		study_finding(s, proofs, 2,
			"'%.*s' was said to be complete at %.*s, but what it ran had failed: no copy", STR_ARG(c->job),
			STR_ARG(instant_str(s->arena, c->finished)));
		c->events = proofs_of(s->arena, proofs, 2);
	}
}

bool copy_is_there(const struct copy *c, instant at)
{
	return c->finished <= at && (c->ended == INSTANT_NONE || c->ended > at);
}

void copies_read(struct study *s)
{
	struct shelf sh = {.s = s, .by_name = MAP(s->arena), .by_time = MAP(s->arena), .started = MAP(s->arena)};
	for (size_t i = 0; i < s->backups.n; i++) {
		for (size_t k = 0; k < LEN(deeds); k++) {
			if (event_is(s->backups.v[i], deeds[k].kind))
				deeds[k].does(&sh, s->backups.v[i]);
		}
	}
	copies_place(s);
	hearsay_check(s);
	if (s->copies.n)
		qsort(s->copies.v, s->copies.n, sizeof *s->copies.v, copy_order);
}
