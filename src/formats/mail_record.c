/* The records of a notice: one for each window, or calendar, or post that it tells of. */
#include "formats/mail_record.h"
#include "formats/fields.h"

enum { TITLE_MAX = 200 }; /* bytes of a title made of the text */

/* --- one record --- */

static void common_fields(const struct outlet *o, const struct notice *n, struct fields *f)
{
	static const char *const within[] = {[WITHIN_UNKNOWN] = "", [WITHIN_YES] = "yes", [WITHIN_NO] = "no"};
	const struct letter *l = n->letter;
	fields_put(f, "class", n->class);
	if (o->sums_up)
		fields_put(f, "sums_up", STR("yes"));
	if (!str_eq(n->about, STR("none")))
		fields_put(f, "about", n->about);
	fields_put(f, "status", n->status);
	fields_put(f, "provider", n->provider);
	fields_put(f, "reference", n->reference);
	fields_put(f, "title", l->title);
	fields_put(f, "sender", l->from.address);
	fields_put(f, "forwarded_by", l->forwarded_by);
	fields_put(f, "forwarded_within", str_of(within[l->within]));
	fields_put(f, "message_id", l->message_id);
	fields_put(f, "in_reply_to", l->in_reply_to);
	fields_put(f, "references", l->references);
	fields_put(f, "resource", n->resource);
	if (!n->cluster.n && str_find(n->resource, STR(", "), 0) == STR_NPOS)
		fields_put(f, "service", n->resource);
	fields_put(f, "cluster", n->cluster);
	fields_put(f, "account", n->account);
	fields_put(f, "version_from", n->versions.from);
	fields_put(f, "version_to", n->versions.to);
	if (wording_reminds(&n->words) && !str_eq(n->class, STR("none")))
		fields_put(f, "reminder", STR("yes"));
	if (str_find_byte(o->doc->flags, 'S', 0) != STR_NPOS || str_find_byte(o->doc->flags, 'R', 0) != STR_NPOS ||
		l->was_read)
		fields_put(f, "read", STR("yes"));
}

enum { STAMPS_MAX = 4 + 6 }; /* window_from, window_to, sent, forwarded; those of a run */

static void put(struct outlet *o, struct fields *f, const struct stamp *stamps, size_t stamps_n)
{
	const struct letter *l = o->notice.letter;
	struct stamp all[STAMPS_MAX];
	for (size_t i = 0; i < stamps_n; i++)
		all[i] = stamps[i];
	if (l->sent_at.n)
		all[stamps_n++] = (struct stamp){STR("sent"), l->sent_at, l->sent_zone, NULL};
	if (l->forwarded_at.n)
		all[stamps_n++] = (struct stamp){.name = STR("forwarded"), .when = l->forwarded_at};
	for (size_t i = 0; o->run && i < o->run->stamps_n && stamps_n < STAMPS_MAX; i++)
		all[stamps_n++] = o->run->stamps[i];
	for (size_t i = 0; o->run && i < o->run->fields_n && f->n < FIELDS_MAX; i++)
		fields_put(f, str_cstr(o->notice.arena, o->run->fields[i].name), o->run->fields[i].value);
	struct str identity = o->records++ && o->identity.n
				      ? str_fmt(o->notice.arena, "%.*s/window %zu", STR_ARG(o->identity), o->records)
				      : o->identity;
	sink_put(o->sink, &(struct record){
				  .from = o->from,
				  .raw = o->raw,
				  .when = o->when,
				  .zone = o->zone,
				  .basis = o->basis,
				  .identity = identity,
				  .text = o->printed.n ? o->printed
					  : l->title.n ? l->title
						       : str_slice(str_first_line(l->body), 0, TITLE_MAX),
				  .body = o->excerpt,
				  .fields = f->v,
				  .fields_n = f->n,
				  .stamps = all,
				  .stamps_n = stamps_n,
			  });
}

/* --- windows --- */

static struct stamp stamp_of(struct outlet *o, const char *name, const struct moment *m, struct str zone)
{
	return (struct stamp){str_of(name), moment_text(o->notice.arena, m),
		!m->timed   ? STR_NONE
		: m->zone.n ? m->zone
			    : zone,
		NULL};
}

static void put_window(struct outlet *o, const struct window *w, size_t number, size_t of)
{
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	struct notice said = o->notice;
	if (w->tentative)
		said.status = STR("tentative");
	if (w->expiry && str_eq(said.class, STR("upgrade")))
		said.class = STR("deprecation"); /* "upgrades start on A; support ends on B": B is no promised window */
	if (w->cluster.n)
		said.cluster = said.resource = w->cluster;
	common_fields(o, &said, &f);
	if (of > 1)
		fields_put(&f, "window", str_fmt(said.arena, "%zu", number));
	stamps[stamps_n++] = stamp_of(o, w->only_end ? "window_to" : "window_from", &w->from, w->zone);
	if (w->ends)
		stamps[stamps_n++] = stamp_of(o, "window_to", &w->to, w->zone);
	put(o, &f, stamps, stamps_n);
}

static void put_plain(struct outlet *o)
{
	struct fields f = {0};
	common_fields(o, &o->notice, &f);
	put(o, &f, NULL, 0);
}

/* --- calendars --- */

static void put_event(struct outlet *o, const struct ical_event *e)
{
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	struct notice said = o->notice;
	if (e->maintnote) {
		said.account = e->account.n ? e->account : said.account;
		said.status = e->status.n ? e->status : said.status;
		said.reference = e->reference.n ? e->reference : said.reference;
		said.resource = e->resource.n ? e->resource : said.resource;
	}
	common_fields(o, &said, &f);
	fields_put(&f, "uid", e->uid);
	fields_put(&f, "sequence", e->sequence);
	fields_put(&f, "impact", e->impact);
	if (e->start.when.n)
		stamps[stamps_n++] = (struct stamp){STR("window_from"), e->start.when, e->start.zone, NULL};
	if (e->end.when.n)
		stamps[stamps_n++] = (struct stamp){STR("window_to"), e->end.when, e->end.zone, NULL};
	put(o, &f, stamps, stamps_n);
}

/* Calendars that are notices themselves; appointments (ANY) only where the mail says no window of its own. */
static bool put_calendars(struct outlet *o, bool any)
{
	bool found = false;
	for (size_t i = 0; i < o->notice.letter->calendars_n; i++) {
		struct ical_events events = o->notice.calendars[i];
		for (size_t k = 0; k < events.n; k++) {
			if (!events.v[k].maintnote && !any)
				continue;
			put_event(o, &events.v[k]);
			found = true;
		}
		if (events.cut)
			sink_note(o->sink, o->from, o->notice.letter->title,
				"calendar is read up to %d events or %d bytes", ICAL_EVENTS_MAX, ICAL_SIZE_MAX);
	}
	return found;
}

/* --- a status page's earlier posts --- */

static void put_update(struct outlet *o, const struct update *u, struct str status)
{
	const struct letter *l = o->notice.letter;
	struct fields f = {0};
	struct str when = moment_text(o->notice.arena, &u->when);
	fields_put(&f, "class", o->notice.class);
	fields_put(&f, "status", status);
	fields_put(&f, "provider", o->notice.provider);
	fields_put(&f, "reference", o->notice.reference);
	fields_put(&f, "title", l->title);
	fields_put(&f, "update", u->state.n ? u->state : STR("posted"));
	sink_put(o->sink, &(struct record){
				  .from = o->from,
				  .raw = o->raw,
				  .when = when,
				  .zone = u->zone,
				  .basis = u->when.guessed ? BASIS_INFERRED : BASIS_MANUAL,
				  .identity = str_fmt(o->notice.arena, "update/%.*s/%.*s/%.*s",
					  STR_ARG(o->notice.provider), STR_ARG(when), STR_ARG(u->text)),
				  .text = u->text.n ? u->text : l->title,
				  .fields = f.v,
				  .fields_n = f.n,
			  });
}

/* The newest post is what the mail itself reports. The oldest may stand without its state: it opened the
 * matter. */
static void put_updates(struct outlet *o)
{
	bool incident = str_eq(o->notice.class, STR("incident"));
	struct updates us = o->notice.updates;
	const struct update *newest = updates_newest(&us);
	size_t oldest = 0;
	for (size_t i = 1; i < us.n; i++)
		if (moment_instant(&us.v[i].when, us.v[i].zone) < moment_instant(&us.v[oldest].when, us.v[oldest].zone))
			oldest = i;
	for (size_t i = 0; i < us.n; i++) {
		if (&us.v[i] == newest || (!us.v[i].state.n && i != oldest))
			continue;
		put_update(o, &us.v[i], us.v[i].state.n ? update_status(us.v[i].state, incident) : STR("announced"));
	}
}

void outlet_date_by_posts(struct outlet *o)
{
	const struct update *u = updates_newest(&o->notice.updates);
	if (!u)
		return;
	o->when = moment_text(o->notice.arena, &u->when);
	o->zone = u->zone;
	o->basis = u->when.guessed ? BASIS_INFERRED : BASIS_MANUAL;
	if (u->state.n && !notice_is_silent(&o->notice))
		o->notice.status = update_status(u->state, str_eq(o->notice.class, STR("incident")));
}

void outlet_put(struct outlet *o)
{
	const struct windows *windows = &o->notice.windows;
	if (notice_is_silent(&o->notice)) {
		if (!put_calendars(o, false))
			put_plain(o);
		return;
	}
	put_updates(o);
	bool by_calendar = !(windows->n && windows->v[0].in_subject) && put_calendars(o, false);
	if (by_calendar)
		return;
	for (size_t i = 0; i < windows->n; i++)
		put_window(o, &windows->v[i], i + 1, windows->n);
	if (!windows->n && (o->notice.retracts || !put_calendars(o, true)))
		put_plain(o);
	if (windows->doubt)
		sink_note(o->sink, o->from, o->notice.letter->title, "%s", windows->doubt);
	if (windows->cut)
		sink_note(o->sink, o->from, o->notice.letter->title,
			"more than %d windows, or %d dates and times, in one mail; the rest is left out", WINDOWS_MAX,
			MOMENTS_MAX);
}

struct outlet outlet_of(
	struct doc *doc, struct sink *sink, const struct slice *all, const struct letter *l, struct str identity)
{
	return (struct outlet){.notice = notice_study(doc->scratch, l),
		.doc = doc,
		.sink = sink,
		.from = all->from,
		.raw = all->text,
		.when = l->date,
		.basis = l->date_from_received ? BASIS_FALLBACK : BASIS_HEADER,
		.identity = identity};
}
