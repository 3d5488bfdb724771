/* lineup timeline, search and export: events in their order. */
#include "cmd/reading.h"
#include "cmd/redaction.h"
#include "render/export.h"
#include "render/render.h"

#include <stdlib.h>

/* How an event becomes a line of output; rows of a table, so that a new output is a row. */
struct outlet {
	const char *option;
	void (*begin)(struct cmd *);
	void (*event)(struct cmd *, const struct event *, const struct sources *);
	void (*end)(struct cmd *);
	const char *between; /* two events; NULL: nothing */
	bool dated;          /* events without a time have no place in it */
};

static void json_event(struct cmd *c, const struct event *e, const struct sources *sources)
{
	cmd_print(c, json_print(c->arena, json_of_event(c->arena, e, sources)));
	fputc('\n', c->out);
}

static void people_event(struct cmd *c, const struct event *e, const struct sources *sources)
{
	(void)sources;
	cmd_print_event(c, e);
}

static void print_buf(struct cmd *c, struct buf *b)
{
	cmd_print(c, buf_str(b));
}

#define OUTLET(name, begins, ends)                                                                                     \
	static void name##_begin(struct cmd *c)                                                                        \
	{                                                                                                              \
		struct buf b = BUF(c->arena);                                                                          \
		begins;                                                                                                \
		print_buf(c, &b);                                                                                      \
	}                                                                                                              \
	static void name##_event(struct cmd *c, const struct event *e, const struct sources *sources)                  \
	{                                                                                                              \
		struct buf b = BUF(c->arena);                                                                          \
		export_##name(&b, e, sources);                                                                         \
		print_buf(c, &b);                                                                                      \
	}                                                                                                              \
	static void name##_end(struct cmd *c)                                                                          \
	{                                                                                                              \
		struct buf b = BUF(c->arena);                                                                          \
		ends;                                                                                                  \
		print_buf(c, &b);                                                                                      \
	}
OUTLET(csv, export_csv_head(&b), (void)b)
OUTLET(markdown, export_markdown_head(&b), (void)b)
OUTLET(ics, export_ics_head(&b), export_ics_tail(&b))

static void nothing(struct cmd *c)
{
	(void)c;
}

static void grafana_begin(struct cmd *c)
{
	cmd_print(c, STR("[\n"));
}

static void grafana_event(struct cmd *c, const struct event *e, const struct sources *sources)
{
	struct buf b = BUF(c->arena);
	export_grafana(&b, e, sources);
	print_buf(c, &b);
}

static void grafana_end(struct cmd *c)
{
	cmd_print(c, STR("\n]\n"));
}

static const struct outlet outlets[] = {
	{"json", nothing, json_event, nothing},
	{"csv", csv_begin, csv_event, csv_end},
	{"md", markdown_begin, markdown_event, markdown_end},
	{"ics", ics_begin, ics_event, ics_end, .dated = true},
	{"grafana", grafana_begin, grafana_event, grafana_end, ",\n", .dated = true},
	{NULL, nothing, people_event, nothing},
};

struct listing {
	struct cmd *c;
	const struct outlet *outlet;
	struct sources sources;
	struct redactor *redactor; /* NULL: as it is */
	int64_t n, left_out;       /* written; without a time, where the output has no place for them */
};

/* Each event's strings are gone before the next: a listing of any length needs the memory of one. */
static bool list_one(void *arg, const struct event *e)
{
	struct listing *l = arg;
	struct event shown = *e;
	if (l->outlet->dated && e->at == INSTANT_NONE)
		return ++l->left_out;
	ARENA_SCOPE(l->c->arena);
	if (l->redactor)
		redact_event(l->redactor, l->c->arena, &shown);
	if (l->n++ && l->outlet->between)
		cmd_print(l->c, str_of(l->outlet->between));
	l->outlet->event(l->c, &shown, &l->sources);
	return !ferror(l->c->out);
}

/* The last ones are found from the end, and shown in their order. */
static bool list_query(struct cmd *c, const struct query *q, struct listing *l)
{
	struct events last;
	if (!q->newest_first)
		return store_each(c->store, q, list_one, l, &c->err);
	if (!store_events(c->store, q, c->arena, &last, &c->err))
		return false;
	for (size_t i = last.n; i > 0 && list_one(l, &last.v[i - 1]);)
		i--;
	return true;
}

static bool timeline_query(struct cmd *c, struct query *q)
{
	instant around = INSTANT_NONE;
	int64_t context = 15 * MINUTE;
	const char *source = cmd_option(c, "source");
	*q = (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE};
	if (!cmd_time(c, "from", &q->from, NULL) || !cmd_time(c, "to", &q->to, NULL) ||
		!cmd_time(c, "around", &around, NULL) || !cmd_duration(c, "context", &context) ||
		!cmd_severity(c, "min-severity", &q->min_severity) || !cmd_number(c, "limit", &q->limit) ||
		!cmd_number(c, "last", &q->limit))
		return false;
	if (cmd_flag(c, "last") && cmd_flag(c, "limit"))
		return err_set(&c->err, "--last N shows the newest, --limit N the oldest: one of them");
	if (q->limit < 0 || (cmd_flag(c, "last") && q->limit == 0))
		return err_set(&c->err, "--%s: say how many", cmd_flag(c, "last") ? "last" : "limit");
	q->newest_first = cmd_flag(c, "last");
	if (around != INSTANT_NONE) {
		q->from = around - context;
		q->to = around + context;
	}
	for (int i = 0; cmd_option_nth(c, "lane", i); i++) {
		enum lane lane;
		if (!lane_find(str_of(cmd_option_nth(c, "lane", i)), &lane))
			return cmd_lane(c, "lane", &lane);
		q->lanes |= 1u << lane;
	}
	q->kind = str_of(cmd_option(c, "kind"));
	q->subject = str_of(cmd_option(c, "subject"));
	q->undated = cmd_flag(c, "undated");
	return !source || str_int(str_of(source), &q->source) ||
	       err_set(&c->err, "--source: '%s' is no number; 'lineup sources' shows them", source);
}

/* Whatever is shown is incomplete then: say so. */
static bool warn_of_unfinished(struct cmd *c, const struct sources *sources)
{
	struct strs lines;
	if (!reading_unfinished(c, sources, &lines, &c->err))
		return false;
	for (size_t i = 0; i < lines.n; i++)
		cmd_say(c, "lineup: %.*s", STR_ARG(lines.v[i]));
	return true;
}

struct hearing {
	struct listing *listing;
	VEC(struct event)
	mails; /* their bytes are fetched when the listing is over: one question to the store at a time */
};

static bool hear_one(void *arg, const struct event *e)
{
	struct hearing *h = arg;
	const struct source *s = source_find(&h->listing->sources, e->source);
	if (s && str_eq(s->format, STR("mail")))
		*PUSH(&h->mails, h->listing->c->arena) = (struct event){.source = e->source, .from = e->from};
	redactor_hear_event(h->listing->redactor, e);
	return true;
}

/* Names are heard from all events, whichever are listed, so that every listing gives them the same way. */
static bool list_redacted(struct cmd *c, struct listing *l)
{
	struct query all = {.from = INSTANT_NONE, .to = INSTANT_NONE, .undated = true};
	struct ledger ledger;
	if (!cmd_flag(c, "redact"))
		return true;
	struct hearing hearing = {.listing = l};
	if (!(l->redactor = redaction_open(c)) || !ledger_load(c->store, c->arena, &ledger, &c->err) ||
		!store_each(c->store, &all, hear_one, &hearing, &c->err))
		return false;
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, &l->sources);
	for (size_t i = 0; i < hearing.mails.n; i++)
		redaction_hear(c, l->redactor, evidence, &l->sources, &hearing.mails.v[i]);
	redactor_hear_ledger(l->redactor, &ledger);
	l->sources = redact_sources(l->redactor, c->arena, &l->sources);
	return true;
}

static void close_listing(struct cmd *c, const struct query *q, const struct listing *l)
{
	if (l->left_out)
		cmd_say(c, "%lld event%s without a time left out", (long long)l->left_out, l->left_out == 1 ? "" : "s");
	if (l->n == 0)
		cmd_say(c, "no events match");
	else if (q->limit && l->n == q->limit && !q->newest_first)
		cmd_say(c, "stopped at --limit %lld; there may be more", (long long)q->limit);
}

/* Without times of its own, a listing of an incident has the incident's. */
static bool incident_window(struct cmd *c, struct query *q)
{
	struct case_file f = {0};
	if (!cmd_option(c, "incident"))
		return true;
	if (!cmd_incident(c, &f, NULL, true))
		return false;
	if (!f.incident) /* "": all of the evidence */
		return true;
	q->from = q->from == INSTANT_NONE ? f.incident->from : q->from;
	q->to = q->to == INSTANT_NONE ? f.incident->to : q->to;
	return true;
}

static int list_events(struct cmd *c, struct query *q, const struct outlet *outlet)
{
	struct listing l = {.c = c, .outlet = outlet};
	if (!cmd_open(c, STORE_READ) || !store_sources(c->store, c->arena, &l.sources, &c->err) ||
		!incident_window(c, q) || !warn_of_unfinished(c, &l.sources))
		return cmd_fail(c);
	bool done = list_redacted(c, &l);
	if (done) {
		l.outlet->begin(c);
		done = list_query(c, q, &l);
	}
	redactor_close(l.redactor);
	if (!done)
		return cmd_fail(c);
	l.outlet->end(c);
	close_listing(c, q, &l);
	return EXIT_DONE;
}

static const struct outlet *outlet_chosen(struct cmd *c)
{
	const struct outlet *o = outlets;
	while (o->option && !cmd_flag(c, o->option))
		o++;
	return o;
}

static int timeline_run(struct cmd *c)
{
	struct query q;
	if (c->words_n)
		return cmd_usage(c, "timeline takes options only; 'lineup search WORDS' looks for words");
	if (!timeline_query(c, &q))
		return cmd_fail(c), EXIT_USAGE;
	return list_events(c, &q, outlet_chosen(c));
}

static int search_run(struct cmd *c)
{
	struct query q;
	struct buf words = BUF(c->arena);
	for (int i = 0; i < c->words_n; i++)
		buf_fmt(&words, "%s%s", i ? " " : "", c->words[i]);
	if (!str_trim(buf_str(&words)).n)
		return cmd_usage(c, "search for what?");
	if (!timeline_query(c, &q))
		return cmd_fail(c), EXIT_USAGE;
	q.words = buf_str(&words);
	return list_events(c, &q, outlet_chosen(c));
}

/* ---- export ---- */

/* A file is written when all of it is there; results go straight out. */
static int export_to(struct cmd *c, struct query *q, const struct outlet *outlet, const char *path)
{
	FILE *results = c->out;
	char *text = NULL;
	size_t n = 0;
	if (!path || strcmp(path, "-") == 0)
		return list_events(c, q, outlet);
	if (!(c->out = open_memstream(&text, &n)))
		bug("no memory for '%s'", path);
	int status = list_events(c, q, outlet);
	fclose(c->out);
	c->out = results;
	if (status == EXIT_DONE && !cmd_write_file(c, path, str_n(text, n)))
		status = cmd_fail(c);
	free(text);
	return status;
}

static int export_run(struct cmd *c)
{
	struct query q;
	const char *format = cmd_option(c, "format"), *path = cmd_option(c, "output");
	const struct outlet *o = outlets;
	if (c->words_n)
		return cmd_usage(c, "export takes options only");
	if (!format)
		format = path && strrchr(path, '.') ? strrchr(path, '.') + 1 : "json";
	while (o->option && strcmp(o->option, strcmp(format, "jsonl") == 0 ? "json" : format) != 0)
		o++;
	if (!o->option)
		return cmd_usage(c, "--format: one of json, csv, md, ics, grafana");
	if (!timeline_query(c, &q))
		return cmd_fail(c), EXIT_USAGE;
	return export_to(c, &q, o, path);
}

#define FILTERS                                                                                                        \
	{"from", "TIME", "events from then on"}, {"to", "TIME", "events before then"},                                 \
		{"incident", "ID", "in the window of this incident, where --from and --to do not tell"},               \
		{"around", "TIME", "events near a moment"}, {"context", "DUR", "how near (15m)"},                      \
		{"lane", "LANE", "only this lane; may be repeated"},                                                   \
		{"kind", "KIND", "only this kind, or kinds that begin with 'storage.'"},                               \
		{"subject", "SUBJECT", "only this subject, or those that contain it"},                                 \
		{"min-severity", "SEVERITY", "only this severe and worse"},                                            \
		{"source", "N", "only from this source ('lineup sources')"},                                           \
		{"undated", NULL, "also events without a time, with what bounds there are"},                           \
		{"limit", "N", "at most so many"}, {"last", "N", "only the newest so many"},                           \
	{                                                                                                              \
		"redact", NULL, "replace secrets, addresses, names, accounts and hosts by stable pseudonyms"           \
	}

static const struct option timeline_options[] = {
	FILTERS,
	{"csv", NULL, "as comma-separated values"},
	{"md", NULL, "as a Markdown table"},
	{"ics", NULL, "as a calendar"},
	{0},
};
const struct command timeline_command = {
	.group = "look",
	.name = "timeline",
	.usage =
		"[--from T] [--to T] [--around T --context D] [--lane L] [--kind K] [--subject S] [--min-severity S] [--tz Z] "
		"[--json|--csv|--md|--ics]",
	.blurb = "events in their order",
	.help = "Every line shows its date. Times are UTC; --tz shows the reader's zone beside them. An event that repeated shows how often\n"
		"and until when. With --json one object a line.",
	.options = timeline_options,
	.run = timeline_run,
};
const struct command search_command = {
	.group = "look",
	.name = "search",
	.usage = "WORDS [options of timeline]",
	.blurb = "events whose text has all of these words",
	.options = timeline_options,
	.run = search_run,
};

static const struct option export_options[] = {
	{"format", "FORMAT", "json (one object a line), csv, md, ics or grafana; by the ending of FILE, else json"},
	{"output", "FILE", "write there; also -o"},
	FILTERS,
	{0},
};
const struct command export_command = {
	.group = "tell",
	.name = "export",
	.usage = "[--format json|csv|md|ics|grafana] [-o FILE] [filters of timeline]",
	.blurb = "events for other programs: JSON, CSV, Markdown, ics, Grafana",
	.help = "lineup export -o events.json --from 2024-06-17      # another lineup takes this in: lineup ingest events.json\n"
		"lineup export --format grafana --min-severity error   # a list of annotations; Grafana's API takes them one by one\n\n"
		"An event taken in again keeps its id, so nothing doubles, also in the database it came from.",
	.options = export_options,
	.run = export_run,
};
