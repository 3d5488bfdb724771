/* FusionAuth's API: event log, audit log and login records as its search answers with them. */
#include "formats/formats_all.h"

#include "formats/lines.h"

/* Lists in a search's answer, the member that holds one record's time, and the one with its words. Instants are epoch
 * milliseconds. */
static const struct list {
	const char *key, *time, *text;
} lists[] = {
	{"eventLogs", "insertInstant", "message"},
	{"auditLogs", "insertInstant", "message"},
	{"logins", "instant", "loginId"},
	{"eventLog", "insertInstant", "message"},
};

static const struct list *list_of(const struct doc *doc)
{
	struct arena *scratch = doc->scratch;
	for (size_t i = 0; i < LEN(lists); i++) {
		ARENA_SCOPE(scratch);
		const char *quoted = str_cstr(scratch, str_fmt(scratch, "\"%s\"", lists[i].key));
		if (doc_contains(doc, quoted) && doc_contains(doc, lists[i].time))
			return &lists[i];
	}
	return NULL;
}

static void put_one(struct doc *doc, const struct list *list, const struct slice *slice, struct sink *sink)
{
	ARENA_SCOPE(doc->scratch);
	struct err e = {0};
	struct json *one = slice->broken ? NULL : json_parse(doc->scratch, slice->text, &e);
	if (!one) {
		if (str_trim(slice->text).n == 0)
			sink_skip(sink, slice->from);
		else
			sink_note(sink, slice->from, slice->text, "%s", e.text[0] ? e.text : slice_fault(slice));
		return;
	}
	if (json_is_object(json_get(one, list->key)))
		one = json_get(one, list->key);
	struct record record = {.from = slice->from,
		.raw = slice->text,
		.when = json_text(doc->scratch, json_get(one, list->time)),
		.level = json_get_str(one, "type"),
		.text = json_get_str(one, list->text)};
	struct field *fields = NEW_N(doc->scratch, struct field, LINES_FIELDS);
	for (const struct json *member = json_first(one); member; member = json_next(member))
		if (!str_eq(json_key(member), str_of(list->text)) && !str_eq(json_key(member), str_of(list->time)))
			fields_add(fields, &record.fields_n, json_key(member), json_text(doc->scratch, member));
	record.fields = fields;
	sink_put(sink, &record);
}

static int fusionauth_api_bid(struct doc *doc)
{
	return doc_looks_json(doc) && list_of(doc) ? 80 : BID_NONE;
}

static bool fusionauth_api_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct list *list = list_of(doc);
	if (!list)
		return err_set(e, "no list of event logs, audit logs or logins in it");
	struct slice slice;
	while (doc_json(doc, list->key, &slice))
		put_one(doc, list, &slice, sink);
	return true;
}

const struct format format_fusionauth_api = {
	.name = "fusionauth-api",
	.blurb = "FusionAuth event log, audit log and logins from its API",
	.bid = fusionauth_api_bid,
	.parse = fusionauth_api_parse,
};
