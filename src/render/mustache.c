/* Mustache by its published specification, without lambdas: templates over JSON trees. */
#include "render/render.h"
#include "base/map.h"

enum {
	TEMPLATE_SIZE = 4 << 20, /* bytes of one template or partial */
	SECTION_DEPTH = 64,      /* sections in sections */
	PARTIAL_DEPTH = 32,      /* partials in partials; they may call themselves */
	OUTPUT_SIZE = 256 << 20  /* bytes */
};

enum node_type { NODE_TEXT, NODE_ESCAPED, NODE_RAW, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

struct node {
	enum node_type type;
	struct str text;   /* the text, or a name */
	struct str indent; /* of a standalone partial */
	struct node *inner, *next;
};

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	struct str open, close; /* delimiters */
	struct err *err;
};

/* --- reading a template --- */

static bool parse_fail(struct parser *p, size_t at, const char *what, struct str name)
{
	int64_t line = 1;
	for (size_t i = 0; i < at; i++)
		line += p->text.p[i] == '\n';
	return err_set(p->err, "line %lld: %s '%.*s'", (long long)line, what, STR_ARG(str_slice(name, 0, 80)));
}

struct tag {
	char type; /* one of "#^/>!=&", '{' for a triple, or 'v' for a variable */
	struct str name;
	size_t from, to; /* in the template, delimiters included */
};

static struct str closer_of(struct parser *p, char type)
{
	if (type == '{')
		return str_fmt(p->arena, "}%.*s", STR_ARG(p->close));
	if (type == '=')
		return str_fmt(p->arena, "=%.*s", STR_ARG(p->close));
	return p->close;
}

/* The next tag at or after p->at. False without error: none. */
static bool find_tag(struct parser *p, struct tag *t)
{
	t->from = str_find(p->text, p->open, p->at);
	if (t->from == STR_NPOS)
		return false;
	size_t at = t->from + p->open.n;
	while (at < p->text.n && byte_is_space(p->text.p[at]))
		at++;
	t->type = at < p->text.n && strchr("#^/>!=&{", p->text.p[at]) && p->text.p[at] ? p->text.p[at] : 'v';
	at += t->type != 'v';
	struct str closer = closer_of(p, t->type);
	size_t end = str_find(p->text, closer, at);
	if (end == STR_NPOS)
		return parse_fail(p, t->from, "tag without its end:", str_slice(p->text, t->from, t->from + 40));
	t->name = str_trim(str_slice(p->text, at, end));
	t->to = end + closer.n;
	return true;
}

/* A tag that shows nothing and stands alone on its line takes the whole line with it: *from and *to become the line's.
 */
static bool stands_alone(struct str text, const struct tag *t, size_t *from, size_t *to)
{
	if (!strchr("#^/>!=", t->type))
		return false;
	size_t a = t->from, b = t->to;
	while (a > 0 && (text.p[a - 1] == ' ' || text.p[a - 1] == '\t'))
		a--;
	while (b < text.n && (text.p[b] == ' ' || text.p[b] == '\t'))
		b++;
	if ((a > 0 && text.p[a - 1] != '\n') || (b < text.n && text.p[b] != '\n' && text.p[b] != '\r'))
		return false;
	if (b < text.n && text.p[b] == '\r') {
		if (b + 1 >= text.n || text.p[b + 1] != '\n')
			return false;
		b++;
	}
	*from = a;
	*to = b < text.n ? b + 1 : b;
	return true;
}

static bool set_delimiters(struct parser *p, const struct tag *t)
{
	struct str rest = t->name, open, close, more;
	if (!str_word(&rest, &open) || !str_word(&rest, &close) || str_word(&rest, &more) ||
		str_find_byte(open, '=', 0) != STR_NPOS || str_find_byte(close, '=', 0) != STR_NPOS)
		return parse_fail(p, t->from, "not a pair of delimiters:", t->name);
	p->open = open;
	p->close = close;
	return true;
}

static struct node **add_node(struct parser *p, struct node **end, enum node_type type, struct str text)
{
	struct node *n = NEW(p->arena, struct node);
	n->type = type;
	n->text = text;
	*end = n;
	return &n->next;
}

static bool parse_nodes(struct parser *p, struct node **first, const struct tag *section, int depth);

static bool parse_section(struct parser *p, struct node *n, const struct tag *t, int depth)
{
	if (depth >= SECTION_DEPTH)
		return parse_fail(p, t->from, "sections more than 64 deep:", t->name);
	return parse_nodes(p, &n->inner, t, depth + 1);
}

/* Nodes up to the end of SECTION, or of the template when NULL. */
static bool parse_nodes(struct parser *p, struct node **end, const struct tag *section, int depth)
{
	struct tag t;
	while (find_tag(p, &t)) {
		size_t from = t.from, to = t.to;
		bool alone = stands_alone(p->text, &t, &from, &to);
		if (from > p->at)
			end = add_node(p, end, NODE_TEXT, str_slice(p->text, p->at, from));
		p->at = to;
		struct node **here = end;
		switch (t.type) {
		case '!':
			break;
		case '=':
			if (!set_delimiters(p, &t))
				return false;
			break;
		case '/':
			if (!section || !str_eq(section->name, t.name))
				return parse_fail(p, t.from,
					section ? "another section ends before" : "end without a section:",
					section ? section->name : t.name);
			return true;
		case '#':
		case '^':
			end = add_node(p, end, t.type == '#' ? NODE_SECTION : NODE_INVERTED, t.name);
			if (!parse_section(p, *here, &t, depth))
				return false;
			break;
		case '>':
			end = add_node(p, end, NODE_PARTIAL, t.name);
			if (alone)
				(*here)->indent = str_slice(p->text, from, t.from);
			break;
		default:
			end = add_node(p, end, t.type == 'v' ? NODE_ESCAPED : NODE_RAW, t.name);
		}
	}
	if (err_is_set(p->err))
		return false;
	if (section)
		return parse_fail(p, section->from, "section without its end:", section->name);
	if (p->at < p->text.n)
		add_node(p, end, NODE_TEXT, str_from(p->text, p->at));
	return true;
}

static bool parse_template(struct arena *a, struct str text, struct node **out, struct err *err)
{
	if (text.n > TEMPLATE_SIZE)
		return err_set(err, "template is larger than %d MiB", TEMPLATE_SIZE >> 20);
	struct parser p = {a, text, 0, STR("{{"), STR("}}"), err};
	return parse_nodes(&p, out, NULL, 0);
}

/* --- rendering --- */

struct renderer {
	struct arena *arena;
	const struct mustache *how;
	struct buf *out;
	struct err *err;
	struct map partials; /* parsed, by indentation and name */
	struct map root;   /* members of the whole context: it has many, and every name that no section knows is looked
			      for there */
	struct arena *row; /* what a row of a list is made in; NULL: there was none yet */
	int depth;
};

/* What a name stands for: a value of the context, or a list that is made row by row. */
struct value {
	const struct json *json;
	const struct mustache_rows *rows;
};

struct frame {
	const struct json *value;
	const struct frame *outer;
};

static const struct json *member(const struct json *v, struct str name)
{
	for (const struct json *m = json_is_object(v) ? json_first(v) : NULL; m; m = json_next(m))
		if (json_key_is(m, name))
			return m;
	return NULL;
}

/* The first part of a dotted name is looked for from the inside out, the rest only within it. */
static struct value find_value(const struct renderer *r, const struct frame *frame, struct str name)
{
	if (str_eq(name, STR(".")))
		return (struct value){frame->value, NULL};
	struct str part, rest = name;
	if (!str_next(&rest, '.', &part))
		return (struct value){NULL, NULL};
	struct value v = {NULL, NULL};
	for (; frame && !v.json; frame = frame->outer)
		v.json = frame->outer ? member(frame->value, part) : map_get(&r->root, part);
	if (!v.json && r->how->late)
		v.json = r->how->late(r->how->arg, part, &v.rows);
	while ((v.json || v.rows) && str_next(&rest, '.', &part))
		v = (struct value){member(v.json, part), NULL};
	return v;
}

/* Missing, null, false, an empty list and an empty text are nothing. */
static bool is_something(struct value value)
{
	const struct json *v = value.json;
	if (value.rows)
		return value.rows->n > 0;
	if (json_is_null(v))
		return false;
	if (json_is_array(v))
		return json_first(v) != NULL;
	if (json_is_string(v))
		return json_str(v).n > 0;
	return json_is_bool(v) ? json_is_true(v) : true;
}

static bool render_nodes(struct renderer *, const struct node *, const struct frame *);

static bool render_rows(
	struct renderer *r, const struct mustache_rows *rows, const struct node *inner, const struct frame *frame)
{
	if (!r->row)
		r->row = arena_open();
	for (size_t i = 0; i < rows->n; i++) {
		ARENA_SCOPE(r->row);
		const struct json *row = rows->row(rows->arg, r->row, i);
		if (!render_nodes(r, inner, &(struct frame){row, frame}))
			return false;
	}
	return true;
}

static bool render_section(struct renderer *r, const struct node *n, const struct frame *frame)
{
	struct value v = find_value(r, frame, n->text);
	if (n->type == NODE_INVERTED)
		return is_something(v) || render_nodes(r, n->inner, frame);
	if (!is_something(v))
		return true;
	if (v.rows)
		return render_rows(r, v.rows, n->inner, frame);
	if (!json_is_array(v.json))
		return render_nodes(r, n->inner, &(struct frame){v.json, frame});
	for (const struct json *item = json_first(v.json); item; item = json_next(item))
		if (!render_nodes(r, n->inner, &(struct frame){item, frame}))
			return false;
	return true;
}

/* The indentation of a standalone partial goes before each of the partial's own lines, not before lines of values. */
static struct str indented(struct arena *a, struct str text, struct str indent)
{
	if (!indent.n)
		return text;
	struct buf b = BUF(a);
	while (text.n) {
		size_t end = str_find_byte(text, '\n', 0);
		size_t n = end == STR_NPOS ? text.n : end + 1;
		buf_add(&b, indent);
		buf_add(&b, str_slice(text, 0, n));
		text = str_from(text, n);
	}
	return buf_str(&b);
}

static bool render_partial(struct renderer *r, const struct node *n, const struct frame *frame)
{
	if (!r->how->partial)
		return true;
	if (r->depth >= PARTIAL_DEPTH)
		return err_set(r->err, "partial '%.*s': partials more than %d deep", STR_ARG(n->text), PARTIAL_DEPTH);
	struct str key = str_fmt(r->arena, "%.*s>%.*s", STR_ARG(n->indent), STR_ARG(n->text));
	void **known = map_put(&r->partials, key);
	struct node *nodes = *known;
	if (!nodes) {
		ERR_IN(r->err, n->text);
		struct str text = indented(r->arena, r->how->partial(r->how->arg, n->text), n->indent);
		nodes = NEW(r->arena, struct node); /* an empty text in front, so that even an empty partial is known */
		*known = nodes;
		if (!parse_template(r->arena, text, &nodes->next, r->err))
			return false;
	}
	r->depth++;
	bool ok = render_nodes(r, nodes, frame);
	r->depth--;
	return ok;
}

static void render_value(struct renderer *r, const struct node *n, const struct frame *frame)
{
	const struct json *v = find_value(r, frame, n->text).json;
	struct str text = json_is_string(v) ? json_str(v) : json_text(r->arena, v);
	if (n->type == NODE_ESCAPED && r->how->escape)
		r->how->escape(r->out, text);
	else if (n->type == NODE_RAW && r->how->raw)
		r->how->raw(r->how->arg, r->out, n->text, text);
	else
		buf_add(r->out, text);
}

static bool render_nodes(struct renderer *r, const struct node *n, const struct frame *frame)
{
	for (; n; n = n->next) {
		switch (n->type) {
		case NODE_TEXT:
			buf_add(r->out, n->text);
			break;
		case NODE_ESCAPED:
		case NODE_RAW:
			render_value(r, n, frame);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			if (!render_section(r, n, frame))
				return false;
			break;
		case NODE_PARTIAL:
			if (!render_partial(r, n, frame))
				return false;
			break;
		}
		if (r->out->n > OUTPUT_SIZE)
			return err_set(r->err, "output is larger than %d MiB", OUTPUT_SIZE >> 20);
	}
	return true;
}

bool mustache_render(struct arena *arena, struct str template_text, const struct json *context,
	const struct mustache *how, struct buf *out, struct err *err)
{
	struct node *nodes = NULL;
	if (!parse_template(arena, template_text, &nodes, err))
		return false;
	struct renderer r = {arena, how, out, err, MAP(arena), MAP(arena), NULL, 0};
	for (const struct json *m = json_is_object(context) ? json_first(context) : NULL; m; m = json_next(m)) {
		void **place = map_put(&r.root, json_key(m));
		if (!*place) /* of two members of one name the first counts */
			*place = (void *)(uintptr_t)m;
	}
	bool done = render_nodes(&r, nodes, &(struct frame){context, NULL});
	arena_close(r.row);
	return done;
}
