/* The worker's work: one request, one source, read and spoken of in frames; private to read/. */
#ifndef LINEUP_READER_H
#define LINEUP_READER_H

#include "normalise/normalise.h"
#include "read/frame.h"
#include "read/ingest.h"

enum { REQUEST_MAX = 64 << 10 };

/* What the parent asks for; the descriptor travels beside it. */
struct request {
	enum { REQUEST_READ, REQUEST_EXTRACT } what;
	bool stream;
	int64_t skip;                   /* parts that are done with: their frames were received */
	int64_t base_offset, base_line; /* of a stream that is taken up in its middle */
	instant mtime, now, captured_at;
	int64_t year, skew;
	int64_t offset, length; /* to extract; length -1: to the end */
	struct str name, flags, zone, as, member;
};
struct str request_pack(struct arena *, const struct request *);
bool request_unpack(struct str, struct request *); /* views into the bytes */

/* The part of struct event that has no pointers, as it travels. */
struct event_fixed {
	uint8_t key[EVENT_KEY];
	int64_t at, until, at_min, at_max, count, offset, length, line, kind;
	int32_t precision, basis, lane, severity, grows, unused;
};

/* Serves requests from SOCKET until it closes; never returns. REPORT: what of the sandbox could not be had. */
_Noreturn void reader_serve(int socket, struct frame_writer *, const struct rules *, struct str report);

#endif
