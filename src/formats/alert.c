/* Alerts and pages as the tools that send them have them: Alertmanager, Grafana, Prometheus, PagerDuty, Opsgenie;
 * CloudEvents. */
#include "formats/episode.h"
#include "formats/formats_all.h"

/*
 * Alertmanager: webhook version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config), which Grafana
 * sends too; its API v2 (/api/v2/alerts, amtool), whose state is nested and whose endsAt of an alert that goes on lies
 * ahead; Prometheus: /api/v1/alerts, as support bundles have it.
 */
#define ALERT_TEXT                                                                                                     \
	{                                                                                                              \
		"annotations/summary", "annotations/message", "annotations/description", "annotations/title"           \
	}
static const struct episode_shape alerts[] = {
	{.marks = {"\"alerts\"", "\"startsAt\"", "\"labels\""},
		.list = "alerts",
		.required = {"labels", "startsAt"},
		.id = {"fingerprint", "startsAt"},
		.state = "status",
		.from = "startsAt",
		.to = "endsAt",
		.text = ALERT_TEXT,
		.name = "labels/alertname",
		.level = {"labels/severity", "labels/priority"},
		.labels = "labels",
		.left_out = "truncatedAlerts",
		.fields = {{"alert", "fingerprint"}, {"alert", "labels"}, {"value", "valueString"}}},
	{.marks = {"\"activeAt\"", "\"labels\""},
		.list = "data/alerts",
		.required = {"labels", "activeAt"},
		.id = {"labels"},
		.state = "state",
		.from = "activeAt",
		.to = "endsAt",
		.text = ALERT_TEXT,
		.name = "labels/alertname",
		.level = {"labels/severity", "labels/priority"},
		.labels = "labels",
		.fields = {{"alert", "labels"}, {"value", "value"}}},
	/* Grafana's legacy alerting (before 8): no time at all, so they are undated. */
	{.marks = {"\"evalMatches\"", "\"ruleName\"", "\"state\""},
		.required = {"ruleName", "state"},
		.id = {"ruleId", "state"},
		.state = "state",
		.text = {"message"},
		.name = "ruleName",
		.labels = "tags",
		.fields = {{"alertname", "ruleName"}, {"alert", "ruleId"}, {"value", "evalMatches"}}},
	{.marks = {"\"startsAt\"", "\"labels\"", "\"fingerprint\""},
		.required = {"labels", "startsAt"},
		.id = {"fingerprint", "startsAt"},
		.state = "status/state",
		.from = "startsAt",
		.to = "endsAt",
		.text = ALERT_TEXT,
		.name = "labels/alertname",
		.level = {"labels/severity", "labels/priority"},
		.labels = "labels",
		.fields = {{"alert", "fingerprint"}, {"alert", "labels"}}},
};
static const struct episode_format alert = {"alert", 80, alerts, LEN(alerts)};

const struct format format_alert = {
	.name = "alert",
	.blurb = "alerts as JSON: Alertmanager and Grafana webhooks, Alertmanager and Prometheus APIs",
	.data = &alert,
	.bid_with = episode_bid,
	.parse_with = episode_parse,
};

/* PagerDuty: webhooks v3 (one event each) and v2 (several messages), what is sent to its Events API v2, its REST API's
 * incidents and log entries; Opsgenie's webhook and its list of alerts. */
#define PAGE_OF_INCIDENT                                                                                               \
	{"event", "event"}, {"alert", "incident/id"}, {"service", "incident/service/summary"},                         \
		{"service", "incident/service/name"}, {"urgency", "incident/urgency"},                                 \
	{                                                                                                              \
		"person", "log_entries/0/agent/summary"                                                                \
	}
static const struct episode_shape pages[] = {
	{.marks = {"\"messages\"", "\"event\"", "\"created_on\""},
		.list = "messages",
		.required = {"event", "created_on"},
		.id = {"id"},
		.state = "event",
		.from = "created_on",
		.name = "incident/title",
		.text = {"incident/trigger_summary_data/subject"},
		.level = {"incident/priority/summary"},
		.fields = {PAGE_OF_INCIDENT}},
	{.marks = {"\"routing_key\"", "\"event_action\"", "\"payload\""},
		.required = {"event_action", "payload/summary"},
		.id = {"dedup_key", "payload/timestamp"},
		.state = "event_action",
		.from = "payload/timestamp",
		.name = "payload/summary",
		.level = {"payload/severity"},
		.fields = {{"event", "event_action"}, {"alert", "dedup_key"}, {"instance", "payload/source"},
			{"component", "payload/component"}}},
	{.marks = {"\"event_type\"", "\"occurred_at\"", "\"resource_type\""},
		.list = "event",
		.required = {"event_type", "occurred_at"},
		.id = {"id"},
		.state = "event_type",
		.from = "occurred_at",
		.name = "data/title",
		.text = {"data/content", "data/message", "data/incident/summary"},
		.level = {"data/priority/summary"},
		.fields = {{"event", "event_type"}, {"alert", "data/incident/id"}, {"alert", "data/id"},
			{"service", "data/service/summary"}, {"person", "agent/summary"}, {"urgency", "data/urgency"}}},
	{.marks = {"\"incident_number\"", "\"created_at\"", "\"urgency\""},
		.list = "incidents",
		.required = {"incident_number", "created_at"},
		.id = {"id"},
		.state = "status",
		.from = "created_at",
		.to = "last_status_change_at",
		.name = "title",
		.text = {"description"},
		.level = {"priority/summary"},
		.fields = {{"alert", "id"}, {"service", "service/summary"}, {"urgency", "urgency"}}},
	{.marks = {"\"log_entries\"", "_log_entry\"", "\"created_at\""},
		.list = "log_entries",
		.required = {"type", "created_at"},
		.id = {"id"},
		.from = "created_at",
		.name = "incident/summary",
		.text = {"channel/summary", "summary"},
		.fields = {{"event", "type"}, {"alert", "incident/id"}, {"service", "service/summary"},
			{"person", "agent/summary"}}},
	{.marks = {"\"tinyId\"", "\"createdAt\"", "\"priority\""},
		.list = "data",
		.required = {"tinyId", "createdAt"},
		.id = {"id"},
		.state = "status",
		.from = "createdAt",
		.to = "updatedAt",
		.name = "message",
		.level = {"priority"},
		.fields = {{"alert", "id"}, {"service", "entity"}, {"person", "report/closedBy"}, {"owner", "owner"},
			{"count", "count"}}},
	{.marks = {"\"alertId\"", "\"action\"", "\"integrationId\""},
		.required = {"alert/alertId", "action"},
		.id = {"alert/alertId", "action"},
		.state = "action",
		.from = "alert/updatedAt",
		.name = "alert/message",
		.level = {"alert/priority"},
		.fields = {{"event", "action"}, {"alert", "alert/alertId"}, {"service", "alert/entity"},
			{"person", "alert/username"}}},
};
static const struct episode_format pager = {"pager", 80, pages, LEN(pages)};

const struct format format_pager = {
	.name = "pager",
	.blurb =
		"pages as JSON: PagerDuty webhooks v2 and v3, Events API, incidents and log entries, Opsgenie webhooks and alerts",
	.data = &pager,
	.bid_with = episode_bid,
	.parse_with = episode_parse,
};

/* CloudEvents 1.0 in structured mode (github.com/cloudevents/spec, json-format.md); a batch is an array of them. */
static const struct episode_shape events[] = {
	{.marks = {"\"specversion\"", "\"source\"", "\"type\""},
		.required = {"specversion", "type"},
		.id = {"source", "id"},
		.from = "time",
		.name = "type",
		.text = {"data/message", "data/summary", "data/title", "data/description"},
		.level = {"data/severity", "data/level"},
		.labels = "data",
		.fields = {{"event", "type"}, {"source", "source"}, {"about", "subject"}}},
};
static const struct episode_format cloudevents = {"cloudevents", 75, events, LEN(events)};

const struct format format_cloudevents = {
	.name = "cloudevents",
	.blurb = "CloudEvents as JSON, one or many",
	.data = &cloudevents,
	.bid_with = episode_bid,
	.parse_with = episode_parse,
};
