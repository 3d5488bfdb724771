/* What most commands begin with: the database, the incident meant, the analysis. */
#include "cmd/cmd.h"
#include "cmd/spool.h"
#include "cmd/week.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FOLD_PATIENCE_MS = 500 };

static void say_upgrade(struct cmd *c)
{
	if (c->store && store_upgraded_from(c->store))
		cmd_say(c, "an older lineup made '%s'; it is up to date now, and as it was in '%s.schema-%lld'", c->db,
			c->db, (long long)store_upgraded_from(c->store));
}

/* In another folder than the one meant nobody would find what was typed before: said to a person, not to a script. */
static void say_begun(struct cmd *c)
{
	char whole[PATH_MAX];
	cmd_say(c, "a new timeline begins: %s", realpath(c->db, whole) ? whole : c->db);
}

/* Whoever only reads takes the spool in too, when that can be done at once: what was acknowledged is there for
 * everybody. */
static void fold_before_reading(struct cmd *c)
{
	enum store_failure why;
	struct err ignored = {0};
	c->store = store_open_within(c->db, STORE_WRITE, FOLD_PATIENCE_MS, &why, &ignored);
	say_upgrade(c);
	if (c->store)
		spool_fold(c);
	else
		cmd_say(c, "lineup: typed lines wait in '%s.spool' until the database can be written to", c->db);
	store_close(c->store);
	c->store = NULL;
}

bool cmd_open_within(struct cmd *c, enum store_mode mode, int patience_ms)
{
	enum store_failure why;
	if (c->store)
		return true;
	if (mode == STORE_READ && spool_waits(c))
		fold_before_reading(c);
	bool begins = mode == STORE_CREATE && access(c->db, F_OK) != 0;
	c->store = store_open_within(c->db, mode, patience_ms, &why, &c->err);
	say_upgrade(c);
	if (begins && c->store && c->err_is_tty)
		say_begun(c);
	return c->store;
}

bool cmd_open(struct cmd *c, enum store_mode mode)
{
	bool open = c->store;
	if (!cmd_open_within(c, mode, STORE_PATIENCE_MS))
		return false;
	if (!open && mode != STORE_READ)
		spool_fold(c);
	return true;
}

bool cmd_open_change(struct cmd *c, enum store_mode mode)
{
	return cmd_open(c, mode) && store_begin(c->store, &c->err);
}

int cmd_changed(struct cmd *c, bool done)
{
	if (done && store_commit(c->store, &c->err))
		return EXIT_DONE;
	if (c->store)
		store_rollback(c->store);
	return cmd_fail(c);
}

instant cmd_clock(const struct cmd *c)
{
	struct timespec t;
	if (c->now_is_pinned)
		return c->now;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static const struct incident *incident_named(struct cmd *c, const struct ledger *ledger, const char *word)
{
	const struct incident *found = ledger_incident(ledger, str_of(word));
	if (found)
		return found;
	struct buf known = BUF(c->arena);
	for (size_t i = 0; i < ledger->incidents_n; i++)
		buf_fmt(&known, "%s%.*s", i ? ", " : "", STR_ARG(ledger->incidents[i].id));
	err_set(&c->err, "no incident '%s'; %s%.*s", word,
		ledger->incidents_n ? "there are: " : "make one with 'lineup incident new TITLE --from TIME'",
		STR_ARG(buf_str(&known)));
	return NULL;
}

bool cmd_incident(struct cmd *c, struct case_file *f, const char *word, bool need_incident)
{
	if (!ledger_load(c->store, c->arena, &f->ledger, &c->err))
		return false;
	word = word ? word : cmd_option(c, "incident");
	if (word && !*word) /* "": no incident, all of the evidence */
		return true;
	if (word)
		f->incident = incident_named(c, &f->ledger, word);
	else if (need_incident || f->ledger.incidents_n)
		f->incident = ledger_implied(&f->ledger, &c->err);
	if (!f->incident && !word && !need_incident)
		err_clear(&c->err);
	return f->incident || (!word && !need_incident);
}

bool cmd_analyse(struct cmd *c, struct case_file *f, const char *word, bool need_incident)
{
	struct analysis_settings settings = analysis_defaults();
	settings.now = c->now;
	if (!cmd_open(c, STORE_READ) || !cmd_incident(c, f, word, need_incident))
		return false;
	if (!cmd_duration(c, "before", &settings.before) || !cmd_duration(c, "after", &settings.after) ||
		!cmd_duration(c, "objective", &settings.objective) || !cmd_week(c, &f->ledger.week, &settings.week))
		return false;
	struct query all = {.from = INSTANT_NONE, .to = INSTANT_NONE, .skip_log_lines = true};
	struct talks *talks = NEW(c->arena, struct talks);
	settings.talks = talks;
	return store_talks(c->store, TALK_PAUSE, TALK_HOLE, c->arena, talks, &c->err) &&
	       store_sources(c->store, c->arena, &f->sources, &c->err) &&
	       store_events(c->store, &all, c->arena, &f->events, &c->err) &&
	       analyse(c->arena, &f->events, &f->sources, &f->ledger, f->incident, &settings, &f->analysis, &c->err);
}
