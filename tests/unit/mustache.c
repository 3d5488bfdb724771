/* Mustache: cases of our own for each module of the specification, and the limits. */
#include "render/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *a;

static void escape(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_cstr(b, s.p[i] == '<' ? "&lt;" : s.p[i] == '"' ? "&quot;" : (char[]){s.p[i], 0});
}

/* Partials of the cases: "name|text" pairs. */
static struct str partial(void *arg, struct str name)
{
	const char *const *pairs = arg;
	for (; pairs && *pairs; pairs += 2)
		if (str_eq(name, str_of(pairs[0])))
			return str_of(pairs[1]);
	return STR_NONE;
}

struct one {
	const char *name, *context, *text, *expected;
	const char *const *partials;
};
#define PARTIALS(...)                                                                                                  \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

static void check(const struct one *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct err e = {0};
		struct json *context = json_parse(a, str_of(cases[i].context), &e);
		assert_non_null(context);
		struct buf out = BUF(a);
		struct mustache how = {escape, partial, (void *)cases[i].partials};
		bool ok = mustache_render(a, str_of(cases[i].text), context, &how, &out, &e);
		if (!ok || strcmp(str_cstr(a, buf_str(&out)), cases[i].expected))
			fail_msg("%s: got '%s', expected '%s' %s", cases[i].name, str_cstr(a, buf_str(&out)),
				cases[i].expected, e.text);
	}
}

static void interpolation(void **state)
{
	(void)state;
	static const struct one cases[] = {
		{"no tags", "{}", "Hi there {no} tag.\n", "Hi there {no} tag.\n"},
		{"a value", "{\"who\":\"cell\"}", "to {{who}}!", "to cell!"},
		{"nothing is interpolated twice", "{\"t\":\"{{p}}: x\",\"p\":\"no\"}", "{{t}}: {{p}}", "{{p}}: x: no"},
		{"escaped", "{\"x\":\"<a> \\\"b\\\"\"}", "{{x}}", "&lt;a> &quot;b&quot;"},
		{"triple", "{\"x\":\"<a>\"}", "{{{x}}}", "<a>"},
		{"ampersand", "{\"x\":\"<a>\"}", "{{&x}} {{& x }}", "<a> <a>"},
		{"integer", "{\"n\":85}", "{{n}} {{{n}}} {{&n}}", "85 85 85"},
		{"decimal", "{\"n\":1.21}", "{{n}} {{{n}}}", "1.21 1.21"},
		{"null", "{\"n\":null}", "I ({{n}}) ({{{n}}}) ({{&n}})", "I () () ()"},
		{"missing", "{}", "I ({{n}}) ({{{n}}}) ({{&n}})", "I () () ()"},
		{"dotted", "{\"p\":{\"n\":\"Joe\"}}", "{{p.n}} {{{p.n}}} {{&p.n}}", "Joe Joe Joe"},
		{"deep", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}", "{{a.b.c.d.e}}", "1"},
		{"broken chain", "{\"a\":{}}", "({{a.b.c}})", "()"},
		{"broken chain does not look outside", "{\"a\":{\"b\":{}},\"c\":{\"n\":\"Jim\"}}", "({{a.b.c.n}})",
			"()"},
		{"first part from inside out", "{\"a\":{\"b\":{\"c\":{\"n\":\"Phil\"}}},\"b\":{\"c\":{\"n\":\"no\"}}}",
			"{{#a}}{{b.c.n}}{{/a}}", "Phil"},
		{"nearest first part wins though it misses", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}",
			"{{#a}}({{b.c}}){{/a}}", "()"},
		{"dotted names are never one key", "{\"a.b\":\"c\"}", "({{a.b}})", "()"},
		{"a dotted key does not hide", "{\"a.b\":\"c\",\"a\":{\"b\":\"d\"}}", "{{a.b}}", "d"},
		{"implicit iterator", "\"world\"", "Hello {{.}} {{{.}}}", "Hello world world"},
		{"implicit iterator escapes", "\"<\"", "{{.}} {{{.}}} {{&.}}", "&lt; < <"},
		{"surrounding blanks stay", "{\"s\":\"---\"}", "| {{s}} |", "| --- |"},
		{"not a standalone", "{\"s\":\"---\"}", "  {{s}}\n", "  ---\n"},
		{"padding inside", "{\"s\":\"---\"}", "|{{  s }}|{{{  s  }}}|{{&  s }}|", "|---|---|---|"},
	};
	check(cases, LEN(cases));
}

static void sections(void **state)
{
	(void)state;
	static const struct one cases[] = {
		{"true", "{\"b\":true}", "\"{{#b}}shown{{/b}}\"", "\"shown\""},
		{"false", "{\"b\":false}", "\"{{#b}}no{{/b}}\"", "\"\""},
		{"null", "{\"b\":null}", "\"{{#b}}no{{/b}}\"", "\"\""},
		{"missing", "{}", "\"{{#b}}no{{/b}}\"", "\"\""},
		{"context", "{\"c\":{\"n\":\"Joe\"}}", "{{#c}}Hi {{n}}.{{/c}}", "Hi Joe."},
		{"outer names", "{\"a\":\"foo\",\"b\":\"no\",\"s\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}",
			"{{#s}}{{a}}, {{b}}, {{c.d}}{{/s}}", "foo, bar, baz"},
		{"list", "{\"l\":[{\"i\":1},{\"i\":2},{\"i\":3}]}", "{{#l}}{{i}}{{/l}}", "123"},
		{"empty list", "{\"l\":[]}", "{{#l}}no{{/l}}{{^l}}none{{/l}}", "none"},
		{"doubled", "{\"b\":true,\"two\":\"second\"}",
			"{{#b}}\n* first\n{{/b}}\n* {{two}}\n{{#b}}\n* third\n{{/b}}\n",
			"* first\n* second\n* third\n"},
		{"nested", "{\"b\":true}", "| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", "| A B C D E |"},
		{"nested false", "{\"b\":false}", "| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", "| A  E |"},
		{"implicit strings", "{\"l\":[\"a\",\"b\"]}", "{{#l}}({{.}}){{/l}}", "(a)(b)"},
		{"implicit numbers", "{\"l\":[1,2.5]}", "{{#l}}({{.}}){{/l}}", "(1)(2.5)"},
		{"implicit arrays", "{\"l\":[[1,2],[3]]}", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "(12)(3)"},
		{"implicit escapes", "{\"l\":[\"<\"]}", "{{#l}}({{.}}){{/l}}{{#l}}({{{.}}}){{/l}}", "(&lt;)(<)"},
		{"dotted", "{\"a\":{\"b\":{\"c\":true}}}", "{{#a.b.c}}Here{{/a.b.c}}", "Here"},
		{"dotted broken", "{\"a\":{}}", "{{#a.b.c}}Here{{/a.b.c}}", ""},
		{"surrounding blanks", "{\"b\":true}", " | {{#b}}\t|\t{{/b}} | \n", " | \t|\t | \n"},
		{"blanks inside", "{\"b\":true}", " | {{#b}} {{! x }}\n {{/b}} | \n", " |  \n  | \n"},
		{"indented inline", "{\"b\":true}", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", " YES\n GOOD\n"},
		{"standalone", "{\"b\":true}", "| This\n{{#b}}\n|\n{{/b}}\n| Line\n", "| This\n|\n| Line\n"},
		{"indented standalone", "{\"b\":true}", "| This\n  {{#b}}\n|\n  {{/b}}\n| Line\n",
			"| This\n|\n| Line\n"},
		{"CRLF", "{\"b\":true}", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "|\r\n|"},
		{"standalone at the start", "{\"b\":true}", "  {{#b}}\n#{{/b}}\n/", "#\n/"},
		{"standalone at the end", "{\"b\":true}", "#{{#b}}\n/\n  {{/b}}", "#\n/\n"},
		{"padding", "{\"b\":true}", "|{{# b }}={{/ b }}|", "|=|"},
	};
	check(cases, LEN(cases));
}

static void inverted(void **state)
{
	(void)state;
	static const struct one cases[] = {
		{"false", "{\"b\":false}", "\"{{^b}}shown{{/b}}\"", "\"shown\""},
		{"true", "{\"b\":true}", "\"{{^b}}no{{/b}}\"", "\"\""},
		{"null", "{\"b\":null}", "\"{{^b}}shown{{/b}}\"", "\"shown\""},
		{"missing", "{}", "[{{^b}}none{{/b}}]", "[none]"},
		{"context", "{\"c\":{\"n\":1}}", "[{{^c}}Hi {{n}}{{/c}}]", "[]"},
		{"list", "{\"l\":[1]}", "[{{^l}}no{{/l}}]", "[]"},
		{"dotted broken", "{\"a\":{}}", "[{{^a.b.c}}Not here{{/a.b.c}}]", "[Not here]"},
		{"dotted true", "{\"a\":{\"b\":true}}", "[{{^a.b}}no{{/a.b}}]", "[]"},
		{"nested", "{\"b\":false}", "| A {{^b}}B {{^b}}C{{/b}} D{{/b}} E |", "| A B C D E |"},
		{"standalone", "{\"b\":false}", "| This\n  {{^b}}\n|\n  {{/b}}\n| Line\n", "| This\n|\n| Line\n"},
		{"CRLF", "{\"b\":false}", "|\r\n{{^b}}\r\n{{/b}}\r\n|", "|\r\n|"},
	};
	check(cases, LEN(cases));
}

static void comments(void **state)
{
	(void)state;
	static const struct one cases[] = {
		{"inline", "{}", "12345{{! x }}67890", "1234567890"},
		{"several lines", "{}", "12345{{!\n  x\n  y\n}}67890\n", "1234567890\n"},
		{"standalone", "{}", "Begin.\n{{! x }}\nEnd.\n", "Begin.\nEnd.\n"},
		{"indented standalone", "{}", "Begin.\n  {{! x }}\nEnd.\n", "Begin.\nEnd.\n"},
		{"CRLF", "{}", "|\r\n{{! x }}\r\n|", "|\r\n|"},
		{"at the start", "{}", "  {{! here }}\n!", "!"},
		{"at the end", "{}", "!\n  {{! still }}", "!\n"},
		{"several lines standalone", "{}", "Begin.\n{{!\nx\n}}\nEnd.\n", "Begin.\nEnd.\n"},
		{"indented inline", "{}", "  12 {{! 34 }}\n", "  12 \n"},
		{"surroundings stay", "{}", "12345 {{! x }} 67890", "12345  67890"},
		{"no collision", "{\"!\":1,\"! comment\":2}", "({{! comment }})", "()"},
	};
	check(cases, LEN(cases));
}

static void delimiters(void **state)
{
	(void)state;
	const struct one cases[] = {
		{"pair", "{\"t\":\"Hey!\"}", "{{=<% %>=}}(<%t%>)", "(Hey!)"},
		{"special characters", "{\"t\":\"works\"}", "({{=[ ]=}}[t])", "(works)"},
		{"sections", "{\"s\":true,\"d\":\"x\"}",
			"[\n{{#s}}\n  {{d}}\n  |d|\n{{/s}}\n{{= | | =}}\n|#s|\n  {{d}}\n  |d|\n|/s|\n]\n",
			"[\n  x\n  |d|\n  {{d}}\n  x\n]\n"},
		{"partials start afresh", "{\"v\":\"yes\"}", "[ {{>i}} ]\n{{= | | =}}\n[ |>i| ]\n",
			"[ .yes. ]\n[ .yes. ]\n", PARTIALS("i", ".{{v}}.")},
		{"partials keep theirs", "{\"v\":\"yes\"}", "[ {{>i}} ]\n[ .{{v}}.  .|v|. ]\n",
			"[ .yes.  .yes. ]\n[ .yes.  .|v|. ]\n", PARTIALS("i", ".{{v}}. {{= | | =}} .|v|.")},
		{"surroundings", "{}", "| {{=@ @=}} |", "|  |"},
		{"outlying", "{}", " | {{=@ @=}}\n", " | \n"},
		{"standalone", "{}", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n"},
		{"CRLF", "{}", "|\r\n{{= @ @ =}}\r\n|", "|\r\n|"},
		{"padding", "{}", "|{{= @   @ =}}|", "||"},
	};
	check(cases, LEN(cases));
}

static void partials(void **state)
{
	(void)state;
	const struct one cases[] = {
		{"basic", "{}", "\"{{>t}}\"", "\"from partial\"", PARTIALS("t", "from partial")},
		{"missing", "{}", "\"{{>t}}\"", "\"\""},
		{"context", "{\"x\":\"content\"}", "\"{{>p}}\"", "\"*content*\"", PARTIALS("p", "*{{x}}*")},
		{"recursion", "{\"c\":\"X\",\"n\":[{\"c\":\"Y\",\"n\":[]}]}", "{{>node}}", "X<Y<>>",
			PARTIALS("node", "{{c}}<{{#n}}{{>node}}{{/n}}>")},
		{"nested", "{\"a\":\"hello\",\"b\":\"world\"}", "{{>outer}}", "*hello world!*",
			PARTIALS("outer", "*{{a}} {{>inner}}*", "inner", "{{b}}!")},
		{"surroundings", "{}", "| {{>p}} |", "| \t|\t |", PARTIALS("p", "\t|\t")},
		{"inline is not indented", "{\"d\":\"|\"}", "  {{d}}  {{> p}}\n", "  |  >\n>\n", PARTIALS("p", ">\n>")},
		{"standalone CRLF", "{}", "|\r\n{{>p}}\r\n|", "|\r\n>|", PARTIALS("p", ">")},
		{"at the start", "{}", "  {{>p}}\n>", "  >\n  >>", PARTIALS("p", ">\n>")},
		{"at the end", "{}", ">\n  {{>p}}", ">\n  >\n  >", PARTIALS("p", ">\n>")},
		{"indented, values are not", "{\"c\":\"<\\n->\"}", "\\\n {{>p}}\n/\n", "\\\n |\n <\n->\n |\n/\n",
			PARTIALS("p", "|\n{{{c}}}\n|\n")},
		{"padding", "{}", "|{{> p }}|", "|[]|", PARTIALS("p", "[]")},
	};
	check(cases, LEN(cases));
}

static void broken(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a\n{{#x}}", "line 2: section without its end: 'x'"},
		{"{{#x}}{{/y}}", "line 1: another section ends before 'x'"},
		{"\n\n{{/y}}", "line 3: end without a section: 'y'"},
		{"a {{x", "line 1: tag without its end: '{{x'"},
		{"{{{x}}", "line 1: tag without its end: '{{{x}}'"},
		{"{{=x=}}", "line 1: not a pair of delimiters: 'x'"},
		{"{{>loop}}", "partials more than 32 deep"},
	};
	for (size_t i = 0; i < LEN(cases); i++) {
		struct err e = {0};
		struct buf out = BUF(a);
		struct mustache how = {escape, partial, (void *)PARTIALS("loop", "{{>loop}}")};
		assert_false(mustache_render(a, str_of(cases[i].text), json_object(a), &how, &out, &e));
		if (!strstr(e.text, cases[i].message))
			fail_msg("'%s': got '%s'", cases[i].text, e.text);
	}
	struct buf deep = BUF(a), out = BUF(a);
	for (int i = 0; i < 100; i++)
		buf_cstr(&deep, "{{#x}}");
	struct err e = {0};
	assert_false(mustache_render(a, buf_str(&deep), json_object(a), &(struct mustache){0}, &out, &e));
	assert_non_null(strstr(e.text, "64 deep"));
}

/* --- what is made when the template comes to it --- */

static struct json *square(void *arg, struct arena *arena, size_t i)
{
	struct json *row = json_object(arena);
	assert_ptr_equal(arg, a);
	json_add_int(arena, row, "i", (int64_t)i);
	json_add_int(arena, row, "square", (int64_t)(i * i));
	return row;
}

static const struct json *late(void *arg, struct str name, const struct mustache_rows **rows)
{
	static struct mustache_rows squares = {3, square, NULL}, nobody = {0, square, NULL};
	squares.arg = arg;
	*rows = str_eq(name, STR("squares")) ? &squares : str_eq(name, STR("nobody")) ? &nobody : NULL;
	return str_eq(name, STR("late")) ? json_add_str(a, json_object(a), "x", STR("<at last>")) : NULL;
}

static void shout(void *arg, struct buf *b, struct str name, struct str value)
{
	assert_ptr_equal(arg, a);
	buf_fmt(b, "%.*s=%.*s!", STR_ARG(name), STR_ARG(value));
}

static void made_late(void **state)
{
	(void)state;
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"{{#squares}}{{i}}:{{square}} {{/squares}}", "0:0 1:1 2:4 "},
		{"{{^squares}}none{{/squares}}{{#nobody}}some{{/nobody}}{{^nobody}}nobody{{/nobody}}", "nobody"},
		{"{{#squares}}{{#squares}}{{i}}{{/squares}}{{i}} {{/squares}}", "0120 0121 0122 "},
		{"{{#squares}}{{x}}{{late}}{{/squares}}", "1&lt;at last>1&lt;at last>1&lt;at last>"},
		{"{{{late}}}{{squares.i}}{{squares}}{{nosuch}}", "late=<at last>!"},
		{"{{#x}}{{{.}}}{{/x}}", ".=1!"},
	};
	for (size_t i = 0; i < LEN(cases); i++) {
		struct err e = {0};
		struct buf out = BUF(a);
		struct json *context = json_object(a);
		struct mustache how = {escape, NULL, a, shout, late};
		json_add_int(a, context, "x", 1);
		assert_true(mustache_render(a, str_of(cases[i].text), context, &how, &out, &e));
		assert_string_equal(buf_str(&out).p, cases[i].expected);
	}
}

int main(void)
{
	a = arena_open();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interpolation),
		cmocka_unit_test(sections),
		cmocka_unit_test(inverted),
		cmocka_unit_test(comments),
		cmocka_unit_test(delimiters),
		cmocka_unit_test(partials),
		cmocka_unit_test(broken),
		cmocka_unit_test(made_late),
	};
	int failed = cmocka_run_group_tests_name("mustache", tests, NULL, NULL);
	arena_close(a);
	return failed;
}
