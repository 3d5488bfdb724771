/* A notice, studied: what a letter's words, windows and calendars come to. */
#include "formats/mail_notice.h"

#include "formats/mail_need.h"

/* --- calendars --- */

static void read_calendars(struct notice *n)
{
	const struct letter *l = n->letter;
	n->calendars = NEW_N(n->arena, struct ical_events, l->calendars_n + 1);
	for (size_t i = 0; i < l->calendars_n; i++)
		n->calendars[i] = ical_read(n->arena, l->calendars[i]);
}

/* The first event that is a notice itself; NULL. */
static const struct ical_event *maintnote_of(const struct notice *n)
{
	for (size_t i = 0; i < n->letter->calendars_n; i++)
		for (size_t k = 0; k < n->calendars[i].n; k++)
			if (n->calendars[i].v[k].maintnote)
				return &n->calendars[i].v[k];
	return NULL;
}

static void keep_ranges(struct windows *ws)
{
	size_t n = 0;
	for (size_t i = 0; i < ws->n; i++)
		if (ws->v[i].ends)
			ws->v[n++] = ws->v[i];
	ws->n = n;
}

static bool calendar_ends(const struct notice *n)
{
	for (size_t i = 0; i < n->letter->calendars_n; i++)
		for (size_t k = 0; k < n->calendars[i].n; k++)
			if (n->calendars[i].v[k].end.when.n)
				return true;
	return false;
}

/* --- judging --- */

/*
 * An answer comes from a person, or from an office of ours: not from the provider's, which threads its own
 * follow-ups too. Who states a window in one promises it, unless he asks for it.
 */
static bool is_answer(const struct letter *l, const struct windows *windows)
{
	bool asks = windows->n && wording_asks(l->body);
	return l->answers && (l->answers_others || !mailbox_is_office(&l->from)) && (!windows->n || asks);
}

bool notice_is_silent(const struct notice *n)
{
	return str_eq(n->class, STR("none")) || str_eq(n->class, STR("reply"));
}

static void judge(struct notice *n, const struct windows *windows)
{
	bool planned = false; /* a webinar's hours are no window */
	for (size_t i = 0; i < windows->n; i++)
		planned |= windows->v[i].acted || windows->v[i].in_subject;
	n->versions = wording_versions(&n->words);
	n->class = n->letter->is_report ? STR("none") : wording_class(&n->words, &n->versions, planned);
	if (is_answer(n->letter, windows)) {
		struct wording thread = n->words;
		thread.body = thread.whole;
		n->about = wording_class(&thread, &n->versions, true);
		n->class = STR("reply");
	}
	if (str_eq(n->class, STR("none")) && !n->letter->is_report && mailbox_is_office(&n->letter->from)) {
		struct str class = updates_class(&n->updates);
		n->class = class.n ? class : n->class;
	}
	if (str_eq(n->class, STR("none")) && maintnote_of(n))
		n->class = STR("maintenance"); /* a calendar may be all that a carrier sends */
	if (notice_is_silent(n))
		n->versions = (struct versions){0};
	if (str_eq(n->class, STR("none")))
		return;
	n->reference = wording_reference(n->arena, &n->words);
	n->cluster = wording_cluster(&n->words);
	if (notice_is_silent(n))
		return;
	n->provider = wording_provider(n->arena, &n->words);
	n->account = wording_account(n->arena, &n->words);
	bool full = windows->n ? windows->v[0].ends : calendar_ends(n);
	n->status = wording_status(&n->words, n->class, full);
	if (str_eq(n->class, STR("incident")) && !str_eq(n->status, STR("announced")))
		keep_ranges(&n->windows); /* "Time: 08:05" above an update is the update's */
	n->resource = wording_resource(n->arena, &n->words);
}

static bool is_whole(const struct windows *ws)
{
	return ws->n && ws->v[0].ends && ws->v[0].from.timed;
}

/* "This has been cancelled", and below it the notice itself: the window is the one that stands there. */
static void take_history(struct notice *n)
{
	const struct letter *l = n->letter;
	static const char *const over[] = {"cancelled", "completed", "started"};
	struct str status = wording_status(&n->words, STR("maintenance"), false);
	bool is_over = false;
	for (size_t i = 0; i < LEN(over); i++)
		is_over |= str_eq(status, str_of(over[i]));
	if (!l->history.n || !is_over || is_whole(&n->windows) || l->answers_others || !mailbox_is_office(&l->from))
		return;
	struct windows told = windows_find(
		n->arena, &(struct window_question){.subject = l->subject, .body = l->history, .sent = l->sent});
	if (is_whole(&told))
		n->windows = told;
}

/* A mail that says "see the attached schedule". */
static void take_table(struct notice *n)
{
	const struct letter *l = n->letter;
	if (!l->table.n || is_whole(&n->windows))
		return;
	struct windows told = windows_find(
		n->arena, &(struct window_question){.subject = l->subject, .body = l->table, .sent = l->sent});
	if (is_whole(&told))
		n->windows = told;
}

/* When a page's posts were made: no windows. */
static void set_aside(struct notice *n, struct window_question *q)
{
	size_t *at = NEW_N(n->arena, size_t, n->updates.n + 1);
	for (size_t i = 0; i < n->updates.n; i++)
		if (n->updates.v[i].state.n)
			at[q->aside_n++] = n->updates.v[i].when.at;
	q->aside = at;
}

struct notice notice_study(struct arena *arena, const struct letter *l)
{
	struct notice out = {.arena = arena, .letter = l}, *n = &out;
	struct window_question q = {.subject = l->subject, .body = l->body, .sent = l->sent};
	read_calendars(n);
	const struct ical_event *note = maintnote_of(n);
	n->words = (struct wording){.subject = l->subject,
		.body = l->body,
		.whole = l->whole,
		.table = l->table,
		.from = l->from,
		.declared = note ? note->provider : STR_NONE};
	need_gather((const struct str[NEED_TEXTS]){l->subject, l->body, l->whole});
	n->updates = updates_find(arena, l->body, l->sent);
	set_aside(n, &q);
	n->windows = windows_find(arena, &q);
	take_history(n);
	take_table(n);
	n->retracts = wording_retracts(&n->words);
	if (n->retracts)
		n->windows.n = 0;
	const struct window *first = n->windows.v;
	n->words.whole_window = n->windows.n && (first->acted || first->in_subject) && first->ends && first->from.timed;
	judge(n, &n->windows);
	return out;
}
