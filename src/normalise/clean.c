/* Cleaning of text: only what would be no text at all is changed. The evidence itself keeps its bytes. */
#include "normalise/clean.h"

enum { ESCAPE = 0x1b, BELL = 7, SEQUENCE_MAX = 4096 };

/* Length of the terminal sequence at the front (ECMA-48, 5.4 and 5.6): CSI, a string up to its end, or two bytes. */
static size_t sequence_length(struct str s)
{
	size_t n = 2, end = s.n < SEQUENCE_MAX ? s.n : SEQUENCE_MAX;
	if (s.n < 2)
		return s.n;
	if (s.p[1] == '[') {
		while (n < end && s.p[n] >= 0x20 && s.p[n] < 0x40)
			n++;
		return n < end && s.p[n] >= 0x40 && s.p[n] < 0x7f ? n + 1 : n;
	}
	if (!memchr("]PX^_", s.p[1], 5))
		return s.p[1] >= 0x30 && s.p[1] < 0x7f ? 2 : 1;
	for (; n < end; n++)
		if (s.p[n] == BELL || (s.p[n] == ESCAPE && n + 1 < end && s.p[n + 1] == '\\'))
			return n + (s.p[n] == BELL ? 1 : 2);
	return 2; /* never ended: only its introducer goes */
}

static struct str sequences_strip(struct arena *arena, struct str s)
{
	struct buf b = BUF(arena);
	size_t at = 0, escape;
	while ((escape = str_find_byte(s, ESCAPE, at)) != STR_NPOS) {
		buf_add(&b, str_slice(s, at, escape));
		at = escape + sequence_length(str_from(s, escape));
	}
	buf_add(&b, str_from(s, at));
	return buf_str(&b);
}

struct str text_clean(struct arena *arena, struct str s, size_t max, bool *cut)
{
	if (s.n && memchr(s.p, ESCAPE, s.n))
		s = sequences_strip(arena, s);
	if (s.n > max) {
		*cut = true;
		s.n = max;
		while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	return utf8_mend(arena, s);
}
