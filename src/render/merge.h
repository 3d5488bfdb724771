/* A report as its pieces, so that it can be made anew without touching what people wrote. */
#ifndef LINEUP_MERGE_H
#define LINEUP_MERGE_H

#include "render/render.h"

enum piece_type { PIECE_TEXT, PIECE_SETTINGS, PIECE_HUMAN, PIECE_GENERATED };
struct piece {
	enum piece_type type;
	struct str name, sha256; /* of a section; sha256 empty when its marker states none */
	struct str body;         /* between the markers */
	struct str whole;        /* as it stands, markers and line ends included: all wholes together are the report */
	int64_t line;            /* of the body's first line, 1-based */
};
struct pieces {
	struct piece *v;
	size_t n;
};
/* Markers count when they stand alone on a line; LF or CRLF. A section without its end ends at the next marker. */
struct pieces report_split(struct arena *, struct str report);
const struct piece *piece_find(const struct pieces *, enum piece_type, struct str name);
bool piece_is_edited(struct arena *,
	const struct piece *); /* a generated one whose body does not say what its sha256 says (reflow.h) */
bool pieces_say_the_same(struct arena *, const struct piece *, const struct piece *);

/* The body of a generated section whose words stay at home begins with it; where no fresh one takes its place, the
 * merge makes it text of its own. */
#define REPORT_LEFT_OUT "*Left out of the redacted version.*"

/* A rendered template with the sha256 of each generated section in its marker. */
struct str report_seal(struct arena *, struct str rendered);
/*
 * FRESH with the human sections, the texts between sections and the unknown sections of PREVIOUS, in the order of
 * PREVIOUS. Edited generated sections are kept unless OURS; with REPORT_KEEP each is described in *conflicts. Sections
 * that PREVIOUS lacks come after the one they follow in FRESH.
 */
bool report_merge(struct arena *, struct str fresh, struct str previous, int edited, struct str *out,
	struct str *conflicts, struct err *);
/* Unified-style difference of two texts: one hunk around all that differs. */
void buf_difference(struct buf *, struct str name, struct str was, struct str is);

#endif
