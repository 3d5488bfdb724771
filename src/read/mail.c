/* A mail taken apart: the only door to GMime. */
#include "read/mail.h"

#include "base/utf8.h"

#include <errno.h>
#include <gmime/gmime.h>

struct walk {
	struct arena *arena;
	struct complaints complaints;
	VEC(struct mail_part) parts;
	VEC(struct mail_message) messages;
	struct mail_headers headers; /* of the first, where the guard took them */
};

/* --- text --- */

/* Bytes that say nothing, or something untrue, about their charset: UTF-8 if they can be, else what mail
 * programs of old sent. */
static struct str guess_utf8(struct arena *arena, struct str bytes)
{
	if (bytes.n >= 2 && (!memcmp(bytes.p, "\xff\xfe", 2) || !memcmp(bytes.p, "\xfe\xff", 2)))
		return utf8_from_utf16(arena, bytes, bytes.p[0] == '\xfe');
	if (bytes.n >= 3 && !memcmp(bytes.p, "\xef\xbb\xbf", 3))
		bytes = str_from(bytes, 3);
	if (utf8_is_valid(bytes))
		return utf8_mend(arena, bytes); /* a NUL is valid, and mended */
	gsize n = 0;
	char *text = g_convert(bytes.p, (gssize)bytes.n, "UTF-8", "WINDOWS-1252", NULL, &n, NULL);
	if (!text)
		return utf8_mend(arena, bytes);
	struct str out = str_dup(arena, str_n(text, n));
	g_free(text);
	return out;
}

/* By the declared charset; what does not fit it becomes U+FFFD. */
static struct str convert(struct arena *arena, GIConv how, struct str bytes)
{
	struct buf out = BUF(arena);
	char *in = (char *)bytes.p;
	gsize left = bytes.n;
	while (left) {
		size_t room = left * 2 + 64;
		char *to = buf_room(&out, room), *begin = to;
		gsize space = room;
		gsize done = g_iconv(how, &in, &left, &to, &space);
		out.n += (size_t)(to - begin);
		if (done != (gsize)-1 || errno == E2BIG)
			continue;
		buf_utf8(&out, 0xFFFD);
		in++;
		left--;
	}
	return buf_str(&out);
}

static struct str to_utf8(struct walk *w, struct str bytes, const char *charset)
{
	static const char *const unsaid[] = {
		"us-ascii", "utf-8", "utf8", "ascii", "unknown-8bit", "x-unknown", "binary", ""};
	for (size_t i = 0; i < LEN(unsaid); i++)
		if (!charset || str_eq_case(str_of(charset), str_of(unsaid[i])))
			return guess_utf8(w->arena, bytes);
	GIConv how = g_iconv_open("UTF-8", g_mime_charset_iconv_name(charset));
	if (how == (GIConv)-1) {
		complain(&w->complaints, "charset '%.40s' is not known; read as UTF-8 or Windows-1252", charset);
		return guess_utf8(w->arena, bytes);
	}
	struct str text = convert(w->arena, how, bytes);
	g_iconv_close(how);
	return utf8_mend(w->arena, text);
}

/* --- headers --- */

static struct str unfold(struct arena *arena, struct str raw)
{
	struct buf out = BUF(arena);
	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '\r' || c == '\n')
			continue;
		buf_byte(&out, c == '\t' || c == '\0' ? ' ' : c);
	}
	return str_trim(buf_str(&out));
}

/* Runs of blanks to one, for headers folded with more of them. */
static struct str one_blank(struct arena *arena, struct str text)
{
	struct buf out = BUF(arena);
	for (size_t i = 0; i < text.n; i++) {
		bool blank = byte_is_space(text.p[i]);
		if (!blank)
			buf_byte(&out, text.p[i]);
		else if (out.n && out.p[out.n - 1] != ' ')
			buf_byte(&out, ' ');
	}
	return str_trim_end(buf_str(&out));
}

static struct mail_header read_header(struct arena *arena, struct str name, struct str raw)
{
	struct mail_header out = {.name = name, .raw = guess_utf8(arena, unfold(arena, raw))};
	if (utf8_ascii_to(out.raw, 0) == out.raw.n && !str_contains(out.raw, STR("=?"))) {
		out.value = one_blank(arena, out.raw); /* nothing is encoded in it */
		return out;
	}
	char *decoded = g_mime_utils_header_decode_text(NULL, str_cstr(arena, out.raw));
	out.value = one_blank(arena, guess_utf8(arena, str_dup(arena, str_of(decoded))));
	g_free(decoded);
	return out;
}

/* HEADERS: what the guard took of them; none: the library has all. */
static struct mail_message read_message(
	struct arena *arena, GMimeMessage *m, int parent, const struct mail_headers *headers)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m));
	int n = g_mime_header_list_get_count(list);
	struct mail_message out = {
		.parent = parent, .headers = NEW_N(arena, struct mail_header, (size_t)n + headers->n + 1)};
	for (size_t i = 0; i < headers->n; i++)
		out.headers[out.headers_n++] = read_header(arena, headers->v[i].name, headers->v[i].raw);
	for (int i = 0; i < n && !headers->n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		out.headers[out.headers_n++] = read_header(arena, str_dup(arena, str_of(g_mime_header_get_name(h))),
			str_of(g_mime_header_get_raw_value(h)));
	}
	return out;
}

/* --- parts --- */

static struct str part_bytes(struct walk *w, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	if (!content)
		return STR_NONE;
	GMimeStream *mem = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, mem);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	struct str all = str_n((const char *)bytes->data, bytes->len);
	if (all.n > MAIL_TEXT_MAX) {
		complain(&w->complaints, "part of %zu bytes is read up to %d", all.n, MAIL_TEXT_MAX);
		all = str_slice(all, 0, MAIL_TEXT_MAX);
	}
	all = str_dup(w->arena, all);
	g_object_unref(mem);
	return all;
}

static struct str part_type(struct arena *arena, GMimeObject *o)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);
	if (!type)
		return STR("text/plain");
	return str_lower(arena, str_fmt(arena, "%s/%s", g_mime_content_type_get_media_type(type),
					g_mime_content_type_get_media_subtype(type)));
}

static bool parameter_is(GMimeObject *o, const char *name, const char *value)
{
	const char *v = g_mime_object_get_content_type_parameter(o, name);
	return v && str_eq_case(str_of(v), str_of(value));
}

static void read_part(struct walk *w, GMimePart *part, int message)
{
	GMimeObject *o = GMIME_OBJECT(part);
	struct mail_part *out = PUSH(&w->parts, w->arena);
	*out = (struct mail_part){.type = part_type(w->arena, o), .message = message};
	const char *file = g_mime_part_get_filename(part), *place = g_mime_object_get_disposition(o);
	out->file = utf8_mend(w->arena, str_dup(w->arena, str_of(file)));
	out->attached = file || (place && str_eq_case(str_of(place), STR("attachment")));
	out->flowed = parameter_is(o, "format", "flowed");
	out->del_space = parameter_is(o, "delsp", "yes");
	struct str bytes = part_bytes(w, part);
	out->textual = str_starts(out->type, STR("text/"));
	struct str head = str_trim(str_slice(guess_utf8(w->arena, str_slice(bytes, 0, 256)), 0, 128));
	if (str_starts_case(head, STR("BEGIN:VCALENDAR"))) {
		out->type = STR("text/calendar"); /* whatever it was sent as */
		out->textual = true;
	}
	if (str_ends(str_lower(w->arena, out->file), STR(".csv"))) {
		out->type = STR("text/csv");
		out->textual = true;
	}
	if (str_eq(out->type, STR("application/ms-tnef")))
		complain(&w->complaints, "attachment in Outlook's own form (winmail.dat) is not read");
	if (out->textual)
		out->text = to_utf8(w, bytes, g_mime_object_get_content_type_parameter(o, "charset"));
}

static void walk_message(struct walk *, GMimeMessage *, int parent, int depth);
static void walk_unbounded(struct walk *, GMimeMultipart *, int message, int depth);

static void walk_object(struct walk *w, GMimeObject *o, int message, int depth)
{
	if (depth > MAIL_DEPTH_MAX || w->parts.n >= MAIL_PARTS_MAX) {
		complain(&w->complaints, "parts nested deeper than %d, or more than %d, are left out", MAIL_DEPTH_MAX,
			MAIL_PARTS_MAX);
		return;
	}
	if (GMIME_IS_MULTIPART(o)) {
		int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
		for (int i = 0; i < n; i++)
			walk_object(w, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), message, depth + 1);
		if (!n && !g_mime_object_get_content_type_parameter(o, "boundary"))
			walk_unbounded(w, GMIME_MULTIPART(o), message, depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
		if (inner)
			walk_message(w, inner, message, depth + 1);
	} else if (GMIME_IS_PART(o)) {
		read_part(w, GMIME_PART(o), message);
	}
}

static GMimeMessage *message_of(struct str bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(str_text(bytes), bytes.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return m;
}

/* The boundary that parts stand between: the first line of two dashes and more. */
static struct str boundary_in(struct str text)
{
	struct str line;
	while (str_next(&text, '\n', &line)) {
		line = str_trim_end(line);
		if (line.n > 4 && str_starts(line, STR("--")) && str_find_byte(line, '"', 0) == STR_NPOS)
			return str_from(line, 2);
	}
	return STR_NONE;
}

/* Somebody cleaned the header of what made it his own, and with it the boundary: the parts are still there. */
static void walk_unbounded(struct walk *w, GMimeMultipart *parts, int message, int depth)
{
	struct str text = str_of(g_mime_multipart_get_prologue(parts)), boundary = boundary_in(text);
	if (!boundary.n)
		return;
	GMimeMessage *m = message_of(str_fmt(w->arena, "Content-Type: multipart/mixed; boundary=\"%.*s\"\n\n%.*s",
		STR_ARG(boundary), STR_ARG(text)));
	if (m && g_mime_message_get_mime_part(m))
		walk_object(w, g_mime_message_get_mime_part(m), message, depth);
	if (m)
		g_object_unref(m);
}

static void walk_message(struct walk *w, GMimeMessage *m, int parent, int depth)
{
	int here = (int)w->messages.n;
	const struct mail_headers none = {0};
	*PUSH(&w->messages, w->arena) = read_message(w->arena, m, parent, here ? &none : &w->headers);
	GMimeObject *body = g_mime_message_get_mime_part(m);
	if (body)
		walk_object(w, body, here, depth);
}

/* Bodies alone, without a header (124 bytes of nothing), still give a mail with one empty message. */
struct mail *mail_parse(struct arena *arena, struct str bytes)
{
	static bool ready;
	if (!ready)
		g_mime_init();
	ready = true;

	struct walk w = {.arena = arena, .complaints = {.arena = arena}};
	struct str safe = mail_guard(arena, bytes, &w.complaints, &w.headers);
	GMimeMessage *m = message_of(safe);
	if (m) {
		walk_message(&w, m, -1, 0);
		g_object_unref(m);
	} else {
		*PUSH(&w.messages, arena) = (struct mail_message){.parent = -1};
	}

	struct mail *out = NEW(arena, struct mail);
	*out = (struct mail){w.messages.v, w.messages.n, w.parts.v, w.parts.n, w.complaints.v, w.complaints.n};
	return out;
}

/* --- looking --- */

static const struct mail_header *find_header(const struct mail_message *m, const char *name)
{
	for (size_t i = 0; i < m->headers_n; i++)
		if (str_eq_case(m->headers[i].name, str_of(name)))
			return &m->headers[i];
	return NULL;
}

struct str mail_header(const struct mail_message *m, const char *name)
{
	const struct mail_header *h = find_header(m, name);
	return h ? h->value : STR_NONE;
}

struct str mail_header_raw(const struct mail_message *m, const char *name)
{
	const struct mail_header *h = find_header(m, name);
	return h ? h->raw : STR_NONE;
}

static bool is_address_byte(char c)
{
	return byte_is_digit(c) || byte_is_alpha(c) || strchr("!#$%&'*+-/=?^_`{|}~.", c) || (unsigned char)c >= 0x80;
}

static struct str unquote(struct arena *arena, struct str s)
{
	struct buf out = BUF(arena);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '"' && !(s.p[i] == '\\' && i + 1 < s.n))
			buf_byte(&out, s.p[i]);
	return str_trim(buf_str(&out));
}

struct mailbox mail_mailbox(struct arena *arena, struct str value)
{
	struct mailbox out = {0};
	size_t open = str_find_byte(value, '<', 0);
	size_t at = str_find_byte(value, '@', open == STR_NPOS ? 0 : open);
	if (at == STR_NPOS && (at = str_find_byte(value, '@', 0)) == STR_NPOS)
		return (struct mailbox){.name = unquote(arena, str_slice(value, 0, open))};
	size_t from = at, to = at + 1;
	while (from > 0 && is_address_byte(value.p[from - 1]))
		from--;
	while (to < value.n && is_address_byte(value.p[to]))
		to++;
	out.address = str_lower(arena, str_slice(value, from, to));
	size_t bracket = str_find_byte(value, '(', to);
	if (from > 0 && open != STR_NPOS && open < from)
		out.name = unquote(arena, str_slice(value, 0, open));
	else if (bracket != STR_NPOS)
		out.name = unquote(arena, str_slice(value, bracket + 1, str_find_byte(value, ')', bracket)));
	return out;
}

const char *mail_library(void)
{
	static char text[32];
	snprintf(text, sizeof text, "%u.%u.%u", gmime_major_version, gmime_minor_version, gmime_micro_version);
	return text;
}
