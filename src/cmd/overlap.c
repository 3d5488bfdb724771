/* lineup overlap and lineup spans: what held when, and what held at once. */
#include "cmd/cmd.h"
#include "base/utf8.h"
#include "normalise/normalise.h"
#include "render/render.h"
#include "render/say.h"

#define ANALYSIS_OPTIONS                                                                                               \
	{"incident", "ID", "which incident"}, {"before", "DUR", "how far before the incident evidence counts (14d)"},  \
		{"after", "DUR", "how far after it (2d)"},                                                             \
		{"objective", "DUR", "how old the newest reachable copy may be (26h)"},                                \
	{                                                                                                              \
		"week-zone", "ZONE", "zone of working hours (UTC)"                                                     \
	}

static const char *incident_word(const struct cmd *c)
{
	return c->words_n ? c->words[0] : NULL;
}

static struct str first_ids(struct cmd *c, struct proofs p, size_t most)
{
	struct buf b = BUF(c->arena);
	for (size_t i = 0; i < p.n && i < most; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(event_id(c->arena, p.v[i]->key)));
	if (p.n > most)
		buf_fmt(&b, " and %zu more", p.n - most);
	return buf_str(&b);
}

/* People read the pairs and the line-up's own set; the sets between them follow from these, and --all shows them. */
static bool overlap_shown(const struct cmd *c, const struct analysis *a, const struct overlap *o)
{
	return cmd_flag(c, "all") || __builtin_popcount(o->lanes) == 2 || (a->lineup && o->lanes == a->lineup->lanes);
}

/* "2 d 7 h", or, where nothing ends it, how long it is known to have held. */
static struct str length_of(struct cmd *c, const struct analysis *a, const struct overlap *o)
{
	if (analysis_is_open_at(a, o->from, o->to))
		return str_fmt(c->arena, "%.*s at least", STR_ARG(duration_str(c->arena, a->evidence_to - o->from)));
	if (o->length_min == o->length_max)
		return duration_str(c->arena, o->length);
	return str_fmt(c->arena, "%.*s (%.*s..%.*s)", STR_ARG(duration_str(c->arena, o->length)),
		STR_ARG(duration_str(c->arena, o->length_min)), STR_ARG(duration_str(c->arena, o->length_max)));
}

static void print_overlaps(struct cmd *c, const struct analysis *a)
{
	size_t left_out = 0;
	struct grid *g = grid_open(c, (const char *[]){"LANES", "FROM", "TO", "LENGTH", "RELATION"}, 5);
	for (size_t i = 0; i < a->overlaps_n; i++) {
		const struct overlap *o = &a->overlaps[i];
		if (!overlap_shown(c, a, o)) {
			left_out++;
			continue;
		}
		grid_cell(g, say_lane_set(c->arena, o->lanes));
		grid_cell(g, cmd_instant(c, o->from, PRECISION_S));
		grid_cell(g, analysis_is_open_at(a, o->from, o->to) ? STR("open") : cmd_instant(c, o->to, PRECISION_S));
		grid_cell(g, length_of(c, a, o));
		grid_cell(g, str_of(o->relation));
	}
	grid_close(g);
	if (left_out)
		fprintf(c->out, "%.*s of other sets of lanes %s left out; --all shows %s\n",
			STR_ARG(say_count(c->arena, left_out, "overlap", "overlaps")), left_out == 1 ? "is" : "are",
			left_out == 1 ? "it" : "them");
}

static void print_knowable(struct cmd *c, const struct analysis *a)
{
	if (!a->knowable_n)
		return;
	fprintf(c->out, "\nKnowable beforehand\n");
	struct grid *g =
		grid_open(c, (const char *[]){"CONDITION", "SINCE", "BEFORE IMPACT", "ANSWERED", "SUBJECT"}, 5);
	for (size_t i = 0; i < a->knowable_n; i++) {
		const struct knowable *k = &a->knowable[i];
		grid_cell(g, k->span->condition);
		grid_cell(g, k->since == INSTANT_NONE ? STR("before the evidence begins")
						      : cmd_instant(c, k->since, PRECISION_MIN));
		grid_cell(g, k->since == INSTANT_NONE ? STR("unknown") : say_held(c->arena, k));
		grid_cell(g, k->answered ? STR("yes") : STR("no"));
		grid_cell(g, k->span->subject);
	}
	grid_close(g);
}

static void print_chain(struct cmd *c, const struct analysis *a)
{
	if (!a->chain_n)
		return;
	fprintf(c->out, "\nChain\n");
	struct grid *g = grid_open(c, (const char *[]){"LANE", "FIRST TROUBLE", "TO IMPACT", "WHAT"}, 4);
	for (size_t i = 0; i < a->chain_n; i++) {
		const struct chain_link *l = &a->chain[i];
		grid_cell(g, str_of(lane_names[l->lane]));
		grid_cell(g, cmd_instant(c, l->from, PRECISION_S));
		grid_cell(g, l->impact_known ? duration_str(c->arena, l->to_impact) : STR("unknown"));
		grid_fmt(g, "%.*s %.*s", STR_ARG(l->span->condition), STR_ARG(l->span->subject));
	}
	grid_close(g);
}

enum { LINKS_SHOWN = 12 };
static void print_links(struct cmd *c, const struct analysis *a)
{
	if (!a->bonds_n)
		return;
	fprintf(c->out, "\nLinked\n");
	struct grid *g = grid_open(c, (const char *[]){"THIS", "WITH", "BECAUSE", "EVENT"}, 4);
	for (size_t i = 0; i < a->bonds_n && (i < LINKS_SHOWN || cmd_flag(c, "all")); i++) {
		grid_cell(g, a->bonds[i].a);
		grid_cell(g, a->bonds[i].b);
		grid_cell(g, a->bonds[i].because);
		grid_cell(g, event_id(c->arena, a->bonds[i].event->key));
	}
	grid_close(g);
	if (a->bonds_n > LINKS_SHOWN && !cmd_flag(c, "all"))
		fprintf(c->out, "%.*s left out; --all shows all\n",
			STR_ARG(say_count(c->arena, a->bonds_n - LINKS_SHOWN, "more is", "more are")));
}

static void print_lineup(struct cmd *c, const struct analysis *a)
{
	if (!a->lineup) {
		fprintf(c->out, "The failures did not line up: no two lanes were in trouble at the same time.\n");
		return;
	}
	const struct segment *l = a->lineup;
	if (analysis_is_open_at(a, l->from, l->to)) {
		fprintf(c->out,
			"They lined up from %.*s on: %.*s, for %.*s at least; not over when the evidence ends.\n",
			STR_ARG(cmd_instant(c, l->from, PRECISION_S)), STR_ARG(say_lane_set(c->arena, l->lanes)),
			STR_ARG(duration_str(c->arena, a->evidence_to - l->from)));
		return;
	}
	fprintf(c->out, "They lined up from %.*s to %.*s: %.*s, for %.*s.\n",
		STR_ARG(cmd_instant(c, a->lineup->from, PRECISION_S)),
		STR_ARG(cmd_instant(c, a->lineup->to, PRECISION_S)), STR_ARG(say_lane_set(c->arena, a->lineup->lanes)),
		STR_ARG(duration_str(c->arena, a->lineup->to - a->lineup->from)));
}

static int overlap_run(struct cmd *c)
{
	struct case_file f = {0};
	if (c->words_n > 1)
		return cmd_usage(c, "one incident at a time");
	if (!cmd_analyse(c, &f, incident_word(c), true))
		return cmd_fail(c);
	if (cmd_flag(c, "json")) {
		cmd_print_json(c, json_of_analysis(c->arena, &f.analysis));
		return EXIT_DONE;
	}
	struct buf chart = BUF(c->arena);
	struct chart_options options = {.width = c->width,
		.unicode = c->unicode,
		.colour = c->colour,
		.zone = c->zone == zone_utc() ? NULL : c->zone};
	chart_terminal(&chart, &f.analysis, &options);
	cmd_print(c, buf_str(&chart));
	fputc('\n', c->out);
	print_lineup(c, &f.analysis);
	if (f.analysis.overlaps_n) {
		fputc('\n', c->out);
		print_overlaps(c, &f.analysis);
	}
	print_chain(c, &f.analysis);
	print_knowable(c, &f.analysis);
	print_links(c, &f.analysis);
	for (size_t i = 0; i < f.analysis.findings_n; i++)
		fprintf(c->out, "finding: %.*s\n", STR_ARG(utf8_visible(c->arena, f.analysis.findings[i].text)));
	return EXIT_DONE;
}

static const struct option overlap_options[] = {
	ANALYSIS_OPTIONS, {"all", NULL, "also overlaps of sets between the pairs and the line-up"}, {0}};
const struct command overlap_command = {
	.group = "look",
	.name = "overlap",
	.usage = "[INCIDENT] [--json] [--before D] [--after D]",
	.blurb = "how the failures lined up",
	.help = "Conditions are worked out from the evidence, swept by lane, and intersected. 'lined up' names the stretch with the most lanes\n"
		"in trouble at once among notice, upgrade, storage, backup, service and change; of several the one with more causes (all of\n"
		"these but service), then one that lies in no other incident alone, then the earliest.",
	.options = overlap_options,
	.run = overlap_run,
};

static int spans_run(struct cmd *c)
{
	struct case_file f = {0};
	if (!cmd_analyse(c, &f, incident_word(c), false))
		return cmd_fail(c);
	if (cmd_flag(c, "json")) {
		cmd_print_json(c, json_of_spans(c->arena, &f.analysis));
		return EXIT_DONE;
	}
	struct grid *g =
		grid_open(c, (const char *[]){"LANE", "CONDITION", "FROM", "TO", "LENGTH", "SUBJECT", "EVENTS"}, 7);
	for (size_t i = 0; i < f.analysis.spans_n; i++) {
		const struct span *s = &f.analysis.spans[i];
		bool closed = s->from != INSTANT_NONE && s->to != INSTANT_NONE;
		grid_cell(g, str_of(lane_names[s->lane]));
		grid_cell(g, s->condition);
		grid_cell(
			g, s->from == INSTANT_NONE ? STR("before the evidence") : cmd_instant(c, s->from, PRECISION_S));
		grid_cell(g, s->to == INSTANT_NONE ? STR("open") : cmd_instant(c, s->to, PRECISION_S));
		grid_cell(g, closed ? duration_str(c->arena, s->to - s->from) : STR(""));
		grid_cell(g, s->subject);
		grid_cell(g, first_ids(c, s->events, 2));
	}
	grid_close(g);
	return EXIT_DONE;
}

const struct command spans_command = {
	.group = "look",
	.name = "spans",
	.usage = "[INCIDENT] [--json]",
	.blurb = "conditions that held, from when to when",
	.options = overlap_options,
	.run = spans_run,
};

static int notices_json_or(struct cmd *c, struct case_file *f)
{
	const struct analysis *a = &f->analysis;
	struct grid *g = grid_open(c,
		(const char *[]){
			"RECEIVED", "PROVIDER", "STATUS", "PROMISED", "ACTUAL", "LEAD", "WORKING", "", "SUBJECT"},
		9);
	for (size_t i = 0; i < a->notices_n; i++) {
		const struct notice *n = &a->notices[i];
		bool ran = n->actual_from != INSTANT_NONE;
		grid_cell(g, cmd_instant(c, n->received, PRECISION_MIN));
		grid_cell(g, n->provider);
		grid_cell(g, n->status);
		grid_cell(g, n->promised_from == INSTANT_NONE
				     ? STR("-")
				     : cmd_instant(c, n->promised_from, n->promised_precision));
		grid_cell(g, ran ? cmd_instant(c, n->actual_from, PRECISION_MIN) : STR("-"));
		grid_cell(g, ran ? duration_str(c->arena, n->lead) : STR("-"));
		grid_cell(g, ran ? duration_str(c->arena, n->lead_working) : STR("-"));
		grid_cell(g, n->missed ? STR("missed") : n->answered ? STR("answered") : STR("unanswered"));
		grid_cell(g, n->subject);
	}
	if (a->notices_n)
		grid_close(g);
	else
		cmd_say(c, "no mail that was taken in announces a change");
	for (size_t i = 0; i < a->unannounced_n; i++)
		fprintf(c->out, "no notice found for: %.*s %.*s from %.*s\n",
			STR_ARG(a->unannounced[i].span->condition),
			STR_ARG(utf8_visible(c->arena, a->unannounced[i].span->subject)),
			STR_ARG(cmd_instant(c, a->unannounced[i].span->from, PRECISION_S)));
	return EXIT_DONE;
}

/* For cron: a change is near and nobody has answered its notice. */
static int notices_upcoming(struct cmd *c, const struct analysis *a, int64_t within)
{
	int status = EXIT_DONE;
	for (size_t i = 0; i < a->notices_n; i++) {
		const struct notice *n = &a->notices[i];
		if (n->promised_from == INSTANT_NONE || n->promised_from < c->now ||
			n->promised_from > c->now + within || str_eq(n->status, STR("cancelled")))
			continue;
		fprintf(c->out, "%.*s: %.*s in %.*s, %s\n",
			STR_ARG(cmd_instant(c, n->promised_from, n->promised_precision)),
			STR_ARG(utf8_visible(c->arena, n->subject)),
			STR_ARG(duration_str(c->arena, n->promised_from - c->now)),
			n->answered ? "answered" : "not answered");
		if (!n->answered)
			status = EXIT_FINDINGS;
		struct recovery *r;
		size_t rn;
		if (!analysis_recovery_at(c->arena, a, c->now, &r, &rn))
			continue;
		for (size_t k = 0; k < rn; k++) {
			int64_t objective = a->settings.objective;
			for (size_t m = 0; m < a->ledger->assets_n; m++)
				if (str_eq(a->ledger->assets[m].name, r[k].asset))
					objective = a->ledger->assets[m].objective;
			if (r[k].reachable && c->now - r[k].reachable->data_time <= objective)
				continue;
			fprintf(c->out, "  %.*s: %s\n", STR_ARG(utf8_visible(c->arena, r[k].asset)),
				r[k].reachable
					? str_cstr(c->arena,
						  str_fmt(c->arena,
							  "the newest reachable copy holds data of %.*s, older than its objective",
							  STR_ARG(cmd_instant(
								  c, r[k].reachable->data_time, PRECISION_MIN))))
					: "no copy is reachable");
			status = EXIT_FINDINGS;
		}
	}
	return status;
}

static int notices_run(struct cmd *c)
{
	struct case_file f = {0};
	int64_t within = 7 * DAY;
	if (!cmd_duration(c, "within", &within))
		return cmd_fail(c), EXIT_USAGE;
	/* Without a word: all notices of the database, whatever incident is open. */
	bool whole = !incident_word(c) && !cmd_option(c, "incident");
	if (!cmd_analyse(c, &f, whole ? "" : incident_word(c), !whole))
		return cmd_fail(c);
	if (cmd_flag(c, "upcoming"))
		return notices_upcoming(c, &f.analysis, within);
	if (!cmd_flag(c, "json"))
		return notices_json_or(c, &f);
	cmd_print_json(c, json_of_notices(c->arena, &f.analysis));
	return EXIT_DONE;
}

static const struct option notices_options[] = {
	ANALYSIS_OPTIONS,
	{"upcoming", NULL, "only changes to come; status 3 when one is unanswered or a copy is too old"},
	{"within", "DUR", "how far ahead --upcoming looks (7d)"},
	{0},
};
const struct command notices_command = {
	.group = "look",
	.name = "notices",
	.usage = "[INCIDENT] [--upcoming [--within 7d]] [--json]",
	.blurb = "announced changes: promised, actual, lead time, answered or missed",
	.help = "Without an incident, all notices of the database. For cron: 'lineup notices --upcoming' says nothing and exits with 0 when no\n"
		"change is near; it exits with 3 when one is near and unanswered, or an asset has no reachable copy newer than its objective.\n"
		"\n"
		"A notice that a colleague passed on was received when it was sent to him, one that somebody else passed on when he did;\n"
		"--json and reports state both times.",
	.options = notices_options,
	.run = notices_run,
};

static struct str copy_text(struct cmd *c, const struct copy *copy)
{
	if (!copy)
		return STR("none");
	return str_fmt(c->arena, "%.*s (%.*s%s%.*s%s%s)", STR_ARG(cmd_instant(c, copy->data_time, PRECISION_S)),
		STR_ARG(copy->id), copy->location.n ? ", " : "", STR_ARG(copy->location),
		copy->location_because.n ? ", inferred" : "", copy->partial ? ", incomplete" : "");
}

static int backups_run(struct cmd *c)
{
	struct case_file f = {0};
	instant at = INSTANT_NONE;
	if (!cmd_time(c, "at", &at, NULL))
		return cmd_fail(c), EXIT_USAGE;
	if (!cmd_analyse(c, &f, incident_word(c), false))
		return cmd_fail(c);
	struct recovery *r = f.analysis.recovery;
	size_t n = f.analysis.recovery_n;
	if ((at != INSTANT_NONE || !f.incident) &&
		!analysis_recovery_at(c->arena, &f.analysis, at != INSTANT_NONE ? at : c->now, &r, &n))
		return cmd_fail(c);
	if (cmd_flag(c, "json")) {
		cmd_print_json(c, json_of_recovery(c->arena, &f.analysis, at, r, n));
		return EXIT_DONE;
	}
	struct grid *g = grid_open(c,
		(const char *[]){"ASSET", "JUDGED AT", "NEWEST EXISTING", "NEWEST REACHABLE", "RESTORED", "DATA LOST"},
		6);
	for (size_t i = 0; i < n; i++) {
		grid_cell(g, r[i].asset);
		grid_cell(g, cmd_instant(c, r[i].judged_at, PRECISION_MIN));
		grid_cell(g, copy_text(c, r[i].existing));
		grid_cell(g, copy_text(c, r[i].reachable));
		grid_cell(g, copy_text(c, r[i].restored));
		grid_cell(g, r[i].loss_known ? duration_str(c->arena, r[i].loss_length) : STR("unknown"));
	}
	if (n)
		grid_close(g);
	else
		cmd_say(c, "no asset yet; 'lineup asset add NAME --namespace N' says what ought to be recoverable");
	return EXIT_DONE;
}

static const struct option backups_options[] = {
	ANALYSIS_OPTIONS,
	{"at", "TIME", "what could have been restored at this moment"},
	{0},
};
const struct command backups_command = {
	.group = "look",
	.name = "backups",
	.usage = "[INCIDENT] [--at TIME] [--json]",
	.blurb = "what could be restored, and what would be lost",
	.help = "For each asset three recovery points: the newest copy that exists, the newest that could be reached, and what was restored.",
	.options = backups_options,
	.run = backups_run,
};
