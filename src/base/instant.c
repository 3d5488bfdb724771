/* Instants, civil dates and durations: exact integer arithmetic. */
#include "instant.h"

const char *const precision_names[] = {"us", "ms", "s", "min", "hour", "day", "none"};

/* 0000-03-01 is day 0 of this calendar: leap days come last, so that months have a closed form. */
enum { DAYS_TO_1970 = 719468, DAYS_IN_ERA = 146097, YEARS_UP = 40000 };

int64_t precision_length(enum precision precision)
{
	static const int64_t length[] = {0, MILLISECOND, SECOND, MINUTE, HOUR, DAY, 0};

	return length[precision];
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/*
 * Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil and its inverse. YEAR within
 * +-YEARS_UP, which is added so that all divisions are unsigned: this is the hot path.
 */
static int64_t days_from_civil(int year, int month, int64_t day)
{
	unsigned y = (unsigned)(year + YEARS_UP - (month <= 2)), of_era = y % 400;
	unsigned of_year = (153 * (unsigned)(month > 2 ? month - 3 : month + 9) + 2) / 5;

	return (int64_t)(y / 400 * DAYS_IN_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year) + day - 1 -
	       (DAYS_TO_1970 + YEARS_UP / 400 * DAYS_IN_ERA);
}

static void civil_from_days(int64_t days, struct civil *c)
{
	days += DAYS_TO_1970;
	int64_t era = floor_div(days, DAYS_IN_ERA), of_era = days - era * DAYS_IN_ERA;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = (int)(of_era - (365 * year + year / 4 - year / 100));
	int month = (5 * of_year + 2) / 153; /* 0 is March */

	c->day = of_year - (153 * month + 2) / 5 + 1;
	c->month = month < 10 ? month + 3 : month - 9;
	c->year = (int)(year + era * 400 + (c->month <= 2));
}

bool instant_from_civil(const struct civil *c, instant *out)
{
	int64_t years = floor_div((int64_t)c->month - 1, 12), year = c->year + years;
	int64_t carry = floor_div(c->us, SECOND);

	if (year <= -YEARS_UP || year >= YEARS_UP)
		return false;
	int64_t days = days_from_civil((int)year, (int)(c->month - years * 12), c->day);
	int64_t seconds = days * 86400 + c->hour * INT64_C(3600) + c->minute * INT64_C(60);
	seconds += c->second + carry;
	if (seconds < days_from_civil(-9999, 1, 1) * 86400 || seconds >= days_from_civil(10000, 1, 1) * 86400)
		return false;
	*out = seconds * SECOND + (c->us - carry * SECOND);
	return true;
}

struct civil civil_from_instant(instant at)
{
	int64_t days = floor_div(at, DAY), us = at % DAY + (at % DAY < 0 ? DAY : 0);
	struct civil c = {
		.hour = (int)(us / HOUR),
		.minute = (int)(us / MINUTE % 60),
		.second = (int)(us / SECOND % 60),
		.us = (int)(us % SECOND),
	};

	civil_from_days(days, &c);
	return c;
}

struct civil civil_from_day(instant midnight)
{
	const instant later = 14 * HOUR - 1; /* then it is this date by UTC */
	return civil_from_instant(midnight > INSTANT_MAX - later ? midnight : midnight + later);
}

int days_in_month(int year, int month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	/* Bits 1 3 5 7 8 10 12: the long months. */
	return month == 2 ? 28 + leap : 30 + (0x15aa >> month & 1);
}

static bool time_is_valid(int hour, int minute, int second)
{
	return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
}

bool civil_is_valid(const struct civil *c)
{
	return c->year >= -9999 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_in_month(c->year, c->month) && time_is_valid(c->hour, c->minute, c->second) &&
	       c->us >= 0 && c->us < SECOND;
}

int civil_weekday(const struct civil *c)
{
	int64_t days = days_from_civil(c->year, c->month, c->day) + 4; /* 1970-01-01 was a Thursday */

	return (int)(days - floor_div(days, 7) * 7);
}

static char *put_digits(char *p, int value, int width)
{
	for (int i = width; i-- > 0; value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + width;
}

void buf_instant(struct buf *b, instant at, enum precision precision)
{
	if (at == INSTANT_NONE) {
		buf_add(b, STR("unknown"));
		return;
	}
	struct civil c = civil_from_instant(at);
	char *p = buf_room(b, 32);

	if (c.year < 0)
		*p++ = '-';
	p = put_digits(p, c.year < 0 ? -c.year : c.year, c.year > 9999 || c.year < -9999 ? 6 : 4);
	*p++ = '-';
	p = put_digits(p, c.month, 2);
	*p++ = '-';
	p = put_digits(p, c.day, 2);
	*p++ = 'T';
	p = put_digits(p, c.hour, 2);
	*p++ = ':';
	p = put_digits(p, c.minute, 2);
	*p++ = ':';
	p = put_digits(p, c.second, 2);
	if (precision <= PRECISION_MS) {
		*p++ = '.';
		p = precision == PRECISION_US ? put_digits(p, c.us, 6) : put_digits(p, c.us / 1000, 3);
	}
	*p++ = 'Z';
	b->n = (size_t)(p - b->p);
}

struct str instant_str(struct arena *arena, instant at)
{
	struct buf b = BUF(arena);

	enum precision fraction = at % MILLISECOND ? PRECISION_US : PRECISION_MS;
	buf_instant(&b, at, at % SECOND ? fraction : PRECISION_S);
	return buf_str(&b);
}

/* Two digits as a number; *bad gets bits when one is not a digit. */
static inline int two(const char *p, unsigned *bad)
{
	unsigned tens = (unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';

	*bad |= (tens > 9) | (ones > 9);
	return (int)(tens * 10 + ones);
}

/* Z, +hh, +hhmm or +hh:mm, to the end of the text. */
static bool parse_offset(const char *p, const char *end, int64_t *seconds)
{
	size_t n = (size_t)(end - p);
	unsigned bad = 0;

	*seconds = 0;
	if (n == 1)
		return *p == 'Z' || *p == 'z';
	if ((n != 3 && n != 5 && n != 6) || (*p != '+' && *p != '-') || (n == 6 && p[3] != ':'))
		return false;
	int hours = two(p + 1, &bad), minutes = n == 3 ? 0 : two(end - 2, &bad);
	*seconds = (hours * 3600 + minutes * 60) * (*p == '-' ? -1 : 1);
	return !bad && hours < 24 && minutes < 60;
}

/* The digits after the decimal sign; those beyond the sixth are cut. */
static const char *parse_fraction(const char *p, const char *end, int *us, enum precision *precision)
{
	const char *from = p;
	int unit = 100000;

	for (*us = 0; p < end && byte_is_digit(*p); p++, unit /= 10)
		*us += (*p - '0') * unit;
	*precision = p - from > 3 ? PRECISION_US : PRECISION_MS;
	return p > from ? p : end;
}

bool instant_parse_rfc3339(struct str s, instant *out, enum precision *precision)
{
	const char *p = s.p;
	unsigned bad = 0;
	int64_t offset;
	int second = 0, us = 0;
	enum precision fine = PRECISION_MIN;

	if (s.n < 17 || p[4] != '-' || p[7] != '-' || p[13] != ':' || (p[10] != 'T' && p[10] != 't' && p[10] != ' '))
		return false;
	int year = two(p, &bad) * 100 + two(p + 2, &bad), month = two(p + 5, &bad), day = two(p + 8, &bad);
	int hour = two(p + 11, &bad), minute = two(p + 14, &bad);
	const char *end = p + s.n;
	p += 16;
	if (*p == ':' && end - p > 3) {
		second = two(p + 1, &bad);
		fine = PRECISION_S;
		p += 3;
		if (*p == '.' || *p == ',')
			p = parse_fraction(p + 1, end, &us, &fine);
	}
	if (bad || !parse_offset(p, end, &offset) || month < 1 || month > 12 || day < 1 ||
		day > days_in_month(year, month) || !time_is_valid(hour, minute, second))
		return false;
	int64_t seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	*out = (seconds - offset) * SECOND + us;
	*precision = fine;
	return true;
}

bool duration_parse(struct str s, int64_t *us)
{
	static const struct {
		const char *name;
		int64_t length;
	} units[] = {
		{"us", 1}, {"ms", MILLISECOND}, {"s", SECOND}, {"m", MINUTE}, {"h", HOUR}, {"d", DAY}, {"w", 7 * DAY}};
	int64_t sum = 0, n;
	size_t i, to, unit;

	for (i = 0; i < s.n; i = unit) {
		for (to = i; to < s.n && byte_is_digit(s.p[to]); to++)
			;
		for (unit = to; unit < s.n && byte_is_alpha(s.p[unit]); unit++)
			;
		size_t u = 0;
		while (u < LEN(units) && !str_eq(str_slice(s, to, unit), str_of(units[u].name)))
			u++;
		if (u == LEN(units) || !str_int(str_slice(s, i, to), &n) ||
			__builtin_mul_overflow(n, units[u].length, &n) || __builtin_add_overflow(sum, n, &sum) ||
			sum > 10000 * DAY)
			return false;
	}
	*us = sum;
	return s.n > 0;
}

void buf_duration(struct buf *b, int64_t us)
{
	uint64_t left = us < 0 ? -(uint64_t)us : (uint64_t)us;
	unsigned days = (unsigned)(left / DAY), hours = (unsigned)(left / HOUR % 24);
	unsigned minutes = (unsigned)(left / MINUTE % 60), seconds = (unsigned)(left / SECOND % 60);

	if (us < 0)
		buf_byte(b, '-');
	if (days && hours)
		buf_fmt(b, "%u d %u h", days, hours);
	else if (days)
		buf_fmt(b, "%u d", days);
	else if (hours && minutes)
		buf_fmt(b, "%u h %02u min", hours, minutes);
	else if (hours)
		buf_fmt(b, "%u h", hours);
	else if (minutes && seconds)
		buf_fmt(b, "%u min %02u s", minutes, seconds);
	else if (minutes)
		buf_fmt(b, "%u min", minutes);
	else if (seconds || left == 0)
		buf_fmt(b, "%u s", seconds);
	else if (left >= MILLISECOND)
		buf_fmt(b, "%u ms", (unsigned)(left / MILLISECOND));
	else
		buf_fmt(b, "%u us", (unsigned)left);
}

struct str duration_str(struct arena *arena, int64_t us)
{
	struct buf b = BUF(arena);

	buf_duration(&b, us);
	return buf_str(&b);
}
