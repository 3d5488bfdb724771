/* Records to events. */
#include "normalise/normalise.h"

#include "formats/formats_all.h"
#include "normalise/clean.h"
#include "normalise/ordinals.h"

#include <inttypes.h>

enum {
	TEXT_MAX = 64 << 10,         /* bytes of an event's text, and of one field */
	FIELDS_MAX = 256,            /* fields of one event */
	FIELDS_SIZE_MAX = 512 << 10, /* bytes of its fields as JSON */
	WHEN_MAX = 256,              /* bytes of a time as written */
	NOTES_EACH = 100             /* times that the same remark about records is made in one document */
};

/* How often each remark was made. */
struct tally {
	VEC(struct remark {
		const char *why;
		int n;
	})
	remarks;
};

/* --- remarks: a remark that holds for every line of a log is not made a million times --- */
static void remark(struct normaliser *n, struct where where, struct str text, const char *why)
{
	struct remark *r = NULL;
	for (size_t i = 0; i < n->tally->remarks.n && !r; i++)
		if (strcmp(n->tally->remarks.v[i].why, why) == 0)
			r = n->tally->remarks.v + i;
	if (!r) {
		r = PUSH(&n->tally->remarks, n->arena);
		*r = (struct remark){.why = why};
	}
	if (++r->n > NOTES_EACH)
		return;
	struct str said = str_of(why);
	if (r->n == NOTES_EACH)
		said = str_fmt(n->scratch, "%s (further ones are not listed)", why);
	n->noted++;
	n->out->note(n->out, where, utf8_mend(n->scratch, str_slice(text, 0, 1024)), said);
}

/* --- identity --- */
static void key_take(const struct digest *digest, uint8_t key[EVENT_KEY])
{
	memcpy(key, digest->byte, EVENT_KEY);
}

/* SHA-256 over TAG, a NUL and the parts with a NUL between them. */
static struct digest digest_parts(
	struct digester *d, const char *tag, const struct str *parts, size_t n, uint32_t ordinal)
{
	digester_begin(d);
	digester_add(d, tag, strlen(tag) + 1);
	for (size_t i = 0; i < n; i++) {
		if (i)
			digester_add(d, "", 1);
		digester_add(d, parts[i].p, parts[i].n);
	}
	if (ordinal > 1) {
		uint8_t bytes[5] = {0, (uint8_t)(ordinal >> 24), (uint8_t)(ordinal >> 16), (uint8_t)(ordinal >> 8),
			(uint8_t)ordinal};
		digester_add(d, bytes, sizeof bytes);
	}
	return digester_end(d);
}

void event_key(struct digester *digester, struct str identity, uint32_t ordinal, uint8_t key[EVENT_KEY])
{
	struct digest digest = digest_parts(digester, "identity", &identity, 1, ordinal);
	key_take(&digest, key);
}

struct str event_id(struct arena *arena, const uint8_t key[EVENT_KEY])
{
	enum { SHOWN = 6 };
	struct buf b = BUF(arena);

	buf_byte(&b, 'e');
	for (int i = 0; i < SHOWN; i++) {
		buf_byte(&b, "0123456789abcdef"[key[i] >> 4]);
		buf_byte(&b, "0123456789abcdef"[key[i] & 15]);
	}
	return buf_str(&b);
}

/* A declared identity is the same fact wherever it stands; bytes are counted, so that true repeats stay. */
static void key_make(struct normaliser *n, const struct record *r, uint8_t key[EVENT_KEY])
{
	if (r->identity.n) {
		event_key(n->digester, r->identity, 1, key);
		return;
	}
	struct str parts[] = {r->raw.n ? r->raw : r->when, r->text};
	size_t parts_n = r->raw.n ? 1 : 2;
	struct digest digest = digest_parts(n->digester, "bytes", parts, parts_n, 1);
	uint64_t hash;
	memcpy(&hash, digest.byte + EVENT_KEY, sizeof hash);
	uint32_t ordinal = ordinals_next(n->ordinals, hash);
	if (ordinal == 0)
		remark(n, r->from, r->text, "too many records to count identical ones; from here on they fold");
	if (ordinal > 1)
		digest = digest_parts(n->digester, "bytes", parts, parts_n, ordinal);
	key_take(&digest, key);
}

/* --- times --- */
static enum basis less_certain(enum basis a, enum basis b)
{
	return a > b ? a : b;
}

/* The first stamp that file order would help with sends us through the document once before. */
static void survey(struct normaliser *n)
{
	struct err ignored = {0}; /* the reading pass meets the same failure and reports it */
	AUTO(doc_close) struct doc *doc = n->reopen(n->reopen_arg);
	n->reopen = NULL;
	if (!doc)
		return;
	n->pass = PASS_SURVEY;
	clock_survey_begin(n->clock);
	format_parse(n->reading, doc, &n->sink, &ignored);
	clock_surveyed(n->clock);
	n->pass = PASS_READING;
}

/* Clocks that leave out their zone are proved by lines that do not: are there any, as far as the head shows? */
static void glance(struct normaliser *n)
{
	struct err ignored = {0};
	AUTO(arena_close) struct arena *arena = arena_open();
	AUTO(doc_close) struct doc *doc = doc_of(arena, STR_NONE, n->head);
	n->glanced = true;
	n->pass = PASS_GLANCE;
	format_parse(n->reading, doc, &n->sink, &ignored);
	n->pass = PASS_READING;
}

static struct reading read_time(struct normaliser *n, const struct record *r, struct event *event)
{
	struct reading reading;
	clock_turn_to(n->clock, r);
	clock_read(n->clock, r->when, r->zone, r->layout, &reading);
	if (reading.basis == BASIS_ASSUMED && !n->glanced && n->reopen) {
		if (r->witnessed)
			clock_wants_survey(n->clock);
		if (!clock_needs_survey(n->clock))
			glance(n);
	}
	if (n->reopen && clock_needs_survey(n->clock)) {
		survey(n);
		clock_read(n->clock, r->when, r->zone, r->layout, &reading);
	}
	if (reading.note)
		remark(n, r->from, r->when, reading.note);
	event->at = reading.at;
	event->at_min = reading.at_min;
	event->at_max = reading.at_max;
	event->precision = reading.precision;
	event->basis = less_certain(r->basis, reading.basis);
	if (event->at == INSTANT_NONE) {
		n->undated++;
		event->at_min = n->last_at;
		return reading;
	}
	n->last_at = event->at;
	return reading;
}

/* --- fields: a JSON object, built as it goes --- */
struct object {
	struct normaliser *n;
	const struct record *record;
	struct buf json;
	struct str names[FIELDS_MAX];
	size_t names_n;
};

static void object_add(struct object *o, struct str name, struct str value)
{
	if (value.n == 0 || name.n == 0)
		return;
	for (size_t i = 0; i < o->names_n; i++)
		if (str_eq(o->names[i], name))
			return;
	if (o->names_n == FIELDS_MAX || o->json.n + value.n > FIELDS_SIZE_MAX) {
		remark(o->n, o->record->from, name,
			"more or longer fields than an event holds; the rest is only in the evidence");
		return;
	}
	o->names[o->names_n++] = name;
	buf_byte(&o->json, o->names_n == 1 ? '{' : ',');
	buf_json_str(&o->json, name);
	buf_byte(&o->json, ':');
	buf_json_str(&o->json, value);
}

static void object_add_time(struct object *o, struct str name, const struct reading *r)
{
	struct arena *arena = o->n->scratch;
	struct buf b = BUF(arena);
	buf_instant(&b, r->at, r->precision);
	object_add(o, name, buf_str(&b));
	if (r->basis >= BASIS_ASSUMED)
		object_add(o, str_fmt(arena, "%.*s_basis", STR_ARG(name)), str_of(basis_names[r->basis]));
	if (r->precision >= PRECISION_DAY)
		object_add(o, str_fmt(arena, "%.*s_precision", STR_ARG(name)), str_of(precision_names[r->precision]));
}

/* A further time. One that is not understood stays as it was written, under a name that says so. */
static void object_add_stamp(struct object *o, const struct stamp *stamp, instant near)
{
	struct reading reading;
	struct normaliser *n = o->n;
	clock_read_beside(n->clock, stamp->when, stamp->zone, stamp->layout, near, &reading);
	if (reading.note)
		remark(n, o->record->from, stamp->when, reading.note);
	if (reading.at != INSTANT_NONE)
		object_add_time(o, stamp->name, &reading);
	else if (reading.note)
		object_add(o, str_fmt(n->scratch, "%.*s_written", STR_ARG(stamp->name)),
			utf8_mend(n->scratch, stamp->when));
}

/* Why a clock that states no zone is known to be in one. */
static void object_add_zone(struct object *o, const struct reading *r)
{
	int minutes = r->offset < 0 ? -r->offset / 60 : r->offset / 60;
	if (r->proof)
		object_add(o, STR("zone_proof"),
			str_fmt(o->n->scratch, "%c%02d:%02d by line %" PRId64, r->offset < 0 ? '-' : '+', minutes / 60,
				minutes % 60, r->proof));
}

/* An end before its beginning is kept as a field: it is evidence, but no interval. */
static void read_until(struct object *o, const struct record *r, struct event *event)
{
	struct reading reading;
	event->until = INSTANT_NONE;
	if (r->until.when.n == 0)
		return;
	clock_read_beside(o->n->clock, r->until.when, r->until.zone, r->until.layout, event->at, &reading);
	if (reading.note)
		remark(o->n, r->from, r->until.when, reading.note);
	if (reading.at == INSTANT_NONE)
		return;
	if (event->at != INSTANT_NONE && reading.at >= event->at) {
		event->until = reading.at;
		return;
	}
	if (event->at != INSTANT_NONE)
		remark(o->n, r->from, r->until.when, "its end is before its beginning");
	object_add_time(o, STR("until"), &reading);
}

static struct str object_str(struct object *o)
{
	if (o->names_n == 0)
		return STR("{}");
	buf_byte(&o->json, '}');
	return buf_str(&o->json);
}

/* --- records --- */
/* What the place of the document says, where the record itself says nothing. One that is about an object stands
 * wherever its teller does. */
static size_t home_add(const struct home *home, struct field *fields, size_t n)
{
	size_t told = n;

	for (size_t k = 0; k < n; k++)
		if (str_eq(fields[k].name, STR("object.name")))
			return n;
	for (size_t i = 0; i < home->n; i++) {
		bool is_told = false;

		for (size_t k = 0; k < told && !is_told; k++)
			is_told = str_eq(fields[k].name, home->fields[i].name);
		if (!is_told)
			fields[n++] = home->fields[i];
	}
	return n;
}

/* The name of the file is for the rules only: it stands with the source. So is the body of a mail, which is in it. */
static void judge(struct normaliser *n, const struct record *r, struct field *fields, struct verdict *verdict)
{
	struct record judged = *r;

	if (n->home.file.n)
		fields[judged.fields_n++] = (struct field){STR("file"), n->home.file};
	if (r->body.n)
		fields[judged.fields_n++] = (struct field){STR("body"), utf8_mend(n->scratch, r->body)};
	rules_apply(n->rules, n->scratch, r->reader ? r->reader : n->format, &judged, verdict);
}

/* Its fields, with room for three more sorts: those of its home, the name of its file and its body. */
static struct field *record_clean(struct normaliser *n, struct record *r)
{
	struct field *fields = NEW_N(n->scratch, struct field, r->fields_n + HOME_FIELDS + 2);
	bool cut = false;

	r->text = text_clean(n->scratch, r->text, TEXT_MAX, &cut);
	for (size_t i = 0; i < r->fields_n; i++) {
		fields[i].name = utf8_mend(n->scratch, r->fields[i].name);
		fields[i].value = text_clean(n->scratch, r->fields[i].value, TEXT_MAX, &cut);
	}
	r->fields_n = home_add(&n->home, fields, r->fields_n);
	r->fields = fields;
	if (cut)
		remark(n, r->from, str_slice(r->text, 0, 80), "longer than 64 KiB; the rest is only in the evidence");
	return fields;
}

/* What is kept only because nobody recognised it is in records, too, but not understood. */
static void account_record(struct normaliser *n, const struct record *r)
{
	bool understood = n->reading != &format_plain;
	account_claim(n->account, r->from, r->continued, understood ? &n->bytes.records : &n->bytes.not_understood,
		understood ? &n->bytes.continuation : &n->bytes.not_understood);
}

/* Understood once, by the lineup that wrote it out: the same event here, also in the database it came from. */
static void event_retold(struct event *e, const struct event *told)
{
	memcpy(e->key, told->key, EVENT_KEY);
	e->kind = kind_find(told->kind->name) ? kind_find(told->kind->name) : e->kind;
	e->lane = told->lane;
	e->severity = told->severity;
	e->subject = told->subject;
	e->precision = told->precision;
	e->basis = told->basis;
	e->at_min = told->at_min;
	e->at_max = told->at_max;
}

static void record_put(struct sink *sink, const struct record *record)
{
	struct normaliser *n = (struct normaliser *)sink;
	if (n->pass) {
		if (n->pass == PASS_SURVEY)
			clock_survey(n->clock, record);
		else
			clock_glance(n->clock, record);
		return;
	}
	ARENA_SCOPE(n->scratch);
	struct record r = *record;
	struct event event = {
		.recorded_at = INSTANT_NONE, .from = r.from, .count = r.count > 1 ? r.count : 1, .grows = r.grows};
	struct verdict verdict;

	n->records++;
	account_record(n, &r);
	key_make(n, record, event.key);
	judge(n, &r, record_clean(n, &r), &verdict);
	struct reading time = read_time(n, &r, &event);

	struct object fields; /* its 4 KiB of names need no zeroes */
	fields.n = n;
	fields.record = &r;
	fields.json = BUF(n->scratch);
	fields.names_n = 0;
	for (size_t i = 0; i < verdict.set_n; i++)
		object_add(&fields, verdict.set[i].name, verdict.set[i].value);
	for (size_t i = 0; i < r.fields_n; i++)
		object_add(&fields, r.fields[i].name, r.fields[i].value);
	for (size_t i = 0; i < r.stamps_n; i++)
		object_add_stamp(&fields, r.stamps + i, event.at);
	read_until(&fields, &r, &event);
	object_add_zone(&fields, &time);

	event.kind = verdict.kind;
	event.lane = verdict.kind->lane;
	event.severity = verdict.severity;
	event.subject = verdict.subject;
	if (r.told)
		event_retold(&event, r.told);
	event.text = r.text;
	event.fields = object_str(&fields);
	event.when = utf8_mend(n->scratch, str_slice(r.when, 0, WHEN_MAX));
	n->out->event(n->out, &event);
}

static void note_put(struct sink *sink, struct where where, struct str text, struct str why)
{
	struct normaliser *n = (struct normaliser *)sink;
	if (n->pass)
		return;
	ARENA_SCOPE(n->scratch);
	n->noted++;
	account_claim(n->account, where, 0, &n->bytes.not_understood, NULL);
	n->out->note(n->out, where, utf8_mend(n->scratch, str_slice(text, 0, 1024)), utf8_mend(n->scratch, why));
}

static void skip_put(struct sink *sink, struct where where)
{
	struct normaliser *n = (struct normaliser *)sink;
	if (!n->pass)
		account_claim(n->account, where, 0, &n->bytes.structure, NULL);
}

static void printed_put(struct sink *sink, struct str when)
{
	struct normaliser *n = (struct normaliser *)sink;
	clock_printed(n->clock, when);
}

static void ended_put(struct sink *sink, struct str when)
{
	struct normaliser *n = (struct normaliser *)sink;
	clock_ended(n->clock, when);
}

struct normaliser *normaliser_open(struct arena *arena, struct arena *scratch, const struct rules *rules,
	const char *format, const struct clock_setting *setting, struct event_sink *out)
{
	struct normaliser *n = NEW(arena, struct normaliser);
	n->sink = (struct sink){record_put, note_put, skip_put, printed_put, ended_put};
	n->out = out;
	n->rules = rules;
	n->clock = clock_open(arena, setting);
	n->arena = arena;
	n->scratch = scratch;
	n->format = format;
	n->last_at = INSTANT_NONE;
	n->ordinals = ordinals_open(arena);
	n->digester = digester_open();
	n->tally = NEW(arena, struct tally);
	n->account = account_open(arena);
	return n;
}

void normaliser_close(struct normaliser *n)
{
	if (!n)
		return;
	digester_close(n->digester);
	ordinals_close(n->ordinals);
}

/* What nobody claimed is not understood. */
static void close_account(struct normaliser *n, struct doc *doc)
{
	struct extent x = doc_extent(doc);
	n->received = x.received;
	n->bytes.input = x.size;
	n->unclaimed = x.size - n->bytes.records - n->bytes.continuation - n->bytes.structure - n->bytes.not_understood;
	/* a record may reach over several slices, and what stands between them */
	int64_t framing = x.framing < n->unclaimed ? x.framing : n->unclaimed;
	n->bytes.structure += framing;
	n->unclaimed -= framing;
	n->bytes.not_understood += n->unclaimed;
}

bool normalise_doc(struct normaliser *n, const struct format *format, struct doc *doc, struct doc *(*reopen)(void *),
	void *reopen_arg, struct err *e)
{
	n->reading = format;
	n->head = doc->head;
	n->home = home_of(n->arena, doc->name);
	n->reopen = reopen;
	n->reopen_arg = reopen_arg;
	bool done = format_parse(format, doc, &n->sink, e);
	close_account(n, doc);
	return done;
}
