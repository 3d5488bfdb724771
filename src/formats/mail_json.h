/* Mails whose text is a JSON document. */
#ifndef LINEUP_MAIL_JSON_H
#define LINEUP_MAIL_JSON_H

#include "formats/format.h"
#include "read/mail.h"

/* Puts the records of the document that the mail's text begins with, as the mail's own. False: the mail says more than
 * that: the document is followed by more than a footer, or is none that a format knows. */
bool mail_json_put(struct sink *, const struct slice *all, const struct mail *);

#endif
