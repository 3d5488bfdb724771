/* Words that a pattern cannot match without, and whether a text has them. */
#include "need.h"

/*
 * A word whose groups of three are not all in the text is not in it; one whose groups are may still not be, which costs
 * a needless match and nothing else. That there is a digit at all is remembered too: times have one, most subjects none.
 */
enum { GRAM = 3, A_DIGIT = '0', NESTING_MAX = 40 };
static const struct need none;

static unsigned char fold(char c)
{
	return byte_is_digit(c) ? '0' : (unsigned char)byte_lower(c);
}

static uint32_t gram(uint32_t before, char c)
{
	return (before << 8 | fold(c)) & 0xffffff;
}

static uint16_t bit_of(uint32_t gram)
{
	return (uint16_t)(gram * 2654435761u >> 17); /* Knuth's multiplier: the upper 15 bits */
}

static void add_bit(struct grams *g, uint32_t gram)
{
	g->bits[bit_of(gram) / 64] |= 1ull << bit_of(gram) % 64;
}

void grams_gather(struct grams *g, struct str text)
{
	static unsigned char folded[256];
	uint32_t last = 0;
	bool digit = false;
	for (int c = 0; c < 256 && !folded[255]; c++)
		folded[c] = fold((char)c);
	memset(g->bits, 0, sizeof g->bits);
	for (size_t k = 0; k < text.n; k++) {
		unsigned char c = folded[(unsigned char)text.p[k]];
		last = (last << 8 | c) & 0xffffff;
		add_bit(g, last);
		digit |= c == A_DIGIT;
	}
	if (digit)
		add_bit(g, A_DIGIT);
}

static bool has_bit(const struct grams *g, uint16_t bit)
{
	return g->bits[bit / 64] >> bit % 64 & 1;
}

static bool may_hold(const struct grams *g, const struct need *word)
{
	size_t k = 0;
	while (k < word->n && has_bit(g, word->grams[k]))
		k++;
	return k == word->n;
}

bool need_met(const struct need *need, const struct grams *g)
{
	bool all = need->kind == NEED_ALL;
	if (need->kind == NEED_NOTHING)
		return true;
	if (need->kind == NEED_WORD)
		return has_bit(g, need->first) && may_hold(g, need);
	for (size_t i = 0; i < need->n; i++) {
		const struct need *part = &need->parts[i];
		bool hopeless = part->kind == NEED_WORD && !has_bit(g, part->first);
		if ((hopeless ? false : need_met(part, g)) != all)
			return !all;
	}
	return all;
}

/* --- what a pattern needs --- */

/* A reader of patterns. WRONG: there is something in it that is not known here, and nothing can be said. */
struct reading {
	struct arena *arena;
	struct str s;
	size_t at;
	int nesting;
	bool wrong;
};

static char next(const struct reading *r)
{
	return r->at < r->s.n ? r->s.p[r->at] : '\0';
}

static bool skip(struct reading *r, const char *text)
{
	if (!str_starts(str_from(r->s, r->at), str_of(text)))
		return false;
	r->at += strlen(text);
	return true;
}

/* How often an atom stands: "?", "*", "+", "{2,3}", lazy or not. */
struct times {
	bool maybe, again; /* not at all; more than once */
};

static struct times times_of(struct reading *r)
{
	struct times t = {0};
	char c = next(r);
	if (c == '{' && strchr("0123456789, ", r->s.p[r->at + 1])) {
		t = (struct times){.maybe = r->s.p[r->at + 1] == '0', .again = true};
		for (r->at++; next(r) && next(r) != '}'; r->at++)
			r->wrong |= !byte_is_digit(next(r)) && (next(r) != ',' || !byte_is_digit(r->s.p[r->at - 1]));
	} else if (c != '?' && c != '*' && c != '+') {
		return t;
	} else {
		t = (struct times){.maybe = c != '+', .again = c != '?'};
	}
	r->at++;
	if (next(r) == '?' || next(r) == '+')
		r->at++;
	return t;
}

/* "[...]": a digit where nothing else is in it, else anything. */
static char class_of(struct reading *r)
{
	bool digits = true, first = true;
	r->at++;
	if (next(r) == '^')
		r->at++, digits = false;
	for (; next(r) && (first || next(r) != ']'); r->at++, first = false) {
		const char *p = r->s.p + r->at;
		bool range = byte_is_digit(p[0]) && p[1] == '-' && byte_is_digit(p[2]);
		if (p[0] == '\\')
			r->at++, digits &= p[1] == 'd';
		else
			digits &= byte_is_digit(p[0]);
		r->at += range ? 2 : 0;
		r->wrong |= (p[0] == '[' && p[1] == ':') || (p[0] == '\\' && strchr("QEc", p[1]));
	}
	r->at++;
	return digits ? '0' : '\0';
}

/* What an escape stands for: a byte; '0' for a digit; '\0' for anything; NOTHING for what takes no room. */
enum { NOTHING = 1 };

static char escape_of(struct reading *r)
{
	char c = r->s.p[r->at + 1];
	r->at += 2;
	if (c == 'k' && next(r) == '<')
		while (next(r) && r->s.p[r->at - 1] != '>')
			r->at++;
	else if (byte_is_alpha(c) || byte_is_digit(c))
		r->wrong |= !strchr("dDwWsSbBtnAzZKhHvVR123456789", c) || (byte_is_digit(c) && byte_is_digit(next(r)));
	else
		return r->wrong |= c == NOTHING, c;
	return c == 'd' ? '0' : strchr("bBAzZK", c) ? NOTHING : '\0';
}

static struct need read_choice(struct reading *);

struct parts {
	VEC(struct need) list;
};

static void add(struct reading *r, struct parts *parts, struct need part)
{
	if (part.kind != NEED_NOTHING)
		*PUSH(&parts->list, r->arena) = part;
}

static void add_word(struct reading *r, struct parts *parts, struct buf *run)
{
	uint16_t *grams = NEW_N(r->arena, uint16_t, run->n);
	uint32_t last = 0;
	size_t n = 0;
	if (run->n && run->n < GRAM && memchr(run->p, A_DIGIT, run->n))
		grams[n++] = (uint16_t)bit_of(A_DIGIT);
	for (size_t k = 0; k < run->n; k++) {
		last = gram(last, run->p[k]);
		if (k >= GRAM - 1)
			grams[n++] = (uint16_t)bit_of(last);
	}
	if (n)
		add(r, parts, (struct need){.kind = NEED_WORD, .first = grams[0], .grams = grams, .n = n});
	run->n = 0;
}

static struct need join(enum need_kind kind, const struct parts *parts)
{
	if (parts->list.n < 2)
		return parts->list.n ? parts->list.v[0] : none;
	return (struct need){.kind = kind, .parts = parts->list.v, .n = parts->list.n};
}

/* After "(": true where what stands in it must be there, false where it must not. */
static bool opens_group(struct reading *r)
{
	if (!skip(r, "?"))
		return r->wrong |= next(r) == '*', true;
	if (skip(r, "!") || skip(r, "<!"))
		return false;
	if (skip(r, "=") || skip(r, "<=") || skip(r, "|"))
		return true;
	if (skip(r, "<") || skip(r, "P<")) {
		while (next(r) && next(r) != '>')
			r->at++;
		return skip(r, ">"), true;
	}
	while (next(r) == 'i' || next(r) == 's' || next(r) == 'm' || next(r) == '-')
		r->at++;
	if (next(r) != ')' && !skip(r, ":"))
		r->wrong = true;
	return true;
}

static struct need read_group(struct reading *r)
{
	r->at++;
	r->wrong |= ++r->nesting > NESTING_MAX;
	struct need inside = none;
	bool counts = opens_group(r);
	if (!r->wrong)
		inside = read_choice(r);
	r->wrong |= !skip(r, ")");
	r->nesting--;
	return counts ? inside : none;
}

/* One byte of the text, as need.words has it; '\0': it may be any. */
static char read_byte(struct reading *r)
{
	char c = next(r);
	if (c == '\\')
		return escape_of(r);
	if (c == '[')
		return class_of(r);
	r->at++;
	r->wrong |= c == NOTHING || strchr("*+?", c) || (c == '{' && strchr("0123456789, ", next(r)));
	return c == '.' ? '\0' : c == '^' || c == '$' ? NOTHING : (char)fold(c);
}

/* What follows one another is all needed. Bytes side by side make a word. */
static struct need read_sequence(struct reading *r)
{
	struct parts parts = {0};
	struct buf run = BUF(r->arena);
	while (!r->wrong && next(r) && next(r) != '|' && next(r) != ')') {
		bool group = next(r) == '(';
		struct need inside = group ? read_group(r) : none;
		char c = group ? '\0' : read_byte(r);
		if (c == NOTHING)
			continue;
		struct times t = times_of(r);
		if (c && !t.maybe)
			buf_byte(&run, c);
		if (c && !t.maybe && !t.again)
			continue;
		add_word(r, &parts, &run);
		if (c && !t.maybe)
			buf_byte(&run, c); /* the last of several stands beside what follows */
		if (!t.maybe)
			add(r, &parts, inside);
	}
	add_word(r, &parts, &run);
	return join(NEED_ALL, &parts);
}

/* Of what one may choose, one is needed, unless one of them needs nothing. */
static struct need read_choice(struct reading *r)
{
	struct parts parts = {0};
	size_t n = 0;
	do {
		add(r, &parts, read_sequence(r));
		n++;
	} while (skip(r, "|"));
	return parts.list.n == n ? join(NEED_ANY, &parts) : none;
}

struct need need_of(struct arena *arena, struct str pattern)
{
	struct reading r = {.arena = arena, .s = str_of(str_cstr(arena, pattern))};
	struct need need = read_choice(&r);
	return r.wrong || r.at < pattern.n ? none : need;
}
