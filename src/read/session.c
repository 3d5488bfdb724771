/* Checks what the worker says about a source and passes it on; says what was lost when it dies. */
#include "read/session.h"

#include "base/pull.h"
#include "read/reader.h"
#include "read/unpack.h"

struct session *session_open(const struct source *top, struct receiver *receiver)
{
	struct arena *arena = arena_open();
	struct session *s = NEW(arena, struct session);
	s->arena = arena;
	s->receiver = receiver;
	s->part = s->waiting_for = -1;
	PUSH(&s->sources, arena)->source = *top;
	return s;
}

void session_close(struct session *s)
{
	if (s)
		arena_close(s->arena);
}

/* --- frames --- */

static int64_t get_ordinal(struct session *s, struct frame *f)
{
	return frame_get_int_in(f, 0, (int64_t)s->sources.n - 1);
}

static bool honest(struct session *s, const struct frame *f)
{
	s->lied = s->lied || !frame_done(f);
	return !s->lied;
}

static bool take_member(struct session *s, struct frame *f, struct err *e)
{
	int64_t ordinal = frame_get_int_in(f, 1, (int64_t)s->sources.n);
	int64_t parent = frame_get_int_in(f, 0, (int64_t)s->sources.n - 1);
	int64_t size = frame_get_int_in(f, -1, INT64_MAX), mtime = frame_get_int(f);
	struct str name = frame_get_str(f);
	if (!honest(s, f) || ordinal < (int64_t)s->sources.n)
		return true; /* known: a worker that came after a crash says it again */
	if (ordinal > READ_MEMBERS) {
		s->lied = true;
		return true;
	}
	int64_t top = s->sources.v[0].source.row;
	struct session_source *member = PUSH(&s->sources, s->arena);
	member->source = (struct source){.row = top + ordinal,
		.parent = top + parent,
		.name = str_dup(s->arena, name),
		.size = size,
		.mtime = mtime,
		.captured_at = INSTANT_NONE};
	return !s->receiver->member || s->receiver->member(s->receiver, &member->source, e);
}

static void take_part(struct session *s, struct frame *f)
{
	int64_t part = frame_get_int_in(f, 0, INT64_MAX), ordinal = get_ordinal(s, f),
		whole = frame_get_int_in(f, 0, 1);
	struct str name = frame_get_str(f);
	if (!honest(s, f))
		return;
	s->part = part;
	s->part_ordinal = ordinal;
	s->part_whole = whole;
	s->name_n = name.n < sizeof s->name ? name.n : sizeof s->name;
	memcpy(s->name, str_text(name), s->name_n);
}

static bool event_is_sound(const struct event_fixed *x)
{
	return x->kind >= 0 && x->kind < (int64_t)kinds_count() && x->precision >= 0 &&
	       x->precision <= PRECISION_NONE && x->basis >= 0 && x->basis < BASES && x->lane >= 0 && x->lane < LANES &&
	       x->severity >= 0 && x->severity < SEVERITIES && x->count >= 1 && x->offset >= 0 && x->length >= 0 &&
	       x->length <= INT64_MAX - x->offset && x->line >= 0 &&
	       (x->at == INSTANT_NONE || (x->at_min <= x->at && x->at <= x->at_max));
}

static bool take_event(struct session *s, struct frame *f, struct err *e)
{
	struct event_fixed x;
	int64_t ordinal = get_ordinal(s, f);
	frame_get_raw(f, &x, sizeof x);
	struct event event = {.at = x.at,
		.until = x.until,
		.at_min = x.at_min,
		.at_max = x.at_max,
		.count = x.count,
		.from = {x.offset, x.length, x.line},
		.grows = x.grows != 0,
		.recorded_at = INSTANT_NONE};
	event.subject = frame_get_str(f);
	event.text = frame_get_str(f);
	event.fields = frame_get_str(f);
	event.when = frame_get_str(f);
	if (!honest(s, f) || !event_is_sound(&x) || !json_text_is_flat(event.fields)) {
		s->lied = true;
		return true;
	}
	struct source *source = &s->sources.v[ordinal].source;
	memcpy(event.key, x.key, sizeof event.key);
	event.kind = kinds_get((size_t)x.kind);
	event.precision = (enum precision)x.precision;
	event.basis = (enum basis)x.basis;
	event.lane = (enum lane)x.lane;
	event.severity = (enum severity)x.severity;
	event.source = source->row;
	source->records++;
	source->undated += x.at == INSTANT_NONE;
	return !s->receiver->event || s->receiver->event(s->receiver, &event, event.grows, e);
}

static bool put_note(
	struct session *s, int64_t ordinal, struct where at, struct str text, struct str why, struct err *e)
{
	struct source *source = &s->sources.v[ordinal].source;
	struct note note = {.source = source->row, .from = at, .text = text, .why = why};
	source->not_understood++;
	return !s->receiver->note || s->receiver->note(s->receiver, &note, e);
}

static bool take_note(struct session *s, struct frame *f, struct err *e)
{
	int64_t ordinal = get_ordinal(s, f);
	struct where at;
	frame_get_raw(f, &at, sizeof at);
	struct str text = frame_get_str(f), why = frame_get_str(f);
	if (!honest(s, f) || at.offset < 0 || at.length < 0 || at.line < 0) {
		s->lied = true;
		return true;
	}
	return put_note(s, ordinal, at, text, why, e);
}

static bool bytes_are_sound(const struct allotment *b)
{
	const int64_t parts[] = {b->records, b->continuation, b->structure, b->not_understood};
	int64_t left = b->input;
	for (size_t i = 0; i < LEN(parts); i++) {
		if (parts[i] < 0 || parts[i] > left)
			return false;
		left -= parts[i];
	}
	return left == 0;
}

static void take_bytes_of(struct session *s, struct frame *f)
{
	struct allotment b;
	struct session_source *x = &s->sources.v[get_ordinal(s, f)];
	int64_t received = frame_get_int_in(f, 0, INT64_MAX - x->accounted);
	struct allotment *sum = &x->source.bytes;
	frame_get_raw(f, &b, sizeof b);
	if (!honest(s, f) || !bytes_are_sound(&b) || b.input > INT64_MAX - sum->input) {
		s->lied = true;
		return;
	}
	x->accounted += received;
	sum->input += b.input;
	sum->records += b.records;
	sum->continuation += b.continuation;
	sum->structure += b.structure;
	sum->not_understood += b.not_understood;
}

/* What no worker lived to tell of was not understood. */
static void close_account(struct session_source *x)
{
	int64_t lost = x->source.size > x->accounted ? x->source.size - x->accounted : 0;
	if (lost <= INT64_MAX - x->source.bytes.input) {
		x->source.bytes.input += lost;
		x->source.bytes.not_understood += lost;
	}
	x->source.counted = true;
}

static bool source_ends(struct session *s, struct session_source *x, struct err *e)
{
	close_account(x);
	x->ended = true;
	x->source.state = s->unread ? SOURCE_READING : x->damaged ? SOURCE_DAMAGED : SOURCE_COMPLETE;
	return !s->receiver->end || s->receiver->end(s->receiver, &x->source, e);
}

static bool take_end(struct session *s, struct frame *f, struct err *e)
{
	int64_t ordinal = get_ordinal(s, f), size = frame_get_int_in(f, -1, INT64_MAX);
	int64_t state = frame_get_int_in(f, SOURCE_COMPLETE, SOURCE_DAMAGED);
	struct str format = frame_get_str(f), sha256 = frame_get_str(f);
	if (!honest(s, f))
		return true;
	struct session_source *x = &s->sources.v[ordinal];
	if (x->ended)
		return true;
	x->damaged = x->damaged || state == SOURCE_DAMAGED;
	x->source.size = size;
	if (format.n)
		x->source.format = str_dup(s->arena, format);
	x->source.sha256 = str_dup(s->arena, sha256);
	return source_ends(s, x, e);
}

static void take_format(struct session *s, struct frame *f)
{
	int64_t ordinal = get_ordinal(s, f);
	struct str name = frame_get_str(f);
	if (honest(s, f) && !str_eq(s->sources.v[ordinal].source.format, name))
		s->sources.v[ordinal].source.format = str_dup(s->arena, name);
}

static void take_done(struct session *s, struct frame *f)
{
	struct str message = frame_get_str(f);
	if (honest(s, f))
		s->message = str_dup(s->arena, message);
	s->done = !s->lied;
}

static void take_bytes(struct session *s, struct frame *f)
{
	struct str bytes = frame_get_str(f);
	if (!honest(s, f) || !s->bytes || (int64_t)(s->bytes->n + bytes.n) > EXTRACT_MAX)
		s->lied = true;
	else
		buf_add(s->bytes, bytes);
}

bool session_take(struct session *s, struct frame *f, struct err *e)
{
	if (f->type != FRAME_WAITING)
		s->waiting_for = -1;
	switch (f->type) {
	case FRAME_MEMBER:
		return take_member(s, f, e);
	case FRAME_EVENT:
		return take_event(s, f, e);
	case FRAME_NOTE:
		return take_note(s, f, e);
	case FRAME_END:
		return take_end(s, f, e);
	case FRAME_BYTES_OF:
		take_bytes_of(s, f);
		return true;
	case FRAME_PART:
		take_part(s, f);
		return true;
	case FRAME_FORMAT:
		take_format(s, f);
		return true;
	case FRAME_DONE:
		take_done(s, f);
		return true;
	case FRAME_BYTES:
		take_bytes(s, f);
		return true;
	case FRAME_WAITING:
		s->waiting_for = frame_get_int_in(f, 0, INT64_MAX);
		honest(s, f);
		return true;
	case FRAME_TYPES:
		break;
	}
	s->lied = true;
	return true;
}

/* --- when the worker dies --- */

bool session_lost_part(struct session *s, struct str why, bool hung, struct err *e)
{
	bool progress = s->part >= s->skip;
	int64_t ordinal = s->part >= 0 ? s->part_ordinal : 0;
	struct session_source *x = &s->sources.v[ordinal];
	bool inside = progress && !(s->part_whole && x->ended);
	s->crashes++;
	s->hangs += hung;
	s->given_up = !progress || s->crashes >= READ_CRASHES || s->hangs >= READ_HANGS;
	struct str text = inside ? str_n(s->name, s->name_n) : x->source.name;
	struct str said = str_fmt(s->arena, "%.*s; %s%s", STR_ARG(why),
		inside ? "what follows in this part is kept but was not read" : "it happened between parts",
		s->given_up ? "; the rest of the source is kept but was not read" : "");
	if (!inside) {
		ordinal = 0;
		x = &s->sources.v[0];
	}
	x->damaged = true;
	s->sources.v[0].damaged = s->sources.v[0].damaged || s->given_up;
	if (progress)
		s->skip = s->part + 1;
	if (!put_note(s, ordinal, (struct where){0}, text, said, e))
		return false;
	return !inside || !s->part_whole || ordinal == 0 || source_ends(s, x, e);
}

bool session_unread(struct session *s, struct str why, struct err *e)
{
	s->given_up = s->unread = true;
	return put_note(s, 0, (struct where){0}, s->sources.v[0].source.name,
		str_fmt(s->arena, "%.*s; what was not read is read when it is ingested again, or by 'lineup rebuild'",
			STR_ARG(why)),
		e);
}

bool session_end(struct session *s, struct err *e)
{
	if (s->message.n && !session_unread(s, s->message, e))
		return false;
	for (size_t i = s->sources.n; i-- > 0;) {
		struct session_source *x = &s->sources.v[i];
		if (!x->ended && !source_ends(s, x, e))
			return false;
	}
	return true;
}
