/* Whether two Markdown texts say the same, however an editor broke their lines. */
#include "render/reflow.h"
#include "base/digest.h"

enum { DIGITS = 16, RULER = 3 };

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

static void buf_said(struct buf *b, struct str line)
{
	line = str_trim(line);
	size_t dashes = 0, from = is_bullet(line);
	if (from)
		buf_byte(b, '-');
	for (size_t i = from; i < line.n; i++) {
		char c = line.p[i];
		dashes = c == '-' ? dashes + 1 : 0;
		if (!byte_is_space(c) && dashes <= RULER)
			buf_byte(b, c == '*' ? '_' : c);
	}
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
		said.n = 0;
		if (verbatim || n)
			buf_byte(&said, '\n');
		if (verbatim && fence) {
			buf_add(&said, line);
		} else
			buf_said(&said, line);
		digester_add(digester, said.p, said.n);
	}
	struct digest d = digester_end(digester);
	return str_slice(digest_hex(a, &d), 0, DIGITS);
}
