/* The worker: containers are unwrapped, damage is said, and what kills it costs one part. */
#include "read/ingest.h"

#include "formats/format.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static struct arena *arena;
static struct worker *worker;

/* --- a format that does what its lines say --- */

static int test_bid(struct doc *d)
{
	return str_starts(d->head, STR("#test")) ? 100 : 0;
}

static bool test_parse(struct doc *d, struct sink *sink, struct err *e)
{
	struct slice s;
	while (doc_line(d, &s)) {
		if (str_eq(s.text, STR("crash")))
			raise(SIGSEGV);
		if (str_eq(s.text, STR("stop")))
			raise(SIGSTOP);
		if (str_eq(s.text, STR("hang")))
			for (volatile bool on = true; on;)
				;
		while (str_eq(s.text, STR("bomb")))
			arena_alloc(d->scratch, 64 << 20);
		if (str_eq(s.text, STR("fork")))
			_exit(fork());
		if (str_eq(s.text, STR("socket")))
			_exit(socket(AF_INET, SOCK_STREAM, 0));
		if (str_eq(s.text, STR("write")))
			_exit(open("/tmp/lineup-was-here", O_WRONLY | O_CREAT, 0600));
		if (str_eq(s.text, STR("open")))
			return err_set(e, "open says %s", open("/etc/passwd", O_RDONLY) < 0 ? strerror(errno) : "yes");
		if (str_eq(s.text, STR("fail")))
			return err_set(e, "line %d says so", (int)s.from.line);
		if (!str_starts(s.text, STR("#")))
			sink_put(sink, &(struct record){.from = s.from,
					       .raw = s.text,
					       .text = s.text,
					       .grows = str_eq(s.text, STR("grow"))});
	}
	return true;
}

static const struct format test_format = {.name = "test", .blurb = "test", .bid = test_bid, .parse = test_parse};

/* --- a receiver that writes down --- */

struct writer {
	struct receiver receiver;
	struct buf text;
};

static bool on_begin(struct receiver *r, const struct source *s, struct err *e)
{
	(void)e;
	buf_fmt(&((struct writer *)r)->text, "begin %d %.*s\n", (int)s->row, STR_ARG(s->name));
	return true;
}

static bool on_member(struct receiver *r, const struct source *s, struct err *e)
{
	(void)e;
	buf_fmt(&((struct writer *)r)->text, "member %d<%d %.*s\n", (int)s->row, (int)s->parent, STR_ARG(s->name));
	return true;
}

static bool on_event(struct receiver *r, const struct event *ev, bool grows, struct err *e)
{
	(void)e;
	buf_fmt(&((struct writer *)r)->text, "%d %d+%d:%d%s %.*s\n", (int)ev->source, (int)ev->from.offset,
		(int)ev->from.length, (int)ev->from.line, grows ? "g" : "", STR_ARG(ev->text));
	return true;
}

static bool on_note(struct receiver *r, const struct note *n, struct err *e)
{
	(void)e;
	buf_fmt(&((struct writer *)r)->text, "note %d '%.*s' %.*s\n", (int)n->source, STR_ARG(n->text),
		STR_ARG(n->why));
	return true;
}

static bool on_end(struct receiver *r, const struct source *s, struct err *e)
{
	(void)e;
	buf_fmt(&((struct writer *)r)->text, "end %d %.*s%s %d\n", (int)s->row, STR_ARG(s->format),
		s->state == SOURCE_DAMAGED ? "!" : "", (int)s->records);
	return true;
}

static bool on_pause(struct receiver *r, struct err *e)
{
	(void)e;
	struct writer *w = (struct writer *)r;
	if (!str_ends(buf_str(&w->text), STR("pause\n"))) /* a long wait has many */
		buf_cstr(&w->text, "pause\n");
	return true;
}

static struct writer writer(void)
{
	return (struct writer){{on_begin, on_member, on_event, on_note, on_end, on_pause, NULL}, BUF(arena)};
}

static int file_of(struct str bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	return fd;
}

static const char *read_bytes(struct str bytes)
{
	struct writer w = writer();
	struct err e = {{0}};
	int fd = file_of(bytes);
	if (!worker_read(worker, fd, STR("x"), INSTANT_NONE, STR_NONE, 1, &w.receiver, &e))
		buf_fmt(&w.text, "error %s\n", e.text);
	close(fd);
	return buf_str(&w.text).p;
}

/* --- containers --- */

static struct str gzip(struct str bytes)
{
	z_stream z = {0};
	char *out = arena_alloc(arena, bytes.n + 1000);
	deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0);
	z.next_in = (Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)bytes.n + 1000;
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return str_n(out, z.total_out);
}

/* NAME, BYTES pairs to a tar or zip. */
static struct str pack(bool zip, size_t n, const struct str *pairs)
{
	enum { ROOM = 8 << 20 };
	size_t used;
	char *out = arena_alloc(arena, ROOM);
	struct archive *a = archive_write_new();
	if (zip)
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_ustar(a);
	archive_write_open_memory(a, out, ROOM, &used);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *entry = archive_entry_new();
		archive_entry_set_pathname(entry, str_cstr(arena, pairs[2 * i]));
		archive_entry_set_size(entry, (la_int64_t)pairs[2 * i + 1].n);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_write_header(a, entry);
		archive_write_data(a, pairs[2 * i + 1].p, pairs[2 * i + 1].n);
		archive_entry_free(entry);
	}
	archive_write_close(a);
	archive_write_free(a);
	return str_n(out, used);
}

static void plain_files(void **state)
{
	(void)state;
	assert_string_equal(
		read_bytes(STR("#test\none\ngrow\n")), "begin 1 x\n1 6+4:2 one\n1 10+5:3g grow\nend 1 test 2\n");
	assert_string_equal(read_bytes(STR("#test\none\nfail\n")),
		"begin 1 x\n1 6+4:2 one\nnote 1 '' not read to its end: line 3 says so\nend 1 test 1\n");
}

static void gzip_is_one_source(void **state)
{
	(void)state;
	struct str a = gzip(STR("#test\none\n")), b = gzip(STR("two\n"));
	struct str both = str_fmt(arena, "%*s", (int)(a.n + b.n), "");
	memcpy((char *)(uintptr_t)both.p, a.p, a.n);
	memcpy((char *)(uintptr_t)both.p + a.n, b.p, b.n);
	assert_string_equal(read_bytes(both), "begin 1 x\n1 6+4:2 one\n1 10+4:3 two\nend 1 test 2\n");
	assert_non_null(strstr(
		read_bytes(str_slice(a, 0, a.n - 4)), "1 6+4:2 one\nnote 1 '' the gzip data ends in the middle"));
}

/* Every altered bit of a gzip file is seen, or changes nothing that was read. */
static void gzip_tampering_is_seen(void **state)
{
	(void)state;
	struct str good = gzip(STR("#test\none\ntwo\nthree\n"));
	const char *expected = read_bytes(good);
	for (size_t bit = 0; bit < good.n * 8; bit++) {
		struct str bad = str_dup(arena, good);
		((char *)(uintptr_t)bad.p)[bit / 8] ^= (char)(1 << (bit % 8));
		const char *got = read_bytes(bad);
		assert_true(!strcmp(got, expected) || strstr(got, "note"));
	}
}

static void archives_have_members(void **state)
{
	(void)state;
	const struct str inner[] = {STR("b.log"), STR("#test\ntwo\n")};
	const struct str outer[] = {STR("../a.log"), STR("#test\none\n"), STR("in.zip"), pack(true, 1, inner),
		STR("c.gz"), gzip(STR("#test\nthree\n"))};
	const char *expected = "begin 1 x\nmember 2<1 x: ../a.log\n2 6+4:2 one\nend 2 test 1\nmember 3<1 x: "
			       "in.zip\nmember 4<3 x: in.zip: b.log\n"
			       "4 6+4:2 two\nend 4 test 1\nend 3 zip 0\nmember 5<1 x: c.gz\n5 6+6:2 "
			       "three\nend 5 test 1\nend 1 tar 0\n";
	assert_string_equal(read_bytes(pack(false, 3, outer)), expected);
	assert_string_equal(read_bytes(gzip(pack(false, 3, outer))), expected);
	const char *cut = read_bytes(str_slice(pack(false, 3, outer), 0, 1024 + 20));
	assert_non_null(strstr(cut, "note 1 '' the tar archive is damaged"));
	struct str zip = pack(true, 3, outer);
	assert_non_null(strstr(read_bytes(str_slice(zip, 0, zip.n - 30)), "its directory at the end is missing"));
}

static void bombs_have_limits(void **state)
{
	(void)state;
	struct str zeros = str_n(arena_alloc(arena, 100 << 20), 100 << 20);
	assert_non_null(strstr(read_bytes(gzip(zeros)), "more than 250 times its size came out"));
	struct str nested = STR("#test\none\n");
	for (int i = 0; i < 6; i++)
		nested = gzip(nested);
	assert_non_null(strstr(read_bytes(nested), "wrapped more than 4 times"));
}

static void mailboxes_have_messages(void **state)
{
	(void)state;
	const char *got =
		read_bytes(STR("From a@b Mon Jun  3 12:50:27 2024\nSubject: one\n\nFrom Russia with love\n>From me\n\n"
			       "From - Mon Jun  3 12:50:28 2024\nSubject: two\n\ntext\n"));
	assert_non_null(strstr(got, "end 1 "));
	assert_null(strstr(got, "crash"));
}

/* --- death --- */

/* While a worker hangs the receiver is told of the silence; how often is no matter here. */
static const char *without_pauses(const char *text)
{
	struct buf b = BUF(arena);
	struct str rest = str_of(text), line;
	while (str_next(&rest, '\n', &line))
		if (!str_eq(line, STR("pause")))
			buf_fmt(&b, "%.*s\n", STR_ARG(line));
	return str_cstr(arena, buf_str(&b));
}

static void check_death(const char *what, const char *why)
{
	struct str bad = str_fmt(arena, "#test\nbefore\n%s\nafter\n", what);
	const struct str members[] = {STR("a"), STR("#test\none\n"), STR("b"), bad, STR("c"), STR("#test\nthree\n")};
	const char *got = read_bytes(pack(false, 3, members));
	struct str expected = str_fmt(arena,
		"begin 1 x\nmember 2<1 x: a\n2 6+4:2 one\nend 2 test 1\nmember 3<1 x: b\n3 6+7:2 "
		"before\nnote 3 'x: b' %s; what follows in this part is kept but was not "
		"read\nend 3 test! 1\nmember 4<1 x: c\n4 6+6:2 three\nend 4 test 1\nend 1 tar 0\n",
		why);
	assert_string_equal(without_pauses(got), str_cstr(arena, expected));
}

static void death_costs_one_part(void **state)
{
	(void)state;
	check_death("crash", "the reader crashed (SIGSEGV)");
	check_death("hang", "the reader hung (1 s of CPU time without a step) and was stopped");
}

static pid_t child_of(pid_t pid)
{
	int child = 0;
	struct str path = str_fmt(arena, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(str_cstr(arena, path), "r");
	assert_true(f && fscanf(f, "%d", &child) == 1);
	fclose(f);
	return child;
}

/* Stopped for longer than it may be busy, as a starved or suspended one is, it goes on where it was. */
static void standing_still_is_no_hang(void **state)
{
	(void)state;
	pid_t reader = child_of(child_of(getpid()));
	pid_t waker = fork();
	if (waker == 0) {
		sleep(3);
		_exit(kill(reader, SIGCONT));
	}
	const char *got = read_bytes(STR("#test\nbefore\nstop\nafter\n"));
	waitpid(waker, NULL, 0);
	assert_non_null(strstr(got, "1 18+6:4 after\nend 1 test 3\n"));
	assert_null(strstr(got, "the reader"));
}

static void sandbox_holds(void **state)
{
	struct str lacks;
	struct err e = {{0}};
	(void)state;
	assert_true(worker_sandbox_report(worker, &lacks, &e));
	if (lacks.n) {
		print_message("sandbox: %.*s\n", STR_ARG(lacks));
		return; /* cmocka prints a skip as "not ok", which prove takes for a failure */
	}
	check_death("fork", "the reader tried a system call that it may not make and was stopped");
	check_death("socket", "the reader tried a system call that it may not make and was stopped");
	assert_non_null(strstr(read_bytes(STR("#test\nopen\n")), "open says Permission denied"));
	read_bytes(STR("#test\nwrite\n"));
	assert_int_equal(access("/tmp/lineup-was-here", F_OK), -1);
	check_death("bomb", "the reader crashed (SIGABRT): out of memory (67108864 bytes wanted)");
}

static void a_plain_file_is_one_part(void **state)
{
	(void)state;
	assert_string_equal(read_bytes(STR("#test\none\ncrash\ntwo\n")),
		"begin 1 x\n1 6+4:2 one\nnote 1 'x' the reader crashed (SIGSEGV); what follows in this part "
		"is kept but was not read\nend 1 test! 1\n");
}

static void streams_arrive_at_once(void **state)
{
	(void)state;
	int ends[2];
	struct err e = {{0}};
	struct writer w = writer();
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		static const char *const pieces[] = {"#test\none\n", "two\n", "crash\n", "three\n"};
		for (size_t i = 0; i < LEN(pieces); i++) {
			if (write(ends[1], pieces[i], strlen(pieces[i])) < 0)
				_exit(1);
			usleep(800000);
		}
		_exit(0);
	}
	close(ends[1]);
	assert_true(worker_read(worker, ends[0], STR("-"), INSTANT_NONE, STR_NONE, 1, &w.receiver, &e));
	close(ends[0]);
	const char *got = buf_str(&w.text).p;
	assert_non_null(strstr(got, "begin 1 -\n"));
	assert_non_null(strstr(got, "note 1 '-' the reader crashed (SIGSEGV)"));
	assert_non_null(strstr(got, "1 6+4:2 one\npause\n1 10+4:3 two\n"));
}

static void bytes_come_back(void **state)
{
	(void)state;
	const struct str members[] = {STR("a.gz"), gzip(STR("0123456789"))};
	struct str tar = pack(false, 1, members), out = STR_NONE;
	struct err e = {{0}};
	int fd = file_of(tar), gz = file_of(members[1]),
	    wide = file_of(STR("\xff\xfe"
			       "a\0b\0c\0d\0"));
	assert_true(
		worker_extract(worker, fd, STR("x"), STR("a.gz"), 3, 4, arena, &out, &e) && str_eq(out, STR("3456")));
	assert_true(
		worker_extract(worker, gz, STR("x"), STR_NONE, 3, -1, arena, &out, &e) && str_eq(out, STR("3456789")));
	assert_true(worker_extract(worker, wide, STR("x"), STR_NONE, 1, 2, arena, &out, &e) && str_eq(out, STR("bc")));
	assert_false(worker_extract(worker, fd, STR("x"), STR("b"), 0, 4, arena, &out, &e));
	assert_string_equal(e.text, "is not in the evidence any more");
	close(fd);
	close(gz);
	close(wide);
}

static void receipts_can_be_read_back(void **state)
{
	(void)state;
	AUTO(receipt_close) struct receipt *r = receipt_open(100);
	int64_t size;
	struct str kept;
	char back[10];
	uLongf n = sizeof back;
	receipt_add(r, STR("abc"));
	struct str hex = receipt_end(r, arena, &size, &kept);
	assert_true(str_eq(hex, STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")) && size == 3);
	assert_true(uncompress((Bytef *)back, &n, (const Bytef *)kept.p, kept.n) == Z_OK && n == 3 &&
		    !memcmp(back, "abc", 3));
	AUTO(receipt_close) struct receipt *over = receipt_open(2);
	receipt_add(over, STR("abc"));
	receipt_end(over, arena, &size, &kept);
	assert_true(kept.p == NULL);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_open();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static int start(void **state)
{
	(void)state;
	struct err e = {{0}};
	struct ingest_options options = {
		.captured_at = INSTANT_NONE, .now = INT64_C(1719000000) * SECOND, .part_seconds = 1};
	if (!formats_init(&e))
		return -1;
	formats_add(&test_format);
	worker = worker_start(&options, &e);
	if (!worker)
		print_error("%s\n", e.text);
	return worker ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	worker_stop(worker);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {TEST(plain_files), TEST(gzip_is_one_source), TEST(gzip_tampering_is_seen),
		TEST(archives_have_members), TEST(bombs_have_limits), TEST(mailboxes_have_messages),
		TEST(death_costs_one_part), TEST(standing_still_is_no_hang), TEST(sandbox_holds),
		TEST(a_plain_file_is_one_part), TEST(streams_arrive_at_once), TEST(bytes_come_back),
		TEST(receipts_can_be_read_back)};
	return cmocka_run_group_tests(tests, start, stop);
}
