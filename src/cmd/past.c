/* What a postmortem's document tells, said in the ledger: its incident, milestones and actions, each citing its event.
 */
#include "cmd/past.h"
#include "normalise/normalise.h"

#include <unistd.h>

/* --- reading --- */
struct collector {
	struct receiver receiver;
	struct arena *arena;
	struct past *past;
	struct str noted; /* last */
};

static bool ignore_source(struct receiver *r, const struct source *s, struct err *e)
{
	(void)r, (void)s, (void)e;
	return true;
}

static bool hear_note(struct receiver *r, const struct note *n, struct err *e)
{
	struct collector *c = (struct collector *)r;
	(void)e;
	c->noted = str_dup(c->arena, n->why);
	return true;
}

static bool end_source(struct receiver *r, const struct source *s, struct err *e)
{
	const struct collector *c = (const struct collector *)r;
	return s->state != SOURCE_READING || err_set(e, "%.*s", STR_ARG(c->noted));
}

static bool pause_nothing(struct receiver *r, struct err *e)
{
	(void)r, (void)e;
	return true;
}

static bool collect_event(struct receiver *r, const struct event *e, bool grows, struct err *err)
{
	struct collector *c = (struct collector *)r;
	struct event *kept = PUSH(&c->past->events, c->arena);
	(void)grows, (void)err;
	*kept = *e;
	kept->subject = str_dup(c->arena, e->subject);
	kept->text = str_dup(c->arena, e->text);
	kept->fields = str_dup(c->arena, e->fields);
	kept->when = str_dup(c->arena, e->when);
	return true;
}

static struct json *fields_of(struct cmd *c, const struct event *e)
{
	struct err damaged = {0};
	struct json *fields = json_parse(c->arena, e->fields, &damaged);
	return fields ? fields : json_object(c->arena);
}

static struct str field(struct cmd *c, const struct event *e, const char *name)
{
	return str_dup(c->arena, json_get_str(fields_of(c, e), name));
}

static bool is_part(struct cmd *c, const struct event *e, const char *part)
{
	return str_eq(field(c, e, "part"), str_of(part));
}

bool past_read(struct cmd *c, struct worker *worker, const struct ingest_options *options, const struct walk_file *file,
	struct past *past)
{
	struct collector collector = {
		.receiver = {ignore_source, ignore_source, collect_event, hear_note, end_source, pause_nothing, NULL},
		.arena = c->arena,
		.past = past};
	AUTO(receipt_close) struct receipt *receipt = receipt_open(-1);
	struct str kept, base = file->path;
	int64_t size;
	if (lseek(file->fd, 0, SEEK_SET) < 0 || !receipt_add_file(receipt, file->fd, &c->err))
		return err_is_set(&c->err) ? false : err_sys(&c->err, "cannot read");
	past->sha256 = receipt_end(receipt, c->arena, &size, &kept);
	for (size_t slash; (slash = str_find_byte(base, '/', 0)) != STR_NPOS;)
		base = str_from(base, slash + 1);
	past->name = base;
	if (lseek(file->fd, 0, SEEK_SET) < 0)
		return err_sys(&c->err, "cannot read");
	worker_set(worker, options);
	if (!worker_read(worker, file->fd, file->path, file->mtime, STR_NONE, 1, &collector.receiver, &c->err))
		return false;
	for (size_t i = 0; i < past->events.n; i++) {
		past->entries += is_part(c, &past->events.v[i], "timeline");
		past->incident = is_part(c, &past->events.v[i], "incident") ? &past->events.v[i] : past->incident;
	}
	return past->incident ||
	       err_set(&c->err,
		       "nothing in it reads like a postmortem; it is kept as evidence, 'lineup notes' says why");
}

/* --- saying --- */
struct telling {
	struct cmd *c;
	const struct past *past;
	const struct incident *known; /* imported before from this document or an earlier state of it; NULL */
	struct ledger ledger;
	struct past_outcome *out;
	VEC(struct str) marks, actions, remarks;
};

static void remark(struct telling *t, const char *text)
{
	*PUSH(&t->remarks, t->c->arena) = str_of(text);
}

static struct str place_of(struct telling *t, const struct event *e, const char *what)
{
	return str_fmt(t->c->arena, "%s in %.*s, line %lld", what, STR_ARG(t->past->name), (long long)e->from.line);
}

/* The same bytes; else the same file or title, begun on the same day. */
static const struct incident *known_incident(const struct telling *t, const struct incident *now)
{
	const struct incident *found = NULL;
	for (size_t i = 0; i < t->ledger.incidents_n; i++) {
		const struct incident *was = &t->ledger.incidents[i];
		bool name = str_eq(was->origin_name, t->past->name), title = str_eq(was->title, now->title);
		int64_t apart = was->from > now->from ? was->from - now->from : now->from - was->from;
		if (str_eq(was->origin, t->past->sha256))
			return was;
		if (was->origin.n && ((name && title) || ((name || title) && apart < DAY)))
			found = was;
	}
	return found;
}

/* Where no end is stated: the last entry of the timeline, else the day's. */
static instant assumed_end(struct telling *t, instant from)
{
	instant last = INSTANT_NONE;
	for (size_t i = 0; i < t->past->events.n; i++) {
		const struct event *e = &t->past->events.v[i];
		instant end = e->until != INSTANT_NONE ? e->until : e->at;
		if (is_part(t->c, e, "timeline") && e->at != INSTANT_NONE && end > from &&
			(last == INSTANT_NONE || end > last))
			last = end;
	}
	if (field(t->c, t->past->incident, "until").n)
		remark(t, "its stated end is before its beginning: not taken");
	remark(t, last != INSTANT_NONE ? "its end is assumed: the last entry of its timeline"
				       : "its end is assumed: a day after it began");
	return last != INSTANT_NONE ? last : from + DAY;
}

static bool incident_told(struct telling *t, instant from, struct incident *i)
{
	struct cmd *c = t->c;
	const struct event *e = t->past->incident;
	*i = (struct incident){.title = e->text,
		.severity = SEVERITY_ERROR,
		.status = field(c, e, "status"),
		.from = e->at,
		.to = e->until,
		.closed = true,
		.summary = field(c, e, "summary"),
		.origin = t->past->sha256,
		.origin_name = t->past->name};
	if (i->from == INSTANT_NONE)
		i->from = from;
	if (i->from == INSTANT_NONE)
		return err_set(&c->err, "it says no date; say --from when it began (the document is kept as evidence)");
	if (e->precision == PRECISION_DAY)
		remark(t, "when it began is known to the day only");
	if (i->to == INSTANT_NONE || i->to < i->from)
		i->to = assumed_end(t, i->from);
	if (!i->status.n)
		i->status = STR("final");
	if (!severity_find(field(c, e, "severity"), &i->severity))
		remark(t, "its severity is assumed: error");
	return true;
}

static bool is_same(const struct incident *a, const struct incident *b)
{
	return str_eq(a->title, b->title) && str_eq(a->status, b->status) && a->severity == b->severity &&
	       a->from == b->from && a->to == b->to && str_eq(a->summary, b->summary) && str_eq(a->origin, b->origin);
}

static bool say_incident(struct telling *t, struct incident *now)
{
	if (t->known) {
		now->id = t->known->id;
		if (is_same(now, t->known))
			return true;
	}
	return ledger_say_incident(t->c->store, now, t->c->author, t->c->now, &t->c->err);
}

/* --- milestones --- */
static const struct mark *mark_said(const struct telling *t, struct str name)
{
	for (size_t i = 0; i < t->ledger.marks_n; i++)
		if (str_eq(t->ledger.marks[i].incident, t->out->incident.id) && str_eq(t->ledger.marks[i].name, name))
			return &t->ledger.marks[i];
	return NULL;
}

/* A mark that a person set since stays. */
static bool say_mark(struct telling *t, struct str name, instant at, const struct event *e, struct str because)
{
	struct cmd *c = t->c;
	const struct mark *was = mark_said(t, name);
	if (was && (was->at == at ||
			   !str_contains(was->because, str_fmt(c->arena, " in %.*s, line ", STR_ARG(t->past->name)))))
		return true;
	struct mark mark = {.incident = t->out->incident.id,
		.name = name,
		.event = event_id(c->arena, e->key),
		.because = because,
		.author = c->author,
		.at = at};
	*PUSH(&t->marks, c->arena) = name;
	return ledger_say_mark(c->store, &mark, c->now, &c->err);
}

/* What a label states, else the first entry of the timeline that names it; of an end the last. */
static const struct event *told_milestone(struct telling *t, struct str name)
{
	bool is_end =
		str_eq(name, STR("impact_end")) || str_eq(name, STR("resolved")) || str_eq(name, STR("mitigated"));
	const struct event *told = NULL;
	for (size_t i = 0; i < t->past->events.n; i++) {
		const struct event *e = &t->past->events.v[i];
		if (e->at == INSTANT_NONE || !str_eq(field(t->c, e, "milestone"), name))
			continue;
		if (is_part(t->c, e, "milestone"))
			return e;
		told = !told || (is_end && e->at >= told->at) ? e : told;
	}
	return told;
}

static instant told_at(struct telling *t, const char *name)
{
	const struct event *e = told_milestone(t, str_of(name));
	return e ? e->at : INSTANT_NONE;
}

/* "Time to detect: 5 minutes": from the beginning; to acknowledge: from the detection, where that is known. */
static bool say_length(struct telling *t, const struct event *e, struct str name)
{
	bool ack = str_eq(name, STR("acknowledged"));
	instant detected = told_at(t, "detected"), start = told_at(t, "impact_start");
	instant from = ack && detected != INSTANT_NONE ? detected : start;
	int64_t length;
	struct str words = field(t->c, e, "length");
	if (!words.n || told_milestone(t, name) || !str_int(field(t->c, e, "length_us"), &length) ||
		from == INSTANT_NONE)
		return true;
	return say_mark(t, name, from + length, e,
		str_fmt(t->c->arena, "'%.*s' after %s, %.*s", STR_ARG(words),
			from == detected ? "detected" : "impact_start", STR_ARG(place_of(t, e, "stated"))));
}

static bool say_marks(struct telling *t)
{
	static const char *const names[] = {
		"impact_start", "detected", "acknowledged", "mitigated", "impact_end", "resolved"};
	for (size_t i = 0; i < LEN(names); i++) {
		const struct event *e = told_milestone(t, str_of(names[i]));
		if (e && !say_mark(t, str_of(names[i]), e->at, e,
				 place_of(t, e, is_part(t->c, e, "milestone") ? "stated" : "told by the timeline")))
			return false;
	}
	for (size_t i = 0; i < t->past->events.n; i++) {
		const struct event *e = &t->past->events.v[i];
		if (is_part(t->c, e, "milestone") && e->at == INSTANT_NONE &&
			!say_length(t, e, field(t->c, e, "milestone")))
			return false;
	}
	return true;
}

/* --- actions --- */
static const struct action *action_said(const struct telling *t, struct str title)
{
	for (size_t i = 0; i < t->ledger.actions_n; i++)
		if (str_eq(t->ledger.actions[i].incident, t->out->incident.id) &&
			str_eq_case(t->ledger.actions[i].title, title))
			return &t->ledger.actions[i];
	return NULL;
}

static instant field_instant(struct cmd *c, const struct event *e, const char *name)
{
	enum precision precision;
	instant at;
	return instant_parse_rfc3339(field(c, e, name), &at, &precision) ? at : INSTANT_NONE;
}

static struct action action_told(struct telling *t, const struct event *e)
{
	struct cmd *c = t->c;
	struct str reference = field(c, e, "reference"), link = field(c, e, "link");
	return (struct action){.incident = t->out->incident.id,
		.title = e->text,
		.type = field(c, e, "type"),
		.owner = field(c, e, "owner"),
		.state = field(c, e, "state"),
		.due = field_instant(c, e, "due"),
		.opened_at = t->out->incident.to,
		.ended_at = field_instant(c, e, "ended"),
		.reference = link.n ? link : reference,
		.event = event_id(c->arena, e->key),
		.because = place_of(t, e, "imported")};
}

/* An open action that the document has ended since is ended; what a person changed here stays. */
static bool say_action(struct telling *t, const struct event *e)
{
	struct cmd *c = t->c;
	struct action now = action_told(t, e);
	const struct action *was = action_said(t, e->text);
	if (was && (was->history.n > 1 || str_eq(was->state, now.state) || !was->event.n))
		return true;
	if (was)
		now.id = was->id;
	if (!ledger_say_action(c->store, &now, c->author, c->now, &c->err))
		return false;
	*PUSH(&t->actions, c->arena) = str_dup(c->arena, now.id);
	return true;
}

static bool say_actions(struct telling *t)
{
	for (size_t i = 0; i < t->past->events.n; i++)
		if (is_part(t->c, &t->past->events.v[i], "action") && !say_action(t, &t->past->events.v[i]))
			return false;
	return true;
}

static bool say_all(struct telling *t, instant from)
{
	struct incident now;
	struct past_outcome *out = t->out;
	if (!incident_told(t, from, &now))
		return false;
	t->known = known_incident(t, &now);
	if (t->known && str_eq(t->known->origin, t->past->sha256)) {
		out->what = "known";
		out->incident = *t->known;
		t->remarks.n = 0;
		return true;
	}
	out->what = t->known ? "brought up to date" : "new";
	if (!say_incident(t, &now))
		return false;
	now.id = str_dup(t->c->arena, now.id);
	out->incident = now;
	return say_marks(t) && say_actions(t);
}

bool past_say(struct cmd *c, const struct past *past, instant from, struct past_outcome *out)
{
	struct telling t = {.c = c, .past = past, .out = out};
	if (!store_begin(c->store, &c->err))
		return false;
	if (!ledger_load(c->store, c->arena, &t.ledger, &c->err) || !say_all(&t, from)) {
		store_rollback(c->store);
		return false;
	}
	out->marks = (struct strs){t.marks.v, t.marks.n};
	out->actions = (struct strs){t.actions.v, t.actions.n};
	out->remarks = (struct strs){t.remarks.v, t.remarks.n};
	return store_commit(c->store, &c->err);
}
