/* A stream on its way through the parent: shown to the receiver, then sent on to the worker. */
#include "read/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STREAM_PIECE = 64 << 10 };

struct stream *stream_open(int from)
{
	struct stream *in = calloc(1, sizeof *in);
	char *room = malloc(STREAM_PIECE);
	if (!in || !room)
		bug("out of memory for a stream");
	in->room = room;
	in->from = from;
	in->to = -1;
	return in;
}

void stream_close(struct stream *in)
{
	if (!in)
		return;
	if (in->to >= 0)
		close(in->to);
	free(in->room);
	free(in);
}

int stream_connect(struct stream *in, struct err *e)
{
	int ends[2];
	if (in->to >= 0)
		close(in->to);
	in->to = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		err_sys(e, "cannot pass a stream on");
		return -1;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	in->to = ends[0];
	in->connected_at = in->sent;
	if (in->ended && !in->pending.n)
		shutdown(in->to, SHUT_WR);
	return ends[1];
}

bool stream_wants(const struct stream *in)
{
	return !in->ended && !in->pending.n;
}

bool stream_receive(struct stream *in, struct receiver *receiver, struct err *e)
{
	ssize_t got;
	do
		got = read(in->from, in->room, STREAM_PIECE);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(e, "cannot be read on");
	in->pending = str_n(in->room, (size_t)got);
	in->ended = got == 0;
	if (in->ended) {
		shutdown(in->to, SHUT_WR);
		return true;
	}
	return !receiver->bytes || receiver->bytes(receiver, in->pending, e);
}

void stream_send(struct stream *in)
{
	ssize_t done = send(in->to, in->pending.p, in->pending.n, MSG_NOSIGNAL);
	if (done <= 0)
		return; /* full, or its reader is dead, which the frames tell */
	for (ssize_t i = 0; i < done; i++)
		in->sent_lines += in->pending.p[i] == '\n';
	in->sent += done;
	in->pending = str_from(in->pending, (size_t)done);
}

bool stream_drain(struct stream *in, struct receiver *receiver, struct err *e)
{
	while (!in->ended) {
		struct pollfd p = {.fd = in->from, .events = POLLIN};
		if (poll(&p, 1, 500) == 0 && receiver->pause && !receiver->pause(receiver, e))
			return false;
		if (p.revents && !stream_receive(in, receiver, e))
			return false;
	}
	return true;
}
