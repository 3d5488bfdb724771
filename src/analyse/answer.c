/* Answers: which word of a person named a notice before its change began. */
#include "analyse/study.h"

/*
 * People say much and providers announce much, so not every word is held against every notice: for each name of a
 * notice the longest of its words is looked for, once in all that was said, and the whole name only where that stands.
 */
enum { PLACES = 3 };

struct mentions {
	VEC(size_t) list; /* responses with that word, by their place in study.responses: by time */
};

/* "prod" of "eu-prod-1", in lower case; empty: the name has no word. */
static struct str telling_word(struct arena *a, struct str name)
{
	struct str word, best = STR_NONE;
	while (text_word(&name, &word))
		best = word.n > best.n ? word : best;
	return str_lower(a, best);
}

/* Reference, provider and cluster of a notice, then each of its resources. False: that was all. */
static bool next_name(const struct notice *n, size_t i, struct str *resources, struct str *name)
{
	const struct str own[] = {n->reference, n->provider, n->cluster};
	if (i < LEN(own)) {
		*name = own[i];
		return true;
	}
	bool more = str_next(resources, ',', name);
	*name = str_trim(*name);
	return more;
}

static struct map words_wanted(struct study *s) /* word -> struct mentions */
{
	struct map wanted = MAP(s->arena);
	for (size_t i = 0; i < s->notices.n; i++) {
		struct str resources = s->notices.v[i].resource, name;
		for (size_t k = 0; next_name(&s->notices.v[i], k, &resources, &name); k++) {
			struct str word = telling_word(s->arena, name);
			void **slot = word.n ? map_put(&wanted, word) : NULL;
			if (slot && !*slot)
				*slot = NEW(s->arena, struct mentions);
		}
	}
	return wanted;
}

static struct mentions *mentions_of(struct study *s, const struct map *wanted, struct str word)
{
	ARENA_SCOPE(s->arena);
	return map_get(wanted, str_lower(s->arena, word));
}

static void mentions_read(struct study *s, const struct map *wanted)
{
	for (size_t i = 0; i < s->responses.n; i++) {
		const struct event *e = s->responses.v[i];
		struct str places[PLACES] = {e->text, e->subject, e->fields}, word;
		for (size_t k = 0; k < PLACES; k++) {
			while (text_word(&places[k], &word)) {
				struct mentions *m = mentions_of(s, wanted, word);
				if (m && (!m->list.n || m->list.v[m->list.n - 1] != i))
					*PUSH(&m->list, s->arena) = i;
			}
		}
	}
}

static bool response_names(const struct event *e, struct str name)
{
	return text_names(e->text, name) || text_names(e->subject, name) || text_names(e->fields, name);
}

/* The first response in [from, to) that has NAME and stands before BEST; else BEST. */
static size_t first_mention(
	struct study *s, const struct map *wanted, struct str name, instant from, instant to, size_t best)
{
	const struct mentions *m = map_get(wanted, telling_word(s->arena, name));
	for (size_t i = 0; m && i < m->list.n && m->list.v[i] < best; i++) {
		const struct event *e = s->responses.v[m->list.v[i]];
		if (e->at >= to)
			break;
		if (e->at >= from && response_names(e, name))
			return m->list.v[i];
	}
	return best;
}

static void notice_answer(struct study *s, const struct map *wanted, struct notice *n)
{
	instant limit = n->actual_from == INSTANT_NONE ? INSTANT_MAX : n->actual_from;
	if (n->answer && n->answer->at >= limit)
		n->answer = NULL;
	struct str resources = n->resource, name;
	size_t first = s->responses.n;
	for (size_t k = 0; next_name(n, k, &resources, &name); k++)
		first = first_mention(s, wanted, name, n->received, limit, first);
	if (first < s->responses.n && (!n->answer || s->responses.v[first]->at < n->answer->at))
		n->answer = s->responses.v[first];
	n->answered = n->answer != NULL;
	if (n->answer && n->read == INSTANT_NONE)
		n->read = n->answer->at;
	n->missed = n->actual_from != INSTANT_NONE && !n->answered && n->actual_from > n->received;
}

void notices_answer(struct study *s)
{
	struct map wanted = words_wanted(s);
	mentions_read(s, &wanted);
	for (size_t i = 0; i < s->notices.n; i++)
		notice_answer(s, &wanted, &s->notices.v[i]);
}
