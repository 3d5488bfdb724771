/* Requests as bytes. */
#include "read/reader.h"

struct fixed {
	int64_t what, stream, skip, base_offset, base_line, mtime, now, captured_at, year, skew, offset, length;
};

struct str request_pack(struct arena *arena, const struct request *r)
{
	struct buf b = BUF(arena);
	struct fixed f = {r->what, r->stream, r->skip, r->base_offset, r->base_line, r->mtime, r->now, r->captured_at,
		r->year, r->skew, r->offset, r->length};
	frame_raw(&b, &f, sizeof f);
	frame_str(&b, r->name);
	frame_str(&b, r->flags);
	frame_str(&b, r->zone);
	frame_str(&b, r->as);
	frame_str(&b, r->member);
	return buf_str(&b);
}

bool request_unpack(struct str bytes, struct request *r)
{
	struct frame f = {.rest = bytes};
	struct fixed x;
	frame_get_raw(&f, &x, sizeof x);
	*r = (struct request){.what = x.what == REQUEST_EXTRACT ? REQUEST_EXTRACT : REQUEST_READ,
		.stream = x.stream != 0,
		.skip = x.skip,
		.base_offset = x.base_offset,
		.base_line = x.base_line,
		.mtime = x.mtime,
		.now = x.now,
		.captured_at = x.captured_at,
		.year = x.year,
		.skew = x.skew,
		.offset = x.offset,
		.length = x.length};
	r->name = frame_get_str(&f);
	r->flags = frame_get_str(&f);
	r->zone = frame_get_str(&f);
	r->as = frame_get_str(&f);
	r->member = frame_get_str(&f);
	return frame_done(&f);
}
