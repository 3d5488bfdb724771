/* Words that a pattern cannot match without, and whether a letter has them. */
#include "formats/mail_need.h"

/*
 * A letter is remembered as the set of its groups of three bytes, hashed into bits. A word whose groups are
 * not all there is not in it; one whose groups are may still not be, which costs a needless match and nothing
 * else. That there is a digit at all is remembered too: times have one, most subjects none.
 */
enum { GRAM = 3, GRAM_BITS = 1 << 15, A_DIGIT = '0', NESTING_MAX = 40 };

struct grams {
	struct str text;
	uint64_t bits[GRAM_BITS / 64];
};

static struct grams gathered[NEED_TEXTS];

static unsigned char fold(char c)
{
	return byte_is_digit(c) ? '0' : (unsigned char)byte_lower(c);
}

static uint32_t gram(uint32_t before, char c)
{
	return (before << 8 | fold(c)) & 0xffffff;
}

static uint32_t bit_of(uint32_t gram)
{
	return gram * 2654435761u >> 17; /* Knuth's multiplier: the upper 15 bits */
}

static void add_bit(struct grams *g, uint32_t gram)
{
	g->bits[bit_of(gram) / 64] |= 1ull << bit_of(gram) % 64;
}

static void gather(struct grams *g)
{
	uint32_t last = 0;
	bool digit = false;
	memset(g->bits, 0, sizeof g->bits);
	for (size_t k = 0; k < g->text.n; k++) {
		last = gram(last, g->text.p[k]);
		add_bit(g, last);
		digit |= (last & 0xff) == A_DIGIT;
	}
	if (digit)
		add_bit(g, A_DIGIT);
}

void need_gather(const struct str texts[NEED_TEXTS])
{
	for (size_t i = 0; i < NEED_TEXTS; i++) {
		bool again = i && str_eq(texts[i], texts[i - 1]); /* a letter without history is its body */
		gathered[i].text = texts[i];
		if (again)
			memcpy(gathered[i].bits, gathered[i - 1].bits, sizeof gathered[i].bits);
		else if (texts[i].n)
			gather(&gathered[i]);
	}
}

void need_forget(void)
{
	for (size_t i = 0; i < NEED_TEXTS; i++)
		gathered[i].text = STR_NONE;
}

static bool may_hold(const struct grams *g, const struct need *word)
{
	for (size_t k = 0; k < word->n; k++)
		if (!(g->bits[word->grams[k] / 64] >> word->grams[k] % 64 & 1))
			return false;
	return true;
}

static bool met(const struct need *need, const struct grams *g)
{
	bool all = need->kind == NEED_ALL;
	if (need->kind == NEED_NOTHING || need->kind == NEED_WORD)
		return need->kind == NEED_NOTHING || may_hold(g, need);
	for (size_t i = 0; i < need->n; i++)
		if (met(&need->parts[i], g) != all)
			return !all;
	return all;
}

bool need_met(const struct need *need, struct str text)
{
	for (const struct grams *g = gathered; g < gathered + NEED_TEXTS; g++)
		if (text.p && g->text.n && text.p >= g->text.p && text.p + text.n <= g->text.p + g->text.n)
			return met(need, g);
	return true;
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
	if (c == '{' && byte_is_digit(r->s.p[r->at + 1])) {
		t = (struct times){.maybe = r->s.p[r->at + 1] == '0', .again = true};
		while (next(r) && next(r) != '}')
			r->at++;
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
	for (r->at++; next(r) && (first || next(r) != ']'); r->at++, first = false) {
		if (next(r) == '\\')
			r->at++, digits &= next(r) == 'd';
		else
			digits &= byte_is_digit(next(r)) || (next(r) == '-' && byte_is_digit(r->s.p[r->at + 1]));
		r->wrong |= next(r) == '[' && r->s.p[r->at + 1] == ':';
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
	if (c == 'k')
		while (next(r) && r->s.p[r->at - 1] != '>')
			r->at++;
	else if (byte_is_alpha(c) || byte_is_digit(c))
		r->wrong |= !strchr("dDwWsSbBtnAzZKhHvVR123456789", c);
	else
		return c;
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
		add(r, parts, (struct need){.kind = NEED_WORD, .grams = grams, .n = n});
	run->n = 0;
}

static struct need join(enum need_kind kind, const struct parts *parts)
{
	if (parts->list.n < 2)
		return parts->list.n ? parts->list.v[0] : (struct need){0};
	return (struct need){.kind = kind, .parts = parts->list.v, .n = parts->list.n};
}

/* After "(": true where what stands in it must be matched, false where it is only looked at. */
static bool opens_group(struct reading *r)
{
	if (!skip(r, "?"))
		return r->wrong |= next(r) == '*', true;
	if (skip(r, "=") || skip(r, "!") || skip(r, "<=") || skip(r, "<!"))
		return false;
	if (skip(r, "|"))
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
	bool counts = opens_group(r);
	struct need inside = r->wrong ? (struct need){0} : read_choice(r);
	r->wrong |= !skip(r, ")");
	r->nesting--;
	return counts ? inside : (struct need){0};
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
	r->wrong |= c == NOTHING;
	return c == '.' ? '\0' : c == '^' || c == '$' ? NOTHING : (char)fold(c);
}

/* What follows one another is all needed. Bytes side by side make a word. */
static struct need read_sequence(struct reading *r)
{
	struct parts parts = {0};
	struct buf run = BUF(r->arena);
	while (!r->wrong && next(r) && next(r) != '|' && next(r) != ')') {
		bool group = next(r) == '(';
		struct need inside = group ? read_group(r) : (struct need){0};
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
	return parts.list.n == n ? join(NEED_ANY, &parts) : (struct need){0};
}

struct need need_of(struct arena *arena, struct str pattern)
{
	struct reading r = {.arena = arena, .s = str_of(str_cstr(arena, pattern))};
	struct need need = read_choice(&r);
	return r.wrong || r.at < r.s.n ? (struct need){0} : need;
}
