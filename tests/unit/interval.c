/* The interval algebra against an oracle that looks at every second. */
#include "analyse/interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Instants are whole seconds 0..61; bit I of a mask says that second I is in the set. Bits 62 and 63 stand for "for
 * ever after" and "since ever", so that open ends are in the oracle too. */
enum { SECONDS = 62, CASES = 100000, MOST = 7 };
#define SINCE_EVER (UINT64_C(1) << 63)
#define FOR_EVER (UINT64_C(1) << 62)

static uint64_t seed = 88172645463325252u;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static uint64_t mask_of(struct interval i)
{
	uint64_t mask = 0;
	for (int second = 0; second < SECONDS; second++) {
		if (i.from <= second * SECOND && second * SECOND < i.to)
			mask |= UINT64_C(1) << second;
	}
	if (i.from == INSTANT_NONE && i.to > INSTANT_NONE)
		mask |= SINCE_EVER;
	if (i.to == INSTANT_MAX)
		mask |= FOR_EVER;
	return mask;
}

static uint64_t mask_of_set(struct intervals set)
{
	uint64_t mask = 0;
	for (size_t i = 0; i < set.n; i++)
		mask |= mask_of(set.v[i]);
	return mask;
}

static struct interval some_interval(void)
{
	struct interval i = {pick(SECONDS) * SECOND, pick(SECONDS) * SECOND};
	if (pick(10) == 0)
		i.from = INSTANT_NONE;
	if (pick(10) == 0)
		i.to = INSTANT_MAX;
	return i;
}

/* A random set and its mask, made the slow way from intervals that may be empty, reversed, touching, one in another. */
static struct intervals some_set(struct arena *a, uint64_t *mask)
{
	struct interval v[MOST];
	size_t n = pick(MOST + 1);
	*mask = 0;
	for (size_t i = 0; i < n; i++) {
		v[i] = some_interval();
		if (!interval_is_empty(v[i]))
			*mask |= mask_of(v[i]);
	}
	return intervals_of(a, v, n);
}

static void is_normal(struct intervals set)
{
	for (size_t i = 0; i < set.n; i++) {
		assert_false(interval_is_empty(set.v[i]));
		assert_true(i == 0 || set.v[i - 1].to < set.v[i].from);
	}
}

static bool holds(struct intervals set, instant at)
{
	for (size_t i = 0; i < set.n; i++)
		if (set.v[i].from <= at && at < set.v[i].to)
			return true;
	return false;
}

static void is_exactly(struct intervals set, uint64_t mask)
{
	is_normal(set);
	assert_true(mask_of_set(set) == mask);
	for (int second = 0; second < SECONDS; second++)
		assert_int_equal(holds(set, second * SECOND), !!(mask & UINT64_C(1) << second));
	int64_t length = mask & (SINCE_EVER | FOR_EVER) ? INT64_MAX : __builtin_popcountll(mask) * SECOND;
	assert_true(intervals_length(set) == length);
}

static void sets_agree_with_masks(void **state)
{
	(void)state;
	AUTO(arena_close) struct arena *a = arena_open();
	for (int i = 0; i < CASES; i++) {
		uint64_t x_mask, y_mask;
		struct intervals x = some_set(a, &x_mask), y = some_set(a, &y_mask);
		is_exactly(x, x_mask);
		is_exactly(intervals_minus(a, x, y), x_mask & ~y_mask);
		arena_reset(a);
	}
}

/* Allen's relation told by looking at the masks alone: which seconds each has before, in and after the other. */
static const char *relation_of(struct interval a, struct interval b)
{
	int af = (int)(a.from / SECOND), at = (int)(a.to / SECOND), bf = (int)(b.from / SECOND),
	    bt = (int)(b.to / SECOND);
	struct {
		const char *name;
		bool holds;
	} all[] = {
		{"before", at < bf},
		{"meets", at == bf},
		{"overlaps", af < bf && bf < at && at < bt},
		{"starts", af == bf && at < bt},
		{"during", bf < af && at < bt},
		{"finishes", bf < af && at == bt},
		{"equals", af == bf && at == bt},
		{"after", bt < af},
		{"met-by", bt == af},
		{"overlapped-by", bf < af && af < bt && bt < at},
		{"started-by", af == bf && bt < at},
		{"contains", af < bf && bt < at},
		{"finished-by", af < bf && at == bt},
	};
	const char *found = NULL;
	for (size_t i = 0; i < LEN(all); i++) {
		if (all[i].holds) {
			assert_null(found); /* the thirteen exclude each other */
			found = all[i].name;
		}
	}
	return found;
}

static void relations_are_allens(void **state)
{
	(void)state;
	for (int i = 0; i < CASES; i++) {
		struct interval a = {pick(8) * SECOND, 0}, b = {pick(8) * SECOND, 0};
		a.to = a.from + (1 + pick(8)) * SECOND;
		b.to = b.from + (1 + pick(8)) * SECOND;
		assert_string_equal(interval_relation(a, b), relation_of(a, b));
	}
}

enum { MEMBERS = 3, LOOSE = 3 };

/* Every choice of every end within its bounds, one by one. */
static void try_all(
	const struct loose_interval *v, size_t n, size_t k, struct interval so_far, int64_t *min, int64_t *max)
{
	if (k == n) {
		int64_t length = interval_length(so_far);
		*min = length < *min ? length : *min;
		*max = length > *max ? length : *max;
		return;
	}
	for (instant from = v[k].from_min; from <= v[k].from_max; from += SECOND) {
		for (instant to = v[k].to_min; to <= v[k].to_max; to += SECOND)
			try_all(v, n, k + 1, interval_meet(so_far, (struct interval){from, to}), min, max);
	}
}

static void bounds_hold_every_choice(void **state)
{
	(void)state;
	for (int i = 0; i < CASES; i++) {
		struct loose_interval v[MEMBERS];
		size_t n = 1 + pick(MEMBERS);
		for (size_t k = 0; k < n; k++) {
			v[k].from_min = pick(10) * SECOND;
			v[k].from_max = v[k].from_min + pick(LOOSE) * SECOND;
			v[k].to_min = v[k].from_max + pick(8) * SECOND;
			v[k].to_max = v[k].to_min + pick(LOOSE) * SECOND;
		}
		int64_t min = INT64_MAX, max = 0, got_min, got_max;
		try_all(v, n, 0, (struct interval){INSTANT_NONE, INSTANT_MAX}, &min, &max);
		loose_meet_length(v, n, &got_min, &got_max);
		assert_true(got_min == min);
		assert_true(got_max == max);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_agree_with_masks),
		cmocka_unit_test(relations_are_allens),
		cmocka_unit_test(bounds_hold_every_choice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
