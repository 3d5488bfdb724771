/* What a terminal showed: commands behind their prompts, and what each of them printed. */
#include "formats/formats_all.h"

#include "base/regex.h"
#include "formats/inner.h"

/*
 *   root@pve1:~# date                      [ops@jump ~]$ ..., cp1:~ # ..., PS C:\> ..., netapp1::> ...; "$ " and "# "
 *   Tue Jun  9 22:31:08 CEST 2026          only before a command that is known
 *   root@pve1:~# zpool status
 *     pool: tank ...
 *
 * What a command printed is a document of its own. Typing `date` dates it, until the next `date`: states held then. What
 * shows older lines (cat, tail, journalctl...) dates nothing. Output that no format knows is a record with its command,
 * and so is a command that printed nothing.
 */
#define COMMANDS                                                                                                         \
	"date|kubectl|oc|helm|velero|ceph|rbd|zpool|zfs|ls|aws|mc|gsutil|s3cmd|df|cat|tail|head|grep|mount|lsblk|dmesg|" \
	"journalctl|systemctl|docker|docker-compose|podman|crictl|etcdctl|rke2|k3s|kubeadm|talosctl|pxctl|linstor|"      \
	"drbdadm|gluster|restic|borg|borgmatic|rsync|rclone|duplicity|kopia|pgbackrest|barman|wal-g|psql|mysql|"         \
	"mysqldump|mongodump|pg_dump|pg_restore|qm|pct|pvesm|pvecm|pveversion|proxmox-backup-client|vzdump|mdadm|"       \
	"smartctl|storcli|uptime|ping|curl|sudo|ip|ss|uname|hostname|free|vgs|lvs|pvs|multipath|iscsiadm|nomad|consul"
static const char *const prompt_patterns[] = {
	"^(?:\\(\\S{1,40}\\) ?)?[\\w.-]{1,40}@[\\w.-]{1,60}(?:[: ][^\\s#$%>]{0,200})? ?[#$%](?: +(?<command>.*))?$",
	"^(?:\\(\\S{1,40}\\) ?)?\\[[\\w.-]{1,40}@[\\w.-]{1,60}(?: [^\\]]{0,200})?\\] ?[#$%](?: +(?<command>.*))?$",
	"^[\\w.-]{1,60}:[~/]\\S{0,200} ?[#$](?: +(?<command>.*))?$",
	"^[\\w.-]{0,40}[#$] +(?<command>(?:" COMMANDS ")(?:[ ;|&].*)?)$",
	"^(?:PS )?[A-Z]:\\\\[^>|]{0,200}> ?(?<command>.*)$",
	"^[\\w-]{1,60}::[\\w .-]{0,60}\\*?> (?<command>.*)$",
};
/* `date`, alone or before another command: its first line is the time. */
static const char date_pattern[] = "^(?:sudo )?(?:(?:LC_ALL|LC_TIME|LANG|TZ)=\\S+ )?date(?: [^;|&]*)?(?:$|[;&])";
/* What somebody typed comes out, or the time that he asked for: words of his, whatever they look like. */
static const char words_pattern[] =
	"^(?:(?:echo|printf)\\b[^;|&]*$|"
	"(?:sudo )?(?:\\w+=\\S+ )?date\\b[^;|&]*?\\s(?:-[uRn]*[drfjv]|--(?:date|ref|file)))";
/* Nothing is done by these, nothing shown. */
static const char idle_pattern[] =
	"^(?:exit|logout|clear|(?:sudo )?(?:su(?: -)?|-[is])|(?:(?:sudo )?(?:\\w+=\\S+ )?date|cd)(?: [^;|&]*)?)$";
static const char past_pattern[] =
	"^(?:sudo (?:-\\S+ )*)?(?:cat|zcat|tail|head|less|more|grep|zgrep|egrep|rg|awk|sed|journalctl|dmesg|history|last|"
	"(?:docker|podman|kubectl|oc|crictl|nomad)(?: \\S+){0,6}? logs?)\\b";
static const char script_pattern[] = "^Script started on (?<when>.{10,40}?)(?: \\[.*)?$";

struct patterns {
	struct regex *prompts[LEN(prompt_patterns)];
	int command[LEN(prompt_patterns)];
	struct regex *date, *words, *idle, *past, *script;
	int script_when;
};

/* Compiled when they are needed first, and kept as long as the process. */
static const struct patterns *patterns(void)
{
	static struct patterns p;
	static struct arena *arena;
	if (p.script)
		return &p;
	arena = arena_open();
	for (size_t i = 0; i < LEN(prompt_patterns); i++) {
		p.prompts[i] = regex_own(arena, prompt_patterns[i], NULL);
		p.command[i] = regex_group(p.prompts[i], "command");
	}
	p.date = regex_own(arena, date_pattern, NULL);
	p.words = regex_own(arena, words_pattern, NULL);
	p.idle = regex_own(arena, idle_pattern, NULL);
	p.past = regex_own(arena, past_pattern, NULL);
	p.script = regex_own(arena, script_pattern, NULL);
	p.script_when = regex_group(p.script, "when");
	return &p;
}

/* A line that begins with a prompt; *COMMAND is what was typed behind it. */
static bool is_prompt(struct str line, struct str *command)
{
	const struct patterns *p = patterns();
	struct str g[REGEX_GROUPS];
	line = str_trim_end(line);
	if (line.n < 2 || byte_is_space(line.p[0]))
		return false;
	for (size_t i = 0; i < LEN(p->prompts); i++)
		if (regex_match(p->prompts[i], line, g)) {
			*command = p->command[i] >= 0 ? str_trim(g[p->command[i]]) : STR_NONE;
			return true;
		}
	return false;
}

static bool is_script(struct str line, struct str *when)
{
	const struct patterns *p = patterns();
	struct str g[REGEX_GROUPS];
	if (!str_starts(line, STR("Script started on ")) || !regex_match(p->script, str_trim(line), g))
		return false;
	*when = g[p->script_when];
	return true;
}

struct command {
	struct str text;     /* as typed; empty: what stands before the first prompt */
	struct where from;   /* its prompt's line */
	bool dates, is_past; /* its first line is a time; it shows what is older */
	bool is_words;       /* nothing of it is a document */
	bool is_idle;        /* it tells nothing unless it prints something */
};

struct transcript {
	struct doc *doc;
	struct sink *sink;
	struct arena *kept; /* of what outlives a command */
	struct arena *home; /* of the command */
	struct command command;
	struct str printed; /* by the last `date` */
	struct inner output;
};

/* What a listing is of: the last word of its command that is a place. */
static struct str place_of(struct str command)
{
	static const char *const listers[] = {"ls", "ll", "dir", "aws", "gsutil", "s3cmd", "mc", "rclone", "sudo"};
	struct str rest = command, word, place = STR_NONE;
	bool lists = false;
	for (int i = 0; str_word(&rest, &word); i++) {
		for (size_t k = 0; k < LEN(listers) && i == 0; k++)
			lists |= str_eq(word, str_of(listers[k]));
		if (word.p[0] != '-' && str_find_byte(word, '*', 0) == STR_NPOS &&
			(word.p[0] == '/' || word.p[0] == '~' || str_find_byte(word, ':', 0) != STR_NPOS))
			place = word;
	}
	return lists ? place : STR_NONE;
}

static void take_date(struct transcript *t, struct str line)
{
	arena_reset(t->kept);
	t->printed = str_dup(t->kept, str_trim(line));
	sink_printed(t->sink, t->printed);
}

/* A command whose output nobody knows is told with it, in one record; one that printed nothing by itself. */
static void put_plain(struct transcript *t)
{
	struct inner *output = &t->output;
	struct str text = str_trim_end(buf_str(&output->text)), typed = t->command.text;
	struct where from = t->command.from.line ? t->command.from : output->lines.v[0].from;
	if (text.n) {
		const struct where last = output->lines.v[output->lines.n - 1].from;
		from.length = last.offset + last.length - from.offset;
	}
	struct record record = {.from = from, .reader = "plain"};
	record.text = str_fmt(t->home, "%.*s%s%.*s", STR_ARG(typed), typed.n && text.n ? "\n" : "", STR_ARG(text));
	record.raw = str_fmt(t->home, "%.*s\n%.*s", STR_ARG(t->printed), STR_ARG(record.text));
	if (t->printed.n && !t->command.is_past) {
		record.when = t->printed;
		record.basis = BASIS_FALLBACK;
	}
	sink_put(t->sink, &record);
}

/* The command's output is complete, or as long as one may be. */
static void put_output(struct transcript *t)
{
	const struct inner_setting setting = {
		.printed = t->printed,
		.tells_past = t->command.is_past,
		.basis = BASIS_FALLBACK,
		.location = place_of(t->command.text),
	};
	const struct command *c = &t->command;
	bool is_blank = str_trim(buf_str(&t->output.text)).n == 0;
	bool is_told = is_blank ? !c->text.n || !c->from.line || c->is_idle
				: !c->is_words && inner_parse(&t->output, t->doc, &setting, t->sink);
	if (!is_told)
		put_plain(t);
	else if (c->from.line)
		sink_skip(t->sink, t->command.from);
	for (size_t i = 0; is_blank && i < t->output.lines.n; i++)
		sink_skip(t->sink, t->output.lines.v[i].from);
	inner_forget(&t->output);
	t->command.from = (struct where){0};
}

static void begin_command(struct transcript *t, const struct slice *slice, struct str command)
{
	const struct patterns *p = patterns();
	put_output(t);
	arena_reset(t->home);
	t->command = (struct command){
		.text = str_dup(t->home, command),
		.from = slice->from,
		.dates = regex_match(p->date, command, NULL) > 0 && !regex_match(p->words, command, NULL),
		.is_words = regex_match(p->words, command, NULL) > 0,
		.is_idle = regex_match(p->idle, command, NULL) > 0,
		.is_past = regex_match(p->past, command, NULL) > 0 && !str_contains(command, STR("/proc/")),
	};
}

static void take_line(struct transcript *t, const struct slice *slice)
{
	struct str command, line = str_trim(slice->text), when;
	if (is_prompt(slice->text, &command)) {
		begin_command(t, slice, command);
		return;
	}
	bool is_date = t->command.dates && line.n;
	if (is_date || is_script(line, &when)) {
		t->command.dates = false;
		take_date(t, is_date ? line : when);
		sink_skip(t->sink, slice->from);
		return;
	}
	if (inner_add(&t->output, slice))
		return;
	put_output(t);
	inner_add(&t->output, slice);
}

static bool terminal_parse(struct doc *doc, struct sink *sink, struct err *e)
{
	(void)e;
	AUTO(arena_close) struct arena *kept = arena_open();
	AUTO(arena_close) struct arena *home = arena_open();
	AUTO(arena_close) struct arena *lines = arena_open();
	struct transcript t = {.doc = doc, .sink = sink, .kept = kept, .home = home, .output = INNER(lines)};
	struct slice slice;
	while (doc_line(doc, &slice))
		take_line(&t, &slice);
	put_output(&t);
	return true;
}

/* What stands below a heading: nothing, or "- 09:31 text". */
static bool is_below_heading(struct str line)
{
	size_t at = 0, digits = 0;
	while (at < line.n && memchr("-*[(|> \t", line.p[at], 8))
		at++;
	while (at + digits < line.n && digits < 2 && byte_is_digit(line.p[at + digits]))
		digits++;
	return !str_trim(str_from(line, at)).n || (digits && str_starts(str_from(line, at + digits), STR(":")));
}

/* A prompt above all else, or several among other lines. "# ceph outage" is as good a heading. */
static int terminal_bid(struct doc *doc)
{
	struct str rest = doc->head, line, below = STR_NONE, ignored;
	int prompts = 0, others = 0;
	for (bool more = doc_head_next(doc, &rest, &line); more; line = below) {
		more = doc_head_next(doc, &rest, &below);
		if (!str_trim(line).n)
			continue;
		bool is_heading = str_starts(line, STR("# ")) && (!more || is_below_heading(below));
		bool is_one = !is_heading && (is_prompt(line, &ignored) || is_script(line, &ignored));
		if (is_one && prompts + others == 0)
			return BID_IDENTITY + 5;
		prompts += is_one;
		others += !is_one;
	}
	return prompts >= 2 ? BID_SHAPE + 5 : BID_NONE;
}

const struct format format_terminal = {
	.name = "terminal",
	.blurb = "what a terminal showed: prompts, commands and their output, each read as what it is; `date` dates it",
	.bid = terminal_bid,
	.parse = terminal_parse,
};
