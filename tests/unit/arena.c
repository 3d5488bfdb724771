/* What base/arena.h promises. */
#include "base/arena.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#endif

static void memory_is_zeroed_and_aligned(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 100000; size = size * 2 + 7) {
			char *p = arena_alloc(a, size);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xee, size);
		}
		arena_reset(a);
	}
}

static void a_scope_gives_everything_back(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	char *before = arena_alloc(a, 10);
	size_t settled = 0;

	(void)state;
	memset(before, 'x', 10);
	for (int round = 0; round < 20; round++) {
		ARENA_SCOPE(a);
		for (int i = 0; i < 3000; i++)
			memset(arena_alloc(a, 1000), 1, 1000);
		{
			ARENA_SCOPE(a);
			memset(arena_alloc(a, 5 << 20), 1, 5 << 20);
		}
		if (round == 0)
			settled = arena_size(a);
		assert_in_range(arena_size(a), 3000 * 1000, settled + (1 << 20));
	}
	assert_in_range(arena_size(a), 1, 3 << 20);
	assert_memory_equal(before, "xxxxxxxxxx", 10);
}

static void the_same_place_comes_back_after_release(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	struct arena_mark mark = arena_mark(a);
	void *first = arena_alloc(a, 50);

	(void)state;
	arena_release(&mark);
	assert_ptr_equal(arena_alloc(a, 50), first);
}

static void growing_keeps_and_zeroes(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	size_t size = 1;
	char *p = arena_alloc(a, size);

	(void)state;
	*p = 'a';
	while (size < (1 << 22)) {
		if (size == 64)
			arena_alloc(a, 1); /* no longer the newest */
		char *q = arena_grow(a, p, size, size * 2);
		assert_int_equal(q[0], 'a');
		assert_int_equal(q[size - 1], size == 1 ? 'a' : 'z');
		for (size_t i = size; i < size * 2; i++)
			assert_int_equal(q[i], 0);
		size *= 2;
		q[size - 1] = 'z';
		p = q;
	}
	assert_ptr_equal(arena_grow(a, p, size, 5), p);
	assert_in_range(arena_size(a), size, size + (1 << 20));
}

static void the_newest_grows_in_place(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	char *p = arena_alloc(a, 10);

	(void)state;
	assert_ptr_equal(arena_grow(a, p, 10, 3000), p);
	assert_int_not_equal((uintptr_t)arena_alloc(a, 1) < (uintptr_t)p + 3000, 1);
}

/* A large allocation older than the mark may move when it grows inside the scope: the mark must not point at it. */
static void a_big_one_may_grow_inside_a_scope(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	char *p = arena_alloc(a, 100000);

	(void)state;
	{
		ARENA_SCOPE(a);
		p = arena_grow(a, p, 100000, 50 << 20);
		arena_alloc(a, 200000);
	}
	p[(50 << 20) - 1] = 1;
	assert_int_equal(p[0], 0);
}

static void vectors_push(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	VEC(int) list = {0};
	VEC(struct { int x, y; }) points = {0};

	(void)state;
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(*PUSH(&list, a), 0);
		list.v[list.n - 1] = i;
		PUSH(&points, a)->y = -i;
		if (i % 2)
			*PUSH(&list, a) = i;
	}
	assert_int_equal(list.n, 15000);
	assert_int_equal(list.v[14999], 9999);
	assert_int_equal(points.v[777].y, -777);
	assert_int_equal(points.v[777].x, 0);
}

#ifdef POISONED
static void sanitizer_sees_gaps_and_released(void **state)
{
	AUTO(arena_close) struct arena *a = arena_open();
	char *p = arena_alloc(a, 13), *q;

	(void)state;
	arena_alloc(a, 8);
	assert_false(__asan_address_is_poisoned(p + 12));
	assert_true(__asan_address_is_poisoned(p + 13));
	assert_true(__asan_address_is_poisoned(p + 16));
	{
		ARENA_SCOPE(a);
		q = arena_alloc(a, 100);
		assert_false(__asan_address_is_poisoned(q));
	}
	assert_true(__asan_address_is_poisoned(q));
	arena_reset(a);
	assert_true(__asan_address_is_poisoned(p));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(a_scope_gives_everything_back),
		cmocka_unit_test(the_same_place_comes_back_after_release),
		cmocka_unit_test(growing_keeps_and_zeroes),
		cmocka_unit_test(the_newest_grows_in_place),
		cmocka_unit_test(a_big_one_may_grow_inside_a_scope),
		cmocka_unit_test(vectors_push),
#ifdef POISONED
		cmocka_unit_test(sanitizer_sees_gaps_and_released),
#endif
	};

	arena_close(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
