/* The working week that people stated, as the analysis wants it. */
#ifndef LINEUP_CMD_WEEK_H
#define LINEUP_CMD_WEEK_H

#include "cmd/cmd.h"

/* What was said over the defaults in *WEEK, and --week-zone over that. */
bool cmd_week(struct cmd *, const struct week *said, struct working_time *week);

#endif
