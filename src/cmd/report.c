/* lineup report: the postmortem, written anew as often as you like. */
#include "cmd/cmd.h"
#include "cmd/evidence.h"
#include "cmd/redaction.h"
#include "embed.h"
#include "render/render.h"

#include <errno.h>
#include <unistd.h>

enum { REPORT_MAX = 64 << 20 };

/* A bare name is one of ours ("summary"); anything with a slash or a dot is a file. */
static bool report_template(struct cmd *c, struct report_options *o)
{
	const char *name = cmd_option(c, "template");
	if (!name)
		return true;
	o->template_name = str_of(name);
	if (strpbrk(name, "/."))
		return cmd_read_file(c, name, REPORT_MAX, &o->template_text);
	o->template_text = embedded_find(str_cstr(c->arena, str_fmt(c->arena, "templates/%s.md", name)));
	if (o->template_text.n)
		return true;
	struct buf list = BUF(c->arena);
	for (const struct embedded *e = embedded_files; e->path; e++) {
		struct str path = str_of(e->path);
		if (str_starts(path, STR("templates/")) && str_ends(path, STR(".md")))
			buf_fmt(&list, "%s%.*s", list.n ? ", " : "", STR_ARG(str_slice(path, 10, path.n - 3)));
	}
	return err_set(
		&c->err, "no template '%s'; there are %.*s, or give a file's path", name, STR_ARG(buf_str(&list)));
}

struct excerpting {
	struct evidence *evidence;
	struct redactor *redactor; /* NULL: as they are */
};

static struct str excerpt(void *arg, struct arena *a, const struct event *e)
{
	const struct excerpting *x = arg;
	struct err ignored = {0};
	struct str bytes;
	if (!evidence_of(x->evidence, e, &bytes, &ignored))
		return STR_NONE;
	return x->redactor ? redact(x->redactor, a, bytes) : str_dup(a, bytes);
}

static void want_excerpts(void *arg, const struct event *const *events, size_t n)
{
	const struct excerpting *x = arg;
	evidence_gather(x->evidence, events, n);
}

/* "<!-- lineup:report incident=inc-1 ... -->": what it is about stands in its first line. */
static struct str setting_of(struct str report, const char *name)
{
	struct str line = STR_NONE, word, key = str_of(name);
	str_next(&report, '\n', &line);
	if (!str_starts(line, STR("<!-- lineup:report")))
		return STR_NONE;
	while (str_word(&line, &word))
		if (str_starts(word, key))
			return str_from(word, key.n);
	return STR_NONE;
}

/* One report to be written. */
struct writing {
	const struct analysis *analysis;
	struct report_options *options;
	struct excerpts *excerpts;
	struct redactor *redactor; /* NULL: nothing is redacted */
	const char *path;          /* NULL: standard output */
	bool html;
};

/* "postmortem.md" beside "postmortem.html": a page takes what people wrote from there, when it is the same report. */
static bool report_beside(struct cmd *c, const struct writing *w)
{
	const char *beside = str_cstr(c->arena, cmd_path_beside(c, w->path, ".md"));
	struct str text;
	if (access(beside, F_OK) != 0)
		return true;
	if (!cmd_read_file(c, beside, REPORT_MAX, &text))
		return false;
	if (w->options->redact != report_is_redacted(c->arena, text) ||
		!str_eq(setting_of(text, "incident="), w->analysis->incident->id) ||
		!str_eq(setting_of(text, "template="), w->options->template_name))
		return true;
	cmd_say(c, "human sections from %s", beside);
	w->options->previous = text;
	return true;
}

static void say_edited(struct cmd *c, struct strs sections)
{
	for (size_t i = 0; i < sections.n; i++)
		cmd_say(c, "section '%.*s' was edited by hand; the redacted version is without that",
			STR_ARG(sections.v[i]));
}

/* What people wrote in another report takes the place of what the file holds. */
static bool report_prose(struct cmd *c, const struct writing *w, const char *path)
{
	struct report_options *o = w->options;
	struct str text, old = o->previous;
	if (!cmd_read_file(c, path, REPORT_MAX, &text))
		return false;
	if (!report_is_ours(c->arena, text))
		return err_set(&c->err, "%s is no report of lineup's", path);
	if (old.n && (!report_is_ours(c->arena, old) || o->redact != report_is_redacted(c->arena, old)))
		return err_set(&c->err,
			"%s is no report written %s --redact and is not overwritten; write to another file", w->path,
			o->redact ? "with" : "without");
	o->previous = text;
	if (o->redact && !report_is_redacted(c->arena, text)) {
		say_edited(c, report_edited_sections(c->arena, text));
		o->previous = report_redact_prose(c->arena, w->redactor, text);
	}
	return true;
}

static bool report_previous(struct cmd *c, const struct writing *w)
{
	const char *prose = cmd_option(c, "prose");
	bool to_file = w->path && strcmp(w->path, "-") != 0;
	if (to_file && !w->html && access(w->path, F_OK) == 0 &&
		!cmd_read_file(c, w->path, REPORT_MAX, &w->options->previous))
		return false;
	if (prose)
		return report_prose(c, w, prose);
	return !to_file || !w->html || report_beside(c, w);
}

/* For a person who waits; nothing to a script. */
static void say_written(struct cmd *c, const struct writing *w, struct str svg_path)
{
	if (w->html)
		cmd_say(c, "%s: written", w->path);
	else
		cmd_say(c,
			"%s and %.*s: written; edit the human sections, and run it again whenever there is more: they stay",
			w->path, STR_ARG(svg_path));
}

static bool report_write(struct cmd *c, struct writing *w, struct str *conflicts)
{
	struct report_options *o = w->options;
	struct buf svg = BUF(c->arena);
	struct str text, page;
	bool to_file = w->path && strcmp(w->path, "-") != 0;
	struct str svg_path = to_file ? cmd_path_beside(c, w->path, ".svg") : STR_NONE;
	if (w->html || to_file)
		chart_svg(&svg, w->analysis);
	if (!report_previous(c, w))
		return false;
	if (to_file && !w->html)
		o->svg_name = cmd_path_base(svg_path);
	else if (w->html)
		o->svg_name = STR("lineup.svg"); /* replaced by the inlined picture */
	o->unsealed = w->html;
	if (!report_markdown(c->arena, w->analysis, w->excerpts, o, &text, conflicts, &c->err))
		return false;
	if (w->html && !report_html(c->arena, text, w->analysis->incident->title, buf_str(&svg), &page, &c->err))
		return false;
	if (to_file && !w->html && !cmd_write_file(c, str_cstr(c->arena, svg_path), buf_str(&svg)))
		return false;
	if (o->redact)
		cmd_say(c,
			"redacted: %.*s; read it all the same: what only people's words name, like a customer, is not known here",
			STR_ARG(redaction_count(c->arena, text)));
	if (!cmd_write_file(c, w->path ? w->path : "-", w->html ? page : text))
		return false;
	if (to_file && c->err_is_tty)
		say_written(c, w, svg_path);
	return true;
}

static int report_run(struct cmd *c)
{
	struct case_file f = {0};
	const char *path = cmd_option(c, "output"), *format = cmd_option(c, "format");
	struct report_options o = {
		.edited = cmd_flag(c, "ours")     ? REPORT_OURS
			  : cmd_flag(c, "theirs") ? REPORT_THEIRS
						  : REPORT_KEEP,
		.zone = c->zone == zone_utc() ? NULL : c->zone,
		.redact = cmd_flag(c, "redact"),
	};
	if (!format)
		format = path && str_ends(str_of(path), STR(".html")) ? "html" : cmd_flag(c, "json") ? "json" : "md";
	if (strcmp(format, "md") != 0 && strcmp(format, "html") != 0 && strcmp(format, "json") != 0 &&
		strcmp(format, "context") != 0)
		return cmd_usage(c, "--format: one of md, html, json, context");
	if (!report_template(c, &o))
		return cmd_fail(c), EXIT_USAGE;
	if (!cmd_analyse(c, &f, c->words_n ? c->words[0] : NULL, true))
		return cmd_fail(c);
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, &f.sources);
	AUTO(redactor_close) struct redactor *redactor = o.redact ? redaction_open(c) : NULL;
	struct excerpting how = {evidence, redactor};
	struct excerpts x = {excerpt, want_excerpts, &how};
	if (o.redact && !redactor)
		return cmd_fail(c);
	if (redactor)
		redaction_apply(c, redactor, evidence, &f);
	if (strcmp(format, "json") == 0) {
		struct str text = json_print_pretty(c->arena, json_of_analysis(c->arena, &f.analysis));
		return cmd_write_file(c, path ? path : "-", str_fmt(c->arena, "%.*s\n", STR_ARG(text))) ? EXIT_DONE
													: cmd_fail(c);
	}
	struct str conflicts = STR_NONE;
	if (strcmp(format, "context") == 0) {
		struct str text;
		return report_context(c->arena, &f.analysis, &x, &o, &text, &c->err) &&
				       cmd_write_file(c, path ? path : "-", text)
			       ? EXIT_DONE
			       : cmd_fail(c);
	}
	struct writing w = {&f.analysis, &o, &x, redactor, path, strcmp(format, "html") == 0};
	if (!report_write(c, &w, &conflicts))
		return cmd_fail(c);
	if (conflicts.n) {
		fprintf(c->progress, "%.*s\n", STR_ARG(conflicts));
		cmd_say(c,
			"lineup: generated parts were edited and left as they are; --ours writes them anew, --theirs keeps them without a word");
		return EXIT_FINDINGS;
	}
	return EXIT_DONE;
}

static const struct option report_options_table[] = {
	{"incident", "ID", "which incident"},
	{"output", "FILE", "write there (and the chart as .svg beside it); what people wrote in FILE is kept; also -o"},
	{"format", "FORMAT", "md, html, json, or context: what a template sees (by the ending of FILE, else md)"},
	{"template", "T", "postmortem, summary, status, handover, or the path of your own"},
	{"ours", NULL, "write generated parts anew although somebody edited them"},
	{"theirs", NULL, "keep edited generated parts without reporting them"},
	{"prose", "FILE",
		"take what people wrote from this report (redacted too, with --redact) instead of from the -o file"},
	{"redact", NULL, "replace secrets, addresses, names, accounts and hosts by stable pseudonyms"},
	{"before", "DUR", "how far before the incident evidence counts (14d)"},
	{"after", "DUR", "how far after it (2d)"},
	{"objective", "DUR", "how old the newest reachable copy may be (26h)"},
	{"week-zone", "ZONE", "zone of working hours (UTC)"},
	{0},
};
const struct command report_command = {
	.group = "tell",
	.name = "report",
	.usage = "[INCIDENT] [-o FILE] [--format md|html|json] [--template T] [--tz ZONE]",
	.blurb = "the postmortem, with its evidence cited on every line",
	.help = "Written over an earlier report, human sections stay as they are, numbers of citations too; generated sections are renewed.\n"
		"A generated section that somebody edited is left alone and shown as a diff (status 3).\n"
		"A page (-o X.html) takes the human sections from X.md beside it, when there is one; --prose names another.",
	.options = report_options_table,
	.run = report_run,
};

/* ---- verify ---- */

/* Every kept source still has the bytes that were taken in. */
static int verify_evidence(struct cmd *c)
{
	struct sources sources;
	struct str report;
	int status = EXIT_DONE;
	if (!cmd_open(c, STORE_READ) || !store_sources(c->store, c->arena, &sources, &c->err) ||
		!store_check(c->store, c->arena, &report, &c->err))
		return cmd_fail(c);
	if (report.n) {
		cmd_print(c, report);
		status = EXIT_FINDINGS;
	}
	int64_t checked = 0, not_kept = 0;
	for (size_t i = 0; i < sources.n; i++) {
		const struct source *s = &sources.v[i];
		if (s->parent)
			continue;
		if (!s->kept) {
			not_kept++;
			continue;
		}
		ARENA_SCOPE(c->arena);
		struct str bytes;
		struct digest d;
		bool same = store_evidence(c->store, s->row, c->arena, &bytes, &c->err);
		if (same) {
			d = digest_of(bytes);
			same = str_eq(digest_hex(c->arena, &d), s->sha256);
		}
		checked++;
		if (!same && s->state != SOURCE_READING) {
			fprintf(c->out, "source %lld '%.*s': the kept bytes are not those that were taken in%s%s\n",
				(long long)s->row, STR_ARG(s->name), err_is_set(&c->err) ? ": " : "", c->err.text);
			status = EXIT_FINDINGS;
		}
		err_clear(&c->err);
	}
	cmd_say(c, "%lld source%s checked, %lld not kept; %s", (long long)checked, checked == 1 ? "" : "s",
		(long long)not_kept, status == EXIT_DONE ? "all holds" : "see above");
	return status;
}

static int verify_report(struct cmd *c, const char *path)
{
	struct case_file f = {0};
	struct str report, why, incident;
	struct report_options o = {.zone = c->zone == zone_utc() ? NULL : c->zone};
	if (!cmd_read_file(c, path, REPORT_MAX, &report) || !report_template(c, &o))
		return cmd_fail(c);
	incident = setting_of(report, "incident=");
	if (!cmd_analyse(c, &f, cmd_option(c, "incident") || !incident.n ? NULL : str_cstr(c->arena, incident), true))
		return cmd_fail(c);
	o.svg_name = cmd_path_base(cmd_path_beside(c, path, ".svg"));
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, &f.sources);
	AUTO(redactor_close) struct redactor *redactor = NULL;
	if (report_is_redacted(c->arena, report)) {
		if (!(redactor = redaction_open(c)))
			return cmd_fail(c);
		redaction_apply(c, redactor, evidence, &f);
		o.redact = true;
	}
	struct excerpting how = {evidence, redactor};
	struct excerpts x = {excerpt, want_excerpts, &how};
	if (!report_verify(c->arena, &f.analysis, &x, &o, report, &why, &c->err))
		return cmd_fail(c);
	if (why.n) {
		fprintf(c->out, "%s: %.*s\n", path, STR_ARG(why));
		return EXIT_FINDINGS;
	}
	cmd_say(c, "%s: every citation and number holds", path);
	return EXIT_DONE;
}

static int verify_run(struct cmd *c)
{
	if (c->words_n > 1)
		return cmd_usage(c, "one report at a time");
	return c->words_n ? verify_report(c, c->words[0]) : verify_evidence(c);
}

static const struct option verify_options[] = {
	{"incident", "ID", "which incident the report is about"},
	{"template", "T", "the template the report was made from"},
	{0},
};
const struct command verify_command = {
	.group = "tell",
	.name = "verify",
	.usage = "[REPORT.md]",
	.blurb = "check the evidence, or a report against the database",
	.help = "Without a file: hashes the kept evidence again, and checks the database. With one: works every generated part out again and\n"
		"names the first line that no longer holds. The status is 3 when something does not hold.",
	.options = verify_options,
	.run = verify_run,
};
