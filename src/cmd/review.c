/* lineup review: the incidents of a quarter together. */
#include "cmd/cmd.h"
#include "cmd/redaction.h"
#include "cmd/week.h"
#include "normalise/clock.h"
#include "render/review.h"

#include <stdlib.h>

enum { TEMPLATE_MAX = 1 << 20 };

static int by_begin(const void *pa, const void *pb)
{
	const struct incident *a = *(const struct incident *const *)pa, *b = *(const struct incident *const *)pb;
	return a->from != b->from ? (a->from < b->from ? -1 : 1) : str_cmp(a->id, b->id);
}

static bool period_named(struct cmd *c, const char *word, struct review_period *p)
{
	struct typed_time t;
	p->name = str_of(word);
	if (!time_typed(p->name, c->now, c->zone, &t, &c->err))
		return false;
	p->from = t.at;
	p->to = t.end;
	return (p->to > p->from || err_set(&c->err, "'%s' is no stretch of time; write 2024Q2, 2024-06 or 2024", word));
}

/* Every incident that began before TO, each analysed once, in the order of their begin. */
static bool analyse_all(
	struct cmd *c, struct case_file *f, const struct events *events, instant to, struct review_period *all)
{
	const struct incident **in = NEW_N(c->arena, const struct incident *, f->ledger.incidents_n + 1);
	struct analysis_settings settings = analysis_defaults();
	settings.now = c->now;
	if (!cmd_week(c, &f->ledger.week, &settings.week))
		return false;
	for (size_t i = 0; i < f->ledger.incidents_n; i++)
		if (f->ledger.incidents[i].from < to)
			in[all->n++] = &f->ledger.incidents[i];
	qsort(in, all->n, sizeof *in, by_begin);
	const struct study *study = study_read(c->arena, events, &f->sources, &f->ledger, &settings, &c->err);
	if (!study)
		return false;
	struct analysis *v = NEW_N(c->arena, struct analysis, all->n + 1);
	for (size_t i = 0; i < all->n; i++)
		study_incident(c->arena, study, in[i], &v[i]);
	all->v = v;
	return true;
}

/* Those of ALL that began in the period. */
static void period_fill(const struct review_period *all, struct review_period *p)
{
	size_t from = 0;
	while (from < all->n && all->v[from].incident->from < p->from)
		from++;
	p->v = all->v + from;
	for (p->n = 0; from + p->n < all->n && p->v[p->n].incident->from < p->to;)
		p->n++;
}

/* As people write it: 2024, 2024Q1, 2024-03; else its first day. */
static struct str period_name(struct cmd *c, const struct civil *at, int months)
{
	if (months == 12 && at->month == 1)
		return str_fmt(c->arena, "%04d", at->year);
	if (months == 3 && at->month % 3 == 1)
		return str_fmt(c->arena, "%04dQ%d", at->year, (at->month + 2) / 3);
	return months == 1 ? str_fmt(c->arena, "%04d-%02d", at->year, at->month)
			   : str_fmt(c->arena, "%04d-%02d-%02d", at->year, at->month, at->day);
}

/* The period of the same length just before: what --compare means when it is not given. Months are those of the
 * reader's zone. */
static struct review_period period_before(struct cmd *c, const struct review_period *p)
{
	struct review_period before = {.from = p->from - (p->to - p->from), .to = p->from};
	struct civil at = zone_civil(c->zone, p->from), end = zone_civil(c->zone, p->to), first;
	int months = at.day == 1 && end.day == 1 ? (end.year - at.year) * 12 + end.month - at.month : 0;
	instant naive, out[2];
	at.month -= months;
	if (months && instant_from_civil(&at, &naive)) {
		first = civil_from_instant(naive);
		zone_instants(c->zone, &first, out);
		before.from = out[0];
	} else {
		first = zone_civil(c->zone, before.from);
	}
	before.name = period_name(c, &first, months);
	return before;
}

/* The periods before it that follow each other, from the first that has an incident on. */
static void trend_fill(struct cmd *c, const struct review_period *all, struct review *r)
{
	struct review_period back[REVIEW_TREND] = {r->period};
	size_t n = 1;
	while (n < REVIEW_TREND && all->n && back[n - 1].from > all->v[0].incident->from) {
		back[n] = period_before(c, &back[n - 1]);
		period_fill(all, &back[n]);
		n++;
	}
	for (size_t i = 0; i < n; i++)
		r->trend[i] = back[n - 1 - i];
	r->trend_n = n;
}

static bool review_load(struct cmd *c, struct case_file *f, struct review *r)
{
	struct query every = {.from = INSTANT_NONE, .to = INSTANT_NONE, .skip_log_lines = true};
	struct review_period all = {0};
	instant to = r->before.to > r->period.to ? r->before.to : r->period.to;
	if (!cmd_open(c, STORE_READ) || !ledger_load(c->store, c->arena, &f->ledger, &c->err) ||
		!store_sources(c->store, c->arena, &f->sources, &c->err) ||
		!store_events(c->store, &every, c->arena, &f->events, &c->err) ||
		!analyse_all(c, f, &f->events, to, &all))
		return false;
	r->earlier = (struct review_period){.name = STR("earlier"), .from = INSTANT_NONE, .to = r->period.from};
	period_fill(&all, &r->period);
	period_fill(&all, &r->before);
	period_fill(&all, &r->earlier);
	trend_fill(c, &all, r);
	r->ledger = &f->ledger;
	r->now = c->now;
	return true;
}

/* The review with nobody's name in it, where that is asked for. */
static struct json *review_told(struct cmd *c, struct case_file *f, const struct review *r)
{
	struct json *json = review_json(c->arena, r);
	if (!cmd_flag(c, "redact"))
		return json;
	AUTO(redactor_close) struct redactor *redactor = redaction_open(c);
	if (!redactor)
		return NULL;
	struct evidence *evidence = evidence_open(c, &f->sources);
	redactor_hear_ledger(redactor, &f->ledger);
	for (size_t i = 0; i < f->events.n; i++)
		redaction_hear(c, redactor, evidence, &f->sources, &f->events.v[i]);
	evidence_close(evidence);
	json = review_redacted(c->arena, redactor, json);
	cmd_say(c, "redacted: %.*s", STR_ARG(json_get_str(json, "redacted")));
	return json;
}

/* With its picture: inside a page, in a file beside Markdown; results alone have the tables only. */
static bool review_write(
	struct cmd *c, const struct review *r, const struct json *json, const char *path, struct str template_text)
{
	bool to_file = path && strcmp(path, "-") != 0, html = path && str_ends(str_of(path), STR(".html"));
	struct str picture = to_file ? cmd_path_beside(c, path, ".svg") : STR_NONE, text, page;
	struct buf svg = BUF(c->arena);
	if (to_file)
		review_svg(&svg, r);
	if (!review_markdown(c->arena, json, template_text, cmd_path_base(picture), &text, &c->err))
		return false;
	if (html && !report_html(c->arena, text, str_fmt(c->arena, "Review of %.*s", STR_ARG(r->period.name)),
			    buf_str(&svg), &page, &c->err))
		return false;
	if (to_file && !html && !cmd_write_file(c, str_cstr(c->arena, picture), buf_str(&svg)))
		return false;
	return cmd_write_file(c, path ? path : "-", html ? page : text);
}

static int review_run(struct cmd *c)
{
	struct review r = {.now = c->now};
	struct case_file f = {0};
	struct str template_text = STR_NONE;
	const char *compare = cmd_option(c, "compare"), *template = cmd_option(c, "template");
	if (c->words_n != 1)
		return cmd_usage(c, "which period? as in 'lineup review 2024Q2'");
	if (!period_named(c, c->words[0], &r.period) ||
		(template && !cmd_read_file(c, template, TEMPLATE_MAX, &template_text)))
		return cmd_fail(c), EXIT_USAGE;
	r.before = period_before(c, &r.period);
	if (compare && !period_named(c, compare, &r.before))
		return cmd_fail(c), EXIT_USAGE;
	struct json *json = review_load(c, &f, &r) ? review_told(c, &f, &r) : NULL;
	if (!json)
		return cmd_fail(c);
	if (cmd_flag(c, "json"))
		cmd_print_json(c, json);
	else if (!review_write(c, &r, json, cmd_option(c, "output"), template_text))
		return cmd_fail(c);
	int64_t overdue = 0;
	json_int(json_at(json, "actions", "overdue", NULL), &overdue);
	return overdue ? EXIT_FINDINGS : EXIT_DONE;
}

static const struct option review_options[] = {
	{"compare", "PERIOD", "the period beside it (the one of the same length before)"},
	{"output", "FILE", "write there, as HTML if it ends so, with its picture (beside Markdown: FILE.svg); also -o"},
	{"redact", NULL, "replace secrets, addresses, hosts, accounts and names by stable pseudonyms, and count them"},
	{"template", "FILE", "a Mustache template of your own; --json shows its variables"},
	{0},
};
const struct command review_command = {
	.group = "tell",
	.name = "review",
	.usage = "PERIOD [--compare PERIOD] [-o FILE] [--redact] [--json]",
	.blurb = "the incidents of a quarter together",
	.help = "PERIOD is 2024Q2, 2024-06 or 2024; an incident belongs where it began. Metrics say of how many incidents they are known, their\n"
		"median, quartiles and all values; lanes and pairs of lanes that recur, repeats of earlier incidents, notices missed, exposure and\n"
		"actions follow. An incident repeats an earlier one when it has the same title, the same lanes lined up, the same condition held for\n"
		"the same subject, or two conditions and half of all that either had came again; what was still to be done since then is named. The\n"
		"picture shows medians over up to six periods. The status is 3 when an action is overdue.",
	.options = review_options,
	.run = review_run,
};
