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
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

struct str str_of(const char *cstr); /* NULL gives the empty string */
struct str str_n(const char *p, size_t n);
struct str str_dup(struct arena *, struct str);
const char *str_cstr(struct arena *, struct str); /* terminated copy; an embedded NUL ends it early */
struct str str_fmt(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_vfmt(struct arena *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));

bool str_eq(struct str, struct str);
bool str_eq_case(struct str, struct str); /* ASCII case folded */
int str_cmp(struct str, struct str);      /* bytewise, for sorting */
bool str_starts(struct str, struct str prefix);
bool str_starts_case(struct str, struct str prefix);
bool str_ends(struct str, struct str suffix);
bool str_contains(struct str, struct str needle);
/* Offset of the first occurrence at or after FROM, or STR_NPOS. */
#define STR_NPOS ((size_t)-1)
size_t str_find(struct str, struct str needle, size_t from);
size_t str_find_case(struct str, struct str needle, size_t from);
size_t str_find_byte(struct str, char, size_t from);
size_t str_rfind_byte(struct str, char);

struct str str_slice(struct str, size_t from, size_t to); /* clamped to the string */
struct str str_from(struct str, size_t from);             /* clamped */
struct str str_trim(struct str);                          /* ASCII white space, both ends */
struct str str_trim_end(struct str);
struct str str_lower(struct arena *, struct str); /* ASCII */

/* Cut at the first SEP: *head is what stands before it, *tail what follows. False (head = all, tail empty) without one. */
bool str_cut(struct str, struct str sep, struct str *head, struct str *tail);
/* Take the next piece up to SEP off the front of *rest; false when *rest was empty. Loops over lists. */
bool str_next(struct str *rest, char sep, struct str *piece);
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
void buf_add(struct buf *, struct str);
void buf_bytes(struct buf *, const void *, size_t);
void buf_byte(struct buf *, char);
void buf_cstr(struct buf *, const char *);
void buf_fmt(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
void buf_int(struct buf *, int64_t);
char *buf_room(struct buf *, size_t n); /* room for n more bytes, not yet counted; add to ->n after writing */
struct str buf_str(struct buf *);

#endif
