/* Bytes from descriptors and memory, and what all inputs share: looking ahead, seeking, starting again. */
#include "read/input.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t input_read(struct input *in, void *to, size_t n)
{
	ssize_t got;
	if (in->ahead_at < in->ahead_n) {
		size_t held = in->ahead_n - in->ahead_at;
		got = (ssize_t)(n < held ? n : held);
		memcpy(to, in->ahead + in->ahead_at, (size_t)got);
		in->ahead_at += (size_t)got;
	} else {
		got = in->read(in, to, n);
	}
	if (got < 0)
		bug("an input returned %zd", got);
	in->taken += got;
	return got;
}

struct str input_peek(struct input *in, struct arena *arena)
{
	if (!in->ahead)
		in->ahead = arena_alloc(arena, INPUT_PEEK);
	if (in->ahead_at > 0) {
		memmove(in->ahead, in->ahead + in->ahead_at, in->ahead_n - in->ahead_at);
		in->ahead_n -= in->ahead_at;
		in->ahead_at = 0;
	}
	while (in->ahead_n < INPUT_PEEK) {
		if (in->ahead_n && in->ready && !in->ready(in, INPUT_PATIENCE))
			break; /* something to look at is better than all of it later */
		ssize_t got = in->read(in, in->ahead + in->ahead_n, INPUT_PEEK - in->ahead_n);
		if (got <= 0)
			break;
		in->ahead_n += (size_t)got;
	}
	return str_n(in->ahead, in->ahead_n);
}

bool input_can_seek(const struct input *in)
{
	return in->seek != NULL;
}

bool input_seek(struct input *in, int64_t to)
{
	if (!in->seek || !in->seek(in, to))
		return false;
	in->ahead_at = in->ahead_n = 0;
	in->taken = to;
	return true;
}

struct input *input_again(struct input *in, struct arena *arena)
{
	return in->again ? in->again(in, arena) : NULL;
}

bool input_ready(struct input *in, int ms)
{
	return in->ahead_at < in->ahead_n || !in->ready || in->ready(in, ms);
}

void input_close(struct input *in)
{
	if (in && in->close)
		in->close(in);
}

void input_damaged(struct input *in, const char *fmt, ...)
{
	if (in->damage[0])
		return;
	va_list args;
	va_start(args, fmt);
	vsnprintf(in->damage, sizeof in->damage, fmt, args);
	va_end(args);
}

/* --- a file --- */

struct file {
	struct input in;
	int fd;
	int64_t at;
};

static ssize_t file_read(struct input *in, void *to, size_t n)
{
	struct file *f = (struct file *)in;
	ssize_t got;
	if (in->tick)
		in->tick(in->tick_arg);
	do
		got = pread(f->fd, to, n, f->at);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		input_damaged(in, "reading stopped at byte %lld: %s", (long long)f->at, strerror(errno));
		return 0;
	}
	f->at += got;
	return got;
}

static bool file_seek(struct input *in, int64_t to)
{
	((struct file *)in)->at = to;
	return to >= 0;
}

static struct input *file_again(struct input *in, struct arena *arena)
{
	struct input *fresh = input_of_file(arena, ((struct file *)in)->fd);
	fresh->tick = in->tick;
	fresh->tick_arg = in->tick_arg;
	return fresh;
}

struct input *input_of_file(struct arena *arena, int fd)
{
	struct file *f = NEW(arena, struct file);
	struct stat st;
	f->in = (struct input){.read = file_read, .seek = file_seek, .again = file_again, .size = -1};
	if (fstat(fd, &st) == 0)
		f->in.size = st.st_size;
	f->fd = fd;
	return &f->in;
}

/* --- a stream --- */

struct stream {
	struct input in;
	int fd;
	void (*before_wait)(void *);
	void *arg;
};

static bool stream_ready(struct input *in, int ms)
{
	struct pollfd p = {.fd = ((struct stream *)in)->fd, .events = POLLIN};
	return poll(&p, 1, ms) != 0;
}

static ssize_t stream_read(struct input *in, void *to, size_t n)
{
	struct stream *s = (struct stream *)in;
	ssize_t got;
	if (s->before_wait && !stream_ready(in, 0))
		s->before_wait(s->arg);
	do
		got = read(s->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		input_damaged(in, "reading stopped: %s", strerror(errno));
		return 0;
	}
	in->received += got;
	return got;
}

struct input *input_of_stream(struct arena *arena, int fd, void (*before_wait)(void *), void *arg)
{
	struct stream *s = NEW(arena, struct stream);
	s->in = (struct input){.read = stream_read, .ready = stream_ready, .size = -1};
	s->fd = fd;
	s->before_wait = before_wait;
	s->arg = arg;
	return &s->in;
}

/* --- memory --- */

struct bytes {
	struct input in;
	struct str text;
	size_t at;
};

static ssize_t bytes_read(struct input *in, void *to, size_t n)
{
	struct bytes *b = (struct bytes *)in;
	struct str piece = str_slice(b->text, b->at, b->at + n);
	if (piece.n)
		memcpy(to, piece.p, piece.n);
	b->at += piece.n;
	return (ssize_t)piece.n;
}

static bool bytes_seek(struct input *in, int64_t to)
{
	struct bytes *b = (struct bytes *)in;
	if (to < 0 || (uint64_t)to > b->text.n)
		return false;
	b->at = (size_t)to;
	return true;
}

static struct input *bytes_again(struct input *in, struct arena *arena)
{
	return input_of_bytes(arena, ((struct bytes *)in)->text);
}

struct input *input_of_bytes(struct arena *arena, struct str text)
{
	struct bytes *b = NEW(arena, struct bytes);
	b->in = (struct input){.read = bytes_read, .seek = bytes_seek, .again = bytes_again, .size = (int64_t)text.n};
	b->text = text;
	return &b->in;
}
