/* The rules: reading their files. */
#include "normalise/ruleset.h"

#include "base/parts.h"
#include "embed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool formats_read(struct rules *rules, const struct json *list, struct rule_file *file, struct err *e)
{
	size_t i = 0;
	struct str *names = NEW_N(rules->arena, struct str, json_size(list));

	if (!json_is_array(list) || json_size(list) == 0)
		return err_set(e, "no 'formats'; [\"*\"] means all of them");
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		if (!json_is_string(m))
			return err_set(e, "'formats' takes a list of names");
		names[i++] = json_str(m);
		file->for_all |= str_eq(json_str(m), STR("*"));
	}
	file->formats = names;
	file->formats_n = i;
	return true;
}

static bool file_keys_check(const struct json *j, struct err *e)
{
	if (!json_is_object(j))
		return err_set(e, "expected an object with 'formats' and 'rules'");
	for (const struct json *m = json_first(j); m; m = json_next(m)) {
		struct str key = json_key(m);
		if (!str_eq(key, STR("formats")) && !str_eq(key, STR("rules")) && !str_eq(key, STR("subject")) &&
			!str_eq(key, STR("first")) && !str_eq(key, STR("parts")) && !str_eq(key, STR("comment")))
			return err_set(e, "unknown key '%.*s'", STR_ARG(key));
	}
	return true;
}

static bool rules_read(struct rules *rules, struct str origin, struct str text, int layer, struct err *e)
{
	ERR_IN(e, origin);
	struct rule_file file = {.origin = str_dup(rules->arena, origin), .layer = layer};
	struct compiler c = {.rules = rules, .err = e};
	struct str whole = parts_put(rules->arena, str_dup(rules->arena, text), embedded_find("schema/parts.json"), e);
	struct json *j = whole.p ? json_parse(rules->arena, whole, e) : NULL;
	int number = 0;

	if (!j || !file_keys_check(j, e) || !formats_read(rules, json_get(j, "formats"), &file, e))
		return false;
	file.first = json_is_true(json_get(j, "first"));
	const struct json *list = json_get(j, "rules");
	if (!json_is_array(list))
		return err_set(e, "no 'rules'");
	if (json_get(j, "subject") && !subject_compile(&c, json_get(j, "subject"), &c.subject))
		return false;
	struct rule *compiled = NEW_N(rules->arena, struct rule, json_size(list));
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		char where[32];
		snprintf(where, sizeof where, "rule %d", ++number);
		ERR_IN(e, str_of(where));
		if (!rule_compile(&c, m, compiled + number - 1))
			return false;
	}
	file.rules = compiled;
	file.rules_n = (size_t)number;
	*PUSH(&rules->files, rules->arena) = file;
	return true;
}

static void slots_fix(struct rules *rules)
{
	static const char *const fixed[SLOTS_FIXED] = {"text", "level", "format"};
	rules->slots = MAP(rules->arena);
	for (int i = 0; i < SLOTS_FIXED; i++) {
		rules->slot_names[i] = str_of(fixed[i]);
		*map_put(&rules->slots, rules->slot_names[i]) = (void *)(uintptr_t)(i + 1);
	}
	rules->slots_n = SLOTS_FIXED;
}

struct rules *rules_none(struct arena *arena)
{
	struct rules *rules = NEW(arena, struct rules);

	rules->arena = arena;
	rules->programs = MAP(arena);
	slots_fix(rules);
	return rules;
}

struct rules *rules_open(struct arena *arena, struct err *e)
{
	struct rules *rules = rules_none(arena);

	if (!kinds_init(e))
		return NULL;
	for (const struct embedded *f = embedded_files; f->path; f++) {
		struct str path = str_of(f->path);
		if (!str_starts(path, STR("schema/rules/")) || !str_ends(path, STR(".json")))
			continue;
		if (!rules_read(rules, path, str_n((const char *)f->data, f->size), 0, e))
			return NULL;
	}
	return rules;
}

static bool file_read(struct arena *arena, const char *path, struct str *out, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "cannot open");
	char *room = arena_alloc(arena, RULES_FILE_MAX + 1);
	size_t n = 0;
	ssize_t got = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? 1 : -1;
	while (got > 0 && n <= RULES_FILE_MAX) {
		got = read(fd, room + n, RULES_FILE_MAX + 1 - n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else
			n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (got < 0)
		return err_sys(e, "cannot read");
	if (n > RULES_FILE_MAX)
		return err_set(e, "larger than %d bytes", RULES_FILE_MAX);
	*out = str_n(room, n);
	return true;
}

static int name_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool names_read(struct arena *arena, const char *dir, struct str **names, size_t *n, struct err *e)
{
	VEC(struct str) list = {0};
	DIR *d = opendir(dir);
	if (!d)
		return err_sys(e, "cannot open");
	for (struct dirent *entry; (entry = readdir(d));)
		if (str_ends(str_of(entry->d_name), STR(".json")) && entry->d_name[0] != '.')
			*PUSH(&list, arena) = str_dup(arena, str_of(entry->d_name));
	closedir(d);
	if (list.n > RULES_FILES_MAX)
		return err_set(e, "more than %d files", RULES_FILES_MAX);
	if (list.n)
		qsort(list.v, list.n, sizeof *list.v, name_order);
	*names = list.v;
	*n = list.n;
	return true;
}

bool rules_load(struct rules *rules, const char *dir, struct err *e)
{
	AUTO(arena_close) struct arena *work = arena_open();
	struct str *names = NULL, text;
	size_t n = 0;
	int layer = ++rules->layers;

	{
		ERR_IN(e, str_of(dir));
		if (!names_read(work, dir, &names, &n, e))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(work);
		struct str path = str_fmt(work, "%s/%.*s", dir, STR_ARG(names[i]));
		bool ok;
		{
			ERR_IN(e, path);
			ok = file_read(work, path.p, &text, e);
		}
		if (!ok || !rules_read(rules, path, text, layer, e))
			return false;
	}
	rules->programs = MAP(rules->arena); /* those that there are lack them */
	return true;
}

void rules_hasten(const struct rules *rules)
{
	for (size_t f = 0; f < rules->files.n; f++) {
		const struct rule_file *file = &rules->files.v[f];
		for (size_t i = 0; i < file->rules_n; i++)
			for (size_t k = 0; k < file->rules[i].tests_n; k++) {
				const struct test *test = &file->rules[i].tests[k];
				for (size_t n = 0; test->how == TEST_REGEX && n < test->n; n++)
					regex_hasten(test->patterns[n]);
			}
	}
}
