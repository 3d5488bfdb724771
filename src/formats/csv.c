/* CSV with a header, of programs and of people, and PostgreSQL's csvlog, which has none. */
#include "formats/formats_all.h"

#include "base/json.h"
#include "formats/csv_rows.h"
#include "formats/kube.h"
#include "formats/lines.h"
#include "formats/run.h"

enum { CSV_CELLS = 64 };

/* What a column is, by the words of its header, without what stands in brackets behind them; the first column that fits
 * a part is it. A date and a time of day may be columns of their own. */
enum part { PART_WHEN, PART_CLOCK, PART_UNTIL, PART_LEVEL, PART_TEXT, PART_PERSON, PARTS, PART_FIELD = PARTS };
static const struct {
	const char *name;
	enum part part;
} columns[] = {
	{"time", PART_CLOCK},
	{"zeit", PART_CLOCK},
	{"uhrzeit", PART_CLOCK},
	{"heure", PART_CLOCK},
	{"hora", PART_CLOCK},
	{"timestamp", PART_WHEN},
	{"@timestamp", PART_WHEN},
	{"date", PART_WHEN},
	{"datetime", PART_WHEN},
	{"at", PART_WHEN},
	{"when", PART_WHEN},
	{"start", PART_WHEN},
	{"started", PART_WHEN},
	{"start time", PART_WHEN},
	{"starttime", PART_WHEN},
	{"date/time", PART_WHEN},
	{"date and time", PART_WHEN},
	{"date time", PART_WHEN},
	{"datum/zeit", PART_WHEN},
	{"date et heure", PART_WHEN},
	{"fecha y hora", PART_WHEN},
	{"date & time", PART_WHEN},
	{"datum und uhrzeit", PART_WHEN},
	{"created", PART_WHEN},
	{"created_at", PART_WHEN},
	{"created at", PART_WHEN},
	{"created_on", PART_WHEN},
	{"createdon", PART_WHEN},
	{"creation time", PART_WHEN},
	{"timecreated", PART_WHEN},
	{"timegenerated", PART_WHEN},
	{"time generated", PART_WHEN},
	{"occurred", PART_WHEN},
	{"occurred at", PART_WHEN},
	{"logged", PART_WHEN},
	{"fired at", PART_WHEN},
	{"event time", PART_WHEN},
	{"event_time", PART_WHEN},
	{"log_time", PART_WHEN},
	{"opened", PART_WHEN},
	{"datum", PART_WHEN},
	{"day", PART_WHEN},
	{"end", PART_UNTIL},
	{"ended", PART_UNTIL},
	{"until", PART_UNTIL},
	{"end time", PART_UNTIL},
	{"endtime", PART_UNTIL},
	{"resolved", PART_UNTIL},
	{"resolved_on", PART_UNTIL},
	{"resolved at", PART_UNTIL},
	{"recovery time", PART_UNTIL},
	{"ended_at", PART_UNTIL},
	{"finished", PART_UNTIL},
	{"level", PART_LEVEL},
	{"severity", PART_LEVEL},
	{"loglevel", PART_LEVEL},
	{"error_severity", PART_LEVEL},
	{"severitylevel", PART_LEVEL},
	{"log level", PART_LEVEL},
	{"priority", PART_LEVEL},
	{"message", PART_TEXT},
	{"text", PART_TEXT},
	{"msg", PART_TEXT},
	{"event", PART_TEXT},
	{"description", PART_TEXT},
	{"summary", PART_TEXT},
	{"title", PART_TEXT},
	{"note", PART_TEXT},
	{"entry", PART_TEXT},
	{"what", PART_TEXT},
	{"details", PART_TEXT},
	{"line", PART_TEXT},
	{"comment", PART_TEXT},
	{"subject", PART_TEXT},
	{"content", PART_TEXT},
	{"problem", PART_TEXT},
	{"syslogmessage", PART_TEXT},
	{"logmessage", PART_TEXT},
	{"notes", PART_TEXT},
	{"action", PART_TEXT},
	{"update", PART_TEXT},
	{"who", PART_PERSON},
	{"person", PART_PERSON},
	{"author", PART_PERSON},
	{"by", PART_PERSON},
	{"operator", PART_PERSON},
	{"reporter", PART_PERSON},
	{"responder", PART_PERSON},
	{"wer", PART_PERSON},
};

struct cells {
	struct str v[CSV_CELLS];
	size_t n;
};

/* Cuts one record (RFC 4180: cells in quotes may hold separators, line ends and doubled quotes). */
static void cut(struct arena *arena, struct str line, char separator, struct cells *cells)
{
	cells->n = 0;
	size_t at = 0;
	while (cells->n < CSV_CELLS) {
		struct str cell;
		if (at < line.n && line.p[at] == '"') {
			struct buf quoted = BUF(arena);
			for (at++; at < line.n; at++) {
				if (line.p[at] == '"' && (at + 1 >= line.n || line.p[at + 1] != '"'))
					break;
				at += line.p[at] == '"';
				buf_byte(&quoted, line.p[at]);
			}
			cell = buf_str(&quoted);
			at = str_find_byte(line, separator, at);
		} else {
			size_t end = str_find_byte(line, separator, at);
			cell = str_trim(str_slice(line, at, end));
			at = end;
		}
		cells->v[cells->n++] = cell;
		if (at == STR_NPOS)
			return;
		at++;
	}
}

struct layout {
	char separator;
	struct str names[CSV_CELLS];
	enum part parts[CSV_CELLS];
	size_t n;
	struct str zone;       /* stated behind the name of the time's column */
	struct str until_zone; /* behind that of the end's; else it is the time's */
	bool postgres, dated;  /* the time of day has a column of its own */
	bool events;           /* rows are Kubernetes events by a store's names, as WRITTEN */
	struct str written[CSV_CELLS];
};

/* "Time (CEST)", "TimeGenerated [UTC]": what stands in the brackets, and NAME without them. */
static struct str brackets_cut(struct str *name)
{
	size_t open = str_find_byte(*name, '(', 0);
	if (open == STR_NPOS)
		open = str_find_byte(*name, '[', 0);
	if (open == STR_NPOS || open == 0 || !memchr(")]", name->p[name->n - 1], 2))
		return STR_NONE;
	struct str inside = str_slice(*name, open + 1, name->n - 1);
	*name = str_trim(str_slice(*name, 0, open));
	return str_trim(inside);
}

static enum part part_of(struct str name)
{
	brackets_cut(&name);
	for (size_t i = 0; i < LEN(columns); i++)
		if (str_eq_case(name, str_of(columns[i].name)))
			return columns[i].part;
	return PART_FIELD;
}

/* A column's name: a few words, no sentence and no value. */
static bool is_name(struct str cell)
{
	if (cell.n == 0 || cell.n > 40 || byte_is_digit(cell.p[0]))
		return false;
	for (size_t i = 0; i < cell.n; i++)
		if (!byte_is_alpha(cell.p[i]) && !byte_is_digit(cell.p[i]) &&
			!memchr("_-. /()[]@#%&+:", cell.p[i], 15) && (unsigned char)cell.p[i] < 0x80)
			return false;
	return true;
}

/* Gives the columns their parts. A column "time" beside one for the date is its time of day, else it is all. */
static void assign_parts(struct layout *layout)
{
	bool seen[PARTS] = {false}, dated = false, clock = false;
	for (size_t i = 0; i < layout->n; i++) {
		enum part part = part_of(layout->names[i]);
		dated |= part == PART_WHEN;
		clock |= part == PART_CLOCK;
	}
	layout->dated = dated && clock;
	for (size_t i = 0; i < layout->n; i++) {
		struct str name = layout->names[i], zone = brackets_cut(&name);
		enum part part = part_of(layout->names[i]);
		if (part == PART_CLOCK && !dated)
			part = PART_WHEN;
		layout->parts[i] = part == PART_FIELD || seen[part] ? PART_FIELD : part;
		if (part == PART_FIELD)
			continue;
		if ((part == PART_WHEN || part == PART_CLOCK) && !seen[part] && zone.n)
			layout->zone = zone;
		if (part == PART_UNTIL && !seen[part])
			layout->until_zone = zone;
		seen[part] = true;
	}
}

/* What the header says of the zones of a row. */
static void put_zones(const struct layout *layout, struct record *r)
{
	r->zone = layout->zone;
	r->until.zone = layout->until_zone.n ? layout->until_zone : layout->zone;
}

static bool layout_has(const struct layout *layout, enum part part)
{
	for (size_t i = 0; i < layout->n; i++)
		if (layout->parts[i] == part)
			return true;
	return false;
}

/* A row under the names of its header. */
static const struct json *row_tree(struct arena *arena, const struct layout *layout, const struct cells *cells)
{
	struct json *j = json_object(arena);
	for (size_t i = 0; i < cells->n && i < layout->n; i++)
		json_add_str(arena, j, str_cstr(arena, layout->written[i]), cells->v[i]);
	return j;
}

/* True when a row with something in every cell would be an event. */
static bool tells_events(struct arena *arena, const struct layout *layout)
{
	struct cells full = {.n = layout->n};
	struct kube_event e;
	for (size_t i = 0; i < full.n; i++)
		full.v[i] = STR("-");
	return kube_dialect_read(arena, row_tree(arena, layout, &full), &e);
}

static const char separators[] = ",;\t|";

/* False: LINE is no header with a time and something else. */
static bool read_header(struct arena *arena, struct str line, struct layout *layout)
{
	for (size_t s = 0; separators[s]; s++) {
		struct cells cells;
		bool named = true;
		cut(arena, line, separators[s], &cells);
		*layout = (struct layout){.separator = separators[s], .n = cells.n};
		for (size_t i = 0; i < cells.n; i++) {
			named &= is_name(str_trim(cells.v[i]));
			layout->names[i] = str_lower(arena, str_trim(cells.v[i]));
			layout->written[i] = str_trim(cells.v[i]);
			brackets_cut(&layout->written[i]);
		}
		assign_parts(layout);
		layout->events = named && tells_events(arena, layout);
		if (named && cells.n >= 2 && (layout->events || layout_has(layout, PART_WHEN)))
			return true;
	}
	return false;
}

/* PostgreSQL's csvlog (runtime-config-logging, "Using CSV-Format Log Output"): 23 columns, 26 since version 14. */
static const char *const postgres_names[] = {"when", "user", "database", "pid", "client", "session", "session_line",
	"command", "session_start", "", "", "level", "sqlstate", "text", "detail", "hint"};

static bool read_postgres(struct arena *arena, struct str line, struct layout *layout)
{
	struct cells cells;
	cut(arena, line, ',', &cells);
	if (cells.n < LEN(postgres_names) || cells.v[0].n < 19 || cells.v[0].p[4] != '-' || cells.v[12].n != 5)
		return false;
	*layout = (struct layout){.separator = ',', .n = LEN(postgres_names), .postgres = true};
	for (size_t i = 0; i < layout->n; i++) {
		layout->names[i] = str_of(postgres_names[i]);
		layout->parts[i] = PART_FIELD;
	}
	layout->parts[0] = PART_WHEN;
	layout->parts[11] = PART_LEVEL;
	layout->parts[13] = PART_TEXT;
	return true;
}

/* Some call the level a type. */
static void level_guess(struct record *record)
{
	enum severity severity;
	for (size_t i = 0; i < record->fields_n && !record->level.n; i++)
		if (str_eq(record->fields[i].name, STR("type")) && severity_find(record->fields[i].value, &severity))
			record->level = record->fields[i].value;
}

static void put_event(struct arena *arena, const struct layout *layout, const struct cells *cells, struct record *r,
	struct sink *sink)
{
	struct str raw = r->raw;
	struct where from = r->from;
	kube_carried(arena, row_tree(arena, layout, cells), r);
	r->raw = raw;
	r->from = from;
	put_zones(layout, r);
	sink_put(sink, r);
}

static void put_cells(
	struct arena *arena, const struct layout *layout, struct str line, struct where from, struct sink *sink)
{
	struct cells cells;
	cut(arena, line, layout->separator, &cells);
	if (layout->events && cells.n == layout->n) {
		put_event(arena, layout, &cells, &(struct record){.from = from, .raw = line}, sink);
		return;
	}
	struct field *fields = NEW_N(arena, struct field, LINES_FIELDS);
	struct record record = {.from = from, .raw = line, .fields = fields};
	struct str clock = STR_NONE, person = STR_NONE;
	struct str *places[PARTS] = {&record.when, &clock, &record.until.when, &record.level, &record.text, &person};
	for (size_t i = 0; i < cells.n && i < layout->n; i++) {
		if (layout->parts[i] != PART_FIELD)
			*places[layout->parts[i]] = cells.v[i];
		else if (layout->names[i].n)
			fields_add(fields, &record.fields_n, layout->names[i], cells.v[i]);
	}
	if (clock.n)
		record.when = str_fmt(arena, "%.*s %.*s", STR_ARG(record.when), STR_ARG(clock));
	fields_add(fields, &record.fields_n, STR("person"), person);
	put_zones(layout, &record);
	level_guess(&record);
	if (!record.text.n && cells.n == layout->n + 1) /* Windows' event viewer names no column for the message */
		record.text = cells.v[layout->n];
	if (!record.text.n)
		record.text = line;
	sink_put(sink, &record);
}

/* Beside FIRST, which began a record: as many cells as the header has names, and a time that is written alike. */
static bool looks_like_row(const void *data, struct str first, struct str line)
{
	const struct layout *layout = data;
	AUTO(arena_close) struct arena *arena = arena_open();
	struct cells ours, its;
	cut(arena, first, layout->separator, &ours);
	cut(arena, line, layout->separator, &its);
	if (its.n < layout->n || (!layout->postgres && its.n > layout->n + 1))
		return false;
	for (size_t i = 0; i < layout->n; i++) {
		if (layout->parts[i] != PART_WHEN || i >= ours.n)
			continue;
		struct str a = ours.v[i], b = its.v[i];
		return a.n && b.n && byte_is_digit(a.p[0]) == byte_is_digit(b.p[0]) && b.n + 12 >= a.n &&
		       a.n + 12 >= b.n;
	}
	return false;
}

static const char postgres_log[] = "postgres", people_table[] = "people";

static bool csv_parse(struct doc *doc, const void *data, struct sink *to, struct err *e)
{
	bool postgres = data == postgres_log;
	AUTO(runs_close) struct runs *runs = data ? NULL : runs_open(NULL, to);
	struct sink *sink = runs ? runs_sink(runs) : to;
	AUTO(arena_close) struct arena *kept = arena_open();
	struct layout layout = {0};
	struct str line, parting = str_of(postgres ? "," : separators);
	struct where from;
	AUTO(csv_rows_close) struct csv_rows *rows = csv_rows_open(doc, sink);
	for (;;) {
		ARENA_SCOPE(doc->scratch);
		if (!csv_next(rows, parting, layout.n ? looks_like_row : NULL, &layout, &line, &from))
			return true;
		if (str_trim(line).n == 0) {
			sink_skip(sink, from);
			continue;
		}
		if (layout.n == 0) {
			struct str first = str_dup(kept, line);
			if (!(postgres ? read_postgres : read_header)(kept, first, &layout))
				return err_set(
					e, "line %lld: no column is a time; name one 'time'", (long long)from.line);
			parting = (struct str){&layout.separator, 1};
			if (!postgres) {
				sink_skip(sink, from);
				continue;
			}
		}
		put_cells(doc->scratch, &layout, line, from, sink);
	}
}

static int csv_bid(struct doc *doc, const void *data)
{
	ARENA_SCOPE(doc->scratch);
	struct layout layout;
	struct str line = doc_head_line(doc, 0);
	if (data == postgres_log)
		return read_postgres(doc->scratch, line, &layout) ? 80 : BID_NONE;
	struct cells second;
	if (!read_header(doc->scratch, line, &layout))
		return BID_NONE;
	bool people = !layout.events && layout_has(&layout, PART_PERSON) && layout_has(&layout, PART_TEXT) &&
		      !layout_has(&layout, PART_LEVEL);
	if (people != (data == people_table))
		return BID_NONE;
	cut(doc->scratch, doc_head_line(doc, 1), layout.separator, &second);
	/* A cell may go on in the next line; one may be without a name. */
	return second.n >= 2 && second.n <= layout.n + 1 ? 50 : BID_NONE;
}

const struct format format_csv = {
	.name = "csv",
	.blurb = "CSV with a header that names a time",
	.bid_with = csv_bid,
	.tells_runs = true,
	.parse_with = csv_parse,
};
const struct format format_people_table = {
	.name = "people-table",
	.blurb = "CSV that people keep: a time, who, what",
	.data = people_table,
	.bid_with = csv_bid,
	.parse_with = csv_parse,
};
const struct format format_postgres_csv = {
	.name = "postgres-csv",
	.blurb = "PostgreSQL server log (csvlog)",
	.data = postgres_log,
	.bid_with = csv_bid,
	.parse_with = csv_parse,
};
