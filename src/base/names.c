/* Names of months and days in English, German, French, Spanish, Italian and Dutch. */
#include "base/names.h"

struct name {
	const char *word; /* lower case */
	int value;
};

static const struct name months[] = {
	{"january", 1},
	{"february", 2},
	{"march", 3},
	{"april", 4},
	{"may", 5},
	{"june", 6},
	{"july", 7},
	{"august", 8},
	{"september", 9},
	{"sept", 9},
	{"october", 10},
	{"november", 11},
	{"december", 12},
	{"januar", 1},
	{"jänner", 1},
	{"jän", 1},
	{"februar", 2},
	{"märz", 3},
	{"mär", 3},
	{"mrz", 3},
	{"maerz", 3},
	{"mai", 5},
	{"juni", 6},
	{"juli", 7},
	{"oktober", 10},
	{"okt", 10},
	{"dezember", 12},
	{"dez", 12},
	{"janvier", 1},
	{"janv", 1},
	{"février", 2},
	{"févr", 2},
	{"fév", 2},
	{"fevrier", 2},
	{"fevr", 2},
	{"mars", 3},
	{"avril", 4},
	{"avr", 4},
	{"juin", 6},
	{"juillet", 7},
	{"juil", 7},
	{"août", 8},
	{"aout", 8},
	{"septembre", 9},
	{"octobre", 10},
	{"novembre", 11},
	{"décembre", 12},
	{"déc", 12},
	{"decembre", 12},
	{"enero", 1},
	{"ene", 1},
	{"febrero", 2},
	{"marzo", 3},
	{"abril", 4},
	{"abr", 4},
	{"mayo", 5},
	{"junio", 6},
	{"julio", 7},
	{"agosto", 8},
	{"ago", 8},
	{"septiembre", 9},
	{"octubre", 10},
	{"noviembre", 11},
	{"diciembre", 12},
	{"dic", 12},
	{"gennaio", 1},
	{"gen", 1},
	{"febbraio", 2},
	{"aprile", 4},
	{"maggio", 5},
	{"mag", 5},
	{"giugno", 6},
	{"giu", 6},
	{"luglio", 7},
	{"lug", 7},
	{"settembre", 9},
	{"set", 9},
	{"ottobre", 10},
	{"ott", 10},
	{"dicembre", 12},
	{"januari", 1},
	{"februari", 2},
	{"maart", 3},
	{"mrt", 3},
	{"mei", 5},
	{"augustus", 8},
};

static const struct name days[] = {
	{"sunday", 0},
	{"monday", 1},
	{"tuesday", 2},
	{"tues", 2},
	{"wednesday", 3},
	{"thursday", 4},
	{"thur", 4},
	{"thurs", 4},
	{"friday", 5},
	{"saturday", 6},
	{"sonntag", 0},
	{"montag", 1},
	{"dienstag", 2},
	{"mittwoch", 3},
	{"donnerstag", 4},
	{"freitag", 5},
	{"samstag", 6},
	{"sonnabend", 6},
	{"so", 0},
	{"mo", 1},
	{"di", 2},
	{"mi", 3},
	{"do", 4},
	{"fr", 5},
	{"sa", 6},
	{"dimanche", 0},
	{"dim", 0},
	{"lundi", 1},
	{"lun", 1},
	{"mardi", 2},
	{"mercredi", 3},
	{"mer", 3},
	{"jeudi", 4},
	{"jeu", 4},
	{"vendredi", 5},
	{"ven", 5},
	{"samedi", 6},
	{"sam", 6},
	{"domingo", 0},
	{"dom", 0},
	{"lunes", 1},
	{"martes", 2},
	{"miércoles", 3},
	{"mié", 3},
	{"jueves", 4},
	{"jue", 4},
	{"viernes", 5},
	{"vie", 5},
	{"sábado", 6},
	{"sáb", 6},
	{"domenica", 0},
	{"lunedì", 1},
	{"martedì", 2},
	{"mercoledì", 3},
	{"giovedì", 4},
	{"gio", 4},
	{"venerdì", 5},
	{"sabato", 6},
	{"sab", 6},
	{"zondag", 0},
	{"zo", 0},
	{"maandag", 1},
	{"dinsdag", 2},
	{"woensdag", 3},
	{"wo", 3},
	{"donderdag", 4},
	{"vrijdag", 5},
	{"vr", 5},
	{"zaterdag", 6},
	{"za", 6},
};

/* The run of letters, accented ones too, at the front. */
static struct str word_of(struct str text)
{
	size_t n = 0;
	while (n < text.n && (byte_is_alpha(text.p[n]) || (unsigned char)text.p[n] >= 0x80))
		n++;
	return str_slice(text, 0, n);
}

static int name_find(struct str word, const struct name *names, size_t n)
{
	char first = word.n ? byte_lower(word.p[0]) : '\0';
	for (size_t i = 0; i < n; i++)
		if (names[i].word[0] == first && str_eq_case(word, str_of(names[i].word)))
			return names[i].value;
	return -1;
}

/* Nearly every stamp uses the three-letter English forms: they are compared as numbers. */
#define THREE(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)
static int three_find(struct str word, const uint32_t *names, int n)
{
	uint32_t key = THREE(word.p[0] | 32, word.p[1] | 32, word.p[2] | 32);
	for (int i = 0; i < n; i++)
		if (names[i] == key)
			return i;
	return -1;
}

int month_named(struct str text, size_t *used)
{
	static const uint32_t three[] = {THREE('j', 'a', 'n'), THREE('f', 'e', 'b'), THREE('m', 'a', 'r'),
		THREE('a', 'p', 'r'), THREE('m', 'a', 'y'), THREE('j', 'u', 'n'), THREE('j', 'u', 'l'),
		THREE('a', 'u', 'g'), THREE('s', 'e', 'p'), THREE('o', 'c', 't'), THREE('n', 'o', 'v'),
		THREE('d', 'e', 'c')};
	struct str word = word_of(text);
	int month = word.n == 3 ? three_find(word, three, LEN(three)) + 1 : 0;

	*used = word.n;
	if (word.n < 3)
		return -1;
	return month > 0 ? month : name_find(word, months, LEN(months));
}

int weekday_named(struct str text, size_t *used)
{
	static const uint32_t three[] = {THREE('s', 'u', 'n'), THREE('m', 'o', 'n'), THREE('t', 'u', 'e'),
		THREE('w', 'e', 'd'), THREE('t', 'h', 'u'), THREE('f', 'r', 'i'), THREE('s', 'a', 't')};
	struct str word = word_of(text);
	int day = word.n == 3 ? three_find(word, three, LEN(three)) : -1;

	*used = word.n;
	if (word.n < 2)
		return -1;
	if (day < 0)
		day = name_find(word, days, LEN(days));
	/* "mar." is mardi, "Mar" is March. */
	if (day < 0 && str_eq_case(word, STR("mar")) && text.n > word.n && text.p[word.n] == '.')
		day = 2;
	return day;
}
