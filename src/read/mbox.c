/* Splits mailboxes at their separator lines, whatever variety of mbox wrote them. */
#include "read/mbox.h"

#include "read/feed.h"

/*
 * A line `From SENDER [DATE]` separates messages if a header field follows it: a sentence that begins with
 * "From" is neither dated nor followed by one. Without a date it must also follow a blank line, or name
 * nobody. mboxcl's Content-Length is believed only where it leads to a separator or to the end (RFC 4155;
 * qmail's mbox(5) for mboxrd).
 */
static bool word_is_in(struct str word, const char *words)
{
	return word.n == 3 && byte_is_alpha(word.p[0]) && str_find_case(str_of(words), word, 0) % 3 == 0;
}

/* Behind the sender: a weekday, then a month or a day. */
static bool line_has_date(struct str rest)
{
	struct str word;
	while (str_word(&rest, &word)) {
		if (word.n == 4 && word.p[3] == ',')
			word.n--;
		if (!word_is_in(word, "MonTueWedThuFriSatSun"))
			continue;
		struct str after = rest, next;
		if (str_word(&after, &next) &&
			(byte_is_digit(next.p[0]) || word_is_in(next, "JanFebMarAprMayJunJulAugSepOctNovDec")))
			return true;
	}
	return false;
}

static bool line_is_header(struct str line)
{
	size_t i = 0;
	while (i < line.n && line.p[i] > ' ' && line.p[i] < 127 && line.p[i] != ':')
		i++;
	return i > 0 && i < line.n && line.p[i] == ':';
}

static struct str line_at(struct str text, size_t at, size_t *next)
{
	size_t newline = str_find_byte(text, '\n', at);
	*next = newline == STR_NPOS ? text.n : newline + 1;
	return str_trim_end(str_slice(text, at, *next));
}

/* Is TEXT[AT] (the beginning of a line) a separator? *BEHIND is where its message begins. */
static bool is_separator(struct str text, size_t at, bool after_blank, size_t *behind)
{
	struct str rest = line_at(text, at, behind), sender;
	size_t unused;
	if (!str_starts(rest, STR("From ")))
		return false;
	rest = str_from(rest, 5);
	if (!str_word(&rest, &sender))
		return false;
	bool dated = line_has_date(rest), bare = str_trim(rest).n == 0;
	bool nobody = str_eq(sender, STR("-")); /* Netscape's, which may lack the blank line too */
	if (!dated && !(bare && (after_blank || nobody)))
		return false;
	struct str next = line_at(text, *behind, &unused);
	/* some writers quote the header's first line, some leave From_ lines of relays there */
	return line_is_header(next) || str_starts(next, STR(">From "));
}

static size_t skip_blank_lines(struct str text)
{
	size_t at = 0;
	while (at < text.n && (text.p[at] == '\n' || text.p[at] == '\r'))
		at++;
	return at;
}

bool mbox_recognise(const struct doc *d)
{
	size_t behind;
	return is_separator(d->head, skip_blank_lines(d->head), true, &behind);
}

/* --- the end of a message --- */

static struct str unread(const struct feed *f)
{
	return str_n(f->window + f->at, f->end - f->at);
}

/* Sees to it that N unread bytes are in the window, or all there are. */
static bool have(struct feed *f, size_t n)
{
	while (f->end - f->at < n)
		if (!feed_more(f))
			return false;
	return true;
}

enum { SEPARATOR_ROOM = 4096 }; /* a separator line and the beginning of the header behind it */

static bool separator_stands(struct feed *f, size_t at)
{
	size_t behind;
	have(f, at + SEPARATOR_ROOM);
	struct str text = unread(f);
	bool blank = at >= 2 && text.p[at - 1] == '\n' &&
		     (text.p[at - 2] == '\n' || (at >= 3 && text.p[at - 2] == '\r' && text.p[at - 3] == '\n'));
	return is_separator(text, at, blank || at == 0, &behind);
}

/* Behind the blank line that ends the header which begins at START; 0: none is in sight. */
static size_t body_of(struct str text, size_t start)
{
	for (size_t at = start; (at = str_find_byte(text, '\n', at)) != STR_NPOS; at++) {
		struct str next = str_slice(text, at + 1, at + 3);
		if (str_starts(next, STR("\n")))
			return at + 2;
		if (str_starts(next, STR("\r\n")))
			return at + 3;
	}
	return 0;
}

/* Where Content-Length says the message that begins at START ends, if that is the end or a separator; else 0.
 */
static size_t end_by_length(struct feed *f, size_t start)
{
	struct str text = unread(f), header = STR("Content-Length:");
	size_t body = body_of(text, start);
	int64_t length;
	if (!body)
		return 0;
	size_t at = str_find_case(str_slice(text, 0, body), header, start);
	if (at == STR_NPOS || (at > start && text.p[at - 1] != '\n'))
		return 0;
	struct str value = str_slice(text, at + header.n, body);
	value = str_slice(value, 0, str_find_byte(value, '\n', 0));
	if (!str_int(str_trim(value), &length) || length < 0 || length > DOC_WHOLE_MAX)
		return 0;
	size_t end = body + (size_t)length;
	have(f, end + SEPARATOR_ROOM);
	text = unread(f);
	size_t separator = end + (end <= text.n ? skip_blank_lines(str_from(text, end)) : 0);
	if (end > text.n || (separator < text.n && !separator_stands(f, separator)))
		return 0;
	return separator;
}

/* Offset of the next separator behind START, or of the end. *OVER: the message is longer than it may be. */
static size_t find_end(struct feed *f, size_t start, bool *over)
{
	size_t at = start;
	*over = false;
	if (separator_stands(f, start)) /* an empty message */
		return start;
	for (;;) {
		size_t hit = str_find(unread(f), STR("\nFrom "), at);
		if (hit != STR_NPOS && hit - start <= (size_t)DOC_WHOLE_MAX) {
			if (separator_stands(f, hit + 1))
				return hit + 1;
			at = hit + 1;
			continue;
		}
		size_t held = f->end - f->at;
		if (hit != STR_NPOS || held - start > (size_t)DOC_WHOLE_MAX) {
			*over = true;
			return start + (size_t)DOC_WHOLE_MAX;
		}
		at = held > start + 5 ? held - 5 : start;
		if (!feed_more(f))
			return f->end - f->at;
	}
}

/* What is left of a message that was too long. */
static void skip_rest(struct feed *f)
{
	bool over = true;
	while (over)
		feed_advance(f, find_end(f, 0, &over));
}

/* mboxrd: one `>` less before every quoted separator. */
static struct str unquote(struct arena *arena, struct str text)
{
	size_t at = 0, from = 0, hit;
	struct buf b = BUF(arena);
	while ((hit = str_find(text, STR("From "), from)) != STR_NPOS) {
		size_t line = hit;
		while (line > at && text.p[line - 1] == '>')
			line--;
		from = hit + 5;
		if (line == hit || (line > 0 && text.p[line - 1] != '\n'))
			continue;
		buf_add(&b, str_slice(text, at, line));
		at = line + 1;
	}
	if (at == 0)
		return text;
	buf_add(&b, str_from(text, at));
	return buf_str(&b);
}

bool mbox_next(struct doc *d, struct arena *arena, struct message *m)
{
	struct feed *f = d->feed;
	for (;;) {
		have(f, SEPARATOR_ROOM);
		size_t blank = skip_blank_lines(unread(f));
		feed_advance(f, blank);
		if (!blank)
			break;
	}
	if (!have(f, 1))
		return false;
	have(f, FEED_WINDOW / 2);
	size_t start = 0;
	bool over = false;
	if (separator_stands(f, 0))
		line_at(unread(f), 0, &start);
	feed_advance(f, start);
	size_t end = end_by_length(f, 0);
	if (!end)
		end = find_end(f, 0, &over);
	struct str text = str_slice(unread(f), 0, end);
	m->from = (struct where){f->offset, (int64_t)text.n, f->line};
	m->text = unquote(arena, text);
	m->cut = over || (f->ended && end == f->end - f->at && f->in && f->in->damage[0]);
	if (over) {
		m->text = str_dup(arena, m->text); /* skipping moves the window */
		feed_advance(f, end);
		skip_rest(f);
	} else {
		feed_advance(f, end);
	}
	return true;
}
