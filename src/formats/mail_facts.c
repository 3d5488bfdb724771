/* The reference and the versions that a provider's mail names. */
#include "formats/mail_words.h"

#include "formats/mail_ask.h"

#define ID "(?<id>[A-Z0-9][A-Z0-9/_.#-]*\\d[A-Z0-9/_.-]*[A-Z0-9]|\\d{4,})"
static struct row references_in_subject[] = {
	{NULL, "\\[(?!AWS|#)" ID "\\]\\s*$", NULL},
	{NULL,
		"\\b(?<id>(?-i:CRQ|CHG|CHGP|CM|TTN|PWIC|GIN|VNOC|INC|TIC|PN|MW|SCTASK|REQ|MAINT|TT|EQ|PCR|"
		"WMT|RFC|NOC|PW)[-/]?[A-Z0-9-]*\\d{3,}[A-Z0-9/-]*(?:\\.\\d+)?)\\b",
		NULL},
	{NULL,
		"\\b(?:reference|ref|ticket|event|case|incident|change|maintenance|maint|work "
		"?order|wmt|tt|issue|id|notification|request|crq|cm|chg|mantenimiento|manutenzione|onderhoud|wartung(?:sarbeiten)?|intervention|vorgang|"
		"travaux)(?: (?:programado|programada|programmata|gepland|planificado|(?:programm|planifi)\xc3\xa9"
		"e?))?(?!\\w)[\\s:.\"#-]*(?:no\\.?|n\xc2[\xb0\xba]|nr\\.?|number|id)?["
		"\\s:=\"#"
		"(-]*" ID,
		NULL},
	{NULL, "(?:管理番号|受付番号|案件番号)[\\s:]*" ID, NULL},
	{NULL, "#\\s?(?<id>(?:[A-Z]{2,6}-)?\\d{4,}[-\\d]*)", NULL},
	{NULL, "(?:^|\\|)\\s*(?!(?:19|20)\\d\\d\\b)(?<id>(?-i:[A-Z]{0,4}-?)\\d{4,})\\s*\\|", NULL},
	{NULL, "^(?!(?:19|20)\\d\\d\\b)(?<id>(?-i:[A-Z]{0,4}-?)\\d{4,})\\s", NULL},
	{NULL, "\\[(?<id>[A-Z0-9]+-[A-Z0-9-]*\\d{3,})\\]", NULL},
	{NULL, "(?:^| [-|:] )(?<id>(?-i:[A-Z]{1,4})-\\d{5,})\\s*$", NULL},
};
static struct row references_by_shape[] = {
	{NULL, "\\b(?<id>(?!(?:ISO|RFC|UTC|GMT|CVE|IPV)-)(?-i:[A-Z]{2,8})-\\d{4,}(?:-\\d+)*)\\b", NULL},
};
static struct row references_in_body[] = {
	{NULL,
		"(?<![a-z])(?:reference|ref|r\xc3\xa9"
		"f\xc3\xa9rence|referenz|referencia|riferimento|referentie|管理番号|受付番号|案件番号|vorgangsnummer|ticket(?: reference)?|event|case|maintenance|change|work "
		"?order|wmt|notification|incident|activity|request|planned work(?: \\(pw\\))?|window)"
		"(?: ticket| request| order| reference| maintenance| event| window| -){0,2}[ "
		".]{0,2}(?:#|no\\.?|nr\\.?|number|id|ref\\.?|reference)?[ "
		".]{0,2}(?:\\(?\\w{0,5}\\)?)?\\s*(?:#\\s?:?|:|\\t|- TCL\\t|=)[\\s#:\\t-]{0,6}" ID,
		NULL},
	{NULL,
		"\\b(?:(?:please |kindly )?(?:reference|quote|quoting)(?: the)?(?: following)?(?: "
		"ticket)?(?: reference)?(?: number)?|under reference|reference "
		"number|referencing)[\\s:*#]+" ID,
		NULL},
	{NULL, "\\bmaintenance \\((?<id>\\d[\\d-]{3,})\\)", NULL},
	{NULL, "\\bticket number:?\\s*" ID, NULL},
};

#define VERSION                                                                                                                         \
	"v?\\d{1,2}\\.(?!0\\d)\\d{1,3}(?:\\.(?!(?:19|20)\\d\\d\\b)\\d+)?(?:-(?:gke|do|eks|aks|rke2|k3s|scw|lke)(?:[.\\w-]*\\w)?|\\+(?:" \
	"rke2|k3s)\\w+|\\.x)?(?![\\w/]|\\.\\d|-\\d|:\\d)"
#define PRODUCT                                                                                                        \
	"(?:kubernetes|k8s|openshift|postgres(?:ql)?|mysql|mariadb|redis|mongodb|kafka|version|release|"               \
	"minor version|platform version|talos|k3s|rke2)"
/* Whose versions are told by one number. */
#define ENGINE "\\b(?:postgres(?:ql)?|mysql|mariadb|redis|valkey|mongodb|elasticsearch|opensearch)"
#define MAJOR "\\d{1,2}(?![\\w/]|[.:-]\\d)"
#define BEFORE_A "(?<![\\w.$/:-])"
static struct row version_pairs[] = {
	{NULL,
		"\\bfrom\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<a>" VERSION
		")\\s+(?:up\\s+)?to\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		BEFORE_A "(?<a>" VERSION ")\\s*(?:->|=>|\xe2\x86\x92|\\b(?:to|vers|nach|auf|naar|a)\\b)\\s*(?"
			 ":[\\w\x80-\xff]+\\s+){0,3}?" BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		"\\b(?:running|using|on|update your|upgrade your|version)\\s+(?:\\w+\\s+){0,4}?" BEFORE_A
		"(?<a>" VERSION ")[^<>]{0,260}?\\b(?:updated?|upgraded?|migrated?|moved?)\\b[^.]{0,80}?"
		"\\bto\\s+(?:\\w+\\s+){0,9}?" BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		ENGINE " (?<a>" MAJOR ") (?:\\w+ ){0,3}?(?:to|auf|vers|a|naar) (?:" ENGINE " )?(?:version )?(?<b>" MAJOR
		       ")",
		NULL},
	{NULL,
		BEFORE_A "(?<a>" VERSION ")(?:\\.\\s|[^.<>]){0,300}?\\b(?:updated?|upgraded?|upgrade|"
			 "migrated?)\\b[^.]{0,80}?\\bto\\s+(?:\\w+\\s+){0,9}?" BEFORE_A "(?<b>" VERSION ")",
		NULL},
};
static struct row version_targets[] = {
	{NULL,
		"\\b(?:target|new|next|upgraded?|version\\s+after\\s[\\w\\s]{0,24})(?:\\s+(?:kubernetes|k8s|"
		"engine|minor))?(?:\\s+version)?"
		"\\s*(?:[:=|\\t]|\\bis\\b)[\\s*`'\"]{0,4}" BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		"\\b(?:upgraded?|updated?|upgrade|migrated?|moved?)\\b[^.\\n]{0,60}?\\bto\\s+(?:\\w+\\s+){0,"
		"9}?" BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		"\\b(?:auf|nach|vers|naar|alla|a|para)\\s(?:la |die |a )?(?:" PRODUCT
		"|versi(?:on|\xc3\xb3n|one|e)|vers\xc3\xa3o)"
		"(?: (?:version|versi\xc3\xb3n))? " BEFORE_A "(?<b>" VERSION ")",
		NULL},
	{NULL,
		"\\b(?:upgrad|updat|migrat|mov)\\w*\\b[^.\\n]{0,60}?\\bto\\s(?:\\w+\\s){0,3}?" ENGINE
		" (?:version )?(?<b>" MAJOR ")",
		NULL},
};
static struct row version_sources[] = {
	{NULL,
		"\\b(?:current|previous|old|existing|source|present)(?:\\s+(?:kubernetes|k8s|engine|minor))?("
		"?:\\s+version)?"
		"\\s*(?:[:=|\\t]|\\bis\\b)[\\s*`'\"]{0,4}" BEFORE_A "(?<a>" VERSION ")",
		NULL},
	{NULL,
		"\\b(?:retir\\w+|deprecat\\w+|remov\\w+|end[- ]of[- ](?:life|support)(?: for| "
		"of)?)\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<a>" VERSION ")",
		NULL},
	{NULL, "\\b" PRODUCT "\\s+(?:version\\s+)?" BEFORE_A "(?<a>" VERSION ")", NULL},
	{NULL, BEFORE_A "(?<a>" VERSION ")\\s+(?:clusters?|of\\s+\\w+)", NULL},
	{NULL, ENGINE " (?:version )?(?<a>" MAJOR ") (?:is|will|reaches|has|end)", NULL},
};
enum { ID_DIGITS = 3 }; /* fewer make a date or a count of what only looks like an id */

static bool has_digits(struct str s, size_t least)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < least; i++)
		n += byte_is_digit(s.p[i]);
	return n >= least;
}

/* "Work notification 6/10/2025" has no number, "maintenance 203.0.113.7" names an address. */
static struct row dates[] = {{"yes",
	"^(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}|(?:19|20)\\d\\d[/.-]\\d{1,2}(?:[/.-]\\d{1,2})?(?:T[\\d:]*)?)$",
	NULL}};

/* A line that is nothing but a label and an id needs no other sign of being one. */
static struct row references_stated[] = {
	{NULL,
		"(?m)^\\s*(?:(?:maintenance|change|ticket|incident|event|our|work order) "
		")?(?:reference|ref|id|number|ticket)(?: "
		"(?:no\\.?|number|id))?\\s*[:=]\\s*(?<id>[A-Za-z0-9][\\w/.#-]*\\d[\\w/.-]*)\\s*$",
		NULL},
};

/* Azure's: letters as well as digits. */
static struct row references_tracked[] = {
	{NULL, "\\btracking id\\W{1,3}(?<id>(?-i:(?=[A-Z0-9-]*\\d)[A-Z0-9]{4}-[A-Z0-9]{3}))\\b", NULL},
};

static struct str find_reference(struct row *rows, size_t n, struct str text, size_t digits)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < n; i++) {
		const struct row *row = ask(rows + i, 1, text, g);
		struct str id = tidy(row_part(row, g, "id"));
		if (!SAYS(dates, id) && id.n >= digits + 1 && id.n <= 80 && has_digits(id, digits) &&
			!str_contains(id, STR("://")))
			return id;
	}
	return STR_NONE;
}

struct str wording_reference(struct arena *arena, const struct wording *w)
{
	struct str id = find_reference(references_in_subject, LEN(references_in_subject), w->subject, ID_DIGITS);
	if (!id.n)
		id = find_reference(references_in_body, LEN(references_in_body), w->body, ID_DIGITS);
	if (!id.n)
		id = find_reference(references_by_shape, LEN(references_by_shape), w->subject, ID_DIGITS);
	if (!id.n)
		id = find_reference(references_tracked, LEN(references_tracked), w->subject, 1);
	if (!id.n)
		id = find_reference(references_tracked, LEN(references_tracked), w->body, 1);
	if (!id.n)
		id = find_reference(references_stated, LEN(references_stated), w->body, 1);
	return str_dup(arena, id);
}

/* --- account --- */

static struct row accounts[] = {
	{NULL, "\\baws account(?: id)?\\s*:?\\s*(?<id>\\d{12,13})\\b", NULL},
	{NULL,
		"\\b(?:account|customer)(?: "
		"(?:id|number|no\\.?))?\\s*[#:\\t]\\s*#?\\s*:?\\s*(?<id>[A-Z]{0,4}-?\\d[\\w.-]{2,30}\\w)\\s*("
		"?:$|[\\t\\n,;)\\]])",
		NULL},
	{NULL,
		"(?m)^[ \\t]*(?:customer|account)(?: name)?[ ]*(?::[ \\t]*|\\t+:?[ "
		"\\t]*)(?<id>[^\\n\\t:]{2,60}?)[ ]*$",
		NULL},
};

struct str wording_account(struct arena *arena, const struct wording *w)
{
	struct str g[REGEX_GROUPS], texts[] = {w->subject, w->body};
	for (size_t i = 0; i < LEN(accounts); i++)
		for (size_t k = 0; k < LEN(texts); k++) {
			const struct row *row = ask(accounts + i, 1, texts[k], g);
			if (row)
				return str_dup(arena, str_trim(row_part(row, g, "id")));
		}
	return STR_NONE;
}

/* --- versions --- */

static struct str bare_version(struct str v)
{
	return v.n && byte_lower(v.p[0]) == 'v' ? str_from(v, 1) : v;
}

/* The first pair of two different ones: "1.19 or greater ... upgrade to 1.19" is none. */
static bool find_pair(struct str text, struct versions *out)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < LEN(version_pairs); i++) {
		const struct row *row;
		for (size_t at = 0; (row = ask_at(version_pairs + i, 1, text, at, g));
			at = (size_t)(row_part(row, g, "a").p - text.p) + 1) {
			*out = (struct versions){
				bare_version(row_part(row, g, "a")), bare_version(row_part(row, g, "b"))};
			if (!str_eq(out->from, out->to))
				return true;
		}
	}
	return false;
}

struct versions wording_versions(const struct wording *w)
{
	struct str g[REGEX_GROUPS], texts[] = {w->subject, w->body};
	struct versions out = {0};
	if (!has_digits(w->subject, 1) && !has_digits(w->body, 1))
		return out;
	if (!text_is_about_clusters(w->subject) && !text_is_about_clusters(w->body))
		return out;
	for (size_t i = 0; i < LEN(texts); i++)
		if (find_pair(texts[i], &out))
			return out;
	out = (struct versions){0};
	for (size_t i = 0; i < LEN(texts); i++) {
		const struct row *row = out.to.n ? NULL : ASK(version_targets, texts[i], g);
		if (row)
			out.to = bare_version(row_part(row, g, "b"));
		row = out.from.n ? NULL : ASK(version_sources, texts[i], g);
		if (row && !str_eq(bare_version(row_part(row, g, "a")), out.to))
			out.from = bare_version(row_part(row, g, "a"));
	}
	return out;
}
