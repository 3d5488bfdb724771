/* The law of base/pull.h and of kube_event_pull: what they take, the tree has too, to the letter. For the unit test and
 * the fuzzer. */
#ifndef LINEUP_TESTS_PULL_LAW_H
#define LINEUP_TESTS_PULL_LAW_H

#include "base/pull.h"
#include "formats/kube.h"

/* The value that stands at P, beside its tree; arrays are only passed over. */
static bool pull_agrees(struct pull *p, const struct json *j)
{
	struct str text, key;
	int64_t number, same;

	if (pull_enter(p)) {
		bool agrees = json_is_object(j);
		const struct json *member = json_first(j);
		for (; pull_key(p, &key); member = json_next(member))
			agrees = str_eq(key, json_key(member)) && pull_agrees(p, member) && agrees;
		return agrees && !member;
	}
	if (pull_str(p, &text))
		return json_is_string(j) && str_eq(text, json_str(j));
	if (pull_int(p, &number))
		return json_int(j, &same) && number == same;
	pull_skip(p);
	return !p->failed && !json_is_object(j) && !json_is_string(j);
}

/* NULL, or what is broken. *TAKEN: the text was taken. */
static const char *pull_law(struct arena *arena, struct str text, bool *taken)
{
	struct err e = {{0}};
	struct pull skips = pull_of(arena, text), walks = skips;

	pull_skip(&skips);
	*taken = pull_done(&skips);
	if (!*taken)
		return NULL;
	const struct json *j = json_parse(arena, text, &e);
	if (!j)
		return "taken, but no JSON";
	return pull_agrees(&walks, j) && pull_done(&walks) ? NULL : "other members or values";
}

/* A record as text, whole. */
struct record_print {
	struct sink sink;
	struct buf out;
};

static void record_print(struct sink *sink, const struct record *r)
{
	struct buf *b = &((struct record_print *)sink)->out;
	const struct str parts[] = {r->when, r->until.when, r->identity, r->level, r->text};

	buf_fmt(b, "%d %lld", (int)r->basis, (long long)r->count);
	for (size_t i = 0; i < LEN(parts); i++)
		buf_json_str(b, parts[i]);
	for (size_t i = 0; i < r->fields_n; i++) {
		buf_json_str(b, r->fields[i].name);
		buf_json_str(b, r->fields[i].value);
	}
}

static struct str event_print(struct arena *arena, const struct kube_event *e)
{
	struct record_print to = {.sink = {.put = record_print}, .out = BUF(arena)};

	kube_event_put(&to.sink, arena, e, (struct where){0}, STR_NONE);
	return buf_str(&to.out);
}

static const char *kube_law(struct arena *arena, struct str text, bool *taken)
{
	struct err error = {{0}};
	struct kube_event pulled, read;

	*taken = kube_event_pull(arena, text, &pulled);
	if (!*taken)
		return NULL;
	const struct json *j = json_parse(arena, text, &error), *object = kube_watched(j) ? kube_watched(j) : j;
	if (!kube_is_event(object))
		return "taken, but no event";
	kube_event_read(object, &read);
	return str_eq(event_print(arena, &pulled), event_print(arena, &read)) ? NULL : "another event";
}

#endif
