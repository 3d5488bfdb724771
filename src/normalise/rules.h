/* Rules that turn a record into a kind: data, not code. */
#ifndef LINEUP_RULES_H
#define LINEUP_RULES_H

#include "base/err.h"
#include "lineup.h"

/* The kinds, from schema/kinds.json. */
bool kinds_init(struct err *);
size_t kinds_count(void);
const struct kind *kinds_get(size_t i);
size_t kinds_index(const struct kind *);       /* of one of them */
const struct kind *kind_find(struct str name); /* NULL: no such kind */

/*
 * schema/rules/NAME.json, and *.json of directories added with rules_load (tried before the embedded ones):
 *   { "formats": ["kube-event"],            or ["*"]
 *     "first": true,                        tried before the formats' own rules: for what a parser has already
 *                                           understood; optional
 *     "subject": "pod:{namespace}/{pod}",   of rules without one of their own; optional
 *     "parts": { "is": "(?:is|was)" },    what "%{is}" stands for in it (base/parts.h); optional
 *     "rules": [
 *       { "when": { "reason": "NodeNotReady", "object.kind": ["Node", "..."] },      equals; a list: any of them
 *         "kind": "upgrade.node.notready", "severity": "error", "subject": "node:{object.name}",
 *         "set": { "node": "{object.name}" } },
 *       { "when": { "text": { "prefix": "..." | "contains": "..." | "regex": "state (?<phase>\\w+)" | "not": <test> } },
 *         ... } ] }
 * `text`, `level` and `format` are fields too; {"absent": true} and {"present": true} test for a field. The first rule
 * that matches wins. Named groups of a regex become fields. A {name} without a value leaves the subject (or field) out:
 * give several subjects as a list and the first complete one is taken. "severity": "level" takes the record's own
 * level. Without a rule a record is other.log.line with its level. "kind": null leaves a record out of nothing: it
 * stays other.log.line.
 */
struct rules;
struct rules *rules_open(struct arena *, struct err *); /* the embedded ones */
struct rules *rules_none(struct arena *);               /* nothing but what rules_load adds */
bool rules_load(struct rules *, const char *dir, struct err *);
/* Makes machine code of all patterns, for readers that may make none. */
void rules_hasten(const struct rules *);

struct verdict {
	const struct kind *kind;
	enum severity severity;
	struct str subject;
	const struct field *set; /* fields added by the rule */
	size_t set_n;
};
/* Results live in the arena. Cost: a format's rules only, cheap tests first. */
void rules_apply(const struct rules *, struct arena *, const char *format, const struct record *, struct verdict *);

#endif
