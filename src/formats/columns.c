#include "formats/columns.h"

static const struct str bars[] = {STR("|"), STR("│"), STR("┊"), STR("\t")};

/* What stands between bars; where several tabs follow each other they are one, and bars around a line part nothing. */
static size_t parts_between(struct str line, struct str bar, struct str parts[COLUMNS_MAX])
{
	size_t n = 0;
	bool is_tab = str_eq(bar, STR("\t"));
	line = str_trim(line);
	if (str_starts(line, bar))
		line = str_from(line, bar.n);
	for (size_t at = 0; at < line.n && n < COLUMNS_MAX;) {
		size_t end = str_find(line, bar, at);
		end = end == STR_NPOS ? line.n : end;
		struct str part = str_trim(str_slice(line, at, end));
		if (part.n || !is_tab)
			parts[n++] = part;
		at = end + bar.n;
	}
	return n;
}

/* What stands between two blanks or more, and where. */
static size_t parts_of_blanks(struct str line, struct str parts[COLUMNS_MAX], size_t at[COLUMNS_MAX])
{
	size_t n = 0, p = 0;
	while (p < line.n && line.p[p] == ' ')
		p++;
	while (p < line.n && n < COLUMNS_MAX) {
		size_t end = str_find(line, STR("  "), p);
		parts[n] = str_trim(str_slice(line, p, end == STR_NPOS ? line.n : end));
		at[n++] = p;
		for (p = end == STR_NPOS ? line.n : end; p < line.n && line.p[p] == ' '; p++)
			;
	}
	return n;
}

void columns_read(struct columns *c, struct str heading)
{
	*c = (struct columns){0};
	for (size_t i = 0; i < LEN(bars) && !c->bar.n; i++)
		if (str_contains(heading, bars[i]))
			c->bar = bars[i];
	c->n = c->bar.n ? parts_between(heading, c->bar, c->name) : parts_of_blanks(heading, c->name, c->at);
}

void columns_cut(const struct columns *c, struct str row, struct str cells[COLUMNS_MAX])
{
	struct str parts[COLUMNS_MAX];
	size_t places[COLUMNS_MAX];
	bool keeps = !c->bar.n;
	for (size_t i = 0; i < c->n; i++) {
		cells[i] =
			c->bar.n ? STR_NONE : str_trim(str_slice(row, c->at[i], i + 1 < c->n ? c->at[i + 1] : row.n));
		keeps = keeps && (!c->at[i] || c->at[i] > row.n || row.p[c->at[i] - 1] == ' ');
	}
	if (keeps)
		return;
	size_t n = c->bar.n ? parts_between(row, c->bar, parts) : parts_of_blanks(row, parts, places);
	for (size_t i = 0; (c->bar.n || n == c->n) && i < n && i < c->n; i++)
		cells[i] = parts[i];
}
