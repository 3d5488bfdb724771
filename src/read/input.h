/* Bytes in order, from the front: a file, memory, the inside of a gzip file, a member of an archive. */
#ifndef LINEUP_INPUT_H
#define LINEUP_INPUT_H

#include "base/err.h"

#include <sys/types.h>

enum {
	INPUT_PEEK = 4096,   /* the most that input_peek looks ahead */
	INPUT_PATIENCE = 150 /* milliseconds: a stream that is silent for so long has said what it has to say for now */
};

/*
 * The struct lives in the arena it was opened in; input_close frees what lies behind it (not an inner input or
 * descriptor, which belong to whoever opened them). Damage does not end a reader's work: what could be read is handed
 * over, then comes the end, and `damage` says why.
 */
struct input {
	ssize_t (*read)(struct input *, void *to, size_t n);    /* 0: the end; short reads are allowed */
	bool (*seek)(struct input *, int64_t to);               /* NULL: forward only */
	struct input *(*again)(struct input *, struct arena *); /* fresh over the same bytes; NULL: cannot */
	bool (*ready)(struct input *, int ms);                  /* would read return within MS? NULL: always */
	void (*close)(struct input *);                          /* NULL: nothing to free */
	int64_t size;                                           /* -1: not known */
	char damage[160];                                       /* "": none found (so far) */
	void (*tick)(void *);                                   /* called at each read of a file: work goes on */
	void *tick_arg;
	int64_t received; /* bytes a stream gave so far */
	/* private to input.c */
	char *ahead;
	size_t ahead_at, ahead_n;
	int64_t taken; /* bytes handed over by input_read */
};

ssize_t input_read(struct input *, void *to, size_t n);
/* The next bytes without taking them: INPUT_PEEK, or fewer at the end. Valid until the next input_ call. */
struct str input_peek(struct input *, struct arena *);
bool input_can_seek(const struct input *);
bool input_seek(struct input *, int64_t to);               /* from the front */
struct input *input_again(struct input *, struct arena *); /* NULL: cannot */
bool input_ready(struct input *, int ms);
void input_close(struct input *); /* NULL is harmless */
AUTO_CLOSER(struct input *, input_close)
void input_damaged(struct input *, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* the first stays */

/* A descriptor that can be read at any place; its own offset does not matter. Stays the caller's. */
struct input *input_of_file(struct arena *, int fd);
/* A pipe, terminal or socket, read once. BEFORE_WAIT (may be NULL) is called before each read that may wait. */
struct input *input_of_stream(struct arena *, int fd, void (*before_wait)(void *), void *arg);
struct input *input_of_bytes(struct arena *, struct str); /* the bytes outlive it */

#endif
