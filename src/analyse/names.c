/* Names of jobs, copies and locations, as different tools and people write them. */
#include "analyse/study.h"

/* "sftp:" and others that stand without slashes. A drive letter or "host:" is no scheme. */
static bool cut_bare_scheme(struct str *s)
{
	static const char *const bare[] = {
		"sftp:", "rest:", "s3:", "b2:", "azure:", "gs:", "swift:", "rclone:", "ssh:"};
	for (size_t i = 0; i < LEN(bare); i++) {
		if (!str_starts_case(*s, str_of(bare[i])))
			continue;
		*s = str_from(*s, strlen(bare[i]));
		return true;
	}
	return false;
}

/* Behind "s3://", "sftp:", "rest:https://": schemes can be stacked. */
static struct str without_scheme(struct str s)
{
	for (size_t sep; (sep = str_find(s, STR("://"), 0)) != STR_NPOS;)
		s = str_from(s, sep + 3);
	while (cut_bare_scheme(&s))
		;
	return s;
}

static struct str without_user(struct str s)
{
	size_t slash = str_find_byte(s, '/', 0);
	struct str host = slash == STR_NPOS ? s : str_slice(s, 0, slash);
	size_t at = str_rfind_byte(host, '@');
	return at == STR_NPOS ? s : str_from(s, at + 1);
}

struct str name_plain(struct arena *a, struct str s)
{
	s = without_user(without_scheme(str_trim(s)));
	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	size_t host_end = str_find_byte(s, '/', 0);
	if (host_end == STR_NPOS)
		host_end = s.n;
	char *plain = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		plain[i] = i < host_end ? byte_lower(s.p[i]) : s.p[i];
	return str_n(plain, s.n);
}

/* Eight digits that are a date (years 1970 to 2099), possibly with dashes or underscores: a time stamp begins here. */
static bool stamp_begins(struct str s)
{
	int digits = 0;
	for (size_t i = 0; i < s.n && digits < 8; i++) {
		if (byte_is_digit(s.p[i]))
			digits++;
		else if ((s.p[i] != '-' && s.p[i] != '_') || (digits != 4 && digits != 6))
			return false;
	}
	return digits == 8 && (str_starts(s, STR("19")) || str_starts(s, STR("20")));
}

bool name_begins(struct str longer, struct str shorter)
{
	if (!shorter.n || !str_starts(longer, shorter))
		return false;
	if (longer.n == shorter.n || strchr("-_/:.", shorter.p[shorter.n - 1]))
		return true;
	struct str rest = str_from(longer, shorter.n);
	return strchr("-_/:.", rest.p[0]) || stamp_begins(rest);
}

bool name_matches(struct arena *a, struct str x, struct str y)
{
	ARENA_SCOPE(a);
	if (!x.n || !y.n)
		return false;
	x = name_plain(a, x);
	y = name_plain(a, y);
	return name_begins(x, y) || name_begins(y, x);
}

struct str name_last(struct str name)
{
	size_t slash = str_rfind_byte(name, '/');
	return slash == STR_NPOS ? name : str_from(name, slash + 1);
}

struct str name_stem(struct str s)
{
	for (size_t i = 0; i + 8 <= s.n; i++) {
		if ((i > 0 && byte_is_digit(s.p[i - 1])) || !stamp_begins(str_from(s, i)))
			continue;
		while (i > 0 && strchr("-_/:.", s.p[i - 1]))
			i--;
		return i ? str_slice(s, 0, i) : s;
	}
	return s;
}
