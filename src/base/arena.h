/* Memory that is given back all at once: bump allocation with scopes. */
#ifndef LINEUP_ARENA_H
#define LINEUP_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The arena for a result is a parameter; workings use a scratch arena inside ARENA_SCOPE; nobody frees a
 * string. Out of memory aborts the process in here (SQLite rolls back), so no caller has an out-of-memory
 * branch. Under AddressSanitizer the gaps between allocations and everything released is poisoned.
 */
struct arena;

struct arena_mark {
	struct arena *arena;
	void *block;
	size_t used;
	size_t big; /* how many allocations had a block of their own */
};

struct arena *arena_open(void);
void arena_close(struct arena *); /* NULL is harmless */

/* Zeroed memory, aligned to 16. Never NULL. */
void *arena_alloc(struct arena *, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
/* The same, holding anything: for what is written at once. */
void *arena_alloc_raw(struct arena *, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
/* Like realloc for the newest allocation (grown in place when it can be), a copy otherwise. What is new of it is
 * zeroed. */
void *arena_grow(struct arena *, void *old, size_t old_size, size_t new_size) __attribute__((returns_nonnull));
/* The same, but what is new of it holds anything: for buffers, which write before they read. */
void *arena_grow_raw(struct arena *, void *old, size_t old_size, size_t new_size) __attribute__((returns_nonnull));

struct arena_mark arena_mark(struct arena *);
void arena_release(struct arena_mark *); /* everything allocated since the mark is gone */
void arena_reset(struct arena *);        /* everything is gone; memory is kept for reuse */
size_t arena_size(const struct arena *); /* bytes held from the system */

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_N(arena, type, n) ((type *)arena_alloc_n((arena), (n), sizeof(type)))
void *arena_alloc_n(struct arena *, size_t n, size_t size) __attribute__((returns_nonnull)); /* checks overflow */

/* Everything allocated from ARENA until the end of the block is released there. */
#define ARENA_SCOPE(arena)                                                                                             \
	__attribute__((cleanup(arena_release), unused)) struct arena_mark ARENA_NAME(arena_scope_, __LINE__) =         \
		arena_mark(arena)
#define ARENA_NAME(a, b) ARENA_NAME_(a, b)
#define ARENA_NAME_(a, b) a##b

/* Append to a growing array in an arena: struct { T *v; size_t n, cap; }. PUSH(&list, arena) is an lvalue pointer
 * to the new, zeroed element: *PUSH(&list, arena) = x; */
#define VEC(...)                                                                                                       \
	struct {                                                                                                       \
		__VA_ARGS__ *v;                                                                                        \
		size_t n, cap;                                                                                         \
	}
#define PUSH(list, arena)                                                                                              \
	((list)->n == (list)->cap ? (void)((list)->v = vec_grow((arena), (list)->v, &(list)->cap, sizeof *(list)->v))  \
				  : (void)0,                                                                           \
		(list)->n++, (list)->v + ((list)->n - 1))
void *vec_grow(struct arena *, void *old, size_t *cap, size_t size) __attribute__((returns_nonnull));

/* A bug in lineup: say where and abort. Never for bad input. */
#define bug(...) bug_at(__func__, __FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_at(const char *func, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* AUTO(x) calls x_closep at the end of the block; declare closers with AUTO_CLOSER(type, x_close). */
#define AUTO(closer) __attribute__((cleanup(closer##p)))
#define AUTO_CLOSER(type, closer)                                                                                      \
	static inline void closer##p(type *p)                                                                          \
	{                                                                                                              \
		closer(*p);                                                                                            \
	}
AUTO_CLOSER(struct arena *, arena_close)

#define LEN(array) (sizeof(array) / sizeof *(array))

#endif
