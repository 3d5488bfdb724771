/* Spans, lanes and how they line up, from events told one a line. */
#include "story.h"

static void a_condition_lasts_from_opening_to_closing(void **state)
{
	(void)state;
	struct story s =
		story_tell("06-18 01:00 storage.volume.degraded volume:pvc-1 volume=pvc-1\n"
			   "2> 06-18 01:00:01 storage.volume.degraded volume:longhorn-system/pvc-1 volume=pvc-1\n"
			   "06-18 02:00 storage.volume.faulted volume:pvc-1 volume=pvc-1\n"
			   "06-18 02:30 storage.volume.detached volume:pvc-1 volume=pvc-1\n"
			   "06-18 03:00 storage.volume.healthy volume:pvc-1 volume=pvc-1\n"
			   "2> 06-18 03:00:02 storage.volume.healthy volume:pvc-1 volume=pvc-1\n"
			   "06-18 04:00 storage.volume.degraded volume:pvc-2 volume=pvc-2\n",
			"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"storage volume.degraded volume:pvc-1 06-18 01:00 .. 06-18 03:00 [4]\n"
		"storage volume.faulted volume:pvc-1 06-18 02:00 .. 06-18 03:00 [3]\n"
		"storage volume.degraded volume:pvc-2 06-18 04:00 .. open [1]\n");
	arena_close(s.arena);
}

static void silence_ends_at_the_last_event(void **state)
{
	(void)state;
	struct story s = story_tell("06-18 01:00..01:20 storage.attach.failed pod:a/b-0 volume=pvc-1\n"
				    "06-18 01:29 storage.attach.failed pod:a/b-0 volume=pvc-1\n"
				    "06-18 02:00 storage.attach.failed pod:a/b-0 volume=pvc-1\n"
				    "06-18 02:05 storage.volume.attached pod:a/b-0 volume=pvc-1\n"
				    "06-18 03:00 service.db.unreachable service:auth\n"
				    "06-18 03:08 service.db.unreachable service:auth\n"
				    "06-18 09:00 other.log.line -\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"storage attach.failing pod:a/b-0 06-18 01:00 .. 06-18 01:29 [2]\n"
		"storage attach.failing pod:a/b-0 06-18 02:00 .. 06-18 02:05 [2]\n"
		"service service.db service:auth 06-18 03:00 .. 06-18 03:08 [2]\n");
	arena_close(s.arena);
}

static void what_a_person_says_stands_until_they_say_otherwise(void **state)
{
	(void)state;
	struct story s = story_tell("0> 06-18 06:00 service.health.down - | logins down\n"
				    "0> 06-18 11:40 service.health.up - | logins are back\n"
				    "0> 06-18 07:00..07:30 change.work.began - | deploy\n"
				    "06-18 23:00 other.log.line -\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"service service.down  06-18 06:00 .. 06-18 11:40 [2]\n"
		"change change.underway  06-18 07:00 .. 06-18 07:30 [1]\n");
	is_told(&s, print_overlaps(&s), "service+change 06-18 07:00 .. 06-18 07:30 contains\n");
	arena_close(s.arena);
}

/* "Logins are back" is no word of a volume, named or not; the database that says of itself that it is up is. */
static void what_is_said_of_nothing_stays_in_its_lane(void **state)
{
	(void)state;
	static const struct {
		const char *opens, *closes, *lasts;
	} cases[] = {
		{"06-18 01:00 storage.volume.faulted volume:pvc-1 volume=pvc-1", "service.health.up -",
			"storage volume.faulted volume:pvc-1 06-18 01:00 .. open [1]\n"},
		{"0> 06-18 01:00 storage.volume.faulted -", "service.health.up service:wiki",
			"storage volume.faulted  06-18 01:00 .. open [1]\n"},
		{"0> 06-18 01:00 storage.volume.faulted -", "service.health.up -",
			"storage volume.faulted  06-18 01:00 .. open [1]\n"},
		{"0> 06-18 01:00 storage.volume.faulted -", "storage.volume.healthy volume:pvc-1",
			"storage volume.faulted  06-18 01:00 .. 06-18 03:00 [2]\n"},
		{"06-18 01:00 storage.volume.faulted database:a/db", "service.health.up database:a/db",
			"storage volume.faulted database:a/db 06-18 01:00 .. 06-18 03:00 [2]\n"},
	};
	for (size_t i = 0; i < LEN(cases); i++) {
		char text[300];
		snprintf(text, sizeof text, "%s\n0> 06-18 03:00 %s\n06-18 05:00 other.log.line -\n", cases[i].opens,
			cases[i].closes);
		struct story s = story_tell(text, "06-18 00:00", "06-19 00:00");
		story_analyse(&s);
		is_told(&s, print_spans_of(&s, "volume.faulted"), cases[i].lasts);
		arena_close(s.arena);
	}
}

static void all_is_well_ends_what_ails_any_of_them(void **state)
{
	(void)state;
	struct story s = story_tell("06-18 01:00 storage.volume.degraded ceph:OSD_DOWN\n"
				    "06-18 01:05 storage.volume.degraded ceph:PG_DEGRADED\n"
				    "06-18 01:10 storage.volume.degraded volume:pvc-1 volume=pvc-1\n"
				    "06-18 01:30 storage.volume.healthy ceph:OSD_DOWN\n"
				    "06-18 02:00 storage.volume.healthy ceph:health all_of=ceph\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"storage volume.degraded ceph:OSD_DOWN 06-18 01:00 .. 06-18 01:30 [2]\n"
		"storage volume.degraded ceph:PG_DEGRADED 06-18 01:05 .. 06-18 02:00 [2]\n"
		"storage volume.degraded volume:pvc-1 06-18 01:10 .. open [1]\n");
	arena_close(s.arena);
}

static void a_run_that_did_not_reach_its_target_failed(void **state)
{
	(void)state;
	struct story s = story_tell(
		"06-15 02:00 backup.target.unreachable location:nas tool=restic location=nas run=unreachable\n"
		"06-16 02:00 backup.job.completed backup:restic/nightly tool=restic job=nightly location=nas copy=aaaaaaaa\n"
		"06-17 02:00 backup.target.unreachable location:s3 tool=wal-g location=s3 run=unreachable\n"
		"06-17 03:00 backup.target.unreachable location:s3 location=s3\n"
		"06-18 02:00 backup.job.completed backup:wal-g/base_1 tool=wal-g copy=base_1 location=s3\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans_of(&s, "backup.failing"),
		"backup backup.failing backup:restic/nightly 06-15 02:00 .. 06-16 02:00 [2]\n"
		"backup backup.failing backup:wal-g 06-17 02:00 .. 06-18 02:00 [2]\n");
	arena_close(s.arena);
}

static void who_is_up_again_is_not_everybody(void **state)
{
	(void)state;
	struct story s = story_tell("0> 06-18 06:00 service.health.down service:shop | shop down\n"
				    "0> 06-18 07:00 service.health.up service:wiki | wiki is up\n"
				    "0> 06-18 08:00 service.health.up - | it works again\n"
				    "06-18 23:00 other.log.line -\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s), "service service.down service:shop 06-18 06:00 .. 06-18 08:00 [2]\n");
	arena_close(s.arena);
}

static void two_lines_of_one_breath_are_one_statement(void **state)
{
	(void)state;
	struct story s = story_tell("06-18 06:00:00 service.health.down database:pg | received fast shutdown request\n"
				    "06-18 06:00:01 service.health.down database:pg | database system is shut down\n"
				    "06-18 08:00 service.health.up database:pg | ready to accept connections\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s), "service service.down database:pg 06-18 06:00 .. 06-18 08:00 [3]\n");
	arena_close(s.arena);
}

static const char rolling[] = "06-17 10:00 upgrade.node.cordoned node:a-1 cluster=prod\n"
			      "06-17 10:05 upgrade.node.drained node:a-1\n"
			      "06-17 10:10 upgrade.node.notready node:a-1\n"
			      "06-17 10:20 upgrade.node.ready node:a-1\n"
			      "06-17 10:40 upgrade.node.cordoned node:a-2\n"
			      "06-17 10:45 upgrade.node.notready node:a-2\n"
			      "06-17 10:55 upgrade.node.ready node:a-2\n"
			      "06-17 20:00 upgrade.node.notready node:a-3\n"
			      "06-17 20:10 upgrade.node.ready node:a-3\n"
			      "06-18 23:00 other.log.line -\n";

static void an_upgrade_runs_until_its_last_node_is_ready(void **state)
{
	(void)state;
	struct story s = story_tell(rolling, "06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"upgrade upgrade.running cluster:prod 06-17 10:00 .. 06-17 10:55 [7]\n"
		"upgrade node.unavailable node:a-1 06-17 10:05 .. 06-17 10:20 [3]\n"
		"upgrade node.unavailable node:a-2 06-17 10:45 .. 06-17 10:55 [2]\n"
		"service node.unavailable node:a-3 06-17 20:00 .. 06-17 20:10 [2]\n");
	assert_int_equal(s.analysis.unannounced_n, 1);
	arena_close(s.arena);
}

static void lone_trouble_of_nodes_is_no_upgrade(void **state)
{
	(void)state;
	struct story s = story_tell("06-17 10:00 upgrade.node.notready node:a-1\n"
				    "06-17 10:01 upgrade.node.notready node:a-2\n"
				    "06-17 10:05 upgrade.node.ready node:a-1\n"
				    "06-17 10:20 upgrade.node.ready node:a-2\n"
				    "06-17 23:00 upgrade.node.cordoned node:a-3\n"
				    "06-18 23:00 other.log.line -\n",
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"service node.unavailable node:a-1 06-17 10:00 .. 06-17 10:05 [2]\n"
		"service node.unavailable node:a-2 06-17 10:01 .. 06-17 10:20 [2]\n");
	assert_null(s.analysis.lineup);
	arena_close(s.arena);
}

/* Three lanes: service with storage and service with backup are equally many; causes decide, then time. */
static void the_line_up_is_where_most_lanes_meet(void **state)
{
	(void)state;
	struct story s = story_tell("0> 06-18 01:00..05:00 storage.volume.faulted volume:v\n"
				    "0> 06-18 02:00..03:00 service.health.down service:x\n"
				    "0> 06-18 04:00..06:00 change.work.began change:c\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_overlaps(&s),
		"storage+service 06-18 02:00 .. 06-18 03:00 contains\n"
		"storage+change 06-18 04:00 .. 06-18 05:00 overlaps\n");
	assert_non_null(s.analysis.lineup);
	assert_true(s.analysis.lineup->from == story_time(STR("06-18 04:00")));
	assert_int_equal(s.analysis.chain_n, 3);
	assert_int_equal(s.analysis.chain[0].lane, LANE_STORAGE);
	assert_true(s.analysis.chain[0].to_impact == HOUR);
	assert_true(s.analysis.chain[2].to_impact == -2 * HOUR);
	assert_int_equal(s.analysis.knowable_n, 1);
	arena_close(s.arena);
}

static void a_coarse_time_gives_bounds(void **state)
{
	(void)state;
	struct story s = story_tell("0> 06-18 01:00..05:00 storage.volume.faulted volume:v\n"
				    "0> 06-18 02:00..06:00 service.health.down service:x\n",
		"06-18 00:00", "06-19 00:00");
	s.events.v[1].precision = PRECISION_MIN;
	story_analyse(&s);
	assert_int_equal(s.analysis.overlaps_n, 1);
	assert_true(s.analysis.overlaps[0].length == 3 * HOUR);
	assert_true(s.analysis.overlaps[0].length_min == 3 * HOUR - MINUTE);
	assert_true(s.analysis.overlaps[0].length_max == 3 * HOUR);
	arena_close(s.arena);
}

static void a_span_from_before_the_window_keeps_its_start(void **state)
{
	(void)state;
	struct story s = story_tell("05-01 01:00 storage.volume.faulted volume:v\n"
				    "0> 06-18 02:00..03:00 service.health.down service:x\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"storage volume.faulted volume:v 05-01 01:00 .. open [1]\n"
		"service service.down service:x 06-18 02:00 .. 06-18 03:00 [1]\n");
	assert_true(s.analysis.segments[0].from == s.analysis.from);
	assert_true(s.analysis.chain[0].from == story_time(STR("05-01 01:00")));
	arena_close(s.arena);
}

/* --- the sweep against an oracle that looks at every minute --- */

static uint64_t seed = 362436069;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

enum { MINUTES = 24 * 60, SPANS = 14, ROUNDS = 400 };
static const struct {
	const char *kind;
	enum lane lane;
} stretches[] = {{"upgrade.node.notready", LANE_SERVICE}, {"storage.volume.faulted", LANE_STORAGE},
	{"backup.job.failed", LANE_BACKUP}, {"service.health.down", LANE_SERVICE}, {"change.work.began", LANE_CHANGE},
	{"response.alert.fired", LANE_RESPONSE}};

static const char *some_stretches(struct arena *a, unsigned minutes[MINUTES])
{
	struct buf b = BUF(a);
	memset(minutes, 0, MINUTES * sizeof *minutes);
	for (int i = 0; i < SPANS; i++) {
		unsigned which = pick(LEN(stretches)), from = pick(MINUTES - 1),
			 to = from + 1 + pick(MINUTES - 1 - from);
		if (pick(4) == 0) /* often on the same few instants, so that ends meet */
			from -= from % 360, to += 360 - to % 360;
		if (to >= MINUTES || from >= to)
			continue;
		buf_fmt(&b, "0> 06-18 %02u:%02u..%02u:%02u %s x:%d\n", from / 60, from % 60, to / 60, to % 60,
			stretches[which].kind, i);
		for (unsigned m = from; m < to && stretches[which].lane < LANE_RESPONSE; m++)
			minutes[m] |= 1u << stretches[which].lane;
	}
	return str_cstr(a, buf_str(&b));
}

static void segments_are_the_minutes(const struct analysis *a, const unsigned *minutes)
{
	instant midnight = story_time(STR("06-18 00:00"));
	for (size_t i = 0; i < a->segments_n; i++) {
		const struct segment *g = &a->segments[i];
		assert_true(g->from < g->to && (i == 0 || a->segments[i - 1].to <= g->from));
		assert_true(i == 0 || a->segments[i - 1].to < g->from || a->segments[i - 1].lanes != g->lanes);
	}
	for (int m = 0; m < MINUTES; m++) {
		unsigned lanes = 0;
		for (size_t i = 0; i < a->segments_n; i++) {
			if (a->segments[i].from <= midnight + m * MINUTE && midnight + m * MINUTE < a->segments[i].to)
				lanes |= a->segments[i].lanes;
		}
		assert_int_equal(lanes, minutes[m]);
	}
}

/* Every maximal run of minutes that hold a set of lanes is one row, and there are no other rows. */
static void overlaps_are_the_runs(const struct analysis *a, const unsigned *minutes)
{
	instant midnight = story_time(STR("06-18 00:00"));
	size_t rows = 0;
	for (unsigned set = 0; set < 1u << LANES; set++) {
		for (int m = 0; __builtin_popcount(set) >= 2 && m < MINUTES;) {
			int from = m++;
			if ((minutes[from] & set) != set)
				continue;
			while (m < MINUTES && (minutes[m] & set) == set)
				m++;
			size_t found = 0;
			for (size_t i = 0; i < a->overlaps_n; i++)
				found += a->overlaps[i].lanes == set &&
					 a->overlaps[i].from == midnight + from * MINUTE &&
					 a->overlaps[i].to == midnight + m * MINUTE &&
					 a->overlaps[i].length == (m - from) * MINUTE;
			assert_int_equal(found, 1);
			rows++;
		}
	}
	assert_int_equal(rows, a->overlaps_n);
}

static int rank(unsigned lanes)
{
	return 2 * __builtin_popcount(lanes) + !(lanes & 1u << LANE_SERVICE);
}

static void line_up_is_the_best_minute(const struct analysis *a, const unsigned *minutes)
{
	int best = 0, at = -1;
	for (int m = 0; m < MINUTES; m++) {
		if (__builtin_popcount(minutes[m]) >= 2 && rank(minutes[m]) > best) {
			best = rank(minutes[m]);
			at = m;
		}
	}
	assert_int_equal(at >= 0, a->lineup != NULL);
	if (a->lineup)
		assert_true(a->lineup->from == story_time(STR("06-18 00:00")) + at * MINUTE);
}

static void the_sweep_sees_every_minute(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned minutes[MINUTES];
		AUTO(arena_close) struct arena *a = arena_open();
		struct story s = story_tell(some_stretches(a, minutes), "06-18 00:00", "06-19 00:00");
		story_analyse(&s);
		segments_are_the_minutes(&s.analysis, minutes);
		overlaps_are_the_runs(&s.analysis, minutes);
		line_up_is_the_best_minute(&s.analysis, minutes);
		arena_close(s.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_condition_lasts_from_opening_to_closing),
		cmocka_unit_test(silence_ends_at_the_last_event),
		cmocka_unit_test(what_a_person_says_stands_until_they_say_otherwise),
		cmocka_unit_test(what_is_said_of_nothing_stays_in_its_lane),
		cmocka_unit_test(all_is_well_ends_what_ails_any_of_them),
		cmocka_unit_test(a_run_that_did_not_reach_its_target_failed),
		cmocka_unit_test(who_is_up_again_is_not_everybody),
		cmocka_unit_test(two_lines_of_one_breath_are_one_statement),
		cmocka_unit_test(an_upgrade_runs_until_its_last_node_is_ready),
		cmocka_unit_test(lone_trouble_of_nodes_is_no_upgrade),
		cmocka_unit_test(the_line_up_is_where_most_lanes_meet),
		cmocka_unit_test(a_coarse_time_gives_bounds),
		cmocka_unit_test(a_span_from_before_the_window_keeps_its_start),
		cmocka_unit_test(the_sweep_sees_every_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
