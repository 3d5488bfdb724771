/* A timeline in a folder of its own, and short ways to put events into it. Shared by the tests of store/. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "normalise/normalise.h"
#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOON (INT64_C(1718712000) * SECOND) /* 2024-06-18T12:00:00Z */

struct fixture {
	struct arena *arena;
	struct store *store;
	struct digester *digester;
	struct err err;
	const char *folder, *path;
};

static inline void must(struct fixture *f, bool done)
{
	if (!done)
		fail_msg("%s", f->err.text);
}

static inline void reopen(struct fixture *f, enum store_mode mode)
{
	store_close(f->store);
	f->store = store_open(f->path, mode, &f->err);
	must(f, f->store != NULL);
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *base = getenv("TMPDIR");

	f->arena = arena_open();
	f->digester = digester_open();
	f->folder = mkdtemp((char *)str_cstr(f->arena, str_fmt(f->arena, "%s/lineup-XXXXXX", base ? base : "/tmp")));
	f->path = str_cstr(f->arena, str_fmt(f->arena, "%s/t.db", f->folder));
	must(f, kinds_init(&f->err));
	reopen(f, STORE_CREATE);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	if (system(str_cstr(f->arena, str_fmt(f->arena, "chmod u+w '%s' && rm -r '%s'", f->folder, f->folder))) != 0)
		perror(f->folder);
	digester_close(f->digester);
	arena_close(f->arena);
	free(f);
	return 0;
}

static inline int64_t add_source(struct fixture *f, const char *name, const char *bytes)
{
	struct source s = {.name = str_of(name), .sha256 = str_of(bytes), .taken_at = NOON, .mtime = INSTANT_NONE};

	must(f, store_source_add(f->store, &s, &f->err));
	return s.row;
}

static inline struct event make_event(struct fixture *f, int64_t source, instant at, const char *text)
{
	struct event e = {.at = at,
		.until = INSTANT_NONE,
		.at_min = at,
		.at_max = at,
		.precision = PRECISION_S,
		.basis = BASIS_OFFSET,
		.kind = kind_find(STR("storage.volume.faulted")),
		.lane = LANE_STORAGE,
		.severity = SEVERITY_ERROR,
		.subject = STR("volume:pvc-1"),
		.text = str_of(text),
		.fields = STR("{}"),
		.when = STR("as written"),
		.count = 1,
		.source = source,
		.from = {100, 20, 3},
		.recorded_at = NOON};

	event_key(f->digester, e.text, 1, e.key);
	return e;
}

static inline enum taken take(struct fixture *f, struct event e, bool grows)
{
	enum taken taken;

	must(f, store_take(f->store, &e, grows, &taken, &f->err));
	return taken;
}

static const struct query everything = {.from = INSTANT_NONE, .to = INSTANT_NONE, .undated = true};

static inline struct events look(struct fixture *f, struct query q)
{
	struct events events;

	must(f, store_events(f->store, &q, f->arena, &events, &f->err));
	return events;
}

/* Number in the first column of the first row. */
static inline bool first_number(void *arg, int n, const struct str *names, const struct str *values)
{
	(void)n, (void)names;
	str_int(values[0], arg);
	return false;
}
static inline int64_t ask(struct fixture *f, const char *sql)
{
	int64_t number = -1;

	must(f, store_sql(f->store, str_of(sql), first_number, &number, &f->err));
	return number;
}

static inline void assert_fine(struct fixture *f)
{
	struct str report;

	must(f, store_check(f->store, f->arena, &report, &f->err));
	if (report.n)
		fail_msg("%.*s", STR_ARG(report));
}

/* Runs SQL as another program would. */
static inline int shell(struct fixture *f, const char *sql)
{
	return system(str_cstr(f->arena, str_fmt(f->arena, "sqlite3 '%s' \"%s\" >/dev/null 2>&1", f->path, sql)));
}

static inline void assert_says(struct fixture *f, const char *words)
{
	if (!strstr(f->err.text, words))
		fail_msg("'%s' is not in: %s", words, f->err.text);
	err_clear(&f->err);
}

#endif
