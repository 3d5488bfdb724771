/* Notices: threads, what was promised last, which change came of them, and who answered. */
#include "story.h"

static struct str print_notices(struct story *s)
{
	struct buf b = BUF(s->arena);
	for (size_t i = 0; i < s->analysis.notices_n; i++) {
		const struct notice *n = &s->analysis.notices[i];
		buf_fmt(&b, "%.*s %.*s received ", STR_ARG(n->reference.n ? n->reference : STR("-")),
			STR_ARG(n->status));
		print_time(&b, n->received);
		buf_cstr(&b, " promised ");
		print_stretch(&b, n->promised_from, n->promised_to);
		buf_cstr(&b, " actual ");
		print_stretch(&b, n->actual_from, n->actual_to);
		buf_fmt(&b, "%s%s%s [%d]\n", n->answered ? " answered" : "", n->missed ? " missed" : "",
			n->preparation ? " prepared" : "", (int)n->events.n);
	}
	return buf_str(&b);
}

#define RUN                                                                                                            \
	"06-17 10:04 upgrade.node.cordoned node:a-1 cluster=prod-eu\n"                                                 \
	"06-17 10:10 upgrade.node.cordoned node:a-2\n"                                                                 \
	"06-17 10:20 upgrade.node.ready node:a-1\n"                                                                    \
	"06-17 10:30 upgrade.node.ready node:a-2\n"                                                                    \
	"06-18 23:00 other.log.line -\n"

static void a_notice_nobody_answered_is_missed(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced notice:M-1 reference=M-1 provider=acme class=upgrade "
		"resource=prod-eu version_from=1.27 version_to=1.28 window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z\n"
		"2> 06-16 08:00 notice.maintenance.announced notice:M-1 reference=M-1 status=reminder window_from=2024-06-20T10:00:00Z\n"
		"0> 06-17 10:05 response.person.observed - | prod-eu is being upgraded\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"M-1 announced received 06-15 08:00 promised 06-17 10:00 .. 06-17 14:00 actual 06-17 10:04 .. 06-17 10:30 missed [2]\n");
	const struct notice *n = &s.analysis.notices[0];
	assert_true(n->lead == 2 * DAY + 2 * HOUR + 4 * MINUTE);
	assert_true(n->lead_working == HOUR + 4 * MINUTE);
	assert_true(n->slip == 4 * MINUTE);
	assert_int_equal(s.analysis.unannounced_n, 0);
	is_length(analysis_metric(&s.analysis, "notice_lead"), "50h4m");
	is_length(analysis_metric(&s.analysis, "window_slip"), "4m");
	arena_close(s.arena);
}

static void a_missed_notice_was_knowable(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced notice:M-1 reference=M-1 provider=acme class=upgrade resource=prod-eu\n"
		"06-16 02:00 storage.volume.degraded volume:v-1 volume=v-1\n"
		"0> 06-16 09:00 response.person.acknowledged - | looking at v-1\n"
		"0> 06-17 12:00 service.health.down service:auth\n"
		"0> 06-17 13:00 service.health.up service:auth\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	const struct analysis *a = &s.analysis;
	assert_int_equal(a->knowable_n, 2);
	assert_true(str_eq(a->knowable[0].span->condition, STR("notice.unanswered")));
	assert_true(a->knowable[0].before_impact == 2 * DAY + 4 * HOUR);
	assert_false(a->knowable[0].answered);
	assert_true(str_eq(a->knowable[1].span->condition, STR("volume.degraded")));
	assert_true(a->knowable[1].answered);
	is_at(&s, "notice_received", "06-15 08:00");
	is_at(&s, "change_start", "06-17 10:04");
	arena_close(s.arena);
}

static void an_answer_names_the_work_and_comes_in_time(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced notice:M-1 reference=M-1 provider=acme class=upgrade "
		"resource=prod-eu window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z message_id=<a@acme>\n"
		"0> 06-15 12:00 response.person.acted - | restarted prod-europe\n"
		"0> 06-16 12:00 response.person.acknowledged - | saw it: prod-eu goes on monday\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"M-1 announced received 06-15 08:00 promised 06-17 10:00 .. 06-17 14:00 actual 06-17 10:04 .. 06-17 10:30 answered [1]\n");
	assert_true(s.analysis.notices[0].answer->at == story_time(STR("06-16 12:00")));
	arena_close(s.arena);
}

static void an_answer_may_name_anything_of_it_anywhere(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-10 08:00 notice.maintenance.announced notice:N-1 reference=N-1 resource=link-a,db-main/eu\n"
		"2> 06-10 08:01 notice.maintenance.announced notice:N-2 reference=N-2 resource=link-b\n"
		"2> 06-10 08:02 notice.maintenance.announced notice:N-3 reference=N-3 cluster=prod-eu\n"
		"2> 06-10 08:03 notice.maintenance.announced notice:N-4 reference=N-4 cluster=eu\n"
		"2> 06-10 08:04 notice.maintenance.announced notice:N-5 reference=#505 resource=x\n"
		"0> 06-09 09:00 response.person.acted - | link-b and prod-eu, told before anybody asked\n"
		"0> 06-11 09:00 response.person.acted - | link-a2 and my_db-main/eu are something else\n"
		"0> 06-11 10:00 response.person.acted - | moved DB-Main/EU away\n"
		"0> 06-11 11:00 response.person.acted cluster:prod-eu | drained\n"
		"0> 06-11 12:00 response.person.acted - link=link-b | done\n"
		"0> 06-11 13:00 response.person.acted - | no505, a#505\n"
		"0> 06-11 14:00 response.person.acted - | see #505\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	static const char *const answers[] = {
		"06-11 10:00", "06-11 12:00", "06-11 11:00", "06-11 09:00", "06-11 14:00"};
	assert_int_equal(s.analysis.notices_n, LEN(answers));
	for (size_t i = 0; i < LEN(answers); i++)
		assert_true(s.analysis.notices[i].answer->at == story_time(str_of(answers[i])));
	arena_close(s.arena);
}

static void a_mail_from_our_side_in_the_thread_answers(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced notice:M-1 provider=acme class=upgrade title=Upgrade_of_your_cluster "
		"message_id=<a@acme>\n"
		"3> 06-15 09:00 response.person.communicated - class=reply message_id=<b@us> in_reply_to=<a@acme> | noted, thanks\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"- announced received 06-15 08:00 promised open .. open actual 06-17 10:04 .. 06-17 10:30 answered [1]\n");
	arena_close(s.arena);
}

static void rescheduled_then_cancelled(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced - reference=M-1 sequence=0 status=tentative window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z\n"
		"3> 06-15 09:00 notice.maintenance.rescheduled - reference=M-1 sequence=2 status=rescheduled window_from=2024-06-18T10:00:00Z window_to=2024-06-18T14:00:00Z\n"
		"4> 06-15 10:00 notice.maintenance.confirmed - reference=M-1 sequence=1 status=confirmed window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z\n"
		"5> 06-16 10:00 notice.maintenance.cancelled - reference=M-1 sequence=3 status=cancelled\n"
		"06-18 23:00 other.log.line -\n",
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"M-1 cancelled received 06-15 08:00 promised 06-18 10:00 .. 06-18 14:00 actual open .. open [4]\n");
	is_told(&s, print_spans(&s), "notice notice.unanswered notice:M-1 06-15 08:00 .. 06-16 10:00 [2]\n");
	arena_close(s.arena);
}

static void one_mail_several_windows(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced - reference=M-1 window=1 window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z\n"
		"2> 06-15 08:00 notice.maintenance.announced - reference=M-1 window=2 window_from=2024-06-18T10:00:00Z window_to=2024-06-18T14:00:00Z\n"
		"3> 06-16 08:00 notice.maintenance.confirmed - reference=M-1 status=confirmed window=2 window_from=2024-06-18T10:00:00Z window_to=2024-06-18T14:00:00Z\n"
		"4> 06-16 20:00 notice.maintenance.cancelled - reference=M-1 status=cancelled\n"
		"06-18 23:00 other.log.line -\n",
		"06-17 00:00", "06-19 00:00");
	struct events all = s.events;
	s.events.n = 3;
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"M-1 announced received 06-15 08:00 promised 06-17 10:00 .. 06-17 14:00 actual open .. open [1]\n"
		"M-1 confirmed received 06-15 08:00 promised 06-18 10:00 .. 06-18 14:00 actual open .. open [2]\n");
	s.events = all;
	story_analyse(&s);
	is_told(&s, print_notices(&s),
		"M-1 cancelled received 06-15 08:00 promised 06-17 10:00 .. 06-17 14:00 actual open .. open [2]\n"
		"M-1 cancelled received 06-15 08:00 promised 06-18 10:00 .. 06-18 14:00 actual open .. open [3]\n");
	arena_close(s.arena);
}

static void a_window_that_passed_cannot_be_answered_any_more(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced - reference=N-7 window_from=2024-06-16T10:00:00Z window_to=2024-06-16T14:00:00Z\n"
		"2> 06-15 09:00 notice.maintenance.announced - reference=N-8 window_from=2024-07-16T10:00:00Z window_to=2024-07-16T14:00:00Z\n"
		"06-18 23:00 other.log.line -\n",
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	is_told(&s, print_spans(&s),
		"notice notice.unanswered notice:N-7 06-15 08:00 .. 06-16 10:00 [1]\n"
		"notice notice.unanswered notice:N-8 06-15 09:00 .. open [1]\n"
		"notice upgrade.promised notice:N-7 06-16 10:00 .. 06-16 14:00 [1]\n");
	assert_false(s.analysis.notices[0].missed);
	arena_close(s.arena);
}

static void another_cluster_or_version_is_another_change(void **state)
{
	(void)state;
	struct story s = story_tell(
		"2> 06-15 08:00 notice.maintenance.announced - reference=M-1 class=upgrade version_to=1.29 window_from=2024-06-17T10:00:00Z window_to=2024-06-17T14:00:00Z\n"
		"06-17 10:03 upgrade.cluster.started cluster:prod-eu cluster=prod-eu version_to=1.28.3\n" RUN,
		"06-17 00:00", "06-19 00:00");
	story_analyse(&s);
	assert_true(s.analysis.notices[0].actual_from == INSTANT_NONE);
	assert_false(s.analysis.notices[0].missed);
	assert_int_equal(s.analysis.unannounced_n, 1);
	arena_close(s.arena);
}

static void working_time_knows_week_zone_and_holidays(void **state)
{
	(void)state;
	struct err e = {0};
	struct working_time week = analysis_defaults().week;
	instant saturday = story_time(STR("06-15 08:00")), monday = story_time(STR("06-17 10:00"));
	assert_true(working_time_between(&week, saturday, monday) == HOUR);
	assert_true(working_time_between(&week, saturday, saturday) == 0);
	assert_true(working_time_between(&week, monday, saturday) == 0);
	assert_true(working_time_between(&week, story_time(STR("06-10 00:00")), story_time(STR("06-17 00:00"))) ==
		    40 * HOUR);
	week.zone = zone_open(STR("Europe/Paris"), &e);
	assert_non_null(week.zone);
	assert_true(working_time_between(&week, saturday, monday) == 3 * HOUR);
	instant holidays[] = {story_time(STR("06-17 00:00"))};
	week.holidays = holidays;
	week.holidays_n = 1;
	assert_true(working_time_between(&week, saturday, monday) == 0);
	/* The week in which clocks go forward still has its forty hours. */
	week.holidays_n = 0;
	assert_true(working_time_between(&week, story_time(STR("03-25 00:00")), story_time(STR("04-08 00:00"))) ==
		    80 * HOUR);
	/* The last day that there is, a Friday, ends too. */
	instant last;
	enum precision precision;
	assert_true(instant_parse_rfc3339(STR("9999-12-31T23:59:58Z"), &last, &precision));
	week.zone = NULL;
	assert_true(working_time_between(&week, last - DAY, last) == 8 * HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notice_nobody_answered_is_missed),
		cmocka_unit_test(a_missed_notice_was_knowable),
		cmocka_unit_test(an_answer_names_the_work_and_comes_in_time),
		cmocka_unit_test(an_answer_may_name_anything_of_it_anywhere),
		cmocka_unit_test(a_mail_from_our_side_in_the_thread_answers),
		cmocka_unit_test(rescheduled_then_cancelled),
		cmocka_unit_test(one_mail_several_windows),
		cmocka_unit_test(a_window_that_passed_cannot_be_answered_any_more),
		cmocka_unit_test(another_cluster_or_version_is_another_change),
		cmocka_unit_test(working_time_knows_week_zone_and_holidays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
