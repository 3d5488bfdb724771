/* The follow-ups of a postmortem: tables, task lists and plain lists, with whom, until when and where they are tracked.
 */
#include "base/pipe_row.h"
#include "formats/lines.h"
#include "formats/mail_ask.h"
#include "formats/postmortem.h"

enum { ACTION_FIELDS = 8, TITLE_MAX = 2000 };

struct follow_up {
	struct str title, owner, due, ended, type, state, reference, link, priority;
	const struct block *block;
};

struct actions {
	struct postmortem *pm;
	struct str columns[PIPE_COLUMNS_MAX];
	size_t columns_n;
	bool plain_table; /* no column tells what is to be done */
	struct str type;  /* of the subsection */
};

/* --- one action --- */
static struct stamp stamp_of(struct actions *a, const char *name, struct str text)
{
	struct told_time t;
	struct calendar *c = &a->pm->calendar;
	if (!text.n || is_placeholder(text))
		return (struct stamp){STR_NONE, STR_NONE, STR_NONE, NULL};
	struct calendar probe = *c;
	if (time_within(&probe, a->pm->arena, text, &t) || (time_leads(&probe, a->pm->arena, text, &t) && t.dated))
		return (struct stamp){
			str_of(name), t.when, t.timed ? t.zone : STR("UTC"), t.layout}; /* a day is one everywhere */
	return (struct stamp){STR_NONE, STR_NONE, STR_NONE, NULL};
}

static void put_action(struct actions *a, struct follow_up *f)
{
	struct field fields[ACTION_FIELDS];
	struct stamp stamps[2], due = stamp_of(a, "due", f->due), ended = stamp_of(a, "ended", f->ended);
	struct record r = {.text = str_slice(f->title, 0, TITLE_MAX), .fields = fields, .stamps = stamps};
	bool stray = f->due.n && !due.name.n && !is_placeholder(f->due);
	fields_add(fields, &r.fields_n, STR("part"), STR("action"));
	struct str owner = str_starts(f->owner, STR("@")) ? str_from(f->owner, 1) : f->owner;
	fields_add(fields, &r.fields_n, STR("owner"), is_placeholder(owner) ? STR_NONE : owner);
	fields_add(fields, &r.fields_n, STR("type"), f->type.n ? f->type : a->type);
	fields_add(fields, &r.fields_n, STR("state"), f->state.n ? f->state : STR("open"));
	fields_add(fields, &r.fields_n, STR("reference"), is_placeholder(f->reference) ? STR_NONE : f->reference);
	fields_add(fields, &r.fields_n, STR("link"), f->link);
	fields_add(fields, &r.fields_n, STR("priority"), is_placeholder(f->priority) ? STR_NONE : f->priority);
	fields_add(fields, &r.fields_n, STR("due_written"), stray ? f->due : STR_NONE);
	if (due.name.n)
		stamps[r.stamps_n++] = due;
	if (ended.name.n)
		stamps[r.stamps_n++] = ended;
	postmortem_put(a->pm, &r, f->block, "action");
	if (stray)
		postmortem_note(a->pm, f->block->from, f->due, "no date could be read in when this action is due");
}

/* --- tables --- */
static void read_heads(struct actions *a, const struct block *b)
{
	bool title = false;
	size_t reference = PIPE_COLUMNS_MAX;
	a->columns_n = b->cells_n;
	for (size_t i = 0; i < b->cells_n; i++) {
		struct str plain = words_plain(a->pm->arena, b->cells[i]);
		a->columns[i] = !plain.n ? STR_NONE : action_column(plain);
		if (title && str_eq(a->columns[i], STR("title")))
			a->columns[i] = STR("reference"); /* "Action | ... | Follow-up item" */
		title = title || str_eq(a->columns[i], STR("title"));
		if (str_eq(a->columns[i], STR("reference")) && reference == PIPE_COLUMNS_MAX)
			reference = i;
	}
	if (!title && reference < PIPE_COLUMNS_MAX) {
		a->columns[reference] = STR("title"); /* "Issue | Owner | Due" */
		title = true;
	}
	a->plain_table = !title;
}

static void fill(struct follow_up *f, struct str column, struct str cell, struct str link)
{
	const struct {
		const char *column;
		struct str *to;
	} places[] = {{"title", &f->title}, {"owner", &f->owner}, {"due", &f->due}, {"ended", &f->ended},
		{"type", &f->type}, {"state", &f->state}, {"reference", &f->reference}, {"priority", &f->priority}};
	for (size_t i = 0; i < LEN(places); i++)
		if (str_eq(column, str_of(places[i].column)) && cell.n && !places[i].to->n)
			*places[i].to = cell;
	if (link.n && !f->link.n)
		f->link = link;
}

/* "Bug 5554823 **TODO**": the word of its state stands with the ticket. */
static struct row tracked_states[] = {{NULL,
	"^(?<ticket>.*?)[\\s:(-]*\\b(?<state>DONE|TODO|WIP|FIXED|CLOSED|OPEN|COMPLETED?|IN PROGRESS)\\b\\W*$", NULL}};

static void read_row(struct actions *a, const struct block *b)
{
	struct follow_up f = {.block = b};
	struct str g[REGEX_GROUPS];
	if (b->row == 0) {
		read_heads(a, b);
		return;
	}
	if (a->plain_table)
		return;
	for (size_t i = 0; i < b->cells_n && i < a->columns_n; i++) {
		int64_t number; /* of the row, in its own table */
		bool counts = str_eq(a->columns[i], STR("row")) && str_int(b->cells[i], &number);
		fill(&f, str_eq(a->columns[i], STR("row")) && !counts ? STR("reference") : a->columns[i], b->cells[i],
			b->links[i]);
	}
	if (is_placeholder(f.title)) {
		if (!is_placeholder(f.owner) || !is_placeholder(f.reference))
			postmortem_note(a->pm, b->from, str_trim(b->raw),
				"a row of the actions does not say what is to be done");
		return;
	}
	const struct row *tracked = ASK(tracked_states, f.reference, g);
	if (tracked && !f.state.n) {
		f.state = row_part(tracked, g, "state");
		f.reference = row_part(tracked, g, "ticket");
	}
	struct str box =
		f.title.n > 3 && f.title.p[0] == '[' && f.title.p[2] == ']' ? str_slice(f.title, 0, 3) : STR_NONE;
	f.state = state_told(f.state.n ? f.state : box);
	f.title = box.n ? str_trim(str_from(f.title, 3)) : f.title;
	f.type = action_type_told(f.type);
	put_action(a, &f);
}

/* --- lists --- */
/* One remark of an item that stands in brackets or behind a dash: whose, until when, where, how far. */
static struct row remarks[] = {
	{"owner",
		"^(?:owners?|assignees?|assigned(?: to)?|responsible|verantwortlich|dri|who|by)\\s*[:=]?\\s+(?!\\d)(?<v>@?[^,;]+)$",
		NULL},
	{"owner", "^(?<v>@[\\w./-]+(?:(?:,| and| &)? @[\\w./-]+)*)$", NULL},
	{"due", "^(?:due(?: (?:date|by|on))?|by|bis|deadline|eta|target(?: date)?|until|before|est(?:imated)?(?: completion)?)\\s*[:=]?\\s*(?<v>.*\\d.*)$",
		NULL},
	{"type",
		"^(?:type|category)\\s*[:=]\\s*(?<v>\\w+)$|^(?<v2>prevent(?:ion|ive)?|detect(?:ion|ive)?|mitigat(?:e|ion|ive)|process|repair|investigat(?:e|ion))$",
		NULL},
	{"priority", "^(?:priority|prio)\\s*[:=]\\s*(?<v>.+)$|^(?<v2>P[0-5])$", NULL},
	{"reference",
		"^(?:ticket|issue|jira|bug|tracked (?:in|as)|see)\\s*[:=]?\\s*(?<v>\\S*\\d\\S*)$|^(?<v2>[\\w./-]*#\\d+|[A-Z][A-Z0-9]+-\\d+|!\\d+|https?://\\S+)$",
		NULL},
	{"id", "^a-\\d+$|^E\\d+(?:,? ?E\\d+)*$", NULL}, /* lineup's own */
	{"state",
		"^(?:status|state)\\s*[:=]\\s*(?<v>.+)$|^(?<v2>done|to ?do|completed?|in[ -]progress|open|closed|fixed|won'?t fix|dropped|pending|planned|not started|"
		"\xe2\x9c\x85|\xe2\x9d\x8c)\\W*(?:\\S+ ?\\d[\\d\\s-]*)?$",
		NULL},
};

static bool take_remark(struct actions *a, struct follow_up *f, struct str text)
{
	struct str g[REGEX_GROUPS], piece = str_trim(text);
	struct told_time t;
	struct calendar probe = a->pm->calendar;
	const struct row *row = ASK(remarks, piece, g);
	if (row) {
		struct str value = row_part(row, g, "v").n ? row_part(row, g, "v") : row_part(row, g, "v2");
		if (strcmp(row->value, "due") == 0 && !stamp_of(a, "due", value).name.n)
			return false;
		if (strcmp(row->value, "type") == 0)
			value = action_type_told(value);
		fill(f, str_of(row->value), str_trim(value), STR_NONE);
		return true;
	}
	/* a date and nothing else */
	if (time_leads(&probe, a->pm->arena, piece, &t) && t.dated && !t.rest.n) {
		fill(f, STR("due"), piece, STR_NONE);
		return true;
	}
	return false;
}

/* "anna, 2024-07-01": a short word beside a remark is a name. */
static bool take_remarks(struct actions *a, struct follow_up *f, struct str text)
{
	struct str piece, rest = text, name = STR_NONE;
	struct follow_up tried = *f;
	int taken = 0, names = 0;
	if (take_remark(a, f, text)) /* "due June 3, 2024" has a comma of its own */
		return true;
	while (str_next(&rest, str_find_byte(text, ';', 0) != STR_NPOS ? ';' : ',', &piece)) {
		if (take_remark(a, &tried, piece)) {
			taken++;
			continue;
		}
		names++;
		name = str_trim(piece);
	}
	if (!taken || names > 1 || name.n > 40)
		return false;
	*f = tried;
	if (names)
		fill(f, STR("owner"), name, STR_NONE);
	return true;
}

static struct row tails[] = {
	{NULL, "^(?<title>.+?),?\\s+(?<tail>[#!]\\d+|a-\\d+|E\\d+)[.\\s]*$", NULL},
	{NULL, "^(?<title>.+?)\\s*[\\[(](?<tail>[^\\[\\]()]+)[\\])][.\\s]*$", NULL},
	{NULL, "^(?<title>.+)\\s+(?:-{1,2}|\xe2\x80\x93|\xe2\x80\x94|\\||->|\xe2\x86\x92)\\s+(?<tail>[^|]+?)[.\\s]*$",
		NULL},
	{NULL, "^(?<title>.+?)[,;]\\s+(?<tail>(?:owner|assignee)\\b[^,;()\\[\\]]+|(?:due|by|until|before)\\b[^;()\\[\\]]+)$",
		NULL},
	{NULL, "^(?<title>.+?),?\\s+(?<tail>@[\\w./-]+)[.\\s]*$", NULL},
	{NULL, "^(?<title>.+?)[.,;]?\\s+(?<tail>(?:owner|assignee|due(?: date)?|eta|deadline|status|priority|ticket|type)\\s*:\\s*[^:]+)$",
		NULL},
	{NULL, "^(?<title>.+?)\\s+(?<tail>\xe2\x9c\x85|\xe2\x9d\x8c|https?://\\S+)\\s*$", NULL},
};
static struct row heads[] = {
	{NULL, "^(?:[\\[(](?<tail>[^\\[\\]()]+)[\\])]:?|(?<tail2>@[\\w./-]+)(?:\\s*(?:[:,]|-|\xe2\x80\x93|\xe2\x80\x94|to)(?=\\s)))\\s*(?<title>\\S.*)$",
		NULL},
	{NULL, "^(?<tail2>DONE|TODO|prevent(?:ion)?|detect(?:ion)?|mitigat(?:e|ion)|process|P[0-5])\\s*[:\xe2-]\\s*(?<title>\\S.*)$",
		NULL},
};

/* "Fix it -" and "[Fix it]" where the remark behind it is gone. */
static struct str undashed(struct str s)
{
	s = str_trim(s);
	while (s.n && strchr("-,;|:", s.p[s.n - 1]))
		s = str_trim(str_slice(s, 0, s.n - 1));
	bool framed = s.n > 2 && s.p[0] == '[' && str_find_byte(s, ']', 0) == s.n - 1;
	return framed ? str_slice(s, 1, s.n - 1) : s;
}

/* Takes remarks off the end, then off the beginning, until none is left. */
static void take_ends(struct actions *a, struct follow_up *f)
{
	struct str g[REGEX_GROUPS];
	for (int rounds = 0; rounds < 8; rounds++) {
		bool took = false;
		for (size_t i = 0; i < LEN(tails) && !took; i++) {
			const struct row *row = ask(&tails[i], 1, f->title, g);
			struct str title = row_part(row, g, "title");
			took = row && take_remarks(a, f, row_part(row, g, "tail"));
			f->title = took ? undashed(title) : f->title;
		}
		for (size_t i = 0; i < LEN(heads) && !took; i++) {
			const struct row *row = ask(&heads[i], 1, f->title, g);
			struct str title = row_part(row, g, "title"), tail = row_part(row, g, "tail");
			took = row && take_remarks(a, f, tail.n ? tail : row_part(row, g, "tail2"));
			f->title = took ? str_trim(title) : f->title;
		}
		if (!took)
			return;
	}
}

static void read_item(struct actions *a, size_t at)
{
	struct postmortem *p = a->pm;
	const struct block *b = &p->blocks.v[at];
	struct buf title = BUF(p->arena);
	struct str line, rest = b->text;
	if (is_placeholder(b->text))
		return;
	struct follow_up f = {.block = b, .link = b->link, .state = b->task == TASK_DONE ? STR("done") : STR_NONE};
	while (str_next(&rest, '\n', &line))
		if (!title.n || !take_remarks(a, &f, str_trim(line)))
			buf_fmt(&title, "%s%.*s", title.n ? " " : "", STR_ARG(str_trim(line)));
	f.title = buf_str(&title);
	/* items below it may say whose it is, until when; others are details */
	for (size_t i = at + 1; i < p->blocks.n && p->blocks.v[i].type == BLOCK_ITEM && p->blocks.v[i].level > b->level;
		i++)
		take_remarks(a, &f, p->blocks.v[i].text);
	take_ends(a, &f);
	f.state = b->task == TASK_DONE ? STR("done") : state_told(f.state);
	if (f.title.n)
		put_action(a, &f);
}

/* Items below an item belong to it, unless they are tasks and it is none: then it is their heading. */
static bool is_action_item(const struct postmortem *p, size_t at, int *parent_level)
{
	const struct block *b = &p->blocks.v[at];
	if (*parent_level && b->level > *parent_level && b->task == TASK_NONE)
		return false;
	bool is_head = at + 1 < p->blocks.n && b[1].type == BLOCK_ITEM && b[1].level > b->level &&
		       b->task == TASK_NONE &&
		       (b[1].task != TASK_NONE || (b->text.n && b->text.p[b->text.n - 1] == ':'));
	*parent_level = is_head ? 0 : b->level;
	return !is_head;
}

/* "Detection", "Preventive actions"; not "Corrective and preventive actions", which names them all. */
static struct str heading_type(struct postmortem *p, struct str text)
{
	struct str plain = words_plain(p->arena, text), word;
	size_t words = 0;
	for (struct str rest = plain; str_word(&rest, &word);)
		words++;
	return str_eq(section_named(plain), STR("actions")) && words > 2 ? STR_NONE : action_type_told(text);
}

void postmortem_actions(struct postmortem *p)
{
	struct actions a = {.pm = p};
	int parent = 0;
	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block *b = &p->blocks.v[i];
		if (!str_eq(p->sections[i], STR("actions"))) {
			parent = 0;
			continue;
		}
		if (b->type == BLOCK_HEADING || (b->type == BLOCK_TEXT && (b->strong || str_ends(b->text, STR(":"))))) {
			a.type = heading_type(p, b->text);
			parent = 0;
		} else if (b->type == BLOCK_ROW) {
			read_row(&a, b);
		} else if (b->type == BLOCK_ITEM && is_action_item(p, i, &parent)) {
			read_item(&a, i);
		} else if (b->type == BLOCK_TEXT && !b->level && b->text.n && !is_placeholder(b->text)) {
			postmortem_note(p, b->from, b->text, "paragraph among the actions, which are items or rows");
		}
	}
}
