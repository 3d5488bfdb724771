/* What a typed sentence says: when, in which lane, about what. */
#include "cmd/sentence.h"
#include "base/utf8.h"
#include "normalise/clock.h"
#include "normalise/rules.h"

enum { TIME_WORDS_MAX = 4 }; /* "at yesterday 14:00 CEST" */

/* Words that say which lane a sentence is about, when the operator does not. First hit wins; a guess is shown with a
 * "?". */
static const struct {
	const char *word;
	enum lane lane;
} lane_words[] = {
	{"backup", LANE_BACKUP},
	{"restore", LANE_BACKUP},
	{"snapshot", LANE_BACKUP},
	{"velero", LANE_BACKUP},
	{"restic", LANE_BACKUP},
	{"volume", LANE_STORAGE},
	{"replica", LANE_STORAGE},
	{"disk", LANE_STORAGE},
	{"storage", LANE_STORAGE},
	{"mount", LANE_STORAGE},
	{"longhorn", LANE_STORAGE},
	{"ceph", LANE_STORAGE},
	{"upgrade", LANE_UPGRADE},
	{"node", LANE_UPGRADE},
	{"drain", LANE_UPGRADE},
	{"cordon", LANE_UPGRADE},
	{"maintenance", LANE_NOTICE},
	{"announced", LANE_NOTICE},
	{"deploy", LANE_CHANGE},
	{"migration", LANE_CHANGE},
	{"rollback", LANE_CHANGE},
	{"down", LANE_SERVICE},
	{"login", LANE_SERVICE},
	{"latency", LANE_SERVICE},
	{"database", LANE_SERVICE},
	{"timeout", LANE_SERVICE},
	{"errors", LANE_SERVICE},
};

static bool lane_guess(struct str text, enum lane *lane)
{
	for (size_t i = 0; i < LEN(lane_words); i++) {
		if (str_find_case(text, str_of(lane_words[i].word), 0) != STR_NPOS) {
			*lane = lane_words[i].lane;
			return true;
		}
	}
	return false;
}

/* ---- tags ---- */

static void lane_tag(struct cmd *c, struct str name, struct sentence *s)
{
	if (!s->lane_said && lane_find(name, &s->lane)) {
		s->lane_said = true;
		return;
	}
	enum lane ignored;
	const char *near = lane_find(name, &ignored) ? NULL : nearest_name(str_cstr(c->arena, name), lane_names, LANES);
	if (near)
		cmd_say(c, "lineup: there is no lane '%.*s'; did you mean #%s? Put it right with --lane", STR_ARG(name),
			near);
}

/* "#storage" names the lane, "@fusionauth" the subject; both stay in the text, which is kept as typed. */
static void take_tags(struct cmd *c, struct sentence *s)
{
	struct str rest = s->text, word;
	while (str_word(&rest, &word)) {
		struct str name = str_from(word, 1);
		while (name.n && strchr(",.;:!?)", name.p[name.n - 1]))
			name.n--;
		if (word.p[0] == '#' && name.n)
			lane_tag(c, name, s);
		else if (word.p[0] == '@' && name.n && !s->subject.n)
			s->subject = str_find_byte(name, ':', 0) != STR_NPOS
					     ? name
					     : str_fmt(c->arena, "service:%.*s", STR_ARG(name));
	}
}

/* ---- times ---- */

static void set_time(struct cmd *c, struct sentence *s, const struct typed_time *t, struct str when)
{
	s->at = s->at_min = t->at;
	s->at_max = t->at_max;
	s->precision = t->precision;
	s->when = when;
	cmd_doubt_future(c, t->at, t->precision);
}

/* A head that is only a number is a status code or a count ("404: not found"), and "2024Q2" no moment. */
static bool head_is_time(struct cmd *c, struct str head, struct typed_time *t)
{
	struct err ignored = {0};
	double number;
	return !str_double(head, &number) && time_typed(head, c->now, c->zone, t, &ignored) &&
	       t->precision <= PRECISION_DAY && t->end - t->at <= DAY + HOUR;
}

/* The longest beginning of TEXT, of whole words, that is a time; a colon or comma may follow it. */
static bool time_before(struct cmd *c, struct str text, struct typed_time *t, struct str *head, struct str *tail)
{
	struct str rest = text, word, ends[TIME_WORDS_MAX];
	int n = 0;
	while (n < TIME_WORDS_MAX && str_word(&rest, &word))
		ends[n++] = str_n(text.p, (size_t)(word.p + word.n - text.p));
	while (n-- > 0) {
		*head = ends[n];
		*tail = str_trim(str_from(text, head->n));
		if (head->n && strchr(":,", head->p[head->n - 1]))
			head->n--;
		if (tail->n && head_is_time(c, *head, t))
			return true;
	}
	return false;
}

/* "at 25:00 ...": not a time, though it was meant as one. */
static void doubt_time(struct cmd *c, struct str text)
{
	struct str word, rest = text;
	size_t used = 0;
	str_word(&rest, &word);
	while (word.n && strchr(":,", word.p[word.n - 1]))
		word.n--;
	while (used < word.n && (byte_is_digit(word.p[used]) || word.p[used] == ':'))
		used++;
	if (used < word.n || word.n > 8 || str_find_byte(word, ':', 0) == STR_NPOS)
		return;
	cmd_say(c, "lineup: '%.*s' is no time: taken as now; put it right with --amend and --at", STR_ARG(word));
}

/* "at 09:40 text", "09:40 text", "10m ago: text", "yesterday 14:00: text": the time stands in front. */
static void take_leading_time(struct cmd *c, struct sentence *s)
{
	struct typed_time t;
	struct str head, tail, text = s->text;
	bool at = str_starts_case(text, STR("at "));
	bool clock = byte_is_digit(
		text.p[0]); /* without "at", only what looks like a clock, or ends in a colon, is a time */
	text = str_trim(str_from(text, at ? 3 : 0));
	if (at || clock) {
		if (!time_before(c, text, &t, &head, &tail)) {
			doubt_time(c, text);
			return;
		}
	} else if (!str_cut(text, STR(": "), &head, &tail) || !head_is_time(c, str_trim(head), &t)) {
		return;
	}
	if (!cmd_time_past(c, NULL, str_trim(head), INSTANT_NONE, &t)) /* again, aloud */
		return;
	s->text = str_trim(tail);
	set_time(c, s, &t, str_trim(head));
}

static bool option_past(struct cmd *c, const char *option, instant end, struct typed_time *t)
{
	const char *value = cmd_option(c, option);
	t->at = INSTANT_NONE;
	return !value || cmd_time_past(c, option, str_of(value), end, t);
}

static bool option_times(struct cmd *c, struct sentence *s)
{
	struct typed_time at, from, to = {.at = INSTANT_NONE, .at_max = INSTANT_NONE};
	const char *end = cmd_option(c, "to");
	if ((end && !cmd_time_typed(c, "to", str_of(end), &to)) || !option_past(c, "at", INSTANT_NONE, &at) ||
		!option_past(c, "from", to.at_max, &from))
		return false;
	if (at.at != INSTANT_NONE && from.at != INSTANT_NONE)
		return err_set(&c->err, "say --at for a moment, or --from and --to for a span, not both");
	if (to.at != INSTANT_NONE && from.at == INSTANT_NONE && !cmd_option(c, "amend"))
		return err_set(&c->err, "--to needs --from");
	if (to.at != INSTANT_NONE && from.at != INSTANT_NONE && to.at_max < from.at)
		return err_set(&c->err, "--to is before --from; say the day too, as in 'yesterday 23:00'");
	if (at.at != INSTANT_NONE || from.at != INSTANT_NONE)
		set_time(c, s, at.at != INSTANT_NONE ? &at : &from,
			str_of(cmd_option(c, at.at != INSTANT_NONE ? "at" : "from")));
	else if (s->text.n)
		take_leading_time(c, s);
	s->until = to.at;
	return true;
}

/* ---- the whole ---- */

/* A terminal that does not speak UTF-8 sends Latin-1: each of its bytes is the character of that number. */
static struct str as_utf8(struct cmd *c, struct str text)
{
	if (utf8_is_valid(text))
		return text;
	struct buf b = BUF(c->arena);
	for (size_t i = 0; i < text.n; i++)
		buf_utf8(&b, (unsigned char)text.p[i]);
	cmd_say(c, "lineup: the text is not UTF-8: read as Latin-1");
	return buf_str(&b);
}

bool sentence_read(struct cmd *c, struct str text, struct sentence *s)
{
	const char *kind = cmd_option(c, "kind"), *subject = cmd_option(c, "subject");
	*s = (struct sentence){
		.at = INSTANT_NONE, .at_min = INSTANT_NONE, .at_max = INSTANT_NONE, .until = INSTANT_NONE};
	if (text.n > SENTENCE_MAX)
		return err_set(
			&c->err, "a line may be %d bytes; attach longer text with 'lineup ingest FILE'", SENTENCE_MAX);
	if (kind && !(s->kind = kind_find(str_of(kind))))
		return err_set(&c->err, "--kind: unknown '%s'; 'lineup kinds' lists them", kind);
	s->lane_said = cmd_flag(c, "lane");
	s->severity_said = cmd_flag(c, "severity");
	if (!cmd_lane(c, "lane", &s->lane) || !cmd_severity(c, "severity", &s->severity))
		return false;
	s->text = str_trim(as_utf8(c, text));
	s->subject = as_utf8(c, str_of(subject));
	if (!option_times(c, s))
		return false;
	take_tags(c, s);
	s->lane_guessed = !s->lane_said && !s->kind && lane_guess(s->text, &s->lane);
	return true;
}

void sentence_apply(const struct sentence *s, struct event *e)
{
	if (s->text.n)
		e->text = s->text;
	if (s->at != INSTANT_NONE) {
		e->at = s->at;
		e->at_min = s->at_min;
		e->at_max = s->at_max;
		e->precision = s->precision;
		e->when = s->when;
	}
	if (s->until != INSTANT_NONE)
		e->until = s->until;
	if (s->kind) {
		e->kind = s->kind;
		e->lane = s->kind->lane;
		e->severity = s->kind->severity;
	}
	if (s->lane_said || s->lane_guessed)
		e->lane = s->lane;
	if (s->severity_said)
		e->severity = s->severity;
	if (s->subject.n)
		e->subject = s->subject;
}

static void add_instant(struct arena *a, struct json *j, const char *key, instant t)
{
	if (t != INSTANT_NONE)
		json_add_int(a, j, key, t);
}

void sentence_write(struct arena *a, struct json *j, const struct sentence *s)
{
	add_instant(a, j, "at", s->at);
	add_instant(a, j, "at_min", s->at_min);
	add_instant(a, j, "at_max", s->at_max);
	add_instant(a, j, "until", s->until);
	json_add_int(a, j, "precision", s->precision);
	if (s->kind)
		json_add_str(a, j, "kind", s->kind->name);
	if (s->lane_said || s->lane_guessed)
		json_add_str(a, j, "lane", str_of(lane_names[s->lane]));
	if (s->lane_guessed)
		json_add_bool(a, j, "lane_guessed", true);
	if (s->severity_said)
		json_add_str(a, j, "severity", str_of(severity_names[s->severity]));
	json_add_str(a, j, "subject", s->subject);
	json_add_str(a, j, "text", s->text);
	json_add_str(a, j, "when", s->when);
}

static instant get_instant(const struct json *j, const char *key, instant usual)
{
	int64_t t = usual;
	json_int(json_get(j, key), &t);
	return t;
}

void sentence_parse(const struct json *j, struct sentence *s)
{
	instant at = get_instant(j, "at", INSTANT_NONE), precision = get_instant(j, "precision", PRECISION_US);
	*s = (struct sentence){
		.text = json_get_str(j, "text"),
		.when = json_get_str(j, "when"),
		.subject = json_get_str(j, "subject"),
		.kind = kind_find(json_get_str(j, "kind")),
		.at = at,
		.at_min = get_instant(j, "at_min", at),
		.at_max = get_instant(j, "at_max", at),
		.until = get_instant(j, "until", INSTANT_NONE),
		.precision = precision >= 0 && precision < PRECISION_NONE ? (enum precision)precision : PRECISION_US,
	};
	bool lane = lane_find(json_get_str(j, "lane"), &s->lane), guessed = json_get(j, "lane_guessed") != NULL;
	s->lane_said = lane && !guessed;
	s->lane_guessed = lane && guessed;
	s->severity_said = severity_find(json_get_str(j, "severity"), &s->severity);
}
