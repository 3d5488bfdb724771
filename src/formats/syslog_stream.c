/* syslog-stream: syslog as it came over TCP, without a line for each message. */
#include "formats/formats_all.h"
#include "formats/lines.h"
#include "formats/pattern.h"

/*
 * RFC 6587: "83 <34>1 2024-06-18T04:00:00Z ..." repeated, the number counting the bytes behind its blank (3.4.1); or
 * messages one after the other with nothing between them, each known by its <PRI> and what must follow it.
 */
enum { FRAMES_TRIED = 20, PRI_MAX = 191 };

/* "<34>1 2024-" or "<34>Jun 18 " at AT. */
static bool message_begins(struct str s, size_t at)
{
	static const char *const tails[] = {">1 dddd-dd-dd", ">Aaa dd dd:dd:dd", ">Aaa  d dd:dd:dd"};
	size_t digits = at + 1;
	int priority = 0;
	if (at >= s.n || s.p[at] != '<')
		return false;
	for (; digits < s.n && digits < at + 4 && byte_is_digit(s.p[digits]); digits++)
		priority = 10 * priority + (s.p[digits] - '0');
	if (digits == at + 1 || priority > PRI_MAX)
		return false;
	for (size_t i = 0; i < LEN(tails); i++) {
		size_t k = 0;
		for (; tails[i][k] && digits + k < s.n; k++) {
			char c = s.p[digits + k], want = tails[i][k];
			bool fits = want == 'd'                  ? byte_is_digit(c)
				    : want == 'a' || want == 'A' ? byte_is_alpha(c)
								 : c == want;
			if (!fits)
				break;
		}
		if (!tails[i][k])
			return true;
	}
	return false;
}

/* The message that a count at AT announces, cut where the text ends; 0: no count stands there. */
static size_t counted(struct str s, size_t at, struct str *message)
{
	size_t digits = at;
	int64_t count = 0;
	while (digits < s.n && digits < at + 6 && byte_is_digit(s.p[digits]))
		digits++;
	if (digits == at || digits >= s.n || s.p[digits] != ' ' || !message_begins(s, digits + 1) ||
		!str_int(str_slice(s, at, digits), &count))
		return 0;
	*message = str_slice(s, digits + 1, digits + 1 + (size_t)count);
	return digits + 1 - at + message->n;
}

/* Behind the message that begins at AT: where the next begins, within a line or behind it. */
static size_t uncounted(struct str s, size_t at, struct str *message)
{
	size_t end = at + 1;
	if (!message_begins(s, at))
		return 0;
	while ((end = str_find_byte(s, '<', end)) != STR_NPOS && !message_begins(s, end))
		end++;
	end = end == STR_NPOS ? s.n : end;
	*message = str_slice(s, at, end);
	return end - at;
}

static size_t next_message(struct str s, size_t at, struct str *message)
{
	size_t n = counted(s, at, message);
	return n ? n : uncounted(s, at, message);
}

/* What stands in lines is for the formats of lines. */
static int bid(struct doc *doc)
{
	struct str message;
	size_t at = 0, n;
	int frames = 0, inside = 0;
	for (; frames < FRAMES_TRIED && (n = next_message(doc->head, at, &message)) > 0; frames++) {
		at += n;
		inside += at < doc->head.n && doc->head.p[at] != '\n' && doc->head.p[at - 1] != '\n';
		while (at < doc->head.n && byte_is_space(doc->head.p[at]))
			at++;
	}
	return frames > 1 && inside > 0 ? 80 : BID_NONE;
}

static bool message_read(struct arena *arena, struct str message, struct record *r)
{
	static const char *const names[] = {"syslog-5424", "syslog"};
	for (size_t i = 0; i < LEN(names); i++) {
		const struct format *format = format_find(str_of(names[i]));
		if (format && format->parse_with == pattern_parse && pattern_line(format->data, arena, message, r))
			return true;
	}
	return false;
}

static void message_put(struct doc *doc, struct sink *sink, struct str message, struct where from)
{
	ARENA_SCOPE(doc->scratch);
	struct record r = {0};
	struct str text = str_trim_end(message), first = text, more = STR_NONE;
	size_t line = str_find_byte(text, '\n', 0);
	if (line != STR_NPOS) {
		first = str_slice(text, 0, line);
		more = str_from(text, line);
	}
	if (!message_read(doc->scratch, first, &r))
		r.text = first;
	lines_read_inner(doc->scratch, &r);
	if (more.n)
		r.text = str_fmt(doc->scratch, "%.*s%.*s", STR_ARG(r.text), STR_ARG(more));
	r.from = from;
	r.raw = text;
	sink_put(sink, &r);
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct slice whole;
	struct str message;
	if (!doc_whole(doc, arena, &whole, e))
		return false;
	for (size_t at = 0; at < whole.text.n;) {
		size_t n = next_message(whole.text, at, &message), blank = at;
		struct where from = {whole.from.offset + (int64_t)at, (int64_t)n, 0};
		while (blank < whole.text.n && byte_is_space(whole.text.p[blank]))
			blank++;
		if (n) {
			message_put(doc, sink, message, from);
		} else if (blank > at) {
			n = blank - at;
			sink_skip(sink, (struct where){from.offset, (int64_t)n, 0});
		} else {
			size_t end = str_find_byte(whole.text, '<', at + 1);
			n = (end == STR_NPOS ? whole.text.n : end) - at;
			from.length = (int64_t)n;
			sink_note(sink, from, str_slice(whole.text, at, at + n), "no message of syslog begins here");
		}
		at += n;
	}
	return true;
}

const struct format format_syslog_stream = {
	.name = "syslog-stream",
	.blurb = "syslog as sent over TCP: octet-counted (RFC 6587), or with nothing between messages",
	.bid = bid,
	.parse = parse,
};
