/*
 * Windows from moments. A range ("A to B"), or a start and an end by their labels, is worth most; then a
 * start alone; then a date. Only the best sort that a mail has is given. The same window in several zones is
 * one, and UTC speaks for it.
 */
#include "formats/mail_nights.h"
#include "formats/mail_place.h"

enum rank { RANK_NONE, RANK_DATE, RANK_DATES, RANK_START, RANK_FULL };
enum {
	ROWS_MAX = 100,   /* rows of a table between a window and the column's head */
	LABEL_LINES = 3,  /* lines above a window that may name its zone */
	TWIN_REACH = 500, /* bytes between a window and itself in another zone */
	PAIR_REACH = 700, /* bytes between a start and its end */
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

/* For a window written between AT and END without one: its own line, then the label above, then the mail. */
static struct str zone_nearby(const struct section *s, size_t at, size_t end)
{
	size_t start = line_start(s->text, at), stop = line_end(s->text, end);
	const struct zone_mention *z = mention_between(&s->moments, start, at, true);
	if (!z)
		z = mention_between(&s->moments, end, stop, false);
	for (int up = 0, rows = 0; !z && up < LABEL_LINES && rows < ROWS_MAX && start > 0; up++) {
		size_t above = line_start(s->text, start - 1);
		bool is_row = str_find_byte(str_slice(s->text, above, start - 1), '\t', 0) != STR_NPOS;
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
	w.tentative = says(SAYS_TENTATIVE, label);
	struct str sentence = sentence_of(s, w.from.at);
	w.expiry = says(SAYS_EXPIRY, label);
	w.impact = says(SAYS_IMPACT, label);
	w.acted = says(SAYS_ACTION, sentence) || says(SAYS_WINDOW, sentence) || says(SAYS_ACTION, label) ||
		  says(SAYS_WINDOW, label) ||
		  (w.from.timed && says(SAYS_ACTION, introduction_of(s, w.from.at)));
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

/* Two full moments side by side in the cells of one row are a range. */
static bool in_one_row(const struct section *s, size_t i)
{
	if (i + 1 >= s->moments.n)
		return false;
	const struct moment *a = &s->moments.v[i], *b = a + 1;
	struct str gap = str_slice(s->text, a->end, b->at);
	return a->timed && b->timed && b->dated && !b->twin && str_find_byte(gap, '\t', 0) != STR_NPOS &&
	       !letters(gap) && str_find_byte(gap, '\n', 0) == STR_NPOS;
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
	return i + 1 < s->moments.n && v[i].timed && v[i + 1].timed &&
	       v[i + 1].at - v[i].end < TWIN_REACH / 5 && says(SAYS_END, label_of(s, i + 1));
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
	if (!w.from.dated) {
		const struct moment *date = date_before(s, i, subject);
		if (!date)
			return;
		moment_borrow_date(&w.from, date);
	}
	if (w.from.weak && !w.from.timed)
		return;
	add_window(s, w, label_of(s, i));
}

static void collect(struct section *s, const struct section *subject)
{
	struct moments *ms = &s->moments;
	bool *done = NEW_N(s->arena, bool, ms->n + 4);
	size_t ends[MOMENTS_MAX / 100], ends_n = 0; /* ends that stand without a start, or before it */
	for (size_t i = 0; i < ms->n; i++) {
		if (done[i] || ms->v[i].twin || is_beside_the_point(s, i))
			continue;
		size_t end = 0;
		struct nights nights = {.used = 1};
		struct window w = {.from = ms->v[i]};
		struct str label = label_of(s, i);
		if (is_range(s, i)) {
			w = range_window(s, i, &nights);
		} else if (says(SAYS_MOVED_FROM, label)) {
			continue;
		} else if ((says(SAYS_START, label) || ends_next(s, i)) &&
			   ((end = end_for(s, i)) || ends_n)) {
			end = end ? end : ends[--ends_n];
			w.to = ms->v[end], w.ends = true;
			done[end] = true;
		} else if (ms->v[i].timed && says(SAYS_END, label) && !says(SAYS_START, label) &&
			   ends_n < LEN(ends)) {
			ends[ends_n++] = i;
			continue;
		} else {
			lone_moment(s, i, subject);
			continue;
		}
		for (size_t k = i; k < i + nights.used; k++)
			done[k] = true;
		const struct moment *date = w.from.dated || w.to.dated ? NULL : date_before(s, i, subject);
		if (date)
			moment_borrow_date(&w.from, date);
		complete_ends(&w);
		for (int day = 0; day <= nights.each && !s->windows.cut; day++) {
			add_window(s, w, label);
			moment_add_days(&w.from, 1);
			moment_add_days(&w.to, 1);
		}
	}
	for (size_t i = 0; i < ends_n && !s->windows.n; i++)
		lone_moment(s, ends[i], subject);
}

/* --- choosing --- */

static bool is_universal(const struct window *w)
{
	return w->from.universal || str_eq(w->zone, STR("UTC"));
}

#define ROUNDED (10 * MINUTE) /* a twin in another zone may be rounded by less than this */

/* The same stretch in two zones, one of them UTC or both known. */
static bool is_twin(const struct window *a, const struct window *b)
{
	if (!a->ends != !b->ends || a->from.timed != b->from.timed || a->expiry != b->expiry)
		return false;
	instant start = moment_instant(&a->from, a->zone) - moment_instant(&b->from, b->zone),
		end = a->ends ? moment_instant(&a->to, a->zone) - moment_instant(&b->to, b->zone) : 0;
	if (start == 0 && end == 0)
		return true;
	if (start > -ROUNDED && start < ROUNDED && end > -ROUNDED && end < ROUNDED && is_universal(a) != is_universal(b))
		return true; /* 00:01 Pacific beside 07:00 GMT */
	if (start == 0)
		return false;
	if (!a->ends || !a->from.timed || is_universal(a) == is_universal(b) ||
		a->in_subject != b->in_subject)
		return false;
	size_t distance = a->from.at < b->from.at ? b->from.at - a->from.at : a->from.at - b->from.at;
	instant from = moment_naive(&a->from) - moment_naive(&b->from),
		to = moment_naive(&a->to) - moment_naive(&b->to);
	return distance < TWIN_REACH && from == to && from <= 14 * HOUR && from >= -14 * HOUR &&
	       from % (15 * MINUTE) == 0;
}

/* Whether window I is told better by another one: in UTC, or earlier in the text. */
static bool is_told_by(struct windows *ws, size_t i, size_t by)
{
	const struct window *w = &ws->v[i], *other = &ws->v[by];
	if (by == i || !is_twin(w, other))
		return false;
	return is_universal(w) != is_universal(other) ? is_universal(other) : by < i;
}

static void drop_twins(struct arena *arena, struct windows *ws)
{
	bool *told = NEW_N(arena, bool, ws->n + 1);
	for (size_t i = 0; i < ws->n; i++)
		for (size_t by = 0; by < ws->n && !told[i]; by++)
			if (is_told_by(ws, i, by)) {
				told[i] = true;
				ws->v[by].tentative |= ws->v[i].tentative;
			}
	size_t n = 0;
	for (size_t i = 0; i < ws->n; i++)
		if (!told[i])
			ws->v[n++] = ws->v[i];
	ws->n = n;
}

static bool is_inside(const struct window *a, const struct window *b)
{
	instant from = moment_instant(&b->from, b->zone), to = moment_instant(&b->to, b->zone);
	return moment_instant(&a->from, a->zone) >= from && moment_instant(&a->to, a->zone) <= to &&
	       to - from <= DAY;
}

/* When a circuit is expected to be down is part of the promised window, not one more. */
static void drop_parts(struct arena *arena, struct windows *ws)
{
	bool *part = NEW_N(arena, bool, ws->n + 1);
	for (size_t i = 0; i < ws->n; i++)
		for (size_t by = 0; by < ws->n && !part[i]; by++) {
			const struct window *w = &ws->v[i], *whole = &ws->v[by];
			part[i] = by != i && w->rank == RANK_FULL && whole->rank == RANK_FULL && !whole->impact &&
				  (w->impact || is_inside(w, whole));
		}
	size_t n = 0;
	for (size_t i = 0; i < ws->n; i++)
		if (!part[i])
			ws->v[n++] = ws->v[i];
	ws->n = n;
}

static int best_rank(const struct windows *ws)
{
	int best = RANK_NONE;
	for (size_t i = 0; i < ws->n; i++)
		if (ws->v[i].rank > best)
			best = ws->v[i].rank;
	return best;
}

static void keep_rank(struct windows *ws, int rank)
{
	size_t n = 0;
	for (size_t i = 0; i < ws->n; i++)
		if (ws->v[i].rank == rank)
			ws->v[n++] = ws->v[i];
	ws->n = n;
}

/* A date by itself counts where its sentence or what heads it speaks of something being done to the service.
 */
static void keep_acted(struct section *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->windows.n; i++)
		if (s->is_subject || s->windows.v[i].acted)
			s->windows.v[n++] = s->windows.v[i];
	s->windows.n = n;
}

/* "for 2 hours", "Duration: 4 Hours": only where no end is said and one start. */
static void end_by_duration(struct windows *ws, struct str body)
{
	int64_t duration = duration_said(body);
	if (ws->n != 1 || ws->v[0].ends || !ws->v[0].from.timed || !duration)
		return;
	struct window *w = &ws->v[0];
	struct civil c = civil_from_instant(moment_naive(&w->from) + duration);
	w->to = w->from;
	w->to.year = c.year, w->to.month = c.month, w->to.day = c.day, w->to.hour = c.hour,
	w->to.minute = c.minute;
	w->ends = true;
}

/* "extended till T": a later end, said on its own, of the one window there is. */
static void end_by_extension(struct section *s)
{
	struct windows *ws = &s->windows;
	for (size_t i = 0; i < s->moments.n && ws->n == 1 && ws->v[0].rank == RANK_FULL; i++) {
		const struct moment *m = &s->moments.v[i];
		struct window *w = &ws->v[0];
		if (!m->dated || !m->timed || !says(SAYS_EXTENDED, label_of(s, i)))
			continue;
		instant end = moment_instant(m, w->zone), old = moment_instant(&w->to, w->zone);
		if (end > old || (end == old && m->universal))
			w->to = *m;
	}
}

static void tentative_last(struct arena *arena, struct windows *ws)
{
	struct windows out = {.doubt = ws->doubt, .cut = ws->cut};
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < ws->n; i++)
			if (ws->v[i].tentative == (pass == 1))
				*PUSH(&out, arena) = ws->v[i];
	bool all = out.n && out.v[0].tentative;
	for (size_t i = 0; i < out.n && all; i++)
		out.v[i].tentative = false; /* with nothing to stand in for, it is the plan */
	*ws = out;
}

/* "PST" in summer is what people write when they mean the clock on the wall. */
static const char *doubt_about(const struct window *w)
{
	static const char *const winter[] = {"EST", "CST", "MST", "PST", "CET", "MEZ", "EET"};
	struct str zone = w->from.zone.n ? w->from.zone : w->zone;
	for (size_t i = 0; i < LEN(winter); i++)
		if (str_eq(zone, str_of(winter[i])) && w->from.month >= 4 && w->from.month <= 10)
			return "a winter time zone is named for a date in summer; taken literally, it may be "
			       "an hour off";
	return NULL;
}

static bool same_windows(const struct windows *a, const struct windows *b)
{
	return a->n == 1 && b->n == 1 && is_twin(&a->v[0], &b->v[0]);
}

/* The subject is written last and by hand: a whole window in UTC there outweighs one in the body. */
static struct windows choose(struct section *subject, struct section *body)
{
	int in_subject = best_rank(&subject->windows), in_body = best_rank(&body->windows);
	bool plain =
		in_subject == RANK_FULL && subject->windows.n == 1 && is_universal(&subject->windows.v[0]);
	if (in_subject > in_body || (plain && body->windows.n <= 1)) {
		if (in_body == RANK_FULL && !same_windows(&subject->windows, &body->windows))
			subject->windows.doubt =
				"subject and body state different windows; the subject's is taken";
		return subject->windows;
	}
	return body->windows;
}

struct windows windows_find(struct arena *arena, const struct window_question *q)
{
	struct section subject = {.arena = arena, .text = q->subject, .is_subject = true},
		       body = {.arena = arena, .text = q->body};
	struct section *both[] = {&subject, &body};
	subject.moments = moments_find(arena, q->subject, q->sent);
	body.moments = moments_find(arena, q->body, q->sent);
	moments_complete(&subject.moments, &body.moments, q->sent);
	for (size_t i = 0; i < LEN(both); i++) {
		prefer_universal_twins(&both[i]->moments);
		join_lines(both[i]);
		collect(both[i], i ? &subject : NULL);
		keep_rank(&both[i]->windows, best_rank(&both[i]->windows));
		if (best_rank(&both[i]->windows) < RANK_FULL)
			keep_acted(both[i]);
		drop_twins(arena, &both[i]->windows);
		drop_parts(arena, &both[i]->windows);
		end_by_extension(both[i]);
	}
	struct windows out = choose(&subject, &body);
	end_by_duration(&out, q->body);
	tentative_last(arena, &out);
	out.cut |= subject.moments.cut || body.moments.cut;
	for (size_t i = 0; i < out.n && !out.doubt; i++)
		out.doubt = doubt_about(&out.v[i]);
	return out;
}

struct str moment_text(struct arena *arena, const struct moment *m)
{
	struct civil c = civil_from_instant(moment_naive(m)); /* 24:00 is the next day's 00:00 */
	if (!m->timed)
		return str_fmt(arena, "%04d-%02d-%02d", m->year, m->month, m->day);
	if (m->seconds)
		return str_fmt(arena, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
			c.minute, c.second);
	return str_fmt(arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}
