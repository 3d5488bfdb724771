/* --redact: the database's key, and what a report is made of without anybody's name in it. */
#ifndef LINEUP_REDACTION_H
#define LINEUP_REDACTION_H

#include "cmd/cmd.h"
#include "cmd/evidence.h"
#include "render/redact.h"

/* With the key that is kept in the database; the first time it is made, which needs a database that can be written.
 * NULL with err. */
struct redactor *redaction_open(struct cmd *);
/* What an event names: in its fields and texts and, of a mail, in its head and signature. */
void redaction_hear(struct cmd *, struct redactor *, struct evidence *, const struct sources *, const struct event *);
/* Analysis, ledger and events of F redacted in place; f->sources stays, for it is needed to fetch evidence. */
void redaction_apply(struct cmd *, struct redactor *, struct evidence *, struct case_file *f);

#endif
