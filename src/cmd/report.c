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
	return err_set(&c->err, "no template '%s'; there are %.*s, or give a file's path", name, STR_ARG(buf_str(&list)));
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

static struct str with_suffix(struct cmd *c, const char *path, const char *suffix)
{
	struct str s = str_of(path);
	size_t slash = str_rfind_byte(s, '/'), dot = str_rfind_byte(s, '.');
	if (dot != STR_NPOS && (slash == STR_NPOS || dot > slash + 1))
		s.n = dot;
	return str_fmt(c->arena, "%.*s%s", STR_ARG(s), suffix);
}

static struct str base_name(struct str path)
{
	size_t slash = str_rfind_byte(path, '/');
	return slash == STR_NPOS ? path : str_from(path, slash + 1);
}

static bool report_previous(struct cmd *c, const char *path, struct report_options *o)
{
	if (!path || strcmp(path, "-") == 0 || access(path, F_OK) != 0)
		return true;
	return cmd_read_file(c, path, REPORT_MAX, &o->previous);
}

static bool report_write(struct cmd *c, const struct analysis *a, const char *path, const char *format, struct report_options *o,
	struct excerpts *x, struct str *conflicts)
{
	struct buf svg = BUF(c->arena);
	struct str text, page;
	bool html = strcmp(format, "html") == 0, to_file = path && strcmp(path, "-") != 0;
	struct str svg_path = to_file ? with_suffix(c, path, ".svg") : STR_NONE;
	if (html || to_file)
		chart_svg(&svg, a);
	if (!html && !report_previous(c, path, o))
		return false;
	if (to_file && !html)
		o->svg_name = base_name(svg_path);
	else if (html)
		o->svg_name = STR("lineup.svg"); /* replaced by the inlined picture */
	if (!report_markdown(c->arena, a, x, o, &text, conflicts, &c->err))
		return false;
	if (html && !report_html(c->arena, text, a->incident->title, buf_str(&svg), &page, &c->err))
		return false;
	if (to_file && !html && !cmd_write_file(c, str_cstr(c->arena, svg_path), buf_str(&svg)))
		return false;
	if (o->redact)
		cmd_say(c, "redacted: %.*s", STR_ARG(redaction_count(c->arena, text)));
	return cmd_write_file(c, path ? path : "-", html ? page : text);
}

static int report_run(struct cmd *c)
{
	struct case_file f = {0};
	const char *path = cmd_option(c, "output"), *format = cmd_option(c, "format");
	struct report_options o = {
		.edited = cmd_flag(c, "ours") ? REPORT_OURS : cmd_flag(c, "theirs") ? REPORT_THEIRS : REPORT_KEEP,
		.zone = c->zone == zone_utc() ? NULL : c->zone,
		.redact = cmd_flag(c, "redact"),
	};
	if (!format)
		format = path && str_ends(str_of(path), STR(".html")) ? "html" : cmd_flag(c, "json") ? "json" : "md";
	if (strcmp(format, "md") != 0 && strcmp(format, "html") != 0 && strcmp(format, "json") != 0)
		return cmd_usage(c, "--format: one of md, html, json");
	if (!report_template(c, &o))
		return cmd_fail(c), EXIT_USAGE;
	if (!cmd_analyse(c, &f, c->words_n ? c->words[0] : NULL, true))
		return cmd_fail(c);
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, &f.sources);
	AUTO(redactor_close) struct redactor *redactor = o.redact ? redaction_open(c) : NULL;
	struct excerpting how = {evidence, redactor};
	struct excerpts x = {excerpt, &how};
	if (o.redact && !redactor)
		return cmd_fail(c);
	if (redactor)
		redaction_apply(c, redactor, evidence, &f);
	if (strcmp(format, "json") == 0) {
		struct str text = json_print_pretty(c->arena, json_of_analysis(c->arena, &f.analysis));
		return cmd_write_file(c, path ? path : "-", str_fmt(c->arena, "%.*s\n", STR_ARG(text))) ? EXIT_DONE : cmd_fail(c);
	}
	struct str conflicts = STR_NONE;
	if (!report_write(c, &f.analysis, path, format, &o, &x, &conflicts))
		return cmd_fail(c);
	if (conflicts.n) {
		fprintf(c->progress, "%.*s\n", STR_ARG(conflicts));
		cmd_say(c, "lineup: generated parts were edited and left as they are; --ours writes them anew, --theirs keeps them without a word");
		return EXIT_FINDINGS;
	}
	return EXIT_DONE;
}

static const struct option report_options_table[] = {
	{"incident", "ID", "which incident"},
	{"output", "FILE", "write there (and the chart as .svg beside it); what people wrote in FILE is kept; also -o"},
	{"format", "FORMAT", "md, html or json (by the ending of FILE, else md)"},
	{"template", "T", "postmortem, summary, status, handover, or the path of your own"},
	{"ours", NULL, "write generated parts anew although somebody edited them"},
	{"theirs", NULL, "keep edited generated parts without reporting them"},
	{"redact", NULL, "replace secrets, addresses, names and hosts by stable pseudonyms"},
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
		"A generated section that somebody edited is left alone and shown as a diff (status 3).",
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
			fprintf(c->out, "source %lld '%.*s': the kept bytes are not those that were taken in%s%s\n", (long long)s->row, STR_ARG(s->name),
				err_is_set(&c->err) ? ": " : "", c->err.text);
			status = EXIT_FINDINGS;
		}
		err_clear(&c->err);
	}
	cmd_say(c, "%lld source%s checked, %lld not kept; %s", (long long)checked, checked == 1 ? "" : "s", (long long)not_kept,
		status == EXIT_DONE ? "all holds" : "see above");
	return status;
}

/* "<!-- lineup:report incident=inc-1 ... -->": which one it is about stands in its first line. */
static const char *incident_of(struct cmd *c, struct str report)
{
	struct str line, word;
	str_next(&report, '\n', &line);
	if (!str_starts(line, STR("<!-- lineup:report")))
		return NULL;
	while (str_word(&line, &word))
		if (str_starts(word, STR("incident=")))
			return str_cstr(c->arena, str_from(word, 9));
	return NULL;
}

static int verify_report(struct cmd *c, const char *path)
{
	struct case_file f = {0};
	struct str report, why;
	struct report_options o = {.zone = c->zone == zone_utc() ? NULL : c->zone};
	if (!cmd_read_file(c, path, REPORT_MAX, &report) || !report_template(c, &o) ||
		!cmd_analyse(c, &f, cmd_option(c, "incident") ? NULL : incident_of(c, report), true))
		return cmd_fail(c);
	o.svg_name = base_name(with_suffix(c, path, ".svg"));
	AUTO(evidence_close) struct evidence *evidence = evidence_open(c, &f.sources);
	AUTO(redactor_close) struct redactor *redactor = NULL;
	if (report_is_redacted(c->arena, report)) {
		if (!(redactor = redaction_open(c)))
			return cmd_fail(c);
		redaction_apply(c, redactor, evidence, &f);
		o.redact = true;
	}
	struct excerpting how = {evidence, redactor};
	struct excerpts x = {excerpt, &how};
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
