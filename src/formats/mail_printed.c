/* What cron and backup tools mail: the lines they printed tell of a run, as they do in a log. */
#include "formats/mail_record.h"
#include "formats/run.h"

struct titled {
	struct sink sink;
	struct sink *to;
	struct str title;
};

static void titled_put(struct sink *sink, const struct record *record)
{
	struct titled *titled = (struct titled *)sink;
	struct record told = *record;
	told.text = titled->title;
	sink_put(titled->to, &told);
}

static void titled_note(struct sink *sink, struct where where, struct str text, struct str why)
{
	struct titled *titled = (struct titled *)sink;
	titled->to->note(titled->to, where, text, why);
}

static void titled_skip(struct sink *sink, struct where where)
{
	sink_skip(((struct titled *)sink)->to, where);
}

bool outlet_is_printed(const struct outlet *o)
{
	static const char *const words[] = {"cron <", "anacron job", "backup", "restic", "borg", "duplicity",
		"rsnapshot", "rclone", "rsync", "pgbackrest", "barman"};
	for (size_t i = 0; i < LEN(words) && str_eq(o->notice.class, STR("none")); i++)
		if (str_find_case(o->notice.letter->title, str_of(words[i]), 0) != STR_NPOS)
			return true;
	return false;
}

void outlet_put_printed(struct outlet *o)
{
	const struct letter *l = o->notice.letter;
	struct titled titled = {{titled_put, titled_note, titled_skip}, o->sink, l->title};
	AUTO(runs_close) struct runs *runs = runs_open(NULL, &titled.sink);
	struct outlet inner = *o;
	inner.sink = runs_sink(runs);
	inner.printed = l->body;
	outlet_put(&inner);
	o->records = inner.records;
}
