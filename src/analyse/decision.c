/* What was known when each decision was made, beside what was already true. */
#include "analyse/study.h"

static bool span_known_by(const struct span *span, instant at)
{
	for (size_t i = 0; i < span->events.n; i++) {
		if (span->events.v[i]->recorded_at <= at)
			return true;
	}
	return false;
}

static struct knowledge knowledge_at(struct study *s, const struct decision *d)
{
	struct knowledge k = {.decision = d};
	for (size_t i = 0; i < s->n; i++) {
		k.happened += s->v[i]->at <= d->at;
		k.known += s->v[i]->recorded_at != INSTANT_NONE && s->v[i]->recorded_at <= d->at;
	}
	k.known_spans = NEW_N(s->arena, const struct span *, s->out->spans_n);
	k.hidden_spans = NEW_N(s->arena, const struct span *, s->out->spans_n);
	for (size_t i = 0; i < s->out->spans_n; i++) {
		const struct span *span = &s->out->spans[i];
		bool holds = (span->from == INSTANT_NONE || span->from <= d->at) &&
			     (span->to == INSTANT_NONE || span->to > d->at);
		if (!holds || !(lanes_counted() & 1u << span->lane))
			continue;
		if (span_known_by(span, d->at))
			k.known_spans[k.known_spans_n++] = span;
		else
			k.hidden_spans[k.hidden_spans_n++] = span;
	}
	return k;
}

void knowledge_read(struct study *s)
{
	size_t n = s->ledger ? s->ledger->decisions_n : 0;
	s->out->knowledge = NEW_N(s->arena, struct knowledge, n);
	for (size_t i = 0; i < n; i++) {
		const struct decision *d = &s->ledger->decisions[i];
		if (s->incident && str_eq(d->incident, s->incident->id))
			s->out->knowledge[s->out->knowledge_n++] = knowledge_at(s, d);
	}
}
