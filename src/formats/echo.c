/* Kubernetes events that a controller's log line repeats. */
#include "formats/echo.h"

#include "formats/kube.h"
#include "formats/lines.h"

/* The text between BEFORE and the next END; empty when it is not there. */
static struct str between(struct str text, struct str before, char end)
{
	size_t at = str_find(text, before, 0);
	if (at == STR_NPOS)
		return STR_NONE;
	at += before.n;
	return str_slice(text, at, str_find_byte(text, end, at));
}

static bool read_reference(struct str text, struct kube_event *event)
{
	if (!str_starts(text, STR("Event(v1.ObjectReference{")))
		return false;
	size_t end = str_find(text, STR("): type: '"), 0);
	if (end == STR_NPOS)
		return false;
	struct str object = str_slice(text, 0, end), rest = str_from(text, end);
	*event = (struct kube_event){
		.object_kind = between(object, STR("Kind:\""), '"'),
		.object_namespace = between(object, STR("Namespace:\""), '"'),
		.object_name = between(object, STR(" Name:\""), '"'),
		.object_api = between(object, STR("APIVersion:\""), '"'),
		.type = between(rest, STR("type: '"), '\''),
		.reason = between(rest, STR("reason: '"), '\''),
	};
	size_t reason = str_find(rest, STR("reason: '"), 0);
	size_t quote = reason == STR_NPOS ? STR_NPOS : str_find_byte(rest, '\'', reason + 9);
	event->message = quote == STR_NPOS ? STR_NONE : str_trim(str_from(rest, quote + 1));
	return true;
}

static bool read_structured(struct arena *arena, struct str text, struct kube_event *event)
{
	if (!str_starts(text, STR("\"Event occurred\" ")))
		return false;
	struct record pairs;
	if (!logfmt_pairs(arena, str_from(text, 17), &pairs))
		return false;
	const struct {
		struct str key, *to;
	} wanted[] = {{STR("kind"), &event->object_kind}, {STR("object"), &event->object_name},
		{STR("apiVersion"), &event->object_api}, {STR("type"), &event->type}, {STR("reason"), &event->reason}};
	*event = (struct kube_event){.message = pairs.text};
	for (size_t i = 0; i < pairs.fields_n; i++)
		for (size_t k = 0; k < LEN(wanted); k++)
			if (str_eq(pairs.fields[i].name, wanted[k].key))
				*wanted[k].to = pairs.fields[i].value;
	struct str name;
	if (str_cut(event->object_name, STR("/"), &event->object_namespace, &name))
		event->object_name = name;
	else
		event->object_namespace = STR_NONE;
	return true;
}

/* Grafana's agents write events as pairs: kind=Node name=node-2 reason=NodeNotReady type=Normal msg="...". */
static bool read_pairs(const struct record *record, struct kube_event *event)
{
	*event = (struct kube_event){.message = record->text};
	const struct {
		struct str key, *to;
	} wanted[] = {{STR("kind"), &event->object_kind}, {STR("name"), &event->object_name},
		{STR("namespace"), &event->object_namespace}, {STR("objectAPIversion"), &event->object_api},
		{STR("type"), &event->type}, {STR("reason"), &event->reason}, {STR("sourcecomponent"), &event->source},
		{STR("sourcehost"), &event->host}};
	for (size_t i = record->fields_n; i-- > 0;)
		for (size_t k = 0; k < LEN(wanted); k++)
			if (str_eq(record->fields[i].name, wanted[k].key))
				*wanted[k].to = record->fields[i].value;
	return event->object_name.n && (str_eq(event->type, STR("Normal")) || str_eq(event->type, STR("Warning")));
}

bool echo_read(struct arena *arena, struct record *record)
{
	struct kube_event event;
	if (record->grows || (!read_reference(record->text, &event) && !read_structured(arena, record->text, &event) &&
				     !read_pairs(record, &event)))
		return false;
	if (!event.reason.n || !event.object_kind.n)
		return false;
	struct kube_fields more = {.n = 0};
	kube_event_fields(arena, &event, &more);
	struct field *fields = NEW_N(arena, struct field, record->fields_n + more.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < more.n; i++)
		fields[n++] = more.v[i];
	for (size_t i = 0; i < record->fields_n; i++)
		fields[n++] = field_of_writer(arena, record->fields[i]);
	fields[n++] = (struct field){STR("echo"), STR("event")};
	record->fields = fields;
	record->fields_n = n;
	record->text = event.message.n ? event.message : event.reason;
	return true;
}
