/* A provider's mail: notices of maintenance, upgrades, deprecations and incidents, and answers to them. */
#include "formats/formats_all.h"

#include "base/digest.h"
#include "formats/mail_need.h"
#include "formats/mail_notice.h"

enum { FIELDS_MAX = 32, OUTLOOK_MAGIC = 8 };

/* A notice on its way into records. */
struct outlet {
	struct notice notice;
	struct doc *doc;
	struct sink *sink;
	const struct slice *all;
	struct str identity;
	size_t records;
};

struct fields {
	struct field v[FIELDS_MAX];
	size_t n;
};

static void add(struct fields *f, const char *name, struct str value)
{
	if (value.n)
		f->v[f->n++] = (struct field){str_of(name), value};
}

/* --- bidding --- */

static bool is_outlook_file(const struct doc *doc)
{
	return doc->head.n > OUTLOOK_MAGIC && !memcmp(doc->head.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OUTLOOK_MAGIC) &&
	       doc_name_ends(doc, ".msg");
}

/* "Name:" with no blank before the colon. */
static struct str header_name(struct str line)
{
	size_t n = 0;
	while (n < line.n && line.p[n] > ' ' && line.p[n] != ':')
		n++;
	return n && n < line.n && line.p[n] == ':' ? str_slice(line, 0, n) : STR_NONE;
}

/* Two of a mail's own fields in a header block at the top. */
static int mail_bid(struct doc *doc)
{
	static const char *const own[] = {"From", "Date", "Subject", "Received", "MIME-Version", "Message-ID", "To",
		"Return-Path", "Delivered-To", "Content-Type"};
	int seen = 0;
	if (is_outlook_file(doc))
		return BID_IDENTITY;
	for (int i = 0; i < 200; i++) {
		struct str line = doc_head_line(doc, i), name = header_name(line);
		if (!str_trim(line).n)
			break;
		if (!name.n && line.p[0] != ' ' && line.p[0] != '\t' && i > 0)
			break;
		for (size_t k = 0; k < LEN(own); k++)
			seen += str_eq_case(name, str_of(own[k]));
	}
	return seen >= 3                     ? BID_IDENTITY
	       : seen == 2                   ? BID_PHRASE + 10
	       : !doc_name_ends(doc, ".eml") ? BID_NONE
	       : seen == 1                   ? BID_PHRASE
					     : BID_FALLBACK + 1;
}

/* --- one record --- */

static void common_fields(const struct outlet *o, const struct notice *n, struct fields *f)
{
	const struct letter *l = n->letter;
	add(f, "class", n->class);
	if (!str_eq(n->about, STR("none")))
		add(f, "about", n->about);
	add(f, "status", n->status);
	add(f, "provider", n->provider);
	add(f, "reference", n->reference);
	add(f, "title", l->title);
	add(f, "sender", l->from.address);
	add(f, "forwarded_by", l->forwarded_by);
	add(f, "message_id", l->message_id);
	add(f, "in_reply_to", l->in_reply_to);
	add(f, "references", l->references);
	add(f, "resource", n->resource);
	if (!n->cluster.n && str_find(n->resource, STR(", "), 0) == STR_NPOS)
		add(f, "service", n->resource);
	add(f, "cluster", n->cluster);
	add(f, "account", n->account);
	add(f, "version_from", n->versions.from);
	add(f, "version_to", n->versions.to);
	if (wording_reminds(&n->words) && !str_eq(n->class, STR("none")))
		add(f, "reminder", STR("yes"));
	if (str_find_byte(o->doc->flags, 'S', 0) != STR_NPOS || str_find_byte(o->doc->flags, 'R', 0) != STR_NPOS ||
		l->was_read)
		add(f, "read", STR("yes"));
}

/* The first line of the body that says something, for mail without a subject. */
static struct str first_line(struct str body)
{
	struct str rest = body, line;
	while (str_next(&rest, '\n', &line))
		if (str_trim(line).n)
			return str_slice(str_trim(line), 0, 200);
	return STR_NONE;
}

enum { STAMPS_MAX = 3 }; /* window_from, window_to, sent */

static void put(struct outlet *o, struct fields *f, const struct stamp *stamps, size_t stamps_n)
{
	const struct letter *l = o->notice.letter;
	struct stamp all[STAMPS_MAX];
	for (size_t i = 0; i < stamps_n; i++)
		all[i] = stamps[i];
	if (l->sent_at.n)
		all[stamps_n++] = (struct stamp){STR("sent"), l->sent_at, l->sent_zone, NULL};
	struct str identity = o->records++
				      ? str_fmt(o->notice.arena, "%.*s/window %zu", STR_ARG(o->identity), o->records)
				      : o->identity;
	sink_put(o->sink, &(struct record){
				  .from = o->all->from,
				  .raw = o->all->text,
				  .when = l->date,
				  .basis = l->date_from_received ? BASIS_FALLBACK : BASIS_HEADER,
				  .identity = identity,
				  .text = l->title.n ? l->title : first_line(l->body),
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
		add(&f, "window", str_fmt(said.arena, "%zu", number));
	stamps[stamps_n++] = stamp_of(o, "window_from", &w->from, w->zone);
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
	add(&f, "uid", e->uid);
	add(&f, "sequence", e->sequence);
	add(&f, "impact", e->impact);
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
			sink_note(o->sink, o->all->from, o->notice.letter->title,
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
	add(&f, "class", o->notice.class);
	add(&f, "status", status);
	add(&f, "provider", o->notice.provider);
	add(&f, "reference", o->notice.reference);
	add(&f, "title", l->title);
	add(&f, "update", u->state.n ? u->state : STR("posted"));
	sink_put(o->sink, &(struct record){
				  .from = o->all->from,
				  .raw = o->all->text,
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
	size_t newest = 0, oldest = 0;
	for (size_t i = 1; i < us.n; i++) {
		if (moment_instant(&us.v[i].when, us.v[i].zone) > moment_instant(&us.v[newest].when, us.v[newest].zone))
			newest = i;
		if (moment_instant(&us.v[i].when, us.v[i].zone) < moment_instant(&us.v[oldest].when, us.v[oldest].zone))
			oldest = i;
	}
	for (size_t i = 0; i < us.n; i++) {
		if (i == newest || (!us.v[i].state.n && i != oldest))
			continue;
		put_update(o, &us.v[i], us.v[i].state.n ? update_status(us.v[i].state, incident) : STR("announced"));
	}
}

static void put_letter(struct outlet *o)
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
		sink_note(o->sink, o->all->from, o->notice.letter->title, "%s", windows->doubt);
	if (windows->cut)
		sink_note(o->sink, o->all->from, o->notice.letter->title,
			"more than %d windows, or %d dates and times, in one mail; the rest is left out", WINDOWS_MAX,
			MOMENTS_MAX);
}

static struct str identity_of(struct arena *arena, const struct letter *l, struct str bytes, size_t index)
{
	struct digest hash = digest_of(bytes);
	struct str base = l->message_id.n ? l->message_id : digest_hex(arena, &hash);
	return index && !l->message_id.n ? str_fmt(arena, "mail/%.*s/%zu", STR_ARG(base), index)
					 : str_fmt(arena, "mail/%.*s", STR_ARG(base));
}

/* Attachments of a notice that may say more than it does, in forms nobody here reads. */
static void note_attachments(struct sink *sink, struct arena *arena, struct where from, const struct mail *mail)
{
	static const char *const forms[] = {".xlsx", ".xls", ".ods", ".docx", ".doc", ".odt", ".pdf", ".rtf", ".pptx"};
	for (size_t i = 0; i < mail->parts_n; i++) {
		const struct mail_part *p = &mail->parts[i];
		struct str file = str_lower(arena, p->file);
		bool unread = false;
		for (size_t k = 0; k < LEN(forms) && !p->textual; k++)
			unread |= str_ends(file, str_of(forms[k]));
		if (unread)
			sink_note(sink, from, p->file,
				"attachment '%.*s' is not read; save it as .csv or .txt and take that in",
				STR_ARG(p->file));
	}
}

static struct outlet outlet_of(
	struct doc *doc, struct sink *sink, const struct slice *all, const struct letter *l, size_t index)
{
	return (struct outlet){.notice = notice_study(doc->scratch, l),
		.doc = doc,
		.sink = sink,
		.all = all,
		.identity = identity_of(doc->scratch, l, all->text, index)};
}

/* Messages inside a mail stand for it where one of them is a notice; a bounce or a holiday picture is but the
 * mail that came. True: something was a notice. */
static bool put_letters(struct doc *doc, struct sink *sink, const struct slice *all, const struct letters *letters)
{
	struct arena *arena = doc->scratch;
	struct outlet *outlets = NEW_N(arena, struct outlet, letters->n + 1);
	bool any = false;
	for (size_t i = 0; i < letters->n; i++) {
		outlets[i] = outlet_of(doc, sink, all, &letters->v[i], i);
		any |= !notice_is_silent(&outlets[i].notice) || letters->v[i].calendars_n > 0;
	}
	for (size_t i = 0; i < letters->n && any; i++)
		put_letter(&outlets[i]);
	if (any)
		return true;
	struct outlet own = outlet_of(doc, sink, all, &letters->outer, 0);
	put_letter(&own);
	return !notice_is_silent(&own.notice);
}

static bool mail_format_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice all;
	struct arena *arena = doc->scratch;
	ARENA_SCOPE(arena);
	if (is_outlook_file(doc))
		return err_set(e, "Outlook's own message form (.msg) is not read; save it as .eml");
	if (!doc_whole(doc, arena, &all, e))
		return false;
	need_gather((const struct str[NEED_TEXTS]){{0}}); /* the last mail's are gone */
	struct mail *mail = mail_parse(arena, all.text);
	struct complaints complaints = {.arena = arena};
	for (size_t i = 0; i < mail->complaints_n; i++)
		complain(&complaints, "%.*s", STR_ARG(mail->complaints[i]));
	struct letters letters = letters_of(arena, mail, &complaints);
	if (put_letters(doc, sink, &all, &letters))
		note_attachments(sink, arena, all.from, mail);
	for (size_t i = 0; i < complaints.n; i++)
		sink_note(sink, all.from, letters.outer.title, "%.*s", STR_ARG(complaints.v[i]));
	return true;
}

const struct format format_mail = {
	.name = "mail",
	.blurb = "provider mail: maintenance, upgrades, deprecations, incidents",
	.bid = mail_bid,
	.parse = mail_format_parse,
};
