/* YAML to JSON trees: every element prints as JSON that parses, and reading comes to an end. */
#include "fuzz.h"

#include "base/json.h"
#include "read/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena, *element;
	if (!arena) {
		arena = arena_open();
		element = arena_open();
	}
	{
		AUTO(yaml_close) struct yaml *y = yaml_open(arena, fuzz_text(data, size));
		for (size_t rounds = 0;; rounds++) {
			struct err e = {{0}};
			struct json *j = NULL;
			struct where at = {0};
			ARENA_SCOPE(element);
			bool got = yaml_next(y, element, &j, &at, &e);
			if (!got && !err_is_set(&e))
				break;
			PROMISE(rounds <= size + 1);
			if (!got)
				continue;
			PROMISE(at.offset >= 0 && at.length >= 0 && at.offset + at.length <= (int64_t)size);
			PROMISE(json_parse(element, json_print(element, j), &e) != NULL);
		}
	}
	arena_reset(arena);
	return 0;
}
