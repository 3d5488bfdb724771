/* The table of formats: who there is, who bids highest, and the way records take to a sink. */
#include "formats/formats_all.h"

#include "embed.h"
#include "formats/pattern.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static const struct format *const in_c[] = {
#define FORMAT_ROW(name_) &format_##name_,
	FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

enum { FORMAT_FILE_MAX = 1 << 20 }; /* bytes of one pattern format's file */

/* In the order of ties: what the user added, what is C, what came with the program. Lives as long as the process. */
static struct {
	struct arena *arena;
	VEC(const struct format *) rows;
	size_t loaded; /* how many the user added */
} formats;

size_t formats_count(void)
{
	return formats.rows.n;
}

const struct format *formats_get(size_t i)
{
	return formats.rows.v[i];
}

const struct format *format_find(struct str name)
{
	for (size_t i = 0; i < formats_count(); i++)
		if (str_eq(str_of(formats_get(i)->name), name))
			return formats_get(i);
	return NULL;
}

int format_bid(const struct format *format, struct doc *doc)
{
	return format->bid_with ? format->bid_with(doc, format->data) : format->bid(doc);
}

bool format_parse(const struct format *format, struct doc *doc, struct sink *sink, struct err *e)
{
	return format->parse_with ? format->parse_with(doc, format->data, sink, e) : format->parse(doc, sink, e);
}

static const struct format *choose(struct doc *doc, bool runs, int *second)
{
	const struct format *best = &format_plain;
	int best_bid = BID_NONE, next_bid = BID_NONE;
	for (size_t i = 0; i < formats_count(); i++) {
		const struct format *format = formats_get(i);
		bool hopeless = !second && format->most && format->most <= best_bid;
		if (hopeless || (runs && !format->tells_runs))
			continue;
		int bid = format_bid(format, doc);
		if (bid > best_bid) {
			next_bid = best_bid;
			best_bid = bid;
			best = format;
		} else if (bid > next_bid) {
			next_bid = bid;
		}
	}
	if (second)
		*second = next_bid;
	return best;
}

const struct format *format_choose(struct doc *doc, int *second)
{
	return choose(doc, false, second);
}

const struct format *format_choose_runs(struct doc *doc)
{
	return choose(doc, true, NULL);
}

/* --- loading --- */
static void add_row(size_t at, const struct format *format)
{
	*PUSH(&formats.rows, formats.arena) = NULL;
	memmove(formats.rows.v + at + 1, formats.rows.v + at, (formats.rows.n - 1 - at) * sizeof *formats.rows.v);
	formats.rows.v[at] = format;
}

void formats_add(const struct format *format)
{
	add_row(formats.loaded++, format);
}

static const struct format *pattern_row(struct str json, struct str origin, struct err *e)
{
	struct pattern *pattern = pattern_load(formats.arena, json, origin, e);
	if (!pattern)
		return NULL;
	struct format *row = NEW(formats.arena, struct format);
	*row = (struct format){.name = pattern_name(pattern),
		.blurb = pattern_blurb(pattern),
		.tells_runs = pattern_tells_runs(pattern),
		.most = pattern_bid_of(pattern),
		.data = pattern,
		.bid_with = pattern_bid,
		.parse_with = pattern_parse};
	return row;
}

/* Samples may need patterns that were loaded after theirs. */
static bool check_rows(size_t from, size_t to, struct err *e)
{
	for (size_t i = from; i < to; i++)
		if (formats_get(i)->parse_with == pattern_parse && !pattern_check(formats_get(i)->data, e))
			return false;
	return true;
}

bool formats_init(struct err *e)
{
	if (formats.arena)
		return true;
	formats.arena = arena_open();
	for (size_t i = 0; i < LEN(in_c); i++)
		add_row(formats_count(), in_c[i]);
	for (const struct embedded *file = embedded_files; file->path; file++) {
		if (!str_starts(str_of(file->path), STR("schema/formats/")))
			continue;
		const struct format *row =
			pattern_row(str_n((const char *)file->data, file->size), str_of(file->path), e);
		if (!row)
			return false;
		add_row(formats_count() - 1, row); /* before plain */
	}
	return true;
}

bool formats_check(struct err *e)
{
	return check_rows(formats.loaded, formats_count(), e);
}

static bool read_file(const char *path, struct arena *arena, struct str *text, struct err *e)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return err_sys(e, "cannot open");
	char *room = arena_alloc(arena, FORMAT_FILE_MAX + 1);
	size_t n = fread(room, 1, FORMAT_FILE_MAX + 1, file);
	bool failed = ferror(file);
	fclose(file);
	if (failed)
		return err_set(e, "cannot be read");
	*text = str_n(room, n);
	return n <= FORMAT_FILE_MAX || err_set(e, "is larger than %d KiB", FORMAT_FILE_MAX >> 10);
}

static bool load_file(const char *dir, const char *name, struct err *e)
{
	struct str path = str_fmt(formats.arena, "%s/%s", dir, name);
	struct str text;
	{
		ERR_IN(e, path);
		if (!read_file(str_cstr(formats.arena, path), formats.arena, &text, e))
			return false;
	}
	const struct format *row = pattern_row(text, path, e);
	if (!row)
		return false;
	add_row(formats.loaded++, row);
	return true;
}

static int is_format_file(const struct dirent *entry)
{
	return str_ends(str_of(entry->d_name), STR(".json"));
}

/* Not alphasort: its order depends on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool formats_load(const char *dir, struct err *e)
{
	if (!formats_init(e))
		return false;
	struct dirent **entries;
	int n = scandir(dir, &entries, is_format_file, by_name);
	if (n < 0)
		return err_sys(e, "cannot read folder '%s'", dir);
	bool good = true;
	size_t before = formats.loaded;
	for (int i = 0; i < n; i++) {
		good = good && load_file(dir, entries[i]->d_name, e);
		free(entries[i]);
	}
	free(entries);
	return good && check_rows(before, formats.loaded, e);
}

/* --- the way to a sink --- */
struct str record_field(const struct record *record, struct str name)
{
	for (size_t i = 0; i < record->fields_n; i++)
		if (str_eq(record->fields[i].name, name))
			return record->fields[i].value;
	return STR_NONE;
}

void sink_put(struct sink *sink, const struct record *record)
{
	sink->put(sink, record);
}

void sink_note(struct sink *sink, struct where where, struct str text, const char *why, ...)
{
	char room[512];
	va_list args;
	va_start(args, why);
	int n = vsnprintf(room, sizeof room, why, args);
	va_end(args);
	if (n < 0)
		bug("note '%s' cannot be formatted", why);
	sink->note(sink, where, text, str_n(room, (size_t)n < sizeof room ? (size_t)n : sizeof room - 1));
}

void sink_skip(struct sink *sink, struct where where)
{
	if (sink->skip)
		sink->skip(sink, where);
}

void sink_printed(struct sink *sink, struct str when)
{
	if (sink->printed)
		sink->printed(sink, when);
}

void sink_ended(struct sink *sink, struct str when)
{
	if (sink->ended)
		sink->ended(sink, when);
}

void formats_hasten(void)
{
	for (size_t i = 0; i < formats_count(); i++)
		if (formats_get(i)->parse_with == pattern_parse)
			pattern_hasten(formats_get(i)->data);
}
