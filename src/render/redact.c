/* Finding secrets, addresses, hosts and names in a text, and replacing them. */
#include "render/redact.h"
#include "base/digest.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "render/redact_names.h"

#include <stdlib.h>

/* A word begins here: behind no letter or digit, or behind the escaped line end of a quoted text. */
#define EDGE "(?:(?<![A-Za-z0-9_])|(?<=\\\\[nrt]))"
#define QUOTE "(?:\\\\*[\"'])?"
#define LABEL "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
/* Without the full stop of the sentence. */
#define LOGIN "[A-Za-z](?:[\\w.-]*\\w)?"
#define SECRET_KEY                                                                                                                         \
	"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|(?:secret|signing|encryption|private|account|sharedaccess" \
	"|license|auth)[_-]?key|client[_-]?secret|secret[_-]?key[_-]?base|sharedaccesssignature|client-key-data|credentials?|pgpassword)"

/* "password: incorrect" tells what happened, not the password. */
static bool is_value(struct str s)
{
	static const char *const words[] = {"incorrect", "invalid", "expired", "missing", "required", "not", "is",
		"was", "none", "null", "nil", "true", "false", "failed", "empty", "wrong", "the", "a", "an",
		"authentication", "and", "or", "for", "to", "in", "has", "must", "no", "unknown", "denied", "rejected",
		"accepted", "rotated", "refresh", "refreshed", "secret", "secrets", "<nil>", "<none>", "<set", "***",
		"{", "["};
	while (s.n && memchr(",.;)}]", s.p[s.n - 1], 6))
		s.n--;
	for (size_t i = 0; i < LEN(words); i++)
		if (str_eq_case(s, str_of(words[i])))
			return false;
	return s.n > 0;
}

/* "Basic authentication" is prose: credentials have digits, signs or capitals within. */
static bool is_credential(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (byte_is_digit(s.p[i]) || memchr("=+/_", s.p[i], 4) ||
			(i && s.p[i] >= 'A' && s.p[i] <= 'Z' && s.p[i - 1] >= 'a'))
			return true;
	return false;
}

static bool is_mixed(struct str s)
{
	bool upper = false, lower = false, digit = false;
	for (size_t i = 0; i < s.n; i++) {
		upper = upper || (s.p[i] >= 'A' && s.p[i] <= 'Z');
		lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
		digit = digit || byte_is_digit(s.p[i]);
	}
	return upper && lower && digit;
}

/* What every machine calls itself, and masks, tell nothing about anybody. */
static bool is_somebodys(struct str s)
{
	static const char *const common[] = {"127.", "0.0.0.0", "255."};
	for (size_t i = 0; i < LEN(common); i++)
		if (str_starts(s, str_of(common[i])))
			return false;
	return true;
}

static bool is_mailbox(struct str s)
{
	static const char *const units[] = {
		".service", ".timer", ".socket", ".mount", ".target", ".slice", ".scope", ".path", ".device"};
	for (size_t i = 0; i < LEN(units); i++)
		if (str_ends(s, str_of(units[i])))
			return false;
	return true;
}

/*
 * One row a pattern; group 1, where there is one, is what is replaced. Earlier rows win. HOLDS looks closer at it;
 * NULL: all of them. Shapes of tokens as their issuers publish them.
 */
static const struct {
	enum redacted what;
	const char *flags, *pattern;
	bool (*holds)(struct str);
} rows[] = {
	{REDACTED_SECRET, "",
		"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[^-]++|-(?!----))*+(?:-----END [A-Z0-9 ]*-----)?",
		NULL},
	{REDACTED_SECRET, "", EDGE "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)*", NULL},
	{REDACTED_SECRET, "", EDGE "(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Z0-9])", NULL},
	{REDACTED_SECRET, "",
		EDGE
		"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\\w{20,}|gl(?:pat|dt|rt|ptt)-[\\w-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-AgEI[\\w-]+)",
		NULL},
	{REDACTED_SECRET, "", EDGE "xox[abeoprs]-[A-Za-z0-9-]{8,}|" EDGE "xapp-[A-Za-z0-9-]{10,}", NULL},
	{REDACTED_SECRET, "",
		EDGE
		"(?:[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_-]{20,}|AIza[\\w-]{30,}|ya29\\.[\\w-]+|SG\\.[\\w-]{10,}\\.[\\w-]{10,}"
		"|do[opr]_v1_[0-9a-f]{32,}|hv[sbr]\\.[\\w-]{20,}|whsec_[\\w+/=]{16,}|dckr_pat_[\\w-]{16,}|glsa_\\w{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,})",
		NULL},
	{REDACTED_SECRET, "",
		EDGE
		"(?:hf_[A-Za-z0-9]{30,}|dapi[0-9a-f]{32}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|key-[0-9a-z]{32}|[0-9a-f]{32}-us\\d{1,2}|lin_api_\\w{20,}"
		"|\\d{8,10}:AA[\\w-]{33}|S[KC][0-9a-f]{32}|sq0(?:atp|csp|idp)-[\\w-]{20,}|ops_eyJ\\w{20,}|tskey-[a-z]+-[\\w-]{16,}|pscale_\\w{20,}"
		"|sntry[su]_\\w{20,}|ATATT3[\\w=-]{20,}|AC[a-z\\d]{32}|EAA[A-Za-z0-9]{28,})(?![\\w-])",
		NULL},
	{REDACTED_SECRET, "i",
		"(?:hooks\\.slack\\.com/(?:services|workflows)|discord(?:app)?\\.com/api/webhooks|webhook\\.office\\.com/\\w+)/([^\\s\"'<>]+)",
		NULL},
	{REDACTED_SECRET, "", "\\$(?:2[abxy]?|1|5|6|y|7|argon2id?)\\$[A-Za-z0-9./$=,+]{20,}", NULL},
	{REDACTED_SECRET, "i", "://([^/\\s@\"'<>]+(?:/[^/\\s@\"'<>]*)?)@(?=[A-Za-z0-9\\[])", NULL},
	{REDACTED_SECRET, "i",
		"[?&](?:X-(?:Amz|Goog|Oss|Cos)-(?:Signature|Credential|Security-Token)|Signature|sig|AWSAccessKeyId|GoogleAccessId|"
		"[a-z_-]*token|[a-z_-]*key|[a-z_-]*secret|password|auth|code|se|skoid)=([^&\\s\"'<>]+)",
		NULL},
	{REDACTED_SECRET, "i",
		EDGE "(?:proxy-)?authorization" QUOTE "\\s*[:=]\\s*" QUOTE
		     "((?:(?:Bearer|Basic|Digest|Token|ApiKey|AWS4-HMAC-SHA256|Negotiate)\\s+)?[^\\s\"']+"
		     "(?:,\\s*(?:SignedHeaders|Signature|Credential)=[^\\s\"']+)*)",
		NULL},
	{REDACTED_SECRET, "i", EDGE "(?:Bearer|Basic|Negotiate)\\s+([A-Za-z0-9+/_.=~-]{8,})", is_credential},
	{REDACTED_SECRET, "i", EDGE "(?:set-)?cookie:\\s*([^\\r\\n]+)", NULL},
	{REDACTED_SECRET, "i", SECRET_KEY QUOTE "\\s*(?:=>|:=|[=:])\\s*\\\\*\"((?:[^\"\\\\]|\\\\[^\"])+)", NULL},
	{REDACTED_SECRET, "i", SECRET_KEY QUOTE "\\s*(?:=>|:=|[=:])\\s*'([^']+)'", NULL},
	{REDACTED_SECRET, "i",
		SECRET_KEY QUOTE "\\s*(?:=>|:=|[=:])\\s*([^\\s\"'\\\\;&,]+(?:[,&][^\\s\"'\\\\;&,=:]+(?=\\s|$))?)",
		is_value},
	{REDACTED_SECRET, "i",
		"\\s--?[a-z-]*(?:password|passwd|passphrase|token|secret|api-key|access-key|secret-key)[= ]+(?!-)[\"']?([^\\s\"']+)",
		is_value},
	{REDACTED_SECRET, "",
		EDGE "(?:mysql|mysqldump|mariadb|mariadb-dump|mysqladmin|sshpass)\\b[^\\n|;]*?\\s-p\\s?([^\\s-]\\S*)",
		NULL},
	{REDACTED_SECRET, "", EDGE "curl\\b[^\\n|;]*?\\s(?:-u|--user)[ =]?([^\\s-]\\S*)", NULL},
	{REDACTED_SECRET, "", "\"auth\"\\s*:\\s*\"([A-Za-z0-9+/=]{12,})\"", is_credential},
	{REDACTED_SECRET, "", EDGE "login\\s+\\S+\\s+password\\s+(\\S+)", NULL},      /* .netrc */
	{REDACTED_SECRET, "", EDGE "Private-(?:MAC|Hash):\\s*([0-9a-f]{20,})", NULL}, /* PuTTY's keys */
	{REDACTED_SECRET, "i",
		EDGE "(?:pass ?(?:word|phrase|code)|token|secret|pin) (?:is|was|=)\\s+[\"'`]([^\"'`]+)[\"'`]",
		is_value},
	{REDACTED_SECRET, "", EDGE "IDENTIFIED BY\\s+'([^']+)'", NULL},
	{REDACTED_SECRET, "", "(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/]{60,}={0,2}(?![A-Za-z0-9+/=_.-])", is_mixed},
	{REDACTED_PERSON, "", "=\\?[\\w-]+\\?[QqBb]\\?[^?\\s]*\\?=(?=\\s*<)", NULL},
	{REDACTED_ADDRESS, "",
		"[\\w\\x80-\\xff.%+'=-]+(?:@|%40)(?:[A-Za-z0-9\\x80-\\xff-]+\\.)+[A-Za-z\\x80-\\xff][A-Za-z0-9\\x80-\\xff-]+",
		is_mailbox},
	{REDACTED_ADDRESS, "", EDGE "(?:ssh|scp|sftp|rsync|mosh)\\s[^\\n]*?([\\w.-]+@[\\w.-]+)", NULL},
	{REDACTED_ADDRESS, "", "(?<![\\w.-])[\\w.-]+@[A-Za-z0-9][\\w.-]*(?=:[/~])", NULL},
	{REDACTED_ADDRESS, "",
		"(?:(?<![\\w.])|(?<=\\\\[nrt]))(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?!\\w|\\.\\d)",
		is_somebodys},
	{REDACTED_ADDRESS, "i",
		"(?<![\\w:.])(?:[23][0-9a-f]{3}|f[cdef][0-9a-f]{2}|64|::ffff)(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?(?:\\.\\d+){0,3}(?:%\\w+)?(?![\\w:]*\\w)(?<=::|:[0-9a-f]|[0-9a-f]{2}|\\d)",
		is_ipv6},
	{REDACTED_ADDRESS, "i", "(?<![\\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\\w:-])", NULL},
	{REDACTED_HOST, "",
		"\\b(?!(?:file|unix|containerd|docker|cri-o|crio|https?://localhost)\\b)[A-Za-z][A-Za-z0-9+.-]*://(?:[^/\\s@\"'<>]*@)?(" LABEL
		"(?:\\." LABEL ")*)",
		is_authority},
	{REDACTED_HOST, "",
		"(?:(?<![A-Za-z0-9_.@-])|(?<=\\\\[nrt]))" LABEL "(?:\\." LABEL
		")+(?![A-Za-z0-9_(-]|/v\\d|\\.[A-Za-z0-9])",
		is_host},
	{REDACTED_HOST, "",
		"(?<![A-Za-z0-9_.@-])" LABEL "(?:\\." LABEL
		")+?(?=\\.(?:jsonl?|log|txt|ya?ml|eml|mbox|gz|zst|xz|bz2|tar|tgz|zip|csv|out|conf|md)(?![A-Za-z0-9]))",
		is_host},
	{REDACTED_HOST, "", EDGE "ip-\\d+-\\d+-\\d+-\\d+(?![\\d-])", NULL},
	/* whose services they are: AWS accounts, Azure subscriptions, contracts */
	{REDACTED_ACCOUNT, "", "\\barn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\\d{12})(?=:)", NULL},
	{REDACTED_ACCOUNT, "i",
		EDGE "account(?:[ _-]?(?:id|number|no\\.?))?" QUOTE "\\s*[:=#]?\\s*" QUOTE "(\\d{12})(?!\\d)", NULL},
	{REDACTED_ACCOUNT, "i",
		EDGE "subscription(?:s/|[ _-]?id" QUOTE "\\s*[:=]\\s*" QUOTE
		     ")([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
		NULL},
	{REDACTED_ACCOUNT, "i",
		EDGE "(?:customer|contract|client|kunden|vertrags)[ _-]?(?:id|number|no\\.?|nummer|nr\\.?)" QUOTE
		     "\\s*[:=#]\\s*" QUOTE "([A-Z]{0,4}-?\\d[\\w-]{2,}\\w)",
		NULL},
	{REDACTED_PERSON, "", "/(?:home|Users|export/home)/(\\w(?:[\\w.-]*\\w)?)", is_person},
	{REDACTED_PERSON, "i", EDGE "(?:user(?:name)?|login|uname|logname|sudo_user)=" QUOTE "(" LOGIN ")", is_person},
	{REDACTED_PERSON, "", "(?i:for|by)(?: invalid)? user (?:\"|')?(" LOGIN ")", is_person},
	/* who logs in and becomes root, as sshd, logind, sudo and su tell it */
	{REDACTED_PERSON, "", "(?:Accepted|Failed|Postponed) [\\w/-]+ for ([A-Za-z][\\w.-]*)(?= from )", is_person},
	{REDACTED_PERSON, "", "Invalid user ([A-Za-z][\\w.-]*)(?= from )", is_person},
	{REDACTED_PERSON, "",
		"(?:Disconnected from|Connection (?:closed|reset) by|[Ss]ession \\S+ of)(?: invalid| authenticating)? user (" LOGIN
		")",
		is_person},
	{REDACTED_PERSON, "", "([A-Za-z][\\w.-]*) : (?=TTY=|PWD=|user NOT in sudoers|\\d+ incorrect password)",
		is_person},
	{REDACTED_PERSON, "", "\\(to [\\w.-]+\\) ([A-Za-z][\\w.-]*)(?= on )", is_person},
};

struct redactor {
	struct arena *arena;
	struct str key;
	struct names names;
	struct regex *rows[LEN(rows)];
	struct regex *sender, *place, *domain;
};

struct redactor *redactor_open(struct str key, struct err *e)
{
	struct arena *arena = arena_open();
	struct redactor *r = NEW(arena, struct redactor);
	*r = (struct redactor){.arena = arena, .key = str_dup(arena, key), .names = names_open(arena)};
	bool good = true;
	for (size_t i = 0; good && i < LEN(rows); i++)
		good = (r->rows[i] = regex_compile(arena, str_of(rows[i].pattern), rows[i].flags, e)) != NULL;
	r->sender = regex_compile(arena,
		STR("\"?([A-Z\\x80-\\xff][A-Za-z\\x80-\\xff'.-]+(?: [A-Za-z\\x80-\\xff][A-Za-z\\x80-\\xff'.-]*){0,3})\"?\\s*<[^<>\\s@]+@"),
		NULL, e);
	r->place = regex_compile(arena, STR("(?:://(?:[^/\\s@]*@)?|[\\w.-]@)(" LABEL ")(?![A-Za-z0-9.-])"), NULL, e);
	r->domain =
		regex_compile(arena, STR("(?<![A-Za-z0-9_.@-])" LABEL "(?:\\." LABEL ")+(?![A-Za-z0-9_(-])"), NULL, e);
	if (good && r->sender && r->place && r->domain)
		return r;
	redactor_close(r);
	return NULL;
}

void redactor_close(struct redactor *r)
{
	if (r)
		arena_close(r->arena);
}

void redactor_hear_name(struct redactor *r, enum redacted what, struct str name)
{
	names_learn(&r->names, what, name);
}

static void hear(struct redactor *r, const struct regex *regex, enum redacted what, struct str text)
{
	struct str groups[REGEX_GROUPS];
	for (size_t at = 0; at < text.n && regex_match_at(regex, text, at, groups);
		at = (size_t)(groups[0].p - text.p) + groups[0].n)
		names_learn(&r->names, what, groups[1]);
}

/* "nas-2.example.com" is called "nas-2" as well; within a cluster the first label is a pod or a service. */
static void hear_domains(struct redactor *r, struct str text)
{
	struct str g[REGEX_GROUPS], label, rest;
	for (size_t at = 0; at < text.n && regex_match_at(r->domain, text, at, g);
		at = (size_t)(g[0].p - text.p) + g[0].n) {
		str_cut(g[0], STR("."), &label, &rest);
		if (label.n > 3 && is_host(g[0]) && is_distinctive(label) && !str_contains(rest, STR("svc")) &&
			!str_ends(rest, STR("cluster.local")))
			names_learn(&r->names, REDACTED_HOST, label);
	}
}

void redactor_hear(struct redactor *r, struct str text)
{
	if (str_find_byte(text, '<', 0) != STR_NPOS)
		hear(r, r->sender, REDACTED_PERSON, text);
	if (str_contains(text, STR("://")) || str_find_byte(text, '@', 0) != STR_NPOS)
		hear(r, r->place, REDACTED_HOST, text);
	hear_domains(r, text);
}

/* --- replacing --- */

struct claim {
	size_t from, to;
	enum redacted what;
};
struct claims {
	struct arena *arena;
	char *taken; /* a byte of the text each */
	VEC(struct claim) v;
};

/* What of [from, to) no earlier row has. */
static void take(struct claims *c, size_t from, size_t to, enum redacted what)
{
	for (size_t end; from < to; from = end) {
		bool free = !c->taken[from];
		for (end = from; end < to && !c->taken[end] == free; end++)
			;
		if (free)
			*PUSH(&c->v, c->arena) = (struct claim){from, end, what};
		memset(c->taken + from, 1, end - from);
	}
}

static int compare_claims(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;
	return (a->from > b->from) - (a->from < b->from);
}

static void claim_patterns(struct redactor *r, struct claims *c, struct str text)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < LEN(rows); i++) {
		for (size_t at = 0; at < text.n;) {
			int n = regex_match_at(r->rows[i], text, at, g);
			if (!n)
				break;
			struct str hit = n > 1 && g[1].p ? g[1] : g[0];
			size_t from = (size_t)(hit.p - text.p), end = (size_t)(g[0].p - text.p) + g[0].n;
			bool clear = rows[i].what == REDACTED_SECRET || !memchr(c->taken + from, 1, hit.n ? hit.n : 1);
			if (hit.n && clear && (!rows[i].holds || rows[i].holds(hit)))
				take(c, from, from + hit.n, rows[i].what);
			at = end > at ? end : at + 1;
		}
	}
}

static void claim_names(struct redactor *r, struct claims *c, struct str text)
{
	struct name_hit hit = {0};
	while (names_next(&r->names, text, &hit))
		if (!memchr(c->taken + hit.from, 1, hit.to - hit.from))
			take(c, hit.from, hit.to, hit.what);
}

static const char *const words[REDACTIONS] = {"secret", "address", "host", "person", "account"};

struct str redact_whole(struct redactor *r, struct arena *a, enum redacted what, struct str name)
{
	if (what == REDACTED_SECRET)
		return STR("[secret removed]");
	struct str lower = str_lower(a, name);
	struct digest d = digest_hmac(r->key, str_fmt(a, "%s:%.*s", words[what], STR_ARG(lower)));
	return str_fmt(a, "[%s-%02x%02x%02x]", words[what], d.byte[0], d.byte[1], d.byte[2]);
}

struct str redact(struct redactor *r, struct arena *a, struct str text)
{
	if (!text.n)
		return text;
	text = utf8_mend(a, text);
	struct claims c = {.arena = a, .taken = arena_alloc(a, text.n + 1)};
	memset(c.taken, 0, text.n + 1);
	claim_patterns(r, &c, text);
	claim_names(r, &c, str_lower(a, text));
	if (!c.v.n)
		return text;
	qsort(c.v.v, c.v.n, sizeof *c.v.v, compare_claims);
	struct buf b = BUF(a);
	size_t at = 0;
	for (size_t i = 0; i < c.v.n; i++) {
		const struct claim *k = &c.v.v[i];
		buf_add(&b, str_slice(text, at, k->from));
		buf_add(&b, redact_whole(r, a, k->what, str_slice(text, k->from, k->to)));
		at = k->to;
	}
	buf_add(&b, str_from(text, at));
	return buf_str(&b);
}

/* --- telling --- */

/* "[host-3f2a91]", also with its brackets escaped for Markdown; TEXT begins behind the bracket. */
static bool read_pseudonym(struct str text, const char *word, struct str *id)
{
	uint64_t number;
	size_t n = strlen(word);
	if (!str_starts(text, str_of(word)) || text.n < n + 8)
		return false;
	n += text.p[n] == '\\'; /* the dash may be escaped too */
	*id = str_slice(text, n + 1, n + 7);
	return text.p[n] == '-' && str_hex(*id, &number);
}

bool redact_begins_mark(struct str text)
{
	struct str id;
	if (!str_starts(text, STR("[")))
		return false;
	for (size_t i = REDACTED_ADDRESS; i < REDACTIONS; i++)
		if (read_pseudonym(str_from(text, 1), words[i], &id))
			return true;
	return str_starts(text, STR("[secret removed"));
}

struct str redaction_count(struct arena *a, struct str text)
{
	static const char *const many[REDACTIONS] = {"secrets", "addresses", "hosts", "people", "accounts"};
	struct map different[REDACTIONS] = {MAP(a), MAP(a), MAP(a), MAP(a), MAP(a)};
	size_t count[REDACTIONS] = {0};
	struct str id;
	for (size_t at = 0; (at = str_find_byte(text, '[', at)) != STR_NPOS; at++) {
		struct str rest = str_from(text, at + 1);
		count[REDACTED_SECRET] += str_starts(rest, STR("secret removed"));
		for (size_t i = REDACTED_ADDRESS; i < REDACTIONS; i++) {
			if (!read_pseudonym(rest, words[i], &id))
				continue;
			count[i]++;
			*map_put(&different[i], id) = &count[i];
		}
	}
	struct buf b = BUF(a);
	for (size_t i = 0; i < REDACTIONS; i++) {
		if (!count[i])
			continue;
		buf_fmt(&b, "%s%zu %s", b.n ? ", " : "", i ? different[i].n : count[i],
			(i ? different[i].n : count[i]) == 1 ? words[i] : many[i]);
		if (i && count[i] > different[i].n)
			buf_fmt(&b, " (%zu times)", count[i]);
	}
	return b.n ? buf_str(&b) : STR("nothing");
}
