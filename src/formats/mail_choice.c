/*
 * Choosing: which of a mail's windows are what it promises. Only the best sort that a mail has is given. The
 * same window in several zones is one, and UTC speaks for it; so is one with the part of it in which things
 * will be down.
 */
#include "formats/mail_place.h"

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
	if (start > -ROUNDED && start < ROUNDED && end > -ROUNDED && end < ROUNDED &&
		is_universal(a) != is_universal(b))
		return true; /* 00:01 Pacific beside 07:00 GMT */
	if (start == 0)
		return false;
	if (!a->ends || !a->from.timed || is_universal(a) == is_universal(b) || a->in_subject != b->in_subject)
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
	return moment_instant(&a->from, a->zone) >= from && moment_instant(&a->to, a->zone) <= to && to - from <= DAY;
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
	if (ws->n != 1 || ws->v[0].ends || ws->v[0].only_end || !ws->v[0].from.timed)
		return;
	struct window *w = &ws->v[0];
	int64_t duration = duration_said(body);
	if (!duration)
		return;
	struct civil c = civil_from_instant(moment_naive(&w->from) + duration);
	w->to = w->from;
	w->to.year = c.year, w->to.month = c.month, w->to.day = c.day, w->to.hour = c.hour, w->to.minute = c.minute;
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
	bool plain = in_subject == RANK_FULL && subject->windows.n == 1 && is_universal(&subject->windows.v[0]);
	if (in_subject > in_body || (plain && body->windows.n <= 1)) {
		if (in_body == RANK_FULL && !same_windows(&subject->windows, &body->windows))
			subject->windows.doubt = "subject and body state different windows; the subject's is taken";
		return subject->windows;
	}
	return body->windows;
}

/* Only the best sort that a section has is given, each stretch once. */
static void keep_best(struct section *s)
{
	keep_rank(&s->windows, best_rank(&s->windows));
	if (best_rank(&s->windows) < RANK_FULL)
		keep_acted(s);
	drop_twins(s->arena, &s->windows);
	drop_parts(s->arena, &s->windows);
	end_by_extension(s);
}

/* What was over when the mail was written is no promise beside what lies ahead: a digest tells of both. */
static void drop_past(struct windows *ws, struct civil sent)
{
	instant mail;
	size_t ahead = 0, n = 0;
	if (!sent.month || !instant_from_civil(&sent, &mail))
		return;
	for (size_t i = 0; i < ws->n; i++)
		ahead += moment_naive(&ws->v[i].from) > mail;
	for (size_t i = 0; ahead && i < ws->n; i++) {
		const struct moment *last = ws->v[i].ends ? &ws->v[i].to : &ws->v[i].from;
		if (moment_naive(last) > mail - DAY)
			ws->v[n++] = ws->v[i];
	}
	ws->n = ahead ? n : ws->n;
}

/* "Maintenance of your servers" above times that lie ahead, none of them in words that we know: those are when. */
static void trust_subject(struct section *subject, struct section *body, struct civil sent)
{
	struct windows *ws = &body->windows;
	instant mail;
	if (best_rank(ws) != RANK_START || !sent.month || !instant_from_civil(&sent, &mail))
		return;
	for (size_t i = 0; i < ws->n; i++)
		if (ws->v[i].acted)
			return;
	for (size_t i = 0; i < ws->n && says(SAYS_ACTION, subject->text); i++)
		ws->v[i].acted = ws->v[i].rank == RANK_START && !ws->v[i].expiry &&
				 moment_naive(&ws->v[i].from) > mail &&
				 !says(SAYS_ASIDE, sentence_of(body, ws->v[i].from.at));
}

/* "New date: D" beside the date it was before. */
static void keep_fresh(struct windows *ws)
{
	size_t n = 0, fresh = 0;
	for (size_t i = 0; i < ws->n; i++)
		fresh += ws->v[i].fresh;
	for (size_t i = 0; i < ws->n && fresh && fresh < ws->n; i++)
		if (ws->v[i].fresh)
			ws->v[n++] = ws->v[i];
	ws->n = n ? n : ws->n;
}

/* "Support ends on D. What is left after that date will be upgraded": D is when that begins, where no other date is. */
static void force_at_expiry(struct windows *ws)
{
	for (size_t i = 0; i < ws->n; i++)
		if (!ws->v[i].expiry)
			return;
	for (size_t i = 0; i < ws->n; i++)
		ws->v[i].expiry = false;
}

struct windows windows_choose(struct section *subject, struct section *body, struct civil sent)
{
	trust_subject(subject, body, sent);
	keep_best(subject);
	keep_best(body);
	struct windows out = choose(subject, body);
	drop_past(&out, sent);
	keep_fresh(&out);
	if (says(SAYS_FORCED, body->text))
		force_at_expiry(&out);
	end_by_duration(&out, body->text);
	tentative_last(body->arena, &out);
	for (size_t i = 0; i < out.n && !out.doubt; i++)
		out.doubt = doubt_about(&out.v[i]);
	return out;
}
