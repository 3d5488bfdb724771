/* What the words of a provider's mail say: class, status, provider, reference, versions, resources. */
#ifndef LINEUP_MAIL_WORDS_H
#define LINEUP_MAIL_WORDS_H

#include "read/mail.h"

/* The texts a mail is judged by; all folded (mail_fold). */
struct wording {
	struct str subject; /* without list tags and Fwd: */
	struct str body;    /* what the sender wrote himself */
	struct str whole;   /* with signature and history, for the provider's name */
	struct str table;   /* attached tables, cells between tabs */
	struct mailbox from;
	bool whole_window;   /* the mail states a window with start and end */
	struct str declared; /* X-MAINTNOTE-PROVIDER; may be empty */
};

struct versions {
	struct str from, to;
};

/* "maintenance", "upgrade", "deprecation", "incident", "none". PLANNED: the mail states a window. */
struct str wording_class(const struct wording *, const struct versions *, bool planned);
/* In the vocabulary of format.h; empty where nothing is said and the class has no usual one. */
struct str wording_status(const struct wording *, struct str class, bool has_window);
/* "This was sent to you in error": it takes back a notice and promises nothing. */
bool wording_retracts(const struct wording *);
/* "Could you move it to Sunday?" */
bool wording_asks(struct str body);
bool wording_reminds(const struct wording *);
struct str wording_provider(struct arena *, const struct wording *);
struct str wording_reference(struct arena *, const struct wording *);
/* Whose services it is about: "AWS Account: 123456789012", "Customer: Example Ltd"; empty. */
struct str wording_account(struct arena *, const struct wording *);
struct versions wording_versions(const struct wording *);
/* What is affected, several joined by ", ". */
struct str wording_resource(struct arena *, const struct wording *);
/* Name of a Kubernetes cluster; empty: none is named. */
struct str wording_cluster(const struct wording *);
/* The cluster that the row of a table around AT is about, by the head of a column; empty. */
struct str wording_row_cluster(struct str text, size_t at);
/* Of Kubernetes, its parts, or databases. */
bool text_is_about_clusters(struct str);
/* The sender is an office (noc@, noreply@, "X Support"), not a person. */
bool mailbox_is_office(const struct mailbox *);
/* "Example Networks" for "example-networks.com": the registrable domain's label. */
struct str domain_name(struct arena *, struct str domain);
/* "status.example.com" of "https://status.example.com:443/x"; empty: it is no URL. */
struct str url_host(struct str url);

#endif
