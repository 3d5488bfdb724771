/* Lines that a terminal shows around an output, which tell when it was printed. */
#include "formats/pasted.h"

enum { PASTED_TIME_MAX = 48, PASTED_WORDS = 9, PASTED_WORD_MAX = 12 };

/* Years of this century, so that a table's numbers are none. */
static bool is_year(struct str word, size_t at)
{
	return str_starts(str_from(word, at), STR("20")) && word.n >= at + 4 && byte_is_digit(word.p[at + 2]) &&
	       byte_is_digit(word.p[at + 3]) && (word.n == at + 4 || !byte_is_digit(word.p[at + 4]));
}

/* The name of a day, a month or a zone, in any language: letters, and a full stop or comma behind them. */
static bool is_name(struct str word)
{
	word.n -= word.n && (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ',');
	for (size_t i = 0; i < word.n; i++)
		if (!byte_is_alpha(word.p[i]) && !((unsigned char)word.p[i] & 0x80))
			return false;
	return word.n && word.n <= PASTED_WORD_MAX;
}

/* "27", "8.", "2024", "06:45:30.123", "2024-11-27T06:45:30Z", "+0100" */
static bool is_number(struct str word)
{
	if (!word.n || (!byte_is_digit(word.p[0]) && word.p[0] != '+' && word.p[0] != '-'))
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (!byte_is_digit(word.p[i]) && !memchr(":.,+-/TZ", word.p[i], 8))
			return false;
	return true;
}

static bool is_time(struct str text)
{
	struct str rest = text, word;
	size_t words = 0, clocks = 0, years = 0;
	while (str_word(&rest, &word)) {
		if (!is_number(word) && !is_name(word))
			return false;
		clocks += is_number(word) && str_find_byte(word, ':', 0) != STR_NPOS && word.p[0] != '+';
		years += is_year(word, 0);
		words++;
	}
	return words && words <= PASTED_WORDS && clocks == 1 && years == 1 && text.n <= PASTED_TIME_MAX;
}

/* "Every 2.0s: kubectl get pods     bastion: Wed Nov 27 06:45:30 2024" */
static struct str past_watch(struct str line)
{
	struct str before, after;
	if (!str_starts(line, STR("Every ")) || !str_contains(line, STR("s: ")))
		return line;
	for (struct str rest = line; str_cut(rest, STR("  "), &before, &after);)
		line = rest = str_trim(after);
	return str_cut(line, STR(": "), &before, &after) ? after : line;
}

/* "Wed Nov 27 06:45:30 UTC 2024", "mer. 12 mars 2025 00:31:12 CET", "2024-11-27T06:45:30Z", and the line above what watch
 * repeats: the text of that time. Empty: LINE shows anything else. */
static struct str time_in(struct str line)
{
	static const char rules[] = "=#*-+~_ \t\r";
	struct str text = past_watch(str_trim(line));
	while (text.n && memchr(rules, text.p[0], sizeof rules - 1))
		text = str_from(text, 1);
	while (text.n && memchr(rules, text.p[text.n - 1], sizeof rules - 1))
		text.n--;
	return is_time(text) ? text : STR_NONE;
}

/* "$ kubectl get nodes", "root@bastion:~# date; k get po": somebody's prompt and what he typed. */
static bool is_command(struct str line)
{
	static const struct str commands[] = {STR("kubectl"), STR("oc"), STR("k"), STR("date"), STR("velero"),
		STR("watch"), STR("while"), STR("sudo"), STR("ceph")};
	struct str before, after, word;
	if (str_starts(line, STR("$ ")) || str_starts(line, STR("# ")))
		return true;
	if (!str_cut(line, STR("$ "), &before, &after) && !str_cut(line, STR("# "), &before, &after))
		return false;
	if (!str_word(&after, &word))
		return false;
	word.n -= word.n && word.p[word.n - 1] == ';';
	for (size_t i = 0; i < LEN(commands); i++)
		if (str_eq(word, commands[i]))
			return true;
	return false;
}

bool pasted_line(struct sink *sink, const struct slice *slice)
{
	struct str when = time_in(slice->text);
	if (when.n)
		sink_printed(sink, when);
	else if (!is_command(str_trim(slice->text)))
		return false;
	sink_skip(sink, slice->from);
	return true;
}
