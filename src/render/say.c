/* Words for people: times, lengths, names, as sentences need them. */
#include "render/say.h"

static void buf_two(struct buf *b, char before, int n)
{
	buf_byte(b, before);
	buf_byte(b, (char)('0' + n / 10));
	buf_byte(b, (char)('0' + n % 10));
}

/* By hand: a report has ten thousands of them. */
static void buf_civil(struct buf *b, struct civil c, bool time)
{
	if (c.year >= 1000)
		buf_int(b, c.year);
	else
		buf_fmt(b, "%04d", c.year);
	buf_two(b, '-', c.month);
	buf_two(b, '-', c.day);
	if (!time)
		return;
	buf_two(b, ' ', c.hour);
	buf_two(b, ':', c.minute);
	if (c.second || c.us) /* fractions stand in the evidence */
		buf_two(b, ':', c.second);
}

static struct str date_words(struct arena *a, struct civil date)
{
	struct buf b = BUF(a);
	buf_civil(&b, date, false);
	return buf_str(&b);
}

struct str say_time(struct arena *a, instant at, const struct zone *zone)
{
	if (at == INSTANT_NONE)
		return STR("unknown");
	struct buf b = BUF(a);
	buf_civil(&b, civil_from_instant(at), true);
	buf_cstr(&b, " UTC");
	if (zone && zone_offset(zone, at) != 0) {
		buf_cstr(&b, " (");
		buf_civil(&b, zone_civil(zone, at), true);
		buf_fmt(&b, " %s)", zone_abbreviation(zone, at));
	}
	return buf_str(&b);
}

static const char *const guesses[BASES] = {
	[BASIS_FALLBACK] = "time from another field",
	[BASIS_ASSUMED] = "zone assumed",
	[BASIS_INFERRED] = "date inferred",
};

struct str say_event_time(struct arena *a, const struct event *e, const struct zone *zone)
{
	if (e->at == INSTANT_NONE)
		return STR("undated");
	struct str at = e->precision == PRECISION_DAY ? say_day(a, e->at) : say_time(a, e->at, zone);
	if (e->at_min != e->at_max && e->at_min != INSTANT_NONE && e->at_max != INSTANT_NONE)
		return str_fmt(a, "%.*s (between %.*s and %.*s)", STR_ARG(at), STR_ARG(say_time(a, e->at_min, NULL)),
			STR_ARG(say_time(a, e->at_max, NULL)));
	return guesses[e->basis] ? str_fmt(a, "%.*s (%s)", STR_ARG(at), guesses[e->basis]) : at;
}

struct str say_day(struct arena *a, instant midnight)
{
	return date_words(a, civil_from_day(midnight));
}

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct str say_tick(struct arena *a, instant at, int64_t step)
{
	struct civil c = civil_from_instant(at);
	if (step > 28 * DAY)
		return str_fmt(a, "%d %s %04d", c.day, months[c.month - 1], c.year);
	if (step >= DAY)
		return str_fmt(a, "%d %s", c.day, months[c.month - 1]);
	if (step < MINUTE)
		return str_fmt(a, "%02d:%02d:%02d", c.hour, c.minute, c.second);
	return str_fmt(a, "%d %s %02d:%02d", c.day, months[c.month - 1], c.hour, c.minute);
}

struct str say_date(struct arena *a, instant at)
{
	return at == INSTANT_NONE ? STR("unknown") : date_words(a, civil_from_instant(at));
}

struct str say_name(struct arena *a, struct str name)
{
	struct buf b = BUF(a);
	for (size_t i = 0; i < name.n; i++)
		buf_byte(&b, name.p[i] == '.' || name.p[i] == '_' ? ' ' : name.p[i]);
	return buf_str(&b);
}

struct str say_condition(struct arena *a, struct str name)
{
	static const struct {
		const char *name, *words;
	} rows[] = {{"service.db", "database unreachable"}, {"exposure", "no recent copy"},
		{"upgrade.promised", "promised window"}, /* of any work: a power line's, too */

		{"attach.failing", "attaching fails"}, {"mount.failing", "mounting fails"}};
	for (size_t i = 0; i < LEN(rows); i++)
		if (str_eq(name, str_of(rows[i].name)))
			return str_of(rows[i].words);
	return say_name(a, name);
}

struct str say_subject(struct arena *a, struct str subject, struct str before)
{
	struct str type, name;
	if (!str_cut(subject, STR(":"), &type, &name) || !type.n || !name.n)
		return subject;
	if (str_contains(before, type))
		return name;
	return str_fmt(a, "%.*s %.*s", STR_ARG(type), STR_ARG(name));
}

struct str say_lanes(struct arena *a, unsigned lanes)
{
	struct buf b = BUF(a);
	int left = __builtin_popcount(lanes);
	for (unsigned i = 0; i < LANES; i++) {
		if (!(lanes & 1u << i))
			continue;
		buf_cstr(&b, lane_names[i]);
		left--;
		buf_cstr(&b, left > 1 ? ", " : left == 1 ? " and " : "");
	}
	return buf_str(&b);
}

struct str say_lane_set(struct arena *a, unsigned lanes)
{
	struct buf b = BUF(a);
	for (int i = 0; i < LANES; i++)
		if (lanes & 1u << i)
			buf_fmt(&b, "%s%s", b.n ? " + " : "", lane_names[i]);
	return buf_str(&b);
}

struct str say_areas(struct arena *a, unsigned lanes)
{
	static const char *const numbers[] = {"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"};
	int n = __builtin_popcount(lanes & ((1u << LANES) - 1));
	return str_fmt(a, "%s %s", numbers[n], n == 1 ? "area" : "areas");
}

/* A minute more or less is said of what lasted minutes, not of what lasted longer: its words are no finer. */
struct str say_length(struct arena *a, int64_t length, int64_t min, int64_t max)
{
	struct str words = duration_str(a, length);
	bool blurred = min != max && (length < 10 * MINUTE || max - min > MINUTE);
	if (!blurred || min == INSTANT_NONE || max == INSTANT_NONE)
		return words;
	struct str least = duration_str(a, min), most = duration_str(a, max);
	if (min <= 0 && length > 0 && length == max)
		return str_fmt(a, "at most %.*s", STR_ARG(most));
	if (min < 0 && length >= 0) /* what ends did not do so before it began */
		return str_fmt(a, "%.*s (at most %.*s)", STR_ARG(words), STR_ARG(most));
	return str_eq(least, most)
		       ? words
		       : str_fmt(a, "%.*s (between %.*s and %.*s)", STR_ARG(words), STR_ARG(least), STR_ARG(most));
}

/* A minute more or less is nothing in what a person reads; backups that nothing tells of any more are. */
bool may_have_begun_later(const struct knowable *k)
{
	return k->since != INSTANT_NONE && k->span->from_bounds.max - k->since > MINUTE;
}

struct str say_held(struct arena *a, const struct knowable *k)
{
	struct str length = duration_str(a, k->before_impact);
	return may_have_begun_later(k) ? str_fmt(a, "at most %.*s", STR_ARG(length)) : length;
}

/* Length of the RFC 3339 time in Z at the start of S; 0: there is none. */
static size_t stamp_length(struct str s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	size_t n = 0;
	while (n < s.n && shape[n] && (shape[n] == 'd' ? byte_is_digit(s.p[n]) : s.p[n] == shape[n]))
		n++;
	if (shape[n])
		return 0;
	if (n < s.n && s.p[n] == '.')
		for (n++; n < s.n && byte_is_digit(s.p[n]);)
			n++;
	return n < s.n && s.p[n] == 'Z' ? n + 1 : 0;
}

struct str say_stamps(struct arena *a, struct str text, const struct zone *zone)
{
	struct buf b = BUF(a);
	enum precision ignored;
	instant at;
	while (text.n) {
		size_t n = stamp_length(text);
		if (n && instant_parse_rfc3339(str_slice(text, 0, n), &at, &ignored))
			buf_add(&b, say_time(a, at, zone));
		else
			buf_add(&b, str_slice(text, 0, n = 1));
		text = str_from(text, n);
	}
	return buf_str(&b);
}

/* Thousands apart by a comma. */
static void buf_number(struct buf *b, int64_t n)
{
	if (n >= 1000) {
		buf_number(b, n / 1000);
		buf_fmt(b, ",%03d", (int)(n % 1000));
	} else
		buf_int(b, n);
}

struct str say_number(struct arena *a, size_t n)
{
	struct buf b = BUF(a);
	buf_number(&b, (int64_t)n);
	return buf_str(&b);
}

struct str say_count(struct arena *a, size_t n, const char *one, const char *many)
{
	struct buf b = BUF(a);
	buf_number(&b, (int64_t)n);
	buf_fmt(&b, " %s", n == 1 ? one : many);
	return buf_str(&b);
}

struct str say_size(struct arena *a, int64_t bytes)
{
	return say_count(a, bytes < 0 ? 0 : (size_t)bytes, "byte", "bytes");
}
