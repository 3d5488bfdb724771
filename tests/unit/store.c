/* What store/store.h promises. */
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <zlib.h>

static void an_event_comes_back_as_it_went_in(void **state)
{
	struct fixture *f = *state;
	struct event e = make_event(f, add_source(f, "a.log", "aa"), NOON, "volume faulted");

	e.until = NOON + 5 * MINUTE;
	e.at_min = NOON - SECOND;
	e.at_max = NOON + SECOND;
	e.count = 7;
	e.severity = SEVERITY_CRITICAL;
	e.lane = LANE_SERVICE;
	e.recorded_at = NOON + 1;
	assert_int_equal(take(f, e, false), TAKEN_NEW);
	reopen(f, STORE_READ);
	struct events events = look(f, everything);
	assert_int_equal(events.n, 1);
	struct event *g = &events.v[0];
	assert_true(g->at == e.at && g->until == e.until && g->at_min == e.at_min && g->at_max == e.at_max);
	assert_true(g->count == 7 && g->severity == e.severity && g->lane == e.lane && g->recorded_at == e.recorded_at);
	assert_true(g->precision == e.precision && g->basis == e.basis && g->source == e.source && g->kind == e.kind);
	assert_true(str_eq(g->text, e.text) && str_eq(g->subject, e.subject) && str_eq(g->fields, e.fields));
	assert_true(str_eq(g->when, e.when) && g->from.offset == 100 && g->from.length == 20 && g->from.line == 3);
	assert_memory_equal(g->key, e.key, EVENT_KEY);
}

static void bounds_and_times_as_usual_need_no_room(void **state)
{
	struct fixture *f = *state;

	take(f, make_event(f, add_source(f, "a.log", "aa"), NOON, "x"), false);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM event WHERE at_min IS NULL AND at_max IS NULL AND recorded_at IS NULL"),
		1);
	assert_true(look(f, everything).v[0].recorded_at == NOON);
}

static void reading_again_adds_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a.log", "aa");

	assert_int_equal(take(f, make_event(f, source, NOON, "x"), false), TAKEN_NEW);
	assert_int_equal(take(f, make_event(f, source, NOON, "x"), false), TAKEN_DUPLICATE);
	assert_int_equal(look(f, everything).n, 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM sighting"), 0);
	assert_fine(f);
}

/* The n-th identical record of a capture is the n-th of another: overlaps fold, true repeats stay. */
static void overlapping_captures_are_a_multiset_union(void **state)
{
	struct fixture *f = *state;
	int64_t one = add_source(f, "1.log", "aa"), two = add_source(f, "2.log", "bb");
	struct event e = make_event(f, one, NOON, "x"), again = make_event(f, one, NOON, "x");

	event_key(f->digester, STR("x"), 2, again.key);
	take(f, e, false);
	take(f, again, false);
	e.source = two;
	assert_int_equal(take(f, e, false), TAKEN_DUPLICATE);
	assert_int_equal(look(f, everything).n, 2);
	assert_int_equal(ask(f, "SELECT count(*) FROM sighting"), 1);
}

static void a_kube_event_grows(void **state)
{
	struct fixture *f = *state;
	struct event e = make_event(f, add_source(f, "k.json", "aa"), NOON, "BackOff");

	assert_int_equal(take(f, e, true), TAKEN_NEW);
	must(f, store_index(f->store, &f->err));
	e.count = 9;
	e.until = NOON + HOUR;
	e.text = STR("BackOff restarting");
	assert_int_equal(take(f, e, true), TAKEN_GROWN);
	assert_int_equal(take(f, e, true), TAKEN_DUPLICATE);
	e.count = 3;
	assert_int_equal(take(f, e, true), TAKEN_DUPLICATE);
	struct events events = look(f, everything);
	assert_int_equal(events.n, 1);
	assert_int_equal(events.v[0].count, 9);
	assert_true(events.v[0].until == NOON + HOUR);
	assert_int_equal(ask(f, "SELECT count(*) FROM event_history WHERE count IN (1, 3)"), 2);
	struct query q = everything;
	q.words = STR("restarting");
	assert_int_equal(look(f, q).n, 1);
	assert_fine(f);
}

/* --- order --- */

static struct str fingerprint(struct fixture *f)
{
	struct buf b = BUF(f->arena);
	struct events events = look(f, everything);
	struct sources sources;

	must(f, store_sources(f->store, f->arena, &sources, &f->err));
	for (size_t i = 0; i < events.n; i++) {
		const struct event *e = &events.v[i];
		const struct source *s = source_find(&sources, e->source);
		struct sighting *seen;
		size_t seen_n;
		must(f, store_sightings(f->store, e->row, f->arena, &seen, &seen_n, &f->err));
		buf_fmt(&b, "%lld %lld %lld %.*s %.*s %lld %zu\n", (long long)e->at, (long long)e->count,
			(long long)e->until, STR_ARG(e->text), STR_ARG(s->name), (long long)e->from.offset, seen_n);
	}
	return buf_str(&b);
}

/* Five sources with records in common, taken in in every rotation and backwards. */
static void any_order_gives_the_same_timeline(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"c.log", "a.log", "e.log", "b.log", "d.log"};
	static const char *const texts[] = {"one", "two", "three"};
	struct str first = STR_NONE;

	for (int turn = 0; turn < 10; turn++) {
		store_close(f->store);
		f->store = NULL;
		unlink(f->path);
		reopen(f, STORE_CREATE);
		for (int n = 0; n < 5; n++) {
			int i = turn < 5 ? (n + turn) % 5 : (turn - n) % 5;
			int64_t source = add_source(f, names[i], names[i]);
			for (int t = 0; t < 3; t++) {
				struct event e = make_event(f, source, NOON + t / 2, texts[t]);
				e.from.offset = 10 * i + t;
				e.count = t == 2 ? i + 1 : 1;
				e.until = t == 2 ? NOON + i : INSTANT_NONE;
				take(f, e, t == 2);
			}
		}
		struct str now = fingerprint(f);
		if (first.n)
			assert_string_equal(now.p, first.p);
		first = now;
	}
	assert_true(str_contains(first, STR("one a.log")));
	assert_true(str_contains(first, STR("5 1718712000000004 three d.log")));
}

static void batches_answer_in_their_own_order(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a.log", "aa");
	struct event v[4] = {make_event(f, source, NOON + 9, "d"), make_event(f, source, NOON, "a"),
		make_event(f, source, NOON + 9, "d"), make_event(f, source, NOON + 5, "b")};
	bool grows[4] = {false};
	enum taken taken[4];

	must(f, store_take_batch(f->store, v, 4, grows, taken, &f->err));
	assert_int_equal(taken[0], TAKEN_NEW);
	assert_int_equal(taken[1], TAKEN_NEW);
	assert_int_equal(taken[2], TAKEN_DUPLICATE);
	assert_true(v[2].row == v[0].row && v[1].row < v[3].row && v[3].row < v[0].row);
}

/* More than one statement takes in; some twice in it, some known, some grown. */
static void batches_tell_new_from_known(void **state)
{
	enum { EVENTS = 3000, KNOWN = 1000, TWICE = 500 };
	struct fixture *f = *state;
	int64_t source = add_source(f, "a.log", "aa");
	struct event *v = NEW_N(f->arena, struct event, EVENTS);
	bool *grows = NEW_N(f->arena, bool, EVENTS);
	enum taken *taken = NEW_N(f->arena, enum taken, EVENTS);

	for (int i = 0; i < EVENTS; i++) {
		int which = i < EVENTS - TWICE ? i : i - TWICE;
		v[i] = make_event(f, source, NOON + which * 7919 % EVENTS,
			str_cstr(f->arena, str_fmt(f->arena, "event %d", which)));
	}
	must(f, store_take_batch(f->store, v, KNOWN, grows, taken, &f->err));
	for (int i = 0; i < KNOWN; i++)
		assert_int_equal(taken[i], TAKEN_NEW);
	for (int i = 0; i < KNOWN; i += 10) {
		grows[i] = true;
		v[i].count = 2;
	}
	must(f, store_take_batch(f->store, v, EVENTS, grows, taken, &f->err));
	for (int i = 0; i < EVENTS; i++)
		assert_int_equal(taken[i], i >= EVENTS - TWICE ? TAKEN_DUPLICATE
					   : i >= KNOWN        ? TAKEN_NEW
					   : i % 10 == 0       ? TAKEN_GROWN
							       : TAKEN_DUPLICATE);
	for (int i = EVENTS - TWICE; i < EVENTS; i++)
		assert_int_equal(v[i].row, v[i - TWICE].row);
	assert_int_equal(look(f, everything).n, EVENTS - TWICE);
}

/* What stands several times in a batch comes out as if each state had come by itself. */
static void batches_grow_events(void **state)
{
	static const int64_t counts[][4] = {{1, 2, 3, 4}, {4, 3, 2, 1}, {2, 2, 1, 3}, {1, 3, 3, 2}};
	struct fixture *f = *state;
	int64_t source = add_source(f, "a.log", "aa");

	for (size_t i = 0; i < LEN(counts); i++) {
		struct event v[4];
		bool grows[4] = {true, true, true, true};
		enum taken taken[4];
		struct earlier *single, *batched;
		size_t single_n, batched_n;
		int64_t row = 0;
		for (int k = 0; k < 4; k++) {
			struct event e =
				make_event(f, source, NOON, str_cstr(f->arena, str_fmt(f->arena, "alone %zu", i)));
			v[k] = make_event(f, source, NOON, str_cstr(f->arena, str_fmt(f->arena, "batch %zu", i)));
			e.count = v[k].count = counts[i][k];
			must(f, store_take(f->store, &e, true, &taken[k], &f->err));
			row = e.row;
		}
		enum taken alone[4];
		memcpy(alone, taken, sizeof alone);
		must(f, store_take_batch(f->store, v, 4, grows, taken, &f->err));
		assert_memory_equal(taken, alone, sizeof taken);
		must(f, store_history(f->store, row, f->arena, &single, &single_n, &f->err));
		must(f, store_history(f->store, v[0].row, f->arena, &batched, &batched_n, &f->err));
		assert_int_equal(single_n, batched_n);
		for (size_t k = 0; k < single_n; k++)
			assert_true(single[k].count == batched[k].count && single[k].until == batched[k].until &&
				    single[k].recorded_at == batched[k].recorded_at);
		for (int k = 0; k < 4; k++)
			assert_int_equal(v[k].row, v[0].row);
	}
	struct events all = look(f, everything);
	assert_int_equal(all.n, 2 * LEN(counts));
	for (size_t i = 0; i < all.n; i++)
		assert_int_equal(
			all.v[i].count, str_ends(all.v[i].text, STR("0")) || str_ends(all.v[i].text, STR("1")) ? 4 : 3);
}

/* --- queries --- */

static bool count(void *arg, const struct event *e)
{
	(void)e;
	return ++*(int *)arg < 2;
}

static void queries_choose(void **state)
{
	struct fixture *f = *state;
	int64_t one = add_source(f, "1.log", "aa"), two = add_source(f, "2.log", "bb");
	struct event band = make_event(f, one, NOON - HOUR, "band"), line = make_event(f, two, NOON + MINUTE, "line"),
		     undated = make_event(f, one, INSTANT_NONE, "undated"),
		     late = make_event(f, one, NOON + HOUR, "late");
	int n = 0;

	band.until = NOON + SECOND;
	line.kind = kind_find(STR("other.log.line"));
	line.lane = LANE_OTHER;
	line.severity = SEVERITY_INFO;
	undated.precision = PRECISION_NONE;
	undated.at_min = NOON - 2 * HOUR;
	take(f, band, false), take(f, line, false), take(f, undated, false), take(f, late, false);
	assert_int_equal(look(f, everything).n, 4);
	assert_true(look(f, everything).v[0].at == INSTANT_NONE && look(f, everything).v[0].at_min == NOON - 2 * HOUR);
	assert_int_equal(look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE}).n, 3);
	struct events window = look(f, (struct query){.from = NOON, .to = NOON + HOUR});
	assert_int_equal(window.n, 2);
	assert_true(str_eq(window.v[0].text, STR("band")) && str_eq(window.v[1].text, STR("line")));
	struct events newest =
		look(f, (struct query){.from = NOON, .to = INSTANT_NONE, .newest_first = true, .limit = 2});
	assert_int_equal(newest.n, 2);
	assert_true(str_eq(newest.v[0].text, STR("late")) && str_eq(newest.v[1].text, STR("line")));
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .lanes = 1u << LANE_OTHER}).n, 1);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .kind = STR("storage.")}).n, 2);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .kind = STR("storage")}).n, 0);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .subject = STR("volume:pvc-1")}).n, 3);
	assert_int_equal(look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .subject = STR("vc-")}).n, 3);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .subject = STR("volume:pvc")}).n, 0);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .min_severity = SEVERITY_WARNING}).n,
		2);
	assert_int_equal(look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .source = two}).n, 1);
	assert_int_equal(
		look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .skip_log_lines = true}).n, 2);
	must(f, store_each(f->store, &everything, count, &n, &f->err));
	assert_int_equal(n, 2);
}

static void a_duplicate_counts_for_its_source_too(void **state)
{
	struct fixture *f = *state;
	int64_t one = add_source(f, "1.log", "aa"), two = add_source(f, "2.log", "bb");
	struct sighting *seen;
	size_t n;

	take(f, make_event(f, two, NOON, "x"), false);
	take(f, make_event(f, one, NOON, "x"), false);
	struct events events = look(f, (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE, .source = two});
	assert_int_equal(events.n, 1);
	assert_int_equal(events.v[0].source, one);
	must(f, store_sightings(f->store, events.v[0].row, f->arena, &seen, &n, &f->err));
	assert_int_equal(n, 1);
	assert_int_equal(seen[0].source, two);
}

static void words_are_words_and_no_language(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a.log", "aa");
	static const char *const hostile[] = {"\"", "*", "(((", "NEAR(", "disk\"", "-x", "subject:volume", "a OR",
		"AND", "^osd", "{text}: x", "\\", "%", "'"};

	for (int indexed = 0; indexed < 2; indexed++) {
		struct query q = everything;
		if (indexed)
			must(f, store_index(f->store, &f->err));
		else
			take(f, make_event(f, source, NOON, "disk of osd.3 is full, Größe 5"), false);
		q.words = STR("osd.3 DISK");
		assert_int_equal(look(f, q).n, 1);
		q.words = STR("isk");
		assert_int_equal(look(f, q).n, 0);
		q.words = STR("pvc-1 full");
		assert_int_equal(look(f, q).n, 1);
		q.words = STR("disk missing");
		assert_int_equal(look(f, q).n, 0);
		for (size_t i = 0; i < LEN(hostile); i++) {
			q.words = str_of(hostile[i]);
			look(f, q);
		}
		q.words = str_n("disk\0full", 9);
		look(f, q);
	}
	assert_fine(f);
}

static void ids_are_prefixes(void **state)
{
	struct fixture *f = *state;
	struct event e = make_event(f, add_source(f, "a.log", "aa"), NOON, "x"), out;
	struct str id = event_id(f->arena, e.key);
	int found;

	take(f, e, false);
	for (size_t n = 5; n <= id.n; n++) {
		must(f, store_event(f->store, str_slice(id, 0, n), f->arena, &out, &found, &f->err));
		assert_int_equal(found, 1);
		assert_memory_equal(out.key, e.key, EVENT_KEY);
	}
	static const char *const wrong[] = {
		"", "e", "e12", "x1234", "e12zz", "e000000000000", "e00000000000000000000000000000000000"};
	for (size_t i = 0; i < LEN(wrong); i++) {
		must(f, store_event(f->store, str_of(wrong[i]), f->arena, &out, &found, &f->err));
		assert_int_equal(found, 0);
	}
}

/* --- sources --- */

static void sources_resume_and_are_known(void **state)
{
	struct fixture *f = *state;
	struct source s = {.name = STR("a.zip"), .sha256 = STR("aa"), .taken_at = NOON, .mtime = INSTANT_NONE},
		      member = {.name = STR("a.zip: x"), .taken_at = NOON, .mtime = INSTANT_NONE};

	must(f, store_source_add(f->store, &s, &f->err));
	member.parent = s.row;
	must(f, store_source_add(f->store, &member, &f->err));
	int64_t first = member.row;
	must(f, store_source_add(f->store, &member, &f->err)); /* an archive may hold a name twice */
	assert_true(member.row != first);
	assert_int_equal(store_source_known(f->store, STR("aa"), &f->err), 0);
	reopen(f, STORE_WRITE);
	struct source again = s, part = member;
	again.taken_at = NOON + DAY;
	must(f, store_source_add(f->store, &again, &f->err));
	assert_true(again.row == s.row && again.taken_at == NOON);
	must(f, store_source_add(f->store, &part, &f->err));
	assert_int_equal(part.row, first);
	again.state = SOURCE_COMPLETE;
	must(f, store_source_update(f->store, &again, &f->err));
	assert_int_equal(store_source_known(f->store, STR("aa"), &f->err), s.row);
}

static void evidence_comes_back(void **state)
{
	struct fixture *f = *state;
	int64_t packed = add_source(f, "../../etc/.passwd\x1b[2J", "aa"), plain = add_source(f, "b", "bb"),
		none = add_source(f, "c", "cc");
	static char bytes[100000], deflated[100000];
	uLongf n = sizeof deflated;
	struct str out;

	memset(bytes, 'x', sizeof bytes);
	compress((Bytef *)deflated, &n, (Bytef *)bytes, sizeof bytes);
	must(f, store_evidence_put(f->store, packed, str_n(deflated, n), sizeof bytes, NOON, &f->err));
	must(f, store_evidence_put(f->store, plain, STR("\0\1"), 2, INSTANT_NONE, &f->err));
	must(f, store_evidence(f->store, packed, f->arena, &out, &f->err));
	assert_true(str_eq(out, str_n(bytes, sizeof bytes)));
	must(f, store_evidence(f->store, plain, f->arena, &out, &f->err));
	assert_true(str_eq(out, STR("\0\1")));
	assert_false(store_evidence(f->store, none, f->arena, &out, &f->err));
	assert_says(f, "were not kept");
	assert_int_equal(
		ask(f, "SELECT count(*) FROM sqlar WHERE name GLOB '*[^a-zA-Z0-9/._]*' OR name LIKE '%..%'"), 0);
	assert_int_equal(
		system(str_cstr(f->arena, str_fmt(f->arena, "sqlite3 '%s' -A --list | grep -q '^2/b$'", f->path))), 0);
}

static bool count_note(void *arg, const struct note *note)
{
	*(size_t *)arg += note->text.n;
	return true;
}

static void notes_are_kept_once(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a", "aa");
	size_t n = 0;

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 1203; i++)
			must(f, store_note(f->store, &(struct note){source, {i, 1, i}, STR("t"), STR("why")}, &f->err));
	must(f, store_notes(f->store, count_note, &n, &f->err));
	assert_int_equal(n, 1203);
}

/* --- whose file --- */

static void refuses(struct fixture *f, enum store_mode mode, enum store_failure expected, const char *words)
{
	enum store_failure why;

	store_close(f->store);
	f->store = store_open_within(f->path, mode, 50, &why, &f->err);
	assert_null(f->store);
	assert_int_equal(why, expected);
	assert_says(f, words);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
}

static void refuses_what_is_not_ours(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(shell(f, "PRAGMA user_version = 77"), 0);
	refuses(f, STORE_WRITE, FAILURE_NEWER, "needs lineup with schema 77");
	refuses(f, STORE_READ, FAILURE_NEWER, "needs lineup with schema 77");
	unlink(f->path);
	refuses(f, STORE_READ, FAILURE_OTHER, "no timeline at");
	assert_int_equal(shell(f, "CREATE TABLE t(a)"), 0);
	refuses(f, STORE_CREATE, FAILURE_NOT_OURS, "another program's database");
	write_file(f->path, "");
	refuses(f, STORE_READ, FAILURE_NOT_OURS, "it is empty");
	refuses(f, STORE_WRITE, FAILURE_NOT_OURS, "it is empty");
	char text[4096];
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	write_file(f->path, text);
	refuses(f, STORE_CREATE, FAILURE_NOT_OURS, "not a database");
	f->path = f->folder;
	refuses(f, STORE_CREATE, FAILURE_OTHER, "is a directory");
}

static void the_file_is_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void damage_is_said(void **state)
{
	struct fixture *f = *state;
	int64_t source = add_source(f, "a", "aa");
	struct events events;

	must(f, store_begin(f->store, &f->err));
	for (int i = 0; i < 3000; i++)
		take(f, make_event(f, source, NOON + i, str_cstr(f->arena, str_fmt(f->arena, "line %d", i))), false);
	must(f, store_commit(f->store, &f->err));
	store_close(f->store);
	f->store = NULL;
	int fd = open(f->path, O_WRONLY);
	char noise[16384];
	memset(noise, 0x5a, sizeof noise);
	for (off_t at = 20 * 16384; at < 50 * 16384; at += 16384)
		assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
	close(fd);
	reopen(f, STORE_READ);
	assert_false(store_events(f->store, &everything, f->arena, &events, &f->err));
	assert_int_equal(store_last_failure(f->store), FAILURE_CORRUPT);
	assert_says(f, "it is damaged");
}

static void somebody_else_writing_is_said(void **state)
{
	struct fixture *f = *state;
	enum store_failure why;
	struct store *other = store_open_within(f->path, STORE_WRITE, 10, &why, &f->err);

	must(f, store_begin(f->store, &f->err));
	assert_false(store_begin(other, &f->err));
	assert_int_equal(store_last_failure(other), FAILURE_BUSY);
	assert_says(f, "another process is writing");
	store_rollback(f->store);
	must(f, store_begin(other, &f->err));
	store_close(other);
}

/* Root may write anywhere: then only what a read-only connection refuses is seen. */
static void a_read_only_folder_can_be_read(void **state)
{
	struct fixture *f = *state;

	take(f, make_event(f, add_source(f, "a", "aa"), NOON, "x"), false);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(chmod(f->folder, 0500), 0);
	pid_t child = fork();
	if (child == 0) {
		struct err err = {0};
		struct events events = {0};
		bool dropped = geteuid() != 0;
		if (!dropped && chown(f->folder, 65534, 65534) == 0 && chown(f->path, 65534, 65534) == 0)
			dropped = setgid(65534) == 0 && setuid(65534) == 0;
		struct store *store = store_open(f->path, STORE_READ, &err);
		bool read = store && store_events(store, &everything, f->arena, &events, &err) && events.n == 1;
		bool refused = store && !store_say(store, &(struct statement){.noun = STR("x")}, &err) &&
			       store_last_failure(store) == FAILURE_READONLY;
		_exit(read && refused ? 0 : 1);
	}
	int status;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

/* --- being killed --- */

static _Noreturn void write_until_killed(const char *path, int acknowledge)
{
	struct err err = {0};
	struct store *store = store_open(path, STORE_WRITE, &err);

	for (int64_t i = 0; store; i++) {
		struct statement s = {.noun = STR("log"), .id = STR("x"), .body = STR("{}"), .recorded_at = i};
		if (!store_say(store, &s, &err) || write(acknowledge, "x", 1) != 1)
			break;
	}
	_exit(1);
}

static void a_kill_loses_nothing_acknowledged(void **state)
{
	struct fixture *f = *state;
	int64_t acknowledged = 0;

	for (int turn = 0; turn < 20; turn++) {
		int pipes[2], status;
		char byte;
		store_close(f->store);
		f->store = NULL;
		assert_int_equal(pipe(pipes), 0);
		pid_t child = fork();
		if (child == 0)
			write_until_killed(f->path, pipes[1]);
		close(pipes[1]);
		usleep(5000 + (useconds_t)turn * 1777);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		while (read(pipes[0], &byte, 1) == 1)
			acknowledged++;
		close(pipes[0]);
		reopen(f, turn % 2 ? STORE_READ : STORE_WRITE); /* a reader must cope with the journal too */
		int64_t kept = ask(f, "SELECT count(*) FROM statement");
		assert_in_range(kept - acknowledged, 0, 1);
		acknowledged = kept;
		assert_fine(f);
	}
	assert_true(acknowledged > 0);
}

/* --- keeping --- */

static void a_backup_is_whole_and_replaces(void **state)
{
	struct fixture *f = *state;
	const char *to = str_cstr(f->arena, str_fmt(f->arena, "%s/b.db", f->folder));

	write_file(to, "what was there before");
	take(f, make_event(f, add_source(f, "a", "aa"), NOON, "x"), false);
	must(f, store_backup(f->store, to, &f->err));
	assert_false(store_backup(f->store, f->path, &f->err));
	assert_says(f, "the timeline itself");
	assert_false(store_backup(f->store, "/nowhere/at/all", &f->err));
	assert_says(f, "/nowhere/at/all");
	f->path = to;
	reopen(f, STORE_READ);
	assert_int_equal(look(f, everything).n, 1);
	assert_int_equal(
		system(str_cstr(f->arena, str_fmt(f->arena, "test \"$(ls '%s' | wc -l)\" -le 3", f->folder))), 0);
}

static void sql_only_reads(void **state)
{
	struct fixture *f = *state;
	static const char *const denied[] = {"DELETE FROM statement", "PRAGMA user_version = 3", "ATTACH '/tmp/x' AS x",
		"CREATE TABLE t(a)", "SELECT load_extension('x')", "BEGIN", "VACUUM INTO '/tmp/x'",
		"SELECT 1; SELECT 2", ""};

	for (size_t i = 0; i < LEN(denied); i++) {
		int64_t number;
		assert_false(store_sql(f->store, str_of(denied[i]), first_number, &number, &f->err));
		err_clear(&f->err);
	}
	take(f, make_event(f, add_source(f, "a", "aa"), NOON, "x y"), false);
	must(f, store_index(f->store, &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM timeline WHERE at = '2024-06-18T12:00:00.000Z'"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM event_text WHERE event_text MATCH 'y'"), 1);
	assert_int_equal(
		ask(f, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT max(i) FROM n"),
		9);
}

static void rebuild_forgets_only_what_can_be_made_again(void **state)
{
	struct fixture *f = *state;
	int64_t kept = add_source(f, "kept.zip", "aa"), lost = add_source(f, "lost.log", "bb");
	struct source member = {.name = STR("kept.zip: x"), .parent = kept, .taken_at = NOON, .mtime = INSTANT_NONE};

	must(f, store_source_add(f->store, &member, &f->err));
	must(f, store_evidence_put(f->store, kept, STR("zip"), 3, NOON, &f->err));
	take(f, make_event(f, member.row, NOON, "member"), false);
	take(f, make_event(f, lost, NOON, "lost"), false);
	take(f, make_event(f, lost, NOON, "member"), false);
	must(f, store_note(f->store, &(struct note){member.row, {1, 1, 1}, STR("t"), STR("w")}, &f->err));
	must(f, store_index(f->store, &f->err));
	must(f, store_forget_derived(f->store, &f->err));
	struct events events = look(f, everything);
	assert_int_equal(events.n, 1);
	assert_true(str_eq(events.v[0].text, STR("lost")));
	assert_int_equal(ask(f, "SELECT count(*) FROM note"), 0);
	assert_int_equal(add_source(f, "kept.zip", "aa"), kept);
	must(f, store_index(f->store, &f->err));
	struct query q = everything;
	q.words = STR("lost");
	assert_int_equal(look(f, q).n, 1);
	assert_fine(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_event_comes_back_as_it_went_in),
		TEST(bounds_and_times_as_usual_need_no_room),
		TEST(reading_again_adds_nothing),
		TEST(overlapping_captures_are_a_multiset_union),
		TEST(a_kube_event_grows),
		TEST(any_order_gives_the_same_timeline),
		TEST(batches_answer_in_their_own_order),
		TEST(batches_tell_new_from_known),
		TEST(batches_grow_events),
		TEST(queries_choose),
		TEST(a_duplicate_counts_for_its_source_too),
		TEST(words_are_words_and_no_language),
		TEST(ids_are_prefixes),
		TEST(sources_resume_and_are_known),
		TEST(evidence_comes_back),
		TEST(notes_are_kept_once),
		TEST(refuses_what_is_not_ours),
		TEST(the_file_is_private),
		TEST(damage_is_said),
		TEST(somebody_else_writing_is_said),
		TEST(a_read_only_folder_can_be_read),
		TEST(a_kill_loses_nothing_acknowledged),
		TEST(a_backup_is_whole_and_replaces),
		TEST(sql_only_reads),
		TEST(rebuild_forgets_only_what_can_be_made_again),
	};

	store_close(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
