/* A postmortem of the past: what its document tells, and saying it in the ledger. */
#ifndef LINEUP_PAST_H
#define LINEUP_PAST_H

#include "cmd/cmd.h"
#include "cmd/reading.h"

/* What the worker found in one document (formats/postmortem.h has the vocabulary). Lives in the command's arena. */
struct past {
	struct str name, sha256; /* of the file: its last component, and the digest of its bytes */
	const struct event *incident;
	VEC(struct event) events;
	size_t entries; /* of its timeline */
};
/* What became of it. */
struct past_outcome {
	const char *what; /* "new", "known", "brought up to date" */
	struct incident incident;
	struct strs marks;   /* names of milestones that were said */
	struct strs actions; /* ids of actions that were said */
	struct strs remarks; /* what a reader should know: ends that had to be assumed */
};
/* Reads the file once more; its events are on the timeline already. */
bool past_read(struct cmd *, struct worker *, const struct ingest_options *, const struct walk_file *, struct past *);
/* Says it: all of it, or nothing. FROM: when it began, where it does not say; INSTANT_NONE. */
bool past_say(struct cmd *, const struct past *, instant from, struct past_outcome *);

#endif
