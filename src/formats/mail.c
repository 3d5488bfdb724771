/* A provider's mail: notices of maintenance, upgrades, deprecations and incidents, and answers to them. */
#include "formats/formats_all.h"

#include "base/digest.h"
#include "formats/mail_json.h"
#include "formats/mail_need.h"
#include "formats/mail_record.h"

enum { OUTLOOK_MAGIC = 8 };

/* --- bidding --- */

static bool is_outlook_file(const struct doc *doc)
{
	return doc->head.n > OUTLOOK_MAGIC && !memcmp(doc->head.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OUTLOOK_MAGIC) &&
	       doc_name_ends(doc, ".msg");
}

/* "Name:" with no blank before the colon. */
static struct str header_name(struct str line)
{
	size_t n = 0;
	while (n < line.n && line.p[n] > ' ' && line.p[n] != ':')
		n++;
	return n && n < line.n && line.p[n] == ':' ? str_slice(line, 0, n) : STR_NONE;
}

/* Two of a mail's own fields in a header block at the top. */
static int mail_bid(struct doc *doc)
{
	static const char *const own[] = {"From", "Date", "Subject", "Received", "MIME-Version", "Message-ID", "To",
		"Return-Path", "Delivered-To", "Content-Type"};
	int seen = 0;
	if (is_outlook_file(doc))
		return BID_IDENTITY;
	for (int i = 0; i < 200; i++) {
		struct str line = doc_head_line(doc, i), name = header_name(line);
		if (!str_trim(line).n)
			break;
		if (!name.n && line.p[0] != ' ' && line.p[0] != '\t' && i > 0)
			break;
		for (size_t k = 0; k < LEN(own); k++)
			seen += str_eq_case(name, str_of(own[k]));
	}
	return seen >= 3                     ? BID_IDENTITY
	       : seen == 2                   ? BID_PHRASE + 10
	       : !doc_name_ends(doc, ".eml") ? BID_NONE
	       : seen == 1                   ? BID_PHRASE
					     : BID_FALLBACK + 1;
}

/* Its Message-ID; where it has none, its place among the letters of these bytes. */
static struct str identity_of(struct arena *arena, const struct letter *l, struct str bytes, size_t index)
{
	if (l->message_id.n)
		return str_fmt(arena, "mail/%.*s", STR_ARG(l->message_id));
	struct digest hash = digest_of(bytes);
	struct str hex = digest_hex(arena, &hash);
	return index ? str_fmt(arena, "mail/%.*s/%zu", STR_ARG(hex), index) : str_fmt(arena, "mail/%.*s", STR_ARG(hex));
}

/* Attachments of a notice that may say more than it does, in forms nobody here reads. */
static void note_attachments(struct sink *sink, struct arena *arena, struct where from, const struct mail *mail)
{
	static const char *const forms[] = {".xlsx", ".xls", ".ods", ".docx", ".doc", ".odt", ".pdf", ".rtf", ".pptx"};
	for (size_t i = 0; i < mail->parts_n; i++) {
		const struct mail_part *p = &mail->parts[i];
		struct str file = str_lower(arena, p->file);
		bool unread = false;
		for (size_t k = 0; k < LEN(forms) && !p->textual; k++)
			unread |= str_ends(file, str_of(forms[k]));
		if (unread)
			sink_note(sink, from, p->file,
				"attachment '%.*s' is not read; save it as .csv or .txt and take that in",
				STR_ARG(p->file));
	}
}

/* Messages inside a mail stand for it where one of them is a notice; a bounce or a holiday picture is but the
 * mail that came. True: something was a notice. */
static bool put_letters(struct doc *doc, struct sink *sink, const struct slice *all, const struct letters *letters)
{
	struct arena *arena = doc->scratch;
	struct outlet *outlets = NEW_N(arena, struct outlet, letters->n + 1);
	bool any = false;
	for (size_t i = 0; i < letters->n; i++) {
		outlets[i] =
			outlet_of(doc, sink, all, &letters->v[i], identity_of(arena, &letters->v[i], all->text, i));
		any |= !notice_is_silent(&outlets[i].notice) || letters->v[i].calendars_n > 0;
	}
	for (size_t i = 0; i < letters->n && any; i++)
		outlet_put(&outlets[i]);
	if (any)
		return true;
	struct outlet own = letters->own ? outlets[0]
					 : outlet_of(doc, sink, all, &letters->outer,
						   identity_of(arena, &letters->outer, all->text, 0));
	(outlet_is_printed(&own) ? outlet_put_printed : outlet_put)(&own);
	return !notice_is_silent(&own.notice);
}

static bool mail_format_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice all;
	struct arena *arena = doc->scratch;
	ARENA_SCOPE(arena);
	if (is_outlook_file(doc))
		return err_set(e, "Outlook's own message form (.msg) is not read; save it as .eml");
	if (!doc_whole(doc, arena, &all, e))
		return false;
	struct mail *mail = mail_parse(arena, all.text);
	struct complaints complaints = {.arena = arena};
	for (size_t i = 0; i < mail->complaints_n; i++)
		complain(&complaints, "%.*s", STR_ARG(mail->complaints[i]));
	struct letters letters = letters_of(arena, mail, &complaints);
	if (mail_json_put(sink, &all, mail) || put_letters(doc, sink, &all, &letters))
		note_attachments(sink, arena, all.from, mail);
	need_forget();
	for (size_t i = 0; i < complaints.n; i++)
		sink_note(sink, all.from, letters.outer.title, "%.*s", STR_ARG(complaints.v[i]));
	return true;
}

const struct format format_mail = {
	.name = "mail",
	.blurb = "provider mail: maintenance, upgrades, deprecations, incidents",
	.bid = mail_bid,
	.parse = mail_format_parse,
};
