/* Named time zones: the door to GTimeZone. */
#include "zone.h"

#include "map.h"

#include <glib.h>
#include <stdio.h>

struct zone {
	const char *name;
	GTimeZone *tz; /* NULL: a fixed offset, or a name known to be unknown */
	int offset;
	bool is_known;
};

enum { NAME_MAX_LENGTH = 64, UNKNOWN_MAX = 4096 };

static const struct zone utc = {.name = "UTC", .is_known = true};

/* Opening reads a file (150 us): every zone is opened once, and every wrong name is looked for once. */
static struct map zones;

const struct zone *zone_utc(void)
{
	return &utc;
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

/* "+2" "+02" "+0200" "+02:00", at most 18 hours (RFC 8536 would allow 26; nothing on earth exceeds 14). */
static bool offset_parse(struct str s, int *offset)
{
	struct str hours, minutes;
	int64_t h, m = 0;
	int sign = s.n && s.p[0] == '-' ? -1 : 1;

	if (s.n < 2 || (s.p[0] != '+' && s.p[0] != '-') || !byte_is_digit(s.p[1]))
		return false;
	bool has_colon = str_cut(str_from(s, 1), STR(":"), &hours, &minutes);
	if (!has_colon && hours.n == 4)
		minutes = str_from(hours, 2), hours = str_slice(hours, 0, 2);
	if (hours.n > 2 || !str_int(hours, &h) || h > 18)
		return false;
	if (has_colon && (minutes.n != 2 || !byte_is_digit(minutes.p[0])))
		return false;
	if (minutes.n && (!str_int(minutes, &m) || m > 59))
		return false;
	*offset = sign * (int)(h * 3600 + m * 60);
	return true;
}

/*
 * Names of files in the tz database. Refused: other ways into the file system, POSIX rules ("XYZ5", which
 * GTimeZone would take and whose signs are reversed), this machine's own zone, and zones with leap seconds.
 */
static bool name_is_sound(struct str name)
{
	static const char *const with_digits[] = {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"};
	bool has_digit = false, has_slash = false;

	if (name.n == 0 || name.n > NAME_MAX_LENGTH || !byte_is_alpha(name.p[0]) || str_starts(name, STR("right/")) ||
		str_eq(name, STR("localtime")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		has_digit |= byte_is_digit(c);
		has_slash |= c == '/';
		if (!byte_is_digit(c) && !byte_is_alpha(c) && !memchr("_+-/", c, 4))
			return false;
	}
	for (size_t i = 0; has_digit && i < LEN(with_digits); i++)
		has_slash |= str_eq(name, str_of(with_digits[i]));
	return !has_digit || has_slash;
}

static struct zone *zone_put(struct str name, struct zone z)
{
	struct zone *kept = NEW(zones.arena, struct zone);

	name = str_dup(zones.arena, name);
	*kept = z;
	kept->name = name.p;
	return *map_put(&zones, name) = kept;
}

static const struct zone *zone_fixed(int offset)
{
	char name[16];
	int minutes = (offset < 0 ? -offset : offset) / 60;

	if (offset == 0)
		return &utc;
	g_snprintf(name, sizeof name, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	const struct zone *z = map_get(&zones, str_of(name));
	return z ? z : zone_put(str_of(name), (struct zone){.offset = offset, .is_known = true});
}

static const struct zone *zone_named(struct str name)
{
	char text[NAME_MAX_LENGTH + 1];
	const struct zone *z = map_get(&zones, name);

	if (z || !name_is_sound(name))
		return z;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	GTimeZone *tz = g_time_zone_new_identifier(text);
	if (!tz && zones.n >= UNKNOWN_MAX)
		return NULL;
	return zone_put(name, (struct zone){.tz = tz, .is_known = tz});
}

const struct zone *zone_open(struct str name, struct err *e)
{
	bool has_base = str_starts_case(name, STR("UTC")) || str_starts_case(name, STR("GMT"));
	int offset;

	if ((has_base && name.n == 3) || str_eq_case(name, STR("Z")))
		return &utc;
	if (!zones.arena)
		zones = MAP(arena_open());
	if (offset_parse(str_from(name, has_base ? 3 : 0), &offset))
		return zone_fixed(offset);
	const struct zone *z = zone_named(name);
	if (z && z->is_known)
		return z;
	err_set(e, "unknown time zone '%.*s'; use a name as 'Europe/Paris' or an offset as '+02:00'",
		STR_ARG(str_slice(name, 0, NAME_MAX_LENGTH)));
	return NULL;
}

/* GTimeZone counts in seconds, rounded down here also before 1970. */
static int zone_interval(const struct zone *z, instant at)
{
	return g_time_zone_find_interval(z->tz, G_TIME_TYPE_UNIVERSAL, at / SECOND - (at % SECOND < 0));
}

int zone_offset(const struct zone *z, instant at)
{
	return z->tz ? g_time_zone_get_offset(z->tz, zone_interval(z, at)) : z->offset;
}

const char *zone_abbreviation(const struct zone *z, instant at)
{
	return z->tz ? g_time_zone_get_abbreviation(z->tz, zone_interval(z, at)) : z->name;
}

/* No zone changes twice within two days: the offsets a day before and a day after are all there can be. */
int zone_instants(const struct zone *z, const struct civil *local, instant out[2])
{
	instant at;

	out[0] = out[1] = INSTANT_NONE;
	if (!instant_from_civil(local, &at))
		return 0;
	int before = zone_offset(z, at - DAY), after = zone_offset(z, at + DAY);
	out[0] = at - before * SECOND;
	out[1] = at - after * SECOND;
	if (before == after)
		return 1;
	bool first = zone_offset(z, out[0]) == before, second = zone_offset(z, out[1]) == after;
	if (!first && second)
		out[0] = out[1];
	return first + second;
}

struct civil zone_civil(const struct zone *z, instant at)
{
	return civil_from_instant(at + zone_offset(z, at) * SECOND);
}

/* Hours by tz's own comments and RFC 5322 (section 4.3); the German ones as mail programs write them. */
static const struct {
	const char *name;
	double hours;
} abbreviations[] = {
	{"UTC", 0},
	{"GMT", 0},
	{"UT", 0},
	{"Z", 0},
	{"WET", 0},
	{"WEST", 1},
	{"CET", 1},
	{"CEST", 2},
	{"MEZ", 1},
	{"MESZ", 2},
	{"EET", 2},
	{"EEST", 3},
	{"MSK", 3},
	{"TRT", 3},
	{"BST", 1},
	{"EST", -5},
	{"EDT", -4},
	{"CST", -6},
	{"CDT", -5},
	{"MST", -7},
	{"MDT", -6},
	{"PST", -8},
	{"PDT", -7},
	{"AKST", -9},
	{"AKDT", -8},
	{"HST", -10},
	{"AST", -4},
	{"ADT", -3},
	{"NST", -3.5},
	{"NDT", -2.5},
	{"BRT", -3},
	{"ART", -3},
	{"CLT", -4},
	{"IST", 5.5},
	{"PKT", 5},
	{"GST", 4},
	{"IRST", 3.5},
	{"ICT", 7},
	{"WIB", 7},
	{"SGT", 8},
	{"HKT", 8},
	{"PHT", 8},
	{"JST", 9},
	{"KST", 9},
	{"AWST", 8},
	{"ACST", 9.5},
	{"ACDT", 10.5},
	{"AEST", 10},
	{"AEDT", 11},
	{"NZST", 12},
	{"NZDT", 13},
	{"WAT", 1},
	{"CAT", 2},
	{"SAST", 2},
	{"EAT", 3},
};
/* Ireland, Israel; China, Cuba; Bangladesh, Bougainville; Arabia. */
static const char *const ambiguous_abbreviations[] = {"IST", "CST", "BST", "AST"};
static const struct {
	const char *name, *zone;
} zone_words[] = {
	{"ET", "America/New_York"},
	{"Eastern", "America/New_York"},
	{"CT", "America/Chicago"},
	{"Central", "America/Chicago"},
	{"MT", "America/Denver"},
	{"Mountain", "America/Denver"},
	{"PT", "America/Los_Angeles"},
	{"Pacific", "America/Los_Angeles"},
};

enum zone_abbr zone_abbreviation_find(struct str s, int *offset, const struct zone **zone, bool *ambiguous)
{
	struct err e = {0};
	bool is_ambiguous = false;

	for (size_t i = 0; i < LEN(ambiguous_abbreviations); i++)
		is_ambiguous |= str_eq_case(s, str_of(ambiguous_abbreviations[i]));
	if (ambiguous)
		*ambiguous = is_ambiguous;
	for (size_t i = 0; i < LEN(abbreviations); i++)
		if (str_eq_case(s, str_of(abbreviations[i].name))) {
			if (offset)
				*offset = (int)(abbreviations[i].hours * 3600);
			return ZONE_ABBR_OFFSET;
		}
	for (size_t i = 0; i < LEN(zone_words); i++)
		if (str_eq_case(s, str_of(zone_words[i].name))) {
			const struct zone *z = zone_open(str_of(zone_words[i].zone), &e);
			if (z && zone)
				*zone = z;
			return z ? ZONE_ABBR_ZONE : ZONE_ABBR_UNKNOWN;
		}
	return ZONE_ABBR_UNKNOWN;
}

const char *zone_library(void)
{
	static char text[32];
	snprintf(text, sizeof text, "%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
	return text;
}
