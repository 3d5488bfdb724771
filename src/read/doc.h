/* A document: one stretch of decoded bytes that one format reads, through a window that slides. */
#ifndef LINEUP_DOC_H
#define LINEUP_DOC_H

#include "base/err.h"
#include "base/json.h"
#include "lineup.h"

enum {
	DOC_HEAD = 64 << 10,      /* bytes a bid may look at */
	DOC_DEPTH_MAX = 1024,     /* brackets of JSON open at once */
	DOC_LINE_MAX = 1 << 20,   /* a longer line comes in pieces, marked cut */
	DOC_OBJECT_MAX = 64 << 20 /* a larger JSON value is skipped with a note */
};
#define DOC_WHOLE_MAX ((int64_t)64 << 20) /* the most doc_whole hands over */

/* A stretch of the document. Text is valid until the next doc_ call that takes one; UTF-16 is already UTF-8, a BOM is
 * gone; line ends are not included, and CR before LF is dropped, though LENGTH counts them. */
struct slice {
	struct str text;
	struct where from;
	bool cut;    /* incomplete: the document ended in it, or it was over the limit (a last line that merely lacks
	              * its line end is complete). JSON: may be empty, when a list ended without its bracket */
	bool deep;   /* JSON: broken because more than DOC_DEPTH_MAX brackets are open */
	bool broken; /* JSON: brackets do not match, or no JSON; text is what was skipped up to where reading goes on;
	              * a value over DOC_OBJECT_MAX is cut and broken, and its text empty */
};

struct doc {
	struct str name; /* for messages and bids: "bundle.zip: logs/kubelet.log" */
	struct str base; /* its last component */
	struct str head; /* the first DOC_HEAD bytes or fewer, decoded; all of it when head_is_all */
	bool head_is_all;
	instant mtime;         /* of the file or member; INSTANT_NONE */
	instant captured_at;   /* --captured-at: when a snapshot was taken; INSTANT_NONE */
	struct str flags;      /* Maildir flags ("S", "RS"), else empty */
	bool stream;           /* more may come later (stdin, --follow): put records as early as possible */
	struct arena *scratch; /* reset by whoever loops, record by record: use ARENA_SCOPE(doc->scratch) */
	struct feed *feed;     /* private to read/ */
	struct json *item;     /* private: cached by doc_item */
	bool item_known;
};

/* --- for bids: they only peek --- */
bool doc_contains(const struct doc *, const char *needle); /* somewhere in the head */
bool doc_name_ends(const struct doc *, const char *suffix);
/* The Ith line of the head (0-based) without its end; empty when there is none. */
struct str doc_head_line(const struct doc *, int i);
/* The next whole line of the head, without its LF: *REST is the head at first. Of a first line that is longer than the
 * head, what there is. */
bool doc_head_next(const struct doc *, struct str *rest, struct str *line);
/* First record-like JSON object: the first top-level object that has no "items" array; else the first object inside
 * "items" or a top-level array. Parsed once. NULL: the head does not look like JSON or the object is longer than the
 * head. */
struct json *doc_item(struct doc *);
/* True when the head, after white space, begins with { or [. */
bool doc_looks_json(const struct doc *);

/* Waits until more of a stream has come, and looks at the head anew. False: there is no more, or the head is full. */
bool doc_look_further(struct doc *);

/* --- for parsers: they consume, front to back --- */
/* Next line; false at the end. */
bool doc_line(struct doc *, struct slice *);
/* A stream has gone quiet and no whole line is here: a parser that holds back a record, waiting for its continuation,
 * puts it now. Always false for files. */
bool doc_waits(struct doc *);
/* Next JSON value: top-level values one after another (NDJSON, pretty objects, both mixed), elements of a top-level
 * array, and, where KEY is not NULL, elements of the array KEY ("items") of a top-level object, each by itself,
 * wherever KEY stands in it and however long it is. Text between values that is not JSON comes as a slice marked
 * broken. */
bool doc_json(struct doc *, const char *key, struct slice *);
/* What is wrong with a slice that is cut or broken, in words for a note. */
const char *slice_fault(const struct slice *);
/* Everything that is left, at most DOC_WHOLE_MAX; false with a message when it is longer. Lives in the arena. */
bool doc_whole(struct doc *, struct arena *, struct slice *, struct err *);

/* Where its bytes went, once it is read as far as it will be: what is left is passed over. Counted as the window has
 * them (UTF-16 as UTF-8), but RECEIVED as they came. */
struct extent {
	int64_t size, received;
	int64_t framing; /* between slices: a mark, brackets, commas, the keys around a list */
	int64_t unread;  /* behind the last slice */
};
struct extent doc_extent(struct doc *);

/* For tests, fuzzers and nested texts: a document over bytes in memory. TEXT must outlive it. */
struct doc *doc_of(struct arena *, struct str name, struct str text);
void doc_close(struct doc *); /* NULL is harmless */
AUTO_CLOSER(struct doc *, doc_close)

#endif
