/* The worker's work: unwraps a source down to its documents, reads them and says what it found. */
#include "read/reader.h"

#include "read/feed.h"
#include "read/mbox.h"
#include "read/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MEMBER_IN_MEMORY = 16 << 20, /* a member up to this size is unpacked once, even when it must be read twice */
	EXTRACT_PIECE = 128 << 10
};

/* One request being served. */
struct reader {
	struct frame_writer *frames;
	const struct rules *rules;
	struct request request;
	const struct zone *zone;
	struct arena *arena;
	struct budget budget;
	struct input *stream; /* what the request came with */
	int64_t ordinal;  /* of the newest source: 0 is the top-level one */
	int64_t parts;    /* begun so far */
	int64_t told_ordinal;      /* whose format was told last ... */
	const struct format *told; /* ... and which */
	bool found;       /* what was to be extracted */
};

/* A source, top-level or member, while it is unwrapped. */
struct place {
	int64_t ordinal;
	struct str name;     /* the whole label */
	instant mtime;
	int archives, filters; /* how deep it lies */
	bool damaged;
	int64_t first_part;  /* parts that were begun before it */
};

/* --- speaking ------------------------------------------------------------------------------------------------------- */

static bool is_silent(const struct reader *r)
{
	return r->request.what == REQUEST_EXTRACT || r->parts < r->request.skip;
}

static void say_note(struct reader *r, int64_t ordinal, struct where at, struct str text, struct str why)
{
	struct buf *b = frame_begin(r->frames, FRAME_NOTE);
	frame_int(b, ordinal);
	frame_raw(b, &at, sizeof at);
	frame_str(b, str_slice(text, 0, 1024));
	frame_str(b, why);
	frame_send(r->frames);
}

/* About a container or a layer. Not said again by a worker that comes after a crash. */
static void say_damage(struct reader *r, struct place *p, const char *why)
{
	p->damaged = true;
	if (!is_silent(r))
		say_note(r, p->ordinal, (struct where){0}, STR_NONE, str_of(why));
}

static void say_member(struct reader *r, const struct place *p, int64_t parent, int64_t size)
{
	if (r->request.what == REQUEST_EXTRACT)
		return;
	struct buf *b = frame_begin(r->frames, FRAME_MEMBER);
	frame_int(b, p->ordinal);
	frame_int(b, parent);
	frame_int(b, size);
	frame_int(b, p->mtime);
	frame_str(b, p->name);
	frame_send(r->frames);
}

static void say_end(struct reader *r, const struct place *p, const char *format, struct str sha256, int64_t size)
{
	if (is_silent(r))
		return;
	struct buf *b = frame_begin(r->frames, FRAME_END);
	frame_int(b, p->ordinal);
	frame_int(b, size);
	frame_int(b, p->damaged ? SOURCE_DAMAGED : SOURCE_COMPLETE);
	frame_str(b, str_of(format));
	frame_str(b, sha256);
	frame_send(r->frames);
}

static void say_done(struct reader *r, const char *message)
{
	struct buf *b = frame_begin(r->frames, FRAME_DONE);
	frame_str(b, str_of(message));
	frame_send(r->frames);
	frame_flush(r->frames);
}

/* Begins the next part; false when an earlier worker was through with it. WHOLE: it is all of its source. */
static bool part_begins(struct reader *r, const struct place *p, struct str name, bool whole)
{
	int64_t number = r->parts++;
	if (number < r->request.skip)
		return false;
	struct buf *b = frame_begin(r->frames, FRAME_PART);
	frame_int(b, number);
	frame_int(b, p->ordinal);
	frame_int(b, whole);
	frame_str(b, name);
	frame_send(r->frames);
	return true;
}

/* --- documents ------------------------------------------------------------------------------------------------------ */

/* Where a normaliser's events go: frames, with places counted in the source rather than in the document. */
struct event_frames {
	struct event_sink sink;
	struct reader *reader;
	int64_t ordinal;
	struct where base; /* added to every place */
	int64_t length;    /* of the document's text; base.length stands for it where quoting changed it */
};

static struct where place_of(const struct event_frames *to, struct where at)
{
	if (to->base.length && at.offset == 0 && at.length >= to->length)
		at.length = to->base.length;
	at.offset += to->base.offset;
	if (at.line)
		at.line += to->base.line;
	return at;
}

/* Kinds travel as their place in the list, which both processes made before the fork. */
static int64_t kind_index(const struct kind *kind)
{
	static int64_t last;
	if ((size_t)last < kinds_count() && kinds_get((size_t)last) == kind)
		return last;
	for (last = 0; kinds_get((size_t)last) != kind; last++)
		;
	return last;
}

static void on_event(struct event_sink *sink, const struct event *event)
{
	struct event_frames *to = (struct event_frames *)sink;
	struct where at = place_of(to, event->from);
	struct event_fixed f = {.at = event->at, .until = event->until, .at_min = event->at_min, .at_max = event->at_max,
		.count = event->count, .offset = at.offset, .length = at.length, .line = at.line,
		.kind = kind_index(event->kind), .precision = (int32_t)event->precision, .basis = (int32_t)event->basis,
		.lane = (int32_t)event->lane, .severity = (int32_t)event->severity, .grows = event->grows};
	memcpy(f.key, event->key, sizeof f.key);
	struct buf *b = frame_begin(to->reader->frames, FRAME_EVENT);
	frame_int(b, to->ordinal);
	frame_raw(b, &f, sizeof f);
	frame_str(b, event->subject);
	frame_str(b, event->text);
	frame_str(b, event->fields);
	frame_str(b, event->when);
	frame_send(to->reader->frames);
}

static void on_note(struct event_sink *sink, struct where at, struct str text, struct str why)
{
	struct event_frames *to = (struct event_frames *)sink;
	say_note(to->reader, to->ordinal, place_of(to, at), text, why);
}

/* How a document is made once more for the survey. */
struct reopening {
	struct reader *reader;
	const struct doc *like;
	struct input *in;   /* or */
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

/* The parent knows it even if we die while reading. */
static void tell_format(struct reader *r, int64_t ordinal, const struct format *format)
{
	if (r->told == format && r->told_ordinal == ordinal)
		return;
	r->told = format;
	r->told_ordinal = ordinal;
	struct buf *b = frame_begin(r->frames, FRAME_FORMAT);
	frame_int(b, ordinal);
	frame_str(b, str_of(format->name));
	frame_send(r->frames);
}

/* The messages of a mailbox are alike: what read the last one, if it is sure of this one too, saves asking everybody. */
static const struct format *choose(struct reader *r, struct doc *d, bool like_last)
{
	if (r->request.as.n)
		return format_find(r->request.as);
	if (like_last && r->told && format_bid(r->told, d) >= BID_IDENTITY)
		return r->told;
	return format_choose(d, NULL);
}

/* Reads a document to its end. Returns the name of the format that read it. */
static const char *read_doc(struct reader *r, struct doc *d, struct event_frames *to, struct reopening *again)
{
	const struct request *q = &r->request;
	const struct format *format = choose(r, d, to->base.length > 0 && r->told_ordinal == to->ordinal);
	if (!format)
		return "";
	tell_format(r, to->ordinal, format);
	instant not_after = d->mtime != INSTANT_NONE && d->mtime < q->now ? d->mtime : q->now;
	struct clock_setting setting = {r->zone, (int)q->year, not_after, q->captured_at, q->skew};
	AUTO(normaliser_close) struct normaliser *n =
		normaliser_open(r->arena, d->scratch, r->rules, format->name, &setting, &to->sink);
	struct err e = {{0}};
	if (!normalise_doc(n, format, d, again ? reopen : NULL, again, &e))
		say_note(r, to->ordinal, to->base, STR_NONE, str_fmt(r->arena, "not read to its end: %s", e.text));
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
	for (int64_t number = 1;; number++) {
		ARENA_SCOPE(r->arena);
		if (!mbox_next(box, r->arena, &m))
			return format;
		struct str name = str_fmt(r->arena, "%.*s: message %lld", STR_ARG(box->name), (long long)number);
		if (!part_begins(r, p, name, false))
			continue;
		struct event_frames to = {{on_event, on_note}, r, p->ordinal, m.from, (int64_t)m.text.n};
		to.base.line--;
		AUTO(doc_close) struct doc *d = doc_of(r->arena, name, m.text);
		doc_tell(r, d, p->mtime);
		struct reopening again = {.reader = r, .like = d, .text = m.text};
		format = read_doc(r, d, &to, &again);
		if (m.cut)
			say_note(r, p->ordinal, m.from, str_slice(m.text, 0, 200), STR("the message is not complete; what there is of it was read"));
	}
}

/* --- hashing what is read ------------------------------------------------------------------------------------------- */

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

/* --- extracting ----------------------------------------------------------------------------------------------------- */

static void extract(struct reader *r, struct input *in)
{
	struct request *q = &r->request;
	AUTO(doc_close) struct doc *d = doc_open(r->arena, q->name, in, false);
	struct feed *f = d->feed;
	r->found = true;
	/* offsets count bytes as they stand, or UTF-8 where UTF-16 was converted: what the window holds, mark included */
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

static bool is_wanted(const struct reader *r, const struct place *p)
{
	const struct request *q = &r->request;
	if (q->member.n == 0)
		return p->ordinal == 0;
	struct str tail = str_from(p->name, q->name.n);
	return str_starts(tail, STR(": ")) && str_eq(str_from(tail, 2), q->member);
}

/* --- leaves --------------------------------------------------------------------------------------------------------- */

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
	AUTO(doc_close) struct doc *d = doc_open(r->arena, name_unwrapped(p->name, p->filters), in, r->request.stream);
	doc_tell(r, d, p->mtime);
	if ((!r->request.as.n || str_eq(r->request.as, STR("mail"))) && mbox_recognise(d))
		return read_mbox(r, p, d);
	if (!part_begins(r, p, p->name, true))
		return "";
	struct event_frames to = {{on_event, on_note}, r, p->ordinal, {0}, 0};
	if (p->ordinal == 0)
		to.base = (struct where){.offset = r->request.base_offset, .line = r->request.base_line};
	struct reopening again = {.reader = r, .like = d, .in = in};
	return read_doc(r, d, &to, r->request.stream ? NULL : &again);
}

static void read_leaf(struct reader *r, struct place *p, struct input *in)
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
	if (!is_silent(r) && (hashed || p->filters || r->request.stream))
		drain(from, r->arena); /* for its hash, its damage, or because somebody writes to it */
	if (from->damage[0])
		say_damage(r, p, from->damage);
	if (hashed) {
		struct digest digest = digester_end(((struct hashed *)hashed)->digester);
		sha256 = digest_hex(r->arena, &digest);
	}
	say_end(r, p, format, sha256, from->taken);
}

/* --- containers ----------------------------------------------------------------------------------------------------- */

static void read_place(struct reader *, struct place *, struct input *);

/* A small member is held in memory, so that it can be read twice, or searched from its end, at no cost. */
static struct input *member_input(struct reader *r, const struct member *m)
{
	if (m->size < 0 || m->size > MEMBER_IN_MEMORY)
		return m->in;
	char *bytes = arena_alloc(r->arena, (size_t)m->size + 1);
	size_t n = 0;
	ssize_t got;
	while (n <= (size_t)m->size && (got = input_read(m->in, bytes + n, (size_t)m->size + 1 - n)) > 0)
		n += (size_t)got;
	if (n > (size_t)m->size) { /* its header lied; go on where memory ends */
		input_damaged(m->in, "longer than its header says; the rest was not read");
		n = (size_t)m->size;
	}
	struct input *in = input_of_bytes(r->arena, str_n(bytes, n));
	if (m->in->damage[0])
		input_damaged(in, "%s", m->in->damage);
	else if (n < (size_t)m->size)
		input_damaged(in, "shorter than its header says: %zu of %lld bytes", n, (long long)m->size);
	return in;
}

static void read_member(struct reader *r, struct place *parent, const struct member *m)
{
	ARENA_SCOPE(r->arena);
	if (m->folder)
		return;
	struct str name = str_fmt(r->arena, "%.*s: %.*s", STR_ARG(parent->name), STR_ARG(m->name));
	if (!m->regular) {
		if (!is_silent(r))
			say_note(r, parent->ordinal, (struct where){0}, m->name, STR("a link or device in an archive is not followed"));
		return;
	}
	struct place p = {.ordinal = ++r->ordinal, .name = name, .mtime = m->mtime, .archives = parent->archives};
	say_member(r, &p, parent->ordinal, m->size);
	read_place(r, &p, member_input(r, m));
}

static void read_archive(struct reader *r, struct place *p, enum layer layer, struct input *in)
{
	AUTO(archive_end) struct unpacker *u = archive_begin(r->arena, layer, in, &r->budget);
	struct member m;
	p->archives++;
	while (!r->found && archive_member(u, &m)) {
		if (r->ordinal >= READ_MEMBERS) {
			say_damage(r, p, "more members than are read of one source; unpack it and ingest the parts that matter");
			break;
		}
		read_member(r, p, &m);
		frame_beat(r->frames);
	}
	if (archive_damage(u)[0])
		say_damage(r, p, str_cstr(r->arena, str_fmt(r->arena, "the %s archive is damaged: %s", layer_name(layer), archive_damage(u))));
	say_end(r, p, layer_name(layer), STR_NONE, in->taken);
}

/* Unwraps IN layer by layer until an archive or a document appears. */
static void read_place(struct reader *r, struct place *p, struct input *in)
{
	struct input *filters[READ_DEPTH];
	enum layer layer;
	for (;;) {
		layer = layer_of(input_peek(in, r->arena));
		bool filter = layer != LAYER_NONE && layer != LAYER_TAR && layer != LAYER_ZIP;
		if (!filter || p->filters == READ_DEPTH)
			break;
		in = layer == LAYER_GZIP ? input_of_gzip(r->arena, in, &r->budget) : input_of_filter(r->arena, layer, in, &r->budget);
		filters[p->filters++] = in;
	}
	bool archive = layer == LAYER_TAR || layer == LAYER_ZIP;
	bool too_deep = archive ? p->archives == READ_DEPTH : layer != LAYER_NONE;
	if (too_deep)
		say_damage(r, p, "wrapped more than 4 times; unpack it and ingest what is inside");
	if (archive && !too_deep && !(r->request.what == REQUEST_EXTRACT && is_wanted(r, p)))
		read_archive(r, p, layer, in);
	else if (too_deep)
		say_end(r, p, "", STR_NONE, in->size);
	else
		read_leaf(r, p, in);
	while (p->filters)
		input_close(filters[--p->filters]);
}

/* --- requests ------------------------------------------------------------------------------------------------------- */

static void tick(void *frames)
{
	frame_beat(frames);
}

/* All that was found goes out before a stream makes us wait; the parent learns that we do. */
static void before_wait(void *arg)
{
	struct reader *r = arg;
	struct buf *b = frame_begin(r->frames, FRAME_WAITING);
	frame_int(b, r->stream->received);
	frame_send(r->frames);
	frame_flush(r->frames);
}

static void serve(struct reader *r, int fd)
{
	struct input *in = r->request.stream ? input_of_stream(r->arena, fd, before_wait, r) : input_of_file(r->arena, fd);
	struct err e = {{0}};
	r->stream = in;
	in->tick = tick;
	in->tick_arg = r->frames;
	r->budget.received = r->request.stream ? -1 : in->size;
	r->zone = r->request.zone.n ? zone_open(r->request.zone, &e) : NULL;
	struct place top = {.name = r->request.name, .mtime = r->request.mtime};
	if (err_is_set(&e)) {
		say_done(r, e.text);
		return;
	}
	read_place(r, &top, in);
	say_done(r, r->request.what == REQUEST_EXTRACT && !r->found ? "is not in the evidence any more" : "");
}

/* The next request and its descriptor. False: the parent is gone. */
static bool receive(int socket, char *bytes, size_t *n, int *fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec piece = {bytes, REQUEST_MAX};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	ssize_t got;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (got <= 0 || !c || c->cmsg_type != SCM_RIGHTS)
		return false;
	memcpy(fd, CMSG_DATA(c), sizeof *fd);
	*n = (size_t)got;
	return true;
}

void reader_serve(int socket, struct frame_writer *frames, const struct rules *rules, struct str report)
{
	static char bytes[REQUEST_MAX];
	struct reader r = {.frames = frames, .rules = rules, .arena = arena_open()};
	size_t n;
	int fd;
	say_done(&r, str_cstr(r.arena, report));
	while (receive(socket, bytes, &n, &fd)) {
		r = (struct reader){.frames = frames, .rules = rules, .arena = r.arena};
		if (request_unpack(str_n(bytes, n), &r.request))
			serve(&r, fd);
		else
			say_done(&r, "was asked for in words that are not understood");
		close(fd);
		arena_reset(r.arena);
	}
	_exit(0);
}
