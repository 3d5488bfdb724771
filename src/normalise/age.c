/* Ages as kubectl prints them: apimachinery's duration.HumanDuration, and the older ShortHumanDuration. */
#include "normalise/written.h"

/*
 * Both cut, never round: "3m30s" stands for at least that and less than a second more; "29d" for less than a day more.
 * Old versions printed "3m" for anything up to four minutes, so the width is one unit of the last part that is shown.
 */
bool age_read(struct str text, int64_t *age, int64_t *width, enum precision *precision)
{
	static const struct {
		const char *unit;
		int64_t length;
		enum precision precision;
	} units[] = {
		{"ms", MILLISECOND, PRECISION_MS},
		{"s", SECOND, PRECISION_S},
		{"m", MINUTE, PRECISION_MIN},
		{"h", HOUR, PRECISION_HOUR},
		{"d", DAY, PRECISION_DAY},
		{"w", 7 * DAY, PRECISION_DAY},
		{"y", 365 * DAY, PRECISION_DAY},
	};
	int64_t total = 0, last = INT64_MAX;

	text = str_trim(text);
	if (str_ends(text, STR(" ago")))
		text = str_trim(str_slice(text, 0, text.n - 4));
	if (text.n == 0)
		return false;
	while (text.n) {
		size_t digits = 0, letters, unit = 0;
		int64_t n;
		while (digits < text.n && byte_is_digit(text.p[digits]))
			digits++;
		letters = digits;
		while (letters < text.n && byte_is_alpha(text.p[letters]))
			letters++;
		struct str name = str_slice(text, digits, letters);
		while (unit < LEN(units) && !str_eq(name, str_of(units[unit].unit)))
			unit++;
		if (unit == LEN(units) || units[unit].length >= last || digits > 6 ||
			!str_int(str_slice(text, 0, digits), &n))
			return false;
		total += n * units[unit].length;
		last = units[unit].length;
		*precision = units[unit].precision;
		text = str_from(text, letters);
	}
	*age = total;
	*width = last;
	return true;
}
