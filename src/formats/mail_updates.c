/*
 * Updates of a status page. Statuspage's mails put the state above or before the text and the time below
 * ("Resolved", text, "Posted May 23, 2024 - 15:30 UTC"), its feeds the time first ("Oct 16, 20:27 UTC",
 * "Scheduled - text"), others both on one line.
 */
#include "formats/mail_updates.h"

#include "formats/mail_place.h"

#define STATES                                                                                                         \
	"(?<st>investigating|identified|monitoring|update[d]?|resolved|post-?mortem|scheduled|in[ "                    \
	"-]progress|"                                                                                                  \
	"verifying|completed|cancell?ed)"
static struct row states[] = {
	{NULL,
		"^\\W*(?:(?:new |current )?(?:incident |maintenance )?status:\\s*)?" STATES
		"\\W{0,3}(?:$|(?:[-:|]|\xc2\xb7)+\\s*(?<tx>.*)|\\s+-\\s+(?<tx2>.*))",
		NULL},
};
/* What no update can do without: most mail has none of it, and its lines need not be looked at. */
static struct row anywhere[] = {{"yes", "\\b" STATES, NULL}};
/* All that stands before the time on a line of its own. */
static struct row heads[] = {{"yes", "^\\W*(?:(?:posted|updated?|created|published)\\W*)?(?:(?:at|on)\\W*)?$", NULL}};

struct reader {
	struct arena *arena;
	struct section body;
	struct updates out;
	struct update open; /* what is known of the next one */
	bool stated, timed;
	bool time_first; /* the time stands above its state */
};

static void put(struct reader *r)
{
	if (r->out.n < UPDATES_MAX)
		*PUSH(&r->out, r->arena) = r->open;
	r->open = (struct update){0};
	r->stated = r->timed = false;
}

/* The moment that a line holds and begins with; NULL. */
static const struct moment *moment_on(const struct reader *r, struct str line)
{
	size_t at = (size_t)(line.p - r->body.text.p);
	for (size_t i = 0; i < r->body.moments.n; i++) {
		const struct moment *m = &r->body.moments.v[i];
		if (m->at < at || m->at >= at + line.n)
			continue;
		return m->dated && m->timed && m->year && !m->to_next && SAYS(heads, str_slice(r->body.text, at, m->at))
			       ? m
			       : NULL;
	}
	return NULL;
}

static bool take_state(struct reader *r, struct str line)
{
	struct str g[REGEX_GROUPS], text;
	const struct row *row = ASK(states, line, g);
	if (!row)
		return false;
	text = row_part(row, g, "tx").n ? row_part(row, g, "tx") : row_part(row, g, "tx2");
	r->open.state = str_lower(r->arena, row_part(row, g, "st"));
	r->open.text = str_trim(text);
	return r->stated = true;
}

static void take_time(struct reader *r, const struct moment *m)
{
	r->open.when = *m;
	r->open.zone = m->zone.n ? m->zone : STR_NONE;
	r->timed = true;
}

static void take_line(struct reader *r, struct str line)
{
	const struct moment *m = moment_on(r, line);
	struct str rest = m ? str_from(line, m->end - (size_t)(line.p - r->body.text.p)) : STR_NONE;
	if (m && letters(rest) && take_state(r, rest)) { /* "14:05 UTC, 23 May - Investigating - text" */
		take_time(r, m);
		put(r);
	} else if (m && !letters(rest)) {
		take_time(r, m);
		if (!r->time_first)
			put(r);
	} else if (take_state(r, line)) {
		if (r->time_first && r->timed)
			put(r);
	} else if (!r->open.text.n && letters(line) && (r->stated || !r->time_first)) {
		r->open.text = str_trim(line);
	}
}

/* Does a time stand before the first state? */
static bool is_time_first(struct reader *r)
{
	struct str rest = r->body.text, line;
	while (str_next(&rest, '\n', &line)) {
		if (SAYS(states, line))
			return false;
		if (moment_on(r, line)) /* "Posted ..." ends what it dates */
			return str_find_case(line, STR("posted"), 0) == STR_NPOS;
	}
	return false;
}

struct updates updates_find(struct arena *arena, struct str body, struct civil sent)
{
	struct reader r = {.arena = arena, .body = {.arena = arena, .text = body}};
	struct moments none = {0};
	struct str rest = body, line;
	size_t stated = 0;
	if (!SAYS(anywhere, body))
		return r.out;
	while (stated < 2 && str_next(&rest, '\n', &line))
		stated += SAYS(states, line);
	if (!stated)
		return r.out;
	r.body.moments = moments_find(arena, body, sent);
	moments_complete(&none, &r.body.moments, sent);
	r.time_first = is_time_first(&r);
	rest = body;
	while (str_next(&rest, '\n', &line))
		if (str_trim(line).n)
			take_line(&r, line);
	return r.out;
}

const struct update *updates_newest(const struct updates *us)
{
	const struct update *newest = NULL;
	for (size_t i = 0; i < us->n; i++)
		if (!newest ||
			moment_instant(&us->v[i].when, us->v[i].zone) > moment_instant(&newest->when, newest->zone))
			newest = &us->v[i];
	return newest;
}

struct str updates_class(const struct updates *us)
{
	static struct row planned[] = {{"yes", "^(?:scheduled|in[ -]progress|verifying|completed|cancel)", NULL}};
	size_t stated = 0, work = 0;
	for (size_t i = 0; i < us->n; i++) {
		stated += us->v[i].state.n > 0;
		work += SAYS(planned, us->v[i].state);
	}
	return stated < 2 ? STR_NONE : work ? STR("maintenance") : STR("incident");
}

struct str update_status(struct str state, bool incident)
{
	static const struct {
		const char *state, *incident, *planned;
	} rows[] = {
		{"investigating", "announced", "announced"},
		{"scheduled", "announced", "announced"},
		{"in", "started", "started"},
		{"verifying", "updated", "started"},
		{"completed", "resolved", "completed"},
		{"resolved", "resolved", "completed"},
		{"cancel", "resolved", "cancelled"},
		{"post", "resolved", "completed"},
		{"operational", "resolved", "completed"},
	};
	for (size_t i = 0; i < LEN(rows); i++)
		if (str_starts_case(state, str_of(rows[i].state)))
			return str_of(incident ? rows[i].incident : rows[i].planned);
	return incident ? STR("updated") : STR("confirmed");
}
