/* What store/ promises when SQLite gets no memory: each of its allocations fails in turn, and whatever is asked is right, or said to have failed. */
#include "store_fixture.h"

#include <sqlite3.h>

static sqlite3_mem_methods plenty;
static long until_none; /* allocations until one fails; 0: none does */
static bool for_good;   /* and all after it */
static bool was_refused;

static bool refuses(void)
{
	if (!until_none || (until_none > 1 && until_none--))
		return false;
	was_refused = true;
	until_none = for_good;
	return true;
}

static void *starved_malloc(int n)
{
	return refuses() ? NULL : plenty.xMalloc(n);
}

static void *starved_realloc(void *old, int n)
{
	return refuses() ? NULL : plenty.xRealloc(old, n);
}

/* --- what is asked: each true when it was done, and right --- */

#define SHOWN_SOURCE "told.log"

static bool opens(struct fixture *f)
{
	store_close(f->store);
	f->store = store_open(f->path, STORE_CREATE, &f->err);
	return f->store;
}

static bool makes_anew(struct fixture *f)
{
	const char *path = str_cstr(f->arena, str_fmt(f->arena, "%s/new.db", f->folder));
	struct store *made = store_open(path, STORE_CREATE, &f->err);

	store_close(made);
	unlink(path);
	return made;
}

static bool takes_in(struct fixture *f)
{
	struct source s = {.name = STR("new.log"), .sha256 = STR("cc"), .taken_at = NOON, .mtime = INSTANT_NONE};
	enum taken out[3];
	bool grows[3] = {false, true, true};

	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_source_add(f->store, &s, &f->err);
	struct event v[] = {make_event(f, s.row, NOON + 1, "new"), make_event(f, s.row, NOON, "BackOff"),
		make_event(f, s.row, INSTANT_NONE, "told at no time")};
	v[1].count = 12;
	done = done && store_evidence_add(f->store, s.row, 0, STR("some"), &f->err) &&
	       store_evidence_put(f->store, s.row, STR("bytes"), 5, NOON, &f->err) &&
	       store_take_batch(f->store, v, LEN(v), grows, out, &f->err) &&
	       store_note(f->store, &(struct note){s.row, {1, 1, 1}, STR("t"), STR("w")}, &f->err) &&
	       store_source_update(f->store, &s, &f->err) && store_source_told(f->store, &s, &f->err) &&
	       store_index(f->store, &f->err);
	if (done)
		assert_true(out[0] == TAKEN_NEW && out[1] == TAKEN_GROWN && out[2] == TAKEN_NEW);
	store_rollback(f->store);
	return done;
}

static bool finds_events(struct fixture *f)
{
	struct query q = {.from = NOON - HOUR,
		.to = NOON + HOUR,
		.lanes = 1u << LANE_STORAGE,
		.kind = STR("storage."),
		.subject = STR("pvc"),
		.min_severity = SEVERITY_WARNING,
		.words = STR("backoff"),
		.undated = true};
	struct events events;

	if (!store_events(f->store, &q, f->arena, &events, &f->err))
		return false;
	assert_int_equal(events.n, 1);
	assert_true(str_eq(events.v[0].text, STR("BackOff")) && str_eq(events.v[0].subject, STR("volume:pvc-1")));
	assert_true(events.v[0].count == 9 && events.v[0].kind == kind_find(STR("storage.volume.faulted")));
	return true;
}

static bool tells_an_event(struct fixture *f)
{
	char id[EVENT_KEY * 2 + 2] = "e";
	struct event e = make_event(f, 1, NOON, "BackOff"), got;
	struct sighting *seen;
	struct earlier *before;
	size_t seen_n, before_n;
	int found;

	for (size_t i = 0; i < EVENT_KEY; i++)
		snprintf(id + 1 + 2 * i, 3, "%02x", e.key[i]);
	id[13] = '\0';
	if (!store_event(f->store, str_of(id), f->arena, &got, &found, &f->err))
		return false;
	assert_true(found == 1 && str_eq(got.text, STR("BackOff")));
	if (!store_sightings(f->store, got.row, f->arena, &seen, &seen_n, &f->err) ||
		!store_history(f->store, got.row, f->arena, &before, &before_n, &f->err))
		return false;
	assert_true(seen_n == 1 && before_n == 1 && before[0].count == 1 && str_eq(before[0].text, STR("BackOff")));
	return true;
}

static bool first_note(void *arg, const struct note *n)
{
	*(bool *)arg = str_eq(n->why, STR("nobody knows"));
	return true;
}

static bool tells_sources(struct fixture *f)
{
	struct sources all, family;
	struct talks talks;
	struct str bytes;
	bool noted = false;
	int64_t row;

	if (!store_sources(f->store, f->arena, &all, &f->err) ||
		!store_source_family(f->store, 1, f->arena, &family, &f->err) ||
		!store_talks(f->store, HOUR, DAY, f->arena, &talks, &f->err) ||
		!store_notes(f->store, first_note, &noted, &f->err) || !store_newest(f->store, &row, &f->err) ||
		!store_evidence(f->store, 1, f->arena, &bytes, &f->err))
		return false;
	assert_true(all.n == 2 && family.n == 1 && str_eq(all.v[0].name, STR(SHOWN_SOURCE)) && noted && row > 0);
	assert_true(talks.n == 2 && str_eq(bytes, STR("bytes as they are")));
	return true;
}

static bool people_speak(struct fixture *f)
{
	struct incident inc = {.title = STR("Logins down"), .from = NOON, .to = INSTANT_NONE};
	struct action todo = {.title = STR("Look"), .type = STR("detect"), .due = INSTANT_NONE};
	struct entry line = {.event = make_event(f, 0, NOON, "saw it")};
	struct ledger ledger;

	if (!store_begin(f->store, &f->err))
		return false;
	bool done = ledger_say_incident(f->store, &inc, STR("me"), NOON, &f->err) &&
		    ledger_say_action(f->store, &todo, STR("me"), NOON, &f->err) &&
		    ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err) &&
		    ledger_say_focus(f->store, inc.id, STR("me"), NOON, &f->err) &&
		    ledger_load(f->store, f->arena, &ledger, &f->err);
	store_rollback(f->store);
	return done;
}

static bool checks(struct fixture *f)
{
	struct str report;
	int64_t length;
	struct digest chain;

	if (!store_head(f->store, &length, &chain, &f->err) || !store_check(f->store, f->arena, &report, &f->err))
		return false;
	if (report.n && !was_refused)
		fail_msg("%.*s", STR_ARG(report));
	return true;
}

static bool forgets(struct fixture *f)
{
	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_forget_derived(f->store, &f->err) && ledger_rebuild_events(f->store, &f->err);
	store_rollback(f->store);
	return done;
}

static bool copies(struct fixture *f)
{
	const char *to = str_cstr(f->arena, str_fmt(f->arena, "%s/copy.db", f->folder));
	bool done = store_backup(f->store, to, &f->err);

	unlink(to);
	return done;
}

static bool answers_sql(struct fixture *f)
{
	int64_t number = -1;

	if (!store_sql(f->store, STR("SELECT count(*) FROM timeline"), first_number, &number, &f->err))
		return false;
	assert_int_equal(number, 2);
	return true;
}

/* --- the hunger --- */

/* Asks with the Nth allocation failing. True: there is nothing more to refuse. */
static bool ask_starved(struct fixture *f, bool (*asked)(struct fixture *), long nth)
{
	reopen(f, STORE_WRITE); /* nothing is prepared */
	was_refused = false;
	until_none = nth;
	bool done = asked(f);
	until_none = 0;
	if (!done && !err_is_set(&f->err))
		fail_msg("allocation %ld: failed without a word", nth);
	if (!done && !was_refused)
		fail_msg("allocation %ld: %s", nth, f->err.text);
	err_clear(&f->err);
	return !was_refused;
}

static void starve(void **state, bool (*asked)(struct fixture *))
{
	struct fixture *f = *state;
	int64_t source = add_source(f, SHOWN_SOURCE, "aa"), other = add_source(f, "other.log", "bb");
	struct event e = make_event(f, source, NOON, "BackOff");

	must(f, store_evidence_put(f->store, source, STR("bytes as they are"), 17, NOON, &f->err));
	must(f, store_note(f->store, &(struct note){source, {1, 1, 1}, STR("t"), STR("nobody knows")}, &f->err));
	take(f, e, true);
	e.count = 9;
	assert_int_equal(take(f, e, true), TAKEN_GROWN);
	e.source = other;
	assert_int_equal(take(f, e, true), TAKEN_DUPLICATE);
	take(f, make_event(f, other, NOON + 3 * HOUR, "later"), false);
	must(f, store_index(f->store, &f->err));
	for (int mode = 0; mode < 2; mode++) {
		for_good = mode;
		long nth = 1;
		while (!ask_starved(f, asked, nth))
			nth += 1 + nth / 64;
		assert_true(nth > 10); /* it did ask for memory */
	}
	reopen(f, STORE_WRITE);
	assert_fine(f);
}

#define STARVED(name)                                                                                                  \
	static void starved_it_##name(void **state)                                                                    \
	{                                                                                                              \
		starve(state, name);                                                                                   \
	}
#define EACH(X)                                                                                                        \
	X(opens)                                                                                                       \
	X(makes_anew)                                                                                                  \
	X(takes_in)                                                                                                    \
	X(finds_events) X(tells_an_event) X(tells_sources) X(people_speak) X(checks) X(forgets) X(copies) X(answers_sql)
EACH(STARVED)

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(starved_it_##name, set_up, tear_down),
	const struct CMUnitTest tests[] = {EACH(TEST)};
	sqlite3_mem_methods starved;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plenty) != SQLITE_OK)
		return 1; /* it is running already */
	starved = plenty;
	starved.xMalloc = starved_malloc;
	starved.xRealloc = starved_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &starved);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
