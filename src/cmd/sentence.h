/* What a typed sentence says: when, in which lane, about what; with the options beside it. */
#ifndef LINEUP_SENTENCE_H
#define LINEUP_SENTENCE_H

#include "cmd/cmd.h"

enum { SENTENCE_MAX = 64 << 10 };

/* What is left open (INSTANT_NONE, NULL, not said) stays as it was when a line is amended, and is the usual for a new
 * one. */
struct sentence {
	struct str text; /* as typed, less a time that stood in front; empty: left open */
	instant at, at_min, at_max, until;
	enum precision precision;
	struct str when; /* the time as typed */
	const struct kind *kind;
	struct str subject;
	bool lane_said, lane_guessed, severity_said;
	enum lane lane;
	enum severity severity;
};

/* From TEXT and --at, --from, --to, --kind, --lane, --subject, --severity. False with err set: an option is wrong. What
 * looks like a time or a lane and is none is said aloud, and the sentence taken as it stands. */
bool sentence_read(struct cmd *, struct str text, struct sentence *);
/* Puts what was said into an event. */
void sentence_apply(const struct sentence *, struct event *);
/* For the spool: whole into JSON, and back. */
void sentence_write(struct arena *, struct json *, const struct sentence *);
void sentence_parse(const struct json *, struct sentence *);

#endif
