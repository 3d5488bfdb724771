/* lineup timeline and lineup search: events in their order. */
#include "cmd/cmd.h"
#include "render/export.h"
#include "render/render.h"

/* How an event becomes a line of output; rows of a table, so that a new output is a row. */
struct outlet {
	const char *option;
	void (*begin)(struct cmd *);
	void (*event)(struct cmd *, const struct event *, const struct sources *);
	void (*end)(struct cmd *);
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

#define OUTLET(name, begins, ends) \
	static void name##_begin(struct cmd *c) \
	{ \
		struct buf b = BUF(c->arena); \
		begins; \
		print_buf(c, &b); \
	} \
	static void name##_event(struct cmd *c, const struct event *e, const struct sources *sources) \
	{ \
		struct buf b = BUF(c->arena); \
		export_##name(&b, e, sources); \
		print_buf(c, &b); \
	} \
	static void name##_end(struct cmd *c) \
	{ \
		struct buf b = BUF(c->arena); \
		ends; \
		print_buf(c, &b); \
	}
OUTLET(csv, export_csv_head(&b), (void)b)
OUTLET(markdown, export_markdown_head(&b), (void)b)
OUTLET(ics, export_ics_head(&b), export_ics_tail(&b))

static void nothing(struct cmd *c)
{
	(void)c;
}

static const struct outlet outlets[] = {
	{"json", nothing, json_event, nothing},
	{"csv", csv_begin, csv_event, csv_end},
	{"md", markdown_begin, markdown_event, markdown_end},
	{"ics", ics_begin, ics_event, ics_end},
	{NULL, nothing, people_event, nothing},
};

struct listing {
	struct cmd *c;
	const struct outlet *outlet;
	struct sources sources;
	int64_t n;
};

/* Each event's strings are gone before the next: a listing of any length needs the memory of one. */
static bool list_one(void *arg, const struct event *e)
{
	struct listing *l = arg;
	ARENA_SCOPE(l->c->arena);
	l->outlet->event(l->c, e, &l->sources);
	l->n++;
	return !ferror(l->c->out);
}

static bool timeline_query(struct cmd *c, struct query *q)
{
	instant around = INSTANT_NONE;
	int64_t context = 15 * MINUTE;
	const char *source = cmd_option(c, "source");
	*q = (struct query){.from = INSTANT_NONE, .to = INSTANT_NONE};
	if (!cmd_time(c, "from", &q->from, NULL) || !cmd_time(c, "to", &q->to, NULL) || !cmd_time(c, "around", &around, NULL) ||
		!cmd_duration(c, "context", &context) || !cmd_severity(c, "min-severity", &q->min_severity) ||
		!cmd_number(c, "limit", &q->limit))
		return false;
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

/* A source that is still being read makes whatever is shown incomplete: say so. */
static void warn_of_unfinished(struct cmd *c, const struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->v[i].state == SOURCE_READING && !sources->v[i].parent)
			cmd_say(c, "lineup: '%.*s' is not completely taken in; run its ingest again", STR_ARG(sources->v[i].name));
}

static int list_events(struct cmd *c, const struct query *q)
{
	struct listing l = {.c = c, .outlet = outlets};
	if (!cmd_open(c, STORE_READ) || !store_sources(c->store, c->arena, &l.sources, &c->err))
		return cmd_fail(c);
	while (l.outlet->option && !cmd_flag(c, l.outlet->option))
		l.outlet++;
	warn_of_unfinished(c, &l.sources);
	l.outlet->begin(c);
	if (!store_each(c->store, q, list_one, &l, &c->err))
		return cmd_fail(c);
	l.outlet->end(c);
	if (l.n == 0)
		cmd_say(c, "no events match");
	else if (q->limit && l.n == q->limit)
		cmd_say(c, "stopped at --limit %lld; there may be more", (long long)q->limit);
	return EXIT_DONE;
}

static int timeline_run(struct cmd *c)
{
	struct query q;
	if (c->words_n)
		return cmd_usage(c, "timeline takes options only; 'lineup search WORDS' looks for words");
	if (!timeline_query(c, &q))
		return cmd_fail(c), EXIT_USAGE;
	return list_events(c, &q);
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
	return list_events(c, &q);
}

static const struct option timeline_options[] = {
	{"from", "TIME", "events from then on"},
	{"to", "TIME", "events before then"},
	{"around", "TIME", "events near a moment"},
	{"context", "DUR", "how near (15m)"},
	{"lane", "LANE", "only this lane; may be repeated"},
	{"kind", "KIND", "only this kind, or kinds that begin with 'storage.'"},
	{"subject", "SUBJECT", "only this subject, or those that contain it"},
	{"min-severity", "SEVERITY", "only this severe and worse"},
	{"source", "N", "only from this source ('lineup sources')"},
	{"undated", NULL, "also events without a time, with what bounds there are"},
	{"limit", "N", "at most so many"},
	{"csv", NULL, "as comma-separated values"},
	{"md", NULL, "as a Markdown table"},
	{"ics", NULL, "as a calendar"},
	{0},
};
const struct command timeline_command = {
	.group = "look",
	.name = "timeline",
	.usage = "[--from T] [--to T] [--around T --context D] [--lane L] [--kind K] [--subject S] [--min-severity S] [--tz Z] "
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
