/* The evidence list: every cited event with its source, place, hash and excerpt. */
#include "render/proof.h"
#include "base/utf8.h"
#include "render/say.h"

#include <stdlib.h>

enum { EXCERPT_LINES = 16, EXCERPT_LINE = 600, EXCERPT_SIZE = 2000, HASH_SHORT = 12 };

static size_t longest_run(struct str s, char c)
{
	size_t longest = 0, run;
	for (size_t at = 0; (at = str_find_byte(s, c, at)) != STR_NPOS; at += run) {
		for (run = 1; at + run < s.n && s.p[at + run] == c; run++)
			;
		longest = run > longest ? run : longest;
	}
	return longest;
}

void buf_fenced(struct buf *b, struct str text)
{
	struct buf shown = BUF(b->arena);
	struct str rest = str_trim_end(text), line;
	size_t lines = 0, told = 0;
	while (lines < EXCERPT_LINES && shown.n < EXCERPT_SIZE && str_next(&rest, '\n', &line)) {
		line = str_trim_end(line);
		struct str cut = str_slice(line, 0, EXCERPT_LINE);
		while (cut.n < line.n && cut.n && ((unsigned char)line.p[cut.n] & 0xc0) == 0x80)
			cut.n--;
		buf_visible(&shown, cut);
		if (cut.n < line.n)
			buf_fmt(&shown, " [... %zu more bytes of this line]", line.n - cut.n);
		buf_byte(&shown, '\n');
		told += line.n + 1;
		lines++;
	}
	if (rest.n)
		buf_fmt(&shown, "[... %zu more bytes]\n", text.n > told ? text.n - told : rest.n);
	struct str s = buf_str(&shown);
	size_t run = longest_run(s, '`'), fence = run < 3 ? 3 : run + 1;
	for (size_t i = 0; i < fence; i++)
		buf_byte(b, '`');
	buf_cstr(b, "text\n");
	buf_add(b, s);
	for (size_t i = 0; i < fence; i++)
		buf_byte(b, '`');
}

static struct str place(struct arena *a, const struct event *e)
{
	if (e->from.line > 0)
		return str_fmt(a, "line %lld, bytes %lld to %lld", (long long)e->from.line, (long long)e->from.offset,
			(long long)(e->from.offset + e->from.length));
	return str_fmt(
		a, "bytes %lld to %lld", (long long)e->from.offset, (long long)(e->from.offset + e->from.length));
}

/* What the list is made with. */
struct listing {
	struct context context;
	const struct excerpts *excerpts;
	const struct citation **order;
	size_t n;
};

/* "typed by ops, recorded 2024-06-18 04:12 UTC, statement 7" */
static struct str typed(const struct context *c, const struct event *e)
{
	struct json *fields = json_parse(c->arena, e->fields.n ? e->fields : STR("{}"), &(struct err){0});
	struct str author = json_get_str(fields, "author"), statement = json_get_str(fields, "seq");
	return str_fmt(c->arena, "typed by %.*s, recorded %.*s%s%.*s", STR_ARG(author.n ? author : STR("somebody")),
		STR_ARG(say_time(c->arena, e->recorded_at / SECOND * SECOND, NULL)), statement.n ? ", statement " : "",
		STR_ARG(statement));
}

static void put_source(const struct context *c, struct json *o, const struct event *e)
{
	const struct source *s = source_find(c->analysis->sources, e->source);
	if (!s) {
		json_add_str(c->arena, o, "typed", typed(c, e));
		return;
	}
	json_add_str(c->arena, o, "source", s->name);
	json_add_str(c->arena, o, "place", place(c->arena, e));
	json_add_str(c->arena, o, "sha256", s->sha256);
	json_add_str(c->arena, o, "sha256_short", str_slice(s->sha256, 0, HASH_SHORT));
}

static struct str excerpt(const struct listing *l, struct arena *a, const struct event *e)
{
	const struct excerpts *x = l->excerpts;
	struct str bytes = x && x->get && e->source ? x->get(x->arg, a, e) : STR_NONE;
	struct buf b = BUF(a);
	if (!bytes.n && e->source)
		buf_cstr(&b, "The bytes were not kept; as understood:\n\n");
	buf_fenced(&b, bytes.n ? bytes : e->text);
	return buf_str(&b);
}

static struct json *proof_row(void *arg, struct arena *a, size_t i)
{
	static const char *const basis[BASES] = {
		[BASIS_FALLBACK] = "the time stands in another field of the record",
		[BASIS_ASSUMED] = "its zone is assumed",
		[BASIS_INFERRED] = "its year or date is inferred",
	};
	const struct listing *l = arg;
	const struct citation *cite = l->order[i];
	const struct event *e = cite->event;
	struct context c = l->context;
	struct json *o = json_object(a);
	c.arena = a;
	json_add_int(a, o, "number", cite->number);
	json_add_str(a, o, "id", cite->id);
	if (!e) {
		json_add_str(a, o, "at",
			STR("Cited by an earlier version of this report; the evidence of this incident no longer has it"));
		return o;
	}
	json_add_str(a, o, "at", say_time(a, e->at, c.zone));
	put_source(&c, o, e);
	if (basis[e->basis]) {
		json_add_str(a, o, "basis", str_of(basis[e->basis]));
		json_add_str(a, o, "as_written", e->when);
	}
	json_add_str(a, o, "excerpt_md", excerpt(l, a, e));
	return o;
}

static int compare_citations(const void *x, const void *y)
{
	const struct citation *const *a = x, *const *b = y;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

/* Where it comes from, in the order of the numbers. */
static void put_sources(const struct listing *l, struct json *o)
{
	const struct context *c = &l->context;
	struct map met = MAP(c->arena); /* by hash */
	for (size_t i = 0; i < l->n; i++) {
		const struct event *e = l->order[i]->event;
		const struct source *s = e ? source_find(c->analysis->sources, e->source) : NULL;
		if (s)
			*map_put(&met, s->sha256) = (void *)(uintptr_t)s;
	}
	json_add_bool(c->arena, o, "evidence_sources_any", met.n > 0);
	struct json *list = json_add_array(c->arena, o, "evidence_sources");
	for (size_t i = 0; i < met.n; i++) {
		const struct source *s = met.entries[i].value;
		struct json *source = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, source, "sha256", s->sha256);
		json_add_str(c->arena, source, "name", s->name);
	}
}

/* [E12]: #e12 "e1a2b3c4d5e6" */
static void buf_definition(struct buf *b, const struct citation *cite)
{
	buf_cstr(b, "[E");
	buf_int(b, cite->number);
	buf_cstr(b, "]: #e");
	buf_int(b, cite->number);
	buf_cstr(b, " \"");
	buf_add(b, cite->id);
	buf_cstr(b, "\"\n");
}

struct mustache_rows proof_list(const struct context *c, const struct excerpts *x, struct json *o)
{
	const struct citations *cites = c->cites;
	struct listing *l = NEW(c->arena, struct listing);
	struct buf links = BUF(c->arena);
	VEC(const struct event *) events = {0};
	*l = (struct listing){*c, x, NEW_N(c->arena, const struct citation *, cites->used_n + 1), 0};
	for (size_t i = 0; i < cites->by_id.n; i++) {
		const struct citation *cite = cites->by_id.entries[i].value;
		if (cite->used)
			l->order[l->n++] = cite;
	}
	qsort(l->order, l->n, sizeof *l->order, compare_citations);
	for (size_t i = 0; i < l->n; i++) {
		buf_definition(&links, l->order[i]);
		if (l->order[i]->event)
			*PUSH(&events, c->arena) = l->order[i]->event;
	}
	if (x && x->want && events.n)
		x->want(x->arg, events.v, events.n);
	json_add_str(c->arena, o, "links_md", buf_str(&links));
	put_sources(l, o);
	return (struct mustache_rows){l->n, proof_row, l};
}
