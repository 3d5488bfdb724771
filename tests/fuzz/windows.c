/* What a mail promises: windows and their moments from any subject (the first line) and body. */
#include "fuzz.h"

#include "base/utf8.h"
#include "formats/mail_window.h"
#include "normalise/clock.h"

static struct arena *arena;

static void check_moment(const struct moment *m)
{
	struct str text = moment_text(arena, m);
	PROMISE(utf8_is_valid(text));
	(void)moment_naive(m);
	(void)moment_instant(m, STR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		arena = arena_open();
	struct str text = fuzz_text(data, size);
	uint8_t dated = fuzz_byte(&text);
	struct window_question q = {.sent = {.year = 2024, .month = dated % 13, .day = 1 + dated % 28}};
	str_cut(text, STR("\n"), &q.subject, &q.body);
	struct windows found = windows_find(arena, &q);
	PROMISE(found.n <= WINDOWS_MAX);
	for (size_t i = 0; i < found.n; i++) {
		check_moment(&found.v[i].from);
		if (found.v[i].ends)
			check_moment(&found.v[i].to);
	}
	arena_reset(arena);
	return 0;
}
