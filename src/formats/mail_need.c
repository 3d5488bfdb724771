/* The letters that questions are about: their words are gathered once, for hundreds of patterns. */
#include "formats/mail_need.h"

static struct gathered {
	struct str text;
	struct grams grams;
} gathered[NEED_TEXTS];

void need_gather(const struct str texts[NEED_TEXTS])
{
	for (size_t i = 0; i < NEED_TEXTS; i++) {
		bool again = i && str_eq(texts[i], texts[i - 1]); /* a letter without history is its body */
		gathered[i].text = texts[i];
		if (again)
			gathered[i].grams = gathered[i - 1].grams;
		else if (texts[i].n)
			grams_gather(&gathered[i].grams, texts[i]);
	}
}

void need_forget(void)
{
	for (size_t i = 0; i < NEED_TEXTS; i++)
		gathered[i].text = STR_NONE;
}

bool letter_may_match(const struct regex *r, struct str text)
{
	for (const struct gathered *g = gathered; g < gathered + NEED_TEXTS; g++)
		if (text.p && g->text.n && text.p >= g->text.p && text.p + text.n <= g->text.p + g->text.n)
			return regex_may_match(r, &g->grams);
	return true;
}
