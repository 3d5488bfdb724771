/* Bytes as they are received: hashed, and deflated for keeping. */
#include "read/ingest.h"

#include "base/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { RECEIPT_PIECE = 256 << 10 };

struct receipt {
	struct digester *digester;
	int64_t size, keep_max;
	bool keeping;
	z_stream z;
	char *deflated;
	size_t n, cap;
	char *piece;
};

struct receipt *receipt_open(int64_t keep_max)
{
	struct receipt *r = calloc(1, sizeof *r);
	if (!r || !(r->piece = malloc(RECEIPT_PIECE)))
		bug("out of memory for a receipt");
	r->digester = digester_open();
	digester_begin(r->digester);
	r->keep_max = keep_max;
	r->keeping = keep_max > 0;
	if (r->keeping && deflateInit(&r->z, 1) != Z_OK) /* 1: fast; logs shrink to a tenth at any level */
		bug("zlib does not start");
	return r;
}

static void stop_keeping(struct receipt *r)
{
	if (r->keeping)
		deflateEnd(&r->z);
	r->keeping = false;
	free(r->deflated);
	r->deflated = NULL;
	r->n = r->cap = 0;
}

void receipt_close(struct receipt *r)
{
	if (!r)
		return;
	stop_keeping(r);
	digester_close(r->digester);
	free(r->piece);
	free(r);
}

static void deflate_piece(struct receipt *r, struct str bytes, int flush)
{
	int code = Z_OK;
	r->z.next_in = (Bytef *)(uintptr_t)bytes.p;
	r->z.avail_in = (uInt)bytes.n;
	do {
		if (r->cap - r->n < RECEIPT_PIECE) { /* so there is always room for one more byte */
			r->cap = r->cap ? 2 * r->cap : (size_t)2 * RECEIPT_PIECE;
			r->deflated = realloc(r->deflated, r->cap);
			if (!r->deflated)
				bug("out of memory for %zu deflated bytes", r->cap);
		}
		r->z.next_out = (Bytef *)r->deflated + r->n;
		r->z.avail_out = (uInt)(r->cap - r->n < (1u << 30) ? r->cap - r->n : 1u << 30);
		uInt room = r->z.avail_out;
		code = deflate(&r->z, flush);
		r->n += room - r->z.avail_out;
	} while (r->z.avail_in > 0 || (flush == Z_FINISH && code != Z_STREAM_END));
}

void receipt_add(struct receipt *r, struct str bytes)
{
	digester_add(r->digester, bytes.p, bytes.n);
	r->size += (int64_t)bytes.n;
	if (r->keeping && r->size > r->keep_max)
		stop_keeping(r);
	for (size_t at = 0; r->keeping && at < bytes.n; at += 1u << 30)
		deflate_piece(r, str_slice(bytes, at, at + (1u << 30)), Z_NO_FLUSH);
}

bool receipt_add_file(struct receipt *r, int fd, struct err *e)
{
	for (int64_t at = 0;;) {
		ssize_t got = pread(fd, r->piece, RECEIPT_PIECE, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, "cannot be read");
		if (got == 0)
			return true;
		receipt_add(r, str_n(r->piece, (size_t)got));
		at += got;
	}
}

struct str receipt_end(struct receipt *r, struct arena *arena, int64_t *size, struct str *kept)
{
	struct digest digest = digester_end(r->digester);
	*size = r->size;
	*kept = STR_NONE;
	if (r->keeping) {
		deflate_piece(r, STR_NONE, Z_FINISH);
		deflateEnd(&r->z);
		r->keeping = false;
		if ((int64_t)r->n == r->size)
			r->deflated[r->n++] = '\0'; /* equal lengths would say that it is not deflated */
		*kept = str_n(r->deflated, r->n);
	}
	return digest_hex(arena, &digest);
}
