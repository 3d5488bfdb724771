/* lineup week: when somebody is at work, for lead times in working hours. */
#include "cmd/cmd.h"
#include "cmd/week.h"

static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
enum { WEEKDAYS = 7, HOLIDAYS_MAX = 1000 };

static int day_find(struct str name)
{
	for (int i = 0; i < WEEKDAYS; i++)
		if (str_eq_case(name, str_of(day_names[i])))
			return i;
	return -1;
}

/* "mon-fri", "sun-thu", "mon,wed,sat". */
static bool days_parse(struct cmd *c, struct str text, unsigned *days)
{
	struct str rest = text, one, first, last;
	*days = 0;
	while (str_next(&rest, ',', &one)) {
		bool range = str_cut(str_trim(one), STR("-"), &first, &last);
		int from = day_find(range ? str_trim(first) : str_trim(one)),
		    to = range ? day_find(str_trim(last)) : from;
		if (from < 0 || to < 0)
			return err_set(&c->err, "--days: '%.*s' is no day of the week; write mon-fri or mon,tue,thu",
				STR_ARG(one));
		for (int day = from;; day = (day + 1) % WEEKDAYS) {
			*days |= 1u << day;
			if (day == to)
				break;
		}
	}
	return *days || err_set(&c->err, "--days: no day");
}

static bool minute_parse(struct str text, int *minute)
{
	struct str hours, minutes;
	int64_t h, m = 0;
	bool whole = !str_cut(str_trim(text), STR(":"), &hours, &minutes);
	if (!str_int(whole ? str_trim(text) : hours, &h) || (!whole && !str_int(minutes, &m)))
		return false;
	*minute = (int)(h * 60 + m);
	return h >= 0 && h <= 24 && m >= 0 && m < 60 && *minute <= 24 * 60;
}

static bool hours_parse(struct cmd *c, struct str text, struct week *w)
{
	struct str from, to;
	bool good = str_cut(text, STR("-"), &from, &to) && minute_parse(from, &w->from_minute) &&
		    minute_parse(to, &w->to_minute);
	return (good && w->from_minute < w->to_minute) ||
	       err_set(&c->err, "--hours: '%.*s' is no stretch of a day; write 09:00-17:00", STR_ARG(text));
}

/* Kept as a date: it is one in the week's zone, whatever that is. */
static bool holiday_parse(struct str text, instant *day)
{
	enum precision precision;
	char stamp[24];
	snprintf(stamp, sizeof stamp, "%.*sT00:00:00Z", (int)(text.n > 10 ? 0 : text.n), text.p);
	return text.n == 10 && instant_parse_rfc3339(str_of(stamp), day, &precision);
}

static bool holidays_parse(struct cmd *c, struct week *w)
{
	VEC(struct str) list = {0};
	instant day;
	for (int i = 0; cmd_option_nth(c, "holiday", i); i++) {
		struct str text = str_of(cmd_option_nth(c, "holiday", i)), one;
		while (str_next(&text, ',', &one)) {
			if (!holiday_parse(str_trim(one), &day))
				return err_set(&c->err, "--holiday: '%.*s' is no date; write 2024-12-25", STR_ARG(one));
			if (list.n == HOLIDAYS_MAX)
				return err_set(&c->err, "--holiday: more than %d", HOLIDAYS_MAX);
			*PUSH(&list, c->arena) = str_trim(one);
		}
	}
	if (list.n)
		w->holidays = (struct strs){list.v, list.n};
	return true;
}

bool cmd_week(struct cmd *c, const struct week *said, struct working_time *week)
{
	const char *zone = cmd_option(c, "week-zone");
	struct str name = zone ? str_of(zone) : said->zone;
	if (said->said) {
		week->from_minute = said->from_minute;
		week->to_minute = said->to_minute;
		week->days = said->days;
	}
	instant *days = NEW_N(c->arena, instant, said->holidays.n);
	for (size_t i = 0; i < said->holidays.n; i++)
		week->holidays_n += holiday_parse(said->holidays.v[i], &days[week->holidays_n]);
	week->holidays = days;
	return !name.n || (week->zone = zone_open(name, &c->err));
}

/* --- the command --- */

static struct str days_text(struct cmd *c, unsigned days)
{
	struct buf b = BUF(c->arena);
	for (int i = 1; i <= WEEKDAYS; i++)
		if (days & 1u << i % WEEKDAYS)
			buf_fmt(&b, "%s%s", b.n ? "," : "", day_names[i % WEEKDAYS]);
	return buf_str(&b);
}

static int week_show(struct cmd *c, const struct week *w)
{
	struct str days = days_text(c, w->days), zone = w->zone.n ? w->zone : STR("UTC");
	struct str hours = str_fmt(c->arena, "%02d:%02d-%02d:%02d", w->from_minute / 60, w->from_minute % 60,
		w->to_minute / 60, w->to_minute % 60);
	if (cmd_flag(c, "json")) {
		struct json *o = json_object(c->arena);
		json_add_int(c->arena, o, "lineup", 1);
		json_add_str(c->arena, o, "days", days);
		json_add_str(c->arena, o, "hours", hours);
		json_add_str(c->arena, o, "zone", zone);
		struct json *list = json_add_array(c->arena, o, "holidays");
		for (size_t i = 0; i < w->holidays.n; i++)
			json_push_str(c->arena, list, w->holidays.v[i]);
		cmd_print_json(c, o);
		return EXIT_DONE;
	}
	fprintf(c->out, "%.*s  %.*s  %.*s\n", STR_ARG(days), STR_ARG(hours), STR_ARG(zone));
	for (size_t i = 0; i < w->holidays.n; i++)
		fprintf(c->out, "holiday  %.*s\n", STR_ARG(w->holidays.v[i]));
	return EXIT_DONE;
}

static bool week_typed(struct cmd *c, struct week *w)
{
	const char *days = cmd_option(c, "days"), *hours = cmd_option(c, "hours"), *zone = cmd_option(c, "zone");
	if (days && !days_parse(c, str_of(days), &w->days))
		return false;
	if (hours && !hours_parse(c, str_of(hours), w))
		return false;
	if (zone && !zone_open(str_of(zone), &c->err))
		return err_prefix(&c->err, STR("--zone"));
	if (zone)
		w->zone = str_of(zone);
	return holidays_parse(c, w);
}

static int week_run(struct cmd *c)
{
	bool set = c->words_n && strcmp(c->words[0], "set") == 0;
	struct case_file f = {0};
	if (c->words_n > 1 || (c->words_n && !set && strcmp(c->words[0], "show") != 0))
		return cmd_usage(c, "no 'week %s'", c->words[0]);
	if (!(set ? cmd_open_change(c, STORE_CREATE) : cmd_open(c, STORE_READ)) ||
		!ledger_load(c->store, c->arena, &f.ledger, &c->err))
		return cmd_fail(c);
	struct week w = f.ledger.week;
	if (!w.said) {
		struct working_time usual = analysis_defaults().week;
		w = (struct week){.from_minute = usual.from_minute, .to_minute = usual.to_minute, .days = usual.days};
	}
	if (!set)
		return week_show(c, &w);
	if (!week_typed(c, &w))
		return cmd_fail(c), EXIT_USAGE;
	if (cmd_changed(c, ledger_say_week(c->store, &w, c->author, c->now, &c->err)) != EXIT_DONE)
		return EXIT_COULD_NOT;
	return week_show(c, &w);
}

static const struct option week_options[] = {
	{"days", "DAYS", "mon-fri, sun-thu, mon,wed,sat"},
	{"hours", "FROM-TO", "09:00-17:00"},
	{"zone", "ZONE", "whose clocks these are (UTC)"},
	{"holiday", "DATE", "nobody is at work that day; may be repeated; the list is replaced whole"},
	{0},
};
const struct command week_command = {
	.group = "decide",
	.name = "week",
	.usage = "[show] | set [--days mon-fri] [--hours 09:00-17:00] [--zone ZONE] [--holiday DATE]",
	.blurb = "when somebody is at work, for lead times in working hours",
	.help = "Kept in the database, so that every report and every check of one counts the same. What is not given stays as it is.\n"
		"Until something is said, Monday to Friday 09:00 to 17:00 UTC without holidays.",
	.options = week_options,
	.run = week_run,
};
