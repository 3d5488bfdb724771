/* XML as what it opens, closes and says. */
#include "formats/xml.h"

#include <libxml/parser.h>

struct listener {
	const struct xml_reader *reader;
	void *arg;
};

static void on_start(void *arg, const xmlChar *name, const xmlChar **attributes)
{
	const struct listener *l = arg;
	l->reader->start(l->arg, (const char *)name, (const char *const *)attributes);
}

static void on_end(void *arg, const xmlChar *name)
{
	const struct listener *l = arg;
	(void)name;
	l->reader->end(l->arg);
}

static void on_text(void *arg, const xmlChar *text, int n)
{
	const struct listener *l = arg;
	l->reader->text(l->arg, str_n((const char *)text, (size_t)n));
}

static void on_error(void *arg, const char *fmt, ...)
{
	(void)arg;
	(void)fmt; /* what can be read is read */
}

void xml_read(struct str xml, const struct xml_reader *reader, void *arg)
{
	struct listener listener = {reader, arg};
	xmlSAXHandler sax = {.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.error = on_error,
		.warning = on_error,
		.fatalError = on_error};
	xmlParserCtxtPtr parser = xml.n <= INT_MAX ? xmlCreatePushParserCtxt(&sax, &listener, NULL, 0, NULL) : NULL;
	if (!parser)
		return;
	xmlCtxtUseOptions(parser, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlParseChunk(parser, xml.p, (int)xml.n, 1);
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	xmlFreeParserCtxt(parser);
}

struct str xml_attribute(const char *const *attributes, const char *name)
{
	for (size_t i = 0; attributes && attributes[i]; i += 2)
		if (!strcmp(attributes[i], name) && attributes[i + 1])
			return str_of(attributes[i + 1]);
	return STR_NONE;
}
