/* Citations: which events a report cites, and by which numbers. */
#include "render/cite.h"
#include "base/json.h"
#include "normalise/normalise.h"

#define TOKEN '\x01'
enum { CITED_FIRST = 3 }; /* of many proofs: these and the last one */

struct citations citations_open(struct arena *a)
{
	return (struct citations){.arena = a, .places = MAP(a), .by_id = MAP(a), .by_number = MAP(a)};
}

static struct citation *number(struct citations *c, struct str id, int64_t n, const struct event *event)
{
	struct citation *cite = NEW(c->arena, struct citation);
	struct buf digits = BUF(c->arena);
	*cite = (struct citation){n, str_dup(c->arena, id), event, false};
	buf_int(&digits, n);
	*map_put(&c->by_id, cite->id) = cite;
	*map_put(&c->by_number, buf_str(&digits)) = cite;
	if (n > c->highest)
		c->highest = n;
	return cite;
}

/* [E12]: #e12 "e1a2b3c4d5e6" */
static bool read_definition(struct str line, int64_t *n, struct str *id)
{
	struct str digits, rest, before;
	if (!str_starts(line, STR("[E")) || !str_cut(str_from(line, 2), STR("]: #e"), &digits, &rest) ||
		!str_int(digits, n) || *n < 1)
		return false;
	return str_cut(rest, STR("\""), &before, &rest) && str_cut(rest, STR("\""), id, &before) &&
	       str_starts(*id, STR("e")) && id->n > 4;
}

void citations_remember(struct citations *c, const struct analysis *an, struct str report)
{
	struct str line, id;
	struct map events = MAP(c->arena); /* by id */
	int64_t n;
	for (size_t i = 0; report.n && i < an->events.n; i++)
		*map_put(&events, event_id(c->arena, an->events.v[i].key)) = &an->events.v[i];
	while (str_next(&report, '\n', &line))
		if (read_definition(line, &n, &id) && n < 1000000000 && !map_get(&c->by_id, id) &&
			!citation_numbered(c, n))
			number(c, id, n, map_get(&events, id));
}

/* The place of E in the list of what is cited. */
static size_t place_of(struct citations *c, const struct event *e)
{
	struct str address = str_n((const char *)&e, sizeof e);
	uintptr_t place = (uintptr_t)map_get(&c->places, address);
	if (!place) {
		*PUSH(&c->cited, c->arena) = (struct cited){e, NULL};
		place = c->cited.n;
		*map_put(&c->places, str_dup(c->arena, address)) = (void *)place;
	}
	return place - 1;
}

static void buf_event(struct buf *b, struct citations *c, const struct event *e)
{
	if (!e)
		return;
	buf_byte(b, TOKEN);
	buf_int(b, (int64_t)place_of(c, e));
	buf_byte(b, TOKEN);
}

struct str cite_event(struct arena *a, struct citations *c, const struct event *e)
{
	struct buf b = BUF(a);
	buf_event(&b, c, e);
	return e ? buf_str(&b) : STR_NONE;
}

struct str cite_said(struct arena *a, struct citations *c, const struct said *said)
{
	const struct statement *s = said->statement;
	if (!s)
		return STR_NONE;
	struct json *fields = json_object(a);
	json_add_str(a, fields, "author", said->author);
	json_add_str(a, fields, "seq", str_fmt(a, "%lld", (long long)s->seq));
	struct event *e = NEW(c->arena, struct event);
	*e = (struct event){.at = said->at,
		.until = INSTANT_NONE,
		.at_min = said->at,
		.at_max = said->at,
		.basis = BASIS_MANUAL,
		.lane = LANE_RESPONSE,
		.text = str_dup(c->arena, said->words),
		.fields = json_print(c->arena, fields),
		.count = 1,
		.recorded_at = s->recorded_at};
	memcpy(e->key, s->chain.byte, EVENT_KEY);
	return cite_event(a, c, e);
}

struct str cite_milestone(struct arena *a, struct citations *c, const struct milestone *m)
{
	struct str words = str_fmt(a, "%s: %.*s", m->name, STR_ARG(m->because));
	return cite_both(a, cite_event(a, c, m->event), cite_said(a, c, &(struct said){m->said, m->by, words, m->at}));
}

struct str cite_both(struct arena *a, struct str one, struct str other)
{
	if (!one.n || !other.n || str_contains(one, other))
		return one.n ? one : other;
	return str_fmt(a, "%.*s %.*s", STR_ARG(one), STR_ARG(other));
}

struct str cite_proofs(struct arena *a, struct citations *c, const struct proofs *p)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < p->n; i++) {
		if (i >= CITED_FIRST && i + 1 < p->n)
			continue;
		if (i)
			buf_byte(&b, ' ');
		buf_event(&b, c, p->v[i]);
	}
	if (p->n > CITED_FIRST + 1)
		buf_fmt(&b, " and %zu more", p->n - CITED_FIRST - 1);
	return buf_str(&b);
}

static void use(struct citations *c, struct citation *cite)
{
	c->used_n += !cite->used;
	cite->used = true;
}

static struct citation *citation_of(struct citations *c, struct cited *cited)
{
	if (!cited->citation) {
		struct str id = event_id(c->arena, cited->event->key);
		struct citation *known = map_get(&c->by_id, id);
		cited->citation = known ? known : number(c, id, c->highest + 1, cited->event);
		cited->citation->event = cited->event; /* may lie outside the window, as old copies do */
	}
	use(c, cited->citation);
	return cited->citation;
}

/* A token at the start of *rest, which is cut behind it. A control character that begins none is no token. */
static struct cited *read_token(struct citations *c, struct str *rest)
{
	int64_t place;
	size_t end = str_find_byte(*rest, TOKEN, 1);
	if (end == STR_NPOS || !str_int(str_slice(*rest, 1, end), &place) || place < 0 || (size_t)place >= c->cited.n)
		return NULL;
	*rest = str_from(*rest, end + 1);
	return &c->cited.v[place];
}

void citations_number(struct citations *c, struct str text, struct buf *out)
{
	for (size_t at; (at = str_find_byte(text, TOKEN, 0)) != STR_NPOS;) {
		buf_add(out, str_slice(text, 0, at));
		text = str_from(text, at);
		struct cited *cited = read_token(c, &text);
		if (!cited) {
			text = str_from(text, 1);
			continue;
		}
		buf_cstr(out, "[E");
		buf_int(out, citation_of(c, cited)->number);
		buf_byte(out, ']');
	}
	buf_add(out, text);
}

bool citation_next(struct str *rest, int64_t *n)
{
	struct str before, digits, after;
	while (str_cut(*rest, STR("[E"), &before, rest))
		if (str_cut(*rest, STR("]"), &digits, &after) && digits.n < 10 && str_int(digits, n) && *n > 0) {
			*rest = after;
			return true;
		}
	return false;
}

const struct citation *citation_numbered(const struct citations *c, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	return map_get(&c->by_number, str_n(digits + at, sizeof digits - at));
}

/* What values cite, though the template may not show them: events by id. */
static struct map cited_by_id(const struct citations *c)
{
	struct map ids = MAP(c->arena);
	for (size_t i = 0; i < c->cited.n; i++)
		*map_put(&ids, event_id(c->arena, c->cited.v[i].event->key)) = (void *)(uintptr_t)c->cited.v[i].event;
	return ids;
}

void citations_use(struct citations *c, struct str text)
{
	struct map ids = {0};
	int64_t n;
	while (citation_next(&text, &n)) {
		struct citation *cite = (struct citation *)(uintptr_t)citation_numbered(c, n);
		if (!cite)
			continue;
		if (!cite->event && !ids.arena)
			ids = cited_by_id(c);
		if (!cite->event)
			cite->event = map_get(&ids, cite->id);
		use(c, cite);
	}
}
