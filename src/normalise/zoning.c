/* The zone of clocks that do not state it, as other lines of the document prove it. */
#include "normalise/clockwork.h"

#include <stdlib.h>

/*
 * A line without zone that stands next to one with a zone was written at about its time: in one zone, and in no other,
 * the two are moments apart. One such pair may be chance (a listing, a line that was late): two are needed, with zones
 * stated by two lines, or a line that its format knows to write one moment twice. All pairs of a document must agree,
 * but for clocks that change: once in a while, by an hour or half of one.
 *
 * Whoever may write a line may lie: what one host states proves nothing of another's clock, and a zone in which the
 * document would have been written after it was last changed is none.
 */
enum {
	GRAIN = 15 * 60,      /* seconds: zones differ by quarters of an hour */
	EAST_MAX = 14 * 3600, /* Line Islands */
	WEST_MAX = 11 * 3600, /* Samoa; nobody lives further west */
	CHANGE_MAX = 3600,    /* what clocks change by */
	WEIGHT_LINES = 1,     /* of lines that follow each other */
	WEIGHT_TWIN = 2,      /* of one line that is known to say the same moment twice, or says its zone */
	WEIGHT_PROVED = 2
};
static const int64_t apart_max = 2 * SECOND; /* between lines that follow each other */
static const int64_t steady = 30 * DAY;      /* no zone changes twice within */
static const int64_t slack = 5 * MINUTE;     /* clocks differ a little */
static const int64_t late_max = 15 * HOUR;   /* later than that, it is not the zone that is wrong */
static const int64_t reach = 60 * DAY;       /* beyond its pairs a proof holds so far, if no clocks change until then */

/* The offsets in use that are no whole hours, in minutes (tz database, since 1970). */
static const int odd_offsets[] = {-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 585, 630, 765, 825};

static bool is_in_use(int64_t offset)
{
	for (size_t i = 0; i < LEN(odd_offsets); i++)
		if (offset == odd_offsets[i] * 60)
			return true;
	return offset % 3600 == 0 && offset >= -WEST_MAX && offset <= EAST_MAX;
}

/*
 * Those that change their clocks together, and how far east of UTC their zones are, in hours: where none of those that
 * may be meant changed between two instants, an offset that held at one holds at the other (tz database).
 */
static const struct family {
	const char *zone;
	int west, east;
} families[] = {
	{"Europe/Berlin", -3, 4},
	{"Europe/Moscow", 2, 13},
	{"America/New_York", -11, -2},
	{"America/Mexico_City", -8, -5},
	{"America/Havana", -5, -4},
	{"America/Santiago", -6, -3},
	{"America/Asuncion", -4, -3},
	{"America/Sao_Paulo", -5, -1},
	{"Australia/Sydney", 9, 11},
	{"Pacific/Auckland", 12, 14},
	{"Asia/Jerusalem", 2, 3},
	{"Asia/Beirut", 2, 3},
	{"Asia/Amman", 2, 3},
	{"Asia/Gaza", 2, 3},
	{"Asia/Damascus", 2, 3},
	{"Asia/Tehran", 3, 5},
	{"Africa/Cairo", 2, 3},
	{"Africa/Casablanca", -1, 1},
};

static bool clocks_changed(int offset, instant a, instant b)
{
	for (size_t i = 0; i < LEN(families); i++) {
		const struct family *f = families + i;
		struct err ignored = {0};

		if (offset < f->west * 3600 || offset > f->east * 3600)
			continue;
		const struct zone *zone = zone_open(str_of(f->zone), &ignored);
		if (!zone || zone_offset(zone, a) != zone_offset(zone, b))
			return true;
	}
	return false;
}

static struct writer *writer_of(struct zoning *z, struct arena *arena, const char *form, struct str host)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->writers[i].form == form && str_eq(z->writers[i].host, host))
			return z->writers + i;
	if (z->n == WRITERS_MAX)
		return NULL;
	z->writers[z->n] = (struct writer){.form = form, .host = str_dup(arena, host)};
	return z->writers + z->n++;
}

/* WHERE: the line without zone, and BY the one that states it; a line's word counts once. */
static void prove(
	struct writer *w, struct arena *arena, instant local, int offset, int64_t where, int64_t by, int weight)
{
	struct proof *last = w->proofs.n ? w->proofs.v + w->proofs.n - 1 : NULL;
	bool same = last && last->offset == offset;

	if (same && llabs(local - last->to) < steady) {
		last->from = local < last->from ? local : last->from;
		last->to = local > last->to ? local : last->to;
		last->line_to = where > last->line_to ? where : last->line_to;
		last->weight += by == last->by ? 0 : weight;
		last->by = by;
		return;
	}
	bool first = w->proofs.n == 1, may_change = last && abs(last->offset - offset) <= CHANGE_MAX;
	w->refuted |= last && !same && !(may_change && (first || llabs(local - last->from) > steady));
	w->refuted |= w->proofs.n == PROOFS_MAX;
	if (!w->refuted)
		*PUSH(&w->proofs, arena) = (struct proof){local, local, offset, weight, where, where, by};
}

/* The local time of a stamp; what it leaves out is nearest to AT. */
static instant local_near(const struct written *w, instant at)
{
	struct civil civil = w->civil;
	instant local;

	if (!w->has_year && (!w->has_month || !order_nearest(w, at, &civil)))
		return INSTANT_NONE;
	return instant_from_civil(&civil, &local) ? local : INSTANT_NONE;
}

static void pair(struct zoning *z, struct arena *arena, const struct seen *here, const struct seen *there, int weight)
{
	instant local = local_near(&here->written, there->at);
	struct writer *w = str_eq(here->host, there->host) ? writer_of(z, arena, here->form, here->host) : NULL;

	if (!w || local == INSTANT_NONE || here->written.precision > PRECISION_S)
		return;
	int64_t grain = GRAIN * SECOND, apart = local - there->at;
	int64_t grains = (apart + (apart < 0 ? -grain : grain) / 2) / grain, offset = grains * GRAIN;
	if (llabs(apart - grains * grain) > apart_max || !is_in_use(offset))
		return;
	prove(w, arena, local, (int)offset, here->line, there->line, weight);
}

/* A line that would have been written after the document in the zone that is proved. */
static void doubt(struct zoning *z, const struct seen *now)
{
	instant local = z->not_after == INSTANT_NONE ? INSTANT_NONE : local_near(&now->written, z->not_after);

	for (size_t i = 0; i < z->n && local != INSTANT_NONE; i++) {
		struct writer *w = z->writers + i;
		const struct proof *last = w->proofs.n ? w->proofs.v + w->proofs.n - 1 : NULL;
		if (!last || w->form != now->form || !str_eq(w->host, now->host))
			continue;
		int64_t late = local - last->offset * SECOND - z->not_after;
		w->refuted |= late > slack && late < late_max;
	}
}

void zoning_see(struct zoning *z, struct arena *arena, const struct seen *now)
{
	const struct seen *last = &z->last;

	if (last->line && last->at != INSTANT_NONE && now->at == INSTANT_NONE)
		pair(z, arena, now, last, WEIGHT_LINES);
	if (last->line && last->at == INSTANT_NONE && now->at != INSTANT_NONE)
		pair(z, arena, last, now, WEIGHT_LINES);
	if (z->n && now->at == INSTANT_NONE)
		doubt(z, now);
	z->last = *now;
	if (now->host.n)
		memcpy(z->last_host, now->host.p, now->host.n);
	z->last.host = str_n(z->last_host, now->host.n);
}

void zoning_twin(
	struct zoning *z, struct arena *arena, const struct seen *a, const struct seen *b, bool same, bool declared)
{
	struct writer *any = same ? NULL : writer_of(z, arena, NULL, STR_NONE);
	int weight = declared ? WEIGHT_TWIN : WEIGHT_LINES;

	if (same && a->at == INSTANT_NONE && b->at != INSTANT_NONE)
		pair(z, arena, a, b, weight);
	if (same && a->at != INSTANT_NONE && b->at == INSTANT_NONE)
		pair(z, arena, b, a, WEIGHT_LINES);
	/* UTC is what storage answers in, whatever the clock shows. */
	if (any && b->written.zone_said == SAID_OFFSET && b->written.offset)
		prove(any, arena, b->at + b->written.offset * SECOND, b->written.offset, b->line, b->line, WEIGHT_TWIN);
}

static int64_t lines_away(const struct proof *p, int64_t line)
{
	return line < p->line ? p->line - line : line > p->line_to ? line - p->line_to : 0;
}

/* Of those that hold at this very time (twice, where clocks went back) the one whose lines are nearest. */
static const struct proof *proof_at(const struct writer *w, instant local, int64_t line)
{
	const struct proof *found = NULL;

	for (size_t i = 0; i < w->proofs.n; i++) {
		const struct proof *p = w->proofs.v + i;
		if (p->weight < WEIGHT_PROVED || local < p->from || local > p->to)
			continue;
		if (!found || (line && lines_away(p, line) < lines_away(found, line)))
			found = p;
	}
	return found;
}

static const struct proof *proof_find(const struct writer *w, instant local, int64_t line)
{
	const struct proof *before = NULL, *after = NULL, *at = w->refuted ? NULL : proof_at(w, local, line);

	if (w->refuted || at)
		return at;
	for (size_t i = 0; i < w->proofs.n; i++) {
		const struct proof *p = w->proofs.v + i;
		if (p->weight < WEIGHT_PROVED)
			continue;
		if (local > p->to && (!before || p->to > before->to))
			before = p;
		if (local < p->from && (!after || p->from < after->from))
			after = p;
	}
	const struct proof *near = !before                                              ? after
				   : !after || local - before->to < after->from - local ? before
											: after;
	if (!near || (before && after && before->offset != after->offset))
		return NULL;
	instant edge = local > near->to ? near->to : near->from, shift = near->offset * SECOND;
	if (llabs(local - edge) > reach || clocks_changed(near->offset, edge - shift, local - shift))
		return NULL;
	return near;
}

const struct proof *zoning_find(const struct zoning *z, const char *form, struct str host, instant local, int64_t line)
{
	const struct proof *found = NULL;

	for (size_t i = 0; i < z->n; i++) {
		const struct writer *w = z->writers + i;
		if ((form && w->form && w->form != form) || (w->form && !str_eq(w->host, host)))
			continue;
		const struct proof *p = proof_find(w, local, line);
		if (w->refuted || (found && p && p->offset != found->offset))
			return NULL;
		found = found ? found : p;
	}
	return found;
}
