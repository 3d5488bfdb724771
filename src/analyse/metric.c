/* Metrics: lengths between milestones, each with its formula, its inputs and the reason when it is unknown. */
#include "analyse/study.h"

/* Most are one milestone less another; the rest have a function that finds their two instants. */
struct ends {
	instant from, to;
	const struct event *from_event, *to_event;
	struct bounds from_bounds, to_bounds; /* as milestones have them; min INSTANT_NONE: the event's */
	struct str why;                       /* unknown because */
};
struct row {
	const char *name, *formula;
	const char *from, *to;
	void (*find)(struct study *, struct ends *);
	bool working;
};

static void end_milestone(
	struct study *s, const char *name, instant *at, const struct event **event, struct bounds *bounds)
{
	const struct milestone *m = analysis_milestone(s->out, name);
	*at = m->at;
	*event = m->event;
	*bounds = m->at == INSTANT_NONE ? exactly(INSTANT_NONE) : m->bounds;
}

/* The last mail that stated the window which holds. */
static const struct event *promise_of(struct study *s, const struct notice *n)
{
	instant from;
	for (size_t i = n->events.n; i > 0; i--) {
		const struct event *e = n->events.v[i - 1];
		if (event_field_time(s->arena, e, "window_from", &from) && from == n->promised_from)
			return e;
	}
	return NULL;
}

static void find_slip(struct study *s, struct ends *e)
{
	const struct notice *n = s->change_notice;
	end_milestone(s, "change_start", &e->to, &e->to_event, &e->to_bounds);
	if (!n)
		e->why = STR("no notice of the change is known");
	else if (n->promised_from == INSTANT_NONE)
		e->why = STR("the notice promised no time");
	else
		e->from = n->promised_from, e->from_bounds = notice_promise(n), e->from_event = promise_of(s, n);
}

/* The first asset that was restored. */
static const struct recovery *recovery_restored(const struct study *s)
{
	for (size_t i = 0; i < s->out->recovery_n; i++) {
		if (s->out->recovery[i].restored)
			return &s->out->recovery[i];
	}
	return NULL;
}

static const struct event *copy_proof(const struct copy *c)
{
	return c && c->events.n ? c->events.v[0] : NULL;
}

static void find_recovery_point(struct study *s, struct ends *e)
{
	const struct recovery *r = recovery_restored(s);
	if (!r || (r->loss != INSTANT_NONE && !r->loss_known)) {
		e->why = r ? STR("the copy restored holds data of after the loss: what it gave back is not known")
			   : STR("no restored copy is known");
		return;
	}
	e->from = r->restored->data_time;
	e->from_event = copy_proof(r->restored);
	e->to = r->loss;
	static const char *const losses[] = {"impact_start", "fault_start"};
	for (size_t i = 0; i < LEN(losses); i++) {
		const struct milestone *m = analysis_milestone(s->out, losses[i]);
		if (m->at != INSTANT_NONE && m->at == r->loss)
			end_milestone(s, losses[i], &e->to, &e->to_event, &e->to_bounds);
	}
}

#define NO_ASSET STR("no asset was declared and none could be made out")

static void find_age_at_change(struct study *s, struct ends *e)
{
	end_milestone(s, "change_start", &e->to, &e->to_event, &e->to_bounds);
	const struct copy *newest = NULL;
	bool existed = false;
	for (size_t i = 0; e->to != INSTANT_NONE && i < s->assets_n; i++) {
		struct recovery r = recovery_of(s->arena, s, &s->holdings[i], e->to, e->to);
		existed |= r.existing != NULL;
		/* Of several assets the one worst off speaks. */
		if (r.reachable && (!newest || r.reachable->data_time < newest->data_time))
			newest = r.reachable;
	}
	if (!newest) {
		e->why = e->to == INSTANT_NONE ? STR_NONE
			 : !s->assets_n        ? NO_ASSET
			 : existed             ? STR("no copy was reachable at the change")
					       : STR("no copy existed at the change as far as the evidence goes");
		return;
	}
	e->from = newest->data_time;
	e->from_event = copy_proof(newest);
}

/* Where nothing tells of the backups of the last days, it may have begun at any time since, or not at all. */
static void exposure_from(struct ends *e, const struct span *span)
{
	e->from = span->from;
	e->from_bounds = span->from_bounds;
	if (e->from_bounds.max > e->to)
		e->from_bounds.max = e->to;
}

static void find_exposure(struct study *s, struct ends *e)
{
	end_milestone(s, "impact_start", &e->to, &e->to_event, &e->to_bounds);
	if (e->to == INSTANT_NONE)
		return;
	const struct span *span = span_at(s->out, "exposure", e->to);
	if (!s->assets_n)
		e->why = NO_ASSET;
	else if (!span && e->to > s->last) /* one that would begin after the evidence ends is not known to have begun */
		e->why = STR("the evidence ends before the impact: whether an exposure held then is not known");
	else if (!span)
		e->why = STR("no exposure held when the impact began");
	else if (span->from == INSTANT_NONE)
		e->why = STR("the exposure is open to the past: no copy before it is known");
	else
		exposure_from(e, span);
	e->from_event = span && span->events.n ? span->events.v[0] : NULL;
}

/* Where the impact is only known from what detected it, nobody knows how long that took. */
static void find_detection(struct study *s, struct ends *e)
{
	const struct milestone *impact = analysis_milestone(s->out, "impact_start"),
			       *detected = analysis_milestone(s->out, "detected");
	end_milestone(s, "impact_start", &e->from, &e->from_event, &e->from_bounds);
	end_milestone(s, "detected", &e->to, &e->to_event, &e->to_bounds);
	if (impact->confirmed || detected->confirmed || !impact->event || impact->event != detected->event)
		return;
	e->from = INSTANT_NONE;
	e->why = STR("what detected the impact is the first that is known of it");
}

static const struct row rows[METRICS] = {
	{"notice_lead", "change_start - notice_received", "notice_received", "change_start", NULL, true},
	{"window_slip", "change_start - promised.from", "promised.from", "change_start", find_slip, false},
	{"time_to_detect", "detected - impact_start", "impact_start", "detected", find_detection, false},
	{"time_to_acknowledge", "acknowledged - detected", "detected", "acknowledged", NULL, false},
	{"time_to_mitigate", "mitigated - impact_start", "impact_start", "mitigated", NULL, false},
	{"time_to_resolve", "resolved - impact_start", "impact_start", "resolved", NULL, false},
	{"impact_duration", "impact_end - impact_start", "impact_start", "impact_end", NULL, false},
	{"recovery_point_actual", "loss - data time restored", "data time restored", "loss", find_recovery_point,
		false},
	{"recovery_time_actual", "restore_done - restore_decided", "restore_decided", "restore_done", NULL, false},
	{"backup_age_at_change", "change_start - data time of the newest reachable copy then", "data time",
		"change_start", find_age_at_change, false},
	{"exposure", "impact_start - start of the exposure that held then", "exposure start", "impact_start",
		find_exposure, false},
	{"decision_latency", "restore_decided - detected", "detected", "restore_decided", NULL, false},
};

static struct bounds end_bounds(instant at, const struct event *e, struct bounds stated)
{
	return stated.min != INSTANT_NONE ? stated : e && e->at == at ? event_bounds(e) : exactly(at);
}

static void metric_fill(struct study *s, const struct row *row, const struct ends *e, struct metric *m)
{
	const struct event *proofs[] = {e->from_event, e->to_event};
	m->events = proofs_of(s->arena, proofs, 2);
	m->from = e->from;
	m->to = e->to;
	m->known = e->from != INSTANT_NONE && e->to != INSTANT_NONE;
	m->has_working = row->working;
	if (!m->known) {
		m->why = e->why;
		if (!m->why.n)
			m->why = str_fmt(s->arena, "%s is not known", e->to == INSTANT_NONE ? row->to : row->from);
		return;
	}
	struct bounds from = end_bounds(e->from, e->from_event, e->from_bounds),
		      to = end_bounds(e->to, e->to_event, e->to_bounds);
	m->length = e->to - e->from;
	m->length_bounds = (struct bounds){to.min - from.max, to.max - from.min};
	if (m->has_working)
		m->working = working_time_between(&s->settings.week, e->from, e->to);
}

void metrics_read(struct study *s)
{
	for (size_t i = 0; i < METRICS; i++) {
		const struct row *row = &rows[i];
		struct metric *m = &s->out->metrics[i];
		*m = (struct metric){.name = row->name,
			.formula = row->formula,
			.from_name = row->from,
			.to_name = row->to,
			.from = INSTANT_NONE,
			.to = INSTANT_NONE};
		struct ends e = {.from = INSTANT_NONE,
			.to = INSTANT_NONE,
			.from_bounds = {INSTANT_NONE, INSTANT_NONE},
			.to_bounds = {INSTANT_NONE, INSTANT_NONE}};
		if (!s->incident) {
			m->why = STR("there is no incident to measure");
			continue;
		}
		if (row->find) {
			row->find(s, &e);
		} else {
			end_milestone(s, row->from, &e.from, &e.from_event, &e.from_bounds);
			end_milestone(s, row->to, &e.to, &e.to_event, &e.to_bounds);
		}
		metric_fill(s, row, &e, m);
	}
}

const struct metric *analysis_metric(const struct analysis *a, const char *name)
{
	for (size_t i = 0; i < METRICS; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &a->metrics[i];
	}
	bug("no metric '%s'", name);
}
