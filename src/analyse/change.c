/* Changes and their notices: which change each notice announced, and the spans that follow. */
#include "analyse/study.h"

/* How early before, and how late after what was promised a change may begin and still be the one announced. */
#define EARLY DAY
#define LATE (7 * DAY)
#define UNDATED_REACH (30 * DAY)

/* How well a change fits a notice; 0: not at all. Each reason adds to it. */
struct fit {
	int score;
	int64_t distance;
	struct buf why;
};

/* What a notice may have announced. */
struct changes {
	VEC(struct draft *) list;
	bool asked, called;  /* whether the evidence of one of them is called as the cluster of the notice at hand */
	struct map clusters; /* upgraded ones -> whether the notice at hand names it */
	size_t named;        /* how many it names */
};
enum { UNNAMED = 1, NAMED };

static void fit_add(struct fit *f, int score, struct str why)
{
	f->score += score;
	if (f->why.n)
		buf_cstr(&f->why, "; ");
	buf_add(&f->why, why);
}

static bool notice_names(const struct notice *n, struct str word)
{
	if (str_eq_case(n->cluster, word) || text_names(n->resource, word) || text_names(n->subject, word))
		return true;
	for (size_t i = 0; i < n->events.n; i++) {
		if (text_names(n->events.v[i]->text, word))
			return true;
	}
	return false;
}

/* What the evidence of a change is called, where its nodes do not tell their cluster: "prod-eu/events.json". */
static bool evidence_is_called(const struct study *s, const struct draft *d, struct str name)
{
	for (size_t i = 0; name.n && i < d->proofs.n; i++) {
		const struct source *source =
			d->proofs.v[i]->source ? source_find(s->sources, d->proofs.v[i]->source) : NULL;
		if (source && text_names(source->name, name))
			return true;
	}
	return false;
}

static bool any_evidence_is_called(struct study *s, struct changes *c, struct str name)
{
	for (size_t i = 0; !c->asked && i < s->upgrades.n; i++)
		c->called |= evidence_is_called(s, s->upgrades.v[i], name);
	c->asked = true;
	return c->called;
}

/* False when another change's evidence is called as the notice's cluster, and this one's is not. */
static bool fit_evidence(
	struct study *s, struct changes *c, const struct notice *n, const struct draft *d, struct fit *f)
{
	struct str name = n->cluster.n ? n->cluster : n->resource;
	if (evidence_is_called(s, d, name)) {
		fit_add(f, 4,
			str_fmt(s->arena, "its evidence is called '%.*s', as the notice's cluster is", STR_ARG(name)));
		return true;
	}
	return !any_evidence_is_called(s, c, name);
}

static void clusters_name(struct changes *c, const struct notice *n)
{
	c->named = 0;
	for (size_t i = 0; i < c->clusters.n; i++) {
		uintptr_t known = notice_names(n, c->clusters.entries[i].key) ? NAMED : UNNAMED;
		c->clusters.entries[i].value = (void *)known;
		c->named += known == NAMED;
	}
}

static bool cluster_is_named(const struct changes *c, const struct notice *n, struct str cluster)
{
	uintptr_t known = (uintptr_t)map_get(&c->clusters, cluster);
	return known ? known == NAMED : notice_names(n, cluster);
}

static void cluster_add(struct changes *c, const struct draft *d)
{
	struct str cluster = subject_name(d->span.subject, STR("cluster"));
	if (cluster.n && str_eq(d->condition->name, STR("upgrade.running")))
		map_put(&c->clusters, cluster);
}

/* False when the notice speaks of another cluster that we know. */
static bool fit_cluster(
	struct study *s, struct changes *c, const struct notice *n, const struct draft *d, struct fit *f)
{
	struct str cluster = subject_name(d->span.subject, STR("cluster"));
	if (cluster.n && cluster_is_named(c, n, cluster)) {
		fit_add(f, 4, str_fmt(s->arena, "both name the cluster '%.*s'", STR_ARG(cluster)));
		return true;
	}
	return cluster.n ? !c->named : fit_evidence(s, c, n, d, f);
}

static struct str version_plain(struct str v)
{
	return v.n && (v.p[0] | 32) == 'v' ? str_from(v, 1) : v;
}

static bool fit_versions(struct study *s, const struct notice *n, const struct draft *d, struct fit *f)
{
	struct str promised = version_plain(n->versions.to);
	for (size_t i = 0; promised.n && i < d->proofs.n; i++) {
		struct str to = version_plain(event_field(s->arena, d->proofs.v[i], "version_to"));
		if (!to.n)
			continue;
		if (!name_begins(to, promised) && !name_begins(promised, to))
			return false;
		fit_add(f, 4, str_fmt(s->arena, "both go to version %.*s", STR_ARG(promised)));
		return true;
	}
	return true;
}

/* Most changes are of another time than the notice: that is asked first. */
static bool time_fits(const struct notice *n, instant from)
{
	if (from < n->received - EARLY)
		return false;
	if (n->promised_from == INSTANT_NONE)
		return from - n->received <= UNDATED_REACH;
	instant end = n->promised_to == INSTANT_NONE ? n->promised_from + DAY : n->promised_to;
	return from >= n->promised_from - EARLY && from <= end + LATE;
}

static void fit_time(struct arena *a, const struct notice *n, const struct draft *d, struct fit *f)
{
	instant from = d->span.from;
	if (n->promised_from == INSTANT_NONE) {
		f->distance = from - n->received;
		fit_add(f, 1,
			str_fmt(a, "it began %.*s after the notice, which promised no time",
				STR_ARG(duration_str(a, f->distance))));
		return;
	}
	int64_t late = from - n->promised_from;
	instant end = n->promised_to == INSTANT_NONE ? n->promised_from + DAY : n->promised_to;
	f->distance = late < 0 ? -late : late;
	bool within = from >= n->promised_from - 2 * HOUR && from < end;
	fit_add(f, within ? 3 : 1,
		str_fmt(a, "it began %.*s %s the promised start", STR_ARG(duration_str(a, f->distance)),
			late < 0 ? "before" : "after"));
}

enum { FIT_LEAST = 2 };

static struct fit notice_fit(struct study *s, struct changes *c, const struct notice *n, const struct draft *d)
{
	struct fit f = {.why = BUF(s->arena)};
	bool upgrade = str_eq(d->condition->name, STR("upgrade.running"));
	if (!time_fits(n, d->span.from) || !fit_cluster(s, c, n, d, &f) || !fit_versions(s, n, d, &f))
		return (struct fit){0};
	fit_time(s->arena, n, d, &f);
	if (upgrade && str_eq(n->cls, STR("upgrade")))
		f.score++;
	/* Work that people log as their own needs to be named by the notice. */
	if (!upgrade && f.score < 3)
		f.score = 0;
	if (str_eq(n->cls, STR("deprecation")) && f.score < 4)
		f.score = 0;
	return f;
}

static void notice_actual(struct notice *n, const struct draft *d, struct str why)
{
	n->actual_from = d->span.from;
	n->actual_to = d->span.to;
	n->began = d->opener;
	n->ended = d->closed && d->proofs.n ? d->proofs.v[d->proofs.n - 1] : NULL;
	n->linked_because = why;
}

static const struct event *notice_stated(const struct notice *n, const char *kind)
{
	for (size_t i = 0; i < n->events.n; i++) {
		if (event_is(n->events.v[i], kind))
			return n->events.v[i];
	}
	return NULL;
}

/* Without evidence of our own the provider's word stands. */
static void notice_stated_actual(struct study *s, struct notice *n)
{
	const struct event *started = notice_stated(n, "notice.maintenance.started");
	const struct event *completed = notice_stated(n, "notice.maintenance.completed");
	if (!started && completed)
		study_finding(s, &completed, 1,
			"the notice '%.*s' was completed without a start: neither the provider nor the evidence tells when it "
			"began",
			STR_ARG(n->subject));
	if (!started)
		return;
	n->actual_from = started->at;
	n->actual_to = completed ? completed->at : INSTANT_NONE;
	n->began = started;
	n->ended = completed;
	n->linked_because = STR("the provider said that it started");
}

/* A run that nothing of ours ends ends with the provider's word, when that came after the last node moved. */
static void draft_completed_by(struct study *s, struct draft *d, const struct notice *n)
{
	const struct event *completed = notice_stated(n, "notice.maintenance.completed");
	const struct event *last = d->proofs.n ? d->proofs.v[d->proofs.n - 1] : NULL;
	if (!completed || (d->closed && !d->silent) || !last || completed->at < event_end(last))
		return;
	draft_prove(s, d, completed);
	draft_end(d, completed->at, event_bounds(completed), STR("the provider said that it was completed"));
}

static void notice_link(struct study *s, struct changes *changes, struct notice *n)
{
	changes->asked = changes->called = false;
	clusters_name(changes, n);
	struct fit best = {0};
	struct draft *change = NULL;
	for (size_t i = 0; i < changes->list.n; i++) {
		struct draft *d = changes->list.v[i];
		struct fit f = notice_fit(s, changes, n, d);
		if (f.score > best.score || (f.score == best.score && change && f.distance < best.distance)) {
			best = f;
			change = d;
		}
	}
	if (best.score < FIT_LEAST)
		change = NULL;
	if (change && str_eq(n->status, STR("cancelled"))) {
		study_finding(s, n->events.v, n->events.n,
			"the notice '%.*s' was cancelled, yet a change ran that fits it (%.*s)", STR_ARG(n->subject),
			STR_ARG(buf_str(&best.why)));
		return;
	}
	if (!change) {
		notice_stated_actual(s, n);
		return;
	}
	draft_completed_by(s, change, n);
	struct str cluster = n->cluster.n || !str_eq(n->cls, STR("upgrade")) ? n->cluster : n->resource;
	if (!change->span.subject.n && cluster.n && str_find_byte(cluster, ',', 0) == STR_NPOS)
		change->span.subject = str_fmt(s->arena, "cluster:%.*s", STR_ARG(cluster));
	cluster_add(changes, change);
	notice_actual(n, change, buf_str(&best.why));
	change->announced = true;
}

/* --- spans --- */

static struct str notice_subject(struct study *s, const struct notice *n)
{
	struct str name = n->reference.n ? n->reference : n->provider.n ? n->provider : n->id;
	return str_fmt(s->arena, "notice:%.*s", STR_ARG(name));
}

static const struct event *last_with_status(struct study *s, const struct notice *n, const char *status)
{
	for (size_t i = n->events.n; i > 0; i--) {
		const struct event *e = n->events.v[i - 1];
		if (str_eq(event_field(s->arena, e, "status"), str_of(status)) ||
			str_ends(e->kind->name, str_of(status)))
			return e;
	}
	return NULL;
}

static void draft_unanswered(struct study *s, const struct notice *n)
{
	struct draft *d = draft_open(s, condition_find(STR("notice.unanswered")), notice_subject(s, n), n->events.v[0]);
	if (n->forwarded != INSTANT_NONE) {
		d->span.from = n->received;
		d->span.from_bounds = exactly(n->received);
	}
	const struct event *cancelled = last_with_status(s, n, "cancelled"),
			   *completed = last_with_status(s, n, "completed");
	bool is_cancelled = cancelled && str_eq(n->status, STR("cancelled"));
	if (n->answer && !(is_cancelled && cancelled->at < n->answer->at)) {
		draft_prove(s, d, n->answer);
		draft_end(d, n->answer->at, event_bounds(n->answer), STR("answered"));
	} else if (n->actual_from != INSTANT_NONE) {
		instant to = n->actual_from > n->received ? n->actual_from : n->received;
		if (to == n->actual_from)
			draft_prove(s, d, n->began);
		draft_end(d, to, exactly(to), STR("the change started: missed"));
	} else if (is_cancelled) {
		draft_prove(s, d, cancelled);
		draft_end(d, cancelled->at, event_bounds(cancelled), STR("cancelled"));
	} else if (n->promised_from != INSTANT_NONE && n->promised_from <= s->last) {
		/* It cannot be answered in time any more; whether it ran, and so was missed, is another question. */
		instant to = n->promised_from > n->received ? n->promised_from : n->received;
		draft_end(d, to, exactly(to), STR("its window began; no change is known to have come of it"));
	} else if (completed) {
		draft_prove(s, d, completed);
		draft_end(d, completed->at, event_bounds(completed), STR("completed"));
	} else {
		d->span.why_to = STR("nobody has answered it as far as the evidence goes");
	}
}

struct bounds notice_promise(const struct notice *n)
{
	bool day = n->promised_precision == PRECISION_DAY;
	return (struct bounds){n->promised_from, n->promised_from + (day ? DAY : 0)};
}

static void draft_promised(struct study *s, const struct notice *n)
{
	instant to = n->promised_to;
	struct str why = STR("the end that was promised");
	const struct event *shown = NULL;
	bool day = n->promised_precision == PRECISION_DAY;
	if (to == INSTANT_NONE && n->actual_to != INSTANT_NONE && n->actual_to > n->promised_from) {
		to = n->actual_to;
		shown = n->ended;
		why = STR("no end was promised: the end of the change");
	} else if (to == INSTANT_NONE) {
		to = day ? n->promised_from + DAY : n->promised_from;
		why = day ? STR("no time was promised: that day") : STR("no end was promised");
	}
	const struct event *cancelled = last_with_status(s, n, "cancelled");
	if (cancelled && str_eq(n->status, STR("cancelled"))) {
		if (cancelled->at <= n->promised_from)
			return; /* taken back before it held */
		if (cancelled->at < to) {
			to = cancelled->at;
			why = STR("cancelled");
		}
	}
	struct draft *d = draft_open(s, condition_find(STR("upgrade.promised")), notice_subject(s, n), n->events.v[0]);
	for (size_t i = 1; i < n->events.n; i++)
		draft_prove(s, d, n->events.v[i]);
	if (shown)
		draft_prove(s, d, shown);
	struct bounds from = notice_promise(n);
	draft_begin(d, from.min, from, day ? STR("the day that was promised") : STR("the start that was promised"));
	draft_end(d, to, exactly(to), why);
}

void notices_link(struct study *s)
{
	struct changes changes = {.clusters = MAP(s->arena)};
	for (size_t i = 0; i < s->drafts.n; i++) {
		struct draft *d = s->drafts.v[i];
		if (str_eq(d->condition->name, STR("upgrade.running")) || d->span.lane == LANE_CHANGE)
			*PUSH(&changes.list, s->arena) = d;
		cluster_add(&changes, d);
	}
	for (size_t i = 0; i < s->notices.n; i++) {
		struct notice *n = &s->notices.v[i];
		notice_link(s, &changes, n);
		n->events = proofs_of(s->arena, n->events.v, n->events.n);
	}
	notices_answer(s);
	for (size_t i = 0; i < s->upgrades.n; i++) {
		if (!s->upgrades.v[i]->span.subject.n)
			s->upgrades.v[i]->span.subject = STR("cluster:unknown");
	}
	for (size_t i = 0; i < s->notices.n; i++) {
		struct notice *n = &s->notices.v[i];
		draft_unanswered(s, n);
		if (n->promised_from != INSTANT_NONE)
			draft_promised(s, n);
		if (n->actual_from == INSTANT_NONE)
			continue;
		n->lead = n->actual_from - n->received;
		n->lead_working = working_time_between(&s->settings.week, n->received, n->actual_from);
		n->slip = n->promised_from == INSTANT_NONE ? 0 : n->actual_from - n->promised_from;
	}
}
