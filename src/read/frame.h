/* What the worker says to the parent: length-prefixed frames through shared memory and a pipe. */
#ifndef LINEUP_FRAME_H
#define LINEUP_FRAME_H

#include "base/str.h"

/*
 * Frames gather in memory that both processes share and go down the pipe 256 KiB at a time, so that an event costs no
 * system call, and yet nothing that was said is lost when the worker dies: the parent takes what lies in the memory
 * then. Everything that comes from the worker is checked before it is believed.
 */
enum {
	CHANNEL_BUFFER = 256 << 10,
	FRAME_HEADER = 5, /* length of the payload (32 bits), type (8 bits) */
	FRAME_MAX = 160 << 20
};

enum frame_type {
	FRAME_MEMBER, /* ordinal, parent ordinal, size, mtime, name */
	FRAME_PART,   /* part number, ordinal of its source, whole (it is all of the source), name: what is read next */
	FRAME_FORMAT, /* ordinal, name of the format that reads it */
	FRAME_EVENT,  /* ordinal, struct event_fixed, subject, text, fields, when */
	FRAME_NOTE,   /* ordinal, where, text, why */
	FRAME_BYTES_OF, /* ordinal, bytes of it that this is about, struct allotment: where they went */
	FRAME_END,      /* ordinal, size, state, format (of a container: its kind; else empty if told), sha256 */
	FRAME_DONE,     /* the request is done: message (empty: well) */
	FRAME_WAITING,  /* a stream has nothing now: bytes consumed so far */
	FRAME_BYTES,    /* a piece of what was asked to be extracted */
	FRAME_TYPES
};

/* Shared between parent and worker. The worker may write anything here. */
struct channel {
	uint64_t appended; /* bytes ever put */
	uint64_t base;     /* what `appended` was when buffer[0] was put */
	uint64_t beats;    /* moves while work goes on */
	char buffer[CHANNEL_BUFFER];
};

/* --- the worker's end --- */
struct frame_writer {
	struct channel *channel;
	int fd;
	struct arena *arena; /* of the frame being built: released by frame_send */
	struct buf frame;
};
struct buf *frame_begin(struct frame_writer *, enum frame_type);
void frame_int(struct buf *, int64_t);
void frame_str(struct buf *, struct str);
void frame_raw(struct buf *, const void *, size_t);
void frame_send(struct frame_writer *);
void frame_flush(struct frame_writer *);
void frame_beat(struct frame_writer *);

/* --- the parent's end --- */
struct frame {
	enum frame_type type;
	struct str rest; /* payload not yet taken */
	bool bad;        /* something was asked for that was not there */
};
/* Takes the next whole frame off the front of *bytes: 1; 0: not all there yet; -1: no frame of ours. */
int frame_take(struct str *bytes, struct frame *);
int64_t frame_get_int(struct frame *);
int64_t frame_get_int_in(struct frame *, int64_t least, int64_t most); /* bad outside */
struct str frame_get_str(struct frame *);
bool frame_get_raw(struct frame *, void *, size_t);
bool frame_done(const struct frame *); /* all was taken, nothing was missing */
/* What a dead worker had put but not yet sent; RECEIVED bytes came through the pipe. Copied to ARENA. */
struct str channel_rescue(const struct channel *, uint64_t received, struct arena *);

#endif
