/* What came of sources, in numbers. */
#include "cmd/counts.h"

#define ROW(name, member)                                                                                              \
	{                                                                                                              \
		name, offsetof(struct source, member)                                                                  \
	}
static const struct number {
	const char *name;
	size_t at;
} records[] = {ROW("records", records), ROW("new", fresh), ROW("grown", grown), ROW("duplicate", duplicate),
	ROW("undated", undated), ROW("not_understood", not_understood)},
  bytes[] = {ROW("input", bytes.input), ROW("records", bytes.records), ROW("continuation", bytes.continuation),
	  ROW("structure", bytes.structure), ROW("not_understood", bytes.not_understood)};
#undef ROW

static int64_t number_of(const struct source *s, const struct number *number)
{
	return *(const int64_t *)((const char *)s + number->at);
}

void counts_json(struct arena *a, struct json *j, const struct source *s)
{
	for (size_t i = 0; i < LEN(records); i++)
		json_add_int(a, j, records[i].name, number_of(s, &records[i]));
	if (!s->counted) {
		json_add_null(a, j, "bytes");
		return;
	}
	struct json *parts = json_add_object(a, j, "bytes");
	for (size_t i = 0; i < LEN(bytes); i++)
		json_add_int(a, parts, bytes[i].name, number_of(s, &bytes[i]));
}

void counts_add(struct source *total, const struct source *s)
{
	for (size_t i = 0; i < LEN(records); i++)
		*(int64_t *)((char *)total + records[i].at) += number_of(s, &records[i]);
	for (size_t i = 0; i < LEN(bytes); i++)
		*(int64_t *)((char *)total + bytes[i].at) += number_of(s, &bytes[i]);
	total->counted = total->counted && s->counted;
}

struct str counts_not_understood(struct arena *a, const struct source *s)
{
	if (s->bytes.not_understood)
		return str_fmt(
			a, "%lld (%lld bytes)", (long long)s->not_understood, (long long)s->bytes.not_understood);
	return str_fmt(a, "%lld", (long long)s->not_understood);
}

struct str counts_of_bytes(struct arena *a, const struct allotment *b)
{
	return str_fmt(a,
		"%lld bytes: %lld in records, %lld in their continuation, %lld of structure, %lld not understood",
		(long long)b->input, (long long)b->records, (long long)b->continuation, (long long)b->structure,
		(long long)b->not_understood);
}
