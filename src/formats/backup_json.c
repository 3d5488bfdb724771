/* What backup tools print, wrapped into JSON: Borg's --log-json, and the task logs of Proxmox's API. */
#include "formats/formats_all.h"

#include "formats/lines.h"
#include "formats/pattern.h"
#include "formats/run.h"

/* --- borg --log-json: a log whose progress is passed over --- */
static const char *const noise[] = {"\"type\": \"archive_progress\"", "\"type\": \"progress_message\"",
	"\"type\": \"progress_percent\"", "\"type\": \"file_status\""};

static enum line_kind read_borg(const void *data, struct arena *arena, struct str line, struct record *record)
{
	(void)data;
	if (line.n == 0 || line.p[0] != '{')
		return LINE_OTHER;
	for (size_t i = 0; i < LEN(noise); i++)
		if (str_contains(line, str_of(noise[i])))
			return LINE_SKIP;
	return jsonlog_line(arena, line, record) ? LINE_RECORD : LINE_OTHER;
}

static const struct line_format borg_lines = {.read = read_borg, .tools = true};

static int borg_bid(struct doc *doc)
{
	bool message = doc_contains(doc, "\"type\": \"log_message\"") && doc_contains(doc, "\"name\": \"borg.");
	return doc_looks_json(doc) && (message || doc_contains(doc, noise[0])) ? 80 : BID_NONE;
}

static bool borg_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	return lines_parse(doc, &borg_lines, sink);
}

const struct format format_borg_log = {
	.name = "borg-log",
	.blurb = "borg --log-json",
	.bid = borg_bid,
	.tells_runs = true,
	.parse = borg_parse,
};

/* --- Proxmox: {"data": [{"n": 1, "t": "INFO: starting new backup job: ..."}]} --- */
static int task_bid(struct doc *doc)
{
	return doc_looks_json(doc) && doc_contains(doc, "\"t\"") && doc_contains(doc, "\"n\"") &&
			       doc_contains(doc, "vzdump")
		       ? 75
		       : BID_NONE;
}

static bool task_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct format *vzdump = format_find(STR("vzdump"));
	if (!vzdump || vzdump->parse_with != pattern_parse)
		return err_set(e, "the format 'vzdump' is missing");
	AUTO(output_close) struct output *output = output_open(pattern_steps(vzdump->data), sink);
	struct slice slice;
	while (doc_json(doc, "data", &slice)) {
		ARENA_SCOPE(doc->scratch);
		struct err failed = {0};
		struct json *line = slice.broken ? NULL : json_parse(doc->scratch, slice.text, &failed);
		if (!line && str_trim(slice.text).n)
			sink_note(
				sink, slice.from, slice.text, "%s", failed.text[0] ? failed.text : slice_fault(&slice));
		slice.text = json_get_str(line, "t");
		if (line)
			output_line(output, doc->scratch, &slice);
	}
	return true;
}

const struct format format_vzdump_task = {
	.name = "vzdump-task",
	.blurb = "Proxmox vzdump task logs as the API gives them",
	.bid = task_bid,
	.tells_runs = true,
	.parse = task_parse,
};
