/* The timeline of a report: which events it tells, which it leaves out and says so. */
#include "base/utf8.h"
#include "render/chart.h"
#include "render/context.h"
#include "render/say.h"

#include <stdlib.h>

enum {
	TOLD_SUBJECT_REPEATS = 3,
	LATEST_SHOWN = 20,
	TEXT_SHOWN = 300,
	STAMP_DIGITS = 8
}; /* repeats: of one kind and subject */

static bool lane_is_always_told(enum lane lane)
{
	return lane == LANE_NOTICE || lane == LANE_CHANGE || lane == LANE_RESPONSE;
}

static int compare_events(const void *x, const void *y)
{
	const struct event *const *a = x, *const *b = y;
	return (*a > *b) - (*a < *b);
}

/* Events that prove something: all of them, sorted by address. */
static struct proofs proving(const struct context *c)
{
	VEC(const struct event *) list = {0};
	const struct analysis *an = c->analysis;
	for (size_t i = 0; i < an->spans_n; i++) {
		const struct proofs *p = &an->spans[i].events;
		if (an->spans[i].lane == LANE_OTHER || !p->n)
			continue;
		*PUSH(&list, c->arena) = p->v[0];
		*PUSH(&list, c->arena) = p->v[p->n - 1];
	}
	for (size_t i = 0; i < MILESTONES; i++)
		if (an->milestones[i].event)
			*PUSH(&list, c->arena) = an->milestones[i].event;
	for (size_t i = 0; i < an->notices_n; i++)
		for (size_t k = 0; k < an->notices[i].events.n; k++)
			*PUSH(&list, c->arena) = an->notices[i].events.v[k];
	if (list.n)
		qsort(list.v, list.n, sizeof *list.v, compare_events);
	return (struct proofs){list.v, list.n};
}

/* "backup:velero/daily-20240601020000" is one run of a job: the time at its end makes no new subject. */
static struct str without_stamp(struct str subject)
{
	size_t n = subject.n;
	while (n && (byte_is_digit(subject.p[n - 1]) || memchr("-_TZ:", subject.p[n - 1], 5)))
		n--;
	return subject.n - n >= STAMP_DIGITS ? str_slice(subject, 0, n) : subject;
}

/* Told: what proves something, people, notices and changes, and whatever is worth a notice; the third of the same
 * still, the fourth no longer unless it is a warning that stands alone. */
static bool is_told(const struct context *c, const struct event *e, const struct proofs *proofs, struct map *seen)
{
	if (e->at == INSTANT_NONE || !e->kind)
		return false;
	if (e->source == 0) /* somebody thought it worth typing, whatever its lane */
		return true;
	if ((proofs->n && bsearch(&e, proofs->v, proofs->n, sizeof *proofs->v, compare_events)) ||
		lane_is_always_told(e->lane))
		return true;
	if (e->severity < SEVERITY_NOTICE || e->lane == LANE_OTHER)
		return false;
	struct str key = str_fmt(c->arena, "%.*s %.*s", STR_ARG(e->kind->name), STR_ARG(without_stamp(e->subject)));
	uintptr_t *count = (uintptr_t *)map_put(seen, key);
	return ++*count <= TOLD_SUBJECT_REPEATS;
}

/*
 * One thing told by several (a kube event, the log line that echoes it a moment later) is one row with several
 * citations. What people typed and what repeats stands for itself.
 */
#define ECHO_WITHIN (2 * SECOND)
struct row {
	const struct event *event; /* the one that says most */
	VEC(const struct event *) all;
};
struct rows {
	VEC(struct row) list;
	struct map last; /* kind and subject -> 1 + index of their last row that takes echoes */
};

static bool stands_alone(const struct event *e)
{
	return e->source == 0 || e->count > 1 || e->until != INSTANT_NONE || !e->subject.n;
}

static void row_new(struct arena *a, struct rows *rows, const struct event *e)
{
	struct row *r = PUSH(&rows->list, a);
	*r = (struct row){.event = e};
	*PUSH(&r->all, a) = e;
}

static void add_row(struct arena *a, struct rows *rows, const struct event *e)
{
	if (stands_alone(e)) {
		row_new(a, rows, e);
		return;
	}
	struct str key = str_fmt(a, "%.*s %.*s", STR_ARG(e->kind->name), STR_ARG(e->subject));
	uintptr_t *last = (uintptr_t *)map_put(&rows->last, key);
	struct row *r = *last ? &rows->list.v[*last - 1] : NULL;
	if (!r || e->at - r->all.v[0]->at > ECHO_WITHIN) {
		row_new(a, rows, e);
		*last = rows->list.n;
		return;
	}
	*PUSH(&r->all, a) = e;
	if (e->text.n > r->event->text.n)
		r->event = e;
}

/* What a script printed below its heading may be what failed: the line that says so is told, too. */
static struct str telling_line(struct str text)
{
	static const char *const words[] = {"error", "fatal", "failed", "failure", "exception", "refused", "denied",
		"timed out", "cannot", "unable to", "no such"};
	struct str line = STR_NONE, first = STR_NONE;
	str_next(&text, '\n', &first);
	for (bool is_first = true; is_first || str_next(&text, '\n', &line); is_first = false) {
		struct str looked = is_first ? first : line;
		for (size_t i = 0; i < LEN(words); i++)
			if (str_find_case(looked, str_of(words[i]), 0) != STR_NPOS)
				return is_first ? STR_NONE : str_trim(line);
	}
	return STR_NONE;
}

/* The first line, cut where it is longer than anybody reads in a table; the evidence has all of it. */
static struct str row_text(struct arena *a, const struct event *e)
{
	struct str line = STR_NONE, rest = e->text, shown;
	struct str telling = e->severity >= SEVERITY_ERROR ? telling_line(e->text) : STR_NONE;
	size_t more = 0;
	str_next(&rest, '\n', &line);
	shown = utf8_fit(line, TEXT_SHOWN);
	for (struct str other; str_next(&rest, '\n', &other);)
		more++;
	if (shown.n < line.n)
		shown = str_fmt(a, "%.*s ... (%zu more bytes)", STR_ARG(shown), line.n - shown.n);
	if (telling.n) {
		shown = str_fmt(a, "%.*s: %.*s", STR_ARG(shown), STR_ARG(utf8_fit(telling, TEXT_SHOWN)));
		more--;
	}
	return more ? str_fmt(a, "%.*s (and %.*s)", STR_ARG(shown),
			      STR_ARG(say_count(a, more, "more line", "more lines")))
		    : shown;
}

/* A text that names its subject needs no subject behind it. */
static bool names_subject(struct str text, struct str subject)
{
	struct str type, name;
	if (!str_cut(subject, STR(":"), &type, &name))
		return false;
	size_t slash = str_rfind_byte(name, '/');
	return str_contains(text, slash == STR_NPOS ? name : str_from(name, slash + 1));
}

static struct str row_repeats(const struct context *c, const struct event *e)
{
	struct str until = e->until == INSTANT_NONE ? STR_NONE : say_time(c->arena, e->until, NULL);
	if (e->count > 1) {
		struct str times = say_count(c->arena, (size_t)e->count, "time", "times");
		return str_fmt(c->arena, "%.*s%s%.*s", STR_ARG(times), until.n ? ", last " : "", STR_ARG(until));
	}
	return e->until != INSTANT_NONE && e->until > e->at ? str_fmt(c->arena, "until %.*s", STR_ARG(until))
							    : STR_NONE;
}

static struct json *make_row(const struct context *c, const struct row *r)
{
	const struct event *e = r->event;
	struct json *o = json_object(c->arena);
	json_add_str(c->arena, o, "at", say_event_time(c->arena, r->all.v[0], c->zone));
	json_add_str(c->arena, o, "lane", str_of(lane_names[e->lane]));
	json_add_str(c->arena, o, "kind", e->kind->name);
	json_add_str(c->arena, o, "severity", str_of(severity_names[e->severity]));
	json_add_bool(c->arena, o, "is_milestone", false);
	json_add_bool(c->arena, o, "grave", e->severity >= SEVERITY_CRITICAL);
	json_add_str(c->arena, o, "subject",
		names_subject(e->text, e->subject) ? STR_NONE : say_subject(c->arena, e->subject, STR_NONE));
	json_add_str(c->arena, o, "text", row_text(c->arena, e));
	json_add_str(c->arena, o, "repeats", row_repeats(c, e));
	json_add_str(c->arena, o, "cites", cite_proofs(c->arena, c->cites, &(struct proofs){r->all.v, r->all.n}));
	return o;
}

static struct json *make_milestones(const struct context *c, const struct milestone *const *v, size_t n)
{
	struct json *o = json_object(c->arena);
	struct buf text = BUF(c->arena);
	struct str cites = STR_NONE;
	for (size_t i = 0; i < n; i++) {
		buf_fmt(&text, "%s%.*s (%s)", i ? "; " : "", STR_ARG(say_name(c->arena, str_of(v[i]->name))),
			v[i]->confirmed ? "confirmed" : "proposed");
		cites = cite_both(c->arena, cites, cite_milestone(c->arena, c->cites, v[i]));
	}
	json_add_str(c->arena, o, "at", say_time(c->arena, v[0]->at, c->zone));
	json_add_str(c->arena, o, "lane", STR("milestone"));
	json_add_bool(c->arena, o, "is_milestone", true);
	json_add_bool(c->arena, o, "grave", false);
	json_add_str(c->arena, o, "text", buf_str(&text));
	json_add_str(c->arena, o, "cites", cites);
	return o;
}

/* The last ones told, for a handover. */
static void put_latest(const struct context *c, struct json *root, const struct rows *rows)
{
	struct json *latest = json_add_array(c->arena, root, "latest");
	size_t n = rows->list.n;
	for (size_t i = n > LATEST_SHOWN ? n - LATEST_SHOWN : 0; i < n; i++)
		json_push(c->arena, latest, make_row(c, &rows->list.v[i]));
	json_add_str(c->arena, root, "latest_count",
		say_count(c->arena, n < LATEST_SHOWN ? n : LATEST_SHOWN, "row", "rows"));
	if (n > LATEST_SHOWN)
		json_add_str(c->arena, root, "latest_left_out",
			say_count(c->arena, n - LATEST_SHOWN, "earlier row", "earlier rows"));
}

/* What stands in the timeline: events, and between them milestones, those of one instant as one. */
struct timeline {
	struct context context;
	VEC(struct told {
		const struct row *row; /* NULL: milestones */
		const struct milestone *const *milestones;
		size_t n;
	})
	told;
	const struct milestone *milestones[MILESTONES];
	size_t milestones_n, put;
};

/* Milestones stand before whatever else happened at their instant. INSTANT_NONE: all that are left. */
static void tell_milestones(struct timeline *t, instant until)
{
	while (t->put < t->milestones_n && (until == INSTANT_NONE || t->milestones[t->put]->at <= until)) {
		const struct milestone *const *first = &t->milestones[t->put];
		size_t n = 1;
		while (t->put + n < t->milestones_n && first[n]->at == first[0]->at)
			n++;
		*PUSH(&t->told, t->context.arena) = (struct told){NULL, first, n};
		t->put += n;
	}
}

static struct json *timeline_row(void *arg, struct arena *a, size_t i)
{
	const struct timeline *t = arg;
	const struct told *told = &t->told.v[i];
	struct context c = t->context;
	c.arena = a;
	return told->row ? make_row(&c, told->row) : make_milestones(&c, told->milestones, told->n);
}

static int compare_times(const void *x, const void *y)
{
	const struct event *a = *(const struct event *const *)x, *b = *(const struct event *const *)y;
	return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a > b) - (a < b);
}

/* Mails of notices from before the window, or from behind it: what they announced lies in it. In time order. */
static struct proofs beyond_window(const struct context *c, bool before)
{
	const struct analysis *an = c->analysis;
	VEC(const struct event *) list = {0};
	for (size_t i = 0; i < an->notices_n; i++) {
		for (size_t k = 0; k < an->notices[i].events.n; k++) {
			const struct event *e = an->notices[i].events.v[k];
			bool inside = e >= an->events.v && e < an->events.v + an->events.n;
			if (!inside && e->at != INSTANT_NONE && (e->at < an->from) == before)
				*PUSH(&list, c->arena) = e;
		}
	}
	if (list.n)
		qsort(list.v, list.n, sizeof *list.v, compare_times);
	return (struct proofs){list.v, list.n};
}

static void add_rows(struct arena *a, struct rows *rows, const struct proofs *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!i || p->v[i] != p->v[i - 1])
			add_row(a, rows, p->v[i]);
}

struct mustache_rows context_timeline(const struct context *c, struct json *root)
{
	const struct analysis *an = c->analysis;
	struct proofs proofs = proving(c), before = beyond_window(c, true), behind = beyond_window(c, false);
	struct map seen = MAP(c->arena);
	struct rows rows = {.last = MAP(c->arena)};
	struct timeline *t = NEW(c->arena, struct timeline);
	size_t told = 0;
	add_rows(c->arena, &rows, &before);
	for (size_t i = 0; i < an->events.n; i++) {
		if (!is_told(c, &an->events.v[i], &proofs, &seen))
			continue;
		add_row(c->arena, &rows, &an->events.v[i]);
		told++;
	}
	add_rows(c->arena, &rows, &behind);
	t->context = *c;
	t->milestones_n = milestones_by_time(an, t->milestones);
	for (size_t i = 0; i < rows.list.n; i++) {
		tell_milestones(t, rows.list.v[i].all.v[0]->at);
		*PUSH(&t->told, c->arena) = (struct told){.row = &rows.list.v[i]};
	}
	tell_milestones(t, INSTANT_NONE);
	put_latest(c, root, &rows);
	json_add_str(c->arena, root, "timeline_count",
		str_fmt(c->arena, "%.*s of %.*s", STR_ARG(say_number(c->arena, told)),
			STR_ARG(say_count(c->arena, an->events.n, "event", "events"))));
	json_add_str(c->arena, root, "timeline_beyond",
		before.n + behind.n ? say_count(c->arena, before.n + behind.n, "mail", "mails") : STR_NONE);
	json_add_bool(c->arena, root, "has_timeline", t->told.n > 0);
	if (told < an->events.n)
		json_add_str(c->arena, root, "timeline_left_out", say_number(c->arena, an->events.n - told));
	return (struct mustache_rows){t->told.n, timeline_row, t};
}
