/* What the worker says: every frame it sends is built here. */
#include "read/reading.h"

bool is_silent(const struct reader *r)
{
	return r->request.what == REQUEST_EXTRACT || r->parts < r->request.skip;
}

void say_note(struct reader *r, int64_t ordinal, struct where at, struct str text, struct str why)
{
	struct buf *b = frame_begin(r->frames, FRAME_NOTE);
	frame_int(b, ordinal);
	frame_raw(b, &at, sizeof at);
	frame_str(b, str_slice(text, 0, 1024));
	frame_str(b, why);
	frame_send(r->frames);
}

void say_damage(struct reader *r, struct place *p, const char *why)
{
	p->damaged = true;
	if (!is_silent(r))
		say_note(r, p->ordinal, (struct where){0}, STR_NONE, str_of(why));
}

void say_member(struct reader *r, const struct place *p, int64_t parent, int64_t size)
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

void say_end(struct reader *r, const struct place *p, const char *format, struct str sha256, int64_t size)
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

void say_bytes(struct reader *r, int64_t ordinal, int64_t received, const struct allotment *bytes)
{
	if (is_silent(r))
		return;
	struct buf *b = frame_begin(r->frames, FRAME_BYTES_OF);
	frame_int(b, ordinal);
	frame_int(b, received);
	frame_raw(b, bytes, sizeof *bytes);
	frame_send(r->frames);
}

void say_done(struct reader *r, const char *message)
{
	struct buf *b = frame_begin(r->frames, FRAME_DONE);
	frame_str(b, str_of(message));
	frame_send(r->frames);
	frame_flush(r->frames);
}

bool part_begins(struct reader *r, const struct place *p, struct str name, bool whole)
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

/* The parent knows it even if we die while reading. */
void say_format(struct reader *r, int64_t ordinal, const struct format *format)
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

/* --- events --- */

static struct where place_of(const struct event_frames *to, struct where at)
{
	if (to->base.length && at.offset == 0 && at.length >= to->length)
		at.length = to->base.length;
	at.offset += to->base.offset;
	if (at.line)
		at.line += to->base.line;
	return at;
}

static void on_event(struct event_sink *sink, const struct event *event)
{
	struct event_frames *to = (struct event_frames *)sink;
	struct where at = place_of(to, event->from);
	struct event_fixed f = {.at = event->at,
		.until = event->until,
		.at_min = event->at_min,
		.at_max = event->at_max,
		.count = event->count,
		.offset = at.offset,
		.length = at.length,
		.line = at.line,
		.kind = (int64_t)kinds_index(event->kind), /* the list was made before the fork: both have the same */
		.precision = (int32_t)event->precision,
		.basis = (int32_t)event->basis,
		.lane = (int32_t)event->lane,
		.severity = (int32_t)event->severity,
		.grows = event->grows};
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

struct event_frames event_frames(struct reader *r, int64_t ordinal, struct where base, int64_t length)
{
	return (struct event_frames){{on_event, on_note}, r, ordinal, base, length};
}
