/* Makes a report anew around what people wrote. */
#include "render/merge.h"
#include "base/digest.h"
#include "render/reflow.h"

enum { SECTIONS_MAX = 10000, DIFFERENCE_LINES = 40 };

/* --- taking apart --- */

enum marker { MARKER_NONE, MARKER_HUMAN, MARKER_GENERATED, MARKER_END_HUMAN, MARKER_END_GENERATED, MARKER_SETTINGS };

static enum marker read_marker(struct str line, struct str *name, struct str *sha256)
{
	static const struct {
		const char *start;
		enum marker marker;
	} starts[] = {{"<!-- lineup:human ", MARKER_HUMAN}, {"<!-- lineup:generated ", MARKER_GENERATED},
		{"<!-- /lineup:human", MARKER_END_HUMAN}, {"<!-- /lineup:generated", MARKER_END_GENERATED},
		{"<!-- lineup:report", MARKER_SETTINGS}};
	line = str_trim(line);
	if (!str_ends(line, STR("-->")))
		return MARKER_NONE;
	for (size_t i = 0; i < LEN(starts); i++) {
		if (!str_starts(line, str_of(starts[i].start)))
			continue;
		struct str rest = str_slice(line, strlen(starts[i].start), line.n - 3), word;
		*name = *sha256 = STR_NONE;
		str_word(&rest, name);
		while (str_word(&rest, &word))
			if (str_starts(word, STR("sha256:")))
				*sha256 = str_from(word, 7);
		return starts[i].marker;
	}
	return MARKER_NONE;
}

struct splitter {
	struct arena *arena;
	struct str text;
	VEC(struct piece) pieces;
	struct piece open; /* being read */
	size_t from, body; /* where it and its body begin */
	size_t fence;      /* open code fence in a generated body: markers in there are evidence */
	size_t fence_at;   /* what stands behind its first line, which is that one */
	int64_t fence_line;
	size_t endless; /* fences as long as this one do not end, so they hide no markers; 0: there is none */
};

static void end_piece(struct splitter *s, size_t body_end, size_t end)
{
	if (end > s->from) {
		s->open.whole = str_slice(s->text, s->from, end);
		s->open.body = str_slice(s->text, s->body, body_end);
		*PUSH(&s->pieces, s->arena) = s->open;
	}
	s->open = (struct piece){.type = PIECE_TEXT};
	s->from = s->body = end;
}

static void begin_piece(struct splitter *s, enum piece_type type, struct str name, struct str sha256, size_t from,
	size_t body, int64_t line)
{
	end_piece(s, from, from);
	s->open = (struct piece){.type = type, .name = name, .sha256 = sha256, .line = line + 1};
	s->body = body;
	s->fence = 0;
}

/* Most lines are evidence, and neither begin as a fence nor as a marker does. */
static bool may_matter(struct str line)
{
	size_t i = 0;
	while (i < line.n && byte_is_space(line.p[i]))
		i++;
	return i < line.n && (line.p[i] == '`' || line.p[i] == '<');
}

static void split_line(struct splitter *s, struct str line, size_t from, size_t to, int64_t number)
{
	struct str name, sha256;
	if (!may_matter(line))
		return;
	size_t fence = s->open.type == PIECE_GENERATED ? fence_length(line) : 0;
	if (s->fence) {
		if (fence >= s->fence && str_trim(line).n == fence)
			s->fence = 0;
		return;
	}
	if (fence && !(s->endless && fence >= s->endless)) {
		s->fence = fence;
		s->fence_at = to;
		s->fence_line = number;
	}
	switch (read_marker(line, &name, &sha256)) {
	case MARKER_HUMAN:
		begin_piece(s, PIECE_HUMAN, name, sha256, from, to, number);
		break;
	case MARKER_GENERATED:
		begin_piece(s, PIECE_GENERATED, name, sha256, from, to, number);
		break;
	case MARKER_SETTINGS:
		begin_piece(s, PIECE_SETTINGS, STR_NONE, STR_NONE, from, to, number);
		end_piece(s, to, to);
		break;
	case MARKER_END_HUMAN:
	case MARKER_END_GENERATED:
		if (s->open.type != PIECE_TEXT)
			end_piece(s, from, to);
		break;
	case MARKER_NONE:
		break;
	}
}

struct pieces report_split(struct arena *a, struct str report)
{
	struct splitter s = {.arena = a, .text = report, .open = {.type = PIECE_TEXT}};
	int64_t number = 1;
	for (size_t at = 0; at < report.n && s.pieces.n < SECTIONS_MAX; number++) {
		size_t end = str_find_byte(report, '\n', at);
		size_t to = end == STR_NPOS ? report.n : end + 1;
		split_line(&s, str_slice(report, at, to), at, to, number);
		at = to;
		if (at == report.n &&
			s.fence) { /* somebody took its end away; what people wrote behind it is theirs all the same */
			s.endless = s.fence;
			s.fence = 0;
			at = s.fence_at;
			number = s.fence_line;
		}
	}
	end_piece(&s, report.n, report.n);
	return (struct pieces){s.pieces.v, s.pieces.n};
}

const struct piece *piece_find(const struct pieces *p, enum piece_type type, struct str name)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].type == type && str_eq(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

/* What editors change without meaning it does not count: line ends, blanks at their ends, blank lines around. */
static struct str plain_body(struct arena *a, struct str body)
{
	struct buf b = BUF(a);
	struct str line;
	while (str_next(&body, '\n', &line)) {
		line = str_trim_end(line);
		if (b.n || line.n) {
			buf_add(&b, line);
			buf_byte(&b, '\n');
		}
	}
	struct str s = buf_str(&b);
	return str_trim_end(s);
}

/* What an older lineup sealed with. */
static struct str plain_digest(struct arena *a, struct str body)
{
	struct digest d = digest_of(plain_body(a, body));
	return str_slice(digest_hex(a, &d), 0, 16);
}

bool piece_is_edited(struct arena *a, const struct piece *p)
{
	return p->type == PIECE_GENERATED && !str_eq(p->sha256, reflow_digest(a, p->body)) &&
	       !str_eq(p->sha256, plain_digest(a, p->body));
}

bool pieces_say_the_same(struct arena *a, const struct piece *x, const struct piece *y)
{
	return str_eq(reflow_digest(a, x->body), reflow_digest(a, y->body));
}

struct str report_seal(struct arena *a, struct str rendered)
{
	struct pieces p = report_split(a, rendered);
	struct buf b = BUF(a);
	for (size_t i = 0; i < p.n; i++) {
		if (p.v[i].type != PIECE_GENERATED) {
			buf_add(&b, p.v[i].whole);
			continue;
		}
		struct str digest = reflow_digest(a, p.v[i].body);
		buf_fmt(&b, "<!-- lineup:generated %.*s sha256:%.*s -->\n", STR_ARG(p.v[i].name), STR_ARG(digest));
		buf_add(&b, p.v[i].body);
		buf_cstr(&b, "<!-- /lineup:generated -->\n");
	}
	return buf_str(&b);
}

/* --- differences --- */

struct lines {
	struct str *v;
	size_t n;
};

static struct lines lines_of(struct arena *a, struct str text)
{
	VEC(struct str) list = {0};
	struct str line;
	while (str_next(&text, '\n', &line))
		*PUSH(&list, a) = str_trim_end(line);
	return (struct lines){list.v, list.n};
}

static void put_lines(struct buf *b, char sign, const struct lines *l, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < from + DIFFERENCE_LINES; i++)
		buf_fmt(b, "%c%.*s\n", sign, STR_ARG(l->v[i]));
	if (to > from + DIFFERENCE_LINES)
		buf_fmt(b, "%c... %zu more lines\n", sign, to - from - DIFFERENCE_LINES);
}

void buf_difference(struct buf *b, struct str name, struct str was, struct str is)
{
	struct lines x = lines_of(b->arena, was), y = lines_of(b->arena, is);
	size_t head = 0, tail = 0;
	while (head < x.n && head < y.n && str_eq(x.v[head], y.v[head]))
		head++;
	while (tail < x.n - head && tail < y.n - head && str_eq(x.v[x.n - 1 - tail], y.v[y.n - 1 - tail]))
		tail++;
	buf_fmt(b, "--- section '%.*s' as generated now\n+++ section '%.*s' as edited\n@@ -%zu,%zu +%zu,%zu @@\n",
		STR_ARG(name), STR_ARG(name), head + 1, x.n - head - tail, head + 1, y.n - head - tail);
	put_lines(b, '-', &x, head, x.n - tail);
	put_lines(b, '+', &y, head, y.n - tail);
}

/* --- putting together --- */

struct merger {
	struct arena *arena;
	struct pieces fresh, previous;
	int edited;
	bool crlf;
	VEC(struct piece) out;
	struct buf conflicts;
};

static void merge_generated(struct merger *m, const struct piece *old)
{
	const struct piece *fresh = piece_find(&m->fresh, PIECE_GENERATED, old->name);
	bool keep = !fresh;
	if (!fresh && str_starts(old->body, STR(REPORT_LEFT_OUT)) && !piece_is_edited(m->arena, old)) {
		*PUSH(&m->out, m->arena) = (struct piece){.type = PIECE_TEXT, .body = old->body, .whole = old->body};
		return;
	}
	bool same = fresh && str_eq(old->body, fresh->body); /* as most are, and no digest is needed to see it */
	if (fresh && !same && m->edited != REPORT_OURS && piece_is_edited(m->arena, old) &&
		!pieces_say_the_same(m->arena, old, fresh)) {
		keep = true;
		if (m->edited == REPORT_KEEP)
			buf_difference(&m->conflicts, old->name, plain_body(m->arena, fresh->body),
				plain_body(m->arena, old->body));
	}
	*PUSH(&m->out, m->arena) = keep ? *old : *fresh;
}

static void merge_previous(struct merger *m)
{
	for (size_t i = 0; i < m->previous.n; i++) {
		const struct piece *old = &m->previous.v[i];
		const struct piece *fresh = piece_find(&m->fresh, PIECE_SETTINGS, STR_NONE);
		if (old->type == PIECE_GENERATED)
			merge_generated(m, old);
		else
			*PUSH(&m->out, m->arena) = old->type == PIECE_SETTINGS && fresh ? *fresh : *old;
	}
}

static bool is_section(const struct piece *p)
{
	return p->type == PIECE_HUMAN || p->type == PIECE_GENERATED;
}

/* Where a section that the previous report lacks goes: behind the nearest one before it. */
static size_t place_for(const struct merger *m, size_t i)
{
	for (size_t k = i; k-- > 0;)
		for (size_t at = 0; is_section(&m->fresh.v[k]) && at < m->out.n; at++)
			if (m->out.v[at].type == m->fresh.v[k].type && str_eq(m->out.v[at].name, m->fresh.v[k].name))
				return at + 1;
	return m->out.n && m->out.v[0].type == PIECE_SETTINGS;
}

static void insert(struct merger *m, size_t at, const struct piece *p)
{
	(void)PUSH(&m->out, m->arena);
	memmove(m->out.v + at + 1, m->out.v + at, (m->out.n - 1 - at) * sizeof *m->out.v);
	m->out.v[at] = *p;
}

static void merge_missing(struct merger *m)
{
	for (size_t i = 0; i < m->fresh.n; i++) {
		const struct piece *p = &m->fresh.v[i];
		if (!is_section(p) || piece_find(&m->previous, p->type, p->name))
			continue;
		size_t at = place_for(m, i);
		if (i && m->fresh.v[i - 1].type == PIECE_TEXT) /* its heading comes along */
			insert(m, at++, &m->fresh.v[i - 1]);
		insert(m, at, p);
	}
}

static bool comes_from(const struct piece *p, struct str text)
{
	return p->whole.p >= text.p && p->whole.p < text.p + text.n;
}

static void put_piece(struct buf *b, const struct merger *m, const struct piece *p, struct str previous)
{
	if (b->n && b->p[b->n - 1] != '\n')
		buf_cstr(b, m->crlf ? "\r\n" : "\n");
	if (!m->crlf || comes_from(p, previous)) {
		buf_add(b, p->whole);
		return;
	}
	struct str rest = p->whole, line;
	while (str_next(&rest, '\n', &line))
		buf_fmt(b, "%.*s\r\n", STR_ARG(line));
}

static bool has_section(const struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (is_section(&p->v[i]))
			return true;
	return false;
}

bool report_is_ours(struct arena *a, struct str text)
{
	struct pieces p = report_split(a, text);
	return has_section(&p);
}

bool report_merge(struct arena *a, struct str fresh, struct str previous, int edited, struct str *out,
	struct str *conflicts, struct err *err)
{
	struct merger m = {.arena = a,
		.fresh = report_split(a, fresh),
		.previous = report_split(a, previous),
		.edited = edited,
		.conflicts = BUF(a)};
	if (!has_section(&m.previous))
		return err_set(err,
			"what is there now is no report of lineup's and is not overwritten; move it away or write elsewhere");
	if (m.previous.n >= SECTIONS_MAX)
		return err_set(err, "the report has more than %d sections", SECTIONS_MAX);
	size_t end = str_find_byte(previous, '\n', 0);
	m.crlf = end != STR_NPOS && end > 0 && previous.p[end - 1] == '\r'; /* as its first line ends */
	merge_previous(&m);
	merge_missing(&m);
	struct buf b = BUF(a);
	for (size_t i = 0; i < m.out.n; i++)
		put_piece(&b, &m, &m.out.v[i], previous);
	*out = buf_str(&b);
	*conflicts = buf_str(&m.conflicts);
	return true;
}
