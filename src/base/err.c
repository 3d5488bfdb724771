/* Failures: one message, with context added on the way out. */
#include "err.h"

#include <errno.h>
#include <stdio.h>

/* Text that filled the room may have lost a part of its last character: drop the rest of it. */
static void err_mend_end(struct err *e)
{
	size_t n = strlen(e->text), at = n;

	if (n < ERR_ROOM - 1)
		return;
	while (at > n - 4 && ((unsigned char)e->text[at - 1] & 0xc0) == 0x80)
		at--;
	unsigned char lead = (unsigned char)e->text[--at];
	if (n - at < (lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4))
		e->text[at] = '\0';
}

void err_put(struct err *e, const char *fmt, ...)
{
	va_list args;

	if (err_is_set(e))
		return;
	va_start(args, fmt);
	vsnprintf(e->text, ERR_ROOM, fmt, args);
	va_end(args);
	err_mend_end(e);
}

void err_put_sys(struct err *e, const char *fmt, ...)
{
	const char *reason = strerror(errno);
	char text[ERR_ROOM];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	err_put(e, "%s: %s", text, reason);
}

void err_put_before(struct err *e, struct str context)
{
	size_t half = ERR_ROOM / 2, n = context.n < half ? context.n : half; /* leaves room for the reason */
	size_t kept = strnlen(e->text, ERR_ROOM - 1 - n - 2);

	memmove(e->text + n + 2, e->text, kept);
	e->text[n + 2 + kept] = '\0';
	if (n)
		memcpy(e->text, context.p, n);
	memcpy(e->text + n, ": ", 2);
	err_mend_end(e);
}

void err_scope_leave(struct err_scope *scope)
{
	if (!scope->was_set && err_is_set(scope->err))
		err_prefix(scope->err, scope->context);
}
