/* A report: a template over the analysis, with its citations numbered, merged with what people wrote. */
#include "render/report.h"
#include "embed.h"
#include "render/merge.h"
#include "render/proof.h"
#include "render/redact.h"
#include "render/say.h"

/* A report in the making. */
struct making {
	struct context context;
	const struct excerpts *excerpts;
	const struct report_options *options;
	struct json *root;
	struct mustache_rows timeline, evidence;
	struct json *proofs; /* what a template can say of the evidence besides; NULL: it has not come to it yet */
	size_t proved;       /* how many citations were used when it did */
};

/* Partials are files of templates/: {{>evidence}} is templates/evidence.part. */
static struct str find_partial(void *arg, struct str name)
{
	const struct making *m = arg;
	struct arena *a = m->context.arena;
	return embedded_find(str_cstr(a, str_fmt(a, "templates/%.*s.part", STR_ARG(name))));
}

/* Numbers that people use stay in the list, whether a generated line still cites them or not. */
static void use_human_citations(const struct making *m)
{
	struct pieces p = report_split(m->context.arena, m->options->previous);
	for (size_t i = 0; i < p.n; i++)
		if (p.v[i].type == PIECE_HUMAN || p.v[i].type == PIECE_TEXT)
			citations_use(m->context.cites, p.v[i].body);
}

/* The list of the evidence is made when the template comes to it: then it is known what is cited. */
static const struct json *find_late(void *arg, struct str name, const struct mustache_rows **rows)
{
	static const char *const names[] = {"evidence", "evidence_sources", "evidence_sources_any", "links_md"};
	struct making *m = arg;
	if (str_eq(name, STR("timeline"))) {
		*rows = &m->timeline;
		return NULL;
	}
	for (size_t i = 0; i < LEN(names); i++) {
		if (!str_eq(name, str_of(names[i])))
			continue;
		if (!m->proofs) {
			use_human_citations(m);
			m->proofs = json_object(m->context.arena);
			m->evidence = proof_list(&m->context, m->excerpts, m->proofs);
			m->proved = m->context.cites->used_n;
		}
		*rows = i == 0 ? &m->evidence : NULL;
		return i == 0 ? NULL : json_get(m->proofs, names[i]);
	}
	return NULL;
}

/* Only Markdown of ours cites, whatever control characters stand in the evidence. */
static bool may_cite(struct str name)
{
	return str_ends(name, STR("cites")) || str_ends(name, STR("md"));
}

static void put_raw(void *arg, struct buf *b, struct str name, struct str value)
{
	const struct making *m = arg;
	if (may_cite(name))
		citations_number(m->context.cites, value, b);
	else
		buf_add(b, value);
}

/* In a comment of one line: an id that a crafted timeline gives neither ends it nor is two words. */
static void buf_setting(struct buf *b, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		buf_byte(b, byte_is_alpha(c) || byte_is_digit(c) || (c && strchr("-._", c)) ? c : '_');
	}
}

static void buf_settings(struct buf *b, const struct analysis *an, const struct report_options *o)
{
	buf_cstr(b, "<!-- lineup:report incident=");
	buf_setting(b, an->incident->id);
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
	/* They stand in the first line as a rule. */
	struct pieces p = report_split(a, str_slice(report, 0, str_find_byte(report, '\n', 0)));
	const struct piece *settings = piece_find(&p, PIECE_SETTINGS, STR_NONE);
	if (!settings) {
		p = report_split(a, report);
		settings = piece_find(&p, PIECE_SETTINGS, STR_NONE);
	}
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

static struct making make(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *o, struct citations *cites)
{
	*cites = citations_open(a);
	struct making m = {.context = {a, cites, an, o->zone, o->svg_name}, .excerpts = x, .options = o};
	citations_remember(cites, an, o->previous);
	m.root = context_make(&m.context, &m.timeline);
	if (o->redact)
		json_add_str(a, m.root, "redacted_md", STR(REDACTED_MARK));
	return m;
}

/* Rendered again when something is cited behind the list of the evidence, which then lacks it: ours end with it. */
static bool render(struct making *m, struct str head, struct buf *out, struct err *err)
{
	struct mustache how = {buf_markdown, find_partial, m, put_raw, find_late};
	do {
		m->proofs = NULL;
		out->n = 0;
		buf_add(out, head);
		if (!mustache_render(m->context.arena, template_of(m->options), m->root, &how, out, err))
			return false;
	} while (m->proofs && m->proved < m->context.cites->used_n);
	return true;
}

static void add_rows(struct arena *a, struct json *root, const char *name, const struct mustache_rows *rows)
{
	struct json *list = json_add_array(a, root, name);
	for (size_t i = 0; i < rows->n; i++)
		json_push(a, list, rows->row(rows->arg, a, i));
}

/* A line of the context's JSON: a member stands on a line of its own, its control characters as escapes. */
static void put_member(const struct making *m, struct buf *b, struct str line)
{
	struct str before, key, value;
	struct buf tokens = BUF(b->arena);
	bool cites = str_cut(line, STR("\": \""), &key, &value) && may_cite(key);
	for (value = line; cites && str_cut(value, STR("\\u0001"), &before, &value);)
		buf_fmt(&tokens, "%.*s\x01", STR_ARG(before));
	buf_add(&tokens, cites ? before : line);
	citations_number(m->context.cites, buf_str(&tokens), b);
	buf_byte(b, '\n');
}

bool report_context(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *o, struct str *out, struct err *err)
{
	struct citations cites;
	struct making m = make(a, an, x, o, &cites);
	struct buf rendered = BUF(a), b = BUF(a);
	if (!render(&m, STR_NONE, &rendered, err)) /* which tells what is cited */
		return false;
	use_human_citations(&m);
	m.evidence = proof_list(&m.context, x, m.root);
	add_rows(a, m.root, "timeline", &m.timeline);
	add_rows(a, m.root, "evidence", &m.evidence);
	struct str line, rest = json_print_pretty(a, m.root);
	while (str_next(&rest, '\n', &line))
		put_member(&m, &b, line);
	*out = buf_str(&b);
	return true;
}

bool report_fresh(struct arena *a, const struct analysis *an, const struct excerpts *x, const struct report_options *o,
	struct citations *cites, struct str *out, struct err *err)
{
	struct str name = o->template_name.n ? o->template_name : STR("postmortem");
	struct buf head = BUF(a), rendered = BUF(a);
	ERR_IN(err, str_fmt(a, "template '%.*s'", STR_ARG(name)));
	struct making m = make(a, an, x, o, cites);
	buf_settings(&head, an, o);
	if (!render(&m, buf_str(&head), &rendered, err))
		return false;
	*out = tell_redacted(a, o, buf_str(&rendered));
	if (!o->unsealed)
		*out = report_seal(a, *out);
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
