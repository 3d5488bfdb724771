/* What came onto the timeline since the last look, for somebody who is busy with something else; and files followed
 * meanwhile. */
#ifndef LINEUP_NEWS_H
#define LINEUP_NEWS_H

#include "cmd/cmd.h"

#include <sys/types.h>

struct news {
	struct cmd *c;
	struct arena *arena; /* as long as the news */
	int64_t row;         /* of the last event seen */
	instant now;         /* when something was said here last: that is no news */
	bool quiet;
	pid_t follower;    /* `lineup ingest --follow`, 0: none */
	FILE *nowhere;     /* for chatter that nobody asked for */
	int follower_says; /* what it writes on standard error, -1: nothing */
};
/* Begins with what is there now (the store is open); --follow starts a follower. */
bool news_open(struct news *, struct cmd *);
void news_close(struct news *);
/* Lines to show, each with its newline; none when nothing is new. CHANGED: the database has been written to. */
struct str news_take(struct news *, bool changed, struct arena *);

#endif
