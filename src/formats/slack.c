/* What people say in Slack: messages of an export or of the Events API, with their edits, deletions, threads and
 * attachments. */
#include "formats/slack.h"

#include "formats/lines.h"

/*
 * docs.slack.dev/reference/events/message: a message_changed or message_deleted has the message as it was and is
 * inside, and the time of the change as its own; docs.slack.dev/messaging/formatting-message-text: "&", "<" and ">" are
 * escaped, "<...>" holds references as "TARGET|label".
 */

/* "<@U1|anna>" is "@anna", "<#C1|ops>" "#ops", "<!here>" "@here", "<https://x|page>" "page (https://x)". */
static void add_reference(struct buf *b, struct str inside)
{
	struct str target, label;
	bool labelled = str_cut(inside, STR("|"), &target, &label) && label.n;
	char sign = target.n ? target.p[0] : 0;
	if (sign == '@' || sign == '#' || sign == '!') {
		struct str name = labelled ? label : str_from(target, 1);
		if (str_starts(name, STR("@")) || str_starts(name, STR("#")))
			name = str_from(name, 1);
		buf_fmt(b, "%c%.*s", sign == '#' ? '#' : '@', STR_ARG(name));
	} else if (labelled && !str_eq(label, target)) {
		buf_fmt(b, "%.*s (%.*s)", STR_ARG(label), STR_ARG(target));
	} else {
		buf_add(b, target);
	}
}

static struct str text_plain(struct arena *arena, struct str text)
{
	static const struct {
		struct str escape;
		char byte;
	} escapes[] = {{STR("&amp;"), '&'}, {STR("&lt;"), '<'}, {STR("&gt;"), '>'}};
	struct buf b = BUF(arena);
	for (size_t at = 0; at < text.n; at++) {
		size_t end = text.p[at] == '<' ? str_find_byte(text, '>', at) : STR_NPOS, e = LEN(escapes);
		if (end != STR_NPOS) {
			add_reference(&b, str_slice(text, at + 1, end));
			at = end;
			continue;
		}
		for (e = 0; e < LEN(escapes) && !str_starts(str_from(text, at), escapes[e].escape);)
			e++;
		buf_byte(&b, e < LEN(escapes) ? escapes[e].byte : text.p[at]);
		at += e < LEN(escapes) ? escapes[e].escape.n - 1 : 0;
	}
	return buf_str(&b);
}

static void add_part(struct buf *b, struct str part)
{
	if (part.n)
		buf_fmt(b, "%s%.*s", b->n ? ": " : "", STR_ARG(part));
}

/* What programs post stands in attachments. */
static struct str text_of(struct arena *arena, const struct json *message)
{
	struct buf b = BUF(arena);
	const struct json *one = json_first(json_get(message, "attachments")),
			  *file = json_first(json_get(message, "files"));
	struct str text = json_get_str(message, "text"), title = json_get_str(one, "title");
	if (text.n)
		return text_plain(arena, text);
	add_part(&b, title.n ? title : json_get_str(one, "pretext"));
	add_part(&b, json_get_str(one, "text"));
	if (!b.n)
		add_part(&b, json_get_str(one, "fallback"));
	for (; !text.n && file && b.n == 0; file = json_next(file))
		add_part(&b, str_fmt(arena, "file %.*s", STR_ARG(json_get_str(file, "name"))));
	return text_plain(arena, buf_str(&b));
}

static struct str person_of(const struct json *message)
{
	const struct json *profile = json_get(message, "user_profile");
	struct str names[] = {json_get_str(profile, "real_name"), json_get_str(profile, "name"),
		json_get_str(message, "username"), json_get_str(message, "user")};
	for (size_t i = 0; i < LEN(names); i++)
		if (names[i].n)
			return names[i];
	return STR_NONE;
}

static void set_field(struct arena *arena, struct record *r, const char *name, struct str value)
{
	struct field *fields = NEW_N(arena, struct field, r->fields_n + 1);
	if (!value.n)
		return;
	memcpy(fields, r->fields, r->fields_n * sizeof *fields);
	fields[r->fields_n] = (struct field){str_of(name), value};
	r->fields = fields;
	r->fields_n++;
}

/* "1718702460.000200": an instant, and the number of the message in it. */
static bool is_stamp(struct str ts)
{
	struct str seconds, number;
	int64_t n;
	return str_cut(ts, STR("."), &seconds, &number) && str_int(seconds, &n) && number.n == 6 && str_int(number, &n);
}

bool slack_object(struct arena *arena, const struct json *object, struct record *record)
{
	const struct json *inside = json_get(object, "event"); /* the Events API's wrapping */
	const struct json *message = json_is_object(inside) ? inside : object;
	struct str subtype = json_get_str(message, "subtype");
	if (!jsonlog_object(arena, message, record) || !is_stamp(json_get_str(message, "ts")))
		return false;
	const struct json *was = json_get(message, "previous_message"), *now = json_get(message, "message");
	struct str before = text_of(arena, was), text = text_of(arena, message);
	if (str_eq(subtype, STR("message_changed")) && now)
		text = str_fmt(arena, "message edited: %.*s%s%.*s%s", STR_ARG(text_of(arena, now)),
			before.n ? " (was: " : "", STR_ARG(before), before.n ? ")" : "");
	else if (str_eq(subtype, STR("message_deleted")) && was)
		text = str_fmt(arena, "message deleted: %.*s", STR_ARG(before));
	if (text.n)
		record->text = text;
	record->when = json_get_str(message, "ts");
	record->level = STR_NONE;
	set_field(arena, record, "person", person_of(now ? now : was ? was : message));
	return true;
}

enum line_kind slack_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	struct err ignored = {0};
	(void)data;
	line = str_trim(line);
	struct json *object = str_starts(line, STR("{")) ? json_parse(arena, line, &ignored) : NULL;
	return object && slack_object(arena, object, record) ? LINE_RECORD : LINE_OTHER;
}
