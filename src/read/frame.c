/* Frames: building and sending in the worker, checking and taking in the parent. */
#include "read/frame.h"

#include <errno.h>
#include <unistd.h>

/* --- the worker's end --- */

static void write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			_exit(1); /* the parent is gone */
		p += done;
		n -= (size_t)done;
	}
}

static void beat(struct channel *c)
{
	__atomic_add_fetch(&c->beats, 1, __ATOMIC_RELAXED);
}

void frame_beat(struct frame_writer *w)
{
	beat(w->channel);
}

struct buf *frame_begin(struct frame_writer *w, enum frame_type type)
{
	char header[FRAME_HEADER] = {0};
	header[4] = (char)type;
	w->frame.n = 0;
	buf_bytes(&w->frame, header, sizeof header);
	return &w->frame;
}

void frame_raw(struct buf *b, const void *p, size_t n)
{
	buf_bytes(b, p, n);
}

void frame_int(struct buf *b, int64_t v)
{
	buf_bytes(b, &v, sizeof v);
}

void frame_str(struct buf *b, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	buf_bytes(b, &n, sizeof n);
	buf_bytes(b, s.p, s.n);
}

/* The order of the stores matters: at every instant the parent can tell what was put from what was sent. */
void frame_flush(struct frame_writer *w)
{
	struct channel *c = w->channel;
	write_all(w->fd, c->buffer, c->appended - c->base);
	__atomic_store_n(&c->base, c->appended, __ATOMIC_RELEASE);
}

void frame_send(struct frame_writer *w)
{
	struct channel *c = w->channel;
	struct str s = buf_str(&w->frame);
	uint32_t payload = (uint32_t)(s.n - FRAME_HEADER);
	memcpy(w->frame.p, &payload, sizeof payload);
	beat(c);
	if (c->appended - c->base + s.n > CHANNEL_BUFFER)
		frame_flush(w);
	if (s.n <= CHANNEL_BUFFER) {
		memcpy(c->buffer + (c->appended - c->base), s.p, s.n);
		__atomic_store_n(&c->appended, c->appended + s.n, __ATOMIC_RELEASE);
		return;
	}
	write_all(w->fd, s.p, s.n);
	__atomic_store_n(&c->appended, c->appended + s.n, __ATOMIC_RELEASE);
	__atomic_store_n(&c->base, c->appended, __ATOMIC_RELEASE);
	if (w->frame.cap > 1 << 20) { /* one giant does not stay */
		arena_reset(w->arena);
		w->frame = BUF(w->arena);
	}
}

/* --- the parent's end --- */

int frame_take(struct str *bytes, struct frame *f)
{
	uint32_t n;
	if (bytes->n < FRAME_HEADER)
		return 0;
	memcpy(&n, bytes->p, sizeof n);
	unsigned char type = (unsigned char)bytes->p[4];
	if (n > FRAME_MAX || type >= FRAME_TYPES)
		return -1;
	if (bytes->n - FRAME_HEADER < n)
		return 0;
	*f = (struct frame){.type = (enum frame_type)type, .rest = str_n(bytes->p + FRAME_HEADER, n)};
	*bytes = str_from(*bytes, FRAME_HEADER + (size_t)n);
	return 1;
}

bool frame_get_raw(struct frame *f, void *to, size_t n)
{
	if (f->rest.n < n) {
		f->bad = true;
		memset(to, 0, n);
		return false;
	}
	memcpy(to, f->rest.p, n);
	f->rest = str_from(f->rest, n);
	return true;
}

int64_t frame_get_int(struct frame *f)
{
	int64_t v;
	frame_get_raw(f, &v, sizeof v);
	return v;
}

int64_t frame_get_int_in(struct frame *f, int64_t least, int64_t most)
{
	int64_t v = frame_get_int(f);
	if (v >= least && v <= most)
		return v;
	f->bad = true;
	return least;
}

struct str frame_get_str(struct frame *f)
{
	uint32_t n;
	if (!frame_get_raw(f, &n, sizeof n) || f->rest.n < n) {
		f->bad = true;
		return STR_NONE;
	}
	struct str s = str_slice(f->rest, 0, n);
	f->rest = str_from(f->rest, n);
	return s;
}

bool frame_done(const struct frame *f)
{
	return !f->bad && f->rest.n == 0;
}

struct str channel_rescue(const struct channel *c, uint64_t received, struct arena *arena)
{
	uint64_t appended = __atomic_load_n(&c->appended, __ATOMIC_ACQUIRE);
	uint64_t base = __atomic_load_n(&c->base, __ATOMIC_ACQUIRE);
	if (received < base || appended <= received || appended - base > CHANNEL_BUFFER)
		return STR_NONE;
	return str_dup(arena, str_n(c->buffer + (received - base), appended - received));
}
