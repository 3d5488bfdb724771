/* lineup import: postmortems of the past, written in Markdown, as incidents with their timeline, milestones and
 * actions. */
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/past.h"
#include "cmd/reading.h"

#include <fcntl.h>
#include <unistd.h>

enum { IMPORT_FILES = 10000 };

struct import {
	struct walk walk;
	struct cmd *c;
	struct worker *worker;
	struct ingest_options options;
	VEC(struct walk_file) files;
	instant from; /* --from: of postmortems that say no date */
	struct json *results;
	int status;
};

/* --- which files --- */
static bool is_markdown(struct str path)
{
	static const char *const endings[] = {".md", ".markdown", ".mdown", ".mkd", ".txt"};
	for (size_t i = 0; i < LEN(endings); i++)
		if (path.n > strlen(endings[i]) &&
			str_eq_case(str_from(path, path.n - strlen(endings[i])), str_of(endings[i])))
			return true;
	return false;
}

static bool is_given(const struct cmd *c, struct str path)
{
	for (int i = 0; i < c->words_n; i++)
		if (str_eq(str_of(c->words[i]), path))
			return true;
	return false;
}

/* What is named is taken; of a folder the files that look like Markdown by their names. */
static bool note_file(struct walk *w, const struct walk_file *file, struct err *e)
{
	struct import *im = (struct import *)w;
	if (file->stream || str_eq(file->path, STR("-")))
		return err_set(e, "standard input has no name to know it by again; import files");
	if (!is_given(im->c, file->path) && !is_markdown(file->path))
		return true;
	if (im->files.n >= IMPORT_FILES)
		return err_set(e, "more than %d files", IMPORT_FILES);
	struct walk_file *kept = PUSH(&im->files, im->c->arena);
	*kept = *file;
	kept->path = str_dup(im->c->arena, file->path);
	kept->flags = STR_NONE;
	kept->fd = -1; /* opened again when it is its turn */
	return true;
}

static void passed_over(struct walk *w, struct str path, const char *why)
{
	struct import *im = (struct import *)w;
	cmd_say(im->c, "lineup: %.*s: %s", STR_ARG(path), why);
	im->status = EXIT_FINDINGS;
}

static bool find_files(struct import *im)
{
	struct cmd *c = im->c;
	for (int i = 0; i < c->words_n; i++)
		if (!walk_path(&im->walk, c->words[i], &c->err))
			return false;
	return im->files.n > 0 || err_set(&c->err, "no Markdown files there");
}

/* --- one file --- */
static struct json *strs_json(struct arena *a, struct json *to, const char *key, struct strs list)
{
	struct json *array = json_add_array(a, to, key);
	for (size_t i = 0; i < list.n; i++)
		json_push_str(a, array, list.v[i]);
	return array;
}

static void add_result(struct import *im, const struct past *past, const struct past_outcome *out)
{
	struct arena *a = im->c->arena;
	const struct incident *i = &out->incident;
	struct json *j = json_push(a, im->results, json_object(a));
	json_add_str(a, j, "file", past->name);
	json_add_str(a, j, "incident", i->id);
	json_add_str(a, j, "outcome", str_of(out->what));
	json_add_str(a, j, "title", i->title);
	json_add_str(a, j, "severity", str_of(severity_names[i->severity]));
	json_add_str(a, j, "status", i->status);
	json_add_str(a, j, "from", instant_str(a, i->from));
	json_add_str(a, j, "to", i->to == INSTANT_NONE ? STR_NONE : instant_str(a, i->to));
	json_add_int(a, j, "entries", (int64_t)past->entries);
	strs_json(a, j, "milestones", out->marks);
	strs_json(a, j, "actions", out->actions);
	strs_json(a, j, "remarks", out->remarks);
}

static void tell(struct import *im, const struct past *past, const struct past_outcome *out)
{
	struct cmd *c = im->c;
	const struct incident *i = &out->incident;
	fprintf(c->out, "%.*s\n", STR_ARG(i->id));
	if (strcmp(out->what, "known") == 0) {
		cmd_say(c, "%.*s: imported before, as %.*s; nothing is new", STR_ARG(past->name), STR_ARG(i->id));
		return;
	}
	struct buf b = BUF(c->arena);
	buf_fmt(&b, "%.*s: %s: %.*s, from %.*s to %.*s; ", STR_ARG(past->name), out->what, STR_ARG(i->title),
		STR_ARG(cmd_instant(c, i->from, PRECISION_MIN)),
		STR_ARG(i->to == INSTANT_NONE ? STR("open") : cmd_instant(c, i->to, PRECISION_MIN)));
	buf_fmt(&b, "%zu %s, %zu milestone%s, %zu action%s", past->entries, past->entries == 1 ? "entry" : "entries",
		out->marks.n, out->marks.n == 1 ? "" : "s", out->actions.n, out->actions.n == 1 ? "" : "s");
	for (size_t k = 0; k < out->remarks.n; k++)
		buf_fmt(&b, "; %.*s", STR_ARG(out->remarks.v[k]));
	cmd_say(c, "%.*s", STR_ARG(buf_str(&b)));
}

static bool import_file(struct import *im, const struct walk_file *file)
{
	struct cmd *c = im->c;
	struct past past = {0};
	struct past_outcome out = {0};
	ERR_IN(&c->err, file->path);
	struct walk_file opened = *file;
	opened.fd = open(str_cstr(c->arena, file->path), O_RDONLY | O_CLOEXEC);
	if (opened.fd < 0)
		return err_sys(&c->err, "cannot open it again");
	bool done = past_read(c, im->worker, &im->options, &opened, &past);
	close(opened.fd);
	/* Each for itself: one that cannot be had takes nothing back of those before it, and an id is told once it is safe. */
	if (!done || !past_say(c, &past, im->from, &out) || !store_group_end(c->store, &c->err))
		return false;
	add_result(im, &past, &out);
	if (!cmd_flag(c, "json"))
		tell(im, &past, &out);
	return true;
}

static int import_all(struct import *im)
{
	struct cmd *c = im->c;
	const char **paths = NEW_N(c->arena, const char *, im->files.n + 1);
	for (size_t i = 0; i < im->files.n; i++)
		paths[i] = str_cstr(c->arena, im->files.v[i].path);
	int taken = ingest_paths(c, &im->options, paths, (int)im->files.n);
	im->status = taken != EXIT_DONE ? taken : im->status;
	if (!c->store)
		return im->status;
	if (!store_group_end(c->store, &c->err))
		return cmd_fail(c);
	for (size_t i = 0; i < im->files.n; i++) {
		if (!import_file(im, &im->files.v[i])) {
			im->status = cmd_fail(c);
			err_clear(&c->err);
		}
	}
	if (cmd_flag(c, "json")) {
		struct json *all = json_object(c->arena);
		json_add_int(c->arena, all, "lineup", 1);
		json_add(c->arena, all, "imported", im->results);
		cmd_print_json(c, all);
	}
	return im->status;
}

static int import_run(struct cmd *c)
{
	struct import im = {.walk = {note_file, passed_over}, .c = c, .from = INSTANT_NONE};
	if (c->words_n == 0)
		return cmd_usage(c, "which postmortems? give Markdown files or folders of them");
	if (!reading_options(c, &im.options) || !cmd_time(c, "from", &im.from, NULL))
		return cmd_fail(c), EXIT_USAGE;
	im.options.as = STR("postmortem");
	im.results = json_array(c->arena);
	if (!find_files(&im) || !(im.worker = worker_start(&im.options, &c->err)))
		return cmd_fail(c);
	int status = import_all(&im);
	worker_stop(im.worker);
	return status;
}

static const struct option import_options[] = {
	{"zone", "ZONE", "zone of times that state none, in no heading either (UTC, and marked as assumed)"},
	{"year", "YEAR", "year of dates that state none (worked out)"},
	{"from", "TIME", "when the incident began, where the postmortem says no date"},
	{"no-sandbox", NULL, "parse without the sandbox (for debuggers only)"},
	{0},
};
const struct command import_command = {
	.group = "take in",
	.name = "import",
	.usage = "FILE.md... | FOLDER... [--zone ZONE] [--year YEAR] [--from TIME] [--json]",
	.blurb = "postmortems of the past, written in Markdown, as incidents",
	.help = "Each becomes an incident; its timeline (table, list or headings) becomes events that cite their lines, its stated times\n"
		"become milestones, its action items actions with owner, date, state and ticket. Templates of the Google SRE book, PagerDuty,\n"
		"Atlassian, GitLab, Etsy, AWS (correction of errors) and Azure are known, and what looks like them. The document is kept as\n"
		"evidence like every other; what of it could not be read is named with its line, and the status is 3 then. Without a stated\n"
		"status it counts as final. The same file again adds nothing; an edited one adds and corrects, but changes no milestone and ends\n"
		"no action that a person has spoken of since. Its id is printed.",
	.options = import_options,
	.run = import_run,
};
