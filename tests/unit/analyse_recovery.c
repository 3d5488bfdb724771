/* Copies, places, exposure and recovery points; milestones and metrics of an incident. */
#include "story.h"

static struct str print_recovery(struct story *s)
{
	struct buf b = BUF(s->arena);
	for (size_t i = 0; i < s->analysis.recovery_n; i++) {
		const struct recovery *r = &s->analysis.recovery[i];
		const struct copy *points[] = {r->existing, r->reachable, r->restored};
		buf_fmt(&b, "%.*s:", STR_ARG(r->asset));
		for (size_t k = 0; k < LEN(points); k++)
			buf_fmt(&b, " %.*s", STR_ARG(points[k] ? points[k]->id : STR("-")));
		for (size_t k = 0; k < r->copies_n; k++) {
			const struct copy *c = &r->copies[k];
			buf_fmt(&b, " (%.*s ", STR_ARG(c->id));
			print_time(&b, c->data_time);
			buf_fmt(&b, " %s %s%s)", grade_names[c->grade], c->reachable ? "reachable" : "out of reach",
				c->reachability_unknown ? "?" : "");
		}
		buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

static struct str print_conditions(struct story *s, const char *condition)
{
	struct buf b = BUF(s->arena);
	for (size_t i = 0; i < s->analysis.spans_n; i++) {
		const struct span *span = &s->analysis.spans[i];
		if (!str_eq(span->condition, str_of(condition)))
			continue;
		buf_fmt(&b, "%.*s ", STR_ARG(span->subject));
		print_stretch(&b, span->from, span->to);
		buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

static void declare(struct story *s, const char *name, const char *backup)
{
	struct asset *a = NEW(s->arena, struct asset);
	*a = (struct asset){.name = str_of(name), .objective = 26 * HOUR, .loss = INSTANT_NONE};
	if (backup) {
		a->backups = (struct strs){NEW(s->arena, struct str), 1};
		a->backups.v[0] = str_of(backup);
	} else {
		a->namespaces = (struct strs){NEW(s->arena, struct str), 1};
		a->namespaces.v[0] = a->name;
	}
	s->ledger.assets = a;
	s->ledger.assets_n = 1;
}

static const char outage[] =
	"2> 06-10 02:00 backup.job.started backup:restic/auth tool=restic job=auth location=sftp:b@old-nas:/srv\n"
	"2> 06-10 02:10 backup.job.completed backup:restic/auth tool=restic job=auth copy=aaaaaaaa location=sftp:b@old-nas:/srv\n"
	"3> 06-16 02:05 backup.job.completed backup:velero/daily-20240616020000 tool=velero job=daily copy=daily-20240616020000 "
	"location=default namespace=auth object=backup data_time=2024-06-16T02:00:00Z\n"
	"4> 06-16 02:06 backup.job.completed backup:velero/daily-20240616020000 tool=velero copy=velero/daily-20240616020000\n"
	"3> 06-17 09:00 backup.target.unreachable location:default location=default\n"
	"06-17 10:00 upgrade.node.cordoned node:a-1\n"
	"06-17 10:20 upgrade.node.drained node:a-2\n"
	"06-17 10:50 upgrade.node.ready node:a-1\n"
	"06-17 11:00 upgrade.node.ready node:a-2\n"
	"06-17 22:00 storage.volume.faulted volume:v-1 volume=v-1\n"
	"06-17 22:10 storage.volume.faulted volume:v-2 volume=v-2\n"
	"06-18 05:00 service.db.unreachable service:auth\n"
	"06-18 05:05 service.health.down service:auth\n"
	"06-18 05:14 service.health.down service:auth\n"
	"06-18 05:22 service.health.down service:auth\n"
	"06-18 05:30 response.alert.fired service:auth\n"
	"0> 06-18 05:45 response.person.acknowledged - | looking\n"
	"0> 06-18 09:00 response.person.decided - | restore from the old copy now\n"
	"5> 06-18 09:10 backup.restore.started backup:restic/auth tool=restic copy=aaaaaaaa\n"
	"5> 06-18 10:00 backup.restore.completed backup:restic/auth tool=restic copy=aaaaaaaa\n"
	"06-19 23:00 other.log.line -\n";

static void three_recovery_points(void **state)
{
	(void)state;
	struct story s = story_tell(outage, "06-17 00:00", "06-19 00:00");
	declare(&s, "auth", NULL);
	s.ledger.assets->backups = (struct strs){(struct str[]){STR("auth")}, 1};
	s.ledger.assets->loss = story_time(STR("06-17 22:00"));
	story_analyse(&s);
	is_told(&s, print_recovery(&s),
		"auth: daily-20240616020000 aaaaaaaa aaaaaaaa (daily-20240616020000 06-16 02:00 listed out of reach) "
		"(aaaaaaaa 06-10 02:00 restored reachable)\n");
	is_length(analysis_metric(&s.analysis, "recovery_point_actual"), "188h");
	is_length(analysis_metric(&s.analysis, "recovery_time_actual"), "1h");
	is_length(analysis_metric(&s.analysis, "backup_age_at_change"), "176h");
	is_length(analysis_metric(&s.analysis, "decision_latency"), "3h30m");
	is_told(&s, print_conditions(&s, "exposure"),
		"asset:auth open .. 06-10 02:10\n"
		"asset:auth 06-11 04:00 .. 06-16 02:05\n"
		"asset:auth 06-17 04:00 .. open\n");
	is_length(analysis_metric(&s.analysis, "exposure"), "25h5m");
	is_told(&s, print_conditions(&s, "target.unreachable"), "location:default 06-17 09:00 .. open\n");
	arena_close(s.arena);
}

static void milestones_are_proposed_in_order(void **state)
{
	(void)state;
	struct story s = story_tell(outage, "06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_at(&s, "change_start", "06-17 10:00");
	is_at(&s, "change_end", "06-17 11:00");
	is_at(&s, "fault_start", "06-17 22:00");
	is_at(&s, "impact_start", "06-18 05:05");
	is_at(&s, "impact_end", "06-18 05:22");
	is_at(&s, "detected", "06-18 05:30");
	is_at(&s, "acknowledged", "06-18 05:45");
	is_at(&s, "restore_decided", "06-18 09:00");
	is_at(&s, "restore_start", "06-18 09:10");
	is_at(&s, "restore_done", "06-18 10:00");
	is_at(&s, "resolved", "06-19 00:00");
	is_at(&s, "review_done", "open");
	is_length(analysis_metric(&s.analysis, "time_to_detect"), "25m");
	is_length(analysis_metric(&s.analysis, "impact_duration"), "17m");
	assert_false(analysis_metric(&s.analysis, "notice_lead")->known);
	assert_int_equal(s.analysis.unannounced_n, 1);
	arena_close(s.arena);
}

static void a_mark_overrides_and_impossible_orders_are_found(void **state)
{
	(void)state;
	struct story s = story_tell(outage, "06-17 00:00", "06-19 00:00");
	struct mark marks[] = {
		{.incident = STR("inc-1"), .name = STR("detected"), .at = story_time(STR("06-18 05:00"))},
		{.incident = STR("inc-2"), .name = STR("resolved"), .at = story_time(STR("06-18 06:00"))}};
	s.ledger.marks = marks;
	s.ledger.marks_n = 2;
	story_analyse(&s);
	is_at(&s, "detected", "06-18 05:00");
	is_at(&s, "resolved", "06-19 00:00");
	assert_true(analysis_milestone(&s.analysis, "detected")->confirmed);
	bool found = false;
	for (size_t i = 0; i < s.analysis.findings_n; i++)
		found |= str_contains(s.analysis.findings[i].text, STR("impossible order: impact_start"));
	assert_true(found);
	arena_close(s.arena);
}

static void what_a_person_says_of_a_place_counts_for_its_parts(void **state)
{
	(void)state;
	struct story s = story_tell(outage, "06-17 00:00", "06-19 00:00");
	declare(&s, "auth", "auth");
	struct location_claim gone = {.name = STR("old-nas"),
		.state = STR("decommissioned"),
		.from = story_time(STR("03-01 00:00")),
		.to = INSTANT_NONE};
	s.ledger.locations = &gone;
	s.ledger.locations_n = 1;
	story_analyse(&s);
	assert_null(s.analysis.recovery[0].reachable);
	assert_non_null(s.analysis.recovery[0].existing);
	is_told(&s, print_conditions(&s, "exposure"), "asset:auth open .. open\n");
	arena_close(s.arena);
}

static void runs_that_failed_or_went_are_no_copies(void **state)
{
	(void)state;
	struct story s = story_tell(
		"06-10 02:10 backup.job.completed backup:velero/n-1 tool=velero copy=n-1 namespace=auth expires=2024-06-15T00:00:00Z\n"
		"06-11 02:10 backup.job.completed backup:velero/n-2 tool=velero copy=n-2 namespace=auth\n"
		"2> 06-11 02:11 backup.job.failed backup:velero/n-2 tool=velero copy=n-2 phase=FailedValidation\n"
		"06-12 02:10 backup.job.completed backup:velero/n-3 tool=velero copy=n-3 namespace=auth\n"
		"06-13 02:10 backup.copy.deleted backup:velero/n-3 tool=velero copy=n-3\n"
		"06-14 02:10 backup.job.completed backup:velero/n-4 tool=velero copy=n-4 namespace=auth,other\n"
		"06-14 03:00 backup.job.completed backup:velero/n-5 tool=velero copy=n-5 namespace=unrelated\n"
		"0> 06-18 06:00 service.health.down -\n"
		"06-19 23:00 other.log.line -\n",
		"06-18 00:00", "06-19 00:00");
	declare(&s, "auth", NULL);
	story_analyse(&s);
	assert_true(str_eq(s.analysis.recovery[0].existing->id, STR("n-4")));
	struct recovery *then;
	size_t n;
	assert_true(analysis_recovery_at(s.arena, &s.analysis, story_time(STR("06-12 12:00")), &then, &n));
	assert_true(str_eq(then[0].existing->id, STR("n-3")));
	assert_true(analysis_recovery_at(s.arena, &s.analysis, story_time(STR("06-13 12:00")), &then, &n));
	assert_true(str_eq(then[0].existing->id, STR("n-1")));
	assert_true(then[0].loss_length == 3 * DAY + 9 * HOUR + 50 * MINUTE);
	arena_close(s.arena);
}

static void a_job_that_stops_is_silent(void **state)
{
	(void)state;
	struct story s = story_tell("06-10 02:00 backup.job.completed backup:restic/auth tool=restic job=auth\n"
				    "06-11 02:00 backup.job.completed backup:restic/auth tool=restic job=auth\n"
				    "06-12 02:00 backup.job.completed backup:restic/auth tool=restic job=auth\n"
				    "06-13 02:30 backup.job.failed backup:restic/auth tool=restic job=auth\n"
				    "06-14 02:00 backup.job.completed backup:restic/auth tool=restic job=auth\n"
				    "06-19 02:00 other.log.line -\n",
		"06-18 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_conditions(&s, "backup.silent"), "backup:restic/auth 06-15 02:00 .. open\n");
	is_told(&s, print_conditions(&s, "backup.failing"), "backup:restic/auth 06-13 02:30 .. 06-14 02:00\n");
	arena_close(s.arena);
}

static void decisions_know_what_was_recorded(void **state)
{
	(void)state;
	struct story s = story_tell(outage, "06-17 00:00", "06-19 00:00");
	struct decision d = {.id = STR("d-1"),
		.incident = STR("inc-1"),
		.chosen = STR("restore"),
		.at = story_time(STR("06-18 08:00"))};
	s.ledger.decisions = &d;
	s.ledger.decisions_n = 1;
	story_analyse(&s);
	assert_int_equal(s.analysis.knowledge_n, 1);
	assert_int_equal(s.analysis.knowledge[0].known, 1);
	assert_int_equal(s.analysis.knowledge[0].happened, 17);
	assert_int_equal(s.analysis.knowledge[0].known_spans_n, 0);
	assert_true(s.analysis.knowledge[0].hidden_spans_n >= 3);
	is_at(&s, "restore_decided", "06-18 08:00");
	arena_close(s.arena);
}

static void a_scheduler_that_says_complete_is_not_believed_over_its_tool(void **state)
{
	(void)state;
	struct story s =
		story_tell("06-10 02:00 backup.job.started job:ops/nightly-backup job=nightly-backup\n"
			   "06-10 02:10 backup.job.completed job:ops/nightly-backup job=nightly-backup\n"
			   "06-11 02:00 backup.job.started job:ops/nightly-backup job=nightly-backup\n"
			   "2> 06-11 02:05 backup.job.failed backup:restic tool=restic | Fatal: wrong password\n"
			   "06-11 02:10 backup.job.completed job:ops/nightly-backup job=nightly-backup\n"
			   "0> 06-11 06:00..07:00 service.health.down -\n",
			"06-11 00:00", "06-12 00:00");
	declare(&s, "auth", "nightly-backup");
	story_analyse(&s);
	assert_non_null(s.analysis.recovery[0].existing);
	assert_true(s.analysis.recovery[0].existing->data_time == story_time(STR("06-10 02:00")));
	arena_close(s.arena);
}

static void nothing_comes_of_nothing(void **state)
{
	(void)state;
	struct story s = story_tell("", "06-11 00:00", "");
	story_analyse(&s);
	assert_int_equal(s.analysis.spans_n, 0);
	assert_null(s.analysis.lineup);
	struct analysis_settings settings = analysis_defaults();
	assert_true(analyse(s.arena, &s.events, &s.sources, &s.ledger, NULL, &settings, &s.analysis, &s.err));
	for (size_t i = 0; i < METRICS; i++)
		assert_true(!s.analysis.metrics[i].known && s.analysis.metrics[i].why.n);
	arena_close(s.arena);
	s = story_tell(outage, "06-17 00:00", "");
	assert_true(analyse(s.arena, &s.events, &s.sources, NULL, NULL, NULL, &s.analysis, &s.err));
	assert_true(s.analysis.spans_n > 5 && s.analysis.notices_n == 0);
	arena_close(s.arena);
}

static void a_refusal_that_names_no_target_was_of_the_only_one(void **state)
{
	(void)state;
	struct story s = story_tell(
		"06-16 02:05 backup.job.completed backup:cnpg/b-1 tool=cnpg job=db copy=b-1 location=gs://pg/db\n"
		"06-17 02:05 backup.job.failed backup:cnpg/b-2 tool=cnpg job=db copy=b-2 error=HTTP_403_(Forbidden)\n"
		"06-18 09:00 other.log.line -\n",
		"06-18 00:00", "06-18 12:00");
	declare(&s, "db", "db");
	story_analyse(&s);
	is_told(&s, print_conditions(&s, "target.unreachable"), "location:gs://pg/db 06-17 02:05 .. open\n");
	arena_close(s.arena);
}

static void links_tie_what_was_in_trouble_together(void **state)
{
	(void)state;
	struct story s = story_tell("06-17 01:00 storage.replica.rebuilt volume:pvc-1 volume=pvc-1 node=a-1\n"
				    "06-17 01:00 storage.replica.rebuilt volume:pvc-2 volume=pvc-2 node=a-2\n"
				    "06-18 03:00 upgrade.node.drained node:a-1 node=a-1\n"
				    "06-18 03:05 storage.volume.degraded volume:pvc-1 volume=pvc-1\n"
				    "06-18 03:30 upgrade.node.ready node:a-1 node=a-1\n",
		"06-18 00:00", "06-18 12:00");
	story_analyse(&s);
	struct buf b = BUF(s.arena);
	for (size_t i = 0; i < s.analysis.bonds_n; i++)
		buf_fmt(&b, "%.*s %.*s: %.*s\n", STR_ARG(s.analysis.bonds[i].a), STR_ARG(s.analysis.bonds[i].b),
			STR_ARG(s.analysis.bonds[i].because));
	is_told(&s, buf_str(&b), "volume:pvc-1 node:a-1: storage.replica.rebuilt names both\n");
	arena_close(s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_recovery_points),
		cmocka_unit_test(milestones_are_proposed_in_order),
		cmocka_unit_test(a_mark_overrides_and_impossible_orders_are_found),
		cmocka_unit_test(what_a_person_says_of_a_place_counts_for_its_parts),
		cmocka_unit_test(runs_that_failed_or_went_are_no_copies),
		cmocka_unit_test(a_job_that_stops_is_silent),
		cmocka_unit_test(decisions_know_what_was_recorded),
		cmocka_unit_test(a_scheduler_that_says_complete_is_not_believed_over_its_tool),
		cmocka_unit_test(nothing_comes_of_nothing),
		cmocka_unit_test(a_refusal_that_names_no_target_was_of_the_only_one),
		cmocka_unit_test(links_tie_what_was_in_trouble_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
