/* UTF-8: checking, mending, and making text safe to show. */
#ifndef LINEUP_UTF8_H
#define LINEUP_UTF8_H

#include "str.h"

/* Decode one code point at s[at]; sets *len (>= 1 when at < n). Returns U+FFFD with len 1 on an invalid byte. */
uint32_t utf8_decode(struct str, size_t at, size_t *len);
void buf_utf8(struct buf *, uint32_t code);
bool utf8_is_valid(struct str);
/* From AT on, the first byte that is NUL or no ASCII, s.n if there is none. */
size_t utf8_ascii_to(struct str, size_t at);
/* The same text with every invalid byte (and NUL) replaced by U+FFFD; the input itself when nothing is wrong. */
struct str utf8_mend(struct arena *, struct str);
/* Columns on a terminal: wide East Asian 2, combining 0. */
int utf8_width(struct str);
/* Longest prefix of at most N columns. */
struct str utf8_fit(struct str, int columns);
/* True for what must never reach a terminal or a page as it is: C0 (but \t and \n), DEL, C1, bidi controls
 * U+202A-202E U+2066-2069 U+200E U+200F U+061C, zero width U+200B-200D U+2060 U+FEFF, line separators U+2028/9, tags.
 */
bool code_is_hazardous(uint32_t code);
/* Text safe on a terminal: hazardous code points as \x1b, \u009b or \u202e, invalid bytes as \xNN; \n and \t become a
 * blank. */
void buf_visible(struct buf *, struct str);
/* From AT on, the first byte that is not visible ASCII, s.n if there is none: what stands before needs no such care. */
size_t utf8_plain_to(struct str, size_t at);
struct str utf8_visible(struct arena *, struct str);
/* UTF-16 with or without BOM to UTF-8; lone surrogates become U+FFFD. */
struct str utf8_from_utf16(struct arena *, struct str, bool big_endian);

#endif
