/* What people search for: any words are words, never a query of FTS5's or SQL's own, and what is found says them. */
#include "fuzz.h"

#include "normalise/normalise.h"
#include "store/store.h"

#include <unistd.h>

static struct arena *arena;
static struct store *store;
static char path[] = "/tmp/lineup-fuzz-XXXXXX";

static void clean_up(void)
{
	store_close(store);
	unlink(path);
	char journal[sizeof path + 16];
	snprintf(journal, sizeof journal, "%s-journal", path);
	unlink(journal);
}

static void set_up(void)
{
	static const char *const texts[] = {
		"disk full on osd.3", "a-b -x \"quoted\" * (((", "NEAR AND OR NOT", "volume pvc-1 faulted"};
	struct err e = {{0}};
	int fd = mkstemp(path);
	PROMISE(fd >= 0);
	close(fd);
	arena = arena_open();
	PROMISE(kinds_init(&e) && (store = store_open(path, STORE_CREATE, &e)) != NULL);
	atexit(clean_up);
	AUTO(digester_close) struct digester *digester = digester_open();
	for (size_t i = 0; i < LEN(texts); i++) {
		struct event event = {.at = (instant)i * SECOND,
			.until = INSTANT_NONE,
			.at_min = (instant)i * SECOND,
			.at_max = (instant)i * SECOND,
			.precision = PRECISION_S,
			.basis = BASIS_MANUAL,
			.kind = kind_find(STR("other.log.line")),
			.lane = LANE_OTHER,
			.text = str_of(texts[i]),
			.fields = STR("{}"),
			.count = 1};
		event_key(digester, event.text, 1, event.key);
		PROMISE(store_take_one(store, &event, &e));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!arena)
		set_up();
	struct err e = {{0}};
	struct events found;
	struct str words = fuzz_text(data, size), subject, kind;
	str_cut(words, STR("\n"), &words, &subject);
	str_cut(subject, STR("\n"), &subject, &kind);
	struct query q = {.from = INSTANT_NONE,
		.to = INSTANT_NONE,
		.words = words,
		.subject = subject,
		.kind = kind,
		.undated = true};
	if (!store_events(store, &q, arena, &found, &e)) {
		fprintf(stderr, "%s\n", e.text);
		PROMISE(!"a search fails");
	}
	int n;
	struct event one;
	if (!store_event(store, words, arena, &one, &n, &e))
		PROMISE(err_is_set(&e));
	arena_reset(arena);
	return 0;
}
