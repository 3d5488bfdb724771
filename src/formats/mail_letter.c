/* Letters: the messages of a mail with the text that says most, its subject and its sender. */
#include "formats/mail_letter.h"

#include "formats/html.h"
#include "formats/mail_ask.h"
#include "formats/mail_window.h"

#define MONTHS "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"

enum { FACTS_MAX = 1000 }; /* counted in one text */

static struct regex *prefixes, *tags, *comments, *standard;

static void patterns_prepare(void)
{
	static struct arena *arena;
	if (arena)
		return;
	arena = arena_open();
	prefixes = regex_own(arena,
		"^\\s*(?<mark>(?:fwd?|fw|wg|tr|rv|enc|doorst|i|re|aw|sv|antw|odp|rif)\\s*(?:\\[\\d+\\])?\\s*:)\\s*",
		"i");
	tags = regex_own(arena,
		"^\\s*\\[\\s*(?:external|ext|extern|[a-z][a-z0-9 "
		"_.-]*(?:notices?|notifications?|list|request|alerts?|announce|maint|ops|direct))\\s*\\]\\s*",
		"i");
	comments = regex_own(arena, "(?s)<!--.*?-->", NULL);
	standard = regex_own(arena,
		"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d\\d?) (" MONTHS
		") ((?:19|20)\\d\\d) (\\d\\d):(\\d\\d):\\d\\d [+-]\\d{4}(?![\\w:])",
		NULL);
}

/* --- the subject --- */

struct marks {
	bool forwarded, replied;
};

/* "Fwd: [list] Re: [ EXTERNAL ] text": what is about the carrying, not the matter. */
static struct str strip_subject(struct str s, struct marks *m)
{
	struct str g[REGEX_GROUPS];
	for (int i = 0; i < 12; i++) {
		if (regex_match(prefixes, s, g)) {
			struct str mark = g[regex_group(prefixes, "mark")];
			static const char *const replies[] = {"re", "aw", "sv", "antw", "odp", "rif"};
			bool reply = false;
			for (size_t k = 0; k < LEN(replies); k++)
				reply |= str_starts_case(mark, str_of(replies[k]));
			m->replied |= reply;
			m->forwarded |= !reply;
		} else if (!regex_match(tags, s, g)) {
			break;
		}
		s = str_from(s, (size_t)(g[0].p - s.p) + g[0].n);
	}
	return str_trim(s);
}

/* --- the body --- */

/* RFC 3676: a line that ends in a blank goes on in the next. */
static struct str unflow(struct arena *arena, struct str text, bool del_space)
{
	struct buf out = BUF(arena);
	struct str rest = text, line;
	while (str_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		bool goes_on = line.n && line.p[line.n - 1] == ' ' && !str_eq(line, STR("-- "));
		if (goes_on && del_space)
			line.n--;
		buf_add(&out, line);
		if (!goes_on)
			buf_byte(&out, '\n');
	}
	return buf_str(&out);
}

/* "a | b | c" is a row as well. */
static bool has_bars(struct str row)
{
	size_t first = str_find(row, STR(" | "), 0);
	return first != STR_NPOS && str_find(row, STR(" | "), first + 2) != STR_NPOS;
}

/* "| a | b |" is a row of a table like HTML's: its cells stand between tabs. */
static struct str untable(struct arena *arena, struct str text)
{
	struct buf out = BUF(arena);
	struct str rest = text, line;
	if (str_find_byte(text, '|', 0) == STR_NPOS) {
		buf_add(&out, text);
		if (text.n && !str_ends(text, STR("\n")))
			buf_byte(&out, '\n');
		return buf_str(&out);
	}
	while (str_next(&rest, '\n', &line)) {
		struct str row = str_trim(line);
		bool closed = row.n > 2 && row.p[0] == '|' && row.p[row.n - 1] == '|', is_row = closed || has_bars(row);
		for (size_t i = closed; i < row.n - closed && is_row; i++)
			buf_byte(&out, row.p[i] == '|' ? '\t' : row.p[i]);
		if (!is_row)
			buf_add(&out, line);
		buf_byte(&out, '\n');
	}
	return buf_str(&out);
}

static struct str without_comments(struct arena *arena, struct str text)
{
	struct buf out = BUF(arena);
	struct str g[REGEX_GROUPS];
	size_t at = 0;
	if (str_find(text, STR("<!--"), 0) == STR_NPOS)
		return text;
	while (regex_match_at(comments, text, at, g)) {
		size_t from = (size_t)(g[0].p - text.p);
		buf_add(&out, str_slice(text, at, from));
		at = from + g[0].n;
	}
	buf_add(&out, str_from(text, at));
	return buf_str(&out);
}

static bool is_word_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_';
}

static size_t digits_at(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && byte_is_digit(s.p[at + n]))
		n++;
	return n;
}

/* The bytes of the fact that S begins with: a time of day, a year, a version, a word about work; 0: none. */
static size_t fact_length(struct str s)
{
	static const struct str words[] = {
		STR("maintenance"), STR("window"), STR("start"), STR("end"), STR("utc"), STR("gmt")};
	size_t first = digits_at(s, 0), second = digits_at(s, first + 1), n = 0;
	char mark = first < s.n ? s.p[first] : '\0';
	for (size_t i = 0; i < LEN(words) && !n; i++)
		if (byte_lower(s.p[0]) == words[i].p[0] && str_starts_case(s, words[i]))
			n = words[i].n;
	if (first == 4 && (str_starts(s, STR("19")) || str_starts(s, STR("20"))))
		n = first;
	else if ((first == 1 || first == 2) && (mark == ':' ? second == 2 : mark == '.' && second >= 1 && second <= 3))
		n = first + 1 + second;
	return n == s.n || !is_word_byte(s.p[n]) ? n : 0;
}

static bool may_begin_fact(char c)
{
	return byte_is_digit(c) || memchr("mwseug", byte_lower(c), 6);
}

/* All letters are gone through here, twice: by hand, for a pattern takes five times as long. */
static size_t count_facts(struct str text)
{
	size_t facts = 0;
	bool inside = false; /* a word */
	for (size_t at = 0, n; at < text.n && facts < FACTS_MAX; at += n ? n : 1) {
		bool begins = is_word_byte(text.p[at]) && !inside;
		n = begins && may_begin_fact(text.p[at]) ? fact_length(str_from(text, at)) : 0;
		facts += n > 0;
		inside = !n && is_word_byte(text.p[at]);
	}
	return facts;
}

static struct str part_text(struct arena *arena, const struct mail_part *p, struct complaints *c)
{
	struct str text = p->text;
	if (str_eq(p->type, STR("text/html"))) {
		bool cut = false;
		text = html_text(arena, text, &cut);
		if (cut)
			complain(c, "HTML nested deeper than %d elements is read up to there", HTML_DEPTH_MAX);
	} else if (p->flowed) {
		text = unflow(arena, text, p->del_space);
	}
	if (text.n > LETTER_TEXT_MAX) {
		complain(c, "text of %zu bytes is searched up to %d", text.n, LETTER_TEXT_MAX);
		text = str_slice(text, 0, LETTER_TEXT_MAX);
	}
	return without_comments(arena, untable(arena, mail_fold(arena, text)));
}

/* CSV by rows, cells between tabs: its separator is the one its first line has most of. */
static void add_csv(struct buf *out, struct str csv)
{
	static const char marks[] = "\t;,";
	struct str head = str_slice(csv, 0, str_find_byte(csv, '\n', 0));
	size_t most = 0;
	char mark = ',';
	for (size_t k = 0; k + 1 < sizeof marks; k++) {
		size_t n = 0;
		for (size_t i = 0; i < head.n; i++)
			n += head.p[i] == marks[k];
		if (n > most)
			most = n, mark = marks[k];
	}
	bool quoted = false;
	for (size_t i = 0; i < csv.n; i++) {
		char c = csv.p[i];
		quoted ^= c == '"';
		if (c != '"' && c != '\r')
			buf_byte(out, quoted ? (c == '\n' || c == '\t' ? ' ' : c) : c == mark ? '\t' : c);
	}
	buf_byte(out, '\n');
}

static struct str table_of(struct arena *arena, const struct mail *m, int message)
{
	struct buf out = BUF(arena);
	for (size_t i = 0; i < m->parts_n; i++) {
		const struct mail_part *p = &m->parts[i];
		if (p->message == message && str_eq(p->type, STR("text/csv")) && out.n < LETTER_TEXT_MAX)
			add_csv(&out, mail_fold(arena, str_slice(p->text, 0, LETTER_TEXT_MAX)));
	}
	return buf_str(&out);
}

/* Text and HTML say the same: the one with more facts is taken ("view this in HTML" has none). */
static struct str body_of(struct arena *arena, const struct mail *m, int message, struct complaints *c)
{
	struct buf plain = BUF(arena), html = BUF(arena);
	for (size_t i = 0; i < m->parts_n; i++) {
		const struct mail_part *p = &m->parts[i];
		bool is_html = str_eq(p->type, STR("text/html")),
		     is_plain = p->textual && str_eq(p->type, STR("text/plain"));
		if (p->message != message || (!is_html && !is_plain) ||
			(p->attached && p->file.n && (is_html ? html.n : plain.n)))
			continue;
		struct buf *to = is_html ? &html : &plain;
		buf_add(to, part_text(arena, p, c));
		buf_byte(to, '\n');
	}
	struct str a = buf_str(&plain), b = buf_str(&html);
	if (!a.n || !b.n)
		return a.n ? a : b;
	size_t in_plain = count_facts(a), in_html = count_facts(b);
	return in_html > in_plain + in_plain / 4 ? b : a;
}

/* --- the rest --- */

/* "Tue, 18 Jun 2024 09:30:00 +0200 (CEST)", as nearly all programs write it. */
static bool is_standard_date(struct str date, struct civil *c)
{
	struct str g[REGEX_GROUPS];
	int64_t day, year, hour, minute;
	if (!regex_match(standard, date, g) || !str_int(g[1], &day) || !str_int(g[3], &year) || !str_int(g[4], &hour) ||
		!str_int(g[5], &minute))
		return false;
	int month = (int)str_find(STR(MONTHS), g[2], 0) / (int)strlen("Jan|") + 1;
	*c = (struct civil){
		.year = (int)year, .month = month, .day = (int)day, .hour = (int)hour, .minute = (int)minute};
	return civil_is_valid(c);
}

static struct civil civil_in(struct arena *arena, struct str date)
{
	struct civil c;
	if (is_standard_date(date, &c))
		return c;
	struct moments ms = moments_find(arena, mail_fold(arena, date), (struct civil){0});
	for (size_t i = 0; i < ms.n; i++)
		if (ms.v[i].dated && ms.v[i].year)
			return (struct civil){.year = ms.v[i].year,
				.month = ms.v[i].month,
				.day = ms.v[i].day,
				.hour = ms.v[i].hour,
				.minute = ms.v[i].minute};
	return (struct civil){0};
}

/* "(...) by host; DATE": what a server wrote when it took the mail in. */
static struct str received_date(const struct mail_message *m)
{
	struct str received = mail_header(m, "Received");
	size_t at = str_rfind_byte(received, ';');
	return at == STR_NPOS ? STR_NONE : str_trim(str_from(received, at + 1));
}

static void read_date(struct arena *arena, const struct mail_message *m, struct letter *l)
{
	l->date = mail_header(m, "Date");
	l->sent = civil_in(arena, l->date);
	struct str received = received_date(m);
	if (l->sent.month || !received.n)
		return;
	l->date = received;
	l->date_from_received = true;
	l->sent = civil_in(arena, received);
}

static struct mailbox sender_of(struct arena *arena, const struct mail_message *m)
{
	static const char *const fields[] = {"From", "X-Original-From", "Sender", "Reply-To", "X-Original-Sender"};
	struct mailbox out = {0};
	for (size_t i = 0; i < LEN(fields) && !out.address.n; i++)
		out = mail_mailbox(arena, mail_header(m, fields[i]));
	return out;
}

static void take_forward(struct arena *arena, struct letter *l, const struct forward *f)
{
	struct marks ignored = {0};
	if (f->from.n) {
		l->forwarded_by = l->from.address;
		l->from = mail_mailbox(arena, f->from);
	}
	if (f->subject.n)
		l->subject = strip_subject(mail_fold(arena, f->subject), &ignored);
	static struct row offsets[] = {
		{NULL, "(?<zo>[+-][01]\\d[034][05])\\b", NULL}, {NULL, "\\b(?<zo>GMT|UTC?)\\b", NULL}};
	struct str g[REGEX_GROUPS];
	struct moments ms = moments_find(arena, mail_fold(arena, f->date), l->sent);
	struct moment *m = ms.n ? ms.v : NULL;
	if (!m || !m->dated || !m->year)
		return;
	l->sent =
		(struct civil){.year = m->year, .month = m->month, .day = m->day, .hour = m->hour, .minute = m->minute};
	struct str zone = m->zone.n ? m->zone : row_part(ASK(offsets, l->date, g), g, "zo");
	if (!m->timed || !zone.n)
		return;
	l->sent_at = moment_text(arena, m);
	l->sent_zone = zone;
}

/* The part of an address or Message-ID behind the "@". */
static struct str house_of(struct str address)
{
	size_t at = str_rfind_byte(address, '@');
	struct str domain = at == STR_NPOS ? STR_NONE : str_from(address, at + 1);
	while (domain.n && strchr("> \t", domain.p[domain.n - 1]))
		domain.n--;
	return domain;
}

/* Who passes a notice on within his own house had it when it was sent; somebody else's forward is how we came by it. */
static void judge_forwarder(struct arena *arena, const struct mail_message *m, struct letter *l)
{
	struct str by = house_of(l->forwarded_by), to = house_of(mail_mailbox(arena, mail_header(m, "To")).address);
	to = to.n ? to : house_of(mail_mailbox(arena, mail_header(m, "Delivered-To")).address);
	l->within = !by.n || !to.n ? WITHIN_UNKNOWN : str_eq_case(by, to) ? WITHIN_YES : WITHIN_NO;
}

/*
 * An office of ours that answers: the quoted words are another house's, or it writes to the house whose
 * Message-ID it names. A provider's follow-ups to its own mail are neither.
 */
static bool answers_others(struct arena *arena, const struct mail_message *m, const struct letter *l)
{
	static struct row quotes[] = {
		{NULL,
			"<(?<who>[^\\s<>]+@[^\\s<>]+)>[^\\n]{0,40}?\\s(?:wrote|schrieb|a \xc3\xa9"
			"crit|escribi\xc3\xb3|schreef|ha scritto|"
			"escreveu)\\b",
			NULL},
	};
	struct str g[REGEX_GROUPS], own = house_of(l->from.address);
	struct str quoted = house_of(row_part(ASK(quotes, l->whole, g), g, "who"));
	if (quoted.n)
		return !str_eq_case(quoted, own);
	struct str asked = house_of(l->in_reply_to), to = house_of(mail_mailbox(arena, mail_header(m, "To")).address);
	return asked.n && str_eq_case(asked, to) && !str_eq_case(asked, own);
}

/* What an office quotes of its own mail: a cancellation below which the notice stands again. */
static struct str own_history(struct arena *arena, const struct letter *l)
{
	static struct row addresses[] = {{NULL, "(?<who>[\\w.+-]+@[\\w.-]+\\w)", NULL}};
	struct str author, g[REGEX_GROUPS], history = letter_history(arena, l->whole, &author);
	struct str house = house_of(row_part(ASK(addresses, author, g), g, "who"));
	return house.n && str_eq_case(house, house_of(l->from.address)) ? history : STR_NONE;
}

static struct letter read_letter(struct arena *arena, const struct mail *mail, int message, struct complaints *c)
{
	const struct mail_message *m = &mail->messages[message];
	struct marks marks = {0};
	struct forward forward;
	struct letter l = {.title = mail_header(m, "Subject"), .from = sender_of(arena, m)};
	VEC(struct str) calendars = {0};

	l.subject = strip_subject(mail_fold(arena, l.title), &marks);
	l.message_id = mail_header_raw(m, "Message-ID");
	l.in_reply_to = mail_header_raw(m, "In-Reply-To");
	l.references = mail_header_raw(m, "References");
	l.was_read = str_find_byte(mail_header(m, "Status"), 'R', 0) != STR_NPOS;
	read_date(arena, m, &l);
	l.whole = body_of(arena, mail, message, c);
	l.table = table_of(arena, mail, message);
	l.body = letter_unquote(arena, l.whole, marks.forwarded, &forward);
	if (forward.found || marks.forwarded)
		take_forward(arena, &l, &forward);
	if (l.forwarded_by.n)
		l.forwarded_at = l.date, judge_forwarder(arena, m, &l);
	if (!forward.found && !marks.forwarded)
		l.history = own_history(arena, &l);
	l.answers = !marks.forwarded && !forward.found && (marks.replied || l.in_reply_to.n || l.references.n);
	l.answers_others = l.answers && answers_others(arena, m, &l);
	for (size_t i = 0; i < mail->parts_n; i++) {
		if (mail->parts[i].message != message)
			continue;
		if (str_eq(mail->parts[i].type, STR("text/calendar")))
			*PUSH(&calendars, arena) = mail->parts[i].text;
		l.is_report |= str_starts(mail->parts[i].type, STR("message/delivery-status")) ||
			       str_starts(mail->parts[i].type, STR("message/disposition"));
	}
	l.is_report |= str_starts_case(mail_header(m, "Content-Type"), STR("multipart/report"));
	l.calendars = calendars.v;
	l.calendars_n = calendars.n;
	return l;
}

struct letters letters_of(struct arena *arena, const struct mail *m, struct complaints *c)
{
	struct letters out = {0};
	patterns_prepare();
	struct letter outer = out.outer = read_letter(arena, m, 0, c);
	bool own = m->messages_n == 1 || outer.is_report || outer.answers;
	out.own = own;
	if (own)
		*PUSH(&out, arena) = outer;
	for (size_t i = 1; i < m->messages_n && !own; i++) {
		bool holds_more = false;
		for (size_t k = i + 1; k < m->messages_n; k++)
			holds_more |= m->messages[k].parent == (int)i;
		if (holds_more)
			continue;
		struct letter *l = PUSH(&out, arena);
		*l = read_letter(arena, m, (int)i, c);
		l->forwarded_by = outer.from.address;
		l->forwarded_at = outer.date;
		judge_forwarder(arena, &m->messages[0], l);
		if (l->date.n)
			l->sent_at = l->date, l->sent_zone = STR_NONE;
		else
			l->date = outer.date, l->sent = outer.sent;
	}
	return out;
}

struct letter letter_of_post(
	struct arena *arena, struct str title, struct str text, struct str date, struct mailbox from)
{
	struct marks marks = {0};
	patterns_prepare();
	struct str body = mail_fold(arena, text);
	return (struct letter){.title = title,
		.subject = strip_subject(mail_fold(arena, title), &marks),
		.body = body,
		.whole = body,
		.from = from,
		.date = date,
		.sent = civil_in(arena, date)};
}
