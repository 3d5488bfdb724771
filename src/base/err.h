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

/* All three return false, so that `return err_set(e, ...)` reads well. The first failure stays: a second err_set on
 * a set err is ignored. */
bool err_set(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool err_sys(struct err *, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* adds ": strerror(errno)" */
bool err_prefix(struct err *, struct str context);                                      /* "context: " goes in front */
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
