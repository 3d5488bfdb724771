/* restic --json: the messages of a run, and the lists that `snapshots` and `forget` print. */
#include "formats/formats_all.h"

#include "formats/lines.h"

/*
 * restic writes a status object several times a second: those are told apart by their text and never parsed. A run says
 * nothing of the time before restic 0.18 (backup_start, backup_end); then only a wrapper (container log, journal) dates
 * it. The instant whose data a copy holds is the `time` of the snapshot: the start of the run.
 */
static bool is_progress(struct str line)
{
	return str_contains(line, STR("\"message_type\":\"status\"")) ||
	       str_contains(line, STR("\"message_type\":\"verbose_status\""));
}

struct filling {
	struct arena *arena;
	struct record *record;
	struct field *fields;
	struct stamp *stamps;
};

static void add(struct filling *f, struct str name, struct str value)
{
	fields_add(f->fields, &f->record->fields_n, name, value);
}

static void add_stamp(struct filling *f, struct str name, struct str when)
{
	if (when.n)
		f->stamps[f->record->stamps_n++] = (struct stamp){.name = name, .when = when};
}

static struct filling fill(struct arena *arena, struct record *record)
{
	struct filling f = {arena, record, NEW_N(arena, struct field, LINES_FIELDS), NEW_N(arena, struct stamp, 4)};
	*record = (struct record){.fields = f.fields, .stamps = f.stamps};
	add(&f, STR("tool"), STR("restic"));
	return f;
}

static struct str joined(struct arena *arena, const struct json *list)
{
	struct buf all = BUF(arena);
	for (const struct json *one = json_first(list); one; one = json_next(one)) {
		if (all.n)
			buf_cstr(&all, ", ");
		buf_add(&all, json_str(one));
	}
	return buf_str(&all);
}

/* --- messages --- */
static void take_backup(struct filling *f, const struct json *message)
{
	struct str copy = json_get_str(message, "snapshot_id");
	struct str size = json_text(f->arena, json_get(message, "total_bytes_processed"));
	struct str files = json_text(f->arena, json_get(message, "total_files_processed"));
	struct str start = json_get_str(message, "backup_start"), end = json_get_str(message, "backup_end");
	f->record->when = end;
	f->record->level = STR("info");
	f->record->text = copy.n ? str_fmt(f->arena, "snapshot %.*s saved: %.*s files, %.*s bytes", STR_ARG(copy),
					   STR_ARG(files), STR_ARG(size))
				 : STR("backup finished without a new snapshot");
	add(f, STR("phase"), STR("completed"));
	add(f, STR("copy"), copy);
	add(f, STR("size"), size);
	add_stamp(f, STR("data_time"), start);
	add_stamp(f, STR("started"), start);
	add_stamp(f, STR("finished"), end);
}

static void take_check(struct filling *f, const struct json *message)
{
	struct str errors = json_text(f->arena, json_get(message, "num_errors"));
	bool good = str_eq(errors, STR("0"));
	f->record->level = good ? STR("info") : STR("error");
	f->record->text =
		good ? STR("check found no errors") : str_fmt(f->arena, "check found %.*s errors", STR_ARG(errors));
	add(f, STR("command"), STR("check"));
	add(f, STR("run"), good ? STR("verified") : STR("failed"));
}

static void take_restore(struct filling *f, const struct json *message)
{
	struct str files = json_text(f->arena, json_get(message, "files_restored"));
	f->record->level = STR("info");
	f->record->text = str_fmt(f->arena, "restored %.*s files", STR_ARG(files));
	add(f, STR("run"), STR("restore-completed"));
	add(f, STR("size"), json_text(f->arena, json_get(message, "bytes_restored")));
}

/* Backup, check and restore all end with a summary. */
static void take_summary(struct filling *f, const struct json *message)
{
	if (json_get(message, "num_errors"))
		take_check(f, message);
	else if (json_get(message, "files_restored"))
		take_restore(f, message);
	else
		take_backup(f, message);
}

static void take_error(struct filling *f, const struct json *message)
{
	struct str error = json_str(json_at(message, "error", "message", NULL));
	struct str item = json_get_str(message, "item"), during = json_get_str(message, "during");
	if (!error.n)
		error = json_text(f->arena, json_get(message, "error"));
	f->record->level = STR("error");
	f->record->text =
		str_fmt(f->arena, "error during %.*s: %.*s: %.*s", STR_ARG(during), STR_ARG(item), STR_ARG(error));
	add(f, STR("phase"), STR("error"));
	add(f, STR("path"), item);
	add(f, STR("error"), error);
}

static void take_exit(struct filling *f, const struct json *message)
{
	struct str text = json_get_str(message, "message");
	f->record->level = STR("fatal");
	f->record->text = text;
	add(f, STR("phase"), STR("failed"));
	add(f, STR("code"), json_text(f->arena, json_get(message, "code")));
	add(f, STR("error"), text);
}

static void take_other(struct filling *f, const struct json *message)
{
	f->record->text = json_print(f->arena, message);
	add(f, STR("phase"), json_get_str(message, "message_type"));
}

static const struct {
	const char *type;
	void (*take)(struct filling *, const struct json *);
} messages[] = {
	{"summary", take_summary},
	{"error", take_error},
	{"exit_error", take_exit},
};

static void take_message(struct filling *f, const struct json *message)
{
	struct str type = json_get_str(message, "message_type");
	for (size_t i = 0; i < LEN(messages); i++) {
		if (str_eq(type, str_of(messages[i].type))) {
			messages[i].take(f, message);
			return;
		}
	}
	take_other(f, message);
}

static enum line_kind read_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	(void)data;
	if (is_progress(line) && line.p[0] == '{')
		return LINE_SKIP;
	if (line.p[0] != '{' || !str_contains(line, STR("\"message_type\"")))
		return LINE_OTHER;
	struct err e = {0};
	struct json *message = json_parse(arena, line, &e);
	if (!message)
		return LINE_OTHER;
	struct filling f = fill(arena, record);
	take_message(&f, message);
	return LINE_RECORD;
}

/* --- lists --- */
static void take_snapshot(struct filling *f, const struct json *snapshot, struct str phase)
{
	struct str paths = joined(f->arena, json_get(snapshot, "paths")),
		   tags = joined(f->arena, json_get(snapshot, "tags"));
	struct str copy = json_get_str(snapshot, "short_id"), id = json_get_str(snapshot, "id");
	struct str host = json_get_str(snapshot, "hostname");
	if (!copy.n)
		copy = str_slice(id, 0, 8);
	bool removed = str_eq(phase, STR("removed")); /* when, nobody says */
	f->record->when = removed ? STR_NONE : json_get_str(snapshot, "time");
	f->record->text = str_fmt(f->arena, "snapshot %.*s of %.*s on %.*s%s", STR_ARG(copy), STR_ARG(paths),
		STR_ARG(host), removed ? ", removed since" : "");
	f->record->identity = str_fmt(f->arena, "restic %.*s %.*s", STR_ARG(phase), STR_ARG(id.n ? id : copy));
	add(f, STR("phase"), phase);
	add(f, STR("copy"), copy);
	add(f, STR("job"), tags);
	add(f, STR("path"), paths);
	add(f, STR("host"), host);
	add(f, STR("size"), json_text(f->arena, json_at(snapshot, "summary", "total_bytes_processed", NULL)));
	add_stamp(f, STR("data_time"), json_get_str(snapshot, "time"));
	add_stamp(f, STR("finished"), json_str(json_at(snapshot, "summary", "backup_end", NULL)));
}

static void put_snapshots(
	struct doc *doc, const struct json *list, struct str phase, const struct slice *slice, struct sink *sink)
{
	for (const struct json *one = json_first(list); one; one = json_next(one)) {
		ARENA_SCOPE(doc->scratch);
		struct record record;
		struct filling f = fill(doc->scratch, &record);
		take_snapshot(&f, one, phase);
		record.from = (struct where){slice->from.offset, 0, slice->from.line};
		record.raw = json_print(doc->scratch, one);
		sink_put(sink, &record);
	}
}

/* One element: a snapshot, or a group of `forget` with what it kept and removed. */
static void put_element(struct doc *doc, const struct slice *slice, struct sink *sink)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {0};
	struct json *element = slice->broken ? NULL : json_parse(doc->scratch, slice->text, &e);
	if (!element) {
		sink_note(sink, slice->from, slice->text, "%s", e.text[0] ? e.text : slice_fault(slice));
		return;
	}
	if (json_get(element, "keep") || json_get(element, "remove")) {
		put_snapshots(doc, json_get(element, "keep"), STR("listed"), slice, sink);
		put_snapshots(doc, json_get(element, "remove"), STR("removed"), slice, sink);
		sink_skip(sink, slice->from);
		return;
	}
	struct record record;
	struct filling f = fill(doc->scratch, &record);
	if (json_get(element, "message_type"))
		take_message(&f, element);
	else
		take_snapshot(&f, element, STR("listed"));
	record.from = slice->from;
	record.raw = slice->text;
	sink_put(sink, &record);
}

/* --- the format --- */
static const struct line_format lines = {.read = read_line, .tools = true};

static int restic_bid(struct doc *doc)
{
	if (doc_contains(doc, "\"message_type\""))
		return lines_bid(doc, &lines, 80, 0.1) || doc_contains(doc, "\"message_type\":\"status\"") ? 80
													   : BID_NONE;
	const struct json *item = doc_looks_json(doc) ? doc_item(doc) : NULL;
	bool snapshot = json_get_str(item, "tree").n && json_get(item, "paths") && json_get_str(item, "time").n;
	bool forget = json_get(item, "keep") && json_get(item, "paths");
	return snapshot || forget ? 80 : BID_NONE;
}

static bool restic_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	if (doc_contains(doc, "\"message_type\""))
		return lines_parse(doc, &lines, sink);
	struct slice slice;
	while (doc_json(doc, NULL, &slice)) {
		if (str_trim(slice.text).n == 0)
			sink_skip(sink, slice.from);
		else
			put_element(doc, &slice, sink);
	}
	return true;
}

const struct format format_restic = {
	.name = "restic",
	.blurb = "restic --json: backup runs, snapshots, forget",
	.bid = restic_bid,
	.tells_runs = true,
	.parse = restic_parse,
};
