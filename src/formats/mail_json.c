/* What services mail as JSON, as SNS and webhooks to mailboxes do: the mail stands for the document in it. */
#include "formats/mail_json.h"

#include "formats/formats_all.h"

/* Records of the document become the mail's. */
struct enclosed {
	struct sink sink;
	struct sink *to;
	struct where from;
	struct str when; /* the mail's date, for what states no time */
	const char *format;
	size_t records;
};

static void enclosed_put(struct sink *sink, const struct record *record)
{
	struct enclosed *e = (struct enclosed *)sink;
	struct record told = *record;
	told.from = e->from;
	told.reader = e->format;
	told.continued = 0;
	if (!told.when.n) {
		told.when = e->when;
		told.zone = STR_NONE;
		told.layout = NULL;
		told.basis = BASIS_HEADER;
	}
	e->records++;
	sink_put(e->to, &told);
}

static void enclosed_note(struct sink *sink, struct where where, struct str text, struct str why)
{
	struct enclosed *e = (struct enclosed *)sink;
	(void)where;
	e->to->note(e->to, e->from, text, why);
}

/* The value that TEXT begins with, up to the bracket that closes it; a footer may follow. Empty: it begins with none. */
static struct str json_at_start(struct str text)
{
	size_t depth = 0;
	bool in_text = false;
	if (!text.n || (text.p[0] != '{' && text.p[0] != '['))
		return STR_NONE;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (in_text) {
			i += c == '\\';
			in_text = c != '"';
		} else if (c == '"') {
			in_text = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return str_slice(text, 0, i + 1);
		}
	}
	return STR_NONE;
}

/* *AFTER: what follows it. */
static struct str enclosed_json(const struct mail *mail, struct str *after)
{
	for (size_t i = 0; i < mail->parts_n; i++) {
		const struct mail_part *p = &mail->parts[i];
		if (!p->textual || p->attached || p->message != 0)
			continue;
		struct str text = str_trim(p->text), json = json_at_start(text);
		*after = str_trim(str_from(text, json.n));
		if (json.n)
			return json;
	}
	return STR_NONE;
}

bool mail_json_put(struct sink *sink, const struct slice *all, const struct mail *mail)
{
	struct err ignored = {0};
	struct str after = STR_NONE, json = enclosed_json(mail, &after);
	if (!json.n)
		return false;
	AUTO(arena_close) struct arena *arena = arena_open();
	AUTO(doc_close) struct doc *inner = doc_of(arena, STR_NONE, json);
	const struct format *format = format_choose(inner, NULL);
	if (format_bid(format, inner) < BID_PHRASE)
		return false;
	struct enclosed e = {{.put = enclosed_put, .note = enclosed_note}, sink, all->from,
		mail_header(mail->messages, "Date"), format->name, 0};
	format_parse(format, inner, &e.sink, &ignored);
	return e.records > 0 && (!after.n || str_starts(after, STR("--")));
}
