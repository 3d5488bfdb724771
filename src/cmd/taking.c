/* Storing what the worker finds: batches, short transactions, counts. */
#include "cmd/taking.h"

#include "base/utf8.h"
#include "cmd/aside.h"

enum {
	BATCH_EVENTS = 4096,      /* some 10 ms of inserting: the store has work soon after the worker begins */
	BATCH_EVENTS_MAX = 16384, /* while the store is still busy: the more are sorted, the closer their keys land */
	BATCH_BYTES = 8 << 20,
	BATCHES = 8,            /* of which one is gathered while the others wait for the store, ... */
	QUEUE_BYTES = 16 << 20, /* ... so that neither a hash nor the indexing of words makes the worker wait */
	NOTES_TOLD = 5
};

struct batch {
	struct arena *arena; /* of all that is in it */
	VEC(struct event) events;
	VEC(bool) grows;
	VEC(struct note) notes;
	struct buf heard;             /* bytes of the stream, before what was found in them */
	int64_t heard_from, heard_of; /* their offset in it, the row of its source */
	size_t bytes;
	int64_t *ids; /* of the events' sources in the run, once it is stored */
	enum taken *taken;
	struct taking *of;
	uint64_t job; /* that stores it */
};

/*
 * One batch is gathered while others are stored: until settle(), these and the store are the other thread's, which also
 * looks sources up. They are added only while it has nothing to do, or only bytes to take in.
 */
struct taking {
	struct receiver receiver;
	struct cmd *c;
	struct arena *kept;         /* as long as the run */
	VEC(struct source) sources; /* run id is the index + 1 */
	struct batch batches[BATCHES];
	size_t given, settled; /* batches ever; the one being gathered is next */
	size_t queued;         /* bytes of those between */
	struct aside aside;
	struct source *awaited; /* the source whose bytes are being taken in */
	size_t awaited_at;
	struct note told[NOTES_TOLD]; /* source is the run id */
	size_t told_n;
	struct receipt *receipt; /* of the stream being read; NULL: a file */
	size_t stream;           /* its index among the sources */
	int64_t heard, keep;     /* how many of its bytes were gathered, and may be */
	int64_t guessed;         /* new events whose zone or year nobody stated */
	int64_t proved;          /* those whose zone other lines of their document prove */
};

static struct str keep(struct arena *a, struct str s)
{
	return str_dup(a, s);
}

static struct source *source_of(struct taking *t, int64_t id)
{
	if (id < 1 || id > (int64_t)t->sources.n)
		bug("source %lld of %zu", (long long)id, t->sources.n);
	return &t->sources.v[id - 1];
}

int64_t taking_source(struct taking *t, const struct source *s)
{
	struct source *mine = PUSH(&t->sources, t->kept);
	*mine = *s;
	mine->name = keep(t->kept, s->name);
	mine->format = keep(t->kept, s->format);
	mine->sha256 = keep(t->kept, s->sha256);
	mine->zone = keep(t->kept, s->zone);
	return (int64_t)t->sources.n;
}

static void count(struct source *s, enum taken taken)
{
	s->fresh += taken == TAKEN_NEW;
	s->grown += taken == TAKEN_GROWN;
	s->duplicate += taken == TAKEN_DUPLICATE;
}

static bool write_notes(struct store *store, const struct batch *b, struct err *e)
{
	for (size_t i = 0; i < b->notes.n; i++)
		if (!store_note(store, &b->notes.v[i], e))
			return false;
	return true;
}

static bool write_batch(struct store *store, struct batch *b, struct err *e)
{
	if (b->heard.n && !store_evidence_add(store, b->heard_of, b->heard_from, buf_str(&b->heard), e))
		return false;
	return store_take_batch(store, b->events.v, b->events.n, b->grows.v, b->taken, e) && write_notes(store, b, e);
}

/* The row of a source of the run; of one whose bytes have just been taken in, too. */
static int64_t row_of(struct taking *t, int64_t id)
{
	return t->awaited && id == (int64_t)t->awaited_at + 1 ? t->awaited->row : source_of(t, id)->row;
}

/* The rows of sources are known only now. */
static void batch_seal(struct batch *b)
{
	b->ids = NEW_N(b->arena, int64_t, b->events.n + 1);
	b->taken = NEW_N(b->arena, enum taken, b->events.n + 1);
	for (size_t i = 0; i < b->events.n; i++) {
		b->ids[i] = b->events.v[i].source;
		b->events.v[i].source = row_of(b->of, b->ids[i]);
	}
	for (size_t i = 0; i < b->notes.n; i++)
		b->notes.v[i].source = row_of(b->of, b->notes.v[i].source);
}

/* On the other thread. Words are indexed while the worker reads on, where there are enough of them. */
static bool store_batch(void *arg, struct err *e)
{
	struct batch *b = arg;
	struct store *store = b->of->c->store;
	batch_seal(b);
	if (!store_begin(store, e))
		return false;
	if (!write_batch(store, b, e)) {
		store_rollback(store);
		return false;
	}
	return store_commit(store, e) && store_index_ahead(store, e);
}

static struct batch *gathered(struct taking *t)
{
	return &t->batches[t->given % BATCHES];
}

static void batch_clear(struct batch *b)
{
	arena_reset(b->arena);
	*b = (struct batch){.arena = b->arena, .of = b->of};
}

static void arrived(struct taking *t)
{
	struct source *mine = &t->sources.v[t->awaited_at];
	mine->row = t->awaited->row;
	mine->size = t->awaited->size;
	mine->sha256 = keep(t->kept, t->awaited->sha256);
	t->awaited = NULL;
}

static bool is_proved(const struct event *e)
{
	return (e->basis == BASIS_HEADER || e->basis == BASIS_INFERRED) &&
	       str_contains(e->fields, STR("\"zone_proof\":"));
}

/* An age needs neither zone nor year, and a zone that other lines prove is no guess. */
static bool is_guessed(const struct event *e)
{
	if (e->at == INSTANT_NONE || e->basis == BASIS_ASSUMED)
		return e->at != INSTANT_NONE;
	return e->basis == BASIS_INFERRED && str_contains(e->when, STR(":")) && !is_proved(e);
}

/* Learns what became of the oldest batch that was given to the store, and makes it free. */
static void settle_oldest(struct taking *t, bool stored)
{
	struct batch *b = &t->batches[t->settled++ % BATCHES];
	for (size_t i = 0; stored && i < b->events.n; i++) {
		count(source_of(t, b->ids[i]), b->taken[i]);
		t->guessed += b->taken[i] == TAKEN_NEW && is_guessed(&b->events.v[i]);
		t->proved += b->taken[i] == TAKEN_NEW && is_proved(&b->events.v[i]);
	}
	t->queued -= b->bytes;
	batch_clear(b);
}

/* After a failure nothing of the rest is stored either. */
static bool give_up(struct taking *t)
{
	t->awaited = NULL;
	while (t->settled < t->given)
		settle_oldest(t, false);
	batch_clear(gathered(t));
	return false;
}

/* Waits until the store has nothing to do. */
static bool settle(struct taking *t, struct err *e)
{
	if (!aside_wait_all(&t->aside, e))
		return give_up(t);
	if (t->awaited)
		arrived(t);
	while (t->settled < t->given)
		settle_oldest(t, true);
	return true;
}

/* What was stored is settled as room is needed. */
static bool hand_over(struct taking *t, struct err *e)
{
	struct batch *full = gathered(t);
	t->queued += full->bytes;
	t->given++;
	full->job = aside_give(&t->aside, store_batch, full);
	while (t->given - t->settled == BATCHES || (t->queued > QUEUE_BYTES && t->given - t->settled > 1)) {
		if (!aside_wait(&t->aside, t->batches[t->settled % BATCHES].job, e))
			return give_up(t);
		settle_oldest(t, true);
	}
	return true;
}

bool taking_flush(struct taking *t, struct err *e)
{
	const struct batch *b = gathered(t);
	bool any = b->events.n > 0 || b->notes.n > 0 || b->heard.n > 0;
	return (!any || hand_over(t, e)) && settle(t, e);
}

static bool hand_over_when_full(struct taking *t, struct err *e)
{
	const struct batch *b = gathered(t);
	if (b->bytes < BATCH_BYTES &&
		(b->events.n < BATCH_EVENTS || (b->events.n < BATCH_EVENTS_MAX && aside_is_busy(&t->aside))))
		return true;
	return hand_over(t, e);
}

bool taking_await(struct taking *t, bool (*job)(void *, struct err *), void *arg, struct source *s, struct err *e)
{
	if (!taking_flush(t, e))
		return false;
	t->awaited = s;
	t->awaited_at = t->sources.n;
	aside_give(&t->aside, job, arg);
	return true;
}

static bool take_member(struct receiver *r, const struct source *s, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct source member = *s;
	const struct source *around = source_of(t, s->parent);
	member.taken_at = around->taken_at;
	if (s->row != (int64_t)t->sources.n + 1)
		return err_set(e, "the worker numbered its sources out of order");
	if (!settle(t, e))
		return false;
	member.parent = source_of(t, s->parent)->row;
	if (!store_begin(t->c->store, e))
		return false;
	if (!store_source_add(t->c->store, &member, e)) {
		store_rollback(t->c->store);
		return false;
	}
	taking_source(t, &member);
	return store_commit(t->c->store, e);
}

static bool take_event(struct receiver *r, const struct event *from, bool grows, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct batch *b = gathered(t);
	struct event *event = PUSH(&b->events, b->arena);
	*event = *from;
	event->subject = keep(b->arena, from->subject);
	event->text = keep(b->arena, from->text);
	event->fields = keep(b->arena, from->fields);
	event->when = keep(b->arena, from->when);
	event->recorded_at = source_of(t, from->source)->taken_at;
	*PUSH(&b->grows, b->arena) = grows;
	b->bytes += from->text.n + from->fields.n + sizeof *event;
	return hand_over_when_full(t, e);
}

static bool take_note(struct receiver *r, const struct note *from, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct batch *b = gathered(t);
	struct note *note = PUSH(&b->notes, b->arena);
	*note = *from;
	note->text = utf8_mend(b->arena, keep(b->arena, from->text));
	note->why = utf8_mend(b->arena, keep(b->arena, from->why));
	b->bytes += from->text.n + sizeof *note;
	if (t->told_n < NOTES_TOLD)
		t->told[t->told_n++] =
			(struct note){from->source, from->from, keep(t->kept, note->text), keep(t->kept, note->why)};
	return hand_over_when_full(t, e);
}

/* Counts of what passed come from the worker, those of what was new from here. */
static bool take_end(struct receiver *r, const struct source *s, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct source *mine = source_of(t, s->row);
	if (!taking_flush(t, e))
		return false;
	mine->format = keep(t->kept, s->format);
	if (s->sha256.n)
		mine->sha256 = keep(t->kept, s->sha256);
	if (mine->parent)
		mine->size = s->size;
	mine->state = s->state;
	mine->records = s->records;
	mine->undated = s->undated;
	mine->not_understood = s->not_understood;
	mine->bytes = s->bytes;
	mine->counted = s->counted;
	if (!store_begin(t->c->store, e))
		return false;
	if (!store_source_update(t->c->store, mine, e)) {
		store_rollback(t->c->store);
		return false;
	}
	return store_commit(t->c->store, e);
}

static bool take_pause(struct receiver *r, struct err *e)
{
	struct taking *t = (struct taking *)r;
	bool anything = gathered(t)->events.n > 0;
	return taking_flush(t, e) && (!anything || !t->receipt || store_index(t->c->store, e)) &&
	       store_group_end(t->c->store, e);
}

static bool take_begin(struct receiver *r, const struct source *s, struct err *e)
{
	(void)r, (void)s, (void)e; /* top-level sources are known before they are read */
	return true;
}

static bool take_bytes(struct receiver *r, struct str bytes, struct err *e)
{
	struct taking *t = (struct taking *)r;
	if (!t->receipt)
		return true;
	receipt_add(t->receipt, bytes);
	if (t->heard + (int64_t)bytes.n > t->keep)
		return true; /* more than is kept of a source: the end says so */
	struct batch *b = gathered(t);
	if (!b->heard.n) {
		b->heard = BUF(b->arena);
		b->heard_from = t->heard;
		b->heard_of = t->sources.v[t->stream].row;
	}
	buf_add(&b->heard, bytes);
	t->heard += (int64_t)bytes.n;
	b->bytes += bytes.n;
	return hand_over_when_full(t, e);
}

void taking_stream(struct taking *t, struct receipt *receipt, int64_t keep)
{
	t->keep = keep;
	t->heard = 0;
	t->receipt = receipt;
	t->stream = t->sources.n;
}

static bool store_stream(struct taking *t, struct source *s, struct str kept, struct err *e)
{
	struct store *store = t->c->store;
	bool done = kept.p ? store_evidence_put(store, s->row, kept, s->size, s->mtime, e)
			   : store_evidence_drop(store, s->row, e);
	return done && store_source_update(store, s, e);
}

bool taking_stream_end(struct taking *t, struct err *e)
{
	struct source *s = &t->sources.v[t->stream];
	struct str kept;
	s->sha256 = receipt_end(t->receipt, t->kept, &s->size, &kept);
	t->receipt = NULL;
	if (!settle(t, e) || !store_begin(t->c->store, e))
		return false;
	if (store_stream(t, s, kept, e))
		return store_commit(t->c->store, e);
	store_rollback(t->c->store);
	return false;
}

struct taking *taking_open(struct cmd *c)
{
	struct taking *t = NEW(c->arena, struct taking);
	t->receiver = (struct receiver){
		.begin = take_begin,
		.member = take_member,
		.bytes = take_bytes,
		.event = take_event,
		.note = take_note,
		.end = take_end,
		.pause = take_pause,
	};
	t->c = c;
	store_group(c->store);
	t->kept = arena_open();
	for (size_t i = 0; i < LEN(t->batches); i++)
		t->batches[i] = (struct batch){.arena = arena_open(), .of = t};
	return t;
}

void taking_close(struct taking *t)
{
	if (!t)
		return;
	aside_close(&t->aside); /* whoever stops here with a failure has said why */
	for (size_t i = 0; i < LEN(t->batches); i++)
		arena_close(t->batches[i].arena);
	arena_close(t->kept);
}

struct receiver *taking_receiver(struct taking *t)
{
	return &t->receiver;
}

const struct note *taking_notes(const struct taking *t, size_t *n)
{
	*n = t->told_n;
	return t->told;
}

const struct source *taking_sources(const struct taking *t, size_t *n)
{
	*n = t->sources.n;
	return t->sources.v;
}

size_t taking_unread(const struct taking *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->sources.n; i++)
		n += !t->sources.v[i].parent && t->sources.v[i].state == SOURCE_READING;
	return n;
}

int64_t taking_guessed(const struct taking *t)
{
	return t->guessed;
}

int64_t taking_proved(const struct taking *t)
{
	return t->proved;
}
