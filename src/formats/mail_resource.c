/* What a provider's mail says is affected: a cluster by name, or the items of its lists and tables. */
#include "formats/mail_words.h"

#include "formats/mail_place.h"

enum { RESOURCES_MAX = 50, NAME_MAX_BYTES = 80, LIST_LINES_MAX = 200, LINES_MAX = 5000 };

static struct row clusters[] = {
	{NULL, "\\bclusters?/(?<id>[A-Za-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "\\bclusters?(?: name)?(?: is)?\\s?[:=]\\s*['\"`*]?(?<id>[a-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "(?m)\\bclusters?(?: name)?\\t\\s*['\"`*]?(?<id>[a-z0-9][\\w.-]*\\w)['\"`*]?\\s*$", NULL},
	{NULL,
		"\\bcl(?:u|\xc3\xba)ster,? (?:named |called |id )?['\"`*] ?(?<id>[A-Za-z0-9][\\w. -]*\\w) "
		"?['\"`*]",
		NULL},
	{NULL,
		"\\bcl(?:u|\xc3\xba)ster(?:s|n)?(?:[ -](?:managed|kubernetes|k8s|gke|eks|aks|doks|kapsule)){0,3} "
		"?(?:['\"`*]|\xc2\xab|\xe2\x80[\x98\x9c\x9e])(?:\xc2\xa0| )?(?<id>[A-Za-z0-9][\\w.-]*\\w)(?:\xc2\xa0| "
		")?(?:['\"`*]|\xc2\xbb|\xe2\x80[\x98\x99\x9c\x9d])",
		NULL},
	{NULL, "\\bcluster,? (?:named|called) (?<id>[a-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "\\bcluster, (?<id>[a-z0-9][\\w.-]*\\w),", NULL},
	{NULL, "\\bcluster (?<id>[a-z][\\w-]*) (?:from|to) (?:\\w+ )?(?:version )?v?\\d+\\.\\d", NULL},
	{NULL, "\\bcl(?:u|\xc3\xba)ster (?<id>(?=[a-z0-9.-]*[-\\d])[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+)", NULL},
	{NULL,
		"\\bcluster (?<id>[a-z][\\w.-]*\\w),? (?:will be|shall be|is being|is scheduled|is going "
		"to|has been|was) ",
		NULL},
	{NULL, "['\"`](?<id>[a-z][\\w.-]*\\w)['\"`] (?:\\w+ )?cluster\\b", NULL},
	{NULL, "\\b(?<id>(?=[a-z0-9-]*-)[a-z][a-z0-9]*(?:-[a-z0-9]+)+) (?:kubernetes |managed )?cluster\\b", NULL},
};

#define THINGS                                                                                                                                    \
	"(?:droplet|service|circuit|host|resource|instance|server|cluster|linode|volume|database|node|"                                           \
	"(?:virtual )?machine|vm|component|device|connection|link|system|product|order|port|asset|"                                               \
	"slid ?/ ?ccsd|vps|project|deployment|cabinet|rack|equipment|site|bucket|load ?balancer|hypervisor|"                                      \
	"node ?pool|configuration item|leitungsnummer|servername|instanzname|servrar|servere|tj\xc3\xa4nst(?:er)?|tjeneste|serveur|lien|produit|" \
	"syst\xc3\xa8me|servidor|servicio|producto|servi\xc3\xa7o|produto|servizio|prodotto|dienst|produkt|"                                      \
	"instan(?:z|cia|ce)|rechner|leitung|knoten|dienst(?:en|e)|produkte|produktes?|systeme|instanzen|"                                         \
	"leitungen|servidore|servizi|prodotti|producten|systemen)s?"
#define TOUCHED                                                                                                        \
	"(?:affected|impacted|betroffen\\w*|getroffen|concern\xc3\xa9\\w*|affect\xc3\xa9\\w*|"                         \
	"impact\xc3\xa9\\w*|afectad[oa]s?|afetad[oa]s?|interessat[oaie]|ber\xc3\xb6rda?|p\xc3\xa5verkade?|"            \
	"ber\xc3\xb8rte?)"
/* "Circuit ID" over a column, or before a value. */
static struct row headings[] = {
	{"yes",
		"^\\W*(?:(?:" TOUCHED "|your|customer|ihr|votre|uw) )?" THINGS "(?: ?/ ?" THINGS
		")?(?: (?:id|ocid|name|identifier|number|no|serial)s?)?(?: ?#)?"
		"(?: ?\\([^)]*\\))?(?: " TOUCHED ")?\\W*$",
		NULL},
};
/* What introduces a list whose items may be any words. */
static struct row affected[] = {
	{"yes",
		"\\b" TOUCHED "\\s+(?:\\w+ )?" THINGS "(?:\\(s\\))?\\W*$|\\b" THINGS "(?:\\(s\\))? (?:\\w+ )?" TOUCHED
		"\\W*$|"
		"^\\W*" TOUCHED "\\W*$|\\bbetroffen\\w* [\\w\x80-\xff]+\\W*$|\\bservices? (?:concern|impact)\\w+\\W*$|"
		"^\\W*対象\\W*$|(?:対象|影響)(?:の|となる)?(?:サーバ(?:ー)?|サービス|ホスト|システム|インスタンス|機器|回線|ノード|製品)\\W*$",
		NULL},
};
/* What introduces a list of names. */
static struct row lists[] = {
	{"yes",
		"\\b(?:listed below|find below your [^:.]{0,60}\\b" THINGS "|following (?:\\w+ ){0,4}" THINGS "|" THINGS
		"\\b[^:.]{0,60}\\b(?:affected|impacted|below|follow\\w*))[^:.]{0,80}[:.]?\\s*$",
		NULL},
	{"yes", "^[^:\\t]{0,60}\\b" THINGS "\\b[^:\\t]{0,60}:\\s*$", NULL},
};
/* What stands in lists and is no name. */
static struct row no_names[] = {
	{"yes",
		"^\\d{1,4}$|^\\d+ "
		"?(?:h|m|s|hours?|hrs?|minutes?|mins?|seconds?|days?|ms|gbps?|mbps?|gig|%)$|^(?:n/"
		"?a|none|yes|no|all|tbd|outage|expected .*|impact.*|aucun|keine?|geen|ninguno|nenhum|なし|無し)$",
		NULL},
	{"yes", "^\\W*(?:\\d{4}-\\d\\d?-\\d\\d?|\\d\\d?[./]\\d\\d?[./]\\d{2,4}|\\d\\d?:\\d\\d)\\b", NULL},
};
static struct row addresses[] = {{"yes", "^\\d{1,3}(?:\\.\\d{1,3}){3}$", NULL}};
static struct row instances[] = {{NULL, "\\b(?<id>i-[0-9a-f]{8,17})\\b", NULL}};
/* "host kvm-17", "database orders-db": where no list says more. A thing that is known by its address has its name in
 * brackets behind it. */
static struct row mentions[] = {
	{NULL, "\\b(?:vps|server|instance|host|vm|droplet)s?:? \\d{1,3}(?:\\.\\d{1,3}){3} \\((?<id>[a-z][\\w.-]*\\w)\\)",
		NULL},
	{NULL, "\\b(?:domain(?: name)?|certificate|zertifikat|certificat)s?(?: for| f\xc3\xbcr| pour)?:? ['\"`]?(?<id>[a-z0-9-]+(?:\\.[a-z0-9-]+)+)",
		NULL},
	{NULL, "(?:实例|サーバ|サーバー|сервере|сервера|сервер) ?(?<id>(?=[\\w.-]*[\\d-])[A-Za-z][\\w.-]*\\w)", NULL},
	{NULL,
		"\\b(?:linode|droplet|instance|server|host(?: node)?|hypervisor|vm|virtual "
		"machine|volume|database|device|router|switch|vps|service|project|deployment|node|load ?balancer|"
		"serveur|servidor|servicio|servizio|dienst|projekt|projet|instanz|datenbank|base|interconnect|circuit|firewall|gateway|"
		"(?:maintenance|upgrade|firmware|reboot|restart|migration|replacement|wartung|onderhoud) (?:of|for|on|von|van|de))s?:? "
		"['\"`]?(?<id>(?=[\\w.-]*[\\d-])[a-z][\\w.-]*\\w)",
		NULL},
};
/* "service pre-announcement", "host re-boots": compound words, not names. */
static struct row compounds[] = {
	{"yes",
		"^(?:pre|re|non|on|off|e|self|end|follow|up|high|low|fail|multi|cross|by|in|out|long|short|real|set|third|well|"
		"time|user|level|side|wide|day|so|ip|tcp)-[a-z-]+$|^[a-z]+-(?:affecting|impacting|specific|related|wide|side|"
		"level|based|only|wise)$",
		NULL},
};

/* --- clusters --- */

struct str wording_cluster(const struct wording *w)
{
	static const char *const words[] = {"is", "will", "to", "and", "the", "name", "upgrade", "update",
		"maintenance", "version", "control-plane", "end-of-life", "in-place", "node", "nodes", "plane",
		"upgrades", "updates", "master", "masters", "api", "service", "services", "workloads", "itself",
		"which", "that", "it", "below", "above", "owner"};
	struct str g[REGEX_GROUPS], texts[] = {w->subject, w->body};
	for (size_t i = 0; i < LEN(texts); i++)
		for (size_t k = 0; k < LEN(clusters); k++) {
			struct str id = tidy(row_part(ask(clusters + k, 1, texts[i], g), g, "id"));
			bool word = false;
			for (size_t n = 0; n < LEN(words); n++)
				word |= str_eq_case(id, str_of(words[n]));
			if (id.n && !word)
				return id;
		}
	return STR_NONE;
}

/* --- names --- */

struct names {
	struct str v[RESOURCES_MAX];
	size_t n;
};

static size_t words_in(struct str s)
{
	size_t n = 0;
	struct str word;
	while (str_word(&s, &word))
		n++;
	return n;
}

static size_t digits_in(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += byte_is_digit(s.p[i]);
	return n;
}

/* "i-0ab1", "web-1", "23/ABCD/123": one word that is none of the language, or a few with digits among them.
 */
static bool is_name(struct str s, bool any_words)
{
	size_t digits = digits_in(s), marks = 0, words = words_in(s);
	for (size_t i = 0; i < s.n; i++) {
		marks += i > 0 && i + 1 < s.n && strchr("-._/", s.p[i]);
	}
	if (s.n < 2 || s.n > NAME_MAX_BYTES || words == 0 || str_contains(s, STR("://")) ||
		str_find_byte(s, '@', 0) != STR_NPOS)
		return false;
	if (SAYS(headings, s) || SAYS(no_names, s))
		return false;
	if (any_words)
		return words <= 4;
	return words == 1 ? digits || marks : words <= 3 && digits >= 2;
}

static void add_name(struct names *names, struct str s, bool any_words)
{
	s = str_trim(s);
	while (s.n && strchr("-*#> ", s.p[0]))
		s = str_from(s, 1);
	struct str before, after;
	s = str_slice(s, 0, str_find(s, STR("  "), 0)); /* the first cell of a row set with blanks */
	if (str_cut(s, STR(" - "), &before, &after))    /* "web-1 - 03:00 UTC", "03:00 UTC - web-1" */
		s = SAYS(no_names, before) ? after : before;
	size_t bracket = str_find(s, STR(" ("), 0);
	struct str whole = str_trim(str_slice(s, 0, bracket)), inside = tidy(str_from(s, whole.n));
	if (SAYS(addresses, whole) && is_name(inside, false))
		whole = inside; /* "203.0.113.7 (web-1)" */
	s = tidy(whole);
	if (str_ends(whole, STR("/")) && str_find_byte(s, '/', 0) != STR_NPOS)
		s = str_n(s.p, (size_t)(whole.p + whole.n - s.p)); /* "/OGYX/123456/ /ZYO /" is a circuit's full name */
	bool known = names->n >= RESOURCES_MAX;
	for (size_t i = 0; i < names->n && !known; i++)
		known = str_eq(names->v[i], s);
	if (!known && is_name(s, any_words))
		names->v[names->n++] = s;
}

static size_t cells_of(struct str line, struct str cells[16])
{
	size_t n = 0;
	struct str rest = line, cell;
	while (n < 16 && str_next(&rest, '\t', &cell))
		cells[n++] = str_trim(cell);
	return n;
}

/* The cells of a column, until what is no row. */
static void take_column(struct names *names, size_t column, struct str below)
{
	struct str row[16], line;
	for (int i = 0; i < LIST_LINES_MAX && str_next(&below, '\n', &line); i++) {
		if (!str_trim(line).n)
			continue;
		if (SAYS(headings, line) || cells_of(line, row) <= column || str_find_byte(line, '\t', 0) == STR_NPOS)
			return;
		add_name(names, row[column], false);
	}
}

/* A table whose head names the column: the cells below. "Circuit ID<tab>X" is a row of labels and values. */
static void take_table(struct names *names, struct str head, struct str below)
{
	struct str cells[16];
	size_t n = cells_of(head, cells), before = names->n;
	for (size_t column = 0; n > 1 && column < n && names->n == before; column++) {
		if (!SAYS(headings, cells[column]))
			continue;
		if (n == 2 && column == 0 && is_name(cells[1], false))
			add_name(names, cells[1], false);
		else
			take_column(names, column, below);
	}
}
/* The lines below a label, until one that is no item. Blank lines and headings of groups ("Node.js:") may
 * stand between. */
static void take_list(struct names *names, struct str below, bool any_words)
{
	struct str line;
	size_t before = names->n;
	for (int i = 0; i < LIST_LINES_MAX && str_next(&below, '\n', &line); i++) {
		line = str_trim(line);
		if (!line.n && names->n > before && any_words)
			return;
		if (!line.n || line.p[line.n - 1] == ':')
			continue;
		size_t known = names->n,
		       colon = str_find(str_slice(line, 0, str_find(line, STR(" ("), 0)), STR(": "), 0);
		bool marked = strchr("-*", line.p[0]) != NULL;
		if (colon != STR_NPOS && !marked)
			return;                   /* a row of its own, "Instance: web-1" */
		line = str_slice(line, 0, colon); /* "- web-1: is rebooted" */
		bool first = names->n == before && words_in(line) <= 4 && digits_in(line) > 0;
		add_name(names, line, any_words && (marked || first || words_in(line) <= 2));
		if (names->n == known && !marked)
			return;
	}
}

static void take_values(struct names *names, struct str values, bool any_words)
{
	struct str value;
	while (str_next(&values, ',', &value))
		add_name(names, value, any_words);
}

static void take_line(struct names *names, struct str line, struct str below)
{
	struct str label, value;
	bool tabs = str_find_byte(line, '\t', 0) != STR_NPOS;
	if (tabs)
		take_table(names, line, below);
	bool cut = str_cut(line, STR(":"), &label, &value);
	if (str_starts(line, STR("[")) && SAYS(affected, str_slice(line, 1, str_find_byte(line, ']', 0))))
		cut = str_cut(line, STR("]"), &label, &value); /* Japanese mails put labels in brackets */
	if (!cut && tabs && SAYS(affected, str_slice(line, 0, str_find_byte(line, '\t', 0))))
		cut = str_cut(line, STR("\t"), &label, &value); /* "Affected services<tab>Cloud" */
	if (!cut)
		label = line;
	bool any = SAYS(affected, label);
	if (str_trim(value).n && (any || SAYS(headings, label)))
		take_values(names, value, any);
	else if (!str_trim(value).n && (any || SAYS(lists, line) || (value.p && SAYS(headings, label))))
		take_list(names, below, any);
}

/* Which column of a table's head says "Cluster" or "Cluster name"; N: none. */
static size_t cluster_column(const struct str *cells, size_t n)
{
	static struct row heads[] = {{"yes", "^(?:your |affected |kubernetes )*clusters?(?: (?:name|id))?\\W*$", NULL}};
	size_t i = 0;
	while (i < n && !SAYS(heads, cells[i]))
		i++;
	return i;
}

struct str wording_row_cluster(struct str text, size_t at)
{
	struct str cells[16], head[16], row = str_slice(text, line_start(text, at), line_end(text, at));
	size_t n = cells_of(row, cells), own = cells_of(str_slice(row, 0, at - (size_t)(row.p - text.p)), head) - 1;
	for (size_t start = line_start(text, at), up = 0; n > 1 && up < LIST_LINES_MAX && start > 0; up++) {
		size_t end = start - 1;
		start = line_start(text, end);
		size_t of = cells_of(str_slice(text, start, end), head), column = cluster_column(head, of);
		bool is_head = of > own && (says(SAYS_START, head[own]) || says(SAYS_WINDOW, head[own]));
		if (of > 1 && column < of && is_head)
			return column < n && is_name(cells[column], true) ? cells[column] : STR_NONE;
	}
	return STR_NONE;
}

/* The first name that a text calls a thing by. */
static void add_mention(struct names *names, struct str text)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < LEN(mentions) && !names->n; i++) {
		const struct row *row;
		for (size_t at = 0; !names->n && (row = ask_at(mentions + i, 1, text, at, g));
			at = (size_t)(g[0].p - text.p) + g[0].n)
			if (!SAYS(compounds, row_part(row, g, "id")))
				add_name(names, row_part(row, g, "id"), false);
	}
}

struct str wording_resource(struct arena *arena, const struct wording *w)
{
	struct str cluster = wording_cluster(w), rest = w->body, line, g[REGEX_GROUPS];
	struct names names = {.n = 0};
	struct buf out = BUF(arena);
	if (cluster.n)
		return str_dup(arena, cluster);
	for (int i = 0; i < LINES_MAX && names.n < RESOURCES_MAX && str_next(&rest, '\n', &line); i++)
		if (line.n < 1000)
			take_line(&names, line, rest);
	rest = w->table;
	for (int i = 0; i < LINES_MAX && names.n < RESOURCES_MAX && str_next(&rest, '\n', &line); i++)
		if (line.n < 2000)
			take_line(&names, line, rest);
	const struct row *row;
	for (size_t at = 0; (row = ask_at(instances, 1, w->body, at, g)); at = (size_t)(g[0].p - w->body.p) + g[0].n)
		add_name(&names, row_part(row, g, "id"), false);
	for (size_t i = 0; i < 2 && !names.n; i++)
		add_mention(&names, i ? w->body : w->subject);
	for (size_t i = 0; i < names.n; i++)
		buf_fmt(&out, "%s%.*s", i ? ", " : "", STR_ARG(names.v[i]));
	return buf_str(&out);
}
