/*
 * Moments in a mail's text: tokens put together by what stands between them. No arithmetic here: "16-NOV
 * 23:00" stays that, and what the year is, others decide.
 */
#include "formats/mail_moment.h"

#include "base/utf8.h"
#include "formats/mail_ask.h"
#include "formats/mail_token.h"

/* What may stand between the parts of one moment. */
static struct row joins_parts[] = {
	{NULL,
		"^(?:^t$|[\\s,;@|*_()'\"\xc2\xb7-]|at|on|the|of|from|starting|beginning|start|for "
		"(?:about |approximately )?\\d+ (?:hours?|minutes?|hrs?)|"
		"hrs|hours|horas|uhr|uur|ore|um|op|zum|morgens|abends|nachts|ochtend|middag|avond|matin|soir|の|"
		"曜日|в|с|от|深夜|早朝|未明|翌|日時|about|around|approximately|approx\\.?|gegen|etwa|circa|ca\\.|environ|vers|rond|"
		"kl\\.?|klokken|klockan|as|das|dos|no dia|dia|\xc3\xa0s|"
		"le|les|den|dem|der|am|\xc3\xa0 partir de|dans la nuit|ab|vanaf|a partir de las?|zwischen|von|vom|entre|de|da|dalle|tussen|van|"
		"del|du|\xc3\xa0|a las|between(?: the hours of)?|local time|local|time)*$",
		NULL},
};
/* ... and between the two ends of a range. */
static struct row joins_ends[] = {
	{NULL,
		"^(?:\\s?(?:uhr|uur|horas|hrs?|hours|h)\\b)?[\\s,)(*|]*(?:-{1,2}|~|から|to|until|till|til|through|thru|"
		"and|und|et|en|y|e|\xc3\xa0|jusqu'\xc3\xa0|jusqu'au|hasta|a|al|alle|auf|bis|zum|op|til|till|bis "
		"zum|au|tot|\xc3\xa0s|at\xc3\xa9(?: \xc3\xa0s)?|至|到|부터|до|по|->|=>|\xe2\x86\x92)"
		"[\\s,(*|]*(?:kl\\.?\\s)?(?:翌(?:日|朝)?(?:の)?)?(?:(?:at|on|the|as|um|ore|am|el|las|le|den|dem)\\b[\\s,(*|]*)?"
		"(?:(?:approximately|approx\\.?|about|around|circa|ca\\.?|environ|etwa|gegen|vers)\\b\\.?)?[\\s,(*|]*$",
		NULL},
};

struct str mail_fold(struct arena *arena, struct str text)
{
	static const struct {
		uint32_t code;
		const char *ascii;
	} folds[] = {{0xA0, " "}, {0x2007, " "}, {0x202F, " "}, {0x2009, " "}, {0x3000, " "}, {0x2010, "-"},
		{0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"}, {0x2014, "-"}, {0x2212, "-"}, {0x2018, "'"}, {0x2019, "'"},
		{0x201C, "\""}, {0x201D, "\""}, {0xAB, "\""}, {0xBB, "\""}, {0x201E, "\""}, {0x200B, ""}, {0x200C, ""},
		{0x200D, ""}, {0xFEFF, ""}, {0xAD, ""}, {0x2060, ""}, {0x130, "I"}, {0xFF1A, ":"}, {0xFF5E, "~"},
		{0x301C, "~"}, {0xFF08, "("}, {0xFF09, ")"}, {0x3010, "["}, {0x3011, "]"}, {0xFF0F, "/"}};
	struct buf out = BUF(arena);
	struct str line = STR_NONE; /* or lines: up to the next carriage return, or the end */
	for (size_t at = 0, n; at < text.n; at += n) {
		if (at >= line.n)
			line = str_slice(text, 0, str_find_byte(text, '\r', at));
		n = utf8_ascii_to(line, at) - at;
		buf_bytes(&out, text.p + at, n);
		if (n)
			continue;
		n = 1;
		if (text.p[at] == '\r')
			continue;
		uint32_t code = utf8_decode(text, at, &n);
		if (code >= 0xFF10 && code <= 0xFF19) { /* full width digits */
			buf_byte(&out, (char)('0' + code - 0xFF10));
			continue;
		}
		size_t i = 0;
		while (i < LEN(folds) && folds[i].code != code)
			i++;
		if (i < LEN(folds))
			buf_cstr(&out, folds[i].ascii);
		else
			buf_bytes(&out, text.p + at, n);
	}
	return buf_str(&out);
}

static bool fits(const struct moment *m, const struct token *t)
{
	switch (t->kind) {
	case TOKEN_DATE:
		return !m->dated || m->relative;
	case TOKEN_TIME:
		return !m->timed;
	case TOKEN_ZONE:
		return !m->zone.n && (m->timed || m->dated);
	case TOKEN_WEEKDAY:
		return m->weekday < 0 && !(m->timed && m->dated);
	}
	return false;
}

static void absorb(struct moment *m, const struct token *t)
{
	const struct moment *i = &t->is;
	switch (t->kind) {
	case TOKEN_DATE:
		m->dated = true, m->swappable = i->swappable, m->weak = i->weak, m->compact = i->compact,
		m->relative = i->relative;
		m->numeric_day_first = i->numeric_day_first, m->numeric_month_first = i->numeric_month_first;
		m->year = i->year, m->month = i->month, m->day = i->day;
		break;
	case TOKEN_TIME:
		m->timed = true, m->hour = i->hour, m->minute = i->minute, m->second = i->second,
		m->seconds = i->seconds;
		break;
	case TOKEN_ZONE:
		m->zone = i->zone, m->universal = i->universal;
		break;
	case TOKEN_WEEKDAY:
		m->weekday = i->weekday;
		break;
	}
	m->end = i->end;
}

enum { GAP_MAX = 1000 }; /* bytes between what makes one moment, or a range: more are not looked through */

static size_t lines_in(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

struct builder {
	struct arena *arena;
	struct str text;
	struct moments out;
	VEC(struct zone_mention) zones;
	bool open;        /* the last moment may still grow */
	bool in_brackets; /* ... and what comes now stands in brackets behind it */
};

/* "June 8 through June 19 between 7am and 7pm": the hours belong to all of the days. */
static bool hours_of_days(const struct builder *b, struct str gap)
{
	const struct moment *last = &b->out.v[b->out.n - 1];
	return b->out.n >= 2 && last[-1].to_next && !last[-1].timed && !last->timed &&
	       (str_find_case(gap, STR("between"), 0) != STR_NPOS || str_find_case(gap, STR("from"), 0) != STR_NPOS);
}

/* "12 May\n01:00 to 07:00\n13 May\n01:00 to 07:00": a day below a range that has its own begins the next. */
static bool begins_next_row(const struct builder *b, const struct token *t, struct str gap)
{
	const struct moment *last = &b->out.v[b->out.n - 1];
	return t->kind == TOKEN_DATE && lines_in(gap) && last->timed && b->out.n >= 2 && last[-1].to_next &&
	       last[-1].dated;
}

static void add_token(struct builder *b, const struct token *t)
{
	struct moment *last = b->out.n ? &b->out.v[b->out.n - 1] : NULL;
	if (last && b->open && t->is.at < last->end)
		return; /* a part of what an earlier row took */
	if (last && b->open && t->is.at - last->end > GAP_MAX) {
		last->to_next = false;
		b->open = b->in_brackets = false;
	}
	if (last && b->open) {
		struct str gap = str_slice(b->text, last->end, t->is.at);
		bool joins = SAYS(joins_parts, gap) && lines_in(gap) <= 1,
		     ranges = SAYS(joins_ends, gap) && lines_in(gap) <= 1;
		bool bare_dash = ranges && joins && t->kind == TOKEN_TIME &&
				 !last->timed; /* "12 May - 22:00", "le 12 mai à 22h00" */
		b->in_brackets = joins && (b->in_brackets || str_find_byte(gap, '(', 0) != STR_NPOS) &&
				 str_find_byte(gap, ')', 0) == STR_NPOS;
		bool one_line = t->kind != TOKEN_ZONE ||
				!lines_in(gap); /* "UTC:" on the next line is the label of what follows */
		if (joins && (!ranges || bare_dash) && fits(last, t) && one_line && !hours_of_days(b, gap) &&
			!begins_next_row(b, t, gap)) {
			absorb(last, t);
			return;
		}
		/* ISO 8601 writes an interval "A/B"; "22:00 CEST / 20:00 UTC" is one time twice */
		ranges |= t->kind == TOKEN_DATE && last->timed && last->dated && str_eq(gap, STR("/"));
		last->to_next = ranges;
		if (t->kind == TOKEN_ZONE) { /* the same end named again: "12:00 UTC (Greenwich Mean Time)" */
			if (joins && last->timed && one_line)
				last->end = t->is.end;
			else
				*PUSH(&b->zones, b->arena) =
					(struct zone_mention){t->is.at, t->is.end, t->is.zone, t->is.universal};
			return;
		}
	}
	if (t->kind == TOKEN_ZONE) {
		*PUSH(&b->zones, b->arena) = (struct zone_mention){t->is.at, t->is.end, t->is.zone, t->is.universal};
		return;
	}
	if (b->out.n >= MOMENTS_MAX) {
		b->out.cut = true;
		b->open = false;
		return;
	}
	bool twin = last && b->in_brackets && last->timed && !last->to_next;
	*PUSH(&b->out, b->arena) = t->is;
	b->out.v[b->out.n - 1].twin = twin;
	b->open = true;
}

/* Weekdays alone are no moments. */
static void drop_empty(struct moments *ms)
{
	size_t n = 0;
	for (size_t i = 0; i < ms->n; i++)
		if (ms->v[i].dated || ms->v[i].timed)
			ms->v[n++] = ms->v[i];
		else if (n && ms->v[i].to_next)
			ms->v[n - 1].to_next = false;
	ms->n = n;
}

struct moments moments_find(struct arena *arena, struct str text, struct civil today)
{
	struct builder b = {.arena = arena, .text = text};
	struct tokens tokens = tokens_open(arena, text, today);
	struct token t;
	while (tokens_next(&tokens, &t))
		add_token(&b, &t);
	drop_empty(&b.out);
	b.out.zones = b.zones.v;
	b.out.zones_n = b.zones.n;
	return b.out;
}
