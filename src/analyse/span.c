/* Spans: what held for how long, from the events that open and close a condition. */
#include "analyse/condition.h"
#include "base/digest.h"

#include <stdlib.h>

/* Two sources that say the same of the same thing within this long echo each other. */
#define ECHO (2 * SECOND)

/* --- drafts --- */

struct bounds exactly(instant at)
{
	return (struct bounds){at, at};
}

struct draft *draft_open(struct study *s, const struct condition *c, struct str subject, const struct event *opener)
{
	struct draft *d = NEW(s->arena, struct draft);
	d->condition = c;
	d->opener = opener;
	d->span = (struct span){.lane = c->lane,
		.condition = c->name,
		.subject = subject,
		.severity = c->severity,
		.from = INSTANT_NONE,
		.to = INSTANT_NONE,
		.from_bounds = exactly(INSTANT_NONE),
		.to_bounds = exactly(INSTANT_NONE)};
	*PUSH(&s->drafts, s->arena) = d;
	if (!opener)
		return d;
	if (c->lane_of_event || event_lane_is_stated(opener)) {
		d->span.lane = opener->lane;
		d->span.severity = opener->severity;
	}
	draft_begin(d, opener->at, event_bounds(opener), opener->kind->name);
	draft_prove(s, d, opener);
	return d;
}

void draft_prove(struct study *s, struct draft *d, const struct event *e)
{
	if (!d->proofs.n || d->proofs.v[d->proofs.n - 1] != e)
		*PUSH(&d->proofs, s->arena) = e;
}

void draft_begin(struct draft *d, instant from, struct bounds bounds, struct str why)
{
	d->span.from = from;
	d->span.from_bounds = bounds;
	d->span.why_from = why;
}

void draft_end(struct draft *d, instant to, struct bounds bounds, struct str why)
{
	d->span.to = to;
	d->span.to_bounds = bounds;
	d->span.why_to = why;
	d->closed = true;
}

/* --- one thing, several names --- */

/* What a word of "by" says of an event: its subject, the part of the subject of that type, or the field of that name.
 * Several alerts may be about one subject: it identifies only those that have no identity of their own. */
static struct str identity_of(struct study *s, const struct event *e, struct str word)
{
	if (str_eq(word, STR("subject")))
		return e->subject;
	if (str_eq(word, STR("job")))
		return job_key(s, event_tool(s->arena, e), job_that_ran(s, e));
	struct str name = subject_name(e->subject, word);
	if (!name.n)
		name = event_field(s->arena, e, str_cstr(s->arena, word));
	return name.n || !str_eq(word, STR("alert")) ? name : e->subject;
}

struct identities {
	struct str v[CONDITION_IDENTITIES + 1]; /* as keys into the open drafts */
	size_t n;
};

/* A bare subject and a part of it share one name space: "@pvc-7c1e" is the volume. */
static struct str identity_key(struct study *s, const struct condition *c, struct str name)
{
	return str_fmt(s->arena, "%.*s\n%.*s", STR_ARG(c->name), STR_ARG(name));
}

static struct identities identities_of(struct study *s, const struct condition *c, const struct event *e)
{
	struct identities ids = {.n = 0};
	for (size_t i = 0; i < c->by_n; i++) {
		struct str name = identity_of(s, e, c->by[i]);
		if (name.n)
			ids.v[ids.n++] = identity_key(s, c, name);
	}
	if (!ids.n) /* said of nothing in particular, but of something in its lane */
		ids.v[ids.n++] = identity_key(s, c, str_fmt(s->arena, "\n%s", lane_names[e->kind->lane]));
	return ids;
}

/* --- the machine --- */

struct machine {
	struct study *study;
	struct map open;    /* identity -> newest draft */
	struct map history; /* condition -> all its drafts */
	struct map pools;   /* pool of nodes, as an identity -> the drafts of its nodes */
};
struct draft_list {
	VEC(struct draft *) list;
	size_t first_open; /* those before are closed */
};

static struct draft_list *drafts_of(struct machine *m, struct map *lists, struct str key)
{
	void **slot = map_put(lists, key);
	if (!*slot)
		*slot = NEW(m->study->arena, struct draft_list);
	return *slot;
}

static struct draft_list *machine_drafts(struct machine *m, const struct condition *c)
{
	return drafts_of(m, &m->history, c->name);
}

/* "pool-a" of "pool-a-7f3k2": nodes of one pool replace each other. */
static struct str pool_of(struct str node)
{
	size_t dash = str_rfind_byte(node, '-');
	return dash == STR_NPOS ? STR_NONE : str_slice(node, 0, dash);
}

/* What is of the pool that an event's node is in; NULL: it is in none. */
static struct draft_list *pool_drafts(struct machine *m, const struct condition *c, const struct event *e)
{
	struct str pool = c->replaced ? pool_of(identity_of(m->study, e, c->by[0])) : STR_NONE;
	return pool.n ? drafts_of(m, &m->pools, identity_key(m->study, c, pool)) : NULL;
}

static bool is_silent(const struct draft *d, instant now)
{
	return d->condition->gap && !d->typed && now > d->last + d->condition->gap;
}

/* What stated once that something is gone says no more until it is back: that word ends it, not the silence before it.
 */
static bool silence_came_first(const struct draft *d, instant now)
{
	return is_silent(d, now) && !(d->condition->state && d->reports == 1);
}

static void draft_fall_silent(struct draft *d)
{
	draft_end(d, d->last, d->last_bounds, STR("closed by silence: its last event"));
	d->silent = true;
}

static void draft_report(struct machine *m, struct draft *d, const struct event *e)
{
	draft_prove(m->study, d, e);
	if (event_end(e) >= d->last) {
		d->last = event_end(e);
		d->last_bounds = event_end_bounds(e);
	}
	/* Two lines of one breath are one statement: "shutdown requested", "is shut down". */
	bool breath = d->reports && e->count == 1 && e->source == d->opener->source && e->at - d->last_said <= ECHO;
	d->reports += breath ? 0 : e->count;
	d->last_said = e->at;
	d->typed |= e->source == 0;
}

/* A person's "from ... to ..." is a span as it stands. */
static void machine_typed_span(struct machine *m, const struct condition *c, const struct event *e)
{
	struct draft *d = draft_open(m->study, c, e->subject, e);
	d->typed = true;
	draft_end(d, e->until, event_end_bounds(e), STR("as stated"));
}

static struct str subject_of(struct study *s, const struct condition *c, const struct event *e)
{
	struct str job = str_eq(c->by[0], STR("job")) ? job_that_ran(s, e) : STR_NONE;
	return job.n ? job_subject(s, e, job) : e->subject;
}

static void machine_opens(struct machine *m, const struct condition *c, const struct event *e)
{
	if (e->source == 0 && event_end(e) > e->at) {
		machine_typed_span(m, c, e);
		return;
	}
	struct identities ids = identities_of(m->study, c, e);
	struct draft *d = map_get(&m->open, ids.v[0]);
	if (d && !d->closed && is_silent(d, e->at))
		draft_fall_silent(d);
	bool echo = d && d->closed && e->source != d->opener->source && e->at - d->last_said <= ECHO;
	if (d && (!d->closed || echo)) {
		draft_report(m, d, e);
		return;
	}
	d = draft_open(m->study, c, subject_of(m->study, c, e), e);
	d->last = e->at;
	draft_report(m, d, e);
	for (size_t i = 0; i < ids.n; i++)
		*map_put(&m->open, ids.v[i]) = d;
	*PUSH(&machine_drafts(m, c)->list, m->study->arena) = d;
	struct draft_list *pool = pool_drafts(m, c, e);
	if (pool)
		*PUSH(&pool->list, m->study->arena) = d;
}

static void machine_end(struct machine *m, struct draft *d, const struct event *e)
{
	draft_prove(m->study, d, e);
	draft_end(d, e->at, event_bounds(e), e->kind->name);
}

static struct draft *first_open(struct draft_list *drafts)
{
	while (drafts->first_open < drafts->list.n && drafts->list.v[drafts->first_open]->closed)
		drafts->first_open++;
	return drafts->first_open < drafts->list.n ? drafts->list.v[drafts->first_open] : NULL;
}

/* "logins are back", said of nothing in particular, closes what is open when it is the only one; so does what is said
 * of something when the only one open was said of nothing. Neither reaches into another lane: logins are no volume. */
static void machine_closes_unnamed(struct machine *m, const struct condition *c, const struct event *e)
{
	struct draft_list *drafts = machine_drafts(m, c);
	struct draft *d = first_open(drafts);
	for (size_t i = drafts->first_open + 1; d && i < drafts->list.n; i++) {
		if (!drafts->list.v[i]->closed)
			return;
	}
	bool same_lane = d && d->opener && d->opener->kind->lane == e->kind->lane;
	if (same_lane && (!e->subject.n || !d->span.subject.n))
		machine_end(m, d, e);
}

/* "HEALTH_OK": none of what was wrong with any of them is wrong any more. */
static void machine_closes_all_of(struct machine *m, const struct condition *c, const struct event *e, struct str type)
{
	struct draft_list *drafts = machine_drafts(m, c);
	first_open(drafts);
	for (size_t i = drafts->first_open; i < drafts->list.n; i++) {
		struct draft *d = drafts->list.v[i];
		if (!d->closed && subject_name(d->span.subject, type).n)
			machine_end(m, d, e);
	}
}

/* "Completed at 06:50, started 06:10": one event tells of both ends. */
static bool machine_closes_whole(struct machine *m, const struct condition *c, const struct event *e)
{
	instant since;
	if (!c->since || !event_field_time(m->study->arena, e, c->since, &since) || since >= e->at)
		return false;
	struct draft *d = draft_open(m->study, c, subject_of(m->study, c, e), e);
	draft_begin(d, since, exactly(since), str_of(c->since));
	machine_end(m, d, e);
	return true;
}

static void machine_closes(struct machine *m, const struct condition *c, const struct event *e)
{
	struct identities ids = identities_of(m->study, c, e);
	struct str all_of = event_field(m->study->arena, e, "all_of");
	bool known = false;
	struct str tool = str_eq(c->by[0], STR("job")) ? event_field(m->study->arena, e, "tool") : STR_NONE;
	if (tool.n) /* what failed before it named its job failed for whatever job comes next */
		ids.v[ids.n++] = identity_key(m->study, c, tool);
	for (size_t i = 0; i < ids.n; i++) {
		struct draft *d = map_get(&m->open, ids.v[i]);
		if (!d)
			continue;
		known = true;
		if (!d->closed && silence_came_first(d, e->at))
			draft_fall_silent(d);
		else if (!d->closed)
			machine_end(m, d, e);
		else if (d->span.to != INSTANT_NONE && e->at - d->span.to <= ECHO)
			draft_prove(m->study, d, e);
	}
	if (all_of.n)
		machine_closes_all_of(m, c, e, all_of);
	if (!known && machine_closes_whole(m, c, e))
		return;
	if (!known && e->source == 0)
		machine_closes_unnamed(m, c, e);
}

/* A new member of the pool takes the place of the one that has been away longest, unless it is that one itself. */
static void machine_replaces(struct machine *m, const struct condition *c, const struct event *e)
{
	struct draft_list *pool = pool_drafts(m, c, e);
	struct draft *d = pool ? first_open(pool) : NULL;
	if (!d)
		return;
	struct str name = identity_of(m->study, e, c->by[0]);
	machine_end(m, d, e);
	if (!str_eq(identity_of(m->study, d->opener, c->by[0]), name))
		d->span.why_to = str_fmt(m->study->arena, "replaced by %.*s", STR_ARG(name));
}

static void machine_take(struct machine *m, const struct event *e)
{
	static void (*const does[])(struct machine *, const struct condition *, const struct event *) = {
		[ROLE_OPENS] = machine_opens, [ROLE_CLOSES] = machine_closes, [ROLE_REPLACES] = machine_replaces};
	struct parts parts = condition_parts(e->kind);
	for (size_t i = 0; i < parts.n; i++) {
		const char *with = parts.v[i].with;
		if (!with || event_field(m->study->arena, e, with).n)
			does[parts.v[i].role](m, parts.v[i].condition, e);
	}
	/* A stretch a person stated, of a kind that is no condition's, still stands in the lane they put it in. */
	if (!parts.n && e->source == 0 && event_end(e) > e->at && !str_starts(e->kind->name, STR("backup.target.")) &&
		!upgrade_is_typed(e))
		machine_typed_span(m, condition_find(STR("observed")), e);
}

void spans_read(struct study *s)
{
	struct machine m = {.study = s, .open = MAP(s->arena), .history = MAP(s->arena), .pools = MAP(s->arena)};
	for (size_t i = 0; i < s->n; i++)
		machine_take(&m, s->v[i]);
	for (size_t i = 0; i < s->drafts.n; i++) {
		struct draft *d = s->drafts.v[i];
		if (!d->closed && is_silent(d, s->last))
			draft_fall_silent(d);
		else if (!d->closed)
			d->span.why_to = STR("nothing closes it: still open when the evidence ends");
	}
}

/* --- what leaves the room --- */

/* "s" and 8 hex digits; stable as long as condition, subject, start and opening event are. */
static struct str span_id(struct arena *a, struct digester *digester, const struct draft *d)
{
	static const char nothing[EVENT_KEY];
	digester_begin(digester);
	digester_add(digester, d->span.condition.p, d->span.condition.n);
	digester_add(digester, "\n", 1);
	digester_add(digester, d->span.subject.p, d->span.subject.n);
	digester_add(digester, "\n", 1);
	digester_add(digester, &d->span.from, sizeof d->span.from);
	digester_add(digester, d->opener ? (const char *)d->opener->key : nothing, EVENT_KEY);
	struct digest digest = digester_end(digester);
	return str_fmt(a, "s%02x%02x%02x%02x", digest.byte[0], digest.byte[1], digest.byte[2], digest.byte[3]);
}

static int span_order(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->lane != b->lane)
		return a->lane < b->lane ? -1 : 1;
	int by_subject = str_cmp(a->subject, b->subject);
	return by_subject ? by_subject : str_cmp(a->id, b->id);
}

static bool draft_touches(const struct draft *d, instant from, instant to)
{
	bool begins_before = d->span.from == INSTANT_NONE || d->span.from < to;
	bool ends_after = d->span.to == INSTANT_NONE || d->span.to > from || d->span.from >= from;
	return begins_before && ends_after;
}

void spans_finish(struct study *s)
{
	AUTO(digester_close) struct digester *digester = digester_open();
	struct analysis *out = s->out;
	out->spans = NEW_N(s->arena, struct span, s->drafts.n);
	for (size_t i = 0; i < s->drafts.n; i++) {
		struct draft *d = s->drafts.v[i];
		if (!draft_touches(d, out->from, out->to))
			continue;
		if (!d->span.id.n) {
			d->span.events = proofs_of(s->lasting, d->proofs.v, d->proofs.n);
			d->span.id = span_id(s->lasting, digester, d);
		}
		out->spans[out->spans_n++] = d->span;
	}
	qsort(out->spans, out->spans_n, sizeof *out->spans, span_order);
}

const struct span *span_at(const struct analysis *a, const char *condition, instant at)
{
	for (size_t i = 0; i < a->spans_n; i++) {
		const struct span *s = &a->spans[i];
		bool holds = (s->from == INSTANT_NONE || s->from <= at) && (s->to == INSTANT_NONE || s->to > at);
		if (holds && str_eq(s->condition, str_of(condition)))
			return s;
	}
	return NULL;
}
