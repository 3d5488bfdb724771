/* What is asked of store/ while something is refused to it (starved.c: memory; refused.c: SQLite's calls), and a timeline to ask it of. */
#ifndef STORE_ASKED_H
#define STORE_ASKED_H

#include "store_fixture.h"

static bool was_refused(void); /* something was, since the question; each test says so */
static int lines_said;         /* and acknowledged, by says_a_line and says_in_a_group */

/* --- a timeline to ask of --- */

/* Thousands of commits, none of which a power cut threatens: in memory where that can be. */
static void stay_in_memory(void)
{
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
}

#define SHOWN_SOURCE "told.log"

static struct event zoneless(struct fixture *f, int64_t source, instant at, const char *fields)
{
	struct event e = make_event(f, source, at, "no zone");

	e.basis = BASIS_ASSUMED;
	e.fields = str_of(fields);
	return e;
}

static struct entry typed_line(const char *text)
{
	return (struct entry){.begun = STR("migration"),
		.event = {.at = NOON - DAY,
			.until = INSTANT_NONE,
			.at_min = NOON - DAY,
			.at_max = NOON - DAY,
			.precision = PRECISION_MIN,
			.kind = kind_find(STR("response.person.observed")),
			.lane = LANE_RESPONSE,
			.text = str_of(text)}};
}

/* Two sources with an event of both that grew and two that one told; one kept in pieces; a line that was amended. */
static void tell(struct fixture *f)
{
	int64_t source = add_source(f, SHOWN_SOURCE, "aa"), other = add_source(f, "other.log", "bb");
	struct event e = make_event(f, source, NOON, "BackOff");
	struct entry line = typed_line("moved");

	lines_said = 0;
	must(f, store_evidence_put(f->store, source, STR("bytes as they are"), 17, NOON, &f->err));
	must(f, store_evidence_add(f->store, other, 0, STR("as it "), &f->err));
	must(f, store_evidence_add(f->store, other, 6, STR("came"), &f->err));
	must(f, store_note(f->store, &(struct note){source, {1, 1, 1}, STR("t"), STR("nobody knows")}, &f->err));
	take(f, e, true);
	e.count = 9;
	assert_int_equal(take(f, e, true), TAKEN_GROWN);
	e.source = other;
	assert_int_equal(take(f, e, true), TAKEN_DUPLICATE);
	take(f, make_event(f, other, NOON + 3 * HOUR, "later"), false);
	take(f, zoneless(f, other, NOON + 4 * HOUR, "{}"), false);
	must(f, store_index(f->store, &f->err));
	must(f, ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err));
	line.event.text = STR("moved again");
	must(f, ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err));
}

/* --- what is asked: each true when it was done, and right --- */

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

/* A record with a proved zone comes after the same without, and the other way round; a state that is known already; from a place before. */
static bool takes_again(struct fixture *f)
{
	struct source first = {.name = STR("a.log"), .sha256 = STR("dd"), .taken_at = NOON - HOUR, .mtime = NOON};
	static const char proof[] = "{\"zone_proof\":\"+02:00\"}";
	enum taken out[6];
	bool grows[6] = {true, true, true};
	int64_t known;

	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_source_add(f->store, &first, &f->err);
	struct event v[] = {
		make_event(f, first.row, NOON, "BackOff"),          /* a state before the one that is held */
		make_event(f, first.row, NOON + 3 * HOUR, "later"), /* of a source before by name */
		make_event(f, first.row, NOON, "BackOff"),
		zoneless(f, first.row, NOON + 4 * HOUR, "{}"),
		zoneless(f, first.row, NOON + 2 * HOUR, proof),
		zoneless(f, first.row, NOON + 4 * HOUR, "{}"),
	};
	v[1].subject = STR("volume:pvc-2");
	v[2].count = 10;
	for (size_t i = 0; done && i < LEN(v); i++)
		done = store_take(f->store, &v[i], grows[i], &out[i], &f->err);
	if (done) {
		assert_true(out[0] == TAKEN_DUPLICATE && out[1] == TAKEN_DUPLICATE && out[2] == TAKEN_GROWN);
		assert_true(out[3] == TAKEN_DUPLICATE && out[4] == TAKEN_DUPLICATE && out[5] == TAKEN_DUPLICATE);
	}
	done = done && store_index_ahead(f->store, &f->err) && store_source_told(f->store, &first, &f->err) &&
	       store_source_add(f->store, &first, &f->err);
	known = done ? store_source_known(f->store, STR("dd"), &f->err) : 0;
	store_rollback(f->store);
	assert_int_equal(known, 0); /* it is being read */
	return done && !err_is_set(&f->err);
}

static bool keeps_bytes(struct fixture *f)
{
	struct piece_of_evidence pieces[] = {{2, 3, STR_NONE}, {9, 4, STR_NONE}};
	struct str whole, joined = STR_NONE;

	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_evidence_pieces(f->store, 1, f->arena, pieces, LEN(pieces), &f->err) &&
		    store_evidence(f->store, 2, f->arena, &joined, &f->err) &&
		    store_evidence_put(f->store, 2, STR("as it came, whole"), 17, NOON, &f->err) &&
		    store_evidence(f->store, 2, f->arena, &whole, &f->err) && store_evidence_drop(f->store, 2, &f->err);
	if (done)
		assert_true(str_eq(pieces[1].bytes, STR("they")) && str_eq(joined, STR("as it came")) && whole.n == 17);
	store_rollback(f->store);
	return done;
}

/* Each in a transaction of its own. */
static bool keeps_bytes_alone(struct fixture *f)
{
	struct source s = {.sha256 = STR("ff"), .taken_at = NOON, .mtime = INSTANT_NONE};
	struct event e = make_event(f, 2, NOON + DAY, "by itself");

	s.name = str_fmt(f->arena, "alone %d", rand());
	return store_source_add(f->store, &s, &f->err) && store_take_one(f->store, &e, &f->err) &&
	       store_evidence_put(f->store, 2, STR("as it came, whole"), 17, NOON, &f->err) &&
	       store_evidence_drop(f->store, 2, &f->err) && store_evidence_add(f->store, 2, 0, STR("as it "), &f->err);
}

/* A source that an ingest left unfinished is told otherwise; one that has grown tells what two told before. */
static bool reads_otherwise(struct fixture *f)
{
	struct source s = {
		.name = STR(SHOWN_SOURCE), .sha256 = STR("aa"), .taken_at = NOON, .mtime = INSTANT_NONE, .skew = 5};
	struct source grown = {
		.name = STR("other.log"), .sha256 = STR("b2"), .taken_at = NOON, .mtime = INSTANT_NONE, .size = 99};
	struct sources were, before;
	bool known, rebuilding;

	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_source_add(f->store, &grown, &f->err) && store_source_sized(f->store, 99, &known, &f->err) &&
		    store_source_family(f->store, 2, f->arena, &were, &f->err) &&
		    store_sources_before(f->store, grown.name, &grown, f->arena, &before, &f->err) &&
		    store_source_outgrown(f->store, &were, grown.row, &f->err) &&
		    store_source_add(f->store, &s, &f->err) && store_forget_derived(f->store, &f->err) &&
		    store_rebuilding(f->store, &rebuilding, &f->err) && store_rebuilt(f->store, &f->err);
	if (done)
		assert_true(known && rebuilding && s.row == 1 && were.n == 1 && before.n == 0);
	store_rollback(f->store);
	return done;
}

static bool count_one(void *arg, const struct event *e)
{
	*(int *)arg += e->count > 0;
	return true;
}

/* Every way to choose rows. */
static bool looks_around(struct fixture *f)
{
	struct query all = {.from = INSTANT_NONE, .to = INSTANT_NONE, .undated = true}, q = all;
	struct query fresh = {.from = INSTANT_NONE, .to = INSTANT_NONE, .undated = true, .after_row = 1};
	struct query newest = {.from = NOON - 2 * DAY, .to = NOON + DAY, .limit = 4, .newest_first = true};
	struct query window = {.from = NOON, .to = NOON + DAY, .skip_log_lines = true, .limit = 9000};
	struct query last = {.from = NOON - 2 * DAY, .to = NOON + DAY, .limit = 1, .newest_first = true};
	const struct query *queries[] = {&all, &q, &fresh, &newest, &window, &last};
	static const size_t expected[] = {4, 4, 3, 4, 3, 1};
	struct events events;
	int64_t length;
	int n = 0;

	q.source = 2;
	q.subject = STR("volume:pvc-1");
	for (size_t i = 0; i < LEN(queries); i++) {
		if (!store_events(f->store, queries[i], f->arena, &events, &f->err))
			return false;
		if (i != 1)
			assert_int_equal(events.n, expected[i]);
	}
	if (!store_each(f->store, &window, count_one, &n, &f->err) ||
		!store_next(f->store, STR("log"), &length, &f->err))
		return false;
	assert_true(n == 3 && length == 2);
	return true;
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
		!store_talks(f->store, HOUR, 2 * HOUR, f->arena, &talks, &f->err) ||
		!store_notes(f->store, first_note, &noted, &f->err) || !store_newest(f->store, &row, &f->err) ||
		!store_evidence(f->store, 1, f->arena, &bytes, &f->err))
		return false;
	assert_true(all.n == 2 && family.n == 1 && str_eq(all.v[0].name, STR(SHOWN_SOURCE)) && noted && row > 0);
	assert_true(talks.n == 2 && talks.v[0].pauses_n == 1 && talks.v[0].pauses[0].after &&
		    str_eq(bytes, STR("bytes as they are")));
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

/* One of each, twice where that is a revision; then all is taken back. */
static bool people_revise(struct fixture *f)
{
	struct str over[] = {STR("wait")};
	struct decision d = {.chosen = STR("restore"), .by = STR("me"), .over = {over, 1}, .at = NOON};
	struct location_claim claim = {
		.name = STR("nas"), .state = STR("unreachable"), .from = NOON, .to = INSTANT_NONE};
	struct asset asset = {.name = STR("fusionauth"), .objective = DAY, .loss = INSTANT_NONE};
	struct mark mark = {.incident = STR("inc-1"), .name = STR("detected"), .at = NOON, .author = STR("me")};
	struct week week = {.zone = STR("Europe/Berlin"), .from_minute = 540, .to_minute = 1020, .days = 0x3e};
	struct entry line = typed_line("moved at last"), found;
	struct entries begun;
	struct statement undone;

	if (!store_begin(f->store, &f->err))
		return false;
	line.id = STR("log-1");
	line.event.at = line.event.at_min = line.event.at_max = NOON - HOUR;
	bool done = ledger_say_decision(f->store, &d, NULL, NOON, &f->err) &&
		    ledger_say_location(f->store, &claim, STR("me"), NULL, NOON, &f->err) &&
		    ledger_say_location(f->store, &claim, STR("you"), NULL, NOON, &f->err) &&
		    ledger_say_asset(f->store, &asset, STR("me"), NOON, &f->err) &&
		    ledger_say_mark(f->store, &mark, NOON, &f->err) &&
		    ledger_say_week(f->store, &week, STR("me"), NOON, &f->err) &&
		    ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err) &&
		    ledger_entry(f->arena, &line.event, &found, &f->err) &&
		    ledger_begun(f->store, f->arena, &begun, &f->err);
	if (done)
		assert_true(begun.n == 1 && str_eq(begun.v[0].event.text, STR("moved at last")) &&
			    str_eq(found.id, STR("log-1")));
	done = done && ledger_undo(f->store, store_last_said(f->store), STR("me"), NOON, &undone, &f->err) &&
	       ledger_withdraw(f->store, "log", STR("log-1"), STR("me"), NOON, &f->err) &&
	       ledger_begun(f->store, f->arena, &begun, &f->err);
	if (done)
		assert_int_equal(begun.n, 0);
	store_rollback(f->store);
	return done;
}

/* Each said by itself. */
static bool people_speak_up(struct fixture *f)
{
	static int turn; /* another thing each time: looking up what was said of it costs the same then */
	struct str name = str_fmt(f->arena, "nas%d", turn++),
		   id = str_fmt(f->arena, "%.*s@2024-06-18T12:00:00Z", STR_ARG(name));
	struct location_claim claim = {.name = name, .state = STR("unreachable"), .from = NOON, .to = INSTANT_NONE};
	struct decision d = {.chosen = STR("restore"), .by = STR("me"), .at = NOON};
	struct statement said = {.noun = STR("ack"), .id = name, .author = STR("me"), .body = STR("{}")}, undone;

	return ledger_say_location(f->store, &claim, STR("me"), NULL, NOON, &f->err) &&
	       ledger_say_decision(f->store, &d, NULL, NOON, &f->err) && store_say(f->store, &said, &f->err) &&
	       ledger_undo(f->store, store_last_said(f->store), STR("me"), NOON, &undone, &f->err) &&
	       ledger_withdraw(f->store, "location", id, STR("me"), NOON, &f->err);
}

/* In a transaction of its own. */
static bool says_a_line(struct fixture *f)
{
	struct entry line = typed_line("one more");
	bool done = ledger_say_entry(f->store, &line, STR("me"), NOON, &f->err);

	lines_said += done;
	return done;
}

/* Grouped, as an ingest of many small sources has it: all of the group or nothing. */
static bool says_in_a_group(struct fixture *f)
{
	struct entry first = typed_line("one more"), second = first;

	store_group(f->store);
	bool done = ledger_say_entry(f->store, &first, STR("me"), NOON, &f->err) &&
		    ledger_say_entry(f->store, &second, STR("me"), NOON, &f->err);
	done = store_group_end(f->store, done ? &f->err : &(struct err){0}) && done;
	lines_said += done ? 2 : 0;
	return done;
}

static bool checks(struct fixture *f)
{
	struct str report;
	int64_t length;
	struct digest chain;

	if (!store_head(f->store, &length, &chain, &f->err) || !store_check(f->store, f->arena, &report, &f->err))
		return false;
	if (report.n && !was_refused())
		fail_msg("%.*s", STR_ARG(report));
	return !report.n || err_set(&f->err, "%.*s", STR_ARG(report)); /* a finding is a word, too */
}

static bool forgets(struct fixture *f)
{
	if (!store_begin(f->store, &f->err))
		return false;
	bool done = store_forget_derived(f->store, &f->err) && ledger_rebuild_events(f->store, &f->err);
	store_rollback(f->store);
	return done;
}

static bool retypes(struct fixture *f)
{
	return ledger_rebuild_events(f->store, &f->err);
}

static bool forgets_alone(struct fixture *f)
{
	return store_forget_derived(f->store, &f->err) && ledger_rebuild_events(f->store, &f->err) &&
	       store_rebuilt(f->store, &f->err) && store_index(f->store, &f->err);
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
	assert_int_equal(number, 4);
	return true;
}

/* It does not come to rest on this list. */
/* clang-format off */
#define EACH_QUESTION(X) \
	X(opens) X(makes_anew) X(takes_in) X(takes_again) X(keeps_bytes) X(keeps_bytes_alone) \
	X(reads_otherwise) X(finds_events) X(looks_around) X(tells_an_event) X(tells_sources) \
	X(people_speak) X(people_revise) X(people_speak_up) X(says_a_line) X(says_in_a_group) X(checks) \
	X(forgets) X(forgets_alone) X(retypes) X(copies) X(answers_sql)
/* clang-format on */

#endif
