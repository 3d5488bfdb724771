/* Formats that are data: a pattern, a time layout, names, and samples that are checked when it is loaded. */
#ifndef LINEUP_PATTERN_H
#define LINEUP_PATTERN_H

#include "formats/format.h"

/*
 * schema/formats/NAME.json:
 *   { "name": "pgbackrest", "blurb": "pgBackRest log",
 *     "pattern": "^(?<when>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}) P(?<process>\\d\\d) +(?<level>[A-Z]+): (?<text>.*)",
 *     "layout": null | "%b %d %H:%M:%S" ...   "zone": null | "UTC" ...
 *     "bid": 60,              how sure when the share of head lines that match is high enough
 *     "share": 0.5,           that share (lines that are continuations do not count)
 *     "phrase": "P00 ",       cheap test: must stand in the head before the pattern is tried at all; optional
 *     "continuation": "^[ \\t]",  lines that belong to the record before; default: any line that does not match
 *     "skip": "^-+PROCESS START",  lines that carry nothing
 *     "fields": { "tool": "pgbackrest" },  constants added to every record
 *     "text": "text",         the group that is the text; likewise when, zone, level
 *     "samples": [ { "line": "...", "when": "...", "level": "...", "text": "...", "fields": {...} } ] }
 * Named groups other than when, zone, level, text become fields.
 */
struct pattern;
struct pattern *pattern_load(struct arena *, struct str json, struct str origin, struct err *);
const char *pattern_name(const struct pattern *);
const char *pattern_blurb(const struct pattern *);
int pattern_bid(struct doc *, const void *pattern);
bool pattern_parse(struct doc *, const void *pattern, struct sink *, struct err *);

#endif
