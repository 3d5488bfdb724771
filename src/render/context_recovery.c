/* Recovery points, copies and where they lie, in words. */
#include "render/context.h"
#include "render/render.h"
#include "render/say.h"

enum { COPIES_SHOWN = 12 };

/* An id that people copy into a shell stands as code, without anything invisible in it; any other text is escaped. */
static struct str code(struct arena *a, struct str id)
{
	struct buf b = BUF(a);
	bool plain = id.n > 0;
	for (size_t i = 0; i < id.n && plain; i++)
		plain = byte_is_alpha(id.p[i]) || byte_is_digit(id.p[i]) || memchr("._:/@+-", id.p[i], 7);
	if (plain)
		buf_fmt(&b, "`%.*s`", STR_ARG(id));
	else
		buf_markdown(&b, id);
	return buf_str(&b);
}

/* When the run was done, seen from the data it holds: most copies hold what was there when they began. */
static struct str finished(const struct context *c, const struct copy *copy)
{
	if (copy->finished == INSTANT_NONE)
		return STR("finished when is unknown");
	if (copy->data_time == INSTANT_NONE)
		return str_fmt(c->arena, "finished %.*s", STR_ARG(say_time(c->arena, copy->finished, c->zone)));
	int64_t took = copy->finished - copy->data_time;
	return took == 0
		       ? STR_NONE
		       : str_fmt(c->arena, "finished %.*s %s", STR_ARG(duration_str(c->arena, took < 0 ? -took : took)),
				 took < 0 ? "earlier" : "later");
}

static void put_copy(const struct context *c, struct json *o, const struct copy *copy)
{
	json_add_str(c->arena, o, "copy", copy->id);
	json_add_str(c->arena, o, "copy_md", code(c->arena, copy->id));
	json_add_str(c->arena, o, "tool", copy->tool);
	json_add_str(c->arena, o, "job", copy->job);
	json_add_str(c->arena, o, "location", copy->location.n ? copy->location : STR("place unknown"));
	json_add_str(c->arena, o, "location_because", copy->location_because);
	put_time(c, o, "data_time", copy->data_time);
	put_time(c, o, "finished", copy->finished);
	json_add_str(c->arena, o, "finished_words", finished(c, copy));
	json_add_str(c->arena, o, "grade",
		str_fmt(c->arena, "%s%s", grade_names[copy->grade], copy->partial ? ", incomplete" : ""));
	json_add_str(c->arena, o, "reachable",
		!copy->reachable             ? STR("no")
		: copy->reachability_unknown ? STR("taken to be: nothing says otherwise")
					     : STR("yes"));
	put_cites(c, o, "cites", &copy->events);
}

static struct str lost(const struct context *c, const struct recovery *r, const struct copy *copy)
{
	if (r->loss == INSTANT_NONE || !copy || copy->data_time == INSTANT_NONE)
		return STR("unknown");
	if (copy->data_time > r->loss)
		return STR("unknown: it is of after the loss");
	return duration_str(c->arena, r->loss - copy->data_time);
}

static void put_point(const struct context *c, struct json *list, const struct recovery *r, const struct copy *copy,
	const char *point, const char *none)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena));
	json_add_str(c->arena, o, "point", str_of(point));
	json_add_str(c->arena, o, "lost", lost(c, r, copy));
	if (copy)
		put_copy(c, o, copy);
	else
		json_add_str(c->arena, o, "none", str_of(none));
}

/* How much older OLD is than NEW. */
static void put_price_of(
	const struct context *c, struct json *o, const char *key, const struct copy *new, const struct copy *old)
{
	struct json *price = json_add_object(c->arena, o, key);
	json_add_str(c->arena, price, "length", duration_str(c->arena, new->data_time - old->data_time));
	json_add_str(c->arena, price, "cites",
		cite_both(c->arena, cite_proofs(c->arena, c->cites, &(struct proofs){new->events.v, new->events.n > 0}),
			cite_proofs(c->arena, c->cites, &(struct proofs){old->events.v, old->events.n > 0})));
}

/* What says AT, named and cited: the first of the milestones that stands there, else what a person said of the asset.
 */
static void put_instant(const struct context *c, struct json *o, const char *name, const char *cites,
	const struct recovery *r, instant at)
{
	static const char *const names[] = {"restore_decided", "restore_start", "fault_start", "impact_start"};
	const struct ledger *l = c->analysis->ledger;
	for (size_t i = 0; i < LEN(names); i++) {
		const struct milestone *m = analysis_milestone(c->analysis, names[i]);
		if (m->at != at || at == INSTANT_NONE)
			continue;
		json_add_str(c->arena, o, name, say_name(c->arena, str_of(names[i])));
		json_add_str(c->arena, o, cites, cite_milestone(c->arena, c->cites, m));
		return;
	}
	for (size_t i = 0; l && i < l->assets_n; i++) {
		if (l->assets[i].loss != at || !str_eq(l->assets[i].name, r->asset))
			continue;
		json_add_str(c->arena, o, name, STR("as stated for it"));
		json_add_str(c->arena, o, cites,
			cite_said(c->arena, c->cites,
				&(struct said){l->assets[i].said, l->assets[i].author,
					str_fmt(c->arena, "loss of %.*s", STR_ARG(r->asset)), at}));
		return;
	}
	json_add_str(c->arena, o, name, STR_NONE);
	json_add_str(c->arena, o, cites, STR_NONE);
}

/* How old the newest reachable copy may be. */
static int64_t objective(const struct analysis *an, const struct recovery *r)
{
	const struct ledger *l = an->ledger;
	for (size_t i = 0; l && i < l->assets_n; i++)
		if (str_eq(l->assets[i].name, r->asset) && l->assets[i].objective > 0)
			return l->assets[i].objective;
	return an->settings.objective;
}

/* What unreachability and the decision cost: the differences between the three points. */
static void put_price(const struct context *c, struct json *o, const struct recovery *r)
{
	if (r->existing && r->reachable && r->existing->data_time > r->reachable->data_time)
		put_price_of(c, o, "price_of_reach", r->existing, r->reachable);
	if (r->reachable && r->restored && r->reachable->data_time > r->restored->data_time)
		put_price_of(c, o, "price_of_decision", r->reachable, r->restored);
}

/* Objectives are given in hours: "26 h" is nobody's "1 d 2 h". */
static struct str hours(struct arena *a, int64_t length)
{
	return length % HOUR == 0 && length < 4 * DAY ? str_fmt(a, "%lld h", (long long)(length / HOUR))
						      : duration_str(a, length);
}

/* A restore may be told without the copy that it used. */
static const char *nothing_restored(const struct context *c)
{
	const struct milestone *done = analysis_milestone(c->analysis, "restore_done");
	return done && done->at != INSTANT_NONE ? "a restore was done; no evidence tells of which copy of this asset"
						: "nothing was restored as far as the evidence goes";
}

static void put_asset(const struct context *c, struct json *list, const struct recovery *r)
{
	struct json *o = json_push(c->arena, list, json_object(c->arena)), *rows;
	json_add_str(c->arena, o, "asset", r->asset);
	put_time(c, o, "judged_at", r->judged_at);
	put_time(c, o, "loss", r->loss);
	put_instant(c, o, "judged_name", "judged_cites", r, r->judged_at);
	put_instant(c, o, "loss_name", "loss_cites", r, r->loss);
	json_add_str(c->arena, o, "objective", hours(c->arena, objective(c->analysis, r)));
	json_add_bool(c->arena, o, "loss_known", r->loss_known && r->restored && r->loss != INSTANT_NONE);
	put_length(c, o, "loss_length", r->loss_known, r->loss_length);
	struct json *points = json_add_array(c->arena, o, "points");
	put_point(c, points, r, r->existing, "newest existing", "no copy existed as far as the evidence goes");
	put_point(c, points, r, r->reachable, "newest reachable", "none was reachable");
	put_point(c, points, r, r->restored, "restored", nothing_restored(c));
	put_price(c, o, r);
	json_add_bool(c->arena, o, "has_copies", r->copies_n > 0);
	size_t n = put_list(c, o, "copies", r->copies_n, COPIES_SHOWN, &rows);
	for (size_t i = 0; i < n; i++)
		put_copy(c, json_push(c->arena, rows, json_object(c->arena)), &r->copies[i]);
}

static void put_places(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "locations");
	for (size_t i = 0; i < c->analysis->places_n; i++) {
		const struct place *p = &c->analysis->places[i];
		for (size_t k = 0; k < p->n; k++) {
			struct json *o = json_push(c->arena, list, json_object(c->arena));
			json_add_str(c->arena, o, "name", p->name);
			json_add_str(c->arena, o, "state", p->v[k].state);
			json_add_str(c->arena, o, "from",
				p->v[k].from == INSTANT_NONE ? STR("before the evidence begins")
							     : say_time(c->arena, p->v[k].from, c->zone));
			json_add_str(c->arena, o, "to",
				p->v[k].to == INSTANT_NONE ? STR("as far as the evidence goes")
							   : say_time(c->arena, p->v[k].to, c->zone));
			put_cites(c, o, "cites", &p->v[k].events);
		}
	}
}

void context_recovery(const struct context *c, struct json *root)
{
	struct json *list = json_add_array(c->arena, root, "recovery");
	for (size_t i = 0; i < c->analysis->recovery_n; i++)
		put_asset(c, list, &c->analysis->recovery[i]);
	put_places(c, root);
	json_add_bool(c->arena, root, "has_locations", c->analysis->places_n > 0);
}
