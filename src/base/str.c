/* Strings as views, and a builder. */
#include "str.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

struct str str_dup(struct arena *arena, struct str s)
{
	return str_n(str_cstr(arena, s), s.n);
}

const char *str_cstr(struct arena *arena, struct str s)
{
	char *p = arena_alloc_raw(arena, s.n + 1);

	p[s.n] = '\0';
	return s.n ? memcpy(p, s.p, s.n) : p;
}

struct str str_vfmt(struct arena *arena, const char *fmt, va_list args)
{
	struct buf b = BUF(arena);

	buf_vfmt(&b, fmt, args);
	return buf_str(&b);
}

struct str str_fmt(struct arena *arena, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	struct str s = str_vfmt(arena, fmt, args);
	va_end(args);
	return s;
}

bool str_eq_case(struct str a, struct str b)
{
	return a.n == b.n && str_starts_case(a, b);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts_case(struct str s, struct str prefix)
{
	if (s.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (byte_lower(s.p[i]) != byte_lower(prefix.p[i]))
			return false;
	return true;
}

bool str_contains(struct str s, struct str needle)
{
	return str_find(s, needle, 0) != STR_NPOS;
}

size_t str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.n)
		return STR_NPOS;
	if (needle.n == 0)
		return from;
	if (s.n - from < needle.n)
		return STR_NPOS;
	if (needle.n == 1)
		return str_find_byte(s, needle.p[0], from);
	/* Where its first byte is rare, looking for that is a dozen times as fast. */
	enum { FIRST_TRIES = 8 };
	size_t last = s.n - needle.n;
	for (int i = 0; i < FIRST_TRIES; i++, from++) {
		from = str_find_byte(s, needle.p[0], from);
		if (from > last)
			return STR_NPOS;
		if (memcmp(s.p + from, needle.p, needle.n) == 0)
			return from;
	}
	const char *p = from <= last ? memmem(s.p + from, s.n - from, needle.p, needle.n) : NULL;
	return p ? (size_t)(p - s.p) : STR_NPOS;
}

size_t str_find_case(struct str s, struct str needle, size_t from)
{
	if (needle.n == 0 || from > s.n || s.n - from < needle.n)
		return needle.n == 0 && from <= s.n ? from : STR_NPOS;
	char low = byte_lower(needle.p[0]), high = byte_is_alpha(low) ? (char)(low ^ 0x20) : low;
	for (const char *p = s.p + from, *last = s.p + (s.n - needle.n); p <= last; p++)
		if ((*p == low || *p == high) && str_starts_case(str_from(s, (size_t)(p - s.p)), needle))
			return (size_t)(p - s.p);
	return STR_NPOS;
}

size_t str_find_byte(struct str s, char c, size_t from)
{
	const char *p = from < s.n ? memchr(s.p + from, c, s.n - from) : NULL;

	return p ? (size_t)(p - s.p) : STR_NPOS;
}

size_t str_rfind_byte(struct str s, char c)
{
	const char *p = s.n ? memrchr(s.p, c, s.n) : NULL;

	return p ? (size_t)(p - s.p) : STR_NPOS;
}

struct str str_trim(struct str s)
{
	size_t blanks = 0;

	while (blanks < s.n && byte_is_space(s.p[blanks]))
		blanks++;
	return str_trim_end(str_from(s, blanks));
}

struct str str_trim_end(struct str s)
{
	while (s.n && byte_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_lower(struct arena *arena, struct str s)
{
	char *p = arena_alloc(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = byte_lower(s.p[i]);
	return str_n(p, s.n);
}

bool str_cut(struct str s, struct str sep, struct str *head, struct str *tail)
{
	size_t at = str_find(s, sep, 0);

	*head = str_slice(s, 0, at);
	*tail = at == STR_NPOS ? str_from(s, s.n) : str_from(s, at + sep.n);
	return at != STR_NPOS;
}

bool str_next(struct str *rest, char sep, struct str *piece)
{
	if (rest->n == 0)
		return false;
	size_t at = str_find_byte(*rest, sep, 0);
	*piece = str_slice(*rest, 0, at);
	*rest = at == STR_NPOS ? str_from(*rest, rest->n) : str_from(*rest, at + 1);
	return true;
}

struct str str_first_line(struct str text)
{
	struct str line = STR_NONE;
	while (!str_trim(line).n && str_next(&text, '\n', &line))
		;
	return str_trim(line);
}

bool str_word(struct str *rest, struct str *word)
{
	struct str s = *rest;
	size_t from = 0, to;

	while (from < s.n && byte_is_space(s.p[from]))
		from++;
	for (to = from; to < s.n && !byte_is_space(s.p[to]); to++)
		;
	*word = str_slice(s, from, to);
	*rest = str_from(s, to);
	return to > from;
}

bool str_int(struct str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t sum = 0;

	if (s.n && (minus || s.p[0] == '+'))
		s = str_from(s, 1);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = s.p[i] - '0';
		if (!byte_is_digit(s.p[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_add_overflow(sum, minus ? -digit : digit, &sum))
			return false;
	}
	*out = sum;
	return true;
}

bool str_double(struct str s, double *out)
{
	static locale_t plain; /* a decimal point is a point, whatever the process's locale */
	char text[128], *end;

	if (s.n == 0 || s.n >= sizeof text)
		return false;
	for (size_t i = 0; i < s.n; i++) /* no nan, inf, hexadecimal or leading blank */
		if (!byte_is_digit(s.p[i]) && !memchr("+-.eE", s.p[i], 5))
			return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (!plain)
		plain = newlocale(LC_ALL_MASK, "C", NULL);
	double value = strtod_l(text, &end, plain);
	if (end != text + s.n || !__builtin_isfinite(value))
		return false;
	*out = value;
	return true;
}

bool str_hex(struct str s, uint64_t *out)
{
	uint64_t sum = 0;

	if (s.n == 0 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = byte_lower(s.p[i]);
		if (byte_is_digit(c))
			sum = sum << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			sum = sum << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = sum;
	return true;
}

char *buf_grow(struct buf *b, size_t n)
{
	size_t cap = b->n + n;

	if (cap < n)
		bug("a string of more than all memory");
	cap = cap < 2 * b->cap ? 2 * b->cap : cap < 64 ? 64 : cap;
	b->p = arena_grow_raw(b->arena, b->p, b->cap, cap);
	b->cap = cap;
	return b->p + b->n;
}

void buf_cstr(struct buf *b, const char *cstr)
{
	buf_add(b, str_of(cstr));
}

void buf_vfmt(struct buf *b, const char *fmt, va_list args)
{
	va_list again;

	va_copy(again, args);
	char *p = buf_room(b, 64);
	int n = vsnprintf(p, b->cap - b->n, fmt, args);
	if (n < 0)
		bug("format '%s'", fmt);
	if ((size_t)n >= b->cap - b->n) {
		p = buf_room(b, (size_t)n + 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	b->n += (size_t)n;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vfmt(b, fmt, args);
	va_end(args);
}

void buf_int(struct buf *b, int64_t value)
{
	char text[24], *p = text + sizeof text;
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		*--p = '-';
	buf_bytes(b, p, (size_t)(text + sizeof text - p));
}

struct str buf_str(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return str_n(b->p, b->n);
}
