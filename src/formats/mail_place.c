/* What stands around a moment in a mail's text. */
#include "formats/mail_place.h"

enum {
	LABEL_MAX = 90,  /* bytes before a moment that may say what it is */
	LABEL_LINES = 3, /* lines above that may */
	SENTENCE_MAX = 240,
	INTRODUCTION_LINES = 60, /* lines above a list's line that are looked through for what introduces it */
	INTRODUCTION_MIN = 25,   /* bytes of a line that is more than a heading */
};

/* When it was to be before it was moved: "initialement prévue", "ursprünglich für", "inicialmente prevista para". */
#define FIRST_PLANNED                                                                                                  \
	"(?:initialement|urspr\xc3\xbcnglich|zun\xc3\xa4"                                                              \
	"chst|inicialmente|originalmente|oorspronkelijk|inizialmente|anteriormente)(?: [[:alpha:]\x80-\xff]+){0,4}"

static struct row patterns[] = {
	[SAYS_START] = {NULL,
		"\\b(?:start|begin|began|opens?\\b|commenc|from\\b|effective|d[e\xc3]\xa9?but|beginn|aanvang|"
		"inicio|inizio|von\\b|starting|on or after|after\\b|as early as|pocz\xc4\x85tek|rozpocz|ab\\b|vanaf\\b|desde\\b|\xc3\xa0 partir|a partir)|開始",
		NULL},
	[SAYS_END] = {NULL,
		"\\b(?:end(?:s|ed|ing)?\\b(?!\\s+of\\s+(?:\\w+\\s+)?(?:support|life|sale|maintenance))|"
		"finish|completion|closes?\\b|until\\b|till\\b|through\\b|fin(?:e|aliza\\w*)?\\b|(?:ende|eind)(?:datum|zeit|tijd)?\\b|end(?:datum|zeit)\\b|fim\\b|t\xc3\xa9rmino\\b|bis\\b|einde\\b|slutt?\\b|koniec\\b|"
		"complete[sd]? (?:at|by|on)\\b)|^\\W*(?:to|bis|au|hasta|a|til|do|completed|resolved)\\W*$|終了|结束",
		NULL},
	[SAYS_OTHER] = {NULL,
		"(?:\\b(?:sent|posted|received|issued?|created|updated|(?<![a-z] )update|(?:next|latest) update|modified|submitted|reported|notice|"
		"wrote|copyright|deadline|published|expir\\w+|invoiced?|payment|due|"
		"since|as of|on behalf|reply by|respond by|(?:any time )?up to|no later than|prior to|any "
		"?time before|before|by|dated|last \\w+|previous(?:ly)?(?: \\w+)?|"
		"original(?:ly)?(?: \\w+)?|old(?: \\w+)?|instead "
		"of|" FIRST_PLANNED
		"|(?:re-?scheduled|postponed|moved|changed|shifted) from|release[ds]?|born|valid|renew\\w*)"
		"(?: date| time| on| at| is| was| the| for)*[\\s:,(]*|\xc2\xa9\\s*|\\(c\\)\\s*|(?:変更前|延期前|当初)[^\\n\\d]{0,12})$",
		NULL},
	[SAYS_OTHER_AFTER] = {NULL,
		"^[\\s,)]*(?:(?:scheduled|updated?|in "
		"progress|completed|investigating|identified|monitoring|resolved|verifying|postmortem) - "
		"|you (?:have )?received|wrote:|[^\\n.]{0,60}> ?wrote:|deadline)",
		NULL},
	[SAYS_RECURRING] = {NULL,
		"\\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|(?:every|each|jeden|chaque|cada|elke) "
		"[[:alpha:]\x80-\xff]+)(?: (?:at|from|um|von|\xc3\xa0|de))?\\W*$|毎(?:週|日|月)[^\\n]{0,24}$",
		NULL},
	[SAYS_WINDOW] = {NULL,
		"\\b(?:window|maintenance|schedul\\w*|planned|activity|outage|works?|upgrade|time "
		"?slot|event|when|date|time|underh\xc3\xa5ll|prace|zeitraum|termin|zeitfenster|fecha|horario|datum|cr\xc3\xa9neau|plage)\\b|日時|日程|時間帯",
		NULL},
	[SAYS_TENTATIVE] = {NULL,
		"\\b(?:backup|alternate|alternative|fall-?back|contingency|reserve)\\b[^\\n.]{0,24}(?:date|"
		"night|window|day|slot|schedule|maintenance)",
		NULL},
	[SAYS_ACTION] = {NULL,
		"\\b(?:maintenance|upgrad|updat|migrat|aktualisier|wartung|mise?s? \xc3\xa0 (?:jour|niveau)|"
		"intervention|mantenimiento|actualiza|onderhoud|bijgewerkt|manutenzione|aggiorn|reboot|restart|retir|end of|will end|no "
		"longer|deprecat|remov|support|schedul|start|begin|window|outage|works?\\b|stopp?|"
		"terminat|replac|discontinu|sunset|unavailable|power|patch|shut|umzieh|umzug|neustart|umstell|werkzaamheden|herstart|travaux|"
		"coupure|red\xc3\xa9marr|corte|reinici|tausch|umbau|abgeschaltet|heruntergefahren|rotat|swap|repair|mov(?:e|ed|ing)\\b|electric|underh\xc3\xa5ll|"
		"vedlike|vedlige|prac[ae] |manuten|interven)|维护|維護|升级|割接|점검|работ|メンテナンス|工事|作業|停止|実施",
		NULL},
	[SAYS_ZONE] = {NULL, "\\b(?:all )?(?:times?|dates?|schedule|time ?zone|heures?|zeit(?:en)?|tijden)\\b|時刻",
		NULL},
	[SAYS_DURATION] = {NULL,
		"(?:\\b(?:for|lasting|last|lasts|takes?) (?:for )?(?:about |approximately |around |up to )?|\\b(?:duration|window "
		"of|length)\\b[^\\n.\\d]{0,24}|\\bexpected "
		"(?:downtime|outage)[^\\n.\\d]{0,40}|\\b(?:dauert|dauern|dauer|dure|durera|dur\xc3\xa9"
		"e|duraci\xc3\xb3n|durar\xc3\xa1|duurt|durata)\\b"
		"[^\\n.\\d]{0,24}|所要時間[^\\n\\d]{0,12}|\\((?:about|approx\\w*\\.?|ca\\.?|circa|etwa) |\\b(?=\\w{1,6}[ -](?:hour|minute)s?[ -](?:[a-z]+[ -]){0,2}window(?! (?:to|in which|for you)\\b)))"
		"(?<n>\\d{1,3}|one|two|three|four|five|six|eight|twelve)[\\s-]?"
		"(?:(?<h>h\\b|hours?|hrs?|stunden?|std|heures?|horas?|uur|uren|ore\\b|時間)|(?<m>m\\b|min(?:ut[eo])?[sn]?|分))",
		NULL},
	[SAYS_BETWEEN] = {NULL,
		"^[\\s,;]*(?:between|from|daily|(?:each|every) (?:day|night)|the hours "
		"of|hours|nightly|at|times?|"
		"uhrzeit|heure|zwischen|jede nacht|t\xc3\xa4glich|entre|de|chaque "
		"nuit|von|,|-|:|\\(|\\)|\\s|(?:f\xc3\xbchren|werden|wird|we|will|be) (?:wir )?)*$",
		NULL},
	[SAYS_MOVED_FROM] = {NULL, "(?:re-?scheduled|postponed|moved|changed|shifted)(?: \\w+){0,3} from\\W*$", NULL},
	[SAYS_LOCAL] = {NULL, "\\blocal\\b", NULL},
	[SAYS_EXPIRY] = {NULL,
		"\\b(?:end[- ]of[- ](?:\\w+ )?(?:life|support)|will (?:\\w+ )?end|retir\\w+|no longer (?:be "
		")?\\w+|deprecat\\w+|"
		"ne (?:sera|seront|serait) plus|(?:wird|werden) nicht mehr|endet|fin (?:de|du) support|niet (?:meer|langer) ondersteund|"
		"dejar\xc3\xa1n?|supportende|"
		"(?:remain|stay)s? [^.]{0,40}until|supported until)[^.]{0,30}$",
		NULL},
	[SAYS_IMPACT] = {NULL,
		"\\b(?:impact(?:ed)?|expected (?:\\w+ "
		")?(?:outage|downtime)|outage|downtime)\\W+(?:time|window|period|start|"
		"from|between)",
		NULL},
	[SAYS_EXTENDED] = {NULL,
		"\\bextend(?:ed)?\\b[^.]{0,30}?\\b(?:till|until|to|up "
		"?to)\\b[^.]{0,30}$|verl\xc3\xa4ngert[^.]{0,30}$|prolong\xc3\xa9[^.]{0,30}$|\\b(?:verlengd|ampliad[oa]|prorrogad[oa])\\b[^.]{0,30}$|延長後[^.]{0,30}$|\\b(?:extended|new|revised) "
		"end\\b[^.]{0,30}$",
		NULL},
	[SAYS_NIGHT] = {NULL, "\\b(?:night|nacht|nuit|noche|notte|noite)\\b", NULL},
	[SAYS_TILL] = {NULL,
		"(?:\\b(?:until|till|to|bis|tot|hasta)|jusqu'(?:\xc3\xa0|au))(?: (?:zum|the|el|las?))*\\W*$|"
		"(?:終了|完了)(?:予定)?(?:日時|時刻|時間)?(?:を|は)\\W*$",
		NULL},
	[SAYS_EXTENDED_AFTER] = {NULL,
		"^[^.\\n]{0,40}?(?:\\b(?:verl\xc3\xa4ngert|verlengd|extended|prolong|ampliad|prorrogad)|まで延長)",
		NULL},
	[SAYS_DEADLINE] = {NULL, "\\b(?:no later than|before|by|prior to|until|deadline:?)(?: the)?\\W*$", NULL},
	[SAYS_FORCED] = {NULL,
		"\\bif (?:you|no action|they|it)\\b[^.]{0,120}\\b(?:by|before)\\b[^.]{0,60}\\b(?:will|we'll)\\b[^.]{0,40}"
		"\\b(?:automatically|upgrad|appl(?:y|ied)|install|migrat|reboot|restart)|"
		"\\b(?:(?:on|after|from|past|at) (?:that|this|the) (?:date|day|deadline|time|point)|thereafter)\\b(?:[^.]|\\.\\d){0,80}\\bwill\\b[^.]{0,40}"
		"\\b(?:upgrad|updat|migrat|mov|restart|reboot|stopp|terminat)|\\bwill (?:then )?be (?:automatically |forcibly )?"
		"(?:upgraded|updated|migrated|moved|restarted|rebooted|stopped|terminated)\\b[^.]{0,60}\\b(?:on|after|from|past) (?:that|this|the) (?:date|day|deadline)",
		NULL},
	[SAYS_WEEK] = {NULL,
		"\\b(?:week (?:of|beginning|commencing|starting|van)|semaine du|woche (?:vom|ab(?: dem)?)|semana del?)(?: (?:the|el|le))?\\W*$",
		NULL},
	[SAYS_HABIT] = {NULL,
		"\\b(?:your|weekly|preferred|configured|default|regular|usual)\\b[^.]{0,30}\\bwindow\\b|"
		"\\b(?:office|business|opening|working|support|service) hours\\b|\\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\\b|"
		"\\b(?:every|each|last|past|previous|letzte[nrs]?|vergangene[nrs]?|vorige[nrs]?|jeden|afgelopen|chaque|cada) [a-z\x80-\xff]{2,10}"
		"(?:day|tag|dag|woch|twoch|di|nes|tes|coles|ves|abend|bado|ingo)\\b|"
		"\\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|jueves|viernes|domingo) (?:dernier|pasado)\\b|"
		"\\bmo(?:n(?:day|tag)?)?\\.? ?(?:-|to|through|till|until|bis|t/m) ?(?:fr|sa|su|so)\\w*",
		NULL},
	[SAYS_ASIDE] = {NULL,
		"\\b(?:invoices?|payments?|bill|office|holidays?|contract|orders?|offer|repl(?:y|ies)|respond|confirm|contact|answer|"
		"meeting|call|closed|rechnung|antwort\\w*|b\xc3\xbcro|facture|factura)\\b",
		NULL},
	[SAYS_NEW] = {NULL,
		"\\b(?:new(?! (?:york|zealand|jersey|delhi|orleans))|neue[rs]?|nouve(?:au|lle)s?|nuev[oa]s?|nieuwe|nuov[oa]|nov[oa]|"
		"revised|(?:re-?scheduled|moved|postponed) to)\\b[^.\\n]{0,40}$|(?:変更|延期)後[^\\n]{0,12}$",
		NULL},
	[SAYS_EXTENDED_FROM] = {NULL,
		"\\b(?:extended|verl\xc3\xa4ngert|prolong\xc3\xa9\\w*|verlengd|ampliad[oa]|prorrogad[oa])\\b[^.\\n]{0,30}\\b(?:from|von|"
		"vom|van|de|du|da)\\W*$",
		NULL},
	[SAYS_REPEATED] = {NULL,
		"\\b(?:each|every|daily|nightly|per "
		"(?:day|night)|consecutive|recurring|jede[nrs]?|t\xc3\xa4glich|"
		"n\xc3\xa4"
		"chtlich|chaque|to(?:us|utes) les|cada|tod[ao]s l[ao]s|ogni|elke)\\b",
		NULL},
};

bool says(enum saying which, struct str text)
{
	return ask(&patterns[which], 1, text, NULL) != NULL;
}

size_t line_start(struct str text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n')
		at--;
	return at;
}

size_t line_end(struct str text, size_t at)
{
	size_t end = str_find_byte(text, '\n', at);
	return end == STR_NPOS ? text.n : end;
}

size_t letters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += byte_is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80;
	return n;
}

static struct str last_part(struct str s)
{
	return s.n > LABEL_MAX ? str_from(s, s.n - LABEL_MAX) : s;
}

bool has_moment(const struct moments *ms, size_t from, size_t to)
{
	for (size_t i = 0; i < ms->n; i++)
		if (ms->v[i].at < to && ms->v[i].end > from)
			return true;
	return false;
}

static size_t count_byte(struct str s, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* Cell COLUMN of a row, or the whole row when it has no such cell. */
static struct str cell(struct str row, size_t column)
{
	struct str rest = row, piece;
	for (size_t i = 0; str_next(&rest, '\t', &piece); i++)
		if (i == column)
			return piece;
	return row;
}

struct str label_of(const struct section *s, size_t i)
{
	const struct moments *ms = &s->moments;
	size_t at = ms->v[i].at, start = line_start(s->text, at), from = start;
	if (i > 0 && ms->v[i - 1].end > from)
		from = ms->v[i - 1].end;
	struct str before = str_slice(s->text, from, at);
	if (letters(before) >= 2)
		return last_part(before);
	if (from > start)
		return STR_NONE; /* it follows another moment */
	size_t column = count_byte(str_slice(s->text, start, at), '\t');
	for (int up = 0; up < LABEL_LINES && start > 0; up++) {
		size_t end = start - 1;
		start = line_start(s->text, end);
		struct str line = str_slice(s->text, start, end);
		if (has_moment(ms, start, end))
			return STR_NONE;
		if (letters(line) >= 2)
			return last_part(count_byte(line, '\t') ? cell(line, column) : line);
	}
	return STR_NONE;
}

/* A point behind a word, or behind a number when a capital follows: not those of "Dec. 5", "1.28" and "2.
 * Reboot". */
static bool ends_sentence(struct str text, size_t point)
{
	size_t next = point + 2;
	bool capital = next < text.n && text.p[next] >= 'A' && text.p[next] <= 'Z';
	if (point > 1 && byte_is_digit(text.p[point - 1]))
		return capital && byte_is_digit(text.p[point - 2]);
	return letters(str_slice(text, point > 5 ? point - 5 : 0, point)) > 2;
}

struct str sentence_of(const struct section *s, size_t at)
{
	size_t from = at, to = at;
	while (from > 0 && at - from < SENTENCE_MAX) {
		char c = s->text.p[from - 1];
		if (c == '\n' && from > 1 && s->text.p[from - 2] == '\n')
			break;
		if ((c == ' ' || c == '\n') && from > 2 && strchr(".!?", s->text.p[from - 2]) &&
			ends_sentence(s->text, from - 2))
			break;
		from--;
	}
	while (to < s->text.n && to - at < SENTENCE_MAX) {
		char c = s->text.p[to];
		if (c == '\n' && to + 1 < s->text.n && s->text.p[to + 1] == '\n')
			break;
		if (strchr(".!?", c) && to + 1 < s->text.n && byte_is_space(s->text.p[to + 1]) &&
			!byte_is_digit(s->text.p[to ? to - 1 : 0]))
			break;
		to++;
	}
	return str_slice(s->text, from, to);
}

bool is_beside_the_point(const struct section *s, size_t i)
{
	const struct moment *m = &s->moments.v[i];
	struct str label = label_of(s, i);
	for (size_t k = 0; k < s->aside_n; k++)
		if (s->aside[k] == m->at)
			return true;
	return (!m->dated && says(SAYS_RECURRING, label)) || says(SAYS_OTHER, label) ||
	       says(SAYS_OTHER_AFTER, str_slice(s->text, m->end, m->end + 80));
}

struct str introduction_of(const struct section *s, size_t at)
{
	size_t start = line_start(s->text, at);
	for (int up = 0; up < INTRODUCTION_LINES && start > 0; up++) {
		size_t end = start - 1;
		start = line_start(s->text, end);
		if (letters(str_slice(s->text, start, end)) >= INTRODUCTION_MIN && !has_moment(&s->moments, start, end))
			return str_slice(s->text, start, end);
	}
	return STR_NONE;
}

static const struct {
	const char *word;
	int n;
} numerals[] = {
	{"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6}, {"eight", 8}, {"twelve", 12}};

int64_t duration_said(struct str text)
{
	struct str g[REGEX_GROUPS];
	const struct row *row = ask(&patterns[SAYS_DURATION], 1, text, g);
	struct str number = row_part(row, g, "n");
	int64_t n = 0;
	for (size_t i = 0; i < LEN(numerals); i++)
		if (str_eq_case(number, str_of(numerals[i].word)))
			n = numerals[i].n;
	if (!row || (!n && !str_int(number, &n)))
		return 0;
	return n * (row_part(row, g, "h").n ? HOUR : MINUTE);
}
