/* What evidence is wrapped in: gzip, xz, zstd, bzip2, tar and zip, members in members, read to the end within a small
 * allowance. */
#include "fuzz.h"

#include "read/unpack.h"

enum { DEPTH = 3, PIECES = 64 };

static struct arena *arena;

static void read_all(struct input *in)
{
	char piece[4096];
	for (int i = 0; i < PIECES && input_read(in, piece, sizeof piece) > 0; i++)
		;
}

static void look_into(struct input *in, struct budget *budget, int depth);

static void look_at_members(enum layer layer, struct input *in, struct budget *budget, int depth)
{
	AUTO(archive_end) struct unpacker *u = archive_begin(arena, layer, in, budget);
	struct member m;
	for (int i = 0; i < PIECES && archive_member(u, &m); i++) {
		PROMISE(m.name.n > 0 && m.index == i && (m.regular == (m.in != NULL)));
		if (m.in)
			look_into(m.in, budget, depth + 1);
	}
	PROMISE(archive_damage(u) != NULL);
}

static void look_into(struct input *in, struct budget *budget, int depth)
{
	enum layer layer = layer_of(input_peek(in, arena));
	if (layer == LAYER_NONE || depth == DEPTH) {
		read_all(in);
	} else if (layer == LAYER_TAR || layer == LAYER_ZIP) {
		look_at_members(layer, in, budget, depth);
	} else {
		AUTO(input_close)
		struct input *inner = layer == LAYER_GZIP ? input_of_gzip(arena, in, budget)
							  : input_of_filter(arena, layer, in, budget);
		look_into(inner, budget, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		arena = arena_open();
	{
		AUTO(input_close) struct input *in = input_of_bytes(arena, fuzz_text(data, size));
		struct budget budget = {.received = (int64_t)size};
		look_into(in, &budget, 0);
	}
	arena_reset(arena);
	return 0;
}
