/*
 * The floor under lineup on kube events: floor FILE DATABASE. Slices a List or a watch, parses each event with cJSON, inserts it under
 * a unique key and indexes its words, on two threads. It understands nothing, keeps no evidence, syncs nothing and trusts its input:
 * what is above its time is what those cost.
 */
#include <cjson/cJSON.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 8192, COLUMNS = 5, TREE = 1 << 20, TEXT = 16 << 20 };

struct row {
	uint64_t key[2];
	const char *at, *column[COLUMNS];
	long offset, length;
};
/* One batch is parsed while the other is inserted. */
struct batch {
	struct row rows[ROWS];
	size_t n, used;
	char text[TEXT];
} batches[2], *filling = batches;

static sqlite3 *db;
static sqlite3_stmt *insert;
static pthread_t writer;
static int writing;

static void must(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "floor: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
	exit(1);
}

/* cJSON's memory: one tree after another in the same place. */
static _Alignas(16) char tree_room[TREE];
static size_t tree_used;

static void *tree_get(size_t size)
{
	size = (size + 15) / 16 * 16;
	must(size <= TREE - tree_used, "an event too large");
	tree_used += size;
	return tree_room + tree_used - size;
}

static void tree_put(void *p)
{
	(void)p;
}

/* --- the database --- */

static void run(const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static int by_time(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->at, ((const struct row *)b)->at);
}

static void *write_batch(void *arg)
{
	struct batch *b = arg;
	qsort(b->rows, b->n, sizeof *b->rows, by_time);
	for (struct row *r = b->rows; r < b->rows + b->n; r++) {
		sqlite3_bind_text(insert, 1, r->at, -1, SQLITE_STATIC);
		sqlite3_bind_blob(insert, 2, r->key, sizeof r->key, SQLITE_STATIC);
		sqlite3_bind_int64(insert, 3, r->offset);
		sqlite3_bind_int64(insert, 4, r->length);
		for (int i = 0; i < COLUMNS; i++)
			sqlite3_bind_text(insert, 5 + i, r->column[i], -1, SQLITE_STATIC);
		must(sqlite3_step(insert) == SQLITE_DONE, "insert");
		sqlite3_reset(insert);
	}
	b->n = b->used = 0;
	return NULL;
}

static void hand_over(void)
{
	if (writing)
		pthread_join(writer, NULL);
	writing = pthread_create(&writer, NULL, write_batch, filling) == 0;
	must(writing, "thread");
	filling = filling == batches ? batches + 1 : batches;
}

/* --- the events --- */

static const char *text(const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	size_t size = s ? strlen(s) + 1 : 1;
	must(size <= TEXT - filling->used, "a batch too large");
	filling->used += size;
	return memcpy(filling->text + filling->used - size, s ? s : "", size);
}

static void mix(uint64_t key[2], const char *p, size_t n)
{
	uint64_t a = 1, b = n, word;
	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		a = (a ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		b = (b + (a >> 29)) ^ word;
	}
	for (; n; n--)
		a = (a ^ (unsigned char)*p++) * UINT64_C(0x100000001b3);
	key[0] = a;
	key[1] = b;
}

static void event(const char *p, size_t n, long offset)
{
	tree_used = 0;
	cJSON *tree = cJSON_ParseWithLength(p, n), *watched = cJSON_GetObjectItemCaseSensitive(tree, "object");
	must(tree != NULL, "not JSON");
	const cJSON *e = watched ? watched : tree, *object = cJSON_GetObjectItemCaseSensitive(e, "involvedObject");
	if (filling->n == ROWS)
		hand_over();
	struct row *r = &filling->rows[filling->n++];
	*r = (struct row){.at = text(e, "lastTimestamp"), .offset = offset, .length = (long)n,
		.column = {text(e, "type"), text(object, "kind"), text(object, "name"), text(e, "reason"), text(e, "message")}};
	mix(r->key, p, n);
}

/* Every object at DEPTH: 0 in a watch, 2 in a List. */
static void slice(const char *text, size_t n, int depth)
{
	int open = 0;
	size_t begin = 0;
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		if (c == '"') {
			do
				i += text[i] == '\\' ? 2 : 1;
			while (i < n && text[i] != '"');
		} else if (c == '{' || c == '[') {
			begin = open++ == depth && c == '{' ? i : begin;
		} else if (c == '}' || c == ']') {
			if (--open == depth && c == '}')
				event(text + begin, i + 1 - begin, (long)begin);
		}
	}
}

int main(int argc, char **argv)
{
	static const char schema[] = "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
		"CREATE TABLE event(id INTEGER PRIMARY KEY, at TEXT, key BLOB, offset, length, type, kind, name, reason, message);"
		"CREATE UNIQUE INDEX event_time ON event(at, key);"
		"CREATE VIRTUAL TABLE words USING fts5(name, reason, message, content = 'event', content_rowid = 'id')";
	struct stat st;
	int fd = argc == 3 ? open(argv[1], O_RDONLY) : -1;
	must(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0, "floor FILE DATABASE");
	const char *all = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	must(all != MAP_FAILED, "mmap");
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	cJSON_InitHooks(&(cJSON_Hooks){tree_get, tree_put});
	must(sqlite3_open(argv[2], &db) == SQLITE_OK, argv[2]);
	run(schema);
	run("BEGIN");
	must(sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO event(at, key, offset, length, type, kind, name, reason, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		-1, &insert, NULL) == SQLITE_OK, "prepare");
	slice(all, (size_t)st.st_size, memmem(all, st.st_size < 4096 ? (size_t)st.st_size : 4096, "\"items\"", 7) ? 2 : 0);
	hand_over();
	pthread_join(writer, NULL);
	sqlite3_finalize(insert);
	run("COMMIT; INSERT INTO words(words) VALUES ('rebuild')");
	return sqlite3_close(db) != SQLITE_OK;
}
