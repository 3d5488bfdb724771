/* A log that people keep by hand: headings with a date, lines "HH:MM text" below them. */
#include "formats/formats_all.h"

#include "base/names.h"
#include "base/regex.h"
#include "base/zone.h"
#include "formats/lines.h"
#include "formats/mail_moment.h"

/*
 *   ## Tuesday 18 June 2024            2024-06-18, 18.06.2024, June 18, 2024, 6/18/2024; months and days in six
 *                                      languages; bold, ruled or numbered headings; at the end of a title, too; the
 *                                      year may be that of the heading before
 *   09:31 volumes faulted on 3 nodes   also "- 9:31 UTC: ...", "[09:31:07] ...", "9:31 pm - ...", "09:31 | anna | ..."
 *   | 09:31 | anna | on it |           a row of a table
 *   10:22 <@anna> on it                as IRC clients write it, also "10:22 * anna restarts it"
 *   10:20-11:05 restore running        a stretch; but "10:20-05:00 ..." ends before it begins: an offset
 *   00:10 after midnight               a step back of more than half a day under one heading is the next day; but of
 *                                      3/4/2024, which the clock settles, nobody knows the next one here
 *
 * Without a heading the time of day stands alone and the clock leaves the line undated.
 */
#define WEEKDAY                                                                                                         \
	"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:mon|diens|donners|frei|sams|sonn)tag|"   \
	"mittwoch|sonnabend|mo|di|mi|do|fr|sa|so|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:lu|ma)[nr](?:e|te)s|" \
	"mi\xc3\xa9rcoles|jueves|viernes|s\xc3\xa1"                                                                     \
	"bado|domingo|(?:maan|dins|woens|donder|vrij|zater|zon)dag)\\.?"
#define MONTH "(?<month>[a-z\x80-\xff]{3,12})"
#define YEARLESS "%b %d %H:%M%(:%S%|%)"
#define ZONE "(?<zone>UTC|GMT|Z|(?-i:[A-Z]{2,4}T)|[+-]\\d\\d:\\d\\d)" /* maybe: known_zone() tells */
#define TAIL                                                                                                           \
	"[*_]*(?:\\s*\\(?" WEEKDAY "\\)?)?[*_]*(?:,?\\s*[\\[(]?(?:(?:all )?times? (?:are )?(?:in )?)?" ZONE            \
	"[\\])]?)?[\\s#*_=:~-]*$"
#define HEADING(date) "^[\\s#>*_=~-]*(?:(?:date|day|datum|tag|jour|fecha)\\s*:?\\s*)?(?:" WEEKDAY ",?\\s+)?" date TAIL
#define TITLE(date) "^(?:#{1,6}\\s|=+\\s|h[1-6]\\.\\s).*?\\b" date TAIL /* "# Notes of the outage, 2024-06-18" */
#define TITLE_WITH(date) "^#{1,6}\\s.*?\\b" date "(?![\\d.-]|T\\d)"     /* "# Outage of 2024-06-18: logins" */
/* A first line that is no sentence: "Incident 11 March 2025 (times in Berlin)"; but "last edited 20 June 2024" dates it. */
#define LATER                                                                                                          \
	"(?:written|edited|updated|published|created|printed|exported|generated|saved|modified|reviewed|due|version|"  \
	"deadline|erstellt|ge\xc3\xa4ndert|stand|gedruckt)"
#define OPENING(date)                                                                                                  \
	"^(?=[a-z\x80-\xff])(?!.*\\b" LATER "\\b)(?!.*\\d[:h]\\d\\d)(?!.*\\.\\s*$).{0,80}?\\b" date                    \
	"(?![\\d.-]|T\\d).{0,60}$"
#define ISO_DATE "(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})"
#define DAY_MONTH "(?<day>\\d{1,2})(?:st|nd|rd|th|er)?\\.?\\s+(?:de )?" MONTH "\\.?(?: de)?"
#define MONTH_DAY MONTH "\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?"
/* Only English writes the month first: "Set 2", "Gen 10" are no days. */
#define ENGLISH_MONTH_DAY "(?=jan|feb|mar|apr|may|ju[nl]|aug|sep|oct|nov|dec)" MONTH_DAY
static const char *const date_patterns[] = {
	HEADING(ISO_DATE),
	HEADING(DAY_MONTH ",?\\s+(?<year>\\d{4})"),
	HEADING(MONTH_DAY ",?\\s+(?<year>\\d{4})"),
	HEADING("(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})"),
	/* Where the second number can be a month, too, the clock tells by the whole file which is which. */
	HEADING("(?<day>1[3-9]|2\\d|3[01])(?<slash>/)(?<month>\\d{1,2})/(?<year>\\d{4})"),
	HEADING("(?<month>\\d{1,2})(?<slash>/)(?<day>\\d{1,2})/(?<year>\\d{4})"),
	TITLE(ISO_DATE),
	TITLE(DAY_MONTH ",?\\s+(?<year>\\d{4})"),
	TITLE(MONTH_DAY ",?\\s+(?<year>\\d{4})"),
	TITLE("(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})"),
	TITLE_WITH(ISO_DATE),
	TITLE_WITH("(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})"),
	/* Without a year it is that of the heading before. */
	HEADING(DAY_MONTH),
	HEADING(ENGLISH_MONTH_DAY),
	/* irssi, hexchat: what opens and parts their logs */
	"^(?:--- (?:Log opened|Day changed)|\\*{4} BEGIN LOGGING AT) \\w{3} (?<month>\\w{3}) +(?<day>\\d{1,2})(?: [\\d:]{8})? (?<year>\\d{4})$",
};
static const char *const opening_patterns[] = {
	OPENING(ISO_DATE),
	OPENING(DAY_MONTH ",?\\s+(?<year>\\d{4})"),
	OPENING(MONTH_DAY ",?\\s+(?<year>\\d{4})"),
	OPENING("(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})"),
};
/* The same without a year; the first ones are lines of their own. */
enum { HEADINGS_YEARLESS = 2 };
static const char *const yearless_patterns[] = {
	HEADING(DAY_MONTH),
	HEADING(ENGLISH_MONTH_DAY),
	"^[\\s#>*_]*(?:" WEEKDAY ",?\\s+)?" DAY_MONTH "(?=[,:;.]|\\s+[-(])(?!.*\\d[:h]\\d\\d).{0,100}$",
	"^[\\s#>*_]*(?:" WEEKDAY ",?\\s+)?" ENGLISH_MONTH_DAY "(?=[,:;.]|\\s+[-(])(?!.*\\d[:h]\\d\\d).{0,100}$",
};
/* "times in UTC+2" somewhere in that line */
static const char offset_pattern[] = "\\b(?:UTC|GMT)\\s?(?<sign>[+-])(?<hours>\\d{1,2})(?::?(?<minutes>\\d\\d))?\\b";
/* "times local, Berlin": but a downtime in Berlin says nothing of its clock. */
static const char clock_pattern[] = "\\b(?:times?|local|(?:orts|uhr)?zeit(?:en)?|uhr|heures?|hora)\\b";
static const char time_pattern[] =
	"^(?:[\\s>*|-]|\\xe2\\x80\\xa2)*[\\[(~]?(?<hour>[01]?\\d|2[0-3])[:.h](?<minute>[0-5]\\d)(?::(?<second>[0-5]\\d(?:[.,]\\d{1,6})?))?"
	"\\s?(?<half>[ap]\\.?m\\.?)?(?:\\s?(?:uhr|hrs?|heures?)\\b)?"
	"(?<range>\\s?(?:-|\\xe2\\x80[\\x93\\x94]|(?<=\\s)(?:to|until|till|bis)\\b)\\s?(?<hour2>[01]?\\d|2[0-3])[:.h](?<minute2>[0-5]"
	"\\d)(?!\\d)(?:\\s?(?<half2>[ap]\\.?m\\.?)(?!\\w))?(?:\\s?(?:uhr|hrs?)\\b)?)?(?:\\s?" ZONE
	")?[\\])]?(?:\\s*(?:[-|:,]|\\xe2\\x80[\\x93\\x94])+)?\\s+"
	"(?:(?<person>[\\w.@-]{1,40})\\s*\\|\\s*|< ?[@+%&~]?(?<nick>[^\\s<>]{1,40})>\\s+|\\*\\s+(?<actor>\\S{1,40})\\s+)?(?<text>\\S.*)$";

/* "All times UTC", "Alle Zeiten lokal (CEST)": the zone of what stands below. */
static const char times_pattern[] =
	"^[\\s#>*_(]*(?:(?:all|alle|toutes les|todas las) )?(?:times?|timestamps?|(?:uhr)?zeiten|heures|horas)\\b[^\\d:]{0,40}?[\\s(]" ZONE
	"[\\s).*_]*$";

struct date_shape {
	struct regex *regex;
	int year, month, day, zone, slash; /* groups; -1: it has none */
};
struct patterns {
	struct date_shape dates[LEN(date_patterns)], openings[LEN(opening_patterns)], yearless[LEN(yearless_patterns)];
	struct regex *offset;
	struct regex *time, *times_in, *clock;
	int times_zone;
	int hour, minute, second, half, range, hour2, minute2, half2, zone, person, nick, actor, text;
};

static struct date_shape date_shape_of(struct arena *arena, const char *pattern)
{
	struct regex *date = regex_own(arena, pattern, "i");
	return (struct date_shape){date, regex_group(date, "year"), regex_group(date, "month"),
		regex_group(date, "day"), regex_group(date, "zone"), regex_group(date, "slash")};
}

/* Compiled when they are needed first, and kept as long as the process. */
static const struct patterns *patterns(void)
{
	static struct patterns p;
	static struct arena *arena;
	if (p.time)
		return &p;
	arena = arena_open();
	for (size_t i = 0; i < LEN(date_patterns); i++)
		p.dates[i] = date_shape_of(arena, date_patterns[i]);
	for (size_t i = 0; i < LEN(opening_patterns); i++)
		p.openings[i] = date_shape_of(arena, opening_patterns[i]);
	for (size_t i = 0; i < LEN(yearless_patterns); i++)
		p.yearless[i] = date_shape_of(arena, yearless_patterns[i]);
	p.offset = regex_own(arena, offset_pattern, "i");
	p.clock = regex_own(arena, clock_pattern, "i");
	p.time = regex_own(arena, time_pattern, "i");
	p.times_in = regex_own(arena, times_pattern, "i");
	p.times_zone = regex_group(p.times_in, "zone");
	p.hour = regex_group(p.time, "hour");
	p.minute = regex_group(p.time, "minute");
	p.second = regex_group(p.time, "second");
	p.half = regex_group(p.time, "half");
	p.range = regex_group(p.time, "range");
	p.hour2 = regex_group(p.time, "hour2");
	p.minute2 = regex_group(p.time, "minute2");
	p.half2 = regex_group(p.time, "half2");
	p.zone = regex_group(p.time, "zone");
	p.person = regex_group(p.time, "person");
	p.nick = regex_group(p.time, "nick");
	p.actor = regex_group(p.time, "actor");
	p.text = regex_group(p.time, "text");
	return &p;
}

enum { ANY_YEAR = 2000 }; /* has all days */

/* The heading that holds for the lines below it. */
struct heading {
	struct civil date;       /* year 0: none yet */
	bool yearless;           /* its year stands in for one that nobody wrote: the clock's to tell */
	int minutes;             /* time of day of the line before */
	int days;                /* midnights since the heading */
	bool slashed, day_first; /* how its date was written: 18/6/2024, 6/18/2024 */
	int lines;               /* with text in them, read so far */
	char zone[32];
};

static int month_of(struct str word)
{
	int64_t number;
	size_t used;
	if (str_int(word, &number))
		return number >= 1 && number <= 12 ? (int)number : 0;
	int month = month_named(word, &used);
	return month > 0 && used == word.n ? month : 0;
}

/* "NOT", "ALERT": what merely looks like a zone is a word; nothing for those. */
static struct str known_zone(struct str word)
{
	bool is_offset = word.n && !byte_is_alpha(word.p[0]);
	return is_offset || zone_abbreviation_find(word, NULL, NULL, NULL) != ZONE_ABBR_UNKNOWN ? word : STR_NONE;
}

static bool take_date(const struct date_shape *shape, struct str line, struct heading *heading)
{
	struct str g[REGEX_GROUPS];
	int64_t year = heading->date.year, day;
	if (!regex_match(shape->regex, line, g) || !str_int(g[shape->day], &day))
		return false;
	if (shape->year >= 0 ? !str_int(g[shape->year], &year) : !year)
		return false;
	struct civil date = {.year = (int)year, .month = month_of(g[shape->month]), .day = (int)day};
	if (!civil_is_valid(&date))
		return false;
	heading->date = date;
	heading->yearless &= shape->year < 0;
	heading->minutes = heading->days = 0;
	heading->slashed = shape->slash >= 0;
	heading->day_first = shape->day < shape->month;
	struct str zone =
		shape->zone >= 0 ? str_slice(known_zone(g[shape->zone]), 0, sizeof heading->zone - 1) : STR_NONE;
	if (zone.n) /* stated once it holds for the days below, too */
		*(char *)mempcpy(heading->zone, zone.p, zone.n) = 0;
	return true;
}

/* "30 September", "30 Sep, on call: Lena": by the first N shapes. */
static bool take_yearless(struct str line, struct heading *heading, size_t n)
{
	const struct patterns *p = patterns();
	bool found = false;
	for (size_t i = 0; i < n && !found; i++) {
		heading->date.year = ANY_YEAR;
		found = heading->yearless = take_date(&p->yearless[i], line, heading);
		heading->date.year = found ? ANY_YEAR : 0;
	}
	return found;
}

/* The first line of all may say the date, and the place by whose clock the times are, anywhere in it. */
static bool take_opening(struct str line, struct heading *heading)
{
	const struct patterns *p = patterns();
	bool found = false;
	for (size_t i = 0; i < LEN(p->openings) && !found; i++)
		found = take_date(&p->openings[i], line, heading);
	found = found || take_yearless(line, heading, LEN(p->yearless));
	if (!found)
		return false;
	struct str g[REGEX_GROUPS];
	struct str zone = regex_match(p->clock, line, g) ? moment_zone_of_place(line) : STR_NONE;
	if (zone.n && zone.n < sizeof heading->zone)
		*(char *)mempcpy(heading->zone, zone.p, zone.n) = 0;
	int64_t hours;
	if (regex_match(p->offset, line, g) && str_int(g[regex_group(p->offset, "hours")], &hours) && hours <= 14) {
		struct str sign = g[regex_group(p->offset, "sign")], minutes = g[regex_group(p->offset, "minutes")];
		const char written[] = {sign.p[0], (char)('0' + hours / 10), (char)('0' + hours % 10), ':',
			minutes.n ? minutes.p[0] : '0', minutes.n ? minutes.p[1] : '0', 0};
		memcpy(heading->zone, written, sizeof written);
	}
	return true;
}

static bool take_heading(struct str line, struct heading *heading)
{
	const struct patterns *p = patterns();
	struct str g[REGEX_GROUPS];
	if (regex_match(p->times_in, line, g)) {
		struct str zone = str_slice(known_zone(g[p->times_zone]), 0, sizeof heading->zone - 1);
		if (zone.n)
			*(char *)mempcpy(heading->zone, zone.p, zone.n) = 0;
		return zone.n;
	}
	for (size_t i = 0; i < LEN(p->dates); i++)
		if (take_date(&p->dates[i], line, heading))
			return true;
	if (heading->date.year)
		return false;
	return heading->lines == 1 ? take_opening(line, heading) : take_yearless(line, heading, HEADINGS_YEARLESS);
}

/* The date of a line at MINUTES under the heading, as ISO text or with slashes; nothing where it cannot be told. */
static struct str date_of(struct arena *arena, struct heading *heading, int minutes, bool *rolled)
{
	if (minutes + 12 * 60 < heading->minutes)
		heading->days++;
	heading->minutes = minutes;
	*rolled = heading->days > 0;
	struct civil date = heading->date;
	if (heading->slashed && !*rolled)
		return str_fmt(arena, "%02d/%02d/%04d ", heading->day_first ? date.day : date.month,
			heading->day_first ? date.month : date.day, date.year);
	if (heading->slashed && date.day <= 12)
		return STR_NONE;
	date.day += heading->days;
	instant midnight;
	if (!instant_from_civil(&date, &midnight))
		return STR_NONE;
	date = civil_from_instant(midnight);
	if (heading->yearless)
		return str_fmt(
			arena, "%.3s %d ", &"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * (date.month - 1)], date.day);
	return str_fmt(arena, "%04d-%02d-%02d ", date.year, date.month, date.day);
}

static int64_t hour_of_day(int64_t hour, struct str half)
{
	return half.n ? hour % 12 + (byte_lower(half.p[0]) == 'p' ? 12 : 0) : hour;
}

/* "10:20 - 11:05 pm": the second says of the first as well which half of the day it is, unless it were later then. */
static int64_t first_hour(int64_t hour, int64_t minute, struct str half, int64_t until)
{
	int64_t same = hour_of_day(hour, half);
	return hour <= 12 && same * 60 + minute < until ? same : hour;
}

/* "-05:00" is an offset, "-00:15" is not. */
static bool may_be_offset(struct str range, int64_t hour, int64_t minute)
{
	return range.n == 6 && range.p[0] == '-' && hour >= 1 && hour <= 12 && minute % 30 == 0;
}

static bool take_entry(struct arena *arena, struct heading *heading, struct str line, struct record *record)
{
	const struct patterns *p = patterns();
	struct str g[REGEX_GROUPS];
	int64_t hour, minute;
	if (!regex_match(p->time, line, g) || !str_int(g[p->hour], &hour) || !str_int(g[p->minute], &minute))
		return false;
	hour = hour_of_day(hour, g[p->half]);
	int64_t hour2 = -1, minute2 = 0;
	bool ranges = g[p->range].n && str_int(g[p->hour2], &hour2) && str_int(g[p->minute2], &minute2);
	hour2 = hour_of_day(hour2, g[p->half2]);
	if (ranges && g[p->half2].n && !g[p->half].n)
		hour = first_hour(hour, minute, g[p->half2], hour2 * 60 + minute2);
	bool rolled = false;
	struct str date = heading->date.year ? date_of(arena, heading, (int)(hour * 60 + minute), &rolled) : STR_NONE;
	struct str second = g[p->second], zone = known_zone(g[p->zone]), text = g[p->text], end = STR_NONE;
	if (ranges) {
		bool ahead = hour2 * 60 + minute2 > hour * 60 + minute && (g[p->half2].n || !g[p->half].n);
		if (ahead)
			end = str_fmt(arena, "%.*s%02d:%02d", STR_ARG(date), (int)hour2, (int)minute2);
		else if (may_be_offset(g[p->range], hour2, minute2))
			zone = g[p->range];
		else
			text = str_from(line, (size_t)(g[p->hour2].p - line.p));
	}
	if (g[p->zone].n && !zone.n) /* the text begins with that word */
		text = str_from(line, (size_t)(g[p->zone].p - line.p));
	if (str_starts(str_trim(line), STR("|")) && str_ends(str_trim(text), STR("|")))
		text = str_trim(str_slice(str_trim(text), 0, str_trim(text).n - 1));
	struct field *fields = NEW_N(arena, struct field, LINES_FIELDS);
	*record = (struct record){
		.when = str_fmt(arena, "%.*s%02d:%02d%s%.*s", STR_ARG(date), (int)hour, (int)minute,
			second.n ? ":" : "", STR_ARG(second)),
		.zone = zone.n ? zone : str_dup(arena, str_of(heading->zone)),
		.layout = heading->yearless && date.n ? YEARLESS : NULL,
		.basis = rolled ? BASIS_INFERRED : BASIS_MANUAL,
		.until = {.when = end,
			.zone = zone.n ? zone : str_dup(arena, str_of(heading->zone)),
			.layout = heading->yearless && date.n ? YEARLESS : NULL},
		.text = text,
		.fields = fields,
	};
	const struct str persons[] = {g[p->person], g[p->nick], g[p->actor]};
	for (size_t i = 0; i < LEN(persons); i++)
		fields_add(fields, &record->fields_n, STR("person"), persons[i]);
	return true;
}

/* DATA is a pointer to the heading: what a line means depends on what stands above it. */
static enum line_kind read_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	struct heading *heading = *(struct heading *const *)data;
	heading->lines += str_trim(line).n > 0;
	if (take_entry(arena, heading, line, record))
		return LINE_RECORD;
	return take_heading(line, heading) ? LINE_SKIP : LINE_OTHER;
}

static bool has_heading(struct doc *doc)
{
	struct heading heading = {0};
	struct str rest = doc->head, line;
	while (str_next(&rest, '\n', &line)) {
		heading.lines += str_trim(line).n > 0;
		if (take_heading(line, &heading) && heading.date.year)
			return true;
	}
	return false;
}

static int handlog_bid(struct doc *doc)
{
	struct heading heading = {0}, *at = &heading;
	struct line_format lines = {.read = read_line, .data = &at, .strays_continue = true};
	int bid = lines_bid(doc, &lines, BID_SHAPE - 4, 0.4);
	if (bid < BID_SHAPE - 4)
		return BID_NONE;
	return has_heading(doc) ? BID_SHAPE + 15 : bid;
}

static bool handlog_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	struct heading heading = {0}, *at = &heading;
	struct line_format lines = {.read = read_line, .data = &at, .strays_continue = true};
	return lines_parse(doc, &lines, sink);
}

const struct format format_handlog = {
	.name = "handlog",
	.blurb = "a log kept by hand: dates as headings, lines 'HH:MM text'",
	.bid = handlog_bid,
	.parse = handlog_parse,
};
