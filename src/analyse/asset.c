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

/* The namespaces that events tie a volume to. */
struct homes {
	VEC(struct str) list;
};

static struct map homes_of(struct study *s) /* volume -> struct homes */
{
	struct map homes = MAP(s->arena);
	for (size_t i = 0; i < s->bonds.n; i++) {
		struct str volume = subject_name(s->bonds.v[i].a, STR("volume")),
			   home = subject_name(s->bonds.v[i].b, STR("namespace"));
		if (!volume.n || !home.n)
			continue;
		void **slot = map_put(&homes, volume);
		if (!*slot)
			*slot = NEW(s->arena, struct homes);
		struct homes *of = *slot;
		*PUSH(&of->list, s->arena) = home;
	}
	return homes;
}

/* Volumes that events tie to one of the asset's namespaces are the asset's, without being declared. */
static bool bound_to_namespace(const struct map *homes, struct str volume, const struct strs *namespaces)
{
	const struct homes *of = volume.n ? map_get(homes, volume) : NULL;
	for (size_t i = 0; of && i < of->list.n; i++) {
		if (any_equal(namespaces, of->list.v[i]))
			return true;
	}
	return false;
}

/* A copy with its names made comparable once, for all the assets it is held against. */
enum { COPY_NAMES = 8 };
struct named_copy {
	struct copy *copy;
	struct str names[COPY_NAMES]; /* the first is the job's own, without what it belongs to */
};

static struct named_copy named_copy_of(struct study *s, struct copy *c)
{
	size_t slash = str_rfind_byte(c->job, '/');
	struct str alone = slash == STR_NPOS ? c->job : str_from(c->job, slash + 1);
	struct str whose = str_fmt(s->arena, "%.*s/%.*s", STR_ARG(c->tool), STR_ARG(alone));
	struct str names[COPY_NAMES] = {alone, c->job, whose, c->id, c->location, c->path, c->volume, c->database};
	struct named_copy named = {.copy = c};
	for (size_t i = 0; i < COPY_NAMES; i++)
		named.names[i] = name_plain(s->arena, names[i]);
	return named;
}

/* A copy's name may begin with what was asked for; what was asked for may begin with the job's name only. */
static bool backup_matches(const struct named_copy *named, struct str wanted)
{
	for (size_t i = 0; i < COPY_NAMES; i++) {
		if (named->names[i].n && name_begins(named->names[i], wanted))
			return true;
	}
	return name_begins(wanted, named->names[0]) || str_eq_case(named->copy->tool, wanted);
}

static bool asset_concerns(
	const struct map *homes, const struct asset *a, const struct named_copy *named, const struct strs *backups)
{
	struct strs itself = {(struct str[]){a->name}, 1};
	bool bare = !a->namespaces.n && !a->volumes.n && !a->databases.n && !a->backups.n;
	const struct strs *namespaces = bare ? &itself : &a->namespaces, *databases = bare ? &itself : &a->databases;
	const struct copy *c = named->copy;
	for (size_t i = 0; i < backups->n; i++) {
		if (backup_matches(named, backups->v[i]))
			return true;
	}
	/* "arn:aws:ec2:...:volume/vol-0f": the job is what it saves */
	return holds_namespace(c, namespaces) || any_equal(&a->volumes, c->volume) ||
	       any_equal(&a->volumes, named->names[0]) || any_equal(databases, c->database) ||
	       bound_to_namespace(homes, c->volume, namespaces);
}

/* What an asset's copies are called, comparable; one declared with nothing but its name is called that. */
static struct strs backups_of(struct study *s, const struct asset *a)
{
	bool bare = !a->namespaces.n && !a->volumes.n && !a->databases.n && !a->backups.n;
	struct strs given = bare ? (struct strs){(struct str *)(uintptr_t)&a->name, 1} : a->backups;
	struct strs plain = {NEW_N(s->arena, struct str, given.n), given.n};
	for (size_t i = 0; i < given.n; i++)
		plain.v[i] = name_plain(s->arena, given.v[i]);
	return plain;
}

/* Copies stand by newest data first, and so do each asset's. */
static void holdings_read(struct study *s)
{
	struct map homes = homes_of(s);
	struct named_copy *named = NEW_N(s->arena, struct named_copy, s->copies.n);
	for (size_t i = 0; i < s->copies.n; i++)
		named[i] = named_copy_of(s, s->copies.v[i]);
	s->holdings = NEW_N(s->arena, struct holding, s->assets_n);
	for (size_t k = 0; k < s->assets_n; k++) {
		struct holding *h = &s->holdings[k];
		h->asset = &s->assets[k];
		struct strs backups = backups_of(s, h->asset);
		for (size_t i = 0; i < s->copies.n; i++) {
			if (asset_concerns(&homes, h->asset, &named[i], &backups))
				*PUSH(&h->copies, s->arena) = named[i].copy;
		}
	}
}

/* --- when nobody declared any --- */

enum { ASSETS_MAX = 200 };

static struct asset asset_named(struct study *s, struct str name, bool is_namespace)
{
	struct asset a = {.name = name, .objective = s->settings.objective, .loss = INSTANT_NONE};
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
	size_t n = 0, more = 0;
	for (int pass = 0; pass < 2 && !n; pass++) { /* namespaces first; without any, what recurs */
		for (size_t i = 0; i < s->copies.n; i++) {
			const struct copy *c = s->copies.v[i];
			struct str rest = pass ? job_key(s, c->tool, c->job) : c->namespaces, one;
			while (str_next(&rest, pass ? '\n' : ',', &one)) {
				one = str_trim(one);
				if (map_get(&seen, one) || (!pass && !map_get(&troubled, one)) || !one.n)
					continue;
				*map_put(&seen, one) = v;
				if (n < ASSETS_MAX) {
					v[n++] = asset_named(s, one, !pass);
					continue;
				}
				more++;
			}
		}
	}
	s->assets = v;
	s->assets_n = n;
	if (more)
		study_finding(s, NULL, 0,
			"no asset was declared, and more could be made out than the %d with the newest copies: %zu more are not looked at; declare those that matter",
			ASSETS_MAX, more);
}

void assets_read(struct study *s)
{
	if (s->ledger && s->ledger->assets_n) {
		s->assets = s->ledger->assets;
		s->assets_n = s->ledger->assets_n;
	} else {
		assets_suggest(s);
	}
	holdings_read(s);
}
