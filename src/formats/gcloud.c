/* gcloud: `gcloud container operations list` as the table or the YAML it prints (as JSON it is a cloud-operation), and
 * the YAML of `gcloud logging read`. */
#include "formats/echo.h"
#include "formats/episode.h"
#include "formats/formats_all.h"
#include "formats/kube.h"
#include "formats/lines.h"
#include "formats/wrap.h"
#include "read/yaml.h"

enum { GCLOUD_CELLS = 10 };

/* NAME  TYPE  LOCATION  TARGET  [STATUS_MESSAGE]  STATUS  START_TIME  [END_TIME] */
static bool is_header(struct str line)
{
	return str_starts(line, STR("NAME ")) && str_contains(line, STR(" TYPE ")) &&
	       str_contains(line, STR(" START_TIME"));
}

/* Entries of Cloud Logging, as `gcloud logging read` prints them. */
static bool is_entries(struct doc *doc)
{
	return doc_contains(doc, "insertId: ") && doc_contains(doc, "logName: ");
}

static int bid(struct doc *doc)
{
	for (int i = 0; i < 5; i++)
		if (is_header(doc_head_line(doc, i)))
			return 80;
	if (doc_looks_json(doc))
		return BID_NONE;
	bool is_operation = doc_contains(doc, "operationType: ") && doc_contains(doc, "startTime: ");
	return is_operation || is_entries(doc) ? 80 : BID_NONE;
}

static size_t cells_cut(struct str line, struct str cells[GCLOUD_CELLS])
{
	size_t n = 0;
	for (size_t at = 0, end; at < line.n && n < GCLOUD_CELLS; n++) {
		end = str_find(line, STR("  "), at);
		end = end == STR_NPOS ? line.n : end;
		cells[n] = str_trim(str_slice(line, at, end));
		for (at = end; at < line.n && line.p[at] == ' '; at++)
			;
	}
	return n;
}

/* A table names its target only, and which kind of thing that is follows from what is done to it. */
static struct str target_of(struct arena *arena, struct str type, struct str target)
{
	bool is_pool = str_contains(type, STR("NODE"));
	return str_fmt(arena, "%s/%.*s", is_pool ? "nodePools" : "clusters", STR_ARG(target));
}

/* The row as the API's operation; NULL: it is none. */
static struct json *row_read(struct arena *arena, struct str line)
{
	struct str cells[GCLOUD_CELLS];
	size_t n = cells_cut(line, cells), time = 0;
	while (time < n && !wrap_stamp_length(cells[time]))
		time++;
	if (time < 5 || time == n)
		return NULL;
	struct json *j = json_object(arena);
	json_add_str(arena, j, "name", cells[0]);
	json_add_str(arena, j, "operationType", cells[1]);
	json_add_str(arena, j, "location", cells[2]);
	json_add_str(arena, j, "targetLink", target_of(arena, cells[1], cells[3]));
	if (time > 5)
		json_add_str(arena, j, "statusMessage", cells[4]);
	bool failed = time > 5 && str_find_case(cells[4], STR("failed"), 0) != STR_NPOS;
	json_add_str(
		arena, j, "status", failed ? STR("FAILED") : cells[time - 1]); /* "DONE" only says that it is over */
	json_add_str(arena, j, "startTime", cells[time]);
	if (time + 1 < n)
		json_add_str(arena, j, "endTime", cells[time + 1]);
	return j;
}

static bool table_parse(struct doc *doc, struct sink *sink)
{
	struct slice s;
	while (doc_line(doc, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct str line = str_trim_end(s.text);
		struct json *row = is_header(line) ? NULL : row_read(doc->scratch, line);
		if (!line.n || is_header(line))
			sink_skip(sink, s.from);
		else if (!row || !episode_tree_put(format_cloud_operation.data, sink, doc->scratch, row, &s))
			sink_note(sink, s.from, s.text, "not a row of the table");
	}
	return true;
}

/* An operation, or an entry of a log: an event, an audit event or a line. */
static bool tree_put(struct sink *sink, struct arena *scratch, const struct json *j, const struct slice *s)
{
	struct record r = {0};
	if (episode_tree_put(format_cloud_operation.data, sink, scratch, j, s))
		return true;
	if (!kube_carried(scratch, j, &r) && !jsonlog_object(scratch, j, &r))
		return false;
	r.from = s->from;
	r.raw = s->text;
	lines_read_inner(scratch, &r);
	echo_read(scratch, &r);
	sink_put(sink, &r);
	return true;
}

static bool yaml_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct slice whole;
	if (!doc_whole(doc, arena, &whole, e))
		return false;
	AUTO(yaml_close) struct yaml *yaml = yaml_open(arena, whole.text);
	size_t done = 0;
	for (;;) {
		ARENA_SCOPE(doc->scratch);
		struct where from = {0};
		struct err damage = {{0}};
		struct json *j = NULL;
		bool more = yaml_next(yaml, doc->scratch, &j, &from, &damage);
		size_t at = more || err_is_set(&damage) ? (size_t)from.offset : whole.text.n;
		if (at > done) /* "---" and blank lines between documents */
			sink_skip(sink, (struct where){whole.from.offset + (int64_t)done, (int64_t)(at - done), 0});
		done = at + (size_t)from.length;
		struct slice s = {.text = str_slice(whole.text, at, done), .from = from};
		s.from.offset += whole.from.offset;
		if (more && !tree_put(sink, doc->scratch, j, &s))
			sink_note(sink, s.from, s.text, "neither an operation nor an entry of a log");
		else if (!more && err_is_set(&damage))
			sink_note(sink, s.from, str_slice(whole.text, at, at + 200), "%s", damage.text);
		else if (!more)
			return true;
	}
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	return doc_contains(doc, "operationType: ") || is_entries(doc) ? yaml_parse(doc, sink, e)
								       : table_parse(doc, sink);
}

const struct format format_gcloud = {
	.name = "gcloud",
	.blurb = "gcloud container operations list, as table or YAML; gcloud logging read",
	.bid = bid,
	.parse = parse,
};
