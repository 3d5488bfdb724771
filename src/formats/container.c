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

/* 55: below the formats that know what is inside, above those that only see a time. */
static int container_bid(struct doc *doc)
{
	int wrapped = 0, tried = 0;
	struct str rest = doc->head, line;
	while (tried < CONTAINER_LINES && str_next(&rest, '\n', &line)) {
		if (rest.n == 0 && !doc->head_is_all && tried > 0)
			break;
		ARENA_SCOPE(doc->scratch);
		struct wrap wrap;
		tried += str_trim(line).n > 0;
		wrapped += wrap_open(doc->scratch, str_trim_end(line), &wrap) && wrap.when.n > 0 &&
			   (wrap.stream.n > 0 || wrap.name.n > 0);
	}
	return wrapped * 2 > tried ? 55 : BID_NONE;
}

static bool container_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	return lines_parse(doc, &lines, sink);
}

const struct format format_container_log = {
	.name = "container-log",
	.blurb =
		"container logs: CRI (containerd, cri-o), docker json-file, kubectl logs --prefix --timestamps, stern -t",
	.bid = container_bid,
	.parse = container_parse,
};
