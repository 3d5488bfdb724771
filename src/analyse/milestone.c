/* Milestones: the named instants of an incident, as people marked them, else as the evidence proposes them. */
#include "analyse/study.h"
#include "normalise/normalise.h"

#include <stdlib.h>

const char *const milestone_names[MILESTONES] = {"notice_sent", "notice_received", "notice_read", "change_start",
	"change_end", "fault_start", "impact_start", "detected", "acknowledged", "mitigated", "impact_end", "resolved",
	"restore_decided", "restore_start", "restore_done", "review_done"};

/* A service that is gone for less than this is a blip, not an impact. */
#define IMPACT_LEAST (5 * MINUTE)
/* An outage that began this long before its incident is another one. */
#define BEFORE_INCIDENT DAY
/* What stands in for a service that is down must begin so long before its incident at most. */
#define BEFORE_STAND_IN HOUR
/* A service down again within this is still the same outage. */
#define RELAPSE DAY

static struct milestone *milestone_of(struct study *s, const char *name)
{
	for (size_t i = 0; i < MILESTONES; i++) {
		if (strcmp(milestone_names[i], name) == 0)
			return &s->out->milestones[i];
	}
	bug("no milestone '%s'", name);
}

static instant at_of(struct study *s, const char *name)
{
	return milestone_of(s, name)->at;
}

/* A person's mark stands; a second proposal does not replace the first. */
static void propose(struct study *s, const char *name, instant at, const struct event *e, struct str because)
{
	struct milestone *m = milestone_of(s, name);
	if (m->at != INSTANT_NONE || at == INSTANT_NONE)
		return;
	m->at = at;
	m->bounds = e && e->at == at ? event_bounds(e) : exactly(at);
	m->event = e;
	m->because = because;
}

static void propose_event(struct study *s, const char *name, const struct event *e, const char *because)
{
	if (e)
		propose(s, name, e->at, e, str_of(because));
}

static const struct event *event_by_id(struct study *s, struct str id)
{
	for (size_t i = 0; id.n && i < s->n; i++) {
		ARENA_SCOPE(s->arena);
		if (str_starts(event_id(s->arena, s->v[i]->key), id) ||
			str_starts(id, event_id(s->arena, s->v[i]->key)))
			return s->v[i];
	}
	return NULL;
}

static void marks_read(struct study *s)
{
	for (size_t i = 0; s->ledger && i < s->ledger->marks_n; i++) {
		const struct mark *mark = &s->ledger->marks[i];
		for (size_t k = 0; k < MILESTONES && str_eq(mark->incident, s->incident->id); k++) {
			struct milestone *m = &s->out->milestones[k];
			if (!str_eq(mark->name, str_of(m->name)))
				continue;
			m->at = mark->at;
			m->bounds = grain_bounds(mark->at, mark->grain);
			m->confirmed = true;
			m->because = mark->because;
			m->by = mark->author;
			m->said = mark->said;
			m->event = event_by_id(s, mark->event);
		}
	}
}

/* What the incident itself states. */
static void propose_stated(struct study *s, const char *name, instant at, const char *because)
{
	struct milestone *m = milestone_of(s, name);
	if (m->at != INSTANT_NONE || at == INSTANT_NONE)
		return;
	propose(s, name, at, NULL, str_of(because));
	m->said = s->incident->said;
	m->by = s->incident->author;
}

/* --- impact and fault --- */

static instant span_end(const struct span *s)
{
	return s->to == INSTANT_NONE ? INSTANT_MAX : s->to;
}

static const struct event *first_proof(const struct span *s)
{
	return s->events.n ? s->events.v[0] : NULL;
}

static const struct event *last_proof(const struct span *s)
{
	return s->events.n ? s->events.v[s->events.n - 1] : NULL;
}

static bool in_incident(const struct study *s, const struct span *span)
{
	instant earliest = s->out->incident_from - BEFORE_INCIDENT;
	return span->from != INSTANT_NONE && span->from >= earliest && span->from < s->out->incident_to &&
	       span_end(span) > s->out->incident_from;
}

/* What shows an impact, the surest first: a process that keeps dying and an alert only stand in for a service that is
 * down, and only within the incident. */
static const struct impact_proof {
	const char *condition;
	int64_t before; /* so long before the incident it may have begun */
	const char *lasting, *brief, *ended;
} impact_proofs[] = {
	{"service.down", BEFORE_INCIDENT, "the first time a service was down for five minutes or more",
		"the first time a service was down, never for five minutes", "the service is up again"},
	{"service.db", BEFORE_INCIDENT,
		"no service was reported down: the first time a database was unreachable for five minutes or more",
		"no service was reported down: the first time a database was unreachable, never for five minutes",
		"the database is reachable again"},
	{"service.degraded", BEFORE_STAND_IN,
		"no service was reported down: the first time one failed, again and again, for five minutes or more",
		NULL, "the last word of the failing service"},
	{"alert.firing", BEFORE_STAND_IN,
		"nothing tells that a service was down: the first alert that fired for five minutes or more", NULL,
		"the alert went quiet"},
};

static bool shows_impact(const struct study *s, const struct impact_proof *proof, const struct span *span)
{
	return str_eq(span->condition, str_of(proof->condition)) && in_incident(s, span) &&
	       span->from >= s->out->incident_from - proof->before;
}

/* First span of a condition in the incident that begins at or after SINCE and lasts; else the first at all. */
static const struct span *impact_span(struct study *s, const struct impact_proof *proof, instant since)
{
	const struct span *first = NULL;
	for (size_t i = 0; i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		bool fits = shows_impact(s, proof, span) && span->from >= since;
		if (fits && span_end(span) - span->from >= IMPACT_LEAST)
			return span;
		if (fits && !first && proof->brief)
			first = span;
	}
	return first;
}

static bool is_fault(const struct span *s)
{
	return s->severity == SEVERITY_CRITICAL && s->from != INSTANT_NONE &&
	       (s->lane == LANE_STORAGE || str_eq(s->condition, STR("service.db")));
}

/*
 * Critical storage and database trouble that began before the impact, taken together where it overlaps: the stretch
 * that holds at the impact, else the one nearest before it, began with the fault.
 */
static const struct span *fault_span(struct study *s, instant impact)
{
	const struct span *start = NULL;
	instant reach = INSTANT_NONE;
	for (size_t i = 0; i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		if (!is_fault(span) || span->from > impact)
			continue;
		if (!start || span->from > reach)
			start = span;
		if (span_end(span) > reach)
			reach = span_end(span);
	}
	return start;
}

/* SPAN NULL: somebody marked it, or nothing shows it. */
struct impact_found {
	const struct impact_proof *proof;
	const struct span *span;
};

static struct impact_found propose_fault_and_impact(struct study *s)
{
	instant marked_fault = at_of(s, "fault_start");
	struct impact_found found = {impact_proofs, NULL};
	for (size_t i = 0; i < LEN(impact_proofs) && !found.span; i++) {
		const struct impact_proof *proof = &impact_proofs[i];
		const struct span *span =
			impact_span(s, proof, marked_fault == INSTANT_NONE ? INSTANT_NONE + 1 : marked_fault);
		if (!span)
			continue;
		found = (struct impact_found){proof, span};
		propose(s, "impact_start", span->from, first_proof(span),
			str_of(span_end(span) - span->from < IMPACT_LEAST ? proof->brief : proof->lasting));
	}
	if (s->incident->from_is_stated && marked_fault <= s->incident->from)
		propose_stated(s, "impact_start", s->incident->from,
			"nothing shows an impact: the beginning of the incident as stated");
	instant at = at_of(s, "impact_start");
	const struct span *fault = at == INSTANT_NONE ? NULL : fault_span(s, at);
	if (fault)
		propose(s, "fault_start", fault->from, first_proof(fault),
			STR("start of the critical storage or database trouble nearest before the impact"));
	return found;
}

/* Any service that is down goes on with the impact; what stands in for one must be the very thing. */
static bool goes_on(const struct impact_found *found, const struct span *span)
{
	bool same = str_eq(span->condition, str_of(found->proof->condition));
	return same && (found->proof->brief || !found->span || str_eq(span->subject, found->span->subject));
}

static void propose_impact_end(struct study *s, const struct impact_found *found)
{
	instant start = at_of(s, "impact_start"), end = INSTANT_NONE;
	const struct span *last = NULL;
	for (size_t i = 0; start != INSTANT_NONE && i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		if (!goes_on(found, span) || span->from == INSTANT_NONE || span_end(span) < start ||
			span->from >= s->out->incident_to)
			continue;
		if (last && span->from > end && span->from - end > RELAPSE)
			break;
		if (!last || span_end(span) >= end) {
			last = span;
			end = span_end(span);
		}
	}
	if (!last || last->to == INSTANT_NONE || last->to <= start)
		return;
	const struct event *proof = last_proof(last);
	propose(s, "impact_end", last->to, proof, str_of(found->proof->ended));
	propose(s, "mitigated", last->to, proof, STR("nothing shows an earlier relief: the end of the impact"));
}

/* --- the change and its notice --- */

/* In the window, and no later than the impact. */
static bool before_impact(struct study *s, instant at)
{
	instant impact = at_of(s, "impact_start");
	return at >= s->out->from && at <= (impact != INSTANT_NONE ? impact : s->out->incident_to);
}

/* The last one before the impact; where a person marked a start, the one that began nearest to it. */
static const struct span *change_span(struct study *s)
{
	instant marked = at_of(s, "change_start");
	const struct span *change = NULL;
	int64_t nearest = INT64_MAX;
	static const char *const conditions[] = {"upgrade.running", "change.underway"};
	for (size_t k = 0; k < LEN(conditions) && (!change || marked != INSTANT_NONE); k++) {
		for (size_t i = 0; i < s->out->spans_n; i++) {
			const struct span *span = &s->out->spans[i];
			if (!str_eq(span->condition, str_of(conditions[k])) || !before_impact(s, span->from))
				continue;
			int64_t away = marked == INSTANT_NONE ? 0 : llabs(span->from - marked);
			if (away <= nearest) {
				change = span;
				nearest = away;
			}
		}
	}
	return change;
}

/* Notices stand by the time they were received: the first of them counts. */
static const struct notice *notice_of_change(struct study *s, instant change)
{
	for (size_t i = 0; i < s->out->notices_n; i++) {
		if (s->out->notices[i].actual_from == change)
			return &s->out->notices[i];
	}
	return NULL;
}

/* What the providers alone say was done: the last of it before the impact. */
static const struct notice *notice_that_ran(struct study *s)
{
	const struct notice *last = NULL;
	for (size_t i = 0; i < s->out->notices_n; i++) {
		const struct notice *n = &s->out->notices[i];
		if (before_impact(s, n->actual_from) && (!last || n->actual_from > last->actual_from))
			last = n;
	}
	return last;
}

/* A person marks a minute, the evidence shows the second in it. */
static bool means(const struct milestone *m, instant at)
{
	return m->at == at || (m->bounds.min <= at && at < m->bounds.max);
}

static void propose_notice(struct study *s, const struct notice *n)
{
	const struct event *mail = n->events.n ? n->events.v[0] : NULL;
	struct str first = STR("date of the first mail about that change"), because = n->received_because;
	propose(s, "notice_sent", n->sent != INSTANT_NONE ? n->sent : n->received, mail,
		n->sent != INSTANT_NONE ? STR("the notice that was passed on says so") : first);
	propose(s, "notice_received", n->received, mail, because.n ? because : first);
	propose(s, "notice_read", n->read, n->answer ? n->answer : mail,
		n->answer && n->answer->at == n->read ? STR("somebody answered it: read by then at the latest")
						      : STR("as the mailbox says"));
}

static void propose_change(struct study *s)
{
	const struct span *change = change_span(s);
	const struct notice *n = change ? notice_of_change(s, change->from) : notice_that_ran(s);
	if (change)
		propose(s, "change_start", change->from, first_proof(change),
			STR("start of the last change before the impact"));
	else if (n)
		propose(s, "change_start", n->actual_from, n->began, n->linked_because);
	const struct milestone *start = milestone_of(s, "change_start");
	if (change && means(start, change->from))
		propose(s, "change_end", change->to, last_proof(change), STR("end of that change"));
	else if (n && means(start, n->actual_from))
		propose(s, "change_end", n->actual_to, n->ended, STR("the provider said that it was completed"));
	s->change_notice = n;
	if (n)
		propose_notice(s, n);
}

/* --- the response --- */

/* Somebody was told: by a person, an alert, or a monitor that mails what it sees from outside. */
static bool is_told(struct study *s, const struct event *e)
{
	return e->lane == LANE_RESPONSE || event_field(s->arena, e, "monitor").n;
}

static const struct event *first_of(struct study *s, const char *const *kinds, size_t kinds_n, instant since)
{
	for (size_t i = 0; since != INSTANT_NONE && i < s->n && s->v[i]->at < s->out->incident_to; i++) {
		const struct event *e = s->v[i];
		for (size_t k = 0; k < kinds_n && e->at >= since && is_told(s, e); k++) {
			if (event_is(e, kinds[k]))
				return e;
		}
	}
	return NULL;
}

static void propose_response(struct study *s)
{
	static const char *const sees[] = {"response.alert.fired", "service.health.down", "response.person.observed",
		"response.person.acknowledged", "response.person.acted", "response.person.escalated",
		"response.person.decided", "response.person.communicated"};
	static const char *const acknowledges[] = {"response.person.acknowledged"};
	static const char *const acts[] = {"response.person.acted", "response.person.escalated",
		"response.person.decided", "response.person.communicated"};
	propose_event(s, "detected", first_of(s, sees, LEN(sees), at_of(s, "impact_start")),
		"first alert or word of a person after the impact began");
	instant detected = at_of(s, "detected");
	propose_event(
		s, "acknowledged", first_of(s, acknowledges, LEN(acknowledges), detected), "first acknowledgement");
	propose_event(s, "acknowledged", first_of(s, acts, LEN(acts), detected),
		"nobody acknowledged in words: the first thing done about it");
	struct milestone *resolved = milestone_of(s, "resolved");
	if (resolved->at != INSTANT_NONE || s->incident->to == INSTANT_NONE)
		return;
	if (s->incident->said && s->incident->said->recorded_at < s->incident->to) {
		resolved->because = str_fmt(s->arena, "the end of the incident, %.*s, was stated before it came",
			STR_ARG(instant_str(s->arena, s->incident->to)));
		return;
	}
	propose_stated(s, "resolved", s->incident->to, "the end of the incident as stated");
}

/* --- the restore --- */

static const struct event *decided_event(struct study *s, instant at)
{
	for (size_t i = 0; i < s->responses.n; i++) {
		if (s->responses.v[i]->at == at && event_is(s->responses.v[i], "response.person.decided"))
			return s->responses.v[i];
	}
	return NULL;
}

static void propose_decision(struct study *s)
{
	instant before = at_of(s, "restore_start"), at = INSTANT_NONE;
	for (size_t i = 0; s->ledger && i < s->ledger->decisions_n; i++) {
		const struct decision *d = &s->ledger->decisions[i];
		bool ours = str_eq(d->incident, s->incident->id) && choice_restores(d->chosen);
		if (ours && d->at > at && (before == INSTANT_NONE || d->at <= before))
			at = d->at;
	}
	propose(s, "restore_decided", at, at == INSTANT_NONE ? NULL : decided_event(s, at),
		STR("last decision to restore before the restore began"));
	for (size_t i = s->responses.n; i > 0; i--) {
		const struct event *e = s->responses.v[i - 1];
		bool in_time = e->at >= s->out->incident_from && (before == INSTANT_NONE || e->at <= before);
		if (in_time && e->at < s->out->incident_to && event_is(e, "response.person.decided") &&
			choice_restores(e->text))
			propose_event(s, "restore_decided", e, "last decision to restore before the restore began");
	}
}

/* The end of a restore may state its beginning. */
static instant restore_began(struct study *s, const struct event *e)
{
	instant at = INSTANT_NONE;
	if (event_is(e, "backup.restore.started"))
		return e->at;
	if (event_is(e, "backup.restore.completed") || event_is(e, "backup.restore.failed"))
		event_field_time(s->arena, e, "started", &at);
	return at;
}

static void propose_restore(struct study *s)
{
	instant since = at_of(s, "fault_start"), end = at_of(s, "impact_end");
	if (since == INSTANT_NONE)
		since = at_of(s, "impact_start");
	if (since == INSTANT_NONE)
		since = s->out->incident_from;
	const struct event *start = NULL, *done = NULL, *in_time = NULL;
	instant started = INSTANT_NONE;
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		if (e->at < since || e->at >= s->out->incident_to)
			continue;
		instant at = restore_began(s, e);
		if (at != INSTANT_NONE && at >= since && (!start || at < started)) {
			start = e;
			started = at;
		}
		if (event_is(e, "backup.restore.completed")) {
			if (!done)
				done = e;
			if (end == INSTANT_NONE || e->at <= end + HOUR)
				in_time = e;
		}
	}
	propose(s, "restore_start", started, start, STR("first restore that began after the fault"));
	propose_event(s, "restore_done", in_time ? in_time : done,
		"last restore that was completed by the end of the impact");
	propose_decision(s);
}

/* --- orders that cannot be --- */

static const struct {
	const char *first, *then;
} orders[] = {
	{"notice_sent", "notice_received"},
	{"notice_received", "notice_read"},
	{"change_start", "change_end"},
	{"fault_start", "impact_start"},
	{"impact_start", "impact_end"},
	{"impact_start", "detected"},
	{"detected", "acknowledged"},
	{"impact_start", "mitigated"},
	{"impact_start", "resolved"},
	{"mitigated", "resolved"},
	{"restore_decided", "restore_start"},
	{"restore_start", "restore_done"},
	{"resolved", "review_done"},
};

static void orders_check(struct study *s)
{
	for (size_t i = 0; i < LEN(orders); i++) {
		const struct milestone *a = milestone_of(s, orders[i].first), *b = milestone_of(s, orders[i].then);
		/* People mark minutes: what falls into a marked minute is in order. */
		if (a->at == INSTANT_NONE || b->at == INSTANT_NONE || a->at <= b->at || a->bounds.min < b->bounds.max)
			continue;
		const struct event *proofs[] = {a->event, b->event};
		study_finding(s, proofs, 2, "impossible order: %s (%.*s) comes after %s (%.*s)", a->name,
			STR_ARG(instant_str(s->arena, a->at)), b->name, STR_ARG(instant_str(s->arena, b->at)));
	}
}

void milestones_read(struct study *s)
{
	for (size_t i = 0; i < MILESTONES; i++)
		s->out->milestones[i] = (struct milestone){.name = milestone_names[i], .at = INSTANT_NONE};
	if (!s->incident)
		return;
	marks_read(s);
	struct impact_found found = propose_fault_and_impact(s);
	propose_impact_end(s, &found);
	propose_change(s);
	propose_response(s);
	propose_restore(s);
	orders_check(s);
}

const struct milestone *analysis_milestone(const struct analysis *a, const char *name)
{
	for (size_t i = 0; i < MILESTONES; i++) {
		if (strcmp(milestone_names[i], name) == 0)
			return &a->milestones[i];
	}
	bug("no milestone '%s'", name);
}
