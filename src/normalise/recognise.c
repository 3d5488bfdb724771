/* Times whose layout nobody named: the shapes logs, mails and tools write, tried in order. */
#include "normalise/written.h"

#define CLOCK "%H:%M%(:%S%N%)%( %p%|%p%)"
#define WEEKDAY "%(%a%( %)%)"

static const char *const shapes[] = {
	WEEKDAY "%Y-%m-%d%(%~" CLOCK "%)",              /* 2024-06-18 09:30:00,123; Wed 2025-06-18 14:02:03 UTC */
	"%Y/%m/%d%(%~" CLOCK "%|-%H:%M:%S%N%)",         /* nginx, Go's log */
	WEEKDAY "%b %e%o%(, %| %|,%)%E%(%~" CLOCK "%)", /* Apr 16, 2020 7:44:42.085 PM */
	WEEKDAY "%b %e%o%(,%) %H:%M%(:%S%N%)%( %p%)%( %Z%) %Y", /* ctime, date(1) */
	WEEKDAY "%b %e%o%(,%) " CLOCK,                          /* syslog */
	"%m%d %H:%M:%S%N",                                      /* klog */
	WEEKDAY "%e%o%(-%|/%| %)%b%(-%|/%|, %| %)%E%(:" CLOCK "%|%~" CLOCK
		"%)",                                                    /* RFC 5322, nginx access, dd-Mon-yyyy */
	WEEKDAY "%e%o %b %H:%M%(:%S%N%)%( %p%)%( %Z%) %Y",               /* date(1) in German and French */
	WEEKDAY "%e%o%(-%| %)%b%(,%) " CLOCK,                            /* 18 Jun 14:02:03 */
	"%Y%(-%|/%|.%| %)%b%(-%|/%|.%| %)%e%(:" CLOCK "%|%~" CLOCK "%)", /* 2015 May 9 */
	"%Y.%m.%d%(%~" CLOCK "%)", WEEKDAY "%d.%m.%E%(%~" CLOCK "%)",    /* 18.06.2024 09:30 */
	WEEKDAY "%d-%m-%E%(%~" CLOCK "%)",                               /* 17-6-2008 17:10:08 */
	WEEKDAY "%D/%E%(%~" CLOCK "%)",                                  /* 06/18/2024 9:30 AM, 18/06/2024 09:30 */
	"%H:%M%(:%S%)%( %p%|%p%)%( %Z%)%(,%) %D/%E", /* 22:00 12/10/2020 GMT; 10:00pm CT 11/3/2022 */
	"%Y-%m-%d%(T%|_%|-%|.%| %)%H%(-%|.%|_%|:%)%M%(-%|.%|_%|:%)%S%N", /* in names of files, which bear no colon */
	"%Y-%m-%d%(T%|_%|-%| %)%H%M", "%Y%m%d%(T%|-%|_%| %)%H:%M:%S%N%( %p%)",
	"%Y%m%d%(T%|t%|-%|_%| %)%H%M%(%S%N%)", /* 20260612T200000Z, 20261122-201214 */
	"%y%m%d %H:%M:%S%( %p%)",              /* old MySQL */
	"%e-%b-%E %H.%M.%S%N %p",              /* Oracle */
	"%Y-%jT%H:%M:%S%N",                    /* ISO 8601 ordinal date */
};

enum { TIME_TEXT_MAX = 128, NOTHING_MAX = 10 };

bool written_is_nothing(struct str text)
{
	static const char *const nothings[] = {
		"",
		"null",
		"nil",
		"-",
		"--",
		"none",
		"<none>",
		"<nil>",
		"n/a",
		"never",
		"<never>",
		"<unknown>",
		"unknown",
		"0",
		"0.0",
		"<invalid>",
		"1970-01-01",
	};
	if (str_starts(text, STR("0001-01-01")) || str_starts(text, STR("0000-00-00")))
		return true;
	for (size_t i = 0; i < LEN(nothings) && text.n <= NOTHING_MAX; i++)
		if (str_eq_case(text, str_of(nothings[i])))
			return true;
	return false;
}

/* Below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds. */
bool epoch_read(struct str text, instant *at, enum precision *precision)
{
	static const struct {
		int64_t below, multiply, divide;
		enum precision precision;
	} units[] = {
		{INT64_C(100000000000), SECOND, 1, PRECISION_S},
		{INT64_C(100000000000000), MILLISECOND, 1, PRECISION_MS},
		{INT64_C(100000000000000000), 1, 1, PRECISION_US},
		{INT64_MAX, 1, 1000, PRECISION_US},
	};
	struct str whole, fraction;
	int64_t n, us = 0, digits = 0;

	str_cut(text, STR("."), &whole, &fraction);
	if (whole.n == 0 || !byte_is_digit(whole.p[0]) || !str_int(whole, &n))
		return false;
	for (; digits < (int64_t)fraction.n; digits++) {
		if (!byte_is_digit(fraction.p[digits]))
			return false;
		us = digits < 6 ? us * 10 + (fraction.p[digits] - '0') : us;
	}
	for (int64_t i = digits; i < 6; i++)
		us *= 10;
	size_t unit = 0;
	while (n >= units[unit].below && unit + 1 < LEN(units))
		unit++;
	*at = n * units[unit].multiply / units[unit].divide + us * units[unit].multiply / SECOND;
	*precision = digits == 0 || unit > 0 ? units[unit].precision : digits <= 3 ? PRECISION_MS : PRECISION_US;
	return true;
}

/* Bare digits: a date, a date with a time, or an epoch number of nine digits (1973) and more. */
static bool digits_recognise(struct str text, struct written *w)
{
	const char *layout = text.n == 8    ? "%Y%m%d"
			     : text.n == 12 ? "%Y%m%d%H%M"
			     : text.n == 14 ? "%Y%m%d%H%M%S"
					    : NULL;
	bool this_age = str_starts(text, STR("19")) || str_starts(text, STR("20"));
	if (layout && this_age && layout_read(layout, text, w))
		return true;
	*w = WRITTEN;
	return str_find_byte(str_slice(text, 0, 9), '.', 0) == STR_NPOS && text.n >= 9 &&
	       epoch_read(text, &w->epoch, &w->precision);
}

static bool is_number(struct str text)
{
	int dots = 0;
	for (size_t i = 0; i < text.n; i++) {
		dots += text.p[i] == '.';
		if (dots > 1 || (!byte_is_digit(text.p[i]) && text.p[i] != '.'))
			return false;
	}
	return text.n > 0;
}

/* "1.7186772351227846e+09": seconds as Go prints a float, without the zeros at its end. */
static bool float_recognise(struct str text, struct written *w)
{
	enum { WHOLE = 10, MOST = 24 };
	char digits[MOST];
	size_t n = 0;
	if (!str_ends(text, STR("e+09")) || text.n < 7 || text.n > MOST || text.p[1] != '.')
		return false;
	for (size_t i = 0; i < text.n - 4 || n < WHOLE; i++) {
		if (n == WHOLE)
			digits[n++] = '.';
		if (i != 1)
			digits[n++] = i < text.n - 4 ? text.p[i] : '0';
	}
	*w = WRITTEN;
	return epoch_read(str_n(digits, n), &w->epoch, &w->precision);
}

/* Comments (RFC 5322, 3.2.2) in the middle of a date, nested ones too, become a blank; *cut: there were any. */
static struct str comments_cut(struct str text, char room[TIME_TEXT_MAX], bool *cut)
{
	size_t n = 0, depth = 0;
	for (size_t i = 0; i < text.n; i++) {
		depth += text.p[i] == '(';
		*cut |= depth > 0;
		if (!depth)
			room[n++] = text.p[i];
		else if (text.p[i] == ')' && --depth == 0)
			room[n++] = ' ';
	}
	return str_trim(str_n(room, n));
}

static struct str unwrap(struct str text)
{
	static const char pairs[][2] = {{'[', ']'}, {'"', '"'}, {'\'', '\''}, {'<', '>'}, {'(', ')'}};
	for (size_t i = 0; i < LEN(pairs); i++)
		if (text.n > 2 && text.p[0] == pairs[i][0] && text.p[text.n - 1] == pairs[i][1])
			return str_trim(str_slice(text, 1, text.n - 1));
	return text;
}

static int64_t hex_read(struct str text)
{
	int64_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (!byte_is_digit(c) && (c < 'a' || c > 'f'))
			return -1;
		n = n * 16 + (byte_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	return n;
}

/* "@4000000066714b8a3b6e1a8c" of daemontools, s6 and runit (cr.yp.to/libtai/tai64.html): 2^62 + seconds, which are as
 * many as those of UTC and ten; nanoseconds. */
static bool tai_recognise(struct str text, struct written *w)
{
	enum { TAI_LENGTH = 25, TAI_AHEAD = 10 };
	if (text.n != TAI_LENGTH || !str_starts(text, STR("@40000000")))
		return false;
	int64_t seconds = hex_read(str_slice(text, 9, 17)), nano = hex_read(str_slice(text, 17, TAI_LENGTH));
	if (seconds < TAI_AHEAD || nano < 0 || nano >= 1000000000)
		return false;
	*w = WRITTEN;
	w->epoch = (seconds - TAI_AHEAD) * SECOND + nano / 1000;
	w->precision = PRECISION_US;
	return true;
}

static bool shape_find(struct str text, const char **shape, struct written *w)
{
	if (*shape && layout_read(*shape, text, w))
		return true;
	for (size_t i = 0; i < LEN(shapes); i++) {
		if (shapes[i] != *shape && layout_read(shapes[i], text, w)) {
			*shape = shapes[i];
			return true;
		}
	}
	return false;
}

bool written_recognise(struct str text, const char **shape, struct written *w)
{
	char room[TIME_TEXT_MAX];
	bool cut = false;

	if (text.n == 0 || text.n > TIME_TEXT_MAX)
		return false;
	if (is_number(text))
		return digits_recognise(text, w);
	if (tai_recognise(text, w) || float_recognise(text, w))
		return true;
	if (shape_find(text, shape, w))
		return true;
	struct str inside = unwrap(text);
	if (inside.n != text.n)
		return written_recognise(inside, shape, w);
	struct str plain = comments_cut(text, room, &cut);
	if (!cut || !shape_find(plain, shape, w))
		return false;
	/* Its zone would be a view of ROOM: point it back into the text. */
	size_t at = w->zone_said == SAID_NAME ? str_find(text, w->zone, 0) : STR_NPOS;
	w->zone = at == STR_NPOS ? STR_NONE : str_slice(text, at, at + w->zone.n);
	return true;
}
