/* lineup review: the incidents of a quarter together. */
#include "cmd/cmd.h"
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

/* Analyses each incident that began in [from, to), in the order of their begin. */
static bool period_fill(struct cmd *c, struct case_file *f, const struct events *events, struct review_period *p)
{
	const struct incident **in = NEW_N(c->arena, const struct incident *, f->ledger.incidents_n + 1);
	struct analysis_settings settings = analysis_defaults();
	if (!cmd_week(c, &f->ledger.week, &settings.week))
		return false;
	for (size_t i = 0; i < f->ledger.incidents_n; i++)
		if (f->ledger.incidents[i].from >= p->from && f->ledger.incidents[i].from < p->to)
			in[p->n++] = &f->ledger.incidents[i];
	qsort(in, p->n, sizeof *in, by_begin);
	struct analysis *v = NEW_N(c->arena, struct analysis, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		if (!analyse(c->arena, events, &f->sources, &f->ledger, in[i], &settings, &v[i], &c->err))
			return false;
	p->v = v;
	return true;
}

/* The period of the same length just before: what --compare means when it is not given. */
static struct review_period period_before(struct cmd *c, const struct review_period *p)
{
	struct review_period before = {.to = p->from};
	struct civil at = civil_from_instant(p->from), end = civil_from_instant(p->to);
	int months = (end.year - at.year) * 12 + end.month - at.month;
	at.month -= months ? months : 0;
	if (!months || !instant_from_civil(&at, &before.from))
		before.from = p->from - (p->to - p->from);
	at = civil_from_instant(before.from);
	before.name = months == 3 ? str_fmt(c->arena, "%dQ%d", at.year, (at.month + 2) / 3)
				  : str_fmt(c->arena, "%04d-%02d-%02d", at.year, at.month, at.day);
	return before;
}

static int review_run(struct cmd *c)
{
	struct review_period period = {0}, before, earlier;
	struct case_file f = {0};
	struct query all = {.from = INSTANT_NONE, .to = INSTANT_NONE, .skip_log_lines = true};
	struct events events;
	struct str template_text = STR_NONE, text, page;
	const char *path = cmd_option(c, "output"), *compare = cmd_option(c, "compare"), *template = cmd_option(c, "template");
	if (c->words_n != 1)
		return cmd_usage(c, "which period? as in 'lineup review 2024Q2'");
	if (!period_named(c, c->words[0], &period) || (template && !cmd_read_file(c, template, TEMPLATE_MAX, &template_text)))
		return cmd_fail(c), EXIT_USAGE;
	before = period_before(c, &period);
	if (compare && !period_named(c, compare, &before))
		return cmd_fail(c), EXIT_USAGE;
	earlier = (struct review_period){.name = STR("earlier"), .from = INSTANT_NONE, .to = period.from};
	if (!cmd_open(c, STORE_READ) || !ledger_load(c->store, c->arena, &f.ledger, &c->err) ||
		!store_sources(c->store, c->arena, &f.sources, &c->err) || !store_events(c->store, &all, c->arena, &events, &c->err) ||
		!period_fill(c, &f, &events, &period) || !period_fill(c, &f, &events, &before) || !period_fill(c, &f, &events, &earlier))
		return cmd_fail(c);
	struct json *review = review_json(c->arena, &period, &before, &earlier, &f.ledger, c->now);
	bool html = path && str_ends(str_of(path), STR(".html"));
	if (cmd_flag(c, "json"))
		return cmd_print_json(c, review), EXIT_DONE;
	if (!review_markdown(c->arena, review, template_text, &text, &c->err) ||
		(html && !report_html(c->arena, text, str_fmt(c->arena, "Review of %.*s", STR_ARG(period.name)), STR_NONE, &page, &c->err)) ||
		!cmd_write_file(c, path ? path : "-", html ? page : text))
		return cmd_fail(c);
	int64_t overdue = 0;
	json_int(json_at(review, "actions", "overdue", NULL), &overdue);
	return overdue ? EXIT_FINDINGS : EXIT_DONE;
}

static const struct option review_options[] = {
	{"compare", "PERIOD", "the period beside it (the one of the same length before)"},
	{"output", "FILE", "write there, as HTML if it ends so; also -o"},
	{"template", "FILE", "a Mustache template of your own; --json shows its variables"},
	{0},
};
const struct command review_command = {
	.group = "tell",
	.name = "review",
	.usage = "PERIOD [--compare PERIOD] [-o FILE] [--json]",
	.blurb = "the incidents of a quarter together",
	.help = "PERIOD is 2024Q2, 2024-06 or 2024; an incident belongs where it began. Metrics say of how many incidents they are known, their\n"
		"median and spread; lanes and pairs of lanes that recur, repeats of earlier incidents, notices missed, exposure and actions\n"
		"follow. The status is 3 when an action is overdue.",
	.options = review_options,
	.run = review_run,
};
