/* Mailboxes: one file, many messages. */
#ifndef LINEUP_MBOX_H
#define LINEUP_MBOX_H

#include "read/doc.h"

/* The head begins (after blank lines) with a separator line and a header behind it. */
bool mbox_recognise(const struct doc *);

struct message {
	struct str text;   /* headers and body, `>From ` unquoted; valid until the next call */
	struct where from; /* of its bytes as they stand in the mailbox, without the separator line */
	bool cut;          /* longer than DOC_WHOLE_MAX, or the mailbox is damaged there */
};
/* The next message; false at the end. ARENA holds the text where quoting had to be undone. */
bool mbox_next(struct doc *, struct arena *, struct message *);

#endif
