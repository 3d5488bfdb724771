/* What people say in chats, as exports and interfaces have it in JSON: Discord, Teams, Mattermost, Matrix, Telegram. */
#include "formats/formats_all.h"
#include "formats/html.h"
#include "formats/kube.h"
#include "formats/kube_copy.h"

enum { CHAT_BID = 78, CHAT_PATHS = 3 };

/*
 * DiscordChatExporter's JSON; Graph's chatMessage (learn.microsoft.com/graph/api/resources/chatmessage); Mattermost's
 * bulk export (docs.mattermost.com, "Bulk export tool"), one object a line; Element's export of a room and events of
 * the client-server interface (spec.matrix.org); Telegram Desktop's result.json. Paths are cut at "/".
 */
static const struct chat {
	const char *marks[3]; /* members that stand in the head of any such document, with their quotes */
	const char *list;     /* array of messages in a top-level object; other values are a message each */
	const char *inside;   /* the message in its wrapping */
	const char *replies;  /* array of more messages, in a message */
	const char *when, *text;
	const char *person[CHAT_PATHS]; /* the first that leads to a text */
	const char *subtype;
	bool html;
} chats[] = {
	{.marks = {"\"messages\"", "\"timestampEdited\"", "\"author\""},
		.list = "messages",
		.when = "timestamp",
		.text = "content",
		.person = {"author/nickname", "author/name"}},
	{.marks = {"\"createdDateTime\"", "\"messageType\"", "\"body\""},
		.list = "value",
		.replies = "replies",
		.when = "createdDateTime",
		.text = "body/content",
		.person = {"from/user/displayName", "from/application/displayName", "from/device/displayName"},
		.html = true},
	{.marks = {"\"post\"", "\"create_at\"", "\"message\""},
		.inside = "post",
		.replies = "replies",
		.when = "create_at",
		.text = "message",
		.person = {"user", "user_id"}},
	{.marks = {"\"origin_server_ts\"", "\"sender\"", "\"content\""},
		.list = "messages",
		.when = "origin_server_ts",
		.text = "content/body",
		.person = {"sender"},
		.subtype = "content/membership"},
	{.marks = {"\"messages\"", "\"date_unixtime\"", "\"text\""},
		.list = "messages",
		.when = "date_unixtime",
		.text = "text",
		.person = {"from", "actor"},
		.subtype = "action"},
};

static const struct chat *chat_of(struct doc *doc)
{
	for (const struct chat *c = chats; doc_looks_json(doc) && c < chats + LEN(chats); c++) {
		bool fits = true;

		for (size_t i = 0; i < LEN(c->marks); i++)
			fits &= doc_contains(doc, c->marks[i]);
		if (fits)
			return c;
	}
	return NULL;
}

/* Telegram cuts a text with links and names into pieces: texts, and objects with one. */
static struct str pieces_join(struct arena *arena, const struct json *text)
{
	struct buf b = BUF(arena);

	for (const struct json *one = json_first(text); one; one = json_next(one))
		buf_add(&b, json_is_object(one) ? json_get_str(one, "text") : json_str(one));
	return buf_str(&b);
}

static struct str text_of(struct arena *arena, const struct chat *c, const struct json *message)
{
	const struct json *text = kube_path(message, c->text);
	bool cut = false;

	if (json_is_array(text))
		return pieces_join(arena, text);
	return c->html ? str_trim(html_text(arena, json_str(text), &cut)) : json_str(text);
}

/* False: it is no message. A message without words (a call, somebody joins) says what it is. */
static bool message_put(struct sink *sink, struct arena *arena, const struct chat *c, const struct json *message,
	const struct slice *slice)
{
	struct kube_fields fields = {.n = 0};
	struct record r = {.from = slice->from, .raw = json_print(arena, message)};
	struct str person = STR_NONE, subtype = c->subtype ? kube_path_text(arena, message, c->subtype) : STR_NONE;

	r.when = kube_path_text(arena, message, c->when);
	r.text = text_of(arena, c, message);
	for (size_t i = 0; i < CHAT_PATHS && c->person[i] && !person.n; i++)
		person = kube_path_text(arena, message, c->person[i]);
	if (!r.when.n)
		return false;
	if (!r.text.n)
		r.text = subtype.n ? subtype : r.raw;
	kube_field(&fields, "person", person);
	kube_field(&fields, "subtype", subtype.n ? STR("event") : STR_NONE);
	r.fields = fields.v;
	r.fields_n = fields.n;
	sink_put(sink, &r);
	return true;
}

/* One of several in a value whose other bytes are told: the note takes none of them. */
static void note_refused(struct sink *sink, struct arena *arena, const struct json *message, const struct slice *slice)
{
	struct where from = slice->from;

	from.length = 0;
	sink_note(sink, from, json_print(arena, message), "no message: it has no time");
}

/* False: nothing of it is a message. One that is refused among others is noted. */
static bool messages_put(
	struct sink *sink, struct arena *arena, const struct chat *c, const struct json *j, const struct slice *slice)
{
	const struct json *message = c->inside ? kube_path(j, c->inside) : j;
	bool any = message && message_put(sink, arena, c, message, slice), root = any;

	for (const struct json *m = json_first(c->replies ? kube_path(message, c->replies) : NULL); m; m = json_next(m))
		if (message_put(sink, arena, c, m, slice))
			any = true;
		else
			note_refused(sink, arena, m, slice);
	if (any && !root)
		note_refused(sink, arena, message, slice);
	return any;
}

static int bid(struct doc *doc)
{
	return chat_of(doc) ? CHAT_BID : BID_NONE;
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const struct chat *c = chat_of(doc);
	struct slice s;

	if (!c)
		return err_set(e, "no chat of a kind that is known");
	while (doc_json(doc, c->list, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {{0}};
		const struct json *j = s.cut || s.broken ? NULL : json_parse(doc->scratch, s.text, &bad);

		if (!str_trim(s.text).n || (j && c->inside && !kube_path(j, c->inside))) /* a team, a channel, a user */
			sink_skip(sink, s.from);
		else if (!j || !messages_put(sink, doc->scratch, c, j, &s))
			sink_note(sink, s.from, s.text, "%s", j ? "no message" : "not JSON");
	}
	return true;
}

const struct format format_chat = {
	.name = "chat",
	.blurb = "chats as JSON: Discord, Microsoft Teams, Mattermost, Matrix, Telegram",
	.bid = bid,
	.parse = parse,
};
