/* A lying worker: frames that are bytes (first byte even) or built from the input with true headers (odd), as the
 * parent takes them. */
#include "fuzz.h"

#include "base/json.h"
#include "normalise/normalise.h"
#include "read/reader.h"
#include "read/session.h"

static struct arena *arena;
static int64_t members;
static struct channel *channel;

static bool on_source(struct receiver *r, const struct source *s, struct err *e)
{
	(void)r, (void)e;
	PROMISE(s->row >= 1 && s->row <= ++members + 1 && s->parent < s->row);
	return true;
}

static bool on_event(struct receiver *r, const struct event *ev, bool grows, struct err *e)
{
	struct err none = {{0}};
	(void)r, (void)grows, (void)e;
	ARENA_SCOPE(arena);
	PROMISE(ev->source >= 1 && ev->source <= members + 1 && ev->kind && ev->count >= 1);
	PROMISE(ev->lane < LANES && ev->severity < SEVERITIES && ev->basis < BASES && ev->precision <= PRECISION_NONE);
	PROMISE(json_is_object(json_parse(arena, str_dup(arena, ev->fields), &none)));
	str_dup(arena, ev->text);
	str_dup(arena, ev->subject);
	return true;
}

static bool on_note(struct receiver *r, const struct note *n, struct err *e)
{
	(void)r, (void)e;
	ARENA_SCOPE(arena);
	PROMISE(n->source >= 1 && n->source <= members + 1);
	str_dup(arena, n->text);
	str_dup(arena, n->why);
	return true;
}

static bool on_end(struct receiver *r, const struct source *s, struct err *e)
{
	(void)r, (void)e;
	PROMISE(s->row >= 1 && s->row <= members + 1);
	return true;
}

/* Numbers near the edges are worth more than random ones. */
static int64_t number(struct str *rest)
{
	static const int64_t edges[] = {0, 1, 2, -1, INT64_MAX, INT64_MIN, INSTANT_NONE, 1718700000000000};
	uint8_t pick = fuzz_byte(rest);
	return pick < LEN(edges) ? edges[pick] : pick;
}

static struct str string(struct str *rest)
{
	struct str s = str_slice(*rest, 0, fuzz_byte(rest) % 32);
	*rest = str_from(*rest, s.n);
	return s;
}

static void build_event(struct buf *b, struct str *rest)
{
	struct event_fixed x = {.at = number(rest),
		.until = number(rest),
		.at_min = number(rest),
		.at_max = number(rest),
		.count = number(rest),
		.offset = number(rest),
		.length = number(rest),
		.line = number(rest),
		.kind = number(rest),
		.precision = (int32_t)number(rest),
		.basis = (int32_t)number(rest),
		.lane = (int32_t)number(rest),
		.severity = (int32_t)number(rest)};
	frame_int(b, number(rest));
	frame_raw(b, &x, sizeof x);
	frame_str(b, string(rest));
	frame_str(b, string(rest));
	frame_str(b, fuzz_byte(rest) % 2 ? STR("{\"pod\":\"web\"}") : string(rest));
	frame_str(b, string(rest));
}

/* One frame: "i" an integer, "s" a string, "w" a place, "a" an allotment, "e" an event. */
static void build(struct buf *b, struct str *rest)
{
	static const char *const layouts[] = {"iiiis", "iiis", "is", "e", "iwss", "iia", "iiiss", "s", "i", "s"};
	_Static_assert(LEN(layouts) == FRAME_TYPES, "every type of frame has its layout");
	enum frame_type type = fuzz_byte(rest) % FRAME_TYPES;
	char header[FRAME_HEADER] = {0};
	size_t at = b->n;
	buf_bytes(b, header, sizeof header);
	for (const char *p = layouts[type]; *p; p++) {
		struct where w = {0};
		struct allotment a = {0};
		if (*p == 'i')
			frame_int(b, number(rest));
		else if (*p == 's')
			frame_str(b, string(rest));
		else if (*p == 'e')
			build_event(b, rest);
		else if (*p == 'a') {
			a = (struct allotment){number(rest), number(rest), number(rest), number(rest), number(rest)};
			frame_raw(b, &a, sizeof a);
		} else {
			w = (struct where){number(rest), number(rest), number(rest)};
			frame_raw(b, &w, sizeof w);
		}
	}
	uint32_t n = (uint32_t)(b->n - at - FRAME_HEADER);
	memcpy(b->p + at, &n, sizeof n);
	b->p[at + 4] = (char)type;
}

/* The shared memory may say anything about itself. */
static void check_rescue(struct str text)
{
	uint64_t received = 0;
	memset(channel, 0, offsetof(struct channel, buffer));
	memcpy(channel, text.p ? text.p : "", text.n < 16 ? text.n : 16);
	if (text.n >= 24)
		memcpy(&received, text.p + 16, sizeof received);
	PROMISE(channel_rescue(channel, received, arena).n <= CHANNEL_BUFFER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {{0}};
	if (!arena) {
		arena = arena_open();
		channel = calloc(1, sizeof *channel);
		PROMISE(channel && kinds_init(&e));
	}
	struct str rest = fuzz_text(data, size), bytes;
	struct buf built = BUF(arena), extracted = BUF(arena);
	struct request q;
	struct receiver receiver = {on_source, on_source, on_event, on_note, on_end, NULL, NULL};
	struct source top = {.row = 1, .name = STR("x"), .captured_at = INSTANT_NONE};
	check_rescue(rest);
	request_unpack(rest, &q);
	bool honest = fuzz_byte(&rest) % 2;
	while (honest && rest.n)
		build(&built, &rest);
	bytes = honest ? buf_str(&built) : rest;
	members = 0;
	{
		AUTO(session_close) struct session *s = session_open(&top, &receiver);
		struct frame f;
		s->bytes = size % 3 ? &extracted : NULL;
		while (!s->done && !s->lied && frame_take(&bytes, &f) > 0)
			PROMISE(session_take(s, &f, &e));
		s->lied = false;
		PROMISE(s->done || session_lost_part(s, STR("it died"), size % 2, &e));
		session_end(s, &e);
	}
	arena_reset(arena);
	return 0;
}
