/* Storing what the worker finds: batches, short transactions, counts. */
#ifndef LINEUP_TAKING_H
#define LINEUP_TAKING_H

#include "cmd/cmd.h"
#include "read/ingest.h"

/*
 * A receiver that stores. The worker numbers sources within its run; here they get their rows. Events are gathered and
 * written in batches, each a transaction of its own, so that the write lock is held a quarter of a second at most and
 * `lineup log` gets in between. A full batch is stored on a thread beside, while the next one is gathered: between
 * taking_await or the first event and taking_flush the store is that thread's.
 */
struct taking;
struct taking *taking_open(struct cmd *);
void taking_close(struct taking *); /* what was not flushed is lost; NULL is harmless */
struct receiver *taking_receiver(struct taking *);
/* The run id under which the worker shall report a top-level source that has its row already. */
int64_t taking_source(struct taking *, const struct source *);
/* JOB, on the thread beside, takes the bytes of the next source in and gives S its row, hash and size: before anything
 * of that source is stored. S and ARG must last until taking_flush, which must be called even after a failure. */
bool taking_await(struct taking *, bool (*job)(void *, struct err *), void *arg, struct source *s, struct err *);
/* The next source is a stream: its bytes go to RECEIPT as they come. The end stores digest and evidence. */
void taking_stream(struct taking *, struct receipt *, int64_t keep);
bool taking_stream_end(struct taking *, struct err *);
bool taking_flush(struct taking *, struct err *); /* what is gathered is on disk */
/* The first notes of the run, to be told at once; the store has them all. */
const struct note *taking_notes(const struct taking *, size_t *n);
/* All sources of the run, in order, with their counts. */
const struct source *taking_sources(const struct taking *, size_t *n);
/* How many files and streams no worker could be had for: they stand as not complete. */
size_t taking_unread(const struct taking *);
/* How many new events state no zone or no year. */
int64_t taking_guessed(const struct taking *);
/* And of how many, which state none, other lines prove it. */
int64_t taking_proved(const struct taking *);

#endif
