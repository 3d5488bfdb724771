/* What people wrote in a report, for a version of it that leaves the house. */
#include "render/merge.h"
#include "render/redact.h"

/* A draft breaks mentions by a zero-width space; in front of the redactor they are what they were. */
static struct str joined(struct arena *a, struct str text)
{
	struct buf b = BUF(a);
	struct str before;
	while (str_cut(text, STR("@\xe2\x80\x8b"), &before, &text))
		buf_fmt(&b, "%.*s@", STR_ARG(before));
	buf_add(&b, before);
	return buf_str(&b);
}

/* No mention comes to life that was none before, and no pseudonym at the start of a line becomes the definition of a
 * link. */
static void buf_parted(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (redact_begins_mark(str_from(text, i)))
			buf_byte(b, '\\');
		buf_byte(b, text.p[i]);
		if (text.p[i] == '@' && i + 1 < text.n &&
			(byte_is_alpha(text.p[i + 1]) || byte_is_digit(text.p[i + 1])))
			buf_cstr(b, "\xe2\x80\x8b");
	}
}

/* Numbers of citations stay what they are in the prose, so their definitions come along. */
static void buf_definitions(struct buf *b, struct str body)
{
	struct str line;
	while (str_next(&body, '\n', &line))
		if (str_starts(line, STR("[E")) && str_contains(line, STR("]: #e")))
			buf_fmt(b, "%.*s\n", STR_ARG(line));
}

struct str report_redact_prose(struct arena *a, struct redactor *r, struct str report)
{
	struct pieces p = report_split(a, report);
	struct buf b = BUF(a);
	for (size_t i = 0; i < p.n; i++) {
		const struct piece *piece = &p.v[i];
		struct str name = redact(r, a, piece->name);
		switch (piece->type) {
		case PIECE_SETTINGS:
			buf_cstr(&b, "<!-- lineup:report redacted=yes -->\n");
			break;
		case PIECE_GENERATED:
			buf_fmt(&b, "<!-- lineup:generated %.*s -->\n", STR_ARG(name));
			buf_cstr(&b, REPORT_LEFT_OUT "\n\n"); /* unless the template writes it anew */
			buf_definitions(&b, piece->body);
			buf_cstr(&b, "<!-- /lineup:generated -->\n");
			break;
		case PIECE_HUMAN:
			buf_fmt(&b, "<!-- lineup:human %.*s -->\n", STR_ARG(name));
			buf_parted(&b, redact(r, a, joined(a, piece->body)));
			buf_cstr(&b, "<!-- /lineup:human -->\n");
			break;
		case PIECE_TEXT:
			buf_parted(&b, redact(r, a, joined(a, piece->whole)));
			break;
		}
	}
	return report_seal(a, buf_str(&b));
}

struct strs report_edited_sections(struct arena *a, struct str report)
{
	struct pieces p = report_split(a, report);
	struct strs list = {NEW_N(a, struct str, p.n + 1), 0};
	for (size_t i = 0; i < p.n; i++)
		if (piece_is_edited(a, &p.v[i]))
			list.v[list.n++] = p.v[i].name;
	return list;
}
