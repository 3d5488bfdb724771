/* The timeline of a postmortem: tables, lists, headings with a time, lines of a paragraph; whatever begins with a time
 * is an entry. */
#include "base/pipe_row.h"
#include "formats/lines.h"
#include "formats/postmortem.h"

enum {
	ENTRY_FIELDS = 4,
	ENTRIES_FOUND = 3, /* entries of a section by another name that make it the timeline */
	ENTRY_TEXT_MAX = 16 << 10
};

struct entry {
	struct told_time time;
	struct str text, person, link, label;
	struct buf more; /* what follows it: nested items, paragraphs below its heading */
	const struct block *block;
	int64_t end; /* of the last block that belongs to it */
	bool open, is_cut;
};

struct timeline {
	struct postmortem *pm;
	struct entry entry;
	struct str columns[PIPE_COLUMNS_MAX];
	size_t columns_n;
	int table, heading_level;
	bool plain_table; /* its heads name no time: no timeline */
	bool adopted;     /* no heading says that it is one: what has no time is something else */
};

static void set_zone(struct timeline *t, struct str zone)
{
	t->pm->calendar.zone = zone;
	t->pm->calendar.borrowed = false;
}

/* --- one entry --- */
/* What came before its day is history. */
static void note_bounds(struct postmortem *p, const struct told_time *t)
{
	bool of_day = t->at.year == p->day.year && t->at.month == p->day.month && t->at.day == p->day.day;
	if (!p->entries++ || (of_day && !p->first_of_day))
		p->first = *t;
	p->first_of_day = p->first_of_day || of_day;
	p->last = *t;
}

static void put_entry(struct timeline *t)
{
	struct postmortem *p = t->pm;
	struct entry *e = &t->entry;
	bool told = e->open && (e->text.n || e->more.n || e->time.timed);
	e->open = false;
	if (!told)
		return; /* a day that only heads others */
	struct str more = buf_str(&e->more), milestone = milestone_told(e->text.n ? e->text : more);
	if (!milestone.n && e->label.n)
		milestone = milestone_labelled(words_plain(p->arena, e->label));
	struct field fields[ENTRY_FIELDS];
	struct record r = {.when = e->time.when,
		.zone = e->time.zone,
		.layout = e->time.layout,
		.basis = e->time.basis,
		.fields = fields};
	r.until = (struct stamp){STR("until"), e->time.until, e->time.until_zone, e->time.layout};
	r.text = !more.n ? e->text
			 : str_fmt(p->arena, "%.*s%s%.*s", STR_ARG(e->text), e->text.n ? "\n" : "", STR_ARG(more));
	fields_add(fields, &r.fields_n, STR("part"), STR("timeline"));
	fields_add(fields, &r.fields_n, STR("person"), e->person);
	fields_add(fields, &r.fields_n, STR("link"), e->link);
	fields_add(fields, &r.fields_n, STR("milestone"), milestone);
	struct block whole = *e->block;
	if (e->end > whole.from.offset + whole.from.length) {
		r.continued = e->end - whole.from.offset - whole.from.length;
		whole.from.length += r.continued;
	}
	if (e->is_cut)
		postmortem_note(p, (struct where){whole.from.offset, 0, whole.from.line}, str_slice(r.text, 0, 200),
			"entry of the timeline is longer than 16 KiB: its text is cut");
	postmortem_put(p, &r, &whole, "timeline");
	if (e->time.timed)
		note_bounds(p, &e->time);
	if (milestone.n)
		*PUSH(&p->times, p->arena) =
			(struct found_time){milestone, e->time, e->text, e->block->from, false, p->findings.n};
}

static void begin_entry(struct timeline *t, const struct block *b, const struct told_time *time, struct str text)
{
	struct str zone = time->timed ? STR_NONE : zone_told(t->pm->arena, text);
	put_entry(t);
	if (zone.n) { /* "14 March (all times UTC)" is no entry */
		set_zone(t, zone);
		text = STR_NONE;
	}
	t->entry = (struct entry){.time = *time,
		.text = str_slice(text, 0, ENTRY_TEXT_MAX),
		.block = b,
		.more = BUF(t->pm->arena),
		.open = true,
		.is_cut = text.n > ENTRY_TEXT_MAX};
}

static void add_more(struct timeline *t, const struct block *b, struct str text)
{
	struct entry *e = &t->entry;
	if (!e->open || !text.n)
		return;
	e->end = b->from.offset + b->from.length;
	size_t room = ENTRY_TEXT_MAX - (e->more.n < ENTRY_TEXT_MAX ? e->more.n : ENTRY_TEXT_MAX);
	e->is_cut = e->is_cut || text.n > room;
	if (room)
		buf_fmt(&e->more, "%s%.*s", e->more.n ? "\n" : "", STR_ARG(str_slice(text, 0, room)));
}

/* An entry that says no time that can be read is kept, undated, and named. */
static void put_untimed(struct timeline *t, const struct block *b, struct str text, const char *why)
{
	if (t->adopted)
		return;
	struct field fields[ENTRY_FIELDS];
	struct record r = {.text = text, .fields = fields};
	put_entry(t);
	fields_add(fields, &r.fields_n, STR("part"), STR("timeline"));
	postmortem_put(t->pm, &r, b, "timeline");
	postmortem_note(t->pm, b->from, text, why);
}

/* --- tables --- */
static void read_heads(struct timeline *t, const struct block *b)
{
	bool times = false;
	t->columns_n = b->cells_n;
	t->table = b->table;
	for (size_t i = 0; i < b->cells_n; i++) {
		t->columns[i] = timeline_column(words_plain(t->pm->arena, b->cells[i]));
		struct str zone = zone_told(t->pm->arena, b->cells[i]);
		bool time = str_eq(t->columns[i], STR("time"));
		times = times || time || str_eq(t->columns[i], STR("date")) || str_eq(t->columns[i], STR("local"));
		if (zone.n && (time || str_eq(t->columns[i], STR("date")) || str_eq(t->columns[i], STR("local"))))
			set_zone(t, zone);
		if (!t->columns[i].n && zone.n) {
			t->columns[i] = STR("time");
			times = true;
		}
	}
	t->plain_table = !times;
}

/* All cells of a column, joined; "" takes those whose head means nothing. */
static struct str cells_of(const struct timeline *t, const struct block *b, const char *column)
{
	struct buf text = BUF(t->pm->arena);
	for (size_t i = 0; i < b->cells_n && i < t->columns_n; i++)
		if (str_eq(t->columns[i], str_of(column)) && b->cells[i].n)
			buf_fmt(&text, "%s%.*s", text.n ? "; " : "", STR_ARG(b->cells[i]));
	return buf_str(&text);
}

static struct str first_cell(const struct timeline *t, const struct block *b, const char *column)
{
	for (size_t i = 0; i < b->cells_n && i < t->columns_n; i++)
		if (str_eq(t->columns[i], str_of(column)))
			return b->cells[i];
	return STR_NONE;
}

/* The words that a row's time is made of: its date, its time, and its end behind a dash. */
static struct str row_time(const struct timeline *t, const struct block *b)
{
	struct str date = first_cell(t, b, "date"), time = first_cell(t, b, "time"), end = first_cell(t, b, "end");
	time = time.n ? time : first_cell(t, b, "local");
	return str_fmt(t->pm->arena, "%.*s %.*s%s%.*s", STR_ARG(date), STR_ARG(time), end.n ? " - " : "", STR_ARG(end));
}

static struct str row_text(const struct timeline *t, const struct block *b, struct str behind)
{
	struct str text = cells_of(t, b, "text"), other = cells_of(t, b, "");
	text = text.n ? text : other.n ? other : cells_of(t, b, "who");
	return !text.n ? behind : behind.n ? str_fmt(t->pm->arena, "%.*s: %.*s", STR_ARG(behind), STR_ARG(text)) : text;
}

static struct str row_link(const struct timeline *t, const struct block *b)
{
	struct str link = cells_of(t, b, "link");
	for (size_t i = 0; i < b->cells_n; i++)
		link = b->links[i].n ? b->links[i] : link;
	return link;
}

static void read_row(struct timeline *t, const struct block *b)
{
	struct told_time time;
	if (b->row == 0) {
		put_entry(t);
		read_heads(t, b);
		return;
	}
	if (t->plain_table)
		return;
	struct str words = str_trim(row_time(t, b)), text = row_text(t, b, STR_NONE);
	bool empty = is_placeholder(text) || (is_placeholder(words) && words.n);
	if (empty && !(words.n && !is_placeholder(words)))
		return; /* a template's empty row */
	if (!time_leads(&t->pm->calendar, t->pm->arena, words, &time)) {
		if (!words.n && t->entry.open)
			add_more(t, b, text); /* a row without a time goes on with the one above */
		else
			put_untimed(t, b, text.n ? text : words, "no time could be read in this row of the timeline");
		return;
	}
	begin_entry(t, b, &time, row_text(t, b, time.rest));
	t->entry.person = cells_of(t, b, "text").n ? cells_of(t, b, "who") : STR_NONE;
	t->entry.link = row_link(t, b);
}

/* --- lists, paragraphs, headings --- */
static bool takes_zone(struct timeline *t, struct str text)
{
	struct told_time time;
	struct calendar probe = t->pm->calendar;
	struct str zone = zone_told(t->pm->arena, text);
	if (!zone.n || time_leads(&probe, t->pm->arena, text, &time))
		return false;
	set_zone(t, zone);
	return true;
}

/* "Mitigation started: 14:20 UTC": the time stands behind what happened then. */
static bool label_leads(struct timeline *t, const struct block *b, struct str line)
{
	struct told_time time;
	struct str label, value;
	if (!str_cut(line, STR(": "), &label, &value) || label.n > 80 ||
		!time_leads(&t->pm->calendar, t->pm->arena, value, &time) || !time.timed)
		return false;
	begin_entry(t, b, &time,
		time.rest.n ? str_fmt(t->pm->arena, "%.*s: %.*s", STR_ARG(label), STR_ARG(time.rest)) : label);
	t->entry.label = label;
	return true;
}

static void read_line(struct timeline *t, const struct block *b, struct str line)
{
	struct told_time time;
	if (!time_leads(&t->pm->calendar, t->pm->arena, line, &time)) {
		if (!t->adopted && label_leads(t, b, line))
			return;
		if (!t->entry.open && takes_zone(t, line))
			return;
		add_more(t, b, line);
		return;
	}
	begin_entry(t, b, &time, time.rest);
	t->entry.link = b->link;
}

static void read_text(struct timeline *t, const struct block *b)
{
	struct str line, rest = b->text;
	for (size_t n = 0; str_next(&rest, '\n', &line); n++)
		read_line(t, block_line(t->pm, b, n), str_trim(line));
}

/* An item of the outer list that begins with no time is an entry without one, unless it stands below an entry. */
static void read_item(struct timeline *t, const struct block *b)
{
	struct calendar probe = t->pm->calendar;
	struct told_time time;
	bool timed = time_leads(&probe, t->pm->arena, b->text, &time),
	     below = t->entry.open && (t->entry.block->type == BLOCK_HEADING || t->entry.block->level < b->level ||
					      t->entry.block->type == BLOCK_TEXT);
	struct calendar beside = t->pm->calendar;
	struct str label, value;
	bool labelled = str_cut(b->text, STR(": "), &label, &value) &&
			time_leads(&beside, t->pm->arena, value, &time) && time.timed;
	if (timed || labelled || below || !b->text.n || is_placeholder(b->text) || takes_zone(t, b->text))
		read_text(t, b);
	else
		put_untimed(t, b, b->text, "no time could be read in this entry of the timeline");
}

static void read_heading(struct timeline *t, const struct block *b)
{
	struct told_time time;
	put_entry(t);
	if (time_leads(&t->pm->calendar, t->pm->arena, b->text, &time))
		begin_entry(t, b, &time, time.rest);
	else
		takes_zone(t, b->text);
}

/* An entry that a heading began goes on to the next one; of others only what lies deeper. */
static void read_block(struct timeline *t, const struct block *b)
{
	switch (b->type) {
	case BLOCK_HEADING:
		read_heading(t, b);
		break;
	case BLOCK_ROW:
		read_row(t, b);
		break;
	case BLOCK_ITEM:
		read_item(t, b);
		break;
	case BLOCK_TEXT:
		read_text(t, b);
		break;
	case BLOCK_OTHER:
		break;
	}
}

/* A later heading that begins with a day dates the timelines below it: the document tells of another outage there. */
static void take_day_above(struct postmortem *p, size_t i)
{
	const struct block *above = p->above[i];
	struct calendar probe = p->calendar;
	struct told_time time;
	if (above && above != p->title_head && time_leads(&probe, p->arena, above->text, &time) && !time.timed)
		p->calendar = probe;
}

static void read_section(struct postmortem *p, struct str section, bool adopted)
{
	struct timeline t = {.pm = p, .adopted = adopted};
	for (size_t i = 0; i < p->blocks.n; i++) {
		bool begins = str_eq(p->sections[i], section) && (i == 0 || !str_eq(p->sections[i - 1], section));
		if (begins)
			take_day_above(p, i);
		if (str_eq(p->sections[i], section))
			read_block(&t, &p->blocks.v[i]);
		else
			put_entry(&t);
	}
	put_entry(&t);
}

/* --- a timeline by another name --- */
static bool begins_with_time(struct postmortem *p, const struct block *b)
{
	struct calendar probe = p->calendar;
	struct told_time time;
	struct str text = b->type == BLOCK_ROW && b->cells_n ? b->cells[0] : b->text;
	return (b->type == BLOCK_ROW || b->type == BLOCK_ITEM || b->type == BLOCK_TEXT) &&
	       time_leads(&probe, p->arena, text, &time) && time.timed;
}

/* No heading says "timeline": the sections that have at least three entries are it. */
static void adopt_sections(struct postmortem *p)
{
	for (size_t from = 0, to; from < p->blocks.n; from = to) {
		int entries = 0;
		for (to = from; to < p->blocks.n && str_eq(p->under[to], p->under[from]); to++)
			entries += begins_with_time(p, &p->blocks.v[to]);
		bool open = !str_eq(p->sections[from], STR("actions")) && !str_eq(p->sections[from], STR("aside"));
		for (size_t i = from; i < to && open && entries >= ENTRIES_FOUND; i++)
			p->sections[i] = STR("timeline");
	}
}

void postmortem_timeline(struct postmortem *p)
{
	bool named = false;
	for (size_t i = 0; i < p->blocks.n && !named; i++)
		named = str_eq(p->sections[i], STR("timeline")) && p->blocks.v[i].type != BLOCK_HEADING;
	if (!named)
		adopt_sections(p);
	for (size_t i = 0; i < p->blocks.n; i++) { /* "all times are UTC", wherever it stands */
		bool about = str_find_case(p->blocks.v[i].text, STR("times"), 0) != STR_NPOS;
		struct str zone = about ? zone_told(p->arena, p->blocks.v[i].text) : STR_NONE;
		if (!zone.n)
			continue;
		p->calendar.zone = zone;
		p->calendar.borrowed = false;
		break;
	}
	read_section(p, STR("timeline"), !named);
}
