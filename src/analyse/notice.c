/* Notices: mails about one planned change, gathered into threads, with what was promised last and how it stands. */
#include "analyse/study.h"
#include "base/digest.h"

/* The same subject without any reference speaks of the same work for this long. */
#define TITLE_MEMORY (60 * DAY)

struct thread {
	VEC(size_t) notices; /* indices into study.notices */
	struct str side;     /* domain of whoever began it */
	instant last;
};
struct desk {
	struct study *s;
	struct map threads; /* "ref ...", "uid ...", "mid ...", "title ..." -> struct thread */
	struct digester *digester;
};

/* --- life cycle --- */

/* What a stated status does to a notice. A reminder repeats, it states nothing. */
static const struct {
	const char *status;
	bool states, moves; /* becomes the notice's status; its window replaces the promised one */
} statuses[] = {
	{"announced", true, true},
	{"tentative", true, true},
	{"confirmed", true, true},
	{"rescheduled", true, true},
	{"updated", false, true},
	{"started", true, false},
	{"completed", true, false},
	{"cancelled", true, false},
	{"resolved", true, false},
	{"reminder", false, false},
};
static const struct {
	const char *from, *to;
} illegal[] = {
	{"cancelled", "started"},
	{"cancelled", "completed"},
	{"completed", "started"},
	{"completed", "cancelled"},
	{"completed", "rescheduled"},
	{"started", "tentative"},
};

static struct str status_of(struct study *s, const struct event *e)
{
	if (str_eq(event_field(s->arena, e, "reminder"), STR("yes")))
		return STR("reminder");
	struct str status = event_field(s->arena, e, "status");
	if (status.n)
		return status;
	size_t dot = str_rfind_byte(e->kind->name, '.');
	return str_from(e->kind->name, dot + 1);
}

static void notice_state(struct study *s, struct notice *n, const struct event *e, struct str status)
{
	for (size_t i = 0; i < LEN(illegal); i++) {
		if (str_eq(n->status, str_of(illegal[i].from)) && str_eq(status, str_of(illegal[i].to)))
			study_finding(s, &e, 1, "notice '%.*s' was %s and is then said to be %s", STR_ARG(n->subject),
				illegal[i].from, illegal[i].to);
	}
	n->status = status;
}

/* --- which notice an event speaks of --- */

static struct str thread_key(struct desk *d, const char *key, struct str name)
{
	struct str lower = str_lower(d->s->arena, name);
	return str_fmt(d->s->arena, "%s %.*s", key, STR_ARG(lower));
}

static struct thread *thread_get(struct desk *d, const char *key, struct str name)
{
	return name.n ? map_get(&d->threads, thread_key(d, key, name)) : NULL;
}

static void thread_put(struct desk *d, const char *key, struct str name, struct thread *t)
{
	if (!name.n)
		return;
	void **slot = map_put(&d->threads, thread_key(d, key, name));
	if (!*slot)
		*slot = t;
}

/* The bare matter of a mail's subject: without reply marks, brackets, and words that only state how it stands. */
static struct str title_matter(struct arena *a, struct str title)
{
	static const char *const noise[] = {"re", "fw", "fwd", "aw", "wg", "tr", "rv", "new", "update", "updated",
		"reminder", "notice", "notification", "scheduled", "rescheduled", "reschedule", "cancelled", "canceled",
		"cancellation", "completed", "complete", "completion", "started", "start", "confirmed", "tentative",
		"planned", "in", "progress", "action", "required", "postponed", "finished"};
	struct buf b = BUF(a);
	struct str rest = str_lower(a, title), word;
	while (str_word(&rest, &word)) {
		while (word.n && strchr("[](){}:;,.-*!\"'", word.p[0]))
			word = str_from(word, 1);
		while (word.n && strchr("[](){}:;,.-*!\"'", word.p[word.n - 1]))
			word.n--;
		bool is_noise = !word.n;
		for (size_t i = 0; i < LEN(noise) && !is_noise; i++)
			is_noise = str_eq(word, str_of(noise[i]));
		if (!is_noise)
			buf_fmt(&b, "%.*s ", STR_ARG(word));
	}
	return str_trim_end(buf_str(&b));
}

static struct str title_key(struct desk *d, const struct event *e, struct str sender)
{
	struct str matter = title_matter(d->s->arena, event_field(d->s->arena, e, "title"));
	return matter.n ? str_fmt(d->s->arena, "%.*s|%.*s", STR_ARG(sender), STR_ARG(matter)) : STR_NONE;
}

static struct thread *thread_by_mail(struct desk *d, const struct event *e)
{
	struct arena *a = d->s->arena;
	struct thread *t = thread_get(d, "mid", event_field(a, e, "message_id"));
	if (!t)
		t = thread_get(d, "mid", event_field(a, e, "in_reply_to"));
	struct str references = event_field(a, e, "references"), id;
	while (!t && str_word(&references, &id))
		t = thread_get(d, "mid", id);
	return t;
}

/* "example.org" of "noc@mail.example.org": an organisation mails from several hosts. */
static struct str side_of(struct study *s, const struct event *e)
{
	struct str sender = event_field(s->arena, e, "sender");
	size_t at = str_rfind_byte(sender, '@');
	struct str host = at == STR_NPOS ? STR_NONE : str_lower(s->arena, str_from(sender, at + 1));
	size_t dot = str_rfind_byte(host, '.');
	if (dot != STR_NPOS)
		dot = str_rfind_byte(str_slice(host, 0, dot), '.');
	return dot == STR_NPOS ? host : str_from(host, dot + 1);
}

enum { REFERENCE_SHORT = 8 };

/* Two providers may give the same short number; a longer reference speaks for itself, whoever of a provider's senders
 * names it. */
static struct str reference_key(struct desk *d, const struct event *e)
{
	struct str reference = event_field(d->s->arena, e, "reference"), side = side_of(d->s, e);
	int64_t number;
	if (!side.n || reference.n > REFERENCE_SHORT || !str_int(reference, &number))
		return reference;
	return str_fmt(d->s->arena, "%.*s|%.*s", STR_ARG(side), STR_ARG(reference));
}

/* What a cloud mails and what its health service tells of one change: the same provider, cluster, version and day. */
static struct str change_key(struct desk *d, const struct event *e)
{
	struct arena *a = d->s->arena;
	struct str cluster = event_field(a, e, "cluster"), version = event_field(a, e, "version_to");
	instant from;
	if (!cluster.n || !version.n || !event_field_time(a, e, "window_from", &from))
		return STR_NONE;
	return str_fmt(a, "%.*s|%.*s|%.*s|%lld", STR_ARG(event_field(a, e, "provider")), STR_ARG(cluster),
		STR_ARG(version), (long long)(from / DAY));
}

static struct thread *thread_of(struct desk *d, const struct event *e)
{
	struct arena *a = d->s->arena;
	struct str change = change_key(d, e);
	struct str reference = reference_key(d, e), uid = event_field(a, e, "uid");
	struct str title = title_key(d, e, event_field(a, e, "provider"));
	struct thread *t = thread_get(d, "ref", reference);
	if (!t)
		t = thread_get(d, "uid", uid);
	if (!t && !reference.n && !uid.n)
		t = thread_by_mail(d, e);
	if (!t && !reference.n && !uid.n) {
		t = thread_get(d, "title", title);
		if (t && t->last + TITLE_MEMORY < e->at)
			t = NULL;
	}
	if (!t)
		t = thread_get(d, "change", change);
	if (!t) {
		t = NEW(a, struct thread);
		t->side = side_of(d->s, e);
	}
	t->last = e->at;
	thread_put(d, "ref", reference, t);
	thread_put(d, "uid", uid, t);
	thread_put(d, "mid", event_field(a, e, "message_id"), t);
	thread_put(d, "title", title, t);
	thread_put(d, "change", change, t);
	return t;
}

struct window {
	instant from, to;
	bool known;
};

static struct window window_of(struct study *s, const struct event *e)
{
	struct window w = {INSTANT_NONE, INSTANT_NONE, false};
	w.known = event_field_time(s->arena, e, "window_from", &w.from);
	event_field_time(s->arena, e, "window_to", &w.to);
	if (w.known && w.to != INSTANT_NONE && w.to < w.from) {
		study_finding(s, &e, 1, "a notice promises an end, %.*s, that lies before the start it promises, %.*s",
			STR_ARG(instant_str(s->arena, w.to)), STR_ARG(instant_str(s->arena, w.from)));
		w.to = INSTANT_NONE;
	}
	return w;
}

/* One mail may hold several windows: its events share source and instant, and each speaks of a notice of its own. */
static bool notice_has_mail(const struct notice *n, const struct event *e)
{
	const struct event *last = n->events.n ? n->events.v[n->events.n - 1] : NULL;
	return last && last->source == e->source && last->at == e->at;
}

static struct notice *notice_for(struct desk *d, struct thread *t, const struct event *e, struct window w)
{
	struct study *s = d->s;
	bool states_only = !event_field(s->arena, e, "reference").n && !event_field(s->arena, e, "uid").n;
	struct notice *free = NULL, *nearest = NULL;
	for (size_t i = 0; i < t->notices.n; i++) {
		struct notice *n = &s->notices.v[t->notices.v[i]];
		if (w.known && n->promised_from == w.from)
			return n;
		if (!notice_has_mail(n, e) && !free)
			free = n;
		if (n->promised_from <= e->at + DAY)
			nearest = n;
	}
	if (!w.known)
		return nearest ? nearest : free;
	/* Without a reference another window is other work, unless the mail says that the work was moved. */
	struct str status = status_of(s, e);
	bool moves = str_eq(status, STR("rescheduled")) || str_eq(status, STR("updated"));
	if (states_only && !moves && free && free->promised_from != INSTANT_NONE && !thread_by_mail(d, e))
		return NULL;
	return free;
}

/* --- a notice and its mails --- */

static struct str notice_id(struct desk *d, const struct event *e, size_t nth)
{
	digester_begin(d->digester);
	digester_add(d->digester, e->key, EVENT_KEY);
	digester_add(d->digester, &nth, sizeof nth);
	struct digest digest = digester_end(d->digester);
	return str_fmt(
		d->s->arena, "n%02x%02x%02x%02x", digest.byte[0], digest.byte[1], digest.byte[2], digest.byte[3]);
}

/*
 * Ruling 3 counts from the first mail. Where a colleague passed a notice on, the first was the provider's to him; where
 * somebody else's did, his was, whenever the provider's was sent.
 */
static void notice_arrive(struct study *s, struct notice *n, const struct event *e)
{
	n->received = e->at;
	n->sent = n->forwarded = INSTANT_NONE;
	bool sent = event_field_time(s->arena, e, "sent", &n->sent),
	     forwarded = event_field_time(s->arena, e, "forwarded", &n->forwarded);
	struct str within = event_field(s->arena, e, "forwarded_within");
	if (!forwarded)
		return;
	bool inside = str_eq(within, STR("yes"));
	n->received = sent && inside && n->sent < n->forwarded ? n->sent : n->forwarded;
	if (sent && inside)
		n->received_because = STR("when it was sent to the colleague who passed it on");
	else if (sent && within.n)
		n->received_because = STR("when it was passed on by somebody outside");
	else
		n->received_because = STR("when it was passed on");
}

static struct notice *notice_new(struct desk *d, struct thread *t, const struct event *e)
{
	struct study *s = d->s;
	struct notice *n = PUSH(&s->notices, s->arena);
	*n = (struct notice){.id = notice_id(d, e, t->notices.n),
		.read = INSTANT_NONE,
		.promised_from = INSTANT_NONE,
		.promised_to = INSTANT_NONE,
		.actual_from = INSTANT_NONE,
		.actual_to = INSTANT_NONE,
		.sequence = INT64_MIN,
		.status = STR("announced")};
	notice_arrive(s, n, e);
	*PUSH(&t->notices, s->arena) = s->notices.n - 1;
	return n;
}

static void keep(struct study *s, const struct event *e, const char *field, struct str *value, bool newest)
{
	struct str found = event_field(s->arena, e, field);
	if (found.n && (newest || !value->n))
		*value = found;
}

static void notice_describe(struct study *s, struct notice *n, const struct event *e, bool fresh)
{
	keep(s, e, "provider", &n->provider, false);
	keep(s, e, "reference", &n->reference, false);
	keep(s, e, "uid", &n->reference, false);
	keep(s, e, "title", &n->subject, false);
	if (!n->subject.n)
		n->subject = e->text;
	keep(s, e, "class", &n->cls, false);
	keep(s, e, "resource", &n->resource, fresh);
	keep(s, e, "cluster", &n->cluster, fresh);
	keep(s, e, "version_from", &n->versions.from, fresh);
	keep(s, e, "version_to", &n->versions.to, fresh);
	n->was_read |= str_eq(event_field(s->arena, e, "read"), STR("yes"));
	if (n->read == INSTANT_NONE)
		event_field_time(s->arena, e, "read_at", &n->read);
}

/* A lower SEQUENCE than one seen before is an old state that came late. */
static bool notice_is_stale(struct study *s, struct notice *n, const struct event *e)
{
	int64_t own;
	if (!str_int(event_field(s->arena, e, "sequence"), &own))
		return false;
	bool stale = own < n->sequence;
	n->sequence = stale ? n->sequence : own;
	return stale;
}

static void notice_take(struct study *s, struct notice *n, const struct event *e, struct window w)
{
	struct str status = status_of(s, e);
	bool fresh = !notice_is_stale(s, n, e);
	notice_describe(s, n, e, fresh);
	for (size_t i = 0; fresh && i < LEN(statuses); i++) {
		if (!str_eq(status, str_of(statuses[i].status)))
			continue;
		if (statuses[i].states)
			notice_state(s, n, e, status);
		if (w.known && (statuses[i].moves || n->promised_from == INSTANT_NONE)) {
			n->promised_from = w.from;
			n->promised_to = w.to;
			bool is_day = str_eq(event_field(s->arena, e, "window_from_precision"),
				str_of(precision_names[PRECISION_DAY]));
			n->promised_precision = is_day ? PRECISION_DAY : w.from % MINUTE ? PRECISION_S : PRECISION_MIN;
		} else if (statuses[i].moves && w.to != INSTANT_NONE && n->promised_from < w.to) {
			n->promised_to = w.to; /* extended: only a later end was told */
		}
	}
	proofs_add(s->arena, &n->events, e);
}

static bool is_about_change(struct study *s, const struct event *e)
{
	if (!str_starts(e->kind->name, STR("notice.maintenance.")) && !event_is(e, "notice.deprecation.announced"))
		return false;
	if (event_field(s->arena, e, "update").n)
		return false; /* repeated by a later mail: when it was posted is not when we were told */
	return !str_eq(event_field(s->arena, e, "class"), STR("reply"));
}

/* An answer to a mail of a thread by somebody else than who began it. */
static bool is_from_our_side(struct desk *d, const struct event *e)
{
	const struct thread *t = thread_by_mail(d, e);
	struct str side = t && event_field(d->s->arena, e, "in_reply_to").n ? side_of(d->s, e) : STR_NONE;
	return side.n && t->side.n && !str_eq(side, t->side);
}

/* A mail from our side in the thread of a notice answers it. */
static void reply_take(struct desk *d, const struct event *e)
{
	struct study *s = d->s;
	struct thread *t = thread_by_mail(d, e);
	if (!t)
		t = thread_get(d, "ref", event_field(s->arena, e, "reference"));
	for (size_t i = 0; t && i < t->notices.n; i++) {
		struct notice *n = &s->notices.v[t->notices.v[i]];
		if (!n->answer && e->at >= n->received)
			n->answer = e;
	}
	thread_put(d, "mid", event_field(s->arena, e, "message_id"), t);
}

/* A mail without a window that calls the work off speaks of each of its windows. */
static bool speaks_of_all(struct study *s, const struct event *e, struct window w)
{
	return !w.known && str_eq(status_of(s, e), STR("cancelled"));
}

static void mail_take(struct desk *d, const struct event *e)
{
	struct study *s = d->s;
	struct thread *t = thread_of(d, e);
	struct window w = window_of(s, e);
	for (size_t i = 0; i < t->notices.n && speaks_of_all(s, e, w); i++)
		notice_take(s, &s->notices.v[t->notices.v[i]], e, w);
	if (t->notices.n && speaks_of_all(s, e, w))
		return;
	struct notice *n = notice_for(d, t, e, w);
	notice_take(s, n ? n : notice_new(d, t, e), e, w);
}

void notices_read(struct study *s)
{
	AUTO(digester_close) struct digester *digester = digester_open();
	struct desk d = {.s = s, .threads = MAP(s->arena), .digester = digester};
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		bool is_change = is_about_change(s, e);
		if (str_contains(e->fields, STR("\"class\":\"reply\"")) || (is_change && is_from_our_side(&d, e)))
			reply_take(&d, e);
		else if (is_change)
			mail_take(&d, e);
	}
}
