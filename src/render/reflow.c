/* Whether two Markdown texts say the same, however an editor broke their lines. */
#include "render/reflow.h"
#include "base/digest.h"

enum {
	DIGITS = 16,
	RULER = 3,
	PIECE = 16 << 10 /* bytes hashed at a time: a line is too little */
};

size_t fence_length(struct str line)
{
	size_t n = 0;
	while (n < line.n && line.p[n] == '`')
		n++;
	return n >= RULER ? n : 0;
}

/* "* " and "+ " begin an item as "- " does. */
static bool is_bullet(struct str line)
{
	return line.n > 1 && memchr("*+-", line.p[0], 3) && byte_is_space(line.p[1]);
}

/* What LINE says, at P, where there is room for all of it. Returns what stands behind it. */
static char *put_said(char *p, struct str line)
{
	line = str_trim(line);
	size_t dashes = 0, from = is_bullet(line);
	if (from)
		*p++ = '-';
	for (size_t i = from; i < line.n; i++) {
		char c = line.p[i];
		dashes = c == '-' ? dashes + 1 : 0;
		if (c > '-') /* most are, and none of them is a blank or a sign */
			*p++ = c;
		else if (!byte_is_space(c) && dashes <= RULER)
			*p++ = c == '*' ? '_' : c;
	}
	return p;
}

struct str reflow_digest(struct arena *a, struct str text)
{
	AUTO(digester_close) struct digester *digester = digester_open();
	struct buf said = BUF(a);
	struct str line;
	size_t fence = 0;
	digester_begin(digester);
	while (str_next(&text, '\n', &line)) {
		size_t n = fence_length(str_trim(line));
		bool verbatim = fence > 0;
		if (fence && n >= fence && str_trim(line).n == n)
			fence = 0;
		else if (!fence)
			fence = n;
		line = str_trim_end(line);
		char *p = buf_room(&said, line.n + 1);
		if (verbatim || n)
			*p++ = '\n';
		if (verbatim && fence) {
			memcpy(p, line.n ? line.p : "", line.n);
			p += line.n;
		} else
			p = put_said(p, line);
		said.n = (size_t)(p - said.p);
		if (said.n >= PIECE) {
			digester_add(digester, said.p, said.n);
			said.n = 0;
		}
	}
	digester_add(digester, said.p, said.n);
	struct digest d = digester_end(digester);
	return str_slice(digest_hex(a, &d), 0, DIGITS);
}
