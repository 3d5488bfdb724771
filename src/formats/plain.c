/* What no other format claims: kept as evidence, its text shown as undated lines, and said so. */
#include "formats/formats_all.h"

#include "base/utf8.h"

enum {
	PLAIN_LINES_MAX = 1000, /* lines that become records; the rest stay in the evidence only */
	PLAIN_EXCERPT = 200,    /* bytes of the document shown in a note */
};

static int plain_bid(struct doc *doc)
{
	(void)doc;
	return BID_FALLBACK;
}

/* A NUL, or more than one byte in twenty that is no UTF-8: nothing a person would read as lines. */
static bool looks_binary(struct str head)
{
	size_t bad = 0, len;
	for (size_t at = 0; at < head.n; at += len) {
		if (head.p[at] == '\0')
			return true;
		if (utf8_decode(head, at, &len) == 0xFFFD && len == 1)
			bad++;
	}
	return bad * 20 > head.n;
}

/* Reads on to the end and tells how many lines with text there were and which bytes they cover. */
static int64_t read_rest(struct doc *doc, struct where *all)
{
	struct slice line;
	int64_t lines = 0;
	while (doc_line(doc, &line)) {
		if (all->line == 0)
			*all = line.from;
		all->length = line.from.offset + line.from.length - all->offset;
		lines += str_trim(line.text).n > 0;
	}
	return lines;
}

static bool plain_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	struct str excerpt = str_slice(doc->head, 0, PLAIN_EXCERPT);
	if (looks_binary(doc->head)) {
		struct where all = {0};
		read_rest(doc, &all);
		sink_note(sink, all, excerpt, "no format recognised; kept as evidence: it is not text");
		return true;
	}
	if (str_trim(doc->head).n > 0)
		sink_note(sink, (struct where){.line = 1}, excerpt,
			"no format recognised; kept as evidence, its lines undated");
	struct slice line;
	for (int records = 0; records < PLAIN_LINES_MAX && doc_line(doc, &line);) {
		struct str text = str_trim(line.text);
		if (text.n == 0) {
			sink_skip(sink, line.from);
			continue;
		}
		sink_put(sink, &(struct record){.from = line.from, .raw = line.text, .text = text});
		records++;
	}
	struct where rest = {0};
	int64_t more = read_rest(doc, &rest);
	if (more > 0)
		sink_note(sink, rest, STR_NONE,
			"%lld more lines are kept in the evidence only; --as FORMAT reads them all", (long long)more);
	return true;
}

const struct format format_plain = {
	.name = "plain",
	.blurb = "whatever nobody else claims: kept, its lines undated",
	.bid = plain_bid,
	.parse = plain_parse,
};
