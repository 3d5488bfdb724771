/* Private to store/: the connection, its prepared statements, and the one way to fail. The only file that names
 * sqlite3.h. */
#ifndef LINEUP_STORE_SQL_H
#define LINEUP_STORE_SQL_H

#include "base/map.h"
#include "store/store.h"

#include <sqlite3.h>

enum { STATEMENTS_MAX = 128 }; /* slots for prepared statements: a power of two, about twice as many as there are */

struct prepared {
	const char *sql;
	sqlite3_stmt *stmt;
};
struct store {
	sqlite3 *db;
	const char *path;
	enum store_mode mode;
	enum store_failure failure; /* the last one */
	int code;                   /* SQLite's, of the last one */
	int64_t upgraded_from;      /* number of the schema it had; 0: it was up to date, or new */
	struct arena *arena;        /* as long as the store */
	struct arena *scratch;      /* one call's workings */
	struct digester *digester;
	struct prepared prepared[STATEMENTS_MAX];
	/* What is known of the database without asking it; forgotten on a rollback. */
	struct map kinds; /* names to ids */
	const struct kind *kind;
	int64_t kind_id;             /* of the kind met last */
	struct map origins;          /* rows of sources to what take.c knows of them */
	struct origin *origin;       /* the one met last */
	const struct arrival *batch; /* that SQLite reads the rows of */
	size_t batch_n;
	int64_t indexed_to;  /* -1: ask; valid within a transaction */
	int64_t offsets[16]; /* of zones that were proved (reread.c) */
	size_t offsets_n;
	bool offsets_known; /* false: ask; asked for again in each batch */
	/* Grouping: commits of one group become one, so that a thousand small sources are not a thousand syncs. */
	bool inside; /* between store_begin and store_commit or store_rollback */
	bool grouping, group_failed;
	instant group_began;   /* by the monotonic clock */
	int group_joined;      /* transactions that were committed into the open one */
	int64_t last_said;     /* seq of a statement */
	instant waiting_since; /* for other writers, by the monotonic clock; since try 0 of the busy handler */
	int64_t waited;        /* microseconds, since the last commit or look */
	int64_t waited_before; /* until that commit */
	int patience_ms;
	VEC(int64_t) claimed; /* sources given out by store_source_add in this process */
};

instant monotonic_now(void); /* for waits */

/* Remembers what kind of failure it was, and says it: "cannot DOING 'PATH': why; remedy". Always false. */
bool store_fail(struct store *, const char *doing, struct err *);

/* The statement for SQL, which is a static string: prepared at its first use, reset, without bindings. NULL on failure.
 */
sqlite3_stmt *store_sql_of(struct store *, const char *sql, struct err *);
static inline void stmt_reset(sqlite3_stmt *s)
{
	sqlite3_reset(s);
}
AUTO_CLOSER(sqlite3_stmt *, stmt_reset)

enum step { STEP_FAILED, STEP_ROW, STEP_DONE };
enum step store_step(struct store *, sqlite3_stmt *, struct err *);
bool store_run(struct store *, sqlite3_stmt *, struct err *);          /* what gives no rows; then reset */
bool store_exec(struct store *, const char *static_sql, struct err *); /* one without parameters, not kept */
bool store_ask_int(
	struct store *, const char *sql, int64_t *out, struct err *); /* first column of the first row; no row: 0 */

/* Runs TO with every column of the row that FROM stands at for its parameters. They are copied: that may fail. */
bool store_run_with_row(struct store *, sqlite3_stmt *to, sqlite3_stmt *from, struct err *);
/* Views are bound without a copy, which cannot fail: they live until the statement is stepped to its end. */
static inline void bind_int(sqlite3_stmt *s, int i, int64_t v)
{
	sqlite3_bind_int64(s, i, v);
}
static inline void bind_str(sqlite3_stmt *s, int i, struct str v)
{
	sqlite3_bind_text64(s, i, str_text(v), v.n, SQLITE_STATIC, SQLITE_UTF8);
}
static inline void bind_bytes(sqlite3_stmt *s, int i, const void *p, size_t n)
{
	sqlite3_bind_blob64(s, i, p ? p : "", n, SQLITE_STATIC);
}
static inline void bind_instant(sqlite3_stmt *s, int i, instant v)
{
	if (v == INSTANT_NONE)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_int64(s, i, v);
}
static inline void bind_row(sqlite3_stmt *s, int i, int64_t row)
{
	bind_instant(s, i, row ? row : INSTANT_NONE);
}
static inline int64_t col_int(sqlite3_stmt *s, int i)
{
	return sqlite3_column_int64(s, i);
}
static inline instant col_instant(sqlite3_stmt *s, int i)
{
	return sqlite3_column_type(s, i) == SQLITE_NULL ? INSTANT_NONE : sqlite3_column_int64(s, i);
}
static inline struct str col_str(sqlite3_stmt *s, int i)
{
	const char *p = sqlite3_column_blob(s, i); /* before the length: it may convert */

	return str_n(p, (size_t)sqlite3_column_bytes(s, i));
}

/* A transaction of its own unless the caller has one; leave it with what came of the work. */
bool store_enter(struct store *, bool *own, struct err *);
bool store_leave(struct store *, bool own, bool done, struct err *);
/* The same to read a consistent state; gives the read lock back at once. */
bool store_look(struct store *, bool *own, struct err *);
void store_looked(struct store *, bool own);

/* Applies the embedded schema files that it lacks, in one transaction; what was there before is copied to PATH.schema-N
 * first. */
bool schema_apply(struct store *, struct err *);
int64_t schema_newest(void);
/* Whether nothing in the file acts by itself but what our schema has: triggers, and views in the place of tables. */
bool schema_is_inert(struct store *, bool *inert, struct err *);

/* A connection of its own to the file as it is, whatever its schema; FLAGS are SQLite's. */
struct store *store_connect(const char *path, int flags, struct err *);
/* A checked copy of the file as it is on disk, though this connection may be about to change it. */
bool store_copy_aside(struct store *, const char *to, struct err *);

/* SQL functions of ours, for every connection. */
bool query_functions(struct store *, struct err *);

bool statement_at(struct store *, int64_t seq, struct arena *, struct statement *, bool *found, struct err *);
/* Number of the first statement whose chain does not hold; 0: all hold. */
bool statements_check(struct store *, int64_t *broken, struct err *);

/* --- query.c --- */
/* The first event behind ROW, however far; ROW: there is none. */
bool row_behind(struct store *, int64_t row, int64_t *next, struct err *);

/* --- arrival.c --- */
/* A source that events come from. */
struct origin {
	int64_t row;
	instant taken_at;
	struct str name, sha256;
};
/* An event on its way in, with the rows that it names. */
struct arrival {
	struct event *event;
	const struct origin *origin;
	int64_t kind;
	instant slot;
};
bool arrival_of(struct store *, struct event *, struct arrival *, struct err *);
/* The columns that it fills. */
#define EVENT_FIELDS                                                                                                   \
	"at, key, kind, lane, severity, precision, basis, source, offset, length, line, count, until, at_min, at_max," \
	" recorded_at, subject, text, written, fields"
/* The columns of an earlier state of it, which names the event and states every time. */
#define HISTORY_FIELDS                                                                                                   \
	"event, at, kind, lane, severity, precision, basis, source, offset, length, line, count, until, at_min, at_max," \
	" recorded_at, subject, text, written, fields"
struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BYTES } type;
	int64_t number;
	struct str text;
};
/* From 0, in the order of EVENT_FIELDS; behind them stands the row that the event has. */
struct value arrival_value(const struct arrival *, int column);
void bind_arrival(sqlite3_stmt *, const struct arrival *); /* all of them, from ?1 on */
/* Its place in the time index; an undated event stands where it may have begun. */
instant slot_of(const struct event *);
static inline int64_t event_count(const struct event *e)
{
	return e->count > 1 ? e->count : 1;
}
static inline instant event_until(const struct event *e)
{
	return e->until == INSTANT_NONE ? slot_of(e) : e->until;
}

/* --- batch.c --- */
bool batch_table(struct store *, struct err *); /* makes the table that its rows are read from */

/* --- take.c --- */
/* Positive: the event is larger than the state of it with that count and end. */
int event_growth(const struct event *, int64_t held_count, instant held_until);
/* One whose time and key are taken. */
bool take_again(struct store *, const struct arrival *, bool grows, enum taken *, struct err *);
enum { KIND_LOG_LINE = 1 }; /* id of other.log.line in table kind */
/* The columns of event as event_of reads them, from event e and its source s. */
#define EVENT_COLUMNS                                                                                                  \
	"e.id, e.at, e.key, k.name, e.lane, e.severity, e.precision, e.basis, e.source, e.offset, e.length, e.line,"   \
	" e.count, e.until, e.at_min, e.at_max, coalesce(e.recorded_at, s.taken_at), e.subject, e.text, e.written, e.fields"
#define EVENT_TABLES "event e JOIN kind k ON k.id = e.kind LEFT JOIN source s ON s.id = e.source"
/* A row of EVENT_COLUMNS. */
void event_of(sqlite3_stmt *, struct arena *, struct event *);
/* The kind of that name; one that this version does not know keeps its name. */
const struct kind *kind_named(struct arena *, struct str name, enum lane, enum severity);
/* Same row, new content, the old one into its history. E->row says which. */
bool store_replace(struct store *, struct event *, struct err *);
bool store_remove(struct store *, int64_t row, struct err *);
/* Row of (at, key); 0: none. */
bool store_row_of(struct store *, const struct event *, int64_t *row, struct err *);

/* What was read of a source and all that came out of it; what others told too is theirs from now on. */
bool source_forget(struct store *, int64_t row, struct err *);
bool sighting_add(struct store *, int64_t event, int64_t source, struct where, struct err *);

/* --- reread.c --- */
/* An event whose zone nobody states may be known with it: then *known, E->row says which, and it was seen here, too. */
bool reread_known(struct store *, struct event *, bool *known, struct err *);
/* Whether any of a batch may be known by another reading of its time, or prove one. */
bool reread_concerns(struct store *, const struct event *, size_t n, bool *concerns, struct err *);
/* E, which has its row, has its zone proved: what was held of it without is gone. */
bool reread_replace(struct store *, const struct event *, bool *replaced, struct err *);

/* --- words.c --- */
/* The index holds the words of events up to this row. */
bool store_indexed_to(struct store *, int64_t *row, struct err *);
/* Before the words of a row that is in the index change or go; afterwards; and once rows are gone. */
bool words_forget(struct store *, int64_t row, struct err *);
bool words_add(struct store *, const struct event *, struct err *);
bool words_settle(struct store *, struct err *);
/* The next piece of what is not indexed yet. */
bool words_index(struct store *, bool *more, struct err *);

#endif
