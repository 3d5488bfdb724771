/* What must not leave: secrets, addresses, hosts, people's names and accounts, replaced by stable pseudonyms. */
#ifndef LINEUP_REDACT_H
#define LINEUP_REDACT_H

#include "analyse/analyse.h"

/*
 * Strings are redacted as they enter a report, before anything escapes, cuts or numbers them; so Markdown, HTML,
 * charts, excerpts and JSON agree. The same text gives the same pseudonym, "[host-3f2a91]", within one database: it is
 * keyed (HMAC-SHA-256) by a secret that stays there. Nothing of a secret is told: "[secret removed]". First everything
 * that may name somebody is heard, then strings are redacted, so that a name known from a mail's head is also found in
 * its signature.
 */
enum redacted { REDACTED_SECRET, REDACTED_ADDRESS, REDACTED_HOST, REDACTED_PERSON, REDACTED_ACCOUNT, REDACTIONS };
struct redactor;
struct redactor *redactor_open(struct str key, struct err *);
void redactor_close(struct redactor *);
AUTO_CLOSER(struct redactor *, redactor_close)

void redactor_hear(struct redactor *, struct str text); /* "Mara Lind <mara@...>", "s3://old-nas/..." */
void redactor_hear_name(struct redactor *, enum redacted, struct str name);
void redactor_hear_event(struct redactor *, const struct event *);
void redactor_hear_ledger(struct redactor *, const struct ledger *);

struct str redact(struct redactor *, struct arena *, struct str text);
struct str redact_whole(
	struct redactor *, struct arena *, enum redacted, struct str name); /* NAME is one, whatever it looks like */
void redact_event(struct redactor *, struct arena *, struct event *);
/* The same sources with other names: who fetches evidence needs the true ones. */
struct sources redact_sources(struct redactor *, struct arena *, const struct sources *);
void redact_ledger(struct redactor *, struct arena *, struct ledger *);
/* EVENTS are those that were analysed: proofs point to them, and they are changed. */
void redact_analysis(struct redactor *, struct arena *, struct analysis *, struct events *events);

/* A report that was written in full, reduced to what people wrote in it, redacted: made to stand as the previous one of
 * a redacted report. */
struct str report_redact_prose(struct arena *, struct redactor *, struct str report);
/* Names of the generated sections that somebody edited: what was written there does not come along. */
struct strs report_edited_sections(struct arena *, struct str report);

bool redact_begins_mark(struct str text); /* "[host-3f2a91]..." or "[secret removed]..." */
/* "2 secrets, 14 addresses (3 different), ..." of what was replaced in finished TEXT; "nothing". */
struct str redaction_count(struct arena *, struct str text);

#endif
