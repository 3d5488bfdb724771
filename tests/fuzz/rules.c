/* Rules as users write them: loaded from a folder as `--rules DIR` does, then applied to a record. */
#include "fuzz.h"

#include "normalise/rules.h"

#include <fcntl.h>
#include <unistd.h>

static char folder[] = "/tmp/lineup-fuzz-XXXXXX";
static char file[sizeof folder + 16];

static void clean_up(void)
{
	unlink(file);
	rmdir(folder);
}

static void put(const uint8_t *data, size_t size)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	static const struct field fields[] = {
		{STR("pod"), STR("web-0")}, {STR("namespace"), STR("shop")}, {STR("reason"), STR("BackOff")}};
	struct err e = {{0}};
	if (!arena) {
		PROMISE(mkdtemp(folder) != NULL);
		snprintf(file, sizeof file, "%s/fuzz.json", folder);
		atexit(clean_up);
		arena = arena_open();
		PROMISE(kinds_init(&e));
	}
	put(data, size);
	struct rules *rules = rules_none(arena);
	if (rules_load(rules, folder, &e)) {
		struct record r = {.text = STR("Back-off restarting failed container"),
			.level = STR("warn"),
			.fields = fields,
			.fields_n = LEN(fields)};
		struct verdict v = {0};
		rules_apply(rules, arena, "kube-event", &r, &v);
		PROMISE(v.kind && v.severity < SEVERITIES);
	} else {
		PROMISE(err_is_set(&e));
	}
	arena_reset(arena);
	return 0;
}
