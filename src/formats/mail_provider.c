/* Whose mail it is: the provider's name from the sender, the calendar, the subject and the links of the text.
 */
#include "formats/mail_words.h"

#include "formats/mail_ask.h"

static struct row offices[] = {
	{"yes",
		"(?:^|[._+-])(?:no-?reply\\w*|do-?not-?reply\\w*|noc\\w*|support|services?|maintenance\\w*|"
		"maint|notif\\w*|notices?|change\\w*|planned\\w*|status|alerts?|info|health|ops|network\\w*|"
		"operations|incidents?|updates?|hello|team|customer\\w*|admin|system|billing|mr|nmc|smc|gnoc|"
		"cdnetops|azure-noreply|cloudplatform-noreply)(?:$|[._+@-])",
		NULL},
};
/* What an office calls itself beside the company's name. */
static struct row office_words[] = {
	{NULL,
		"\\b(?:service ?desk|help ?desk|noc|support|no-?reply|notifications?|maintenance|team|network|status|"
		"operations?|ops|operaciones|soporte|e-?mail to case|"
		"wartung|invites?|news|service|billing|security|accounts?|engineering|alerts?|customer "
		"(?:care|service|support)|change (?:management|control)|"
		"planned works?|incident(?: management)?|mr|request|info|help|cluster "
		"manager|inc\\.?|ltd\\.?|gmbh|s\\.?a\\.?s?|b\\.?v\\.?|llc|,)(?=$|\\W)",
		NULL},
};

/* What is left of "Change Notifications" or "Data Support" names nobody. */
static struct row nobodys_words[] = {
	{"yes",
		"^[^\\w\x80-\xff]*(?:change|data|global|cloud|customer|client|planned|scheduled|the|technical|it|system|"
		"mailer|portal|events?|activity|works?|outage|platform|automated|automatic|important|[^\\w\x80-\xff])*$",
		NULL},
};

/* Mail that such domains send is somebody else's. */
static const char *const carriers[] = {"statuspage", "instatus", "status", "betterstack", "betteruptime", "statuspal",
	"statushub", "statuscast", "statusgator", "sorryapp", "hund", "incident", "freshstatus", "uptimerobot",
	"sendgrid", "mailgun", "amazonses", "zendesk", "freshdesk", "freshservice", "googlegroups", "salesforce",
	"servicenow", "service-now", "atlassian", "mailchimp", "mcsv", "mandrillapp", "sparkpostmail", "postmarkapp",
	"hubspot", "intercom-mail", "jira", "gmail", "outlook", "hotmail", "yahoo", "gmx", "web", "proton", "icloud",
	"example", "groups", "sfdc", "w3", "schemas", "google-groups", "safelinks", "urldefense", "mimecast"};
/* Domains whose label is not the provider's name. */
static const struct {
	const char *domain, *name;
} known_domains[] = {
	{"amazon.com", "AWS"},
	{"amazonaws.com", "AWS"},
	{"aws.com", "AWS"},
	{"microsoft.com", "Microsoft Azure"},
	{"azure.com", "Microsoft Azure"},
	{"ovh.com", "OVHcloud"},
	{"ovh.net", "OVHcloud"},
	{"ovhcloud.com", "OVHcloud"},
	{"googlecloud.com", "Google"},
	{"digitalocean.com", "DigitalOcean"},
	{"softlayer.com", "IBM Cloud"},
	{"cloud.ibm.com", "IBM Cloud"},
	{"oraclecloud.com", "Oracle Cloud"},
	{"mongodb.com", "MongoDB"},
	{"linode.com", "Linode"},
	{"hetzner.com", "Hetzner"},
	{"hetzner.de", "Hetzner"},
	{"ionos.com", "IONOS"},
	{"exoscale.com", "Exoscale"},
	{"upcloud.com", "UpCloud"},
	{"vultr.com", "Vultr"},
	{"gttcorp.org", "GTT"},
	{"cogentco.com", "Cogent"},
	{"pccwglobal.com", "PCCW"},
	{"superonline.net", "Turkcell"},
	{"hgc.com.hk", "HGC"},
	{"tatacommunications.com", "Tata"},
	{"seabornnetworks.com", "Seaborn"},
	{"eunetworks.com", "euNetworks"},
	{"bsonetwork.net", "BSO"},
	{"akamai.com", "Akamai"},
	{"aliyun.com", "Alibaba Cloud"},
	{"alibabacloud.com", "Alibaba Cloud"},
	{"he.net", "Hurricane Electric"},
};

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

struct str url_host(struct str url)
{
	size_t at = str_find(url, STR("://"), 0), n = 0;
	url = at == STR_NPOS ? STR_NONE : str_from(url, at + 3);
	while (n < url.n && !strchr("/:?#", url.p[n]))
		n++;
	return str_slice(url, 0, n);
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
		if (k == label.n && (i == text.n || !is_word_byte(text.p[i])) &&
			!(i < text.n && (text.p[i] == '.' && i + 1 < text.n && byte_is_alpha(text.p[i + 1]))))
			return str_slice(text, at, i);
	}
	return STR_NONE;
}

/* The display name without what only says which office it is. */
static struct str company_part(struct arena *arena, struct str name)
{
	struct str g[REGEX_GROUPS];
	struct str left = str_find_byte(name, '@', 0) == STR_NPOS ? name : STR_NONE; /* an address again names nobody */
	for (int i = 0; i < 8; i++) {
		const struct row *row = ASK(office_words, left, g);
		if (!row)
			break;
		size_t at = (size_t)(g[0].p - left.p);
		left = str_fmt(
			arena, "%.*s %.*s", STR_ARG(str_slice(left, 0, at)), STR_ARG(str_from(left, at + g[0].n)));
	}
	struct buf out = BUF(arena);
	struct str rest = left, word;
	if (SAYS(nobodys_words, str_trim(left)))
		return STR_NONE;
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
	struct str known = known_name(domain), label = domain_label(domain),
		   texts[] = {w->from.name, w->subject, w->body};
	if (known.n)
		return known;
	for (size_t i = 0; i < LEN(texts); i++) {
		struct str spelt = spelling(texts[i], label);
		if (!spelt.n)
			continue;
		bool all_small = str_eq(spelt, str_lower(arena, spelt)), loud = spelt.n > 4 && shouts_or_short(spelt);
		if (!all_small && !loud)
			return company_part(arena, spelt).n ? company_part(arena, spelt) : spelt;
	}
	struct str pretty = domain_name(arena, domain);
	return pretty;
}

/* The domain that addresses and links of the text name most often; ties go to the first. */
static struct str domain_of_text(struct arena *arena, const struct wording *w, bool named_in_subject)
{
	static struct row hosts[] = {{NULL, "(?:@|://)(?<id>(?:[a-z0-9-]+\\.)+[a-z]{2,})\\b", NULL}};
	struct {
		struct str domain;
		size_t n;
	} seen[32];
	size_t seen_n = 0, best = 0;
	struct str g[REGEX_GROUPS];
	const struct row *row;
	for (size_t at = 0; (row = ask_at(hosts, LEN(hosts), w->whole, at, g));
		at = (size_t)(g[0].p - w->whole.p) + g[0].n) {
		struct str domain = str_lower(arena, row_part(row, g, "id")), label = domain_label(domain);
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
	static struct row leads[] = {
		{NULL,
			"^\\[(?<id>(?!(?:action|notification|maintenance|planned|scheduled|emergency|urgent|update[d]?|new|"
			"reminder|resolved|completed?|in progress|started|cancell?ed|rescheduled|upcoming|notice|incident|"
			"external|important|info\\w*|warning|critical|alert|status)\\b)[A-Z][\\w&. -]{1,40}?)(?: Status(?: "
			"Page)?)?\\]",
			NULL},
		{NULL,
			"^(?:\\[[^\\]]*\\]\\s*)*(?<id>(?!(?:re|fwd?|your|our|the|new|update|reminder|notice|"
			"notification|important|action|upcoming|completed?|cancell?ed|rescheduled|"
			"planned|scheduled|emergency|urgent|maintenance|network|service|correction)\\b)[A-Z]["
			"\\w&.]*(?: "
			"[A-Z][\\w&.]*){0,2}?)\\s+(?:planned|scheduled|emergency|urgent|maintenance|network|"
			"service)\\b",
			NULL},
	};
	struct str g[REGEX_GROUPS];
	const struct row *row = ASK(leads, w->subject, g);
	return str_dup(arena, row_part(row, g, "id"));
}

struct str wording_provider(struct arena *arena, const struct wording *w)
{
	struct str declared = w->declared;
	if (declared.n)
		return str_find_byte(declared, '.', 0) != STR_NPOS && str_find_byte(declared, ' ', 0) == STR_NPOS
			       ? name_of_domain(arena, w, str_lower(arena, declared))
			       : declared;
	struct str domain = address_domain(w->from.address), label = domain_label(domain),
		   company = company_part(arena, w->from.name);
	bool carried = !domain.n || (is_carrier(label) && !str_ends(domain, STR(".example")));
	bool spoken = spelling(w->subject, label).n || spelling(w->body, label).n || spelling(w->from.name, label).n;
	if (!carried && (spoken || known_name(domain).n || mailbox_is_office(&w->from))) {
		bool own_name = company.n && !spelling(w->from.name, label).n && !known_name(domain).n;
		return own_name ? company : name_of_domain(arena, w, domain);
	}
	struct str lead = provider_in_subject(arena, w);
	/* "Status.io Notifications" names the messenger, "[Example] Planned maintenance" whom it speaks for */
	bool of_carrier =
		carried && (spelling(w->from.name, label).n || str_find_case(w->from.name, label, 0) != STR_NPOS);
	if (of_carrier && lead.n)
		return lead;
	if (carried && domain.n && company.n && mailbox_is_office(&w->from))
		return company;
	struct str by_text = domain_of_text(arena, w, true);
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
	struct str g[REGEX_GROUPS], label = domain_label(address_domain(m->address));
	bool of_the_house = label.n > 2 && !is_carrier(label) && spelling(m->name, label).n;
	return of_the_house || SAYS(offices, local) || ASK(office_words, m->name, g) != NULL;
}
