/* Cuts a stream of JSON into its values without parsing them. */
#include "read/feed.h"

#if defined __SSE2__
#include <emmintrin.h>
#endif

/*
 * Only strings and brackets are understood, so this runs at memory speed and needs no more memory than the
 * longest value. A value whose brackets do not match, or that a writer left unfinished, is given up where the
 * next one visibly begins: at a line that starts with `{` at or left of the column where the value started.
 * Valid JSON is never given up.
 */
enum scan { SCAN_DONE, SCAN_MORE, SCAN_BROKEN, SCAN_ITEMS };

/* --- finding the next byte that matters --- */

/* First of " { } [ ] at or after I; N if none. */
static size_t find_structural(const char *p, size_t i, size_t n)
{
#if defined __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), open = _mm_set1_epi8('{'), shut = _mm_set1_epi8('}'),
		      fold = _mm_set1_epi8(0x20); /* [ and ] differ from { and } in this bit only */
	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(p + i)), folded = _mm_or_si128(v, fold);
		__m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, shut));
		int hit = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, quote), brackets));
		if (hit)
			return i + (size_t)__builtin_ctz((unsigned)hit);
	}
#endif
	for (; i < n; i++)
		if (p[i] == '"' || (p[i] | 0x20) == '{' || (p[i] | 0x20) == '}')
			break;
	return i;
}

/* First of " \ and newline at or after I; N if none. */
static size_t find_string_end(const char *p, size_t i, size_t n)
{
#if defined __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\'), newline = _mm_set1_epi8('\n');
	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(p + i));
		__m128i ends = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, back));
		int hit = _mm_movemask_epi8(_mm_or_si128(ends, _mm_cmpeq_epi8(v, newline)));
		if (hit)
			return i + (size_t)__builtin_ctz((unsigned)hit);
	}
#endif
	for (; i < n; i++)
		if (p[i] == '"' || p[i] == '\\' || p[i] == '\n')
			break;
	return i;
}

/* --- one value --- */

static bool top_is_object(const struct slicer *z)
{
	int top = z->depth - 1;
	return z->object_bits[top / 64] >> (top % 64) & 1;
}

static bool push_bracket(struct slicer *z, char c)
{
	z->deep = z->depth == SLICER_DEPTH;
	if (z->deep)
		return false;
	uint64_t bit = UINT64_C(1) << (z->depth % 64);
	uint64_t *word = &z->object_bits[z->depth++ / 64];
	*word = c == '{' ? *word | bit : *word & ~bit;
	return true;
}

/* Column of P[I] when only blanks stand before it in its line; else, or when the line began before P, -1. */
static int column_at(const char *p, size_t i)
{
	size_t start = i;
	while (start > 0 && (p[start - 1] == ' ' || p[start - 1] == '\t'))
		start--;
	return start > 0 && p[start - 1] == '\n' ? (int)(i - start) : -1;
}

/* Could an inner value begin at P[I]? After a colon in an object, after [ or a comma in an array. */
static bool value_may_begin(const struct slicer *z, const char *p, size_t i)
{
	while (i > 0 && byte_is_space(p[i - 1]))
		i--;
	char before = i > 0 ? p[i - 1] : ':';
	return top_is_object(z) ? before == ':' : before == '[' || before == ',';
}

/* An opening brace inside a value: remembers the first that looks like the beginning of the next record. */
static bool brace_is_plausible(struct slicer *z, const char *p, size_t i)
{
	int column = column_at(p, i);
	if (column < 0 || column > z->column)
		return true;
	if (!z->resume)
		z->resume = i;
	return value_may_begin(z, p, i);
}

/* A string with a raw newline whose next line opens a record: the writer was cut off. SCAN_MORE: not enough
 * bytes to tell. */
static enum scan newline_in_string(struct slicer *z, const char *p, size_t i, size_t n)
{
	size_t brace = i + 1;
	while (brace < n && (p[brace] == ' ' || p[brace] == '\t') && brace - i <= (size_t)z->column)
		brace++;
	if (brace == n)
		return SCAN_MORE;
	if (p[brace] != '{' || brace - i - 1 > (size_t)z->column)
		return SCAN_DONE;
	if (!z->resume)
		z->resume = brace;
	return SCAN_BROKEN;
}

/* Is what stands between the key and P[I] just a colon (then the key's value begins here)? */
static bool key_opens(const struct slicer *z, const char *p, size_t i)
{
	struct str between = str_trim(str_n(p + z->key_end, i - z->key_end));
	return str_eq(between, STR(":"));
}

static bool key_was_null(const struct slicer *z, const char *p, size_t i)
{
	struct str between = str_trim(str_n(p + z->key_end, i - z->key_end));
	return between.n > 1 && between.p[0] == ':' && str_starts(str_trim(str_from(between, 1)), STR("null"));
}

static void string_ended(struct slicer *z, const char *p, size_t i, struct str key)
{
	z->in_string = false;
	if (z->depth != 1 || !key.n || !top_is_object(z))
		return;
	if (z->key_end && key_was_null(z, p, z->string_at - 1))
		z->key_null = true;
	z->key_end = str_eq(str_n(p + z->string_at, i - z->string_at), key) ? i + 1 : 0;
}

/* Goes on inside a string from z->pos. SCAN_DONE: it ended. */
static enum scan scan_string(struct slicer *z, const char *p, size_t n, struct str key)
{
	size_t i = z->pos;
	for (;;) {
		i = find_string_end(p, i, n);
		if (i == n || (p[i] == '\\' && i + 1 == n)) {
			z->pos = i;
			return SCAN_MORE;
		}
		if (p[i] == '"') {
			string_ended(z, p, i, key);
			z->pos = i + 1;
			return SCAN_DONE;
		}
		if (p[i] == '\n') {
			enum scan verdict = newline_in_string(z, p, i, n);
			if (verdict != SCAN_DONE) {
				z->pos = i;
				return verdict;
			}
		}
		i += p[i] == '\\' ? 2 : 1;
	}
}

/* Goes on from z->pos to the end of the value that began at P, or to behind the [ of KEY. */
static enum scan scan_value(struct slicer *z, const char *p, size_t n, struct str key)
{
	for (;;) {
		if (z->in_string) {
			enum scan inner = scan_string(z, p, n, key);
			if (inner != SCAN_DONE)
				return inner;
			if (z->depth == 0)
				return SCAN_DONE;
		}
		size_t i = find_structural(p, z->pos, n);
		z->pos = i;
		if (i == n)
			return SCAN_MORE;
		char c = p[i];
		z->pos = i + 1;
		if (c == '"') {
			z->in_string = true;
			z->string_at = i + 1;
		} else if (c == '{' || c == '[') {
			if (z->depth && c == '{' && !brace_is_plausible(z, p, i)) {
				z->pos = i;
				return SCAN_BROKEN;
			}
			if (c == '[' && z->depth == 1 && z->key_end && key_opens(z, p, i))
				return SCAN_ITEMS;
			if (!push_bracket(z, c))
				return SCAN_BROKEN;
		} else {
			if (top_is_object(z) != (c == '}'))
				return SCAN_BROKEN;
			if (z->depth == 1 && z->key_end && key_was_null(z, p, i))
				z->key_null = true;
			if (--z->depth == 0)
				return SCAN_DONE;
		}
	}
}

/* --- the document --- */

static void value_begin(struct slicer *z, int column)
{
	z->scanning = true;
	z->column = column;
	z->in_string = z->key_null = z->over = z->deep = false;
	z->depth = 0;
	z->pos = z->string_at = z->key_end = z->resume = 0;
}

/* Drops what was scanned, keeping the state: for values over the limit and for what surrounds `items`. */
static void forget_scanned(struct feed *f)
{
	struct slicer *z = &f->slicer;
	size_t done = z->pos;
	/* a key that is cut by the window's end must still be recognised */
	if (z->in_string && z->string_at > 0 && z->pos - z->string_at < 64)
		done = z->string_at - 1;
	if (z->key_end && z->key_end - 1 < done)
		done = z->key_end - 1;
	feed_advance(f, done);
	z->pos -= done;
	z->string_at = z->string_at > done ? z->string_at - done : 0;
	z->key_end = z->key_end ? z->key_end - done : 0;
	z->resume = 0;
}

static struct slice take(struct feed *f, size_t n)
{
	struct slice s = {.text = str_n(f->window + f->at, n), .from = {f->offset, (int64_t)n, f->line}};
	feed_advance(f, n);
	f->slicer.scanning = false;
	return s;
}

/* Where, from I on, a line begins with `{` at or left of the value's column; 0 when the document ends first.
 */
static size_t find_resume(struct feed *f, size_t i)
{
	struct slicer *z = &f->slicer;
	for (;; i++) {
		size_t n = f->end - f->at;
		const char *brace = i < n ? memchr(f->window + f->at + i, '{', n - i) : NULL;
		if (!brace) {
			i = n ? n - 1 : 0;
			if (n >= DOC_OBJECT_MAX || !feed_more(f))
				return 0;
			continue;
		}
		i = (size_t)(brace - (f->window + f->at));
		int column = column_at(f->window + f->at, i);
		if (i && column >= 0 && column <= z->column)
			return i;
	}
}

static struct slice give_up(struct feed *f, bool at_end)
{
	struct slicer *z = &f->slicer;
	size_t resume = z->resume ? z->resume : at_end ? 0 : find_resume(f, z->pos);
	int column = resume ? column_at(f->window + f->at, resume) : 0;
	struct slice s = take(f, resume ? resume : f->end - f->at);
	s.broken = resume || !at_end;
	s.cut = !resume && f->ended;
	s.deep = z->deep;
	/* a record left of the list's own column is none of its elements */
	if (z->state != SLICER_TOP && (!resume || (column <= z->outer_column && column < z->column)))
		z->state = SLICER_TOP;
	return s;
}

_Static_assert(DOC_DEPTH_MAX == 1024 && DOC_OBJECT_MAX == 64 << 20, "the words below name them");
const char *slice_fault(const struct slice *s)
{
	if (s->deep)
		return "nested deeper than 1024 levels";
	if (s->cut && s->broken && !s->text.n)
		return "a JSON value longer than 64 MiB; it is kept but was not read";
	return s->cut && !s->broken ? "incomplete object" : "not JSON";
}

static struct slice take_value(struct feed *f)
{
	struct slicer *z = &f->slicer;
	if (!z->over)
		return take(f, z->pos);
	struct slice s = take(f, z->pos);
	s.from.length += s.from.offset - z->over_from.offset;
	s.from.offset = z->over_from.offset;
	s.from.line = z->over_from.line;
	s.text = STR_NONE;
	s.broken = s.cut = true;
	return s;
}

/* Skips blanks and what may stand between values; the column of what follows in *column. False at the end. */
static bool skip_between(struct feed *f, int *column)
{
	*column = 0;
	for (;;) {
		size_t n = f->end - f->at, i = 0;
		const char *p = f->window + f->at;
		for (; i < n; i++) {
			if (p[i] == '\n' || p[i] == ',' || p[i] == '\x1e')
				*column = 0;
			else if (byte_is_space(p[i]))
				++*column;
			else
				break;
		}
		feed_advance(f, i);
		if (i < n)
			return true;
		if (!feed_more(f))
			return false;
	}
}

/* Text that is no JSON: the rest of its line, or stray closing brackets. */
static struct slice take_junk(struct feed *f)
{
	size_t i = 0;
	const char *p = f->window + f->at;
	while (f->at + i < f->end && (p[i] == '}' || p[i] == ']'))
		i++;
	if (i == 0) {
		const char *newline;
		while (!(newline = memchr(f->window + f->at, '\n', f->end - f->at)))
			if (f->end - f->at > DOC_LINE_MAX || !feed_more(f))
				break;
		i = newline ? (size_t)(newline - (f->window + f->at)) : f->end - f->at;
	}
	struct slice s = take(f, i);
	s.text = str_trim_end(s.text);
	s.broken = true;
	return s;
}

/* An array of records, as opposed to text in brackets. */
static bool array_begins(struct feed *f)
{
	for (size_t i = 1;; i++) {
		while (f->at + i == f->end)
			if (i >= DOC_LINE_MAX || !feed_more(f))
				return true;
		char c = f->window[f->at + i];
		if (!byte_is_space(c))
			return c == '{' || c == '[' || c == ']' || c == '"';
	}
}

/* A number or a word among the elements. */
static struct slice take_scalar(struct feed *f)
{
	size_t i = 0;
	for (;; i++) {
		while (f->at + i == f->end)
			if (i >= DOC_LINE_MAX || !feed_more(f))
				return take(f, i);
		char c = f->window[f->at + i];
		if (i && (c == ',' || c == ']' || c == '}' || byte_is_space(c)))
			return take(f, i);
	}
}

/* Where a value can begin: true with a slice when there is one at once (junk, a scalar), false when one was
 * begun or an array was entered or left. */
static bool begin(struct feed *f, int column, struct slice *s)
{
	struct slicer *z = &f->slicer;
	char c = f->window[f->at];
	if (z->state == SLICER_ELEMENTS) {
		if (c == ']') {
			feed_advance(f, 1);
			z->state = z->wrapped ? SLICER_WRAPPER : SLICER_TOP;
			if (z->wrapped) {
				value_begin(z, z->outer_column);
				push_bracket(z, '{');
			}
			return false;
		}
		if (c == '{' || c == '[' || c == '"') {
			value_begin(z, column);
			return false;
		}
		*s = c == '}' ? take_junk(f) : take_scalar(f);
		if (c == '}')
			z->state = SLICER_TOP;
		return true;
	}
	z->outer_column = column;
	if (c == '{') {
		value_begin(z, column);
		return false;
	}
	if (c == '[' && array_begins(f)) {
		feed_advance(f, 1);
		z->state = SLICER_ELEMENTS;
		z->wrapped = false;
		return false;
	}
	*s = take_junk(f);
	return true;
}

/* The document ended inside a value, or inside the list that held the values. */
static bool end(struct feed *f, struct slice *s)
{
	struct slicer *z = &f->slicer;
	bool open = z->state != SLICER_TOP;
	if (z->scanning && z->state != SLICER_WRAPPER) {
		*s = give_up(f, true);
		return true;
	}
	z->scanning = false;
	z->state = SLICER_TOP;
	if (!open)
		return false;
	*s = take(f, f->end - f->at);
	s->cut = true;
	return true;
}

/* What a finished scan means. True: *s holds a slice. */
static bool conclude(struct feed *f, enum scan verdict, struct slice *s)
{
	struct slicer *z = &f->slicer;
	if (verdict == SCAN_ITEMS) {
		feed_advance(f, z->pos);
		z->scanning = false;
		z->state = SLICER_ELEMENTS;
		z->wrapped = true;
		return false;
	}
	if (z->state == SLICER_WRAPPER) {
		feed_advance(f, z->pos);
		z->scanning = false;
		z->state = SLICER_TOP;
		return false;
	}
	bool empty_list = verdict == SCAN_DONE && z->key_null && !z->over;
	*s = verdict == SCAN_DONE ? take_value(f) : give_up(f, false);
	return !empty_list;
}

static bool next_value(struct doc *d, const char *key, struct slice *s)
{
	struct feed *f = d->feed;
	struct slicer *z = &f->slicer;
	for (;;) {
		int column;
		if (!z->scanning) {
			if (!skip_between(f, &column))
				return end(f, s);
			if (begin(f, column, s))
				return true;
			continue;
		}
		struct str wanted = z->state == SLICER_ELEMENTS ? STR_NONE : str_of(key);
		enum scan verdict = scan_value(z, f->window + f->at, f->end - f->at, wanted);
		if (verdict != SCAN_MORE) {
			if (conclude(f, verdict, s))
				return true;
			continue;
		}
		if (f->end - f->at >= DOC_OBJECT_MAX && z->resume) {
			*s = give_up(f, false);
			return true;
		}
		if (z->state == SLICER_WRAPPER || f->end - f->at >= DOC_OBJECT_MAX) {
			if (z->state != SLICER_WRAPPER && !z->over) {
				z->over = true;
				z->over_from = (struct where){f->offset, 0, f->line};
			}
			forget_scanned(f);
		}
		if (!feed_more(f))
			return end(f, s);
	}
}

bool doc_json(struct doc *d, const char *key, struct slice *s)
{
	if (!next_value(d, key, s))
		return false;
	d->feed->handed += s->from.length;
	return true;
}
