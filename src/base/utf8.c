/* UTF-8: checking, mending, and making text safe to show. */
#include "utf8.h"

enum { REPLACEMENT = 0xfffd };

uint32_t utf8_decode(struct str s, size_t at, size_t *len)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t code = n > 1 ? p[0] & (0x7fu >> n) : p[0];

	*len = 1;
	if ((p[0] >= 0x80 && p[0] < 0xc2) || p[0] >= 0xf5 || s.n - at < n)
		return REPLACEMENT;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		code = code << 6 | (p[i] & 0x3f);
	}
	/* overlong forms, surrogates, beyond Unicode */
	if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000) || (code >> 11 == 0x1b) || code > 0x10ffff)
		return REPLACEMENT;
	*len = n;
	return code;
}

void buf_utf8(struct buf *b, uint32_t code)
{
	if (code > 0x10ffff || code >> 11 == 0x1b)
		code = REPLACEMENT;
	int n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	char *p = buf_room(b, 4);
	for (int i = n - 1; i > 0; i--, code >>= 6)
		p[i] = (char)(0x80 | (code & 0x3f));
	p[0] = (char)(n == 1 ? code : (0xf00u >> n & 0xff) | code);
	b->n += (size_t)n;
}

/* Goes by words. */
size_t utf8_ascii_to(struct str s, size_t at)
{
	uint64_t word;

	for (; s.n - at >= sizeof word; at += sizeof word) {
		memcpy(&word, s.p + at, sizeof word);
		if ((word | (word - 0x0101010101010101)) & 0x8080808080808080)
			break;
	}
	while (at < s.n && (unsigned char)(s.p[at] - 1) < 0x7f)
		at++;
	return at;
}

/* Offset of the first byte that is not valid, s.n if there is none. */
static size_t utf8_valid_to(struct str s)
{
	size_t at = 0, len;

	while ((at = utf8_ascii_to(s, at)) < s.n) {
		if (utf8_decode(s, at, &len) == REPLACEMENT && len == 1)
			break;
		at += len;
	}
	return at;
}

bool utf8_is_valid(struct str s)
{
	return utf8_valid_to(s) == s.n;
}

struct str utf8_mend(struct arena *arena, struct str s)
{
	struct buf b = BUF(arena);
	size_t len, from, nul;

	if (utf8_ascii_to(s, 0) == s.n)
		return s;
	from = utf8_valid_to(s);
	nul = str_find_byte(s, '\0', 0);
	from = from < nul ? from : nul;
	if (from == s.n)
		return s;
	buf_add(&b, str_slice(s, 0, from));
	for (size_t at = from; at < s.n; at += len) {
		uint32_t code = utf8_decode(s, at, &len);
		buf_utf8(&b, code ? code : REPLACEMENT);
	}
	return buf_str(&b);
}

struct range {
	uint32_t from, to;
};

/*
 * Unicode 14: Mn, Me and Cf of the scripts one meets; and East Asian Width W and F, with the holes between
 * them closed where nothing is assigned.
 */
static const struct range zero_wide[] = {
	{0x300, 0x36f},
	{0x483, 0x489},
	{0x591, 0x5bd},
	{0x5bf, 0x5bf},
	{0x5c1, 0x5c2},
	{0x5c4, 0x5c5},
	{0x5c7, 0x5c7},
	{0x610, 0x61c},
	{0x64b, 0x65f},
	{0x670, 0x670},
	{0x6d6, 0x6dd},
	{0x6df, 0x6e4},
	{0x6e7, 0x6e8},
	{0x6ea, 0x6ed},
	{0x730, 0x74a},
	{0x900, 0x902},
	{0x93a, 0x93a},
	{0x93c, 0x93c},
	{0x941, 0x948},
	{0x94d, 0x94d},
	{0x951, 0x957},
	{0x962, 0x963},
	{0x981, 0x981},
	{0x9bc, 0x9bc},
	{0x9c1, 0x9c4},
	{0x9cd, 0x9cd},
	{0xb82, 0xb82},
	{0xbc0, 0xbc0},
	{0xbcd, 0xbcd},
	{0xe31, 0xe31},
	{0xe34, 0xe3a},
	{0xe47, 0xe4e},
	{0xeb1, 0xeb1},
	{0xeb4, 0xebc},
	{0xec8, 0xecd},
	{0x102d, 0x1030},
	{0x1032, 0x1037},
	{0x1039, 0x103a},
	{0x1160, 0x11ff},
	{0x135d, 0x135f},
	{0x17b4, 0x17b5},
	{0x17b7, 0x17bd},
	{0x17c6, 0x17c6},
	{0x17c9, 0x17d3},
	{0x180b, 0x180f},
	{0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0x20d0, 0x20f0},
	{0x302a, 0x302d},
	{0x3099, 0x309a},
	{0xfb1e, 0xfb1e},
	{0xfe00, 0xfe0f},
	{0xfe20, 0xfe2f},
	{0xfeff, 0xfeff},
	{0xfff9, 0xfffb},
	{0xe0000, 0xe0fff},
};
static const struct range two_wide[] = {
	{0x1100, 0x115f},
	{0x231a, 0x231b},
	{0x2329, 0x232a},
	{0x23e9, 0x23ec},
	{0x23f0, 0x23f0},
	{0x23f3, 0x23f3},
	{0x25fd, 0x25fe},
	{0x2614, 0x2615},
	{0x2648, 0x2653},
	{0x267f, 0x267f},
	{0x2693, 0x2693},
	{0x26a1, 0x26a1},
	{0x26aa, 0x26ab},
	{0x26bd, 0x26be},
	{0x26c4, 0x26c5},
	{0x26ce, 0x26ce},
	{0x26d4, 0x26d4},
	{0x26ea, 0x26ea},
	{0x26f2, 0x26f3},
	{0x26f5, 0x26f5},
	{0x26fa, 0x26fa},
	{0x26fd, 0x26fd},
	{0x2705, 0x2705},
	{0x270a, 0x270b},
	{0x2728, 0x2728},
	{0x274c, 0x274c},
	{0x274e, 0x274e},
	{0x2753, 0x2755},
	{0x2757, 0x2757},
	{0x2795, 0x2797},
	{0x27b0, 0x27b0},
	{0x27bf, 0x27bf},
	{0x2b1b, 0x2b1c},
	{0x2b50, 0x2b50},
	{0x2b55, 0x2b55},
	{0x2e80, 0x303e},
	{0x3041, 0x3247},
	{0x3250, 0x4dbf},
	{0x4e00, 0xa4cf},
	{0xa960, 0xa97f},
	{0xac00, 0xd7a3},
	{0xf900, 0xfaff},
	{0xfe10, 0xfe1f},
	{0xfe30, 0xfe6f},
	{0xff01, 0xff60},
	{0xffe0, 0xffe6},
	{0x16fe0, 0x1b2ff},
	{0x1f004, 0x1f004},
	{0x1f0cf, 0x1f0cf},
	{0x1f18e, 0x1f18e},
	{0x1f191, 0x1f19a},
	{0x1f200, 0x1f320},
	{0x1f32d, 0x1f335},
	{0x1f337, 0x1f37c},
	{0x1f37e, 0x1f393},
	{0x1f3a0, 0x1f3ca},
	{0x1f3cf, 0x1f3d3},
	{0x1f3e0, 0x1f3f0},
	{0x1f3f4, 0x1f3f4},
	{0x1f3f8, 0x1f43e},
	{0x1f440, 0x1f440},
	{0x1f442, 0x1f4fc},
	{0x1f4ff, 0x1f53d},
	{0x1f54b, 0x1f54e},
	{0x1f550, 0x1f567},
	{0x1f57a, 0x1f57a},
	{0x1f595, 0x1f596},
	{0x1f5a4, 0x1f5a4},
	{0x1f5fb, 0x1f64f},
	{0x1f680, 0x1f6c5},
	{0x1f6cc, 0x1f6cc},
	{0x1f6d0, 0x1f6d2},
	{0x1f6d5, 0x1f6df},
	{0x1f6eb, 0x1f6ef},
	{0x1f6f4, 0x1f6ff},
	{0x1f7e0, 0x1f7ff},
	{0x1f90c, 0x1f93a},
	{0x1f93c, 0x1f945},
	{0x1f947, 0x1f9ff},
	{0x1fa6e, 0x1faff},
	{0x20000, 0x3fffd},
};

static bool ranges_hold(const struct range *range, size_t n, uint32_t code)
{
	size_t from = 0;

	while (from < n) {
		size_t middle = from + (n - from) / 2;
		if (code > range[middle].to)
			from = middle + 1;
		else if (code < range[middle].from)
			n = middle;
		else
			return true;
	}
	return false;
}

static int code_width(uint32_t code)
{
	if (code < 0x300)
		return code >= 0x20 && (code < 0x7f || code >= 0xa0);
	if (ranges_hold(zero_wide, LEN(zero_wide), code))
		return 0;
	return 1 + ranges_hold(two_wide, LEN(two_wide), code);
}

int utf8_width(struct str s)
{
	int width = 0;
	size_t len;

	for (size_t at = 0; at < s.n; at += len)
		width += code_width(utf8_decode(s, at, &len));
	return width;
}

struct str utf8_fit(struct str s, int columns)
{
	size_t at, len;

	for (at = 0; at < s.n; at += len)
		if ((columns -= code_width(utf8_decode(s, at, &len))) < 0)
			break;
	return str_slice(s, 0, at);
}

bool code_is_hazardous(uint32_t code)
{
	static const struct range hazards[] = {
		{0, 8},
		{0xb, 0x1f},
		{0x7f, 0x9f},
		{0x61c, 0x61c},
		{0x200b, 0x200f},
		{0x2028, 0x202e},
		{0x2060, 0x2060},
		{0x2066, 0x2069},
		{0xfeff, 0xfeff},
		{0xe0000, 0xe007f},
	};

	return ranges_hold(hazards, LEN(hazards), code);
}

size_t utf8_plain_to(struct str s, size_t at)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
	uint64_t word;

	for (; at < s.n && s.n - at >= sizeof word; at += sizeof word) {
		memcpy(&word, s.p + at, sizeof word);
		if ((word | (word - 0x20 * ones) | (word + ones)) & tops)
			break;
	}
	while (at < s.n && s.p[at] >= ' ' && s.p[at] < 0x7f)
		at++;
	return at;
}

void buf_visible(struct buf *b, struct str s)
{
	size_t len;

	for (size_t at = 0; at < s.n; at += len) {
		len = utf8_plain_to(s, at) - at;
		if (len) { /* plain ASCII goes in one piece */
			buf_bytes(b, s.p + at, len);
			continue;
		}
		uint32_t code = utf8_decode(s, at, &len);
		if (code == '\n' || code == '\t')
			buf_byte(b, ' ');
		else if (code == REPLACEMENT && len == 1)
			buf_fmt(b, "\\x%02x", (unsigned char)s.p[at]);
		else if (!code_is_hazardous(code))
			buf_bytes(b, s.p + at, len);
		else /* C1 as \u: \x9b would read as a broken byte */
			buf_fmt(b, code < 0x80 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
	}
}

struct str utf8_visible(struct arena *arena, struct str s)
{
	struct buf b = BUF(arena);

	buf_visible(&b, s);
	return buf_str(&b);
}

static uint32_t utf16_unit(struct str s, size_t at, bool big_endian)
{
	unsigned char a = (unsigned char)s.p[at], b = (unsigned char)s.p[at + 1];

	return big_endian ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

struct str utf8_from_utf16(struct arena *arena, struct str s, bool big_endian)
{
	struct buf b = BUF(arena);

	if (str_starts(s, STR("\xff\xfe")) || str_starts(s, STR("\xfe\xff"))) {
		big_endian = s.p[0] == '\xfe';
		s = str_from(s, 2);
	}
	size_t at = 0;
	for (; at + 1 < s.n; at += 2) {
		uint32_t code = utf16_unit(s, at, big_endian);
		uint32_t low = at + 3 < s.n ? utf16_unit(s, at + 2, big_endian) : 0;
		if (code >> 10 == 0x36 && low >> 10 == 0x37) {
			code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
			at += 2;
		}
		buf_utf8(&b, code);
	}
	if (at < s.n) /* half a unit */
		buf_utf8(&b, REPLACEMENT);
	return buf_str(&b);
}
