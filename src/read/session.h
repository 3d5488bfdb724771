/* One source being read, as the parent sees it; private to read/. */
#ifndef LINEUP_SESSION_H
#define LINEUP_SESSION_H

#include "read/frame.h"
#include "read/ingest.h"

struct session_source {
	struct source source;
	bool ended, damaged;
	int64_t accounted; /* bytes of it that the worker told the whereabouts of */
};

struct session {
	struct arena *arena;
	struct receiver *receiver;
	VEC(struct session_source) sources; /* by the worker's ordinal; 0 is the top-level one */
	int64_t skip;                       /* parts that are done with */
	int64_t part, part_ordinal;         /* the one being read; -1: none yet */
	bool part_whole;
	char name[1024]; /* of the part, cut */
	size_t name_n;
	int64_t waiting_for; /* stream: bytes the worker had consumed when it began to wait; -1: it does not wait */
	int64_t paused_at;
	int crashes, hangs;
	bool done, given_up, lied;
	bool unread;        /* by nobody's fault inside it: another try may do better */
	struct str message; /* why the request could not be served; empty: it was */
	struct buf *bytes;  /* where extracted bytes go; NULL: none are expected */
};

struct session *session_open(const struct source *top, struct receiver *);
void session_close(struct session *);
AUTO_CLOSER(struct session *, session_close)
/* Checks a frame and passes on what it says. False: the receiver failed. s->lied: it was no honest frame. */
bool session_take(struct session *, struct frame *, struct err *);
/* The worker died: names the part, moves behind it, or gives up. */
bool session_lost_part(struct session *, struct str why, bool hung, struct err *);
/* No worker can be had, or it cannot be asked: the rest is left as not complete, which is said. */
bool session_unread(struct session *, struct str why, struct err *);
/* Ends what has not ended. */
bool session_end(struct session *, struct err *);

/* --- a stream between its writer and the worker --- */
struct stream {
	int from, to;       /* -1: closed */
	struct str pending; /* received, not yet sent on */
	char *room;
	int64_t sent, sent_lines, connected_at;
	bool ended;
};
struct stream *stream_open(int from);
void stream_close(struct stream *);
AUTO_CLOSER(struct stream *, stream_close)
int stream_connect(struct stream *, struct err *); /* the worker's new end, which the caller closes; -1 */
bool stream_wants(const struct stream *);
bool stream_receive(struct stream *, struct receiver *, struct err *);
void stream_send(struct stream *);
bool stream_drain(struct stream *, struct receiver *, struct err *); /* the rest is received, though nobody reads it */

#endif
