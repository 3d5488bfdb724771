/* Taking off what log collectors put around a line. */
#include "formats/wrap.h"

#include "base/json.h"

enum {
	WRAP_NAME_MAX = 120, /* the longest NAME in front of " | " */
	STREAM_DIGITS = 16,  /* the fewest hexadecimal digits that a log stream's name ends in */
};

static size_t digits_at(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && byte_is_digit(s.p[at + n]))
		n++;
	return n;
}

/* Does S, from AT, have the shape of PATTERN: 'd' a digit, 'T' a T or a blank, the rest itself? */
static bool has_shape(struct str s, size_t at, const char *shape)
{
	for (; *shape; shape++, at++) {
		if (at >= s.n)
			return false;
		bool fits = *shape == 'd'   ? byte_is_digit(s.p[at])
			    : *shape == 'T' ? s.p[at] == 'T' || s.p[at] == ' '
					    : s.p[at] == *shape;
		if (!fits)
			return false;
	}
	return true;
}

size_t wrap_stamp_length(struct str s)
{
	if (!has_shape(s, 0, "dddd-dd-ddTdd:dd:dd"))
		return 0;
	size_t at = 19;
	if (at < s.n && (s.p[at] == '.' || s.p[at] == ',')) {
		size_t n = digits_at(s, at + 1);
		if (n == 0)
			return 0;
		at += 1 + n;
	}
	if (at < s.n && s.p[at] == 'Z')
		return at + 1;
	if (at < s.n && (s.p[at] == '+' || s.p[at] == '-')) {
		if (has_shape(s, at + 1, "dd:dd"))
			return at + 6;
		if (has_shape(s, at + 1, "dddd"))
			return at + 5;
	}
	return 0;
}

static void add_field(struct wrap *wrap, struct str name, struct str value)
{
	if (value.n && wrap->fields_n < WRAP_FIELDS)
		wrap->fields[wrap->fields_n++] = (struct field){name, value};
}

/* The CRI's "stdout F " after its time. Tags may follow the letter after a colon. */
static bool take_cri(struct str *rest, struct wrap *wrap)
{
	if (!str_starts(*rest, STR("stdout ")) && !str_starts(*rest, STR("stderr ")))
		return false;
	struct str tail = str_from(*rest, 7);
	if (tail.n == 0 || (tail.p[0] != 'P' && tail.p[0] != 'F') ||
		(tail.n > 1 && tail.p[1] != ' ' && tail.p[1] != ':'))
		return false;
	size_t blank = str_find_byte(tail, ' ', 0);
	wrap->stream = str_slice(*rest, 0, 6);
	wrap->partial = tail.p[0] == 'P';
	*rest = blank == STR_NPOS ? str_from(tail, tail.n) : str_from(tail, blank + 1);
	return true;
}

static bool take_stamp(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	(void)arena;
	size_t n = wrap_stamp_length(*rest);
	if (n == 0 || (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t'))
		return false;
	if (wrap->when.n == 0)
		wrap->when = str_slice(*rest, 0, n);
	*rest = str_from(*rest, n + 1);
	take_cri(rest, wrap);
	return true;
}

static bool take_docker(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	if (!str_starts(*rest, STR("{\"log\":\"")))
		return false;
	struct err e = {0};
	struct json *entry = json_parse(arena, *rest, &e);
	struct str when = json_get_str(entry, "time");
	if (!entry || when.n == 0)
		return false;
	struct str log = json_get_str(entry, "log");
	if (wrap->when.n == 0)
		wrap->when = when;
	wrap->stream = json_get_str(entry, "stream");
	wrap->partial = !str_ends(log, STR("\n"));
	*rest = wrap->partial ? log : str_slice(log, 0, log.n - 1);
	return true;
}

static bool take_pod_prefix(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	(void)arena;
	if (!str_starts(*rest, STR("[pod/")))
		return false;
	size_t end = str_find(*rest, STR("] "), 0);
	if (end == STR_NPOS || end > 2 * WRAP_NAME_MAX)
		return false;
	struct str pod, container;
	wrap->name = str_slice(*rest, 1, end);
	str_cut(str_from(wrap->name, 4), STR("/"), &pod, &container);
	add_field(wrap, STR("pod"), pod);
	add_field(wrap, STR("container"), container);
	*rest = str_from(*rest, end + 2);
	return true;
}

/* "fusionauth_1  | ": one word, blanks, a bar, and a blank unless the line ends there. */
static bool take_compose(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	(void)arena;
	size_t at = 0;
	while (at < rest->n && at < WRAP_NAME_MAX && !byte_is_space(rest->p[at]) && rest->p[at] != '|')
		at++;
	struct str name = str_slice(*rest, 0, at);
	while (at < rest->n && rest->p[at] == ' ')
		at++;
	if (name.n == 0 || at == name.n || at >= rest->n || rest->p[at] != '|')
		return false;
	if (at + 1 < rest->n && rest->p[at + 1] != ' ')
		return false;
	wrap->name = name;
	add_field(wrap, STR("container"), name);
	*rest = str_from(*rest, at + 2);
	return true;
}

/* How lines of programs in containers begin: with a time, logfmt, JSON, or as klog has them. */
static bool begins_line(struct str line)
{
	static const char *const begins[] = {"time=\"", "{\"", "ts=", "level="};
	for (size_t i = 0; i < LEN(begins); i++)
		if (str_starts(line, str_of(begins[i])))
			return true;
	return (wrap_stamp_length(line) && line.p[10] == 'T') ||
	       (line.n > 6 && memchr("IWEF", line.p[0], 4) && digits_at(line, 1) == 4 && line.p[5] == ' ');
}

/* stern, with and without -t: "POD CONTAINER LINE". */
static bool take_stern(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	(void)arena;
	struct str pod, container, tail;
	if (!str_cut(str_slice(*rest, 0, 2 * WRAP_NAME_MAX), STR(" "), &pod, &tail) ||
		!str_cut(tail, STR(" "), &container, &tail))
		return false;
	struct str line = str_from(*rest, pod.n + container.n + 2);
	if (!pod.n || !container.n || !begins_line(line))
		return false;
	struct str names = str_slice(*rest, 0, pod.n + 1 + container.n);
	for (size_t i = 0; i < names.n; i++)
		if (!byte_is_digit(names.p[i]) && !memchr("-. ", names.p[i], 3) &&
			!(names.p[i] >= 'a' && names.p[i] <= 'z'))
			return false;
	if (byte_is_digit(pod.p[0]) || byte_is_digit(container.p[0]))
		return false;
	wrap->name = str_slice(*rest, 0, pod.n + 1 + container.n);
	add_field(wrap, STR("pod"), pod);
	add_field(wrap, STR("container"), container);
	*rest = line;
	return true;
}

/* logcli: "2024-06-18T07:10:40Z {cluster="prod", pod="web-1"} LINE". */
static bool take_labels(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	static const struct str known[] = {
		STR("namespace"), STR("pod"), STR("container"), STR("cluster"), STR("node"), STR("host")};
	(void)arena;
	size_t end = str_find(*rest, STR("\"} "), 0);
	if (!wrap->when.n || rest->n < 4 || rest->p[0] != '{' || !byte_is_alpha(rest->p[1]) || end == STR_NPOS ||
		str_find(*rest, STR("=\""), 0) > WRAP_NAME_MAX)
		return false;
	struct str labels = str_slice(*rest, 1, end + 1), one;
	while (str_next(&labels, ',', &one)) {
		struct str name, value;
		if (!str_cut(str_trim(one), STR("=\""), &name, &value))
			continue;
		for (size_t i = 0; i < LEN(known); i++)
			if (str_eq(name, known[i]))
				add_field(wrap, name, str_slice(value, 0, value.n - 1));
	}
	wrap->name = str_slice(*rest, 0, end + 2);
	*rest = str_from(*rest, end + 3);
	return true;
}

static bool is_hex(char c)
{
	return byte_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* aws logs tail: "2024-06-18T07:10:40.123000+00:00 kube-scheduler-0f9ab1c2d3e4f5a60f9ab1c2d3e4f5a6 LINE"; names of
 * streams end in the number of their writer. */
static bool take_log_stream(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	(void)arena;
	size_t end = str_find_byte(*rest, ' ', 0), digits = 0;
	if (!wrap->when.n || end == STR_NPOS || end > WRAP_NAME_MAX)
		return false;
	while (digits < end && is_hex(rest->p[end - 1 - digits]))
		digits++;
	if (digits < STREAM_DIGITS || digits + 2 > end || !memchr("-/", rest->p[end - 1 - digits], 2))
		return false;
	wrap->name = str_slice(*rest, 0, end);
	add_field(wrap, STR("stream"), wrap->name);
	*rest = str_from(*rest, end + 1);
	return true;
}

static bool (*const takers[])(struct arena *, struct str *, struct wrap *) = {
	take_stamp,
	take_docker,
	take_pod_prefix,
	take_compose,
	take_stern,
	take_labels,
	take_log_stream,
};

static bool take_any(struct arena *arena, struct str *rest, struct wrap *wrap)
{
	for (size_t i = 0; i < LEN(takers); i++)
		if (takers[i](arena, rest, wrap))
			return true;
	return false;
}

bool wrap_open(struct arena *arena, struct str line, struct wrap *wrap)
{
	*wrap = (struct wrap){.text = line};
	int layers = 0;
	while (layers < WRAP_LAYERS && take_any(arena, &wrap->text, wrap))
		layers++;
	return layers > 0;
}

/* Length of the escape at S[at]: CSI "ESC [ ... final", OSC "ESC ] ... BEL or ESC \", two bytes otherwise. */
static size_t escape_length(struct str s, size_t at)
{
	size_t end = at + 2;
	if (end > s.n)
		return s.n - at;
	if (s.p[at + 1] == '[') {
		while (end < s.n && (unsigned char)s.p[end] >= 0x20 && (unsigned char)s.p[end] < 0x40)
			end++;
		return (end < s.n ? end + 1 : end) - at;
	}
	if (s.p[at + 1] == ']') {
		while (end < s.n && s.p[end] != '\a' && s.p[end] != 0x1b)
			end++;
		if (end < s.n && s.p[end] == 0x1b)
			end++;
		return (end < s.n ? end + 1 : end) - at;
	}
	return 2;
}

/* "[0m", "[1;31m": what is left of a colour where a form or a pager took the escape away; 0: none at S[at]. */
static size_t residue_length(struct str s, size_t at)
{
	size_t end = at + 1;
	while (end < s.n && (byte_is_digit(s.p[end]) || s.p[end] == ';'))
		end++;
	return s.p[at] == '[' && end > at + 1 && end < at + 9 && end < s.n && s.p[end] == 'm' ? end + 1 - at : 0;
}

static struct str residue_free(struct arena *arena, struct str line)
{
	char *plain = arena_alloc(arena, line.n);
	size_t n = 0, gone;
	for (size_t at = 0; at < line.n; at += gone ? gone : 1)
		if (!(gone = residue_length(line, at)))
			plain[n++] = line.p[at];
	return str_n(plain, n);
}

struct str wrap_plain(struct arena *arena, struct str line)
{
	if (line.n > 2 && line.p[0] == '[' && residue_length(line, 0))
		return residue_free(arena, line);
	if (line.n == 0 || !memchr(line.p, 0x1b, line.n))
		return line;
	char *plain = arena_alloc(arena, line.n);
	size_t n = 0;
	for (size_t at = 0; at < line.n;) {
		if (line.p[at] == 0x1b)
			at += escape_length(line, at);
		else
			plain[n++] = line.p[at++];
	}
	return str_n(plain, n);
}
