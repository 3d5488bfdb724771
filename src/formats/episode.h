/* JSON documents of episodes, things that begin and end: alerts, incidents, operations of a cloud. */
#ifndef LINEUP_EPISODE_H
#define LINEUP_EPISODE_H

#include "formats/format.h"

/*
 * One shape of document. Paths are cut at "/"; one that leads to null, to an empty text or to Go's zero time leads
 * nowhere.
 *
 * An episode gives a record of its beginning and, when it has one, another of its end. Fields of theirs: `turn` = began
 * | ended | failed, `state` as written, those of the shape, members of its `labels`, and texts of `pairs`. Both records
 * of one episode are the same however often it is told.
 */
struct episode_shape {
	const char *marks[3]; /* members that stand in the head of any such document, with their quotes */
	const char
		*list; /* from a value of the document to the array (or object) of episodes; NULL: the value is one */
	const char *required[2]; /* paths that an episode must have */
	const char *id[2];       /* paths of what tells it from others; their texts are put together */
	const char *state;
	const char *from, *to; /* instants; a to without a state that ends means nothing */
	const char *zone;      /* of times that state none; NULL: nobody says */
	bool to_ends;          /* a `to` alone ends it, whatever the state */
	const char *text[4];   /* the first that leads somewhere, behind the name */
	const char *name;
	const char *level[2];
	const char *labels, *pairs; /* object whose members become fields; array of objects with a name and a value */
	const char *inner;          /* path of a text that is JSON itself; the tree has what it holds as "inner" */
	const char *left_out;       /* number of episodes that the sender left out */
	struct {
		const char *field, *path;
	} fields[14];
};

struct episode_format {
	const char *kind; /* begins identities */
	int bid;
	const struct episode_shape *shapes;
	size_t shapes_n;
};
/* The same for a tree that was made of something else than JSON; false: it holds no episode. */
bool episode_tree_put(
	const void *format, struct sink *, struct arena *scratch, const struct json *, const struct slice *);
int episode_bid(struct doc *, const void *format);
bool episode_parse(struct doc *, const void *format, struct sink *, struct err *);

#endif
