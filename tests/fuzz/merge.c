/* A report that people edited, made anew: what they wrote stays, byte for byte, whatever they did to the markers. */
#include "fuzz.h"

#include "render/merge.h"

static struct arena *arena;
static struct str fresh; /* the report as it is generated now */

static void set_up(void)
{
	arena = arena_open();
	fresh = report_seal(arena,
		STR("<!-- lineup:report inc-1 -->\n<!-- lineup:generated header -->\n# Title\n<!-- /lineup:generated -->\n\n## Summary\n\n"
		    "<!-- lineup:human summary -->\ndraft\n<!-- /lineup:human -->\n\n## Numbers\n\n<!-- lineup:generated numbers -->\n"
		    "number 1\n```text\n<!-- /lineup:generated -->\n```\n<!-- /lineup:generated -->\n\n## Lessons\n\n"
		    "<!-- lineup:human lessons -->\ndraft\n<!-- /lineup:human -->\n"));
}

static bool is_kept(const struct piece *p, struct str out)
{
	return p->type == PIECE_SETTINGS || (p->type == PIECE_GENERATED && !piece_is_edited(arena, p)) ||
	       str_contains(out, p->whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		set_up();
	ARENA_SCOPE(arena);
	struct err e = {{0}};
	struct str previous = fuzz_text(data, size), out, conflicts;
	struct pieces pieces = report_split(arena, previous);
	struct buf whole = BUF(arena);
	for (size_t i = 0; i < pieces.n; i++)
		buf_add(&whole, pieces.v[i].whole);
	PROMISE(str_eq(buf_str(&whole), previous));
	if (!report_merge(arena, fresh, previous, REPORT_THEIRS, &out, &conflicts, &e)) {
		PROMISE(err_is_set(&e));
		return 0;
	}
	for (size_t i = 0; i < pieces.n; i++)
		PROMISE(is_kept(&pieces.v[i], out));
	return 0;
}
