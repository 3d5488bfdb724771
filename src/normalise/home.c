/* Whose log a path is. */
#include "normalise/home.h"

/*
 * Pieces of paths, matched against the end of a name (or anywhere in it, with ** at the end): {x} takes a name as
 * Kubernetes spells them, up to the next literal, * takes anything. must-gather (oc adm inspect), troubleshoot,
 * support-bundle-kit (Longhorn, Harvester), sonobuoy, and the kubelet's own folders
 * (kubernetes/pkg/kubelet/kuberuntime/legacy.go, helpers.go BuildPodLogsDirectory).
 */
static const char *const layouts[] = {
	"namespaces/{namespace}/pods/{pod}/{container}/*/logs/*",
	"namespaces/{namespace}/pods/{pod}/{container}/*/logs/*/*",
	"pods/logs/{namespace}/{pod}/{container}.log",
	"podlogs/{namespace}/{pod}/logs/{container}.txt",
	"logs/{namespace}/{pod}/{container}.log*",
	"pods/{namespace}_{pod}_*/{container}/*.log*",
	"containers/{pod}_{namespace}_{container}-*.log*",
	"nodes/{host}.zip/**",
};

/* Files of these names are everybody's. Written in lower case. */
static const char *const everybodys[] = {"access", "app", "application", "audit", "catalina", "console", "container",
	"current", "daemon", "debug", "default", "dmesg", "error", "errors", "events", "journal", "journalctl", "kern",
	"kernel", "kubelet", "log", "logs", "main", "messages", "out", "output", "previous", "server", "stderr",
	"stdin", "stdout", "syslog", "system", "test", "-"};

enum {
	PIECES_MAX = 32,
	PIECE_MAX = 255, /* bytes: file systems have none longer, archives may */
	FILE_MAX = 60
};
struct pieces {
	struct str v[PIECES_MAX];
	size_t n;
};

/* "a.zip: b/c" is a.zip/b/c: members stand below their archive. The last pieces count. */
static struct pieces pieces_of(struct str name)
{
	struct pieces p = {.n = 0};
	struct str piece;

	while (str_next(&name, '/', &piece)) {
		struct str head = piece, rest;

		do {
			bool more = str_cut(head, STR(": "), &head, &rest);

			if (p.n == PIECES_MAX)
				memmove(p.v, p.v + 1, --p.n * sizeof *p.v);
			p.v[p.n++] = head;
			head = more ? rest : STR_NONE;
		} while (head.n);
	}
	return p;
}

/* No underscores, so that the pieces of kubelet's file names part in one way only. */
static size_t name_length(struct str text)
{
	size_t n = 0;

	while (n < text.n && (byte_is_digit(text.p[n]) || (text.p[n] >= 'a' && text.p[n] <= 'z') || text.p[n] == '-' ||
				     text.p[n] == '.'))
		n++;
	return n;
}

static bool piece_match(struct str pattern, struct str text, struct home *home)
{
	if (!pattern.n)
		return !text.n;
	if (pattern.p[0] != '{' && pattern.p[0] != '*')
		return text.n && text.p[0] == pattern.p[0] &&
		       piece_match(str_from(pattern, 1), str_from(text, 1), home);

	size_t end = pattern.p[0] == '*' ? 1 : str_find_byte(pattern, '}', 0) + 1, filled = home->n;
	struct str rest = str_from(pattern, end);

	size_t most = end == 1 ? text.n : name_length(text);

	if (end == 1 && !rest.n)
		return true;
	for (size_t n = most + 1; n-- > 0;) { /* as much as possible: names hold dashes and dots */
		home->n = filled;
		if (end > 1 && n && home->n < HOME_FIELDS)
			home->fields[home->n++] = (struct field){str_slice(pattern, 1, end - 1), str_slice(text, 0, n)};
		if ((n || end == 1) && piece_match(rest, str_from(text, n), home))
			return true;
	}
	home->n = filled;
	return false;
}

static bool layout_match(const struct pieces *layout, const struct pieces *path, size_t from, struct home *home)
{
	home->n = 0;
	for (size_t i = 0; i < layout->n; i++) {
		if (str_eq(layout->v[i], STR("**")))
			return true;
		if (from + i >= path->n || path->v[from + i].n > PIECE_MAX ||
			!piece_match(layout->v[i], path->v[from + i], home))
			return false;
	}
	return from + layout->n == path->n;
}

/* Of a pod that was given a name by its controller: other folders called logs have no such names in their second place.
 */
static bool home_is_sound(const struct home *home)
{
	for (size_t i = 0; i < home->n; i++)
		if (str_eq(home->fields[i].name, STR("pod")) &&
			str_find_byte(home->fields[i].value, '-', 0) == STR_NPOS)
			return false;
	return home->n > 0;
}

/* "keycloak-2024-06-18.log.1" is keycloak. */
static struct str file_of(struct arena *arena, struct str base)
{
	size_t n = 0;

	while (n < base.n && (byte_is_alpha(base.p[n]) || (n && (base.p[n] == '-' || base.p[n] == '_') &&
								  n + 1 < base.n && byte_is_alpha(base.p[n + 1]))))
		n++;

	struct str stem = str_lower(arena, str_slice(base, 0, n));
	for (size_t i = 0; i < LEN(everybodys); i++)
		if (str_eq(stem, str_of(everybodys[i])))
			return STR_NONE;
	return stem.n > 1 && stem.n <= FILE_MAX ? stem : STR_NONE;
}

struct home home_of(struct arena *arena, struct str name)
{
	struct pieces path = pieces_of(str_dup(arena, name));
	struct home home = {.n = 0};

	for (size_t i = 0; i < LEN(layouts); i++) {
		struct pieces layout = pieces_of(str_of(layouts[i]));

		for (size_t from = 0; from < path.n; from++) {
			if (layout_match(&layout, &path, from, &home) && home_is_sound(&home))
				return home;
		}
	}
	home.n = 0;
	if (path.n)
		home.file = file_of(arena, path.v[path.n - 1]);
	return home;
}
