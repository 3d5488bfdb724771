/* Herds: nodes that one capture of a cluster's events shows together, where nothing names the cluster. */
#include "analyse/study.h"

/*
 * The API server shows all nodes of its cluster, and none of another. Captures that share a node are of one cluster;
 * captures of two or more nodes each that share none, at times that overlap, are of different ones. Logs of single
 * nodes say nothing of the kind.
 */
enum { HERD_LEAST = 2 };

static struct herd *herd_root(struct herd *h)
{
	while (h->of != h)
		h = h->of = h->of->of;
	return h;
}

/* The one with the first name keeps its own, so that the order of the evidence does not matter. */
static struct herd *herd_join(struct herd *a, struct herd *b)
{
	a = herd_root(a);
	b = herd_root(b);
	if (a == b)
		return a;
	if (str_cmp(b->first_node, a->first_node) < 0) {
		struct herd *t = a;
		a = b;
		b = t;
	}
	b->of = a;
	a->nodes += b->nodes;
	a->first = b->first < a->first ? b->first : a->first;
	a->last = b->last > a->last ? b->last : a->last;
	return a;
}

static bool is_capture(const struct study *s, const struct event *e)
{
	const struct source *source = s->sources && e->source ? source_find(s->sources, e->source) : NULL;
	return source && str_starts(source->format, STR("kube-event"));
}

static void herd_take(struct study *s, struct map *by_source, const struct event *e, struct str node)
{
	void **of_node = map_put(&s->herds, node);
	if (!*of_node) {
		struct herd *fresh = NEW(s->arena, struct herd);
		*fresh = (struct herd){
			.of = fresh, .first_node = node, .nodes = 1, .first = e->at, .last = event_end(e)};
		*of_node = fresh;
	}
	struct herd *h = herd_root(*of_node);
	h->last = event_end(e) > h->last ? event_end(e) : h->last;
	void **of_source = map_put(by_source, str_fmt(s->arena, "%lld", (long long)e->source));
	*of_source = *of_source ? herd_join(*of_source, h) : h;
}

/* Whether another herd was seen at the same time. Herds are as many as clusters: few. */
static bool herd_stands_out(const struct study *s, const struct herd *h)
{
	for (size_t i = 0; h->nodes >= HERD_LEAST && i < s->herds.n; i++) {
		const struct herd *other = herd_root(s->herds.entries[i].value);
		if (other != h && other->nodes >= HERD_LEAST && other->first <= h->last && h->first <= other->last)
			return true;
	}
	return false;
}

void herds_read(struct study *s)
{
	struct map by_source = MAP(s->arena);
	s->herds = MAP(s->arena);
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = s->v[i];
		struct str node = str_starts(e->kind->name, STR("upgrade.node.")) ? event_node(s, e) : STR_NONE;
		if (node.n && is_capture(s, e))
			herd_take(s, &by_source, e, node);
	}
	for (size_t i = 0; i < s->herds.n; i++) {
		struct herd *h = herd_root(s->herds.entries[i].value);
		if (h == s->herds.entries[i].value)
			h->alone = !herd_stands_out(s, h);
	}
}

const struct herd *herd_of(const struct study *s, struct str node)
{
	struct herd *h = node.n ? map_get(&s->herds, node) : NULL;
	h = h ? herd_root(h) : NULL;
	return h && !h->alone ? h : NULL;
}
