/* Container logs as the node keeps them (CRI, docker json-file) or kubectl and stern print them, whatever the programs
 * in them wrote. */
#include "formats/formats_all.h"

#include "formats/lines.h"
#include "formats/wrap.h"

enum { CONTAINER_LINES = 50 }; /* lines of the head a bid looks at */

/* No line is this format's own: each is unwrapped and then read as a stray, which keeps its time. */
static enum line_kind read_line(const void *data, struct arena *arena, struct str line, struct record *record)
{
	(void)data, (void)arena, (void)line, (void)record;
	return LINE_OTHER;
}

static const struct line_format lines = {.read = read_line, .tools = true};

/* "2024-06-18T04:00:01.123456789Z 2024-06-18 04:00:01 LINE": kubectl and docker put a time in front of one, or of what
 * goes on with the line before. A mere time in front of each line is what any program writes. */
static bool is_stamped_twice(struct arena *scratch, struct str line, const struct wrap *wrap)
{
	struct record inside = {0};
	if (!wrap->when.n || line.p[10] != 'T' || !str_ends(wrap->when, STR("Z")))
		return false;
	return str_starts(wrap->text, STR("\t")) || (lines_carried(scratch, wrap->text, &inside) && inside.when.n > 0);
}

/* Below the formats that know what is inside, above those that only see a time. */
static int container_bid(struct doc *doc)
{
	int named = 0, stamped = 0, tried = 0;
	struct str rest = doc->head, line;
	while (tried < CONTAINER_LINES && doc_head_next(doc, &rest, &line)) {
		ARENA_SCOPE(doc->scratch);
		struct wrap wrap;
		line = str_trim_end(line);
		tried += line.n > 0;
		if (!wrap_open(doc->scratch, line, &wrap) || !wrap.when.n)
			continue;
		if (wrap.stream.n > 0 || wrap.name.n > 0)
			named++;
		else
			stamped += is_stamped_twice(doc->scratch, line, &wrap);
	}
	return named * 2 > tried ? 55 : tried && (named + stamped) * 2 >= tried ? 35 : BID_NONE;
}

static bool container_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	return lines_parse(doc, &lines, sink);
}

const struct format format_container_log = {
	.name = "container-log",
	.blurb = "container logs: CRI (containerd, cri-o), docker json-file, kubectl logs --prefix --timestamps, stern",
	.bid = container_bid,
	.parse = container_parse,
};
