/* Citations: which events a report cites, and by which numbers. */
#include "render/cite.h"
#include "base/json.h"
#include "normalise/normalise.h"

#define TOKEN "\x01"
enum { CITED_FIRST = 3 }; /* of many proofs: these and the last one */

struct citations citations_open(struct arena *a, const struct analysis *an)
{
	return (struct citations){.arena = a, .analysis = an, .events = MAP(a), .by_id = MAP(a), .by_number = MAP(a)};
}

static const struct event *find_event(struct citations *c, struct str id)
{
	if (!c->events.n)
		for (size_t i = 0; i < c->analysis->events.n; i++)
			*map_put(&c->events, event_id(c->arena, c->analysis->events.v[i].key)) =
				&c->analysis->events.v[i];
	return map_get(&c->events, id);
}

static struct citation *number(struct citations *c, struct str id, int64_t n)
{
	struct citation *cite = NEW(c->arena, struct citation);
	*cite = (struct citation){n, str_dup(c->arena, id), find_event(c, id)};
	*map_put(&c->by_id, cite->id) = cite;
	*map_put(&c->by_number, str_fmt(c->arena, "%lld", (long long)n)) = cite;
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

void citations_remember(struct citations *c, struct str report)
{
	struct str line, id;
	int64_t n;
	while (str_next(&report, '\n', &line))
		if (read_definition(line, &n, &id) && n < 1000000000 && !map_get(&c->by_id, id) &&
			!citation_numbered(c, n))
			number(c, id, n);
}

static void buf_hex(struct buf *b, uint64_t number)
{
	for (int shift = 60; shift >= 0; shift -= 4)
		buf_byte(b, "0123456789abcdef"[number >> shift & 15]);
}

struct str cite_event(struct arena *a, const struct event *e)
{
	if (!e)
		return STR_NONE;
	struct buf b = BUF(a);
	buf_cstr(&b, TOKEN);
	buf_add(&b, event_id(a, e->key));
	buf_byte(&b, ' ');
	buf_hex(&b, (uintptr_t)e);
	buf_cstr(&b, TOKEN);
	return buf_str(&b);
}

struct str cite_said(struct arena *a, const struct said *said)
{
	const struct statement *s = said->statement;
	if (!s)
		return STR_NONE;
	struct json *fields = json_object(a);
	json_add_str(a, fields, "author", said->author);
	json_add_str(a, fields, "seq", str_fmt(a, "%lld", (long long)s->seq));
	struct event *e = NEW(a, struct event);
	*e = (struct event){.at = said->at,
		.until = INSTANT_NONE,
		.at_min = said->at,
		.at_max = said->at,
		.basis = BASIS_MANUAL,
		.lane = LANE_RESPONSE,
		.text = said->words,
		.fields = json_print(a, fields),
		.count = 1,
		.recorded_at = s->recorded_at};
	memcpy(e->key, s->chain.byte, EVENT_KEY);
	return cite_event(a, e);
}

struct str cite_milestone(struct arena *a, const struct milestone *m)
{
	struct str words = str_fmt(a, "%s: %.*s", m->name, STR_ARG(m->because));
	return cite_both(a, cite_event(a, m->event), cite_said(a, &(struct said){m->said, m->by, words, m->at}));
}

struct str cite_both(struct arena *a, struct str one, struct str other)
{
	if (!one.n || !other.n || str_contains(one, other))
		return one.n ? one : other;
	return str_fmt(a, "%.*s %.*s", STR_ARG(one), STR_ARG(other));
}

struct str cite_proofs(struct arena *a, const struct proofs *p)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < p->n; i++) {
		if (i >= CITED_FIRST && i + 1 < p->n)
			continue;
		if (i)
			buf_byte(&b, ' ');
		buf_add(&b, cite_event(a, p->v[i]));
	}
	if (p->n > CITED_FIRST + 1)
		buf_fmt(&b, " and %zu more", p->n - CITED_FIRST - 1);
	return buf_str(&b);
}

void citations_number(struct citations *c, struct str text, struct map *used, struct buf *out)
{
	struct str before, id, rest = text;
	while (str_cut(rest, STR(TOKEN), &before, &rest)) {
		buf_add(out, before);
		struct str token, address;
		uint64_t event = 0;
		str_cut(rest, STR(TOKEN), &token, &rest);
		str_cut(token, STR(" "), &id, &address);
		str_hex(address, &event);
		struct citation *cite = map_get(&c->by_id, id);
		if (!cite)
			cite = number(c, id, c->highest + 1);
		cite->event = (const struct event *)(uintptr_t)event; /* may lie outside the window, as old copies do */
		*map_put(used, cite->id) = cite;
		buf_cstr(out, "[E");
		buf_int(out, cite->number);
		buf_byte(out, ']');
	}
	buf_add(out, before);
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

void citations_add_cited(struct citations *c, struct str text, struct map *used)
{
	int64_t n;
	while (citation_next(&text, &n)) {
		const struct citation *cite = citation_numbered(c, n);
		if (cite)
			*map_put(used, cite->id) = (void *)(uintptr_t)cite;
	}
}
