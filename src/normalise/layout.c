/* Reading a time by its layout: strptime's letters, and a few more for the shapes that need no naming. */
#include "normalise/written.h"

/*
 * Beyond strptime: "%(a%|b%)" is optional, one of its alternatives; a blank is one or more blanks; %N is an optional
 * fraction with its . or ,; %E a year of two to four digits as RFC 5322 (4.3) reads it; %o an optional "th" or "."; %~
 * what stands between a date and a time ("T", ", ", " at ", " - ", " | "); %D two numbers with a slash, day and month in
 * either order.
 */
struct scan {
	const char *p, *end;
	struct written w;
};

static bool part_read(struct scan *, const char *layout, const char *end);

/* MIN..MAX digits. */
static bool digits_read(struct scan *s, int min, int max, int *out)
{
	int n = 0, value = 0;
	while (n < max && s->p < s->end && byte_is_digit(*s->p))
		value = value * 10 + (*s->p++ - '0'), n++;
	*out = value;
	return n >= min;
}

static bool range_read(struct scan *s, int low, int high, int *out)
{
	return digits_read(s, 1, 2, out) && *out >= low && *out <= high;
}

static bool precision_read(struct scan *s, enum precision precision)
{
	s->w.precision = precision;
	return true;
}

/* Digits after the sixth are cut: an instant has microseconds. */
static bool fraction_read(struct scan *s)
{
	int n = 0, us = 0;
	for (; s->p < s->end && byte_is_digit(*s->p); s->p++, n++)
		us = n < 6 ? us * 10 + (*s->p - '0') : us;
	for (int i = n; i < 6; i++)
		us *= 10;
	s->w.civil.us = us;
	return n && precision_read(s, n <= 3 ? PRECISION_MS : PRECISION_US);
}

static bool fraction_maybe(struct scan *s)
{
	if (s->end - s->p < 2 || (*s->p != '.' && *s->p != ',') || !byte_is_digit(s->p[1]))
		return true;
	s->p++;
	return fraction_read(s);
}

/* Two digits: 00-49 are 20xx, else 19xx; three digits: 1900 is added. Not the hours of a year-less time. */
static bool year_read(struct scan *s, int min, int max)
{
	const char *start = s->p;
	int year;
	if (!digits_read(s, min, max, &year))
		return false;
	ptrdiff_t n = s->p - start;
	if (n < 4 && s->p < s->end && *s->p == ':')
		return false;
	s->w.civil.year = n == 2 ? year + (year < 50 ? 2000 : 1900) : n == 3 ? year + 1900 : year;
	s->w.has_year = true;
	return true;
}

static struct str rest_of(const struct scan *s)
{
	return str_n(s->p, (size_t)(s->end - s->p));
}

static bool month_read(struct scan *s)
{
	size_t used;
	int month = month_named(rest_of(s), &used);
	if (month < 1)
		return false;
	s->p += used;
	s->p += s->p < s->end && *s->p == '.';
	s->w.civil.month = month;
	return s->w.has_month = true;
}

static bool weekday_read(struct scan *s)
{
	size_t used;
	int day = weekday_named(rest_of(s), &used);
	if (day < 0)
		return false;
	s->p += used;
	while (s->p < s->end && (*s->p == '.' || *s->p == ','))
		s->p++;
	s->w.weekday = day;
	return true;
}

static bool half_read(struct scan *s)
{
	struct str rest = rest_of(s);
	if (rest.n < 2)
		return false;
	char half = byte_lower(rest.p[0]);
	size_t n = rest.p[1] == '.' && rest.n >= 4 ? 4 : 2;
	if ((half != 'a' && half != 'p') || byte_lower(rest.p[n == 4 ? 2 : 1]) != 'm')
		return false;
	if (rest.n > n && byte_is_alpha(rest.p[n]))
		return false;
	s->p += n;
	s->w.is_twelve = true;
	s->w.is_pm = half == 'p';
	return true;
}

static bool blanks_read(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && byte_is_space(*s->p))
		s->p++;
	return s->p > start;
}

static bool ordinal_read(struct scan *s)
{
	static const char *const endings[] = {".", "st", "nd", "rd", "th", "er"};
	for (size_t i = 0; i < LEN(endings); i++)
		if (str_starts_case(rest_of(s), str_of(endings[i]))) {
			s->p += strlen(endings[i]);
			break;
		}
	return true;
}

static bool joint_read(struct scan *s)
{
	static const char *const joints[] = {"at ", "um ", "à ", "- ", "– ", "| ", "@ "};
	if (s->p < s->end && (*s->p == 'T' || *s->p == 't' || *s->p == '_')) {
		s->p++;
		return true;
	}
	bool comma = s->p < s->end && memchr(",|", *s->p, 2);
	s->p += comma;
	if (!blanks_read(s) && !comma)
		return false;
	for (size_t i = 0; i < LEN(joints); i++)
		if (str_starts(rest_of(s), str_of(joints[i]))) {
			s->p += strlen(joints[i]);
			blanks_read(s);
			break;
		}
	return true;
}

/* A part over 12 decides; who knows the file's or the mail's date decides the rest. Month first until then. */
static bool slashed_read(struct scan *s)
{
	int first, second;
	if (!range_read(s, 1, 31, &first) || s->p == s->end || *s->p++ != '/' || !range_read(s, 1, 31, &second))
		return false;
	bool day_first = first > 12;
	s->w.civil.month = day_first ? second : first;
	s->w.civil.day = day_first ? first : second;
	s->w.is_slashed = first <= 12 && second <= 12 && first != second;
	return s->w.has_month = s->w.has_day = true;
}

static bool zone_name_read(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && (byte_is_alpha(*s->p) || (s->p > start && memchr("_/+-:0123456789", *s->p, 15))))
		s->p++;
	s->w.zone = str_n(start, (size_t)(s->p - start));
	s->w.zone_said = SAID_NAME;
	return s->p > start;
}

static bool offset_or_name_read(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && !byte_is_space(*s->p) && *s->p != ']' && *s->p != ')')
		s->p++;
	return s->p > start && zone_tail_read(str_n(start, (size_t)(s->p - start)), &s->w);
}

static bool epoch_part_read(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && (byte_is_digit(*s->p) || *s->p == '.'))
		s->p++;
	return epoch_read(str_n(start, (size_t)(s->p - start)), &s->w.epoch, &s->w.precision);
}

static bool letter_read(struct scan *s, char letter)
{
	struct written *w = &s->w;
	switch (letter) {
	case 'Y':
		return year_read(s, 4, 4);
	case 'y':
		return year_read(s, 2, 2);
	case 'E':
		return year_read(s, 2, 4);
	case 'm':
		return (w->has_month = range_read(s, 1, 12, &w->civil.month));
	case 'b':
	case 'B':
	case 'h':
		return month_read(s);
	case 'e':
		blanks_read(s); /* fall through */
	case 'd':
		return (w->has_day = range_read(s, 1, 31, &w->civil.day));
	case 'j':
		return digits_read(s, 1, 3, &w->yearday) && w->yearday >= 1 && w->yearday <= 366;
	case 'a':
	case 'A':
		return weekday_read(s);
	case 'k':
	case 'l':
		blanks_read(s); /* fall through */
	case 'H':
	case 'I':
		return (w->has_hour = range_read(s, 0, 99, &w->civil.hour)) && precision_read(s, PRECISION_HOUR);
	case 'M':
		return digits_read(s, 2, 2, &w->civil.minute) && precision_read(s, PRECISION_MIN);
	case 'S':
		return digits_read(s, 2, 2, &w->civil.second) && precision_read(s, PRECISION_S);
	case 'f':
		return fraction_read(s);
	case 'N':
		return fraction_maybe(s);
	case 'p':
	case 'P':
		return half_read(s);
	case 'z':
		return offset_or_name_read(s);
	case 'Z':
		return zone_name_read(s);
	case 's':
		return epoch_part_read(s);
	case 'D':
		return slashed_read(s);
	case 'o':
		return ordinal_read(s);
	case '~':
		return joint_read(s);
	case 'T':
		return part_read(s, "%H:%M:%S", NULL);
	case 'F':
		return part_read(s, "%Y-%m-%d", NULL);
	case '%':
		return s->p < s->end && *s->p++ == '%';
	default:
		return false;
	}
}

/* The end of the alternative that begins at P: its "%|" or "%)". */
static const char *alternative_end(const char *p, const char *end)
{
	int depth = 0;
	for (; p < end; p++) {
		if (*p != '%')
			continue;
		if (depth == 0 && (p[1] == '|' || p[1] == ')'))
			break;
		depth += p[1] == '(' ? 1 : p[1] == ')' ? -1 : 0;
		p++;
	}
	return p;
}

/* "%(" has been read: takes the first alternative that fits, or nothing. Returns what follows "%)". */
static const char *optional_read(struct scan *s, const char *p, const char *end)
{
	bool found = false;
	for (;;) {
		const char *stop = alternative_end(p, end);
		struct scan before = *s;
		if (!found && !(found = part_read(s, p, stop)))
			*s = before;
		if (end - stop < 2)
			return end;
		p = stop + 2;
		if (stop[1] == ')')
			return p;
	}
}

static bool part_read(struct scan *s, const char *p, const char *end)
{
	end = end ? end : p + strlen(p);
	while (p < end) {
		if (p[0] == '%' && p[1] == '(') {
			p = optional_read(s, p + 2, end);
		} else if (p[0] == '%') {
			if (!letter_read(s, p[1]))
				return false;
			p += 2;
		} else if (*p == ' ') {
			if (!blanks_read(s))
				return false;
			p++;
		} else {
			if (s->p == s->end || *s->p != *p)
				return false;
			s->p++, p++;
		}
	}
	return true;
}

/* An impossible time of day is no reason to lose the day; midnight may be written 24:00. */
static void time_check(struct written *w)
{
	struct civil *c = &w->civil;
	if (w->is_twelve)
		c->hour += w->is_pm && c->hour < 12 ? 12 : !w->is_pm && c->hour == 12 ? -12 : 0;
	if (c->second == 60)
		w->note = "leap second: taken as the first second of the next minute";
	bool is_midnight = c->hour == 24 && c->minute == 0 && c->second == 0 && c->us == 0;
	if ((c->hour < 24 || is_midnight) && c->minute < 60 && c->second <= 60)
		return;
	c->hour = c->minute = c->second = c->us = 0;
	w->has_hour = false;
	w->precision = PRECISION_DAY;
	w->note = "no such time of day: only the date is kept";
}

static bool date_check(struct written *w)
{
	if (w->yearday && w->has_year && !w->has_month) {
		w->civil.month = 1;
		w->civil.day = w->yearday;
		w->has_month = w->has_day = true;
		return w->yearday <= 365 || days_in_month(w->civil.year, 2) == 29;
	}
	if (!w->has_month || !w->has_day)
		return !w->has_month && !w->has_day && !w->has_year && !w->yearday && w->has_hour;
	return w->civil.day <= days_in_month(w->has_year ? w->civil.year : 2000, w->civil.month);
}

bool layout_read(const char *layout, struct str text, struct written *out)
{
	struct scan s = {.p = text.p, .end = text.p + text.n, .w = WRITTEN};

	if (!part_read(&s, layout, NULL))
		return false;
	if (s.w.epoch == INSTANT_NONE && !date_check(&s.w))
		return false;
	/* After a date alone a zone stands apart: "2024-06-18T09h" is no day in a zone called T09h. */
	if (s.p < s.end && !s.w.has_hour && byte_is_alpha(*s.p) && *s.p != 'Z')
		return false;
	if (s.p < s.end && !zone_tail_read(rest_of(&s), &s.w))
		return false;
	time_check(&s.w);
	*out = s.w;
	return true;
}
