/* iCalendar: windows in calendar parts and .ics files, read by libical (this file is its only door). */
#include "formats/ical.h"

#include "formats/fields.h"
#include "formats/formats_all.h"
#include "formats/mail_words.h"

#include <libical/ical.h>

static const struct {
	const char *said, *means;
} states[] = {
	{"TENTATIVE", "tentative"},
	{"CONFIRMED", "confirmed"},
	{"CANCELLED", "cancelled"},
	{"CANCELED", "cancelled"},
	{"IN-PROCESS", "started"},
	{"COMPLETED", "completed"},
	{"RE-SCHEDULED", "rescheduled"},
	{"RESCHEDULED", "rescheduled"},
};
/* How Outlook names zones (CLDR windowsZones). */
static const struct {
	const char *windows, *zone;
} outlook_zones[] = {
	{"GMT Standard Time", "Europe/London"},
	{"W. Europe Standard Time", "Europe/Berlin"},
	{"Romance Standard Time", "Europe/Paris"},
	{"Central Europe Standard Time", "Europe/Budapest"},
	{"Central European Standard Time", "Europe/Warsaw"},
	{"FLE Standard Time", "Europe/Kiev"},
	{"GTB Standard Time", "Europe/Bucharest"},
	{"Russian Standard Time", "Europe/Moscow"},
	{"Turkey Standard Time", "Europe/Istanbul"},
	{"Eastern Standard Time", "America/New_York"},
	{"Central Standard Time", "America/Chicago"},
	{"Mountain Standard Time", "America/Denver"},
	{"Pacific Standard Time", "America/Los_Angeles"},
	{"India Standard Time", "Asia/Kolkata"},
	{"China Standard Time", "Asia/Shanghai"},
	{"Tokyo Standard Time", "Asia/Tokyo"},
	{"Singapore Standard Time", "Asia/Singapore"},
	{"AUS Eastern Standard Time", "Australia/Sydney"},
	{"Greenwich Standard Time", "UTC"},
	{"Coordinated Universal Time", "UTC"},
};

static struct str value_of(struct arena *arena, icalproperty *p)
{
	char *v = p ? icalproperty_get_value_as_string_r(p) : NULL;
	struct str out = str_trim(str_dup(arena, str_of(v)));
	icalmemory_free_buffer(v);
	return out;
}

/* Text with its escapes: "\," "\n". */
static struct str text_of(struct arena *arena, icalproperty *p)
{
	struct str raw = value_of(arena, p);
	struct buf out = BUF(arena);
	for (size_t i = 0; i < raw.n; i++) {
		bool escaped = raw.p[i] == '\\' && i + 1 < raw.n && strchr(",;\\nN", raw.p[i + 1]);
		i += escaped;
		buf_byte(&out, escaped && byte_lower(raw.p[i]) == 'n' ? ' ' : raw.p[i]);
	}
	return buf_str(&out);
}

static struct str first_text(struct arena *arena, icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	return p ? text_of(arena, p) : STR_NONE;
}

static struct ical_time time_of(struct arena *arena, icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	struct ical_time out = {.when = p ? value_of(arena, p) : STR_NONE};
	icalparameter *tz = p ? icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER) : NULL;
	if (tz)
		out.zone = str_dup(arena, str_of(icalparameter_get_tzid(tz)));
	for (size_t i = 0; i < LEN(outlook_zones); i++)
		if (str_eq(out.zone, str_of(outlook_zones[i].windows)))
			out.zone = str_of(outlook_zones[i].zone);
	return out;
}

static struct str state_of(struct str said)
{
	for (size_t i = 0; i < LEN(states); i++)
		if (str_eq_case(said, str_of(states[i].said)))
			return str_of(states[i].means);
	return STR_NONE;
}

static void read_maintnote(struct arena *arena, icalcomponent *c, struct ical_event *e)
{
	struct buf objects = BUF(arena);
	for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_X_PROPERTY); p;
		p = icalcomponent_get_next_property(c, ICAL_X_PROPERTY)) {
		struct str name = str_of(icalproperty_get_x_name(p)), value = text_of(arena, p);
		if (!str_starts_case(name, STR("X-MAINTNOTE-")))
			continue;
		name = str_from(name, 12);
		e->maintnote = true;
		if (str_eq_case(name, STR("PROVIDER")))
			e->provider = value;
		else if (str_eq_case(name, STR("ACCOUNT")))
			e->account = value;
		else if (str_eq_case(name, STR("MAINTENANCE-ID")) && !e->reference.n)
			e->reference = value;
		else if (str_eq_case(name, STR("IMPACT")))
			e->impact = value;
		else if (str_eq_case(name, STR("STATUS")))
			e->status = state_of(value);
		else if (str_eq_case(name, STR("OBJECT-ID")) && value.n) {
			buf_cstr(&objects, objects.n ? ", " : "");
			buf_add(&objects, value);
		}
	}
	e->resource = buf_str(&objects);
}

static struct ical_event read_event(struct arena *arena, icalcomponent *c, struct str method)
{
	struct ical_event e = {
		.uid = first_text(arena, c, ICAL_UID_PROPERTY),
		.sequence = first_text(arena, c, ICAL_SEQUENCE_PROPERTY),
		.summary = first_text(arena, c, ICAL_SUMMARY_PROPERTY),
		.organizer = first_text(arena, c, ICAL_ORGANIZER_PROPERTY),
		.method = method,
		.start = time_of(arena, c, ICAL_DTSTART_PROPERTY),
		.end = time_of(arena, c, ICAL_DTEND_PROPERTY),
		.stamp = time_of(arena, c, ICAL_DTSTAMP_PROPERTY),
	};
	if (str_starts_case(e.organizer, STR("mailto:")))
		e.organizer = str_from(e.organizer, 7);
	e.broken = icalcomponent_get_first_property(c, ICAL_XLICERROR_PROPERTY) != NULL;
	read_maintnote(arena, c, &e);
	struct str status = state_of(first_text(arena, c, ICAL_STATUS_PROPERTY));
	if (str_eq_case(method, STR("CANCEL")) || str_eq(status, STR("cancelled")))
		e.status = STR("cancelled");
	else if (!e.status.n)
		e.status = status;
	return e;
}

static void walk(struct arena *arena, icalcomponent *c, struct str method, struct ical_events *out)
{
	if (icalcomponent_isa(c) == ICAL_VEVENT_COMPONENT) {
		if (out->n >= ICAL_EVENTS_MAX)
			out->cut = true;
		else
			*PUSH(out, arena) = read_event(arena, c, method);
		return;
	}
	struct str own = first_text(arena, c, ICAL_METHOD_PROPERTY);
	icalcompiter i = icalcomponent_begin_component(c, ICAL_ANY_COMPONENT);
	for (icalcomponent *inner; (inner = icalcompiter_deref(&i)); icalcompiter_next(&i))
		walk(arena, inner, own.n ? own : method, out);
}

/* The library gives nothing of a calendar that is cut off, and complains aloud of an END without its BEGIN.
 */
static struct str balanced(struct arena *arena, struct str text)
{
	struct buf out = BUF(arena);
	struct str rest = text, line;
	int open = 0;
	while (str_next(&rest, '\n', &line)) {
		bool begins = str_starts_case(line, STR("BEGIN:")), ends = str_starts_case(line, STR("END:"));
		if (ends && !open)
			continue;
		open += begins - ends;
		buf_add(&out, line);
		buf_byte(&out, '\n');
	}
	while (open-- > 0)
		buf_cstr(&out, open ? "END:VEVENT\n" : "END:VCALENDAR\n");
	return buf_str(&out);
}

struct ical_events ical_read(struct arena *arena, struct str text)
{
	struct ical_events out = {0};
	if (text.n > ICAL_SIZE_MAX) {
		text = str_slice(text, 0, ICAL_SIZE_MAX);
		out.cut = true;
	}
	icalerror_set_errors_are_fatal(false);
	icalcomponent *c = icalparser_parse_string(balanced(arena, text).p);
	if (!c)
		return out;
	walk(arena, c, STR_NONE, &out);
	icalcomponent_free(c);
	return out;
}

/* --- .ics files --- */

static int ical_bid(struct doc *doc)
{
	struct str head = str_trim(str_slice(doc->head, 0, 200));
	return str_starts_case(head, STR("BEGIN:VCALENDAR")) ? BID_IDENTITY : BID_NONE;
}

static void put_event(struct doc *doc, struct sink *sink, const struct ical_event *e, const struct slice *all)
{
	struct fields f = {0};
	struct stamp stamps[2];
	size_t stamps_n = 0;
	fields_put(&f, "class", e->maintnote ? STR("maintenance") : STR("none"));
	fields_put(&f, "status", e->maintnote && !e->status.n ? STR("announced") : e->status);
	bool is_domain =
		str_find_byte(e->provider, '.', 0) != STR_NPOS && str_find_byte(e->provider, ' ', 0) == STR_NPOS;
	fields_put(&f, "provider", is_domain ? domain_name(doc->scratch, e->provider) : e->provider);
	fields_put(&f, "reference", e->reference.n ? e->reference : e->uid);
	fields_put(&f, "uid", e->uid);
	fields_put(&f, "sequence", e->sequence);
	fields_put(&f, "title", e->summary);
	fields_put(&f, "sender", e->organizer);
	fields_put(&f, "resource", e->resource);
	fields_put(&f, "account", e->account);
	fields_put(&f, "impact", e->impact);
	if (e->maintnote && e->start.when.n)
		stamps[stamps_n++] = (struct stamp){STR("window_from"), e->start.when, e->start.zone, NULL};
	if (e->maintnote && e->end.when.n)
		stamps[stamps_n++] = (struct stamp){STR("window_to"), e->end.when, e->end.zone, NULL};
	sink_put(sink, &(struct record){.from = all->from,
			       .when = e->stamp.when,
			       .zone = e->stamp.zone,
			       .fields = f.v,
			       .fields_n = f.n,
			       .stamps = stamps,
			       .stamps_n = stamps_n,
			       .text = e->summary.n ? e->summary : e->uid,
			       .identity = str_fmt(doc->scratch, "ical/%.*s/%.*s/%.*s/%.*s", STR_ARG(e->uid),
				       STR_ARG(e->sequence), STR_ARG(e->stamp.when), STR_ARG(e->start.when))});
}

static bool ical_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	struct slice all;
	ARENA_SCOPE(doc->scratch);
	if (!doc_whole(doc, doc->scratch, &all, e))
		return false;
	struct ical_events events = ical_read(doc->scratch, all.text);
	for (size_t i = 0; i < events.n; i++) {
		const struct ical_event *event = &events.v[i];
		put_event(doc, sink, event, &all);
		if (event->broken)
			sink_note(sink, all.from, event->uid,
				"lines of this calendar event are not iCalendar; what they say is not "
				"understood");
		if (event->maintnote && !event->start.when.n)
			sink_note(sink, all.from, event->uid, "maintenance without a start that can be read");
	}
	if (!events.n)
		sink_note(sink, all.from, str_slice(all.text, 0, 200), "calendar without an event");
	if (events.cut)
		sink_note(sink, all.from, STR_NONE, "calendar is read up to %d events or %d bytes", ICAL_EVENTS_MAX,
			ICAL_SIZE_MAX);
	return true;
}

const struct format format_ical = {
	.name = "ical",
	.blurb = "iCalendar file with maintenance windows (X-MAINTNOTE)",
	.bid = ical_bid,
	.parse = ical_parse,
};

const char *ical_library(void)
{
	return ICAL_VERSION;
}
