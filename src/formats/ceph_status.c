/* ceph-status: what `ceph -s`, `ceph status` and `ceph health detail` print, as text or JSON; they state no time of
 * their own. */
#include "formats/formats_all.h"
#include "formats/kube.h"

/* A status holds at the instant it was taken, which --captured-at tells: its age is nothing. */
static void check_put(
	struct doc *doc, struct sink *sink, const struct slice *s, struct str check, struct str text, struct str level)
{
	struct kube_fields f = {.n = 0};
	struct record r = {.from = s->from, .raw = s->text, .text = text, .level = level};

	kube_field(&f, "health", check);
	if (doc->captured_at != INSTANT_NONE) {
		r.when = STR("0s");
		r.layout = "age";
	}
	r.fields = f.v;
	r.fields_n = f.n;
	sink_put(sink, &r);
}

/* "[WRN] OSD_DOWN: 1 osds down" of details, "HEALTH_WARN 1 osds down; ..." and "health: HEALTH_WARN" of either. */
static bool line_read(struct str line, struct str *check, struct str *text, struct str *level)
{
	struct str trimmed = str_trim(line), rest = trimmed, word;

	if (str_starts(trimmed, STR("health: ")))
		rest = trimmed = str_trim(str_from(trimmed, 8));
	if (str_starts(trimmed, STR("HEALTH_"))) {
		str_word(&rest, &word);
		*check = STR("health");
		*text = trimmed;
		*level = str_eq(word, STR("HEALTH_OK"))    ? STR("info")
			 : str_eq(word, STR("HEALTH_ERR")) ? STR("error")
							   : STR("warning");
		return true;
	}
	if (!(str_starts(trimmed, STR("[WRN] ")) || str_starts(trimmed, STR("[ERR] "))) ||
		!str_cut(str_from(trimmed, 6), STR(": "), check, text))
		return false;
	*level = str_slice(trimmed, 1, 4);
	return true;
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
	struct str check, text, level;

	if (!line_read(json_get_str(health, "status"), &check, &text, &level)) {
		sink_note(sink, s->from, s->text, "no status of a Ceph cluster");
		return;
	}
	check_put(doc, sink, s, check, text, level);
	for (const struct json *c = json_first(checks); c; c = json_next(c))
		check_put(doc, sink, s, json_key(c), json_get_str(json_get(c, "summary"), "message"),
			str_eq(json_get_str(c, "severity"), STR("HEALTH_ERR")) ? STR("error") : STR("warning"));
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

static bool status_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;
	bool is_health = false; /* below "health:" stand the reasons, up to an empty line */

	(void)e;
	if (doc_looks_json(doc)) {
		json_status(doc, sink);
		return true;
	}
	while (doc_line(doc, &s)) {
		struct str check, text, level;

		if (line_read(s.text, &check, &text, &level)) {
			is_health = str_starts(str_trim(s.text), STR("health: "));
			check_put(doc, sink, &s, check, text, level);
		} else if (is_health && str_trim(s.text).n) {
			check_put(doc, sink, &s, STR("health"), str_trim(s.text), STR("warning"));
		} else {
			is_health = false;
			sink_skip(sink, s.from);
		}
	}
	return true;
}

const struct format format_ceph_status = {
	.name = "ceph-status",
	.blurb = "ceph status and ceph health detail, as text or JSON; needs --captured-at",
	.bid = status_bid,
	.parse = status_parse,
};
