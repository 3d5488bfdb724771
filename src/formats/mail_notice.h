/* A notice: what one letter announces, worked out before any record is made of it. */
#ifndef LINEUP_MAIL_NOTICE_H
#define LINEUP_MAIL_NOTICE_H

#include "formats/ical.h"
#include "formats/mail_letter.h"
#include "formats/mail_updates.h"
#include "formats/mail_window.h"
#include "formats/mail_words.h"

struct notice {
	struct arena *arena;
	const struct letter *letter;
	struct wording words;
	struct windows windows;
	struct updates updates;        /* posts of a status page that it carries */
	struct ical_events *calendars; /* one for each of the letter's */
	struct versions versions;
	bool retracts; /* takes back an earlier mail */
	/* as in format.h; empty where nothing is said */
	struct str class, about, status, provider, account, reference, resource, cluster;
};

/* What LETTER announces. It and the arena must outlive the notice. */
struct notice notice_study(struct arena *, const struct letter *);
/* It promises and states nothing: class "none" or "reply". */
bool notice_is_silent(const struct notice *);

#endif
