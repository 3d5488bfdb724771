/* What may follow a time: its zone, in all the ways of writing one. */
#include "normalise/written.h"

/* "+hh", "+hmm", "+hhmm", "+hh:mm", seconds ignored; at most 18 hours. */
static bool signed_read(struct str s, int *seconds)
{
	int sign = s.p[0] == '-' ? -1 : 1, n = 0, digit[6];
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == ':' && (i == 2 || i == 3 || i == 6))
			continue;
		if (!byte_is_digit(s.p[i]) || n == 6)
			return false;
		digit[n++] = s.p[i] - '0';
	}
	if (n == 0 || n == 5)
		return false;
	bool odd = n == 1 || n == 3;
	int hours = odd ? digit[0] : digit[0] * 10 + digit[1];
	int minutes = n < 3 ? 0 : digit[2 - odd] * 10 + digit[3 - odd];
	*seconds = sign * (hours * 3600 + minutes * 60);
	return hours <= 18 && minutes < 60;
}

bool offset_read(struct str s, bool loose, int *seconds)
{
	char text[8] = "+";
	if (s.n > 3 && (str_starts_case(s, STR("GMT")) || str_starts_case(s, STR("UTC"))))
		s = str_from(s, 3);
	if (s.n >= 2 && s.n <= 9 && (s.p[0] == '+' || s.p[0] == '-'))
		return signed_read(s, seconds);
	if (str_starts(s, STR("\xe2\x88\x92")) && s.n <= 9) { /* U+2212 */
		text[0] = '-';
		s = str_from(s, 3);
	} else if (!loose || (s.n != 3 && s.n != 4) || !byte_is_digit(s.p[0])) {
		return false;
	}
	memcpy(text + 1, s.p, s.n);
	return signed_read(str_n(text, s.n + 1), seconds);
}

static bool is_name(struct str s)
{
	if (s.n == 0 || s.n > 48 || !byte_is_alpha(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!byte_is_alpha(s.p[i]) && !byte_is_digit(s.p[i]) && !memchr("_/+-", s.p[i], 4))
			return false;
	return true;
}

/* A comment says the zone only where nothing else did, and only in one word: "(UTC)", "( Eastern )". */
static bool comment_read(struct str comment, struct written *w)
{
	size_t used;
	struct str inside = str_trim(str_slice(comment, 1, comment.n - 1));
	if (w->zone_said != SAID_NOTHING || weekday_named(inside, &used) >= 0)
		return true;
	if (offset_read(inside, false, &w->offset)) {
		w->zone_said = SAID_OFFSET;
	} else if (is_name(inside)) {
		w->zone_said = SAID_NAME;
		w->zone = inside;
	}
	return true;
}

static bool word_read(struct str word, struct written *w)
{
	int offset;
	bool is_plain_z = word.n == 1 && (word.p[0] | 32) == 'z';

	if (is_plain_z || offset_read(word, w->has_hour, &offset)) {
		if (w->zone_said != SAID_NOTHING)
			return w->zone_said == SAID_NAME; /* "PDT -0700": the offset is more exact */
		w->offset = is_plain_z ? 0 : offset;
		w->zone_said = SAID_OFFSET;
		return true;
	}
	if (str_starts(word, STR("m=")))
		return true; /* Go's monotonic reading */
	bool is_number = byte_is_digit(word.p[0]) && word.n > 4 && w->has_hour && w->zone_said == SAID_NOTHING;
	if (!is_name(word) && !is_number)
		return false;
	if (w->zone_said == SAID_NOTHING) { /* after an offset a name is only a courtesy: "+0000 UTC" */
		w->zone = word;
		w->zone_said = SAID_NAME;
	}
	return true;
}

bool zone_tail_read(struct str s, struct written *w)
{
	for (s = str_trim(s); s.n; s = str_trim(s)) {
		size_t n = 0, depth = 0;
		if (s.p[0] == '(') {
			do
				depth += s.p[n] == '(' ? 1 : s.p[n] == ')' ? (size_t)-1 : 0;
			while (++n < s.n && depth);
			if (depth || !comment_read(str_slice(s, 0, n), w))
				return false;
		} else if (s.p[0] == '[' && s.p[s.n - 1] == ']' && is_name(str_slice(s, 1, s.n - 1))) {
			n = s.n; /* "2024-06-18T09:30+02:00[Europe/Paris]" */
			if (w->zone_said == SAID_NOTHING) {
				w->zone = str_slice(s, 1, s.n - 1);
				w->zone_said = SAID_NAME;
			}
		} else {
			while (n < s.n && !byte_is_space(s.p[n]) && s.p[n] != '(' && (n == 0 || s.p[n] != '['))
				n++;
			if (!word_read(str_slice(s, 0, n), w))
				return false;
		}
		s = str_from(s, n);
	}
	return true;
}
