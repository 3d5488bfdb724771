/* The window behind a document; private to read/. */
#ifndef LINEUP_FEED_H
#define LINEUP_FEED_H

#include "read/doc.h"
#include "read/input.h"

enum { FEED_WINDOW = 256 << 10, SLICER_DEPTH = DOC_DEPTH_MAX };

/* Where doc_json stands. Places are offsets from window[at]. */
struct slicer {
	enum { SLICER_TOP, SLICER_ELEMENTS, SLICER_WRAPPER } state;
	bool wrapped;     /* the array stands in an object, not by itself */
	int outer_column; /* of the top-level value */
	int column;       /* of the value being scanned */
	bool scanning;    /* a value has been begun */
	bool in_string, key_null, over, deep;
	int depth;
	size_t pos, string_at, key_end, resume;
	struct where over_from;
	uint64_t object_bits[SLICER_DEPTH / 64]; /* which of the open brackets are braces */
};

struct feed {
	struct arena *arena; /* lives as long as the document */
	struct input *in;    /* NULL: all bytes are in the window */
	char *window;
	size_t cap;           /* 0: the window is not ours */
	size_t at, end;       /* what is unread: window[at..end) */
	int64_t offset, line; /* of window[at] */
	int64_t handed;       /* bytes that were in slices */
	int64_t received;     /* bytes of UTF-16 */
	bool ended;
	enum { FEED_BYTES, FEED_UTF16_LE, FEED_UTF16_BE } encoding;
	char unit[4]; /* UTF-16: the beginning of a character whose end is not there yet */
	size_t unit_n;
	struct slicer slicer;
};

/* More bytes behind window[end); the window may move. False at the end. */
bool feed_more(struct feed *);
/* The next N bytes are done with; counts their lines. */
void feed_advance(struct feed *, size_t n);

/* A document over IN, which is closed by whoever opened it. STREAM: more may come later, so do not wait for a full
 * head. */
struct doc *doc_open(struct arena *, struct str name, struct input *, bool stream);
#endif
