/* Markdown coming in: reading comes to an end, places lie in the document and in its order, records are text. */
#include "fuzz.h"

#include "formats/format.h"

struct listener {
	struct sink sink;
	int64_t last, end;
};

static void heard(struct sink *sink, struct where at)
{
	struct listener *l = (struct listener *)sink;
	PROMISE(at.offset >= l->last && at.length >= 0);
	l->last = at.offset;
	l->end = at.offset + at.length > l->end ? at.offset + at.length : l->end;
}

static void put(struct sink *sink, const struct record *r)
{
	heard(sink, r->from);
	PROMISE(r->identity.n > 0);
	for (size_t i = 0; i < r->fields_n; i++)
		PROMISE(r->fields[i].name.n > 0 && r->fields[i].value.n > 0);
}

static void note(struct sink *sink, struct where at, struct str text, struct str why)
{
	(void)text;
	heard(sink, at);
	PROMISE(why.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	struct err e = {{0}};
	if (!arena) {
		arena = arena_open();
		PROMISE(formats_init(&e));
	}
	{
		struct listener l = {.sink = {put, note, heard}};
		AUTO(doc_close) struct doc *doc = doc_of(arena, STR("2024-05-01-outage.md"), fuzz_text(data, size));
		format_parse(format_find(STR("postmortem")), doc, &l.sink, &e);
		PROMISE(l.end <= doc_extent(doc).size + 1); /* UTF-16 is longer as UTF-8 */
	}
	arena_reset(arena);
	return 0;
}
