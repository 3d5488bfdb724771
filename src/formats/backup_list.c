/* Lists of copies that backup tools print as JSON. */
#include "formats/formats_all.h"

#include "formats/lines.h"

/*
 * Paths are cut at "/"; several in order of preference are separated by blanks. Where a tool gives an epoch or an offset beside
 * a text without zone, the former is read: lists print texts in the zone of who asks.
 *
 *   borg list, info, create --json   https://borgbackup.readthedocs.io/en/1.2-maint/internals/frontends.html
 *   pgbackrest info --output=json    https://pgbackrest.org/command.html#command-info
 *   barman -f json show-backup, list-backups: { "SERVER": ONE or [ALL] }
 */
static const struct list {
	const char *tool;
	const char *phrases[2]; /* both stand in the head */
	const char *copies;     /* list of copies, or the one, in the document; empty: each member of it */
	const char *job, *location; /* in the document; empty job: the member's name */
	const char *copy, *started, *finished, *data_time, *size, *host, *status, *error;
} lists[] = {
	{"borg", {"\"repository\"", "\"last_modified\""}, "archives archive", "-", "repository/location", "name archive", "start time", "end",
		"start time", "stats/original_size", "hostname", "-", "-"},
	{"pgbackrest", {"\"backrest\"", "\"label\""}, "backup", "name", "-", "label", "timestamp/start", "timestamp/stop",
		"timestamp/stop", "info/size", "-", "error", "-"},
	{"barman", {"\"backup_id\"", "\"status\""}, "", "", "-", "backup_id", "base_backup_information/begin_time begin_time_timestamp",
		"base_backup_information/end_time end_time_timestamp", "base_backup_information/end_time end_time_timestamp",
		"size_bytes base_backup_information/disk_usage_bytes", "-", "status", "error"},
};

/* What a status makes of a run; one that is not here says nothing of it. */
static const struct {
	const char *status, *run;
} verdicts[] = {
	{"", "listed"}, {"false", "listed"}, {"true", "partial"}, {"DONE", "listed"}, {"WAITING_FOR_WALS", "listed"},
	{"FAILED", "failed"}, {"STARTED", "started"},
};

static const struct json *at(const struct json *j, struct str path)
{
	struct str key;
	while (j && str_next(&path, '/', &key)) {
		const struct json *member = json_first(j);
		while (member && !str_eq(json_key(member), key))
			member = json_next(member);
		j = member;
	}
	return j;
}

static const struct json *first_at(const struct json *j, const char *paths)
{
	struct str rest = str_of(paths), path;
	while (str_next(&rest, ' ', &path)) {
		const struct json *found = at(j, path);
		if (found && !json_is_null(found))
			return found;
	}
	return NULL;
}

static struct str text_at(struct arena *arena, const struct json *j, const char *paths)
{
	return json_text(arena, first_at(j, paths));
}

static const char *verdict_of(struct str status)
{
	for (size_t i = 0; i < LEN(verdicts); i++)
		if (str_eq(status, str_of(verdicts[i].status)))
			return verdicts[i].run;
	return NULL;
}

/* What holds for all copies of a document. */
struct shelf {
	const struct list *list;
	struct str job, location;
	struct where from;
	struct sink *sink;
};

static void put_copy(struct arena *arena, const struct shelf *shelf, const struct json *j)
{
	ARENA_SCOPE(arena);
	const struct list *list = shelf->list;
	struct field fields[LINES_FIELDS];
	struct stamp stamps[] = {{.name = STR("started"), .when = text_at(arena, j, list->started)},
		{.name = STR("finished"), .when = text_at(arena, j, list->finished)},
		{.name = STR("data_time"), .when = text_at(arena, j, list->data_time)}};
	struct str copy = text_at(arena, j, list->copy), status = text_at(arena, j, list->status);
	const char *run = verdict_of(status);
	size_t n = 0;
	fields_add(fields, &n, STR("tool"), str_of(list->tool));
	fields_add(fields, &n, STR("copy"), copy);
	fields_add(fields, &n, STR("job"), shelf->job);
	fields_add(fields, &n, STR("location"), shelf->location);
	fields_add(fields, &n, STR("size"), text_at(arena, j, list->size));
	fields_add(fields, &n, STR("host"), text_at(arena, j, list->host));
	fields_add(fields, &n, STR("status"), status);
	fields_add(fields, &n, STR("error"), text_at(arena, j, list->error));
	fields_add(fields, &n, STR("run"), str_of(run));
	struct record record = {
		.from = shelf->from,
		.raw = json_print(arena, j),
		.when = stamps[1].when.n ? stamps[1].when : stamps[0].when,
		.text = str_fmt(arena, "%s copy %.*s%s%.*s", list->tool, STR_ARG(copy), status.n ? ", status " : "", STR_ARG(status)),
		.fields = fields,
		.fields_n = n,
		.stamps = stamps,
		.stamps_n = LEN(stamps),
	};
	sink_put(shelf->sink, &record);
}

static void put_copies(struct arena *arena, const struct shelf *shelf, const struct json *copies)
{
	if (!json_is_array(copies)) {
		put_copy(arena, shelf, copies);
		return;
	}
	for (const struct json *one = json_first(copies); one; one = json_next(one))
		put_copy(arena, shelf, one);
}

static void put_document(struct doc *doc, const struct list *list, const struct slice *slice, struct sink *sink)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {0};
	struct json *j = slice->broken ? NULL : json_parse(doc->scratch, slice->text, &e);
	if (!j) {
		sink_note(sink, slice->from, slice->text, "%s", e.text[0] ? e.text : slice_fault(slice));
		return;
	}
	struct shelf shelf = {.list = list,
		.job = text_at(doc->scratch, j, list->job),
		.location = text_at(doc->scratch, j, list->location),
		.from = slice->from,
		.sink = sink};
	if (list->copies[0]) {
		const struct json *copies = first_at(j, list->copies);
		if (copies && json_size(copies))
			put_copies(doc->scratch, &shelf, copies);
		else
			sink_skip(sink, slice->from);
		return;
	}
	for (const struct json *member = json_first(j); member; member = json_next(member)) {
		shelf.job = json_key(member);
		put_copies(doc->scratch, &shelf, member);
	}
}

static const struct list *list_of(struct doc *doc)
{
	for (size_t i = 0; doc_looks_json(doc) && i < LEN(lists); i++)
		if (doc_contains(doc, lists[i].phrases[0]) && doc_contains(doc, lists[i].phrases[1]))
			return &lists[i];
	return NULL;
}

static int list_bid(struct doc *doc)
{
	return list_of(doc) ? 80 : BID_NONE;
}

static bool list_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct list *list = list_of(doc);
	if (!list)
		return err_set(e, "no list of copies of a tool that is known");
	struct slice slice;
	while (doc_json(doc, NULL, &slice)) {
		if (str_trim(slice.text).n == 0)
			sink_skip(sink, slice.from);
		else
			put_document(doc, list, &slice, sink);
	}
	return true;
}

const struct format format_backup_list = {
	.name = "backup-list",
	.blurb = "copies as JSON: borg --json, pgbackrest info --output=json, barman -f json",
	.bid = list_bid,
	.parse = list_parse,
};
