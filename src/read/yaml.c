/* YAML events to JSON trees, one document or list element at a time: the door to libyaml. */
#include "read/yaml.h"

#include "base/utf8.h"

#include <yaml.h>

/*
 * libyaml is pulled event by event and never asked for a document: that keeps aliases unexpanded, depth
 * capped (its scanner is quadratic in it) and memory to one element.
 */
enum {
	YAML_DEPTH = 64,
	YAML_ERRORS = 1000 /* damaged places after which a text is given up */
};

/* Support bundles redact with a bare `***HIDDEN***`, which YAML takes for an alias. Three stars are as long
 * as this private-use character, which may begin a scalar; it is turned back in every scalar. */
#define STARS STR("***")
#define STARS_STAND_IN STR("\xef\xa3\xbf") /* U+F8FF */

struct yaml {
	struct arena *arena;
	struct str text; /* clean: only what libyaml accepts */
	bool stars;      /* STARS_STAND_IN stands in it */
	yaml_parser_t parser;
	bool parser_open;
	struct str prefix; /* read before text[start..), so that a list can be taken up in its middle */
	size_t start, fed;
	int64_t start_line;               /* of text[start], 1-based */
	size_t cursor_byte, cursor_index; /* a place known both ways: libyaml counts characters from `start` */
	size_t element_at;                /* where the element (or document) being read begins */
	int64_t element_line;
	int dash_column; /* of the list's elements; -1: no list that can be taken up again */
	int errors;
	enum { YAML_BETWEEN, YAML_LIST, YAML_WRAPPED_LIST, YAML_WRAPPER, YAML_OVER } state;
};

/* --- feeding the parser --- */

static int feed_parser(void *data, unsigned char *to, size_t size, size_t *got)
{
	struct yaml *y = data;
	struct str *from = &y->prefix, rest = str_from(y->text, y->fed);
	if (!from->n)
		from = &rest;
	*got = from->n < size ? from->n : size;
	if (*got)
		memcpy(to, from->p, *got);
	if (from == &rest)
		y->fed += *got;
	else
		*from = str_from(*from, *got);
	return 1;
}

static void parser_shut(struct yaml *y)
{
	if (y->parser_open)
		yaml_parser_delete(&y->parser);
	y->parser_open = false;
}

/* Starts at text[AT]: a document, or (IN_LIST) an element of the list that the damage was in. */
static void parser_start(struct yaml *y, size_t at, int64_t line, bool in_list)
{
	parser_shut(y);
	if (!yaml_parser_initialize(&y->parser))
		bug("out of memory for a YAML parser");
	y->parser_open = true;
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&y->parser, feed_parser, y);
	y->prefix = in_list ? STR("items:\n") : STR_NONE;
	y->start = y->fed = y->cursor_byte = y->element_at = at;
	y->start_line = y->element_line = line - (in_list ? 1 : 0);
	y->cursor_index = y->prefix.n;
	y->state = YAML_BETWEEN;
}

/* Byte offset of a mark. Forward only, so that the whole text is counted once. */
static size_t byte_of(struct yaml *y, const yaml_mark_t *mark)
{
	while (y->cursor_index < mark->index && y->cursor_byte < y->text.n) {
		y->cursor_byte++;
		while (y->cursor_byte < y->text.n && ((unsigned char)y->text.p[y->cursor_byte] & 0xc0) == 0x80)
			y->cursor_byte++;
		y->cursor_index++;
	}
	return y->cursor_byte;
}

static bool code_is_yaml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85 ||
	       (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) || c >= 0x10000;
}

/* libyaml stops at bytes that YAML does not allow: each becomes a question mark, in a copy of the same
 * length. */
static struct str text_clean(struct arena *arena, struct str text)
{
	char *copy = NULL;
	for (size_t i = 0, len = 1; i < text.n; i += len) {
		unsigned char c = (unsigned char)text.p[i];
		len = 1;
		if (c < 0x7f && (c >= 0x20 || c == '\n' || c == '\t' || c == '\r'))
			continue;
		uint32_t code = utf8_decode(text, i, &len);
		bool invalid = code == 0xfffd && len == 1;
		if (!invalid && code_is_yaml(code))
			continue;
		if (!copy) {
			copy = (char *)(uintptr_t)str_dup(arena, text).p;
			text.p = copy;
		}
		memset(copy + i, '?', len);
	}
	return text;
}

static struct str replace_all(struct arena *arena, struct str text, struct str from, struct str to)
{
	struct buf b = BUF(arena);
	size_t at = 0, hit;
	while ((hit = str_find(text, from, at)) != STR_NPOS) {
		buf_add(&b, str_slice(text, at, hit));
		buf_add(&b, to);
		at = hit + from.n;
	}
	if (at == 0)
		return text;
	buf_add(&b, str_from(text, at));
	return buf_str(&b);
}

struct yaml *yaml_open(struct arena *arena, struct str text)
{
	struct yaml *y = NEW(arena, struct yaml);
	y->arena = arena;
	y->text = text_clean(arena, text);
	if (str_contains(y->text, STARS) && !str_contains(y->text, STARS_STAND_IN)) {
		y->text = replace_all(arena, y->text, STARS, STARS_STAND_IN);
		y->stars = true;
	}
	y->dash_column = -1;
	parser_start(y, 0, 1, false);
	return y;
}

void yaml_close(struct yaml *y)
{
	if (y)
		parser_shut(y);
}

/* --- events to trees --- */

static void event_drop(yaml_event_t *ev)
{
	yaml_event_delete(ev);
}

static bool pull(struct yaml *y, yaml_event_t *ev, struct err *e)
{
	if (yaml_parser_parse(&y->parser, ev))
		return true;
	yaml_mark_t at = y->parser.problem_mark;
	return err_set(e, "line %lld: %s", (long long)(y->start_line + (int64_t)at.line),
		y->parser.problem ? y->parser.problem : "not YAML");
}

static struct str scalar_text(struct yaml *y, struct arena *arena, const yaml_event_t *ev)
{
	struct str text = str_n((const char *)ev->data.scalar.value, ev->data.scalar.length);
	return y->stars ? replace_all(arena, text, STARS_STAND_IN, STARS) : text;
}

/* null, true, false and whole numbers as JSON has them; empty for what is a string. */
static struct str scalar_literal(const yaml_event_t *ev, struct str text)
{
	int64_t number;
	if (ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || !ev->data.scalar.plain_implicit)
		return STR_NONE;
	if (text.n == 0 || str_eq(text, STR("~")) || str_eq(text, STR("null")))
		return STR("null");
	if (str_eq(text, STR("true")) || str_eq(text, STR("false")))
		return text;
	size_t digits = text.p[0] == '-' ? 1 : 0;
	bool leading = text.n > digits + 1 && text.p[digits] == '0';
	return str_int(text, &number) && !leading && text.p[0] != '+' ? text : STR_NONE;
}

/* One level of what is being built. */
struct level {
	struct json *node;
	const char *key; /* of the value to come, in a mapping; NULL: a key comes */
	bool is_object;
};

static struct json *attach(struct arena *arena, struct level *top, struct json *value)
{
	if (!top)
		return value;
	if (top->is_object)
		json_add(arena, top->node, top->key, value);
	else
		json_push(arena, top->node, value);
	top->key = NULL;
	return value;
}

static struct json *scalar_node(struct yaml *y, struct arena *arena, const yaml_event_t *ev)
{
	struct str text;
	if (ev->type == YAML_ALIAS_EVENT) {
		text = str_fmt(arena, "*%s", (const char *)ev->data.alias.anchor);
	} else {
		text = scalar_text(y, arena, ev);
		struct str literal = scalar_literal(ev, text);
		struct err unused = {{0}};
		if (literal.n)
			return json_parse(arena, str_dup(arena, literal), &unused);
	}
	struct json *holder = json_array(arena);
	return json_push_str(arena, holder, text);
}

/* The tree that begins with *EV (which is dropped). NULL with a message. */
static struct json *build(struct yaml *y, struct arena *arena, yaml_event_t *ev, yaml_mark_t *end, struct err *e)
{
	struct level stack[YAML_DEPTH];
	int depth = 0;
	for (;;) {
		struct level *top = depth > 0 ? &stack[depth - 1] : NULL;
		struct json *done = NULL;
		bool scalar = ev->type == YAML_SCALAR_EVENT || ev->type == YAML_ALIAS_EVENT;
		bool opens = ev->type == YAML_MAPPING_START_EVENT || ev->type == YAML_SEQUENCE_START_EVENT;
		int64_t line = y->start_line + (int64_t)ev->start_mark.line;
		*end = ev->end_mark;
		if (opens && depth == YAML_DEPTH) {
			err_set(e, "line %lld: nested deeper than %d levels", (long long)line, YAML_DEPTH);
		} else if (opens && top && top->is_object && !top->key) {
			err_set(e, "line %lld: a key that is a list or a mapping", (long long)line);
		} else if (opens) {
			bool object = ev->type == YAML_MAPPING_START_EVENT;
			struct json *node = attach(arena, top, object ? json_object(arena) : json_array(arena));
			stack[depth++] = (struct level){node, NULL, object};
		} else if (scalar && top && top->is_object && !top->key) {
			top->key = ev->type == YAML_ALIAS_EVENT ? "*" : str_cstr(arena, scalar_text(y, arena, ev));
		} else if (scalar) {
			struct json *node = attach(arena, top, scalar_node(y, arena, ev));
			done = top ? NULL : node;
		} else {
			done = --depth == 0 ? stack[0].node : NULL;
		}
		event_drop(ev);
		if (done || err_is_set(e))
			return err_is_set(e) ? NULL : done;
		if (!pull(y, ev, e))
			return NULL;
	}
}

/* --- documents and elements --- */

static void element_begins(struct yaml *y, const yaml_event_t *ev)
{
	y->element_at = byte_of(y, &ev->start_mark);
	y->element_line = y->start_line + (int64_t)ev->start_mark.line;
}

static struct where element_where(struct yaml *y, const yaml_mark_t *end)
{
	size_t to = byte_of(y, end);
	while (to > y->element_at && byte_is_space(y->text.p[to - 1]))
		to--;
	return (struct where){(int64_t)y->element_at, (int64_t)(to - y->element_at), y->element_line};
}

static void list_begins(struct yaml *y, const yaml_event_t *ev, bool wrapped)
{
	bool block = ev->data.sequence_start.style != YAML_FLOW_SEQUENCE_STYLE;
	y->dash_column = block ? (int)ev->start_mark.column : -1;
	y->state = wrapped ? YAML_WRAPPED_LIST : YAML_LIST;
}

/* The members of a document's mapping, up to its `items` list. True with *OUT NULL: the list begins. */
static bool read_mapping(struct yaml *y, struct arena *arena, struct json **out, yaml_mark_t *end, struct err *e)
{
	struct json *object = json_object(arena);
	for (;;) {
		yaml_event_t ev;
		if (!pull(y, &ev, e))
			return false;
		if (ev.type == YAML_MAPPING_END_EVENT) {
			*end = ev.end_mark;
			event_drop(&ev);
			*out = object;
			return true;
		}
		bool plain_key = ev.type == YAML_SCALAR_EVENT;
		int64_t line = y->start_line + (int64_t)ev.start_mark.line;
		const char *key = plain_key ? str_cstr(arena, scalar_text(y, arena, &ev)) : "*";
		bool fits = plain_key || ev.type == YAML_ALIAS_EVENT;
		event_drop(&ev);
		if (!fits)
			return err_set(e, "line %lld: a key that is a list or a mapping", (long long)line);
		if (!pull(y, &ev, e))
			return false;
		if (ev.type == YAML_SEQUENCE_START_EVENT && !strcmp(key, "items")) {
			list_begins(y, &ev, true);
			event_drop(&ev);
			*out = NULL;
			return true;
		}
		struct json *value = build(y, arena, &ev, end, e);
		if (!value)
			return false;
		json_add(arena, object, key, value);
	}
}

/* What follows the list in its mapping. */
static bool skip_wrapper(struct yaml *y, struct err *e)
{
	for (int depth = 1; depth > 0;) {
		yaml_event_t ev;
		if (!pull(y, &ev, e))
			return false;
		if (ev.type == YAML_MAPPING_START_EVENT || ev.type == YAML_SEQUENCE_START_EVENT)
			depth++;
		if (ev.type == YAML_MAPPING_END_EVENT || ev.type == YAML_SEQUENCE_END_EVENT)
			depth--;
		event_drop(&ev);
		if (depth > YAML_DEPTH)
			return err_set(e, "nested deeper than %d levels", YAML_DEPTH);
	}
	y->state = YAML_BETWEEN;
	return true;
}

/* Ends the list or takes its next element. False with an empty err: the list ended. */
static bool read_element(struct yaml *y, struct arena *arena, struct json **out, yaml_mark_t *end, struct err *e)
{
	yaml_event_t ev;
	if (!pull(y, &ev, e))
		return false;
	if (ev.type == YAML_SEQUENCE_END_EVENT) {
		event_drop(&ev);
		y->state = y->state == YAML_WRAPPED_LIST ? YAML_WRAPPER : YAML_BETWEEN;
		y->dash_column = -1;
		return false;
	}
	element_begins(y, &ev);
	*out = build(y, arena, &ev, end, e);
	return *out != NULL;
}

/* Between documents. False with an empty err: nothing was taken (a mark, the begin of a list, the end). */
static bool read_document(struct yaml *y, struct arena *arena, struct json **out, yaml_mark_t *end, struct err *e)
{
	yaml_event_t ev;
	if (!pull(y, &ev, e))
		return false;
	switch (ev.type) {
	case YAML_STREAM_END_EVENT:
		y->state = YAML_OVER;
		/* fall through */
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		event_drop(&ev);
		return false;
	case YAML_SEQUENCE_START_EVENT:
		list_begins(y, &ev, false);
		event_drop(&ev);
		return false;
	case YAML_MAPPING_START_EVENT:
		element_begins(y, &ev);
		event_drop(&ev);
		return read_mapping(y, arena, out, end, e) && *out;
	default:
		element_begins(y, &ev);
		*out = build(y, arena, &ev, end, e);
		return *out && !json_is_null(*out);
	}
}

/* The first line behind the damaged element that begins a document or, in a list, an element. */
static void take_up_again(struct yaml *y)
{
	int64_t line = y->element_line;
	size_t at = y->element_at, newline;
	if (++y->errors >= YAML_ERRORS) {
		y->state = YAML_OVER;
		return;
	}
	while ((newline = str_find_byte(y->text, '\n', at)) != STR_NPOS) {
		at = newline + 1;
		line++;
		struct str rest = str_from(y->text, at);
		if (str_starts(rest, STR("---"))) {
			y->dash_column = -1;
			parser_start(y, at, line, false);
			return;
		}
		size_t blanks = 0;
		while (blanks < rest.n && rest.p[blanks] == ' ')
			blanks++;
		if ((int)blanks == y->dash_column && str_starts(str_from(rest, blanks), STR("- "))) {
			parser_start(y, at, line, true);
			return;
		}
	}
	y->state = YAML_OVER;
}

bool yaml_next(struct yaml *y, struct arena *arena, struct json **out, struct where *where, struct err *e)
{
	while (y->state != YAML_OVER) {
		yaml_mark_t end;
		bool got = false;
		*out = NULL;
		if (y->state == YAML_BETWEEN)
			got = read_document(y, arena, out, &end, e);
		else if (y->state == YAML_WRAPPER)
			skip_wrapper(y, e);
		else
			got = read_element(y, arena, out, &end, e);
		if (got) {
			*where = element_where(y, &end);
			return true;
		}
		if (err_is_set(e)) {
			*where = (struct where){(int64_t)y->element_at, 0, y->element_line};
			take_up_again(y);
			if (y->errors >= YAML_ERRORS)
				err_prefix(e, STR("too many errors, the rest is not read"));
			return false;
		}
	}
	return false;
}

const char *yaml_library(void)
{
	return yaml_get_version_string();
}
