/* The window that slides over a document: its head for bids, its lines, all of it. */
#include "read/feed.h"

#include "base/utf8.h"

#include <stdlib.h>
#if defined __SSE2__
#include <emmintrin.h>
#endif

/* --- filling the window --- */

static void window_make_room(struct feed *f, size_t need)
{
	if (f->at > 0 && (f->at >= f->cap / 2 || f->cap - f->end < need)) {
		memmove(f->window, f->window + f->at, f->end - f->at);
		f->end -= f->at;
		f->at = 0;
	}
	if (f->cap - f->end >= need)
		return;
	size_t cap = f->cap ? 2 * f->cap : FEED_WINDOW;
	char *p = realloc(f->window, cap);
	if (!p)
		bug("out of memory for a window of %zu bytes", cap);
	f->window = p;
	f->cap = cap;
}

/* UTF-16 in, UTF-8 behind the window. Half a unit, or half a pair, waits for the next piece. */
static bool window_convert(struct feed *f)
{
	enum { PIECE = FEED_WINDOW / 8 };
	bool big = f->encoding == FEED_UTF16_BE;
	ARENA_SCOPE(f->arena);
	char *raw = arena_alloc(f->arena, PIECE);
	size_t n = f->unit_n;
	memcpy(raw, f->unit, n);
	size_t got = (size_t)input_read(f->in, raw + n, PIECE - n);
	n += got;
	f->received += (int64_t)got;
	size_t whole = got ? n & ~(size_t)1 : n;
	if (got && whole >= 2 && ((unsigned char)raw[whole - (big ? 2 : 1)] & 0xfc) == 0xd8)
		whole -= 2;
	f->unit_n = n - whole;
	memcpy(f->unit, raw + whole, f->unit_n);
	struct str text = utf8_from_utf16(f->arena, str_n(raw, whole), big);
	window_make_room(f, text.n);
	memcpy(f->window + f->end, text.p, text.n);
	f->end += text.n;
	return got > 0;
}

bool feed_more(struct feed *f)
{
	if (f->ended)
		return false;
	bool more;
	if (f->encoding != FEED_BYTES) {
		more = window_convert(f);
	} else {
		window_make_room(f, 1);
		size_t got = (size_t)input_read(f->in, f->window + f->end, f->cap - f->end);
		f->end += got;
		more = got > 0;
	}
	f->ended = !more;
	return more;
}

static int64_t count_newlines(const char *p, size_t n)
{
	int64_t lines = 0;
	size_t i = 0;
#if defined __SSE2__
	const __m128i newline = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
	while (i + 16 <= n) {
		__m128i sums = zero;
		/* 255 rounds before a byte counter could run over */
		for (size_t round = 0; round < 255 && i + 16 <= n; round++, i += 16)
			sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(p + i)), newline));
		sums = _mm_sad_epu8(sums, zero);
		lines += _mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_srli_si128(sums, 8));
	}
#endif
	for (; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

void feed_advance(struct feed *f, size_t n)
{
	f->line += count_newlines(f->window + f->at, n);
	f->at += n;
	f->offset += (int64_t)n;
}

/* --- opening --- */

/* A byte order mark, or the NUL in every other byte that ASCII in UTF-16 shows. */
static void feed_encoding(struct feed *f, struct str head)
{
	const unsigned char *p = (const unsigned char *)head.p;
	if (head.n < 4)
		return;
	if ((p[0] == 0xff && p[1] == 0xfe) || (p[0] && !p[1] && p[2] && !p[3]))
		f->encoding = FEED_UTF16_LE;
	else if ((p[0] == 0xfe && p[1] == 0xff) || (!p[0] && p[1] && !p[2] && p[3]))
		f->encoding = FEED_UTF16_BE;
}

static void feed_drop_mark(struct feed *f)
{
	if (f->end - f->at >= 3 && !memcmp(f->window + f->at, "\xef\xbb\xbf", 3)) {
		f->at += 3;
		f->offset += 3; /* offsets count bytes as they stand */
	}
}

static struct doc *doc_make(struct arena *arena, struct str name)
{
	struct doc *d = NEW(arena, struct doc);
	size_t slash = str_rfind_byte(name, '/'), colon = str_find(name, STR(": "), 0);
	d->name = name;
	d->base = slash == STR_NPOS ? name : str_from(name, slash + 1);
	if (slash == STR_NPOS || (colon != STR_NPOS && colon > slash))
		d->base = colon == STR_NPOS ? name : str_from(name, colon + 2);
	d->mtime = d->captured_at = INSTANT_NONE;
	d->scratch = arena_open();
	d->feed = NEW(arena, struct feed);
	d->feed->arena = arena;
	d->feed->line = 1;
	return d;
}

static void doc_fill_head(struct doc *d)
{
	struct feed *f = d->feed;
	while (f->end - f->at < DOC_HEAD && feed_more(f))
		if (d->stream && memchr(f->window, '\n', f->end) && !input_ready(f->in, INPUT_PATIENCE))
			break;
}

static void doc_take_head(struct doc *d)
{
	struct feed *f = d->feed;
	struct str head = str_n(f->window + f->at, f->end - f->at);
	d->head_is_all = f->ended && head.n <= DOC_HEAD;
	d->head = str_dup(f->arena, str_slice(head, 0, DOC_HEAD));
	d->item_known = false;
}

bool doc_look_further(struct doc *d)
{
	if (!d->stream || d->feed->ended || d->head.n >= DOC_HEAD)
		return false;
	doc_fill_head(d);
	doc_take_head(d);
	return true;
}

struct doc *doc_open(struct arena *arena, struct str name, struct input *in, bool stream)
{
	struct doc *d = doc_make(arena, name);
	struct feed *f = d->feed;
	d->stream = stream;
	f->in = in;
	feed_encoding(f, input_peek(in, arena));
	doc_fill_head(d);
	feed_drop_mark(f);
	doc_take_head(d);
	return d;
}

struct doc *doc_of(struct arena *arena, struct str name, struct str text)
{
	struct doc *d = doc_make(arena, name);
	struct feed *f = d->feed;
	feed_encoding(f, text);
	f->received = (int64_t)text.n;
	if (f->encoding != FEED_BYTES)
		text = utf8_from_utf16(arena, text, f->encoding == FEED_UTF16_BE);
	f->window = (char *)(uintptr_t)text.p; /* only read: cap is 0 and the end is known */
	f->end = text.n;
	f->ended = true;
	feed_drop_mark(f);
	d->head = str_slice(str_n(text.p + f->at, f->end - f->at), 0, DOC_HEAD);
	d->head_is_all = f->end - f->at <= DOC_HEAD;
	return d;
}

void doc_close(struct doc *d)
{
	if (!d)
		return;
	if (d->feed->cap)
		free(d->feed->window);
	arena_close(d->scratch);
	d->feed->window = NULL;
	d->feed->cap = d->feed->at = d->feed->end = 0;
	d->scratch = NULL;
}

/* --- what bids look at --- */

bool doc_contains(const struct doc *d, const char *needle)
{
	return str_contains(d->head, str_of(needle));
}

bool doc_name_ends(const struct doc *d, const char *suffix)
{
	return str_ends(d->name, str_of(suffix));
}

static struct str line_trim_end(struct str line)
{
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

bool doc_head_next(const struct doc *d, struct str *rest, struct str *line)
{
	bool is_first = rest->p == d->head.p;
	if (!str_next(rest, '\n', line))
		return false;
	bool is_whole = d->head_is_all || line->p + line->n < d->head.p + d->head.n;
	return is_whole || is_first;
}

struct str doc_head_line(const struct doc *d, int i)
{
	struct str rest = d->head;
	while (rest.n) {
		size_t nl = str_find_byte(rest, '\n', 0);
		struct str line = str_slice(rest, 0, nl == STR_NPOS ? rest.n : nl);
		if (i-- == 0)
			return line_trim_end(line);
		rest = str_from(rest, nl == STR_NPOS ? rest.n : nl + 1);
	}
	return STR_NONE;
}

bool doc_looks_json(const struct doc *d)
{
	for (size_t i = 0; i < d->head.n; i++)
		if (!byte_is_space(d->head.p[i]))
			return d->head.p[i] == '{' || d->head.p[i] == '[';
	return false;
}

struct json *doc_item(struct doc *d)
{
	if (d->item_known)
		return d->item;
	d->item_known = true;
	if (!doc_looks_json(d))
		return NULL;
	AUTO(doc_close) struct doc *head = doc_of(d->feed->arena, d->name, d->head);
	struct slice s;
	while (!d->item && doc_json(head, "items", &s)) {
		struct err unread = {{0}};
		if (s.cut)
			break;
		if (!s.broken && s.text.n && s.text.p[0] == '{')
			d->item = json_parse(d->feed->arena, s.text, &unread);
	}
	return d->item;
}

/* --- lines --- */

/* Pieces of a line that is too long do not end inside a character. */
static size_t piece_length(const char *p, size_t n)
{
	size_t end = n;
	while (end > n - 4 && ((unsigned char)p[end] & 0xc0) == 0x80)
		end--;
	return end > n - 4 ? end : n;
}

bool doc_line(struct doc *d, struct slice *s)
{
	struct feed *f = d->feed;
	const char *newline = NULL;
	size_t seen = 0;
	for (;;) {
		size_t held = f->end - f->at;
		newline = held > seen ? memchr(f->window + f->at + seen, '\n', held - seen) : NULL;
		seen = held;
		if (newline || seen > DOC_LINE_MAX || !feed_more(f))
			break;
	}
	const char *start = f->window + f->at;
	size_t n = newline ? (size_t)(newline - start) : seen;
	if (!newline && n == 0)
		return false;
	bool piece = n > DOC_LINE_MAX;
	if (piece)
		n = piece_length(start, DOC_LINE_MAX);
	*s = (struct slice){.text = str_n(start, n), .from = {f->offset, (int64_t)n, f->line}};
	s->cut = piece || (!newline && f->in && f->in->damage[0]);
	if (newline && !piece) {
		s->text = line_trim_end(s->text);
		s->from.length++;
		f->line++;
	}
	f->at += (size_t)s->from.length;
	f->offset += s->from.length;
	f->handed += s->from.length;
	return true;
}

bool doc_waits(struct doc *d)
{
	struct feed *f = d->feed;
	return d->stream && !f->ended && !memchr(f->window + f->at, '\n', f->end - f->at) &&
	       !input_ready(f->in, INPUT_PATIENCE);
}

/* --- all of it --- */

bool doc_whole(struct doc *d, struct arena *arena, struct slice *s, struct err *e)
{
	struct feed *f = d->feed;
	while (f->end - f->at <= (size_t)DOC_WHOLE_MAX && feed_more(f))
		;
	struct str all = str_n(f->window + f->at, f->end - f->at);
	if (all.n > (size_t)DOC_WHOLE_MAX)
		return err_set(e, "longer than %lld MiB, which is the most that is read in one piece",
			(long long)(DOC_WHOLE_MAX >> 20));
	*s = (struct slice){.text = f->cap ? str_dup(arena, all) : all, .from = {f->offset, (int64_t)all.n, f->line}};
	s->cut = f->in && f->in->damage[0];
	feed_advance(f, all.n);
	f->handed += s->from.length;
	return true;
}

/* --- where its bytes went --- */

struct extent doc_extent(struct doc *d)
{
	struct feed *f = d->feed;
	struct extent x = {.framing = f->offset - f->handed};
	do {
		x.unread += (int64_t)(f->end - f->at);
		f->offset += (int64_t)(f->end - f->at);
		f->at = f->end;
	} while (feed_more(f));
	x.size = f->offset;
	x.received = f->encoding == FEED_BYTES ? x.size : f->received;
	return x;
}
