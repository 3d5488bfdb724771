/* The table of formats: who there is, who bids highest, and the way records take to a sink. */
#include "formats/formats_all.h"

#include <stdio.h>

static const struct format *const in_c[] = {
#define FORMAT_ROW(name_) &format_##name_,
	FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

size_t formats_count(void)
{
	return LEN(in_c);
}

const struct format *formats_get(size_t i)
{
	return in_c[i];
}

const struct format *format_find(struct str name)
{
	for (size_t i = 0; i < formats_count(); i++)
		if (str_eq(str_of(formats_get(i)->name), name))
			return formats_get(i);
	return NULL;
}

int format_bid(const struct format *format, struct doc *doc)
{
	return format->bid_with ? format->bid_with(doc, format->data) : format->bid(doc);
}

bool format_parse(const struct format *format, struct doc *doc, struct sink *sink, struct err *e)
{
	return format->parse_with ? format->parse_with(doc, format->data, sink, e) : format->parse(doc, sink, e);
}

const struct format *format_choose(struct doc *doc, int *second)
{
	const struct format *best = &format_plain;
	int best_bid = BID_NONE, next_bid = BID_NONE;
	for (size_t i = 0; i < formats_count(); i++) {
		int bid = format_bid(formats_get(i), doc);
		if (bid > best_bid) {
			next_bid = best_bid;
			best_bid = bid;
			best = formats_get(i);
		} else if (bid > next_bid) {
			next_bid = bid;
		}
	}
	if (second)
		*second = next_bid;
	return best;
}

bool formats_init(struct err *e)
{
	(void)e;
	return true;
}

/* --- the way to a sink --- */
void sink_put(struct sink *sink, const struct record *record)
{
	sink->put(sink, record);
}

void sink_note(struct sink *sink, struct where where, struct str text, const char *why, ...)
{
	char room[512];
	va_list args;
	va_start(args, why);
	int n = vsnprintf(room, sizeof room, why, args);
	va_end(args);
	if (n < 0)
		bug("note '%s' cannot be formatted", why);
	sink->note(sink, where, text, str_n(room, (size_t)n < sizeof room ? (size_t)n : sizeof room - 1));
}

void sink_skip(struct sink *sink, struct where where)
{
	if (sink->skip)
		sink->skip(sink, where);
}
