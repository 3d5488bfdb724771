/*
 * AWS Health events as JSON: what EventBridge delivers ("detail-type": "AWS Health Event"), its detail alone, and what
 * `aws health describe-events` and `describe-event-details` print. Fields: docs.aws.amazon.com/health, "AWS Health events schema".
 */
#include "formats/formats_all.h"

enum { FIELDS_MAX = 16, ENTITIES_MAX = 200, TEXT_MAX = 300 };

struct fields {
	struct field v[FIELDS_MAX];
	size_t n;
};

static void add(struct fields *f, const char *name, struct str value)
{
	if (value.n)
		f->v[f->n++] = (struct field){str_of(name), value};
}

/* The event itself, wherever it is wrapped; NULL. */
static struct json *event_of(struct json *j)
{
	struct json *in[] = {json_get(j, "detail"), json_get(j, "event"), j};
	for (size_t i = 0; i < LEN(in); i++)
		if (json_is_string(json_get(in[i], "eventTypeCode")) && (json_get(in[i], "eventArn") || json_get(in[i], "arn")))
			return in[i];
	return NULL;
}

static int aws_health_bid(struct doc *doc)
{
	struct json *item = doc_item(doc);
	if (event_of(item) || event_of(json_first(json_get(item, "events"))) || event_of(json_first(json_get(item, "successfulSet"))))
		return BID_IDENTITY + 5;
	/* longer than the head, or one of many */
	return doc_looks_json(doc) && doc_contains(doc, "\"eventTypeCode\"") && doc_contains(doc, "arn:aws") && doc_contains(doc, "health") ? BID_PHRASE : BID_NONE;
}

/* category, statusCode -> class, status */
static const struct {
	const char *category, *state, *class, *status;
} meanings[] = {
	{"plannedChange", "closed", "maintenance", "completed"}, {"plannedChange", "open", "maintenance", "started"},
	{"plannedChange", NULL, "maintenance", "announced"}, {"scheduledChange", "closed", "maintenance", "completed"},
	{"scheduledChange", "open", "maintenance", "started"}, {"scheduledChange", NULL, "maintenance", "announced"},
	{"issue", "closed", "incident", "resolved"}, {"issue", NULL, "incident", "announced"},
	{"investigation", "closed", "incident", "resolved"}, {"investigation", NULL, "incident", "announced"},
};

static void add_meaning(struct fields *f, struct str category, struct str state)
{
	for (size_t i = 0; i < LEN(meanings); i++)
		if (str_eq(category, str_of(meanings[i].category)) && (!meanings[i].state || str_eq(state, str_of(meanings[i].state)))) {
			add(f, "class", str_of(meanings[i].class));
			add(f, "status", str_of(meanings[i].status));
			return;
		}
	add(f, "class", STR("none")); /* accountNotification */
}

/* What is affected, joined; the first cluster's name in *CLUSTER. */
static struct str entities(struct arena *arena, const struct json *event, const struct json *outer, struct str *cluster)
{
	struct buf out = BUF(arena);
	const struct json *list = json_get(event, "affectedEntities");
	int n = 0;
	for (struct json *e = json_first(list ? list : json_get(outer, "resources")); e && n < ENTITIES_MAX; e = json_next(e), n++) {
		struct str value = json_is_string(e) ? json_str(e) : json_get_str(e, "entityValue");
		size_t at = str_find(value, STR(":cluster/"), 0);
		if (at != STR_NPOS && !cluster->n)
			*cluster = str_from(value, at + 9);
		if (value.n && out.n)
			buf_cstr(&out, ", ");
		buf_add(&out, value);
	}
	return buf_str(&out);
}

static struct str description(struct arena *arena, const struct json *event, const struct json *outer)
{
	const struct json *d = json_get(event, "eventDescription");
	struct str text = json_get_str(json_is_array(d) ? json_first(d) : d, "latestDescription");
	if (!text.n)
		text = json_get_str(json_get(outer, "eventDescription"), "latestDescription");
	struct str code = json_get_str(event, "eventTypeCode");
	return text.n ? str_fmt(arena, "%.*s: %.*s", STR_ARG(code), STR_ARG(str_slice(text, 0, TEXT_MAX))) : code;
}

static void put_event(struct doc *doc, struct sink *sink, const struct json *event, const struct json *outer, const struct slice *s)
{
	static const char *const stamps_of[] = {"lastUpdatedTime", "startTime"};
	struct arena *arena = doc->scratch;
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	struct str cluster = STR_NONE, when = json_text(arena, json_get(outer, "time"));
	bool fallback = false;
	for (size_t i = 0; i < LEN(stamps_of) && !when.n; i++) {
		when = json_text(arena, json_get(event, stamps_of[i]));
		fallback = i > 0;
	}
	struct str arn = json_get_str(event, "eventArn"), region = json_get_str(event, "eventRegion"), text = description(arena, event, outer);
	arn = arn.n ? arn : json_get_str(event, "arn");
	struct str state = json_get_str(event, "statusCode"), from = json_text(arena, json_get(event, "startTime")), to = json_text(arena, json_get(event, "endTime"));
	add_meaning(&f, json_get_str(event, "eventTypeCategory"), state);
	add(&f, "provider", STR("AWS"));
	add(&f, "reference", arn);
	add(&f, "title", text);
	add(&f, "service", json_get_str(event, "service"));
	add(&f, "resource", entities(arena, event, outer, &cluster));
	add(&f, "cluster", cluster);
	add(&f, "state", state);
	add(&f, "region", region.n ? region : json_get_str(event, "region"));
	if (from.n)
		stamps[stamps_n++] = (struct stamp){STR("window_from"), from, STR_NONE, NULL};
	if (to.n)
		stamps[stamps_n++] = (struct stamp){STR("window_to"), to, STR_NONE, NULL};
	sink_put(sink, &(struct record){.from = s->from, .raw = s->text, .when = when, .basis = fallback ? BASIS_FALLBACK : BASIS_MANUAL, .text = text,
		.identity = str_fmt(arena, "aws-health/%.*s/%.*s/%.*s", STR_ARG(arn), STR_ARG(when), STR_ARG(state)), .fields = f.v, .fields_n = f.n, .stamps = stamps, .stamps_n = stamps_n});
}

/* One value: an event, or a list of them under "events" or "successfulSet" (the slicer hands over elements of "events" singly). */
static void read_value(struct doc *doc, struct sink *sink, const struct slice *s)
{
	struct err e = {0};
	struct json *j = s->broken ? NULL : json_parse(doc->scratch, s->text, &e);
	struct json *event = event_of(j);
	if (event) {
		put_event(doc, sink, event, j, s);
		return;
	}
	size_t found = 0;
	for (struct json *one = json_first(json_get(j, "successfulSet")); one; one = json_next(one))
		if ((event = event_of(one))) {
			put_event(doc, sink, event, one, s);
			found++;
		}
	if (!found)
		sink_note(sink, s->from, s->text, j ? "no AWS Health event" : "not JSON: %s", err_is_set(&e) ? e.text : "brackets do not match");
}

static bool aws_health_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice s;
	(void)e;
	for (;;) {
		ARENA_SCOPE(doc->scratch);
		if (!doc_json(doc, "events", &s))
			return true;
		read_value(doc, sink, &s);
	}
}

const struct format format_aws_health = {
	.name = "aws-health",
	.blurb = "AWS Health events (EventBridge, describe-events)",
	.bid = aws_health_bid,
	.parse = aws_health_parse,
};
