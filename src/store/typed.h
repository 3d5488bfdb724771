/* Private to store/: the bodies of statements, and the events that some of them also are. */
#ifndef LINEUP_STORE_TYPED_H
#define LINEUP_STORE_TYPED_H

#include "base/json.h"
#include "store/ledger.h"

/* Instants in bodies are RFC 3339 texts, exact to the microsecond; null or absent: INSTANT_NONE. */
void body_add_instant(struct arena *, struct json *, const char *key, instant);
void body_add_grain(struct arena *, struct json *body, struct grain);
struct grain body_grain(const struct json *body);
instant body_instant(const struct json *, const char *key);
struct str body_str(struct arena *, const struct json *, const char *key); /* a copy */

/* Id of the event that a thing first said in this statement also is. */
struct str typed_id(struct arena *, const struct statement *first);

/* The event that a statement also is, as S has it; FIRST is the first one said of the same thing. */
bool typed_event(
	const struct statement *first, const struct statement *s, struct arena *, struct event *, struct err *);

/*
 * SAID is all that was said of one thing; its last statement is the one that counts now. Brings the timeline in line
 * with it: the event that it also is comes, changes or goes; other nouns change nothing. OUT may be NULL; its strings
 * live in the arena. An event's key comes from the chain of the first statement, so that it stays the same through
 * every revision and rebuild.
 */
bool typed_apply(struct store *, const struct statements *said, struct arena *, struct event *out, struct err *);

/* What is about to be said; BODY empty withdraws it. */
struct saying {
	const char *noun;
	struct str id, author;
	struct json *body;
	instant now;
	bool revises; /* must have been said before */
};
/* Inside a transaction: appends the statement and brings its event in line. OUT may be NULL; its strings live as long
 * as the store. */
bool saying_say(struct store *, const struct saying *, struct event *out, struct err *);

#endif
