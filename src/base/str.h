/* Strings as views (pointer and length), and a builder. */
#ifndef LINEUP_STR_H
#define LINEUP_STR_H

#include "arena.h"

#include <stdarg.h>
#include <string.h>

/* A view: not owned, not terminated, may hold any byte. {NULL, 0} is the empty string. */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf("%.*s", STR_ARG(s)). It names S more than once: what takes work is put into a variable before. */
#define STR_ARG(s) (int)(s).n, str_text(s)

static inline const char *str_text(struct str s)
{
	return s.p ? s.p : "";
}

static inline struct str str_n(const char *p, size_t n)
{
	return (struct str){p, n};
}
/* NULL gives the empty string. */
static inline struct str str_of(const char *cstr)
{
	return str_n(cstr, cstr ? strlen(cstr) : 0);
}
struct str str_dup(struct arena *, struct str);
const char *str_cstr(struct arena *, struct str); /* terminated copy; an embedded NUL ends it early */
struct str str_fmt(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_vfmt(struct arena *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
bool str_eq_case(struct str, struct str); /* ASCII case folded */
int str_cmp(struct str, struct str);      /* bytewise, for sorting */
bool str_starts_case(struct str, struct str prefix);
bool str_contains(struct str, struct str needle);
/* Offset of the first occurrence at or after FROM, or STR_NPOS. */
#define STR_NPOS ((size_t)-1)
size_t str_find(struct str, struct str needle, size_t from);
size_t str_find_case(struct str, struct str needle, size_t from);
size_t str_find_byte(struct str, char, size_t from);
size_t str_rfind_byte(struct str, char);

/* Clamped to the string. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
	to = to < s.n ? to : s.n;
	from = from < to ? from : to;
	return str_n(s.p ? s.p + from : NULL, to - from);
}
static inline struct str str_from(struct str s, size_t from)
{
	return str_slice(s, from, s.n);
}
static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_n(s.p, prefix.n), prefix);
}
static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}
struct str str_trim(struct str); /* ASCII white space, both ends */
struct str str_trim_end(struct str);
struct str str_lower(struct arena *, struct str); /* ASCII */

/* Cut at the first SEP: *head is what stands before it, *tail what follows. False (head = all, tail empty) without one.
 */
bool str_cut(struct str, struct str sep, struct str *head, struct str *tail);
/* Take the next piece up to SEP off the front of *rest; false when *rest was empty. Loops over lists. */
bool str_next(struct str *rest, char sep, struct str *piece);
/* The first line that holds more than blanks, trimmed; empty. */
struct str str_first_line(struct str);
/* Take the next run of non-blanks off the front of *rest. */
bool str_word(struct str *rest, struct str *word);

/* Whole string as a decimal number, sign allowed; false on anything else or overflow. */
bool str_int(struct str, int64_t *out);
bool str_double(struct str, double *out); /* locale-free */
bool str_hex(struct str, uint64_t *out);

static inline bool byte_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool byte_is_alpha(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}
static inline bool byte_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char byte_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* A builder. Zero it with BUF(arena); the result is buf_str(), also terminated by a NUL that is not counted. */
struct buf {
	struct arena *arena;
	char *p;
	size_t n, cap;
};
#define BUF(a) ((struct buf){.arena = (a)})
char *buf_grow(struct buf *, size_t n); /* for buf_room */
/* Room for n more bytes, not yet counted; add to ->n after writing. */
static inline char *buf_room(struct buf *b, size_t n)
{
	return n <= b->cap - b->n ? b->p + b->n : buf_grow(b, n);
}
static inline void buf_bytes(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_room(b, n), p, n);
	b->n += n;
}
static inline void buf_add(struct buf *b, struct str s)
{
	buf_bytes(b, s.p, s.n);
}
static inline void buf_byte(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}
void buf_cstr(struct buf *, const char *);
void buf_fmt(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
void buf_int(struct buf *, int64_t);
struct str buf_str(struct buf *);

#endif
