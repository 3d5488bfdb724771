/* What people settle about an incident, on its way into the ledger: a milestone that is marked, or a decision. */
#include "cmd/settle.h"

#include "normalise/normalise.h"

/* The event gives the milestone its evidence and, where it has no time of its own, its instant. */
static bool find_event(struct cmd *c, struct mark *m)
{
	struct event e;
	int found;
	if (!m->event.n)
		return true;
	if (!store_event(c->store, m->event, c->arena, &e, &found, &c->err))
		return false;
	if (found != 1)
		return err_set(&c->err, "%s '%.*s'; ids stand at the end of timeline lines",
			found ? "several events begin with" : "no event", STR_ARG(m->event));
	m->event = event_id(c->arena, e.key);
	if (m->at == INSTANT_NONE)
		m->at = e.at, m->grain = (struct grain){e.precision, e.at_max != e.at ? e.at_max : INSTANT_NONE};
	return true;
}

static bool find_incident(struct cmd *c, struct settled *s)
{
	struct ledger ledger;
	if (!ledger_load(c->store, c->arena, &ledger, &c->err))
		return false;
	const struct incident *incident =
		s->incident.n ? ledger_incident(&ledger, s->incident) : ledger_implied(&ledger, &c->err);
	if (!incident)
		return err_set(&c->err, "no incident '%.*s'", STR_ARG(s->incident));
	s->incident = incident->id;
	return true;
}

static bool say_it(struct cmd *c, struct settled *s, struct event *e)
{
	if (!s->is_mark) {
		s->decision.incident = s->incident;
		return ledger_say_decision(c->store, &s->decision, e, s->recorded_at, &c->err);
	}
	if (!find_event(c, &s->mark))
		return false;
	if (s->mark.at == INSTANT_NONE)
		s->mark.at = s->recorded_at;
	s->mark.incident = s->incident;
	s->mark.author = s->author;
	return ledger_say_mark(c->store, &s->mark, s->recorded_at, &c->err);
}

bool settled_store(struct cmd *c, struct settled *s, struct event *e, bool *refused)
{
	bool done = find_incident(c, s) && say_it(c, s, e);
	*refused = !done && store_last_failure(c->store) == FAILURE_NONE;
	return done;
}

struct str settled_text(struct arena *a, const struct settled *s)
{
	const struct str words = s->is_mark ? s->mark.name : s->decision.chosen;
	const struct str because = s->is_mark ? s->mark.because : s->decision.because;
	return str_fmt(a, "%s %.*s%s%.*s", s->is_mark ? "mark" : "decide", STR_ARG(words),
		because.n ? ", because " : "", STR_ARG(because));
}

void settled_write(struct arena *a, struct json *j, const struct settled *s)
{
	const struct mark *m = &s->mark;
	const struct decision *d = &s->decision;
	const struct grain *grain = s->is_mark ? &m->grain : &d->grain;
	json_add_str(a, j, s->is_mark ? "mark" : "decide", s->is_mark ? m->name : d->chosen);
	json_add_str(a, j, "author", s->author);
	json_add_int(a, j, "recorded_at", s->recorded_at);
	json_add_str(a, j, "incident", s->incident);
	json_add_str(a, j, "event", m->event);
	json_add_str(a, j, "because", s->is_mark ? m->because : d->because);
	if ((s->is_mark ? m->at : d->at) != INSTANT_NONE)
		json_add_int(a, j, "at", s->is_mark ? m->at : d->at);
	json_add_int(a, j, "precision", grain->precision);
	if (grain->at_max != INSTANT_NONE)
		json_add_int(a, j, "at_max", grain->at_max);
	struct json *over = json_add_array(a, j, "over");
	for (size_t i = 0; i < d->over.n; i++)
		json_push_str(a, over, d->over.v[i]);
}

static int64_t number_of(const struct json *j, const char *key, int64_t usual)
{
	int64_t n = usual;
	json_int(json_get(j, key), &n);
	return n;
}

bool settled_parse(struct arena *a, const struct json *j, struct settled *s)
{
	struct str marked = json_get_str(j, "mark"), decided = json_get_str(j, "decide");
	int64_t precision = number_of(j, "precision", PRECISION_US);
	VEC(struct str) over = {0};
	if (!marked.n && !decided.n)
		return false;
	struct grain grain = {precision >= 0 && precision < PRECISION_NONE ? (enum precision)precision : PRECISION_US,
		number_of(j, "at_max", INSTANT_NONE)};
	for (const struct json *one = json_first(json_get(j, "over")); one; one = json_next(one))
		*PUSH(&over, a) = json_str(one);
	*s = (struct settled){.is_mark = marked.n > 0,
		.author = json_get_str(j, "author"),
		.incident = json_get_str(j, "incident"),
		.recorded_at = number_of(j, "recorded_at", 0)};
	instant at = number_of(j, "at", INSTANT_NONE);
	struct str because = json_get_str(j, "because");
	s->mark = (struct mark){
		.name = marked, .at = at, .grain = grain, .event = json_get_str(j, "event"), .because = because};
	s->decision = (struct decision){.chosen = decided,
		.at = at == INSTANT_NONE ? s->recorded_at : at,
		.grain = grain,
		.by = s->author,
		.because = because,
		.over = {over.v, over.n}};
	return true;
}
