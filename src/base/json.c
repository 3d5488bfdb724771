/* JSON in and out: the door to cJSON. */
#include "json.h"

#include "instant.h"
#include "pull.h"
#include "utf8.h"

#include <cjson/cJSON.h>
#include <math.h>

/*
 * A struct json is a cJSON. Two of its fields carry more here: of a string made here (cJSON_IsReference is
 * set) valueint is the length, so that it may hold NUL bytes; of a number valuestring, if any, is its text.
 */
static struct arena *memory; /* where cJSON allocates: set by every function that lets it */

enum { LONG_NUMBER = 16 };                      /* with fewer characters a double keeps all digits */
static const double EXACT = 9007199254740992.0; /* 2^53 */

static cJSON *node(const struct json *j)
{
	return (cJSON *)(uintptr_t)j;
}
static struct json *json_of(cJSON *c)
{
	return (struct json *)c;
}

static void *memory_get(size_t size)
{
	return arena_alloc(memory, size);
}

static void memory_put(void *p)
{
	(void)p;
}

static void memory_use(struct arena *arena)
{
	if (!memory)
		cJSON_InitHooks(&(cJSON_Hooks){memory_get, memory_put});
	memory = arena;
}

/* One pass over the text before cJSON sees it. */
struct scan {
	struct arena *arena;
	struct str text;
	bool is_copy;
	int depth;
	size_t numbers; /* met so far */
	VEC(struct long_number {
		size_t index; /* among all numbers, in the order of the text */
		struct str text;
	})
	longs;
};

static uint64_t escape_code(struct str s, size_t at)
{
	uint64_t code;
	struct str digits = str_slice(s, at + 2, at + 6);

	if (!str_starts(str_from(s, at), STR("\\u")) || digits.n != 4 || !str_hex(digits, &code))
		return UINT64_MAX;
	return code;
}

static void scan_replace(struct scan *s, size_t at, const char *by)
{
	if (!s->is_copy)
		s->text = str_dup(s->arena, s->text);
	s->is_copy = true;
	memcpy((char *)(uintptr_t)s->text.p + at, by, strlen(by));
}

/*
 * From a backslash to behind its escape. What cJSON cannot hold becomes \ufffd. An escape without its digits,
 * which cJSON would read as the end of the string, becomes one that it refuses.
 */
static size_t scan_escape(struct scan *s, size_t at)
{
	uint64_t code = escape_code(s->text, at);

	if (code == UINT64_MAX) {
		if (str_starts(str_from(s->text, at), STR("\\u")))
			scan_replace(s, at, "\\?");
		return at + 2;
	}
	if (code >> 10 == 0x36 && escape_code(s->text, at + 6) >> 10 == 0x37)
		return at + 12;
	if (code == 0 || code >> 11 == 0x1b)
		scan_replace(s, at, "\\ufffd");
	return at + 6;
}

static size_t scan_string(struct scan *s, size_t at)
{
	while (at < s->text.n && s->text.p[at] != '"')
		at = s->text.p[at] == '\\' ? scan_escape(s, at) : at + 1;
	return at + 1;
}

static bool byte_is_numeric(char c)
{
	return byte_is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

static size_t scan_number(struct scan *s, size_t from)
{
	size_t to = from + 1;

	while (to < s->text.n && byte_is_numeric(s->text.p[to]))
		to++;
	if (to - from >= LONG_NUMBER)
		*PUSH(&s->longs, s->arena) = (struct long_number){s->numbers, str_slice(s->text, from, to)};
	s->numbers++;
	return to;
}

/* Where the text is nested too deep, or its end. */
static size_t scan_text(struct scan *s)
{
	size_t at = 0;

	while (at < s->text.n) {
		char c = s->text.p[at];
		if (c == '"') {
			at = scan_string(s, at + 1);
		} else if (c == '-' || byte_is_digit(c)) {
			at = scan_number(s, at);
		} else {
			s->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
			if (s->depth > JSON_DEPTH)
				break;
			at++;
		}
	}
	return at;
}

/* A number that long covers one of the bytes looked at, whose neighbours then tell. */
static bool has_long_number(struct str s)
{
	for (size_t at = LONG_NUMBER - 1; at < s.n; at += LONG_NUMBER) {
		size_t from = at, to = at;
		while (from > 0 && byte_is_numeric(s.p[from - 1]))
			from--;
		while (to < s.n && byte_is_numeric(s.p[to]))
			to++;
		if (to > at && to - from >= LONG_NUMBER)
			return true;
	}
	return false;
}

static bool has_numbered_escape(struct str s)
{
	for (size_t at = 0; (at = str_find_byte(s, '\\', at)) != STR_NPOS; at += 2)
		if (at + 1 < s.n && s.p[at + 1] == 'u')
			return true;
	return false;
}

static bool has_more(struct str s, char c, int most)
{
	for (size_t at = 0; most >= 0 && (at = str_find_byte(s, c, at)) != STR_NPOS; at++)
		most--;
	return most < 0;
}

/* Nothing for the scan to find, as in most records: no escape by number, no long number, too few brackets for too deep.
 */
static bool is_harmless(struct str s)
{
	return !has_more(s, '{', JSON_DEPTH / 2) && !has_more(s, '[', JSON_DEPTH / 2) && !has_numbered_escape(s) &&
	       !has_long_number(s);
}

/* Puts the text of long numbers back into the tree, which stands in the order of the text. */
static void restore_numbers(struct scan *s, cJSON *item, size_t *longs)
{
	for (; item && *longs < s->longs.n; item = item->next) {
		const struct long_number *next = &s->longs.v[*longs];
		if (cJSON_IsNumber(item) && s->numbers++ == next->index) {
			item->valuestring = (char *)(uintptr_t)str_cstr(s->arena, next->text);
			++*longs;
		}
		restore_numbers(s, item->child, longs);
	}
}

static struct json *refuse(struct err *e, struct str text, size_t at, const char *what)
{
	int line = 1;

	for (size_t i = 0; i < at && i < text.n; i++)
		line += text.p[i] == '\n';
	err_set(e, "line %d: %s", line, what);
	return NULL;
}

struct json *json_parse(struct arena *arena, struct str text, struct err *e)
{
	struct scan s = {.arena = arena, .text = utf8_mend(arena, text)};
	const char *end = NULL;

	size_t at = is_harmless(s.text) ? s.text.n : scan_text(&s);
	if (at < s.text.n)
		return refuse(e, s.text, at, "nested too deep");
	if (str_trim(s.text).n == 0)
		return refuse(e, s.text, 0, "empty, not JSON");
	memory_use(arena);
	cJSON *root = cJSON_ParseWithLengthOpts(s.text.p, s.text.n, &end, false);
	at = end ? (size_t)(end - s.text.p) : 0;
	if (!root)
		return refuse(e, s.text, at, "not valid JSON");
	struct str rest = str_from(s.text, at);
	if (str_trim(rest).n != 0)
		return refuse(e, s.text, s.text.n - str_trim(rest).n, "text after the JSON value");
	s.numbers = 0;
	restore_numbers(&s, root, &(size_t){0});
	return json_of(root);
}

struct json *json_get(const struct json *j, const char *key)
{
	return json_of(cJSON_GetObjectItemCaseSensitive(node(j), key));
}

struct json *json_at(const struct json *j, ...)
{
	va_list keys;
	const char *key;

	va_start(keys, j);
	while ((key = va_arg(keys, const char *)))
		j = json_get(j, key);
	va_end(keys);
	return json_of(node(j));
}

struct json *json_first(const struct json *j)
{
	return j ? json_of(node(j)->child) : NULL;
}

struct json *json_next(const struct json *j)
{
	return j ? json_of(node(j)->next) : NULL;
}

struct str json_key(const struct json *j)
{
	return j ? str_of(node(j)->string) : STR_NONE;
}

bool json_key_is(const struct json *j, struct str key)
{
	const char *own = node(j)->string;

	return own && strnlen(own, key.n + 1) == key.n && str_eq(str_n(own, key.n), key);
}

size_t json_size(const struct json *j)
{
	size_t n = 0;

	for (j = json_first(j); j; j = json_next(j))
		n++;
	return n;
}

bool json_is_object(const struct json *j)
{
	return cJSON_IsObject(node(j));
}

bool json_is_array(const struct json *j)
{
	return cJSON_IsArray(node(j));
}

bool json_is_string(const struct json *j)
{
	return cJSON_IsString(node(j));
}

bool json_is_number(const struct json *j)
{
	return cJSON_IsNumber(node(j));
}

bool json_is_true(const struct json *j)
{
	return cJSON_IsTrue(node(j));
}

bool json_is_bool(const struct json *j)
{
	return cJSON_IsBool(node(j));
}

bool json_is_null(const struct json *j)
{
	return !j || cJSON_IsNull(node(j));
}

struct str json_str(const struct json *j)
{
	const cJSON *c = node(j);

	if (!cJSON_IsString(c))
		return STR_NONE;
	if (c->type & cJSON_IsReference)
		return str_n(c->valuestring, (size_t)c->valueint);
	return str_of(c->valuestring);
}

struct str json_get_str(const struct json *j, const char *key)
{
	return json_str(json_get(j, key));
}

bool json_int(const struct json *j, int64_t *out)
{
	const cJSON *c = node(j);

	if (!cJSON_IsNumber(c))
		return false;
	if (c->valuestring && str_int(str_of(c->valuestring), out))
		return true;
	if (!(fabs(c->valuedouble) <= EXACT) || floor(c->valuedouble) != c->valuedouble)
		return false;
	*out = (int64_t)c->valuedouble;
	return true;
}

bool json_double(const struct json *j, double *out)
{
	if (!cJSON_IsNumber(node(j)))
		return false;
	*out = node(j)->valuedouble;
	return true;
}

static void buf_number(struct buf *b, const cJSON *c)
{
	int64_t whole;
	double value = c->valuedouble, again;
	size_t from = b->n;

	if (c->valuestring) {
		buf_cstr(b, c->valuestring);
	} else if (json_int((const struct json *)c, &whole)) {
		buf_int(b, whole);
	} else if (!isfinite(value)) {
		buf_cstr(b, "null");
	} else {
		buf_fmt(b, "%.15g", value);
		if (!str_double(str_n(b->p + from, b->n - from), &again) || again < value || again > value) {
			b->n = from;
			buf_fmt(b, "%.17g", value);
		}
	}
}

struct str json_text(struct arena *arena, const struct json *j)
{
	struct buf b = BUF(arena);

	if (json_is_bool(j))
		return json_is_true(j) ? STR("true") : STR("false");
	if (!json_is_number(j))
		return json_str(j);
	buf_number(&b, node(j));
	return buf_str(&b);
}

struct json *json_object(struct arena *arena)
{
	memory_use(arena);
	return json_of(cJSON_CreateObject());
}

struct json *json_array(struct arena *arena)
{
	memory_use(arena);
	return json_of(cJSON_CreateArray());
}

struct json *json_push(struct arena *arena, struct json *array, struct json *value)
{
	memory_use(arena);
	if (!cJSON_AddItemToArray(node(array), node(value)))
		bug("value added to itself or to nothing");
	return value;
}

struct json *json_add(struct arena *arena, struct json *object, const char *key, struct json *value)
{
	memory_use(arena);
	if (!cJSON_AddItemToObjectCS(node(object), key, node(value)))
		bug("'%s' added to itself or to nothing", key);
	return value;
}

static struct json *make_str(struct arena *arena, struct str s)
{
	memory_use(arena);
	if (!s.p)
		return json_of(cJSON_CreateNull());
	if (s.n > INT32_MAX)
		bug("string of %zu bytes", s.n);
	cJSON *c = cJSON_CreateStringReference(str_cstr(arena, s));
	c->valueint = (int)s.n;
	return json_of(c);
}

static struct json *make_int(struct arena *arena, int64_t value)
{
	memory_use(arena);
	if (value == INSTANT_NONE)
		return json_of(cJSON_CreateNull());
	cJSON *c = cJSON_CreateNumber((double)value);
	if (fabs((double)value) >= EXACT)
		c->valuestring = (char *)(uintptr_t)str_fmt(arena, "%lld", (long long)value).p;
	return json_of(c);
}

struct json *json_add_str(struct arena *arena, struct json *object, const char *key, struct str s)
{
	return json_add(arena, object, key, make_str(arena, s));
}

struct json *json_add_int(struct arena *arena, struct json *object, const char *key, int64_t value)
{
	return json_add(arena, object, key, make_int(arena, value));
}

struct json *json_add_bool(struct arena *arena, struct json *object, const char *key, bool value)
{
	memory_use(arena);
	return json_add(arena, object, key, json_of(cJSON_CreateBool(value)));
}

struct json *json_add_null(struct arena *arena, struct json *object, const char *key)
{
	return json_add_str(arena, object, key, STR_NONE);
}

struct json *json_add_raw(struct arena *arena, struct json *object, const char *key, struct str json_text)
{
	memory_use(arena);
	return json_add(arena, object, key, json_of(cJSON_CreateRaw(str_cstr(arena, json_text))));
}

struct json *json_add_object(struct arena *arena, struct json *object, const char *key)
{
	return json_add(arena, object, key, json_object(arena));
}

struct json *json_add_array(struct arena *arena, struct json *object, const char *key)
{
	return json_add(arena, object, key, json_array(arena));
}

struct json *json_push_str(struct arena *arena, struct json *array, struct str s)
{
	return json_push(arena, array, make_str(arena, s));
}

/* From AT on, the first byte that does not stand for itself in a string that we write; s.n if there is none. */
static size_t plain_to(struct str s, size_t at)
{
	static const bool special[256] = {[0 ... 0x1f] = true,
		['"'] = true,
		['\\'] = true,
		['<'] = true,
		['>'] = true,
		['&'] = true,
		[0x7f ... 0xff] = true};

	while (at < s.n && !special[(unsigned char)s.p[at]])
		at++;
	return at;
}

void buf_json_str(struct buf *b, struct str s)
{
	static const char plain[] = "\"\\\n\t\r\b\f", letter[] = "\"\\ntrbf";
	size_t len, done = 0;

	buf_byte(b, '"');
	for (size_t at = 0; (at = plain_to(s, at)) < s.n; at += len) {
		uint32_t code = utf8_decode(s, at, &len);
		bool broken = code == 0xfffd && len == 1;
		if (code >= 0x80 && !broken && code != 0x2028 && code != 0x2029)
			continue; /* copied later, with its neighbours */
		buf_bytes(b, s.p + done, at - done);
		done = at + len;
		const char *brief = code > 0 && code < 0x80 ? strchr(plain, (int)code) : NULL;
		if (brief)
			buf_byte(b, '\\'), buf_byte(b, letter[brief - plain]);
		else
			buf_fmt(b, "\\u%04x", code);
	}
	if (done < s.n)
		buf_bytes(b, s.p + done, s.n - done);
	buf_byte(b, '"');
}

static void buf_line(struct buf *b, int indent)
{
	if (indent < 0)
		return;
	buf_byte(b, '\n');
	memset(buf_room(b, 2 * (size_t)indent), ' ', 2 * (size_t)indent);
	b->n += 2 * (size_t)indent;
}

/* INDENT is the level of the value, or negative for everything on one line. */
static void print(struct buf *b, const struct json *j, int indent)
{
	bool is_object = json_is_object(j);
	int inner = indent < 0 ? indent : indent + 1;

	if (is_object || json_is_array(j)) {
		buf_byte(b, is_object ? '{' : '[');
		for (const struct json *i = json_first(j); i; i = json_next(i)) {
			buf_line(b, inner);
			if (is_object) {
				buf_json_str(b, json_key(i));
				buf_cstr(b, indent < 0 ? ":" : ": ");
			}
			print(b, i, inner);
			if (json_next(i))
				buf_byte(b, ',');
		}
		if (json_first(j))
			buf_line(b, indent);
		buf_byte(b, is_object ? '}' : ']');
	} else if (json_is_string(j)) {
		buf_json_str(b, json_str(j));
	} else if (json_is_number(j)) {
		buf_number(b, node(j));
	} else if (cJSON_IsRaw(node(j))) {
		buf_cstr(b, node(j)->valuestring);
	} else {
		buf_cstr(b, json_is_bool(j) ? json_is_true(j) ? "true" : "false" : "null");
	}
}

struct str json_print(struct arena *arena, const struct json *j)
{
	struct buf b = BUF(arena);

	print(&b, j, -1);
	return buf_str(&b);
}

struct str json_print_pretty(struct arena *arena, const struct json *j)
{
	struct buf b = BUF(arena);

	print(&b, j, 0);
	return buf_str(&b);
}

const char *json_library(void)
{
	return cJSON_Version();
}
