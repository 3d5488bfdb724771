/* ceph-status: what `ceph -s`, `ceph status` and `ceph health detail` print, as text or JSON; they state no time of
 * their own. */
#include "formats/formats_all.h"
#include "formats/kube.h"
#include "formats/lines.h"

/* One reason of the cluster's health, by the name that Ceph gives it. */
struct check {
	struct where from;
	int64_t continued;
	struct str raw, name, text, level;
};

/* A status holds at the instant it was taken, which --captured-at tells: its age is nothing. */
static void check_put(struct doc *doc, struct sink *sink, const struct check *c)
{
	struct kube_fields f = {.n = 0};
	struct record r = {
		.from = c->from, .continued = c->continued, .raw = c->raw, .text = c->text, .level = c->level};

	kube_field(&f, "health", c->name);
	if (doc->captured_at != INSTANT_NONE) {
		r.when = STR("0s");
		r.layout = "age";
	}
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(sink, &r);
}

/* "[WRN] OSD_DOWN: 1 osds down" of details, "HEALTH_WARN 1 osds down; ..." and "health: HEALTH_WARN" of either. */
static bool line_read(struct str line, struct check *c)
{
	struct str trimmed = str_trim(line), rest = trimmed, word;

	if (str_starts(trimmed, STR("health: ")))
		rest = trimmed = str_trim(str_from(trimmed, 8));
	if (str_starts(trimmed, STR("HEALTH_"))) {
		str_word(&rest, &word);
		c->name = STR("health");
		c->text = trimmed;
		c->level = str_eq(word, STR("HEALTH_OK"))    ? STR("info")
			   : str_eq(word, STR("HEALTH_ERR")) ? STR("error")
							     : STR("warning");
		return true;
	}
	if (!(str_starts(trimmed, STR("[WRN] ")) || str_starts(trimmed, STR("[ERR] "))) ||
		!str_cut(str_from(trimmed, 6), STR(": "), &c->name, &c->text))
		return false;
	c->level = str_slice(trimmed, 1, 4);
	return true;
}

/* "OSD_DOWN 1 osds down": details before release 15, which do not say how bad it is. */
static bool old_check_read(struct str line, struct check *c)
{
	struct str rest = line, name;
	bool joined = false;

	if (!str_word(&rest, &name))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		joined |= name.p[i] == '_';
		if (name.p[i] != '_' && !(name.p[i] >= 'A' && name.p[i] <= 'Z'))
			return false;
	}
	c->name = name;
	c->text = str_trim(rest);
	c->level = STR("warning");
	return joined && c->text.n;
}

static int status_bid(struct doc *doc)
{
	if (doc_looks_json(doc))
		return doc_contains(doc, "\"HEALTH_") && doc_contains(doc, "\"checks\"") ? BID_IDENTITY : BID_NONE;
	if (str_starts(doc_head_line(doc, 0), STR("HEALTH_")))
		return BID_IDENTITY;
	return doc_contains(doc, "health: HEALTH_") && doc_contains(doc, "  cluster:") ? BID_IDENTITY : BID_NONE;
}

/* {"health": {"status": "HEALTH_WARN", "checks": {"OSD_DOWN": {"summary": {"message": ...}}}}}; health alone is its own
 * object. */
static void json_put(struct doc *doc, struct sink *sink, const struct slice *s, const struct json *j)
{
	const struct json *health = json_get(j, "health") ? json_get(j, "health") : j,
			  *checks = json_get(health, "checks");
	struct check of_all = {.from = s->from, .raw = s->text};

	if (!line_read(json_get_str(health, "status"), &of_all)) {
		sink_note(sink, s->from, s->text, "no status of a Ceph cluster");
		return;
	}
	check_put(doc, sink, &of_all);
	for (const struct json *c = json_first(checks); c; c = json_next(c))
		check_put(doc, sink,
			&(struct check){.from = s->from,
				.raw = s->text,
				.name = json_key(c),
				.text = json_get_str(json_get(c, "summary"), "message"),
				.level = str_eq(json_get_str(c, "severity"), STR("HEALTH_ERR")) ? STR("error")
												: STR("warning")});
}

static void json_status(struct doc *doc, struct sink *sink)
{
	struct slice s;

	while (doc_json(doc, NULL, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {{0}};
		const struct json *j = s.cut || s.broken ? NULL : json_parse(doc->scratch, s.text, &bad);

		if (j)
			json_put(doc, sink, &s, j);
		else
			sink_note(sink, s.from, s.text, "not JSON");
	}
}

/* --- text --- */
/* A check of `health detail` is held back: what it is about stands below it, indented; before release 12 below the
 * health itself, like "pg 0.1 is stuck unclean", up to an empty line. */
struct detail {
	struct arena *arena;
	struct check check;
	struct buf text, raw;
	bool is_open, is_cut, is_health;
};

static void detail_put(struct detail *d, struct doc *doc, struct sink *sink)
{
	if (!d->is_open)
		return;
	d->check.text = buf_str(&d->text);
	d->check.raw = buf_str(&d->raw);
	if (d->is_cut)
		sink_note(sink, (struct where){d->check.from.offset, 0, d->check.from.line},
			str_slice(d->check.text, 0, 200), "record is longer than %d KiB: its text is cut",
			LINES_TEXT_MAX >> 10);
	check_put(doc, sink, &d->check);
	d->is_open = false;
	arena_reset(d->arena);
}

static void detail_open(struct detail *d, const struct check *c)
{
	d->check = *c;
	d->check.name = str_dup(d->arena, c->name);
	d->check.level = str_dup(d->arena, c->level);
	d->text = d->raw = BUF(d->arena);
	buf_add(&d->text, c->text);
	buf_add(&d->raw, c->raw);
	d->is_open = true;
	d->is_cut = false;
}

static void detail_more(struct detail *d, const struct slice *s)
{
	struct str line = str_trim(s->text);

	d->check.from.length += s->from.length;
	d->check.continued += s->from.length;
	d->is_cut |= d->text.n + line.n >= LINES_TEXT_MAX;
	if (!d->is_cut)
		buf_fmt(&d->text, "\n%.*s", STR_ARG(line));
	if (d->raw.n + s->text.n < LINES_RAW_MAX)
		buf_fmt(&d->raw, "\n%.*s", STR_ARG(s->text));
}

static bool goes_on(const struct detail *d, struct arena *scratch, struct str text)
{
	ARENA_SCOPE(scratch);
	struct record other = {.text = STR_NONE};
	struct str line = str_trim(text);

	if (!d->is_open || !line.n)
		return false;
	return byte_is_space(text.p[0]) ||
	       (d->is_health && !str_ends(line, STR(":")) && !lines_carried(scratch, text, &other));
}

/* Below its status `ceph -w` goes on with the lines of the cluster's log, and people paste others beside it. Of the
 * status itself are sections and what stands indented in them. */
static void other_put(struct doc *doc, struct sink *sink, const struct slice *s)
{
	ARENA_SCOPE(doc->scratch);
	struct record r = {.text = STR_NONE};
	struct str line = str_trim(s->text);

	if (!line.n || byte_is_space(s->text.p[0]) || str_ends(line, STR(":"))) {
		sink_skip(sink, s->from);
	} else if (lines_carried(doc->scratch, s->text, &r)) {
		r.from = s->from;
		r.raw = s->text;
		sink_put(sink, &r);
	} else {
		sink_note(sink, s->from, line, "no line of a Ceph cluster's status");
	}
}

static void text_status(struct doc *doc, struct sink *sink)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct detail detail = {.arena = arena};
	struct slice s;
	bool is_health = false; /* below "health:" stand the reasons, up to an empty line */
	bool met_health = false;

	while (doc_line(doc, &s)) {
		struct str line = str_trim(s.text);
		struct check c = {.from = s.from, .raw = s.text};
		bool is_indented = line.n && byte_is_space(s.text.p[0]), is_check = line_read(s.text, &c);

		met_health |= is_check;
		is_check = is_check || (met_health && !is_indented && old_check_read(line, &c));
		if (!is_check && goes_on(&detail, doc->scratch, s.text)) {
			detail_more(&detail, &s);
			continue;
		}
		detail_put(&detail, doc, sink);
		if (is_check && !str_starts(line, STR("health: "))) {
			detail_open(&detail, &c);
			detail.is_health = str_starts(line, STR("HEALTH_"));
		} else if (is_check) {
			is_health = true;
			check_put(doc, sink, &c);
		} else if (is_health && is_indented) {
			check_put(doc, sink,
				&(struct check){.from = s.from,
					.raw = s.text,
					.name = STR("health"),
					.text = line,
					.level = STR("warning")});
		} else {
			is_health = false;
			other_put(doc, sink, &s);
		}
	}
	detail_put(&detail, doc, sink);
}

static bool status_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	if (doc_looks_json(doc))
		json_status(doc, sink);
	else
		text_status(doc, sink);
	return true;
}

const struct format format_ceph_status = {
	.name = "ceph-status",
	.blurb = "ceph status and ceph health detail, as text or JSON; needs --captured-at",
	.bid = status_bid,
	.parse = status_parse,
};
