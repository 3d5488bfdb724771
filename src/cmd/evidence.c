/* The bytes behind an event, out of the kept evidence. */
#include "cmd/evidence.h"
#include "base/map.h"
#include "cmd/reading.h"

#include <stdlib.h>

/* Decoded bytes of a source, fetched once; or why there are none. */
struct fetched {
	int64_t source;
	struct str bytes;
	bool failed;
	struct str why;
};

struct evidence {
	struct cmd *c;
	const struct sources *sources;
	struct arena *arena;
	struct worker *worker; /* started when the first archive member is asked for */
	VEC(struct fetched) cache;
	struct map gathered; /* address of an event -> its bytes, a struct str */
};

struct evidence *evidence_open(struct cmd *c, const struct sources *sources)
{
	struct evidence *e = NEW(c->arena, struct evidence);
	e->c = c;
	e->sources = sources;
	e->arena = arena_open();
	e->gathered = MAP(e->arena);
	return e;
}

void evidence_close(struct evidence *e)
{
	if (!e)
		return;
	worker_stop(e->worker);
	arena_close(e->arena);
}

static const struct source *root_of(const struct evidence *e, const struct source *s)
{
	while (s && s->parent)
		s = source_find(e->sources, s->parent);
	return s;
}

/* A compressed file or a member of an archive is unpacked by the worker, like when it was taken in. */
static bool unpack(struct evidence *e, const struct source *root, const struct source *s, struct str packed,
	struct str *out, struct err *err)
{
	struct ingest_options options = {.now = e->c->now, .captured_at = INSTANT_NONE, .only_unpacks = true};
	if (!e->worker && !(e->worker = worker_start(&options, err)))
		return false;
	int fd = memory_file(packed);
	if (fd < 0)
		return err_sys(err, "cannot unpack '%.*s'", STR_ARG(root->name));
	struct str member = str_from(s->name, root->name.n);
	if (str_starts(member, STR(": ")))
		member = str_from(member, 2);
	bool done = worker_extract(e->worker, fd, root->name, member, 0, -1, e->arena, out, err);
	memory_file_close(fd);
	return done;
}

enum { HEAD = 8 }; /* bytes that tell whether a file is packed */

static bool is_packed(struct str bytes)
{
	static const struct str magics[] = {{"\x1f\x8b", 2}, {"BZh", 3},
		{"\xfd"
		 "7zXZ",
			5},
		{"\x28\xb5\x2f\xfd", 4}, {"\xff\xfe", 2}, {"\xfe\xff", 2}, {"\xef\xbb\xbf", 3}};
	for (size_t i = 0; i < LEN(magics); i++)
		if (str_starts(bytes, magics[i]))
			return true;
	return false;
}

static bool fetch(struct evidence *e, const struct source *s, struct str *out, struct err *err)
{
	const struct source *root = root_of(e, s);
	struct str bytes;
	if (!root || !store_evidence(e->c->store, root->row, e->arena, &bytes, err))
		return false;
	if ((s != root || is_packed(bytes)) && !unpack(e, root, s, bytes, &bytes, err))
		return false;
	*out = bytes;
	return true;
}

static const struct fetched *fetched_of(struct evidence *e, const struct source *s)
{
	for (size_t i = 0; i < e->cache.n; i++)
		if (e->cache.v[i].source == s->row)
			return &e->cache.v[i];
	struct err why = {0};
	struct fetched f = {.source = s->row};
	f.failed = !fetch(e, s, &f.bytes, &why);
	f.why = str_dup(e->arena, str_of(why.text));
	*PUSH(&e->cache, e->arena) = f;
	return &e->cache.v[e->cache.n - 1];
}

bool evidence_bytes(struct evidence *e, const struct source *s, struct str *out, struct err *err)
{
	const struct fetched *f = fetched_of(e, s);
	if (f->failed) {
		err_set(err, "%.*s", STR_ARG(f->why));
		return false;
	}
	*out = f->bytes;
	return true;
}

/* --- those of many events --- */

/* What is longer is fetched when it is asked for: whoever asks for many shows a little of each. */
enum { GATHER_PIECE = 64 << 10, GATHER_ALL = 64 << 20 };

static int compare_places(const void *x, const void *y)
{
	const struct event *a = *(const struct event *const *)x, *b = *(const struct event *const *)y;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return (a->from.offset > b->from.offset) - (a->from.offset < b->from.offset);
}

/* Of one source. When it fails nothing is gathered, and asking for one of them will say why. */
static void gather_source(struct evidence *e, const struct event *const *v, size_t n)
{
	const struct source *s = source_find(e->sources, v[0]->source);
	struct piece_of_evidence *pieces = NEW_N(e->arena, struct piece_of_evidence, n + 1);
	struct err ignored = {0};
	if (!s || s->parent)
		return;
	pieces[0] = (struct piece_of_evidence){.length = s->size < HEAD ? s->size : HEAD};
	for (size_t i = 0; i < n; i++)
		pieces[i + 1] = (struct piece_of_evidence){.offset = v[i]->from.offset, .length = v[i]->from.length};
	if (!store_evidence_pieces(e->c->store, s->row, e->arena, pieces, n + 1, &ignored) ||
		is_packed(pieces[0].bytes))
		return;
	for (size_t i = 0; i < n; i++) {
		struct str address = str_n((const char *)&v[i], sizeof v[i]);
		if (pieces[i + 1].bytes.p)
			*map_put(&e->gathered, str_dup(e->arena, address)) = &pieces[i + 1].bytes;
	}
}

void evidence_gather(struct evidence *e, const struct event *const *events, size_t n)
{
	VEC(const struct event *) wanted = {0};
	int64_t all = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t length = events[i]->from.length;
		bool known = map_get(&e->gathered, str_n((const char *)&events[i], sizeof events[i])) != NULL;
		if (known || !events[i]->source || length < 0 || length > GATHER_PIECE || (all += length) > GATHER_ALL)
			continue;
		*PUSH(&wanted, e->arena) = events[i];
	}
	if (wanted.n)
		qsort(wanted.v, wanted.n, sizeof *wanted.v, compare_places);
	for (size_t i = 0, end; i < wanted.n; i = end) {
		for (end = i; end < wanted.n && wanted.v[end]->source == wanted.v[i]->source; end++)
			;
		gather_source(e, wanted.v + i, end - i);
	}
}

bool evidence_of(struct evidence *e, const struct event *event, struct str *out, struct err *err)
{
	const struct str *gathered = map_get(&e->gathered, str_n((const char *)&event, sizeof event));
	if (gathered) {
		*out = *gathered;
		return true;
	}
	const struct source *s = source_find(e->sources, event->source);
	struct str bytes;
	if (!s)
		return err_set(err, "typed by a person: it has no evidence beside itself");
	ERR_IN(err, s->name);
	if (!evidence_bytes(e, s, &bytes, err))
		return false;
	int64_t end = event->from.offset + event->from.length;
	if (event->from.offset < 0 || end > (int64_t)bytes.n)
		return err_set(err, "the kept bytes end before byte %lld", (long long)end);
	*out = str_slice(bytes, (size_t)event->from.offset, (size_t)end);
	return true;
}
