/* The bytes behind an event, out of the kept evidence. */
#include "cmd/evidence.h"
#include "cmd/reading.h"

/* Decoded bytes of a source, fetched once. */
struct fetched {
	int64_t source;
	struct str bytes;
};

struct evidence {
	struct cmd *c;
	const struct sources *sources;
	struct arena *arena;
	struct worker *worker; /* started when the first archive member is asked for */
	VEC(struct fetched) cache;
};

struct evidence *evidence_open(struct cmd *c, const struct sources *sources)
{
	struct evidence *e = NEW(c->arena, struct evidence);
	e->c = c;
	e->sources = sources;
	e->arena = arena_open();
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
	struct ingest_options options = {.now = e->c->now, .captured_at = INSTANT_NONE};
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

bool evidence_bytes(struct evidence *e, const struct source *s, struct str *out, struct err *err)
{
	for (size_t i = 0; i < e->cache.n; i++) {
		if (e->cache.v[i].source == s->row) {
			*out = e->cache.v[i].bytes;
			return true;
		}
	}
	const struct source *root = root_of(e, s);
	struct str bytes;
	if (!root || !store_evidence(e->c->store, root->row, e->arena, &bytes, err))
		return false;
	if ((s != root || is_packed(bytes)) && !unpack(e, root, s, bytes, &bytes, err))
		return false;
	*PUSH(&e->cache, e->arena) = (struct fetched){s->row, bytes};
	*out = bytes;
	return true;
}

bool evidence_of(struct evidence *e, const struct event *event, struct str *out, struct err *err)
{
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
