/*
 * Windows from moments. A range ("A to B"), or a start and an end by their labels, is worth most; then a
 * start alone; then a date. Which of them the mail promises is mail_choice.c's matter.
 */
#include "formats/mail_nights.h"
#include "formats/mail_place.h"
#include "formats/mail_words.h"

enum {
	ROWS_MAX = 100,   /* rows of a table between a window and the column's head */
	LABEL_LINES = 3,  /* lines above a window that may name its zone */
	PAIR_REACH = 700, /* bytes between a start and its end */
	NOON = 12,
};

/* --- zones said elsewhere --- */

static const struct zone_mention *mention_between(const struct moments *ms, size_t from, size_t to, bool last)
{
	const struct zone_mention *found = NULL;
	for (size_t i = 0; i < ms->zones_n; i++) {
		const struct zone_mention *z = &ms->zones[i];
		if (z->at < from || z->end > to)
			continue;
		if (!found || last || (z->universal && !found->universal))
			found = z;
	}
	return found;
}

/* "all times are US/Pacific", "schedule in UTC": for the whole mail, where only one such zone is named. */
static struct str zone_of_mail(const struct section *s)
{
	struct str zone = STR_NONE;
	for (size_t i = 0; i < s->moments.zones_n; i++) {
		const struct zone_mention *z = &s->moments.zones[i];
		struct str line = str_slice(s->text, line_start(s->text, z->at), line_end(s->text, z->end));
		if (!says(SAYS_ZONE, line))
			continue;
		if (zone.n && !str_eq(zone, z->zone))
			return STR_NONE;
		zone = z->zone;
	}
	return zone;
}

/* Cells stand between tabs, or between blanks where a table is set in plain text. */
static bool is_table_row(struct str line)
{
	return str_find_byte(line, '\t', 0) != STR_NPOS || str_find(line, STR("  "), 0) != STR_NPOS;
}

/* For a window written between AT and END without one: its own line, then the label above, then the mail. */
static struct str zone_nearby(const struct section *s, size_t at, size_t end)
{
	size_t start = line_start(s->text, at), stop = line_end(s->text, end);
	const struct zone_mention *z = mention_between(&s->moments, start, at, true);
	if (!z)
		z = mention_between(&s->moments, end, stop, false);
	for (int up = 0, rows = 0; !z && up < LABEL_LINES && rows < ROWS_MAX && start > 0; up++) {
		size_t above = line_start(s->text, start - 1);
		bool is_row = is_table_row(str_trim(str_slice(s->text, above, start - 1)));
		if (has_moment(&s->moments, above, start - 1) && !is_row)
			break;
		rows += is_row;
		up -= is_row; /* a column's head speaks for all of its rows */
		z = mention_between(&s->moments, above, start - 1, true);
		start = above;
	}
	if (z)
		return z->zone;
	struct str zone = zone_of_mail(s);
	if (!zone.n && says(SAYS_LOCAL, str_slice(s->text, line_start(s->text, at), stop)))
		zone = moment_zone_of_place(s->text);
	return zone;
}

/* --- candidates --- */

/* One end says what the other leaves out: the zone, the date; an end before its start is on the next day. */
static void complete_ends(struct window *w)
{
	bool borrowed = !w->to.dated;
	if (!w->from.dated && w->to.dated) {
		moment_borrow_date(&w->from, &w->to); /* "22:00 - 04:00 UTC, 12 May": the date is the start's */
		borrowed = true;
	} else if (borrowed) {
		moment_borrow_date(&w->to, &w->from);
	}
	if (!w->from.zone.n && w->to.timed)
		w->from.zone = w->to.zone, w->from.universal = w->to.universal;
	if (!w->to.zone.n && w->from.timed)
		w->to.zone = w->from.zone, w->to.universal = w->from.universal;
	if (borrowed && w->from.timed && w->to.timed && moment_naive(&w->to) <= moment_naive(&w->from))
		moment_add_days(&w->to, 1);
	else if (!borrowed && w->to.guessed && moment_naive(&w->to) < moment_naive(&w->from))
		w->to.year++; /* over New Year */
	if (moment_instant(&w->to, w->zone) < moment_instant(&w->from, w->zone))
		w->ends = false;
}

static void add_window(struct section *s, struct window w, struct str label)
{
	if (!w.from.dated || !w.from.year)
		return;
	if (s->windows.n >= WINDOWS_MAX) {
		s->windows.cut = true;
		return;
	}
	if (!w.from.zone.n)
		w.zone = zone_nearby(s, w.from.at, w.ends ? w.to.end : w.from.end);
	w.in_subject = s->is_subject;
	w.cluster = wording_row_cluster(s->text, w.from.at);
	w.tentative = says(SAYS_TENTATIVE, label);
	w.fresh = says(SAYS_NEW, label);
	struct str sentence = sentence_of(s, w.from.at);
	w.expiry = says(SAYS_EXPIRY, label);
	w.impact = says(SAYS_IMPACT, label);
	w.acted = says(SAYS_ACTION, sentence) || says(SAYS_WINDOW, sentence) || says(SAYS_ACTION, label) ||
		  says(SAYS_WINDOW, label) || (w.from.timed && says(SAYS_ACTION, introduction_of(s, w.from.at)));
	w.rank = w.from.timed && w.ends && w.to.timed ? RANK_FULL
		 : w.from.timed                       ? RANK_START
		 : w.ends                             ? RANK_DATES
						      : RANK_DATE;
	*PUSH(&s->windows, s->arena) = w;
}

/* The date in force for times without one: the last one before it, a heading or "Scheduled Date:"; else the
 * subject's. */
static const struct moment *date_before(const struct section *s, size_t i, const struct section *subject)
{
	for (size_t k = i; k-- > 0;)
		if (s->moments.v[k].dated && !is_beside_the_point(s, k))
			return &s->moments.v[k];
	for (size_t k = i + 1; k < s->moments.n && k <= i + 2; k++)
		if (s->moments.v[k].dated && !s->moments.v[k].timed &&
			line_start(s->text, s->moments.v[k].at) == line_start(s->text, s->moments.v[i].at))
			return &s->moments.v[k];
	for (size_t k = 0; subject && k < subject->moments.n; k++)
		if (subject->moments.v[k].dated)
			return &subject->moments.v[k];
	return NULL;
}

/* Gives the time *M, the I-th moment, its date: the one in force, or "Saturday" after it or after the mail. */
static bool borrow_date(const struct section *s, size_t i, const struct section *subject, struct moment *m)
{
	const struct moment *date = date_before(s, i, subject);
	struct civil day = s->sent;
	if (date)
		day = (struct civil){.year = date->year, .month = date->month, .day = date->day};
	bool named = m->weekday >= 0 && day.month && day.year;
	if (named && says(SAYS_HABIT, sentence_of(s, m->at)))
		return false; /* "your maintenance window, Sunday 03:00", "Monday to Friday 9:00", "last Friday" */
	if (named && (!date || civil_weekday(&day) != m->weekday))
		moment_on_weekday(m, day);
	else if (date)
		moment_borrow_date(m, date);
	return m->dated;
}

/* Two full moments side by side in the cells of one row are a range. */
static bool in_one_row(const struct section *s, size_t i)
{
	if (i + 1 >= s->moments.n)
		return false;
	const struct moment *a = &s->moments.v[i], *b = a + 1;
	struct str gap = str_slice(s->text, a->end, b->at);
	bool apart = str_find_byte(gap, '\t', 0) != STR_NPOS || str_starts(gap, STR("   ")); /* a table in plain text */
	return a->timed && b->timed && b->dated && !b->twin && apart && !letters(gap) &&
	       str_find_byte(gap, '\n', 0) == STR_NPOS;
}

static bool is_range(const struct section *s, size_t i)
{
	const struct moment *m = &s->moments.v[i];
	if (i + 1 >= s->moments.n)
		return false;
	if (m->to_next && says(SAYS_MOVED_FROM, label_of(s, i)))
		return false; /* "rescheduled from A to B" */
	return m->to_next || in_one_row(s, i);
}

static struct window range_window(const struct section *s, size_t i, struct nights *nights)
{
	const struct moment *v = s->moments.v;
	struct window w = {.from = v[i], .to = v[i + 1], .ends = true};
	*nights = nights_at(s, i);
	if (!nights->used) {
		nights->used = 2;
		return w;
	}
	w.from = nights->opens, w.to = nights->closes;
	moment_borrow_date(&w.from, &nights->first);
	w.to.dated = false; /* where each night has its own end */
	if (!nights->each)
		moment_borrow_date(&w.to, &nights->last);
	/* "in the night of the 25th to the 26th from 01:00 to 05:00": all of it is on the 26th */
	bool after_midnight = w.from.hour < NOON && w.from.hour < w.to.hour && w.to.hour <= NOON;
	if (!nights->each && after_midnight && says(SAYS_NIGHT, sentence_of(s, v[i].at)))
		moment_borrow_date(&w.from, &nights->last);
	w.from.at = v[i].at;
	return w;
}

/* "Start Date: D" and on the next line "Start Time: T" are one moment. */
static bool is_one_moment(const struct section *s, size_t i)
{
	const struct moment *m = &s->moments.v[i], *next = m + 1;
	if (i + 1 >= s->moments.n || !m->dated || m->timed || m->to_next || !next->timed || next->dated ||
		next->to_next)
		return false;
	struct str a = label_of(s, i), b = label_of(s, i + 1);
	return next->at - m->end < TWIN_REACH / 5 &&
	       ((says(SAYS_START, a) && says(SAYS_START, b)) || (says(SAYS_END, a) && says(SAYS_END, b)));
}

static void join_lines(struct section *s)
{
	struct moments *ms = &s->moments;
	for (size_t i = 0; i + 1 < ms->n; i++) {
		if (!is_one_moment(s, i))
			continue;
		size_t at = ms->v[i].at;
		moment_borrow_date(&ms->v[i + 1], &ms->v[i]);
		memmove(ms->v + i, ms->v + i + 1, (ms->n - i - 1) * sizeof *ms->v);
		ms->v[i].at = at;
		ms->n--;
	}
}

/* "on D at 22:00 and end at 23:30": the next one says that it is the end of this. */
static bool ends_next(const struct section *s, size_t i)
{
	const struct moment *v = s->moments.v;
	return i + 1 < s->moments.n && v[i].timed && v[i + 1].timed && v[i + 1].at - v[i].end < TWIN_REACH / 5 &&
	       says(SAYS_END, label_of(s, i + 1));
}

/* The end that belongs to a labelled start: before another start, in reach. */
static size_t end_for(const struct section *s, size_t i)
{
	const struct moments *ms = &s->moments;
	for (size_t k = i + 1; k < ms->n && ms->v[k].at - ms->v[i].end < PAIR_REACH; k++) {
		struct str label = label_of(s, k);
		if (ms->v[k].twin)
			continue;
		if (says(SAYS_END, label))
			return k;
		if (says(SAYS_START, label) || !says(SAYS_OTHER, label))
			return 0;
	}
	return 0;
}

/* Twins in brackets: UTC speaks for the pair, whichever came first. */
static void prefer_universal_twins(struct moments *ms)
{
	for (size_t i = 1; i < ms->n; i++) {
		struct moment *twin = &ms->v[i];
		size_t k = i - 1;
		while (k > 0 && ms->v[k].twin)
			k--;
		struct moment *first = &ms->v[k];
		if (!twin->twin || !twin->universal || first->universal || !twin->timed)
			continue;
		if (!twin->dated)
			continue; /* whose day it is in UTC cannot be told from it */
		bool to_next = first->to_next;
		size_t at = first->at, end = first->end;
		*first = *twin;
		first->twin = false, first->to_next = to_next, first->at = at, first->end = end;
	}
}

static void lone_moment(struct section *s, size_t i, const struct section *subject)
{
	struct window w = {.from = s->moments.v[i]};
	if (!w.from.dated && !borrow_date(s, i, subject, &w.from))
		return;
	if (w.from.weak && !w.from.timed)
		return;
	struct str label = label_of(s, i);
	if (!w.from.timed && says(SAYS_WEEK, label)) { /* "during the week of D" */
		w.to = w.from, w.ends = true;
		moment_add_days(&w.to, 6);
	}
	/* "has been extended to D", "wird bis D verlängert" */
	struct str behind = str_slice(s->text, w.from.end, line_end(s->text, w.from.end));
	w.only_end = w.from.timed &&
		     (says(SAYS_EXTENDED, label) || (says(SAYS_TILL, label) && says(SAYS_EXTENDED_AFTER, behind)));
	add_window(s, w, label);
}

static void collect(struct section *s, const struct section *subject)
{
	struct moments *ms = &s->moments;
	bool *done = NEW_N(s->arena, bool, ms->n + 4);
	size_t ends[MOMENTS_MAX / 100], ends_n = 0; /* ends that stand without a start, or before it */
	for (size_t i = 0; i < ms->n; i++) {
		if (done[i] || ms->v[i].twin)
			continue;
		if (is_beside_the_point(s, i)) { /* "Tuesdays 14:30 to 18:30": and so is its end */
			if (ms->v[i].to_next && i + 1 < ms->n && !ms->v[i + 1].dated)
				done[i + 1] = true;
			continue;
		}
		size_t end = 0;
		struct nights nights = {.used = 1};
		struct window w = {.from = ms->v[i]};
		struct str label = label_of(s, i);
		if (is_range(s, i)) {
			w = range_window(s, i, &nights);
		} else if (says(SAYS_MOVED_FROM, label)) {
			continue;
		} else if ((says(SAYS_START, label) || ends_next(s, i)) && ((end = end_for(s, i)) || ends_n)) {
			end = end ? end : ends[--ends_n];
			w.to = ms->v[end], w.ends = true;
			done[end] = true;
		} else if (ms->v[i].timed && says(SAYS_END, label) && !says(SAYS_START, label) && ends_n < LEN(ends)) {
			ends[ends_n++] = i;
			continue;
		} else {
			lone_moment(s, i, subject);
			continue;
		}
		for (size_t k = i; k < i + nights.used; k++)
			done[k] = true;
		if (!w.from.dated && !w.to.dated)
			borrow_date(s, i, subject, &w.from);
		complete_ends(&w);
		if (w.to.timed && says(SAYS_EXTENDED_FROM, label)) { /* from the old end to the new one */
			w.from = w.to;
			w.ends = false, w.only_end = true;
		}
		for (int day = 0; day <= nights.each && !s->windows.cut; day++) {
			add_window(s, w, label);
			moment_add_days(&w.from, 1);
			moment_add_days(&w.to, 1);
		}
	}
	for (size_t i = 0; i < ends_n && !s->windows.n; i++)
		lone_moment(s, ends[i], subject);
}

/* "Please upgrade no later than D. What is left on that date will be upgraded": nothing else says when. */
static void collect_deadline(struct section *s)
{
	bool forced = says(SAYS_FORCED, s->text);
	for (size_t i = 0; forced && i < s->moments.n && !s->windows.n; i++)
		if (s->moments.v[i].dated && says(SAYS_DEADLINE, label_of(s, i)))
			lone_moment(s, i, NULL);
}

struct windows windows_find(struct arena *arena, const struct window_question *q)
{
	struct section subject = {.arena = arena, .text = q->subject, .is_subject = true, .sent = q->sent},
		       body = {.arena = arena,
			       .text = q->body,
			       .sent = q->sent,
			       .aside = q->aside,
			       .aside_n = q->aside_n};
	struct section *both[] = {&subject, &body};
	subject.moments = moments_find(arena, q->subject, q->sent);
	body.moments = moments_find(arena, q->body, q->sent);
	moments_complete(&subject.moments, &body.moments, q->sent);
	for (size_t i = 0; i < LEN(both); i++) {
		prefer_universal_twins(&both[i]->moments);
		join_lines(both[i]);
		collect(both[i], i ? &subject : NULL);
	}
	if (!subject.windows.n && !body.windows.n)
		collect_deadline(&body);
	struct windows out = windows_choose(&subject, &body, q->sent);
	out.cut |= subject.moments.cut || body.moments.cut;
	return out;
}

struct str moment_text(struct arena *arena, const struct moment *m)
{
	struct civil c = civil_from_instant(moment_naive(m)); /* 24:00 is the next day's 00:00 */
	if (!m->timed)
		return str_fmt(arena, "%04d-%02d-%02d", m->year, m->month, m->day);
	if (m->seconds)
		return str_fmt(
			arena, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
	return str_fmt(arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}
