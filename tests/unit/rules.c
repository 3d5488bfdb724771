/* What normalise/rules.h promises. */
#include "normalise/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

/* A directory with one rule file, gone after the test. */
struct folder {
	char dir[64], path[96];
};

static void folder_make(struct folder *f, const char *json)
{
	snprintf(f->dir, sizeof f->dir, "%s/lineup-rules-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof f->path, "%s/a.json", f->dir);
	FILE *file = fopen(f->path, "w");
	assert_non_null(file);
	fputs(json, file);
	assert_int_equal(fclose(file), 0);
}

static void folder_drop(struct folder *f)
{
	unlink(f->path);
	rmdir(f->dir);
}

static struct rules *rules_with(const char *json, struct err *e)
{
	struct folder f;
	struct rules *rules = rules_open(a, e);
	if (!rules)
		fail_msg("embedded rules: %s", e->text);
	folder_make(&f, json);
	bool ok = rules_load(rules, f.dir, e);
	folder_drop(&f);
	return ok ? rules : NULL;
}

static const char *verdict_text(const struct rules *rules, const char *format, const struct record *r)
{
	struct verdict v;
	rules_apply(rules, a, format, r, &v);
	struct buf b = BUF(a);
	buf_fmt(&b, "%.*s %s %.*s", STR_ARG(v.kind->name), severity_names[v.severity], STR_ARG(v.subject));
	for (size_t i = 0; i < v.set_n; i++)
		buf_fmt(&b, " %.*s=%.*s", STR_ARG(v.set[i].name), STR_ARG(v.set[i].value));
	return buf_str(&b).p;
}

static const char tests_json[] =
	"{\"formats\":[\"t\"],\"rules\":["
	"{\"when\":{\"reason\":\"NodeNotReady\",\"object.kind\":[\"Node\",\"Machine\"]},\"kind\":\"upgrade.node.notready\","
	" \"severity\":\"error\",\"subject\":\"node:{object.name}\",\"set\":{\"node\":\"{object.name}\",\"x\":[\"{nope}\",\"y\"]}},"
	"{\"when\":{\"text\":{\"regex\":\"state (?<phase>\\\\w+)\"},\"pod\":{\"present\":true}},\"kind\":\"service.pod.restarted\","
	" \"severity\":\"level\",\"subject\":[\"pod:{namespace}/{pod}\",\"pod:{pod}\"]},"
	"{\"when\":{\"text\":{\"prefix\":\"up\",\"not\":{\"contains\":[\"date\",\"grade\"]}}},\"kind\":\"service.health.up\"},"
	"{\"when\":{\"level\":\"error\",\"quiet\":{\"absent\":true}},\"kind\":\"service.health.down\"},"
	"{\"when\":{\"quiet\":\"yes\"},\"kind\":null,\"severity\":\"debug\"}"
	"]}";

static void tests_and_subjects(void **state)
{
	struct err e = {0};
	const struct rules *rules = rules_with(tests_json, &e);
	struct field node[] = {{STR("reason"), STR("NodeNotReady")}, {STR("object.kind"), STR("Machine")},
		{STR("object.name"), STR("pool-a-1")}};
	struct field pod[] = {{STR("pod"), STR("web-0")}, {STR("namespace"), STR("shop")}};
	struct field quiet[] = {{STR("quiet"), STR("yes")}};
	const struct {
		struct record r;
		const char *expected;
	} cases[] = {
		{{.fields = node, .fields_n = 3}, "upgrade.node.notready error node:pool-a-1 node=pool-a-1 x=y"},
		{{.fields = node, .fields_n = 2}, "upgrade.node.notready error  x=y"},
		{{.fields = node, .fields_n = 1}, "other.log.line info "},
		{{.fields = pod, .fields_n = 2, .text = STR("state Running now"), .level = STR("WARN")},
			"service.pod.restarted warning pod:shop/web-0 phase=Running"},
		{{.fields = pod, .fields_n = 1, .text = STR("state Running now")},
			"service.pod.restarted notice pod:web-0 phase=Running"},
		{{.text = STR("up again")}, "service.health.up info "},
		{{.text = STR("upgrade")}, "other.log.line info "},
		{{.text = STR("update"), .level = STR("debug")}, "other.log.line debug "},
		{{.text = STR("x"), .level = STR("error")}, "service.health.down critical "},
		{{.text = STR("x"), .level = STR("error"), .fields = quiet, .fields_n = 1}, "other.log.line debug "},
	};

	(void)state;
	if (!rules)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(verdict_text(rules, "t", &cases[i].r), cases[i].expected);
	assert_string_equal(verdict_text(rules, "another", &cases[0].r), "other.log.line info ");
}

/* Many rules on one field are found through an index: the first that matches must still win. */
static void index_keeps_order(void **state)
{
	struct err e = {0};
	struct buf b = BUF(a);
	(void)state;
	buf_cstr(&b,
		"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"reason\":\"r3\",\"x\":\"1\"},\"kind\":\"service.health.up\"},"
		"{\"when\":{\"text\":{\"prefix\":\"first\"}},\"kind\":\"service.health.degraded\"}");
	for (int i = 0; i < 20; i++)
		buf_fmt(&b,
			",{\"when\":{\"reason\":[\"r%d\",\"s%d\"]},\"kind\":\"service.health.down\",\"subject\":\"service:%d\"}",
			i, i, i);
	buf_cstr(&b, ",{\"when\":{},\"kind\":\"backup.job.started\"}]}");
	const struct rules *rules = rules_with(buf_str(&b).p, &e);
	struct field f[] = {{STR("reason"), STR("r3")}, {STR("x"), STR("1")}}, s7[] = {{STR("reason"), STR("s7")}};
	assert_non_null(rules);
	assert_string_equal(
		verdict_text(rules, "t", &(struct record){.fields = f, .fields_n = 2}), "service.health.up info ");
	assert_string_equal(verdict_text(rules, "t", &(struct record){.fields = f, .fields_n = 1}),
		"service.health.down critical service:3");
	assert_string_equal(verdict_text(rules, "t", &(struct record){.fields = s7, .fields_n = 1}),
		"service.health.down critical service:7");
	assert_string_equal(
		verdict_text(rules, "t", &(struct record){.fields = f, .fields_n = 1, .text = STR("first")}),
		"service.health.degraded warning ");
	assert_string_equal(verdict_text(rules, "t", &(struct record){0}), "backup.job.started info ");
}

static void wrong_rules_are_named(void **state)
{
	static const struct {
		const char *json, *says;
	} cases[] = {
		{"{", "a.json: "},
		{"[]", "a.json: expected an object"},
		{"{\"formats\":[\"t\"],\"rulez\":[]}", "a.json: unknown key 'rulez'"},
		{"{\"rules\":[]}", "a.json: no 'formats'"},
		{"{\"formats\":[\"t\"]}", "a.json: no 'rules'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"kind\":null}]}", "a.json: rule 1: no 'when'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{}}]}", "a.json: rule 1: no 'kind'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{},\"kind\":null},{\"when\":{},\"kind\":\"a.b.c\"}]}",
			"a.json: rule 2: unknown kind 'a.b.c'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{},\"kind\":null,\"severity\":\"bad\"}]}",
			"rule 1: unknown severity 'bad'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{},\"kind\":null,\"sub\":\"x\"}]}",
			"rule 1: unknown key 'sub'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{},\"kind\":null,\"subject\":\"x{\"}]}",
			"'{' without a name"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"text\":{\"regex\":\"(\"}},\"kind\":null}]}",
			"rule 1: text: pattern '('"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"text\":{\"suffix\":\"x\"}},\"kind\":null}]}",
			"text: unknown test 'suffix'"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"text\":[]},\"kind\":null}]}",
			"text: test: an empty list"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"text\":3},\"kind\":null}]}",
			"text: test: expected a string"},
		{"{\"formats\":[\"t\"],\"rules\":[{\"when\":{\"text\":{\"present\":false}},\"kind\":null}]}",
			"'present' takes true"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct err e = {0};
		assert_null(rules_with(cases[i].json, &e));
		if (!str_contains(str_of(e.text), str_of(cases[i].says)))
			fail_msg("case %zu: '%s' does not say '%s'", i, e.text, cases[i].says);
	}
}

static void missing_directory_is_named(void **state)
{
	struct err e = {0};
	(void)state;
	assert_false(rules_load(rules_open(a, &e), "/nonexistent/rules", &e));
	assert_true(str_starts(str_of(e.text), STR("/nonexistent/rules: cannot open")));
}

/* The rules for any log, by a format that has none of its own. */
static void rules_for_any_log(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"Out of memory: Killed process 4242 (java) total-vm:8123456kB",
			"service.pod.oom error process:java pid=4242 process=java"},
		{"Memory cgroup out of memory: Killed process 77 (postgres) total-vm:1kB",
			"service.pod.oom error process:postgres pid2=77 process2=postgres"},
		{"kubelet invoked oom-killer: gfp_mask=0xcc0", "service.pod.oom error process:kubelet process=kubelet"},
		{"blk_update_request: I/O error, dev sdb, sector 123456 op 0x0:(READ)",
			"storage.mount.failed error device:sdb device=sdb"},
		{"EXT4-fs error (device sdc): ext4_find_entry:1455: inode #2: comm ls: reading directory",
			"storage.mount.failed error device:sdc device=sdc"},
		{"EXT4-fs (sdc): mounted filesystem with ordered data mode", "other.log.line info "},
		{"XFS (dm-3): Metadata corruption detected at xfs_inode_buf_verify",
			"storage.mount.failed error device:dm-3 device2=dm-3"},
		{"XFS (dm-3): Mounting V5 Filesystem", "other.log.line info "},
		{"write /var/lib/data/7.db: no space left on device", "storage.disk.full error "},
		{"no room left", "other.log.line info "},
		{"PostgreSQL at db:5432: Connection refused", "service.db.unreachable error "},
		{"connect to 10.0.0.7:443: connection refused", "other.log.line info "},
		{"database settings loaded", "other.log.line info "},
		{"pg-backup.service: Failed with result 'exit-code'.",
			"backup.job.failed error backup:pg-backup job=pg-backup"},
		{"nginx.service: Failed with result 'exit-code'.", "other.log.line info "},
	};
	struct err e = {0};
	const struct rules *rules = rules_open(a, &e);

	(void)state;
	if (!rules)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(
			verdict_text(rules, "no such format", &(struct record){.text = str_of(cases[i].text)}),
			cases[i].expected);
}

static void kinds_are_complete(void **state)
{
	struct err e = {0};
	(void)state;
	assert_true(kinds_init(&e));
	assert_int_equal(kinds_count(), 68);
	assert_null(kind_find(STR("no.such.kind")));
	assert_null(kinds_get(kinds_count()));
	for (size_t i = 0; i < kinds_count(); i++) {
		const struct kind *kind = kinds_get(i);
		assert_ptr_equal(kind_find(kind->name), kind);
		assert_true(kind->blurb.n > 0);
		assert_true(str_starts(kind->name, str_of(lane_names[kind->lane])));
		assert_true(i == 0 || kinds_get(i - 1)->lane <= kind->lane);
	}
}

static int setup(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_complete),
		cmocka_unit_test(tests_and_subjects),
		cmocka_unit_test(index_keeps_order),
		cmocka_unit_test(wrong_rules_are_named),
		cmocka_unit_test(missing_directory_is_named),
		cmocka_unit_test(rules_for_any_log),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
