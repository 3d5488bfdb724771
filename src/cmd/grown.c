/* A file that was read before and has grown since: what it told then, it tells again, whole. */
#include "cmd/grown.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 256 << 10 };

static ssize_t read_at(int fd, char *piece, int64_t n, int64_t at)
{
	ssize_t got;
	do
		got = pread(fd, piece, n < PIECE ? (size_t)n : PIECE, at);
	while (got < 0 && errno == EINTR);
	return got;
}

static int by_size(const void *a, const void *b)
{
	const struct source *x = *(const struct source *const *)a, *y = *(const struct source *const *)b;
	return (x->size > y->size) - (x->size < y->size);
}

/* Leaves those whose bytes the file begins with, in their order; reads it once. */
static bool sift(int fd, struct sources *earlier, struct arena *a, struct err *e)
{
	ARENA_SCOPE(a);
	AUTO(digester_close) struct digester *digester = digester_open();
	const struct source **sized = NEW_N(a, const struct source *, earlier->n);
	bool *kept = NEW_N(a, bool, earlier->n);
	char *piece = arena_alloc_raw(a, PIECE);
	int64_t at = 0;
	size_t n = 0;
	for (size_t i = 0; i < earlier->n; i++)
		sized[i] = &earlier->v[i];
	qsort(sized, earlier->n, sizeof *sized, by_size);
	digester_begin(digester);
	for (size_t i = 0; i < earlier->n; i++) {
		for (ssize_t got; at < sized[i]->size; at += got) {
			if ((got = read_at(fd, piece, sized[i]->size - at, at)) < 0)
				return err_sys(e, "cannot be read");
			if (got == 0)
				break;
			digester_add(digester, piece, (size_t)got);
		}
		struct digest d = digester_so_far(digester);
		kept[sized[i] - earlier->v] = at == sized[i]->size && str_eq(digest_hex(a, &d), sized[i]->sha256);
	}
	for (size_t i = 0; i < earlier->n; i++)
		if (kept[i])
			earlier->v[n++] = earlier->v[i];
	earlier->n = n;
	return true;
}

/* "messages" of "messages-20240618", "app.log" of "app.log.1"; empty: it has no such suffix. */
static struct str before_rotation(struct str name)
{
	size_t n = name.n;
	while (n && (byte_is_digit(name.p[n - 1]) || (n < name.n && strchr("-._T", name.p[n - 1]))))
		n--;
	return n == name.n || byte_is_digit(name.p[n]) ? STR_NONE : str_slice(name, 0, n);
}

bool grown_from(struct cmd *c, int fd, const struct source *now, struct arena *a, struct sources *was, struct err *e)
{
	const struct str names[] = {now->name, before_rotation(now->name)};
	*was = (struct sources){0};
	for (size_t i = 0; i < LEN(names) && names[i].n && !was->n; i++)
		if (!store_sources_before(c->store, names[i], now, a, was, e) || (was->n && !sift(fd, was, a, e)))
			return false;
	return true;
}

/* Looking for it costs a look at all events; mostly the counts say that there is nothing to be found. */
static bool may_tell_otherwise(const struct taking *taking, int fd, const struct source *was, int64_t now)
{
	size_t n;
	const struct source *taken = taking_sources(taking, &n);
	char last = '\n';
	for (size_t i = 0; i < n; i++)
		if (taken[i].row == now && taken[i].duplicate + taken[i].grown < was->records)
			return true;
	return read_at(fd, &last, 1, was->size - 1) == 1 && last != '\n';
}

bool grown_settle(
	struct cmd *c, const struct taking *taking, int fd, const struct sources *was, int64_t now, struct err *e)
{
	return !was->n || !may_tell_otherwise(taking, fd, &was->v[0], now) ||
	       store_source_outgrown(c->store, was, now, e);
}
