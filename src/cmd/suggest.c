/* Words that a line in the shell could go on with. */
#include "cmd/suggest.h"
#include "normalise/rules.h"
#include "store/ledger.h"

enum { RECENT_EVENTS = 300 };

struct suggestions {
	struct cmd *c;
	struct arena *arena;
	struct str word;
	VEC(struct str) list;
};

/* One that begins as the word does, once. */
static void offer(struct suggestions *s, const char *before, struct str name)
{
	struct str whole = str_fmt(s->arena, "%s%.*s", before, STR_ARG(name));
	if (!name.n || !str_starts(whole, s->word))
		return;
	for (size_t i = 0; i < s->list.n; i++)
		if (str_eq(s->list.v[i], whole))
			return;
	*PUSH(&s->list, s->arena) = whole;
}

static void offer_names(struct suggestions *s, const char *before, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		offer(s, before, str_of(names[i]));
}

static void offer_commands(struct suggestions *s)
{
	for (const struct command *const *row = commands; *row; row++)
		offer(s, "/", str_of((*row)->name));
	offer(s, "/", STR("undo"));
	offer(s, "/", STR("quit"));
}

static void offer_options(struct suggestions *s, const struct option *options)
{
	for (; options && options->name; options++)
		offer(s, "--", str_of(options->name));
}

/* What was spoken of lately, as "@name" means it. */
static void offer_subjects(struct suggestions *s)
{
	struct cmd once = *s->c;
	struct ledger ledger = {0};
	struct events events = {0};
	struct query q = {.from = INSTANT_NONE,
		.to = INSTANT_NONE,
		.skip_log_lines = true,
		.limit = RECENT_EVENTS,
		.newest_first = true};
	once.store = NULL;
	once.arena = s->arena;
	if (cmd_open(&once, STORE_READ) && ledger_load(once.store, s->arena, &ledger, &once.err))
		store_events(once.store, &q, s->arena, &events, &once.err);
	store_close(once.store);
	for (size_t i = 0; i < ledger.assets_n; i++)
		offer(s, "@", ledger.assets[i].name);
	for (size_t i = 0; i < events.n; i++) {
		struct str subject = events.v[i].subject;
		offer(s, "@", str_starts(subject, STR("service:")) ? str_from(subject, 8) : subject);
	}
}

static void offer_kinds(struct suggestions *s)
{
	for (size_t i = 0; i < kinds_count(); i++)
		offer(s, "", kinds_get(i)->name);
}

/* The value of an option, by what its table calls it. */
static bool offer_value(struct suggestions *s, const struct command *command, struct str option)
{
	const struct option *o = command ? command->options : NULL;
	while (o && o->name && !str_eq(str_of(o->name), str_from(option, 2)))
		o++;
	const char *metavar = o && o->name ? o->metavar : NULL;
	if (!metavar)
		return false;
	if (strcmp(metavar, "LANE") == 0)
		offer_names(s, "", lane_names, LANES);
	else if (strcmp(metavar, "SEVERITY") == 0)
		offer_names(s, "", severity_names, SEVERITIES);
	else if (strcmp(metavar, "KIND") == 0)
		offer_kinds(s);
	return true;
}

static void suggest_in_command(struct suggestions *s, struct str line)
{
	struct str rest = str_from(line, 1), name, word, before = STR_NONE;
	rest.n -= s->word.n;
	if (!str_word(&rest, &name))
		return;
	while (str_word(&rest, &word))
		before = word;
	const struct command *command = command_find(str_cstr(s->arena, name));
	if (str_starts(before, STR("--")) && offer_value(s, command, before))
		return;
	if (str_starts(s->word, STR("--"))) {
		offer_options(s, command ? command->options : NULL);
		offer_options(s, global_options);
	} else if (str_eq(name, STR("mark")) && !before.n) {
		offer_names(s, "", milestone_names, MILESTONES);
	} else if (str_eq(name, STR("help"))) {
		for (const struct command *const *row = commands; *row; row++)
			offer(s, "", str_of((*row)->name));
	}
}

void suggest(struct cmd *c, struct arena *arena, struct str line, struct str word, struct words *out)
{
	struct suggestions s = {.c = c, .arena = arena, .word = word};
	if (str_starts(word, STR("#")))
		offer_names(&s, "#", lane_names, LANES);
	else if (str_starts(word, STR("@")))
		offer_subjects(&s);
	else if (str_starts(line, STR("/")) && word.n == line.n)
		offer_commands(&s);
	else if (str_starts(line, STR("/")))
		suggest_in_command(&s, line);
	*out = (struct words){s.list.v, s.list.n};
}
