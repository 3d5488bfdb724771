/* Quoted history: what of a body its sender wrote, and what he only passes on. */
#include "formats/mail_letter.h"

#include "base/regex.h"

enum { FORWARD_HEAD_LINES = 12 };

static struct {
	const char *text;
	struct regex *regex;
} patterns[] = {
#define MARKS_MESSAGE 0
	{"^[\\s>*_]*(?:-{2,}\\s*(?:original message|forwarded message|urspr\xc3\xbcngliche "
	 "nachricht|weitergeleitete nachricht|message d'origine|message transf\xc3\xa9r\xc3\xa9|"
	 "mensaje original|mensaje reenviado|oorspronkelijk bericht|doorgestuurd bericht|messaggio "
	 "(?:originale|inoltrato)|forwarded by [^-]*)\\s*-{2,}|begin forwarded message:|"
	 "anfang der weitergeleiteten nachricht:|d\xc3\xa9"
	 "but du message (?:transf\xc3\xa9r\xc3\xa9|r\xc3\xa9"
	 "exp\xc3\xa9"
	 "di\xc3\xa9) ?:)[\\s*_]*$"},
#define MARKS_HISTORY 1
	{"^[\\s>]*(?:on\\b.{6,180}\\bwrote:|am\\b.{6,180}\\bschrieb\\b.{0,80}:|le\\b.{6,180}\\ba \xc3\xa9"
	 "crit ?:|el\\b.{6,180}\\bescribi\xc3\xb3:|op\\b.{6,180}\\bschreef\\b.{0,80}:|"
	 "il\\b.{6,180}\\bha scritto:|em\\b.{6,180}\\bescreveu:)\\s*$"},
#define HEAD_FROM 2
	{"^[\\s>*]*(?:from|von|de|da|van)\\s?:[\\s*]*(?<v>.*\\S)"},
#define HEAD_DATE 3
	{"^[\\s>*]*(?:date|sent|gesendet|datum|envoy\xc3\xa9|enviado(?: "
	 "el)?|verzonden|inviato|data|fecha)\\s?:[\\s*]*(?<v>.*\\S)"},
#define HEAD_SUBJECT 4
	{"^[\\s>*]*(?:subject|betreff|objet|asunto|onderwerp|oggetto|assunto)\\s?:[\\s*]*(?<v>.*\\S)"},
#define HEAD_OTHER 5
	{"^[\\s>*]*(?:to|cc|an|kopie|\xc3\xa0|para|aan|a|reply-to|importance)\\s?:"},
};

static bool line_is(int which, struct str line, struct str *value)
{
	struct str g[REGEX_GROUPS];
	if (!patterns[which].regex) {
		static struct arena *kept;
		kept = kept ? kept : arena_open();
		patterns[which].regex = regex_own(kept, patterns[which].text, "i");
	}
	if (line.n > 400 || !regex_match(patterns[which].regex, line, g))
		return false;
	int i = regex_group(patterns[which].regex, "v");
	if (value && i >= 0)
		*value = g[i];
	return true;
}

/* Lines as views, quote marks kept. */
struct lines {
	struct str *v;
	size_t n, cap;
};

static struct lines split(struct arena *arena, struct str text)
{
	struct lines out = {0};
	struct str rest = text, line;
	while (str_next(&rest, '\n', &line))
		*PUSH(&out, arena) = line;
	return out;
}

/* "From:", then within a few lines "Sent:" or "Date:" and "Subject:", in any tongue: how many lines it takes,
 * 0 if it is none. */
static size_t head_block(const struct lines *ls, size_t at, struct forward *f)
{
	struct forward got = {0};
	size_t end = at;
	if (at >= ls->n || !(line_is(HEAD_FROM, ls->v[at], &got.from) || line_is(HEAD_DATE, ls->v[at], &got.date) ||
				   line_is(HEAD_SUBJECT, ls->v[at], &got.subject)))
		return 0;
	struct str *last = NULL;
	for (size_t i = at; i < ls->n && i < at + FORWARD_HEAD_LINES; i++) {
		struct str v = STR_NONE;
		if (line_is(HEAD_FROM, ls->v[i], &v) && !got.from.n)
			got.from = v, last = NULL;
		else if (line_is(HEAD_DATE, ls->v[i], &v))
			got.date = v, last = NULL;
		else if (line_is(HEAD_SUBJECT, ls->v[i], &v))
			got.subject = v, last = &got.subject;
		else if (line_is(HEAD_OTHER, ls->v[i], NULL) || line_is(HEAD_FROM, ls->v[i], NULL))
			last = NULL;
		else if (last && ls->v[i].n && (ls->v[i].p[0] == ' ' || ls->v[i].p[0] == '\t'))
			last->n = (size_t)(ls->v[i].p + ls->v[i].n - last->p); /* folded */
		else
			break;
		end = i + 1;
	}
	if (!got.from.n || !(got.date.n || got.subject.n) || end - at < 2)
		return 0;
	got.found = true;
	if (f)
		*f = got;
	return end - at;
}

static bool is_quoted(struct str line)
{
	line = str_trim(line);
	return line.n && line.p[0] == '>';
}

static struct str unquoted(struct str line)
{
	while (line.n && (line.p[0] == '>' || line.p[0] == ' '))
		line = str_from(line, 1);
	return line;
}

static void add_line(struct buf *out, struct str line)
{
	buf_add(out, line);
	buf_byte(out, '\n');
}

/* There is a colon in all that patterns[] knows, or there are dashes: most lines need not be tried. */
static bool may_be_heading(struct str line)
{
	return str_find_byte(line, ':', 0) != STR_NPOS || str_find_byte(line, '-', 0) != STR_NPOS;
}

/* Where the history begins, and how many lines its heading takes. */
static size_t history_at(struct arena *arena, const struct lines *ls, size_t from, size_t *heading, struct forward *f)
{
	for (size_t i = from; i < ls->n; i++) {
		struct str line = ls->v[i];
		bool introduced = i + 1 < ls->n && str_ends(str_trim_end(ls->v[i + 1]), STR(":"));
		*heading = 1;
		if (!introduced && !may_be_heading(line))
			continue;
		if (line_is(MARKS_MESSAGE, line, NULL)) {
			size_t next = i + 1;
			while (next < ls->n && !str_trim(unquoted(ls->v[next])).n)
				next++;
			size_t n = head_block(ls, next, f);
			*heading = n ? next + n - i : 1;
			return i;
		}
		if (line_is(MARKS_HISTORY, line, NULL))
			return i;
		if (introduced && line.n < 200 &&
			line_is(MARKS_HISTORY, str_fmt(arena, "%.*s %.*s", STR_ARG(line), STR_ARG(ls->v[i + 1])),
				NULL)) {
			*heading = 2; /* wrapped by the mail program */
			return i;
		}
		size_t n = head_block(ls, i, f);
		if (n >= 3) {
			*heading = n;
			return i;
		}
	}
	return ls->n;
}

/*
 * A forward is what it holds: everything after its heading, quote marks off. In anything else history ends
 * the text, and quoted lines between are left out. "-- " ends it too: below stand signatures and how to leave
 * the list.
 */
struct str letter_unquote(struct arena *arena, struct str body, bool forwarded, struct forward *f)
{
	struct lines ls = split(arena, body);
	struct buf out = BUF(arena);
	struct forward got = {0};
	size_t heading = 0, at = history_at(arena, &ls, 0, &heading, &got), from = 0, to = at;
	bool marked = at < ls.n && line_is(MARKS_MESSAGE, ls.v[at], NULL) &&
		      str_find_case(ls.v[at], STR("forward"), 0) != STR_NPOS;
	bool alone = true; /* nothing above the block: its whole point is the block */
	for (size_t i = 0; i < at && i < ls.n; i++)
		alone &= !str_trim(ls.v[i]).n;
	bool passes_on = at < ls.n && (forwarded || marked || (alone && got.found));
	if (passes_on) {
		from = at + heading;
		size_t again = 0;
		to = history_at(arena, &ls, from, &again, NULL);
		if (to - from < 3) /* a forward of a forward */
			to = ls.n;
	}
	for (size_t i = from; i < to; i++) {
		struct str line = ls.v[i];
		if (str_eq(line, STR("-- ")) || str_eq(str_trim_end(line), STR("--")))
			break;
		if (passes_on)
			add_line(&out, unquoted(line));
		else if (!is_quoted(line))
			add_line(&out, line);
	}
	if (f)
		*f = passes_on ? got : (struct forward){0};
	return buf_str(&out);
}

struct str letter_history(struct arena *arena, struct str body, struct str *author)
{
	struct lines ls = split(arena, body);
	struct buf out = BUF(arena);
	struct forward got = {0};
	size_t heading = 0, at = history_at(arena, &ls, 0, &heading, &got);
	*author = got.from;
	for (size_t i = at; i < at + heading && i < ls.n && !got.found; i++)
		*author = str_find_byte(ls.v[i], '@', 0) == STR_NPOS ? *author : ls.v[i]; /* "On ..., X <x@y> wrote:" */
	for (size_t i = at + heading; i < ls.n; i++)
		add_line(&out, unquoted(ls.v[i]));
	return buf_str(&out);
}
