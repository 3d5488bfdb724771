/* What the words of a provider's mail say, by tables of patterns: the first row that matches decides. */
#include "formats/mail_words.h"

#include "base/regex.h"

struct row {
	const char *value;
	const char *pattern;
	struct regex *regex;
};

/* --- tables --- */

/* Upgrades are those the provider makes; "please upgrade your clusters" is not one. */
static struct row done_to_you[] = {
	{"upgrade", "\\b(?:(?:will|shall|to) (?:\\w+ )?be (?:\\w+ )?(?:upgraded|updated|patched)|automatic(?:ally)? (?:\\w+ )?(?:upgrad|updat)\\w*|"
				"(?:we|we'll|will) (?:\\w+ ){0,3}(?:upgrade|update)\\b|(?:upgrade|update) (?:\\w+ ){0,3}(?:is |has been |was )?(?:scheduled|planned|started|completed?)|"
				"(?:scheduled|planned|upcoming|automatic|forced|mandatory) (?:\\w+ ){0,3}(?:upgrade|update)s?\\b|(?:has|have) been (?:\\w+ )?upgraded|"
				"needs? to be upgraded|begin upgrading|(?:are|be) upgrading|aktualisiert|mise \xc3\xa0 niveau)",
		NULL},
};
/* The noun in a subject, with what it goes from and to: "[Completed] Upgrade of your cluster c from 1.27 to 1.28". */
static struct row upgrade_noun[] = {{"upgrade", "\\b(?:upgrade|update|patch(?:ing)?)\\b(?! (?:your|to|before|now|today|immediately)\\b)", NULL}};
static struct row clusterish[] = {
	{"cluster", "\\b(?:kubernetes|k8s|k3s|gke|eks|aks|doks|lke|oks|kapsule|openshift|rancher|clusters?|control ?plane|node ?pools?)\\b", NULL},
};
static struct row subject_classes[] = {
	{"maintenance", "\\b(?:instances?|droplets?|hosts?|servers?|hardware|hypervisors?)\\b.{0,40}\\bretire?", NULL},
	{"deprecation", "\\b(?:end[- ]of[- ](?:\\w+ )?(?:life|support)|eol\\b|retir(?:e|ing|ement)|deprecat|no longer (?:be )?support|sunset|discontinu)", NULL},
	{"maintenance", "\\b(?:maint(?:enance)?|planned (?:\\w+ ){0,3}works?|(?:outage|emergency|scheduled|urgent|engineering) works?|work notification|change notification|"
					"planned outage|reboots?|scheduled \\w+ (?:upgrade|migration|reboot|restart)|planned (?:upgrade|migration|restart|reboot)|(?:network|infrastructure|host|hardware|"
					"firmware|software|power|datacenter) (?:upgrade|migration|replacement)|end of window|maintenance window|wartung\\w*|onderhoud\\w*|manutenzione|"
					"mantenimiento|will be migrated|planli|instance retirement)\\b",
		NULL},
	{"incident", "\\b(?:incident|investigating|identified|monitoring:|resolved:|service (?:disruption|interruption|degradation)|degraded|outage|post-?mortem|major issue|"
				 "reason for outage|rfo)\\b",
		NULL},
};
static struct row body_classes[] = {
	{"maintenance", "\\b(?:scheduled maintenance (?:report|is|has|will|was)|maintenance (?:window|notification|event|work|activity|activities)|planned (?:maintenance|works?|outage)|"
					"(?:will be|be) (?:performing|conducting|carrying out)[^.]{0,60}(?:maintenance|upgrade|migration)|(?:is|are) scheduled for (?:\\w+ )?maintenance|"
					"reboot schedule|scheduled reboot|emergency (?:maintenance|works?)|wartungs(?:fenster|arbeiten))",
		NULL},
	{"deprecation", "\\b(?:will (?:\\w+ )?(?:reach|be) end[- ]of[- ](?:life|support)|will no longer be supported|(?:will be|being|about to be) retired|is deprecated|"
					"has deprecated|we're retiring|are retiring|will be (?:discontinued|deprecated)|support for [^.]{0,80}will end)",
		NULL},
	{"maintenance", "\\b(?:instances?|hosts?|servers?|droplets?) will be (?:\\w+ )?(?:stopped|terminated|rebooted|restarted|migrated)", NULL},
	{"incident", "\\b(?:incident report for|incident (?:began|started|has been)|we are (?:currently )?investigating|the issue has been (?:identified|resolved))", NULL},
};

/* Enough beside a window that an office states. */
static struct row planned_classes[] = {
	{"maintenance", "\\b(?:maintenance|planned works?|outage|reboots?|migration|upgrade)\\b", NULL},
};

/* In a subject a state word weighs more than "planned" beside it, wherever it stands. */
static struct row subject_states[] = {
	{"cancelled", "\\b(?:cancel(?:l?ed|lation|l?ing)?|postponed|withdrawn|called off|annul\\w*|abgesagt|geannuleerd)\\b", NULL},
	{"completed", "\\b(?:complet(?:ed?|ion)|end of (?:maintenance )?window|finished|abgeschlossen|afgerond|termin\xc3\xa9" "e?)\\b|^(?:\\[[^\\]]*\\] ?)?resolved\\b", NULL},
	{"rescheduled", "\\b(?:re-?schedul(?:ed?|ing)|amend(?:ed|ment)|extension|extended|revised|new date|date change|verschoben|change of date)\\b|"
					"(?:^|[-:(\\]] ?)update(?:d)?(?: ?\\d*)?(?:$|[:)*-]| ?notification)|\\bupdated (?:notification|notice|maintenance|window)",
		NULL},
	{"started", "\\b(?:in[- ]?progress|start(?:ed|ing)?(?: now)?|begun|has been initiated|initiated|implement(?:ing|ation)?|under ?way|commenced)\\b(?! date)", NULL},
	{"tentative", "\\b(?:tentative|provisional|(?:backup|alternate) (?:date|night|window))\\b", NULL},
	{"confirmed", "\\b(?:planned|scheduled|schedule|confirmed|confirmation|new|reminder|emergency|demand|urgent|upcoming)\\b", NULL},
};
static struct row incident_states[] = {
	{"resolved", "(?:^|\\b)(?:resolved|completed|post-?mortem|closed)\\b", NULL},
	{"updated", "\\b(?:update|monitoring|identified|verifying|in progress)\\b", NULL},
	{"announced", "\\b(?:investigating|new incident|opened)\\b", NULL},
};
static struct row body_states[] = {
	{"cancelled", "\\b(?:maintenance|works?|activity|event|change|upgrade|window)\\b(?: \\w+){0,4} (?:has|have|is|was|were|been)(?: now)?(?: been)? (?:cancel(?:l?ed)|called off|postponed)"
				  "|activity status\\W+cancel",
		NULL},
	{"completed", "\\b(?:maintenance|window|works?|activity|upgrade|migration)\\b[^.\\n]{0,100} (?:has|have|is|was|were)(?: now| been| successfully){0,3} (?:completed|finished)"
				  "|automatically upgraded your|(?:has|have) been (?:successfully )?upgraded",
		NULL},
	{"rescheduled", "\\b(?<!when the )(?:this|the|your|below|following)(?: \\w+){0,4} (?:has|have) been re-?scheduled|has rescheduled (?:the|this)|new (?:date|window|schedule) (?:is|as|for)", NULL},
	{"started", "\\b(?:maintenance|works?|activity|upgrade|reboots?)(?: \\w+){0,3} (?:has|have) (?:now )?(?:begun|started|commenced)|is (?:currently|now) in progress", NULL},
	{"tentative", "\\btentative(?:ly)? (?:scheduled|planned|date|window)", NULL},
};
static struct row retractions[] = {
	{"cancelled", "\\b(?:(?:communication|notification|e-?mail|message|notice)[^.]{0,30} (?:was )?sent (?:to you )?in error|sent (?:to you )?(?:in error|by mistake)|"
				  "(?:please|kindly) (?:disregard|ignore) (?:our|the) (?:previous|earlier|last|prior)[^.]{0,30}(?:e-?mail|notice|notification|message))",
		NULL},
};
static struct row reminders[] = {{"yes", "\\b(?:reminder|this is a reminder|erinnerung|rappel|herinnering)\\b", NULL}};

#define ID "(?<id>[A-Z0-9][A-Z0-9/_.#-]*\\d[A-Z0-9/_.-]*[A-Z0-9]|\\d{4,})"
static struct row references_in_subject[] = {
	{NULL, "\\[(?!AWS|#)" ID "\\]\\s*$", NULL},
	{NULL, "\\b(?:reference|ref|ticket|event|case|incident|change|maintenance|maint|work ?order|wmt|tt|issue|id|notification|crq|cm|chg)\\b[\\s:.\"#-]*(?:no\\.?|number|id)?[\\s:=\"#(-]*" ID, NULL},
	{NULL, "\\b(?<id>(?:CRQ|CHG|CHGP|CM|TTN|PWIC|GIN|VNOC|INC|TIC|PN|MW|SCTASK|REQ|MAINT|TT|EQ|PCR|WMT|RFC|NOC|PW)[-/]?[A-Z0-9-]*\\d{3,}[A-Z0-9/-]*)\\b", NULL},
	{NULL, "#\\s?(?<id>\\d{4,}[-\\d]*)", NULL},
	{NULL, "\\[(?<id>[A-Z0-9]+-[A-Z0-9-]*\\d{3,})\\]", NULL},
};
static struct row references_in_body[] = {
	{NULL, "(?<![a-z])(?:reference|ref|ticket(?: reference)?|event|case|maintenance|change|work ?order|wmt|notification|incident|activity|request|planned work(?: \\(pw\\))?|window)"
		   "(?: ticket| request| order| reference| maintenance| event| window| -){0,2}[ .]{0,2}(?:#|no\\.?|nr\\.?|number|id|ref\\.?|reference)?[ .]{0,2}(?:\\(?\\w{0,5}\\)?)?\\s*(?:#\\s?:?|:|\\t|- TCL\\t|=)[\\s#:\\t-]{0,6}" ID,
		NULL},
	{NULL, "\\b(?:(?:please |kindly )?(?:reference|quote|quoting)(?: the)?(?: following)?(?: ticket)?(?: reference)?(?: number)?|under reference|reference number|referencing)[\\s:*#]+" ID, NULL},
	{NULL, "\\bmaintenance \\((?<id>\\d[\\d-]{3,})\\)", NULL},
	{NULL, "\\bticket number:?\\s*" ID, NULL},
};

#define VERSION "v?\\d{1,2}\\.\\d{1,3}(?:\\.\\d+)?(?:-(?:gke|do|eks|aks|rke2|k3s|scw|lke)[.\\w-]*|\\+(?:rke2|k3s)\\w+|\\.x)?(?![\\w/]|\\.\\d|-\\d|:\\d)"
#define PRODUCT "(?:kubernetes|k8s|openshift|postgres(?:ql)?|mysql|mariadb|redis|mongodb|kafka|version|release|minor version|platform version|talos|k3s|rke2)"
#define BEFORE_A "(?<![\\w.$/:-])"
static struct row version_pairs[] = {
	{NULL, "\\bfrom\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<a>" VERSION ")\\s+(?:up\\s+)?to\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<b>" VERSION ")", NULL},
	{NULL, BEFORE_A "(?<a>" VERSION ")\\s*(?:->|=>|\xe2\x86\x92|\\bto\\b)\\s*(?:\\w+\\s+){0,3}?" BEFORE_A "(?<b>" VERSION ")", NULL},
	{NULL, "\\b(?:running|using|on|update your|upgrade your|version)\\s+(?:\\w+\\s+){0,4}?" BEFORE_A "(?<a>" VERSION ")[^<>]{0,260}?\\b(?:updated?|upgraded?|migrated?|moved?)\\b[^.]{0,80}?\\bto\\s+(?:\\w+\\s+){0,6}?"
		   BEFORE_A "(?<b>" VERSION ")", NULL},
	{NULL, BEFORE_A "(?<a>" VERSION ")(?:\\.\\s|[^.<>]){0,300}?\\b(?:updated?|upgraded?|upgrade|migrated?)\\b[^.]{0,80}?\\bto\\s+(?:\\w+\\s+){0,6}?" BEFORE_A "(?<b>" VERSION ")", NULL},
};
static struct row version_targets[] = {
	{NULL, "\\b(?:upgraded?|updated?|upgrade|migrated?|moved?)\\b[^.\\n]{0,60}?\\bto\\s+(?:\\w+\\s+){0,6}?" BEFORE_A "(?<b>" VERSION ")", NULL},
};
static struct row version_sources[] = {
	{NULL, "\\b" PRODUCT "\\s+(?:version\\s+)?" BEFORE_A "(?<a>" VERSION ")", NULL},
	{NULL, BEFORE_A "(?<a>" VERSION ")\\s+(?:clusters?|of\\s+\\w+)", NULL},
};
static struct row clusters[] = {
	{NULL, "\\bcluster/(?<id>[A-Za-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "\\bcluster(?:s)?(?: name)?(?: is)?\\s?[:=]\\s*['\"`*]?(?<id>[a-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "\\bcluster,? (?:named |called |id )?['\"`*](?<id>[A-Za-z0-9][\\w. -]*\\w)['\"`*]", NULL},
	{NULL, "\\bcluster,? (?:named|called) (?<id>[a-z0-9][\\w.-]*\\w)", NULL},
	{NULL, "\\bcluster, (?<id>[a-z0-9][\\w.-]*\\w),", NULL},
	{NULL, "\\bcluster (?<id>(?=[a-z0-9.-]*[-\\d])[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+)", NULL},
	{NULL, "['\"`](?<id>[a-z][\\w.-]*\\w)['\"`] (?:\\w+ )?cluster\\b", NULL},
	{NULL, "\\b(?<id>(?=[a-z0-9-]*-)[a-z][a-z0-9]*(?:-[a-z0-9]+)+) (?:kubernetes |managed )?cluster\\b", NULL},
};
static struct row lists[] = {
	{NULL, "\\b(?:affected|impacted)\\s+(?:droplets?|services?|circuits?|hosts?|resources?|instances?|servers?|clusters?|linodes?|volumes?|databases?)(?:\\(s\\))?\\s*:[ \\t]*\\n?(?<list>(?:[ \\t]*[-*]?[ \\t]*[^\\s:]{3,80}[ \\t]*(?:\\n|$)){1,40})", NULL},
	{NULL, "\\b(?:service id|circuit id|service\\(s\\) impacted|affected circuit|circuit impacted)(?: \\(sid\\))?\\s*[:\\t]+[ :\\t]*(?<list>[^\\n\\t]{3,120})", NULL},
	{NULL, "\\b(?:listed below|following (?:\\w+ ){1,3}(?:will|are)[^:\\n]{0,80}):[ \\t]*\\n+(?<list>(?:[ \\t]*[-*]?[ \\t]*[\\w.:/-]{4,90}[ \\t]*(?:\\n|$)){1,40})", NULL},
	{NULL, "\\n[ \\t]*(?<list>i-[0-9a-f]{8,17})\\b", NULL},
};
static struct row offices[] = {
	{"yes", "(?:^|[._+-])(?:no-?reply\\w*|do-?not-?reply\\w*|noc\\w*|support|service|maintenance\\w*|maint|notif\\w*|notices?|change\\w*|planned\\w*|status|alerts?|info|health|ops|network\\w*|"
			"operations|incidents?|updates?|hello|team|customer\\w*|admin|billing|mr|nmc|smc|gnoc|cdnetops|azure-noreply|cloudplatform-noreply)(?:$|[._+@-])",
		NULL},
};
/* What an office calls itself beside the company's name. */
static struct row office_words[] = {
	{NULL, "\\b(?:noc|support|no-?reply|notifications?|maintenance|team|network|status|operations?|alerts?|customer (?:care|service|support)|change (?:management|control)|"
		   "planned works?|service ?desk|incident(?: management)?|mr|request|info|help|cluster manager|inc\\.?|ltd\\.?|gmbh|s\\.?a\\.?s?|b\\.?v\\.?|llc|,)(?=$|\\W)",
		NULL},
};

/* Mail that such domains send is somebody else's. */
static const char *const carriers[] = {"statuspage", "sendgrid", "mailgun", "amazonses", "zendesk", "freshdesk", "freshservice", "googlegroups", "salesforce",
	"servicenow", "service-now", "atlassian", "mailchimp", "mcsv", "mandrillapp", "sparkpostmail", "postmarkapp", "hubspot", "intercom-mail", "jira", "gmail",
	"outlook", "hotmail", "yahoo", "gmx", "web", "proton", "icloud", "example", "groups", "sfdc", "w3", "schemas", "google-groups", "safelinks", "urldefense", "mimecast"};
/* Domains whose label is not the provider's name. */
static const struct {
	const char *domain, *name;
} known_domains[] = {
	{"amazon.com", "AWS"}, {"amazonaws.com", "AWS"}, {"aws.com", "AWS"}, {"microsoft.com", "Microsoft Azure"}, {"azure.com", "Microsoft Azure"},
	{"ovh.com", "OVHcloud"}, {"ovh.net", "OVHcloud"}, {"ovhcloud.com", "OVHcloud"}, {"googlecloud.com", "Google"}, {"digitalocean.com", "DigitalOcean"},
	{"softlayer.com", "IBM Cloud"}, {"linode.com", "Linode"}, {"hetzner.com", "Hetzner"}, {"hetzner.de", "Hetzner"}, {"ionos.com", "IONOS"},
	{"exoscale.com", "Exoscale"}, {"upcloud.com", "UpCloud"}, {"vultr.com", "Vultr"}, {"gttcorp.org", "GTT"}, {"cogentco.com", "Cogent"},
	{"pccwglobal.com", "PCCW"}, {"superonline.net", "Turkcell"}, {"hgc.com.hk", "HGC"}, {"tatacommunications.com", "Tata"},
	{"seabornnetworks.com", "Seaborn"}, {"eunetworks.com", "euNetworks"}, {"bsonetwork.net", "BSO"}, {"akamai.com", "Akamai"},
};

/* --- asking --- */

static struct arena *kept;

static void rows_compile(struct row *rows, size_t n)
{
	struct err e = {0};
	for (size_t i = 0; i < n; i++)
		if (!rows[i].regex && !(rows[i].regex = regex_compile(kept, str_of(rows[i].pattern), "i", &e)))
			bug("%s", e.text);
}

/* The first row that matches, with its groups; NULL. */
static const struct row *ask(struct row *rows, size_t n, struct str text, struct str g[REGEX_GROUPS])
{
	if (!kept)
		kept = arena_open();
	rows_compile(rows, n);
	for (size_t i = 0; i < n; i++)
		if (regex_match(rows[i].regex, text, g))
			return &rows[i];
	return NULL;
}
#define ASK(rows, text, g) ask((rows), LEN(rows), (text), (g))
#define SAYS(rows, text) (ASK(rows, text, NULL) != NULL)

static struct str answer(struct row *rows, size_t n, struct str text)
{
	const struct row *r = ask(rows, n, text, NULL);
	return r ? str_of(r->value) : STR_NONE;
}
#define ANSWER(rows, text) answer((rows), LEN(rows), (text))

static struct str part(const struct row *row, const struct str *g, const char *name)
{
	int i = row ? regex_group(row->regex, name) : -1;
	return i < 0 ? STR_NONE : g[i];
}

/* --- class and status --- */

struct str wording_class(const struct wording *w, const struct versions *v, bool planned)
{
	bool made = SAYS(done_to_you, w->subject) || SAYS(done_to_you, w->body);
	made |= v->from.n && v->to.n && SAYS(upgrade_noun, w->subject);
	bool about_cluster = SAYS(clusterish, w->subject) || SAYS(clusterish, w->body);
	struct str class = ANSWER(subject_classes, w->subject);
	if (str_eq(class, STR("maintenance")) && !SAYS(clusterish, w->subject) && !v->to.n)
		return class;
	if (made && (v->to.n || about_cluster) && (v->from.n || v->to.n || SAYS(done_to_you, w->subject)))
		return STR("upgrade");
	if (class.n)
		return class;
	if (wording_retracts(w))
		return STR("maintenance");
	class = ANSWER(body_classes, w->body);
	if (str_eq(class, STR("maintenance")) && !planned && !SAYS(body_states, w->body))
		return STR("none"); /* words without a promise: a newsletter, an invoice for it */
	if (!class.n && planned && mailbox_is_office(&w->from))
		class = ANSWER(planned_classes, w->body);
	return class.n ? class : STR("none");
}

struct str wording_status(const struct wording *w, struct str class, bool has_window)
{
	bool incident = str_eq(class, STR("incident"));
	if (str_eq(class, STR("none")))
		return STR_NONE;
	if (str_eq(class, STR("deprecation")))
		return STR("announced");
	if (wording_retracts(w))
		return STR("cancelled");
	struct str status = incident ? ANSWER(incident_states, w->subject) : ANSWER(subject_states, w->subject);
	if (!incident && (!status.n || str_eq(status, STR("confirmed")) || str_eq(status, STR("started")))) {
		struct str in_body = ANSWER(body_states, w->body);
		bool subject_is_plain = !str_eq(status, STR("started")) || str_eq(class, STR("upgrade"));
		if (in_body.n && subject_is_plain)
			return in_body;
	}
	if (incident && !status.n)
		status = ANSWER(incident_states, w->body);
	if (status.n)
		return str_eq(status, STR("confirmed")) && !has_window ? STR("announced") : status;
	return has_window && str_eq(class, STR("maintenance")) ? STR("confirmed") : STR("announced");
}

bool wording_retracts(const struct wording *w)
{
	return SAYS(retractions, w->subject) || SAYS(retractions, w->body);
}

bool wording_reminds(const struct wording *w)
{
	return SAYS(reminders, w->subject) || SAYS(reminders, str_slice(w->body, 0, 600));
}

/* --- reference --- */

static struct str tidy(struct str s)
{
	s = str_trim(s);
	while (s.n && strchr(".,:;*_\"'()[]-/", s.p[s.n - 1]))
		s.n--;
	while (s.n && strchr(".,:;*_\"'([-#", s.p[0]))
		s = str_from(s, 1);
	return s;
}

static bool has_digits(struct str s, size_t least)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += byte_is_digit(s.p[i]);
	return n >= least;
}

static struct str find_reference(struct row *rows, size_t n, struct str text)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < n; i++) {
		const struct row *row = ask(rows + i, 1, text, g);
		struct str id = tidy(part(row, g, "id"));
		if (id.n >= 4 && id.n <= 80 && has_digits(id, 3) && !str_contains(id, STR("://")))
			return id;
	}
	return STR_NONE;
}

struct str wording_reference(struct arena *arena, const struct wording *w)
{
	struct str id = find_reference(references_in_subject, LEN(references_in_subject), w->subject);
	if (!id.n)
		id = find_reference(references_in_body, LEN(references_in_body), w->body);
	return str_dup(arena, id);
}

/* --- versions --- */

static struct str bare_version(struct str v)
{
	return v.n && byte_lower(v.p[0]) == 'v' ? str_from(v, 1) : v;
}

/* Two different ones: "1.19 or later ... upgrade to 1.19" is no pair. */
static bool find_pair(struct str text, struct versions *out)
{
	struct str g[REGEX_GROUPS];
	ASK(version_pairs, text, NULL);
	for (size_t i = 0; i < LEN(version_pairs); i++)
		for (size_t at = 0; regex_match_at(version_pairs[i].regex, text, at, g);) {
			struct str a = part(&version_pairs[i], g, "a"), b = part(&version_pairs[i], g, "b");
			if (!str_eq(bare_version(a), bare_version(b)))
				return *out = (struct versions){bare_version(a), bare_version(b)}, true;
			at = (size_t)(a.p - text.p) + a.n;
		}
	return false;
}

struct versions wording_versions(const struct wording *w)
{
	struct str g[REGEX_GROUPS], texts[] = {w->subject, w->body};
	struct versions out = {0};
	if (!SAYS(clusterish, w->subject) && !SAYS(clusterish, w->body))
		return out;
	for (size_t i = 0; i < LEN(texts); i++)
		if (find_pair(texts[i], &out))
			return out;
	for (size_t i = 0; i < LEN(texts); i++) {
		const struct row *row = out.to.n ? NULL : ASK(version_targets, texts[i], g);
		if (row)
			out.to = bare_version(part(row, g, "b"));
		row = out.from.n ? NULL : ASK(version_sources, texts[i], g);
		if (row && !str_eq(bare_version(part(row, g, "a")), out.to))
			out.from = bare_version(part(row, g, "a"));
	}
	return out;
}

/* --- resources --- */

struct str wording_cluster(const struct wording *w)
{
	static const char *const no_names[] = {"is", "will", "to", "and", "the", "name", "upgrade", "update", "maintenance", "version", "control-plane", "end-of-life", "in-place"};
	struct str g[REGEX_GROUPS], texts[] = {w->subject, w->body};
	for (size_t i = 0; i < LEN(texts); i++)
		for (size_t k = 0; k < LEN(clusters); k++) {
			const struct row *row = ask(clusters + k, 1, texts[i], g);
			struct str id = tidy(part(row, g, "id"));
			bool word = false;
			for (size_t n = 0; n < LEN(no_names); n++)
				word |= str_eq_case(id, str_of(no_names[n]));
			if (id.n && !word)
				return id;
		}
	return STR_NONE;
}

struct str wording_resource(struct arena *arena, const struct wording *w)
{
	struct str g[REGEX_GROUPS], line;
	struct str cluster = wording_cluster(w);
	if (cluster.n)
		return str_dup(arena, cluster);
	const struct row *row = ASK(lists, w->body, g);
	struct str list = part(row, g, "list");
	struct buf out = BUF(arena);
	while (str_next(&list, '\n', &line) && out.n < 2000) {
		line = tidy(line);
		while (line.n && strchr("-* ", line.p[0]))
			line = str_from(line, 1);
		if (!line.n)
			continue;
		if (out.n)
			buf_cstr(&out, ", ");
		buf_add(&out, line);
	}
	return buf_str(&out);
}

/* --- provider --- */

/* Label of the registrable domain: the one before the public suffix, counting "co.uk" and "com.hk" as one. */
static struct str domain_label(struct str domain)
{
	struct str labels[16], rest = domain, piece;
	size_t n = 0;
	while (n < LEN(labels) && str_next(&rest, '.', &piece))
		labels[n++] = piece;
	if (n < 2)
		return domain;
	bool two = n >= 3 && labels[n - 1].n == 2 && labels[n - 2].n <= 3;
	return labels[n - (two ? 3 : 2)];
}

static struct str address_domain(struct str address)
{
	size_t at = str_find_byte(address, '@', 0);
	return at == STR_NPOS ? STR_NONE : str_from(address, at + 1);
}

static bool is_carrier(struct str label)
{
	for (size_t i = 0; i < LEN(carriers); i++)
		if (str_eq_case(label, str_of(carriers[i])))
			return true;
	return false;
}

static struct str known_name(struct str domain)
{
	for (size_t i = 0; i < LEN(known_domains); i++) {
		struct str d = str_of(known_domains[i].domain);
		bool under = str_ends(domain, d) && domain.n > d.n && domain.p[domain.n - d.n - 1] == '.';
		if (str_eq(domain, d) || under)
			return str_of(known_domains[i].name);
	}
	return STR_NONE;
}

struct str domain_name(struct arena *arena, struct str domain)
{
	struct str known = known_name(str_lower(arena, domain));
	if (known.n)
		return known;
	struct str label = str_lower(arena, domain_label(domain));
	struct buf out = BUF(arena);
	bool begin = true;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i] == '-' || label.p[i] == '_' ? ' ' : label.p[i];
		buf_byte(&out, begin && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
		begin = c == ' ';
	}
	return buf_str(&out);
}

static bool is_word_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c);
}

/* How a text spells a label: "crowncastle" is "Crown Castle" there; empty when it is not in it as a word. */
static struct str spelling(struct str text, struct str label)
{
	for (size_t at = 0; at < text.n; at++) {
		size_t i = at, k = 0;
		if ((at && is_word_byte(text.p[at - 1])) || (at && strchr("@./", text.p[at - 1])))
			continue;
		while (i < text.n && k < label.n) {
			if (byte_lower(text.p[i]) == byte_lower(label.p[k]) && is_word_byte(text.p[i]))
				k++, i++;
			else if (k && (text.p[i] == ' ' || text.p[i] == '-' || text.p[i] == '&'))
				i++;
			else if (k && (label.p[k] == '-'))
				k++;
			else
				break;
		}
		if (k == label.n && (i == text.n || !is_word_byte(text.p[i])) && !(i < text.n && (text.p[i] == '.' && i + 1 < text.n && byte_is_alpha(text.p[i + 1]))))
			return str_slice(text, at, i);
	}
	return STR_NONE;
}

/* The display name without what only says which office it is. */
static struct str company_part(struct arena *arena, struct str name)
{
	struct str g[REGEX_GROUPS];
	struct str left = name;
	for (int i = 0; i < 8; i++) {
		const struct row *row = ASK(office_words, left, g);
		if (!row)
			break;
		size_t at = (size_t)(g[0].p - left.p);
		left = str_fmt(arena, "%.*s %.*s", STR_ARG(str_slice(left, 0, at)), STR_ARG(str_from(left, at + g[0].n)));
	}
	struct buf out = BUF(arena);
	struct str rest = left, word;
	while (str_word(&rest, &word)) {
		if (word.n == 1 && !is_word_byte(word.p[0]))
			continue;
		if (out.n)
			buf_byte(&out, ' ');
		buf_add(&out, word);
	}
	return tidy(buf_str(&out));
}

static bool shouts_or_short(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return s.n <= 4;
	return true;
}

/* The name behind a domain, spelled as the mail spells it. */
static struct str name_of_domain(struct arena *arena, const struct wording *w, struct str domain)
{
	struct str known = known_name(domain), label = domain_label(domain), texts[] = {w->from.name, w->subject, w->body};
	if (known.n)
		return known;
	for (size_t i = 0; i < LEN(texts); i++) {
		struct str spelt = spelling(texts[i], label);
		if (!spelt.n)
			continue;
		bool all_small = str_eq(spelt, str_lower(arena, spelt)), loud = spelt.n > 4 && shouts_or_short(spelt);
		if (!all_small && (!loud || i == 0))
			return spelt;
	}
	struct str pretty = domain_name(arena, domain);
	return pretty;
}

/* The domain that addresses and links of the text name most often; ties go to the first. */
static struct str domain_of_text(struct arena *arena, const struct wording *w, bool named_in_subject)
{
	struct row hosts[] = {{NULL, "(?:@|://)(?<id>(?:[a-z0-9-]+\\.)+[a-z]{2,})\\b", NULL}};
	struct {
		struct str domain;
		size_t n;
	} seen[32];
	size_t seen_n = 0, best = 0;
	struct str g[REGEX_GROUPS], rest = w->whole;
	kept = kept ? kept : arena_open();
	struct err e = {0};
	static struct regex *host;
	if (!host && !(host = regex_compile(kept, str_of(hosts[0].pattern), "i", &e)))
		bug("%s", e.text);
	for (size_t at = 0; regex_match_at(host, rest, at, g); at = (size_t)(g[0].p - rest.p) + g[0].n) {
		struct str domain = str_lower(arena, g[regex_group(host, "id")]), label = domain_label(domain);
		if (is_carrier(label) || (named_in_subject && !spelling(w->subject, label).n && !known_name(domain).n))
			continue;
		size_t i = 0;
		while (i < seen_n && !str_eq(domain_label(seen[i].domain), label))
			i++;
		if (i == LEN(seen))
			continue;
		if (i == seen_n)
			seen[seen_n++] = (typeof(seen[0])){domain, 0};
		if (++seen[i].n > seen[best].n)
			best = i;
	}
	return seen_n ? seen[best].domain : STR_NONE;
}

/* The words of a subject before what it is about: "Aqua Comms Planned Outage Work" without any sender. */
static struct str provider_in_subject(struct arena *arena, const struct wording *w)
{
	struct row names[] = {{NULL, NULL, NULL}};
	(void)names;
	static struct row leads[] = {
		{NULL, "^(?:\\[[^\\]]*\\]\\s*)*(?<id>[A-Z][\\w&.]*(?: [A-Z][\\w&.]*){0,2}?)\\s+(?:planned|scheduled|emergency|urgent|maintenance|network|service)\\b", NULL},
	};
	struct str g[REGEX_GROUPS];
	const struct row *row = ASK(leads, w->subject, g);
	return str_dup(arena, part(row, g, "id"));
}

struct str wording_provider(struct arena *arena, const struct wording *w)
{
	struct str declared = w->declared;
	if (declared.n)
		return str_find_byte(declared, '.', 0) != STR_NPOS && str_find_byte(declared, ' ', 0) == STR_NPOS ? name_of_domain(arena, w, str_lower(arena, declared)) : declared;
	struct str domain = address_domain(w->from.address), label = domain_label(domain), company = company_part(arena, w->from.name);
	if (str_find_byte(w->from.name, '@', 0) != STR_NPOS)
		company = STR_NONE; /* the address again */
	bool carried = !domain.n || (is_carrier(label) && !str_ends(domain, STR(".example")));
	bool spoken = spelling(w->subject, label).n || spelling(w->body, label).n || spelling(w->from.name, label).n;
	if (!carried && (spoken || known_name(domain).n || mailbox_is_office(&w->from))) {
		bool own_name = company.n && !spelling(w->from.name, label).n && !known_name(domain).n;
		return own_name ? company : name_of_domain(arena, w, domain);
	}
	if (carried && domain.n && company.n && mailbox_is_office(&w->from))
		return company;
	struct str lead = provider_in_subject(arena, w), by_text = domain_of_text(arena, w, true);
	if (by_text.n)
		return name_of_domain(arena, w, by_text);
	if (lead.n)
		return lead;
	by_text = domain_of_text(arena, w, false);
	if (by_text.n && (carried || !company.n))
		return name_of_domain(arena, w, by_text);
	return company.n ? company : domain.n ? domain_name(arena, domain) : STR_NONE;
}

bool mailbox_is_office(const struct mailbox *m)
{
	struct str local = str_slice(m->address, 0, str_find_byte(m->address, '@', 0));
	struct str g[REGEX_GROUPS];
	return SAYS(offices, local) || ASK(office_words, m->name, g) != NULL;
}
