/* SHA-256: the door to libcrypto. */
#include "digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

struct digester {
	EVP_MD_CTX *context;
	EVP_MD *sha256; /* fetched once: looking it up takes OpenSSL 3 longer than a short text */
};

/* libcrypto fails on these calls only without memory or without its own provider. */
static void must(bool done)
{
	if (!done)
		bug("out of memory, or libcrypto has no SHA-256");
}

struct digester *digester_open(void)
{
	struct digester *d = calloc(1, sizeof *d);

	/* Without memory for its tables libcrypto 3.0 goes on with none of them, and crashes at the first look-up. */
	must(d && OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) && OSSL_LIB_CTX_get0_global_default());
	d->context = EVP_MD_CTX_new();
	d->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(d->context && d->sha256);
	return d;
}

void digester_close(struct digester *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->context);
	EVP_MD_free(d->sha256);
	free(d);
}

void digester_begin(struct digester *d)
{
	must(EVP_DigestInit_ex(d->context, d->sha256, NULL));
}

void digester_add(struct digester *d, const void *p, size_t n)
{
	must(EVP_DigestUpdate(d->context, p, n));
}

struct digest digester_end(struct digester *d)
{
	struct digest digest;

	must(EVP_DigestFinal_ex(d->context, digest.byte, NULL));
	return digest;
}

struct digest digester_so_far(const struct digester *d)
{
	struct digester copy = {.context = EVP_MD_CTX_new()};

	must(copy.context && EVP_MD_CTX_copy_ex(copy.context, d->context));
	struct digest digest = digester_end(&copy);
	EVP_MD_CTX_free(copy.context);
	return digest;
}

struct digest digest_of(struct str s)
{
	static struct digester *d;

	if (!d)
		d = digester_open();
	digester_begin(d);
	digester_add(d, s.p, s.n);
	return digester_end(d);
}

struct digest digest_hmac(struct str key, struct str text)
{
	struct digest digest;
	unsigned n = 0;

	must(HMAC(EVP_sha256(), str_text(key), (int)key.n, (const unsigned char *)str_text(text), text.n, digest.byte,
		     &n) &&
		n == DIGEST_SIZE);
	return digest;
}

struct str digest_hex(struct arena *arena, const struct digest *digest)
{
	char *p = arena_alloc(arena, DIGEST_HEX + 1);

	for (int i = 0; i < DIGEST_SIZE; i++) {
		p[2 * i] = "0123456789abcdef"[digest->byte[i] >> 4];
		p[2 * i + 1] = "0123456789abcdef"[digest->byte[i] & 15];
	}
	return str_n(p, DIGEST_HEX);
}

const char *digest_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
