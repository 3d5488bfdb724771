/* YAML as JSON trees: the only door to libyaml. */
#ifndef LINEUP_YAML_H
#define LINEUP_YAML_H

#include "read/doc.h"

/*
 * Streams documents ("---"); the elements of a top-level `items:` list come one by one so that a large List needs
 * little memory. Scalars become strings, except plain null/~ (null), true/false and plain integers. Depth over 64,
 * aliases, tags other than core and duplicate keys do not abort: aliases (and Kubernetes redactions like ***HIDDEN***)
 * become strings as written, depth ends that document with a note.
 */
struct yaml;
struct yaml *yaml_open(struct arena *, struct str text); /* TEXT outlives it */
/* Next element: object with its place. False at the end or on damage (then err is set, with "line N: ..."); after
 * damage the next call goes on at the next "---" or top-level "- " if there is one. */
bool yaml_next(struct yaml *, struct arena *, struct json **, struct where *, struct err *);
void yaml_close(struct yaml *);
AUTO_CLOSER(struct yaml *, yaml_close)

const char *yaml_library(void); /* version of libyaml */

#endif
