/* Recovery points of an asset: the newest copy that existed, the newest within reach, and the one that was restored. */
#include "analyse/study.h"

static instant known_or(instant a, instant b)
{
	return a != INSTANT_NONE ? a : b;
}

/* By the copy's name (ids may be cut short), else by its data time, else by a name formed from it ("daily-1-20240619"),
 * else because the text names it. */
static bool restore_is_of(struct study *s, const struct event *e, const struct copy *c)
{
	struct str name = name_last(event_field(s->arena, e, "backup"));
	instant data_time;
	if (!name.n)
		name = name_last(event_field(s->arena, e, "copy"));
	if (name.n && (str_eq(name, c->id) || (name.n >= 8 && str_starts(c->id, name))))
		return true;
	if (event_field_time(s->arena, e, "data_time", &data_time))
		return data_time == c->data_time;
	struct str own[] = {name, event_field(s->arena, e, "restored"), name_last(subject_rest(e->subject))};
	for (size_t i = 0; i < LEN(own); i++) {
		if (own[i].n && name_begins(own[i], c->id))
			return true;
	}
	return !name.n && text_names(e->text, c->id);
}

static bool is_by_hand(const struct event *e)
{
	return !str_starts(e->subject, STR("backup:"));
}

static const struct event *restore_used(struct study *s, struct copy *copies, size_t n, struct copy **used)
{
	const struct event *best = NULL, *began = NULL;
	instant since = known_or(analysis_milestone(s->out, "fault_start")->at, s->out->incident_from);
	for (size_t i = 0; i < s->backups.n; i++) {
		const struct event *e = s->backups.v[i];
		if (e->at < since || e->at >= s->out->incident_to)
			continue;
		began = event_is(e, "backup.restore.started") ? e : began;
		if (!event_is(e, "backup.restore.completed"))
			continue;
		for (size_t k = 0; k < n; k++) { /* who notes by hand names the copy where it begins */
			bool noted =
				began && is_by_hand(began) && is_by_hand(e) && text_names(began->text, copies[k].id);
			if (!restore_is_of(s, e, &copies[k]) && !noted)
				continue;
			*used = &copies[k];
			best = e;
			break;
		}
	}
	return best;
}

/* A restore since the incident began is no drill: the first of them proves it. */
static void copy_grade(struct arena *a, const struct study *s, struct copy *c)
{
	for (size_t i = 0; s->incident && i < c->restores.n; i++) {
		if (c->restores.v[i]->at < s->incident->from)
			continue;
		const struct event **v = NEW_N(a, const struct event *, c->events.n + 1);
		memcpy(v, c->events.v, c->events.n * sizeof *v);
		v[c->events.n] = c->restores.v[i];
		c->events = proofs_of(a, v, c->events.n + 1);
		c->grade = GRADE_RESTORED;
		return;
	}
}

static void recovery_copies(struct arena *a, const struct study *s, const struct holding *h, struct recovery *r)
{
	r->copies = NEW_N(a, struct copy, h->copies.n);
	r->copies_n = h->copies.n;
	for (size_t i = 0; i < h->copies.n; i++) {
		struct copy *c = &r->copies[i];
		*c = *h->copies.v[i];
		copy_grade(a, s, c);
		c->reachable = place_is_reachable(c->place, r->judged_at, &c->reachability_unknown);
	}
}

/* A copy made after the loss holds the loss: it gives nothing back. */
static bool copy_helps(const struct copy *c, const struct recovery *r)
{
	return copy_is_there(c, r->judged_at) && (r->loss == INSTANT_NONE || c->data_time <= r->loss);
}

struct recovery recovery_of(
	struct arena *a, const struct study *s, const struct holding *h, instant judged_at, instant loss)
{
	struct recovery r = {.asset = h->asset->name, .judged_at = judged_at, .loss = loss};
	recovery_copies(a, s, h, &r);
	for (size_t i = 0; i < r.copies_n; i++) {
		const struct copy *c = &r.copies[i];
		if (!copy_helps(c, &r))
			continue;
		if (!r.existing)
			r.existing = c;
		if (!r.reachable && c->reachable)
			r.reachable = c;
	}
	return r;
}

/* What a copy made after the loss gave back is not known. */
static void recovery_loss(struct recovery *r)
{
	const struct copy *used = r->restored ? r->restored : r->reachable;
	r->loss_known = used && r->loss != INSTANT_NONE && used->data_time <= r->loss;
	if (r->loss_known)
		r->loss_length = r->loss - used->data_time;
}

void recovery_read(struct study *s)
{
	struct analysis *out = s->out;
	instant fault =
		known_or(analysis_milestone(out, "fault_start")->at, analysis_milestone(out, "impact_start")->at);
	out->recovery = NEW_N(s->arena, struct recovery, s->assets_n);
	for (size_t i = 0; i < s->assets_n; i++) {
		const struct asset *asset = &s->assets[i];
		instant loss = known_or(asset->loss, fault);
		instant judged = known_or(analysis_milestone(out, "restore_decided")->at,
			known_or(analysis_milestone(out, "restore_start")->at, known_or(loss, out->incident_to)));
		struct recovery *r = &out->recovery[out->recovery_n++];
		*r = recovery_of(s->arena, s, &s->holdings[i], judged, loss);
		struct copy *used = NULL;
		const struct event *restore = s->incident ? restore_used(s, r->copies, r->copies_n, &used) : NULL;
		if (restore) {
			used->grade = GRADE_RESTORED;
			r->restored = used;
		}
		recovery_loss(r);
	}
}

bool analysis_recovery_at(
	struct arena *a, const struct analysis *analysis, instant at, struct recovery **out, size_t *n)
{
	struct study *s = analysis->study;
	*out = NEW_N(a, struct recovery, s->assets_n);
	*n = s->assets_n;
	for (size_t i = 0; i < s->assets_n; i++) {
		(*out)[i] = recovery_of(a, s, &s->holdings[i], at, at);
		recovery_loss(&(*out)[i]);
	}
	return true;
}
