/*
 * The map of this room. Evidence goes through it in this order, down to the coverage once whatever incidents are looked
 * at, and the rest for each of them:
 *
 *   events    analyse.c     put in canonical order, responses and backups picked out
 *   spans     span.c        conditions (schema/conditions.json, condition.c) over events
 *             orphan.c      ends without a beginning
 *   notices   notice.c      mails to threads
 *             upgrade.c     node events to runs; herd.c: of which cluster
 *             change.c      which notice announced which run; answer.c: who answered it in time
 *   backups   place.c copy.c asset.c cadence.c exposure.c
 *                           where copies lie, which there are, what they are of, what was missing
 *   coverage  coverage.c    where the evidence itself is silent
 *   line-up   sweep.c overlap.c
 *                           lanes against each other, on the algebra of interval.c
 *   incident  milestone.c chain.c recovery.c metric.c whatif.c decision.c
 *
 * fields.c reads facts off events, choice.c what decisions chose; names.c compares names, link.c binds volumes to
 * namespaces, working.c knows the week.
 */
#include "analyse/study.h"

#include <stdlib.h>

const char *const grade_names[GRADES] = {"claimed", "listed", "checked", "drill-restored", "restored"};

struct analysis_settings analysis_defaults(void)
{
	return (struct analysis_settings){.before = 14 * DAY,
		.after = 2 * DAY,
		.objective = 26 * HOUR,
		.week = {.zone = NULL, .from_minute = 9 * 60, .to_minute = 17 * 60, .days = 0x3e},
		.now = INSTANT_NONE};
}

/* --- order --- */

static struct str source_name(const struct study *s, int64_t row)
{
	const struct source *source = row && s->sources ? source_find(s->sources, row) : NULL;
	return source ? source->name : STR_NONE;
}

/* The store's order: by time, then by what the evidence itself says, never by when it came in. */
int event_order(const struct study *s, const struct event *a, const struct event *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	int by_source = a->source == b->source ? 0 : str_cmp(source_name(s, a->source), source_name(s, b->source));
	if (by_source)
		return by_source;
	if (a->from.offset != b->from.offset)
		return a->from.offset < b->from.offset ? -1 : 1;
	return memcmp(a->key, b->key, EVENT_KEY);
}

static int sort_order(const void *pa, const void *pb, void *study)
{
	return event_order(study, pa, pb);
}

/* The same events in canonical order: as they are when they came so, which is what the store gives. */
static struct events events_sorted(struct study *s, const struct events *events)
{
	for (size_t i = 1; i < events->n; i++) {
		if (event_order(s, &events->v[i - 1], &events->v[i]) <= 0)
			continue;
		struct events sorted = {NEW_N(s->arena, struct event, events->n), events->n};
		memcpy(sorted.v, events->v, events->n * sizeof *events->v);
		qsort_r(sorted.v, sorted.n, sizeof *sorted.v, sort_order, s);
		return sorted;
	}
	return *events;
}

/* What was not understood shows how far the evidence goes, too. */
static void extent_read(struct study *s)
{
	const struct talks *talks = s->settings.talks;
	for (size_t i = 0; talks && i < talks->n; i++) {
		if (s->first == INSTANT_NONE || talks->v[i].first < s->first)
			s->first = talks->v[i].first;
		if (s->last == INSTANT_NONE || talks->v[i].last > s->last)
			s->last = talks->v[i].last;
	}
}

static void events_read(struct study *s, const struct events *events)
{
	s->v = NEW_N(s->arena, const struct event *, events->n);
	for (size_t i = 0; i < events->n; i++) {
		if (events->v[i].at != INSTANT_NONE)
			s->v[s->n++] = &events->v[i];
	}
	s->first = s->n ? s->v[0]->at : INSTANT_NONE;
	s->last = s->first;
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		/* What a person says will last until next week is no evidence of next week. */
		instant shown = e->source ? event_end(e) : e->at;
		if (shown > s->last)
			s->last = shown;
		if (str_starts(e->kind->name, STR("response.person.")))
			*PUSH(&s->responses, s->arena) = e;
		if (str_starts(e->kind->name, STR("backup.")))
			*PUSH(&s->backups, s->arena) = e;
	}
	extent_read(s);
}

/* --- what all files use --- */

static int pointer_order(const void *pa, const void *pb)
{
	const struct event *a = *(const struct event *const *)pa, *b = *(const struct event *const *)pb;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return memcmp(a->key, b->key, EVENT_KEY);
}

void proofs_add(struct arena *a, struct proofs *p, const struct event *e)
{
	size_t size = p->n * sizeof *p->v;
	if ((p->n & (p->n - 1)) == 0) /* room doubles: 0, 1, 2, 4, 8 ... */
		p->v = arena_grow(a, p->v, size, size ? 2 * size : sizeof *p->v);
	p->v[p->n++] = e;
}

struct proofs proofs_of(struct arena *a, const struct event *const *v, size_t n)
{
	struct proofs proofs = {NEW_N(a, const struct event *, n), 0};
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i])
			proofs.v[count++] = v[i];
	}
	qsort(proofs.v, count, sizeof *proofs.v, pointer_order);
	for (size_t i = 0; i < count; i++) {
		if (!proofs.n || proofs.v[proofs.n - 1] != proofs.v[i])
			proofs.v[proofs.n++] = proofs.v[i];
	}
	return proofs;
}

void study_finding(struct study *s, const struct event *const *v, size_t n, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	*PUSH(&s->findings, s->arena) = (struct finding){str_vfmt(s->arena, fmt, args), proofs_of(s->arena, v, n)};
	va_end(args);
}

/* --- the window --- */

static void window_read(struct study *s)
{
	struct analysis *out = s->out;
	/* Half-open: the second of the last event is in it. */
	instant end = s->last == INSTANT_NONE ? INSTANT_NONE : s->last - s->last % SECOND + SECOND;
	out->evidence_to = end;
	if (!s->incident) {
		out->from = out->incident_from = s->first;
		out->to = out->incident_to = end;
		return;
	}
	out->incident_from = s->incident->from;
	out->incident_to = s->incident->to != INSTANT_NONE ? s->incident->to : end;
	if (out->incident_to <= out->incident_from)
		out->incident_to = out->incident_from + SECOND;
	out->from = out->incident_from - out->settings.before;
	out->to = out->incident_to + out->settings.after;
}

bool analysis_is_open_at(const struct analysis *a, instant from, instant to)
{
	return to == a->to && a->evidence_to != INSTANT_NONE && a->evidence_to < to && a->evidence_to > from;
}

static struct events events_within(const struct events *events, instant from, instant to)
{
	size_t first = 0, end;
	while (first < events->n && (events->v[first].at == INSTANT_NONE || events->v[first].at < from))
		first++;
	for (end = first; end < events->n && events->v[end].at < to;)
		end++;
	return (struct events){end > first ? events->v + first : NULL, end - first};
}

static void unannounced_read(struct study *s)
{
	struct analysis *out = s->out;
	out->unannounced = NEW_N(s->arena, struct unannounced, s->upgrades.n);
	for (size_t i = 0; i < s->upgrades.n; i++) {
		const struct draft *d = s->upgrades.v[i];
		for (size_t k = 0; !d->announced && k < out->spans_n; k++) {
			if (!str_eq(out->spans[k].id, d->span.id))
				continue;
			out->unannounced[out->unannounced_n++].span = &out->spans[k];
			study_finding(s, out->spans[k].events.v, 1,
				"an upgrade ran from %.*s without any notice that was found",
				STR_ARG(instant_str(s->arena, out->spans[k].from)));
		}
	}
}

static bool notice_touches(const struct notice *n, const struct analysis *out)
{
	bool received = n->received < out->to && n->received >= out->from; /* or passed on: the mail that shows it */
	received |= n->forwarded != INSTANT_NONE && n->forwarded < out->to && n->forwarded >= out->from;
	bool promised = n->promised_from != INSTANT_NONE && n->promised_from < out->to && n->promised_from >= out->from;
	bool ran = n->actual_from != INSTANT_NONE && n->actual_from < out->to && n->actual_from >= out->from;
	return received || promised || ran;
}

static bool proofs_hold(const struct proofs *p, const struct event *e)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i] == e)
			return true;
	}
	return false;
}

/* What does not fit together in other years is no matter of this incident, but for its notices; what is proven by
 * nothing is said of the whole. */
static bool finding_concerns(const struct study *s, const struct finding *f)
{
	for (size_t i = 0; i < f->events.n; i++) {
		if (!s->incident || (f->events.v[i]->at >= s->out->from && f->events.v[i]->at < s->out->to))
			return true;
	}
	for (size_t i = 0; f->events.n && i < s->notices.n; i++) {
		const struct notice *n = &s->notices.v[i];
		if (notice_touches(n, s->out) && proofs_hold(&n->events, f->events.v[0]))
			return true;
	}
	return !f->events.n;
}

static int notice_order(const void *pa, const void *pb)
{
	const struct notice *a = pa, *b = pb;
	if (a->received != b->received)
		return a->received < b->received ? -1 : 1;
	if (a->promised_from != b->promised_from)
		return a->promised_from < b->promised_from ? -1 : 1;
	return str_cmp(a->id, b->id);
}

static void notices_finish(struct study *s)
{
	struct analysis *out = s->out;
	out->notices = NEW_N(s->arena, struct notice, s->notices.n);
	for (size_t i = 0; i < s->notices.n; i++) {
		if (notice_touches(&s->notices.v[i], out))
			out->notices[out->notices_n++] = s->notices.v[i];
	}
	qsort(out->notices, out->notices_n, sizeof *out->notices, notice_order);
}

struct study *study_read(struct arena *arena, const struct events *events, const struct sources *sources,
	const struct ledger *ledger, const struct analysis_settings *settings, struct err *e)
{
	if (!conditions_init(e))
		return NULL;
	struct study *s = NEW(arena, struct study);
	*s = (struct study){.arena = arena,
		.lasting = arena,
		.sources = sources,
		.ledger = ledger,
		.settings = settings ? *settings : analysis_defaults()};
	s->events = events_sorted(s, events);
	events_read(s, &s->events);
	jobs_name(s);
	spans_read(s);
	orphans_read(s);
	notices_read(s);
	upgrades_read(s);
	nodes_place(s);
	notices_link(s);
	links_read(s);
	places_read(s);
	copies_read(s);
	assets_read(s);
	cadences_read(s);
	exposures_read(s);
	notices_prepared(s);
	coverage_read(s);
	return s;
}

void study_incident(
	struct arena *arena, const struct study *study, const struct incident *incident, struct analysis *out)
{
	struct study *s = NEW(arena, struct study);
	*s = *study;
	s->arena = arena;
	s->incident = incident;
	s->out = out;
	s->findings.v = NULL;
	s->findings.n = s->findings.cap = 0;
	*out = (struct analysis){.incident = incident,
		.settings = s->settings,
		.ledger = s->ledger,
		.sources = s->sources,
		.places = s->place_list.v,
		.places_n = s->place_list.n,
		.study = s};
	window_read(s);
	out->events = events_within(&s->events, out->from, out->to);
	orphans_tell(s);
	for (size_t i = 0; i < study->findings.n; i++) {
		if (finding_concerns(s, &study->findings.v[i]))
			*PUSH(&s->findings, arena) = study->findings.v[i];
	}
	spans_finish(s);
	links_choose(s);
	notices_finish(s);
	unannounced_read(s);

	sweep(s);
	overlaps_read(s);
	milestones_read(s);
	chain_read(s);
	knowable_read(s);
	recovery_read(s);
	metrics_read(s);
	what_ifs_read(s);
	knowledge_read(s);
	out->findings = s->findings.v;
	out->findings_n = s->findings.n;
}

bool analyse(struct arena *arena, const struct events *events, const struct sources *sources,
	const struct ledger *ledger, const struct incident *incident, const struct analysis_settings *settings,
	struct analysis *out, struct err *e)
{
	const struct study *s = study_read(arena, events, sources, ledger, settings, e);
	if (s)
		study_incident(arena, s, incident, out);
	return s;
}
