/* Upgrades as they ran: node and cluster events gathered into runs. */
#include "analyse/study.h"

/* What an event says about a run. Deliberate ones are done by whoever upgrades; the rest also happen by accident. */
enum step {
	STEP_STARTED = 1 << 0,  /* somebody says that it begins */
	STEP_FINISHED = 1 << 1, /* somebody says that it is over */
	STEP_NODE = 1 << 2,     /* happens to a node */
	STEP_DELIBERATE = 1 << 3,
	STEP_NEW = 1 << 4,  /* a node comes, or comes back changed */
	STEP_AWAY = 1 << 5, /* the node is not ready after it */
	STEP_READY = 1 << 6,
	STEP_GONE = 1 << 7,
	STEP_PROVES = 1 << 8, /* no run is needed around it: this alone is an upgrade */
};
static const struct {
	const char *kind;
	unsigned step;
} steps[] = {
	{"upgrade.cluster.started", STEP_STARTED | STEP_PROVES},
	{"upgrade.cluster.completed", STEP_FINISHED | STEP_PROVES},
	{"upgrade.cluster.failed", STEP_FINISHED | STEP_PROVES},
	{"upgrade.node.cordoned", STEP_NODE | STEP_DELIBERATE | STEP_AWAY},
	{"upgrade.node.drained", STEP_NODE | STEP_DELIBERATE | STEP_AWAY},
	{"upgrade.node.notready", STEP_NODE | STEP_AWAY},
	{"upgrade.node.ready", STEP_NODE | STEP_READY},
	{"upgrade.node.removed", STEP_NODE | STEP_DELIBERATE | STEP_GONE},
	{"upgrade.node.registered", STEP_NODE | STEP_NEW},
	{"upgrade.node.rebooted", STEP_NODE},
	{"upgrade.node.upgraded", STEP_NODE | STEP_DELIBERATE | STEP_NEW | STEP_READY | STEP_PROVES},
};
/* Longest pause between two node events of one upgrade, and how long a run that was announced as started may take to
 * its stated end. */
#define RUN_GAP (60 * MINUTE)
#define RUN_MOST (3 * DAY)

struct run {
	struct str cluster;
	const struct event *started, *finished, *first, *last_node;
	instant last, all_ready; /* all_ready: since when no node of it is away; INSTANT_NONE: one is */
	struct map nodes;        /* name -> away or not */
	size_t away, deliberate_nodes;
	bool proven, renewed; /* a node came new */
	VEC(const struct event *) proofs;
};

static unsigned step_of(const struct event *e)
{
	if (e->lane != LANE_UPGRADE && !str_starts(e->kind->name, STR("upgrade.")))
		return 0;
	for (size_t i = 0; i < LEN(steps); i++) {
		if (event_is(e, steps[i].kind))
			return steps[i].step;
	}
	return 0;
}

static struct str cluster_of(struct study *s, const struct event *e)
{
	struct str cluster = event_field(s->arena, e, "cluster");
	if (!cluster.n && str_starts(e->subject, STR("cluster:")))
		cluster = subject_name(e->subject, STR("cluster"));
	return cluster;
}

struct str event_node(struct study *s, const struct event *e)
{
	struct str node = subject_name(e->subject, STR("node"));
	return node.n ? node : event_field(s->arena, e, "node");
}

/* What is known of each node of a run; values of its map. */
enum { NODE_SEEN = 1, NODE_AWAY = 2, NODE_DELIBERATE = 4 };

static void run_node(struct run *r, struct str node, unsigned step, instant at)
{
	void **slot = map_put(&r->nodes, node);
	uintptr_t known = (uintptr_t)*slot, now = known | NODE_SEEN;
	if (step & STEP_AWAY)
		now |= NODE_AWAY;
	if (step & (STEP_READY | STEP_GONE))
		now &= ~(uintptr_t)NODE_AWAY;
	if (step & STEP_DELIBERATE)
		now |= NODE_DELIBERATE;
	r->away += !(known & NODE_AWAY) && now & NODE_AWAY;
	r->away -= known & NODE_AWAY && !(now & NODE_AWAY);
	r->deliberate_nodes += !(known & NODE_DELIBERATE) && now & NODE_DELIBERATE;
	*slot = (void *)now;
	r->all_ready = r->away ? INSTANT_NONE : at;
}

static void run_take(struct study *s, struct run *r, const struct event *e, unsigned step)
{
	if (!r->first)
		r->first = e;
	if (step & STEP_STARTED && !r->started)
		r->started = e;
	if (step & STEP_NODE) {
		r->last_node = e;
		run_node(r, event_node(s, e), step, event_end(e));
	}
	/* A stated end before the last node moved was premature: node events after it reopen the question, as does a
	 * next part that starts, the nodes' after the control plane's. */
	bool at_once =
		r->finished && !r->last_node && r->started == e && r->finished->at == e->at; /* one time for both */
	r->finished = step & STEP_FINISHED ? e : step & (STEP_NODE | STEP_STARTED) && !at_once ? NULL : r->finished;
	r->proven |= !!(step & STEP_PROVES);
	r->renewed |= !!(step & STEP_NEW);
	if (event_end(e) > r->last)
		r->last = event_end(e);
	*PUSH(&r->proofs, s->arena) = e;
}

/* A lone cordon, or nodes that merely lose touch, is no upgrade; several nodes taken out on purpose are, and one that
 * comes back new is. A promise of one makes any node's removal part of it. */
static bool run_is_upgrade(const struct study *s, const struct run *r)
{
	if (r->proven || r->deliberate_nodes >= 2 || (r->deliberate_nodes == 1 && r->renewed))
		return true;
	for (size_t i = 0; r->deliberate_nodes && i < s->notices.n; i++) {
		const struct notice *n = &s->notices.v[i];
		bool open_end = n->promised_to == INSTANT_NONE;
		if (n->promised_from != INSTANT_NONE && n->promised_from <= r->last &&
			(open_end || r->first->at <= n->promised_to))
			return true;
	}
	return false;
}

/* The last of its nodes ready or the stated end, whichever comes first after the last node event; silence otherwise. */
static void run_end(const struct study *s, const struct run *r, struct draft *d)
{
	bool ready = r->last_node && r->all_ready != INSTANT_NONE;
	if (ready && (!r->started || r->finished || s->last > r->last + RUN_GAP)) {
		draft_end(d, r->all_ready, event_end_bounds(r->last_node), STR("the last of its nodes was ready"));
	} else if (r->finished) {
		draft_end(d, r->finished->at, event_bounds(r->finished), r->finished->kind->name);
	} else if (r->last_node && s->last > r->last + RUN_GAP) {
		draft_end(d, r->last, exactly(r->last), STR("closed by silence: its last node event"));
		d->silent = true;
	} else {
		d->span.why_to = STR("no end of it is known: still open when the evidence ends");
	}
}

static void run_close(struct study *s, struct run *r)
{
	if (!r->first || !run_is_upgrade(s, r))
		return;
	struct str subject = r->cluster.n ? str_fmt(s->arena, "cluster:%.*s", STR_ARG(r->cluster)) : STR_NONE;
	struct draft *d = draft_open(s, condition_find(STR("upgrade.running")), subject, r->first);
	for (size_t i = 0; i < r->proofs.n; i++)
		draft_prove(s, d, r->proofs.v[i]);
	run_end(s, r, d);
	if (r->finished == r->first && !r->started)
		study_finding(s, &r->first, 1, "an upgrade%s%.*s is said to be over; nothing shows when it began",
			subject.n ? " of " : "", STR_ARG(subject));
	*PUSH(&s->upgrades, s->arena) = d;
}

/* Is what was said to have started also said to be over, later, before anything else is said to start? */
static bool run_will_end(struct study *s, const struct run *r, size_t i, struct str cluster)
{
	for (; i < s->n && s->v[i]->at <= r->first->at + RUN_MOST; i++) {
		unsigned step = step_of(s->v[i]) & (STEP_STARTED | STEP_FINISHED);
		struct str named = step ? cluster_of(s, s->v[i]) : STR_NONE;
		if (step && (!named.n || !cluster.n || str_eq(named, cluster)))
			return step & STEP_FINISHED;
	}
	return false;
}

static bool run_goes_on(const struct run *r, const struct event *e, unsigned step)
{
	if (!r->first)
		return true;
	if (e->at <= r->last + RUN_GAP)
		return true;
	/* What was said to have started goes on until it is said to be over. */
	return r->started && !r->finished && (step & STEP_FINISHED || !r->last_node) &&
	       e->at <= r->first->at + RUN_MOST;
}

/* The only cluster named anywhere is the one that unnamed nodes belong to. */
static struct str only_cluster(struct study *s)
{
	struct str only = STR_NONE;
	for (size_t i = 0; i < s->n; i++) {
		if (!step_of(s->v[i]))
			continue;
		struct str cluster = cluster_of(s, s->v[i]);
		if (cluster.n && only.n && !str_eq(cluster, only))
			return STR_NONE;
		if (cluster.n)
			only = cluster;
	}
	return only;
}

/* Runs of a cluster by its name, else by the herd its nodes are of. */
static struct run *run_of(struct study *s, struct map *runs, struct str cluster, const struct herd *herd)
{
	void **slot = map_put(runs, herd ? str_fmt(s->arena, "\n%.*s", STR_ARG(herd->first_node)) : cluster);
	if (!*slot) {
		struct run *fresh = NEW(s->arena, struct run);
		*fresh = (struct run){.cluster = cluster, .last = INSTANT_NONE, .all_ready = INSTANT_NONE};
		fresh->nodes = MAP(s->arena);
		*slot = fresh;
	}
	return *slot;
}

bool upgrade_is_typed(const struct event *e)
{
	return e->source == 0 && event_end(e) > e->at && event_is(e, "upgrade.cluster.started");
}

/* A person's "from ... to ..." is a run as it stands. */
static void run_typed(struct study *s, struct str cluster, const struct event *e)
{
	struct str subject = cluster.n ? str_fmt(s->arena, "cluster:%.*s", STR_ARG(cluster)) : e->subject;
	struct draft *d = draft_open(s, condition_find(STR("upgrade.running")), subject, e);
	d->typed = true;
	draft_end(d, e->until, event_end_bounds(e), STR("as stated"));
	*PUSH(&s->upgrades, s->arena) = d;
}

void upgrades_read(struct study *s)
{
	struct map runs = MAP(s->arena);
	struct str only = only_cluster(s);
	herds_read(s);
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		unsigned step = step_of(e);
		if (!step)
			continue;
		struct str cluster = cluster_of(s, e);
		const struct herd *herd = cluster.n ? NULL : herd_of(s, event_node(s, e));
		if (!cluster.n && !herd)
			cluster = only;
		if (upgrade_is_typed(e)) {
			run_typed(s, cluster, e);
			continue;
		}
		struct run *r = run_of(s, &runs, cluster, herd);
		bool ends_later = r->started && !r->finished && run_will_end(s, r, i, cluster);
		if (!run_goes_on(r, e, step) && !ends_later) {
			run_close(s, r);
			*r = (struct run){.cluster = cluster, .last = INSTANT_NONE, .all_ready = INSTANT_NONE};
			r->nodes = MAP(s->arena);
		}
		run_take(s, r, e, step);
	}
	for (size_t i = 0; i < runs.n; i++)
		run_close(s, runs.entries[i].value);
}

/* --- nodes --- */

static bool draft_holds(const struct draft *d, instant at)
{
	return d->span.from <= at && (d->span.to == INSTANT_NONE || at < d->span.to);
}

static bool cluster_was_upgrading(struct study *s, const struct draft *node)
{
	struct str cluster = cluster_of(s, node->opener);
	for (size_t i = 0; i < s->upgrades.n; i++) {
		const struct draft *d = s->upgrades.v[i];
		struct str upgraded = subject_rest(d->span.subject);
		bool same = !cluster.n || !upgraded.n || str_eq(cluster, upgraded);
		if (same && draft_holds(d, node->span.from))
			return true;
	}
	return false;
}

/*
 * A node that is away while its cluster is upgraded, or that was cordoned or drained first, is part of a change; else
 * it is an outage of the service. Node spans stand in the order of their opening events, so one walk over the events
 * tells which nodes were cordoned at each.
 */
void nodes_place(struct study *s)
{
	struct map cordons = MAP(s->arena); /* node -> its cordon, NULL when lifted */
	const struct condition *unavailable = condition_find(STR("node.unavailable"));
	size_t k = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		unsigned step = step_of(e);
		if (!(step & STEP_NODE))
			continue;
		if (event_is(e, "upgrade.node.cordoned") || event_is(e, "upgrade.node.drained"))
			*map_put(&cordons, event_node(s, e)) = (void *)e;
		else if (step & STEP_READY)
			*map_put(&cordons, event_node(s, e)) = NULL;
		while (k < s->drafts.n && s->drafts.v[k]->condition != unavailable)
			k++;
		struct draft *d = k < s->drafts.n ? s->drafts.v[k] : NULL;
		if (!d || d->opener != e)
			continue;
		k++;
		if (!event_lane_is_stated(e) && (map_get(&cordons, event_node(s, e)) || cluster_was_upgrading(s, d)))
			d->span.lane = LANE_UPGRADE;
	}
}
