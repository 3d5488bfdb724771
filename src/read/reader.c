/* The worker's work: takes requests, unwraps a source down to its documents. */
#include "read/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MEMBER_IN_MEMORY = 16 << 20 }; /* a member up to this size is unpacked once, even when it must be read twice */

/* --- containers --- */

static void read_place(struct reader *, struct place *, struct input *);

/* A small member is held in memory, so that it can be read twice, or searched from its end, at no cost. */
static struct input *member_input(struct reader *r, const struct member *m)
{
	if (m->size < 0 || m->size > MEMBER_IN_MEMORY)
		return m->in;
	char *bytes = arena_alloc(r->arena, (size_t)m->size + 1);
	size_t n = 0;
	ssize_t got;
	while (n <= (size_t)m->size && (got = input_read(m->in, bytes + n, (size_t)m->size + 1 - n)) > 0)
		n += (size_t)got;
	if (n > (size_t)m->size) { /* its header lied; go on where memory ends */
		input_damaged(m->in, "longer than its header says; the rest was not read");
		n = (size_t)m->size;
	}
	struct input *in = input_of_bytes(r->arena, str_n(bytes, n));
	if (m->in->damage[0])
		input_damaged(in, "%s", m->in->damage);
	else if (n < (size_t)m->size)
		input_damaged(in, "shorter than its header says: %zu of %lld bytes", n, (long long)m->size);
	return in;
}

static void read_member(struct reader *r, struct place *parent, const struct member *m)
{
	ARENA_SCOPE(r->arena);
	if (m->folder)
		return;
	struct str name = str_fmt(r->arena, "%.*s: %.*s", STR_ARG(parent->name), STR_ARG(m->name));
	if (!m->regular) {
		if (!is_silent(r))
			say_note(r, parent->ordinal, (struct where){0}, m->name,
				STR("a link or device in an archive is not followed"));
		return;
	}
	struct place p = {.ordinal = ++r->ordinal, .name = name, .mtime = m->mtime, .archives = parent->archives};
	say_member(r, &p, parent->ordinal, m->size);
	read_place(r, &p, member_input(r, m));
}

/* Behind the end of a tar stands padding, or something that nobody looks for there; it is read either way. */
static bool only_padding_follows(struct input *in)
{
	char piece[4096];
	bool padding = true;
	for (ssize_t got; (got = input_read(in, piece, sizeof piece)) > 0;)
		for (ssize_t i = 0; i < got; i++)
			padding &= piece[i] == '\0';
	return padding;
}

static void read_archive(struct reader *r, struct place *p, enum layer layer, struct input *in)
{
	AUTO(archive_end) struct unpacker *u = archive_begin(r->arena, layer, in, &r->budget);
	struct member m;
	p->archives++;
	while (!r->found && archive_member(u, &m)) {
		if (r->ordinal >= READ_MEMBERS) {
			say_damage(r, p,
				"more members than are read of one source; unpack it and ingest the parts "
				"that matter");
			break;
		}
		read_member(r, p, &m);
		frame_beat(r->frames);
	}
	if (archive_damage(u)[0])
		say_damage(r, p,
			str_cstr(r->arena, str_fmt(r->arena, "the %s archive is damaged: %s", layer_name(layer),
						   archive_damage(u))));
	else if (layer == LAYER_TAR && !r->found && !only_padding_follows(in))
		say_damage(r, p, "something stands behind the end of the tar archive; it is not read");
	/* its members are accounted for by themselves */
	say_bytes(r, p->ordinal, in->taken, &(struct allotment){.input = in->taken, .structure = in->taken});
	say_end(r, p, layer_name(layer), STR_NONE, in->taken);
}

/* Unwraps IN layer by layer until an archive or a document appears. */
static void read_place(struct reader *r, struct place *p, struct input *in)
{
	struct input *filters[READ_DEPTH];
	enum layer layer;
	for (;;) {
		layer = layer_of(input_peek(in, r->arena));
		bool filter = layer != LAYER_NONE && layer != LAYER_TAR && layer != LAYER_ZIP;
		if (!filter || p->filters == READ_DEPTH)
			break;
		in = layer == LAYER_GZIP ? input_of_gzip(r->arena, in, &r->budget)
					 : input_of_filter(r->arena, layer, in, &r->budget);
		filters[p->filters++] = in;
	}
	bool archive = layer == LAYER_TAR || layer == LAYER_ZIP;
	bool too_deep = archive ? p->archives == READ_DEPTH : layer != LAYER_NONE;
	if (too_deep)
		say_damage(r, p, "wrapped more than 4 times; unpack it and ingest what is inside");
	if (archive && !too_deep && !(r->request.what == REQUEST_EXTRACT && is_wanted(r, p)))
		read_archive(r, p, layer, in);
	else if (too_deep)
		say_end(r, p, "", STR_NONE, in->size);
	else
		read_leaf(r, p, in);
	while (p->filters)
		input_close(filters[--p->filters]);
}

/* --- requests --- */

static void tick(void *frames)
{
	frame_beat(frames);
}

/* All that was found goes out before a stream makes us wait; the parent learns that we do. */
static void before_wait(void *arg)
{
	struct reader *r = arg;
	struct buf *b = frame_begin(r->frames, FRAME_WAITING);
	frame_int(b, r->stream->received);
	frame_send(r->frames);
	frame_flush(r->frames);
}

static void serve(struct reader *r, int fd)
{
	struct input *in =
		r->request.stream ? input_of_stream(r->arena, fd, before_wait, r) : input_of_file(r->arena, fd);
	struct err e = {{0}};
	r->stream = in;
	in->tick = tick;
	in->tick_arg = r->frames;
	r->budget.received = r->request.stream ? -1 : in->size;
	r->zone = r->request.zone.n ? zone_open(r->request.zone, &e) : NULL;
	struct place top = {.name = r->request.name, .mtime = r->request.mtime};
	if (err_is_set(&e)) {
		say_done(r, e.text);
		return;
	}
	read_place(r, &top, in);
	say_done(r, r->request.what == REQUEST_EXTRACT && !r->found ? "is not in the evidence any more" : "");
}

/* The next request and its descriptor. False: the parent is gone. */
static bool receive(int socket, char *bytes, size_t *n, int *fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec piece = {bytes, REQUEST_MAX};
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	ssize_t got;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (got <= 0 || !c || c->cmsg_type != SCM_RIGHTS)
		return false;
	memcpy(fd, CMSG_DATA(c), sizeof *fd);
	*n = (size_t)got;
	return true;
}

void reader_serve(int socket, struct frame_writer *frames, const struct rules *rules, struct str report)
{
	static char bytes[REQUEST_MAX];
	struct reader r = {.frames = frames, .rules = rules, .arena = arena_open()};
	size_t n;
	int fd;
	say_done(&r, str_cstr(r.arena, report));
	while (receive(socket, bytes, &n, &fd)) {
		r = (struct reader){.frames = frames, .rules = rules, .arena = r.arena};
		if (request_unpack(str_n(bytes, n), &r.request))
			serve(&r, fd);
		else
			say_done(&r, "was asked for in words that are not understood");
		close(fd);
		arena_reset(r.arena);
	}
	_exit(0);
}
