/* What the fuzz targets share: one arena that is emptied after every input, and a way to say that a promise was broken.
 */
#ifndef LINEUP_FUZZ_H
#define LINEUP_FUZZ_H

#include "base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise is a crash, so that the fuzzer keeps the input. */
#define PROMISE(claim)                                                                                                 \
	((claim) ? (void)0 : (fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #claim), abort()))

/* The input as text of exactly its size: one byte read behind it is found out. */
static inline struct str fuzz_text(const uint8_t *data, size_t size)
{
	return str_n((const char *)data, size);
}

/* Takes one byte off the front; 0 when there is none. */
static inline uint8_t fuzz_byte(struct str *rest)
{
	if (!rest->n)
		return 0;
	uint8_t byte = (uint8_t)rest->p[0];
	*rest = str_from(*rest, 1);
	return byte;
}

#endif
