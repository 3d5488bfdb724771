/* Which bytes a text can begin with to match a pattern: so that most patterns need not be tried at all. */
#include "formats/steps.h"

enum { FIRST_DEPTH = 16 }; /* groups within groups; deeper ones may begin with anything */

static void add_range(struct bytes *set, int from, int to)
{
	for (int c = from; c <= to; c++)
		set->has[c] = true;
}

static void add_byte(struct bytes *set, char c, bool caseless)
{
	unsigned char u = (unsigned char)c;
	set->has[u] = true;
	if (caseless && byte_is_alpha(c))
		set->has[u ^ 0x20] = true;
}

/* Past the escape, class, group or byte that stands at AT. */
static size_t atom_end(struct str p, size_t at)
{
	if (p.p[at] == '\\')
		return at + 2;
	if (p.p[at] == '[') {
		at += at + 1 < p.n && p.p[at + 1] == ']' ? 2 : 1;
		while (at < p.n && p.p[at] != ']')
			at += p.p[at] == '\\' ? 2 : 1;
		return at + 1;
	}
	if (p.p[at] != '(')
		return at + 1;
	at++;
	while (at < p.n && p.p[at] != ')')
		at = atom_end(p, at);
	return at + 1;
}

/* What stands inside a group, without its "?:", "?i:" or name; false for look-arounds and what else is not understood.
 */
static bool open_group(struct str *inside, bool *caseless)
{
	static const struct {
		struct str head;
		bool caseless;
	} heads[] = {{STR("?:"), false}, {STR("?i:"), true}};
	if (inside->n == 0 || inside->p[0] != '?')
		return true;
	for (size_t i = 0; i < LEN(heads); i++) {
		if (!str_starts(*inside, heads[i].head))
			continue;
		*caseless |= heads[i].caseless;
		*inside = str_from(*inside, heads[i].head.n);
		return true;
	}
	size_t end = str_find_byte(*inside, '>', 0);
	if (!str_starts(*inside, STR("?<")) || end == STR_NPOS || !byte_is_alpha(inside->p[2]))
		return false;
	*inside = str_from(*inside, end + 1);
	return true;
}

static bool add_alternatives(struct bytes *set, struct str p, bool caseless, int depth);

/* The bytes one atom can begin with; false: any. */
static bool add_atom(struct bytes *set, struct str atom, bool caseless, int depth)
{
	char c = atom.p[0];
	if (c == '(') {
		struct str inside = str_slice(atom, 1, atom.n - 1);
		return depth < FIRST_DEPTH && open_group(&inside, &caseless) &&
		       add_alternatives(set, inside, caseless, depth + 1);
	}
	if (c == '\\' && atom.n == 2 && atom.p[1] == 'd') {
		add_range(set, '0', '9');
		return true;
	}
	if (c == '\\' && atom.n == 2 && !byte_is_alpha(atom.p[1])) {
		add_byte(set, atom.p[1], false);
		return true;
	}
	if (atom.n > 1 || strchr("\\[.^$|", c))
		return false;
	add_byte(set, c, caseless);
	return true;
}

/* One alternative: its first atom, and what follows while that may be missing. */
static bool add_sequence(struct bytes *set, struct str p, bool caseless, int depth)
{
	for (size_t at = 0; at < p.n;) {
		size_t end = atom_end(p, at);
		if (end > p.n || !add_atom(set, str_slice(p, at, end), caseless, depth))
			return false;
		char times = end < p.n ? p.p[end] : 0;
		if (times == '{')
			return false;
		if (times != '?' && times != '*')
			return true;
		at = end + 1;
		if (at < p.n && (p.p[at] == '?' || p.p[at] == '+'))
			at++;
	}
	return false; /* may be empty */
}

static bool add_alternatives(struct bytes *set, struct str p, bool caseless, int depth)
{
	size_t from = 0;
	for (size_t at = 0; at <= p.n;) {
		if (at == p.n || p.p[at] == '|') {
			if (!add_sequence(set, str_slice(p, from, at), caseless, depth))
				return false;
			from = ++at;
		} else {
			at = atom_end(p, at);
		}
	}
	return true;
}

struct bytes first_bytes(struct str pattern)
{
	struct bytes set = {{false}};
	struct str rest = str_from(pattern, 1);
	bool anchored = pattern.n > 1 && pattern.p[0] == '^';
	/* "^a|b" is not all anchored */
	for (size_t at = 0; anchored && at < rest.n; at = atom_end(rest, at))
		anchored = rest.p[at] != '|';
	if (!anchored || !add_sequence(&set, rest, false, 0))
		add_range(&set, 0, 255);
	return set;
}
