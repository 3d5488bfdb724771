/* Postmortems written in Markdown, in the templates people use: what their sections, tables and lists tell. */
#include "formats/postmortem.h"

#include "formats/formats_all.h"

#include <stdlib.h>

enum { BID_SECTIONS = 24 }; /* headings that a bid looks at */

/* --- sections --- */
/* A line of bold text, or one that ends in a colon, is a heading to its author where it names a section. */
static bool is_like_heading(const struct block *b)
{
	return (b->type == BLOCK_TEXT || b->type == BLOCK_ITEM) && !b->level && b->text.n <= 60 && b->text.n > 1 &&
	       str_find_byte(b->text, '\n', 0) == STR_NPOS && (b->strong || b->text.p[b->text.n - 1] == ':');
}

/* A subsection of a timeline or of actions belongs to it, whatever it is called, unless it is one itself. */
static struct str section_below(struct str above, struct str named)
{
	bool holds = str_eq(above, STR("timeline")) || str_eq(above, STR("actions")) || str_eq(above, STR("aside"));
	bool leads = str_eq(named, STR("timeline")) || str_eq(named, STR("actions"));
	return holds && !leads ? above : named.n ? named : above;
}

static bool names_section(struct postmortem *p, struct str line)
{
	line = str_trim(line);
	return line.n > 1 && line.n <= 60 && line.p[line.n - 1] == ':' && section_named(words_plain(p->arena, line)).n;
}

/* A line "Timeline:" within a paragraph parts it: people forget the empty lines. */
static void part_paragraph(struct postmortem *p, struct blocks *out, const struct block *b)
{
	struct str line, rest = b->text, raw, raws = b->raw;
	struct block *now = NULL;
	int64_t offset = b->from.offset, number = b->from.line;
	bool head = false;
	while (str_next(&rest, '\n', &line) && str_next(&raws, '\n', &raw)) {
		bool heads = names_section(p, line);
		if (!now || heads || head) {
			now = PUSH(out, p->arena);
			*now = *b;
			now->text = line;
			now->raw = str_n(raw.p, 0);
			now->from = (struct where){offset, 0, number};
			now->strong = now->strong || heads;
		}
		head = heads;
		now->text.n = (size_t)(line.p + line.n - now->text.p);
		now->raw.n = (size_t)(raw.p + raw.n - now->raw.p);
		now->from.length += (int64_t)raw.n + 1;
		offset += (int64_t)raw.n + 1;
		number++;
	}
}

static void part_paragraphs(struct postmortem *p)
{
	struct blocks out = {0};
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		bool heads = false;
		struct str line, rest = b->type == BLOCK_TEXT && !b->level ? b->text : STR_NONE;
		while (!heads && str_find_byte(b->text, '\n', 0) != STR_NPOS && str_next(&rest, '\n', &line))
			heads = names_section(p, line);
		if (heads)
			part_paragraph(p, &out, b);
		else
			*PUSH(&out, p->arena) = *b;
	}
	p->blocks = out;
}

static struct str summary_text(struct str html)
{
	struct str before, text, after;
	str_cut(html, STR("<summary>"), &before, &text);
	str_cut(text, STR("</summary>"), &before, &after);
	return before;
}

static void find_sections(struct postmortem *p)
{
	struct str above[8] = {{0}}, under = STR_NONE, now = STR("head");
	bool titled = false;
	p->sections = NEW_N(p->arena, struct str, p->blocks.n + 1);
	p->under = NEW_N(p->arena, struct str, p->blocks.n + 1);
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		bool heading = b->type == BLOCK_HEADING, title = heading && b->level == 1 && !titled;
		if (heading || is_like_heading(b)) {
			struct str plain = words_plain(p->arena, b->text),
				   named = title ? STR_NONE : section_named(plain);
			int level = heading ? b->level : 7;
			if (heading) {
				now = title ? STR("head") : section_below(above[level - 1], named);
				for (int k = level; k < 8; k++)
					above[k] = now.n && !title ? now : STR("prose");
			} else if (named.n) {
				now = section_below(above[6], named);
			}
			under = heading || named.n ? plain : under;
			titled = titled || title;
		}
		if (b->type == BLOCK_OTHER &&
			str_contains(b->raw, STR("<summary>"))) { /* what is folded away has a heading too */
			under = words_plain(p->arena, summary_text(b->raw));
			now = section_named(under).n ? section_named(under) : STR("prose");
		}
		p->sections[i] = now.n ? now : STR("prose");
		p->under[i] = under;
	}
}

/* --- records --- */
static void *copied(struct arena *arena, const void *from, size_t n, size_t size)
{
	void *to = arena_alloc_n(arena, n + 1, size);
	if (n)
		memcpy(to, from, n * size);
	return to;
}

void postmortem_put(struct postmortem *p, struct record *r, const struct block *b, const char *part)
{
	/* The same fact wherever it stands, also when the document is edited and taken in again. */
	struct str about = r->when.n ? r->when : p->title;
	r->from = b->from;
	r->raw = b->raw;
	r->identity = str_fmt(
		p->arena, "postmortem/%s/%.*s/%.*s/%.*s", part, STR_ARG(about), STR_ARG(r->zone), STR_ARG(r->text));
	r->fields = copied(p->arena, r->fields, r->fields_n, sizeof *r->fields);
	r->stamps = copied(p->arena, r->stamps, r->stamps_n, sizeof *r->stamps);
	*PUSH(&p->findings, p->arena) = (struct finding){.record = *r, .from = r->from, .order = p->findings.n};
}

void postmortem_note(struct postmortem *p, struct where from, struct str text, const char *why)
{
	*PUSH(&p->findings, p->arena) =
		(struct finding){.record.text = text, .from = from, .why = str_of(why), .order = p->findings.n};
}

const struct block *block_line(struct postmortem *p, const struct block *b, size_t n)
{
	struct line_cursor *c = &p->cursor;
	struct str line;
	if (b->type == BLOCK_ROW || str_find_byte(b->text, '\n', 0) == STR_NPOS)
		return b;
	if (c->block != b || c->n > n)
		*c = (struct line_cursor){b, b->raw, b->from.offset, 0};
	while (str_next(&c->rest, '\n', &line)) {
		int64_t offset = c->offset;
		c->offset += (int64_t)line.n + 1;
		if (c->n++ != n)
			continue;
		struct block *one = NEW(p->arena, struct block);
		*one = *b;
		one->raw = line;
		one->from = (struct where){offset, (int64_t)line.n + 1, b->from.line + (int64_t)n};
		return one;
	}
	return b;
}

/* Which heading each of them stands below. */
static void find_above(struct postmortem *p)
{
	const struct block *heads[8] = {NULL}; /* by level */
	p->above = NEW_N(p->arena, const struct block *, p->blocks.n + 1);
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		if (b->type != BLOCK_HEADING)
			continue;
		for (int level = 1; level < b->level; level++)
			p->above[i] = heads[level] ? heads[level] : p->above[i];
		heads[b->level] = b;
		for (int level = b->level + 1; level < 8; level++)
			heads[level] = NULL;
		p->title_head = p->title_head ? p->title_head : b;
	}
}

/* A second timeline below a heading of its own may well be of a second outage, and a document is one incident. */
static void note_others(struct postmortem *p)
{
	const struct block *first = NULL, *told = NULL;
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i], *parent = p->above[i];
		if (!parent || !str_eq(section_named(words_plain(p->arena, b->text)), STR("timeline")))
			continue;
		first = first ? first : parent;
		if (parent == first || parent == told || section_named(words_plain(p->arena, parent->text)).n)
			continue;
		told = parent;
		postmortem_note(p, (struct where){parent->from.offset, 0, parent->from.line}, parent->text,
			"it has a timeline of its own, and perhaps is another incident: a document is taken in as one");
	}
}

static int finding_order(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	if (a->from.offset != b->from.offset)
		return a->from.offset < b->from.offset ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* What no part took is prose: it was read, and stays in the evidence. */
static void tell(struct postmortem *p, struct sink *sink, struct str text)
{
	int64_t told = 0;
	if (p->findings.n)
		qsort(p->findings.v, p->findings.n, sizeof *p->findings.v, finding_order);
	for (size_t i = 0; i <= p->findings.n; i++) {
		const struct finding *f = i < p->findings.n ? &p->findings.v[i] : NULL;
		int64_t next = f ? f->from.offset : (int64_t)text.n;
		if (next > told)
			sink_skip(sink, (struct where){told, next - told, 0});
		if (f && f->why.n)
			sink_note(sink, f->from, f->record.text, "%.*s", STR_ARG(f->why));
		else if (f)
			sink_put(sink, &f->record);
		told = f && f->from.offset + f->from.length > told ? f->from.offset + f->from.length : told;
	}
}

static bool postmortem_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice all;
	struct postmortem p = {.arena = doc->scratch, .base = doc->base};
	ARENA_SCOPE(doc->scratch);
	if (!doc_whole(doc, p.arena, &all, e) || !markdown_read(p.arena, all.text, &p.blocks, e))
		return false;
	p.calendar.minutes = -1;
	part_paragraphs(&p);
	find_sections(&p);
	find_above(&p);
	note_others(&p);
	postmortem_head(&p, all.text);
	postmortem_timeline(&p);
	postmortem_actions(&p);
	postmortem_milestones(&p);
	tell(&p, sink, all.text);
	return true;
}

/* --- bidding --- */
static struct str unquoted(struct str line)
{
	line = str_trim(line);
	while (str_starts(line, STR(">")))
		line = str_trim(str_from(line, 1));
	return line;
}

/* "## Timeline", or a line with a rule below it; empty: no heading. */
static struct str heading_at(struct str line, struct str rest)
{
	struct str below;
	bool ruled = str_next(&rest, '\n', &below) && (str_starts(below, STR("===")) || str_starts(below, STR("---")));
	line = unquoted(line);
	if (ruled && str_find_byte(line, '|', 0) == STR_NPOS && line.n < 100)
		return line;
	if (!str_starts(line, STR("#")))
		return STR_NONE;
	while (str_starts(line, STR("#")))
		line = str_from(line, 1);
	return str_trim(line);
}

/* Headings of the head: how many name a part that postmortems have, each part once. */
static int parts_of(struct arena *arena, struct str head, bool *kind)
{
	static const char *const parts[] = {"timeline", "actions", "impact", "summary", "prose"};
	unsigned seen = 0;
	int headings = 0;
	struct str line, rest = head, left;
	while (headings < BID_SECTIONS && str_next(&rest, '\n', &line)) {
		struct str text = heading_at(line, rest);
		if (!text.n)
			continue;
		struct str named = section_named(words_plain(arena, text));
		*kind = *kind || (!headings++ && title_is_generic(text, &left));
		for (unsigned k = 0; k < LEN(parts); k++)
			seen |= str_eq(named, str_of(parts[k])) ? 1u << k : 0;
	}
	return seen & 3u ? __builtin_popcount(seen) : 0;
}

/* A report that lineup wrote retells events that are on the timeline already: only 'lineup import' takes it. */
static int postmortem_bid(struct doc *doc)
{
	ARENA_SCOPE(doc->scratch);
	bool kind = false;
	if (doc_looks_json(doc) || doc_contains(doc, "<!-- lineup:generated"))
		return BID_NONE;
	int parts = parts_of(doc->scratch, doc->head, &kind) + kind;
	return parts >= 3 ? BID_PHRASE : parts == 2 ? BID_SHAPE + 18 : BID_NONE;
}

const struct format format_postmortem = {
	.name = "postmortem",
	.blurb = "postmortems written in Markdown: title, times, timeline, actions",
	.bid = postmortem_bid,
	.parse = postmortem_parse,
};
