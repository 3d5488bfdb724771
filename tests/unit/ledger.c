/* What store/ledger.h promises, and the chain under it. */
#include "store_fixture.h"

#include "base/json.h"

static const struct str mara = {"mara", 4};

static struct ledger load(struct fixture *f)
{
	struct ledger ledger;

	must(f, ledger_load(f->store, f->arena, &ledger, &f->err));
	return ledger;
}

static struct event typed_line(const char *text)
{
	return (struct event){.at = NOON,
		.until = INSTANT_NONE,
		.at_min = NOON,
		.at_max = NOON,
		.precision = PRECISION_MIN,
		.kind = kind_find(STR("response.person.observed")),
		.lane = LANE_STORAGE,
		.severity = SEVERITY_ERROR,
		.subject = STR("node:a-1"),
		.text = str_of(text),
		.count = 1};
}

static bool say_line(
	struct store *store, struct event *e, struct str incident, struct str author, instant now, struct err *err)
{
	struct entry entry = {.incident = incident, .event = *e};
	bool done = ledger_say_entry(store, &entry, author, now, err);

	*e = entry.event;
	return done;
}

static bool amend_line(struct store *store, struct str id, struct event *e, struct str incident, struct str author,
	instant now, struct err *err)
{
	struct entry entry = {.id = id, .incident = incident, .event = *e};
	bool done = ledger_say_entry(store, &entry, author, now, err);

	*e = entry.event;
	return done;
}

/* --- statements --- */

static void statements_cannot_be_changed(void **state)
{
	struct fixture *f = *state;
	static const char *const attacks[] = {
		"UPDATE statement SET body = 'x' WHERE seq = 1",
		"DELETE FROM statement WHERE seq = 1",
		"INSERT OR REPLACE INTO statement SELECT seq, noun, id, 'eve', recorded_at, body, chain FROM statement WHERE seq = 1",
		"INSERT INTO statement SELECT 9, noun, id, 'eve', recorded_at, body, chain FROM statement WHERE seq = 1",
	};

	must(f, store_say(f->store, &(struct statement){.noun = STR("x"), .author = mara, .body = STR("{}")}, &f->err));
	for (size_t i = 0; i < LEN(attacks); i++)
		assert_int_not_equal(shell(f, attacks[i]), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM statement WHERE author = 'mara'"), 1);
	assert_fine(f);
}

/* Whoever takes the triggers away first is found out by the chain. */
static void the_chain_finds_alterations(void **state)
{
	struct fixture *f = *state;
	static const char *const attacks[] = {
		"UPDATE statement SET body = '{\\\"a\\\":2}' WHERE seq = 2",
		"UPDATE statement SET author = 'eve' WHERE seq = 3",
		"UPDATE statement SET recorded_at = recorded_at + 1 WHERE seq = 1",
		"DELETE FROM statement WHERE seq = 2",
		"UPDATE statement SET seq = 9 WHERE seq = 2; UPDATE statement SET seq = 2 WHERE seq = 3",
	};
	const char *copy = str_cstr(f->arena, str_fmt(f->arena, "cp '%s' '%s.copy'", f->path, f->path));
	const char *back = str_cstr(f->arena, str_fmt(f->arena, "cp '%s.copy' '%s'", f->path, f->path));

	for (int i = 0; i < 4; i++) {
		struct statement s = {
			.noun = STR("x"), .author = mara, .body = STR("{\"a\":1}"), .recorded_at = NOON + i};
		must(f, store_say(f->store, &s, &f->err));
		assert_int_equal(s.seq, i + 1);
	}
	assert_fine(f);
	assert_int_equal(system(copy), 0);
	for (size_t i = 0; i < LEN(attacks); i++) {
		struct str report;
		store_close(f->store);
		f->store = NULL;
		assert_int_equal(shell(f, "DROP TRIGGER statement_stays; DROP TRIGGER statement_remains"), 0);
		assert_int_equal(shell(f, attacks[i]), 0);
		reopen(f, STORE_WRITE);
		must(f, store_check(f->store, f->arena, &report, &f->err));
		assert_true(str_contains(report, STR("the chain breaks at number")));
		store_close(f->store);
		f->store = NULL;
		assert_int_equal(system(back), 0);
		reopen(f, STORE_WRITE);
		assert_fine(f);
	}
}

/* As schema/001 describes it, computed here by hand. */
static void the_chain_is_as_described(void **state)
{
	struct fixture *f = *state;
	struct statement one = {.noun = STR("log"),
				 .id = STR("log-1"),
				 .author = STR("jo"),
				 .recorded_at = 12,
				 .body = STR("{}")},
			 two = one;
	struct digest head;
	int64_t length;

	must(f, store_say(f->store, &one, &f->err));
	struct digest by_hand = digest_of(STR("1:1,3:log,5:log-1,2:jo,2:12,2:{},"));
	assert_memory_equal(one.chain.byte, by_hand.byte, DIGEST_SIZE);
	two.body = STR_NONE;
	must(f, store_say(f->store, &two, &f->err));
	struct buf b = BUF(f->arena);
	buf_bytes(&b, by_hand.byte, DIGEST_SIZE);
	buf_cstr(&b, "1:2,3:log,5:log-1,2:jo,2:12,0:,");
	by_hand = digest_of(buf_str(&b));
	must(f, store_head(f->store, &length, &head, &f->err));
	assert_int_equal(length, 2);
	assert_memory_equal(head.byte, by_hand.byte, DIGEST_SIZE);
}

/* --- several at once --- */

enum { SPEAKERS = 8, LINES = 40 };

static void speak(const char *path, int speaker)
{
	struct err err = {0};
	struct store *store = store_open(path, STORE_WRITE, &err);

	for (int i = 0; store && i < LINES; i++) {
		struct event e = typed_line("volumes faulted");
		struct action a = {.title = STR("do better"), .due = INSTANT_NONE, .ended_at = INSTANT_NONE};
		if (!say_line(store, &e, STR_NONE, mara, NOON + speaker, &err) ||
			(i % 10 == 0 && !ledger_say_action(store, &a, mara, NOON, &err)))
			break;
	}
	if (err_is_set(&err))
		fprintf(stderr, "%s\n", err.text);
	store_close(store);
	_exit(err_is_set(&err));
}

static void eight_speak_at_once_and_nothing_is_lost(void **state)
{
	struct fixture *f = *state;
	int status;

	store_close(f->store);
	f->store = NULL;
	unlink(f->path);
	reopen(f, STORE_CREATE);
	store_close(f->store);
	f->store = NULL;
	for (int i = 0; i < SPEAKERS; i++)
		if (fork() == 0)
			speak(f->path, i);
	for (int i = 0; i < SPEAKERS; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	reopen(f, STORE_WRITE);
	assert_int_equal(ask(f, "SELECT count(*) FROM statement WHERE noun = 'log'"), SPEAKERS * LINES);
	assert_int_equal(ask(f, "SELECT count(DISTINCT id) FROM statement WHERE noun = 'log'"), SPEAKERS * LINES);
	assert_int_equal(look(f, everything).n, SPEAKERS * LINES);
	assert_int_equal(load(f).actions_n, SPEAKERS * LINES / 10);
	assert_fine(f);
}

static void two_may_begin_the_same_timeline(void **state)
{
	struct fixture *f = *state;
	int status;

	for (int turn = 0; turn < 10; turn++) {
		store_close(f->store);
		f->store = NULL;
		unlink(f->path);
		for (int i = 0; i < 4; i++) {
			if (fork() != 0)
				continue;
			struct err err = {0};
			struct store *store = store_open(f->path, STORE_CREATE, &err);
			bool said = store && store_say(store, &(struct statement){.noun = STR("x")}, &err);
			if (!said)
				fprintf(stderr, "%s\n", err.text);
			_exit(!said);
		}
		for (int i = 0; i < 4; i++) {
			wait(&status);
			assert_int_equal(status, 0);
		}
		reopen(f, STORE_WRITE);
		assert_int_equal(ask(f, "SELECT count(*) FROM statement"), 4);
	}
}

/* --- nouns --- */

static void incidents_are_numbered_and_revised(void **state)
{
	struct fixture *f = *state;
	struct incident one = {.title = STR("Logins \"down\"\n"),
				.severity = SEVERITY_CRITICAL,
				.from = NOON + 1,
				.to = INSTANT_NONE},
			two = {.title = STR("Other"), .from = NOON, .to = NOON + HOUR};
	struct err err = {0};

	assert_null(ledger_implied(&(struct ledger){0}, &err));
	assert_non_null(strstr(err.text, "incident new"));
	must(f, ledger_say_incident(f->store, &one, mara, NOON, &f->err));
	must(f, ledger_say_incident(f->store, &two, mara, NOON, &f->err));
	assert_true(str_eq(one.id, STR("inc-1")) && str_eq(two.id, STR("inc-2")));
	one.summary = STR("they could not log in");
	must(f, ledger_say_incident(f->store, &one, mara, NOON, &f->err));
	struct ledger ledger = load(f);
	assert_int_equal(ledger.incidents_n, 2);
	const struct incident *again = ledger_incident(&ledger, STR("inc-1"));
	assert_true(str_eq(again->title, one.title) && str_eq(again->summary, one.summary) && again->from == NOON + 1);
	assert_true(again->to == INSTANT_NONE && again->severity == SEVERITY_CRITICAL &&
		    str_eq(again->status, STR("draft")));
	err_clear(&err);
	assert_null(ledger_implied(&ledger, &err));
	assert_non_null(strstr(err.text, "inc-1 'Logins"));
	must(f, ledger_say_focus(f->store, STR("inc-2"), mara, NOON, &f->err));
	ledger = load(f);
	assert_true(str_eq(ledger_implied(&ledger, &err)->id, STR("inc-2")));
	struct incident none = {.id = STR("inc-7"), .from = NOON, .to = INSTANT_NONE};
	assert_false(ledger_say_incident(f->store, &none, mara, NOON, &f->err));
	assert_says(f, "no incident 'inc-7'");
}

static void the_rest_is_replayed(void **state)
{
	struct fixture *f = *state;
	struct str names[] = {STR("auth"), STR("db")};
	struct asset asset = {.name = STR("fusionauth"), .namespaces = {names, 2}, .objective = 5 * HOUR, .loss = NOON};
	struct mark mark = {
		.incident = STR("inc-1"), .name = STR("detected"), .author = mara, .at = NOON, .event = STR("e12")};
	struct action action = {
		.title = STR("Test restores"), .type = STR("detect"), .due = NOON + DAY, .ended_at = INSTANT_NONE};

	must(f, ledger_say_asset(f->store, &asset, mara, NOON, &f->err));
	must(f, ledger_say_mark(f->store, &mark, NOON, &f->err));
	mark.at = NOON + 5;
	must(f, ledger_say_mark(f->store, &mark, NOON + 9, &f->err));
	must(f, ledger_say_action(f->store, &action, mara, NOON, &f->err));
	action.state = STR("done");
	action.owner = STR("jo");
	action.because = STR("drill of 1 July");
	must(f, ledger_say_action(f->store, &action, mara, NOON + HOUR, &f->err));
	struct ledger ledger = load(f);
	assert_int_equal(ledger.assets_n, 1);
	assert_true(ledger.assets[0].objective == 5 * HOUR && ledger.assets[0].namespaces.n == 2 &&
		    ledger.assets[0].loss == NOON);
	assert_true(str_eq(ledger.assets[0].namespaces.v[1], STR("db")));
	assert_int_equal(ledger.marks_n, 1);
	assert_true(ledger.marks[0].at == NOON + 5 && ledger.marks[0].recorded_at == NOON + 9);
	assert_int_equal(ledger.actions_n, 1);
	assert_true(str_eq(ledger.actions[0].id, STR("a-1")) && ledger.actions[0].ended_at == NOON + HOUR);
	assert_int_equal(ledger.actions[0].history.n, 2);
	assert_string_equal(str_cstr(f->arena, ledger.actions[0].history.v[1]),
		"2024-06-18T13:00:00Z mara: state open -> done, owner none -> jo: drill of 1 July");
}

static void unknown_nouns_and_keys_are_borne(void **state)
{
	struct fixture *f = *state;

	must(f, store_say(f->store,
			&(struct statement){.noun = STR("prophecy"), .id = STR("1"), .body = STR("{\"x\":[]}")},
			&f->err));
	must(f, store_say(f->store,
			&(struct statement){.noun = STR("incident"),
				.id = STR("inc-1"),
				.body = STR("{\"title\":\"T\",\"mood\":{\"bad\":true}}")},
			&f->err));
	struct ledger ledger = load(f);
	assert_int_equal(ledger.incidents_n, 1);
	assert_true(ledger.incidents[0].from == INSTANT_NONE && str_eq(ledger.incidents[0].title, STR("T")));
}

/* --- typed things that are events --- */

static struct str field(struct fixture *f, const struct event *e, const char *name)
{
	return json_get_str(json_parse(f->arena, e->fields, &f->err), name);
}

static void a_logged_line_is_an_event_at_once(void **state)
{
	struct fixture *f = *state;
	struct event e = typed_line("volumes faulted on 3 nodes");
	int found;
	struct event out;

	must(f, say_line(f->store, &e, STR("inc-1"), mara, NOON + MINUTE, &f->err));
	must(f, store_event(f->store, event_id(f->arena, e.key), f->arena, &out, &found, &f->err));
	assert_int_equal(found, 1);
	assert_true(out.at == NOON && out.recorded_at == NOON + MINUTE && out.source == 0 && out.lane == LANE_STORAGE);
	assert_true(out.precision == PRECISION_MIN && out.basis == BASIS_MANUAL && out.severity == SEVERITY_ERROR);
	assert_true(str_eq(field(f, &out, "author"), mara) && str_eq(field(f, &out, "incident"), STR("inc-1")));
	struct query q = everything;
	q.words = STR("nodes");
	assert_int_equal(look(f, q).n, 1);
	struct event again = typed_line("volumes faulted on 3 nodes");
	must(f, say_line(f->store, &again, STR("inc-1"), mara, NOON + MINUTE, &f->err));
	assert_int_equal(look(f, everything).n, 2);
}

static void lines_are_amended_and_withdrawn(void **state)
{
	struct fixture *f = *state;
	struct event e = typed_line("volumes failed"), better = typed_line("volumes faulted");
	struct query q = everything;

	must(f, say_line(f->store, &e, STR_NONE, mara, NOON, &f->err));
	better.at = better.at_min = better.at_max = NOON - HOUR;
	must(f, amend_line(f->store, field(f, &e, "statement"), &better, STR_NONE, mara, NOON + 1, &f->err));
	assert_memory_equal(e.key, better.key, EVENT_KEY);
	struct events events = look(f, everything);
	assert_int_equal(events.n, 1);
	assert_true(events.v[0].at == NOON - HOUR && str_eq(events.v[0].text, STR("volumes faulted")));
	assert_int_equal(ask(f, "SELECT count(*) FROM event_history WHERE text = 'volumes failed'"), 1);
	q.words = STR("failed");
	assert_int_equal(look(f, q).n, 0);
	assert_fine(f);
	must(f, ledger_withdraw(f->store, "log", STR("log-1"), mara, NOON + 2, &f->err));
	assert_int_equal(look(f, everything).n, 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM statement WHERE noun = 'log'"), 3);
	assert_false(ledger_withdraw(f->store, "log", STR("log-1"), mara, NOON + 2, &f->err));
	assert_says(f, "was withdrawn");
	assert_false(ledger_withdraw(f->store, "log", STR("log-9"), mara, NOON + 2, &f->err));
	assert_says(f, "no log 'log-9'");
	assert_fine(f);
}

static void decisions_and_locations_are_events(void **state)
{
	struct fixture *f = *state;
	struct str over[] = {STR("wait"), STR("rebuild")};
	struct decision d = {.incident = STR("inc-1"),
		.chosen = STR("restore now"),
		.because = STR("may not materialise"),
		.by = mara,
		.over = {over, 2},
		.at = NOON};
	struct location_claim claim = {
		.name = STR("s3://old-nas"), .state = STR("unreachable"), .from = NOON + 1, .to = NOON + HOUR};
	struct event decided, unreachable;

	must(f, ledger_say_decision(f->store, &d, &decided, NOON, &f->err));
	must(f, ledger_say_location(f->store, &claim, mara, &unreachable, NOON, &f->err));
	assert_true(str_eq(d.id, STR("d-1")) && str_eq(decided.kind->name, STR("response.person.decided")));
	assert_true(
		str_eq(field(f, &decided, "over"), STR("wait; rebuild")) && str_eq(decided.text, STR("restore now")));
	assert_true(
		str_eq(unreachable.kind->name, STR("backup.target.unreachable")) && unreachable.until == NOON + HOUR);
	assert_true(str_eq(unreachable.subject, STR("location:s3://old-nas")));
	claim.to = INSTANT_NONE;
	must(f, ledger_say_location(f->store, &claim, mara, &unreachable, NOON, &f->err));
	struct ledger ledger = load(f);
	assert_int_equal(ledger.locations_n, 1);
	assert_true(ledger.locations[0].to == INSTANT_NONE);
	assert_true(str_eq(ledger.locations[0].event, event_id(f->arena, unreachable.key)));
	assert_true(ledger.decisions_n == 1 && ledger.decisions[0].over.n == 2);
	assert_int_equal(look(f, everything).n, 2);
}

static struct str all_typed(struct fixture *f)
{
	struct buf b = BUF(f->arena);
	struct events events = look(f, everything);

	for (size_t i = 0; i < events.n; i++) {
		const struct event *e = &events.v[i];
		buf_bytes(&b, e->key, EVENT_KEY);
		buf_fmt(&b, "%lld %lld %lld %.*s %.*s %d %d %.*s\n", (long long)e->at, (long long)e->until,
			(long long)e->recorded_at, STR_ARG(e->text), STR_ARG(e->fields), e->severity, e->lane,
			STR_ARG(e->kind->name));
	}
	buf_fmt(&b, "%lld earlier states", (long long)ask(f, "SELECT count(*) FROM event_history"));
	return buf_str(&b);
}

static void a_rebuild_makes_them_again(void **state)
{
	struct fixture *f = *state;
	struct event a = typed_line("a"), b = typed_line("b"), c = typed_line("b, rather");
	struct decision d = {.chosen = STR("restore"), .by = mara, .at = NOON + 3};

	must(f, say_line(f->store, &a, STR_NONE, mara, NOON, &f->err));
	must(f, say_line(f->store, &b, STR("inc-1"), mara, NOON + 1, &f->err));
	must(f, ledger_say_decision(f->store, &d, NULL, NOON + 2, &f->err));
	must(f, amend_line(f->store, STR("log-2"), &c, STR("inc-1"), mara, NOON + 4, &f->err));
	must(f, ledger_withdraw(f->store, "log", STR("log-1"), mara, NOON + 5, &f->err));
	struct str before = all_typed(f);
	must(f, store_forget_derived(f->store, &f->err));
	assert_int_equal(look(f, everything).n, 0);
	must(f, ledger_rebuild_events(f->store, &f->err));
	assert_true(str_eq(all_typed(f), before));
	must(f, ledger_rebuild_events(f->store, &f->err));
	assert_true(str_eq(all_typed(f), before));
	assert_fine(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(statements_cannot_be_changed),
		TEST(the_chain_finds_alterations),
		TEST(the_chain_is_as_described),
		TEST(eight_speak_at_once_and_nothing_is_lost),
		TEST(two_may_begin_the_same_timeline),
		TEST(incidents_are_numbered_and_revised),
		TEST(the_rest_is_replayed),
		TEST(unknown_nouns_and_keys_are_borne),
		TEST(a_logged_line_is_an_event_at_once),
		TEST(lines_are_amended_and_withdrawn),
		TEST(decisions_and_locations_are_events),
		TEST(a_rebuild_makes_them_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
