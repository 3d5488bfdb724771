/* Works a report out again and names the first thing in it that no longer holds. */
#include "base/utf8.h"
#include "embed.h"
#include "render/merge.h"
#include "render/reflow.h"
#include "render/report.h"

enum { SHOWN = 160 };

static struct str shown(struct arena *a, struct str line)
{
	struct str s = utf8_visible(a, str_trim(line));
	struct str cut = utf8_fit(s, SHOWN);
	return cut.n < s.n ? str_fmt(a, "%.*s...", STR_ARG(cut)) : s;
}

/* What matters is near the difference, so a long line is shown from a little before it. */
static struct str around(struct arena *a, struct str line, size_t at)
{
	if (at < SHOWN / 2)
		return shown(a, line);
	at -= SHOWN / 4;
	while (at > 0 && ((unsigned char)line.p[at] & 0xc0) == 0x80)
		at--;
	return str_fmt(a, "...%.*s", STR_ARG(shown(a, str_from(line, at))));
}

static size_t first_difference(struct str x, struct str y)
{
	size_t i = 0;
	while (i < x.n && i < y.n && x.p[i] == y.p[i])
		i++;
	return i;
}

/* Blank lines are no claims: they are skipped on both sides. */
static bool next_line(struct str *rest, struct str *line, int64_t *number)
{
	while (str_next(rest, '\n', line)) {
		*line = str_trim_end(*line);
		++*number;
		if (line->n)
			return true;
	}
	*line = STR_NONE;
	return false;
}

static struct str compare_section(struct arena *a, const struct piece *is, const struct piece *should)
{
	if (pieces_say_the_same(a, is, should))
		return STR_NONE;
	struct str x = is->body, y = should->body, said, given;
	int64_t line = is->line - 1, ignored = 0;
	for (;;) {
		bool more = next_line(&x, &said, &line), others = next_line(&y, &given, &ignored);
		if (!more && !others)
			return STR_NONE;
		if (more && !others)
			return str_fmt(a, "line %lld, section '%.*s': '%.*s' is not in the evidence", (long long)line,
				STR_ARG(is->name), STR_ARG(shown(a, said)));
		if (!more)
			return str_fmt(a, "section '%.*s': '%.*s' is missing at its end", STR_ARG(is->name),
				STR_ARG(shown(a, given)));
		if (str_eq(said, given) || str_eq(reflow_digest(a, said), reflow_digest(a, given)))
			continue;
		size_t at = first_difference(said, given);
		return str_fmt(a, "line %lld, section '%.*s': the report says '%.*s', the evidence gives '%.*s'",
			(long long)line, STR_ARG(is->name), STR_ARG(around(a, said, at)),
			STR_ARG(around(a, given, at)));
	}
}

/* Citations in prose must lead somewhere. */
static struct str check_prose(struct arena *a, const struct piece *p, const struct citations *cites)
{
	struct str rest = p->body, line;
	for (int64_t number = p->line; str_next(&rest, '\n', &line); number++) {
		int64_t n;
		while (citation_next(&line, &n)) {
			const struct citation *c = citation_numbered(cites, n);
			if (!c || !c->event)
				return str_fmt(a, "line %lld%s%.*s: [E%lld] leads to no evidence", (long long)number,
					p->name.n ? ", section " : "", STR_ARG(p->name), (long long)n);
		}
	}
	return STR_NONE;
}

static struct str check_piece(
	struct arena *a, const struct piece *p, const struct pieces *fresh, const struct citations *cites)
{
	if (p->type == PIECE_HUMAN || p->type == PIECE_TEXT)
		return check_prose(a, p, cites);
	if (p->type != PIECE_GENERATED)
		return STR_NONE;
	const struct piece *should = piece_find(fresh, PIECE_GENERATED, p->name);
	if (!should)
		return str_fmt(a,
			"line %lld: section '%.*s' is marked as generated, but this template does not make it",
			(long long)p->line, STR_ARG(p->name));
	struct str why = compare_section(a, p, should);
	if (!why.n && piece_is_edited(a, p))
		return str_fmt(a, "line %lld, section '%.*s': the sha256 of its marker is not that of its text",
			(long long)p->line - 1, STR_ARG(p->name));
	return why;
}

/* The report states by which template and for which zone it was made; the chart's file stands in its picture. */
static bool read_settings(struct arena *a, struct str report, struct report_options *o, struct err *err)
{
	struct pieces p = report_split(a, report);
	const struct piece *settings = piece_find(&p, PIECE_SETTINGS, STR_NONE);
	struct str rest = settings ? settings->whole : STR_NONE, word, value, before;
	while (str_word(&rest, &word)) {
		if (str_starts(word, STR("zone=")) && !o->zone && !(o->zone = zone_open(str_from(word, 5), err)))
			return false;
		if (str_starts(word, STR("template=")) && !o->template_text.n) {
			o->template_name = value = str_from(word, 9);
			o->template_text = embedded_find(str_cstr(a, str_fmt(a, "templates/%.*s.md", STR_ARG(value))));
			if (!o->template_text.n)
				return err_set(
					err, "made from template '%.*s'; give it with --template", STR_ARG(value));
		}
	}
	o->svg_name = STR_NONE;
	const struct piece *lineup = piece_find(&p, PIECE_GENERATED, STR("lineup"));
	if (lineup && str_cut(lineup->body, STR("!["), &before, &rest) && str_cut(rest, STR("]("), &before, &rest) &&
		str_cut(rest, STR(")"), &value, &before))
		o->svg_name = str_starts(value, STR("<")) && value.n > 1 ? str_slice(value, 1, value.n - 1) : value;
	return true;
}

bool report_verify(struct arena *a, const struct analysis *an, const struct excerpts *x,
	const struct report_options *options, struct str report, struct str *why, struct err *err)
{
	struct report_options o = *options;
	struct citations cites;
	struct str text;
	*why = STR_NONE;
	if (!read_settings(a, report, &o, err))
		return false;
	o.previous = report;
	if (!report_fresh(a, an, x, &o, &cites, &text, err))
		return false;
	struct pieces is = report_split(a, report), fresh = report_split(a, text);
	size_t sections = 0;
	for (size_t i = 0; i < is.n; i++)
		sections += is.v[i].type == PIECE_GENERATED;
	if (!sections)
		return err_set(err, "no generated section in it; this is no report of lineup's");
	for (size_t i = 0; i < is.n && !why->n; i++)
		*why = check_piece(a, &is.v[i], &fresh, &cites);
	return true;
}
