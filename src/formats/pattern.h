/* Formats that are data: a pattern, a time layout, names, and samples that are checked when it is loaded. */
#ifndef LINEUP_PATTERN_H
#define LINEUP_PATTERN_H

#include "formats/format.h"

/*
 * schema/formats/NAME.json; unknown keys are an error, everything but name, samples and one of pattern and steps may be
 * left out:
 *   { "name": "pgbackrest", "blurb": "pgBackRest log",
 *     "pattern": "^(?<when>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}) P\\d\\d +(?<level>[A-Z]+): (?<text>.*)",
 *                             or a list of patterns, the first that matches counts
 *     "layout": null | "%b %d %H:%M:%S" ...   "zone": null | "UTC" ...
 *     "bid": 60,              how sure when the share of head lines that match is high enough
 *     "share": 0.5,           that share (lines that are continuations do not count)
 *     "phrase": "P00 ",       cheap test: must stand in the head before the pattern is tried at all; a list: any of them
 *     "continuation": "^[ \\t]",  lines that belong to the record before (a group `text`: only that is added);
 *                             default: any line that does not match. With one, other lines are records of their own
 *     "skip": "^-+PROCESS START",  lines that carry nothing, but for (?<ends>a time) that no other is later than
 *     "fields": { "tool": "pgbackrest" },  constants added to every record
 *     "witness": ["stopped at (?<twin>.*)"],  lines that tell the zone of the clock that dates them: `twin` is the
 *                             moment of the line once more, with its zone; `zone` is another, in the zone of that clock
 *     "level": "info",        the level of lines that state none
 *     "carrier": true,        the text is often a line of another format (container, journal): that is read too
 *     "carried": true,        this pattern is tried on such texts
 *     "tools": true,          what backup tools print may stand in it (carriers: always): their steps are looked for
 *     "steps": [ ... ],       what lines tell of a run of a backup tool (run.h); a document that is not made of lines of
 *                             the pattern is what the tool prints, untimed: a record for each run
 *     "parts": { "mark": "[T]" },  what "%{mark}" stands for in it (base/parts.h); schema/parts.json has those of all
 *     "samples": [ { "line": "...", "when": "...", "zone": "...", "level": "...", "text": "...", "fields": {...} } ] }
 *                             line may hold several lines; it must give one record; what is named must be as named
 *
 * Named groups when, zone, level, text are those of the record; `priority` is a syslog number (the level is what is
 * left of it divided by 8); all others become fields.
 */
struct pattern;
/* Read and compiled; its samples are not checked yet, because they may need patterns that are loaded later. */
struct pattern *pattern_load(struct arena *, struct str json, struct str origin, struct err *);
/* False with "FILE: sample N: ..." when a sample does not give what it says. */
bool pattern_check(const struct pattern *, struct err *);
const char *pattern_name(const struct pattern *);
const char *pattern_blurb(const struct pattern *);
bool pattern_is_carried(const struct pattern *);
const struct steps *pattern_steps(const struct pattern *); /* NULL: none */
bool pattern_tells_runs(const struct pattern *);           /* its own steps, or those of any tool */
int pattern_bid_of(const struct pattern *);                /* what it bids at most */
void pattern_hasten(const struct pattern *);               /* regex_hasten, all of it */
/* One line by itself: false when the pattern does not match. */
bool pattern_line(const struct pattern *, struct arena *, struct str line, struct record *);
int pattern_bid(struct doc *, const void *pattern);
bool pattern_parse(struct doc *, const void *pattern, struct sink *, struct err *);

#endif
