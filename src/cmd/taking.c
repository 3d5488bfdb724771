/* Storing what the worker finds: batches, short transactions, counts. */
#include "cmd/taking.h"

#include "base/utf8.h"

enum {
	BATCH_EVENTS = 16384, /* some 20 ms of inserting */
	BATCH_BYTES = 32 << 20,
	NOTES_TOLD = 5
};

struct taking {
	struct receiver receiver;
	struct cmd *c;
	struct arena *kept;  /* as long as the run */
	struct arena *batch; /* until the next flush */
	VEC(struct source) sources; /* run id is the index + 1 */
	VEC(struct event) events;
	VEC(bool) grows;
	VEC(struct note) notes;
	enum taken *taken;
	struct note told[NOTES_TOLD]; /* source is the run id */
	size_t told_n;
	size_t taken_cap, bytes;
	struct receipt *receipt; /* of the stream being read; NULL: a file */
	size_t stream;           /* its index among the sources */
	struct buf heard;        /* its bytes that are not on disk yet */
	int64_t stored, keep;    /* how many are, and may be */
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

/* Bytes first, then what was found in them. */
static bool write_heard(struct taking *t, struct err *e)
{
	if (!t->heard.n)
		return true;
	if (!store_evidence_add(t->c->store, t->sources.v[t->stream].row, t->stored, buf_str(&t->heard), e))
		return false;
	t->stored += (int64_t)t->heard.n;
	return true;
}

static bool write_batch(struct taking *t, struct err *e)
{
	struct store *store = t->c->store;
	if (!write_heard(t, e))
		return false;
	int64_t *ids = NEW_N(t->batch, int64_t, t->events.n + 1);
	for (size_t i = 0; i < t->events.n; i++) {
		ids[i] = t->events.v[i].source;
		t->events.v[i].source = source_of(t, ids[i])->row;
	}
	if (!store_take_batch(store, t->events.v, t->events.n, t->grows.v, t->taken, e))
		return false;
	for (size_t i = 0; i < t->events.n; i++)
		count(source_of(t, ids[i]), t->taken[i]);
	for (size_t i = 0; i < t->notes.n; i++) {
		t->notes.v[i].source = source_of(t, t->notes.v[i].source)->row;
		if (!store_note(store, &t->notes.v[i], e))
			return false;
	}
	return true;
}

bool taking_flush(struct taking *t, struct err *e)
{
	if (t->events.n == 0 && t->notes.n == 0 && t->heard.n == 0)
		return true;
	if (t->taken_cap < t->events.n) {
		t->taken_cap = t->events.n + BATCH_EVENTS;
		t->taken = NEW_N(t->kept, enum taken, t->taken_cap);
	}
	if (!store_begin(t->c->store, e))
		return false;
	if (!write_batch(t, e)) {
		store_rollback(t->c->store);
		return false;
	}
	if (!store_commit(t->c->store, e))
		return false;
	t->events.n = t->grows.n = t->notes.n = t->bytes = 0;
	t->events.v = NULL, t->events.cap = 0;
	t->grows.v = NULL, t->grows.cap = 0;
	t->notes.v = NULL, t->notes.cap = 0;
	arena_reset(t->batch);
	t->heard = BUF(t->batch);
	return true;
}

static bool flush_when_full(struct taking *t, struct err *e)
{
	return (t->events.n < BATCH_EVENTS && t->bytes < BATCH_BYTES) || taking_flush(t, e);
}

static bool take_member(struct receiver *r, const struct source *s, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct source member = *s;
	const struct source *around = source_of(t, s->parent);
	member.parent = around->row;
	member.taken_at = around->taken_at;
	if (s->row != (int64_t)t->sources.n + 1)
		return err_set(e, "the worker numbered its sources out of order");
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
	struct event *event = PUSH(&t->events, t->batch);
	*event = *from;
	event->subject = keep(t->batch, from->subject);
	event->text = keep(t->batch, from->text);
	event->fields = keep(t->batch, from->fields);
	event->when = keep(t->batch, from->when);
	event->recorded_at = source_of(t, from->source)->taken_at;
	*PUSH(&t->grows, t->batch) = grows;
	t->bytes += from->text.n + from->fields.n + sizeof *event;
	return flush_when_full(t, e);
}

static bool take_note(struct receiver *r, const struct note *from, struct err *e)
{
	struct taking *t = (struct taking *)r;
	struct note *note = PUSH(&t->notes, t->batch);
	*note = *from;
	note->text = utf8_mend(t->batch, keep(t->batch, from->text));
	note->why = utf8_mend(t->batch, keep(t->batch, from->why));
	t->bytes += from->text.n + sizeof *note;
	if (t->told_n < NOTES_TOLD)
		t->told[t->told_n++] = (struct note){from->source, from->from, keep(t->kept, note->text), keep(t->kept, note->why)};
	return flush_when_full(t, e);
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
	bool anything = t->events.n > 0;
	return taking_flush(t, e) && (!anything || store_index(t->c->store, e));
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
	if (t->stored + (int64_t)t->heard.n + (int64_t)bytes.n > t->keep)
		return true; /* more than is kept of a source: the end says so */
	buf_add(&t->heard, bytes);
	t->bytes += bytes.n;
	return flush_when_full(t, e);
}

void taking_stream(struct taking *t, struct receipt *receipt, int64_t keep)
{
	t->keep = keep;
	t->stored = 0;
	t->heard = BUF(t->batch);
	t->receipt = receipt;
	t->stream = t->sources.n;
}

static bool store_stream(struct taking *t, struct source *s, struct str kept, struct err *e)
{
	struct store *store = t->c->store;
	bool done = kept.p ? store_evidence_put(store, s->row, kept, s->size, s->mtime, e) : store_evidence_drop(store, s->row, e);
	return done && store_source_update(store, s, e);
}

bool taking_stream_end(struct taking *t, struct err *e)
{
	struct source *s = &t->sources.v[t->stream];
	struct str kept;
	s->sha256 = receipt_end(t->receipt, t->kept, &s->size, &kept);
	t->receipt = NULL;
	if (!store_begin(t->c->store, e))
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
	t->kept = arena_open();
	t->batch = arena_open();
	return t;
}

void taking_close(struct taking *t)
{
	if (!t)
		return;
	arena_close(t->batch);
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
