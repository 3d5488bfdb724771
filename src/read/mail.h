/* A mail taken apart: decoded headers and parts of it and of every message inside it. */
#ifndef LINEUP_MAIL_H
#define LINEUP_MAIL_H

#include "base/err.h"

/*
 * GMime 3.2 (the only door to it is mail.c) overflows the stack on nested address groups, loops for ever on
 * some parameter names and keeps 500,000 empty parts in half a gigabyte. So it is never shown an address list
 * or a long field: mail_guard makes a harmless copy of the bytes first and says what it changed. Addresses
 * are read by hand (mail_mailbox).
 */
enum {
	MAIL_FIELD_MAX = 64 << 10, /* bytes of one header field, folds included */
	MAIL_FIELDS_MAX = 1000,    /* fields of one header block */
	MAIL_PARTS_MAX = 1000,
	MAIL_DEPTH_MAX = 32,     /* multipart and message/rfc822 levels */
	MAIL_TEXT_MAX = 4 << 20, /* decoded bytes of one part */
	MAIL_PARAMETER_MAX = 64, /* bytes of the name of a parameter */
};

struct mail_header {
	struct str name;
	struct str raw;   /* unfolded, as it stands */
	struct str value; /* encoded words decoded, UTF-8, blanks folded */
};

struct mail_part {
	struct str type;        /* "text/html", lower case */
	struct str file;        /* name of the attachment, may be empty */
	struct str text;        /* decoded; UTF-8 when textual */
	bool textual;           /* text of any kind, also when sent as octet-stream but plainly text */
	bool attached;          /* Content-Disposition: attachment, or with a file name */
	bool flowed, del_space; /* RFC 3676 */
	int message;            /* index of the message it belongs to: 0 is the outermost */
};

struct mail_message {
	struct mail_header *headers;
	size_t headers_n;
	int parent; /* the message it was found in; -1 */
};

struct mail {
	struct mail_message *messages;
	size_t messages_n;
	struct mail_part *parts;
	size_t parts_n;
	struct str *complaints; /* what was cut, mended or left out */
	size_t complaints_n;
};

/* Views of the result live in the arena or in BYTES. */
struct mail *mail_parse(struct arena *, struct str bytes);

/* First field of that name; empty when there is none. */
struct str mail_header(const struct mail_message *, const char *name);
struct str mail_header_raw(const struct mail_message *, const char *name);

/* A mailbox by hand: "NOC <noc@x.net>", "noc@x.net (NOC)", "\"A, B\" <a@x.net>"; the first one of a list. */
struct mailbox {
	struct str name, address;
};
struct mailbox mail_mailbox(struct arena *, struct str value);

/* The harmless copy (see above); the complaints get each change. Where the mail's own header is as it should be, the
 * library is shown no more of it than it needs to find the parts, which takes a sixth less time: *HEADERS gets the rest,
 * names and raw values as they stand. In mail_guard.c. */
struct complaints {
	struct arena *arena;
	struct str *v;
	size_t n, cap;
};
void complain(struct complaints *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct mail_headers {
	struct mail_header *v;
	size_t n, cap;
};
struct str mail_guard(struct arena *, struct str bytes, struct complaints *, struct mail_headers *);

const char *mail_library(void); /* version of GMime */

#endif
