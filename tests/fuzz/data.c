/* What users add as data: a line format's JSON, and JSON by itself (parsed, printed, parsed again). */
#include "fuzz.h"

#include "base/json.h"
#include "formats/pattern.h"

static struct arena *arena;

static void check_json(struct str text)
{
	struct err e = {{0}};
	struct json *j = json_parse(arena, text, &e);
	PROMISE((j == NULL) == err_is_set(&e));
	if (!j)
		return;
	struct str once = json_print(arena, j);
	struct json *back = json_parse(arena, once, &e);
	PROMISE(back != NULL);
	PROMISE(str_eq(once, json_print(arena, back)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {{0}};
	if (!arena) {
		arena = arena_open();
		PROMISE(formats_init(&e));
	}
	struct str text = fuzz_text(data, size);
	check_json(text);
	struct pattern *p = pattern_load(arena, text, STR("fuzz.json"), &e);
	PROMISE((p == NULL) == err_is_set(&e));
	if (p && !pattern_check(p, &e))
		PROMISE(err_is_set(&e));
	arena_reset(arena);
	return 0;
}
