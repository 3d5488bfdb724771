/* Claims on the bytes of a document. */
#include "normalise/account.h"

struct stretch {
	int64_t from, to;
};

struct account {
	int64_t end; /* nothing behind it was claimed yet */
	struct stretch
		*gaps; /* before it, in order; wanders through the room, so that giving up the oldest costs nothing */
	size_t gaps_n;
	struct stretch room[2 * ACCOUNT_GAPS];
};

struct account *account_open(struct arena *arena)
{
	struct account *a = arena_alloc_raw(arena, sizeof *a); /* its 32 KiB of room need no zeroes */
	a->end = 0;
	a->gaps = a->room;
	a->gaps_n = 0;
	return a;
}

static void gap_remove(struct account *a, size_t i)
{
	memmove(a->gaps + i, a->gaps + i + 1, (--a->gaps_n - i) * sizeof *a->gaps);
}

/* The oldest is given up when there are too many: a later claim of it counts nothing, so its bytes stay unclaimed. */
static void gap_insert(struct account *a, size_t i, struct stretch gap)
{
	if (a->gaps_n == ACCOUNT_GAPS) {
		a->gaps++;
		a->gaps_n--;
		i -= i > 0;
	}
	if (a->gaps + a->gaps_n == a->room + LEN(a->room))
		a->gaps = memmove(a->room, a->gaps, a->gaps_n * sizeof *a->gaps);
	memmove(a->gaps + i + 1, a->gaps + i, (a->gaps_n++ - i) * sizeof *a->gaps);
	a->gaps[i] = gap;
}

/* How much of CLAIM lies in the gaps, which it fills. */
static int64_t fill(struct account *a, struct stretch claim)
{
	int64_t filled = 0;
	for (size_t i = a->gaps_n; i-- > 0 && a->gaps[i].to > claim.from;) {
		struct stretch gap = a->gaps[i];
		struct stretch both = {
			gap.from > claim.from ? gap.from : claim.from, gap.to < claim.to ? gap.to : claim.to};
		if (both.from >= both.to)
			continue;
		filled += both.to - both.from;
		if (gap.from < both.from && both.to < gap.to) {
			a->gaps[i].to = both.from;
			gap_insert(a, i + 1, (struct stretch){both.to, gap.to});
		} else if (gap.from < both.from) {
			a->gaps[i].to = both.from;
		} else if (both.to < gap.to) {
			a->gaps[i].from = both.to;
		} else {
			gap_remove(a, i);
		}
	}
	return filled;
}

static int64_t claim_stretch(struct account *a, struct stretch claim)
{
	int64_t counted = claim.from < a->end ? fill(a, claim) : 0;
	if (claim.to <= a->end)
		return counted;
	if (claim.from > a->end)
		gap_insert(a, a->gaps_n, (struct stretch){a->end, claim.from});
	counted += claim.to - (claim.from > a->end ? claim.from : a->end);
	a->end = claim.to;
	return counted;
}

void account_claim(struct account *a, struct where where, int64_t continued, int64_t *to, int64_t *more)
{
	int64_t end = where.offset + where.length, middle = end - (continued < where.length ? continued : where.length);
	if (where.length <= 0)
		return;
	*to += claim_stretch(a, (struct stretch){where.offset, middle});
	if (middle < end)
		*more += claim_stretch(a, (struct stretch){middle, end});
}
