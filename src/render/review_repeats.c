/* Repeats: which earlier incident one resembles, why, and what was still to be done since then when it began. */
#include "base/map.h"
#include "render/review.h"
#include "render/say.h"

enum {
	CONDITIONS_SHARED = 2, /* so many conditions, and at least half of all that either had, make a repeat */
	SCORE_LANES = 4,
	SCORE_TITLE = 3,
	SCORE_SUBJECT = 2,
	SUBJECTS_COUNTED = 3
};

/* What was in trouble while an incident ran: conditions, and conditions of subjects, in a reader's words; each with the
 * span of it that began last. */
struct signature {
	struct map conditions, subjects;
	unsigned lanes; /* that lined up; 0: they did not */
};

/* Every cluster has upgrades and every imported incident is itself: such subjects tell nothing. */
static bool tells(struct str subject)
{
	return subject.n && !str_starts(subject, STR("cluster:")) && !str_starts(subject, STR("incident:"));
}

static void note_span(struct map *map, struct str name, const struct span *span)
{
	const struct span **last = (const struct span **)map_put(map, name);
	if (!*last || (*last)->from < span->from)
		*last = span;
}

static struct signature *signature_of(struct arena *a, const struct analysis *an)
{
	struct signature *s = NEW(a, struct signature);
	*s = (struct signature){.conditions = MAP(a), .subjects = MAP(a), .lanes = an->lineup ? an->lineup->lanes : 0};
	for (size_t i = 0; i < an->spans_n; i++) {
		const struct span *span = &an->spans[i];
		bool during =
			span->from < an->incident_to && (span->to == INSTANT_NONE || span->to > an->incident_from);
		if (!during || !(REVIEW_LANES & 1u << span->lane) || span->lane == LANE_NOTICE)
			continue;
		struct str condition = say_condition(a, span->condition);
		note_span(&s->conditions, condition, span);
		if (tells(span->subject))
			note_span(&s->subjects,
				str_fmt(a, "%.*s of %.*s", STR_ARG(condition),
					STR_ARG(say_subject(a, span->subject, condition))),
				span);
	}
	return s;
}

/* What came again since THEN ended; what merely went on is no repeat. */
static struct strs shared(struct arena *a, const struct map *x, const struct map *y, instant then)
{
	VEC(struct str) list = {0};
	for (size_t i = 0; i < x->n; i++)
		if (map_get(y, x->entries[i].key) && ((const struct span *)x->entries[i].value)->from >= then)
			*PUSH(&list, a) = x->entries[i].key;
	return (struct strs){list.v, list.n};
}

struct signed_incident {
	const struct analysis *an;
	struct signature *signature;
};

struct likeness {
	const struct analysis *to;
	bool lanes, title; /* title: what people called it; of many a postmortem of the past all that there is */
	struct strs conditions, subjects;
	size_t score; /* 0: no repeat */
};

static struct likeness likeness_of(
	struct arena *a, const struct signed_incident *at, const struct analysis *was, const struct signature *then)
{
	const struct signature *now = at->signature;
	struct likeness l = {.to = was,
		.lanes = now->lanes && now->lanes == then->lanes,
		.title = str_eq_case(at->an->incident->title, was->incident->title),
		.conditions = shared(a, &now->conditions, &then->conditions, was->incident_to),
		.subjects = shared(a, &now->subjects, &then->subjects, was->incident_to)};
	size_t either = now->conditions.n + then->conditions.n - l.conditions.n;
	bool conditions = l.conditions.n >= CONDITIONS_SHARED && l.conditions.n * 2 >= either;
	if (l.lanes || l.title || l.subjects.n || conditions)
		l.score = l.lanes * SCORE_LANES + l.title * SCORE_TITLE +
			  (l.subjects.n < SUBJECTS_COUNTED ? l.subjects.n : SUBJECTS_COUNTED) * SCORE_SUBJECT +
			  l.conditions.n;
	return l;
}

/* Of those most like it, the newest. */
static struct likeness most_like(struct arena *a, const struct signed_incident *v, size_t at)
{
	struct likeness best = {0};
	for (size_t i = 0; i < at; i++) {
		struct likeness l = likeness_of(a, &v[at], v[i].an, v[i].signature);
		if (l.score && l.score >= best.score)
			best = l;
	}
	return best;
}

/* ---- telling ---- */

static struct str listed(struct arena *a, struct strs list)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < list.n && i < SUBJECTS_COUNTED; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(list.v[i]));
	if (list.n > SUBJECTS_COUNTED)
		buf_fmt(&b, " and %zu more", list.n - SUBJECTS_COUNTED);
	return buf_str(&b);
}

static struct str why_of(struct arena *a, const struct likeness *l, unsigned lanes)
{
	struct buf b = BUF(a);
	if (l->lanes)
		buf_fmt(&b, "%.*s lined up again", STR_ARG(say_lane_set(a, lanes)));
	if (l->title)
		buf_fmt(&b, "%sthe same title", b.n ? "; " : "");
	if (l->subjects.n)
		buf_fmt(&b, "%sagain %.*s", b.n ? "; " : "", STR_ARG(listed(a, l->subjects)));
	else if (l->conditions.n && !l->lanes)
		buf_fmt(&b, "%sagain %.*s", b.n ? "; " : "", STR_ARG(listed(a, l->conditions)));
	return buf_str(&b);
}

static bool was_open(const struct action *x, struct str incident, instant at)
{
	bool open = str_eq(x->state, STR("open")), ended_later = x->ended_at != INSTANT_NONE && x->ended_at > at;
	return str_eq(x->incident, incident) && x->opened_at <= at && (open || ended_later) &&
	       !str_eq(x->type, STR("process"));
}

/* What follows from the earlier incident and was not done when this one began; one that prevents comes first. */
static void add_actions(struct arena *a, struct json *j, const struct ledger *l, struct str incident, instant at)
{
	struct json *list = json_add_array(a, j, "actions");
	const struct action *first = NULL;
	for (int prevents = 1; prevents >= 0; prevents--) {
		for (size_t i = 0; i < l->actions_n; i++) {
			const struct action *x = &l->actions[i];
			if (!was_open(x, incident, at) || str_eq(x->type, STR("prevent")) != prevents)
				continue;
			first = first || !prevents ? first : x;
			struct json *row = json_push(a, list, json_object(a));
			json_add_str(a, row, "id", x->id);
			json_add_str(a, row, "title", x->title);
			json_add_str(a, row, "type", x->type.n ? x->type : STR_NONE);
			json_add_str(a, row, "state", x->state);
		}
	}
	json_add_str(a, j, "open_action", first ? first->id : STR_NONE);
	json_add_str(a, j, "open_action_title", first ? first->title : STR_NONE);
}

static void add_repeat(struct arena *a, struct json *list, const struct review *r, const struct signed_incident *now,
	const struct likeness *l)
{
	const struct incident *i = now->an->incident, *was = l->to->incident;
	struct json *j = json_push(a, list, json_object(a));
	json_add_str(a, j, "incident", i->id);
	json_add_str(a, j, "incident_title", i->title);
	json_add_str(a, j, "repeats", was->id);
	json_add_str(a, j, "repeats_title", was->title);
	json_add_str(a, j, "lanes", l->lanes ? say_lane_set(a, now->signature->lanes) : STR_NONE);
	json_add_str(a, j, "why", why_of(a, l, now->signature->lanes));
	review_add_length(a, j, "after_seconds", "after", true, i->from - was->from);
	add_actions(a, j, r->ledger, was->id, i->from);
}

/* V: all incidents by their begin, those of the period last. */
void review_add_repeats(struct arena *a, struct json *root, const struct review *r)
{
	size_t n = r->earlier.n + r->period.n;
	struct signed_incident *v = NEW_N(a, struct signed_incident, n + 1);
	struct json *list = json_add_array(a, root, "repeats");
	for (size_t i = 0; i < n; i++) {
		v[i].an = i < r->earlier.n ? &r->earlier.v[i] : &r->period.v[i - r->earlier.n];
		v[i].signature = signature_of(a, v[i].an);
	}
	for (size_t i = r->earlier.n; i < n; i++) {
		struct likeness l = most_like(a, v, i);
		if (l.score)
			add_repeat(a, list, r, &v[i], &l);
	}
}
