/*
 * Moments in a mail's text: dates, times, zones and weekdays are found by a table of patterns and put together by what stands
 * between them. No arithmetic here: "16-NOV 23:00" stays that, and what the year is, others decide.
 */
#include "formats/mail_moment.h"

#include "base/regex.h"
#include "base/utf8.h"

#define MONTHS \
	"jan(?:uary|uar|vier|uari|eiro)?|enero|gennaio|feb(?:ruary|ruar|ruari|rero|braio)?|f\xc3\xa9v(?:rier)?|fevrier|mar(?:ch|s|zo)?|" \
	"m\xc3\xa4rz|maart|apr(?:il|ile)?|avr(?:il)?|abril|may|mai|mei|maio|mayo|maggio|june?|juni|juin|junio|giugno|" \
	"july?|juli|juil(?:let)?|julio|luglio|aug(?:ust|ustus)?|ao[u\xc3\xbb]{1,2}t|agosto|sept?(?:ember|embre|iembre)?|settembre|" \
	"o[ck]t(?:ober|obre|ubre)?|octobre|ottobre|nov(?:ember|embre|iembre)?|de[cz](?:ember|embre)?|d\xc3\xa9" "c(?:embre)?|" \
	"diciembre|dicembre|dic"
#define YEAR "(?<y>(?:19|20)\\d\\d)"
#define NO_WORD_BEFORE "(?<![\\w.])"

enum token_kind { TOKEN_DATE, TOKEN_TIME, TOKEN_ZONE, TOKEN_WEEKDAY };
/* Every way to write one of them; where two rows find something at the same place, the first one is taken. */
static struct style {
	enum token_kind kind;
	const char *pattern, *flags;
	struct regex *regex;
} styles[] = {
	/* 2021-05-20, 2021/5/20; not 2023-03-02-preview */
	{TOKEN_DATE, "(?<![\\w.-])" YEAR "(?<s>[-/.])(?<m>[01]?\\d)\\k<s>(?<d>[0-3]?\\d)(?!\\d|\\s?-\\s?(?!to\\b)[a-z]|[./]\\d)", "i", NULL},
	{TOKEN_DATE, YEAR "\xe5\xb9\xb4\\s?(?<m>[01]?\\d)\xe6\x9c\x88\\s?(?<d>[0-3]?\\d)\xe6\x97\xa5", NULL, NULL},
	/* 20210520T0100Z is left to calendars; 12-Feb-2024, 6th of July, 16-NOV-21, 20 May 2021 */
	{TOKEN_DATE, NO_WORD_BEFORE "(?<d>[0-3]?\\d)(?:st|nd|rd|th|er)?[.]?\\s{0,2}[-/]?\\s{0,2}(?:of |de )?(?<mon>" MONTHS ")(?![a-z])[.]?"
		"(?:(?:,?\\s{0,3}|[-/ ])(?:de |del )?" YEAR "(?!\\d)|(?:[-/]|\\s?')(?<yy>\\d\\d)(?![\\d:h]|\\s?[ap]\\.?m))?", "i", NULL},
	/* May 20, 2021; February 8th; Aug 17 2021 */
	{TOKEN_DATE, NO_WORD_BEFORE "(?<mon>" MONTHS ")[.]?[\\s-]{1,3}(?<d>[0-3]?\\d)(?:st|nd|rd|th)?(?!\\w|:\\d|\\.\\d)(?:[,-]?\\s{0,3}(?:of )?" YEAR
		"(?!\\d))?", "i", NULL},
	/* 12/10/2020, 07.08.2021, 03/20/24 */
	{TOKEN_DATE, "(?<![\\w./:-])(?<a>[0-3]?\\d)(?:(?<s>[/.-])(?<b>[0-3]?\\d)\\k<s>" YEAR "|/(?<b2>[0-3]?\\d)/(?<yy>\\d\\d))(?![\\w/]|[.]\\d)", NULL, NULL},
	{TOKEN_DATE, "(?<![\\w./:-])(?!24/7)(?<a>[0-3]?\\d)/(?<b>[0-3]?\\d)(?![\\w/%]|[.]\\d|-\\w)", NULL, NULL},
	{TOKEN_DATE, "\\b(?<rel>today|tonight|tomorrow)\\b", "i", NULL},
	/* 01:00, 10: 00, 2:45pm, 23:38:36, T08:00:00.123 */
	{TOKEN_TIME, "(?:(?<=\\dT)|(?<![\\w:.]))(?<h>[0-2]?\\d):\\s?(?<mi>[0-5]\\d)(?::(?<se>[0-6]\\d)(?:[.,]\\d+)?)?(?:\\s?(?<ap>[ap])\\.?\\s?m\\b\\.?)?(?![\\d:/])",
		"i", NULL},
	{TOKEN_TIME, "(?<![\\w:.])(?<h>[01]?\\d)(?:\\s?(?<ap>[ap])\\.?\\s?m\\b\\.?|(?<ap2>[ap])(?=\\s*(?:-|to\\b|[A-Z]{2,4}T?\\b)))", "i", NULL},
	{TOKEN_TIME, "(?<![\\w:.])(?<h>[0-2]?\\d)(?:h(?<mi>[0-5]\\d)(?!\\w)|\\s?uhr\\b)", "i", NULL},
	/* 14.06.2025 23.00, 23.00 Uhr */
	{TOKEN_TIME, "(?<=\\.20\\d\\d |\\.20\\d\\d, )(?<h>[0-2]?\\d)\\.(?<mi>[0-5]\\d)(?![\\d.])|(?<![\\w.])(?<h2>[0-2]?\\d)\\.(?<mi2>[0-5]\\d)(?=\\s?(?:uhr|UTC|GMT|CES?T|MES?Z)\\b)", "i", NULL},
	/* 0430Z, 2200-0400 UTC */
	{TOKEN_TIME, "(?:(?<![\\w:.+/-])|(?<=\\d\\d\\d\\d-))(?<h>[0-2]\\d)(?<mi>[0-5]\\d)\\s?(?=Z\\b|UTC|GMT|hrs\\b|hours\\b)", NULL, NULL},
	{TOKEN_TIME, "(?<![\\w:.+/-])(?<h>[0-2]\\d)(?<mi>[0-5]\\d)(?=\\s?(?:-|to|until)\\s?[0-2]\\d[0-5]\\d\\s?(?:Z\\b|UTC|GMT|hrs\\b|hours\\b))", NULL, NULL},
	{TOKEN_TIME, "\\b(?:12 )?(?<noon>noon)\\b", "i", NULL},
	{TOKEN_TIME, "\\b(?:12 )?(?<midnight>midnight)\\b", "i", NULL},
	{TOKEN_ZONE, "\\b(?:UTC|GMT)\\s?(?<zo>[+-]\\s?\\d{1,2}(?::?\\d\\d)?)(?![\\d:/-])", NULL, NULL},
	{TOKEN_ZONE, "(?<=\\d)(?<zo>\\+\\d\\d:?\\d\\d)(?![\\d:])", NULL, NULL},
	{TOKEN_ZONE, "(?<=:\\d\\d:\\d\\d)(?<zo>-\\d\\d:\\d\\d)(?![\\d:])", NULL, NULL},
	{TOKEN_ZONE, "(?<=[\\s(])(?<zo>[+-][01]\\d[034][05])(?![\\d/:-])", NULL, NULL},
	{TOKEN_ZONE, "(?<=\\d)(?<zn>Z)\\b", NULL, NULL},
	{TOKEN_ZONE, "(?<![\\w/])(?<zn>UTC|GMT|UT|[ECMP][SD]T|AK[SD]T|HST|CES?T|MES?Z|WES?T|EES?T|BST|IST|MSK|TRT|JST|KST|SGT|HKT|PHT|ICT|WIB|"
		"PKT|GST|AE[SD]T|AC[SD]T|AWST|NZ[SD]T|SAST|EAT|CAT|WAT|BRT|ART|CLT|ET|CT|MT|PT)\\b(?!\\s?#|\\s?(?!20\\d\\d\\b)\\d{3,})", NULL, NULL},
	{TOKEN_ZONE, "\\b(?<cet>Central European(?: Summer)? Time)\\b", "i", NULL},
	{TOKEN_ZONE, "\\b(?<zn>Eastern|Central|Mountain|Pacific)\\b(?: (?:Standard|Daylight|Prevailing))?(?: Time)?(?!\\s*[a-z])", NULL, NULL},
	{TOKEN_ZONE, "\\b(?<utc>Greenwich Mean Time|Coordinated Universal Time|Universal Time)\\b", "i", NULL},
	{TOKEN_ZONE, "\\b(?<zn>(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|US|Etc|Canada)/[A-Z][A-Za-z_-]+(?:/[A-Z][A-Za-z_]+)?)\\b",
		NULL, NULL},
	{TOKEN_ZONE, "\\b(?:(?<city>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?: local)? [Tt]ime\\b|[Ll]ocal time in (?<city2>[A-Z][a-z]+(?: [A-Z][a-z]+)?)|heure de (?<city3>[A-Z][a-z]+))",
		NULL, NULL},
	{TOKEN_ZONE, "\\((?<city>[A-Z][a-z]+(?: [A-Z][a-z]+)?)\\)", NULL, NULL},
	{TOKEN_WEEKDAY, "\\b(?<wd>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|montag|dienstag|mittwoch|"
		"donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|maandag|dinsdag|woensdag|donderdag|vrijdag|"
		"zaterdag|zondag|lunes|martes|mi\xc3\xa9rcoles|jueves|viernes|s\xc3\xa1" "bado|domingo)\\b[.]?", "i", NULL},
};

static const struct {
	const char *prefix;
	int month;
} month_words[] = {
	{"jan", 1}, {"ene", 1}, {"gen", 1}, {"f", 2}, {"mar", 3}, {"m\xc3\xa4", 3}, {"maa", 3}, {"ap", 4}, {"av", 4}, {"ab", 4}, {"ma", 5},
	{"me", 5}, {"juin", 6}, {"jun", 6}, {"giu", 6}, {"jul", 7}, {"juil", 7}, {"lug", 7}, {"a", 8}, {"s", 9}, {"o", 10}, {"n", 11},
	{"d", 12},
};
static const struct {
	const char *prefix;
	int weekday;
} weekday_words[] = {
	{"sun", 0}, {"son", 0}, {"dim", 0}, {"zo", 0}, {"dom", 0}, {"mon", 1}, {"maa", 1}, {"lu", 1}, {"tu", 2}, {"die", 2}, {"mard", 2},
	{"din", 2}, {"mart", 2}, {"wed", 3}, {"mit", 3}, {"mer", 3}, {"wo", 3}, {"mi", 3}, {"th", 4}, {"donn", 4}, {"je", 4}, {"ju", 4},
	{"dond", 4}, {"fr", 5}, {"ven", 5}, {"vr", 5}, {"vi", 5}, {"sat", 6}, {"sam", 6}, {"za", 6}, {"s\xc3\xa1", 6},
};
/* Cities that notices are timed by. */
static const struct {
	const char *city, *zone;
} places[] = {
	{"London", "Europe/London"}, {"Dublin", "Europe/Dublin"}, {"Paris", "Europe/Paris"}, {"Amsterdam", "Europe/Amsterdam"},
	{"Brussels", "Europe/Brussels"}, {"Frankfurt", "Europe/Berlin"}, {"Berlin", "Europe/Berlin"}, {"Munich", "Europe/Berlin"},
	{"Madrid", "Europe/Madrid"}, {"Milan", "Europe/Rome"}, {"Rome", "Europe/Rome"}, {"Zurich", "Europe/Zurich"},
	{"Geneva", "Europe/Zurich"}, {"Vienna", "Europe/Vienna"}, {"Warsaw", "Europe/Warsaw"}, {"Prague", "Europe/Prague"},
	{"Stockholm", "Europe/Stockholm"}, {"Oslo", "Europe/Oslo"}, {"Copenhagen", "Europe/Copenhagen"}, {"Helsinki", "Europe/Helsinki"},
	{"Lisbon", "Europe/Lisbon"}, {"Athens", "Europe/Athens"}, {"Istanbul", "Europe/Istanbul"}, {"Moscow", "Europe/Moscow"},
	{"Tel Aviv", "Asia/Jerusalem"}, {"Dubai", "Asia/Dubai"}, {"Mumbai", "Asia/Kolkata"}, {"Delhi", "Asia/Kolkata"},
	{"Bangalore", "Asia/Kolkata"}, {"India", "Asia/Kolkata"}, {"Singapore", "Asia/Singapore"}, {"Hong Kong", "Asia/Hong_Kong"},
	{"Tokyo", "Asia/Tokyo"}, {"Osaka", "Asia/Tokyo"}, {"Japan", "Asia/Tokyo"}, {"Seoul", "Asia/Seoul"}, {"Beijing", "Asia/Shanghai"},
	{"Shanghai", "Asia/Shanghai"}, {"Sydney", "Australia/Sydney"}, {"Melbourne", "Australia/Melbourne"}, {"Perth", "Australia/Perth"},
	{"Brisbane", "Australia/Brisbane"}, {"Auckland", "Pacific/Auckland"}, {"New York", "America/New_York"}, {"Ashburn", "America/New_York"},
	{"Toronto", "America/Toronto"}, {"Montreal", "America/Toronto"}, {"Atlanta", "America/New_York"}, {"Miami", "America/New_York"},
	{"Chicago", "America/Chicago"}, {"Dallas", "America/Chicago"}, {"Houston", "America/Chicago"}, {"Denver", "America/Denver"},
	{"Phoenix", "America/Phoenix"}, {"Los Angeles", "America/Los_Angeles"}, {"San Jose", "America/Los_Angeles"},
	{"San Francisco", "America/Los_Angeles"}, {"Seattle", "America/Los_Angeles"}, {"Santa Clara", "America/Los_Angeles"},
	{"Sao Paulo", "America/Sao_Paulo"}, {"Johannesburg", "Africa/Johannesburg"}, {"Nairobi", "Africa/Nairobi"}, {"Lagos", "Africa/Lagos"},
};

static struct regex *join, *range; /* what may stand between the parts of one moment; between two ends */

static void patterns_prepare(void)
{
	static struct arena *arena;
	struct err e = {0};
	if (arena)
		return;
	arena = arena_open();
	for (size_t i = 0; i < LEN(styles); i++)
		if (!(styles[i].regex = regex_compile(arena, str_of(styles[i].pattern), styles[i].flags, &e)))
			bug("%s", e.text);
	join = regex_compile(arena, STR("^(?:^t$|[\\s,;@|*_()'\"\xc2\xb7-]|at|on|the|of|from|starting|beginning|start|for (?:about |approximately )?\\d+ (?:hours?|minutes?|hrs?)|"
									"hrs|hours|uhr|um|le|les|den|dem|der|am|zwischen|von|vom|entre|de|da|dalle|tussen|van|del|du|\xc3\xa0|a las|between(?: the hours of)?|local time|local|time)*$"),
		"i", &e);
	range = regex_compile(arena, STR("^(?:\\s?(?:uhr|hrs?|hours|h)\\b)?[\\s,)(*|]*(?:-{1,2}|~|to|until|till|til|through|thru|and|und|et|en|y|e|\xc3\xa0|jusqu'\xc3\xa0|hasta|a|alle|bis|bis zum|au|tot|->|=>|\xe2\x86\x92)"
									 "[\\s,(*|]*(?:at|on|the|um|am|las|den|dem)?[\\s,(*|]*$"),
		"i", &e);
	if (!join || !range)
		bug("%s", e.text);
}

struct str mail_fold(struct arena *arena, struct str text)
{
	static const struct {
		uint32_t code;
		const char *ascii;
	} folds[] = {{0xA0, " "}, {0x2007, " "}, {0x202F, " "}, {0x2009, " "}, {0x3000, " "}, {0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"},
		{0x2013, "-"}, {0x2014, "-"}, {0x2212, "-"}, {0x2018, "'"}, {0x2019, "'"}, {0x201C, "\""}, {0x201D, "\""}, {0x200B, ""},
		{0x200C, ""}, {0x200D, ""}, {0xFEFF, ""}, {0xAD, ""}, {0x2060, ""}, {0x130, "I"}, {0xFF1A, ":"}};
	struct buf out = BUF(arena);
	for (size_t at = 0, n; at < text.n; at += n) {
		n = 1;
		if ((unsigned char)text.p[at] < 0x80) {
			if (text.p[at] != '\r')
				buf_byte(&out, text.p[at]);
			continue;
		}
		uint32_t code = utf8_decode(text, at, &n);
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

struct str moment_zone_of_place(struct str text)
{
	for (size_t i = 0; i < LEN(places); i++)
		if (str_contains(text, str_of(places[i].city)))
			return str_of(places[i].zone);
	return STR_NONE;
}

/* --- one token --- */

struct token {
	enum token_kind kind;
	struct moment is; /* only the members of its kind */
};

static struct str group(const struct style *s, const struct str *groups, const char *name)
{
	int i = regex_group(s->regex, name);
	return i < 0 ? STR_NONE : groups[i];
}

static int number(struct str s)
{
	int64_t n = 0;
	return str_int(s, &n) ? (int)n : 0;
}

static int full_year(struct str four, struct str two)
{
	if (four.n)
		return number(four);
	int n = number(two);
	return !two.n ? 0 : n < 50 ? 2000 + n : 1900 + n;
}

static int month_of(struct arena *arena, struct str word)
{
	struct str low = str_lower(arena, word);
	for (size_t i = 0; i < LEN(month_words); i++)
		if (str_starts(low, str_of(month_words[i].prefix)))
			return month_words[i].month;
	return 0;
}

static bool take_date(struct arena *arena, const struct style *s, const struct str *g, struct civil today, struct moment *m)
{
	struct str rel = group(s, g, "rel"), a = group(s, g, "a"), mon = group(s, g, "mon");
	m->dated = true;
	m->weekday = -1;
	if (rel.n) {
		if (!today.month)
			return false;
		struct civil c = {.year = today.year, .month = today.month, .day = today.day + str_eq_case(rel, STR("tomorrow"))};
		instant at;
		if (instant_from_civil(&c, &at))
			c = civil_from_instant(at);
		m->year = c.year, m->month = c.month, m->day = c.day, m->weak = true;
		return true;
	}
	m->year = full_year(group(s, g, "y"), group(s, g, "yy"));
	if (a.n) {
		struct str b = group(s, g, "b"), b2 = group(s, g, "b2"), sep = group(s, g, "s");
		int first = number(a), second = number(b.n ? b : b2);
		m->compact = str_eq(sep, STR("."));
		m->weak = !m->year;
		bool day_first = first > 12 || m->compact;
		m->swappable = first <= 12 && second <= 12 && first != second && !m->compact;
		m->numeric_day_first = first > 12 && !m->compact;
		m->numeric_month_first = second > 12;
		m->day = day_first ? first : second;
		m->month = day_first ? second : first;
	} else {
		m->day = number(group(s, g, "d"));
		m->month = mon.n ? month_of(arena, mon) : number(group(s, g, "m"));
	}
	return m->month >= 1 && m->month <= 12 && m->day >= 1 && m->day <= days_in_month(m->year ? m->year : 2000, m->month);
}

static bool take_time(const struct style *s, const struct str *g, struct moment *m)
{
	struct str ap = group(s, g, "ap"), ap2 = group(s, g, "ap2"), se = group(s, g, "se");
	m->timed = true;
	if (group(s, g, "noon").n)
		return m->hour = 12, true;
	if (group(s, g, "midnight").n)
		return true;
	m->hour = number(group(s, g, group(s, g, "h").n ? "h" : "h2"));
	m->minute = number(group(s, g, group(s, g, "mi").n ? "mi" : "mi2"));
	m->second = number(se);
	m->seconds = se.n > 0;
	ap = ap.n ? ap : ap2;
	if (ap.n && m->hour <= 12) /* "18:00 PM" is 18:00 */
		m->hour = m->hour % 12 + (byte_lower(ap.p[0]) == 'p' ? 12 : 0);
	return m->hour <= 24;
}

static bool take_zone(struct arena *arena, const struct style *s, const struct str *g, struct moment *m)
{
	struct str offset = group(s, g, "zo"), name = group(s, g, "zn"), city = group(s, g, "city");
	if (offset.n) {
		struct buf b = BUF(arena);
		for (size_t i = 0; i < offset.n; i++)
			if (offset.p[i] != ' ')
				buf_byte(&b, offset.p[i]);
		struct str o = buf_str(&b);
		m->universal = str_eq(o, STR("+0000")) || str_eq(o, STR("+00:00")) || str_eq(o, STR("-0000")) || str_eq(o, STR("+0"));
		m->zone = m->universal ? STR("UTC") : o.n == 2 ? str_fmt(arena, "%c0%c:00", o.p[0], o.p[1]) :
			o.n == 3                                   ? str_fmt(arena, "%.*s:00", STR_ARG(o)) :
														 o;
		return true;
	}
	if (group(s, g, "utc").n || str_eq(name, STR("UTC")) || str_eq(name, STR("GMT")) || str_eq(name, STR("UT")) || str_eq(name, STR("Z"))) {
		m->zone = STR("UTC");
		return m->universal = true;
	}
	struct str cet = group(s, g, "cet");
	if (cet.n) {
		m->zone = str_find_case(cet, STR("summer"), 0) != STR_NPOS ? STR("CEST") : STR("CET");
		return true;
	}
	if (name.n) {
		m->zone = name;
		return true;
	}
	city = city.n ? city : group(s, g, "city2").n ? group(s, g, "city2") : group(s, g, "city3");
	m->zone = moment_zone_of_place(city);
	return m->zone.n > 0;
}

static bool take_weekday(struct arena *arena, const struct style *s, const struct str *g, struct moment *m)
{
	struct str low = str_lower(arena, group(s, g, "wd"));
	m->weekday = -1;
	for (size_t i = 0; i < LEN(weekday_words) && m->weekday < 0; i++)
		if (str_starts(low, str_of(weekday_words[i].prefix)))
			m->weekday = weekday_words[i].weekday;
	return m->weekday >= 0;
}

static bool take(struct arena *arena, const struct style *s, const struct str *g, struct str text, struct civil today, struct token *t)
{
	*t = (struct token){.kind = s->kind, .is = {.weekday = -1}};
	t->is.at = (size_t)(g[0].p - text.p);
	t->is.end = t->is.at + g[0].n;
	switch (s->kind) {
	case TOKEN_DATE: return take_date(arena, s, g, today, &t->is);
	case TOKEN_TIME: return take_time(s, g, &t->is);
	case TOKEN_ZONE: return take_zone(arena, s, g, &t->is);
	case TOKEN_WEEKDAY: return take_weekday(arena, s, g, &t->is);
	}
	return false;
}

/* --- tokens to moments --- */

static bool fits(const struct moment *m, const struct token *t)
{
	switch (t->kind) {
	case TOKEN_DATE: return !m->dated;
	case TOKEN_TIME: return !m->timed;
	case TOKEN_ZONE: return !m->zone.n && (m->timed || m->dated);
	case TOKEN_WEEKDAY: return m->weekday < 0 && !(m->timed && m->dated);
	}
	return false;
}

static void absorb(struct moment *m, const struct token *t)
{
	const struct moment *i = &t->is;
	switch (t->kind) {
	case TOKEN_DATE:
		m->dated = true, m->swappable = i->swappable, m->weak = i->weak, m->compact = i->compact;
		m->numeric_day_first = i->numeric_day_first, m->numeric_month_first = i->numeric_month_first;
		m->year = i->year, m->month = i->month, m->day = i->day;
		break;
	case TOKEN_TIME:
		m->timed = true, m->hour = i->hour, m->minute = i->minute, m->second = i->second, m->seconds = i->seconds;
		break;
	case TOKEN_ZONE: m->zone = i->zone, m->universal = i->universal; break;
	case TOKEN_WEEKDAY: m->weekday = i->weekday; break;
	}
	m->end = i->end;
}

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
	bool open;           /* the last moment may still grow */
	bool in_brackets;    /* ... and what comes now stands in brackets behind it */
};

/* "June 8 through June 19 between 7am and 7pm": the hours belong to all of the days. */
static bool hours_of_days(const struct builder *b, struct str gap)
{
	const struct moment *last = &b->out.v[b->out.n - 1];
	return b->out.n >= 2 && last[-1].to_next && !last[-1].timed && !last->timed &&
		(str_find_case(gap, STR("between"), 0) != STR_NPOS || str_find_case(gap, STR("from"), 0) != STR_NPOS);
}

static void add_token(struct builder *b, const struct token *t)
{
	struct moment *last = b->out.n ? &b->out.v[b->out.n - 1] : NULL;
	if (last && b->open && t->is.at < last->end)
		return; /* a part of what an earlier row took */
	if (last && b->open) {
		struct str gap = str_slice(b->text, last->end, t->is.at);
		bool joins = regex_match(join, gap, NULL) && lines_in(gap) <= 1, ranges = regex_match(range, gap, NULL) && lines_in(gap) <= 1;
		bool bare_dash = ranges && joins && t->kind == TOKEN_TIME && !last->timed; /* "12 May - 22:00", "le 12 mai à 22h00" */
		b->in_brackets = joins && (b->in_brackets || str_find_byte(gap, '(', 0) != STR_NPOS) && str_find_byte(gap, ')', 0) == STR_NPOS;
		bool one_line = t->kind != TOKEN_ZONE || !lines_in(gap); /* "UTC:" on the next line is the label of what follows */
		if (joins && (!ranges || bare_dash) && fits(last, t) && one_line && !hours_of_days(b, gap)) {
			absorb(last, t);
			return;
		}
		last->to_next = ranges;
		if (t->kind == TOKEN_ZONE) { /* the same end named again: "12:00 UTC (Greenwich Mean Time)" */
			if (joins && last->timed && one_line)
				last->end = t->is.end;
			else
				*PUSH(&b->zones, b->arena) = (struct zone_mention){t->is.at, t->is.end, t->is.zone, t->is.universal};
			return;
		}
	}
	if (t->kind == TOKEN_ZONE) {
		*PUSH(&b->zones, b->arena) = (struct zone_mention){t->is.at, t->is.end, t->is.zone, t->is.universal};
		return;
	}
	if (b->out.n >= MOMENTS_MAX) {
		b->out.cut = true;
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
	struct str next[LEN(styles)][REGEX_GROUPS];
	struct builder b = {.arena = arena, .text = text};

	patterns_prepare();
	for (size_t i = 0; i < LEN(styles); i++)
		if (!regex_match(styles[i].regex, text, next[i]))
			next[i][0] = STR_NONE;
	for (size_t done = 0;;) {
		size_t first = LEN(styles);
		for (size_t i = 0; i < LEN(styles); i++) {
			while (next[i][0].p && (size_t)(next[i][0].p - text.p) < done)
				if (!regex_match_at(styles[i].regex, text, done, next[i]))
					next[i][0] = STR_NONE;
			if (next[i][0].p && (first == LEN(styles) || next[i][0].p < next[first][0].p))
				first = i;
		}
		if (first == LEN(styles))
			break;
		struct token t;
		size_t at = (size_t)(next[first][0].p - text.p);
		bool taken = take(arena, &styles[first], next[first], text, today, &t);
		if (taken)
			add_token(&b, &t);
		done = taken ? t.is.end : at + 1;
	}
	drop_empty(&b.out);
	b.out.zones = b.zones.v;
	b.out.zones_n = b.zones.n;
	return b.out;
}
