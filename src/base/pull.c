/* JSON without a tree: strict, so that whatever is unusual is left to json_parse. */
#include "pull.h"

#include "json.h"
#include "utf8.h"

#if defined __SSE2__
#include <emmintrin.h>
#endif

enum { NUMBER_MAX = 15 }; /* digits that json_parse, too, keeps exactly */

static bool fail(struct pull *p)
{
	p->failed = true;
	p->at = p->end; /* nothing more is found */
	return false;
}

static inline bool byte_is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blanks(struct pull *p)
{
	while (p->at < p->end && byte_is_blank(*p->at)) {
#if defined __SSE2__
		/* a line of an indented document, most often: the rest of its blanks at once */
		if (p->end - p->at > 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p->at + 1));
			unsigned other = ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')));
			p->at += 1 + __builtin_ctz(other | 1u << 16);
			continue;
		}
#endif
		p->at++;
	}
}

/* The byte that stands here, blanks aside; NUL, which JSON has nowhere, at the end. */
static char next_byte(struct pull *p)
{
	skip_blanks(p);
	return p->at < p->end ? *p->at : '\0';
}

/* --- strings --- */

const char *json_string_stop(const char *p, const char *end, bool *high)
{
#if defined __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stops = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, back));
		unsigned hit =
			(unsigned)_mm_movemask_epi8(_mm_or_si128(stops, _mm_cmpeq_epi8(_mm_min_epu8(v, control), v)));
		unsigned above = (unsigned)_mm_movemask_epi8(v);
		*high |= (above & (hit ? hit ^ (hit - 1) : ~0u)) != 0;
		if (hit)
			return p + __builtin_ctz(hit);
	}
#endif
	for (; p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' '; p++)
		*high |= (unsigned char)*p >= 0x80;
	return p;
}

/* The character of an escape (behind its backslash) and its length; 0: none that is read here. */
static size_t escape_read(struct str s, uint32_t *code)
{
	static const char letter[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
	const char *known = s.n ? memchr(letter, s.p[0], sizeof letter - 1) : NULL;
	struct str digits = str_slice(s, 1, 5);
	uint64_t number;

	if (known) {
		*code = (unsigned char)plain[known - letter];
		return 1;
	}
	if (!s.n || s.p[0] != 'u' || digits.n != 4 || !str_hex(digits, &number) || number == 0 || number >> 11 == 0x1b)
		return 0;
	*code = (uint32_t)number;
	return 5;
}

/* A string with escapes, from its first one on. */
static bool string_rest(struct pull *p, const char *from, const char *stop, struct str *out)
{
	struct buf b = BUF(p->arena);

	while (stop < p->end && *stop == '\\') {
		uint32_t code;
		size_t length = escape_read(str_n(stop + 1, (size_t)(p->end - stop - 1)), &code);
		if (!length)
			return fail(p);
		if (out) {
			buf_bytes(&b, from, (size_t)(stop - from));
			buf_utf8(&b, code);
		}
		from = stop + 1 + length;
		stop = json_string_stop(from, p->end, &p->high);
	}
	if (stop == p->end || *stop != '"')
		return fail(p);
	p->at = stop + 1;
	if (out) {
		buf_bytes(&b, from, (size_t)(stop - from));
		*out = buf_str(&b);
	}
	return true;
}

/* OUT may be NULL. */
static bool string_take(struct pull *p, struct str *out)
{
	const char *from = p->at + 1, *stop = json_string_stop(from, p->end, &p->high);

	if (stop == p->end || *stop != '"')
		return string_rest(p, from, stop, out);
	if (out)
		*out = str_n(from, (size_t)(stop - from));
	p->at = stop + 1;
	return true;
}

/* --- the rest --- */

static const char *digits_skip(const char *p, const char *end)
{
	while (p < end && byte_is_digit(*p))
		p++;
	return p;
}

/* The number that stands here; *WHOLE: it has neither fraction nor exponent. */
static bool number_take(struct pull *p, struct str *out, bool *whole)
{
	const char *begin = p->at, *first = begin + (*begin == '-'), *at = digits_skip(first, p->end), *more;

	if (at == first || (*first == '0' && at > first + 1))
		return fail(p);
	*whole = true;
	if (at < p->end && *at == '.') {
		more = digits_skip(at + 1, p->end);
		*whole = false;
		if (more == at + 1)
			return fail(p);
		at = more;
	}
	if (at < p->end && (*at | 0x20) == 'e') {
		const char *exponent = at + 1 + (at + 1 < p->end && (at[1] == '+' || at[1] == '-'));
		more = digits_skip(exponent, p->end);
		*whole = false;
		if (more == exponent)
			return fail(p);
		at = more;
	}
	*out = str_n(begin, (size_t)(at - begin));
	if (out->n > NUMBER_MAX)
		return fail(p);
	p->at = at;
	return true;
}

static bool word_take(struct pull *p)
{
	static const struct str words[] = {STR("null"), STR("true"), STR("false")};
	struct str rest = str_n(p->at, (size_t)(p->end - p->at));

	for (size_t i = 0; i < LEN(words); i++)
		if (str_starts(rest, words[i])) {
			p->at += words[i].n;
			return true;
		}
	return fail(p);
}

static void object_skip(struct pull *p)
{
	struct str key;

	pull_enter(p);
	while (pull_key(p, &key))
		pull_skip(p);
}

static void array_skip(struct pull *p)
{
	p->at++;
	if (++p->depth > JSON_DEPTH) {
		fail(p);
		return;
	}
	if (next_byte(p) == ']') {
		p->at++;
	} else {
		for (char c = ','; c == ','; p->at++) {
			pull_skip(p);
			c = next_byte(p);
			if (c != ',' && c != ']') {
				fail(p);
				return;
			}
		}
	}
	p->depth--;
}

/* --- the calls --- */

struct pull pull_of(struct arena *arena, struct str text)
{
	return (struct pull){.at = text.p, .end = text.p + text.n, .text = text, .arena = arena};
}

bool pull_enter(struct pull *p)
{
	if (next_byte(p) != '{')
		return false;
	p->at++;
	p->fresh = true;
	return ++p->depth <= JSON_DEPTH || fail(p);
}

bool pull_key(struct pull *p, struct str *key)
{
	char c = next_byte(p);

	if (c == '}') {
		p->at++;
		p->depth--;
		p->fresh = false;
		return false;
	}
	if (!p->fresh) {
		if (c != ',')
			return fail(p);
		p->at++;
		c = next_byte(p);
	}
	p->fresh = false;
	if (c != '"')
		return fail(p);
	const char *from = p->at + 1, *stop = json_string_stop(from, p->end, &p->high);
	if (stop == p->end || *stop != '"')
		return fail(p);
	*key = str_n(from, (size_t)(stop - from));
	p->at = stop + 1;
	if (next_byte(p) != ':')
		return fail(p);
	p->at++;
	return true;
}

bool pull_str(struct pull *p, struct str *out)
{
	return next_byte(p) == '"' && string_take(p, out);
}

bool pull_int(struct pull *p, int64_t *out)
{
	char c = next_byte(p);
	const char *before = p->at;
	struct str text;
	bool whole;

	if ((c != '-' && !byte_is_digit(c)) || !number_take(p, &text, &whole))
		return false;
	if (!whole || !str_int(text, out))
		p->at = before;
	return p->at != before;
}

void pull_skip(struct pull *p)
{
	char c = next_byte(p);
	struct str number;
	bool whole;

	if (c == '"')
		string_take(p, NULL);
	else if (c == '{')
		object_skip(p);
	else if (c == '[')
		array_skip(p);
	else if (c == '-' || byte_is_digit(c))
		number_take(p, &number, &whole);
	else
		word_take(p);
}

bool pull_done(struct pull *p)
{
	if (!p->failed && (next_byte(p) != '\0' || p->at != p->end || p->depth != 0))
		fail(p);
	if (!p->failed && p->high && !utf8_is_valid(p->text))
		fail(p);
	return !p->failed;
}

/* --- text that claims to be JSON --- */

/* Behind the string that begins at AT; STR_NPOS: none does. *HIGH becomes true where it holds more than ASCII. */
static size_t string_end(struct str s, size_t at, bool *high)
{
	if (at >= s.n || s.p[at] != '"')
		return STR_NPOS;
	for (at++;; at += 2) {
		at = (size_t)(json_string_stop(s.p + at, s.p + s.n, high) - s.p);
		if (at >= s.n || s.p[at] != '\\')
			return at < s.n && s.p[at] == '"' ? at + 1 : STR_NPOS;
		struct str digits = str_slice(s, at + 2, at + 6);
		uint64_t code;
		if (at + 1 >= s.n || !memchr("\"\\/bfnrtu", s.p[at + 1], 9) ||
			(s.p[at + 1] == 'u' && (digits.n != 4 || !str_hex(digits, &code))))
			return STR_NPOS;
	}
}

bool json_text_is_flat(struct str s)
{
	bool high = false;
	size_t at = 1;
	if (str_eq(s, STR("{}")))
		return true;
	if (!str_starts(s, STR("{")))
		return false;
	for (;; at++) {
		at = string_end(s, at, &high);
		if (at == STR_NPOS || at >= s.n || s.p[at] != ':')
			return false;
		at = string_end(s, at + 1, &high);
		if (at == STR_NPOS || at >= s.n || s.p[at] != ',')
			break;
	}
	return at != STR_NPOS && at + 1 == s.n && s.p[at] == '}' && (!high || utf8_is_valid(s));
}
