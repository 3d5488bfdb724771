/* XML as what it opens, closes and says: the door to libxml2's parser of XML. */
#ifndef LINEUP_XML_H
#define LINEUP_XML_H

#include "base/str.h"

/* What an element's contents are told to. ATTRIBUTES: names and values in turn, NULL behind the last, or NULL. All
 * texts are valid during the call only; a text may come in pieces. */
struct xml_reader {
	void (*start)(void *arg, const char *name, const char *const *attributes);
	void (*end)(void *arg);
	void (*text)(void *arg, struct str);
};
/* One element by itself, as far as it can be read: prefixes stay with the names, entities but XML's own are left out,
 * nothing is fetched, and nesting ends at libxml2's limit (256). */
void xml_read(struct str xml, const struct xml_reader *, void *arg);
struct str xml_attribute(const char *const *attributes, const char *name);

#endif
