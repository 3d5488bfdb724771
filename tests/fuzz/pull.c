/* JSON without a tree never disagrees with the tree. */
#include "fuzz.h"

#include "../unit/pull_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	struct str text = fuzz_text(data, size);
	bool taken;
	if (!arena)
		arena = arena_open();
	PROMISE(!pull_law(arena, text, &taken));
	PROMISE(!kube_law(arena, text, &taken));
	arena_reset(arena);
	return 0;
}
