/* A copy of a mail that cannot hurt the MIME library: long, many and treacherous header fields are cut down.
 */
#include "read/mail.h"

#include "base/utf8.h"

enum { GUARD_COLONS = 16 }; /* groups in an address field before it is taken for an attack */

/* What is known while the lines go by. */
struct guard {
	struct complaints *complaints;
	struct buf out;
	bool in_header;
	bool nested;   /* the block said message/rfc822: a header block follows its blank line */
	size_t fields; /* in this block */
	size_t parts;
	VEC(struct str) boundaries;
};

void complain(struct complaints *c, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct str text = str_vfmt(c->arena, fmt, args);
	va_end(args);
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->v[i], text))
			return;
	*PUSH(c, c->arena) = text;
}

/* The line at AT with its end. */
static struct str line_at(struct str bytes, size_t at)
{
	size_t end = str_find_byte(bytes, '\n', at);
	return str_slice(bytes, at, end == STR_NPOS ? bytes.n : end + 1);
}

/* A field with its folded lines. */
static struct str field_at(struct str bytes, size_t at)
{
	size_t end = at + line_at(bytes, at).n;
	while (end < bytes.n && (bytes.p[end] == ' ' || bytes.p[end] == '\t'))
		end += line_at(bytes, end).n;
	return str_slice(bytes, at, end);
}

static bool is_address_field(struct str field)
{
	static const char *const names[] = {
		"from:", "sender:", "reply-to:", "to:", "cc:", "bcc:", "resent-from:", "resent-sender:",
		"resent-reply-to:", "resent-to:", "resent-cc:", "resent-bcc:", "disposition-notification-to:"};
	for (size_t i = 0; i < LEN(names); i++)
		if (str_starts_case(field, str_of(names[i])))
			return true;
	return false;
}

static void learn_boundary(struct guard *g, struct str field)
{
	size_t at = str_find_case(field, STR("boundary"), 0);
	if (at == STR_NPOS || g->boundaries.n >= MAIL_PARTS_MAX)
		return;
	struct str rest = str_trim(str_from(field, at + 8));
	if (rest.n < 2 || rest.p[0] != '=')
		return;
	rest = str_trim(str_from(rest, 1));
	bool quoted = rest.n && rest.p[0] == '"';
	size_t n = quoted, from = quoted;
	while (n < rest.n && (quoted ? rest.p[n] != '"' : rest.p[n] != ';' && !byte_is_space(rest.p[n])))
		n++;
	if (n > from)
		*PUSH(&g->boundaries, g->complaints->arena) = str_slice(rest, from, n);
}

/* A parameter whose name is longer than any that exists sends the library's encoder into an endless loop. */
static bool has_long_parameter(struct str field)
{
	size_t run = 0;
	for (size_t i = 0; i < field.n; i++) {
		char c = field.p[i];
		if (c == '=' && run > MAIL_PARAMETER_MAX)
			return true;
		run = c == ';' || c == '"' || c == '=' || byte_is_space(c) ? 0 : run + 1;
	}
	return false;
}

static void copy_without(struct buf *out, struct str field, char unwanted)
{
	for (size_t i = 0; i < field.n; i++)
		buf_byte(out, field.p[i] == unwanted ? ' ' : field.p[i]);
}

static void guard_field(struct guard *g, struct str field)
{
	if (++g->fields > MAIL_FIELDS_MAX) {
		complain(g->complaints, "more than %d header fields; the rest is left out", MAIL_FIELDS_MAX);
		return;
	}
	size_t colon = str_find_byte(field, ':', 0);
	if (field.n > MAIL_FIELD_MAX) {
		complain(g->complaints, "header field longer than %d bytes is cut", MAIL_FIELD_MAX);
		field = str_slice(field, 0, MAIL_FIELD_MAX);
		buf_add(&g->out, field);
		buf_byte(&g->out, '\n');
		return;
	}
	if (str_starts_case(field, STR("content-"))) {
		if (has_long_parameter(field)) {
			complain(g->complaints, "header field with a parameter name longer than %d bytes is left out",
				MAIL_PARAMETER_MAX);
			return;
		}
		if (str_starts_case(field, STR("content-type:"))) {
			learn_boundary(g, field);
			g->nested = str_find_case(field, STR("message/rfc822"), 0) != STR_NPOS ||
				    str_find_case(field, STR("message/global"), 0) != STR_NPOS;
		}
	} else if (is_address_field(field)) {
		size_t colons = 0;
		for (size_t i = 0; i < field.n; i++)
			colons += field.p[i] == ':';
		if (colons > GUARD_COLONS) {
			complain(g->complaints, "address field with %zu groups is not parsed", colons - 1);
			buf_add(&g->out, str_slice(field, 0, colon + 1));
			copy_without(&g->out, str_from(field, colon + 1), ':');
			return;
		}
	}
	buf_add(&g->out, field);
}

/* A boundary's prefix may be another boundary: the library decides; for counting any of them will do. */
static bool is_boundary(const struct guard *g, struct str line, bool *closing)
{
	if (!str_starts(line, STR("--")))
		return false;
	struct str rest = str_trim_end(str_from(line, 2));
	for (size_t i = g->boundaries.n; i-- > 0;) {
		struct str b = g->boundaries.v[i];
		if (!str_starts(rest, b))
			continue;
		*closing = str_eq(str_from(rest, b.n), STR("--"));
		return true;
	}
	return false;
}

/* False: no more parts are wanted. */
static bool guard_body_line(struct guard *g, struct str line)
{
	bool closing = false;
	if (is_boundary(g, line, &closing) && !closing) {
		if (++g->parts > MAIL_PARTS_MAX) {
			complain(g->complaints, "more than %d parts; the rest is left out", MAIL_PARTS_MAX);
			return false;
		}
		g->in_header = true;
		g->nested = false;
		g->fields = 0;
	}
	buf_add(&g->out, line);
	return true;
}

/* --- a header as it should be --- */

static bool is_for_library(struct str field)
{
	return str_starts_case(field, STR("content-")) || str_starts_case(field, STR("mime-version:"));
}

/* "Name: value" in plain text, folded or not: nothing that two readers could take in two ways. */
static bool is_plain_field(struct str field)
{
	size_t name = 0, colons = 0;
	while (name < field.n &&
		(byte_is_alpha(field.p[name]) || (name && (byte_is_digit(field.p[name]) || field.p[name] == '-'))))
		name++;
	if (!name || name == field.n || field.p[name] != ':' || field.n > MAIL_FIELD_MAX ||
		utf8_ascii_to(field, 0) < field.n)
		return false;
	for (size_t i = 0; i < field.n; i++)
		colons += field.p[i] == ':';
	for (size_t at = 0, n; at < field.n; at += n) {
		struct str line = line_at(field, at);
		n = line.n;
		bool ends = str_ends(line, STR("\n")), crlf = str_ends(line, STR("\r\n"));
		if (!ends || str_find_byte(line, '\r', 0) < line.n - 1 - crlf || (at && !str_trim(line).n))
			return false;
	}
	return colons <= GUARD_COLONS || !is_address_field(field);
}

/* Where the blank line stands that ends the mail's own header; 0: it is not as it should be, or the library would be left
 * without any of it. */
static size_t plain_header_end(struct str bytes)
{
	size_t fields = 0;
	bool useful = false;
	for (size_t at = 0; at < bytes.n; fields++) {
		struct str field = field_at(bytes, at);
		if (field.p[0] == '\n' || str_starts(field, STR("\r\n")))
			return useful ? at : 0;
		if (fields == MAIL_FIELDS_MAX || !is_plain_field(field))
			return 0;
		useful |= is_for_library(field);
		at += field.n;
	}
	return 0;
}

static void take_plain_header(struct guard *g, struct str header, struct mail_headers *headers)
{
	for (size_t at = 0; at < header.n;) {
		struct str field = field_at(header, at);
		size_t colon = str_find_byte(field, ':', 0);
		if (is_for_library(field))
			guard_field(g, field);
		if (!str_starts_case(field, STR("content-"))) /* those are of the parts */
			*PUSH(headers, g->complaints->arena) = (struct mail_header){
				.name = str_slice(field, 0, colon), .raw = str_from(field, colon + 1)};
		at += field.n;
	}
}

struct str mail_guard(
	struct arena *arena, struct str bytes, struct complaints *complaints, struct mail_headers *headers)
{
	struct guard g = {.complaints = complaints, .out = BUF(arena), .in_header = true};
	size_t plain = plain_header_end(bytes);
	buf_room(&g.out, bytes.n + 1);
	take_plain_header(&g, str_slice(bytes, 0, plain), headers);
	for (size_t at = plain; at < bytes.n;) {
		if (!g.in_header) {
			struct str line = line_at(bytes, at);
			if (!guard_body_line(&g, line))
				break;
			at += line.n;
			continue;
		}
		struct str field = field_at(bytes, at);
		if (str_trim(line_at(bytes, at)).n == 0) {
			field = line_at(bytes, at);
			buf_add(&g.out, field);
			g.in_header = g.nested;
			g.nested = false;
			g.fields = 0;
		} else if (str_starts(field, STR("--"))) { /* a part without a header block */
			field = line_at(bytes, at);
			g.in_header = false;
			if (!guard_body_line(&g, field))
				break;
		} else {
			guard_field(&g, field);
		}
		at += field.n;
	}
	return buf_str(&g.out);
}
