/* Mailboxes: every variety of separator and quoting, and sentences that only look like one. */
#include "read/feed.h"
#include "read/mbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena *arena;

/* "offset+length:line text" a message, newlines as /, joined by "|". */
static const char *describe(struct str text)
{
	struct buf b = BUF(arena);
	struct message m;
	AUTO(doc_close) struct doc *d = doc_open(arena, STR("box"), input_of_bytes(arena, text), false);
	assert_true(mbox_recognise(d));
	while (mbox_next(d, arena, &m)) {
		buf_fmt(&b, "%s%d+%d:%d ", b.n ? "|" : "", (int)m.from.offset, (int)m.from.length, (int)m.from.line);
		for (size_t i = 0; i < m.text.n; i++)
			buf_byte(&b, m.text.p[i] == '\n' ? '/' : m.text.p[i] == '\r' ? '~' : m.text.p[i]);
	}
	return buf_str(&b).p;
}

#define CHECK(text, expected) assert_string_equal(describe(STR(text)), expected)

static void separators(void **state)
{
	(void)state;
	CHECK("From a@b Mon Jun  3 12:50:27 1996\nA: 1\n\nx\n\nFrom - \nB: 2\n\ny\n",
		"34+9:2 A: 1//x//|51+8:7 B: 2//y/");
	CHECK("\n\nFrom nobody Mon Sep 17 00:00:00 2001\nA: 1\nFrom 18@xxx Fri Sep 26 10:00:00 +0000 "
	      "2025\nB: 2\n",
		"39+5:4 A: 1/|87+5:6 B: 2/");
	CHECK("From - \r\nA: 1\r\n\r\nx\r\nFrom - \r\nB: 2\r\n", "9+11:2 A: 1~/~/x~/|29+6:6 B: 2~/");
}

static void sentences_are_no_separators(void **state)
{
	(void)state;
	CHECK("From - \nA: 1\n\nFrom Russia with love\nYear: 1963\n\nFrom Mon on\nFrom a@b Mon Jun  3 "
	      "12:50:27 1996\nno header\n",
		"8+96:2 A: 1//From Russia with love/Year: 1963//From Mon on/From a@b Mon Jun  3 12:50:27 "
		"1996/no header/");
}

static void quoting_is_undone_once(void **state)
{
	(void)state;
	CHECK("From - \nA: 1\n\n>From 1.27 to 1.28\n>>From x\na >From b\n> From c\n",
		"8+53:2 A: 1//From 1.27 to 1.28/>From x/a >From b/> From c/");
}

static void lengths_are_believed_where_they_land(void **state)
{
	(void)state;
	CHECK("From - \nContent-Length: 42\n\nFrom a@b Mon Jun  3 12:50:27 1996\nB: 2\n\nx\n\nFrom - \nC: "
	      "3\n",
		"8+63:2 Content-Length: 42//From a@b Mon Jun  3 12:50:27 1996/B: 2//x//|79+5:10 C: 3/");
	CHECK("From - \nContent-Length: 7\n\nFrom a@b Mon Jun  3 12:50:27 1996\nB: 2\n",
		"8+19:2 Content-Length: 7//|61+5:5 B: 2/");
}

static void big_mailboxes_slide(void **state)
{
	(void)state;
	struct buf b = BUF(arena);
	struct message m;
	for (int i = 0; i < 3000; i++)
		buf_fmt(&b, "From a@b Mon Jun  3 12:50:27 1996\nN: %d\n\n%*s\n\n", i, 1000, "x");
	AUTO(doc_close)
	struct doc *d = doc_open(arena, STR("box"), input_of_bytes(arena, buf_str(&b)), false);
	for (int i = 0; i < 3000; i++) {
		assert_true(mbox_next(d, arena, &m));
		assert_true(str_starts(m.text, str_fmt(arena, "N: %d\n", i)) && m.from.line == 2 + 5 * i);
	}
	assert_false(mbox_next(d, arena, &m));
}

static void no_mailbox(void **state)
{
	(void)state;
	AUTO(doc_close)
	struct doc *d = doc_of(arena, STR("x"), STR("From: a@b\nSubject: x\n\nFrom the beginning\n"));
	assert_false(mbox_recognise(d));
	AUTO(doc_close) struct doc *empty = doc_of(arena, STR("x"), STR(""));
	assert_false(mbox_recognise(empty));
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {TEST(separators), TEST(sentences_are_no_separators),
		TEST(quoting_is_undone_once), TEST(lengths_are_believed_where_they_land), TEST(big_mailboxes_slide),
		TEST(no_mailbox)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
