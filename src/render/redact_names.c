/* Names that are known to be somebody's or some machine's, and what looks like one. */
#include "render/redact_names.h"

enum { RUNS_MAX = 12, NAME_MAX_BYTES = 253 };

/* Roles, organisations' words and machines' common names: they tell nobody apart, and stand in ordinary sentences. */
static const char *const common[] = {"root", "admin", "administrator", "operator", "ops", "oncall", "on-call", "sre",
	"system", "user", "nobody", "unknown", "somebody", "team", "support", "service", "services", "status", "cloud",
	"maintenance", "notification", "notifications", "alert", "alerts", "alertmanager", "billing", "info", "noreply",
	"no-reply", "customer", "care", "operations", "engineering", "hosting", "center", "systems", "inc", "gmbh",
	"ltd", "sas", "kubernetes", "grafana", "mailer", "daemon", "mailer-daemon", "cron", "postmaster", "platform",
	"network", "security", "infrastructure", "storage", "backup", "backups", "database", "server", "node", "nodes",
	"host", "hosts", "localhost", "localdomain", "cluster", "master", "worker", "primary", "replica", "test",
	"prod", "production", "staging", "default", "main", "none", "null", "true", "false", "it", "me", "us", "we",
	"on", "in", "at", "by", "no", "to", "is", "and", "the", "will", "postgres", "fusionauth", "longhorn", "velero",
	"restic", "the team", "lineup", "provider", "via", "for", "from", "de", "van", "von", "der"};

static bool is_common(struct str s)
{
	for (size_t i = 0; i < LEN(common); i++)
		if (str_eq_case(s, str_of(common[i])))
			return true;
	return false;
}

static bool is_run(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || (c & 0x80);
}

static bool is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_run(s.p[i]) && !byte_is_digit(s.p[i]))
			return false;
	return true;
}

static size_t run_end(struct str s, size_t at)
{
	while (at < s.n && is_run(s.p[at]))
		at++;
	return at;
}

static size_t run_begin(struct str s, size_t at)
{
	while (at < s.n && !is_run(s.p[at]))
		at++;
	return at;
}

struct names names_open(struct arena *a)
{
	return (struct names){.arena = a, .whole = MAP(a), .first = MAP(a)};
}

static void learn(struct names *names, enum redacted what, struct str name)
{
	size_t runs = 0;
	if (name.n < 2 || name.n > NAME_MAX_BYTES || is_common(name) || is_number(name))
		return;
	struct str lower = str_lower(names->arena, name);
	for (size_t at = 0; at < lower.n; at = run_begin(lower, run_end(lower, at)))
		runs++;
	if (runs > RUNS_MAX)
		return;
	void **place = map_put(&names->whole, lower);
	if (*place)
		return;
	*place = (void *)(uintptr_t)(what + 1);
	*map_put(&names->first, str_slice(lower, 0, run_end(lower, 0))) = names;
	names->runs = runs > names->runs ? runs : names->runs;
}

/* "Acme Cloud Support": an organisation's words are not each somebody. */
static bool is_organisation(struct str name)
{
	struct str word;
	while (str_word(&name, &word))
		if (is_common(word))
			return true;
	return false;
}

bool is_distinctive(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (byte_is_digit(name.p[i]) || name.p[i] == '-' || name.p[i] == '.')
			return true;
	return false;
}

void names_learn(struct names *names, enum redacted what, struct str name)
{
	struct str rest, word;
	while (name.n && !is_run(name.p[0]))
		name = str_from(name, 1);
	while (name.n && !is_run(name.p[name.n - 1]))
		name.n--;
	if (what == REDACTED_ACCOUNT && !is_distinctive(name) && str_find_byte(name, ' ', 0) == STR_NPOS)
		return; /* "default" */
	if (what == REDACTED_HOST && !is_distinctive(name) && name.n < 6)
		return;
	rest = name;
	learn(names, what, name);
	if (what != REDACTED_PERSON || is_organisation(name) || str_find_byte(name, ' ', 0) == STR_NPOS)
		return;
	while (str_word(&rest, &word)) {
		while (word.n && !is_run(word.p[word.n - 1]))
			word.n--;
		if (word.n > 2 && ((word.p[0] >= 'A' && word.p[0] <= 'Z') || (word.p[0] & 0x80)))
			learn(names, what, word);
	}
}

/* The longest name that begins at AT, where a run begins. */
static bool name_at(struct names *names, struct str lower, size_t at, struct name_hit *hit)
{
	size_t end = run_end(lower, at);
	bool found = false;
	if (!map_get(&names->first, str_slice(lower, at, end)))
		return false;
	for (size_t runs = 1; runs <= names->runs && end - at <= NAME_MAX_BYTES; runs++) {
		uintptr_t what = (uintptr_t)map_get(&names->whole, str_slice(lower, at, end));
		if (what) {
			*hit = (struct name_hit){at, end, (enum redacted)(what - 1)};
			found = true;
		}
		size_t next = run_begin(lower, end);
		if (next >= lower.n)
			break;
		end = run_end(lower, next);
	}
	return found;
}

bool names_next(struct names *names, struct str lower, struct name_hit *hit)
{
	if (!names->whole.n)
		return false;
	for (size_t at = run_begin(lower, hit->to); at < lower.n; at = run_begin(lower, run_end(lower, at)))
		if (name_at(names, lower, at, hit))
			return true;
	return false;
}

/* --- what looks like a name --- */

/* Domains that hosts end in; those that are also endings of files count only below two more labels. The rest of the
 * two-letter ones, and projects' own domains (API groups, annotations, public registries), tell nothing about anybody.
 */
static const char *const domains[] = {"com", "net", "org", "edu", "gov", "mil", "int", "io", "dev", "cloud", "app",
	"info", "biz", "eu", "uk", "de", "fr", "ch", "nl", "be", "se", "no", "dk", "fi", "es", "it", "pt", "cz", "at",
	"ie", "gr", "hu", "ro", "bg", "hr", "si", "sk", "lt", "lv", "ee", "lu", "us", "ca", "mx", "br", "ar", "cl",
	"co", "au", "nz", "jp", "cn", "kr", "tw", "hk", "sg", "in", "id", "my", "th", "vn", "ph", "ru", "ua", "tr",
	"il", "ae", "sa", "za", "ng", "ke", "eg", "tech", "systems", "online", "site", "space", "store", "ai", "xyz",
	"me", "tv", "local", "internal", "lan", "corp", "home", "intranet", "private", "localdomain", "arpa", "example",
	"onion", "svc"};
static const char *const files[] = {
	"sh", "py", "rs", "md", "pl", "so", "ps", "cc", "am", "ml", "is", "la", "ms", "pm", "vi", "st"};
static const char *const projects[] = {"k8s.io", "kubernetes.io", "longhorn.io", "velero.io", "docker.io", "quay.io",
	"ghcr.io", "gcr.io", "cattle.io", "rancher.io", "cert-manager.io", "coreos.com", "fluxcd.io", "istio.io",
	"linkerd.io", "helm.sh", "traefik.io", "rook.io", "ceph.com", "github.com", "github.io", "golang.org",
	"gopkg.in", "google.golang.org", "example.io", "openebs.io", "cilium.io", "projectcalico.org", "prometheus.io",
	"grafana.com", "crossplane.io", "keda.sh", "argoproj.io", "knative.dev", "tekton.dev", "x-k8s.io",
	"openshift.io", "csi.io", "percona.com", "zalan.do", "cnpg.io", "elastic.co", "hashicorp.com", "rfc-editor.org",
	"w3.org", "python.org", "fusionauth.io", "schema.org"};

static bool ends_with_label(struct str s, const char *tail)
{
	size_t n = strlen(tail);
	return s.n >= n && str_eq_case(str_from(s, s.n - n), str_of(tail)) && (s.n == n || s.p[s.n - n - 1] == '.');
}

static bool ends_with_any(struct str s, const char *const *tails, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ends_with_label(s, tails[i]))
			return true;
	return false;
}

static size_t labels_of(struct str s)
{
	size_t n = 1;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.';
	return n;
}

bool is_host(struct str s)
{
	size_t last = str_rfind_byte(s, '.');
	for (size_t i = last + 1; i < s.n; i++) /* "failed.It was": a sentence */
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= 'A' && s.p[i] <= 'Z' && s.p[s.n - 1] <= 'Z'))
			return false;
	if (ends_with_any(s, projects, LEN(projects)))
		return false;
	return ends_with_any(s, domains, LEN(domains)) ||
	       (labels_of(s) > 2 && ends_with_any(s, files, LEN(files)) && is_distinctive(s));
}

bool is_authority(struct str s)
{
	return !is_common(s) && !ends_with_any(s, projects, LEN(projects)) && !str_starts(s, STR("127.")) &&
	       !str_eq(s, STR("0.0.0.0"));
}

/* Two colons in a row, or eight groups: else it is a time or a list. */
bool is_ipv6(struct str s)
{
	size_t colons = 0;
	for (size_t i = 0; i < s.n; i++)
		colons += s.p[i] == ':';
	return (str_contains(s, STR("::")) && colons > 1) || colons == 7;
}

bool is_person(struct str s)
{
	struct str head, tail;
	str_cut(s, STR(":"), &head, &tail);
	return s.n > 1 && !is_common(head) && !is_number(s);
}
