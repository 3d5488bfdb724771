/* What machines mail: the lines that cron and backup tools printed tell of runs, as they do in a log; alerts say below
 * their subject what they are about. */
#include "formats/inner.h"
#include "formats/mail_record.h"
#include "formats/run.h"

enum { EXCERPT_MAX = 1500, EXCERPT_LINES = 30 }; /* of a body, for rules */

/* Senders that are programs: by the first letters of their address. */
static bool is_program(struct str address)
{
	static const char *const names[] = {"root@", "cron@", "nagios@", "icinga@", "icinga2@", "zabbix@", "checkmk@",
		"check_mk@", "prtg@", "monit@", "monitoring@", "alertmanager@", "smartd@", "mdadm@", "zed@", "apcupsd@",
		"nut@", "ups@", "nas@", "nas1@", "synology@", "qnap@", "truenas@", "freenas@", "proxmox@", "pve@",
		"pbs@", "vcenter@", "esxi@", "netapp@", "unity@"};
	for (size_t i = 0; i < LEN(names); i++)
		if (str_starts_case(address, str_of(names[i])))
			return true;
	return false;
}

bool outlet_is_printed(const struct outlet *o)
{
	static const char *const words[] = {"cron <", "anacron job", "backup", "restic", "borg", "duplicity",
		"rsnapshot", "rclone", "rsync", "pgbackrest", "barman", "alert", "notification from", "event on /dev/",
		"zfs ", "smart error", "fence: ", "raid", "degraded"};
	const struct letter *l = o->notice.letter;
	if (!str_eq(o->notice.class, STR("none")))
		return false;
	for (size_t i = 0; i < LEN(words); i++)
		if (str_find_case(l->title, str_of(words[i]), 0) != STR_NPOS)
			return true;
	return is_program(l->from.address);
}

/* The first lines of the body that are not empty. */
static struct str excerpt(struct arena *arena, const struct letter *l)
{
	struct buf b = BUF(arena);
	struct str rest = l->body, line;
	int lines = 0;
	while (lines < EXCERPT_LINES && str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			continue;
		if (b.n + line.n > EXCERPT_MAX)
			break;
		buf_fmt(&b, "%s%.*s", lines++ ? "\n" : "", STR_ARG(line));
	}
	return buf_str(&b);
}

/* --- several runs in one mail --- */
struct several {
	struct sink sink;
	struct sink *to; /* NULL: they are only counted */
	struct arena *arena;
	int runs;
	struct record last;
};

static struct record record_kept(struct arena *arena, const struct record *record)
{
	struct field *fields = NEW_N(arena, struct field, record->fields_n);
	struct stamp *stamps = NEW_N(arena, struct stamp, record->stamps_n);
	for (size_t i = 0; i < record->fields_n; i++)
		fields[i] =
			(struct field){str_dup(arena, record->fields[i].name), str_dup(arena, record->fields[i].value)};
	for (size_t i = 0; i < record->stamps_n; i++)
		stamps[i] =
			(struct stamp){str_dup(arena, record->stamps[i].name), str_dup(arena, record->stamps[i].when),
				str_dup(arena, record->stamps[i].zone), record->stamps[i].layout};
	return (struct record){
		.fields = fields, .fields_n = record->fields_n, .stamps = stamps, .stamps_n = record->stamps_n};
}

/* Of a tool's own format only: what scripts say around it is found line by line. */
static void several_put(struct sink *sink, const struct record *record)
{
	struct several *s = (struct several *)sink;
	if (!record_field(record, STR("run")).n || !record_field(record, STR("tool")).n)
		return;
	s->runs++;
	if (s->to)
		sink_put(s->to, record);
	else
		s->last = record_kept(s->arena, record);
}

static void several_note(struct sink *sink, struct where where, struct str text, struct str why)
{
	(void)sink, (void)where, (void)text, (void)why;
}

/* "+0200" of "Tue, 17 Mar 2026 02:30:09 +0200 (CEST)": the zone of the machine that wrote the mail. */
static struct str offset_of(struct str date)
{
	size_t at = str_find_byte(date, '+', 0);
	at = at == STR_NPOS ? str_find(date, STR(" -"), 0) : at;
	struct str rest = at == STR_NPOS ? STR_NONE : str_from(date, at), word;
	return str_word(&rest, &word) && word.n == 5 ? word : STR_NONE;
}

/* How many runs the body tells of, where it is what a tool prints, and the last of them; with a sink all come out
 * there. */
static int several_runs(const struct outlet *o, struct sink *to, struct record *last)
{
	AUTO(arena_close) struct arena *arena = arena_open();
	struct inner inner = INNER(arena);
	const struct inner_setting setting = {
		.printed = o->when, .zone = offset_of(o->when), .basis = BASIS_HEADER, .runs_only = true};
	struct several several = {{several_put, several_note, NULL, NULL}, to, o->notice.arena, 0, {.from = o->from}};
	struct str rest = o->notice.letter->body, line;
	while (str_next(&rest, '\n', &line) && inner_add(&inner, &(struct slice){.text = line, .from = o->from}))
		;
	inner_parse(&inner, o->doc, &setting, &several.sink);
	*last = several.last;
	return several.runs;
}

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

/* What its lines tell in the middle of others is told of the mail. */
static void put_by_lines(struct outlet *o)
{
	struct titled titled = {{titled_put, titled_note, titled_skip}, o->sink, o->notice.letter->title};
	AUTO(runs_close) struct runs *runs = runs_open(NULL, &titled.sink);
	struct outlet inner = *o;
	inner.sink = runs_sink(runs);
	inner.printed = o->notice.letter->body;
	outlet_put(&inner);
	o->records = inner.records;
}

void outlet_put_printed(struct outlet *o)
{
	struct record run, ignored;
	int runs = several_runs(o, NULL, &run);
	o->excerpt = excerpt(o->notice.arena, o->notice.letter);
	if (!runs) {
		put_by_lines(o);
		return;
	}
	struct outlet whole = *o;
	whole.run = runs == 1 ? &run : NULL;
	whole.sums_up = runs > 1; /* the subject does */
	if (whole.sums_up)
		several_runs(o, o->sink, &ignored);
	outlet_put(&whole);
	o->records = whole.records;
}
