/* What a postmortem says about itself: its title, and values with a label in front matter, lists, tables, lines and
 * headings. */
#include "formats/mail_ask.h"
#include "formats/postmortem.h"

enum {
	LABEL_MAX = 80,   /* bytes of a label; longer ones are sentences */
	VALUE_MAX = 2000, /* bytes of a value that are kept */
};

static bool add_fact(struct postmortem *p, struct str label, struct str value, const struct block *b)
{
	struct str name = label_named(words_plain(p->arena, label)), zone = zone_told(p->arena, label);
	value = str_trim(value);
	if (!name.n || is_placeholder(value) || label.n > LABEL_MAX)
		return false;
	if (zone.n && !zone_told(p->arena, value).n)
		value = str_fmt(p->arena, "%.*s\n%.*s", STR_ARG(value), STR_ARG(zone)); /* "Start (UTC): 14:05" */
	*PUSH(&p->facts, p->arena) =
		(struct head_fact){name, str_trim(label), str_slice(value, 0, VALUE_MAX), b->from, b->raw, p->in_prose};
	return true;
}

/* "Label: value"; not "14:05 text", "https://". */
static bool split_label(struct str line, struct str *label, struct str *value)
{
	for (size_t at = str_find_byte(line, ':', 0); at != STR_NPOS; at = str_find_byte(line, ':', at + 1)) {
		if (at > LABEL_MAX ||
			(at + 1 < line.n && !byte_is_space(line.p[at + 1]) && !strchr("*_", line.p[at + 1])))
			continue;
		*label = str_slice(line, 0, at);
		*value = str_from(line, at + 1);
		return true;
	}
	return false;
}

/* "ID: 7 | Severity: 2 | Status: done" has three. */
static void read_line(struct postmortem *p, struct str line, const struct block *b)
{
	struct str label, value, piece, rest = line;
	bool several = str_contains(line, STR(" | "));
	while (several ? str_next(&rest, '|', &piece) : (piece = rest).n > 0) {
		if (split_label(piece, &label, &value))
			add_fact(p, label, value, b);
		if (!several)
			break;
	}
}

static bool is_label(struct postmortem *p, struct str line)
{
	struct str label, value;
	return split_label(line, &label, &value) && label_named(words_plain(p->arena, label)).n;
}

static void read_lines(struct postmortem *p, const struct block *b)
{
	struct str line, rest = b->text, label, value;
	for (size_t n = 0; str_next(&rest, '\n', &line); n++) {
		const struct block *here = block_line(p, b, n);
		struct str ahead = rest, next;
		/* "Start time:" with its value on the next line */
		if (split_label(line, &label, &value) && !str_trim(value).n && str_next(&ahead, '\n', &next) &&
			!is_label(p, next) && add_fact(p, label, next, here)) {
			rest = ahead;
			n++;
		} else {
			read_line(p, line, here);
		}
	}
}

/* Tables of two or four columns hold labels and values in turn; their heads too. */
static void read_row(struct postmortem *p, const struct block *b)
{
	for (size_t i = 0; i + 1 < b->cells_n; i += 2)
		add_fact(p, b->cells[i], b->cells[i + 1], b);
}

/* A table of one row of heads and one of values: "Severity | Start | End". */
static void read_columns(struct postmortem *p, const struct block *head, const struct block *values)
{
	size_t known = 0;
	for (size_t i = 0; i < head->cells_n; i++)
		known += label_named(words_plain(p->arena, head->cells[i])).n > 0;
	for (size_t i = 0; known > 1 && i < head->cells_n && i < values->cells_n; i++)
		add_fact(p, head->cells[i], values->cells[i], values);
}

static bool heads_two_rows(const struct postmortem *p, size_t i)
{
	const struct block *b = &p->blocks.v[i];
	return b->row == 0 && i + 1 < p->blocks.n && b[1].type == BLOCK_ROW && b[1].table == b->table &&
	       !(i + 2 < p->blocks.n && b[2].type == BLOCK_ROW && b[2].table == b->table);
}

/* "### Duration" and then "66 minutes"; a ticked box below "### Severity". */
static void read_below_heading(struct postmortem *p, size_t i)
{
	const struct block *heading = &p->blocks.v[i];
	struct str name = label_named(words_plain(p->arena, heading->text));
	if (!name.n || i + 1 >= p->blocks.n || str_eq(name, STR("title")))
		return;
	for (size_t k = i + 1; k < p->blocks.n && k < i + 12; k++) {
		const struct block *b = &p->blocks.v[k];
		if (b->type != BLOCK_TEXT && b->type != BLOCK_ITEM)
			return;
		if (b->task != TASK_OPEN) {
			add_fact(p, heading->text, b->text, b);
			return;
		}
	}
}

static void read_front(struct postmortem *p, struct str text)
{
	size_t length;
	int64_t number = 1;
	struct str rest = markdown_front(text, &length), line, key, value;
	while (str_next(&rest, '\n', &line)) {
		struct block b = {.from = {(int64_t)(line.p - text.p), (int64_t)line.n + 1, ++number}, .raw = line};
		bool split = split_label(line, &key, &value) || str_cut(line, STR("="), &key, &value);
		value = str_trim(value);
		while (value.n > 1 && strchr("\"'", value.p[0]) && value.p[value.n - 1] == value.p[0])
			value = str_slice(value, 1, value.n - 1);
		if (split && line.n && !byte_is_space(line.p[0]))
			add_fact(p, str_trim(key), value, &b);
	}
}

static void read_facts(struct postmortem *p)
{
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		struct str section = p->sections[i];
		p->in_prose = str_eq(section, STR("prose"));
		if (b->type == BLOCK_HEADING)
			read_below_heading(p, i);
		if (str_eq(section, STR("timeline")) || str_eq(section, STR("actions")) ||
			str_eq(section, STR("aside")))
			continue;
		if (b->type == BLOCK_ROW && heads_two_rows(p, i))
			read_columns(p, b, b + 1);
		if (b->type == BLOCK_ROW)
			read_row(p, b);
		else if (b->type == BLOCK_TEXT || b->type == BLOCK_ITEM)
			read_lines(p, b);
	}
}

/* --- the title --- */
const struct head_fact *fact_named(const struct postmortem *p, struct str name)
{
	for (size_t i = 0; i < p->facts.n; i++)
		if (str_eq(p->facts.v[i].name, name))
			return &p->facts.v[i];
	return NULL;
}

static struct str first_line(struct str s)
{
	return str_trim(str_slice(s, 0, str_find_byte(s, '\n', 0)));
}

static bool take_title(struct postmortem *p, struct str text, const struct block *b)
{
	struct str rest, line = first_line(text);
	bool generic = title_is_generic(line, &rest);
	if (is_placeholder(line) || (generic && is_placeholder(rest)))
		return false;
	p->title = generic ? rest : line;
	if (b) {
		p->title_raw = b->raw;
		p->title_at = b->from;
	}
	return true;
}

/* The first heading that names more than the kind of document; else the value of a label; else the first line; else the
 * file. */
static void find_title(struct postmortem *p)
{
	const struct head_fact *fact = fact_named(p, STR("title"));
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		if (b->type != BLOCK_HEADING || section_named(words_plain(p->arena, b->text)).n ||
			label_named(words_plain(p->arena, b->text)).n)
			continue;
		if (take_title(p, b->text, b))
			return;
	}
	if (fact && take_title(p, fact->value, &(struct block){.from = fact->from, .raw = fact->raw}))
		return;
	for (size_t i = 0; i < p->blocks.n && i < 3; i++)
		if (p->blocks.v[i].type == BLOCK_TEXT && p->blocks.v[i].text.n < 200 &&
			take_title(p, p->blocks.v[i].text, &p->blocks.v[i]))
			return;
	p->title = p->base;
	p->title_at = (struct where){0, 0, 1};
}

/* --- the first day --- */
/* By a label, the title, the file's name, or the first date that the text says. */
static bool day_told(struct postmortem *p, struct told_time *t)
{
	static const char *const names[] = {"impact_start", "window", "date", "length", "detected"};
	for (size_t i = 0; i < LEN(names); i++)
		for (size_t k = 0; k < p->facts.n; k++)
			if (str_eq(p->facts.v[k].name, str_of(names[i])) &&
				time_within(&p->calendar, p->arena, p->facts.v[k].value, t))
				return true;
	if (time_within(&p->calendar, p->arena, p->title, t) || time_within(&p->calendar, p->arena, p->base, t))
		return true;
	for (size_t i = 0; i < p->blocks.n; i++)
		if (p->blocks.v[i].type != BLOCK_OTHER && !str_eq(p->sections[i], STR("actions")) &&
			time_within(&p->calendar, p->arena, p->blocks.v[i].text, t))
			return true;
	return false;
}

static void find_day(struct postmortem *p)
{
	struct told_time t;
	if (day_told(p, &t))
		p->day = p->calendar.date = (struct civil){.year = t.at.year, .month = t.at.month, .day = t.at.day};
}

/* "Start time: 3:05 PM PST", and a timeline that names no zone. */
static void borrow_zone(struct postmortem *p)
{
	struct told_time t;
	for (size_t i = 0; i < p->facts.n && !p->calendar.zone.n; i++) {
		struct calendar probe = p->calendar;
		if (time_leads(&probe, p->arena, p->facts.v[i].value, &t) && t.timed)
			p->calendar.zone = t.zone;
	}
	p->calendar.borrowed = p->calendar.zone.n > 0;
}

void postmortem_head(struct postmortem *p, struct str text)
{
	read_front(p, text);
	read_facts(p);
	find_title(p);
	find_day(p);
	borrow_zone(p);
}
