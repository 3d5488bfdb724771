/* zpool: what `zpool status` prints: how each pool stood, and its devices that were not well. */
#include "formats/formats_all.h"
#include "formats/kube.h"

/*
 *   pool: tank                                      the fields of a pool stand on lines of their own, right-aligned;
 *  state: DEGRADED                                  longer ones go on below, indented by a tab
 * status: One or more devices are faulted...
 * config:
 *         NAME       STATE     READ WRITE CKSUM     the tree of its devices; a spare's state is AVAIL or INUSE
 *         tank       DEGRADED     0     0     0
 *           sdb      FAULTED     29   118     0  too many errors
 * errors: No known data errors                    or how many, or that the files below are damaged
 *
 * It states no time: --captured-at does, or the terminal in which it was typed.
 */
#define NOT_STATUS "not a line of zpool status"

enum stage { STAGE_ABOVE, STAGE_POOL, STAGE_CONFIG, STAGE_ERRORS };

struct pool {
	struct arena *arena;
	struct where from;
	struct buf raw, text;
	struct str name, state;
	enum stage stage;
	bool in_status;
};

static const char *const device_states[] = {
	"ONLINE", "DEGRADED", "FAULTED", "OFFLINE", "UNAVAIL", "REMOVED", "SUSPENDED", "AVAIL", "INUSE"};

static bool is_state(struct str word)
{
	for (size_t i = 0; i < LEN(device_states); i++)
		if (str_eq(word, str_of(device_states[i])))
			return true;
	return false;
}

static void put(struct doc *doc, struct sink *sink, struct record *record, const struct kube_fields *fields)
{
	if (doc->captured_at != INSTANT_NONE) {
		record->when = STR("0s");
		record->layout = "age";
	}
	record->fields = fields->v;
	record->fields_n = fields->n;
	sink_put(sink, record);
}

static void pool_put(struct doc *doc, struct sink *sink, struct pool *pool)
{
	struct kube_fields fields = {.n = 0};
	if (pool->stage != STAGE_POOL)
		return;
	struct str text = buf_str(&pool->text);
	struct record record = {.from = pool->from, .raw = buf_str(&pool->raw)};
	record.text = str_fmt(pool->arena, "pool %.*s is %.*s%s%.*s", STR_ARG(pool->name), STR_ARG(pool->state),
		text.n ? ": " : "", STR_ARG(text));
	kube_field(&fields, "pool", pool->name);
	kube_field(&fields, "state", pool->state);
	put(doc, sink, &record, &fields);
}

/* A line that is a record by itself. DEVICE, STATE: empty where it tells of none. */
static void line_put(struct doc *doc, struct sink *sink, const struct pool *pool, const struct slice *slice,
	struct str device, struct str state, struct str text)
{
	struct kube_fields fields = {.n = 0};
	struct record record = {.from = slice->from, .raw = slice->text, .text = text};
	kube_field(&fields, "pool", pool->name);
	kube_field(&fields, "device", device);
	kube_field(&fields, "state", state);
	put(doc, sink, &record, &fields);
}

static bool is_heading(struct str word)
{
	static const char *const headings[] = {"NAME", "logs", "cache", "spares", "special", "dedup"};
	for (size_t i = 0; i < LEN(headings); i++)
		if (str_eq(word, str_of(headings[i])))
			return true;
	return !word.n;
}

/* A device that is not well; what is well, and groups of devices, whose state follows from theirs, say nothing. */
static void device_put(struct doc *doc, struct sink *sink, const struct pool *pool, const struct slice *slice)
{
	static const char *const groups[] = {"raidz", "mirror-", "draid", "replacing-", "spare-"};
	static const char *const well[] = {"ONLINE", "AVAIL", "INUSE", "DEGRADED"};
	struct str rest = slice->text, name = STR_NONE, state = STR_NONE;
	if (str_word(&rest, &name))
		str_word(&rest, &state);
	bool is_known = is_state(state), says_nothing = is_known ? str_eq(name, pool->name) : is_heading(name);
	for (size_t i = 0; i < LEN(groups) && is_known; i++)
		says_nothing |= str_starts(name, str_of(groups[i]));
	for (size_t i = 0; i < LEN(well); i++)
		says_nothing |= str_eq(state, str_of(well[i]));
	ARENA_SCOPE(doc->scratch);
	if (says_nothing)
		sink_skip(sink, slice->from);
	else if (!is_known)
		sink_note(sink, slice->from, slice->text, NOT_STATUS);
	else
		line_put(doc, sink, pool, slice, name, state,
			str_fmt(doc->scratch, "device %.*s of pool %.*s: %.*s", STR_ARG(name), STR_ARG(pool->name),
				STR_ARG(str_trim(str_from(str_trim(slice->text), name.n)))));
}

/* What is lost: a line that says so, and below it the names of files, indented. */
static void error_put(
	struct doc *doc, struct sink *sink, const struct pool *pool, const struct slice *slice, struct str value)
{
	ARENA_SCOPE(doc->scratch);
	if (!value.n)
		sink_skip(sink, slice->from);
	else if (!byte_is_space(slice->text.p[0]) && !str_starts(slice->text, STR("errors:")))
		sink_note(sink, slice->from, slice->text, NOT_STATUS);
	else
		line_put(doc, sink, pool, slice, STR_NONE, STR_NONE,
			str_fmt(doc->scratch, "errors of pool %.*s: %.*s", STR_ARG(pool->name), STR_ARG(value)));
}

/* "  pool: tank": a name of at most six letters, right-aligned to the sixth column. */
static bool read_label(struct str line, struct str *label, struct str *value)
{
	size_t colon = str_find_byte(line, ':', 0);
	if (colon == STR_NPOS || colon > 7 || !line.n || line.p[0] == '\t')
		return false;
	*label = str_trim(str_slice(line, 0, colon));
	*value = str_trim(str_from(line, colon + 1));
	return label->n >= 3;
}

/* The next stage, as LABEL says. What was known of the pool is put when its own lines are over. */
static void label_read(struct doc *doc, struct sink *sink, struct pool *pool, const struct slice *slice,
	struct str label, struct str value)
{
	struct arena *arena = pool->arena;
	bool begins = str_eq(label, STR("pool"));
	bool unharmed = str_starts(value, STR("No known data errors"));
	enum stage next = pool->stage == STAGE_ABOVE ? STAGE_ABOVE : STAGE_CONFIG;
	if (begins || (pool->stage == STAGE_POOL && !str_eq(label, STR("config")) && !str_eq(label, STR("errors"))))
		next = STAGE_POOL;
	else if (next == STAGE_CONFIG && str_eq(label, STR("errors")) && !unharmed)
		next = STAGE_ERRORS;
	if (begins || next != pool->stage)
		pool_put(doc, sink, pool);
	if (begins) {
		arena_reset(arena);
		*pool = (struct pool){.arena = arena, .from = slice->from, .raw = BUF(arena), .text = BUF(arena)};
		pool->name = str_dup(arena, value);
	}
	pool->stage = next;
	if (str_eq(label, STR("state")) && next == STAGE_POOL)
		pool->state = str_dup(arena, value);
	pool->in_status = str_eq(label, STR("status"));
}

/* A line of what stands before the devices of a pool. */
static void pool_add(struct pool *pool, const struct slice *slice, struct str value)
{
	if (pool->in_status)
		buf_fmt(&pool->text, "%s%.*s", pool->text.n ? " " : "", STR_ARG(value));
	buf_fmt(&pool->raw, "%.*s\n", STR_ARG(slice->text));
	pool->from.length = slice->from.offset + slice->from.length - pool->from.offset;
}

static bool zpool_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	AUTO(arena_close) struct arena *arena = arena_open();
	struct pool pool = {.arena = arena, .raw = BUF(arena), .text = BUF(arena)};
	struct slice slice;
	while (doc_line(doc, &slice)) {
		struct str label, value = str_trim(slice.text);
		bool is_label = read_label(slice.text, &label, &value);
		if (is_label)
			label_read(doc, sink, &pool, &slice, label, value);
		if (pool.stage == STAGE_POOL)
			pool_add(&pool, &slice, value);
		else if (pool.stage == STAGE_ERRORS)
			error_put(doc, sink, &pool, &slice, value);
		else if (!value.n || (is_label && pool.stage == STAGE_CONFIG))
			sink_skip(sink, slice.from);
		else if (pool.stage == STAGE_CONFIG)
			device_put(doc, sink, &pool, &slice);
		else
			sink_note(sink, slice.from, slice.text, NOT_STATUS);
	}
	pool_put(doc, sink, &pool);
	return true;
}

static int zpool_bid(struct doc *doc)
{
	struct str rest = doc->head, line, label, value;
	bool pool = false;
	for (int i = 0; i < 20 && str_next(&rest, '\n', &line); i++) {
		if (!read_label(line, &label, &value))
			continue;
		if (pool)
			return str_eq(label, STR("state")) || str_eq(label, STR("id")) ? BID_IDENTITY : BID_NONE;
		pool = str_eq(label, STR("pool")) && str_starts(str_trim(line), STR("pool: "));
	}
	return BID_NONE;
}

const struct format format_zpool = {
	.name = "zpool",
	.blurb =
		"zpool status: pools and their devices that are not well; needs --captured-at, or a terminal around it",
	.bid = zpool_bid,
	.parse = zpool_parse,
};
