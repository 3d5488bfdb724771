/* Names that are known to be somebody's or some machine's, and what looks like one. */
#ifndef LINEUP_REDACT_NAMES_H
#define LINEUP_REDACT_NAMES_H

#include "base/map.h"
#include "render/redact.h"

/* Names are runs of letters and digits with something between ("pool-a-1", "Mara Lind"), found as whole words in any
 * case. */
struct names {
	struct arena *arena;
	struct map whole; /* in small letters -> what it is, + 1 */
	struct map first; /* their first runs, so that most words are dismissed at once */
	size_t runs;      /* of the longest */
};
struct names names_open(struct arena *);
/* Learns NAME, and the parts of a person's; words that everybody uses (root, support, localhost) are not learned. */
void names_learn(struct names *, enum redacted, struct str name);

struct name_hit {
	size_t from, to; /* in the text; zero before the first */
	enum redacted what;
};
bool names_next(
	struct names *, struct str text, struct name_hit *); /* TEXT in small letters; longest first, left to right */

/* For the patterns. */
bool is_distinctive(
	struct str); /* "pool-a-1", "web01": a plain word may be a host's name too, but stands in sentences as well */
bool is_host(struct str);      /* a domain name, not a file, an API group or a version */
bool is_authority(struct str); /* behind "://" */
bool is_ipv6(struct str);
bool is_person(struct str); /* an account that is not a role */

#endif
