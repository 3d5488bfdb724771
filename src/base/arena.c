/* Memory that is given back all at once. */
#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN = 16, BLOCK_FIRST = 64 << 10, BLOCK_LAST = 1 << 20, BIG = BLOCK_FIRST / 2 };

struct block {
	struct block *older;
	size_t size, used;
	_Alignas(ALIGN) char data[];
};

/*
 * Small allocations are cut from the newest block. From BIG bytes on, each has a block of its own in a second
 * list: so it neither wastes the rest of the current block nor is copied by hand when it grows.
 */
struct arena {
	struct block *block, *spare, *big;
	size_t big_n, size;
};

void bug_at(const char *func, const char *file, int line, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "lineup: bug in %s@%s:%d: ", func, file, line);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static _Noreturn void out_of_memory(size_t size)
{
	fprintf(stderr, "lineup: out of memory (%zu bytes wanted)\n", size);
	abort();
}

static size_t padded(size_t size)
{
	return (size + (ALIGN - 1)) / ALIGN * ALIGN + GAP;
}

/* A malloc'ed block that stands before OLDER; the memory is zero only when CLEAR. */
static struct block *block_open(struct arena *arena, struct block *older, size_t size, bool clear)
{
	size_t total = size + sizeof(struct block);
	struct block *block = total < size ? NULL : clear ? calloc(1, total) : malloc(total);

	if (!block)
		out_of_memory(size);
	*block = (struct block){.older = older, .size = size};
	arena->size += size;
	return block;
}

static void block_free(struct arena *arena, struct block *block)
{
	if (!block)
		return;
	arena->size -= block->size;
	ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
	free(block);
}

static void block_push(struct arena *arena)
{
	struct block *top = arena->block, *block = arena->spare;
	size_t size = !top ? BLOCK_FIRST : top->size < BLOCK_LAST ? top->size * 2 : BLOCK_LAST;

	arena->spare = NULL;
	if (!block)
		block = block_open(arena, top, size, false);
	block->older = top;
	block->used = 0;
	ASAN_POISON_MEMORY_REGION(block->data, block->size);
	arena->block = block;
}

/* Keeps the larger of this block and the spare one. */
static void block_pop(struct arena *arena)
{
	struct block *block = arena->block;

	arena->block = block->older;
	if (arena->spare && arena->spare->size >= block->size) {
		block_free(arena, block);
	} else {
		block_free(arena, arena->spare);
		ASAN_POISON_MEMORY_REGION(block->data, block->size);
		arena->spare = block;
	}
}

static void big_pop(struct arena *arena)
{
	struct block *block = arena->big;

	arena->big = block->older;
	arena->big_n--;
	block_free(arena, block);
}

struct arena *arena_open(void)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		out_of_memory(sizeof *arena);
	block_push(arena);
	return arena;
}

void arena_close(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->big)
		big_pop(arena);
	while (arena->block)
		block_pop(arena);
	block_free(arena, arena->spare);
	free(arena);
}

static void *big_alloc(struct arena *arena, size_t size, bool clear)
{
	arena->big = block_open(arena, arena->big, size, clear);
	arena->big_n++;
	return arena->big->data;
}

void *arena_alloc_raw(struct arena *arena, size_t size)
{
	if (size >= BIG)
		return big_alloc(arena, size, false);
	size_t total = padded(size ? size : 1);
	if (arena->block->size - arena->block->used < total)
		block_push(arena);
	char *p = arena->block->data + arena->block->used;
	arena->block->used += total;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return size >= BIG ? big_alloc(arena, size, true) : memset(arena_alloc_raw(arena, size), 0, size);
}

void *arena_alloc_n(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory(SIZE_MAX);
	return arena_alloc(arena, total);
}

static void *big_grow(struct arena *arena, size_t new_size)
{
	size_t total = new_size + sizeof(struct block);
	struct block *block = total < new_size ? NULL : realloc(arena->big, total);

	if (!block)
		out_of_memory(new_size);
	arena->big = block;
	arena->size += new_size - block->size;
	block->size = new_size;
	return block->data;
}

static void *small_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
	struct block *block = arena->block;
	size_t held = padded(old_size ? old_size : 1);
	if (new_size < BIG && block->used >= held && old == block->data + (block->used - held) &&
		block->size - block->used >= padded(new_size) - held) {
		block->used += padded(new_size) - held;
		ASAN_UNPOISON_MEMORY_REGION(old, new_size);
		return old;
	}
	return memcpy(arena_alloc_raw(arena, new_size), old, old_size);
}

void *arena_grow_raw(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
	if (new_size <= old_size && old)
		return old;
	if (old && arena->big && old == arena->big->data)
		return big_grow(arena, new_size);
	if (new_size < BIG)
		return old ? small_grow(arena, old, old_size, new_size) : arena_alloc_raw(arena, new_size);
	void *new = big_alloc(arena, new_size, false);
	return old ? memcpy(new, old, old_size) : new;
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
	char *p = arena_grow_raw(arena, old, old_size, new_size);

	if (!old || new_size > old_size)
		memset(p + (old ? old_size : 0), 0, new_size - (old ? old_size : 0));
	return p;
}

struct arena_mark arena_mark(struct arena *arena)
{
	return (struct arena_mark){arena, arena->block, arena->block->used, arena->big_n};
}

void arena_release(struct arena_mark *mark)
{
	struct arena *arena = mark->arena;

	while (arena->big_n > mark->big)
		big_pop(arena);
	while (arena->block != mark->block)
		block_pop(arena);
	struct block *block = arena->block;
	block->used = mark->used;
	ASAN_POISON_MEMORY_REGION(block->data + block->used, block->size - block->used);
}

void arena_reset(struct arena *arena)
{
	struct block *first = arena->block;

	while (first->older)
		first = first->older;
	arena_release(&(struct arena_mark){.arena = arena, .block = first});
}

size_t arena_size(const struct arena *arena)
{
	return arena->size;
}

void *vec_grow(struct arena *arena, void *old, size_t *cap, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 8, total;

	if (__builtin_mul_overflow(wanted, size, &total))
		out_of_memory(SIZE_MAX);
	void *new = arena_grow(arena, old, *cap * size, total);
	*cap = wanted;
	return new;
}
