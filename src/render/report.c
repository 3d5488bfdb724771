/* A report: a template over the analysis, with its citations numbered, merged with what people wrote. */
#include "render/report.h"
#include "embed.h"
#include "render/merge.h"
#include "render/proof.h"
#include "render/redact.h"
#include "render/say.h"

/* Partials are files of templates/: {{>evidence}} is templates/evidence.part. */
static struct str find_partial(void *arg, struct str name)
{
	return embedded_find(str_cstr(arg, str_fmt(arg, "templates/%.*s.part", STR_ARG(name))));
}

/* The first rendering is only for the order of citations, which no evidence can hold: its text is left out. */
static void nothing(struct buf *b, struct str text)
{
	(void)b;
	(void)text;
}

static bool render(struct arena *a, struct str text, const struct json *root, bool draft, struct citations *cites,
	struct map *used, struct buf *out, struct err *err)
{
	struct buf b = BUF(a);
	if (!mustache_render(
		    a, text, root, &(struct mustache){draft ? nothing : buf_markdown, find_partial, a}, &b, err))
		return false;
	citations_number(cites, buf_str(&b), used, out);
	return true;
}

/* Numbers that people use stay in the list, whether a generated line still cites them or not. */
static void add_human_citations(struct arena *a, struct citations *cites, struct str previous, struct map *used)
{
	struct pieces p = report_split(a, previous);
	for (size_t i = 0; i < p.n; i++)
		if (p.v[i].type == PIECE_HUMAN || p.v[i].type == PIECE_TEXT)
			citations_add_cited(cites, p.v[i].body, used);
}

static void buf_settings(struct buf *b, const struct analysis *an, const struct report_options *o)
{
	buf_fmt(b, "<!-- lineup:report incident=%.*s", STR_ARG(an->incident->id));
	if (o->template_name.n)
		buf_fmt(b, " template=%.*s", STR_ARG(o->template_name));
	if (o->zone)
		buf_fmt(b, " zone=%s", zone_name(o->zone));
	if (o->redact)
		buf_cstr(b, " redacted=yes");
	buf_cstr(b, " -->\n");
}

bool report_is_redacted(struct arena *a, struct str report)
{
	struct pieces p = report_split(a, report);
	const struct piece *settings = piece_find(&p, PIECE_SETTINGS, STR_NONE);
	return settings && str_contains(settings->whole, STR(" redacted=yes"));
}

/* What was replaced is counted in the finished text, where the template left this mark. */
#define REDACTED_MARK "\x02redacted\x02"

static struct str tell_redacted(struct arena *a, const struct report_options *o, struct str text)
{
	struct str before, after;
	if (!o->redact || !str_cut(text, STR(REDACTED_MARK), &before, &after))
		return text;
	struct str count = redaction_count(a, text);
	return str_fmt(a, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(count), STR_ARG(after));
}

static struct str template_of(const struct report_options *o)
{
	return o->template_text.n ? o->template_text : embedded_find("templates/postmortem.md");
}

/* What the template sees; the evidence list needs to know what is cited, so the template is rendered once for that. */
static struct json *make_context(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *o, struct citations *cites, struct err *err)
{
	struct context c = {a, an, o->zone, o->svg_name};
	struct buf draft = BUF(a);
	struct map used = MAP(a);
	*cites = citations_open(a, an);
	citations_remember(cites, o->previous);
	struct json *root = context_make(&c);
	if (o->redact)
		json_add_str(a, root, "redacted_md", STR(REDACTED_MARK));
	if (!render(a, template_of(o), root, true, cites, &used, &draft, err))
		return NULL;
	add_human_citations(a, cites, o->previous, &used);
	proof_list(&c, &used, x, root);
	return root;
}

bool report_context(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *o, struct str *out, struct err *err)
{
	struct citations cites;
	struct map used = MAP(a);
	struct json *root = make_context(a, an, x, o, &cites, err);
	if (!root)
		return false;
	struct buf tokens = BUF(a), b = BUF(a);
	struct str before, rest = json_print_pretty(a, root);
	while (str_cut(rest, STR("\\u0001"), &before, &rest))
		buf_fmt(&tokens, "%.*s\x01", STR_ARG(before));
	buf_add(&tokens, before);
	citations_number(&cites, buf_str(&tokens), &used, &b);
	buf_byte(&b, '\n');
	*out = buf_str(&b);
	return true;
}

bool report_fresh(struct arena *a, const struct analysis *an, const struct excerpts *x, const struct report_options *o,
	struct citations *cites, struct str *out, struct err *err)
{
	struct str name = o->template_name.n ? o->template_name : STR("postmortem");
	struct buf rendered = BUF(a);
	struct map used = MAP(a);
	ERR_IN(err, str_fmt(a, "template '%.*s'", STR_ARG(name)));
	struct json *root = make_context(a, an, x, o, cites, err);
	if (!root)
		return false;
	buf_settings(&rendered, an, o);
	if (!render(a, template_of(o), root, false, cites, &used, &rendered, err))
		return false;
	*out = report_seal(a, tell_redacted(a, o, buf_str(&rendered)));
	return true;
}

bool report_markdown(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *o, struct str *out, struct str *conflicts, struct err *err)
{
	struct citations cites;
	struct str fresh;
	*conflicts = STR_NONE;
	if (o->previous.n && o->redact != report_is_redacted(a, o->previous))
		return err_set(err,
			"that file was written %s --redact; write to another file, so that neither replaces the other",
			o->redact ? "without" : "with");
	if (!report_fresh(a, an, x, o, &cites, &fresh, err))
		return false;
	if (o->previous.n)
		return report_merge(a, fresh, o->previous, o->edited, out, conflicts, err);
	*out = fresh;
	return true;
}
