/* Choices: whether what people say they decided is to restore, or not to. */
#include "analyse/study.h"

static bool is_among(struct str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq_case(word, str_of(words[i])))
			return true;
	}
	return false;
}

/* "no restore yet", "rather than restoring": what stands BEFORE it says that it was not chosen. */
static bool is_declined(struct str before)
{
	static const char *const between[] = {
		"the", "a", "to", "of", "on", "than", "any", "from", "den", "die", "das", "zu", "la", "le", "il"};
	static const char *const declines[] = {"no", "not", "don't", "don\xe2\x80\x99t", "cannot", "can't",
		"can\xe2\x80\x99t", "won't", "won\xe2\x80\x99t", "never", "without", "instead", "rather", "against",
		"postpone", "delay", "defer", "off", "nicht", "kein", "keine", "keinen", "statt", "ohne", "pas", "sans",
		"non", "senza"};
	struct str word;
	do {
		before = str_trim_end(before);
		size_t space = str_rfind_byte(before, ' ');
		word = space == STR_NPOS ? before : str_from(before, space + 1);
		before.n -= word.n;
	} while (is_among(word, between, LEN(between)));
	return is_among(word, declines, LEN(declines));
}

/* Whether one of WORDS stands in CHOICE, and is not declined; *seen: it stands there. */
static bool chooses(struct str choice, const char *const *words, size_t n, bool *seen)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t at = 0; (at = str_find_case(choice, str_of(words[i]), at)) != STR_NPOS; at++) {
			*seen = true;
			if (!is_declined(str_slice(choice, 0, at)))
				return true;
		}
	}
	return false;
}

/* By what is to be done; where that is not said, by what it is to be done with. */
bool choice_restores(struct str choice)
{
	static const char *const deeds[] = {"restor", "recover", "roll back", "rollback", "wieder her", "wiederherst",
		("zur\xc3\xbc"
		 "ckspiel"),
		"einspielen", "restaur", "ripristin"};
	static const char *const things[] = {"from backup", "from the backup", "from the copy", "old copy"};
	bool seen = false;
	return chooses(choice, deeds, LEN(deeds), &seen) || (!seen && chooses(choice, things, LEN(things), &seen));
}
