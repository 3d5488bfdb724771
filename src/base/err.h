/* Failures: one message, context added on the way out, printed once by cmd/. */
#ifndef LINEUP_ERR_H
#define LINEUP_ERR_H

#include "str.h"

enum { ERR_ROOM = 1024 };

/* Zero it before use. Whoever recovers calls err_clear(). Messages: lower case, no full stop, subject in single
 * quotes, remedy after "; ". Text is cut at ERR_ROOM bytes. */
struct err {
	char text[ERR_ROOM];
};

/* err_set(e, fmt, ...); err_sys adds ": strerror(errno)"; err_prefix(e, context) puts "context: " in front. All three
 * are false, so that `return err_set(e, ...)` reads well, and so that analyzers, which read one file at a time, see it.
 * The first failure stays: a second err_set on a set err is ignored. */
#define err_set(...) ERR_FALSE(err_put(__VA_ARGS__))
#define err_sys(...) ERR_FALSE(err_put_sys(__VA_ARGS__))
#define err_prefix(...) ERR_FALSE(err_put_before(__VA_ARGS__))
#define ERR_FALSE(call)                                                                                                \
	({                                                                                                             \
		call;                                                                                                  \
		false;                                                                                                 \
	})
void err_put(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_put_sys(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_put_before(struct err *, struct str context);
static inline bool err_is_set(const struct err *e)
{
	return e->text[0] != '\0';
}
static inline void err_clear(struct err *e)
{
	e->text[0] = '\0';
}

/* "CONTEXT: " goes before any error that leaves this block having been set in it. */
struct err_scope {
	struct err *err;
	struct str context;
	bool was_set;
};
void err_scope_leave(struct err_scope *);
#define ERR_IN(e, context_)                                                                                            \
	__attribute__((cleanup(err_scope_leave), unused)) struct err_scope ARENA_NAME(err_scope_, __LINE__) = {        \
		(e), (context_), err_is_set(e)}

#endif
