/* Redaction of what a report is made of: events, what people said, what was found. */
#include "base/json.h"
#include "render/redact.h"

/* How the texts of one struct are redacted, by their place in it. */
struct text_at {
	size_t offset;
	bool whole; /* all of it is WHAT, whatever it looks like */
	enum redacted what;
};
#define TEXT(type, member)                                                                                             \
	{                                                                                                              \
		offsetof(struct type, member), false, REDACTED_SECRET                                                  \
	}
#define PERSON(type, member)                                                                                           \
	{                                                                                                              \
		offsetof(struct type, member), true, REDACTED_PERSON                                                   \
	}

struct redaction {
	struct redactor *r;
	struct arena *arena;
};

static bool is_role(struct str);

static void redact_row(struct redaction *k, void *row, const struct text_at *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str *s = (struct str *)((char *)row + texts[i].offset);
		if (!s->n)
			continue;
		*s = texts[i].whole && !is_role(*s) ? redact_whole(k->r, k->arena, texts[i].what, *s)
						    : redact(k->r, k->arena, *s);
	}
}

static void redact_rows(
	struct redaction *k, void *rows, size_t n, size_t size, const struct text_at *texts, size_t texts_n)
{
	for (size_t i = 0; i < n; i++)
		redact_row(k, (char *)rows + i * size, texts, texts_n);
}
#define REDACT_ROWS(k, rows, n, texts) redact_rows(k, rows, n, sizeof *(rows), texts, LEN(texts))

static void redact_strs(struct redaction *k, struct strs *list)
{
	for (size_t i = 0; i < list->n; i++)
		list->v[i] = redact(k->r, k->arena, list->v[i]);
}

/* Fields whose whole value is a name; the others are texts. */
static const struct {
	const char *name;
	enum redacted what;
} fields[] = {
	{"account", REDACTED_ACCOUNT},
	{"host", REDACTED_HOST},
	{"hostname", REDACTED_HOST},
	{"node", REDACTED_HOST},
	{"author", REDACTED_PERSON},
	{"by", REDACTED_PERSON},
	{"owner", REDACTED_PERSON},
	{"user", REDACTED_PERSON},
	{"username", REDACTED_PERSON},
	{"login", REDACTED_PERSON},
	{"committer", REDACTED_PERSON},
	{"actor", REDACTED_PERSON},
};

static bool field_is_name(struct str name, enum redacted *what)
{
	for (size_t i = 0; i < LEN(fields); i++) {
		if (str_eq(name, str_of(fields[i].name))) {
			*what = fields[i].what;
			return true;
		}
	}
	return false;
}

static bool is_role(struct str s)
{
	return str_eq(s, STR("root")) || str_eq(s, STR("localhost")) || str_starts(s, STR("system:"));
}

/* "node:pool-a-1" */
static bool subject_is_host(struct str subject, struct str *name)
{
	struct str type;
	return str_cut(subject, STR(":"), &type, name) && name->n &&
	       (str_eq(type, STR("node")) || str_eq(type, STR("host")));
}

void redactor_hear_event(struct redactor *r, const struct event *e)
{
	struct arena *a = arena_open();
	struct json *all = e->fields.n > 2 ? json_parse(a, e->fields, &(struct err){0}) : NULL;
	enum redacted what;
	struct str name;
	for (struct json *f = json_first(all); f; f = json_next(f)) {
		if (field_is_name(json_key(f), &what))
			redactor_hear_name(r, what, json_str(f));
		else
			redactor_hear(r, json_str(f));
	}
	if (subject_is_host(e->subject, &name))
		redactor_hear_name(r, REDACTED_HOST, name);
	redactor_hear(r, e->subject);
	redactor_hear(r, e->text);
	arena_close(a);
}

void redactor_hear_ledger(struct redactor *r, const struct ledger *l)
{
	for (size_t i = 0; i < l->marks_n; i++)
		redactor_hear_name(r, REDACTED_PERSON, l->marks[i].author);
	for (size_t i = 0; i < l->decisions_n; i++)
		redactor_hear_name(r, REDACTED_PERSON, l->decisions[i].by);
	for (size_t i = 0; i < l->actions_n; i++) {
		redactor_hear_name(r, REDACTED_PERSON, l->actions[i].owner);
		redactor_hear_name(r, REDACTED_PERSON, l->actions[i].author);
		redactor_hear(r, l->actions[i].reference);
	}
	for (size_t i = 0; i < l->incidents_n; i++)
		redactor_hear_name(r, REDACTED_PERSON, l->incidents[i].author);
	for (size_t i = 0; i < l->assets_n; i++)
		redactor_hear_name(r, REDACTED_PERSON, l->assets[i].author);
	for (size_t i = 0; i < l->locations_n; i++)
		redactor_hear(r, l->locations[i].name);
}

static struct str redact_fields(struct redaction *k, struct str text)
{
	struct json *all = json_parse(k->arena, text, &(struct err){0}), *out = json_object(k->arena);
	enum redacted what;
	if (!all)
		return redact(k->r, k->arena, text);
	for (struct json *f = json_first(all); f; f = json_next(f)) {
		struct str value = json_str(f);
		bool name = field_is_name(json_key(f), &what) && !is_role(value) && value.n;
		json_add_str(k->arena, out, str_cstr(k->arena, json_key(f)),
			name ? redact_whole(k->r, k->arena, what, value) : redact(k->r, k->arena, value));
	}
	return json_print(k->arena, out);
}

void redact_event(struct redactor *r, struct arena *a, struct event *e)
{
	struct redaction k = {r, a};
	struct str name;
	if (subject_is_host(e->subject, &name) && !is_role(name)) {
		struct str type = str_slice(e->subject, 0, e->subject.n - name.n);
		name = redact_whole(r, a, REDACTED_HOST, name);
		e->subject = str_fmt(a, "%.*s%.*s", STR_ARG(type), STR_ARG(name));
	} else
		e->subject = redact(r, a, e->subject);
	e->text = redact(r, a, e->text);
	e->when = redact(r, a, e->when);
	if (e->fields.n > 2)
		e->fields = redact_fields(&k, e->fields);
}

struct sources redact_sources(struct redactor *r, struct arena *a, const struct sources *sources)
{
	struct sources out = {NEW_N(a, struct source, sources->n + 1), sources->n};
	for (size_t i = 0; i < sources->n; i++) {
		out.v[i] = sources->v[i];
		out.v[i].name = redact(r, a, sources->v[i].name);
	}
	return out;
}

void redact_ledger(struct redactor *r, struct arena *a, struct ledger *l)
{
	static const struct text_at incident[] = {
		TEXT(incident, title), TEXT(incident, summary), PERSON(incident, author)};
	static const struct text_at mark[] = {TEXT(mark, because), PERSON(mark, author)};
	static const struct text_at decision[] = {
		TEXT(decision, chosen), TEXT(decision, because), PERSON(decision, by)};
	static const struct text_at action[] = {TEXT(action, title), TEXT(action, because), TEXT(action, reference),
		PERSON(action, owner), PERSON(action, author)};
	static const struct text_at asset[] = {TEXT(asset, name), PERSON(asset, author)};
	static const struct text_at claim[] = {TEXT(location_claim, name)};
	struct redaction k = {r, a};
	REDACT_ROWS(&k, l->incidents, l->incidents_n, incident);
	REDACT_ROWS(&k, l->marks, l->marks_n, mark);
	REDACT_ROWS(&k, l->decisions, l->decisions_n, decision);
	REDACT_ROWS(&k, l->actions, l->actions_n, action);
	REDACT_ROWS(&k, l->assets, l->assets_n, asset);
	REDACT_ROWS(&k, l->locations, l->locations_n, claim);
	for (size_t i = 0; i < l->decisions_n; i++)
		redact_strs(&k, &l->decisions[i].over);
	for (size_t i = 0; i < l->actions_n; i++)
		redact_strs(&k, &l->actions[i].history);
	for (size_t i = 0; i < l->assets_n; i++) {
		struct strs *lists[] = {&l->assets[i].namespaces, &l->assets[i].volumes, &l->assets[i].databases,
			&l->assets[i].backups};
		for (size_t n = 0; n < LEN(lists); n++)
			redact_strs(&k, lists[n]);
	}
}

/* A subject of a span is one of its events', redacted alike. */
static struct str redact_subject(struct redaction *k, struct str subject)
{
	struct event e = {.subject = subject};
	redact_event(k->r, k->arena, &e);
	return e.subject;
}

static void redact_recovery(struct redaction *k, struct analysis *an)
{
	static const struct text_at copy[] = {TEXT(copy, id), TEXT(copy, tool), TEXT(copy, job), TEXT(copy, location),
		TEXT(copy, holds), TEXT(copy, namespaces), TEXT(copy, volume), TEXT(copy, database), TEXT(copy, path)};
	static const struct text_at recovery[] = {TEXT(recovery, asset)};
	static const struct text_at place[] = {TEXT(place, name)};
	REDACT_ROWS(k, an->places, an->places_n, place);
	REDACT_ROWS(k, an->recovery, an->recovery_n, recovery);
	for (size_t i = 0; i < an->recovery_n; i++)
		REDACT_ROWS(k, an->recovery[i].copies, an->recovery[i].copies_n, copy);
}

void redact_analysis(struct redactor *r, struct arena *a, struct analysis *an, struct events *events)
{
	static const struct text_at span[] = {TEXT(span, why_from), TEXT(span, why_to)};
	static const struct text_at notice[] = {TEXT(notice, provider), TEXT(notice, subject), TEXT(notice, reference),
		TEXT(notice, status), TEXT(notice, versions.from), TEXT(notice, versions.to), TEXT(notice, resource),
		TEXT(notice, cluster), TEXT(notice, linked_because)};
	static const struct text_at milestone[] = {TEXT(milestone, because), PERSON(milestone, by)};
	static const struct text_at metric[] = {TEXT(metric, why)};
	static const struct text_at what_if[] = {TEXT(what_if, text)};
	static const struct text_at finding[] = {TEXT(finding, text)};
	static const struct text_at bond[] = {TEXT(bond, because)};
	struct redaction k = {r, a};
	for (size_t i = 0; i < events->n; i++)
		redact_event(r, a, &events->v[i]);
	REDACT_ROWS(&k, an->spans, an->spans_n, span);
	for (size_t i = 0; i < an->spans_n; i++)
		an->spans[i].subject = redact_subject(&k, an->spans[i].subject);
	REDACT_ROWS(&k, an->notices, an->notices_n, notice);
	REDACT_ROWS(&k, an->milestones, MILESTONES, milestone);
	REDACT_ROWS(&k, an->metrics, METRICS, metric);
	REDACT_ROWS(&k, an->what_ifs, an->what_ifs_n, what_if);
	REDACT_ROWS(&k, an->findings, an->findings_n, finding);
	REDACT_ROWS(&k, an->bonds, an->bonds_n, bond);
	for (size_t i = 0; i < an->bonds_n; i++) {
		an->bonds[i].a = redact_subject(&k, an->bonds[i].a);
		an->bonds[i].b = redact_subject(&k, an->bonds[i].b);
	}
	redact_recovery(&k, an);
}
