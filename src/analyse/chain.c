/* The chain of first troubles, and what could have been known before the impact. */
#include "analyse/lanes.h"

#include <stdlib.h>

static int link_order(const void *pa, const void *pb)
{
	const struct chain_link *a = pa, *b = pb;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->lane > b->lane) - (a->lane < b->lane);
}

void chain_read(struct study *s)
{
	struct analysis *out = s->out;
	instant impact = analysis_milestone(out, "impact_start")->at;
	out->chain = NEW_N(s->arena, struct chain_link, LANES);
	unsigned seen = 0;
	for (size_t i = 0; i < out->spans_n; i++) { /* by start: the first of a lane is its first trouble */
		const struct span *span = &out->spans[i];
		if (!(lanes_counted() & 1u << span->lane) || seen & 1u << span->lane)
			continue;
		seen |= 1u << span->lane;
		struct chain_link *link = &out->chain[out->chain_n++];
		*link = (struct chain_link){.lane = span->lane, .from = span->from, .span = span};
		link->impact_known = impact != INSTANT_NONE && span->from != INSTANT_NONE;
		if (link->impact_known)
			link->to_impact = impact - span->from;
	}
	qsort(out->chain, out->chain_n, sizeof *out->chain, link_order);
}

/* What a response has to name to have answered a condition: the thing itself, without its type and namespace. */
static bool response_names(const struct event *e, const struct span *span)
{
	struct str rest = subject_rest(span->subject);
	size_t slash = str_rfind_byte(rest, '/');
	struct str name = slash == STR_NPOS ? rest : str_from(rest, slash + 1);
	return name.n &&
	       (str_eq(e->subject, span->subject) || text_names(e->text, name) || text_names(e->subject, name));
}

static const struct event *answer_to(const struct study *s, const struct span *span, instant impact)
{
	for (size_t i = 0; i < s->responses.n && s->responses.v[i]->at < impact; i++) {
		const struct event *e = s->responses.v[i];
		bool since = span->from == INSTANT_NONE || e->at >= span->from;
		if (since && response_names(e, span))
			return e;
	}
	return NULL;
}

static const struct notice *missed_notice(const struct analysis *out, const struct span *span, instant impact)
{
	for (size_t i = 0; i < out->notices_n; i++) {
		const struct notice *n = &out->notices[i];
		bool proves = span->events.n && n->events.n && span->events.v[0] == n->events.v[0];
		if (proves && n->missed && n->actual_from <= impact && span->to == n->actual_from)
			return n;
	}
	return NULL;
}

static bool was_knowable(const struct analysis *out, const struct span *span, instant impact)
{
	bool counts = lanes_counted() & 1u << span->lane;
	bool began = span->from == INSTANT_NONE || span->from < impact;
	if (!counts || !began)
		return false;
	if (span->to == INSTANT_NONE || span->to > impact)
		return true;
	return str_eq(span->condition, STR("notice.unanswered")) && missed_notice(out, span, impact);
}

void knowable_read(struct study *s)
{
	struct analysis *out = s->out;
	instant impact = analysis_milestone(out, "impact_start")->at;
	if (impact == INSTANT_NONE)
		return;
	struct {
		VEC(struct knowable) list;
	} found = {{0}};
	for (size_t i = 0; i < out->spans_n; i++) {
		const struct span *span = &out->spans[i];
		if (!was_knowable(out, span, impact))
			continue;
		/* Open to the past: at least since the window begins. */
		instant since = span->from == INSTANT_NONE ? out->from : span->from;
		const struct event *answer = answer_to(s, span, impact);
		*PUSH(&found.list, s->arena) = (struct knowable){.span = span,
			.since = span->from,
			.before_impact = impact - since,
			.answered = answer != NULL,
			.answer = answer};
	}
	out->knowable = found.list.v;
	out->knowable_n = found.list.n;
}
