/* Parts of patterns, put where a JSON document names them. */
#include "parts.h"

#include "json.h"

enum { PARTS_DEPTH = 8, PARTS_SIZE = 1 << 20, NAME_MAX_BYTES = 40 };

struct parts {
	struct arena *arena;
	const struct json *own, *shared;
	struct buf out;
	struct err *err;
};

/* Takes "%{name}" off the start of *text. */
static bool name_take(struct str *text, struct str *name)
{
	size_t i = 2;

	if (!str_starts(*text, STR("%{")))
		return false;
	while (i < text->n && i < NAME_MAX_BYTES && (byte_is_alpha(text->p[i]) || text->p[i] == '_'))
		i++;
	if (i == 2 || i >= text->n || text->p[i] != '}')
		return false;
	*name = str_slice(*text, 2, i);
	*text = str_from(*text, i + 1);
	return true;
}

static const struct json *part_find(const struct parts *p, struct str name)
{
	const char *key = str_cstr(p->arena, name);
	const struct json *own = json_get(p->own, key);

	return own ? own : json_get(p->shared, key);
}

/* What stands between the quotes of a JSON string. */
static struct str quoted(struct arena *arena, const struct json *part)
{
	struct buf b = BUF(arena);

	buf_json_str(&b, json_str(part));
	return str_slice(buf_str(&b), 1, b.n - 1);
}

static bool put(struct parts *p, struct str text, int depth)
{
	struct str name;

	if (depth > PARTS_DEPTH)
		return err_set(p->err, "parts use each other, more than %d deep", PARTS_DEPTH);
	for (size_t at; (at = str_find(text, STR("%{"), 0)) != STR_NPOS;) {
		buf_add(&p->out, str_slice(text, 0, at));
		text = str_from(text, at);
		if (!name_take(&text, &name)) {
			buf_byte(&p->out, text.p[0]);
			text = str_from(text, 1);
			continue;
		}
		const struct json *part = part_find(p, name);
		if (!json_is_string(part))
			return err_set(p->err, "no part '%%{%.*s}'; what is no part is written '%%\\u007b%.*s}'",
				STR_ARG(name), STR_ARG(name));
		if (p->out.n > PARTS_SIZE)
			return err_set(p->err, "with its parts put in it has more than %d bytes", PARTS_SIZE);
		if (!put(p, quoted(p->arena, part), depth + 1))
			return false;
	}
	buf_add(&p->out, text);
	return true;
}

struct str parts_put(struct arena *arena, struct str json, struct str shared, struct err *e)
{
	struct parts p = {.arena = arena, .out = BUF(arena), .err = e};
	const struct json *own;

	if (!str_contains(json, STR("%{")))
		return json;
	if (!(own = json_parse(arena, json, e)))
		return STR_NONE;
	p.own = json_get(own, "parts");
	if (shared.n && !(p.shared = json_parse(arena, shared, e)))
		return STR_NONE;
	return put(&p, json, 0) ? buf_str(&p.out) : STR_NONE;
}
