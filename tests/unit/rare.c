/* What store/ makes of what is rare, and of what somebody else wrote into a timeline. */
#include "store_fixture.h"

#include "base/json.h"
#include "embed.h"
#include "store/typed.h"

#include <fcntl.h>

static const struct str mara = {"mara", 4};

static bool says(struct fixture *f, const char *noun, const char *id, const char *body)
{
	struct statement s = {
		.noun = str_of(noun), .id = str_of(id), .author = mara, .recorded_at = NOON, .body = str_of(body)};

	return store_say(f->store, &s, &f->err);
}

static struct ledger load(struct fixture *f)
{
	struct ledger ledger;

	must(f, ledger_load(f->store, f->arena, &ledger, &f->err));
	return ledger;
}

/* --- events --- */

static bool count_one(void *arg, const struct event *e)
{
	*(int *)arg += e->count > 0;
	return true;
}

/* What is not indexed yet is found as if it were. */
static void words_before_they_are_indexed(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {"Volume", "a volume.", "volumes", "volume2", "2volume", "\xc3\xa9volume",
		"volume\xc3\xa9", "volumes of volume"};
	int64_t source = add_source(f, "a", "aa");
	struct query q = everything;

	for (size_t i = 0; i < LEN(texts); i++) {
		struct event e = make_event(f, source, NOON + (instant)i, texts[i]);
		e.subject = STR_NONE;
		take(f, e, false);
	}
	q.words = STR("volume");
	assert_int_equal(look(f, q).n, 3);
	must(f, store_index(f->store, &f->err));
	assert_int_equal(look(f, q).n, 3);
	assert_int_equal(shell(f, "DELETE FROM state"), 0); /* nothing is known to be */
	reopen(f, STORE_WRITE);
	assert_int_equal(look(f, q).n, 3);
}

static void ids_that_are_none_or_several(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a", "aa");
	struct event out;
	int found;

	for (int i = 0; i < 2; i++) {
		struct event e = make_event(f, source, NOON + i, "x");
		memset(e.key, 0x1a, EVENT_KEY - 1);
		e.key[EVENT_KEY - 1] = (uint8_t)i;
		take(f, e, false);
	}
	must(f, store_event(f->store, STR("E1A1a"), f->arena, &out, &found, &f->err));
	assert_true(found == 2 && out.at == NOON);
	static const char *const none[] = {"e1a1g", "e1a1-", "e1a1`", "x1a1a", "e1a"};
	for (size_t i = 0; i < LEN(none); i++) {
		must(f, store_event(f->store, str_of(none[i]), f->arena, &out, &found, &f->err));
		assert_int_equal(found, 0);
	}
	struct event typed = make_event(f, 0, NOON + HOUR, "typed");
	assert_int_equal(take(f, typed, false), TAKEN_NEW);
	assert_int_equal(take(f, typed, false), TAKEN_DUPLICATE);
}

static void damaged_events_are_clamped(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a", "aa");

	for (int i = 0; i < 3; i++)
		take(f, make_event(f, source, NOON + i * HOUR, i == 1 ? "b" : i ? "c" : "a"), false);
	assert_int_equal(
		shell(f, "PRAGMA ignore_check_constraints = ON;"
			 " UPDATE event SET severity = 99, lane = -1, basis = 99, key = x'0102' WHERE text = 'a'"),
		0);
	reopen(f, STORE_WRITE);
	struct events events = look(f, everything);
	assert_int_equal(events.n, 3);
	assert_true(events.v[0].severity == SEVERITY_CRITICAL && events.v[0].lane == LANE_OTHER);
	assert_true(events.v[0].basis == BASIS_INFERRED && events.v[0].key[1] == 2 && events.v[0].key[2] == 0);
	struct talks talks;
	must(f, store_talks(f->store, MINUTE, 2 * MINUTE, f->arena, &talks, &f->err));
	assert_true(talks.n == 1 && talks.v[0].pauses_n == 2);
	/* A kind that is not there: its events cannot be shown, and whoever needs them is told. */
	assert_int_equal(shell(f, "UPDATE event SET kind = 999 WHERE text = 'b'"), 0);
	assert_int_equal(look(f, everything).n, 2);
	int n = 0;
	must(f, store_each(f->store, &everything, count_one, &n, &f->err));
	assert_int_equal(n, 2);
	assert_false(store_talks(f->store, MINUTE, 2 * MINUTE, f->arena, &talks, &f->err));
	assert_says(f, "damaged");
}

static void places_decide_by_name_then_offset_then_bytes(void **state)
{
	struct fixture *f = *state;
	int64_t a = add_source(f, "a", "aa"), same = add_source(f, "a", "ab");
	struct event e = make_event(f, same, NOON, "x");

	take(f, e, false);
	e.from.offset = 50;
	e.source = a;
	assert_int_equal(take(f, e, false), TAKEN_DUPLICATE);
	assert_int_equal(look(f, everything).v[0].source, a);
	e.from.offset = 200;
	e.source = same;
	take(f, e, false);
	assert_int_equal(look(f, everything).v[0].source, a);
	struct event later = make_event(f, same, NOON + HOUR, "y");
	take(f, later, false);
	later.source = a;
	later.recorded_at = NOON + DAY; /* learned first from the other */
	take(f, later, false);
	struct events events = look(f, everything);
	assert_true(events.v[1].source == a && events.v[1].recorded_at == NOON);
	e.source = 999;
	enum taken taken;
	assert_false(store_take(f->store, &e, false, &taken, &f->err));
	assert_says(f, "no source 999");
	struct event twice[] = {later, later};
	enum taken out[2];
	must(f, store_take_batch(f->store, twice, 2, (bool[]){false, false}, out, &f->err));
	assert_true(out[0] == TAKEN_DUPLICATE && out[1] == TAKEN_DUPLICATE);
	assert_fine(f);
}

static struct event zoneless(struct fixture *f, int64_t source, instant at, const char *fields)
{
	struct event e = make_event(f, source, at, "no zone");

	e.basis = BASIS_ASSUMED;
	e.fields = str_of(fields);
	return e;
}

/* What is no proof of a zone proves nothing, and what is not the same record is not taken for it. */
static void proofs_that_are_none(void **state)
{
	struct fixture *f = *state;
	static const char *const none[] = {"{\"zone_proof\":\"+2", "{\"zone_proof\":\"+xx:00\"}",
		"{\"zone_proof\":\"+02:xx\"}", "{\"zone_proof\":\"+00:00\"}"};
	int64_t source = add_source(f, "a", "aa");
	struct event e;

	for (size_t i = 0; i < LEN(none); i++)
		assert_int_equal(take(f, zoneless(f, source, NOON + (instant)i * DAY, none[i]), false), TAKEN_NEW);
	take(f, zoneless(f, source, NOON - DAY, "{\"zone_proof\":\"-02:00\"}"), false);
	e = zoneless(f, source, NOON - DAY - 2 * HOUR, "{}");
	e.when = STR("written otherwise");
	assert_int_equal(take(f, e, false), TAKEN_NEW);
	e = zoneless(f, source, NOON - 2 * DAY, "{}");
	e.when = STR_NONE;
	take(f, e, false);
	e.at = e.at_min = e.at_max = NOON - 2 * DAY + 2 * HOUR;
	e.fields = STR("{\"zone_proof\":\"-02:00\"}");
	assert_int_equal(take(f, e, false), TAKEN_NEW);
	/* more zones than one timeline has: those beyond the sixteenth are not looked for */
	for (int i = 1; i <= 20; i++)
		take(f,
			zoneless(f, source, NOON + i * 9 * DAY,
				str_cstr(f->arena, str_fmt(f->arena, "{\"zone_proof\":\"+%02d:00\"}", i))),
			false);
	assert_int_equal(ask(f, "SELECT count(*) FROM state WHERE name LIKE 'zone%'"), 16);
	reopen(f, STORE_WRITE);
	assert_int_equal(take(f, zoneless(f, source, NOON + 9 * DAY + HOUR, "{}"), false), TAKEN_DUPLICATE);
	assert_fine(f);
}

/* The same record with its zone proved, told by another source; and again by a person's clock. */
static void proofs_from_elsewhere(void **state)
{
	struct fixture *f = *state;
	static const char proof[] = "{\"zone_proof\":\"+02:00\"}";
	int64_t a = add_source(f, "a", "aa"), b = add_source(f, "b", "bb");
	struct event e = zoneless(f, a, NOON + 2 * HOUR, "{}");

	e.basis = BASIS_INFERRED;
	take(f, e, false);
	assert_int_equal(take(f, zoneless(f, b, NOON, proof), false), TAKEN_DUPLICATE);
	assert_int_equal(take(f, zoneless(f, a, NOON, proof), false), TAKEN_DUPLICATE);
	assert_int_equal(take(f, zoneless(f, b, NOON + 2 * HOUR, "{}"), false), TAKEN_DUPLICATE);
	assert_int_equal(take(f, zoneless(f, a, NOON + 2 * HOUR, "{}"), false), TAKEN_DUPLICATE);
	assert_int_equal(look(f, everything).n, 1);
	e = zoneless(f, a, NOON + DAY, proof);
	e.at = INSTANT_NONE;
	e.precision = PRECISION_NONE;
	assert_int_equal(take(f, e, false), TAKEN_NEW);
	/* what is written in a zone of its own is another record */
	e = zoneless(f, a, NOON + 3 * DAY + 2 * HOUR, "{}");
	e.basis = BASIS_ZONE;
	take(f, e, false);
	assert_int_equal(take(f, zoneless(f, a, NOON + 3 * DAY, proof), false), TAKEN_NEW);
	assert_fine(f);
}

/* --- evidence and sources --- */

static void evidence_has_safe_names(void **state)
{
	struct fixture *f = *state;
	int64_t odd = add_source(f, "../.x y\n?\xff", "aa"), nameless = add_source(f, "folder/", "bb");

	must(f, store_evidence_put(f->store, odd, STR("x"), 1, INSTANT_NONE, &f->err));
	must(f, store_evidence_put(f->store, nameless, STR("x"), 1, INSTANT_NONE, &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM sqlar WHERE name IN ('1/_x_y___', '2/evidence')"), 2);
	assert_false(store_evidence_put(f->store, 99, STR("x"), 1, NOON, &f->err));
	assert_says(f, "no source 99");
	assert_false(store_evidence_drop(f->store, 99, &f->err));
	assert_says(f, "no source 99");
	assert_false(store_evidence_add(f->store, 99, 0, STR("x"), &f->err));
	assert_says(f, "no source 99");
	struct str huge = {"", 2000000000}, out;
	assert_false(store_evidence_put(f->store, odd, huge, 1, NOON, &f->err));
	assert_says(f, "see --keep");
	assert_false(store_evidence(f->store, 99, f->arena, &out, &f->err));
	assert_says(f, "no source 99");
}

static void damaged_evidence_is_said(void **state)
{
	struct fixture *f = *state;
	static const char *const damage[] = {"sz = -1", "sz = 2000000000", "sz = 9, data = x'78da'",
		"sz = 9, data = x'0011223344556677889900'", "sz = 4, data = x'789c4b4c4a0600024d0127'"};
	struct piece_of_evidence pieces[] = {
		{-1, 2, STR_NONE}, {0, -2, STR_NONE}, {1, 2, STR_NONE}, {2, 1, STR_NONE}, {2, 9, STR_NONE}};
	int64_t source = add_source(f, "a", "aa");
	struct str out;

	assert_false(store_evidence_pieces(f->store, source, f->arena, pieces, 1, &f->err));
	assert_says(f, "were not kept");
	must(f, store_evidence_put(f->store, source, STR("x\x9cKLJ\x06"), 3, NOON, &f->err));
	for (size_t i = 0; i < LEN(damage); i++) {
		assert_int_equal(shell(f, str_cstr(f->arena, str_fmt(f->arena, "UPDATE sqlar SET %s", damage[i]))), 0);
		assert_false(store_evidence(f->store, source, f->arena, &out, &f->err));
		assert_says(f, "its kept bytes are damaged");
		assert_false(store_evidence_pieces(f->store, source, f->arena, pieces, LEN(pieces), &f->err));
		err_clear(&f->err);
	}
	assert_int_equal(shell(f, "UPDATE sqlar SET sz = 3, data = x'789c4b4c4a0600024d0127'"), 0);
	must(f, store_evidence(f->store, source, f->arena, &out, &f->err));
	assert_true(str_eq(out, STR("abc")));
	must(f, store_evidence_pieces(f->store, source, f->arena, pieces, LEN(pieces), &f->err));
	assert_true(!pieces[0].bytes.n && !pieces[1].bytes.n && !pieces[4].bytes.n);
	assert_true(str_eq(pieces[2].bytes, STR("bc")) && str_eq(pieces[3].bytes, STR("c")));
	must(f, store_evidence_drop(f->store, source, &f->err));
	must(f, store_evidence_add(f->store, source, 0, STR("ab"), &f->err));
	assert_false(store_evidence_pieces(f->store, source, f->arena, pieces, 1, &f->err));
	assert_says(f, "not stand in one piece");
}

static bool never(void *arg, const struct note *n)
{
	(void)n;
	++*(int *)arg;
	return false;
}

static void sources_of_another_state(void **state)
{
	struct fixture *f = *state;
	int64_t archive = add_source(f, "a.tar", "aa");
	struct source member = {
		.parent = archive, .name = STR("a.log"), .sha256 = STR("bb"), .taken_at = NOON, .mtime = INSTANT_NONE};
	struct sources sources;
	int notes = 0;
	bool known;

	must(f, store_source_add(f->store, &member, &f->err));
	member.parent = archive + 99; /* is not there */
	must(f, !store_source_add(f->store, &member, &f->err));
	err_clear(&f->err);
	must(f, store_evidence_put(f->store, archive, STR("x"), 1, NOON, &f->err));
	assert_int_equal(
		shell(f, "PRAGMA ignore_check_constraints = ON; UPDATE source SET state = 'strange' WHERE id = 2"), 0);
	must(f, store_sources(f->store, f->arena, &sources, &f->err));
	assert_true(sources.n == 2 && sources.v[1].kept && sources.v[1].state == SOURCE_DAMAGED);
	assert_int_equal(shell(f, "UPDATE source SET parent = 77 WHERE id = 2"), 0);
	must(f, store_sources(f->store, f->arena, &sources, &f->err));
	assert_false(sources.v[1].kept);
	must(f, store_source_sized(f->store, 12345, &known, &f->err));
	assert_false(known);
	for (int i = 0; i < 2; i++)
		must(f, store_note(f->store, &(struct note){archive, {i, 1, 1}, STR("t"), STR("w")}, &f->err));
	must(f, store_notes(f->store, never, &notes, &f->err));
	assert_int_equal(notes, 1);
}

/* --- what was said --- */

static void odd_statements_are_borne(void **state)
{
	struct fixture *f = *state;

	must(f, says(f, "asset", "a", "{\"objective_us\":0,\"cadence_us\":-1}"));
	must(f, says(f, "asset", "b", "{\"objective_us\":\"soon\",\"cadence_us\":5}"));
	must(f, says(f, "week", "week", "{\"from_minute\":-1,\"to_minute\":10}"));
	must(f, says(f, "focus", "focus", "{\"incident\":\"inc-9\"}"));
	must(f, says(f, "incident", "inc-1", "{\"title\":\"one\",\"severity\":\"odd\",\"closed\":true}"));
	must(f, says(f, "incident", "inc-2", "{\"title\":\"two\",\"closed\":true}"));
	must(f, says(f, "action", "a-1", "not json"));
	must(f, says(f, "action", "a-1", "{\"title\":\"look\",\"owner\":\"jo\",\"state\":\"open\"}"));
	must(f, says(f, "action", "a-1", ""));
	must(f, says(f, "action", "a-1", "{\"title\":\"look again\",\"state\":\"open\",\"because\":\"new\"}"));
	struct ledger ledger = load(f);
	assert_true(ledger.assets_n == 2 && ledger.assets[0].objective == 26 * HOUR && !ledger.assets[0].cadence);
	assert_true(ledger.assets[1].objective == 26 * HOUR && ledger.assets[1].cadence == 5 && !ledger.week.said);
	assert_true(ledger.actions_n == 1 && ledger.actions[0].history.n == 4);
	assert_true(str_contains(ledger.actions[0].history.v[2], STR(": withdrawn")));
	assert_true(str_ends(ledger.actions[0].history.v[3], STR(": opened: new")));
	assert_null(ledger_implied(&ledger, &f->err)); /* what is in focus is not there */
	assert_says(f, "inc-1 'one' (closed), inc-2 'two' (closed)");
	must(f, says(f, "week", "week", "{\"from_minute\":10,\"to_minute\":10}"));
	assert_false(load(f).week.said);
	must(f, says(f, "week", "week", "{\"from_minute\":10,\"to_minute\":1441}"));
	assert_false(load(f).week.said);
	must(f, says(f, "week", "week", "{\"from_minute\":0,\"to_minute\":1440}"));
	assert_true(load(f).week.said);
	must(f, says(f, "decision", "d-1", "not json"));
	assert_false(ledger_load(f->store, f->arena, &ledger, &f->err));
	assert_says(f, "statement 14");
	assert_false(ledger_rebuild_events(f->store, &f->err));
	assert_says(f, "statement 14");
}

static void deadlines(void **state)
{
	struct action action = {.state = STR("open"), .due = INSTANT_NONE};

	(void)state;
	assert_int_equal(action_deadline(&action), INSTANT_NONE);
	assert_false(action_is_overdue(&action, NOON));
	action.due = NOON - 12 * HOUR; /* midnight: the whole day */
	assert_int_equal(action_deadline(&action), NOON + 12 * HOUR);
	assert_false(action_is_overdue(&action, NOON));
	action.due = NOON - 1;
	assert_int_equal(action_deadline(&action), NOON - 1);
	assert_true(action_is_overdue(&action, NOON));
	action.state = STR("done");
	assert_false(action_is_overdue(&action, NOON));
}

static void lines_with_bounds_and_without_a_kind(void **state)
{
	struct fixture *f = *state;
	struct entry line = {.event = {.at = NOON,
				     .until = INSTANT_NONE,
				     .at_min = NOON - MINUTE,
				     .at_max = NOON + MINUTE,
				     .lane = LANE_STORAGE,
				     .severity = SEVERITY_ERROR,
				     .text = STR("about noon")}};
	struct decision d = {.chosen = STR("restore"), .by = mara, .at = NOON, .grain = {PRECISION_MIN, NOON + HOUR}};
	struct entry found;
	struct event decided;
	struct entries begun;

	must(f, ledger_say_entry(f->store, &line, mara, NOON, &f->err));
	assert_true(line.event.at_min == NOON - MINUTE && line.event.at_max == NOON + MINUTE);
	assert_true(str_eq(line.event.kind->name, STR("response.person.observed")));
	assert_true(line.event.lane == LANE_STORAGE && line.event.severity == SEVERITY_ERROR);
	must(f, ledger_say_decision(f->store, &d, &decided, NOON, &f->err));
	assert_int_equal(decided.at_max, NOON + HOUR);
	assert_false(ledger_entry(f->arena, &decided, &found, &f->err));
	assert_says(f, "no line that somebody logged");
	decided.fields = STR("no json");
	assert_false(ledger_entry(f->arena, &decided, &found, &f->err));
	err_clear(&f->err);
	line = (struct entry){.begun = STR("move"), .event = line.event};
	must(f, ledger_say_entry(f->store, &line, mara, NOON, &f->err));
	line.event.until = NOON + HOUR;
	must(f, ledger_say_entry(f->store, &line, mara, NOON, &f->err));
	must(f, ledger_begun(f->store, f->arena, &begun, &f->err));
	assert_int_equal(begun.n, 0); /* it has ended */
	must(f, says(f, "log", "log-99", "{\"begun\":"));
	assert_false(ledger_begun(f->store, f->arena, &begun, &f->err));
	assert_says(f, "statement 5");
}

static void what_cannot_be_undone(void **state)
{
	struct fixture *f = *state;
	struct asset asset = {.name = STR("db"), .objective = DAY, .loss = INSTANT_NONE};
	struct statement undone;

	assert_false(ledger_undo(f->store, 7, mara, NOON, &undone, &f->err));
	assert_says(f, "no statement 7");
	must(f, says(f, "spool", "spool", "{}"));
	assert_false(ledger_undo(f->store, 1, mara, NOON, &undone, &f->err));
	assert_says(f, "is not taken back");
	must(f, ledger_say_asset(f->store, &asset, mara, NOON, &f->err));
	must(f, ledger_say_asset(f->store, &asset, mara, NOON, &f->err));
	assert_false(ledger_undo(f->store, 2, mara, NOON, &undone, &f->err));
	assert_says(f, "was changed since, by mara");
	must(f, ledger_withdraw(f->store, "asset", STR("db"), mara, NOON, &f->err));
	must(f, ledger_say_asset(f->store, &asset, mara, NOON, &f->err));
	must(f, ledger_undo(f->store, 5, mara, NOON, &undone, &f->err)); /* withdrawn again */
	assert_int_equal(load(f).assets_n, 0);
	struct location_claim claim = {.name = STR("nas"), .state = STR("reachable"), .from = NOON, .to = INSTANT_NONE};
	must(f, ledger_say_location(f->store, &claim, mara, NULL, NOON, &f->err));
	must(f, ledger_withdraw(f->store, "location", STR("nas@2024-06-18T12:00:00Z"), mara, NOON, &f->err));
	must(f, ledger_say_location(f->store, &claim, mara, NULL, NOON, &f->err)); /* said anew */
	assert_int_equal(look(f, everything).n, 1);
	must(f, says(f, "asset", "odd", "no json"));
	must(f, says(f, "asset", "odd", "{}"));
	assert_false(ledger_undo(f->store, 11, mara, NOON, &undone, &f->err));
	assert_true(err_is_set(&f->err));
	err_clear(&f->err);
}

/* --- files --- */

static void fails_to_open(struct fixture *f, const char *path, enum store_mode mode, const char *words)
{
	assert_null(store_open(path, mode, &f->err));
	assert_says(f, words);
}

static void places_where_no_timeline_can_be(void **state)
{
	struct fixture *f = *state;
	const char *dangling = str_cstr(f->arena, str_fmt(f->arena, "%s/dangling.db", f->folder));
	const char *nowhere = str_cstr(f->arena, str_fmt(f->arena, "%s/none/t.db", f->folder));
	const char *below = str_cstr(f->arena, str_fmt(f->arena, "%s/t.db/t.db", f->folder));
	const char *name;

	assert_int_equal(symlink(nowhere, dangling), 0);
	fails_to_open(f, dangling, STORE_CREATE, "cannot open");
	fails_to_open(f, nowhere, STORE_CREATE, "cannot make");
	fails_to_open(f, below, STORE_READ, "cannot open");
	assert_int_equal(store_ground(nowhere, &name), GROUND_FIRM);
	assert_null(name);
	assert_false(store_backup(f->store, f->path, &f->err));
	assert_says(f, "is the timeline itself");
	assert_false(store_backup(f->store, nowhere, &f->err));
	assert_says(f, "cannot write");
}

static void another_program_holds_it_in_wal_mode(void **state)
{
	struct fixture *f = *state;
	const char *ready = str_cstr(f->arena, str_fmt(f->arena, "%s/ready", f->folder));
	FILE *other = popen(str_cstr(f->arena, str_fmt(f->arena, "sqlite3 %s >/dev/null", f->path)), "w");

	store_close(f->store);
	f->store = NULL;
	fprintf(other, "PRAGMA journal_mode = WAL;\nBEGIN;\nSELECT count(*) FROM event;\n.shell touch %s\n", ready);
	fflush(other);
	for (int i = 0; i < 1000 && access(ready, F_OK) != 0; i++)
		usleep(10000);
	enum store_failure why;
	assert_null(store_open_within(f->path, STORE_WRITE, 10, &why, &f->err));
	assert_int_equal(why, FAILURE_BUSY);
	assert_says(f, "another program has it open in WAL mode");
	pclose(other);
	reopen(f, STORE_WRITE);
}

/* Nothing is built on what is damaged already. */
static void a_damaged_old_one_stays_as_it_is(void **state)
{
	struct fixture *f = *state;
	const char *old = str_cstr(f->arena, str_fmt(f->arena, "%s/old.db", f->folder));
	FILE *schema = popen(str_cstr(f->arena, str_fmt(f->arena, "sqlite3 %s", old)), "w");
	struct stat st;

	fwrite(embedded_files[0].data, 1, embedded_files[0].size, schema);
	assert_int_equal(pclose(schema), 0);
	assert_int_equal(stat(old, &st), 0);
	int fd = open(old, O_WRONLY);
	char noise[4096];
	memset(noise, 0x5a, sizeof noise);
	for (off_t at = st.st_size / 2; at < st.st_size; at += (off_t)sizeof noise)
		assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
	close(fd);
	assert_null(store_open(old, STORE_WRITE, &f->err));
	assert_says(f, "damaged");
	assert_int_not_equal(access(str_cstr(f->arena, str_fmt(f->arena, "%s.schema-1", old)), F_OK), 0);
}

/* Whoever looks for a table finds ours: views and triggers of other names are their owner's business. */
static void strange_tables(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	f->store = NULL;
	assert_int_equal(shell(f, "CREATE VIEW mine AS SELECT 1; CREATE VIRTUAL TABLE words USING fts5(a)"), 0);
	reopen(f, STORE_WRITE);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(shell(f, "DROP TABLE event_text; CREATE VIEW event_text AS SELECT 1 AS text"), 0);
	fails_to_open(f, f->path, STORE_READ, "a view in the place of a table");
}

static void only_what_reads(void **state)
{
	struct fixture *f = *state;
	static const char *const denied[] = {"SELECT load_extension('x')", "PRAGMA data_version = 1",
		"PRAGMA user_version", "ATTACH 'x' AS y", "SELECT 1; SELECT 2", "", "SELEC 1"};
	int64_t number;

	for (size_t i = 0; i < LEN(denied); i++) {
		if (store_sql(f->store, str_of(denied[i]), first_number, &number, &f->err))
			fail_msg("%s", denied[i]);
		err_clear(&f->err);
	}
	must(f, store_sql(f->store, STR("PRAGMA data_version"), first_number, &number, &f->err));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(damaged_events_are_clamped),
		TEST(places_decide_by_name_then_offset_then_bytes),
		TEST(proofs_that_are_none),
		TEST(proofs_from_elsewhere),
		TEST(evidence_has_safe_names),
		TEST(damaged_evidence_is_said),
		TEST(sources_of_another_state),
		TEST(odd_statements_are_borne),
		TEST(deadlines),
		TEST(lines_with_bounds_and_without_a_kind),
		TEST(what_cannot_be_undone),
		TEST(places_where_no_timeline_can_be),
		TEST(another_program_holds_it_in_wal_mode),
		TEST(strange_tables),
		TEST(words_before_they_are_indexed),
		TEST(ids_that_are_none_or_several),
		TEST(a_damaged_old_one_stays_as_it_is),
		TEST(only_what_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
