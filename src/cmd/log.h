/* Logging a sentence, for `lineup log` and `lineup shell`. */
#ifndef LINEUP_LOG_H
#define LINEUP_LOG_H

#include "cmd/cmd.h"

/* Stores one line as typed, with the options of `log`, and echoes its id; what the database cannot take goes to the
 * spool. The exit status of `log`. */
int log_line(struct cmd *, struct str text);

#endif
