/* Assets: what is worth recovering, as declared or as the evidence suggests, and which copies are of it. */
#include "analyse/study.h"

static bool any_equal(const struct strs *list, struct str value)
{
	for (size_t i = 0; value.n && i < list->n; i++) {
		if (str_eq(list->v[i], value))
			return true;
	}
	return false;
}

static bool holds_namespace(const struct copy *c, const struct strs *wanted)
{
	struct str rest = c->namespaces, one;
	while (str_next(&rest, ',', &one)) {
		if (str_eq(str_trim(one), STR("*")) ? wanted->n > 0 : any_equal(wanted, str_trim(one)))
			return true;
	}
	return false;
}

/* Volumes that events tie to one of the asset's namespaces are the asset's, without being declared. */
static bool bound_to_namespace(struct study *s, struct str volume, const struct strs *namespaces)
{
	for (size_t i = 0; volume.n && i < s->bonds.n; i++) {
		const struct bond *b = &s->bonds.v[i];
		if (str_eq(subject_name(b->a, STR("volume")), volume) &&
			any_equal(namespaces, subject_name(b->b, STR("namespace"))))
			return true;
	}
	return false;
}

static bool backup_matches(struct study *s, const struct copy *c, struct str wanted)
{
	struct str names[] = {c->job, c->id, c->location, c->path, c->volume, c->database};
	struct str job_alone = c->job;
	size_t slash = str_rfind_byte(c->job, '/');
	if (slash != STR_NPOS)
		job_alone = str_from(c->job, slash + 1);
	if (name_matches(s->arena, job_alone, wanted))
		return true;
	for (size_t i = 0; i < LEN(names); i++) {
		/* A copy's name may begin with what was asked for; what was asked for may not begin with the copy's. */
		if (names[i].n && name_begins(name_plain(s->arena, names[i]), name_plain(s->arena, wanted)))
			return true;
	}
	return str_eq_case(c->tool, wanted);
}

bool asset_concerns(struct study *s, const struct asset *a, const struct copy *c)
{
	struct strs itself = {(struct str[]){a->name}, 1};
	bool bare = !a->namespaces.n && !a->volumes.n && !a->databases.n && !a->backups.n;
	const struct strs *namespaces = bare ? &itself : &a->namespaces, *databases = bare ? &itself : &a->databases;
	const struct strs *backups = bare ? &itself : &a->backups;
	for (size_t i = 0; i < backups->n; i++) {
		if (backup_matches(s, c, backups->v[i]))
			return true;
	}
	return holds_namespace(c, namespaces) || any_equal(&a->volumes, c->volume) || any_equal(databases, c->database) ||
	       bound_to_namespace(s, c->volume, namespaces);
}

/* --- when nobody declared any --- */

enum { ASSETS_MAX = 200 };

static struct asset asset_named(struct study *s, struct str name, bool is_namespace)
{
	struct asset a = {.name = name, .objective = s->out->settings.objective, .loss = INSTANT_NONE};
	struct strs one = {NEW(s->arena, struct str), 1};
	one.v[0] = name;
	if (is_namespace)
		a.namespaces = one;
	else
		a.backups = one;
	return a;
}

/* Namespaces in which storage or the service was in trouble. */
static struct map troubled_namespaces(struct study *s)
{
	struct map found = MAP(s->arena);
	for (size_t i = 0; i < s->drafts.n; i++) {
		const struct draft *d = s->drafts.v[i];
		if (!d->opener || (d->span.lane != LANE_STORAGE && d->span.lane != LANE_SERVICE))
			continue;
		struct str namespace = event_field(s->arena, d->opener, "namespace");
		if (namespace.n)
			*map_put(&found, namespace) = (void *)d->opener;
	}
	return found;
}

static void assets_suggest(struct study *s)
{
	struct map troubled = troubled_namespaces(s), seen = MAP(s->arena);
	struct asset *v = NEW_N(s->arena, struct asset, ASSETS_MAX);
	size_t n = 0;
	for (int pass = 0; pass < 2 && !n; pass++) { /* namespaces first; without any, what recurs */
		for (size_t i = 0; i < s->copies.n && n < ASSETS_MAX; i++) {
			const struct copy *c = s->copies.v[i];
			struct str rest = pass ? (c->job.n ? c->job : c->tool) : c->namespaces, one;
			while (str_next(&rest, pass ? '\n' : ',', &one) && n < ASSETS_MAX) {
				one = str_trim(one);
				if (map_get(&seen, one) || (!pass && !map_get(&troubled, one)) || !one.n)
					continue;
				*map_put(&seen, one) = v;
				v[n++] = asset_named(s, one, !pass);
			}
		}
	}
	s->assets = v;
	s->assets_n = n;
}

void assets_read(struct study *s)
{
	s->assets_declared = s->ledger && s->ledger->assets_n;
	if (!s->assets_declared) {
		assets_suggest(s);
		return;
	}
	s->assets = s->ledger->assets;
	s->assets_n = s->ledger->assets_n;
}
