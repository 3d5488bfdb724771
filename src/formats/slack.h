/* What people say in Slack. */
#ifndef LINEUP_SLACK_H
#define LINEUP_SLACK_H

#include "formats/lines.h"

/* A message of an export, or of the Events API; false: it is none. */
bool slack_object(struct arena *, const struct json *, struct record *);
enum line_kind slack_line(const void *data, struct arena *, struct str line, struct record *);

#endif
