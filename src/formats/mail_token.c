/*
 * Tokens of time: every way to write a date, a time of day, a zone or a weekday is a row of a table. What
 * they mean together is mail_moment.c's matter.
 */
#include "formats/mail_token.h"

#include "formats/mail_need.h"

#define MONTHS                                                                                                                                                            \
	"jan(?:uary|uar|vier|uari|eiro)?|enero|gennaio|feb(?:ruary|ruar|ruari|rero|braio)?|fevereiro|mar\xc3\xa7o|junho|julho|setembro|outubro|maj|augusti|f\xc3\xa9v(?:" \
	"rier)?|fevrier|mar(?:ch|s|zo)?|"                                                                                                                                 \
	"m\xc3\xa4rz|maart|apr(?:il|ile)?|avr(?:il)?|abril|may|mai|mei|maio|mayo|maggio|june?|juni|juin|"                                                                 \
	"junio|giugno|"                                                                                                                                                   \
	"july?|juli|juil(?:let)?|julio|luglio|aug(?:ust|ustus)?|ao[u\xc3\xbb]{1,2}t|agosto|sept?(?:ember|"                                                                \
	"embre|iembre)?|settembre|"                                                                                                                                       \
	"o[ck]t(?:ober|obre|ubre)?|octobre|ottobre|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|embro)?|"                                                        \
	"d\xc3\xa9"                                                                                                                                                       \
	"c(?:embre)?|"                                                                                                                                                    \
	"diciembre|dicembre|dic"
/* Russian and Polish, as they stand behind a day. */
#define SLAVIC_MONTHS                                                                                                                                                                    \
	"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|stycznia|lutego|marca|" \
	"kwietnia|maja|czerwca|lipca|sierpnia|wrze\xc5\x9bnia|pa\xc5\xba"                                                                                                                \
	"dziernika|listopada|grudnia"
#define YEAR "(?<y>(?:19|20)\\d\\d)"
#define DAYS_JOIN "(?:-|to|until|through|thru|bis|auf|zum|au|al|op|and|und|en|et|y)\\s?(?:the |den |zum |el )?"
#define NO_WORD_BEFORE "(?<![\\w.])"
/* A month before a day is a word before a digit: the others need not be compared with all the months. */
#define WORD_BEFORE_DIGIT "(?=[^\\s\\d]{3,12}[\\s-]{1,3}\\d)"

/* Every way to write one of them; where two rows find something at the same place, the first one is taken. */
static struct style {
	enum token_kind kind;
	const char *pattern, *flags;
	struct regex *regex;
} styles[] = {
	/* 2021-05-20, 2021/5/20; not 2023-03-02-preview */
	{TOKEN_DATE,
		"(?<![\\w.-])" YEAR
		"(?<s>[-/.])(?<m>[01]?\\d)\\k<s>(?<d>[0-3]?\\d)(?!\\d|\\s?-\\s?(?!to\\b)[a-z]|[./]\\d)",
		"i", NULL},
	{TOKEN_DATE, YEAR "年\\s?(?<m>[01]?\\d)月\\s?(?<d>[0-3]?\\d)日", NULL, NULL},
	{TOKEN_DATE, "(?<![\\d\xb4])(?<m>[01]?\\d)月\\s?(?<d>[0-3]?\\d)日", NULL, NULL},
	/* 20210520T0100Z is left to calendars; 12-Feb-2024, 6th of July, 16-NOV-21, 20 May 2021 */
	{TOKEN_DATE,
		NO_WORD_BEFORE
		"(?<d>[0-3]?\\d)(?:st|nd|rd|th|er)?[.]?(?:\\s{0,2}|[ \\t]?[-/][ \\t]?)(?:of |de )?(?<mon>" MONTHS
		")(?![a-z])[.]?"
		"(?:(?:,?\\s{0,3}|[-/ ])(?:de |del )?" YEAR
		"(?!\\d)|(?:[-/]|\\s?')(?<yy>\\d\\d)(?![\\d:h]|\\s?[ap]\\.?m))?",
		"i", NULL},
	/* the first day of "15 to 18 June 2024", "15. bis 18. Juni"; the last of "June 15-18, 2024" */
	{TOKEN_DATE,
		NO_WORD_BEFORE
		"(?<d>[0-3]?\\d)(?:st|nd|rd|th|er|\\.)?(?=\\s?" DAYS_JOIN
		"\\s?(?:[a-z\x80-\xff]{3,12},? )?[0-3]?\\d(?:st|nd|rd|th|er|\\.)?\\s(?:of |de )?(?<mon>" MONTHS
		")(?![a-z])[.]?(?:,?\\s(?:de |del )?" YEAR ")?)",
		"i", NULL},
	{TOKEN_DATE,
		NO_WORD_BEFORE WORD_BEFORE_DIGIT
		"(?<mon>" MONTHS ")[.]?\\s[0-3]?\\d(?:st|nd|rd|th)?\\s?" DAYS_JOIN
		"\\s?\\K(?<d>[0-3]?\\d)(?:st|nd|rd|th)?(?!\\w|:\\d|[./]\\d|\\s?[ap]\\.?m\\b|\\s(?:" MONTHS
		")\\b)(?:,?\\s{0,3}(?:of )?" YEAR "(?!\\d))?",
		"i", NULL},
	/* May 20, 2021; February 8th; Aug 17 2021 */
	{TOKEN_DATE,
		NO_WORD_BEFORE WORD_BEFORE_DIGIT "(?<mon>" MONTHS
						 ")[.]?[\\s-]{1,3}(?<d>[0-3]?\\d)(?:st|nd|rd|th)?(?!\\w|:\\d|"
						 "\\.\\d)(?:[,-]?\\s{0,3}(?:of )?" YEAR "(?!\\d))?",
		"i", NULL},
	/* 20 \xd0\xbd\xd0\xbe\xd1\x8f\xd0\xb1\xd1\x80\xd1\x8f 2025, 20 listopada 2025 */
	{TOKEN_DATE, NO_WORD_BEFORE "(?<d>[0-3]?\\d)\\s(?<mon>" SLAVIC_MONTHS ")(?:,?\\s" YEAR ")?", NULL, NULL},
	/* 12/10/2020, 07.08.2021, 03/20/24 */
	{TOKEN_DATE,
		"(?<![\\w./:-])(?<a>[0-3]?\\d)(?:(?<s>[/.-])(?<b>[0-3]?\\d)\\k<s>" YEAR
		"|/(?<b2>[0-3]?\\d)/(?<yy>\\d\\d))(?![\\w/]|[.]\\d)",
		NULL, NULL},
	{TOKEN_DATE, "(?<![\\w./:-])(?!24/7)(?<a>[0-3]?\\d)/(?<b>[0-3]?\\d)(?![\\w/%]|[.]\\d|-\\w)", NULL, NULL},
	{TOKEN_DATE, "\\b(?<rel>today|tonight|tomorrow)\\b", "i", NULL},
	/* 01:00, 10: 00, 2:45pm, 23:38:36, T08:00:00.123 */
	{TOKEN_TIME,
		"(?:(?<=\\dT)|(?<![\\w:.]))(?<h>[0-2]?\\d):\\s?(?<mi>[0-5]\\d)(?::(?<se>[0-6]\\d)(?:[.,]\\d+)"
		"?)?(?:\\s?(?<ap>[ap])\\.?\\s?m\\b\\.?)?(?![\\d/]|:\\s?\\d)",
		"i", NULL},
	{TOKEN_TIME,
		"(?<![\\w:.])(?:(?<![a-z]-)|(?<=[ap]m-)|(?<=\\d[ap]-))(?<h>[01]?\\d)(?:\\s?(?<ap>[ap])\\.?\\s?m\\b\\.?(?!\\s\\d\\d?\\.\\d)|(?<ap2>[ap])(?=\\s*(?:-|to\\b|["
		"A-Z]{2,4}T?\\b)))",
		"i", NULL},
	{TOKEN_TIME, "(?<![\\w:.])(?<h>[0-2]?\\d)(?:\\s?h\\s?(?<mi>[0-5]\\d)(?!\\w|\\s?min)|\\s?uhr\\b)", "i", NULL},
	/* "uur" is an hour as well as o'clock */
	{TOKEN_TIME,
		"(?<![\\w:.])(?<!ongeveer |maximaal |minstens |binnen |duurt |circa |enkele )(?<h>[0-2]?\\d)\\s?uur\\b",
		"i", NULL},
	/* 午前 = morning, 午後 = afternoon, 時 = o'clock, 分 = minutes, 半 = half */
	{TOKEN_TIME,
		"(?:(?<am>午前|\\bAM )|(?<pm>午後|\\bPM )|(?<![\\d:]))"
		"(?<h>[0-2]?\\d)(?:時(?!間)(?:(?<half>半)|(?<mi>[0-5]?\\d)分)?|(?<=AM \\d|PM \\d|AM \\d\\d|PM \\d\\d):(?<mi2>[0-5]\\d))",
		NULL, NULL},
	/* "de 23h \xc3\xa0 3h": either end; one alone is a duration */
	{TOKEN_TIME,
		"(?<![\\w:.])(?<h>[0-2]?\\d)\\s?h(?=\\s?(?:\xc3\xa0s?|a|et|y|-)\\s?(?:[0-2]?\\d\\s?h|minuit|midi))|"
		"(?<=h \xc3\xa0 |h \xc3\xa0s |h a |h et |h y |h - |h-)(?<h2>[0-2]?\\d)\\s?h(?!\\w)",
		"i", NULL},
	/* seconds since 1970 in a table of "start 1718143200": a date and a time at once */
	{TOKEN_DATE,
		"\\b(?:start|begin|end|finish|from|until|window)(?:s|_?time|_?at|_?ts|_?epoch|_from|_to)?["
		"\\s:=\"'|]{1,12}\\K(?<ep>1[4-9]\\d{8})(?![\\w.-])",
		"i", NULL},
	/* 14.06.2025 23.00, 23.00 Uhr */
	{TOKEN_TIME,
		"(?<=\\.20\\d\\d |\\.20\\d\\d, "
		")(?<h>[0-2]?\\d)\\.(?<mi>[0-5]\\d)(?![\\d.])|(?<![\\w.])(?<h2>[0-2]?\\d)\\.(?<mi2>[0-5]\\d)("
		"?=\\s?(?:uhr|uur|horas|hrs|h|UTC|GMT|CES?T|MES?Z)\\b)",
		"i", NULL},
	/* 0430Z, 2200-0400 UTC */
	{TOKEN_TIME,
		"(?:(?<![\\w:.+/"
		"-])|(?<=\\d\\d\\d\\d-))(?<h>[0-2]\\d)(?<mi>[0-5]\\d)\\s?(?=Z\\b|UTC|GMT|hrs\\b|hours\\b|H\\b)",
		NULL, NULL},
	{TOKEN_TIME,
		"(?<![\\w:.+/"
		"-])(?<h>[0-2]\\d)(?<mi>[0-5]\\d)(?=\\s?(?:-|to|until)\\s?[0-2]\\d[0-5]\\d\\s?(?:Z\\b|UTC|"
		"GMT|hrs\\b|hours\\b))",
		NULL, NULL},
	{TOKEN_TIME,
		"\\b(?:12 )?(?<noon>noon|midi|mediod\xc3\xad"
		"a|mezzogiorno)\\b",
		"i", NULL},
	{TOKEN_TIME, "\\b(?:12 )?(?<midnight>midnight|minuit|mitternacht|medianoche|mezzanotte|middernacht)\\b", "i",
		NULL},
	{TOKEN_ZONE, "\\b(?:UTC|GMT)\\s?(?<zo>[+-]\\s?\\d{1,2}(?::?\\d\\d)?)(?![\\d:/-])", NULL, NULL},
	{TOKEN_ZONE, "(?<=\\d)(?<zo>\\+\\d\\d:?\\d\\d)(?![\\d:])", NULL, NULL},
	{TOKEN_ZONE, "(?<=:\\d\\d:\\d\\d)(?<zo>-\\d\\d:\\d\\d)(?![\\d:])", NULL, NULL},
	{TOKEN_ZONE, "(?<=[\\s(])(?<zo>[+-][01]\\d[034][05])(?![\\d/:-])", NULL, NULL},
	{TOKEN_ZONE, "(?<=\\d)(?<zn>Z)\\b", NULL, NULL},
	{TOKEN_ZONE,
		"(?<![\\w/"
		"])(?<zn>UTC|GMT|UT|[ECMP][SD]T|AK[SD]T|HST|CES?T|MES?Z|WES?T|EES?T|BST|IST|MSK|TRT|JST|KST|"
		"SGT|HKT|PHT|WIB|"
		"PKT|GST|AE[SD]T|AC[SD]T|AWST|NZ[SD]T|SAST|BRT|CLT|ET|CT|MT|PT)\\b(?!\\s?#|"
		"\\s?(?!20\\d\\d\\b)\\d{3,})",
		NULL, NULL},
	/* those that are words as well: "the ICT services" */
	{TOKEN_ZONE, "(?<=\\d|\\d |\\d\\(|\\d \\(|[apAP][mM] )(?<zn>ICT|EAT|CAT|WAT|ART)\\b", NULL, NULL},
	/* "10 pm to 2 am Pacific on Tuesday" */
	{TOKEN_ZONE,
		"(?:(?<=[apAP][mM] )|(?<=\\d\\d )(?=\\w+ (?:on|to|until|through|and) ))(?<zn>Eastern|Central|Mountain|Pacific)\\b",
		NULL, NULL},
	{TOKEN_ZONE,
		"(?<spoken>hora (?:peninsular|espa\xc3\xb1ola|de Espa\xc3\xb1"
		"a)|heure fran\xc3\xa7"
		"aise|deutsche[rn]? Zeit|UK [Tt]ime|"
		"Nederlandse tijd|hor\xc3\xa1rio de Bras\xc3\xad"
		"lia|日本時間|日本標準時|北京时间|МСК|мск|по Москве|московско)",
		NULL, NULL},
	{TOKEN_ZONE, "\\b(?<cet>Central European(?: Summer)? Time)\\b", "i", NULL},
	{TOKEN_ZONE,
		"\\b(?<zn>Eastern|Central|Mountain|Pacific)\\b(?: (?:Standard|Daylight|Prevailing))?(?: "
		"Time)?(?!\\s*[a-z])",
		NULL, NULL},
	{TOKEN_ZONE, "\\b(?<utc>Greenwich Mean Time|Coordinated Universal Time|Universal Time)\\b", "i", NULL},
	{TOKEN_ZONE,
		"\\b(?<zn>(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|US|Etc|Canada)/"
		"[A-Z][A-Za-z_-]+(?:/[A-Z][A-Za-z_]+)?)\\b",
		NULL, NULL},
	{TOKEN_ZONE,
		"\\b(?:(?<city>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?: local)? [Tt]ime\\b|[Ll]ocal time in "
		"(?<city2>[A-Z][a-z]+(?: [A-Z][a-z]+)?)|heure de (?<city3>[A-Z][a-z]+))",
		NULL, NULL},
	{TOKEN_ZONE, "\\b(?:hora de|ora di) (?<city>[A-Z][a-z]+)", NULL, NULL},
	{TOKEN_ZONE, "\\((?<city>[A-Z][a-z]+(?: [A-Z][a-z]+)?)\\)", NULL, NULL},
	{TOKEN_WEEKDAY,
		"\\b(?<wd>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:"
		"urday)?|sun(?:day)?|montag|dienstag|mittwoch|"
		"donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
		"maandag|dinsdag|woensdag|donderdag|vrijdag|"
		"zaterdag|zondag|m\xc3\xa5ndag|mandag|tisdag|tirsdag|onsdag|torsdag|fredag|l\xc3\xb6rdag|l\xc3\xb8rdag|s\xc3\xb6ndag|"
		"s\xc3\xb8ndag|lunes|martes|mi\xc3\xa9rcoles|jueves|viernes|s\xc3\xa1"
		"bado|domingo)\\b[.]?",
		"i", NULL},
	{TOKEN_WEEKDAY, "(?<=[(])(?<wd>日|月|火|水|木|金|土)(?:曜(?:日)?)?(?=・祝\\)|\\))", NULL, NULL},
};

/* The days of the week as they stand in brackets behind a Japanese date, from Sunday on. */
static const char *const kanji_weekdays[] = {"日", "月", "火", "水", "木", "金", "土"};

static const struct {
	const char *prefix;
	int month;
} month_words[] = {
	{"январ", 1},
	{"феврал", 2},
	{"март", 3},
	{"апрел", 4},
	{"мая", 5},
	{"июн", 6},
	{"июл", 7},
	{"август", 8},
	{"сентябр", 9},
	{"октябр", 10},
	{"ноябр", 11},
	{"декабр", 12},
	{"sty", 1},
	{"lut", 2},
	{"kwi", 4},
	{"cze", 6},
	{"lip", 7},
	{"sie", 8},
	{"wrz", 9},
	{"pa\xc5\xba", 10},
	{"lis", 11},
	{"gru", 12},
	{"jan", 1},
	{"ene", 1},
	{"gen", 1},
	{"f", 2},
	{"mar", 3},
	{"m\xc3\xa4", 3},
	{"maa", 3},
	{"ap", 4},
	{"av", 4},
	{"ab", 4},
	{"ma", 5},
	{"me", 5},
	{"juin", 6},
	{"jun", 6},
	{"giu", 6},
	{"jul", 7},
	{"juil", 7},
	{"lug", 7},
	{"a", 8},
	{"s", 9},
	{"o", 10},
	{"n", 11},
	{"d", 12},
};
static const struct {
	const char *prefix;
	int weekday;
} weekday_words[] = {
	{"sun", 0},
	{"son", 0},
	{"dim", 0},
	{"zo", 0},
	{"dom", 0},
	{"mon", 1},
	{"maa", 1},
	{"lu", 1},
	{"tu", 2},
	{"die", 2},
	{"mard", 2},
	{"din", 2},
	{"mart", 2},
	{"wed", 3},
	{"mit", 3},
	{"mer", 3},
	{"wo", 3},
	{"mi", 3},
	{"th", 4},
	{"donn", 4},
	{"je", 4},
	{"ju", 4},
	{"dond", 4},
	{"fr", 5},
	{"ven", 5},
	{"vr", 5},
	{"vi", 5},
	{"sat", 6},
	{"sam", 6},
	{"za", 6},
	{"s\xc3\xa1", 6},
	{"s\xc3\xb6", 0},
	{"s\xc3\xb8", 0},
	{"man", 1},
	{"m\xc3\xa5", 1},
	{"ti", 2},
	{"on", 3},
	{"to", 4},
	{"l\xc3\xb6", 6},
	{"l\xc3\xb8", 6},
};

static void styles_compile(void)
{
	static struct arena *arena;
	if (arena)
		return;
	arena = arena_open();
	for (size_t i = 0; i < LEN(styles); i++)
		styles[i].regex = regex_own(arena, styles[i].pattern, styles[i].flags);
}

/* --- one token --- */

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

static bool take_epoch(struct str digits, struct moment *m)
{
	struct civil c = civil_from_instant(number(digits) * SECOND);
	m->year = c.year, m->month = c.month, m->day = c.day;
	m->hour = c.hour, m->minute = c.minute, m->second = c.second;
	m->timed = m->universal = true;
	m->seconds = c.second != 0;
	m->zone = STR("UTC");
	return true;
}

static bool take_date(
	struct arena *arena, const struct style *s, const struct str *g, struct civil today, struct moment *m)
{
	struct str rel = group(s, g, "rel"), a = group(s, g, "a"), mon = group(s, g, "mon"), epoch = group(s, g, "ep");
	m->dated = true;
	m->weekday = -1;
	if (rel.n) {
		if (!today.month)
			return false;
		struct civil c = {
			.year = today.year, .month = today.month, .day = today.day + str_eq_case(rel, STR("tomorrow"))};
		instant at;
		if (instant_from_civil(&c, &at))
			c = civil_from_instant(at);
		m->year = c.year, m->month = c.month, m->day = c.day, m->weak = true, m->relative = true;
		return true;
	}
	if (epoch.n)
		return take_epoch(epoch, m);
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
	return m->month >= 1 && m->month <= 12 && m->day >= 1 &&
	       m->day <= days_in_month(m->year ? m->year : 2000, m->month);
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
	m->minute = group(s, g, "half").n ? 30 : m->minute;
	m->second = number(se);
	m->seconds = se.n > 0;
	ap = ap.n ? ap : ap2;
	if (group(s, g, "am").n || group(s, g, "pm").n)
		m->hour = m->hour % 12 + (group(s, g, "pm").n ? 12 : 0);
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
		m->universal = str_eq(o, STR("+0000")) || str_eq(o, STR("+00:00")) || str_eq(o, STR("-0000")) ||
			       str_eq(o, STR("+0"));
		m->zone = m->universal ? STR("UTC")
			  : o.n == 2   ? str_fmt(arena, "%c0%c:00", o.p[0], o.p[1])
			  : o.n == 3   ? str_fmt(arena, "%.*s:00", STR_ARG(o))
				       : o;
		return true;
	}
	if (group(s, g, "utc").n || str_eq(name, STR("UTC")) || str_eq(name, STR("GMT")) || str_eq(name, STR("UT")) ||
		str_eq(name, STR("Z"))) {
		m->zone = STR("UTC");
		return m->universal = true;
	}
	struct str cet = group(s, g, "cet");
	if (cet.n) {
		m->zone = str_find_case(cet, STR("summer"), 0) != STR_NPOS ? STR("CEST") : STR("CET");
		return true;
	}
	struct str spoken = group(s, g, "spoken");
	if (name.n || spoken.n) {
		m->zone = name.n ? name : moment_zone_spoken(spoken);
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
	for (int i = 0; i < (int)LEN(kanji_weekdays) && m->weekday < 0; i++)
		if (str_eq(low, str_of(kanji_weekdays[i])))
			m->weekday = i;
	return m->weekday >= 0;
}

static bool take(struct arena *arena, const struct style *s, const struct str *g, struct str text, struct civil today,
	struct token *t)
{
	*t = (struct token){.kind = s->kind, .is = {.weekday = -1}};
	t->is.at = (size_t)(g[0].p - text.p);
	t->is.end = t->is.at + g[0].n;
	switch (s->kind) {
	case TOKEN_DATE:
		return take_date(arena, s, g, today, &t->is);
	case TOKEN_TIME:
		return take_time(s, g, &t->is);
	case TOKEN_ZONE:
		return take_zone(arena, s, g, &t->is);
	case TOKEN_WEEKDAY:
		return take_weekday(arena, s, g, &t->is);
	}
	return false;
}

/* --- all of them --- */

struct tokens tokens_open(struct arena *arena, struct str text, struct civil today)
{
	struct tokens ts = {.arena = arena, .text = text, .today = today};
	styles_compile();
	ts.next = arena_alloc_raw(arena, LEN(styles) * sizeof *ts.next); /* a match fills what of it is looked at */
	for (size_t i = 0; i < LEN(styles); i++)
		if (!letter_may_match(styles[i].regex, text) || !regex_match(styles[i].regex, text, ts.next[i]))
			ts.next[i][0] = STR_NONE;
	return ts;
}

/* The row that finds something first; LEN(styles): none does. */
static size_t first_style(struct tokens *ts)
{
	size_t first = LEN(styles);
	for (size_t i = 0; i < LEN(styles); i++) {
		struct str *found = ts->next[i];
		while (found->p && (size_t)(found->p - ts->text.p) < ts->done)
			if (!regex_match_at(styles[i].regex, ts->text, ts->done, found))
				*found = STR_NONE;
		if (found->p && (first == LEN(styles) || found->p < ts->next[first]->p))
			first = i;
	}
	return first;
}

bool tokens_next(struct tokens *ts, struct token *t)
{
	for (size_t i; (i = first_style(ts)) < LEN(styles);) {
		size_t at = (size_t)(ts->next[i]->p - ts->text.p);
		bool taken = take(ts->arena, &styles[i], ts->next[i], ts->text, ts->today, t);
		ts->done = taken ? t->is.end : at + 1;
		if (taken)
			return true;
	}
	return false;
}
