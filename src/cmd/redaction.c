/* --redact: the database's key, and what a report is made of without anybody's name in it. */
#include "cmd/redaction.h"

#include <sys/random.h>

enum { KEY_SIZE = 32 };

static bool key_read(struct cmd *c, struct str *key)
{
	struct statements said;
	*key = STR_NONE;
	if (!store_statements_of(c->store, STR("redaction"), STR("key"), c->arena, &said, &c->err))
		return false;
	if (said.n) {
		struct json *body = json_parse(c->arena, said.v[0].body, &c->err);
		*key = json_get_str(body, "key");
	}
	return !err_is_set(&c->err);
}

static bool key_say(struct cmd *c)
{
	struct digest random;
	if (getrandom(random.byte, KEY_SIZE, 0) != KEY_SIZE)
		return err_sys(&c->err, "no random numbers for the key of --redact");
	struct json *body = json_object(c->arena);
	json_add_str(c->arena, body, "key", digest_hex(c->arena, &random));
	struct statement s = {.noun = STR("redaction"),
		.id = STR("key"),
		.author = c->author,
		.recorded_at = c->now,
		.body = json_print(c->arena, body)};
	return store_say(c->store, &s, &c->err);
}

/* Two at once: whoever comes second finds the first one's. */
static bool key_make(struct cmd *c, struct str *key)
{
	ERR_IN(&c->err, STR("the key of --redact is made once, and kept in the database"));
	store_close(c->store);
	c->store = NULL;
	if (!cmd_open(c, STORE_WRITE) || !store_begin(c->store, &c->err))
		return false;
	if (key_read(c, key) && (key->n || (key_say(c) && key_read(c, key))))
		return store_commit(c->store, &c->err);
	store_rollback(c->store);
	return false;
}

struct redactor *redaction_open(struct cmd *c)
{
	struct str key;
	if (!cmd_open(c, STORE_READ) || !key_read(c, &key) || (!key.n && !key_make(c, &key)))
		return NULL;
	return redactor_open(key, &c->err);
}

void redaction_hear(struct cmd *c, struct redactor *r, struct evidence *evidence, const struct sources *sources,
	const struct event *e)
{
	const struct source *s = source_find(sources, e->source);
	struct err ignored = {0};
	struct str bytes;
	redactor_hear_event(r, e);
	ARENA_SCOPE(c->arena);
	if (s && str_eq(s->format, STR("mail")) && evidence_of(evidence, e, &bytes, &ignored))
		redactor_hear(r, bytes);
}

void redaction_apply(struct cmd *c, struct redactor *r, struct evidence *evidence, struct case_file *f)
{
	struct sources *sources = NEW(c->arena, struct sources);
	redactor_hear_ledger(r, &f->ledger);
	for (size_t i = 0; i < f->events.n; i++)
		redaction_hear(c, r, evidence, &f->sources, &f->events.v[i]);
	*sources = redact_sources(r, c->arena, &f->sources);
	f->analysis.sources = sources;
	redact_ledger(r, c->arena, &f->ledger);
	redact_analysis(r, c->arena, &f->analysis, &f->events);
}
