/* What a postmortem states as a whole: its milestones, and the incident with its window. */
#include "formats/lines.h"
#include "formats/postmortem.h"

enum { INCIDENT_FIELDS = 12, MILESTONE_FIELDS = 4 };

static bool has_milestone(const struct postmortem *p, struct str name)
{
	for (size_t i = 0; i < p->times.n; i++)
		if (str_eq(p->times.v[i].name, name))
			return true;
	return false;
}

static const struct found_time *milestone(const struct postmortem *p, const char *name)
{
	const struct found_time *found = NULL;
	for (size_t i = 0; i < p->times.n; i++)
		if (str_eq(p->times.v[i].name, str_of(name)) &&
			(!found || (p->times.v[i].labelled && !found->labelled)))
			found = &p->times.v[i];
	return found;
}

static void add_time(struct postmortem *p, const char *name, const struct head_fact *f, const struct told_time *t)
{
	*PUSH(&p->times, p->arena) = (struct found_time){str_of(name), *t, f->value, f->from, true};
}

/* The end of a range, as a time of its own. */
static struct told_time end_of(const struct told_time *t)
{
	return (struct told_time){.when = t->until,
		.zone = t->until_zone,
		.layout = t->layout,
		.basis = t->basis,
		.dated = true,
		.timed = t->until_timed,
		.at = t->end};
}

static bool reads_time(struct postmortem *p, struct str value, struct told_time *t)
{
	struct calendar probe = p->calendar;
	probe.minutes = -1;
	return time_leads(&probe, p->arena, value, t);
}

/* --- labels --- */
static void put_label(
	struct postmortem *p, const struct head_fact *f, struct str name, const struct told_time *t, struct str length)
{
	struct field fields[MILESTONE_FIELDS];
	struct str value = str_slice(f->value, 0, str_find_byte(f->value, '\n', 0));
	struct record r = {
		.text = str_fmt(p->arena, "%.*s: %.*s", STR_ARG(f->label), STR_ARG(value)), .fields = fields};
	struct block b = {.from = f->from, .raw = f->raw};
	if (t) {
		r.when = t->when;
		r.zone = t->zone;
		r.layout = t->layout;
		r.basis = t->basis;
	}
	fields_add(fields, &r.fields_n, STR("part"), STR("milestone"));
	fields_add(fields, &r.fields_n, STR("milestone"), name);
	fields_add(fields, &r.fields_n, STR("length"), length);
	if (length.n)
		fields_add(fields, &r.fields_n, STR("length_us"),
			str_fmt(p->arena, "%lld", (long long)length_told(length, true)));
	postmortem_put(p, &r, &b, "milestone");
}

static void take_range(struct postmortem *p, const struct head_fact *f, const struct told_time *t)
{
	struct told_time end = end_of(t);
	if (!milestone(p, "impact_start") || !milestone(p, "impact_start")->labelled) {
		add_time(p, "impact_start", f, t);
		put_label(p, f, STR("impact_start"), t, STR_NONE);
	}
	if (!milestone(p, "impact_end") || !milestone(p, "impact_end")->labelled) {
		add_time(p, "impact_end", f, &end);
		put_label(p, f, STR("impact_end"), &end, STR_NONE);
	}
}

/* A label with a moment behind it; prose ("Resolution: rolled back") is none, and no fault. */
static void take_moment(struct postmortem *p, const struct head_fact *f)
{
	const struct found_time *known = milestone(p, str_cstr(p->arena, f->name));
	struct told_time t;
	if (!reads_time(p, f->value, &t)) {
		if (length_told(f->value, false) && f->value.n < 40)
			put_label(p, f, f->name, NULL, f->value);
		return;
	}
	if (t.until.n && str_eq(f->name, STR("impact_start")))
		take_range(p, f, &t);
	else if (t.timed && !(known && known->labelled)) {
		add_time(p, str_cstr(p->arena, f->name), f, &t);
		put_label(p, f, f->name, &t, STR_NONE);
	}
}

static const struct {
	const char *label, *milestone;
} lengths[] = {{"to_detect", "detected"}, {"to_acknowledge", "acknowledged"}, {"to_mitigate", "mitigated"},
	{"to_resolve", "resolved"}};

static void take_length(struct postmortem *p, const struct head_fact *f, const char *name)
{
	if (length_told(f->value, true))
		put_label(p, f, str_of(name), NULL, str_slice(f->value, 0, 100));
	else if (!f->in_prose)
		postmortem_note(p, f->from, f->value, "no length of time could be read here");
}

static const char *window_why(const struct head_fact *f)
{
	return str_eq(f->name, STR("length")) ? "no length of time could be read here"
					      : "no beginning and end could be read here";
}

static void take_fact(struct postmortem *p, const struct head_fact *f)
{
	static const char *const moments[] = {
		"impact_start", "detected", "acknowledged", "mitigated", "impact_end", "resolved"};
	struct told_time t;
	for (size_t i = 0; i < LEN(moments); i++)
		if (str_eq(f->name, str_of(moments[i])))
			take_moment(p, f);
	for (size_t i = 0; i < LEN(lengths); i++)
		if (str_eq(f->name, str_of(lengths[i].label)))
			take_length(p, f, lengths[i].milestone);
	bool window = str_eq(f->name, STR("window")) || str_eq(f->name, STR("length")) || str_eq(f->name, STR("date"));
	if (window && ((reads_time(p, f->value, &t) && t.until.n && t.timed) ||
			      (time_within(&p->calendar, p->arena, f->value, &t) && t.until.n)))
		take_range(p, f, &t);
	else if (!f->in_prose &&
		 (str_eq(f->name, STR("window")) || (str_eq(f->name, STR("length")) && !length_told(f->value, true))))
		postmortem_note(p, f->from, f->value, window_why(f));
}

/* --- the timeline's own words --- */
/* Where an outage begins by itself, "incident begins" is when it was declared; else it is the beginning. */
static void settle_begun(struct postmortem *p)
{
	struct str begun = has_milestone(p, STR("impact_start")) ? STR("acknowledged") : STR("impact_start");
	for (size_t i = 0; i < p->times.n; i++) {
		struct found_time *t = &p->times.v[i];
		if (!str_eq(t->name, STR("begun")))
			continue;
		t->name = begun;
		struct record *r = t->finding ? &p->findings.v[t->finding - 1].record : NULL;
		for (size_t k = 0; r && k < r->fields_n; k++)
			if (str_eq(r->fields[k].name, STR("milestone")))
				((struct field *)r->fields)[k].value = begun; /* a copy of our own */
	}
}

/* --- the incident --- */
static struct str fact(const struct postmortem *p, const char *name)
{
	const struct head_fact *f = fact_named(p, str_of(name));
	return f ? str_trim(str_slice(f->value, 0, str_find_byte(f->value, '\n', 0))) : STR_NONE;
}

/* The first paragraph below a heading that says so. */
static struct str summary_of(const struct postmortem *p)
{
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		bool prose = b->type == BLOCK_TEXT && !b->level && b->text.n > 40 && !is_placeholder(b->text);
		if (prose && str_eq(p->sections[i], STR("summary")) &&
			str_find(str_slice(b->text, 0, 40), STR(": "), 0) == STR_NPOS)
			return str_slice(b->text, 0, 2000);
	}
	return fact(p, "summary");
}

/* How long it was: a label, or the words of a summary ("down for 66 minutes"). */
static int64_t length_of(const struct postmortem *p, struct str *words)
{
	for (size_t i = 0; i < p->facts.n; i++) {
		const struct head_fact *f = &p->facts.v[i];
		*words = str_slice(f->value, 0, 100);
		int64_t length = str_eq(f->name, STR("length")) ? length_told(f->value, true) : 0;
		if (length)
			return length;
	}
	*words = STR_NONE;
	return 0;
}

struct window {
	struct str from, from_zone, to, to_zone;
	const char *layout;
	const char *how;
	enum basis basis;
};

/* "Between 01:57 and 08:58 UTC customers could not..." */
static bool range_told(const struct postmortem *p, struct told_time *t)
{
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		bool about = str_eq(p->sections[i], STR("summary")) || str_eq(p->sections[i], STR("impact")) ||
			     str_eq(p->sections[i], STR("head"));
		if (about && (b->type == BLOCK_TEXT || b->type == BLOCK_ITEM) &&
			range_within(&p->calendar, p->arena, b->text, t))
			return true;
	}
	return false;
}

/* "From", "To" of a header: what holds where nothing is called the beginning or end. */
static bool bound_told(struct postmortem *p, const char *name, struct told_time *t)
{
	for (size_t i = 0; i < p->facts.n; i++)
		if (str_eq(p->facts.v[i].name, str_of(name)) && reads_time(p, p->facts.v[i].value, t) && t->timed)
			return true;
	return false;
}

static bool window_begin(struct postmortem *p, struct told_time *t, const char **how)
{
	const struct found_time *start = milestone(p, "impact_start"), *detected = milestone(p, "detected");
	*how = "stated";
	if (start) {
		*t = start->time;
		return true;
	}
	if (bound_told(p, "from", t))
		return true;
	*how = "inferred";
	if (range_told(p, t))
		return true;
	if (p->entries && p->first.timed)
		*t = p->first;
	else if (detected)
		*t = detected->time;
	else
		return false;
	return true;
}

/* Its end: stated, or so long after its beginning as its length says; else none. */
static struct window window_of(struct postmortem *p)
{
	struct told_time begin, bound;
	struct window w = {.how = ""};
	struct str words;
	struct civil at;
	int64_t length = length_of(p, &words);
	const struct found_time *end = milestone(p, "impact_end"), *resolved = milestone(p, "resolved"),
				*mitigated = milestone(p, "mitigated");
	if (!window_begin(p, &begin, &w.how))
		return w;
	w.from = begin.when;
	w.from_zone = begin.zone;
	w.layout = begin.layout;
	w.basis = begin.basis;
	end = end ? end : begin.until.n || (length && begin.timed) ? NULL : resolved ? resolved : mitigated;
	if (end) {
		w.to = end->time.when;
		w.to_zone = end->time.zone;
	} else if (bound_told(p, "to", &bound)) {
		w.to = bound.when;
		w.to_zone = bound.zone;
	} else if (begin.until.n && !milestone(p, "impact_start")) {
		w.to = begin.until;
		w.to_zone = begin.until_zone;
	} else if (length && begin.timed) {
		w.to = time_after(p->arena, &begin, length, &at);
		w.to_zone = begin.zone;
		w.basis = BASIS_INFERRED;
	}
	return w;
}

static void put_incident(struct postmortem *p)
{
	struct window w = window_of(p);
	struct field fields[INCIDENT_FIELDS];
	struct record r = {.when = w.from,
		.zone = w.from_zone,
		.layout = w.layout,
		.basis = w.basis,
		.text = p->title,
		.fields = fields};
	struct block b = {.from = p->title_at, .raw = p->title_raw};
	struct str severity = fact(p, "severity"), status = fact(p, "status"), length;
	r.until = (struct stamp){STR("until"), w.to, w.to_zone, w.layout};
	length_of(p, &length);
	if (!w.from.n && p->calendar.date.month) {
		r.when = civil_text(p->arena, &p->calendar.date, false);
		r.zone = p->calendar.zone;
		r.layout = p->calendar.date.year ? NULL : "%m-%d";
	}
	fields_add(fields, &r.fields_n, STR("part"), STR("incident"));
	fields_add(fields, &r.fields_n, STR("window"), w.to.n ? str_of(w.how) : STR_NONE);
	fields_add(fields, &r.fields_n, STR("severity"), severity_told(severity));
	fields_add(fields, &r.fields_n, STR("severity_written"), severity);
	fields_add(fields, &r.fields_n, STR("status"), status_told(status));
	fields_add(fields, &r.fields_n, STR("status_written"), status);
	fields_add(fields, &r.fields_n, STR("authors"), fact(p, "authors"));
	fields_add(fields, &r.fields_n, STR("reference"), fact(p, "reference"));
	fields_add(fields, &r.fields_n, STR("length"), length);
	fields_add(fields, &r.fields_n, STR("summary"), summary_of(p));
	postmortem_put(p, &r, &b, "incident");
	if (severity.n && !severity_told(severity).n)
		postmortem_note(
			p, fact_named(p, STR("severity"))->from, severity, "this severity is none that is known");
	if (!r.when.n)
		postmortem_note(p, p->title_at, p->title, "no date could be read in this postmortem");
}

void postmortem_milestones(struct postmortem *p)
{
	for (size_t i = 0; i < p->facts.n; i++)
		take_fact(p, &p->facts.v[i]);
	settle_begun(p);
	put_incident(p);
}
