/* Members out of tar and zip, bytes out of xz, zstd and bzip2: the door to libarchive. */
#include "read/unpack.h"

#include "base/map.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

enum { ARCHIVE_PIECE = 64 << 10, ARCHIVE_NAME_MAX = 4096, DIRECTORY_MISSING = -2 };

/* --- recognising --- */

/* A tar has no magic at its front: its first header's checksum must hold. */
static bool is_tar(struct str head)
{
	const unsigned char *p = (const unsigned char *)head.p;
	if (head.n < 512 || !p[0])
		return false;
	unsigned sum = 0;
	int stated = 0, digits = 0;
	for (int i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : p[i];
	for (int i = 148; i < 156; i++) {
		if (p[i] >= '0' && p[i] <= '7') {
			stated = stated * 8 + (p[i] - '0');
			digits++;
		} else if (digits) {
			break;
		}
	}
	return digits > 0 && (unsigned)stated == sum;
}

enum layer layer_of(struct str head)
{
	static const struct {
		struct str magic;
		enum layer layer;
	} magics[] = {{STR("\x1f\x8b\x08"), LAYER_GZIP},
		{STR("\xfd"
		     "7zXZ\0"),
			LAYER_XZ},
		{STR("\x28\xb5\x2f\xfd"), LAYER_ZSTD}, {STR("PK\3\4"), LAYER_ZIP}, {STR("PK\5\6"), LAYER_ZIP},
		{STR("PK00PK\3\4"), LAYER_ZIP}};
	for (size_t i = 0; i < LEN(magics); i++)
		if (str_starts(head, magics[i].magic))
			return magics[i].layer;
	if (head.n > 10 && str_starts(head, STR("BZh")) && byte_is_digit(head.p[3]) &&
		(!memcmp(head.p + 4, "1AY&SY", 6) || !memcmp(head.p + 4, "\x17\x72\x45\x38\x50\x90", 6)))
		return LAYER_BZIP2;
	return is_tar(head) ? LAYER_TAR : LAYER_NONE;
}

const char *layer_name(enum layer layer)
{
	static const char *const names[] = {"", "gzip", "xz", "zstd", "bzip2", "tar", "zip"};
	return names[layer];
}

bool budget_spend(struct budget *b, struct input *in, size_t n)
{
	b->expanded += (int64_t)n;
	if (b->expanded > READ_EXPANDED_MAX)
		input_damaged(in, "more than %lld GiB came out; unpack it and ingest the parts that matter",
			(long long)(READ_EXPANDED_MAX >> 30));
	else if (b->received >= 0 && b->expanded > READ_RATIO_FREE && b->expanded / READ_RATIO_MAX > b->received)
		input_damaged(in,
			"more than %d times its size came out; if that is right, unpack it and ingest the "
			"result",
			READ_RATIO_MAX);
	else
		return true;
	return false;
}

/* --- libarchive reads from an input --- */

struct unpacker {
	struct arena *arena;
	enum layer layer;
	struct archive *archive;
	struct input *inner;
	struct budget *budget;
	int64_t budget_before;
	char *piece;
	int64_t members;
	struct map names; /* how often a name was met */
	bool over;
	int64_t listed; /* members that a zip's directory lists; -1: not known */
	char damage[200];
};

static la_ssize_t on_read(struct archive *a, void *data, const void **bytes)
{
	(void)a;
	struct unpacker *u = data;
	*bytes = u->piece;
	return input_read(u->inner, u->piece, ARCHIVE_PIECE);
}

static la_int64_t on_seek(struct archive *a, void *data, la_int64_t to, int whence)
{
	(void)a;
	struct unpacker *u = data;
	int64_t base = whence == SEEK_CUR ? u->inner->taken : whence == SEEK_END ? u->inner->size : 0;
	return input_seek(u->inner, base + to) ? base + to : ARCHIVE_FATAL;
}

static la_int64_t on_skip(struct archive *a, void *data, la_int64_t n)
{
	(void)a;
	struct unpacker *u = data;
	int64_t from = u->inner->taken, to = from + n;
	if (to > u->inner->size)
		to = u->inner->size;
	return to > from && input_seek(u->inner, to) ? to - from : 0;
}

/* How many members the directory at a zip's end lists (APPNOTE 4.3.16); DIRECTORY_MISSING; -1: not known. Without it a
 * zip still reads, member by member, but nobody knows whether all are there. */
static int64_t zip_listed(struct input *in)
{
	enum { TAIL = 65536 + 22, COUNT_AT = 10, COUNT_NOT_HERE = 0xffff };
	if (!input_can_seek(in) || in->size < 0)
		return -1;
	static char tail[TAIL];
	size_t n = 0;
	ssize_t got;
	if (!input_seek(in, in->size > TAIL ? in->size - TAIL : 0))
		return -1;
	while (n < TAIL && (got = input_read(in, tail + n, TAIL - n)) > 0)
		n += (size_t)got;
	input_seek(in, 0);
	struct str end = str_n(tail, n), directory = STR_NONE;
	for (size_t at = 0; (at = str_find(end, STR("PK\5\6"), at)) != STR_NPOS; at++)
		directory = str_from(end, at);
	if (directory.n < COUNT_AT + 2)
		return DIRECTORY_MISSING;
	int64_t count = (unsigned char)directory.p[COUNT_AT] | (unsigned char)directory.p[COUNT_AT + 1] << 8;
	return count == COUNT_NOT_HERE ? -1 : count;
}

static void archive_failed(struct unpacker *u, const char *what)
{
	const char *why = archive_error_string(u->archive); /* may be NULL */
	if (!u->damage[0])
		snprintf(u->damage, sizeof u->damage, "%s%s%s", what, why ? ": " : "", why ? why : "");
}

struct unpacker *archive_begin(struct arena *arena, enum layer layer, struct input *inner, struct budget *budget)
{
	struct unpacker *u = NEW(arena, struct unpacker);
	*u = (struct unpacker){
		.arena = arena, .layer = layer, .inner = inner, .budget = budget, .names = MAP(arena), .listed = -1};
	u->budget_before = budget->expanded;
	u->piece = arena_alloc(arena, ARCHIVE_PIECE);
	u->archive = archive_read_new();
	if (!u->archive)
		bug("out of memory for an archive reader");
	/* one format and one filter only: libarchive's own guessing takes logs for archives */
	switch (layer) {
	case LAYER_TAR:
		archive_read_support_format_tar(u->archive);
		break;
	case LAYER_ZIP:
		archive_read_support_format_zip(u->archive);
		u->listed = zip_listed(inner);
		break;
	case LAYER_XZ:
		archive_read_support_filter_xz(u->archive);
		break;
	case LAYER_ZSTD:
		archive_read_support_filter_zstd(u->archive);
		break;
	case LAYER_BZIP2:
		archive_read_support_filter_bzip2(u->archive);
		break;
	default:
		bug("layer %d is not libarchive's", layer);
	}
	if (layer != LAYER_TAR && layer != LAYER_ZIP)
		archive_read_support_format_raw(u->archive);
	archive_read_set_read_callback(u->archive, on_read);
	archive_read_set_callback_data(u->archive, u);
	if (input_can_seek(inner) && inner->size >= 0) {
		archive_read_set_seek_callback(u->archive, on_seek);
		archive_read_set_skip_callback(u->archive, on_skip);
	}
	if (archive_read_open1(u->archive) != ARCHIVE_OK) {
		archive_failed(u, "cannot be opened");
		u->over = true;
	}
	return u;
}

void archive_end(struct unpacker *u)
{
	if (u && u->archive)
		archive_read_free(u->archive);
	if (u)
		u->archive = NULL;
}

const char *archive_damage(const struct unpacker *u)
{
	return u->damage;
}

/* --- members --- */

struct member_input {
	struct input in;
	struct unpacker *u;
	int64_t index;
	bool over;
};

static ssize_t member_read(struct input *in, void *to, size_t n)
{
	struct member_input *m = (struct member_input *)in;
	struct unpacker *u = m->u;
	if (m->over || u->members != m->index + 1)
		return 0;
	la_ssize_t got = archive_read_data(u->archive, to, n);
	if (got < 0) {
		const char *why = archive_error_string(u->archive);
		input_damaged(
			in, "damaged behind byte %lld%s%s", (long long)in->taken, why ? ": " : "", why ? why : "");
		u->over = got == ARCHIVE_FATAL;
		if (u->over)
			archive_failed(u, "damaged");
	}
	m->over = got <= 0;
	if (got > 0 && !budget_spend(u->budget, in, (size_t)got)) {
		snprintf(u->damage, sizeof u->damage, "%s", in->damage);
		u->over = m->over = true;
		return 0;
	}
	return got > 0 ? got : 0;
}

/* From the archive's front to this member again: slow, but needs no copy. The reader is freed with the input.
 */
static void member_close_again(struct input *in)
{
	archive_end(((struct member_input *)in)->u);
}

static struct input *member_again(struct input *in, struct arena *arena)
{
	struct member_input *m = (struct member_input *)in;
	struct input *inner = input_again(m->u->inner, arena);
	if (!inner)
		return NULL;
	struct budget *budget = NEW(arena, struct budget);
	*budget = (struct budget){m->u->budget->received, m->u->budget_before};
	struct unpacker *u = archive_begin(arena, m->u->layer, inner, budget);
	struct member again;
	while (archive_member(u, &again)) {
		if (again.index == m->index && again.in) {
			again.in->close = member_close_again;
			return again.in;
		}
	}
	archive_end(u);
	return NULL;
}

static struct input *member_input_open(struct unpacker *u, int64_t index, int64_t size)
{
	struct member_input *m = NEW(u->arena, struct member_input);
	m->in = (struct input){.read = member_read, .again = member_again, .size = size};
	m->u = u;
	m->index = index;
	return &m->in;
}

static struct str member_name(struct unpacker *u, struct archive_entry *entry)
{
	const char *utf8 = archive_entry_pathname_utf8(entry);
	struct str name = str_of(utf8 ? utf8 : archive_entry_pathname(entry));
	if (!name.n)
		name = str_fmt(u->arena, "member %lld", (long long)u->members + 1);
	name = str_dup(u->arena, str_slice(name, 0, ARCHIVE_NAME_MAX));
	uintptr_t *met = (uintptr_t *)map_put(&u->names, name);
	return ++*met == 1 ? name : str_fmt(u->arena, "%.*s (%zu)", STR_ARG(name), (size_t)*met);
}

static bool archive_over(struct unpacker *u, int code)
{
	if (code != ARCHIVE_EOF)
		archive_failed(u, "damaged; what stood before that was read");
	else if (u->inner->damage[0])
		snprintf(u->damage, sizeof u->damage, "%s", u->inner->damage);
	else if (u->listed == DIRECTORY_MISSING && !u->damage[0])
		snprintf(u->damage, sizeof u->damage,
			"its directory at the end is missing, so members may be missing too");
	else if (u->listed > u->members && !u->damage[0])
		snprintf(u->damage, sizeof u->damage, "its directory lists %lld members, %lld were found",
			(long long)u->listed, (long long)u->members);
	u->over = true;
	return false;
}

bool archive_member(struct unpacker *u, struct member *m)
{
	struct archive_entry *entry;
	if (u->over)
		return false;
	int code = archive_read_next_header(u->archive, &entry);
	if (code == ARCHIVE_EOF || code < ARCHIVE_WARN)
		return archive_over(u, code);
	if (u->members == READ_MEMBERS) {
		snprintf(u->damage, sizeof u->damage, "more than %d members; the rest is not read", READ_MEMBERS);
		u->over = true;
		return false;
	}
	*m = (struct member){.name = member_name(u, entry), .index = u->members++, .size = -1, .mtime = INSTANT_NONE};
	if (archive_entry_size_is_set(entry))
		m->size = archive_entry_size(entry);
	if (archive_entry_mtime_is_set(entry) && archive_entry_mtime(entry) > 0 &&
		archive_entry_mtime(entry) < INT64_C(253402300800)) /* the year 10000 */
		m->mtime = (instant)archive_entry_mtime(entry) * SECOND;
	m->folder = archive_entry_filetype(entry) == AE_IFDIR;
	m->regular = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
	if (m->regular)
		m->in = member_input_open(u, m->index, m->size);
	return true;
}

/* --- compressed streams --- */

/* A filter is an archive of one nameless member. */
struct filter {
	struct input in;
	struct arena *arena;
	enum layer layer;
	struct input *inner;
	struct budget *budget;
	int64_t budget_before;
	struct unpacker *u;
	struct member member;
	bool begun;
};

static ssize_t filter_read(struct input *in, void *to, size_t n)
{
	struct filter *f = (struct filter *)in;
	if (!f->begun) {
		f->begun = true;
		f->u = archive_begin(f->arena, f->layer, f->inner, f->budget);
		if (!archive_member(f->u, &f->member))
			f->member.in = NULL;
	}
	ssize_t got = f->member.in ? input_read(f->member.in, to, n) : 0;
	if (got > 0)
		return got;
	if (f->member.in && f->member.in->damage[0])
		input_damaged(in, "the %s data is %s", layer_name(f->layer), f->member.in->damage);
	else if (f->u->damage[0])
		input_damaged(in, "the %s data is %s", layer_name(f->layer), f->u->damage);
	return 0;
}

static void filter_close(struct input *in)
{
	archive_end(((struct filter *)in)->u);
}

static struct input *filter_again(struct input *in, struct arena *arena)
{
	struct filter *f = (struct filter *)in;
	struct input *inner = input_again(f->inner, arena);
	struct budget *fresh = NEW(arena, struct budget);
	*fresh = (struct budget){f->budget->received, f->budget_before};
	return inner ? input_of_filter(arena, f->layer, inner, fresh) : NULL;
}

struct input *input_of_filter(struct arena *arena, enum layer layer, struct input *inner, struct budget *budget)
{
	struct filter *f = NEW(arena, struct filter);
	f->in = (struct input){.read = filter_read, .again = filter_again, .close = filter_close, .size = -1};
	f->arena = arena;
	f->layer = layer;
	f->inner = inner;
	f->budget = budget;
	f->budget_before = budget->expanded;
	return &f->in;
}

const char *archive_library(void)
{
	const char *text = archive_version_string(); /* "libarchive 3.6.2" */
	return strchr(text, ' ') ? strchr(text, ' ') + 1 : text;
}
