/* kube-event-table: what `kubectl get events` and `kubectl events` print, of any age of kubectl. */
#include "formats/formats_all.h"
#include "formats/kube_row.h"
#include "formats/pasted.h"

enum { BID_LINES = 40 }; /* a header may stand below a prompt, a banner or other output */

static bool line_is_empty_answer(struct str line)
{
	return str_starts(line, STR("No resources found")) || str_starts(line, STR("No events found"));
}

static int bid(struct doc *doc)
{
	struct kube_columns c;
	struct str rest = doc->head, line;
	int rows = 0, lines = 0, best = BID_NONE;

	while (lines < BID_LINES && str_next(&rest, '\n', &line)) {
		line = str_trim_end(line);
		if (!line.n)
			continue;
		lines++;
		if (kube_columns_read(line, &c) && c.v[0] != COLUMN_TYPE && line.p[0] != ' ')
			return BID_IDENTITY;
		if (line_is_empty_answer(line))
			best = BID_PHRASE;
		else if (kube_columns_guess(line, &c) && c.v[0] != COLUMN_TYPE)
			rows++;
	}
	return rows * 2 > lines ? BID_PHRASE : best;
}

static void line_put(struct sink *sink, struct doc *doc, const struct slice *s, struct kube_columns *columns)
{
	ARENA_SCOPE(doc->scratch);
	struct kube_columns guess;
	struct kube_row row;

	if (!str_trim(s->text).n || line_is_empty_answer(s->text) || kube_columns_read(s->text, columns))
		sink_skip(sink, s->from);
	else if (pasted_line(sink, s))
		return;
	else if (columns->n && kube_row_read(s->text, columns, &row))
		kube_row_put(sink, doc->scratch, &row, STR_NONE, STR_NONE, STR_NONE, s);
	else if (kube_columns_guess(s->text, &guess) && kube_row_read(s->text, &guess, &row))
		kube_row_put(sink, doc->scratch, &row, STR_NONE, STR_NONE, STR_NONE, s);
	else
		sink_note(sink, s->from, s->text, "not a row of events");
}

static bool parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct kube_columns columns = {.n = 0};
	struct slice s;

	(void)e;
	while (doc_line(doc, &s))
		line_put(sink, doc, &s, &columns);
	return true;
}

const struct format format_kube_event_table = {
	.name = "kube-event-table",
	.blurb = "tables of `kubectl get events` and `kubectl events`; ages need --captured-at",
	.bid = bid,
	.parse = parse,
};
