/* Every format, with the normaliser behind it: the first byte picks the format, 0 leaves it to the bids. */
#include "fuzz.h"

#include "base/json.h"
#include "base/utf8.h"
#include "normalise/normalise.h"

static struct arena *arena, *work;
static const struct rules *rules;
static struct str text; /* the document being read */

static void set_up(void)
{
	struct err e = {{0}};
	struct arena *lasting = arena_open();
	PROMISE(formats_init(&e) && kinds_init(&e) && (rules = rules_open(lasting, &e)) != NULL);
	arena = arena_open();
	work = arena_open();
}

/* UTF-16 becomes half as long again. */
static bool is_in_document(struct where w)
{
	int64_t room = (int64_t)text.n * 3 / 2 + 4;
	return w.offset >= 0 && w.length >= 0 && w.line >= 0 && w.offset <= room && w.length <= room - w.offset;
}

static void check_event(struct event_sink *sink, const struct event *e)
{
	struct err err = {{0}};
	(void)sink;
	ARENA_SCOPE(work);
	PROMISE(is_in_document(e->from));
	PROMISE(e->kind && e->lane >= 0 && e->lane < LANES && e->severity >= 0 && e->severity < SEVERITIES);
	PROMISE(e->count >= 1);
	PROMISE(e->at == INSTANT_NONE || (e->at_min <= e->at && e->at <= e->at_max));
	PROMISE(utf8_is_valid(e->text) && utf8_is_valid(e->subject));
	PROMISE(json_is_object(json_parse(work, e->fields, &err)));
}

static void check_note(struct event_sink *sink, struct where w, struct str excerpt, struct str why)
{
	(void)sink, (void)excerpt;
	PROMISE(is_in_document(w) && why.n > 0);
}

static struct doc *again(void *arg)
{
	return doc_of(arg, STR("fuzz"), text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		set_up();
	text = fuzz_text(data, size);
	size_t which = fuzz_byte(&text);
	struct err e = {{0}};
	{
		AUTO(doc_close) struct doc *doc = doc_of(arena, STR("fuzz"), text);
		const struct format *format =
			which && which <= formats_count() ? formats_get(which - 1) : format_choose(doc, NULL);
		struct clock_setting setting = {
			.not_after = INT64_C(1719000000) * SECOND, .captured_at = INT64_C(1719000000) * SECOND};
		struct event_sink sink = {check_event, check_note};
		AUTO(normaliser_close)
		struct normaliser *n = normaliser_open(arena, work, rules, format->name, &setting, &sink);
		if (!normalise_doc(n, format, doc, again, arena, &e))
			PROMISE(err_is_set(&e));
	}
	arena_reset(arena);
	arena_reset(work);
	return 0;
}
