/* Stories for the analysis: events written one a line, and what was made of them printed one a line. */
#ifndef STORY_H
#define STORY_H

#include "analyse/analyse.h"
#include "base/digest.h"
#include "base/json.h"
#include "normalise/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/*
 * A line: [SOURCE>] TIME[..UNTIL] KIND SUBJECT [name=value ...] [| TEXT]
 * TIME is "06-17 14:00[:05]" of 2024, UTC. SUBJECT "-" is empty; "_" in a value is a blank. SOURCE is a digit, 1 when
 * it is left out; 0 is a person. A person's line is recorded when it happened, evidence on 2024-07-01.
 */
struct story {
	struct arena *arena;
	struct events events;
	struct sources sources;
	struct ledger ledger;
	struct incident incident;
	struct analysis analysis;
	struct err err;
};

static inline instant story_time(struct str when)
{
	char full[40];
	instant at = INSTANT_NONE;
	enum precision precision;
	snprintf(full, sizeof full, "2024-%.*s%s", STR_ARG(when), when.n > 11 ? "Z" : ":00Z");
	if (!instant_parse_rfc3339(str_of(full), &at, &precision))
		fail_msg("no time: '%s'", full);
	return at;
}

static inline void story_fields(struct story *s, struct event *e, struct str rest)
{
	struct json *fields = json_object(s->arena);
	struct str word, name, value;
	while (str_word(&rest, &word)) {
		if (!str_cut(word, STR("="), &name, &value))
			fail_msg("no field: '%.*s'", STR_ARG(word));
		char *text = (char *)(uintptr_t)str_cstr(s->arena, value);
		for (char *c = text; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		json_add_str(s->arena, fields, str_cstr(s->arena, name), str_of(text));
	}
	e->fields = json_print(s->arena, fields);
}

static inline struct event story_event(struct story *s, struct str line)
{
	struct event e = {.until = INSTANT_NONE, .precision = PRECISION_S, .count = 1, .source = 1};
	struct str head, text, source, date, time, kind, subject, from, to;
	str_cut(line, STR("|"), &head, &text);
	e.text = str_trim(text);
	if (str_cut(head, STR(">"), &source, &to)) {
		e.source = str_trim(source).p[0] - '0';
		head = to;
	}
	str_word(&head, &date);
	str_word(&head, &time);
	if (str_cut(time, STR(".."), &from, &to))
		e.until = story_time(str_fmt(s->arena, "%.*s %.*s", STR_ARG(date), STR_ARG(to)));
	e.at = e.at_min = e.at_max = story_time(str_fmt(s->arena, "%.*s %.*s", STR_ARG(date), STR_ARG(from)));
	e.recorded_at = e.source ? story_time(STR("07-01 00:00")) : e.at;
	str_word(&head, &kind);
	str_word(&head, &subject);
	e.subject = str_eq(subject, STR("-")) ? STR_NONE : subject;
	e.kind = kind_find(kind);
	if (!e.kind)
		fail_msg("no kind: '%.*s'", STR_ARG(kind));
	e.lane = e.kind->lane;
	e.severity = e.kind->severity;
	story_fields(s, &e, head);
	struct digest digest = digest_of(line);
	memcpy(e.key, digest.byte, EVENT_KEY);
	return e;
}

/* Reads the lines of TEXT. The incident is inc-1 from INCIDENT_FROM to INCIDENT_TO ("" leaves it open). */
static inline struct story story_tell(const char *text, const char *incident_from, const char *incident_to)
{
	struct story s = {.arena = arena_open()};
	VEC(struct event) list = {0};
	struct str rest = str_of(text), line;
	if (!kinds_init(&s.err))
		fail_msg("%s", s.err.text);
	while (str_next(&rest, '\n', &line)) {
		if (str_trim(line).n)
			*PUSH(&list, s.arena) = story_event(&s, str_trim(line));
	}
	for (size_t i = 0; i < list.n; i++)
		list.v[i].from.offset = (int64_t)i;
	s.events = (struct events){list.v, list.n};
	s.sources = (struct sources){NEW_N(s.arena, struct source, 9), 9};
	for (int64_t i = 0; i < 9; i++)
		s.sources.v[i] = (struct source){.row = i + 1, .name = str_fmt(s.arena, "source-%d.log", (int)i + 1)};
	s.incident = (struct incident){.id = STR("inc-1"),
		.title = STR("a story"),
		.from = story_time(str_of(incident_from)),
		.to = *incident_to ? story_time(str_of(incident_to)) : INSTANT_NONE};
	return s;
}

static inline void story_analyse(struct story *s)
{
	struct analysis_settings settings = analysis_defaults();
	if (!analyse(s->arena, &s->events, &s->sources, &s->ledger, &s->incident, &settings, &s->analysis, &s->err))
		fail_msg("%s", s->err.text);
}

/* --- printing --- */

static inline void print_time(struct buf *b, instant at)
{
	if (at == INSTANT_NONE) {
		buf_cstr(b, "open");
		return;
	}
	struct civil c = civil_from_instant(at);
	buf_fmt(b, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
	if (c.second)
		buf_fmt(b, ":%02d", c.second);
}

static inline void print_stretch(struct buf *b, instant from, instant to)
{
	print_time(b, from);
	buf_cstr(b, " .. ");
	print_time(b, to);
}

static inline void print_lanes(struct buf *b, unsigned lanes)
{
	const char *plus = "";
	for (int lane = 0; lane < LANES; lane++) {
		if (lanes & 1u << lane) {
			buf_fmt(b, "%s%s", plus, lane_names[lane]);
			plus = "+";
		}
	}
}

static inline struct str print_spans_of(struct story *s, const char *condition)
{
	struct buf b = BUF(s->arena);
	for (size_t i = 0; i < s->analysis.spans_n; i++) {
		const struct span *span = &s->analysis.spans[i];
		if (*condition && !str_eq(span->condition, str_of(condition)))
			continue;
		buf_fmt(&b, "%s %.*s %.*s ", lane_names[span->lane], STR_ARG(span->condition), STR_ARG(span->subject));
		print_stretch(&b, span->from, span->to);
		buf_fmt(&b, " [%d]\n", (int)span->events.n);
	}
	return buf_str(&b);
}

static inline struct str print_spans(struct story *s)
{
	return print_spans_of(s, "");
}

static inline struct str print_overlaps(struct story *s)
{
	struct buf b = BUF(s->arena);
	for (size_t i = 0; i < s->analysis.overlaps_n; i++) {
		const struct overlap *o = &s->analysis.overlaps[i];
		print_lanes(&b, o->lanes);
		buf_byte(&b, ' ');
		print_stretch(&b, o->from, o->to);
		buf_fmt(&b, " %s\n", o->relation ? o->relation : "-");
	}
	return buf_str(&b);
}

/* Compares with EXPECTED, in which every line begins with a tab. */
static inline void is_told(struct story *s, struct str got, const char *expected)
{
	struct buf b = BUF(s->arena);
	struct str rest = str_of(expected), line;
	while (str_next(&rest, '\n', &line))
		buf_fmt(&b, "%.*s\n", STR_ARG(str_trim(line)));
	buf_byte(&b, '\0');
	struct str cut = buf_str(&b);
	assert_string_equal(str_cstr(s->arena, got), str_cstr(s->arena, cut));
}

static inline void is_length(const struct metric *m, const char *duration)
{
	int64_t us = 0;
	if (!m->known)
		fail_msg("%s is unknown: %.*s", m->name, STR_ARG(m->why));
	assert_true(duration_parse(str_of(duration), &us));
	if (m->length != us)
		fail_msg("%s is %lld s, not %s", m->name, (long long)(m->length / SECOND), duration);
}

static inline void is_at(struct story *s, const char *milestone, const char *when)
{
	struct buf b = BUF(s->arena);
	print_time(&b, analysis_milestone(&s->analysis, milestone)->at);
	if (!str_eq(buf_str(&b), str_of(when)))
		fail_msg("%s is %.*s, not %s", milestone, STR_ARG(buf_str(&b)), when);
}

#endif
