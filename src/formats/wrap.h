/* What log collectors put around a line: taken off, with the time and names they say. */
#ifndef LINEUP_WRAP_H
#define LINEUP_WRAP_H

#include "lineup.h"

/*
 * kubectl logs --timestamps, Grafana and Loki exports  "2022-03-16T13:32:39.044141390Z LINE", "2024-06-13 06:48:22.298Z LINE"
 * kubectl logs --prefix                                "[pod/NAME/CONTAINER] LINE"
 * CRI (containerd, cri-o)                              "2016-10-06T00:17:09.669794202Z stdout F LINE"; P: a part, F: the last
 * docker json-file                                     {"log":"LINE\n","stream":"stdout","time":"..."}; no \n: a part
 * docker compose, stern                                "NAME  | LINE"
 * stern -t                                              "POD CONTAINER 2022-03-16T13:32:39.044141390Z LINE"
 *
 * They may stand in each other, WRAP_LAYERS deep; the outermost time counts.
 */
enum { WRAP_LAYERS = 3, WRAP_FIELDS = 4 };
struct wrap {
	struct str text;   /* what was inside */
	struct str when;   /* outermost time; empty: the wrapper tells none */
	struct str stream; /* "stdout", "stderr", or empty */
	struct str name;   /* who wrote the line: lines of another name are no continuation */
	bool partial;      /* the rest of the line comes later, in the same stream */
	struct field fields[WRAP_FIELDS];
	size_t fields_n;
};
/* False, with only `text` set, to LINE, when nothing is around it. Views point into LINE or the arena. */
bool wrap_open(struct arena *, struct str line, struct wrap *);

/* Length of a full ISO 8601 stamp (date, time, zone) that TEXT begins with, 0: none. */
size_t wrap_stamp_length(struct str text);

/* The same text without terminal escapes: the input itself where there are none. */
struct str wrap_plain(struct arena *, struct str line);

#endif
