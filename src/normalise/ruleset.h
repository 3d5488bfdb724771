/* Rules compiled: tests on slots, templates in parts, and for each format one program. Private to normalise/. */
#ifndef LINEUP_RULESET_H
#define LINEUP_RULESET_H

#include "base/json.h"
#include "base/map.h"
#include "base/regex.h"
#include "normalise/rules.h"

enum {
	RULES_SLOTS = 320,        /* different field names in all rules together */
	RULES_FILE_MAX = 4 << 20, /* bytes of one file */
	RULES_FILES_MAX = 256,    /* files of one directory */
	RULES_NEST = 8,           /* "not" in "not" */
	RULES_SET_MAX = 32        /* fields that one rule may add */
};
/* The first slots are always these. */
enum { SLOT_TEXT, SLOT_LEVEL, SLOT_FORMAT, SLOTS_FIXED };

enum test_how { TEST_PRESENT, TEST_ABSENT, TEST_EQUALS, TEST_PREFIX, TEST_CONTAINS, TEST_REGEX }; /* cheapest first */
struct test {
	enum test_how how;
	int slot;
	bool negated;
	const struct str *values; /* any of them */
	const struct regex *const *patterns;
	size_t n;
};

/* "node:{object.name}": literals and slots in turn. */
struct part {
	struct str literal;
	int slot; /* -1: the literal */
};
struct template
{
	const struct part *parts;
	size_t n;
};
struct templates {
	const struct template *v; /* the first complete one is taken */
	size_t n;
};

struct rule {
	const struct test *tests;
	size_t tests_n;
	const struct kind *kind; /* NULL: stays other.log.line */
	bool severity_stated, severity_is_level;
	enum severity severity;
	struct templates subject;
	struct setter {
		struct str name;
		struct templates value;
	} * set;
	size_t set_n;
};

/* One "formats" list with its rules. LAYER: 0 the embedded ones, higher ones were loaded later and are tried earlier.
 */
struct rule_file {
	struct str origin;
	int layer;
	const struct str *formats;
	size_t formats_n;
	bool for_all, first;
	const struct rule *rules;
	size_t rules_n;
};

/* What one format's records go through. With an index slot, rules that test it for equality are found by its value. */
struct rule_list {
	const struct rule **v;
	size_t n, cap;
};
struct program {
	struct rule_list all, rest; /* REST: those that do not need the index slot's value */
	int index_slot;             /* -1: none */
	struct map by_value;        /* to struct rule_list */
};

struct rules {
	struct arena *arena;
	VEC(struct rule_file) files;
	struct map slots; /* field name to slot + 1 */
	struct str slot_names[RULES_SLOTS];
	int slots_n;
	int layers;
	struct map programs; /* format to program: built when the first record comes */
};

/* Where compiling a rule stands. */
struct compiler {
	struct rules *rules;
	struct err *err;
	struct templates subject; /* of rules that state none */
};
bool subject_compile(struct compiler *, const struct json *, struct templates *);
bool rule_compile(struct compiler *, const struct json *, struct rule *);

#endif
