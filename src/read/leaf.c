/* Documents: recognised, read and normalised; hashed on the way; or handed out byte by byte. */
#include "read/reading.h"

#include "read/feed.h"
#include "read/mbox.h"

enum {
	EXTRACT_PIECE = 128 << 10,
	STREAM_HEADINGS = 20 /* pieces of a stream that may pass before somebody knows it */
};

/* --- documents --- */

/* How a document is made once more for the survey. */
struct reopening {
	struct reader *reader;
	const struct doc *like;
	struct input *in; /* or */
	struct str text;
	struct input *again;
	struct doc *doc;
};

static void doc_tell(struct reader *r, struct doc *d, instant mtime)
{
	d->mtime = mtime;
	d->captured_at = r->request.captured_at;
	d->flags = r->request.flags;
}

static struct doc *reopen(void *arg)
{
	struct reopening *again = arg;
	struct arena *arena = again->reader->arena;
	if (again->in) {
		again->again = input_again(again->in, arena);
		if (!again->again)
			return NULL;
		again->doc = doc_open(arena, again->like->name, again->again, false);
	} else {
		again->doc = doc_of(arena, again->like->name, again->text);
	}
	doc_tell(again->reader, again->doc, again->like->mtime);
	return again->doc;
}

/* The messages of a mailbox are alike: what read the last one, if it is sure of this one too, saves asking
 * everybody. */
static const struct format *choose(struct reader *r, struct doc *d, bool like_last)
{
	if (r->request.as.n)
		return format_find(r->request.as);
	if (like_last && r->told && format_bid(r->told, d) >= BID_IDENTITY)
		return r->told;
	const struct format *format = format_choose(d, NULL);
	for (int i = 0; i < STREAM_HEADINGS && format_bid(format, d) <= BID_FALLBACK + 1 && doc_look_further(d); i++)
		format = format_choose(d, NULL);
	return format;
}

/* Reads a document to its end. Returns the name of the format that read it. */
static const char *read_doc(struct reader *r, struct doc *d, struct event_frames *to, struct reopening *again)
{
	const struct request *q = &r->request;
	const struct format *format = choose(r, d, to->base.length > 0 && r->told_ordinal == to->ordinal);
	if (!format)
		return "";
	say_format(r, to->ordinal, format);
	instant not_after = d->mtime != INSTANT_NONE && d->mtime < q->now ? d->mtime : q->now;
	struct clock_setting setting = {r->zone, (int)q->year, not_after, q->captured_at, q->skew};
	AUTO(normaliser_close)
	struct normaliser *n = normaliser_open(r->arena, d->scratch, r->rules, format->name, &setting, &to->sink);
	struct err e = {{0}};
	if (!normalise_doc(n, format, d, again ? reopen : NULL, again, &e))
		say_note(r, to->ordinal, to->base, STR_NONE, str_fmt(r->arena, "not read to its end: %s", e.text));
	say_bytes(r, to->ordinal, n->received, &n->bytes);
	if (again) {
		doc_close(again->doc);
		input_close(again->again);
	}
	return format->name;
}

/* Each message is a document; together they stay one source. */
static const char *read_mbox(struct reader *r, struct place *p, struct doc *box)
{
	struct message m;
	const char *format = "";
	int64_t framing = 0; /* separators, and the quoting of lines that look like one */
	for (int64_t number = 1;; number++) {
		ARENA_SCOPE(r->arena);
		if (!mbox_next(box, r->arena, &m)) {
			framing += doc_extent(box).size;
			say_bytes(r, p->ordinal, framing, &(struct allotment){.input = framing, .structure = framing});
			return format;
		}
		framing -= (int64_t)m.text.n;
		struct str name = str_fmt(r->arena, "%.*s: message %lld", STR_ARG(box->name), (long long)number);
		if (!part_begins(r, p, name, false))
			continue;
		struct where base = {m.from.offset, m.from.length, m.from.line - 1};
		struct event_frames to = event_frames(r, p->ordinal, base, (int64_t)m.text.n);
		AUTO(doc_close) struct doc *d = doc_of(r->arena, name, m.text);
		doc_tell(r, d, p->mtime);
		struct reopening again = {.reader = r, .like = d, .text = m.text};
		format = read_doc(r, d, &to, &again);
		if (m.cut)
			say_note(r, p->ordinal, m.from, str_slice(m.text, 0, 200),
				STR("the message is not complete; what there is of it was read"));
	}
}

/* --- hashing what is read --- */

struct hashed {
	struct input in;
	struct input *inner;
	struct digester *digester;
};

static ssize_t hashed_read(struct input *in, void *to, size_t n)
{
	struct hashed *h = (struct hashed *)in;
	ssize_t got = input_read(h->inner, to, n);
	digester_add(h->digester, to, (size_t)got);
	if (h->inner->damage[0])
		input_damaged(in, "%s", h->inner->damage);
	return got;
}

static struct input *hashed_again(struct input *in, struct arena *arena)
{
	return input_again(((struct hashed *)in)->inner, arena);
}

static void hashed_close(struct input *in)
{
	digester_close(((struct hashed *)in)->digester);
}

static struct input *input_hashed(struct arena *arena, struct input *inner)
{
	struct hashed *h = NEW(arena, struct hashed);
	h->in = (struct input){.read = hashed_read, .again = hashed_again, .close = hashed_close, .size = inner->size};
	h->inner = inner;
	h->digester = digester_open();
	digester_begin(h->digester);
	return &h->in;
}

/* --- extracting --- */

static void extract(struct reader *r, struct input *in)
{
	struct request *q = &r->request;
	AUTO(doc_close) struct doc *d = doc_open(r->arena, q->name, in, false);
	struct feed *f = d->feed;
	r->found = true;
	/* offsets count bytes as they stand, or UTF-8 where UTF-16 was converted: what the window holds, mark
	 * included */
	if (f->encoding == FEED_BYTES && f->offset == 3)
		f->at -= 3, f->offset = 0;
	int64_t end = q->length < 0 || q->length > INT64_MAX - q->offset ? INT64_MAX : q->offset + q->length;
	do {
		int64_t held = (int64_t)(f->end - f->at);
		int64_t from = q->offset > f->offset ? q->offset - f->offset : 0;
		int64_t to = end - f->offset < held ? end - f->offset : held;
		if (from < to) {
			struct buf *b = frame_begin(r->frames, FRAME_BYTES);
			frame_str(b, str_n(f->window + f->at + from, (size_t)(to - from)));
			frame_send(r->frames);
		}
		f->at += (size_t)held;
		f->offset += held;
	} while (f->offset < end && feed_more(f));
}

bool is_wanted(const struct reader *r, const struct place *p)
{
	const struct request *q = &r->request;
	if (q->member.n == 0)
		return p->ordinal == 0;
	struct str tail = str_from(p->name, q->name.n);
	return str_starts(tail, STR(": ")) && str_eq(str_from(tail, 2), q->member);
}

/* --- leaves --- */

static void drain(struct input *in, struct arena *arena)
{
	char *sink = arena_alloc(arena, EXTRACT_PIECE);
	while (input_read(in, sink, EXTRACT_PIECE) > 0)
		;
}

/* Formats look at the end of a name: what was unwrapped does not count. */
static struct str name_unwrapped(struct str name, int filters)
{
	static const struct str ends[] = {STR(".gz"), STR(".xz"), STR(".zst"), STR(".bz2"), STR(".Z")};
	for (size_t i = 0; filters && i < LEN(ends); i++) {
		if (str_ends(name, ends[i]) && name.n > ends[i].n) {
			name.n -= ends[i].n;
			filters--;
			i = (size_t)-1;
		}
	}
	return name;
}

static const char *read_leaf_doc(struct reader *r, struct place *p, struct input *in)
{
	AUTO(doc_close)
	struct doc *d = doc_open(r->arena, name_unwrapped(p->name, p->filters), in, r->request.stream);
	doc_tell(r, d, p->mtime);
	if ((!r->request.as.n || str_eq(r->request.as, STR("mail"))) && mbox_recognise(d))
		return read_mbox(r, p, d);
	if (!part_begins(r, p, p->name, true))
		return "";
	struct where base = {0};
	if (p->ordinal == 0)
		base = (struct where){.offset = r->request.base_offset, .line = r->request.base_line};
	struct event_frames to = event_frames(r, p->ordinal, base, 0);
	struct reopening again = {.reader = r, .like = d, .in = in};
	return read_doc(r, d, &to, r->request.stream ? NULL : &again);
}

void read_leaf(struct reader *r, struct place *p, struct input *in)
{
	if (r->request.what == REQUEST_EXTRACT) {
		if (is_wanted(r, p))
			extract(r, in);
		return;
	}
	AUTO(input_close) struct input *hashed = p->ordinal ? input_hashed(r->arena, in) : NULL;
	struct input *from = hashed ? hashed : in;
	const char *format = read_leaf_doc(r, p, from);
	struct str sha256 = STR_NONE;
	if (!is_silent(r))
		drain(from, r->arena); /* for its hash, its damage, its size, or because somebody writes to it */
	if (from->damage[0])
		say_damage(r, p, from->damage);
	if (hashed) {
		struct digest digest = digester_end(((struct hashed *)hashed)->digester);
		sha256 = digest_hex(r->arena, &digest);
	}
	say_end(r, p, format, sha256, r->request.base_offset + from->taken);
}
