/* AWS Health events as JSON: EventBridge messages, and what describe-events, describe-event-details and
 * describe-affected-entities print. */
#include "formats/fields.h"
#include "formats/formats_all.h"

#include "formats/mail_words.h"

enum { TITLE_MAX = 200 };

/* eventTypeCategory and words of eventTypeCode to a class; the first row that fits decides. */
static const struct {
	const char *category, *code, *class;
} classes[] = {
	{"issue", "", "incident"},
	{"plannedChange", "UPGRADE", "upgrade"},
	{"scheduledChange", "UPGRADE", "upgrade"},
	{"plannedChange", "LIFECYCLE", "deprecation"},
	{"scheduledChange", "LIFECYCLE", "deprecation"},
	{"plannedChange", "", "maintenance"},
	{"scheduledChange", "", "maintenance"},
	{"accountNotification", "MAINTENANCE", "maintenance"},
	{"accountNotification", "UPGRADE", "upgrade"},
	{"accountNotification", "END_OF", "deprecation"},
	{"accountNotification", "LIFECYCLE", "deprecation"},
	{"accountNotification", "DEPRECATION", "deprecation"},
	{"accountNotification", "RETIREMENT", "deprecation"},
	/* entities alone say no category */
	{"", "ISSUE", "incident"},
	{"", "UPGRADE", "upgrade"},
	{"", "LIFECYCLE", "deprecation"},
	{"", "END_OF", "deprecation"},
	{"", "DEPRECATION", "deprecation"},
	{"", "MAINTENANCE", "maintenance"},
	{"", "RETIREMENT", "maintenance"},
	{"", "REBOOT", "maintenance"},
	{"", "SCHEDULED", "maintenance"},
};
static const struct {
	const char *class, *code, *status;
} states[] = {
	{"incident", "open", "announced"},
	{"incident", "closed", "resolved"},
	{"deprecation", "", "announced"},
	{"", "upcoming", "announced"},
	{"", "open", "started"},
	{"", "closed", "completed"},
};

/* One event, however it came: the parts of it in whichever object they stand. */
struct health {
	struct arena *arena;
	const struct json *outer, *event, *description;
	struct fields fields;
	struct stamp stamps[2];
	size_t stamps_n;
};

/* Times are RFC 1123, ISO 8601 or seconds since 1970; "" is none. */
static struct str time_of(struct health *h, const char *key)
{
	const struct json *j = json_get(h->event, key);
	return json_is_null(j) ? STR_NONE : json_text(h->arena, j);
}

static void add_stamp(struct health *h, const char *name, const char *key)
{
	struct str when = time_of(h, key);
	if (when.n)
		h->stamps[h->stamps_n++] = (struct stamp){.name = str_of(name), .when = when};
}

static struct str class_of(struct str category, struct str code)
{
	for (size_t i = 0; i < LEN(classes); i++)
		if (str_eq(category, str_of(classes[i].category)) && str_contains(code, str_of(classes[i].code)))
			return str_of(classes[i].class);
	return STR("none");
}

static struct str status_of(struct str class, struct str code)
{
	for (size_t i = 0; i < LEN(states); i++) {
		bool fits = !*states[i].code || str_eq(code, str_of(states[i].code));
		if (fits && (!*states[i].class || str_eq(class, str_of(states[i].class))))
			return str_of(states[i].status);
	}
	return STR_NONE;
}

static struct str description_of(struct health *h)
{
	const struct json *d = h->description ? h->description : json_get(h->event, "eventDescription");
	d = json_is_array(d) ? json_first(d) : d;
	return json_get_str(d, "latestDescription");
}

/* "arn:aws:eks:REGION:ACCOUNT:cluster/NAME" is NAME; other resources keep what follows the account. */
static struct str resource_name(struct str arn)
{
	struct str rest = arn, piece;
	for (int i = 0; i < 5 && str_starts(arn, STR("arn:")); i++)
		str_next(&rest, ':', &piece);
	size_t slash = str_find(rest, STR("cluster/"), 0);
	return slash == 0 ? str_from(rest, 8) : rest;
}

static void add_entities(struct health *h)
{
	struct names all = {.text = BUF(h->arena)};
	struct str cluster = STR_NONE;
	size_t clusters = 0;
	const struct json *list = json_get(h->event, "affectedEntities");
	for (const struct json *j = json_first(list); j; j = json_next(j)) {
		struct str value = json_get_str(j, "entityValue");
		if (!value.n || str_eq(value, STR("UNKNOWN")) || str_eq(value, STR("AWS_ACCOUNT")))
			continue;
		names_add(&all, resource_name(value));
		if (str_contains(value, STR("cluster/"))) {
			cluster = resource_name(value);
			clusters++;
		}
	}
	fields_put(&h->fields, "resource", names_str(&all));
	if (clusters == 1)
		fields_put(&h->fields, "cluster", cluster);
}

static void add_facts(
	struct health *h, struct str class, struct str status, struct str code, struct str arn, struct str text)
{
	struct wording words = {.subject = code, .body = text, .whole = text};
	struct versions versions = wording_versions(&words);
	fields_put(&h->fields, "class", class);
	fields_put(&h->fields, "status", status);
	fields_put(&h->fields, "provider", STR("AWS"));
	fields_put(&h->fields, "reference", arn);
	fields_put(&h->fields, "title", code);
	fields_put(&h->fields, "service", json_get_str(h->event, "service"));
	fields_put(&h->fields, "region",
		json_get_str(h->event, json_get(h->event, "eventRegion") ? "eventRegion" : "region"));
	add_entities(h);
	fields_put(&h->fields, "version_from", versions.from);
	fields_put(&h->fields, "version_to", versions.to);
	add_stamp(h, "window_from", "startTime");
	add_stamp(h, "window_to", "endTime");
}

static void put(struct health *h, struct sink *sink, struct where from, struct str raw)
{
	struct str code = json_get_str(h->event, "eventTypeCode"), arn = json_get_str(h->event, "eventArn"),
		   text = description_of(h), line = str_slice(str_first_line(text), 0, TITLE_MAX);
	struct str class = class_of(json_get_str(h->event, "eventTypeCategory"), code);
	struct str status = status_of(class, json_get_str(h->event, "statusCode"));
	struct str began = time_of(h, "startTime"), ended = time_of(h, "endTime");
	struct str when = time_of(h, "lastUpdatedTime"), sent = json_get_str(h->outer, "time");
	bool issue = str_eq(class, STR("incident")), over = issue && str_eq(status, STR("resolved"));
	arn = arn.n ? arn : json_get_str(h->event, "arn");
	add_facts(h, class, status, code, arn, text);
	when = over && ended.n ? ended : sent.n ? sent : when.n ? when : began;
	struct record told = {.from = from,
		.raw = raw,
		.text = line.n ? line : code,
		.fields_n = h->fields.n,
		.stamps = h->stamps,
		.stamps_n = h->stamps_n};
	if (issue && began.n && !str_eq(status, STR("announced"))) { /* what is told of now began then */
		struct fields then = h->fields;
		for (size_t i = 0; i < then.n; i++)
			if (str_eq(then.v[i].name, STR("status")))
				then.v[i].value = STR("announced");
		told.fields = then.v;
		told.when = began;
		told.identity = arn.n ? str_fmt(h->arena, "aws-health/%.*s/began", STR_ARG(arn)) : STR_NONE;
		sink_put(sink, &told);
	}
	bool stated = sent.n || json_get(h->event, "lastUpdatedTime") || (over && ended.n);
	told.when = when;
	told.basis = stated ? BASIS_MANUAL : BASIS_FALLBACK;
	told.identity = arn.n ? str_fmt(h->arena, "aws-health/%.*s/%.*s", STR_ARG(arn), STR_ARG(when)) : STR_NONE;
	told.fields = h->fields.v;
	sink_put(sink, &told);
}

/* Part NTH of "arn:aws:health:REGION::event/SERVICE/CODE/ID", counted from the service. */
static struct str arn_part(struct str arn, int nth)
{
	struct str part = STR_NONE;
	for (int i = 0; i <= nth + 1; i++)
		if (!str_next(&arn, '/', &part))
			return STR_NONE;
	return part;
}

/* One thing of describe-affected-entities: how it stands says nothing of the others, so it is no notice of its own. */
static void put_entity(struct health *h, struct sink *sink, struct where from, struct str raw)
{
	struct str value = json_get_str(h->event, "entityValue"), arn = json_get_str(h->event, "eventArn"),
		   code = arn_part(arn, 1), name = resource_name(value), when = time_of(h, "lastUpdatedTime"),
		   state = json_get_str(h->event, "statusCode");
	bool over = str_eq(state, STR("UNIMPAIRED")) || str_eq(state, STR("RESOLVED"));
	struct str class = class_of(STR_NONE, code);
	fields_put(&h->fields, "class", class);
	fields_put(&h->fields, "status", status_of(class, over ? STR("closed") : STR("upcoming")));
	fields_put(&h->fields, "provider", STR("AWS"));
	fields_put(&h->fields, "reference", arn);
	fields_put(&h->fields, "title", code);
	fields_put(&h->fields, "service", arn_part(arn, 0));
	fields_put(&h->fields, "account", json_get_str(h->event, "awsAccountId"));
	fields_put(&h->fields, "resource", name);
	fields_put(&h->fields, "cluster", str_contains(value, STR("cluster/")) ? name : STR_NONE);
	fields_put(&h->fields, "update", state.n ? str_lower(h->arena, state) : STR("listed"));
	sink_put(sink,
		&(struct record){.from = from,
			.raw = raw,
			.when = when,
			.identity = str_fmt(
				h->arena, "aws-health/%.*s/%.*s/%.*s", STR_ARG(arn), STR_ARG(value), STR_ARG(when)),
			.text = str_fmt(h->arena, "%.*s: %.*s %.*s", STR_ARG(code), STR_ARG(name), STR_ARG(state)),
			.fields = h->fields.v,
			.fields_n = h->fields.n});
}

/* EventBridge wraps it in "detail", describe-event-details in "event". */
static const struct json *event_of(const struct json *j)
{
	static const char *const wraps[] = {"detail", "event"};
	for (size_t i = 0; i < LEN(wraps); i++)
		if (json_get(json_get(j, wraps[i]), "eventTypeCode"))
			return json_get(j, wraps[i]);
	return json_get(j, "eventTypeCode") ? j : NULL;
}

static int health_bid(struct doc *doc)
{
	bool events = doc_contains(doc, "\"eventTypeCode\"") && doc_contains(doc, "\"eventTypeCategory\""),
	     entities = doc_contains(doc, "\"entityValue\"") && doc_contains(doc, "\"eventArn\"");
	return doc_looks_json(doc) && (events || entities) ? BID_IDENTITY : BID_NONE;
}

static bool health_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	const char *list = doc_contains(doc, "\"successfulSet\"")   ? "successfulSet"
			   : doc_contains(doc, "\"eventTypeCode\"") ? "events"
								    : "entities";
	struct slice s;
	(void)e;
	while (doc_json(doc, list, &s)) {
		ARENA_SCOPE(doc->scratch);
		struct err bad = {0};
		const struct json *j = s.broken || s.cut ? NULL : json_parse(doc->scratch, s.text, &bad),
				  *event = event_of(j);
		if (!event && json_get(j, "entityValue")) {
			struct health h = {.arena = doc->scratch, .outer = j, .event = j};
			put_entity(&h, sink, s.from, s.text);
			continue;
		}
		if (!event) {
			sink_note(sink, s.from, s.text, "%s", j ? "no AWS Health event" : "no JSON");
			continue;
		}
		struct health h = {.arena = doc->scratch,
			.outer = j,
			.event = event,
			.description = event == j ? NULL : json_get(j, "eventDescription")};
		put(&h, sink, s.from, s.text);
	}
	return true;
}

const struct format format_aws_health = {
	.name = "aws-health",
	.blurb = "AWS Health events as JSON (EventBridge, describe-events, describe-affected-entities)",
	.bid = health_bid,
	.parse = health_parse,
};
