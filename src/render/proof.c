/* The evidence list: every cited event with its source, place, hash and excerpt. */
#include "render/proof.h"
#include "base/utf8.h"
#include "render/say.h"

#include <stdlib.h>

enum { EXCERPT_LINES = 16, EXCERPT_LINE = 600, EXCERPT_SIZE = 2000, HASH_SHORT = 12 };

static size_t longest_run(struct str s, char c)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == c ? run + 1 : 0;
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
	size_t fence = longest_run(s, '`') < 3 ? 3 : longest_run(s, '`') + 1;
	for (size_t i = 0; i < fence; i++)
		buf_byte(b, '`');
	buf_fmt(b, "text\n%.*s", STR_ARG(s));
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
	const struct context *c;
	const struct excerpts *excerpts;
	struct map sources;    /* met so far, by hash */
	struct arena *scratch; /* for one excerpt at a time */
};

static void put_source(struct listing *l, struct json *o, const struct event *e)
{
	const struct context *c = l->c;
	const struct source *s = source_find(c->analysis->sources, e->source);
	if (!s) {
		struct json *fields = json_parse(c->arena, e->fields.n ? e->fields : STR("{}"), &(struct err){0});
		struct str author = json_get_str(fields, "author");
		struct str statement = json_get_str(fields, "seq");
		json_add_str(c->arena, o, "typed",
			str_fmt(c->arena, "typed by %.*s, recorded %.*s%s%.*s",
				STR_ARG(author.n ? author : STR("somebody")),
				STR_ARG(say_time(c->arena, e->recorded_at / SECOND * SECOND, NULL)),
				statement.n ? ", statement " : "", STR_ARG(statement)));
		return;
	}
	json_add_str(c->arena, o, "source", s->name);
	json_add_str(c->arena, o, "place", place(c->arena, e));
	json_add_str(c->arena, o, "sha256", s->sha256);
	json_add_str(c->arena, o, "sha256_short", str_slice(s->sha256, 0, HASH_SHORT));
	*map_put(&l->sources, s->sha256) = (void *)(uintptr_t)s;
}

static void put_excerpt(struct listing *l, struct json *o, const struct event *e)
{
	const struct excerpts *x = l->excerpts;
	ARENA_SCOPE(l->scratch); /* the tree keeps a copy */
	struct str bytes = x && x->get && e->source ? x->get(x->arg, l->scratch, e) : STR_NONE;
	struct buf b = BUF(l->scratch);
	if (!bytes.n && e->source)
		buf_cstr(&b, "The bytes were not kept; as understood:\n\n");
	buf_fenced(&b, bytes.n ? bytes : e->text);
	json_add_str(l->c->arena, o, "excerpt_md", buf_str(&b));
}

static void put_proof(struct listing *l, struct json *list, const struct citation *cite)
{
	const struct context *c = l->c;
	static const char *const basis[BASES] = {
		[BASIS_FALLBACK] = "the time stands in another field of the record",
		[BASIS_ASSUMED] = "its zone is assumed",
		[BASIS_INFERRED] = "its year or date is inferred",
	};
	const struct event *e = cite->event;
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	json_add_int(c->arena, o, "number", cite->number);
	json_add_str(c->arena, o, "id", cite->id);
	if (!e) {
		json_add_str(c->arena, o, "at",
			STR("Cited by an earlier version of this report; the evidence of this incident no longer has it"));
		return;
	}
	json_add_str(c->arena, o, "at", say_time(c->arena, e->at, c->zone));
	put_source(l, o, e);
	if (basis[e->basis]) {
		json_add_str(c->arena, o, "basis", str_of(basis[e->basis]));
		json_add_str(c->arena, o, "as_written", e->when);
	}
	put_excerpt(l, o, e);
}

static int compare_citations(const void *x, const void *y)
{
	const struct citation *const *a = x, *const *b = y;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

void proof_list(const struct context *c, const struct map *used, const struct excerpts *x, struct json *root)
{
	const struct citation **order = NEW_N(c->arena, const struct citation *, used->n + 1);
	struct listing l = {c, x, MAP(c->arena), arena_open()};
	struct json *list = json_add_array(c->arena, root, "evidence");
	struct buf links = BUF(c->arena);
	for (size_t i = 0; i < used->n; i++)
		order[i] = used->entries[i].value;
	qsort(order, used->n, sizeof *order, compare_citations);
	for (size_t i = 0; i < used->n; i++) {
		put_proof(&l, list, order[i]);
		buf_fmt(&links, "[E%lld]: #e%lld \"%.*s\"\n", (long long)order[i]->number, (long long)order[i]->number,
			STR_ARG(order[i]->id));
	}
	arena_close(l.scratch);
	json_add_str(c->arena, root, "links_md", buf_str(&links));
	json_add_bool(c->arena, root, "evidence_sources_any", l.sources.n > 0);
	list = json_add_array(c->arena, root, "evidence_sources");
	for (size_t i = 0; i < l.sources.n; i++) {
		const struct source *s = l.sources.entries[i].value;
		struct json *o = json_push(c->arena, list, json_object(c->arena));
		json_add_str(c->arena, o, "sha256", s->sha256);
		json_add_str(c->arena, o, "name", s->name);
	}
}
