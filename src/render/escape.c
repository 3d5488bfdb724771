/* Escapers: evidence is attackers' text, and comes out of every format as the literal text it is. */
#include "render/render.h"
#include "base/utf8.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

/*
 * Markdown. Backslashes and entities settle what the parser would see. What platforms look for afterwards, in the
 * rendered text (mentions, references, commits, emoji), is broken by a zero-width space as Dependabot and Renovate do:
 * those of the evidence itself are shown as \u200b, so none is ambiguous.
 */
static char at(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0'; /* size_t wraps: at(s, 0 - 1) is before the start */
}

static bool byte_is_alnum(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c);
}

static bool byte_is_hex(char c)
{
	return byte_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* A list number ("12." or "12)") would begin a list where a line begins. */
static bool ends_list_number(struct str s, size_t i)
{
	if (i == 0 || i > 9 || (i + 1 < s.n && s.p[i + 1] != ' '))
		return false;
	for (size_t k = 0; k < i; k++)
		if (!byte_is_digit(s.p[k]))
			return false;
	return true;
}

/* ":word:" is an emoji on most platforms; I stands on the first colon. "09:30:00" is none. */
static bool begins_emoji(struct str s, size_t i)
{
	size_t k = i + 1;
	bool only_digits = true;
	for (; byte_is_alnum(at(s, k)) || at(s, k) == '_' || at(s, k) == '+' || at(s, k) == '-'; k++)
		only_digits &= byte_is_digit(s.p[k]);
	return k > i + 1 && at(s, k) == ':' && !(only_digits && byte_is_digit(at(s, i - 1)));
}

/* "://" makes a link of what stands around it, and so do "mailto:" and "xmpp:". */
static bool makes_link(struct str s, size_t i)
{
	struct str before = str_slice(s, i > 6 ? i - 6 : 0, i);
	return (at(s, i + 1) == '/' && at(s, i + 2) == '/') || str_eq_case(before, STR("mailto")) ||
	       (before.n >= 4 && str_eq_case(str_from(before, before.n - 4), STR("xmpp")));
}

/* Length of a bare hexadecimal word at I that platforms would take for a commit; 0: none. Not the head of a UUID. */
static size_t commit_length(struct str s, size_t i)
{
	char before = at(s, i - 1);
	if (before && !strchr(" ([{@", before))
		return 0;
	size_t n = 0;
	bool letter = false;
	for (; byte_is_hex(at(s, i + n)); n++)
		letter |= byte_is_alpha(s.p[i + n]);
	char after = at(s, i + n);
	return letter && n >= 7 && n <= 40 && !byte_is_alnum(after) && after != '_' && after != '-' ? n : 0;
}

static void colon(struct buf *b, struct str s, size_t i)
{
	bool escaped = i == 0 || at(s, i - 1) == ':' || at(s, i + 1) == ':' || makes_link(s, i);
	buf_cstr(b, escaped ? "\\:" : ":");
	if (begins_emoji(s, i))
		buf_cstr(b, ZERO_WIDTH_SPACE);
}

/* Between letters or digits an underscore never means emphasis; names stay readable. */
static bool underscore_is_plain(struct str s, size_t i)
{
	return byte_is_alnum(at(s, i - 1)) && byte_is_alnum(at(s, i + 1));
}

/* Does this punctuation need a backslash here? */
static bool needs_backslash(struct str s, size_t i)
{
	char next = at(s, i + 1), before = at(s, i - 1);
	switch (s.p[i]) {
	case '\\':
	case '`':
	case '*':
	case '[':
	case ']':
	case '~':
	case '$':
	case '#':
		return true;
	case '_':
		return !underscore_is_plain(s, i);
	case '>':
	case '+':
	case '-':
		return i == 0;
	case '=':
		return i == 0 || next == '=' || before == '=';
	case '{':
		return i == 0 || next == '{' || next == '%' || before == '{';
	case '.':
		return ends_list_number(s, i) || (i >= 3 && str_eq_case(str_slice(s, i - 3, i), STR("www")));
	case ')':
		return ends_list_number(s, i);
	default:
		return false;
	}
}

/* What platforms turn into references after rendering: @name, #12, !12, $12, %12, &12, ~12, GH-12. */
static bool begins_reference(struct str s, size_t i)
{
	char next = at(s, i + 1);
	if (s.p[i] == '@')
		return byte_is_alnum(next) || next == '_' || (next & 0x80);
	if (s.p[i] == '-')
		return byte_is_digit(next) && i >= 2 && str_eq_case(str_slice(s, i - 2, i), STR("GH"));
	return byte_is_digit(next) && memchr("#!$%&~", s.p[i], 6);
}

static void markdown_byte(struct buf *b, struct str s, size_t i)
{
	char c = s.p[i];
	if (c == ':') {
		colon(b, s, i);
		return;
	}
	if (c == ' ' && (i == 0 || i + 1 == s.n))
		buf_cstr(b, "&#32;"); /* would be trimmed, or four of them make code */
	else if (c == '<')
		buf_cstr(b, "&lt;");
	else if (c == '&')
		buf_cstr(b, "&amp;");
	else if (c == '|')
		buf_cstr(b, "&#124;"); /* safe in table cells whatever stands before it */
	else {
		if (needs_backslash(s, i))
			buf_byte(b, '\\');
		buf_byte(b, c);
	}
	if (begins_reference(s, i))
		buf_cstr(b, ZERO_WIDTH_SPACE);
}

/* TEXT with its hazards made visible; most texts have none and need no copy. */
static struct str visible(struct arena *a, struct str text)
{
	if (utf8_plain_to(text, 0) == text.n)
		return text;
	struct buf shown = BUF(a);
	buf_visible(&shown, text);
	return buf_str(&shown);
}

/* Letters and digits from I on need nothing, unless all of them are a commit. Returns what stands behind them. */
static size_t markdown_word(struct buf *b, struct str s, size_t i)
{
	size_t end = i;
	while (end < s.n && byte_is_alnum(s.p[end]))
		end++;
	if (i < end && byte_is_hex(s.p[i]) && commit_length(s, i)) {
		buf_add(b, str_slice(s, i, i + 4));
		buf_cstr(b, ZERO_WIDTH_SPACE);
		i += 4;
	}
	buf_add(b, str_slice(s, i, end));
	return end;
}

void buf_markdown(struct buf *b, struct str text)
{
	struct str s = visible(b->arena, text);
	for (size_t i = markdown_word(b, s, 0); i < s.n; i = markdown_word(b, s, i + 1))
		markdown_byte(b, s, i);
}

void buf_html(struct buf *b, struct str text)
{
	struct str s = visible(b->arena, text);
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_cstr(b, "&amp;");
			break;
		case '<':
			buf_cstr(b, "&lt;");
			break;
		case '>':
			buf_cstr(b, "&gt;");
			break;
		case '"':
			buf_cstr(b, "&quot;");
			break;
		case '\'':
			buf_cstr(b, "&#39;");
			break;
		default:
			buf_byte(b, s.p[i]);
		}
	}
}

/* What spreadsheets take for a formula (OWASP ASVS 1.2.10), the full-width forms too. Plain numbers are no formulas. */
static bool is_formula(struct str s)
{
	static const char *const starts[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	double number;
	if (!s.n || str_double(s, &number))
		return false;
	if (s.p[0] == '\0')
		return true;
	struct str rest = s;
	while (rest.n && rest.p[0] == ' ')
		rest = str_from(rest, 1);
	for (size_t i = 0; i < LEN(starts); i++)
		if (str_starts(rest, str_of(starts[i])))
			return true;
	return false;
}

void buf_csv(struct buf *b, struct str text)
{
	bool guard = is_formula(text);
	struct buf shown = BUF(b->arena);
	struct str line;
	for (struct str rest = text; str_next(&rest, '\n', &line);) { /* lines stay lines, in quotes */
		if (line.p > text.p)
			buf_byte(&shown, '\n');
		buf_visible(&shown, line);
	}
	struct str s = buf_str(&shown);
	bool quote = guard || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = memchr(",;\"\n", s.p[i], 4);
	if (quote)
		buf_byte(b, '"');
	if (guard)
		buf_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_byte(b, '"');
		buf_byte(b, s.p[i]);
	}
	if (quote)
		buf_byte(b, '"');
}

void buf_ics(struct buf *b, struct str text)
{
	struct str line;
	for (struct str rest = text; str_next(&rest, '\n', &line);) {
		if (line.p > text.p)
			buf_cstr(b, "\\n");
		struct str shown = utf8_visible(b->arena, line);
		for (size_t i = 0; i < shown.n; i++) {
			if (memchr("\\;,", shown.p[i], 3))
				buf_byte(b, '\\');
			buf_byte(b, shown.p[i]);
		}
	}
}

/* Mermaid knows #NN; entities everywhere; anything that its grammars could look at becomes one. */
void buf_mermaid(struct buf *b, struct str text)
{
	struct buf shown = BUF(b->arena);
	buf_visible(&shown, text);
	struct str s = buf_str(&shown);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (byte_is_alnum(c) || (c & 0x80) || memchr(" -_./", c, 5))
			buf_byte(b, c);
		else
			buf_fmt(b, "#%d;", c);
	}
}
