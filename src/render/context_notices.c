/* Notices and changes, in words. */
#include "render/context.h"
#include "render/say.h"

static struct str period(const struct context *c, instant from, instant to)
{
	if (from == INSTANT_NONE)
		return STR_NONE;
	if (to == INSTANT_NONE)
		return str_fmt(c->arena, "%.*s, end unknown", STR_ARG(say_time(c->arena, from, c->zone)));
	return str_fmt(c->arena, "%.*s to %.*s", STR_ARG(say_time(c->arena, from, c->zone)),
		STR_ARG(say_time(c->arena, to, c->zone)));
}

/* A mail may promise no more than a day. */
static bool promises_a_day(const struct notice *n)
{
	return n->promised_from != INSTANT_NONE && n->promised_precision == PRECISION_DAY;
}

static struct str promised(const struct context *c, const struct notice *n)
{
	struct str day = promises_a_day(n) ? say_day(c->arena, n->promised_from) : STR_NONE;
	if (!day.n)
		return period(c, n->promised_from, n->promised_to);
	return n->promised_to == INSTANT_NONE ? str_fmt(c->arena, "%.*s, no time of the day", STR_ARG(day))
					      : str_fmt(c->arena, "%.*s to %.*s", STR_ARG(day),
							STR_ARG(say_time(c->arena, n->promised_to, c->zone)));
}

static struct str slip(const struct context *c, const struct notice *n)
{
	if (n->actual_from == INSTANT_NONE || n->promised_from == INSTANT_NONE)
		return STR_NONE;
	if (promises_a_day(n) && n->slip >= 0 && n->slip < DAY)
		return STR("on the day promised");
	if (promises_a_day(n))
		return str_fmt(c->arena, "%.*s %s the day promised",
			STR_ARG(duration_str(c->arena, n->slip < 0 ? -n->slip : n->slip - DAY)),
			n->slip < 0 ? "before" : "after");
	if (n->slip == 0)
		return STR("on time");
	return str_fmt(c->arena, "%.*s %s than promised",
		STR_ARG(duration_str(c->arena, n->slip < 0 ? -n->slip : n->slip)), n->slip < 0 ? "earlier" : "later");
}

static struct str versions(const struct context *c, const struct version_pair *v)
{
	if (v->from.n && v->to.n)
		return str_fmt(c->arena, "%.*s to %.*s", STR_ARG(v->from), STR_ARG(v->to));
	return v->to.n ? str_fmt(c->arena, "to %.*s", STR_ARG(v->to)) : STR_NONE;
}

/* The spans that begin and end as the notice's change did prove that it ran; else the notice's own mails say so. */
static struct str cite_actual(const struct context *c, const struct notice *n)
{
	for (size_t i = 0; i < c->analysis->spans_n && n->actual_from != INSTANT_NONE; i++) {
		const struct span *s = &c->analysis->spans[i];
		if (s->from == n->actual_from && s->to == n->actual_to && s->lane == LANE_UPGRADE && s->events.n)
			return cite_proofs(c->arena, c->cites, &s->events);
	}
	return cite_proofs(c->arena, c->cites, &n->events);
}

/* "sent 1 June, passed on 3 June; counted from when ..." */
static struct str passed_on(const struct context *c, const struct notice *n)
{
	struct str sent =
		n->sent == INSTANT_NONE ? STR("at a time it does not say") : say_time(c->arena, n->sent, c->zone);
	if (n->forwarded == INSTANT_NONE)
		return STR_NONE;
	return str_fmt(c->arena, "sent %.*s, passed on %.*s; it counts from %.*s", STR_ARG(sent),
		STR_ARG(say_time(c->arena, n->forwarded, c->zone)), STR_ARG(n->received_because));
}

/* A notice in a sentence or two; the template puts them together. */
static void put_notice(const struct context *c, struct json *list, const struct notice *n)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	bool ran = n->actual_from != INSTANT_NONE;
	json_add_str(c->arena, o, "subject", n->subject.n ? n->subject : STR("(no subject)"));
	json_add_str(c->arena, o, "provider", n->provider);
	json_add_str(c->arena, o, "reference", n->reference);
	json_add_str(c->arena, o, "resource", n->resource);
	json_add_str(c->arena, o, "status", n->status.n ? n->status : STR("unknown"));
	json_add_str(c->arena, o, "versions", versions(c, &n->versions));
	put_time(c, o, "received", n->received);
	json_add_str(c->arena, o, "passed_on", passed_on(c, n));
	json_add_str(c->arena, o, "promised", promised(c, n));
	json_add_str(c->arena, o, "actual", period(c, n->actual_from, n->actual_to));
	json_add_str(c->arena, o, "lead",
		ran ? n->lead < 0 ? str_fmt(c->arena, "%.*s after the change had begun",
					    STR_ARG(duration_str(c->arena, -n->lead)))
				  : duration_str(c->arena, n->lead)
		    : STR_NONE);
	json_add_str(c->arena, o, "lead_working",
		!ran              ? STR_NONE
		: n->lead_working ? duration_str(c->arena, n->lead_working)
				  : STR("none"));
	json_add_str(c->arena, o, "actual_cites", cite_actual(c, n));
	json_add_str(c->arena, o, "slip", slip(c, n));
	json_add_bool(c->arena, o, "answered", n->answered);
	json_add_bool(c->arena, o, "missed", n->missed);
	json_add_bool(c->arena, o, "prepared", n->preparation != NULL);
	json_add_str(c->arena, o, "prepared_cites", cite_event(c->arena, c->cites, n->preparation));
	json_add_str(c->arena, o, "answer_cites", cite_event(c->arena, c->cites, n->answer));
	json_add_str(c->arena, o, "linked_because", n->linked_because);
	put_cites(c, o, "cites", &n->events);
}

void context_notices(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct json *list = json_add_array(c->arena, root, "notices"),
		    *missed = json_add_array(c->arena, root, "notices_missed");
	for (size_t i = 0; i < an->notices_n; i++) {
		put_notice(c, list, &an->notices[i]);
		if (an->notices[i].missed)
			put_notice(c, missed, &an->notices[i]);
	}
	list = json_add_array(c->arena, root, "unannounced");
	for (size_t i = 0; i < an->unannounced_n; i++) {
		const struct span *s = an->unannounced[i].span;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		put_span(c, o, s);
	}
}
