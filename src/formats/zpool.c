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
 * errors: No known data errors
 *
 * It states no time: --captured-at does, or the terminal in which it was typed.
 */
struct pool {
	struct arena *arena;
	struct where from;
	struct buf raw, text;
	struct str name, state;
	bool in_status, in_config;
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
	if (!pool->name.n) { /* what stands above the first */
		if (pool->from.length)
			sink_skip(sink, pool->from);
		return;
	}
	struct str text = buf_str(&pool->text);
	struct record record = {.from = pool->from, .raw = buf_str(&pool->raw)};
	record.text = str_fmt(pool->arena, "pool %.*s is %.*s%s%.*s", STR_ARG(pool->name), STR_ARG(pool->state),
		text.n ? ": " : "", STR_ARG(text));
	kube_field(&fields, "pool", pool->name);
	kube_field(&fields, "state", pool->state);
	put(doc, sink, &record, &fields);
}

/* A device that is not well; what is well, and groups of devices, whose state follows from theirs, say nothing. */
static void device_put(struct doc *doc, struct sink *sink, const struct pool *pool, const struct slice *slice)
{
	static const char *const groups[] = {"raidz", "mirror-", "draid", "replacing-", "spare-", "logs", "cache"};
	static const char *const well[] = {"ONLINE", "AVAIL", "INUSE", "DEGRADED"};
	struct str rest = slice->text, name, state;
	bool is_group =
		!str_word(&rest, &name) || !str_word(&rest, &state) || !is_state(state) || str_eq(name, pool->name);
	for (size_t i = 0; i < LEN(groups) && !is_group; i++)
		is_group = str_starts(name, str_of(groups[i]));
	for (size_t i = 0; i < LEN(well) && !is_group; i++)
		is_group = str_eq(state, str_of(well[i]));
	if (is_group) {
		sink_skip(sink, slice->from);
		return;
	}
	ARENA_SCOPE(doc->scratch);
	struct kube_fields fields = {.n = 0};
	struct record record = {.from = slice->from, .raw = slice->text};
	record.text = str_fmt(doc->scratch, "device %.*s of pool %.*s: %.*s", STR_ARG(name), STR_ARG(pool->name),
		STR_ARG(str_trim(str_from(str_trim(slice->text), name.n))));
	kube_field(&fields, "pool", pool->name);
	kube_field(&fields, "device", name);
	kube_field(&fields, "state", state);
	put(doc, sink, &record, &fields);
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

static bool zpool_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	AUTO(arena_close) struct arena *arena = arena_open();
	struct pool pool = {.arena = arena, .raw = BUF(arena), .text = BUF(arena)};
	struct slice slice;
	while (doc_line(doc, &slice)) {
		struct str label, value;
		bool is_label = read_label(slice.text, &label, &value);
		if (is_label && str_eq(label, STR("pool"))) {
			if (!pool.in_config)
				pool_put(doc, sink, &pool);
			arena_reset(arena);
			pool = (struct pool){.arena = arena, .from = slice.from, .raw = BUF(arena), .text = BUF(arena)};
			pool.name = str_dup(arena, value);
		}
		if (pool.in_config && !is_label) {
			device_put(doc, sink, &pool, &slice);
			continue;
		}
		if (is_label && (str_eq(label, STR("config")) || !pool.name.n || pool.in_config)) {
			if (!pool.in_config)
				pool_put(doc, sink, &pool);
			pool.in_config = true;
			sink_skip(sink, slice.from);
			continue;
		}
		if (is_label && str_eq(label, STR("state")))
			pool.state = str_dup(arena, value);
		pool.in_status = is_label ? str_eq(label, STR("status")) : pool.in_status;
		if (pool.in_status)
			buf_fmt(&pool.text, "%s%.*s", pool.text.n ? " " : "",
				STR_ARG(is_label ? value : str_trim(slice.text)));
		buf_fmt(&pool.raw, "%.*s\n", STR_ARG(slice.text));
		pool.from.length = slice.from.offset + slice.from.length - pool.from.offset;
	}
	if (!pool.in_config)
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
