/* The zones that places and peoples stand for in mails. */
#include "formats/mail_moment.h"

/* Cities that notices are timed by. */
static const struct {
	const char *city, *zone;
} places[] = {
	{"London", "Europe/London"},
	{"Dublin", "Europe/Dublin"},
	{"Paris", "Europe/Paris"},
	{"Amsterdam", "Europe/Amsterdam"},
	{"Brussels", "Europe/Brussels"},
	{"Frankfurt", "Europe/Berlin"},
	{"Berlin", "Europe/Berlin"},
	{"Munich", "Europe/Berlin"},
	{"Madrid", "Europe/Madrid"},
	{"Milan", "Europe/Rome"},
	{"Rome", "Europe/Rome"},
	{"Zurich", "Europe/Zurich"},
	{"Geneva", "Europe/Zurich"},
	{"Vienna", "Europe/Vienna"},
	{"Warsaw", "Europe/Warsaw"},
	{"Prague", "Europe/Prague"},
	{"Stockholm", "Europe/Stockholm"},
	{"Oslo", "Europe/Oslo"},
	{"Copenhagen", "Europe/Copenhagen"},
	{"Helsinki", "Europe/Helsinki"},
	{"Lisbon", "Europe/Lisbon"},
	{"Lisboa", "Europe/Lisbon"},
	{"Roma", "Europe/Rome"},
	{"Milano", "Europe/Rome"},
	{"Wien", "Europe/Vienna"},
	{"Warszawa", "Europe/Warsaw"},
	{"Athens", "Europe/Athens"},
	{"Istanbul", "Europe/Istanbul"},
	{"Moscow", "Europe/Moscow"},
	{"Tel Aviv", "Asia/Jerusalem"},
	{"Dubai", "Asia/Dubai"},
	{"Mumbai", "Asia/Kolkata"},
	{"Delhi", "Asia/Kolkata"},
	{"Bangalore", "Asia/Kolkata"},
	{"India", "Asia/Kolkata"},
	{"Singapore", "Asia/Singapore"},
	{"Hong Kong", "Asia/Hong_Kong"},
	{"Tokyo", "Asia/Tokyo"},
	{"Osaka", "Asia/Tokyo"},
	{"Japan", "Asia/Tokyo"},
	{"Seoul", "Asia/Seoul"},
	{"Beijing", "Asia/Shanghai"},
	{"Shanghai", "Asia/Shanghai"},
	{"Sydney", "Australia/Sydney"},
	{"Melbourne", "Australia/Melbourne"},
	{"Perth", "Australia/Perth"},
	{"Brisbane", "Australia/Brisbane"},
	{"Auckland", "Pacific/Auckland"},
	{"New York", "America/New_York"},
	{"Ashburn", "America/New_York"},
	{"Toronto", "America/Toronto"},
	{"Montreal", "America/Toronto"},
	{"Atlanta", "America/New_York"},
	{"Miami", "America/New_York"},
	{"Chicago", "America/Chicago"},
	{"Dallas", "America/Chicago"},
	{"Houston", "America/Chicago"},
	{"Denver", "America/Denver"},
	{"Phoenix", "America/Phoenix"},
	{"Los Angeles", "America/Los_Angeles"},
	{"San Jose", "America/Los_Angeles"},
	{"San Francisco", "America/Los_Angeles"},
	{"Seattle", "America/Los_Angeles"},
	{"Santa Clara", "America/Los_Angeles"},
	{"Sao Paulo", "America/Sao_Paulo"},
	{"Johannesburg", "Africa/Johannesburg"},
	{"Nairobi", "Africa/Nairobi"},
	{"Lagos", "Africa/Lagos"},
};

/* What people call the time of their country. */
static const struct {
	const char *begins, *zone;
} spoken_zones[] = {
	{"hora", "Europe/Madrid"},
	{"heure", "Europe/Paris"},
	{"deutsch", "Europe/Berlin"},
	{"UK", "Europe/London"},
	{"Nederland", "Europe/Amsterdam"},
	{"hor\xc3\xa1rio", "America/Sao_Paulo"},
	{"日本", "Asia/Tokyo"},
	{"北京", "Asia/Shanghai"},
	{"МСК", "Europe/Moscow"},
	{"мск", "Europe/Moscow"},
	{"по Москве", "Europe/Moscow"},
	{"московско", "Europe/Moscow"},
};

struct str moment_zone_spoken(struct str text)
{
	for (size_t i = 0; i < LEN(spoken_zones); i++)
		if (str_starts(text, str_of(spoken_zones[i].begins)))
			return str_of(spoken_zones[i].zone);
	return STR_NONE;
}

/* Whole, or as in "Berliner Zeit": Romania is not in Rome, nor Indianapolis in India. */
static bool names_city(struct str text, struct str city)
{
	for (size_t at = 0; (at = str_find(text, city, at)) != STR_NPOS; at++) {
		struct str after = str_from(text, at + city.n);
		after = str_starts(after, STR("er")) ? str_from(after, 2) : after;
		if ((!at || !byte_is_alpha(text.p[at - 1])) && (!after.n || !byte_is_alpha(after.p[0])))
			return true;
	}
	return false;
}

struct str moment_zone_of_place(struct str text)
{
	struct str zone = STR_NONE;
	for (size_t i = 0; i < LEN(places); i++) {
		if (!names_city(text, str_of(places[i].city)))
			continue;
		if (zone.n && !str_eq(zone, str_of(places[i].zone)))
			return STR_NONE;
		zone = str_of(places[i].zone);
	}
	return zone;
}
