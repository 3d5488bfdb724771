/* Formats that are data: lines read by a regular expression. */
#include "formats/pattern.h"

#include "base/parts.h"
#include "base/regex.h"
#include "embed.h"
#include "formats/lines.h"
#include "formats/run.h"

enum { PATTERN_BID = BID_PHRASE, PATTERNS_MAX = 16, PHRASES_MAX = 24, WITNESSES_MAX = 4 };

/* What a named group is for. */
enum role { ROLE_WHEN, ROLE_ZONE, ROLE_LEVEL, ROLE_TEXT, ROLE_PRIORITY, ROLE_FIELD };
static const char *const role_names[ROLE_FIELD] = {"when", "zone", "level", "text", "priority"};

struct shape {
	struct regex *regex;
	enum role roles[REGEX_GROUPS];  /* of groups 1.. */
	struct str names[REGEX_GROUPS]; /* of fields; empty: the group has no name */
};

struct pattern {
	const char *name, *blurb, *layout;
	struct str origin, zone, level;
	struct shape shapes[PATTERNS_MAX];
	size_t shapes_n;
	struct shape *continuation;
	struct regex *skip;
	const struct regex *witnesses[WITNESSES_MAX];
	size_t witnesses_n;
	struct str phrases[PHRASES_MAX];
	size_t phrases_n;
	struct field constants[LINES_FIELDS];
	size_t constants_n;
	int bid;
	double share;
	bool carrier, carried, tools;
	const struct json *samples;
	struct steps *steps;
	const struct json *steps_json;
	struct line_format lines;
};

const char *pattern_name(const struct pattern *p)
{
	return p->name;
}

const char *pattern_blurb(const struct pattern *p)
{
	return p->blurb;
}

bool pattern_is_carried(const struct pattern *p)
{
	return p->carried && p->shapes_n;
}

const struct steps *pattern_steps(const struct pattern *p)
{
	return p->steps;
}

bool pattern_tells_runs(const struct pattern *p)
{
	return p->lines.steps || p->lines.tools;
}

int pattern_bid_of(const struct pattern *p)
{
	return p->bid;
}

/* --- one line --- */
static void take_group(const struct shape *shape, int i, struct str value, struct record *record, struct field *fields)
{
	int64_t priority;
	switch (shape->roles[i]) {
	case ROLE_WHEN:
		record->when = value;
		return;
	case ROLE_ZONE:
		record->zone = value;
		return;
	case ROLE_LEVEL:
		record->level = value;
		return;
	case ROLE_TEXT:
		record->text = value;
		return;
	case ROLE_PRIORITY:
		if (str_int(value, &priority))
			record->level = level_of_priority(priority % 8);
		return;
	case ROLE_FIELD:
		fields_add(fields, &record->fields_n, shape->names[i], value);
		return;
	}
}

static bool shape_line(const struct shape *shape, struct arena *arena, struct str line, struct record *record)
{
	struct str groups[REGEX_GROUPS];
	int n = regex_match(shape->regex, line, groups);
	if (n == 0)
		return false;
	struct field *fields = NEW_N(arena, struct field, LINES_FIELDS);
	*record = (struct record){.fields = fields};
	for (int i = 1; i < n; i++)
		if (shape->names[i].n && groups[i].n)
			take_group(shape, i, groups[i], record, fields);
	return true;
}

/* What the line says of the zone of the clock that dated it. */
static void read_witness(const struct pattern *p, struct str line, struct record *record)
{
	record->witnessed = p->witnesses_n > 0;
	for (size_t i = 0; i < p->witnesses_n; i++) {
		struct str groups[REGEX_GROUPS];
		if (!regex_match(p->witnesses[i], line, groups))
			continue;
		record->twin = (struct stamp){.name = str_of(regex_group_name(p->witnesses[i], 1)), .when = groups[1]};
		return;
	}
}

bool pattern_line(const struct pattern *p, struct arena *arena, struct str line, struct record *record)
{
	for (size_t i = 0; i < p->shapes_n; i++) {
		if (!shape_line(&p->shapes[i], arena, line, record))
			continue;
		record->layout = p->layout;
		if (record->zone.n == 0)
			record->zone = p->zone;
		if (record->level.n == 0)
			record->level = p->level;
		for (size_t k = 0; k < p->constants_n; k++)
			fields_add((struct field *)record->fields, &record->fields_n, p->constants[k].name,
				p->constants[k].value);
		read_witness(p, line, record);
		return true;
	}
	return false;
}

static enum line_kind pattern_read(const void *data, struct arena *arena, struct str line, struct record *record)
{
	const struct pattern *p = data;
	struct str groups[REGEX_GROUPS];
	int n = p->skip ? regex_match(p->skip, line, groups) : 0;
	if (n > 0) {
		if (n > 1)
			record->until.when = groups[1];
		return LINE_SKIP;
	}
	if (p->continuation && shape_line(p->continuation, arena, line, record))
		return LINE_MORE;
	return pattern_line(p, arena, line, record) ? LINE_RECORD : LINE_OTHER;
}

/* --- a document --- */
int pattern_bid(struct doc *doc, const void *data)
{
	const struct pattern *p = data;
	bool hopeful = p->phrases_n == 0;
	for (size_t i = 0; i < p->phrases_n && !hopeful; i++)
		hopeful = str_find(doc->head, p->phrases[i], 0) != STR_NPOS;
	if (!hopeful)
		return BID_NONE;
	int bid = p->shapes_n ? lines_bid(doc, &p->lines, p->bid, p->share) : BID_NONE;
	return bid || !p->steps ? bid : output_bid(doc, p->steps, p->bid);
}

bool pattern_parse(struct doc *doc, const void *data, struct sink *sink, struct err *e)
{
	(void)e;
	const struct pattern *p = data;
	bool timed = p->shapes_n && (!p->steps || lines_bid(doc, &p->lines, p->bid, p->share));
	return timed ? lines_parse(doc, &p->lines, sink) : output_parse(doc, p->steps, sink);
}

/* --- loading --- */
static bool shape_compile(struct arena *arena, struct str text, struct shape *shape, struct err *e)
{
	shape->regex = regex_compile(arena, text, NULL, e);
	if (!shape->regex)
		return false;
	for (int i = 1; i <= regex_groups(shape->regex) && i < REGEX_GROUPS; i++) {
		const char *name = regex_group_name(shape->regex, i);
		if (!name)
			continue;
		shape->names[i] = str_of(name);
		shape->roles[i] = ROLE_FIELD;
		for (int role = 0; role < ROLE_FIELD; role++)
			if (strcmp(name, role_names[role]) == 0)
				shape->roles[i] = (enum role)role;
	}
	return true;
}

static bool load_name(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	p->name = str_cstr(arena, json_str(value));
	return p->name[0] || err_set(e, "'name' is not text");
}

static bool load_blurb(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)e;
	p->blurb = str_cstr(arena, json_str(value));
	return true;
}

static bool load_pattern(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	const struct json *one = json_is_array(value) ? json_first(value) : value;
	for (; one; one = json_is_array(value) ? json_next(one) : NULL) {
		if (p->shapes_n == PATTERNS_MAX)
			return err_set(e, "more than %d patterns", PATTERNS_MAX);
		if (!shape_compile(arena, str_dup(arena, json_str(one)), &p->shapes[p->shapes_n++], e))
			return false;
	}
	return true;
}

static bool load_continuation(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	p->continuation = NEW(arena, struct shape);
	return shape_compile(arena, str_dup(arena, json_str(value)), p->continuation, e);
}

static bool load_skip(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	p->skip = regex_compile(arena, str_dup(arena, json_str(value)), NULL, e);
	return p->skip != NULL;
}

static bool load_witness(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	for (const struct json *one = json_first(value); one; one = json_next(one)) {
		if (p->witnesses_n == WITNESSES_MAX)
			return err_set(e, "more than %d in 'witness'", WITNESSES_MAX);
		const struct regex *regex = regex_compile(arena, str_dup(arena, json_str(one)), NULL, e);
		const char *name = regex && regex_groups(regex) == 1 ? regex_group_name(regex, 1) : NULL;
		if (!regex)
			return false;
		if (!name || (strcmp(name, "twin") != 0 && strcmp(name, "zone") != 0))
			return err_set(e, "a 'witness' has one group, called 'twin' or 'zone'");
		p->witnesses[p->witnesses_n++] = regex;
	}
	return true;
}

static bool load_layout(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)e;
	if (!json_is_null(value))
		p->layout = str_cstr(arena, json_str(value));
	return true;
}

static bool load_zone(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)e;
	p->zone = str_dup(arena, json_str(value));
	return true;
}

static bool load_level(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	enum severity severity;
	p->level = str_dup(arena, json_str(value));
	return severity_find(p->level, &severity) || err_set(e, "'level' '%.*s' is no level", STR_ARG(p->level));
}

static bool load_bid(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena;
	int64_t bid;
	if (!json_int(value, &bid) || bid < BID_FALLBACK || bid > BID_CERTAIN)
		return err_set(e, "'bid' is not a number from 1 to 100");
	p->bid = (int)bid;
	return true;
}

static bool load_share(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena;
	return (json_double(value, &p->share) && p->share > 0 && p->share <= 1) ||
	       err_set(e, "'share' is not a number above 0, at most 1");
}

static bool load_phrase(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	const struct json *one = json_is_array(value) ? json_first(value) : value;
	for (; one; one = json_is_array(value) ? json_next(one) : NULL) {
		if (p->phrases_n == PHRASES_MAX)
			return err_set(e, "more than %d phrases", PHRASES_MAX);
		p->phrases[p->phrases_n++] = str_dup(arena, json_str(one));
	}
	return true;
}

static bool load_fields(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)e;
	for (const struct json *one = json_first(value); one; one = json_next(one))
		fields_add(p->constants, &p->constants_n, str_dup(arena, json_key(one)), str_dup(arena, json_str(one)));
	return true;
}

static bool load_carrier(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	p->carrier = json_is_true(value);
	return true;
}

static bool load_tools(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	p->tools = json_is_true(value);
	return true;
}

static bool load_carried(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	p->carried = json_is_true(value);
	return true;
}

/* Their places were taken before anything was loaded. */
static bool load_parts(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena, (void)p;
	return json_is_object(value) || err_set(e, "'parts' is no object");
}

static bool load_steps(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena, (void)e;
	p->steps_json = value;
	return json_size(value) > 0 || err_set(e, "'steps' is empty");
}

static bool load_samples(struct arena *arena, struct pattern *p, const struct json *value, struct err *e)
{
	(void)arena;
	p->samples = value;
	return json_size(value) > 0 || err_set(e, "'samples' is empty; give at least one line and what it means");
}

static const struct {
	const char *key;
	bool (*load)(struct arena *, struct pattern *, const struct json *, struct err *);
	bool needed;
} keys[] = {
	{"name", load_name, true},
	{"blurb", load_blurb, false},
	{"parts", load_parts, false},
	{"pattern", load_pattern, false},
	{"continuation", load_continuation, false},
	{"skip", load_skip, false},
	{"witness", load_witness, false},
	{"layout", load_layout, false},
	{"zone", load_zone, false},
	{"level", load_level, false},
	{"bid", load_bid, false},
	{"share", load_share, false},
	{"phrase", load_phrase, false},
	{"fields", load_fields, false},
	{"carrier", load_carrier, false},
	{"carried", load_carried, false},
	{"tools", load_tools, false},
	{"steps", load_steps, false},
	{"samples", load_samples, true},
};

static bool load_member(struct arena *arena, struct pattern *p, const struct json *member, struct err *e)
{
	for (size_t i = 0; i < LEN(keys); i++)
		if (str_eq(json_key(member), str_of(keys[i].key)))
			return keys[i].load(arena, p, member, e);
	return err_set(e, "unknown key '%.*s'", STR_ARG(json_key(member)));
}

struct pattern *pattern_load(struct arena *arena, struct str text, struct str origin, struct err *e)
{
	ERR_IN(e, origin);
	text = parts_put(arena, text, embedded_find("schema/parts.json"), e);
	struct json *json = text.p ? json_parse(arena, text, e) : NULL;
	if (!json)
		return NULL;
	struct pattern *p = NEW(arena, struct pattern);
	p->origin = str_dup(arena, origin);
	p->blurb = "";
	p->bid = PATTERN_BID;
	p->share = 0.5;
	for (const struct json *member = json_first(json); member; member = json_next(member))
		if (!load_member(arena, p, member, e))
			return NULL;
	for (size_t i = 0; i < LEN(keys); i++) {
		if (keys[i].needed && !json_get(json, keys[i].key)) {
			err_set(e, "no '%s'", keys[i].key);
			return NULL;
		}
	}
	if (p->steps_json && !(p->steps = steps_load(arena, p->steps_json, p->constants, p->constants_n, e)))
		return NULL;
	if (!p->shapes_n && !p->steps) {
		err_set(e, "neither 'pattern' nor 'steps'");
		return NULL;
	}
	p->lines = (struct line_format){.read = pattern_read,
		.data = p,
		.strays_continue = !p->continuation,
		.carrier = p->carrier,
		.steps = p->steps,
		.tools = p->carrier || p->tools};
	return p;
}

/* --- samples --- */
/* A sink that keeps the first record's words and counts the rest. */
struct sample_sink {
	struct sink sink;
	struct arena *arena;
	struct json *got;
	int records;
};

static void sample_put(struct sink *sink, const struct record *record)
{
	struct sample_sink *s = (struct sample_sink *)sink;
	if (s->records++)
		return;
	json_add_str(s->arena, s->got, "when", record->when);
	json_add_str(s->arena, s->got, "zone", record->zone);
	json_add_str(s->arena, s->got, "level", record->level);
	json_add_str(s->arena, s->got, "text", record->text);
	struct json *fields = json_add_object(s->arena, s->got, "fields");
	for (size_t i = 0; i < record->fields_n; i++)
		json_add_str(s->arena, fields, str_cstr(s->arena, record->fields[i].name), record->fields[i].value);
}

static void sample_note(struct sink *sink, struct where where, struct str text, struct str why)
{
	(void)sink, (void)where, (void)text, (void)why;
}

static bool same_text(const char *what, struct str is, struct str wanted, struct err *e)
{
	return str_eq(is, wanted) || err_set(e, "%s is '%.*s', not '%.*s'", what, STR_ARG(is), STR_ARG(wanted));
}

static bool same_fields(struct arena *arena, const struct json *is, const struct json *wanted, struct err *e)
{
	for (const struct json *field = json_first(wanted); field; field = json_next(field)) {
		const char *name = str_cstr(arena, json_key(field));
		if (!same_text(name, json_get_str(is, name), json_str(field), e))
			return false;
	}
	if (json_size(is) == json_size(wanted))
		return true;
	struct str all = json_print(arena, is);
	return err_set(e, "fields are %.*s", STR_ARG(all));
}

static bool check_sample(const struct pattern *p, struct arena *arena, const struct json *sample, struct err *e)
{
	struct sample_sink s = {
		.sink = {.put = sample_put, .note = sample_note}, .arena = arena, .got = json_object(arena)};
	AUTO(doc_close) struct doc *doc = doc_of(arena, p->origin, json_get_str(sample, "line"));
	if (!pattern_parse(doc, p, &s.sink, e))
		return false;
	if (s.records != 1)
		return err_set(e, "its line gives %d records, not 1", s.records);
	static const char *const compared[] = {"when", "zone", "level", "text"};
	for (size_t i = 0; i < LEN(compared); i++) {
		const struct json *wanted = json_get(sample, compared[i]);
		if (wanted && !same_text(compared[i], json_get_str(s.got, compared[i]), json_str(wanted), e))
			return false;
	}
	const struct json *fields = json_get(sample, "fields");
	return !fields || same_fields(arena, json_get(s.got, "fields"), fields, e);
}

bool pattern_check(const struct pattern *p, struct err *e)
{
	ERR_IN(e, p->origin);
	AUTO(arena_close) struct arena *arena = arena_open();
	int number = 1;
	for (const struct json *sample = json_first(p->samples); sample; sample = json_next(sample), number++) {
		ERR_IN(e, str_fmt(arena, "sample %d", number));
		if (!check_sample(p, arena, sample, e))
			return false;
	}
	return true;
}

void pattern_hasten(const struct pattern *p)
{
	for (size_t i = 0; i < p->shapes_n; i++)
		regex_hasten(p->shapes[i].regex);
	for (size_t i = 0; i < p->witnesses_n; i++)
		regex_hasten(p->witnesses[i]);
	regex_hasten(p->continuation ? p->continuation->regex : NULL);
	regex_hasten(p->skip);
	if (p->steps)
		steps_hasten(p->steps);
}
