/* Templates as users write them, over a small report: rendered or refused with a word, values always escaped. */
#include "fuzz.h"

#include "render/render.h"

static struct arena *arena;

static struct str partial(void *arg, struct str name)
{
	return str_eq(name, STR("self")) ? *(struct str *)arg : STR("{{name}}");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char context[] =
		"{\"name\":\"<b>logins</b>\",\"empty\":[],\"no\":false,\"none\":null,\"n\":3,"
		"\"rows\":[{\"name\":\"a|b\",\"rows\":[1,2]},{\"name\":\"c\"}],\"deep\":{\"er\":{\"name\":\"x\"}}}";
	if (!arena)
		arena = arena_open();
	struct err e = {{0}};
	struct str text = fuzz_text(data, size);
	struct json *j = json_parse(arena, str_of(context), &e);
	struct buf out = BUF(arena);
	struct mustache how = {buf_markdown, partial, &text};
	if (mustache_render(arena, text, j, &how, &out, &e))
		PROMISE(!err_is_set(&e));
	else
		PROMISE(err_is_set(&e));
	arena_reset(arena);
	return 0;
}
