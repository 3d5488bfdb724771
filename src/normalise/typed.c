/* Times that people type, with shaking hands: forgiving about form, strict about what is not clear. */
#include "normalise/clockwork.h"

#include <stdio.h>
#include <stdlib.h>

struct typed {
	struct str text;
	instant now;
	const struct zone *zone;
	instant at, later, end; /* LATER: the second reading of a time that the clock showed twice, else AT */
	enum precision precision;
	bool of_day;
};

static const char forms[] =
	"try '2024-06-18 09:30', '09:30', 'yesterday 14:00', 'monday', '10m ago', '-2h', '@1718700000' or '2024Q2'";

static instant local_now(const struct typed *t)
{
	return t->now + zone_offset(t->zone, t->now) * SECOND;
}

static instant day_start(instant local)
{
	return local - (local % DAY + DAY) % DAY;
}

/* A local time to an instant: the earlier of two; a time that does not exist is refused, since it can be typed again.
 */
static bool local_to_instants(const struct typed *t, instant local, instant *at, instant *later, struct err *e)
{
	instant out[2];
	struct civil c = civil_from_instant(local);
	int n = zone_instants(t->zone, &c, out);
	if (n == 0 && out[0] == INSTANT_NONE)
		return err_set(e, "time '%.*s' is out of range", STR_ARG(t->text));
	*at = out[0];
	*later = n == 2 ? out[1] : out[0];
	if (n == 0)
		return err_set(e,
			"%04d-%02d-%02d %02d:%02d does not exist in %s: clocks went forward; say an offset, as in '+02:00'",
			c.year, c.month, c.day, c.hour, c.minute, zone_name(t->zone));
	return true;
}

static bool local_to_instant(const struct typed *t, instant local, instant *at, struct err *e)
{
	instant later;
	return local_to_instants(t, local, at, &later, e);
}

/* Days begin late where clocks go forward at midnight: their end is the beginning of the next one, whenever that is. */
static bool days_set(struct typed *t, instant from, instant to, struct err *e)
{
	struct err gap = {0};
	t->precision = PRECISION_DAY;
	if (!local_to_instant(t, from, &t->at, &gap) && !local_to_instant(t, from + HOUR, &t->at, e))
		return false;
	t->later = t->at;
	err_clear(&gap);
	return local_to_instant(t, to, &t->end, &gap) || local_to_instant(t, to + HOUR, &t->end, e);
}

static void exact_set(struct typed *t, instant at, enum precision precision)
{
	t->at = t->later = at;
	t->precision = precision;
	t->end = at + precision_length(precision);
}

/* "now", "@1718700000", "-2h", "+30m", "in 2h", "10m ago", "3 days ago" */
static bool span_read(struct str s, int64_t *span)
{
	static const struct {
		const char *word;
		int64_t length;
	} units[] = {
		{"second", SECOND},
		{"sec", SECOND},
		{"minute", MINUTE},
		{"min", MINUTE},
		{"hour", HOUR},
		{"hr", HOUR},
		{"day", DAY},
		{"week", 7 * DAY},
		{"month", 30 * DAY},
	};
	struct str number, unit, rest = s;
	int64_t n;

	if (duration_parse(s, span))
		return true;
	if (!str_word(&rest, &number))
		return false;
	unit = str_trim(rest);
	if (str_eq_case(number, STR("a")) || str_eq_case(number, STR("an")))
		n = 1;
	else if (!str_int(number, &n) || n < 0 || n > 10000)
		return false;
	if (unit.n > 1 && (unit.p[unit.n - 1] | 32) == 's')
		unit.n--;
	for (size_t i = 0; i < LEN(units); i++)
		if (str_eq_case(unit, str_of(units[i].word))) {
			*span = n * units[i].length;
			return true;
		}
	return false;
}

static bool relative_read(struct typed *t)
{
	struct str s = t->text;
	int64_t span;

	if (str_eq_case(s, STR("now"))) {
		t->at = t->later = t->end = t->now;
		t->precision = PRECISION_US;
		return true;
	}
	if (s.p[0] == '@') {
		instant at;
		enum precision precision;
		if (!epoch_read(str_from(s, 1), &at, &precision))
			return false;
		exact_set(t, at, precision);
		return true;
	}
	int sign = s.p[0] == '-' ? -1 : s.p[0] == '+' ? 1 : 0;
	if (sign) {
		s = str_trim(str_from(s, 1));
	} else if (s.n > 4 && str_eq_case(str_from(s, s.n - 4), STR(" ago"))) {
		sign = -1;
		s = str_trim(str_slice(s, 0, s.n - 4));
	} else if (str_starts_case(s, STR("in "))) {
		sign = 1;
		s = str_trim(str_from(s, 3));
	}
	if (!sign || !span_read(s, &span))
		return false;
	exact_set(t, t->now + sign * span, PRECISION_S);
	return true;
}

/* "2024Q2", "2024-Q2", "Q2 2024", "2024-06", "2024" */
static bool stretch_read(struct typed *t, struct err *e, bool *failed)
{
	struct str s = t->text;
	int64_t year, number = 1;
	int months = 12;
	size_t q = str_find_case(s, STR("q"), 0);

	if (q != STR_NPOS) {
		struct str left = str_slice(s, 0, q), right = str_trim(str_from(s, q + 2));
		if (left.n && (left.p[left.n - 1] == '-' || left.p[left.n - 1] == ' '))
			left.n--;
		struct str year_text = left.n ? left : right;
		if ((left.n && right.n) || year_text.n != 4 || !str_int(year_text, &year) ||
			!str_int(str_slice(s, q + 1, q + 2), &number) || number < 1 || number > 4)
			return false;
		months = 3;
	} else if (s.n == 7 && s.p[4] == '-') {
		if (!str_int(str_slice(s, 0, 4), &year) || !str_int(str_from(s, 5), &number) || number < 1 ||
			number > 12)
			return false;
		months = 1;
	} else if (s.n != 4 || !str_int(s, &year) || year < 1970 || year > 2100) {
		return false;
	}
	instant from = 0, to = 0;
	int month = (int)(number - 1) * months + 1;
	instant_from_civil(&(struct civil){.year = (int)year, .month = month, .day = 1}, &from);
	instant_from_civil(&(struct civil){.year = (int)year, .month = month + months, .day = 1}, &to);
	*failed = !days_set(t, from, to, e);
	return true;
}

/* "today", "yesterday", "tomorrow", "monday" (the last one, today included), "last monday", "next monday" */
static bool day_named(const struct typed *t, struct str s, instant *local_day)
{
	static const struct {
		const char *word;
		int days;
	} words[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}};
	instant today = day_start(local_now(t));
	size_t used;
	struct civil c = civil_from_instant(today);

	for (size_t i = 0; i < LEN(words); i++)
		if (str_eq_case(s, str_of(words[i].word))) {
			*local_day = today + words[i].days * DAY;
			return true;
		}
	bool last = str_starts_case(s, STR("last ")), next = str_starts_case(s, STR("next "));
	s = str_trim(str_from(s, last || next ? 5 : str_starts_case(s, STR("on ")) ? 3 : 0));
	int weekday = s.n >= 3 ? weekday_named(s, &used) : -1;
	if (weekday < 0 || used != s.n)
		return false;
	int back = (civil_weekday(&c) - weekday + 7) % 7;
	back += last && back == 0 ? 7 : 0;
	*local_day = today + (next ? 7 - back : -back) * DAY;
	return true;
}

/* "09:30", "9:30:15", "9:30 pm", "9pm", "9.30", "9h30", "0930" where that is no year */
static bool time_of_day(struct str s, int64_t *into_day, enum precision *precision)
{
	struct written w;
	s = str_starts_case(s, STR("at ")) ? str_trim(str_from(s, 3)) : s;
	bool two_digits = s.n >= 4 && byte_is_digit(s.p[s.n - 1]) && byte_is_digit(s.p[s.n - 2]); /* "9.5" is no time */
	if (!layout_read("%H:%M%(:%S%N%)%( %p%|%p%)", s, &w) && !layout_read("%I%( %)%p", s, &w) &&
		!(two_digits && (layout_read("%H.%M", s, &w) || layout_read("%Hh%M", s, &w) ||
					(s.n == 4 && layout_read("%H%M", s, &w)))))
		return false;
	if (w.zone_said != SAID_NOTHING || w.note)
		return false;
	*into_day = w.civil.hour * HOUR + w.civil.minute * MINUTE + w.civil.second * SECOND + w.civil.us;
	*precision = w.precision < PRECISION_MIN ? w.precision : PRECISION_MIN;
	return true;
}

static bool local_set(struct typed *t, instant local, enum precision precision, struct err *e)
{
	instant at, later;
	if (!local_to_instants(t, local, &at, &later, e))
		return false;
	exact_set(t, at, precision);
	t->later = later;
	return true;
}

/* A day by name, a time of day, or both in either order. */
static bool day_and_time_read(struct typed *t, struct err *e, bool *failed)
{
	instant day;
	int64_t into_day;
	enum precision precision;

	if (day_named(t, t->text, &day)) {
		*failed = !days_set(t, day, day + DAY, e);
		return true;
	}
	if (time_of_day(t->text, &into_day, &precision)) {
		t->of_day = true;
		*failed = !local_set(t, day_start(local_now(t)) + into_day, precision, e);
		return true;
	}
	for (size_t i = 1; i < t->text.n; i++) {
		if (!byte_is_space(t->text.p[i]))
			continue;
		struct str left = str_trim_end(str_slice(t->text, 0, i)), right = str_trim(str_from(t->text, i));
		if (left.n && left.p[left.n - 1] == ',')
			left.n--;
		if ((day_named(t, left, &day) && time_of_day(right, &into_day, &precision)) ||
			(time_of_day(left, &into_day, &precision) && day_named(t, right, &day))) {
			*failed = !local_set(t, day + into_day, precision, e);
			return true;
		}
	}
	return false;
}

/* Everything that a log could write; a missing year is the last one that is not in the future. */
static bool written_typed(struct typed *t, struct err *e, bool *failed)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct clock_setting setting = {.zone = t->zone, .not_after = t->now, .captured_at = INSTANT_NONE};
	struct clock *clock = clock_open(arena, &setting);
	const char *shape = NULL;
	struct written w;
	struct reading r;

	if (written_recognise(t->text, &shape, &w) && w.is_slashed) {
		*failed = !err_set(e, "'%.*s' could be two days; write it as 2024-06-18", STR_ARG(t->text));
		return true;
	}
	if (!clock_read(clock, t->text, STR_NONE, NULL, &r))
		return false;
	bool is_gap = r.at_min != r.at_max &&
		      r.at == r.at_max; /* of two times that exist the earlier is taken, as everywhere */
	if (is_gap && r.precision != PRECISION_DAY)
		*failed = !err_set(e, "'%.*s' does not exist in %s: clocks went forward; say an offset, as in '+02:00'",
			STR_ARG(t->text), zone_name(t->zone));
	else if (r.note && r.at_min == r.at_max)
		*failed = !err_set(e, "'%.*s': %s", STR_ARG(t->text), r.note);
	if (*failed)
		return true;
	exact_set(t, r.at, r.precision);
	t->later = r.at_max;
	if (r.precision == PRECISION_DAY) {
		instant local = r.at + zone_offset(t->zone, r.at) * SECOND, day = day_start(local);
		t->later = r.at;
		t->end = r.at + DAY;
		if (is_gap || local == day) /* else it is the day of another zone */
			*failed = !days_set(t, day, day + DAY, e);
	}
	return true;
}

static const struct zone *zone_word(struct str word, bool *is_ambiguous)
{
	const struct zone *zone = NULL;
	struct err ignored = {0};
	char text[16];
	int offset = 0;

	*is_ambiguous = false;
	if (zone_abbreviation_find(word, &offset, &zone, is_ambiguous) == ZONE_ABBR_OFFSET) {
		int minutes = abs(offset) / 60;
		snprintf(text, sizeof text, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
		return zone_open(str_of(text), &ignored);
	}
	bool is_offset = word.n >= 2 && (word.p[0] == '+' || word.p[0] == '-') && byte_is_digit(word.p[1]);
	bool is_name =
		byte_is_alpha(word.p[0]) && (str_find_byte(word, '/', 0) != STR_NPOS || str_starts(word, STR("UTC")) ||
						    str_starts(word, STR("GMT")));
	return zone ? zone : is_offset || is_name ? zone_open(word, &ignored) : NULL;
}

/* "09:30 UTC", "yesterday 14:00 CEST", "09:30Z": the zone comes off the end. */
static bool zone_take(struct typed *t, struct err *e)
{
	struct str s = t->text;
	size_t blank = s.n;
	bool is_ambiguous;

	if (s.n > 2 && (s.p[s.n - 1] | 32) == 'z' && byte_is_digit(s.p[s.n - 2])) {
		t->zone = zone_utc();
		t->text = str_slice(s, 0, s.n - 1);
		return true;
	}
	while (blank > 0 && !byte_is_space(s.p[blank - 1]))
		blank--;
	if (blank == 0)
		return true;
	const struct zone *zone = zone_word(str_from(s, blank), &is_ambiguous);
	if (!zone)
		return true;
	if (is_ambiguous)
		return err_set(
			e, "'%.*s' has several meanings; say an offset, as in '+02:00'", STR_ARG(str_from(s, blank)));
	t->zone = zone;
	t->text = str_trim(str_slice(s, 0, blank));
	return true;
}

bool time_typed(struct str text, instant now, const struct zone *zone, struct typed_time *out, struct err *e)
{
	struct typed t = {.text = str_trim(text), .now = now, .zone = zone ? zone : zone_utc()};
	bool failed = false;

	if (t.text.n == 0)
		return err_set(e, "no time; %s", forms);
	if (!zone_take(&t, e))
		return false;
	bool known = relative_read(&t) || stretch_read(&t, e, &failed) || day_and_time_read(&t, e, &failed) ||
		     written_typed(&t, e, &failed);
	if (!known)
		return err_set(
			e, "time '%.*s' is not understood; %s", STR_ARG(str_slice(str_trim(text), 0, 64)), forms);
	if (failed)
		return false;
	*out = (struct typed_time){t.at, t.end, t.at, t.later, t.precision, t.zone, t.of_day};
	return true;
}
