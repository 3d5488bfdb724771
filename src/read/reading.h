/* How the worker is divided: unwrapping (reader.c), documents (leaf.c), words to the parent (say.c); private to read/.
 */
#ifndef LINEUP_READING_H
#define LINEUP_READING_H

#include "read/reader.h"
#include "read/unpack.h"

/* One request being served. */
struct reader {
	struct frame_writer *frames;
	const struct rules *rules;
	struct request request;
	const struct zone *zone;
	struct arena *arena;
	struct budget budget;
	struct input *stream;      /* what the request came with */
	int64_t ordinal;           /* of the newest source: 0 is the top-level one */
	int64_t parts;             /* begun so far */
	int64_t told_ordinal;      /* whose format was told last ... */
	const struct format *told; /* ... and which */
	bool found;                /* what was to be extracted */
};

/* A source, top-level or member, while it is unwrapped. */
struct place {
	int64_t ordinal;
	struct str name; /* the whole label */
	instant mtime;
	int archives, filters; /* how deep it lies */
	bool damaged;
};

/* --- say.c: frames --- */
bool is_silent(const struct reader *); /* what would be said was said by the worker before, or nobody listens */
void say_note(struct reader *, int64_t ordinal, struct where, struct str text, struct str why);
/* About a container or a layer. Not said again by a worker that comes after a crash. */
void say_damage(struct reader *, struct place *, const char *why);
void say_member(struct reader *, const struct place *, int64_t parent, int64_t size);
void say_format(struct reader *, int64_t ordinal, const struct format *);
void say_end(struct reader *, const struct place *, const char *format, struct str sha256, int64_t size);
void say_bytes(struct reader *, int64_t ordinal, int64_t received, const struct allotment *);
void say_done(struct reader *, const char *message);
/* Begins the next part; false when an earlier worker was through with it. WHOLE: it is all of its source. */
bool part_begins(struct reader *, const struct place *, struct str name, bool whole);

/* Where a normaliser's events go: frames, with places counted in the source rather than in the document. */
struct event_frames {
	struct event_sink sink;
	struct reader *reader;
	int64_t ordinal;
	struct where base; /* added to every place */
	int64_t length;    /* of the document's text; base.length stands for it where quoting changed it */
};
struct event_frames event_frames(struct reader *, int64_t ordinal, struct where base, int64_t length);

/* --- leaf.c: what is no container --- */
void read_leaf(struct reader *, struct place *, struct input *);
bool is_wanted(const struct reader *, const struct place *); /* to extract */

#endif
