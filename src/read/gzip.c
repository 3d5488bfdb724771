/* Bytes out of gzip, with CRC and length checked: the reading door to zlib. */
#include "read/unpack.h"

#include <zlib.h>

enum { GZIP_PIECE = 64 << 10 };

struct gzip {
	struct input in;
	struct input *inner;
	struct budget *budget;
	int64_t budget_before;
	z_stream z;
	bool open, over, between; /* between: behind one member, before what may be another */
	unsigned char *piece;
};

static void gzip_close(struct input *in)
{
	struct gzip *g = (struct gzip *)in;
	if (g->open)
		inflateEnd(&g->z);
	g->open = false;
}

/* At least one more byte to inflate; false at the end of the file. */
static bool gzip_feed(struct gzip *g)
{
	if (g->z.avail_in > 0)
		return true;
	g->z.next_in = g->piece;
	g->z.avail_in = (uInt)input_read(g->inner, g->piece, GZIP_PIECE);
	if (g->inner->damage[0])
		input_damaged(&g->in, "%s", g->inner->damage);
	return g->z.avail_in > 0;
}

/* Another member, padding of NULs, or the end. True: inflate goes on. */
static bool gzip_next_member(struct gzip *g)
{
	bool padding = true;
	while (gzip_feed(g) && padding) {
		while (g->z.avail_in > 0 && *g->z.next_in == 0) {
			g->z.next_in++;
			g->z.avail_in--;
		}
		padding = g->z.avail_in == 0;
	}
	if (g->z.avail_in == 0)
		return false;
	if (*g->z.next_in != 0x1f) {
		input_damaged(&g->in, "something that is not gzip follows the gzip data; it was not read");
		return false;
	}
	inflateReset(&g->z);
	g->between = false;
	return true;
}

static void gzip_failed(struct gzip *g, int code)
{
	if (code == Z_BUF_ERROR)
		input_damaged(&g->in, "the gzip data ends in the middle; every byte before that was read");
	else
		input_damaged(&g->in, "the gzip data is damaged (%s); what was readable before that was read",
			g->z.msg ? g->z.msg : zError(code));
	g->over = true;
}

static ssize_t gzip_read(struct input *in, void *to, size_t n)
{
	struct gzip *g = (struct gzip *)in;
	g->z.next_out = to;
	g->z.avail_out = (uInt)(n < INT32_MAX ? n : INT32_MAX);
	uInt room = g->z.avail_out;
	while (!g->over && g->z.avail_out == room) {
		if (g->between && !gzip_next_member(g)) {
			g->over = true;
			break;
		}
		bool fed = gzip_feed(g);
		int code = inflate(&g->z, Z_NO_FLUSH);
		if (code == Z_STREAM_END)
			g->between = true;
		else if (code != Z_OK && (code != Z_BUF_ERROR || !fed))
			gzip_failed(g, code);
	}
	size_t got = room - g->z.avail_out;
	if (got && !budget_spend(g->budget, in, got)) {
		g->over = true;
		return 0;
	}
	return (ssize_t)got;
}

static struct input *gzip_again(struct input *in, struct arena *arena)
{
	struct gzip *g = (struct gzip *)in;
	struct input *inner = input_again(g->inner, arena);
	struct budget *fresh = NEW(arena, struct budget);
	*fresh = (struct budget){g->budget->received, g->budget_before};
	return inner ? input_of_gzip(arena, inner, fresh) : NULL;
}

struct input *input_of_gzip(struct arena *arena, struct input *inner, struct budget *budget)
{
	struct gzip *g = NEW(arena, struct gzip);
	g->in = (struct input){.read = gzip_read, .again = gzip_again, .close = gzip_close, .size = -1};
	g->inner = inner;
	g->budget = budget;
	g->budget_before = budget->expanded;
	g->piece = arena_alloc(arena, GZIP_PIECE);
	if (inflateInit2(&g->z, 15 + 16) != Z_OK) /* 16: gzip and nothing else */
		bug("zlib does not start");
	g->open = true;
	return &g->in;
}

const char *gzip_library(void)
{
	return zlibVersion();
}
