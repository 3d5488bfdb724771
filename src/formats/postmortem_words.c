/* The words of postmortems: headings, labels, columns, severities, states and lengths, in the templates people use. */
#include "formats/mail_ask.h"
#include "formats/postmortem.h"

#define WHAT                                                                                                           \
	"(?:the |an? |our |its? )?(?:incident|outage|(?:customer |user |service |business )?impact|issue|event|problem|downtime|disruption|degradation|fault|failure|crash|it)"

/* "start time", "time of impact start", "when was the incident detected": WORD in the company that such labels keep */
#define MOMENT_OF(word)                                                                                                        \
	"^(?:(?:when|what time) (?:was|were|did|is|has) |(?:first|date|time|timestamp|date time)(?: of| the)* |was )*(?:" WHAT \
	" )?(?:was |is |first )?(?:" word ")(?: of| to)?(?: " WHAT ")?(?: (?:time|date|at|on|timestamp|and|day))*$"

static struct row labels[] = {
	{"to_detect", "\\btime (?:to|until) (?:first )?detect|^m?ttd\\b|^undetected?(?: time)?$|how long .*\\bdetect",
		NULL},
	{"to_acknowledge",
		"\\btime (?:to|until) (?:ack|respon|engage)|^m?tta\\b|^response time$|how long .*\\b(?:respond|react)",
		NULL},
	{"to_mitigate",
		"\\btime (?:to|until) (?:mitigat|stabil|contain|repair|recover)|^m?ttm\\b|^repair time$|how long .*\\bmitigat",
		NULL},
	{"to_resolve",
		"\\btime (?:to|until) (?:full )?(?:resol|restor|fix|clos)|^m?ttr\\b|how long .*\\b(?:resol|restor|fix)",
		NULL},
	{"window",
		"^(?:" WHAT
		" )?(?:start (?:and|to|-|/) ?(?:end|stop)|start ?/ ?end|window|(?:date ?/? ?)?time range|time ?frame|period)(?: (?:of )?" WHAT
		")?(?: times?)?$|^(?:incident |outage )?(?:dates?|when) and duration$",
		NULL},
	{"impact_start", MOMENT_OF("beginn|start(?:ed|s|ing)?|began|begins?|beginning|onset|occurr?ed|happened"), NULL},
	{"detected", MOMENT_OF("detect(?:ed|ion)?|discover(?:ed|y)|noticed|reported|alerted"), NULL},
	{"acknowledged", MOMENT_OF("ack|acknowledged?(?:ment)?|declared|declaration|responded"), NULL},
	{"mitigated", MOMENT_OF("mitigat(?:ed|ion)|stabili[sz]ed|contained|containment|repaired"), NULL},
	{"impact_end",
		MOMENT_OF(
			"ende|end(?:ed|s|ing)?|stop(?:ped)?|over|finish(?:ed)?|(?:service )?(?:restored|recovered)|recovery|restoration"),
		NULL},
	{"resolved", MOMENT_OF("resolv(?:ed?|ing)|resolution|fixed|closed"), NULL},
	{"from", "^from$", NULL},
	{"to", "^(?:to|until|till)$", NULL},
	{"length",
		"^(?:(?:total|overall|approx(?:imate)?) )?(?:" WHAT
		" )?(?:duration|length|down ?time|unavailability|time in sev.*)(?: (?:of )?" WHAT ")?$|"
		"^(?:minutes|hours) (?:of )?down|^how long (?:was|did|were)|^lasted$|^dauer$",
		NULL},
	{"date",
		"^(?:" WHAT " )?(?:date|day|when)(?: (?:of |and |/ ?)?(?:time|" WHAT
		"|utc))*$|^date ?/ ?time$|^(?:incident|occurrence) ?date|^datum$",
		NULL},
	{"severity", "^(?:" WHAT " )?(?:severity|sev|priority|criticality|prio)(?: level| rating)?$|^schweregrad$",
		NULL},
	{"status", "^(?:(?:report|postmortem|document|incident|doc|rca|review) )?(?:status|state)$", NULL},
	{"title", "^(?:" WHAT " )?(?:title|name|subject|headline)$", NULL},
	{"authors",
		"^(?:(?:postmortem|report|document|review|rca) )?(?:authors?|owners?|prepared by|created by|written by|leads?)$",
		NULL},
	{"reference",
		"^(?:" WHAT " )?(?:id|number|no|ticket|reference|key|issue|jira)$|^(?:related )?(?:ticket|issue)s?$",
		NULL},
	{"summary", "^(?:executive |brief |incident )?summary$|^tl;?dr$|^what happened$", NULL},
};

static struct row sections[] = {
	{"prose",
		"\\b(?:actions? taken|response actions?|immediate response|lessons?|went (?:well|wrong|badly|poorly)|lucky|five whys|5 whys|why)\\b",
		NULL},
	{"timeline",
		"\\btime ?lines?\\b|\\b(?:chain|sequence|order|log|chronology) of events\\b|\\bkey events\\b|chronolog|\\b(?:event|incident) log\\b|"
		"^how did we respond|^events$|zeitverlauf|zeitleiste|^chronologie|^ablauf",
		NULL},
	{"actions",
		"\\baction items?\\b|^(?:open |planned |next )?actions?\\b|\\b(?:corrective|preventi?(?:ve|on|tative)|follow up|remedial|remediation|repair) "
		"(?:and .* )?(?:actions?|items?|measures?|tasks?|plan)\\b|\\breview actions\\b|ma\xc3\x9fnahmen|n\xc3\xa4"
		"chste schritte|follow ?ups?\\b|^next steps|^to ?dos?\\b|^remediations?\\b|^recommendations?\\b|"
		"^(?:future|planned) (?:work|improvements)|^prevention\\b|^corrective|^preventi|^tasks?$|less likely|less impactful|to prevent (?:this|it|recurrence)",
		NULL},
	{"impact", "\\bimpact\\b|\\baffected\\b|auswirkung", NULL},
	{"summary",
		"\\b(?:summary|overview|abstract|synopsis|tl;?dr|at a glance)\\b|^what happened|^incident description|^description|zusammenfassung",
		NULL},
	{"aside",
		"\\b(?:append[ie]x|apendix|chat ?logs?|transcript|slack thread|raw logs?|log excerpts?|supporting information|references?|glossary|evidence)\\b",
		NULL},
	{"prose",
		"\\b(?:root )?causes?\\b|detection|resolution|trigger|background|contributing|lead ?up|fault|response|recovery|mitigation|notices?|coverage|"
		"definitions|questions|how the failures|key numbers|recurrence|backlog",
		NULL},
};

static struct row timeline_columns[] = {
	{"end", "^(?:end|to|until|end time)$", NULL},
	{"date", "^(?:date|day)$", NULL},
	{"local", "^local|\\blocal time\\b", NULL},
	{"time", "\\b(?:time|when|timestamp|utc|gmt|hour|date|start|from|at)\\b|^[ecmp][sd]t$|^cest?$|^pt$|^et$", NULL},
	{"who", "\\b(?:who|actor|person|people|author|by|team|owner|source|reporter|role|user)\\b", NULL},
	{"link", "\\b(?:links?|evidence|data|refs?|references?|url)\\b", NULL},
	{"text",
		"\\b(?:events?|descriptions?|what|actions?|details?|notes?|updates?|activity|comments?|messages?|happened|summary|observations?)\\b",
		NULL},
};
static struct row action_columns[] = {
	{"row", "^(?:id|no|nr)$", NULL},
	{"type", "^(?:type|category|kind|class|nature)\\b", NULL},
	{"owner",
		"\\b(?:owners?|verantwortlich|wer|assign|assignee|assigned|who|responsible|responsibility|dri|team|person|lead|poc|by whom)\\b",
		NULL},
	{"ended", "\\b(?:completed|closed|done) (?:on|at|date)\\b|\\bcompletion date\\b|\\bdate completed\\b", NULL},
	{"due", "\\b(?:due|bis|f\xc3\xa4llig|deadline|target|eta|by when|when|date|timeline|complete by)\\b", NULL},
	{"priority", "\\b(?:priority|prio|severity|p)\\b", NULL},
	{"state", "\\b(?:status|state|done|progress|complete|completed)\\b|^$", NULL},
	{"title",
		"\\b(?:action|actions|ma\xc3\x9fnahme|aufgabe|action items?|item|items|task|tasks|description|what|follow ?ups?|to ?do|title|recommendations?|improvements?|measures?|details?|"
		"summary)\\b",
		NULL},
	{"reference", "\\b(?:bugs?|tickets?|issues?|jira|links?|tracking|tracker|pr|mr|references?|url)\\b", NULL},
};

/* Ends of an incident are told last, beginnings first; see postmortem_timeline.c. */
static struct row told_milestones[] = {
	{"begun", "\\bincident (?:begins|began|starts|started)\\b|\\bstart of (?:the )?incident\\b", NULL},
	{"acknowledged",
		"\\bincident (?:is |was |has been )?(?:declared|opened)\\b|\\bdeclare[sd]? (?:an? |the )?(?:sev\\S* |major )?incident\\b",
		NULL},
	{"resolved",
		"\\bincident (?:is |was |has been |has |declared |marked (?:as )?)*(?:resolved|closed|ends|ended|over)\\b|\\ball[- ]clear\\b|"
		"\\b(?:status|marked|declared|issue|problem)(?: page| is| as| was| to)* (?:fully )?resolved\\b|\\bend of (?:the )?incident\\b",
		NULL},
	{"impact_start",
		"\\b(?:outage|impact|downtime|disruption|degradation|problem|issue|failures?|errors?) (?:begins?|began|starts?|started)\\b|"
		"\\b(?:start|beginning) of (?:the )?(?:outage|impact|downtime|disruption|degradation)\\b",
		NULL},
	{"impact_end",
		"\\b(?:outage|impact|downtime|disruption|degradation) (?:is |was |has )?(?:ends?|ended|over|stops?|stopped)\\b|"
		"\\bend of (?:the )?(?:outage|impact|downtime|disruption)\\b|\\b(?:service|services|traffic)(?: is| was| are| were| has been)? (?:fully |completely )?"
		"(?:restored|recovered)\\b",
		NULL},
	{"mitigated",
		"\\b(?:outage|incident|impact|issue|problem)(?: is| was| has been)? (?:mitigated|stabili[sz]ed|contained)\\b",
		NULL},
	{"detected", "\\b(?:outage|incident|issue|problem|impact)(?: is| was| has been)? (?:first )?detected\\b", NULL},
	{"acknowledged",
		"\\b(?:page|alert|alarm|incident)(?: is| was)? ack(?:ed|nowledged)\\b|\\back(?:ed|nowledged|s|nowledges) (?:the )?(?:page|alert|alarm)\\b",
		NULL},
};

static struct row severities[] = {
	{"critical",
		"\\b(?:sev|s|p|severity|priority|prio)(?:[ :-]|\xe2\x80[\x90-\x95])*[01]\\b|\\bcritical\\b|\\bblocker\\b|\\bhighest\\b|^[01]\\b",
		NULL},
	{"error",
		"\\b(?:sev|s|p|severity|priority|prio)(?:[ :-]|\xe2\x80[\x90-\x95])*2\\b|\\bmajor\\b|\\bhigh\\b|\\bsevere\\b|\\berror\\b|^2\\b",
		NULL},
	{"warning",
		"\\b(?:sev|s|p|severity|priority|prio)(?:[ :-]|\xe2\x80[\x90-\x95])*3\\b|\\bmedium\\b|\\bmoderate\\b|\\bminor\\b|\\bwarning\\b|^3\\b",
		NULL},
	{"notice",
		"\\b(?:sev|s|p|severity|priority|prio)(?:[ :-]|\xe2\x80[\x90-\x95])*[45]\\b|\\blow(?:est)?\\b|\\btrivial\\b|\\bcosmetic\\b|\\bnotice\\b|^[45]\\b",
		NULL},
};
static struct row statuses[] = {
	{"draft", "\\bdraft\\b|\\bwork in progress\\b|\\bwip\\b|\\bnot started\\b", NULL},
	{"in review", "\\b(?:in|under|for|awaiting|pending)[ -]*review\\b|\\breviewing\\b", NULL},
	{"final", "\\b(?:final|complete[d]?|published|reviewed|closed|resolved|done|approved|signed off)\\b", NULL},
};
static struct row states[] = {
	{"dropped", "\\b(?:dropped|won'?t (?:do|fix)|wontfix|cancell?ed|abandoned|rejected|obsolete|superseded)\\b",
		NULL},
	{"open",
		"\\b(?:not (?:yet )?(?:done|started)|to ?do|open|in[ -]progress|ongoing|started|pending|planned|backlog|new|blocked|wip|doing|underway)\\b|"
		"\xe2\x9d\x8c|\xe2\x8f\xb3|\xf0\x9f\x9a\xa7|^\\[ \\]",
		NULL},
	{"done",
		"\\b(?:done|complete[d]?|closed|finished|fixed|resolved|merged|shipped|deployed|yes)\\b|\xe2\x9c\x85|\xe2\x9c\x94|\xe2\x98\x91|^\\[?x\\]?$",
		NULL},
};
static struct row types[] = {
	{"prevent", "\\bprevent|\\brepair\\b|\\broot[- ]cause|\\bactual fix\\b|\\bavoid", NULL},
	{"detect", "\\bdetect|\\bmonitor|\\balert|\\bobservab", NULL},
	{"mitigate",
		"\\bmitigat|\\brecover|\\brespon|\\bless serious\\b|\\bresolve faster\\b|\\breduce impact\\b|\\bcontain",
		NULL},
	{"process", "\\bprocess|\\bdocument|\\btraining\\b|\\bpolic|\\brunbook|\\bcommunicat|\\binvestigat|\\bother\\b",
		NULL},
};
static struct row placeholders[] = {
	{"",
		"^(?:tbd|tba|tbc|todo|n/?a|none|unknown|-+|\\?+|\\.\\.\\.|x+|y{2,4}[-/]m{2}.*|d{2}[-/.]m{2}.*|(?:h{2}|x{2}):(?:m{2}|x{2}).*|<[^>]*>|\\{\\{.*\\}\\}|"
		"\\[(?! \\]|x\\])[^\\]]*\\])$",
		NULL},
};

struct str words_plain(struct arena *arena, struct str text)
{
	struct buf b = BUF(arena);
	for (size_t i = 0; i < text.n && b.n < 200; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool word = byte_is_alpha((char)c) || byte_is_digit((char)c) || strchr("';/", c),
		     letter = c >= 0xc3 && c < 0xe0 && i + 1 < text.n;
		if (word && c)
			buf_byte(&b, byte_lower((char)c));
		else if (letter) /* of another alphabet: two bytes; signs and dashes have three or four */
			buf_bytes(&b, text.p + i++, 2);
		else if (b.n && b.p[b.n - 1] != ' ' && c != '(' && c != '.')
			buf_byte(&b, ' ');
		if (c == '(') /* what stands in brackets does not name anything */
			for (size_t depth = 1; depth && ++i < text.n;)
				depth += text.p[i] == '(' ? 1 : text.p[i] == ')' ? (size_t)-1 : 0;
	}
	struct str plain = str_trim(buf_str(&b));
	size_t digits = 0;
	while (digits < plain.n && (byte_is_digit(plain.p[digits]) || plain.p[digits] == ' '))
		digits++;
	return digits < plain.n && digits && plain.p[digits - 1] == ' ' ? str_from(plain, digits) : plain;
}

struct str section_named(struct str plain)
{
	return plain.n <= 80 ? ANSWER(sections, plain) : STR_NONE;
}

struct str label_named(struct str plain)
{
	return plain.n <= 80 ? ANSWER(labels, plain) : STR_NONE;
}

struct str milestone_labelled(struct str plain)
{
	static const char *const milestones[] = {
		"impact_start", "detected", "acknowledged", "mitigated", "impact_end", "resolved"};
	struct str name = label_named(plain);
	for (size_t i = 0; i < LEN(milestones); i++)
		if (str_eq(name, str_of(milestones[i])))
			return name;
	return STR_NONE;
}

struct str timeline_column(struct str plain)
{
	return ANSWER(timeline_columns, plain);
}

struct str action_column(struct str plain)
{
	return ANSWER(action_columns, plain);
}

struct str milestone_told(struct str text)
{
	return ANSWER(told_milestones, str_slice(text, 0, 400));
}

struct str severity_told(struct str text)
{
	return ANSWER(severities, str_slice(text, 0, 200));
}

struct str status_told(struct str text)
{
	return ANSWER(statuses, str_slice(text, 0, 200));
}

struct str state_told(struct str text)
{
	return ANSWER(states, str_slice(text, 0, 200));
}

struct str action_type_told(struct str text)
{
	return ANSWER(types, str_slice(text, 0, 200));
}

bool is_placeholder(struct str text)
{
	text = str_trim(text);
	return !text.n || (text.n <= 60 && SAYS(placeholders, text));
}

/* --- lengths --- */
#define NUMBER                                                                                                         \
	"(?<n>(?<![\\d.,])\\d+(?:[.,]\\d+)?|\\b(?:half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=[\\s-]))[\\s-]*"
static struct row lengths[] = {
	{"w", NUMBER "(?:w|weeks?)\\b", NULL},
	{"d", NUMBER "(?:d|days?)\\b", NULL},
	{"h", NUMBER "(?:h|hrs?|hours?)(?:\\b|(?=\\d))", NULL},
	{"m", NUMBER "(?:m|mins?|minutes?)(?:\\b|(?=\\d))", NULL},
	{"s", NUMBER "(?:s|secs?|seconds?)\\b", NULL},
};
static struct row clock_lengths[] = {
	{"", "^\\W*(?<h>\\d{1,3}):(?<m>[0-5]\\d)(?::(?<s>[0-5]\\d))?(?:\\s*h(?:ours?|rs?)?)?\\W*$", NULL}};
static struct row bare_numbers[] = {{"", "^\\W*(?<n>\\d{1,6})\\W*$", NULL}};

static double number_told(struct arena *arena, struct str digits)
{
	static const char *const words[] = {"half", "one", "two", "three", "four", "five", "six", "seven", "eight",
		"nine", "ten", "eleven", "twelve"};
	double value = 0;
	for (size_t i = 0; i < LEN(words); i++)
		if (str_starts_case(digits, str_of(words[i])))
			return i ? (double)i : 0.5;
	if (byte_lower(digits.p[0]) == 'a')
		return 1;
	size_t comma = str_find_byte(digits, ',', 0);
	if (comma != STR_NPOS)
		digits = str_fmt(
			arena, "%.*s.%.*s", STR_ARG(str_slice(digits, 0, comma)), STR_ARG(str_from(digits, comma + 1)));
	return str_double(digits, &value) && value >= 0 && value < 1e6 ? value : 0;
}

int64_t length_told(struct str text, bool bare)
{
	static const int64_t units[] = {7 * DAY, DAY, HOUR, MINUTE, SECOND};
	struct str g[REGEX_GROUPS], n;
	int64_t total = 0, h = 0, m = 0, s = 0;
	text = str_slice(text, 0, 200);
	const struct row *clock = ASK(clock_lengths, text, g);
	if (clock && str_int(row_part(clock, g, "h"), &h) && str_int(row_part(clock, g, "m"), &m)) {
		str_int(row_part(clock, g, "s"), &s);
		return h * HOUR + m * MINUTE + s * SECOND;
	}
	AUTO(arena_close) struct arena *arena = arena_open();
	for (size_t i = 0; i < LEN(lengths); i++) {
		const struct row *row = ask(&lengths[i], 1, text, g);
		if (row && (n = row_part(row, g, "n")).n)
			total += (int64_t)(number_told(arena, n) * (double)units[i]);
	}
	const struct row *number = bare && !total ? ASK(bare_numbers, text, g) : NULL;
	return number ? (int64_t)(number_told(arena, row_part(number, g, "n")) * MINUTE) : total;
}

/* --- titles --- */
static struct row generic_words[] = {
	{"",
		"^(?:example|sample|blameless|public|internal|draft|incident|outage|post-?mortem|post-?incident|pir|post|mortem|root|cause|root-cause|rca|coe|correction|of|"
		"errors?|production|service|major|report|review|analysis|retrospective|document|template|summary|write-?up)$",
		NULL},
};

static bool is_letter(char c)
{
	return byte_is_alpha(c) || c == '-';
}

/* Ends at the first word that names more than the kind of document. */
static size_t generic_end(struct str title, size_t *next)
{
	size_t end = 0, at = 0;
	for (;;) {
		while (at < title.n && !byte_is_alpha(title.p[at]) && !byte_is_digit(title.p[at]) &&
			!(title.p[at] & 0x80))
			at++;
		*next = at;
		size_t from = at;
		while (at < title.n && is_letter(title.p[at]))
			at++;
		if (at == from || !SAYS(generic_words, str_slice(title, from, at)))
			return end;
		end = at;
	}
}

bool title_is_generic(struct str title, struct str *rest)
{
	static const struct str dashes[] = {
		STR(":"), STR("|"), STR("]"), STR(" - "), STR("\xe2\x80\x93"), STR("\xe2\x80\x94")};
	size_t next, end = generic_end(title, &next);
	struct str between =
		str_slice(title, end, next + 3); /* a dash may have three bytes, and counts as a letter until here */
	*rest = STR_NONE;
	if (!end)
		return false;
	*rest = str_trim(str_from(title, next));
	bool parted = !rest->n;
	for (size_t i = 0; i < LEN(dashes); i++) {
		parted = parted || str_contains(str_slice(between, 0, next - end + dashes[i].n), dashes[i]);
		if (str_starts(*rest, dashes[i]))
			*rest = str_trim(str_from(*rest, dashes[i].n));
	}
	return parted;
}
