/* What evidence is wrapped in: gzip, xz, zstd, bzip2; tar and zip. Chosen by magic bytes, never by name. */
#ifndef LINEUP_UNPACK_H
#define LINEUP_UNPACK_H

#include "base/instant.h"
#include "read/input.h"

#define READ_EXPANDED_MAX ((int64_t)8 << 30) /* bytes one source may become */
enum {
	READ_DEPTH = 4,            /* archives in archives, and likewise compression in compression */
	READ_MEMBERS = 100000,     /* members of one source, nested ones counted */
	READ_RATIO_MAX = 250,      /* bytes out of one byte in ... */
	READ_RATIO_FREE = 64 << 20 /* ... once more than these came out */
};

/* One top-level source's allowance. */
struct budget {
	int64_t received; /* its size; -1: not known */
	int64_t expanded; /* bytes that came out of decompressors so far */
};

enum layer { LAYER_NONE, LAYER_GZIP, LAYER_XZ, LAYER_ZSTD, LAYER_BZIP2, LAYER_TAR, LAYER_ZIP };
enum layer layer_of(struct str head); /* INPUT_PEEK bytes */
const char *layer_name(enum layer);

/* True when N more bytes may come out; else false, and IN is marked damaged with the limit that was met and the remedy.
 */
bool budget_spend(struct budget *, struct input *in, size_t n);

/* Decoded bytes of INNER, all members one behind the other, CRC and length checked; what is behind damage is lost, what
 * is before it is not. INNER stays the caller's. */
struct input *input_of_gzip(struct arena *, struct input *inner, struct budget *);
struct input *input_of_filter(struct arena *, enum layer, struct input *inner, struct budget *); /* xz, zstd, bzip2 */

/* --- archives --- */

struct member {
	struct str name; /* a label, never a path: may hold "../", escapes, anything; made unique in its archive by "
			    (2)" */
	int64_t index;   /* 0-based, of all entries */
	int64_t size;    /* -1: not said */
	instant mtime;   /* INSTANT_NONE: not said */
	bool regular;    /* false: a folder, link or device, which is only listed */
	bool folder;
	struct input *in; /* of a regular one; valid until the next archive_ call on this archive */
};
struct unpacker;
struct unpacker *archive_begin(struct arena *, enum layer, struct input *inner, struct budget *);
/* False at the end; then archive_damage says whether it was the true one. */
bool archive_member(struct unpacker *, struct member *);
const char *archive_damage(const struct unpacker *); /* "": none */
void archive_end(struct unpacker *);                 /* NULL is harmless */
AUTO_CLOSER(struct unpacker *, archive_end)

const char *archive_library(void); /* version of libarchive */

const char *gzip_library(void); /* version of zlib */

#endif
