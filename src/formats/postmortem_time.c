/* Times in postmortems: dates that carry over from headings, zones that are stated once, clocks of twelve hours,
 * ranges. */
#include "formats/mail_ask.h"
#include "formats/mail_moment.h"
#include "formats/mail_window.h"
#include "formats/postmortem.h"

enum {
	LEAD_MAX = 160, /* bytes of a text in which its time is looked for */
	HALF_DAY = 12 * 60,
};

/* What may stand before a time that an entry begins with. */
static struct row leads[] = {
	{NULL, "^(?:[\\s\\[\\](){}<>*_~\"'`|,;:.@-]|at|on|the|about|approx(?:imately)?|around|ca|circa|by|from|between|since|until|time|date|day|~)*$",
		NULL},
};
/* "03-26 02:50", which a mail would not say */
static struct row month_days[] = {{NULL, "^\\W*(?<m>0[1-9]|1[0-2])-(?<d>[0-3]\\d)(?=[ T]+\\d{1,2}:\\d\\d)", NULL}};

/* How many bytes of TEXT became the first N of its folded form. */
static size_t unfolded(struct arena *arena, struct str text, size_t n)
{
	size_t at = 0, made = 0;
	while (at < text.n && made < n) {
		size_t step = 1;
		while (at + step < text.n && ((unsigned char)text.p[at + step] & 0xc0) == 0x80)
			step++;
		made += mail_fold(arena, str_slice(text, at, at + step)).n;
		at += step;
	}
	return at;
}

/* The day nearest to the calendar's of all years that share month and day. */
static int nearest_year(const struct calendar *c, int month, int day)
{
	int best = c->date.year;
	int64_t least = INT64_MAX;
	instant at, here;
	if (!c->date.month || !instant_from_civil(&c->date, &here))
		return 0;
	for (int year = c->date.year - 1; year <= c->date.year + 1; year++) {
		struct civil try = {.year = year, .month = month, .day = day};
		if (!civil_is_valid(&try) || !instant_from_civil(&try, &at))
			continue;
		int64_t far = at > here ? at - here : here - at;
		if (far < least) {
			least = far;
			best = year;
		}
	}
	return best;
}

static void swap_days(struct moment *m)
{
	int month = m->month;
	m->month = m->day;
	m->day = month;
}

/* 03/04 is read as the day that lies nearest to what is known; American where nothing is. */
static void order_days(const struct calendar *c, struct moment *m)
{
	if (!m->swappable || !c->date.month || m->month == m->day)
		return;
	struct moment other = *m;
	swap_days(&other);
	instant here, this, that;
	m->year = m->year ? m->year : c->date.year;
	other.year = m->year;
	if (!instant_from_civil(&c->date, &here))
		return;
	this = moment_naive(m);
	that = moment_naive(&other);
	int64_t far = this > here ? this - here : here - this, far_other = that > here ? that - here : here - that;
	if (far_other < far)
		swap_days(m);
}

static struct moments find(const struct calendar *c, struct arena *arena, struct str folded)
{
	struct moments all = moments_find(arena, folded, (struct civil){0});
	struct str g[REGEX_GROUPS];
	const struct row *row = ASK(month_days, folded, g);
	int64_t month = 0, day = 0;
	if (row && all.n && !all.v[0].dated && str_int(row_part(row, g, "m"), &month) &&
		str_int(row_part(row, g, "d"), &day)) {
		all.v[0].dated = true;
		all.v[0].month = (int)month;
		all.v[0].day = (int)day;
		all.v[0].at = (size_t)(row_part(row, g, "m").p - folded.p);
	}
	for (size_t i = 0; i < all.n; i++) {
		struct moment *m = &all.v[i];
		if (!m->dated || m->guessed)
			continue;
		order_days(c, m);
		m->year = m->year ? m->year : nearest_year(c, m->month, m->day);
	}
	return all;
}

static struct civil civil_of(const struct moment *m)
{
	return (struct civil){m->year, m->month, m->day, m->timed ? m->hour : 0, m->timed ? m->minute : 0,
		m->timed && m->seconds ? m->second : 0, 0};
}

static struct civil next_day(struct civil c)
{
	instant t;
	c.day++;
	return instant_from_civil(&c, &t) ? civil_from_instant(t) : c;
}

struct str civil_text(struct arena *arena, const struct civil *c, bool timed)
{
	instant t;
	struct civil at = instant_from_civil(c, &t) ? civil_from_instant(t) : *c;
	const char *year = at.year ? str_cstr(arena, str_fmt(arena, "%04d-", at.year)) : "";
	if (!timed)
		return str_fmt(arena, "%s%02d-%02d", year, at.month, at.day);
	if (at.second)
		return str_fmt(
			arena, "%s%02d-%02d %02d:%02d:%02d", year, at.month, at.day, at.hour, at.minute, at.second);
	return str_fmt(arena, "%s%02d-%02d %02d:%02d", year, at.month, at.day, at.hour, at.minute);
}

struct str time_after(struct arena *arena, const struct told_time *t, int64_t length, struct civil *at)
{
	instant from = 0;
	instant_from_civil(&t->at, &from);
	*at = civil_from_instant(from + length);
	return civil_text(arena, at, true);
}

/* Puts the day into M that holds here, and moves the calendar on. False: no day is known. */
static bool complete(struct calendar *c, struct moment *m, bool *rolled)
{
	int minutes = m->timed ? m->hour * 60 + m->minute : -1;
	if (m->dated) {
		c->date = (struct civil){.year = m->year, .month = m->month, .day = m->day};
		c->rolled = false;
	} else if (!c->date.month) {
		return false;
	} else if (minutes + HALF_DAY < c->minutes) {
		c->date = next_day(c->date);
		c->rolled = true;
	}
	c->minutes = minutes;
	*rolled = c->rolled;
	m->year = c->date.year;
	m->month = c->date.month;
	m->day = c->date.day;
	return true;
}

/* The other end of a range: on the same day, or the next when it would be before the first. */
static void take_end(struct arena *arena, const struct calendar *c, struct told_time *t, struct moment m)
{
	if (!m.dated) {
		m.year = t->at.year, m.month = t->at.month, m.day = t->at.day;
		t->end = civil_of(&m);
		if (m.hour * 60 + m.minute < t->at.hour * 60 + t->at.minute)
			t->end = next_day(t->end);
	} else {
		t->end = civil_of(&m);
	}
	t->until_timed = m.timed;
	t->until = civil_text(arena, &t->end, m.timed);
	t->until_zone = m.zone.n ? str_dup(arena, m.zone) : t->zone.n ? t->zone : c->zone;
}

static bool take_moments(
	struct calendar *c, struct arena *arena, const struct moments *all, struct told_time *t, size_t *end)
{
	struct moment m = all->v[0];
	bool ranges = m.to_next && all->n > 1 && (all->v[1].timed || all->v[1].dated), rolled = false;
	struct str zone = m.zone.n || !ranges ? m.zone : all->v[1].zone;
	*t = (struct told_time){.basis = BASIS_MANUAL, .dated = m.dated, .timed = m.timed};
	if (ranges && !m.dated && all->v[1].dated) { /* "01:57 to 08:58 on 21 January" */
		m.dated = true;
		m.year = all->v[1].year, m.month = all->v[1].month, m.day = all->v[1].day;
	}
	if (!complete(c, &m, &rolled))
		return false;
	if (m.dated && !m.timed && m.zone.n) { /* "9 October 2023 (EDT)" heads what follows */
		c->zone = str_dup(arena, m.zone);
		c->borrowed = false;
	}
	t->at = civil_of(&m);
	t->zone = zone.n ? str_dup(arena, zone) : c->zone;
	t->basis = rolled ? BASIS_INFERRED : !zone.n && c->zone.n && c->borrowed ? BASIS_ASSUMED : BASIS_MANUAL;
	t->layout = !m.year ? (m.timed ? "%m-%d %H:%M%(:%S%|%)" : "%m-%d") : NULL;
	t->when = civil_text(arena, &t->at, m.timed);
	if (ranges)
		take_end(arena, c, t, all->v[1]);
	*end = all->v[ranges].end;
	for (size_t i = (size_t)ranges + 1; i < all->n && all->v[i].twin; i++)
		*end = all->v[i].end; /* the same again in another zone */
	return true;
}

/* Behind a time: brackets, dashes, "hrs", and then what is told. */
static struct row gaps[] = {
	{NULL, "^(?:\\s*(?:[\\])}>*_`\"',;:|-]|\xe2\x80[\x93\x94]|\\.(?=\\s|$)|\\((?:approx[a-z.]*|local(?: time)?|est(?:imated)?)\\)|(?:hrs?|hours|uhr|approx\\.?)\\b))*\\s*",
		NULL},
};

static struct str rest_of(struct str text, size_t from)
{
	struct str rest = str_from(text, from), g[REGEX_GROUPS];
	return ASK(gaps, rest, g) ? str_trim(str_from(rest, g[0].n)) : str_trim(rest);
}

bool time_leads(struct calendar *c, struct arena *arena, struct str text, struct told_time *t)
{
	struct str lead = str_slice(text, 0, LEAD_MAX), folded = mail_fold(arena, lead);
	struct moments all = find(c, arena, folded);
	size_t end = 0;
	if (!all.n || !SAYS(leads, str_slice(folded, 0, all.v[0].at)) || (all.v[0].weak && !all.v[0].timed))
		return false;
	if (!take_moments(c, arena, &all, t, &end))
		return false;
	t->rest = rest_of(text, unfolded(arena, text, end));
	return true;
}

bool time_within(const struct calendar *c, struct arena *arena, struct str text, struct told_time *t)
{
	struct calendar copy = *c;
	struct str folded = mail_fold(arena, str_slice(text, 0, 4 * LEAD_MAX));
	struct moments all = find(c, arena, folded);
	size_t end;
	for (; all.n; all.v++, all.n--)
		if (all.v[0].dated && !all.v[0].weak && all.v[0].year)
			return take_moments(&copy, arena, &all, t, &end);
	return false;
}

bool range_within(const struct calendar *c, struct arena *arena, struct str text, struct told_time *t)
{
	struct calendar copy = *c;
	struct str folded = mail_fold(arena, str_slice(text, 0, 4 * LEAD_MAX));
	struct moments all = find(c, arena, folded);
	size_t end;
	for (; all.n > 1; all.v++, all.n--)
		if (all.v[0].to_next && all.v[0].timed && all.v[1].timed)
			return take_moments(&copy, arena, &all, t, &end);
	return false;
}

struct str zone_told(struct arena *arena, struct str text)
{
	struct moments all = moments_find(arena, mail_fold(arena, str_slice(text, 0, LEAD_MAX)), (struct civil){0});
	return all.zones_n ? str_dup(arena, all.zones[0].zone) : STR_NONE;
}
