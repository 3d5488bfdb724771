/* SHA-256: the door to libcrypto. */
#ifndef LINEUP_DIGEST_H
#define LINEUP_DIGEST_H

#include "str.h"

enum { DIGEST_SIZE = 32, DIGEST_HEX = 64 };
struct digest {
	uint8_t byte[DIGEST_SIZE];
};
struct digester;
struct digester *digester_open(void); /* reusable: open once, many digests */
void digester_close(struct digester *);
AUTO_CLOSER(struct digester *, digester_close)
void digester_begin(struct digester *);
void digester_add(struct digester *, const void *, size_t);
struct digest digester_end(struct digester *);
struct digest digester_so_far(const struct digester *);     /* of what was added until now; more can be */
struct digest digest_of(struct str);                        /* one shot */
struct digest digest_hmac(struct str key, struct str text); /* HMAC-SHA-256, RFC 2104 */
struct str digest_hex(struct arena *, const struct digest *);

const char *digest_library(void); /* version of libcrypto */

#endif
